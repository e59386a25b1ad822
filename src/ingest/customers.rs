//! Customers: the columns of a bank's file, whose headers nobody has agreed on.
//!
//! In: a folded header. Out: its role, `Some(None)` for a column that must not be looked at (a label of an
//! earlier matching would make every figure a lie), or `None` where the general list of synonyms decides.
//! The law: no column of a customer file is dropped for want of a name; what no list knows is
//! [`Role::Other`], and its values say how it is compared (`link::people::field`).

use crate::batch::Role;

/// Names that mean one thing in a customer file and another, or nothing, in the other datasets.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::RecordId,
        &[
            "rec id",
            "recid",
            "unique id",
            "customer id",
            "client id",
            "id",
            "uid",
            "код клиента",
            "id клиента",
            "номер клиента",
            "клиент id",
            "клиент нөмірі",
            "record key",
        ],
    ),
    (Role::Surname, &["surname", "last", "lname", "family", "sur name", "name last"]),
    (Role::GivenName, &["given", "fname", "forename", "forenames", "name first", "first"]),
    (Role::Patronymic, &["middle", "mname", "middlename", "second given name"]),
    (
        Role::FullName,
        &[
            "name",
            "fullname",
            "full name",
            "person name",
            "customer name",
            "фио",
            "ф и о",
            "аты жөні",
            "аты-жөні",
        ],
    ),
    (Role::Sex, &["sex", "gender"]),
    (
        Role::PersonalNumber,
        &[
            "soc sec id",
            "ssn",
            "social security number",
            "national id",
            "national insurance number",
            "nin",
            "nhs number",
            "tax id",
            "снилс",
        ],
    ),
    (
        Role::Email,
        &["e mail", "mail", "email address", "эл почта", "электронная почта", "почта", "электрондық пошта"],
    ),
    (
        Role::Address,
        &["address", "address 1", "address line 1", "street", "street address", "addr", "улица", "көше"],
    ),
    (
        Role::City,
        &[
            "city",
            "suburb",
            "town",
            "locality",
            "city town",
            "город",
            "населенный пункт",
            "қала",
            "елді мекен",
        ],
    ),
    (
        Role::Postcode,
        &[
            "postcode",
            "post code",
            "zip",
            "zipcode",
            "zip code",
            "postal code",
            "postcode fake",
            "индекс",
            "почтовый индекс",
            "пошта индексі",
        ],
    ),
    (
        Role::OpenedOn,
        &[
            "opened on",
            "opened",
            "open date",
            "opening date",
            "account opened",
            "registered on",
            "registration date",
            "customer since",
            "дата открытия",
            "дата открытия счета",
            "дата регистрации",
            "дата регистрации клиента",
            "тіркелген күні",
            "ашылған күні",
            "шот ашылған күн",
        ],
    ),
    (Role::Phone, &["phone 1", "telephone", "tel", "mobile phone", "cell", "phone no", "phone mobile"]),
];

/// Headers that hold the answer of somebody's matching.
const LABELS: &[&str] = &[
    "cluster",
    "cluster id",
    "clusterid",
    "true cluster",
    "true cluster id",
    "truth",
    "truth id",
    "ground truth",
    "label",
    "entity",
    "entity id",
    "true id",
    "true match id",
    "match id",
    "group id",
    "is match",
    "person id true",
];

/// The role of a folded header in a customer file: `Some(None)` for labels, `None` where this list says nothing.
#[must_use]
pub fn role_of(folded: &str) -> Option<Option<Role>> {
    if LABELS.contains(&folded) {
        return Some(None);
    }
    NAMES.iter().find(|(_, names)| names.contains(&folded)).map(|&(role, _)| Some(role))
}

/// Whether several columns of a file may have this role.
#[must_use]
pub fn may_repeat(role: Role) -> bool {
    matches!(role, Role::Text | Role::Code | Role::Other)
}

/// What a second column of a role is.
#[must_use]
pub fn second(role: Role) -> Role {
    if may_repeat(role) { role } else { Role::Other }
}

/// The names of columns that hold the answer of somebody's matching, for those who ask for it.
pub fn label_names() -> impl Iterator<Item = &'static str> {
    LABELS.iter().copied()
}

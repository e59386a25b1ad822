//! Header: the names of a file's columns in, their roles out.
//!
//! Columns are found by the contract's names, their Russian and Kazakh names and common variants, after
//! folding case, spaces and punctuation; `--column HEADER=ROLE` beats detection. What has no role is
//! ignored and told. The law: two columns of one role, or a missing required one, stop the run before the
//! first record, with the headers that were seen and the nearest of them.

use std::path::Path;

use super::customers;
use crate::batch::{Dataset, Role};
use crate::error::{Error, Result};
use crate::normalise::full_name::NamePart;

/// A `--column HEADER=ROLE` of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnOverride {
    /// The header as it stands in the file.
    pub header: String,
    /// Its role, or `None` for `ignore` (and for `text` and `code`, which only `dedupe` uses).
    pub role: Option<Role>,
}

/// What each column of a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// For each column its role, if it has one in this dataset.
    pub roles: Vec<Option<Role>>,
    /// The headers as they stand in the file.
    pub names: Vec<String>,
    /// Headers that were given no role.
    pub ignored: Vec<String>,
    /// Roles that were given by hand.
    pub by_hand: Vec<Role>,
    /// Whether the last column has no name: then it may be what a delimiter at the end of the line left.
    pub unnamed_last: bool,
}

/// Where the cells of a role come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A column as it stands.
    Column(usize),
    /// A part of a column with the whole name.
    NamePart(usize, NamePart),
    /// A document's number without its series, and the column of the series.
    Joined {
        /// Column of the series.
        series: usize,
        /// Column of the number.
        number: usize,
    },
}

/// Whether a file must have the columns that its dataset requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Yes: it will be reconciled.
    Required,
    /// No: whatever columns it has will be checked.
    Nothing,
}

impl Header {
    /// The column of a role.
    #[must_use]
    pub fn column(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|&r| r == Some(role))
    }

    /// Where the cells of a role come from: parts of a name stand in their own columns or in the full name, a
    /// number may have its series beside it.
    #[must_use]
    pub fn source(&self, role: Role) -> Option<Source> {
        if let Some(column) = self.column(role) {
            let series = self.column(Role::DocumentSeries).filter(|_| role == Role::DocumentNumber);
            return Some(match series {
                Some(series) => Source::Joined { series, number: column },
                None => Source::Column(column),
            });
        }
        let part = match role {
            Role::Surname => NamePart::Surname,
            Role::GivenName => NamePart::Given,
            Role::Patronymic => NamePart::Patronymic,
            _ => return None,
        };
        self.column(Role::FullName).map(|column| Source::NamePart(column, part))
    }
}

/// Other names of roles, folded as [`fold`] does. `номер` alone is the number of a document: no export
/// was seen in which a column of that name holds anything else beside a series or a document.
const SYNONYMS: &[(Role, &[&str])] = &[
    (
        Role::Iin,
        &[
            "иин",
            "жсн",
            "жеке сәйкестендіру нөмірі",
            "индивидуальный идентификационный номер",
            "иин/бин",
            "жсн/бсн",
            "iin bin",
            "individual identification number",
            "person iin",
        ],
    ),
    (Role::Surname, &["фамилия", "тегі", "тегi", "last name", "family name", "lastname", "фамилия (лат)"]),
    (Role::GivenName, &["имя", "аты", "есімі", "first name", "firstname", "given names", "имена"]),
    (
        Role::Patronymic,
        &["отчество", "әкесінің аты", "әкесiнiң аты", "middle name", "отчество (при наличии)"],
    ),
    (
        Role::BirthDate,
        &[
            "дата рождения",
            "туған күні",
            "туған жылы",
            "date of birth",
            "dob",
            "birthdate",
            "birthday",
            "дата рожд",
        ],
    ),
    (Role::Sex, &["пол", "жынысы", "gender"]),
    (Role::Citizenship, &["гражданство", "азаматтығы", "страна гражданства", "country of citizenship"]),
    (Role::Nationality, &["nationality", "подданство"]),
    (
        Role::DocumentType,
        &[
            "тип документа",
            "вид документа",
            "құжат түрі",
            "құжаттың түрі",
            "doc type",
            "наименование документа",
        ],
    ),
    (
        Role::DocumentCountry,
        &[
            "страна документа",
            "страна выдачи",
            "государство выдачи",
            "код страны",
            "issuing country",
            "issuing state",
            "country of issue",
            "құжат елі",
            "берген ел",
            "doc country",
        ],
    ),
    (
        Role::DocumentNumber,
        &[
            "номер документа",
            "номер паспорта",
            "номер",
            "құжат нөмірі",
            "құжаттың нөмірі",
            "passport number",
            "passport no",
            "document no",
            "doc number",
            "№ документа",
            "серия и номер",
            "серия и номер документа",
            "серия, номер",
        ],
    ),
    (
        Role::IssueDate,
        &[
            "дата выдачи",
            "берілген күні",
            "берілген уақыты",
            "issued on",
            "date of issue",
            "document issue date",
            "дата выдачи документа",
            "date issued",
        ],
    ),
    (
        Role::ExpiryDate,
        &[
            "срок действия",
            "действителен до",
            "жарамдылық мерзімі",
            "дата окончания",
            "date of expiry",
            "expires on",
            "valid until",
            "document expiry date",
            "дата окончания срока действия",
            "срок действия документа",
            "expiration date",
        ],
    ),
    (
        Role::AssignedOn,
        &[
            "дата присвоения",
            "дата формирования",
            "дата присвоения иин",
            "берілген күні жсн",
            "қалыптастырылған күні",
            "assignment date",
            "дата формирования иин",
        ],
    ),
    (
        Role::Channel,
        &[
            "канал",
            "способ подачи",
            "способ обращения",
            "канал подачи",
            "арна",
            "өтініш тәсілі",
            "application channel",
        ],
    ),
    (
        Role::RepresentativeIin,
        &["иин представителя", "өкілдің жсн", "представитель", "өкіл жсн", "proxy iin", "representative"],
    ),
    (
        Role::Office,
        &[
            "кем выдан",
            "орган",
            "подразделение",
            "орган выдачи",
            "берген орган",
            "цон",
            "бөлім",
            "отделение",
            "бөлімше",
        ],
    ),
    (
        Role::Phone,
        &[
            "телефон",
            "номер телефона",
            "телефон нөмірі",
            "мобильный телефон",
            "phone number",
            "mobile",
            "тел",
        ],
    ),
    (
        Role::Address,
        &["адрес", "мекенжайы", "мекенжай", "адрес регистрации", "адрес проживания", "registered address"],
    ),
    (Role::Status, &["статус", "мәртебесі", "күйі", "статус документа", "document status", "состояние"]),
    (Role::StatusDate, &["дата статуса", "дата изменения статуса", "мәртебе күні", "status changed on"]),
    (
        Role::PersonalNumber,
        &[
            "личный номер",
            "персональный номер",
            "жеке нөмірі",
            "personal no",
            "pinfl",
            "пинфл",
            "personal id",
        ],
    ),
    (
        Role::PreviousNumber,
        &[
            "предыдущий номер",
            "номер предыдущего документа",
            "прежний номер",
            "алдыңғы нөмірі",
            "old number",
            "previous document number",
            "previous passport",
        ],
    ),
    (Role::Mrz, &["мчз", "машиносчитываемая зона", "machine readable zone", "мрз"]),
    (Role::Kind, &["вид", "событие", "түрі", "event", "event type", "вид события"]),
    (
        Role::FullName,
        &[
            "фио",
            "ф.и.о.",
            "ф.и.о. клиента",
            "фио клиента",
            "фамилия имя отчество",
            "фамилия, имя, отчество (при наличии)",
            "фамилия и имя",
            "полное имя",
            "аты-жөні",
            "тегі, аты, әкесінің аты",
            "тегі аты",
            "т.а.ә.",
            "толық аты",
            "fio",
            "fullname",
            "client name",
            "customer name",
            "surname and given name",
        ],
    ),
    (
        Role::DocumentSeries,
        &[
            "серия",
            "серия документа",
            "серия паспорта",
            "сериясы",
            "құжат сериясы",
            "series",
            "doc series",
            "passport series",
        ],
    ),
    (Role::OccurredOn, &["дата события", "оқиға күні", "event date", "date", "дата"]),
];

/// Roles of one meaning that the datasets call by different names.
const TWINS: &[(Role, Role)] = &[
    (Role::IssueDate, Role::DocumentIssueDate),
    (Role::ExpiryDate, Role::DocumentExpiryDate),
    (Role::Nationality, Role::Citizenship),
];

/// A header folded for comparing: lower case, one space for any run of spaces and punctuation.
fn fold(header: &str) -> String {
    let mut folded = String::with_capacity(header.len());
    for c in header.trim_start_matches('\u{feff}').chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '№' {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.trim_end().to_owned()
}

/// Whether two headers are one, as far as case, spaces and punctuation go.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

/// The role of a header in a dataset.
#[must_use]
pub fn role_of(dataset: Dataset, header: &str) -> Option<Role> {
    let folded = fold(header);
    if dataset == Dataset::Customers
        && let Some(role) = customers::role_of(&folded)
    {
        return role;
    }
    let named = Role::ALL.into_iter().find(|role| fold(role.name()) == folded);
    let role = named.or_else(|| {
        SYNONYMS
            .iter()
            .find(|(_, names)| names.iter().any(|name| fold(name) == folded))
            .map(|&(role, _)| role)
    });
    let in_dataset = |role: &Role| dataset.roles().contains(role);
    if dataset == Dataset::Customers {
        return (!folded.is_empty()).then(|| role.filter(in_dataset).unwrap_or(Role::Other));
    }
    let role = role?;
    if in_dataset(&role) {
        return Some(role);
    }
    let twin = TWINS.iter().find_map(|&(a, b)| match role {
        r if r == a => Some(b),
        r if r == b => Some(a),
        _ => None,
    });
    twin.filter(in_dataset)
}

/// Whether a header is the contract's name of a role, in this dataset or in another that calls it differently.
#[must_use]
pub fn is_contract_name(header: &str, role: Role) -> bool {
    let twins = TWINS.iter().filter_map(|&(a, b)| match role {
        r if r == a => Some(b),
        r if r == b => Some(a),
        _ => None,
    });
    std::iter::once(role).chain(twins).any(|role| fold(role.name()) == fold(header))
}

/// The dataset that most of a file's columns belong to, for files of which nobody says what they are.
#[must_use]
pub fn guess_dataset(headers: &[String]) -> Dataset {
    let has = |dataset, role| headers.iter().any(|h| role_of(dataset, h) == Some(role));
    let of_people = has(Dataset::Registry, Role::Surname)
        || has(Dataset::Registry, Role::FullName)
        || has(Dataset::Documents, Role::DocumentNumber);
    if has(Dataset::Activity, Role::OccurredOn) && has(Dataset::Activity, Role::Iin) && !of_people {
        return Dataset::Activity;
    }
    let known = |dataset: Dataset| headers.iter().filter(|h| role_of(dataset, h).is_some()).count();
    // A register of documents has columns that a registry lacks, and the other way round; a tie, such as a
    // bare list of numbers, is read as a registry.
    let documents =
        [Role::PreviousNumber, Role::PersonalNumber, Role::Mrz, Role::StatusDate, Role::Nationality];
    let hints = headers
        .iter()
        .filter(|h| {
            documents.iter().any(|&r| {
                role_of(Dataset::Documents, h) == Some(r) && role_of(Dataset::Registry, h).is_none()
            })
        })
        .count();
    if known(Dataset::Documents) + hints > known(Dataset::Registry) {
        Dataset::Documents
    } else {
        Dataset::Registry
    }
}

/// Settles what each column of a file is.
///
/// # Errors
/// When a required column is missing, two columns have one role, or a `--column` names no column.
pub fn resolve(
    dataset: Dataset,
    headers: &[String],
    overrides: &[ColumnOverride],
    needs: Needs,
    path: &Path,
) -> Result<Header> {
    if headers.iter().any(|header| looks_like_a_value(header)) {
        // Nothing of that line is repeated: it may be a person's record.
        return Err(Error::usage("the first line holds values, not the names of columns")
            .at(path)
            .remedy(format!("put a header line before it, e.g. {}", example(dataset))));
    }
    let mut roles = Vec::with_capacity(headers.len());
    let (mut ignored, mut by_hand) = (Vec::new(), Vec::new());
    for header in headers {
        // A role that this dataset lacks was meant for another input with a header of the same name.
        let overridden = overrides.iter().find(|o| {
            fold(&o.header) == fold(header) && o.role.is_none_or(|role| dataset.roles().contains(&role))
        });
        let role = overridden.map_or_else(|| role_of(dataset, header), |o| o.role);
        // Detection yields to a column that was named for the role by hand.
        let beaten = overridden.is_none()
            && role.is_some_and(|role| {
                overrides
                    .iter()
                    .any(|o| o.role == Some(role) && headers.iter().any(|h| fold(h) == fold(&o.header)))
            });
        let role = role.filter(|_| !beaten);
        if role.is_none() && !header.trim().is_empty() {
            ignored.push(header.clone());
        }
        // A customer file may have two addresses and any number of columns of its own.
        let taken = role.is_some_and(|role| roles.contains(&Some(role)));
        let role = if dataset == Dataset::Customers && taken { role.map(customers::second) } else { role };
        if let Some(role) = role
            && !customers::may_repeat(role)
            && let Some(first) = roles.iter().position(|&r| r == Some(role))
        {
            return Err(Error::usage(format!(
                "two columns are `{}`: \"{}\" (column {}) and \"{header}\" (column {})",
                role.name(),
                headers[first],
                first + 1,
                roles.len() + 1
            ))
            .at(path)
            .remedy(format!("say which one to use, e.g. --column \"{header}=ignore\"")));
        }
        if overridden.is_some() {
            by_hand.extend(role);
        }
        roles.push(role);
    }
    let unnamed_last = headers.last().is_some_and(|name| name.trim().is_empty());
    let header = Header { roles, names: headers.to_vec(), ignored, by_hand, unnamed_last };
    if needs == Needs::Nothing {
        return Ok(header);
    }
    if let Some(&missing) = dataset.required().iter().find(|&&role| header.source(role).is_none()) {
        let nearest = headers
            .iter()
            .filter(|h| !h.trim().is_empty() && header.ignored.contains(h))
            .min_by_key(|h| distance(&fold(h), &fold(missing.name())));
        let remedy = match nearest {
            Some(near) => format!("if \"{near}\" is that column, add --column \"{near}={}\"", missing.name()),
            None => format!("add the column, or check that this file is a {} export", dataset.name()),
        };
        return Err(Error::usage(format!(
            "no column `{}`, which {} needs; headers seen: {}",
            missing.name(),
            dataset.name(),
            headers.iter().map(|h| format!("\"{h}\"")).collect::<Vec<_>>().join(", ")
        ))
        .at(path)
        .remedy(remedy));
    }
    Ok(header)
}

/// Whether a header is no name but a number, a date or a phone: six digits or more are in no name.
fn looks_like_a_value(header: &str) -> bool {
    header.chars().filter(char::is_ascii_digit).count() >= 6
}

/// The required columns of a dataset as a header line.
fn example(dataset: Dataset) -> String {
    dataset.required().iter().map(|role| role.name()).collect::<Vec<_>>().join(",")
}

/// Edits between two short words (Levenshtein), to find what was probably meant.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Finds the delimiter: the candidate that the header line has most of, outside quotes.
#[must_use]
pub fn detect_delimiter(line: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for &byte in line {
        quoted ^= byte == b'"';
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(d, _)| *d == byte) {
            *count += 1;
        }
    }
    // The first of equals, so that a single column is read as CSV.
    counts.into_iter().rev().max_by_key(|&(_, count)| count).map_or(b',', |(delimiter, _)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve_text(dataset: Dataset, headers: &[&str]) -> Result<Header> {
        let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
        resolve(dataset, &headers, &[], Needs::Required, Path::new("x.csv"))
    }

    #[test]
    fn headers_in_three_languages() {
        use Role::*;
        let cases = [
            (Dataset::Registry, "ИИН", Some(Iin)),
            (Dataset::Registry, "ЖСН", Some(Iin)),
            (Dataset::Registry, "ИИН/БИН", Some(Iin)),
            (Dataset::Registry, "\u{feff}iin", Some(Iin)),
            (Dataset::Registry, "Фамилия", Some(Surname)),
            (Dataset::Registry, "Тегі", Some(Surname)),
            (Dataset::Registry, "Әкесінің аты", Some(Patronymic)),
            (Dataset::Registry, "Дата_рождения", Some(BirthDate)),
            (Dataset::Registry, "BirthDate", Some(BirthDate)),
            (Dataset::Registry, "Срок действия", Some(DocumentExpiryDate)),
            (Dataset::Documents, "Срок действия", Some(ExpiryDate)),
            (Dataset::Documents, "document_issue_date", Some(IssueDate)),
            (Dataset::Documents, "Гражданство", Some(Nationality)),
            (Dataset::Registry, "nationality", Some(Citizenship)),
            (Dataset::Documents, "mrz", Some(Mrz)),
            (Dataset::Activity, "mrz", None),
            (Dataset::Registry, "SecondName", None),
            (Dataset::Registry, "Ф.И.О.", Some(FullName)),
            (Dataset::Documents, "Аты-жөні", Some(FullName)),
            (Dataset::Activity, "ФИО", None),
            (Dataset::Registry, "Серия", Some(DocumentSeries)),
            (Dataset::Documents, "Серия и номер", Some(DocumentNumber)),
        ];
        for (dataset, header, expected) in cases {
            assert_eq!(role_of(dataset, header), expected, "{header} in {}", dataset.name());
        }
    }

    #[test]
    fn every_contract_name_is_found() {
        for dataset in [Dataset::Registry, Dataset::Documents, Dataset::Activity] {
            for &role in dataset.roles() {
                assert_eq!(role_of(dataset, role.name()), Some(role));
            }
        }
    }

    #[test]
    fn a_missing_column_names_what_was_seen_and_the_nearest() {
        let error =
            resolve_text(Dataset::Registry, &["iin", "surname", "given_nam", "birth_date"]).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("`given_name`") && text.contains("--column \"given_nam=given_name\""),
            "{text}"
        );
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn two_columns_of_one_role_are_refused() {
        let error = resolve_text(Dataset::Activity, &["iin", "ИИН"]).unwrap_err().to_string();
        assert!(error.contains("two columns are `iin`"), "{error}");
    }

    #[test]
    fn a_hand_written_role_beats_detection() {
        let headers = ["iin".to_owned(), "worker".to_owned()];
        let overrides = [ColumnOverride { header: "worker".into(), role: Some(Role::Iin) }];
        let header =
            resolve(Dataset::Activity, &headers, &overrides, Needs::Required, Path::new("x")).unwrap();
        assert_eq!(header.roles, [None, Some(Role::Iin)]);
    }

    #[test]
    fn a_file_without_header_is_refused_without_quoting_it() {
        let error =
            resolve_text(Dataset::Registry, &["000101699999", "SATO", "AI", "2000-01-01"]).unwrap_err();
        let text = error.to_string();
        assert!(!text.contains("SATO") && !text.contains("000101699999"), "{text}");
    }

    #[test]
    fn a_full_name_and_a_series_stand_for_what_they_hold() {
        let header =
            resolve_text(Dataset::Registry, &["ИИН", "ФИО", "Дата рождения", "Серия", "Номер"]).unwrap();
        assert_eq!(header.source(Role::GivenName), Some(Source::NamePart(1, NamePart::Given)));
        assert_eq!(header.source(Role::DocumentNumber), Some(Source::Joined { series: 3, number: 4 }));
        assert_eq!(header.source(Role::Sex), None);
        // A surname of its own beats the full name; what it lacks still comes from there.
        let header = resolve_text(Dataset::Registry, &["iin", "surname", "full_name", "birth_date"]).unwrap();
        assert_eq!(header.source(Role::Surname), Some(Source::Column(1)));
        assert_eq!(header.source(Role::Patronymic), Some(Source::NamePart(2, NamePart::Patronymic)));
    }

    #[test]
    fn datasets_are_guessed() {
        for (headers, expected) in [
            (&["iin"][..], Dataset::Registry),
            (&["iin", "kind", "occurred_on"], Dataset::Activity),
            (&["iin", "surname", "given_name", "date"], Dataset::Registry),
            (&["document_country", "document_number", "mrz"], Dataset::Documents),
            (&["a", "b"], Dataset::Registry),
        ] {
            let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
            assert_eq!(guess_dataset(&headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn delimiters_are_found() {
        for (line, expected) in [
            ("a,b", b','),
            ("a;b,c;d", b';'),
            ("a\tb", b'\t'),
            ("a|b|c", b'|'),
            ("a", b','),
            ("\"a;b;c\",d", b','),
        ] {
            assert_eq!(detect_delimiter(line.as_bytes()), expected, "{line}");
        }
    }
}

//! Look: what the rules of customers see of a file.
//!
//! In: columns of codes, for each record the first record of its person, and pairs that were kept apart. Out: values in
//! a form that can be compared, by record. The law: each distinct text is looked at once; what cannot be read, what is a
//! placeholder and what is missing are all "nothing known".
//!
//! Birth date, sex and country of a document are given out by methods of their names, so that `tests/tidy.rs` sees
//! which rules ask for them.

use std::ops::Range;

use super::Terms;
use crate::batch::{NO_IIN, Role};
use crate::day::{self, NO_DAY};
use crate::engine::Engine;
use crate::link::people::field::words;
use crate::link::people::golden::Groups;
use crate::link::people::table::{Column, People};
use crate::normalise::hash::{hash, mix_pair};
use crate::normalise::name::{NameLevel, PersonName, compare};
use crate::normalise::placeholder::is_placeholder;
use crate::normalise::{codes, contact, country, number};
use crate::validate::{bin, iin};

/// Records that one task looks at.
const PART: usize = 1 << 14;
/// "Digits that are not twelve" in the column of numbers.
const ODD: u64 = NO_IIN - 1;
/// Days between two records of a person from which the person is known for long.
const LONG_DAYS: i32 = 365;
/// Letters and digits of an e-mail's local part below which it is nobody's own.
const LOCAL_MIN: usize = 3;

/// What stands in the column of IINs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// Nothing, an organisation's number, a number with letters: nothing that is meant to be an IIN.
    Absent,
    /// A number that can be an IIN.
    Sound(u64),
    /// Twelve digits that cannot.
    Unsound(u64),
    /// Digits, but not twelve.
    Odd,
}

/// Values by record: one for each distinct text of a column.
#[derive(Debug)]
struct Keyed<'a, T> {
    codes: &'a [u32],
    values: Vec<T>,
    nothing: T,
}

impl<'a, T: Copy + Send> Keyed<'a, T> {
    fn of(
        engine: &Engine,
        column: Option<&'a Column>,
        nothing: T,
        make: impl Fn(&str) -> T + Sync + Send,
    ) -> Self
    where
        T: Sync,
    {
        let Some(column) = column else { return Keyed { codes: &[], values: Vec::new(), nothing } };
        let count = column.texts.len();
        let parts = engine.map(count.div_ceil(PART), |part| {
            let codes = part * PART..((part + 1) * PART).min(count);
            codes.map(|code| make(column.texts.get(code as u32))).collect::<Vec<T>>()
        });
        let mut values = Vec::with_capacity(count);
        parts.into_iter().for_each(|part| values.extend(part));
        Keyed { codes: &column.codes, values, nothing }
    }

    fn get(&self, record: usize) -> T {
        self.codes.get(record).map_or(self.nothing, |&code| self.values[code as usize])
    }

    fn is_there(&self) -> bool {
        !self.values.is_empty()
    }
}

/// How two records' names differ, where no spelling, slip or marriage explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Difference {
    /// The given names differ, the surnames do not or are not known: perhaps a family.
    Relatives,
    /// Both differ.
    Strangers,
}

/// A way to reach somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contact {
    /// A phone.
    Phone,
    /// An address with a house.
    Address,
    /// An e-mail address.
    Email,
    /// What e-mail addresses of a series have in common: `client017@`, `client018@`.
    EmailSeries,
}

impl Contact {
    /// What evidence calls it.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Contact::Phone => "phone",
            Contact::Address => "address",
            Contact::Email => "e-mail address",
            Contact::EmailSeries => "series of e-mail addresses",
        }
    }
}

/// What the rules see.
#[derive(Debug)]
pub struct Look<'a> {
    /// Does the work.
    pub engine: &'a Engine,
    /// Thresholds.
    pub terms: &'a Terms,
    /// The records.
    pub people: &'a People,
    /// For each record the first record of its person.
    pub persons: &'a [u32],
    /// Pairs that look like one person and have two sound numbers, with the probability in thousandths.
    pub apart: &'a [(u32, u32, u16)],
    iins: Keyed<'a, u64>,
    births: Keyed<'a, i32>,
    sexes: Keyed<'a, u16>,
    documents: Keyed<'a, u64>,
    countries: Keyed<'a, u16>,
    kinds: Keyed<'a, u16>,
    opened: Keyed<'a, i32>,
    names: [Option<&'a Column>; 4],
    /// Persons of several records, by group.
    groups: Groups,
}

impl<'a> Look<'a> {
    /// Looks at the columns.
    #[must_use]
    pub fn new(
        engine: &'a Engine,
        terms: &'a Terms,
        people: &'a People,
        persons: &'a [u32],
        apart: &'a [(u32, u32, u16)],
    ) -> Self {
        let column = |role: Role| people.columns.iter().find(|column| column.role == role);
        let day_of = |text: &str| day::parse(text.as_bytes()).unwrap_or(NO_DAY);
        let mut look = Look {
            engine,
            terms,
            people,
            persons,
            apart,
            iins: Keyed::of(engine, column(Role::Iin), NO_IIN, number_of),
            births: Keyed::of(engine, column(Role::BirthDate), NO_DAY, day_of),
            sexes: Keyed::of(engine, column(Role::Sex), 0, |text| codes::sex(text).unwrap_or(0)),
            documents: Keyed::of(engine, column(Role::DocumentNumber), 0, number::key),
            countries: Keyed::of(engine, column(Role::DocumentCountry), 0, |text| {
                country::parse(text).unwrap_or(0)
            }),
            kinds: Keyed::of(engine, column(Role::DocumentType), 0, |text| {
                codes::document_type(text).unwrap_or(0)
            }),
            opened: Keyed::of(engine, column(Role::OpenedOn), NO_DAY, day_of),
            names: [Role::Surname, Role::GivenName, Role::Patronymic, Role::FullName].map(column),
            groups: Groups::of(persons),
        };
        look.forget_sexes_of_other_codes();
        look
    }

    /// Where more records have the sex that their number denies than the one it says, the file's codes are the other
    /// way round, and its sexes say nothing.
    fn forget_sexes_of_other_codes(&mut self) {
        let (mut same, mut other) = (0u64, 0u64);
        if self.iins.is_there() && self.sexes.is_there() {
            for record in 0..self.len() {
                match self.sex_agrees(record) {
                    Some(true) => same += 1,
                    Some(false) => other += 1,
                    None => {}
                }
            }
        }
        if other > same {
            self.sexes = Keyed { codes: &[], values: Vec::new(), nothing: 0 };
        }
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// How many parts there are to look at.
    pub(super) fn parts(&self) -> usize {
        self.len().div_ceil(PART)
    }

    /// The records of a part.
    pub(super) fn part(&self, part: usize) -> Range<usize> {
        part * PART..((part + 1) * PART).min(self.len())
    }

    /// The persons that have several records.
    pub(super) fn persons_of_several(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.groups.len()).map(|at| self.groups.get(at))
    }

    /// What stands where an IIN should.
    pub(super) fn number(&self, record: usize) -> Number {
        match self.iins.get(record) {
            NO_IIN => Number::Absent,
            ODD => Number::Odd,
            packed if iin::problems(packed) == 0 => Number::Sound(packed),
            packed => Number::Unsound(packed),
        }
    }

    /// A number that can be an IIN, else 0.
    pub(super) fn sound_number(&self, record: usize) -> u64 {
        match self.number(record) {
            Number::Sound(packed) => packed,
            _ => 0,
        }
    }

    /// The number as text: twelve digits, or what stands in the file.
    #[must_use]
    pub fn number_text(&self, record: usize) -> String {
        match self.number(record) {
            Number::Sound(packed) | Number::Unsound(packed) => iin::unpack(packed),
            Number::Absent | Number::Odd => self.text(Role::Iin, record).to_owned(),
        }
    }

    /// A value as it stands in the file.
    pub(super) fn text(&self, role: Role, record: usize) -> &str {
        let column = self.people.columns.iter().find(|column| column.role == role);
        column.map_or("", |column| column.texts.get(column.codes[record]))
    }

    /// The birth date, for comparing.
    pub(super) fn birth(&self, record: usize) -> i32 {
        self.births.get(record)
    }

    /// Whether the birth date is that of the number; `None` where either says nothing.
    pub(super) fn birth_agrees(&self, record: usize) -> Option<bool> {
        let Number::Sound(packed) = self.number(record) else { return None };
        iin::birth_agrees(packed, self.birth(record))
    }

    /// Whether the sex is that of the number; `None` where either says nothing.
    pub(super) fn sex_agrees(&self, record: usize) -> Option<bool> {
        let Number::Sound(packed) = self.number(record) else { return None };
        iin::sex_agrees(packed, self.sexes.get(record))
    }

    /// The key of the document's number, or 0.
    pub(super) fn document(&self, record: usize) -> u64 {
        self.documents.get(record)
    }

    /// The state and the kind of the document, 0 where unknown.
    pub(super) fn country(&self, record: usize) -> (u16, u16) {
        (self.countries.get(record), self.kinds.get(record))
    }

    /// The day on which the record was opened.
    pub(super) fn opened(&self, record: usize) -> i32 {
        self.opened.get(record)
    }

    /// Whether the file says when records were opened.
    pub(super) fn has_opened(&self) -> bool {
        self.opened.is_there()
    }

    /// For each record the key of a contact, or 0.
    pub(super) fn contacts(&self, contact: Contact) -> Vec<u64> {
        let column = |role: Role| self.people.columns.iter().find(|column| column.role == role);
        let keys = match contact {
            Contact::Phone => Keyed::of(self.engine, column(Role::Phone), 0, contact::phone_key),
            Contact::Address => Keyed::of(self.engine, column(Role::Address), 0, house),
            Contact::Email => Keyed::of(self.engine, column(Role::Email), 0, email),
            Contact::EmailSeries => Keyed::of(self.engine, column(Role::Email), 0, email_series),
        };
        if !keys.is_there() {
            return Vec::new();
        }
        // A street and a house are an address only together with their town, where the file has towns.
        let towns = match contact {
            Contact::Address => Keyed::of(self.engine, column(Role::City), 0, town),
            _ => Keyed::of(self.engine, None, 0, town),
        };
        (0..self.len())
            .map(|record| match (keys.get(record), towns.is_there(), towns.get(record)) {
                (0, ..) | (_, true, 0) => 0,
                (key, true, town) => mix_pair(key, town).max(1),
                (key, false, _) => key,
            })
            .collect()
    }

    /// Whether the configuration knows the record's address as a dormitory's, or its phone as an employer's.
    pub(super) fn is_explained(&self, record: usize) -> bool {
        let known = |keys: &[u64], key: u64| key != 0 && keys.binary_search(&key).is_ok();
        let (phones, addresses) = (&self.terms.known_phones, &self.terms.known_addresses);
        if !phones.is_empty() && known(phones, contact::phone_key(self.text(Role::Phone, record))) {
            return true;
        }
        if addresses.is_empty() {
            return false;
        }
        let address = self.text(Role::Address, record);
        let whole = format!("{} {address}", self.text(Role::City, record));
        known(addresses, contact::address_key(address)) || known(addresses, contact::address_key(&whole))
    }

    /// The name of a record.
    fn name(&self, record: usize) -> PersonName {
        let [surname, given, patronymic, full] =
            self.names.map(|column| column.map_or("", |column| column.texts.get(column.codes[record])));
        if surname.is_empty() && given.is_empty() {
            PersonName::from_full(full)
        } else {
            PersonName::new(surname, given, patronymic)
        }
    }

    /// How the names of two records differ, where they are clearly two persons'.
    pub(super) fn difference(&self, one: usize, other: usize) -> Option<Difference> {
        let found = compare(&self.name(one), &self.name(other));
        // A letter or two may be a slip, and a new surname a marriage.
        if found.is_match() || found.given.level != NameLevel::Different {
            return None;
        }
        if matches!(found.surname.level, NameLevel::Different | NameLevel::Near) {
            return Some(Difference::Strangers);
        }
        // One surname and one birth date are one person, whose given name a clerk lost.
        let born = self.birth(one);
        let same = (born != NO_DAY && born == self.birth(other)) || self.persons[one] == self.persons[other];
        (!same).then_some(Difference::Relatives)
    }

    /// Whether records of one person show that the bank has known the person for long: opened a year apart or more,
    /// or from several files; where a file says neither, several records are all that there is.
    pub(super) fn known_for_long(&self, records: &[u32]) -> bool {
        let files = || records.iter().map(|&record| self.people.files[record as usize]);
        let days = || records.iter().map(|&record| self.opened(record as usize)).filter(|&day| day != NO_DAY);
        if let (Some(first), Some(last)) = (days().min(), days().max()) {
            return last.saturating_sub(first) >= LONG_DAYS;
        }
        files().min() != files().max() || (self.people.files.last() == Some(&0) && records.len() > 1)
    }
}

/// What stands in the column of IINs, packed; [`NO_IIN`] and [`ODD`] for what is none.
fn number_of(text: &str) -> u64 {
    if number::key(text) == 0 {
        return NO_IIN;
    }
    let mut form = String::new();
    number::normalise(text, &mut form);
    let digits = form.as_bytes();
    let same = digits.windows(2).all(|pair| pair[0] == pair[1]);
    if same || digits.iter().any(|byte| !byte.is_ascii_digit()) {
        return NO_IIN;
    }
    match iin::pack(digits) {
        Some(packed) if iin::is_bin(packed) && bin::problems(packed) == 0 => NO_IIN,
        Some(packed) => packed,
        // A spreadsheet took the zeros.
        None => iin::with_zeros(digits).unwrap_or(ODD),
    }
}

/// A town as one number.
fn town(text: &str) -> u64 {
    if is_placeholder(text) { 0 } else { hash(words(text).as_bytes()) }
}

/// An address as one number, if it names a house: a street alone is no address.
fn house(text: &str) -> u64 {
    if text.bytes().any(|byte| byte.is_ascii_digit()) { contact::address_key(text) } else { 0 }
}

/// The part of an e-mail address before the sign, in lower case.
fn local(text: &str) -> Option<String> {
    let (local, host) = text.trim().split_once('@')?;
    let local = local.to_lowercase();
    (host.contains('.') && local.chars().filter(|c| c.is_alphanumeric()).count() >= LOCAL_MIN)
        .then_some(local)
}

/// An e-mail address as one number.
fn email(text: &str) -> u64 {
    local(text).map_or(0, |_| hash(text.trim().to_lowercase().as_bytes()).max(1))
}

/// The letters of a numbered local part as one number; 0 where it has no number.
fn email_series(text: &str) -> u64 {
    let Some(local) = local(text) else { return 0 };
    let letters: String = local.chars().filter(|c| c.is_alphabetic()).collect();
    let numbered = local.chars().any(|c| c.is_ascii_digit());
    if numbered && letters.chars().count() >= LOCAL_MIN { hash(letters.as_bytes()).max(1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn numbers() {
        let sound = iin::pack(b"000101699999").unwrap();
        for (text, expected, why) in [
            ("000101699999", sound, "as it stands"),
            ("0001 0169 9999", sound, "with spaces"),
            ("101699999", ODD, "too few digits to be told"),
            ("", NO_IIN, "nothing"),
            ("000000000000", NO_IIN, "a placeholder"),
            ("-", NO_IIN, "a placeholder"),
            ("N12345678", NO_IIN, "a passport in the wrong column"),
            ("990140004654", NO_IIN, "an organisation"),
            ("1.01699E+11", NO_IIN, "a spreadsheet's"),
        ] {
            assert_eq!(number_of(text), expected, "{text}: {why}");
        }
    }

    #[test]
    fn e_mails() {
        assert_eq!(email(" A.B.C@Mail.example"), email("a.b.c@mail.example"));
        assert_eq!((email("a@b"), email("нет"), email("ab@mail.example")), (0, 0, 0));
        assert_eq!(email_series("client017@mail.example"), email_series("client018@post.example"));
        assert_eq!(email_series("client@mail.example"), 0, "no number");
    }

    #[test]
    fn two_persons_or_one() {
        let rows = [
            "Ахметов,Данияр",
            "AKHMETOV,DANIIAR",
            "Ахметова,Алия",
            "Ким,Виктор",
            "Сидорова,Алия",
            "Ахметов,Д.",
            ",",
        ];
        let case = Case::new("surname,given_name", &rows);
        let persons = case.persons();
        let look = case.look(&persons);
        for (one, other, expected, why) in [
            (0, 1, None, "another script"),
            (0, 2, Some(Difference::Relatives), "one surname, two given names"),
            (0, 3, Some(Difference::Strangers), "nothing agrees"),
            (2, 4, None, "a marriage"),
            (0, 5, None, "an initial"),
            (0, 6, None, "nothing known"),
        ] {
            assert_eq!(look.difference(one, other), expected, "{one}, {other}: {why}");
        }
    }

    #[test]
    fn codes_of_sex_the_other_way_round_say_nothing() {
        // The number is a woman's.
        for (sexes, expected) in [(["F", "F", "M"], Some(false)), (["M", "M", "F"], None)] {
            let case = Case::new("iin,sex", &sexes.map(|sex| format!("000101699999,{sex}")));
            let persons = case.persons();
            assert_eq!(case.look(&persons).sex_agrees(2), expected, "{sexes:?}");
        }
    }

    #[test]
    fn an_address_is_a_house_in_a_town() {
        let rows = ["Алматы,ул. Абая д. 10", "Астана,Абая 10", "Алматы,АБАЯ 10", ",Абая 10", "Алматы,Абая"];
        let case = Case::new("city,address", &rows);
        let persons = case.persons();
        let keys = case.look(&persons).contacts(Contact::Address);
        assert!(keys[0] != 0 && keys[0] == keys[2], "written twice");
        assert_ne!(keys[0], keys[1], "two towns");
        assert_eq!(keys[3..], [0, 0], "no town, no house");
    }
}

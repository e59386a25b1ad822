//! Rules: what decides beside probabilities, whatever the weights say.
//!
//! In: fields and columns. Out: pairs that are always one person, and for each record what must not meet within one
//! cluster. The rules:
//!
//! - the same valid IIN and the same birth date: one person, always;
//! - two different valid IINs: never one cluster, since an IIN is given once and for life;
//! - two documents of one kind and country whose validities overlap by more than a year: never one cluster. Within a
//!   year both are the ordinary overlap of a renewal;
//! - two records of one file, where it is said that no file holds a person twice: never one cluster.
//!
//! Each can be switched off; the last is off unless asked for.
//!
//! The law: a value that is missing, or a number whose check digit is wrong, decides nothing.

use super::field::Field;
use super::table::{Column, People};
use super::{Options, Pair};
use crate::batch::Role;
use crate::day;
use crate::validate::iin;

/// Days that two documents of one kind may be valid together.
const OVERLAP_DAYS: i32 = 366;

/// A document as far as rules ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    number: u32,
    kind: u32,
    issue: i32,
    expiry: i32,
}

/// Why two clusters must stay apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conflict {
    /// Two different valid IINs.
    TwoIins,
    /// Two documents of one kind, valid at the same time.
    TwoDocuments,
    /// The cluster would be larger than any person's records.
    TooLarge,
    /// Two records of one file, none of which holds a person twice.
    OneFile,
}

impl Conflict {
    /// The code in `conflicts.parquet`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Conflict::TwoIins => "two_iins",
            Conflict::TwoDocuments => "two_documents",
            Conflict::TooLarge => "too_large",
            Conflict::OneFile => "one_file",
        }
    }
}

/// What rules know of the records.
#[derive(Debug, Default)]
pub struct Rules {
    /// For each record a number for its valid IIN, or 0; empty without such a column.
    iins: Vec<u32>,
    /// For each record its document, where number, issue and expiry are known.
    documents: Vec<Option<Document>>,
    /// For each record its file, where none holds a person twice; else empty.
    files: Vec<u16>,
    /// Pairs that are one person.
    pub sure: Vec<Pair>,
}

/// What a cluster holds that another may contradict.
#[derive(Clone, Debug, Default)]
pub struct Held {
    iin: u32,
    documents: Vec<Document>,
    /// Ascending.
    files: Vec<u16>,
}

impl Rules {
    /// Looks at the columns.
    #[must_use]
    pub fn new(people: &People, fields: &[Field], options: &Options) -> Self {
        let column = |role: Role| people.columns.iter().find(|column| column.role == role);
        let mut rules = Rules::default();
        if options.unique_within_file {
            rules.files.clone_from(&people.files);
        }
        if let Some(field) = fields.iter().find(|field| field.role == Role::Iin) {
            let valid: Vec<bool> = (0..field.values.len() as u32)
                .map(|code| {
                    iin::pack(field.values.normal.get(code).as_bytes()).is_some_and(|n| iin::problems(n) == 0)
                })
                .collect();
            let iins: Vec<u32> =
                field.codes.iter().map(|&code| if valid[code as usize] { code } else { 0 }).collect();
            let birth = fields.iter().find(|field| field.role == Role::BirthDate);
            if let Some(birth) = birth.filter(|_| options.same_iin_and_birth_always) {
                rules.sure = same_number_and_birth(&iins, &birth.codes);
            }
            if options.two_iins_never {
                rules.iins = iins;
            }
        }
        if let (Some(number), Some(issue), Some(expiry), true) = (
            column(Role::DocumentNumber),
            column(Role::DocumentIssueDate),
            column(Role::DocumentExpiryDate),
            options.two_documents_never,
        ) {
            let days = |column: &Column| -> Vec<Option<i32>> {
                (0..column.texts.len() as u32)
                    .map(|code| day::parse(column.texts.get(code).as_bytes()))
                    .collect()
            };
            let (issues, expiries) = (days(issue), days(expiry));
            let code = |role: Role, record: usize| column(role).map_or(0, |column| column.codes[record]);
            rules.documents = (0..people.len())
                .map(|record| {
                    let number = number.codes[record];
                    let issue = issues[issue.codes[record] as usize]?;
                    let expiry = expiries[expiry.codes[record] as usize]?;
                    let kind = code(Role::DocumentType, record) << 16 | code(Role::DocumentCountry, record);
                    (number != 0).then_some(Document { number, kind, issue, expiry })
                })
                .collect();
        }
        rules
    }

    /// What one record holds.
    #[must_use]
    pub fn held(&self, record: u32) -> Held {
        let record = record as usize;
        Held {
            iin: self.iins.get(record).copied().unwrap_or(0),
            documents: self.documents.get(record).copied().flatten().into_iter().collect(),
            files: self.files.get(record).copied().into_iter().collect(),
        }
    }
}

impl Held {
    /// Why two clusters cannot be one person.
    #[must_use]
    pub fn conflict(&self, other: &Held) -> Option<Conflict> {
        if self.iin != 0 && other.iin != 0 && self.iin != other.iin {
            return Some(Conflict::TwoIins);
        }
        let clash = |a: &Document, b: &Document| {
            a.number != b.number
                && a.kind == b.kind
                && a.expiry.min(b.expiry).saturating_sub(a.issue.max(b.issue)) > OVERLAP_DAYS
        };
        if self.documents.iter().any(|a| other.documents.iter().any(|b| clash(a, b))) {
            return Some(Conflict::TwoDocuments);
        }
        let met = self.files.iter().any(|file| other.files.binary_search(file).is_ok());
        met.then_some(Conflict::OneFile)
    }

    /// Takes in what another cluster holds.
    pub fn absorb(&mut self, other: Held) {
        self.iin = self.iin.max(other.iin);
        self.files.extend(other.files);
        self.files.sort_unstable();
        for document in other.documents {
            if !self.documents.contains(&document) {
                self.documents.push(document);
            }
        }
    }
}

/// Neighbours among the records of one number and birth date: enough to tie all of them.
fn same_number_and_birth(iins: &[u32], births: &[u32]) -> Vec<Pair> {
    let mut keys: Vec<(u32, u32, u32)> = iins
        .iter()
        .zip(births)
        .enumerate()
        .filter(|&(_, (&iin, &birth))| iin != 0 && birth != 0)
        .map(|(record, (&iin, &birth))| (iin, birth, record as u32))
        .collect();
    keys.sort_unstable();
    let same = |pair: &&[(u32, u32, u32)]| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1);
    keys.windows(2)
        .filter(same)
        .map(|pair| Pair { left: pair[0].2, right: pair[1].2, weight: f32::INFINITY, pattern: 0 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(number: u32, issue: i32, expiry: i32) -> Held {
        Held { documents: vec![Document { number, kind: 1, issue, expiry }], ..Held::default() }
    }

    #[test]
    fn what_must_stay_apart() {
        let number = |iin| Held { iin, ..Held::default() };
        let files = |files: &[u16]| Held { files: files.to_vec(), ..Held::default() };
        let cases = [
            ("two numbers", number(1), number(2), Some(Conflict::TwoIins)),
            ("one number", number(1), number(1), None),
            ("no number on one side", number(1), number(0), None),
            (
                "two passports for years",
                document(1, 0, 3650),
                document(2, 1000, 4650),
                Some(Conflict::TwoDocuments),
            ),
            ("a renewal half a year before expiry", document(1, 0, 3650), document(2, 3470, 7120), None),
            ("a file that both come from", files(&[0, 2]), files(&[1, 2]), Some(Conflict::OneFile)),
            ("other files", files(&[0, 2]), files(&[1]), None),
            ("one passport twice", document(1, 0, 3650), document(1, 0, 3650), None),
        ];
        for (what, one, two, expected) in cases {
            assert_eq!(one.conflict(&two), expected, "{what}");
            assert_eq!(two.conflict(&one), expected, "{what}, seen from the other side");
        }
    }

    #[test]
    fn one_number_and_birth_date_tie_all_their_records() {
        let pairs = same_number_and_birth(&[5, 5, 0, 5, 6, 5], &[1, 1, 1, 2, 1, 1]);
        let ties: Vec<(u32, u32)> = pairs.iter().map(|pair| (pair.left, pair.right)).collect();
        assert_eq!(ties, [(0, 1), (1, 5)]);
    }
}

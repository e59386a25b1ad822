//! Ties: the documents of a case, each with what its link rests on.
//!
//! In: the registry rows of a case and the documents that were found for them. Out: for each document how it hangs
//! together with a row, as `link` ties them, and where both agree and differ. The law: a tie is shown because the
//! records show it or because the run says so (identity is the run's word); a document that bears somebody else's
//! number is shown as such.

use std::collections::BTreeSet;

use serde::Serialize;

use super::sources::{Found, Record, Sought, Sources};
use super::words;
use crate::batch::{Dataset, NO_IIN, Role};
use crate::day;
use crate::engine::Engine;
use crate::error::Result;
use crate::link::Basis;
use crate::link::rows::registered_country;
use crate::normalise::name::{NameLevel, PersonName, compare};
use crate::normalise::{codes, country, number};
use crate::report::back::CorrectionRow;
use crate::validate::iin;

/// Passes over the documents at most: a document leads to another by its number, that one to a third.
const PASSES_MAX: usize = 4;

/// Documents that are shown of a case at most.
pub const DOCUMENTS_MAX: usize = 50;

/// A document of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Tied {
    /// The document as read.
    #[serde(flatten)]
    pub record: Record,
    /// The registry row to which it is tied, from 1.
    pub registry_row: Option<u32>,
    /// What ties it: the words of `basis`, strongest first.
    pub bases: Vec<&'static str>,
    /// The same in words.
    pub in_words: Vec<&'static str>,
    /// The probability that it is this person's, where the run told one.
    pub confidence: Option<f64>,
    /// The IIN that it bears, when that is another one.
    pub bears_other_iin: Option<String>,
    /// What row and document say, compared.
    pub agreements: Vec<Agreement>,
}

/// One field of a row and a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// What is compared.
    pub field: &'static str,
    /// Whether both count as the same; null where one says nothing.
    pub same: Option<bool>,
    /// How they compare.
    pub how: &'static str,
}

/// What a record says of its person, in comparable form.
#[derive(Debug)]
struct Person {
    name: PersonName,
    birth: Option<i32>,
    sex: u16,
    country: u16,
}

/// A registry row of the case.
#[derive(Debug)]
pub struct Own {
    /// Its row, from 1.
    pub row: u32,
    /// The packed IIN.
    pub iin: u64,
    /// The day on which the number was given.
    pub assigned: Option<i32>,
    /// The document that it holds: the key of its number, and its country.
    document: (u64, u16),
    person: Person,
}

/// A document with its keys.
struct Candidate {
    found: Found,
    iin: u64,
    number: (u64, u16),
    previous: u64,
    personal: u64,
    person: Person,
}

impl Person {
    fn of(texts: [&str; 6]) -> Self {
        let [surname, given, patronymic, birth, sex, country] = texts;
        Person {
            name: PersonName::new(surname, given, patronymic),
            birth: date(birth),
            sex: codes::sex(sex).unwrap_or(0),
            country: country::parse(country).unwrap_or(0),
        }
    }
}

/// The day of a cell; a time behind it says nothing.
#[must_use]
pub fn date(text: &str) -> Option<i32> {
    day::parse(text.split([' ', 'T']).next().unwrap_or_default().as_bytes())
}

/// Whether two countries may be one: one that is unknown may be any.
fn one_country(one: u16, other: u16) -> bool {
    one == 0 || other == 0 || one == other
}

impl Own {
    /// Whether it holds a document.
    #[must_use]
    pub fn holds_document(&self) -> bool {
        self.document.0 != 0
    }

    /// Whether it holds this document.
    fn holds(&self, candidate: &Candidate) -> bool {
        self.holds_document()
            && self.document.0 == candidate.number.0
            && one_country(self.document.1, candidate.number.1)
    }

    /// What a registry record says.
    #[must_use]
    pub fn of(sources: &Sources, found: Found) -> Self {
        use Role::*;
        let texts = sources.texts(
            found,
            [
                Iin,
                Surname,
                GivenName,
                Patronymic,
                BirthDate,
                Sex,
                Citizenship,
                DocumentCountry,
                DocumentType,
                DocumentNumber,
                AssignedOn,
            ],
        );
        let [iin, surname, given, patronymic, birth, sex, citizenship, state, kind, number, assigned] =
            texts.each_ref().map(String::as_str);
        let person = Person::of([surname, given, patronymic, birth, sex, citizenship]);
        let country = match country::parse(state).unwrap_or(0) {
            0 => registered_country(person.country, codes::document_type(kind).unwrap_or(0)),
            known => known,
        };
        Own {
            row: found.row,
            iin: packed(iin),
            assigned: date(assigned),
            document: (number::key(number), country),
            person,
        }
    }
}

/// The packed IIN of a cell, read as the run read it.
#[must_use]
pub fn packed(text: &str) -> u64 {
    let cell = text.trim();
    let cell = cell.strip_suffix(".0").unwrap_or(cell).as_bytes();
    iin::pack(cell).or_else(|| iin::with_zeros(cell)).unwrap_or(NO_IIN)
}

impl Candidate {
    fn of(sources: &Sources, found: Found) -> Self {
        use Role::*;
        let texts = sources.texts(
            found,
            [
                Iin,
                Surname,
                GivenName,
                Patronymic,
                BirthDate,
                Sex,
                Nationality,
                DocumentCountry,
                DocumentNumber,
                PreviousNumber,
                PersonalNumber,
            ],
        );
        let [iin, surname, given, patronymic, birth, sex, nationality, state, number, previous, personal] =
            texts.each_ref().map(String::as_str);
        let country = country::parse(state).unwrap_or(0);
        let borne = match packed(iin) {
            NO_IIN if country == country::KAZ => packed(personal),
            borne => borne,
        };
        Candidate {
            found,
            iin: borne,
            number: (number::key(number), country),
            previous: number::key(previous),
            personal: number::key(personal),
            person: Person::of([surname, given, patronymic, birth, sex, nationality]),
        }
    }
}

/// Finds the documents of a case and says what ties them; `more` is whether some are left out.
///
/// # Errors
/// When a file is damaged.
pub fn tie(
    engine: &Engine,
    sources: &mut Sources,
    own: &[Own],
    iins: &BTreeSet<u64>,
    corrections: &[CorrectionRow],
) -> Result<(Vec<Tied>, bool)> {
    let told: BTreeSet<u32> = corrections.iter().filter_map(|row| row.document_row).collect();
    let mut sought = Sought { iins: iins.clone(), ..Sought::default() };
    sought.numbers.extend(own.iter().map(|own| own.document.0));
    let of_told = corrections.iter().filter(|row| row.document_row.is_some());
    sought.numbers.extend(of_told.filter_map(|row| row.document_number.as_deref()).map(number::key));
    sought.numbers.remove(&0);

    let (mut candidates, mut bases): (Vec<Candidate>, Vec<Vec<Basis>>) = (Vec::new(), Vec::new());
    for _ in 0..PASSES_MAX {
        let found = sources.seek(engine, Dataset::Documents, &sought)?;
        candidates = found.into_iter().map(|found| Candidate::of(sources, found)).collect();
        bases = direct(&candidates, own, iins, &told);
        let theirs = candidates.iter().zip(&bases).filter(|(_, bases)| !bases.is_empty());
        let mut next = sought.clone();
        for (candidate, _) in theirs {
            next.numbers.insert(candidate.number.0);
            next.personals.insert(candidate.personal);
        }
        next.numbers.remove(&0);
        next.personals.remove(&0);
        if next == sought {
            break;
        }
        sought = next;
    }
    let seen: BTreeSet<u32> = candidates.iter().map(|candidate| candidate.found.row).collect();
    let unseen: BTreeSet<u32> = told.difference(&seen).copied().collect();
    for found in sources.seek_rows(engine, Dataset::Documents, &unseen)? {
        candidates.push(Candidate::of(sources, found));
        bases.push(Vec::new());
    }
    let mut tied = Vec::new();
    let mut shown = BTreeSet::new();
    for (candidate, mut bases) in candidates.iter().zip(bases) {
        let row = candidate.found.row;
        let correction = corrections.iter().find(|correction| correction.document_row == Some(row));
        bases.extend(correction.and_then(|row| row.basis.as_deref()).and_then(words::basis));
        bases.sort_unstable_by_key(|&basis| basis as u8);
        bases.dedup();
        if bases.is_empty() && correction.is_none() {
            continue;
        }
        let holder = holder(own, candidate, correction);
        shown.insert(row);
        if tied.len() < DOCUMENTS_MAX {
            tied.push(Tied {
                record: sources.record(candidate.found)?,
                registry_row: holder.map(|own| own.row),
                in_words: bases.iter().map(|&basis| words::of_basis(basis)).collect(),
                bases: bases.into_iter().map(Basis::name).collect(),
                confidence: correction.map(|correction| correction.confidence),
                bears_other_iin: (candidate.iin != NO_IIN && !iins.contains(&candidate.iin))
                    .then(|| iin::unpack(candidate.iin)),
                agreements: holder.map_or_else(Vec::new, |own| agreements(&own.person, &candidate.person)),
            });
        }
    }
    // What the run tells of and no file shows any more.
    for row in told.difference(&shown) {
        let correction = corrections.iter().find(|correction| correction.document_row == Some(*row));
        let basis = correction.and_then(|row| row.basis.as_deref()).and_then(words::basis);
        tied.push(Tied {
            record: sources.missing(Dataset::Documents, *row),
            registry_row: correction.and_then(|row| row.registry_row),
            bases: basis.into_iter().map(Basis::name).collect(),
            in_words: basis.into_iter().map(words::of_basis).collect(),
            confidence: correction.map(|row| row.confidence),
            bears_other_iin: None,
            agreements: Vec::new(),
        });
    }
    tied.sort_by_key(|tied| tied.record.row);
    Ok((tied, shown.len() > DOCUMENTS_MAX))
}

/// The registry row of the case to which a document belongs.
fn holder<'a>(own: &'a [Own], candidate: &Candidate, correction: Option<&CorrectionRow>) -> Option<&'a Own> {
    let by_iin = || own.iter().find(|own| own.iin != NO_IIN && own.iin == candidate.iin);
    let told = || own.iter().find(|own| correction.is_some_and(|row| row.registry_row == Some(own.row)));
    by_iin()
        .or_else(|| own.iter().find(|own| own.holds(candidate)))
        .or_else(told)
        .or_else(|| (own.len() == 1).then(|| &own[0]))
}

/// What ties each document, by what the records say: first what ties it to the row itself, then what follows from
/// documents that are tied already. What a document led to does not tie it in turn.
fn direct(
    candidates: &[Candidate],
    own: &[Own],
    iins: &BTreeSet<u64>,
    told: &BTreeSet<u32>,
) -> Vec<Vec<Basis>> {
    let by_row = |candidate: &Candidate| {
        let found = [
            (Basis::Iin, candidate.iin != NO_IIN && iins.contains(&candidate.iin)),
            (Basis::DocumentNumber, own.iter().any(|own| own.holds(candidate))),
        ];
        found.into_iter().filter(|&(_, holds)| holds).map(|(basis, _)| basis).collect::<Vec<Basis>>()
    };
    let mut bases: Vec<Vec<Basis>> = candidates.iter().map(by_row).collect();
    let mut is_first = true;
    loop {
        let is_theirs = |at: usize| !bases[at].is_empty() || told.contains(&candidates[at].found.row);
        let theirs: Vec<usize> = (0..candidates.len()).filter(|&at| is_theirs(at)).collect();
        let follows = |at: usize| {
            let candidate = &candidates[at];
            // Somebody else's number is stronger than what follows from others' documents.
            if candidate.iin != NO_IIN && !iins.contains(&candidate.iin) {
                return Vec::new();
            }
            let others = || theirs.iter().filter(|&&other| other != at).map(|&other| &candidates[other]);
            let replaced = |&(key, state): &(u64, u16)| {
                key != 0 && key == candidate.previous && one_country(state, candidate.number.1)
            };
            let shares = |other: &Candidate| {
                other.personal != 0
                    && other.personal == candidate.personal
                    && other.number.1 == candidate.number.1
            };
            let of_row = own.iter().any(|own| replaced(&own.document));
            let found = [
                (Basis::PreviousNumber, of_row || others().any(|other| replaced(&other.number))),
                (Basis::PersonalNumber, others().any(shares)),
            ];
            found.into_iter().filter(|&(_, holds)| holds).map(|(basis, _)| basis).collect()
        };
        let asked = (0..candidates.len()).filter(|&at| is_first || bases[at].is_empty());
        let more: Vec<(usize, Vec<Basis>)> = asked.map(|at| (at, follows(at))).collect();
        is_first = false;
        let mut is_new = false;
        for (at, found) in more {
            is_new |= !found.is_empty() && bases[at].is_empty();
            bases[at].extend(found);
        }
        if !is_new {
            return bases;
        }
    }
}

fn agreements(row: &Person, document: &Person) -> Vec<Agreement> {
    let name = compare(&row.name, &document.name);
    let plain = |field, known: bool, same: bool| Agreement {
        field,
        same: known.then_some(same),
        how: match (known, same) {
            (false, _) => "missing",
            (true, true) => "the same",
            (true, false) => "different",
        },
    };
    let known = row.birth.is_some() && document.birth.is_some();
    vec![
        Agreement {
            field: "name",
            same: (name.level != NameLevel::Missing).then(|| name.is_match()),
            how: name.level.name(),
        },
        plain("birth_date", known, row.birth == document.birth),
        plain("sex", row.sex != 0 && document.sex != 0, row.sex == document.sex),
        plain("citizenship", row.country != 0 && document.country != 0, row.country == document.country),
    ]
}

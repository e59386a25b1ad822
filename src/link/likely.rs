//! Likely: identities that agree only nearly, and what every identity is worth.
//!
//! In: documents that nobody owns yet, those that the exact identity tied or found several rows for, and all
//! registry rows. Out: owners for documents of which one row is by far the likeliest person, with the probability;
//! documents that several rows fit are returned as ambiguous and given to nobody.
//!
//! A respelled name, a slip in a date and a new surname each leave something that agrees: how both names sound
//! with parts of the birth date, or one of them with all of it. These are the keys under which rows are found; a
//! key that many rows share is left out. Few pairs pass what the rows alone can tell, and only of these are the
//! names read. The weights are those of [`super::evidence`]. With N rows, of which one may be the person of a
//! document with probability π, a row whose agreements are B times likelier for one person than for strangers has
//!
//! ```text
//! p = (π/N)·B / (1 − π + Σ over all candidates (π/N)·B + (twins/N)·T + (namesakes/N)·B)
//! ```
//!
//! where π is what makes the probabilities add up to itself over all documents: no label is needed.
//!
//! The law: a document that is somebody's is never offered to another; nobody is picked silently among equals; the
//! result is a function of rows and names, whatever the threads.

use std::collections::BTreeSet;

use super::evidence::{Agreement, Comparison, Counts, Known, Model, Odds, Person, births, state};
use super::frequency::Frequencies;
use super::identity::{Filter, fits};
use super::join::{Side, bits_for, partitions};
use super::rows::{DocumentRow, NO_ROW, RegistryRow, Table};
use super::{Basis, Names, Ties, blocks, is_someone_else};
use crate::day::{NO_DAY, to_civil};
use crate::engine::Engine;
use crate::normalise::hash::{mix, mix_pair};
use crate::normalise::name::NameSketch;

/// Pairs that are read to learn what agreements are worth, of each sort.
const TAUGHT_PAIRS: usize = 2048;
/// Documents that seek their rows at a time: seven keys each, 12 bytes a key.
const WAVE_DOCUMENTS: usize = 1 << 19;
/// Rows under one key above which it tells nobody from anybody.
const BUCKET_ROWS: usize = 32;
/// Candidates of a document whose names are read.
const CANDIDATES: usize = 12;
/// The least probability with which a document is given to a row.
const TIE_MIN: f64 = 0.9;
/// An exact identity that is less likely than this is none: the name is so common that a stranger bears it.
const EXACT_MIN: f64 = 0.5;
/// The second candidate is as good as the first when it is not this much less likely.
const DISTANCE: f64 = 20.0;
/// Candidates below this are not named among equals.
const RIVAL_MIN: f64 = 0.05;
/// Of a hundred people one has a twin who stands in no registry.
const TWINS: f64 = 0.01;
/// Of a thousand people one has a namesake of the same birth date whom chance does not explain.
const NAMESAKES: f64 = 0.001;

/// A probability in ten-thousandths, as reports show it.
#[must_use]
pub fn ten_thousandths(probability: f64) -> u16 {
    (probability.clamp(0.0, 0.9999) * 1e4).round() as u16
}

/// What the exact identity found.
#[derive(Debug, Default)]
pub(super) struct Exact {
    /// Documents that one row fits, and this row; by document.
    pub(super) sole: Vec<(u32, u32)>,
    /// Documents that several fit, and each of these rows.
    pub(super) several: Vec<(u32, u32)>,
}

/// What is known of identities.
#[derive(Debug, Default)]
pub(super) struct Likely {
    /// For each document that an identity tied its probability, by document.
    pub(super) probabilities: Vec<(u32, u16)>,
    /// Rows and documents that fit no better than others, with the probability of each; sorted.
    pub(super) ambiguous: Vec<(u32, u32, u16)>,
}

/// A candidate, weighed.
#[derive(Clone, Copy, Debug)]
struct Offer {
    document: u32,
    row: u32,
    odds: Odds,
    /// The exact identity tied the two.
    sole: bool,
}

/// Both datasets, and what may be asked of them.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub(super) engine: &'a Engine,
    pub(super) registry: &'a Table<RegistryRow>,
    pub(super) documents: &'a Table<DocumentRow>,
    pub(super) registered: &'a [u32],
    pub(super) names: &'a dyn Names,
}

fn of_row(row: &RegistryRow) -> Known {
    Known { sketch: row.sketch(), birth: row.birth }
}

fn of_document(document: &DocumentRow) -> Known {
    Known { sketch: document.sketch(), birth: document.birth }
}

fn state_of_row(row: &RegistryRow) -> u16 {
    state(row.citizenship, row.country)
}

fn state_of_document(document: &DocumentRow) -> u16 {
    state(document.nationality, document.country)
}

impl Records<'_> {
    fn person_of_row(&self, row: u32) -> Person {
        Person::of_row(&self.registry.rows[row as usize], &self.names.registry(row as usize))
    }

    fn person_of_document(&self, document: u32) -> Person {
        let names = self.names.document(document as usize);
        Person::of_document(&self.documents.rows[document as usize], &names)
    }

    /// Learns from the run what agreements are worth: from documents that bear the IIN of a row which holds another
    /// one, and from rows and documents brought together by chance.
    pub(super) fn model(&self, ties: &Ties, frequencies: &Frequencies) -> Model {
        let (rows, documents) = (self.registry.len() as u64, self.documents.len() as u64);
        // A hash picks evenly, whatever the order of the file.
        let every = (documents / (4 * TAUGHT_PAIRS as u64)).max(1);
        let sure = (0..documents as u32).filter(|&d| {
            let owner = ties.owners[d as usize];
            mix(u64::from(d)).is_multiple_of(every)
                && ties.bases[d as usize] == Basis::Iin
                && self.registered[owner as usize] != d
                && !is_someone_else(&self.registry.rows[owner as usize], &self.documents.rows[d as usize])
        });
        let sure: Vec<(u32, u32)> = sure.map(|d| (ties.owners[d as usize], d)).take(TAUGHT_PAIRS).collect();
        let chance = if rows < 2 || documents < 2 { 0 } else { TAUGHT_PAIRS as u64 };
        let strangers: Vec<(u32, u32)> = (0..chance)
            .map(|n| ((mix(2 * n) % rows) as u32, (mix(2 * n + 1) % documents) as u32))
            .filter(|&(row, d)| ties.owners[d as usize] != row)
            .collect();
        let [sure, strangers] = [sure, strangers].map(|pairs| self.count(&pairs));
        Model::new(&sure, &strangers, frequencies)
    }

    fn count(&self, pairs: &[(u32, u32)]) -> Counts {
        const PART: usize = 128;
        let parts = self.engine.map(pairs.len().div_ceil(PART), |part| {
            let pairs = &pairs[part * PART..((part + 1) * PART).min(pairs.len())];
            let compare = |&(row, document): &(u32, u32)| {
                Comparison::of(&self.person_of_row(row), &self.person_of_document(document))
            };
            pairs.iter().map(compare).collect::<Vec<_>>()
        });
        let mut counts = Counts::default();
        parts.iter().flatten().for_each(|comparison| counts.add(comparison));
        counts
    }

    /// Ties what is left, and says what every identity is worth.
    pub(super) fn tie(
        &self,
        exact: &Exact,
        ties: &mut Ties,
        frequencies: &Frequencies,
        model: &Model,
    ) -> Likely {
        let fitting_several: BTreeSet<u32> = exact.several.iter().map(|&(d, _)| d).collect();
        let untied: Vec<u32> = (0..self.documents.len() as u32)
            .filter(|&d| ties.owners[d as usize] == NO_ROW && !fitting_several.contains(&d))
            .collect();
        let mut pairs = exact.several.clone();
        for wave in untied.chunks(WAVE_DOCUMENTS) {
            pairs.extend(self.candidates(wave, frequencies, model));
        }
        self.engine.sort_by_key(&mut pairs, |&pair| pair);
        let mut offers = self.weigh(&pairs, frequencies, model);
        offers.extend(exact.sole.iter().map(|&(document, row)| {
            let (kept, candidate) =
                (&self.registry.rows[row as usize], &self.documents.rows[document as usize]);
            let same_state = state_of_row(kept) == state_of_document(candidate);
            let comparison = Comparison::of_equal_names(
                births(kept.birth, candidate.birth),
                Agreement::of(kept.sex, candidate.sex, 0),
                if same_state { Agreement::Same } else { Agreement::Different },
            );
            let odds = model.odds(&comparison, &of_row(kept), &of_document(candidate), frequencies);
            Offer { document, row, odds, sole: true }
        }));
        self.engine.sort_by_key(&mut offers, |offer| (offer.document, offer.row));
        let documents = untied.len() + fitting_several.len() + exact.sole.len();
        decide(&offers, documents, self.registry.len(), ties)
    }

    /// Rows that may be the persons of untied documents, as `(document, row)`, without their names.
    fn candidates(&self, wave: &[u32], frequencies: &Frequencies, model: &Model) -> Vec<(u32, u32)> {
        let bits = bits_for(wave.len() * KEYS);
        let count = self.engine.threads() * 4;
        let seekers = Side::new(self.engine, bits, count, |block, out| {
            for &document in &wave[wave.len() * block / count..wave.len() * (block + 1) / count] {
                let row = &self.documents.rows[document as usize];
                keys(row.sketch(), row.birth, |key| out(key, document));
            }
        });
        let filter = Filter::new(&seekers, bits, wave.len() * KEYS, 32);
        let rows = &self.registry.rows;
        let count = blocks(self.engine, rows.pieces(), rows.len());
        let rows = Side::new(self.engine, bits, count, |block, out| {
            for piece in rows.pieces() * block / count..rows.pieces() * (block + 1) / count {
                let (first, kept) = rows.piece(piece);
                for (at, kept) in kept.iter().enumerate() {
                    keys(kept.sketch(), kept.birth, |key| {
                        if filter.may_hold(key) {
                            out(key, (first + at) as u32);
                        }
                    });
                }
            }
        });
        let found = partitions(self.engine, bits, |partition| {
            let mut rows: Vec<(u64, u32)> = rows.partition(partition).collect();
            rows.sort_unstable();
            let mut seekers: Vec<(u64, u32)> = seekers.partition(partition).collect();
            seekers.sort_unstable();
            let (mut found, mut from) = (Vec::new(), 0);
            for (key, document) in seekers {
                from += rows[from..].partition_point(|&(held, _)| held < key);
                let bucket = rows[from..].iter().take_while(|&&(held, _)| held == key);
                if bucket.clone().take(BUCKET_ROWS + 1).count() > BUCKET_ROWS {
                    continue;
                }
                let worth =
                    |&&(_, row): &&(u64, u32)| self.is_worth_reading(row, document, frequencies, model);
                found.extend(bucket.filter(worth).map(|&(_, row)| (document, row)));
            }
            found
        });
        let mut pairs = found.concat();
        self.engine.sort_by_key(&mut pairs, |&pair| pair);
        pairs.dedup();
        pairs
    }

    /// Whether a row may be a document's person, by all that can be told without reading their names.
    fn is_worth_reading(&self, row: u32, document: u32, frequencies: &Frequencies, model: &Model) -> bool {
        let (kept, candidate) = (&self.registry.rows[row as usize], &self.documents.rows[document as usize]);
        let births = births(kept.birth, candidate.birth);
        if births > Agreement::Form {
            return false;
        }
        let (ours, theirs) = (kept.sketch(), candidate.sketch());
        let crossed = ours.both() != 0 && ours.both() == theirs.both();
        let surname = crossed || ours.surname == theirs.surname;
        let given = crossed || ours.given == theirs.given;
        let hope = model.hope(surname, given, births, &of_row(kept), frequencies);
        // As likely a person as not, were every document the document of somebody in the registry.
        hope >= self.registry.len() as f64
            && fits(self.registry, self.documents, self.registered, row as usize, document as usize)
    }

    /// Reads the names of pairs sorted by document, and weighs them.
    fn weigh(&self, pairs: &[(u32, u32)], frequencies: &Frequencies, model: &Model) -> Vec<Offer> {
        const PART: usize = 256;
        let groups: Vec<&[(u32, u32)]> = pairs.chunk_by(|a, b| a.0 == b.0).collect();
        let parts = self.engine.map(groups.len().div_ceil(PART), |part| {
            let mut offers = Vec::new();
            for group in &groups[part * PART..((part + 1) * PART).min(groups.len())] {
                let document = group[0].0;
                let person = self.person_of_document(document);
                for &(_, row) in group.iter().take(CANDIDATES) {
                    let candidate = self.person_of_row(row);
                    let comparison = Comparison::of(&candidate, &person);
                    if !comparison.excludes() {
                        let odds = model.odds(&comparison, &candidate.known(), &person.known(), frequencies);
                        offers.push(Offer { document, row, odds, sole: false });
                    }
                }
            }
            offers
        });
        parts.concat()
    }
}

/// Keys of a row or document under which it can be found.
const KEYS: usize = 7;

/// How both names sound with the birth date or what a slip leaves of it, and each name with the whole date.
fn keys(sketch: NameSketch, birth: i32, mut out: impl FnMut(u64)) {
    if birth == NO_DAY {
        return;
    }
    let mut key = |kind: u64, name: u64, date: u64| {
        if name != 0 {
            out(mix_pair(name, kind << 40 | date).max(1));
        }
    };
    let (year, month, day) = to_civil(birth);
    let (year, month, day) = (u64::from(year as u32), u64::from(month), u64::from(day));
    let whole = u64::from(birth as u32);
    key(0, sketch.surname.into(), whole);
    key(1, sketch.given.into(), whole);
    let both = sketch.both();
    key(2, both, whole);
    key(3, both, year * 10_000 + month.min(day) * 100 + month.max(day));
    key(4, both, year * 100 + month);
    key(5, both, year * 100 + day);
    key(6, both, month * 100 + day);
}

/// Probabilities of the candidates of one document, given the share of documents whose person is registered.
fn probabilities(offers: &[Offer], share: f64, rows: f64, out: &mut Vec<f64>) {
    let person = |offer: &Offer| share / rows * offer.odds.person;
    let others: f64 = offers.iter().map(|o| (TWINS * o.odds.twins + NAMESAKES * o.odds.person) / rows).sum();
    let whole = 1.0 - share + others + offers.iter().map(person).sum::<f64>();
    out.clear();
    out.extend(offers.iter().map(|offer| person(offer) / whole));
}

/// Decides whose the documents are. `documents` is how many of them sought an owner by identity.
fn decide(offers: &[Offer], documents: usize, rows: usize, ties: &mut Ties) -> Likely {
    const TURNS: usize = 30;
    let (rows, mut share) = (rows.max(1) as f64, 0.5);
    let groups: Vec<&[Offer]> = offers.chunk_by(|a, b| a.document == b.document).collect();
    let mut chances = Vec::new();
    for _ in 0..TURNS {
        let mut sum = 0.0;
        for group in &groups {
            probabilities(group, share, rows, &mut chances);
            sum += chances.iter().sum::<f64>();
        }
        // A small run has few documents to learn from: two more, of which one is somebody's.
        share = (sum + 1.0) / (documents as f64 + 2.0);
    }
    let mut likely = Likely::default();
    for group in groups {
        probabilities(group, share, rows, &mut chances);
        let document = group[0].document;
        let mut order: Vec<usize> = (0..group.len()).collect();
        order.sort_by(|&a, &b| chances[b].total_cmp(&chances[a]).then(group[a].row.cmp(&group[b].row)));
        let (best, first) = (group[order[0]], chances[order[0]]);
        let second = order.get(1).map_or(0.0, |&at| chances[at]);
        let least = if best.sole { EXACT_MIN } else { TIE_MIN };
        if first >= least && second * DISTANCE <= first {
            ties.owners[document as usize] = best.row;
            ties.bases[document as usize] = Basis::Identity;
            likely.probabilities.push((document, ten_thousandths(first)));
            continue;
        }
        if group.iter().any(|offer| offer.sole) {
            ties.owners[document as usize] = NO_ROW;
            ties.bases[document as usize] = Basis::None;
        }
        let rivals: Vec<usize> = order.into_iter().filter(|&at| chances[at] >= RIVAL_MIN).collect();
        let together: f64 = rivals.iter().map(|&at| chances[at]).sum();
        if rivals.len() > 1 && together >= 0.5 {
            let named = rivals.iter().map(|&at| (group[at].row, document, ten_thousandths(chances[at])));
            likely.ambiguous.extend(named);
        }
    }
    likely.ambiguous.sort_unstable();
    likely
}

//! Worth: how sure a tie by a number is, given how far row and document agree.
//!
//! In: ties of each basis. Out: for a tie the probability that row and document are one person's. A tie is right or
//! it is not; right ties agree as one person's records do, wrong ones as relatives and strangers do (a parent's
//! number on a child's passport, the line above). How many ties of a basis are right, and how often right ones agree, is
//! what makes the two together look like the ties of the run (expectation and maximisation over counted patterns).
//!
//! The law: keys of rows decide, no name is read; the patterns of at most 32,768 ties are counted, picked by a hash of
//! their place. Twenty ties a basis of a documented table keep a small run from believing too much.

use super::evidence::{Agreement, births};
use super::rows::{DocumentRow, NO_ROW, RegistryRow, Table};
use super::{Basis, Ties};
use crate::normalise::hash::mix;
use Agreement::{Different, Form, Missing, Near, Same};

/// Bases of which this module speaks, in their order; an identity has a probability of its own.
const BASES: usize = 4;
/// Ties that are looked at.
const SAMPLE: u64 = 1 << 15;
/// Ties that the tables stand in for.
const TABLE_TIES: f64 = 20.0;

/// Levels of [`Agreement`] that are counted.
const LEVELS: usize = 4;
const PARTS: usize = 3;

/// Ties of a basis that are right, before the run is asked: a number is typed by hand, a chain has two of them.
const RIGHT: [f64; BASES] = [0.997, 0.995, 0.99, 0.99];
/// How right ties agree in names, birth date and sex.
const M: [[f64; LEVELS]; PARTS] =
    [[0.90, 0.05, 0.04, 0.01], [0.985, 0.012, 0.0005, 0.0025], [0.995, 0.0005, 0.0005, 0.004]];
/// How wrong ties do: a third of them are relatives.
const W: [[f64; LEVELS]; PARTS] =
    [[0.01, 0.01, 0.35, 0.63], [0.005, 0.01, 0.0005, 0.9845], [0.5, 0.0005, 0.0005, 0.499]];

/// How far a row and a document agree, by their keys.
type Pattern = [Agreement; PARTS];

fn pattern(row: &RegistryRow, document: &DocumentRow) -> Pattern {
    let (ours, theirs) = (row.sketch(), document.sketch());
    let names = if row.name != 0 && row.name == document.name {
        Same
    } else if ours.surname == 0 && ours.given == 0 || theirs.surname == 0 && theirs.given == 0 {
        Missing
    } else if ours == theirs || (ours.both() != 0 && ours.both() == theirs.both()) {
        Form
    } else if ours.surname == theirs.surname || ours.given == theirs.given {
        Near
    } else {
        Different
    };
    [names, births(row.birth, document.birth), Agreement::of(row.sex, document.sex, 0)]
}

fn place(pattern: &Pattern) -> usize {
    pattern.iter().fold(0, |place, &level| place * (LEVELS + 1) + level as usize)
}

/// The pattern of a place.
fn at(place: usize) -> [usize; PARTS] {
    let base = LEVELS + 1;
    [place / base / base, place / base % base, place % base]
}

const PLACES: usize = (LEVELS + 1) * (LEVELS + 1) * (LEVELS + 1);

/// How sure ties are.
#[derive(Debug)]
pub struct Worth {
    /// For each basis and pattern the probability.
    probabilities: Vec<[f64; PLACES]>,
}

impl Worth {
    /// Learns from the ties of a run.
    pub(super) fn of(registry: &Table<RegistryRow>, documents: &Table<DocumentRow>, ties: &Ties) -> Self {
        let every = (documents.len() as u64 / SAMPLE).max(1);
        let mut counts = [[0u32; PLACES]; BASES];
        for (d, (&owner, &basis)) in ties.owners.iter().zip(&ties.bases).enumerate() {
            if owner != NO_ROW && (basis as usize) < BASES && mix(d as u64).is_multiple_of(every) {
                let pattern = pattern(&registry.rows[owner as usize], &documents.rows[d]);
                counts[basis as usize][place(&pattern)] += 1;
            }
        }
        Worth::learned(&counts)
    }

    fn learned(counts: &[[u32; PLACES]; BASES]) -> Self {
        const TURNS: usize = 50;
        let (mut right, mut m) = (RIGHT, M);
        let chance = |shares: &[[f64; LEVELS]; PARTS], place: usize| -> f64 {
            let levels = at(place);
            (0..PARTS).map(|part| shares[part].get(levels[part]).copied().unwrap_or(1.0)).product()
        };
        let probability = |right: f64, m: &[[f64; LEVELS]; PARTS], place: usize| {
            let (yes, no) = (right * chance(m, place), (1.0 - right) * chance(&W, place));
            yes / (yes + no)
        };
        for _ in 0..TURNS {
            let mut sums = M.map(|shares| shares.map(|share| share * TABLE_TIES));
            let mut found = RIGHT.map(|share| (share * TABLE_TIES, TABLE_TIES));
            for (basis, counts) in counts.iter().enumerate() {
                for (place, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                    let yes = f64::from(count) * probability(right[basis], &m, place);
                    found[basis].0 += yes;
                    found[basis].1 += f64::from(count);
                    for (part, level) in
                        at(place).into_iter().enumerate().filter(|(_, level)| *level < LEVELS)
                    {
                        sums[part][level] += yes;
                    }
                }
            }
            right = found.map(|(yes, all)| yes / all);
            m = sums.map(|sums| {
                let total: f64 = sums.iter().sum();
                sums.map(|sum| sum / total)
            });
        }
        let of = |basis: usize| std::array::from_fn(|place| probability(right[basis], &m, place));
        Worth { probabilities: (0..BASES).map(of).collect() }
    }

    /// The probability that a row and a document are one person's, which a number tied.
    #[must_use]
    pub fn probability(&self, basis: Basis, row: &RegistryRow, document: &DocumentRow) -> f64 {
        self.probabilities.get(basis as usize).map_or(0.0, |of| of[place(&pattern(row, document))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(right: u32, wrong: u32) -> Worth {
        let mut counts = [[0; PLACES]; BASES];
        for (pattern, count) in [
            ([Same, Same, Same], right * 9 / 10),
            ([Form, Same, Same], right / 20),
            ([Near, Same, Same], right / 20),
            ([Same, Different, Same], right / 200),
            ([Different, Different, Same], wrong / 2),
            ([Different, Different, Different], wrong / 2),
        ] {
            counts[0][place(&pattern)] = count;
        }
        Worth::learned(&counts)
    }

    #[test]
    fn what_agrees_is_surer_than_what_does_not_and_many_wrong_ties_make_all_doubtful() {
        let (few, many) = (worth(10_000, 10), worth(10_000, 2_000));
        let of = |worth: &Worth, pattern| worth.probabilities[0][place(&pattern)];
        for (pattern, least, most, why) in [
            ([Same, Same, Same], 0.999, 1.0, "all agrees"),
            ([Near, Same, Same], 0.99, 1.0, "a new surname"),
            ([Missing, Missing, Missing], 0.99, 1.0, "nothing but the number"),
            ([Same, Different, Same], 0.9, 1.0, "another birth date, as often happens"),
            ([Different, Different, Different], 0.0, 0.05, "nothing agrees"),
        ] {
            let got = of(&few, pattern);
            assert!((least..=most).contains(&got), "{why}: {got}");
            assert!(of(&many, pattern) <= got, "{why}");
        }
        assert!(of(&many, [Missing, Missing, Missing]) < 0.9, "one in six is wrong");
    }

    #[test]
    fn places_and_patterns_are_one_to_one() {
        for place_of in 0..PLACES {
            let levels = [Same, Form, Near, Different, Missing];
            assert_eq!(place(&at(place_of).map(|level| levels[level])), place_of);
        }
    }
}

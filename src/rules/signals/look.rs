//! The look: what a signal must know of the datasets as wholes before it can judge a row.
//!
//! In: the world. Out: how well the documents register covers each country, whether activity is known of
//! enough people, and which documents have something to be said about. The law: computed once a run, in one
//! sweep over each table, and the same whatever the number of threads, because it only counts.

use std::sync::Arc;

use super::genuine::{is_genuine, is_known_person};
use crate::day::NO_DAY;
use crate::link::rows::{DocumentRow, NO_ROW, RegistryRow};
use crate::normalise::codes;
use crate::normalise::country::{self, CODES_END};
use crate::rules::World;

/// A world, and what is true of it as a whole.
#[derive(Debug)]
pub struct Look<'a> {
    /// The world.
    pub world: &'a World<'a>,
    whole: Arc<Whole>,
}

/// What is true of a world as a whole.
#[derive(Debug)]
struct Whole {
    /// For each country the registered documents, and how many of them the register has.
    coverage: Vec<(u64, u64)>,
    /// Rows that are older than the grace, and how many of them have some activity.
    active: (u64, u64),
    /// One bit a document that is malformed or not valid.
    remarkable: Vec<u64>,
    /// One bit a registry row whose document is genuine.
    genuine: Vec<u64>,
    /// One bit a registry row of which the register has some document.
    known: Vec<u64>,
    /// Days of issue that so many documents share that they are what an export writes for "unknown"; ascending.
    default_issues: Vec<i32>,
}

/// Every so many rows one is asked for its day of issue.
const SAMPLED: usize = 16;
/// A day of issue is a default from so many sampled rows on (a thousand rows), and when it has so many times the
/// rows of a mean day. Weekdays differ by two, the mass renewal of a series by ten.
const DEFAULT_ROWS: usize = 64;
const DEFAULT_TIMES: usize = 20;

/// The days among some, sorted, that too many share.
fn defaults_of(days: &[i32]) -> Vec<i32> {
    let shares: Vec<&[i32]> = days.chunk_by(|a, b| a == b).collect();
    let is_default = |same: &&&[i32]| {
        same.len() >= DEFAULT_ROWS && same.len() * shares.len() >= DEFAULT_TIMES * days.len()
    };
    shares.iter().filter(is_default).map(|same| same[0]).collect()
}

/// Whether signals look at a row at all: not when it is of a deceased person or annulled.
#[inline]
pub(super) fn is_judged(row: &RegistryRow) -> bool {
    !matches!(u16::from(row.status), codes::DECEASED | codes::ANNULLED)
}

fn is_remarkable(document: &DocumentRow) -> bool {
    document.is_malformed() || u16::from(document.status) >= codes::REPLACED
}

const _: () = assert!(
    codes::REPLACED > codes::VALID
        && codes::LOST > codes::REPLACED
        && codes::STOLEN > codes::REPLACED
        && codes::CANCELLED > codes::REPLACED,
    "what is not valid any more stands behind what is"
);

impl<'a> Look<'a> {
    /// Looks at the whole world.
    #[must_use]
    pub fn new(world: &'a World<'a>) -> Self {
        let (registry, links) = (world.registry, world.links);
        let tallies = world.over_registry(|world, rows| {
            let mut coverage = vec![(0u64, 0u64); CODES_END];
            let mut active = (0, 0);
            // Ranges start at multiples of 64, so that their words can be put one behind the other.
            assert_eq!(rows.start % 64, 0);
            let first = rows.start;
            let mut issues = Vec::with_capacity(rows.len() / SAMPLED + 1);
            let mut genuine = vec![0u64; rows.len().div_ceil(64)];
            let mut known = genuine.clone();
            for row in rows {
                let kept = &registry.rows[row];
                if row % SAMPLED == 0 && kept.issue != NO_DAY {
                    issues.push(kept.issue);
                }
                let is_genuine = is_genuine(world, row);
                genuine[(row - first) / 64] |= u64::from(is_genuine) << (row % 64);
                // The genuine document is one of the row's.
                let is_known = is_genuine || is_known_person(world, row);
                known[(row - first) / 64] |= u64::from(is_known) << (row % 64);
                if !is_judged(kept) {
                    continue;
                }
                if kept.number != 0 {
                    let (held, found) = &mut coverage[usize::from(kept.country)];
                    *held += 1;
                    *found += u64::from(links.registered[row] != NO_ROW);
                }
                if !links.living.is_empty() && is_older_than_grace(world, kept) {
                    active.0 += 1;
                    active.1 += u64::from(links.living[row].is_seen());
                }
            }
            vec![(coverage, active, genuine, known, issues)]
        });
        let mut coverage = vec![(0, 0); CODES_END];
        let mut active = (0, 0);
        let mut genuine = Vec::with_capacity(registry.len().div_ceil(64));
        let mut known = Vec::with_capacity(registry.len().div_ceil(64));
        let mut issues = Vec::with_capacity(registry.len() / SAMPLED + 1);
        for (part, (older, living), genuine_words, known_words, days) in tallies {
            genuine.extend(genuine_words);
            known.extend(known_words);
            issues.extend(days);
            for (sum, (held, found)) in coverage.iter_mut().zip(part) {
                sum.0 += held;
                sum.1 += found;
            }
            active.0 += older;
            active.1 += living;
        }

        issues.sort_unstable();
        let default_issues = defaults_of(&issues);

        const WORDS: usize = 1 << 10;
        let (documents, count) = (world.documents, world.documents.len());
        let remarkable = world.engine.map(count.div_ceil(64 * WORDS), |part| {
            let end = ((part + 1) * WORDS).min(count.div_ceil(64));
            let word = |at: usize| {
                (at * 64..(at * 64 + 64).min(count))
                    .map(|document| u64::from(is_remarkable(&documents.rows[document])) << (document % 64))
                    .fold(0, |word, bit| word | bit)
            };
            (part * WORDS..end).map(word).collect::<Vec<u64>>()
        });
        let remarkable = remarkable.concat();
        Look {
            world,
            whole: Arc::new(Whole { coverage, active, remarkable, genuine, known, default_issues }),
        }
    }

    /// The same look at a part of the world that has its documents near.
    #[must_use]
    pub fn at<'b>(&self, world: &'b World<'b>) -> Look<'b> {
        Look { world, whole: self.whole.clone() }
    }

    /// The registered documents of a country and how many of them the register has, when that is enough to
    /// call the country covered.
    #[must_use]
    pub fn coverage(&self, country: u16) -> Option<(u64, u64)> {
        let settings = self.world.settings;
        let (held, found) = self.whole.coverage[usize::from(country)];
        let covered = country != country::UNKNOWN
            && held >= settings.coverage_rows_min
            && found * 100 >= held * settings.coverage_percent_min;
        covered.then_some((held, found))
    }

    /// Whether activity is known of so many that its absence says something.
    #[must_use]
    pub fn activity_speaks(&self) -> bool {
        let (older, living) = self.whole.active;
        older > 0 && living * 100 >= older * self.world.settings.activity_percent_min
    }

    /// Whether nothing happened on or after the assignment though there was time for it.
    #[must_use]
    pub fn is_silent(&self, row: usize, kept: &RegistryRow) -> bool {
        let living = &self.world.links.living;
        !living.is_empty() && is_older_than_grace(self.world, kept) && living[row].last() < kept.assigned
    }

    /// Whether the document that a row holds is in the register as this row's and agrees with it.
    pub(super) fn is_genuine(&self, row: usize) -> bool {
        self.whole.genuine[row / 64] >> (row % 64) & 1 == 1
    }

    /// Whether the register has a document of a row's person that agrees with it.
    pub(super) fn is_known(&self, row: usize) -> bool {
        self.whole.known[row / 64] >> (row % 64) & 1 == 1
    }

    /// The day on which a row's document was issued, if that is known and no default.
    pub(super) fn issue(&self, kept: &RegistryRow) -> i32 {
        if self.whole.default_issues.binary_search(&kept.issue).is_ok() { NO_DAY } else { kept.issue }
    }

    /// The document that a row holds, when it is malformed or not valid; asks the table only then, since
    /// the rows of documents lie all over the memory.
    pub(super) fn remarkable_document(&self, row: usize) -> Option<&DocumentRow> {
        let document = self.world.links.registered[row];
        let at = document as usize;
        (document != NO_ROW && self.whole.remarkable[at / 64] >> (at % 64) & 1 == 1)
            .then(|| self.world.document(document))
    }
}

fn is_older_than_grace(world: &World<'_>, kept: &RegistryRow) -> bool {
    kept.assigned != NO_DAY
        && i64::from(world.as_of) - i64::from(kept.assigned) >= i64::from(world.settings.activity_grace_days)
}

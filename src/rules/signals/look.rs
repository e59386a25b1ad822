//! The look: what a signal must know of the datasets as wholes before it can judge a row.
//!
//! In: the world. Out: how well the documents register covers each country, whether activity is known of
//! enough people, who is seen alive, which documents have something to be said about, and who files for whom.
//! The law: computed once a run, in one sweep over each table, and the same whatever the number of threads,
//! because it only counts.

use std::sync::Arc;

use super::crowd::{Crowd, Member, Tables, Verdict};
use super::genuine::{is_genuine, is_known_person};
use super::group;
use crate::day::NO_DAY;
use crate::link::rows::{DocumentRow, NO_ROW, RegistryRow};
use crate::normalise::codes;
use crate::normalise::country::{self, CODES_END};
use crate::rules::World;
use crate::rules::corrections::is_current;

/// A world, and what is true of it as a whole.
#[derive(Debug)]
pub struct Look<'a> {
    /// The world.
    pub world: &'a World<'a>,
    whole: Arc<Whole>,
}

/// How well the documents register covers a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coverage {
    /// Registered documents.
    pub(super) held: u64,
    /// Those of them that the register has.
    pub(super) found: u64,
    /// Whether only those of people who are seen alive were counted.
    pub(super) alive: bool,
}

/// What is true of a world as a whole.
#[derive(Debug)]
struct Whole {
    /// What was counted of the rows.
    tally: Tally,
    /// One bit a document that is malformed or not valid.
    remarkable: Vec<u64>,
    /// Rows of each representative of several people, in the order of their first rows.
    clients: Vec<Vec<u32>>,
    /// What members of crowds say.
    crowds: Tables,
    /// What the clients of each of them amount to, and the crowd itself.
    judged: Vec<(Crowd, Verdict)>,
    /// Representatives of whose genuine clients more documents are unknown than of others', ascending, and how many.
    lacking: Vec<(u64, f64)>,
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
    is_current(row.status)
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
        let registry = world.registry;
        let tallies = world.over_registry(|world, rows| vec![Tally::of(world, rows)]);
        let mut all = Tally::default();
        tallies.into_iter().for_each(|tally| all.add(tally));
        all.issues.sort_unstable();
        let default_issues = defaults_of(&std::mem::take(&mut all.issues));

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
        let key = |row: usize| {
            let kept = &registry.rows[row];
            if is_judged(kept) { kept.representative_key() } else { 0 }
        };
        let least = world.settings.burst_rows_min.min(world.settings.clients_rows_min).max(2);
        let clients = group::groups(world.engine, registry.len(), least, key);
        // Where nobody is seen, nothing is known of life.
        let (genuine, alive) = all.genuine_alive;
        let seen = (alive > 0).then(|| (alive as f64 + 1.0) / (genuine as f64 + 2.0));
        let whole = Whole {
            tally: all,
            remarkable,
            clients,
            crowds: Tables::new(seen, world.settings),
            judged: Vec::new(),
            lacking: Vec::new(),
            default_issues,
        };
        let mut look = Look { world, whole: Arc::new(whole) };
        let crowds =
            world.engine.map(look.clients().len(), |at| Crowd::of(&look, look.clients()[at].iter().copied()));
        let verdicts = look.judge(&crowds);
        let representative = |rows: &[u32]| registry.rows[rows[0] as usize].representative;
        let mut lacking: Vec<(u64, f64)> = look
            .clients()
            .iter()
            .zip(&verdicts)
            .map(|(rows, of)| (representative(rows), of.unknown))
            .collect();
        lacking.sort_unstable_by_key(|&(number, _)| number);
        let whole = Arc::get_mut(&mut look.whole).expect("nobody else looks yet");
        (whole.judged, whole.lacking) = (crowds.into_iter().zip(verdicts).collect(), lacking);
        look
    }

    /// The same look at a part of the world that has its documents near.
    #[must_use]
    pub fn at<'b>(&self, world: &'b World<'b>) -> Look<'b> {
        Look { world, whole: self.whole.clone() }
    }

    /// How many registered documents of a country the register has, when that is enough to call the country
    /// covered. Those of people who are seen alive are a better measure than all, among whom a large ring would say
    /// that its own documents are nothing unusual; where few are seen, all have to do.
    #[must_use]
    pub(super) fn coverage(&self, country: u16) -> Option<Coverage> {
        let settings = self.world.settings;
        let of = |counts: &[(u64, u64)], alive: bool| {
            let (held, found) = counts[usize::from(country)];
            (held >= settings.coverage_rows_min).then_some(Coverage { held, found, alive })
        };
        let coverage =
            of(&self.whole.tally.coverage_alive, true).or_else(|| of(&self.whole.tally.coverage, false))?;
        let covered = country != country::UNKNOWN
            && coverage.found * 100 >= coverage.held * settings.coverage_percent_min;
        covered.then_some(coverage)
    }

    /// Whether activity is known of so many that its absence says something.
    #[must_use]
    pub fn activity_speaks(&self) -> bool {
        let (older, living) = self.whole.tally.active;
        older > 0 && living * 100 >= older * self.world.settings.activity_percent_min
    }

    /// Whether signals look at a row at all: not when it is of a deceased person or annulled.
    pub(crate) fn is_judged(&self, kept: &RegistryRow) -> bool {
        is_judged(kept)
    }

    /// Whether nothing happened on or after the assignment though there was time for it.
    #[must_use]
    pub fn is_silent(&self, row: usize, kept: &RegistryRow) -> bool {
        let living = &self.world.links.living;
        !living.is_empty() && is_older_than_grace(self.world, kept) && living[row].last() < kept.assigned
    }

    /// Whether the document that a row holds is in the register as this row's and agrees with it.
    pub(crate) fn is_genuine(&self, row: usize) -> bool {
        bit(&self.whole.tally.genuine, row)
    }

    /// Whether the register has a document of a row's person that agrees with it.
    pub(super) fn is_known(&self, row: usize) -> bool {
        bit(&self.whole.tally.known, row)
    }

    /// Whether a row's person was seen in two ways since the assignment.
    pub(crate) fn is_alive(&self, row: usize) -> bool {
        bit(&self.whole.tally.alive, row)
    }

    /// The rows of each representative of several people, in the order of their first rows.
    pub(super) fn clients(&self) -> &[Vec<u32>] {
        &self.whole.clients
    }

    /// What their clients amount to, in the same order.
    pub(super) fn judged_clients(&self) -> &[(Crowd, Verdict)] {
        &self.whole.judged
    }

    /// What crowds of one kind amount to.
    pub(super) fn judge(&self, crowds: &[Crowd]) -> Vec<Verdict> {
        self.whole.crowds.judge(self.world.engine, crowds, self.world.settings.crowds_with_ring)
    }

    /// How often the document of a genuine person is unknown to the register, by the document's country. `None`
    /// where the register does not cover it.
    pub(super) fn unknown_in_country(&self, kept: &RegistryRow) -> Option<f64> {
        let coverage = self.coverage(kept.country)?;
        let misses = if coverage.alive {
            self.whole.tally.alive_unknown[usize::from(kept.country)]
        } else {
            coverage.held - coverage.found
        };
        Some((misses as f64 + 1.0) / (coverage.held as f64 + 2.0))
    }

    /// How often the document of a genuine person like this one is unknown: an export may lack the passports of a
    /// whole company, which excuses its people. That it knows all others of a company accuses nobody.
    pub(super) fn unknown_rate(&self, kept: &RegistryRow) -> Option<f64> {
        let rate = self.unknown_in_country(kept)?;
        let lacking = &self.whole.lacking;
        let found = lacking.binary_search_by_key(&kept.representative, |&(number, _)| number);
        Some(found.map_or(rate, |at| rate.max(lacking[at].1)))
    }

    /// How often a genuine person is not seen.
    pub(super) fn unseen_rate(&self) -> f64 {
        let (genuine, alive) = self.whole.tally.genuine_alive;
        (genuine - alive) as f64 / genuine.max(1) as f64
    }

    /// What a row says as a member of a crowd, and how often the document of a genuine person of its country is
    /// unknown. `None` where nothing can be said.
    pub(super) fn member(&self, row: usize) -> Option<(Member, Option<f64>)> {
        let kept = &self.world.registry.rows[row];
        // Of a country that the register does not cover the known would be counted and the unknown not.
        let unknown = if kept.number == 0 { None } else { self.unknown_in_country(kept) };
        let known = unknown.map(|_| self.is_known(row));
        let seen = self.activity_speaks() && is_older_than_grace(self.world, kept);
        let member = Member::new(known, seen.then(|| self.is_alive(row)))?;
        Some((member, unknown))
    }

    /// The day on which a row's document was issued, if that is known and no default.
    pub(super) fn issue(&self, kept: &RegistryRow) -> i32 {
        if self.whole.default_issues.binary_search(&kept.issue).is_ok() { NO_DAY } else { kept.issue }
    }

    /// The document that a row holds, when it is malformed or not valid; asks the table only then, since
    /// the rows of documents lie all over the memory.
    pub(super) fn remarkable_document(&self, row: usize) -> Option<&DocumentRow> {
        let document = self.world.links.registered[row];
        (document != NO_ROW && bit(&self.whole.remarkable, document as usize))
            .then(|| self.world.document(document))
    }
}

fn bit(words: &[u64], at: usize) -> bool {
    words[at / 64] >> (at % 64) & 1 == 1
}

/// Whether a row's person was seen in two ways, the last of them not before the assignment.
fn is_alive(world: &World<'_>, row: usize) -> bool {
    let assigned = world.registry.rows[row].assigned;
    world.links.living.get(row).is_some_and(|living| {
        assigned != NO_DAY && living.kinds() >= 2 && living.last() != NO_DAY && living.last() >= assigned
    })
}

/// What is counted of a range of rows, and of all.
#[derive(Debug)]
struct Tally {
    /// For each country the registered documents, and how many of them the register has.
    coverage: Vec<(u64, u64)>,
    /// The same of people seen alive.
    coverage_alive: Vec<(u64, u64)>,
    /// For each country the people seen alive who hold a document and are unknown to the register.
    alive_unknown: Vec<u64>,
    /// Rows that are older than the grace, and how many of them have some activity.
    active: (u64, u64),
    /// One bit a registry row whose document is genuine.
    genuine: Vec<u64>,
    /// One bit a registry row of which the register has some document.
    known: Vec<u64>,
    /// One bit a registry row of a person who was seen in two ways since the assignment.
    alive: Vec<u64>,
    /// Rows older than the grace with a genuine document, and how many of these people were seen alive.
    genuine_alive: (u64, u64),
    /// Days on which the documents of some rows were issued.
    issues: Vec<i32>,
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            coverage: vec![(0, 0); CODES_END],
            active: (0, 0),
            genuine: Vec::new(),
            known: Vec::new(),
            alive: Vec::new(),
            coverage_alive: vec![(0, 0); CODES_END],
            alive_unknown: vec![0; CODES_END],
            genuine_alive: (0, 0),
            issues: Vec::new(),
        }
    }
}

impl Tally {
    fn of(world: &World<'_>, rows: std::ops::Range<usize>) -> Self {
        let (registry, links) = (world.registry, world.links);
        // Ranges start at multiples of 64, so that their words can be put one behind the other.
        assert_eq!(rows.start % 64, 0);
        let first = rows.start;
        let words = vec![0u64; rows.len().div_ceil(64)];
        let mut tally = Tally {
            genuine: words.clone(),
            known: words.clone(),
            alive: words,
            issues: Vec::with_capacity(rows.len() / SAMPLED + 1),
            ..Tally::default()
        };
        for row in rows {
            let kept = &registry.rows[row];
            if row % SAMPLED == 0 && kept.issue != NO_DAY {
                tally.issues.push(kept.issue);
            }
            let mark =
                |words: &mut [u64], set: bool| words[(row - first) / 64] |= u64::from(set) << (row % 64);
            let is_genuine = is_genuine(world, row);
            mark(&mut tally.genuine, is_genuine);
            // The genuine document is one of the row's.
            let is_known = is_genuine || is_known_person(world, row);
            mark(&mut tally.known, is_known);
            let is_alive = is_alive(world, row);
            mark(&mut tally.alive, is_alive);
            if !is_judged(kept) {
                continue;
            }
            if is_genuine && is_older_than_grace(world, kept) {
                tally.genuine_alive.0 += 1;
                tally.genuine_alive.1 += u64::from(is_alive);
            }
            if kept.number != 0 {
                let country = usize::from(kept.country);
                let (held, found) = &mut tally.coverage[country];
                *held += 1;
                *found += u64::from(links.registered[row] != NO_ROW);
                if is_alive {
                    let (held, found) = &mut tally.coverage_alive[country];
                    *held += 1;
                    *found += u64::from(links.registered[row] != NO_ROW);
                    tally.alive_unknown[country] += u64::from(!is_known);
                }
            }
            if !links.living.is_empty() && is_older_than_grace(world, kept) {
                tally.active.0 += 1;
                tally.active.1 += u64::from(links.living[row].is_seen());
            }
        }
        tally
    }

    /// Adds the next range.
    fn add(&mut self, next: Tally) {
        let add = |sum: &mut (u64, u64), part: (u64, u64)| *sum = (sum.0 + part.0, sum.1 + part.1);
        self.coverage.iter_mut().zip(next.coverage).for_each(|(sum, part)| add(sum, part));
        self.coverage_alive.iter_mut().zip(next.coverage_alive).for_each(|(sum, part)| add(sum, part));
        self.alive_unknown.iter_mut().zip(next.alive_unknown).for_each(|(sum, part)| *sum += part);
        add(&mut self.active, next.active);
        add(&mut self.genuine_alive, next.genuine_alive);
        self.genuine.extend(next.genuine);
        self.known.extend(next.known);
        self.alive.extend(next.alive);
        self.issues.extend(next.issues);
    }
}

fn is_older_than_grace(world: &World<'_>, kept: &RegistryRow) -> bool {
    kept.assigned != NO_DAY
        && i64::from(world.as_of) - i64::from(kept.assigned) >= i64::from(world.settings.activity_grace_days)
}

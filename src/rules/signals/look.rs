//! The look: what a signal must know of the datasets as wholes before it can judge a row.
//!
//! In: the world. Out: how well the documents register covers each country, whether activity is known of
//! enough people, who is seen alive, which documents have something to be said about, and who files for whom.
//! The law: computed once a run, in one sweep over each table, and the same whatever the number of threads,
//! because it only counts.

use std::sync::Arc;

use super::excess::Excess;
use super::genuine::{is_genuine, is_known_person};
use super::group;
use crate::batch::NO_IIN;
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
    /// One bit a registry row of a person who was seen in two ways since the assignment.
    alive: Vec<u64>,
    /// For each country the people seen alive who hold a document, and those whose document is unknown.
    alive_unknown: Vec<(u64, u64)>,
    /// Rows with a genuine document, and how many of these people were seen alive.
    genuine_alive: (u64, u64),
    /// Rows of each representative of several people, in the order of their first rows.
    clients: Vec<Vec<u32>>,
    /// Of each of them, by ascending number: the people seen alive, and those whose document is unknown.
    filed: Vec<(u64, u64, u64)>,
    /// Representatives of whose clients too many are missed, ascending.
    excessive: Vec<u64>,
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
        let registry = world.registry;
        let tallies = world.over_registry(|world, rows| vec![Tally::of(world, rows)]);
        let mut all = Tally::default();
        tallies.into_iter().for_each(|tally| all.add(tally));
        let Tally { coverage, active, genuine, known, alive, alive_unknown, genuine_alive, mut issues } = all;

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
        let key = |row: usize| {
            let kept = &registry.rows[row];
            // Twelve zeros are packed as 0, which would be no key.
            if kept.representative != NO_IIN && is_judged(kept) { kept.representative + 1 } else { 0 }
        };
        let least = world.settings.burst_rows_min.min(world.settings.clients_rows_min).max(2);
        let clients = group::groups(world.engine, registry.len(), least, key);
        let mut whole = Whole {
            coverage,
            active,
            remarkable,
            genuine,
            known,
            alive,
            alive_unknown,
            genuine_alive,
            clients,
            filed: Vec::new(),
            excessive: Vec::new(),
            default_issues,
        };
        let filed = world.engine.map(whole.clients.len(), |at| {
            let rows = &whole.clients[at];
            let alive = rows.iter().filter(|&&row| bit(&whole.alive, row as usize));
            let counts = alive.fold((0, 0), |sum: (u64, u64), &row| {
                let kept = &registry.rows[row as usize];
                let unknown = kept.number != 0 && !bit(&whole.known, row as usize);
                (sum.0 + 1, sum.1 + u64::from(unknown))
            });
            (registry.rows[rows[0] as usize].representative, counts.0, counts.1)
        });
        whole.filed = filed;
        whole.filed.sort_unstable();
        let mut look = Look { world, whole: Arc::new(whole) };
        let excessive = world.engine.map(look.clients().len(), |at| {
            let rows = &look.clients()[at];
            let speaks = Excess::of(&look, rows.iter().copied()).odds().is_some();
            speaks.then(|| registry.rows[rows[0] as usize].representative)
        });
        let mut excessive: Vec<u64> = excessive.into_iter().flatten().collect();
        excessive.sort_unstable();
        Arc::get_mut(&mut look.whole).expect("nobody else looks yet").excessive = excessive;
        look
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
        bit(&self.whole.genuine, row)
    }

    /// Whether the register has a document of a row's person that agrees with it.
    pub(super) fn is_known(&self, row: usize) -> bool {
        bit(&self.whole.known, row)
    }

    /// Whether a row's person was seen in two ways since the assignment.
    pub(crate) fn is_alive(&self, row: usize) -> bool {
        bit(&self.whole.alive, row)
    }

    /// The rows of each representative of several people, in the order of their first rows.
    pub(super) fn clients(&self) -> &[Vec<u32>] {
        &self.whole.clients
    }

    /// How often the document of a genuine person is unknown to the register, by the document's country. `None`
    /// where the register does not cover it.
    fn unknown_in_country(&self, kept: &RegistryRow) -> Option<f64> {
        let (held, found) = self.coverage(kept.country)?;
        let (alive, unknown) = self.whole.alive_unknown[usize::from(kept.country)];
        // Where few are seen alive all have to do, the invented among them.
        let (of, misses) = if alive >= self.world.settings.coverage_rows_min {
            (alive, unknown)
        } else {
            (held, held - found)
        };
        Some((misses as f64 + 1.0) / (of as f64 + 2.0))
    }

    /// The same among the clients of the same representative, as far as they are seen alive: an export may lack
    /// the passports of a whole company.
    fn unknown_with_company(&self, kept: &RegistryRow) -> Option<f64> {
        let rate = self.unknown_in_country(kept)?;
        let filed = &self.whole.filed;
        let Ok(at) = filed.binary_search_by_key(&kept.representative, |&(number, ..)| number) else {
            return Some(rate);
        };
        let (_, alive, unknown) = filed[at];
        Some((rate * FILED_LIKE + unknown as f64) / (FILED_LIKE + alive as f64))
    }

    /// How often the document of a genuine person like this one is unknown: with their company's, unless more of
    /// these clients are missed than even that explains; then some who are seen are invented too.
    pub(super) fn unknown_rate(&self, kept: &RegistryRow) -> Option<f64> {
        match self.whole.excessive.binary_search(&kept.representative) {
            Ok(_) => self.unknown_in_country(kept),
            Err(_) => self.unknown_with_company(kept),
        }
    }

    /// Whether somebody is missed: neither known to the register nor seen, though one of the two should be;
    /// and how often that happens to genuine people. `None` where nothing can be said.
    pub(super) fn missed(&self, row: usize) -> Option<(bool, f64)> {
        let kept = &self.world.registry.rows[row];
        let missed = !self.is_known(row) && !self.is_alive(row);
        if kept.number != 0
            && let Some(unknown) = self.unknown_with_company(kept)
        {
            let (genuine, alive) = self.whole.genuine_alive;
            let unseen = (genuine - alive) as f64 + 1.0;
            return Some((missed, unknown * unseen / (genuine as f64 + 1.0)));
        }
        if !self.activity_speaks() || !is_older_than_grace(self.world, kept) {
            return None;
        }
        let (older, living) = self.whole.active;
        Some((missed && self.is_silent(row, kept), (older - living) as f64 / older as f64))
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

/// People like those of the country as whom a representative's clients count, beside the clients themselves.
const FILED_LIKE: f64 = 10.0;

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

/// What is counted of a range of rows.
#[derive(Debug)]
struct Tally {
    coverage: Vec<(u64, u64)>,
    active: (u64, u64),
    genuine: Vec<u64>,
    known: Vec<u64>,
    alive: Vec<u64>,
    alive_unknown: Vec<(u64, u64)>,
    genuine_alive: (u64, u64),
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
            alive_unknown: vec![(0, 0); CODES_END],
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
            tally.genuine_alive.0 += u64::from(is_genuine);
            tally.genuine_alive.1 += u64::from(is_genuine && is_alive);
            if kept.number != 0 {
                let country = usize::from(kept.country);
                let (held, found) = &mut tally.coverage[country];
                *held += 1;
                *found += u64::from(links.registered[row] != NO_ROW);
                if is_alive {
                    let (alive, unknown) = &mut tally.alive_unknown[country];
                    *alive += 1;
                    *unknown += u64::from(!is_known);
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
        self.alive_unknown.iter_mut().zip(next.alive_unknown).for_each(|(sum, part)| add(sum, part));
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

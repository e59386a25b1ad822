//! Runs of document numbers among suspects.
//!
//! In: suspects with documents of a country and series. Out: chains of neighbouring numbers, cut where their
//! people came in other seasons, with the registry rows that lie between their ends. `consecutive_documents`
//! asks for runs under one tie and in steps of one or two; here rows are suspects already, so a run may have gaps
//! (a packet of blanks is sold in parts) as long as they are small beside those of everybody else's numbers.

use std::collections::BTreeMap;

use super::Node;
use crate::day::NO_DAY;
use crate::link::rows::RegistryRow;
use crate::normalise::hash::mix_pair;
use crate::normalise::number::series;
use crate::rules::World;

/// The largest step within a chain, whatever the series.
const GAP_MAX: u64 = 16;
/// A step is small when so many of them fit between two numbers of others.
const GAPS_BETWEEN: u64 = 50;
/// Numbers of others from which their distance is a measure. Of a series that hardly anybody else has steps are
/// as in `consecutive_documents`, and twice that, since a blank in between may have been spoilt.
const SERIES_MIN: u64 = 50;
/// Different numbers from which a chain is one: families have two.
const NUMBERS_MIN: usize = 3;
/// Days without an assignment that part a chain: blanks are used one after the other.
const SEASON_GAP: i32 = 45;

/// A run that may bind: its suspects, ascending, and the registry rows between its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) members: Vec<u32>,
    pub(super) rows: u64,
}

/// Numbers of suspects that may be chains, before it is known who else has such numbers.
#[derive(Debug)]
pub(super) struct Chains {
    /// Series by key, with the number of their suspects and where their chains stand.
    series: Vec<(u64, u64, std::ops::Range<usize>)>,
    /// Chains by series and first number: number and suspect, ascending.
    chains: Vec<Vec<(u64, u32)>>,
}

/// What is counted of the registry.
#[derive(Debug)]
pub(super) struct Numbers {
    /// Of each series the rows, the least and the largest number.
    series: BTreeMap<u32, (u64, u64, u64)>,
    /// Of each chain the rows between its ends.
    inside: BTreeMap<u32, u64>,
}

impl Numbers {
    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: &Numbers) {
        for (&at, &(rows, least, most)) in &other.series {
            let held = self.series.entry(at).or_insert((0, least, most));
            *held = (held.0 + rows, held.1.min(least), held.2.max(most));
        }
        for (&at, rows) in &other.inside {
            *self.inside.entry(at).or_default() += rows;
        }
    }
}

/// The series of a row's document in its country, and its number in it.
fn place(kept: &RegistryRow) -> Option<(u64, u64)> {
    series(kept.number).map(|(prefix, number)| (mix_pair(prefix, u64::from(kept.country)), number))
}

/// Finds what may be chains.
pub(super) fn chains(world: &World<'_>, nodes: &[Node]) -> Chains {
    let mut placed: Vec<(u64, u64, u32)> = Vec::new();
    for (node, at) in nodes.iter().zip(0..) {
        if let Some((series, number)) = place(&node.kept) {
            placed.push((series, number, at));
        }
    }
    world.engine.sort_by_key(&mut placed, |&placed| placed);
    let mut found = Chains { series: Vec::new(), chains: Vec::new() };
    for same in placed.chunk_by(|a, b| a.0 == b.0) {
        let first = found.chains.len();
        let chains = same.chunk_by(|a, b| b.1 - a.1 <= GAP_MAX).map(|chain| {
            let chain: Vec<(u64, u32)> = chain.iter().map(|&(_, number, at)| (number, at)).collect();
            chain
        });
        found.chains.extend(chains.filter(|chain| distinct(chain) >= NUMBERS_MIN));
        if found.chains.len() > first {
            found.series.push((same[0].0, same.len() as u64, first..found.chains.len()));
        }
    }
    found
}

/// How many different numbers there are; a shared document is one.
fn distinct(chain: &[(u64, u32)]) -> usize {
    chain.chunk_by(|a, b| a.0 == b.0).count()
}

impl Chains {
    /// Nothing counted yet.
    pub(super) fn tally(&self) -> Numbers {
        Numbers { series: BTreeMap::new(), inside: BTreeMap::new() }
    }

    /// Counts a row.
    pub(super) fn count(&self, kept: &RegistryRow, numbers: &mut Numbers) {
        let Some((key, number)) = place(kept) else { return };
        let Ok(at) = self.series.binary_search_by_key(&key, |&(key, ..)| key) else { return };
        let held = numbers.series.entry(at as u32).or_insert((0, number, number));
        *held = (held.0 + 1, held.1.min(number), held.2.max(number));
        let range = self.series[at].2.clone();
        let before = self.chains[range.clone()].partition_point(|chain| chain[0].0 <= number);
        if let Some(chain) = before.checked_sub(1).map(|before| range.start + before)
            && self.chains[chain].last().is_some_and(|&(last, _)| number <= last)
        {
            *numbers.inside.entry(chain as u32).or_default() += 1;
        }
    }

    /// The runs, by series, number and season.
    pub(super) fn runs(&self, world: &World<'_>, nodes: &[Node], numbers: &Numbers) -> Vec<Chain> {
        let assigned = |at: u32| nodes[at as usize].kept.assigned;
        let mut runs = Vec::new();
        for (at, (_, own, range)) in self.series.iter().enumerate() {
            let (rows, least, most) = numbers.series.get(&(at as u32)).copied().unwrap_or((0, 0, 0));
            let others = rows.saturating_sub(*own);
            let is_small = |gap: u64| match others {
                SERIES_MIN.. => gap <= 1 || gap * GAPS_BETWEEN * others <= most - least + 1,
                _ => gap <= 2 * world.settings.run_gap_max,
            };
            for chain in range.clone() {
                let whole = self.chains[chain].len() as u64;
                let inside = numbers.inside.get(&(chain as u32)).copied().unwrap_or(0);
                let parts = self.chains[chain].chunk_by(|a, b| is_small(b.0 - a.0));
                for part in parts.filter(|part| distinct(part) >= NUMBERS_MIN) {
                    let mut dated: Vec<(i32, u32)> = part.iter().map(|&(_, at)| (assigned(at), at)).collect();
                    dated.sort_unstable();
                    let is_one = |a: &(i32, u32), b: &(i32, u32)| {
                        (a.0 == NO_DAY) == (b.0 == NO_DAY) && b.0.saturating_sub(a.0) <= SEASON_GAP
                    };
                    for season in dated.chunk_by(is_one).filter(|season| season.len() > 1) {
                        let mut members: Vec<u32> = season.iter().map(|&(_, at)| at).collect();
                        members.sort_unstable();
                        // What lies between the ends is shared out by length.
                        let rows = (inside * members.len() as u64 / whole).max(members.len() as u64);
                        runs.push(Chain { members, rows });
                    }
                }
            }
        }
        runs
    }
}

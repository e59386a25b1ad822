//! Facets: what suspects have in common, and by how much it binds them.
//!
//! In: a world and its suspects. Out: facets that bind: for each its members, and the rows that have it. The
//! suspects' keys come first, then one sweep over the registry counts who else has them, so that an honest
//! agent and a dormitory are seen as what they are. The law: a facet has its members once, in their order; what
//! it binds by follows from counts alone; and nothing is asked of anybody but what they share.
//!
//! What a facet binds by is the share of its rows that should not exist (the sum of their scores), as log odds over
//! those of [`SHARE_MIN`]. A facet counts only where chance would hardly bring so many together
//! ([`EVIDENCE_MIN`]): it may lie in the middle of many honest clients, but not be three bad luck of three hundred.

use super::Node;
use super::run::{self, Chain};
use crate::day::NO_DAY;
use crate::link::people::table::ByHash;
use crate::link::rows::RegistryRow;
use crate::normalise::hash::mix_pair;
use crate::rules::World;
use crate::rules::bits::{self, Millibits};
use crate::rules::corrections::is_current;

/// What binds suspects, in the order in which a ring is named for it: what a person holds for long comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One who filed for them.
    Representative,
    /// One document under several numbers.
    Document,
    /// A phone.
    Phone,
    /// An address.
    Address,
    /// Days in which one representative filed for them, without what the same one filed in other days.
    Burst,
    /// Neighbouring document numbers, assigned in one season.
    Run,
    /// A day at an office.
    Day,
}

impl Kind {
    /// The word of the report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Representative => "representative",
            Kind::Document => "document",
            Kind::Phone => "phone",
            Kind::Address => "address",
            Kind::Burst => "burst",
            Kind::Run => "run",
            Kind::Day => "day",
        }
    }
}

/// Kinds that a row has by a key of its own.
const KEYED: [Kind; 5] = [Kind::Representative, Kind::Document, Kind::Phone, Kind::Address, Kind::Day];

/// Thousandths of a facet's rows that should not exist, from which on it binds.
const SHARE_MIN: u64 = 30;
/// Rows of nobody that a facet is thought to have besides: two of two are less sure than twenty of twenty.
const ROWS_MORE: u64 = 2;
/// The most that a facet binds by.
const BITS_MAX: Millibits = 8_000;
/// Bits by which a facet must be unlike chance: one in a hundred, since they are looked at by the thousand,
/// and most of what is looked at holds nothing.
const EVIDENCE_MIN: i64 = 7_000;
/// The most that a day at an office binds by, which is less than the price of a pair: never enough alone.
const DAY_BITS_MAX: Millibits = 800;
/// Days without a suspect that part the bursts of one representative.
const BURST_GAP: i32 = 30;

/// Something that suspects have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facet {
    pub(super) kind: Kind,
    /// Its members, ascending.
    pub(super) members: Vec<u32>,
    /// Registry rows that have it.
    pub(super) rows: u64,
    /// What a pair is bound by.
    pub(super) bits: Millibits,
}

/// The registry as a whole: its rows, and the scores of its suspects, in thousandths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    pub(super) rows: u64,
    pub(super) expected: u64,
}

impl Whole {
    pub(super) fn of(world: &World<'_>, nodes: &[Node]) -> Self {
        let expected = nodes.iter().map(|node| u64::from(node.score)).sum::<u64>();
        Whole { rows: world.registry.len() as u64, expected: expected.max(1) }
    }

    /// What a pair in a facet is bound by; nothing where it says nothing.
    fn bits(self, kind: Kind, expected: u64, rows: u64) -> Millibits {
        if self.evidence(expected, rows) < EVIDENCE_MIN {
            return 0;
        }
        let share = bits::log_odds(expected, (rows + ROWS_MORE) * 1000);
        let most = if kind == Kind::Day { DAY_BITS_MAX } else { BITS_MAX };
        (share - bits::log_odds(SHARE_MIN, 1000)).clamp(0, most)
    }

    /// How unlike chance it is that of `rows` so many are expected not to exist, in millibits: the rows times the
    /// distance of their share from that of all.
    fn evidence(self, expected: u64, rows: u64) -> i64 {
        let expected = expected.min(rows * 1000);
        if expected == 0 || expected * self.rows <= self.expected * rows {
            return 0;
        }
        // Of rows that should or should not exist: their number times the log of their share here over that of
        // all. Counts of a hundred million rows fit.
        let term = |part: u64, whole: u64| match part {
            0 => 0,
            part => part as i64 * i64::from(bits::log2(part * self.rows, (rows * whole).max(1))) / 1000,
        };
        term(expected, self.expected) + term(rows * 1000 - expected, self.rows * 1000 - self.expected)
    }
}

/// The key by which a row has a facet of a kind; 0 for none.
pub(super) fn key(world: &World<'_>, kind: Kind, kept: &RegistryRow) -> u64 {
    let explained = || world.settings.explains(kept);
    match kind {
        Kind::Representative if !explained() => kept.representative_key(),
        Kind::Document => kept.document_key(),
        Kind::Phone if !explained() => kept.phone,
        Kind::Address if !explained() => kept.address,
        Kind::Day if kept.office != 0 && kept.assigned != NO_DAY => {
            mix_pair(kept.office, kept.assigned as u64).max(1)
        }
        _ => 0,
    }
}

/// Finds what binds suspects; the order is that of kinds, then of keys or numbers.
pub(super) fn find(world: &World<'_>, nodes: &[Node], whole: Whole) -> Vec<Facet> {
    let shared = Shared::new(world, nodes);
    let chains = run::chains(world, nodes);
    let tallies = world.over_registry(|world, rows| {
        let mut hits = Vec::new();
        let mut numbers = chains.tally();
        for row in rows {
            let kept = &world.registry.rows[row];
            if !is_current(kept.status) {
                continue;
            }
            shared.hits(world, kept, &mut hits);
            chains.count(kept, &mut numbers);
        }
        hits.sort_unstable();
        let hits = hits.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64));
        vec![(hits.collect::<Vec<_>>(), numbers)]
    });
    let mut hits = Vec::new();
    let mut numbers = chains.tally();
    for (part, counted) in tallies {
        hits.extend(part);
        numbers.add(&counted);
    }
    world.engine.sort_by_key(&mut hits, |&(hit, _)| hit);

    let mut facets = Vec::new();
    let weighed = |kind, members: Vec<u32>, rows: u64| {
        let expected = members.iter().map(|&at| u64::from(nodes[at as usize].score)).sum();
        let bits = whole.bits(kind, expected, rows.max(members.len() as u64));
        Facet { kind, members, rows, bits }
    };
    for (at, (kind, members)) in shared.facets.iter().enumerate() {
        let first = hits.partition_point(|&((facet, _), _)| (facet as usize) < at);
        let end = hits.partition_point(|&((facet, _), _)| facet as usize <= at);
        let days = &hits[first..end];
        let rows = days.iter().map(|&(_, count)| count).sum();
        facets.push(weighed(*kind, members.clone(), rows));
        if *kind == Kind::Representative {
            let bursts = bursts(nodes, members, days).into_iter().filter(|burst| burst.1 < rows);
            facets.extend(bursts.map(|(members, rows)| weighed(Kind::Burst, members, rows)));
        }
    }
    let runs = chains.runs(world, nodes, &numbers);
    facets.extend(runs.into_iter().map(|Chain { members, rows }| weighed(Kind::Run, members, rows)));
    facets.retain(|facet| facet.bits > 0);
    facets.sort_by_key(|facet| facet.kind);
    facets
}

/// Keys that several suspects have.
struct Shared {
    facets: Vec<(Kind, Vec<u32>)>,
    /// Facets by their mixed keys.
    by_key: ByHash<u32>,
}

/// A row has a facet; the day of its assignment, where it is of a representative.
type Hit = (u32, i32);

impl Shared {
    fn new(world: &World<'_>, nodes: &[Node]) -> Self {
        let mut keyed: Vec<(Kind, u64, u32)> = Vec::new();
        for (node, at) in nodes.iter().zip(0..) {
            let keys = KEYED.into_iter().map(|kind| (kind, key(world, kind, &node.kept), at));
            keyed.extend(keys.filter(|&(_, key, _)| key != 0));
        }
        world.engine.sort_by_key(&mut keyed, |&keyed| keyed);
        let groups: Vec<&[(Kind, u64, u32)]> =
            keyed.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|same| same.len() > 1).collect();
        let by_key =
            groups.iter().zip(0..).map(|(same, facet)| (mixed(same[0].0, same[0].1), facet)).collect();
        let members = |same: &[(Kind, u64, u32)]| same.iter().map(|&(_, _, at)| at).collect();
        Shared { facets: groups.iter().map(|same| (same[0].0, members(same))).collect(), by_key }
    }

    fn hits(&self, world: &World<'_>, kept: &RegistryRow, hits: &mut Vec<Hit>) {
        for kind in KEYED {
            let key = key(world, kind, kept);
            if key != 0
                && let Some(&facet) = self.by_key.get(&mixed(kind, key))
            {
                hits.push((facet, if kind == Kind::Representative { kept.assigned } else { NO_DAY }));
            }
        }
    }
}

/// A key that no other kind has.
fn mixed(kind: Kind, key: u64) -> u64 {
    mix_pair(key, kind as u64 + 1)
}

/// The bursts of a representative's suspects, with the rows of all clients in the same days.
fn bursts(nodes: &[Node], members: &[u32], days: &[(Hit, u64)]) -> Vec<(Vec<u32>, u64)> {
    let assigned = |at: u32| nodes[at as usize].kept.assigned;
    let mut dated: Vec<(i32, u32)> =
        members.iter().map(|&at| (assigned(at), at)).filter(|&(day, _)| day != NO_DAY).collect();
    dated.sort_unstable();
    let of = |burst: &[(i32, u32)]| {
        let mut members: Vec<u32> = burst.iter().map(|&(_, at)| at).collect();
        members.sort_unstable();
        let (first, last) = (burst[0].0, burst[burst.len() - 1].0);
        let inside = days.iter().filter(|&&((_, day), _)| (first..=last).contains(&day));
        (members, inside.map(|&(_, count)| count).sum())
    };
    let chains = dated.chunk_by(|a, b| b.0 - a.0 <= BURST_GAP).filter(|burst| burst.len() > 1);
    chains.map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two hundred suspects' worth of a hundred thousand rows.
    const WHOLE: Whole = Whole { rows: 100_000, expected: 200_000 };

    #[test]
    fn what_facets_bind_by() {
        for (kind, expected, rows, binds, why) in [
            (Kind::Representative, 14_000, 14, true, "all clients should not exist"),
            (Kind::Representative, 20_000, 200, true, "a ring among honest clients"),
            (Kind::Representative, 2_700, 300, false, "three of three hundred: bad luck"),
            (Kind::Address, 4_000, 300, false, "a dormitory"),
            (Kind::Phone, 150, 3, false, "a family of which two are faintly suspected"),
            (Kind::Document, 1_800, 2, true, "two of whom neither exists"),
            (Kind::Document, 800, 2, false, "two, as likely as not"),
            (Kind::Day, 40_000, 50, true, "a day on which nobody else came"),
        ] {
            let bits = WHOLE.bits(kind, expected, rows);
            assert_eq!(bits > 0, binds, "{why}: {bits}");
        }
        let of = |expected, rows| WHOLE.bits(Kind::Phone, expected, rows);
        assert!(of(30_000, 40) > of(30_000, 200), "the fewer honest rows there are, the more");
        assert!(of(20_000, 20) > of(2_000, 2), "and many are surer than two");
        assert_eq!(WHOLE.bits(Kind::Day, 40_000, 50), DAY_BITS_MAX);
        assert!(i64::from(DAY_BITS_MAX) < super::super::community::PRICE, "a day alone makes no ring");
    }

    #[test]
    fn evidence_is_that_of_floats() {
        for (expected, rows) in
            [(1, 1), (200, 1), (999, 1), (1000, 1), (5_000, 20), (20_000, 200), (90_000, 5000)]
        {
            let (q, p) = (f64::from(expected) / f64::from(rows * 1000), 0.002);
            let other = if q < 1.0 { (1.0 - q) * ((1.0 - q) / (1.0 - p)).log2() } else { 0.0 };
            let exact = if q > p { f64::from(rows) * 1000.0 * (q * (q / p).log2() + other) } else { 0.0 };
            let held = WHOLE.evidence(expected as u64, rows as u64) as f64;
            // Each logarithm is off by up to a thousandth of a bit, and counts once a row.
            assert!(
                (held - exact).abs() <= 3.0 + f64::from(rows) * 2.0,
                "{expected} of {rows}: {held} for {exact}"
            );
        }
    }
}

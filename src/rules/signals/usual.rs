//! Usual: how many numbers a representative of a kind files at once, and how busy an office was.
//!
//! In: the clients of each representative, and when and where numbers were assigned to people who did not
//! come. Out: for a window of days the count that would be usual for a representative with as many clients,
//! at that office, in that season. The law: medians and distances from them, so that what is looked for does
//! not move what it is measured against; and floors, since a few representatives say nothing of their kind.

use super::look::is_judged;
use crate::day::NO_DAY;
use crate::link::rows::RegistryRow;
use crate::normalise::codes;
use crate::rules::World;

/// Representatives of a kind from which their median is a measure.
const KIND_MIN: usize = 12;
/// How many robust deviations above the median are still usual: one in some thousands of a bell.
const DEVIATIONS: u64 = 4;
/// The most that a busy office raises what is usual.
const SEASON_MAX: u64 = 5;

/// What is usual in a run.
#[derive(Debug, Default)]
pub(super) struct Usual {
    /// For each kind of representative (the bits of the number of clients) the largest usual count.
    kinds: Vec<u64>,
    /// Numbers assigned to people who did not come, by office and day, ascending.
    volumes: Vec<((u64, i32), u32)>,
    /// The median day of each office, ascending by office.
    offices: Vec<(u64, u32)>,
}

fn kind(clients: usize) -> usize {
    clients.max(1).ilog2() as usize
}

/// Whether the person did not have to be there.
fn is_remote(row: &RegistryRow) -> bool {
    matches!(u16::from(row.channel), codes::REPRESENTATIVE | codes::ONLINE)
}

impl Usual {
    /// Measures a world: for each representative the number of clients and the largest count within a window.
    pub(super) fn new(world: &World<'_>, peaks: &[(usize, u64)]) -> Self {
        let registry = world.registry;
        let mut places = world.over_registry(|_, rows| {
            rows.map(|row| &registry.rows[row])
                .filter(|row| is_remote(row) && row.assigned != NO_DAY && is_judged(row))
                .map(|row| (row.office, row.assigned))
                .collect()
        });
        world.engine.sort_by_key(&mut places, |&place| place);
        let volumes: Vec<((u64, i32), u32)> =
            places.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect();
        let offices = volumes.chunk_by(|a, b| a.0.0 == b.0.0).map(|days| {
            let mut counts: Vec<u64> = days.iter().map(|day| u64::from(day.1)).collect();
            (days[0].0.0, median(&mut counts) as u32)
        });
        let offices = offices.collect();
        Usual { kinds: limits(peaks), volumes, offices }
    }

    /// The largest count that is usual in a window of days from `first` to `last`, for a representative with
    /// so many clients, `own` of them in this window at this office; 0 where the run cannot say.
    pub(super) fn limit(&self, clients: usize, office: u64, days: (i32, i32), own: u64) -> u64 {
        let limit = self.kinds.get(kind(clients)).copied().unwrap_or(0);
        limit * self.season(office, days, own)
    }

    /// How many times its usual numbers an office assigned in these days, without those of the one who is
    /// asked about; at least one.
    fn season(&self, office: u64, (first, last): (i32, i32), own: u64) -> u64 {
        let Ok(at) = self.offices.binary_search_by_key(&office, |&(office, _)| office) else { return 1 };
        let from = self.volumes.partition_point(|volume| volume.0 < (office, first));
        let to = self.volumes.partition_point(|volume| volume.0 <= (office, last));
        let all: u64 = self.volumes[from..to].iter().map(|volume| u64::from(volume.1)).sum();
        let days = (i64::from(last) - i64::from(first) + 1) as u64;
        (all.saturating_sub(own) / (u64::from(self.offices[at].1) * days).max(1)).clamp(1, SEASON_MAX)
    }
}

/// For each kind the largest usual peak: the median and some robust deviations, which are those of counts
/// that fall by chance or those that are seen, whichever is more.
fn limits(peaks: &[(usize, u64)]) -> Vec<u64> {
    let kinds = peaks.iter().map(|&(clients, _)| kind(clients) + 1).max().unwrap_or(0);
    let of_kind = |wanted: usize| {
        let mut own: Vec<u64> =
            peaks.iter().filter(|&&(clients, _)| kind(clients) == wanted).map(|&(_, peak)| peak).collect();
        if own.len() < KIND_MIN {
            return 0;
        }
        let middle = median(&mut own);
        let mut off: Vec<u64> = own.iter().map(|&peak| peak.abs_diff(middle)).collect();
        // 1.4826 times the median distance is the deviation of a bell; chance alone gives the root.
        let deviation = (median(&mut off) * 14_826 / 10_000).max(middle.isqrt());
        middle + DEVIATIONS * deviation
    };
    (0..kinds).map(of_kind).collect()
}

/// The middle of some counts, the lower of two.
fn median(counts: &mut [u64]) -> u64 {
    counts.sort_unstable();
    counts.get(counts.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_representatives() {
        let lawyers = || (0..20).map(|n| (16 + n % 8, 2 + n as u64 % 2));
        let employers = || (0..20).map(|n| (300, 60 + 10 * (n as u64 % 5)));
        let one = [(20, 20)];
        let limits = limits(&lawyers().chain(employers()).chain(one).collect::<Vec<_>>());
        assert_eq!(limits.len(), 9);
        assert_eq!(limits[kind(20)], 7, "lawyers file two or three at once: twenty is not usual");
        assert!(limits[kind(300)] >= 100, "employers file dozens: {}", limits[kind(300)]);
        assert_eq!(limits[kind(3)], 0, "nobody of this kind, so nothing can be said");
        let few: Vec<_> = employers().take(KIND_MIN - 1).collect();
        assert_eq!(super::limits(&few)[kind(300)], 0, "eleven are no measure");
    }

    #[test]
    fn seasons() {
        let volumes = (0..30).map(|day| ((7, day), if day < 28 { 10 } else { 40 })).collect();
        let usual = Usual { kinds: vec![0, 0, 0, 0, 6], volumes, offices: vec![(7, 10)] };
        assert_eq!(usual.limit(20, 7, (3, 5), 5), 6, "an ordinary week");
        assert_eq!(usual.limit(20, 7, (28, 29), 0), 24, "four times as busy as usual");
        assert_eq!(usual.limit(20, 7, (28, 29), 60), 6, "busy with these very numbers");
        assert_eq!(usual.limit(20, 8, (28, 29), 0), 6, "an office of which nothing is known");
    }

    #[test]
    fn the_middle() {
        for (counts, expected) in
            [(&mut [][..], 0), (&mut [3][..], 3), (&mut [4, 1][..], 1), (&mut [9, 1, 5][..], 5)]
        {
            assert_eq!(median(counts), expected);
        }
    }
}

//! Excess: whether more people of a crowd cannot be found than chance explains.
//!
//! In: rows that have a representative, a phone or an address in common. Out: for each row the share of the
//! *others* who should not exist, as odds. What is usual is measured in the run: a document that should be in
//! the register and is not, of somebody of whom nothing was seen, by country. The law: nobody is judged by
//! what is said of themselves here, which other signals say; and what chance explains (three deviations, wider
//! where misses come in clusters) is taken off first.

use super::Look;
use crate::rules::bits::{self, Millibits};

/// Deviations by which the misses of a crowd must exceed what is usual.
const DEVIATIONS: f64 = 3.0;
/// Misses below which chance and families explain everything.
const MISSES_MIN: u64 = 3;
/// The largest share that a crowd may argue for: there is an honest person in every crowd.
const SHARE_MAX: f64 = 0.9;
/// Correlation of two misses of one crowd: people who came together are missed together.
const TOGETHER: f64 = 0.02;

/// What is said of a crowd.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Excess {
    /// Rows of whom it can be said whether they are missed.
    pub(super) rows: u64,
    /// How many are missed.
    pub(super) missed: u64,
    /// How many would be, were all of them genuine.
    usual: f64,
}

impl Excess {
    /// Counts a crowd.
    pub(super) fn of(look: &Look<'_>, rows: impl Iterator<Item = u32>) -> Self {
        let mut sum = Excess::default();
        for row in rows {
            if let Some((missed, usual)) = look.missed(row as usize) {
                sum.rows += 1;
                sum.missed += u64::from(missed);
                sum.usual += usual;
            }
        }
        sum
    }

    /// Whether there is enough to say something.
    pub(super) fn speaks(&self) -> bool {
        self.rows >= MISSES_MIN
    }

    /// How many would be missed, were all genuine, with one decimal.
    pub(super) fn usual(&self) -> String {
        let tenths = (self.usual * 10.0 + 0.5) as u64;
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// The odds that somebody of the crowd is invented, by the others; `None` where chance explains them.
    pub(super) fn odds_without(&self, look: &Look<'_>, row: u32) -> Option<Millibits> {
        let mut others = *self;
        if let Some((missed, usual)) = look.missed(row as usize) {
            others.rows -= 1;
            others.missed -= u64::from(missed);
            others.usual -= usual;
        }
        others.odds()
    }

    /// The odds that somebody is invented of whose crowd this is known.
    pub(super) fn odds(&self) -> Option<Millibits> {
        let (rows, missed, usual) = (self.rows as f64, self.missed as f64, self.usual.max(0.0));
        if self.missed < MISSES_MIN {
            return None;
        }
        let rate = (usual / rows).min(1.0);
        // The variance of counts whose events come in clusters.
        let deviation = (usual * (1.0 - rate) * (1.0 + (rows - 1.0) * TOGETHER)).max(0.25).sqrt();
        if missed < usual + DEVIATIONS * deviation {
            return None;
        }
        let share = ((missed - usual - deviation) / rows).clamp(0.0, SHARE_MAX);
        Some(bits::log_odds((share * 1000.0) as u64, 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowds() {
        for (rows, missed, usual, speaks, why) in [
            (300, 9, 9.0, false, "an employer of three hundred, as many missed as usual"),
            (300, 20, 9.0, false, "twice as many: the export may lack a page of passports"),
            (300, 90, 9.0, true, "ten times as many"),
            (60, 60, 1.8, true, "nobody can be found"),
            (8, 2, 0.2, false, "two of eight"),
            (8, 4, 0.2, true, "four of eight where none was to be expected"),
            (60, 20, 18.0, false, "a company whose passports the export lacks"),
        ] {
            let excess = Excess { rows, missed, usual };
            assert_eq!(excess.odds().is_some(), speaks, "{why}");
        }
        let all = Excess { rows: 60, missed: 60, usual: 1.8 };
        assert_eq!(all.odds(), Some(bits::log_odds(900, 1000)), "never certain of anybody");
        let half = Excess { rows: 60, missed: 30, usual: 1.8 };
        assert!(half.odds() < all.odds());
    }
}

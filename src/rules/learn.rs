//! Learn: figures of evidence from counts, for whoever weighs signs: of registry rows and of customers alike.
//!
//! In: rows counted by what they bear, and figures of a table. Out: what a sign is worth, what an exculpation takes
//! off, and the odds of a row before anything is said. A table's figure counts as much as some rows would, so that a
//! small run does not believe its few.
//!
//! The law: integers, and floats that are only added, multiplied and divided, so that all machines learn the same.

use std::collections::BTreeMap;

use super::bits::{self, Millibits};

/// Of what a sign is worth, the part that counts behind a stronger one of its family: four views of one fact
/// are not four facts.
pub const OF_FAMILY: Millibits = 4;

/// Rows as many as which the prior of the settings counts.
const PRIOR_ROWS: f64 = 2_000.0;
/// Between these shares the prior is believed.
const PRIOR_LEAST: f64 = 0.000_01;
const PRIOR_MOST: f64 = 0.05;

/// Rows of which something is true, and those of them of which something else is.
pub(super) fn count<P>(
    patterns: &BTreeMap<P, u64>,
    of: impl Fn(&P) -> bool,
    among: impl Fn(&P) -> bool,
) -> (u64, u64) {
    patterns.iter().filter(|(pattern, _)| of(pattern)).fold((0, 0), |sum, (pattern, &count)| {
        (sum.0 + count, sum.1 + if among(pattern) { count } else { 0 })
    })
}

/// log2(m/u) of a sign that a share of the invented bears (in millionths): u is counted among the genuine, of whom some
/// bear it, beside as many `rows` of whom those bear it that the table's `bits` say.
pub(super) fn worth(share: u64, bits: Millibits, (of, bear): (u64, u64), rows: u64) -> Millibits {
    // In billionths, so that shares of one in a million keep three places.
    let usual = (share as f64 * 1000.0 / bits::power(bits)) as u64;
    let u = (bear * 1_000_000_000 + rows * usual) / (of + rows);
    bits::log2(share.max(1) * 1000, u.max(1))
}

/// What an exculpation takes off that a share of the invented has (in thousandths), below zero: log2(m/p), p counted
/// among the genuine, of whom some have it, beside as many `rows` of whom `usual` have it (in millionths).
pub(super) fn takes(share: u64, usual: u64, (of, have): (u64, u64), rows: u64) -> Millibits {
    let p = (have * 1_000_000 + rows * usual) / (of + rows);
    bits::log2(share.max(1) * 1000, p.max(1))
}

/// Rows that say the same: what they say beside the prior, the odds of their crowd (which take the place of the prior
/// where they are higher; 0 for none), and how many they are.
pub(super) struct Said {
    pub(super) odds: f64,
    pub(super) crowd: f64,
    pub(super) rows: f64,
}

/// The log odds of the share of the invented under which a run is likeliest (expectation maximisation in one unknown);
/// `share` is what the settings say, in ten thousandths.
pub(super) fn prior(said: &[Said], share: u32) -> Millibits {
    const PARTS: u64 = 100_000_000;
    const TURNS: usize = 200;
    let start = f64::from(share) / 10_000.0;
    let rows: f64 = said.iter().map(|said| said.rows).sum();
    let mut share = start;
    for _ in 0..TURNS {
        let prior = share / (1.0 - share);
        let invented: f64 = said
            .iter()
            .map(|said| {
                let odds = prior.max(said.crowd) * said.odds;
                said.rows * (odds / (1.0 + odds))
            })
            .sum();
        share = ((invented + PRIOR_ROWS * start) / (rows + PRIOR_ROWS)).clamp(PRIOR_LEAST, PRIOR_MOST);
    }
    bits::log_odds((share * PARTS as f64) as u64, PARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_counts_as_so_many_rows() {
        assert_eq!(worth(500_000, 3000, (0, 0), 500), 3000, "nothing was counted");
        let counted = worth(500_000, 3000, (1_000_000, 500_000), 500);
        assert!((-5..5).contains(&counted), "half of a million genuine bear it too: {counted}");
        assert!(worth(500_000, 3000, (1_000_000, 0), 500) > 10_000, "nobody of a million does");
        assert_eq!(takes(250, 500_000, (0, 0), 500), -1000);
        assert!(takes(250, 500_000, (1_000_000, 1_000_000), 500) < -1990);
    }

    #[test]
    fn the_prior_is_the_share_that_makes_the_run_likeliest() {
        let share = |invented: f64| {
            let sure = Said { odds: 1e9, crowd: 0.0, rows: invented };
            let nobody = Said { odds: 1e-9, crowd: 0.0, rows: 1e6 - invented };
            bits::power(prior(&[sure, nobody], 20))
        };
        for (invented, expected) in [(2e3, 0.002), (2e4, 0.02)] {
            let found = share(invented);
            assert!((found / expected - 1.0).abs() < 0.05, "{invented}: {found}");
        }
        // A crowd's odds take the place of the prior, but only where they are higher.
        let crowd = |crowd| bits::power(prior(&[Said { odds: 1.0, crowd, rows: 1e6 }], 20));
        assert!(crowd(1.0) > 0.05 && crowd(0.0001) < 0.01);
    }
}

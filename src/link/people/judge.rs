//! Judge: clusters and pairs against a truth that somebody knows.
//!
//! In: for each record the person that it truly is, where known. Out: precision, recall and F1 of pairs of records,
//! at several thresholds, and how far probabilities are from what is true. The law: records without a truth count
//! nowhere, neither as right nor as wrong.

use serde::Serialize;

/// Precision, recall and F1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Share of the pairs that were found which are true.
    pub precision: f64,
    /// Share of the true pairs that were found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl Figures {
    /// Figures of counts: pairs found and true, pairs found, pairs true.
    #[must_use]
    pub fn of(both: f64, found: f64, truth: f64) -> Self {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 1.0 };
        Figures {
            precision: share(both, found),
            recall: share(both, truth),
            f1: share(2.0 * both, found + truth),
        }
    }
}

/// What a truth says of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// Records of which the truth is known.
    pub records: u64,
    /// Pairs of records that are truly one person.
    pub true_pairs: u64,
    /// Of the clusters.
    pub clusters: Figures,
    /// Of the pairs at several thresholds.
    pub thresholds: Vec<(f64, Figures)>,
    /// Mean distance between the probability of a pair and how often such pairs are true.
    pub calibration_error: f64,
    /// The same by tenths of probability, those without pairs left out.
    pub reliability: Vec<Bin>,
    /// The error over pairs that are neither nearly certain nor nearly excluded: probabilities from 0.1 to 0.9.
    pub middle_error: f64,
    /// Share of the true pairs that some key found, so that they were compared at all.
    pub compared: f64,
}

/// Pairs of about one probability, and how many of them are true.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Their mean probability.
    pub probability: f64,
    /// The share of them that is true.
    pub share: f64,
    /// How many there are.
    pub pairs: u64,
}

fn pairs_within<K: Ord>(keys: impl Iterator<Item = K>) -> u64 {
    let mut keys: Vec<K> = keys.collect();
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b).map(|same| same.len() as u64 * (same.len() as u64 - 1) / 2).sum()
}

/// Thresholds of the table.
pub const THRESHOLDS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/// Judges. `truth` holds a person's number for each record, or 0; pairs are left, right and probability; `compared`
/// is how many true pairs some key found.
#[must_use]
pub fn judge(truth: &[u32], clusters: &[u32], pairs: &[(u32, u32, f64)], compared: u64) -> Judgement {
    let known = |record: u32| truth[record as usize] != 0;
    let records: Vec<u32> = (0..truth.len() as u32).filter(|&record| known(record)).collect();
    let true_pairs = pairs_within(records.iter().map(|&record| truth[record as usize]));
    let found = pairs_within(records.iter().map(|&record| clusters[record as usize]));
    let both =
        pairs_within(records.iter().map(|&record| (clusters[record as usize], truth[record as usize])));
    let judged: Vec<(f64, bool)> = pairs
        .iter()
        .filter(|(left, right, _)| known(*left) && known(*right))
        .map(|&(left, right, probability)| (probability, truth[left as usize] == truth[right as usize]))
        .collect();
    let thresholds = THRESHOLDS
        .into_iter()
        .map(|threshold| {
            let above = judged.iter().filter(|(probability, _)| *probability >= threshold);
            let (count, right) =
                above.fold((0.0, 0.0), |(n, r), (_, one)| (n + 1.0, r + f64::from(u8::from(*one))));
            (threshold, Figures::of(right, count, true_pairs as f64))
        })
        .collect();
    Judgement {
        records: records.len() as u64,
        true_pairs,
        clusters: Figures::of(both as f64, found as f64, true_pairs as f64),
        thresholds,
        calibration_error: calibration_error(&judged),
        reliability: reliability(&judged),
        middle_error: error(&tenths(&judged)[1..9]),
        compared: if true_pairs == 0 { 1.0 } else { compared as f64 / true_pairs as f64 },
    }
}

/// Sum of probabilities, of true pairs and of pairs by tenths of probability.
fn tenths(judged: &[(f64, bool)]) -> [(f64, f64, u64); 10] {
    let mut bins = [(0.0, 0.0, 0); 10];
    for &(probability, one) in judged {
        let bin = &mut bins[((probability * 10.0) as usize).min(9)];
        bin.0 += probability;
        bin.1 += f64::from(u8::from(one));
        bin.2 += 1;
    }
    bins
}

/// The mean distance between claims and truth over some bins.
fn error(bins: &[(f64, f64, u64)]) -> f64 {
    let pairs: u64 = bins.iter().map(|bin| bin.2).sum();
    bins.iter().map(|(claimed, true_ones, _)| (claimed - true_ones).abs()).sum::<f64>()
        / (pairs as f64).max(1.0)
}

/// The expected calibration error over ten bins of equal width.
fn calibration_error(judged: &[(f64, bool)]) -> f64 {
    error(&tenths(judged))
}

/// What was said and what was true, bin by bin.
fn reliability(judged: &[(f64, bool)]) -> Vec<Bin> {
    let bins = tenths(judged).into_iter().filter(|(_, _, pairs)| *pairs > 0);
    bins.map(|(claimed, true_ones, pairs)| Bin {
        probability: claimed / pairs as f64,
        share: true_ones / pairs as f64,
        pairs,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_world_of_five() {
        // Persons 1 (three records) and 2 (two); one record is put to the wrong person.
        let truth = [1, 1, 1, 2, 2, 0];
        let clusters = [0, 0, 2, 2, 2, 2];
        let pairs = [(0, 1, 0.9), (2, 3, 0.6), (3, 4, 0.9), (4, 5, 0.9)];
        let found = judge(&truth, &clusters, &pairs, 3);
        assert_eq!((found.records, found.true_pairs), (5, 4));
        // Found: 0-1, 2-3, 2-4, 3-4; true among them: 0-1, 3-4.
        assert_eq!(found.clusters, Figures { precision: 0.5, recall: 0.5, f1: 0.5 });
        let at_half = found.thresholds.iter().find(|(threshold, _)| *threshold == 0.5).unwrap().1;
        assert_eq!(at_half.recall, 0.5);
        assert!((at_half.precision - 2.0 / 3.0).abs() < 1e-9);
        // 0.9 claimed and true twice, 0.6 claimed and never true.
        assert!((found.calibration_error - (0.2 + 0.6) / 3.0).abs() < 1e-9);
        let bins: Vec<_> =
            found.reliability.iter().map(|bin| (bin.probability, bin.share, bin.pairs)).collect();
        assert_eq!(bins, [(0.6, 0.0, 1), (0.9, 1.0, 2)]);
        assert!((found.middle_error - 0.6).abs() < 1e-9, "0.9 is no middle");
        assert_eq!(found.compared, 0.75);
    }
}

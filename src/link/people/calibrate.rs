//! Calibrate: weights and clusters in, probabilities out that mean what they say.
//!
//! A pair is judged by its own two records; a cluster by all of its records together, which see more: two records
//! that tell little of each other are one person when a third agrees with both. So within a cluster the probability
//! of a pair is that of the weakest link on the strongest chain between its records, and elsewhere that of its own
//! weight. Neither needs a label.
//!
//! The law: symmetric in the two records, never below what the pair's own weight claims, within 0.0005 and 0.9995.

use super::Pair;

/// What ties the records of each cluster.
#[derive(Clone, Debug, Default)]
pub struct Bonds {
    /// For each record the one above it in its tree; itself at the top.
    above: Vec<u32>,
    /// The weight of the link to it; falling upwards.
    weights: Vec<f32>,
    /// For each record the first record of its cluster.
    clusters: Vec<u32>,
}

/// The probability that a weight claims by itself.
#[must_use]
pub fn claimed(weight: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(weight)).exp2())
}

impl Bonds {
    /// Finds the strongest chains within clusters. Returns the bonds, and how many pairs within clusters are expected to
    /// be true: of two groups that a link puts together, all pairs are as true as the link.
    #[must_use]
    pub fn new<'a>(pairs: impl Iterator<Item = &'a Pair>, clusters: &[u32]) -> (Self, f64) {
        let together = |pair: &&Pair| clusters[pair.left as usize] == clusters[pair.right as usize];
        let mut links: Vec<(f32, u32, u32)> =
            pairs.filter(together).map(|pair| (pair.weight, pair.left, pair.right)).collect();
        links.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut above: Vec<u32> = (0..clusters.len() as u32).collect();
        let mut weights = vec![f32::NEG_INFINITY; clusters.len()];
        let mut sizes = vec![1u32; clusters.len()];
        let mut truly = 0.0;
        for (weight, left, right) in links {
            let (mut top, mut under) = (root(&above, left), root(&above, right));
            if top == under {
                continue;
            }
            // The smaller tree goes under the larger, so that no path is long.
            let size = |at: u32| (sizes[at as usize], u32::MAX - at);
            if size(top) < size(under) {
                (top, under) = (under, top);
            }
            truly += claimed(weight) * f64::from(sizes[top as usize]) * f64::from(sizes[under as usize]);
            above[under as usize] = top;
            weights[under as usize] = weight;
            sizes[top as usize] += sizes[under as usize];
        }
        (Bonds { above, weights, clusters: clusters.to_vec() }, truly)
    }

    /// The probability that the records of a pair are one person.
    #[must_use]
    pub fn probability(&self, pair: &Pair) -> f64 {
        let together = self.clusters.get(pair.left as usize) == self.clusters.get(pair.right as usize);
        let weight = if together { self.weakest(pair.left, pair.right) } else { f32::NEG_INFINITY };
        claimed(weight.max(pair.weight)).clamp(0.0005, 0.9995)
    }

    /// The weight of the weakest link on the strongest chain between two records of one cluster.
    fn weakest(&self, mut one: u32, mut two: u32) -> f32 {
        let mut weakest = f32::INFINITY;
        // Links weaken upwards, so the stronger of two is the lower one.
        while one != two {
            let (a, b) = (self.weights[one as usize], self.weights[two as usize]);
            let low = if a >= b { &mut one } else { &mut two };
            let weight = self.weights[*low as usize];
            if weight == f32::NEG_INFINITY {
                return weight;
            }
            weakest = weakest.min(weight);
            *low = self.above[*low as usize];
        }
        weakest
    }
}

fn root(above: &[u32], mut at: u32) -> u32 {
    while above[at as usize] != at {
        at = above[at as usize];
    }
    at
}

#[cfg(test)]
mod tests {
    #![allow(clippy::needless_range_loop, reason = "the oracle is easier to read with plain indexes")]

    use proptest::prelude::*;

    use super::*;

    fn pair(left: u32, right: u32, weight: f32) -> Pair {
        Pair { left, right, weight, pattern: 0 }
    }

    #[test]
    fn a_third_record_speaks_for_two() {
        let pairs = [pair(0, 1, 8.0), pair(1, 2, 5.0), pair(0, 2, -4.0), pair(2, 3, 3.0)];
        let (bonds, truly) = Bonds::new(pairs.iter(), &[0, 0, 0, 3]);
        for (what, pair, expected) in [
            ("a strong pair is what it claims", pairs[0], claimed(8.0)),
            ("a weak pair is what the chain over the third claims", pairs[2], claimed(5.0)),
            ("a pair between two clusters is what it claims", pairs[3], claimed(3.0)),
            ("a chain is no weaker for a pair that was never compared", pair(2, 0, -90.0), claimed(5.0)),
        ] {
            assert!((bonds.probability(&pair) - expected).abs() < 1e-9, "{what}");
        }
        assert!((truly - (claimed(8.0) + 2.0 * claimed(5.0))).abs() < 1e-9, "three pairs, two by one link");
    }

    proptest! {
        /// The oracle: of all chains the one whose weakest link is strongest, by trying every record between two.
        #[test]
        fn the_weakest_link_of_the_strongest_chain(
            weights in prop::collection::vec(-6i8..20, 36), kept in prop::collection::vec(any::<bool>(), 36),
        ) {
            const RECORDS: usize = 9;
            let mut pairs = Vec::new();
            let mut best = [[f32::NEG_INFINITY; RECORDS]; RECORDS];
            let mut next = 0;
            for left in 0..RECORDS {
                for right in left + 1..RECORDS {
                    if kept[next] {
                        let weight = f32::from(weights[next]);
                        pairs.push(pair(left as u32, right as u32, weight));
                        (best[left][right], best[right][left]) = (weight, weight);
                    }
                    next += 1;
                }
            }
            for over in 0..RECORDS {
                for a in 0..RECORDS {
                    for b in 0..RECORDS {
                        best[a][b] = best[a][b].max(best[a][over].min(best[over][b]));
                    }
                }
            }
            let (bonds, truly) = Bonds::new(pairs.iter(), &[0; RECORDS]);
            let mut sum = 0.0;
            for a in 0..RECORDS {
                for b in a + 1..RECORDS {
                    let asked = pair(a as u32, b as u32, -99.0);
                    let expected = claimed(best[a][b]).clamp(0.0005, 0.9995);
                    prop_assert!((bonds.probability(&asked) - expected).abs() < 1e-9);
                    let turned = pair(b as u32, a as u32, -99.0);
                    prop_assert_eq!(bonds.probability(&asked), bonds.probability(&turned));
                    sum += claimed(best[a][b]);
                }
            }
            prop_assert!((truly - sum).abs() < 1e-6);
        }
    }
}

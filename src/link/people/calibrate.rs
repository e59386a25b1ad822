//! Calibrate: weights in, probabilities out that mean what they say.
//!
//! A pair is judged by its own two records; a cluster by all of its records together, which see more: two records
//! that tell little of each other are one person when a third agrees with both. So the share of pairs of a weight
//! that lie within one cluster is a better probability than the weight's own, and it needs no label. The law: never
//! falling with the weight (pooled adjacent violators), within 0.0005 and 0.9995, and a function of the weight alone.

use super::Pair;

/// Pairs of a step at least; steps are pooled until they rise.
const STEP_MIN: usize = 40;
/// Steps at most, before pooling.
const STEPS_MAX: usize = 400;

/// A rising function from weights to probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Weight and probability of each step, rising in both.
    steps: Vec<(f32, f64)>,
}

/// The probability that a weight claims by itself.
#[must_use]
pub fn claimed(weight: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(weight)).exp2())
}

impl Calibration {
    /// Learns from pairs and whether each is taken for one person.
    #[must_use]
    pub fn learn(pairs: &[Pair], is_one: impl Fn(&Pair) -> bool) -> Self {
        let mut sorted: Vec<(f32, bool)> = pairs.iter().map(|pair| (pair.weight, is_one(pair))).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let size = STEP_MIN.max(sorted.len().div_ceil(STEPS_MAX));
        // Sum of weights, of probabilities and of pairs.
        let mut steps: Vec<(f64, f64, f64)> = Vec::new();
        for chunk in sorted.chunks(size) {
            let count = chunk.len() as f64;
            let weight: f64 = chunk.iter().map(|(weight, _)| f64::from(*weight)).sum();
            let ones = chunk.iter().filter(|(_, one)| *one).count() as f64;
            // As if one more pair had been seen that is what its weight claims.
            let mean = claimed((weight / count) as f32);
            steps.push((weight, (ones + mean) / (count + 1.0) * count, count));
            while let [.., (w1, p1, n1), (w2, p2, n2)] = steps[..] {
                if p1 / n1 <= p2 / n2 {
                    break;
                }
                steps.pop();
                *steps.last_mut().expect("two steps were there") = (w1 + w2, p1 + p2, n1 + n2);
            }
        }
        Calibration { steps: steps.into_iter().map(|(w, p, n)| ((w / n) as f32, p / n)).collect() }
    }

    /// The probability of a weight, between its neighbouring steps in proportion.
    #[must_use]
    pub fn probability(&self, weight: f32) -> f64 {
        let at = self.steps.partition_point(|step| step.0 <= weight);
        let probability = match (at.checked_sub(1).map(|at| self.steps[at]), self.steps.get(at)) {
            (Some((w1, p1)), Some(&(w2, p2))) => p1 + (p2 - p1) * f64::from((weight - w1) / (w2 - w1)),
            (Some((_, last)), None) => last.max(claimed(weight).min(0.9995)),
            (None, Some(&(_, first))) => first.min(claimed(weight).max(0.0005)),
            (None, None) => claimed(weight),
        };
        probability.clamp(0.0005, 0.9995)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(weight: f32) -> Pair {
        Pair { left: 0, right: 1, weight, pattern: 0 }
    }

    #[test]
    fn probabilities_rise_and_follow_the_shares() {
        // Below zero one in four is one person, above nine in ten, with a dent that is pooled.
        let pairs: Vec<Pair> = (0..4000).map(|i| pair((i as f32 - 2000.0) / 100.0)).collect();
        let is_one = |pair: &Pair| {
            // Rounded: a weight is a hair below its hundredth as often as above.
            let i = (pair.weight * 100.0).round() as i32 + 2000;
            let tenths = if i < 2000 {
                2 + i % 2
            } else if (2500..2600).contains(&i) {
                5
            } else {
                9
            };
            i % 10 < tenths
        };
        let calibration = Calibration::learn(&pairs, is_one);
        let mut last = 0.0;
        for i in -200..200 {
            let probability = calibration.probability(i as f32 / 10.0);
            assert!(probability >= last, "{i}");
            last = probability;
        }
        assert!((calibration.probability(-10.0) - 0.25).abs() < 0.08);
        assert!((calibration.probability(15.0) - 0.9).abs() < 0.05);
    }

    #[test]
    fn without_pairs_a_weight_is_taken_at_its_word() {
        let calibration = Calibration::learn(&[], |_| true);
        assert!((calibration.probability(0.0) - 0.5).abs() < 1e-9);
    }
}

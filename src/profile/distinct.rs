//! Distinct: hashes in, about how many different ones there were out.
//!
//! Keeps the smallest [`KEPT`] hashes. As long as there are fewer, the count is exact; beyond, the largest kept
//! one tells how densely hashes lie, within about three percent. Union is merging, so the answer does not depend
//! on how records were cut into pieces.

use std::collections::BTreeSet;

use crate::normalise::hash::scramble;

/// Hashes kept: the error of the estimate is one over its root.
pub const KEPT: usize = 1024;

/// About how many different hashes there were.
#[derive(Clone, Debug, Default)]
pub struct Distinct(BTreeSet<u64>);

impl Distinct {
    /// Takes in a hash.
    pub fn take(&mut self, hash: u64) {
        // Hashes that compare well need not lie evenly.
        self.keep(scramble(hash));
    }

    fn keep(&mut self, hash: u64) {
        if self.0.len() == KEPT {
            let last = *self.0.last().expect("it is full");
            if hash >= last || !self.0.insert(hash) {
                return;
            }
            self.0.pop_last();
        } else {
            self.0.insert(hash);
        }
    }

    /// Takes in the hashes of another.
    pub fn merge(&mut self, other: Distinct) {
        for hash in other.0 {
            self.keep(hash);
        }
    }

    /// The count, and whether it is exact.
    #[must_use]
    pub fn count(&self) -> (u64, bool) {
        if self.0.len() < KEPT {
            return (self.0.len() as u64, true);
        }
        let last = *self.0.last().expect("it is full");
        let share = last as f64 / u64::MAX as f64;
        (((KEPT - 1) as f64 / share).round() as u64, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::hash::hash;

    #[test]
    fn counts_are_exact_when_small_and_near_when_large() {
        for (count, tolerance) in [(0u64, 0.0), (1, 0.0), (1000, 0.0), (5_000, 0.1), (200_000, 0.1)] {
            let mut whole = Distinct::default();
            let mut parts = [Distinct::default(), Distinct::default(), Distinct::default()];
            for value in 0..count {
                for _ in 0..2 {
                    let hash = hash(format!("value {value}").as_bytes());
                    whole.take(hash);
                    parts[value as usize % 3].take(hash);
                }
            }
            let [mut first, second, third] = parts;
            first.merge(second);
            first.merge(third);
            assert_eq!(first.count(), whole.count(), "pieces change nothing");
            let (got, exact) = whole.count();
            assert_eq!(exact, count < KEPT as u64);
            assert!(got.abs_diff(count) as f64 <= tolerance * count as f64, "{got} for {count}");
        }
    }
}

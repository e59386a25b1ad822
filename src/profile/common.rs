//! Common: values in, the most common ones out, in bounded memory.
//!
//! Misra and Gries (1982): a new value takes a free counter; when there is none, all counters give one away.
//! A value of more than one in [`KEPT`] is sure to be there, and its count is too small by at most that share.
//! Merging keeps both, so long as pieces are merged in order, which the engine sees to.

use std::collections::BTreeMap;

/// Counters kept.
pub const KEPT: usize = 256;

/// The most common values.
#[derive(Clone, Debug, Default)]
pub struct Common<K: Ord + Clone>(BTreeMap<K, u64>);

impl<K: Ord + Clone> Common<K> {
    /// Takes in a value.
    pub fn take(&mut self, value: &K) {
        if let Some(count) = self.0.get_mut(value) {
            *count += 1;
        } else if self.0.len() < KEPT {
            self.0.insert(value.clone(), 1);
        } else {
            self.give_away(1);
        }
    }

    fn give_away(&mut self, share: u64) {
        self.0.retain(|_, count| {
            *count = count.saturating_sub(share);
            *count > 0
        });
    }

    /// Takes in the values of a later part.
    pub fn merge(&mut self, later: Common<K>) {
        for (value, count) in later.0 {
            *self.0.entry(value).or_default() += count;
        }
        if self.0.len() > KEPT {
            let mut counts: Vec<u64> = self.0.values().copied().collect();
            counts.sort_unstable_by(|a, b| b.cmp(a));
            self.give_away(counts[KEPT]);
        }
    }

    /// The values by falling count, equal ones by value; counts are lower bounds.
    #[must_use]
    pub fn ranked(&self) -> Vec<(&K, u64)> {
        let mut ranked: Vec<(&K, u64)> = self.0.iter().map(|(value, &count)| (value, count)).collect();
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        ranked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_common_is_found_and_never_over_counted(
            values in prop::collection::vec(prop_oneof![3 => 0u32..4, 7 => any::<u32>()], 0..4000),
            cut in 0usize..4000,
        ) {
            let cut = cut.min(values.len());
            let mut common = Common::default();
            let mut later = Common::default();
            values[..cut].iter().for_each(|value| common.take(value));
            values[cut..].iter().for_each(|value| later.take(value));
            common.merge(later);
            let ranked = common.ranked();
            prop_assert!(ranked.len() <= KEPT);
            let mut truth = BTreeMap::new();
            values.iter().for_each(|value| *truth.entry(*value).or_insert(0u64) += 1);
            let lost = 2 * values.len() as u64 / KEPT as u64 + 2;
            for (value, count) in truth {
                let got = ranked.iter().find(|(known, _)| **known == value).map_or(0, |(_, count)| *count);
                prop_assert!(got <= count && got + lost >= count, "{got} for {count}");
            }
        }
    }
}

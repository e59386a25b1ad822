//! Groups: rows with an equal key, only those of enough rows.
//!
//! In: a key a row, 0 for none. Out: groups in the order of their first rows, each in row order. Built on the
//! partitioned join of `link`, because a hash map over twenty million rows takes seconds and these groups
//! are few. A map of all keys is the oracle in the tests.

use crate::engine::Engine;
use crate::link::join::{KeyTable, Side, bits_for, partitions};
use crate::normalise::hash::scramble;

/// Rows that a block should hold: enough work for a piece, and some pieces for every thread.
const BLOCK_ROWS: usize = 1 << 18;

/// The groups of at least `rows_min` rows of `0..count` with an equal key; keys need not be well mixed.
pub(crate) fn groups(
    engine: &Engine,
    count: usize,
    rows_min: usize,
    key: impl Fn(usize) -> u64 + Sync + Send,
) -> Vec<Vec<u32>> {
    assert!(rows_min >= 2, "a group has several rows");
    let bits = bits_for(count);
    let blocks = count.div_ceil(BLOCK_ROWS).max(1);
    let side = Side::new(engine, bits, blocks, |block, out| {
        for row in count * block / blocks..count * (block + 1) / blocks {
            out(scramble(key(row)), row as u32);
        }
    });
    let found = partitions(engine, bits, |partition| {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        KeyTable::build(&side, partition, |first, later| pairs.push((first, later)));
        // Later rows come in row order, so a stable sort leaves each group in order.
        pairs.sort_by_key(|&(first, _)| first);
        pairs
            .chunk_by(|left, right| left.0 == right.0)
            .filter(|pairs| pairs.len() + 1 >= rows_min)
            .map(|pairs| std::iter::once(pairs[0].0).chain(pairs.iter().map(|pair| pair.1)).collect())
            .collect::<Vec<Vec<u32>>>()
    });
    let mut groups: Vec<Vec<u32>> = found.into_iter().flatten().collect();
    engine.sort_by_key(&mut groups, |group| group[0]);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn groups_equal_the_oracle(
            keys in prop::collection::vec(0u64..40, 0..300), rows_min in 2usize..6, threads in 1usize..4,
        ) {
            let engine = Engine::new(threads).unwrap();
            let mut map: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
            for (row, &key) in keys.iter().enumerate().filter(|(_, key)| **key != 0) {
                map.entry(key).or_default().push(row as u32);
            }
            let mut expected: Vec<_> = map.into_values().filter(|rows| rows.len() >= rows_min).collect();
            expected.sort();
            prop_assert_eq!(groups(&engine, keys.len(), rows_min, |row| keys[row]), expected);
        }
    }

    #[test]
    fn many_blocks_and_partitions_make_the_same_groups() {
        let engine = Engine::new(2).unwrap();
        let count = BLOCK_ROWS + 1000;
        let groups = groups(&engine, count, 3, |row| if row % 100_000 == 7 { 5 } else { row as u64 + 10 });
        assert_eq!(groups, [[7, 100_007, 200_007]]);
    }
}

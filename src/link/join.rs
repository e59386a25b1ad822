//! Join: keys of one or more sides in, the pairs of rows with equal keys out.
//!
//! Radix-partitioned hash joins: every side is cut by the top bits of its keys into partitions whose table
//! fits a core's second-level cache (`TABLE_ROWS`), then each partition is joined on its own. Memory is
//! 12 bytes a key and side while the join lasts, and one table a thread.
//!
//! The law: keys are well mixed (the caller's duty), 0 is no key, and what a partition reports depends on
//! nothing but its keys and rows, in row order. So a distributed engine may run partitions anywhere.

use crate::engine::Engine;
use crate::spill::{Ledge, Values};

/// Build rows that a partition should hold: 16 bytes a slot at most half full stay under a megabyte.
const TABLE_ROWS: usize = 1 << 15;

/// The number of partition bits for a build side of so many rows.
#[must_use]
pub fn bits_for(build_rows: usize) -> u32 {
    build_rows.div_ceil(TABLE_ROWS).next_power_of_two().trailing_zeros().min(12)
}

/// Keys and rows of one side, cut into partitions.
#[derive(Debug)]
pub struct Side {
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    starts: Vec<u32>,
    keys: Values<u64>,
    rows: Values<u32>,
}

impl Side {
    /// Cuts a side: `fill(block, out)` gives the keys and rows of one of `blocks` blocks in row order.
    pub fn new(
        engine: &Engine,
        bits: u32,
        blocks: usize,
        fill: impl Fn(usize, &mut dyn FnMut(u64, u32)) + Sync + Send,
    ) -> Self {
        let ledge = Ledge::new(engine.spill());
        let cut = engine.map(blocks, |block| {
            let (mut keys, mut rows) = (Vec::new(), Vec::new());
            fill(block, &mut |key, row| {
                if key != 0 {
                    keys.push(key);
                    rows.push(row);
                }
            });
            let (starts, keys, rows) = cut(bits, &keys, &rows);
            (starts, ledge.put(keys), ledge.put(rows))
        });
        let blocks = ledge.finish(|taker| {
            let block =
                |(starts, keys, rows)| Block { starts, keys: taker.values(keys), rows: taker.values(rows) };
            cut.into_iter().map(block).collect()
        });
        Side { blocks }
    }

    /// The keys and rows of a partition, in row order.
    pub fn partition(&self, partition: usize) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.blocks.iter().flat_map(move |block| {
            let range = block.starts[partition] as usize..block.starts[partition + 1] as usize;
            let rows = block.rows.part(range.clone());
            block.keys.part(range).iter().copied().zip(rows.iter().copied())
        })
    }

    /// How many keys a partition holds.
    #[must_use]
    pub fn partition_len(&self, partition: usize) -> usize {
        self.blocks.iter().map(|b| (b.starts[partition + 1] - b.starts[partition]) as usize).sum()
    }
}

/// Blocks into which `count` rows are cut where at least `least` are wanted: more of them when they are laid
/// down, since a block is cut in memory.
#[must_use]
pub fn blocks_for(engine: &Engine, count: usize, least: usize) -> usize {
    engine.spill().map_or(least, |spill| least.max(count.div_ceil(spill.block_rows()))).max(1)
}

/// A counting sort by the top bits; stable, so rows stay in order. Returns where each partition starts.
fn cut(bits: u32, keys: &[u64], rows: &[u32]) -> (Vec<u32>, Vec<u64>, Vec<u32>) {
    let partition_of = |key: u64| if bits == 0 { 0 } else { (key >> (64 - bits)) as usize };
    let mut starts = vec![0u32; (1 << bits) + 1];
    for &key in keys {
        starts[partition_of(key) + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let (mut cut_keys, mut cut_rows) = (vec![0u64; keys.len()], vec![0u32; rows.len()]);
    for (&key, &row) in keys.iter().zip(rows) {
        let at = &mut next[partition_of(key)];
        cut_keys[*at as usize] = key;
        cut_rows[*at as usize] = row;
        *at += 1;
    }
    (starts, cut_keys, cut_rows)
}

/// A hash table over one partition of a build side: the first row of each key.
#[derive(Debug)]
pub struct KeyTable {
    slots: Vec<(u64, u32)>,
    mask: usize,
}

impl KeyTable {
    /// Builds the table; `duplicate(first, row)` is told of every later row of a key, in row order.
    pub fn build(side: &Side, partition: usize, mut duplicate: impl FnMut(u32, u32)) -> Self {
        let capacity = (side.partition_len(partition) * 2).next_power_of_two().max(16);
        let mut table = KeyTable { slots: vec![(0, 0); capacity], mask: capacity - 1 };
        for (key, row) in side.partition(partition) {
            let mut at = table.home(key);
            loop {
                let (held, first) = table.slots[at];
                if held == 0 {
                    table.slots[at] = (key, row);
                    break;
                }
                if held == key {
                    duplicate(first, row);
                    break;
                }
                at = (at + 1) & table.mask;
            }
        }
        table
    }

    /// The low bits place a key; the top bits were spent on the partition.
    #[inline]
    fn home(&self, key: u64) -> usize {
        key as usize & self.mask
    }

    /// The first row of a key.
    #[inline]
    #[must_use]
    pub fn get(&self, key: u64) -> Option<u32> {
        self.slot(key).map(|slot| self.slots[slot].1)
    }

    /// How many slots there are, for those who keep something of each key beside the table.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The first row of the key in a slot that is in use.
    #[must_use]
    pub fn row(&self, slot: usize) -> u32 {
        self.slots[slot].1
    }

    /// The slot of a key.
    #[inline]
    #[must_use]
    pub fn slot(&self, key: u64) -> Option<usize> {
        let mut at = self.home(key);
        loop {
            let (held, _) = self.slots[at];
            if held == key {
                return Some(at);
            }
            if held == 0 {
                return None;
            }
            at = (at + 1) & self.mask;
        }
    }
}

/// Runs `work` for every partition and returns the results in partition order.
pub fn partitions<T: Send>(engine: &Engine, bits: u32, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    engine.map(1 << bits, work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::hash::mix_pair;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// A join is what a map of all keys says, whatever the number of partitions and threads.
        #[test]
        fn a_join_equals_the_oracle(
            build in prop::collection::vec(0u64..60, 0..200),
            probe in prop::collection::vec(0u64..60, 0..200),
            bits in 0u32..5,
            threads in 1usize..4,
        ) {
            let engine = Engine::new(threads).unwrap();
            let key = |v: u64| if v == 0 { 0 } else { mix_pair(v, 7) };
            let side = |values: &Vec<u64>| {
                let half = values.len() / 2;
                Side::new(&engine, bits, 2, |block, out| {
                    let range = if block == 0 { 0..half } else { half..values.len() };
                    for row in range {
                        out(key(values[row]), row as u32);
                    }
                })
            };
            let (b, p) = (side(&build), side(&probe));
            let mut got: Vec<(u32, u32)> = Vec::new();
            let mut duplicates: Vec<(u32, u32)> = Vec::new();
            for (pairs, dups) in partitions(&engine, bits, |partition| {
                let mut dups = Vec::new();
                let table = KeyTable::build(&b, partition, |first, row| dups.push((first, row)));
                let pairs: Vec<_> =
                    p.partition(partition).filter_map(|(key, row)| Some((row, table.get(key)?))).collect();
                (pairs, dups)
            }) {
                got.extend(pairs);
                duplicates.extend(dups);
            }
            got.sort_unstable();
            duplicates.sort_unstable();

            let mut first = BTreeMap::new();
            let mut expected_duplicates = Vec::new();
            for (row, &v) in build.iter().enumerate().filter(|(_, v)| **v != 0) {
                match first.get(&v) {
                    None => { first.insert(v, row as u32); }
                    Some(&f) => expected_duplicates.push((f, row as u32)),
                }
            }
            expected_duplicates.sort_unstable();
            let expected: Vec<(u32, u32)> = probe.iter().enumerate()
                .filter_map(|(row, v)| Some((row as u32, *first.get(v)?))).collect();
            prop_assert_eq!(got, expected);
            prop_assert_eq!(duplicates, expected_duplicates);
        }
    }
}

//! Index: the buckets of one key, and in which of them each record sits.
//!
//! In: for each record the hashes of what it shows under the key. Out: [`Index`], which lists who comes behind a
//! record in its buckets. The law: a bucket of one is none, nor is one above the cap; the result depends on which
//! records share hashes, not on the hashes.
//!
//! Most records of a telling key sit nowhere. So a first pass marks hashes that come twice, in two bits a slot; what
//! comes once is never sorted and has no place in memory: a record that sits nowhere costs two bits, one that sits in
//! a bucket ten bytes. An entry is a hash and a record in one word: what is left of the hash beside ten million
//! records is forty bits, and two keys that agree in them cost a comparison too many.

/// The buckets of one key.
#[derive(Debug)]
pub struct Index {
    /// Records by bucket, ascending; the top bit marks the last of a bucket.
    members: Vec<u32>,
    /// For each 32 records which of them sit somewhere (low half), and how many before them do (high half).
    seated: Vec<u64>,
    /// For each record that sits somewhere where it stands in `members`.
    places: Vec<u32>,
    /// Where the places of each such record end, when records have several.
    ends: Option<Vec<u32>>,
    /// Pairs of records that share a bucket; those that share two count twice.
    pub comparisons: u64,
}

const LAST: u32 = 1 << 31;

impl Index {
    /// Builds the index. `show` lists the hashes of a record, the same each time it is asked; `several` says whether
    /// it may list more than one.
    #[must_use]
    pub fn new(records: usize, cap: usize, several: bool, show: impl Fn(usize, &mut Vec<u64>)) -> Self {
        let entries = entries(records, &show);
        let record_bits = (1u64 << bits_of(records)) - 1;
        let mut members = Vec::new();
        let mut comparisons = 0u64;
        for bucket in entries.chunk_by(|a, b| a & !record_bits == b & !record_bits) {
            if bucket.len() < 2 || bucket.len() > cap {
                continue;
            }
            comparisons += (bucket.len() * (bucket.len() - 1) / 2) as u64;
            members.extend(bucket.iter().map(|entry| (entry & record_bits) as u32));
            *members.last_mut().expect("a bucket has records") |= LAST;
        }
        drop(entries);
        members.shrink_to_fit();
        let mut seated = vec![0u64; records.div_ceil(32)];
        for &member in &members {
            let record = member & !LAST;
            seated[record as usize / 32] |= 1 << (record % 32);
        }
        let mut before = 0u64;
        for word in &mut seated {
            let here = word.count_ones();
            *word |= before << 32;
            before += u64::from(here);
        }
        let mut index = Index { members, seated, places: Vec::new(), ends: None, comparisons };
        index.give_places(before as usize, several);
        index
    }

    /// Notes for each seated record where it stands.
    fn give_places(&mut self, seated: usize, several: bool) {
        let mut places = vec![0u32; self.members.len()];
        if several {
            let mut next = vec![0u32; seated + 1];
            for &member in &self.members {
                next[self.rank(member & !LAST).expect("it was marked") + 1] += 1;
            }
            for at in 0..seated {
                next[at + 1] += next[at];
            }
            for (place, &member) in self.members.iter().enumerate() {
                let slot = &mut next[self.rank(member & !LAST).expect("it was marked")];
                places[*slot as usize] = place as u32;
                *slot += 1;
            }
            next.pop();
            self.ends = Some(next);
        } else {
            for (place, &member) in self.members.iter().enumerate() {
                places[self.rank(member & !LAST).expect("it was marked")] = place as u32;
            }
        }
        self.places = places;
    }

    /// How many seated records come before this one, if it sits somewhere.
    #[inline]
    fn rank(&self, record: u32) -> Option<usize> {
        let word = self.seated.get(record as usize / 32).copied().unwrap_or(0);
        let bit = record % 32;
        (word >> bit & 1 == 1)
            .then(|| (word >> 32) as usize + (word & ((1 << bit) - 1)).count_ones() as usize)
    }

    /// Lets go of everything but the count of comparisons.
    pub fn let_go(&mut self) {
        let comparisons = self.comparisons;
        *self =
            Index { members: Vec::new(), seated: Vec::new(), places: Vec::new(), ends: None, comparisons };
    }

    /// Whether no two records share a bucket.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Tells who comes behind a record in its buckets.
    #[inline]
    pub fn behind(&self, record: u32, mut tell: impl FnMut(u32)) {
        let Some(rank) = self.rank(record) else { return };
        let places = match &self.ends {
            None => &self.places[rank..=rank],
            Some(ends) => {
                let start = if rank == 0 { 0 } else { ends[rank - 1] as usize };
                &self.places[start..ends[rank] as usize]
            }
        };
        for &place in places {
            let mut at = place as usize;
            while self.members[at] & LAST == 0 {
                at += 1;
                tell(self.members[at] & !LAST);
            }
        }
    }
}

/// Bits that the number of a record takes.
fn bits_of(records: usize) -> u32 {
    records.max(2).next_power_of_two().trailing_zeros()
}

/// Hashes that come twice or more, each with its record in the low bits, sorted.
fn entries(records: usize, show: &impl Fn(usize, &mut Vec<u64>)) -> Vec<u64> {
    let record_bits = bits_of(records);
    let kept = |hash: u64| hash >> record_bits << record_bits;
    let slots = (records * 4).next_power_of_two().max(64);
    // The high bits of a hash choose its slot: they are what is kept of it.
    let slot = |hash: u64| (hash >> (64 - slots.trailing_zeros())) as usize;
    let (mut once, mut twice) = (vec![0u64; slots / 64], vec![0u64; slots / 64]);
    let mut hashes = Vec::new();
    for record in 0..records {
        hashes.clear();
        show(record, &mut hashes);
        for &hash in &hashes {
            let (word, bit) = (slot(hash) / 64, 1u64 << (slot(hash) % 64));
            twice[word] |= once[word] & bit;
            once[word] |= bit;
        }
    }
    drop(once);
    let mut entries = Vec::new();
    for record in 0..records {
        hashes.clear();
        show(record, &mut hashes);
        entries.extend(
            hashes
                .iter()
                .filter(|&&hash| twice[slot(hash) / 64] >> (slot(hash) % 64) & 1 == 1)
                .map(|&hash| kept(hash) | record as u64),
        );
    }
    drop(twice);
    entries.sort_unstable();
    entries.dedup();
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::hash::mix;
    use std::collections::BTreeMap;

    /// The definition: a map of lists.
    fn plain(shown: &[Vec<u64>], cap: usize) -> (Vec<Vec<u32>>, u64) {
        let mut buckets: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for (record, hashes) in shown.iter().enumerate() {
            for &hash in hashes {
                let bucket = buckets.entry(hash).or_default();
                if bucket.last() != Some(&(record as u32)) {
                    bucket.push(record as u32);
                }
            }
        }
        let mut behind = vec![Vec::new(); shown.len()];
        let mut comparisons = 0;
        for bucket in buckets.values().filter(|bucket| (2..=cap).contains(&bucket.len())) {
            for (at, &record) in bucket.iter().enumerate() {
                comparisons += at as u64;
                behind[record as usize].extend_from_slice(&bucket[at + 1..]);
            }
        }
        behind.iter_mut().for_each(|list: &mut Vec<u32>| list.sort_unstable());
        (behind, comparisons)
    }

    #[test]
    fn an_index_knows_what_a_map_of_lists_knows() {
        // How many records, how many different values they have, how many each shows.
        for (records, values, each, cap) in [
            (0, 1, 1, 5),
            (1, 1, 1, 5),
            (40, 7, 1, 50),
            (500, 200, 1, 9),
            (300, 90, 3, 12),
            (1000, 5000, 2, 3),
        ] {
            let shown: Vec<Vec<u64>> = (0..records as u64)
                .map(|record| {
                    (0..mix(record) % (each + 1)).map(|n| mix(mix(record << 8 | n) % values)).collect()
                })
                .collect();
            let index =
                Index::new(records, cap, each > 1, |record, out| out.extend_from_slice(&shown[record]));
            let (behind, comparisons) = plain(&shown, cap);
            assert_eq!(index.comparisons, comparisons, "{records} records");
            assert_eq!(index.is_empty(), comparisons == 0);
            for (record, expected) in behind.iter().enumerate() {
                let mut got = Vec::new();
                index.behind(record as u32, |other| got.push(other));
                got.sort_unstable();
                assert_eq!(&got, expected, "record {record} of {records}");
            }
        }
    }
}

//! The exact identity: folded names, birth date and issuing country.
//!
//! In: documents that nobody owns yet, and all registry rows. Out: owners for those documents that exactly
//! one row fits; documents that several rows fit are returned as ambiguous and given to nobody.
//!
//! The law: a document that is already somebody's is never offered to a namesake.

use super::join::{KeyTable, Side, bits_for, partitions};
use super::rows::{DocumentRow, NO_ROW, RegistryRow, Table};
use super::{Basis, Ties, document_side, registry_side};
use crate::day::NO_DAY;
use crate::engine::Engine;
use crate::normalise::hash::mix_pair;
use std::collections::BTreeMap;

/// The key of an identity; 0 when a part is unknown.
fn identity_key(name: u64, birth: i32, country: u16) -> u64 {
    if name == 0 || birth == NO_DAY || country == 0 {
        return 0;
    }
    mix_pair(name, u64::from(birth as u32) << 16 | u64::from(country)).max(1)
}

/// Ties untied documents by identity; returns `(row, document)` where several rows fit, sorted.
pub(super) fn tie(
    engine: &Engine,
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    registered: &[u32],
    ties: &mut Ties,
) -> Vec<(u32, u32)> {
    let owners = &ties.owners;
    let untied = owners.iter().filter(|&&owner| owner == NO_ROW).count();
    if untied == 0 {
        return Vec::new();
    }
    let bits = bits_for(untied);
    let seekers = document_side(engine, bits, documents, |d, row| {
        if owners[d] == NO_ROW { identity_key(row.name, row.birth, row.country) } else { 0 }
    });
    // Few documents are untied, so most rows need no place in the join: a filter of some bits a
    // document answers for them.
    let filter = Filter::new(&seekers, bits, untied);
    let rows = registry_side(engine, bits, registry, |row| {
        let key = identity_key(row.name, row.birth, row.country);
        if filter.may_hold(key) { key } else { 0 }
    });
    let found = partitions(engine, bits, |partition| {
        let mut twins: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let table = KeyTable::build(&rows, partition, |first, row| twins.entry(first).or_default().push(row));
        let (mut sole, mut several) = (Vec::new(), Vec::new());
        for (key, document) in seekers.partition(partition) {
            let Some(first) = table.get(key) else { continue };
            let candidates = std::iter::once(first).chain(twins.get(&first).into_iter().flatten().copied());
            let fits = |&row: &u32| fits(registry, documents, registered, row as usize, document as usize);
            let candidates: Vec<u32> = candidates.filter(fits).collect();
            match candidates[..] {
                [] => {}
                [row] => sole.push((document, row)),
                _ => several.extend(candidates.into_iter().map(|row| (row, document))),
            }
        }
        (sole, several)
    });
    let mut ambiguous = Vec::new();
    for (sole, several) in found {
        for (document, row) in sole {
            ties.owners[document as usize] = row;
            ties.bases[document as usize] = Basis::Identity;
        }
        ambiguous.extend(several);
    }
    engine.sort_by_key(&mut ambiguous, |&pair| pair);
    ambiguous
}

/// What speaks against a tie although the keys agree: another sex, or a document of the same kind that the
/// register knows as the row's own and that was live for long when this one was issued. The latter is a
/// namesake's passport far more often than a second one.
fn fits(
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    registered: &[u32],
    row: usize,
    document: usize,
) -> bool {
    /// Half of a passport's life: renewals come near the end, or after a loss that the status tells.
    const LIVE_FOR_LONG_DAYS: i32 = 5 * 365;
    let (holder, candidate) = (&registry.rows[row], &documents.rows[document]);
    if holder.sex != 0 && candidate.sex != 0 && holder.sex != candidate.sex {
        return false;
    }
    let own = registered[row];
    if own == NO_ROW {
        return true;
    }
    let own = &documents.rows[own as usize];
    let same_kind = own.kind == 0 || candidate.kind == 0 || own.kind == candidate.kind;
    let is_live = own.status == crate::normalise::codes::VALID as u8;
    let known = own.expiry != NO_DAY && candidate.issue != NO_DAY && own.issue != NO_DAY;
    !(same_kind
        && is_live
        && known
        && own.expiry - candidate.issue > LIVE_FOR_LONG_DAYS
        && candidate.issue - own.issue > -LIVE_FOR_LONG_DAYS)
}

/// A Bloom filter of one probe and eight bits a key.
struct Filter {
    words: Vec<u64>,
    mask: u64,
}

impl Filter {
    fn new(side: &Side, bits: u32, keys: usize) -> Self {
        let words = (keys / 8).next_power_of_two().max(1);
        let mut filter = Filter { words: vec![0; words], mask: words as u64 * 64 - 1 };
        for partition in 0..1 << bits {
            for (key, _) in side.partition(partition) {
                let bit = filter.bit(key);
                filter.words[bit / 64] |= 1 << (bit % 64);
            }
        }
        filter
    }

    fn bit(&self, key: u64) -> usize {
        (key >> 7 & self.mask) as usize
    }

    fn may_hold(&self, key: u64) -> bool {
        let bit = self.bit(key);
        key != 0 && self.words[bit / 64] >> (bit % 64) & 1 == 1
    }
}

//! The exact identity: folded names, birth date and issuing country.
//!
//! In: documents that nobody owns yet, and all registry rows. Out: owners for those documents that exactly
//! one row fits, and the documents that several rows fit. What either is worth, and what agrees only nearly, is the
//! matter of [`super::likely`].
//!
//! The law: a document that is already somebody's is never offered to a namesake.

use super::join::{KeyTable, Side, bits_for, partitions};
use super::likely::Exact;
use super::rows::{DocumentRow, NO_ROW, RegistryRow, Table};
use super::{Basis, Ties, side};
use crate::day::NO_DAY;
use crate::engine::Engine;
use crate::normalise::codes;
use crate::normalise::hash::mix_pair;
use std::collections::BTreeMap;

/// The key of an identity; 0 when a part is unknown.
fn identity_key(name: u64, birth: i32, country: u16) -> u64 {
    if name == 0 || birth == NO_DAY || country == 0 {
        return 0;
    }
    mix_pair(name, u64::from(birth as u32) << 16 | u64::from(country)).max(1)
}

/// Ties untied documents by identity.
pub(super) fn tie(
    engine: &Engine,
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    registered: &[u32],
    as_of: i32,
    ties: &mut Ties,
) -> Exact {
    let by_country = Identity {
        of_row: |row| identity_key(row.name, row.birth, row.country),
        of_document: |document| identity_key(document.name, document.birth, document.country),
    };
    let mut exact = tie_by(engine, registry, documents, by_country, ties, |row, document| {
        fits(registry, documents, registered, row, document)
    });
    // Who changes citizenship gets a document of another country. Without the country a name and a birth
    // date say less, so the old document must have ended, and several candidates are no question to ask.
    let anywhere = Identity {
        of_row: |row| identity_key(row.name, row.birth, 1),
        of_document: |document| identity_key(document.name, document.birth, 1),
    };
    let naturalised = tie_by(engine, registry, documents, anywhere, ties, |row, document| {
        fits_naturalised(registry, documents, registered, as_of, row, document)
    });
    exact.sole.extend(naturalised.sole);
    exact
}

/// How a row and a document are keyed.
struct Identity {
    of_row: fn(&RegistryRow) -> u64,
    of_document: fn(&DocumentRow) -> u64,
}

fn tie_by(
    engine: &Engine,
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    identity: Identity,
    ties: &mut Ties,
    fits: impl Fn(usize, usize) -> bool + Sync + Send,
) -> Exact {
    let owners = &ties.owners;
    let untied = owners.iter().filter(|&&owner| owner == NO_ROW).count();
    if untied == 0 {
        return Exact::default();
    }
    let bits = bits_for(untied);
    let seekers = side(engine, bits, &documents.rows, |d, row| {
        if owners[d] == NO_ROW { (identity.of_document)(row) } else { 0 }
    });
    // Few documents are untied, so most rows need no place in the join: a filter of some bits a
    // document answers for them.
    let filter = Filter::new(&seekers, bits, untied, 8);
    let rows = side(engine, bits, &registry.rows, |_, row| {
        let key = (identity.of_row)(row);
        if filter.may_hold(key) { key } else { 0 }
    });
    let found = partitions(engine, bits, |partition| {
        let mut twins: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let table = KeyTable::build(&rows, partition, |first, row| twins.entry(first).or_default().push(row));
        let (mut sole, mut several) = (Vec::new(), Vec::new());
        for (key, document) in seekers.partition(partition) {
            let Some(first) = table.get(key) else { continue };
            let candidates = std::iter::once(first).chain(twins.get(&first).into_iter().flatten().copied());
            let candidates: Vec<u32> =
                candidates.filter(|&row| fits(row as usize, document as usize)).collect();
            match candidates[..] {
                [] => {}
                [row] => sole.push((document, row)),
                _ => several.extend(candidates.into_iter().map(|row| (document, row))),
            }
        }
        (sole, several)
    });
    let mut exact = Exact::default();
    for (sole, several) in found {
        for &(document, row) in &sole {
            ties.owners[document as usize] = row;
            ties.bases[document as usize] = Basis::Identity;
        }
        exact.sole.extend(sole);
        exact.several.extend(several);
    }
    exact
}

/// What speaks against a tie although the keys agree: another sex, or a document of the same kind that the
/// register knows as the row's own and that was live for long when this one was issued. The latter is a
/// namesake's passport far more often than a second one.
pub(super) fn fits(
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
    let is_live = u16::from(own.status) == codes::VALID;
    let known = own.expiry != NO_DAY && candidate.issue != NO_DAY && own.issue != NO_DAY;
    !(same_kind
        && is_live
        && known
        && own.expiry - candidate.issue > LIVE_FOR_LONG_DAYS
        && candidate.issue - own.issue > -LIVE_FOR_LONG_DAYS)
}

/// Whether a document of another country may be what a row's person got on a change of citizenship: issued
/// to a citizen of that country, after a registered document that has ended.
fn fits_naturalised(
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    registered: &[u32],
    as_of: i32,
    row: usize,
    document: usize,
) -> bool {
    let (holder, candidate) = (&registry.rows[row], &documents.rows[document]);
    let own = registered[row];
    if own == NO_ROW || holder.sex == 0 || holder.sex != candidate.sex {
        return false;
    }
    let own = &documents.rows[own as usize];
    let ended = u16::from(own.status) >= codes::REPLACED || (own.expiry != NO_DAY && own.expiry < as_of);
    let naturalised = holder.citizenship != 0
        && candidate.nationality == candidate.country
        && candidate.nationality != holder.citizenship
        && candidate.country != holder.country;
    let live = u16::from(candidate.status) == codes::VALID || candidate.status == 0;
    ended && naturalised && live && own.issue != NO_DAY && candidate.issue > own.issue
}

/// A Bloom filter of one probe.
pub(super) struct Filter {
    words: Vec<u64>,
    mask: u64,
}

impl Filter {
    /// With so many bits a key.
    pub(super) fn new(side: &Side, bits: u32, keys: usize, bits_a_key: usize) -> Self {
        let words = (keys * bits_a_key / 64).next_power_of_two().max(1);
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

    pub(super) fn may_hold(&self, key: u64) -> bool {
        let bit = self.bit(key);
        key != 0 && self.words[bit / 64] >> (bit % 64) & 1 == 1
    }
}

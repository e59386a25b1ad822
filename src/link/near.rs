//! Near: the documents that a range of registry rows asks for, brought together.
//!
//! Documents stand in the order of their own file, so whoever walks the registry jumps about among them. Where
//! they are laid down on the disk that would be a page a document; so each document is brought once to the
//! range of rows that owns it, and once more to one that holds it while another owns it. A range then has all
//! that it asks for in a few megabytes.
//!
//! The law: what is not near is fetched from the table, so bringing changes no result.

use bytemuck::{Pod, Zeroable};

use super::Links;
use super::rows::{DocumentRow, NO_ROW, Table};
use crate::engine::Engine;
use crate::error::Result;
use crate::spill::{Parted, Partitions, Spill};

/// Registry rows of a range.
pub const RANGE_ROWS: usize = 1 << 15;

/// Something that is known by the number of its row.
pub trait Held {
    /// The number of its row.
    fn number(&self) -> u32;
}

/// A document that was brought.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Brought {
    /// The document.
    pub row: DocumentRow,
    /// The packed IIN that it bears.
    pub iin: u64,
    document: u32,
    spare: u32,
}

impl Held for Brought {
    fn number(&self) -> u32 {
        self.document
    }
}

/// All documents, brought to the ranges that ask for them.
#[derive(Debug)]
pub struct Nearby(Parted<Brought>);

impl Nearby {
    /// Brings the documents, in one walk through them.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn bring(
        engine: &Engine,
        spill: &Spill,
        documents: &Table<DocumentRow>,
        links: &Links,
    ) -> Result<Self> {
        let rows = links.registered.len();
        let parts = Partitions::new(spill.file()?, rows.div_ceil(RANGE_ROWS));
        let range = |row: u32| row as usize / RANGE_ROWS;
        // Documents that are asked for from elsewhere as well: few.
        let held = engine.map(rows.div_ceil(RANGE_ROWS), |part| {
            (part * RANGE_ROWS..((part + 1) * RANGE_ROWS).min(rows))
                .filter_map(|row| {
                    let document = links.registered[row];
                    let asks = document != NO_ROW
                        && Some(part) != links.owners.get(document as usize).map(|&owner| range(owner));
                    asks.then_some((document, part as u32))
                })
                .collect::<Vec<(u32, u32)>>()
        });
        let mut held: Vec<(u32, u32)> = held.into_iter().flatten().collect();
        held.sort_unstable();
        held.dedup();
        let brought = engine.map(documents.rows.pieces(), |piece| -> Result<()> {
            let (first, rows) = documents.rows.piece(piece);
            let (_, iins) = documents.iins.piece(piece);
            let mut asked = held.partition_point(|&(document, _)| (document as usize) < first);
            for (at, &row) in rows.iter().enumerate() {
                let document = (first + at) as u32;
                let brought = Brought { row, iin: iins[at], document, spare: 0 };
                let owner = links.owners[document as usize];
                if owner != NO_ROW {
                    parts.push(range(owner), brought)?;
                }
                while let Some(&(_, part)) = held.get(asked).filter(|&&(held, _)| held == document) {
                    parts.push(part as usize, brought)?;
                    asked += 1;
                }
            }
            Ok(())
        });
        brought.into_iter().collect::<Result<()>>()?;
        Ok(Nearby(parts.seal()?))
    }

    /// The documents near a range of rows.
    #[must_use]
    pub fn part(&self, part: usize) -> Near<Brought> {
        Near::new(self.0.read(part))
    }
}

/// What was brought to one place, found by the numbers of its rows.
#[derive(Debug)]
pub struct Near<T> {
    brought: Vec<T>,
    /// A hash table of places in `brought`, from 1; 0 is no place.
    slots: Vec<u32>,
    shift: u32,
}

impl<T: Held> Near<T> {
    /// Arranges what was brought.
    #[must_use]
    pub fn new(brought: Vec<T>) -> Self {
        let bits = (brought.len() * 2).next_power_of_two().trailing_zeros().max(4);
        let mut near = Near { slots: vec![0; 1 << bits], shift: 32 - bits, brought };
        for at in 0..near.brought.len() {
            let mut slot = near.home(near.brought[at].number());
            while near.slots[slot] != 0 {
                slot = (slot + 1) & (near.slots.len() - 1);
            }
            near.slots[slot] = at as u32 + 1;
        }
        near
    }

    fn home(&self, number: u32) -> usize {
        (number.wrapping_mul(0x9e37_79b1) >> self.shift) as usize
    }

    /// What is known by a number, when it is near.
    #[inline]
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&T> {
        let mut slot = self.home(number);
        loop {
            let at = self.slots[slot].checked_sub(1)?;
            let brought = &self.brought[at as usize];
            if brought.number() == number {
                return Some(brought);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_brought_is_found_and_nothing_else() {
        for count in [0u32, 1, 7, 5_000] {
            let brought = |n: u32| {
                let row = DocumentRow { number: u64::from(n), ..DocumentRow::zeroed() };
                Brought { row, iin: 0, document: n * 3, spare: 0 }
            };
            let near = Near::new((0..count).map(brought).collect());
            for document in 0..count * 3 + 3 {
                let expected = (document % 3 == 0 && document / 3 < count).then_some(u64::from(document / 3));
                assert_eq!(
                    near.get(document).map(|brought| brought.row.number),
                    expected,
                    "{document} of {count}"
                );
            }
        }
    }
}

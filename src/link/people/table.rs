//! Table: the records of customer files as dictionary codes, one code a distinct text of a column.
//!
//! The shape of what linking works on: [`People`], with a dictionary and one code a record for every column, in the
//! order of the files. The law: codes are given in order of first appearance, whatever the threads; code 0 is
//! "nothing here". Comparing and grouping then work on numbers, and every text is looked at once however often it
//! stands in the files.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::batch::Role;
use crate::error::Result;
use crate::normalise::hash::hash;
use crate::spill::{Place, Shelf, Spill, SpillFile};

/// Distinct texts by code, or the texts of records by record. Code 0 is the empty text.
#[derive(Clone, Debug)]
pub struct Texts {
    arena: String,
    /// Where each text ends, without what `bases` holds of it.
    ends: Vec<u32>,
    /// Where the first text of each block of codes starts.
    bases: Vec<u64>,
}

/// Codes of a block: four bytes a text then do for any arena whose blocks have less than 4 GiB.
const BLOCK: usize = 1 << 16;

impl Default for Texts {
    fn default() -> Self {
        Texts { arena: String::new(), ends: vec![0], bases: vec![0] }
    }
}

impl Texts {
    /// How many codes there are, 0 among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text but that of code 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }

    #[inline]
    fn end(&self, code: usize) -> usize {
        self.bases[code / BLOCK] as usize + self.ends[code] as usize
    }

    /// The text of a code.
    #[inline]
    #[must_use]
    pub fn get(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.end(code - 1) };
        &self.arena[start..self.end(code)]
    }

    /// The bytes of a text.
    #[inline]
    #[must_use]
    pub fn bytes(&self, code: u32) -> &[u8] {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.end(code - 1) };
        &self.arena.as_bytes()[start..self.end(code)]
    }

    /// Whether all texts are plain ASCII.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.arena.is_ascii()
    }

    /// Adds a text; returns its code.
    pub fn push(&mut self, text: &str) -> u32 {
        let code = self.ends.len();
        if code.is_multiple_of(BLOCK) {
            self.bases.push(self.arena.len() as u64);
        }
        self.arena.push_str(text);
        let end = self.arena.len() as u64 - self.bases[code / BLOCK];
        self.ends.push(u32::try_from(end).expect("65,536 values have less than 4 GiB"));
        u32::try_from(code).expect("there are no more values than records")
    }
}

/// The ids of the records, in their order.
#[derive(Clone, Debug, Default)]
pub struct Ids(Texts);

impl Ids {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len() - 1
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the id of the next record.
    pub fn push(&mut self, id: &str) {
        self.0.push(id);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (1..self.0.len() as u32).map(|code| self.0.get(code))
    }
}

impl std::ops::Index<usize> for Ids {
    type Output = str;

    #[inline]
    fn index(&self, record: usize) -> &str {
        self.0.get(record as u32 + 1)
    }
}

impl<T: AsRef<str>> FromIterator<T> for Ids {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        let mut made = Ids::default();
        ids.into_iter().for_each(|id| made.push(id.as_ref()));
        made
    }
}

/// Keys that are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// A map by 64-bit hashes; two texts of one hash are met once in 2^64 pairs.
pub type ByHash<T> = HashMap<u64, T, BuildHasherDefault<Plain>>;

/// A dictionary that grows.
#[derive(Debug, Default)]
pub struct Dictionary {
    pub(super) known: ByHash<u32>,
    /// The texts by code.
    pub texts: Texts,
}

impl Dictionary {
    /// The code of a text, which is 0 for the empty one.
    #[inline]
    pub fn code(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let texts = &mut self.texts;
        *self.known.entry(hash(text.as_bytes())).or_insert_with(|| texts.push(text))
    }
}

/// One column of the files.
#[derive(Debug)]
pub struct Column {
    /// Its header in the first file that has it.
    pub header: String,
    /// What it is.
    pub role: Role,
    /// Its distinct values as they stand in the files, trimmed.
    pub texts: Texts,
    /// For each record the code of its value.
    pub codes: Vec<u32>,
}

/// All records.
#[derive(Debug, Default)]
pub struct People {
    /// The columns, those of the first file first.
    pub columns: Vec<Column>,
    /// The ids of the records; where a file has none, their 1-based row numbers.
    pub ids: Ids,
    /// For each record its 0-based number among all records of the files.
    pub rows: Vec<u32>,
    /// For each record the index of its file.
    pub files: Vec<u16>,
}

impl People {
    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// What of the records lies on the disk while they are compared: their ids, and the columns as they stood, which
/// the report alone asks for. They are laid down whole and brought back whole, so there is nothing to jump about in.
#[derive(Debug)]
pub struct Parked {
    shelf: Shelf,
    ids: ParkedTexts,
    columns: Vec<(ParkedTexts, Place<u32>)>,
}

/// Texts on the disk.
#[derive(Clone, Copy, Debug)]
struct ParkedTexts {
    arena: Place<u8>,
    ends: Place<u32>,
    bases: Place<u64>,
}

impl Texts {
    fn park(&mut self, file: &SpillFile) -> Result<ParkedTexts> {
        let texts = std::mem::take(self);
        Ok(ParkedTexts {
            arena: file.append(texts.arena.as_bytes())?,
            ends: file.append(&texts.ends)?,
            bases: file.append(&texts.bases)?,
        })
    }

    fn unpark(&mut self, shelf: &Shelf, parked: ParkedTexts) {
        *self = Texts {
            arena: String::from_utf8(back(shelf, parked.arena)).expect("it was text"),
            ends: back(shelf, parked.ends),
            bases: back(shelf, parked.bases),
        };
    }
}

/// Reads values back, a part at a time: the pages of a part are given back before long.
fn back<T: bytemuck::Pod>(shelf: &Shelf, place: Place<T>) -> Vec<T> {
    const PART: usize = 1 << 18;
    let mut values = Vec::with_capacity(place.len());
    for start in (0..place.len()).step_by(PART) {
        values.extend_from_slice(shelf.part(place, start..(start + PART).min(place.len())));
    }
    values
}

impl People {
    /// Lays down what only the report asks for. What records there are stays.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn park(&mut self, spill: &Spill) -> Result<Parked> {
        let file = spill.file()?;
        let ids = self.ids.0.park(&file)?;
        let mut columns = Vec::new();
        for column in &mut self.columns {
            let texts = column.texts.park(&file)?;
            columns.push((texts, file.append(&std::mem::take(&mut column.codes))?));
        }
        Ok(Parked { shelf: file.seal()?, ids, columns })
    }

    /// Brings back what was laid down.
    pub fn unpark(&mut self, parked: &Parked) {
        let shelf = &parked.shelf;
        self.ids.0.unpark(shelf, parked.ids);
        for (column, &(texts, codes)) in self.columns.iter_mut().zip(&parked.columns) {
            column.texts.unpark(shelf, texts);
            column.codes = back(shelf, codes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_every_block() {
        let mut texts = Texts::default();
        let text = |n: u32| if n.is_multiple_of(7) { String::new() } else { format!("text {n}") };
        let count = 2 * BLOCK as u32 + 5;
        for n in 1..count {
            assert_eq!(texts.push(&text(n)), n);
        }
        assert_eq!((texts.get(0), texts.len()), ("", count as usize));
        assert!((1..count).all(|n| texts.get(n) == text(n)));
    }
    #[test]
    fn what_was_parked_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let spill = Spill::new(folder.path(), 1 << 20, 1);
        let mut texts = Texts::default();
        let codes: Vec<u32> = (0..300_000).map(|n| texts.push(&format!("текст {n}"))).collect();
        let column = Column { header: "city".into(), role: Role::City, texts, codes };
        let mut people = People {
            columns: vec![column],
            ids: (0..300_000).map(|n| format!("c{n}")).collect(),
            rows: (0..300_000).collect(),
            files: vec![3; 300_000],
        };
        let parked = people.park(&spill).unwrap();
        assert!(people.ids.is_empty() && people.columns[0].codes.is_empty());
        people.unpark(&parked);
        assert_eq!((people.len(), people.ids.len()), (300_000, 300_000));
        for n in (0..300_000).step_by(997) {
            let column = &people.columns[0];
            assert_eq!(column.texts.get(column.codes[n]), format!("текст {n}"));
            assert_eq!(people.ids[n], *format!("c{n}"));
        }
    }
}

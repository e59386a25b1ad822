//! Table: the records of customer files as dictionary codes, one code a distinct text of a column.
//!
//! The shape of what linking works on: [`People`], with a dictionary and one code a record for every column, in the
//! order of the files. The law: codes are given in order of first appearance, whatever the threads; code 0 is
//! "nothing here". Comparing and grouping then work on numbers, and every text is looked at once however often it
//! stands in the files.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::batch::Role;
use crate::normalise::hash::hash;

/// Distinct texts by code, or the texts of records by record. Code 0 is the empty text.
#[derive(Clone, Debug)]
pub struct Texts {
    arena: String,
    ends: Vec<u32>,
}

impl Default for Texts {
    fn default() -> Self {
        Texts { arena: String::new(), ends: vec![0] }
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

    /// The text of a code.
    #[must_use]
    pub fn get(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.arena[start as usize..self.ends[code] as usize]
    }

    /// Adds a text; returns its code.
    pub fn push(&mut self, text: &str) -> u32 {
        self.arena.push_str(text);
        self.ends
            .push(u32::try_from(self.arena.len()).expect("a column has less than 4 GiB of distinct text"));
        self.ends.len() as u32 - 1
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
    pub ids: Vec<Box<str>>,
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

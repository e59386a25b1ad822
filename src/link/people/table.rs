//! Table: the records of customer files as dictionary codes, one code a distinct text of a column.
//!
//! In: batches of customer files, whose columns are all text. Out: [`People`], with a dictionary and one
//! code a record for every column, in the order of the files. The law: codes are given in order of first
//! appearance, whatever the threads; code 0 is "nothing here". Comparing and grouping then work on numbers, and
//! every text is looked at once however often it stands in the files.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use arrow_array::Array;
use arrow_array::cast::AsArray;

use crate::batch::{Batch, Role};
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::ingest::Ingested;
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
        self.ends.push(u32::try_from(self.arena.len()).expect("a column has less than 4 GiB of distinct text"));
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
    known: ByHash<u32>,
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

/// What one piece of a file left behind.
#[derive(Debug, Default)]
pub struct PieceState {
    columns: Vec<(Dictionary, Vec<u32>)>,
    ids: Vec<Box<str>>,
    ordinals: Vec<u32>,
}

/// Reads one file: every column of a role becomes codes, the record's id is kept as text.
#[derive(Debug)]
pub struct CustomersStage {
    /// Number of columns that are no id.
    columns: usize,
    /// The place of the id among the columns that have a role.
    id: Option<usize>,
}

impl CustomersStage {
    /// A stage for a file with these columns.
    #[must_use]
    pub fn new(roles: &[Option<Role>]) -> Self {
        let known = roles.iter().flatten().count();
        let id = roles.iter().flatten().position(|&role| role == Role::RecordId);
        CustomersStage { columns: known - usize::from(id.is_some()), id }
    }
}

impl Stage for CustomersStage {
    type State = PieceState;

    fn start(&self) -> PieceState {
        PieceState {
            columns: (0..self.columns).map(|_| (Dictionary::default(), Vec::new())).collect(),
            ..PieceState::default()
        }
    }

    fn absorb(&self, state: &mut PieceState, batch: &Batch) {
        let mut place = 0;
        for (at, array) in batch.columns.columns().iter().enumerate() {
            let values = array.as_string_view();
            if Some(at) == self.id {
                state.ids.extend((0..values.len()).map(|i| Box::from(values.value(i))));
                continue;
            }
            let (dictionary, codes) = &mut state.columns[place];
            codes.extend((0..values.len()).map(|i| dictionary.code(values.value(i))));
            place += 1;
        }
        state.ordinals.extend_from_slice(&batch.ordinals);
    }

    fn close(&self, state: &mut PieceState) {
        for (dictionary, _) in &mut state.columns {
            dictionary.known = ByHash::default();
        }
    }
}

/// One file that was read.
#[derive(Debug)]
pub struct FileRead {
    /// For each column of the file, ids left out, its header and role.
    pub columns: Vec<(String, Role)>,
    /// What its pieces left.
    pub ingested: Ingested<PieceState>,
}

/// Puts files together: columns of one role, or of one header where the role says nothing, become one.
#[must_use]
pub fn merge(engine: &Engine, files: &mut [FileRead]) -> People {
    let mut people = People::default();
    // For each column of the result, its place in each file.
    let mut places: Vec<Vec<Option<usize>>> = Vec::new();
    let mut headers: Vec<(String, Role)> = Vec::new();
    for (f, file) in files.iter().enumerate() {
        for (at, (header, role)) in file.columns.iter().enumerate() {
            let same = |(other, kind): &(String, Role)| {
                kind == role && (!crate::ingest::customers::may_repeat(*role) || other.eq_ignore_ascii_case(header))
            };
            let column = headers.iter().position(same).unwrap_or_else(|| {
                headers.push((header.clone(), *role));
                places.push(vec![None; files.len()]);
                headers.len() - 1
            });
            places[column][f] = Some(at);
        }
    }
    let mut before = 0u32;
    for (f, file) in files.iter_mut().enumerate() {
        let mut records = 0;
        for piece in &mut file.ingested.pieces {
            let rows = piece.state.ordinals.iter().map(|&ordinal| before + piece.first_record + ordinal);
            if piece.state.ids.is_empty() {
                people.ids.extend(rows.clone().map(|row| (row + 1).to_string().into_boxed_str()));
            } else {
                people.ids.append(&mut piece.state.ids);
            }
            people.files.extend(std::iter::repeat_n(f as u16, piece.state.ordinals.len()));
            people.rows.extend(rows);
            records += piece.state.ordinals.len() as u32 + piece.rejected.len() as u32;
        }
        before += records;
    }
    let files = &*files;
    let count = people.len();
    people.columns = engine.map(headers.len(), |column| {
        let mut dictionary = Dictionary::default();
        let mut codes = Vec::with_capacity(count);
        for (file, place) in files.iter().zip(&places[column]) {
            for piece in &file.ingested.pieces {
                let Some(place) = place else {
                    codes.extend(std::iter::repeat_n(0, piece.state.ordinals.len()));
                    continue;
                };
                let (local, local_codes) = &piece.state.columns[*place];
                let global: Vec<u32> =
                    (0..local.texts.len() as u32).map(|code| dictionary.code(local.texts.get(code))).collect();
                codes.extend(local_codes.iter().map(|&code| global[code as usize]));
            }
        }
        let (header, role) = headers[column].clone();
        Column { header, role, texts: dictionary.texts, codes }
    });
    people
}

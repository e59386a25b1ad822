//! Read: batches of customer files in, one table of codes out.
//!
//! Pieces of files are read on any core with dictionaries of their own, which are put together in the order of the
//! files. The law: the result is that of reading from the first record to the last.

use arrow_array::Array;
use arrow_array::cast::AsArray;

use super::table::{ByHash, Column, Dictionary, Ids, People, Texts};
use crate::batch::{Batch, Role};
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::error::Result;
use crate::ingest::Ingested;

/// What one piece of a file left behind.
#[derive(Debug, Default)]
pub struct PieceState {
    columns: Vec<(Dictionary, Vec<u32>)>,
    ids: Ids,
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
                (0..values.len()).for_each(|i| state.ids.push(values.value(i)));
                continue;
            }
            let (dictionary, codes) = &mut state.columns[place];
            codes.extend((0..values.len()).map(|i| dictionary.code(values.value(i))));
            place += 1;
        }
        state.ordinals.extend_from_slice(&batch.ordinals);
    }

    fn close(&self, state: &mut PieceState) -> Result<()> {
        for (dictionary, _) in &mut state.columns {
            dictionary.known = ByHash::default();
        }
        Ok(())
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
                kind == role
                    && (!crate::ingest::customers::may_repeat(*role) || other.eq_ignore_ascii_case(header))
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
                rows.clone().for_each(|row| people.ids.push(&(row + 1).to_string()));
            } else {
                std::mem::take(&mut piece.state.ids).iter().for_each(|id| people.ids.push(id));
            }
            people.files.extend(std::iter::repeat_n(f as u16, piece.state.ordinals.len()));
            people.rows.extend(rows);
            records += piece.state.ordinals.len() as u32 + piece.rejected.len() as u32;
        }
        before += records;
    }
    let count = people.len();
    let mut columns: Vec<Vec<Part>> = places.iter().map(|places| parts(files, places)).collect();
    people.columns = engine.map_mut(&mut columns, |column, parts| {
        let mut dictionary = Dictionary::default();
        let mut codes = Vec::with_capacity(count);
        // What a piece left is gone when it is taken over, so that texts are in memory about once.
        for part in parts.iter_mut().map(std::mem::take) {
            match part {
                Part::Absent(records) => codes.extend(std::iter::repeat_n(0, records)),
                Part::Read(local, local_codes) => {
                    let global: Vec<u32> =
                        (0..local.len() as u32).map(|code| dictionary.code(local.get(code))).collect();
                    codes.extend(local_codes.iter().map(|&code| global[code as usize]));
                }
            }
        }
        let (header, role) = headers[column].clone();
        Column { header, role, texts: dictionary.texts, codes }
    });
    people
}

/// What one piece knows of a column.
enum Part {
    /// Its file has no such column; so many records.
    Absent(usize),
    /// Its texts, and a code a record.
    Read(Texts, Vec<u32>),
}

impl Default for Part {
    fn default() -> Self {
        Part::Absent(0)
    }
}

/// Takes a column, which has these places in the files, out of all pieces.
fn parts(files: &mut [FileRead], places: &[Option<usize>]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (file, place) in files.iter_mut().zip(places) {
        for piece in &mut file.ingested.pieces {
            parts.push(match place {
                None => Part::Absent(piece.state.ordinals.len()),
                Some(place) => {
                    let (dictionary, codes) = std::mem::take(&mut piece.state.columns[*place]);
                    Part::Read(dictionary.texts, codes)
                }
            });
        }
    }
    parts
}

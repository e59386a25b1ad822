//! Ingest: files in, batches of typed columns out.
//!
//! A dataset is a list of files, a file is cut into pieces, a piece is read into batches that a stage
//! absorbs. The law: every record is either a row of one batch or a [`reject::Reject`], rows and rejects
//! are numbered as they stand in the files, and none of that depends on how the files were cut.

mod compose;
pub mod convert;
pub mod csv;
pub mod encoding;
pub mod header;
pub mod map;
pub mod parquet;
pub mod reading;
pub mod reject;
pub mod scan;

use std::path::{Path, PathBuf};

use self::csv::{CsvFile, PieceEnd};
use self::encoding::{Encoding, Utf16Reader};
use self::header::Header;
pub use self::header::Needs;
use self::map::Map;
use self::parquet::ParquetFile;
pub use self::reading::{Reading, Readings};
use self::reject::Reject;
use self::scan::Scanner;
use crate::batch::{Dataset, Role};
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::error::{Error, Result};
use crate::normalise::codes::SexCodes;

/// One input file, looked at but not yet read.
#[derive(Debug)]
pub enum DataFile {
    /// Delimited text.
    Csv(CsvFile),
    /// Parquet.
    Parquet(ParquetFile),
}

impl DataFile {
    /// Looks at a file; its first bytes tell what it is.
    ///
    /// # Errors
    /// When it cannot be read or does not give what the dataset needs.
    pub fn open(
        path: &Path,
        dataset: impl Into<Option<Dataset>>,
        reading: &Reading,
        needs: Needs,
    ) -> Result<Self> {
        let dataset = dataset.into();
        let map = Map::open(path)?;
        if map.bytes().starts_with(b"PAR1") {
            return ParquetFile::open(path, dataset, reading, needs).map(DataFile::Parquet);
        }
        let packed: [(&[u8], &str); 2] = [(b"\x1f\x8b", "gunzip -k"), (b"\x28\xb5\x2f\xfd", "unzstd")];
        if let Some((_, tool)) = packed.iter().find(|(magic, _)| map.bytes().starts_with(magic)) {
            return Err(Error::usage("the file is compressed, which this version cannot read")
                .at(path)
                .remedy(format!("unpack it first: {tool}")));
        }
        let encoding = reading.encoding.unwrap_or_else(|| encoding::look(map.bytes()).encoding);
        let (map, encoding) = if encoding.is_utf16() {
            // A byte order mark is always right.
            let high_byte_first = match map.bytes() {
                [0xfe, 0xff, ..] => true,
                [0xff, 0xfe, ..] => false,
                _ => encoding == Encoding::Utf16Be,
            };
            let reader = Utf16Reader::new(map.bytes(), high_byte_first);
            let encoding = if high_byte_first { Encoding::Utf16Be } else { Encoding::Utf16Le };
            (decoded(reader, path)?, encoding)
        } else {
            (map, encoding)
        };
        CsvFile::open(map, dataset, reading, Some(encoding), needs, Scanner::detect()).map(DataFile::Csv)
    }

    /// Whose records these are.
    #[must_use]
    pub fn dataset(&self) -> Dataset {
        match self {
            DataFile::Csv(file) => file.dataset(),
            DataFile::Parquet(file) => file.dataset(),
        }
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            DataFile::Csv(file) => file.path(),
            DataFile::Parquet(file) => file.path(),
        }
    }

    /// Its size in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            DataFile::Csv(file) => file.bytes(),
            DataFile::Parquet(file) => file.bytes(),
        }
    }

    /// What its columns are.
    #[must_use]
    pub fn header(&self) -> &Header {
        match self {
            DataFile::Csv(file) => &file.header,
            DataFile::Parquet(file) => &file.header,
        }
    }

    /// What its codes of sex mean.
    #[must_use]
    pub fn sex_codes(&self) -> &SexCodes {
        match self {
            DataFile::Csv(file) => &file.sex,
            DataFile::Parquet(file) => &file.sex,
        }
    }

    /// How it is read, for people.
    #[must_use]
    pub fn format(&self) -> String {
        match self {
            DataFile::Csv(file) => {
                let delimiter = match file.delimiter {
                    b'\t' => "tab".to_owned(),
                    other => format!("`{}`", char::from(other)),
                };
                format!("csv, {}, {delimiter}", file.encoding.name())
            }
            DataFile::Parquet(_) => "parquet".to_owned(),
        }
    }

    fn pieces(&self) -> usize {
        match self {
            DataFile::Csv(file) => file.pieces(),
            DataFile::Parquet(file) => file.pieces(),
        }
    }

    /// The text of some cells of the record at an offset, as they stood, trimmed.
    #[must_use]
    pub fn texts_at<const N: usize>(&self, offset: u64, roles: [Role; N]) -> [String; N] {
        match self {
            DataFile::Csv(file) => file.texts_at(offset, roles),
            DataFile::Parquet(file) => file.texts_at(offset, roles),
        }
    }
}

/// Maps what a decoder gives, written to a file that has no name and is gone with the run.
fn decoded(mut text: impl std::io::Read, path: &Path) -> Result<Map> {
    let kept = |e: &std::io::Error| Error::io("cannot keep the decoded text", &std::env::temp_dir(), e);
    let mut file = tempfile::tempfile().map_err(|e| kept(&e))?;
    std::io::copy(&mut text, &mut file).map_err(|e| kept(&e))?;
    Map::whole(std::sync::Arc::new(file), path)
}

/// The files of one dataset.
#[derive(Debug)]
pub struct Input {
    /// Whose records these are.
    pub dataset: Dataset,
    /// Its files, in the order in which rows are numbered.
    pub files: Vec<DataFile>,
}

/// Somebody who is told how far reading has come.
pub trait Observer: Sync {
    /// A stage begins that will work through so many units (bytes of input, or pieces).
    fn begin(&self, stage: &'static str, total: u64);
    /// So many more units are done.
    fn advance(&self, units: u64);
}

/// Nobody.
#[derive(Clone, Copy, Debug)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn begin(&self, _: &'static str, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// What one piece left behind.
#[derive(Debug)]
pub struct Piece<S> {
    /// Index of its file.
    pub file: usize,
    /// Number of records of the dataset before this piece.
    pub first_record: u32,
    /// Ordinals of rejected records, ascending.
    pub rejected: Vec<u32>,
    /// What the stage made of its batches.
    pub state: S,
}

/// How many records a file had, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputTotals {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Records, accepted and rejected.
    pub records: u64,
    /// Records that became rows.
    pub accepted: u64,
    /// Records that became rejects.
    pub rejected: u64,
}

/// A dataset that was read.
#[derive(Debug)]
pub struct Ingested<S> {
    /// What the pieces left behind, in order.
    pub pieces: Vec<Piece<S>>,
    /// Rejects with their file's index, `row` counted in the dataset.
    pub rejects: Vec<(usize, Reject)>,
    /// Totals a file.
    pub totals: Vec<InputTotals>,
}

/// Reads a dataset: every piece on any core, every batch absorbed by the stage.
///
/// # Errors
/// When a file is damaged, or the dataset has more than 2^32 - 1 records.
pub fn read<S: Stage>(
    engine: &Engine,
    input: &Input,
    stage: &S,
    observer: &dyn Observer,
) -> Result<Ingested<S::State>> {
    let places: Vec<(usize, usize)> = input
        .files
        .iter()
        .enumerate()
        .flat_map(|(f, file)| (0..file.pieces()).map(move |p| (f, p)))
        .collect();
    observer.begin(input.dataset.name(), input.files.iter().map(DataFile::bytes).sum());
    let read_from =
        |file: usize, piece: usize, start: Option<usize>| -> Result<(usize, PieceEnd, S::State)> {
            let mut state = stage.start();
            let sink = |batch: &crate::batch::Batch| stage.absorb(&mut state, batch);
            let (start, end, bytes) = match &input.files[file] {
                DataFile::Csv(csv) => {
                    let start = start.unwrap_or_else(|| csv.guess_start(piece));
                    let end = csv.read_piece(piece, start, &|role| stage.wants(role), sink);
                    (start, end, csv::PIECE_BYTES as u64)
                }
                DataFile::Parquet(parquet) => {
                    let records = parquet.read_piece(piece, &|role| stage.wants(role), sink)?;
                    let end = PieceEnd { records, rejects: Vec::new(), next: 0 };
                    (0, end, parquet.piece_bytes(piece))
                }
            };
            stage.close(&mut state)?;
            observer.advance(bytes);
            Ok((start, end, state))
        };
    let guessed = engine.map(places.len(), |i| read_from(places[i].0, places[i].1, None));

    let mut ingested = Ingested {
        pieces: Vec::with_capacity(places.len()),
        rejects: Vec::new(),
        totals: input.files.iter().map(totals_of).collect(),
    };
    let mut expected = 0;
    let mut first_record = 0u64;
    for (&(file, piece), outcome) in places.iter().zip(guessed) {
        let (mut start, mut end, mut state) = outcome?;
        if let DataFile::Csv(csv) = &input.files[file] {
            if piece == 0 {
                expected = csv.body();
            }
            if expected >= csv.piece_end(piece) {
                // A record of an earlier piece reaches across this one: whatever was read here lay inside it.
                (end, state) = (PieceEnd { records: 0, rejects: Vec::new(), next: expected }, stage.start());
            } else if start != expected {
                (start, end, state) = read_from(file, piece, Some(expected))?;
                assert_eq!(start, expected);
            }
            expected = end.next;
        }
        let totals = &mut ingested.totals[file];
        totals.records += u64::from(end.records);
        totals.rejected += end.rejects.len() as u64;
        totals.accepted += u64::from(end.records) - end.rejects.len() as u64;
        let base = u32::try_from(first_record).expect("checked below");
        ingested.pieces.push(Piece {
            file,
            first_record: base,
            rejected: end.rejects.iter().map(|r| r.row).collect(),
            state,
        });
        ingested.rejects.extend(end.rejects.into_iter().map(|mut reject| {
            reject.row += base;
            (file, reject)
        }));
        first_record += u64::from(end.records);
        if first_record >= u64::from(u32::MAX) {
            return Err(Error::world(format!(
                "{} has more than 4,294,967,294 records",
                input.dataset.name()
            ))
            .remedy("split the job, e.g. by region"));
        }
    }
    Ok(ingested)
}

fn totals_of(file: &DataFile) -> InputTotals {
    InputTotals { path: file.path().to_owned(), bytes: file.bytes(), records: 0, accepted: 0, rejected: 0 }
}

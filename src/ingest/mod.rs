//! Ingest: files in, batches of typed columns out.
//!
//! A dataset is a list of files, a file is cut into pieces, a piece is read into batches that a stage
//! absorbs. The law: every record is either a row of one batch or a [`reject::Reject`], rows and rejects
//! are numbered as they stand in the files, and none of that depends on how the files were cut.

mod compose;
pub mod convert;
pub mod csv;
pub mod customers;
pub mod decisions;
pub mod encoding;
pub mod find;
pub mod header;
pub mod identity;
pub mod map;
pub mod parquet;
pub mod postgres;
pub mod reading;
pub mod reject;
pub mod scan;
mod sigbus;
pub mod spool;
pub mod stream;
pub mod unpack;
mod waves;

use std::fs::File;
use std::io::{IsTerminal, Read, Seek};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use self::csv::{CsvFile, PieceEnd};
use self::header::Header;
pub use self::header::Needs;
use self::identity::Identity;
use self::map::Map;
use self::parquet::ParquetFile;
pub use self::reading::{Reading, Readings};
use self::reject::Reject;
use self::scan::Scanner;
pub use self::spool::Spooling;
use self::stream::{HEAD_BYTES, Known, StreamFile};
use self::unpack::Packing;
use self::waves::Outcome;
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
    /// Either of them in a stream: packed, from a pipe, from standard input.
    Stream(StreamFile),
}

impl DataFile {
    /// Looks at a file, a pipe, a `postgres://` address, or at standard input (`-`); the first bytes tell what it is.
    ///
    /// # Errors
    /// When it cannot be read or does not give what the dataset needs.
    pub fn open(
        path: &Path,
        dataset: impl Into<Option<Dataset>>,
        reading: &Reading,
        needs: Needs,
        spooling: &Spooling,
    ) -> Result<Self> {
        let dataset = dataset.into();
        if let Some(address) = path.to_str().filter(|typed| crate::postgres::is_address(typed)) {
            let postgres::Opened { name, reading, rows } = postgres::open(address, dataset, reading, needs)?;
            return Self::from_stream(&name, rows, dataset, &reading, needs, spooling);
        }
        if path == Path::new(find::STDIN) {
            if std::io::stdin().is_terminal() {
                return Err(Error::usage("standard input is a terminal")
                    .at(path)
                    .remedy("give it an export, e.g. iinrec validate - < registry.csv.gz"));
            }
            return Self::from_stream(path, Box::new(std::io::stdin()), dataset, reading, needs, spooling);
        }
        let mut file = File::open(path).map_err(|e| Error::io("cannot open the file", path, &e))?;
        let meta = file.metadata().map_err(|e| Error::io("cannot look at the file", path, &e))?;
        if meta.file_type().is_fifo() {
            return Self::from_stream(path, Box::new(file), dataset, reading, needs, spooling);
        }
        if !meta.is_file() {
            return Err(Error::world("not a regular file").at(path).remedy("name a .csv or .parquet file"));
        }
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let failed = |e| Error::io("cannot read the file", path, &e);
        file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(failed)?;
        if head.starts_with(b"PAR1") {
            return ParquetFile::open(path, dataset, reading, needs).map(DataFile::Parquet);
        }
        // What must be unpacked or decoded is a stream, though it lies in a file.
        let decoded =
            stream::utf16_of(&head, reading.encoding).is_some() || encoding::ends_lines_with_cr(&head);
        if Packing::of(&head).is_some() || decoded {
            file.rewind().map_err(failed)?;
            let identity = Identity::of(path, &meta);
            return StreamFile::from_file(file, identity, path, dataset, reading, needs, spooling)
                .map(DataFile::Stream);
        }
        let map = Map::opened(file, Identity::of(path, &meta), path)?;
        let scanner = Scanner::detect();
        match CsvFile::open(map.clone(), dataset, reading, reading.encoding, needs, scanner) {
            Ok(file) => map.sound().map(|()| DataFile::Csv(file)),
            // A file that is changed at this moment looks like none; that it was changed says more.
            Err(e) => Err(map.verify_unchanged().err().unwrap_or(e)),
        }
    }

    /// Looks at anything that can be read as bytes: text or Parquet, packed or not.
    ///
    /// `name` is what messages and reports call it. Only the head of the stream is read here, up to its
    /// header (of Parquet all of it); [`read`] unpacks the rest on a thread of its own into a file without a
    /// name in the folder of `spooling`, and reads pieces meanwhile. The result is that of a file with the same
    /// bytes; offsets of rejects count in the unpacked text.
    ///
    /// A reader that fails may say why: an [`Error`] inside the `io::Error` (`io::Error::other(error)`) is
    /// passed on as it is, with `name` as its path if it has none. A reader may block as long as it
    /// likes; its end is `Ok(0)`, and only a source that is complete may end so.
    ///
    /// # Errors
    /// When the head cannot be read or does not give what the dataset needs.
    pub fn from_stream(
        name: &Path,
        source: Box<dyn Read + Send>,
        dataset: impl Into<Option<Dataset>>,
        reading: &Reading,
        needs: Needs,
        spooling: &Spooling,
    ) -> Result<Self> {
        StreamFile::from_reader(name, source, dataset.into(), reading, needs, spooling).map(DataFile::Stream)
    }

    /// Looks at it once more, now that its dataset is known and with it how such files are read. A pipe cannot be
    /// opened twice, so its head was kept; a server is asked again, since it sends only what is read. `typed` is what
    /// was opened.
    ///
    /// # Errors
    /// As [`DataFile::open`].
    pub fn again(
        self,
        typed: &Path,
        dataset: Dataset,
        reading: &Reading,
        needs: Needs,
        spooling: &Spooling,
    ) -> Result<Self> {
        if typed.to_str().is_some_and(crate::postgres::is_address) {
            return Self::open(typed, dataset, reading, needs, spooling);
        }
        match self {
            DataFile::Stream(stream) => stream.again(dataset, reading, needs).map(DataFile::Stream),
            file => Self::open(file.path(), dataset, reading, needs, spooling),
        }
    }

    fn as_stream(&self) -> Option<&StreamFile> {
        match self {
            DataFile::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    /// Whether all of it can be read at once: it is no stream, or one that has ended.
    fn is_whole(&self) -> bool {
        self.as_stream().is_none_or(|stream| stream.is_whole())
    }

    /// What it is, of a stream as far as it is known.
    fn known(&self) -> Known<'_> {
        match self {
            DataFile::Csv(file) => Known::Csv(file),
            DataFile::Parquet(file) => Known::Parquet(file),
            DataFile::Stream(stream) => stream.known(),
        }
    }

    /// The text that it is, as far as it is known; `None` for Parquet.
    #[must_use]
    pub fn text(&self) -> Option<&CsvFile> {
        match self.known() {
            Known::Csv(file) => Some(file),
            Known::Parquet(_) => None,
        }
    }

    /// Whose records these are.
    #[must_use]
    pub fn dataset(&self) -> Dataset {
        match self.known() {
            Known::Csv(file) => file.dataset(),
            Known::Parquet(file) => file.dataset(),
        }
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            DataFile::Csv(file) => file.path(),
            DataFile::Parquet(file) => file.path(),
            DataFile::Stream(stream) => stream.name(),
        }
    }

    /// Its size in bytes, as it was given: of a packed file packed, of a pipe what was read of it so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            DataFile::Csv(file) => file.bytes(),
            DataFile::Parquet(file) => file.bytes(),
            DataFile::Stream(stream) => stream.bytes(),
        }
    }

    /// What its columns are.
    #[must_use]
    pub fn header(&self) -> &Header {
        match self.known() {
            Known::Csv(file) => &file.header,
            Known::Parquet(file) => &file.header,
        }
    }

    /// What its codes of sex mean.
    #[must_use]
    pub fn sex_codes(&self) -> &SexCodes {
        match self.known() {
            Known::Csv(file) => &file.sex,
            Known::Parquet(file) => &file.sex,
        }
    }

    /// How its records lie in it, whatever it is packed in: part of a run's fingerprint.
    #[must_use]
    pub fn layout(&self) -> String {
        match self.known() {
            Known::Csv(file) => {
                let delimiter = match file.delimiter {
                    b'\t' => "tab".to_owned(),
                    other => format!("`{}`", char::from(other)),
                };
                format!("csv, {}, {delimiter}", file.encoding.name())
            }
            Known::Parquet(_) => "parquet".to_owned(),
        }
    }

    /// How it is read, for people.
    #[must_use]
    pub fn format(&self) -> String {
        match self.as_stream().and_then(StreamFile::packing) {
            Some(packing) => format!("{}, {}", self.layout(), packing.name()),
            None => self.layout(),
        }
    }

    /// Requires that the file is still the one that was opened, and that all of it could be read. A pipe or
    /// standard input was what it was.
    ///
    /// # Errors
    /// When it was truncated, grew, was overwritten, replaced or removed.
    pub fn verify_unchanged(&self) -> Result<()> {
        if let DataFile::Stream(stream) = self {
            stream.verify_unchanged()?;
        }
        match self.known() {
            Known::Csv(file) => file.verify_unchanged(),
            Known::Parquet(file) => file.verify_unchanged(),
        }
    }

    fn pieces(&self) -> usize {
        match self.known() {
            Known::Csv(file) => file.pieces(),
            Known::Parquet(file) => file.pieces(),
        }
    }

    /// The text of some cells of the record at an offset, as they stood, trimmed.
    #[must_use]
    pub fn texts_at<const N: usize>(&self, offset: u64, roles: [Role; N]) -> [String; N] {
        match self.known() {
            Known::Csv(file) => file.texts_at(offset, roles),
            Known::Parquet(file) => file.texts_at(offset, roles),
        }
    }

    /// The text of every cell of the record at an offset, as it stood, trimmed, in the order of the headers.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn cells_at(&self, offset: u64) -> Result<Vec<String>> {
        match self.known() {
            Known::Csv(file) => Ok(file.cells_at(offset)),
            Known::Parquet(file) => file.cells_at(offset),
        }
    }
}

/// The files of one dataset.
#[derive(Debug)]
pub struct Input {
    /// Whose records these are.
    pub dataset: Dataset,
    /// Its files, in the order in which rows are numbered.
    pub files: Vec<DataFile>,
}

/// Requires that all inputs are still what they were when they were opened. Every job asks this when it has read
/// for the last time (evidence is read after the join), before it publishes or shows a result.
///
/// # Errors
/// When one was truncated, grew, was overwritten, replaced or removed.
pub fn verify_unchanged<'a>(inputs: impl IntoIterator<Item = &'a Input>) -> Result<()> {
    inputs.into_iter().flat_map(|input| &input.files).try_for_each(DataFile::verify_unchanged)
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
    observer.begin(input.dataset.name(), input.files.iter().map(DataFile::bytes).sum());
    let read = waves::read_all(engine, input, stage, observer)?;

    let mut ingested = Ingested {
        pieces: Vec::with_capacity(read.iter().map(Vec::len).sum()),
        rejects: Vec::new(),
        totals: input.files.iter().map(totals_of).collect(),
    };
    let mut expected = 0;
    let mut first_record = 0u64;
    let outcomes = read.into_iter().enumerate();
    let outcomes = outcomes.flat_map(|(file, pieces)| {
        pieces.into_iter().enumerate().map(move |(piece, outcome)| (file, piece, outcome))
    });
    for (file, piece, outcome) in outcomes {
        let Outcome { start, mut end, mut state, encoding } = outcome;
        if let Known::Csv(csv) = input.files[file].known() {
            if piece == 0 {
                expected = csv.body();
            }
            let misread = end.cut || encoding.is_some_and(|encoding| encoding != csv.encoding);
            if expected >= csv.piece_end(piece) {
                // A record of an earlier piece reaches across this one: whatever was read here lay inside it.
                end = PieceEnd { records: 0, rejects: Vec::new(), next: expected, cut: false };
                state = stage.start();
            } else if start != expected || misread {
                let again = waves::read_piece(&input.files[file], piece, Some(expected), stage)?;
                assert_eq!(again.start, expected);
                (end, state) = (again.end, again.state);
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

/// What a sample of a file left behind.
#[derive(Debug)]
pub struct Sample<S> {
    /// What the stage made of each part, in order.
    pub states: Vec<S>,
    /// Records of the parts that became rows.
    pub accepted: u64,
    /// Records of the parts that became rejects.
    pub rejects: Vec<Reject>,
    /// Pieces that were read, and all that there are.
    pub pieces: (usize, usize),
}

/// Reads so many pieces each at the head, in the middle and at the tail of a file. `None` where that would be
/// all of it, and for streams, of which the tail is only known when all was read. A part that starts within
/// quotes is read from its next line, and may give rejects that a whole reading does not.
///
/// # Errors
/// When the file is damaged.
pub fn sample<S: Stage>(
    engine: &Engine,
    file: &DataFile,
    stage: &S,
    each: usize,
) -> Result<Option<Sample<S::State>>> {
    let all = if file.is_whole() { file.pieces() } else { 0 };
    if all <= 3 * each {
        return Ok(None);
    }
    let middle = (all - each) / 2;
    let chosen: Vec<usize> = (0..each).chain(middle..middle + each).chain(all - each..all).collect();
    let outcomes = engine.map(chosen.len(), |at| waves::read_piece(file, chosen[at], None, stage));
    let mut sample =
        Sample { states: Vec::new(), accepted: 0, rejects: Vec::new(), pieces: (chosen.len(), all) };
    for outcome in outcomes {
        let Outcome { end, state, .. } = outcome?;
        sample.accepted += u64::from(end.records) - end.rejects.len() as u64;
        sample.rejects.extend(end.rejects);
        sample.states.push(state);
    }
    Ok(Some(sample))
}

fn totals_of(file: &DataFile) -> InputTotals {
    InputTotals { path: file.path().to_owned(), bytes: file.bytes(), records: 0, accepted: 0, rejected: 0 }
}

//! Sources: the files of a finished run, read again for a few of their records.
//!
//! In: the inputs of `run.json`, and what is sought: numbers, documents, rows. Out: where the records stand, and their
//! cells as read. The law: a file that is gone, that changed its size, or that never was a file is told and not
//! guessed at; rows are numbered as the run numbered them, also behind such a file, since the run counted its
//! records.
//!
//! One pass over a file converts the columns that are sought and no others. What a found record says is fetched from
//! its place afterwards.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::batch::{Batch, Dataset, NO_IIN, Role};
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::error::Result;
use crate::figure::grouped;
use crate::ingest::encoding::Encoding;
use crate::ingest::{self, DataFile, Input, Needs, Readings, Spooling, Unobserved, find, reading};
use crate::normalise::{country, number};
use crate::report::back::{Run, RunInput};
use crate::validate::iin;

/// Records of one piece that are found at most: what thousands share is a placeholder.
const FOUND_MAX: usize = 1000;

/// How files are found and read again.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// A folder in which files of the same names lie, when they were moved.
    pub inputs: Option<PathBuf>,
    /// How files are read where looking does not tell.
    pub readings: Readings,
    /// Where packed files are unpacked.
    pub spooling: Spooling,
}

/// The files of a run.
#[derive(Debug)]
pub struct Sources(Vec<Source>);

#[derive(Debug)]
struct Source {
    dataset: Dataset,
    path: String,
    /// Records of the dataset in the files before it.
    before: u64,
    records: u64,
    /// The file, or why it cannot be shown.
    file: std::result::Result<Input, String>,
    /// Record number of the first record of each piece, once it was read.
    firsts: Vec<u32>,
}

/// A record that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its row in the dataset, from 1.
    pub row: u32,
    source: usize,
    offset: u64,
}

/// A record as read.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Record {
    /// The dataset.
    pub dataset: &'static str,
    /// The file, as it was named in the run.
    pub file: String,
    /// Its row in the dataset, from 1.
    pub row: u32,
    /// Its record in the file, from 1.
    pub row_in_file: u32,
    /// Every column with what stands in it.
    pub cells: Vec<Cell>,
    /// Why its cells cannot be shown, when they cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// One cell of a record.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// The header of its column.
    pub header: String,
    /// What the column was taken for.
    pub role: Option<&'static str>,
    /// What stands in it.
    pub value: String,
}

/// What is sought in one pass: a record that bears any of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Packed IINs.
    pub iins: BTreeSet<u64>,
    /// Keys of documents' numbers, as the number of a document or as that of the one that it replaced.
    pub numbers: BTreeSet<u64>,
    /// Keys of personal numbers.
    pub personals: BTreeSet<u64>,
    /// Ordinals of records within a piece, of every piece.
    pub ordinals: BTreeSet<u32>,
}

/// Looks for records.
struct Seek<'a> {
    dataset: Dataset,
    sought: &'a Sought,
}

impl Stage for Seek<'_> {
    type State = Vec<(u32, u64)>;

    fn wants(&self, role: Role) -> bool {
        let Sought { iins, numbers, personals, .. } = self.sought;
        let documents = self.dataset == Dataset::Documents;
        match role {
            Role::Iin => !iins.is_empty(),
            Role::DocumentNumber | Role::PreviousNumber => documents && !numbers.is_empty(),
            Role::PersonalNumber => documents && (!personals.is_empty() || !iins.is_empty()),
            Role::DocumentCountry => documents && !iins.is_empty(),
            _ => false,
        }
    }

    fn start(&self) -> Self::State {
        Vec::new()
    }

    fn absorb(&self, found: &mut Self::State, batch: &Batch) {
        let sought = self.sought;
        let iins = batch.iins(Role::Iin);
        let texts = |role| batch.texts(role).filter(|_| self.dataset == Dataset::Documents);
        let (numbers, previous) = (texts(Role::DocumentNumber), texts(Role::PreviousNumber));
        let (personals, countries) = (texts(Role::PersonalNumber), batch.codes(Role::DocumentCountry));
        for i in 0..batch.len() {
            let iin = iins.map_or(NO_IIN, |iins| iins[i]);
            let personal = personals.map_or("", |personals| personals.value(i));
            // As in `link::rows`: Kazakhstan's documents print the IIN as their personal number.
            let printed = || {
                let of_state = countries.is_some_and(|countries| countries[i] == country::KAZ);
                (iin == NO_IIN && of_state).then(|| iin::pack(personal.as_bytes())).flatten()
            };
            let by_iin =
                sought.iins.contains(&iin) || printed().is_some_and(|iin| sought.iins.contains(&iin));
            let by_number = || {
                let bears = |key: u64| key != 0 && sought.numbers.contains(&key);
                !sought.numbers.is_empty()
                    && [numbers, previous]
                        .into_iter()
                        .flatten()
                        .any(|texts| bears(number::key(texts.value(i))))
            };
            let by_personal =
                || !sought.personals.is_empty() && sought.personals.contains(&number::key(personal));
            let by_place = || sought.ordinals.contains(&batch.ordinals[i]);
            if (by_iin || by_number() || by_personal() || by_place()) && found.len() < FOUND_MAX {
                found.push((batch.ordinals[i], batch.offsets[i]));
            }
        }
    }
}

impl Sources {
    /// Looks at the files of a run.
    #[must_use]
    pub fn open(run: &Run, access: &Access) -> Self {
        let mut before = [0u64; 3];
        let mut sources = Vec::new();
        for input in &run.inputs {
            let datasets = [Dataset::Registry, Dataset::Documents, Dataset::Activity];
            let Some(at) = datasets.iter().position(|dataset| dataset.name() == input.dataset) else {
                continue;
            };
            sources.push(Source {
                dataset: datasets[at],
                path: input.path.clone(),
                before: before[at],
                records: input.records,
                file: open(input, datasets[at], access),
                firsts: Vec::new(),
            });
            before[at] += input.records;
        }
        Sources(sources)
    }

    /// What cannot be shown and why, a sentence a file.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        self.0.iter().filter_map(|source| source.file.as_ref().err().cloned()).collect()
    }

    /// Whether any file of a dataset can be read.
    #[must_use]
    pub fn can_read(&self, dataset: Dataset) -> bool {
        self.0.iter().any(|source| source.dataset == dataset && source.file.is_ok())
    }

    /// Finds records, by row.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn seek(&mut self, engine: &Engine, dataset: Dataset, sought: &Sought) -> Result<Vec<Found>> {
        let mut all = Vec::new();
        for (at, source) in self.0.iter_mut().enumerate().filter(|(_, source)| source.dataset == dataset) {
            let Ok(input) = &source.file else { continue };
            let read = ingest::read(engine, input, &Seek { dataset, sought }, &Unobserved)?;
            if read.totals[0].records != source.records {
                source.file = Err(changed(&source.path, "holds another number of records"));
                continue;
            }
            source.firsts = read.pieces.iter().map(|piece| piece.first_record).collect();
            for piece in read.pieces {
                let row = |ordinal: u32| (source.before + u64::from(piece.first_record + ordinal) + 1) as u32;
                let found = piece.state.into_iter();
                all.extend(found.map(|(ordinal, offset)| Found { row: row(ordinal), source: at, offset }));
            }
        }
        Ok(all)
    }

    /// Finds records by their rows in the dataset, from 1: a pass that counts, unless one was made, and one that finds.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn seek_rows(
        &mut self,
        engine: &Engine,
        dataset: Dataset,
        rows: &BTreeSet<u32>,
    ) -> Result<Vec<Found>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        if self.0.iter().any(|source| source.dataset == dataset && source.firsts.is_empty()) {
            self.seek(engine, dataset, &Sought::default())?;
        }
        let mut sought = Sought::default();
        for source in self.0.iter().filter(|source| source.dataset == dataset) {
            let within = rows.iter().filter_map(|&row| {
                let record = u64::from(row).checked_sub(source.before + 1)?;
                let piece =
                    source.firsts.partition_point(|&first| u64::from(first) <= record).checked_sub(1)?;
                (record < source.records).then(|| record as u32 - source.firsts[piece])
            });
            sought.ordinals.extend(within);
        }
        let mut found = self.seek(engine, dataset, &sought)?;
        found.retain(|found| rows.contains(&found.row));
        Ok(found)
    }

    /// The text of some cells of a record.
    #[must_use]
    pub fn texts<const N: usize>(&self, found: Found, roles: [Role; N]) -> [String; N] {
        match &self.0[found.source].file {
            Ok(input) => input.files[0].texts_at(found.offset, roles),
            Err(_) => roles.map(|_| String::new()),
        }
    }

    /// A record as read.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn record(&self, found: Found) -> Result<Record> {
        let source = &self.0[found.source];
        let Ok(input) = &source.file else { return Ok(self.missing(source.dataset, found.row)) };
        let (file, mut record) = (&input.files[0], source.record(found.row));
        let values = file.cells_at(found.offset)?;
        let header = file.header();
        let names = header.names.iter().zip(&header.roles).zip(values);
        record.cells = names
            .filter(|((name, _), value)| !(name.trim().is_empty() && value.is_empty()))
            .map(|((name, role), value)| Cell { header: name.clone(), role: role.map(Role::name), value })
            .collect();
        Ok(record)
    }

    /// A record of which only the place is known.
    #[must_use]
    pub fn missing(&self, dataset: Dataset, row: u32) -> Record {
        let holds = |source: &&Source| {
            let (first, last) = (source.before + 1, source.before + source.records);
            source.dataset == dataset && (first..=last).contains(&u64::from(row))
        };
        let Some(source) = self.0.iter().find(holds) else {
            let missing = Some("no input of the run has such a row".to_owned());
            return Record { dataset: dataset.name(), row, missing, ..Record::default() };
        };
        let missing = match &source.file {
            Err(why) => why.clone(),
            Ok(_) => "the record cannot be found there any more".to_owned(),
        };
        Record { missing: Some(missing), ..source.record(row) }
    }

    /// Requires that what was read is still what was opened.
    ///
    /// # Errors
    /// When a file was changed meanwhile.
    pub fn verify_unchanged(&self) -> Result<()> {
        ingest::verify_unchanged(self.0.iter().filter_map(|source| source.file.as_ref().ok()))
    }
}

impl Source {
    fn record(&self, row: u32) -> Record {
        let row_in_file = (u64::from(row) - self.before) as u32;
        Record {
            dataset: self.dataset.name(),
            file: self.path.clone(),
            row,
            row_in_file,
            ..Record::default()
        }
    }
}

fn changed(path: &str, how: &str) -> String {
    format!("{path} has changed since the run: it {how}")
}

/// Opens an input again, or says why that cannot be.
fn open(input: &RunInput, dataset: Dataset, access: &Access) -> std::result::Result<Input, String> {
    let named = &input.path;
    if named == find::STDIN {
        return Err(format!("the {} came from standard input and cannot be shown again", input.dataset));
    }
    if crate::postgres::is_address(named) {
        return Err(format!(
            "the {} came from a database ({named}) and is not asked for again",
            input.dataset
        ));
    }
    let path = place(Path::new(named), access.inputs.as_deref());
    let meta = match path.metadata() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(format!("{named} is gone; if it was moved, name its folder with --inputs DIR"));
        }
        Err(e) => return Err(format!("{named} cannot be looked at: {e}")),
        Ok(meta) if !meta.is_file() => {
            return Err(format!("{named} is no file that could be read again"));
        }
        Ok(meta) => meta,
    };
    if meta.len() != input.bytes {
        let how = format!("had {} bytes and has {} now", grouped(input.bytes), grouped(meta.len()));
        return Err(changed(named, &how));
    }
    let mut reading = access.readings.of(dataset);
    let (encoding, delimiter) = read_as(&input.format);
    reading.encoding = reading.encoding.or(encoding);
    reading.delimiter = reading.delimiter.or(delimiter);
    match DataFile::open(&path, dataset, &reading, Needs::Nothing, &access.spooling) {
        Ok(file) => Ok(Input { dataset, files: vec![file] }),
        Err(e) => Err(format!("{named} cannot be read as in the run: {}", e.what)),
    }
}

/// Where a file lies now.
fn place(named: &Path, moved_to: Option<&Path>) -> PathBuf {
    let Some(folder) = moved_to else { return named.to_owned() };
    let whole = folder.join(named);
    match named.file_name() {
        Some(name) if named.is_absolute() || !whole.exists() => folder.join(name),
        _ => whole,
    }
}

/// Encoding and delimiter of how a run says that it read a file: "csv, windows-1251, `;`, gzip".
fn read_as(format: &str) -> (Option<Encoding>, Option<u8>) {
    let mut parts = format.split(", ");
    if parts.next() != Some("csv") {
        return (None, None);
    }
    let encoding = parts.next().and_then(Encoding::from_name);
    (encoding, parts.next().and_then(|part| reading::delimiter(part.trim_matches('`'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_lead_back_to_readings() {
        for (format, expected) in [
            ("csv, utf-8, `,`", (Some(Encoding::Utf8), Some(b','))),
            ("csv, windows-1251, `;`, gzip", (Some(Encoding::Windows1251), Some(b';'))),
            ("csv, utf-16le, tab", (Some(Encoding::Utf16Le), Some(b'\t'))),
            ("parquet", (None, None)),
            ("parquet, zstd", (None, None)),
            ("", (None, None)),
        ] {
            assert_eq!(read_as(format), expected, "{format}");
        }
    }

    fn input(dataset: &str, path: &Path, records: u64) -> RunInput {
        RunInput {
            dataset: dataset.to_owned(),
            path: path.display().to_string(),
            bytes: path.metadata().map_or(1, |meta| meta.len()),
            records,
            accepted: records,
            rejected: 0,
            format: "csv, utf-8, `,`".to_owned(),
        }
    }

    fn run(inputs: Vec<RunInput>) -> Run {
        Run { as_of: "2026-01-01".to_owned(), inputs, ..Run::default() }
    }

    #[test]
    fn records_are_found_by_number_document_and_row_in_several_files() {
        let scratch = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = scratch.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let head = "iin,document_country,document_number,previous_number,personal_number,note\n";
        let one =
            file("1.csv", &format!("{head}000101699999,UZB,AA 0000001,,,x\n,KGZ,AC0000003,AA0000001,,y\n"));
        let two = file(
            "2.csv",
            &format!("{head},KAZ,100000002,,000101699999,\"a\nb\"\n,UZB,AA0000009,,30000000000019,\n"),
        );
        let inputs = vec![
            input("documents", &one, 2),
            input("documents", &scratch.path().join("gone.csv"), 7),
            input("documents", &two, 2),
        ];
        let engine = Engine::new(1).unwrap();
        let mut sources = Sources::open(&run(inputs), &Access::default());
        let mut rows = |sought: &Sought| -> Vec<u32> {
            let found = sources.seek(&engine, Dataset::Documents, sought).unwrap();
            found.into_iter().map(|found| found.row).collect()
        };
        let iins = Sought { iins: [iin::pack(b"000101699999").unwrap()].into(), ..Sought::default() };
        assert_eq!(rows(&iins), [1, 10], "its own, and the one that prints it; the file that is gone counts");
        let numbers = Sought { numbers: [number::key("aa-0000001")].into(), ..Sought::default() };
        assert_eq!(rows(&numbers), [1, 2], "the document, and the one that replaced it");
        let personals = Sought { personals: [number::key("30000000000019")].into(), ..Sought::default() };
        assert_eq!(rows(&personals), [11]);
        assert_eq!(rows(&Sought::default()), [0u32; 0]);
        let found = sources.seek_rows(&engine, Dataset::Documents, &[2, 5, 10].into()).unwrap();
        assert_eq!(found.iter().map(|found| found.row).collect::<Vec<_>>(), [2, 10]);
        let record = sources.record(found[1]).unwrap();
        assert_eq!((record.row, record.row_in_file), (10, 1));
        assert_eq!((&*record.cells[5].header, &*record.cells[5].value), ("note", "a\nb"));
        let gone = sources.missing(Dataset::Documents, 5);
        assert_eq!((gone.row_in_file, gone.cells.len()), (3, 0));
        assert!(gone.missing.unwrap().contains("--inputs"));
        assert_eq!(sources.notes().len(), 1);
    }

    #[test]
    fn a_parquet_file_is_read_as_text_is() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/parquet/pyarrow_groups_of_one_row.parquet");
        let input = RunInput { format: "parquet".to_owned(), ..input("registry", &path, 3) };
        let mut sources = Sources::open(&run(vec![input]), &Access::default());
        let engine = Engine::new(1).unwrap();
        let found = sources.seek_rows(&engine, Dataset::Registry, &[2, 3, 9].into()).unwrap();
        assert_eq!((sources.notes().len(), found.len()), (0, 2));
        let by_row = sources.record(found[0]).unwrap();
        let iin = by_row.cells.iter().find(|cell| cell.role == Some("iin")).unwrap().value.clone();
        let sought = Sought { iins: [iin::pack(iin.as_bytes()).unwrap()].into(), ..Sought::default() };
        assert_eq!(sources.seek(&engine, Dataset::Registry, &sought).unwrap(), found[..1]);
        assert_eq!(sources.texts(found[0], [Role::Iin]), [iin]);
    }

    #[test]
    fn what_is_no_file_any_more_is_told() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("r.csv");
        std::fs::write(&path, "iin\n000101699999\n").unwrap();
        let grown = RunInput { bytes: 3, ..input("registry", &path, 1) };
        let stdin = RunInput { path: "-".to_owned(), ..grown.clone() };
        let server = RunInput { path: "postgres://db/x?table=y".to_owned(), ..grown.clone() };
        let folder = RunInput { path: scratch.path().display().to_string(), ..grown.clone() };
        for (input, words) in
            [(grown, "had 3 bytes"), (stdin, "standard input"), (server, "database"), (folder, "no file")]
        {
            let told = Sources::open(&run(vec![input]), &Access::default()).notes();
            assert!(told[0].contains(words), "{told:?}");
        }
        // Under its name in another folder it is found again, and a count that differs is seen when it is read.
        let moved = RunInput { path: "elsewhere/r.csv".to_owned(), ..input("registry", &path, 2) };
        let access = Access { inputs: Some(scratch.path().to_owned()), ..Access::default() };
        let mut sources = Sources::open(&run(vec![moved]), &access);
        assert_eq!(sources.notes(), [""; 0]);
        sources.seek(&Engine::new(1).unwrap(), Dataset::Registry, &Sought::default()).unwrap();
        assert!(sources.notes()[0].contains("another number of records"));
    }
}

//! Back: the tables of a published report, read again row by row.
//!
//! In: the folder that `reconcile` published. Out: its account, whole columns of its tables in batches, and the rows of a
//! table that hold a wanted key, as what they were written from. The law: for these only the key column is read whole;
//! the other columns are decoded for the rows that hold the key, so that a million suspects cost what one does. Columns that a later
//! version added are left alone; a table that is damaged is an error with its path and never a panic.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowFilter,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::run_json::RunReport;
use crate::day;
use crate::error::{Error, Result};
use crate::ingest::parquet::{broken, guarded};
use crate::report::changes::ChangesReport;
use crate::report::protect::ProtectionReport;
use crate::report::protect::encrypt::Openers;

/// A report that was published.
#[derive(Debug)]
pub struct Reports {
    /// Its tables.
    pub tables: Tables,
    /// Its account.
    pub run: Run,
}

/// The tables of a report, published or still a draft.
#[derive(Clone, Debug)]
pub struct Tables {
    folder: PathBuf,
    keys: Openers,
}

/// What is read of `run.json`. Whatever a later version came to write may be missing in an older report.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Run {
    /// Version of the program.
    pub version: String,
    /// The one "now" of the run.
    pub as_of: String,
    /// Digest of everything but the inputs' bytes that can change an output.
    #[serde(default)]
    pub config_fingerprint: String,
    /// Digest of the settings and of how files are read: the same on two nights with the same configuration.
    #[serde(default)]
    pub settings_fingerprint: String,
    /// Its files, dataset by dataset in the order in which their rows are numbered.
    pub inputs: Vec<RunInput>,
    /// The files of the report.
    #[serde(default)]
    pub outputs: Vec<RunOutput>,
    /// Counts by kind and band.
    #[serde(default)]
    pub counts: RunCounts,
    /// What the signals were worth.
    pub evidence: Option<RunEvidence>,
    /// What became of an earlier night's cases, where one was named.
    pub changes: Option<ChangesReport>,
    /// Seconds by stage.
    #[serde(default)]
    pub seconds: BTreeMap<String, f64>,
    /// How its tables are protected.
    pub protection: Option<ProtectionReport>,
}

/// One file of a report, as `run.json` names it.
#[derive(Clone, Debug, Deserialize)]
pub struct RunOutput {
    /// Its name in the report.
    pub file: String,
    /// Its rows.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its bytes, in hexadecimal digits.
    pub digest: String,
}

/// Counts of a run, by the names of what was counted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RunCounts {
    /// Corrections by kind.
    pub corrections: BTreeMap<String, u64>,
    /// Suspects by band.
    pub suspects: BTreeMap<String, u64>,
    /// Suspects by signal.
    pub signals: BTreeMap<String, u64>,
    /// Rings of suspects.
    pub rings: u64,
    /// Suspects who are in a ring.
    pub ring_members: u64,
    /// IINs in clusters that look like one person.
    pub duplicates: u64,
    /// Defects by check.
    pub defects: BTreeMap<String, u64>,
    /// Rejected records by reason.
    pub rejects: BTreeMap<String, u64>,
}

/// One input of the run.
#[derive(Clone, Debug, Deserialize)]
pub struct RunInput {
    /// The dataset.
    pub dataset: String,
    /// The path as it was given.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Records, accepted and rejected.
    pub records: u64,
    /// Records that became rows.
    #[serde(default)]
    pub accepted: u64,
    /// Records that could not be read as records.
    pub rejected: u64,
    /// How it was read.
    pub format: String,
}

/// What a run believed of its signals, in bits.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RunEvidence {
    /// The log odds of a row of which nothing is said.
    pub prior_bits: Option<f64>,
    /// What a strong signal adds.
    pub signals: BTreeMap<String, f64>,
    /// What an exculpation takes off.
    pub exculpations: BTreeMap<String, f64>,
}

/// What became of a case since an earlier night; nothing is known where none was named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
pub struct Seen {
    /// Its state.
    pub state: Option<String>,
    /// The first night that is known to have had it.
    pub first_seen: Option<String>,
}

impl Seen {
    /// State and day in words, if they are known.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        let (state, first_seen) = (self.state.as_ref()?, self.first_seen.as_ref()?);
        Some(format!("{state}, first seen {first_seen}"))
    }
}

/// A row of `corrections.parquet`.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub struct CorrectionRow {
    /// The case.
    pub case_id: String,
    /// The number.
    pub iin: Option<String>,
    /// The kind.
    pub kind: String,
    /// The field of the registry.
    pub field: String,
    /// What the registry says.
    pub registered_value: Option<String>,
    /// What the document says.
    pub current_value: Option<String>,
    /// Country of the document.
    pub document_country: Option<String>,
    /// Its number.
    pub document_number: Option<String>,
    /// The day on which it was issued.
    pub document_issue_date: Option<String>,
    /// How row and document were tied.
    pub basis: Option<String>,
    /// The probability that they are one person's.
    pub confidence: f64,
    /// Whether another fits as well.
    pub ambiguous: bool,
    /// The day on which the mismatch began.
    pub since: Option<String>,
    /// Days since then.
    pub age_days: Option<i64>,
    /// The registry row, from 1.
    pub registry_row: Option<u32>,
    /// The document's row, from 1.
    pub document_row: Option<u32>,
    /// The office that assigned the number.
    pub office: Option<String>,
    /// What became of it since the earlier night.
    #[serde(flatten)]
    pub seen: Seen,
    /// Whether a decision keeps it away: then it stands in the table of the dismissed.
    #[serde(default)]
    pub dismissed: bool,
}

/// A row of `suspects.parquet`.
#[derive(Clone, Debug, Deserialize)]
pub struct SuspectRow {
    /// The case.
    pub case_id: String,
    /// The number.
    pub iin: Option<String>,
    /// The probability that nobody is behind it.
    pub score: f64,
    /// Its band.
    pub band: String,
    /// The ring to which it belongs.
    pub ring_id: Option<String>,
    /// Its signals.
    pub signals: Vec<SignalCell>,
    /// The registry row, from 1.
    pub registry_row: u32,
    /// The log odds from which it started.
    pub prior_bits: f64,
    /// What speaks for the person.
    pub exculpations: Vec<ExculpationCell>,
    /// The office that assigned the number.
    pub office: Option<String>,
    /// What became of it since the earlier night.
    #[serde(flatten)]
    pub seen: Seen,
    /// Whether a decision keeps it away: then it stands in the table of the dismissed.
    #[serde(default)]
    pub dismissed: bool,
}

/// One signal of a suspect.
#[derive(Clone, Debug, Deserialize)]
pub struct SignalCell {
    /// Which.
    pub code: String,
    /// How strong a sign of its kind.
    pub weight: f64,
    /// What was seen.
    pub evidence: String,
    /// What it added to the odds.
    pub bits: f64,
}

/// One exculpation of a suspect.
#[derive(Clone, Debug, Deserialize)]
pub struct ExculpationCell {
    /// Which.
    pub code: String,
    /// What it took off.
    pub bits: f64,
}

/// A row of `duplicates.parquet`.
#[derive(Clone, Debug, Deserialize)]
pub struct DuplicateRow {
    /// The cluster.
    pub cluster_id: String,
    /// The number.
    pub iin: String,
    /// Numbers in the cluster.
    pub cluster_size: u32,
    /// The probability to be one person with its best partner.
    pub match_probability: f64,
    /// That partner.
    pub best_partner: String,
    /// The registry row, from 1.
    pub registry_row: u32,
    /// What became of the cluster since the earlier night.
    #[serde(flatten)]
    pub seen: Seen,
}

/// A row of `defects.parquet`.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
pub struct DefectRow {
    /// The dataset.
    pub dataset: String,
    /// The row, from 1.
    pub row: u32,
    /// The field.
    pub field: String,
    /// The check that failed.
    pub check: String,
    /// `error` or `warning`.
    pub severity: String,
    /// The value.
    pub value: Option<String>,
    /// What is wrong with it.
    pub message: String,
}

/// What a wanted row holds in its key column.
#[derive(Clone, Debug)]
pub enum Key {
    /// One of these texts.
    Text(BTreeSet<String>),
    /// One of these numbers.
    Row(BTreeSet<u32>),
}

impl Key {
    /// One text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Key::Text([text.to_owned()].into())
    }

    fn is_empty(&self) -> bool {
        match self {
            Key::Text(texts) => texts.is_empty(),
            Key::Row(rows) => rows.is_empty(),
        }
    }

    /// Which values of a column are wanted; none of a column of another type.
    fn of(&self, column: &ArrayRef) -> BooleanArray {
        match (self, column.data_type()) {
            (Key::Text(texts), DataType::Utf8) => {
                let wanted = |text: Option<&str>| Some(text.is_some_and(|text| texts.contains(text)));
                column.as_string::<i32>().iter().map(wanted).collect()
            }
            (Key::Row(rows), DataType::UInt32) => {
                let wanted = |row: Option<u32>| Some(row.is_some_and(|row| rows.contains(&row)));
                column.as_primitive::<UInt32Type>().iter().map(wanted).collect()
            }
            _ => vec![false; column.len()].into(),
        }
    }
}

impl Run {
    /// The account of a run that is not published yet, in the form in which it will be read.
    #[must_use]
    pub fn of(report: &RunReport) -> Self {
        let written = serde_json::to_value(report).expect("a report is plain data");
        serde_json::from_value(written).expect("what is written can be read")
    }
}

/// The file that holds the account of a report.
pub const ACCOUNT: &str = "run.json";

/// What the account of a report says, as far as it was asked.
///
/// # Errors
/// When it cannot be read, or is not as a run writes it; then with this remedy.
pub fn account<T: DeserializeOwned>(folder: &Path, remedy: &str) -> Result<T> {
    let path = folder.join(ACCOUNT);
    let text = std::fs::read(&path).map_err(|e| Error::io("cannot read the report", &path, &e))?;
    // The words of the parser may quote what it read.
    serde_json::from_slice(&text)
        .map_err(|_| Error::world("run.json is not as reconcile writes it").at(&path).remedy(remedy))
}

impl Reports {
    /// Looks at a report.
    ///
    /// # Errors
    /// When the folder holds no report of `reconcile`.
    pub fn open(folder: &Path) -> Result<Self> {
        Self::open_with(folder, &Openers::default())
    }

    /// Looks at a report whose tables may be encrypted.
    ///
    /// # Errors
    /// When the folder holds no report of `reconcile`. Whether a key fits is known when a table is read.
    pub fn open_with(folder: &Path, keys: &Openers) -> Result<Self> {
        let no_report = || {
            Error::world("this folder holds no report of reconcile").at(folder).remedy(
                "name the folder that reconcile --out made; there are run.json and suspects.parquet in it",
            )
        };
        if !folder.join(ACCOUNT).is_file() || !folder.join("suspects.parquet").is_file() {
            return Err(no_report());
        }
        let run = account(folder, "run reconcile again, with this version")?;
        Ok(Reports { tables: Tables::at(folder).with_keys(keys), run })
    }
}

impl Tables {
    /// The tables of a folder.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Tables { folder: folder.to_owned(), keys: Openers::default() }
    }

    /// The same tables, opened with these keys where they are encrypted.
    #[must_use]
    pub fn with_keys(self, keys: &Openers) -> Self {
        Tables { keys: keys.clone(), ..self }
    }

    /// Where they lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The rows of a table of which a column holds a wanted key, in the order of the table, as what they were written
    /// from.
    ///
    /// # Errors
    /// When the table is damaged, or lacks what every version writes.
    pub fn rows<T: DeserializeOwned>(&self, file: &str, column: &str, key: &Key) -> Result<Vec<T>> {
        let path = self.folder.join(file);
        let typed = |row| {
            serde_json::from_value(Value::Object(row)).map_err(|_| {
                Error::world("the table is not as this version writes it")
                    .at(&path)
                    .remedy("run reconcile again, with this version")
            })
        };
        self.plain_rows(file, column, key)?.into_iter().map(typed).collect()
    }

    /// The same with whatever columns the table has. A table that is not there has no rows.
    ///
    /// # Errors
    /// When the table is damaged.
    pub fn plain_rows(&self, file: &str, column: &str, key: &Key) -> Result<Vec<Map<String, Value>>> {
        let path = self.folder.join(file);
        if key.is_empty() || !is_there(&path)? {
            return Ok(Vec::new());
        }
        guarded(&path, || {
            let failed = |e: &dyn std::fmt::Display| self.unread(&path, e);
            let builder = self.reader_of(&path)?;
            let Some(at) = builder.schema().fields().iter().position(|field| field.name() == column) else {
                return Ok(Vec::new());
            };
            let mask = ProjectionMask::roots(builder.parquet_schema(), [at]);
            let key = key.clone();
            let wanted = ArrowPredicateFn::new(mask, move |batch| Ok(key.of(batch.column(0))));
            let filter = RowFilter::new(vec![Box::new(wanted)]);
            let reader = builder.with_row_filter(filter).with_batch_size(BATCH_ROWS).build();
            let mut rows = Vec::new();
            for batch in reader.map_err(|e| failed(&e))? {
                let batch = batch.map_err(|e| failed(&e))?;
                rows.extend((0..batch.num_rows()).map(|row| row_of(&batch, row)));
            }
            Ok(rows)
        })
    }

    /// The columns of a table, in its order; nothing of a table that is not there.
    ///
    /// # Errors
    /// When the table is damaged.
    pub fn schema(&self, file: &str) -> Result<Option<SchemaRef>> {
        let path = self.folder.join(file);
        if !is_there(&path)? {
            return Ok(None);
        }
        guarded(&path, || Ok(Some(self.reader_of(&path)?.schema().clone())))
    }

    /// Some columns of a whole table, batch by batch in its order; columns that the table lacks are missing in the
    /// batches. A table that is not there has no batches.
    ///
    /// # Errors
    /// When the table is damaged.
    pub fn batches(&self, file: &str, columns: &[&str]) -> Result<Batches> {
        let path = self.folder.join(file);
        if !is_there(&path)? {
            return Ok(Batches { path, tables: self.clone(), reader: None });
        }
        let reader = guarded(&path, || {
            let builder = self.reader_of(&path)?;
            let fields = builder.schema().fields().iter().enumerate();
            let wanted = fields.filter(|(_, field)| columns.contains(&field.name().as_str()));
            let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.map(|(at, _)| at));
            let reader = builder.with_projection(mask).with_batch_size(BATCH_ROWS).build();
            reader.map_err(|e| self.unread(&path, &e))
        })?;
        Ok(Batches { path, tables: self.clone(), reader: Some(reader) })
    }
}

impl Tables {
    fn reader_of(&self, path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
        let failed = |e: &std::io::Error| Error::io("cannot open the report", path, e);
        let mut file = File::open(path).map_err(|e| failed(&e))?;
        let is_sealed = is_sealed(&mut file).map_err(|e| failed(&e))?;
        let mut options = ArrowReaderOptions::new();
        match self.keys.properties() {
            Some(keys) => options = options.with_file_decryption_properties(keys),
            None if is_sealed => return Err(no_key(path)),
            None => {}
        }
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).map_err(|e| match is_sealed {
            true => wrong_key(path),
            false => self.unread(path, &e),
        })
    }

    /// Why a table of which not every column is encrypted cannot be read: without a key it looks damaged.
    fn unread(&self, path: &Path, told: &dyn std::fmt::Display) -> Error {
        if self.keys.is_empty() {
            let says_so = ProtectionReport::of_report(&self.folder).is_ok_and(|how| how.encrypted.is_some());
            return if says_so { no_key(path) } else { damaged(path, told) };
        }
        let text = told.to_string();
        match ["decrypt", "footer signature", "none of the keys"].iter().any(|word| text.contains(word)) {
            true => wrong_key(path),
            false => damaged(path, told),
        }
    }
}

/// Whether a whole file is encrypted: then it ends as no other does.
fn is_sealed(file: &mut File) -> std::io::Result<bool> {
    let mut end = [0; 4];
    if file.metadata()?.len() >= 4 {
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut end)?;
        file.rewind()?;
    }
    Ok(&end == b"PARE")
}

fn no_key(path: &Path) -> Error {
    Error::world("the table is encrypted, and no key was given")
        .at(path)
        .remedy("add --key FILE, or --key env:NAME, with the key of the run's --encrypt")
}

fn wrong_key(path: &Path) -> Error {
    Error::world("the table is encrypted with another key than those given, or it is damaged")
        .at(path)
        .remedy("run.json names the mark of its key below protection.encrypted; `iinrec verify` tells whether it is damaged")
}

/// Rows of a batch that is read back.
const BATCH_ROWS: usize = 8192;

/// A table that is being read back.
#[derive(Debug)]
pub struct Batches {
    path: PathBuf,
    tables: Tables,
    reader: Option<ParquetRecordBatchReader>,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let reader = self.reader.as_mut()?;
        let (path, tables) = (&self.path, &self.tables);
        guarded(path, || reader.next().transpose().map_err(|e| tables.unread(path, &e))).transpose()
    }
}

/// Whether a table is there. That a disk does not say is no answer.
fn is_there(path: &Path) -> Result<bool> {
    path.try_exists().map_err(|e| Error::io("cannot look at the report", path, &e))
}

fn damaged(path: &Path, told: &dyn std::fmt::Display) -> Error {
    broken(path, told).remedy("run reconcile again")
}

fn row_of(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let schema = batch.schema();
    let cells = schema.fields().iter().zip(batch.columns());
    cells.map(|(field, column)| (field.name().clone(), value(column.as_ref(), row))).collect()
}

/// A value of a table; null for types that no table of ours has.
pub(super) fn value(column: &dyn Array, at: usize) -> Value {
    if column.is_null(at) {
        return Value::Null;
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(at).into(),
        DataType::Boolean => column.as_boolean().value(at).into(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(at).into(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(at).into(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(at).into(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(at).into(),
        DataType::Date32 => day::iso(column.as_primitive::<Date32Type>().value(at)).into(),
        DataType::List(_) => {
            let list = column.as_list::<i32>().value(at);
            (0..list.len()).map(|item| value(list.as_ref(), item)).collect()
        }
        DataType::Struct(fields) => {
            let columns = column.as_struct().columns();
            let cells = fields.iter().zip(columns);
            let cells = cells.map(|(field, column)| (field.name().clone(), value(column.as_ref(), at)));
            Value::Object(cells.collect())
        }
        _ => Value::Null,
    }
}

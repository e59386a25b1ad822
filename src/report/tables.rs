//! The Parquet files: findings in, sorted rows out.
//!
//! Columns and codes are the contract's; `docs/columns.md` says what each means. Compression is zstd, which
//! DuckDB, pandas, Polars and Spark read as it is.

use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, UInt32Builder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::cases::BroughtCases;
use super::changes::{Since, Source};
use super::protect::{Masked, Protection};
use super::publish::{Draft, DraftFile, Output};
use super::rings::RingIds;
use super::signs::SignColumns;
use super::values::Records;
use crate::batch::{Dataset, Role};
use crate::day::NO_DAY;
use crate::engine::Engine;
use crate::error::Result;
use crate::link::near::Nearby;
use crate::link::rows::NO_ROW;
use crate::normalise::codes;
use crate::normalise::country;
use crate::report::run_json::InputRejects;
use crate::rules::corrections::{Correction, Kind};
use crate::rules::decisions::Evidence;
use crate::rules::duplicates::Duplicate;
use crate::rules::score::Suspect;
use crate::validate::defect::Defect;

/// A stable id of a case: the same finding has the same id every night, whatever its row.
#[must_use]
pub fn case_id(prefix: char, parts: &[&str]) -> String {
    case_text(prefix, case_bits(parts))
}

/// What tells a case from others: sixty bits, twelve letters of its id.
#[must_use]
pub fn case_bits(parts: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("32 bytes")) & ((1 << 60) - 1)
}

/// The id of these bits.
#[must_use]
pub fn case_text(prefix: char, mut bits: u64) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut id = String::with_capacity(14);
    id.push(prefix);
    id.push('-');
    for _ in 0..12 {
        id.push(char::from(ALPHABET[(bits & 31) as usize]));
        bits >>= 5;
    }
    id
}

/// Rows of a report that are made by one task.
const PART_ROWS: usize = 1 << 14;

/// Makes the columns of `count` rows in parts, some on every core at a time, and writes them in order.
pub(super) fn write_to(
    engine: &Engine,
    file: DraftFile,
    schema: Schema,
    count: usize,
    columns: impl Fn(Range<usize>) -> Vec<ArrayRef> + Sync + Send,
) -> Result<Output> {
    write_finished(engine, file, schema, count, columns, |columns| columns)
}

/// The same, with the columns of each part finished when their values are as they will be read.
fn write_finished(
    engine: &Engine,
    file: DraftFile,
    schema: Schema,
    count: usize,
    columns: impl Fn(Range<usize>) -> Vec<ArrayRef> + Sync + Send,
    finish: impl Fn(Vec<ArrayRef>) -> Vec<ArrayRef> + Sync + Send,
) -> Result<Output> {
    write_file(file, schema, |table| {
        // A copy, since the table is written to while parts are masked.
        let guard = table.guard.clone();
        let (parts, window) = (count.div_ceil(PART_ROWS), window_parts(engine));
        for first in (0..parts).step_by(window) {
            let part = |i: usize| {
                let rows = (first + i) * PART_ROWS..((first + i + 1) * PART_ROWS).min(count);
                guard.finished(columns(rows), &finish)
            };
            for columns in engine.map(window.min(parts - first), part) {
                table.write(columns)?;
            }
        }
        Ok(())
    })
}

/// The same of a table of cases, which says at its end what earlier nights knew of each: tonight's columns are compared, as
/// they are written, with what an earlier night wrote.
fn write_cases(
    engine: &Engine,
    file: DraftFile,
    fields: Vec<Field>,
    count: usize,
    (since, source): (Since<'_>, Source),
    columns: impl Fn(Range<usize>) -> Vec<ArrayRef> + Sync + Send,
) -> Result<Output> {
    let schema = Schema::new(fields.into_iter().chain(Since::fields()).collect::<Vec<_>>());
    let fields = schema.fields().clone();
    let unjudged = |rows: Range<usize>| {
        let count = rows.len();
        let mut columns = columns(rows);
        columns.extend(Since::nothing(count));
        columns
    };
    write_finished(engine, file, schema, count, unjudged, |columns| since.judged(source, &fields, columns))
}

/// Parts that are in memory at a time.
fn window_parts(engine: &Engine) -> usize {
    engine.threads() * 4
}

/// Writes one file of the report as its columns come.
fn write_file(
    mut file: DraftFile,
    schema: Schema,
    fill: impl FnOnce(&mut TableWriter<&mut DraftFile>) -> std::result::Result<(), ParquetError>,
) -> Result<Output> {
    let (done, rows) = {
        let (name, protection) = file.protection();
        let table = file.table().to_owned();
        let mut table = TableWriter::new(&mut file, (&name, &table), schema, protection);
        match fill(&mut table) {
            Ok(()) => (table.writer.close().map(drop), table.rows),
            Err(e) => (Err(e), table.rows),
        }
    };
    // Columns follow their schema, so what fails is the disk.
    done.map_err(|e| file.why(e))?;
    file.finish(rows)
}

/// Rows of a row group: few enough that readers skip most of a table by its statistics and read the rest on every
/// core, many enough that columns compress as one.
const ROW_GROUP_ROWS: usize = 1 << 17;

/// The column by whose falling values a table is sorted, where it is one that readers compare as we do. (Kinds and
/// datasets stand in the order of the contract, which is not that of their letters.)
fn falling_column(table: &str, schema: &Schema) -> Option<SortingColumn> {
    let name = match table {
        "suspects" | "dismissed" => "score",
        "rings" => "expected_invented",
        _ => return None,
    };
    let at = schema.fields().iter().position(|field| field.name() == name)?;
    // The place is that of a leaf: only before the first column with parts is it that of the column.
    let is_flat = !schema.fields()[..at].iter().any(|field| field.data_type().is_nested());
    is_flat.then_some(SortingColumn { column_idx: at as i32, descending: true, nulls_first: false })
}

/// A Parquet file that is being written, row group by row group.
struct TableWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
    guard: Guard,
    rows: u64,
}

/// What a table's columns pass before they are written.
#[derive(Clone)]
struct Guard {
    file: String,
    schema: Arc<Schema>,
    protection: Arc<Protection>,
}

impl Guard {
    fn masked(&self, columns: Vec<ArrayRef>) -> Masked {
        self.finished(columns, |columns| columns)
    }

    /// The same, with the columns finished when their values are as they will be read.
    fn finished(&self, columns: Vec<ArrayRef>, finish: impl Fn(Vec<ArrayRef>) -> Vec<ArrayRef>) -> Masked {
        self.protection.masked(&self.file, &self.schema, columns, finish)
    }
}

impl<W: Write + Send> TableWriter<W> {
    fn new(out: W, (file, name): (&str, &str), schema: Schema, protection: Arc<Protection>) -> Self {
        let schema = Arc::new(schema);
        let level = ZstdLevel::try_new(1).expect("level 1 exists");
        let said = [("iinrec.table", name), ("iinrec.version", env!("CARGO_PKG_VERSION"))];
        let said = said.map(|(key, value)| KeyValue::new(key.to_owned(), value.to_owned()));
        // No Bloom filters: the crate writes them in plain also into encrypted files, and whoever has the filter of
        // a column of IINs can ask it for every IIN that there may be.
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            // Items of lists are called `element`, as the format says, and not by Arrow's word.
            .set_coerce_types(true)
            .set_key_value_metadata(Some(said.into()))
            .set_sorting_columns(falling_column(name, &schema).map(|column| vec![column]))
            .set_created_by(format!("iinrec {}", env!("CARGO_PKG_VERSION")));
        // Values that hardly repeat gain nothing from a dictionary and pay for its hash table.
        let unique = [
            "case_id",
            "iin",
            "document_number",
            "registered_value",
            "current_value",
            "registry_row",
            "document_row",
            "row",
            "byte_offset",
            "raw",
            "record_id",
            "left_id",
            "right_id",
            "match_weight",
        ];
        let properties = unique
            .into_iter()
            .fold(properties, |p, column| p.set_column_dictionary_enabled(ColumnPath::from(column), false));
        let encryption = protection.encryption.as_ref().and_then(|encryption| encryption.of(&schema));
        let properties = match encryption {
            Some(encryption) => properties.with_file_encryption_properties(encryption),
            None => properties,
        };
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties.build()))
            .expect("the schema has a Parquet form");
        TableWriter { writer, guard: Guard { file: file.to_owned(), schema, protection }, rows: 0 }
    }

    fn write(&mut self, Masked(columns): Masked) -> std::result::Result<(), ParquetError> {
        let batch =
            RecordBatch::try_new(self.guard.schema.clone(), columns).expect("columns follow the schema");
        self.rows += batch.num_rows() as u64;
        self.writer.write(&batch)
    }
}

/// Writes a table that is small.
pub(super) fn write_whole(file: DraftFile, schema: Schema, columns: Vec<ArrayRef>) -> Result<Output> {
    write_file(file, schema, |table| table.write(table.guard.masked(columns)))
}

pub(super) fn field(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, false)
}

pub(super) fn nullable(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, true)
}

fn optional_text(builder: &mut StringBuilder, text: &str) {
    builder.append_option((!text.is_empty()).then_some(text));
}

fn optional_day(builder: &mut Date32Builder, day: i32) {
    builder.append_option((day != NO_DAY).then_some(day));
}

/// In what order rows of packed numbers stand: in that of the numbers, unless they are masked.
fn order(draft: &Draft) -> impl Fn(u64) -> u64 {
    let mask = draft.protection().mask.as_ref();
    move |packed| mask.map_or(packed, |mask| mask.order(packed))
}

/// `corrections.parquet`, sorted by kind, IIN, document and field.
///
/// # Errors
/// When the disk is full or fails.
pub fn corrections(
    engine: &Engine,
    draft: &Draft,
    found: &[Correction],
    records: &Records<'_>,
    nearby: Option<&Nearby>,
    (since, source): (Since<'_>, Source),
) -> Result<Output> {
    let fields = vec![
        field("case_id", DataType::Utf8),
        nullable("iin", DataType::Utf8),
        field("kind", DataType::Utf8),
        field("field", DataType::Utf8),
        nullable("registered_value", DataType::Utf8),
        nullable("current_value", DataType::Utf8),
        nullable("document_country", DataType::Utf8),
        nullable("document_number", DataType::Utf8),
        nullable("document_issue_date", DataType::Date32),
        nullable("basis", DataType::Utf8),
        field("confidence", DataType::Float64),
        field("ambiguous", DataType::Boolean),
        nullable("since", DataType::Date32),
        nullable("age_days", DataType::Int64),
        nullable("registry_row", DataType::UInt32),
        nullable("document_row", DataType::UInt32),
        nullable("office", DataType::Utf8),
    ];
    // Packed numbers sort as their texts do; what is no number of twelve digits comes last.
    let iin = |c: &Correction| {
        order(draft)(match c.row {
            NO_ROW => records.documents.iins[c.document as usize],
            row => records.registry.iins[row as usize],
        })
    };
    let mut sorted: Vec<(Kind, u64, u32)> =
        found.iter().zip(0..).map(|(c, at)| (c.kind, iin(c), at)).collect();
    engine.sort_by_key(&mut sorted, |&(kind, iin, _)| (kind, iin));
    // Most are alone by now; the others are looked at more closely.
    for equal in sorted.chunk_by_mut(|a, b| (a.0, a.1) == (b.0, b.1)) {
        equal.sort_by_key(|&(_, _, at)| {
            let c = &found[at as usize];
            (c.document, c.row, c.field)
        });
    }
    let cases = match engine.spill().zip(nearby) {
        None => None,
        Some(disk) => {
            let mut parts = vec![0u32; found.len()];
            for (place, &(_, _, at)) in sorted.iter().enumerate() {
                parts[at as usize] = (place / PART_ROWS) as u32;
            }
            let count = found.len().div_ceil(PART_ROWS);
            Some(BroughtCases::bring(engine, disk, records, found, count, |at| parts[at] as usize)?)
        }
    };
    write_cases(engine, draft.file(source.file())?, fields, sorted.len(), (since, source), |rows| {
        let cases = cases.as_ref().map(|cases| cases.part(rows.start / PART_ROWS));
        let records = Records { cases: cases.as_ref(), ..*records };
        correction_columns(sorted[rows].iter().map(|&(_, _, at)| &found[at as usize]), &records, since.as_of)
    })
}

fn correction_columns<'a>(
    sorted: impl Iterator<Item = &'a Correction>,
    records: &Records<'_>,
    as_of: i32,
) -> Vec<ArrayRef> {
    let mut text: [StringBuilder; 10] = std::array::from_fn(|_| StringBuilder::new());
    let [case_ids, iins, kinds, fields, registered, current, countries, numbers, bases, offices] = &mut text;
    let (mut issues, mut since) = (Date32Builder::new(), Date32Builder::new());
    let (mut confidence, mut ambiguous) = (Float64Builder::new(), BooleanBuilder::new());
    let mut ages = Int64Builder::new();
    let (mut registry_rows, mut document_rows) = (UInt32Builder::new(), UInt32Builder::new());
    for c in sorted {
        let kind = c.kind;
        let iin = &correction_iin(c, records);
        let document = shown(c, records);
        case_ids.append_value(correction_id(c, iin, &document));
        let (country, number, issue) = document;
        optional_text(iins, iin);
        kinds.append_value(kind.name());
        fields.append_value(c.field.name());
        let row_value =
            if c.row == NO_ROW { String::new() } else { records.registry_value(c.row as usize, c.field) };
        optional_text(registered, &row_value);
        let document_value = match (kind, c.document) {
            (Kind::DocumentExpired, _) | (_, NO_ROW) => String::new(),
            (Kind::DocumentInvalidated, d) => {
                codes::STATUSES[records.document_row(d).status as usize].to_owned()
            }
            (_, d) => records.current_value(d as usize, c.field),
        };
        optional_text(current, &document_value);
        optional_text(countries, country);
        optional_text(numbers, &number);
        optional_day(&mut issues, issue);
        optional_text(bases, c.basis.name());
        confidence.append_value(c.confidence);
        ambiguous.append_value(c.ambiguous);
        optional_day(&mut since, c.since);
        ages.append_option((c.since != NO_DAY).then(|| i64::from(as_of) - i64::from(c.since)));
        let record = |dataset, row| (row != NO_ROW).then(|| records.record(dataset, row));
        registry_rows.append_option(record(Dataset::Registry, c.row));
        document_rows.append_option(record(Dataset::Documents, c.document));
        offices.append_option(if c.row == NO_ROW { None } else { records.office(c.row) });
    }
    let [case_ids, iins, kinds, fields, registered, current, countries, numbers, bases, offices] =
        text.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
    vec![
        case_ids,
        iins,
        kinds,
        fields,
        registered,
        current,
        countries,
        numbers,
        Arc::new(issues.finish()),
        bases,
        Arc::new(confidence.finish()),
        Arc::new(ambiguous.finish()),
        Arc::new(since.finish()),
        Arc::new(ages.finish()),
        Arc::new(registry_rows.finish()),
        Arc::new(document_rows.finish()),
        offices,
    ]
}

/// `suspects.parquet`, sorted by falling score, then IIN and row.
///
/// # Errors
/// When the disk is full or fails.
pub fn suspects(
    engine: &Engine,
    draft: &Draft,
    (found, rings, ids): (&[Suspect], &[u32], &RingIds),
    records: &Records<'_>,
    (since, source): (Since<'_>, Source),
) -> Result<Output> {
    let [signals, priors, exculpations] = SignColumns::fields();
    let fields = vec![
        field("case_id", DataType::Utf8),
        nullable("iin", DataType::Utf8),
        field("score", DataType::Float64),
        field("band", DataType::Utf8),
        nullable("ring_id", DataType::Utf8),
        signals,
        field("registry_row", DataType::UInt32),
        priors,
        exculpations,
        field("evidence_id", DataType::Utf8),
        nullable("office", DataType::Utf8),
    ];
    let key = |s: &Suspect| {
        (std::cmp::Reverse(s.score), order(draft)(records.registry.iins[s.row as usize]), s.row)
    };
    let mut sorted: Vec<_> = found.iter().zip(rings).map(|(s, &ring)| (key(s), s, ring)).collect();
    engine.sort_by_key(&mut sorted, |(key, ..)| *key);
    write_cases(engine, draft.file(source.file())?, fields, sorted.len(), (since, source), |rows| {
        suspect_columns(sorted[rows].iter().map(|&(_, s, ring)| (s, ids.get(ring))), records)
    })
}

fn suspect_columns<'a>(
    sorted: impl Iterator<Item = (&'a Suspect, Option<&'a str>)>,
    records: &Records<'_>,
) -> Vec<ArrayRef> {
    let [mut case_ids, mut iins, mut bands, mut rings, mut evidence, mut offices] =
        std::array::from_fn(|_| StringBuilder::new());
    let (mut scores, mut signs, mut rows) = (Float64Builder::new(), SignColumns::new(), UInt32Builder::new());
    for (suspect, ring) in sorted {
        let iin = records.iin(suspect.row as usize);
        case_ids.append_value(suspect_id(suspect, &iin));
        optional_text(&mut iins, &iin);
        evidence.append_value(Evidence::of(suspect).to_string());
        scores.append_value(f64::from(suspect.score) / 1000.0);
        bands.append_value(suspect.band.name());
        rings.append_option(ring);
        for signal in &suspect.signals {
            signs.signal(signal.code.name(), signal.weight, &signal.evidence, signal.bits);
        }
        for &(exculpation, taken) in &suspect.exculpations {
            signs.exculpation(exculpation.name(), taken);
        }
        signs.end(suspect.prior);
        rows.append_value(records.record(Dataset::Registry, suspect.row));
        offices.append_option(records.office(suspect.row));
    }
    let [signals, priors, exculpations] = signs.finish();
    vec![
        Arc::new(case_ids.finish()),
        Arc::new(iins.finish()),
        Arc::new(scores.finish()),
        Arc::new(bands.finish()),
        Arc::new(rings.finish()),
        signals,
        Arc::new(rows.finish()),
        priors,
        exculpations,
        Arc::new(evidence.finish()),
        Arc::new(offices.finish()),
    ]
}

/// The case id of a suspect with this number.
fn suspect_id(suspect: &Suspect, iin: &str) -> String {
    // Without a number only its place tells the row from others.
    let place = if iin.is_empty() { suspect.row.to_string() } else { String::new() };
    case_id('S', &[iin, &place])
}

/// The case ids of suspects, in their order.
#[must_use]
pub fn suspect_ids(engine: &Engine, found: &[Suspect], records: &Records<'_>) -> Vec<String> {
    let parts = engine.map(found.len().div_ceil(PART_ROWS), |part| {
        let end = ((part + 1) * PART_ROWS).min(found.len());
        let id = |suspect: &Suspect| suspect_id(suspect, &records.iin(suspect.row as usize));
        found[part * PART_ROWS..end].iter().map(id).collect::<Vec<String>>()
    });
    parts.into_iter().flatten().collect()
}

/// The case ids of corrections, in their order.
#[must_use]
pub fn correction_ids(engine: &Engine, found: &[Correction], records: &Records<'_>) -> Vec<String> {
    let parts = engine.map(found.len().div_ceil(PART_ROWS), |part| {
        let end = ((part + 1) * PART_ROWS).min(found.len());
        let id = |c: &Correction| correction_id(c, &correction_iin(c, records), &shown(c, records));
        found[part * PART_ROWS..end].iter().map(id).collect::<Vec<String>>()
    });
    parts.into_iter().flatten().collect()
}

/// Country, number and day of issue of the document that shows what is to be corrected.
fn shown(c: &Correction, records: &Records<'_>) -> (&'static str, String, i32) {
    let (country, number, issue) = match c.document {
        NO_ROW => {
            let row = records.registry_row(c.row);
            (row.country, records.registry_value(c.row as usize, Role::DocumentNumber), row.issue)
        }
        d => {
            let document = records.document_row(d);
            (document.country, records.document_number(d as usize), document.issue)
        }
    };
    (country::alpha3(country), number, issue)
}

fn correction_iin(c: &Correction, records: &Records<'_>) -> String {
    match c.row {
        NO_ROW => records.document_iin(c.document as usize),
        row => records.iin(row as usize),
    }
}

fn correction_id(c: &Correction, iin: &str, (country, number, _): &(&str, String, i32)) -> String {
    case_id('C', &[c.kind.name(), iin, c.field.name(), country, number])
}

/// `duplicates.parquet`, sorted by the smallest row of the cluster, then row.
///
/// # Errors
/// When the disk is full or fails.
pub fn duplicates(
    draft: &Draft,
    found: &[Duplicate],
    records: &Records<'_>,
    since: Since<'_>,
) -> Result<Output> {
    let fields = vec![
        field("cluster_id", DataType::Utf8),
        field("iin", DataType::Utf8),
        field("cluster_size", DataType::UInt32),
        field("match_probability", DataType::Float64),
        field("best_partner", DataType::Utf8),
        field("registry_row", DataType::UInt32),
    ];
    let [mut clusters, mut iins, mut partners] = std::array::from_fn(|_| StringBuilder::new());
    let (mut sizes, mut probabilities, mut rows) =
        (UInt32Builder::new(), Float64Builder::new(), UInt32Builder::new());
    for cluster in found.chunk_by(|a, b| a.cluster == b.cluster) {
        // Named for its smallest IIN, so that the id outlives a change of row numbers.
        let smallest = cluster.iter().map(|d| records.iin(d.row as usize)).min().expect("a cluster has rows");
        let id = case_id('D', &[&smallest]);
        for duplicate in cluster {
            clusters.append_value(&id);
            iins.append_value(records.iin(duplicate.row as usize));
            sizes.append_value(duplicate.size);
            probabilities.append_value(f64::from(duplicate.probability) / 1e4);
            partners.append_value(records.iin(duplicate.partner as usize));
            rows.append_value(records.record(Dataset::Registry, duplicate.row));
        }
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(clusters.finish()),
        Arc::new(iins.finish()),
        Arc::new(sizes.finish()),
        Arc::new(probabilities.finish()),
        Arc::new(partners.finish()),
        Arc::new(rows.finish()),
    ];
    // In one part, since a cluster is judged as a whole.
    let schema = Schema::new(fields.into_iter().chain(Since::fields()).collect::<Vec<_>>());
    let fields = schema.fields().clone();
    let columns = columns.into_iter().chain(Since::nothing(found.len())).collect();
    let finish = |columns| since.judged(Source::Duplicates, &fields, columns);
    write_file(draft.file("duplicates.parquet")?, schema, |table| {
        table.write(table.guard.finished(columns, finish))
    })
}

/// `defects.parquet`, sorted by dataset, row, field and check, as the defects come.
///
/// # Errors
/// When the disk is full or fails.
pub fn defects(
    engine: &Engine,
    draft: &Draft,
    mut found: impl Iterator<Item = (Dataset, Defect)>,
) -> Result<Output> {
    let schema = Schema::new(vec![
        field("dataset", DataType::Utf8),
        field("row", DataType::UInt32),
        field("field", DataType::Utf8),
        field("check", DataType::Utf8),
        field("severity", DataType::Utf8),
        nullable("value", DataType::Utf8),
        field("message", DataType::Utf8),
    ]);
    write_file(draft.file("defects.parquet")?, schema, |table| {
        loop {
            let window: Vec<(Dataset, Defect)> =
                found.by_ref().take(window_parts(engine) * PART_ROWS).collect();
            if window.is_empty() {
                return Ok(());
            }
            debug_assert!(window.is_sorted_by_key(|(dataset, d)| (*dataset, d.row, d.role, d.check)));
            let parts: Vec<_> = window.chunks(PART_ROWS).collect();
            let guard = table.guard.clone();
            for columns in engine.map(parts.len(), |part| guard.masked(defect_columns(parts[part]))) {
                table.write(columns)?;
            }
        }
    })
}

fn defect_columns(defects: &[(Dataset, Defect)]) -> Vec<ArrayRef> {
    let mut text: [StringBuilder; 6] = std::array::from_fn(|_| StringBuilder::new());
    let [datasets, fields, checks, severities, values, messages] = &mut text;
    let mut rows = UInt32Builder::new();
    for (dataset, defect) in defects {
        datasets.append_value(dataset.name());
        rows.append_value(defect.row + 1);
        fields.append_value(defect.role.name());
        checks.append_value(defect.check.name());
        severities.append_value(defect.check.severity().name());
        optional_text(values, &defect.value);
        messages.append_value(defect.check.message(defect.role, &defect.value));
    }
    let [datasets, fields, checks, severities, values, messages] =
        text.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
    vec![datasets, Arc::new(rows.finish()), fields, checks, severities, values, messages]
}

/// `rejects.parquet`, in the order of datasets, files and records.
///
/// # Errors
/// When the disk is full or fails.
pub fn rejects(draft: &Draft, found: &[InputRejects<'_>]) -> Result<Output> {
    let schema = Schema::new(vec![
        field("dataset", DataType::Utf8),
        field("file", DataType::Utf8),
        field("row", DataType::UInt32),
        // Not unsigned: Spark would make a decimal of it, and no file is that long.
        field("byte_offset", DataType::Int64),
        field("reason", DataType::Utf8),
        nullable("raw", DataType::Utf8),
    ]);
    let [mut datasets, mut files, mut reasons, mut raw] = std::array::from_fn(|_| StringBuilder::new());
    let (mut rows, mut offsets) = (UInt32Builder::new(), Int64Builder::new());
    for (input, rejects) in found {
        let paths: Vec<String> = input.files.iter().map(|file| file.path().display().to_string()).collect();
        for (file, reject) in rejects {
            datasets.append_value(input.dataset.name());
            files.append_value(&paths[*file]);
            rows.append_value(reject.row + 1);
            offsets.append_value(reject.byte_offset as i64);
            reasons.append_value(reject.reason.name());
            optional_text(&mut raw, &reject.raw);
        }
    }
    write_whole(
        draft.file("rejects.parquet")?,
        schema,
        vec![
            Arc::new(datasets.finish()),
            Arc::new(files.finish()),
            Arc::new(rows.finish()),
            Arc::new(offsets.finish()),
            Arc::new(reasons.finish()),
            Arc::new(raw.finish()),
        ],
    )
}

//! XLSX: a report as one workbook for caseworkers.
//!
//! In: the tables of a report and its account. Out: a workbook with a summary, the meaning of every column, and a
//! sheet a table. The law: a text is a text (an IIN keeps its zeros, nothing is a formula), a day is a date, and the
//! bytes are the same for the same report; what does not fit is said. A sheet holds 1,048,575 rows below its header, so a
//! longer table goes on in the next sheet (`Corrections 2`); a cell holds 32,767 characters, so a longer text is cut
//! and ends in `…`, and the summary counts these.
//!
//! Rows go to files without a name while they come, so that memory does not grow with the report.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind};
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::super::back::{Run, Tables};
use super::super::publish::DraftFile;
use super::{cell, open, tables_of, whole, words};
use crate::day;
use crate::error::{Error, Result};

/// Rows of a sheet below its header.
const SHEET_ROWS: u64 = 1_048_575;

/// Characters of a cell, in units of UTF-16, as Excel counts them.
const CELL_UNITS: usize = 32_767;

/// Day 0 of ours is this day of Excel's.
const EPOCH: i32 = 25_569;

/// The first of Excel's days that is right: it believes in a 29 February 1900.
const FIRST_DAY: i32 = 61;

/// The last of Excel's days, 9999-12-31.
const LAST_DAY: i32 = 2_958_465;

/// Why a workbook could not be written.
enum Failure {
    /// A table could not be read back.
    Reading(Error),
    /// The workbook did not take something.
    Writing(XlsxError),
}

impl From<XlsxError> for Failure {
    fn from(error: XlsxError) -> Self {
        Failure::Writing(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Reading(error)
    }
}

/// How cells look.
struct Looks {
    header: Format,
    day: Format,
    title: Format,
}

/// Writes a workbook, and returns the rows of its tables. `folder` is for what is temporary.
///
/// # Errors
/// When a table is damaged, or the disk is full or fails.
pub fn write(tables: &Tables, run: &Run, folder: &Path, file: &mut DraftFile) -> Result<u64> {
    let filled = catch_unwind(AssertUnwindSafe(|| fill(tables, run, folder, SHEET_ROWS, file)));
    let filled = filled.unwrap_or_else(|panic| match disk_of(panic.as_ref()) {
        Some(e) => Err(Failure::Writing(XlsxError::TempFileError(folder.to_owned(), e))),
        None => resume_unwind(panic),
    });
    filled.map_err(|failure| match failure {
        Failure::Reading(error) => error,
        Failure::Writing(XlsxError::TempFileError(_, e)) => {
            Error::io("cannot write the rows of a workbook", folder, &e)
        }
        Failure::Writing(XlsxError::IoError(e)) => file.why(e),
        // Its words may quote a cell.
        Failure::Writing(_) => file.why(io::Error::other("the workbook does not take a table")),
    })
}

/// Whether a panic is the workbook's when its rows could not go to the disk: a fault of the world, which [`write()`]
/// returns as an error.
#[must_use]
pub fn is_of_disk(panic: &PanicHookInfo<'_>) -> bool {
    let is_there = panic.location().is_some_and(|place| place.file().contains("rust_xlsxwriter"));
    is_there && disk_of(panic.payload()).is_some()
}

/// The disk's error in a panic of the crate: it expects that rows can be written, and says so by `expect`, whose text
/// ends in the error as it is debugged.
fn disk_of(panic: &(dyn Any + Send)) -> Option<io::Error> {
    let (_, error) = panic.downcast_ref::<String>()?.split_once("Os { code: ")?;
    let code = error.split(',').next()?.parse().ok()?;
    Some(io::Error::from_raw_os_error(code))
}

fn fill(
    tables: &Tables,
    run: &Run,
    folder: &Path,
    most: u64,
    file: &mut DraftFile,
) -> std::result::Result<u64, Failure> {
    let mut workbook = Workbook::new();
    workbook.set_tempdir(folder)?;
    let created =
        ExcelDateTime::parse_from_str(&run.as_of).or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    // The one "now" of the run and not the clock's, so that the bytes are the same.
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("iinrec, as of {}", run.as_of))
            .set_author(format!("iinrec {}", run.version))
            .set_creation_datetime(&created),
    );
    let looks = Looks {
        header: Format::new().set_bold().set_background_color(0xE8_EEF4),
        day: Format::new().set_num_format("yyyy-mm-dd"),
        title: Format::new().set_bold().set_font_size(14),
    };
    // The first sheets stand first and are filled last, when it is known what the others hold.
    workbook.add_worksheet().set_name("Summary")?;
    workbook.add_worksheet().set_name("Columns")?;
    let mut sheets = Vec::new();
    let mut known = Vec::new();
    let (mut all, mut cut) = (0, 0);
    for (table, told) in tables_of(run) {
        let (schema, batches) = open(tables, table)?;
        let mut filled =
            Sheets { most, workbook: &mut workbook, looks: &looks, schema: &schema, table, at: 0, rows: 0 };
        filled.begin()?;
        let mut text = String::new();
        for batch in batches {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                cut += filled.row(&batch, row, &mut text)?;
            }
        }
        let rows = filled.end()?;
        whole(tables, table, told, rows)?;
        sheets.push((sheet_name(table, 0), rows));
        known.extend(schema.fields().iter().map(|field| (table.to_owned(), field.name().clone())));
        all += rows;
    }
    summary(workbook.worksheet_from_name("Summary")?, run, &sheets, cut, most, &looks)?;
    meanings(workbook.worksheet_from_name("Columns")?, &known, &looks)?;
    workbook.save_to_writer(file)?;
    Ok(all)
}

/// `dismissed_corrections` as the name of its sheet, and of those in which it goes on.
fn sheet_name(table: &str, at: usize) -> String {
    let mut letters = table.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let name = format!("{first}{}", letters.as_str().replace('_', " "));
    // Excel allows 31 characters.
    let name: String = name.chars().take(27).collect();
    if at == 0 { name } else { format!("{name} {}", at + 1) }
}

/// The sheets of one table.
struct Sheets<'a> {
    workbook: &'a mut Workbook,
    looks: &'a Looks,
    schema: &'a Schema,
    table: &'a str,
    /// Rows of a sheet below its header.
    most: u64,
    /// Which of them is being filled, from 0.
    at: usize,
    /// Rows in all of them.
    rows: u64,
}

impl Sheets<'_> {
    fn sheet(&mut self) -> std::result::Result<&mut Worksheet, XlsxError> {
        let at = self.workbook.worksheets().len() - 1;
        self.workbook.worksheet_from_index(at)
    }

    fn begin(&mut self) -> std::result::Result<(), XlsxError> {
        let name = sheet_name(self.table, self.at);
        let sheet = self.workbook.add_worksheet_with_constant_memory();
        let sheet = sheet?.set_name(name)?;
        for (column, field) in (0..).zip(self.schema.fields()) {
            sheet.set_column_width(column, width(field.name(), field.data_type()))?;
            sheet.write_string_with_format(0, column, field.name(), &self.looks.header)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(())
    }

    /// Writes a row, in the next sheet where this one is full; says how many cells were cut.
    fn row(
        &mut self,
        batch: &RecordBatch,
        row: usize,
        text: &mut String,
    ) -> std::result::Result<u64, XlsxError> {
        let place = self.rows % self.most;
        if place == 0 && self.rows > 0 {
            self.close(self.most)?;
            self.at += 1;
            self.begin()?;
        }
        self.rows += 1;
        let day = &self.looks.day;
        let sheet = self.sheet()?;
        let mut cut = 0;
        for (column, values) in (0..).zip(batch.columns()) {
            cut += u64::from(write_cell(sheet, place as u32 + 1, column, values.as_ref(), row, text, day)?);
        }
        Ok(cut)
    }

    fn close(&mut self, rows: u64) -> std::result::Result<(), XlsxError> {
        let last = self.schema.fields().len() as u16 - 1;
        self.sheet()?.autofilter(0, 0, rows as u32, last)?;
        Ok(())
    }

    fn end(mut self) -> std::result::Result<u64, XlsxError> {
        self.close(self.rows - self.at as u64 * self.most)?;
        Ok(self.rows)
    }
}

/// Writes a value; whether it had to be cut.
fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    column: &dyn Array,
    of: usize,
    text: &mut String,
    day: &Format,
) -> std::result::Result<bool, XlsxError> {
    if column.is_null(of) {
        return Ok(false);
    }
    match column.data_type() {
        DataType::Boolean => sheet.write_boolean(row, at, column.as_boolean().value(of))?,
        DataType::UInt32 => sheet.write_number(row, at, column.as_primitive::<UInt32Type>().value(of))?,
        // Sizes and offsets are far below the 2^53 up to which Excel's numbers are exact.
        DataType::UInt64 => {
            sheet.write_number(row, at, column.as_primitive::<UInt64Type>().value(of) as f64)?
        }
        DataType::Int64 => {
            sheet.write_number(row, at, column.as_primitive::<Int64Type>().value(of) as f64)?
        }
        DataType::Float64 => sheet.write_number(row, at, column.as_primitive::<Float64Type>().value(of))?,
        DataType::Date32 => {
            let serial = column.as_primitive::<Date32Type>().value(of).saturating_add(EPOCH);
            if (FIRST_DAY..=LAST_DAY).contains(&serial) {
                sheet.write_number_with_format(row, at, serial, day)?
            } else {
                sheet.write_string(row, at, day::iso(serial - EPOCH))?
            }
        }
        _ => {
            text.clear();
            cell::append(column, of, text);
            let was_cut = cut(text);
            // Never `write`, which would make a link of a text that looks like one.
            sheet.write_string(row, at, text.as_str())?;
            return Ok(was_cut);
        }
    };
    Ok(false)
}

/// Cuts a text to what a cell holds.
fn cut(text: &mut String) -> bool {
    // A character has at most as many units as bytes.
    if text.len() <= CELL_UNITS {
        return false;
    }
    let mut units = 0;
    let mut last = 0;
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        // Room for the mark.
        if units < CELL_UNITS {
            last = at + character.len_utf8();
        }
    }
    if units <= CELL_UNITS {
        return false;
    }
    text.truncate(last);
    text.push('…');
    true
}

/// Wide enough to read, in characters.
fn width(name: &str, kind: &DataType) -> f64 {
    let least = name.chars().count() as f64 + 3.0;
    let wish: f64 = match (name, kind) {
        (_, DataType::Date32) => 12.0,
        (_, DataType::List(_)) => 90.0,
        ("message" | "evidence_id" | "raw", _) => 60.0,
        ("registered_value" | "current_value" | "value" | "file", _) => 28.0,
        ("case_id" | "ring_id" | "cluster_id" | "iin" | "best_partner", _) => 18.0,
        (_, DataType::Utf8) => 20.0,
        _ => 10.0,
    };
    wish.max(least)
}

fn summary(
    sheet: &mut Worksheet,
    run: &Run,
    sheets: &[(String, u64)],
    cut: u64,
    most: u64,
    looks: &Looks,
) -> std::result::Result<(), XlsxError> {
    sheet.set_column_width(0, 34)?.set_column_width(1, 16)?.set_column_width(2, 90)?;
    sheet.write_string_with_format(0, 0, format!("iinrec, as of {}", run.as_of), &looks.title)?;
    let notes = [
        "A suspect is a question for a human being, never an assertion.",
        "An unknown value is an empty cell. What each column means stands in the sheet Columns.",
    ];
    let mut row = 1;
    for note in notes {
        sheet.write_string(row, 0, note)?;
        row += 1;
    }
    if cut > 0 {
        let note = format!(
            "{cut} texts were longer than a cell; they end in …, and stand whole in the Parquet files."
        );
        sheet.write_string(row, 0, note)?;
        row += 1;
    }
    let mut section = |title: &str, lines: &mut dyn Iterator<Item = (String, u64, String)>| {
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
            return Ok(());
        }
        row += 1;
        for (column, text) in [title, "", ""].into_iter().enumerate() {
            sheet.write_string_with_format(row, column as u16, text, &looks.header)?;
        }
        row += 1;
        for (name, count, meaning) in lines {
            sheet.write_string(row, 0, name)?;
            sheet.write_number(row, 1, count as f64)?;
            sheet.write_string(row, 2, meaning)?;
            row += 1;
        }
        Ok::<(), XlsxError>(())
    };
    let rows = sheets.iter().map(|(name, rows)| {
        let more = rows.saturating_sub(1) / most;
        let goes_on = if more == 0 { String::new() } else { format!("goes on in {more} more sheets") };
        (name.clone(), *rows, goes_on)
    });
    section("Rows of each sheet", &mut { rows })?;
    let counted = |counts: &std::collections::BTreeMap<String, u64>| {
        counts.iter().map(|(name, count)| (name.clone(), *count, String::new())).collect::<Vec<_>>()
    };
    section("Corrections by kind", &mut counted(&run.counts.corrections).into_iter())?;
    section("Suspects by band", &mut counted(&run.counts.suspects).into_iter())?;
    section("Suspects by signal", &mut counted(&run.counts.signals).into_iter())?;
    section("Defects by check", &mut counted(&run.counts.defects).into_iter())?;
    section("Rejected records by reason", &mut counted(&run.counts.rejects).into_iter())?;
    let inputs = run.inputs.iter().map(|input| {
        let told = format!("{} accepted, {} rejected; {}", input.accepted, input.rejected, input.path);
        (input.dataset.clone(), input.records, told)
    });
    section("Records read", &mut { inputs })?;
    let of_run = [("version", &run.version), ("configuration", &run.config_fingerprint)];
    for (name, value) in of_run {
        row += 1;
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, value)?;
    }
    Ok(())
}

fn meanings(
    sheet: &mut Worksheet,
    known: &[(String, String)],
    looks: &Looks,
) -> std::result::Result<(), XlsxError> {
    sheet.set_column_width(0, 24)?.set_column_width(1, 24)?.set_column_width(2, 110)?;
    for (column, text) in ["table", "column", "what it means"].into_iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, text, &looks.header)?;
    }
    for (row, (table, column)) in (1..).zip(known) {
        sheet.write_string(row, 0, table)?;
        sheet.write_string(row, 1, column)?;
        sheet.write_string(row, 2, words::of_column(table, column).unwrap_or(""))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_a_cell_ends() {
        let fits = "ж".repeat(CELL_UNITS);
        let mut text = fits.clone();
        assert!(!cut(&mut text));
        assert_eq!(text, fits);
        text.push('ж');
        assert!(cut(&mut text));
        assert_eq!(text.encode_utf16().count(), CELL_UNITS);
        assert!(text.ends_with("ж…"));
        // Two units each: one does not fit half.
        let mut text = "𝕏".repeat(CELL_UNITS);
        assert!(cut(&mut text));
        assert_eq!(text.encode_utf16().count(), CELL_UNITS);
    }

    #[test]
    fn a_table_that_is_longer_than_a_sheet_goes_on_in_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let numbers = arrow_array::UInt32Array::from_iter_values(0..8);
        let batch =
            RecordBatch::try_from_iter([("row", std::sync::Arc::new(numbers) as arrow_array::ArrayRef)])
                .expect("one column");
        let table = std::fs::File::create(folder.path().join("defects.parquet")).expect("a file");
        let mut writer = parquet::arrow::ArrowWriter::try_new(table, batch.schema(), None).expect("a writer");
        writer.write(&batch).and_then(|()| writer.finish()).expect("a table");
        let mut run = Run { as_of: "2026-11-01".to_owned(), ..Run::default() };
        let output = |rows| crate::report::back::RunOutput {
            file: "defects.parquet".to_owned(),
            rows,
            bytes: 0,
            digest: String::new(),
        };
        run.outputs.push(output(8));
        let tables = Tables::at(folder.path());
        for (most, sheets) in [(3, 3), (4, 2), (7, 2), (8, 1), (100, 1)] {
            let mut workbook = Workbook::new();
            let looks = Looks { header: Format::new(), day: Format::new(), title: Format::new() };
            let (schema, batches) = open(&tables, "defects").expect("it is there");
            let mut filled = Sheets {
                most,
                workbook: &mut workbook,
                looks: &looks,
                schema: &schema,
                table: "defects",
                at: 0,
                rows: 0,
            };
            filled.begin().expect("a sheet");
            for batch in batches {
                let batch = batch.expect("a batch");
                for row in 0..batch.num_rows() {
                    filled.row(&batch, row, &mut String::new()).expect("a row");
                }
            }
            assert_eq!(filled.end().expect("an end"), 8);
            let names: Vec<String> = workbook.worksheets().iter().map(Worksheet::name).collect();
            let expected: Vec<String> = (0..sheets).map(|at| sheet_name("defects", at)).collect();
            assert_eq!(names, expected, "at most {most} rows");
        }
        // What the account says must be there.
        let out = folder.path().join("report.xlsx");
        let written = |run: &Run| {
            crate::report::publish::whole_file(&out, true, |folder, file| write(&tables, run, folder, file))
        };
        assert_eq!(written(&run).expect("it is whole"), 8);
        run.outputs[0] = output(9);
        assert!(written(&run).expect_err("a row is missing").to_string().contains("defects.parquet"));
    }

    #[test]
    fn a_sheet_is_named_for_its_table() {
        assert_eq!(sheet_name("corrections", 0), "Corrections");
        assert_eq!(sheet_name("dismissed_corrections", 1), "Dismissed corrections 2");
        assert!(sheet_name(&"x".repeat(60), 9).chars().count() <= 31);
    }
}

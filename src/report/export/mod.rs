//! Export: the tables of a report for those who do not read Parquet.
//!
//! In: the tables of a report, read back ([`Tables`]), and its account. Out: CSV files, a workbook, or rows in
//! PostgreSQL. The law: an export takes whatever columns a table has, in its order, and says what it cannot hold (a
//! text too long for a cell) where that happens; and it appears whole or not at all. Since tables are read back, an
//! export shows what the report shows: pseudonyms where it is masked.
//!
//! - `cell`: a value of a table as text for people
//! - `words`: what columns mean
//! - `csv`, `xlsx`: files for caseworkers
//! - `postgres`: rows in a database, with views for a dashboard

mod cell;
pub mod csv;
pub mod postgres;
pub mod words;
pub mod xlsx;

use std::path::Path;

use serde_json::Value;

use self::csv::CsvFor;
use super::back::{ACCOUNT, Batches, Reports, Run, Tables, account};
use super::publish::{self, Draft, Output};
use super::run_json::render;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::plan::{check_out, parent_of};

/// What is written beside the Parquet files of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Also {
    /// A CSV file a table, and for whom.
    pub csv: Option<CsvFor>,
    /// A workbook, `report.xlsx`.
    pub xlsx: bool,
}

/// The ending of a table's file.
const TABLE: &str = ".parquet";

/// The tables that an account names, without the ending of their files.
fn tables_of(run: &Run) -> impl Iterator<Item = (&str, u64)> {
    run.outputs.iter().filter_map(|output| Some((output.file.strip_suffix(TABLE)?, output.rows)))
}

/// A whole table: its columns, and its rows batch by batch.
fn open(tables: &Tables, table: &str) -> Result<(arrow_schema::SchemaRef, Batches)> {
    let file = format!("{table}{TABLE}");
    let schema = tables.schema(&file)?.ok_or_else(|| torn(tables, &file))?;
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let batches = tables.batches(&file, &names)?;
    Ok((schema, batches))
}

/// Whether a table had as many rows as its account says.
fn whole(tables: &Tables, table: &str, told: u64, read: u64) -> Result<()> {
    if told == read { Ok(()) } else { Err(torn(tables, &format!("{table}{TABLE}"))) }
}

fn torn(tables: &Tables, file: &str) -> Error {
    Error::world("the table is not the one that run.json tells of")
        .at(&tables.folder().join(file))
        .remedy("take the whole folder that reconcile published, or run reconcile again")
}

/// Writes what was asked for into a report that is still a draft, after its tables.
///
/// # Errors
/// When a table cannot be read back, or the disk is full or fails.
pub fn into_draft(
    engine: &Engine,
    draft: &Draft,
    tables: &Tables,
    run: &Run,
    also: Also,
) -> Result<Vec<Output>> {
    let mut outputs = match also.csv {
        Some(csv_for) => csv_files(engine, draft, tables, run, csv_for)?,
        None => Vec::new(),
    };
    if also.xlsx {
        let mut file = draft.file("report.xlsx")?;
        let rows = xlsx::write(tables, run, &draft.folder(), &mut file)?;
        outputs.push(file.finish(rows)?);
    }
    Ok(outputs)
}

fn csv_files(
    engine: &Engine,
    draft: &Draft,
    tables: &Tables,
    run: &Run,
    csv_for: CsvFor,
) -> Result<Vec<Output>> {
    let wanted: Vec<(&str, u64)> = tables_of(run).collect();
    let written = engine.map(wanted.len(), |at| {
        let (table, told) = wanted[at];
        let mut file = draft.file(&format!("{table}.csv"))?;
        let rows = csv::write(tables, table, csv_for, &mut file)?;
        whole(tables, table, told, rows)?;
        file.finish(rows)
    });
    written.into_iter().collect()
}

/// Writes the tables of a published report as CSV files into a folder of their own, with an account of them: the
/// report's `run.json`, with these files as its outputs.
///
/// # Errors
/// When the folder exists (exit code 2; with `overwrite` an older export or report is replaced), a table is damaged,
/// or the disk is full or fails.
pub fn csv_folder(
    engine: &Engine,
    report: &Reports,
    out: &Path,
    csv_for: CsvFor,
    overwrite: bool,
) -> Result<Vec<Output>> {
    let tables = |folder: &Path| {
        folder.read_dir().into_iter().flatten().flatten().any(|entry| is_table(&entry.path()))
    };
    if tables(out) {
        return Err(Error::usage("a report stands at --csv, and no export may replace it")
            .at(out)
            .remedy("choose another folder"));
    }
    check_out(out, overwrite).map_err(|mut error| {
        error.what = error.what.replace("--out", "--csv");
        error
    })?;
    let draft = Draft::new(out, overwrite)?;
    let outputs = csv_files(engine, &draft, &report.tables, &report.run, csv_for)?;
    let mut account: Value = account(report.tables.folder(), "run reconcile again, with this version")?;
    // The copy is masked as the report is, and neither encrypted nor signed.
    if let Some(protection) = account.get_mut("protection").and_then(|protection| protection.as_object_mut())
    {
        protection.retain(|what, _| what == "masked");
    }
    account["outputs"] = serde_json::to_value(&outputs).expect("an output is plain data");
    draft.write(ACCOUNT, render(&account).as_bytes(), 1)?;
    draft.publish()?;
    Ok(outputs)
}

/// Writes a published report as one workbook. Returns the rows of its tables.
///
/// # Errors
/// When the file exists (exit code 2; with `overwrite` it is replaced), a table is damaged, or the disk is full or
/// fails.
pub fn workbook(report: &Reports, file: &Path, overwrite: bool) -> Result<u64> {
    if same_folder(parent_of(file), report.tables.folder()) {
        return Err(Error::usage(
            "the workbook would stand in the report, of which every file is accounted for",
        )
        .at(file)
        .remedy("choose another folder, or let reconcile --also xlsx make it"));
    }
    publish::whole_file(file, overwrite, |folder, out| xlsx::write(&report.tables, &report.run, folder, out))
}

fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "parquet")
}

fn same_folder(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

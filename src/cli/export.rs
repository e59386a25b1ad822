//! `iinrec export`: a published report for those who do not read Parquet.

use std::io::Write;
use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use iinrec::engine::Engine;
use iinrec::error::{Error, Result};
use iinrec::figure::grouped;
use iinrec::report::back::Reports;
use iinrec::report::export::csv::CsvFor;
use iinrec::report::export::postgres::{self, Loaded};
use iinrec::report::export::{Also, csv_folder, workbook};
use iinrec::report::protect::encrypt::Openers;

use super::Failure;
use super::args::all_cores;
use super::keys::KeyArgs;

/// Hands a report on: CSV files, an Excel workbook, or tables in PostgreSQL with views for a dashboard.
///
/// The Parquet files of a report are open to DuckDB, pandas, Polars, Spark and Excel (Power Query) as they are; this
/// is for everything else. What is written shows what the report shows, and only its owner can read the files.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").args(["csv", "xlsx", "to"]).required(true).multiple(true))]
#[command(after_long_help = "Examples:
  iinrec export reports/2026-11-01 --xlsx 2026-11-01.xlsx
  iinrec export reports/2026-11-01 --csv tables
  iinrec export reports/2026-11-01 --csv tables --csv-for excel
  iinrec export reports/2026-11-01 --to 'postgres://loader@db.example/gov?schema=iinrec&sslmode=verify-full'

A workbook keeps IINs as text and days as days; prefer it to CSV for Excel. A CSV for Excel opens by double click with
Russian or Kazakh settings: `;` between fields, a comma before decimals; a text that Excel would take for a number
stands as =\"0504…\", and one that begins like a formula gets an apostrophe.

PostgreSQL gets a table a table of the report (each row with its night, as_of), a table of nights (runs), and views:
latest_corrections, latest_suspects, …, corrections_by_day, suspects_by_day, quality_by_day, defects_by_day. Schema and
tables are made where they are missing. To load a night again replaces it; a load that fails has changed nothing. The
password comes from PGPASSWORD or ~/.pgpass.
  psql -h db.example gov -c 'SELECT * FROM iinrec.latest_suspects LIMIT 10'

Exit codes: 0 written; 1 failed, what was not finished is not there; 2 wrong usage.")]
pub(crate) struct ExportArgs {
    /// The folder that reconcile published
    #[arg(value_name = "DIR")]
    report: PathBuf,
    /// Write a CSV file a table into this folder; must not exist
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// For whom the CSV files are
    #[arg(long, value_enum, default_value_t = Reader::Programs, value_name = "WHOM", requires = "csv")]
    csv_for: Reader,
    /// Write a workbook with a sheet a table; must not exist
    #[arg(long, value_name = "FILE.xlsx")]
    xlsx: Option<PathBuf>,
    /// Load the report into PostgreSQL: postgres://user@host:5432/database?schema=iinrec
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Of the nights in the database keep the rows of the newest N; what they counted stays in runs
    #[arg(long, value_name = "N", requires = "to", value_parser = clap::value_parser!(u32).range(1..))]
    keep_nights: Option<u32>,
    /// Replace what an earlier export wrote at --csv or --xlsx
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    keys: KeyArgs,
    /// Write an encrypted report readable, which is refused otherwise
    #[arg(long)]
    allow_plain: bool,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// What reconcile writes beside its Parquet files, and where it loads them.
#[derive(Debug, Args)]
pub(crate) struct AlsoArgs {
    /// Write the tables also as CSV files, or as one workbook (report.xlsx), or both: csv,xlsx
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FORM")]
    also: Vec<Form>,
    /// For whom the CSV files are
    #[arg(long, value_enum, default_value_t = Reader::Programs, value_name = "WHOM", requires = "also")]
    csv_for: Reader,
    /// Load the published report into PostgreSQL: postgres://user@host:5432/database?schema=iinrec; see
    /// `iinrec export --help`
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) to: Option<String>,
    /// Load into PostgreSQL also what is encrypted in the report; refused otherwise
    #[arg(long, requires = "to")]
    allow_plain: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A CSV file a table
    Csv,
    /// A workbook, report.xlsx
    Xlsx,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reader {
    /// Plain: `,` between fields, `.` before decimals
    Programs,
    /// A double click with Russian or Kazakh settings
    Excel,
}

impl Reader {
    fn csv_for(self) -> CsvFor {
        match self {
            Reader::Programs => CsvFor::Programs,
            Reader::Excel => CsvFor::Excel,
        }
    }
}

impl AlsoArgs {
    /// What is written beside the Parquet files.
    pub(crate) fn also(&self) -> Also {
        Also {
            csv: self.also.contains(&Form::Csv).then(|| self.csv_for.csv_for()),
            xlsx: self.also.contains(&Form::Xlsx),
        }
    }

    /// Looks at the address before hours are spent on what is to go there.
    pub(crate) fn check(&self, is_encrypted: bool) -> Result<()> {
        if self.to.is_some() && is_encrypted && !self.allow_plain {
            return Err(plain("--to loads readable rows of a report that --encrypt encrypts"));
        }
        self.to.as_deref().map_or(Ok(()), |typed| postgres::check(typed).map(drop))
    }
}

/// The refusal of what would undo an encryption unasked.
fn plain(what: &str) -> Error {
    Error::usage(what).remedy(
        "add --allow-plain if that is meant; a masked report (reconcile --mask KEY) needs no encryption to be handed on",
    )
}

pub(crate) fn run(args: &ExportArgs, out: &mut impl Write) -> std::result::Result<(), Failure> {
    if let Some(typed) = &args.to {
        postgres::check(typed)?;
    }
    let report = Reports::open_with(&args.report, &args.keys.openers()?)?;
    let protection = report.run.protection.as_ref();
    if protection.is_some_and(|protection| protection.encrypted.is_some()) && !args.allow_plain {
        return Err(plain("the report is encrypted, and an export is readable").at(&args.report).into());
    }
    let engine = Engine::new(args.threads.map_or_else(all_cores, |threads| Ok(usize::from(threads)))?)?;
    let mut lines = vec![format!("Report of {}: {}", report.run.as_of, args.report.display())];
    if let Some(folder) = &args.csv {
        let files = csv_folder(&engine, &report, folder, args.csv_for.csv_for(), args.overwrite)?;
        let rows: u64 = files.iter().map(|file| file.rows).sum();
        lines.push(format!("  {}: {} CSV files, {} rows", folder.display(), files.len(), grouped(rows)));
    }
    if let Some(file) = &args.xlsx {
        let rows = workbook(&report, file, args.overwrite)?;
        lines.push(format!("  {}: a workbook, {} rows", file.display(), grouped(rows)));
    }
    if let Some(typed) = &args.to {
        lines.extend(told(&postgres::load(&report, typed, args.keep_nights)?));
    }
    if !args.quiet {
        for line in lines {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// Loads a report that was just published, and says so.
pub(crate) fn load_published(
    folder: &std::path::Path,
    typed: &str,
    keep_nights: Option<u32>,
    keys: &Openers,
) -> Result<Vec<String>> {
    let published = |error: Error| Error {
        what: format!("the report is published, but was not loaded: {}", error.what),
        ..error
    };
    let report = Reports::open_with(folder, keys).map_err(published)?;
    Ok(told(&postgres::load(&report, typed, keep_nights).map_err(published)?))
}

/// What was loaded, in words.
fn told(loaded: &Loaded) -> Vec<String> {
    let rows: u64 = loaded.tables.iter().map(|(_, rows)| rows).sum();
    let replaced = if loaded.replaced { ", in the place of the same night" } else { "" };
    let (shown, tables) = (loaded.shown.display(), loaded.tables.len());
    let mut lines = vec![format!("  {shown}: {tables} tables, {} rows{replaced}", grouped(rows))];
    if loaded.nights_removed > 0 {
        lines.push(format!("    rows of {} older nights were removed", grouped(loaded.nights_removed)));
    }
    lines
}

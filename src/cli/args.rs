//! Arguments: what can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use iinrec::batch::{Dataset, Role};
use iinrec::config::Config;
use iinrec::config::datasets::DATASETS;
use iinrec::config::value::size;
use iinrec::day;
use iinrec::error::{Error, Result};
use iinrec::ingest::Readings;
use iinrec::ingest::encoding::Encoding;
use iinrec::ingest::header::ColumnOverride;
use iinrec::report::changes::FORGET_DAYS;
use iinrec::report::protect::keys::KeySource;

use super::export::{AlsoArgs, ExportArgs};
use super::generate::GenerateArgs;
use super::history::HistoryArgs;
use super::keys::{KeyArgs, ProtectArgs};
use super::mask::MaskArgs;
use super::operation::OperationArgs;
use super::page::{PageArgs, ReportArgs};
use super::run::RunArgs;
use super::verify::VerifyArgs;

/// Reconciles registers of IINs with registers of documents.
///
/// iinrec finds registry records that should be corrected (a passport was renewed, a name changed), numbers
/// that may have been issued for people who do not exist, one person under several numbers, and defects of
/// the data; each with its evidence. A suspect is a question for a human being, never an assertion.
#[derive(Debug, Parser)]
#[command(name = "iinrec", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The nightly job: tie registry and documents, and write the reports
    Reconcile(ReconcileArgs),
    /// Find the records of customer files that are one person; also links two or more files
    Dedupe(DedupeArgs),
    /// Check every IIN, BIN, document number, MRZ and date of any export
    Validate(ValidateArgs),
    /// Read numbers aloud: their parts, their check digit, what is wrong, what was probably meant
    Check(CheckArgs),
    /// Look at files: what they are taken for and why, how full and how sound their columns are
    Inspect(InspectArgs),
    /// Print a commented configuration, or check one
    Config(ConfigArgs),
    /// Compare two names over spellings, scripts and order, and say why they are one name or two
    Name(NameArgs),
    /// Tell the whole story of one case of a finished run: rows, links, signals, and what would settle it
    Explain(ExplainArgs),
    /// Hand a report on: CSV files, an Excel workbook, or tables in PostgreSQL
    Export(ExportArgs),
    /// The whole night from one file: reconcile, compare, ask the gates, tell, tidy up
    Run(RunArgs),
    /// List the nights of a folder: figures, gates, what was removed
    History(HistoryArgs),
    /// Say what is new, changed, resolved and back between the reports of two nights
    Diff(DiffArgs),
    /// Make the page of a finished night once more: in another language, with more nights or cases
    Report(ReportArgs),
    /// Tell whether a report is still what was published, and who signed it
    Verify(VerifyArgs),
    /// Print the pseudonyms of values, to find them in a masked report
    Mask(MaskArgs),
    /// Make synthetic registers of any size, with the truth beside them
    Generate(Box<GenerateArgs>),
    /// Print completions for a shell, e.g. `iinrec completions bash > /etc/bash_completion.d/iinrec`
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of iinrec or of one command, e.g. `iinrec man reconcile | man -l -`
    Man {
        /// The command
        command: Option<String>,
    },
}

/// Ties registry rows to documents and writes the reports.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec reconcile --registry registry.csv --documents passports.csv --activity tax.csv \\
      --as-of 2026-11-01 --out reports/2026-11-01

The report is a folder of Parquet files (corrections, suspects, rings, duplicates, defects, rejects), report.html
for people, and run.json. It appears whole or not at all. An input may also be a table or a query of PostgreSQL; the password comes
from PGPASSWORD or ~/.pgpass:
  --registry 'postgres://anna@db.example/gov?table=public.registry&sslmode=verify-full'
  --documents 'postgres://anna@db.example/gov?query=SELECT * FROM passports ORDER BY id'

Look into the report with any tool that reads Parquet:
  duckdb -c \"FROM 'reports/2026-11-01/corrections.parquet' WHERE kind = 'document_replaced'\"
  duckdb -c \"SELECT ring_id, members, binds[1].evidence FROM 'reports/2026-11-01/rings.parquet' LIMIT 10\"

Or open report.html in a browser, from the disk. In Kazakh, with the trend over the nights before:
  iinrec reconcile --registry registry.csv --documents passports.csv --out reports/2026-11-02 --lang kk --history reports

Tell the next run what was decided of this one, so that nobody looks at the same case twice:
  echo 'case_id,decision,evidence_id,note
  S-8KQ2T0VX4M1A,dismissed,no_activity+ unknown_document+,spoke with the employer' > decisions.csv
  iinrec reconcile --registry registry.csv --documents passports.csv --decisions decisions.csv --out reports/next

Let the scheduler know when the night needs a person:
  iinrec reconcile … --fail-on 'rejects>0.1%' --fail-on 'suspects.high>50' --log night.jsonl --metrics iinrec.prom

See tomorrow what is new since tonight: each case gets a state, and changes.parquet says what became of all:
  iinrec reconcile --registry registry.csv --documents passports.csv --previous reports/2026-11-01 \\
      --as-of 2026-11-02 --out reports/2026-11-02

Exit codes: 0 published; 1 failed, nothing published; 2 wrong usage; 3 published, and a gate of --fail-on tripped.")]
pub(crate) struct ReconcileArgs {
    /// The registry: one row an IIN; .csv, .tsv or .parquet files, also packed as .gz or .zst, folders of them,
    /// patterns, pipes, or - for standard input
    #[arg(long, required_unless_present_any = ["config", "show_config"], num_args = 1.., value_name = "FILE")]
    pub(crate) registry: Vec<PathBuf>,
    /// The documents: one row a passport, ID card or permit
    #[arg(long, required_unless_present_any = ["config", "show_config"], num_args = 1.., value_name = "FILE")]
    pub(crate) documents: Vec<PathBuf>,
    /// The activity: one row an event that shows a living person
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) activity: Vec<PathBuf>,
    /// What was decided of earlier findings: a CSV with the columns case_id, decision (confirmed, dismissed or open)
    /// and evidence_id (as in suspects.parquet); dismissed cases stay away until their evidence changes
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,
    /// The report of the night before: every case then says whether it is new, changed or as it was, since when, and
    /// changes.parquet also what is resolved; may be the folder that --overwrite replaces
    #[arg(long, value_name = "DIR")]
    pub(crate) previous: Option<PathBuf>,
    /// Days after which a case that is gone is forgotten, so that it would be new and not reopened
    #[arg(long, value_name = "DAYS", default_value_t = FORGET_DAYS as u32, requires = "previous",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) forget_days: u32,
    /// The folder of the report; must not exist
    #[arg(long, required_unless_present = "show_config", value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace an older report at --out, in one step
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// The most memory that the run may use, e.g. 2G or 512M [default: as much as it takes]; what does not fit
    /// is laid down on the disk, and the report is the same
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) memory_limit: Option<u64>,
    /// Where to lay it down, with --memory-limit [default: beside --out]; nothing stays there
    #[arg(long, value_name = "DIR")]
    pub(crate) scratch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) also: AlsoArgs,
    #[command(flatten)]
    pub(crate) operation: OperationArgs,
    #[command(flatten)]
    pub(crate) page: PageArgs,
    #[command(flatten)]
    pub(crate) protect: ProtectArgs,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// Finds which records are one person.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec dedupe customers.csv --out persons
  duckdb -c \"FROM 'persons/clusters.parquet' WHERE cluster_size > 1 ORDER BY cluster_id\"

Nothing has to be configured: columns are found by their headers or judged by their values, and what agreements
are worth is found in the data. Records of several files are linked as if they stood in one.

To see how good it is on data of which you know the answer, give the truth:
  iinrec dedupe customers.csv --out persons --truth truth.csv
where truth.csv has the columns record_id and cluster.

Beside the clusters stands suspects.parquet: records whose number, document or phone is somebody else's, or that came in
a row with others, each a question for a person. To read why, the likeliest first:
  duckdb -c \"SELECT record_id, score, band, signals FROM 'persons/suspects.parquet' LIMIT 20\"

Exit codes: 0 published; 1 failed, nothing published; 2 wrong usage; 3 published, and a gate of --fail-on tripped.")]
pub(crate) struct DedupeArgs {
    /// Customer files, .csv or .parquet, or folders of them
    #[arg(required_unless_present_any = ["config", "show_config"], value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The folder of the report; must not exist
    #[arg(long, required_unless_present = "show_config", value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace an older report at --out, in one step
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// The most memory that the run may use, e.g. 4G [default: as much as it takes]; what does not fit is laid down
    /// on the disk while records are compared, and the report is the same
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) memory_limit: Option<u64>,
    /// Where to lay it down, with --memory-limit [default: beside --out]; nothing stays there
    #[arg(long, value_name = "DIR")]
    pub(crate) scratch: Option<PathBuf>,
    /// The probability above which records are taken for one person [default: 0.5]
    #[arg(long, value_name = "P", value_parser = parse_probability)]
    pub(crate) threshold: Option<f64>,
    /// No file holds a person twice: records of one file are never compared nor put together
    #[arg(long)]
    pub(crate) unique_within_file: bool,
    /// A file with record_id and cluster: precision, recall and F1 are printed
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
    /// Pairs that people marked: left_id, right_id and label (same, different, match, non-match, 1, 0)
    #[arg(long, value_name = "FILE")]
    pub(crate) labels: Option<PathBuf>,
    /// A report of an earlier run, whose cluster ids persons keep
    #[arg(long, value_name = "DIR")]
    pub(crate) previous: Option<PathBuf>,
    /// A model.json of an earlier run, perhaps edited, instead of estimating one
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) operation: OperationArgs,
    #[command(flatten)]
    pub(crate) protect: ProtectArgs,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// Checks a file for itself, without joining it to anything.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec validate customers.csv --column \"Client ID=iin\" --out checked

The summary counts what was found; with --out every defect becomes a row of defects.parquet.

As a gate before a file is handed on:
  iinrec validate customers.csv --fail-on 'defects.iin_check_digit>0.01%,rejects>0' --quiet && upload customers.csv

Exit codes: 0 checked, whatever was found; 1 failed; 2 wrong usage; 3 checked, and a gate of --fail-on tripped.")]
pub(crate) struct ValidateArgs {
    /// Files to check, .csv, .tsv or .parquet, also packed as .gz or .zst; folders, patterns, pipes, or - for
    /// standard input
    #[arg(required_unless_present_any = ["config", "show_config"], value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Write defects.parquet, rejects.parquet and run.json into this folder; must not exist
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace an older report at --out, in one step
    #[arg(long)]
    pub(crate) overwrite: bool,
    #[command(flatten)]
    pub(crate) operation: OperationArgs,
    #[command(flatten)]
    pub(crate) protect: ProtectArgs,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// Explains numbers one by one.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec check 900304390006
  iinrec check --format json 900304390005 990940003030")]
pub(crate) struct CheckArgs {
    /// IINs or BINs, as they were written down
    #[arg(required = true, value_name = "NUMBER")]
    pub(crate) numbers: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Looks at files that nobody has read yet.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec inspect exports/registry.csv
  iinrec inspect passports.parquet --as documents --format json

No value of a record is printed: shapes are masked (letters become A or a, digits 9). The last lines are the
options, and the configuration, that make a run read the file in just this way.
Files up to 32 MiB are read whole, of larger ones head, middle and tail; packed files and pipes always whole.")]
pub(crate) struct InspectArgs {
    /// Files or folders; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// What the files are: registry, documents or activity [default: by their columns]
    #[arg(long = "as", value_name = "DATASET", value_parser = parse_dataset)]
    pub(crate) dataset: Option<Dataset>,
    /// Read all of a large file, not a sample
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// Prints or checks configurations.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec config --example > night.toml
  iinrec config night.toml
  iinrec reconcile --config night.toml --out reports/tonight")]
pub(crate) struct ConfigArgs {
    /// Check this file: every key and value, and that the files it names are there
    #[arg(value_name = "FILE.toml", required_unless_present = "example")]
    pub(crate) file: Option<PathBuf>,
    /// Print a complete file: every key with its default, its range and its reason
    #[arg(long, conflicts_with = "file")]
    pub(crate) example: bool,
}

/// Compares two names and says why they are one or two.
///
/// Either may stand in any script, spelling scheme and order. A comma parts the surname from the rest where the
/// order is known; so does the `<<` of an MRZ.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples (names that nobody bears):
  iinrec name \"Серікұлы, Жасұлан\" \"ZHASSULAN SERIKOV\"
  iinrec name \"Иванова Юлия Петровна\" \"SIDOROVA<<IULIIA\"
  iinrec name --format json \"Чжан Сяомин\" \"ZHANG XIAO MING\"

Levels, from most alike to least: identical, same_letters, same_scheme, same_family, one_edit, same_sound,
part_missing count as one name; missing says nothing; near (Омаров, Умаров: a slip of the pen, or another
name) and different do not. The score is of the names alone: how many bear them is not looked at.")]
pub(crate) struct NameArgs {
    /// One name
    #[arg(value_name = "NAME")]
    pub(crate) left: String,
    /// The other
    #[arg(value_name = "NAME")]
    pub(crate) right: String,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Tells the whole story of one case of a finished run, so that a person can check everything and settle it.
///
/// It shows the rows as read with their files, what ties each document to the number, the corrections, how the
/// score adds up signal by signal, what speaks for the person, and what one more fact would make of it.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec explain reports/2026-11-01 S-7K2M9QX4B1TZ
  iinrec explain reports/2026-11-01 050412074409 --format html --out case.html

The rows come from the files of the run, which must lie where they lay; if they were moved, name their folder
with --inputs. Give --config and --column as in the run, if it had any. A file that changed since is not shown.
All of this is of a person: what is printed, and the file of --out (mode 0600), is as secret as the registry.

Exit codes: 0 told; 1 the report knows no such case, or a file is damaged; 2 wrong usage.")]
pub(crate) struct ExplainArgs {
    /// The folder that reconcile published
    #[arg(value_name = "DIR")]
    pub(crate) report: PathBuf,
    /// An IIN, or the id of a case: C-… of corrections, S-… of suspects, D-… of duplicates, R-… of a ring
    #[arg(value_name = "IIN|CASE_ID")]
    pub(crate) case: String,
    /// A folder in which the files of the run lie by now, under the same names
    #[arg(long, value_name = "DIR")]
    pub(crate) inputs: Option<PathBuf>,
    /// The configuration of the run: its columns, codes and bands
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) config: Option<PathBuf>,
    /// What a column is, as it was given to the run; repeatable
    #[arg(long, value_name = "HEADER=ROLE", value_parser = parse_column)]
    pub(crate) column: Vec<ColumnOverride>,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    /// The key with which the report was masked: a file, or env:NAME; to ask for a number, which stands there as its
    /// pseudonym
    #[arg(long, value_name = "KEY")]
    pub(crate) mask: Option<KeySource>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// How to tell it
    #[arg(long, value_enum, default_value_t = PageFormat::Text)]
    pub(crate) format: PageFormat,
    /// Write it into this file, which only its owner can read, instead of printing it; must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

impl ExplainArgs {
    /// What the configuration of the run says, with the columns of the command line laid over it.
    pub(crate) fn config(&self) -> Result<Config> {
        let mut config = self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::load)?;
        let mut readings = config.readings();
        readings.all.columns.clone_from(&self.column);
        config.set_readings(readings);
        Ok(config)
    }

    /// How many threads it has.
    pub(crate) fn threads(&self) -> Result<usize> {
        self.threads.map_or_else(all_cores, |threads| Ok(usize::from(threads)))
    }
}

/// Says what became of the cases between two published reports.
///
/// What is new, what changed and in what, what is resolved, and what is back after it was gone: by table, by kind, and the
/// first cases of each by their ids. Both reports may be of any version; no file of the runs is read.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec diff reports/2026-11-01 reports/2026-11-02
  iinrec diff reports/2026-10-26 reports/2026-11-02 --out week
  duckdb -c \"FROM 'week/changes.parquet' WHERE state = 'new' AND \\\"table\\\" = 'suspects'\"

Numbers of people are printed nowhere; they stand in changes.parquet, which only its owner can read.

Exit codes: 0 compared; 1 a report is damaged; 2 wrong usage.")]
pub(crate) struct DiffArgs {
    /// The folder that reconcile published first
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The folder that it published later
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Write changes.parquet and run.json into this folder; must not exist
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace an older folder at --out, in one step
    #[arg(long, requires = "out")]
    pub(crate) overwrite: bool,
    /// Cases that are printed of each table and state
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Days after which a case that is gone is forgotten
    #[arg(long, value_name = "DAYS", default_value_t = FORGET_DAYS as u32,
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) forget_days: u32,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

impl DiffArgs {
    /// How many threads it has.
    pub(crate) fn threads(&self) -> Result<usize> {
        self.threads.map_or_else(all_cores, |threads| Ok(usize::from(threads)))
    }
}

/// Options that the jobs share.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    /// The one "now" of the run [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub(crate) as_of: Option<i32>,
    /// Files, columns, codes, dates and thresholds, see `iinrec config --example`; options beat it
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) config: Option<PathBuf>,
    /// Print what the run would use, with where each value came from, and do nothing
    #[arg(long)]
    pub(crate) show_config: bool,
    /// Threads [default: all cores]; the report is the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// What a column is, where its header does not say; ROLE is a contract name or `ignore`. Repeatable
    #[arg(long, value_name = "HEADER=ROLE", value_parser = parse_column)]
    pub(crate) column: Vec<ColumnOverride>,
    /// The encoding of text files, where looking finds another: utf-8, windows-1251, kz-1048, utf-16le,
    /// utf-16be; of one dataset as in `registry=kz-1048`. Repeatable
    #[arg(long, value_name = "[DATASET=]NAME", value_parser = parse_encoding)]
    pub(crate) encoding: Vec<(Option<Dataset>, Encoding)>,
    /// What separates the fields of text files, where looking finds another: one character, or `tab`
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter)]
    pub(crate) delimiter: Option<u8>,
    /// The most that one packed input may unpack to, e.g. 500GiB [default: 4GiB, or 250 times its packed size]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) unpacked_max: Option<u64>,
    /// How to print the summary
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Show progress on standard error
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub(crate) progress: When,
}

impl Shared {
    /// The as-of day.
    pub(crate) fn as_of(&self) -> i32 {
        self.as_of.unwrap_or_else(today)
    }

    /// What the configuration file says, with what the options say laid over it.
    pub(crate) fn config(&self) -> Result<Config> {
        let mut config = self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::load)?;
        config.fill(self.as_of());
        let mut readings = config.readings();
        readings.all.columns.clone_from(&self.column);
        self.encodings(&mut readings);
        config.set_readings(readings);
        config.set_number("limits.threads", self.threads.map(u64::from), "--threads");
        config.set_number("limits.unpacked_max", self.unpacked_max, "--unpacked-max");
        Ok(config)
    }

    /// Lays encodings and the delimiter over what a configuration says; the later of two beats the earlier, and
    /// what is said of a dataset beats what is said of all.
    fn encodings(&self, readings: &mut Readings) {
        readings.all.delimiter = self.delimiter;
        readings.all.encoding = self.encoding.iter().rev().find_map(|&(of, e)| of.is_none().then_some(e));
        if self.encoding.iter().all(|(dataset, _)| dataset.is_none()) {
            return;
        }
        let all = readings.all.encoding.take();
        for dataset in DATASETS {
            let own = self.encoding.iter().rev().find(|(of, _)| *of == Some(dataset)).map(|&(_, e)| e);
            if let Some(encoding) = own.or(all) {
                readings.datasets.entry(dataset).or_default().encoding = Some(encoding);
            }
        }
    }

    /// The most that one packed input may unpack to, where somebody said so.
    pub(crate) fn unpacked_max(config: &Config) -> Option<u64> {
        Some(config.limits.unpacked_max).filter(|&bytes| bytes > 0)
    }

    /// How many threads a run with this configuration has.
    pub(crate) fn threads(&self, config: &Config) -> Result<usize> {
        if config.limits.threads > 0 {
            return Ok(config.limits.threads as usize);
        }
        all_cores()
    }
}

/// Today, where this machine is.
pub(crate) fn today() -> i32 {
    let today = jiff::Zoned::now().date();
    day::from_civil(today.year().into(), today.month() as u32, today.day() as u32).expect("today is a date")
}

pub(crate) fn all_cores() -> Result<usize> {
    std::thread::available_parallelism()
        .map(usize::from)
        .map_err(|e| Error::world(format!("cannot count the cores: {e}")).remedy("add --threads N"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// A page for a browser, which needs nothing else
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal
    Auto,
    /// Even into a file
    Always,
    /// Not at all
    Never,
}

fn parse_probability(text: &str) -> std::result::Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "write a probability, e.g. 0.9".to_owned())?;
    if (0.001..=0.999).contains(&share) { Ok(share) } else { Err("give 0.001 to 0.999".to_owned()) }
}

pub(crate) fn parse_day(text: &str) -> std::result::Result<i32, String> {
    let date: jiff::civil::Date = text.parse().map_err(|_| "write a date as 2026-11-01".to_owned())?;
    day::from_civil(date.year().into(), date.month() as u32, date.day() as u32)
        .ok_or_else(|| "write a date as 2026-11-01".to_owned())
}

/// A size in bytes: a whole number, alone or with KiB, MiB, GiB or TiB (or K, M, G, T, which mean the same).
pub(crate) fn parse_size(text: &str) -> std::result::Result<u64, String> {
    size(text).ok_or_else(|| "write a size as 500MiB or 4GiB".to_owned())
}

fn parse_column(text: &str) -> std::result::Result<ColumnOverride, String> {
    let (header, role) = text.rsplit_once('=').ok_or("write HEADER=ROLE, e.g. \"Client ID=iin\"")?;
    let role = match role {
        "ignore" => None,
        name => Some(Role::from_name(name).ok_or_else(|| {
            let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
            format!("`{name}` is no role; roles are {}, ignore", names.join(", "))
        })?),
    };
    Ok(ColumnOverride { header: header.to_owned(), role })
}

fn parse_dataset(text: &str) -> std::result::Result<Dataset, String> {
    let found = DATASETS.into_iter().find(|known| known.name() == text);
    found.ok_or_else(|| format!("`{text}` is no dataset; write registry, documents or activity"))
}

fn parse_encoding(text: &str) -> std::result::Result<(Option<Dataset>, Encoding), String> {
    let (dataset, name) = match text.split_once('=') {
        None => (None, text),
        Some((dataset, name)) => (Some(parse_dataset(dataset)?), name),
    };
    let encoding = Encoding::from_name(name).ok_or_else(|| {
        let names = Encoding::ALL.map(Encoding::name);
        format!("`{name}` is no encoding that is read; they are {}", names.join(", "))
    })?;
    Ok((dataset, encoding))
}

fn parse_delimiter(text: &str) -> std::result::Result<u8, String> {
    iinrec::ingest::reading::delimiter(text)
        .ok_or_else(|| "write one character that no value holds, e.g. ';', or the word tab".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn sizes_are_whole_numbers_with_binary_units() {
        let cases = [
            ("4096", Some(4096)),
            ("500MiB", Some(500 << 20)),
            ("4g", Some(4 << 30)),
            ("2 TB", Some(2 << 40)),
            ("0", None),
            ("", None),
            ("GiB", None),
            ("1.5GiB", None),
            ("-1", None),
            ("99999999999T", None),
            ("4 lots", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_size(text).ok(), expected, "{text:?}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_encoding_is_said_of_all_or_of_one_dataset() {
        use Encoding::{Kz1048, Utf8, Windows1251};
        for (typed, registry, documents) in [
            (&["--encoding", "cp1251"][..], Some(Windows1251), Some(Windows1251)),
            (&["--encoding", "registry=kz-1048"], Some(Kz1048), None),
            (&["--encoding", "registry=kz1048", "--encoding", "utf8"], Some(Kz1048), Some(Utf8)),
            (&["--encoding", "utf8", "--encoding", "1251"], Some(Windows1251), Some(Windows1251)),
            (&[], None, None),
        ] {
            let line = ["iinrec", "reconcile", "--registry", "r", "--documents", "d", "--out", "o"];
            let arguments = Arguments::try_parse_from(line.iter().chain(typed)).expect("a command line");
            let Command::Reconcile(arguments) = arguments.command else {
                unreachable!("reconcile was typed")
            };
            let readings = arguments.shared.config().expect("no file to fail").readings();
            assert_eq!(readings.of(Dataset::Registry).encoding, registry, "{typed:?}");
            assert_eq!(readings.of(Dataset::Documents).encoding, documents, "{typed:?}");
        }
        assert!(parse_encoding("people=utf8").unwrap_err().contains("no dataset"));
        assert!(parse_encoding("ebcdic").unwrap_err().contains("kz-1048"));
    }

    #[test]
    fn a_delimiter_is_one_character() {
        for (typed, expected) in [(";", Ok(b';')), ("tab", Ok(b'\t')), ("\\t", Ok(b'\t')), ("^", Ok(b'^'))] {
            assert_eq!(parse_delimiter(typed), expected);
        }
        for typed in ["", ";;", "\"", "a", "5", "ж", "\n"] {
            assert!(parse_delimiter(typed).is_err(), "{typed:?}");
        }
    }
}

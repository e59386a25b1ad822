//! `iinrec report`: the page of a finished night once more; and the options of a page, which `reconcile` has too.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use iinrec::jobs::page::{Request, run as page};
use iinrec::report::html::night::PageOptions;
use iinrec::report::html::night::lang::Lang;
use iinrec::report::publish::write_private;

use super::Failure;
use super::keys::KeyArgs;

/// How report.html is wanted.
#[derive(Debug, Args)]
#[command(next_help_heading = "The page for people")]
pub(crate) struct PageArgs {
    /// Language of report.html: en, ru or kk [default: en]
    #[arg(long, value_name = "LANG", value_parser = parse_lang)]
    pub(crate) lang: Option<Lang>,
    /// Earlier reports, or a folder in which they lie, for the trend that report.html draws; repeatable
    #[arg(long, num_args = 1.., value_name = "DIR")]
    pub(crate) history: Vec<PathBuf>,
    /// Cases in the table of report.html at most, those to be looked at first; all are in the Parquet files
    /// [default: 10000]
    #[arg(long, visible_alias = "cases", value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) report_cases: Option<u32>,
    /// Show values of the registers in report.html: whole numbers, what registry and document say. Without it
    /// numbers are cut to their last four characters
    #[arg(long)]
    pub(crate) report_values: bool,
}

impl PageArgs {
    /// What a configuration says of the page, with what was typed laid over it.
    pub(crate) fn over(&self, config: PageOptions) -> PageOptions {
        PageOptions {
            lang: self.lang.unwrap_or(config.lang),
            cases_max: self.report_cases.map_or(config.cases_max, |cases| cases as usize),
            values: self.report_values || config.values,
        }
    }
}

/// Makes the page of a finished night once more: in another language, with the trend over more nights, with more cases.
///
/// The report itself is not touched. Unlike the page that reconcile writes, this one also shows how long the run took.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  iinrec report reports/2026-11-01 --lang kk --out morning-kk.html
  iinrec report reports/2026-11-01 --history reports --cases 100000 --out morning.html

The page is one file that needs nothing else: open it from the disk, mail it, print it. It holds no name and no
document number, and of each IIN the last four digits, unless --report-values is given.

Exit codes: 0 made; 1 the report is damaged; 2 wrong usage.")]
pub(crate) struct ReportArgs {
    /// The folder that reconcile published
    #[arg(value_name = "DIR")]
    pub(crate) report: PathBuf,
    /// Write it into this file, which only its owner can read, instead of printing it; must not exist
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) keys: KeyArgs,
    #[command(flatten)]
    pub(crate) page: PageArgs,
}

pub(crate) fn run(args: &ReportArgs, out: &mut impl Write) -> Result<(), Failure> {
    let text = page(&Request {
        report: args.report.clone(),
        history: args.page.history.clone(),
        options: args.page.over(PageOptions::default()),
        openers: args.keys.openers()?,
    })?;
    match &args.out {
        Some(path) => Ok(write_private(path, text.as_bytes())?),
        None => Ok(out.write_all(text.as_bytes())?),
    }
}

fn parse_lang(text: &str) -> Result<Lang, String> {
    Lang::from_code(text).ok_or_else(|| "write en, ru or kk".to_owned())
}

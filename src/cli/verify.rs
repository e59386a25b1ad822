//! `iinrec verify`: is this still the report that was published?

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use iinrec::error::Error;
use iinrec::figure::grouped;
use iinrec::report::html::text::shown;
use iinrec::report::protect::sign::PublicKey;
use iinrec::report::protect::verify::{SignatureState, Verdict, verify};
use iinrec::report::run_json::render;

use super::Failure;
use super::args::Format;

/// Tells whether a report is still what was published.
///
/// The digest of every file is computed again and compared with run.json; files that are missing, changed or added are
/// named; the signature of --sign is checked.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec verify reports/2026-11-01 --public-key public.pem

Without --public-key only consistency can be told: who changes a table can also write its new digest into run.json, and
sign it with a key of his own. Take the public key from whoever signs, once, and not from the report.

Exit codes: 0 as it was published; 1 changed, or no report; 2 wrong usage.")]
pub(crate) struct VerifyArgs {
    /// The folder of a report of reconcile, dedupe or validate
    #[arg(value_name = "DIR")]
    report: PathBuf,
    /// The public key of whoever signs, in PEM; without a good signature the report is then not sound
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(args: &VerifyArgs, out: &mut impl Write) -> Result<(), Failure> {
    let key = args.public_key.as_deref().map(PublicKey::load).transpose()?;
    let verdict = verify(&args.report, key.as_ref())?;
    match args.format {
        Format::Json => out.write_all(render(&verdict).as_bytes())?,
        Format::Text => print(&verdict, out)?,
    }
    if verdict.sound {
        return Ok(());
    }
    out.flush()?;
    Err(Error::world("the report is not what was published")
        .at(&args.report)
        .remedy("do not rely on it; take it again from where it was made, and ask who could write there")
        .into())
}

fn print(verdict: &Verdict, out: &mut impl Write) -> std::io::Result<()> {
    for problem in &verdict.problems {
        writeln!(out, "  {} {}", shown(&problem.file), problem.what)?;
    }
    if verdict.sound {
        let files = grouped(verdict.files);
        writeln!(out, "All {files} files are those that run.json names ({} bytes).", grouped(verdict.bytes))?;
    }
    let key = verdict.public_key.as_deref().unwrap_or("none");
    match verdict.signature {
        SignatureState::Good => {
            writeln!(out, "The signature is good: run.json is what the holder of the key signed.")
        }
        SignatureState::OwnKey => {
            writeln!(out, "It is signed with the key {key}.")?;
            writeln!(
                out,
                "Whether that is the right one only --public-key FILE can tell, with a key from elsewhere."
            )
        }
        SignatureState::Missing => {
            writeln!(out, "It is not signed: only consistency was checked (reconcile --sign KEY signs).")
        }
        SignatureState::Bad => writeln!(out, "The signature is not good (key in the report: {key})."),
    }
}

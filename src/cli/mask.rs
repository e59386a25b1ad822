//! `iinrec mask`: pseudonyms of values, one a line.

use std::io::{BufRead, Write};

use clap::Args;
use iinrec::error::{Error, Result};
use iinrec::report::protect::keys::KeySource;
use iinrec::report::protect::mask::{Identifier, Mask};

use super::Failure;
use super::keys;

/// Prints the pseudonyms that values have in a masked report.
///
/// Who holds the key and a number finds the number's cases; a list of own customers becomes one that joins.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  iinrec mask --key mask.key 900304390006
  cut -d, -f1 customers.csv | iinrec mask --key mask.key - > pseudonyms
  iinrec mask --key mask.key --kind document AB1234567

What is typed stands in the list of processes and in the shell's history; with - values come from standard input, one a
line, and as many lines come out.")]
pub(crate) struct MaskArgs {
    /// Values, or - for standard input
    #[arg(required = true, value_name = "VALUE")]
    values: Vec<String>,
    /// The key of the run's --mask: a file, or env:NAME
    #[arg(long, value_name = "KEY")]
    key: KeySource,
    /// What the values are: iin, document, name, date, contact, record, text, or case for the id of a case
    #[arg(long, value_name = "KIND", default_value = "iin", value_parser = parse_kind)]
    kind: Identifier,
}

fn parse_kind(text: &str) -> std::result::Result<Identifier, String> {
    Identifier::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = Identifier::ALL.iter().map(|kind| kind.name()).collect();
        format!("`{text}` is no kind of value; they are {}", names.join(", "))
    })
}

pub(crate) fn run(args: &MaskArgs, out: &mut impl Write) -> std::result::Result<(), Failure> {
    let mask = keys::mask(Some(&args.key))?.expect("a key was named");
    if args.values != ["-"] {
        return print(&mask, args.kind, args.values.iter().map(|value| Ok(value.clone())), out);
    }
    let lines = std::io::stdin().lock().lines().zip(1..).map(|(line, row)| {
        line.map_err(|_| {
            Error::world("standard input cannot be read, or is not in UTF-8")
                .row(row)
                .remedy("convert it first: iconv -t utf-8")
        })
    });
    print(&mask, args.kind, lines, out)
}

fn print(
    mask: &Mask,
    kind: Identifier,
    values: impl Iterator<Item = Result<String>>,
    out: &mut impl Write,
) -> std::result::Result<(), Failure> {
    let mut out = std::io::BufWriter::new(out);
    for value in values {
        let value = value?;
        // An empty value has no pseudonym, as in a report.
        let shown = if value.trim().is_empty() { String::new() } else { mask.pseudonym(kind, &value) };
        writeln!(out, "{shown}")?;
    }
    Ok(out.flush()?)
}

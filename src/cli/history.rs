//! `iinrec history`: the nights of a folder, as a table or as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use iinrec::day;
use iinrec::error::Error;
use iinrec::figure::grouped;
use iinrec::night::journal::{self, Journal, KEPT, Step};
use iinrec::night::nights;
use iinrec::report::gates::Figures;
use iinrec::report::run_json::render;
use serde_json::{Value, json};

use super::Failure;
use super::args::Format;
use super::operation::run_json;

/// Lists the nights of a folder, the newest last, those among them that retention has removed.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  iinrec history reports
  iinrec history reports --format json | jq '.nights[] | select(.state == \"held\")'
The folder is that of [night] in the file of `iinrec run`; folders that `reconcile --out reports/2026-11-01` made are listed
too. What is known of removed nights stands in history.jsonl.")]
pub(crate) struct HistoryArgs {
    /// The folder of the nights
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What is told of a night.
struct Row {
    night: String,
    state: &'static str,
    version: String,
    seconds: Option<f64>,
    figures: BTreeMap<String, u64>,
    tripped: Vec<String>,
    failed: Option<String>,
}

pub(crate) fn run(args: &HistoryArgs, out: &mut impl Write) -> Result<(), Failure> {
    let lines = Journal::lines_of(&args.folder)?;
    let standing = nights(&args.folder)?;
    let mut names: BTreeSet<String> = standing.iter().map(|night| day::iso(night.as_of)).collect();
    // What was begun and never published is told as well, and what was removed.
    names.extend(lines.iter().map(|line| match &line.step {
        Step::Removed { night, .. } => night.clone(),
        _ => line.as_of.clone(),
    }));
    if names.is_empty() {
        let error = Error::world("there is no night in this folder").at(&args.folder);
        return Err(error.remedy("name the folder of [night] in the file of `iinrec run`").into());
    }
    let mut rows = Vec::new();
    for night in names {
        let told = journal::told(&lines, &night);
        let stands = standing.iter().find(|found| day::iso(found.as_of) == night);
        let state = match (&told, stands) {
            (told, None) if told.removed.is_some() => "removed",
            (told, _) if told.failed.is_some() => "failed",
            (_, None) => "missing",
            (told, _) if told.is_held() => "held",
            (told, _) if matches!(told.finished, Some((_, _, true))) => "accepted",
            (told, _) if told.published.is_some() && told.finished.is_none() => "unfinished",
            _ => "passed",
        };
        let mut row = Row {
            night,
            state,
            version: String::new(),
            seconds: None,
            figures: BTreeMap::new(),
            tripped: told.finished.map(|(_, tripped, _)| tripped).unwrap_or_default(),
            failed: told.failed,
        };
        if let Some(stands) = stands {
            let run = run_json(&stands.path)?;
            row.version = run["version"].as_str().unwrap_or_default().to_owned();
            row.seconds = run["seconds"]["total"].as_f64();
            row.figures = journal::kept(&Figures::of(&run));
        } else if let Some(published) = told.published {
            (row.version, row.seconds, row.figures) =
                (published.version, Some(published.seconds), published.figures);
        } else if let Some(figures) = told.removed {
            row.figures = figures;
        }
        rows.push(row);
    }
    match args.format {
        Format::Json => {
            let nights: Vec<Value> = rows.iter().map(Row::json).collect();
            let all = json!({ "nights": nights });
            out.write_all(render(&all).as_bytes())?;
        }
        Format::Text => print(&rows, out)?,
    }
    Ok(())
}

impl Row {
    fn json(&self) -> Value {
        json!({
            "night": self.night,
            "state": self.state,
            "version": self.version,
            "seconds": self.seconds,
            "figures": self.figures,
            "tripped": self.tripped,
            "failed": self.failed,
        })
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.night.clone(), self.state.to_owned()];
        cells.extend(KEPT.iter().map(|&name| self.figures.get(name).map_or("-".to_owned(), grouped)));
        cells.push(self.seconds.map_or("-".to_owned(), |seconds| format!("{seconds:.1}")));
        let note = self.failed.clone().unwrap_or_else(|| self.tripped.join(", "));
        cells.push(note);
        cells
    }
}

fn print(rows: &[Row], out: &mut impl Write) -> std::io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut header = vec!["night".to_owned(), "state".to_owned()];
    header.extend(KEPT.iter().map(|&name| name.to_owned()));
    header.extend(["seconds".to_owned(), "why".to_owned()]);
    let last = header.len() - 1;
    table.add_row(header);
    for row in rows {
        table.add_row(row.cells());
    }
    for at in 2..last {
        if let Some(column) = table.column_mut(at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in table.to_string().lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

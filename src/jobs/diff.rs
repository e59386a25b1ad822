//! Diff: two published reports in, what became of the cases between them out.
//!
//! It reads no file of the runs, and compares as `reconcile --previous` does, by the same code. The law: nothing is decided
//! here that the two folders do not say; with `--out` a folder appears whole or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::plan::check_out;
use crate::report::back::{Reports, Run};
use crate::report::changes::previous::Previous;
use crate::report::changes::read::{night_of, open_night, verify_unchanged};
use crate::report::changes::table::{Compared, Told};
use crate::report::changes::{CaseTable, ChangesReport, State};
use crate::report::protect::encrypt::Openers;
use crate::report::protect::{Protection, ProtectionReport, check_masks};
use crate::report::publish::{Draft, Output};
use crate::report::run_json::render;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folder of the earlier report.
    pub old: PathBuf,
    /// The folder of the later one.
    pub new: PathBuf,
    /// A folder for `changes.parquet` and `run.json`, if they are wanted.
    pub out: Option<PathBuf>,
    /// Whether an existing one is replaced.
    pub overwrite: bool,
    /// Cases that are told of each table and state.
    pub limit: usize,
    /// Days after which a case that is gone is forgotten.
    pub forget_days: i32,
    /// How many threads.
    pub threads: usize,
    /// What opens the tables, where they are encrypted.
    pub openers: Openers,
}

/// What became of the cases between two reports.
#[derive(Clone, Debug, Serialize)]
pub struct DiffReport {
    /// Version of the program that compared them.
    pub version: &'static str,
    /// The one "now" of the later night.
    pub as_of: String,
    /// Nothing was read but reports; there so that the folder is read as any report is.
    pub inputs: [(); 0],
    /// The later report.
    pub report: String,
    /// What differs between the runs and may explain what changed.
    pub differences: Vec<Difference>,
    /// Cases by table and state.
    pub changes: ChangesReport,
    /// The first cases of each table and state that wants a look.
    pub first: Vec<Told>,
    /// How they are protected, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection: Option<ProtectionReport>,
    /// The files that were written.
    pub outputs: Vec<Output>,
}

/// Something in which two runs differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is.
    pub what: String,
    /// What it was.
    pub old: String,
    /// What it is now.
    pub new: String,
}

/// The states of which cases are told.
pub const TOLD: [State; 4] = [State::New, State::Reopened, State::Changed, State::Resolved];

/// Compares two reports.
///
/// # Errors
/// When one is no report or damaged, the later one is of an earlier day (exit code 2), or the folder cannot be written.
pub fn run(request: &Request) -> Result<DiffReport> {
    let (old, new) =
        (open_night(&request.old, &request.openers)?, open_night(&request.new, &request.openers)?);
    let how = new.run.protection.clone().unwrap_or_default();
    check_masks(&old.run, how.masked.as_deref(), &request.old)?;
    let as_of = night_of(&new)?;
    if night_of(&old)? > as_of {
        return Err(Error::usage("the first report is of a later day than the second")
            .at(&request.old)
            .remedy("name the earlier night first: iinrec diff OLD NEW"));
    }
    if let Some(out) = &request.out {
        check_out(out, request.overwrite)?;
    }
    let engine = Engine::new(request.threads)?;
    // What is made of an encrypted report is encrypted as that is.
    let protection = Protection { encryption: request.openers.encryption(&how), ..Protection::default() };
    let draft = match &request.out {
        Some(out) => Some(Draft::new(out, request.overwrite)?.protected(&protection)),
        None => None,
    };
    let previous = Previous::read(&engine, &old)?;
    let compared = Compared::of(&engine, previous, &new.tables, as_of, request.forget_days)?;
    let outputs = match &draft {
        Some(draft) => vec![compared.write(&engine, draft)?],
        None => Vec::new(),
    };
    let first = CaseTable::ALL
        .into_iter()
        .flat_map(|table| TOLD.map(|state| (table, state)))
        .flat_map(|(table, state)| compared.first(table, state, request.limit));
    let report = DiffReport {
        version: env!("CARGO_PKG_VERSION"),
        as_of: new.run.as_of.clone(),
        inputs: [],
        report: request.new.display().to_string(),
        differences: differences(&old, &new),
        changes: account(&compared, &request.old, &old.run, &new.run),
        first: first.collect(),
        protection: draft.as_ref().and_then(|draft| draft.protection().report()),
        outputs,
    };
    if let Some(draft) = draft {
        draft.write("run.json", render(&report).as_bytes(), 1)?;
        verify_unchanged(&[&old, &new])?;
        draft.publish()?;
    } else {
        verify_unchanged(&[&old, &new])?;
    }
    Ok(report)
}

fn account(compared: &Compared, folder: &Path, old: &Run, new: &Run) -> ChangesReport {
    compared.counts().between(folder, old, &new.version, &new.settings_fingerprint)
}

/// What differs between two runs: version, settings, decisions, and what they read.
fn differences(old: &Reports, new: &Reports) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut say = |what: &str, old: String, new: String| {
        if old != new {
            found.push(Difference { what: what.to_owned(), old, new });
        }
    };
    let (old, new) = (&old.run, &new.run);
    say("version", old.version.clone(), new.version.clone());
    let known = |run: &Run| match run.settings_fingerprint.as_str() {
        "" => "unknown".to_owned(),
        known => known.to_owned(),
    };
    say("settings and columns", known(old), known(new));
    let (files, records) = (of_datasets(old, |_| 1), of_datasets(old, |records| records));
    let (new_files, new_records) = (of_datasets(new, |_| 1), of_datasets(new, |records| records));
    for dataset in ["registry", "documents", "activity"] {
        let count = |of: &BTreeMap<&str, u64>| of.get(dataset).copied().unwrap_or(0).to_string();
        say(&format!("files of {dataset}"), count(&files), count(&new_files));
        say(&format!("records of {dataset}"), count(&records), count(&new_records));
    }
    found
}

/// A sum over the files of each dataset.
fn of_datasets(run: &Run, of: impl Fn(u64) -> u64) -> BTreeMap<&str, u64> {
    let mut sums = BTreeMap::new();
    for input in &run.inputs {
        *sums.entry(input.dataset.as_str()).or_default() += of(input.records);
    }
    sums
}

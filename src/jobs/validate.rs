//! Validation alone: any export in, its defects and rejects out; nothing is joined.

use std::path::PathBuf;
use std::time::Instant;

use crate::batch::{Batch, Dataset};
use crate::day;
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::error::Result;
use crate::ingest::find::{files_of, refuse_stdin_twice, refuse_twice};
use crate::ingest::{self, DataFile, Input, Needs, Observer, Readings, Spooling};
use crate::plan::{check_out, fingerprint, parent_of, settings_fingerprint};
use crate::report::protect::Protection;
use crate::report::publish::Draft;
use crate::report::run_json::{Counts, RunReport, count_rejects, input_reports, render};
use crate::report::tables;
use crate::validate::checks;
use crate::validate::defect::Defect;
use crate::validate::defects::{self, Defects, Packed};

/// What was typed for a validation.
#[derive(Clone, Debug)]
pub struct Request {
    /// Files or folders, with their dataset where it is known; others tell by their columns.
    pub files: Vec<(PathBuf, Option<Dataset>)>,
    /// Where defects and rejects go, if anywhere.
    pub out: Option<PathBuf>,
    /// Whether an existing report is replaced.
    pub overwrite: bool,
    /// The one "now" of the run.
    pub as_of: i32,
    /// How many threads.
    pub threads: usize,
    /// How files are read where looking does not tell.
    pub readings: Readings,
    /// The most bytes that one packed input may unpack to, where the usual bound does not do.
    pub unpacked_max: Option<u64>,
    /// How the report is protected.
    pub protection: Protection,
}

/// Checks batches and keeps their defects.
#[derive(Debug)]
struct ChecksStage {
    as_of: i32,
}

impl Stage for ChecksStage {
    /// The defects of the piece as they are found, then all of them packed.
    type State = (Vec<Defect>, Packed);

    fn start(&self) -> Self::State {
        Default::default()
    }

    fn close(&self, (defects, packed): &mut Self::State) -> Result<()> {
        *packed = defects::pack(std::mem::take(defects));
        Ok(())
    }

    fn absorb(&self, (defects, _): &mut Self::State, batch: &Batch) {
        defects.extend_from_slice(&batch.unread);
        match batch.dataset {
            Dataset::Registry => checks::registry(batch, self.as_of, defects),
            Dataset::Documents => checks::documents(batch, self.as_of, defects),
            Dataset::Activity => checks::activity(batch, self.as_of, defects),
            // Text alone, of which `dedupe` makes what it can.
            Dataset::Customers => {}
        }
    }
}

/// Checks the files and, where asked, publishes their defects.
///
/// # Errors
/// When a file cannot be read or the report cannot be written.
pub fn run(request: &Request, observer: &dyn Observer) -> Result<RunReport> {
    let mut draft = None;
    if let Some(out) = &request.out {
        check_out(out, request.overwrite)?;
        draft = Some(Draft::new(out, request.overwrite)?.protected(&request.protection));
    }
    refuse_stdin_twice(request.files.iter().map(|(path, _)| path))?;
    let engine = Engine::new(request.threads)?;
    let started = Instant::now();
    // Files of one kind are one dataset, numbered through; a file tells by its columns which it is.
    let mut inputs: Vec<Input> = Vec::new();
    let folder = request.out.as_deref().map_or_else(std::env::temp_dir, |out| parent_of(out).to_owned());
    let spooling = Spooling { folder, unpacked_max: request.unpacked_max };
    let readings = &request.readings;
    let mut named: Vec<(PathBuf, Option<Dataset>)> = Vec::new();
    for (path, dataset) in &request.files {
        named.extend(files_of(std::slice::from_ref(path))?.into_iter().map(|file| (file, *dataset)));
    }
    refuse_twice(named.iter().map(|(path, _)| path.as_path()))?;
    for (path, dataset) in &named {
        let file = match dataset {
            Some(dataset) => {
                DataFile::open(path, *dataset, &readings.of(*dataset), Needs::Nothing, &spooling)?
            }
            None => {
                let file = DataFile::open(path, None, &readings.all, Needs::Nothing, &spooling)?;
                let dataset = file.dataset();
                if readings.datasets.contains_key(&dataset) {
                    // Only now is it known what the configuration says of such files.
                    file.again(path, dataset, &readings.of(dataset), Needs::Nothing, &spooling)?
                } else {
                    file
                }
            }
        };
        match inputs.iter_mut().find(|input| input.dataset == file.dataset()) {
            Some(input) => input.files.push(file),
            None => inputs.push(Input { dataset: file.dataset(), files: vec![file] }),
        }
    }
    inputs.sort_by_key(|input| input.dataset);
    let mut reports = Vec::new();
    let mut found: Vec<(Dataset, Defects)> = Vec::new();
    let mut rejects = Vec::new();
    for input in &inputs {
        let ingested = ingest::read(&engine, input, &ChecksStage { as_of: request.as_of }, observer)?;
        reports.extend(input_reports(input, &ingested.totals));
        let mut defects = Defects::default();
        for piece in ingested.pieces {
            defects.push(piece.first_record, piece.state.1, None);
        }
        found.push((input.dataset, defects));
        rejects.push((input, ingested.rejects));
    }
    let mut counts = Counts { rejects: count_rejects(&rejects), ..Counts::default() };
    for (check, count) in found.iter().flat_map(|(_, defects)| defects.counts()) {
        *counts.defects.entry(check.name()).or_default() += count;
    }
    let mut report = RunReport {
        version: env!("CARGO_PKG_VERSION"),
        as_of: day::iso(request.as_of),
        config_fingerprint: request.protection.fingerprint(fingerprint(&inputs, request.as_of, &())),
        settings_fingerprint: settings_fingerprint(&inputs, &()),
        inputs: reports,
        outputs: Vec::new(),
        counts,
        evidence: None,
        decisions: None,
        changes: None,
        protection: request.protection.report(),
        seconds: [("total", started.elapsed().as_secs_f64())].into(),
    };
    if let Some(draft) = draft {
        let defects =
            found.iter().flat_map(|(dataset, defects)| defects.iter().map(move |defect| (*dataset, defect)));
        report.outputs.push(tables::defects(&engine, &draft, defects)?);
        report.outputs.push(tables::rejects(&draft, &rejects)?);
        draft.account(&render(&report))?;
        ingest::verify_unchanged(&inputs)?;
        draft.publish()?;
    } else {
        ingest::verify_unchanged(&inputs)?;
    }
    Ok(report)
}

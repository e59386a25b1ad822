//! A bank's job: customer files in, persons out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;

use crate::batch::Dataset;
use crate::day;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ingest::find::{files_of, refuse_stdin_twice};
use crate::ingest::{self, DataFile, Input, Needs, Observer, Readings, Spooling};
use crate::jobs::answers::{Labels, Marked};
use crate::jobs::clock::Clock;
use crate::jobs::customers::read;
use crate::link::people::judge::{Judgement, judge};
use crate::link::people::model::ModelFile;
use crate::link::people::read::merge;
use crate::link::people::rules::Conflict;
use crate::link::people::table::{ByHash, People};
use crate::link::people::{self, Linked, Options};
use crate::normalise::hash::hash;
use crate::plan::{check_out, fingerprint, parent_of};
use crate::report::back::Tables;
use crate::report::customers;
use crate::report::html::PAGE;
use crate::report::html::people::{Material, page};
use crate::report::people::{self as tables, PeopleCounts, PeopleReport};
use crate::report::protect::{Protection, ProtectionReport};
use crate::report::publish::Draft;
use crate::report::run_json::{by_band, by_name, count_rejects, input_reports, render};
use crate::report::tables as common;
use crate::rules::customers::evidence::suspects;
use crate::rules::customers::{Look, Terms};
use crate::spill::{Memory, Spill};

/// What was typed for a deduplication.
#[derive(Clone, Debug)]
pub struct Request {
    /// Files or folders.
    pub files: Vec<PathBuf>,
    /// Where the report goes.
    pub out: PathBuf,
    /// Whether an existing report is replaced.
    pub overwrite: bool,
    /// The one "now" of the run.
    pub as_of: i32,
    /// How many threads.
    pub threads: usize,
    /// How much memory it may use.
    pub memory: Memory,
    /// How files are read where looking does not tell.
    pub readings: Readings,
    /// The most bytes that one packed input may unpack to, where the usual bound does not do.
    pub unpacked_max: Option<u64>,
    /// What was asked for, a model aside.
    pub options: Options,
    /// A file with the truth.
    pub truth: Option<PathBuf>,
    /// A report of an earlier run.
    pub previous: Option<PathBuf>,
    /// A model of an earlier run.
    pub model: Option<PathBuf>,
    /// Pairs that `report.html` shows with their values, of each kind.
    pub report_pairs: usize,
    /// A file with pairs that people marked as one person or two.
    pub labels: Option<PathBuf>,
    /// Thresholds and figures of the rules that look for suspects.
    pub terms: Terms,
    /// How the report is protected.
    pub protection: Protection,
}

/// Finds persons and publishes them.
///
/// # Errors
/// When a file cannot be read or used, or the report cannot be written; then nothing is published.
pub fn run(request: &Request, observer: &dyn Observer) -> Result<PeopleReport> {
    check_out(&request.out, request.overwrite)?;
    let mut engine = Engine::new(request.threads)?;
    let reading = request.readings.of(Dataset::Customers);
    let spooling =
        Spooling { folder: parent_of(&request.out).to_owned(), unpacked_max: request.unpacked_max };
    let mut inputs = Vec::new();
    refuse_stdin_twice(&request.files)?;
    for path in files_of(&request.files)? {
        let file = DataFile::open(&path, Dataset::Customers, &reading, Needs::Nothing, &spooling)?;
        inputs.push(Input { dataset: Dataset::Customers, files: vec![file] });
    }
    if request.options.unique_within_file && inputs.len() < 2 {
        return Err(Error::usage("where no file holds a person twice, one file leaves nothing to compare")
            .remedy("name two files or more, or leave out --unique-within-file"));
    }
    if let Some(spill) = request.memory.settle(&inputs, parent_of(&request.out), request.threads)? {
        engine = engine.spilling(spill);
    }
    let model = request.model.as_deref().map(read_model).transpose()?;
    let truth = request.truth.as_deref().map(|path| Labels::read(&engine, path, &spooling)).transpose()?;
    let marked = request.labels.as_deref().map(|path| Marked::read(&engine, path, &spooling)).transpose()?;
    let previous = match &request.previous {
        Some(folder) => earlier(&engine, folder, &spooling, &request.protection)?,
        None => BTreeMap::new(),
    };
    let draft = Draft::new(&request.out, request.overwrite)?.protected(&request.protection);

    let mut clock = Clock::start();
    let mut reports = Vec::new();
    let mut rejects = Vec::new();
    let mut reads = Vec::new();
    for input in &inputs {
        let mut read = read(&engine, input, observer)?;
        reports.extend(input_reports(input, &read.ingested.totals));
        rejects.push((input, std::mem::take(&mut read.ingested.rejects)));
        reads.push(read);
    }
    let mut people = merge(&engine, &mut reads);
    drop(reads);
    clock.lap("read");
    observer.begin("link", 0);
    let (labels, left_out) = marked.map_or_else(Default::default, |marked| marked.of(&people));
    let options = Options { model, labels, ..request.options.clone() };
    let mut linked = people::link(&engine, &mut people, &options, &mut |stage| clock.lap(stage))?;
    linked.bring_back(&mut people, truth.is_some());
    if let Some(lesson) = &mut linked.lesson {
        lesson.left_out = left_out;
    }
    let judgement = truth.map(|truth| judged(&engine, &people, &linked, &truth));

    observer.begin("rules", 0);
    let apart: Vec<(u32, u32, u16)> = linked
        .conflicts
        .iter()
        .filter(|(_, why)| *why == Conflict::TwoIins)
        .map(|(pair, _)| (pair.left, pair.right, (linked.probability(pair) * 1000.0) as u16))
        .collect();
    let look = Look::new(&engine, &request.terms, &people, &linked.clusters, &apart);
    let (suspects, belief) = suspects(&look);
    clock.lap("rules");
    observer.begin("report", 0);
    let named = tables::name(&engine, &people, &linked.clusters, &previous);
    let written = engine.map(5, |table| match table {
        0 => tables::golden(&engine, &draft, &people, &linked, &named),
        1 => tables::clusters(&engine, &draft, &people, &named),
        2 => tables::pairs(&engine, &draft, &people, &linked, options.pair_probability_min),
        3 => tables::conflicts(&draft, &people, &linked),
        _ => customers::suspects(&engine, &draft, &look, &named, &suspects, &belief),
    });
    let [golden, clusters, pairs, conflicts, suspicious] =
        written.into_iter().collect::<Result<Vec<_>>>()?.try_into().expect("five tables");
    let pairs_written = pairs.rows;
    let mut outputs = vec![clusters, pairs, conflicts, golden, suspicious];
    outputs.push(common::rejects(&draft, &rejects)?);
    let how = match &request.model {
        Some(_) => "given with --model",
        None => {
            "u from frequencies and pairs drawn by chance, m and prior by expectation maximisation over patterns"
        }
    };
    let model = linked.trained.model.file(linked.trained.each, how);
    outputs.push(draft.write("model.json", render(&model).as_bytes(), 1)?);
    let mut counts = PeopleCounts {
        records: people.len() as u64,
        persons: named.sizes.len() as u64,
        duplicates: named.sizes.iter().filter(|&&size| size > 1).map(|&size| u64::from(size)).sum(),
        largest: named.sizes.iter().copied().max().unwrap_or(0).into(),
        comparisons: linked.blocks.comparisons,
        conflicts: BTreeMap::new(),
        pairs: pairs_written,
        suspects: by_band(suspects.iter().map(|suspect| suspect.band)),
        signals: by_name(
            suspects.iter().flat_map(|suspect| &suspect.signals).map(|signal| signal.code.name()),
        ),
        rejects: count_rejects(&rejects),
    };
    for (_, conflict) in &linked.conflicts {
        *counts.conflicts.entry(conflict.name()).or_default() += 1;
    }
    let mut report = PeopleReport {
        version: env!("CARGO_PKG_VERSION"),
        as_of: day::iso(request.as_of),
        config_fingerprint: request.protection.fingerprint(fingerprint(
            &inputs,
            request.as_of,
            &(&options, request.report_pairs, &request.terms),
        )),
        inputs: reports,
        outputs,
        columns: linked.notes.iter().map(|note| (note.header.clone(), note.note.clone())).collect(),
        keys: linked.blocks.keys(),
        counts,
        evidence: customers::account(&belief),
        blocking_recall: linked.blocks.recall,
        estimate: linked.estimate,
        labels: linked.lesson.clone(),
        truth: judgement,
        protection: request.protection.report(),
        laid_bytes: engine.spill().map(Spill::laid_bytes),
        seconds: BTreeMap::new(),
    };
    let is_guarded = request.protection.mask.is_some() || request.protection.encryption.is_some();
    let page = page(&Material {
        people: &people,
        linked: &linked,
        named: &named,
        report: &report,
        threshold: options.threshold,
        // The page is not encrypted, and its pairs are shown with their values.
        pairs_max: if is_guarded { 0 } else { request.report_pairs },
        mask: request.protection.mask.as_ref(),
    });
    report.outputs.push(draft.write(PAGE, page.as_bytes(), 1)?);
    clock.lap("report");
    report.seconds = clock.stop();
    draft.account(&render(&report))?;
    ingest::verify_unchanged(&inputs)?;
    draft.publish()?;
    Ok(report)
}

/// The clusters of an earlier run by record. Ids of a masked one are pseudonyms, which no record has.
fn earlier(
    engine: &Engine,
    folder: &Path,
    spooling: &Spooling,
    protection: &Protection,
) -> Result<BTreeMap<String, String>> {
    const FILE: &str = "clusters.parquet";
    let how = ProtectionReport::of_report(folder)?;
    if how.masked.is_some() {
        return Err(Error::usage("the earlier report is masked, so that its records cannot be found again")
            .at(folder)
            .remedy("give one that is not masked to --previous; with --mask the ids of this run are masked all the same"));
    }
    if how.encrypted.is_none() {
        return Ok(Labels::read(engine, &folder.join(FILE), spooling)?.by_id());
    }
    let mut clusters = BTreeMap::new();
    for batch in
        Tables::at(folder).with_keys(&protection.keys()).batches(FILE, &["record_id", "cluster_id"])?
    {
        let batch = batch?;
        let column = |name: &str| batch.column_by_name(name).map(|column| column.as_string::<i32>());
        let (Some(records), Some(ids)) = (column("record_id"), column("cluster_id")) else {
            return Err(
                Error::world("the table has no columns record_id and cluster_id").at(&folder.join(FILE))
            );
        };
        let pairs =
            records.iter().zip(ids).filter_map(|(record, id)| Some((record?.to_owned(), id?.to_owned())));
        clusters.extend(pairs);
    }
    Ok(clusters)
}

fn read_model(path: &Path) -> Result<ModelFile> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::io("cannot read the model", path, &e))?;
    serde_json::from_str(&text).map_err(|e| {
        Error::usage(format!("the model cannot be used: line {}, column {}", e.line(), e.column()))
            .at(path)
            .remedy("give a model.json of an earlier run")
    })
}

fn judged(engine: &Engine, people: &People, linked: &Linked, truth: &Labels) -> Judgement {
    let mut of: ByHash<u32> = ByHash::default();
    of.extend(
        truth
            .ids
            .iter()
            .zip(&truth.codes)
            .filter(|&(_, &person)| person != 0)
            .map(|(id, &person)| (hash(id.as_bytes()), person)),
    );
    let known: Vec<u32> =
        people.ids.iter().map(|id| of.get(&hash(id.as_bytes())).copied().unwrap_or(0)).collect();
    let pairs: Vec<(u32, u32, f64)> =
        linked.pairs.iter().map(|pair| (pair.left, pair.right, linked.probability(pair))).collect();
    let compared = linked.blocks.count(engine, |one, two| known[one] != 0 && known[one] == known[two]);
    judge(&known, &linked.clusters, &pairs, compared)
}

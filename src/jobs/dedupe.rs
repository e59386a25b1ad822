//! A bank's job: customer files in, persons out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::batch::{Dataset, Role};
use crate::day;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ingest::find::{files_of, refuse_stdin_twice};
use crate::ingest::header::ColumnOverride;
use crate::ingest::{self, DataFile, Input, Needs, Observer, Reading, Readings, Spooling};
use crate::link::people::judge::{Judgement, judge};
use crate::link::people::model::ModelFile;
use crate::link::people::read::{CustomersStage, FileRead, merge};
use crate::link::people::table::People;
use crate::link::people::{self, Linked, Options};
use crate::plan::{check_out, fingerprint, parent_of};
use crate::report::html::people::{Material, page};
use crate::report::people::{self as tables, PeopleCounts, PeopleReport, render};
use crate::report::publish::Draft;
use crate::report::run_json::input_reports;
use crate::report::tables as common;

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
    /// How files are read where looking does not tell.
    pub readings: Readings,
    /// The most bytes that one packed input may unpack to, where the usual bound does not do.
    pub unpacked_max: Option<u64>,
    /// The probability above which records are taken for one person.
    pub threshold: f64,
    /// A file with the truth.
    pub truth: Option<PathBuf>,
    /// A report of an earlier run.
    pub previous: Option<PathBuf>,
    /// A model of an earlier run.
    pub model: Option<PathBuf>,
    /// Pairs that `report.html` shows with their values, of each kind.
    pub report_pairs: usize,
}

/// Finds persons and publishes them.
///
/// # Errors
/// When a file cannot be read or used, or the report cannot be written; then nothing is published.
pub fn run(request: &Request, observer: &dyn Observer) -> Result<PeopleReport> {
    check_out(&request.out, request.overwrite)?;
    let engine = Engine::new(request.threads)?;
    let reading = request.readings.of(Dataset::Customers);
    let spooling =
        Spooling { folder: parent_of(&request.out).to_owned(), unpacked_max: request.unpacked_max };
    let mut inputs = Vec::new();
    refuse_stdin_twice(&request.files)?;
    for path in files_of(&request.files)? {
        let file = DataFile::open(&path, Dataset::Customers, &reading, Needs::Nothing, &spooling)?;
        inputs.push(Input { dataset: Dataset::Customers, files: vec![file] });
    }
    let model = request.model.as_deref().map(read_model).transpose()?;
    let truth = request.truth.as_deref().map(|path| labels(&engine, path, &spooling)).transpose()?;
    let previous = match &request.previous {
        Some(folder) => labels(&engine, &folder.join("clusters.parquet"), &spooling)?.into_iter().collect(),
        None => BTreeMap::new(),
    };
    let draft = Draft::new(&request.out, request.overwrite)?;

    let started = Instant::now();
    let mut seconds = BTreeMap::new();
    let mut last = started;
    let mut lap = |stage: &'static str| {
        seconds.insert(stage, last.elapsed().as_secs_f64());
        last = Instant::now();
    };
    let mut reports = Vec::new();
    let mut rejects = Vec::new();
    let mut reads = Vec::new();
    for input in &inputs {
        let mut read = read(&engine, input, observer)?;
        reports.extend(input_reports(input, &read.ingested.totals));
        rejects.push((input, std::mem::take(&mut read.ingested.rejects)));
        reads.push(read);
    }
    let people = merge(&engine, &mut reads);
    drop(reads);
    lap("read");
    observer.begin("link", 0);
    let options = Options { threshold: request.threshold, model };
    let linked = people::link(&engine, &people, &options, &mut lap);
    let judgement = truth.map(|truth| judged(&people, &linked, &truth));

    observer.begin("report", 0);
    let named = tables::name(&people, &linked.clusters, &previous);
    let paths: Vec<String> = inputs.iter().map(|input| input.files[0].path().display().to_string()).collect();
    let rows: Vec<common::Rejects<'_>> = rejects
        .iter()
        .zip(&paths)
        .map(|((input, rejects), path)| {
            (input.dataset, rejects.iter().map(|(_, reject)| (path.as_str(), reject)).collect())
        })
        .collect();
    let best = people::golden::golden(&people, &linked.fields, &linked.clusters);
    let files = [
        tables::clusters(&engine, &people, &named),
        tables::pairs(&engine, &people, &linked),
        tables::conflicts(&people, &linked),
        tables::golden(&engine, &people, &named, &best),
    ];
    let mut outputs = Vec::new();
    for file in &files {
        outputs.push(draft.write(file.name, &file.bytes, file.rows)?);
    }
    outputs.push(common::rejects(&draft, &rows)?);
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
        persons: named.ids.len() as u64,
        duplicates: named.sizes.iter().filter(|&&size| size > 1).map(|&size| u64::from(size)).sum(),
        largest: named.sizes.iter().copied().max().unwrap_or(0).into(),
        comparisons: linked.blocks.comparisons,
        conflicts: BTreeMap::new(),
        pairs: files[1].rows,
        rejects: BTreeMap::new(),
    };
    for (_, conflict) in &linked.conflicts {
        *counts.conflicts.entry(conflict.name()).or_default() += 1;
    }
    for (_, reject) in rejects.iter().flat_map(|(_, rejects)| rejects) {
        *counts.rejects.entry(reject.reason.name()).or_default() += 1;
    }
    let mut report = PeopleReport {
        version: env!("CARGO_PKG_VERSION"),
        as_of: day::iso(request.as_of),
        config_fingerprint: fingerprint(&inputs, request.as_of, &(&options, request.report_pairs)),
        inputs: reports,
        outputs,
        columns: linked.notes.iter().map(|note| (note.header.clone(), note.note.clone())).collect(),
        keys: linked.blocks.keys(),
        counts,
        blocking_recall: linked.blocks.recall,
        estimate: linked.estimate,
        truth: judgement,
        seconds: BTreeMap::new(),
    };
    let page = page(&Material {
        people: &people,
        linked: &linked,
        named: &named,
        report: &report,
        threshold: request.threshold,
        pairs_max: request.report_pairs,
    });
    report.outputs.push(draft.write("report.html", page.as_bytes(), 1)?);
    lap("report");
    seconds.insert("total", started.elapsed().as_secs_f64());
    report.seconds = seconds;
    draft.write("run.json", render(&report).as_bytes(), 1)?;
    ingest::verify_unchanged(&inputs)?;
    draft.publish()?;
    Ok(report)
}

/// Reads one file.
fn read(engine: &Engine, input: &Input, observer: &dyn Observer) -> Result<FileRead> {
    let header = input.files[0].header();
    let columns = header
        .roles
        .iter()
        .zip(&header.names)
        .filter_map(|(role, name)| {
            role.filter(|&role| role != Role::RecordId).map(|role| (name.clone(), role))
        })
        .collect();
    let stage = CustomersStage::new(&header.roles);
    Ok(FileRead { columns, ingested: ingest::read(engine, input, &stage, observer)? })
}

fn read_model(path: &Path) -> Result<ModelFile> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::io("cannot read the model", path, &e))?;
    serde_json::from_str(&text).map_err(|e| {
        Error::usage(format!("the model cannot be used: line {}, column {}", e.line(), e.column()))
            .at(path)
            .remedy("give a model.json of an earlier run")
    })
}

/// Record ids and what a file says of each: the second of two columns, or the one that is called `cluster`.
fn labels(engine: &Engine, path: &Path, spooling: &Spooling) -> Result<Vec<(String, String)>> {
    let columns = ingest::customers::label_names()
        .map(|header| ColumnOverride { header: header.to_owned(), role: Some(Role::Code) })
        .collect();
    let reading = Reading { columns, ..Reading::default() };
    let file = DataFile::open(path, Dataset::Customers, &reading, Needs::Nothing, spooling)?;
    let input = Input { dataset: Dataset::Customers, files: vec![file] };
    let mut reads = [read(engine, &input, &ingest::Unobserved)?];
    let label = reads[0].columns.iter().position(|(_, role)| *role == Role::Code);
    let has_id = input.files[0].header().column(Role::RecordId).is_some();
    let (Some(label), true) = (label.or((reads[0].columns.len() == 1).then_some(0)), has_id) else {
        return Err(Error::usage("the file has no columns record_id and cluster")
            .at(path)
            .remedy("give a file with a header line record_id,cluster"));
    };
    let header = reads[0].columns[label].0.clone();
    let people = merge(engine, &mut reads);
    let column = people.columns.iter().find(|column| column.header == header).expect("the column was read");
    let label = |record: usize| column.texts.get(column.codes[record]).to_owned();
    Ok(people.ids.iter().enumerate().map(|(record, id)| (id.to_string(), label(record))).collect())
}

fn judged(people: &People, linked: &Linked, truth: &[(String, String)]) -> Judgement {
    let mut persons: BTreeMap<&str, u32> = BTreeMap::new();
    let mut of: BTreeMap<&str, u32> = BTreeMap::new();
    for (id, person) in truth.iter().filter(|(_, person)| !person.is_empty()) {
        let next = persons.len() as u32 + 1;
        of.insert(id, *persons.entry(person).or_insert(next));
    }
    let known: Vec<u32> = people.ids.iter().map(|id| of.get(&**id).copied().unwrap_or(0)).collect();
    let pairs: Vec<(u32, u32, f64)> =
        linked.pairs.iter().map(|pair| (pair.left, pair.right, linked.probability(pair))).collect();
    judge(&known, &linked.clusters, &pairs)
}

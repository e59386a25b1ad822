//! The nightly job: registry and documents in, a published report out.

use std::collections::BTreeMap;

use crate::batch::{Dataset, Role};
use crate::day;
use crate::engine::Engine;
use crate::error::Result;
use crate::ingest::{self, Observer};
use crate::jobs::clock::Clock;
use crate::link::near::Nearby;
use crate::link::rows::{Activity, ActivityStage, DocumentsStage, RegistryStage, Table};
use crate::link::{self, Links};
use crate::plan::{Decided, Plan};
use crate::report::back::Run;
use crate::report::changes::previous::Previous;
use crate::report::changes::read::verify_unchanged;
use crate::report::changes::table::Compared;
use crate::report::changes::{ChangesReport, Since, Source};
use crate::report::export::{self, Also};
use crate::report::html::PAGE;
use crate::report::html::night::{Material, page};
use crate::report::offices::Offices;
use crate::report::protect::mask::Mask;
use crate::report::publish::{Draft, Output};
use crate::report::rings::{self as report_rings, RingIds};
use crate::report::run_json::{
    Counts, DecisionsReport, Evidence, InputRejects, RunReport, by_band, by_name, count_rejects,
    input_reports, render,
};
use crate::report::tables;
use crate::report::values::Records;
use crate::rules::World;
use crate::rules::corrections::{self, Correction, Kind};
use crate::rules::duplicates::{self, Duplicate};
use crate::rules::evidence::Belief;
use crate::rules::rings::{self, ALONE, Rings};
use crate::rules::score::{self, Suspect};
use crate::spill::{Load, Spill};
use crate::validate::defect::{Check, Defect};
use crate::validate::defects::Defects;

/// Runs the plan and publishes the report.
///
/// # Errors
/// When an input is damaged or the report cannot be written; then nothing is published.
pub fn run(plan: &Plan, observer: &dyn Observer) -> Result<RunReport> {
    let engine = match &plan.spill {
        Some(spill) => Engine::new(plan.threads)?.spilling(spill.clone()),
        None => Engine::new(plan.threads)?,
    };
    let draft = Draft::new(&plan.out, plan.overwrite)?.protected(&plan.protection);
    let mut clock = Clock::start();
    let as_of = plan.as_of;

    let [registry_files, documents_files] = [&plan.inputs[0], &plan.inputs[1]];
    let stage = RegistryStage::new(as_of).spilling(&engine)?;
    let mut ingested = ingest::read(&engine, registry_files, &stage, observer)?;
    let mut registry = stage.merge(&mut ingested)?;
    let mut inputs = input_reports(registry_files, &ingested.totals);
    let mut rejects = vec![(registry_files, ingested.rejects)];
    clock.lap("registry");

    let stage = DocumentsStage::new(as_of).spilling(&engine)?;
    let mut ingested = ingest::read(&engine, documents_files, &stage, observer)?;
    let mut documents = stage.merge(&mut ingested)?;
    inputs.extend(input_reports(documents_files, &ingested.totals));
    rejects.push((documents_files, ingested.rejects));
    clock.lap("documents");

    let mut activity = Activity::default();
    if let Some(activity_files) = plan.inputs.get(2) {
        let stage = ActivityStage::new(as_of).spilling(&engine)?;
        let mut ingested = ingest::read(&engine, activity_files, &stage, observer)?;
        activity = stage.merge(&mut ingested)?;
        inputs.extend(input_reports(activity_files, &ingested.totals));
        rejects.push((activity_files, ingested.rejects));
        clock.lap("activity");
    }

    if let Some(spill) = engine.spill() {
        // Of pipes the plan could not know how much would come.
        let rows =
            Load { registry: registry.len() as u64, documents: documents.len() as u64, ..Load::default() };
        rows.fits(spill.limit_bytes(), plan.threads)?;
    }

    observer.begin("link", 0);
    let mut defects =
        [std::mem::take(&mut registry.defects), std::mem::take(&mut documents.defects), activity.defects];
    let records = Records {
        registry_files,
        documents_files,
        registry: &registry,
        documents: &documents,
        cases: None,
        offices: None,
    };
    let links = link::link(&engine, &registry, &documents, activity.pieces, &records, as_of);
    check(&engine)?;

    let nearby = match engine.spill() {
        Some(spill) => Some(Nearby::bring(&engine, spill, &documents, &links)?),
        None => None,
    };
    clock.lap("link");

    observer.begin("rules", 0);
    let world = World {
        engine: &engine,
        registry: &registry,
        documents: &documents,
        links: &links,
        duplicates: &[],
        names: &records,
        as_of,
        settings: &plan.settings,
        nearby: nearby.as_ref(),
        near: None,
    };
    let corrections = corrections::find(&world);
    add_duplicate_defects(&mut defects, &links, &registry, &records, &documents);
    for document in corrections::missing_successors(&world) {
        defects[1].add(defect(
            documents.record(document as usize),
            Role::Status,
            Check::SuccessorMissing,
            "replaced",
        ));
    }
    clock.lap("corrections");
    let duplicates = duplicates::find(&world);
    clock.lap("duplicates");
    let world = World { duplicates: &duplicates, ..world };
    let (suspects, belief) = score::find(&world);
    let found = Found { corrections, suspects, belief };
    let (found, away, decided) =
        decide(plan.decisions.as_ref(), found, &world, &records, plan.protection.mask.as_ref());
    let Found { corrections, suspects, belief } = found;
    check(&engine)?;
    clock.lap("signals");
    let rings = rings::find(&world, &suspects);
    check(&engine)?;
    clock.lap("rings");

    observer.begin("report", 0);
    // What tied rows and documents is needed no more, and is most of what is left in memory.
    drop(links);
    defects.iter_mut().for_each(Defects::sort);
    let found = Findings { corrections, suspects, rings, away, duplicates, defects };
    let counts = count(&found, &rejects);
    let offices = Offices::of(&engine, &records, &found.registry_rows());
    let records = Records { offices: Some(&offices), ..records };
    let previous = match &plan.previous {
        None => None,
        Some((_, reports)) => Some(Previous::read(&engine, reports)?),
    };
    let since = Since { previous: previous.as_ref(), as_of };
    let mut outputs = write_tables(&engine, &draft, &records, nearby.as_ref(), since, &found, &rejects)?;
    clock.lap("report");
    let settings_fingerprint = plan.settings_fingerprint();
    let changes = match previous {
        None => None,
        Some(previous) => {
            let (output, changes) = write_changes(&engine, &draft, plan, previous, &settings_fingerprint)?;
            outputs.push(output);
            clock.lap("changes");
            Some(changes)
        }
    };

    let mut report = RunReport {
        version: env!("CARGO_PKG_VERSION"),
        as_of: day::iso(as_of),
        config_fingerprint: plan.fingerprint(),
        settings_fingerprint,
        inputs,
        outputs,
        counts,
        evidence: Some(Evidence::of(&belief)),
        decisions: decided,
        changes,
        protection: plan.protection.report(),
        seconds: BTreeMap::new(),
    };
    if plan.also != Also::default() {
        let written = export::into_draft(&engine, &draft, &draft.tables(), &Run::of(&report), plan.also)?;
        report.outputs.extend(written);
        clock.lap("export");
    }
    if plan.protection.allows_page() {
        report.outputs.push(write_page(&draft, plan, &report)?);
        clock.lap("page");
    }
    report.seconds = clock.stop();
    draft.account(&render(&report))?;
    ingest::verify_unchanged(&plan.inputs)?;
    draft.publish()?;
    Ok(report)
}

/// Stops a run in which something could not be laid down.
fn check(engine: &Engine) -> Result<()> {
    engine.spill().map_or(Ok(()), Spill::check)
}

fn defect(row: u32, role: Role, check: Check, value: &str) -> Defect {
    Defect { row, role, check, value: value.into() }
}

/// Defects that only the whole dataset shows: the same number in two rows.
fn add_duplicate_defects(
    defects: &mut [Defects; 3],
    links: &Links,
    registry: &Table<crate::link::rows::RegistryRow>,
    records: &Records<'_>,
    documents: &Table<crate::link::rows::DocumentRow>,
) {
    for &(_, later) in &links.duplicate_iins {
        let row = later as usize;
        defects[0].add(defect(registry.record(row), Role::Iin, Check::DuplicateIin, &records.iin(row)));
    }
    for &(first, later) in &links.duplicate_documents {
        let (a, b) = (&documents.rows[first as usize], &documents.rows[later as usize]);
        if a.kind == b.kind || a.kind == 0 || b.kind == 0 {
            let row = later as usize;
            let number = records.document_number(row);
            defects[1].add(defect(
                documents.record(row),
                Role::DocumentNumber,
                Check::DuplicateDocument,
                &number,
            ));
        }
    }
}

/// What the rules found before anybody's decisions.
struct Found {
    corrections: Vec<Correction>,
    suspects: Vec<Suspect>,
    belief: Belief,
}

/// What was dismissed and is what it was then.
struct Away {
    corrections: Vec<Correction>,
    suspects: Vec<Suspect>,
}

/// Does what people decided: confirmed suspects teach, dismissed cases are set aside.
fn decide(
    decided: Option<&Decided>,
    mut found: Found,
    world: &World<'_>,
    records: &Records<'_>,
    mask: Option<&Mask>,
) -> (Found, Option<Away>, Option<DecisionsReport>) {
    let Some(Decided { path, digest, decisions }) = decided else { return (found, None, None) };
    let engine = world.engine;
    // People decide on the ids that they read.
    let shown = |ids: Vec<String>| match mask {
        Some(mask) => ids.iter().map(|id| mask.case(id)).collect(),
        None => ids,
    };
    let mut account = decisions.account();
    let mut ids = shown(tables::suspect_ids(engine, &found.suspects, records));
    if let Some(settings) = decisions.teach(&found.suspects, &ids, world.settings, &mut account) {
        (found.suspects, found.belief) = score::find(&World { settings: &settings, ..*world });
        ids = shown(tables::suspect_ids(engine, &found.suspects, records));
    }
    let mut known: u64 = decisions.count(&ids);
    let (suspects, suspects_away) = decisions.part(found.suspects, &ids, &mut account);
    let (mut corrections, mut corrections_away) = (found.corrections, Vec::new());
    if decisions.of_corrections() {
        let ids = shown(tables::correction_ids(engine, &corrections, records));
        known += decisions.count(&ids);
        let mut ids = ids.iter();
        corrections_away = corrections
            .extract_if(.., |_| decisions.dismisses(ids.next().expect("each correction has an id")))
            .collect();
    }
    account.corrections_away = corrections_away.len() as u64;
    account.not_found = (decisions.0.len() as u64).saturating_sub(known);
    let report = DecisionsReport::of(path, digest, &account);
    let away = Away { corrections: corrections_away, suspects: suspects_away };
    (Found { corrections, suspects, belief: found.belief }, Some(away), Some(report))
}

/// What the rules found, and what reading did.
struct Findings {
    corrections: Vec<Correction>,
    suspects: Vec<Suspect>,
    rings: Rings,
    away: Option<Away>,
    duplicates: Vec<Duplicate>,
    defects: [Defects; 3],
}

impl Findings {
    /// The registry rows behind all findings that say where a number was assigned.
    fn registry_rows(&self) -> Vec<u32> {
        let away = || self.away.iter();
        let corrections = self.corrections.iter().chain(away().flat_map(|away| &away.corrections));
        let suspects = self.suspects.iter().chain(away().flat_map(|away| &away.suspects));
        corrections.map(|c| c.row).chain(suspects.map(|s| s.row)).collect()
    }
}

/// Compares the tables of the draft with those of the earlier night.
fn write_changes(
    engine: &Engine,
    draft: &Draft,
    plan: &Plan,
    previous: Previous,
    settings_fingerprint: &str,
) -> Result<(Output, ChangesReport)> {
    let (earlier, reports) = plan.previous.as_ref().expect("what was read was named");
    let compared = Compared::of(engine, previous, &draft.tables(), plan.as_of, earlier.forget_days)?;
    let output = compared.write(engine, draft)?;
    verify_unchanged(&[reports])?;
    let version = env!("CARGO_PKG_VERSION");
    let changes = compared.counts().between(&earlier.folder, &reports.run, version, settings_fingerprint);
    Ok((output, changes))
}

fn write_tables(
    engine: &Engine,
    draft: &Draft,
    records: &Records<'_>,
    nearby: Option<&Nearby>,
    since: Since<'_>,
    found: &Findings,
    rejects: &[InputRejects<'_>],
) -> Result<Vec<Output>> {
    let ids = RingIds::of(&found.rings);
    let suspects = |suspects: &[Suspect], rings: &[u32], source: Source| {
        tables::suspects(engine, draft, (suspects, rings, &ids), records, (since, source))
    };
    let corrections = |corrections: &[Correction], source: Source| {
        tables::corrections(engine, draft, corrections, records, nearby, (since, source))
    };
    let away = found.away.as_ref();
    // What was set aside is written where there were decisions, be it nothing.
    let written = engine.map(if away.is_some() { 8 } else { 6 }, |table| match (table, away) {
        (0, _) => corrections(&found.corrections, Source::Corrections),
        (1, _) => {
            let datasets = [Dataset::Registry, Dataset::Documents, Dataset::Activity];
            let defects = datasets.into_iter().zip(&found.defects);
            let defects = defects.flat_map(|(dataset, defects)| defects.iter().map(move |d| (dataset, d)));
            tables::defects(engine, draft, defects)
        }
        (2, _) => suspects(&found.suspects, &found.rings.of, Source::Suspects),
        (3, _) => report_rings::rings(draft, &found.rings, &ids, &found.suspects, records),
        (4, _) => tables::duplicates(draft, &found.duplicates, records, since),
        (6, Some(away)) => corrections(&away.corrections, Source::DismissedCorrections),
        (7, Some(away)) => {
            suspects(&away.suspects, &vec![ALONE; away.suspects.len()], Source::DismissedSuspects)
        }
        _ => tables::rejects(draft, rejects),
    });
    written.into_iter().collect()
}

/// Makes the page for people of the tables as they stand in the draft, so that it shows what they show.
fn write_page(draft: &Draft, plan: &Plan, report: &RunReport) -> Result<Output> {
    let tables = draft.tables();
    let run = Run::of(report);
    let material =
        Material { tables: &tables, run: &run, earlier: &plan.earlier, options: plan.page, seconds: false };
    draft.write(PAGE, page(&material)?.as_bytes(), 1)
}

fn count(found: &Findings, rejects: &[InputRejects<'_>]) -> Counts {
    let Findings { corrections, suspects, rings, duplicates, defects, .. } = found;
    let mut counts =
        Counts { duplicates: duplicates.len() as u64, rejects: count_rejects(rejects), ..Counts::default() };
    counts.corrections = Kind::ALL.iter().map(|kind| (kind.name(), 0)).collect();
    for correction in corrections {
        *counts.corrections.entry(correction.kind.name()).or_default() += 1;
    }
    counts.suspects = by_band(suspects.iter().map(|suspect| suspect.band));
    let signals = suspects.iter().flat_map(|suspect| &suspect.signals);
    counts.signals = by_name(signals.map(|signal| signal.code.name()));
    let sizes = || rings.rings.iter().map(|ring| ring.members.len() as u64);
    counts.rings = rings.rings.len() as u64;
    counts.ring_members = sizes().sum();
    counts.ring_members_max = sizes().max().unwrap_or(0);
    for (check, count) in defects.iter().flat_map(Defects::counts) {
        *counts.defects.entry(check.name()).or_default() += count;
    }
    counts
}

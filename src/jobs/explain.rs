//! Explanation: a published report and a key in, the [`Story`] of that case out.
//!
//! First the report says what it knows of the key, then the files of the run are read once more for the rows behind
//! it: the registry for its numbers, the documents in as many passes as one document leads to another, the
//! activity. The law: nothing is decided here; an error names neither the number nor a value.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::batch::{Dataset, NO_IIN, Role};
use crate::day;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::figure::grouped;
use crate::link::Basis;
use crate::report::back::{CorrectionRow, DefectRow, DuplicateRow, Key, Reports, RunEvidence, SuspectRow};
use crate::report::changes::{self, Source, State};
use crate::report::explain::sources::{Access, Found, Record, Sought, Sources};
use crate::report::explain::ties::{DOCUMENTS_MAX, Own, date, packed, tie};
use crate::report::explain::weigh::weigh;
use crate::report::explain::{Activity, ActivityKind, Cluster, MEMBERS_MAX, Needed, Ring, Story};
use crate::report::protect::encrypt::Openers;
use crate::report::protect::mask::{Identifier, Mask, is_pseudonym};
use crate::rules::evidence::LONG_DAYS;
use crate::rules::settings::Settings;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folder of the report.
    pub report: PathBuf,
    /// An IIN, or the id of a case.
    pub key: String,
    /// How the files of the run are found and read.
    pub access: Access,
    /// Bands and weights of the run, where they were not the usual ones.
    pub settings: Settings,
    /// How many threads.
    pub threads: usize,
    /// What opens its tables, where they are encrypted.
    pub openers: Openers,
    /// What its pseudonyms were made with, where it is masked.
    pub mask: Option<Mask>,
}

/// What the report knows of a key.
#[derive(Default)]
struct Known {
    kind: &'static str,
    iins: BTreeSet<String>,
    /// Registry rows, from 1, each with its number where there is one.
    rows: BTreeMap<u32, Option<String>>,
    corrections: Vec<CorrectionRow>,
    suspects: Vec<SuspectRow>,
    clusters: Vec<Cluster>,
    rings: Vec<Ring>,
}

/// Tells the story of a case.
///
/// # Errors
/// When the report knows no such case, or it or a file of the run is damaged.
pub fn run(request: &Request) -> Result<Story> {
    let reports = Reports::open_with(&request.report, &request.openers)?;
    let mask = mask_of(&reports, request)?;
    let key = request.key.trim().to_uppercase();
    let mut known = find(&reports, &key, mask).map_err(|error| gone(&reports, &key).unwrap_or(error))?;
    gather(&reports, &mut known)?;

    let engine = Engine::new(request.threads)?;
    let mut sources = Sources::open(&reports.run, &request.access);
    let mut notes = Vec::new();
    if is_masked(&reports) {
        notes.push(MASKED.to_owned());
    }
    let asked = mask.is_some().then_some(key.as_str());
    let numbers = known.iins.iter().map(String::as_str).chain(asked);
    let iins: BTreeSet<u64> = numbers.map(packed).filter(|&packed| packed != NO_IIN).collect();

    let (own, registry) = registry(&engine, &mut sources, &known, &iins, &mut notes)?;
    let (documents, more) = tie(&engine, &mut sources, &own, &iins, &known.corrections)?;
    if more {
        notes.push(format!(
            "more than {DOCUMENTS_MAX} documents hang together with this case; the first are shown"
        ));
    }
    let nothing = known.corrections.is_empty() && known.rows.is_empty();
    if nothing && registry.is_empty() && documents.is_empty() {
        return Err(nobody(&reports, &sources));
    }
    let on_file = documents.iter().any(|tied| tied.bases.contains(&Basis::DocumentNumber.name()));
    let asks = sources.can_read(Dataset::Documents) && own.iter().any(Own::holds_document);
    let assigned = own.iter().filter_map(|own| own.assigned).min();
    let (activity, seen) = activity(&engine, &mut sources, &iins, assigned)?;
    sources.verify_unchanged()?;

    let rows = [
        (Dataset::Registry, registry.iter().map(|record| record.row).collect::<BTreeSet<u32>>()),
        (Dataset::Documents, documents.iter().map(|tied| tied.record.row).collect()),
        (Dataset::Activity, seen),
    ];
    let defects = defects(&reports, &rows)?;
    notes.extend(sources.notes());
    let as_of = day::parse(reports.run.as_of.as_bytes());
    let young = |row: u32| {
        let assigned = own.iter().find(|own| own.row == row).and_then(|own| own.assigned);
        as_of.zip(assigned).is_some_and(|(as_of, assigned)| as_of - assigned < LONG_DAYS)
    };
    let evidence = reports.run.evidence.clone().unwrap_or_else(RunEvidence::default);
    let suspects = known.suspects.into_iter().map(|row| {
        let young = young(row.registry_row);
        weigh(row, &evidence, &request.settings, young)
    });
    let mut story = Story {
        asked: key.clone(),
        kind: known.kind,
        report: reports.tables.folder().display().to_string(),
        as_of: reports.run.as_of.clone(),
        version: reports.run.version.clone(),
        headline: String::new(),
        lead: Vec::new(),
        registry,
        documents,
        registered_document_on_file: asks.then_some(on_file),
        activity,
        corrections: known.corrections.into_iter().map(|row| Needed::of(row, &key)).collect(),
        suspects: suspects.collect(),
        clusters: known.clusters,
        rings: known.rings,
        defects,
        notes,
    };
    story.write_headline();
    Ok(story)
}

/// The refusal of a key of which nothing is known.
fn unknown(reports: &Reports) -> Error {
    Error::world("no case of this number: it is in none of corrections, suspects, duplicates and rings")
        .at(reports.tables.folder())
        .remedy("check the id and the night; a finding that is resolved is in the report of an earlier night only")
}

fn nobody(reports: &Reports, sources: &Sources) -> Error {
    let rejected: u64 = reports.run.inputs.iter().map(|input| input.rejected).sum();
    let unread = sources.notes();
    let what = "no case of this number, and no row of the registry or the documents bears it";
    let remedy = if let Some(note) = unread.first() {
        return Error::world(
            "no case of this number in the report, and not every file of the run could be looked at",
        )
        .at(reports.tables.folder())
        .remedy(format!("check the number; {note}"));
    } else if rejected > 0 {
        format!(
            "check its digits (iinrec check); {} records were rejected, see rejects.parquet",
            grouped(rejected)
        )
    } else {
        "check its digits (iinrec check), and whether this is the right night".to_owned()
    };
    Error::world(what).at(reports.tables.folder()).remedy(remedy)
}

/// What is said of a case that an earlier night had, and this one has not.
fn gone(reports: &Reports, key: &str) -> Option<Error> {
    let rows = reports.tables.plain_rows(changes::table::FILE, "case_id", &Key::text(key)).ok()?;
    let text = |name: &str| rows.first()?.get(name)?.as_str();
    if text("state")? != State::Resolved.name() {
        return None;
    }
    let what = format!("this case was gone on {}", text("resolved_on")?);
    let remedy = format!("look into the report of {}, the last night that had it", text("last_seen")?);
    Some(Error::world(what).at(reports.tables.folder()).remedy(remedy))
}

/// What is said of a masked report.
const MASKED: &str =
    "the report is masked: numbers and case ids in it are pseudonyms; the rows are those of your own files";

fn is_masked(reports: &Reports) -> bool {
    reports.run.protection.as_ref().is_some_and(|protection| protection.masked.is_some())
}

/// The mask with which numbers are looked for in the report.
fn mask_of<'a>(reports: &Reports, request: &'a Request) -> Result<Option<&'a Mask>> {
    let of_report = reports.run.protection.as_ref().and_then(|protection| protection.masked.as_deref());
    let refuse = |what: &str, remedy: &str| Err(Error::usage(what).at(&request.report).remedy(remedy));
    match (of_report, &request.mask) {
        (None, Some(_)) => refuse("the report is not masked", "leave out --mask"),
        (Some(mark), Some(mask)) if mark != mask.mark() => {
            refuse("the report is masked with another key", "give the key of the run's --mask")
        }
        (Some(_), None) if packed(request.key.trim()) != NO_IIN => refuse(
            "the report is masked, and no number stands in it",
            "add --mask KEY with the key of the run, or give the id of a case or a pseudonym",
        ),
        (_, mask) => Ok(mask.as_ref()),
    }
}

/// What a key leads to.
fn find(reports: &Reports, key: &str, mask: Option<&Mask>) -> Result<Known> {
    let mut known = Known { kind: "number", ..Known::default() };
    if key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit()) {
        // In a masked report a number stands as its pseudonym.
        known.iins.insert(mask.map_or_else(|| key.to_owned(), |mask| mask.pseudonym(Identifier::Iin, key)));
        return Ok(known);
    }
    if is_masked(reports) && is_pseudonym(key) {
        known.iins.insert(key.to_owned());
        return Ok(known);
    }
    match key.split_once('-').map(|(prefix, _)| prefix) {
        Some("C") => {
            let found = corrections(reports, "case_id", &Key::text(key))?;
            let first = found.first().ok_or_else(|| unknown(reports))?;
            known.iins.extend(first.iin.clone());
            known.rows.extend(first.registry_row.map(|row| (row, first.iin.clone())));
        }
        Some("S") => {
            let found = suspects(reports, "case_id", &Key::text(key))?;
            let first = found.first().ok_or_else(|| unknown(reports))?;
            known.iins.extend(first.iin.clone());
            known.rows.insert(first.registry_row, first.iin.clone());
        }
        Some("D") => {
            let found: Vec<DuplicateRow> =
                reports.tables.rows(Source::Duplicates.file(), "cluster_id", &Key::text(key))?;
            known.kind = "cluster";
            known.iins.extend(found.iter().take(MEMBERS_MAX).map(|row| row.iin.clone()));
            known.clusters.push(Cluster::of(found).ok_or_else(|| unknown(reports))?);
        }
        Some("R") => {
            known.kind = "ring";
            let ring = ring(reports, key)?.ok_or_else(|| unknown(reports))?;
            known.iins.extend(ring.members.iter().filter_map(|member| member.iin.clone()));
            let rows = ring.members.iter().map(|member| (member.registry_row, member.iin.clone()));
            known.rows.extend(rows);
            known.rings.push(ring);
        }
        _ => {
            return Err(Error::usage(
                "what was asked for is neither an IIN of twelve digits nor the id of a case",
            )
            .remedy("give an IIN, or an id as it stands in the report: C-…, S-…, D-… or R-…"));
        }
    }
    if known.kind == "number" && known.iins.iter().all(|text| packed(text) == NO_IIN) {
        known.kind = "row";
    }
    Ok(known)
}

fn ring(reports: &Reports, id: &str) -> Result<Option<Ring>> {
    let suspects: Vec<SuspectRow> =
        reports.tables.rows(Source::Suspects.file(), "ring_id", &Key::text(id))?;
    let said = reports.tables.plain_rows("rings.parquet", "ring_id", &Key::text(id))?.into_iter().next();
    let is_known = said.is_some() || !suspects.is_empty();
    Ok(is_known.then(|| Ring::of(id, said.unwrap_or_default(), &suspects)))
}

/// The corrections of a key, behind them those that a decision keeps away.
fn corrections(reports: &Reports, column: &str, key: &Key) -> Result<Vec<CorrectionRow>> {
    let mut found: Vec<CorrectionRow> = reports.tables.rows(Source::Corrections.file(), column, key)?;
    let away: Vec<CorrectionRow> = reports.tables.rows(Source::DismissedCorrections.file(), column, key)?;
    found.extend(away.into_iter().map(|row| CorrectionRow { dismissed: true, ..row }));
    Ok(found)
}

/// The suspects of a key, behind them those that a decision keeps away.
fn suspects(reports: &Reports, column: &str, key: &Key) -> Result<Vec<SuspectRow>> {
    let mut found: Vec<SuspectRow> = reports.tables.rows(Source::Suspects.file(), column, key)?;
    let away: Vec<SuspectRow> = reports.tables.rows(Source::DismissedSuspects.file(), column, key)?;
    found.extend(away.into_iter().map(|row| SuspectRow { dismissed: true, ..row }));
    Ok(found)
}

/// Everything that the report says of the numbers of a case; of a row without one, of that row.
fn gather(reports: &Reports, known: &mut Known) -> Result<()> {
    let by_row = known.kind == "row";
    let (column, key) = if by_row {
        ("registry_row", Key::Row(known.rows.keys().copied().collect()))
    } else {
        ("iin", Key::Text(known.iins.clone()))
    };
    known.corrections = corrections(reports, column, &key)?;
    known.suspects = suspects(reports, column, &key)?;
    if known.clusters.is_empty() && known.kind == "number" {
        let own: Vec<DuplicateRow> = reports.tables.rows(Source::Duplicates.file(), column, &key)?;
        let ids: BTreeSet<String> = own.into_iter().map(|row| row.cluster_id).collect();
        for id in ids {
            known.clusters.extend(Cluster::of(reports.tables.rows(
                Source::Duplicates.file(),
                "cluster_id",
                &Key::text(&id),
            )?));
        }
    }
    if known.rings.is_empty() {
        let ids: BTreeSet<&String> = known.suspects.iter().filter_map(|row| row.ring_id.as_ref()).collect();
        for id in ids {
            known.rings.extend(ring(reports, id)?);
        }
    }
    let corrections = known.corrections.iter().filter_map(|row| Some((row.registry_row?, row.iin.clone())));
    known.rows.extend(corrections);
    known.rows.extend(known.suspects.iter().map(|row| (row.registry_row, row.iin.clone())));
    let members = known.clusters.iter().flat_map(|cluster| &cluster.members);
    let own = members.filter(|member| known.iins.contains(&member.iin));
    known.rows.extend(own.map(|member| (member.registry_row, Some(member.iin.clone()))));
    Ok(())
}

/// The registry rows of a case.
fn registry(
    engine: &Engine,
    sources: &mut Sources,
    known: &Known,
    iins: &BTreeSet<u64>,
    notes: &mut Vec<String>,
) -> Result<(Vec<Own>, Vec<Record>)> {
    let sought = Sought { iins: iins.clone(), ..Sought::default() };
    let mut found: Vec<Found> = sources.seek(engine, Dataset::Registry, &sought)?;
    let there: BTreeSet<u32> = found.iter().map(|found| found.row).collect();
    let absent: BTreeSet<u32> = known.rows.keys().filter(|row| !there.contains(row)).copied().collect();
    let mut missing = absent.clone();
    for other in sources.seek_rows(engine, Dataset::Registry, &absent)? {
        missing.remove(&other.row);
        let number = known.rows.get(&other.row).and_then(Option::as_deref);
        if number.is_some_and(|number| packed(number) != NO_IIN) {
            notes.push(format!(
                "registry row {} holds another number than in the run: the file was changed since",
                grouped(u64::from(other.row))
            ));
        }
        found.push(other);
    }
    found.sort_unstable();
    let own = found.iter().map(|&found| Own::of(sources, found)).collect();
    let mut records = found.iter().map(|&found| sources.record(found)).collect::<Result<Vec<Record>>>()?;
    records.extend(missing.into_iter().map(|row| sources.missing(Dataset::Registry, row)));
    records.sort_by_key(|record| record.row);
    Ok((own, records))
}

/// What was seen of some numbers, and the rows that say so.
fn activity(
    engine: &Engine,
    sources: &mut Sources,
    iins: &BTreeSet<u64>,
    assigned: Option<i32>,
) -> Result<(Option<Activity>, BTreeSet<u32>)> {
    if iins.is_empty() || !sources.can_read(Dataset::Activity) {
        return Ok((None, BTreeSet::new()));
    }
    let sought = Sought { iins: iins.clone(), ..Sought::default() };
    let found = sources.seek(engine, Dataset::Activity, &sought)?;
    let mut kinds: BTreeMap<String, (u64, Option<i32>, Option<i32>)> = BTreeMap::new();
    let mut since = 0;
    for &found in &found {
        let [kind, text] = sources.texts(found, [Role::Kind, Role::OccurredOn]);
        let day = date(&text);
        since += u64::from(day.zip(assigned).is_some_and(|(day, assigned)| day >= assigned));
        let (events, first, last) = kinds.entry(kind).or_default();
        *events += 1;
        *first = [*first, day].into_iter().flatten().min();
        *last = [*last, day].into_iter().flatten().max();
    }
    let kinds = kinds.into_iter().map(|(kind, (events, first, last))| ActivityKind {
        kind,
        events,
        first: first.map(day::iso),
        last: last.map(day::iso),
    });
    let activity = Activity {
        events: found.len() as u64,
        since_assignment: assigned.map(|_| since),
        kinds: kinds.collect(),
    };
    Ok((Some(activity), found.iter().map(|found| found.row).collect()))
}

/// The defects of some rows.
fn defects(reports: &Reports, rows: &[(Dataset, BTreeSet<u32>); 3]) -> Result<Vec<DefectRow>> {
    let all: BTreeSet<u32> = rows.iter().flat_map(|(_, rows)| rows).copied().collect();
    let mut found: Vec<DefectRow> = reports.tables.rows("defects.parquet", "row", &Key::Row(all))?;
    found.retain(|defect| {
        rows.iter().any(|(dataset, rows)| dataset.name() == defect.dataset && rows.contains(&defect.row))
    });
    Ok(found)
}

//! `iinrec reconcile`: the nightly job, and its summary for the morning.

use std::io::Write;
use std::path::{Path, PathBuf};

use comfy_table::{CellAlignment, Table, presets};
use iinrec::batch::Dataset;
use iinrec::config::Config;
use iinrec::figure::grouped;
use iinrec::jobs;
use iinrec::plan::{Earlier, PageRequest, Plan, Request};
use iinrec::report::changes::read::open_night;
use iinrec::report::gates::Job;
use iinrec::report::html::PAGE;
use iinrec::report::protect::encrypt::Openers;
use iinrec::report::run_json::{DecisionsReport, InputReport, RunReport};
use iinrec::spill::{Memory, Spill, size_in_words};

use super::args::{Format, ReconcileArgs, Shared};
use super::changes::print_changes;
use super::config::show_config;
use super::export::load_published;
use super::operation::{self, Operation, event, exit_code, outcome, shown as shown_path, with_gates};
use super::progress::Progress;
use super::{Failure, after_publishing};

pub(crate) fn run(args: &ReconcileArgs, out: &mut impl Write) -> Result<(), Failure> {
    let mut config = args.shared.config()?;
    config.set_files(Dataset::Registry, &args.registry, "--registry");
    config.set_files(Dataset::Documents, &args.documents, "--documents");
    config.set_files(Dataset::Activity, &args.activity, "--activity");
    config.set_number("limits.memory", args.memory_limit, "--memory-limit");
    if args.shared.show_config {
        return Ok(show_config(&config, &args.shared, out)?);
    }
    args.also.check(args.protect.encrypt.is_some())?;
    if let Some(previous) = &args.previous {
        open_night(previous, &Openers::default())?;
    }
    let previous = args.previous.as_deref();
    let operation = Operation::start(&args.operation, Job::Reconcile, previous, args.shared.format)?;
    let memory = Some(config.limits.memory).filter(|&bytes| bytes > 0);
    let folder = args.out.clone().expect("required unless --show-config");
    let as_of = args.shared.as_of();
    Operation::started("reconcile", as_of, Some(&folder));
    let threads = args.shared.threads(&config)?;
    let plan = Plan::settle(&Request {
        overwrite: args.overwrite,
        memory: Memory { limit: memory, scratch: args.scratch.clone() },
        decisions: args.decisions.clone(),
        also: args.also.also(),
        previous: previous
            .map(|folder| Earlier { folder: folder.to_owned(), forget_days: args.forget_days as i32 }),
        page: PageRequest {
            options: args.page.over(config.page.options()),
            history: args.page.history.clone(),
        },
        protection: args.protect.protection()?,
        ..request_of(&config, as_of, threads, folder.clone())
    })?;
    let report = Progress::during(&args.shared, |progress| jobs::reconcile::run(&plan, progress))?;
    let run = serde_json::to_value(&report).expect("plain data");
    let verdicts = operation.judge(&run, Some(&folder));
    let shown = !args.shared.quiet && !operation.log_is_out;
    if shown {
        after_publishing(match args.shared.format {
            Format::Json => out.write_all(with_gates(&report, &verdicts).as_bytes()),
            Format::Text => summary(&report, &folder, memory.map(|limit| (limit, plan.spill.as_ref())), out),
        })?;
    }
    // What a gate holds back is handed on to nobody.
    if let Some(typed) = args.also.to.as_ref().filter(|_| exit_code(&verdicts) == 0) {
        let lines = load_published(&folder, typed, None, &plan.protection.keys())?;
        event("loaded", serde_json::json!({ "into": shown_path(Path::new(typed)) }));
        if shown && args.shared.format == Format::Text {
            writeln!(out, "\nLoaded:")?;
            for line in lines {
                writeln!(out, "{line}")?;
            }
        }
    }
    operation::finished(exit_code(&verdicts), &run, &verdicts);
    outcome(verdicts)
}

/// What a configuration says of a run.
pub(super) fn request_of(config: &Config, as_of: i32, threads: usize, out: PathBuf) -> Request {
    let files = |dataset| config.dataset(dataset).files;
    Request {
        registry: files(Dataset::Registry),
        documents: files(Dataset::Documents),
        activity: files(Dataset::Activity),
        out,
        as_of,
        threads,
        readings: config.readings(),
        unpacked_max: Shared::unpacked_max(config),
        settings: config.settings.clone(),
        memory: Memory { limit: Some(config.limits.memory).filter(|&bytes| bytes > 0), scratch: None },
        ..Request::default()
    }
}

/// A borderless table whose columns from the second on are numbers.
pub(super) fn table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

/// Aligns the number column of a finished table.
pub(super) fn print(table: &mut Table, out: &mut impl Write) -> std::io::Result<()> {
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for line in table.to_string().lines() {
        writeln!(out, " {}", line.trim_end())?;
    }
    Ok(())
}

/// The lines on what was read.
pub(super) fn print_inputs(inputs: &[InputReport], out: &mut impl Write) -> std::io::Result<()> {
    for input in inputs {
        write!(out, "  {}: {} records", input.path, grouped(input.records))?;
        if input.rejected > 0 {
            write!(out, ", {} rejected", grouped(input.rejected))?;
        }
        writeln!(out, " ({}, {})", input.dataset, input.format)?;
        if !input.ignored_columns.is_empty() {
            writeln!(out, "    columns without a role, ignored: {}", input.ignored_columns.join(", "))?;
        }
    }
    Ok(())
}

fn summary(
    report: &RunReport,
    folder: &Path,
    memory: Option<(u64, Option<&Spill>)>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let records: u64 = report.inputs.iter().map(|input| input.records).sum();
    let seconds = report.seconds["total"];
    writeln!(
        out,
        "Read {} records as of {} in {seconds:.2} s ({} records/s).",
        grouped(records),
        report.as_of,
        grouped((records as f64 / seconds.max(1e-9)) as u64)
    )?;
    print_inputs(&report.inputs, out)?;
    if let Some((limit, spill)) = memory {
        print_memory(limit, spill.map_or(0, Spill::laid_bytes), out)?;
    }
    let counts = &report.counts;
    let total = |map: &std::collections::BTreeMap<&str, u64>| map.values().sum::<u64>();

    let mut rows = table();
    let mut section = |title: &str, sum: u64, parts: &mut dyn Iterator<Item = (&str, u64, &str)>| {
        rows.add_row([title.to_owned(), grouped(sum), String::new()]);
        for (name, count, meaning) in parts.filter(|(_, count, _)| *count > 0) {
            rows.add_row([format!("  {name}"), grouped(count), meaning.to_owned()]);
        }
    };
    let parts = counts.corrections.iter().map(|(&name, &count)| (name, count, correction_in_words(name)));
    section("Corrections needed", total(&counts.corrections), &mut { parts });
    let bands =
        ["high", "medium", "low"].map(|band| (band, counts.suspects.get(band).copied().unwrap_or(0), ""));
    let largest = match counts.rings {
        1 => "made up together, it seems".to_owned(),
        rings => {
            let (rings, most) = (grouped(rings), grouped(counts.ring_members_max));
            format!("made up together, it seems, in {rings} rings of up to {most}")
        }
    };
    let mut parts = bands.into_iter().chain([("in rings", counts.ring_members, largest.as_str())]);
    section("Suspects, to be looked at by a person", total(&counts.suspects), &mut parts);
    section("IINs that look like one person", counts.duplicates, &mut std::iter::empty());
    let mut defects: Vec<_> = counts.defects.iter().map(|(&name, &count)| (name, count, "")).collect();
    defects.sort_by_key(|&(name, count, _)| (std::cmp::Reverse(count), name));
    section("Defects of the data", total(&counts.defects), &mut defects.into_iter());
    let rejects = counts.rejects.iter().map(|(&name, &count)| (name, count, ""));
    section("Records rejected", total(&counts.rejects), &mut { rejects });
    writeln!(out)?;
    print(&mut rows, out)?;

    if let Some(changes) = &report.changes {
        print_changes(changes, &report.as_of, out)?;
    }
    if let Some(decisions) = &report.decisions {
        print_decisions(decisions, out)?;
    }

    writeln!(out, "\nReports: {}", folder.display())?;
    if let Some(page) = report.outputs.iter().find(|output| output.file == PAGE) {
        writeln!(out, "For people: {}", folder.join(&page.file).display())?;
    }
    if report.changes.is_some() {
        writeln!(out, "Next, what is new, the likeliest suspects first:")?;
        return writeln!(
            out,
            "  duckdb -c \"FROM '{}/suspects.parquet' WHERE state IN ('new', 'reopened', 'changed') LIMIT 20\"",
            folder.display()
        );
    }
    writeln!(out, "Next, the corrections that have stood longest:")?;
    writeln!(
        out,
        "  duckdb -c \"FROM '{}/corrections.parquet' ORDER BY age_days DESC LIMIT 20\"",
        folder.display()
    )
}

/// What became of decisions, in words.
fn print_decisions(decisions: &DecisionsReport, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "\nDecisions: {} confirmed, {} dismissed, {} open",
        grouped(decisions.confirmed),
        grouped(decisions.dismissed),
        grouped(decisions.open)
    )?;
    let lines = [
        (decisions.suspects_kept_away, "dismissed suspects are kept away, and stand in dismissed.parquet"),
        (
            decisions.corrections_kept_away,
            "dismissed corrections are kept away, and stand in dismissed_corrections.parquet",
        ),
        (
            decisions.back_with_more_evidence,
            "dismissed suspects are back: there is more evidence than there was",
        ),
        (
            decisions.back_without_evidence_id,
            "dismissed suspects are back: they are high, and their decision has no evidence_id (copy it from the report)",
        ),
        (decisions.not_found, "decisions are on cases that this run did not find"),
    ];
    for (count, meaning) in lines.into_iter().filter(|&(count, _)| count > 0) {
        writeln!(out, "  {} {meaning}", grouped(count))?;
    }
    if decisions.learned_from > 0 {
        writeln!(
            out,
            "  learned from {} confirmed suspects; {} shares moved, see run.json",
            grouped(decisions.learned_from),
            decisions.shares_moved.len()
        )?;
    }
    Ok(())
}

/// What a run under a limit of memory used.
pub(super) fn print_memory(limit: u64, laid: u64, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "  memory: {} at most, of {} allowed; {} laid down on the disk",
        peak_bytes().map_or_else(|| "unknown".to_owned(), size_in_words),
        size_in_words(limit),
        size_in_words(laid)
    )
}

/// The most memory that the process had resident so far, anonymous and mapped, as the system counts it.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}

fn correction_in_words(kind: &str) -> &'static str {
    match kind {
        "document_replaced" => "a newer document is on file, the registry holds the old one",
        "document_expired" => "expired, and no newer one on file",
        "document_invalidated" => "lost, stolen or cancelled, and no newer one on file",
        "name_changed" => "beyond spelling and transliteration",
        "citizenship_changed" => "the newest document gives another nationality",
        "birth_date_differs" => "between registry and newest document",
        "sex_differs" => "between registry and newest document",
        "iin_unknown" => "a document bears an IIN that the registry lacks",
        "iin_mismatch" => "document and registry disagree whose it is",
        _ => "",
    }
}

//! `iinrec dedupe`: which records of customer files are one person.

use std::io::Write;
use std::path::Path;

use iinrec::batch::Dataset;
use iinrec::error::Error;
use iinrec::figure::grouped;
use iinrec::jobs::dedupe::{Request, run as run_job};
use iinrec::link::people::Options;
use iinrec::link::people::labels::{EACH_MIN, Lesson};
use iinrec::report::gates::Job;
use iinrec::report::people::PeopleReport;
use iinrec::rules::customers::Terms;
use iinrec::spill::Memory;

use super::args::{DedupeArgs, Format, Shared};
use super::config::show_config;
use super::operation::{Operation, outcome, with_gates};
use super::progress::Progress;
use super::reconcile::{print, print_inputs, print_memory, table};
use super::{Failure, after_publishing};

pub(crate) fn run(args: &DedupeArgs, out: &mut impl Write) -> Result<(), Failure> {
    let mut config = args.shared.config()?;
    config.set_files(Dataset::Customers, &args.files, "FILE");
    // Shown in thousandths; the run takes it as it was typed.
    let thousandths = args.threshold.map(|threshold| (threshold * 1000.0).round() as u64);
    config.set_number("dedupe.threshold", thousandths, "--threshold");
    config.set_switch("dedupe.unique_within_file", args.unique_within_file, "--unique-within-file");
    config.set_number("limits.memory", args.memory_limit, "--memory-limit");
    if args.shared.show_config {
        return Ok(show_config(&config, &args.shared, out)?);
    }
    let files = config.dataset(Dataset::Customers).files;
    if files.is_empty() {
        let error = Error::usage("no customer file is named");
        return Err(error.remedy("name files, or list them below [datasets.customers]").into());
    }
    let folder = args.out.clone().expect("required unless --show-config");
    let operation =
        Operation::start(&args.operation, Job::Dedupe, args.previous.as_deref(), args.shared.format)?;
    Operation::started("dedupe", args.shared.as_of(), Some(&folder));
    let limit = Some(config.limits.memory).filter(|&bytes| bytes > 0);
    let request = Request {
        files,
        out: folder.clone(),
        overwrite: args.overwrite,
        as_of: args.shared.as_of(),
        threads: args.shared.threads(&config)?,
        memory: Memory { limit, scratch: args.scratch.clone() },
        readings: config.readings(),
        unpacked_max: Shared::unpacked_max(&config),
        options: Options {
            threshold: args.threshold.unwrap_or(config.dedupe.threshold as f64 / 1000.0),
            model: None,
            comparisons_max: config.dedupe.comparisons_max,
            cluster_records_max: config.dedupe.cluster_records_max as usize,
            pair_probability_min: config.dedupe.pair_probability_min as f64 / 1000.0,
            unique_within_file: config.dedupe.unique_within_file,
            same_iin_and_birth_always: config.dedupe.same_iin_and_birth_always,
            two_iins_never: config.dedupe.two_iins_never,
            two_documents_never: config.dedupe.two_documents_never,
            labels: Vec::new(),
        },
        truth: args.truth.clone(),
        previous: args.previous.clone(),
        model: args.model.clone(),
        report_pairs: config.dedupe.report_pairs as usize,
        labels: args.labels.clone(),
        terms: Terms::new(
            &config.settings,
            config.dedupe.suspect_share as u32,
            config.dedupe.known_phones.clone(),
        ),
        protection: args.protect.protection()?,
    };
    let report = Progress::during(&args.shared, |progress| run_job(&request, progress))?;
    let verdicts = operation.finish(&serde_json::to_value(&report).expect("plain data"), Some(&folder));
    if !args.shared.quiet && !operation.log_is_out {
        after_publishing(match args.shared.format {
            Format::Json => out.write_all(with_gates(&report, &verdicts).as_bytes()),
            Format::Text => summary(&report, &folder, limit, out),
        })?;
    }
    outcome(verdicts)
}

/// What was learned from labels, in words.
fn labels(lesson: &Lesson, out: &mut impl Write) -> std::io::Result<()> {
    let (used, same) = (lesson.used, lesson.same);
    let different = used - same;
    writeln!(out, "\nLabels: {} same, {} different", grouped(same), grouped(different))?;
    let left_out = &lesson.left_out;
    for (count, why) in [
        (left_out.unknown, "name an id that no record has"),
        (left_out.ambiguous, "name an id that several records have, or one record twice"),
        (left_out.contradictory, "pairs are marked as both"),
        (left_out.blank, "rows have no label"),
    ] {
        if count > 0 {
            writeln!(out, "  left out: {} {why}", grouped(count))?;
        }
    }
    let least = EACH_MIN as u64;
    if same < least || different < least {
        return writeln!(
            out,
            "  nothing is learned from fewer than {least} of each kind: the unlabelled model stays"
        );
    }
    let mut rows = table();
    rows.add_row(["on labels held out", "log loss", "Brier", "precision", "recall"].map(str::to_owned));
    for (which, q) in [("without labels", &lesson.before), ("with labels", &lesson.after)] {
        let figures = [q.log_loss, q.brier, q.precision, q.recall].map(|figure| format!("{figure:.4}"));
        let [loss, brier, precision, recall] = figures;
        rows.add_row([which.to_owned(), loss, brier, precision, recall]);
    }
    print(&mut rows, out)?;
    writeln!(
        out,
        "  {}",
        if lesson.taken {
            "the labels help: the refined model is used"
        } else {
            "the labels do not help by more than chance: the unlabelled model stays"
        }
    )
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

fn summary(
    report: &PeopleReport,
    folder: &Path,
    limit: Option<u64>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let counts = &report.counts;
    writeln!(out, "Compared {} records in {:.2} s.", grouped(counts.records), report.seconds["total"])?;
    print_inputs(&report.inputs, out)?;
    if let Some(limit) = limit {
        print_memory(limit, report.laid_bytes.unwrap_or(0), out)?;
    }
    for (header, note) in &report.columns {
        writeln!(out, "    {header}: {note}")?;
    }
    writeln!(
        out,
        "  {} comparisons at most, by {} keys, which find an estimated {} of the matches",
        grouped(counts.comparisons),
        report.keys.len(),
        percent(report.blocking_recall)
    )?;
    let mut rows = table();
    rows.add_row(["Persons".to_owned(), grouped(counts.persons)]);
    rows.add_row(["Records that share a person with another".to_owned(), grouped(counts.duplicates)]);
    rows.add_row(["Records of the largest cluster".to_owned(), grouped(counts.largest)]);
    for (reason, &count) in &counts.conflicts {
        rows.add_row([format!("Pairs kept apart: {reason}"), grouped(count)]);
    }
    for (reason, &count) in &counts.rejects {
        rows.add_row([format!("rejected: {reason}"), grouped(count)]);
    }
    for band in ["high", "medium", "low"] {
        let count = counts.suspects.get(band).copied().unwrap_or(0);
        rows.add_row([format!("Records to be looked at by a person: {band}"), grouped(count)]);
    }
    rows.add_row(["Precision, as the model sees it".to_owned(), percent(report.estimate.precision)]);
    rows.add_row(["Recall, as the model sees it".to_owned(), percent(report.estimate.recall)]);
    writeln!(out)?;
    print(&mut rows, out)?;
    if let Some(lesson) = &report.labels {
        labels(lesson, out)?;
    }
    if let Some(truth) = &report.truth {
        let found = &truth.clusters;
        writeln!(
            out,
            "\nAgainst the truth of {} records with {} pairs of one person:",
            grouped(truth.records),
            grouped(truth.true_pairs)
        )?;
        writeln!(
            out,
            "  clusters: precision {:.4}, recall {:.4}, F1 {:.5}",
            found.precision, found.recall, found.f1
        )?;
        writeln!(
            out,
            "  probabilities are off by {:.4} on average, by {:.4} between 0.1 and 0.9",
            truth.calibration_error, truth.middle_error
        )?;
        writeln!(out, "  {} of the pairs were compared", percent(truth.compared))?;
        let mut rows = table();
        rows.add_row(["pairs at", "precision", "recall", "F1"].map(str::to_owned));
        for (threshold, figures) in &truth.thresholds {
            let figures =
                [figures.precision, figures.recall, figures.f1].map(|figure| format!("{figure:.4}"));
            let [precision, recall, f1] = figures;
            rows.add_row([format!("{threshold}"), precision, recall, f1]);
        }
        print(&mut rows, out)?;
    }
    let dir = folder.display();
    writeln!(out, "\nReports: {dir}")?;
    writeln!(out, "Next, the largest clusters, and the records whose identity is doubtful:")?;
    writeln!(
        out,
        "  duckdb -c \"FROM '{dir}/clusters.parquet' ORDER BY cluster_size DESC, cluster_id LIMIT 40\""
    )?;
    writeln!(out, "  duckdb -c \"FROM '{dir}/suspects.parquet' LIMIT 40\"")
}

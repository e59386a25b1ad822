//! Suspects among customers: what `generate --customer-frauds` plants, `dedupe` finds: the real binary, five seeds.
//!
//! Of the records in a band, how many have a false identity; of each style, how many are found; of the honest
//! look-alikes (an office's phone, a dormitory, a parent's number on a child's record, a mistyped digit), how many are
//! taken for false. What cannot be seen is in the table too: a made-up number that fits is nobody's, and the
//! number of somebody who is no customer fits its owner's birth date only by chance.
//!
//! `scripts/customer-suspects` prints the table of large files.

#![allow(clippy::print_stdout, reason = "the table is what the large run is for")]

mod util;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use util::{Scratch, Table, digests, finish, run_json, truth};

/// Records that are false and records in all.
type Share = (u64, u64);

/// What was measured.
#[derive(Debug, Default)]
struct Sum {
    /// By band: false ones, and all.
    bands: BTreeMap<String, Share>,
    /// By tenth of the score: false ones, and all.
    scores: BTreeMap<u32, Share>,
    /// By style: those in high or medium, those in any band, and all.
    styles: BTreeMap<String, [u64; 3]>,
    /// By kind of look-alike the same.
    innocents: BTreeMap<String, [u64; 3]>,
    /// The same of all genuine records.
    genuine: [u64; 3],
}

/// The first two columns of a CSV of truth.
fn told(world: &Path, name: &str) -> BTreeMap<String, String> {
    truth(world, name).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
}

fn share((part, whole): Share) -> f64 {
    part as f64 / (whole as f64).max(1.0)
}

fn generate(binary: &Path, world: &Path, seed: u64, people: u64, frauds: &str) {
    let mut generate = Command::new(binary);
    generate.args(["generate", "--customers", "--customer-frauds", frauds, "--foreigners", "0.3"]);
    generate.args(["--people", &people.to_string(), "--seed", &seed.to_string(), "--out"]).arg(world);
    finish(&mut generate).expect(0);
}

fn dedupe(binary: &Path, world: &Path, out: &Path, more: &[&str]) {
    let mut dedupe = Command::new(binary);
    dedupe.arg("dedupe").args([world.join("customers.csv"), world.join("customers_branch.csv")]);
    dedupe.args(["--as-of", "2026-01-01", "--quiet", "--out"]).arg(out).args(more);
    finish(&mut dedupe).expect(0);
}

fn measure(binary: &Path, seed: u64, people: u64, frauds: &str, sum: &mut Sum) {
    let scratch = Scratch::new();
    let (world, out) = (scratch.join("world"), scratch.join("out"));
    generate(binary, &world, seed, people, frauds);
    dedupe(binary, &world, &out, &[]);
    let styles = told(&world, "truth_customer_suspects.csv");
    let innocents = told(&world, "truth_customer_innocents.csv");
    let rows = Table::read(&out.join("suspects.parquet")).select(&["record_id", "band", "score"]);
    let mut found: BTreeMap<&str, bool> = BTreeMap::new();
    for row in &rows {
        let guilty = u64::from(styles.contains_key(&row[0]));
        let score: f64 = row[2].parse().expect("a score");
        for held in [
            sum.bands.entry(row[1].clone()).or_default(),
            sum.scores.entry(((score * 10.0) as u32).min(9)).or_default(),
        ] {
            *held = (held.0 + guilty, held.1 + 1);
        }
        found.insert(&row[0], row[1] != "low");
    }
    let seen = |id: &str| {
        let band = found.get(id).copied();
        [u64::from(band == Some(true)), u64::from(band.is_some()), 1]
    };
    let add =
        |held: &mut [u64; 3], id: &str| held.iter_mut().zip(seen(id)).for_each(|(sum, one)| *sum += one);
    for (truth, groups) in [(&styles, &mut sum.styles), (&innocents, &mut sum.innocents)] {
        for (id, group) in truth {
            add(groups.entry(group.clone()).or_default(), id);
        }
    }
    for id in told(&world, "truth_customers.csv").keys().filter(|id| !styles.contains_key(*id)) {
        add(&mut sum.genuine, id);
    }
}

/// The tables in Markdown.
fn table(sum: &Sum) -> String {
    let mut out = String::from("| band, or score | records | of them false |\n|---|--:|--:|\n");
    let percent = |part: u64, whole: u64| 100.0 * share((part, whole));
    for band in ["high", "medium", "low"] {
        let (guilty, all) = sum.bands.get(band).copied().unwrap_or_default();
        writeln!(out, "| `{band}` | {all} | {:.1} % |", percent(guilty, all)).expect("memory");
    }
    for (tenth, &(guilty, all)) in &sum.scores {
        writeln!(out, "| 0.{tenth} to 0.{tenth}99 | {all} | {:.1} % |", percent(guilty, all))
            .expect("memory");
    }
    out.push_str("\n| records | how many | in `high` or `medium` | in any band |\n|---|--:|--:|--:|\n");
    let styles = sum.styles.iter().map(|(style, held)| (format!("false, `{style}`"), held));
    let innocents = sum.innocents.iter().map(|(kind, held)| (format!("honest, `{kind}`"), held));
    for (what, &[found, any, all]) in
        styles.chain(innocents).chain(std::iter::once(("honest, all".to_owned(), &sum.genuine)))
    {
        writeln!(out, "| {what} | {all} | {:.1} % | {:.1} % |", percent(found, all), percent(any, all))
            .expect("memory");
    }
    out
}

fn judge(sum: &Sum, found_min: f64) {
    let table = table(sum);
    println!("{table}");
    let band = |band: &str| sum.bands.get(band).copied().unwrap_or_default();
    assert!(band("high").1 >= 20 && share(band("high")) >= 0.9, "high\n{table}");
    assert!(share(band("medium")) >= 0.4, "medium\n{table}");
    for style in ["borrowed_iin", "shared_document", "farm"] {
        let [found, any, all] = sum.styles[style];
        assert!(share((found, all)) >= found_min && share((any, all)) >= 0.6, "{style}\n{table}");
    }
    for (kind, &[found, _, all]) in &sum.innocents {
        // A child's record with the number of a parent who is no customer is what `outside_iin` is, for all that a bank sees.
        let most = if kind == "parents_number" { 0.5 } else { 0.05 };
        assert!(share((found, all)) <= most, "{kind}\n{table}");
    }
    assert!(share((sum.genuine[0], sum.genuine[2])) <= 0.003, "{table}");
}

#[test]
fn false_identities_are_found_and_honest_look_alikes_are_not() {
    let mut sum = Sum::default();
    for seed in 1..=5 {
        measure(Path::new(env!("CARGO_BIN_EXE_iinrec")), seed, 1_000, "0.03", &mut sum);
    }
    // Small files lean on the judgements of the table, and are careful.
    judge(&sum, 0.2);
}

/// Five files of 100,000 people; `scripts/customer-suspects` builds the release binary, names it in `IINREC_BINARY`, and
/// prints the file that `IINREC_TABLE` names.
#[test]
#[ignore = "minutes; run scripts/customer-suspects"]
fn false_identities_are_found_in_large_files() {
    let binary = std::env::var_os("IINREC_BINARY").map_or(env!("CARGO_BIN_EXE_iinrec").into(), PathBuf::from);
    let mut sum = Sum::default();
    for seed in 1..=5 {
        measure(&binary, seed, 100_000, "0.01", &mut sum);
    }
    if let Some(path) = std::env::var_os("IINREC_TABLE") {
        std::fs::write(path, table(&sum)).expect("the table can be written");
    }
    judge(&sum, 0.5);
}

#[test]
fn suspects_are_the_same_at_any_number_of_threads_and_under_a_limit_of_memory() {
    let scratch = Scratch::new();
    let world = scratch.join("world");
    let binary = Path::new(env!("CARGO_BIN_EXE_iinrec"));
    generate(binary, &world, 9, 1_000, "0.03");
    let reports: Vec<_> = [&["--threads", "1"][..], &["--threads", "7", "--memory-limit", "200M"]]
        .iter()
        .enumerate()
        .map(|(at, more)| {
            let out = scratch.join(&at.to_string());
            dedupe(binary, &world, &out, more);
            digests(&out)
        })
        .collect();
    assert!(reports[0].contains_key("suspects.parquet"));
    reports[1..].iter().for_each(|report| assert_eq!(*report, reports[0]));
}

#[test]
fn what_a_row_says_adds_up() {
    let scratch = Scratch::new();
    let (world, out) = (scratch.join("world"), scratch.join("out"));
    let binary = Path::new(env!("CARGO_BIN_EXE_iinrec"));
    generate(binary, &world, 2, 1_000, "0.03");
    dedupe(binary, &world, &out, &[]);
    let table = Table::read(&out.join("suspects.parquet"));
    assert_eq!(
        table.columns,
        [
            "case_id",
            "record_id",
            "iin",
            "score",
            "band",
            "cluster_id",
            "ring_id",
            "signals",
            "prior_bits",
            "exculpations",
            "row"
        ]
    );
    let bits = |lines: &str| -> f64 {
        lines.lines().map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().expect("bits")).sum()
    };
    let mut last = 1.0;
    for row in table.select(&["score", "prior_bits", "signals", "exculpations", "band", "ring_id"]) {
        let score: f64 = row[0].parse().unwrap();
        let odds = row[1].parse::<f64>().unwrap() + bits(&row[2]) + bits(&row[3]);
        let said = 1.0 / (1.0 + (-odds).exp2());
        // What is weak alone stays below the band.
        assert!((score - said).abs() < 0.002 || (score == 0.899 && said > 0.899), "{score} and {said}");
        assert!(score <= last, "by falling score");
        last = score;
        let band = match score {
            0.9.. => "high",
            0.4.. => "medium",
            _ => "low",
        };
        assert_eq!(row[4], band);
        assert!(row[5].is_empty());
    }
    // What run.json counts is what stands in the table, and clusters are those of clusters.parquet.
    let json = run_json(&out);
    for band in ["high", "medium", "low"] {
        let count = table.values("band").iter().filter(|other| *other == band).count();
        assert_eq!(json["counts"]["suspects"][band], count, "{band}");
    }
    let clusters: BTreeMap<String, String> = Table::read(&out.join("clusters.parquet"))
        .select(&["record_id", "cluster_id"])
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    for row in table.select(&["record_id", "cluster_id"]) {
        assert_eq!(clusters[&row[0]], row[1]);
    }
}

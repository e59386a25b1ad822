//! Fairness: how often innocent people of different groups are wrongly corrected, joined or suspected.
//!
//! Worlds in which guilt is independent of the group: everybody is a foreigner, and inventions have the same
//! countries, scripts, sexes and (between 18 and 64) ages as honest people. In each group false alarms are
//! counted among the innocent: corrections that are not true, numbers joined that belong to two persons,
//! people in the bands high and medium who exist. The spread between groups of a thousand or more is at most
//! one point. What the rules may read at all is held by `tidy.rs`.
//!
//! `scripts/fairness` prints the table of large worlds.

#![allow(clippy::print_stdout, reason = "the table is what the large run is for")]

mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use util::{Scratch, Table, finish};

/// People of a group from which its rate is compared.
const GROUP_MIN: u64 = 1000;
/// Points between the best and the worst group.
const SPREAD_MAX: f64 = 1.0;

const FINDINGS: [&str; 3] = ["corrections", "duplicates", "suspects"];

/// Attribute and group to innocent people and false alarms of each finding.
type Groups = BTreeMap<(&'static str, String), (u64, [u64; 3])>;

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a CSV file");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn column(rows: &[BTreeMap<String, String>], name: &str) -> BTreeSet<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

/// The groups of a registry row.
fn groups(row: &BTreeMap<String, String>) -> [(&'static str, String); 4] {
    let latin = row["surname"].is_ascii();
    let year: i32 = row["birth_date"].get(..4).and_then(|year| year.parse().ok()).unwrap_or(2025);
    let age = match 2025 - year {
        ..18 => "0-17",
        18..30 => "18-29",
        30..45 => "30-44",
        45..65 => "45-64",
        _ => "65-",
    };
    [
        ("citizenship", row["citizenship"].clone()),
        ("script", if latin { "Latin" } else { "Cyrillic" }.to_owned()),
        ("sex", row["sex"].clone()),
        ("age", age.to_owned()),
    ]
}

fn measure(binary: &Path, make: &str, seed: u64, people: u64, sum: &mut Groups) {
    let scratch = Scratch::new();
    let (world, out) = (scratch.join("world"), scratch.join("out"));
    let mut generate = Command::new(binary);
    generate.args(["generate", "--world", make, "--foreigners", "1", "--cyrillic-foreigners", "0.4"]);
    generate.args(["--invented", "0.01", "--seed", &seed.to_string(), "--people", &people.to_string()]);
    finish(generate.arg("--out").arg(&world)).expect(0);
    let mut reconcile = Command::new(binary);
    reconcile.arg("reconcile").args(["--as-of", "2026-01-01", "--quiet", "--out"]).arg(&out);
    for dataset in ["registry", "documents", "activity"] {
        reconcile.arg(format!("--{dataset}")).arg(world.join(format!("{dataset}.csv")));
    }
    finish(&mut reconcile).expect(0);

    let invented = column(&rows(&world.join("truth_suspects.csv")), "iin");
    let corrections = rows(&world.join("truth_corrections.csv"));
    let wanted: BTreeSet<(String, String)> =
        corrections.iter().map(|row| (row["iin"].clone(), row["kind"].clone())).collect();
    let several = column(&rows(&world.join("truth_persons.csv")), "iin");
    let wrongly_corrected: BTreeSet<String> = Table::read(&out.join("corrections.parquet"))
        .select(&["iin", "kind"])
        .into_iter()
        .filter(|row| !wanted.contains(&(row[0].clone(), row[1].clone())))
        // A document whose successor no exact tie shows looks merely ended.
        .filter(|row| !wanted.contains(&(row[0].clone(), "document_replaced".to_owned())))
        .map(|row| row[0].clone())
        .collect();
    let wrongly_joined: BTreeSet<String> = Table::read(&out.join("duplicates.parquet"))
        .select(&["iin"])
        .into_iter()
        .map(|row| row[0].clone())
        .filter(|iin| !several.contains(iin))
        .collect();
    let suspected: BTreeSet<String> = Table::read(&out.join("suspects.parquet"))
        .select(&["iin", "band"])
        .into_iter()
        .filter(|row| row[1] != "low")
        .map(|row| row[0].clone())
        .collect();
    for row in rows(&world.join("registry.csv")) {
        let iin = &row["iin"];
        if invented.contains(iin) {
            continue;
        }
        let alarms =
            [&wrongly_corrected, &wrongly_joined, &suspected].map(|found| u64::from(found.contains(iin)));
        for group in groups(&row) {
            let held = sum.entry(group).or_default();
            held.0 += 1;
            held.1.iter_mut().zip(alarms).for_each(|(sum, alarm)| *sum += alarm);
        }
    }
}

/// The table, and the largest spread of each finding in points.
fn table(sum: &Groups) -> (String, [f64; 3]) {
    let mut out = format!(
        "{:<28} {:>9} {:>12} {:>12} {:>12}\n",
        "group", "innocent", "corrections", "duplicates", "suspects"
    );
    let mut spreads = [0.0f64; 3];
    let rate = |&(people, alarms): &(u64, [u64; 3]), at: usize| 100.0 * alarms[at] as f64 / people as f64;
    for attribute in ["citizenship", "script", "sex", "age"] {
        let large: Vec<_> =
            sum.iter().filter(|((of, _), (people, _))| *of == attribute && *people >= GROUP_MIN).collect();
        for ((_, group), counts) in &large {
            let name = format!("{attribute} {group}");
            write!(out, "{name:<28} {:>9}", counts.0).expect("memory");
            (0..3).for_each(|at| write!(out, " {:>10.2} %", rate(counts, at)).expect("memory"));
            out.push('\n');
        }
        for (at, spread) in spreads.iter_mut().enumerate() {
            let rates: Vec<f64> = large.iter().map(|(_, counts)| rate(counts, at)).collect();
            let most = rates.iter().copied().fold(0.0, f64::max);
            let least = rates.iter().copied().fold(100.0, f64::min);
            *spread = spread.max(most - least);
        }
    }
    writeln!(out, "largest spread in points: {FINDINGS:?} {spreads:.2?}").expect("memory");
    (out, spreads)
}

fn judge(sum: &Groups) {
    let (table, spreads) = table(sum);
    println!("{table}");
    for (finding, spread) in FINDINGS.iter().zip(spreads) {
        assert!(spread <= SPREAD_MAX, "{finding}: {spread:.2} points\n{table}");
    }
    let groups = sum.values().filter(|(people, _)| *people >= GROUP_MIN).count();
    assert!(groups >= 10, "only {groups} groups are large enough to be compared");
}

#[test]
fn no_group_is_accused_more_often_than_another() {
    let mut sum = Groups::new();
    measure(Path::new(env!("CARGO_BIN_EXE_iinrec")), "look-alikes", 1, 25_000, &mut sum);
    judge(&sum);
}

/// Three worlds of 100,000; `scripts/fairness` builds the release binary and names it in `IINREC_BINARY`.
#[test]
#[ignore = "minutes; run scripts/fairness"]
fn no_group_is_accused_more_often_than_another_in_large_worlds() {
    let binary = std::env::var_os("IINREC_BINARY").map_or(env!("CARGO_BIN_EXE_iinrec").into(), PathBuf::from);
    let mut sum = Groups::new();
    for (make, seed) in [("few-rings", 1), ("many-small", 2), ("look-alikes", 3)] {
        measure(&binary, make, seed, 100_000, &mut sum);
    }
    judge(&sum);
}

//! Fairness: how often innocent people of different groups are wrongly corrected, joined or suspected.
//!
//! Worlds of half foreigners and half citizens. The invented are foreigners between 18 and 64, for that is what is
//! told of them, so guilt is not independent of the group: rates are therefore counted among the innocent alone,
//! and foreigners are compared with foreigners, citizens with citizens. Among foreigners inventions have the same
//! countries, scripts and sexes as honest people. False alarms are corrections that are not true, numbers joined
//! that belong to two persons, and people in the bands high and medium who exist. The spread between groups of a
//! thousand or more is at most one point. What the rules may read at all is held by `tidy.rs`.
//!
//! `scripts/fairness` prints the table of large worlds, as docs/fairness.md has it.

mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use util::{DATASETS, Scratch, Table, finish, reconcile_world};

/// People of a group from which its rate is compared.
const GROUP_MIN: u64 = 1000;
/// Points between the best and the worst group.
const SPREAD_MAX: f64 = 1.0;

const FINDINGS: [&str; 3] = ["corrections", "duplicates", "suspects"];

/// Who is compared with whom, and by what.
type Attribute = (&'static str, &'static str);

/// Attribute and group to innocent people and false alarms of each finding.
type Groups = BTreeMap<(Attribute, String), (u64, [u64; 3])>;

/// A group that is large enough to be compared: its name, its people, and its rates in percent.
type Compared<'a> = (&'a str, u64, [f64; 3]);

/// A world that is measured.
struct World {
    make: &'static str,
    seed: u64,
    people: u64,
}

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("a CSV file");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn column(rows: &[Row], name: &str) -> BTreeSet<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

/// Letters that Kazakh has and Russian has not.
const KAZAKH: &str = "ӘҒҚҢӨҰҮҺІәғқңөұүһі";

/// The groups of a registry row.
fn groups(row: &Row) -> Vec<(Attribute, String)> {
    let year: i32 = row["birth_date"].get(..4).and_then(|year| year.parse().ok()).unwrap_or(2025);
    let age = match 2025 - year {
        ..18 => "0 to 17",
        18..30 => "18 to 29",
        30..45 => "30 to 44",
        45..65 => "45 to 64",
        _ => "65 and older",
    };
    let name = format!("{}{}", row["surname"], row["given_name"]);
    let sex = if row["sex"] == "F" { "women" } else { "men" };
    if row["citizenship"] == "KAZ" {
        // The registry does not say where a name comes from; its letters do, more or less.
        let letters = match () {
            () if name.contains('?') => "lost in an export",
            () if name.contains(|letter| KAZAKH.contains(letter)) => "Kazakh",
            () => "Russian only",
        };
        return vec![
            (("citizens", "letters"), letters.to_owned()),
            (("citizens", "sex"), sex.to_owned()),
            (("citizens", "age"), age.to_owned()),
        ];
    }
    let script = if name.is_ascii() { "Latin" } else { "Cyrillic" };
    vec![
        (("foreigners", "citizenship"), row["citizenship"].clone()),
        (("foreigners", "script"), script.to_owned()),
        (("foreigners", "sex"), sex.to_owned()),
        (("foreigners", "age"), age.to_owned()),
    ]
}

fn measure(binary: &Path, world: &World, sum: &mut Groups) {
    let scratch = Scratch::new();
    let (folder, out) = (scratch.join("world"), scratch.join("out"));
    let mut generate = Command::new(binary);
    generate.args(["generate", "--world", world.make, "--foreigners", "0.5", "--cyrillic-foreigners", "0.4"]);
    generate.args(["--invented", "0.01", "--seed", &world.seed.to_string()]);
    generate.args(["--people", &world.people.to_string(), "--out"]).arg(&folder);
    finish(&mut generate).expect(0);
    reconcile_world(binary, &folder, &out, &DATASETS);

    let invented = column(&rows(&folder.join("truth_suspects.csv")), "iin");
    let corrections = rows(&folder.join("truth_corrections.csv"));
    let wanted: BTreeSet<(String, String)> =
        corrections.iter().map(|row| (row["iin"].clone(), row["kind"].clone())).collect();
    let several = column(&rows(&folder.join("truth_persons.csv")), "iin");
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
    for row in rows(&folder.join("registry.csv")) {
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

/// The groups that are large enough to be compared, by attribute.
fn compared(sum: &Groups) -> BTreeMap<Attribute, Vec<Compared<'_>>> {
    let mut out: BTreeMap<Attribute, Vec<Compared<'_>>> = BTreeMap::new();
    for ((attribute, group), &(people, alarms)) in sum.iter().filter(|(_, (people, _))| *people >= GROUP_MIN)
    {
        let rates = alarms.map(|alarms| 100.0 * alarms as f64 / people as f64);
        out.entry(*attribute).or_default().push((group, people, rates));
    }
    out
}

/// The points between the best and the worst of some groups, for each finding.
fn spread(groups: &[Compared<'_>]) -> [f64; 3] {
    std::array::from_fn(|at| {
        let rates = groups.iter().map(|(.., rates)| rates[at]);
        rates.clone().fold(0.0, f64::max) - rates.fold(100.0, f64::min)
    })
}

/// The table in Markdown, with a row for the spread of each attribute.
fn table(sum: &Groups) -> String {
    let mut out = String::from(
        "| innocent people | how many | wrong corrections | wrongly joined | suspected, high or medium |\n|---|--:|--:|--:|--:|\n",
    );
    for ((who, attribute), groups) in compared(sum) {
        for (group, people, rates) in &groups {
            let [corrections, joined, suspected] = rates;
            writeln!(
                out,
                "| {who}, {attribute}: {group} | {people} | {corrections:.2} % | {joined:.2} % | {suspected:.2} % |"
            )
            .expect("memory");
        }
        let [corrections, joined, suspected] = spread(&groups);
        writeln!(
            out,
            "| **{who}, {attribute}: spread in points** | | {corrections:.2} | {joined:.2} | {suspected:.2} |"
        )
        .expect("memory");
    }
    out
}

fn judge(sum: &Groups, groups_min: usize) {
    let groups = compared(sum);
    for (attribute, groups) in &groups {
        assert!(groups.len() >= 2, "{attribute:?}: nothing to compare");
        for (finding, points) in FINDINGS.iter().zip(spread(groups)) {
            assert!(points <= SPREAD_MAX, "{finding} by {attribute:?}: {points:.2} points\n{}", table(sum));
        }
    }
    let count: usize = groups.values().map(Vec::len).sum();
    assert!(count >= groups_min, "only {count} groups are large enough to be compared\n{}", table(sum));
}

#[test]
fn no_group_is_accused_more_often_than_another() {
    let mut sum = Groups::new();
    let world = World { make: "look-alikes", seed: 1, people: 60_000 };
    measure(Path::new(env!("CARGO_BIN_EXE_iinrec")), &world, &mut sum);
    judge(&sum, 22);
}

/// Three worlds of 200,000; `scripts/fairness` builds the release binary, names it in `IINREC_BINARY`, and prints the
/// file that `IINREC_TABLE` names.
#[test]
#[ignore = "minutes; run scripts/fairness"]
fn no_group_is_accused_more_often_than_another_in_large_worlds() {
    let binary = std::env::var_os("IINREC_BINARY").map_or(env!("CARGO_BIN_EXE_iinrec").into(), PathBuf::from);
    let mut sum = Groups::new();
    for (make, seed) in [("few-rings", 1), ("many-small", 2), ("look-alikes", 3)] {
        measure(&binary, &World { make, seed, people: 200_000 }, &mut sum);
    }
    if let Some(path) = std::env::var_os("IINREC_TABLE") {
        std::fs::write(path, table(&sum)).expect("the table can be written");
    }
    judge(&sum, 28);
}

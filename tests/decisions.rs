//! Decisions of people: dismissed cases stay away until their evidence changes, confirmed ones teach, and a sheet that
//! is not understood is refused before the first record.

#![allow(clippy::print_stdout, reason = "what was learned is worth a look")]

mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use util::{Run, Scratch, Table, digests, finish, names, reconcile, run_json, small_world};

/// A made-up world, and a way to run it.
struct World {
    scratch: Scratch,
}

impl World {
    fn new(make: &str, seed: &str, people: &str, more: &[&str]) -> Self {
        let scratch = Scratch::new();
        let mut generate = util::command();
        generate.args(["generate", "--world", make, "--seed", seed, "--people", people]).args(more);
        finish(generate.arg("--out").arg(scratch.join("world"))).expect(0);
        World { scratch }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.scratch.join("world").join(name)
    }

    fn run(&self, out: &str, more: &[&str]) -> PathBuf {
        let folder = self.scratch.join(out);
        let [registry, documents, activity] =
            ["registry.csv", "documents.csv", "activity.csv"].map(|file| self.file(file));
        let activity = ["--activity", activity.to_str().expect("a path of letters")];
        reconcile(&[&registry], &[&documents], &folder, &[&activity[..], more].concat()).expect(0);
        folder
    }

    fn invented(&self) -> BTreeSet<String> {
        let mut reader = csv::Reader::from_path(self.file("truth_suspects.csv")).expect("a file of truth");
        reader.records().map(|row| row.expect("a row")[0].to_owned()).collect()
    }
}

const COLUMNS: [&str; 4] = ["case_id", "iin", "band", "evidence_id"];

fn suspects(report: &Path) -> Vec<Vec<String>> {
    Table::read(&report.join("suspects.parquet")).select(&COLUMNS)
}

/// Of the rows that nobody decided: invented among those of `high`, and of all invented those in `high` or `medium`.
fn figures(rows: &[Vec<String>], decided: &BTreeSet<&str>, invented: &BTreeSet<String>) -> (f64, f64) {
    let open: Vec<&Vec<String>> = rows.iter().filter(|row| !decided.contains(row[1].as_str())).collect();
    let high: Vec<_> = open.iter().filter(|row| row[2] == "high").collect();
    let right = high.iter().filter(|row| invented.contains(&row[1])).count();
    let found = open.iter().filter(|row| row[2] != "low" && invented.contains(&row[1])).count();
    let all = invented.iter().filter(|iin| !decided.contains(iin.as_str())).count();
    (right as f64 / high.len().max(1) as f64, found as f64 / all.max(1) as f64)
}

#[test]
fn decisions_of_a_half_neither_lose_nor_spoil_the_other() {
    for (make, seed) in [("few-rings", "1"), ("many-small", "2"), ("look-alikes", "3")] {
        let world = World::new(make, seed, "24000", &["--invented", "0.01"]);
        let invented = world.invented();
        let before = suspects(&world.run("before", &[]));
        let half: Vec<&Vec<String>> = before
            .iter()
            .filter(|row| blake3::hash(row[0].as_bytes()).as_bytes()[0].is_multiple_of(2))
            .collect();
        let decided: BTreeSet<&str> = half.iter().map(|row| row[1].as_str()).collect();
        let mut sheet = "case_id,decision,evidence_id,note\n".to_owned();
        for row in &half {
            let verdict = if invented.contains(&row[1]) { "confirmed" } else { "dismissed" };
            writeln!(sheet, "{},{verdict},{},\"seen, twice\"", row[0], row[3]).expect("memory");
        }
        let sheet = world.scratch.write("decisions.csv", sheet);
        let with = ["--decisions", sheet.to_str().expect("a path of letters")];
        let out = world.run("after", &with);
        let after = suspects(&out);
        let away = Table::read(&out.join("dismissed.parquet"));
        assert_eq!(away.columns, Table::read(&out.join("suspects.parquet")).columns);

        let dismissed: BTreeSet<&str> =
            half.iter().filter(|row| !invented.contains(&row[1])).map(|row| row[1].as_str()).collect();
        let kept_away = away.values("iin");
        assert!(kept_away.iter().all(|iin| dismissed.contains(iin.as_str())));
        let back = after.iter().filter(|row| dismissed.contains(row[1].as_str())).count();
        let said = &run_json(&out)["decisions"];
        println!("{make}: {said}");
        assert_eq!(said["suspects_kept_away"], kept_away.len());
        assert_eq!(said["back_with_more_evidence"], back);
        assert_eq!(said["confirmed"].as_u64().expect("a count") as usize + dismissed.len(), half.len());
        // What was learned moves scores a little, and a crowd's strength with it.
        assert!(back * 50 <= dismissed.len(), "{back} of {} are back", dismissed.len());
        assert!(said["learned_from"].as_u64().expect("a count") >= 30, "{said}");

        let (old, new) = (figures(&before, &decided, &invented), figures(&after, &decided, &invented));
        println!("{make}: precision of high and recall were {old:.3?} and are {new:.3?}");
        assert!(new.0 >= old.0 - 0.01 && new.1 >= old.1 - 0.01, "{make}: {old:?} {new:?}");
        assert!(!after.is_empty() && after.len() < before.len());
    }
}

#[test]
fn a_dismissed_case_comes_back_with_more_evidence_only() {
    let world = World::new("many-small", "5", "8000", &["--invented", "0.01"]);
    let before = suspects(&world.run("before", &[]));
    let pick = |band: &str, at: usize| {
        before
            .iter()
            .filter(|row| row[2] == band && row[3].contains(' '))
            .nth(at)
            .expect("some suspects")
            .clone()
    };
    let (same, fewer, unsaid, high) = (pick("medium", 0), pick("medium", 1), pick("low", 0), pick("high", 0));
    // As if one sign of it had not been seen when it was dismissed.
    let seen = fewer[3].split_once(' ').expect("two signs").1;
    let correction = {
        let table = Table::read(&world.scratch.join("before").join("corrections.parquet"));
        table.values("case_id")[0].clone()
    };
    let sheet = format!(
        "case_id;decision;evidence_id\n{};dismissed;{}\n{};dismissed;{seen}\n{};dismissed;\n{};dismissed;\n\
         {correction};dismissed;\nS-000000000000;dismissed;\n",
        same[0], same[3], fewer[0], unsaid[0], high[0]
    );
    let sheet = world.scratch.write("decisions.csv", sheet);
    let with = ["--decisions", sheet.to_str().expect("a path of letters")];
    let out = world.run("after", &with);
    let ids: BTreeSet<String> = suspects(&out).into_iter().map(|row| row[0].clone()).collect();
    for (row, reported, why) in [
        (&same, false, "the same evidence"),
        (&fewer, true, "a sign more"),
        (&unsaid, false, "low, and nobody said what was seen"),
        (&high, true, "high, and nobody said what was seen"),
    ] {
        assert_eq!(ids.contains(&row[0]), reported, "{why}: {}", row[3]);
    }
    let said = &run_json(&out)["decisions"];
    let counts = [
        "dismissed",
        "suspects_kept_away",
        "corrections_kept_away",
        "back_with_more_evidence",
        "back_without_evidence_id",
        "not_found",
        "learned_from",
    ]
    .map(|name| said[name].as_u64().expect("a count"));
    assert_eq!(counts, [6, 2, 1, 1, 1, 1, 0], "{said}");
    let corrections = |file: &str| Table::read(&out.join(file)).values("case_id");
    assert!(!corrections("corrections.parquet").contains(&correction));
    assert_eq!(corrections("dismissed_corrections.parquet"), [correction]);
    // Nobody who is set aside stands in a ring.
    let kept: BTreeMap<String, String> = Table::read(&out.join("dismissed.parquet"))
        .select(&["case_id", "ring_id"])
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    assert_eq!(kept.len(), 2);
    assert!(kept.values().all(String::is_empty));

    // The same decisions give the same report, at any number of threads.
    let reports: Vec<_> = ["1", "2", "7"]
        .iter()
        .map(|threads| digests(&world.run(threads, &[&with[..], &["--threads", threads]].concat())))
        .collect();
    assert!(reports.iter().all(|report| *report == reports[0]));
    assert_ne!(
        run_json(&out)["config_fingerprint"],
        run_json(&world.scratch.join("before"))["config_fingerprint"]
    );
}

/// Runs the small world with a sheet.
fn with_sheet(scratch: &Scratch, sheet: &[u8], out: &str) -> Run {
    let (registry, documents) = small_world();
    let (registry, documents) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    let sheet = scratch.write("decisions.csv", sheet);
    let with = ["--decisions", sheet.to_str().expect("a path of letters")];
    reconcile(&[&registry], &[&documents], &scratch.join(out), &with)
}

#[test]
fn a_sheet_that_is_not_understood_is_refused_before_anything_is_read() {
    let scratch = Scratch::new();
    for (sheet, expected) in [
        ("case_id,verdict\nS-0123456789AB,dismissed\n", "no columns case_id and decision"),
        (
            "case_id,decision\nS-0123456789AB,dismissed\nS-0123456789AC,perhaps\n",
            "row 2: this is no decision",
        ),
        (
            "case_id,decision\nS-0123456789AB,dismissed\nS-0123456789AB,confirmed\n",
            "row 2: an earlier row decides",
        ),
        ("case_id,decision\n560722485521,dismissed\n", "row 1: this is no id of a case"),
    ] {
        let run = with_sheet(&scratch, sheet.as_bytes(), "out").expect(2);
        assert!(run.stderr.contains(expected) && run.stderr.contains("decisions.csv"), "{}", run.stderr);
        for value in ["perhaps", "560722485521"] {
            assert!(!run.stderr.contains(value), "a value of the sheet: {}", run.stderr);
        }
        assert!(!names(scratch.path()).contains(&"out".to_owned()), "nothing is published");
    }
    let missing = scratch.join("nowhere.csv");
    let [registry, documents] = ["r.csv", "d.csv"].map(|file| scratch.join(file));
    let with = ["--decisions", missing.to_str().expect("a path of letters")];
    let run = reconcile(&[&registry], &[&documents], &scratch.join("out"), &with).expect(1);
    assert!(run.stderr.contains("nowhere.csv"), "{}", run.stderr);
}

#[test]
fn sheets_of_spreadsheets_are_read_and_told_of() {
    let scratch = Scratch::new();
    let text = "case_id\tdecision\tпримечание\nS-0123456789AB\tОткрыто\t\n";
    assert!(with_sheet(&scratch, text.as_bytes(), "out").expect(2).stderr.contains("row 1"));
    let text = text.replace("Открыто", "Open");
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (sheet, out) in [(text.into_bytes(), "utf-8"), (utf16, "utf-16")] {
        let run = with_sheet(&scratch, &sheet, out).expect(0);
        assert!(run.stdout.contains("Decisions: 0 confirmed, 0 dismissed, 1 open"), "{}", run.stdout);
        assert!(run.stdout.contains("1 decisions are on cases that this run did not find"), "{}", run.stdout);
        let files = names(&scratch.join(out));
        assert!(files.contains(&"dismissed.parquet".to_owned()), "{files:?}");
    }
}

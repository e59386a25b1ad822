//! `iinrec explain`: every case of the demo told by the real binary, and what it does when the world has changed.

mod util;

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use util::{REGISTRY, Run, Scratch, Table, command, finish, iin, iinrec, reconcile};

const EVIL: &str = "<script>alert(1)</script>\u{202e}כהן";

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/demo")
}

/// The demo, reconciled.
fn demo_report(scratch: &Scratch) -> PathBuf {
    let (folder, out) = (demo(), scratch.join("report"));
    let activity = folder.join("activity.csv");
    let more = ["--activity", activity.to_str().expect("a plain path")];
    reconcile(&[&folder.join("registry.csv")], &[&folder.join("documents.csv")], &out, &more).expect(0);
    out
}

fn explain(report: &Path, key: &str, more: &[&str]) -> Run {
    finish(command().arg("explain").arg(report).arg(key).args(more))
}

fn told(report: &Path, key: &str, more: &[&str]) -> Value {
    let run = explain(report, key, &[&["--format", "json"], more].concat()).expect(0);
    serde_json::from_str(&run.stdout).expect("one JSON object")
}

/// The cells of a record by header.
fn cell(record: &Value, header: &str) -> String {
    let cells = record["cells"].as_array().expect("cells");
    let found = cells.iter().find(|cell| cell["header"] == header).expect("a cell of this header");
    found["value"].as_str().expect("text").to_owned()
}

#[test]
fn every_suspect_of_the_demo_adds_up() {
    let scratch = Scratch::new();
    let report = demo_report(&scratch);
    let suspects =
        Table::read(&report.join("suspects.parquet")).select(&["case_id", "iin", "score", "registry_row"]);
    assert!(suspects.len() >= 3, "{} suspects", suspects.len());
    for [case, iin, score, row] in suspects.into_iter().map(|row| <[String; 4]>::try_from(row).expect("four"))
    {
        let story = told(&report, &case, &[]);
        let suspect = &story["suspects"][0];
        let score: f64 = score.parse().expect("a number");
        assert_eq!(suspect["score"].as_f64(), Some(score));
        assert_eq!(suspect["adds_up"], true);
        let bits = |list: &str| -> f64 {
            suspect[list]
                .as_array()
                .expect("a list")
                .iter()
                .map(|part| part["bits"].as_f64().expect("bits"))
                .sum()
        };
        let sum = suspect["prior_bits"].as_f64().expect("bits") + bits("signals") + bits("exculpations");
        assert!((sum - suspect["total_bits"].as_f64().expect("bits")).abs() < 1e-9);
        // The oracle: the logistic function of the library, rounded to thousandths.
        let probability = 1.0 / (1.0 + (-sum).exp2());
        assert!(
            suspect["sum_note"].is_string() || (probability - score).abs() < 0.0011,
            "{probability} {score}"
        );
        for signal in suspect["signals"].as_array().expect("a list") {
            for words in ["meaning", "cause", "settles", "evidence"] {
                assert!(!signal[words].as_str().expect("words").is_empty(), "{words} of {signal}");
            }
        }
        let facts = suspect["facts"].as_array().expect("a list");
        assert!(!facts.is_empty() && facts.iter().all(|fact| fact["score"].as_f64() != Some(score)));
        let record = &story["registry"][0];
        assert_eq!((&record["row"].to_string(), cell(record, "iin")), (&row, iin.clone()));
        // By number it is the same story, and a person's page says all of it.
        let by_number = told(&report, &iin, &[]);
        assert_eq!(by_number["suspects"], story["suspects"]);
        let text = explain(&report, &iin, &[]).expect(0).stdout;
        for words in
            ["which is the score", "What speaks for the person", "ask: ", &case, &cell(record, "surname")]
        {
            assert!(text.contains(words) || suspect["sum_note"].is_string(), "{words}: {text}");
        }
    }
}

#[test]
fn corrections_and_clusters_of_the_demo_show_their_rows_and_ties() {
    let scratch = Scratch::new();
    let report = demo_report(&scratch);
    let registry = fs::read_to_string(demo().join("registry.csv")).expect("the demo");
    let documents = fs::read_to_string(demo().join("documents.csv")).expect("the demo");
    let columns = ["case_id", "iin", "kind", "basis", "registry_row", "document_row", "document_number"];
    let corrections = Table::read(&report.join("corrections.parquet")).select(&columns);
    let mut told_kinds = std::collections::BTreeSet::new();
    for row in corrections {
        let [case, iin, kind, basis, registry_row, document_row, number] =
            <[String; 7]>::try_from(row).expect("seven");
        // One of each kind and basis.
        if !told_kinds.insert((kind.clone(), basis.clone())) {
            continue;
        }
        let story = told(&report, &case, &[]);
        let needed = story["corrections"].as_array().expect("a list");
        let asked: Vec<&Value> = needed.iter().filter(|needed| needed["asked"] == true).collect();
        assert_eq!(asked.len(), 1, "{kind}");
        assert_eq!(asked[0]["document_number"].as_str().unwrap_or_default(), number, "as in the report");
        assert!(asked[0]["meaning"].as_str().is_some_and(|words| words.len() > 20));
        if let Ok(line) = registry_row.parse::<usize>() {
            let record = &story["registry"][0];
            let expected = registry.lines().nth(line).expect("a line");
            assert!(expected.contains(&cell(record, "surname")) && cell(record, "iin") == iin);
        }
        if let Ok(line) = document_row.parse::<usize>() {
            let tied = story["documents"].as_array().expect("a list");
            let document = tied.iter().find(|tied| tied["row"] == line).expect("the document is shown");
            let expected = documents.lines().nth(line).expect("a line");
            assert!(expected.contains(&number) && cell(document, "document_number") == number);
            let bases = document["bases"].as_array().expect("a list");
            assert!(
                basis.is_empty() || bases.iter().any(|told| *told == *basis),
                "{kind}: {bases:?} lack {basis}"
            );
            assert!(document["confidence"].is_f64());
        }
        let text = explain(&report, &case, &[]).expect(0).stdout;
        assert!(text.contains("<- asked for") && text.contains("settles it: "), "{text}");
    }
    assert!(told_kinds.len() >= 6, "{told_kinds:?}");

    let duplicates = Table::read(&report.join("duplicates.parquet")).select(&["cluster_id", "iin"]);
    let cluster = &duplicates.first().expect("the demo has duplicates")[0];
    let members = duplicates.iter().filter(|row| row[0] == *cluster).count();
    let story = told(&report, cluster, &[]);
    assert_eq!(story["kind"], "cluster");
    assert_eq!(story["registry"].as_array().map(Vec::len), Some(members));
    assert_eq!(story["clusters"][0]["members"].as_array().map(Vec::len), Some(members));
    let of_one = told(&report, &duplicates[0][1], &[]);
    assert_eq!(of_one["clusters"][0]["cluster_id"], *cluster.as_str());
}

#[test]
fn dismissed_cases_are_told_with_what_keeps_them_away() {
    let scratch = Scratch::new();
    let before = demo_report(&scratch);
    let correction = Table::read(&before.join("corrections.parquet")).select(&["case_id", "iin"]).remove(0);
    let suspect =
        Table::read(&before.join("suspects.parquet")).select(&["case_id", "iin", "evidence_id"]).remove(0);
    let sheet = format!(
        "case_id,decision,evidence_id\n{},dismissed,\n{},dismissed,{}\n",
        correction[0], suspect[0], suspect[2]
    );
    let sheet = scratch.write("decisions.csv", sheet);
    let (demo, after) = (demo(), scratch.join("after"));
    let paths = ["registry", "documents", "activity"].map(|name| demo.join(format!("{name}.csv")));
    let mut run = command();
    run.arg("reconcile").arg("--registry").arg(&paths[0]).arg("--documents").arg(&paths[1]);
    run.arg("--activity").arg(&paths[2]).arg("--decisions").arg(&sheet).arg("--previous").arg(&before);
    finish(run.args(["--as-of", "2026-01-01", "--quiet", "--out"]).arg(&after)).expect(0);

    // By its id and by its number alike.
    for key in [&suspect[0], &suspect[1]] {
        let story = told(&after, key, &[]);
        let one =
            story["suspects"].as_array().expect("a list").iter().find(|one| one["case_id"] == suspect[0]);
        let one = one.expect("the suspect");
        assert_eq!((&one["dismissed"], &one["adds_up"]), (&true.into(), &true.into()), "{key}");
        let headline = story["headline"].as_str().expect("a sentence");
        assert!(headline.starts_with("A decision keeps this suspect away"), "{headline}");
    }
    let story = told(&after, &correction[0], &[]);
    let rows = story["corrections"].as_array().expect("a list");
    let away: Vec<_> = rows.iter().filter(|row| row["dismissed"] == true).collect();
    assert!(matches!(&away[..], [row] if row["case_id"] == correction[0] && row["asked"] == true));
    let printed = explain(&after, &correction[0], &[]).expect(0).stdout;
    assert!(printed.contains("1 correction is kept away by a decision"), "{printed}");
    assert!(printed.contains("dismissed: a decision keeps it away"), "{printed}");
    let page = explain(&after, &correction[0], &["--format", "html"]).expect(0).stdout;
    assert!(page.contains(">dismissed<"));
    // The night before knows of no decision.
    assert_eq!(told(&before, &suspect[0], &[])["suspects"][0]["dismissed"], false);
}

#[test]
fn a_number_without_finding_is_shown_and_an_unknown_one_is_an_error_without_it() {
    let scratch = Scratch::new();
    let report = demo_report(&scratch);
    let found: std::collections::BTreeSet<String> = ["corrections", "suspects", "duplicates"]
        .iter()
        .flat_map(|name| Table::read(&report.join(format!("{name}.parquet"))).values("iin"))
        .collect();
    let registry = fs::read_to_string(demo().join("registry.csv")).expect("the demo");
    let quiet = registry.lines().skip(1).map(|line| &line[..12]).find(|iin| !found.contains(*iin));
    let story = told(&report, quiet.expect("most rows are sound"), &[]);
    assert_eq!(story["headline"], "Nothing was found against this number");
    assert_eq!(story["registry"].as_array().map(Vec::len), Some(1));
    assert!(!story["documents"].as_array().expect("a list").is_empty(), "its passport bears its number");

    let nobody = iin("990909", 3, 9909);
    for (key, code, words) in [
        (&*nobody, 1, "no case of this number"),
        ("S-000000000000", 1, "no case of this number"),
        ("C-000000000000", 1, "no case of this number"),
        ("D-000000000000", 1, "no case of this number"),
        ("R-000000000000", 1, "no case of this number"),
        ("SATO AI", 2, "neither an IIN"),
        ("12345", 2, "neither an IIN"),
    ] {
        let run = explain(&report, key, &[]).expect(code);
        assert!(run.stderr.contains(words) && run.stderr.contains("what to do"), "{key}: {}", run.stderr);
        assert!(!run.stderr.contains(key), "no value in an error: {}", run.stderr);
        assert!(run.stdout.is_empty());
    }
    let run = explain(&demo(), &nobody, &[]).expect(1);
    assert!(run.stderr.contains("no report of reconcile"), "{}", run.stderr);
}

/// Two numbers on one document, of people whose names attack whoever shows them, in two files of different forms.
fn attacked(scratch: &Scratch) -> (PathBuf, String, [PathBuf; 2]) {
    let (one, two) = (iin("900101", 3, 9001), iin("850505", 4, 9002));
    let row = |iin: &str, name: &str, birth: &str, sex: &str| {
        format!(
            "{iin},{name},\u{1b}[31mAI,{birth},{sex},UZB,passport,UZB,AA1000003,2018-01-01,2027-12-31,2021-02-01,online"
        )
    };
    let first = scratch.write("a.csv", format!("{REGISTRY}\n{}\n", row(&one, EVIL, "1990-01-01", "M")));
    let packed = scratch.join("b.csv.gz");
    let mut gz =
        flate2::write::GzEncoder::new(File::create(&packed).expect("a file"), flate2::Compression::fast());
    let text = format!("{REGISTRY}\n{}\n", row(&two, "OTHER", "1985-05-05", "F")).replace(',', ";");
    gz.write_all(text.as_bytes()).expect("memory takes all");
    gz.finish().expect("a whole archive");
    let documents = scratch.write(
        "documents.csv",
        format!("document_country,document_number,surname,given_name,iin,previous_number,personal_number\nUZB,AA1000009,{EVIL},AI,,aa-1000003,30101900000017\nUZB,AB5555555,X,Y,,,30101900000017\nKGZ,AC1,Z,Z,,,\n"),
    );
    let out = scratch.join("report");
    reconcile(&[&first, &packed], &[&documents], &out, &[]).expect(0);
    (out, two, [first, packed])
}

#[test]
fn what_is_printed_and_the_page_survive_names_that_attack_them() {
    let scratch = Scratch::new();
    let (report, two, [first, _]) = attacked(&scratch);
    let one = fs::read_to_string(&first).expect("text").lines().nth(1).expect("a row")[..12].to_owned();

    let text = explain(&report, &one, &[]).expect(0).stdout;
    assert!(text.contains("⟨U+202E⟩") && text.contains("⟨U+001B⟩[31mAI"), "{text}");
    assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");

    let page = scratch.join("case.html");
    let typed = ["--format", "html", "--out", page.to_str().expect("a plain path")];
    assert_eq!(explain(&report, &one, &typed).expect(0).stdout, "");
    assert_eq!(page.metadata().expect("a page").permissions().mode() & 0o777, 0o600);
    let html = fs::read_to_string(&page).expect("text");
    assert!(html.contains("http-equiv=\"Content-Security-Policy\"") && html.trim_end().ends_with("</html>"));
    assert!(!html.contains("<script") && !html.contains(['\u{202e}', '\u{1b}']));
    assert!(html.contains("<bdi>&#60;script&#62;alert(1)&#60;/script&#62;⟨U+202E⟩כהן</bdi>"));
    let again = explain(&report, &one, &typed).expect(2);
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
    assert_eq!(explain(&report, &one, &typed[..2]).expect(0).stdout, html, "the same on standard output");

    // JSON holds the value as it is; the second file is packed, and delimited in another way.
    let story = told(&report, &one, &[]);
    assert_eq!(cell(&story["registry"][0], "surname"), EVIL);
    let bases: Vec<&Value> =
        story["documents"].as_array().expect("a list").iter().map(|tied| &tied["bases"]).collect();
    assert_eq!(bases, [&serde_json::json!(["previous_number"]), &serde_json::json!(["personal_number"])]);
    let story = told(&report, &two, &[]);
    let record = &story["registry"][0];
    assert_eq!((record["row"].as_u64(), record["row_in_file"].as_u64()), (Some(2), Some(1)));
    assert_eq!(cell(record, "surname"), "OTHER");
}

#[test]
fn files_that_moved_changed_or_went_are_told() {
    let scratch = Scratch::new();
    let (report, two, [first, packed]) = attacked(&scratch);
    let missing = |story: &Value| story["registry"][0]["missing"].as_str().unwrap_or_default().to_owned();

    fs::create_dir(scratch.join("moved")).expect("a folder");
    fs::rename(&packed, scratch.join("moved/b.csv.gz")).expect("the same disk");
    let story = told(&report, &two, &[]);
    assert!(missing(&story).contains("--inputs"), "{story}");
    assert_eq!(story["registry"][0]["row_in_file"], 1, "its place is known all the same");
    assert!(!story["suspects"].as_array().expect("a list").is_empty(), "and what the report says");
    let text = explain(&report, &two, &[]).expect(0).stdout;
    assert!(text.contains("cannot be shown: ") && text.contains("What cannot be shown"), "{text}");
    // All of them in the other folder.
    fs::copy(&first, scratch.join("moved/a.csv")).expect("a copy");
    fs::copy(scratch.join("documents.csv"), scratch.join("moved/documents.csv")).expect("a copy");
    let moved = scratch.join("moved");
    let story = told(&report, &two, &["--inputs", moved.to_str().expect("a plain path")]);
    assert_eq!(cell(&story["registry"][0], "surname"), "OTHER");
    assert_eq!(story["notes"].as_array().map(Vec::len), Some(0));

    // A file of another size is not read; one of the same size with another number is seen by the number.
    let one = fs::read_to_string(&first).expect("text").lines().nth(1).expect("a row")[..12].to_owned();
    let text = fs::read_to_string(&first).expect("text");
    fs::write(&first, text.replace(&one, &iin("910101", 3, 9001))).expect("a file");
    let story = told(&report, &one, &[]);
    assert!(story["notes"][0].as_str().is_some_and(|note| note.contains("another number")), "{story}");
    fs::write(&first, text + "\n\n").expect("a file");
    assert!(missing(&told(&report, &one, &[])).contains("has changed since the run"));
    // A number of which nothing is known, while not every file can be looked at.
    let run = explain(&report, &iin("990909", 3, 9909), &[]).expect(1);
    assert!(run.stderr.contains("not every file"), "{}", run.stderr);
}

#[test]
fn a_damaged_report_is_an_error_with_its_path() {
    let scratch = Scratch::new();
    let (report, two, _) = attacked(&scratch);
    let path = report.join("suspects.parquet");
    let bytes = fs::read(&path).expect("a table");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("a file");
    let run = explain(&report, &two, &[]).expect(1);
    assert!(run.stderr.contains("suspects.parquet") && !run.stderr.contains(&two), "{}", run.stderr);
    fs::write(report.join("run.json"), "{\"version\": \"iin 900101399998\"}").expect("a file");
    let run = explain(&report, &two, &[]).expect(1);
    assert!(run.stderr.contains("run.json") && !run.stderr.contains("900101399998"), "{}", run.stderr);
}

#[test]
fn help_has_an_example() {
    let help = iinrec(["explain", "--help"]).expect(0).stdout;
    assert!(help.contains("iinrec explain reports/") && help.contains("--inputs"), "{help}");
}

//! The page of a night: it shows what the tables hold, in three languages, and no value of the registers.

mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use util::{Scratch, Table, digests, iinrec, reconcile, run_json};

/// A generated world and its report, made once.
fn night() -> &'static (PathBuf, PathBuf) {
    static NIGHT: OnceLock<(PathBuf, PathBuf)> = OnceLock::new();
    NIGHT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let world = folder.join("world");
        let people = ["generate", "--people", "3000", "--seed", "5", "--invented=0.02", "--out"];
        iinrec(people.iter().map(|text| (*text).to_owned()).chain([world.display().to_string()])).expect(0);
        let out = folder.join("night");
        run(&world, &out, &[]);
        (world, out)
    })
}

fn run(world: &Path, out: &Path, more: &[&str]) {
    run_as_of("2026-01-01", world, out, more);
}

fn run_as_of(day: &str, world: &Path, out: &Path, more: &[&str]) {
    let mut run = util::command();
    run.arg("reconcile");
    for dataset in util::DATASETS {
        run.arg(format!("--{dataset}")).arg(world.join(format!("{dataset}.csv")));
    }
    run.args(["--as-of", day, "--quiet", "--out"]).arg(out).args(more);
    util::finish(&mut run).expect(0);
}

/// The page that `iinrec report` makes of a night.
fn page(night: &Path, more: &[&str]) -> String {
    let folder = night.display().to_string();
    iinrec(["report", &folder].into_iter().chain(more.iter().copied())).expect(0).stdout
}

/// What the script of a page is given.
fn told(page: &str) -> Value {
    let (_, rest) = page.split_once("<script id=\"told\" type=\"application/json\">").expect("the cases");
    serde_json::from_str(rest.split_once("</script>").expect("their end").0).expect("JSON")
}

/// Cases of a page by table and kind.
fn counted(told: &Value) -> BTreeMap<(u64, String), u64> {
    let mut counts = BTreeMap::new();
    for at in told["cases"]["kind"].as_array().expect("a column") {
        let kind = &told["kinds"][at.as_u64().expect("a place") as usize];
        let key =
            (kind["table"].as_u64().expect("a table"), kind["code"].as_str().expect("a code").to_owned());
        *counts.entry(key).or_default() += 1;
    }
    counts
}

#[test]
fn the_page_shows_every_case_of_the_tables() {
    let (_, night) = night();
    let page = fs::read_to_string(night.join("report.html")).unwrap();
    let told = told(&page);
    let mut expected: BTreeMap<(u64, String), u64> = BTreeMap::new();
    for (table, file, column) in [(0, "corrections.parquet", "kind"), (1, "suspects.parquet", "band")] {
        for kind in Table::read(&night.join(file)).values(column) {
            *expected.entry((table, kind)).or_default() += 1;
        }
    }
    let clusters: BTreeSet<String> =
        Table::read(&night.join("duplicates.parquet")).values("cluster_id").into_iter().collect();
    expected.insert((2, "duplicates".to_owned()), clusters.len() as u64);
    assert!(expected.values().sum::<u64>() > 300, "{expected:?}");
    assert_eq!(counted(&told), expected);
    // And the ids are the same, each once.
    let ids: BTreeSet<&str> =
        told["cases"]["id"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let corrections = Table::read(&night.join("corrections.parquet")).values("case_id");
    let suspects = Table::read(&night.join("suspects.parquet")).values("case_id");
    let all: BTreeSet<&str> =
        corrections.iter().chain(&suspects).chain(&clusters).map(String::as_str).collect();
    assert_eq!(ids, all);
    // The account of the run names the page, as it names the tables.
    let outputs = run_json(night)["outputs"].as_array().unwrap().clone();
    let listed = outputs.iter().find(|output| output["file"] == "report.html").expect("it is listed");
    assert_eq!(listed["bytes"].as_u64(), Some(page.len() as u64));
    assert_eq!(listed["digest"], blake3::hash(page.as_bytes()).to_hex().as_str());
}

#[test]
fn what_is_shown_of_many_is_what_should_be_looked_at_first() {
    let (_, night) = night();
    let suspects = Table::read(&night.join("suspects.parquet")).select(&["case_id", "band"]);
    let high: BTreeSet<&str> =
        suspects.iter().filter(|row| row[1] == "high").map(|row| row[0].as_str()).collect();
    assert!(high.len() > 5, "the world has people who do not exist");
    let most = (high.len() * 3).to_string();
    let page = page(night, &["--cases", &most]);
    let told = told(&page);
    let ids: Vec<&str> =
        told["cases"]["id"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(ids.len(), high.len() * 3);
    assert_eq!(ids[..high.len()].iter().copied().collect::<BTreeSet<_>>(), high, "high ones come first");
    // Then the corrections that have stood longest.
    let mut ages: Vec<i64> = Table::read(&night.join("corrections.parquet"))
        .values("age_days")
        .iter()
        .flat_map(|age| age.parse())
        .collect();
    ages.sort_unstable_by_key(|age| std::cmp::Reverse(*age));
    let shown = told["cases"]["age"].as_array().unwrap();
    let shown: Vec<i64> = shown.iter().filter_map(Value::as_i64).collect();
    assert_eq!(shown, ages[..shown.len()]);
    let corrections = Table::read(&night.join("corrections.parquet")).len();
    let clusters: BTreeSet<String> =
        Table::read(&night.join("duplicates.parquet")).values("cluster_id").into_iter().collect();
    let all = iinrec::figure::grouped((corrections + suspects.len() + clusters.len()) as u64);
    let says = format!("{most} of {all}\u{a0}cases");
    assert!(page.contains(&says), "it says how many there are: {says}");
    let none = self::page(night, &["--cases", "0"]);
    assert_eq!(self::told(&none)["cases"]["id"], Value::Array(Vec::new()));
}

/// Every value of some columns of a CSV.
fn values(file: &Path, columns: &[&str]) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let headers = reader.headers().unwrap().clone();
    let at: Vec<usize> =
        columns.iter().filter_map(|name| headers.iter().position(|own| own == *name)).collect();
    assert_eq!(at.len(), columns.len(), "{headers:?}");
    let mut found = BTreeSet::new();
    for record in reader.records() {
        let record = record.unwrap();
        found.extend(at.iter().map(|&at| record[at].to_owned()).filter(|value| value.chars().count() > 5));
    }
    found
}

#[test]
fn no_value_of_the_registers_is_on_the_page_unless_it_is_asked_for() {
    let (world, night) = night();
    let mut secret = values(
        &world.join("registry.csv"),
        &[
            "iin",
            "surname",
            "given_name",
            "patronymic",
            "birth_date",
            "document_number",
            "phone",
            "address",
            "representative_iin",
        ],
    );
    secret.extend(values(
        &world.join("documents.csv"),
        &["document_number", "surname", "birth_date", "mrz", "iin"],
    ));
    // Days on which numbers of a ring were assigned are told, and may be somebody's birthday.
    let rings = Table::read(&night.join("rings.parquet"));
    for day in rings.select(&["first_assigned", "last_assigned"]).concat() {
        secret.remove(&day);
    }
    assert!(secret.len() > 10_000);
    let plain = fs::read_to_string(night.join("report.html")).unwrap();
    // Whole words of the page, since a short name may be a part of one.
    let words: BTreeSet<&str> = plain
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '+' | '\'' | '/')))
        .filter(|word| word.chars().count() > 5)
        .collect();
    let ours: Vec<&&str> = words.iter().filter(|word| secret.contains(**word)).collect();
    assert!(ours.is_empty(), "{} values are on the page", ours.len());
    assert!(secret.iter().filter(|value| value.contains(' ')).all(|value| !plain.contains(value.as_str())));

    let told = told(&page(night, &["--report-values"]));
    let corrections = Table::read(&night.join("corrections.parquet"));
    let rows = corrections.select(&["case_id", "iin", "registered_value", "current_value"]);
    let rows: BTreeMap<&str, &[String]> = rows.iter().map(|row| (row[0].as_str(), &row[1..])).collect();
    let (ids, numbers) = (&told["cases"]["id"], &told["cases"]["number"]);
    let mut compared = 0;
    for (at, id) in ids.as_array().unwrap().iter().enumerate() {
        let Some(row) = rows.get(id.as_str().unwrap()) else { continue };
        let shown = [&numbers[at], &told["cases"]["values"][at][0], &told["cases"]["values"][at][1]];
        assert_eq!(shown.map(|text| text.as_str().unwrap()), [&*row[0], &*row[1], &*row[2]]);
        compared += 1;
    }
    assert_eq!(compared, rows.len());
}

#[test]
fn equal_nights_have_equal_pages_whatever_the_threads() {
    let (world, _) = night();
    let scratch = Scratch::new();
    let pages = ["1", "2", "7"].map(|threads| {
        let out = scratch.join(threads);
        run(world, &out, &["--threads", threads, "--lang", "ru", "--report-cases", "500"]);
        (fs::read(out.join("report.html")).unwrap(), digests(&out))
    });
    assert!(pages.iter().all(|page| *page == pages[0]));
    assert!(!String::from_utf8_lossy(&pages[0].0).contains(&scratch.path().display().to_string()));
}

#[test]
fn a_page_speaks_its_language_and_draws_the_nights_before() {
    let (world, night) = night();
    let scratch = Scratch::new();
    fs::create_dir(scratch.join("nights")).unwrap();
    let earlier = scratch.join("nights/2025-12-31");
    run_as_of("2025-12-31", world, &earlier, &[]);
    let nights = scratch.join("nights").display().to_string();
    for (lang, says, does_not) in [
        ("en", ["corrections wait", "The last 2\u{a0}nights"], "исправлений"),
        ("ru", ["исправлени", "Последние 2\u{a0}ночи"], "corrections wait"),
        ("kk", ["түзету күтіп тұр", "Соңғы 2\u{a0}түн"], "corrections wait"),
    ] {
        let page = page(night, &["--lang", lang, "--history", &nights]);
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        assert!(says.iter().all(|words| page.contains(words)) && !page.contains(does_not), "{lang}");
        assert_eq!(page.matches("<polyline").count(), 6, "{lang}: five figures and the seconds");
    }
    // The night itself can be given too: it is drawn once.
    let folder = night.display().to_string();
    let page = page(night, &["--history", &nights, &folder]);
    assert!(page.contains("The last 2\u{a0}nights"));
}

#[test]
fn what_cannot_be_done_is_refused_before_anything_is_written() {
    let (_, night) = night();
    let scratch = Scratch::new();
    let folder = night.display().to_string();
    let refused = |arguments: &[&str], code: i32, says: &str| {
        let run = iinrec(["report"].iter().chain(arguments)).expect(code);
        assert!(run.stderr.contains(says) && run.stdout.is_empty(), "{arguments:?}: {}", run.stderr);
    };
    refused(&[&folder, "--lang", "de"], 2, "write en, ru or kk");
    refused(&[&folder, "--cases", "1000001"], 2, "1000001");
    refused(&["lost"], 1, "holds no report of reconcile");
    let lost = scratch.join("lost").display().to_string();
    refused(&[&folder, "--history", &lost], 1, "cannot look for earlier nights");
    let taken = scratch.write("taken.html", "mine");
    refused(&[&folder, "--out", &taken.display().to_string()], 2, "exists already");
    assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
    // A damaged table is an error and no page.
    let copy = scratch.join("copy");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(night).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let bytes = fs::read(copy.join("suspects.parquet")).unwrap();
    fs::write(copy.join("suspects.parquet"), &bytes[..bytes.len() / 2]).unwrap();
    refused(&[&copy.display().to_string()], 1, "suspects.parquet");
}

#[test]
fn no_value_changes_the_page() {
    let scratch = Scratch::new();
    let evil = "</script><script>alert(1)</script>\u{202e}]]>&\"'";
    let long = "x".repeat(10_000);
    let quoted = evil.replace('"', "\"\"");
    let registry = scratch.write(
        "registry<b>.csv",
        format!(
            "iin,surname,given_name,birth_date,document_type,document_country,document_number,assigned_on,office\n\
             900304390006,\"{quoted}\",AI,1990-03-04,passport,UZB,AA1000003,2021-02-01,\"{quoted}\"\n\
             000101699999,كريم,{{{{ 7*7 }}}},2000-01-01,passport,UZB,AA1000003,2021-02-01,{long}\n\
             \"{quoted}\",A,B,2000-01-01,passport,UZB,AA1000004,2021-02-01,Almaty\n"
        ),
    );
    let documents = scratch.write(
        "documents.csv",
        format!(
            "document_country,document_number,surname,given_name,previous_number,issue_date\n\
             UZB,AA1000009,OTHER,{long},AA1000003,2024-01-01\n"
        ),
    );
    let out = scratch.join("out");
    reconcile(&[&registry], &[&documents], &out, &["--report-values"]).expect(0);
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert_eq!(page.matches("<script").count(), 2, "the cases and our own");
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains('\u{202e}') && page.contains("⟨U+202E⟩"), "nothing is turned round");
    assert!(!page.contains(&"x".repeat(200)), "what is endless is cut");
    assert!(page.contains("registry&#60;b&#62;.csv"), "names of files are escaped");
    let told = told(&page);
    assert!(told["cases"]["id"].as_array().is_some_and(|ids| ids.len() > 1));
    for hidden in [" style=", "href=\"http", " onerror=", " onload=", "javascript:"] {
        let after = page.rfind("</style>").unwrap();
        assert!(!page[after..].contains(hidden), "{hidden}");
    }
}

//! Tidy: what reviewers should not have to look for. Lists of exceptions only ever become shorter.

use std::fs;
use std::path::{Path, PathBuf};

use iinrec::rules::corrections::Kind;
use iinrec::rules::customers;
use iinrec::rules::signals::Code;

const LINES_MAX: usize = 800;

/// Longer files, each with its reason.
const LONG: &[(&str, &str)] = &[("src/normalise/tables/countries.rs", "a generated list")];

/// Rules that may look at a field of the person, since that field is what they are about: kinds of corrections
/// and `sex_contradicts_iin`, `birth_contradicts_iin` compare two values and never ask for one;
/// `presence_missing` is the law's own (a foreigner, 16 or older), and lends its word for a foreigner to
/// `remote_channel`. What weighs signals (`evidence`, `score`, `bits`, `excess`, `usual`) is on no list, and this
/// test fails when it reads one.
const FIELDS: [(&str, &[&str]); 6] = [
    (".citizenship", &["corrections/citizenship_changed", "corrections/person", "signals/presence_missing"]),
    (".nationality", &["corrections/citizenship_changed", "corrections/person"]),
    // Duplicates ask whether two rows agree, as for the birth date.
    (".sex", &["corrections/sex_differs", "duplicates", "signals/sex_contradicts_iin"]),
    // Two rows or a row and a document are told apart by their birth dates, whatever these are.
    (
        ".birth",
        &[
            "corrections/birth_date_differs",
            "customers/birth_contradicts_iin",
            "customers/look",
            "duplicates",
            "signals/birth_contradicts_iin",
            "signals/genuine",
            "signals/impossible_time",
            "signals/presence_missing",
            "signals/shared_contact",
            "signals/shared_document",
        ],
    ),
    // The state of a document stands for that of its holder: asked only for what its numbers look like, how
    // well the register covers them, and whether two are one.
    (
        ".country",
        &[
            "corrections/person",
            "customers/malformed_document",
            "customers/shared_document",
            "duplicates",
            "signals/consecutive_documents",
            "signals/genuine",
            "signals/look",
            "signals/malformed_document",
            "signals/shared_document",
            "signals/unknown_document",
            "signals/words",
            "rings/run",
            "rings/words",
        ],
    ),
    ("is_foreigner", &["signals/presence_missing", "signals/remote_channel"]),
];

/// Where threads may be started or counted. Only `engine/threads.rs` should be left one day.
const THREADS: [&str; 5] = [
    "src/engine/stop.rs",
    "src/engine/threads.rs",
    "src/generate/mod.rs",
    "src/cli/args.rs",
    // What unpacks a stream waits for a pipe, which no thread of the engine may.
    "src/ingest/spool.rs",
];

/// Modules that do not say yet what they are.
const SILENT: [&str; 1] = ["src/normalise/fold/tests.rs"];

const HEADINGS: [&str; 5] = ["What it finds", "Why it matters", "Evidence", "Innocent causes", "Example"];

/// What the golden folder of a kind or a signal holds.
const CASES: [&str; 4] = ["WHY", "registry.csv", "documents.csv", "expected.csv"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder, sorted, with their path from the root and their text.
fn files(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    paths.sort();
    let name = |path: &Path| path.strip_prefix(root()).expect("below the root").display().to_string();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).expect("text"))).collect()
}

/// The code without its tests, comments and documentation.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_file_is_long() {
    let mut wrong = Vec::new();
    for (name, text) in files("src").into_iter().chain(files("tests")) {
        let listed = LONG.iter().any(|(long, _)| *long == name);
        let lines = text.lines().count();
        if lines > LINES_MAX && !listed {
            wrong.push(format!("{name} has {lines} lines; part it, or list it with a reason"));
        }
        if lines <= LINES_MAX && listed {
            wrong.push(format!("{name} is short now; take it off the list"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_says_what_it_is() {
    let without: Vec<String> = files("src")
        .into_iter()
        .chain(files("tests"))
        .chain(files("benches"))
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(without, SILENT, "left: modules without a //! header; right: those that are excused");
}

#[test]
fn the_library_prints_nothing() {
    let mut wrong = Vec::new();
    for (name, text) in files("src") {
        let own = code(&text);
        // The command line writes to the terminal; tests may print what they measured.
        if name.starts_with("src/cli/") || name == "src/main.rs" || name.ends_with("/tests.rs") {
            continue;
        }
        for word in ["println!", "print!(", "dbg!("] {
            if own.contains(word) {
                wrong.push(format!("{name}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rules_do_not_look_at_who_somebody_is() {
    let mut wrong = Vec::new();
    for (name, text) in files("src/rules") {
        let own = code(&text);
        let short = name.trim_start_matches("src/rules/").trim_end_matches(".rs");
        if short.ends_with("/testing") {
            continue;
        }
        for (field, allowed) in FIELDS {
            // A field, not the start of a longer name.
            let read = own.match_indices(field).any(|(at, _)| {
                !own[at + field.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            });
            if read && !allowed.contains(&short) {
                wrong.push(format!("{name} reads {field}"));
            }
            if !read && allowed.contains(&short) {
                wrong.push(format!("{name} reads {field} no more; take it off the list"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_code_has_its_file_its_cases_and_its_headings() {
    let kinds = Kind::ALL.iter().map(|kind| ("corrections", kind.name()));
    let codes = Code::ALL.iter().map(|code| ("signals", code.name()));
    let of_customers = customers::Code::ALL.iter().map(|code| ("customers", code.name()));
    let mut wrong = Vec::new();
    for (folder, code) in kinds.chain(codes).chain(of_customers) {
        let file = format!("src/rules/{folder}/{code}.rs");
        let Ok(text) = fs::read_to_string(root().join(&file)) else {
            wrong.push(format!("{file} is missing"));
            continue;
        };
        if !text.starts_with(&format!("//! `{code}`")) {
            wrong.push(format!("{file} does not open with its code"));
        }
        let headings: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("//! #"))
            .map(|heading| heading.trim_start_matches('#').trim())
            .collect();
        if headings != HEADINGS {
            wrong.push(format!("{file}: headings {headings:?}"));
        }
        // Those of customers are tried in their files, and found among what `generate` plants.
        let cases: &[&str] = if folder == "customers" { &[] } else { &CASES };
        for case in cases {
            let case = format!("testdata/cases/{code}/{case}");
            if !root().join(&case).is_file() {
                wrong.push(format!("{case} is missing"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn threads_are_in_one_place() {
    let mut found: Vec<String> = files("src")
        .into_iter()
        .filter(|(_, text)| {
            let own = code(text);
            ["rayon", "std::thread", "thread::spawn", "crossbeam"].iter().any(|word| own.contains(word))
        })
        .map(|(name, _)| name)
        .collect();
    found.sort();
    let mut expected = THREADS;
    expected.sort_unstable();
    assert_eq!(found, expected, "threads belong into src/engine/threads.rs");
}

#[test]
fn every_job_looks_at_its_inputs_again_before_it_publishes() {
    let mut jobs = 0;
    for (name, text) in files("src/jobs") {
        let own = code(&text);
        for (at, _) in own.match_indices("draft.publish()") {
            let before = own[..at].lines().rev().nth(1).unwrap_or_default();
            assert!(before.contains("verify_unchanged("), "{name}: {before}");
            jobs += 1;
        }
    }
    assert!(jobs >= 2, "reconcile and validate publish");
}

#[test]
fn no_number_of_a_test_can_be_a_person() {
    // Serials of registered people are small for their day; ours start at 9000. Cases are made by a script,
    // so a number below is a slip.
    fn walk(folder: &Path, wrong: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder of cases") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, wrong);
            } else if path.extension().is_some_and(|e| e == "csv") {
                let mut reader = csv::Reader::from_path(&path).expect("a case");
                let headers = reader.headers().expect("a header").clone();
                let columns: Vec<usize> =
                    (0..headers.len()).filter(|&at| headers[at].ends_with("iin")).collect();
                for record in reader.records() {
                    let record = record.expect("a record");
                    for &at in &columns {
                        if record[at].len() == 12 && !record[at][7..].starts_with('9') {
                            wrong.push(format!("{}: {}", path.display(), &record[at]));
                        }
                    }
                }
            }
        }
    }
    let mut wrong = Vec::new();
    walk(&root().join("testdata/cases"), &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

//! A report handed on: CSV and workbook hold what the Parquet files hold, appear whole or not at all, are the same bytes at
//! any number of threads, and nothing in them is a formula of somebody else's.
//!
//! Both are read here without iinrec: CSV by the csv crate, a workbook as the packed XML that it is. What other programs
//! see of them is `scripts/test-readers`; PostgreSQL is `tests/load.rs`.

mod util;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use util::{
    REGISTRY, Scratch, Table, command, digests, finish, iinrec, names, reconcile, run_json, small_world,
};

const TABLES: [&str; 6] = ["corrections", "suspects", "rings", "duplicates", "defects", "rejects"];

/// Columns that are nested in Parquet, and text everywhere else.
const NESTED: [&str; 4] = ["signals", "exculpations", "binds", "iins"];

/// What begins like a formula, and what only looks like a number.
const FORMULAS: [&str; 5] = ["=1+2", "@SUM(A1)", "+7-701", "-1+1", "=cmd|' /C calc'!A0"];

/// A world with rows whose values attack whoever opens them, and a report of it.
fn report(scratch: &Scratch, name: &str, more: &[&str]) -> PathBuf {
    let (mut registry, documents) = small_world();
    for formula in FORMULAS {
        let rest = REGISTRY.matches(',').count();
        registry.push_str(&format!("{formula}{}\n", ",".repeat(rest)));
    }
    registry.push_str("=HYPERLINK(\"\"http://x\"\"),too,few\n");
    let registry = scratch.write(&format!("{name}.registry.csv"), registry);
    let documents = scratch.write(&format!("{name}.documents.csv"), documents);
    let out = scratch.join(name);
    let day: &[&str] = if more.contains(&"--as-of") { &[] } else { &["--as-of", "2026-01-01"] };
    let mut run = command();
    run.arg("reconcile")
        .arg("--registry")
        .arg(registry)
        .arg("--documents")
        .arg(documents)
        .arg("--out")
        .arg(&out);
    finish(run.args(day).args(more)).expect(0);
    out
}

fn export(report: &Path, more: &[&str]) -> util::Run {
    finish(command().arg("export").arg(report).args(more))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path of letters")
}

fn csv_rows(file: &Path, delimiter: u8) -> Vec<Vec<String>> {
    let bytes = fs::read(file).expect("a CSV file");
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(bytes);
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

/// Compares rows with those of the Parquet file: all cells, but of nested columns only how many items there are and what
/// each is.
fn same(table: &str, report: &Path, rows: &[Vec<String>]) {
    let parquet = Table::read(&report.join(format!("{table}.parquet")));
    assert_eq!(rows[0], parquet.columns, "{table}: header");
    assert_eq!(rows.len() - 1, parquet.len(), "{table}: rows");
    for (row, expected) in rows[1..].iter().zip(&parquet.rows) {
        for ((name, cell), expected) in parquet.columns.iter().zip(row).zip(expected) {
            if NESTED.contains(&name.as_str()) {
                let items: Vec<&str> = cell.split(" | ").filter(|item| !item.is_empty()).collect();
                let expected: Vec<&str> = expected.lines().collect();
                let first = |item: &str| item.split([' ', ':']).next().map(str::to_owned);
                let found: Vec<_> = items.iter().map(|item| first(item)).collect();
                assert_eq!(
                    found,
                    expected.iter().map(|line| first(line)).collect::<Vec<_>>(),
                    "{table}.{name}"
                );
            } else {
                assert_eq!(cell, expected, "{table}.{name}");
            }
        }
    }
}

#[test]
fn csv_for_programs_holds_every_cell() {
    let scratch = Scratch::new();
    let report = report(&scratch, "night", &[]);
    let out = scratch.join("tables");
    let run = export(&report, &["--csv", path(&out)]).expect(0);
    assert!(run.stdout.contains("tables: 6 CSV files"), "{}", run.stdout);
    for table in TABLES {
        same(table, &report, &csv_rows(&out.join(format!("{table}.csv")), b','));
    }
    let defects = Table::read(&report.join("defects.parquet"));
    for formula in FORMULAS {
        assert!(defects.values("value").contains(&formula.to_owned()), "{formula} is planted");
    }
    let json = run_json(&out);
    let outputs = json["outputs"].as_array().expect("its files");
    assert_eq!(outputs.len(), 6);
    for output in outputs {
        let bytes = fs::read(out.join(output["file"].as_str().expect("a name"))).expect("the file");
        assert_eq!(output["digest"], blake3::hash(&bytes).to_hex().as_str());
        assert_eq!(output["bytes"], bytes.len());
    }
    for name in names(&out) {
        let mode = fs::metadata(out.join(&name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(fs::metadata(&out).expect("a folder").permissions().mode() & 0o777, 0o700);
}

#[test]
fn csv_for_excel_runs_nothing_and_loses_no_zero() {
    let scratch = Scratch::new();
    let report = report(&scratch, "night", &[]);
    let out = scratch.join("tables");
    export(&report, &["--csv", path(&out), "--csv-for", "excel"]).expect(0);
    let text = fs::read_to_string(out.join("corrections.csv")).expect("UTF-8");
    assert!(text.starts_with("\u{feff}case_id;iin;"), "{text}");
    assert!(text.contains(";\"=\"\"900101"), "an IIN is a text: {text}");
    assert!(text.ends_with("\r\n"));
    for table in TABLES {
        let rows = csv_rows(&out.join(format!("{table}.csv")), b';');
        let shown: Vec<Vec<String>> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let cell = |cell: &String| {
                    assert!(
                        at == 0 || cell.starts_with("=\"") || !cell.starts_with(['=', '+', '@', '\t', '\r']),
                        "{table}: a formula: {cell}"
                    );
                    if let Some(text) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
                        assert!(!text.contains('"'), "{table}: more than a text: {cell}");
                        return text.to_owned();
                    }
                    cell.strip_prefix('\'').unwrap_or(cell).to_owned()
                };
                row.iter().map(cell).collect()
            })
            .collect();
        // Decimals have a comma, which is compared as the point that Parquet's text has.
        let numbers =
            ["confidence", "score", "prior_bits", "match_probability", "mean_score", "expected_invented"];
        let header = shown[0].clone();
        let pointed: Vec<Vec<String>> = shown
            .into_iter()
            .map(|row| {
                let cells = header.iter().zip(row);
                cells
                    .map(|(name, cell)| {
                        if numbers.contains(&name.as_str()) {
                            assert!(!cell.contains('.'), "{name}: {cell}");
                            cell.replace(',', ".")
                        } else {
                            cell
                        }
                    })
                    .collect()
            })
            .collect();
        same(table, &report, &pointed);
    }
}

/// The parts of a packed workbook, by the central directory at its end.
fn parts(workbook: &Path) -> BTreeMap<String, String> {
    let bytes = fs::read(workbook).expect("a workbook");
    let number = |at: usize, long: usize| {
        bytes[at..at + long].iter().rev().fold(0, |sum, &byte| sum << 8 | usize::from(byte))
    };
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06").expect("it is a zip file");
    let (mut at, count) = (number(end + 16, 4), number(end + 10, 2));
    let mut parts = BTreeMap::new();
    for _ in 0..count {
        assert_eq!(&bytes[at..at + 4], b"PK\x01\x02");
        let (method, packed, name_long) = (number(at + 10, 2), number(at + 20, 4), number(at + 28, 2));
        let (more, comment, local) = (number(at + 30, 2), number(at + 32, 2), number(at + 42, 4));
        let name = String::from_utf8(bytes[at + 46..at + 46 + name_long].to_vec()).expect("a name");
        let start = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let data = &bytes[start..start + packed];
        let mut text = String::new();
        match method {
            0 => text = String::from_utf8(data.to_vec()).expect("text"),
            _ => {
                flate2::read::DeflateDecoder::new(data).read_to_string(&mut text).expect("text");
            }
        }
        parts.insert(name, text);
        at += 46 + name_long + more + comment;
    }
    parts
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    Some(&text[start..start + text[start..].find(after)?])
}

fn unescaped(text: &str) -> String {
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    plain.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The cells of each sheet but the first two, as text.
fn sheets(workbook: &Path) -> BTreeMap<String, Vec<Vec<String>>> {
    let parts = parts(workbook);
    let book = &parts["xl/workbook.xml"];
    let named = book.split("<sheet ").skip(1).map(|sheet| between(sheet, "name=\"", "\"").expect("a name"));
    let shared: Vec<String> = parts.get("xl/sharedStrings.xml").map_or_else(Vec::new, |text| {
        let texts = text.split("<si>").skip(1);
        texts
            .map(|item| {
                unescaped(between(item, "<t", "</t>").map_or("", |t| &t[t.find('>').expect(">") + 1..]))
            })
            .collect()
    });
    let mut sheets = BTreeMap::new();
    for (at, name) in named.enumerate() {
        let sheet = &parts[&format!("xl/worksheets/sheet{}.xml", at + 1)];
        assert!(!sheet.contains("<f>") && !sheet.contains("<hyperlink"), "{name} holds a formula or a link");
        let mut rows = Vec::new();
        for row in sheet.split("<row ").skip(1) {
            let mut cells = Vec::new();
            for cell in row.split("<c ").skip(1) {
                let place = between(cell, "r=\"", "\"").expect("a place");
                let letters = place.trim_end_matches(|c: char| c.is_ascii_digit());
                let column = letters.bytes().fold(0, |sum, byte| sum * 26 + usize::from(byte - b'A') + 1);
                cells.resize(column.max(cells.len()), String::new());
                let value = between(cell, "<v>", "</v>").unwrap_or("");
                cells[column - 1] = match between(cell, "t=\"", "\"") {
                    Some("inlineStr") => {
                        let text = between(cell, "<t", "</t>").expect("a text");
                        unescaped(&text[text.find('>').expect("an end") + 1..])
                    }
                    Some("s") => shared[value.parse::<usize>().expect("a number")].clone(),
                    Some("b") => (value == "1").to_string(),
                    _ => value.to_owned(),
                };
            }
            rows.push(cells);
        }
        sheets.insert(name.to_owned(), rows);
    }
    sheets
}

#[test]
fn a_workbook_holds_every_cell_and_no_formula() {
    let scratch = Scratch::new();
    let report = report(&scratch, "night", &[]);
    let file = scratch.join("night.xlsx");
    let run = export(&report, &["--xlsx", path(&file)]).expect(0);
    assert!(run.stdout.contains("night.xlsx: a workbook"), "{}", run.stdout);
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let sheets = sheets(&file);
    for table in TABLES {
        let name = format!("{}{}", table[..1].to_uppercase(), &table[1..]);
        let parquet = Table::read(&report.join(format!("{table}.parquet")));
        let mut rows = sheets[&name].clone();
        for row in &mut rows {
            row.resize(parquet.columns.len(), String::new());
        }
        // A day is Excel's number of it.
        for row in rows.iter_mut().skip(1) {
            for (name, cell) in parquet.columns.iter().zip(row) {
                let is_day = name.ends_with("_date") || name == "since" || name.ends_with("_assigned");
                if is_day && !cell.is_empty() {
                    *cell = iinrec::day::iso(cell.parse::<i32>().expect("a day is a number") - 25_569);
                }
            }
        }
        same(table, &report, &rows);
    }
    let summary = &sheets["Summary"];
    assert_eq!(summary[0][0], "iinrec, as of 2026-01-01");
    let columns: Vec<&str> = sheets["Columns"].iter().map(|row| row[2].as_str()).collect();
    assert!(columns.iter().all(|meaning| !meaning.is_empty()), "every column has its sentence: {columns:?}");
}

#[test]
fn what_the_night_before_adds_is_exported_too() {
    let scratch = Scratch::new();
    let first = report(&scratch, "first", &[]);
    let second = report(&scratch, "second", &["--previous", path(&first), "--as-of", "2026-01-02"]);
    let (tables, file) = (scratch.join("tables"), scratch.join("night.xlsx"));
    export(&second, &["--csv", path(&tables), "--xlsx", path(&file)]).expect(0);
    for table in TABLES.iter().chain(&["changes"]) {
        same(table, &second, &csv_rows(&tables.join(format!("{table}.csv")), b','));
    }
    let states = Table::read(&second.join("corrections.parquet")).values("state");
    assert!(states.iter().all(|state| state == "persisting") && !states.is_empty(), "{states:?}");
    let sheets = sheets(&file);
    assert_eq!(sheets["Changes"].len(), Table::read(&second.join("changes.parquet")).len() + 1);
    for row in &sheets["Columns"] {
        assert!(row.len() == 3 && !row[2].is_empty(), "no sentence says what {row:?} is");
    }
}

#[test]
fn an_encrypted_report_is_written_readable_only_when_asked_and_a_masked_one_stays_masked() {
    let scratch = Scratch::new();
    let key = scratch.write("key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("private");
    let key = path(&key).to_owned();
    let open = report(&scratch, "open", &[]);
    let locked = report(&scratch, "locked", &["--encrypt", &key]);
    let (from_open, from_locked) = (scratch.join("o"), scratch.join("l"));
    export(&open, &["--csv", path(&from_open)]).expect(0);
    for (more, code, words) in [
        (&[][..], 2, "--allow-plain"),
        (&["--key", &key], 2, "--allow-plain"),
        (&["--allow-plain"], 1, "encrypted"),
    ] {
        let run = export(&locked, &[&["--csv", path(&from_locked)], more].concat()).expect(code);
        assert!(run.stderr.contains(words), "{more:?}: {}", run.stderr);
        assert!(!from_locked.exists());
    }
    export(&locked, &["--csv", path(&from_locked), "--key", &key, "--allow-plain"]).expect(0);
    for table in TABLES.iter().filter(|table| **table != "rejects") {
        let name = format!("{table}.csv");
        assert_eq!(
            fs::read(from_open.join(&name)).expect("CSV"),
            fs::read(from_locked.join(&name)).expect("CSV")
        );
    }
    let (registry, documents) = (scratch.join("open.registry.csv"), scratch.join("open.documents.csv"));
    let mut run = command();
    run.args(["reconcile", "--registry"]).arg(registry).arg("--documents").arg(documents);
    run.args(["--encrypt", &key, "--to", "postgres://127.0.0.1:1/d", "--out"]).arg(scratch.join("refused"));
    assert!(finish(&mut run).expect(2).stderr.contains("--allow-plain"));

    let masked = report(&scratch, "masked", &["--mask", &key]);
    let (tables, file) = (scratch.join("m"), scratch.join("m.xlsx"));
    export(&masked, &["--csv", path(&tables), "--xlsx", path(&file)]).expect(0);
    let iins: Vec<String> = Table::read(&open.join("corrections.parquet"))
        .values("iin")
        .into_iter()
        .filter(|iin| !iin.is_empty())
        .collect();
    assert!(!iins.is_empty());
    let mut texts: Vec<String> =
        TABLES.iter().map(|t| fs::read_to_string(tables.join(format!("{t}.csv"))).expect("CSV")).collect();
    texts.extend(parts(&file).into_values());
    for iin in &iins {
        assert!(!texts.iter().any(|text| text.contains(iin.as_str())), "an IIN in what was masked");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes_beside_it_and_apart() {
    let scratch = Scratch::new();
    let mut all = Vec::new();
    for threads in ["1", "2", "7"] {
        let also = ["--also", "csv,xlsx", "--threads", threads];
        let (registry, documents) = small_world();
        let registry = scratch.write("registry.csv", registry);
        let documents = scratch.write("documents.csv", documents);
        let out = scratch.join(threads);
        reconcile(&[&registry], &[&documents], &out, &also).expect(0);
        let listed: Vec<String> = run_json(&out)["outputs"]
            .as_array()
            .expect("its files")
            .iter()
            .map(|output| output["file"].as_str().expect("a name").to_owned())
            .chain(["run.json".to_owned()])
            .collect();
        let mut sorted = listed.clone();
        sorted.sort();
        assert_eq!(sorted, names(&out), "run.json lists every file");
        all.push(digests(&out));
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:#?}");

    let report = scratch.join("2");
    let (tables, file) = (scratch.join("tables"), scratch.join("night.xlsx"));
    export(&report, &["--csv", path(&tables), "--xlsx", path(&file), "--threads", "3"]).expect(0);
    for table in TABLES {
        let name = format!("{table}.csv");
        assert_eq!(fs::read(tables.join(&name)).expect("CSV"), fs::read(report.join(&name)).expect("CSV"));
    }
    assert_eq!(
        fs::read(&file).expect("a workbook"),
        fs::read(report.join("report.xlsx")).expect("a workbook")
    );
}

#[test]
fn nothing_is_replaced_unasked_and_nothing_half_is_left() {
    let scratch = Scratch::new();
    let report = report(&scratch, "night", &[]);
    let (tables, file) = (scratch.join("tables"), scratch.join("night.xlsx"));
    export(&report, &["--csv", path(&tables), "--xlsx", path(&file)]).expect(0);
    let before = scratch.names();
    for (option, place) in [("--csv", &tables), ("--xlsx", &file)] {
        let run = export(&report, &[option, path(place)]).expect(2);
        assert!(run.stderr.contains("exists already"), "{}", run.stderr);
        export(&report, &[option, path(place), "--overwrite"]).expect(0);
    }
    // What is no export is not replaced.
    let own = scratch.join("own");
    fs::create_dir(&own).expect("a folder");
    fs::write(own.join("letter.txt"), "mine").expect("a file");
    for option in ["--csv", "--xlsx"] {
        export(&report, &[option, path(&own), "--overwrite"]).expect(2);
    }
    assert_eq!(fs::read_to_string(own.join("letter.txt")).expect("still there"), "mine");
    fs::remove_dir_all(&own).expect("removed");

    // Least of all the report itself.
    for place in [&report, &scratch.join("night/report.xlsx")] {
        let option = if place == &report { "--csv" } else { "--xlsx" };
        let run = export(&report, &[option, path(place), "--overwrite"]).expect(2);
        assert!(run.stderr.contains("report"), "{}", run.stderr);
    }
    assert!(names(&report).contains(&"suspects.parquet".to_owned()));
    assert!(!names(&report).iter().any(|name| name.ends_with(".csv") || name.ends_with(".xlsx")));

    // A table that is cut off, and one of another run.
    let damaged = scratch.join("damaged");
    iinrec(["--version"]).expect(0);
    for (at, harm) in ["cut", "other", "missing"].into_iter().enumerate() {
        fs::create_dir(&damaged).expect("a folder");
        for name in names(&report) {
            fs::copy(report.join(&name), damaged.join(&name)).expect("a copy");
        }
        let victim = damaged.join("defects.parquet");
        match harm {
            "cut" => {
                let bytes = fs::read(&victim).expect("a table");
                fs::write(&victim, &bytes[..bytes.len() / 2]).expect("a shorter one");
            }
            "other" => {
                fs::copy(damaged.join("rejects.parquet"), &victim).expect("a copy");
            }
            _ => fs::remove_file(&victim).expect("removed"),
        }
        let (csv, xlsx) = (scratch.join(&format!("c{at}")), scratch.join(&format!("x{at}.xlsx")));
        for (option, place) in [("--csv", &csv), ("--xlsx", &xlsx)] {
            let run = export(&damaged, &[option, path(place)]).expect(1);
            assert!(run.stderr.contains("defects.parquet"), "{harm}: {}", run.stderr);
            assert!(!place.exists(), "{harm}");
        }
        fs::remove_dir_all(&damaged).expect("removed");
    }
    assert_eq!(scratch.names(), before, "nothing is left behind");
}

#[test]
fn a_disk_that_takes_no_more_is_told_and_leaves_nothing() {
    let scratch = Scratch::new();
    let world = scratch.join("world");
    finish(command().args(["generate", "--people", "5000", "--seed", "7", "--out"]).arg(&world)).expect(0);
    let report = scratch.join("night");
    util::reconcile_world(Path::new(env!("CARGO_BIN_EXE_iinrec")), &world, &report, &util::DATASETS);
    let before = scratch.names();
    for (option, place) in [("--csv", scratch.join("tables")), ("--xlsx", scratch.join("night.xlsx"))] {
        // A file may have 40 KiB; the rows of a workbook reach that before the workbook does.
        let mut limited = std::process::Command::new("bash");
        limited.args(["-c", "ulimit -f 40; exec \"$@\"", "limited", env!("CARGO_BIN_EXE_iinrec"), "export"]);
        let run = finish(limited.arg(&report).arg(option).arg(&place)).expect(1);
        assert!(run.stderr.contains("File too large"), "{}", run.stderr);
        assert_eq!(scratch.names(), before, "{option}");
    }
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_written() {
    let scratch = Scratch::new();
    let report = report(&scratch, "night", &[]);
    let before = scratch.names();
    let csv = scratch.join("tables");
    for (arguments, words) in [
        (&[][..], "--csv"),
        (&["--csv-for", "excel", "--xlsx", "x.xlsx"], "--csv"),
        (&["--csv", path(&csv), "--to", "postgres://h/d?table=t"], "a table, a query"),
        (&["--csv", path(&csv), "--to", "postgres://h/d?schema=pg_catalog"], "schema"),
        (&["--csv", path(&csv), "--to", "mysql://h/d"], "postgres://"),
        (&["--keep-nights", "0", "--to", "postgres://h/d"], "0"),
    ] {
        let run = export(&report, arguments).expect(2);
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
    let run = export(&scratch.join("nowhere"), &["--csv", path(&csv)]).expect(1);
    assert!(run.stderr.contains("no report"), "{}", run.stderr);
    // A password at the wrong place is not repeated.
    let run = export(&report, &["--to", "postgres://u:Pl4nted@h/d?table=t"]).expect(2);
    assert!(!run.stderr.contains("Pl4nted"), "{}", run.stderr);
    assert_eq!(scratch.names(), before);
}

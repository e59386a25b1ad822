//! A week of nights: people renew passports, the registry is corrected, corrections are undone, people appear, evidence grows,
//! decisions come and go. What each night says became of its cases is held against two ledgers: one that knows what the test did to
//! whom, and one that compares every row of every table as text.

mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use util::{Run, Scratch, Table, digests, finish, iin, iinrec, names, run_json};

/// A CSV file that is edited between nights.
#[derive(Clone)]
struct Sheet {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).expect("a generated file");
        let headers = reader.headers().expect("headers").iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
        Sheet { headers, rows: rows.collect() }
    }

    fn write(&self, path: &Path) {
        let mut writer = csv::Writer::from_path(path).expect("the scratch folder takes a file");
        for row in std::iter::once(&self.headers).chain(&self.rows) {
            writer.write_record(row).expect("a row");
        }
        writer.flush().expect("a file");
    }

    fn at(&self, column: &str) -> usize {
        self.headers.iter().position(|header| header == column).unwrap_or_else(|| panic!("no {column}"))
    }

    fn find(&self, column: &str, value: &str) -> Option<usize> {
        let at = self.at(column);
        self.rows.iter().position(|row| row[at] == value)
    }

    fn get(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.at(column)]
    }

    fn set(&mut self, row: usize, values: &[(&str, &str)]) {
        for (column, value) in values {
            let at = self.at(column);
            (*value).clone_into(&mut self.rows[row][at]);
        }
    }
}

/// The files, and the nights that were run over them.
struct Week {
    scratch: Scratch,
    registry: Sheet,
    documents: Sheet,
    activity: Sheet,
    /// The folder and day of each night.
    nights: Vec<(PathBuf, String)>,
    ledger: Ledger,
}

impl Week {
    fn new() -> Self {
        let scratch = Scratch::new();
        let mut generate = util::command();
        generate.args([
            "generate",
            "--people",
            "3000",
            "--seed",
            "11",
            "--invented",
            "0.01",
            "--missing",
            "0",
        ]);
        generate.args(["--formatted", "0", "--placeholders", "0", "--check-typos", "0"]);
        finish(generate.arg("--out").arg(scratch.join("world"))).expect(0);
        let sheet = |name: &str| Sheet::read(&scratch.join("world").join(name));
        let [registry, documents, activity] = ["registry.csv", "documents.csv", "activity.csv"].map(sheet);
        Week { scratch, registry, documents, activity, nights: Vec::new(), ledger: Ledger::default() }
    }

    fn folder(&self, night: usize) -> &Path {
        &self.nights[night - 1].0
    }

    /// Runs one night over what lies there now, and holds it against the ledger.
    fn night(&mut self, more: &[&str]) -> Table {
        let number = self.nights.len() + 1;
        let inputs = self.scratch.join("inputs");
        fs::create_dir_all(&inputs).expect("a folder");
        self.registry.write(&inputs.join("registry.csv"));
        self.documents.write(&inputs.join("documents.csv"));
        self.activity.write(&inputs.join("activity.csv"));
        let day = format!("2026-01-{:02}", 2 + number);
        let previous = self.nights.last().map(|(folder, _)| folder.clone());
        let mut reports = Vec::new();
        // Some nights at several numbers of threads.
        let threads: &[&str] = if matches!(number, 3 | 5) { &["2", "1", "7"] } else { &["2"] };
        for threads in threads {
            let out = self.scratch.join(&format!("night-{number}-{threads}"));
            let mut run = util::command();
            run.arg("reconcile").args(["--as-of", &day, "--threads", threads, "--quiet"]).args(more);
            for dataset in ["registry", "documents", "activity"] {
                run.arg(format!("--{dataset}")).arg(inputs.join(format!("{dataset}.csv")));
            }
            if let Some(previous) = &previous {
                run.arg("--previous").arg(previous);
            }
            finish(run.arg("--out").arg(&out)).expect(0);
            reports.push((digests(&out), out));
        }
        for (found, out) in &reports {
            assert_eq!(*found, reports[0].0, "{}: other bytes", out.display());
        }
        let out = reports[0].1.clone();
        self.ledger.hold(&out, &day, previous.as_deref());
        let changes = match &previous {
            None => Table { columns: Vec::new(), rows: Vec::new() },
            Some(previous) => {
                // Comparing the two folders afterwards gives the same bytes.
                let diff = self.scratch.join(&format!("diff-{number}"));
                iinrec([Path::new("diff"), previous, &out, Path::new("--out"), &diff]).expect(0);
                let bytes = |folder: &Path| fs::read(folder.join("changes.parquet")).expect("changes");
                assert_eq!(bytes(&diff), bytes(&out), "night {number}: diff says something else");
                assert_eq!(run_json(&diff)["changes"], run_json(&out)["changes"]);
                Table::read(&out.join("changes.parquet"))
            }
        };
        self.nights.push((out, day));
        changes
    }

    fn corrections(&self) -> Vec<Correction> {
        let (folder, _) = self.nights.last().expect("a night");
        let columns = ["case_id", "iin", "kind", "current_value", "document_country", "document_number"];
        let rows = Table::read(&folder.join("corrections.parquet")).select(&columns);
        let of = |row: Vec<String>| {
            let [case, iin, kind, current, country, number] = row.try_into().expect("six columns");
            Correction { case, iin, kind, current, country, number }
        };
        rows.into_iter().map(of).collect()
    }

    /// Corrections of a kind that are the only one of their number.
    fn alone(&self, kind: &str) -> Vec<Correction> {
        let all = self.corrections();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        all.iter().for_each(|c| *counts.entry(c.iin.clone()).or_default() += 1);
        let mut alone: Vec<Correction> =
            all.into_iter().filter(|c| c.kind == kind && counts[&c.iin] == 1).collect();
        alone.sort_by(|a, b| a.case.cmp(&b.case));
        alone
    }

    /// The document behind a correction.
    fn document(&self, correction: &Correction) -> usize {
        let [number, country] =
            ["document_number", "document_country"].map(|column| self.documents.at(column));
        let is_it =
            |row: &Vec<String>| row[number] == correction.number && row[country] == correction.country;
        self.documents.rows.iter().position(is_it).expect("the document of a correction")
    }
}

struct Correction {
    case: String,
    iin: String,
    kind: String,
    current: String,
    country: String,
    number: String,
}

/// A table of cases, and what of it is compared, by the test's own reckoning.
const TABLES: [(&str, &str, bool); 5] = [
    ("corrections", "corrections.parquet", false),
    ("suspects", "suspects.parquet", false),
    ("duplicates", "duplicates.parquet", false),
    ("corrections", "dismissed_corrections.parquet", true),
    ("suspects", "dismissed.parquet", true),
];

/// What is known of a case after some nights.
struct Known {
    first: String,
    last: String,
    resolved_on: String,
    is_away: bool,
    content: Vec<Vec<String>>,
    iin: String,
    kind: String,
}

/// Every case of the week, compared as text.
#[derive(Default)]
struct Ledger(BTreeMap<(String, String), Known>);

/// A row of a night: table, id, whether it is dismissed, content, IIN and kind.
type Found = ((String, String), bool, Vec<String>, String, String);

fn cases(report: &Path) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (table, file, is_away) in TABLES {
        let path = report.join(file);
        if !path.exists() {
            continue;
        }
        let read = Table::read(&path);
        let key = |id: &String| (table.to_owned(), id.clone());
        match table {
            "corrections" => {
                let columns = [
                    "case_id",
                    "iin",
                    "kind",
                    "registered_value",
                    "current_value",
                    "document_issue_date",
                    "ambiguous",
                ];
                for row in read.select(&columns) {
                    found.push((key(&row[0]), is_away, row[3..].to_vec(), row[1].clone(), row[2].clone()));
                }
            }
            "suspects" => {
                for row in read.select(&["case_id", "iin", "band", "evidence_id"]) {
                    // Which signs there are, whatever their strength.
                    let content = vec![row[2].clone(), row[3].replace('+', "")];
                    found.push((key(&row[0]), is_away, content, row[1].clone(), row[2].clone()));
                }
            }
            _ => {
                let rows = read.select(&["cluster_id", "iin"]);
                for cluster in rows.chunk_by(|a, b| a[0] == b[0]) {
                    let members: BTreeSet<&String> = cluster.iter().map(|row| &row[1]).collect();
                    let content = members.into_iter().cloned().collect();
                    found.push((key(&cluster[0][0]), is_away, content, cluster[0][1].clone(), String::new()));
                }
            }
        }
    }
    found
}

impl Ledger {
    /// Holds a report against what is known, and learns it.
    fn hold(&mut self, report: &Path, day: &str, previous: Option<&Path>) {
        let tonight = cases(report);
        if previous.is_none() {
            assert!(!names(report).contains(&"changes.parquet".to_owned()));
            assert!(run_json(report).get("changes").is_none());
            for (_, file, _) in &TABLES[..3] {
                let rows = Table::read(&report.join(file)).select(&["state", "first_seen"]);
                assert!(rows.iter().flatten().all(String::is_empty), "nothing is claimed on a first night");
            }
            self.learn(tonight, day);
            return;
        }
        let mut expected: Vec<Vec<String>> = Vec::new();
        let mut states: BTreeMap<(String, String), BTreeSet<(String, String)>> = BTreeMap::new();
        let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
        for (key, is_away, content, iin, kind) in &tonight {
            let (state, first) = match self.0.get(key) {
                None if *is_away => ("dismissed", day),
                None => ("new", day),
                Some(known) if *is_away => ("dismissed", known.first.as_str()),
                Some(known) if known.is_away || !known.resolved_on.is_empty() => {
                    ("reopened", known.first.as_str())
                }
                Some(known) if known.content.contains(content) => ("persisting", known.first.as_str()),
                Some(known) => ("changed", known.first.as_str()),
            };
            let row = [&key.1, &key.0, iin, kind, state, first, day, ""];
            expected.push(row.iter().map(|text| (*text).to_owned()).collect());
            states.entry(key.clone()).or_default().insert((state.to_owned(), first.to_owned()));
            *counts.entry((key.0.clone(), state.to_owned())).or_default() += 1;
        }
        let ids: BTreeSet<&(String, String)> = tonight.iter().map(|(key, ..)| key).collect();
        for (key, known) in self.0.iter_mut().filter(|(key, _)| !ids.contains(key)) {
            if known.resolved_on.is_empty() {
                day.clone_into(&mut known.resolved_on);
                *counts.entry((key.0.clone(), "resolved".to_owned())).or_default() +=
                    known.content.len() as u64;
            }
            let row = [
                &key.1,
                &key.0,
                &known.iin,
                &known.kind,
                "resolved",
                &known.first,
                &known.last,
                &known.resolved_on,
            ];
            for _ in &known.content {
                expected.push(row.iter().map(|text| (*text).to_owned()).collect());
            }
        }
        let changes = Table::read(&report.join("changes.parquet"));
        let columns = ["case_id", "table", "iin", "kind", "state", "first_seen", "last_seen", "resolved_on"];
        let mut found = changes.select(&columns);
        let order: Vec<(usize, bool, usize)> = found.iter().map(|row| place(row, day)).collect();
        assert!(order.is_sorted(), "changes.parquet is sorted by table and state");
        found.sort();
        expected.sort();
        let missing: Vec<_> = expected.iter().filter(|row| !found.contains(row)).take(5).collect();
        let more: Vec<_> = found.iter().filter(|row| !expected.contains(row)).take(5).collect();
        assert!(found == expected, "{day}: not found {missing:?}\nnot expected {more:?}");
        for row in changes.select(&["state", "changed"]) {
            assert_eq!(row[0] == "changed", !row[1].is_empty(), "{row:?}");
        }
        self.hold_states(report, &states);
        let said = &run_json(report)["changes"];
        for (table, states) in said["states"].as_object().expect("tables") {
            assert_eq!(states.as_object().expect("states").len(), 6);
            for (state, count) in states.as_object().expect("states") {
                let expected = counts.get(&(table.clone(), state.clone())).copied().unwrap_or(0);
                assert_eq!(count.as_u64(), Some(expected), "{day}: {table} {state}");
            }
        }
        for (of, kinds) in said["new_by_kind"].as_object().expect("tables") {
            let sum: u64 =
                kinds.as_object().expect("kinds").values().map(|n| n.as_u64().expect("a count")).sum();
            assert_eq!(sum, counts.get(&(of.clone(), "new".to_owned())).copied().unwrap_or(0));
        }
        self.learn(tonight, day);
    }

    /// The columns of the tables say what `changes.parquet` says.
    fn hold_states(&self, report: &Path, states: &BTreeMap<(String, String), BTreeSet<(String, String)>>) {
        for (table, file, _) in TABLES {
            let path = report.join(file);
            if !path.exists() {
                continue;
            }
            let id = if table == "duplicates" { "cluster_id" } else { "case_id" };
            for row in Table::read(&path).select(&[id, "state", "first_seen"]) {
                let said = (row[1].clone(), row[2].clone());
                assert!(states[&(table.to_owned(), row[0].clone())].contains(&said), "{file}: {row:?}");
            }
        }
    }

    fn learn(&mut self, tonight: Vec<Found>, day: &str) {
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for (key, is_away, content, iin, kind) in tonight {
            let first = self.0.get(&key).map_or(day, |known| &known.first).to_owned();
            if seen.insert(key.clone()) {
                let last = day.to_owned();
                let known = Known {
                    first,
                    last,
                    resolved_on: String::new(),
                    is_away,
                    content: vec![content],
                    iin,
                    kind,
                };
                self.0.insert(key, known);
            } else {
                self.0.get_mut(&key).expect("seen").content.push(content);
            }
        }
    }
}

/// Where a row of `changes.parquet` belongs.
fn place(row: &[String], day: &str) -> (usize, bool, usize) {
    let at =
        |names: &[&str], name: &str| names.iter().position(|known| *known == name).expect("a known word");
    let is_carried = !row[7].is_empty() && row[7] != day;
    let states = ["new", "reopened", "changed", "resolved", "persisting", "dismissed"];
    (at(&["corrections", "suspects", "duplicates"], &row[1]), is_carried, at(&states, &row[4]))
}

/// Requires what became of cases, found by a column.
#[track_caller]
fn became(changes: &Table, column: &str, of: &[String], table: &str, state: &str) -> Vec<Vec<String>> {
    let rows = changes.select(&[
        column,
        "table",
        "state",
        "kind",
        "changed",
        "first_seen",
        "last_seen",
        "resolved_on",
    ]);
    of.iter()
        .map(|value| {
            let own: Vec<&Vec<String>> =
                rows.iter().filter(|row| row[0] == *value && row[1] == table).collect();
            let found = own.iter().find(|row| row[2] == state);
            (*found.unwrap_or_else(|| panic!("{table} {state}: {own:?}"))).clone()
        })
        .collect()
}

#[test]
fn a_week_of_nights() {
    let mut week = Week::new();
    week.night(&[]);

    // Night 2: five people renew their passports, and five corrections are made in the registry.
    let troubled: BTreeSet<String> = {
        let suspects = Table::read(&week.folder(1).join("suspects.parquet")).values("iin");
        let twins = Table::read(&week.folder(1).join("duplicates.parquet")).values("iin");
        week.corrections().into_iter().map(|c| c.iin).chain(suspects).chain(twins).collect()
    };
    let clean: Vec<(usize, usize)> = (0..week.registry.rows.len())
        .filter(|&row| {
            let is = |column: &str, value: &str| week.registry.get(row, column) == value;
            is("document_type", "passport")
                && is("document_country", "KAZ")
                && is("status", "active")
                && week.registry.get(row, "document_expiry_date") > "2027"
                && !troubled.contains(week.registry.get(row, "iin"))
        })
        .filter_map(|row| {
            let document =
                week.documents.find("document_number", week.registry.get(row, "document_number"))?;
            (week.documents.get(document, "iin") == week.registry.get(row, "iin")).then_some((row, document))
        })
        .collect();
    assert!(clean.len() >= 20, "{} people of whom nothing is said", clean.len());
    let mut renewed = Vec::new();
    for (at, &(row, document)) in clean.iter().take(5).enumerate() {
        let (old, number) = (week.documents.rows[document].clone(), format!("N7700070{at}"));
        let old_number = week.documents.get(document, "document_number").to_owned();
        week.documents.set(document, &[("status", "replaced"), ("status_date", "2025-12-20")]);
        week.documents.rows.push(old);
        let last = week.documents.rows.len() - 1;
        week.documents.set(
            last,
            &[
                ("document_number", &number),
                ("issue_date", "2025-12-20"),
                ("expiry_date", "2035-12-19"),
                ("status", "valid"),
                ("status_date", ""),
                ("previous_number", &old_number),
                ("mrz", ""),
            ],
        );
        renewed.push(week.registry.get(row, "iin").to_owned());
    }
    let mut made = Vec::new();
    for correction in week.alone("document_replaced").into_iter().take(5) {
        let row = week.registry.find("iin", &correction.iin).expect("its row");
        let document = week.document(&correction);
        made.push((correction.case.clone(), row, week.registry.rows[row].clone()));
        let [issue, expiry] =
            ["issue_date", "expiry_date"].map(|column| week.documents.get(document, column).to_owned());
        week.registry.set(
            row,
            &[
                ("document_number", &correction.current),
                ("document_country", &correction.country),
                ("document_issue_date", &issue),
                ("document_expiry_date", &expiry),
            ],
        );
    }
    let changes = week.night(&[]);
    for row in became(&changes, "iin", &renewed, "corrections", "new") {
        assert_eq!((row[3].as_str(), row[5].as_str()), ("document_replaced", "2026-01-04"));
    }
    let resolved: Vec<String> = made.iter().map(|(case, ..)| case.clone()).collect();
    for row in became(&changes, "case_id", &resolved, "corrections", "resolved") {
        assert_eq!(row[5..], ["2026-01-03", "2026-01-03", "2026-01-04"]);
    }

    // Night 3: one of them is undone, people appear before all others, and somebody is given a third number.
    let (undone, row, old) = made[0].clone();
    week.registry.rows[row] = old;
    let mut appeared = Vec::new();
    for (at, &(row, document)) in clean.iter().skip(5).take(5).enumerate() {
        let mut person = week.registry.rows[row].clone();
        let mut passport = week.documents.rows[document].clone();
        let digit = if week.registry.get(row, "sex") == "M" { 3 } else { 4 };
        let number = iin(&format!("71030{}", at + 1), digit, 9100 + 10 * at as u32);
        let named = [
            ("iin", number.clone()),
            ("document_number", format!("N7800080{at}")),
            ("birth_date", format!("1971-03-0{}", at + 1)),
        ];
        for (column, value) in &named {
            person[week.registry.at(column)].clone_from(value);
            passport[week.documents.at(column)].clone_from(value);
        }
        passport[week.documents.at("birth_date")] = format!("1971-04-0{}", at + 1);
        passport[week.documents.at("mrz")].clear();
        week.registry.rows.insert(0, person);
        week.documents.rows.insert(0, passport);
        appeared.push(number);
    }
    let twins = Table::read(&week.folder(2).join("duplicates.parquet")).select(&["cluster_id", "iin"]);
    let (cluster, twin) = (twins[0][0].clone(), twins[0][1].clone());
    let mut third = week.registry.rows[week.registry.find("iin", &twin).expect("its row")].clone();
    let digit = u32::from(twin.as_bytes()[6] - b'0');
    third[week.registry.at("iin")] = iin(&twin[..6], digit, 9950);
    week.registry.rows.push(third);
    let changes = week.night(&[]);
    let back = became(&changes, "case_id", std::slice::from_ref(&undone), "corrections", "reopened");
    assert_eq!(back[0][5..], ["2026-01-03", "2026-01-05", ""], "it is known since the first night");
    for row in became(&changes, "iin", &appeared, "corrections", "new") {
        assert_eq!(row[3], "birth_date_differs");
    }
    let grown = became(&changes, "case_id", &[cluster], "duplicates", "changed");
    assert_eq!(grown[0][4], "cluster_size: 2 > 3; iin");
    let still = &resolved[1..];
    for row in became(&changes, "case_id", still, "corrections", "resolved") {
        assert_eq!(row[5..], ["2026-01-03", "2026-01-03", "2026-01-04"], "carried on as it was");
    }

    // Night 4: a document's day of issue is corrected, and a suspect is seen no more.
    let moved = week.alone("document_replaced").into_iter().find(|c| !renewed.contains(&c.iin)).expect("one");
    let document = week.document(&moved);
    let issue = week.documents.get(document, "issue_date").to_owned();
    let day: u32 = issue[8..].parse().expect("a day");
    let issue = format!("{}-{:02}", &issue[..7], if day > 1 { day - 1 } else { 2 });
    week.documents.set(document, &[("issue_date", &issue), ("mrz", "")]);
    let suspects =
        Table::read(&week.folder(3).join("suspects.parquet")).select(&["case_id", "iin", "evidence_id"]);
    let seen =
        suspects.iter().find(|row| row[2].ends_with("!alive_for_long")).expect("a suspect who is seen");
    let at = week.activity.at("iin");
    week.activity.rows.retain(|row| row[at] != seen[1]);
    let changes = week.night(&[]);
    let differs = became(&changes, "case_id", &[moved.case], "corrections", "changed");
    assert_eq!(differs[0][4], "document_issue_date");
    let differs = became(&changes, "case_id", std::slice::from_ref(&seen[0]), "suspects", "changed");
    for part in ["evidence_id: no_activity came", "!alive_for_long went"] {
        assert!(differs[0][4].contains(part), "{differs:?}");
    }

    // Night 5: a correction and a suspect are dismissed.
    let dismissed = week.alone("document_replaced").into_iter().nth(7).expect("some are left").case;
    let suspect = Table::read(&week.folder(4).join("suspects.parquet"))
        .select(&["case_id", "evidence_id", "band"])
        .into_iter()
        .find(|row| row[2] == "medium")
        .expect("a suspect");
    let sheet = format!(
        "case_id,decision,evidence_id\n{dismissed},dismissed,\n{},dismissed,{}\n",
        suspect[0], suspect[1]
    );
    let sheet = week.scratch.write("decisions.csv", sheet);
    let changes = week.night(&["--decisions", sheet.to_str().expect("a plain path")]);
    became(&changes, "case_id", std::slice::from_ref(&dismissed), "corrections", "dismissed");
    became(&changes, "case_id", &suspect[..1], "suspects", "dismissed");

    // Night 6: the decisions are taken back. Night 7: nothing happens.
    let changes = week.night(&[]);
    became(&changes, "case_id", std::slice::from_ref(&dismissed), "corrections", "reopened");
    became(&changes, "case_id", &suspect[..1], "suspects", "reopened");
    let changes = week.night(&[]);
    let quiet = became(&changes, "case_id", &[undone, dismissed], "corrections", "persisting");
    assert!(quiet.iter().all(|row| row[5] == "2026-01-03" && row[6] == "2026-01-09"));
    assert_eq!(changes.values("as_of")[0], "2026-01-09");
    assert_eq!(changes.values("previous_as_of")[0], "2026-01-08");
    let same = run_json(week.folder(7));
    assert_eq!(same["changes"]["same_configuration"], true);
    assert_eq!(same["changes"]["same_version"], true);

    // From the first night to the last, without those between: what came and went in between is not seen.
    let out = week.scratch.join("week");
    let run = iinrec([Path::new("diff"), week.folder(1), week.folder(7), Path::new("--out"), &out]).expect(0);
    for digits in week.registry.rows.iter().map(|row| &row[week.registry.at("iin")]) {
        assert!(!run.stdout.contains(digits.as_str()), "a number of a person is printed");
    }
    let changes = Table::read(&out.join("changes.parquet"));
    became(&changes, "iin", &renewed, "corrections", "new");
    became(&changes, "case_id", still, "corrections", "resolved");
}

/// The files of a small world.
fn small(scratch: &Scratch) -> [PathBuf; 2] {
    let (registry, documents) = util::small_world();
    [scratch.write("registry.csv", registry), scratch.write("documents.csv", documents)]
}

fn run(files: &[PathBuf; 2], out: &Path, day: &str, more: &[&str]) -> Run {
    let mut run = util::command();
    run.arg("reconcile").arg("--registry").arg(&files[0]).arg("--documents").arg(&files[1]);
    finish(run.arg("--out").arg(out).args(["--as-of", day]).args(more))
}

#[test]
fn a_case_that_is_gone_is_forgotten_after_a_while() {
    let scratch = Scratch::new();
    let files = small(&scratch);
    let documents = fs::read_to_string(&files[1]).expect("documents");
    let without: String =
        documents.lines().filter(|line| !line.contains("stolen")).map(|line| format!("{line}\n")).collect();
    let out = |name: &str| scratch.join(name);
    let named = |name: &str| scratch.join(name).to_str().expect("a plain path").to_owned();
    let count =
        |name: &str, state: &str| run_json(&out(name))["changes"]["states"]["corrections"][state].clone();
    run(&files, &out("a"), "2026-01-01", &[]).expect(0);
    fs::write(&files[1], &without).expect("documents");
    let text = run(&files, &out("b"), "2026-01-02", &["--previous", &named("a")]).expect(0).stdout;
    assert!(text.contains("Since 2026-01-01"), "{text}");
    assert_eq!(count("b", "resolved"), 1);
    // A year later it is carried on, with a shorter memory it is not.
    run(&files, &out("c"), "2027-01-02", &["--previous", &named("b")]).expect(0);
    run(&files, &out("d"), "2027-01-02", &["--previous", &named("b"), "--forget-days", "30"]).expect(0);
    assert_eq!((count("c", "resolved"), count("d", "resolved")), (0.into(), 0.into()));
    let gone = |name: &str| {
        let states = Table::read(&out(name).join("changes.parquet")).values("state");
        states.iter().filter(|state| *state == "resolved").count()
    };
    assert_eq!((gone("c"), gone("d")), (1, 0));
    fs::write(&files[1], &documents).expect("documents");
    run(&files, &out("e"), "2027-01-03", &["--previous", &named("c")]).expect(0);
    run(&files, &out("f"), "2027-01-03", &["--previous", &named("d")]).expect(0);
    assert_eq!((count("e", "reopened"), count("e", "new")), (1.into(), 0.into()));
    assert_eq!((count("f", "reopened"), count("f", "new")), (0.into(), 1.into()));
}

#[test]
fn the_folder_that_is_replaced_may_be_the_earlier_night() {
    let scratch = Scratch::new();
    let files = small(&scratch);
    let out = scratch.join("reports");
    run(&files, &out, "2026-01-01", &[]).expect(0);
    let first = run_json(&out);
    let previous = out.to_str().expect("a plain path");
    run(&files, &out, "2026-01-01", &["--overwrite", "--previous", previous]).expect(0);
    let second = run_json(&out);
    assert_eq!(second["changes"]["states"]["corrections"]["persisting"], 3);
    assert_eq!(first["config_fingerprint"], second["config_fingerprint"], "an earlier night is no setting");
    let text = run(&files, &out, "2026-01-02", &["--overwrite", "--previous", previous]).expect(0).stdout;
    assert!(text.contains("Since 2026-01-01") && !text.contains("Note:"), "{text}");
    // Other settings are told of.
    let config = scratch.write("night.toml", "[rules]\nband_low = 0.35\n");
    let with = ["--overwrite", "--previous", previous, "--config", config.to_str().expect("a plain path")];
    let text = run(&files, &out, "2026-01-02", &with).expect(0).stdout;
    assert!(text.contains("another run of the same day") && text.contains("other settings"), "{text}");
    assert_eq!(run_json(&out)["changes"]["same_configuration"], false);
    assert_eq!(names(scratch.path()), ["documents.csv", "night.toml", "registry.csv", "reports"]);
}

#[test]
fn what_is_no_earlier_night_is_refused_before_anything_is_read() {
    let scratch = Scratch::new();
    let files = small(&scratch);
    let out = scratch.join("out");
    let earlier = scratch.join("earlier");
    run(&files, &earlier, "2026-01-05", &[]).expect(0);
    let named = earlier.to_str().expect("a plain path");
    let refused = |more: &[&str], day: &str, code: i32, words: &str| {
        let run = run(&files, &out, day, more).expect(code);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert!(!out.exists());
    };
    refused(&["--previous", "nowhere"], "2026-01-06", 2, "no report of reconcile");
    refused(
        &["--previous", scratch.path().to_str().expect("a path")],
        "2026-01-06",
        2,
        "no report of reconcile",
    );
    refused(&["--previous", named], "2026-01-04", 2, "later than this night");
    refused(&["--forget-days", "3"], "2026-01-06", 2, "--previous");
    refused(&["--previous", named, "--forget-days", "0"], "2026-01-06", 2, "--forget-days");
    let late = scratch.join("late");
    run(&files, &late, "2026-01-06", &[]).expect(0);
    let diff = iinrec([Path::new("diff"), &late, &earlier]).expect(2);
    assert!(diff.stderr.contains("later day"), "{}", diff.stderr);
    let diff = iinrec([Path::new("diff"), &earlier, scratch.path()]).expect(2);
    assert!(diff.stderr.contains("no report"), "{}", diff.stderr);
    let taken = iinrec([Path::new("diff"), &earlier, &late, Path::new("--out"), &late]).expect(2);
    assert!(taken.stderr.contains("exists already"), "{}", taken.stderr);

    // A byte that is another one than the run wrote.
    let table = earlier.join("corrections.parquet");
    let mut bytes = fs::read(&table).expect("a table");
    bytes[100] ^= 1;
    fs::write(&table, &bytes).expect("a table");
    refused(&["--previous", named], "2026-01-06", 1, "not as its run wrote it");
    let text = iinrec([Path::new("diff"), &earlier, &late]);
    assert!(matches!(text.code, Some(0 | 1)) && !text.stderr.contains("panicked"), "{}", text.stderr);
    fs::remove_file(&table).expect("a table");
    refused(&["--previous", named], "2026-01-06", 2, "no report of reconcile");
}

#[test]
fn reports_without_states_are_compared_too() {
    let scratch = Scratch::new();
    let files = small(&scratch);
    let [old, new] = ["old", "new"].map(|name| scratch.join(name));
    run(&files, &old, "2026-01-01", &[]).expect(0);
    run(&files, &new, "2026-02-01", &[]).expect(0);
    let json = iinrec([Path::new("diff"), &old, &new, Path::new("--format"), Path::new("json")]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["changes"]["states"]["corrections"]["persisting"], 3);
    assert_eq!(json["changes"]["previous_as_of"], "2026-01-01");
    assert_eq!(json["differences"], serde_json::json!([]));
    assert_eq!(json["first"], serde_json::json!([]));
}

//! The whole night with the real binary: nights that follow each other, what a gate holds back, what is taken up again
//! after a kill, what retention removes.

mod util;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use util::night::{all, confirmed, world};
use util::{Run, Scratch, digests, finish, iinrec, names, small_world};

/// A folder with inputs and the file of the night.
struct Desk {
    scratch: Scratch,
    toml: PathBuf,
}

fn desk(night: &str) -> Desk {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    scratch.write("r.csv", registry);
    scratch.write("d.csv", documents);
    let toml = scratch.write("nightly.toml", file("r.csv", "d.csv", night));
    Desk { scratch, toml }
}

fn file(registry: &str, documents: &str, night: &str) -> String {
    format!(
        "[datasets.registry]\nfiles = [\"{registry}\"]\n[datasets.documents]\nfiles = [\"{documents}\"]\n[night]\n\
         folder = \"reports\"\nlog = \"night.jsonl\"\n{night}\n"
    )
}

impl Desk {
    fn command(&self, day: &str, more: &[&str]) -> Command {
        let mut run = util::command();
        run.arg("run").arg(&self.toml).args(["--as-of", day]).args(more);
        run
    }

    fn run(&self, day: &str, more: &[&str]) -> Run {
        finish(&mut self.command(day, more))
    }

    fn reports(&self) -> PathBuf {
        self.scratch.join("reports")
    }

    fn history(&self) -> Vec<(String, String)> {
        history(&self.reports())
    }

    /// The events of the last run in its log.
    fn events(&self) -> Vec<String> {
        let text = fs::read_to_string(self.scratch.join("night.jsonl")).expect("a log");
        let events: Vec<String> = text
            .lines()
            .map(|line| {
                serde_json::from_str::<Value>(line).expect("JSON")["event"].as_str().expect("it").to_owned()
            })
            .collect();
        let last = events.iter().rposition(|event| event == "started").expect("a start");
        events[last..].to_vec()
    }
}

/// Each night with its state.
fn history(reports: &Path) -> Vec<(String, String)> {
    let run = iinrec([Path::new("history"), reports, Path::new("--format"), Path::new("json")]).expect(0);
    let told: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let nights = told["nights"].as_array().expect("nights").iter();
    nights.map(|night| (text(&night["night"]), text(&night["state"]))).collect()
}

fn states<'a>(of: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    of.iter().map(|&(night, state)| (night.to_owned(), state.to_owned())).collect()
}

#[test]
fn nights_follow_each_other_and_old_ones_go() {
    let desk = desk("keep = 2\nkeep_months = 1\nmetrics = \"iinrec.prom\"");
    for day in ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02"] {
        let run = desk.run(day, &[]).expect(0);
        assert!(run.stdout.contains(&format!("Night of {day}: published")), "{}", run.stdout);
    }
    assert_eq!(names(&desk.reports()), ["2026-01-01", "2026-01-02", "history.jsonl"]);
    let expected = [
        ("2025-12-30", "removed"),
        ("2025-12-31", "removed"),
        ("2026-01-01", "passed"),
        ("2026-01-02", "passed"),
    ];
    assert_eq!(desk.history(), states(&expected));
    // The figures of a night outlive it.
    let reports = desk.reports();
    let table = iinrec(["history", reports.to_str().expect("a plain path")]).expect(0).stdout;
    let line = table.lines().find(|line| line.contains("2025-12-30")).expect("a line");
    assert!(line.split_whitespace().nth(2) == Some("7"), "records: {line}");
    // What is no night of ours is left alone, whatever its name.
    fs::create_dir(desk.reports().join("2020-01-01")).expect("a folder");
    fs::write(desk.reports().join("2020-01-01/notes.txt"), "mine").expect("a file");
    // An earlier night that is made up for is compared with what came before it, and removes neither itself nor others
    // that are newer.
    let run = desk.run("2025-11-01", &[]).expect(0);
    assert!(run.stdout.contains("with no earlier night"), "{}", run.stdout);
    let run = desk.run("2026-01-03", &[]).expect(0);
    assert!(
        run.stdout.contains("with 2026-01-02") && run.stdout.contains("removed      2025-11-01"),
        "{}",
        run.stdout
    );
    assert_eq!(names(&desk.reports()), ["2020-01-01", "2026-01-02", "2026-01-03", "history.jsonl"]);
    assert!(desk.scratch.join("iinrec.prom").is_file());
}

#[test]
fn the_same_night_again_is_not_made_again() {
    let desk = desk("");
    let day = "2026-01-01";
    desk.run(day, &[]).expect(0);
    let report = desk.reports().join(day);
    let stamp =
        |report: &Path| report.join("run.json").metadata().expect("run.json").modified().expect("a time");
    let first = stamp(&report);
    let run = desk.run(day, &[]).expect(0);
    assert!(run.stdout.contains("published before, of the same inputs"), "{}", run.stdout);
    assert_eq!(stamp(&report), first);
    assert_eq!(desk.events(), ["started", "resumed", "published", "finished"]);
    let again = |why: &str| {
        let before = stamp(&report);
        let run = desk.run(day, &[]).expect(0);
        assert!(run.stdout.contains("published in"), "{why}: {}", run.stdout);
        assert_ne!(stamp(&report), before, "{why}");
        confirmed(&report);
    };
    // Damaged.
    let table = report.join("corrections.parquet");
    let mut bytes = fs::read(&table).expect("a table");
    bytes[100] ^= 1;
    fs::write(&table, bytes).expect("damage");
    again("a table was changed");
    fs::remove_file(&table).expect("removed");
    again("a table is gone");
    // A corrected export.
    let registry = fs::read_to_string(desk.scratch.join("r.csv")).expect("text");
    desk.scratch.write("r.csv", registry.replace("KARIMOV", "KARIMOVA"));
    again("an input changed");
    // Another rule.
    let text = fs::read_to_string(&desk.toml).expect("text");
    fs::write(&desk.toml, format!("{text}[rules]\nburst_days = 4\n")).expect("a rule");
    again("a rule changed");
    // Decisions come in the morning.
    fs::write(&desk.toml, text.replace("folder =", "decisions = \"decisions.csv\"\nfolder ="))
        .expect("decisions");
    again("the rule went");
    desk.scratch.write("decisions.csv", "case_id,decision,evidence_id\n");
    again("there are decisions");
    // What is asked of a report does not change it.
    let text = fs::read_to_string(&desk.toml).expect("text");
    fs::write(&desk.toml, format!("{text}fail_on = [\"corrections > 900\"]\nkeep = 3\n")).expect("a gate");
    let run = desk.run(day, &[]).expect(0);
    assert!(run.stdout.contains("published before"), "{}", run.stdout);
    // Somebody wants it made all the same.
    let run = desk.run(day, &["--again"]).expect(0);
    assert!(run.stdout.contains("published in"), "{}", run.stdout);
}

#[test]
fn half_an_export_is_held_back_until_somebody_accepts_it() {
    let desk = desk("keep = 1\nfail_on = [\"records.registry < 90% of previous\"]");
    let run = desk.run("2026-01-01", &[]).expect(0);
    assert!(run.stdout.contains("skipped: records.registry"), "the first night: {}", run.stdout);
    let whole = fs::read_to_string(desk.scratch.join("r.csv")).expect("text");
    let half: String = whole.lines().take(2).map(|line| format!("{line}\n")).collect();
    desk.scratch.write("r.csv", half);
    let run = desk.run("2026-01-02", &[]).expect(3);
    assert!(
        run.stdout.contains("TRIPPED") && run.stderr.contains("33.3 % of the night before (3)"),
        "{}",
        run.stderr
    );
    assert_eq!(
        desk.history(),
        states(&[("2026-01-01", "passed"), ("2026-01-02", "held")]),
        "nothing is removed"
    );
    // Again it is held, without being made again.
    desk.run("2026-01-02", &[]).expect(3);
    assert_eq!(desk.events(), ["started", "resumed", "published", "gate", "finished"]);
    // The next night is compared with the last that passed, and does not remove what waits for a person.
    desk.scratch.write("r.csv", &whole);
    let run = desk.run("2026-01-03", &[]).expect(0);
    assert!(run.stdout.contains("with 2026-01-01"), "{}", run.stdout);
    let held = [("2026-01-01", "passed"), ("2026-01-02", "held"), ("2026-01-03", "passed")];
    assert_eq!(desk.history(), states(&held), "the one it was compared with stays too");
    // Mended, the night is made again and passes.
    let run = desk.run("2026-01-02", &[]).expect(0);
    assert!(run.stdout.contains("published in"), "{}", run.stdout);
    desk.scratch.write("r.csv", whole.lines().next().expect("a header"));
    desk.run("2026-01-04", &[]).expect(3);
    let run = desk.run("2026-01-04", &["--accept"]).expect(0);
    assert!(run.stdout.contains("accepted: records.registry"), "{}", run.stdout);
    assert_eq!(desk.history().last(), Some(&("2026-01-04".to_owned(), "accepted".to_owned())));
    let run = desk.run("2026-01-05", &[]).expect(0);
    assert!(run.stdout.contains("with 2026-01-04"), "what was accepted is compared with: {}", run.stdout);
}

#[test]
fn what_is_missing_or_odd_is_said() {
    let desk = desk("");
    fs::write(&desk.toml, file("r-{as_of}.csv", "d.csv", "")).expect("a file");
    let run = desk.run("2026-01-01", &[]).expect(1);
    assert!(run.stderr.contains("r-2026-01-01.csv") && run.stderr.contains("what to do"), "{}", run.stderr);
    assert_eq!(desk.events(), ["started", "failed"]);
    assert_eq!(desk.history(), states(&[("2026-01-01", "failed")]));
    let dry = desk.run("2026-01-01", &["--dry-run"]).expect(0).stdout;
    assert!(dry.contains("r-2026-01-01.csv  (not there yet") && dry.contains("Nothing was done."), "{dry}");
    fs::rename(desk.scratch.join("r.csv"), desk.scratch.join("r-2026-01-01.csv")).expect("it came");
    desk.run("2026-01-01", &[]).expect(0);
    assert_eq!(desk.history(), states(&[("2026-01-01", "passed")]));

    fs::write(&desk.toml, "[datasets.registry]\nfiles = [\"r.csv\"]\n").expect("a file");
    let run = desk.run("2026-01-01", &[]).expect(2);
    assert!(run.stderr.contains("below [night]"), "{}", run.stderr);
    fs::write(&desk.toml, file("r.csv", "d.csv", "fail_on = [\"rejcts > 1\"]")).expect("a file");
    let run = desk.run("2026-01-01", &[]).expect(2);
    assert!(
        run.stderr.contains("line 8") && run.stderr.contains("did you mean `rejects`?"),
        "{}",
        run.stderr
    );
    let run = iinrec(["history", desk.scratch.path().to_str().expect("plain")]).expect(1);
    assert!(run.stderr.contains("no night in this folder"), "{}", run.stderr);
}

#[test]
fn what_is_new_is_counted_and_can_be_gated() {
    let desk = desk("fail_on = [\"new-corrections > 0\"]");
    let run = desk.run("2026-01-01", &[]).expect(0);
    assert!(run.stdout.contains("skipped: new-corrections > 0"), "{}", run.stdout);
    let run = desk.run("2026-01-02", &[]).expect(0);
    assert!(run.stdout.contains("(new 0, changed 0, resolved 0, reopened 0)"), "{}", run.stdout);
    // Somebody's passport is replaced overnight.
    let documents = fs::read_to_string(desk.scratch.join("d.csv")).expect("text");
    desk.scratch.write("d.csv", documents.replace("1985-05-06", "1985-05-07"));
    let registry = fs::read_to_string(desk.scratch.join("r.csv")).expect("text");
    desk.scratch
        .write("r.csv", registry.replace("1978-07-17,M,UZB", "1978-07-17,F,UZB").replace("900101", "900102"));
    let run = desk.run("2026-01-03", &[]).expect(3);
    assert!(run.stdout.contains("TRIPPED: new-corrections > 0"), "{}", run.stdout);
    let count =
        util::run_json(&desk.reports().join("2026-01-03"))["changes"]["states"]["corrections"]["new"].clone();
    assert!(run.stderr.contains(&format!("new-corrections is {count}")), "{}", run.stderr);
    assert_eq!(desk.run("2026-01-03", &["--accept"]).expect(0).stderr, "");
}

#[test]
fn a_load_that_failed_is_tried_again_and_nothing_else() {
    let desk = desk("");
    let text = fs::read_to_string(&desk.toml).expect("text");
    let to = |address: &str| {
        fs::write(&desk.toml, format!("{text}[export]\nto = \"{address}\"\n")).expect("a file")
    };
    to("postgres://anna:PLANTED@localhost:1/gov?schema=iinrec&sslmode=disable");
    let run = desk.run("2026-01-01", &[]).expect(1);
    assert!(run.stderr.contains("the report is published, but was not loaded"), "{}", run.stderr);
    assert_eq!(desk.history(), states(&[("2026-01-01", "failed")]));
    desk.run("2026-01-01", &[]).expect(1);
    assert!(desk.events().contains(&"resumed".to_owned()), "{:?}", desk.events());
    to("");
    desk.run("2026-01-01", &[]).expect(0);
    assert_eq!(desk.events(), ["started", "resumed", "published", "finished"]);
    assert_eq!(desk.history(), states(&[("2026-01-01", "passed")]));
    for file in ["night.jsonl", "reports/history.jsonl"] {
        let text = fs::read_to_string(desk.scratch.join(file)).expect("text");
        assert!(!text.contains("PLANTED"), "a password in {file}");
    }
    fs::write(&desk.toml, format!("{text}[export]\nto = \"mysql://db\"\n")).expect("a file");
    let run = desk.run("2026-01-01", &[]).expect(2);
    assert!(run.stderr.contains("`export.to`"), "{}", run.stderr);
}

/// Waits until something is so, at most ten seconds.
#[track_caller]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < end, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A run that waits for its registry.
fn waiting(desk: &Desk) -> Child {
    let mut run = desk.command("2026-01-01", &[]);
    let child =
        run.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let log = desk.scratch.join("night.jsonl");
    until("waiting", || fs::read_to_string(&log).is_ok_and(|text| text.contains("\"event\":\"waiting\"")));
    child
}

#[test]
fn a_late_input_is_waited_for_and_nobody_else_gets_in() {
    let desk = desk("wait_minutes = 1");
    let (there, away) = (desk.scratch.join("r.csv"), desk.scratch.join("later.csv"));
    fs::rename(&there, &away).expect("not there yet");
    let old = SystemTime::now() - Duration::from_secs(3600);
    for path in [&away, &desk.scratch.join("d.csv")] {
        File::options().append(true).open(path).and_then(|file| file.set_modified(old)).expect("an old file");
    }
    let first = waiting(&desk);
    let second = desk.run("2026-01-02", &[]).expect(1);
    assert!(second.stderr.contains("another run is at work"), "{}", second.stderr);
    fs::rename(&away, &there).expect("it comes");
    let output = first.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    confirmed(&desk.reports().join("2026-01-01"));
}

#[test]
fn a_signal_while_it_waits_leaves_nothing_but_its_word() {
    let desk = desk("wait_minutes = 1\nmetrics = \"m.prom\"");
    fs::remove_file(desk.scratch.join("r.csv")).expect("not there yet");
    let child = waiting(&desk);
    Command::new("kill").arg(child.id().to_string()).status().expect("kill runs");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), None, "it dies by the signal");
    assert!(String::from_utf8_lossy(&output.stderr).contains("stopped by SIGTERM; nothing was published"));
    assert_eq!(desk.events().last().map(String::as_str), Some("failed"));
    let metrics = fs::read_to_string(desk.scratch.join("m.prom")).expect("metrics");
    assert!(metrics.contains("iinrec_last_run_exit_code{source=\"m\"} 143"), "{metrics}");
    assert_eq!(names(&desk.reports()), ["history.jsonl"], "the lock is gone");
}

/// What a report says, wherever the night before lies.
fn told(report: &Path) -> BTreeMap<String, String> {
    let mut files = digests(report);
    let mut run = util::run_json(report);
    run["seconds"] = Value::Null;
    run["changes"]["previous"] = Value::Null;
    files.insert("run.json".to_owned(), run.to_string());
    files
}

#[test]
fn a_night_that_was_killed_anywhere_is_finished_by_the_next_run() {
    let world = world();
    let prepared = || {
        let scratch = util::night::scratch();
        let inputs =
            ["registry.csv", "documents.csv"].map(|name| world.folder.join(name).display().to_string());
        let toml = scratch.write("n.toml", file(&inputs[0], &inputs[1], "keep = 1\nmetrics = \"m.prom\""));
        fs::create_dir(scratch.join("reports")).expect("a folder");
        for night in ["2025-12-30", "2025-12-31"] {
            world.copy("older", &scratch.join("reports").join(night));
        }
        (scratch, toml)
    };
    let command = |toml: &Path| {
        let mut run = util::command();
        run.arg("run").arg(toml).args(["--as-of", "2026-01-01", "--quiet"]);
        run
    };
    // What a night that nobody disturbs leaves, and how many calls it makes.
    let (scratch, toml) = prepared();
    let list = scratch.join("calls");
    let mut counted = world.injected(&["-o", list.to_str().expect("plain"), "count"], &command(&toml));
    finish(&mut counted).expect(0);
    let names_of_calls = fs::read_to_string(&list).expect("calls");
    let calls = names_of_calls.lines().count();
    let published = names_of_calls.lines().position(|call| call == "renameat2").expect("it is published");
    let report = |scratch: &Scratch| scratch.join("reports/2026-01-01");
    let expected = told(&report(&scratch));
    let left = names(&scratch.join("reports"));
    assert_eq!(left, ["2025-12-31", "2026-01-01", "history.jsonl"]);
    let (resumed, anew) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // What comes before is that of reconcile, which has trials of its own.
    let trials: Vec<usize> = (1..=calls).filter(|n| n % 4 == 0 || *n + 10 > published).collect();
    assert!(calls > 60, "only {calls} kill points");
    all(&trials, |&n| {
        let what = |e: String| format!("killed before call {n} of {calls}: {e}");
        let (scratch, toml) = prepared();
        let killed = world.injected(&["kill", &n.to_string()], &command(&toml)).output().expect("it runs");
        let died = killed.status.code() == Some(137);
        // Whatever is there by now, is whole.
        for night in ["2025-12-30", "2025-12-31", "2026-01-01"] {
            let folder = scratch.join("reports").join(night);
            if folder.exists() {
                confirmed(&folder);
            }
        }
        let next = finish(&mut command(&toml));
        if next.code != Some(0) {
            return Err(what(format!("the next run: {}", next.stderr)));
        }
        let log = fs::read_to_string(scratch.join("night.jsonl")).expect("a log");
        let last = log.rfind("\"event\":\"started\"").expect("a start");
        if died {
            let taken_up = log[last..].contains("\"event\":\"resumed\"");
            if taken_up { &resumed } else { &anew }.fetch_add(1, Ordering::Relaxed);
        }
        if told(&report(&scratch)) != expected {
            return Err(what("another report".to_owned()));
        }
        if names(&scratch.join("reports")) != left {
            return Err(what(format!("left: {:?}", names(&scratch.join("reports")))));
        }
        let told = history(&scratch.join("reports"));
        if told != states(&[("2025-12-30", "removed"), ("2025-12-31", "passed"), ("2026-01-01", "passed")]) {
            return Err(what(format!("{told:?}")));
        }
        Ok(())
    });
    let (resumed, anew) = (resumed.into_inner(), anew.into_inner());
    assert!(resumed > 5 && anew > 20, "{resumed} kills after publishing, {anew} before");
}

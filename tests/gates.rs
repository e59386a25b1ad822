//! Gates, log and metrics of the real binary: what a scheduler sees of a run.

mod util;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use util::{Run, Scratch, finish, iinrec, reconcile, small_world};

struct World {
    scratch: Scratch,
    registry: PathBuf,
    documents: PathBuf,
}

fn world() -> World {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let (registry, documents) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    World { scratch, registry, documents }
}

impl World {
    fn run(&self, out: &str, more: &[&str]) -> Run {
        reconcile(&[&self.registry], &[&self.documents], &self.scratch.join(out), more)
    }
}

/// The lines of a log, each of which must be an object that begins with its time and its name.
fn log(path: &Path) -> Vec<Value> {
    lines(&fs::read_to_string(path).expect("a log"))
}

fn lines(text: &str) -> Vec<Value> {
    assert!(text.ends_with('\n'), "{text}");
    let parse = |line: &str| {
        assert!(line.starts_with("{\"time\":\"20") && line.contains("Z\",\"event\":\""), "{line}");
        serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{e}: {line}"))
    };
    text.lines().map(parse).collect()
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["event"].as_str().expect("an event")).collect()
}

/// A textfile as Prometheus' parser takes it: every sample belongs to a family that was announced once, no line comes
/// twice, names and labels are well formed. Returns the samples.
fn prometheus(path: &Path) -> Vec<(String, f64)> {
    let text = fs::read_to_string(path).expect("a textfile");
    assert!(text.ends_with('\n'));
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !name.as_bytes()[0].is_ascii_digit()
    };
    let (mut families, mut samples) = (Vec::new(), Vec::<(String, f64)>::new());
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a help");
            assert!(is_name(name) && !help.is_empty() && !families.contains(&name), "{line}");
            families.push(name);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert_eq!(rest, format!("{} gauge", families.last().expect("its help")), "{line}");
        } else if !line.starts_with('#') {
            let (series, value) = line.rsplit_once(' ').expect("a value");
            let value: f64 = value.parse().unwrap_or_else(|e| panic!("{e}: {line}"));
            let (name, labels) = series.split_once('{').expect("labels");
            assert_eq!(Some(&name), families.last(), "samples of a family stand together: {line}");
            let mut rest = labels.strip_suffix('}').expect("an end of labels");
            while !rest.is_empty() {
                let (label, text) = rest.split_once("=\"").expect("a label");
                assert!(is_name(label), "{line}");
                let mut end = 0;
                while text.as_bytes()[end] != b'"' {
                    end += if text.as_bytes()[end] == b'\\' { 2 } else { 1 };
                }
                rest = &text[end + 1..];
                rest = rest.strip_prefix(',').unwrap_or(rest);
            }
            assert!(!samples.iter().any(|(known, _)| known == series), "twice: {line}");
            samples.push((series.to_owned(), value));
        }
    }
    samples
}

#[track_caller]
fn sample(samples: &[(String, f64)], series: &str) -> f64 {
    samples.iter().find(|(name, _)| name == series).unwrap_or_else(|| panic!("{series} in {samples:#?}")).1
}

#[test]
fn a_gate_that_trips_is_exit_3_and_the_report_stands() {
    let world = world();
    let run = world.run("out", &["--fail-on", "corrections>0", "--fail-on", "rejects > 0.1%,suspects > 900"]);
    let run = run.expect(3);
    assert!(run.stdout.contains("Reports:"), "the summary is printed: {}", run.stdout);
    assert!(run.stderr.contains("1 of 3 gates tripped"), "{}", run.stderr);
    assert!(run.stderr.contains("corrections > 0: corrections is "), "{}", run.stderr);
    assert!(world.scratch.join("out/run.json").is_file());
    // A gate is no part of the report: the same run without one makes the same bytes.
    world.run("plain", &[]).expect(0);
    assert_eq!(util::digests(&world.scratch.join("out")), util::digests(&world.scratch.join("plain")));
    world.run("quiet", &["--fail-on", "corrections > 900", "--quiet"]).expect(0);
}

#[test]
fn the_verdicts_stand_in_the_json_output() {
    let world = world();
    let run = world.run("out", &["--format", "json", "--fail-on", "corrections>0"]).expect(3);
    let told: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let gate = &told["gates"][0];
    assert_eq!((&gate["gate"], &gate["answer"]), (&"corrections > 0".into(), &"tripped".into()));
    let sum: u64 =
        told["counts"]["corrections"].as_object().expect("a map").values().filter_map(Value::as_u64).sum();
    assert_eq!(gate["figure"], sum);
    assert!(run.stdout.starts_with("{\n  \"version\""), "in the order of run.json");
    let plain = world.run("plain", &["--format", "json"]).expect(0).stdout;
    assert_eq!(plain, fs::read_to_string(world.scratch.join("plain/run.json")).expect("run.json"));
}

#[test]
fn what_is_no_gate_is_refused_before_anything_is_read() {
    let world = world();
    for (gate, words) in [
        ("rejcts > 1", "did you mean `rejects`?"),
        ("rejects", "no sign in it"),
        ("new-suspects > 1", "add --previous"),
        ("records < 90% of previous", "add --previous"),
    ] {
        let run = world.run("out", &["--fail-on", gate]).expect(2);
        assert!(run.stderr.contains(words), "{gate}: {}", run.stderr);
        assert!(!world.scratch.join("out").exists(), "{gate}");
    }
}

#[test]
fn validate_and_dedupe_have_gates_too() {
    let scratch = Scratch::new();
    scratch.write("c.csv", "iin\n900304390006\n900304390005\n");
    let file = scratch.join("c.csv");
    let file = file.to_str().expect("a plain path");
    let run = iinrec(["validate", file, "--fail-on", "defects.iin_check_digit >= 50%"]).expect(3);
    assert!(
        run.stdout.contains("iin_check_digit") && run.stderr.contains("50.0 % of records (2)"),
        "{}",
        run.stderr
    );
    iinrec(["validate", file, "--fail-on", "errors > 1", "--quiet"]).expect(0);

    let mut text = "record_id,full_name,birth_date\n".to_owned();
    for n in 0..300 {
        text += &format!(
            "{n},Ким {},19{:02}-01-{:02}\n",
            ["Аян", "Мария", "Олег"][n % 3],
            50 + n % 50,
            1 + n % 28
        );
    }
    let customers = scratch.write("k.csv", text);
    let out = scratch.join("persons");
    let mut run = util::command();
    run.arg("dedupe").arg(customers).arg("--out").arg(out).args([
        "--fail-on",
        "records<301",
        "--as-of",
        "2026-01-01",
    ]);
    let run = finish(&mut run).expect(3);
    assert!(run.stderr.contains("records < 301: records is 300"), "{}", run.stderr);
}

#[test]
fn the_log_tells_a_run_from_its_start_to_its_end() {
    let world = world();
    let path = world.scratch.join("night.jsonl");
    let to = ["--log", path.to_str().expect("a plain path")];
    world.run("out", &[&to[..], &["--fail-on", "corrections > 0", "--quiet"]].concat()).expect(3);
    assert_eq!(path.metadata().expect("a log").permissions().mode() & 0o777, 0o600);
    let first = log(&path);
    let stages = ["stage"; 5];
    let expected: Vec<&str> =
        ["started"].into_iter().chain(stages).chain(["published", "gate", "finished"]).collect();
    assert_eq!(events(&first), expected);
    assert_eq!(first[0]["as_of"], "2026-01-01");
    assert_eq!(first.last().expect("a line")["exit_code"], 3);
    assert_eq!(first[6]["records"], 7);

    // Another run appends; its last line says why it failed.
    world.run("out", &to).expect(2);
    let second = log(&path);
    assert_eq!(&second[..first.len()], &first[..]);
    assert_eq!(events(&second[first.len()..]), ["started", "failed"]);
    let last = second.last().expect("a line");
    assert_eq!(last["exit_code"], 2);
    assert!(last["path"].as_str().expect("a path").ends_with("/out"));
    assert!(last["remedy"].as_str().expect("a remedy").contains("--overwrite"));

    // To standard output it goes instead of the summary.
    let run = world.run("other", &["--log", "-"]).expect(0);
    assert_eq!(events(&lines(&run.stdout)).last(), Some(&"finished"));
    let run = world.run("third", &["--log", "-", "--format", "json"]).expect(2);
    assert!(run.stderr.contains("standard output"), "{}", run.stderr);
    let nowhere = world.scratch.join("none/log");
    world.run("third", &["--log", nowhere.to_str().expect("a plain path")]).expect(1);
    // Not through a link, which may lead into somebody's file.
    std::os::unix::fs::symlink(&path, world.scratch.join("link")).expect("a link");
    let link = world.scratch.join("link");
    world.run("third", &["--log", link.to_str().expect("a plain path")]).expect(1);
    assert!(!world.scratch.join("third").exists());
}

#[test]
fn neither_log_nor_metrics_hold_a_value_of_a_record() {
    let world = world();
    let broken = fs::read_to_string(&world.registry).expect("text") + "990101,\"PLANTED,broken\n";
    world.scratch.write("r.csv", broken);
    let (path, prom) = (world.scratch.join("l.jsonl"), world.scratch.join("m.prom"));
    let to = ["--log", path.to_str().expect("plain"), "--metrics", prom.to_str().expect("plain")];
    world.run("out", &[&to[..], &["--fail-on", "rejects>0"]].concat()).expect(3);
    let address = "postgres://anna:PLANTED@nowhere.invalid/x?table=t";
    let mut run = util::command();
    run.args(["reconcile", "--registry", address, "--documents"]).arg(&world.documents);
    run.arg("--out").arg(world.scratch.join("db")).args(to);
    finish(&mut run).expect(1);
    for file in [&path, &prom] {
        let text = fs::read_to_string(file).expect("text");
        for planted in ["PLANTED", "KARIMOV", "N10000001", "Иванов"] {
            assert!(!text.contains(planted), "{planted} in {}", file.display());
        }
    }
    assert_eq!(events(&log(&path)).last(), Some(&"failed"));
}

#[test]
fn metrics_are_what_prometheus_reads_and_outlive_a_failure() {
    let world = world();
    let prom = world.scratch.join("iinrec.prom");
    let to = ["--metrics", prom.to_str().expect("a plain path"), "--quiet"];
    world.run("out", &[&to[..], &["--fail-on", "corrections > 0"]].concat()).expect(3);
    assert_eq!(
        prom.metadata().expect("a file").permissions().mode() & 0o777,
        0o644,
        "the exporter is somebody else"
    );
    let good = prometheus(&prom);
    let of = |series: &str| sample(&good, series);
    assert_eq!(of("iinrec_last_run_success{source=\"iinrec\"}"), 1.0, "a gate is no failure of the run");
    assert_eq!(of("iinrec_last_run_exit_code{source=\"iinrec\"}"), 3.0);
    assert_eq!(of("iinrec_gate_tripped{source=\"iinrec\",gate=\"corrections > 0\"}"), 1.0);
    assert_eq!(of("iinrec_records{source=\"iinrec\",dataset=\"registry\",outcome=\"accepted\"}"), 3.0);
    let run = util::run_json(&world.scratch.join("out"));
    for (kind, count) in run["counts"]["corrections"].as_object().expect("a map") {
        let series = format!("iinrec_corrections{{source=\"iinrec\",kind=\"{kind}\"}}");
        assert_eq!(of(&series), count.as_f64().expect("a count"), "{kind}");
    }

    world.run("out", &to).expect(2);
    let failed = prometheus(&prom);
    let now = |series: &str| sample(&failed, series);
    assert_eq!(now("iinrec_last_run_success{source=\"iinrec\"}"), 0.0);
    let last = "iinrec_last_success_timestamp_seconds{source=\"iinrec\"}";
    assert_eq!(now(last), of(last));
    assert_eq!(failed.len(), good.len(), "the figures of the last report stay");
    // A textfile that cannot be written is told, and the report stands.
    let run = world.run("other", &["--metrics", "/proc/none/x.prom"]).expect(0);
    assert!(run.stderr.contains("cannot write the metrics"), "{}", run.stderr);
    assert!(!run.stderr.contains(".iinrec-"), "no hidden name: {}", run.stderr);
}

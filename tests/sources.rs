//! Where inputs come from: packed files, pipes, standard input, patterns; and inputs that change under a run. The
//! report is that of the plain files, or there is none and the message says why.

mod util;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use util::{Run, Scratch, command, finish, iinrec, names, reconcile, run_json, small_world};

/// How long a test waits for a run to come to a place that it must come to.
const PATIENCE: Duration = Duration::from_secs(30);

/// A world of some thousand rows, so that inputs are more than a page.
fn world(scratch: &Scratch) -> PathBuf {
    let world = scratch.join("world");
    let options = ["--people", "1500", "--seed", "5", "--foreigners", "0.5", "--out"];
    iinrec(["generate"].into_iter().chain(options).chain([world.to_str().expect("a plain path")])).expect(0);
    world
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory")
}

/// Digests of a report, of `run.json` only what does not tell how inputs were given.
fn digests(report: &Path) -> BTreeMap<String, String> {
    let mut digests = util::digests(report);
    let mut json = run_json(report);
    let object = json.as_object_mut().expect("an object");
    object.remove("seconds");
    for input in object["inputs"].as_array_mut().expect("a list") {
        for key in ["path", "bytes", "format"] {
            input.as_object_mut().expect("an object").remove(key).expect("a key of every input");
        }
    }
    // The page names the files as well.
    let outputs = object["outputs"].as_array_mut().expect("a list");
    outputs.retain(|output| output["file"] != "report.html");
    digests.remove("report.html").expect("a page");
    digests.insert("run.json".to_owned(), json.to_string());
    digests
}

fn mkfifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// Feeds a pipe from a thread of its own.
fn feed(path: PathBuf, bytes: Vec<u8>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut pipe = OpenOptions::new().write(true).open(path).expect("the run opens the other end");
        // The run may end first, with an error.
        let _ = pipe.write_all(&bytes);
    })
}

#[test]
fn packed_and_piped_inputs_give_the_report_of_the_plain_ones() {
    let scratch = Scratch::new();
    let world = world(&scratch);
    let [r, d, a] = ["registry", "documents", "activity"].map(|name| world.join(format!("{name}.csv")));
    let activity = a.to_str().expect("a plain path").to_owned();
    let plain = scratch.join("plain");
    reconcile(&[&r], &[&d], &plain, &["--activity", &activity]).expect(0);
    let expected = digests(&plain);
    let bytes = |path: &Path| fs::read(path).expect("a file of the world");
    let (registry, documents) = (bytes(&r), bytes(&d));

    // The registry in two members, as `pigz` or `cat a.gz b.gz` give it; the documents as Zstandard.
    let (head, tail) = registry.split_at(registry.len() / 3);
    let r_gz = scratch.write("r.csv.gz", [gzip(head), gzip(tail)].concat());
    let d_zst = scratch.write("d.csv.zst", zst(&documents));
    let a_gz = scratch.write("a.csv.gz", gzip(&bytes(&a)));
    let packed_activity = a_gz.to_str().expect("a plain path");
    for threads in ["1", "2", "7"] {
        let out = scratch.join(&format!("packed-{threads}"));
        let more = ["--activity", packed_activity, "--threads", threads];
        reconcile(&[&r_gz], &[&d_zst], &out, &more).expect(0);
        assert_eq!(digests(&out), expected, "packed, {threads} threads");
    }
    let input = &run_json(&scratch.join("packed-1"))["inputs"][0];
    assert_eq!(input["bytes"], fs::metadata(&r_gz).expect("it is there").len());
    assert_eq!(input["format"], "csv, utf-8, `,`, gzip");

    // Standard input, packed and plain, beside a pipe.
    for (name, bytes) in [("stdin", registry.clone()), ("stdin-gz", gzip(&registry))] {
        let out = scratch.join(name);
        let pipe = scratch.join(&format!("{name}-pipe"));
        mkfifo(&pipe);
        let feeding = feed(pipe.clone(), documents.clone());
        let mut run = command();
        run.args(["reconcile", "--registry", "-", "--documents"]).arg(&pipe).arg("--out").arg(&out);
        run.args(["--activity", &activity, "--as-of", "2026-01-01"]);
        let mut child = started(&mut run);
        child.stdin.take().expect("a pipe").write_all(&bytes).expect("it is read");
        ended(child).expect(0);
        feeding.join().expect("all of it was read");
        assert_eq!(digests(&out), expected, "{name}");
    }

    // A folder and a pattern; Parquet through a pipe is what `validate` of a report's own file shows.
    let folder = scratch.join("folder");
    fs::create_dir(&folder).expect("a folder");
    fs::rename(&d_zst, folder.join("d.csv.zst")).expect("within the folder");
    let pattern = scratch.join("r.c*");
    let out = scratch.join("found");
    reconcile(&[&pattern], &[&folder], &out, &["--activity", &activity]).expect(0);
    assert_eq!(digests(&out), expected, "a pattern and a folder");
    assert_eq!(names(&folder), ["d.csv.zst"], "nothing is unpacked beside an input");
}

#[test]
fn parquet_comes_through_pipes_too() {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let (r, d) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    let out = scratch.join("out");
    reconcile(&[&r], &[&d], &out, &[]).expect(0);
    // A report's own file: it has an `iin`.
    let parquet = fs::read(out.join("corrections.parquet")).expect("a file of the report");
    let json = |file: Option<&Path>, stdin: &[u8]| {
        let mut command = command();
        command.args(["validate", "--format", "json"]).arg(file.unwrap_or(Path::new("-")));
        let mut child = started(&mut command);
        child.stdin.take().expect("a pipe").write_all(stdin).expect("it is read");
        let out = ended(child).expect(0).stdout;
        let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        (report["inputs"][0]["records"].clone(), report["counts"].clone())
    };
    let expected = json(Some(&out.join("corrections.parquet")), b"");
    assert!(expected.0.as_u64().expect("a number") > 0);
    for packed in [parquet.clone(), gzip(&parquet)] {
        assert_eq!(json(None, &packed), expected);
    }
}

#[test]
fn a_pipe_is_looked_at_again_when_it_is_known_what_the_configuration_says_of_it() {
    let scratch = Scratch::new();
    let registry = small_world().0;
    // `validate` learns from the header whose records these are, and only then which encoding was said.
    let config = scratch.write("night.toml", "[datasets.registry]\nencoding = \"windows-1251\"\n");
    let validate = |bytes: &[u8]| {
        let mut run = command();
        run.args(["validate", "-", "--format", "json", "--config"]).arg(&config);
        let mut child = started(&mut run);
        child.stdin.take().expect("a pipe").write_all(bytes).expect("it is read");
        let report: serde_json::Value = serde_json::from_str(&ended(child).expect(0).stdout).expect("JSON");
        report["inputs"][0].clone()
    };
    for bytes in [registry.clone().into_bytes(), gzip(registry.as_bytes())] {
        let input = validate(&bytes);
        assert!(input["format"].as_str().expect("text").contains("windows-1251"), "{input}");
        assert_eq!(input["records"], 3);
    }
}

#[test]
fn a_folder_of_more_files_than_a_shell_allows_to_be_open() {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let folder = scratch.join("many");
    fs::create_dir(&folder).expect("a folder");
    let (header, rows) = documents.split_once('\n').expect("a header");
    for i in 0..120 {
        let part = if i == 77 { rows } else { "" };
        let bytes = format!("{header}\n{part}");
        let (name, bytes) = match i % 3 {
            0 => (format!("{i:03}.csv"), bytes.into_bytes()),
            1 => (format!("{i:03}.csv.gz"), gzip(bytes.as_bytes())),
            _ => (format!("{i:03}.csv.zst"), zst(bytes.as_bytes())),
        };
        fs::write(folder.join(name), bytes).expect("a file");
    }
    let r = scratch.write("r.csv", registry);
    let mut run = Command::new("bash");
    run.args(["-c", "ulimit -Sn 60; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_iinrec"), "reconcile"]);
    run.arg("--registry").arg(&r).arg("--documents").arg(&folder).arg("--out").arg(scratch.join("out"));
    finish(run.args(["--as-of", "2026-01-01"])).expect(0);
    let d = scratch.write("d.csv", documents);
    reconcile(&[&r], &[&d], &scratch.join("plain"), &[]).expect(0);
    let corrections =
        |report: &str| fs::read(scratch.join(report).join("corrections.parquet")).expect("a file");
    assert_eq!(corrections("out"), corrections("plain"));
}

#[test]
fn what_is_wrong_with_a_source_is_said_and_nothing_is_published() {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let r = scratch.write("r.csv", &registry);
    let d = scratch.write("d.csv", &documents);
    let packed = gzip(documents.as_bytes());
    let mut damaged = packed.clone();
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    let rows = format!("{documents}{}", "0".repeat(3 << 20));
    let torn = scratch.write("torn.csv.gz", &packed[..packed.len() - 20]);
    let damaged = scratch.write("damaged.csv.gz", damaged);
    let trailing = scratch.write("trailing.csv.zst", [zst(documents.as_bytes()), b"rest".to_vec()].concat());
    let bomb = scratch.write("bomb.csv.gz", gzip(rows.as_bytes()));
    let nothing = scratch.write("nothing.csv.gz", gzip(b""));
    let pattern = scratch.join("x*.csv");
    let stdin = PathBuf::from("-");
    let before = scratch.names();
    type Case<'a> = (&'a [&'a Path], &'a [&'a Path], &'a [&'a str], i32, &'a [&'a str]);
    let cases: [Case<'_>; 9] = [
        (&[&r], &[&torn], &[], 1, &["torn.csv.gz, byte ", "torn", "gzip -t"]),
        (&[&r], &[&damaged], &[], 1, &["damaged.csv.gz, byte ", "damaged", "gzip -t"]),
        (&[&r], &[&trailing], &[], 1, &["trailing.csv.zst, byte ", "zstd -t"]),
        (&[&r], &[&bomb], &["--unpacked-max", "1MiB"], 1, &["bomb.csv.gz, byte ", "--unpacked-max"]),
        (&[&r], &[&nothing], &[], 2, &["nothing.csv.gz", "empty", "header"]),
        (&[&r], &[&pattern], &[], 2, &["x*.csv", "no file matches"]),
        (&[&stdin], &[&stdin], &[], 2, &["standard input is named more than once"]),
        (&[&r, &r], &[&d], &[], 2, &["r.csv", "named twice"]),
        (&[&r], &[&d], &["--unpacked-max", "much"], 2, &["write a size as"]),
    ];
    for (registry, documents, more, code, parts) in cases {
        let run = reconcile(registry, documents, &scratch.join("out"), more).expect(code);
        for part in parts {
            assert!(run.stderr.contains(part), "{part:?} is missing in\n{}", run.stderr);
        }
        assert!(!run.stderr.contains("Иванов") && !run.stderr.contains("IVANOV"), "{}", run.stderr);
        assert_eq!(scratch.names(), before, "{parts:?}: something was left behind");
    }
    reconcile(&[&r], &[&bomb], &scratch.join("out"), &["--unpacked-max", "8MiB"]).expect(0);
    let run = finish(command().arg("validate").args([&r, &d, &r])).expect(2);
    assert!(run.stderr.contains("r.csv") && run.stderr.contains("named twice"), "{}", run.stderr);
}

#[test]
fn a_disk_without_room_for_the_unpacked_text_is_said() {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let r = scratch.write("r.csv", registry);
    let lines = documents.lines().last().expect("a document").to_owned() + "\n";
    let d = scratch.write("d.csv.gz", gzip((documents + &lines.repeat(20_000)).as_bytes()));
    let before = scratch.names();
    // The limit of the shell stands for a full disk: `write` fails in the same place.
    let mut run = Command::new("sh");
    run.args(["-c", "ulimit -f 200; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_iinrec"), "reconcile"]);
    run.arg("--registry").arg(&r).arg("--documents").arg(&d).arg("--out").arg(scratch.join("out"));
    let run = finish(&mut run).expect(1);
    assert!(run.stderr.contains("cannot unpack") && run.stderr.contains("d.csv.gz"), "{}", run.stderr);
    assert!(run.stderr.contains("what to do: "), "{}", run.stderr);
    assert_eq!(scratch.names(), before);
}

fn started(run: &mut Command) -> Child {
    let pipes = run.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    pipes.spawn().expect("the binary starts")
}

fn ended(child: Child) -> Run {
    let output = child.wait_with_output().expect("it ends");
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Waits until something can be seen of a run.
fn wait_until(what: &str, mut seen: impl FnMut() -> bool) {
    let started = Instant::now();
    while !seen() {
        assert!(started.elapsed() < PATIENCE, "{what} was not seen");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn has_mapped(child: &Child, path: &Path) -> bool {
    let maps = fs::read_to_string(format!("/proc/{}/maps", child.id())).unwrap_or_default();
    maps.contains(path.to_str().expect("a plain path"))
}

/// Whether a stream is being unpacked: whatever was named before it has been read.
fn is_unpacking(child: &Child) -> bool {
    let threads = fs::read_dir(format!("/proc/{}/task", child.id())).expect("it runs");
    threads.flatten().any(|thread| {
        fs::read_to_string(thread.path().join("comm")).is_ok_and(|name| name.starts_with("iinrec-spool"))
    })
}

/// What is done to an input while it is in use, and what must be said.
type Change = (&'static str, fn(&Path), &'static str);

const CHANGES: [Change; 7] = [
    ("truncated to nothing", |path| shorten(path, 0), "was truncated"),
    ("truncated in the middle", |path| shorten(path, 20_000), "was truncated"),
    ("appended to", |path| append(path, b"9,9\n"), "grew"),
    ("overwritten", overwrite, "was overwritten"),
    ("replaced", replace, "was replaced"),
    ("removed", |path| fs::remove_file(path).expect("our file"), "was removed"),
    ("touched", |path| fs::hard_link(path, path.with_extension("link")).expect("a link"), "was touched"),
];

fn shorten(path: &Path, length: u64) {
    OpenOptions::new().write(true).open(path).expect("our file").set_len(length).expect("it shrinks");
}

fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).open(path).expect("our file").write_all(bytes).expect("it grows");
}

/// Other bytes of the same number, each of them what a CSV file may hold.
fn overwrite(path: &Path) {
    let length = fs::metadata(path).expect("our file").len() as usize;
    let mut file = OpenOptions::new().write(true).open(path).expect("our file");
    let bytes: Vec<u8> = b"\",\n,,\xd0\"x".iter().copied().cycle().take(length).collect();
    file.write_all(&bytes).expect("it is overwritten");
}

fn replace(path: &Path) {
    let new = path.with_extension("new");
    fs::copy(path, &new).expect("a copy");
    fs::rename(new, path).expect("over it");
}

/// The run must end with exit code 1, say what happened to which file, and leave nothing behind.
fn must_refuse(scratch: &Scratch, run: Run, file: &str, change: &str, part: &str) {
    assert_eq!(run.code, Some(1), "{change}: {}", run.stderr);
    for part in [part, file, "what to do: ", "nothing was published"] {
        assert!(run.stderr.contains(part), "{change}: {part:?} is missing in\n{}", run.stderr);
    }
    assert!(!run.stderr.contains("internal error"), "{change}: {}", run.stderr);
    assert!(!scratch.join("out").exists(), "{change}");
    let left = scratch.names().into_iter().filter(|name| name.starts_with(".iinrec")).count();
    assert_eq!(left, 0, "{change}: {:?}", scratch.names());
}

/// Starts a run with one dataset from a pipe, waits, changes the other, and lets the pipe give the rest.
fn change_while_waiting(
    dataset: &str,
    part_of_run: fn(&Child, &Path) -> bool,
    format: fn(&[u8]) -> Vec<u8>,
    ending: &str,
) {
    let world_scratch = Scratch::new();
    let world = world(&world_scratch);
    for (change, apply, part) in CHANGES {
        let scratch = Scratch::new();
        let other = if dataset == "registry" { "documents" } else { "registry" };
        let bytes = fs::read(world.join(format!("{dataset}.csv"))).expect("a file of the world");
        let changed = scratch.write(&format!("{dataset}{ending}"), format(&bytes));
        let rest = fs::read(world.join(format!("{other}.csv"))).expect("a file of the world");
        let pipe = scratch.join("pipe");
        mkfifo(&pipe);
        let mut run = command();
        run.arg("reconcile").arg(format!("--{dataset}")).arg(&changed);
        run.arg(format!("--{other}")).arg(&pipe).arg("--out").arg(scratch.join("out"));
        let child = started(run.args(["--as-of", "2026-01-01"]));
        let mut feeding: File =
            OpenOptions::new().write(true).open(&pipe).expect("the run opens the other end");
        let line = rest.iter().position(|&byte| byte == b'\n').expect("a header") + 1;
        feeding.write_all(&rest[..line]).expect("the header is read");
        wait_until(change, || part_of_run(&child, &changed));
        apply(&changed);
        // A run that has seen the change already does not read on.
        let _ = feeding.write_all(&rest[line..]);
        drop(feeding);
        let name = changed.file_name().expect("a name").to_str().expect("a plain name").to_owned();
        must_refuse(&scratch, ended(child), &name, change, part);
    }
}

#[test]
fn a_mapped_input_that_changes_before_it_is_read_is_no_death_and_no_report() {
    // The registry comes through the pipe, so the documents are mapped and not yet read.
    change_while_waiting("documents", has_mapped, <[u8]>::to_vec, ".csv");
}

#[test]
fn a_mapped_input_that_changes_after_it_was_read_is_seen_although_only_evidence_is_read_again() {
    change_while_waiting("registry", |child, _| is_unpacking(child), <[u8]>::to_vec, ".csv");
}

#[test]
fn a_packed_input_that_changes_is_seen() {
    change_while_waiting("registry", |child, _| is_unpacking(child), gzip, ".csv.gz");
}

#[test]
fn validate_shows_nothing_of_an_input_that_changed() {
    let scratch = Scratch::new();
    let world = world(&scratch);
    let path = scratch.join("registry.csv");
    fs::rename(world.join("registry.csv"), &path).expect("within the folder");
    let pipe = scratch.join("pipe");
    mkfifo(&pipe);
    let mut run = command();
    run.arg("validate").arg(&path).arg(&pipe);
    let child = started(&mut run);
    let mut feeding = OpenOptions::new().write(true).open(&pipe).expect("the run opens the other end");
    feeding.write_all(b"document_country,document_number\n").expect("the header is read");
    shorten(&path, 5000);
    drop(feeding);
    let run = ended(child);
    assert_eq!(run.stdout, "");
    must_refuse(&scratch, run, "registry.csv", "truncated", "was truncated");
}

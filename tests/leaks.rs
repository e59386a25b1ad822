//! Leaks: no value of a record where it does not belong: not on the terminal, not in an error, not in the name of a file,
//! not in what a killed run leaves, and in a masked report nowhere at all.
//!
//! Planted is every number, name, document, phone and address of a generated world; looked for are they as words, and
//! numbers also inside of longer ones. That this finds them is shown by the plain report, in which they are.

#![allow(clippy::print_stdout, reason = "tests talk to the person who runs them")]

mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use util::{Scratch, Table, command, names};

const KEY: &str = "8f3c1d5e7a9b2c4d6e8fa0b1c2d3e4f5061728394a5b6c7d8e9fa1b2c3d4e5f6";
/// Names of people that are words of ours, or of the program's texts, as well.
const LETTERS_MIN: usize = 6;

/// Values that must not come out, as words.
struct Planted {
    words: BTreeSet<String>,
    numbers: BTreeSet<String>,
}

/// Words of a text: letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

impl Planted {
    /// Everything that identifies somebody in some files.
    fn of(files: &[PathBuf]) -> Self {
        const NAMES: [&str; 4] = ["surname", "given_name", "patronymic", "ФИО"];
        const NUMBERS: [&str; 9] = [
            "iin",
            "ИИН",
            "representative_iin",
            "document_number",
            "personal_number",
            "previous_number",
            "phone",
            "Телефон",
            "record_id",
        ];
        let mut planted = Planted { words: BTreeSet::new(), numbers: BTreeSet::new() };
        for path in files {
            let mut reader =
                csv::ReaderBuilder::new().flexible(true).from_path(path).expect("a file of the world");
            let headers = reader.headers().expect("a header").clone();
            for record in reader.records() {
                let record = record.expect("a record");
                for (header, cell) in headers.iter().zip(&record) {
                    if NAMES.contains(&header) {
                        let long = words(cell).filter(|word| word.chars().count() >= LETTERS_MIN);
                        planted.words.extend(long.map(str::to_uppercase));
                    } else if NUMBERS.contains(&header) {
                        let bare: String = cell.chars().filter(|c| c.is_alphanumeric()).collect();
                        if bare.len() >= 9 && bare.bytes().all(|byte| byte.is_ascii_digit()) {
                            planted.numbers.insert(bare[bare.len() - 9..].to_owned());
                        }
                        if bare.len() >= 7 {
                            planted.words.insert(bare);
                        }
                    }
                }
            }
        }
        assert!(planted.words.len() > 2000 && planted.numbers.len() > 1000, "little was planted");
        planted
    }

    /// The planted values that stand in a text.
    fn found(&self, text: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for word in words(text) {
            if self.words.contains(word) || self.words.contains(&word.to_uppercase()) {
                found.insert(word.to_owned());
            }
        }
        // Inside of longer numbers, and across what parts their digits.
        let mut digits = String::new();
        for c in text.chars().chain(['.']) {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '(' | ')' if !digits.is_empty() => {}
                _ => {
                    for at in 0..(digits.len() + 1).saturating_sub(9) {
                        if self.numbers.contains(&digits[at..at + 9]) {
                            found.insert(digits[at..at + 9].to_owned());
                        }
                    }
                    digits.clear();
                }
            }
        }
        found
    }

    #[track_caller]
    fn absent(&self, what: &str, text: &str) {
        let found = self.found(text);
        assert!(found.is_empty(), "{what} tells {} values, e.g. {:?}", found.len(), found.first());
    }
}

struct World {
    scratch: Scratch,
    planted: Planted,
    inject: PathBuf,
}

impl World {
    fn path(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    fn reconcile(&self, out: &Path, more: &[&str]) -> Command {
        let mut run = command();
        run.args(["reconcile", "--as-of", "2026-01-01", "--progress", "always", "--out"]).arg(out).args(more);
        for dataset in util::DATASETS {
            run.arg(format!("--{dataset}")).arg(self.path(&format!("{dataset}.csv")));
        }
        run.current_dir(self.scratch.path());
        run
    }

    fn dedupe(&self, out: &Path, more: &[&str]) -> Command {
        let mut run = command();
        run.args(["dedupe", "customers.csv", "customers_branch.csv", "--as-of", "2026-01-01"]);
        run.args(["--progress", "always", "--out"]).arg(out).args(more).current_dir(self.scratch.path());
        run
    }
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
        let _ = fs::remove_dir_all(&parent);
        fs::create_dir_all(&parent).expect("a folder");
        let scratch = Scratch::new_in(&parent);
        let made = scratch.join("made");
        let mut run = command();
        run.args([
            "generate",
            "--people",
            "1500",
            "--seed",
            "11",
            "--customers",
            "--customer-frauds",
            "0.05",
        ]);
        util::finish(run.arg("--out").arg(&made)).expect(0);
        let inputs =
            ["registry.csv", "documents.csv", "activity.csv", "customers.csv", "customers_branch.csv"];
        for name in inputs {
            let mut text = fs::read_to_string(made.join(name)).expect("a file of the world");
            let lines: Vec<&str> = text.lines().collect();
            // Each fault that reading knows, made of rows of people.
            let (one, two, three) = (lines[1], lines[2], lines[3]);
            let faults = [
                format!("{one},{two}"),
                one.split(',').take(2).collect::<Vec<_>>().join(","),
                // A value in a wrong column, a number that is too short, a letter in it.
                format!("x{three}"),
                three.chars().rev().collect(),
                two.replacen(',', "9,", 1),
            ];
            text += &(faults.join("\n") + "\n");
            fs::write(scratch.join(name), text).expect("a file of the world again");
        }
        let mut bytes = fs::read(scratch.join("documents.csv")).expect("documents");
        bytes.extend_from_slice(b"KAZ,passport,\xff\xfe\xff,\"PLANTED");
        fs::write(scratch.join("documents.csv"), bytes).expect("documents again");
        scratch.write("key", KEY);
        let planted = Planted::of(&inputs.map(|name| made.join(name)));
        let inject = scratch.join("inject");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/util/inject.c");
        let built = Command::new("cc").arg("-O1").arg("-o").arg(&inject).arg(&source).status();
        assert!(built.expect("a C compiler").success());
        World { scratch, planted, inject }
    })
}

/// What a run said.
fn said(run: &mut Command) -> (Option<i32>, String) {
    let output = run.stdin(Stdio::null()).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), format!("{}\n{}", text(&output.stdout), text(&output.stderr)))
}

/// Everything that can be read in the files of a folder: bytes, and the texts of tables.
fn everything(folder: &Path, out: &mut String) {
    for name in names(folder) {
        let path = folder.join(&name);
        *out += &format!("{name}\n");
        if path.is_dir() {
            everything(&path, out);
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        // Bytes that are no text part words; a number of four bytes or a digest may hold any letter, but no word of six.
        *out += &String::from_utf8_lossy(&bytes);
        let is_table = bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1");
        if is_table {
            let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
                File::open(&path).expect("a table"),
            );
            if reader.is_ok() {
                let rows = Table::read(&path).rows;
                rows.iter().for_each(|row| *out += &(row.join("\n") + "\n"));
            }
        }
    }
}

#[test]
fn a_masked_report_holds_no_planted_value() {
    let world = world();
    let mut counts = BTreeMap::new();
    for (kind, more) in [("plain", &[][..]), ("masked", &["--mask", "key"])] {
        for (job, mut run) in [
            ("night", world.reconcile(&world.path(kind), more)),
            ("people", world.dedupe(&world.path(&format!("people-{kind}")), more)),
            ("checked", {
                let mut run = command();
                run.args(["validate", "registry.csv", "documents.csv", "--as-of", "2026-01-01", "--out"]);
                run.arg(world.path(&format!("checked-{kind}"))).args(more).current_dir(world.scratch.path());
                run
            }),
        ] {
            let (code, told) = said(&mut run);
            assert_eq!(code, Some(0), "{told}");
            world.planted.absent("what is printed", &told);
            let folder = if job == "night" { world.path(kind) } else { world.path(&format!("{job}-{kind}")) };
            let mut text = String::new();
            everything(&folder, &mut text);
            counts.insert((kind, job), world.planted.found(&text));
        }
    }
    for job in ["night", "people", "checked"] {
        // The control: what is looked for can be found.
        let plain = &counts[&("plain", job)];
        assert!(plain.len() > 40, "{job}: only {} values in the plain report", plain.len());
        let masked = &counts[&("masked", job)];
        assert!(masked.is_empty(), "{job}: {} values in the masked report: {masked:?}", masked.len());
    }
}

#[test]
fn nothing_that_is_said_names_anybody() {
    let world = world();
    let iin = fs::read_to_string(world.path("registry.csv")).expect("text").lines().nth(7).expect("a row")
        [..12]
        .to_owned();
    world.scratch.write("bad.toml", "[datasets.registry]\nfiles = [\"registry.csv\"]\nno_such_key = 1\n");
    world.scratch.write("cut.parquet", b"PAR1 half a table");
    let lines = fs::read_to_string(world.path("registry.csv")).expect("text");
    // A file without a header: its first row is somebody.
    world.scratch.write("headless.csv", lines.lines().skip(1).take(50).collect::<Vec<_>>().join("\n"));
    world.scratch.write("decisions.csv", format!("case_id,decision\n{iin},perhaps\n"));
    world.scratch.write("labels.csv", format!("left_id,right_id,label\n{iin},{iin},{iin}\n"));
    let cases: Vec<(&str, Vec<&str>)> = vec![
        (
            "json",
            vec![
                "reconcile",
                "--registry",
                "registry.csv",
                "--documents",
                "documents.csv",
                "--format",
                "json",
                "--out",
                "json",
            ],
        ),
        (
            "its folder again",
            vec!["reconcile", "--registry", "registry.csv", "--documents", "documents.csv", "--out", "json"],
        ),
        ("inspect", vec!["inspect", "registry.csv", "documents.csv", "customers.csv", "--full"]),
        ("inspect as json", vec!["inspect", "registry.csv", "--format", "json"]),
        ("inspect without a header", vec!["inspect", "headless.csv"]),
        ("validate", vec!["validate", "registry.csv", "--format", "json"]),
        ("a bad configuration", vec!["reconcile", "--config", "bad.toml", "--out", "never"]),
        ("a cut table", vec!["validate", "cut.parquet"]),
        (
            "no header",
            vec!["reconcile", "--registry", "headless.csv", "--documents", "documents.csv", "--out", "never"],
        ),
        ("customers without a header", vec!["dedupe", "headless.csv", "--out", "people-headless"]),
        ("columns that are not", vec!["validate", "registry.csv", "--column", "surname=iin"]),
        (
            "files for each other",
            vec!["reconcile", "--registry", "documents.csv", "--documents", "registry.csv", "--out", "never"],
        ),
        (
            "decisions that are none",
            vec![
                "reconcile",
                "--registry",
                "registry.csv",
                "--documents",
                "documents.csv",
                "--decisions",
                "decisions.csv",
                "--out",
                "never",
            ],
        ),
        ("labels that are none", vec!["dedupe", "customers.csv", "--labels", "labels.csv", "--out", "never"]),
        ("a report that is none", vec!["explain", "made", &iin]),
        ("a wrong encoding", vec!["validate", "registry.csv", "--encoding", "utf-16le"]),
        ("another delimiter", vec!["validate", "registry.csv", "--delimiter", ";"]),
        ("no case", vec!["explain", "json", "000101699999"]),
    ];
    for (what, arguments) in cases {
        let (code, told) = said(command().args(&arguments).current_dir(world.scratch.path()));
        assert!(code.is_some_and(|code| code <= 2), "{what}: {code:?} {told}");
        // Whoever asks for a number reads his own words.
        world.planted.absent(what, &told.replace(&iin, ""));
        if arguments[0] != "explain" {
            assert!(!told.contains(&iin), "{what}: {told}");
        }
    }
}

#[test]
fn no_fault_of_the_disk_lets_anything_out() {
    let world = world();
    let list = world.path("calls");
    let parent = world.path("faults");
    fs::create_dir(&parent).expect("a folder");
    let out = parent.join("out");
    let injected = |fault: &[&str], run: &Command| {
        let mut all = Command::new(&world.inject);
        all.args(fault).arg(run.get_program()).args(run.get_args()).current_dir(world.scratch.path());
        all
    };
    let night = world.reconcile(&out, &["--mask", "key", "--threads", "2"]);
    let (code, told) = said(&mut injected(&["-o", list.to_str().expect("text"), "count"], &night));
    assert_eq!(code, Some(0), "{told}");
    fs::remove_dir_all(&out).expect("removed");
    let calls = fs::read_to_string(&list).expect("a list").lines().count();
    assert!(calls > 60, "{calls}");
    let mut left = 0;
    for (round, at) in (1..=calls).step_by(calls / 24).enumerate() {
        let at = at.to_string();
        let fault: &[&str] = match round % 3 {
            0 => &["failfrom", &at, "28"],
            1 => &["fail", &at, "5"],
            _ => &["kill", &at],
        };
        let (_, told) = said(&mut injected(fault, &night));
        world.planted.absent(&format!("{fault:?}"), &told);
        // What a killed run leaves until the next one, hidden folders among it.
        let mut text = String::new();
        everything(&parent, &mut text);
        left += usize::from(text.contains("parquet"));
        world.planted.absent(&format!("what is left after {fault:?}"), &text);
        fs::remove_dir_all(&parent).expect("removed");
        fs::create_dir(&parent).expect("a folder");
    }
    assert!(left > 0, "no kill came while tables were written");
}

#[test]
fn a_process_that_dies_leaves_no_core() {
    let world = world();
    let dies = |then: &str| {
        let mut shell = Command::new("bash");
        shell
            .arg("-c")
            .arg(format!("ulimit -c unlimited 2>/dev/null; {then}"))
            .current_dir(world.scratch.path());
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = shell.spawn().expect("bash");
        std::thread::sleep(std::time::Duration::from_millis(700));
        let id = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(id, rustix::process::Signal::ABORT).expect("it lives");
        child.wait().expect("it ended")
    };
    if !dies("exec sleep 60").core_dumped() {
        println!("this system makes no core files: not tried");
        return;
    }
    // Waits for standard input, with the limit set.
    let status = dies(&format!("exec {} validate -", env!("CARGO_BIN_EXE_iinrec")));
    assert_eq!(status.signal(), Some(6));
    assert!(!status.core_dumped(), "the memory of a run lies in a file");
}

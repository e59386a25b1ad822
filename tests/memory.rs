//! `--memory-limit`: the same report from less memory, nothing left on the disk, and refusals with a figure.

mod util;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use util::{Scratch, command, digests, finish, iinrec};

/// A generated world in a folder of its own.
fn world(scratch: &Scratch, people: &str) {
    let out = scratch.join("in");
    iinrec(["generate", "--people", people, "--seed", "5", "--out", &out.display().to_string()]).expect(0);
}

fn run(scratch: &Scratch, out: &str, more: &[&str]) -> Command {
    let mut run = command();
    run.current_dir(scratch.path()).args([
        "reconcile",
        "--registry",
        "in/registry.csv",
        "--documents",
        "in/documents.csv",
        "--activity",
        "in/activity.csv",
        "--as-of",
        "2026-01-01",
        "--out",
        out,
    ]);
    run.args(more);
    run
}

/// The figure of the refusal of a limit that is too small.
fn least(scratch: &Scratch, threads: &str) -> String {
    let refused =
        finish(&mut run(scratch, "refused", &["--memory-limit", "1M", "--threads", threads])).expect(2);
    assert!(!scratch.join("refused").exists());
    let (_, rest) = refused.stderr.split_once("need ").expect("the least limit that would do");
    rest.split_once(" at least").expect("a figure").0.to_owned()
}

#[test]
fn the_report_is_the_same_from_the_least_memory_at_any_number_of_threads() {
    let scratch = Scratch::new();
    world(&scratch, "20000");
    finish(&mut run(&scratch, "whole", &[])).expect(0);
    let expected = digests(&scratch.join("whole"));
    let before = scratch.names();
    for threads in ["1", "2", "7"] {
        let limit = least(&scratch, threads);
        let ran = finish(&mut run(&scratch, "spilled", &["--memory-limit", &limit, "--threads", threads]))
            .expect(0);
        let line = ran.stdout.lines().find(|line| line.contains("laid down on the disk")).expect("a line");
        assert!(!line.contains(" 0 MiB laid down"), "it was to lay things down: {line}");
        assert_eq!(digests(&scratch.join("spilled")), expected, "{threads} threads");
        fs::remove_dir_all(scratch.join("spilled")).expect("a report");
        assert_eq!(scratch.names(), before, "nothing is left beside the report");
    }
}

#[test]
fn of_a_pipe_nothing_is_known_before_and_the_report_is_the_same() {
    let scratch = Scratch::new();
    world(&scratch, "3000");
    finish(&mut run(&scratch, "whole", &[])).expect(0);
    let piped = |out: &str, limit: &str| {
        let run = run(&scratch, out, &["--memory-limit", limit, "--threads", "2"]);
        let activity = fs::File::open(scratch.join("in/activity.csv")).expect("a file");
        let mut cat = Command::new("cat").stdin(activity).stdout(Stdio::piped()).spawn().expect("cat");
        let arguments: Vec<_> = run.get_args().map(std::ffi::OsStr::to_owned).collect();
        let arguments = arguments.into_iter().map(|a| if a == "in/activity.csv" { "-".into() } else { a });
        let mut command = command();
        command.current_dir(scratch.path()).args(arguments);
        command.stdin(cat.stdout.take().expect("a pipe"));
        let output = command.output().expect("the binary starts");
        cat.wait().expect("cat ends");
        output
    };
    let ran = piped("piped", "4G");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(!String::from_utf8_lossy(&ran.stdout).contains(" 0 MiB laid down"), "its rows were laid down");
    for file in ["corrections", "suspects", "rings", "duplicates", "defects"] {
        let bytes = |out: &str| fs::read(scratch.join(out).join(format!("{file}.parquet"))).expect("a table");
        assert_eq!(bytes("piped"), bytes("whole"), "{file}");
    }
}

#[test]
fn where_all_fits_nothing_is_laid_down() {
    let scratch = Scratch::new();
    world(&scratch, "1000");
    let ran = finish(&mut run(&scratch, "out", &["--memory-limit", "4G"])).expect(0);
    assert!(ran.stdout.contains("of 4 GiB allowed; 0 MiB laid down"), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_read() {
    let scratch = Scratch::new();
    world(&scratch, "20000");
    let limit = least(&scratch, "2");
    let missing = ["--memory-limit", &limit, "--threads", "2", "--scratch", "no/such/folder"];
    for (more, code, words, why) in [
        (&["--memory-limit", "1M"][..], 2, "is too small: these inputs need", "too small"),
        (&["--memory-limit", "much"], 2, "write a size as", "no size"),
        (&["--scratch", "in"], 2, "add --memory-limit", "of no use alone"),
        (&missing, 1, "no/such/folder", "a folder that is not there"),
    ] {
        let refused = finish(&mut run(&scratch, "out", more)).expect(code);
        assert!(refused.stderr.contains(words), "{why}: {}", refused.stderr);
        assert!(!scratch.join("out").exists(), "{why}");
    }
}

/// Whether a process has a file open that has no name.
fn holds_nameless(process: u32) -> bool {
    let Ok(files) = fs::read_dir(format!("/proc/{process}/fd")) else { return false };
    files.filter_map(|file| fs::read_link(file.ok()?.path()).ok()).any(|link| {
        let link = link.display().to_string();
        link.ends_with("(deleted)") && link.contains("aside/")
    })
}

#[test]
fn killed_while_laying_down_it_leaves_nothing_there_and_the_next_run_succeeds() {
    let scratch = Scratch::new();
    world(&scratch, "20000");
    let limit = least(&scratch, "2");
    let aside = scratch.join("aside");
    fs::create_dir(&aside).expect("a folder");
    let more = ["--memory-limit", &limit, "--threads", "2", "--scratch", "aside", "--quiet"];
    let mut child =
        run(&scratch, "out", &more).stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("it starts");
    let started = Instant::now();
    while !holds_nameless(child.id()) {
        assert!(started.elapsed() < Duration::from_secs(30), "it never made a scratch file");
        assert!(child.try_wait().expect("a child").is_none(), "it ended without a scratch file");
    }
    let names = |folder: &Path| fs::read_dir(folder).expect("a folder").count();
    assert_eq!(names(&aside), 0, "a scratch file has no name, even while it is in use");
    child.kill().expect("it runs");
    child.wait().expect("a child");
    assert_eq!(names(&aside), 0);
    finish(&mut run(&scratch, "out", &more)).expect(0);
    finish(&mut run(&scratch, "whole", &["--quiet"])).expect(0);
    assert_eq!(digests(&scratch.join("out")), digests(&scratch.join("whole")));
    fs::remove_dir(&aside).expect("nothing is in it");
    assert_eq!(scratch.names(), ["in", "out", "whole"]);
}

//! What is wrong outside: files, columns, options and disks. Each ends with the exit code of the contract, a
//! message that names path and remedy, no panic, and nothing left behind; records that are wrong are output.

#![allow(clippy::print_stdout, reason = "a test that must be skipped says why")]

mod util;

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use util::{
    DOCUMENTS, REGISTRY, Run, Scratch, Table, command, finish, iin, iinrec, reconcile, run_json, small_world,
};

/// A scratch folder with a sound registry and documents.
fn sound() -> (Scratch, PathBuf, PathBuf) {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let (r, d) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    (scratch, r, d)
}

/// Runs with a bad registry beside sound documents: exit code, parts of the message, nothing left behind.
#[track_caller]
fn refused(what: &str, registry: impl AsRef<[u8]>, code: i32, parts: &[&str]) -> Run {
    let (scratch, _, d) = sound();
    let bad = scratch.write("bad.csv", registry);
    let before = scratch.names();
    let run = reconcile(&[&bad], &[&d], &scratch.join("out"), &[]).expect(code);
    let parts = [parts, &["bad.csv", "what to do: "]].concat();
    for part in parts {
        assert!(run.stderr.contains(part), "{what}: {part:?} is missing in\n{}", run.stderr);
    }
    assert_eq!(run.stdout, "", "{what}");
    assert_eq!(scratch.names(), before, "{what}: something was left behind");
    run
}

/// Runs with a registry whose records are partly bad: the reasons of its rejects, and the corrections of the
/// small world all the same.
#[track_caller]
fn rejected(what: &str, registry: impl AsRef<[u8]>, reasons: &[&str]) -> Table {
    let (scratch, r, d) = sound();
    reconcile(&[&r], &[&d], &scratch.join("plain"), &[]).expect(0);
    let bad = scratch.write("bad.csv", registry);
    let out = scratch.join("out");
    reconcile(&[&bad], &[&d], &out, &[]).expect(0);
    let rejects = Table::read(&out.join("rejects.parquet"));
    assert_eq!(rejects.values("reason"), reasons, "{what}");
    let columns = ["iin", "kind", "registered_value", "current_value"];
    let [found, plain] = ["out", "plain"]
        .map(|name| Table::read(&scratch.join(name).join("corrections.parquet")).select(&columns));
    assert_eq!(found, plain, "{what}: the rest is read");
    let input = &run_json(&out)["inputs"][0];
    assert_eq!(input["rejected"], reasons.len(), "{what}");
    assert_eq!(input["records"], input["accepted"].as_u64().expect("a number") + reasons.len() as u64);
    rejects
}

#[test]
fn files_that_are_not_there_or_cannot_be_read() {
    let (scratch, r, d) = sound();
    let before = scratch.names();
    let missing = scratch.join("missing.csv");
    for (registry, documents) in [(&missing, &d), (&r, &missing)] {
        let run = reconcile(&[registry], &[documents], &scratch.join("out"), &[]).expect(1);
        assert!(
            run.stderr.contains("missing.csv") && run.stderr.contains("what to do: check the path"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(scratch.names(), before);

    let folder = scratch.join("empty-folder");
    fs::create_dir(&folder).expect("a folder");
    let run = reconcile(&[&folder], &[&d], &scratch.join("out"), &[]).expect(2);
    assert!(run.stderr.contains("empty-folder") && run.stderr.contains("no .csv"), "{}", run.stderr);

    fs::set_permissions(&r, fs::Permissions::from_mode(0o000)).expect("our own file");
    if File::open(&r).is_ok() {
        println!("skipped: this user may read every file");
    } else {
        let run = reconcile(&[&r], &[&d], &scratch.join("out"), &[]).expect(1);
        assert!(run.stderr.contains("r.csv") && run.stderr.contains("read access"), "{}", run.stderr);
    }
    let run = reconcile(&[Path::new("/dev/null")], &[&d], &scratch.join("out"), &[]).expect(1);
    assert!(run.stderr.contains("/dev/null") && run.stderr.contains("regular file"), "{}", run.stderr);
}

#[test]
fn headers_that_cannot_be_used() {
    let run = refused(
        "a missing column",
        "personal_code,surname,given_name,birth_date\n1,2,3,4\n",
        2,
        &["`iin`", "\"personal_code\"", "\"birth_date\"", "--column \"personal_code=iin\""],
    );
    assert!(!run.stderr.contains("panicked"));
    refused(
        "two of one role",
        "iin,ИИН,surname,given_name,birth_date\n",
        2,
        &["two columns", "column 1", "column 2", "=ignore"],
    );
    refused("an empty file", "", 2, &["empty", "header"]);
    refused("a header that never closes its quote", "\"iin,surname\n1,2\n", 2, &["header", "byte 0"]);
    refused("a header of NUL bytes", b"iin,sur\0name\n", 2, &["NUL"]);
    let mut utf16 = b"\xff\xfe".to_vec();
    utf16.extend("iin,surname\n".encode_utf16().flat_map(u16::to_le_bytes));
    refused("UTF-16", utf16, 2, &["no column `given_name`"]);
    refused("torn gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00", 1, &["torn", "gzip -t"]);
    refused("torn zstd", b"\x28\xb5\x2f\xfd\x00\x00\x00\x00", 1, &["zstd data", "zstd -t"]);
    refused("a damaged Parquet file", b"PAR1 this is no footer PAR1", 1, &["Parquet", "export it again"]);
}

#[test]
fn a_header_without_rows_is_an_empty_report() {
    let scratch = Scratch::new();
    let r = scratch.write("r.csv", format!("{REGISTRY}\n"));
    let d = scratch.write("d.csv", DOCUMENTS);
    let a = scratch.write("a.csv", "iin,kind,occurred_on");
    let out = scratch.join("out");
    reconcile(&[&r], &[&d], &out, &["--activity", a.to_str().expect("a plain path")]).expect(0);
    for file in ["corrections", "suspects", "duplicates", "defects", "rejects"] {
        assert_eq!(Table::read(&out.join(format!("{file}.parquet"))).len(), 0, "{file}");
    }
    assert_eq!(run_json(&out)["inputs"].as_array().expect("a list").len(), 3);
}

#[test]
fn records_that_are_none_are_rejected_and_the_rest_is_read() {
    // Without quotes: one that opens and never closes would otherwise end at the next quote of the file, as
    // in any reader, and take the rows before it along.
    let registry = small_world().0.replace("\"Сейт\"\"қали, кызы\"", "Сейтқали кызы");
    let with = |bad: &[u8]| {
        let (head, tail) = registry.split_at(registry.find('\n').expect("a header") + 1);
        [head.as_bytes(), bad, tail.as_bytes()].concat()
    };
    let rejects = rejected(
        "wrong number of fields",
        with(b"1,2,3\n1,2,3,4,5,6,7,8,9,10,11,12,13,14\n"),
        &["field_count"; 2],
    );
    assert_eq!(rejects.values("row"), ["1", "2"]);
    assert_eq!(rejects.values("byte_offset")[0], (REGISTRY.len() + 1).to_string());
    assert_eq!(rejects.values("raw")[0], "1,2,3");
    rejected("an unclosed quote", with(b"1,\"never closed,3\n"), &["unclosed_quote"]);
    let last = [registry.as_bytes(), b"1,\"never closed"].concat();
    rejected("an unclosed quote in the last line", last, &["unclosed_quote"]);
    rejected("a NUL byte", with(b"1,2\0,3,4,5,6,7,8,9,10,11,12,13\n"), &["nul_byte"]);
    rejected("invalid UTF-8", with(b"1,\xff\xfe,3,4,5,6,7,8,9,10,11,12,13\n"), &["invalid_utf8"]);
    rejected(
        "all at once",
        with(b"1\n1,\xff,3,4,5,6,7,8,9,10,11,12,13\n1,\0,3,4,5,6,7,8,9,10,11,12,13\n\"\n"),
        &["field_count", "invalid_utf8", "nul_byte", "unclosed_quote"],
    );
}

#[test]
fn a_field_of_a_hundred_megabytes_is_one_reject_and_memory_stays_bounded() {
    let (registry, documents) = small_world();
    let (head, tail) = registry.split_at(registry.find('\n').expect("a header") + 1);
    for (quoted, reason) in [(false, "record_too_long"), (true, "unclosed_quote")] {
        let scratch = Scratch::new();
        let r = scratch.join("r.csv");
        let mut file = File::create(&r).expect("a file");
        let quote = if quoted { "\"" } else { "" };
        write!(file, "{head}1,{quote}").expect("room for a hundred megabytes");
        let block = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            file.write_all(&block).expect("room for a hundred megabytes");
        }
        write!(file, "{quote},3,4,5,6,7,8,9,10,11,12,13\n{tail}").expect("room");
        drop(file);
        let d = scratch.write("d.csv", &documents);
        let out = scratch.join("out");
        // Address space holds the map itself (100 MB); what is left for everything else is bounded.
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -v 400000 && exec \"$@\"", "sh"]).arg(command().get_program());
        shell.args(["reconcile", "--as-of", "2026-01-01", "--threads", "1", "--registry"]).arg(&r);
        shell.arg("--documents").arg(&d).arg("--out").arg(&out);
        finish(&mut shell).expect(0);
        let rejects = Table::read(&out.join("rejects.parquet"));
        assert_eq!(rejects.values("reason"), [reason], "quoted: {quoted}");
        assert!(rejects.values("raw")[0].len() <= 4096);
        assert_eq!(run_json(&out)["inputs"][0]["accepted"], 3);
        assert_eq!(Table::read(&out.join("corrections.parquet")).len(), 3);
    }
}

#[test]
fn numbers_that_stand_twice() {
    let (registry, documents) = small_world();
    let scratch = Scratch::new();
    let second = registry.lines().nth(2).expect("a row");
    let passport = documents.lines().nth(4).expect("a row");
    let r = scratch.write("r.csv", format!("{registry}{second}\n"));
    let d = scratch.write("d.csv", format!("{documents}{passport}\n"));
    let out = scratch.join("out");
    reconcile(&[&r], &[&d], &out, &[]).expect(0);
    let defects = Table::read(&out.join("defects.parquet")).select(&["dataset", "row", "check"]);
    for expected in [["registry", "4", "duplicate_iin"], ["documents", "5", "duplicate_document"]] {
        assert!(defects.iter().any(|row| row[..] == expected), "{expected:?} is missing in {defects:?}");
    }
    // The same finding is not reported twice for a document that stands twice.
    let kinds = Table::read(&out.join("corrections.parquet")).values("kind");
    assert_eq!(kinds.iter().filter(|kind| *kind == "document_invalidated").count(), 1, "{kinds:?}");
}

#[test]
fn values_that_cannot_be_read_are_defects_and_the_row_stays() {
    let scratch = Scratch::new();
    let good = iin("900101", 3, 9007);
    let r = scratch.write(
        "r.csv",
        format!(
            "iin,surname,given_name,birth_date,sex,citizenship\n12345,A,B,1990-01-01,M,KAZ\n\
             {good},A,B,1990-02-30,Q,Atlantis\nAB1234567890,A,B,,M,KAZ\n,,,,,\n"
        ),
    );
    let d = scratch.write("d.csv", format!("{DOCUMENTS}\n"));
    let out = scratch.join("out");
    reconcile(&[&r], &[&d], &out, &[]).expect(0);
    let found: Vec<String> = Table::read(&out.join("defects.parquet"))
        .select(&["row", "check"])
        .iter()
        .map(|r| r.join(" "))
        .collect();
    let expected = [
        "1 iin_length",
        "2 date_impossible",
        "2 sex_unknown",
        "2 country_unknown",
        "3 iin_digits",
        "3 missing",
        "4 missing",
    ];
    for defect in expected {
        assert!(found.iter().any(|f| f == defect), "{defect} is missing in {found:?}");
    }
    assert_eq!(run_json(&out)["inputs"][0]["accepted"], 4);
}

#[test]
fn places_where_no_report_can_be_made() {
    let (scratch, r, d) = sound();
    let before = scratch.names();
    let run = reconcile(&[&r], &[&d], &scratch.join("no/such/folder"), &[]).expect(1);
    assert!(run.stderr.contains("no/such") && run.stderr.contains("what to do"), "{}", run.stderr);
    let run = reconcile(&[&r], &[&d], &r.join("out"), &[]);
    assert!(matches!(run.code, Some(1 | 2)) && run.stderr.contains("r.csv"), "{}", run.stderr);
    let run = reconcile(&[&r], &[&d], Path::new("/"), &[]).expect(2);
    assert!(run.stderr.contains("--out names no folder"), "{}", run.stderr);
    assert_eq!(scratch.names(), before);

    let closed = scratch.join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).expect("our own folder");
    if File::create(closed.join("probe")).is_ok() {
        println!("skipped: this user may write everywhere; /proc stands for a closed folder");
        let run = reconcile(&[&r], &[&d], Path::new("/proc/iinrec-out"), &[]).expect(1);
        assert!(run.stderr.contains("/proc"), "{}", run.stderr);
    } else {
        let run = reconcile(&[&r], &[&d], &closed.join("out"), &[]).expect(1);
        assert!(run.stderr.contains("closed") && run.stderr.contains("write access"), "{}", run.stderr);
    }
}

#[test]
fn a_full_disk_publishes_nothing() {
    let scratch = Scratch::new();
    let disk = scratch.join("disk");
    fs::create_dir(&disk).expect("a folder");
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&disk).output();
    if !mount.is_ok_and(|output| output.status.success()) {
        println!("skipped: this user may not mount a small disk");
        return;
    }
    // Enough defects that their file does not fit.
    let mut registry = String::from("iin,surname,given_name,birth_date\n");
    let mut state = 1u64;
    for n in 0..60_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        registry += &format!("{:x}{n},A,B,{:x}\n", state >> 8, state >> 20);
    }
    let r = scratch.write("r.csv", registry);
    let d = scratch.write("d.csv", format!("{DOCUMENTS}\n"));
    let run = reconcile(&[&r], &[&d], &disk.join("out"), &[]);
    let left = util::names(&disk);
    let unmounted = Command::new("umount").arg(&disk).status();
    let run = run.expect(1);
    assert!(run.stderr.contains("out") && run.stderr.contains("free some space"), "{}", run.stderr);
    assert!(left.is_empty(), "{left:?}");
    assert!(unmounted.is_ok_and(|status| status.success()));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let (scratch, r, d) = sound();
    let (r, d) = (r.to_str().expect("plain"), d.to_str().expect("plain"));
    let out = scratch.join("out");
    let out = out.to_str().expect("plain");
    let job = ["reconcile", "--registry", r, "--documents", d, "--out", out];
    let cases: [(&[&str], &str); 8] = [
        (&[], "Usage"),
        (&["reconcile"], "--registry"),
        (&["reconcile", "--registry", r, "--out", out], "--documents"),
        (&["no-such-command"], "no-such-command"),
        (&[&job[..], &["--as-of", "31.12.2025"]].concat(), "2026-11-01"),
        (&[&job[..], &["--threads", "0"]].concat(), "threads"),
        (&[&job[..], &["--column", "x=no_such_role"]].concat(), "no_such_role"),
        (&[&job[..], &["--column", "no such header=iin"]].concat(), "no such header"),
    ];
    for (arguments, part) in cases {
        let run = iinrec(arguments).expect(2);
        assert!(run.stderr.contains(part), "{part:?} is missing in\n{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert_eq!(scratch.names(), ["d.csv", "r.csv"]);
}

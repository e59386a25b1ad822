//! Parquet of other writers: `testdata/parquet` holds one registry in many types, and each is read as the same.

mod util;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use iinrec::batch::{Batch, Dataset, NO_IIN, Role};
use iinrec::day;
use iinrec::engine::Engine;
use iinrec::engine::stage::Stage;
use iinrec::error::Result;
use iinrec::ingest::{DataFile, Input, Needs, Reading, Spooling, Unobserved, read};
use iinrec::normalise::country;
use iinrec::validate::iin;
use util::{Scratch, iinrec};

/// Keeps every row as text, so that rows of any origin can be compared.
struct Rows;

impl Stage for Rows {
    type State = Vec<String>;

    fn start(&self) -> Vec<String> {
        Vec::new()
    }

    fn absorb(&self, rows: &mut Vec<String>, batch: &Batch) {
        for i in 0..batch.len() {
            let number = batch.iins(Role::Iin).map_or(NO_IIN, |iins| iins[i]);
            let mut row = if number == NO_IIN { String::new() } else { iin::unpack(number) };
            for role in [Role::Surname, Role::GivenName, Role::DocumentNumber] {
                row = format!("{row}|{}", batch.texts(role).map_or("", |texts| texts.value(i)));
            }
            for role in [Role::BirthDate, Role::DocumentIssueDate] {
                row = format!("{row}|{}", batch.days(role).map_or(String::new(), |days| day::iso(days[i])));
            }
            let code = |role| batch.codes(role).map_or(0, |codes| codes[i]);
            rows.push(format!("{row}|{}|{}", code(Role::Sex), country::alpha3(code(Role::Citizenship))));
        }
        rows.extend(batch.unread.iter().map(|defect| format!("unread: {:?} {}", defect.check, defect.value)));
    }
}

fn rows_of(path: &Path) -> Result<Vec<String>> {
    let file =
        DataFile::open(path, Dataset::Registry, &Reading::default(), Needs::Required, &Spooling::default())?;
    let input = Input { dataset: Dataset::Registry, files: vec![file] };
    let ingested = read(&Engine::Serial, &input, &Rows, &Unobserved)?;
    Ok(ingested.pieces.into_iter().flat_map(|piece| piece.state).collect())
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/parquet")
}

#[test]
fn every_writer_and_type_is_read_as_the_same_rows() {
    let expected = rows_of(&samples().join("expected.csv")).expect("a readable file");
    assert_eq!(expected.len(), 3);
    assert!(
        expected[0].starts_with("010101599994|Әбенов|Жасұлан|N10000001|2001-01-01|2019-05-06"),
        "{expected:?}"
    );
    let mut files = 0;
    for entry in fs::read_dir(samples()).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "parquet") {
            let rows = rows_of(&path).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(rows, expected, "{}", path.display());
            files += 1;
        }
    }
    assert!(files >= 34, "{files} samples");
}

#[test]
fn columns_that_hold_nothing_to_read_are_ignored_and_told() {
    let path = samples().join("pyarrow_nested.parquet");
    let file =
        DataFile::open(&path, Dataset::Registry, &Reading::default(), Needs::Required, &Spooling::default())
            .expect("a file");
    let notes = [
        "phone (a list, not read)",
        "address (a structure, not read)",
        "assigned_on (a time of day, not read)",
        "patronymic (a map, not read)",
    ];
    assert_eq!(file.header().ignored, notes);
    let run = iinrec(["validate", path.to_str().expect("a path")]).expect(0);
    assert!(run.stdout.contains(notes[0]), "{}", run.stdout);
}

/// Evidence is quoted from the file as it stands, composed or not.
#[test]
fn cells_are_read_again_for_evidence() {
    for name in ["pyarrow_groups_of_one_row", "duckdb_plain", "polars_int"] {
        let path = samples().join(format!("{name}.parquet"));
        let file = DataFile::open(
            &path,
            Dataset::Registry,
            &Reading::default(),
            Needs::Required,
            &Spooling::default(),
        )
        .expect("a file");
        assert_eq!(
            file.texts_at(1, [Role::Surname, Role::Iin, Role::Office]),
            ["KARIMOV".to_owned(), "900304399993".to_owned(), String::new()],
            "{name}"
        );
    }
}

/// A damaged file is an error with its path, or is read; it never takes the process down.
#[test]
fn damaged_files_are_errors() {
    let scratch = Scratch::new();
    for name in ["pyarrow_plain", "duckdb_plain", "pyarrow_dictionary"] {
        let whole = fs::read(samples().join(format!("{name}.parquet"))).expect("a sample");
        // Whether it was refused.
        let attempt = |what: String, bytes: &[u8]| {
            let path = scratch.write("damaged.parquet", bytes);
            let outcome = catch_unwind(AssertUnwindSafe(|| rows_of(&path)));
            let outcome = outcome.unwrap_or_else(|_| panic!("{name}: a panic reached the caller: {what}"));
            let Err(error) = outcome else { return false };
            assert_eq!(error.path.as_deref(), Some(path.as_path()), "{name}: {what}");
            assert!(error.remedy.is_some(), "{name}: {what}");
            true
        };
        for length in (4..whole.len()).step_by(97) {
            assert!(
                attempt(format!("cut at {length}"), &whole[..length]),
                "{name}: a part of a file is none"
            );
        }
        for at in (4..whole.len()).step_by(13) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            attempt(format!("a bit flipped at {at}"), &flipped);
        }
    }
    // The real binary says it in one sentence, with exit code 1.
    let whole = fs::read(samples().join("pyarrow_plain.parquet")).expect("a sample");
    let cut = scratch.write("cut.parquet", &whole[..whole.len() - 100]);
    let run = iinrec(["validate", cut.to_str().expect("a path")]).expect(1);
    assert!(run.stderr.contains("cut.parquet") && run.stderr.contains("what to do"), "{}", run.stderr);
}

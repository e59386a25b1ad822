//! The example is the defaults, each range is kept, and what is not understood is named with its place.

use std::path::Path;

use super::datasets::DATASETS;
use super::keys::KEYS;
use super::value::{Form, Value};
use super::*;
use crate::batch::Role;
use crate::ingest::encoding::Encoding;
use crate::ingest::header::ColumnOverride;
use crate::normalise::codes::{FEMALE, MALE, SexCodes};

fn parse(text: &str) -> Result<Config> {
    Config::parse(text, Path::new("/nights/night.toml"))
}

#[test]
fn the_example_is_the_defaults() {
    let config = parse(&example()).expect("the example is understood");
    let defaults = Config::default();
    assert_eq!(config.settings, defaults.settings);
    assert_eq!(config.limits, defaults.limits);
    assert_eq!(config.dedupe, defaults.dedupe);
    assert_eq!((&config.night, &config.export), (&defaults.night, &defaults.export));
    assert_eq!(config.page, defaults.page);
    assert_eq!(config.protect, defaults.protect);
    let nothing = Value::Text(String::new());
    let (bare, said): (Vec<_>, Vec<_>) = KEYS.iter().partition(|key| key.get(&defaults) == nothing);
    for key in &said {
        assert!(matches!(config.origin(key), Origin::File(_)), "{} stands in the example", key.full_name());
    }
    assert_eq!(config.set_keys().count(), said.len());
    for key in bare {
        let line = format!("\n#{} = \"", key.name);
        assert!(example().contains(&line), "{} stands in the example behind a #", key.full_name());
    }
}

#[test]
fn the_examples_behind_a_hash_are_understood_too() {
    let text: String = example()
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(key) if !key.starts_with(' ') => format!("{key}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let config = parse(&text).expect("the examples are understood");
    for dataset in DATASETS {
        let section = config.dataset(dataset);
        assert_eq!(section.files, [Path::new("/nights").join(format!("{}.csv", dataset.name()))]);
        assert_eq!(section.reading.encoding, Some(Encoding::Windows1251));
        assert_eq!(section.reading.delimiter, Some(b';'));
        assert_eq!(section.reading.columns.len(), 2);
    }
    assert_eq!(config.dataset(Dataset::Registry).reading.sex.read("1"), Some(FEMALE));
    // What is shown is a configuration again, and the same one.
    let shown = parse(&show(&config)).expect("what is shown is understood");
    assert_eq!(shown.settings, config.settings);
    assert_eq!(shown.readings().datasets, config.readings().datasets);
}

#[test]
fn every_key_keeps_its_range_and_changes_one_value() {
    let defaults = Config::default();
    for key in KEYS.iter() {
        let name = key.full_name();
        let (good, bad): (Vec<Value>, Vec<String>) = match key.form {
            Form::Number { min, max, .. } => {
                (vec![Value::Number(min), Value::Number(max)], vec![(max + 1).to_string(), "-1".into()])
            }
            Form::Score { max } => (
                // Bands must ascend, so each is moved a little only.
                match key.get(&defaults) {
                    Value::Number(now) if key.table == "rules" => vec![Value::Number(now + 1)],
                    _ => vec![Value::Number(0), Value::Number(max.into())],
                },
                vec![format!("{}.001", max / 1000 + 1), "\"0.5\"".into()],
            ),
            Form::Size => (vec![Value::Number(0), Value::Number(3 << 20)], vec!["-1".into(), "\"x\"".into()]),
            Form::Day => (vec![Value::Day(20_000)], vec!["20000".into(), "1024-01-01".into()]),
            Form::Text { example, .. } => {
                (vec![Value::Text(example.to_owned())], vec!["1".into(), "[]".into()])
            }
            Form::Switch => {
                (vec![Value::Switch(false), Value::Switch(true)], vec!["1".into(), "\"true\"".into()])
            }
            Form::Texts { .. } => {
                (vec![Value::Texts(vec![])], vec!["\"x\"".into(), "[1]".into(), "[\"1\"]".into()])
            }
        };
        for value in good {
            let written = key.form.write(&value);
            let config = parse(&format!("[{}]\n{} = {written}", key.table, key.name)).expect("in range");
            assert_eq!(key.get(&config), value, "{name}");
            for other in KEYS.iter().filter(|other| other.full_name() != name) {
                assert_eq!(other.get(&config), other.get(&defaults), "{name} changes {}", other.full_name());
            }
        }
        for written in bad {
            let text = format!("\n[{}]\n{} = {written}", key.table, key.name);
            let error = parse(&text).expect_err(&text);
            assert_eq!(error.exit_code(), 2);
            assert_eq!(error.line.map(|(line, _)| line), Some(3), "{error}");
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
        }
    }
}

#[test]
fn what_is_not_understood_is_named_with_its_place() {
    for (text, line, column, words, why) in [
        (
            "[rules]\nactivity_grace_day = 3",
            2,
            1,
            "did you mean `activity_grace_days`?",
            "a letter is missing",
        ),
        ("[rules]\nactivity-grace-days = 3", 2, 1, "did you mean `activity_grace_days`?", "hyphens"),
        ("[rules]\nthreads = 3", 2, 1, "did you mean `threads` in [limits]?", "another table's key"),
        ("[rules]\nxyzzy = 3", 2, 1, "iinrec config --example", "nothing near"),
        ("[rule]\nburst_days = 3", 1, 2, "did you mean `rules`?", "a table"),
        ("burst_days = 3", 1, 1, "did you mean `burst_days` in [rules]?", "no table"),
        ("[rules.weights]\ninvalid_inn = 0.1", 2, 1, "did you mean `invalid_iin`?", "a code"),
        ("[rules.wieghts]\ninvalid_iin = 0.1", 1, 8, "did you mean `weights`?", "a table of a table"),
        ("[rules]\nweights = 0.1", 2, 1, "expected a table", "a value for a table"),
        ("rules = 1", 1, 1, "expected a table", "a value for a table at the top"),
        ("[rules]\nburst_days = 0", 2, 14, "whole number, 1 to 366, days", "out of range"),
        ("[rules]\nband_high = 0.1", 2, 1, "bands must ascend", "bands in the wrong order"),
        ("[rules]\nband_low = 0", 2, 1, "bands must ascend", "everybody would be a suspect"),
        ("[rules]\nburst_days = 3\nburst_days = 4", 3, 1, "no TOML", "twice"),
        ("[rules\n", 1, 7, "no TOML", "a bracket is missing"),
        ("[rules]\nknown_addresses = [\"Абая\"]", 2, 19, "address 1 says too little", "no house"),
        (
            "[rules]\nknown_employers = [\"000000000000\", \"12\"]",
            2,
            19,
            "number 2 has not twelve digits",
            "short",
        ),
        ("[rules]\nknown_employers = [\"900304390005\"]", 2, 19, "wrong check digit", "mistyped"),
        ("[datasets.registri]\n", 1, 11, "did you mean `registry`?", "a dataset"),
        ("[datasets.registry]\nfile = \"a\"", 2, 1, "did you mean `files`?", "a dataset's key"),
        ("[datasets.registry]\nfiles = []", 2, 1, "no file is named", "an empty list"),
        ("[datasets.registry]\nfiles = [\"\"]", 2, 1, "a path is empty", "an empty path"),
        ("[datasets.registry]\nfiles = [\"a\", 2]", 2, 15, "a list of paths", "a number for a path"),
        (
            "[datasets.registry]\nencoding = \"windows-1252\"",
            2,
            1,
            "did you mean `windows-1251`?",
            "an encoding",
        ),
        ("[datasets.registry]\ndelimiter = \"::\"", 2, 1, "is no delimiter", "a delimiter"),
        ("[datasets.registry]\nsex = { \"1\" = \"femal\" }", 2, 9, "did you mean `female`?", "a sex"),
        ("[datasets.registry]\nsex = { \"-\" = \"female\" }", 2, 9, "no word", "a code of punctuation"),
        (
            "[datasets.activity]\nsex = { \"1\" = \"female\" }",
            2,
            1,
            "no key of a dataset",
            "activity has no sex",
        ),
        ("[datasets.registry.columns]\n\"Client\" = \"inn\"", 2, 1, "did you mean `iin`?", "a role"),
        (
            "[datasets.registry.columns]\n\"Код\" = \"mrz\"",
            2,
            1,
            "registry has no column `mrz`",
            "another's role",
        ),
        ("[datasets.registry.columns]\na = 1", 2, 1, "expected a table", "a number for a role"),
    ] {
        let error = parse(text).expect_err(why);
        let said = error.to_string();
        assert_eq!(error.line, Some((line, column)), "{why}: {said}");
        assert!(said.contains(words) && said.starts_with("/nights/night.toml, line"), "{why}: {said}");
        assert_eq!(error.exit_code(), 2, "{why}");
    }
}

#[test]
fn known_numbers_and_addresses_are_not_repeated() {
    for list in ["known_addresses = [\"Абая\"]", "known_employers = [\"900304390005\"]"] {
        let error = parse(&format!("[rules]\n{list}")).unwrap_err().to_string();
        assert!(!error.contains("Абая") && !error.contains("900304390005"), "{error}");
    }
}

#[test]
fn a_dataset_as_it_is_written() {
    let config = parse(
        "[datasets.registry]\nfiles = [\"a.csv\", \"/b/c.csv\", \"-\", \"postgres://host/db\"]\ndelimiter = \"tab\"\n\
         sex = { 1 = \"female\", 2 = \"male\", 7 = \"unknown\" }\n[datasets.registry.columns]\n\
         \"Client ID\" = \"iin\"\n\"Remarks\" = \"ignore\"\n",
    )
    .expect("understood");
    let section = config.dataset(Dataset::Registry);
    let files = ["/nights/a.csv", "/b/c.csv", "-", "postgres://host/db"].map(PathBuf::from);
    assert_eq!(section.files, files, "relative paths start at the folder of the file");
    let column = |header: &str, role| ColumnOverride { header: header.to_owned(), role };
    assert_eq!(section.reading.columns, [column("Client ID", Some(Role::Iin)), column("Remarks", None)]);
    assert_eq!(section.reading.delimiter, Some(b'\t'));
    let sex = SexCodes::new(&[("1", FEMALE), ("2", MALE), ("7", 0)]).expect("words");
    assert_eq!(section.reading.sex, sex);
    assert_eq!(config.dataset(Dataset::Documents), DatasetConfig::default());
}

#[test]
fn the_command_line_beats_the_file_and_says_so() {
    let mut config = parse(
        "[datasets.registry]\nfiles = [\"a.csv\"]\nencoding = \"utf-8\"\ncolumns = { Client = \"iin\" }\n[limits]\n\
         threads = 2\n",
    )
    .expect("understood");
    config.set_files(Dataset::Registry, &[], "--registry");
    config.set_files(Dataset::Documents, &[PathBuf::from("d.csv")], "--documents");
    config.set_number("limits.threads", Some(7), "--threads");
    config.set_number("limits.memory", None, "--memory-limit");
    config.all.columns = vec![ColumnOverride { header: "Client".into(), role: None }];
    assert_eq!(config.limits.threads, 7);
    let shown = show(&config);
    for line in [
        "files = [\"/nights/a.csv\"] # night.toml, line 2",
        "encoding = \"utf-8\" # night.toml, line 3",
        "columns = { \"Client\" = \"ignore\" } # command line, --column, and the file",
        "files = [\"d.csv\"] # command line, --documents",
        "threads = 7 # command line, --threads",
        "burst_days = 3 # default",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    parse(&shown).expect("what is shown is understood");
}

/// The example with its examples uncommented, changed at random: parsing never panics, and what is understood is
/// shown as a configuration that means the same.
#[test]
fn any_change_of_the_example_is_refused_or_understood() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config as Cases, TestRunner};
    let text: Vec<char> = example().replace("\n#", "\n").replace("\n ", "\n# ").chars().collect();
    let mut runner = TestRunner::new(Cases::with_cases(300));
    let change = (0..text.len(), 0..40usize, "[\\PC\n\"\\[\\]{}=.,#\\\\]{0,4}");
    runner
        .run(&prop::collection::vec(change, 0..3), |changes| {
            let mut text = text.clone();
            for (at, length, new) in changes {
                let at = at.min(text.len());
                let end = (at + length).min(text.len());
                text.splice(at..end, new.chars());
            }
            let text: String = text.into_iter().collect();
            if let Ok(config) = parse(&text) {
                let shown = show(&config);
                let again = parse(&shown).unwrap_or_else(|error| panic!("{error}\n{shown}"));
                prop_assert_eq!(&again.settings, &config.settings);
                prop_assert_eq!(&again.limits, &config.limits);
                prop_assert_eq!(again.readings().datasets, config.readings().datasets);
            }
            Ok(())
        })
        .expect("the property holds");
}

#[test]
fn a_night_knows_its_day_its_gates_and_its_folder() {
    let mut config = parse(
        "[datasets.registry]\nfiles = [\"in/{as_of}/r-{yyyymmdd}.csv\"]\n[night]\nfolder = \"out\"\n\
         decisions = \"/d/{as_of}.csv\"\nlog = \"-\"\nprevious = \"none\"\nfail_on = [\"rejects > 0.1%\"]\n",
    )
    .expect("understood");
    config.fill(day::from_civil(2026, 11, 1).expect("a day"));
    assert_eq!(config.dataset(Dataset::Registry).files, [Path::new("/nights/in/2026-11-01/r-20261101.csv")]);
    let beside = |said: &str| config.beside(said);
    assert_eq!(beside(&config.night.folder), Some("/nights/out".into()));
    assert_eq!(beside(&config.night.decisions), Some("/d/2026-11-01.csv".into()));
    assert_eq!(beside(&config.night.log), Some("-".into()), "standard output");
    assert_eq!(beside(&config.night.metrics), None);
    assert!(!config.night.compare);
    for (text, words) in [
        ("fail_on = [\"rejcts > 1\"]", "did you mean `rejects`?"),
        ("fail_on = \"rejects > 1\"", "list of gates"),
        ("previous = \"yesterday\"", "latest or none"),
        ("keep = -1", "whole number"),
        ("kep = 3", "did you mean `keep`?"),
    ] {
        let error = parse(&format!("[night]\n{text}")).expect_err(text);
        assert!(error.to_string().contains(words), "{text}: {error}");
        assert_eq!(error.line.map(|(line, _)| line), Some(2), "{text}");
    }
}

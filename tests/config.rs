//! `--config`: the real binary with a file that says everything, what it refuses, and what it shows.

mod util;

use std::fs;
use std::path::Path;

use util::{Scratch, Table, finish, iinrec, reconcile, run_json, small_world};

/// The binary run in a folder, so that relative paths of the command line start there.
fn run_in(folder: &Path, arguments: &[&str]) -> util::Run {
    finish(util::command().current_dir(folder).args(arguments))
}

const AS_OF: [&str; 2] = ["--as-of", "2026-01-01"];

#[test]
fn a_night_needs_its_configuration_and_a_place_only() {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let (r, d) = (scratch.write("r.csv", &registry), scratch.write("d.csv", &documents));
    let plain = scratch.join("plain");
    reconcile(&[&r], &[&d], &plain, &[]).expect(0);

    // The same world as another office exports it: names of columns, delimiter, encoding, codes of sex.
    let odd = registry
        .replacen("iin,surname", "Client,surname", 1)
        .replace(",M,", ",2,")
        .replace(",F,", ",1,")
        .replace("\"Сейт\"\"қали, кызы\"", "Сейтқали кызы")
        .replace(',', ";")
        .replace('ё', "е")
        .replace(['қ', 'Ә'], "?");
    let odd: Vec<u8> = odd
        .chars()
        .map(|c| match c as u32 {
            code @ ..128 => code as u8,
            code => u8::try_from(code - 0x410 + 0xc0).expect("a Russian letter"),
        })
        .collect();
    fs::create_dir(scratch.join("exports")).expect("a folder");
    scratch.write("exports/odd.csv", odd);
    scratch.write(
        "exports/night.toml",
        "[datasets.registry]\nfiles = [\"odd.csv\"]\nencoding = \"windows-1251\"\ndelimiter = \";\"\n\
         sex = { 1 = \"female\", 2 = \"male\" }\ncolumns = { Client = \"iin\" }\n\
         [datasets.documents]\nfiles = [\"../d.csv\"]\n[limits]\nthreads = 1\n",
    );
    // Run from elsewhere: paths of the file start at the file.
    let mut arguments = vec!["reconcile", "--config", "exports/night.toml", "--out", "night"];
    arguments.extend(AS_OF);
    run_in(scratch.path(), &arguments).expect(0);
    let night = scratch.join("night");
    let found =
        |report: &Path| Table::read(&report.join("corrections.parquet")).select(&["kind", "iin", "field"]);
    assert_eq!(found(&night), found(&plain));
    let checks = Table::read(&night.join("defects.parquet")).values("check");
    assert!(!checks.iter().any(|check| check.contains("sex")), "sexes are read as the file says: {checks:?}");
    assert_ne!(run_json(&night)["config_fingerprint"], run_json(&plain)["config_fingerprint"]);

    // Without the codes of sex, a man is read as a woman.
    let text = fs::read_to_string(scratch.join("exports/night.toml")).expect("text");
    scratch.write("exports/wrong.toml", text.replace("sex = ", "#sex = "));
    let wrong = ["reconcile", "--config", "exports/wrong.toml", "--out", "wrong", AS_OF[0], AS_OF[1]];
    run_in(scratch.path(), &wrong).expect(0);
    let checks = Table::read(&scratch.join("wrong/defects.parquet")).values("check");
    assert!(checks.iter().any(|check| check == "iin_sex_differs"), "{checks:?}");
    assert_ne!(
        run_json(&night)["config_fingerprint"],
        run_json(&scratch.join("wrong"))["config_fingerprint"],
        "the codes of sex are part of the fingerprint"
    );
}

#[test]
fn the_command_line_beats_the_file() {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let (r, d) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    let config = scratch.write("n.toml", "[datasets.registry]\nfiles = [\"missing.csv\"]\n");
    let config = config.to_str().expect("a plain path");
    let out = scratch.join("out");
    reconcile(&[&r], &[&d], &out, &["--config", config]).expect(0);
    assert!(out.join("run.json").is_file());
}

#[test]
fn thresholds_change_findings_and_the_fingerprint() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases/must_not");
    for (case, code) in [("known_dormitory", "shared_contact"), ("known_employer", "representative_burst")] {
        let scratch = Scratch::new();
        let folder = root.join(case);
        let (registry, documents) = (folder.join("registry.csv"), folder.join("documents.csv"));
        // The golden folder itself is run by the tests of `reconcile`; here without what makes it innocent.
        let text = fs::read_to_string(folder.join("config.toml")).expect("a configuration");
        let bare: Vec<&str> = text.lines().filter(|line| !line.starts_with("known_")).collect();
        assert_eq!(bare.len() + 1, text.lines().count());
        let bare = scratch.write("bare.toml", bare.join("\n"));
        let suspects = |out: &str, config: &Path| {
            let out = scratch.join(out);
            reconcile(&[&registry], &[&documents], &out, &["--config", config.to_str().unwrap()]).expect(0);
            let signals = Table::read(&out.join("suspects.parquet")).values("signals");
            (signals, run_json(&out)["config_fingerprint"].clone())
        };
        let (known, fingerprint) = suspects("known", &folder.join("config.toml"));
        let (unknown, other) = suspects("unknown", &bare);
        assert!(known.is_empty(), "{known:?}");
        assert!(unknown.len() >= 12 && unknown.iter().all(|s| s.starts_with(code)), "{unknown:?}");
        assert_ne!(fingerprint, other, "known innocents are part of the fingerprint");
    }
}

#[test]
fn what_changes_no_output_changes_no_fingerprint() {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let (r, d) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    let fingerprint = |name: &str, text: &str| {
        let config = scratch.write(name, text);
        let out = scratch.join(&format!("{name}.out"));
        reconcile(&[&r], &[&d], &out, &["--config", config.to_str().unwrap()]).expect(0);
        run_json(&out)["config_fingerprint"].clone()
    };
    let empty = fingerprint("empty", "");
    assert_eq!(fingerprint("threads", "[limits]\nthreads = 3\n"), empty);
    assert_eq!(fingerprint("default", "[rules]\nburst_days = 3\n"), empty, "a default, said");
    for text in [
        "[rules]\nburst_days = 4\n",
        "[rules]\npresence_from = 2024-02-29\n",
        "[rules.weights]\ninvalid_iin = 0.3\n",
        "[rules]\nband_low = 0.25\n",
    ] {
        assert_ne!(fingerprint("other", text), empty, "{text}");
        fs::remove_dir_all(scratch.join("other.out")).expect("a report");
    }
}

#[test]
fn what_is_refused() {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let (r, d) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    for (text, words, why) in [
        (&b"[rules]\nburst_dais = 2\n"[..], "line 2, column 1: `rules.burst_dais`", "an unknown key"),
        (b"[rules]\nburst_dais = 2\n", "did you mean `burst_days`?", "the nearest key"),
        (
            b"[datasets.registry.columns]\nNobody = \"office\"\n",
            "no file of it has a column \"Nobody\"",
            "a header",
        ),
        (b"[rules]\n# \xc8\xc8\xcd\n", "not UTF-8", "an encoding"),
        (b"{}", "no TOML", "JSON"),
    ] {
        let config = scratch.write("c.toml", text);
        let out = scratch.join("out");
        let run = reconcile(&[&r], &[&d], &out, &["--config", config.to_str().unwrap()]).expect(2);
        assert!(run.stderr.contains(words) && run.stderr.contains("c.toml"), "{why}: {}", run.stderr);
        assert!(!out.exists(), "{why}");
    }
    let missing = ["reconcile", "--config", "none.toml", "--out", "out"];
    let run = run_in(scratch.path(), &missing).expect(2);
    assert!(run.stderr.contains("none.toml"), "{}", run.stderr);
    scratch.write("empty.toml", "");
    let run = run_in(scratch.path(), &["reconcile", "--config", "empty.toml", "--out", "out"]).expect(2);
    assert!(run.stderr.contains("[datasets.registry]"), "{}", run.stderr);
    // A file that is named and not there is the world's fault, and the path is the one that was tried.
    scratch.write(
        "gone.toml",
        "[datasets.registry]\nfiles = [\"gone.csv\"]\n[datasets.documents]\nfiles = [\"d.csv\"]\n",
    );
    let run = run_in(scratch.path(), &["reconcile", "--config", "gone.toml", "--out", "out"]).expect(1);
    assert!(run.stderr.contains("gone.csv"), "{}", run.stderr);
}

#[test]
fn the_example_is_a_configuration_and_what_is_shown_is_one() {
    let scratch = Scratch::new();
    let example = iinrec(["config", "--example"]).expect(0).stdout;
    let path = scratch.write("night.toml", &example);
    let checked = iinrec(["config", path.to_str().unwrap()]).expect(0).stdout;
    assert!(checked.contains("No threshold differs"), "{checked}");

    scratch.write(
        "own.toml",
        "[datasets.registry]\nfiles = [\"r.csv\"]\n[rules]\nburst_days = 5\nrun_gap_max = 2\n",
    );
    scratch.write("r.csv", "iin\n");
    let checked = run_in(scratch.path(), &["config", "own.toml"]).expect(0).stdout;
    for words in ["registry: 1 file", "rules.burst_days = 5  (line 4; default 3)", "1 of its values"] {
        assert!(checked.contains(words), "{checked}");
    }
    let mut arguments = vec!["reconcile", "--config", "own.toml", "--show-config", "--documents", "d.csv"];
    arguments.extend(AS_OF);
    let shown = run_in(scratch.path(), &arguments).expect(0).stdout;
    for line in [
        "# as of 2026-01-01 # command line, --as-of",
        "files = [\"r.csv\"] # own.toml, line 2",
        "files = [\"d.csv\"] # command line, --documents",
        "burst_days = 5 # own.toml, line 4",
        "burst_rows_min = 10 # default",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    scratch.write("again.toml", &shown);
    arguments[2] = "again.toml";
    let again = run_in(scratch.path(), &arguments).expect(0).stdout;
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split(" # ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(values(&again), values(&shown));
    assert!(scratch.names().iter().all(|name| name.ends_with(".toml") || name == "r.csv"), "nothing was run");
}

#[test]
fn validate_takes_the_same_file() {
    let scratch = Scratch::new();
    scratch.write("odd.csv", "Client;sex\n900304390006;1\n");
    scratch.write("same.csv", "iin;sex\n900304390006;1\n");
    scratch.write(
        "c.toml",
        "[datasets.registry]\nfiles = [\"odd.csv\"]\nsex = { 1 = \"female\" }\ncolumns = { Client = \"iin\" }\n",
    );
    let named = run_in(scratch.path(), &["validate", "--config", "c.toml", AS_OF[0], AS_OF[1]]).expect(0);
    assert!(named.stdout.contains("odd.csv: 1 records"), "{}", named.stdout);
    assert!(named.stdout.contains("iin_sex_differs"), "{}", named.stdout);
    // A file of the command line that looks like a registry is read as the registry is.
    let config = scratch.write("sex.toml", "[datasets.registry]\nsex = { 1 = \"female\" }\n");
    let config = config.to_str().unwrap();
    let typed = run_in(scratch.path(), &["validate", "same.csv", "--config", config]).expect(0);
    assert!(typed.stdout.contains("iin_sex_differs"), "{}", typed.stdout);
    let plain = run_in(scratch.path(), &["validate", "same.csv"]).expect(0);
    assert!(!plain.stdout.contains("iin_sex_differs"), "{}", plain.stdout);
}

#[test]
fn customers_and_limits_are_configured_too() {
    let scratch = Scratch::new();
    let mut text = "No;Client;BD;Tel\n".to_owned();
    for n in 0..300 {
        let (first, last) = (["Аян", "Мария", "Олег"][n % 3], ["Ким", "Ли", "Пак", "Цой"][n / 3 % 4]);
        text +=
            &format!("{n};{last} {first};19{:02}-01-{:02};+7701{:07}\n", 50 + n % 50, 1 + n % 28, n / 2 * 31);
    }
    scratch.write("c.csv", text);
    scratch.write(
        "d.toml",
        "[datasets.customers]\nfiles = [\"c.csv\"]\ndelimiter = \";\"\n\
         columns = { No = \"record_id\", Client = \"full_name\", BD = \"birth_date\", Tel = \"phone\" }\n\
         [dedupe]\nthreshold = 0.9\n[limits]\nunpacked_max = \"1GiB\"\nmemory = \"512MiB\"\n",
    );
    let shown = run_in(scratch.path(), &["dedupe", "--config", "d.toml", "--show-config"]).expect(0).stdout;
    for line in [
        "files = [\"c.csv\"] # d.toml, line 2",
        "threshold = 0.9 # d.toml, line 6",
        "memory = \"512MiB\" # d.toml, line 9",
        "unpacked_max = \"1GiB\" # d.toml, line 8",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    let typed = ["dedupe", "--config", "d.toml", "--show-config", "--threshold", "0.7"];
    let typed = run_in(scratch.path(), &typed).expect(0).stdout;
    assert!(typed.contains("threshold = 0.7 # command line, --threshold"), "{typed}");
    run_in(scratch.path(), &["dedupe", "--config", "d.toml", "--out", "persons", AS_OF[0], AS_OF[1]])
        .expect(0);
    assert_eq!(Table::read(&scratch.join("persons/clusters.parquet")).len(), 300);
    assert_eq!(run_json(&scratch.join("persons"))["inputs"][0]["records"], 300);
    let none = run_in(scratch.path(), &["dedupe", "--out", "none"]).expect(2);
    assert!(none.stderr.contains("FILE"), "{}", none.stderr);

    // A memory limit of the file is kept by reconcile, and one below what can be is refused.
    let (registry, documents) = small_world();
    let (r, d) = (scratch.write("r.csv", registry), scratch.write("docs.csv", documents));
    let limited = scratch.write("m.toml", "[limits]\nmemory = \"512MiB\"\n");
    let run = reconcile(&[&r], &[&d], &scratch.join("m"), &["--config", limited.to_str().unwrap()]).expect(0);
    assert!(run.stdout.contains("memory:"), "{}", run.stdout);
    let bomb = scratch.write("u.toml", "[limits]\nunpacked_max = 10\n");
    let packed = std::process::Command::new("gzip").arg("-k").arg(&r).status();
    if packed.is_ok_and(|status| status.success()) {
        let packed = scratch.join("r.csv.gz");
        let run = reconcile(&[&packed], &[&d], &scratch.join("u"), &["--config", bomb.to_str().unwrap()]);
        assert_eq!(run.expect(1).stdout, "");
    }
}

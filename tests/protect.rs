//! Protection: masked, encrypted and signed reports of the real binary, as others read them, and every refusal.

mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use iinrec::report::protect::columns::{COLUMNS, leaves};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use util::{Run, Scratch, Table, command, digests, finish, iinrec, names, run_json};

const ENCRYPT: &str = "8f3c1d5e7a9b2c4d6e8fa0b1c2d3e4f5061728394a5b6c7d8e9fa1b2c3d4e5f6";
const MASK: &str = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80a";
const OTHER: &str = "c0ffee1d5e7a9b2c4d6e8fa0b1c2d3e4f5061728394a5b6c7d8e9fa1b2c3d4e5";
const SIGN: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEICHhW8AUUOSWNlbgWH2SP9VIYsWQpTqNVfZ9fPNRlvzb\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEATjsuUxP1MFDJoHDm6liSOFNP3urL6bgqiyaEtLn0AFk=\n-----END PUBLIC KEY-----\n";

/// A generated world, customers, keys, and a plain report of each job.
struct World {
    scratch: Scratch,
}

impl World {
    fn path(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    fn reconcile(&self, out: &str, more: &[&str]) -> Run {
        let mut run = command();
        run.arg("reconcile").args(["--as-of", "2026-01-01", "--out"]).arg(self.path(out)).args(more);
        for dataset in util::DATASETS {
            run.arg(format!("--{dataset}")).arg(self.path("world").join(format!("{dataset}.csv")));
        }
        self.go(&mut run)
    }

    fn dedupe(&self, out: &str, more: &[&str]) -> Run {
        let mut run = command();
        run.args(["dedupe", "--as-of", "2026-01-01", "--quiet"]).arg(self.path("bank/customers.csv"));
        self.go(run.arg("--out").arg(self.path(out)).args(more))
    }

    fn validate(&self, out: &str, more: &[&str]) -> Run {
        let mut run = command();
        run.args(["validate", "--as-of", "2026-01-01", "--quiet"])
            .arg(self.path("world").join("registry.csv"));
        self.go(run.arg("--out").arg(self.path(out)).args(more))
    }

    /// Runs in the folder of the world, in which the keys lie.
    fn go(&self, run: &mut std::process::Command) -> Run {
        finish(run.current_dir(self.scratch.path()))
    }

    fn table(&self, report: &str, file: &str) -> Table {
        Table::read(&self.path(report).join(file))
    }

    /// What `iinrec mask` makes of values.
    fn masked(&self, kind: &str, values: &BTreeSet<String>) -> BTreeMap<String, String> {
        let mut run = command();
        run.args(["mask", "--key", "mask.key", "--kind", kind, "-"]).current_dir(self.scratch.path());
        let mut run = run.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut input = run.stdin.take().expect("a pipe");
        let text: String = values.iter().map(|value| format!("{value}\n")).collect();
        let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
        let output = run.wait_with_output().expect("it ends");
        writer.join().expect("a thread").expect("all is taken");
        assert!(output.status.success());
        let lines = String::from_utf8(output.stdout).expect("text");
        assert_eq!(lines.lines().count(), values.len());
        values.iter().cloned().zip(lines.lines().map(str::to_owned)).collect()
    }
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let world = World { scratch: Scratch::new_in(&folder) };
        let mut run = command();
        run.args([
            "generate",
            "--people",
            "400",
            "--seed",
            "9",
            "--customers",
            "--customer-frauds",
            "0.08",
            "--out",
        ]);
        finish(run.arg(world.path("bank"))).expect(0);
        let mut run = command();
        run.args(["generate", "--people", "3000", "--seed", "7", "--out"]).arg(world.path("world"));
        finish(&mut run).expect(0);
        // A defect and a reject of each kind that a person could make.
        let mut registry = fs::read_to_string(world.path("world/registry.csv")).expect("the registry");
        let columns = registry.lines().next().expect("a header").split(',').count();
        registry += &format!("12345,СЕКРЕТОВ{}\n", ",".repeat(columns - 2));
        registry += "only,two\n";
        fs::write(world.path("world/registry.csv"), registry).expect("the registry again");
        for (name, text) in [
            ("enc.key", ENCRYPT),
            ("mask.key", MASK),
            ("other.key", OTHER),
            ("sign.pem", SIGN),
            ("public.pem", PUBLIC),
        ] {
            let path = world.scratch.write(name, text);
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a key of its owner");
        }
        world.reconcile("plain", &["--quiet"]).expect(0);
        let suspects = world.table("plain", "suspects.parquet");
        let decided: Vec<Vec<String>> = suspects.select(&["case_id", "evidence_id"]);
        let corrections = world.table("plain", "corrections.parquet").values("case_id");
        let mut decisions = "case_id,decision,evidence_id\n".to_owned();
        decisions +=
            &format!("{},dismissed,{}\n{},dismissed,\n", decided[0][0], decided[0][1], corrections[0]);
        world.scratch.write("decisions.csv", decisions);
        world
    })
}

#[test]
fn every_column_of_every_table_is_thought_about() {
    let world = world();
    // A column that nobody thought about ends a masked run with an assertion.
    world.reconcile("all", &["--quiet", "--mask", "mask.key", "--decisions", "decisions.csv"]).expect(0);
    // Changes are made of masked tables, and case ids are those of both nights.
    let since = ["--quiet", "--mask", "mask.key", "--previous", "all", "--decisions", "decisions.csv"];
    world.reconcile("next", &since).expect(0);
    let states: BTreeSet<String> =
        world.table("next", "changes.parquet").values("state").into_iter().collect();
    assert_eq!(states, ["persisting".to_owned()].into(), "the same night again");
    let ids = |report: &str, file: &str| {
        world.table(report, file).values("case_id").into_iter().collect::<BTreeSet<_>>()
    };
    assert!(ids("all", "suspects.parquet").is_subset(&ids("next", "changes.parquet")));
    for (flags, said) in [
        (&["--previous", "all"][..], "the earlier report is masked and this one is not"),
        (&["--previous", "all", "--mask", "other.key"], "masked with another key"),
        (&["--previous", "plain", "--mask", "mask.key"], "this report is masked and the earlier one is not"),
    ] {
        let run = world.reconcile("never", flags).expect(2);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    // Of encrypted nights they are encrypted as these are.
    let sensitive = ["--quiet", "--encrypt", "enc.key", "--encrypt-columns", "sensitive"];
    world.reconcile("hidden", &sensitive).expect(0);
    world.reconcile("hidden-next", &[&sensitive[..], &["--previous", "hidden"]].concat()).expect(0);
    let mut run = command();
    let diff =
        ["diff", "hidden", "hidden-next", "--key", "enc.key", "--out", "hidden-changes", "--format", "json"];
    let told: serde_json::Value =
        serde_json::from_str(&world.go(run.args(diff)).expect(0).stdout).expect("JSON");
    assert_eq!(told["protection"]["encrypted_columns"], "sensitive");
    let bytes = fs::read(world.path("hidden-changes/changes.parquet")).expect("a table");
    let id = &world.table("plain", "corrections.parquet").values("case_id")[0];
    assert!(!bytes.windows(id.len()).any(|part| part == id.as_bytes()));
    let mut run = command();
    world.go(run.args(["diff", "hidden", "hidden-next"])).expect(1);
    let mut run = command();
    world.go(run.args(["diff", "plain", "all"])).expect(2);
    world.dedupe("people", &["--mask", "mask.key"]).expect(0);
    world.validate("checked", &["--mask", "mask.key"]).expect(0);
    let mut seen = BTreeSet::new();
    for report in ["all", "next", "people", "checked"] {
        for name in names(&world.path(report)).iter().filter(|name| name.ends_with(".parquet")) {
            let file = File::open(world.path(report).join(name)).expect("a table");
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
            seen.extend(leaves(reader.schema()).into_iter().map(|(_, column)| column));
        }
    }
    let known: BTreeSet<String> = COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let strange: Vec<_> = seen.difference(&known).collect();
    assert!(strange.is_empty(), "not in COLUMNS: {strange:?}");
    let unused: Vec<_> = known.difference(&seen).collect();
    assert!(unused.is_empty(), "in COLUMNS, and in no table: {unused:?}");
}

#[test]
fn a_masked_report_is_the_plain_one_under_other_names() {
    let world = world();
    world.reconcile("masked", &["--quiet", "--mask", "mask.key", "--threads", "3"]).expect(0);
    world.reconcile("again", &["--quiet", "--mask", "env:MASK_KEY", "--threads", "1"]).expect(2);
    let mut run = command();
    run.env("MASK_KEY", MASK).args(["reconcile", "--as-of", "2026-01-01", "--quiet", "--threads", "1"]);
    for dataset in util::DATASETS {
        run.arg(format!("--{dataset}")).arg(world.path("world").join(format!("{dataset}.csv")));
    }
    world.go(run.args(["--mask", "env:MASK_KEY", "--out"]).arg(world.path("again"))).expect(0);
    assert_eq!(digests(&world.path("masked")), digests(&world.path("again")), "the same key, the same bytes");

    for (file, column, kind) in [
        ("corrections.parquet", "case_id", "case"),
        ("corrections.parquet", "iin", "iin"),
        ("corrections.parquet", "document_number", "document"),
        ("suspects.parquet", "case_id", "case"),
        ("suspects.parquet", "ring_id", "case"),
        ("duplicates.parquet", "best_partner", "iin"),
        ("duplicates.parquet", "cluster_id", "case"),
    ] {
        let plain = world.table("plain", file).values(column);
        let mut masked = world.table("masked", file).values(column);
        let values: BTreeSet<String> = plain.iter().filter(|value| !value.is_empty()).cloned().collect();
        assert!(!values.is_empty(), "{file} {column}");
        let of = world.masked(kind, &values);
        assert_eq!(of.values().collect::<BTreeSet<_>>().len(), values.len(), "no two share a pseudonym");
        let mut expected: Vec<String> =
            plain.iter().map(|value| of.get(value).cloned().unwrap_or_default()).collect();
        let in_order = masked == expected && file == "corrections.parquet";
        assert!(!in_order, "rows stand in the order of numbers");
        masked.sort();
        expected.sort();
        assert_eq!(masked, expected, "{file} {column}");
    }
    // What is nobody's stays.
    for (file, columns) in [
        (
            "corrections.parquet",
            &["kind", "field", "document_country", "since", "confidence", "registry_row"][..],
        ),
        ("suspects.parquet", &["score", "band", "evidence_id", "registry_row"]),
        ("defects.parquet", &["dataset", "row", "field", "check"]),
    ] {
        let sorted = |report: &str| {
            let mut rows = world.table(report, file).select(columns);
            rows.sort();
            rows
        };
        assert_eq!(sorted("plain"), sorted("masked"), "{file}");
    }
    assert!(world.table("masked", "rejects.parquet").values("raw").iter().all(String::is_empty));
    assert!(world.table("plain", "rejects.parquet").values("raw").iter().any(|raw| !raw.is_empty()));
    let [plain, masked] = ["plain", "masked"].map(|report| run_json(&world.path(report)));
    assert_eq!(plain["counts"], masked["counts"]);
    assert!(plain.get("protection").is_none(), "nothing is said where nothing is protected");
    assert_ne!(plain["config_fingerprint"], masked["config_fingerprint"]);
}

#[test]
fn our_own_words_stay_in_masked_sentences() {
    let world = world();
    world.reconcile("sentences", &["--quiet", "--mask", "mask.key"]).expect(0);
    world.dedupe("people-plain", &[]).expect(0);
    world.dedupe("people-masked", &["--mask", "mask.key"]).expect(0);
    let words = |report: &str, file: &str, column: &str| -> BTreeSet<String> {
        let texts = world.table(report, file).values(column).join(" ");
        let words = texts.split(|c: char| c.is_whitespace() || "(),;:.%".contains(c));
        words
            .filter(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
            .map(str::to_owned)
            .collect()
    };
    for (plain, masked, file, column) in [
        ("plain", "sentences", "suspects.parquet", "signals"),
        ("plain", "sentences", "rings.parquet", "binds"),
        ("plain", "sentences", "defects.parquet", "message"),
        ("people-plain", "people-masked", "suspects.parquet", "signals"),
    ] {
        let (plain, masked) = (words(plain, file, column), words(masked, file, column));
        let mut lost: BTreeSet<_> = plain.difference(&masked).collect();
        // The sex that a message repeats, and the date that stands for a date.
        lost.retain(|word| !["female", "male"].contains(&word.as_str()));
        assert!(lost.is_empty() && plain.len() > 10, "{file}: add these to WORDS: {lost:?} {plain:?}");
    }
}

#[test]
fn people_decide_on_the_ids_that_they_read() {
    let world = world();
    world.reconcile("before", &["--quiet", "--mask", "mask.key"]).expect(0);
    let suspects = world.table("before", "suspects.parquet").select(&["case_id", "evidence_id"]);
    let decisions =
        format!("case_id,decision,evidence_id\n{},dismissed,{}\n", suspects[0][0], suspects[0][1]);
    let decisions = world.scratch.write("masked-decisions.csv", decisions);
    let decisions = decisions.to_str().expect("text");
    world.reconcile("after", &["--quiet", "--mask", "mask.key", "--decisions", decisions]).expect(0);
    assert_eq!(world.table("after", "dismissed.parquet").values("case_id"), [suspects[0][0].clone()]);
    // Of another key nothing is known, and that is counted.
    world.reconcile("elsewhere", &["--quiet", "--mask", "other.key", "--decisions", decisions]).expect(0);
    assert_eq!(run_json(&world.path("elsewhere"))["decisions"]["not_found"], 1);
}

#[test]
fn an_encrypted_report_opens_with_its_key_alone() {
    let world = world();
    world.reconcile("whole", &["--quiet", "--encrypt", "enc.key"]).expect(0);
    world
        .reconcile("columns", &["--quiet", "--encrypt", "enc.key", "--encrypt-columns", "sensitive"])
        .expect(0);
    let iin = world.table("plain", "suspects.parquet").values("iin")[0].clone();
    let explain = |report: &str, more: &[&str]| {
        let mut run = command();
        world.go(run.arg("explain").arg(report).arg(&iin).args(more))
    };
    let told =
        |run: Run| run.stdout.lines().filter(|line| !line.contains(" a night as of ")).collect::<String>();
    let plain = told(explain("plain", &[]).expect(0));
    for report in ["whole", "columns"] {
        let bytes: Vec<u8> = names(&world.path(report))
            .iter()
            .filter(|name| name.ends_with(".parquet"))
            .flat_map(|name| fs::read(world.path(report).join(name)).expect("a table"))
            .collect();
        let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!holds(&iin));
        assert_eq!(holds("registered_value"), report == "columns", "the names of columns");
        assert_eq!(told(explain(report, &["--key", "enc.key"]).expect(0)), plain);
        let both = ["--key", "other.key", "--key", "enc.key"];
        assert_eq!(told(explain(report, &both).expect(0)), plain, "keys of earlier nights");
        let said = explain(report, &[]).expect(1).stderr;
        assert!(said.contains("no key was given") && said.contains("--key"), "{said}");
        let said = explain(report, &["--key", "other.key"]).expect(1).stderr;
        assert!(said.contains("with another key"), "{said}");
        let told = run_json(&world.path(report));
        assert_eq!(told["counts"], run_json(&world.path("plain"))["counts"]);
        iinrec([Path::new("verify"), &world.path(report)]).expect(0);
    }
    assert_eq!(told(explain("plain", &["--key", "enc.key"]).expect(0)), plain, "a key too many does no harm");
}

#[test]
fn the_clusters_of_an_encrypted_run_are_kept() {
    let world = world();
    world.dedupe("people-first", &["--encrypt", "enc.key"]).expect(0);
    let page = fs::read_to_string(world.path("people-first/report.html")).expect("a page");
    assert!(page.contains("no value of any record") && !page.contains("C000000001"));
    world.dedupe("people-then", &["--previous", "people-first", "--key", "enc.key"]).expect(0);
    world.dedupe("people-alone", &[]).expect(0);
    let ids = |report: &str| world.table(report, "clusters.parquet").values("cluster_id");
    assert_eq!(ids("people-then"), ids("people-alone"));
    let said = world.dedupe("people-never", &["--previous", "people-first"]).expect(1).stderr;
    assert!(said.contains("no key was given"), "{said}");
    world.dedupe("people-hidden", &["--mask", "mask.key"]).expect(0);
    let said =
        world.dedupe("people-never", &["--previous", "people-hidden", "--mask", "mask.key"]).expect(2).stderr;
    assert!(said.contains("is masked"), "{said}");
    let page = fs::read_to_string(world.path("people-hidden/report.html")).expect("a page");
    let shown = ids("people-hidden").into_iter().any(|id| page.contains(&id));
    assert!(shown && !ids("people-alone").into_iter().any(|id| page.contains(&id)));
}

#[test]
fn a_masked_report_is_explained_by_whoever_holds_the_key() {
    let world = world();
    world.reconcile("told", &["--quiet", "--mask", "mask.key"]).expect(0);
    let suspects = world.table("told", "suspects.parquet");
    let plain = world.table("plain", "suspects.parquet").values("iin");
    let explain = |case: &str, more: &[&str]| {
        let mut run = command();
        world.go(run.args(["explain", "told", case]).args(more))
    };
    let said = explain(&plain[0], &[]).expect(2).stderr;
    assert!(said.contains("no number stands in it") && !said.contains(&plain[0]), "{said}");
    let said = explain(&plain[0], &["--mask", "other.key"]).expect(2).stderr;
    assert!(said.contains("with another key"), "{said}");
    let pseudonym = world.masked("iin", &[plain[0].clone()].into())[&plain[0]].clone();
    for (case, more) in [
        (plain[0].as_str(), &["--mask", "mask.key"][..]),
        (pseudonym.as_str(), &[]),
        (
            suspects.values("case_id")
                [suspects.values("iin").iter().position(|iin| *iin == pseudonym).expect("it")]
            .as_str(),
            &[],
        ),
    ] {
        let story = explain(case, more).expect(0).stdout;
        assert!(story.contains(&plain[0]), "the rows are those of the files: {story}");
        assert!(story.contains("which is the score"), "{story}");
        assert!(story.contains("pseudonyms"), "{story}");
    }
}

/// A copy of a signed report.
fn copy(world: &World, name: &str) -> PathBuf {
    static SIGNED: OnceLock<()> = OnceLock::new();
    SIGNED.get_or_init(|| {
        world.reconcile("signed", &["--quiet", "--sign", "sign.pem"]).expect(0);
    });
    let to = world.path(name);
    fs::create_dir(&to).expect("a folder");
    for file in names(&world.path("signed")) {
        fs::copy(world.path("signed").join(&file), to.join(&file)).expect("a copy");
    }
    to
}

#[test]
fn tampering_shows() {
    type Tamper = fn(&Path);
    fn edit(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(path).expect("a file");
        change(&mut bytes);
        fs::write(path, bytes).expect("the file again");
    }
    fn json(path: &Path, change: impl FnOnce(&mut serde_json::Value)) {
        let mut value = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
        change(&mut value);
        fs::write(path, serde_json::to_vec_pretty(&value).expect("JSON")).expect("the file again");
    }
    let world = world();
    let verify = |folder: &Path, more: &[&str]| {
        let mut run = command();
        world.go(run.arg("verify").arg(folder).args(more))
    };
    let key = ["--public-key", "public.pem"];
    let good = copy(world, "good");
    assert!(verify(&good, &key).expect(0).stdout.contains("The signature is good"));
    assert!(verify(&good, &[]).expect(0).stdout.contains("--public-key FILE can tell"));
    assert!(verify(&world.path("plain"), &[]).expect(0).stdout.contains("only consistency"));
    assert!(verify(&world.path("plain"), &key).expect(1).stdout.contains("was never signed"));

    // Each with what is said, and whether it shows without the public key.
    let cases: [(&str, &str, bool, Tamper); 13] = [
        ("a bit in the middle", "corrections.parquet is not what", true, |r| {
            edit(&r.join("corrections.parquet"), |bytes| {
                let at = bytes.len() / 2;
                bytes[at] ^= 1;
            });
        }),
        ("a byte more", "rings.parquet is not what", true, |r| {
            edit(&r.join("rings.parquet"), |bytes| bytes.push(0))
        }),
        ("an empty file", "suspects.parquet is not what", true, |r| {
            edit(&r.join("suspects.parquet"), Vec::clear)
        }),
        ("a file less", "defects.parquet is missing", true, |r| {
            fs::remove_file(r.join("defects.parquet")).expect("removed");
        }),
        ("a file more", "note.txt was added", true, |r| fs::write(r.join("note.txt"), "x").expect("written")),
        ("a hidden file", ".x was added", true, |r| fs::write(r.join(".x"), "x").expect("written")),
        ("a link", "duplicates.parquet is no file", true, |r| {
            fs::rename(r.join("duplicates.parquet"), r.with_extension("moved")).expect("moved");
            symlink(r.with_extension("moved"), r.join("duplicates.parquet")).expect("linked");
        }),
        ("two files for each other", "corrections.parquet is not what", true, |r| {
            fs::rename(r.join("corrections.parquet"), r.join("x")).expect("moved");
            fs::rename(r.join("rings.parquet"), r.join("corrections.parquet")).expect("moved");
            fs::rename(r.join("x"), r.join("rings.parquet")).expect("moved");
        }),
        ("another count in the account", "does not fit run.json", true, |r| {
            json(&r.join("run.json"), |run| run["counts"]["duplicates"] = 9.into());
        }),
        ("an account that leads out", "outside of the report", true, |r| {
            json(&r.join("run.json"), |run| run["outputs"][0]["file"] = "../plain/rings.parquet".into());
        }),
        ("a bit of the signature", "does not fit", true, |r| {
            json(&r.join("signature.json"), |file| {
                let text = file["signature"].as_str().expect("text").to_owned();
                let other = if text.starts_with('A') { "B" } else { "A" };
                file["signature"] = format!("{other}{}", &text[1..]).into();
            });
        }),
        ("no signature", "signature.json is missing", true, |r| {
            fs::remove_file(r.join("signature.json")).expect("removed");
        }),
        ("a table, its digest, and a signature of one's own", "with another key", false, |r| {
            // What somebody does who knows how it works, with all of iinrec at hand.
            let parent = r.parent().expect("a folder");
            let own = parent.join("own.pem");
            fs::write(&own, "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g\n-----END PRIVATE KEY-----\n").expect("a key");
            let mut run = command();
            run.args(["reconcile", "--as-of", "2026-01-02", "--quiet", "--overwrite", "--sign"]).arg(own);
            run.arg("--registry").arg(parent.join("world/registry.csv"));
            run.arg("--documents").arg(parent.join("world/documents.csv"));
            finish(run.arg("--out").arg(r)).expect(0);
        }),
    ];
    for (number, (what, expected, shows, tamper)) in cases.into_iter().enumerate() {
        let folder = copy(world, &format!("tampered-{number}"));
        tamper(&folder);
        let run = verify(&folder, &key).expect(1);
        assert!(run.stdout.contains(expected), "{what}: {}", run.stdout);
        assert!(run.stderr.contains("not what was published"), "{what}");
        verify(&folder, &[]).expect(i32::from(shows));
        let run = verify(&folder, &["--public-key", "public.pem", "--format", "json"]).expect(1);
        let told: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(told["sound"], false, "{what}");
    }
}

#[test]
fn every_job_signs() {
    let world = world();
    world.dedupe("people-signed", &["--sign", "sign.pem"]).expect(0);
    world
        .validate("checked-signed", &["--sign", "sign.pem", "--encrypt", "enc.key", "--mask", "mask.key"])
        .expect(0);
    for report in ["people-signed", "checked-signed"] {
        let mut run = command();
        let run = world
            .go(run.args(["verify", report, "--public-key", "public.pem", "--format", "json"]))
            .expect(0);
        let told: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!((&told["sound"], &told["signature"]), (&true.into(), &"good".into()));
        assert_eq!(told["files"], run_json(&world.path(report))["outputs"].as_array().expect("a list").len());
    }
}

#[test]
fn what_cannot_protect_is_refused_before_anything_is_read() {
    let world = world();
    world.scratch.write("words.key", "correct horse battery staple");
    world.scratch.write("empty.key", "");
    world.scratch.write("large.key", vec![b'a'; 100_000]);
    for (flags, said) in [
        (&["--encrypt", "words.key"][..], "no key but a text"),
        (&["--mask", "empty.key"], "is empty"),
        (&["--encrypt", "large.key"], "too large"),
        (&["--sign", "enc.key"], "no private Ed25519 key"),
        (&["--sign", "public.pem"], "public key"),
        (&["--encrypt", "env:NOBODY_SET_THIS"], "NOBODY_SET_THIS"),
        (&["--mask", "env:"], "env:IINREC_KEY"),
        (&["--encrypt-columns", "sensitive"], "--encrypt <KEY>"),
        (&["--encrypt", "enc.key", "--encrypt-columns", "names"], "`names` is no column"),
    ] {
        let run = world.reconcile("never", &[&["--quiet"], flags].concat()).expect(2);
        assert!(run.stderr.contains(said), "{flags:?}: {}", run.stderr);
        assert!(!run.stderr.contains("horse"), "{}", run.stderr);
        assert!(!world.path("never").exists());
    }
    let run = world.reconcile("never", &["--encrypt", "enc.key", "--also", "csv"]).expect(2);
    assert!(run.stderr.contains("cannot be encrypted"), "{}", run.stderr);
    let run = world.reconcile("never", &["--mask", "no-such.key"]).expect(1);
    assert!(run.stderr.contains("no-such.key"), "{}", run.stderr);
    let open = world.scratch.write("open.key", ENCRYPT);
    fs::set_permissions(open, fs::Permissions::from_mode(0o644)).expect("a mode");
    let run = world.reconcile("warned", &["--quiet", "--encrypt", "open.key"]).expect(0);
    assert!(run.stderr.contains("chmod 600 open.key"), "{}", run.stderr);
    for report in ["public.pem", "world", "no-such-folder"] {
        let mut run = command();
        world.go(run.arg("verify").arg(report)).expect(1);
    }
    let mut run = command();
    world.go(run.args(["verify", "plain", "--public-key", "sign.pem"])).expect(2);
}

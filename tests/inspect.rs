//! `iinrec inspect`: exports of several kinds looked at by the real binary, and what it prints taken at its word.

mod util;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use serde_json::Value;
use util::{Run, Scratch, finish, iin, run_json};

fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    finish(util::command().current_dir(folder).args(arguments))
}

/// What `--format json` says of one file.
fn json(folder: &Path, arguments: &[&str]) -> Value {
    let run =
        run_in(folder, &[&["inspect", "--format", "json", "--as-of", "2026-01-01"], arguments].concat());
    let found: Value = serde_json::from_str(&run.expect(0).stdout).expect("JSON");
    found.as_array().expect("a list")[0].clone()
}

/// The columns by header.
fn column<'a>(found: &'a Value, header: &str) -> &'a Value {
    let columns = found["columns"].as_array().expect("columns");
    columns.iter().find(|column| column["header"] == header).unwrap_or_else(|| panic!("no column {header}"))
}

const SURNAMES: [&str; 8] = ["Иванов", "Петрова", "Ким", "Қасымов", "Әлиева", "Ли", "Сейтқали", "Юсупова"];

/// Two hundred people of whom every other is a woman; sex is coded 1 = female. `;`, Russian headers, CRLF.
fn registry() -> String {
    let mut text = "Код клиента;Фамилия;Имя;Дата рождения;Пол;Гражданство;Телефон;Выдан;Прим\r\n".to_owned();
    for n in 0..200u32 {
        let (year, month, day) = (50 + n % 50, 1 + n % 12, 1 + n % 28);
        let woman = n % 2 == 0;
        let number = iin(&format!("{year:02}{month:02}{day:02}"), if woman { 4 } else { 3 }, 1000 + n);
        let birth = if n < 4 { "-".to_owned() } else { format!("{day:02}.{month:02}.19{year:02}") };
        text += &format!(
            "{number};{};Аян{};{birth};{};{};+7701{:07};{:02}/{:02}/2019;\r\n",
            SURNAMES[n as usize % 8],
            ["", "а", "ур"][n as usize % 3],
            if woman { 1 } else { 2 },
            ["398", "860", "643", "31"][n as usize % 4],
            1_000_000 + n * 31,
            1 + n % 12,
            1 + n % 11,
        );
    }
    text
}

#[test]
fn an_export_is_explained_and_its_reading_pinned() {
    let scratch = Scratch::new();
    scratch.write("people.csv", registry());
    let found = json(scratch.path(), &["people.csv"]);
    assert_eq!(
        (&found["dataset"], &found["records"], &found["exact"]),
        (&"registry".into(), &200.into(), &true.into())
    );
    let text = &found["text"];
    assert_eq!((&text["encoding"], &text["delimiter"]), (&"utf-8".into(), &";".into()));
    assert_eq!((&text["crlf"], &text["lf"]), (&201.into(), &0.into()));
    assert_eq!(text["first_non_ascii"], 0);

    let number = column(&found, "Код клиента");
    assert!(number["role"].is_null());
    assert_eq!(number["looks_like"]["what"], "valid IINs");
    assert_eq!(number["looks_like"]["roles"][0], "iin");
    assert_eq!((&number["distinct"], &number["distinct_exact"]), (&200.into(), &true.into()));
    assert_eq!(number["shapes"][0], serde_json::json!(["999999999999", 200]));
    let birth = column(&found, "Дата рождения");
    assert_eq!(
        (&birth["role"], &birth["placeholders"], &birth["malformed"]),
        (&"birth_date".into(), &4.into(), &0.into())
    );
    assert_eq!(birth["dates"], serde_json::json!({"DD.MM.YYYY": 196}));
    assert_eq!(column(&found, "Гражданство")["countries"], serde_json::json!({"numeric": 200}));
    assert_eq!(column(&found, "Прим")["notes"][0], "says nothing in any record");
    let issued = column(&found, "Выдан");
    assert!(issued["notes"].to_string().contains("may be DD/MM or MM/DD"), "{issued}");
    // The IIN has no role yet, so nothing can be said of the codes of sex.
    assert_eq!(column(&found, "Пол")["sexes"], serde_json::json!([]));

    // With the suggested role the codes of sex are seen to be the other way round.
    let found = json(scratch.path(), &["people.csv", "--column", "Код клиента=iin"]);
    let sexes = &column(&found, "Пол")["sexes"];
    assert_eq!(
        sexes[0],
        serde_json::json!({"code": "1", "read_as": "male", "records": 100, "iin_male": 0, "iin_female": 100})
    );
    let toml = found["toml"].as_str().expect("text");
    assert!(toml.contains("sex = { \"1\" = \"female\", \"2\" = \"male\" }"), "{toml}");
    assert!(toml.contains("\"Код клиента\" = \"iin\"") && toml.contains("\"Прим\" = \"ignore\""), "{toml}");

    // What it prints is a configuration with which the file is read without a word about sexes.
    scratch.write("documents.csv", "document_country,document_number\n");
    scratch.write("night.toml", format!("{toml}[datasets.documents]\nfiles = [\"documents.csv\"]\n"));
    run_in(scratch.path(), &["config", "night.toml"]).expect(0);
    let night = ["reconcile", "--config", "night.toml", "--out", "out", "--as-of", "2026-01-01"];
    run_in(scratch.path(), &night).expect(0);
    let report = run_json(&scratch.join("out"));
    assert_eq!(report["inputs"][0]["accepted"], 200);
    assert!(report["counts"]["defects"].get("iin_sex_differs").is_none(), "{}", report["counts"]);

    // And so are its options.
    let options = found["options"].as_array().expect("options");
    let words: Vec<String> = options
        .iter()
        .flat_map(|option| {
            option.as_str().expect("text").split_once(' ').map(|(a, b)| [a.to_owned(), b.replace('\'', "")])
        })
        .flatten()
        .collect();
    assert!(words.contains(&"Код клиента=iin".to_owned()), "{words:?}");
    let mut typed = vec!["validate", "people.csv"];
    typed.extend(words.iter().map(String::as_str));
    let checked = run_in(scratch.path(), &typed).expect(0);
    assert!(checked.stdout.contains("Checked 200 records"), "{}", checked.stdout);
}

#[test]
fn no_value_of_a_record_is_printed() {
    let scratch = Scratch::new();
    scratch.write("people.csv", registry());
    let text =
        run_in(scratch.path(), &["inspect", "people.csv", "--column", "Код клиента=iin"]).expect(0).stdout;
    let found = json(scratch.path(), &["people.csv"]).to_string();
    for line in registry().lines().skip(1) {
        for cell in line.split(';').filter(|cell| cell.chars().count() > 3) {
            assert!(!text.contains(cell), "{cell} is printed:\n{text}");
            assert!(!found.contains(cell), "{cell} is in the JSON");
        }
    }
    assert!(text.contains("999999999999") && text.contains("Аа…"), "{text}");
    assert!(text.contains("the IINs beside it say the opposite"), "{text}");
    assert!(text.contains("[datasets.registry]"), "{text}");
}

#[test]
fn damage_is_counted() {
    let scratch = Scratch::new();
    let good = iin("900304", 3, 9000);
    let mut text = "iin,surname,given_name,birth_date,document_expiry_date\n".to_owned();
    for n in 0..300 {
        let number = if n % 3 == 0 { "900304390005" } else { good.as_str() };
        let expiry = if n % 2 == 0 { "2099-01-01".to_owned() } else { format!("{}-05-06", 1900 + n / 2) };
        text += &format!("{number},A,B,13/25/1990,{expiry}\n");
    }
    text += "1,2\n";
    text += "1,\"2\n";
    scratch.write("damaged.csv", text);
    let found = json(scratch.path(), &["damaged.csv"]);
    assert_eq!((&found["records"], &found["accepted"]), (&302.into(), &300.into()));
    assert_eq!(found["rejected"], serde_json::json!({"field_count": 1, "unclosed_quote": 1}));
    assert_eq!(column(&found, "iin")["malformed"], 100);
    assert_eq!(column(&found, "birth_date")["malformed"], 300);
    let expiry = column(&found, "document_expiry_date")["notes"].to_string();
    assert!(expiry.contains("2099-01-01 stands in"), "{expiry}");

    let months = "iin,birth_date\n".to_owned() + &format!("{good},02/23/1990\n").repeat(3);
    scratch.write("months.csv", months);
    let found = json(scratch.path(), &["months.csv"]);
    let notes = column(&found, "birth_date")["notes"].to_string();
    assert!(notes.contains("3 dates can only be MM/DD/YYYY"), "{notes}");
    assert_eq!(found["missing"], serde_json::json!(["surname", "given_name"]));
}

#[test]
fn parquet_packed_files_and_standard_input_are_looked_at_too() {
    let scratch = Scratch::new();
    let numbers: Vec<String> = (0..50).map(|n| iin("900304", 3, 1000 + n)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("person", Arc::new(StringArray::from(numbers.clone()))),
        ("amount", Arc::new(Int64Array::from_iter_values(0..50))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let file = File::create(scratch.join("x.parquet")).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let found = json(scratch.path(), &["x.parquet", "--as", "activity"]);
    assert_eq!((&found["dataset"], &found["records"]), (&"activity".into(), &50.into()));
    assert!(found["text"].is_null());
    assert_eq!(column(&found, "person")["looks_like"]["roles"][0], "iin");
    let toml = found["toml"].as_str().expect("text");
    assert!(!toml.contains("encoding") && toml.contains("\"person\" = \"iin\""), "{toml}");
    scratch.write("x.toml", toml);
    run_in(scratch.path(), &["config", "x.toml"]).expect(0);

    let text = format!("iin\n{}\n", numbers.join("\n"));
    scratch.write("plain.csv", &text);
    let plain = json(scratch.path(), &["plain.csv"]);
    let packed = std::process::Command::new("gzip").arg("-k").arg(scratch.join("plain.csv")).status();
    if packed.is_ok_and(|status| status.success()) {
        let packed = json(scratch.path(), &["plain.csv.gz"]);
        assert_eq!(packed["columns"], plain["columns"]);
    }
    let mut piped = util::command();
    piped
        .args(["inspect", "--format", "json", "-"])
        .stdin(File::open(scratch.join("plain.csv")).expect("a file"));
    let output = piped.output().expect("the binary starts");
    let piped: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(piped[0]["columns"], plain["columns"]);
}

#[test]
fn of_a_large_file_a_sample_is_read_unless_all_is_asked_for() {
    let scratch = Scratch::new();
    let good = iin("900304", 3, 9000);
    // 36 MB, more than is read whole, in few and long records.
    let rows = 18_000;
    let row = format!("{good},2020-01-01,{}\n", "tax payment ".repeat(166));
    let text = "iin,occurred_on,kind\n".to_owned() + &row.repeat(rows);
    scratch.write("large.csv", text);
    let sampled = json(scratch.path(), &["large.csv"]);
    assert_eq!(sampled["exact"], false);
    let records = sampled["records"].as_u64().expect("a number");
    assert!(records > 5_000 && records < rows as u64 / 2, "{records}");
    assert!(sampled["sampled_percent"].as_u64().is_some_and(|percent| (10..60).contains(&percent)));
    assert_eq!(column(&sampled, "iin")["distinct"], 1);
    let all = json(scratch.path(), &["large.csv", "--full"]);
    assert_eq!((&all["records"], &all["exact"]), (&rows.into(), &true.into()));
}

#[test]
fn the_same_at_any_number_of_threads() {
    let scratch = Scratch::new();
    let mut text = "iin;kind;occurred_on\n".to_owned();
    // Three pieces of long records.
    for n in 0..12_000u32 {
        let kind = format!("event {} ", n % 3000).repeat(70);
        text += &format!("{:012};{kind};2020-01-{:02}\n", u64::from(n) * 977, 1 + n % 28);
    }
    scratch.write("a.csv", text);
    let of = |threads: &str| json(scratch.path(), &["a.csv", "--threads", threads]);
    let one = of("1");
    assert_eq!(one["records"], 12_000);
    assert_eq!(one, of("3"));
}

#[test]
fn what_is_refused() {
    let scratch = Scratch::new();
    scratch.write("x.csv", "iin\n");
    for (arguments, code, words) in [
        (&["x.csv", "--as", "people"][..], 2, "no dataset"),
        (&["none.csv"], 1, "none.csv"),
        (&[], 2, "FILE"),
    ] {
        let run = run_in(scratch.path(), &[&["inspect"], arguments].concat()).expect(code);
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
    // A header alone is looked at like any other file.
    let found = json(scratch.path(), &["x.csv"]);
    assert_eq!((&found["records"], &found["columns"][0]["role"]), (&0.into(), &"iin".into()));
}

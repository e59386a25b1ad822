//! `iinrec reconcile`: golden folders at several thread counts, the forms of inputs, and the report itself.
//!
//! Every folder of `testdata/cases` is run by the real binary and must give what its `expected.csv` says;
//! `UPDATE_CASES=1 cargo test --test reconcile golden` writes these files anew, for a person to review.

mod util;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use util::{
    DOCUMENTS, REGISTRY, Run, Scratch, Table, digests, iin, iinrec, names, reconcile, run_json, small_world,
};

const CORRECTION_COLUMNS: [&str; 10] = [
    "iin",
    "kind",
    "field",
    "registered_value",
    "current_value",
    "document_number",
    "basis",
    "ambiguous",
    "since",
    "age_days",
];

/// Every folder with a `WHY` below a folder, sorted.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in names(folder) {
        let path = folder.join(name);
        if path.join("WHY").is_file() {
            found.push(path);
        } else if path.is_dir() {
            found.extend(cases(&path));
        }
    }
    found
}

fn cases_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases")
}

/// Corrections and signals of a report, one a line, as `expected.csv` holds them.
fn projection(report: &Path) -> String {
    let mut out = format!("file,{}\n", CORRECTION_COLUMNS.join(",").replace("kind", "code"));
    for row in Table::read(&report.join("corrections.parquet")).select(&CORRECTION_COLUMNS) {
        writeln!(out, "corrections,{}", row.join(",")).expect("memory takes all");
    }
    let mut signals: Vec<String> = Vec::new();
    for row in Table::read(&report.join("suspects.parquet")).select(&["iin", "signals"]) {
        for signal in row[1].lines() {
            let code = signal.split(' ').next().expect("a code");
            signals.push(format!("suspects,{},{code},,,,,,,,\n", row[0]));
        }
    }
    signals.sort();
    out + &signals.concat()
}

#[test]
fn golden_folders() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut wrong = String::new();
    let root = cases_root();
    let cases = cases(&root);
    assert!(cases.len() >= 33, "{} cases", cases.len());
    for case in &cases {
        let name = case.strip_prefix(&root).expect("below the root").display();
        let scratch = Scratch::new();
        let (registry, documents) = (case.join("registry.csv"), case.join("documents.csv"));
        let (activity, config) = (case.join("activity.csv"), case.join("config.toml"));
        let mut first: Option<BTreeMap<String, String>> = None;
        for threads in ["1", "2", "7"] {
            let out = scratch.join(threads);
            let mut more = vec!["--threads", threads];
            if activity.is_file() {
                more.extend(["--activity", activity.to_str().expect("a plain path")]);
            }
            if config.is_file() {
                more.extend(["--config", config.to_str().expect("a plain path")]);
            }
            reconcile(&[&registry], &[&documents], &out, &more).expect(0);
            let digests = digests(&out);
            let first = first.get_or_insert_with(|| digests.clone());
            assert_eq!(*first, digests, "{name}: {threads} threads give other bytes than one");
        }
        let found = projection(&scratch.join("1"));
        let expected = case.join("expected.csv");
        if update {
            fs::write(&expected, &found).expect("testdata can be written");
        }
        let expected = fs::read_to_string(expected).unwrap_or_default();
        if found != expected {
            writeln!(wrong, "{name}\nexpected:\n{expected}found:\n{found}").expect("memory takes all");
        }
        // What the folder is named for is what is found in it, whatever expected.csv says.
        let code = case.file_name().expect("a folder").to_string_lossy().into_owned();
        let codes: BTreeSet<&str> = found.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
        match name.to_string().starts_with("must_not/") {
            true => assert!(codes.is_empty(), "{name}: {codes:?}"),
            false => assert!(codes.contains(code.as_str()), "{name}: only {codes:?}"),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Corrections without the numbers of rows, for the same data in another form.
fn findings(report: &Path) -> Vec<Vec<String>> {
    Table::read(&report.join("corrections.parquet")).rows
}

/// The small world as plain CSV: its findings.
fn plain() -> Vec<Vec<String>> {
    let scratch = Scratch::new();
    let (registry, documents) = small_world();
    let (r, d) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    reconcile(&[&r], &[&d], &scratch.join("out"), &[]).expect(0);
    let found = findings(&scratch.join("out"));
    let kinds: Vec<&str> = found.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(kinds, ["document_replaced", "document_invalidated", "birth_date_differs"]);
    found
}

/// Runs a form of the small world and requires the findings of the plain one.
#[track_caller]
fn same(what: &str, registry: impl AsRef<[u8]>, documents: impl AsRef<[u8]>, more: &[&str]) {
    let scratch = Scratch::new();
    let (r, d) = (scratch.write("r.csv", registry), scratch.write("d.csv", documents));
    let run = reconcile(&[&r], &[&d], &scratch.join("out"), more).expect(0);
    assert_eq!(findings(&scratch.join("out")), plain(), "{what}\n{}", run.stdout);
    assert_eq!(Table::read(&scratch.join("out/rejects.parquet")).len(), 0, "{what}");
}

/// The small world with other delimiters; its one quoted field holds a comma and a quote.
fn delimited(text: &str, delimiter: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        match c {
            ',' if !quoted => out.push_str(delimiter),
            c => out.push(c),
        }
    }
    out
}

#[test]
fn delimiters_line_ends_and_a_byte_order_mark() {
    let (r, d) = small_world();
    for delimiter in [";", "\t", "|"] {
        same(delimiter, delimited(&r, delimiter), delimited(&d, delimiter), &[]);
    }
    same("CRLF", r.replace('\n', "\r\n"), d.replace('\n', "\r\n"), &[]);
    same("no newline at the end", r.trim_end(), d.trim_end(), &[]);
    same("blank lines at the end", format!("{r}\n\r\n\n"), format!("{d}\n"), &[]);
    same("byte order mark", format!("\u{feff}{r}"), format!("\u{feff}{d}"), &[]);
    same("dotted dates", dotted(&r), dotted(&d), &[]);
}

/// `2024-01-31` to `31.01.2024`.
fn dotted(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let cells = line.split(',').map(|cell| match cell.split('-').collect::<Vec<_>>()[..] {
            [y, m, d] if y.len() == 4 && m.len() == 2 && d.len() == 2 => format!("{d}.{m}.{y}"),
            _ => cell.to_owned(),
        });
        lines.push(cells.collect::<Vec<_>>().join(","));
    }
    lines.join("\n") + "\n"
}

/// The text with another header line.
fn headed(text: &str, header: &str) -> String {
    let (_, body) = text.split_once('\n').expect("a header");
    format!("{header}\n{body}")
}

#[test]
fn headers_in_russian_and_kazakh() {
    let (r, d) = small_world();
    let russian = (
        "ИИН,Фамилия,Имя,Дата рождения,Пол,Гражданство,Вид документа,Страна выдачи,Номер документа,Дата выдачи,\
         Срок действия,Дата присвоения,Канал",
        "Страна документа,Тип документа,Номер документа,Фамилия,Имя,Дата рождения,Пол,Гражданство,Дата выдачи,\
         Действителен до,Статус,ИИН,Предыдущий номер",
    );
    let kazakh = (
        "ЖСН,Тегі,Аты,Туған күні,Жынысы,Азаматтығы,Құжат түрі,Құжат елі,Құжат нөмірі,Берілген күні,\
         Жарамдылық мерзімі,Қалыптастырылған күні,Арна",
        "Құжат елі,Құжат түрі,Құжат нөмірі,Тегі,Аты,Туған күні,Жынысы,Азаматтығы,Берілген күні,\
         Жарамдылық мерзімі,Мәртебесі,ЖСН,Алдыңғы нөмірі",
    );
    for (registry, documents) in [russian, kazakh] {
        same(registry, headed(&r, registry), headed(&d, documents), &[]);
    }
}

/// Windows-1251 by a table of its own: Russian letters, Kazakh І, and № as it stands there.
fn windows_1251(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '\0'..='\x7f' => c as u8,
            'А'..='я' => (u32::from(c) - u32::from('А')) as u8 + 0xC0,
            'Ё' => 0xA8,
            'ё' => 0xB8,
            'І' => 0xB2,
            'і' => 0xB3,
            '№' => 0xB9,
            _ => b'?',
        })
        .collect()
}

#[test]
fn windows_1251_with_lost_kazakh_letters() {
    let (r, d) = small_world();
    let r = headed(
        &r,
        "ИИН,Фамилия,Имя,Дата рождения,Пол,Гражданство,Вид документа,Страна выдачи,Номер документа,\
         Дата выдачи,Срок действия,Дата присвоения,Канал",
    );
    let scratch = Scratch::new();
    let (r, d) = (scratch.write("r.csv", windows_1251(&r)), scratch.write("d.csv", d));
    let run = reconcile(&[&r], &[&d], &scratch.join("out"), &[]).expect(0);
    // A name with a lost letter agrees a little less surely.
    let found = |mut rows: Vec<Vec<String>>| {
        rows.iter_mut().for_each(|row| drop(row.remove(10)));
        rows
    };
    assert_eq!(found(findings(&scratch.join("out"))), found(plain()), "{}", run.stdout);
    assert_eq!(run_json(&scratch.join("out"))["inputs"][0]["format"], "csv, windows-1251, `,`");
}

#[test]
fn columns_named_by_hand() {
    let (r, d) = small_world();
    let r = r.replacen("iin,surname", "client,Surname (as printed)", 1);
    let more = ["--column", "client=iin", "--column", "Surname (as printed)=surname"];
    same("two columns", r.clone(), d.clone(), &more);
    let r = r.replacen(",channel\n", ",iin\n", 1);
    same("the column named by hand beats the detected one", r, d, &more);
}

#[test]
fn several_files_are_numbered_through() {
    let (registry, documents) = small_world();
    let scratch = Scratch::new();
    let lines: Vec<&str> = registry.lines().collect();
    let part = |name: &str, rows: &[&str]| scratch.write(name, format!("{REGISTRY}\n{}\n", rows.join("\n")));
    // The same columns in another order in the second file.
    let a = part("a.csv", &lines[1..2]);
    let second: Vec<String> = [
        "document_number,iin,surname,given_name,birth_date,document_country,document_type\n\
        AA1000003,",
        lines[3].split(',').next().expect("an IIN"),
        ",KARIMOV,RUSTAM,1978-07-17,UZB,passport\n",
    ]
    .map(str::to_owned)
    .to_vec();
    let c = scratch.write("c.csv", second.concat());
    let b = part("b.csv", &[lines[2], "broken,row"]);
    let d = scratch.write("d.csv", documents);
    reconcile(&[&a, &b, &c], &[&d], &scratch.join("out"), &[]).expect(0);
    let found = Table::read(&scratch.join("out/corrections.parquet")).select(&[
        "kind",
        "registry_row",
        "document_row",
    ]);
    assert_eq!(
        found,
        [
            ["document_replaced", "1", "2"],
            ["document_invalidated", "4", "4"],
            ["birth_date_differs", "2", "3"]
        ]
    );
    let rejects = Table::read(&scratch.join("out/rejects.parquet"));
    assert_eq!(rejects.select(&["dataset", "row", "reason"]), [["registry", "3", "field_count"]]);
    assert!(rejects.values("file")[0].ends_with("b.csv"));
    let inputs = run_json(&scratch.join("out"))["inputs"].clone();
    assert_eq!(inputs.as_array().expect("a list").len(), 4);
    for input in inputs.as_array().expect("a list") {
        let number = |key: &str| input[key].as_u64().expect("a number");
        assert_eq!(number("records"), number("accepted") + number("rejected"), "{input}");
    }
    // A folder is its files in order of name.
    let folder = scratch.join("folder");
    fs::create_dir(&folder).expect("a folder");
    for name in ["a.csv", "b.csv", "c.csv"] {
        fs::copy(scratch.join(name), folder.join(name)).expect("a copy");
    }
    reconcile(&[&folder], &[&d], &scratch.join("out2"), &[]).expect(0);
    assert_eq!(findings(&scratch.join("out")), findings(&scratch.join("out2")));
}

/// A Parquet file of the columns of a CSV text: IINs as int64, dates as date32 or timestamps, the rest text.
fn write_parquet(path: &Path, text: &str, timestamps: bool, group_rows: usize) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a record")).collect();
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        let cells: Vec<Option<&str>> =
            rows.iter().map(|row| Some(&row[at]).filter(|c| !c.is_empty())).collect();
        let day = |cell: &str| iinrec::day::parse(cell.as_bytes()).expect("a date");
        let column: ArrayRef = if header == "iin" {
            Arc::new(Int64Array::from_iter(
                cells.iter().map(|c| c.map(|c| c.parse::<i64>().expect("digits"))),
            ))
        } else if header.ends_with("date") || header == "assigned_on" {
            if timestamps {
                let moments = cells.iter().map(|c| c.map(|c| i64::from(day(c)) * 86_400_000_000));
                Arc::new(TimestampMicrosecondArray::from_iter(moments))
            } else {
                Arc::new(Date32Array::from_iter(cells.iter().map(|c| c.map(day))))
            }
        } else {
            Arc::new(StringArray::from(cells))
        };
        fields.push(Field::new(header, column.data_type().clone(), true));
        columns.push(column);
    }
    let schema = Arc::new(Schema::new(fields));
    assert!(
        !timestamps
            || schema
                .fields()
                .iter()
                .any(|f| *f.data_type() == DataType::Timestamp(TimeUnit::Microsecond, None))
    );
    let batch = RecordBatch::try_new(schema.clone(), columns).expect("columns follow the schema");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group_rows)).build();
    let file = File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
}

#[test]
fn parquet_inputs_give_what_csv_gives() {
    // The IIN of somebody born in 2002 starts with zeros, which an int64 loses.
    let young = iin("020202", 5, 9004);
    let (mut r, mut d) = small_world();
    writeln!(r, "{young},ОСПАНОВ,НҰРЛАН,2002-02-02,M,KAZ,id_card,KAZ,100000005,2018-02-02,2028-02-01,2002-03-01,in_person").expect("memory");
    writeln!(d, "KAZ,id_card,100000005,OSPANOV,NURLAN,2002-02-02,F,KAZ,2018-02-02,2028-02-01,valid,{young},")
        .expect("memory");
    let scratch = Scratch::new();
    let (rc, dc) = (scratch.write("r.csv", &r), scratch.write("d.csv", &d));
    reconcile(&[&rc], &[&dc], &scratch.join("csv"), &[]).expect(0);
    let expected = findings(&scratch.join("csv"));
    assert!(expected.iter().any(|row| row[1] == young && row[2] == "sex_differs"), "{expected:?}");
    for (timestamps, group_rows) in [(false, 1000), (true, 1000), (false, 2)] {
        let (rp, dp) = (scratch.join("r.parquet"), scratch.join("d.parquet"));
        write_parquet(&rp, &r, timestamps, group_rows);
        write_parquet(&dp, &d, timestamps, group_rows);
        reconcile(&[&rp], &[&dp], &scratch.join("parquet"), &["--overwrite"]).expect(0);
        assert_eq!(
            findings(&scratch.join("parquet")),
            expected,
            "timestamps {timestamps}, groups of {group_rows}"
        );
    }
}

#[test]
fn quoted_fields_may_hold_newlines_quotes_and_delimiters() {
    let (r, d) = small_world();
    let scratch = Scratch::new();
    let r = r.replace("KARIMOV,", "\"NAZAR\nBOEV,\"\"QODIR\"\"\r\n\",");
    let (r, d) = (scratch.write("r.csv", r), scratch.write("d.csv", d));
    reconcile(&[&r], &[&d], &scratch.join("out"), &[]).expect(0);
    let report = scratch.join("out");
    assert_eq!(run_json(&report)["inputs"][0]["records"], 3);
    let named = Table::read(&report.join("corrections.parquet")).select(&["kind", "registered_value"]);
    assert!(
        named.contains(&vec!["name_changed".to_owned(), "NAZAR\nBOEV,\"QODIR\"".to_owned()]),
        "{named:?}"
    );
}

/// A registry of more than nine megabytes whose addresses hold newlines, many of them around the places
/// where the file is cut into pieces of 4 MiB, and some records that are none.
fn large_registry() -> String {
    const PIECE: usize = 4 << 20;
    let mut text = String::from("iin,surname,given_name,birth_date,address\n");
    let body = text.len();
    let mut n = 0;
    while text.len() < 9_500_000 {
        n += 1;
        let number = format!("{:012}", 100_000_000_000u64 + n);
        let to_cut = PIECE - (text.len() - body) % PIECE;
        if to_cut < 600 {
            // Newlines, false records and doubled quotes, the cut somewhere among them.
            writeln!(
                text,
                "{number},A,B,1990-01-01,\"x\n1,2,3,4,5\n\"\"6\"\",{}\n7,8,9,10,11\n\"",
                "y\n".repeat(500)
            )
            .expect("memory");
        } else if n % 997 == 0 {
            writeln!(text, "{number},too,few").expect("memory");
        } else if n % 1009 == 0 {
            writeln!(text, "{number},A,B,1990-02-30,\"a\r\nb,\"\"c\"\"\"\r").expect("memory");
        } else {
            writeln!(text, "{number},FAMILY{n},GIVEN,1990-01-01,\"дом {n}, кв. 1\"").expect("memory");
        }
    }
    // A record that reaches across a whole piece would be too long; one of half a megabyte is not.
    writeln!(text, "999999999999,A,B,1990-02-30,\"{}\"", "z\n".repeat(250_000)).expect("memory");
    text
}

#[test]
fn a_file_in_many_pieces_is_read_as_in_one() {
    let text = large_registry();
    // The oracle: the csv crate, one record after the other.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let (mut records, mut rejected, mut impossible) = (0u64, Vec::new(), Vec::new());
    for record in reader.byte_records() {
        let record = record.expect("bytes are always read");
        records += 1;
        // The crate counts the second half of the line end before a record as its first byte.
        let at = record.position().expect("a place").byte() as usize;
        let at = if text.as_bytes()[at] == b'\n' { at + 1 } else { at };
        let place = (records.to_string(), at.to_string());
        if record.len() != 5 {
            rejected.push(place);
        } else if &record[3] == b"1990-02-30" {
            impossible.push(records.to_string());
        }
    }
    assert!(rejected.len() > 30 && impossible.len() > 30, "the oracle sees both kinds");
    let scratch = Scratch::new();
    let r = scratch.write("r.csv", &text);
    let d = scratch.write("d.csv", format!("{DOCUMENTS}\n"));
    let mut first = None;
    for threads in ["1", "2", "7"] {
        let out = scratch.join(threads);
        reconcile(&[&r], &[&d], &out, &["--threads", threads]).expect(0);
        let input = &run_json(&out)["inputs"][0];
        assert_eq!(input["records"], records);
        assert_eq!(input["rejected"], rejected.len());
        assert_eq!(input["accepted"], records - rejected.len() as u64);
        let found: Vec<(String, String)> = Table::read(&out.join("rejects.parquet"))
            .select(&["row", "byte_offset"])
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect();
        assert_eq!(found, rejected);
        let defects = Table::read(&out.join("defects.parquet")).select(&["check", "row"]);
        let found: Vec<String> =
            defects.into_iter().filter(|row| row[0] == "date_impossible").map(|row| row[1].clone()).collect();
        assert_eq!(found, impossible);
        let digests = digests(&out);
        assert_eq!(*first.get_or_insert_with(|| digests.clone()), digests, "{threads} threads");
    }
}

fn run_small(scratch: &Scratch, out: &Path, more: &[&str]) -> Run {
    let (r, d) = small_world();
    reconcile(&[&scratch.write("r.csv", r)], &[&scratch.write("d.csv", d)], out, more)
}

#[test]
fn an_older_report_is_replaced_only_when_asked() {
    let scratch = Scratch::new();
    let out = scratch.join("out");
    run_small(&scratch, &out, &[]).expect(0);
    let before = digests(&out);
    let refused = run_small(&scratch, &out, &[]).expect(2);
    assert!(refused.stderr.contains("--overwrite") && refused.stderr.contains("out"), "{}", refused.stderr);
    assert_eq!(digests(&out), before, "a refusal changes nothing");
    run_small(&scratch, &out, &["--overwrite"]).expect(0);
    assert_eq!(digests(&out), before);
    // What is no report is never replaced.
    let other = scratch.join("photos");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("holiday.jpg"), "x").expect("a file");
    let refused = run_small(&scratch, &other, &["--overwrite"]).expect(2);
    assert!(refused.stderr.contains("run.json"), "{}", refused.stderr);
    assert_eq!(names(&other), ["holiday.jpg"]);
    assert_eq!(scratch.names(), ["d.csv", "out", "photos", "r.csv"], "nothing else is left behind");
}

#[test]
fn only_the_owner_may_read_a_report_and_its_digests_are_true() {
    let scratch = Scratch::new();
    let out = scratch.join("out");
    run_small(&scratch, &out, &[]).expect(0);
    let mode = |path: &Path| fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(&out), 0o700);
    let files = ["corrections", "defects", "duplicates", "rejects", "rings", "suspects"]
        .map(|f| format!("{f}.parquet"));
    let mut expected = [&files[..], &["report.html".to_owned(), "run.json".to_owned()]].concat();
    expected.sort();
    assert_eq!(names(&out), expected);
    let run = run_json(&out);
    assert_eq!(run["as_of"], "2026-01-01");
    let outputs = run["outputs"].as_array().expect("a list");
    assert_eq!(outputs.len(), 7);
    for name in names(&out) {
        assert_eq!(mode(&out.join(&name)), 0o600, "{name}");
    }
    for output in outputs {
        let name = output["file"].as_str().expect("a name");
        let bytes = fs::read(out.join(name)).expect("the file");
        assert_eq!(output["digest"], blake3::hash(&bytes).to_hex().to_string(), "{name}");
        assert_eq!(output["bytes"], bytes.len(), "{name}");
        if name.ends_with(".parquet") {
            assert_eq!(output["rows"], Table::read(&out.join(name)).len(), "{name}");
        }
    }
    let counts = &run["counts"];
    assert_eq!(
        counts["corrections"].as_object().expect("a map").len(),
        9,
        "kinds of which there is none count too"
    );
    assert_eq!(counts["corrections"]["document_replaced"], 1);
}

#[test]
fn the_same_inputs_give_the_same_report_from_anywhere() {
    let scratch = Scratch::new();
    run_small(&scratch, &scratch.join("a"), &["--threads", "1"]).expect(0);
    run_small(&scratch, &scratch.join("b"), &["--threads", "7", "--quiet"]).expect(0);
    assert_eq!(digests(&scratch.join("a")), digests(&scratch.join("b")));
}

#[test]
fn no_personal_data_reach_the_terminal_or_names_of_files() {
    const MARKER: &str = "ZZMARKERZZ";
    let (r, d) = small_world();
    let number = iin("900101", 3, 9009);
    let r = format!(
        "{r}{MARKER},{MARKER},{MARKER}\n{number}{MARKER},{MARKER},{MARKER},{MARKER},{MARKER},{MARKER},{MARKER},\
         {MARKER},{MARKER},{MARKER},{MARKER},{MARKER},{MARKER}\n\"{MARKER}\n"
    );
    let d = format!("{d}{MARKER},{MARKER}\n");
    let scratch = Scratch::new();
    let (r, d) = (scratch.write("r.csv", r), scratch.write("d.csv", d));
    for (out, more) in [
        ("a", &[][..]),
        ("b", &["--format", "json"]),
        ("c", &["--progress", "always"]),
        ("d", &["--column", "iin=iin", "--column", "surname=iin"]),
    ] {
        let run = reconcile(&[&r], &[&d], &scratch.join(out), more);
        assert!(!run.stderr.contains("panicked"));
        for said in [&run.stdout, &run.stderr] {
            assert!(!said.contains(MARKER) && !said.contains(&number), "{said}");
        }
    }
    let rejects = Table::read(&scratch.join("a/rejects.parquet")).values("raw");
    assert!(rejects.iter().any(|raw| raw.contains(MARKER)), "the report itself does tell");
    let run = fs::read_to_string(scratch.join("a/run.json")).expect("run.json");
    assert!(!run.contains(MARKER), "{run}");
    assert!(scratch.names().iter().all(|name| !name.contains(MARKER) && !name.starts_with('.')));
}

#[test]
fn quiet_says_nothing_and_json_is_run_json() {
    let scratch = Scratch::new();
    let quiet = run_small(&scratch, &scratch.join("a"), &["--quiet"]).expect(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let json = run_small(&scratch, &scratch.join("b"), &["--format", "json"]).expect(0);
    let printed: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(printed, run_json(&scratch.join("b")));
    let text = run_small(&scratch, &scratch.join("c"), &[]).expect(0);
    for part in ["Read 7 records as of 2026-01-01", "document_replaced", "rejected", "Reports: "] {
        assert!(text.stdout.contains(part), "{part} is missing in\n{}", text.stdout);
    }
    assert!(iinrec(["reconcile", "--help"]).expect(0).stdout.contains("Example:"));
}

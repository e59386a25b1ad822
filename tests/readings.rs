//! Exports as they are: whatever way one world is written down, the same is found in it.

mod util;

use util::{Scratch, Table, iin, iinrec, reconcile, run_json};

/// Names in one column and the series apart from the number say what six columns say.
#[test]
fn a_full_name_and_a_series_are_read_as_what_they_are() {
    let scratch = Scratch::new();
    let (a, b) = (iin("900101", 3, 9001), iin("780717", 0, 9003));
    let plain = scratch.write(
        "plain.csv",
        format!(
            "iin,surname,given_name,patronymic,birth_date,citizenship,document_type,document_number\n\
             {a},Иванов,Пётр,Ильич,1990-01-01,KAZ,passport,N10000001\n\
             {b},KARIMOV,RUSTAM,,1978-07-17,UZB,passport,AA1000003\n"
        ),
    );
    let composed = scratch.write(
        "composed.csv",
        format!(
            "ИИН;ФИО;Дата рождения;Гражданство;Тип документа;Серия;Номер\n\
             {a};Иванов Пётр Ильич;01.01.1990;KAZ;passport;N;10000001\n\
             {b};\"KARIMOV<<RUSTAM\";17.07.1978;UZB;passport;;AA1000003\n"
        ),
    );
    let documents = scratch.write(
        "d.csv",
        format!(
            "document_country,document_type,document_number,surname,given_name,birth_date,issue_date,expiry_date,status,iin,previous_number\n\
             KAZ,passport,N10000001,IVANOV,PETR,1990-01-01,2014-03-01,2024-02-28,replaced,{a},\n\
             KAZ,passport,N10000009,SIDOROV,PETR,1990-01-01,2024-02-01,2034-01-31,valid,{a},N10000001\n\
             UZB,passport,AA1000003,KARIMOV,RUSTAM,1978-07-17,2018-01-01,2027-12-31,stolen,,\n"
        ),
    );
    for (name, registry) in [("plain-out", &plain), ("composed-out", &composed)] {
        reconcile(&[registry], &[&documents], &scratch.join(name), &[]).expect(0);
    }
    let [found, expected] = ["composed-out", "plain-out"].map(|out| {
        Table::read(&scratch.join(out).join("corrections.parquet")).select(&[
            "iin",
            "kind",
            "field",
            "registered_value",
            "current_value",
            "basis",
        ])
    });
    assert_eq!(found, expected);
    let quoted: Vec<&str> = found.iter().map(|row| row[3].as_str()).collect();
    assert!(quoted.contains(&"Иванов") && quoted.contains(&"N10000001"), "{quoted:?}");
    assert_eq!(found.len(), 3, "a replaced passport, a changed surname and a stolen passport: {found:?}");
}

/// A text in one of the encodings that exports have. KZ-1048 is written from the list of its letters, not with
/// iinrec's table.
fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    const KAZAKH: [(char, u8); 16] = [
        ('Қ', 0x8d),
        ('Һ', 0x8e),
        ('қ', 0x9d),
        ('һ', 0x9e),
        ('Ұ', 0xa1),
        ('ұ', 0xa2),
        ('Ә', 0xa3),
        ('Ө', 0xa5),
        ('Ғ', 0xaa),
        ('Ү', 0xaf),
        ('ө', 0xb4),
        ('ғ', 0xba),
        ('ә', 0xbc),
        ('Ң', 0xbd),
        ('ң', 0xbe),
        ('ү', 0xbf),
    ];
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 with a mark" => format!("\u{feff}{text}").into_bytes(),
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "utf-16le with a mark" => {
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
        "utf-16be with a mark" => {
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()
        }
        _ => text
            .chars()
            .map(|letter| match KAZAKH.iter().find(|(own, _)| *own == letter) {
                Some(&(_, byte)) if encoding == "kz-1048" => byte,
                Some(_) => b'?',
                None => encoding_rs::WINDOWS_1251.encode(letter.encode_utf8(&mut [0; 4])).0[0],
            })
            .collect(),
    }
}

/// A register and its documents with Kazakh names: one changed surname, one respelled name, one lost passport.
fn kazakh_world() -> (String, String) {
    let (a, b, c) = (iin("900101", 3, 9001), iin("850505", 4, 9002), iin("780717", 0, 9003));
    let registry = format!(
        "ИИН;Фамилия;Имя;Дата рождения;Гражданство;Тип документа;Номер документа\r\n\
         {a};Әбенов;Жасұлан;01.01.1990;KAZ;passport;N10000001\r\n\
         {b};\"Сейтқали \"\"кіші\"\"\";Әлия;05.05.1985;KAZ;id_card;100000002\r\n\
         {c};КӨПЖАСАРОВ;ҒАНИ;17.07.1978;KAZ;passport;N10000003\r\n"
    );
    let documents = format!(
        "document_country;document_type;document_number;surname;given_name;birth_date;issue_date;expiry_date;status;iin\r\n\
         KAZ;passport;N10000001;ABENOV;ZHASULAN;1990-01-01;2020-01-01;2029-12-31;valid;{a}\r\n\
         KAZ;id_card;100000002;Оразбаева;Әлия;1985-05-05;2020-01-01;2029-12-31;valid;{b}\r\n\
         KAZ;passport;N10000003;KOPZHASAROV;GANI;1978-07-17;2020-01-01;2029-12-31;lost;{c}\r\n"
    );
    (registry, documents)
}

const COLUMNS: [&str; 6] = ["iin", "kind", "field", "registered_value", "current_value", "basis"];

#[test]
fn every_encoding_says_the_same() {
    let (registry, documents) = kazakh_world();
    let mut expected = None;
    for encoding in [
        "utf-8",
        "utf-8 with a mark",
        "kz-1048",
        "utf-16le",
        "utf-16be",
        "utf-16le with a mark",
        "utf-16be with a mark",
    ] {
        let scratch = Scratch::new();
        let r = scratch.write("r.csv", encoded(&registry, encoding));
        let d = scratch.write("d.csv", encoded(&documents, encoding));
        let out = scratch.join("out");
        reconcile(&[&r], &[&d], &out, &[]).expect(0);
        let found = Table::read(&out.join("corrections.parquet")).select(&COLUMNS);
        assert_eq!(found.len(), 2, "{encoding}: {found:?}");
        assert!(found.iter().any(|row| row[3] == "Сейтқали \"кіші\""), "{encoding}: {found:?}");
        assert_eq!(&found, expected.get_or_insert(found.clone()), "{encoding}");
        let input = &run_json(&out)["inputs"][0];
        let name = encoding.split(' ').next().expect("a name");
        assert_eq!(input["format"], format!("csv, {name}, `;`"));
    }
}

/// Windows-1251 holds one of the nine Kazakh letters; an export loses the others to `?`, which is no letter.
#[test]
fn a_lost_letter_is_not_another_letter() {
    let (registry, documents) = kazakh_world();
    let scratch = Scratch::new();
    let r = scratch.write("r.csv", encoded(&registry, "windows-1251"));
    let d = scratch.write("d.csv", encoded(&documents, "windows-1251"));
    reconcile(&[&r], &[&d], &scratch.join("out"), &[]).expect(0);
    let found =
        Table::read(&scratch.join("out").join("corrections.parquet")).select(&["kind", "registered_value"]);
    let names: Vec<_> =
        found.iter().filter(|row| row[0] == "name_changed").map(|row| row[1].as_str()).collect();
    assert_eq!(names, ["Сейт?али \"кіші\""], "?бенов may be ABENOV; Сейт?али is never Оразбаева");
    assert_eq!(run_json(&scratch.join("out"))["inputs"][0]["format"], "csv, windows-1251, `;`");
}

/// What is said by hand beats what is found by looking.
#[test]
fn an_encoding_and_a_delimiter_can_be_given() {
    let (registry, documents) = kazakh_world();
    let scratch = Scratch::new();
    // Without its Kazakh letters nothing tells which of the two it is: looking says Windows-1251.
    let r = scratch.write("r.csv", encoded(&registry, "windows-1251"));
    let d = scratch.write("d.csv", documents.replace(';', "^"));
    let out = scratch.join("out");
    let options = ["--encoding", "registry=KZ1048", "--delimiter", "^"];
    let run = reconcile(&[&r], &[&d], &out, &options).expect(2);
    assert!(run.stderr.contains("r.csv"), "{}: the delimiter is said of all files", run.stderr);
    let r = scratch.write("r2.csv", encoded(&registry.replace(';', "^"), "windows-1251"));
    reconcile(&[&r], &[&d], &out, &options).expect(0);
    let inputs = &run_json(&out)["inputs"];
    assert_eq!(inputs[0]["format"], "csv, kz-1048, `^`");
    assert_eq!(inputs[1]["format"], "csv, utf-8, `^`");
}

/// Half of a character, and rows of another export, cost their own records and no others.
#[test]
fn what_is_no_text_in_the_encoding_is_rejected() {
    let (registry, documents) = kazakh_world();
    let scratch = Scratch::new();
    let d = scratch.write("d.csv", &documents);
    let run = |name: &str, bytes: Vec<u8>| {
        let r = scratch.write(&format!("{name}.csv"), bytes);
        let out = scratch.join(name);
        reconcile(&[&r], &[&d], &out, &[]).expect(0);
        assert_eq!(run_json(&out)["inputs"][0]["accepted"], 3, "{name}");
        Table::read(&out.join("rejects.parquet")).select(&["row", "reason"])
    };
    let mut utf16 = encoded(&registry, "utf-16le");
    utf16.extend(encoded("1;", "utf-16le"));
    utf16.extend([0x3d, 0xd8]);
    utf16.extend(encoded(";;;;;\r\n", "utf-16le"));
    assert_eq!(run("half", utf16), [["4", "invalid_utf16"]]);
    let mut torn = encoded(&registry, "utf-16be with a mark");
    torn.extend([0, 0x31, 0]);
    assert_eq!(run("torn", torn), [["4", "field_count"]], "cut in the middle of a unit");
    let mut mixed = encoded(&registry, "kz-1048");
    mixed.extend(registry.lines().nth(1).expect("a row").as_bytes());
    assert_eq!(run("mixed", mixed), [["4", "other_encoding"]]);
    let mut few = registry.clone().into_bytes();
    few.extend(b"1;\xc8\xe2\xe0\xed\xee\xe2;;;;;\n");
    assert_eq!(run("few", few), [["4", "invalid_utf8"]]);
}

/// What exports put where an IIN should be, one row each; every row stays, and is told.
#[test]
fn what_stands_in_the_column_of_the_iin() {
    let sound = iin("900101", 3, 9001);
    let short = iin("010101", 5, 9002);
    let rows: [(&str, &str, &[&str], &str); 12] = [
        (&sound, "N10000001", &[], "an IIN"),
        (&short[1..], "N10000002", &["iin_zeros_lost"], "an IIN that a spreadsheet took for a number"),
        ("AA1000003", "AA1000003", &["iin_is_document"], "the number of a passport"),
        ("N10000004", "", &["iin_is_document"], "also where no other column holds it"),
        ("750000005", "75 0000005", &["iin_is_document"], "nine digits that are the document's"),
        ("750000006", "750000007", &["iin_length"], "nine digits of nobody"),
        ("991240999991", "N10000008", &["iin_is_bin"], "an organisation"),
        (
            "600799012346",
            "N10000009",
            &["iin_check_digit", "iin_birth_date", "iin_is_rnn"],
            "a taxpayer number of 2012",
        ),
        ("9.00304E+11", "N10000010", &["rounded"], "what a spreadsheet left of one"),
        ("ЖОҚ", "N10000011", &["missing"], "none"),
        ("-", "N10000012", &["missing"], "none"),
        ("Итого: 12", "", &["iin_length"], "a footer with all delimiters"),
    ];
    let mut registry = "ИИН;Фамилия;Имя;Дата рождения;Номер документа\n".to_owned();
    for (number, document, ..) in rows {
        registry += &format!("{number};ИВАНОВ;ИВАН;;{document}\n");
    }
    let scratch = Scratch::new();
    let file = scratch.write("r.csv", registry);
    let out = scratch.join("out");
    iinrec(["validate", file.to_str().expect("a path"), "--out", out.to_str().expect("a path")]).expect(0);
    let defects = Table::read(&out.join("defects.parquet")).select(&["row", "field", "check"]);
    for (at, (_, _, expected, why)) in rows.iter().enumerate() {
        let row = (at + 1).to_string();
        let mut found: Vec<&str> =
            defects.iter().filter(|d| d[0] == row && d[1] == "iin").map(|d| d[2].as_str()).collect();
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{why}");
    }
    assert_eq!(run_json(&out)["inputs"][0]["accepted"], rows.len());
}

/// Values that mean nothing, and codes in the forms of exports; each row is read as the one beside it.
#[test]
fn placeholders_and_codes_of_exports() {
    let number = iin("900101", 3, 9001);
    let header =
        "iin;surname;given_name;birth_date;sex;citizenship;document_number;document_issue_date;SecondName\n";
    let plain = format!("{header}{number};IVANOV;IVAN;1990-01-01;M;AZE;A12345678;;x\n");
    for (row, why) in [
        (
            format!("{number};IVANOV;IVAN;01.01.1990;1;31;A12345678;01.01.1900;x"),
            "ISO number without its zero, 1900",
        ),
        (format!("{number};IVANOV;IVAN;19900101;м;031;А 12345678;-;x"), "Cyrillic sex and series, a dash"),
        (
            format!("{number};IVANOV;IVAN;01/01/1990;муж;AZ;№A-12345678;N/A;x"),
            "alpha-2, a sign before the number",
        ),
        (
            format!("{number};IVANOV;IVAN;1990-01-01 00:00:00;M;Азербайджан;a12345678;ЖОҚ;x"),
            "a name, a midnight",
        ),
        (
            format!("=\"{number}\";IVANOV;IVAN;=\"01.01.1990\";=\"1\";=\"31\";=\"A12345678\";0001-01-01;x"),
            "formulas",
        ),
    ] {
        let scratch = Scratch::new();
        let files = [scratch.write("a.csv", &plain), scratch.write("b.csv", format!("{header}{row}\n"))];
        let documents = scratch.write(
            "d.csv",
            "document_country;document_number;surname;given_name;birth_date;sex;nationality;issue_date;expiry_date;status\n\
             AZE;A12345678;IVANOV;IVAN;1990-01-01;M;AZE;2015-01-01;2024-12-31;stolen\n",
        );
        let [a, b] = ["a", "b"].map(|name| scratch.join(name));
        reconcile(&[&files[0]], &[&documents], &a, &[]).expect(0);
        reconcile(&[&files[1]], &[&documents], &b, &[]).expect(0);
        for table in ["corrections", "suspects", "defects"] {
            let [found, expected] =
                [&b, &a].map(|out| Table::read(&out.join(format!("{table}.parquet"))).rows);
            assert_eq!(found, expected, "{why}: {table}");
        }
        let corrections = Table::read(&b.join("corrections.parquet")).values("kind");
        assert_eq!(corrections, ["document_invalidated"], "{why}: the passport is tied");
        let json = run_json(&b);
        let ignored = &json["inputs"][0]["ignored_columns"];
        assert_eq!(ignored, &serde_json::json!(["SecondName"]), "it means one thing here and another there");
    }
}

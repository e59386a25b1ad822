//! `iinrec validate`: a small file with each defect once, and the summary in both forms.

mod util;

use std::collections::BTreeMap;

use serde_json::Value;
use util::{Scratch, Table, iin, iinrec, names, run_json};

/// The check digit 7-3-1 of a part of a zone, computed here.
fn digit(part: &str) -> u32 {
    let value = |c: char| match c {
        '<' => 0,
        c => c.to_digit(36).expect("a letter or digit"),
    };
    part.chars().zip([7, 3, 1].into_iter().cycle()).map(|(c, weight)| value(c) * weight).sum::<u32>() % 10
}

/// A passport's zone of two lines.
fn zone(number: &str, birth: &str, sex: &str, expiry: &str) -> String {
    let number = format!("{number:<<9}");
    let (n, b, e) = (digit(&number), digit(birth), digit(expiry));
    let personal = "<".repeat(14);
    let whole = digit(&format!("{number}{n}{birth}{b}{expiry}{e}{personal}0"));
    format!("{:<<44}{number}{n}UZB{birth}{b}{sex}{expiry}{e}{personal}0{whole}", "P<UZBKARIMOV<<RUSTAM")
}

#[test]
fn each_defect_once() {
    let good = iin("900304", 3, 9000);
    let header = "document_country,document_type,document_number,surname,given_name,birth_date,sex,nationality,\
                  issue_date,expiry_date,status,iin,mrz";
    let sound = [
        "UZB",
        "passport",
        "AA9000001",
        "KARIMOV",
        "RUSTAM",
        "1990-03-04",
        "M",
        "UZB",
        "2019-05-10",
        "2029-05-09",
        "valid",
        good.as_str(),
        "",
    ];
    let mrz = zone("AA9000001", "900304", "M", "290509");
    let mut wrong_digit = mrz.clone().into_bytes();
    wrong_digit[53] = if wrong_digit[53] == b'0' { b'1' } else { b'0' };
    let wrong_digit = String::from_utf8(wrong_digit).expect("ASCII");
    let wrong_character = mrz.replacen("KARIMOV", "KARЖMOV", 1).replacen('Ж', "!", 1);
    let other_sex = zone("AA9000001", "900304", "F", "290509");
    let never = "900304390790";
    let cases: [(&[(usize, &str)], &str); 22] = [
        (&[(2, "")], "missing"),
        (&[(11, "12345")], "iin_length"),
        (&[(11, "AB0304390006")], "iin_digits"),
        (&[(11, "900304390005")], "iin_check_digit"),
        (&[(11, never)], "iin_never_issued"),
        (&[(11, "900431390007"), (5, "")], "iin_birth_date"),
        (&[(11, "CENTURY"), (5, ""), (6, "")], "iin_century"),
        (&[(11, "990940900003"), (5, ""), (6, "")], "iin_is_bin"),
        (&[(5, "1990-03-05")], "iin_birth_differs"),
        (&[(6, "F")], "iin_sex_differs"),
        (&[(2, "A9")], "document_format"),
        (&[(12, "P<UZB")], "mrz_length"),
        (&[(12, wrong_character.as_str())], "mrz_character"),
        (&[(12, wrong_digit.as_str())], "mrz_check_digit"),
        (&[(12, other_sex.as_str())], "mrz_differs"),
        (&[(9, "2029-02-30")], "date_impossible"),
        (&[(8, "2026-05-10"), (9, "2036-05-09")], "date_future"),
        (&[(9, "2018-05-09")], "date_order"),
        (&[(9, "2059-05-09")], "validity_too_long"),
        (&[(6, "Q")], "sex_unknown"),
        (&[(7, "Atlantis")], "country_unknown"),
        (&[(10, "vaild")], "code_unknown"),
    ];
    // Digit 7 of 8 with a fitting check digit.
    let century = iin("900304", 8, 9000);
    let mut text = format!("{header}\n{}\n", sound.join(","));
    for (changes, _) in cases {
        let mut row = sound;
        for &(at, value) in changes {
            row[at] = if value == "CENTURY" { &century } else { value };
        }
        text += &row.join(",");
        text.push('\n');
    }
    let with_zone = {
        let mut row = sound;
        row[12] = &mrz;
        row.join(",")
    };
    text += &with_zone;
    text.push('\n');

    let scratch = Scratch::new();
    let file = scratch.write("passports.csv", &text);
    let file = file.to_str().expect("plain");
    let out = scratch.join("out");
    let out_text = out.to_str().expect("plain");
    let run = iinrec(["validate", file, "--as-of", "2026-01-01", "--out", out_text]).expect(0);
    let found: Vec<(String, String)> = Table::read(&out.join("defects.parquet"))
        .select(&["row", "check"])
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let expected: Vec<(String, String)> = cases
        .iter()
        .enumerate()
        .map(|(at, (_, check))| ((at + 2).to_string(), (*check).to_owned()))
        .collect();
    assert_eq!(found, expected, "one defect a row, none in the first and last");
    assert_eq!(names(&out), ["defects.parquet", "rejects.parquet", "run.json"]);
    for (_, check) in cases {
        assert!(run.stdout.contains(check), "{check} is missing in\n{}", run.stdout);
    }
    let severities: BTreeMap<String, String> = Table::read(&out.join("defects.parquet"))
        .select(&["check", "severity"])
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    for (check, severity) in
        [("iin_check_digit", "error"), ("iin_birth_differs", "warning"), ("document_format", "warning")]
    {
        assert_eq!(severities[check], severity);
    }

    let json = iinrec(["validate", file, "--as-of", "2026-01-01", "--format", "json"]).expect(0);
    let printed: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(printed["counts"], run_json(&out)["counts"]);
    assert_eq!(printed["counts"]["defects"]["iin_century"], 1);
    assert_eq!(printed["inputs"][0]["dataset"], "documents");
    assert_eq!(printed["inputs"][0]["records"], cases.len() + 2);

    assert!(iinrec(["validate", file, "--out", out_text]).expect(2).stderr.contains("--overwrite"));
    iinrec(["validate", file, "--out", out_text, "--overwrite"]).expect(0);
}

#[test]
fn any_export_can_be_validated() {
    let scratch = Scratch::new();
    let list = scratch.write("numbers.csv", format!("ИИН\n{}\n123\n-\n", iin("900304", 3, 9000)));
    let list = list.to_str().expect("plain");
    let run = iinrec(["validate", list]).expect(0);
    assert!(run.stdout.contains("iin_length") && run.stdout.contains("Add --out DIR"), "{}", run.stdout);
    // What "-" stands for is an empty value of a required column.
    let json: Value =
        serde_json::from_str(&iinrec(["validate", list, "--format", "json"]).expect(0).stdout).expect("JSON");
    assert_eq!(json["counts"]["defects"], serde_json::json!({"iin_length": 1, "missing": 1}));

    let clean = scratch.write("clean.csv", format!("Client ID,note\n{},x\n", iin("900304", 3, 9000)));
    let clean = clean.to_str().expect("plain");
    let run = iinrec(["validate", clean, "--column", "Client ID=iin"]).expect(0);
    assert!(run.stdout.contains("Nothing wrong was found."), "{}", run.stdout);
    assert!(run.stdout.contains("ignored: note"), "{}", run.stdout);
    let missing = iinrec(["validate", "no-such-file.csv"]).expect(1);
    assert!(missing.stderr.contains("no-such-file.csv"));
    assert!(iinrec(["validate"]).expect(2).stderr.contains("FILE"));
}

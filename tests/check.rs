//! `iinrec check`: one number at a time, as text for people and as JSON for programs.

mod util;

use serde_json::Value;
use util::{iin, iinrec};

fn json(numbers: &[&str]) -> Vec<Value> {
    let run = iinrec([&["check", "--format", "json", "--"], numbers].concat()).expect(0);
    assert_eq!(run.stderr, "");
    serde_json::from_str(&run.stdout).expect("a JSON list")
}

fn codes(reading: &Value) -> Vec<&str> {
    let problems = reading["problems"].as_array().expect("a list");
    problems.iter().map(|problem| problem["check"].as_str().expect("a code")).collect()
}

/// The numbers have serials of 9000 and above, or are nobody's for what is wrong with them.
#[test]
fn a_table_of_numbers() {
    let cases: [(&str, &str, bool, &[&str], &str); 17] = [
        ("900304390006", "iin", true, &[], "sound"),
        ("900304390703", "iin", true, &[], "the second pass gives the digit"),
        ("900304390005", "iin", false, &["iin_check_digit"], "wrong check digit"),
        ("900304390790", "iin", false, &["iin_never_issued"], "10-10 is not 0"),
        ("900304390791", "iin", false, &["iin_never_issued"], "10-10 is not 1"),
        ("900431390007", "iin", false, &["iin_birth_date"], "31 April"),
        ("990940900003", "bin", true, &[], "an organisation"),
        ("990940900004", "bin", false, &["bin_check_digit"], "an organisation, wrong check digit"),
        (
            "000000000000",
            "iin",
            false,
            &["iin_birth_date"],
            "all zeros pass the check digit, and are no date",
        ),
        ("９００３０４３９０００６", "iin", false, &["iin_digits"], "full-width digits"),
        ("٩٠٠٣٠٤٣٩٠٠٠٦", "iin", false, &["iin_digits"], "Arabic-Indic digits"),
        ("900304-390006", "iin", false, &["iin_digits"], "a dash"),
        ("900304 390 006", "iin", false, &["iin_digits"], "blanks"),
        ("90030439000", "unknown", false, &["iin_length"], "eleven digits"),
        ("9003043900066", "unknown", false, &["iin_length"], "thirteen digits"),
        ("", "unknown", false, &["iin_length"], "nothing"),
        ("abc", "unknown", false, &["iin_digits", "iin_digits", "iin_digits", "iin_length"], "letters"),
    ];
    let numbers: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let readings = json(&numbers);
    assert_eq!(readings.len(), cases.len());
    for (reading, (number, kind, valid, problems, why)) in readings.iter().zip(cases) {
        assert_eq!(reading["number"], number, "the order given is kept");
        assert_eq!(reading["kind"], kind, "{number}: {why}");
        assert_eq!(reading["valid"], valid, "{number}: {why}");
        assert_eq!(codes(reading), problems, "{number}: {why}");
        let keys: Vec<&String> = reading.as_object().expect("an object").keys().collect();
        let mut expected = ["number", "kind", "valid", "problems", "parts", "suggestions"];
        expected.sort_unstable();
        let mut keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, expected);
        for problem in reading["problems"].as_array().expect("a list") {
            assert_eq!(problem["severity"], "error", "{number}");
            assert!(!problem["message"].as_str().expect("a sentence").is_empty());
        }
    }
}

#[test]
fn the_check_digit_agrees_with_an_oracle_of_our_own() {
    let numbers: Vec<String> = (9000..9300).map(|serial| iin("770707", 4, serial)).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    for reading in json(&numbers) {
        assert_eq!(reading["valid"], true, "{reading}");
        assert_eq!(reading["parts"]["sex"], "female");
        assert_eq!(reading["parts"]["birth_date"], "1977-07-07");
    }
}

#[test]
fn a_wrong_number_comes_with_what_was_probably_meant() {
    let reading = &json(&["900304390005"])[0];
    let suggestions = reading["suggestions"].as_array().expect("a list");
    assert!(suggestions.iter().any(|s| s["number"] == "900304390006"), "{suggestions:?}");
    assert!(suggestions.len() <= 10);
    assert_eq!(json(&["900304-390006"])[0]["suggestions"][0]["number"], "900304390006");
    assert_eq!(json(&["900304390006"])[0]["suggestions"].as_array().map(Vec::len), Some(0));
}

#[test]
fn text_reads_the_number_aloud() {
    let run = iinrec(["check", "900304390006", "900304390005", "990940900003"]).expect(0);
    for part in [
        "900304390006: a person's number (IIN), well formed",
        "born         1990-03-04",
        "sex          male",
        "serial       9000",
        "need not have been issued to anyone",
        "900304390005: a person's number (IIN), not valid",
        "[iin_check_digit]",
        "perhaps",
        "990940900003: an organisation's number (BIN), well formed",
    ] {
        assert!(run.stdout.contains(part), "{part:?} is missing in\n{}", run.stdout);
    }
    assert!(iinrec(["check"]).expect(2).stderr.contains("NUMBER"));
}

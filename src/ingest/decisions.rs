//! Decisions: a table that people kept beside a report, read before the first record.
//!
//! In: a CSV with a header line, `case_id` and `decision`, perhaps `evidence_id`, and whatever else somebody wrote beside
//! them (a note, a name), which is not looked at. Out: [`Decisions`]. It is a sheet of some hundred or thousand
//! lines, edited by hand in a spreadsheet; so it is read whole, in any encoding and with any delimiter that spreadsheets
//! write, and whatever is not understood is refused with its row, before hours are spent on it.
//!
//! The law: a case has one decision. Lines that say the same of it twice are one; lines that differ are an error.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::encoding::{self, Encoding, Utf16Reader};
use crate::error::{Error, Result};
use crate::rules::decisions::{Decision, Decisions, Evidence, Verdict};

/// The largest sheet that is read: no person decides more.
const BYTES_MAX: u64 = 256 << 20;
/// What may stand between cells.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// Reads a file of decisions, and a digest of its bytes.
///
/// # Errors
/// When it cannot be read, or says something that is no decision.
pub fn read(path: &Path) -> Result<(Decisions, String)> {
    let failed = |e| Error::io("cannot read the decisions", path, &e);
    let size = path.metadata().map_err(failed)?.len();
    if size > BYTES_MAX {
        return Err(Error::usage("a file of decisions is larger than any that people write").at(path));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let text = match encoding::look(&bytes).encoding {
        from @ (Encoding::Utf16Le | Encoding::Utf16Be) => {
            let mut text = Vec::new();
            Utf16Reader::new(bytes.as_slice(), from == Encoding::Utf16Be)
                .read_to_end(&mut text)
                .map_err(failed)?;
            String::from_utf8_lossy(&text).into_owned()
        }
        from => from.decode(bytes.strip_prefix(encoding::BOM).unwrap_or(&bytes)).into_owned(),
    };
    let decisions = parse(&text).map_err(|wrong| {
        let error = Error::usage(wrong.what).at(path).remedy(wrong.remedy);
        if wrong.row == 0 { error } else { error.row(wrong.row) }
    })?;
    Ok((decisions, blake3::hash(&bytes).to_hex().to_string()))
}

/// What is wrong with a table; row 0 is the header. Without any value of it.
#[derive(Debug, PartialEq, Eq)]
struct Wrong {
    row: u64,
    what: String,
    remedy: &'static str,
}

fn parse(text: &str) -> std::result::Result<Decisions, Wrong> {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: &char| header.matches(*delimiter).count();
    // The first of those that stand most often in the header.
    let delimiter = DELIMITERS.into_iter().rev().max_by_key(count).unwrap_or(',');
    let mut records = records(text, delimiter).into_iter();
    let names: Vec<String> =
        records.next().unwrap_or_default().iter().map(|name| name.trim().to_lowercase()).collect();
    let column = |wanted: &str| names.iter().position(|name| name == wanted);
    let (Some(id), Some(verdict)) = (column("case_id"), column("decision")) else {
        let remedy = "give a file with a header line case_id,decision,evidence_id,note";
        return Err(Wrong {
            row: 0,
            what: "the file has no columns case_id and decision".to_owned(),
            remedy,
        });
    };
    let evidence = column("evidence_id");
    let mut decisions: BTreeMap<String, Decision> = BTreeMap::new();
    for (record, row) in records.zip(1..) {
        let cell = |at: usize| record.get(at).map_or("", |cell| cell.trim());
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let wrong = |what: &str, remedy| Wrong { row, what: what.to_owned(), remedy };
        let (id, said) = (cell(id), cell(verdict));
        if !is_case(id) {
            let remedy = "copy case_id from suspects.parquet (S-…) or corrections.parquet (C-…)";
            return Err(wrong("this is no id of a case that can be decided", remedy));
        }
        let Some(verdict) = Verdict::from_name(said) else {
            return Err(wrong("this is no decision", "write confirmed, dismissed or open"));
        };
        let evidence = match evidence.map_or("", cell) {
            "" => None,
            text => Some(Evidence::parse(text).ok_or_else(|| {
                wrong(
                    "this evidence_id is none that a report wrote",
                    "copy it from suspects.parquet, or leave it empty",
                )
            })?),
        };
        let decision = Decision { verdict, evidence };
        match decisions.get(id) {
            None => {
                decisions.insert(id.to_owned(), decision);
            }
            Some(known) if *known == decision => {}
            Some(_) => {
                let remedy = "keep one line of each case";
                return Err(wrong("an earlier row decides the same case otherwise", remedy));
            }
        }
    }
    Ok(Decisions(decisions))
}

/// Whether a text is the id of a suspect or a correction.
fn is_case(id: &str) -> bool {
    let rest = id.strip_prefix("S-").or_else(|| id.strip_prefix("C-"));
    rest.is_some_and(|rest| rest.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The records of a text, as RFC 4180 has it; a quote that is never closed ends with the text.
fn records(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut started) = (false, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if quoted => quoted = false,
            _ if quoted => cell.push(letter),
            '"' if cell.is_empty() => (quoted, started) = (true, true),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                if started || !cell.is_empty() {
                    record.push(std::mem::take(&mut cell));
                    records.push(std::mem::take(&mut record));
                }
                started = false;
            }
            _ if letter == delimiter => {
                record.push(std::mem::take(&mut cell));
                started = true;
            }
            _ => cell.push(letter),
        }
    }
    if started || !cell.is_empty() {
        record.push(cell);
        records.push(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const S: &str = "S-0123456789AB";
    const C: &str = "C-0123456789AB";

    #[test]
    fn sheets() {
        let told = |text: &str| -> Vec<(String, Verdict, Option<String>)> {
            let decisions = parse(text).expect("decisions");
            let line = |(id, decision): (String, Decision)| {
                (id, decision.verdict, decision.evidence.map(|evidence| evidence.to_string()))
            };
            decisions.0.into_iter().map(line).collect()
        };
        let one =
            |verdict, evidence: Option<&str>| vec![(S.to_owned(), verdict, evidence.map(str::to_owned))];
        for (text, expected, why) in [
            (
                format!("case_id,decision,note\n{S},dismissed,twins\n"),
                one(Verdict::Dismissed, None),
                "as documented",
            ),
            (
                format!("note;Decision;CASE_ID\r\n\"a;\"\"b\"\"\nc\";Confirmed;{S}\r\n"),
                one(Verdict::Confirmed, None),
                "as Excel writes",
            ),
            (format!("case_id\tdecision\n{S}\t\n\n"), one(Verdict::Open, None), "not decided yet"),
            (
                format!("case_id,decision,evidence_id\n{S},dismissed,no_activity+ unknown_document !alive\n"),
                one(Verdict::Dismissed, Some("no_activity+ unknown_document !alive")),
                "with its evidence",
            ),
            (
                format!("case_id,decision\n{S},dismissed\n,\n{S},dismissed"),
                one(Verdict::Dismissed, None),
                "said twice",
            ),
            ("case_id,decision\n".to_owned(), vec![], "nothing yet"),
        ] {
            assert_eq!(told(&text), expected, "{why}");
        }
        assert_eq!(told(&format!("case_id,decision\n{S},open\n{C},dismissed\n")).len(), 2);
    }

    #[test]
    fn what_is_refused() {
        for (text, row, why) in [
            (String::new(), 0, "an empty file"),
            ("case,decision\n".to_owned(), 0, "another header"),
            (format!("case_id,decision\n{S},yes\n"), 1, "another word"),
            (format!("case_id,decision\n{S},open\nR-0123456789AB,dismissed\n"), 2, "a ring"),
            (format!("case_id,decision\n{S},open\nS-01,dismissed\n"), 2, "an id that was cut"),
            (format!("case_id,decision\n{S},confirmed\n{C},open\n{S},dismissed\n"), 3, "two decisions"),
            (
                format!("case_id,decision,evidence_id\n{S},dismissed,413 days\n"),
                1,
                "an evidence of somebody's own",
            ),
        ] {
            assert_eq!(parse(&text).expect_err(why).row, row, "{why}");
        }
    }

    proptest! {
        #[test]
        fn records_equal_those_of_the_csv_crate(cells in prop::collection::vec(
            prop::collection::vec("[a-z,\"\n ]{0,6}", 2), 1..6,
        )) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            cells.iter().for_each(|record| writer.write_record(record).expect("memory"));
            let text = String::from_utf8(writer.into_inner().expect("memory")).expect("text");
            prop_assert_eq!(records(&text, ','), cells);
        }
    }
}

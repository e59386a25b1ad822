//! `iinrec check`: numbers from the command line in, each read aloud or as JSON out.

use std::io::{self, Write};

use iinrec::validate::number::{self, NumberKind, Parts, Reading};

/// Prints each number's reading in the order given, as text or as one JSON list. Returns whether all are valid.
///
/// # Errors
/// When the output cannot be written; a closed pipe is for the caller to forgive.
pub(crate) fn run(numbers: &[String], format_json: bool, out: &mut impl Write) -> io::Result<bool> {
    let readings: Vec<Reading> = numbers.iter().map(|number| number::read(number)).collect();
    if format_json {
        serde_json::to_writer_pretty(&mut *out, &readings)?;
        writeln!(out)?;
    } else {
        for (index, reading) in readings.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            aloud(reading, out)?;
        }
    }
    out.flush()?;
    Ok(readings.iter().all(|reading| reading.valid))
}

fn aloud(reading: &Reading, out: &mut impl Write) -> io::Result<()> {
    let kind = match reading.kind {
        NumberKind::Iin => "a person's number (IIN)",
        NumberKind::Bin => "an organisation's number (BIN)",
        NumberKind::Unknown => "neither a person's number (IIN) nor an organisation's (BIN)",
    };
    let verdict = match (reading.valid, reading.kind) {
        (true, _) => ", well formed",
        (false, NumberKind::Unknown) => "",
        (false, _) => ", not valid",
    };
    // A number typed with a line break or an escape in it must not move the terminal's cursor.
    let typed: String = reading.number.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    let typed = if typed.trim().is_empty() { format!("\"{typed}\"") } else { typed };
    writeln!(out, "{typed}: {kind}{verdict}")?;
    for problem in &reading.problems {
        writeln!(out, "  {:<12} {} [{}]", problem.severity, problem.message, problem.check)?;
    }
    if let Some(parts) = &reading.parts {
        read_parts(reading.kind, parts, out)?;
    }
    for (index, suggestion) in reading.suggestions.iter().enumerate() {
        let label = if index == 0 { "perhaps" } else { "" };
        writeln!(out, "  {label:<12} {}  {}", suggestion.number, suggestion.change)?;
    }
    if reading.valid {
        writeln!(out, "  {:<12} a well-formed number need not have been issued to anyone", "note")?;
    }
    Ok(())
}

fn read_parts(kind: NumberKind, parts: &Parts, out: &mut impl Write) -> io::Result<()> {
    let mut line = |label: &str, text: &str| writeln!(out, "  {label:<12} {text}");
    if kind == NumberKind::Bin {
        if let (Some(registered), Some(organisation)) = (&parts.registered, parts.organisation) {
            line("registered", &format!("{registered} (year and month)"))?;
            line("type", organisation)?;
        }
    } else {
        match (&parts.birth_date, &parts.birth_digits) {
            (Some(date), _) => line("born", date)?,
            (None, Some(digits)) => {
                let (year, month, day) = (&digits[..2], &digits[2..4], &digits[4..]);
                line("born", &format!("{year}-{month}-{day} by the digits, no certain century"))?;
            }
            (None, None) => {}
        }
        match (parts.sex, parts.foreigner) {
            (Some(sex), _) => line("sex", sex)?,
            (None, Some(true)) => line("digit 7", "0: a foreigner, without century or sex")?,
            (None, _) => {}
        }
    }
    if let Some(serial) = &parts.serial {
        line("serial", serial)?;
    }
    if let Some(check) = parts.check_digit {
        let expected = check.expected.map_or("no digit".to_owned(), |digit| digit.to_string());
        let pass = if check.pass == 2 { "second pass: " } else { "" };
        let compared = if check.expected == Some(check.digit) {
            "as it stands".to_owned()
        } else {
            format!("but {} stands there", check.digit)
        };
        let text = format!(
            "{pass}weighted sum {} = 11 × {} + {}, so {expected}, {compared}",
            check.sum,
            check.sum / 11,
            check.remainder
        );
        line("check digit", &text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(numbers: &[&str], json: bool) -> (bool, String) {
        let numbers: Vec<String> = numbers.iter().map(|&number| number.into()).collect();
        let mut out = Vec::new();
        let valid = run(&numbers, json, &mut out).unwrap();
        (valid, String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_number_is_read_aloud() {
        let (valid, text) = printed(&["000101699999", "991231099996"], false);
        assert!(!valid);
        for part in [
            "000101699999: a person's number (IIN), well formed\n",
            "born         2000-01-01\n",
            "sex          female\n",
            "check digit  weighted sum 394 = 11 × 35 + 9, so 9, as it stands\n",
            "991231099996: a person's number (IIN), not valid\n",
            "error        check digit is 5 by the rule, the number ends in 6 [iin_check_digit]\n",
            "991231099995  digit 12 is 5 instead of 6\n",
        ] {
            assert!(text.contains(part), "{part:?} is missing in\n{text}");
        }
    }

    #[test]
    fn json_is_a_list_in_the_order_given() {
        let (valid, text) = printed(&["180101199992", "x"], true);
        assert!(!valid);
        let list: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(list[0]["number"], "180101199992");
        assert_eq!(list[1]["kind"], "unknown");
        assert_eq!(printed(&[], true), (true, "[]\n".into()));
    }

    #[test]
    fn no_number_moves_the_cursor() {
        let (_, text) = printed(&["\u{1b}[2J180101199992"], false);
        assert!(!text.contains('\u{1b}'));
    }
}

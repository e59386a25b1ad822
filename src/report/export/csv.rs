//! CSV: a table as text, for programs or for Excel.
//!
//! In: a table. Out: its CSV. The law: for programs it is plain RFC 4180 in UTF-8, every value as it is, an unknown
//! value an empty field; for Excel nothing that a person sees differs from the report, however Excel would like to
//! read it, and nothing is a formula of somebody else's.
//!
//! Excel opens a CSV by double click only in the form of the country's settings. That of Russian and Kazakh settings
//! is `;` between fields and a comma before decimals; a mark at the start says that it is UTF-8. It takes what looks
//! like a number or a date for one (`050412…` loses its zero, `1-2` becomes February), so such a text is written
//! as `="050412…"`; and it runs what begins like a formula, so such a text gets an apostrophe before it.

use std::io::Write;

use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::super::back::Tables;
use super::super::publish::DraftFile;
use super::{cell, open};
use crate::error::Result;

/// For whom a CSV is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvFor {
    /// Plain: `,` between fields, `.` before decimals.
    Programs,
    /// For a double click with Russian or Kazakh settings.
    Excel,
}

/// What tells Excel that a file is UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Bytes that are gathered before they are written.
const BUFFER_BYTES: usize = 1 << 18;

/// Writes a table, and returns its rows.
///
/// # Errors
/// When the table is damaged, or the disk is full or fails.
pub fn write(tables: &Tables, table: &str, csv_for: CsvFor, file: &mut DraftFile) -> Result<u64> {
    let (schema, batches) = open(tables, table)?;
    let told = {
        let (delimiter, end) = match csv_for {
            CsvFor::Programs => (b',', Terminator::Any(b'\n')),
            CsvFor::Excel => {
                if let Err(e) = file.write_all(MARK) {
                    return Err(file.why(e));
                }
                (b';', Terminator::CRLF)
            }
        };
        let mut writer = WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(end)
            .quote_style(QuoteStyle::Necessary)
            .buffer_capacity(BUFFER_BYTES)
            .from_writer(&mut *file);
        let fill = || {
            writer.write_record(schema.fields().iter().map(|field| field.name()))?;
            let (mut rows, mut text) = (0, String::new());
            for batch in batches {
                // An error of reading is told as it is, not as one of writing.
                let batch = match batch {
                    Ok(batch) => batch,
                    Err(e) => return Ok(Err(e)),
                };
                for row in 0..batch.num_rows() {
                    write_row(&batch, row, csv_for, &mut text, &mut writer)?;
                }
                rows += batch.num_rows() as u64;
            }
            writer.flush().map_err(csv::Error::from)?;
            Ok(Ok(rows))
        };
        fill()
    };
    told.map_err(|e: csv::Error| file.why(e))?
}

fn write_row(
    batch: &RecordBatch,
    row: usize,
    csv_for: CsvFor,
    text: &mut String,
    writer: &mut csv::Writer<&mut DraftFile>,
) -> std::result::Result<(), csv::Error> {
    for column in batch.columns() {
        text.clear();
        cell::append(column.as_ref(), row, text);
        if csv_for == CsvFor::Excel {
            for_excel(column.data_type(), text);
        }
        writer.write_field(text.as_bytes())?;
    }
    // Ends the record.
    writer.write_record(None::<&[u8]>)
}

/// Makes of a text what Excel shows as this text.
fn for_excel(kind: &DataType, text: &mut String) {
    match kind {
        DataType::Float64 => {
            if let Some(at) = text.find('.') {
                text.replace_range(at..=at, ",");
            }
        }
        DataType::Utf8 | DataType::List(_) | DataType::Struct(_) => {
            if is_like_formula(text) {
                text.insert(0, '\'');
            } else if is_like_number(text) {
                text.insert_str(0, "=\"");
                text.push('"');
            }
        }
        _ => {}
    }
}

/// Whether a spreadsheet would run a text.
fn is_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// Whether a spreadsheet would take a text for a number, a date or a time: digits and what may stand among them, perhaps
/// after the name of a month. No quote is among these, so that it can stand in quotes as it is.
fn is_like_number(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_alphabetic());
    let word = text[..text.len() - rest.len()].chars().count();
    rest.contains(|c: char| c.is_ascii_digit())
        && (word == 0 || word >= 3)
        && rest.chars().all(|c| c.is_ascii_digit() || " .,-/:+%eE()$€₽₸\u{a0}".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excel_shows_what_the_report_says() {
        let cases = [
            (DataType::Utf8, "050412000009", "=\"050412000009\""),
            (DataType::Utf8, "1-2", "=\"1-2\""),
            (DataType::Utf8, "2026-11-01", "=\"2026-11-01\""),
            (DataType::Utf8, "1E5", "=\"1E5\""),
            (DataType::Utf8, "MAR1", "=\"MAR1\""),
            (DataType::Utf8, "мар 2026", "=\"мар 2026\""),
            (DataType::Utf8, "N12345678", "N12345678"),
            (DataType::Utf8, "C-8KQ2T0VX4M1A", "C-8KQ2T0VX4M1A"),
            (DataType::Utf8, "=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            (DataType::Utf8, "+7 701", "'+7 701"),
            (DataType::Utf8, "-1", "'-1"),
            (DataType::Utf8, "@SUM(A1)", "'@SUM(A1)"),
            (DataType::Utf8, "\t=1", "'\t=1"),
            (DataType::Utf8, "\r=1", "'\r=1"),
            (DataType::Utf8, "", ""),
            (DataType::Utf8, "Иванов", "Иванов"),
            (DataType::Float64, "0.95", "0,95"),
            (DataType::Float64, "1", "1"),
            (DataType::Date32, "2026-11-01", "2026-11-01"),
            (DataType::Int64, "-12", "-12"),
        ];
        for (kind, value, expected) in cases {
            let mut text = value.to_owned();
            for_excel(&kind, &mut text);
            assert_eq!(text, expected, "{value:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_a_formula_of_somebody_elses(value in "\\PC*|[=+@\\t\\r-].*") {
            let mut text = value.clone();
            for_excel(&DataType::Utf8, &mut text);
            let own = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
            match own {
                Some(inner) if text != value => proptest::prop_assert!(!inner.contains('"')),
                _ => proptest::prop_assert!(!is_like_formula(&text), "{:?}", text),
            }
        }
    }
}

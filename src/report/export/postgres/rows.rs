//! Rows: batches as the text that COPY takes.
//!
//! In: a batch, the night and the place of its first row. Out: lines of tab-separated fields. The law: every value
//! is the one of the report, but for a character that PostgreSQL has no place for: U+0000 becomes `␀` (U+2400).

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use serde_json::Value;

use super::super::super::back::value;
use super::super::cell;

/// The type of a column that holds such values.
pub(super) fn sql_type(kind: &DataType) -> &'static str {
    match kind {
        DataType::Boolean => "boolean",
        DataType::UInt32 | DataType::Int64 => "bigint",
        DataType::UInt64 => "numeric",
        DataType::Float64 => "double precision",
        DataType::Date32 => "date",
        DataType::List(_) | DataType::Struct(_) => "jsonb",
        _ => "text",
    }
}

/// Appends the lines of a batch; `columns` are those that are loaded.
pub(super) fn append(batch: &RecordBatch, columns: &[usize], as_of: &str, first: u64, lines: &mut String) {
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        let _ = write!(lines, "{as_of}\t{}", first + row as u64);
        for &at in columns {
            lines.push('\t');
            let column = batch.column(at).as_ref();
            if column.is_null(row) {
                lines.push_str("\\N");
                continue;
            }
            match column.data_type() {
                DataType::Utf8 => escape(column.as_string::<i32>().value(row), lines),
                DataType::List(_) | DataType::Struct(_) => escape(&json(column, row), lines),
                _ => {
                    text.clear();
                    cell::append(column, row, &mut text);
                    lines.push_str(&text);
                }
            }
        }
        lines.push('\n');
    }
}

fn json(column: &dyn Array, row: usize) -> String {
    let mut value = value(column, row);
    visible(&mut value);
    value.to_string()
}

/// Puts a character that can be stored in the place of one that cannot.
fn visible(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "␀"),
        Value::Array(items) => items.iter_mut().for_each(visible),
        Value::Object(parts) => parts.values_mut().for_each(visible),
        _ => {}
    }
}

/// Appends a text as COPY reads it.
fn escape(text: &str, lines: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '\t', '\n', '\r', '\0']) {
        lines.push_str(&rest[..at]);
        lines.push_str(match rest.as_bytes()[at] {
            b'\\' => "\\\\",
            b'\t' => "\\t",
            b'\n' => "\\n",
            b'\r' => "\\r",
            _ => "␀",
        });
        rest = &rest[at + 1..];
    }
    lines.push_str(rest);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Date32Array, StringArray, UInt32Array};

    use super::*;

    #[test]
    fn a_line_holds_night_place_and_values() {
        let texts = StringArray::from(vec![Some("a\tb\\N\r\n\0"), None, Some("")]);
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("text", Arc::new(texts) as ArrayRef, true),
            ("left_out", Arc::new(UInt32Array::from(vec![1, 2, 3])), true),
            ("day", Arc::new(Date32Array::from(vec![Some(0), None, Some(20_758)])), true),
        ])
        .expect("columns of one length");
        let mut lines = String::new();
        append(&batch, &[0, 2], "2026-11-01", 8, &mut lines);
        assert_eq!(
            lines,
            "2026-11-01\t8\ta\\tb\\\\N\\r\\n␀\t1970-01-01\n2026-11-01\t9\t\\N\t\\N\n2026-11-01\t10\t\t2026-11-01\n"
        );
    }

    #[test]
    fn what_jsonb_cannot_hold_becomes_visible() {
        let mut value = serde_json::json!([{"evidence": "a\0b", "bits": 1.5}, "c\0", "\\u0000"]);
        visible(&mut value);
        assert_eq!(value.to_string(), r#"[{"bits":1.5,"evidence":"a␀b"},"c␀","\\u0000"]"#);
    }
}

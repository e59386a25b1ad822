//! Cell: a value of a table as text for people.
//!
//! In: a column and a row. Out: its text, appended. The law: a day is its ISO form, a number its shortest exact
//! form, an unknown value nothing at all; a list is one line, its items parted by ` | `. Of a signal stand its code,
//! what it adds and what was seen: `no_activity +1.2 bits: none since 2024`; a part that is not named here stands
//! as `name=value`, so that a column of a later version is never lost.

use std::fmt::Write;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, UInt32Type, UInt64Type};
use arrow_schema::{DataType, Fields};

use crate::day;

/// What parts the items of a list.
const BETWEEN: &str = " | ";

/// Appends the text of a value; nothing where it is unknown.
pub(super) fn append(column: &dyn Array, at: usize, text: &mut String) {
    if column.is_null(at) {
        return;
    }
    // Writing into a string cannot fail.
    let done = match column.data_type() {
        DataType::Utf8 => {
            text.push_str(column.as_string::<i32>().value(at));
            Ok(())
        }
        DataType::Boolean => write!(text, "{}", column.as_boolean().value(at)),
        DataType::UInt32 => write!(text, "{}", column.as_primitive::<UInt32Type>().value(at)),
        DataType::UInt64 => write!(text, "{}", column.as_primitive::<UInt64Type>().value(at)),
        DataType::Int64 => write!(text, "{}", column.as_primitive::<Int64Type>().value(at)),
        DataType::Float64 => write!(text, "{}", column.as_primitive::<Float64Type>().value(at)),
        DataType::Date32 => {
            text.push_str(&day::iso(column.as_primitive::<Date32Type>().value(at)));
            Ok(())
        }
        DataType::List(_) => {
            let items = column.as_list::<i32>().value(at);
            for item in 0..items.len() {
                if item > 0 {
                    text.push_str(BETWEEN);
                }
                append(items.as_ref(), item, text);
            }
            Ok(())
        }
        DataType::Struct(fields) => {
            parts(fields, column.as_struct().columns(), at, text);
            Ok(())
        }
        // A type that no table has by now; better told than left out.
        other => write!(text, "({other})"),
    };
    debug_assert!(done.is_ok());
}

/// An item with parts: what it is, what it adds, what was seen, then whatever else it has but its weight, which
/// `bits` has made a number of.
fn parts(fields: &Fields, columns: &[arrow_array::ArrayRef], at: usize, text: &mut String) {
    let start = text.len();
    let mut evidence = None;
    let mut others = String::new();
    for (field, column) in fields.iter().zip(columns) {
        match field.name().as_str() {
            "code" | "kind" => append(column.as_ref(), at, text),
            "bits" if matches!(field.data_type(), DataType::Float64) && column.is_valid(at) => {
                let bits = column.as_primitive::<Float64Type>().value(at);
                if text.len() > start {
                    text.push(' ');
                }
                let _ = write!(text, "{bits:+} bits");
            }
            "evidence" => evidence = Some(column),
            "weight" => {}
            name => {
                let _ = write!(others, "{}{name}=", if others.is_empty() { "" } else { ", " });
                // A list in an item must not look like the next item.
                let mut part = String::new();
                append(column.as_ref(), at, &mut part);
                others.push_str(&part.replace(BETWEEN, " "));
            }
        }
    }
    if !others.is_empty() {
        text.push_str(if text.len() > start { " (" } else { "" });
        text.push_str(&others);
        text.push_str(if text.len() > start + others.len() { ")" } else { "" });
    }
    if let Some(column) = evidence.filter(|column| column.is_valid(at)) {
        text.push_str(": ");
        append(column.as_ref(), at, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::builder::{Float64Builder, StringBuilder};
    use arrow_array::{
        ArrayRef, BooleanArray, Date32Array, Float64Array, StringArray, StructArray, UInt32Array,
    };
    use arrow_schema::Field;
    use std::sync::Arc;

    fn told(column: &dyn Array, at: usize) -> String {
        let mut text = String::new();
        append(column, at, &mut text);
        text
    }

    #[test]
    fn values_are_told_as_people_write_them() {
        let cases: [(ArrayRef, &str); 7] = [
            (Arc::new(StringArray::from(vec!["050412000009"])), "050412000009"),
            (Arc::new(StringArray::from(vec![None::<&str>])), ""),
            (Arc::new(BooleanArray::from(vec![true])), "true"),
            (Arc::new(Float64Array::from(vec![0.95])), "0.95"),
            (Arc::new(Float64Array::from(vec![1e21])), "1000000000000000000000"),
            (Arc::new(Date32Array::from(vec![20_758])), "2026-11-01"),
            (Arc::new(UInt32Array::from(vec![u32::MAX])), "4294967295"),
        ];
        for (column, expected) in cases {
            assert_eq!(told(column.as_ref(), 0), expected);
        }
    }

    #[test]
    fn an_item_says_what_it_is_what_it_adds_and_what_was_seen() {
        let column = |text: &str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
        let number = |number: f64| Arc::new(Float64Array::from(vec![number])) as ArrayRef;
        let item = |parts: Vec<(&str, ArrayRef)>| {
            StructArray::from(
                parts
                    .into_iter()
                    .map(|(name, column)| {
                        (Arc::new(Field::new(name, column.data_type().clone(), true)), column)
                    })
                    .collect::<Vec<_>>(),
            )
        };
        let signal = item(vec![
            ("code", column("no_activity")),
            ("weight", number(0.2)),
            ("evidence", column("none since 2024")),
            ("bits", number(1.25)),
        ]);
        assert_eq!(told(&signal, 0), "no_activity +1.25 bits: none since 2024");
        let exculpation = item(vec![("code", column("activity")), ("bits", number(-3.0))]);
        assert_eq!(told(&exculpation, 0), "activity -3 bits");
        let later = item(vec![("kind", column("phone")), ("bits", number(2.0)), ("members", number(3.0))]);
        assert_eq!(told(&later, 0), "phone +2 bits (members=3)");
        let unknown = item(vec![("field", column("surname")), ("level", column("near"))]);
        assert_eq!(told(&unknown, 0), "field=surname, level=near");
    }

    #[test]
    fn a_list_is_one_line() {
        let mut list = arrow_array::builder::ListBuilder::new(StringBuilder::new());
        list.append_value([Some("a"), Some("b")]);
        list.append_value([None::<&str>; 0]);
        let list = list.finish();
        assert_eq!(told(&list, 0), "a | b");
        assert_eq!(told(&list, 1), "");
        let mut numbers = arrow_array::builder::ListBuilder::new(Float64Builder::new());
        numbers.append_value([Some(1.5)]);
        assert_eq!(told(&numbers.finish(), 0), "1.5");
    }
}

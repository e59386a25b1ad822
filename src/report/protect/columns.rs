//! Columns: what each column of each table is to somebody who must not learn whom a report is about.
//!
//! In: the columns of a table. Out: the same with identifiers replaced. The law: every column of every table stands in
//! [`COLUMNS`], once, by its name; one that does not is an assertion when a report is masked, and a test writes every
//! table there is. What stays plain, and why: codes and counts that are true of many; days of documents and offices;
//! and row numbers, which lead back to the source for those who hold it, and nobody else.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, StringArray, StructArray, new_null_array};
use arrow_schema::{DataType, Field, Schema};

use super::mask::{Identifier, Mask};
use super::sentence;
use crate::normalise::codes;

/// What becomes of a column in a masked report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// It stays.
    Plain,
    /// Each value becomes a pseudonym.
    Pseudonym(Identifier),
    /// Values of the field that the column `field` names, as rules compare them: pseudonyms, unless the field is a
    /// code or a day of a document.
    Compared,
    /// Values of the field that the column `field` names, as they stood: pseudonyms.
    AsItStood,
    /// A sentence of evidence: our words and counts stay, values in it become pseudonyms.
    Evidence,
    /// A sentence that may take a value apart: our words stay.
    Words,
    /// It is left empty.
    Empty,
}

use Identifier::{Case, Document, Iin, Record};
use Treatment::{AsItStood, Compared, Empty, Plain, Pseudonym};

/// Every column of every table, a part of a list as `list.part`.
pub const COLUMNS: &[(&str, Treatment)] = &[
    ("age_days", Plain),
    ("ambiguous", Plain),
    ("as_of", Plain),
    ("band", Plain),
    ("basis", Plain),
    ("best_partner", Pseudonym(Iin)),
    ("binds.bits", Plain),
    ("binds.evidence", Treatment::Evidence),
    ("binds.kind", Plain),
    ("binds.members", Plain),
    ("binds.who", Plain),
    ("byte_offset", Plain),
    ("case_id", Pseudonym(Case)),
    ("changed", Plain),
    ("check", Plain),
    ("cluster_id", Pseudonym(Case)),
    ("cluster_size", Plain),
    ("comparisons.field", Plain),
    ("comparisons.level", Plain),
    ("comparisons.weight", Plain),
    ("confidence", Plain),
    ("current_value", Compared),
    ("dataset", Plain),
    ("document_country", Plain),
    ("document_issue_date", Plain),
    ("document_number", Pseudonym(Document)),
    ("document_row", Plain),
    ("evidence_id", Plain),
    ("exculpations.bits", Plain),
    ("exculpations.code", Plain),
    ("expected_invented", Plain),
    ("field", Plain),
    ("file", Plain),
    ("first_assigned", Plain),
    ("first_seen", Plain),
    ("high", Plain),
    ("iin", Pseudonym(Iin)),
    ("iins", Pseudonym(Iin)),
    ("kind", Plain),
    ("last_assigned", Plain),
    ("last_seen", Plain),
    ("left_id", Pseudonym(Record)),
    ("low", Plain),
    ("match_probability", Plain),
    ("match_weight", Plain),
    ("mean_score", Plain),
    ("medium", Plain),
    ("members", Plain),
    ("message", Treatment::Words),
    ("office", Plain),
    ("present", Plain),
    ("previous_as_of", Plain),
    ("prior_bits", Plain),
    ("raw", Empty),
    ("reason", Plain),
    ("record_id", Pseudonym(Record)),
    ("registered_value", Compared),
    ("registry_row", Plain),
    ("resolved_on", Plain),
    ("right_id", Pseudonym(Record)),
    ("ring_id", Pseudonym(Case)),
    ("row", Plain),
    ("score", Plain),
    ("severity", Plain),
    ("signals.bits", Plain),
    ("signals.code", Plain),
    ("signals.evidence", Treatment::Evidence),
    ("signals.weight", Plain),
    ("since", Plain),
    ("state", Plain),
    ("support", Plain),
    ("table", Plain),
    ("value", AsItStood),
];

/// Fields whose compared values are codes, or days of documents.
const CODES: [&str; 4] = ["sex", "citizenship", "document_expiry_date", "status"];

/// Tables that are made of other tables of reports, in which all is masked already.
const OF_TABLES: [&str; 1] = ["changes.parquet"];

/// Whether a file is made of tables that are masked already.
#[must_use]
pub fn is_of_tables(file: &str) -> bool {
    OF_TABLES.contains(&file)
}

/// What becomes of a column; `None` where nobody has thought about it.
#[must_use]
pub fn treatment(column: &str) -> Option<Treatment> {
    COLUMNS.binary_search_by_key(&column, |&(name, _)| name).ok().map(|at| COLUMNS[at].1)
}

/// The columns of a schema, each with its path in the file and its name here.
#[must_use]
pub fn leaves(schema: &Schema) -> Vec<(String, String)> {
    fn walk(field: &Field, path: &str, name: &str, out: &mut Vec<(String, String)>) {
        match field.data_type() {
            // Items are called so in a file, whatever Arrow calls them.
            DataType::List(item) => walk(item, &format!("{path}.list.element"), name, out),
            DataType::Struct(parts) => parts.iter().for_each(|part| {
                walk(part, &format!("{path}.{}", part.name()), &format!("{name}.{}", part.name()), out);
            }),
            _ => out.push((path.to_owned(), name.to_owned())),
        }
    }
    let mut out = Vec::new();
    schema.fields().iter().for_each(|field| walk(field, field.name(), field.name(), &mut out));
    out
}

/// The columns with their identifiers replaced.
pub(super) fn mask(mask: &Mask, schema: &Schema, columns: Vec<ArrayRef>) -> Vec<ArrayRef> {
    let fields =
        schema.fields().iter().position(|field| field.name() == "field").map(|at| columns[at].clone());
    let fields = fields.as_ref().map(|fields| fields.as_string::<i32>());
    let named = schema.fields().iter().zip(columns);
    named.map(|(field, column)| treated(mask, field.name(), &column, fields)).collect()
}

fn treated(mask: &Mask, name: &str, column: &ArrayRef, fields: Option<&StringArray>) -> ArrayRef {
    match column.data_type() {
        DataType::List(item) => {
            let list = column.as_list::<i32>();
            let values = treated(mask, name, list.values(), None);
            let list = ListArray::new(item.clone(), list.offsets().clone(), values, list.nulls().cloned());
            if item.data_type() == &DataType::Utf8 { sorted(&list) } else { Arc::new(list) }
        }
        DataType::Struct(parts) => {
            let rows = column.as_struct();
            let part = |(part, column): (&Arc<Field>, &ArrayRef)| {
                treated(mask, &format!("{name}.{}", part.name()), column, None)
            };
            let columns = parts.iter().zip(rows.columns()).map(part).collect();
            Arc::new(StructArray::new(parts.clone(), columns, rows.nulls().cloned()))
        }
        _ => leaf(mask, name, column, fields),
    }
}

fn leaf(mask: &Mask, name: &str, column: &ArrayRef, fields: Option<&StringArray>) -> ArrayRef {
    let treatment = treatment(name).expect("every column of a report has a place in COLUMNS");
    let each = |replace: &dyn Fn(usize, &str) -> String| -> ArrayRef {
        let texts = column.as_string::<i32>();
        let mut out = StringBuilder::with_capacity(texts.len(), texts.len() * 17);
        for (row, text) in texts.iter().enumerate() {
            out.append_option(text.map(|text| replace(row, text)));
        }
        Arc::new(out.finish())
    };
    let field = |row: usize| fields.expect("values stand beside their field").value(row);
    match treatment {
        Treatment::Plain => column.clone(),
        Treatment::Pseudonym(kind) => each(&|_, text| mask.pseudonym(kind, text)),
        Treatment::Compared => each(&|row, text| match field(row) {
            code if CODES.contains(&code) => text.to_owned(),
            // Of a document that is invalid: what became of it.
            "document_number" if codes::STATUSES.contains(&text) => text.to_owned(),
            other => mask.pseudonym(Identifier::of_field(other), text),
        }),
        Treatment::AsItStood => each(&|row, text| mask.pseudonym(Identifier::of_field(field(row)), text)),
        Treatment::Evidence => each(&|_, text| sentence::evidence(mask, text)),
        Treatment::Words => each(&|_, text| sentence::words(text)),
        Treatment::Empty => new_null_array(column.data_type(), column.len()),
    }
}

/// Lists of texts, each in the order of its texts: the order in which they came is that of what they were.
fn sorted(list: &ListArray) -> ArrayRef {
    let texts = list.values().as_string::<i32>();
    let mut order: Vec<usize> = (0..texts.len()).collect();
    for ends in list.value_offsets().windows(2) {
        order[ends[0] as usize..ends[1] as usize].sort_unstable_by_key(|&at| texts.value(at));
    }
    let mut out = StringBuilder::with_capacity(texts.len(), texts.len() * 17);
    order.iter().for_each(|&at| out.append_value(texts.value(at)));
    let DataType::List(item) = list.data_type() else { unreachable!("it is a list") };
    Arc::new(ListArray::new(
        item.clone(),
        list.offsets().clone(),
        Arc::new(out.finish()),
        list.nulls().cloned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::mask::tests::mask as mask_of;
    use super::*;

    #[test]
    fn each_column_stands_once_in_order() {
        assert!(COLUMNS.is_sorted_by(|(a, _), (b, _)| a < b));
        assert_eq!(treatment("iin"), Some(Pseudonym(Iin)));
        assert_eq!(treatment("a_new_column"), None);
    }

    #[test]
    fn values_are_masked_by_their_field() {
        let text = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let schema = Schema::new(vec![
            Field::new("field", DataType::Utf8, false),
            Field::new("registered_value", DataType::Utf8, true),
            Field::new("value", DataType::Utf8, true),
            Field::new("raw", DataType::Utf8, true),
        ]);
        let columns = vec![
            text(&["surname", "sex", "document_number", "document_number", "birth_date"]),
            text(&["OMAROV", "M", "AB1", "stolen", "1990-03-04"]),
            text(&["OMAROV", "M", "AB1", "stolen", "000101699999"]),
            text(&["a", "b", "c", "d", "e"]),
        ];
        let mask_of = mask_of(128);
        let masked = mask(&mask_of, &schema, columns);
        let value = |column: usize, row: usize| masked[column].as_string::<i32>().value(row).to_owned();
        assert_eq!(value(1, 0), mask_of.pseudonym(Identifier::Name, "OMAROV"));
        assert_eq!([value(1, 1), value(1, 3)], ["M", "stolen"]);
        assert_eq!(value(1, 2), mask_of.pseudonym(Identifier::Document, "AB1"));
        assert_eq!(value(2, 1), mask_of.pseudonym(Identifier::Text, "M"), "what stood there may be anything");
        assert_eq!(
            value(2, 4),
            mask_of.pseudonym(Identifier::Iin, "000101699999"),
            "a number in a wrong column"
        );
        assert_eq!(masked[3].null_count(), 5);
    }
}

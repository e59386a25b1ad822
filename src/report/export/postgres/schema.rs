//! Schema: the tables of a report in a database.
//!
//! In: what the catalogue says is there, and what a report has. Out: the statements that bring the one to the other.
//! The law: nothing is dropped, and nothing changed that somebody else made: a table of ours has `as_of` and `place`
//! (`runs` has `as_of` and `run`), and whatever else bears its name is refused.

use std::collections::BTreeMap;

use arrow_schema::Schema;

use super::super::words;
use super::rows::sql_type;
use crate::postgres::address::quote;

/// The night of a row, and its place in the table: together they are its key.
pub(super) const KEY: [&str; 2] = ["as_of", "place"];

/// The table of nights.
pub(super) const RUNS: &str = "runs";

/// A relation of the schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Relation {
    /// `r` and `p` are tables, `v` is a view.
    pub(super) kind: String,
    /// Its comment.
    pub(super) comment: Option<String>,
    /// Its columns.
    pub(super) columns: Vec<String>,
}

impl Relation {
    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }

    /// Whether it holds rows of nights.
    pub(super) fn is_ours(&self) -> bool {
        self.is_table() && KEY.iter().all(|column| self.has(column))
    }

    fn is_table(&self) -> bool {
        self.kind == "r" || self.kind == "p"
    }
}

/// What a schema holds, by name.
pub(super) type Relations = BTreeMap<String, Relation>;

/// What stands where a table of ours should.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotOurs(pub(super) String);

/// A name for SQL, in its schema.
pub(super) fn named(schema: &str, name: &str) -> String {
    format!("{}.{}", quote(schema), quote(name))
}

/// A text for SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The columns of a table that are loaded: a column that bears the name of a key is the same for all rows.
pub(super) fn loaded(schema: &Schema) -> Vec<usize> {
    let fields = schema.fields().iter().enumerate();
    fields.filter(|(_, field)| !KEY.contains(&field.name().as_str())).map(|(at, _)| at).collect()
}

/// Columns by which people look for rows.
const SOUGHT: [&str; 4] = ["iin", "case_id", "ring_id", "cluster_id"];

/// The statements that make a table, or bring it up to what the report has; whether any column is new.
pub(super) fn table(
    there: &Relations,
    schema: &str,
    name: &str,
    columns: &Schema,
) -> Result<Vec<String>, NotOurs> {
    let full = named(schema, name);
    let loaded = loaded(columns);
    let fields = loaded.iter().map(|&at| columns.field(at));
    let described = |column: &str| {
        let words = words::of_column(name, column)?;
        Some(format!("COMMENT ON COLUMN {full}.{} IS {}", quote(column), literal(words)))
    };
    match there.get(name) {
        None => {
            let mut parts = vec!["as_of date NOT NULL".to_owned(), "place bigint NOT NULL".to_owned()];
            // Unknown values may come with a later version also where there are none now.
            parts.extend(
                fields
                    .clone()
                    .map(|field| format!("{} {}", quote(field.name()), sql_type(field.data_type()))),
            );
            parts.push("PRIMARY KEY (as_of, place)".to_owned());
            let mut made = vec![format!("CREATE TABLE {full} ({})", parts.join(", "))];
            made.extend(
                words::of_table(name).map(|words| format!("COMMENT ON TABLE {full} IS {}", literal(words))),
            );
            made.push(format!("COMMENT ON COLUMN {full}.as_of IS 'The night'"));
            made.push(format!(
                "COMMENT ON COLUMN {full}.place IS 'The place of the row in its table, from 1'"
            ));
            made.extend(fields.clone().filter_map(|field| described(field.name())));
            let sought = fields.filter(|field| SOUGHT.contains(&field.name().as_str()));
            made.extend(sought.map(|field| format!("CREATE INDEX ON {full} ({})", quote(field.name()))));
            Ok(made)
        }
        Some(relation) if relation.is_ours() => {
            let mut made = Vec::new();
            for field in fields.filter(|field| !relation.has(field.name())) {
                let column = quote(field.name());
                made.push(format!("ALTER TABLE {full} ADD COLUMN {column} {}", sql_type(field.data_type())));
                made.extend(described(field.name()));
            }
            Ok(made)
        }
        Some(_) => Err(NotOurs(name.to_owned())),
    }
}

/// The statements that make the table of nights, where it is not there.
pub(super) fn runs(there: &Relations, schema: &str) -> Result<Vec<String>, NotOurs> {
    let full = named(schema, RUNS);
    match there.get(RUNS) {
        None => Ok(vec![
            format!(
                "CREATE TABLE {full} (as_of date PRIMARY KEY, version text NOT NULL, config_fingerprint text NOT NULL, \
                 run jsonb NOT NULL, digest text NOT NULL, loaded_at timestamptz NOT NULL DEFAULT now())"
            ),
            format!("COMMENT ON TABLE {full} IS 'One row a night: the account of its run'"),
            format!("COMMENT ON COLUMN {full}.as_of IS 'The night: the one \"now\" of the run'"),
            format!("COMMENT ON COLUMN {full}.run IS 'run.json: inputs, counts, seconds'"),
            format!(
                "COMMENT ON COLUMN {full}.digest IS 'BLAKE3 of run.json, which holds those of all files'"
            ),
        ]),
        Some(relation) if relation.is_table() && ["as_of", "run"].iter().all(|name| relation.has(name)) => {
            Ok(Vec::new())
        }
        Some(_) => Err(NotOurs(RUNS.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use arrow_schema::{DataType, Field};

    use super::*;

    fn columns(names: &[(&str, DataType)]) -> Schema {
        Schema::new(
            names.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect::<Vec<_>>(),
        )
    }

    fn relation(kind: &str, columns: &[&str]) -> Relation {
        Relation {
            kind: kind.to_owned(),
            comment: None,
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn a_table_is_made_with_its_key_words_and_indexes() {
        let columns = columns(&[("case_id", DataType::Utf8), ("score", DataType::Float64)]);
        let made = table(&Relations::new(), "night's", "suspects", &columns).expect("nothing is there");
        assert_eq!(
            made[0],
            "CREATE TABLE \"night's\".\"suspects\" (as_of date NOT NULL, place bigint NOT NULL, \"case_id\" text, \
             \"score\" double precision, PRIMARY KEY (as_of, place))"
        );
        assert!(made.iter().any(|sql| sql.starts_with("COMMENT ON TABLE")), "{made:?}");
        assert!(
            made.contains(&"CREATE INDEX ON \"night's\".\"suspects\" (\"case_id\")".to_owned()),
            "{made:?}"
        );
    }

    #[test]
    fn a_table_of_ours_gets_what_it_lacks_and_loses_nothing() {
        let columns = columns(&[("case_id", DataType::Utf8), ("state", DataType::Utf8)]);
        let there = [("suspects".to_owned(), relation("r", &["as_of", "place", "case_id", "note"]))].into();
        let made = table(&there, "iinrec", "suspects", &columns).expect("it is ours");
        assert_eq!(made[0], "ALTER TABLE \"iinrec\".\"suspects\" ADD COLUMN \"state\" text");
        assert_eq!(made.len(), 2, "and its comment: {made:?}");
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        let columns = columns(&[("case_id", DataType::Utf8)]);
        for other in [relation("r", &["id", "case_id"]), relation("v", &["as_of", "place", "case_id"])] {
            let there: Relations =
                [("suspects".to_owned(), other.clone()), ("runs".to_owned(), other)].into();
            assert_eq!(table(&there, "public", "suspects", &columns), Err(NotOurs("suspects".to_owned())));
            assert_eq!(runs(&there, "public"), Err(NotOurs("runs".to_owned())));
        }
    }

    #[test]
    fn a_column_with_the_name_of_a_key_is_not_loaded_twice() {
        let columns = columns(&[("as_of", DataType::Date32), ("case_id", DataType::Utf8)]);
        assert_eq!(loaded(&columns), [1]);
    }
}

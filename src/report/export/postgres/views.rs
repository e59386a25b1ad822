//! Views: what a dashboard asks for.
//!
//! In: the tables of a schema. Out: `latest_…`, the newest night of each table, and `…_by_day`, figures by night. The
//! law: a `…_by_day` holds counts and nobody's data, and comes of `runs` alone, so that it stays when the rows of old
//! nights are removed, and whoever may read it needs no right to read a case.

use super::schema::{RUNS, Relations, literal, named};

/// A view: its name, its query, and what it shows.
pub(super) struct View {
    pub(super) name: String,
    query: String,
    words: String,
}

/// What tells views of this version from those of others.
fn mark() -> String {
    format!(" (iinrec {})", env!("CARGO_PKG_VERSION"))
}

impl View {
    /// Whether it is there as this version makes it.
    pub(super) fn is_current(&self, there: &Relations) -> bool {
        let comment = there.get(&self.name).filter(|relation| relation.kind == "v").map(|view| &view.comment);
        comment.is_some_and(|comment| comment.as_ref().is_some_and(|text| text.ends_with(&mark())))
    }

    /// The statement that makes it, or replaces it while its columns only become more.
    pub(super) fn replace(&self, schema: &str) -> String {
        let full = named(schema, &self.name);
        let words = literal(&format!("{}{}", self.words, mark()));
        format!("CREATE OR REPLACE VIEW {full} AS {}; COMMENT ON VIEW {full} IS {words}", self.query)
    }

    /// The statement that makes it anew, where its columns are others by now.
    pub(super) fn anew(&self, schema: &str) -> String {
        format!("DROP VIEW {}; {}", named(schema, &self.name), self.replace(schema))
    }
}

/// The views of a schema with these tables.
pub(super) fn views<'a>(schema: &str, tables: impl Iterator<Item = &'a str>) -> Vec<View> {
    let runs = named(schema, RUNS);
    let latest = |table: &str| View {
        name: format!("latest_{table}"),
        query: format!(
            "SELECT * FROM {} WHERE as_of = (SELECT max(as_of) FROM {runs})",
            named(schema, table)
        ),
        words: format!("The newest night of {table}"),
    };
    let by_day = |name: &str, query: String, words: &str| View {
        name: format!("{name}_by_day"),
        query,
        words: words.to_owned(),
    };
    // Of `counts` in run.json: one row an entry of a map.
    let counts = |of: &str, as_named: &str, what: &str| {
        format!(
            "SELECT r.as_of, c.key AS {as_named}, c.value::bigint AS {what} FROM {runs} r \
             CROSS JOIN LATERAL jsonb_each_text(r.run #> '{{counts,{of}}}') c"
        )
    };
    let inputs = format!(
        "SELECT r.as_of, i ->> 'dataset' AS dataset, sum((i ->> 'records')::bigint) AS records, \
         sum((i ->> 'accepted')::bigint) AS accepted, sum((i ->> 'rejected')::bigint) AS rejected FROM {runs} r \
         CROSS JOIN LATERAL jsonb_array_elements(r.run -> 'inputs') i GROUP BY 1, 2"
    );
    let changes = format!(
        "SELECT r.as_of, t.key AS \"table\", s.key AS state, s.value::bigint AS cases FROM {runs} r \
         CROSS JOIN LATERAL jsonb_each(r.run #> '{{changes,states}}') t \
         CROSS JOIN LATERAL jsonb_each_text(t.value) s"
    );
    let mut views: Vec<View> = tables.map(latest).collect();
    views.extend([
        by_day("corrections", counts("corrections", "kind", "corrections"), "Corrections by night and kind"),
        by_day("suspects", counts("suspects", "band", "suspects"), "Suspects by night and band"),
        by_day("defects", counts("defects", "\"check\"", "defects"), "Failed checks by night"),
        by_day("quality", inputs, "Records read, accepted and rejected by night and dataset"),
        by_day("changes", changes, "Cases by night and state, where there was a night before"),
    ]);
    views
}

#[cfg(test)]
mod tests {
    use super::super::schema::Relation;
    use super::*;

    #[test]
    fn a_view_is_current_while_its_version_made_it() {
        let views = views("iinrec", ["suspects"].into_iter());
        let names: Vec<&str> = views.iter().map(|view| view.name.as_str()).collect();
        assert_eq!(names[0], "latest_suspects");
        let there = |comment: &str| -> Relations {
            let view =
                Relation { kind: "v".to_owned(), comment: Some(comment.to_owned()), columns: Vec::new() };
            [("latest_suspects".to_owned(), view)].into()
        };
        assert!(views[0].is_current(&there(&format!("x{}", mark()))));
        assert!(!views[0].is_current(&there("x (iinrec 0.0.1)")));
        assert!(!views[0].is_current(&Relations::new()));
    }
}

//! Changes: what is new, what changed and what is gone since an earlier report.
//!
//! In: the tables of two nights. Out: for every case one [`State`], the day on which it was first seen, and `changes.parquet`.
//! A case is known again by its id, and its id is made of what was found, not of where it stood. So a row without a readable
//! IIN, which only its place tells from others, is another case when rows before it come or go.
//!
//! **What counts as changed** is what a caseworker would do differently ([`CaseTable::compared`]): of a correction the two
//! values, the document's day of issue and whether another fits as well; of a suspect its band and which signs it bears; of
//! a cluster its members. A score moves a little every night, since it is learned anew, and so do the strength of a crowd's
//! sign and the confidence of a tie; ages grow and rows move. None of them is a change. (Of 28 suspects that differed after a
//! night in which one document in a hundred came in, 27 stood in a crowd that was a little stronger, and nothing else.)
//!
//! The law: states are a function of the two folders of tables alone, as they were written. So `reconcile --previous` and
//! `iinrec diff` say the same, whatever was masked or encrypted; and without an earlier night nothing is claimed: `state`
//! and `first_seen` are null.

pub mod table;
pub mod previous;
pub mod read;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{Date32Builder, StringBuilder};
use arrow_array::{ArrayRef, Date32Array, StringArray};
use arrow_schema::{DataType, Field, Fields};
use serde::{Deserialize, Serialize};

use self::previous::Previous;
use self::read::Night;
use super::back::Run;
use super::tables::nullable;

/// Days after which a case that is gone is forgotten: a year and a month, so that what comes back with the seasons (permits
/// that are renewed late every spring) is still known. A case that is forgotten and comes back is new.
pub const FORGET_DAYS: i32 = 400;

/// The tables that hold cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseTable {
    /// One case a row of `corrections.parquet`.
    #[default]
    Corrections,
    /// One case a row of `suspects.parquet`.
    Suspects,
    /// One case a cluster of `duplicates.parquet`.
    Duplicates,
}

impl CaseTable {
    /// All, in the order of reports.
    pub const ALL: [CaseTable; 3] = [CaseTable::Corrections, CaseTable::Suspects, CaseTable::Duplicates];

    /// Its name in `changes.parquet`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CaseTable::Corrections => "corrections",
            CaseTable::Suspects => "suspects",
            CaseTable::Duplicates => "duplicates",
        }
    }

    /// The column that holds the id of the case.
    #[must_use]
    pub fn id(self) -> &'static str {
        if self == CaseTable::Duplicates { "cluster_id" } else { "case_id" }
    }

    /// The column of the kind, if it has one.
    #[must_use]
    pub fn kind(self) -> Option<&'static str> {
        match self {
            CaseTable::Corrections => Some("kind"),
            CaseTable::Suspects => Some("band"),
            CaseTable::Duplicates => None,
        }
    }

    /// The columns of which a difference is a change. Of a cluster `iin` is the set of its members.
    #[must_use]
    pub fn compared(self) -> &'static [&'static str] {
        match self {
            CaseTable::Corrections => {
                &["registered_value", "current_value", "document_issue_date", "ambiguous"]
            }
            CaseTable::Suspects => &["band", "evidence_id"],
            CaseTable::Duplicates => &["cluster_size", "iin"],
        }
    }
}

/// Where a case stands in a report, in the order in which it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `corrections.parquet`.
    Corrections,
    /// `suspects.parquet`.
    Suspects,
    /// `duplicates.parquet`.
    Duplicates,
    /// `dismissed_corrections.parquet`.
    DismissedCorrections,
    /// `dismissed.parquet`.
    DismissedSuspects,
    /// `changes.parquet`, where it says that the case is resolved.
    Gone,
}

impl Source {
    /// Those that hold cases of their night.
    pub const OF_A_NIGHT: [Source; 5] = [
        Source::Corrections,
        Source::Suspects,
        Source::Duplicates,
        Source::DismissedCorrections,
        Source::DismissedSuspects,
    ];

    /// Its file.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Source::Corrections => "corrections.parquet",
            Source::Suspects => "suspects.parquet",
            Source::Duplicates => "duplicates.parquet",
            Source::DismissedCorrections => "dismissed_corrections.parquet",
            Source::DismissedSuspects => "dismissed.parquet",
            Source::Gone => table::FILE,
        }
    }

    /// The table whose columns it has; those of [`Source::Gone`] say themselves to which they belong.
    #[must_use]
    pub fn table(self) -> Option<CaseTable> {
        match self {
            Source::Corrections | Source::DismissedCorrections => Some(CaseTable::Corrections),
            Source::Suspects | Source::DismissedSuspects => Some(CaseTable::Suspects),
            Source::Duplicates => Some(CaseTable::Duplicates),
            Source::Gone => None,
        }
    }

    /// Whether a decision set its cases aside.
    #[must_use]
    pub fn is_dismissed(self) -> bool {
        matches!(self, Source::DismissedCorrections | Source::DismissedSuspects)
    }
}

/// What became of a case since the earlier night, in the order of `changes.parquet`: what wants a look stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It was not there, nor is it known to have been before.
    New,
    /// It was gone, or set aside by a decision, and is back.
    Reopened,
    /// It was there and says something else now.
    Changed,
    /// It was there and is not any more.
    Resolved,
    /// It was there and is as it was.
    Persisting,
    /// It is there, and a decision keeps it away.
    Dismissed,
}

impl State {
    /// All, in the order of `changes.parquet`.
    pub const ALL: [State; 6] =
        [State::New, State::Reopened, State::Changed, State::Resolved, State::Persisting, State::Dismissed];

    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::New => "new",
            State::Reopened => "reopened",
            State::Changed => "changed",
            State::Resolved => "resolved",
            State::Persisting => "persisting",
            State::Dismissed => "dismissed",
        }
    }
}

/// What `run.json` says of the nights.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangesReport {
    /// The folder of the earlier report as it was given.
    pub previous: String,
    /// The one "now" of that night.
    pub previous_as_of: String,
    /// Whether both nights had the same settings and columns.
    pub same_configuration: bool,
    /// Whether both were made by the same version.
    pub same_version: bool,
    /// Cases by table and state. A cluster is one case. What was resolved on an earlier night is not counted again.
    pub states: BTreeMap<String, BTreeMap<String, u64>>,
    /// New corrections by kind, new suspects by band.
    pub new_by_kind: BTreeMap<String, BTreeMap<String, u64>>,
}

impl ChangesReport {
    /// The same with what is said of the two runs: where the earlier one lies and its account, and the settings of this one.
    #[must_use]
    pub fn between(self, folder: &Path, earlier: &Run, version: &str, settings_fingerprint: &str) -> Self {
        let same = |earlier: &str, this: &str| !earlier.is_empty() && earlier == this;
        ChangesReport {
            previous: folder.display().to_string(),
            previous_as_of: earlier.as_of.clone(),
            same_configuration: same(&earlier.settings_fingerprint, settings_fingerprint),
            same_version: same(&earlier.version, version),
            ..self
        }
    }

    /// How many cases of a table have a state.
    #[must_use]
    pub fn count(&self, table: CaseTable, state: State) -> u64 {
        let states = self.states.get(table.name());
        states.and_then(|states| states.get(state.name())).copied().unwrap_or(0)
    }
}

/// What makes the columns `state` and `first_seen`.
#[derive(Clone, Copy, Debug)]
pub struct Since<'a> {
    /// The earlier night, if one was named.
    pub previous: Option<&'a Previous>,
    /// The one "now" of the run.
    pub as_of: i32,
}

impl Since<'_> {
    /// The two fields, which stand at the end of every table of cases.
    #[must_use]
    pub fn fields() -> [Field; 2] {
        [nullable("state", DataType::Utf8), nullable("first_seen", DataType::Date32)]
    }

    /// The two columns of so many rows, without anything in them.
    #[must_use]
    pub fn nothing(rows: usize) -> [ArrayRef; 2] {
        [Arc::new(StringArray::new_null(rows)), Arc::new(Date32Array::new_null(rows))]
    }

    /// The columns of some rows, as they will be read, with the last two filled in. Rows of a cluster must come together.
    #[must_use]
    pub fn judged(&self, source: Source, fields: &Fields, mut columns: Vec<ArrayRef>) -> Vec<ArrayRef> {
        let Some(previous) = self.previous else { return columns };
        let rows = columns.first().map_or(0, |column| column.len());
        let night = Night::of_columns(source, fields, &columns);
        let (mut states, mut days) = (StringBuilder::new(), Date32Builder::with_capacity(rows));
        for (case, rows) in night.cases.iter().zip(night.rows_of_cases(rows)) {
            let judged = previous.judge(case, self.as_of);
            for _ in 0..rows {
                states.append_value(judged.state.name());
                days.append_value(judged.first_seen);
            }
        }
        columns.truncate(columns.len() - 2);
        columns.push(Arc::new(states.finish()));
        columns.push(Arc::new(days.finish()));
        columns
    }
}

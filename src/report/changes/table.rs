//! `changes.parquet`: every case of tonight with what became of it, and every earlier case that is gone.
//!
//! In: an earlier night and the tables of tonight, both as they were written. Out: the table, and the counts of `run.json`.
//! It is sorted by table, then by state with what wants a look first, then as the tables themselves are; what was gone before
//! this night already is carried on at the end of its table, so that it is known again when it comes back.
//!
//! The law: each row of a table of cases is counted once, so that new, reopened, changed and persisting corrections add up to
//! the rows of `corrections.parquet`; of duplicates each cluster is.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::{Date32Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Schema};

use super::previous::{Judged, Previous};
use super::read::{Case, Night};
use super::{CaseTable, ChangesReport, Source, State};
use crate::day;
use crate::engine::Engine;
use crate::error::Result;
use crate::report::back::Tables;
use crate::report::publish::{Draft, Output};
use crate::report::tables::{field, nullable, write_to};

/// The name of the table.
pub const FILE: &str = "changes.parquet";

/// Cases that are judged by one task.
const PART_CASES: usize = 1 << 14;

/// Two nights, compared.
#[derive(Debug)]
pub struct Compared {
    previous: Previous,
    night: Night,
    tables: Tables,
    as_of: i32,
    rows: Vec<Row>,
    texts: Texts,
    earlier_texts: Texts,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
struct Row {
    table: CaseTable,
    state: State,
    /// Whether it was gone on the earlier night already.
    is_carried: bool,
    /// Its place among the cases of tonight, or among earlier ones where it is gone.
    case: u32,
    /// The earlier case that it is compared with.
    before: Option<u32>,
    first_seen: i32,
}

/// A row of the table in words, for whoever prints some.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// The case.
    pub case_id: String,
    /// Its table.
    pub table: &'static str,
    /// Its kind or band.
    pub kind: Option<String>,
    /// What became of it.
    pub state: &'static str,
    /// What differs.
    pub changed: Option<String>,
    /// The first night that had it.
    pub first_seen: String,
}

impl Compared {
    /// Compares the tables of tonight with an earlier night; what is gone for more than `forget_days` is left out.
    ///
    /// # Errors
    /// When a table is damaged.
    pub fn of(
        engine: &Engine,
        mut previous: Previous,
        tables: &Tables,
        as_of: i32,
        forget_days: i32,
    ) -> Result<Self> {
        let night = Night::read(engine, tables, false)?;
        previous.ignore(night.lacks);
        let mut rows = Vec::with_capacity(night.cases.len());
        let mut is_seen = vec![false; previous.cases.len()];
        let judged = engine.map(night.cases.len().div_ceil(PART_CASES), |part| {
            let end = ((part + 1) * PART_CASES).min(night.cases.len());
            let cases = &night.cases[part * PART_CASES..end];
            cases
                .iter()
                .map(|case| (previous.judge(case, as_of), previous.with_key(case.key)))
                .collect::<Vec<_>>()
        });
        for (at, (Judged { state, first_seen, before }, earlier)) in judged.into_iter().flatten().enumerate()
        {
            is_seen[earlier].fill(true);
            let table = night.cases[at].table;
            rows.push(Row { table, state, is_carried: false, case: at as u32, before, first_seen });
        }
        for (at, case) in previous.cases.iter().enumerate().filter(|&(at, _)| !is_seen[at]) {
            let is_carried = case.source == Source::Gone;
            if is_carried && as_of - case.last_seen > forget_days {
                continue;
            }
            rows.push(Row {
                table: case.table,
                state: State::Resolved,
                is_carried,
                case: at as u32,
                before: None,
                first_seen: case.first_seen,
            });
        }
        let place = |row: &Row| {
            let case = match row.state {
                State::Resolved => &previous.cases[row.case as usize],
                _ => &night.cases[row.case as usize],
            };
            (case.source, case.place)
        };
        engine.sort_by_key(&mut rows, |row| (row.table, row.is_carried, row.state, place(row)));
        let gone: Vec<&Case> = rows
            .iter()
            .filter(|row| row.state == State::Resolved)
            .map(|row| &previous.cases[row.case as usize])
            .collect();
        let earlier_texts = Texts::read(engine, &previous.tables, gone.into_iter())?;
        let texts = Texts::read(engine, tables, night.cases.iter())?;
        Ok(Compared { previous, night, tables: tables.clone(), as_of, rows, texts, earlier_texts })
    }

    fn is_gone(row: &Row) -> bool {
        row.state == State::Resolved
    }

    fn case(&self, row: &Row) -> &Case {
        if Self::is_gone(row) {
            &self.previous.cases[row.case as usize]
        } else {
            &self.night.cases[row.case as usize]
        }
    }

    /// Case id and number of a row.
    fn texts(&self, row: &Row) -> (&str, Option<&str>) {
        let texts = if Self::is_gone(row) { &self.earlier_texts } else { &self.texts };
        let case = self.case(row);
        texts.get(case.source, case.place)
    }

    fn kind(&self, row: &Row) -> Option<&str> {
        let words = if Self::is_gone(row) { &self.previous.words } else { &self.night.words };
        words.get(&self.case(row).kind).map(String::as_str)
    }

    fn changed(&self, row: &Row) -> Option<String> {
        let before = row.before.filter(|_| row.state == State::Changed)?;
        let before = &self.previous.cases[before as usize];
        Some(self.previous.in_words(before, self.case(row), &self.night.words))
    }

    /// Where the tables of tonight lie.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The first rows of a table and state, as many as wanted.
    #[must_use]
    pub fn first(&self, table: CaseTable, state: State, count: usize) -> Vec<Told> {
        let from =
            self.rows.partition_point(|row| (row.table, row.is_carried, row.state) < (table, false, state));
        let own = self.rows[from..]
            .iter()
            .take_while(|row| (row.table, row.is_carried, row.state) == (table, false, state));
        own.take(count)
            .map(|row| Told {
                case_id: self.texts(row).0.to_owned(),
                table: table.name(),
                kind: self.kind(row).map(str::to_owned),
                state: state.name(),
                changed: self.changed(row),
                first_seen: day::iso(row.first_seen),
            })
            .collect()
    }

    /// Writes the table.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write(&self, engine: &Engine, draft: &Draft) -> Result<Output> {
        let schema = Schema::new(vec![
            field("case_id", DataType::Utf8),
            field("table", DataType::Utf8),
            nullable("iin", DataType::Utf8),
            nullable("kind", DataType::Utf8),
            field("state", DataType::Utf8),
            nullable("changed", DataType::Utf8),
            field("first_seen", DataType::Date32),
            field("last_seen", DataType::Date32),
            nullable("resolved_on", DataType::Date32),
            field("as_of", DataType::Date32),
            field("previous_as_of", DataType::Date32),
        ]);
        write_to(engine, draft.file(FILE)?, schema, self.rows.len(), |rows| self.columns(&self.rows[rows]))
    }

    fn columns(&self, rows: &[Row]) -> Vec<ArrayRef> {
        let mut text: [StringBuilder; 6] = std::array::from_fn(|_| StringBuilder::new());
        let [ids, tables, iins, kinds, states, changed] = &mut text;
        let mut days: [Date32Builder; 5] = std::array::from_fn(|_| Date32Builder::new());
        let [first, last, resolved, tonight, earlier] = &mut days;
        for row in rows {
            let (id, iin) = self.texts(row);
            ids.append_value(id);
            tables.append_value(row.table.name());
            iins.append_option(iin);
            kinds.append_option(self.kind(row));
            states.append_value(row.state.name());
            changed.append_option(self.changed(row));
            first.append_value(row.first_seen);
            let case = self.case(row);
            last.append_value(if Self::is_gone(row) { case.last_seen } else { self.as_of });
            resolved.append_option(match (Self::is_gone(row), row.is_carried) {
                (false, _) => None,
                (true, true) => Some(case.resolved_on),
                (true, false) => Some(self.as_of),
            });
            tonight.append_value(self.as_of);
            earlier.append_value(self.previous.as_of);
        }
        let [ids, tables, iins, kinds, states, changed] =
            text.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
        let mut columns = vec![ids, tables, iins, kinds, states, changed];
        columns.extend(days.map(|mut builder| Arc::new(builder.finish()) as ArrayRef));
        columns
    }

    /// The counts of `run.json`; what is said of the two runs is left to whoever knows them.
    #[must_use]
    pub fn counts(&self) -> ChangesReport {
        let mut report = ChangesReport::default();
        for table in CaseTable::ALL {
            let states = State::ALL.map(|state| (state.name().to_owned(), 0));
            report.states.insert(table.name().to_owned(), states.into());
        }
        let mut kinds: [BTreeMap<u32, u64>; 3] = Default::default();
        let mut counts = [[0u64; 6]; 3];
        for row in self.rows.iter().filter(|row| !row.is_carried) {
            counts[row.table as usize][row.state as usize] += 1;
            if row.state == State::New {
                *kinds[row.table as usize].entry(self.case(row).kind).or_default() += 1;
            }
        }
        for (table, (counts, kinds)) in CaseTable::ALL.into_iter().zip(counts.into_iter().zip(kinds)) {
            let states = report.states.entry(table.name().to_owned()).or_default();
            states.extend(State::ALL.into_iter().zip(counts).map(|(state, n)| (state.name().to_owned(), n)));
            if table.kind().is_some() {
                let word = |kind| self.night.words.get(&kind).cloned().unwrap_or_default();
                let own = kinds.into_iter().map(|(kind, count)| (word(kind), count)).collect();
                report.new_by_kind.insert(table.name().to_owned(), own);
            }
        }
        report
    }
}

/// Case ids and numbers of some rows of each source, by its place in [`Source`].
#[derive(Debug, Default)]
struct Texts([OfSource; 6]);

/// Those of one source.
#[derive(Debug, Default)]
struct OfSource {
    /// The rows that were wanted, ascending.
    rows: Vec<u32>,
    ids: Column,
    iins: Column,
}

/// Texts of a column by the rows that were wanted.
#[derive(Debug, Default)]
struct Column {
    bytes: String,
    /// Where each text ends; the highest bit says that it is null.
    ends: Vec<u64>,
}

const NULL: u64 = 1 << 63;

impl Column {
    /// Reads the texts of rows, which ascend.
    fn read(tables: &Tables, file: &str, name: &str, rows: &[u32]) -> Result<Self> {
        let mut column = Column::default();
        let (mut first, mut rows) = (0, rows.iter().peekable());
        for batch in tables.batches(file, &[name])? {
            let batch = batch?;
            let texts = batch.columns().first().and_then(|column| column.as_string_opt::<i32>());
            let end = first + batch.num_rows();
            while let Some(&row) = rows.next_if(|&&row| (row as usize) < end) {
                let at = row as usize - first;
                match texts.filter(|texts| texts.is_valid(at)) {
                    Some(texts) => {
                        column.bytes.push_str(texts.value(at));
                        column.ends.push(column.bytes.len() as u64);
                    }
                    None => column.ends.push(column.bytes.len() as u64 | NULL),
                }
            }
            first = end;
        }
        Ok(column)
    }

    fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { self.ends[at - 1] & !NULL };
        (end & NULL == 0).then(|| &self.bytes[start as usize..end as usize])
    }
}

impl Texts {
    /// Reads the texts of cases.
    fn read<'a>(engine: &Engine, tables: &Tables, cases: impl Iterator<Item = &'a Case>) -> Result<Self> {
        let mut texts = Texts::default();
        cases.for_each(|case| texts.0[case.source as usize].rows.push(case.place));
        texts.0.iter_mut().for_each(|of| of.rows.sort_unstable());
        let sources = Source::OF_A_NIGHT.into_iter().chain([Source::Gone]);
        let wanted = sources.filter(|&source| !texts.0[source as usize].rows.is_empty());
        let tasks: Vec<(Source, &str)> = wanted
            .flat_map(|source| [(source, source.table().map_or("case_id", CaseTable::id)), (source, "iin")])
            .collect();
        let read = engine.map(tasks.len(), |task| {
            let (source, name) = tasks[task];
            Column::read(tables, source.file(), name, &texts.0[source as usize].rows)
        });
        for ((source, name), column) in tasks.into_iter().zip(read) {
            let of = &mut texts.0[source as usize];
            *(if name == "iin" { &mut of.iins } else { &mut of.ids }) = column?;
        }
        Ok(texts)
    }

    fn get(&self, source: Source, place: u32) -> (&str, Option<&str>) {
        let of = &self.0[source as usize];
        // Mostly all rows were wanted, and a row stands at its place.
        let at = match of.rows.get(place as usize) {
            Some(&row) if row == place => place as usize,
            _ => of.rows.partition_point(|&row| row < place),
        };
        (of.ids.get(at).unwrap_or_default(), of.iins.get(at))
    }
}

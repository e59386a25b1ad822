//! Read: the tables of a night to cases that can be compared.
//!
//! In: the tables of a report, or columns that are about to be written. Out: a [`Case`] for each of their cases, forty-eight
//! bytes, without a text. Of a value there is a hash of 32 bits; a change is overlooked once in four billion. Values of which
//! there are few and which name nobody (kinds, bands, evidence) are kept as words beside.
//!
//! The law: the same columns give the same cases, whether they were read back or are about to be written. Each column is
//! read by itself, so that all cores read one table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt32Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Fields};

use super::{CaseTable, Source, State};
use crate::day::{self, NO_DAY};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::normalise::hash::{hash, mix};
use crate::report::back::{Reports, Run, Tables};
use crate::report::protect::Protection;
use crate::report::protect::encrypt::Openers;
use crate::report::publish::digest_of;

/// The most columns that are compared.
pub(super) const COMPARED: usize = 4;

/// The columns of which values are kept as words: codes, of which there are few.
const WORDS: [&str; 3] = ["kind", "band", "evidence_id"];

/// A case of a night.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Hash of its id.
    pub(super) key: u64,
    /// What is compared, column by column.
    pub(super) content: [u32; COMPARED],
    /// Hash of its kind; 0 for none.
    pub(super) kind: u32,
    /// Its first row in its file, from 0.
    pub(super) place: u32,
    /// The first night that had it; [`NO_DAY`] where the table does not say.
    pub(super) first_seen: i32,
    /// The last night that had it, of a case that is gone.
    pub(super) last_seen: i32,
    /// The night that missed it first, of a case that is gone.
    pub(super) resolved_on: i32,
    /// Where it stands.
    pub(super) source: Source,
    /// The table to which it belongs.
    pub(super) table: CaseTable,
}

/// The words behind hashes.
pub(super) type Words = BTreeMap<u32, String>;

/// The cases of a night, in the order of their files and rows.
#[derive(Debug, Default)]
pub struct Night {
    /// The cases.
    pub(super) cases: Vec<Case>,
    /// Kinds, bands and evidence by their hash.
    pub(super) words: Words,
    /// Which compared columns of which table are not there, because an older version wrote it.
    pub(super) lacks: [[bool; COMPARED]; 3],
}

/// One column as numbers.
#[derive(Debug, Default)]
struct Column {
    /// Of the column of ids their whole hashes.
    keys: Vec<u64>,
    /// Of others 32 bits each; days as they are.
    cells: Vec<u32>,
    words: Words,
    is_there: bool,
}

impl Column {
    fn read(tables: &Tables, file: &str, name: &str, is_id: bool) -> Result<Self> {
        let mut column = Column::default();
        for batch in tables.batches(file, &[name])? {
            if let Some(array) = batch?.columns().first() {
                column.add(name, array, is_id);
            }
        }
        Ok(column)
    }

    fn add(&mut self, name: &str, array: &ArrayRef, is_id: bool) {
        self.is_there = true;
        if is_id {
            self.keys.extend(texts(array).map(|id| hash(id.unwrap_or_default().as_bytes())));
            return;
        }
        match array.data_type() {
            DataType::Date32 => {
                let days = array.as_primitive::<Date32Type>().iter();
                self.cells.extend(days.map(|day| day.unwrap_or(NO_DAY) as u32));
            }
            DataType::UInt32 => {
                self.cells.extend(array.as_primitive::<UInt32Type>().iter().map(Option::unwrap_or_default));
            }
            DataType::Boolean => {
                self.cells.extend(array.as_boolean().iter().map(|is| is.map_or(0, |is| 1 + u32::from(is))));
            }
            _ if WORDS.contains(&name) => {
                for text in texts(array) {
                    // How strong a sign is moves with the crowd in which it stands, and is learned anew every night.
                    let text = text.map(without_strength);
                    let cell = text.as_deref().map_or(0, short);
                    if let Some(text) = text
                        && !self.words.contains_key(&cell)
                    {
                        self.words.insert(cell, text.into_owned());
                    }
                    self.cells.push(cell);
                }
            }
            _ => self.cells.extend(texts(array).map(|text| text.map_or(0, short))),
        }
    }

    fn cell(&self, row: usize) -> u32 {
        self.cells.get(row).copied().unwrap_or(0)
    }

    fn day(&self, row: usize) -> i32 {
        self.cells.get(row).map_or(NO_DAY, |&cell| cell as i32)
    }
}

/// The texts of a column; of a column that holds something else, which no version wrote, none.
fn texts(array: &ArrayRef) -> impl Iterator<Item = Option<&str>> {
    let text = array.as_string_opt::<i32>();
    (0..array.len()).map(move |row| text.filter(|text| text.is_valid(row)).map(|text| text.value(row)))
}

/// Evidence without the marks of how strong each sign is; other words have none.
fn without_strength(text: &str) -> Cow<'_, str> {
    if text.contains('+') { Cow::Owned(text.replace('+', "")) } else { Cow::Borrowed(text) }
}

/// A hash of 32 bits that is never 0.
fn short(text: &str) -> u32 {
    let long = hash(text.as_bytes());
    ((long ^ long >> 32) as u32).max(1)
}

/// Names of the columns that are read of a source, the id first.
fn columns_of(source: Source) -> Vec<&'static str> {
    match source.table() {
        None => vec!["case_id", "table", "kind", "state", "first_seen", "last_seen", "resolved_on"],
        Some(table) => {
            let mut names = vec![table.id(), "first_seen"];
            names.extend(table.kind());
            names.extend(table.compared().iter().filter(|name| Some(**name) != table.kind()));
            names
        }
    }
}

impl Night {
    /// Reads the cases of a report. Those that were gone already are read where `gone` is true.
    ///
    /// # Errors
    /// When a table is damaged.
    pub fn read(engine: &Engine, tables: &Tables, gone: bool) -> Result<Self> {
        let sources = Source::OF_A_NIGHT.into_iter().chain(gone.then_some(Source::Gone));
        let named: Vec<(Source, Vec<&'static str>)> =
            sources.map(|source| (source, columns_of(source))).collect();
        let tasks: Vec<(Source, usize, &'static str)> = named
            .iter()
            .flat_map(|(source, names)| names.iter().enumerate().map(move |(at, name)| (*source, at, *name)))
            .collect();
        let read = engine.map(tasks.len(), |task| {
            let (source, at, name) = tasks[task];
            Column::read(tables, source.file(), name, at == 0)
        });
        let mut read = read.into_iter().collect::<Result<Vec<Column>>>()?.into_iter();
        let mut night = Night::default();
        for (source, names) in named {
            let columns: BTreeMap<&str, Column> = names.into_iter().zip(read.by_ref()).collect();
            night.add(source, columns);
        }
        Ok(night)
    }

    /// The cases of columns that are about to be written.
    #[must_use]
    pub fn of_columns(source: Source, fields: &Fields, columns: &[ArrayRef]) -> Self {
        let named = columns_of(source).into_iter().enumerate().map(|(at, name)| {
            let mut column = Column::default();
            if let Some(found) = fields.iter().position(|field| field.name() == name) {
                column.add(name, &columns[found], at == 0);
            }
            (name, column)
        });
        let columns = named.collect();
        let mut night = Night::default();
        night.add(source, columns);
        night
    }

    /// Adds the cases of a source.
    fn add(&mut self, source: Source, mut columns: BTreeMap<&str, Column>) {
        let Some(table) = source.table() else { return self.add_gone(&columns) };
        let compared = table.compared();
        let ids = columns.remove(table.id()).unwrap_or_default();
        if !ids.is_there {
            return;
        }
        for (at, name) in compared.iter().enumerate() {
            self.lacks[table as usize][at] |= !columns[name].is_there;
        }
        let first = self.cases.len();
        self.cases.reserve(ids.keys.len());
        for (row, &key) in ids.keys.iter().enumerate() {
            let mut content = [0; COMPARED];
            for (cell, name) in content.iter_mut().zip(compared) {
                *cell = columns[name].cell(row);
            }
            if table == CaseTable::Duplicates {
                // A set of members: the sum of what is mixed of each, in any order.
                content[1] = mix(content[1].into()) as u32;
                match self.cases[first..].last_mut() {
                    Some(last) if last.key == key => {
                        last.content[1] = last.content[1].wrapping_add(content[1]);
                        continue;
                    }
                    _ => {}
                }
            }
            self.cases.push(Case {
                key,
                content,
                kind: table.kind().map_or(0, |kind| columns[kind].cell(row)),
                place: row as u32,
                first_seen: columns["first_seen"].day(row),
                last_seen: NO_DAY,
                resolved_on: NO_DAY,
                source,
                table,
            });
        }
        self.take_words(columns);
    }

    /// Adds the cases that `changes.parquet` calls resolved.
    fn add_gone(&mut self, columns: &BTreeMap<&str, Column>) {
        let resolved = short(State::Resolved.name());
        let tables = CaseTable::ALL.map(|table| (short(table.name()), table));
        for (row, &key) in columns["case_id"].keys.iter().enumerate() {
            let named = columns["table"].cell(row);
            let table = tables.iter().find(|(name, _)| *name == named).map(|&(_, table)| table);
            let Some(table) = table.filter(|_| columns["state"].cell(row) == resolved) else { continue };
            self.cases.push(Case {
                key,
                content: [0; COMPARED],
                kind: columns["kind"].cell(row),
                place: row as u32,
                first_seen: columns["first_seen"].day(row),
                last_seen: columns["last_seen"].day(row),
                resolved_on: columns["resolved_on"].day(row),
                source: Source::Gone,
                table,
            });
        }
        self.words.extend(columns["kind"].words.clone());
    }

    fn take_words(&mut self, columns: BTreeMap<&str, Column>) {
        columns.into_values().for_each(|column| self.words.extend(column.words));
    }

    /// How many of so many rows each case has, in their order.
    pub(super) fn rows_of_cases(&self, rows: usize) -> impl Iterator<Item = usize> {
        let ends = self.cases.iter().skip(1).map(|case| case.place as usize).chain([rows]);
        self.cases.iter().zip(ends).map(|(case, end)| end - case.place as usize)
    }
}

/// Opens the report of an earlier night, and requires that its tables are as the run wrote them, so that a night does not
/// fail at its end.
///
/// # Errors
/// When it is no report of `reconcile` (exit code 2), its day is later than `as_of`, it is masked with another key, or a
/// table is damaged or missing.
pub fn open_earlier(folder: &Path, as_of: i32, protection: &Protection) -> Result<Reports> {
    let reports = open_night(folder, &protection.keys())?;
    protection.check_previous(&reports.run, folder)?;
    if night_of(&reports)? > as_of {
        return Err(Error::usage(format!(
            "the earlier report is of {}, later than this night, {}",
            reports.run.as_of,
            day::iso(as_of)
        ))
        .at(folder)
        .remedy("name the report of an earlier night, or give the day of this one with --as-of"));
    }
    let files = Source::OF_A_NIGHT.map(Source::file);
    let wanted = |file: &str| files.contains(&file) || file == Source::Gone.file();
    for output in reports.run.outputs.iter().filter(|output| wanted(&output.file)) {
        let path = folder.join(&output.file);
        let (_, digest) =
            digest_of(&path).map_err(|e| Error::io("cannot read the earlier report", &path, &e))?;
        if digest != output.digest {
            return Err(Error::world(
                "the table is not as its run wrote it: its digest is not that of run.json",
            )
            .at(&path)
            .remedy("name another night, or leave it out and let this be the first"));
        }
    }
    Ok(reports)
}

/// Opens the report of a night.
///
/// # Errors
/// When it is no report of `reconcile` (exit code 2).
pub fn open_night(folder: &Path, keys: &Openers) -> Result<Reports> {
    let is_there = |file: &str| folder.join(file).is_file();
    if !is_there("run.json") || !is_there(Source::Corrections.file()) {
        return Err(Error::usage("this folder holds no report of reconcile").at(folder).remedy(
            "name a folder that reconcile --out made; there are run.json and corrections.parquet in it",
        ));
    }
    Reports::open_with(folder, keys)
}

/// Whether reports are still those that were opened: tables of two nights must not be mixed because one was replaced.
///
/// # Errors
/// When another report stands in a folder by now, or none.
pub fn verify_unchanged(opened: &[&Reports]) -> Result<()> {
    for reports in opened {
        let folder = reports.tables.folder();
        let named = |run: &Run| run.outputs.iter().map(|output| output.digest.clone()).collect::<Vec<_>>();
        let now = Reports::open(folder)?.run;
        if now.as_of != reports.run.as_of || named(&now) != named(&reports.run) {
            return Err(Error::world("the report was replaced while it was read")
                .at(folder)
                .remedy("run again when no night is writing there"));
        }
    }
    Ok(())
}

/// The day of a night.
///
/// # Errors
/// When its account names none.
pub fn night_of(reports: &Reports) -> Result<i32> {
    day::parse(reports.run.as_of.as_bytes()).ok_or_else(|| {
        Error::world("run.json names no day").at(reports.tables.folder()).remedy("name another night")
    })
}

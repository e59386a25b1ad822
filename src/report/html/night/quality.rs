//! Quality: defects and rejects, counted by where they stand.
//!
//! In: the tables of defects and rejects, and the account of the run, which says which rows are of which file. Out:
//! counts by dataset, column and check, by file, and by reason. The law: no value is read, only the columns that say
//! what was wrong with it.

use std::collections::BTreeMap;

use super::columns::{at, walk};
use crate::error::Result;
use crate::report::back::{Run, RunInput, Tables};

/// What was counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Quality {
    /// By dataset, field, check and severity.
    pub(super) defects: BTreeMap<[String; 4], u64>,
    /// By dataset and file; empty where every dataset is one file.
    pub(super) files: BTreeMap<[String; 2], u64>,
    /// By dataset, file and reason.
    pub(super) rejects: BTreeMap<[String; 3], u64>,
}

/// Reads both tables.
pub(super) fn read(tables: &Tables, run: &Run) -> Result<Quality> {
    let mut quality = Quality::default();
    let files = Files::of(&run.inputs);
    // Most defects follow one of their like, so that the count at hand is asked first.
    let mut last: Option<([String; 4], u64)> = None;
    let columns: &[&str] = if files.is_some() {
        &["dataset", "field", "check", "severity", "row"]
    } else {
        &["dataset", "field", "check", "severity"]
    };
    walk(tables, "defects.parquet", columns, |part| {
        let names = ["dataset", "field", "check", "severity"].map(|column| part.needed_text(column));
        let [datasets, fields, checks, severities] = names;
        let names = [datasets?, fields?, checks?, severities?];
        let rows = part.count("row")?;
        for row in 0..part.rows() {
            let own = names.map(|column| column.value(row));
            match &mut last {
                Some((known, count)) if known.iter().zip(own).all(|(known, own)| known == own) => *count += 1,
                _ => {
                    if let Some((known, count)) = last.replace((own.map(str::to_owned), 1)) {
                        *quality.defects.entry(known).or_default() += count;
                    }
                }
            }
            if let Some((files, of_row)) = files.as_ref().zip(at(rows, row)) {
                let file = files.of_row(own[0], of_row);
                *quality.files.entry([own[0].to_owned(), file.to_owned()]).or_default() += 1;
            }
        }
        Ok(())
    })?;
    if let Some((known, count)) = last {
        *quality.defects.entry(known).or_default() += count;
    }
    walk(tables, "rejects.parquet", &["dataset", "file", "reason"], |part| {
        let names = [part.needed_text("dataset")?, part.needed_text("file")?, part.needed_text("reason")?];
        for row in 0..part.rows() {
            *quality.rejects.entry(names.map(|column| column.value(row).to_owned())).or_default() += 1;
        }
        Ok(())
    })?;
    Ok(quality)
}

/// The files of the datasets, with the last row of each.
struct Files<'a>(BTreeMap<&'a str, Vec<(u64, &'a str)>>);

impl<'a> Files<'a> {
    /// Nothing where no dataset has two files.
    fn of(inputs: &'a [RunInput]) -> Option<Self> {
        let mut files: BTreeMap<&str, Vec<(u64, &str)>> = BTreeMap::new();
        for input in inputs {
            let own = files.entry(&input.dataset).or_default();
            let before = own.last().map_or(0, |(end, _)| *end);
            own.push((before + input.records, &input.path));
        }
        files.values().any(|own| own.len() > 1).then_some(Files(files))
    }

    /// The file of a row, which counts from 1.
    fn of_row(&self, dataset: &str, row: u32) -> &'a str {
        let files = self.0.get(dataset).map_or(&[][..], Vec::as_slice);
        let at = files.partition_point(|(end, _)| *end < u64::from(row));
        files.get(at).map_or("", |(_, path)| path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(dataset: &str, path: &str, records: u64) -> RunInput {
        let (dataset, path) = (dataset.to_owned(), path.to_owned());
        RunInput { dataset, path, bytes: 0, records, accepted: records, rejected: 0, format: String::new() }
    }

    #[test]
    fn a_row_is_of_the_file_in_which_it_stands() {
        let inputs = [
            input("registry", "a", 2),
            input("registry", "b", 0),
            input("registry", "c", 3),
            input("documents", "d", 9),
        ];
        let files = Files::of(&inputs).unwrap();
        for (dataset, row, file) in [
            ("registry", 1, "a"),
            ("registry", 2, "a"),
            ("registry", 3, "c"),
            ("registry", 5, "c"),
            ("registry", 6, ""),
            ("documents", 9, "d"),
            ("activity", 1, ""),
        ] {
            assert_eq!(files.of_row(dataset, row), file, "{dataset} {row}");
        }
        assert!(Files::of(&inputs[3..]).is_none(), "one file each needs no telling apart");
    }
}

//! Answers: what somebody has said of records, read from a file.
//!
//! In: a truth, the clusters of an earlier run ([`Labels`]), or pairs that people marked ([`Marked`]); customer files as
//! far as reading goes. Out: the same by record. The law: an answer on a record that nobody knows, or that several
//! records could be, is counted and left out, never guessed.

use std::collections::BTreeMap;
use std::path::Path;

use super::customers::read;
use crate::batch::{Dataset, Role};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ingest::header::ColumnOverride;
use crate::ingest::{self, DataFile, Input, Needs, Reading, Spooling};
use crate::link::people::labels::{FOLDS, Label, LeftOut};
use crate::link::people::read::merge;
use crate::link::people::table::{Column, Ids, People, Texts};
use crate::normalise::hash::{hash, mix_pair};

/// What a file says of records.
pub(super) struct Labels {
    /// The records.
    pub(super) ids: Ids,
    /// For each record the code of its label; 0 for none.
    pub(super) codes: Vec<u32>,
    texts: Texts,
}

impl Labels {
    /// Reads record ids and what a file says of each: the second of two columns, or the one that is called `cluster`.
    pub(super) fn read(engine: &Engine, path: &Path, spooling: &Spooling) -> Result<Self> {
        let columns = ingest::customers::label_names()
            .map(|header| ColumnOverride { header: header.to_owned(), role: Some(Role::Code) })
            .collect();
        let reading = Reading { columns, ..Reading::default() };
        let file = DataFile::open(path, Dataset::Customers, &reading, Needs::Nothing, spooling)?;
        let input = Input { dataset: Dataset::Customers, files: vec![file] };
        let mut reads = [read(engine, &input, &ingest::Unobserved)?];
        let label = reads[0].columns.iter().position(|(_, role)| *role == Role::Code);
        let has_id = input.files[0].header().column(Role::RecordId).is_some();
        let (Some(label), true) = (label.or((reads[0].columns.len() == 1).then_some(0)), has_id) else {
            return Err(Error::usage("the file has no columns record_id and cluster")
                .at(path)
                .remedy("give a file with a header line record_id,cluster"));
        };
        let header = reads[0].columns[label].0.clone();
        let mut people = merge(engine, &mut reads);
        let column =
            people.columns.iter().position(|column| column.header == header).expect("the column was read");
        let column = people.columns.swap_remove(column);
        Ok(Labels { ids: people.ids, codes: column.codes, texts: column.texts })
    }

    /// The label of each id.
    pub(super) fn by_id(&self) -> BTreeMap<String, String> {
        let label = |code: u32| self.texts.get(code).to_owned();
        self.ids.iter().zip(&self.codes).map(|(id, &code)| (id.to_owned(), label(code))).collect()
    }
}

/// Rows of a file of labels.
#[derive(Debug)]
pub(super) struct Marked {
    rows: Vec<(String, String, Option<bool>)>,
}

impl Marked {
    /// Reads the columns `left_id`, `right_id` and `label`; others are not looked at, so that a `pairs.parquet` with a
    /// column more will do.
    pub(super) fn read(engine: &Engine, path: &Path, spooling: &Spooling) -> Result<Self> {
        const NAMES: [&str; 3] = ["left_id", "right_id", "label"];
        const OTHERS: [&str; 3] = ["match_probability", "match_weight", "comparisons"];
        let columns = NAMES
            .iter()
            .map(|name| (name, Some(Role::Code)))
            .chain(OTHERS.iter().map(|name| (name, None)))
            .map(|(name, role)| ColumnOverride { header: (*name).to_owned(), role })
            .collect();
        let reading = Reading { columns, ..Reading::default() };
        let file = DataFile::open(path, Dataset::Customers, &reading, Needs::Nothing, spooling)?;
        let input = Input { dataset: Dataset::Customers, files: vec![file] };
        let people = merge(engine, &mut [read(engine, &input, &ingest::Unobserved)?]);
        let column =
            |name: &str| people.columns.iter().find(|column| column.header.eq_ignore_ascii_case(name));
        let [Some(left), Some(right), Some(label)] = NAMES.map(column) else {
            return Err(Error::usage("the file has no columns left_id, right_id and label")
                .at(path)
                .remedy("give a file with a header line left_id,right_id,label"));
        };
        if people.is_empty() {
            return Err(Error::usage("the file holds no label")
                .at(path)
                .remedy("mark pairs as `same` or `different`, or leave out --labels"));
        }
        let mut rows = Vec::with_capacity(people.len());
        for record in 0..people.len() {
            let text = |column: &Column| column.texts.get(column.codes[record]).to_owned();
            let said = match text(label).to_lowercase().as_str() {
                "" => None,
                "same" | "1" | "match" => Some(true),
                "different" | "0" | "non-match" => Some(false),
                _ => {
                    return Err(Error::usage("a label is none of the words that labels have")
                        .at(path)
                        .row(u64::from(people.rows[record]) + 1)
                        .remedy(
                            "write same or different, match or non-match, 1 or 0; or nothing for `not known`",
                        ));
                }
            };
            rows.push((text(left), text(right), said));
        }
        Ok(Marked { rows })
    }

    /// The labels of these records, each pair once, and what was left out.
    pub(super) fn of(&self, people: &People) -> (Vec<Label>, LeftOut) {
        let mut records: BTreeMap<&str, Option<u32>> = BTreeMap::new();
        for (record, id) in people.ids.iter().enumerate() {
            // An id that several records have is nobody's.
            records.entry(id).and_modify(|known| *known = None).or_insert(Some(record as u32));
        }
        let mut left_out = LeftOut::default();
        let mut said: BTreeMap<(u32, u32), Option<bool>> = BTreeMap::new();
        for (left, right, same) in &self.rows {
            let Some(same) = *same else {
                left_out.blank += 1;
                continue;
            };
            let (Some(one), Some(two)) = (records.get(left.as_str()), records.get(right.as_str())) else {
                left_out.unknown += 1;
                continue;
            };
            let (Some(one), Some(two)) = (*one, *two) else {
                left_out.ambiguous += 1;
                continue;
            };
            if one == two {
                left_out.ambiguous += 1;
                continue;
            }
            let known = said.entry((one.min(two), one.max(two))).or_insert(Some(same));
            if *known != Some(same) {
                *known = None;
            }
        }
        left_out.contradictory = said.values().filter(|same| same.is_none()).count() as u64;
        let labels = said
            .into_iter()
            .filter_map(|((left, right), same)| {
                let ids = [left, right].map(|record| hash(people.ids[record as usize].as_bytes()));
                let fold = (mix_pair(ids[0].min(ids[1]), ids[0].max(ids[1])) % u64::from(FOLDS)) as u8;
                same.map(|same| Label { left, right, same, fold })
            })
            .collect();
        (labels, left_out)
    }
}

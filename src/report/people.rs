//! The files of `dedupe`: clusters, pairs and the account of the run.
//!
//! In: what linking found. Out: tables in the order of the records, and `run.json`. The law: every accepted record
//! stands in `clusters.parquet` once, and a cluster's id depends on its records' ids, not on their places.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{Float64Builder, ListBuilder, StringBuilder, StructBuilder, UInt32Builder};
use arrow_schema::{DataType, Field as ArrowField, Fields, Schema};
use serde::Serialize;

use super::protect::ProtectionReport;
use super::publish::{Draft, Output};
use super::run_json::{Evidence, InputReport};
use super::tables::{case_bits, case_text, field, write_to, write_whole};
use crate::engine::Engine;
use crate::error::Result;
use crate::link::people::Linked;
use crate::link::people::golden::{Golden, Groups};
use crate::link::people::judge::{Figures, Judgement};
use crate::link::people::labels::Lesson;
use crate::link::people::table::{ByHash, People};

/// For each record its cluster's id and size.
#[derive(Debug)]
pub struct Named {
    /// For each record the number of its cluster.
    pub cluster: Vec<u32>,
    /// For each cluster how many records it has.
    pub sizes: Vec<u32>,
    /// For each cluster what its id is made of, where it has none of an earlier run.
    bits: Vec<u64>,
    /// Ids of an earlier run, by cluster.
    kept: BTreeMap<u32, String>,
}

impl Named {
    /// The id of a cluster.
    #[must_use]
    pub fn id(&self, cluster: u32) -> Cow<'_, str> {
        match self.kept.get(&cluster) {
            Some(kept) => Cow::Borrowed(kept),
            None => Cow::Owned(case_text('P', self.bits[cluster as usize])),
        }
    }

    /// The id of the cluster of a record.
    #[must_use]
    pub fn id_of(&self, record: u32) -> Cow<'_, str> {
        self.id(self.cluster[record as usize])
    }
}

/// Clusters that are named by one task.
const PART_NAMES: usize = 1 << 14;

/// Names the clusters. `previous` holds for some records the id of the cluster in which they were: a cluster keeps
/// the id that most of its records had, and where two clusters had one id the one with more of its records does.
#[must_use]
pub fn name(engine: &Engine, people: &People, first: &[u32], previous: &BTreeMap<String, String>) -> Named {
    let mut number = vec![u32::MAX; people.len()];
    let mut cluster = Vec::with_capacity(people.len());
    let mut sizes: Vec<u32> = Vec::new();
    let mut smallest: Vec<u32> = Vec::new();
    for (record, &first) in first.iter().enumerate() {
        let slot = &mut number[first as usize];
        if *slot == u32::MAX {
            *slot = sizes.len() as u32;
            sizes.push(0);
            smallest.push(record as u32);
        }
        let at = *slot as usize;
        sizes[at] += 1;
        if sizes[at] > 1 && people.ids[record] < people.ids[smallest[at] as usize] {
            smallest[at] = record as u32;
        }
        cluster.push(at as u32);
    }
    drop(number);
    let kept = kept_ids(people, &cluster, previous);
    // Files may share record ids, and an id of the last run is not given to somebody else.
    let bits_of = |at: usize, pluses: usize| {
        let record = smallest[at] as usize;
        let place = format!("{}{}", people.files[record], "+".repeat(pluses));
        case_bits(&[&people.ids[record], &place])
    };
    let parts = engine.map(sizes.len().div_ceil(PART_NAMES), |part| {
        let end = ((part + 1) * PART_NAMES).min(sizes.len());
        (part * PART_NAMES..end).map(|at| bits_of(at, 0)).collect::<Vec<u64>>()
    });
    let mut bits: Vec<u64> = Vec::with_capacity(sizes.len());
    parts.into_iter().for_each(|part| bits.extend(part));
    let used: BTreeSet<&str> = previous.values().map(String::as_str).collect();
    let is_used = |bits: u64| !used.is_empty() && used.contains(case_text('P', bits).as_str());
    let mut fresh: ByHash<()> = ByHash::default();
    for (at, bits) in bits.iter_mut().enumerate() {
        let mut pluses = 0;
        while !kept.contains_key(&(at as u32)) && (fresh.insert(*bits, ()).is_some() || is_used(*bits)) {
            pluses += 1;
            *bits = bits_of(at, pluses);
        }
    }
    Named { cluster, sizes, bits, kept }
}

/// Which clusters keep an id of an earlier run.
fn kept_ids(people: &People, cluster: &[u32], previous: &BTreeMap<String, String>) -> BTreeMap<u32, String> {
    let mut kept = BTreeMap::new();
    if previous.is_empty() {
        return kept;
    }
    let mut votes: BTreeMap<(u32, &str), u32> = BTreeMap::new();
    for (record, &at) in cluster.iter().enumerate() {
        if let Some(id) = previous.get(&people.ids[record]) {
            *votes.entry((at, id)).or_default() += 1;
        }
    }
    let mut ranked: Vec<(u32, &str, u32)> = votes.into_iter().map(|((at, id), n)| (n, id, at)).collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut taken = BTreeSet::new();
    for (_, id, at) in ranked {
        if !kept.contains_key(&at) && taken.insert(id) {
            kept.insert(at, id.to_owned());
        }
    }
    kept
}

/// `clusters.parquet`, in the order of the records.
///
/// # Errors
/// When the disk is full or fails; so of the other tables.
pub fn clusters(engine: &Engine, draft: &Draft, people: &People, named: &Named) -> Result<Output> {
    let schema = Schema::new(vec![
        field("record_id", DataType::Utf8),
        field("cluster_id", DataType::Utf8),
        field("cluster_size", DataType::UInt32),
        field("row", DataType::UInt32),
    ]);
    write_to(engine, draft.file("clusters.parquet")?, schema, people.len(), |rows| {
        let (mut ids, mut clusters) = (StringBuilder::new(), StringBuilder::new());
        let (mut sizes, mut numbers) = (UInt32Builder::new(), UInt32Builder::new());
        for record in rows {
            let cluster = named.cluster[record];
            ids.append_value(&people.ids[record]);
            clusters.append_value(named.id(cluster));
            sizes.append_value(named.sizes[cluster as usize]);
            numbers.append_value(people.rows[record] + 1);
        }
        vec![
            Arc::new(ids.finish()) as ArrayRef,
            Arc::new(clusters.finish()),
            Arc::new(sizes.finish()),
            Arc::new(numbers.finish()),
        ]
    })
}

/// `pairs.parquet`, by left and right record; pairs of a smaller probability than `least` are left out.
///
/// # Errors
/// As [`clusters`].
pub fn pairs(engine: &Engine, draft: &Draft, people: &People, linked: &Linked, least: f64) -> Result<Output> {
    let parts: Fields = vec![
        field("field", DataType::Utf8),
        field("level", DataType::Utf8),
        field("weight", DataType::Float64),
    ]
    .into();
    let item = Arc::new(ArrowField::new("item", DataType::Struct(parts.clone()), false));
    let schema = Schema::new(vec![
        field("left_id", DataType::Utf8),
        field("right_id", DataType::Utf8),
        field("match_probability", DataType::Float64),
        field("match_weight", DataType::Float64),
        field("comparisons", DataType::List(item.clone())),
    ]);
    write_to(engine, draft.file("pairs.parquet")?, schema, linked.pairs.len(), |rows| {
        let kept = linked.pairs[rows]
            .iter()
            .map(|pair| (pair, linked.probability(pair)))
            .filter(|(_, probability)| *probability >= least);
        let (mut left, mut right) = (StringBuilder::new(), StringBuilder::new());
        let (mut probabilities, mut weights) = (Float64Builder::new(), Float64Builder::new());
        let builders = StructBuilder::from_fields(parts.clone(), 0);
        let mut comparisons = ListBuilder::new(builders).with_field(item.clone());
        for (pair, probability) in kept {
            left.append_value(&people.ids[pair.left as usize]);
            right.append_value(&people.ids[pair.right as usize]);
            probabilities.append_value(rounded(probability));
            weights.append_value(rounded(f64::from(pair.weight)));
            let mut add = |name: &str, level: &str, weight: f32| {
                let parts = comparisons.values();
                parts.field_builder::<StringBuilder>(0).expect("field").append_value(name);
                parts.field_builder::<StringBuilder>(1).expect("level").append_value(level);
                let weight = rounded(f64::from(weight));
                parts.field_builder::<Float64Builder>(2).expect("weight").append_value(weight);
                parts.append(true);
            };
            for (at, field) in linked.fields.iter().enumerate() {
                let level = crate::link::people::model::level(pair.pattern, at);
                if level == 0 {
                    continue;
                }
                let weight = linked.weights.field(at, pair.pattern, field.codes[pair.left as usize]);
                add(&field.name, field.kind.levels()[level], weight);
            }
            // What is left of a weight when all fields are added up: the prior, and this.
            let relatives = linked.weights.relatives(&linked.fields, pair.pattern, pair.left as usize);
            if relatives < -0.05 {
                add("household", "what people who live together share", relatives);
            }
            comparisons.append(true);
        }
        vec![
            Arc::new(left.finish()) as ArrayRef,
            Arc::new(right.finish()),
            Arc::new(probabilities.finish()),
            Arc::new(weights.finish()),
            Arc::new(comparisons.finish()),
        ]
    })
}

/// Four decimals: more would only repeat the noise of single precision.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// `conflicts.parquet`: pairs that belong together by their weight and that a rule kept apart.
///
/// # Errors
/// As [`clusters`].
pub fn conflicts(draft: &Draft, people: &People, linked: &Linked) -> Result<Output> {
    let schema = Schema::new(vec![
        field("left_id", DataType::Utf8),
        field("right_id", DataType::Utf8),
        field("reason", DataType::Utf8),
        field("match_probability", DataType::Float64),
    ]);
    let [mut left, mut right, mut reasons] = std::array::from_fn(|_| StringBuilder::new());
    let mut probabilities = Float64Builder::new();
    for (pair, reason) in &linked.conflicts {
        left.append_value(&people.ids[pair.left as usize]);
        right.append_value(&people.ids[pair.right as usize]);
        reasons.append_value(reason.name());
        probabilities.append_value(rounded(linked.probability(pair)));
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(left.finish()),
        Arc::new(right.finish()),
        Arc::new(reasons.finish()),
        Arc::new(probabilities.finish()),
    ];
    write_whole(draft.file("conflicts.parquet")?, schema, columns)
}

/// `golden.parquet`: for each person of two records or more the best value of every column, and why.
///
/// # Errors
/// As [`clusters`].
pub fn golden(
    engine: &Engine,
    draft: &Draft,
    people: &People,
    linked: &Linked,
    named: &Named,
) -> Result<Output> {
    let schema = Schema::new(vec![
        field("cluster_id", DataType::Utf8),
        field("field", DataType::Utf8),
        field("value", DataType::Utf8),
        field("reason", DataType::Utf8),
        field("support", DataType::UInt32),
        field("present", DataType::UInt32),
    ]);
    let groups = Groups::of(&linked.clusters);
    let golden = Golden::new(people, &linked.fields);
    write_to(engine, draft.file("golden.parquet")?, schema, groups.len(), |clusters| {
        let [mut ids, mut fields, mut values, mut reasons] = std::array::from_fn(|_| StringBuilder::new());
        let (mut support, mut present) = (UInt32Builder::new(), UInt32Builder::new());
        for at in clusters {
            let members = groups.get(at);
            let id = named.id_of(members[0]);
            for best in golden.best(members) {
                let column = &people.columns[best.column];
                ids.append_value(&id);
                fields.append_value(&column.header);
                values.append_value(column.texts.get(best.code));
                reasons.append_value(best.reason.name());
                support.append_value(best.support);
                present.append_value(best.present);
            }
        }
        vec![
            Arc::new(ids.finish()) as ArrayRef,
            Arc::new(fields.finish()),
            Arc::new(values.finish()),
            Arc::new(reasons.finish()),
            Arc::new(support.finish()),
            Arc::new(present.finish()),
        ]
    })
}

/// `run.json` of `dedupe`.
#[derive(Clone, Debug, Serialize)]
pub struct PeopleReport {
    /// Version of the program.
    pub version: &'static str,
    /// The one "now" of the run.
    pub as_of: String,
    /// Digest of everything but the inputs' bytes that can change an output.
    pub config_fingerprint: String,
    /// One entry a file.
    pub inputs: Vec<InputReport>,
    /// One entry a file of the report.
    pub outputs: Vec<Output>,
    /// What was made of each column.
    pub columns: Vec<(String, String)>,
    /// Keys by which pairs were found, with their comparisons.
    pub keys: Vec<(String, u64)>,
    /// Counts.
    pub counts: PeopleCounts,
    /// What signals were worth.
    pub evidence: Evidence,
    /// Share of the matches that some key finds, as estimated.
    pub blocking_recall: f64,
    /// Precision and recall of the clusters as the model sees them.
    pub estimate: Figures,
    /// What was learned from labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Lesson>,
    /// Precision and recall against the truth that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truth: Option<Judgement>,
    /// How its tables are protected, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection: Option<ProtectionReport>,
    /// Bytes that were laid down on the disk under a limit of memory: no part of the report, which is the same.
    #[serde(skip)]
    pub laid_bytes: Option<u64>,
    /// Seconds by stage: the only part that differs between two equal runs.
    pub seconds: BTreeMap<&'static str, f64>,
}

/// Counts of `dedupe`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PeopleCounts {
    /// Records that were compared.
    pub records: u64,
    /// Persons: clusters, those of one record among them.
    pub persons: u64,
    /// Records that share a cluster with another.
    pub duplicates: u64,
    /// Records of the largest cluster.
    pub largest: u64,
    /// Comparisons, known before the first.
    pub comparisons: u64,
    /// Pairs that belong together and that a rule kept apart, by rule.
    pub conflicts: BTreeMap<&'static str, u64>,
    /// Pairs in `pairs.parquet`.
    pub pairs: u64,
    /// Records that deserve a look, by band; every band is named.
    pub suspects: BTreeMap<&'static str, u64>,
    /// The same by signal.
    pub signals: BTreeMap<&'static str, u64>,
    /// Rejected records by reason.
    pub rejects: BTreeMap<&'static str, u64>,
}

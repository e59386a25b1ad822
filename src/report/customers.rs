//! Customers: the records of a bank's file that deserve a look, as `suspects.parquet` beside the clusters.
//!
//! In: suspects and what was believed. Out: the table, by falling score, and its counts for `run.json`. The law: what
//! stands in a row adds up: prior, signals and exculpations are the log odds of its score.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{Float64Builder, ListBuilder, StringBuilder, StructBuilder, UInt32Builder};
use arrow_schema::{DataType, Field, Fields, Schema};

use super::people::Named;
use super::publish::{Draft, Output};
use super::run_json::Evidence;
use super::tables::{case_id, field, nullable, write_to};
use crate::engine::Engine;
use crate::error::Result;
use crate::rules::customers::evidence::{Belief, Exculpation, Suspect};
use crate::rules::customers::{Code, Look};
use crate::rules::score::Band;

/// Bits as reports have them.
fn bits(millibits: i32) -> f64 {
    f64::from(millibits) / 1000.0
}

/// `suspects.parquet` of `dedupe`, sorted by falling score, then record.
///
/// # Errors
/// When the disk is full or fails.
pub fn suspects(
    engine: &Engine,
    draft: &Draft,
    look: &Look<'_>,
    named: &Named,
    found: &[Suspect],
    belief: &Belief,
) -> Result<Output> {
    let signal_fields: Fields = vec![
        field("code", DataType::Utf8),
        field("weight", DataType::Float64),
        field("evidence", DataType::Utf8),
        field("bits", DataType::Float64),
    ]
    .into();
    let exculpation_fields: Fields =
        vec![field("code", DataType::Utf8), field("bits", DataType::Float64)].into();
    let item = |fields: &Fields| Arc::new(Field::new("item", DataType::Struct(fields.clone()), false));
    let items = [(item(&signal_fields), signal_fields), (item(&exculpation_fields), exculpation_fields)];
    let schema = Schema::new(vec![
        field("case_id", DataType::Utf8),
        field("record_id", DataType::Utf8),
        nullable("iin", DataType::Utf8),
        field("score", DataType::Float64),
        field("band", DataType::Utf8),
        field("cluster_id", DataType::Utf8),
        nullable("ring_id", DataType::Utf8),
        field("signals", DataType::List(items[0].0.clone())),
        field("prior_bits", DataType::Float64),
        field("exculpations", DataType::List(items[1].0.clone())),
        field("row", DataType::UInt32),
    ]);
    write_to(engine, draft.file("suspects.parquet")?, schema, found.len(), |rows| {
        columns(&found[rows], look, named, belief, &items)
    })
}

fn columns(
    found: &[Suspect],
    look: &Look<'_>,
    named: &Named,
    belief: &Belief,
    items: &[(Arc<Field>, Fields); 2],
) -> Vec<ArrayRef> {
    let people = look.people;
    let [mut case_ids, mut ids, mut iins, mut bands, mut clusters, mut rings] =
        std::array::from_fn(|_| StringBuilder::new());
    let (mut scores, mut priors) = (Float64Builder::new(), Float64Builder::new());
    let mut rows = UInt32Builder::new();
    let [mut signals, mut exculpations] = [0, 1].map(|at| {
        let (item, fields) = &items[at];
        ListBuilder::new(StructBuilder::from_fields(fields.clone(), 0)).with_field(item.clone())
    });
    for suspect in found {
        let record = suspect.record as usize;
        // Files may share record ids.
        case_ids.append_value(case_id('C', &[&people.ids[record], &people.files[record].to_string()]));
        ids.append_value(&people.ids[record]);
        let iin = look.number_text(record);
        iins.append_option(Some(iin).filter(|iin| !iin.is_empty()));
        scores.append_value(f64::from(suspect.score) / 1000.0);
        bands.append_value(suspect.band.name());
        clusters.append_value(named.id_of(suspect.record));
        rings.append_null();
        for signal in &suspect.signals {
            let parts = signals.values();
            parts.field_builder::<StringBuilder>(0).expect("code").append_value(signal.code.name());
            let weight = f64::from(signal.weight(look.terms)) / 1000.0;
            parts.field_builder::<Float64Builder>(1).expect("weight").append_value(weight);
            parts.field_builder::<StringBuilder>(2).expect("evidence").append_value(&signal.evidence);
            parts.field_builder::<Float64Builder>(3).expect("bits").append_value(bits(signal.bits));
            parts.append(true);
        }
        signals.append(true);
        priors.append_value(bits(belief.prior));
        for &(exculpation, taken) in &suspect.exculpations {
            let parts = exculpations.values();
            parts.field_builder::<StringBuilder>(0).expect("code").append_value(exculpation.name());
            parts.field_builder::<Float64Builder>(1).expect("bits").append_value(bits(taken));
            parts.append(true);
        }
        exculpations.append(true);
        rows.append_value(people.rows[record] + 1);
    }
    vec![
        Arc::new(case_ids.finish()),
        Arc::new(ids.finish()),
        Arc::new(iins.finish()),
        Arc::new(scores.finish()),
        Arc::new(bands.finish()),
        Arc::new(clusters.finish()),
        Arc::new(rings.finish()),
        Arc::new(signals.finish()),
        Arc::new(priors.finish()),
        Arc::new(exculpations.finish()),
        Arc::new(rows.finish()),
    ]
}

/// How many there are in each band, the empty ones among them.
#[must_use]
pub fn by_band(found: &[Suspect]) -> BTreeMap<&'static str, u64> {
    let mut counts: BTreeMap<&'static str, u64> = Band::ALL.map(|band| (band.name(), 0)).into();
    for suspect in found {
        *counts.entry(suspect.band.name()).or_default() += 1;
    }
    counts
}

/// How many of them bear each signal.
#[must_use]
pub fn by_signal(found: &[Suspect]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for signal in found.iter().flat_map(|suspect| &suspect.signals) {
        *counts.entry(signal.code.name()).or_default() += 1;
    }
    counts
}

/// What was believed, for `run.json`.
#[must_use]
pub fn account(belief: &Belief) -> Evidence {
    let signals = Code::ALL.map(|code| (code.name(), bits(belief.worth(code)[1])));
    let exculpations = Exculpation::ALL.map(|of| (of.name(), bits(belief.exculpation(of))));
    Evidence {
        prior_bits: bits(belief.prior),
        rows: belief.records,
        signals: signals.into(),
        exculpations: exculpations.into(),
    }
}

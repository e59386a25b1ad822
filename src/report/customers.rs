//! Customers: the records of a bank's file that deserve a look, as `suspects.parquet` beside the clusters.
//!
//! In: suspects and what was believed. Out: the table, by falling score, and what was believed for `run.json`. The law:
//! as in the table of `reconcile`, wherever a column means the same.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{Float64Builder, StringBuilder, UInt32Builder};
use arrow_schema::{DataType, Schema};

use super::people::Named;
use super::publish::{Draft, Output};
use super::run_json::Evidence;
use super::signs::SignColumns;
use super::tables::{case_id, field, nullable, write_to};
use crate::engine::Engine;
use crate::error::Result;
use crate::rules::customers::evidence::{Belief, Exculpation, Suspect};
use crate::rules::customers::{Code, Look};

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
    let [signals, priors, exculpations] = SignColumns::fields();
    let schema = Schema::new(vec![
        field("case_id", DataType::Utf8),
        field("record_id", DataType::Utf8),
        nullable("iin", DataType::Utf8),
        field("score", DataType::Float64),
        field("band", DataType::Utf8),
        field("cluster_id", DataType::Utf8),
        nullable("ring_id", DataType::Utf8),
        signals,
        priors,
        exculpations,
        field("row", DataType::UInt32),
    ]);
    write_to(engine, draft.file("suspects.parquet")?, schema, found.len(), |rows| {
        columns(&found[rows], look, named, belief)
    })
}

fn columns(found: &[Suspect], look: &Look<'_>, named: &Named, belief: &Belief) -> Vec<ArrayRef> {
    let people = look.people;
    let [mut case_ids, mut ids, mut iins, mut bands, mut clusters, mut rings] =
        std::array::from_fn(|_| StringBuilder::new());
    let (mut scores, mut signs, mut rows) = (Float64Builder::new(), SignColumns::new(), UInt32Builder::new());
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
            signs.signal(signal.code.name(), signal.weight(look.terms), &signal.evidence, signal.bits);
        }
        for &(exculpation, taken) in &suspect.exculpations {
            signs.exculpation(exculpation.name(), taken);
        }
        signs.end(belief.prior);
        rows.append_value(people.rows[record] + 1);
    }
    let [signals, priors, exculpations] = signs.finish();
    vec![
        Arc::new(case_ids.finish()),
        Arc::new(ids.finish()),
        Arc::new(iins.finish()),
        Arc::new(scores.finish()),
        Arc::new(bands.finish()),
        Arc::new(clusters.finish()),
        Arc::new(rings.finish()),
        signals,
        priors,
        exculpations,
        Arc::new(rows.finish()),
    ]
}

/// What was believed, for `run.json`.
#[must_use]
pub fn account(belief: &Belief) -> Evidence {
    let signals = Code::ALL.map(|code| (code.name(), belief.worth(code)[1]));
    let exculpations = Exculpation::ALL.map(|of| (of.name(), belief.exculpation(of)));
    Evidence::new(belief.prior, belief.records, &signals, &exculpations)
}

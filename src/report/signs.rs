//! Signs: what speaks against and for somebody, as the columns that every `suspects.parquet` has.
//!
//! In: the signals and exculpations of one suspect after the other. Out: the columns `signals`, `prior_bits` and
//! `exculpations`. The law: what stands in a row adds up to the log odds of its score, whoever found the suspect.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{Float64Builder, ListBuilder, StringBuilder, StructBuilder};
use arrow_schema::{DataType, Field, Fields};

use super::tables::field;
use crate::rules::bits::{Millibits, in_bits};

/// The columns while they are made.
pub(super) struct SignColumns {
    signals: ListBuilder<StructBuilder>,
    priors: Float64Builder,
    exculpations: ListBuilder<StructBuilder>,
}

/// The parts of a signal, and of an exculpation.
fn parts() -> [Fields; 2] {
    let text = |name| field(name, DataType::Utf8);
    let number = |name| field(name, DataType::Float64);
    [
        vec![text("code"), number("weight"), text("evidence"), number("bits")].into(),
        vec![text("code"), number("bits")].into(),
    ]
}

fn item(parts: &Fields) -> Arc<Field> {
    Arc::new(field("item", DataType::Struct(parts.clone())))
}

impl SignColumns {
    /// The fields `signals`, `prior_bits` and `exculpations`.
    pub(super) fn fields() -> [Field; 3] {
        let [signals, exculpations] = parts().map(|parts| DataType::List(item(&parts)));
        [
            field("signals", signals),
            field("prior_bits", DataType::Float64),
            field("exculpations", exculpations),
        ]
    }

    /// Columns without rows.
    pub(super) fn new() -> Self {
        let [signals, exculpations] = parts().map(|parts| {
            let item = item(&parts);
            ListBuilder::new(StructBuilder::from_fields(parts, 0)).with_field(item)
        });
        SignColumns { signals, priors: Float64Builder::new(), exculpations }
    }

    /// Adds a signal to the row; its weight is in thousandths.
    pub(super) fn signal(&mut self, code: &str, weight: u16, evidence: &str, bits: Millibits) {
        let parts = self.signals.values();
        text(parts, 0, code);
        number(parts, 1, f64::from(weight) / 1000.0);
        text(parts, 2, evidence);
        number(parts, 3, in_bits(bits));
        parts.append(true);
    }

    /// Adds an exculpation to the row.
    pub(super) fn exculpation(&mut self, code: &str, bits: Millibits) {
        let parts = self.exculpations.values();
        text(parts, 0, code);
        number(parts, 1, in_bits(bits));
        parts.append(true);
    }

    /// Ends the row.
    pub(super) fn end(&mut self, prior: Millibits) {
        self.signals.append(true);
        self.exculpations.append(true);
        self.priors.append_value(in_bits(prior));
    }

    /// The columns, in the order of [`Self::fields`].
    pub(super) fn finish(mut self) -> [ArrayRef; 3] {
        [
            Arc::new(self.signals.finish()),
            Arc::new(self.priors.finish()),
            Arc::new(self.exculpations.finish()),
        ]
    }
}

fn text(parts: &mut StructBuilder, at: usize, text: &str) {
    parts.field_builder::<StringBuilder>(at).expect("a text stands there").append_value(text);
}

fn number(parts: &mut StructBuilder, at: usize, number: f64) {
    parts.field_builder::<Float64Builder>(at).expect("a number stands there").append_value(number);
}

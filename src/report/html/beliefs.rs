//! Beliefs: a model in words and as bars.
//!
//! In: fields and what their agreements are worth. Out: one sentence or two a field, the bars of the chart, and the
//! table beside it. The law: what is said is what pairs were weighed with; factors are of odds, which is what
//! "likelier" means on the page.

use super::chart::Weight;
use super::text::{factor, likelier, percent, rough, words};
use crate::link::people::Linked;
use crate::link::people::field::{Field, FieldKind};
use crate::link::people::model::{AGREES, FREE, FieldModel};
use crate::link::people::name::SPELLING;

/// What is believed of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// The field.
    pub field: String,
    /// What the same value makes of a match.
    pub same: String,
    /// The same for its most frequent and for a rare value, where that makes a difference.
    pub range: Option<(String, String)>,
    /// What a different value makes of a match.
    pub different: String,
    /// The share of the records that lack it, where some do.
    pub missing: Option<String>,
    /// The field on which it leans, and what the same value is worth when that one agrees too.
    pub leans: Option<(String, String)>,
}

/// One row of the table of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelRow {
    /// The field, where it starts.
    pub field: Option<(String, usize)>,
    /// The level.
    pub level: &'static str,
    /// Share of the pairs of one person that compare so.
    pub m: String,
    /// Share of the pairs of two persons that compare so.
    pub u: String,
    /// The weight as a factor.
    pub factor: String,
    /// The weight in bits.
    pub bits: String,
}

/// A share so low among both kinds of pairs is not drawn: nobody would meet it.
const DRAWN_MIN: f64 = 0.0005;

/// What an agreement of a field weighs whose worth depends on how rare the value is: on average over the records, and for
/// the most frequent and the rarest of these values. `beside` are the levels of other fields in the pattern.
fn shared(linked: &Linked, at: usize, level: usize, beside: u64) -> (f64, Option<(f64, f64)>) {
    let field = &linked.fields[at];
    let pattern = beside | (level as u64) << (4 * at);
    // An equal value is shared by two; one in another spelling may be its only record's.
    let least = if level == 1 { 2 } else { 1 };
    let (mut low, mut high, mut sum, mut records) = (f64::MAX, f64::MIN, 0.0, 0.0);
    for code in (1..field.frequency.len()).filter(|&code| field.frequency[code] >= least) {
        let bits = f64::from(linked.weights.field(at, pattern, code as u32));
        let frequency = f64::from(field.frequency[code]);
        (low, high) = (low.min(bits), high.max(bits));
        sum += bits * frequency;
        records += frequency;
    }
    if records == 0.0 || field.kind == FieldKind::Category {
        let known = &linked.trained.model.fields[at];
        return (known.weight(if beside == 0 { FREE } else { AGREES }, level), None);
    }
    // A factor of two is no difference worth a word.
    (sum / records, (high - low > 1.0).then_some((low, high)))
}

/// What a level of a field weighs, on average where that depends on the value.
fn weight(linked: &Linked, at: usize, level: usize) -> (f64, Option<(f64, f64)>) {
    let by_value = level == 1 || linked.fields[at].kind == FieldKind::Name && level == usize::from(SPELLING);
    match by_value {
        true => shared(linked, at, level, 0),
        false => (linked.trained.model.fields[at].weight(FREE, level), None),
    }
}

/// Bits by which a leaning must lower a weight to be worth a word: a quarter of the odds.
const LEANING_MIN: f64 = 0.4;

/// What is believed of each field.
#[must_use]
pub fn beliefs(linked: &Linked) -> Vec<Belief> {
    let model = &linked.trained.model;
    let belief = |(at, field): (usize, &Field)| {
        let known = &model.fields[at];
        let records = field.codes.len().max(1) as f64;
        let lacking = 1.0 - f64::from(field.present) / records;
        let (same, range) = shared(linked, at, 1, 0);
        let leans = known.parent.map(|parent| (parent, shared(linked, at, 1, 1 << (4 * parent)).0));
        Belief {
            field: words(&field.name),
            same: likelier(same),
            range: range.map(|(low, high)| (factor(low), factor(high))),
            different: likelier(known.weight(FREE, usize::from(field.kind.different()))),
            missing: (lacking > 0.0).then(|| percent(lacking)),
            leans: leans
                .filter(|(_, less)| same - less > LEANING_MIN)
                .map(|(parent, less)| (words(&linked.fields[parent].name), factor(less))),
        }
    };
    linked.fields.iter().enumerate().map(belief).collect()
}

/// Levels of a field that are met at all.
fn levels(known: &FieldModel) -> impl Iterator<Item = usize> + '_ {
    (1..known.levels()).filter(|&level| known.m[FREE][level].max(known.u[FREE][level]) >= DRAWN_MIN)
}

/// The bars of the chart.
#[must_use]
pub fn bars(linked: &Linked) -> Vec<Weight> {
    let mut bars = Vec::new();
    for (at, field) in linked.fields.iter().enumerate() {
        let known = &linked.trained.model.fields[at];
        bars.extend(levels(known).map(|level| {
            let (bits, range) = weight(linked, at, level);
            Weight { field: words(&field.name), level: field.kind.levels()[level].to_owned(), bits, range }
        }));
    }
    bars
}

/// The table beside the chart.
#[must_use]
pub fn rows(linked: &Linked) -> Vec<LevelRow> {
    let mut rows = Vec::new();
    for (at, field) in linked.fields.iter().enumerate() {
        let known = &linked.trained.model.fields[at];
        let count = levels(known).count();
        rows.extend(levels(known).enumerate().map(|(place, level)| LevelRow {
            field: (place == 0).then(|| (words(&field.name), count)),
            level: field.kind.levels()[level],
            m: percent(known.m[FREE][level]),
            u: share(known.u[FREE][level]),
            factor: factor(weight(linked, at, level).0),
            bits: format!("{:+.2}", weight(linked, at, level).0),
        }));
    }
    rows
}

/// A share that may be very small.
fn share(share: f64) -> String {
    if share > 0.0 && share < 0.001 { format!("1 in {}", rough(1.0 / share)) } else { percent(share) }
}

/// Columns whose agreement or difference tells almost nothing, and those whose difference speaks for a match, which it
/// never should.
#[must_use]
pub fn doubtful(linked: &Linked) -> (Vec<String>, Vec<String>) {
    let (mut silent, mut reversed) = (Vec::new(), Vec::new());
    for (at, field) in linked.fields.iter().enumerate() {
        let known = &linked.trained.model.fields[at];
        let (same, different) =
            (weight(linked, at, 1).0, known.weight(FREE, usize::from(field.kind.different())));
        if different > 0.5 || same < -0.5 {
            reversed.push(words(&field.name));
        } else if same < 0.5 && different > -0.5 {
            silent.push(words(&field.name));
        }
    }
    (silent, reversed)
}

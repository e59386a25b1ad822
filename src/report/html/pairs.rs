//! Pairs: single pairs of records for a person to judge, with all that speaks for and against.
//!
//! In: pairs, the records and the weights. Out: [`Card`]s, with both records beside each other and the waterfall of their
//! weights. The law: which pairs are shown depends on the pairs alone; at most one of any two persons, since a
//! second one would ask the same question; a card shows the numbers with which the run decided.

use std::collections::{BTreeSet, BinaryHeap};

use super::chart::{Step, odds, waterfall};
use super::people::Material;
use super::text::{Cell, beside, factor, percent, shown, words};
use crate::batch::Role;
use crate::link::people::Pair;
use crate::link::people::calibrate::claimed;
use crate::link::people::field::{Field, FieldKind};
use crate::link::people::model::level;
use crate::link::people::name::{CROSSED, SPELLING};
use crate::link::people::rules::Conflict;

/// Two records beside each other.
#[derive(Clone, Debug)]
pub struct Card {
    /// What it is called in links.
    pub anchor: String,
    /// Its place in the list.
    pub number: usize,
    /// The records.
    pub sides: [Side; 2],
    /// What was decided.
    pub verdict: &'static str,
    /// The class of the verdict.
    pub class: &'static str,
    /// The probability that both are one person.
    pub probability: String,
    /// Why a rule kept them apart.
    pub reason: Option<&'static str>,
    /// What was compared.
    pub rows: Vec<Row>,
    /// What was not compared, and how much of it is not shown.
    pub others: Vec<Other>,
    /// Columns that are not shown.
    pub left_out: usize,
    /// Prior and sum, unless a rule put both together whatever they weigh.
    pub sum: Option<Sum>,
    /// What could explain the picture.
    pub hints: Vec<&'static str>,
}

/// One record of a pair.
#[derive(Clone, Debug)]
pub struct Side {
    /// Its id.
    pub id: String,
    /// Its number among all records, from 1.
    pub row: u64,
    /// Its file, where there are several.
    pub file: Option<String>,
    /// The person to whom it was put.
    pub person: String,
}

/// One field of a pair.
#[derive(Clone, Debug)]
pub struct Row {
    /// The field.
    pub field: String,
    /// Both values.
    pub values: [Cell; 2],
    /// How they compare.
    pub level: &'static str,
    /// What that weighs.
    pub weight: Option<RowWeight>,
}

/// What a row of a card weighs.
#[derive(Clone, Debug)]
pub struct RowWeight {
    /// As a factor.
    pub factor: String,
    /// In bits.
    pub bits: String,
    /// Its step of the waterfall.
    pub step: Step,
    /// Whether it says anything; a step that does not only hands the sum on.
    pub says: bool,
}

/// A column that was not compared.
#[derive(Clone, Debug)]
pub struct Other {
    /// Its header.
    pub header: String,
    /// Both values.
    pub values: [Cell; 2],
}

/// Where a waterfall starts and ends.
#[derive(Clone, Debug)]
pub struct Sum {
    /// The prior.
    pub prior: RowWeight,
    /// The sum.
    pub total: RowWeight,
    /// Its odds.
    pub odds: String,
    /// The probability that the sum claims.
    pub claimed: String,
}

/// Columns that were not compared and are shown all the same, at most.
const OTHERS_MAX: usize = 12;
/// Bits below which what households share is a row of its own, as in `pairs.parquet`.
const RELATIVES_MAX: f64 = -0.05;
/// Pairs that are looked at for each one shown: near pairs of the same two persons are passed over.
const LOOKED_AT: usize = 40;

/// The pairs nearest the threshold, nearest first.
#[must_use]
pub fn nearest(material: &Material<'_>) -> Vec<Card> {
    let linked = material.linked;
    let threshold = (material.threshold / (1.0 - material.threshold)).log2();
    let bound = material.pairs_max.saturating_mul(LOOKED_AT);
    // The furthest of those kept lies on top.
    let mut kept: BinaryHeap<(u32, usize)> = BinaryHeap::new();
    for (at, pair) in linked.pairs.iter().enumerate() {
        // Distances are not negative, and the bits of such numbers order as they do.
        let key = ((f64::from(pair.weight) - threshold).abs() as f32).to_bits();
        if kept.len() < bound {
            kept.push((key, at));
        } else if kept.peek().is_some_and(|&most| (key, at) < most) {
            kept.pop();
            kept.push((key, at));
        }
    }
    let mut met = BTreeSet::new();
    let mut cards = Vec::new();
    for (_, at) in kept.into_sorted_vec() {
        if cards.len() == material.pairs_max {
            break;
        }
        let pair = &linked.pairs[at];
        let persons = [pair.left, pair.right].map(|record| linked.clusters[record as usize]);
        if met.insert((persons[0].min(persons[1]), persons[0].max(persons[1]))) {
            cards.push(card(material, "pair", cards.len() + 1, pair, None));
        }
    }
    cards
}

/// The heaviest pairs that a rule kept apart.
#[must_use]
pub fn conflicts(material: &Material<'_>) -> Vec<Card> {
    let mut order: Vec<&(Pair, Conflict)> = material.linked.conflicts.iter().collect();
    order.sort_by(|(a, _), (b, _)| {
        b.weight.total_cmp(&a.weight).then((a.left, a.right).cmp(&(b.left, b.right)))
    });
    let shown = order.into_iter().take(material.pairs_max).enumerate();
    shown.map(|(at, (pair, why))| card(material, "apart", at + 1, pair, Some(*why))).collect()
}

/// Why a rule keeps records apart, for people.
#[must_use]
pub fn reason(why: Conflict) -> &'static str {
    match why {
        Conflict::TwoIins => {
            "Two different valid IINs. An IIN is given once and for life, so these are two persons, or one of the \
             numbers is mistyped or somebody else's."
        }
        Conflict::TwoDocuments => {
            "Two documents of one kind and country that are valid together for more than a year. One person seldom \
             has that; a wrong date of issue or expiry would explain it too."
        }
        Conflict::TooLarge => {
            "The person would have more records than anybody has. A default name, a company's phone or a test \
             account often ties so many."
        }
        Conflict::OneFile => {
            "Two records of one file, and it was said that no file holds a person twice. One of them belongs to somebody \
             else, or the file has a duplicate after all."
        }
    }
}

fn card(material: &Material<'_>, kind: &str, number: usize, pair: &Pair, conflict: Option<Conflict>) -> Card {
    let (people, linked) = (material.people, material.linked);
    let records = [pair.left, pair.right];
    let weighed = pair.weight.is_finite();
    let text = |column: usize, record: u32| {
        people.columns.get(column).map_or("", |column| column.texts.get(column.codes[record as usize]))
    };
    // What a field took from another column (the parts of a full name) is shown in the form that was compared.
    let compared = |field: &Field| {
        let [left, right] = records.map(|record| match text(field.column, record) {
            "" => field.values.normal.get(field.codes[record as usize]),
            own => own,
        });
        beside(left, right)
    };
    let mut weights = vec![f64::from(linked.weights.prior)];
    for (at, field) in linked.fields.iter().enumerate() {
        let code = field.codes[pair.left as usize];
        weights.push(f64::from(linked.weights.field(at, pair.pattern, code)));
    }
    let relatives = f64::from(linked.weights.relatives(&linked.fields, pair.pattern, pair.left as usize));
    weights.push(relatives);
    let steps = waterfall(&weights);
    let weight = |at: usize, bits: f64, says: bool| RowWeight {
        factor: factor(bits),
        bits: format!("{bits:+.2}"),
        step: steps[at],
        says,
    };
    let mut rows: Vec<Row> = Vec::new();
    rows.extend(linked.fields.iter().enumerate().map(|(at, field)| {
        let level = level(pair.pattern, at);
        Row {
            field: words(&field.name),
            values: compared(field),
            level: match level {
                _ if !weighed => "not weighed",
                0 => "missing",
                _ => field.kind.levels()[level],
            },
            weight: weighed.then(|| weight(at + 1, weights[at + 1], level != 0)),
        }
    }));
    if weighed && relatives < RELATIVES_MAX {
        rows.push(Row {
            field: "household".to_owned(),
            values: [Cell::default(), Cell::default()],
            level: "what people who live together share",
            weight: Some(weight(weights.len() - 1, relatives, true)),
        });
    }
    let mut others: Vec<Other> = (0..people.columns.len())
        .filter(|&at| linked.fields.iter().all(|field| field.column != at))
        .map(|at| {
            let [left, right] = records.map(|record| text(at, record));
            Other { header: words(&people.columns[at].header), values: beside(left, right) }
        })
        .filter(|other| !other.values.iter().all(Cell::is_empty))
        .collect();
    let left_out = others.len().saturating_sub(OTHERS_MAX);
    others.truncate(OTHERS_MAX);
    let total: f64 = weights.iter().sum();
    debug_assert!(!weighed || (total - f64::from(pair.weight)).abs() < 0.01, "the steps are the weight");
    let together = linked.clusters[pair.left as usize] == linked.clusters[pair.right as usize];
    let parted = |pair: &Pair| {
        let known =
            linked.conflicts.binary_search_by_key(&(pair.left, pair.right), |(p, _)| (p.left, p.right));
        known.ok().map(|at| linked.conflicts[at].1)
    };
    Card {
        anchor: format!("{kind}-{number}"),
        number,
        sides: records.map(|record| material.side(record)),
        verdict: if together { "put together" } else { "kept apart" },
        class: if together { "same" } else { "other" },
        probability: if weighed { percent(linked.probability(pair)) } else { "a rule decides".to_owned() },
        reason: conflict.or_else(|| parted(pair)).map(reason),
        rows,
        others,
        left_out,
        sum: weighed.then(|| Sum {
            prior: weight(0, weights[0], true),
            total: weight(steps.len() - 1, total, true),
            odds: odds(total),
            claimed: percent(claimed(total as f32)),
        }),
        hints: if weighed { hints(&linked.fields, pair.pattern) } else { Vec::new() },
    }
}

impl Material<'_> {
    /// Where a record stands.
    fn side(&self, record: u32) -> Side {
        let at = record as usize;
        let file = || {
            let path = &self.report.inputs[usize::from(self.people.files[at])].path;
            shown(path.rsplit('/').next().unwrap_or(path))
        };
        Side {
            id: shown(&self.people.ids[at]),
            row: u64::from(self.people.rows[at]) + 1,
            file: (self.report.inputs.len() > 1).then(file),
            person: self.named.id(self.named.cluster[at]).into_owned(),
        }
    }
}

/// What could explain how a pair looks, for and against, without looking at who somebody is.
#[must_use]
pub fn hints(fields: &[Field], pattern: u64) -> Vec<&'static str> {
    let find = |role: Role| fields.iter().position(|field| field.role == role);
    let same = |role: Role| {
        find(role).is_some_and(|at| {
            let is_name = fields[at].kind == FieldKind::Name;
            let level = level(pattern, at);
            level == 1 || is_name && level == usize::from(SPELLING)
        })
    };
    let differs = |role: Role| {
        find(role).is_some_and(|at| {
            let level = level(pattern, at);
            level != 0 && level as u8 == fields[at].kind.different()
        })
    };
    // A date of which one part agrees by chance is another date.
    let other_birth = find(Role::BirthDate).is_some_and(|at| level(pattern, at) >= 6);
    let (surname, given, birth) = (same(Role::Surname), same(Role::GivenName), same(Role::BirthDate));
    let contact = same(Role::Phone) || same(Role::Email) || same(Role::Address);
    let crossed = (0..fields.len())
        .any(|at| fields[at].kind == FieldKind::Name && level(pattern, at) == usize::from(CROSSED));
    let compared = (0..fields.len()).filter(|&at| level(pattern, at) != 0).count();
    let mut hints = Vec::new();
    let mut add = |holds: bool, words: &'static str| {
        if holds {
            hints.push(words);
        }
    };
    add(
        birth && (surname || contact) && differs(Role::GivenName),
        "Two persons? Twins share a birth date, a surname, and often a phone and an address.",
    );
    add(
        surname && other_birth && (given || contact),
        "Two persons? A parent and a child may share name, address and phone; the birth date tells them apart.",
    );
    add(
        contact && (differs(Role::GivenName) || differs(Role::Surname)) && !birth,
        "Two persons? A family, an office or a helper who files for others may stand behind one phone or address.",
    );
    add(
        surname && given && other_birth && !contact,
        "Two persons? Namesakes: a frequent name says little by itself.",
    );
    add(
        given && birth && differs(Role::Surname),
        "One person? A surname may change with a marriage or a new passport.",
    );
    add(crossed, "One person? Surname and given name seem to stand in each other's column.");
    add(
        compared * 2 < fields.len(),
        "Little is known: more than half of the columns are empty in one of the records.",
    );
    hints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::people::table::Texts;
    use crate::link::people::value::Values;

    fn field(role: Role, kind: FieldKind) -> Field {
        Field {
            name: role.name().to_owned(),
            role,
            kind,
            column: 0,
            codes: Vec::new(),
            values: Values::new(kind, role, Texts::default(), &[0]),
            frequency: vec![0],
            present: 0,
            partner: None,
        }
    }

    #[test]
    fn innocent_causes_are_named_where_they_fit() {
        let fields = [
            field(Role::Surname, FieldKind::Name),
            field(Role::GivenName, FieldKind::Name),
            field(Role::BirthDate, FieldKind::Date),
            field(Role::Phone, FieldKind::Phone),
        ];
        let other = |kind: FieldKind| u64::from(kind.different());
        let (name, date, phone) = (other(FieldKind::Name), other(FieldKind::Date), other(FieldKind::Phone));
        for (what, levels, expected) in [
            ("all agree", [1, 1, 1, 1], None),
            ("another given name, all else the same", [1, name, 1, 1], Some("Twins")),
            ("a respelled surname is the same surname", [2, name, 1, 0], Some("Twins")),
            ("one name and phone, another birth date", [1, 1, date, 1], Some("A parent and a child")),
            ("a phone and nothing else", [name, name, date, 1], Some("A family")),
            ("one name and nothing else", [1, 1, date, phone], Some("Namesakes")),
            ("another surname, one birth date", [name, 1, 1, 0], Some("A surname may change")),
            ("names exchanged", [u64::from(CROSSED), u64::from(CROSSED), 1, 1], Some("each other's column")),
            ("most is missing", [1, 0, 0, 0], Some("Little is known")),
        ] {
            let pattern = levels.iter().enumerate().map(|(at, level)| level << (4 * at)).sum();
            let hints = hints(&fields, pattern);
            match expected {
                None => assert!(hints.is_empty(), "{what}: {hints:?}"),
                Some(words) => assert!(hints.iter().any(|hint| hint.contains(words)), "{what}: {hints:?}"),
            }
        }
    }
}

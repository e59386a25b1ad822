//! Model: what agreements are worth, in numbers that can be read, saved, edited and used again.
//!
//! For each field and comparison level two probabilities: `m`, that two records of one person compare so, and
//! `u`, that two records of two persons do. A field may lean on another, its *parent* (the town on the
//! postcode): then both are given once for pairs that agree in the parent, and once for the others, so that
//! what follows from the parent's agreement is not counted again. `prior` is the probability that two records drawn at random
//! are one person.
//!
//! Two records may agree because two people live together: they share surname, address, phone and the town, and not
//! what is a person's own. `household` is the probability that two records drawn at random are of two such people. What
//! relatives share can then say no more than that the two are of one household, however many fields it fills, and
//! only what is a person's own tells them apart.
//!
//! The law: a level's weight is log2(m / u), missing values weigh nothing, and each list of probabilities sums to one.

use serde::{Deserialize, Serialize};

use super::field::{Field, FieldKind};
use crate::batch::Role;

/// Levels that a field may have.
pub const LEVELS_MAX: usize = 12;

/// State of a field's parent: none or unknown.
pub const FREE: usize = 0;
/// The parent agrees exactly.
pub const AGREES: usize = 1;
/// The parent does not agree exactly.
pub const DIFFERS: usize = 2;

/// Probabilities by level, for each state of the parent.
pub type ByState = [[f64; LEVELS_MAX]; 3];

/// What is known of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldModel {
    /// The field's name.
    pub name: String,
    /// How it is compared.
    pub kind: FieldKind,
    /// The field whose agreement this one leans on.
    pub parent: Option<usize>,
    /// Probabilities among records of one person.
    pub m: ByState,
    /// Probabilities among records of two persons.
    pub u: ByState,
}

/// What is known of all fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The fields.
    pub fields: Vec<FieldModel>,
    /// The probability that two records drawn at random are one person.
    pub prior: f64,
    /// The probability that they are two people of one household.
    pub household: f64,
}

/// Of two people of one household so many were born on one day: one birth in eighty is one of twins, and not all
/// who live together are brothers and sisters.
pub const TWINS: f64 = 0.004;

/// Whether people of one household share what stands in a column.
#[must_use]
pub fn is_shared(role: Role) -> bool {
    matches!(
        role,
        Role::Surname | Role::Patronymic | Role::Phone | Role::Address | Role::City | Role::Postcode
    )
}

impl FieldModel {
    /// What is believed before anything is counted.
    #[must_use]
    pub fn guess(field: &Field) -> Self {
        let levels = field.kind.levels().len();
        let mut m = [0.0; LEVELS_MAX];
        m[1] = 0.80;
        m[levels - 1] = 0.06;
        let between = levels - 3;
        for level in &mut m[2..levels - 1] {
            *level = 0.14 / between as f64;
        }
        if between == 0 {
            m[1] = 0.94;
        }
        FieldModel {
            name: field.name.clone(),
            kind: field.kind,
            parent: None,
            m: [m; 3],
            u: [[0.0; LEVELS_MAX]; 3],
        }
    }

    /// Number of levels, "missing" among them.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.kind.levels().len()
    }

    /// The weight of a level in bits.
    #[must_use]
    pub fn weight(&self, state: usize, level: usize) -> f64 {
        if level == 0 { 0.0 } else { (self.m[state][level] / self.u[state][level]).log2() }
    }
}

/// The level of a field in a pattern.
#[inline]
#[must_use]
pub fn level(pattern: u64, field: usize) -> usize {
    (pattern >> (4 * field) & 15) as usize
}

impl Model {
    /// The state of a field's parent in a pattern.
    #[inline]
    #[must_use]
    pub fn state(&self, field: usize, pattern: u64) -> usize {
        match self.fields[field].parent {
            None => FREE,
            Some(parent) => match level(pattern, parent) {
                0 => FREE,
                1 => AGREES,
                _ => DIFFERS,
            },
        }
    }

    /// How much rarer two people of one household are than two strangers, in bits.
    #[must_use]
    pub fn household_bits(&self) -> f64 {
        self.household.max(1e-30).log2()
    }

    /// How much oftener two people of one household have the same birth date than two strangers, in bits.
    #[must_use]
    pub fn twin_bits(&self, birth: usize) -> f64 {
        (TWINS / self.fields[birth].u[FREE][1]).log2().max(0.0)
    }

    /// The prior in bits.
    #[must_use]
    pub fn prior_bits(&self) -> f64 {
        (self.prior / (1.0 - self.prior)).log2()
    }
}

/// A model as it stands in `model.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModelFile {
    /// Version of the program that wrote it.
    pub version: String,
    /// How the numbers were found.
    pub estimated: String,
    /// The probability that two records drawn at random are one person.
    pub prior: f64,
    /// The probability that they are two people of one household.
    #[serde(default)]
    pub household: f64,
    /// The mean number of further records of a record's person.
    pub each: f64,
    /// The fields.
    pub fields: Vec<FieldFile>,
}

/// A field as it stands in `model.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FieldFile {
    /// The field's name.
    pub field: String,
    /// How it is compared.
    pub kind: String,
    /// The field that it leans on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leans_on: Option<String>,
    /// Its levels.
    pub levels: Vec<LevelFile>,
}

/// A level as it stands in `model.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LevelFile {
    /// Its words.
    pub level: String,
    /// Probability among records of one person.
    pub m: f64,
    /// Probability among records of two persons.
    pub u: f64,
    /// log2(m / u).
    pub weight: f64,
    /// m and u when the field that this one leans on agrees.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub given_agreement: Option<(f64, f64)>,
    /// m and u when it does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub given_difference: Option<(f64, f64)>,
}

/// A probability as it is written: six significant digits, so that files can be read and compared.
fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().expect("a number was written")
}

impl Model {
    /// The model as a file.
    #[must_use]
    pub fn file(&self, each: f64, estimated: &str) -> ModelFile {
        let level = |field: &FieldModel, at: usize| {
            let given = |state: usize| {
                field.parent.map(|_| (rounded(field.m[state][at]), rounded(field.u[state][at])))
            };
            LevelFile {
                level: field.kind.levels()[at].to_owned(),
                m: rounded(field.m[FREE][at]),
                u: rounded(field.u[FREE][at]),
                weight: rounded(field.weight(FREE, at)),
                given_agreement: given(AGREES),
                given_difference: given(DIFFERS),
            }
        };
        let field = |field: &FieldModel| FieldFile {
            field: field.name.clone(),
            kind: field.kind.name().to_owned(),
            leans_on: field.parent.map(|at| self.fields[at].name.clone()),
            levels: (1..field.levels()).map(|at| level(field, at)).collect(),
        };
        ModelFile {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            estimated: estimated.to_owned(),
            prior: rounded(self.prior),
            household: rounded(self.household),
            each: rounded(each),
            fields: self.fields.iter().map(field).collect(),
        }
    }

    /// A model of a file, for these fields. A field or level that the file lacks tells nothing.
    #[must_use]
    pub fn read(file: &ModelFile, fields: &[Field]) -> Self {
        let place = |name: &str| fields.iter().position(|field| field.name == name);
        let field = |field: &Field| {
            let mut known = FieldModel::guess(field);
            (known.m, known.u) = ([[0.5; LEVELS_MAX]; 3], [[0.5; LEVELS_MAX]; 3]);
            let Some(of) =
                file.fields.iter().find(|of| of.field == field.name && of.kind == field.kind.name())
            else {
                return known;
            };
            known.parent = of.leans_on.as_deref().and_then(place);
            for (at, word) in field.kind.levels().iter().enumerate() {
                let Some(level) = of.levels.iter().find(|level| level.level == *word) else { continue };
                let free = (level.m, level.u);
                for (state, (m, u)) in
                    [free, level.given_agreement.unwrap_or(free), level.given_difference.unwrap_or(free)]
                        .into_iter()
                        .enumerate()
                {
                    known.m[state][at] = m.clamp(1e-9, 1.0);
                    known.u[state][at] = u.clamp(1e-12, 1.0);
                }
            }
            known
        };
        Model {
            fields: fields.iter().map(field).collect(),
            prior: file.prior.clamp(1e-12, 0.5),
            household: file.household.clamp(0.0, 0.5),
        }
    }
}

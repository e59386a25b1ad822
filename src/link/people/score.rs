//! Score: two records in, the pattern of their comparison levels and its weight out.
//!
//! The law: a pattern depends on the two records alone, not on their order, and a weight on the pattern and on
//! how rare the agreeing values are. A comparison of two values is remembered, since a name meets another
//! name thousands of times.

use super::field::{Field, FieldKind};
use super::model::{AGREES, DIFFERS, FREE, LEVELS_MAX, Model};
use super::similar::Matcher;
use crate::normalise::hash::mix;

/// Remembered comparisons of a field; a power of two.
const MEMO: usize = 1 << 12;

/// The level of a name that stands in the other name field.
pub const CROSSED: u8 = 7;

/// Compares records; one a worker, for its memory.
#[derive(Debug)]
pub struct Comparer<'a> {
    fields: &'a [Field],
    matcher: Matcher,
    memo: Vec<Vec<(u64, u8)>>,
}

impl<'a> Comparer<'a> {
    /// A comparer that remembers nothing yet.
    #[must_use]
    pub fn new(fields: &'a [Field]) -> Self {
        let memo = fields
            .iter()
            .map(|field| if field.kind == FieldKind::Category { Vec::new() } else { vec![(0, 0); MEMO] })
            .collect();
        Comparer { fields, matcher: Matcher::default(), memo }
    }

    /// The level of two values of a field.
    #[inline]
    pub fn level(&mut self, at: usize, a: u32, b: u32) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        if a == b {
            return 1;
        }
        let field = &self.fields[at];
        if field.kind == FieldKind::Category {
            return 2;
        }
        let key = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
        let slot = &mut self.memo[at][(mix(key) >> 52) as usize & (MEMO - 1)];
        if slot.0 != key {
            *slot = (key, field.values.level(a, b, &mut self.matcher));
        }
        slot.1
    }

    /// The pattern of two records: four bits a field.
    #[inline]
    pub fn pattern(&mut self, one: usize, two: usize) -> u64 {
        let mut pattern = 0u64;
        let fields = self.fields;
        for (at, field) in fields.iter().enumerate() {
            let level = self.level(at, field.codes[one], field.codes[two]);
            pattern |= u64::from(level) << (4 * at);
        }
        for (at, field) in fields.iter().enumerate() {
            let Some(partner) = field.partner else { continue };
            if partner < at {
                continue;
            }
            pattern = self.crossed(pattern, at, partner, one, two);
        }
        pattern
    }

    /// Whether names stand in each other's field.
    fn crossed(&self, pattern: u64, at: usize, partner: usize, one: usize, two: usize) -> u64 {
        let open = |at: usize| {
            let level = (pattern >> (4 * at) & 15) as u8;
            level == 0 || level > 5
        };
        if !open(at) && !open(partner) {
            return pattern;
        }
        let sound = |at: usize, record: usize| {
            let field = &self.fields[at];
            match field.codes[record] {
                0 => 0,
                code => field.values.sound(code),
            }
        };
        let there = sound(at, one) != 0 && sound(at, one) == sound(partner, two);
        let back = sound(partner, one) != 0 && sound(partner, one) == sound(at, two);
        let set = |pattern: u64, at: usize| pattern & !(15 << (4 * at)) | u64::from(CROSSED) << (4 * at);
        match (there, back) {
            (true, true) if open(at) && open(partner) => set(set(pattern, at), partner),
            (true, _) | (_, true) => {
                if open(at) {
                    set(pattern, at)
                } else {
                    set(pattern, partner)
                }
            }
            (false, false) => pattern,
        }
    }
}

/// Weights of a model, laid out for looking up.
#[derive(Debug)]
pub struct Weights {
    table: Vec<[[f32; LEVELS_MAX]; 3]>,
    parents: Vec<Option<u8>>,
    /// For each field the bits that agreeing in a value adds, by code.
    rare: Vec<Vec<f32>>,
    /// How much of them counts, by state.
    share: Vec<[f32; 3]>,
    /// The prior in bits.
    pub prior: f32,
}

impl Weights {
    /// Lays out a model. `each` is the mean number of further records of a record's person.
    #[must_use]
    pub fn new(model: &Model, fields: &[Field], each: f64) -> Self {
        let mut table = Vec::new();
        let mut rare = Vec::new();
        let mut share = Vec::new();
        for (field, known) in fields.iter().zip(&model.fields) {
            let mut weights = [[0f32; LEVELS_MAX]; 3];
            for (state, row) in weights.iter_mut().enumerate() {
                for (level, weight) in row.iter_mut().enumerate().take(known.levels()).skip(1) {
                    *weight = known.weight(state, level) as f32;
                }
            }
            table.push(weights);
            rare.push(rarities(field, known.u[FREE][1], known.m[FREE][1], each));
            share.push([FREE, AGREES, DIFFERS].map(|state| (1.0 - known.u[state][1].sqrt()).max(0.0) as f32));
        }
        let parents = model.fields.iter().map(|field| field.parent.map(|p| p as u8)).collect();
        Weights { table, parents, rare, share, prior: model.prior_bits() as f32 }
    }

    #[inline]
    fn state(&self, at: usize, pattern: u64) -> usize {
        match self.parents[at] {
            None => FREE,
            Some(parent) => match pattern >> (4 * parent) & 15 {
                0 => FREE,
                1 => AGREES,
                _ => DIFFERS,
            },
        }
    }

    /// The weight of one field of a pair, in bits.
    #[inline]
    #[must_use]
    pub fn field(&self, at: usize, pattern: u64, code: u32) -> f32 {
        let level = (pattern >> (4 * at) & 15) as usize;
        let state = self.state(at, pattern);
        let weight = self.table[at][state][level];
        if level == 1 { weight + self.rare[at][code as usize] * self.share[at][state] } else { weight }
    }

    /// The weight of a pair in bits, the prior among it.
    #[inline]
    #[must_use]
    pub fn pair(&self, fields: &[Field], pattern: u64, one: usize) -> f32 {
        self.prior + self.evidence(fields, pattern, one)
    }

    /// The weight of a pair in bits without the prior.
    #[inline]
    #[must_use]
    pub fn evidence(&self, fields: &[Field], pattern: u64, one: usize) -> f32 {
        (0..self.table.len()).map(|at| self.field(at, pattern, fields[at].codes[one])).sum()
    }

    /// What the rarity of agreeing values adds to a pair, in bits.
    #[must_use]
    pub fn rarity(&self, fields: &[Field], pattern: u64, one: usize) -> f32 {
        (0..self.table.len())
            .filter(|&at| pattern >> (4 * at) & 15 == 1)
            .map(|at| self.rare[at][fields[at].codes[one] as usize] * self.share[at][self.state(at, pattern)])
            .sum()
    }
}

/// For each value the bits that agreeing in it tells more than agreeing at all.
fn rarities(field: &Field, u: f64, m: f64, each: f64) -> Vec<f32> {
    // Values of a category say who somebody is: agreement counts the same for everybody.
    if field.kind == FieldKind::Category {
        return vec![0.0; field.frequency.len()];
    }
    let people = f64::from(field.present) / (1.0 + each);
    let bits = |&count: &u32| {
        // People who bear the value, one record of each being one of ours.
        let bearers = f64::from(count) / (1.0 + each * m);
        let other = (bearers - 0.5).max(0.5) / people.max(1.0);
        (u / other).log2().clamp(-12.0, 20.0) as f32
    };
    field.frequency.iter().map(bits).collect()
}

//! Score: two records in, the pattern of their comparison levels and its weight out.
//!
//! The law: a pattern depends on the two records alone, not on their order, and a weight on the pattern and on
//! how rare the agreeing values are. A comparison of two values is remembered, since a name meets another
//! name thousands of times.

use super::field::{Field, FieldKind};
use super::model::{AGREES, DIFFERS, FREE, LEVELS_MAX, Model, is_shared};
use super::name::{self, CROSSED, Parsed, SPELLING};
use super::similar::Matcher;
use super::table::ByHash;
use crate::batch::Role;
use crate::normalise::hash::mix;

/// Remembered comparisons of a field; a power of two.
const MEMO: usize = 1 << 12;
/// Values that a field may have for remembering to pay: others hardly meet twice.
const MEMO_VALUES_MAX: usize = 30_000;

/// Values of a field that are taken to be in a cache.
const CACHED_VALUES: usize = 1 << 14;

/// The codes of all fields, one record after the other: a pair then costs two places in memory and not two a field.
#[derive(Debug)]
pub struct Codes {
    codes: Vec<u32>,
    width: usize,
}

impl Codes {
    /// Lays out the codes of fields.
    #[must_use]
    pub fn new(fields: &[Field]) -> Self {
        let (width, records) = (fields.len(), fields.first().map_or(0, |field| field.codes.len()));
        let mut codes = vec![0; width * records];
        for (at, field) in fields.iter().enumerate() {
            for (row, &code) in codes.chunks_exact_mut(width).zip(&field.codes) {
                row[at] = code;
            }
        }
        Codes { codes, width }
    }

    /// The codes of a record, one a field.
    #[inline]
    #[must_use]
    pub fn of(&self, record: usize) -> &[u32] {
        &self.codes[record * self.width..(record + 1) * self.width]
    }
}

/// Compares records; one a worker, for its memory.
#[derive(Debug)]
pub struct Comparer<'a> {
    fields: &'a [Field],
    codes: &'a Codes,
    matcher: Matcher,
    parsed: Vec<Parsed>,
    memo: Vec<Vec<(u64, u8)>>,
    /// Fields whose values do not stay in a cache.
    wide: Vec<usize>,
    /// What was fetched, so that fetching is not left out as useless.
    fetched: u64,
}

impl<'a> Comparer<'a> {
    /// A comparer that remembers nothing yet.
    #[must_use]
    pub fn new(fields: &'a [Field], codes: &'a Codes) -> Self {
        let pays = |field: &Field| field.kind != FieldKind::Category && field.values.len() <= MEMO_VALUES_MAX;
        let memo =
            fields.iter().map(|field| if pays(field) { vec![(0, 0); MEMO] } else { Vec::new() }).collect();
        let parsed = fields.iter().map(|_| Parsed::default()).collect();
        let wide = (0..fields.len()).filter(|&at| fields[at].values.len() > CACHED_VALUES).collect();
        Comparer { fields, codes, matcher: Matcher::default(), parsed, memo, wide, fetched: 0 }
    }

    /// Reads what comparing a record with these partners will read first. Partners lie anywhere, so that each costs
    /// the way to memory several times; asked for at once, these ways overlap.
    #[inline]
    pub fn fetch(&mut self, partners: &[(u32, u16)]) {
        let mut fetched = 0u64;
        for &(other, _) in partners {
            let row = self.codes.of(other as usize);
            fetched ^= u64::from(row[0]) ^ u64::from(row[row.len() - 1]);
        }
        for &at in &self.wide {
            let values = &self.fields[at].values;
            for &(other, _) in partners {
                fetched ^= values.touch(self.codes.of(other as usize)[at]);
            }
        }
        self.fetched ^= fetched;
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
        if self.memo[at].is_empty() {
            return field.values.level(a, b, &mut self.matcher, &mut self.parsed[at]);
        }
        let key = u64::from(a.min(b)) << 32 | u64::from(a.max(b));
        let slot = &mut self.memo[at][(mix(key) >> 52) as usize & (MEMO - 1)];
        if slot.0 != key {
            *slot = (key, field.values.level(a, b, &mut self.matcher, &mut self.parsed[at]));
        }
        slot.1
    }

    /// The pattern of two records: four bits a field.
    #[inline]
    pub fn pattern(&mut self, one: usize, two: usize) -> u64 {
        let (left, right) = (self.codes.of(one), self.codes.of(two));
        let mut pattern = 0u64;
        for (at, (&a, &b)) in left.iter().zip(right).enumerate() {
            pattern |= u64::from(self.level(at, a, b)) << (4 * at);
        }
        self.with_crossings(pattern, one, two)
    }

    /// The pattern of two records, or nothing as soon as it is certain that their weight stays below `floor`.
    #[inline]
    pub fn pattern_above(&mut self, one: usize, two: usize, weights: &Weights, floor: f32) -> Option<u64> {
        let (left, right) = (self.codes.of(one), self.codes.of(two));
        let mut pattern = 0u64;
        // What the pair may reach at most: equal values at their worth, different ones at their best.
        let mut most = weights.prior;
        let mut open = 0u32;
        for (at, (&a, &b)) in left.iter().zip(right).enumerate() {
            if a == b {
                pattern |= u64::from(u8::from(a != 0)) << (4 * at);
                most += if a == 0 { weights.missing_most[at] } else { weights.equal_most(at, a) };
            } else if a == 0 || b == 0 {
                most += weights.missing_most[at];
            } else {
                open |= 1 << at;
                most += weights.different_most(at, a);
            }
        }
        for &at in &weights.order {
            if most < floor {
                return None;
            }
            let at = usize::from(at);
            if open >> at & 1 == 0 {
                continue;
            }
            let level = self.level(at, left[at], right[at]);
            pattern |= u64::from(level) << (4 * at);
            let reached = match level {
                SPELLING => weights.spelling_most(at, left[at]),
                level => weights.level_most[at][usize::from(level)],
            };
            most += reached.max(weights.crossed_most[at]) - weights.different_most(at, left[at]);
        }
        (most >= floor).then(|| self.with_crossings(pattern, one, two))
    }

    fn with_crossings(&self, mut pattern: u64, one: usize, two: usize) -> u64 {
        for (at, field) in self.fields.iter().enumerate() {
            if let Some(partner) = field.partner.filter(|&partner| partner > at) {
                pattern = self.crossed(pattern, at, partner, one, two);
            }
        }
        pattern
    }

    /// Whether names stand in each other's field.
    fn crossed(&self, pattern: u64, at: usize, partner: usize, one: usize, two: usize) -> u64 {
        let open = |at: usize| {
            let level = (pattern >> (4 * at) & 15) as u8;
            level == 0 || level >= name::BEGINS
        };
        // A name that agrees stands where it belongs: then no names were exchanged, and a surname like the other's
        // given name is a coincidence, frequent where the two are made of the same words.
        if !open(at) || !open(partner) {
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
            (true, true) => set(set(pattern, at), partner),
            (true, false) | (false, true) => set(pattern, at),
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
    /// The same for names that agree in another spelling, by code; empty for what has no spellings.
    spelled: Vec<Vec<f32>>,
    /// How much of them counts, by state.
    share: Vec<[f32; 3]>,
    /// Fields in the order in which they are compared: cheap ones first.
    order: Vec<u8>,
    /// The most that each level of a field weighs, whatever the state.
    level_most: Vec<[f32; LEVELS_MAX]>,
    /// The most that two different values of a field weigh.
    other_most: Vec<f32>,
    /// The most that a name weighs that stands in the other name field; no bound where that cannot be.
    crossed_most: Vec<f32>,
    /// The same for a missing value, which otherwise weighs nothing.
    missing_most: Vec<f32>,
    /// The prior in bits.
    pub prior: f32,
    /// Fields that people of one household share, as bits.
    shared: u16,
    /// The bits by which two people of one household are rarer than two strangers.
    household: f32,
    /// The field of the birth date, and the bits by which twins agree in it more often than strangers.
    twins: Option<(usize, f32)>,
}

impl Weights {
    /// Lays out a model. `further` is the mean number of further records of a record's person.
    #[must_use]
    pub fn new(model: &Model, fields: &[Field], further: f64) -> Self {
        let mut table = Vec::new();
        let mut rare = Vec::new();
        let mut spelled = Vec::new();
        let mut share = Vec::new();
        for (field, known) in fields.iter().zip(&model.fields) {
            let mut weights = [[0f32; LEVELS_MAX]; 3];
            for (state, row) in weights.iter_mut().enumerate() {
                for (level, weight) in row.iter_mut().enumerate().take(known.levels()).skip(1) {
                    *weight = known.weight(state, level) as f32;
                }
            }
            table.push(weights);
            let (m, u) = (&known.m[FREE], &known.u[FREE]);
            rare.push(rarities(field, &field.frequency, u[1], m[1], further));
            // Whoever bears a name in any spelling shares it.
            let spelling = usize::from(SPELLING);
            spelled.push(match field.values.names() {
                Some(_) => rarities(field, &by_sound(field), u[1] + u[spelling], m[1] + m[spelling], further),
                None => Vec::new(),
            });
            share.push([FREE, AGREES, DIFFERS].map(|state| (1.0 - known.u[state][1].sqrt()).max(0.0) as f32));
        }
        let parents = model.fields.iter().map(|field| field.parent.map(|p| p as u8)).collect();
        let most = |rows: &[[f32; LEVELS_MAX]; 3], level: usize| {
            rows.iter().map(|row| row[level]).fold(f32::MIN, f32::max)
        };
        let level_most: Vec<[f32; LEVELS_MAX]> =
            table.iter().map(|rows| std::array::from_fn(|level| most(rows, level))).collect();
        let other_most = level_most
            .iter()
            .zip(fields)
            .map(|(levels, field)| {
                levels[2..field.kind.levels().len()].iter().copied().fold(f32::MIN, f32::max)
            })
            .collect();
        let crossed = |levels: &[f32; LEVELS_MAX], field: &Field, otherwise: f32| {
            if field.partner.is_some() { levels[usize::from(CROSSED)].max(otherwise) } else { otherwise }
        };
        let each = |otherwise: f32| -> Vec<f32> {
            level_most.iter().zip(fields).map(|(levels, field)| crossed(levels, field, otherwise)).collect()
        };
        let (crossed_most, missing_most) = (each(f32::MIN), each(0.0));
        let mut order: Vec<u8> = (0..fields.len() as u8).collect();
        order.sort_by_key(|&at| (cost(fields[usize::from(at)].kind), at));
        let prior = model.prior_bits() as f32;
        Weights {
            table,
            parents,
            rare,
            spelled,
            share,
            order,
            level_most,
            other_most,
            crossed_most,
            missing_most,
            prior,
            shared: fields
                .iter()
                .enumerate()
                .filter(|(_, field)| is_shared(field.role))
                .fold(0, |bits, (at, _)| bits | 1 << at),
            household: model.household_bits() as f32,
            twins: fields
                .iter()
                .position(|field| field.role == Role::BirthDate)
                .map(|at| (at, model.twin_bits(at) as f32)),
        }
    }

    /// What a pair's weight loses because the two may be of one household: nothing where little of what households
    /// share agrees, and all but the prior's worth of what agrees where everything does.
    #[inline]
    #[must_use]
    pub fn relatives(&self, fields: &[Field], pattern: u64, one: usize) -> f32 {
        let shared: f32 = (0..self.table.len())
            .filter(|at| self.shared >> at & 1 == 1)
            .map(|at| self.field(at, pattern, fields[at].codes[one]))
            .sum();
        let twins = match self.twins {
            Some((at, bits)) if pattern >> (4 * at) & 15 == 1 => bits,
            _ => 0.0,
        };
        let odds = self.household + shared + twins;
        // Beyond thirty bits the one is nothing, and the power might be too large.
        if odds > 30.0 { -odds } else { -(1.0 + odds.exp2()).log2() }
    }

    /// The most that an equal value weighs, whatever the state.
    #[inline]
    fn equal_most(&self, at: usize, code: u32) -> f32 {
        self.level_most[at][1] + self.rare[at][code as usize].max(0.0)
    }

    /// The most that a name weighs that agrees in another spelling.
    #[inline]
    fn spelling_most(&self, at: usize, code: u32) -> f32 {
        let bits = self.spelled[at].get(code as usize).copied().unwrap_or(0.0);
        self.level_most[at][usize::from(SPELLING)] + bits.max(0.0)
    }

    /// The most that two different values weigh.
    #[inline]
    fn different_most(&self, at: usize, code: u32) -> f32 {
        self.other_most[at].max(self.spelling_most(at, code))
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
        self.table[at][state][level] + self.rarity_of(at, level as u8, code) * self.share[at][state]
    }

    /// The weight of a pair in bits, the prior among it.
    #[inline]
    #[must_use]
    pub fn pair(&self, fields: &[Field], pattern: u64, one: usize) -> f32 {
        self.prior + self.evidence(fields, pattern, one) + self.relatives(fields, pattern, one)
    }

    /// The weight of a pair in bits without the prior.
    #[inline]
    #[must_use]
    pub fn evidence(&self, fields: &[Field], pattern: u64, one: usize) -> f32 {
        (0..self.table.len()).map(|at| self.field(at, pattern, fields[at].codes[one])).sum()
    }

    /// What a field's agreeing in a value tells more than agreeing at all, in bits.
    #[inline]
    fn rarity_of(&self, at: usize, level: u8, code: u32) -> f32 {
        match level {
            1 => self.rare[at][code as usize],
            SPELLING => self.spelled[at].get(code as usize).copied().unwrap_or(0.0),
            _ => 0.0,
        }
    }

    /// What the rarity of agreeing values adds to a pair, in bits: of all fields, and of those that households share.
    #[must_use]
    pub fn rarity(&self, fields: &[Field], pattern: u64, one: usize) -> [f32; 2] {
        let mut sums = [0.0; 2];
        for (at, field) in fields.iter().enumerate() {
            let bits = {
                let level = (pattern >> (4 * at) & 15) as u8;
                let rarity = self.rarity_of(at, level, field.codes[one]);
                rarity * self.share[at][self.state(at, pattern)]
            };
            sums[0] += bits;
            sums[1] += if self.shared >> at & 1 == 1 { bits } else { 0.0 };
        }
        sums
    }
}

/// What comparing two values costs, in rough order.
fn cost(kind: FieldKind) -> u8 {
    match kind {
        FieldKind::Category => 0,
        FieldKind::Date => 1,
        FieldKind::Phone | FieldKind::Number | FieldKind::Code => 2,
        FieldKind::Name | FieldKind::Place => 3,
        FieldKind::Email => 4,
        FieldKind::FullName | FieldKind::Words => 5,
    }
}

/// For each name how many records have it in any spelling.
fn by_sound(field: &Field) -> Vec<u32> {
    let mut counts: ByHash<u32> = ByHash::default();
    let sound = |code: usize| field.values.sound(code as u32);
    for (code, &count) in field.frequency.iter().enumerate().skip(1) {
        *counts.entry(sound(code)).or_default() += count;
    }
    let of = |code: usize| match sound(code) {
        0 => field.frequency[code],
        sound => counts[&sound],
    };
    (0..field.frequency.len()).map(of).collect()
}

/// For each value the bits that agreeing in it tells more than agreeing at all; `counts` says how many have it.
fn rarities(field: &Field, counts: &[u32], u: f64, m: f64, each: f64) -> Vec<f32> {
    // Values of a category say who somebody is: agreement counts the same for everybody.
    if field.kind == FieldKind::Category {
        return vec![0.0; counts.len()];
    }
    let people = f64::from(field.present) / (1.0 + each);
    let bits = |&count: &u32| {
        // People who bear the value, one record of each being one of ours.
        let bearers = f64::from(count) / (1.0 + each * m);
        let other = (bearers - 0.5).max(0.5) / people.max(1.0);
        (u / other).log2().clamp(-12.0, 20.0) as f32
    };
    counts.iter().map(bits).collect()
}

//! Train: the model's numbers, found in the data without a label.
//!
//! In: fields and blocks. Out: a [`Model`]. How each number is found:
//!
//! - `u` of equality follows exactly from the frequencies of values, less the pairs that are matches; `u` of the
//!   other levels from records drawn at random.
//! - Which field leans on which: pairs that share a value are drawn, and what else they share, when they are
//!   strangers by all other fields, is compared with chance.
//! - `m` and the prior by expectation maximisation over patterns, each counted once however many pairs show it. For
//!   a field only those pairs count that some key found without it: pairs that were looked up by surname say
//!   nothing on how often surnames agree.
//!
//! The law: deterministic; what is drawn is drawn by hashes of numbers.

use super::block::Blocks;
use super::field::{FIELDS_MAX, Field};
use super::model::{AGREES, ByState, DIFFERS, FREE, FieldModel, LEVELS_MAX, Model, is_shared, level};
use super::score::{Codes, Comparer, Weights};
use super::table::ByHash;
use crate::batch::Role;
use crate::engine::Engine;
use crate::normalise::hash::{mix, mix_pair};

/// Records drawn for each side of the comparison by chance.
const DRAWN: usize = 700;
/// Pairs drawn that agree in a field, at most: enough to see what one stranger in a thousand shares besides.
const AGREEING: u64 = 20_000;
/// Pairs that are imagined beside those drawn, as many seen as chance would have: a level that chance would show once
/// and the draw does not is not rarer for that, and one that shows once where chance has none is no leaning.
const IMAGINED: f64 = 2.0;
/// Pairs whose patterns are counted, about, in each round.
const COUNTED: [u64; 3] = [300_000, 300_000, 1_500_000];
/// Bits below which a pattern is left out after the first rounds.
const HOPELESS: f64 = -20.0;
/// Rounds of expectation maximisation.
const ROUNDS: usize = 20;
/// Records that a value must have before what they share says something on strangers.
const CROWD_MIN: f64 = 25.0;
/// A field leans on another when agreeing in that makes agreeing in it so much likelier among strangers.
const LEAN_MIN: f64 = 1.6;

/// A pattern and how many pairs show it.
#[derive(Clone, Copy, Debug)]
struct Counted {
    pattern: u64,
    /// Fields without which some key finds these pairs.
    free: u16,
    /// Bits by which the agreeing values are rarer than usual, rounded: of all fields, and of those that households
    /// share.
    rarity: [i8; 2],
    count: f64,
}

/// What training found.
#[derive(Debug)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// The mean number of further records of a record's person.
    pub each: f64,
}

/// Finds the numbers.
#[must_use]
pub fn train(engine: &Engine, fields: &[Field], codes: &Codes, blocks: &Blocks) -> Trained {
    let records = fields.first().map_or(0, |field| field.codes.len());
    let pairs = blocks.pairs as f64;
    let mut model =
        Model { fields: fields.iter().map(FieldModel::guess).collect(), prior: 0.0, household: 0.0 };
    model.prior = (0.2 * records as f64 / pairs.max(1.0)).min(0.5);
    model.household = model.prior;
    let chance = by_chance(engine, fields, codes, records);
    for (at, field) in model.fields.iter_mut().enumerate() {
        let u = chance_levels(&fields[at], field, &chance[at], 0.0, 0.0, model.prior);
        field.u = [u; 3];
    }
    let mut each = 0.2;
    // Every round counts pairs of the last one, so that each is compared once.
    let finest = (blocks.comparisons / COUNTED[COUNTED.len() - 1]).max(1);
    let seen = look(engine, fields, codes, blocks, finest);
    let mut crowds = Crowds::default();
    for counted in COUNTED {
        let step = (blocks.comparisons / counted / finest).max(1) * finest;
        crowds.draw(engine, fields, codes, each);
        lean(engine, fields, &crowds, &mut model);
        let counted = count(engine, fields, &seen, &model, each, step);
        let matches = maximise(engine, fields, &mut model, &counted, &chance, step as f64, pairs);
        each = 2.0 * matches / (records as f64).max(1.0);
    }
    Trained { model, each }
}

/// Levels of pairs drawn at random: for each field how many pairs show each level.
fn by_chance(engine: &Engine, fields: &[Field], codes: &Codes, records: usize) -> Vec<[f64; LEVELS_MAX]> {
    if records < 2 {
        return vec![[0.0; LEVELS_MAX]; fields.len()];
    }
    let drawn = DRAWN.min(records / 2);
    let draw = |side: u64, i: usize| (mix_pair(side, i as u64) % records as u64) as usize;
    let parts = engine.map(drawn.div_ceil(100), |part| {
        let mut comparer = Comparer::new(fields, codes);
        let mut counts = vec![[0.0; LEVELS_MAX]; fields.len()];
        for i in part * 100..((part + 1) * 100).min(drawn) {
            let one = draw(1, i);
            for j in 0..drawn {
                let two = draw(2, j);
                if one == two {
                    continue;
                }
                let pattern = comparer.pattern(one, two);
                for (at, counts) in counts.iter_mut().enumerate() {
                    counts[level(pattern, at)] += 1.0;
                }
            }
        }
        counts
    });
    let mut sums = vec![[0.0; LEVELS_MAX]; fields.len()];
    for part in parts {
        for (sum, counts) in sums.iter_mut().zip(part) {
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum += count;
            }
        }
    }
    sums
}

/// `u` of a field: equality from frequencies less the matches, the rest as drawn less the matches.
fn chance_levels(
    field: &Field,
    known: &FieldModel,
    drawn: &[f64; LEVELS_MAX],
    matches_exact: f64,
    matches_present: f64,
    prior: f64,
) -> [f64; LEVELS_MAX] {
    let present = f64::from(field.present);
    let all = present * (present - 1.0) / 2.0;
    let same = field.chance() * all;
    let floor = 0.05 / present.max(1.0);
    let exact = ((same - matches_exact) / (all - matches_present).max(1.0)).max(floor).min(0.98);
    let total: f64 = drawn[1..].iter().sum::<f64>().max(1.0);
    let mut u = [0.0; LEVELS_MAX];
    let levels = known.levels();
    for at in 2..levels {
        let seen = (drawn[at] + 0.3) / total;
        u[at] = (seen - prior * known.m[FREE][at]).max(0.1 * seen).max(1e-9);
    }
    let rest: f64 = u[2..levels].iter().sum();
    for level in &mut u[2..levels] {
        *level *= (1.0 - exact) / rest;
    }
    u[1] = exact;
    u
}

/// Draws pairs that agree in each field and sees what else strangers among them share; then chooses the leanings.
fn lean(engine: &Engine, fields: &[Field], crowds: &Crowds, known: &mut Model) {
    let model = &*known;
    let tables: Vec<Vec<[f64; LEVELS_MAX]>> =
        engine.map(fields.len(), |parent| agreeing(&crowds.patterns[parent], parent, model));
    let mut edges = Vec::new();
    for (parent, table) in tables.iter().enumerate() {
        for (child, levels) in table.iter().enumerate() {
            let seen: f64 = levels[1..].iter().sum();
            if child == parent || seen < 25.0 {
                continue;
            }
            let u = &model.fields[child].u[FREE];
            let last = model.fields[child].levels() - 1;
            let alike = |levels: &[f64; LEVELS_MAX]| levels[1..last].iter().sum::<f64>();
            let lift = lift(levels[1], seen, u[1]).max(lift(alike(levels), seen, alike(u)));
            if lift > LEAN_MIN && alike(levels) >= 10.0 {
                // Likenesses that occur most often come first: they make the most strangers alike.
                let often = model.fields[parent].u[FREE][1] * alike(levels) / seen;
                edges.push((often * lift.log2(), parent, child));
            }
        }
    }
    edges.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    // A field leans on one other at most, and never in a circle.
    let mut parents: Vec<Option<usize>> = vec![None; fields.len()];
    for &(_, parent, child) in &edges {
        let mut above = Some(parent);
        while let Some(at) = above {
            if at == child {
                break;
            }
            above = parents[at];
        }
        if parents[child].is_none() && above.is_none() {
            parents[child] = Some(parent);
        }
    }
    for (child, parent) in parents.into_iter().enumerate() {
        let u = known.fields[child].u[FREE];
        let field = &mut known.fields[child];
        let Some(parent) = parent else {
            field.parent = None;
            field.u = [u; 3];
            continue;
        };
        let levels = field.levels();
        let table = &tables[parent][child];
        let seen: f64 = table[1..].iter().sum();
        let mut agrees = [0.0; LEVELS_MAX];
        for at in 1..levels {
            agrees[at] = u[at] * lift(table[at], seen, u[at]);
        }
        agrees[1] = agrees[1].min(0.995);
        let sum: f64 = agrees[1..levels].iter().sum();
        for level in &mut agrees[1..levels] {
            *level /= sum;
        }
        let parent_u = known.fields[parent].u[FREE][1];
        let field = &mut known.fields[child];
        let mut differs = [0.0; LEVELS_MAX];
        for at in 1..levels {
            differs[at] = ((u[at] - parent_u * agrees[at]) / (1.0 - parent_u)).max(0.05 * u[at]);
        }
        let sum: f64 = differs[1..levels].iter().sum();
        for level in &mut differs[1..levels] {
            *level /= sum;
        }
        if field.parent != Some(parent) {
            field.m[AGREES] = field.m[FREE];
            field.m[DIFFERS] = field.m[FREE];
        }
        field.parent = Some(parent);
        field.u = [u, agrees, differs];
    }
}

/// How many times likelier a level is than by chance, when of `seen` pairs `shown` show it and chance has it in a
/// share `usual`. What chance would hardly have shown is held to chance: a share that is known exactly from
/// the frequencies of values must not give way to a draw that is too small to contradict it.
fn lift(shown: f64, seen: f64, usual: f64) -> f64 {
    (shown + IMAGINED) / (seen * usual + IMAGINED)
}

/// Pairs that agree in a field, drawn once: what the model thinks of them changes, and how they compare does not.
#[derive(Debug, Default)]
struct Crowds {
    /// Records that a value has at least whose pairs are drawn.
    least: f64,
    /// For each field the patterns of its pairs.
    patterns: Vec<Vec<u64>>,
}

impl Crowds {
    fn draw(&mut self, engine: &Engine, fields: &[Field], codes: &Codes, each: f64) {
        // Records that share a rare value are one person too often.
        let least = CROWD_MIN.max(4.0 * each);
        if self.least != least {
            self.least = least;
            self.patterns = engine.map(fields.len(), |at| crowd(fields, codes, at, least));
        }
    }
}

/// The patterns of pairs that agree in a field, in values that so many records have at least.
fn crowd(fields: &[Field], codes: &Codes, parent: usize, least: f64) -> Vec<u64> {
    let field = &fields[parent];
    // Records by value, and the number of pairs up to each value.
    let counts = |count: u32| f64::from(count) >= least;
    let mut starts = vec![0u32; field.frequency.len() + 1];
    let mut sums = Vec::with_capacity(field.frequency.len());
    let mut sum = 0u64;
    for (code, &count) in field.frequency.iter().enumerate() {
        let kept = code > 0 && counts(count);
        starts[code + 1] = starts[code] + if kept { count } else { 0 };
        if kept {
            sum += u64::from(count) * u64::from(count.saturating_sub(1));
        }
        sums.push(sum);
    }
    if sum == 0 {
        return Vec::new();
    }
    let mut members = vec![0u32; starts[field.frequency.len()] as usize];
    let mut next = starts.clone();
    for (record, &code) in field.codes.iter().enumerate() {
        let code = code as usize;
        if starts[code] != starts[code + 1] {
            members[next[code] as usize] = record as u32;
            next[code] += 1;
        }
    }
    let mut comparer = Comparer::new(fields, codes);
    // Each pair about once at most: the same pair drawn again is no further stranger.
    (0..AGREEING.min(sum / 2))
        .map(|i| {
            let dice = mix_pair(7 + parent as u64, i);
            let code = sums.partition_point(|&s| s <= dice % sum);
            let group = &members[starts[code] as usize..starts[code + 1] as usize];
            let one = (mix(dice) % group.len() as u64) as usize;
            let two = (mix(dice ^ 0x55) % (group.len() as u64 - 1)) as usize;
            let two = two + usize::from(two >= one);
            comparer.pattern(group[one] as usize, group[two] as usize)
        })
        .collect()
}

/// The levels of all fields among strangers that agree in one.
fn agreeing(patterns: &[u64], parent: usize, model: &Model) -> Vec<[f64; LEVELS_MAX]> {
    let mut table = vec![[0.0; LEVELS_MAX]; model.fields.len()];
    // What one field says alone: the leanings are what is being asked.
    let alone: Vec<[f32; LEVELS_MAX]> =
        model.fields.iter().map(|field| weights_of(field)[FREE].map(|weight| weight as f32)).collect();
    for &pattern in patterns {
        let bits: [f32; FIELDS_MAX] =
            std::array::from_fn(|at| alone.get(at).map_or(0.0, |weights| weights[level(pattern, at)]));
        let all: f32 = model.prior_bits() as f32 + bits.iter().sum::<f32>();
        let mut disagreements = 0;
        for at in 0..table.len() {
            if at != parent && level(pattern, at) == model.fields[at].levels() - 1 {
                disagreements += 1;
            }
        }
        for (child, levels) in table.iter_mut().enumerate() {
            if child == parent || level(pattern, child) == 0 {
                continue;
            }
            // Whether they are strangers is asked of the other fields: a match agrees in everything.
            let others = all - bits[child];
            let own = i32::from(level(pattern, child) == model.fields[child].levels() - 1);
            let stranger = 1.0 / (1.0 + f64::from(others).exp2());
            if disagreements - own >= 2 {
                levels[level(pattern, child)] += stranger;
            }
        }
    }
    table
}

/// A pair that was compared.
#[derive(Clone, Copy, Debug)]
struct Seen {
    pattern: u64,
    left: u32,
    /// Fields without which some key finds it.
    free: u16,
}

/// Compares the pairs that blocking finds of every `step`-th record.
fn look(engine: &Engine, fields: &[Field], codes: &Codes, blocks: &Blocks, step: u64) -> Vec<Vec<Seen>> {
    let records = fields.first().map_or(0, |field| field.codes.len());
    // So many records that a comparer's memory pays.
    let size = 2048 * step as usize;
    engine.map(records.div_ceil(size), |part| {
        let mut comparer = Comparer::new(fields, codes);
        let (mut partners, mut seen) = (Vec::new(), Vec::new());
        for record in part * size..((part + 1) * size).min(records) {
            if !mix(record as u64).is_multiple_of(step) {
                continue;
            }
            blocks.partners(record as u32, &mut partners);
            comparer.fetch(&partners);
            seen.extend(partners.iter().map(|&(other, free)| Seen {
                pattern: comparer.pattern(record, other as usize),
                left: record as u32,
                free,
            }));
        }
        seen
    })
}

/// Counts the patterns of the pairs of every `step`-th record.
fn count(
    engine: &Engine,
    fields: &[Field],
    seen: &[Vec<Seen>],
    model: &Model,
    each: f64,
    step: u64,
) -> Vec<Counted> {
    let weights = Weights::new(model, fields, each);
    let parts = engine.map(seen.len(), |part| {
        let mut counts: ByHash<Counted> = ByHash::default();
        for &Seen { pattern, left, free } in &seen[part] {
            if !mix(u64::from(left)).is_multiple_of(step) {
                continue;
            }
            let rarity = weights
                .rarity(fields, pattern, left as usize)
                .map(|bits| bits.round().clamp(-100.0, 100.0) as i8);
            let [all, shared] = rarity.map(|bits| u64::from(bits as u8));
            let key = mix_pair(pattern, u64::from(free) << 16 | all << 8 | shared);
            counts.entry(key).or_insert(Counted { pattern, free, rarity, count: 0.0 }).count += 1.0;
        }
        let mut counts: Vec<Counted> = counts.into_values().collect();
        counts.sort_unstable_by_key(|c| (c.pattern, c.free, c.rarity));
        counts
    });
    let mut all: Vec<Counted> = parts.into_iter().flatten().collect();
    engine.sort_by_key(&mut all, |c| (c.pattern, c.free, c.rarity));
    all.dedup_by(|later, first| {
        let same = (later.pattern, later.free, later.rarity) == (first.pattern, first.free, first.rarity);
        if same {
            first.count += later.count;
        }
        same
    });
    all
}

/// What the pairs of some patterns add up to.
struct Expected {
    /// Matches by field, state and level, of pairs that were found without the field.
    free: Vec<ByState>,
    /// Matches that agree in a field, and that have it.
    exact: Vec<f64>,
    present: Vec<f64>,
    matches: f64,
    /// Pairs of two people of one household.
    relatives: f64,
}

impl Expected {
    fn none(fields: usize) -> Self {
        Expected {
            free: vec![[[0.0; LEVELS_MAX]; 3]; fields],
            exact: vec![0.0; fields],
            present: vec![0.0; fields],
            matches: 0.0,
            relatives: 0.0,
        }
    }

    fn add(&mut self, other: &Expected) {
        let sums = self.free.iter_mut().flatten().flatten();
        sums.zip(other.free.iter().flatten().flatten()).for_each(|(sum, count)| *sum += count);
        self.exact.iter_mut().zip(&other.exact).for_each(|(sum, count)| *sum += count);
        self.present.iter_mut().zip(&other.present).for_each(|(sum, count)| *sum += count);
        self.matches += other.matches;
        self.relatives += other.relatives;
    }
}

/// Patterns that are weighed by one task: the size is fixed, since sums of floating point numbers depend on it.
const PATTERNS: usize = 1 << 13;

/// A model laid out for weighing patterns.
struct Scales<'a> {
    model: &'a Model,
    table: Vec<ByState>,
    prior: f64,
    household: f64,
    /// Which fields people of one household share.
    shared: &'a [bool],
    /// The field of the birth date, and what twins' agreeing in it is worth.
    twins: Option<(usize, f64)>,
}

impl<'a> Scales<'a> {
    fn new(model: &'a Model, shared: &'a [bool], birth: Option<usize>) -> Self {
        Scales {
            model,
            table: model.fields.iter().map(weights_of).collect(),
            prior: model.prior_bits(),
            household: model.household_bits(),
            shared,
            twins: birth.map(|at| (at, model.twin_bits(at))),
        }
    }

    /// What speaks against two strangers in a pattern, in bits: for one person, and for two people of one household.
    #[inline]
    fn weigh(&self, counted: &Counted) -> (f64, f64) {
        let [mut bits, mut common] = counted.rarity.map(f64::from);
        for (at, table) in self.table.iter().enumerate() {
            let weight = table[self.model.state(at, counted.pattern)][level(counted.pattern, at)];
            bits += weight;
            common += if self.shared[at] { weight } else { 0.0 };
        }
        let twin =
            self.twins.map_or(0.0, |(at, bits)| if level(counted.pattern, at) == 1 { bits } else { 0.0 });
        (self.prior + bits, self.household + common + twin)
    }
}

/// Which of the pairs of each pattern are matches, as the model has it.
fn expect(
    engine: &Engine,
    model: &Model,
    shared: &[bool],
    birth: Option<usize>,
    live: &[Counted],
) -> Expected {
    let scales = Scales::new(model, shared, birth);
    let fields = model.fields.len();
    let parts = engine.map(live.len().div_ceil(PATTERNS), |part| {
        let mut sums = Expected::none(fields);
        for counted in &live[part * PATTERNS..((part + 1) * PATTERNS).min(live.len())] {
            let pattern = counted.pattern;
            let (bits, common) = scales.weigh(counted);
            // The odds against two strangers: one person, and two people of one household.
            let (one, house) = (bits.exp2(), common.exp2());
            let matched = counted.count * one / (1.0 + one + house);
            sums.matches += matched;
            sums.relatives += counted.count * house / (1.0 + one + house);
            for at in 0..fields {
                let level = level(pattern, at);
                if level == 0 {
                    continue;
                }
                sums.present[at] += matched;
                sums.exact[at] += if level == 1 { matched } else { 0.0 };
                if counted.free >> at & 1 == 1 {
                    sums.free[at][model.state(at, pattern)][level] += matched;
                }
            }
        }
        sums
    });
    let mut sums = Expected::none(fields);
    parts.iter().for_each(|part| sums.add(part));
    sums
}

/// Expectation maximisation; returns how many of the pairs are one person's.
fn maximise(
    engine: &Engine,
    fields: &[Field],
    model: &mut Model,
    counted: &[Counted],
    chance: &[[f64; LEVELS_MAX]],
    scale: f64,
    pairs: f64,
) -> f64 {
    let guesses: Vec<FieldModel> = fields.iter().map(FieldModel::guess).collect();
    let shared: Vec<bool> = fields.iter().map(|field| is_shared(field.role)).collect();
    let birth = fields.iter().position(|field| field.role == Role::BirthDate);
    let mut matches = 0.0;
    let mut live: Vec<Counted> = counted.to_vec();
    for round in 0..ROUNDS {
        let Expected { free, exact, present, matches: expected, relatives } =
            expect(engine, model, &shared, birth, &live);
        matches = expected;
        if round == 2 {
            // Nearly all patterns are those of strangers by now, and stay so.
            let scales = Scales::new(model, &shared, birth);
            live.retain(|counted| {
                let (bits, common) = scales.weigh(counted);
                bits >= HOPELESS || common >= HOPELESS
            });
        }
        matches *= scale;
        model.prior = (matches / pairs.max(1.0)).clamp(1e-12, 0.5);
        model.household = (relatives * scale / pairs.max(1.0)).clamp(0.0, 0.5);
        for at in 0..fields.len() {
            let levels = model.fields[at].levels();
            let field = &mut model.fields[at];
            let all: Vec<f64> = (0..levels).map(|l| free[at].iter().map(|state| state[l]).sum()).collect();
            field.m[FREE] = blend(&all, &guesses[at].m[FREE], levels, 20.0 / scale.max(1.0) + 5.0);
            let marginal = field.m[FREE];
            for state in [AGREES, DIFFERS] {
                field.m[state] = blend(&free[at][state], &marginal, levels, 50.0);
            }
            let u = chance_levels(
                &fields[at],
                field,
                &chance[at],
                exact[at] * scale,
                present[at] * scale,
                model.prior,
            );
            if field.parent.is_none() {
                field.u = [u; 3];
            }
        }
    }
    matches
}

/// The weights of a field, by state and level.
fn weights_of(field: &FieldModel) -> ByState {
    let mut table = [[0.0; LEVELS_MAX]; 3];
    for (state, row) in table.iter_mut().enumerate() {
        for (level, weight) in row.iter_mut().enumerate().take(field.levels()) {
            *weight = field.weight(state, level);
        }
    }
    table
}

/// Counts with what was believed before, as if so many more had been counted.
fn blend(counts: &[f64], before: &[f64; LEVELS_MAX], levels: usize, strength: f64) -> [f64; LEVELS_MAX] {
    let total: f64 = counts[1..levels].iter().sum::<f64>() + strength;
    let mut blended = [0.0; LEVELS_MAX];
    for level in 1..levels {
        blended[level] = ((counts[level] + strength * before[level]) / total).max(1e-6);
    }
    blended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaning_is_believed_only_when_chance_could_not_have_drawn_it() {
        // Two surnames in three thousand pairs of strangers agree by chance once; that none did says nothing.
        assert!(lift(0.0, 3000.0, 3.4e-4) > 0.6);
        // Nor does the one that did where one in thirty such draws has one.
        assert!(lift(1.0, 3000.0, 1e-5) < LEAN_MIN);
        // A post code follows from its town: a hundred where chance has three.
        let (shown, seen, usual) = (110.0, 20_000.0, 1.7e-4);
        let believed = lift(shown, seen, usual);
        assert!(believed > 20.0 && believed < shown / (seen * usual), "{believed}");
        // What never occurs although chance has it a thousand times is taken for rare.
        assert!(lift(0.0, 20_000.0, 0.05) < 0.01);
    }
}

//! Labels: pairs that people marked as one person or two, and what they teach.
//!
//! In: marked pairs, the model that was found without them, and what it believes of each. Out: a model in which each
//! level's `m` and the prior have moved as far as the labels ask for and no further: a level starts where the
//! unlabelled fit put it, and moving it by a bit costs as much as a label that one bit makes half as likely. People mark
//! what they are shown, mostly doubtful pairs; so it is asked how likely the answer is given the comparison, and
//! never how frequent a comparison is among the answers, which would only tell what was shown.
//!
//! Whether it helps is measured on labels that it has not seen: in each of five rounds a fifth of them, chosen by the
//! ids of their records, is judged by a model that learned from the rest. Unless that is better by more than chance,
//! the unlabelled model stays.
//!
//! The law: the same labels in any order give the same model, and sums run in one order.

use serde::Serialize;

use super::model::{LEVELS_MAX, Model, level};

/// A pair that somebody marked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// The earlier record.
    pub left: u32,
    /// The later record.
    pub right: u32,
    /// Whether they are one person.
    pub same: bool,
    /// In which round it is held out.
    pub fold: u8,
}

/// A label with what the unlabelled model says of its pair.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Whether they are one person.
    pub same: bool,
    /// In which round it is held out.
    pub fold: u8,
    /// How the records compare.
    pub pattern: u64,
    /// The weight of the unlabelled model, in bits.
    pub weight: f64,
    /// Its probability.
    pub probability: f64,
}

/// Rounds in which a part of the labels is held out.
pub const FOLDS: u8 = 5;
/// Labels of each kind without which nothing is learned.
pub const EACH_MIN: usize = 10;
/// Bits by which a level may move as easily as not.
const MOVES: f64 = 1.0;
/// The same for the prior.
const PRIOR_MOVES: f64 = 2.0;
/// Steps of Newton's method.
const STEPS: usize = 25;

/// How well probabilities tell labels that they were not made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quality {
    /// Mean surprise at the right answer, in bits.
    pub log_loss: f64,
    /// Mean squared distance from the right answer.
    pub brier: f64,
    /// Of those judged the same at 0.5 the share that is.
    pub precision: f64,
    /// Of those that are the same the share that is judged so.
    pub recall: f64,
}

/// Labels that could not be used, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// No record has one of the ids.
    pub unknown: u64,
    /// Several records have one of the ids, or both ids are one record.
    pub ambiguous: u64,
    /// Pairs of which one label says the same and another different.
    pub contradictory: u64,
    /// Rows without a label.
    pub blank: u64,
}

/// What was learned from labels, and what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lesson {
    /// Labels that were used.
    pub used: u64,
    /// Those that say one person.
    pub same: u64,
    /// Labels that could not be used.
    pub left_out: LeftOut,
    /// The unlabelled model on labels held out.
    pub before: Quality,
    /// The refined model on the same labels.
    pub after: Quality,
    /// Whether the refined model was taken.
    pub taken: bool,
}

/// How far levels and the prior are moved, in bits.
#[derive(Clone, Debug)]
struct Moved {
    /// For each field and level; 0 for what is missing.
    levels: Vec<[f64; LEVELS_MAX]>,
    prior: f64,
}

impl Moved {
    fn nothing(model: &Model) -> Self {
        Moved { levels: vec![[0.0; LEVELS_MAX]; model.fields.len()], prior: 0.0 }
    }

    /// `m` of a field in a state.
    fn m(&self, model: &Model, at: usize, state: usize) -> [f64; LEVELS_MAX] {
        let mut m = model.fields[at].m[state];
        let levels = model.fields[at].levels();
        for (m, moved) in m.iter_mut().zip(&self.levels[at]).take(levels).skip(1) {
            *m *= moved.exp2();
        }
        let sum: f64 = m[1..levels].iter().sum();
        m[1..levels].iter_mut().for_each(|m| *m /= sum);
        m
    }

    fn apply(&self, model: &Model) -> Model {
        let mut moved = model.clone();
        for (at, field) in moved.fields.iter_mut().enumerate() {
            field.m = [0, 1, 2].map(|state| self.m(model, at, state));
        }
        let bits = model.prior_bits() + self.prior;
        moved.prior = (1.0 / (1.0 + (-bits).exp2())).clamp(1e-12, 0.5);
        moved
    }
}

/// Where each level stands among all that may move.
struct Places {
    starts: Vec<usize>,
    count: usize,
}

impl Places {
    fn of(model: &Model) -> Self {
        let mut count = 1;
        let starts = model
            .fields
            .iter()
            .map(|field| {
                count += field.levels() - 1;
                count - (field.levels() - 1)
            })
            .collect();
        Places { starts, count }
    }
}

/// Moves levels and prior by the labels of all folds but one.
fn learn(model: &Model, seen: &[Seen], without: Option<u8>) -> Moved {
    let used: Vec<&Seen> = seen.iter().filter(|label| Some(label.fold) != without).collect();
    let places = Places::of(model);
    let mut moved = Moved::nothing(model);
    let mut best = objective(model, &used, &moved);
    for _ in 0..STEPS {
        let (gradient, curvature) = slopes(model, &used, &moved, &places);
        let Some(step) = solve(curvature, gradient) else { break };
        // A step too far is halved until it helps.
        let mut size = 1.0;
        let mut better = None;
        while size > 1e-3 && better.is_none() {
            let tried = moved_by(&moved, model, &places, &step, size);
            let value = objective(model, &used, &tried);
            if value > best {
                better = Some((tried, value));
            }
            size /= 2.0;
        }
        let Some((tried, value)) = better else { break };
        let gain = value - best;
        (moved, best) = (tried, value);
        if gain < 1e-9 {
            break;
        }
    }
    moved
}

fn moved_by(moved: &Moved, model: &Model, places: &Places, step: &[f64], size: f64) -> Moved {
    let mut next = moved.clone();
    next.prior += size * step[0];
    for (at, field) in model.fields.iter().enumerate() {
        for level in 1..field.levels() {
            next.levels[at][level] += size * step[places.starts[at] + level - 1];
        }
    }
    next
}

/// The bits of a pair when levels and prior are moved.
fn bits(model: &Model, label: &Seen, moved: &Moved) -> f64 {
    let mut bits = label.weight + moved.prior;
    for at in 0..model.fields.len() {
        let level = level(label.pattern, at);
        if level > 0 {
            let state = model.state(at, label.pattern);
            bits += (moved.m(model, at, state)[level] / model.fields[at].m[state][level]).log2();
        }
    }
    bits
}

fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// Log-likelihood of the labels, less what moving costs.
fn objective(model: &Model, used: &[&Seen], moved: &Moved) -> f64 {
    let likely: f64 = used
        .iter()
        .map(|label| {
            let bits = bits(model, label, moved) * std::f64::consts::LN_2;
            let toward = if label.same { bits } else { -bits };
            -(-toward).exp().ln_1p()
        })
        .sum();
    let squares: f64 = moved.levels.iter().flatten().map(|bits| (bits / MOVES).powi(2)).sum();
    likely - (squares + (moved.prior / PRIOR_MOVES).powi(2)) / 2.0
}

fn slopes(model: &Model, used: &[&Seen], moved: &Moved, places: &Places) -> (Vec<f64>, Vec<Vec<f64>>) {
    let count = places.count;
    let mut gradient = vec![0.0; count];
    let mut curvature = vec![vec![0.0; count]; count];
    for label in used {
        let p = probability(bits(model, label, moved));
        let mut row = vec![(0usize, 1.0)];
        for at in 0..model.fields.len() {
            let own = level(label.pattern, at);
            if own == 0 {
                continue;
            }
            // A level that rises takes from all others, since they sum to one.
            let m = moved.m(model, at, model.state(at, label.pattern));
            for (level, m) in m.iter().enumerate().take(model.fields[at].levels()).skip(1) {
                let part = if level == own { 1.0 - m } else { -m };
                row.push((places.starts[at] + level - 1, part));
            }
        }
        let ln2 = std::f64::consts::LN_2;
        let (missing, sure) = (f64::from(u8::from(label.same)) - p, p * (1.0 - p));
        for &(i, x) in &row {
            gradient[i] += missing * x * ln2;
            for &(j, y) in &row {
                curvature[i][j] += sure * x * y * ln2 * ln2;
            }
        }
    }
    let pull = |place: usize, moved: f64, scale: f64, g: &mut Vec<f64>, c: &mut Vec<Vec<f64>>| {
        g[place] -= moved / (scale * scale);
        c[place][place] += 1.0 / (scale * scale);
    };
    pull(0, moved.prior, PRIOR_MOVES, &mut gradient, &mut curvature);
    for (at, field) in model.fields.iter().enumerate() {
        for level in 1..field.levels() {
            let place = places.starts[at] + level - 1;
            pull(place, moved.levels[at][level], MOVES, &mut gradient, &mut curvature);
        }
    }
    (gradient, curvature)
}

/// Solves a symmetric positive system by Cholesky's method; nothing when it is none.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let rest = a[i][j] - dot;
            if i == j {
                if rest <= 0.0 {
                    return None;
                }
                a[i][i] = rest.sqrt();
            } else {
                a[i][j] = rest / a[j][j];
            }
        }
    }
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - dot) / a[i][i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - dot) / a[i][i];
    }
    Some(b)
}

fn quality(judged: &[(f64, bool)]) -> Quality {
    let count = judged.len().max(1) as f64;
    let mut found = Quality::default();
    let (mut both, mut claimed, mut same) = (0.0, 0.0, 0.0);
    for &(p, is) in judged {
        found.log_loss += surprise(p, is) / count;
        found.brier += (p - f64::from(u8::from(is))).powi(2) / count;
        let (says, is) = (f64::from(u8::from(p >= 0.5)), f64::from(u8::from(is)));
        (both, claimed, same) = (both + says * is, claimed + says, same + is);
    }
    found.precision = if claimed > 0.0 { both / claimed } else { 1.0 };
    found.recall = if same > 0.0 { both / same } else { 1.0 };
    found
}

/// Bits of surprise at the right answer.
fn surprise(p: f64, is: bool) -> f64 {
    let p = p.clamp(0.0005, 0.9995);
    -(if is { p } else { 1.0 - p }).log2()
}

/// Learns from labels: the refined model, or nothing when it does not help; and the account of it.
#[must_use]
pub fn teach(model: &Model, seen: &[Seen]) -> (Option<Model>, Lesson) {
    let same = seen.iter().filter(|label| label.same).count();
    let mut lesson = Lesson {
        used: seen.len() as u64,
        same: same as u64,
        left_out: LeftOut::default(),
        before: Quality::default(),
        after: Quality::default(),
        taken: false,
    };
    let before: Vec<(f64, bool)> = seen.iter().map(|label| (label.probability, label.same)).collect();
    lesson.before = quality(&before);
    lesson.after = lesson.before;
    if same < EACH_MIN || seen.len() - same < EACH_MIN {
        return (None, lesson);
    }
    let folds: Vec<Moved> = (0..FOLDS).map(|fold| learn(model, seen, Some(fold))).collect();
    let after: Vec<(f64, bool)> = seen
        .iter()
        .map(|label| (probability(bits(model, label, &folds[usize::from(label.fold)])), label.same))
        .collect();
    lesson.after = quality(&after);
    // Better by more than one time in twenty by chance alone.
    let gains: Vec<f64> =
        before.iter().zip(&after).map(|(b, a)| surprise(b.0, b.1) - surprise(a.0, a.1)).collect();
    let count = gains.len() as f64;
    let mean = gains.iter().sum::<f64>() / count;
    let spread = gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (count * (count - 1.0));
    lesson.taken = mean > 1.645 * spread.sqrt();
    (lesson.taken.then(|| learn(model, seen, None).apply(model)), lesson)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::people::field::FieldKind;
    use crate::link::people::model::FieldModel;
    use crate::normalise::hash::mix_pair;

    /// Three fields that agree or differ.
    fn model(agreeing: [f64; 3]) -> Model {
        let field = |m: f64| {
            let mut field = FieldModel {
                name: String::new(),
                kind: FieldKind::Category,
                parent: None,
                m: [[0.0; LEVELS_MAX]; 3],
                u: [[0.0; LEVELS_MAX]; 3],
            };
            for state in 0..3 {
                (field.m[state][1], field.m[state][2]) = (m, 1.0 - m);
                (field.u[state][1], field.u[state][2]) = (0.1, 0.9);
            }
            field
        };
        Model { fields: agreeing.map(field).into(), prior: 0.3, household: 0.0 }
    }

    /// Pairs that a world makes, marked as they are, with what a model says of them.
    fn marked(world: &Model, model: &Model, count: u64) -> Vec<Seen> {
        let share = |at: u64, what: u64| (mix_pair(at + 1, what + 1) >> 11) as f64 / (1u64 << 53) as f64;
        (0..count)
            .map(|at| {
                let same = share(at, 0) < world.prior;
                let mut pattern = 0;
                let mut weight = model.prior_bits();
                for (field, of) in world.fields.iter().enumerate() {
                    let agrees = if same { of.m[0][1] } else { of.u[0][1] };
                    let level = if share(at, 1 + field as u64) < agrees { 1 } else { 2 };
                    pattern |= level << (4 * field);
                    weight += model.fields[field].weight(0, level as usize);
                }
                Seen {
                    same,
                    fold: (at % u64::from(FOLDS)) as u8,
                    pattern,
                    weight,
                    probability: probability(weight),
                }
            })
            .collect()
    }

    #[test]
    fn labels_correct_a_model_that_is_wrong_and_leave_one_that_is_right() {
        let right = model([0.95, 0.9, 0.6]);
        // Believes the third field and doubts the first.
        let wrong = model([0.5, 0.9, 0.99]);
        let (taught, lesson) = teach(&wrong, &marked(&right, &wrong, 600));
        let taught = taught.expect("a model that is so wrong is corrected");
        assert!(lesson.taken && lesson.after.log_loss < lesson.before.log_loss - 0.02, "{lesson:?}");
        assert!(lesson.after.brier < lesson.before.brier);
        for field in 0..3 {
            let off = |of: &Model| (of.fields[field].weight(0, 2) - right.fields[field].weight(0, 2)).abs();
            assert!(field == 1 || off(&taught) < off(&wrong), "field {field}");
            let sum: f64 = taught.fields[field].m[0][1..3].iter().sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
        let (_, lesson) = teach(&right, &marked(&right, &right, 600));
        assert!(
            lesson.after.log_loss > lesson.before.log_loss - 0.03,
            "nothing was to be learned: {lesson:?}"
        );
    }

    #[test]
    fn what_chance_says_is_not_believed() {
        let model = model([0.95, 0.9, 0.6]);
        let mut labels = marked(&model, &model, 60);
        for (at, label) in labels.iter_mut().enumerate() {
            label.same = mix_pair(at as u64 + 7, 3) >> 63 == 1;
            // A model that knows no more than that half are the same.
            (label.weight, label.probability) = (0.0, 0.5);
        }
        let (taught, lesson) = teach(&model, &labels);
        assert!(taught.is_none() && !lesson.taken, "{lesson:?}");
    }

    #[test]
    fn few_labels_teach_nothing() {
        let model = model([0.9, 0.9, 0.9]);
        let (taught, lesson) = teach(&model, &marked(&model, &model, 12));
        assert!(taught.is_none() && lesson.before == lesson.after && lesson.used == 12);
        let (taught, lesson) = teach(&model, &[]);
        assert!(taught.is_none() && lesson.used == 0);
    }

    #[test]
    fn a_system_is_solved() {
        let a = vec![vec![4.0, 2.0, 0.6], vec![2.0, 5.0, 1.5], vec![0.6, 1.5, 3.8]];
        let x = [1.0, -2.0, 0.5];
        let b = a.iter().map(|row| row.iter().zip(&x).map(|(a, x)| a * x).sum()).collect();
        for (got, want) in solve(a, b).expect("it is positive").iter().zip(&x) {
            assert!((got - want).abs() < 1e-9);
        }
        assert_eq!(solve(vec![vec![1.0, 2.0], vec![2.0, 1.0]], vec![1.0, 1.0]), None);
    }
}

//! People: which records of customer files are one person.
//!
//! In: the columns of customer files as codes ([`table`]). Out: [`Linked`], with the pairs that may be one person,
//! the clusters, and a model that says why. The way: full names are parted ([`whole`]), columns become fields ([`field`],
//! [`value`], [`name`]); records that
//! share a key are compared ([`block`], [`score`]); what agreements are worth is found in the data ([`train`],
//! [`model`]); pairs that belong together become clusters ([`cluster`]), and clusters say what weights mean
//! ([`calibrate`]).
//!
//! The law: the same records in the same order give the same result at any number of threads; sums of floating
//! point numbers run in one order, and what is drawn is drawn by hashes.
//!
//! Non-goals: files larger than memory (a record takes some hundred bytes), and searching a register for one person.

pub mod block;
pub mod calibrate;
pub mod cluster;
pub mod field;
pub mod golden;
pub mod judge;
pub mod model;
pub mod name;
pub mod read;
pub mod rules;
pub mod score;
pub mod similar;
pub mod table;
pub mod train;
pub mod value;
pub mod whole;

use self::block::Blocks;
use self::calibrate::Calibration;
use self::cluster::Clustering;
use self::field::{ColumnNote, Field};
use self::judge::Figures;
use self::model::Model;
use self::rules::{Conflict, Rules};
use self::score::{Codes, Comparer, Weights};
use self::table::People;
use self::train::Trained;
use crate::engine::Engine;

/// Two records that may be one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The earlier record.
    pub left: u32,
    /// The later record.
    pub right: u32,
    /// log2 of the odds that they are one person.
    pub weight: f32,
    /// How their fields compare, four bits a field.
    pub pattern: u64,
}

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The probability above which two records are taken for one person.
    pub threshold: f64,
    /// A model of an earlier run, used as it is.
    pub model: Option<model::ModelFile>,
}

/// What linking found.
#[derive(Debug)]
pub struct Linked {
    /// What was compared.
    pub fields: Vec<Field>,
    /// What became of each column.
    pub notes: Vec<ColumnNote>,
    /// Which pairs were compared.
    pub blocks: Blocks,
    /// What agreements are worth.
    pub trained: Trained,
    /// The same, laid out for looking up.
    pub weights: Weights,
    /// Pairs above the floor, by left and right record.
    pub pairs: Vec<Pair>,
    /// What weights mean.
    pub calibration: Calibration,
    /// For each record the first record of its cluster.
    pub clusters: Vec<u32>,
    /// Pairs that a rule kept apart.
    pub conflicts: Vec<(Pair, Conflict)>,
    /// Precision and recall of the clusters as the model sees them, without a label.
    pub estimate: Figures,
}

impl Linked {
    /// The probability that the records of a pair are one person.
    #[must_use]
    pub fn probability(&self, pair: &Pair) -> f64 {
        self.calibration.probability(pair.weight)
    }
}

/// Pairs with a smaller weight are not kept, in bits: less than one in a hundred of them is a match.
pub const FLOOR: f32 = -7.0;

/// Finds persons. `lap` is told when a stage is done.
#[must_use]
pub fn link(
    engine: &Engine,
    people: &People,
    options: &Options,
    lap: &mut dyn FnMut(&'static str),
) -> Linked {
    let (fields, notes) = field::settle(engine, people);
    lap("fields");
    let blocks = Blocks::new(engine, people, &fields);
    lap("block");
    let codes = Codes::new(&fields);
    let trained = match &options.model {
        Some(file) => Trained { model: Model::read(file, &fields), each: file.each },
        None => train::train(engine, &fields, &codes, &blocks),
    };
    lap("train");
    let weights = Weights::new(&trained.model, &fields, trained.each);
    let pairs = score_pairs(engine, &fields, &codes, &blocks, &weights, people.len());
    lap("score");
    let rules = Rules::new(people, &fields);
    let wanted = (options.threshold / (1.0 - options.threshold)).log2() as f32;
    let clustering =
        Clustering { fields: &fields, codes: &codes, weights: &weights, rules: &rules, threshold: wanted };
    let clustered = cluster::clusters(engine, &clustering, &pairs, people.len());
    let (clusters, conflicts) = (clustered.first, clustered.conflicts);
    let calibration = calibrate(&pairs, &clusters);
    let estimate = estimate(&blocks, &pairs, &calibration, &clusters);
    lap("cluster");
    Linked { fields, notes, blocks, trained, weights, pairs, calibration, clusters, conflicts, estimate }
}

fn score_pairs(
    engine: &Engine,
    fields: &[Field],
    codes: &Codes,
    blocks: &Blocks,
    weights: &Weights,
    records: usize,
) -> Vec<Pair> {
    const PART: usize = 2048;
    let parts = engine.map(records.div_ceil(PART), |part| {
        let mut comparer = Comparer::new(fields, codes);
        let mut partners = Vec::new();
        let mut pairs = Vec::new();
        for record in part * PART..((part + 1) * PART).min(records) {
            blocks.partners(record as u32, &mut partners);
            for &(other, _) in &partners {
                let other = other as usize;
                let Some(pattern) = comparer.pattern_above(record, other, weights, FLOOR) else {
                    debug_assert!({
                        let pattern = comparer.pattern(record, other);
                        weights.pair(fields, pattern, record) < FLOOR + 0.01
                    });
                    continue;
                };
                debug_assert_eq!(pattern, comparer.pattern(record, other));
                let weight = weights.pair(fields, pattern, record);
                if weight >= FLOOR {
                    pairs.push(Pair { left: record as u32, right: other as u32, weight, pattern });
                }
            }
        }
        pairs
    });
    parts.into_iter().flatten().collect()
}

/// What weights mean, as clusters have it.
fn calibrate(pairs: &[Pair], clusters: &[u32]) -> Calibration {
    Calibration::learn(pairs, |pair| clusters[pair.left as usize] == clusters[pair.right as usize])
}

/// Precision and recall as the probabilities have them.
fn estimate(blocks: &Blocks, pairs: &[Pair], calibration: &Calibration, clusters: &[u32]) -> Figures {
    let (mut both, mut found, mut truth) = (0.0, 0.0, 0.0);
    for pair in pairs {
        let probability = calibration.probability(pair.weight);
        truth += probability;
        if clusters[pair.left as usize] == clusters[pair.right as usize] {
            both += probability;
            found += 1.0;
        }
    }
    Figures::of(both, found, truth / blocks.recall.max(1e-9))
}

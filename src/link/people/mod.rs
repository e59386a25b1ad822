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
//! Non-goals: files larger than memory (what is compared stays there, some hundred bytes a record), and searching a register for one person.

pub mod block;
pub mod calibrate;
pub mod cluster;
pub mod field;
pub mod golden;
pub mod index;
pub mod judge;
pub mod labels;
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
use self::calibrate::{Bonds, claimed};
use self::cluster::Clustering;
use self::field::{ColumnNote, Field};
use self::judge::Figures;
use self::labels::{Label, Lesson, Seen};
use self::model::Model;
use self::rules::{Conflict, Rules};
use self::score::{Codes, Comparer, Weights};
use self::table::{Parked, People};
use self::train::Trained;
use crate::engine::Engine;
use crate::error::Result;

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
    /// Comparisons a record; 0 for as many as the number of records suggests.
    pub comparisons_max: u64,
    /// Records of a cluster at most.
    pub cluster_records_max: usize,
    /// Pairs of a smaller probability are not written.
    pub pair_probability_min: f64,
    /// Whether no file holds a person twice.
    pub unique_within_file: bool,
    /// Whether the same valid IIN and birth date always mean one person.
    pub same_iin_and_birth_always: bool,
    /// Whether two valid IINs are never one person.
    pub two_iins_never: bool,
    /// Whether two documents of one kind that are valid together are never one person's.
    pub two_documents_never: bool,
    /// Pairs that people marked.
    pub labels: Vec<Label>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            threshold: 0.5,
            model: None,
            comparisons_max: 0,
            cluster_records_max: 500,
            pair_probability_min: 0.01,
            unique_within_file: false,
            same_iin_and_birth_always: true,
            two_iins_never: true,
            two_documents_never: true,
            labels: Vec::new(),
        }
    }
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
    /// What ties the records of clusters, from which probabilities follow.
    pub bonds: Bonds,
    /// For each record the first record of its cluster.
    pub clusters: Vec<u32>,
    /// Pairs that a rule kept apart.
    pub conflicts: Vec<(Pair, Conflict)>,
    /// What was learned from labels, where there are any.
    pub lesson: Option<Lesson>,
    /// Precision and recall of the clusters as the model sees them, without a label.
    pub estimate: Figures,
    /// What of the records was laid down.
    parked: Option<Parked>,
}

impl Linked {
    /// The probability that the records of a pair are one person.
    #[must_use]
    pub fn probability(&self, pair: &Pair) -> f64 {
        self.bonds.probability(pair)
    }

    /// Brings back what was laid down, and lets go of what only comparing needed to make room for it; of the blocks
    /// too, unless somebody will still ask which pairs were compared.
    pub fn bring_back(&mut self, people: &mut People, keeps_blocks: bool) {
        if let Some(parked) = self.parked.take() {
            if !keeps_blocks {
                self.blocks.let_go();
            }
            self.fields.iter_mut().for_each(|field| field.values.let_go());
            people.unpark(&parked);
        }
    }
}

/// Pairs with a smaller weight are not kept, in bits: less than one in a hundred of them is a match.
pub const FLOOR: f32 = -7.0;

/// Finds persons. `lap` is told when a stage is done. An engine that spills lays down meanwhile what of the records
/// only the report asks for; [`Linked::bring_back`] brings it back.
///
/// # Errors
/// When it cannot be laid down.
pub fn link(
    engine: &Engine,
    people: &mut People,
    options: &Options,
    lap: &mut dyn FnMut(&'static str),
) -> Result<Linked> {
    let (fields, notes) = field::settle(engine, people);
    let rules = Rules::new(people, &fields, options);
    let parked = engine.spill().map(|spill| people.park(spill)).transpose()?;
    lap("fields");
    let mut blocks = Blocks::new(engine, people, &fields, options);
    lap("block");
    let codes = Codes::new(&fields);
    let mut trained = match &options.model {
        Some(file) => Trained { model: Model::read(file, &fields), each: file.each },
        None => train::train(engine, &fields, &codes, &blocks),
    };
    lap("train");
    let mut lesson = None;
    if !options.labels.is_empty() {
        let seen = seen(&fields, &codes, &trained, &options.labels);
        let (model, learned) = labels::teach(&trained.model, &seen);
        if let Some(model) = model {
            trained.model = model;
        }
        lesson = Some(learned);
        lap("labels");
    }
    let weights = Weights::new(&trained.model, &fields, trained.each);
    let pairs = score_pairs(engine, &fields, &codes, &blocks, &weights, people.len());
    lap("score");
    let wanted = (options.threshold / (1.0 - options.threshold)).log2() as f32;
    let clustering = Clustering {
        fields: &fields,
        codes: &codes,
        weights: &weights,
        rules: &rules,
        threshold: wanted,
        records_max: options.cluster_records_max,
    };
    let clustered = cluster::clusters(engine, &clustering, &pairs, people.len());
    let (clusters, conflicts) = (clustered.first, clustered.conflicts);
    let (bonds, truly) = Bonds::new(rules.sure.iter().chain(&pairs), &clusters);
    let (estimate, recall) = estimate(&blocks, &pairs, &rules, &clusters, truly);
    blocks.recall = recall;
    lap("cluster");
    Ok(Linked {
        fields,
        notes,
        blocks,
        trained,
        weights,
        pairs,
        bonds,
        clusters,
        conflicts,
        lesson,
        estimate,
        parked,
    })
}

/// What the unlabelled model says of the pairs that people marked.
fn seen(fields: &[Field], codes: &Codes, trained: &Trained, labels: &[Label]) -> Vec<Seen> {
    let weights = Weights::new(&trained.model, fields, trained.each);
    let mut comparer = Comparer::new(fields, codes);
    let of = |label: &Label| {
        let pattern = comparer.pattern(label.left as usize, label.right as usize);
        let weight = weights.pair(fields, pattern, label.left as usize);
        Seen {
            same: label.same,
            fold: label.fold,
            pattern,
            weight: f64::from(weight),
            probability: claimed(weight),
        }
    };
    labels.iter().map(of).collect()
}

fn score_pairs(
    engine: &Engine,
    fields: &[Field],
    codes: &Codes,
    blocks: &Blocks,
    weights: &Weights,
    records: usize,
) -> Vec<Pair> {
    const PART: usize = 8192;
    let parts = engine.map(records.div_ceil(PART), |part| {
        let mut comparer = Comparer::new(fields, codes);
        let mut partners = Vec::new();
        let mut pairs = Vec::new();
        for record in part * PART..((part + 1) * PART).min(records) {
            blocks.partners(record as u32, &mut partners);
            comparer.fetch(&partners);
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

/// Pairs within clusters that the play of blocking counts for, beside those that were seen.
const PLAYED: f64 = 300.0;

/// Precision and recall of the clusters, and the share of matches that were compared, without a label.
///
/// True pairs within clusters are as many as their chains claim, true pairs between clusters as many as the weights of
/// the pairs that were kept. How many more were never compared, or lie below the floor, shows in clusters of three
/// records and more, where a third record ties two that no key brought together. What this cannot see: records that
/// share so little with their person that nothing ties them to any cluster.
fn estimate(blocks: &Blocks, pairs: &[Pair], rules: &Rules, clusters: &[u32], truly: f64) -> (Figures, f64) {
    let mut sizes = vec![0u64; clusters.len()];
    for &first in clusters {
        sizes[first as usize] += 1;
    }
    let within = |least: u64| -> u64 {
        sizes.iter().filter(|&&size| size >= least).map(|size| size * size.saturating_sub(1) / 2).sum()
    };
    let (found, open) = (within(2), within(3));
    let together = |one: usize, two: usize| clusters[one] == clusters[two];
    let (mut kept, mut kept_open, mut between) = (0u64, 0u64, 0.0);
    for pair in pairs {
        let (left, right) = (pair.left as usize, pair.right as usize);
        if together(left, right) {
            kept += 1;
            kept_open += u64::from(sizes[clusters[left] as usize] >= 3);
        } else if rules.held(pair.left).conflict(&rules.held(pair.right)).is_none() {
            between += claimed(pair.weight);
        }
    }
    let missed = ((open - kept_open) as f64 + PLAYED * (1.0 - blocks.recall)) / (open as f64 + PLAYED);
    let truth = truly + between + missed * (found as f64 + between);
    // Those that were compared are a little more than those that were kept.
    let reached = kept as f64 * truly / (found as f64).max(1.0) + between;
    let share = if truth > 0.0 { reached / truth } else { 1.0 };
    let recall = if blocks.all { 1.0 } else { share.min(1.0) };
    (Figures::of(truly, found as f64, truth), recall)
}

#[cfg(test)]
mod tests;

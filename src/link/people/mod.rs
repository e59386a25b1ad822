//! People: which records of customer files are one person.
//!
//! draft
pub mod block;
pub mod cluster;
pub mod field;
pub mod model;
pub mod score;
pub mod similar;
pub mod table;
pub mod train;
pub mod value;

use self::block::Blocks;
use self::field::{ColumnNote, Field};
use self::score::{Comparer, Weights};
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
    /// How their fields compare.
    pub pattern: u64,
}

/// What linking found.
#[derive(Debug)]
pub struct Linked {
    pub fields: Vec<Field>,
    pub notes: Vec<ColumnNote>,
    pub blocks: Blocks,
    pub trained: Trained,
    pub pairs: Vec<Pair>,
    pub clusters: Vec<u32>,
}

/// Finds persons.
#[must_use]
pub fn link(engine: &Engine, people: &People, lap: &mut dyn FnMut(&'static str)) -> Linked {
    let (fields, notes) = field::settle(engine, people);
    lap("fields");
    let blocks = Blocks::new(engine, people, &fields);
    lap("block");
    let trained = train::train(engine, &fields, &blocks);
    lap("train");
    let weights = Weights::new(&trained.model, &fields, trained.each);
    let pairs = score_pairs(engine, &fields, &blocks, &weights, people.len(), -7.0);
    lap("score");
    let options = cluster::Options { floor: std::env::var("FLOOR").map_or(-2.0, |v| v.parse().unwrap()), cut: std::env::var("CUT").map_or(0.0, |v| v.parse().unwrap()) };
    let clusters = cluster::clusters(engine, &fields, &weights, &pairs, people.len(), &options);
    lap("cluster");
    Linked { fields, notes, blocks, trained, pairs, clusters }
}

fn score_pairs(engine: &Engine, fields: &[Field], blocks: &Blocks, weights: &Weights, records: usize, floor: f32) -> Vec<Pair> {
    const PART: usize = 2048;
    let parts = engine.map(records.div_ceil(PART), |part| {
        let mut comparer = Comparer::new(fields);
        let mut partners = Vec::new();
        let mut pairs = Vec::new();
        for record in part * PART..((part + 1) * PART).min(records) {
            blocks.partners(record as u32, &mut partners);
            for &(other, _) in &partners {
                let pattern = comparer.pattern(record, other as usize);
                let weight = weights.pair(fields, pattern, record);
                if weight >= floor {
                    pairs.push(Pair { left: record as u32, right: other, weight, pattern });
                }
            }
        }
        pairs
    });
    parts.into_iter().flatten().collect()
}

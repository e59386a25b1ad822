//! Cluster: which records are one person, from pairs that look like one.
//!
//! In: weighed pairs and rules. Out: for each record the first record of its cluster, and the conflicts: pairs that
//! belong together by their weight and may not by a rule. Pairs are taken from the heaviest down; two clusters
//! become one when their records together say so: the mean weight over the better six tenths of the pairs between
//! them, each bounded, must reach the threshold. A chain of strangers in which each resembles the next therefore breaks at
//! its weakest link, which connected components would not see.
//!
//! The law: the result depends on the pairs and their weights alone. Components of the graph of pairs are worked
//! on by any core; within one, order is total.

use std::collections::BTreeSet;

use super::Pair;
use super::field::Field;
use super::rules::{Conflict, Held, Rules};
use super::score::{Codes, Comparer, Weights};
use crate::engine::Engine;

/// Pairs between two clusters that are looked at before they become one.
const CROSS_MAX: usize = 100;
/// Bits that one pair may say for or against.
const BOUND: f32 = 14.0;
/// Of ten pairs between two clusters so many are asked, the better ones: records that lack most of their fields say
/// little of each other, and are one person all the same.
const BETTER_OF_TEN: usize = 6;
/// Bits below the threshold down to which pairs may start a merger.
const REACH: f32 = 2.0;

/// What clustering found.
#[derive(Debug, Default)]
pub struct Clustered {
    /// For each record the first record of its cluster.
    pub first: Vec<u32>,
    /// Pairs that a rule parted, by left and right record.
    pub conflicts: Vec<(Pair, Conflict)>,
}

/// What clusters are made with.
#[derive(Clone, Copy, Debug)]
pub struct Clustering<'a> {
    /// What was compared.
    pub fields: &'a [Field],
    /// Its codes by record.
    pub codes: &'a Codes,
    /// What agreements are worth.
    pub weights: &'a Weights,
    /// What decides beside weights.
    pub rules: &'a Rules,
    /// The mean weight that two clusters must reach, in bits.
    pub threshold: f32,
    /// Records of a cluster at most: a cluster that wants to be larger is a fault of the data, such as a default name.
    pub records_max: usize,
}

/// Finds clusters.
#[must_use]
pub fn clusters(engine: &Engine, clustering: &Clustering<'_>, pairs: &[Pair], records: usize) -> Clustered {
    let floor = clustering.threshold - REACH;
    let all: Vec<Pair> = clustering
        .rules
        .sure
        .iter()
        .chain(pairs.iter().filter(|pair| pair.weight >= floor))
        .copied()
        .collect();
    let mut forest = Forest::new(records);
    for pair in &all {
        forest.join(pair.left, pair.right);
    }
    let mut keyed: Vec<(u32, u32)> =
        all.iter().enumerate().map(|(at, pair)| (forest.root(pair.left), at as u32)).collect();
    keyed.sort_unstable();
    let components: Vec<&[(u32, u32)]> = keyed.chunk_by(|a, b| a.0 == b.0).collect();
    const PART: usize = 256;
    let parts = engine.map(components.len().div_ceil(PART), |part| {
        let mut worker = Worker { clustering, comparer: Comparer::new(clustering.fields, clustering.codes) };
        let mut found: (Vec<Vec<u32>>, Vec<(Pair, Conflict)>) = Default::default();
        for component in &components[part * PART..((part + 1) * PART).min(components.len())] {
            let mut own: Vec<Pair> = component.iter().map(|&(_, at)| all[at as usize]).collect();
            own.sort_by(|a, b| b.weight.total_cmp(&a.weight).then((a.left, a.right).cmp(&(b.left, b.right))));
            worker.component(&own, &mut found.0, &mut found.1);
        }
        found
    });
    let mut clustered = Clustered { first: (0..records as u32).collect(), conflicts: Vec::new() };
    for (clusters, conflicts) in parts {
        for members in clusters {
            let first = *members.iter().min().expect("a cluster has records");
            for member in members {
                clustered.first[member as usize] = first;
            }
        }
        clustered.conflicts.extend(conflicts);
    }
    clustered.conflicts.sort_by_key(|(pair, why)| (pair.left, pair.right, *why));
    clustered
}

/// Connected components.
#[derive(Debug)]
pub(crate) struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    pub(crate) fn new(records: usize) -> Self {
        Forest { parents: (0..records as u32).collect() }
    }

    /// The smallest record of a component, to which the path is shortened.
    pub(crate) fn root(&mut self, mut at: u32) -> u32 {
        while self.parents[at as usize] != at {
            self.parents[at as usize] = self.parents[self.parents[at as usize] as usize];
            at = self.parents[at as usize];
        }
        at
    }

    pub(crate) fn join(&mut self, one: u32, two: u32) {
        let (one, two) = (self.root(one), self.root(two));
        // The smaller record is the root, so that roots do not depend on the order of pairs.
        self.parents[one.max(two) as usize] = one.min(two);
    }
}

struct Worker<'a> {
    clustering: &'a Clustering<'a>,
    comparer: Comparer<'a>,
}

impl Worker<'_> {
    /// Works through one component, heaviest pair first.
    fn component(&mut self, pairs: &[Pair], out: &mut Vec<Vec<u32>>, conflicts: &mut Vec<(Pair, Conflict)>) {
        let mut records: Vec<u32> = pairs.iter().flat_map(|pair| [pair.left, pair.right]).collect();
        records.sort_unstable();
        records.dedup();
        let place = |record: u32| records.binary_search(&record).expect("a record of the component");
        let mut of: Vec<usize> = (0..records.len()).collect();
        let mut members: Vec<Vec<u32>> = records.iter().map(|&record| vec![record]).collect();
        let mut held: Vec<Held> = records.iter().map(|&record| self.clustering.rules.held(record)).collect();
        // Mergers that were refused, until one of the clusters grows.
        let mut refused: BTreeSet<(usize, usize, usize, usize)> = BTreeSet::new();
        for pair in pairs {
            let (a, b) = (of[place(pair.left)], of[place(pair.right)]);
            if a == b {
                continue;
            }
            let (a, b) = (a.min(b), a.max(b));
            let question = (a, b, members[a].len(), members[b].len());
            if refused.contains(&question) {
                continue;
            }
            let conflict = if members[a].len() + members[b].len() > self.clustering.records_max {
                Some(Conflict::TooLarge)
            } else {
                held[a].conflict(&held[b])
            };
            let agreed = pair.weight == f32::INFINITY
                || self.mean(&members[a], &members[b]) >= self.clustering.threshold;
            if !agreed || conflict.is_some() {
                refused.insert(question);
                if let (Some(conflict), true) = (conflict, agreed) {
                    conflicts.push((*pair, conflict));
                }
                continue;
            }
            let moved = std::mem::take(&mut members[b]);
            for &member in &moved {
                of[place(member)] = a;
            }
            members[a].extend(moved);
            let taken = std::mem::take(&mut held[b]);
            held[a].absorb(taken);
        }
        out.extend(members.into_iter().filter(|members| members.len() > 1));
    }

    /// The mean weight over the better pairs between two clusters, or over an even sample of them.
    fn mean(&mut self, one: &[u32], two: &[u32]) -> f32 {
        let all = one.len() * two.len();
        let step = all.div_ceil(CROSS_MAX);
        let mut weights = Vec::with_capacity(all.div_ceil(step));
        for at in (0..all).step_by(step) {
            let (x, y) = (one[at / two.len()] as usize, two[at % two.len()] as usize);
            let pattern = self.comparer.pattern(x, y);
            let weight = self.clustering.weights.pair(self.clustering.fields, pattern, x);
            weights.push(weight.clamp(-BOUND, BOUND));
        }
        weights.sort_by(|a, b| b.total_cmp(a));
        let better = &weights[..(weights.len() * BETTER_OF_TEN).div_ceil(10)];
        better.iter().sum::<f32>() / better.len() as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_do_not_depend_on_the_order_of_pairs() {
        let pairs = [(4, 3), (1, 2), (3, 1), (6, 7)];
        let roots = |order: &[usize]| {
            let mut forest = Forest::new(8);
            for &at in order {
                forest.join(pairs[at].0, pairs[at].1);
            }
            (0..8).map(|record| forest.root(record)).collect::<Vec<_>>()
        };
        assert_eq!(roots(&[0, 1, 2, 3]), [0, 1, 1, 1, 1, 5, 6, 6]);
        assert_eq!(roots(&[3, 2, 1, 0]), roots(&[0, 1, 2, 3]));
    }
}

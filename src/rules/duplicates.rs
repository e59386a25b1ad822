//! Duplicates: one person under several IINs, as far as exact keys can tell.
//!
//! # What it finds
//! Registry rows with different IINs that hold the same document, or documents of one chain of renewals,
//! while names and birth date agree.
//!
//! # Why it matters
//! A number is given once and for life; two of them split a person's history.
//!
//! # Evidence
//! The cluster of IINs, the probability, and each row's best partner.
//!
//! # Innocent causes
//! Adoption gives a person a second number lawfully; so does a wrong check digit in the first.
//!
//! Rows that agree in names and birth date alone are left to the probabilistic link: most are namesakes.

use super::World;
use crate::day::NO_DAY;
use crate::link::rows::NO_ROW;

/// One row of a cluster of rows that look like one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duplicate {
    /// The cluster: its smallest row.
    pub cluster: u32,
    /// The registry row.
    pub row: u32,
    /// Rows in the cluster.
    pub size: u32,
    /// The row that it most likely is the same person as.
    pub partner: u32,
    /// Probability of that, in thousandths: 985 for one document, 975 for one chain of renewals. A
    /// documented table, as in `corrections`; the probabilistic link will estimate it.
    pub probability: u16,
}

/// Finds the clusters, sorted by cluster and row.
#[must_use]
pub fn find(world: &World<'_>) -> Vec<Duplicate> {
    let links = world.links;
    let shared = links.shared_documents.iter().map(|&(first, later)| (first, later, 985));
    // The chain leads to one row, the number of this link to another.
    let renewed = links
        .owners
        .iter()
        .zip(&links.holders)
        .filter(|&(&owner, &holder)| owner != NO_ROW && holder != NO_ROW && owner != holder)
        .map(|(&owner, &holder)| (owner.min(holder), owner.max(holder), 975));
    let mut pairs: Vec<(u32, u32, u16)> =
        shared.chain(renewed).filter(|&(a, b, _)| same_person(world, a, b)).collect();
    pairs.sort_unstable();

    let mut clusters = Clusters::default();
    for &(a, b, _) in &pairs {
        clusters.join(a, b);
    }
    let mut best: std::collections::BTreeMap<u32, (u16, std::cmp::Reverse<u32>)> = Default::default();
    for &(a, b, probability) in &pairs {
        for (row, partner) in [(a, b), (b, a)] {
            let offer = (probability, std::cmp::Reverse(partner));
            let held = best.entry(row).or_insert(offer);
            *held = (*held).max(offer);
        }
    }
    let mut found: Vec<Duplicate> = best
        .into_iter()
        .map(|(row, (probability, partner))| Duplicate {
            cluster: clusters.root(row),
            row,
            size: 0,
            partner: partner.0,
            probability,
        })
        .collect();
    found.sort_unstable();
    for cluster in found.chunk_by_mut(|a, b| a.cluster == b.cluster) {
        let size = cluster.len() as u32;
        cluster.iter_mut().for_each(|member| member.size = size);
    }
    found
}

/// Whether two rows with different IINs have the same names and birth date.
fn same_person(world: &World<'_>, a: u32, b: u32) -> bool {
    let (left, right) = (&world.registry.rows[a as usize], &world.registry.rows[b as usize]);
    world.registry.iins[a as usize] != world.registry.iins[b as usize]
        && left.name != 0
        && left.name == right.name
        && left.birth != NO_DAY
        && left.birth == right.birth
}

/// Rows joined into clusters, each known by its smallest row.
#[derive(Debug, Default)]
struct Clusters {
    parents: std::collections::BTreeMap<u32, u32>,
}

impl Clusters {
    fn root(&mut self, row: u32) -> u32 {
        let parent = *self.parents.get(&row).unwrap_or(&row);
        if parent == row {
            return row;
        }
        let root = self.root(parent);
        self.parents.insert(row, root);
        root
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents.insert(a.max(b), a.min(b));
    }
}

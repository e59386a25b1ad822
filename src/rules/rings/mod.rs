//! Rings: suspects who were made up together.
//!
//! In: a world and its suspects. Out: rings, each with its members, what binds them, and what names it. Suspects
//! and what they share (who filed for them and in which days, documents, phones, addresses, runs of document numbers,
//! days at an office) form a graph: `facet` says by how much each thing binds, `community` finds who belongs
//! together. Scores are not touched: a ring is a way to look at suspects, and no further sign against anybody.
//!
//! What binds is what suspects share and hardly anybody else has. So an honest agent with three suspects among three
//! hundred clients makes no ring, and rings who live in one dormitory are not one.
//!
//! A ring is named for what it is and not for where it stands: for its representative's number, its document, phone,
//! address, days or first number of its run, in this order, as long as more than half of the suspects who have it
//! are its own; else for the member whose number was assigned first. So one member more or less keeps the name,
//! and no two rings have one.
//!
//! The law: rings follow from what rows say and not from their order; a suspect is in one ring at most; and
//! everything is counted in integers, in one order.

mod community;
mod facet;
mod run;
mod words;

use std::collections::BTreeSet;

use self::community::Graph;
use self::facet::{Facet, Whole};
use super::World;
use super::bits::{self, Millibits};
use super::score::{Band, Suspect};
use crate::batch::NO_IIN;
use crate::day::NO_DAY;
use crate::link::rows::RegistryRow;

pub use self::facet::Kind;

/// No ring: what stands beside a suspect who is alone.
pub const ALONE: u32 = u32::MAX;
/// Of what binds a ring, the most that is told.
const BINDS_MAX: usize = 12;
/// Log odds from which on nobody doubts that a suspect is one: two in three.
const SURE: Millibits = 1000;
/// What a suspect is short of it counts so many times against each of its pairs: honest clients of a ring's agent
/// have scores too, since they came in the same crowd.
const TIMES_DOUBT: Millibits = 2;

/// Suspects who were made up together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// Indices of its suspects, ascending.
    pub members: Vec<u32>,
    /// What binds them, strongest first.
    pub binds: Vec<Bind>,
    /// What it is named for: the kind of it and its value. No other ring of the run has the same.
    pub name: Vec<String>,
    /// How many of its members are of each band, in the order of [`Band::ALL`].
    pub bands: [u32; 3],
    /// The sum of its members' scores, in thousandths.
    pub expected: u64,
    /// The first and the last day on which a number was assigned; [`NO_DAY`] where none is known.
    pub assigned: (i32, i32),
}

/// Something that binds members of a ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bind {
    /// What it is.
    pub kind: Kind,
    /// How many members have it.
    pub members: u32,
    /// Which of the suspects they are, ascending.
    pub who: Vec<u32>,
    /// What a pair of them is bound by.
    pub bits: Millibits,
    /// In words, with the values that a person needs to check it.
    pub evidence: String,
}

/// The rings of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rings {
    /// The rings, in the order of their members' smallest numbers.
    pub rings: Vec<Ring>,
    /// For each suspect its ring, or [`ALONE`].
    pub of: Vec<u32>,
}

/// A suspect as a node of the graph. Nodes stand in the order of their numbers, so that the order of rows says
/// nothing.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// What is kept of it, taken in the order of rows: who jumps about in a table on the disk pays for it.
    kept: RegistryRow,
    iin: u64,
    row: u32,
    /// Its index among the suspects.
    suspect: u32,
    score: u16,
}

/// Finds the rings of suspects.
#[must_use]
pub fn find(world: &World<'_>, suspects: &[Suspect]) -> Rings {
    let node = |(suspect, at): (&Suspect, u32)| {
        let iin = world.registry.iins[suspect.row as usize];
        let kept = world.registry.rows[suspect.row as usize];
        Node { kept, iin, row: suspect.row, suspect: at, score: suspect.score }
    };
    let mut nodes: Vec<Node> = suspects.iter().zip(0..).map(node).collect();
    world.engine.sort_by_key(&mut nodes, |node| (node.iin, node.row));
    let whole = Whole::of(world, &nodes);
    let facets = facet::find(world, &nodes, whole);
    let graph = Graph {
        facets: facets.iter().map(|facet| (facet.members.clone(), facet.bits)).collect(),
        doubts: nodes.iter().map(|node| doubt(node.score)).collect(),
    };
    let groups = community::communities(&graph);
    let mut of = vec![ALONE; nodes.len()];
    for (members, ring) in groups.iter().zip(0..) {
        members.iter().for_each(|&at| of[at as usize] = ring);
    }
    // The members of each ring that each facet has, the facets in their order.
    let mut held: Vec<Vec<Held<'_>>> = vec![Vec::new(); groups.len()];
    for facet in &facets {
        let mut own: Vec<(u32, u32)> = facet.members.iter().map(|&at| (of[at as usize], at)).collect();
        own.sort_unstable();
        for same in own.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1 && same[0].0 != ALONE) {
            held[same[0].0 as usize].push((facet, same.iter().map(|&(_, at)| at).collect()));
        }
    }
    let view = View { nodes: &nodes, whole };
    let mut taken = BTreeSet::new();
    let make = |(members, held): (&Vec<u32>, &Vec<Held<'_>>)| {
        let name = view.name(members, held, &taken);
        taken.insert(name.clone());
        view.ring(members, held, name, suspects)
    };
    let rings = groups.iter().zip(&held).map(make).collect();
    let mut of_suspects = vec![ALONE; suspects.len()];
    nodes.iter().zip(of).for_each(|(node, ring)| of_suspects[node.suspect as usize] = ring);
    Rings { rings, of: of_suspects }
}

/// A facet, and the members of a ring that have it.
type Held<'a> = (&'a Facet, Vec<u32>);

/// What it takes off a pair that one of the two is not surely suspected.
fn doubt(score: u16) -> Millibits {
    (SURE - bits::log_odds(u64::from(score), 1000)).max(0) * TIMES_DOUBT
}

/// Suspects with the rows behind them.
struct View<'a> {
    nodes: &'a [Node],
    whole: Whole,
}

impl View<'_> {
    fn row(&self, at: u32) -> &RegistryRow {
        &self.nodes[at as usize].kept
    }

    /// By when and as whom a suspect was assigned a number: the same every night.
    fn age(&self, at: u32) -> (i32, u64) {
        let day = self.row(at).assigned;
        (if day == NO_DAY { i32::MAX } else { day }, self.nodes[at as usize].iin)
    }

    fn ring(&self, members: &[u32], held: &[Held<'_>], name: Vec<String>, suspects: &[Suspect]) -> Ring {
        let mut bands = [0; 3];
        let mut expected = 0;
        let mut assigned = (NO_DAY, NO_DAY);
        let mut own: Vec<u32> = members.iter().map(|&at| self.nodes[at as usize].suspect).collect();
        own.sort_unstable();
        for &at in members {
            let suspect = &suspects[self.nodes[at as usize].suspect as usize];
            let band = Band::ALL.iter().position(|&band| band == suspect.band).expect("a band is one of all");
            bands[band] += 1;
            expected += u64::from(suspect.score);
            let day = self.row(at).assigned;
            if day != NO_DAY {
                let first = if assigned.0 == NO_DAY { day } else { assigned.0.min(day) };
                assigned = (first, assigned.1.max(day));
            }
        }
        let mut strongest: Vec<&Held<'_>> = held.iter().collect();
        strongest.sort_by_key(|(facet, own)| {
            (std::cmp::Reverse(i64::from(facet.bits) * own.len() as i64), facet.kind, self.value(facet))
        });
        let bind = |(facet, own): &Held<'_>| Bind {
            kind: facet.kind,
            members: own.len() as u32,
            who: {
                let mut who: Vec<u32> = own.iter().map(|&at| self.nodes[at as usize].suspect).collect();
                who.sort_unstable();
                who
            },
            bits: facet.bits,
            evidence: self.evidence(facet, own, members.len()),
        };
        let binds = strongest.into_iter().take(BINDS_MAX).map(bind).collect();
        Ring { members: own, binds, name, bands, expected, assigned }
    }

    /// What a ring is named for; the members' own numbers where nothing else is left.
    fn name(&self, members: &[u32], held: &[Held<'_>], taken: &BTreeSet<Vec<String>>) -> Vec<String> {
        let mut candidates: Vec<_> = held
            .iter()
            .filter(|(facet, own)| facet.kind != Kind::Day && own.len() * 2 > facet.members.len())
            .map(|(facet, own)| {
                let oldest = own.iter().map(|&at| self.age(at)).min();
                let some = own.len() * 2 < members.len();
                ((some, facet.kind, oldest, self.value(facet)), *facet)
            })
            .collect();
        candidates.sort_by(|a, b| a.0.cmp(&b.0));
        let named =
            candidates.into_iter().map(|((.., value), facet)| vec![facet.kind.name().to_owned(), value]);
        let mut own: Vec<u32> = members.to_vec();
        own.sort_by_key(|&at| (self.age(at), at));
        let numbered = own.into_iter().map(|at| {
            // Without a number only its place tells the row from others.
            let number = match self.nodes[at as usize].iin {
                NO_IIN => format!("row {}", self.nodes[at as usize].row),
                iin => crate::validate::iin::unpack(iin),
            };
            vec!["member".to_owned(), number]
        });
        let free = named.chain(numbered).find(|name| !taken.contains(name));
        free.unwrap_or_else(|| vec!["row".to_owned(), self.nodes[members[0] as usize].row.to_string()])
    }
}

#[cfg(test)]
mod tests;

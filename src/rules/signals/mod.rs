//! Signals: what speaks for a number having been issued for a person who does not exist.
//!
//! One file a signal; a signal is a question for a human being, with its evidence in words and its weight,
//! never an assertion.

use super::World;

/// One sign on one registry row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The registry row.
    pub row: u32,
    /// Which sign.
    pub code: Code,
    /// Thousandths of the probability that the sign alone would argue for; integers, so that sums do not
    /// depend on their order.
    pub weight: u16,
    /// What was seen, in one sentence with the values that a person needs to check it.
    pub evidence: String,
}

/// The signals of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {}

/// Finds all signals, sorted by row and code.
#[must_use]
pub fn find(_world: &World<'_>) -> Vec<Signal> {
    Vec::new()
}

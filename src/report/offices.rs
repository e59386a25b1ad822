//! Offices: the names of the offices that assigned the numbers of findings.
//!
//! In: findings and the records behind them. Out: the text behind each key of an office. Rows hold a key, and offices are few:
//! each name is quoted once from its first row among the findings, not once a finding. The law: the key is of the text alone,
//! so it does not matter from which row the name is quoted.

use super::values::Records;
use crate::batch::Role;
use crate::engine::Engine;
use crate::link::rows::NO_ROW;

/// Findings that are looked at by one task.
const PART_ROWS: usize = 1 << 16;

/// Names of offices by their key, sorted by it.
#[derive(Clone, Debug, Default)]
pub struct Offices(Vec<(u64, String)>);

impl Offices {
    /// The offices of registry rows; [`NO_ROW`] among them has none.
    #[must_use]
    pub fn of(engine: &Engine, records: &Records<'_>, rows: &[u32]) -> Self {
        let parts = engine.map(rows.len().div_ceil(PART_ROWS), |part| {
            let end = ((part + 1) * PART_ROWS).min(rows.len());
            let own = rows[part * PART_ROWS..end].iter().filter(|&&row| row != NO_ROW);
            let keyed = own.map(|&row| (records.registry_row(row).office, row));
            first_rows(keyed.filter(|&(key, _)| key != 0).collect())
        });
        let first = first_rows(parts.into_iter().flatten().collect());
        Offices(
            first
                .into_iter()
                .map(|(key, row)| (key, records.registry_text(row as usize, Role::Office)))
                .collect(),
        )
    }

    /// The name behind a key; nothing for 0.
    #[must_use]
    pub fn get(&self, key: u64) -> Option<&str> {
        let at = self.0.binary_search_by_key(&key, |&(key, _)| key).ok()?;
        Some(self.0[at].1.as_str())
    }
}

/// Each key with its first row.
fn first_rows(mut keyed: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    keyed.sort_unstable();
    keyed.dedup_by_key(|&mut (key, _)| key);
    keyed
}

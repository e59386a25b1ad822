//! `iin_mismatch`: document and registry disagree whose document it is.
//!
//! # What it finds
//! A document that bears the IIN of one row while another row holds its number, or whose name and birth
//! date are both not those of the row whose IIN it bears.
//!
//! # Why it matters
//! One of the two records leads to the wrong person.
//!
//! # Evidence
//! Both numbers and the document.
//!
//! # Innocent causes
//! A clerk who copied the line above; parents' numbers on children's documents.
//!
//! # Example
//! The registry holds passport N 12345678 under one IIN, the passport register under another.

use super::{Correction, Kind, World, is_current, known};
use crate::batch::Role;
use crate::link::Basis;

pub(super) fn find(world: &World<'_>) -> Vec<Correction> {
    let conflicts = world.links.conflicts.iter();
    conflicts
        .filter_map(|conflict| {
            let (row, basis) = match known(conflict.holder) {
                Some(holder) => (holder, Basis::DocumentNumber),
                None => (conflict.named, Basis::Iin),
            };
            let registered = &world.registry.rows[row as usize];
            let document = world.document(conflict.document);
            is_current(registered.status).then(|| Correction {
                kind: Kind::IinMismatch,
                field: Role::Iin,
                row,
                document: conflict.document,
                basis,
                confidence: world.links.confidence(basis, registered, conflict.document, document),
                ambiguous: false,
                since: document.issue.max(registered.assigned),
            })
        })
        .collect()
}

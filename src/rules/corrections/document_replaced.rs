//! `document_replaced`: the person has a newer valid document, the registry holds the old one.
//!
//! # What it finds
//! A live document of the same kind as the registered one (or of another country after a change of
//! citizenship), issued later, that is the same person's.
//!
//! # Why it matters
//! The passport on the counter no longer matches the number on file, so no bank or ministry can tie them.
//!
//! # Evidence
//! Both numbers, how the new document was tied to the IIN, and since when it is in use.
//!
//! # Innocent causes
//! A second valid passport (not reported while the register calls the first one valid), a document of another kind, a registry corrected after the export was made.
//!
//! # Example
//! The registry holds passport AA 1234567; the passport register says it was replaced by AB 7654321.

use super::person::Person;
use super::{Correction, Kind, World, is_current};
use crate::batch::Role;
use crate::day::NO_DAY;
use crate::link::Basis;
use crate::normalise::codes;

pub(super) fn find(person: &Person<'_>) -> Option<Correction> {
    let successor = person.successor?;
    let d = successor.document;
    let confidence = person.confidence(d);
    Some(Correction {
        kind: Kind::DocumentReplaced,
        field: Role::DocumentNumber,
        row: person.row,
        document: d,
        basis: person.basis(d),
        confidence: if successor.ambiguous { confidence / 2.0 } else { confidence },
        ambiguous: successor.ambiguous,
        since: person.since(d),
    })
}

/// Documents that fit several rows by identity: reported for each, picked for none.
pub(super) fn find_ambiguous(world: &World<'_>) -> Vec<Correction> {
    let ambiguous = &world.links.ambiguous;
    ambiguous
        .iter()
        .filter_map(|&(row, document, probability)| {
            let registered = &world.registry.rows[row as usize];
            let candidate = world.document(document);
            let live = (candidate.status == 0 || u16::from(candidate.status) == codes::VALID)
                && (candidate.expiry == NO_DAY || candidate.expiry >= world.as_of);
            let newer =
                candidate.issue != NO_DAY && registered.issue != NO_DAY && candidate.issue > registered.issue;
            let kind = registered.kind == 0 || candidate.kind == 0 || registered.kind == candidate.kind;
            let expired = registered.expiry != NO_DAY && registered.expiry < world.as_of;
            (is_current(registered.status) && live && newer && kind && expired && registered.number != 0)
                .then(|| Correction {
                    kind: Kind::DocumentReplaced,
                    field: Role::DocumentNumber,
                    row,
                    document,
                    basis: Basis::Identity,
                    confidence: f64::from(probability) / 1e4,
                    ambiguous: true,
                    since: candidate.issue.max(registered.assigned),
                })
        })
        .collect()
}

//! `document_invalidated`: the registered document was lost, stolen or cancelled; no newer one is on file.
//!
//! # What it finds
//! A registered document to which the register of documents gives one of these statuses, for a person with
//! no newer valid document of the kind.
//!
//! # Why it matters
//! Whoever shows that document is not its holder, or has no right to it any more.
//!
//! # Evidence
//! The status and its day.
//!
//! # Innocent causes
//! A document that was found again; a whole series retired by its state, before people could renew.
//!
//! # Example
//! The registry holds passport N 12345678, reported stolen on 2024-02-03.

use super::person::Person;
use super::{Correction, Kind};
use crate::batch::Role;
use crate::day::NO_DAY;
use crate::normalise::codes;

pub(super) fn find(person: &Person<'_>) -> Option<Correction> {
    let (document, own) = person.own?;
    if !matches!(person.own_status(), codes::LOST | codes::STOLEN | codes::CANCELLED) {
        return None;
    }
    Some(Correction {
        kind: Kind::DocumentInvalidated,
        field: Role::DocumentNumber,
        row: person.row,
        document,
        basis: person.basis(document),
        confidence: person.confidence(document),
        ambiguous: false,
        since: if own.status_date == NO_DAY {
            NO_DAY
        } else {
            own.status_date.max(person.registered.assigned)
        },
    })
}

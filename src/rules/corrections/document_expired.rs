//! `document_expired`: the registered document has expired, and no newer one is on file.
//!
//! # What it finds
//! A registered document whose last day is before the as-of day, by the issuer's word or else by the
//! registry's own, for a person with no newer valid document of the kind.
//!
//! # Why it matters
//! The person must have another document by now, or none; the number can no longer be tied to a paper.
//!
//! # Evidence
//! The last day of validity.
//!
//! # Innocent causes
//! The person left the country; the new document lies in a register that was not part of the run.
//!
//! # Example
//! A passport valid until 2023-05-10, in a run as of 2024-01-01: since 2023-05-10, 236 days.

use super::person::Person;
use super::{Correction, Kind, known};
use crate::batch::Role;
use crate::link::Basis;
use crate::link::rows::NO_ROW;

pub(super) fn find(person: &Person<'_>) -> Option<Correction> {
    if !person.is_expired() || person.registered.number == 0 {
        return None;
    }
    let document = person.own.map_or(NO_ROW, |(d, _)| d);
    Some(Correction {
        kind: Kind::DocumentExpired,
        field: Role::DocumentExpiryDate,
        row: person.row,
        document,
        basis: known(document).map_or(Basis::None, |d| person.basis(d)),
        // Without a document the registry speaks of its own row.
        confidence: known(document).map_or(1.0, |d| person.confidence(d)),
        ambiguous: false,
        since: person.own_expiry(),
    })
}

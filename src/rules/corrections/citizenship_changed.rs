//! `citizenship_changed`: the newest document gives another nationality than the registry.
//!
//! # What it finds
//! A nationality in the newest document that differs from the registered citizenship.
//!
//! # Why it matters
//! Rights, taxes and the duty to appear in person follow citizenship.
//!
//! # Evidence
//! Both, and the document that shows the new one.
//!
//! # Innocent causes
//! Two citizenships; ICAO itself reports citizenships that differ between the two zones of one passport.
//!
//! # Example
//! Registered UZB, the passport of 2023 says RUS.

use super::person::Person;
use super::{Correction, Kind};
use crate::batch::Role;

pub(super) fn find(person: &Person<'_>, latest: u32) -> Option<Correction> {
    let (registered, current) = (person.registered.citizenship, person.document(latest).nationality);
    if registered == 0 || current == 0 || registered == current {
        return None;
    }
    Some(Correction {
        kind: Kind::CitizenshipChanged,
        field: Role::Citizenship,
        row: person.row,
        document: latest,
        basis: person.basis(latest),
        confidence: person.confidence(latest),
        ambiguous: false,
        since: person.since(latest),
    })
}

//! `birth_date_differs`: the newest document gives another birth date than the registry.
//!
//! # What it finds
//! Two known birth dates that are not the same day.
//!
//! # Why it matters
//! Name and birth date are how people are found; one digit off and the person is somebody else.
//!
//! # Evidence
//! Both dates, and the document.
//!
//! # Innocent causes
//! A slip at the keyboard on either side; passports that give only the year, read as 1 January.
//!
//! # Example
//! Registered 1990-03-12, the passport says 1990-12-03.

use super::person::Person;
use super::{Correction, Kind};
use crate::batch::Role;
use crate::day::NO_DAY;

pub(super) fn find(person: &Person<'_>, latest: u32) -> Option<Correction> {
    let (registered, current) = (person.registered.birth, person.document(latest).birth);
    if registered == NO_DAY || current == NO_DAY || registered == current {
        return None;
    }
    Some(Correction {
        kind: Kind::BirthDateDiffers,
        field: Role::BirthDate,
        row: person.row,
        document: latest,
        basis: person.basis(latest),
        confidence: person.confidence(latest),
        ambiguous: false,
        since: person.since(latest),
    })
}

//! `sex_differs`: the newest document gives another sex than the registry.
//!
//! # What it finds
//! Two known sexes that are not the same.
//!
//! # Why it matters
//! It is part of the identity that other registers compare.
//!
//! # Evidence
//! Both, and the document.
//!
//! # Innocent causes
//! A slip at the keyboard; an export that codes 1 as female; a lawful change.
//!
//! # Example
//! Registered M, the passport says F.

use super::person::Person;
use super::{Correction, Kind};
use crate::batch::Role;

pub(super) fn find(person: &Person<'_>, latest: u32) -> Option<Correction> {
    let (registered, current) = (person.registered.sex, person.document(latest).sex);
    if registered == 0 || current == 0 || registered == current {
        return None;
    }
    Some(Correction {
        kind: Kind::SexDiffers,
        field: Role::Sex,
        row: person.row,
        document: latest,
        basis: person.basis(latest),
        confidence: person.confidence(latest),
        ambiguous: false,
        since: person.since(latest),
    })
}

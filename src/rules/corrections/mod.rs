//! Corrections: what the registry should be asked to correct, one file a kind.
//!
//! In: registry rows with the documents that were tied to them. Out: [`Correction`]s, each with the row and
//! document that show it, how the two were tied, and since when they differ. The law: a document that is
//! another person's is never offered, and nobody is picked silently among equals.

mod birth_date_differs;
mod citizenship_changed;
mod document_expired;
mod document_invalidated;
mod document_replaced;
mod iin_mismatch;
mod iin_unknown;
mod name_changed;
mod person;
mod sex_differs;

use super::World;
use crate::batch::Role;
use crate::link::Basis;
use crate::link::rows::NO_ROW;
use crate::normalise::codes;
use person::Person;

/// The kinds of the contract, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is documented in the file of its name")]
pub enum Kind {
    DocumentReplaced,
    DocumentExpired,
    DocumentInvalidated,
    NameChanged,
    CitizenshipChanged,
    BirthDateDiffers,
    SexDiffers,
    IinUnknown,
    IinMismatch,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 9] = [
        Kind::DocumentReplaced,
        Kind::DocumentExpired,
        Kind::DocumentInvalidated,
        Kind::NameChanged,
        Kind::CitizenshipChanged,
        Kind::BirthDateDiffers,
        Kind::SexDiffers,
        Kind::IinUnknown,
        Kind::IinMismatch,
    ];

    /// The contract's word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::DocumentReplaced => "document_replaced",
            Kind::DocumentExpired => "document_expired",
            Kind::DocumentInvalidated => "document_invalidated",
            Kind::NameChanged => "name_changed",
            Kind::CitizenshipChanged => "citizenship_changed",
            Kind::BirthDateDiffers => "birth_date_differs",
            Kind::SexDiffers => "sex_differs",
            Kind::IinUnknown => "iin_unknown",
            Kind::IinMismatch => "iin_mismatch",
        }
    }
}

/// One correction that the registry should be asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// What is to be corrected.
    pub kind: Kind,
    /// The registry's field.
    pub field: Role,
    /// The registry row, or [`NO_ROW`] where the registry lacks the person.
    pub row: u32,
    /// The document that shows it, or [`NO_ROW`] where the registry's own dates do.
    pub document: u32,
    /// How the two were tied.
    pub basis: Basis,
    /// Probability that the row and the document are one person's, 0..=1; see `Links::confidence`.
    pub confidence: f64,
    /// Whether another document or row fits as well.
    pub ambiguous: bool,
    /// The day on which the mismatch began, or `NO_DAY`.
    pub since: i32,
}

/// Finds all corrections, in the order of registry rows, then of documents that the registry lacks.
#[must_use]
pub fn find(world: &World<'_>) -> Vec<Correction> {
    let mut corrections = world.over_registry(|world, rows| {
        let mut found = Vec::new();
        for row in rows {
            let Some(person) = Person::new(world, row) else { continue };
            if let Some(replaced) = document_replaced::find(&person) {
                found.push(replaced);
            } else {
                found.extend(document_invalidated::find(&person).or_else(|| document_expired::find(&person)));
            }
            if let Some(latest) = person.latest {
                found.extend(name_changed::find(&person, latest));
                found.extend(citizenship_changed::find(&person, latest));
                found.extend(birth_date_differs::find(&person, latest));
                found.extend(sex_differs::find(&person, latest));
            }
        }
        found
    });
    corrections.extend(document_replaced::find_ambiguous(world));
    corrections.extend(iin_mismatch::find(world));
    corrections.extend(iin_unknown::find(world));
    corrections
}

/// Registered documents of which the register of documents says `replaced`, with no newer one on file.
#[must_use]
pub fn missing_successors(world: &World<'_>) -> Vec<u32> {
    world.over_registry(|world, rows| {
        rows.filter_map(|row| {
            let held = known(world.links.registered[row])?;
            // Few documents are replaced; only their rows are looked at whole.
            if u16::from(world.document(held).status) != codes::REPLACED {
                return None;
            }
            let person = Person::new(world, row)?;
            let (document, own) = person.own?;
            let replaced = u16::from(own.status) == codes::REPLACED;
            (replaced && !person.is_expired() && person.successor.is_none()).then_some(document)
        })
        .collect()
    })
}

/// Whether a registry row takes part: a person who died or a number that was annulled needs no correction.
pub(super) fn is_current(status: u8) -> bool {
    status != codes::DECEASED as u8 && status != codes::ANNULLED as u8
}

/// `NO_ROW` as "none".
fn known(row: u32) -> Option<u32> {
    (row != NO_ROW).then_some(row)
}

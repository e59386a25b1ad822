//! `iin_unknown`: a document bears an IIN that the registry lacks.
//!
//! # What it finds
//! A document with a well-formed IIN for which there is no registry row.
//!
//! # Why it matters
//! Either the registry export is incomplete, or the document was filled in with a number nobody was given.
//!
//! # Evidence
//! The document and the IIN as it stands there.
//!
//! # Innocent causes
//! A number assigned after the registry was exported; a typing error that by chance keeps the check digit
//! right (one wrong digit in fifty does).
//!
//! # Example
//! Passport AB 1234567 bears an IIN that no row has.

use super::{Correction, Kind, World};
use crate::batch::Role;
use crate::day::NO_DAY;
use crate::link::Basis;
use crate::link::rows::NO_ROW;
use crate::validate::iin;

pub(super) fn find(world: &World<'_>) -> Vec<Correction> {
    let unknown = world.links.unknown_iins.iter().copied();
    unknown
        // A malformed number is a defect of the document, and says nothing of the registry.
        .filter(|&d| iin::problems(world.documents.iins[d as usize]) == 0)
        .map(|document| {
            let issue = world.document(document).issue;
            Correction {
                kind: Kind::IinUnknown,
                field: Role::Iin,
                row: NO_ROW,
                document,
                basis: Basis::Iin,
                confidence: 1.0,
                ambiguous: false,
                since: if issue > world.as_of { NO_DAY } else { issue },
            }
        })
        .collect()
}

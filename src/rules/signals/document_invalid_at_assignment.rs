//! `document_invalid_at_assignment`: the number was given on a document that was no longer valid.
//!
//! ## What it finds
//! Rows whose document stands in the documents register as lost, stolen, cancelled or replaced since a day
//! not after the assignment.
//!
//! ## Why it matters
//! Numbers were had with documents of others: stolen and lost passports above all.
//!
//! ## Evidence
//! The document, its status and both days.
//!
//! ## Innocent causes
//! A person who had the replaced passport still at hand; a loss reported by mistake; a register that enters
//! the status late or on a wrong day. So replaced weighs least and stolen most.
//!
//! ## Example
//! AA0000001 of UZB was reported stolen on 2023-02-03, the IIN assigned on it on 2023-04-05.

use super::{Code, Look, Sign, words};
use crate::day::{self, NO_DAY};
use crate::link::rows::RegistryRow;
use crate::normalise::codes;

/// Weight of a lost document: some are found again and used by their holder.
const LOST: u16 = 600;
/// Weight of a cancelled document: a state may have retired a whole series.
const CANCELLED: u16 = 550;
/// Weight of a replaced document: the holder may have kept it.
const REPLACED: u16 = 300;

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, row: usize, kept: &RegistryRow) -> Option<Sign> {
    if kept.assigned == NO_DAY {
        return None;
    }
    let document = look.remarkable_document(row)?;
    // A document replaced on the day of the assignment was valid when it was shown.
    let (weight, what, last) = match u16::from(document.status) {
        codes::STOLEN => (Code::DocumentInvalidAtAssignment.weight(), "reported stolen", kept.assigned),
        codes::LOST => (LOST, "reported lost", kept.assigned),
        codes::CANCELLED => (CANCELLED, "cancelled", kept.assigned),
        codes::REPLACED => (REPLACED, "replaced", kept.assigned - 1),
        _ => return None,
    };
    if document.status_date == NO_DAY || document.status_date > last {
        return None;
    }
    let evidence = format!(
        "{} was {what} on {}, the IIN assigned on it on {}",
        words::document(kept),
        day::iso(document.status_date),
        day::iso(kept.assigned),
    );
    Some((weight, evidence))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn statuses() {
        for (document, expected, why) in [
            ("stolen,2023-02-03", Some(790), "stolen"),
            ("stolen,2023-04-05", Some(790), "stolen that day"),
            ("stolen,2023-04-06", None, "stolen the day after"),
            ("lost,2023-02-03", Some(600), "lost"),
            ("cancelled,2023-02-03", Some(550), "cancelled"),
            ("replaced,2023-04-04", Some(300), "replaced the day before"),
            ("replaced,2023-04-05", None, "replaced that day"),
            ("valid,2020-01-01", None, "valid"),
            ("stolen,", None, "nobody knows since when"),
        ] {
            let case = Case::new(
                "iin,document_country,document_number,assigned_on",
                &["000101699999,UZB,AA0000001,2023-04-05"],
                "document_country,document_number,status,status_date",
                &[format!("UZB,AA0000001,{document}")],
            );
            assert_eq!(case.weight(0, Code::DocumentInvalidAtAssignment), expected, "{document}: {why}");
        }
    }
}

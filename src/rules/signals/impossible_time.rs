//! `impossible_time`: dates that cannot follow each other.
//!
//! ## What it finds
//! Rows whose document was issued before the birth or had expired when the IIN was assigned, whose IIN was
//! assigned before the birth, and rows whose document was issued after the assignment although the documents
//! register knows neither it nor any other document of the person.
//!
//! ## Why it matters
//! A number is given on a document that is shown; dates made up one by one contradict each other.
//!
//! ## Evidence
//! The two dates.
//!
//! ## Innocent causes
//! A mistyped date. A register that was corrected to a newer passport has an issue date after the
//! assignment: so that case needs a document that nobody knows, and where the register does not cover the
//! document's country it weighs next to nothing.
//!
//! ## Example
//! Assigned on 2023-03-01 on a document that had expired on 2021-05-05.

use super::{Code, Look, Sign};
use crate::day::{self, NO_DAY};
use crate::link::rows::RegistryRow;

/// Off the code's weight: an expired document may have been accepted, and a correction leaves old terms.
const EXPIRED: u16 = 50;
/// Weight of a document that was issued after the assignment: mostly a register that was corrected to a
/// document which the documents register lacks, so it is not reported alone.
const LATE_ISSUE: u16 = 120;

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, row: usize, kept: &RegistryRow) -> Option<Sign> {
    let before = |early: i32, late: i32| early != NO_DAY && late != NO_DAY && early < late;
    let full = Code::ImpossibleTime.weight();
    let (weight, first, then) = if before(kept.assigned, kept.birth) {
        (full, ("assigned on", kept.assigned), ("before the birth on", kept.birth))
    } else if before(kept.issue, kept.birth) {
        (full, ("the document was issued on", kept.issue), ("before the birth on", kept.birth))
    } else if before(kept.expiry, kept.assigned) {
        (
            full - EXPIRED,
            ("the document expired on", kept.expiry),
            ("before the assignment on", kept.assigned),
        )
    } else if before(kept.assigned, kept.issue) && look.world.links.documents_of(row).is_empty() {
        // A document of this row in the register would be among its documents.
        (
            LATE_ISSUE,
            ("assigned on", kept.assigned),
            ("before the issue of its document, which no register ties to this person, on", kept.issue),
        )
    } else {
        return None;
    };
    Some((weight, format!("{} {}, {} {}", first.0, day::iso(first.1), then.0, day::iso(then.1))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn orders_of_dates() {
        // birth, issue, expiry, assigned
        for (dates, known, expected, why) in [
            ("1990-01-01,2020-01-01,2030-01-01,2022-01-01", false, None, "as it should be"),
            ("1990-01-01,2022-01-01,2030-01-01,2022-01-01", false, None, "issued and assigned on one day"),
            ("1990-01-01,1989-01-01,,2022-01-01", false, Some(400), "issued before the birth"),
            ("1990-01-01,,,1980-01-01", false, Some(400), "assigned before the birth"),
            ("1990-01-01,2010-01-01,2020-01-01,2022-01-01", true, Some(350), "expired at the assignment"),
            ("1990-01-01,2010-01-01,2022-01-01,2022-01-01", true, None, "valid on its last day"),
            (
                "1990-01-01,2024-01-01,,2022-01-01",
                false,
                Some(120),
                "issued later, nobody knows",
            ),
            (
                "1990-01-01,2024-01-01,,2022-01-01",
                true,
                None,
                "the register was corrected to a newer passport",
            ),
            (",,,", false, None, "nothing is known"),
        ] {
            let documents: &[&str] = if known { &["UZB,AA0000001"] } else { &[] };
            let case = Case::new(
                "iin,document_country,document_number,birth_date,document_issue_date,document_expiry_date,assigned_on",
                &[format!("000101699999,UZB,AA0000001,{dates}")],
                "document_country,document_number",
                documents,
            );
            assert_eq!(case.weight(0, Code::ImpossibleTime), expected, "{dates}: {why}");
        }
    }
}

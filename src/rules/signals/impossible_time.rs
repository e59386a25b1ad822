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
//! A mistyped date. A day of issue that an export writes where it knows none: one that twenty times the rows of a mean
//! day share, and at least a thousand, is unknown. A register that was corrected to a newer passport has an issue date after the
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
    let issue = look.issue(kept);
    let (weight, first, then) = if before(kept.assigned, kept.birth) {
        (full, ("assigned on", kept.assigned), ("before the birth on", kept.birth))
    } else if before(issue, kept.birth) {
        (full, ("the document was issued on", issue), ("before the birth on", kept.birth))
    } else if before(kept.expiry, kept.assigned) {
        (
            full - EXPIRED,
            ("the document expired on", kept.expiry),
            ("before the assignment on", kept.assigned),
        )
    } else if before(kept.assigned, issue) && look.world.links.documents_of(row).is_empty() {
        // A document of this row in the register would be among its documents.
        (
            LATE_ISSUE,
            ("assigned on", kept.assigned),
            ("before the issue of its document, which no register ties to this person, on", issue),
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
            ("1990-01-01,2024-01-01,,2022-01-01", false, Some(120), "issued later, nobody knows"),
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

    /// A day that thousands share is what the export writes for "unknown", however impossible it is.
    #[test]
    fn a_default_day_of_issue_is_no_day() {
        let header = "iin,document_country,document_number,birth_date,document_issue_date,assigned_on";
        let row = |number: usize, issue: &str| {
            format!("000101699999,UZB,AA{number:07},1995-01-01,{issue},2022-01-01")
        };
        let own_day = |number: usize| row(number, &day::iso(12_000 + number as i32));
        // Every fifth row has the default, a day before the birth; the others have days of their own.
        let shared: Vec<String> =
            (0..8000).map(|at| if at % 5 == 0 { row(at, "1990-01-01") } else { own_day(at) }).collect();
        let none: &[&str] = &[];
        let case = Case::new(header, &shared, "document_country,document_number", none);
        assert_eq!(case.weight(0, Code::ImpossibleTime), None, "1,600 people share it");
        let rare: Vec<String> =
            (0..8000).map(|at| if at % 400 == 0 { row(at, "1990-01-01") } else { own_day(at) }).collect();
        let case = Case::new(header, &rare, "document_country,document_number", none);
        assert_eq!(case.weight(0, Code::ImpossibleTime), Some(400), "twenty share it");
    }
}

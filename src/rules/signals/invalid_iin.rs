//! `invalid_iin`: the number cannot be an IIN.
//!
//! ## What it finds
//! Rows whose IIN has a wrong check digit, impossible birth digits or an unassigned century, is an
//! organisation's number, was never issued, or cannot be read at all.
//!
//! ## Why it matters
//! Every bank and ministry refuses such a number, and a row that lives on in spite of it was never checked.
//!
//! ## Evidence
//! The number and what is wrong with it.
//!
//! ## Innocent causes
//! Typing, above all; a BIN or a passport number in the IIN column; exports that drop leading zeros. So it
//! weighs little, and it says nothing of made-up numbers, which pass the check digit.
//!
//! ## Example
//! `180101199993`: the check digit should be 2.

use super::{Code, Look, Sign};
use crate::batch::NO_IIN;
use crate::link::rows::RegistryRow;
use crate::validate::iin::{self, problem};

/// Off the code's weight where a slip of the hand is the likely cause.
const TYPING: u16 = 50;
/// Off the code's weight where a whole other number stands in the column: an export's doing.
const OTHER_NUMBER: u16 = 100;

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, row: usize, kept: &RegistryRow) -> Option<Sign> {
    let packed = look.world.registry.iins[row];
    let full = Code::InvalidIin.weight();
    if packed == NO_IIN {
        return Some((full - OTHER_NUMBER, "the row has no readable IIN".to_owned()));
    }
    let problems = kept.problems;
    if problems == 0 {
        return None;
    }
    let (weight, what) = if problems & problem::IS_BIN != 0 {
        (full - OTHER_NUMBER, "is an organisation's number")
    } else if problems & problem::NEVER_ISSUED != 0 {
        (full, "was never issued: no check digit exists for its first eleven digits")
    } else if problems & problem::CENTURY != 0 {
        (full, "has an unassigned digit 7")
    } else if problems & problem::BIRTH_DATE != 0 {
        (full, "begins with digits that are no date")
    } else {
        (full - TYPING, "has a wrong check digit")
    };
    Some((weight, format!("{} {what}", iin::unpack(packed))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn numbers() {
        for (iin, expected, why) in [
            ("180101199992", None, "sound"),
            ("180101099996", None, "a foreigner's"),
            ("180101199993", Some(300), "a wrong check digit is mostly typing"),
            ("180101199120", Some(350), "never issued"),
            ("180101799990", Some(350), "unassigned century"),
            ("180431199997", Some(350), "31 April"),
            ("991240999991", Some(250), "an organisation's"),
            ("AB1234567", Some(250), "a passport number in the column"),
        ] {
            let case = Case::registry("iin", &[iin]);
            assert_eq!(case.weight(0, Code::InvalidIin), expected, "{iin}: {why}");
        }
        let annulled = Case::registry("iin,status", &["180101199993,annulled"]);
        assert_eq!(annulled.weight(0, Code::InvalidIin), None, "annulled rows are done with");
    }
}

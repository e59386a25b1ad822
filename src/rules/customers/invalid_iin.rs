//! `invalid_iin`: the number cannot be an IIN.
//!
//! ## What it finds
//! Records whose IIN has a wrong check digit, impossible birth digits or an unassigned century, was never issued, or
//! has more or fewer than twelve digits. A sound number of an organisation and a number with letters are meant to be
//! something else and are no sign.
//!
//! ## Why it matters
//! Who opens an account has a number that the state's register knows; one that cannot exist was never asked for there.
//!
//! ## Evidence
//! The number, what is wrong with it, and whether the person is known under one that fits.
//!
//! ## Innocent causes
//! Typing, above all. Where another record of the person has a number that fits, it is explained and weighs little. How
//! often clerks mistype is counted in the run.
//!
//! ## Example
//! `180101199993`: the check digit should be 2.

use super::Look;
use super::look::Number;
use crate::validate::iin::{self, problem};

/// The sign on one record.
pub(super) fn sign(look: &Look<'_>, record: usize) -> Option<(bool, String)> {
    let what = match look.number(record) {
        Number::Absent | Number::Sound(_) => return None,
        Number::Odd => "has not twelve digits",
        Number::Unsound(packed) => match iin::problems(packed) {
            found if found & problem::NEVER_ISSUED != 0 => {
                "was never issued: no check digit exists for its first eleven digits"
            }
            found if found & problem::IS_BIN != 0 => "is no IIN and no sound BIN",
            found if found & problem::CENTURY != 0 => "has an unassigned digit 7",
            found if found & problem::BIRTH_DATE != 0 => "begins with digits that are no date",
            _ => "has a wrong check digit",
        },
    };
    Some((true, format!("{} {what}", look.number_text(record))))
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::super::testing::Case;

    #[test]
    fn numbers() {
        for (row, expected, why) in [
            ("000101699999", None, "a sound number"),
            ("000101699998", Some(true), "a wrong check digit"),
            ("00010169999", Some(true), "a lost digit"),
            ("", None, "no number"),
            ("990140004654", None, "an organisation's"),
            ("N12345678", None, "a passport's"),
        ] {
            let case = Case::new("iin", &[row]);
            assert_eq!(case.sign(0, Code::InvalidIin), expected, "{row}: {why}");
        }
    }
}

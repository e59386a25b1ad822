//! `sex_contradicts_iin`: the number's sex is not the person's.
//!
//! ## What it finds
//! Records whose sex is the other than digit 7 of a sound IIN says. The value is never asked for, only whether the two
//! agree; where most records of a file disagree its codes are the other way round, and nothing is said.
//!
//! ## Why it matters
//! A number taken from another person has the other sex half of the time.
//!
//! ## Evidence
//! That the two differ, and the digit.
//!
//! ## Innocent causes
//! One slip of a clerk; numbers that were given with a wrong digit and stayed. So it is weak.
//!
//! ## Example
//! `000101699999` has the digit 6, and the record the other sex.

use super::Look;
use super::look::Number;
use crate::validate::iin;

/// The sign on one record.
pub(super) fn sign(look: &Look<'_>, record: usize) -> Option<(bool, String)> {
    let Number::Sound(packed) = look.number(record) else { return None };
    if look.sex_agrees(record) != Some(false) {
        return None;
    }
    Some((true, format!("digit 7 of the number is {}, the record has the other sex", iin::digits(packed)[6])))
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::super::testing::Case;

    #[test]
    fn sexes() {
        // Enough records that agree, so that the codes of the file are known to be the usual ones.
        let usual = ["000101699999,F", "000101699999,F"];
        for (row, expected, why) in [
            ("000101699999,M", Some(true), "a woman's number"),
            ("000101699999,F", None, "agrees"),
            ("000101699999,", None, "nothing known"),
            ("000101699998,M", None, "with a wrong check digit its digits say nothing"),
        ] {
            let case = Case::new("iin,sex", &[row, usual[0], usual[1]]);
            assert_eq!(case.sign(0, Code::SexContradictsIin), expected, "{row}: {why}");
        }
    }
}

//! `sex_contradicts_iin`: the number's sex is not the person's.
//!
//! ## What it finds
//! Rows whose sex differs from what digit 7 of a sound IIN says. A foreigner's number (digit 7 is 0) says
//! nothing. Only agreement counts, never which sex it is.
//!
//! ## Why it matters
//! A number taken from another person is of the other sex every second time.
//!
//! ## Evidence
//! Digit 7 and the record's sex.
//!
//! ## Innocent causes
//! The digit does not bind since Decree 853 of 26.08.2013; a clerk's slip; exports that code the sexes the
//! other way round. So it is weak.
//!
//! ## Example
//! `000101699999` says female (digit 7 is 6), the record male.

use super::birth_contradicts_iin::is_trusted;
use super::{Code, Look, Sign};
use crate::link::rows::{RegistryRow, contradiction};
use crate::normalise::codes::MALE;
use crate::validate::iin;

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, row: usize, kept: &RegistryRow) -> Option<Sign> {
    if kept.contradictions & contradiction::SEX == 0 || !is_trusted(kept.problems) {
        return None;
    }
    let packed = look.world.registry.iins[row];
    let (stated, recorded) =
        if u16::from(kept.sex) == MALE { ("female", "male") } else { ("male", "female") };
    let digit = iin::digits(packed)[6];
    let evidence = format!("the number says {stated} (digit 7 is {digit}), the record {recorded}");
    Some((Code::SexContradictsIin.weight(), evidence))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn sexes() {
        for (row, expected, why) in [
            ("000101699999,F", None, "agrees"),
            ("000101699999,M", Some(80), "differs"),
            ("000101699999,", None, "unknown"),
            ("180101099996,F", None, "a foreigner's number has no sex"),
            ("180101199993,F", None, "with a wrong check digit its digits say nothing"),
        ] {
            let case = Case::registry("iin,sex", &[row]);
            assert_eq!(case.weight(0, Code::SexContradictsIin), expected, "{row}: {why}");
        }
    }
}

//! `birth_contradicts_iin`: the number's birth date is not the person's.
//!
//! ## What it finds
//! Rows whose birth date differs from digits 1 to 6 of a sound IIN. A foreigner's number has no century, so
//! there only year in century, month and day are compared.
//!
//! ## Why it matters
//! A number taken from another person, or a made-up one put to a real name, rarely has the right date.
//!
//! ## Evidence
//! Both dates.
//!
//! ## Innocent causes
//! The digits do not bind since Decree 853 of 26.08.2013, birth dates are corrected while the number stays,
//! and days and months change places. So it is weak.
//!
//! ## Example
//! `000101699999` says 2000-01-01, the record 2000-10-01.

use super::{Code, Look, Sign};
use crate::day;
use crate::link::rows::{RegistryRow, contradiction};
use crate::validate::iin::{self, birth_day, problem};

/// Whether the digits of a number can be trusted to be what was given: its check digit fits.
pub(super) fn is_trusted(problems: u8) -> bool {
    problems & (problem::CHECK_DIGIT | problem::NEVER_ISSUED) == 0
}

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, row: usize, kept: &RegistryRow) -> Option<Sign> {
    if kept.contradictions & contradiction::BIRTH == 0 || !is_trusted(kept.problems) {
        return None;
    }
    let packed = look.world.registry.iins[row];
    Some((Code::BirthContradictsIin.weight(), evidence(packed, kept.birth)))
}

/// What a number says, and the record.
pub(crate) fn evidence(packed: u64, birth: i32) -> String {
    let stated = birth_day(packed).map_or_else(|| iin::unpack(packed)[..6].to_owned(), day::iso);
    format!("the number says {stated}, the record {}", day::iso(birth))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn birth_dates() {
        for (row, expected, why) in [
            ("000101699999,2000-01-01", None, "agrees"),
            ("000101699999,2000-10-01", Some(120), "month and day changed places"),
            ("000101699999,", None, "no birth date"),
            ("180101099996,1918-01-01", None, "a foreigner's number has no century"),
            ("180101099996,1918-01-02", Some(120), "another day"),
            ("180101199993,1999-01-01", None, "with a wrong check digit its digits say nothing"),
        ] {
            let case = Case::registry("iin,birth_date", &[row]);
            assert_eq!(case.weight(0, Code::BirthContradictsIin), expected, "{row}: {why}");
        }
    }
}

//! `birth_contradicts_iin`: the number's birth date is not the person's.
//!
//! ## What it finds
//! Records whose birth date differs from digits 1 to 6 of a sound IIN. A foreigner's number has no century, so there
//! only year in century, month and day are compared.
//!
//! ## Why it matters
//! A number taken from another person, or a made-up one put to a name, rarely has the right date.
//!
//! ## Evidence
//! Both dates. Where one is the other with day and month exchanged, or one part differs, the sign is faint.
//!
//! ## Innocent causes
//! The digits do not bind since Decree 853 of 26.08.2013, and clerks mistype dates: a part wrong, the first of January
//! where only the year was known. So it is weak, and how often it happens is counted in the run.
//!
//! ## Example
//! `000101699999` says 2000-01-01, the record 1987-06-12.

use super::Look;
use super::look::Number;
use crate::day;
use crate::rules::signals::birth_contradicts_iin::evidence;
use crate::validate::iin;

/// The sign on one record.
pub(super) fn sign(look: &Look<'_>, record: usize) -> Option<(bool, String)> {
    let Number::Sound(packed) = look.number(record) else { return None };
    if look.birth_agrees(record) != Some(false) {
        return None;
    }
    let birth = look.birth(record);
    Some((!is_slip(packed, birth), evidence(packed, birth)))
}

/// Whether one slip makes the number's date of the record's.
fn is_slip(packed: u64, birth: i32) -> bool {
    let digits = iin::digits(packed);
    let two = |at: usize| u32::from(digits[at]) * 10 + u32::from(digits[at + 1]);
    let (year, month, month_day) = day::to_civil(birth);
    let one = (two(0), two(2), two(4));
    let other = (year.rem_euclid(100) as u32, month, month_day);
    let same = [one.0 == other.0, one.1 == other.1, one.2 == other.2];
    let swapped = same[0] && one.1 == other.2 && one.2 == other.1;
    let only_year = same[0] && (other.1, other.2) == (1, 1);
    swapped || only_year || same.into_iter().filter(|same| *same).count() == 2
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::super::testing::Case;

    #[test]
    fn birth_dates() {
        for (row, expected, why) in [
            ("000101699999,2000-01-01", None, "agrees"),
            ("000101699999,12.06.1987", Some(true), "another date"),
            ("000101699999,2000-01-11", Some(false), "a slip in the day"),
            ("000101699999,1990-01-01", Some(false), "a slip in the year"),
            ("000101699999,", None, "no birth date"),
            ("000101699998,1987-06-12", None, "with a wrong check digit its digits say nothing"),
        ] {
            let case = Case::new("iin,birth_date", &[row]);
            assert_eq!(case.sign(0, Code::BirthContradictsIin), expected, "{row}: {why}");
        }
    }
}

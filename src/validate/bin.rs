//! The organisation's number (BIN): twelve packed digits in, a bit set of what is wrong out.
//!
//! Digits 1-4 are year and month of registration, digit 5 says whose number it is (4 a resident, 5 a
//! non-resident, 6 sole traders jointly), digit 6 is 0-4, digits 7-11 a serial, and digit 12 follows the same
//! rule as a person's. The law: shape only. That a number passes does not say that it was given out.

use crate::batch::NO_IIN;
use crate::validate::iin::{self, problem};

/// Digits 3-4 are no month. (The check digit's bits are those of [`iin::problem`].)
pub const MONTH: u8 = 32;
/// Digit 5 is none of 4, 5 and 6: not an organisation's number.
pub const TYPE: u8 = 64;
/// Digit 6 is not within 0-4.
pub const DIVISION: u8 = 128;

/// What is wrong with a packed number as an organisation's: the check digit's bits of [`iin::problem`], and
/// [`MONTH`], [`TYPE`], [`DIVISION`]; 0 for a sound number and for [`NO_IIN`].
///
/// ```
/// use iinrec::validate::{bin, iin};
/// let number = |text: &[u8]| iin::pack(text).unwrap();
/// assert_eq!(bin::problems(number(b"991240999991")), 0);
/// assert_eq!(bin::problems(number(b"991340099908")), bin::MONTH);
/// ```
#[must_use]
pub fn problems(packed: u64) -> u8 {
    if packed == NO_IIN {
        return 0;
    }
    let digits = iin::digits(packed);
    let mut found = iin::problems(packed) & (problem::CHECK_DIGIT | problem::NEVER_ISSUED);
    if !(1..=12).contains(&(digits[2] * 10 + digits[3])) {
        found |= MONTH;
    }
    if !iin::is_bin(packed) {
        found |= TYPE;
    }
    if digits[5] > 4 {
        found |= DIVISION;
    }
    found
}

/// Whose number it is by digit 5, in words; `None` when it is no organisation's.
#[must_use]
pub fn kind(packed: u64) -> Option<&'static str> {
    match iin::digits(packed)[4] {
        4 => Some("resident organisation"),
        5 => Some("non-resident organisation"),
        6 => Some("sole traders jointly"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_type_and_division() {
        for month in 0..100u64 {
            for kind in 0..10u64 {
                for division in 0..10u64 {
                    let text = format!("99{month:02}{kind}{division}99999");
                    let digits: [u8; 11] = std::array::from_fn(|i| text.as_bytes()[i] - b'0');
                    let Some(last) = iin::check_digit(&digits) else { continue };
                    let number = iin::pack(format!("{text}{last}").as_bytes()).unwrap();
                    let found = problems(number);
                    assert_eq!(found & MONTH == 0, (1..=12).contains(&month), "{number:012x}");
                    assert_eq!(found & TYPE == 0, (4..=6).contains(&kind), "{number:012x}");
                    assert_eq!(found & DIVISION == 0, division <= 4, "{number:012x}");
                    assert_eq!(found & !(MONTH | TYPE | DIVISION), 0, "{number:012x} has its check digit");
                }
            }
        }
        assert_eq!(problems(NO_IIN), 0);
    }
}

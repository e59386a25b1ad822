//! The twelve-digit number: packing, unpacking, and the plain definition of what is wrong with one.
//!
//! In: a number packed by [`pack`]. Out: a bit set of [`problem`]s, and what the digits say about birth and
//! sex. The law: [`problems`] is the definition. It is written digit by digit so that it can be read beside
//! the rules; [`kernel`](super::kernel) is the fast twin, and tests hold the two together.
//!
//! Digits 1-6 are the birth date as YYMMDD, digit 7 is century and sex (1/2 the 1800s, 3/4 the 1900s, 5/6 the
//! 2000s, odd for men; 0 a foreigner, without century or sex), digits 8-11 a serial, digit 12 the check digit.
//! The check digit was confirmed on 270 of 270 published organisations' numbers. A right check digit never
//! shows that a number was issued: one made-up number in ten passes, and every one whose maker computed it.

use crate::batch::NO_IIN;
use crate::day::{self, NO_DAY};
use crate::normalise::codes::{FEMALE, MALE};

/// What can be wrong with twelve digits, as bits of [`problems`].
pub mod problem {
    /// Digit 12 is not what the rule gives.
    pub const CHECK_DIGIT: u8 = 1;
    /// Both passes of the rule give 10: no check digit exists, so the number was never issued.
    pub const NEVER_ISSUED: u8 = 2;
    /// Digits 1-6, with the century of digit 7, are no date.
    pub const BIRTH_DATE: u8 = 4;
    /// Digit 7 is 7, 8 or 9, which nobody was given.
    pub const CENTURY: u8 = 8;
    /// Digit 5 is 4, 5 or 6: an organisation's number, whose digits are no birth date.
    pub const IS_BIN: u8 = 16;
    /// Every bit, for loops over them.
    pub const ALL: [u8; 5] = [CHECK_DIGIT, NEVER_ISSUED, BIRTH_DATE, CENTURY, IS_BIN];
}

/// Packs twelve ASCII digits into the low 48 bits of a `u64`, four bits a digit, first digit highest.
/// Order and leading zeros are kept: packed numbers compare as their texts do.
#[must_use]
pub fn pack(text: &[u8]) -> Option<u64> {
    let text: &[u8; 12] = text.try_into().ok()?;
    text.iter()
        .try_fold(0u64, |packed, &byte| byte.is_ascii_digit().then(|| packed << 4 | u64::from(byte - b'0')))
}

/// The twelve digits of a packed number, as text.
///
/// # Panics
/// When given [`NO_IIN`].
#[must_use]
pub fn unpack(packed: u64) -> String {
    assert_ne!(packed, NO_IIN);
    (0..12).rev().map(|place| char::from(b'0' + (packed >> (4 * place) & 15) as u8)).collect()
}

/// The twelve digits of a packed number as values 0-9, first digit first.
#[must_use]
pub fn digits(packed: u64) -> [u8; 12] {
    std::array::from_fn(|index| (packed >> (44 - 4 * index) & 15) as u8)
}

/// Weights of the first pass.
pub(crate) const PASS_1: [u8; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/// Weights of the second pass, used when the first gives 10 (8.4 % of numbers).
pub(crate) const PASS_2: [u8; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/// The weighted sum of eleven digits, 0..=594.
pub(crate) fn weighted_sum(first11: &[u8; 11], weights: &[u8; 11]) -> u16 {
    first11.iter().zip(weights).map(|(&digit, &weight)| u16::from(digit) * u16::from(weight)).sum()
}

/// The check digit of eleven digits given as values 0-9, or `None` when both passes give 10 (0.83 % of
/// prefixes) and such a number is never issued.
///
/// ```
/// use iinrec::validate::iin::check_digit;
/// assert_eq!(check_digit(&[0, 0, 0, 1, 0, 1, 6, 9, 9, 9, 9]), Some(9));
/// assert_eq!(check_digit(&[1, 8, 0, 1, 0, 1, 1, 9, 9, 1, 2]), None);
/// ```
#[must_use]
pub fn check_digit(first11: &[u8; 11]) -> Option<u8> {
    [PASS_1, PASS_2].iter().map(|weights| (weighted_sum(first11, weights) % 11) as u8).find(|&rest| rest < 10)
}

/// What is wrong with a packed number, as bits of [`problem`]; 0 for a sound number and for [`NO_IIN`].
///
/// A number is an organisation's when digit 5 says so; then its digits are no birth date and only the check
/// digit is judged further. An unassigned digit 7 leaves the century open, as 0 does: 29 February is then
/// believed in every fourth year.
#[must_use]
pub fn problems(packed: u64) -> u8 {
    if packed == NO_IIN {
        return 0;
    }
    let digits = digits(packed);
    let mut found = match check_digit(digits[..11].try_into().unwrap()) {
        None => problem::NEVER_ISSUED,
        Some(digit) if digit != digits[11] => problem::CHECK_DIGIT,
        Some(_) => 0,
    };
    if is_bin(packed) {
        return found | problem::IS_BIN;
    }
    if digits[6] > 6 {
        found |= problem::CENTURY;
    }
    if birth_date(packed).is_none() {
        found |= problem::BIRTH_DATE;
    }
    found
}

/// Whether digit 5 marks an organisation's number (4 resident, 5 non-resident, 6 sole traders jointly).
#[must_use]
pub fn is_bin(packed: u64) -> bool {
    matches!(packed >> 28 & 15, 4..=6) && packed != NO_IIN
}

/// The number that ten or eleven digits were before a spreadsheet took their leading zeros: people born from
/// 2000 to 2009 have them. `None` unless the whole number then holds: one in two thousand numbers of eleven
/// random digits does. Nine digits or fewer are never filled up; that many an ID card has, and one in fifty of
/// those would hold.
///
/// ```
/// use iinrec::validate::iin::{unpack, with_zeros};
/// assert_eq!(with_zeros(b"10101599994").map(unpack).as_deref(), Some("010101599994"));
/// assert_eq!((with_zeros(b"10101599995"), with_zeros(b"101599994")), (None, None));
/// ```
#[must_use]
pub fn with_zeros(digits: &[u8]) -> Option<u64> {
    if !matches!(digits.len(), 10 | 11) {
        return None;
    }
    let mut twelve = [b'0'; 12];
    twelve[12 - digits.len()..].copy_from_slice(digits);
    // Digits 3 and 4 would be people born before 1910, who are in no export of today.
    pack(&twelve).filter(|&packed| problems(packed) == 0 && matches!(digit_7(packed), 0 | 5 | 6))
}

/// Whether the check digit holds by the rule of the RNN, the taxpayer number of the years before 2013: the
/// weights run from 1 to 10 and round, and begin one later as long as the rest is 10. One in eleven numbers of
/// any kind passes, so this counts only beside what the digits say against an IIN. The rule is that of the
/// National Bank's credit register; no text of a law was found.
#[must_use]
pub fn holds_as_rnn(packed: u64) -> bool {
    let digits = digits(packed);
    let sum = |first: usize| {
        (0..11).map(|at| (first + at) % 10 + 1).zip(digits).map(|(w, d)| w * usize::from(d)).sum::<usize>()
    };
    (0..10).map(|first| sum(first) % 11).find(|&rest| rest < 10) == Some(usize::from(digits[11]))
}

/// How many of some rows have the sex that their number says, and how many the other: if the second is more
/// than the first, the export's codes are the other way round.
///
/// # Panics
/// When the columns differ in length.
#[must_use]
pub fn sex_votes(numbers: &[u64], sexes: &[u16]) -> (u64, u64) {
    assert_eq!(numbers.len(), sexes.len(), "columns of one batch");
    numbers.iter().zip(sexes).fold((0, 0), |(same, other), (&number, &sex)| match sex_agrees(number, sex) {
        Some(true) => (same + 1, other),
        Some(false) => (same, other + 1),
        None => (same, other),
    })
}

/// Digit 7: century and sex.
fn digit_7(packed: u64) -> u8 {
    (packed >> 20 & 15) as u8
}

/// Two digits as a number 0-99; `low` is the bit of the second digit.
fn pair(packed: u64, low: u32) -> u32 {
    ((packed >> (low + 4) & 15) * 10 + (packed >> low & 15)) as u32
}

/// The birth date in the digits, as `(year, month, day)`. Without a century in digit 7 the year is taken
/// from the 2000s, where every fourth year is a leap year: 2000 itself was one.
fn birth_date(packed: u64) -> Option<(i32, u32, u32)> {
    let century = match digit_7(packed) {
        1 | 2 => 1800,
        3 | 4 => 1900,
        _ => 2000,
    };
    let (year, month, day) = (century + pair(packed, 40) as i32, pair(packed, 32), pair(packed, 24));
    (day >= 1 && day <= day::days_in_month(year, month)).then_some((year, month, day))
}

/// The day of birth that the number states, or `None` when it states none: no number, an organisation's, a
/// foreigner's (digit 7 is 0), an unassigned digit 7, or digits that are no date.
#[must_use]
pub fn birth_day(packed: u64) -> Option<i32> {
    if packed == NO_IIN || is_bin(packed) || !matches!(digit_7(packed), 1..=6) {
        return None;
    }
    let (year, month, day) = birth_date(packed)?;
    day::from_civil(year, month, day)
}

/// Whether the number's birth date is the given day; `None` when either says nothing.
///
/// A foreigner's number (digit 7 is 0) has no century, so only year in century, month and day are compared.
/// A difference is a weak signal: the digits do not bind since Decree 853 of 26.08.2013.
#[must_use]
pub fn birth_agrees(packed: u64, day: i32) -> Option<bool> {
    if packed == NO_IIN || day == NO_DAY || is_bin(packed) {
        return None;
    }
    match digit_7(packed) {
        0 => {
            let (_, month, month_day) = birth_date(packed)?;
            let (year, other_month, other_day) = day::to_civil(day);
            let same_year = pair(packed, 40) == year.rem_euclid(100) as u32;
            Some(same_year && (month, month_day) == (other_month, other_day))
        }
        _ => birth_day(packed).map(|stated| stated == day),
    }
}

/// Whether the number's sex is the given one (codes of `normalise::codes`); `None` when either says nothing.
#[must_use]
pub fn sex_agrees(packed: u64, sex: u16) -> Option<bool> {
    if packed == NO_IIN || sex == 0 || is_bin(packed) {
        return None;
    }
    match digit_7(packed) {
        1 | 3 | 5 => Some(sex == MALE),
        2 | 4 | 6 => Some(sex == FEMALE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(text: &str) -> u64 {
        pack(text.as_bytes()).unwrap()
    }

    #[test]
    fn numbers_go_there_and_back() {
        assert_eq!(unpack(packed("000101699999")), "000101699999");
        assert_eq!(digits(packed("012345678901")), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
        for text in ["", "00010169999", "0001016999990", "00010169999a", "１８０１０１１９９９９２"]
        {
            assert_eq!(pack(text.as_bytes()), None, "{text:?} is not twelve ASCII digits");
        }
    }

    #[test]
    fn what_is_wrong_with_a_number() {
        use problem::*;
        // Serials of 9000 and more, or births in the 1800s: numbers of nobody.
        for (text, expected, why) in [
            ("180101199992", 0, "sound in the first pass"),
            ("180101199192", 0, "sound in the second pass"),
            ("180101199180", 0, "the second pass gives 0"),
            ("180101199120", NEVER_ISSUED, "both passes give 10; 0 is no way out"),
            ("180101199121", NEVER_ISSUED, "both passes give 10; neither is 1"),
            ("000101699999", 0, "a woman born in 2000 has digit 7 = 6"),
            ("180101099996", 0, "a foreigner has digit 7 = 0"),
            ("991231099996", CHECK_DIGIT, "a foreigner's check digit counts as well"),
            ("180101799990", CENTURY, "digit 7 = 7 is unassigned, however right the check digit"),
            ("000229199993", BIRTH_DATE, "1800 was no leap year"),
            ("000229399996", BIRTH_DATE, "1900 was no leap year"),
            ("000229599999", 0, "2000 was a leap year"),
            ("000229099997", 0, "without a century 29 February 00 may be of 2000"),
            ("180431199997", BIRTH_DATE, "31 April"),
            ("180001199999", BIRTH_DATE, "month 0"),
            ("180100199997", BIRTH_DATE, "day 0"),
            ("000000000000", BIRTH_DATE, "twelve zeros pass the check digit and nothing else"),
            ("999999999999", CHECK_DIGIT | BIRTH_DATE | CENTURY, "twelve nines"),
            ("991240999991", IS_BIN, "an organisation's number"),
            ("991340099908", IS_BIN, "an organisation's number; its month is bin's business"),
        ] {
            assert_eq!(problems(packed(text)), expected, "{text}: {why}");
        }
        assert_eq!(problems(NO_IIN), 0, "no number has no problem");
    }

    #[test]
    fn birth_and_sex_are_compared_where_the_number_states_them() {
        let day = |y, m, d| day::from_civil(y, m, d).unwrap();
        assert_eq!(birth_day(packed("000101699999")), Some(day(2000, 1, 1)));
        assert_eq!(birth_day(packed("180101099996")), None, "no century");
        assert_eq!(birth_agrees(packed("000101699999"), day(2000, 1, 1)), Some(true));
        assert_eq!(birth_agrees(packed("000101699999"), day(1900, 1, 1)), Some(false));
        assert_eq!(birth_agrees(packed("180101099996"), day(1918, 1, 1)), Some(true), "any century will do");
        assert_eq!(birth_agrees(packed("180101099996"), day(2018, 1, 2)), Some(false));
        assert_eq!(
            birth_agrees(packed("180431199997"), day(1818, 5, 1)),
            None,
            "31 April agrees with nothing"
        );
        assert_eq!(birth_agrees(packed("991240999991"), day(1999, 12, 31)), None, "an organisation");
        assert_eq!(birth_agrees(NO_IIN, day(1999, 12, 31)), None);
        assert_eq!(birth_agrees(packed("000101699999"), NO_DAY), None);
        assert_eq!(sex_agrees(packed("000101699999"), FEMALE), Some(true));
        assert_eq!(sex_agrees(packed("000101699999"), MALE), Some(false));
        assert_eq!(sex_agrees(packed("180101199992"), MALE), Some(true));
        assert_eq!(sex_agrees(packed("180101099996"), MALE), None, "a foreigner's number has no sex");
        assert_eq!(sex_agrees(packed("000101699999"), 0), None);
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_seen_except_at_places_the_rule_is_blind_to(
            first11 in proptest::array::uniform11(0u8..10), place in 0usize..11, shift in 1u8..10,
        ) {
            // Within one pass a change at digits 1-10 moves the rest, because 11 is prime and no weight of
            // those places is a multiple of it (weight 11 stands at digit 11, and at digit 9 in pass 2).
            let mut other = first11;
            other[place] = (other[place] + shift) % 10;
            let rest = |digits| weighted_sum(digits, &PASS_1) % 11;
            prop_assert_eq!(rest(&first11) == rest(&other), place == 10);
        }

        #[test]
        fn a_number_with_its_computed_digit_passes(first11 in proptest::array::uniform11(0u8..10)) {
            if let Some(digit) = check_digit(&first11) {
                let number = first11.iter().chain([&digit]).fold(0u64, |sum, &d| sum << 4 | u64::from(d));
                prop_assert_eq!(problems(number) & (problem::CHECK_DIGIT | problem::NEVER_ISSUED), 0);
            }
        }
    }

    #[test]
    fn zeros_come_back_only_where_the_whole_number_holds() {
        for (digits, expected, why) in [
            ("10101599994", Some("010101599994"), "eleven digits, born in 2001"),
            ("90101699993", None, "but for the check digit it would"),
            ("13101599994", None, "there is no month 31"),
            ("10101399991", None, "nobody born in 1901 is in an export"),
            ("101599994", None, "nine digits are those of an ID card"),
            ("77012345678", None, "a phone"),
            ("010101599994", None, "twelve digits lost none"),
            ("1010159999x", None, "no digits"),
        ] {
            assert_eq!(with_zeros(digits.as_bytes()).map(unpack).as_deref(), expected, "{why}");
        }
    }

    #[test]
    fn few_numbers_of_eleven_digits_hold_by_chance() {
        let held = (0..200_000u64).filter(|n| {
            // A fixed walk through all of eleven digits.
            let digits = format!("{:011}", 10_000_000_000 + n * 449_993 % 90_000_000_000);
            with_zeros(&digits.as_bytes()[..11]).is_some()
        });
        let held = held.count();
        assert!(held > 0 && held < 200_000 / 500, "{held} of 200,000");
    }

    #[test]
    fn an_rnn_has_its_own_check_digit() {
        // The rule again, with a list of weights that is turned round.
        let oracle = |first11: [u32; 11]| {
            let mut weights: std::collections::VecDeque<u32> = (1..=10).collect();
            for _ in 0..10 {
                let sum: u32 = first11.iter().zip(weights.iter().cycle()).map(|(d, w)| d * w).sum();
                if sum % 11 < 10 {
                    return Some(sum % 11);
                }
                weights.rotate_left(1);
            }
            None
        };
        for n in 0..3000u64 {
            let text = format!("{:011}", n * 29_999_999 % 100_000_000_000);
            let digits: Vec<u32> = text.bytes().map(|b| u32::from(b - b'0')).collect();
            let check = oracle(digits.try_into().unwrap());
            for last in 0..10 {
                let packed = pack(format!("{text}{last}").as_bytes()).unwrap();
                assert_eq!(holds_as_rnn(packed), check == Some(last), "{text}{last}");
            }
        }
    }

    #[test]
    fn sexes_are_counted_for_and_against_the_number() {
        let numbers = ["900101399993", "900101499993", "780717099993", "991240999991"]
            .map(|n| pack(n.as_bytes()).unwrap());
        assert_eq!(sex_votes(&numbers, &[MALE, FEMALE, MALE, MALE]), (2, 0));
        assert_eq!(sex_votes(&numbers, &[FEMALE, MALE, MALE, 0]), (0, 2));
    }
}

//! Shapes and terms of documents: a state, a kind and a normalised number in, "usual" or "unusual" out.
//!
//! The law: soft. Shapes are known from practice, one decent source each, and states change theirs, so a
//! shape that does not fit is a warning and never a reason to drop or refuse a document. Where nothing is
//! known the answer is `None`, not a guess.

use crate::normalise::codes::{ID_CARD, PASSPORT, REFUGEE, RESIDENCE_PERMIT};

/// The usual shapes of a state's numbers: `A` a letter, `9` a digit, `*` either, `=X` the letter X itself.
///
/// Kazakhstan: ID card 9 digits, passport a letter (N) and 8 digits, refugee certificate 2 letters and 8
/// digits. Elsewhere passports only: Russia's travel passport has 9 digits and its internal one 4 + 6, and
/// exports call either a passport. All from practice, one decent source each.
fn shapes(country: &str, document_type: u16) -> Option<&'static [&'static str]> {
    // An unknown kind (0) is held against every shape of the state.
    Some(match (country, document_type) {
        ("KAZ", PASSPORT) => &["A99999999"],
        ("KAZ", ID_CARD) => &["999999999"],
        ("KAZ", REFUGEE) => &["AA99999999"],
        ("KAZ", 0) => &["A99999999", "999999999", "AA99999999"],
        ("RUS", PASSPORT | 0) => &["999999999", "9999999999"],
        ("RUS", ID_CARD) => &["9999999999"],
        (_, 2..) => return None,
        ("UZB" | "KGZ" | "BLR" | "ARM" | "PAK", _) => &["AA9999999"],
        ("TJK", _) => &["999999999"],
        ("TUR" | "AZE" | "IRN", _) => &["A99999999"],
        ("CHN", _) => &["=E********", "=G********"],
        ("IND", _) => &["A9999999"],
        ("UKR", _) => &["AA999999"],
        // Since 2021 South Korea puts a letter among the digits.
        ("KOR", _) => &["=M********", "=S********"],
        _ => return None,
    })
}

/// Whether a byte string has a shape of [`shapes`].
fn fits(shape: &str, number: &[u8]) -> bool {
    let (first, rest) = match shape.as_bytes() {
        [b'=', letter, rest @ ..] => (Some(*letter), rest),
        all => (None, all),
    };
    let number = match (first, number) {
        (Some(letter), [head, tail @ ..]) if *head == letter => tail,
        (Some(_), _) => return false,
        (None, number) => number,
    };
    rest.len() == number.len()
        && rest.iter().zip(number).all(|(class, byte)| match class {
            b'A' => byte.is_ascii_uppercase(),
            b'9' => byte.is_ascii_digit(),
            _ => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        })
}

/// Whether a normalised number (capital ASCII letters and digits) has a shape that its state uses for this
/// kind of document; `None` when the state's or the kind's shapes are not known.
///
/// `country` is an alpha-3 code, `document_type` a code of `normalise::codes::DOCUMENT_TYPES`.
///
/// ```
/// use iinrec::{normalise::codes::PASSPORT, validate::document::shape_ok};
/// assert_eq!(shape_ok("UZB", PASSPORT, "AA0000000"), Some(true));
/// assert_eq!(shape_ok("UZB", PASSPORT, "A0000000"), Some(false));
/// assert_eq!(shape_ok("DEU", PASSPORT, "C01X00T47"), None);
/// ```
#[must_use]
pub fn shape_ok(country: &str, document_type: u16, number: &str) -> Option<bool> {
    shapes(country, document_type).map(|shapes| shapes.iter().any(|shape| fits(shape, number.as_bytes())))
}

/// Days of ten years with three leap days, and a month of grace: states round a term up to a birthday, a
/// month's end or the old passport's rest.
const TEN_YEARS_DAYS: i32 = 3653 + 31;
/// Days of fifteen years with four leap days, and the same month.
const FIFTEEN_YEARS_DAYS: i32 = 5479 + 31;

/// The longest usual time in days between issue and expiry, or `None` where no term is known.
///
/// Kazakh ID cards and passports run ten years, as do residence permits and the passports of the states whose
/// shapes we know; other states' passports may run fifteen. ID cards elsewhere are often issued for life.
#[must_use]
pub fn validity_days_max(document_type: u16, country: &str) -> Option<i32> {
    match document_type {
        PASSPORT if shapes(country, PASSPORT).is_some() => Some(TEN_YEARS_DAYS),
        PASSPORT => Some(FIFTEEN_YEARS_DAYS),
        ID_CARD if country == "KAZ" => Some(TEN_YEARS_DAYS),
        RESIDENCE_PERMIT => Some(TEN_YEARS_DAYS),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_and_unusual_numbers() {
        for (country, kind, number, expected, why) in [
            ("KAZ", PASSPORT, "N00000000", Some(true), "a letter and eight digits"),
            ("KAZ", ID_CARD, "000000000", Some(true), "nine digits"),
            ("KAZ", ID_CARD, "N00000000", Some(false), "a passport's number on a card"),
            ("KAZ", 0, "N00000000", Some(true), "of an unknown kind either will do"),
            ("KAZ", RESIDENCE_PERMIT, "X1", None, "no shape known"),
            ("KAZ", REFUGEE, "AB00000000", Some(true), "two letters and eight digits"),
            ("RUS", PASSPORT, "000000000", Some(true), "travel passport"),
            ("RUS", PASSPORT, "0000000000", Some(true), "internal passport"),
            ("RUS", PASSPORT, "00000000", Some(false), "a lost digit"),
            ("CHN", 0, "EA0000000", Some(true), "E, then digits with letters"),
            ("CHN", 0, "XA0000000", Some(false), "neither E nor G"),
            ("IND", PASSPORT, "A0000000", Some(true), "a letter and seven digits"),
            ("UKR", PASSPORT, "AA000000", Some(true), "two letters and six digits"),
            ("KOR", PASSPORT, "M000A0000", Some(true), "the letter of 2021"),
            ("UZB", ID_CARD, "whatever", None, "shapes are known of passports only"),
            ("DEU", PASSPORT, "whatever", None, "unknown state"),
            ("", PASSPORT, "", None, "no state"),
            ("CHN", PASSPORT, "", Some(false), "empty"),
        ] {
            assert_eq!(shape_ok(country, kind, number), expected, "{country} {number:?}: {why}");
        }
    }

    #[test]
    fn terms_allow_every_real_ten_years() {
        for year in 1990..2060 {
            let day = |y| crate::day::from_civil(y, 3, 1).unwrap();
            let term = day(year + 10) - day(year);
            assert!(term <= validity_days_max(PASSPORT, "UZB").unwrap());
            assert!(day(year + 11) - day(year) > validity_days_max(PASSPORT, "UZB").unwrap());
            assert!(day(year + 15) - day(year) <= validity_days_max(PASSPORT, "DEU").unwrap());
        }
        assert_eq!(validity_days_max(ID_CARD, "DEU"), None);
    }
}

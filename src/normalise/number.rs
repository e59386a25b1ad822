//! Document numbers: as typed in, a normal text or one comparable number out.
//!
//! One passport is written `N 12345678`, `№N-12345678` and `Н12345678` (a Cyrillic Н). All three have one
//! normal form: upper case, no spaces or punctuation, Cyrillic look-alikes as Latin.
//!
//! The law: keys of normal forms up to ten characters are lossless, so equal keys mean equal numbers and
//! [`unkey`] gives the form back; keys compare as the forms do. Longer forms, and forms with other
//! letters, are hashed, with the top bit set. Key 0 is "no number": joins must skip it.

use super::hash::hash;
use super::placeholder::is_placeholder;
use super::text::{is_word, upper};

/// Characters that fit in a lossless key, six bits each.
pub const KEY_CHARACTERS_MAX: usize = 10;

const HASHED: u64 = 1 << 63;
const DROP: u8 = 0;
const DIGIT: u8 = 0x40;
/// Lost or not ASCII: the slow path judges.
const ODD: u8 = 0x80;
/// The key of ten zeros.
const ZEROS: u64 = 0o01_01_01_01_01_01_01_01_01_01;

/// What each byte is: 1-10 a digit (and the bit that says so), 11-36 a letter, else dropped or odd. Digits
/// sort before letters, as in ASCII; 0 is the end, so that a prefix sorts first.
const CLASS: [u8; 256] = {
    let mut class = [DROP; 256];
    let mut byte = 0;
    while byte < 256 {
        let value = byte as u8;
        class[byte] = match value {
            b'0'..=b'9' => (value - b'0' + 1) | DIGIT,
            b'A'..=b'Z' => value - b'A' + 11,
            b'a'..=b'z' => value - b'a' + 11,
            // A mask or a letter that an export lost, or an exponent: the number is not known.
            b'?' | b'*' | b'+' | 0x80.. => ODD,
            _ => DROP,
        };
        byte += 1;
    }
    class
};

/// Latin for the twelve Cyrillic capitals that look like it; other letters as they are.
fn look_alike(letter: char) -> char {
    match letter {
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        other => other,
    }
}

/// The characters of the normal form, in order; `?` for what was lost.
fn letters(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let letter = rest.next()?;
            // `N°` is a sign of two characters, so its N is no part of the number.
            if matches!(letter, 'N' | 'n') && rest.next_if(|next| matches!(next, '°' | 'º')).is_some() {
                continue;
            }
            if matches!(letter, '?' | '*' | '\u{fffd}') {
                return Some('?');
            }
            if is_word(letter) && letter != 'º' {
                return Some(look_alike(upper(letter)));
            }
        }
    })
}

/// Writes the normal form of a number over `out`; nothing when there is none.
///
/// ```
/// let mut form = String::new();
/// iinrec::normalise::number::normalise("№ АВ-12/34", &mut form);
/// assert_eq!(form, "AB1234");
/// ```
pub fn normalise(text: &str, out: &mut String) {
    out.clear();
    out.extend(letters(text));
}

/// Writes a number and the series that stands in a column of its own as one text, over `out`: `AA` and
/// `1234567` are `AA1234567`. Nothing without a number: a series alone names no document.
///
/// Some exports repeat the series in the number. It is left out where that is sure: it holds a letter, or the
/// number alone is as long as series and number of any state together.
///
/// ```
/// let mut form = String::new();
/// iinrec::normalise::number::join("N", "12345678", &mut form);
/// assert_eq!(form, "N12345678");
/// ```
pub fn join(series: &str, number: &str, out: &mut String) {
    out.clear();
    let (series, number) = (series.trim(), number.trim());
    if is_placeholder(number) {
        return;
    }
    let repeated = number.get(..series.len()).is_some_and(|start| start.eq_ignore_ascii_case(series))
        && (number.len() >= 10 || series.chars().any(char::is_alphabetic));
    if !repeated && !is_placeholder(series) {
        out.push_str(series);
    }
    out.push_str(number);
}

/// The key of a number: 0 when the text holds none, a placeholder, only zeros, or a lost character.
///
/// ```
/// use iinrec::normalise::number::{key, unkey};
/// assert_eq!(key("N 12345678"), key("n-12345678"));
/// assert_eq!(unkey(key("n 12345678")).as_deref(), Some("N12345678"));
/// ```
#[inline]
#[must_use]
pub fn key(text: &str) -> u64 {
    let bytes = text.as_bytes();
    if bytes.len() > 16 {
        return key_slowly(text);
    }
    // Each character is put in its place from the left, so that nothing waits for it but the next place.
    // `seen` gathers the classes: one test after the loop finds what this path cannot do.
    let (mut packed, mut place, mut seen) = (0u64, 54i32, 0u8);
    for &byte in bytes {
        let class = CLASS[byte as usize];
        seen |= class;
        packed |= u64::from(class & 63) << (place & 63);
        place -= if class == DROP { 0 } else { 6 };
    }
    if seen & (DIGIT | ODD) != DIGIT || place < -6 {
        // Personal numbers are longer than a key holds; most stand in their normal form already.
        let normal = bytes.iter().all(|byte| byte.is_ascii_digit() || (byte.is_ascii_uppercase()));
        let said = bytes.iter().any(|byte| *byte != b'0');
        if normal && said && bytes.len() > KEY_CHARACTERS_MAX && seen & DIGIT != 0 {
            return hash(bytes) | HASHED;
        }
        return key_slowly(text);
    }
    // Only zeros: no class has a bit above its lowest.
    if packed & !ZEROS == 0 { 0 } else { packed }
}

#[cold]
fn key_slowly(text: &str) -> u64 {
    const FORM_BYTES_MAX: usize = 256;
    let mut form = [0u8; FORM_BYTES_MAX];
    let (mut len, mut packed, mut count) = (0, 0u64, 0usize);
    let (mut ascii, mut zeros, mut digits, mut lost, mut long) = (true, true, false, false, false);
    for letter in letters(text) {
        lost |= letter == '?';
        zeros &= letter == '0';
        digits |= letter.is_numeric();
        ascii &= letter.is_ascii();
        if count < KEY_CHARACTERS_MAX {
            packed = packed << 6 | u64::from(CLASS[letter as u32 as u8 as usize] & 63);
        }
        count += 1;
        if len + 4 <= FORM_BYTES_MAX {
            len += letter.encode_utf8(&mut form[len..]).len();
        } else {
            long = true;
        }
    }
    if count == 0 || lost || zeros || (!digits && is_placeholder(text)) || is_rounded(text) {
        return 0;
    }
    if ascii && count <= KEY_CHARACTERS_MAX {
        return packed << (6 * (KEY_CHARACTERS_MAX - count));
    }
    // No number has 250 characters; what has is hashed as typed, which parts it from every number.
    if long { hash(text.as_bytes()) | HASHED } else { hash(&form[..len]) | HASHED }
}

/// Whether a spreadsheet wrote the number with an exponent, as in `9,00304E+11`: its last digits are lost, and a
/// thousand others are written the same way.
///
/// ```
/// use iinrec::normalise::number::is_rounded;
/// assert!(is_rounded("9.00304E+11") && is_rounded("4,5e+09") && !is_rounded("E12345678") && !is_rounded("12E4567"));
/// ```
#[must_use]
pub fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.trim().split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let signed = exponent.strip_prefix('+');
    whole.len() == 1
        && digits(whole)
        && digits(fraction)
        && digits(signed.unwrap_or(exponent))
        && exponent.len() <= 3
        // `5E12` may be a number of a document; with a point or a sign it is none.
        && (mantissa.len() > 1 || signed.is_some())
}

/// The normal form of a lossless key; `None` for 0 and for hashed keys.
#[must_use]
pub fn unkey(key: u64) -> Option<String> {
    if key == 0 || key & HASHED != 0 {
        return None;
    }
    let classes = (0..KEY_CHARACTERS_MAX).map(|at| (key >> (54 - 6 * at) & 63) as u8);
    let letter = |class: u8| if class <= 10 { b'0' + class - 1 } else { b'A' + class - 11 };
    Some(classes.take_while(|&class| class != 0).map(|class| char::from(letter(class))).collect())
}

/// Splits a lossless key into what stays and what counts: an id of the prefix (everything up to the last
/// letter, with the number of digits that follow) and those digits as a number. Two numbers are neighbours
/// in a run when their ids are equal and their numbers differ by one. `None` without trailing digits.
#[must_use]
pub fn series(key: u64) -> Option<(u64, u64)> {
    if key == 0 || key & HASHED != 0 {
        return None;
    }
    let unused = key.trailing_zeros() / 6;
    let (mut number, mut power, mut digits) = (0u64, 1u64, 0u32);
    let mut rest = key >> (6 * unused);
    while matches!(rest & 63, 1..=10) {
        number += ((rest & 63) - 1) * power;
        power *= 10;
        digits += 1;
        rest >>= 6;
    }
    // With a digit behind it the prefix leaves its lowest six bits free for the count.
    (digits > 0).then(|| (rest << (6 * (unused + digits)) | u64::from(digits), number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(text: &str) -> String {
        let mut out = String::new();
        normalise(text, &mut out);
        out
    }

    #[test]
    fn one_number_has_one_key_however_it_is_typed() {
        let cases: [(&[&str], &str); 7] = [
            (
                &["N12345678", "n 12345678", "№N12345678", "N-12.345/678", "N° N12345678", " N 12345678 "],
                "N12345678",
            ),
            (&["AB1234567", "АВ1234567", "ав 1234567", "АB 1234567"], "AB1234567"),
            (&["КНМОРСТУХ1", "kHmopctyx1"], "KHMOPCTYX1"),
            (&["4510 123456", "45 10 123456", "4510123456"], "4510123456"),
            (&["ҚЖ 12", "қж-12"], "ҚЖ12"),
            (&["01234567890", "0123 456 7890"], "01234567890"),
            (&["C01X0006H", "С01Х0006Н"], "C01X0006H"),
        ];
        for (texts, expected) in cases {
            for text in texts {
                assert_eq!(form(text), expected, "{text}");
                assert_eq!(key(text), key(expected), "{text}");
                assert_ne!(key(text), 0, "{text}");
            }
        }
    }

    #[test]
    fn what_holds_no_number_has_no_key() {
        for text in [
            "",
            "-",
            "№",
            " ",
            "NULL",
            "НЕТ",
            "ЖОҚ",
            "0",
            "000000000",
            "0-0",
            "XXX",
            "AB12?4567",
            "****4567",
            "00000000000000000000",
        ] {
            assert_eq!(key(text), 0, "{text}");
        }
    }

    #[test]
    fn runs_of_numbers_share_their_series() {
        let (prefix, number) = series(key("AB1234567")).unwrap();
        assert_eq!(series(key("AB1234568")), Some((prefix, number + 1)));
        assert_eq!(number, 1_234_567);
        assert_ne!(series(key("AC1234568")).unwrap().0, prefix);
        assert_ne!(series(key("AB234567")).unwrap().0, prefix, "another length is another series");
        assert_eq!(series(key("1999999999")).unwrap().1 + 1, series(key("2000000000")).unwrap().1);
        assert_eq!(series(key("AB0")), Some((series(key("AB1")).unwrap().0, 0)));
        assert_eq!(series(key("12AB")), None);
        assert_eq!(series(key("123456789012")), None);
        assert_eq!(series(0), None);
    }

    proptest! {
        #[test]
        fn short_forms_survive_the_key(text in "[0-9A-Z]{1,10}") {
            prop_assume!(text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)));
            let restored = unkey(key(&text));
            prop_assert_eq!(restored.as_deref(), Some(text.as_str()));
        }

        #[test]
        fn keys_sort_as_forms_do(left in "[0-9A-Z]{0,9}[1-9]", right in "[0-9A-Z]{0,9}[1-9]") {
            prop_assert_eq!(key(&left).cmp(&key(&right)), left.cmp(&right));
        }

        #[test]
        fn the_fast_path_is_the_slow_path(text in "[ -~]{0,20}") {
            prop_assert_eq!(key(&text), key_slowly(&text));
        }

        #[test]
        fn normal_forms_are_normal_and_keep_their_key(text in "\\PC{0,24}") {
            let once = form(&text);
            prop_assert_eq!(&form(&once), &once);
            if key(&text) != 0 {
                prop_assert_eq!(key(&once), key(&text));
            }
        }
    }

    #[test]
    fn a_number_that_lost_its_digits_has_no_key() {
        for text in ["4.51E+09", "4,51234E+9", "1E+11", "AA12345\u{fffd}", "AA12?4567"] {
            assert_eq!(key(text), 0, "{text}");
        }
        for text in ["E1234567", "5E12", "1E2345678", "AA+1234567"] {
            assert_ne!(key(text), 0, "{text}");
        }
    }

    #[test]
    fn series_and_number_are_joined() {
        let mut form = String::new();
        for (series, number, joined, why) in [
            ("AA", "1234567", "AA1234567", "as the passport prints it"),
            (" 45 09 ", "123456", "45 09123456", "spaces inside stay, the key drops them"),
            ("", "N12345678", "N12345678", "no series"),
            ("-", "N12345678", "N12345678", "a dash is no series"),
            ("AA", "", "", "a series alone is no number"),
            ("AA", "н/д", "AAн/д", "what is no known placeholder is kept"),
            ("AA", "-", "", "a dash is no number"),
            ("AA", "aa1234567", "aa1234567", "the series is in the number already"),
            ("4509", "4509123456", "4509123456", "ten digits hold the series"),
            ("12", "1212345", "121212345", "seven digits may begin as the series does by chance"),
            ("АА", "1234567", "АА1234567", "Cyrillic look-alikes are folded by the key"),
        ] {
            join(series, number, &mut form);
            assert_eq!(form, joined, "{why}");
        }
        assert_eq!(key("АА1234567"), key("AA1234567"));
    }
}

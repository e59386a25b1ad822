//! Letters: case of Latin and Cyrillic, and words squeezed to what distinguishes them.
//!
//! In go single characters and short vocabulary words, out come their lower case forms. The law: no
//! allocation, and the same result as the standard library for every letter of the tables that it replaces
//! (a test runs all of them); `char::to_lowercase` walks a table of two thousand entries per letter.

/// The lower case of a letter; other characters as they are. `ё` becomes `е`.
#[inline]
#[must_use]
pub fn lower(letter: char) -> char {
    let code = letter as u32;
    let lowered = match code {
        0x41..=0x5a | 0x410..=0x42f => code + 32,
        0x401 | 0x451 => 0x435,
        0x400..=0x40f => code + 80,
        0x460..=0x481 | 0x48a..=0x4bf | 0x4d0..=0x52f => code | 1,
        0x4c1..=0x4ce => code + (code & 1),
        0..=0x7f | 0x430..=0x45f => code,
        0x130 | 0x131 => u32::from('i'),
        _ => return letter.to_lowercase().next().unwrap_or(letter),
    };
    char::from_u32(lowered).unwrap_or(letter)
}

/// The upper case of a letter; other characters as they are. `ё` becomes `Е`.
#[inline]
#[must_use]
pub fn upper(letter: char) -> char {
    let code = letter as u32;
    let raised = match code {
        0x61..=0x7a | 0x430..=0x44f => code - 32,
        0x401 | 0x451 => 0x415,
        0x450..=0x45f => code - 80,
        0x460..=0x481 | 0x48a..=0x4bf | 0x4d0..=0x52f => code & !1,
        0x4c1..=0x4ce => code - (code & 1 ^ 1),
        0..=0x7f | 0x400..=0x42f => code,
        0x130 | 0x131 => u32::from('I'),
        _ => {
            let mut raised = letter.to_uppercase();
            return match (raised.next(), raised.next()) {
                (Some(single), None) => single,
                _ => letter,
            };
        }
    };
    char::from_u32(raised).unwrap_or(letter)
}

/// Whether a character is a letter or a digit: as the standard library says, without its search for the
/// Cyrillic block, which costs more than all else that is done with a letter.
#[inline]
#[must_use]
pub fn is_word(letter: char) -> bool {
    match letter as u32 {
        0..=0x7f => letter.is_ascii_alphanumeric(),
        0x400..=0x481 | 0x48a..=0x52f => true,
        _ => letter.is_alphanumeric(),
    }
}

/// Bytes that a squeezed vocabulary word may have; longer texts are no such words.
pub const WORD_BYTES_MAX: usize = 128;

/// Squeezes a text to lower case letters and digits. `None` when it is longer than any word may be.
#[must_use]
pub fn squeeze<'a>(text: &str, buffer: &'a mut [u8; WORD_BYTES_MAX]) -> Option<&'a str> {
    let mut len = 0;
    for letter in text.chars().filter(|&letter| is_word(letter)) {
        let letter = lower(letter);
        if len + letter.len_utf8() > WORD_BYTES_MAX {
            return None;
        }
        len += letter.encode_utf8(&mut buffer[len..]).len();
    }
    std::str::from_utf8(&buffer[..len]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_that_of_the_standard_library_but_for_yo() {
        for code in 0u32..0x250 {
            check(code);
        }
        for code in 0x400..0x530 {
            check(code);
        }
    }

    fn check(code: u32) {
        let Some(letter) = char::from_u32(code) else { return };
        if matches!(letter, 'ё' | 'Ё' | 'İ' | 'ı' | 'Ӏ' | 'ӏ') {
            return;
        }
        assert_eq!(is_word(letter), letter.is_alphanumeric(), "{letter} {code:x}");
        assert_eq!(lower(letter), letter.to_lowercase().next().unwrap(), "{letter} {code:x}");
        if letter.to_uppercase().count() == 1 {
            assert_eq!(upper(letter), letter.to_uppercase().next().unwrap(), "{letter} {code:x}");
        }
    }

    #[test]
    fn words_keep_letters_and_digits_only() {
        let mut buffer = [0; WORD_BYTES_MAX];
        assert_eq!(squeeze(" Кот-д’Ивуар ", &mut buffer), Some("котдивуар"));
        assert_eq!(squeeze("ҚАЗАҚСТАН 1", &mut buffer), Some("қазақстан1"));
        assert_eq!(squeeze(&"а".repeat(65), &mut buffer), None);
    }
}

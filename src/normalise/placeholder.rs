//! Placeholders: a text column's value in, whether it stands for "nothing here" out.
//!
//! Exports fill required columns with dashes, `NULL`, `ЖОҚ`, `НЕ УКАЗАНО`. Taken for values they would tie
//! thousands of strangers together, so they are dropped before anything is compared.
//!
//! The law: never a real name. `NA` (a Korean surname) and a lone letter stay; zeros stay too, because an
//! office may be called `0`; numbers, phones and addresses judge zeros themselves.

use std::sync::LazyLock;

use super::text::{WORD_BYTES_MAX, squeeze};

/// The words, upper case, with their usual punctuation.
const WORDS: [&str; 46] = [
    "N/A",
    "N.A.",
    "#N/A",
    "NULL",
    "(NULL)",
    "<NULL>",
    "[NULL]",
    "NONE",
    "NONAME",
    "NO NAME",
    "UNKNOWN",
    "UNDEFINED",
    "NOT SPECIFIED",
    "NOT AVAILABLE",
    "NOT APPLICABLE",
    "LNU",
    "FNU",
    "ЖОҚ",
    "ЖОК",
    "НЕТ",
    "НЕТ ДАННЫХ",
    "НЕТ ОТЧЕСТВА",
    "НЕТ ИМЕНИ",
    "НЕТ ФАМИЛИИ",
    "НЕ УКАЗАНО",
    "НЕ УКАЗАНА",
    "НЕ УКАЗАН",
    "НЕ УКАЗАНЫ",
    "НЕУКАЗАНО",
    "НЕ ИЗВЕСТНО",
    "НЕИЗВЕСТНО",
    "НЕИЗВЕСТНА",
    "НЕИЗВЕСТЕН",
    "НЕ ОПРЕДЕЛЕНО",
    "НЕ ИМЕЕТСЯ",
    "БЕЗ ОТЧЕСТВА",
    "БЕЗ ИМЕНИ",
    "БЕЗ ФАМИЛИИ",
    "ОТСУТСТВУЕТ",
    "ОТСУТСТВУЮТ",
    "ПРОЧЕРК",
    "ПУСТО",
    "БЕЛГІСІЗ",
    "КӨРСЕТІЛМЕГЕН",
    "КОРСЕТІЛМЕГЕН",
    "АНЫҚТАЛМАҒАН",
];

/// One bit a byte length, by the first two letters of a word: nearly all names end here.
const GATE: [u64; 512] = {
    let mut gate = [0u64; 512];
    let mut at = 0;
    while at < WORDS.len() {
        let word = WORDS[at].as_bytes();
        // Words that begin with punctuation are looked at anyway.
        if word[0].is_ascii_alphabetic() || word[0] >= 0x80 {
            gate[slot(word)] |= 1 << word.len();
        }
        at += 1;
    }
    gate
};

/// A slot for the first two letters, the same for both cases: those of ASCII and of Cyrillic differ in bits
/// above the low five, those of the Kazakh letters in the lowest.
#[inline]
const fn slot(text: &[u8]) -> usize {
    let (first, second) = match text {
        [0x80..=0xff, first, _, second, ..] => (*first, *second),
        [first, second, ..] => (*first, *second),
        _ => (0, 0),
    };
    (first as usize & 31) << 4 | (second as usize & 30) >> 1
}

/// Whether a text stands for "nothing here": empty, without letter or digit, only X, or a known word.
///
/// ```
/// use iinrec::normalise::placeholder::is_placeholder;
/// assert!(is_placeholder("--") && is_placeholder("Жоқ") && is_placeholder("xxx"));
/// assert!(!is_placeholder("НЕТАЕВ") && !is_placeholder("NA"));
/// ```
#[inline]
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    may_be_placeholder(text.as_bytes()) && is_placeholder_slowly(text)
}

/// Whether the bytes of a text are worth asking [`is_placeholder`] about: `false` for nearly every value,
/// without the bytes being known to be UTF-8.
#[inline(always)]
#[must_use]
pub fn may_be_placeholder(bytes: &[u8]) -> bool {
    let [first, second, ..] = bytes else {
        return !bytes.first().is_some_and(u8::is_ascii_alphanumeric);
    };
    let listed = bytes.len() < 64 && GATE[slot(bytes)] >> bytes.len() & 1 == 1;
    // `+7…` and `(8…` are phones.
    let odd = (*first < 0x80 && !first.is_ascii_alphanumeric() && !second.is_ascii_digit()) || *first >= 0xd4;
    // Rows of crosses, in either script: XX, ХХХ, X-X; but not XIAO, not Хасан.
    let is_cross = |text: &[u8]| match text {
        [b'X' | b'x', ..] | [0xd0, 0xa5, ..] | [0xd1, 0x85, ..] => true,
        [byte, ..] => byte.is_ascii() && !byte.is_ascii_alphanumeric(),
        [] => false,
    };
    let crosses = match bytes {
        [b'X' | b'x', rest @ ..] | [0xd0, 0xa5, rest @ ..] | [0xd1, 0x85, rest @ ..] => is_cross(rest),
        _ => false,
    };
    // Dashes, quotes and № begin with C2 or E2, which are letters never.
    listed || odd || crosses || *first == 0xc2
}

#[cold]
fn is_placeholder_slowly(text: &str) -> bool {
    let mut buffer = [0; WORD_BYTES_MAX];
    let Some(squeezed) = squeeze(text, &mut buffer) else { return false };
    if squeezed.is_empty() {
        return true;
    }
    // XX is a placeholder as well as XXX; a lone X may be a surname or an initial.
    let mut crosses = squeezed.chars();
    if squeezed.len() >= 2 && squeezed != "х" && crosses.all(|letter| matches!(letter, 'x' | 'х')) {
        return true;
    }
    // `N/A` needs its slash: squeezed it would be the surname NA.
    let word = LISTED.binary_search_by(|word| word.as_str().cmp(squeezed)).is_ok();
    word && (squeezed != "na" || text.contains(['/', '.']))
}

/// The words as [`squeeze`] leaves them, sorted.
static LISTED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let squeezed = |word: &str| squeeze(word, &mut [0; WORD_BYTES_MAX]).unwrap_or_default().to_owned();
    let mut listed: Vec<String> = WORDS.into_iter().map(squeezed).collect();
    listed.sort();
    listed.dedup();
    listed
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_in_either_case() {
        for text in [
            "",
            "-",
            "--",
            "---",
            ".",
            "...",
            "_",
            "*",
            "?",
            "???",
            "N/A",
            "n/a",
            "N.A.",
            "#N/A",
            "NULL",
            "null",
            "Null",
            "(null)",
            "none",
            "UNKNOWN",
            "ЖОҚ",
            "жоқ",
            "Жок",
            "НЕТ",
            "нет",
            "Не указано",
            "НЕ УКАЗАНО",
            "Неизвестно",
            "XXX",
            "xxxx",
            "ХХХ",
            "ххх",
            "XX",
            "Белгісіз",
            "көрсетілмеген",
            "—",
            "–",
            "«»",
            "№",
            "отсутствует",
            "Без отчества",
            "<<<",
            "fnu",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn names_and_numbers_are_not() {
        for text in [
            "NA",
            "Na",
            "X",
            "XI",
            "Xu",
            "Х",
            "Хан",
            "НЕТАЕВ",
            "Нетребко",
            "ЖОКЕЕВ",
            "Nulla",
            "NONNA",
            "0",
            "000",
            "Иванов",
            "Әли",
            "Ө",
            "A",
            "O'Brien",
            "N",
            "Ян",
            "Ünal",
            "Şen",
            "李",
            "'Abd",
            "-1",
            "12",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn every_listed_word_passes_the_gate() {
        for word in WORDS {
            assert!(is_placeholder(word), "{word}");
            assert!(is_placeholder(&word.to_lowercase()), "{word}");
        }
    }
}

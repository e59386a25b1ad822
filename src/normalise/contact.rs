//! Phones and addresses: as typed in, comparable numbers out.
//!
//! Both serve one question: how many people stand under one contact. So a key must be the same for the same
//! contact typed twice, and 0 for what says nothing (`00000000000`, `Алматы`): a placeholder shared by
//! thousands would look like a ring.
//!
//! The law: key 0 is "no contact" and must be skipped; keys are for comparing only.

use std::sync::LazyLock;

use super::hash::hash;
use super::memo::Memo;
use super::placeholder::is_placeholder;
use super::text::{is_word, lower};

/// Digits that a phone number must have, and may have at most (E.164).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// A phone as one number: its digits, with 7 before Kazakh and Russian numbers however they begin.
///
/// ```
/// use iinrec::normalise::contact::phone_key;
/// assert_eq!(phone_key("8 (701) 123-45-67"), 77_011_234_567);
/// assert_eq!(phone_key("7011234567"), phone_key("+7 701 1234567"));
/// assert_eq!(phone_key("000-00-00"), 0);
/// ```
#[inline]
#[must_use]
pub fn phone_key(text: &str) -> u64 {
    let (mut number, mut count, mut same, mut last) = (0u64, 0usize, 0usize, 0u8);
    for &byte in text.as_bytes() {
        match byte {
            b'0'..=b'9' => {
                // `same` counts the equal digits at the end: 7 000 000 0000 says as little as 0000000.
                same = if count > 0 && byte == last { same + 1 } else { 1 };
                last = byte;
                // The international prefix 00 is what others write as a plus.
                if number > 0 || byte != b'0' || count > 1 {
                    number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                }
                count += 1;
            }
            // A second number or an extension follows; the first is the contact.
            b',' | b';' | b'/' if count >= *PHONE_DIGITS.start() => break,
            128.. if count >= *PHONE_DIGITS.start() => break,
            _ => {}
        }
    }
    if text.trim_start().starts_with("00") {
        count = count.saturating_sub(2);
    }
    if !PHONE_DIGITS.contains(&count) || same + 1 >= count {
        return 0;
    }
    match count {
        10 => number + 70_000_000_000,
        11 if number / 10_000_000_000 == 8 => number - 10_000_000_000,
        _ => number,
    }
}

/// Words that say only what kind of thing follows: dropped, since one export writes them and another not.
const KINDS: [&str; 31] = [
    "ул",
    "улица",
    "көшесі",
    "көш",
    "кошеси",
    "д",
    "дом",
    "үй",
    "уй",
    "үйі",
    "кв",
    "квартира",
    "пәтер",
    "патер",
    "пәт",
    "г",
    "город",
    "қаласы",
    "қ",
    "гор",
    "пер",
    "обл",
    "область",
    "облысы",
    "р",
    "н",
    "район",
    "ауданы",
    "st",
    "street",
    "apt",
];

/// One bit a length, by the last byte of a kind: nearly all words end here.
const KIND_GATE: [u64; 64] = {
    let mut gate = [0u64; 64];
    let mut at = 0;
    while at < KINDS.len() {
        let kind = KINDS[at].as_bytes();
        gate[kind[kind.len() - 1] as usize & 63] |= 1 << kind.len();
        at += 1;
    }
    gate
};

/// Whether a word says only what kind of thing follows.
#[inline]
fn is_kind(word: &[u8]) -> bool {
    let Some(last) = word.last() else { return false };
    word.len() < 64
        && KIND_GATE[*last as usize & 63] >> word.len() & 1 == 1
        && KINDS.iter().any(|kind| kind.as_bytes() == word)
}

/// Lower case of ASCII letters and digits; 0 for all else.
const ASCII_LOWER: [u8; 128] = {
    let mut lowered = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            lowered[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    lowered
};

/// Lower case of the letters U+0400 to U+04FF; 0 for what is no letter.
static CYRILLIC_LOWER: LazyLock<[u16; 256]> = LazyLock::new(|| {
    std::array::from_fn(|offset| {
        let letter = char::from_u32(0x400 + offset as u32).expect("the block has no gaps");
        if is_word(letter) { lower(letter) as u16 } else { 0 }
    })
});

/// Letters and digits that an address must have to say something.
const ADDRESS_CHARACTERS_MIN: usize = 6;
const ADDRESS_BYTES_MAX: usize = 256;

/// An address as one number: blind to case, punctuation, spaces and words such as `ул.` and `пәтер`.
///
/// ```
/// use iinrec::normalise::contact::address_key;
/// assert_eq!(address_key("г. Алматы, ул. Абая, д. 10, кв. 5"), address_key("АЛМАТЫ АБАЯ 10-5"));
/// assert_ne!(address_key("Алматы Абая 105"), address_key("Алматы Абая 10-5"));
/// assert_eq!(address_key("Абая"), 0);
/// ```
#[must_use]
pub fn address_key(text: &str) -> u64 {
    if is_placeholder(text) {
        return 0;
    }
    let mut kept = [0u8; ADDRESS_BYTES_MAX];
    let (mut len, mut word, mut characters) = (0, 0, 0usize);
    let (mut digits, mut parted) = (false, true);
    // Cuts the word that began at `word` when it names a kind; returns where the kept text ends.
    let close = |kept: &[u8], word: usize, len: usize| {
        if is_kind(&kept[word..len]) { word } else { len }
    };
    let (bytes, cyrillic) = (text.as_bytes(), &*CYRILLIC_LOWER);
    let mut at = 0;
    while at < bytes.len() {
        // Letters of ASCII and the Cyrillic block by table; whatever else there is, one by one.
        let (lowered, width) = match *bytes[at..].first_chunk::<2>().unwrap_or(&[bytes[at], 0]) {
            [byte @ ..0x80, _] => (u32::from(ASCII_LOWER[byte as usize]), 1),
            [lead @ 0xd0..=0xd3, next] => (u32::from(cyrillic[usize::from(lead & 3) << 6 | usize::from(next & 63)]), 2),
            _ => {
                let letter = text[at..].chars().next().expect("a letter starts here");
                (if is_word(letter) { lower(letter) as u32 } else { 0 }, letter.len_utf8())
            }
        };
        at += width;
        if lowered == 0 {
            len = close(&kept, word, len);
            word = len;
            parted = true;
            continue;
        }
        let digit = lowered.wrapping_sub(u32::from(b'0')) < 10;
        if digit != digits {
            len = close(&kept, word, len);
            word = len;
        }
        // Two neighbouring groups of digits stay two: house 10, flat 5 is not house 105.
        let part = digit && (parted || !digits) && len > 0 && kept[len - 1].is_ascii_digit();
        if len + 5 > ADDRESS_BYTES_MAX {
            break;
        }
        if part {
            kept[len] = b' ';
            len += 1;
            word = len;
        }
        if lowered < 0x80 {
            kept[len] = lowered as u8;
            len += 1;
        } else if lowered < 0x800 {
            kept[len] = 0xc0 | (lowered >> 6) as u8;
            kept[len + 1] = 0x80 | (lowered & 63) as u8;
            len += 2;
        } else {
            let letter = char::from_u32(lowered).expect("a lowered letter is a letter");
            len += letter.encode_utf8(&mut kept[len..]).len();
        }
        characters += 1;
        (digits, parted) = (digit, false);
    }
    len = close(&kept, word, len);
    if characters < ADDRESS_CHARACTERS_MIN || len < ADDRESS_CHARACTERS_MIN {
        return 0;
    }
    // A longer address differs in its head, or in its length: both are in the hash.
    hash(&kept[..len]).max(1)
}

/// [`address_key`] with a memo: dormitories and street names repeat.
#[inline]
pub fn address_key_with(text: &str, memo: &mut Memo) -> u64 {
    if text.is_empty() { 0 } else { memo.get(text, address_key) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_phone_has_one_key() {
        for text in [
            "+7 701 123 45 67",
            "87011234567",
            "7011234567",
            "8(701)1234567",
            "007 701 1234567",
            "8 701 123 45 67, 8 702 000 11 22",
            "87011234567 доб. 12",
        ] {
            assert_eq!(phone_key(text), 77_011_234_567, "{text}");
        }
        assert_eq!(phone_key("+998 90 123 45 67"), 998_901_234_567);
        assert_eq!(phone_key("2 50 11 22"), 2_501_122);
    }

    #[test]
    fn what_says_nothing_has_no_phone_key() {
        for text in [
            "",
            "-",
            "123456",
            "0000000",
            "00000000000",
            "80000000000",
            "77777777777",
            "нет",
            "+7",
            "1234567890123456",
        ] {
            assert_eq!(phone_key(text), 0, "{text}");
        }
    }

    #[test]
    fn one_address_has_one_key() {
        let forms = [
            "г.Алматы, ул.Абая, д.10, кв.5",
            "Алматы Абая 10 5",
            "АЛМАТЫ Қ., АБАЯ КӨШЕСІ, 10 ҮЙ, 5 ПӘТЕР",
            "алматы,абая,д10кв5",
        ];
        for text in forms {
            assert_eq!(address_key(text), address_key(forms[0]), "{text}");
        }
        assert_eq!(address_key("мкр Самал-2"), address_key("МКР САМАЛ 2"));
        assert_ne!(address_key("Алматы, Абая 10, кв. 5"), address_key("Алматы, Абая 10, кв. 6"));
    }

    #[test]
    fn what_says_nothing_has_no_address_key() {
        for text in ["", "-", "НЕТ", "Абая", "д. 5, кв. 10", "не указано"] {
            assert_eq!(address_key(text), 0, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived_and_case_does_not_matter(text in "\\PC{0,80}") {
            let _ = phone_key(&text);
            let _ = address_key(&text);
        }

        #[test]
        fn case_does_not_matter(text in "[а-я0-9 ,.-]{0,60}") {
            prop_assert_eq!(address_key(&text), address_key(&text.to_uppercase()));
        }
    }
}

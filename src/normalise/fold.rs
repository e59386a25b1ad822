//! Fold: one name token in any script or spelling in, a coarse ASCII skeleton out.
//!
//! States spell one name in many ways: Юлия is YULIYA on an old passport and IULIIA on a new one, Жасұлан
//! is ZHASSULAN, JASULAN, Жасулан. The fold first brings every letter to one Latin spelling (near ICAO 9303),
//! then reduces that Latin by rules that the spellings share, whatever script they came from:
//!
//! | spellings | become |
//! |---|---|
//! | SH SCH SHCH Ш Щ Ş С S, TS TZ TC Ц | S |
//! | CH TCH Ç C Ч, ZH J Ж, DZH DJ DZ Ҷ | J |
//! | KH H GH G X KS Х Һ Ҳ Г Ғ | H |
//! | K Q CK Қ К, W V В, PH F Ф | K, V, F |
//! | Y I Ы И Й І and runs of them | I |
//! | YE IE Э Ё YO IO | E |
//! | OU У Ү Ұ Ӯ; Ә Ə Ä; Ө Ö Ў; Ң Ñ | U; A; O; N |
//! | doubled letters, soft and hard signs, apostrophes | one letter, nothing |
//!
//! Three letters of the skeleton stand for several that no scheme confuses (J for Ж and Ч, S for С, Ш, Щ and Ц,
//! H for Г and Х). Beside the skeleton the fold therefore keeps, for each of these, the *set* of sounds that
//! its spelling may have meant: {Ч} for CH, {Ж, Дж} for ZH, all three for a Turkish C. [`Folded::clash`] says
//! whether two equal skeletons were made of sounds that exclude each other, as in Жанар and Чанар.
//!
//! The law: a pure function of the token, the same for both scripts, because Cyrillic goes through the same
//! rules as its ICAO spelling. A letter that an export lost stays as `?`; letters of scripts without a
//! table here (Arabic, Chinese) stay distinct as groups of four lower case characters.
//!
//! Known and accepted: ИЯ, ЬЯ and Я are one (Наталия, Наталья, but also Юлия, Юля), for IIA, IYA, IA and YA are.
//!
//! Non-goals: NG is not Ң (so ZHENGIS differs from Жеңіс by one letter), J is never Й, O and U stay apart.
//! Each would tie names that people call different; comparison allows an edit instead.

use super::text::upper;

/// Bytes that a fold may have; the rest of a longer token is left out.
pub const FOLD_BYTES_MAX: usize = 46;

/// Bytes that a token may have once each letter is Latin.
pub(super) const LATIN_BYTES_MAX: usize = 160;

/// A folded token, on the stack.
#[derive(Clone, Copy, Debug)]
pub struct Folded {
    bytes: [u8; FOLD_BYTES_MAX],
    len: u8,
    lost: bool,
    /// How many of the first sixteen letters J, S, H there are.
    sets_len: u8,
    /// The sounds that each of them may stand for, four bits a letter.
    sets: u64,
    /// Which letters are an A that was Ә or Ə, which others write as E.
    soft: u64,
}

/// How the sounds behind two equal skeletons exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// They do not.
    None,
    /// Г against Х: two letters, but one sound for many who spelled by ear, or over Azerbaijani and Arabic.
    Breath,
    /// Ж against Ч, С against Ш: two sounds.
    Sound,
}

/// Sounds of J.
const ZH: u8 = 1;
const CH: u8 = 2;
const DZH: u8 = 4;
const DZ: u8 = 8;
/// Sounds of S.
const S: u8 = 1;
const SH: u8 = 2;
const SHCH: u8 = 4;
const TS: u8 = 8;
/// Sounds of H.
const G: u8 = 1;
const KH: u8 = 2;
const KS: u8 = 4;

impl Default for Folded {
    fn default() -> Self {
        Folded::EMPTY
    }
}

impl Folded {
    /// No token.
    pub const EMPTY: Folded =
        Folded { bytes: [0; FOLD_BYTES_MAX], len: 0, lost: false, sets_len: 0, sets: 0, soft: 0 };

    /// The skeleton's bytes, all ASCII.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len as usize]
    }

    /// The skeleton as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("a fold is ASCII")
    }

    /// Whether nothing was left: the token had no letter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether a letter was lost (`?`).
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// Whether the letter at a place is an A that was Ә or Ə.
    #[inline]
    #[must_use]
    pub fn is_soft(&self, at: usize) -> bool {
        self.soft >> at & 1 == 1
    }

    /// The places of letters that are an A that was Ә or Ə, one bit each.
    #[inline]
    #[must_use]
    pub fn soft(&self) -> u64 {
        self.soft
    }

    /// Whether two equal skeletons stand for sounds that no spelling of one name has in common.
    #[must_use]
    pub fn clash(&self, other: &Folded) -> Clash {
        let mut found = Clash::None;
        let letters = self.as_bytes().iter().filter(|byte| matches!(byte, b'J' | b'S' | b'H'));
        let count = self.sets_len.min(other.sets_len);
        for (at, letter) in letters.take(count.into()).enumerate() {
            if self.sets >> (4 * at) & other.sets >> (4 * at) & 15 == 0 {
                if *letter != b'H' {
                    return Clash::Sound;
                }
                found = Clash::Breath;
            }
        }
        found
    }

    /// Appends the fold of the next token, as if nothing parted the two.
    pub(super) fn append(&mut self, next: &Folded) {
        let mut at = 0;
        for (place, &byte) in next.as_bytes().iter().enumerate() {
            let has_set = matches!(byte, b'J' | b'S' | b'H') && at < next.sets_len;
            let set = if has_set { (next.sets >> (4 * at) & 15) as u8 } else { 0 };
            at += u8::from(has_set);
            let len = self.len;
            self.push(byte, set);
            if self.len > len && next.is_soft(place) {
                self.soft |= 1 << len;
            }
        }
        self.lost |= next.lost;
    }

    #[inline]
    fn push(&mut self, byte: u8, set: u8) {
        let len = self.len as usize;
        // Doubled letters are one; `?` and the groups of four keep their count.
        let doubled = len > 0 && self.bytes[len - 1] == byte && byte.is_ascii_uppercase();
        if len < FOLD_BYTES_MAX && !doubled {
            self.bytes[len] = byte;
            self.len += 1;
            if set != 0 && self.sets_len < 16 {
                self.sets |= u64::from(set) << (4 * self.sets_len);
                self.sets_len += 1;
            }
        } else if doubled && set != 0 && self.sets_len > 0 && self.sets_len < 16 {
            self.sets |= u64::from(set) << (4 * (self.sets_len - 1));
        }
    }
}

/// Appends the fold of one token.
///
/// ```
/// use iinrec::normalise::fold::fold;
/// let same = |left: &str, right: &str| {
///     let (mut one, mut two) = (String::new(), String::new());
///     fold(left, &mut one);
///     fold(right, &mut two);
///     one == two
/// };
/// assert!(same("Юлия", "IULIIA") && same("ЮЛИЯ", "Yuliya") && !same("Юлия", "Ульяна"));
/// ```
pub fn fold(text: &str, out: &mut String) {
    out.push_str(folded(text).as_str());
}

/// The fold of one token, without allocation.
#[must_use]
pub fn folded(text: &str) -> Folded {
    let mut latin = [0u8; LATIN_BYTES_MAX];
    let len = to_latin(text, &mut latin);
    reduce(&latin[..len], is_cyrillic(text))
}

/// Whether a text has a Cyrillic letter.
#[must_use]
pub(super) fn is_cyrillic(text: &str) -> bool {
    text.as_bytes().iter().any(|byte| (0xd0..=0xd4).contains(byte))
}

/// Whether a text has any letter.
fn lettered(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Brings each letter to upper case Latin; `'` for signs that only part letters.
pub(super) fn to_latin(text: &str, out: &mut [u8; LATIN_BYTES_MAX]) -> usize {
    // A Latin C amid Cyrillic letters was typed for С.
    let cyrillic = is_cyrillic(text);
    let mut len = 0;
    for letter in text.chars() {
        let mut group = [0u8; 4];
        let latin: &[u8] = match upper(letter) {
            // A decoder before us put this where it could not read a letter.
            '\u{fffd}' => b"?",
            'C' if cyrillic => b"S",
            'P' if cyrillic => b"R",
            'H' if cyrillic => b"N",
            'B' if cyrillic => b"V",
            'X' if cyrillic => b"KH",
            'Y' if cyrillic => b"U",
            // Typed for the letters that they look like.
            '0' if lettered(text) => b"O",
            '1' if lettered(text) => b"I",
            '3' if cyrillic => b"Z",
            capital @ ('A'..='Z' | '?') => {
                group[0] = capital as u8;
                &group[..1]
            }
            'Ў' => {
                // Uzbek Ў is an O; the Belarusian one stands behind vowels only and is a U.
                let behind_vowel = len > 0 && matches!(out[len - 1], b'A' | b'@' | b'E' | b'I' | b'O' | b'U');
                if behind_vowel { b"U" } else { b"O" }
            }
            capital => match spelling(capital) {
                Some(latin) => latin,
                None if capital.is_alphabetic() => {
                    let code = capital as u32;
                    for (at, byte) in group.iter_mut().enumerate() {
                        *byte = b"abcdefghijklmnopqrstuvwxyz234567"[(code >> (15 - 5 * at) & 31) as usize];
                    }
                    &group
                }
                None => b"",
            },
        };
        if len + latin.len() > LATIN_BYTES_MAX {
            break;
        }
        out[len..len + latin.len()].copy_from_slice(latin);
        len += latin.len();
    }
    // Signs vanish, as they do in ICAO spellings, before letters meet as digraphs; Uzbek writes S'H for СҲ.
    let mut kept = 0;
    for at in 0..len {
        let parts = kept > 0 && out[kept - 1] == b'S' && at + 1 < len && out[at + 1] == b'H';
        if out[at] != b'\'' || parts {
            out[kept] = out[at];
            kept += 1;
        }
    }
    kept
}

fn spelling(capital: char) -> Option<&'static [u8]> {
    Some(match capital {
        'А' => b"A",
        // An A that others write as E, see `reduce`.
        'Ә' | 'Ə' => b"@",
        'Б' => b"B",
        'В' => b"V",
        'Г' | 'Ґ' | 'Ѓ' | 'Ҝ' => b"G",
        'Ғ' => b"GH",
        'Д' => b"D",
        'Е' | 'Э' | 'Є' => b"E",
        'Ж' => b"ZH",
        'З' => b"Z",
        'И' | 'Й' | 'І' | 'Ї' | 'Ы' | 'Ӣ' | 'Ј' => b"I",
        'К' | 'Қ' | 'Ќ' => b"K",
        'Л' => b"L",
        'М' => b"M",
        'Н' | 'Ң' => b"N",
        'О' | 'Ө' => b"O",
        'П' => b"P",
        'Р' => b"R",
        'С' => b"S",
        'Т' => b"T",
        'У' | 'Ұ' | 'Ү' | 'Ӯ' => b"U",
        'Ф' => b"F",
        'Х' | 'Һ' | 'Ҳ' => b"KH",
        'Ц' => b"TS",
        'Ч' => b"CH",
        'Ш' => b"SH",
        'Щ' => b"SHCH",
        'Ю' => b"IU",
        'Я' => b"IA",
        'Ҷ' | 'Җ' | 'Ҹ' | 'Џ' | 'Ђ' => b"DZH",
        'Ъ' | 'Ь' | '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '`' | '´' | 'ʹ' | 'ʺ' | '"' | '“' | '”' | '′' | '″' => {
            b"'"
        }
        'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ā' | 'Ă' | 'Ą' | 'Ǝ' => b"A",
        'Æ' => b"AE",
        'Ç' | 'Ć' | 'Č' => b"CH",
        'Ď' | 'Đ' | 'Ð' => b"D",
        'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => b"E",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' | 'Ǵ' => b"G",
        'Ĥ' | 'Ħ' => b"KH",
        'Ì' | 'Í' | 'Î' | 'Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'Ý' | 'Ŷ' | 'Ÿ' => b"I",
        'Ķ' => b"K",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => b"L",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' => b"N",
        'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' | 'Ǫ' => b"O",
        'Œ' => b"OE",
        'Ŕ' | 'Ŗ' | 'Ř' => b"R",
        'Ś' | 'Ş' | 'Š' | 'Ș' => b"SH",
        'Ŝ' => b"SHCH",
        'ß' | 'ẞ' => b"S",
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' | 'Þ' => b"T",
        'Ù' | 'Ú' | 'Û' | 'Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => b"U",
        'Ŵ' => b"V",
        'Ź' | 'Ż' => b"Z",
        'Ž' => b"ZH",
        _ => return None,
    })
}

/// Reduces Latin spellings to the skeleton. Each arm says how many bytes it read, what they become, and for J,
/// S and H the sounds that they may stand for. A Latin S may be a Ş that lost its mark, a Cyrillic С may not.
pub(super) fn reduce(latin: &[u8], cyrillic: bool) -> Folded {
    let mut out = Folded::EMPTY;
    let mut at = 0;
    while at < latin.len() {
        let rest = &latin[at..];
        let starts = |spelling: &[u8]| rest.starts_with(spelling);
        let next = |ahead: usize| rest.get(ahead).copied().unwrap_or(0);
        let (read, becomes, set) = match rest[0] {
            b'S' if starts(b"SHCH") => (4, b'S', SHCH),
            b'S' if starts(b"SCH") || starts(b"SHH") => (3, b'S', SH | SHCH),
            b'S' if starts(b"SH") => (2, b'S', if cyrillic { SH } else { SH | SHCH }),
            b'S' => (1, b'S', if cyrillic { S } else { S | SH }),
            b'C' if starts(b"CHTCH") => (5, b'S', SHCH),
            b'C' if starts(b"CH") || starts(b"CZ") => (2, b'J', CH),
            b'C' if starts(b"CK") => (2, b'K', 0),
            b'C' => (1, b'J', ZH | CH | DZH),
            b'T' if starts(b"TSCH") => (4, b'J', CH),
            b'T' if starts(b"TCH") => (3, b'J', CH),
            // TSH is Т and Ш, TZH is Т and Ж.
            b'T' if matches!(next(1), b'S' | b'Z' | b'C') && next(2) != b'H' => (2, b'S', TS),
            b'Z' if starts(b"ZH") => (2, b'J', ZH | DZH),
            // Д and Ҷ meet as DDZH or DJ; the D goes, as a doubled letter does.
            b'D' if starts(b"DDZ") || starts(b"DDJ") => (1, 0, 0),
            b'D' if starts(b"DSCH") => (4, b'J', ZH | DZH),
            b'D' if starts(b"DZH") => (3, b'J', ZH | DZH),
            b'D' if starts(b"DJ") => (2, b'J', ZH | DZH),
            b'D' if starts(b"DZ") => (2, b'J', DZ | DZH),
            b'J' => (1, b'J', ZH | DZH),
            b'K' if starts(b"KH") => (2, b'H', KH),
            // KSH is К and Ш, KSCH is К and Щ.
            // QS is the same Қ and С.
            b'K' | b'Q' if next(1) == b'S' && !matches!(next(2), b'H' | b'C') => (2, b'H', KS),
            b'Q' => (1, b'K', 0),
            b'X' => (1, b'H', KH | KS),
            b'H' => (1, b'H', G | KH),
            // The French spellings GUE, GUI, GUY of Ге, Ги, Гы.
            b'G' if starts(b"GH") || starts(b"GUE") || starts(b"GUI") || starts(b"GUY") => (2, b'H', G),
            b'G' => (1, b'H', G),
            b'P' if starts(b"PH") => (2, b'F', 0),
            b'W' => (1, b'V', 0),
            b'O' if starts(b"OU") => (2, b'U', 0),
            b'I' | b'Y' => {
                let run = rest.iter().take_while(|byte| matches!(byte, b'I' | b'Y')).count();
                match (next(run), next(run + 1)) {
                    (b'E', _) => (run + 1, b'E', 0),
                    (b'O', after) if after != b'U' => (run + 1, b'E', 0),
                    _ => (run, b'I', 0),
                }
            }
            // Only `S'H` kept its sign: two letters, not Ш.
            b'\'' => (1, 0, 0),
            b'?' => {
                out.lost = true;
                (1, b'?', 0)
            }
            b'@' => {
                let len = out.len;
                out.push(b'A', 0);
                if out.len > len {
                    out.soft |= 1 << len;
                }
                (1, 0, 0)
            }
            other => (1, other, 0),
        };
        if becomes != 0 {
            out.push(becomes, set);
        }
        at += read;
    }
    out
}

#[cfg(test)]
mod tests;

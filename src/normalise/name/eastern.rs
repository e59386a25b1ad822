//! Chinese and Korean: a token in Latin or Cyrillic in, the syllables that it is made of out.
//!
//! Letter by letter no scheme leads from XU to Сюй, from JUNG to Чон: pinyin and the Palladius system, the
//! many romanisations of Korean and the Kholodovich system spell syllables. A token is therefore cut into
//! syllables of a table, and two tokens are one name when they are the same syllables.
//!
//! The law: tokens are read so only in a name that has a common Chinese or Korean surname and is made of such
//! syllables throughout; MARINA can be cut into pinyin too. Tones and characters are lost before we see a
//! name, so one spelling may be many names.
//!
//! Korean spellings are not one to one: a Latin U before N or K may be 우 or 어 (SUNG, 성), a Cyrillic Е may be
//! a Ё that lost its dots. Such a sound is one of two, and meets both.

use crate::normalise::tables::{chinese, korean};
use crate::normalise::text::upper;

/// A sequence of syllables or sounds as a number that can be joined to the next; no sequence has length 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    hash: u64,
    len: u8,
}

impl Chain {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

    fn push(&mut self, symbol: u16) {
        self.hash = self.hash.wrapping_mul(Self::BASE).wrapping_add(u64::from(symbol) + 1);
        self.len += 1;
    }

    pub(super) fn is_none(self) -> bool {
        self.len == 0
    }

    /// How many syllables or sounds.
    pub(super) fn len(self) -> u8 {
        self.len
    }

    /// A number that is equal for equal chains.
    pub(super) fn key(self) -> u64 {
        self.hash
    }

    /// This chain and the next as one.
    pub(super) fn then(self, next: Chain) -> Chain {
        let power = (0..next.len).fold(1u64, |power, _| power.wrapping_mul(Self::BASE));
        Chain {
            hash: self.hash.wrapping_mul(power).wrapping_add(next.hash),
            len: self.len.saturating_add(next.len),
        }
    }
}

/// Letters of a token that may be cut into syllables; longer ones are no such names.
const LETTERS_MAX: usize = 18;

/// The token's letters in upper case, without signs, on the stack; Ё stays apart from Е.
struct Letters {
    bytes: [u8; 2 * LETTERS_MAX],
    len: usize,
}

impl Letters {
    fn of(token: &str) -> Option<Letters> {
        let mut letters = Letters { bytes: [0; 2 * LETTERS_MAX], len: 0 };
        // Long texts of letters that open and close syllables could be cut in thousands of ways.
        if token.chars().nth(LETTERS_MAX).is_some() {
            return None;
        }
        for letter in token.chars() {
            let capital = match letter {
                'ё' | 'Ё' => 'Ё',
                'ü' | 'Ü' => 'V',
                '\'' | '’' | '‘' | 'ʼ' | '`' => continue,
                other => upper(other),
            };
            if !capital.is_alphabetic() || letters.len + capital.len_utf8() > letters.bytes.len() {
                return None;
            }
            letters.len += capital.encode_utf8(&mut letters.bytes[letters.len..]).len();
        }
        (letters.len > 0).then_some(letters)
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).expect("whole letters")
    }
}

/// The syllables of a Chinese token.
pub(super) fn chinese(token: &str) -> Chain {
    let mut found = Chain::default();
    if let Some(letters) = Letters::of(token) {
        let mut syllables = [0u16; LETTERS_MAX];
        if let Some(count) = cut(letters.as_str(), &mut syllables, 0) {
            syllables[..count].iter().for_each(|&syllable| found.push(syllable));
        }
    }
    found
}

/// Cuts into syllables, the longest first, and takes the first cut that leaves nothing.
fn cut(text: &str, out: &mut [u16; LETTERS_MAX], count: usize) -> Option<usize> {
    /// The longest syllable of either table has seven letters (ЧЖУАНЬ, six, and ЦЗЮАНЬ among them).
    const SYLLABLE_LETTERS_MAX: usize = 7;
    /// Names have one syllable a token, two, or with a surname before them three.
    const SYLLABLES_MAX: usize = 4;
    if text.is_empty() {
        return (count > 0).then_some(count);
    }
    if count == SYLLABLES_MAX {
        return None;
    }
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8()).take(SYLLABLE_LETTERS_MAX);
    let mut bounds = [0usize; SYLLABLE_LETTERS_MAX];
    let mut bounds_len = 0;
    for end in ends {
        bounds[bounds_len] = end;
        bounds_len += 1;
    }
    bounds[..bounds_len].iter().rev().find_map(|&end| {
        out[count] = syllable(&text[..end])?;
        cut(&text[end..], out, count + 1)
    })
}

fn syllable(text: &str) -> Option<u16> {
    let table: &[(&str, u16)] = if text.is_ascii() { &chinese::PINYIN } else { &chinese::PALLADIUS };
    table.binary_search_by(|entry| entry.0.cmp(text)).ok().map(|at| table[at].1)
}

/// Bytes of the longest common surname (ЧЖУАН, JEONG with an apostrophe).
const SURNAME_BYTES_MAX: usize = 12;

/// Whether a token is a common Chinese surname.
pub(super) fn is_chinese_surname(token: &str) -> bool {
    if token.len() > SURNAME_BYTES_MAX {
        return false;
    }
    let Some(letters) = Letters::of(token) else { return false };
    syllable(letters.as_str()).is_some_and(|number| chinese::SURNAMES.binary_search(&number).is_ok())
}

/// Whether a token is a common Korean surname.
pub(super) fn is_korean_surname(token: &str) -> bool {
    if token.len() > SURNAME_BYTES_MAX {
        return false;
    }
    let Some(letters) = Letters::of(token) else { return false };
    korean::SURNAMES.binary_search(&letters.as_str()).is_ok()
}

/// The sounds of a Korean token; some may be one of two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sounds {
    sounds: [u8; SOUNDS_MAX],
    len: u8,
}

/// Sounds that are compared; a name of four syllables has no more.
const SOUNDS_MAX: usize = 16;

/// What a sound that may be one of two is written as: O or U, YO or YU, E or YO.
const UNSURE: [(u8, [u8; 2]); 3] = [(b'x', [b'o', b'u']), (b'y', [b'd', b'f']), (b'z', [b'e', b'd'])];

impl Sounds {
    pub(super) fn is_none(self) -> bool {
        self.len == 0
    }

    pub(super) fn len(self) -> u8 {
        self.len
    }

    fn as_slice(&self) -> &[u8] {
        &self.sounds[..self.len.into()]
    }

    /// The sounds as they open a word. ㄹ is written there and left out at will before I and Y (Лим and Им, Рю
    /// and Ю); before other vowels it is an N (Ро and Но).
    fn opened(mut self) -> Sounds {
        if self.sounds[0] == b'R' {
            if matches!(self.sounds[1], b'i' | b'b' | b'd' | b'f' | b'y' | b'z') {
                self.sounds.rotate_left(1);
                self.len -= 1;
            } else {
                self.sounds[0] = b'N';
            }
        }
        self
    }

    /// These sounds and the next as one word.
    pub(super) fn then(mut self, next: Sounds) -> Sounds {
        for &sound in next.as_slice() {
            if usize::from(self.len) < SOUNDS_MAX {
                self.sounds[usize::from(self.len)] = sound;
                self.len += 1;
            }
        }
        self
    }

    /// Whether two words may be the same sounds.
    pub(super) fn meet(&self, other: &Sounds) -> bool {
        let may =
            |sound: u8| UNSURE.iter().find(|entry| entry.0 == sound).map_or([sound; 2], |entry| entry.1);
        let (ours, theirs) = (self.opened(), other.opened());
        ours.len > 0
            && ours.len == theirs.len
            && ours
                .as_slice()
                .iter()
                .zip(theirs.as_slice())
                .all(|(&one, &two)| one == two || may(one).iter().any(|sound| may(two).contains(sound)))
    }

    /// A number that is equal for words that [`meet`](Self::meet): sounds that may be one of two are taken
    /// together with both.
    pub(super) fn key(&self) -> u64 {
        self.opened().as_slice().iter().fold(0u64, |key, &sound| {
            let sound = match sound {
                b'u' | b'x' => b'o',
                b'f' | b'y' | b'z' | b'e' => b'd',
                other => other,
            };
            key.wrapping_mul(Chain::BASE).wrapping_add(u64::from(sound))
        })
    }
}

/// The sounds of a Korean token.
pub(super) fn korean(token: &str) -> Sounds {
    let mut found = Sounds::default();
    let Some(letters) = Letters::of(token) else { return found };
    let mut sounds = [0u8; 3 * LETTERS_MAX];
    let Some(count) = sound_out(letters.as_str(), &mut sounds, 0) else { return found };
    if count <= SOUNDS_MAX {
        found.sounds[..count].copy_from_slice(&sounds[..count]);
        found.len = count as u8;
    }
    found
}

/// Reads syllables of an optional consonant, a vowel and an optional consonant until nothing is left.
fn sound_out(text: &str, out: &mut [u8; 3 * LETTERS_MAX], count: usize) -> Option<usize> {
    if text.is_empty() {
        return (count > 0).then_some(count);
    }
    let initials = korean::INITIALS.iter().filter(|(spelling, _)| text.starts_with(spelling));
    let initials = initials.map(|&(spelling, sound)| (spelling.len(), sound));
    initials.chain(std::iter::once((0, 0))).find_map(|(taken, initial)| {
        let (text, mut count) = (&text[taken..], count);
        if initial != 0 {
            out[count] = initial;
            count += 1;
        }
        let vowels = korean::VOWELS.iter().filter(|(spelling, _)| text.starts_with(spelling));
        let mut vowels = vowels.copied();
        vowels.find_map(|(spelling, sound)| {
            let rest = &text[spelling.len()..];
            // An H or R that lengthens a vowel, or a Y that closes it, does not stand before another.
            if spelling.len() > 1
                && spelling.ends_with(['H', 'R', 'Y'])
                && rest.starts_with(['A', 'E', 'I', 'O', 'U', 'W', 'Y'])
            {
                return None;
            }
            out[count] = unsure(spelling, rest).unwrap_or(sound);
            if let Some(end) = sound_out(rest, out, count + 1) {
                return Some(end);
            }
            let mut finals = korean::FINALS.iter().filter(|(spelling, _)| rest.starts_with(spelling));
            finals.find_map(|&(closing, sound)| {
                let next = &rest[closing.len()..];
                // НГ before a vowel is the end of one syllable and the beginning of the next: Ын-гён.
                if closing == "НГ" && korean::VOWELS.iter().any(|(vowel, _)| next.starts_with(vowel)) {
                    return None;
                }
                out[count + 1] = sound;
                sound_out(next, out, count + 2)
            })
        })
    })
}

/// What a vowel is where its spelling has two sounds there: a Latin U before N, K or M, a Cyrillic Е.
fn unsure(spelling: &str, rest: &str) -> Option<u8> {
    let &(_, sound) = korean::UNSURE.iter().find(|entry| entry.0 == spelling)?;
    (!spelling.is_ascii() || rest.starts_with(['N', 'K', 'M'])).then_some(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinyin_and_palladius_are_the_same_syllables() {
        for (pinyin, palladius) in [
            ("XU", "Сюй"),
            ("ZHANG", "Чжан"),
            ("JIANG", "Цзян"),
            ("XIAOMING", "Сяомин"),
            ("WENHUA", "Вэньхуа"),
            ("GUORONG", "Гожун"),
            ("LÜ", "Люй"),
            ("CHEN", "Чень"),
            ("ZHIYUAN", "Чжиюань"),
        ] {
            assert!(!chinese(pinyin).is_none(), "{pinyin}");
            assert_eq!(chinese(pinyin), chinese(palladius), "{pinyin} {palladius}");
        }
        for (pinyin, palladius) in [("CHEN", "Чэн"), ("ZHAO", "Чжоу"), ("LIN", "Лин"), ("XU", "Су")]
        {
            assert_ne!(chinese(pinyin), chinese(palladius), "{pinyin} {palladius}");
        }
        assert!(chinese("KRISTINA").is_none() && chinese("").is_none() && chinese("Жасұлан").is_none());
    }

    #[test]
    fn romanisations_of_korean_share_a_reading() {
        let meet = |left: &str, right: &str| {
            let (left, right) = (korean(left), korean(right));
            assert!(!left.meet(&right) || left.key() == right.key());
            left.meet(&right)
        };
        for (left, right) in [
            ("JUNG", "Чон"),
            ("JEONG", "Чон"),
            ("PARK", "Пак"),
            ("LEE", "Ли"),
            ("YI", "Ли"),
            ("CHOI", "Чхве"),
            ("CHOI", "Цой"),
            ("MINHO", "Минхо"),
            ("HYUN", "Хён"),
            ("HYUN", "Хен"),
            ("YOUNG", "Ён"),
            ("KYUNG", "Кён"),
            ("SEOYEON", "Соён"),
            ("JUNGHO", "JEONGHO"),
            ("BAE", "Пэ"),
            ("KWANGSU", "Квансу"),
            ("JUNSUNG", "Чунсон"),
            ("SUNGAH", "Сона"),
            ("SUA", "Суа"),
            ("HYUNNA", "Хённа"),
            ("HYEJUN", "Хечун"),
            ("ROH", "Но"),
            ("EUNRIN", "Ынрин"),
            ("SUHHWA", "Сохва"),
            ("SEOHWA", "Сохва"),
            ("MINHEE", "Минхи"),
            ("UYEON", "Уён"),
            ("HYEWOO", "Хеу"),
            ("AREUM", "Арым"),
            ("SIWOO", "Сиу"),
            ("CHA", "Чха"),
            ("DOYUN", "Тоюн"),
            ("EUNKYUNG", "Ынгён"),
            ("SUNG", "Сунг"),
            ("HYEYOON", "Хеюн"),
        ] {
            assert!(meet(left, right), "{left} {right}");
        }
        for (left, right) in
            [("JO", "Чу"), ("KIM", "Ким Мин"), ("HAN", "Хон"), ("MINHO", "Минсу"), ("SORA", "Сури")]
        {
            assert!(!meet(left, right), "{left} {right}");
        }
    }

    #[test]
    fn chains_join() {
        let joined = chinese("XIAO").then(chinese("MING"));
        assert_eq!(joined, chinese("XIAOMING"));
        assert_eq!(Chain::default().then(joined), joined);
    }
}

//! Detection: some bytes of a file in, its encoding and the reason out.
//!
//! Head, middle and tail are looked at, because a register sorted by citizenship may begin with a million rows
//! of ASCII. The law: a few bad bytes decide nothing, the majority does; and Windows-1251 and KZ-1048, which
//! differ in sixteen letters, are told apart by those alone, each by its neighbours.
//!
//! Why by neighbours: the same byte is Ә in one and Ј in the other, Ү or Ї, Ғ or Є. A registry of Kazakhstan
//! knows Kazakhs and Ukrainians, and one letter in a million rows may have to decide. Ә stands between
//! consonants, Ј beside vowels; Ү follows a consonant, Ї a vowel; ћ ends Serbian surnames after и.

use super::{BOM, Encoding};

/// Bytes looked at in each of three places.
const SAMPLE_BYTES: usize = 256 << 10;
/// Places looked at for the sixteen letters when the first three show none, and bytes of each.
const PLACES: usize = 64;
const PLACE_BYTES: usize = 64 << 10;

/// An encoding and what it was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The encoding.
    pub encoding: Encoding,
    /// Why, for people.
    pub why: &'static str,
}

/// Finds the encoding of a file by looking at some of its bytes.
///
/// ```
/// use iinrec::ingest::encoding::{Encoding, look};
/// assert_eq!(look(b"\xc6\xb3\xc1\xc5\xca;\xa3\xeb\xe8\xff").encoding, Encoding::Kz1048);
/// ```
#[must_use]
pub fn look(bytes: &[u8]) -> Found {
    let found = |encoding, why| Found { encoding, why };
    if bytes.starts_with(BOM) {
        return found(Encoding::Utf8, "it begins with the byte order mark of UTF-8");
    }
    if bytes.starts_with(b"\xff\xfe") {
        return found(Encoding::Utf16Le, "it begins with the byte order mark of UTF-16");
    }
    if bytes.starts_with(b"\xfe\xff") {
        return found(Encoding::Utf16Be, "it begins with the byte order mark of UTF-16");
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return found(encoding, "every other byte is the high byte of Latin or Cyrillic text");
    }
    let samples: Vec<&[u8]> =
        [0, 1, 2].map(|place| sample(bytes, place, 3, SAMPLE_BYTES)).into_iter().collect();
    let (mut valid, mut invalid) = (0usize, 0usize);
    for sample in &samples {
        for chunk in sample.utf8_chunks() {
            valid += chunk.valid().bytes().filter(|byte| !byte.is_ascii()).count();
            invalid += chunk.invalid().len();
        }
    }
    if invalid == 0 {
        let why = if valid == 0 { "it holds ASCII only" } else { "all of its letters are UTF-8" };
        return found(Encoding::Utf8, why);
    }
    // Cyrillic of eight bits almost never forms valid UTF-8.
    if invalid <= valid {
        return found(Encoding::Utf8, "most of its letters are UTF-8; records with others are rejected");
    }
    let mut votes: i64 = samples.iter().map(|sample| kazakh_votes(sample)).sum();
    if votes == 0 && bytes.len() > 3 * SAMPLE_BYTES {
        votes = (0..PLACES).map(|place| kazakh_votes(sample(bytes, place, PLACES, PLACE_BYTES))).sum();
    }
    match votes {
        1.. => found(Encoding::Kz1048, "Cyrillic of eight bits, with Kazakh letters where KZ-1048 has them"),
        0 => found(Encoding::Windows1251, "Cyrillic of eight bits"),
        _ => found(Encoding::Windows1251, "Cyrillic of eight bits, with letters that only Windows-1251 has"),
    }
}

/// Whole lines at one of so many places, the first at the start and the last at the end: a character that is
/// cut at the edge would count as invalid.
fn sample(bytes: &[u8], place: usize, places: usize, length: usize) -> &[u8] {
    let last = bytes.len().saturating_sub(length);
    let start = last / (places - 1) * place;
    let start = if place + 1 == places { last } else { start };
    let end = (start + length).min(bytes.len());
    let whole = &bytes[start..end];
    let from = if start == 0 { Some(0) } else { memchr::memchr(b'\n', whole).map(|at| at + 1) };
    let to = if end == bytes.len() { Some(whole.len()) } else { memchr::memrchr(b'\n', whole) };
    match (from, to) {
        (Some(from), Some(to)) if from < to => &whole[from..to],
        // A line longer than a sample tells nothing.
        _ => &[],
    }
}

/// Whether a file without byte order mark is UTF-16: nine in ten high bytes are those of ASCII and Cyrillic,
/// and some are zero, which no text of eight bits has.
fn utf16_without_mark(bytes: &[u8]) -> Option<Encoding> {
    let (units, _) = bytes[..bytes.len().min(4096)].as_chunks::<2>();
    if units.len() < 4 {
        return None;
    }
    let share = |at: usize, wanted: fn(u8) -> bool| units.iter().filter(|unit| wanted(unit[at])).count();
    let is = |high: usize| {
        let zeros = share(high, |byte| byte == 0);
        // The low bytes are letters: zeros in both are no text at all.
        let plain = share(high, |byte| matches!(byte, 0 | 4 | 5 | 0x20));
        let holes = share(1 - high, |byte| byte == 0);
        zeros > 0 && plain * 10 >= units.len() * 9 && zeros * 20 >= units.len() && holes * 20 < units.len()
    };
    if is(1) {
        Some(Encoding::Utf16Le)
    } else if is(0) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// What a byte beside one of the sixteen letters is, in both encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    Consonant,
    Vowel,
    /// У is a vowel in Serbian and between vowel and consonant in Kazakh (Тәуке, Уәли).
    U,
    /// One of the sixteen: which letter it is, is the question.
    Unknown,
    Apostrophe,
    /// No letter: the word begins or ends here.
    Edge,
}

/// One of the sixteen letters, whatever its case: its byte in lower case.
fn lower(byte: u8) -> u8 {
    match byte {
        0x8d | 0x8e => byte + 0x10,
        0xa1 => 0xa2,
        0xa3 => 0xbc,
        0xa5 => 0xb4,
        0xaa => 0xba,
        0xaf => 0xbf,
        0xbd => 0xbe,
        0xb2 => 0xb3,
        0xa8 => 0xb8,
        0xc0..=0xdf => byte + 0x20,
        other => other,
    }
}

fn beside(byte: Option<&u8>) -> Beside {
    match lower(*byte.unwrap_or(&b' ')) {
        // а е и о ы э ю я ё і
        0xe0 | 0xe5 | 0xe8 | 0xee | 0xfb | 0xfd | 0xfe | 0xff | 0xb8 | 0xb3 => Beside::Vowel,
        0xf3 => Beside::U,
        0xe0..=0xff => Beside::Consonant,
        0x9d | 0x9e | 0xa2 | 0xbc | 0xb4 | 0xba | 0xbf | 0xbe => Beside::Unknown,
        b'\'' | 0x92 => Beside::Apostrophe,
        _ => Beside::Edge,
    }
}

/// Votes of the sixteen letters of a text: above zero where they are Kazakh, below where they are not.
fn kazakh_votes(text: &[u8]) -> i64 {
    let letters = text.iter().enumerate().filter(|(_, byte)| {
        matches!(**byte, 0x8d | 0x8e | 0x9d | 0x9e | 0xa1..=0xa3 | 0xa5 | 0xaa | 0xaf | 0xb4 | 0xba | 0xbc..=0xbf)
    });
    letters
        .map(|(at, &byte)| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            vote(before, byte, text.get(at + 1))
        })
        .sum()
}

fn vote(before: Option<&u8>, byte: u8, after: Option<&u8>) -> i64 {
    use Beside::{Apostrophe, Consonant, Edge, U, Unknown, Vowel};
    let after_i = before.is_some_and(|&byte| matches!(lower(byte), 0xe8 | 0xb3));
    let after_e = before.is_some_and(|&byte| lower(byte) == 0xe5);
    let (before, after) = (beside(before), beside(after));
    if matches!(before, Edge | Apostrophe) && matches!(after, Edge | Apostrophe) {
        return 0; // A letter alone is an initial or no letter at all.
    }
    match (lower(byte), before, after) {
        // Қ is frequent; the Macedonian Ќ is rare in any word.
        (0x9d, ..) => 2,
        // Ң never begins a word, the Macedonian Ѕ mostly does.
        (0xbe, Edge, _) => -1,
        (0xbe, ..) => 2,
        // Ә or Ј.
        (0xbc, Vowel, _) | (0xbc, Edge | Consonant, Vowel) => -2,
        (0xbc, U, Consonant) => 1,
        (0xbc, U, Vowel) => -1,
        (0xbc, Consonant, _) | (0xbc, Edge, Consonant) => 2,
        // Ө or Ґ.
        (0xb4, Vowel, _) | (0xb4, _, Vowel | U) => -2,
        (0xb4, Consonant, _) => 2,
        (0xb4, Edge, Consonant) => 1,
        // Ұ or Ў, which is У after a vowel.
        (0xa2, Vowel | U, _) => -2,
        (0xa2, Consonant, _) => 2,
        (0xa2, Edge, Consonant) => 1,
        // Ү or Ї.
        (0xbf, Vowel | U | Apostrophe, _) => -2,
        (0xbf, Consonant, _) => 2,
        // Ғ or Є.
        (0xba, Consonant, _) | (0xba, Edge, Vowel | U | Unknown) => 2,
        (0xba, Apostrophe, _) | (0xba, Edge, Consonant) => -2,
        // Ғ stands in words of а о ы ұ, є also after і, и and е; Мағжан and Гаєнко tell nothing.
        (0xba, _, Consonant | Edge) if after_i || after_e => -2,
        (0xba, _, Consonant | Edge) => 0,
        (0xba, _, Vowel | U) => 1,
        // Һ or Ћ.
        (0x9e, Vowel, Edge) if after_i => -3,
        (0x9e, Edge, _) => -1,
        (0x9e, ..) if after_i => -1,
        (0x9e, ..) => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::encoding::kz1048;

    /// A text in one of the encodings of eight bits.
    fn encoded(text: &str, kazakh: bool) -> Vec<u8> {
        let byte = |letter: char| {
            if letter.is_ascii() {
                return letter as u8;
            }
            if !kazakh && let Some(&(byte, ..)) = kz1048::DIFFERENT.iter().find(|(_, own, _)| *own == letter)
            {
                return byte;
            }
            0x80 + kz1048::UPPER.iter().position(|&own| own == letter).expect("a letter of the encoding")
                as u8
        };
        text.chars().map(byte).collect()
    }

    #[test]
    fn encodings_are_found_by_looking() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let swapped = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        let cases: [(&[u8], Encoding, &str); 14] = [
            (b"", Encoding::Utf8, "an empty file is UTF-8"),
            (b"iin;name\n1;a\n", Encoding::Utf8, "ASCII is UTF-8"),
            ("ИИН;Имя\n".as_bytes(), Encoding::Utf8, "Cyrillic in UTF-8"),
            (b"\xef\xbb\xbfiin\n\xc8", Encoding::Utf8, "a byte order mark decides"),
            (b"\xc8\xc8\xcd;\xd4\xe0\xec\xe8\xeb\xe8\xff\n", Encoding::Windows1251, "Cyrillic in 1251"),
            ("Имя;Фамилия\n\u{44f}".as_bytes().split_last().unwrap().1, Encoding::Utf8, "one broken byte"),
            (b"\xff\xfei\0", Encoding::Utf16Le, "a byte order mark"),
            (b"\xfe\xff\0i", Encoding::Utf16Be, "the other one"),
            (&utf16("ИИН;Фамилия\r\n900101;Иванов\r\n"), Encoding::Utf16Le, "without a mark"),
            (&swapped("ИИН;Фамилия\r\n900101;Иванов\r\n"), Encoding::Utf16Be, "the other way round"),
            (&utf16("iin,name\n1,a\n"), Encoding::Utf16Le, "Latin"),
            (b"a;\0\0\0\0\0\0\0\0", Encoding::Utf8, "zeros in both bytes are no text"),
            (b"a;b\n1;\0\n", Encoding::Utf8, "one zero makes no UTF-16"),
            (b"\xc8\xe2\xe0\xed\xee\xe2;\xd1\xb3\xd0\xb8\n", Encoding::Windows1251, "pairs valid by chance"),
        ];
        for (bytes, expected, why) in cases {
            assert_eq!(look(bytes).encoding, expected, "{why}");
        }
    }

    #[test]
    fn one_letter_tells_kazakh_from_the_neighbours() {
        for name in [
            "Қасым",
            "БЕКҚАЛИ",
            "Әлия",
            "МӘДИНА",
            "Жәния",
            "Сәуле",
            "Тәуке",
            "Уәли",
            "Әбенов",
            "Өтеген",
            "КӨШЕРБАЙ",
            "Гүлнар",
            "ТҮРКСІБ",
            "Күләш",
            "Нұрлан",
            "ҰЛАН",
            "Жұмабай",
            "Айғаным",
            "Ғалым",
            "ЕРҒАЛИ",
            "Меңдібай",
            "Гауһар",
            "Жанғали",
            "Серікқызы",
            "Өмірзақ",
            "Бөлекбай",
        ] {
            let text = encoded(&format!("ИИН;Фамилия\n1;{name}\n2;Иванов\n"), true);
            assert_eq!(look(&text).encoding, Encoding::Kz1048, "{name}: {}", kazakh_votes(&text));
        }
        for name in [
            "Євген",
            "ЄВГЕНІЙ",
            "Андрієнко",
            "Сергієвич",
            "Київ",
            "УКРАЇНА",
            "Зиновіїв",
            "Мар'їна",
            "Ґалаґан",
            "Аляксандраў",
            "КАВАЛЕНКАЎ",
            "Петровић",
            "ЈОВАНОВИЋ",
            "Марија",
            "Јелена",
            "Бјелица",
            "Вујић",
            "Ћирић",
            "Ѕвездан",
            "Мајевић",
        ] {
            let text = encoded(&format!("ИИН;Фамилия\n1;{name}\n2;Иванов\n"), false);
            assert_eq!(look(&text).encoding, Encoding::Windows1251, "{name}: {}", kazakh_votes(&text));
        }
    }

    #[test]
    fn the_majority_decides_between_letters_and_between_encodings() {
        let votes = [kazakh_votes(&encoded("Қасым Нұрлан", true)), kazakh_votes(&encoded("Євген", false))];
        assert!(votes[0] > 0 && votes[1] < 0);
        let together = [encoded("Қасым Нұрлан\n", true), encoded("Євген\n", false)].concat();
        assert_eq!(look(&together).encoding, Encoding::Kz1048, "two names against one");
        let mut mixed = "Иванов;Пётр\n".repeat(20).into_bytes();
        mixed.extend(encoded("Иванов;Пётр\n", false));
        assert_eq!(look(&mixed).encoding, Encoding::Utf8, "one row of another export");
    }

    #[test]
    fn a_rare_letter_is_found_wherever_it_stands_in_a_sample() {
        // A million ASCII rows, then Russian ones, one Kazakh name far from head, middle and tail.
        let mut rows = b"900101300001;IVANOV;PETR\n".repeat(100_000);
        rows.extend(encoded("900101300001;Иванов;Пётр\n", true).repeat(60_000));
        rows.extend(encoded("900101300001;Әлиев;Нұрлан\n", true).repeat(2000));
        rows.extend(encoded("900101300001;Иванов;Пётр\n", true).repeat(30_000));
        assert_eq!(look(&rows).encoding, Encoding::Kz1048);
    }

    #[test]
    fn a_character_cut_at_the_edge_of_a_sample_decides_nothing() {
        for shift in 0..2 {
            let mut rows = vec![b'a'; SAMPLE_BYTES - 1 - shift];
            rows[10] = b'\n';
            rows.extend("я".as_bytes());
            rows.extend(vec![b'a'; 2 * SAMPLE_BYTES]);
            assert_eq!(look(&rows).encoding, Encoding::Utf8);
        }
    }
}

//! Schemes: what one fold cannot hold, because two states read the same letters differently.
//!
//! The fold (`normalise::fold`) joins all spellings that never contradict each other. What is left are
//! spellings that mean one thing here and another there: CH is Ш on a French-form passport and Ч on all
//! others, Q is Қ in Tashkent and Г in Baku. For these a token has further *readings*, each under its scheme.
//!
//! In: a token's text and its letters in Latin. Out: up to [`READINGS_MAX`] other folds, as hashes. The law: a
//! reading never replaces the fold; it meets the other side's fold, or its reading under the same scheme.

use crate::normalise::fold::{LATIN_BYTES_MAX, folded, is_cyrillic, reduce, to_latin};
use crate::normalise::hash::hash;

/// A way of spelling that has a reading of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// French forms of Soviet and early passports: CH for Ш, TCH for Ч, -INE for -ин.
    French,
    /// BGN and ODNI: NG for Ң.
    NgForN,
    /// ICAO 9303: OE, UE, AE for Ö, Ü, Ä.
    Umlaut,
    /// English ears in India, Pakistan and Korea: EE and OO for long I and U, KH for what Russian writes КХ.
    English,
    /// Azerbaijani: Q for Г.
    Azerbaijani,
    /// Kazakh Latin of 2017 and 2018: Y' and Ý for У.
    KazakhLatin2018,
    /// Belarusian: IOU for ЁЎ.
    Belarusian,
    /// Russian practice for Turkish and Azerbaijani Ü, Ö and soft K: Ю, Ё, КЯ.
    Turkish,
    /// ICAO 9303: IE for Ъ.
    HardSign,
    /// Ә and Ə as E, where others write A.
    SoftA,
    /// Armenian Հ, which Latin writes as H and Russian leaves out.
    Armenian,
    /// Russian ears for Uzbek Ў: У.
    UzbekU,
    /// Latvian and Lithuanian endings on foreign names: -OVS and -OVAS, -EJS and -EJUS.
    Baltic,
    /// The H that Arabic and Persian names end on in Latin (FATEMEH, ABDULLAH) and that Russian leaves out.
    SilentH,
    /// Pinyin and the Palladius system.
    Chinese,
    /// Romanisations of Korean and the Kholodovich system.
    Korean,
}

impl Scheme {
    /// The scheme in words, for the person who asks why two names are one.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Scheme::French => "French form of Soviet-era passports (CH for Ш, TCH for Ч, -INE for -ин)",
            Scheme::NgForN => "BGN/PCGN and ODNI (NG for Ң)",
            Scheme::Umlaut => "ICAO 9303 (OE, UE, AE for Ö, Ü, Ä)",
            Scheme::English => "English ears (EE and OO for long I and U, KH for КХ)",
            Scheme::Azerbaijani => "Azerbaijani alphabet (Q for Г)",
            Scheme::KazakhLatin2018 => "Kazakh Latin of 2017 and 2018 (Y' and Ý for У)",
            Scheme::Belarusian => "Belarusian passports (IOU for ЁЎ)",
            Scheme::Turkish => "Russian practice for Turkish and Azerbaijani (Ю, Ё, КЯ for Ü, Ö, K)",
            Scheme::HardSign => "ICAO 9303 (IE for Ъ)",
            Scheme::SoftA => "two ways with Ә and Ə (A, E)",
            Scheme::Armenian => "Armenian Հ (H in Latin, nothing in Russian)",
            Scheme::UzbekU => "Russian ears for Uzbek Ў (У)",
            Scheme::Baltic => "Latvian or Lithuanian endings (-OVS, -OVAS for -OV, -EJS for -EI)",
            Scheme::SilentH => "Arabic and Persian H at the end of a name (nothing in Russian)",
            Scheme::Chinese => "pinyin and the Palladius system",
            Scheme::Korean => "romanisations of Korean and the Kholodovich system",
        }
    }
}

/// Other readings that a token may have; further ones are left out.
pub(super) const READINGS_MAX: usize = 4;

/// A fold under a scheme of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) hash: u64,
    pub(super) scheme: Scheme,
}

/// The other readings of a token, and how many.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Readings {
    readings: [Option<Reading>; READINGS_MAX],
}

impl Readings {
    pub(super) fn iter(&self) -> impl Iterator<Item = Reading> {
        self.readings.iter().flatten().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.readings[0].is_none()
    }

    fn add(&mut self, plain: u64, hash: u64, scheme: Scheme) {
        if hash == plain || self.iter().any(|reading| reading.hash == hash) {
            return;
        }
        if let Some(slot) = self.readings.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(Reading { hash, scheme });
        }
    }

    /// Adds the reading without an Armenian Հ.
    pub(super) fn add_armenian(&mut self, text: &str, plain: u64) {
        let mut latin = [0u8; LATIN_BYTES_MAX];
        let len = to_latin(text, &mut latin);
        let mut bare = [0u8; LATIN_BYTES_MAX];
        let mut bare_len = 0;
        for at in 0..len {
            let digraph = at > 0 && matches!(latin[at - 1], b'K' | b'G' | b'S' | b'C' | b'Z' | b'T' | b'P');
            if latin[at] != b'H' || digraph {
                bare[bare_len] = latin[at];
                bare_len += 1;
            }
        }
        if bare_len < len && !is_cyrillic(text) {
            self.add(plain, hash(reduce(&bare[..bare_len], false).as_bytes()), Scheme::Armenian);
        }
    }
}

type Rule = (Scheme, &'static [(&'static [u8], &'static [u8])]);

/// Latin letters that a scheme reads otherwise. Of several that fit the first counts; `$` is the end.
const LATIN: [Rule; 9] = [
    (Scheme::French, &[(b"CHTCH", b"SHCH"), (b"TCH", b"CH"), (b"CH", b"SH"), (b"INE$", b"IN")]),
    (Scheme::English, &[(b"EE", b"I"), (b"OO", b"U"), (b"OW", b"OU"), (b"KKH", b"KH")]),
    (Scheme::NgForN, &[(b"NG$", b"NG"), (b"NGH", b"NGH"), (b"NG", b"N")]),
    (Scheme::SilentH, &[(b"EH$", b"E"), (b"AH$", b"A")]),
    (Scheme::Umlaut, &[(b"OE", b"O"), (b"UE", b"U"), (b"AE", b"A")]),
    (Scheme::Azerbaijani, &[(b"Q", b"G")]),
    (Scheme::Belarusian, &[(b"IOU", b"EU")]),
    (Scheme::Turkish, TURKISH),
    (
        Scheme::Baltic,
        &[
            (b"OVAS$", b"OV"),
            (b"EVAS$", b"EV"),
            (b"INAS$", b"IN"),
            (b"EJUS$", b"EI"),
            (b"IJUS$", b"II"),
            (b"OVS$", b"OV"),
            (b"EVS$", b"EV"),
            (b"EJS$", b"EI"),
            (b"IJS$", b"II"),
        ],
    ),
];

/// ICAO and other spellings of Ю, Ё and Я behind the consonants of Turkish and Azerbaijani names.
const TURKISH: &[(&[u8], &[u8])] = &[
    (b"KKH", b"KH"),
    (b"KHIU", b"KHU"),
    (b"KHYU", b"KHU"),
    (b"BIU", b"BU"),
    (b"BYU", b"BU"),
    (b"DIU", b"DU"),
    (b"DYU", b"DU"),
    (b"GIU", b"GU"),
    (b"GYU", b"GU"),
    (b"HIU", b"HU"),
    (b"HYU", b"HU"),
    (b"JIU", b"JU"),
    (b"JYU", b"JU"),
    (b"KIU", b"KU"),
    (b"KYU", b"KU"),
    (b"LIU", b"LU"),
    (b"LYU", b"LU"),
    (b"MIU", b"MU"),
    (b"MYU", b"MU"),
    (b"NIU", b"NU"),
    (b"NYU", b"NU"),
    (b"RIU", b"RU"),
    (b"RYU", b"RU"),
    (b"SIU", b"SU"),
    (b"SYU", b"SU"),
    (b"TIU", b"TU"),
    (b"TYU", b"TU"),
    (b"ZIU", b"ZU"),
    (b"ZYU", b"ZU"),
    (b"GIO", b"GO"),
    (b"GIA", b"GA"),
    (b"GYO", b"GO"),
    (b"GYA", b"GA"),
    (b"KIO", b"KO"),
    (b"KIA", b"KA"),
    (b"KYO", b"KO"),
    (b"KYA", b"KA"),
];

/// The same for Cyrillic that has been brought to Latin letters.
const CYRILLIC: [Rule; 3] = [
    (Scheme::NgForN, &[(b"NG$", b"NG"), (b"NGH", b"NGH"), (b"NG", b"N")]),
    (Scheme::English, &[(b"KKH", b"KH")]),
    (Scheme::SilentH, &[(b"EKH$", b"E"), (b"AKH$", b"A")]),
];

/// Letters of a name that keeps its H, Шах or SHAH; KAVEH is longer.
const SHORT_WITH_H: usize = 4;

/// The readings of a token beside its fold, whose hash is `plain`.
pub(super) fn readings(text: &str, plain: u64) -> Readings {
    let mut found = Readings::default();
    let cyrillic = is_cyrillic(text);
    let mut latin = [0u8; LATIN_BYTES_MAX];
    let len = to_latin(text, &mut latin);
    let latin = &latin[..len];
    let hints = hints(text, latin);
    let rules: &[Rule] = if cyrillic { &CYRILLIC } else { &LATIN };
    for (scheme, pairs) in rules {
        if hints >> *scheme as u32 & 1 == 0 {
            continue;
        }
        let mut other = [0u8; LATIN_BYTES_MAX];
        if let Some(len) = rewrite(latin, pairs, &mut other) {
            found.add(plain, hash(reduce(&other[..len], cyrillic).as_bytes()), *scheme);
        }
    }
    if text.chars().any(is_telling) {
        letters(text, plain, &mut found);
    }
    found
}

/// The schemes whose rules may fit, one bit each: a look at every two letters, since most names fit none.
fn hints(text: &str, latin: &[u8]) -> u32 {
    let bit = |scheme: Scheme| 1u32 << scheme as u32;
    let mut found = 0;
    if latin.ends_with(b"INE") {
        found |= bit(Scheme::French);
    }
    for pair in latin.windows(2) {
        found |= match pair {
            b"CH" => bit(Scheme::French),
            b"EE" | b"OO" | b"OW" => bit(Scheme::English),
            b"KK" => bit(Scheme::English) | bit(Scheme::Turkish),
            b"NG" => bit(Scheme::NgForN),
            b"OE" | b"UE" | b"AE" => bit(Scheme::Umlaut),
            b"OU" => bit(Scheme::Belarusian),
            [b'I' | b'Y', b'U' | b'O' | b'A'] => bit(Scheme::Turkish),
            _ => 0,
        };
    }
    if latin.ends_with(b"S") {
        found |= bit(Scheme::Baltic);
    }
    if latin.ends_with(b"H") && text.chars().nth(SHORT_WITH_H).is_some() {
        found |= bit(Scheme::SilentH);
    }
    if latin.contains(&b'Q') {
        found |= bit(Scheme::Azerbaijani);
    }
    found
}

/// Whether a letter may have a reading of its own in [`letters`].
fn is_telling(letter: char) -> bool {
    matches!(
        letter,
        'ю' | 'Ю'
            | 'ё'
            | 'Ё'
            | 'я'
            | 'Я'
            | 'ъ'
            | 'Ъ'
            | 'ә'
            | 'Ә'
            | 'ə'
            | 'Ə'
            | 'ў'
            | 'Ў'
            | 'ý'
            | 'Ý'
            | '\''
            | '’'
            | 'ʻ'
            | '‘'
    )
}

/// Applies a rule wherever it fits; `None` when it fits nowhere.
fn rewrite(latin: &[u8], pairs: &[(&[u8], &[u8])], out: &mut [u8; LATIN_BYTES_MAX]) -> Option<usize> {
    let (mut at, mut len, mut changed) = (0, 0, false);
    while at < latin.len() {
        let rest = &latin[at..];
        let fits = |spelling: &[u8]| match spelling.split_last() {
            Some((b'$', spelling)) => rest == spelling,
            _ => rest.starts_with(spelling),
        };
        let (read, becomes) = match pairs.iter().find(|(spelling, _)| fits(spelling)) {
            Some((spelling, becomes)) => {
                let read = spelling.len() - usize::from(spelling.ends_with(b"$"));
                changed |= rest[..read] != **becomes;
                (read, *becomes)
            }
            None => (1, &rest[..1]),
        };
        // Every rule shortens or keeps.
        out[len..len + becomes.len()].copy_from_slice(becomes);
        len += becomes.len();
        at += read;
    }
    changed.then_some(len)
}

/// Readings of single letters outside ASCII.
fn letters(text: &str, plain: u64, found: &mut Readings) {
    let mut add = |scheme: Scheme, other: &dyn Fn(char, Option<char>) -> char| {
        let mut before = None;
        let becomes = |letter: char| {
            let becomes = other(letter, before);
            before = Some(letter);
            becomes
        };
        // Most rules change nothing, and then nothing is built.
        if !text.chars().map(becomes).eq(text.chars()) {
            let mut before = None;
            let changed_text: String = text
                .chars()
                .map(|letter| {
                    let becomes = other(letter, before);
                    before = Some(letter);
                    becomes
                })
                .collect();
            let mut latin = [0u8; LATIN_BYTES_MAX];
            let len = to_latin(&changed_text, &mut latin);
            let mut other = [0u8; LATIN_BYTES_MAX];
            let latin = match rewrite(&latin[..len], &[(b"KKH", b"KH")], &mut other) {
                Some(len) if scheme == Scheme::Turkish => &other[..len],
                _ => &latin[..len],
            };
            found.add(plain, hash(reduce(latin, is_cyrillic(&changed_text)).as_bytes()), scheme);
        }
    };
    let behind_consonant = |before: Option<char>| {
        before.is_some_and(|letter| !"аеёиоуыэюяәөүұіАЕЁИОУЫЭЮЯӘӨҮҰІьЬъЪ".contains(letter))
    };
    add(Scheme::Turkish, &|letter, before| match letter {
        'ю' | 'Ю' if behind_consonant(before) => 'У',
        'ё' | 'Ё' if behind_consonant(before) => 'О',
        'я' | 'Я' if before.is_some_and(|letter| "кгКГ".contains(letter)) => 'А',
        other => other,
    });
    add(Scheme::HardSign, &|letter, _| if matches!(letter, 'ъ' | 'Ъ') { 'Е' } else { letter });
    add(Scheme::SoftA, &|letter, _| match letter {
        'ә' | 'Ә' => 'Э',
        'ə' | 'Ə' => 'E',
        other => other,
    });
    add(Scheme::UzbekU, &|letter, _| if matches!(letter, 'ў' | 'Ў') { 'У' } else { letter });
    add(Scheme::KazakhLatin2018, &|letter, _| if matches!(letter, 'ý' | 'Ý') { 'U' } else { letter });
    for (signed, scheme) in
        [(["Y'", "y'", "Y’", "y’"], Scheme::KazakhLatin2018), (["Oʻ", "oʻ", "O‘", "o‘"], Scheme::UzbekU)]
    {
        if signed.iter().any(|letters| text.contains(letters)) {
            let other = signed.iter().fold(text.to_owned(), |other, letters| other.replace(letters, "U"));
            found.add(plain, hash(folded(&other).as_bytes()), scheme);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::fold::folded;

    #[test]
    fn readings_meet_the_fold_of_the_other_side() {
        for (spelled, meant, scheme) in [
            ("CHAKIROV", "Шакиров", Scheme::French),
            ("TCHERNYCHEV", "Чернышев", Scheme::French),
            ("MEERA", "Мира", Scheme::English),
            ("TANGIRBERGEN", "Тәңірберген", Scheme::NgForN),
            ("OEZTUERK", "Öztürk", Scheme::Umlaut),
            ("QASIMOV", "Гасимов", Scheme::Azerbaijani),
            ("KAVALIOU", "Кавалёў", Scheme::Belarusian),
            ("Хюсейин", "HÜSEYİN", Scheme::Turkish),
            ("Гёзде", "GÖZDE", Scheme::Turkish),
            ("Подъяпольский", "PODIEIAPOLSKII", Scheme::HardSign),
            ("Әсел", "Эсель", Scheme::SoftA),
            ("Ўктам", "Уктам", Scheme::UzbekU),
            ("Baýyrjan", "Бауыржан", Scheme::KazakhLatin2018),
            ("Ty'sip", "Түсіп", Scheme::KazakhLatin2018),
            ("MUKKHERDZHI", "MUHERJI", Scheme::English),
            ("Кхан", "KHAN", Scheme::English),
            ("Гёкхан", "GÖKHAN", Scheme::Turkish),
            ("KYAMRAN", "Камран", Scheme::Turkish),
            ("IVANOVS", "Иванов", Scheme::Baltic),
            ("SERGEJS", "Сергей", Scheme::Baltic),
            ("IVANOVAS", "Иванов", Scheme::Baltic),
            ("FATEMEH", "Фатеме", Scheme::SilentH),
            ("KAVEH", "Каве", Scheme::SilentH),
            ("Абдуллах", "Abdulla", Scheme::SilentH),
            ("GOWDA", "Гоуда", Scheme::English),
        ] {
            let meant = hash(folded(meant).as_bytes());
            let plain = hash(folded(spelled).as_bytes());
            assert_ne!(plain, meant, "{spelled} needs no reading");
            let found = readings(spelled, plain).iter().find(|reading| reading.hash == meant);
            assert_eq!(found.map(|reading| reading.scheme), Some(scheme), "{spelled}");
        }
        for short in ["IVANOV", "SHAH", "Шах"] {
            assert!(readings(short, hash(folded(short).as_bytes())).is_empty(), "{short}");
        }
    }
}

//! Countries: a code, number or name as an export writes it in, one small code out.
//!
//! The code of a country is its ISO 3166-1 number; the ICAO codes that ISO lacks (stateless persons,
//! refugees, the United Nations) have numbers from the range that ISO leaves to users. Code 0 is "unknown".
//! The words come from `data/countries.csv` by way of `scripts/gen-tables`.
//!
//! The law: a word means one country or none; `None` is a form we do not know and deserves a finding, while
//! `Some(0)` is an export saying that it does not know itself.

use super::placeholder::is_placeholder;
use super::tables::countries::{ALPHA3, LONG, SHORT};
use super::text::{WORD_BYTES_MAX, squeeze};

/// Unknown.
pub const UNKNOWN: u16 = 0;
/// Kazakhstan.
pub const KAZ: u16 = 398;
/// Russia.
pub const RUS: u16 = 643;
/// Uzbekistan.
pub const UZB: u16 = 860;
/// Kyrgyzstan.
pub const KGZ: u16 = 417;
/// Tajikistan.
pub const TJK: u16 = 762;
/// Turkmenistan.
pub const TKM: u16 = 795;
/// Azerbaijan.
pub const AZE: u16 = 31;
/// Armenia.
pub const ARM: u16 = 51;
/// Belarus.
pub const BLR: u16 = 112;
/// Ukraine.
pub const UKR: u16 = 804;
/// Türkiye.
pub const TUR: u16 = 792;
/// China.
pub const CHN: u16 = 156;
/// India.
pub const IND: u16 = 356;
/// Pakistan.
pub const PAK: u16 = 586;
/// Iran.
pub const IRN: u16 = 364;
/// South Korea.
pub const KOR: u16 = 410;
/// Germany.
pub const DEU: u16 = 276;
/// The Soviet Union, still met as a place of birth and on old documents.
pub const SUN: u16 = 810;
/// ICAO: a stateless person.
pub const XXA: u16 = 904;
/// ICAO: a refugee under the convention of 1951.
pub const XXB: u16 = 905;
/// ICAO: another refugee.
pub const XXC: u16 = 906;
/// ICAO: of unspecified nationality.
pub const XXX: u16 = 907;

/// Codes are below this; a table indexed by country needs so many entries.
pub const CODES_END: usize = 1000;

/// First number that ISO leaves to users: such codes are ours and mean nothing in an export.
const OURS: u16 = 900;

/// Alpha-3 code by code: one load instead of a search, since reports ask for every row.
const NAMES: [&str; CODES_END] = {
    let mut names = [""; CODES_END];
    let mut at = 0;
    while at < 264 {
        names[ALPHA3[at].0 as usize] = ALPHA3[at].1;
        at += 1;
    }
    assert!(ALPHA3.len() == 264);
    names
};

/// The ICAO or ISO alpha-3 code of a country; empty for 0 and for numbers that are no code.
#[must_use]
pub fn alpha3(code: u16) -> &'static str {
    NAMES.get(code as usize).copied().unwrap_or("")
}

/// Whether a code stands for a person without a citizenship.
#[must_use]
pub fn is_stateless(code: u16) -> bool {
    code == XXA
}

/// Reads a country: alpha-3, alpha-2, number with or without its zeros, or a name in Russian, Kazakh or
/// English. `Some(0)` when the text says "unknown", `None` when it is no form we know.
///
/// ```
/// use iinrec::normalise::country::{self, parse};
/// assert_eq!(parse("UZB"), Some(country::UZB));
/// assert_eq!(parse("31"), parse("Әзірбайжан"));
/// assert_eq!(parse("7777"), Some(0));
/// assert_eq!(parse("Атлантида"), None);
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<u16> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if matches!(bytes.len(), 1..=3) {
        // The usual case, without a look at Unicode: letters five bits each, digits as a number.
        let (mut word, mut number) = (0u16, 0u16);
        let (mut letters, mut digits) = (true, true);
        for &byte in bytes {
            letters &= byte.is_ascii_alphabetic();
            digits &= byte.is_ascii_digit();
            word = word << 5 | u16::from(byte & 31);
            number = number.wrapping_mul(10).wrapping_add(u16::from(byte.wrapping_sub(b'0')));
        }
        if letters {
            let at = SHORT.binary_search_by_key(&word, |entry| entry.0).ok();
            return at.map(|at| SHORT[at].1);
        }
        if digits {
            return numeric(number.into());
        }
    }
    let mut buffer = [0; WORD_BYTES_MAX];
    let word = squeeze(text, &mut buffer)?;
    if word.is_empty() {
        return Some(UNKNOWN);
    }
    if word.len() <= 9 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return numeric(word.parse().ok()?);
    }
    if word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()) && !is_placeholder(text) {
        return parse(word);
    }
    if let Ok(at) = LONG.binary_search_by_key(&word, |entry| entry.0) {
        return Some(LONG[at].1);
    }
    is_placeholder(text).then_some(UNKNOWN)
}

/// 0, 999 and 7777 are what exports write for "unknown".
fn numeric(number: u32) -> Option<u16> {
    if matches!(number, 0 | 999 | 7777) {
        return Some(UNKNOWN);
    }
    let code = u16::try_from(number).ok().filter(|&code| code < OURS)?;
    (!alpha3(code).is_empty()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: &str = include_str!("../../data/countries.csv");

    /// The rows of the data file. Its quoted fields hold commas but no quotes.
    fn rows() -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(DATA.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    fn words(row: &[String]) -> Vec<String> {
        let codes = [&row[0], &row[1]].into_iter();
        let names = row[3..6].iter().map(String::as_str).chain(row[6].split('|'));
        codes.map(String::as_str).chain(names).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn the_generated_tables_are_the_data() {
        let (mut short, mut long, mut codes) =
            (std::collections::BTreeMap::new(), std::collections::BTreeMap::new(), Vec::new());
        for row in rows() {
            let code: u16 = row[2].parse().unwrap();
            codes.push((code, row[0].clone()));
            for word in words(&row) {
                let mut buffer = [0; WORD_BYTES_MAX];
                let word = squeeze(&word, &mut buffer).unwrap().to_owned();
                if word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
                    short.insert(
                        word.bytes().fold(0u16, |packed, byte| packed << 5 | u16::from(byte & 31)),
                        code,
                    );
                } else {
                    long.insert(word, code);
                }
            }
        }
        codes.sort();
        let advice = "run scripts/gen-tables";
        assert!(codes.iter().map(|(code, name)| (*code, name.as_str())).eq(ALPHA3), "{advice}");
        assert!(short.into_iter().eq(SHORT), "{advice}");
        assert!(long.iter().map(|(word, code)| (word.as_str(), *code)).eq(LONG), "{advice}");
    }

    #[test]
    fn every_word_of_the_data_is_read() {
        for row in rows() {
            let code: u16 = row[2].parse().unwrap();
            for word in words(&row) {
                assert_eq!(parse(&word), Some(code), "{word}");
                assert_eq!(parse(&word.to_lowercase()), Some(code), "{word}");
                assert_eq!(parse(&word.to_uppercase()), Some(code), "{word}");
                assert_eq!(parse(&format!(" {word} ")), Some(code), "{word}");
            }
            if code < OURS {
                assert_eq!(parse(&row[2]), Some(code));
                assert_eq!(parse(&code.to_string()), Some(code));
            }
            assert_eq!(alpha3(code), row[0]);
        }
    }

    #[test]
    fn constants_are_what_they_say() {
        for (code, name) in [
            (KAZ, "KAZ"),
            (RUS, "RUS"),
            (UZB, "UZB"),
            (KGZ, "KGZ"),
            (TJK, "TJK"),
            (TKM, "TKM"),
            (AZE, "AZE"),
            (ARM, "ARM"),
            (BLR, "BLR"),
            (UKR, "UKR"),
            (TUR, "TUR"),
            (CHN, "CHN"),
            (IND, "IND"),
            (PAK, "PAK"),
            (IRN, "IRN"),
            (KOR, "KOR"),
            (DEU, "DEU"),
            (SUN, "SUN"),
            (XXA, "XXA"),
            (XXB, "XXB"),
            (XXC, "XXC"),
            (XXX, "XXX"),
            (UNKNOWN, ""),
        ] {
            assert_eq!(alpha3(code), name);
        }
        assert_eq!(alpha3(u16::MAX), "");
        assert!(is_stateless(XXA) && !is_stateless(XXB) && !is_stateless(0));
    }

    #[test]
    fn forms_that_exports_use() {
        for (text, code) in [
            ("D", DEU),
            ("GBD", 826),
            ("GBS", 826),
            ("РФ", RUS),
            ("Российская Федерация", RUS),
            ("УЗБЕКИСТАН", UZB),
            ("Өзбекстан", UZB),
            ("Киргизия", KGZ),
            ("Қырғызстан", KGZ),
            ("ҚАЗАҚСТАН", KAZ),
            ("Тәжікстан", TJK),
            ("Түркия", TUR),
            ("КНР", CHN),
            ("Қытай", CHN),
            ("Белоруссия", BLR),
            ("лицо без гражданства", XXA),
            ("АЗАМАТТЫҒЫ ЖОҚ", XXA),
            ("ЛБГ", XXA),
            ("0398", KAZ),
            ("U.S.A.", 840),
            ("D<<", DEU),
            ("7777", 0),
            ("0", 0),
            ("неизвестно", 0),
            ("-", 0),
            ("", 0),
            ("N/A", 0),
        ] {
            assert_eq!(parse(text), Some(code), "{text}");
        }
        for text in ["ZZZ", "901", "1000", "Атлантида", "12A", "КЗ", "99999999999"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

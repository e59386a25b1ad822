//! Countries: where people come from, what their documents look like, how often they come.

use super::names::{KAZ, RUS, Scheme};
use super::numbers::Shape;

/// A country of citizenship.
pub(super) struct Country {
    /// ISO alpha-3; ICAO's XXA for stateless persons.
    pub(super) code: &'static str,
    /// Tables of names with the share of people who draw from each, in percent.
    pub(super) tables: &'static [(u8, u64)],
    /// Share among foreigners, per thousand.
    pub(super) weight: u64,
    /// The passport's number.
    pub(super) passport: Shape,
    /// The ID card's number, where people travel or register with one.
    pub(super) id_card: Option<Shape>,
    /// Digits of the personal number on documents; 0 where there is none.
    pub(super) personal_digits: u32,
}

const fn shape(first: &'static [u8], second: bool, digits: u32) -> Shape {
    Shape { first, second, digits }
}

/// Digits of Kazakh ID cards, residence permits and stateless certificates: one series for all.
pub(super) const KAZ_CARD: Shape = shape(b"", false, 9);

/// The place of Kazakhstan in [`COUNTRIES`].
pub(super) const KAZAKHSTAN: u8 = 0;
/// The place of Russia.
pub(super) const RUSSIA: u8 = 1;
/// The place of stateless persons.
pub(super) const STATELESS: u8 = 15;

/// Every country; tables of names stand at their index in `names::TABLES`.
pub(super) const COUNTRIES: [Country; 16] = [
    country(
        "KAZ",
        &[(KAZ, 78), (RUS, 14), (2, 4), (5, 2), (9, 2)],
        0,
        shape(b"N", false, 8),
        Some(KAZ_CARD),
        0,
    ),
    country(
        "RUS",
        &[(RUS, 88), (KAZ, 7), (7, 3), (9, 2)],
        300,
        shape(b"", false, 9),
        Some(shape(b"", false, 10)),
        0,
    ),
    country(
        "UZB",
        &[(2, 94), (RUS, 3), (KAZ, 3)],
        330,
        shape(b"ADFGH", true, 7),
        Some(shape(b"BCEKM", true, 7)),
        14,
    ),
    country(
        "KGZ",
        &[(4, 92), (RUS, 4), (2, 4)],
        90,
        shape(b"APEC", true, 7),
        Some(shape(b"IDKN", true, 7)),
        14,
    ),
    country("TJK", &[(3, 97), (2, 3)], 60, shape(b"", false, 9), None, 0),
    country("TUR", &[(8, 100)], 50, shape(b"US", false, 8), None, 11),
    country("CHN", &[(10, 100)], 45, shape(b"EG", false, 8), None, 0),
    country("IND", &[(12, 100)], 35, shape(b"JKLMNPRSTUVXYZ", false, 7), None, 0),
    country("UKR", &[(5, 80), (RUS, 20)], 25, shape(b"EFGHKMPR", true, 6), None, 13),
    country("BLR", &[(6, 80), (RUS, 20)], 12, shape(b"HMKP", true, 7), None, 0),
    country("AZE", &[(9, 100)], 20, shape(b"CP", false, 8), None, 0),
    country("KOR", &[(11, 100)], 8, shape(b"MS", false, 8), None, 0),
    country("ARM", &[(7, 96), (RUS, 4)], 10, shape(b"AB", true, 7), None, 10),
    country("PAK", &[(13, 100)], 8, shape(b"AB", true, 7), None, 13),
    country("IRN", &[(14, 100)], 7, shape(b"ACEHIJKLMNPRSTVXZ", false, 8), None, 10),
    country("XXA", &[(2, 60), (RUS, 40)], 0, KAZ_CARD, None, 0),
];

const fn country(
    code: &'static str,
    tables: &'static [(u8, u64)],
    weight: u64,
    passport: Shape,
    id_card: Option<Shape>,
    personal_digits: u32,
) -> Country {
    Country { code, tables, weight, passport, id_card, personal_digits }
}

/// How a country spelled names in documents of a year.
pub(super) fn scheme(country: u8, year: i32) -> Scheme {
    match (COUNTRIES[usize::from(country)].code, year) {
        ("RUS", ..2010) => Scheme::Mvd,
        ("RUS", 2010..2014) => Scheme::National,
        ("RUS" | "XXA", _) => Scheme::Icao,
        ("UZB", ..2011) | ("KGZ", ..2006) | ("TJK", ..2010) => Scheme::Mvd,
        ("UKR" | "ARM", ..2005) => Scheme::French,
        ("ARM", _) => Scheme::Icao,
        _ => Scheme::National,
    }
}

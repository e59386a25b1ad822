//! Names: surnames, given names and patronymics as records hold them, one key or a comparison out.
//!
//! A name is compared over *sets* of spellings. [`PersonName`] parses it once: every word is folded to a
//! skeleton that all schemes of spelling share, with the readings that only one scheme gives it; patronymics
//! are told from names; Chinese and Korean names are read by syllable. [`compare`] then says of each part how
//! alike it is, why, and how far the names alone speak for one person. [`name_key`] and [`keys`] are what rows
//! are joined by before anything is compared.
//!
//! The law: the patronymic enters no key, a lost letter (`?`) gives no [`name_key`], and comparing is
//! symmetric. An absent part contradicts nothing.
//!
//! # Levels
//!
//! | level | left | right | why |
//! |---|---|---|---|
//! | `identical` | Иванова | Иванова | the same text |
//! | `same_letters` | Абдул-Рахман, ÇELİK | АБДУЛРАХМАН, CELIK | case, hyphen, space, apostrophe, diacritics |
//! | `same_scheme` | Юлия | YULIYA, IULIIA | one fold: МВД 1997, ICAO |
//! | | Шакиров | CHAKIROV | the French reading of CH |
//! | | Сюй, Чон | XU, JUNG | Palladius, Kholodovich |
//! | | ?лиев | Әлиев | a letter that an export lost |
//! | `same_family` | Мухаммад | MEHMET, Магомед | a family of spellings |
//! | | Александр, William | Саша, Bill | a short form |
//! | | Иванов, Серікұлы | Иванова, Сериков | another ending: of the other sex, of another language |
//! | | Серикович | SERIKULY | whose child: -ович, -ұлы, -uulu, -oglu, -zoda |
//! | `one_edit` | Абдрахманов | Абдурахманов | as many edits as the length forgives |
//! | `same_sound` | Мурадханов | MURATHONOV | the same four consonants or more, across scripts |
//! | `part_missing` | Анна Мария, А. | Анна | a word more, an initial, cut by an MRZ |
//! | `missing` | | Анна | nothing is known |
//! | `near` | Омаров, Серик, Асан, Чэн | Умаров, Берик, Асхан, CHEN | a slip of the pen, or another name |
//! | `different` | Иванова | Петрова | two names |
//!
//! Levels before `missing` count as one name. `near` does not, and does not count as a change of name either:
//! who ties records by names must not take Омаров for Умаров, and who reports changed names must not report
//! a typing error.

mod compare;
mod eastern;
mod edit;
mod ending;
mod family;
mod key;
mod level;
mod person;
mod scheme;

pub use compare::{NameComparison, across_scripts, compare, compare_part, may_be_transliterated};
pub use family::family;
pub use key::{KEYS_MAX, NameKeys, NameMemo, NameSketch, PartSketch, key_and_sketch, keys, name_key};
pub use level::{Family, Likeness, MATCH_SCORE, NEAR_SCORE, NameLevel, Reason};
pub use person::PersonName;
pub use scheme::Scheme;

pub(super) use ending::{is_marker, is_slavic_patronymic, is_turkic_patronymic};
pub(super) use person::words;

#[cfg(test)]
mod tests;

//! Full names: one cell that holds a whole name in, its surname, given names and patronymic out.
//!
//! Registers write the surname first: `ИВАНОВ ПЁТР СЕРГЕЕВИЧ`. A machine readable zone parts surname and
//! given names by `<<`, and so do we where it is written that way; a comma after the surname means the same.
//! The parts are slices of the cell, so that evidence quotes them as they stood.
//!
//! [`parted`] is the one place that says what a text shows of its parts; [`split`] adds the order of registers, and
//! names that are compared in any order (`name::PersonName::from_full`) do without.
//!
//! The law: no word is lost and none is invented. The parts hold every word of the cell once; a name of one word
//! (they are common) is a surname.
//!
//! Non-goals: telling `GIVEN SURNAME` from `SURNAME GIVEN`, which no rule can for all peoples; comparing
//! names does not mind, because keys of names are sums over their words. Nobiliary particles (`VAN DER BERG
//! JAN`) are parted wrongly unless `<<` or a comma helps.

use super::fold::{Folded, folded};
use super::name::{is_marker, is_slavic_patronymic, is_turkic_patronymic, words};
use super::placeholder::is_placeholder;

/// A part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// The surname.
    Surname,
    /// The given name or names.
    Given,
    /// The patronymic.
    Patronymic,
}

/// A full name as far as its text shows the parts, all of them slices of it, trimmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parted<'a> {
    /// The surname, where the text tells it: by a comma, by the `<<` of a zone, or by a patronymic before it.
    pub surname: Option<&'a str>,
    /// The given names; where no surname is told, surname and given names in an order that nobody told.
    pub rest: &'a str,
    /// The patronymic, told by its ending; it is never a word that a name of two words needs.
    pub patronymic: &'a str,
}

/// Parts a full name as far as its text shows: the one place where that is decided.
///
/// ```
/// use iinrec::normalise::full_name::parted;
/// let name = parted("Серик Асанович Ахметов");
/// assert_eq!((name.surname, name.rest, name.patronymic), (Some("Ахметов"), "Серик", "Асанович"));
/// let name = parted("Ахметов Серик Асанович");
/// assert_eq!((name.surname, name.rest, name.patronymic), (None, "Ахметов Серик", "Асанович"));
/// ```
#[must_use]
pub fn parted(full: &str) -> Parted<'_> {
    let full = full.trim_matches(|letter| is_gap(letter) || letter == ',');
    let holds_word = |text: &str| !is_placeholder(text) && words(text).next().is_some();
    let told = full.split_once("<<").or_else(|| full.split_once(','));
    if let Some((surname, rest)) = told.filter(|(surname, rest)| holds_word(surname) && holds_word(rest)) {
        let surname = Some(surname.trim_matches(is_gap));
        return match around_patronymic(rest, 1) {
            (rest, patronymic, "") | ("", patronymic, rest) => Parted { surname, rest, patronymic },
            _ => Parted { surname, rest: rest.trim_matches(is_gap), patronymic: "" },
        };
    }
    match around_patronymic(full, 2) {
        (before, patronymic, "") => Parted { surname: None, rest: before, patronymic },
        ("", patronymic, after) => Parted { surname: None, rest: after, patronymic },
        (before, patronymic, after) => Parted { surname: Some(after), rest: before, patronymic },
    }
}

/// What stands before a text's patronymic, the patronymic, and what stands behind; `needed` words must be left.
fn around_patronymic(text: &str, needed: usize) -> (&str, &str, &str) {
    let text = text.trim_matches(is_gap);
    let none = (text, "", "");
    let words: Vec<&str> = words(text).filter(|word| !is_placeholder(word)).collect();
    if words.len() <= needed {
        return none;
    }
    let folds: Vec<Folded> = words.iter().map(|word| folded(word)).collect();
    let all = |test: fn(&[u8]) -> bool| -> Vec<usize> {
        (0..words.len()).filter(|&at| test(folds[at].as_bytes())).collect()
    };
    let around = |from: usize, to: usize| {
        let start = words[from].as_ptr().addr() - text.as_ptr().addr();
        let end = words[to].as_ptr().addr() - text.as_ptr().addr() + words[to].len();
        // Words are cut at hyphens too, parts are not.
        let mut letters = text[..start].char_indices().rev();
        let start = letters.find(|&(_, c)| is_gap(c)).map_or(0, |(at, c)| at + c.len_utf8());
        let end = text[end..].find(is_gap).map_or(text.len(), |at| end + at);
        let [before, after] = [&text[..start], &text[end..]].map(|part| part.trim_matches(is_gap));
        (before, &text[start..end], after)
    };
    let markers = all(is_marker);
    if words.len() - markers.len() <= needed {
        return none;
    }
    if let Some(&at) = all(is_slavic_patronymic).last() {
        return around(at, at);
    }
    // A surname may be made like a patronymic. Standing first it is the surname, and the patronymic is the
    // last; otherwise the name begins with the given name, and the first such word is the patronymic.
    match markers[..] {
        [] => {}
        [1] | [0, ..] => return none,
        [1, .., last] => return around(last - 1, last),
        [first, ..] => return around(first - 1, first),
    }
    match all(is_turkic_patronymic)[..] {
        [] | [0] => none,
        [0, .., last] => around(last, last),
        [first, ..] => around(first, first),
    }
}

/// The parts of a full name, trimmed; a part that the cell lacks is empty.
///
/// ```
/// use iinrec::normalise::full_name::split;
/// assert_eq!(split("АХМЕТОВ Ерлан Серікұлы"), ["АХМЕТОВ", "Ерлан", "Серікұлы"]);
/// assert_eq!(split("VAN<DER<BERG<<ANNA<MARIA"), ["VAN<DER<BERG", "ANNA<MARIA", ""]);
/// assert_eq!(split("Sukarno"), ["Sukarno", "", ""]);
/// ```
#[must_use]
pub fn split(full: &str) -> [&str; 3] {
    if is_placeholder(full.trim()) {
        return [""; 3];
    }
    let Parted { surname, rest, patronymic } = parted(full);
    let (surname, given) = match surname {
        Some(surname) => (surname, rest),
        // Registers write the surname first.
        None => cut_first(rest),
    };
    // Where registers write three Cyrillic words, the third is the father's name, whatever its ending.
    let (before, last) = cut_last(given);
    if patronymic.is_empty() && !before.is_empty() && !before.contains(is_gap) && is_cyrillic(last) {
        return [surname, before, last];
    }
    [surname, given, patronymic]
}

/// One part of a full name.
#[must_use]
pub fn part(full: &str, part: NamePart) -> &str {
    split(full)[part as usize]
}

fn is_gap(letter: char) -> bool {
    letter.is_whitespace() || letter == '<'
}

/// The first word, and what follows it.
fn cut_first(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once(is_gap).unwrap_or((text, ""));
    (first, rest.trim_matches(is_gap))
}

/// The last word, and what stands before it.
fn cut_last(text: &str) -> (&str, &str) {
    let (rest, last) = text.rsplit_once(is_gap).unwrap_or(("", text));
    (rest.trim_end_matches(is_gap), last)
}

fn is_cyrillic(word: &str) -> bool {
    word.chars().any(|letter| ('\u{400}'..='\u{52f}').contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_names_are_parted() {
        for (full, parts, why) in [
            ("ИВАНОВ ПЁТР СЕРГЕЕВИЧ", ["ИВАНОВ", "ПЁТР", "СЕРГЕЕВИЧ"], "surname first, as in registers"),
            ("  Иванова   Анна  Ивановна ", ["Иванова", "Анна", "Ивановна"], "any number of spaces"),
            ("Сейтқали Әлия Нұрланқызы", ["Сейтқали", "Әлия", "Нұрланқызы"], "Kazakh"),
            (
                "Болат Серік Асқар",
                ["Болат", "Серік", "Асқар"],
                "a third word in Cyrillic is the father's name",
            ),
            ("АЛИЕВ МАМЕД ГУСЕЙН ОГЛЫ", ["АЛИЕВ", "МАМЕД", "ГУСЕЙН ОГЛЫ"], "a patronymic of two words"),
            ("САИДОВ АБДУЛ РАХМОН КАРИМОВИЧ", ["САИДОВ", "АБДУЛ РАХМОН", "КАРИМОВИЧ"], "two given names"),
            ("KUMAR RAJ ANAND", ["KUMAR", "RAJ ANAND", ""], "Latin names have several given names"),
            ("IVANOV PETR SERGEEVICH", ["IVANOV", "PETR", "SERGEEVICH"], "but an ending tells"),
            ("KARIMOV<<RUSTAM", ["KARIMOV", "RUSTAM", ""], "as a zone writes it"),
            ("DE<LA<CRUZ<<ANA<MARIA<<<<", ["DE<LA<CRUZ", "ANA<MARIA", ""], "fillers fall off"),
            ("SUPRIYADI<<<<<<<", ["SUPRIYADI", "", ""], "a mononym of a zone"),
            ("van der Berg, Jan", ["van der Berg", "Jan", ""], "a comma ends the surname"),
            ("Иванов, Пётр Сергеевич", ["Иванов", "Пётр", "Сергеевич"], "comma and patronymic"),
            ("Sukarno", ["Sukarno", "", ""], "a mononym is a surname"),
            ("ИВАНОВ П?ТР", ["ИВАНОВ", "П?ТР", ""], "a lost letter stays in its word"),
            ("-", ["", "", ""], "a placeholder is no name"),
            ("НЕ УКАЗАНО", ["", "", ""], "also of two words"),
            (
                "Пётр Сергеевич Иванов",
                ["Иванов", "Пётр", "Сергеевич"],
                "what follows a patronymic is the surname",
            ),
            ("МАМЕД ОГЛЫ", ["МАМЕД", "ОГЛЫ", ""], "nothing is taken from the surname"),
            ("", ["", "", ""], "empty"),
        ] {
            assert_eq!(split(full), parts, "{why}");
        }
    }

    proptest! {
        /// The parts hold every word once.
        #[test]
        fn no_word_is_lost(words in prop::collection::vec("[А-Яa-zә]{1,6}(оглы|вич|qyzy)?", 0..7)) {
            let full = words.join(" ");
            prop_assume!(!is_placeholder(&full));
            let mut found: Vec<&str> = split(&full).into_iter().flat_map(str::split_whitespace).collect();
            let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
            found.sort_unstable();
            words.sort_unstable();
            prop_assert_eq!(found, words);
        }
    }
}

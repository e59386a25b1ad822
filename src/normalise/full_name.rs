//! Full names: one cell that holds a whole name in, its surname, given names and patronymic out.
//!
//! Registers write the surname first: `ИВАНОВ ПЁТР СЕРГЕЕВИЧ`. A machine readable zone parts surname and
//! given names by `<<`, and so do we where it is written that way; a comma after the surname means the same.
//! The parts are slices of the cell, so that evidence quotes them as they stood.
//!
//! The law: no word is lost and none is invented. The parts, in the order surname, given names, patronymic,
//! hold every word of the cell once; a name of one word (they are common) is a surname.
//!
//! Non-goals: telling `GIVEN SURNAME` from `SURNAME GIVEN`, which no rule can for all peoples; comparing
//! names does not mind, because keys of names are sums over their words. Nobiliary particles (`VAN DER BERG
//! JAN`) are parted wrongly unless `<<` or a comma helps.

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

/// Endings of patronymics in both scripts, lower case: Slavic, then Turkic, which may be words of their own.
const ENDINGS: [&str; 30] = [
    "вич",
    "вна",
    "ична",
    "ьич",
    "инична",
    "vich",
    "vna",
    "vych",
    "ichna",
    "ұлы",
    "улы",
    "қызы",
    "кызы",
    "оглы",
    "оғлы",
    "огли",
    "ўғли",
    "угли",
    "гызы",
    "кизи",
    "қизи",
    "uly",
    "qyzy",
    "kyzy",
    "ogly",
    "oglu",
    "ogli",
    "qizi",
    "kizi",
    "gyzy",
];

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
    let full = full.trim().trim_end_matches('<');
    if is_placeholder(full) {
        return [""; 3];
    }
    if let Some((surname, given)) = full.split_once("<<") {
        return [surname.trim(), given.trim_matches(is_gap), ""];
    }
    if let Some((surname, rest)) = full.split_once(',') {
        let (given, patronymic) = given_and_patronymic(rest.trim());
        return [surname.trim(), given, patronymic];
    }
    let (surname, rest) = cut_first(full);
    let (given, patronymic) = given_and_patronymic(rest);
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

/// What follows the surname: the patronymic is told by its ending, and in Cyrillic, where registers write
/// three words only for that, by being the second of two.
fn given_and_patronymic(rest: &str) -> (&str, &str) {
    let (before, last) = cut_last(rest);
    if before.is_empty() {
        return (rest, "");
    }
    let ending = ENDINGS.iter().find(|ending| ends_with(last, ending));
    match ending {
        // A word of its own (`МАМЕД ОГЛЫ`) belongs to the word before it.
        Some(ending) if last.chars().count() == ending.chars().count() => {
            let (given, father) = cut_last(before);
            if given.is_empty() {
                return (before, last);
            }
            (given, &rest[father.as_ptr().addr() - rest.as_ptr().addr()..])
        }
        Some(_) => (before, last),
        None if !before.contains(is_gap) && is_cyrillic(last) => (before, last),
        None => (rest, ""),
    }
}

fn ends_with(word: &str, ending: &str) -> bool {
    let mut letters = word.chars().rev().map(super::text::lower);
    ending.chars().rev().all(|letter| letters.next() == Some(letter))
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
            ("МАМЕД ОГЛЫ", ["МАМЕД", "ОГЛЫ", ""], "nothing is taken from the surname"),
            ("", ["", "", ""], "empty"),
        ] {
            assert_eq!(split(full), parts, "{why}");
        }
    }

    proptest! {
        /// The parts hold every word once, in their order.
        #[test]
        fn no_word_is_lost(words in prop::collection::vec("[А-Яa-zә]{1,6}(оглы|вич|qyzy)?", 0..7)) {
            let full = words.join(" ");
            prop_assume!(!is_placeholder(&full));
            let found: Vec<&str> = split(&full).into_iter().flat_map(str::split_whitespace).collect();
            prop_assert_eq!(found, words);
        }
    }
}

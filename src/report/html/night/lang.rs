//! Lang: the three languages of a page, and how each writes numbers, shares and days.
//!
//! In: counts, shares, days, and sentences with places for them. Out: text without markup. The law: a sentence names
//! its places, and has as many forms of a noun as its language has plurals: two in English, three in Russian, one in
//! Kazakh, where a noun after a number stays as it is. A share is never rounded to certainty.
//!
//! A place is `{n}` for a number or a text, `{n:case|cases}` for a number with its noun, and `{n!is|are}` for
//! a word that agrees with the number and stands without it.

use crate::day;
use crate::figure::grouped_by;

/// A language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
    /// Kazakh.
    Kk,
}

/// What stands between the groups of a number, and between a number and its noun, so that no line breaks there.
const NO_BREAK: char = '\u{a0}';

/// What is put into a place of a sentence.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A count.
    N(u64),
    /// Text as it is.
    T(&'a str),
}

impl Lang {
    /// Every language.
    pub const ALL: [Lang; 3] = [Lang::En, Lang::Ru, Lang::Kk];

    /// Its code in ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.pick(["en", "ru", "kk"])
    }

    /// The language of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// Of a text in every language the own one.
    #[must_use]
    pub fn pick<T>(self, [en, ru, kk]: [T; 3]) -> T {
        match self {
            Lang::En => en,
            Lang::Ru => ru,
            Lang::Kk => kk,
        }
    }

    /// What parts the groups of a number.
    #[must_use]
    pub fn group(self) -> char {
        self.pick([',', NO_BREAK, NO_BREAK])
    }

    /// What parts a whole number from its decimals.
    #[must_use]
    pub fn point(self) -> char {
        self.pick(['.', ',', ','])
    }

    /// A number of things.
    #[must_use]
    pub fn number(self, number: u64) -> String {
        grouped_by(number, self.group())
    }

    /// A number with so many decimals.
    #[must_use]
    pub fn decimal(self, number: f64, decimals: usize) -> String {
        format!("{number:.decimals$}").replace('.', &self.point().to_string())
    }

    /// A share in percent; what is not certain does not read as if it were.
    #[must_use]
    pub fn percent(self, share: f64) -> String {
        let text = format!("{:.1}", 100.0 * share);
        match &*text {
            "100.0" if share < 1.0 => format!(">{NO_BREAK}{}{NO_BREAK}%", self.decimal(99.9, 1)),
            "0.0" if share > 0.0 => format!("<{NO_BREAK}{}{NO_BREAK}%", self.decimal(0.1, 1)),
            "100.0" => format!("100{NO_BREAK}%"),
            "0.0" => format!("0{NO_BREAK}%"),
            _ => format!("{}{NO_BREAK}%", self.decimal(100.0 * share, 1)),
        }
    }

    /// A day: 2026-11-25, or 25.11.2026.
    #[must_use]
    pub fn day(self, day: i32) -> String {
        let (year, month, of_month) = day::to_civil(day);
        match self {
            Lang::En => day::iso(day),
            Lang::Ru | Lang::Kk => format!("{of_month:02}.{month:02}.{year:04}"),
        }
    }

    /// A day that stands as `YYYY-MM-DD`; as it is where it is no day.
    #[must_use]
    pub fn iso_day(self, text: &str) -> String {
        day::parse(text.as_bytes()).map_or_else(|| super::shown(text), |day| self.day(day))
    }

    /// Which form of a noun a number takes.
    fn form(self, number: u64) -> usize {
        match self {
            Lang::En => usize::from(number != 1),
            Lang::Ru => match (number % 10, number % 100) {
                (_, 11..=14) => 2,
                (1, _) => 0,
                (2..=4, _) => 1,
                _ => 2,
            },
            Lang::Kk => 0,
        }
    }

    /// A sentence with its places filled. A place that is not given stays, so that it is seen.
    #[must_use]
    pub fn fill(self, sentence: &str, args: &[(&str, Arg<'_>)]) -> String {
        let mut text = String::with_capacity(sentence.len() + 16);
        let mut rest = sentence;
        while let Some((before, place, after)) = next_place(rest) {
            text.push_str(before);
            let (name, mark, forms) = parts(place);
            match args.iter().find(|(known, _)| *known == name) {
                None => text.extend(["{", place, "}"]),
                Some((_, Arg::T(own))) => text.push_str(own),
                Some((_, Arg::N(number))) => {
                    let form = forms.split('|').nth(self.form(*number)).unwrap_or_default();
                    if mark != Some('!') {
                        text.push_str(&self.number(*number));
                    }
                    if mark == Some(':') {
                        text.push(NO_BREAK);
                    }
                    text.push_str(form);
                }
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

/// The text before the first place, the place, and what follows.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (place, after) = rest.split_once('}')?;
    Some((before, place, after))
}

/// The name of a place, its mark, and its forms.
fn parts(place: &str) -> (&str, Option<char>, &str) {
    match place.find([':', '!']) {
        None => (place, None, ""),
        Some(at) => (&place[..at], place[at..].chars().next(), &place[at + 1..]),
    }
}

/// The names of the places of a sentence in their order, and of each how many forms it has.
#[cfg(test)]
pub(super) fn places(sentence: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some((_, place, after)) = next_place(rest) {
        let (name, mark, forms) = parts(place);
        found.push((name, mark.map_or(0, |_| forms.split('|').count())));
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Arg::{N, T};
    use super::*;

    #[test]
    fn numbers_shares_and_days_as_each_language_writes_them() {
        for (lang, number, share, day) in [
            (Lang::En, "1,234,567", "12.3\u{a0}%", "2026-11-05"),
            (Lang::Ru, "1\u{a0}234\u{a0}567", "12,3\u{a0}%", "05.11.2026"),
            (Lang::Kk, "1\u{a0}234\u{a0}567", "12,3\u{a0}%", "05.11.2026"),
        ] {
            let made = (lang.number(1_234_567), lang.percent(0.123), lang.iso_day("2026-11-05"));
            assert_eq!((&*made.0, &*made.1, &*made.2), (number, share, day));
            assert_eq!(Lang::from_code(lang.code()), Some(lang));
        }
        assert_eq!(Lang::Ru.percent(0.99999), ">\u{a0}99,9\u{a0}%", "not certain");
        assert_eq!(Lang::En.percent(0.00001), "<\u{a0}0.1\u{a0}%", "and not nothing");
        assert_eq!((Lang::En.percent(0.0), Lang::En.percent(1.0)), ("0\u{a0}%".into(), "100\u{a0}%".into()));
        assert_eq!(Lang::Ru.iso_day("some day"), "some day");
    }

    #[test]
    fn nouns_follow_their_numbers() {
        let ru = |n| Lang::Ru.fill("{n:случай|случая|случаев} {n!ждёт|ждут|ждут}", &[("n", N(n))]);
        for (n, expected) in [
            (0, "0 случаев ждут"),
            (1, "1 случай ждёт"),
            (2, "2 случая ждут"),
            (5, "5 случаев ждут"),
            (11, "11 случаев ждут"),
            (12, "12 случаев ждут"),
            (21, "21 случай ждёт"),
            (104, "104 случая ждут"),
            (111, "111 случаев ждут"),
            (1001, "1 001 случай ждёт"),
        ] {
            assert_eq!(ru(n).replace('\u{a0}', " "), expected);
        }
        let en =
            |n| Lang::En.fill("{n:case waits|cases wait} since {day}", &[("n", N(n)), ("day", T("today"))]);
        assert_eq!((&*en(1), &*en(2)), ("1\u{a0}case waits since today", "2\u{a0}cases wait since today"));
        assert_eq!(Lang::Kk.fill("{n:жағдай}, {n}", &[("n", N(21))]), "21\u{a0}жағдай, 21");
        assert_eq!(Lang::En.fill("{lost} {", &[]), "{lost} {", "a place that is not given is seen");
    }
}

//! Whole: full names of one column, parted, so that they are compared as persons and meet files that have the parts in
//! columns of their own.
//!
//! In: the columns of all files. Out: columns of surname, given name and patronymic in which the records are filled
//! that had a full name only. A text shows its parts or it does not (`normalise::full_name`); where it does not, the
//! files decide: a word that stands elsewhere as a surname is one, and of two ends of a name the one whose words
//! are fewer and return more often holds the given name.
//!
//! The law: no word is lost; a record whose parts are known keeps them; the same records in the same order give the
//! same parts. A wrong order costs little, since names that changed places are a level of their own.
//!
//! Non-goal: columns of full names that do not look like people's. They stay what they are, texts of words.

use super::table::{ByHash, Column, Dictionary, People};
use crate::batch::Role;
use crate::normalise::fold::folded;
use crate::normalise::full_name::{parted, split};
use crate::normalise::hash::hash;

/// The roles of the parts.
const PARTS: [Role; 3] = [Role::Surname, Role::GivenName, Role::Patronymic];

/// Rounds in which words tell orders and orders tell words.
const ROUNDS: usize = 3;

/// Columns that stand for those of the files, and columns that no file has.
#[derive(Debug, Default)]
pub struct Whole {
    /// The place of the column of full names.
    pub full: usize,
    /// Places of columns and what stands there instead; places behind the last are new columns.
    pub columns: Vec<(usize, Column)>,
    /// Whether the parts say all that the full names say.
    pub explained: bool,
}

/// Parts the full names of records that have nothing else; nothing where there are few such, or none that look like
/// names of people.
#[must_use]
pub fn part(people: &People) -> Option<Whole> {
    let place = |role: Role| people.columns.iter().position(|column| column.role == role);
    let full = place(Role::FullName)?;
    let column = &people.columns[full];
    let places = PARTS.map(place);
    let known = |at: usize, record: usize| places[at].map_or(0, |p| people.columns[p].codes[record]);
    let open: Vec<bool> = (0..people.len())
        .map(|record| column.codes[record] != 0 && known(0, record) == 0 && known(1, record) == 0)
        .collect();
    let wanted = open.iter().filter(|&&open| open).count();
    if wanted == 0 || wanted * 100 < people.len() {
        return None;
    }
    let mut asked = vec![false; column.texts.len()];
    for (record, _) in open.iter().enumerate().filter(|(_, open)| **open) {
        asked[column.codes[record] as usize] = true;
    }
    let codes: Vec<u32> = (0..asked.len() as u32).filter(|&code| asked[code as usize]).collect();
    let looks = |text: &str| {
        (2..=5).contains(&text.split_whitespace().count()) && !text.contains(|c: char| c.is_ascii_digit())
    };
    if codes.iter().filter(|&&code| looks(column.texts.get(code))).count() * 10 < codes.len() * 7 {
        return None;
    }
    let mut words = Words::default();
    for (at, place) in places.iter().take(2).enumerate() {
        let Some(place) = place else { continue };
        let texts = &people.columns[*place].texts;
        (1..texts.len() as u32).for_each(|code| words.see(first_word(texts.get(code)), at, 1.0));
    }
    let names: Vec<Name<'_>> = codes.iter().map(|&code| Name::of(column.texts.get(code))).collect();
    let chosen = words.learn(&names);
    let mut parts: Vec<Dictionary> = Vec::new();
    let mut own: Vec<Vec<u32>> = Vec::new();
    for place in places {
        let mut dictionary = Dictionary::default();
        own.push(place.map_or(Vec::new(), |place| {
            let texts = &people.columns[place].texts;
            (0..texts.len() as u32).map(|code| dictionary.code(texts.get(code))).collect()
        }));
        parts.push(dictionary);
    }
    let mut found = vec![[0u32; 3]; column.texts.len()];
    for ((name, &code), &order) in names.iter().zip(&codes).zip(&chosen) {
        let texts = name.parts(order);
        for (at, text) in texts.iter().enumerate() {
            found[code as usize][at] = parts[at].code(text.trim());
        }
    }
    let mut whole = Whole { full, columns: Vec::new(), explained: true };
    let mut behind = people.columns.len();
    for (at, dictionary) in parts.into_iter().enumerate() {
        let codes: Vec<u32> = (0..people.len())
            .map(|record| match (open[record], known(at, record)) {
                (true, 0) => found[column.codes[record] as usize][at],
                (_, code) => own[at].get(code as usize).copied().unwrap_or(0),
            })
            .collect();
        let header = match places[at] {
            Some(place) => people.columns[place].header.clone(),
            None => format!("{} ({})", column.header, PARTS[at].name()),
        };
        let place = places[at].unwrap_or_else(|| {
            behind += 1;
            behind - 1
        });
        whole.columns.push((place, Column { header, role: PARTS[at], texts: dictionary.texts, codes }));
    }
    whole.explained = (0..people.len()).all(|record| open[record] || column.codes[record] == 0);
    Some(whole)
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or("")
}

/// A full name: as its text shows it, or with two orders to choose from.
enum Name<'a> {
    Told([&'a str; 3]),
    Open {
        /// Surname first, and surname last.
        orders: [[&'a str; 3]; 2],
    },
}

impl<'a> Name<'a> {
    fn of(text: &'a str) -> Self {
        let shown = parted(text);
        if shown.surname.is_some() || shown.rest.split_whitespace().count() < 2 {
            return Name::Told(split(text));
        }
        let first = split(text);
        let (given, surname) = shown.rest.rsplit_once(char::is_whitespace).expect("it has two words");
        Name::Open { orders: [first, [surname, given.trim(), shown.patronymic]] }
    }

    fn parts(&self, order: usize) -> [&'a str; 3] {
        match self {
            Name::Told(parts) => *parts,
            Name::Open { orders } => orders[order],
        }
    }
}

/// In how many names a word is a surname, and in how many a given name.
#[derive(Debug, Default)]
struct Words {
    seen: ByHash<[f64; 2]>,
    all: [f64; 2],
    /// How often each order occurs.
    orders: [f64; 2],
}

impl Words {
    fn key(word: &str) -> u64 {
        hash(folded(word).as_bytes())
    }

    fn see(&mut self, word: &str, part: usize, share: f64) {
        if !word.is_empty() {
            self.seen.entry(Self::key(word)).or_default()[part] += share;
            self.all[part] += share;
        }
    }

    /// How likely a word is in a part, so that a word that nobody knows is as likely in both; `own` is what the name
    /// that is asked about has said itself.
    fn chance(&self, word: &str, part: usize, own: f64) -> f64 {
        let seen = self.seen.get(&Self::key(word)).map_or(0.0, |seen| seen[part]);
        (seen - own + 0.5) / (self.all[part] + 0.5 * self.seen.len() as f64 + 1.0)
    }

    /// The likelier order of a name; `before` is the one by which it was counted.
    fn choose(&self, orders: &[[&str; 3]; 2], before: Option<usize>) -> usize {
        let likely = |at: usize| {
            let [surname, given, _] = orders[at];
            let own = if before == Some(at) { 1.0 } else { 0.0 };
            self.orders[at]
                * self.chance(first_word(surname), 0, own)
                * self.chance(first_word(given), 1, own)
        };
        // In doubt as most names of the files are written.
        usize::from(likely(1) > likely(0))
    }

    /// Learns from names that are told, then from those that are open, which grow clearer with each round; gives the
    /// order of each.
    fn learn(&mut self, names: &[Name<'_>]) -> Vec<usize> {
        for name in names {
            if let Name::Told([surname, given, _]) = name {
                self.see(first_word(surname), 0, 1.0);
                self.see(first_word(given), 1, 1.0);
            }
        }
        let told = (self.seen.clone(), self.all);
        self.orders = if order_of_file(names) == 0 { [0.6, 0.4] } else { [0.4, 0.6] };
        let mut chosen: Vec<usize> = names.iter().map(|name| self.choice(name, None)).collect();
        for _ in 0..ROUNDS {
            (self.seen, self.all) = told.clone();
            let mut counts = [1.0, 1.0];
            for (name, &order) in names.iter().zip(&chosen) {
                if let Name::Open { orders } = name {
                    let [surname, given, _] = orders[order];
                    self.see(first_word(surname), 0, 1.0);
                    self.see(first_word(given), 1, 1.0);
                    counts[order] += 1.0;
                }
            }
            let all = counts[0] + counts[1];
            self.orders = counts.map(|count| count / all);
            chosen = names.iter().zip(&chosen).map(|(name, &order)| self.choice(name, Some(order))).collect();
        }
        chosen
    }

    fn choice(&self, name: &Name<'_>, before: Option<usize>) -> usize {
        match name {
            Name::Told(_) => 0,
            Name::Open { orders } => self.choose(orders, before),
        }
    }
}

/// Whether names begin with the surname (0) or end with it (1): given names are fewer, so that two persons share theirs
/// more often.
fn order_of_file(names: &[Name<'_>]) -> usize {
    let mut ends: [ByHash<f64>; 2] = Default::default();
    let mut shared = [0.0f64; 2];
    for name in names {
        if let Name::Open { orders } = name {
            for (at, end) in ends.iter_mut().enumerate() {
                let count = end.entry(Words::key(first_word(orders[at][0]))).or_default();
                // Each bearer that came before shares the word.
                shared[at] += *count;
                *count += 1.0;
            }
        }
    }
    usize::from(shared[0] > shared[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(columns: &[(Role, &[&str])]) -> People {
        let count = columns[0].1.len();
        let column = |&(role, values): &(Role, &[&str])| {
            let mut dictionary = Dictionary::default();
            let codes = values.iter().map(|value| dictionary.code(value)).collect();
            Column { header: role.name().to_owned(), role, texts: dictionary.texts, codes }
        };
        People {
            columns: columns.iter().map(column).collect(),
            ids: (0..count).map(|at| at.to_string()).collect(),
            rows: (0..count as u32).collect(),
            files: vec![0; count],
        }
    }

    fn parts_of(people: &People) -> Option<Vec<[String; 3]>> {
        let whole = part(people)?;
        let text = |column: &Column, record: usize| column.texts.get(column.codes[record]).to_owned();
        let row = |record: usize| std::array::from_fn(|at| text(&whole.columns[at].1, record));
        Some((0..people.len()).map(row).collect())
    }

    #[test]
    fn a_file_of_full_names_is_parted_by_what_its_words_are_elsewhere() {
        let full = [
            "Ахметов Серик Асанович",
            "Ахметова Анна",
            "Ким Серик",
            "Серик Оспанов",
            "Анна Юсупова",
            "Серик Асанович Ким",
            "Юсупов Серик",
            "Оспанов, Серик",
        ];
        let found = parts_of(&people(&[(Role::FullName, &full)])).unwrap();
        let of = |at: usize| [found[at][0].as_str(), found[at][1].as_str(), found[at][2].as_str()];
        assert_eq!(of(0), ["Ахметов", "Серик", "Асанович"], "as registers write");
        assert_eq!(of(3), ["Оспанов", "Серик", ""], "a word that is a given name elsewhere is one here");
        assert_eq!(of(5), ["Ким", "Серик", "Асанович"], "the patronymic stands between them");
    }

    #[test]
    fn records_with_parts_keep_them_and_teach_the_others() {
        let mixed = people(&[
            (Role::Surname, &["Smith", "Jones", "Taylor", "", ""]),
            (Role::GivenName, &["Anna", "Peter", "Mary", "", ""]),
            (Role::FullName, &["", "", "", "Peter Smith", "Mary Ann Jones"]),
        ]);
        let found = parts_of(&mixed).unwrap();
        assert_eq!(found[0], ["Smith", "Anna", ""]);
        assert_eq!(found[3], ["Smith", "Peter", ""]);
        assert_eq!(found[4], ["Jones", "Mary Ann", ""]);
    }

    #[test]
    fn what_does_not_look_like_people_is_left() {
        let firms = ["Acme", "Trading house 24", "North 5", "Shop"];
        assert!(parts_of(&people(&[(Role::FullName, &firms)])).is_none());
        assert!(parts_of(&people(&[(Role::Surname, &["Ким"])])).is_none());
    }
}

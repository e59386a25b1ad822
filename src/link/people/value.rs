//! Value: the distinct values of a field, prepared once, and how alike two of them are.
//!
//! In: normal forms by code. Out: a comparison level a pair of codes. The law: comparing is symmetric, equal
//! codes are level 1, and a level depends on the two values alone; missing values never come here.

use std::collections::HashMap;

use super::field::FieldKind;
use super::name::{Names, Parsed};
use super::similar::{LetterSet, Matcher};
use super::table::{Dictionary, Texts};
use crate::batch::Role;
use crate::normalise::fold::folded;
use crate::normalise::hash::{hash, mix};
use crate::normalise::name::family;

/// Lists of small things, one a code.
#[derive(Debug)]
pub struct Lists<T> {
    items: Vec<T>,
    ends: Vec<u32>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { items: Vec::new(), ends: Vec::new() }
    }
}

impl<T> Lists<T> {
    /// The list of a code.
    #[inline]
    #[must_use]
    pub fn get(&self, code: u32) -> &[T] {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.items[start..self.ends[code] as usize]
    }

    /// Adds the list of the next code.
    pub fn push(&mut self, items: impl IntoIterator<Item = T>) {
        self.items.extend(items);
        self.ends.push(u32::try_from(self.items.len()).expect("a column has less than 2^32 letters"));
    }
}

/// How many times its share a day of the year must have before it is a default.
const DEFAULT_DAY: u64 = 10;

/// Words of a value that are compared.
const WORDS_MAX: usize = 12;

/// The distinct values of a field.
#[derive(Debug)]
pub struct Values {
    kind: FieldKind,
    /// The normal forms by code.
    pub normal: Texts,
    /// Their letters as bytes of the field's own alphabet; none where all are ASCII, and stand in `normal` as they are.
    letters: Lists<u8>,
    /// Names: what the model of names knows of them.
    names: Option<Names>,
    /// Places: a hash that spellings of one name share, whatever the order of words; phones and e-mails: one
    /// of the part that says most. 0 for none.
    sounds: Vec<u64>,
    /// Dates: year, month and day as numbers.
    dates: Vec<(u16, u8, u8)>,
    /// Texts: their words, sorted.
    words: Lists<u32>,
    /// Bits that a word tells, by word.
    rarity: Vec<f32>,
    /// Letters of words.
    word_letters: Lists<u8>,
    /// Which letters a value has, one bit a class of letters, and how many it has besides.
    sets: Vec<LetterSet>,
    /// The same of words.
    word_sets: Vec<LetterSet>,
}

impl Values {
    /// Prepares the normal forms of a field of a role. `frequency` counts the records of each.
    #[must_use]
    pub fn new(kind: FieldKind, role: Role, normal: Texts, frequency: &[u32]) -> Self {
        let mut values = Values {
            kind,
            normal,
            letters: Lists::default(),
            names: None,
            sounds: Vec::new(),
            dates: Vec::new(),
            words: Lists::default(),
            rarity: Vec::new(),
            word_letters: Lists::default(),
            sets: Vec::new(),
            word_sets: Vec::new(),
        };
        let mut alphabet = Alphabet::default();
        let count = values.normal.len() as u32;
        if kind != FieldKind::Category && !values.normal.is_ascii() {
            for code in 0..count {
                values.letters.push(values.normal.get(code).chars().map(|letter| alphabet.byte(letter)));
            }
        }
        values.sets = (0..if matches!(kind, FieldKind::Category | FieldKind::Name) { 0 } else { count })
            .map(|code| LetterSet::of(values.letters(code)))
            .collect();
        if kind == FieldKind::Name {
            let (text, letters) = (|code| values.normal.get(code), |code| values.letters(code));
            values.names = Some(Names::new(role, count, text, letters));
        }
        if kind == FieldKind::Place {
            values.sounds = (0..count).map(|code| sound(values.normal.get(code))).collect();
        }
        if matches!(kind, FieldKind::Phone | FieldKind::Email) {
            values.sounds = (0..count).map(|code| contact_part(kind, values.letters(code))).collect();
        }
        if kind == FieldKind::Date {
            values.dates = (0..count).map(|code| parts(values.normal.get(code))).collect();
            values.forget_default_days(frequency);
        }
        if matches!(kind, FieldKind::Words | FieldKind::FullName | FieldKind::Place) {
            values.take_words(frequency, &mut alphabet);
        }
        values
    }

    /// A day of the year that far too many dates have (1 January) stands for "day unknown".
    fn forget_default_days(&mut self, frequency: &[u32]) {
        let mut days = vec![0u64; 256 * 256];
        let place = |date: &(u16, u8, u8)| date.1 as usize * 256 + date.2 as usize;
        for (date, &count) in self.dates.iter().zip(frequency).skip(1) {
            days[place(date)] += u64::from(count);
        }
        let all: u64 = frequency[1..].iter().map(|&f| u64::from(f)).sum();
        for date in &mut self.dates {
            if days[place(date)] * 365 > all * DEFAULT_DAY && all >= 200 {
                (date.1, date.2) = (0, 0);
            }
        }
    }

    fn take_words(&mut self, frequency: &[u32], alphabet: &mut Alphabet) {
        let mut dictionary = Dictionary::default();
        let mut counts: Vec<u64> = vec![0];
        let mut list = Vec::new();
        for code in 0..self.normal.len() as u32 {
            list.clear();
            for word in self.normal.get(code).split(' ').take(WORDS_MAX) {
                // Spellings of one word are one word.
                let fold = folded(word);
                let spelled = if fold.is_empty() || fold.is_lost() || word.bytes().any(|b| b.is_ascii_digit())
                {
                    dictionary.code(word)
                } else {
                    dictionary.code(fold.as_str())
                };
                if spelled != 0 {
                    list.push(spelled);
                }
            }
            list.sort_unstable();
            list.dedup();
            counts.resize(dictionary.texts.len(), 0);
            for &word in &list {
                counts[word as usize] += u64::from(frequency[code as usize]);
            }
            self.words.push(list.iter().copied());
        }
        let all: u64 = frequency[1..].iter().map(|&f| u64::from(f)).sum();
        self.rarity =
            counts.iter().map(|&count| ((all + 1) as f32 / (count.max(1)) as f32).log2().max(0.1)).collect();
        for word in 0..dictionary.texts.len() as u32 {
            self.word_letters.push(dictionary.texts.get(word).chars().map(|letter| alphabet.byte(letter)));
            self.word_sets.push(LetterSet::of(self.word_letters.get(word)));
        }
    }

    /// Lets go of all that only comparing needs; the normal forms stay.
    pub fn let_go(&mut self) {
        (self.letters, self.word_letters, self.names) = Default::default();
        (self.sounds, self.dates, self.rarity, self.words) = Default::default();
        (self.sets, self.word_sets) = Default::default();
    }

    /// How many codes there are, 0 among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.normal.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.normal.is_empty()
    }

    /// A hash that spellings of one name share; 0 for none.
    #[inline]
    #[must_use]
    pub fn sound(&self, code: u32) -> u64 {
        match &self.names {
            Some(names) => names.sound(code),
            None => self.sounds.get(code as usize).copied().unwrap_or(0),
        }
    }

    /// The values of names, as the model of names knows them.
    #[must_use]
    pub fn names(&self) -> Option<&Names> {
        self.names.as_ref()
    }

    /// Reads what comparing a value reads first; what it returns means nothing.
    #[inline]
    #[must_use]
    pub fn touch(&self, code: u32) -> u64 {
        let set = self.sets.get(code as usize).map_or(0, |set| set.touch());
        set ^ self.sound(code)
    }

    /// Year, month and day of a date.
    #[must_use]
    pub fn date(&self, code: u32) -> (u16, u8, u8) {
        self.dates[code as usize]
    }

    /// The letters of a value.
    #[must_use]
    pub fn letters(&self, code: u32) -> &[u8] {
        if self.letters.ends.is_empty() { self.normal.bytes(code) } else { self.letters.get(code) }
    }

    /// The words of a text, as numbers.
    #[must_use]
    pub fn words_of(&self, code: u32) -> &[u32] {
        self.words.get(code)
    }

    /// The level of two different values, both known. `parsed` holds names of this field alone.
    #[must_use]
    pub fn level(&self, a: u32, b: u32, matcher: &mut Matcher, parsed: &mut Parsed) -> u8 {
        // Each pair is seen from one side, so that comparing is symmetric by construction.
        let (a, b) = (a.min(b), a.max(b));
        match self.kind {
            FieldKind::Name => {
                let names = self.names.as_ref().expect("a field of names has names");
                names.level(a, b, |code| self.letters(code), |code| self.normal.get(code), matcher, parsed)
            }
            FieldKind::FullName | FieldKind::Words => self.text(a, b, matcher),
            FieldKind::Date => self.days(a, b, matcher),
            FieldKind::Number => self.number(a, b, matcher),
            FieldKind::Phone => self.phone(a, b, matcher),
            FieldKind::Email => self.email(a, b, matcher),
            FieldKind::Place => self.place(a, b, matcher),
            FieldKind::Code => self.code(a, b, matcher),
            FieldKind::Category => 2,
        }
    }

    fn place(&self, a: u32, b: u32, matcher: &mut Matcher) -> u8 {
        if self.sounds[a as usize] == self.sounds[b as usize] && self.sounds[a as usize] != 0 {
            return 2;
        }
        let (one, two) = (self.sets[a as usize], self.sets[b as usize]);
        if one.may_be_alike(two) || one.edits_min(two) <= 2 {
            let (x, y) = (self.letters(a), self.letters(b));
            let edits = matcher.edits(x, y);
            let length = x.len().min(y.len());
            if edits <= 1 && length >= 3 {
                return 2;
            }
            if (edits <= 2 && length >= 6) || matcher.jaro_winkler(x, y) >= 0.9 {
                return 3;
            }
        }
        if self.common(a, b, matcher) >= 0.2 {
            return 4;
        }
        5
    }

    fn text(&self, a: u32, b: u32, matcher: &mut Matcher) -> u8 {
        if self.words_of(a) == self.words_of(b) {
            return 2;
        }
        let (one, two) = (self.sets[a as usize], self.sets[b as usize]);
        let most = 1 + u32::from(one.length().min(two.length())) / 10;
        if one.length().abs_diff(two.length()) <= 3
            && one.length().min(two.length()) >= 5
            && one.edits_min(two) <= most
            && matcher.edits(self.letters(a), self.letters(b)) <= most
        {
            return 2;
        }
        match self.common(a, b, matcher) {
            0.75.. => 3,
            0.45.. => 4,
            0.15.. => 5,
            _ => 6,
        }
    }

    /// The share of the rarity of two texts' words that is common; a word with a slip counts four fifths.
    fn common(&self, a: u32, b: u32, matcher: &mut Matcher) -> f32 {
        let (x, y) = (self.words_of(a), self.words_of(b));
        let weight = |word: &u32| self.rarity[*word as usize];
        let (mut shared, mut all) = (0.0f32, 0.0f32);
        let mut left = [0u32; WORDS_MAX];
        let mut right = [0u32; WORDS_MAX];
        let (mut lefts, mut rights) = (0, 0);
        let (mut i, mut j) = (0, 0);
        while i < x.len() || j < y.len() {
            if j == y.len() || (i < x.len() && x[i] < y[j]) {
                left[lefts] = x[i];
                lefts += 1;
                i += 1;
            } else if i == x.len() || y[j] < x[i] {
                right[rights] = y[j];
                rights += 1;
                j += 1;
            } else {
                shared += weight(&x[i]);
                all += weight(&x[i]);
                i += 1;
                j += 1;
            }
        }
        let mut taken = 0u32;
        for word in &left[..lefts] {
            let letters = self.word_letters.get(*word);
            let set = self.word_sets[*word as usize];
            let near = (0..rights).find(|&at| {
                let other = self.word_letters.get(right[at]);
                taken >> at & 1 == 0
                    && letters.len() >= 4
                    && other.len() >= 4
                    && set.edits_min(self.word_sets[right[at] as usize]) <= 1
                    && matcher.edits(letters, other) <= 1
            });
            if let Some(at) = near {
                taken |= 1 << at;
                let both = weight(word).min(weight(&right[at]));
                shared += 0.8 * both;
                all += both;
            } else {
                all += weight(word);
            }
        }
        all += (0..rights).filter(|at| taken >> at & 1 == 0).map(|at| weight(&right[at])).sum::<f32>();
        if all == 0.0 { 0.0 } else { shared / all }
    }

    fn days(&self, a: u32, b: u32, matcher: &mut Matcher) -> u8 {
        let (one, two) = (self.dates[a as usize], self.dates[b as usize]);
        if one.0 == two.0 && one.1 == two.2 && one.2 == two.1 && one.1 != 0 {
            return 2;
        }
        let least = self.sets[a as usize].edits_min(self.sets[b as usize]);
        if least <= 1 && matcher.edits(self.letters(a), self.letters(b)) <= 1 {
            return 3;
        }
        let known = one.1 != 0 && two.1 != 0;
        let same = [one.0 == two.0, known && one.1 == two.1, known && one.2 == two.2];
        let count = same.iter().filter(|&&same| same).count();
        if count == 2 {
            return 4;
        }
        let near =
            known && one.0.abs_diff(two.0) <= 1 && one.1.abs_diff(two.1) <= 1 && one.2.abs_diff(two.2) <= 3;
        if near {
            return 5;
        }
        if same[0] || (same[1] && same[2]) { 6 } else { 7 }
    }

    fn number(&self, a: u32, b: u32, matcher: &mut Matcher) -> u8 {
        let (x, y) = (self.letters(a), self.letters(b));
        let least = self.sets[a as usize].edits_min(self.sets[b as usize]);
        if least > 2
            && (x.len() == y.len() || x.len().abs_diff(y.len()) > 0 && x[0] != y[0] && x.last() != y.last())
        {
            return 4;
        }
        let edits = matcher.edits(x, y);
        let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
        if edits <= 1 && short.len() >= 4 {
            2
        } else if short.len() >= 5 && (edits <= 2 || long.starts_with(short) || long.ends_with(short)) {
            3
        } else {
            4
        }
    }

    fn phone(&self, a: u32, b: u32, matcher: &mut Matcher) -> u8 {
        if self.sounds[a as usize] == self.sounds[b as usize] && self.sounds[a as usize] != 0 {
            2
        } else if self.sets[a as usize].edits_min(self.sets[b as usize]) <= 1
            && matcher.edits(self.letters(a), self.letters(b)) <= 1
        {
            3
        } else {
            4
        }
    }

    fn email(&self, a: u32, b: u32, matcher: &mut Matcher) -> u8 {
        let same = self.sounds[a as usize] == self.sounds[b as usize] && self.sounds[a as usize] != 0;
        // Two edits in the local part and four in the domain are the most that is called similar.
        if !same && self.sets[a as usize].edits_min(self.sets[b as usize]) > 6 {
            return 5;
        }
        let (x, y) = (self.letters(a), self.letters(b));
        let (lx, ly) = (local_part(x), local_part(y));
        // Most differ in the local part, while domains are few: that is seen before all letters are compared.
        if !same
            && self.sets[a as usize].edits_min(self.sets[b as usize]) > 2
            && LetterSet::of(lx).edits_min(LetterSet::of(ly)) > 2
        {
            return 5;
        }
        if same {
            return if matcher.edits(x, y) <= 2 { 2 } else { 3 };
        }
        if lx.len().abs_diff(ly.len()) > 2 {
            return 5;
        }
        match matcher.edits(x, y) {
            0..=2 => 2,
            3..=6 if lx.len() >= 4 && matcher.edits(lx, ly) <= 2 => 4,
            _ => 5,
        }
    }

    fn code(&self, a: u32, b: u32, matcher: &mut Matcher) -> u8 {
        let (one, two) = (self.sets[a as usize], self.sets[b as usize]);
        let least = one.edits_min(two);
        // Another first letter is no common beginning.
        if least > 1 && one.first() != two.first() {
            return 4;
        }
        let (x, y) = (self.letters(a), self.letters(b));
        let length = x.len().min(y.len());
        if length >= 3 && least <= 1 && matcher.edits(x, y) <= 1 {
            return 2;
        }
        let prefix = x.iter().zip(y).take_while(|(p, q)| p == q).count();
        if prefix >= 2 && prefix * 2 >= length { 3 } else { 4 }
    }
}

/// What of an e-mail address stands before the `@`.
pub(super) fn local_part(text: &[u8]) -> &[u8] {
    &text[..text.iter().position(|&letter| letter == b'@').unwrap_or(text.len())]
}

/// A hash of the part of a contact that says most: the last seven digits, the local part; 0 where it is too short.
fn contact_part(kind: FieldKind, letters: &[u8]) -> u64 {
    let part = match kind {
        FieldKind::Phone if letters.len() >= 7 => &letters[letters.len() - 7..],
        FieldKind::Email if local_part(letters).len() >= 3 => local_part(letters),
        _ => return 0,
    };
    mix(hash(part)).max(1)
}

/// Letters as bytes, in order of appearance; ASCII stands for itself.
#[derive(Debug, Default)]
struct Alphabet {
    known: HashMap<char, u8>,
}

impl Alphabet {
    fn byte(&mut self, letter: char) -> u8 {
        if letter.is_ascii() {
            return letter as u8;
        }
        let next = 128 + self.known.len().min(127) as u8;
        *self.known.entry(letter).or_insert(next)
    }
}

/// The sound of a place: the folds of its words, in any order.
fn sound(place: &str) -> u64 {
    let (mut sum, mut lost, mut any) = (0u64, false, false);
    for word in place.split(' ').filter(|word| !word.is_empty()) {
        let fold = folded(word);
        lost |= fold.is_lost();
        any |= !fold.is_empty();
        let key = match family(fold.as_str()) {
            Some(canonical) => hash(canonical.as_bytes()),
            None => hash(fold.as_bytes()),
        };
        sum = sum.wrapping_add(mix(key));
    }
    if lost || !any { 0 } else { sum.max(1) }
}

/// Year, month and day of eight digits; 0 for a part that is no number.
fn parts(text: &str) -> (u16, u8, u8) {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !text.is_ascii() {
        return (0, 0, 0);
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().unwrap_or(0);
    (number(0..4), number(4..6) as u8, number(6..8) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn level(kind: FieldKind, one: &str, two: &str) -> u8 {
        let mut dictionary = Dictionary::default();
        let codes = [dictionary.code(one), dictionary.code(two)];
        let values = Values::new(kind, Role::Other, dictionary.texts, &[0, 1, 1]);
        values.level(codes[0], codes[1], &mut Matcher::default(), &mut Parsed::default())
    }

    /// What the levels of addresses mean, without what is seen beforehand.
    fn plain_email(x: &str, y: &str) -> u8 {
        let mut matcher = Matcher::default();
        let (x, y) = (x.as_bytes(), y.as_bytes());
        let (lx, ly) = (local_part(x), local_part(y));
        let edits = matcher.edits(x, y);
        if lx == ly && lx.len() >= 3 {
            return if edits <= 2 { 2 } else { 3 };
        }
        match edits {
            _ if lx.len().abs_diff(ly.len()) > 2 => 5,
            0..=2 => 2,
            3..=6 if lx.len() >= 4 && matcher.edits(lx, ly) <= 2 => 4,
            _ => 5,
        }
    }

    fn plain_code(x: &str, y: &str) -> u8 {
        let (x, y) = (x.as_bytes(), y.as_bytes());
        let length = x.len().min(y.len());
        let prefix = x.iter().zip(y).take_while(|(p, q)| p == q).count();
        match Matcher::default().edits(x, y) {
            0 | 1 if length >= 3 => 2,
            _ if prefix >= 2 && prefix * 2 >= length => 3,
            _ => 4,
        }
    }

    proptest! {
        #[test]
        fn what_is_seen_beforehand_changes_no_level(
            x in "[abc@.]{1,9}@(mail|post)\\.ex", y in "[abc@.]{1,9}@(mail|mial|x)\\.ex",
            p in "[0-2]{1,7}", q in "[0-2]{1,7}",
        ) {
            prop_assume!(x != y && p != q);
            prop_assert_eq!(level(FieldKind::Email, &x, &y), plain_email(&x, &y));
            prop_assert_eq!(level(FieldKind::Code, &p, &q), plain_code(&p, &q));
        }
    }
}

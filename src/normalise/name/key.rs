//! Keys: what joins names before they are compared.
//!
//! [`name_key`] is one number for every row, equal for one name in two spellings or in another order of its
//! parts: exact, cheap, blind to nothing else. [`NameKeys`] are a handful of numbers a name, of which two
//! spellings of one name share at least one even where the fold does not hold them together: consonants only,
//! endings set aside, families by their canonical name, Chinese and Korean by syllable. They are for blocking:
//! equal keys ask for a comparison and prove nothing.
//!
//! [`NameSketch`] is what a row of millions can afford of the latter: 24 bits a field, one sound each.
//!
//! The law: the patronymic enters no key, and order does not matter.

use super::compare::joined as joined_token;
use super::eastern::{Chain, Sounds};
use super::ending;
use super::family;
use super::person::{PersonName, Token};
use super::scheme::Scheme;
use crate::batch::Role;
use crate::normalise::fold::{Folded, folded};
use crate::normalise::hash::{hash, mix, mix_pair};
use crate::normalise::memo::Memo;

/// Remembers the folded sums of fields; one a worker.
pub type NameMemo = Memo;

/// The sum that marks a field with a lost letter.
const LOST: u64 = SUM_MASK;

/// Bits of a field's sum. Two of ten million full names meet by chance some twenty times; they then still
/// have two birth dates.
const SUM_MASK: u64 = (1 << 40) - 1;

/// How a name sounds, 24 bits a field; 0 where a field is empty. Equal sketches ask for a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameSketch {
    /// Of the surname.
    pub surname: u32,
    /// Of the given name.
    pub given: u32,
}

impl NameSketch {
    /// One number for both, whatever their order; 0 where a field is empty.
    #[must_use]
    pub fn both(self) -> u64 {
        if self.surname == 0 || self.given == 0 {
            return 0;
        }
        let (low, high) = (self.surname.min(self.given), self.surname.max(self.given));
        u64::from(high) << 24 | u64::from(low)
    }

    /// As six bytes.
    #[must_use]
    pub fn packed(self) -> [u16; 3] {
        let word = u64::from(self.surname) << 24 | u64::from(self.given);
        [word as u16, (word >> 16) as u16, (word >> 32) as u16]
    }

    /// Of six bytes.
    #[must_use]
    pub fn unpacked(packed: [u16; 3]) -> Self {
        let [a, b, c] = packed.map(u64::from);
        let word = a | b << 16 | c << 32;
        NameSketch { surname: (word >> 24) as u32, given: (word & 0xff_ffff) as u32 }
    }
}

/// The sum of a field's token hashes in the high bits, its sketch in the low ones; 0 without tokens.
fn field_sum(text: &str) -> u64 {
    let (mut sum, mut lost, mut words) = (0u64, false, 0);
    let mut sounds = [0u8; SOUNDS];
    let (mut len, mut sole) = (0, 0);
    for token in super::person::words_of(text) {
        let fold = folded(token);
        if fold.is_empty() {
            continue;
        }
        lost |= fold.is_lost();
        words += 1;
        let hash = hash(fold.as_bytes());
        sum = sum.wrapping_add(mix(hash));
        sole = u64::from(family::of(hash));
        // Words that other records write together sound as one.
        len = heard(root(fold.as_bytes(), &mut [0; 64]), None, &mut sounds, len);
    }
    if words == 0 {
        return 0;
    }
    let sound = match (words, sole) {
        (1, family) if family != 0 => mix(family),
        _ if len == 0 => mix(sum),
        _ => hash(&sounds[..len]),
    };
    let sum = if lost { LOST } else { (sum & SUM_MASK).clamp(1, LOST - 1) };
    sum << 24 | (sound & 0xff_ffff).max(1)
}

/// The identity key of a name: equal for one name in two spellings or in another order of its parts; 0 when
/// there is no name or a letter was lost.
///
/// ```
/// use iinrec::normalise::name::{NameMemo, name_key};
/// let mut memo = NameMemo::default();
/// let key = name_key("Әбенов", "Жасұлан", &mut memo);
/// assert_eq!(key, name_key("ZHASULAN", "ABENOV", &mut memo));
/// assert_eq!(name_key("?бенов", "Жасұлан", &mut memo), 0);
/// ```
#[inline]
pub fn name_key(surname: &str, given: &str, memo: &mut NameMemo) -> u64 {
    key_and_sketch(surname, given, memo).0
}

/// The identity key of a name, and how it sounds; both of one look at each field.
#[inline]
pub fn key_and_sketch(surname: &str, given: &str, memo: &mut NameMemo) -> (u64, NameSketch) {
    let surname = if surname.is_empty() { 0 } else { memo.get(surname, field_sum) };
    let given = if given.is_empty() { 0 } else { memo.get(given, field_sum) };
    let sketch = NameSketch { surname: (surname & 0xff_ffff) as u32, given: (given & 0xff_ffff) as u32 };
    let (surname, given) = (surname >> 24, given >> 24);
    if surname == LOST || given == LOST || (surname == 0 && given == 0) {
        return (0, sketch);
    }
    (mix(surname.wrapping_add(given) & SUM_MASK).max(1), sketch)
}

/// Most keys that a name has.
pub const KEYS_MAX: usize = 12;

/// The keys of a name for blocking; iterate them, or look for one in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameKeys {
    keys: [u64; KEYS_MAX],
    len: usize,
}

impl NameKeys {
    /// The keys, none of them 0, none twice.
    #[must_use]
    pub fn as_slice(&self) -> &[u64] {
        &self.keys[..self.len]
    }

    fn add(&mut self, key: u64) {
        let key = key.max(1);
        if self.len < KEYS_MAX && !self.as_slice().contains(&key) {
            self.keys[self.len] = key;
            self.len += 1;
        }
    }
}

/// The keys under which a name can be found again in another spelling, script or order.
///
/// ```
/// use iinrec::normalise::name::{PersonName, keys};
/// let registry = keys(&PersonName::new("Әбдірахманова", "Гүлнәр", ""));
/// let passport = keys(&PersonName::new("ABDURAKHMANOV", "GULNAR", ""));
/// assert!(registry.as_slice().iter().any(|key| passport.as_slice().contains(key)));
/// ```
#[must_use]
pub fn keys(name: &PersonName) -> NameKeys {
    let mut found = NameKeys::default();
    let (surname, given) = (name.part(&name.surname), name.part(&name.given));
    if surname.is_empty() {
        // The order is unknown: every two words may be surname and given name.
        match given {
            [] => {}
            [one] => skeletons(one).iter().for_each(|&key| found.add(mix(key))),
            words => {
                for (at, one) in words.iter().enumerate() {
                    for two in &words[at + 1..] {
                        pairs(&mut found, &skeletons(one), &skeletons(two));
                    }
                }
                ends(&mut found, words);
            }
        }
        if let [first, rest @ ..] = given {
            eastern(&mut found, &[*first], rest);
        }
        if let [rest @ .., last] = given
            && rest.len() > 1
        {
            eastern(&mut found, &[*last], rest);
        }
        return found;
    }
    if given.is_empty() {
        surname.iter().for_each(|word| skeletons(word).iter().for_each(|&key| found.add(mix(key))));
        return found;
    }
    eastern(&mut found, surname, given);
    for one in surname {
        for two in given {
            pairs(&mut found, &skeletons(one), &skeletons(two));
        }
    }
    // Words that other records write together.
    if given.len() > 1 {
        surname.iter().for_each(|one| pairs(&mut found, &skeletons(one), &[joined(given)]));
    }
    if surname.len() > 1 {
        given.iter().for_each(|two| pairs(&mut found, &[joined(surname)], &skeletons(two)));
    }
    found
}

/// Keys for a name of unknown order whose given name or surname is parted: its first or last word with the rest.
fn ends(found: &mut NameKeys, words: &[Token]) {
    if let [first, rest @ ..] = words
        && rest.len() > 1
    {
        pairs(found, &skeletons(first), &[joined(rest)]);
    }
    if let [rest @ .., last] = words
        && rest.len() > 1
    {
        pairs(found, &skeletons(last), &[joined(rest)]);
    }
}

fn pairs(found: &mut NameKeys, left: &[u64], right: &[u64]) {
    for &one in left {
        for &two in right {
            found.add(mix_pair(one.min(two), one.max(two)));
        }
    }
}

/// Keys of the syllables of surname and given name, whatever parts the given name.
fn eastern(found: &mut NameKeys, surname: &[Token], given: &[Token]) {
    let all = || surname.iter().chain(given);
    if all().all(|word| !word.chinese.is_none()) {
        let joined = |words: &[Token]| {
            let whole = words.iter().fold(Chain::default(), |whole, word| whole.then(word.chinese));
            if whole.is_none() { 0 } else { mix(whole.key()) }
        };
        found.add(mix(joined(surname).wrapping_add(joined(given))));
    }
    if all().all(|word| !word.korean.is_none()) {
        let joined = |words: &[Token]| {
            let whole = words.iter().fold(Sounds::default(), |whole, word| whole.then(word.korean));
            if whole.is_none() { 0 } else { mix(whole.key()) }
        };
        found.add(mix(joined(surname).wrapping_add(joined(given))));
    }
}

/// The skeletons of a word: of its family or its fold, and for a lost letter of each consonant that it may
/// have been.
fn skeletons(word: &Token) -> Vec<u64> {
    if word.family != 0 {
        return vec![mix(u64::from(word.family))];
    }
    let fold = word.fold.as_bytes();
    if !word.fold.is_lost() {
        let mut all = vec![skeleton(fold, None)];
        // An Armenian Հ that Russian leaves out.
        if word.readings.iter().any(|reading| reading.scheme == Scheme::Armenian) {
            let bare: Vec<u8> = fold.iter().copied().filter(|&byte| byte != b'H').collect();
            all.push(skeleton(&bare, None));
        }
        return all;
    }
    [None, Some(b'K'), Some(b'N'), Some(b'H')].map(|lost| skeleton(fold, lost)).to_vec()
}

fn joined(words: &[Token]) -> u64 {
    let mut whole = words[0].fold;
    words[1..].iter().for_each(|word| whole.append(&word.fold));
    match family::of(hash(whole.as_bytes())) {
        0 => skeleton(whole.as_bytes(), None),
        family => mix(u64::from(family)),
    }
}

/// A hash of the consonants that ears and schemes do not confuse, without a surname's ending. A lost letter is
/// taken for a vowel, or for the consonant given.
fn skeleton(fold: &[u8], lost: Option<u8>) -> u64 {
    let mut buffer = [0u8; 64];
    let root = root(fold, &mut buffer);
    let mut sounds = [0u8; SOUNDS];
    let len = heard(root, lost, &mut sounds, 0);
    // Names of vowels and one consonant would all meet: they keep their letters.
    if len < 2 { hash(root) } else { hash(&sounds[..len]) }
}

/// A fold without a surname's ending, of either sex.
fn root<'a>(fold: &'a [u8], buffer: &'a mut [u8; 64]) -> &'a [u8] {
    let masculine = ending::masculine(fold, buffer);
    ending::surname_root(masculine.map_or(fold, |len| &buffer[..len]))
}

/// Consonants that are heard of a name.
const SOUNDS: usize = 64;

/// Adds the consonants of a root that ears and schemes do not confuse behind the first `len`; returns how many
/// there are then.
fn heard(root: &[u8], lost: Option<u8>, heard: &mut [u8; SOUNDS], mut len: usize) -> usize {
    for &byte in root {
        let byte = match byte {
            b'A' | b'E' | b'I' | b'O' | b'U' => continue,
            b'?' => match lost {
                Some(letter) => letter,
                None => continue,
            },
            other => other,
        };
        let byte = match byte {
            b'B' => b'P',
            b'D' => b'T',
            // J too: a French CH is Ш, all others' is Ч.
            b'Z' | b'J' => b'S',
            b'F' => b'V',
            // NG is Ң for some.
            b'H' if len > 0 && heard[len - 1] == b'N' => continue,
            b'H' => b'K',
            other => other,
        };
        // Skeletons join what vowels part: MAMMAD and MAMAD.
        if len < SOUNDS && (len == 0 || heard[len - 1] != byte) {
            heard[len] = byte;
            len += 1;
        }
    }
    len
}

/// What is known of one part of a name before it is compared: cheap to keep for every distinct value of a column, and
/// enough to see that most pairs of values are two names.
#[derive(Clone, Debug, Default)]
pub struct PartSketch {
    /// The fold of its words as one, as if nothing parted them.
    pub fold: Folded,
    /// Equal for spellings of one name; 0 where a letter was lost.
    pub sound: u64,
    /// Equal where perhaps only the ending differs: Иванова and IVANOV, Серикович and Серікұлы; 0 for given names.
    pub root: u64,
    /// What else a scheme or an alphabet of syllables reads in it; [`Self::plain`] of the other side may meet it.
    pub readings: Vec<u64>,
    /// How many words it has.
    pub words: usize,
}

impl PartSketch {
    /// The sketch of a part that was parsed by [`PersonName::only`].
    #[must_use]
    pub fn of(name: &PersonName, part: Role) -> PartSketch {
        let words = name.part(match part {
            Role::Surname => &name.surname,
            Role::Patronymic => &name.patronymic,
            _ => &name.given,
        });
        if words.is_empty() {
            return PartSketch::default();
        }
        let whole = joined_token(words);
        let fold = whole.fold.as_bytes();
        let lost = whole.fold.is_lost();
        let mut buffer = [0u8; 64];
        let root = match part {
            Role::Surname => {
                let masculine = ending::masculine(fold, &mut buffer).map_or(fold, |len| &buffer[..len]);
                let root = ending::surname_root(masculine);
                // An ending may have swallowed the last letter of the root: Серікқызы.
                if root.len() < masculine.len() { &root[..root.len().min(4)] } else { root }
            }
            Role::Patronymic => &fold[..fold.len().min(3)],
            _ => &[],
        };
        let mut readings: Vec<u64> = whole.readings.iter().map(|reading| reading.hash).collect();
        if !whole.chinese.is_none() {
            readings.push(mix(whole.chinese.key()));
        }
        if !whole.korean.is_none() {
            readings.push(mix(whole.korean.key()));
        }
        if part == Role::GivenName {
            let short = |id: &u16| mix_pair(7, u64::from(id & 0x7fff));
            readings.extend(whole.shorts.iter().filter(|&&id| id != 0).map(short));
        }
        PartSketch {
            fold: whole.fold,
            sound: match whole.family {
                _ if lost => 0,
                0 => mix(whole.hash).max(1),
                family => mix(u64::from(family)),
            },
            root: if root.len() < 3 || lost { 0 } else { hash(root).max(1) },
            readings,
            words: words.len(),
        }
    }

    /// The plain reading of a fold, which another's reading may meet.
    #[must_use]
    pub fn plain(fold: &[u8]) -> u64 {
        hash(fold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(left: &PersonName, right: &PersonName) -> bool {
        keys(left).as_slice().iter().any(|key| keys(right).as_slice().contains(key))
    }

    #[test]
    fn spellings_of_one_name_share_a_key() {
        let name = PersonName::new;
        for (left, right) in [
            (name("Иванова", "Юлия", ""), name("IVANOV", "YULIYA", "")),
            (name("Серікұлы", "Жасұлан", ""), name("SERIKOV", "ZHASSULAN", "")),
            (name("Ким", "Мухаммад", ""), name("KIM", "MEHMET", "")),
            (name("Чжан", "Сяомин", ""), name("ZHANG", "XIAO MING", "")),
            (name("Чон", "Минхо", ""), name("JUNG", "MINHO", "")),
            (name("?лиев", "Ба?ыт", ""), name("ALIYEV", "BAKYT", "")),
            (name("Шакиров", "Али", ""), name("CHAKIROV", "ALI", "")),
            (name("Ованнисян", "Айк", ""), name("HOVHANNISYAN", "HAYK", "")),
            (name("Абдул-Рахман", "Саид", ""), name("ABDULRAHMAN", "SAID", "")),
            (name("Каримов", "Али", "Валиевич"), PersonName::from_full("ALI VALI OGLI KARIMOV")),
            (name("Каримов", "Нур Али", ""), PersonName::from_full("Каримов Нурали")),
            (name("SUKARNO", "", ""), name("", "SUKARNO", "")),
        ] {
            assert!(meet(&left, &right), "{:?} ~ {:?}", left.folds(), right.folds());
        }
        for (left, right) in [
            (name("Иванов", "Юлия", ""), name("Иванов", "Анна", "")),
            (name("Омаров", "Серик", ""), name("Омаров", "Берик", "")),
        ] {
            assert!(!meet(&left, &right), "{:?} ~ {:?}", left.folds(), right.folds());
        }
        assert!(keys(&PersonName::default()).as_slice().is_empty());
    }

    #[test]
    fn sketches_of_one_name_are_equal_and_of_two_are_not() {
        let mut memo = NameMemo::default();
        let mut sketch = |surname: &str, given: &str| key_and_sketch(surname, given, &mut memo).1;
        for (left, right, why) in [
            (("Иванова", "Юлия"), ("IVANOV", "YULIYA"), "scripts and endings"),
            (("Серікұлы", "Жасұлан"), ("SERIKOV", "ZHASSULAN"), "languages"),
            (("Ким", "Мухаммад"), ("KIM", "MEHMET"), "a family of spellings"),
            (("Каримов", "Нур Али"), ("KARIMOV", "NURALI"), "one word or two"),
            (("?лиев", "Айбек"), ("ALIYEV", "AIBEK"), "a lost vowel"),
            (("Абдрахманов", "Али"), ("ABDURAKHMANOV", "ALI"), "a vowel that comes and goes"),
        ] {
            assert_eq!(sketch(left.0, left.1), sketch(right.0, right.1), "{why}");
            assert_eq!(sketch(left.1, left.0).both(), sketch(right.0, right.1).both(), "{why}, crossed");
        }
        let (serik, berik) = (sketch("Омаров", "Серик"), sketch("Омаров", "Берик"));
        assert!(serik.surname == berik.surname && serik.given != berik.given);
        assert_eq!(NameSketch::unpacked(serik.packed()), serik);
        let none = sketch("", "-");
        assert_eq!((none, none.both(), sketch("SUKARNO", "").both()), (NameSketch::default(), 0, 0));
    }
}

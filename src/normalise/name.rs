//! Names: surname, given name and patronymic as they stand in, one key or a comparison out.
//!
//! Two speeds. [`name_key`] is for every row: an order-independent sum over the folded tokens of surname and
//! given name, equal when the names are one name in two spellings. [`compare`] is for pairs that something
//! else already ties: it says of each part how alike it is, and whether the name was *changed*, which a
//! respelling is not.
//!
//! The law: the patronymic never enters the key, a lost letter (`?`) gives no key, and comparing is
//! symmetric. An absent part contradicts nothing.
//!
//! Levels by example:
//!
//! | left | right | level |
//! |---|---|---|
//! | ИВАНОВ | Иванов | `Identical` |
//! | Юлия | YULIYA, IULIIA | `SameFold` |
//! | Абдул-Рахман | АБДУЛРАХМАН | `SameFold` |
//! | Мухаммад | MEHMET | `Variant`: a family of spellings |
//! | Иванов | Иванова | `Variant`: the feminine ending |
//! | Омаров | Умаров | `Variant`: one edit in six letters, which may also be two people |
//! | Иванова | Петрова | `Different` |

use std::sync::LazyLock;

use super::fold::{FOLD_BYTES_MAX, Folded, folded};
use super::hash::{hash, mix};
use super::memo::Memo;
use super::placeholder::is_placeholder;
use super::text::upper;
use crate::batch::Role;

/// Remembers the folded sums of fields; one a worker.
pub type NameMemo = Memo;

/// The sum that marks a field with a lost letter.
const LOST: u64 = u64::MAX;

/// Tokens of a field: cut at spaces, hyphens, dots and MRZ fillers, placeholders and letterless ones dropped.
fn tokens(text: &str) -> impl Iterator<Item = Folded> {
    let whole = if is_placeholder(text) { "" } else { text };
    let parts = whole.split(|letter: char| {
        letter.is_whitespace() || matches!(letter, '-' | '‐' | '–' | '—' | '<' | ',' | ';' | '/' | '_' | '.')
    });
    parts
        .filter(|part| !part.is_empty() && !is_placeholder(part))
        .map(folded)
        .filter(|token| !token.is_empty())
}

/// The sum of a field's token hashes; 0 without tokens.
fn field_sum(text: &str) -> u64 {
    let mut sum = 0u64;
    for token in tokens(text) {
        if token.is_lost() {
            return LOST;
        }
        sum = sum.wrapping_add(mix(hash(token.as_bytes())));
    }
    if sum == LOST { 1 } else { sum }
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
    let surname = if surname.is_empty() { 0 } else { memo.get(surname, field_sum) };
    let given = if given.is_empty() { 0 } else { memo.get(given, field_sum) };
    if surname == LOST || given == LOST || (surname == 0 && given == 0) {
        return 0;
    }
    mix(surname.wrapping_add(given)).max(1)
}

/// Folds and the canonical names of their families, sorted by fold. Built at first use, because the data
/// holds spellings as documents print them and the fold is the crate's.
static FAMILIES: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    let rows = include_str!("../../data/name_families.csv").lines().skip(1);
    let mut families: Vec<_> = rows
        .filter_map(|row| row.split_once(','))
        .flat_map(|(canonical, spellings)| {
            spellings.split('|').map(move |spelling| (folded(spelling).as_str().to_owned(), canonical))
        })
        .collect();
    families.sort();
    families.dedup();
    families
});

/// The canonical name of the family of spellings that a fold belongs to, if any.
#[must_use]
pub fn family(fold: &str) -> Option<&'static str> {
    let at = FAMILIES.binary_search_by(|entry| entry.0.as_str().cmp(fold)).ok()?;
    Some(FAMILIES[at].1)
}

/// The name of a person as it stands in one record; empty where the record has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct PersonName<'a> {
    /// Surname.
    pub surname: &'a str,
    /// Given name or names.
    pub given_name: &'a str,
    /// Patronymic.
    pub patronymic: &'a str,
}

/// How alike two values of one part are, from most to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameLevel {
    /// The same text but for case.
    Identical,
    /// The same name in another script or spelling scheme, or cut into tokens otherwise.
    SameFold,
    /// A spelling of the same name: few edits, a family, an ending, a truncation, a token more or less.
    Variant,
    /// One side or both have none: nothing is known.
    Missing,
    /// Two names.
    Different,
}

/// What [`compare`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameComparison {
    /// Of the surnames.
    pub surname: NameLevel,
    /// Of the given names.
    pub given: NameLevel,
    /// Of the patronymics; they come and go, so this never makes a name changed.
    pub patronymic: NameLevel,
    /// Whether the parts agree only when surname and given name are taken together or change places.
    pub rearranged: bool,
}

impl NameComparison {
    /// The part that was changed, beyond spelling: the surname first, as marriages change it.
    #[must_use]
    pub fn changed(&self) -> Option<Role> {
        match (self.surname, self.given) {
            (NameLevel::Different, _) => Some(Role::Surname),
            (_, NameLevel::Different) => Some(Role::GivenName),
            _ => None,
        }
    }
}

/// Tokens of a part that are compared; further ones are left out.
const TOKENS_MAX: usize = 6;

/// Printed characters of surname and given name from which an MRZ may have cut them (TD1: 30 characters).
const TRUNCATED_FROM: usize = 28;

/// The folded tokens of one part or of two together.
#[derive(Clone, Copy)]
struct Parts {
    tokens: [Folded; TOKENS_MAX],
    len: usize,
}

impl Parts {
    fn of(text: &str) -> Parts {
        let mut parts = Parts { tokens: [Folded::EMPTY; TOKENS_MAX], len: 0 };
        parts.extend(tokens(text));
        parts
    }

    fn extend(&mut self, tokens: impl Iterator<Item = Folded>) {
        for token in tokens.take(TOKENS_MAX - self.len) {
            self.tokens[self.len] = token;
            self.len += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = Folded> {
        self.tokens[..self.len].iter().copied()
    }

    fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn with(&self, other: &Parts) -> Parts {
        let mut both = *self;
        both.extend(other.iter());
        both
    }

    fn without(&self, patronymics: &Parts) -> Parts {
        let mut rest = Parts { tokens: [Folded::EMPTY; TOKENS_MAX], len: 0 };
        let named =
            |token: &Folded| patronymics.iter().any(|other| root(token.as_bytes()) == root(other.as_bytes()));
        rest.extend(self.iter().filter(|token| !named(token)));
        rest
    }

    /// All tokens in one, as if no space or hyphen parted them.
    fn joined(&self) -> Joined {
        let mut joined = Joined { bytes: [0; JOINED_BYTES_MAX], len: 0 };
        for token in self.iter() {
            for &byte in token.as_bytes() {
                // As within a token, letters that double at a seam are one.
                let doubled =
                    joined.len > 0 && joined.bytes[joined.len - 1] == byte && byte.is_ascii_uppercase();
                if !doubled && joined.len < JOINED_BYTES_MAX {
                    joined.bytes[joined.len] = byte;
                    joined.len += 1;
                }
            }
        }
        joined
    }
}

const JOINED_BYTES_MAX: usize = 64;

struct Joined {
    bytes: [u8; JOINED_BYTES_MAX],
    len: usize,
}

impl Joined {
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Compares two names part by part. Symmetric, without allocation; some microseconds at worst.
///
/// ```
/// use iinrec::batch::Role;
/// use iinrec::normalise::name::{PersonName, compare};
/// let before = PersonName { surname: "Иванова", given_name: "Юлия", patronymic: "Петровна" };
/// let after = PersonName { surname: "SIDOROVA", given_name: "IULIIA", patronymic: "" };
/// assert_eq!(compare(&before, &after).changed(), Some(Role::Surname));
/// ```
#[must_use]
pub fn compare(left: &PersonName, right: &PersonName) -> NameComparison {
    use NameLevel::{Different, Identical, Missing, SameFold, Variant};
    let [a, b] = [left, right]
        .map(|name| [Parts::of(name.surname), Parts::of(name.given_name), Parts::of(name.patronymic)]);
    let length = |name: &PersonName| name.surname.chars().count() + name.given_name.chars().count();
    let cut = length(left).min(length(right)) + 2 >= TRUNCATED_FROM;

    let patronymic = if a[2].is_empty() || b[2].is_empty() {
        Missing
    } else if same_text(left.patronymic, right.patronymic) {
        Identical
    } else {
        patronymics(&a[2], &b[2])
    };
    let part = |at: usize, one: &str, two: &str| {
        if !a[at].is_empty() && same_text(one, two) { Identical } else { parts(&a[at], &b[at], cut) }
    };
    let mut found = NameComparison {
        surname: part(0, left.surname, right.surname),
        given: part(1, left.given_name, right.given_name),
        patronymic,
        rearranged: false,
    };
    if found.surname <= SameFold && found.given <= SameFold {
        return found;
    }

    // A patronymic may stand in the given name of one record and in its own column of the other.
    let mut patronymics = a[2];
    patronymics.extend(b[2].iter());
    if found.given > SameFold && !patronymics.is_empty() {
        let (one, two) = (a[1].without(&patronymics), b[1].without(&patronymics));
        if !one.is_empty() && !two.is_empty() {
            found.given = found.given.min(parts(&one, &two, cut));
        }
    }
    if found.surname <= Variant && found.given <= Variant {
        return found;
    }

    // A column that both records leave empty leaves nothing to rearrange.
    if (0..2).any(|at| a[at].is_empty() && b[at].is_empty()) {
        return found;
    }
    let (one, two) = (a[0].with(&a[1]), b[0].with(&b[1]));
    if !one.is_empty() && !two.is_empty() && same_tokens(&one, &two) {
        return NameComparison { surname: SameFold, given: SameFold, rearranged: true, ..found };
    }
    let crossed = [parts(&a[0], &b[1], cut), parts(&a[1], &b[0], cut)];
    if crossed.iter().all(|level| *level <= Variant) {
        let level = crossed[0].max(crossed[1]);
        return NameComparison { surname: level, given: level, rearranged: true, ..found };
    }
    // With a column empty, a mononym or a whole name stands in the other: the shorter must be in the longer.
    let mononym = [&a[0], &a[1], &b[0], &b[1]].iter().any(|part| part.is_empty());
    if mononym && !one.is_empty() && !two.is_empty() {
        let held =
            parts(&one, &two, cut) <= Variant || parts(&one.with(&a[2]), &two.with(&b[2]), cut) <= Variant;
        let place = |level: NameLevel| if level == Different { Variant } else { level };
        if held {
            return NameComparison {
                surname: place(found.surname),
                given: place(found.given),
                rearranged: true,
                ..found
            };
        }
        if found.surname == Missing && found.given == Missing {
            found.surname = Different;
        }
    }
    found
}

/// Whether two different values of a part may still be one name, because they stand in two scripts and share
/// half of their letters: no table lists every scheme (pinyin against Palladius, Turkish against Russian
/// practice), so across scripts more must differ before a name counts as changed.
#[must_use]
pub fn may_be_transliterated(left: &str, right: &str) -> bool {
    if !across_scripts(left, right) {
        return false;
    }
    let (one, two) = (Parts::of(left).joined(), Parts::of(right).joined());
    let (one, two) = (stem(one.as_bytes()), stem(two.as_bytes()));
    edits(one, two) * 2 <= one.len().max(two.len())
}

/// Whether one of two values is Cyrillic and the other is not.
#[must_use]
pub fn across_scripts(left: &str, right: &str) -> bool {
    let is_cyrillic = |text: &str| text.chars().any(|letter| matches!(letter, '\u{400}'..='\u{52f}'));
    is_cyrillic(left) != is_cyrillic(right)
}

/// A surname's fold without the ending that half of a country shares.
fn stem(fold: &[u8]) -> &[u8] {
    const ENDINGS: [&[u8]; 8] = [b"OVA", b"EVA", b"INA", b"OV", b"EV", b"IN", b"SKI", b"SKA"];
    let ending = ENDINGS.iter().find(|ending| fold.len() >= ending.len() + 3 && fold.ends_with(ending));
    ending.map_or(fold, |ending| &fold[..fold.len() - ending.len()])
}

fn same_text(left: &str, right: &str) -> bool {
    left.trim().chars().map(upper).eq(right.trim().chars().map(upper))
}

/// Whether two parts have the same folds in any order, or the same letters when nothing parts them.
fn same_tokens(left: &Parts, right: &Parts) -> bool {
    let lost = left.iter().chain(right.iter()).any(|token| token.is_lost());
    if lost {
        return false;
    }
    let count = |parts: &Parts, token: &Folded| {
        parts.iter().filter(|other| other.as_bytes() == token.as_bytes()).count()
    };
    let same = left.len == right.len && left.iter().all(|token| count(left, &token) == count(right, &token));
    same || left.joined().as_bytes() == right.joined().as_bytes()
}

fn parts(left: &Parts, right: &Parts, cut: bool) -> NameLevel {
    if left.is_empty() || right.is_empty() {
        return NameLevel::Missing;
    }
    if same_tokens(left, right) {
        return NameLevel::SameFold;
    }
    let (short, long) = if left.len <= right.len { (left, right) } else { (right, left) };
    let (one, two) = (left.joined(), right.joined());
    let (one, two) = (one.as_bytes(), two.as_bytes());
    let truncated = cut && one.len().min(two.len()) >= 4 && (one.starts_with(two) || two.starts_with(one));
    let held = assigned(&short.tokens[..short.len], &long.tokens[..long.len], 0);
    if held || truncated || near(one, two) { NameLevel::Variant } else { NameLevel::Different }
}

/// Whether each token of the shorter part has a token of its own in the longer; `taken` marks used ones.
fn assigned(short: &[Folded], long: &[Folded], taken: u32) -> bool {
    let Some((first, rest)) = short.split_first() else { return true };
    (0..long.len())
        .any(|at| taken >> at & 1 == 0 && alike(first, &long[at]) && assigned(rest, long, taken | 1 << at))
}

/// Whether two tokens are spellings of one name.
fn alike(left: &Folded, right: &Folded) -> bool {
    let (one, two) = (left.as_bytes(), right.as_bytes());
    // An initial contradicts only names that begin otherwise.
    if one.len() == 1 || two.len() == 1 {
        return one[0] == two[0] || one[0] == b'?' || two[0] == b'?';
    }
    if one == two || near(one, two) {
        return true;
    }
    let families = [left, right].map(|token| family(token.as_str()));
    families[0].is_some() && families[0] == families[1]
}

/// Whether two folds differ by no more than their length forgives, feminine endings set aside.
fn near(left: &[u8], right: &[u8]) -> bool {
    let within = |one: &[u8], two: &[u8]| {
        let budget = match one.len().min(two.len()) {
            0..=3 => 0,
            4..=6 => 1,
            _ => 2,
        };
        one.len().abs_diff(two.len()) <= budget + lost(one) + lost(two) && edits(one, two) <= budget
    };
    if within(left, right) {
        return true;
    }
    let (one, two) = (Masculine::of(left), Masculine::of(right));
    (one.changed || two.changed) && within(one.as_bytes(), two.as_bytes())
}

fn lost(fold: &[u8]) -> usize {
    fold.iter().filter(|&&byte| byte == b'?').count()
}

/// A fold with the feminine ending of a surname made masculine: -OVA, -EVA, -INA lose the A, -AIA becomes I.
struct Masculine {
    bytes: [u8; JOINED_BYTES_MAX],
    len: usize,
    changed: bool,
}

impl Masculine {
    fn of(fold: &[u8]) -> Masculine {
        let mut masculine = Masculine { bytes: [0; JOINED_BYTES_MAX], len: fold.len(), changed: true };
        masculine.bytes[..fold.len()].copy_from_slice(fold);
        if fold.len() > 5 && fold.ends_with(b"AIA") {
            masculine.bytes[fold.len() - 3] = b'I';
            masculine.len -= 2;
        } else if fold.len() > 4 && [&b"OVA"[..], b"EVA", b"INA"].iter().any(|ending| fold.ends_with(ending))
        {
            masculine.len -= 1;
        } else {
            masculine.changed = false;
        }
        masculine
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Edits between two folds: insertions, deletions, substitutions, swapped neighbours. A `?` stands for any
/// letter that an eight-bit export loses (Ә Ғ Қ Ң Ө Ұ Ү Һ), or for none where two letters were one.
fn edits(left: &[u8], right: &[u8]) -> usize {
    const SIDE: usize = JOINED_BYTES_MAX + 1;
    const _: () = assert!(FOLD_BYTES_MAX < SIDE);
    let wild = |byte: u8| matches!(byte, b'?' | b'A' | b'H' | b'K' | b'N' | b'O' | b'U');
    let same = |one: u8, two: u8| one == two || (one == b'?' && wild(two)) || (two == b'?' && wild(one));
    let gap = |byte: u8| u8::from(byte != b'?');
    let mut rows = [[0u8; SIDE]; 3];
    for (at, &byte) in right.iter().enumerate() {
        rows[0][at + 1] = rows[0][at] + gap(byte);
    }
    for (down, &one) in left.iter().enumerate() {
        let [before, above, row] = match down % 3 {
            0 => [2, 0, 1],
            1 => [0, 1, 2],
            _ => [1, 2, 0],
        };
        rows[row][0] = rows[above][0] + gap(one);
        for (across, &two) in right.iter().enumerate() {
            let mut least = rows[above][across] + u8::from(!same(one, two));
            least = least.min(rows[above][across + 1] + gap(one)).min(rows[row][across] + gap(two));
            if down > 0 && across > 0 && one == right[across - 1] && two == left[down - 1] {
                least = least.min(rows[before][across - 1] + 1);
            }
            rows[row][across + 1] = least;
        }
    }
    rows[left.len() % 3][right.len()].into()
}

/// A patronymic's fold without its ending: Серикович, Серікұлы and SERIKOVNA share a root.
fn root(fold: &[u8]) -> &[u8] {
    const ENDINGS: [&[u8]; 14] = [
        b"OVIJ", b"EVIJ", b"OVNA", b"EVNA", b"ULI", b"KIZI", b"OHLI", b"UHLI", b"ULU", b"ZODA", b"ZADE",
        b"IJNA", b"IJ", b"TEHI",
    ];
    let ending = ENDINGS.iter().find(|ending| fold.len() >= ending.len() + 3 && fold.ends_with(ending));
    ending.map_or(fold, |ending| &fold[..fold.len() - ending.len()])
}

fn patronymics(left: &Parts, right: &Parts) -> NameLevel {
    let level = parts(left, right, false);
    if level <= NameLevel::SameFold {
        return level;
    }
    let (one, two) = (left.joined(), right.joined());
    let (one, two) = (root(one.as_bytes()), root(two.as_bytes()));
    if one == two || near(one, two) { level.min(NameLevel::Variant) } else { level }
}

#[cfg(test)]
mod tests;

//! Name: the distinct values of a column of names, and how alike two of them are by the one model of names.
//!
//! In: normal forms and the role of the column. Out: a comparison level a pair of codes. Each value is parsed once into
//! a sketch of one cache line; nearly all pairs end there, since their letters have too little in common in either
//! script. The pairs that are left are asked of `normalise::name`, whose parsed names are kept by each worker for the
//! values that it met last, for a parsed name is larger than all else that is kept of a value.
//!
//! The law: comparing is symmetric, and what the sketch rejects no measure would have called alike.

use super::similar::{LetterSet, Matcher};
use super::value::Lists;
use crate::batch::Role;
use crate::normalise::hash::mix;
use crate::normalise::name::{NameLevel, PartSketch, PersonName, compare_part};

/// The levels of a name, in the order of their words in `FieldKind::levels`.
pub const SPELLING: u8 = 2;
/// Another ending, language or family.
pub const FORM: u8 = 3;
/// As many edits as the length forgives.
pub const EDIT: u8 = 4;
/// Very similar letters.
pub const VERY_SIMILAR: u8 = 5;
/// Similar letters.
pub const SIMILAR: u8 = 6;
/// An initial, a cut name, a word less.
pub const BEGINS: u8 = 7;
/// The name stands in the other name field.
pub const CROSSED: u8 = 8;
/// Two names.
pub const DIFFERENT: u8 = 9;

/// What decides most pairs.
#[derive(Clone, Copy, Debug, Default)]
struct Sketch {
    letters: LetterSet,
    fold: LetterSet,
    /// Equal for spellings of one name, 0 where that cannot be said.
    sound: u64,
    /// Equal where perhaps only the ending differs, 0 where that cannot be said.
    root: u32,
    flags: u8,
}

/// A letter was lost: `?` may be any.
const LOST: u8 = 1;
/// Some scheme reads the name otherwise.
const READ: u8 = 2;
/// It has several words.
const WORDS: u8 = 4;
/// It stands in Cyrillic letters.
const CYRILLIC: u8 = 8;

/// The distinct values of a column of names.
#[derive(Debug)]
pub struct Names {
    role: Role,
    sketches: Vec<Sketch>,
    folds: Lists<u8>,
    readings: Lists<u64>,
}

/// Parsed names that a worker met last, by code; a power of two.
const PARSED: usize = 256;

/// The parsed names of a column that a worker met last.
#[derive(Debug, Default)]
pub struct Parsed {
    slots: Vec<(u32, PersonName)>,
}

impl Parsed {
    /// Puts both names into their slots and gives them; a name that is there is not parsed again.
    fn two(&mut self, role: Role, codes: [u32; 2], text: impl Fn(u32) -> String) -> [&PersonName; 2] {
        if self.slots.is_empty() {
            self.slots.resize_with(2 * PARSED, || (u32::MAX, PersonName::default()));
        }
        // The left and the right name have slots of their own, so that none drives out the other.
        let slot = |side: usize| side * PARSED + (mix(u64::from(codes[side])) >> 56) as usize % PARSED;
        for (side, &code) in codes.iter().enumerate() {
            let slot = &mut self.slots[slot(side)];
            if slot.0 != code {
                *slot = (code, PersonName::only(role, &text(code)));
            }
        }
        [&self.slots[slot(0)].1, &self.slots[slot(1)].1]
    }
}

impl Names {
    /// Prepares the values of a column; `letters` are those of each value in the column's alphabet.
    #[must_use]
    pub fn new<'a>(
        role: Role,
        count: u32,
        text: impl Fn(u32) -> &'a str,
        letters: impl Fn(u32) -> &'a [u8],
    ) -> Self {
        let mut names = Names {
            role,
            sketches: Vec::with_capacity(count as usize),
            folds: Lists::default(),
            readings: Lists::default(),
        };
        for code in 0..count {
            let text = text(code);
            let known = PartSketch::of(&PersonName::only(role, text), role);
            let fold = known.fold.as_bytes();
            let cyrillic = text.as_bytes().iter().any(|byte| (0xd0..=0xd4).contains(byte));
            let flag = |is: bool, flag: u8| if is { flag } else { 0 };
            names.sketches.push(Sketch {
                letters: LetterSet::of(letters(code)),
                fold: LetterSet::of(fold),
                sound: known.sound,
                root: (known.root >> 32) as u32 | u32::from(known.root != 0),
                flags: flag(known.fold.is_lost(), LOST)
                    | flag(!known.readings.is_empty(), READ)
                    | flag(known.words > 1, WORDS)
                    | flag(cyrillic, CYRILLIC),
            });
            names.folds.push(fold.iter().copied());
            names.readings.push(known.readings);
        }
        names
    }

    /// A hash that spellings of one name share; 0 for none.
    #[inline]
    #[must_use]
    pub fn sound(&self, code: u32) -> u64 {
        self.sketches[code as usize].sound
    }

    /// The folded letters of a name, its words written as one.
    #[inline]
    #[must_use]
    pub fn fold(&self, code: u32) -> &[u8] {
        self.folds.get(code)
    }

    /// The level of two different values, both known; `letters` are those of a value, `text` is its normal form.
    #[must_use]
    pub fn level<'a>(
        &self,
        a: u32,
        b: u32,
        letters: impl Fn(u32) -> &'a [u8],
        text: impl Fn(u32) -> &'a str,
        matcher: &mut Matcher,
        parsed: &mut Parsed,
    ) -> u8 {
        let (one, two) = (&self.sketches[a as usize], &self.sketches[b as usize]);
        let mut asked = || {
            let [left, right] = parsed.two(self.role, [a, b], |code| text(code).to_owned());
            compare_part(left, right, self.role).level
        };
        if one.sound == two.sound && one.sound != 0 {
            return self.same_sound(a, b, &mut asked);
        }
        let either = one.flags | two.flags;
        let across = (one.flags ^ two.flags) & CYRILLIC != 0;
        let kin = (one.root == two.root && one.root != 0)
            || either & LOST != 0
            || (either & READ != 0 && self.read_alike(a, b));
        let heard = one.fold.edits_min(two.fold) <= 2;
        // Two scripts share no letter, and have only their folds.
        let (left, right) = if across { (one.fold, two.fold) } else { (one.letters, two.letters) };
        let within = left.may_hold(right) && (left.first() == right.first() || either & WORDS != 0);
        let alike = left.may_be_alike(right) || left.edits_min(right) <= 2;
        // Nearly all pairs end here.
        if !kin && !heard && !within && !alike {
            return DIFFERENT;
        }
        let (fx, fy) = (self.fold(a), self.fold(b));
        let (x, y) = if across { (fx, fy) } else { (letters(a), letters(b)) };
        let edits = if alike { matcher.edits(x, y) } else { 9 };
        let fold_edits = if across {
            edits
        } else if heard {
            matcher.edits(fx, fy)
        } else {
            9
        };
        let wordy = within && either & WORDS != 0;
        let model = if kin || fold_edits <= 2 || wordy { asked() } else { NameLevel::Different };
        let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
        match model {
            NameLevel::Identical | NameLevel::SameLetters | NameLevel::SameScheme | NameLevel::SameFamily => {
                return FORM;
            }
            NameLevel::OneEdit | NameLevel::SameSound => return EDIT,
            _ => {}
        }
        if (edits <= 1 && short.len() >= 3) || (fold_edits <= 1 && fx.len().min(fy.len()) >= 4) {
            return EDIT;
        }
        let likeness = if alike { matcher.jaro_winkler(x, y) } else { 0.0 };
        if model == NameLevel::Near || likeness >= 0.92 || (edits <= 2 && short.len() >= 6) {
            return VERY_SIMILAR;
        }
        // An initial, a cut name, a short form: whole words or beginnings.
        if model == NameLevel::PartMissing
            || (within && long.starts_with(short))
            || (wordy && short.len() >= 3 && long.split(|&c| c == b' ').any(|word| word == short))
        {
            return BEGINS;
        }
        if likeness >= 0.8 { SIMILAR } else { DIFFERENT }
    }

    /// Two spellings of one fold or family, unless their sounds exclude each other.
    fn same_sound(&self, a: u32, b: u32, asked: &mut impl FnMut() -> NameLevel) -> u8 {
        if self.fold(a) != self.fold(b) {
            return FORM;
        }
        // Ж and Ч, С and Ш fold alike: Жанар is not Чанар.
        let doubtful = self.fold(a).iter().any(|byte| matches!(byte, b'J' | b'S' | b'H'));
        if !doubtful {
            return SPELLING;
        }
        match asked() {
            NameLevel::Near | NameLevel::Different => VERY_SIMILAR,
            _ => SPELLING,
        }
    }

    /// Whether some scheme reads one as the other.
    fn read_alike(&self, a: u32, b: u32) -> bool {
        let (one, two) = (self.readings.get(a), self.readings.get(b));
        let plain = |code: u32| PartSketch::plain(self.fold(code));
        one.iter().any(|reading| two.contains(reading))
            || (!one.is_empty() && one.contains(&plain(b)))
            || (!two.is_empty() && two.contains(&plain(a)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::people::field::FieldKind;
    use crate::link::people::table::Dictionary;
    use crate::link::people::value::Values;

    /// The level of two names of a column, seen from both sides.
    fn level(role: Role, left: &str, right: &str) -> &'static str {
        let mut dictionary = Dictionary::default();
        let [a, b] = [left, right].map(|text| dictionary.code(&FieldKind::Name.normal(role, text)));
        assert!(a != b && a != 0 && b != 0, "{left} ~ {right} are two values");
        let frequency = vec![1; dictionary.texts.len()];
        let values = Values::new(FieldKind::Name, role, dictionary.texts, &frequency);
        let (mut matcher, mut parsed) = (Matcher::default(), Parsed::default());
        let found = values.level(a, b, &mut matcher, &mut parsed);
        assert_eq!(found, values.level(b, a, &mut matcher, &mut parsed), "{left} ~ {right} from both sides");
        FieldKind::Name.levels()[usize::from(found)]
    }

    #[test]
    fn names_of_columns_are_compared_by_the_model() {
        use Role::{GivenName, Patronymic, Surname};
        const SPELLING: &str = "same in another spelling";
        const FORM: &str = "another form of the name";
        for (role, left, right, expected, why) in [
            (Surname, "Ахметов", "AKHMETOV", SPELLING, "two scripts"),
            (GivenName, "Жасұлан", "ZHASSULAN", SPELLING, "a Kazakh name in a passport"),
            (GivenName, "Юлия", "IULIIA", SPELLING, "ICAO"),
            (GivenName, "Абдул-Рахман", "АБДУЛРАХМАН", SPELLING, "a hyphen comes and goes"),
            (GivenName, "Абдул Рахман", "ABDULRAHMAN", SPELLING, "and a space, across scripts"),
            (Surname, "Иванова", "IVANOV", FORM, "the feminine ending"),
            (Surname, "Серікұлы", "Сериков", FORM, "the ending of another language"),
            (Surname, "Шакиров", "CHAKIROV", FORM, "the French reading of CH"),
            (GivenName, "Мухаммад", "MEHMET", FORM, "a family of spellings"),
            (GivenName, "?лихан", "Әлихан", FORM, "a letter that an export lost"),
            (Patronymic, "Серикович", "Серікұлы", FORM, "whose son"),
            (Patronymic, "Serikovna", "Серикқызы", FORM, "whose daughter, across scripts"),
            (Surname, "Абдрахманов", "Абдурахманов", "one edit", "a vowel more"),
            (Surname, "Нурланов", "NURLANV", "one edit", "a slip, across scripts"),
            (
                GivenName,
                "Жанар",
                "Чанар",
                "very similar",
                "two names whose folds are one are no spelling of one",
            ),
            (Patronymic, "С.", "Серикович", "one begins the other", "an initial"),
            (GivenName, "Анна", "Анна Мария", "one begins the other", "a word less"),
            (GivenName, "Анна", "MARIA ANNA", "one begins the other", "a word less, across scripts"),
            (Surname, "Омаров", "Ким", "different", "two names"),
            (Surname, "Омаров", "KIM", "different", "two names, across scripts"),
        ] {
            assert_eq!(level(role, left, right), expected, "{left} ~ {right}: {why}");
        }
    }
}

//! Levels: how alike two names are, in words and in figures.
//!
//! The law: levels are ordered, from the same text to another name, and [`NameLevel::is_same`] draws one line
//! between them for everybody who asks whether two names are one.

use super::family::{self, FamilyId};
use super::scheme::Scheme;

/// How alike two values of one part are, from most to least. The examples are in [`super`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameLevel {
    /// The same text.
    Identical,
    /// The same letters: case, hyphens, spaces, apostrophes or diacritics differ.
    SameLetters,
    /// The same name in another script or spelling scheme, or with letters that an export lost.
    SameScheme,
    /// Another form of the name: a family of spellings, a feminine ending, a patronymic of another language.
    SameFamily,
    /// As many edits as the length forgives.
    OneEdit,
    /// The same consonants, heard alike.
    SameSound,
    /// One side has less: a token, all but an initial, the end that an MRZ cut.
    PartMissing,
    /// One side or both have none: nothing is known.
    Missing,
    /// A letter or two apart, which may be a slip of the pen and may be another name: Омаров, Умаров.
    Near,
    /// Two names.
    Different,
}

impl NameLevel {
    /// All levels, from most alike to least.
    pub const ALL: [NameLevel; 10] = [
        NameLevel::Identical,
        NameLevel::SameLetters,
        NameLevel::SameScheme,
        NameLevel::SameFamily,
        NameLevel::OneEdit,
        NameLevel::SameSound,
        NameLevel::PartMissing,
        NameLevel::Missing,
        NameLevel::Near,
        NameLevel::Different,
    ];

    /// The level's word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            NameLevel::Identical => "identical",
            NameLevel::SameLetters => "same_letters",
            NameLevel::SameScheme => "same_scheme",
            NameLevel::SameFamily => "same_family",
            NameLevel::OneEdit => "one_edit",
            NameLevel::SameSound => "same_sound",
            NameLevel::PartMissing => "part_missing",
            NameLevel::Missing => "missing",
            NameLevel::Near => "near",
            NameLevel::Different => "different",
        }
    }

    /// Whether the two count as one name. Nothing known is no contradiction, and no agreement either.
    #[must_use]
    pub fn is_same(self) -> bool {
        self < NameLevel::Missing
    }
}

/// What made a level, for the person who asks why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The level says it all.
    Plain,
    /// The folds are one.
    Fold,
    /// The folds are one but for Г and Х.
    Breath,
    /// A scheme reads one as the other.
    Scheme(Scheme),
    /// A `?` stands where an export lost a letter.
    LostLetter,
    /// A family of spellings.
    Family(Family),
    /// A short form of the name.
    Diminutive,
    /// Another ending of the same surname or patronymic.
    Ending,
    /// Tokens that come and go, such as AL or BIN.
    Particle,
    /// An initial.
    Initial,
    /// Cut off at the end.
    Truncated,
    /// A token more on one side.
    Extra,
    /// Equal folds of sounds that exclude each other, as Ж and Ч.
    Clash,
    /// Chinese or Korean syllables that differ although their letters are close.
    OtherSyllables,
}

/// A family of spellings, by its canonical name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Family(pub(super) FamilyId);

impl Family {
    /// The family's canonical name.
    #[must_use]
    pub fn name(self) -> &'static str {
        family::canonical(self.0)
    }
}

/// A level and what made it. The order of reasons within a level means nothing, but makes every choice between
/// likenesses the same from both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness {
    /// How alike.
    pub level: NameLevel,
    /// Why.
    pub reason: Reason,
}

impl Likeness {
    pub(super) const MISSING: Likeness = Likeness { level: NameLevel::Missing, reason: Reason::Plain };
    pub(super) const DIFFERENT: Likeness = Likeness { level: NameLevel::Different, reason: Reason::Plain };

    pub(super) fn new(level: NameLevel, reason: Reason) -> Likeness {
        Likeness { level, reason }
    }

    /// The more alike of two.
    pub(super) fn or(self, other: Likeness) -> Likeness {
        self.min(other)
    }

    /// The less alike of two.
    pub(super) fn and(self, other: Likeness) -> Likeness {
        self.max(other)
    }

    /// The likeness in words, for one part of a name.
    #[must_use]
    pub fn in_words(self) -> String {
        match (self.level, self.reason) {
            (NameLevel::Identical, _) => "the same text".to_owned(),
            (NameLevel::SameLetters, _) => {
                "the same letters; case, marks or what parts them differ".to_owned()
            }
            (_, Reason::Fold) => {
                "one name under the schemes that states use: both fold to the same".to_owned()
            }
            (_, Reason::Breath) => "the same but for Г and Х, which ears and schemes confuse".to_owned(),
            (_, Reason::Scheme(scheme)) => format!("one name under {}", scheme.in_words()),
            (_, Reason::LostLetter) => {
                "the same where `?` stands for a letter that an export lost".to_owned()
            }
            (_, Reason::Family(family)) => format!("spellings of one name, {}", family.name()),
            (_, Reason::Diminutive) => "a short form of the name, or two of one".to_owned(),
            (_, Reason::Ending) => "another ending of the same name, for another sex or language".to_owned(),
            (_, Reason::Particle) => "the same but for a particle that comes and goes".to_owned(),
            (_, Reason::Initial) => "an initial, which contradicts nothing".to_owned(),
            (_, Reason::Truncated) => "cut off at the end, as an MRZ does".to_owned(),
            (_, Reason::Extra) => "one side has a word more".to_owned(),
            (_, Reason::Clash) => "sounds that no scheme confuses, such as Ж and Ч".to_owned(),
            (_, Reason::OtherSyllables) => "other syllables, although the letters are close".to_owned(),
            (NameLevel::OneEdit, Reason::Plain) => "as many letters apart as its length forgives".to_owned(),
            (NameLevel::SameSound, Reason::Plain) => "the same consonants, heard alike".to_owned(),
            (NameLevel::Missing, _) => "one side or both have none".to_owned(),
            (NameLevel::Near, _) => "a letter or two apart: a slip of the pen, or another name".to_owned(),
            (_, Reason::Plain) => "two names".to_owned(),
        }
    }
}

/// The score from which two names count as one.
pub const MATCH_SCORE: f64 = 0.5;

/// The score from which one part is near at most and the others agree: who screens lists for anybody that may
/// be meant, and looks at each hit, draws the line here.
pub const NEAR_SCORE: f64 = 0.2;

/// Log-odds in thousandths that a level of a part speaks for one name: surname, given name, patronymic. The
/// surname weighs more than the given name, which weighs more than the patronymic; agreement of rarer parts
/// is not told apart here, since that needs the frequencies of a file.
fn weight(part: usize, likeness: Likeness) -> i32 {
    const WEIGHTS: [[i32; 10]; 3] = [
        [6000, 5900, 5600, 4800, 4000, 3400, 2600, 0, 1900, -8000],
        [4600, 4500, 4300, 3600, 3000, 2600, 2000, 0, 1500, -6000],
        [3000, 2900, 2800, 2600, 2000, 1600, 1000, 0, 500, -5000],
    ];
    match likeness {
        // Sounds or syllables that exclude each other are no slip of the pen.
        Likeness { level: NameLevel::Near, reason } if reason != Reason::Plain => -500,
        _ => WEIGHTS[part][likeness.level as usize],
    }
}

/// The score of three likenesses, 0 to 1 with four decimals. A part that is near keeps it below
/// [`MATCH_SCORE`], a part that differs below [`NEAR_SCORE`], whatever the others say; two parts that are near by
/// single letters reach [`NEAR_SCORE`].
pub(super) fn score(parts: [Likeness; 3]) -> f64 {
    const PRIOR: i32 = -3500;
    let sum: i32 = parts.iter().enumerate().map(|(part, &likeness)| weight(part, likeness)).sum();
    let odds = f64::from(PRIOR + sum) / 1000.0;
    let most = match parts.iter().map(|likeness| likeness.level).max() {
        Some(NameLevel::Different) => NEAR_SCORE,
        Some(NameLevel::Near) => 0.45,
        _ => 1.0,
    };
    let score = (1.0 / (1.0 + (-odds).exp())) * most;
    (score * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_scores_fall_with_them() {
        for pair in NameLevel::ALL.windows(2) {
            assert!(pair[0] < pair[1]);
            for part in 0..3 {
                let [one, two] =
                    [pair[0], pair[1]].map(|level| weight(part, Likeness::new(level, Reason::Plain)));
                // What is near by single letters speaks for one name by itself, what is missing does not.
                assert!(one > two || pair[0] == NameLevel::Missing, "{part} {pair:?}");
            }
        }
        let score = |levels: [NameLevel; 3]| score(levels.map(|level| Likeness::new(level, Reason::Plain)));
        let all = |level| score([level, level, NameLevel::Missing]);
        assert!(all(NameLevel::Identical) > 0.99 && all(NameLevel::PartMissing) >= MATCH_SCORE);
        assert!(all(NameLevel::Near) < MATCH_SCORE && all(NameLevel::Missing) < NEAR_SCORE);
        assert!(all(NameLevel::Near) >= NEAR_SCORE);
        // A surname alone, or a given name alone, is no match against its like's other parts.
        for level in NameLevel::ALL.into_iter().filter(|level| level.is_same()) {
            for (levels, most) in [
                ([level, NameLevel::Near, NameLevel::Identical], MATCH_SCORE),
                ([NameLevel::Near, level, NameLevel::Identical], MATCH_SCORE),
                ([level, NameLevel::Identical, NameLevel::Different], NEAR_SCORE),
            ] {
                assert!(score(levels) < most || (score(levels) - most).abs() < 1e-9, "{levels:?}");
            }
        }
    }
}

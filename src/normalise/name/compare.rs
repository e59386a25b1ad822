//! Comparing: two parsed names in, how alike their parts are out.
//!
//! Tokens are compared first by what decides at once (hashes of folds, readings, syllables, families), then by
//! edits, and only where the letters they share leave a chance. Parts are compared whole and token by token,
//! names as they stand, with columns exchanged, and where an order is unknown under every order.
//!
//! The law: symmetric, and an absent part contradicts nothing.

use super::edit;
use super::ending;
use super::family;
use super::level::{Family, Likeness, NameLevel, Reason, score};
use super::person::{PersonName, TOKENS_MAX, Token, letters};
use super::scheme::Scheme;
use crate::batch::Role;
use crate::normalise::fold::{Clash, Folded};
use crate::normalise::hash::{hash, mix_pair};
use NameLevel::{
    Different, Identical, Missing, Near, OneEdit, PartMissing, SameFamily, SameLetters, SameScheme, SameSound,
};

/// What [`compare`] found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NameComparison {
    /// Of the surnames.
    pub surname: Likeness,
    /// Of the given names.
    pub given: Likeness,
    /// Of the patronymics; they come and go, so this never makes a name changed.
    pub patronymic: Likeness,
    /// Whether the parts agree only when surname and given name are taken together or change places.
    pub rearranged: bool,
    /// Of the names as wholes: the least alike of their parts, those left out that are missing.
    pub level: NameLevel,
    /// How far the names alone speak for one person, 0 to 1; [`MATCH_SCORE`](super::MATCH_SCORE) and more is one name. Not a
    /// probability: how many bear the name is not looked at.
    pub score: f64,
}

impl NameComparison {
    fn new(surname: Likeness, given: Likeness, patronymic: Likeness, rearranged: bool) -> Self {
        let parts = [surname.level, given.level, patronymic.level];
        let known = parts.iter().copied().filter(|&level| level != Missing).max();
        let mut level = known.unwrap_or(Missing);
        if level.is_same() && (surname.level == Missing || given.level == Missing) {
            level = level.max(PartMissing);
        }
        NameComparison {
            surname,
            given,
            patronymic,
            rearranged,
            level,
            score: score([surname, given, patronymic]),
        }
    }

    /// Whether the two count as one name.
    #[must_use]
    pub fn is_match(&self) -> bool {
        self.level.is_same()
    }

    /// The part that was changed, beyond spelling and slips of the pen: the surname first, as marriages change it.
    #[must_use]
    pub fn changed(&self) -> Option<Role> {
        match (self.surname.level, self.given.level) {
            (Different, _) => Some(Role::Surname),
            (_, Different) => Some(Role::GivenName),
            _ => None,
        }
    }
}

/// What a part is, which decides what may be forgiven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Surname,
    Given,
}

/// Printed characters of surname and given name from which an MRZ may have cut them (TD1: 30 characters).
const TRUNCATED_FROM: usize = 28;

/// Compares two names part by part. Symmetric, without allocation; some microseconds at worst.
///
/// ```
/// use iinrec::batch::Role;
/// use iinrec::normalise::name::{NameLevel, PersonName, compare};
/// let before = PersonName::new("Иванова", "Юлия", "Петровна");
/// let after = PersonName::new("SIDOROVA", "IULIIA", "");
/// let found = compare(&before, &after);
/// assert_eq!((found.given.level, found.changed()), (NameLevel::SameScheme, Some(Role::Surname)));
/// ```
#[must_use]
pub fn compare(left: &PersonName, right: &PersonName) -> NameComparison {
    let cut = left.chars().min(right.chars()) + 2 >= TRUNCATED_FROM;
    let context = Context {
        cut,
        chinese: left.chinese && right.chinese,
        korean: left.korean && right.korean,
        ordered: !left.whole && !right.whole,
    };
    let patronymic = patronymics(left, right);
    let mut best: Option<NameComparison> = None;
    let mut offer = |surname: Likeness, given: Likeness, rearranged: bool| {
        let found = NameComparison::new(surname, given, patronymic, rearranged);
        if best.is_none_or(|best| rank(&found) < rank(&best)) {
            best = Some(found);
        }
        found.surname.level <= SameScheme && found.given.level <= SameScheme
    };

    if !left.whole && !right.whole {
        let surname = texts(left, right, |name| name.surname).unwrap_or_else(|| {
            parts(left.part(&left.surname), right.part(&right.surname), Kind::Surname, context)
        });
        let mut given = texts(left, right, |name| name.given)
            .unwrap_or_else(|| parts(left.part(&left.given), right.part(&right.given), Kind::Given, context));
        if given.level > SameScheme && given.level != Missing {
            given = given.or(without_patronymics(left, right, context));
        }
        let done = offer(surname, given, false);
        let silent = (left.surname.is_empty() && right.surname.is_empty())
            || (left.given.is_empty() && right.given.is_empty());
        if done || silent || (surname.level.is_same() && given.level.is_same()) {
            return best.expect("offered");
        }
        let crossed = [(left.surname, right.given), (right.surname, left.given)];
        let [one, two] = [0, 1].map(|at| {
            let (surname, given) = crossed[at];
            let (a, b) = if at == 0 { (left, right) } else { (right, left) };
            parts(a.part(&surname), b.part(&given), Kind::Given, Context { ordered: false, ..context })
        });
        if one.level.is_same() && two.level.is_same() {
            let both = one.and(two);
            offer(both, both, true);
        }
        bag(left, right, context, &mut offer);
    } else if left.whole && right.whole {
        if let Some(same) = texts(left, right, |name| name.given) {
            offer(same, same, false);
        } else {
            bag(left, right, context, &mut offer);
            // Orders of both sides at once would try each pair twice.
            for one in orders(left).into_iter().take(2).flatten() {
                for two in orders(right).into_iter().flatten() {
                    pair(one, two, context, &mut offer);
                }
            }
            for one in orders(left).into_iter().flatten() {
                for two in orders(right).into_iter().take(2).flatten() {
                    pair(one, two, context, &mut offer);
                }
            }
        }
    } else {
        bag(left, right, context, &mut offer);
        let (whole, parted) = if left.whole { (left, right) } else { (right, left) };
        let two = (parted.part(&parted.surname), parted.part(&parted.given));
        for one in orders(whole).into_iter().flatten() {
            pair(one, two, context, &mut offer);
        }
        // The patronymic may stand in the whole name, where nothing told it from a surname.
        if whole.patronymic.is_empty() && !parted.patronymic.is_empty() {
            with_patronymic(whole, parted, context, &mut offer);
        }
    }
    best.unwrap_or(NameComparison::new(Likeness::MISSING, Likeness::MISSING, patronymic, false))
}

/// Compares one part of two names that were parsed by [`PersonName::only`], where columns are compared one by one.
///
/// ```
/// use iinrec::batch::Role;
/// use iinrec::normalise::name::{NameLevel, PersonName, compare_part};
/// let level = |part, left: &str, right: &str| {
///     compare_part(&PersonName::only(part, left), &PersonName::only(part, right), part).level
/// };
/// assert_eq!(level(Role::Surname, "Ахметова", "AKHMETOV"), NameLevel::SameFamily);
/// assert_eq!(level(Role::Patronymic, "Серикович", "SERIKULY"), NameLevel::SameFamily);
/// assert_eq!(level(Role::GivenName, "Ж.", "Жанар"), NameLevel::PartMissing);
/// ```
#[must_use]
pub fn compare_part(left: &PersonName, right: &PersonName, part: Role) -> Likeness {
    let context = Context {
        cut: false,
        chinese: left.chinese && right.chinese,
        korean: left.korean && right.korean,
        ordered: true,
    };
    match part {
        Role::Patronymic => patronymics(left, right),
        Role::Surname => texts(left, right, |name| name.surname).unwrap_or_else(|| {
            parts(left.part(&left.surname), right.part(&right.surname), Kind::Surname, context)
        }),
        _ => texts(left, right, |name| name.given)
            .unwrap_or_else(|| parts(left.part(&left.given), right.part(&right.given), Kind::Given, context)),
    }
}

/// The better of two comparisons has the better whole, then the better score, then fewer rearrangements.
fn rank(found: &NameComparison) -> (NameLevel, i64, bool, Likeness, Likeness) {
    let level = if found.level == Missing { Different } else { found.level };
    (level, -(found.score * 1e4) as i64, found.rearranged, found.surname, found.given)
}

#[derive(Clone, Copy, Debug)]
struct Context {
    /// Whether an MRZ may have cut one of the names.
    cut: bool,
    /// Whether both are Chinese throughout.
    chinese: bool,
    /// Whether both are Korean throughout.
    korean: bool,
    /// Whether it is known which words are surnames.
    ordered: bool,
}

/// What the texts alone say of a part.
fn texts(
    left: &PersonName,
    right: &PersonName,
    part: fn(&PersonName) -> super::person::Part,
) -> Option<Likeness> {
    let (one, two) = (part(left), part(right));
    if one.is_empty() || two.is_empty() {
        return Some(Likeness::MISSING);
    }
    if one.text == two.text {
        return Some(Likeness::new(Identical, Reason::Plain));
    }
    (one.letters == two.letters && one.letters != 0).then_some(Likeness::new(SameLetters, Reason::Plain))
}

type Sides<'a> = (&'a [Token], &'a [Token]);

/// The ways in which a name of unknown order may be parted: surname first or last, of one word or two.
fn orders(name: &PersonName) -> [Option<Sides<'_>>; 4] {
    let words = name.part(&name.given);
    let last = |count: usize| words.len().checked_sub(count);
    let after = |count: usize| Some((words.get(..count)?, &words[count..]));
    let before = |count: usize| last(count).map(|at| (&words[at..], &words[..at]));
    match words.len() {
        0 | 1 => [Some((words, &[])), Some((&[], words)), None, None],
        2 => [after(1), before(1), None, None],
        _ => [after(1), before(1), after(2), before(2)],
    }
}

fn pair(
    one: Sides<'_>,
    two: Sides<'_>,
    context: Context,
    offer: &mut impl FnMut(Likeness, Likeness, bool) -> bool,
) {
    let surname = parts(one.0, two.0, Kind::Surname, context);
    let given = parts(one.1, two.1, Kind::Given, context);
    // One word that stands among three says too little.
    let words = |side: Sides<'_>| side.0.len() + side.1.len();
    if words(one).min(words(two)) == 1 && words(one).max(words(two)) > 2 {
        return;
    }
    let silent = surname.level == Missing && given.level == Missing;
    if silent && !(one.0.is_empty() && one.1.is_empty()) && !(two.0.is_empty() && two.1.is_empty()) {
        return;
    }
    // A word more here and another more there is a word that found no place.
    let more = |a: &[Token], b: &[Token]| a.len() > b.len() && !b.is_empty();
    let both = (more(one.0, two.0) && more(two.1, one.1)) || (more(two.0, one.0) && more(one.1, two.1));
    if both && surname.level == PartMissing && given.level == PartMissing {
        return;
    }
    offer(surname, given, false);
}

/// A patronymic may stand in the given name of one record and in its own column of the other.
fn without_patronymics(left: &PersonName, right: &PersonName, context: Context) -> Likeness {
    let named = [left.part(&left.patronymic), right.part(&right.patronymic)];
    if named.iter().all(|tokens| tokens.is_empty()) {
        return Likeness::DIFFERENT;
    }
    let is_named = |token: &Token| {
        let root = ending::patronymic_root(token.fold.as_bytes());
        ending::is_marker(token.fold.as_bytes())
            || named.iter().flat_map(|tokens| tokens.iter()).any(|other| {
                ending::patronymic_root(other.fold.as_bytes()) == root && other.fold.as_bytes().len() > 3
            })
    };
    let rest = |name: &PersonName| -> Vec<Token> {
        name.part(&name.given).iter().filter(|token| !is_named(token)).copied().collect()
    };
    let (one, two) = (rest(left), rest(right));
    if one.is_empty() || two.is_empty() {
        return Likeness::DIFFERENT;
    }
    parts(&one, &two, Kind::Given, context)
}

/// Offers a whole name without the word that is the other's patronymic.
fn with_patronymic(
    whole: &PersonName,
    parted: &PersonName,
    context: Context,
    offer: &mut impl FnMut(Likeness, Likeness, bool) -> bool,
) {
    let words = whole.part(&whole.given);
    let Some(father) = parted.part(&parted.patronymic).first() else { return };
    let root = ending::patronymic_root(father.fold.as_bytes());
    let rest: Vec<Token> = words
        .iter()
        .filter(|word| {
            ending::patronymic_root(word.fold.as_bytes()) != root && !ending::is_marker(word.fold.as_bytes())
        })
        .copied()
        .collect();
    if rest.len() < 2 || rest.len() == words.len() {
        return;
    }
    let two = (parted.part(&parted.surname), parted.part(&parted.given));
    for at in 1..rest.len() {
        pair((&rest[..at], &rest[at..]), two, context, offer);
        pair((&rest[at..], &rest[..at]), two, context, offer);
    }
}

/// Surnames and given names taken together: in any order of their words, and where an order is unknown also as if
/// nothing parted them.
fn bag(
    left: &PersonName,
    right: &PersonName,
    context: Context,
    offer: &mut impl FnMut(Likeness, Likeness, bool) -> bool,
) {
    let words =
        |name: &PersonName| -> Vec<Token> { [name.part(&name.surname), name.part(&name.given)].concat() };
    let (one, two) = (words(left), words(right));
    let (least, most) = (one.len().min(two.len()), one.len().max(two.len()));
    if most > TOKENS_MAX {
        return;
    }
    if least >= 3 && (one.len() == two.len() || !context.ordered) {
        let (short, long) = if one.len() <= two.len() { (&one, &two) } else { (&two, &one) };
        let found = held(short, long, Kind::Given, context);
        // Of many words in no known order one may have a slip.
        let enough = if context.ordered { SameFamily } else { Near };
        let all = found.level != PartMissing;
        if all && found.level <= enough && found.level != Missing {
            offer(found, found, true);
        }
    }
    if !context.ordered && least == 1 && most == 2 {
        let found = wholes(&one, &two, Kind::Given, context);
        if found.level <= OneEdit {
            offer(found, found, true);
        }
    }
}

/// How alike two parts are.
fn parts(left: &[Token], right: &[Token], kind: Kind, context: Context) -> Likeness {
    match (left, right) {
        ([], _) | (_, []) => Likeness::MISSING,
        ([one], [two]) => tokens(one, two, kind, context),
        _ => {
            let whole = wholes(left, right, kind, context);
            if whole.level <= SameScheme {
                return whole;
            }
            let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
            let each = held(short, long, kind, context);
            // Edits that a long text forgives may be a whole word of it, so texts are compared as wholes only
            // where they are not parted alike.
            if left.len() == right.len() && whole.reason != Reason::Truncated { each } else { whole.or(each) }
        }
    }
}

/// How alike two parts are when nothing parts their words.
fn wholes(left: &[Token], right: &[Token], kind: Kind, context: Context) -> Likeness {
    let letters = |part: &[Token]| part.iter().fold(0, |set, token| set | token.letters);
    let apart = (letters(left) ^ letters(right)).count_ones();
    // Most parts of other names end here, before anything is joined.
    if apart > 8
        && !context.chinese
        && !context.korean
        && !left.iter().chain(right).any(|token| token.fold.is_lost())
    {
        return Likeness::DIFFERENT;
    }
    tokens(&joined(left), &joined(right), kind, context)
}

/// All tokens of a part in one, as if no space or hyphen parted them.
pub(super) fn joined(part: &[Token]) -> Token {
    let mut whole = part[0];
    for next in &part[1..] {
        whole.fold.append(&next.fold);
        whole.chinese = if whole.chinese.is_none() || next.chinese.is_none() {
            Default::default()
        } else {
            whole.chinese.then(next.chinese)
        };
        whole.korean = if whole.korean.is_none() || next.korean.is_none() {
            Default::default()
        } else {
            whole.korean.then(next.korean)
        };
        whole.cyrillic |= next.cyrillic;
    }
    if part.len() > 1 {
        whole.text = part.iter().fold(0, |sum, token| mix_pair(sum, token.text));
        whole.hash = hash(whole.fold.as_bytes());
        whole.letters = letters(whole.fold.as_bytes());
        whole.family = family::of(whole.hash);
        whole.shorts = family::shorts(whole.hash);
        whole.readings = Default::default();
        whole.particle = false;
    }
    whole
}

/// Gives each token of the shorter part one of the longer, so that the least alike pair is as alike as can be;
/// what is left over in the longer is a word more.
fn held(short: &[Token], long: &[Token], kind: Kind, context: Context) -> Likeness {
    if long.len() > TOKENS_MAX {
        return Likeness::DIFFERENT;
    }
    let mut table = [[Likeness::DIFFERENT; TOKENS_MAX]; TOKENS_MAX];
    for (down, one) in short.iter().enumerate() {
        for (across, two) in long.iter().enumerate() {
            table[down][across] = tokens(one, two, kind, context);
        }
    }
    let (found, taken) = assign(&table, short.len(), long.len(), 0, 0);
    let over = |at: usize| taken >> at & 1 == 0;
    let mut left_over = (0..long.len()).filter(|&at| over(at));
    if short.len() == long.len() {
        return found;
    }
    // Of names that are written one syllable a word, a syllable more is another name.
    let one_syllable = |word: &Token| {
        (context.chinese && word.chinese.len() == 1) || (context.korean && word.korean.len() <= 3)
    };
    if short.iter().chain(long).all(one_syllable) {
        return found.and(Likeness::new(Near, Reason::OtherSyllables));
    }
    if left_over.all(|at| long[at].particle) {
        return found.and(Likeness::new(SameFamily, Reason::Particle));
    }
    found.and(Likeness::new(PartMissing, Reason::Extra))
}

/// The best assignment of the tokens from `down` on, and which tokens of the longer part it takes.
fn assign(
    table: &[[Likeness; TOKENS_MAX]; TOKENS_MAX],
    short: usize,
    long: usize,
    down: usize,
    taken: u32,
) -> (Likeness, u32) {
    if down == short {
        return (Likeness::new(Identical, Reason::Plain), taken);
    }
    let mut best = (Likeness::DIFFERENT, taken);
    let mut found = false;
    for across in (0..long).filter(|across| taken >> across & 1 == 0) {
        // What is no better than the best so far by itself will not become better.
        if found && table[down][across] >= best.0 {
            continue;
        }
        let (rest, rest_taken) = assign(table, short, long, down + 1, taken | 1 << across);
        let worst = table[down][across].and(rest);
        if !found || worst < best.0 {
            best = (worst, rest_taken);
            found = true;
        }
    }
    best
}

/// How alike two tokens are.
fn tokens(left: &Token, right: &Token, kind: Kind, context: Context) -> Likeness {
    let found = spelled(left, right, kind, context);
    // Syllables that differ are other names, however close their letters are; longer words may only look
    // like Chinese ones, and are left to their letters.
    let heard = matches!(found.reason, Reason::Scheme(Scheme::Chinese | Scheme::Korean));
    let differ = (context.chinese && left.chinese != right.chinese)
        || (context.korean && !left.korean.meet(&right.korean));
    if heard || !differ {
        return found;
    }
    if matches!(found.reason, Reason::Scheme(_)) {
        return Likeness::new(Near, Reason::OtherSyllables);
    }
    let one_syllable = context.chinese && left.chinese.len() == 1 && right.chinese.len() == 1;
    match found.level {
        OneEdit | SameSound => Likeness::new(Near, Reason::OtherSyllables),
        SameScheme if one_syllable => Likeness::new(Near, Reason::OtherSyllables),
        _ => found,
    }
}

fn spelled(left: &Token, right: &Token, kind: Kind, context: Context) -> Likeness {
    let (one, two) = (left.fold.as_bytes(), right.fold.as_bytes());
    let lost = left.fold.is_lost() || right.fold.is_lost();
    if left.particle && right.particle && left.text != right.text {
        return Likeness::new(SameFamily, Reason::Particle);
    }
    // An initial contradicts only names that begin otherwise; О and У are whole surnames in Korea and China.
    if (one.len() == 1 || two.len() == 1)
        && one.len() != two.len()
        && left.chinese.is_none()
        && right.chinese.is_none()
        && !left.korean.meet(&right.korean)
    {
        let alike = one[0] == two[0] || one[0] == b'?' || two[0] == b'?';
        return if alike { Likeness::new(PartMissing, Reason::Initial) } else { Likeness::DIFFERENT };
    }
    if left.text == right.text {
        return Likeness::new(Identical, Reason::Plain);
    }
    if left.hash == right.hash && !lost {
        match left.fold.clash(&right.fold) {
            Clash::None => return Likeness::new(SameScheme, Reason::Fold),
            Clash::Breath => return Likeness::new(SameSound, Reason::Breath),
            Clash::Sound => {}
        }
    }
    if !left.chinese.is_none() && left.chinese == right.chinese {
        return Likeness::new(SameScheme, Reason::Scheme(Scheme::Chinese));
    }
    if left.korean.meet(&right.korean) {
        return Likeness::new(SameScheme, Reason::Scheme(Scheme::Korean));
    }
    if let Some(scheme) = common_reading(left, right) {
        return Likeness::new(SameScheme, Reason::Scheme(scheme));
    }
    if left.family != 0 && left.family == right.family {
        return Likeness::new(SameFamily, Reason::Family(Family(left.family)));
    }
    if kind == Kind::Given && family::is_short_for(left.shorts, right.shorts) {
        return Likeness::new(SameFamily, Reason::Diminutive);
    }
    // Most pairs of other names end here: too few letters in common for anything that follows.
    let apart = (left.letters ^ right.letters).count_ones() as usize;
    if !lost && apart > 8 {
        return Likeness::DIFFERENT;
    }
    if left.hash == right.hash && !lost {
        return Likeness::new(Near, Reason::Clash);
    }
    if kind == Kind::Surname || !context.ordered {
        if other_ending(one, two) {
            return Likeness::new(SameFamily, Reason::Ending);
        }
        if !(left.cyrillic && right.cyrillic)
            && let Some(family) = common_stem_family(one, two)
        {
            return Likeness::new(SameFamily, Reason::Family(family));
        }
    }
    close(left, right, kind, context)
}

/// The scheme under which one side reads as the other.
fn common_reading(left: &Token, right: &Token) -> Option<Scheme> {
    if left.readings.is_empty() && right.readings.is_empty() {
        return None;
    }
    let met = |readings: &Token, plain: &Token| {
        readings.readings.iter().find(|reading| reading.hash == plain.hash).map(|reading| reading.scheme)
    };
    met(left, right).or_else(|| met(right, left)).or_else(|| {
        let ours = left.readings.iter();
        let common = ours.flat_map(|one| {
            right
                .readings
                .iter()
                .filter(move |two| one.hash == two.hash)
                .map(move |two| one.scheme.min(two.scheme))
        });
        common.min()
    })
}

/// Whether two surnames are one but for an ending: the feminine, or the ending of another language.
fn other_ending(left: &[u8], right: &[u8]) -> bool {
    let mut buffers = [[0u8; 64]; 2];
    let [first, second] = &mut buffers;
    let one = ending::masculine(left, first).map_or(left, |len| &first[..len]);
    let two = ending::masculine(right, second).map_or(right, |len| &second[..len]);
    if one == two {
        return true;
    }
    let of_father = [one, two].map(ending::is_of_father);
    if of_father == [false, false] {
        return false;
    }
    ending::same_surname_root(one, two)
}

/// The family of given names of which two surnames are made, where they differ in single letters that are not
/// the first: ASGAROV and ASKEROV, but neither MAGOMEDOV and MAMEDOV nor OMAROV and UMAROV.
fn common_stem_family(left: &[u8], right: &[u8]) -> Option<Family> {
    let (one, two) = (ending::surname_root(left), ending::surname_root(right));
    if one.len() != two.len() || one.len() == left.len() || two.len() == right.len() || one[0] != two[0] {
        return None;
    }
    let families = [one, two].map(|root| family::of(hash(root)));
    (families[0] != 0 && families[0] == families[1]).then_some(Family(families[0]))
}

/// What is left when no scheme, family or ending ties two tokens: edits, sound, truncation.
fn close(left: &Token, right: &Token, kind: Kind, context: Context) -> Likeness {
    let (one, two) = (left.fold.as_bytes(), right.fold.as_bytes());
    // Two edits change four letters at most, and a feminine ending one.
    let apart = (left.letters ^ right.letters).count_ones();
    if apart > 5 && !context.cut && !left.fold.is_lost() && !right.fold.is_lost() {
        return Likeness::DIFFERENT;
    }
    let lost = |fold: &Folded| fold.as_bytes().iter().filter(|&&byte| byte == b'?').count();
    let lost = lost(&left.fold) + lost(&right.fold);
    let mut buffers = [[0u8; 64]; 2];
    let [first, second] = &mut buffers;
    let (mut one_whole, mut two_whole) = (one, two);
    if kind == Kind::Surname {
        one_whole = ending::masculine(one, first).map_or(one, |len| &first[..len]);
        two_whole = ending::masculine(two, second).map_or(two, |len| &second[..len]);
    }
    let far = one_whole.len().abs_diff(two_whole.len());
    let truncated =
        context.cut && one.len().min(two.len()) >= 4 && (one.starts_with(two) || two.starts_with(one));
    if far <= 2 + lost {
        if lost > 0 && edit::plain(one_whole, two_whole) == 0 {
            return Likeness::new(SameScheme, Reason::LostLetter);
        }
        let own = match kind {
            Kind::Surname => ending::stem(one_whole).len().max(ending::stem(two_whole).len()),
            Kind::Given => one.len().max(two.len()),
        };
        let budget = edit::budget(own);
        let soft = [left.fold.soft(), right.fold.soft()];
        let mild = kind == Kind::Surname && !(left.cyrillic && right.cyrillic);
        if budget > 0 || soft != [0, 0] {
            let price = edit::weighed(one_whole, two_whole, soft, mild);
            if price == 0 {
                return Likeness::new(SameScheme, Reason::Scheme(Scheme::SoftA));
            }
            // An edit that is forgiven does not turn Ш into С.
            let clash = one.len() == two.len() && left.fold.clash(&right.fold) == Clash::Sound;
            if price <= budget && !clash {
                return Likeness::new(OneEdit, Reason::Plain);
            }
            // Across scripts a vowel more may differ, as long as the consonants are heard alike.
            let heard = left.cyrillic != right.cyrillic && sound_alike(one_whole, two_whole);
            if heard && price <= budget + 2 {
                return Likeness::new(SameSound, Reason::Plain);
            }
        }
    }
    if truncated {
        return Likeness::new(PartMissing, Reason::Truncated);
    }
    let tolerance = match one_whole.len().min(two_whole.len()) {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    };
    if far <= usize::from(tolerance) + lost && edit::plain(one_whole, two_whole) <= tolerance {
        return Likeness::new(Near, Reason::Plain);
    }
    Likeness::DIFFERENT
}

/// Whether two folds have the same four consonants or more and as many vowels, give or take one.
fn sound_alike(left: &[u8], right: &[u8]) -> bool {
    let (one, two) = (ending::stem(left), ending::stem(right));
    let (one, two) = (sounds(one), sounds(two));
    one.consonants == two.consonants
        && one.count >= 4
        && one.vowels.abs_diff(two.vowels) <= 1
        && one.open == two.open
}

#[derive(Clone, Copy)]
struct Sounds {
    /// Consonants in order, six bits each.
    consonants: u128,
    count: u8,
    vowels: u8,
    /// Whether the first letter is a vowel.
    open: bool,
}

fn sounds(fold: &[u8]) -> Sounds {
    let mut found = Sounds { consonants: 0, count: 0, vowels: 0, open: false };
    for (at, &byte) in fold.iter().enumerate() {
        let heard = match byte {
            b'A' | b'E' | b'I' | b'O' | b'U' => {
                found.vowels += 1;
                found.open |= at == 0;
                continue;
            }
            b'B' => b'P',
            b'D' => b'T',
            b'Z' => b'S',
            b'F' => b'V',
            other => other,
        };
        if found.count < 20 {
            found.consonants = found.consonants << 6 | u128::from(heard & 63);
            found.count += 1;
        }
    }
    found
}

fn patronymics(left: &PersonName, right: &PersonName) -> Likeness {
    if let Some(same) = texts(left, right, |name| name.patronymic) {
        return same;
    }
    let (one, two) = (left.part(&left.patronymic), right.part(&right.patronymic));
    let context = Context { cut: false, chinese: false, korean: false, ordered: true };
    let found = parts(one, two, Kind::Given, context);
    if found.level <= SameScheme {
        return found;
    }
    let (one, two) = (joined(one), joined(two));
    let (one, two) = (one.fold.as_bytes(), two.fold.as_bytes());
    let roots = [one, two].map(ending::patronymic_root);
    if ending::same_father(one, two) {
        return Likeness::new(SameFamily, Reason::Ending);
    }
    let families = [one, two].map(|fold| {
        let father = family::of(hash(ending::father(fold)));
        if father == 0 { family::of(hash(ending::patronymic_root(fold))) } else { father }
    });
    if families[0] != 0 && families[0] == families[1] {
        return Likeness::new(SameFamily, Reason::Family(Family(families[0])));
    }
    let budget = edit::budget(roots[0].len().max(roots[1].len()));
    if budget > 0 && edit::weighed(roots[0], roots[1], [0; 2], true) <= budget {
        return found.or(Likeness::new(OneEdit, Reason::Plain));
    }
    // The endings are alike in all patronymics, so edits are counted in what is left.
    let tolerance = if roots[0].len().min(roots[1].len()) < 4 { 0 } else { 1 };
    let lost = roots.iter().any(|root| root.contains(&b'?'));
    let apart = edit::plain(roots[0], roots[1]);
    match apart {
        0 if lost => Likeness::new(SameScheme, Reason::LostLetter),
        _ if apart <= tolerance => Likeness::new(Near, Reason::Plain),
        _ => Likeness::DIFFERENT,
    }
}

/// Whether two different values of a part may still be one name, because they stand in two scripts and share
/// half of their letters: no table lists every scheme, so across scripts more must differ before a name
/// counts as changed.
#[must_use]
pub fn may_be_transliterated(left: &PersonName, right: &PersonName, part: Role) -> bool {
    if !across_scripts(left, right) {
        return false;
    }
    let tokens = |name: &PersonName| match part {
        Role::Surname if !name.whole => joined_or_none(name.part(&name.surname)),
        _ => joined_or_none(name.part(&name.given)),
    };
    let (Some(one), Some(two)) = (tokens(left), tokens(right)) else { return false };
    let (one, two) = (
        ending::stem(one.fold.as_bytes()).len(),
        (ending::stem(one.fold.as_bytes()), ending::stem(two.fold.as_bytes())),
    );
    usize::from(edit::plain(two.0, two.1)) * 2 <= one.max(two.1.len())
}

fn joined_or_none(part: &[Token]) -> Option<Token> {
    (!part.is_empty()).then(|| joined(part))
}

/// Whether one of two names stands in Cyrillic and the other does not.
#[must_use]
pub fn across_scripts(left: &PersonName, right: &PersonName) -> bool {
    let is_cyrillic = |name: &PersonName| {
        name.part(&name.surname).iter().chain(name.part(&name.given)).any(|token| token.cyrillic)
    };
    is_cyrillic(left) != is_cyrillic(right)
}

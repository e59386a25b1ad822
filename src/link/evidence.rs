//! Evidence: two records of persons in, how far they agree and what that is worth out.
//!
//! Each part is compared to one of a few levels ([`Agreement`]). What a level is worth is the model of Fellegi and
//! Sunter: how often one person's records agree so (m) against how often strangers' do (u). Both are counted in
//! the run itself: m over ties that are sure by a number, u over pairs drawn by chance, and for what agrees fully
//! u is how common that very value is ([`Frequencies`]). Where a run has few ties a documented table stands in
//! for twenty more.
//!
//! Two more explanations compete with "one person" and "strangers": twins, who share surname and birth date and are
//! named alike, and namesakes beyond chance. The law: agreement counts and never a value; a missing part says
//! nothing; who has another given name is another person.

use super::frequency::Frequencies;
use super::rows::{DocumentRow, RegistryRow};
use crate::day::{NO_DAY, to_civil};
use crate::normalise::country;
use crate::normalise::name::{NameLevel, NameSketch, PersonName, compare};

/// How far two values of a part agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Agreement {
    /// The same, in any script and spelling.
    Same,
    /// Another form of the same: a family of names, as many edits as the length forgives; for dates one digit, or
    /// day and month exchanged.
    Form,
    /// A name nearly the same, which may be another.
    Near,
    /// Two values.
    Different,
    /// One side says nothing.
    Missing,
}

use Agreement::{Different, Form, Missing, Near, Same};

impl Agreement {
    /// How far two values agree that are the same or not, of which one value stands for "unknown".
    #[must_use]
    pub fn of<T: PartialEq>(left: T, right: T, unknown: T) -> Self {
        match (left == unknown || right == unknown, left == right) {
            (true, _) => Missing,
            (_, true) => Same,
            _ => Different,
        }
    }
}

/// Levels that are counted; [`Missing`] is not.
const LEVELS: usize = 4;
/// The parts of a person, in the order of all tables here.
const PARTS: usize = 6;
const SURNAME: usize = 0;
const GIVEN: usize = 1;
const PATRONYMIC: usize = 2;
const BIRTH: usize = 3;
const SEX: usize = 4;
const STATE: usize = 5;

/// What is compared of a person.
#[derive(Debug)]
pub struct Person {
    /// The names, parsed.
    pub name: PersonName,
    /// How they sound.
    pub sketch: NameSketch,
    /// Day of birth.
    pub birth: i32,
    /// Sex.
    pub sex: u8,
    /// Citizenship, or the state that issued the document.
    pub state: u16,
}

impl Person {
    /// The person of a registry row, with surname, given name and patronymic as they stand there.
    #[must_use]
    pub fn of_row(row: &RegistryRow, names: &[String; 3]) -> Self {
        let state = state(row.citizenship, row.country);
        Person { name: parsed(names), sketch: row.sketch(), birth: row.birth, sex: row.sex, state }
    }

    /// The person of a document.
    #[must_use]
    pub fn of_document(document: &DocumentRow, names: &[String; 3]) -> Self {
        let state = state(document.nationality, document.country);
        let DocumentRow { birth, sex, .. } = *document;
        Person { name: parsed(names), sketch: document.sketch(), birth, sex, state }
    }

    /// What frequencies need of it.
    #[must_use]
    pub fn known(&self) -> Known {
        Known { sketch: self.sketch, birth: self.birth }
    }
}

fn parsed([surname, given, patronymic]: &[String; 3]) -> PersonName {
    PersonName::new(surname, given, patronymic)
}

/// Citizenship, or else the country of the document.
#[must_use]
pub fn state(citizenship: u16, country: u16) -> u16 {
    if citizenship == country::UNKNOWN { country } else { citizenship }
}

/// How far two persons agree, part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    parts: [Agreement; PARTS],
    /// Surname and given name agree only when they change places.
    crossed: bool,
}

fn of_level(level: NameLevel) -> Agreement {
    match level {
        NameLevel::Identical | NameLevel::SameLetters | NameLevel::SameScheme => Same,
        NameLevel::SameFamily | NameLevel::OneEdit | NameLevel::SameSound | NameLevel::PartMissing => Form,
        NameLevel::Missing => Missing,
        NameLevel::Near => Near,
        NameLevel::Different => Different,
    }
}

/// How far two birth dates agree.
#[must_use]
pub fn births(left: i32, right: i32) -> Agreement {
    match Agreement::of(left, right, NO_DAY) {
        Different if is_slip(left, right) => Form,
        other => other,
    }
}

/// Whether two different dates are a slip of the pen apart: day and month exchanged, or one digit of the eight.
#[must_use]
pub fn is_slip(left: i32, right: i32) -> bool {
    let (a, b) = (to_civil(left), to_civil(right));
    if a.0 == b.0 && a.1 == b.2 && a.2 == b.1 {
        return left != right;
    }
    let digits = |(year, month, day): (i32, u32, u32)| year.unsigned_abs() * 10_000 + month * 100 + day;
    let (mut a, mut b, mut differing) = (digits(a), digits(b), 0);
    while a != b {
        differing += u32::from(a % 10 != b % 10);
        (a, b) = (a / 10, b / 10);
    }
    differing == 1
}

impl Comparison {
    /// Compares two persons.
    #[must_use]
    pub fn of(left: &Person, right: &Person) -> Self {
        let names = compare(&left.name, &right.name);
        let [surname, given, patronymic] =
            [names.surname, names.given, names.patronymic].map(|likeness| of_level(likeness.level));
        Comparison {
            parts: [
                surname,
                given,
                patronymic,
                births(left.birth, right.birth),
                Agreement::of(left.sex, right.sex, 0),
                Agreement::of(left.state, right.state, country::UNKNOWN),
            ],
            crossed: names.rearranged,
        }
    }

    /// What equal name keys and the rows alone say, without reading a name.
    #[must_use]
    pub fn of_equal_names(births: Agreement, sexes: Agreement, states: Agreement) -> Self {
        Comparison { parts: [Same, Same, Missing, births, sexes, states], crossed: false }
    }

    /// The given names.
    #[must_use]
    pub fn given(&self) -> Agreement {
        self.parts[GIVEN]
    }

    /// The surnames.
    #[must_use]
    pub fn surname(&self) -> Agreement {
        self.parts[SURNAME]
    }

    /// The birth dates.
    #[must_use]
    pub fn birth(&self) -> Agreement {
        self.parts[BIRTH]
    }

    /// Whether another given name, or dates that no slip explains, make it two persons whatever else agrees.
    #[must_use]
    pub fn excludes(&self) -> bool {
        self.parts[GIVEN] == Different || self.parts[BIRTH] == Different || self.parts[SEX] == Different
    }
}

/// How often the records of one person agree so, where a run has no ties to count; a judgement of how registers
/// are kept, which twenty counted ties outweigh.
const M: [[f64; LEVELS]; PARTS] = [
    [0.92, 0.04, 0.01, 0.03],
    [0.94, 0.04, 0.01, 0.01],
    [0.88, 0.06, 0.01, 0.05],
    [0.985, 0.012, 0.0, 0.003],
    [0.995, 0.0, 0.0, 0.005],
    [0.97, 0.0, 0.0, 0.03],
];
/// How often strangers do; what is the same is counted by its frequency instead.
const U: [[f64; LEVELS]; PARTS] = [
    [0.001, 0.002, 0.01, 0.987],
    [0.01, 0.006, 0.02, 0.964],
    [0.005, 0.005, 0.01, 0.98],
    [0.0, 0.003, 0.0, 0.997],
    [0.5, 0.0, 0.0, 0.5],
    [0.5, 0.0, 0.0, 0.5],
];
/// How the given names of twins agree: often they begin or end alike. Twins share the surname, the birth date, the
/// father and the state as one person does, and the sex somewhat oftener than strangers.
const TWINS_GIVEN: [f64; LEVELS] = [0.002, 0.02, 0.06, 0.918];
const TWINS_SEX: f64 = 0.65;
/// Ties that the table stands in for.
const TABLE_TIES: f64 = 20.0;
/// The least that m and u are taken for: what was never seen may happen.
const LEAST: f64 = 1e-4;

/// What agreements are worth.
#[derive(Clone, Debug)]
pub struct Model {
    m: [[f64; LEVELS]; PARTS],
    u: [[f64; LEVELS]; PARTS],
}

/// Agreements that were counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts([[u32; LEVELS]; PARTS]);

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, comparison: &Comparison) {
        for (counts, &level) in self.0.iter_mut().zip(&comparison.parts) {
            if level != Missing {
                counts[level as usize] += 1;
            }
        }
    }
}

/// Shares of counts on top of a table.
fn shares(counts: &[u32; LEVELS], table: &[f64; LEVELS]) -> [f64; LEVELS] {
    let total = f64::from(counts.iter().sum::<u32>()) + TABLE_TIES;
    std::array::from_fn(|level| ((f64::from(counts[level]) + table[level] * TABLE_TIES) / total).max(LEAST))
}

impl Model {
    /// The model of a run: agreements of sure ties, and of pairs drawn by chance.
    #[must_use]
    pub fn new(sure: &Counts, strangers: &Counts, frequencies: &Frequencies) -> Self {
        let m = std::array::from_fn(|part| shares(&sure.0[part], &M[part]));
        let mut u: [[f64; LEVELS]; PARTS] = std::array::from_fn(|part| shares(&strangers.0[part], &U[part]));
        u[BIRTH][Form as usize] = frequencies.slip;
        u[SEX] = [frequencies.sex, LEAST, LEAST, 1.0 - frequencies.sex.min(0.9)];
        u[STATE] = [frequencies.state, LEAST, LEAST, 1.0 - frequencies.state.min(0.9)];
        Model { m, u }
    }

    fn m(&self, part: usize, level: Agreement) -> f64 {
        if level == Missing { 1.0 } else { self.m[part][level as usize] }
    }

    fn u(&self, part: usize, level: Agreement) -> f64 {
        if level == Missing { 1.0 } else { self.u[part][level as usize] }
    }

    /// The chance that strangers agree so.
    fn strangers(&self, of: &Comparison, left: &Known, right: &Known, frequencies: &Frequencies) -> f64 {
        let [surname, given, patronymic, birth, sex, state] = of.parts;
        // A name is as common as the commoner of its two spellings.
        let common = |share: &dyn Fn(NameSketch) -> f64| share(left.sketch).max(share(right.sketch));
        let names = if surname == Same && given == Same {
            common(&|sketch| frequencies.both(sketch))
        } else {
            let part = |part: usize, level: Agreement, common: f64| match level {
                Same => common,
                Form => self.u(part, Form).max(common),
                other => self.u(part, other),
            };
            let surnames = part(SURNAME, surname, common(&|sketch| frequencies.surname(sketch.surname)));
            let given = part(GIVEN, given, common(&|sketch| frequencies.given(sketch.given)));
            let agree = surname <= Form && of.parts[GIVEN] <= Form;
            surnames * given * if agree { frequencies.together() } else { 1.0 }
        };
        let birth = match birth {
            Same => frequencies.birth(left.birth),
            other => self.u(BIRTH, other),
        };
        let names = if of.crossed { names * 2.0 } else { names };
        names.min(1.0) * birth * self.u(PATRONYMIC, patronymic) * self.u(SEX, sex) * self.u(STATE, state)
    }

    /// How much likelier the agreements are for one person than for strangers, and for twins than for strangers.
    #[must_use]
    pub fn odds(&self, of: &Comparison, left: &Known, right: &Known, frequencies: &Frequencies) -> Odds {
        let u = self.strangers(of, left, right, frequencies).max(f64::MIN_POSITIVE);
        let m: f64 = (0..PARTS).map(|part| self.m(part, of.parts[part])).product();
        let rest: f64 = [SURNAME, PATRONYMIC, BIRTH, STATE].map(|p| self.m(p, of.parts[p])).iter().product();
        let given = if of.parts[GIVEN] == Missing { 1.0 } else { TWINS_GIVEN[of.parts[GIVEN] as usize] };
        let sex = match of.parts[SEX] {
            Missing => 1.0,
            Same => TWINS_SEX,
            _ => 1.0 - TWINS_SEX,
        };
        Odds { person: m / u, twins: rest * given * sex / u }
    }

    /// The most that a pair could be worth of which only the rows are known: everything else agrees.
    #[must_use]
    pub fn hope(
        &self,
        surname: bool,
        given: bool,
        births: Agreement,
        row: &Known,
        frequencies: &Frequencies,
    ) -> f64 {
        let level = |agrees: bool| if agrees { Same } else { Form };
        let parts = [level(surname), level(given), Same, births, Same, Same];
        // Names that do not sound alike may still be forms of one another, or two names of one person.
        let of = Comparison { parts, crossed: false };
        self.odds(&of, row, row, frequencies).person
    }
}

/// What the frequencies need of a side.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// How the name sounds.
    pub sketch: NameSketch,
    /// Day of birth.
    pub birth: i32,
}

/// How much likelier agreements are under an explanation than for strangers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odds {
    /// One person.
    pub person: f64,
    /// Two twins.
    pub twins: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse;

    #[test]
    fn dates_a_slip_apart() {
        let day = |text: &str| parse(text.as_bytes()).expect("a date");
        for (left, right, expected, why) in [
            ("1990-03-04", "1990-03-04", Same, "the same"),
            ("1990-03-04", "1990-04-03", Form, "day and month exchanged"),
            ("1990-03-04", "1991-03-04", Form, "one digit of the year"),
            ("1990-03-04", "1980-03-04", Form, "one digit of the decade"),
            ("1990-03-04", "1990-03-14", Form, "one digit of the day"),
            ("1999-03-04", "2000-03-04", Different, "a year apart, four digits"),
            ("1990-03-04", "1991-03-05", Different, "two digits"),
        ] {
            assert_eq!(births(day(left), day(right)), expected, "{left} {right}: {why}");
            assert_eq!(births(day(right), day(left)), expected, "{right} {left}: {why}");
        }
        assert_eq!(births(NO_DAY, day("1990-03-04")), Missing);
    }
}

//! People: who stands at which row, born when, with which number, in which household.
//!
//! In: the seed and the ordinal of a row. Out: a [`Person`] each. The law: numbers are unique over the
//! whole population without a set. The ordinal is turned into a cell (birth day, place of the serial)
//! by a permutation, and every cell has four numbers: its owner's, two for guests who must share the
//! birth day (a twin, a namesake, the same person again), and one that is never registered.

use super::Options;
use super::countries::{COUNTRIES, KAZAKHSTAN, STATELESS};
use super::dice::{Dice, fraction, mix};
use super::documents::Doc;
use super::names;
use super::numbers::iin_check_digit;
use crate::day;

/// People of a block; a block is the unit of parallel work.
pub(super) const BLOCK_PEOPLE: u64 = 8192;
/// Every eighth row is an anchor: a genuine person whose number follows from the ordinal alone, so that
/// any block can name it as a representative.
pub(super) const ANCHOR_EVERY: u64 = 8;
/// The oldest people, in years; below a hundred, because a number with digit 7 = 0 has no century.
const AGE_YEARS_MAX: i32 = 89;
/// Above this the series of Kazakh passports runs out of numbers.
pub(super) const PEOPLE_MAX: u64 = 22_000_000;
/// "No father named" among patronymics.
pub(super) const NO_FATHER: u16 = u16::MAX;

/// What all blocks share.
pub(super) struct World<'a> {
    pub(super) options: &'a Options,
    /// Birth days with their weight: day << 2 | place among the slots of that day.
    slots: Vec<u32>,
    first_birth: i32,
    /// What the share of foreigners is divided by, so that the ages' shares meet the flag.
    foreign_shape: f64,
    pub(super) employers: u64,
    pub(super) dormitories: u64,
}

/// What follows from the ordinal alone.
#[derive(Clone, Copy)]
pub(super) struct Skeleton {
    pub(super) birth: i32,
    pub(super) sex: u8,
    pub(super) foreign: bool,
    pub(super) century_free: bool,
}

/// The script of a registry row's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Cyrillic,
    /// Kazakh letters became Russian ones.
    Reduced,
    /// Kazakh letters became `?`.
    Lost,
}

/// Why somebody stands where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A person of their own.
    Own,
    /// The second of two twins; the first stands one row above.
    Twin,
    /// Another person with the name and birth date of the row above.
    Namesake,
    /// The person of the row above again, under another number.
    Again,
    /// Somebody who does not exist, of the block's ring of this index.
    Invented(u16),
}

/// One row of the registry.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) ordinal: u64,
    pub(super) part: Part,
    pub(super) iin: u64,
    pub(super) birth: i32,
    pub(super) sex: u8,
    /// What the registry says, wrong for some.
    pub(super) registered_birth: i32,
    pub(super) registered_sex: u8,
    pub(super) country: u8,
    pub(super) table: u8,
    pub(super) surname: u16,
    pub(super) given: u16,
    pub(super) father: u16,
    pub(super) script: Script,
    pub(super) assigned: i32,
    /// Since when the registry holds what it holds; for foreigners the assignment.
    pub(super) since: i32,
    pub(super) channel: &'static str,
    /// 0 for none.
    pub(super) representative: u64,
    pub(super) household: u64,
    pub(super) phone: u64,
    pub(super) family: bool,
    /// 1-based; 0 for none.
    pub(super) employer: u64,
    /// 1-based; 0 for none.
    pub(super) dormitory: u64,
    /// 1-based, of a company that filed for all its workers at once; 0 for none.
    pub(super) company: u64,
    pub(super) deceased: bool,
    pub(super) active: bool,
    /// A guest or a guest's host, to whom nothing else may happen.
    pub(super) locked: bool,
    /// The document in the registry.
    pub(super) registered: Doc,
    /// How its number is written: 0 plain, 1-4 with signs and look-alikes, 5 malformed.
    pub(super) number_style: u8,
}

impl<'a> World<'a> {
    pub(super) fn new(options: &'a Options) -> Self {
        let (year, month, day_of_month) = day::to_civil(options.as_of);
        let first_birth = day::from_civil(year - AGE_YEARS_MAX, month, day_of_month.min(28)).unwrap_or(0);
        let mut slots = Vec::new();
        let mut shape_sum = 0.0;
        for (index, birth) in (first_birth..options.as_of - 30).enumerate() {
            let age = (options.as_of - birth) / 365;
            let weight = match age {
                ..15 | 25..45 => 4,
                15..25 | 45..65 => 3,
                65..80 => 2,
                _ => 1,
            };
            for place in 0..weight {
                slots.push((index as u32) << 2 | place);
                shape_sum += foreign_shape(age);
            }
        }
        let foreigners = options.people as f64 * options.rates.foreigners;
        let per = |share: f64, size: f64| ((foreigners * share / size) as u64).max(1);
        World {
            options,
            foreign_shape: shape_sum / slots.len() as f64,
            slots,
            first_birth,
            employers: per(options.rates.employers, 70.0),
            dormitories: per(options.rates.dormitories, 250.0),
        }
    }

    /// The cell of an ordinal: its slot of birth, and how many full rounds of slots lie before it.
    fn cell(&self, ordinal: u64) -> (u32, u64) {
        let slots = self.slots.len() as u64;
        let round = ordinal / slots;
        let bits = 64 - (slots - 1).leading_zeros();
        let half = bits.div_ceil(2);
        let mask = (1u64 << half) - 1;
        let mut place = ordinal % slots;
        // A Feistel network permutes the next power of four; walking on until the result is a slot
        // keeps it one-to-one.
        loop {
            let (mut left, mut right) = (place >> half, place & mask);
            for turn in 0..4 {
                let next = left ^ (mix(self.options.seed ^ round << 8 ^ turn, right) & mask);
                (left, right) = (right, next);
            }
            place = left << half | right;
            if place < slots {
                return (self.slots[place as usize], round);
            }
        }
    }

    /// What follows from the ordinal alone.
    pub(super) fn skeleton(&self, ordinal: u64) -> Skeleton {
        let (slot, _) = self.cell(ordinal);
        let birth = self.first_birth + (slot >> 2) as i32;
        let bits = mix(self.options.seed.rotate_left(17), ordinal);
        let age = (self.options.as_of - birth) / 365;
        let share = self.options.rates.foreigners;
        let share = if share >= 1.0 { 1.0 } else { share * foreign_shape(age) / self.foreign_shape };
        Skeleton {
            birth,
            sex: (bits & 1) as u8,
            foreign: fraction(bits) < share,
            century_free: fraction(mix(bits, 3)) < self.options.rates.century_free,
        }
    }

    /// One of the four numbers of an ordinal's cell: 0 the owner's, 1 and 2 for guests, 3 never
    /// registered. Different cells and channels never give the same number.
    pub(super) fn iin(&self, ordinal: u64, channel: u64, sex: u8, century_free: bool) -> u64 {
        let (slot, round) = self.cell(ordinal);
        let birth = self.first_birth + (slot >> 2) as i32;
        let (year, month, day) = day::to_civil(birth);
        let digit = match (century_free, year) {
            (true, _) => 0,
            (false, ..2000) => 3 + u64::from(sex),
            (false, _) => 5 + u64::from(sex),
        };
        let cell = (round * 4 + u64::from(slot & 3)) * 4 + channel;
        assert!(cell < 5000, "more people than serial numbers");
        // 1237 has no divisor in common with 5000, so the serials of a day are a permutation.
        let serial = (cell * 1237 + mix(self.options.seed, birth as u64) % 5000) % 5000 * 2;
        let prefix = (((year % 100) as u64 * 100 + u64::from(month)) * 100 + u64::from(day)) * 10 + digit;
        // When both passes give ten, the next serial changes only the last digit: the first pass stays
        // at ten, the second moves by two and is no longer ten.
        for attempt in 0..2 {
            let prefix = prefix * 10_000 + serial + attempt;
            if let Some(check) = iin_check_digit(prefix) {
                return prefix * 10 + check;
            }
        }
        unreachable!("two neighbouring serials cannot both be impossible");
    }

    /// The number of some genuine adult, for a representative; `None` in worlds without one.
    pub(super) fn adult(&self, hash: u64) -> Option<u64> {
        let anchors = self.options.people.div_ceil(ANCHOR_EVERY);
        (0..64).find_map(|turn| {
            let ordinal = mix(hash, turn) % anchors * ANCHOR_EVERY;
            let bones = self.skeleton(ordinal);
            (self.options.as_of - bones.birth > 30 * 365)
                .then(|| self.iin(ordinal, 0, bones.sex, bones.foreign && bones.century_free))
        })
    }

    /// The representative of an employer and one of the few days on which they filed.
    pub(super) fn employer(&self, employer: u64, batch: u64) -> (u64, i32) {
        let hash = mix(self.options.seed ^ 0xE3, employer);
        let last = self.options.as_of.min(PRESENCE) - 30;
        let first = self.options.as_of - 8 * 365;
        let span = (last - first).max(1) as u64;
        let day = first + (mix(hash, batch % 4) % span) as i32 + (batch / 4 % 2) as i32;
        (self.adult(hash).unwrap_or(0), day)
    }
}

/// 2024-01-01: from here on a foreigner must appear.
pub(super) const PRESENCE: i32 = 19_723;
/// 2022-01-26: portal and proxy open.
pub(super) const PORTAL: i32 = 19_018;

/// People come to work: more foreigners among adults.
fn foreign_shape(age: i32) -> f64 {
    match age {
        ..18 => 0.5,
        18..60 => 1.35,
        _ => 0.45,
    }
}

/// Draws a country for a foreigner.
pub(super) fn foreign_country(dice: &mut Dice, stateless: f64) -> u8 {
    if dice.chance(stateless) {
        return STATELESS;
    }
    let total: u64 = COUNTRIES.iter().map(|country| country.weight).sum();
    let mut at = dice.below(total);
    for (index, country) in COUNTRIES.iter().enumerate() {
        if at < country.weight {
            return index as u8;
        }
        at -= country.weight;
    }
    unreachable!("weights were summed");
}

/// Draws a table of names for a country.
pub(super) fn name_table(dice: &mut Dice, country: u8) -> u8 {
    let tables = COUNTRIES[usize::from(country)].tables;
    let mut at = dice.below(100);
    for &(table, share) in tables {
        if at < share {
            return table;
        }
        at -= share;
    }
    tables[0].0
}

impl Person {
    /// A person of their own at an ordinal; household, dates and documents follow.
    pub(super) fn new(world: &World<'_>, dice: &mut Dice, ordinal: u64) -> Person {
        let rates = &world.options.rates;
        let bones = world.skeleton(ordinal);
        let country = if bones.foreign { foreign_country(dice, rates.stateless) } else { KAZAKHSTAN };
        let table = name_table(dice, country);
        let names = names::table(table);
        let script = if bones.foreign && !dice.chance(rates.cyrillic_foreigners) {
            Script::Latin
        } else {
            match dice.fraction() {
                u if u < rates.lost_letters => Script::Lost,
                u if u < rates.lost_letters + rates.reduced => Script::Reduced,
                _ => Script::Cyrillic,
            }
        };
        let father = if names.patronymics.is_some() && dice.chance(0.8) {
            names.given[0].draw(dice.bits())
        } else {
            NO_FATHER
        };
        Person {
            ordinal,
            part: Part::Own,
            iin: world.iin(ordinal, 0, bones.sex, bones.foreign && bones.century_free),
            birth: bones.birth,
            sex: bones.sex,
            registered_birth: bones.birth,
            registered_sex: bones.sex,
            country,
            table,
            surname: names.surnames.draw(dice.bits()),
            given: names.given[usize::from(bones.sex)].draw(dice.bits()),
            father,
            script,
            assigned: 0,
            since: 0,
            channel: "",
            representative: 0,
            household: ordinal,
            phone: ordinal,
            family: false,
            employer: 0,
            dormitory: 0,
            company: 0,
            deceased: false,
            active: true,
            locked: false,
            registered: Doc::NONE,
            number_style: 0,
        }
    }

    /// Whether this is a foreigner or a stateless person.
    pub(super) fn foreign(&self) -> bool {
        self.country != KAZAKHSTAN
    }

    /// Makes this row a guest of the row above: the same birth day, a number of its cell.
    pub(super) fn visit(&mut self, world: &World<'_>, host: &mut Person, part: Part) {
        let bones = world.skeleton(self.ordinal);
        if part != Part::Twin {
            self.sex = host.sex;
            self.given = host.given;
            self.father = host.father;
        } else if self.table != host.table || host.given == self.given {
            let list = &names::table(host.table).given[usize::from(self.sex)];
            self.given = list.draw(mix(self.ordinal, u64::from(host.given)));
        }
        self.birth = host.birth;
        self.country = host.country;
        self.table = host.table;
        self.surname = host.surname;
        self.script = host.script;
        if part == Part::Twin {
            self.father = host.father;
            self.household = host.household;
            self.phone = host.phone;
        }
        self.part = part;
        self.registered_birth = self.birth;
        self.registered_sex = self.sex;
        self.iin = world.iin(host.ordinal, 1, self.sex, host.foreign() && bones.century_free);
        self.locked = true;
        host.locked = true;
    }

    /// When and how the number was assigned.
    pub(super) fn assign(&mut self, world: &World<'_>, dice: &mut Dice, parent: u64) {
        let as_of = world.options.as_of;
        let rates = &world.options.rates;
        let earliest = self.birth + 10 + dice.below(15) as i32;
        if !self.foreign() {
            let reform = 13_514; // 2007-01-01, the first numbers
            self.assigned = match dice.day(reform, (reform + 6 * 365).min(as_of - 60)) {
                Some(day) => day.max(earliest),
                None => earliest,
            };
            let first = self.assigned.max(as_of - 9 * 365);
            self.since = dice.day(first, as_of - 60).unwrap_or(self.assigned);
            self.channel = if dice.chance(0.1) { "unknown" } else { "in_person" };
            return;
        }
        let age_days = as_of - self.birth;
        let worker = age_days > 28 * 365 && self.part == Part::Own && !self.family;
        // About half of all foreigners qualify; the shares are of all.
        if worker && dice.chance((rates.employers / 0.4).min(1.0)) {
            let rank = dice.fraction().powf(1.4);
            self.employer = 1 + (rank * world.employers as f64) as u64;
            let (representative, day) = world.employer(self.employer, dice.below(8));
            self.representative = representative;
            self.assigned = day;
            let online = day >= PORTAL && dice.chance(0.6);
            self.channel = if online { "online" } else { "representative" };
        } else {
            let wave = dice.chance(0.5).then(|| dice.day(PORTAL, (as_of - 40).min(PRESENCE))).flatten();
            let day = wave.or_else(|| dice.day(as_of - 9 * 365, as_of - 40)).unwrap_or(as_of - 40);
            self.assigned = day.max(earliest).min(as_of - 1);
            let minor = day::whole_years(self.birth, self.assigned) < 16;
            let open = (PORTAL..PRESENCE).contains(&self.assigned);
            self.channel = match dice.fraction() {
                u if minor && (parent != 0 || u < 0.5) => "representative",
                _ if self.assigned >= PRESENCE => "in_person",
                u if open && u < 0.25 => "online",
                u if u < 0.45 => "representative",
                _ => "in_person",
            };
            if self.channel == "representative" {
                let other = world.adult(mix(world.options.seed ^ 0x5E, self.ordinal)).unwrap_or(0);
                self.representative = if minor && parent != 0 { parent } else { other };
            }
            // A stateless child with nobody to file for it does not happen.
            if self.representative == 0 && self.channel == "representative" {
                self.channel = "in_person";
            }
        }
        if worker && dice.chance((rates.dormitories / 0.4).min(1.0)) {
            self.dormitory = 1 + dice.below(world.dormitories);
        }
        self.since = self.assigned;
    }
}

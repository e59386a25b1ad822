//! Customer frauds: records of a bank whose identity was made up or taken from somebody, and honest ones that look alike.
//!
//! In: the genuine records of a block and their persons. Out: the same with a day of opening and a country of the
//! document, some of them in offices, dormitories and families that share what frauds share; and new records of persons
//! who do not exist, or exist under another name, each with its style and ring.
//!
//! The styles are those that are told of: a number taken from another customer (`borrowed_iin`) or from somebody who is
//! none (`outside_iin`), a scan that is used again (`shared_document`), a number made up without care (`made_up`) and
//! with it (`careful`), and many at once under one phone (`farm`), with numbers and papers of all these kinds.
//!
//! The law: dice of their own, drawn only here, so that a world without frauds stays as it is.

use super::block::Block;
use super::countries::{COUNTRIES, KAZAKHSTAN};
use super::customers::{BRANCH, More, Record, STREAM, text, write_address, write_day, write_phone};
use super::dice::{Dice, mix};
use super::names::{self, Scheme};
use super::numbers::write_digits;
use super::people::{self, Part, Person, World};
use super::write::CITIES;

/// Years of a bank's openings.
const YEARS: i32 = 10;
/// Share of an employer's people who were opened by it on its days, with the office's phone.
const PAYROLL: f64 = 0.4;
/// Share of records of dormitories' people with the address of the dormitory.
const DORMITORY: f64 = 0.7;
/// Share of children's records with the number of a parent.
const PARENTS: f64 = 0.03;

/// Gives genuine records their days, lets some look like frauds, and plants the false ones.
pub(super) fn plant(world: &World<'_>, block: &Block, owners: &[usize], records: &mut Vec<Record>) {
    let mut dice = Dice::new(world.options.seed, 2 * STREAM + block.index);
    let mut start = 0;
    for same in owners.chunk_by(|one, other| one == other) {
        settle(world, &mut dice, block, same[0], &mut records[start..start + same.len()]);
        start += same.len();
    }
    let genuine = records.len();
    let wanted = (genuine as f64 * world.options.customer_frauds + dice.fraction()) as usize;
    let mut maker = Maker { world, block, genuine, made: 0, rings: 0 };
    while records.len() < genuine + wanted {
        match dice.below(100) {
            0..4 => maker.farm(&mut dice, records, genuine + wanted),
            4..28 => maker.borrowed(&mut dice, records),
            28..40 => maker.outside(&mut dice, records),
            40..62 => maker.documents(&mut dice, records, genuine + wanted),
            62..80 => {
                let record = maker.record(&mut dice, "made_up", None);
                let iin = maker.contradictory(&mut dice);
                records.push(Record { iin, ..record });
            }
            _ => {
                let record = maker.record(&mut dice, "careful", None);
                records.push(record);
            }
        }
    }
}

/// The days of a genuine person's records, and what they share with others.
fn settle(world: &World<'_>, dice: &mut Dice, block: &Block, at: usize, records: &mut [Record]) {
    let person = &block.people[at];
    let (seed, as_of) = (world.options.seed, world.options.as_of);
    let payroll = person.employer != 0 && dice.chance(PAYROLL);
    let first = as_of - 1 - dice.below((YEARS * 365) as u64) as i32;
    let true_iin = text(|out| write_digits(person.iin, 12, out));
    for (turn, record) in records.iter_mut().enumerate() {
        let later = dice.day(first, as_of - 1).unwrap_or(first);
        let mut more = More {
            country: COUNTRIES[usize::from(person.registered.country)].code,
            opened: if turn == 0 { first } else { later },
            ..More::default()
        };
        if record.document.is_empty() {
            more.country = "";
        }
        if payroll && turn == 0 {
            let hash = mix(seed ^ 0xBA, person.employer);
            more.opened = as_of - 30 - (hash % (YEARS as u64 * 300)) as i32 + dice.below(3) as i32;
            record.phone = write_phone(mix(seed ^ 0x0F, person.employer) % 100_000_000, hash);
            more.innocent = Some("office_phone");
        }
        if person.dormitory != 0 && dice.chance(DORMITORY) {
            let home = mix(seed ^ 0xD0, person.dormitory);
            CITIES[(home % 14) as usize].clone_into(&mut record.city);
            record.address = write_address(home, dice.chance(0.5));
            more.innocent = Some("dormitory");
        }
        if !record.iin.is_empty() && record.iin != true_iin {
            more.innocent = Some("mistyped_number");
        }
        let parent = parent(world, block, at).filter(|_| dice.chance(PARENTS));
        if let Some(parent) = parent {
            record.iin = text(|out| write_digits(parent.iin, 12, out));
            more.innocent = Some("parents_number");
        }
        record.more = Some(more);
    }
}

/// A parent of a child: somebody grown of the household, in a row above.
fn parent<'a>(world: &World<'_>, block: &'a Block, at: usize) -> Option<&'a Person> {
    let person = &block.people[at];
    let child = person.family && world.options.as_of - person.birth < 16 * 365;
    let grown =
        |other: &&Person| other.household == person.household && other.birth + 18 * 365 < person.birth;
    if child { block.people[at.saturating_sub(8)..at].iter().find(grown) } else { None }
}

/// Makes records of false identities.
struct Maker<'a> {
    world: &'a World<'a>,
    block: &'a Block,
    /// How many genuine records there are.
    genuine: usize,
    /// How many false ones were made, for their persons' numbers.
    made: u64,
    rings: u64,
}

impl Maker<'_> {
    /// A record whose every value is made up with care: a number that fits, papers of the usual shape, a phone and a home
    /// of its own.
    fn record(&mut self, dice: &mut Dice, style: &'static str, ring: Option<u64>) -> Record {
        let world = self.world;
        let country = if dice.chance(0.7) { KAZAKHSTAN } else { people::foreign_country(dice, 0.0) };
        let table = names::table(people::name_table(dice, country));
        let sex = dice.below(2) as u8;
        let latin = dice.chance(0.35);
        let surname = table.surnames.get(table.surnames.draw(dice.bits())).form(sex);
        let given = &table.given[usize::from(sex)];
        let given = given.get(given.draw(dice.bits())).form(sex);
        let spelled = [surname, given]
            .map(|name| if latin { name.latin(Scheme::National).to_owned() } else { name.cyrillic.clone() });
        let [surname, given] = spelled;
        // A cell of the population gives a birth date and a number that was never given.
        let ordinal = dice.below(world.options.people);
        let birth = world.skeleton(ordinal).birth;
        let branch = dice.chance(BRANCH);
        let document = COUNTRIES[usize::from(country)].passport;
        let has_document = dice.chance(0.6);
        let home = dice.bits();
        let opened = world.options.as_of - 1 - dice.below((YEARS * 365) as u64) as i32;
        self.made += 1;
        Record {
            person: 900_000_000 + self.block.index * 40_000 + self.made,
            branch,
            script: if latin { "latin" } else { "cyrillic" },
            kind: "false",
            names: [surname, given, String::new()],
            birth: write_day(birth, branch),
            iin: text(|out| write_digits(world.iin(ordinal, 3, sex, false), 12, out)),
            sex: ["M", "F"][usize::from(sex)],
            phone: write_phone(dice.below(100_000_000), dice.bits()),
            mail: String::new(),
            document: if has_document {
                text(|out| document.write(document.ordinary(dice.below(1_000_000_000)), out))
            } else {
                String::new()
            },
            city: CITIES[(home % 14) as usize].to_owned(),
            address: write_address(home, dice.chance(0.5)),
            more: Some(More {
                country: if has_document { COUNTRIES[usize::from(country)].code } else { "" },
                opened,
                fraud: Some((style, ring)),
                innocent: None,
            }),
        }
    }

    /// A number that was made up without looking: of another day of birth, and of either sex.
    fn contradictory(&mut self, dice: &mut Dice) -> String {
        let ordinal = dice.below(self.world.options.people);
        text(|out| write_digits(self.world.iin(ordinal, 3, dice.below(2) as u8, false), 12, out))
    }

    /// A genuine record of which something can be taken.
    fn victim<'r>(
        &self,
        dice: &mut Dice,
        records: &'r [Record],
        has: impl Fn(&Record) -> bool,
    ) -> Option<&'r Record> {
        let genuine = self.genuine as u64;
        (0..64).filter(|_| genuine > 0).find_map(|_| {
            let record = &records[dice.below(genuine) as usize];
            let honest = record.more.as_ref().is_some_and(|more| more.innocent != Some("mistyped_number"));
            (honest && has(record)).then_some(record)
        })
    }

    /// Another customer's number, with the birth date of its own or, for some, of the victim.
    fn borrowed(&mut self, dice: &mut Dice, records: &mut Vec<Record>) {
        let mut record = self.record(dice, "borrowed_iin", None);
        let with_birth = dice.chance(0.3);
        let wanted = |other: &Record| {
            !other.iin.is_empty()
                && (!with_birth || (other.branch == record.branch && !other.birth.is_empty()))
        };
        if let Some(victim) = self.victim(dice, records, wanted) {
            record.iin.clone_from(&victim.iin);
            if with_birth {
                record.birth.clone_from(&victim.birth);
            }
            records.push(record);
        }
    }

    /// The number of somebody who may be no customer.
    fn outside(&mut self, dice: &mut Dice, records: &mut Vec<Record>) {
        let record = self.record(dice, "outside_iin", None);
        let person = &self.block.people[dice.below(self.block.people.len() as u64) as usize];
        if !matches!(person.part, Part::Invented(_)) {
            let iin = text(|out| write_digits(person.iin, 12, out));
            records.push(Record { iin, ..record });
        }
    }

    /// One scan for up to three people.
    fn documents(&mut self, dice: &mut Dice, records: &mut Vec<Record>, most: usize) {
        let victim = self.victim(dice, records, |other| !other.document.is_empty());
        let Some((document, country)) = victim
            .map(|victim| (victim.document.clone(), victim.more.as_ref().map_or("", |more| more.country)))
        else {
            return;
        };
        let size = 1 + dice.below(3) as usize;
        let ring = self.ring(size);
        for _ in 0..size.min(most.saturating_sub(records.len())) {
            let mut record = self.record(dice, "shared_document", ring);
            record.branch = false;
            let birth = self.world.skeleton(dice.below(self.world.options.people)).birth;
            record.birth = write_day(birth, false);
            record.iin = if dice.chance(0.5) { String::new() } else { self.contradictory(dice) };
            record.document.clone_from(&document);
            if let Some(more) = &mut record.more {
                more.country = country;
            }
            records.push(record);
        }
    }

    fn ring(&mut self, size: usize) -> Option<u64> {
        self.rings += 1;
        (size > 1).then_some(self.block.index * 40_000 + self.rings)
    }

    /// Many at once under one phone, with numbers and papers of all kinds.
    fn farm(&mut self, dice: &mut Dice, records: &mut Vec<Record>, most: usize) {
        let size = 10 + dice.below(31) as usize;
        let ring = self.ring(size);
        let phone = dice.below(100_000_000);
        let day = self.world.options.as_of - 10 - dice.below((YEARS * 365) as u64) as i32;
        let scan = self.record(dice, "farm", None).document;
        for _ in 0..size.min(most.saturating_sub(records.len())) {
            let mut record = self.record(dice, "farm", ring);
            record.phone = write_phone(phone, dice.bits());
            match dice.below(10) {
                0..2 => record.iin = self.contradictory(dice),
                2 => {
                    let last = record.iin.pop().and_then(|digit| digit.to_digit(10)).unwrap_or(0);
                    record.iin += &((last + 1) % 10).to_string();
                }
                3..6 => {
                    if let Some(victim) = self.victim(dice, records, |other| !other.iin.is_empty()) {
                        record.iin.clone_from(&victim.iin);
                    }
                }
                _ => {}
            }
            if !scan.is_empty() && !record.branch && dice.chance(0.25) {
                record.document.clone_from(&scan);
            }
            if let Some(more) = &mut record.more {
                more.opened = day + dice.below(3) as i32;
            }
            records.push(record);
        }
    }
}

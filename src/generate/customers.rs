//! Customers: what a bank's branches wrote down of the people of a block, and who is who.
//!
//! In: the people of a [`Block`]. Out: rows of `customers.csv` (a head office: the parts of a name in columns of their
//! own), of `customers_branch.csv` (a branch: one column for the whole name, Russian headers, dates with dots) and of
//! `truth_customers.csv`, which says whose each record is, in which script its name stands, and what kind of look-alike
//! its bearer is. A person has one record to four, in either file; each was taken down anew, so each has its own
//! script, scheme of spelling, habits and slips.
//!
//! The hard ones: twins, namesakes, brothers and sisters at one address with one phone, sons who bear their father's
//! name, women before and after a marriage, people without an IIN.
//!
//! With `--customer-frauds` records say when they were opened, and some have a false identity
//! (`customer_frauds`); without it nothing here changes.
//!
//! The laws: the same seed gives the same bytes; drawing customers changes no other file, for they have dice of their
//! own; ids say nothing on who is who. No code is shared with what compares names.

use super::Options;
use super::block::Block;
use super::countries::scheme;
use super::customer_frauds;
use super::dice::{Dice, fraction, mix};
use super::names::{self, Scheme, Spelled};
use super::numbers::write_digits;
use super::people::{NO_FATHER, Part, Person, Script, World};
use super::write::{CITIES, STREETS, shuffle, write_number};
use crate::day;

/// The files with their headers, and what a world with frauds has beside: columns of the first two files, and the last
/// two files.
pub(super) const FILES: [(&str, &str, &str); 5] = [
    (
        "customers.csv",
        "record_id,iin,surname,given_name,patronymic,birth_date,sex,phone,email,document_number,city,address",
        ",document_country,opened_on",
    ),
    ("customers_branch.csv", "Код клиента,ФИО,Дата рождения,ИИН,Телефон,Город,Адрес", ",Дата открытия"),
    ("truth_customers.csv", "record_id,cluster,script,kind", ""),
    ("truth_customer_suspects.csv", "record_id,style,ring", ""),
    ("truth_customer_innocents.csv", "record_id,kind", ""),
];

/// The files of a world, with their headers.
pub(super) fn files(options: &Options) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let frauds = options.customer_frauds > 0.0;
    let count = match (options.customers, frauds) {
        (false, _) => 0,
        (true, false) => 3,
        (true, true) => FILES.len(),
    };
    let header = move |(name, header, more): (&'static str, &str, &str)| {
        (name, format!("{header}{}\n", if frauds { more } else { "" }).into_bytes())
    };
    FILES.into_iter().take(count).map(header)
}

/// Rows of the files, and how many.
#[derive(Default)]
pub(super) struct Customers {
    pub(super) files: [Vec<u8>; 5],
    pub(super) counts: [u64; 5],
}

/// Share of a world's people who bank here.
const CUSTOMERS: f64 = 0.8;
/// Share of records that the branch took down.
pub(super) const BRANCH: f64 = 0.35;
/// Share of sons who bear their father's name.
const JUNIORS: f64 = 0.05;
/// Share of grown women who married under the bank's eyes.
const MARRIED: f64 = 0.06;
/// Streams of dice from here on are those of customers.
pub(super) const STREAM: u64 = 1 << 40;

/// What is true of a person whatever a record says.
struct Life<'a> {
    person: &'a Person,
    kind: &'static str,
    given: u16,
    /// The surname before a marriage.
    maiden: Option<u16>,
    phones: [u64; 2],
    homes: [u64; 2],
    mails: [u64; 2],
    documents: [u64; 2],
    spelling: Scheme,
    writes_latin: f64,
}

/// A record before it is written.
pub(super) struct Record {
    pub(super) person: u64,
    pub(super) branch: bool,
    pub(super) script: &'static str,
    pub(super) kind: &'static str,
    /// Surname, given name, patronymic.
    pub(super) names: [String; 3],
    pub(super) birth: String,
    pub(super) iin: String,
    pub(super) sex: &'static str,
    pub(super) phone: String,
    pub(super) mail: String,
    pub(super) document: String,
    pub(super) city: String,
    pub(super) address: String,
    /// What only a world with frauds tells.
    pub(super) more: Option<More>,
}

/// What a record of a world with frauds says beside, and what is true of it.
#[derive(Clone, Debug, Default)]
pub(super) struct More {
    pub(super) country: &'static str,
    /// A day.
    pub(super) opened: i32,
    /// Style and ring of a false identity.
    pub(super) fraud: Option<(&'static str, Option<u64>)>,
    /// What an innocent record looks like.
    pub(super) innocent: Option<&'static str>,
}

/// The customers of a block.
pub(super) fn customers(world: &World<'_>, block: &Block) -> Customers {
    let mut dice = Dice::new(world.options.seed, STREAM + block.index);
    let mut records = Vec::new();
    // For each record the place of its person.
    let mut owners = Vec::new();
    for (at, person) in block.people.iter().enumerate() {
        let next = block.people.get(at + 1).map(|next| next.part);
        let genuine = matches!(person.part, Part::Own | Part::Twin | Part::Namesake);
        if !genuine || !dice.chance(CUSTOMERS) {
            continue;
        }
        let life = Life::new(world, &mut dice, person, next);
        let count = match dice.below(100) {
            0..55 => 1,
            55..83 => 2,
            83..95 => 3,
            _ => 4,
        };
        for _ in 0..count {
            records.push(life.record(world, &mut dice));
            owners.push(at);
        }
    }
    if world.options.customer_frauds > 0.0 {
        customer_frauds::plant(world, block, &owners, &mut records);
    }
    let mut order: Vec<u32> = (0..records.len() as u32).collect();
    shuffle(&mut dice, &mut order);
    let mut out = Customers::default();
    for (at, &which) in order.iter().enumerate() {
        out.write(block.index * 40_000 + at as u64, &records[which as usize]);
    }
    out
}

impl<'a> Life<'a> {
    fn new(world: &World<'_>, dice: &mut Dice, person: &'a Person, next: Option<Part>) -> Self {
        let seed = world.options.seed;
        let grown = world.options.as_of - person.birth > 18 * 365;
        let junior = person.family && person.sex == 0 && person.father != NO_FATHER && dice.chance(JUNIORS);
        let maiden = (person.sex == 1 && grown && dice.chance(MARRIED))
            .then(|| names::table(person.table).surnames.draw(dice.bits()));
        let kind = match (person.part, next) {
            (Part::Twin, _) | (_, Some(Part::Twin)) => "twin",
            (Part::Namesake, _) | (_, Some(Part::Namesake)) => "namesake",
            _ if junior => "junior",
            _ if maiden.is_some() => "married",
            _ if person.family => "family",
            _ => "",
        };
        let own = |what: u64| mix(seed ^ what, person.ordinal);
        Life {
            person,
            kind,
            given: if junior { person.father } else { person.given },
            maiden,
            phones: [person.phone * 61_803_399 % 100_000_000, own(0x71) % 100_000_000],
            homes: [mix(seed ^ 0x22, person.household), own(0x72)],
            mails: [own(0x73), own(0x74)],
            documents: [person.registered.value, person.registered.shape.ordinary(own(0x75) % 1_000_000_000)],
            spelling: scheme(person.country, day::to_civil(person.since).0),
            writes_latin: if person.script == Script::Latin { 0.75 } else { 0.22 },
        }
    }

    fn record(&self, world: &World<'_>, dice: &mut Dice) -> Record {
        let person = self.person;
        let latin = dice.chance(self.writes_latin);
        let branch = dice.chance(BRANCH);
        let spelling = match dice.below(10) {
            0..6 => self.spelling,
            6 | 7 => Scheme::Icao,
            8 => Scheme::Mvd,
            _ => Scheme::National,
        };
        let letters = dice.fraction();
        let spelled = |name: &Spelled| -> String {
            match (latin, letters) {
                (true, _) => name.latin(spelling).to_owned(),
                (_, ..0.35) => name.reduced.clone(),
                (_, ..0.38) => name.lost.clone(),
                _ => name.cyrillic.clone(),
            }
        };
        let table = names::table(person.table);
        let surname = match self.maiden {
            Some(maiden) if dice.chance(0.5) => maiden,
            _ => person.surname,
        };
        let mut parts = [
            spelled(table.surnames.get(surname).form(person.sex)),
            spelled(table.given[usize::from(person.sex)].get(self.given).form(person.sex)),
            match &table.patronymics {
                Some(list) if person.father != NO_FATHER && dice.chance(if latin { 0.25 } else { 0.7 }) => {
                    spelled(list[usize::from(person.father)].form(person.sex))
                }
                _ => String::new(),
            },
        ];
        if latin && dice.chance(0.1) {
            let mut other = Vec::new();
            let at = dice.below(2) as usize;
            names::respell(&parts[at], dice.bits() >> 8, &mut other);
            parts[at] = String::from_utf8(other).expect("Latin letters");
        }
        for (at, often) in [(0, 0.035), (1, 0.03), (2, 0.02)] {
            if dice.chance(often) {
                parts[at] = slip(dice, &parts[at]);
            }
        }
        for (at, often) in [(1, 0.02), (2, 0.12)] {
            if let Some(first) = parts[at].chars().next().filter(|_| dice.chance(often)) {
                parts[at] = format!("{first}.");
            }
        }
        if dice.chance(0.4) {
            parts = parts.map(|part| title(&part));
        }
        if !branch && dice.chance(0.015) {
            parts.swap(0, 1);
        }
        let which = |dice: &mut Dice, moved: f64| usize::from(dice.chance(moved));
        let home = self.homes[which(dice, 0.2)];
        let phone = self.phones[which(dice, 0.2)];
        let mail = self.mails[which(dice, 0.25)];
        let document = self.documents[which(dice, 0.3)];
        let absent = |dice: &mut Dice, often: f64, text: String| {
            if dice.chance(often) { String::new() } else { text }
        };
        let long = dice.chance(0.5);
        Record {
            person: person.ordinal,
            branch,
            script: if latin { "latin" } else { "cyrillic" },
            kind: self.kind,
            birth: birth(dice, person.birth, branch),
            iin: iin(dice, person.iin, branch),
            sex: if dice.chance(0.05) { "" } else { ["M", "F"][usize::from(person.sex)] },
            phone: absent(dice, 0.12, write_phone(phone, mix(mail, 5))),
            mail: absent(dice, 0.55, self.mail(mail)),
            document: absent(dice, 0.5, text(|out| person.registered.shape.write(document, out))),
            city: absent(dice, 0.1, CITIES[(home % 14) as usize].to_owned()),
            address: absent(dice, 0.15, write_address(home, long)),
            more: None,
            names: whole(dice, parts, branch, world.options.seed ^ block_of(person.ordinal)),
        }
    }

    /// An address of the given name, the year of birth or a number, at one of few providers.
    fn mail(&self, which: u64) -> String {
        let table = names::table(self.person.table);
        let given = table.given[usize::from(self.person.sex)].get(self.given).form(self.person.sex);
        let surname = table.surnames.get(self.person.surname).form(self.person.sex);
        let [given, surname] = [given, surname].map(|name| name.latin(self.spelling).to_lowercase());
        let given: String = given.chars().filter(char::is_ascii_alphabetic).collect();
        let surname: String = surname.chars().filter(char::is_ascii_alphabetic).collect();
        let (year, _, _) = day::to_civil(self.person.birth);
        let local = match which >> 8 & 3 {
            0 => format!("{given}.{surname}"),
            1 => format!("{given}{year}"),
            2 => format!("{}{surname}{}", given.get(..1).unwrap_or_default(), which % 1000),
            _ => format!("{surname}_{given}{}", which % 100),
        };
        format!("{local}@{}.example", ["mail", "post", "inbox"][(which >> 12) as usize % 3])
    }
}

/// People of a branch write names in one way, mostly: which, hangs on the neighbourhood.
fn block_of(ordinal: u64) -> u64 {
    ordinal >> 9
}

/// The branch's one column has the surname first; some clerks begin with the given name.
fn whole(dice: &mut Dice, parts: [String; 3], branch: bool, clerk: u64) -> [String; 3] {
    let given_first = if fraction(mix(clerk, 9)) < 0.1 { 0.9 } else { 0.02 };
    if !branch || !dice.chance(given_first) {
        return parts;
    }
    let [surname, given, patronymic] = parts;
    [given, patronymic, surname]
}

/// One letter wrong: changed for a neighbour of the alphabet, lost, doubled, or exchanged with the next.
fn slip(dice: &mut Dice, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 4 {
        return name.to_owned();
    }
    let at = 1 + dice.below(letters.len() as u64 - 2) as usize;
    match dice.below(4) {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        _ => {
            let other = letters[dice.below(letters.len() as u64) as usize];
            letters[at] = other;
        }
    }
    letters.into_iter().collect()
}

/// A capital at the beginning of each word.
fn title(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut first = true;
    for letter in name.chars() {
        if first {
            out.push(letter);
        } else {
            out.extend(letter.to_lowercase());
        }
        first = matches!(letter, ' ' | '-');
    }
    out
}

pub(super) fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8(out).expect("what is written is text")
}

/// A day of birth as a clerk took it down: missing, with day and month exchanged, a digit wrong, or the first of the year.
fn birth(dice: &mut Dice, true_birth: i32, branch: bool) -> String {
    let (mut year, mut month, mut day) = day::to_civil(true_birth);
    match dice.below(1000) {
        0..30 => return String::new(),
        30..40 if day <= 12 => (month, day) = (day, month),
        40..50 => year += [-1, 1, -10, 10][dice.below(4) as usize],
        50..57 => month = 1 + dice.below(12) as u32,
        57..64 => day = 1 + dice.below(28) as u32,
        64..70 => (month, day) = (1, 1),
        _ => {}
    }
    // The draw may have made a day that its month does not have.
    let day = if day::from_civil(year, month, day).is_some() { day } else { 28 };
    if branch { format!("{day:02}.{month:02}.{year}") } else { format!("{year}-{month:02}-{day:02}") }
}

/// A number as it was typed: missing for many, and wrong in a digit for few.
fn iin(dice: &mut Dice, iin: u64, branch: bool) -> String {
    let known = if branch { 0.35 } else { 0.5 };
    if !dice.chance(known) {
        return String::new();
    }
    let mut digits = text(|out| write_digits(iin, 12, out)).into_bytes();
    if dice.chance(0.01) {
        let at = 6 + dice.below(6) as usize;
        digits[at] = b'0' + (digits[at] - b'0' + 1 + dice.below(9) as u8) % 10;
    }
    String::from_utf8(digits).expect("digits")
}

/// A phone as one writes it.
pub(super) fn write_phone(phone: u64, style: u64) -> String {
    let operator = [701, 702, 705, 707, 708, 747, 771, 775, 776, 778][(phone / 10_000_000) as usize];
    let rest = phone % 10_000_000;
    match style % 4 {
        0 => format!("8{operator}{rest:07}"),
        1 => format!("8 ({operator}) {:03}-{:02}-{:02}", rest / 10_000, rest / 100 % 100, rest % 100),
        _ => format!("+7{operator}{rest:07}"),
    }
}

/// An address, long or short.
pub(super) fn write_address(home: u64, long: bool) -> String {
    let mut out = Vec::new();
    out.extend_from_slice(if long { "ул. " } else { "" }.as_bytes());
    out.extend_from_slice(STREETS[(home >> 8) as usize % 24].as_bytes());
    out.extend_from_slice(if long { ", д. " } else { " " }.as_bytes());
    write_number(1 + (home >> 16) % 220, &mut out);
    out.extend_from_slice(if long { ", кв. " } else { "-" }.as_bytes());
    write_number(1 + (home >> 32) % 400, &mut out);
    String::from_utf8(out).expect("text")
}

impl Customers {
    fn write(&mut self, number: u64, record: &Record) {
        let id = format!("{}{number:09}", if record.branch { 'B' } else { 'C' });
        let [surname, given, patronymic] = &record.names;
        let words: Vec<&str> =
            record.names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        let full = words.join(" ");
        let more = record.more.as_ref();
        let opened = more.map(|more| write_day(more.opened, record.branch)).unwrap_or_default();
        let mut cells: Vec<&str> = if record.branch {
            vec![&id, &full, &record.birth, &record.iin, &record.phone, &record.city, &record.address]
        } else {
            vec![
                &id,
                &record.iin,
                surname,
                given,
                patronymic,
                &record.birth,
                record.sex,
                &record.phone,
                &record.mail,
                &record.document,
                &record.city,
                &record.address,
            ]
        };
        if let Some(more) = more {
            cells.extend((!record.branch).then_some(more.country));
            cells.push(&opened);
        }
        let file = usize::from(record.branch);
        row(&mut self.files[file], &cells);
        self.counts[file] += 1;
        let person = format!("P{:08}", record.person);
        row(&mut self.files[2], &[&id, &person, record.script, record.kind]);
        self.counts[2] += 1;
        if let Some((style, ring)) = more.and_then(|more| more.fraud) {
            let ring = ring.map(|ring| format!("R{ring:09}")).unwrap_or_default();
            row(&mut self.files[3], &[&id, style, &ring]);
            self.counts[3] += 1;
        }
        if let Some(kind) = more.and_then(|more| more.innocent) {
            row(&mut self.files[4], &[&id, kind]);
            self.counts[4] += 1;
        }
    }
}

/// A day as a file writes it.
pub(super) fn write_day(date: i32, branch: bool) -> String {
    let (year, month, day) = day::to_civil(date);
    if branch { format!("{day:02}.{month:02}.{year}") } else { format!("{year}-{month:02}-{day:02}") }
}

fn row(out: &mut Vec<u8>, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let quoted = cell.contains(',');
        out.extend(quoted.then_some(b'"'));
        out.extend_from_slice(cell.as_bytes());
        out.extend(quoted.then_some(b'"'));
    }
    out.push(b'\n');
}

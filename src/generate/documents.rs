//! Documents: what each person carried, and what happened to it.
//!
//! In: a genuine person with their day of registration. Out: rows of the register of documents, the
//! document that the registry holds, and the truth about the two. The law: truth is planted only where
//! the written rows show it, and says how a newer document can be tied to the number.

use super::block::Block;
use super::countries::{COUNTRIES, KAZ_CARD, KAZAKHSTAN, RUSSIA, STATELESS, scheme};
use super::dice::{Dice, mix};
use super::names::{self, Scheme};
use super::numbers::Shape;
use super::people::{self, Part, Person, Script, World};
use super::truth::{Correction, Value};
use crate::day;

/// Validity of every document, in days: ten years.
pub(super) const VALID_DAYS: i32 = 3652;

/// Kinds of documents, the contract's words.
pub(super) const PASSPORT: &str = "passport";
/// An identity card.
pub(super) const ID_CARD: &str = "id_card";

/// A row of the register of documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doc {
    /// Who bears it; decides the personal number.
    pub(super) owner: u64,
    pub(super) country: u8,
    pub(super) nationality: u8,
    pub(super) kind: &'static str,
    pub(super) shape: Shape,
    pub(super) value: u64,
    pub(super) table: u8,
    pub(super) surname: u16,
    pub(super) given: u16,
    pub(super) father: u16,
    pub(super) scheme: Scheme,
    /// 0 as the scheme says, else a habit of spelling.
    pub(super) habit: u8,
    pub(super) sex: u8,
    pub(super) birth: i32,
    pub(super) issue: i32,
    pub(super) expiry: i32,
    /// Empty for missing.
    pub(super) status: &'static str,
    /// `NO_DAY` for missing.
    pub(super) status_date: i32,
    /// 0 for missing.
    pub(super) iin: u64,
    pub(super) personal: bool,
    /// The value of the number it replaced, of the same shape unless the country changed.
    pub(super) previous: Option<(Shape, u64)>,
    pub(super) mrz: bool,
    pub(super) mrz_broken: bool,
    /// Whether the register of documents has it.
    pub(super) shown: bool,
}

impl Doc {
    /// The place of a document that is yet to come.
    pub(super) const NONE: Doc = Doc {
        owner: 0,
        country: 0,
        nationality: 0,
        kind: "",
        shape: KAZ_CARD,
        value: 0,
        table: 0,
        surname: 0,
        given: 0,
        father: people::NO_FATHER,
        scheme: Scheme::Icao,
        habit: 0,
        sex: 0,
        birth: 0,
        issue: 0,
        expiry: 0,
        status: "",
        status_date: day::NO_DAY,
        iin: 0,
        personal: false,
        previous: None,
        mrz: false,
        mrz_broken: false,
        shown: false,
    };

    /// The Latin names as the row has them; `scratch` is cleared first.
    pub(super) fn latin(&self, surname: bool, scratch: &mut Vec<u8>) {
        scratch.clear();
        let table = names::table(self.table);
        let entry = if surname {
            table.surnames.get(self.surname)
        } else {
            table.given[usize::from(self.sex)].get(self.given)
        };
        let name = entry.form(self.sex).latin(self.scheme);
        if self.habit == 0 {
            scratch.extend_from_slice(name.as_bytes());
        } else {
            names::respell(name, u64::from(self.habit), scratch);
        }
    }

    /// Whether a row with this spelling differs from one by the scheme.
    fn respelled(&self) -> bool {
        let plain = Doc { habit: 0, ..*self };
        let (mut with, mut without) = (Vec::new(), Vec::new());
        [true, false].into_iter().any(|surname| {
            self.latin(surname, &mut with);
            plain.latin(surname, &mut without);
            with != without
        })
    }
}

/// What happened to a person's documents since the registry was last right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Plain,
    Renewed,
    Corrected,
    Expired,
    Invalidated,
    Married,
    Naturalised,
    BirthTypo,
    SexTypo,
    IinMismatch,
    SecondPassport,
}

fn draw_fate(world: &World<'_>, dice: &mut Dice) -> Fate {
    let rates = &world.options.rates;
    let mut at = dice.fraction();
    for (share, fate) in [
        (rates.renewed, Fate::Renewed),
        (rates.corrected, Fate::Corrected),
        (rates.expired, Fate::Expired),
        (rates.invalidated, Fate::Invalidated),
        (rates.married, Fate::Married),
        (rates.naturalised, Fate::Naturalised),
        (rates.birth_typo, Fate::BirthTypo),
        (rates.sex_typo, Fate::SexTypo),
        (rates.iin_mismatch, Fate::IinMismatch),
        (rates.second_passport, Fate::SecondPassport),
    ] {
        if at < share {
            return fate;
        }
        at -= share;
    }
    Fate::Plain
}

/// A document of a person, the `k`-th (0..=3), issued on a day, of the person's country unless changed
/// afterwards.
pub(super) fn document(
    world: &World<'_>,
    dice: &mut Dice,
    person: &Person,
    k: u64,
    kind: &'static str,
    country: u8,
    issue: i32,
) -> Doc {
    let rates = &world.options.rates;
    let here = &COUNTRIES[usize::from(country)];
    let (issuer, shape) = match kind {
        PASSPORT => (country, here.passport),
        ID_CARD => (country, here.id_card.unwrap_or(here.passport)),
        _ => (KAZAKHSTAN, KAZ_CARD),
    };
    let (year, ..) = day::to_civil(issue);
    let share = if issuer == KAZAKHSTAN { rates.iin_kz } else { rates.iin_foreign };
    let mut iin = if dice.chance(share) { person.iin } else { 0 };
    if iin != 0 && dice.chance(rates.check_typos) {
        iin = iin / 10 * 10 + (iin + 1) % 10;
    }
    Doc {
        owner: person.ordinal,
        country: issuer,
        nationality: country,
        kind,
        shape,
        value: shape.ordinary(person.ordinal * 4 + k),
        table: person.table,
        surname: person.surname,
        given: person.given,
        father: person.father,
        scheme: scheme(issuer, year),
        habit: if dice.chance(rates.respelled) { 1 + dice.below(16) as u8 } else { 0 },
        sex: person.sex,
        birth: person.birth,
        issue,
        expiry: issue + VALID_DAYS,
        status: if dice.chance(rates.status_missing) { "" } else { "valid" },
        status_date: day::NO_DAY,
        iin,
        personal: issuer == country && here.personal_digits > 0 && dice.chance(rates.personal_number),
        previous: None,
        mrz: dice.chance(rates.mrz),
        mrz_broken: false,
        shown: true,
    }
}

/// Marks a document as replaced on a day, and the newer one as its successor.
fn replace(world: &World<'_>, dice: &mut Dice, older: &mut Doc, newer: &mut Doc) {
    let rates = &world.options.rates;
    if dice.chance(rates.status_missing) {
        older.status = "";
    } else {
        older.status = "replaced";
        older.status_date = newer.issue;
    }
    older.shown = dice.chance(rates.previous_coverage);
    if dice.chance(rates.previous_number) {
        newer.previous = Some((older.shape, older.value));
    }
}

/// Marks the document that a person holds as replaced by a newer one, in the register of documents too.
pub(super) fn replace_shown(
    world: &World<'_>,
    dice: &mut Dice,
    block: &mut Block,
    person: &Person,
    newer: &mut Doc,
) {
    let held = &person.registered;
    let shown = block.docs.iter_mut().rev().take(4);
    let mut shown = shown.filter(|doc| doc.owner == held.owner && doc.value == held.value);
    match shown.next() {
        Some(older) => {
            replace(world, dice, older, newer);
            // What was shown before it was replaced stays.
            older.shown = true;
        }
        None => replace(world, dice, &mut held.clone(), newer),
    }
}

/// Gives a genuine person their documents, and the block what is true about them.
pub(super) fn equip(world: &World<'_>, dice: &mut Dice, block: &mut Block, person: &mut Person) {
    let rates = &world.options.rates;
    let as_of = world.options.as_of;
    let since = person.since;
    let kind = match person.country {
        STATELESS => "stateless",
        KAZAKHSTAN if day::whole_years(person.birth, since) >= 16 && dice.chance(0.75) => ID_CARD,
        KAZAKHSTAN => PASSPORT,
        _ if dice.chance(0.03) => "residence_permit",
        _ => PASSPORT,
    };
    let mut fate = if person.locked { Fate::Plain } else { draw_fate(world, dice) };
    let room = match fate {
        Fate::Renewed | Fate::Corrected | Fate::Naturalised | Fate::Invalidated => since <= as_of - 120,
        Fate::Married => since <= as_of - 120 && as_of - person.birth > 20 * 365,
        Fate::SecondPassport => since <= as_of - 120 && kind == PASSPORT,
        _ => true,
    };
    if !room {
        fate = Fate::Plain;
    }
    let earliest = (person.birth + 1).max(since - 9 * 365);
    let mut issue = dice.day(earliest.max(as_of - VALID_DAYS + 30), since).unwrap_or(since);
    match fate {
        Fate::Renewed | Fate::Corrected | Fate::Married | Fate::Naturalised => {
            issue = dice.day(earliest, since).unwrap_or(since);
        }
        Fate::Expired => {
            let first = (person.birth + 1).max(since - VALID_DAYS + 60);
            match dice.day(first, since.min(as_of - VALID_DAYS - 10)) {
                Some(day) => issue = day,
                None => fate = Fate::Plain,
            }
        }
        _ => {}
    }
    let mut old = document(world, dice, person, 0, kind, person.country, issue);
    // What needs rows in the register of documents has them; the others make up for the share.
    let plain_share = (1.0 - rates.named_fates()).max(0.05);
    let covered = !matches!(fate, Fate::Plain | Fate::Expired)
        || !dice.chance(((1.0 - rates.coverage) / plain_share).min(1.0));
    old.shown = covered;
    person.registered = old;
    match fate {
        Fate::Plain => {}
        Fate::Expired => {
            block.correct(person, &Correction::expired(&old));
        }
        Fate::Invalidated => {
            old.status = ["lost", "stolen", "cancelled"][dice.below(3) as usize];
            old.status_date = dice.day(since + 10, as_of - 5).unwrap_or(as_of - 5);
            person.registered = old;
            block.correct(person, &Correction::invalidated(&old));
        }
        Fate::Renewed | Fate::Corrected | Fate::Married | Fate::Naturalised => {
            renew(world, dice, block, person, fate, &mut old);
        }
        Fate::BirthTypo => {
            let typo = mistyped(dice, person.birth);
            if typo < old.issue && typo < person.assigned && typo != person.birth {
                person.registered_birth = typo;
                block.correct(
                    person,
                    &Correction {
                        kind: "birth_date_differs",
                        field: "birth_date",
                        registered: Value::Day(typo),
                        current: Value::Day(person.birth),
                        doc: Some(&old),
                        since: person.since,
                        note: "document_number",
                    },
                );
            }
        }
        Fate::SexTypo => {
            person.registered_sex = 1 - person.sex;
            block.correct(
                person,
                &Correction {
                    kind: "sex_differs",
                    field: "sex",
                    registered: Value::Text(["M", "F"][usize::from(person.registered_sex)]),
                    current: Value::Text(["M", "F"][usize::from(person.sex)]),
                    doc: Some(&old),
                    since: person.since,
                    note: "document_number",
                },
            );
        }
        Fate::IinMismatch => {
            let other = world.adult(mix(world.options.seed ^ 0x3A, person.ordinal)).unwrap_or(0);
            if other != 0 && other != person.iin {
                old.iin = other;
                person.registered = old;
                block.correct(
                    person,
                    &Correction {
                        kind: "iin_mismatch",
                        field: "iin",
                        registered: Value::Iin(person.iin),
                        current: Value::Iin(other),
                        doc: Some(&old),
                        since: old.issue,
                        note: "document_number",
                    },
                );
            }
        }
        Fate::SecondPassport => {
            old.status = "valid";
            let issue = dice.day(since + 30, as_of - 10).unwrap_or(as_of - 10);
            let mut second = document(world, dice, person, 1, kind, person.country, issue);
            second.status = "valid";
            person.registered = old;
            block.docs.push(second);
            block.innocent(person.iin, "second_valid_passport");
        }
    }
    if old.shown {
        block.docs.push(old);
    }
    let spelled = old.shown && old.respelled() && matches!(fate, Fate::Plain | Fate::Expired);
    if spelled && person.part == Part::Own {
        // The registry keeps the scheme's spelling, the register of documents the requested one.
        person.registered.habit = 0;
        block.innocent(person.iin, "respelled");
    }
    let mixed = matches!(fate, Fate::Plain | Fate::Renewed | Fate::Corrected | Fate::Expired);
    if mixed && covered && !person.locked && dice.chance(rates.other_kind) {
        other_kind(world, dice, block, person, kind);
    }
}

/// A second document of another kind, which replaces nothing.
fn other_kind(world: &World<'_>, dice: &mut Dice, block: &mut Block, person: &Person, kind: &'static str) {
    let as_of = world.options.as_of;
    let other = if kind == PASSPORT { ID_CARD } else { PASSPORT };
    let has_both = COUNTRIES[usize::from(person.country)].id_card.is_some();
    let first = (as_of - 9 * 365).max(person.birth + 16 * 365);
    if let (true, Some(issue)) = (has_both, dice.day(first, as_of - 10)) {
        let second = document(world, dice, person, 3, other, person.country, issue);
        if issue > person.registered.issue {
            block.innocent(person.iin, "second_document_of_other_kind");
        }
        block.docs.push(second);
    }
}

/// One or two newer documents, with or without a correction of the registry.
fn renew(
    world: &World<'_>,
    dice: &mut Dice,
    block: &mut Block,
    person: &mut Person,
    fate: Fate,
    old: &mut Doc,
) {
    let rates = &world.options.rates;
    let as_of = world.options.as_of;
    let since = person.since;
    let mut country = person.country;
    let mut kind = old.kind;
    if fate == Fate::Naturalised {
        country = if person.country != KAZAKHSTAN && dice.chance(0.7) { KAZAKHSTAN } else { RUSSIA };
        if country == person.country {
            country = KAZAKHSTAN;
        }
        kind = PASSPORT;
    }
    let of_age = if fate == Fate::Married { person.birth + 18 * 365 } else { since };
    let first = (since + 30).max(of_age);
    let last = (as_of - 10).min((old.expiry + 365).max(first));
    let issue = dice.day(first, last).unwrap_or(as_of - 10);
    let mut new = document(world, dice, person, 1, kind, country, issue);
    if fate == Fate::Married {
        let surnames = &names::table(person.table).surnames;
        // Twenty draws against the chance of the same name; were all the same, nothing is planted.
        new.surname =
            (0..20).map(|_| surnames.draw(dice.bits())).find(|&s| s != old.surname).unwrap_or(old.surname);
        new.habit = 0;
    }
    replace(world, dice, old, &mut new);
    if fate == Fate::Married && new.previous.is_none() && new.iin != person.iin {
        // Without a tie besides the name nobody could know.
        new.previous = Some((old.shape, old.value));
    }
    if fate == Fate::Naturalised {
        new.personal = false;
        if old.status == "replaced" {
            old.status = "cancelled";
        }
    }
    let mut newest = new;
    let mut chain = new.previous.is_some();
    if fate == Fate::Renewed && issue < as_of - 90 && dice.chance(rates.twice_renewed) {
        let again = dice.day(issue + 30, as_of - 5).unwrap_or(as_of - 5);
        newest = document(world, dice, person, 2, kind, country, again);
        replace(world, dice, &mut new, &mut newest);
        chain = chain && new.shown && newest.previous.is_some();
        if new.shown {
            block.docs.push(new);
        }
    }
    block.docs.push(newest);
    if fate == Fate::Corrected {
        person.registered = newest;
        block.innocent(person.iin, "up_to_date");
        return;
    }
    person.registered = *old;
    let note = if newest.iin == person.iin {
        "iin"
    } else if chain {
        "previous_number"
    } else if newest.personal && old.personal && old.shown {
        "personal_number"
    } else if same_spelling(person, &newest) {
        "identity_exact"
    } else {
        "identity_respelled"
    };
    block.correct(
        person,
        &Correction {
            kind: "document_replaced",
            field: "document_number",
            registered: Value::Number(old.shape, old.value),
            current: Value::Number(newest.shape, newest.value),
            doc: Some(&newest),
            since: newest.issue,
            note,
        },
    );
    if fate == Fate::Naturalised {
        block.correct(
            person,
            &Correction {
                kind: "citizenship_changed",
                field: "citizenship",
                registered: Value::Text(COUNTRIES[usize::from(person.country)].code),
                current: Value::Text(COUNTRIES[usize::from(country)].code),
                doc: Some(&newest),
                since: newest.issue,
                note,
            },
        );
    }
    if fate == Fate::Married && newest.surname != old.surname {
        block.correct(
            person,
            &Correction {
                kind: "name_changed",
                field: "surname",
                registered: Value::Surname(old),
                current: Value::Surname(&newest),
                doc: Some(&newest),
                since: newest.issue,
                note,
            },
        );
    }
}

/// Whether the registry's names and a document's are equal, or one is the other's transliteration.
fn same_spelling(person: &Person, doc: &Doc) -> bool {
    match person.script {
        Script::Latin => {
            let (mut here, mut there) = (Vec::new(), Vec::new());
            [true, false].into_iter().all(|surname| {
                person.registered.latin(surname, &mut here);
                doc.latin(surname, &mut there);
                here == there
            })
        }
        Script::Cyrillic | Script::Reduced => !doc.respelled(),
        Script::Lost => false,
    }
}

/// A date typed wrongly: day and month swapped, or one digit of the day or year off by one.
fn mistyped(dice: &mut Dice, birth: i32) -> i32 {
    let (year, month, day) = day::to_civil(birth);
    let step = if dice.chance(0.5) { 1 } else { -1 };
    let tries = [
        (year, day, month),
        (year + step, month, day),
        (year, month, day.wrapping_add_signed(step)),
        (year + 10 * step, month, day),
    ];
    let first = dice.below(4) as usize;
    (0..4)
        .map(|turn| tries[(first + turn) % 4])
        .filter_map(|(y, m, d)| day::from_civil(y, m, d))
        .find(|&typo| typo != birth)
        .unwrap_or(birth)
}

/// Documents of twins: one kind, one day, consecutive numbers.
pub(super) fn equip_twins(
    world: &World<'_>,
    dice: &mut Dice,
    block: &mut Block,
    first: &mut Person,
    second: &mut Person,
) {
    equip(world, dice, block, first);
    let numbers = block.plant(2);
    let mut twin =
        document(world, dice, second, 0, first.registered.kind, second.country, first.registered.issue);
    if let Some(ordinal) = numbers {
        let shape = first.registered.shape;
        let before = (shape.ordinary(first.ordinal * 4), shape.planted(ordinal));
        first.registered.value = before.1;
        for doc in block.docs.iter_mut().rev().take(3) {
            if doc.owner == first.ordinal && doc.value == before.0 {
                doc.value = before.1;
            }
        }
        twin.value = shape.planted(ordinal + 1);
    }
    twin.habit = 0;
    second.registered = twin;
    if first.registered.shown {
        block.docs.push(twin);
    }
}

/// Documents of persons who are in no registry; some bear a number that nobody has.
pub(super) fn strangers(world: &World<'_>, dice: &mut Dice, block: &mut Block, near: &Person) {
    let rates = &world.options.rates;
    let known = dice.chance(rates.strangers);
    let ghost = dice.chance(rates.iin_unknown);
    for (wanted, ghost) in [(known, false), (ghost, true)] {
        if !wanted {
            continue;
        }
        let Some(ordinal) = block.plant(1) else { continue };
        let mut other = *near;
        other.country = people::foreign_country(dice, 0.0);
        if ghost && dice.chance(0.5) {
            other.country = KAZAKHSTAN;
        }
        let bones = world.skeleton(near.ordinal);
        other.sex = bones.sex;
        other.birth = bones.birth;
        other.table = people::name_table(dice, other.country);
        let names = names::table(other.table);
        other.surname = names.surnames.draw(dice.bits());
        other.given = names.given[usize::from(other.sex)].draw(dice.bits());
        other.father = people::NO_FATHER;
        other.iin = 0;
        let as_of = world.options.as_of;
        let first = (other.birth + 1).max(as_of - VALID_DAYS + 30);
        let issue = dice.day(first, as_of - 5).unwrap_or(as_of - 5);
        let mut doc = document(world, dice, &other, 0, PASSPORT, other.country, issue);
        doc.owner = 40_000_000 + ordinal;
        doc.value = doc.shape.planted(ordinal);
        doc.iin = 0;
        if ghost {
            let free = other.country != KAZAKHSTAN && bones.century_free;
            doc.iin = world.iin(near.ordinal, 3, other.sex, free);
            let nobody = Person { iin: doc.iin, ..other };
            block.correct(
                &nobody,
                &Correction {
                    kind: "iin_unknown",
                    field: "iin",
                    registered: Value::Empty,
                    current: Value::Iin(doc.iin),
                    doc: Some(&doc),
                    since: doc.issue,
                    note: "iin",
                },
            );
        }
        block.docs.push(doc);
    }
}

//! A block: some thousand people in order, with their documents and the truth about them.
//!
//! In: the number of the block. Out: a [`Block`], the same whoever computes it. First the parts are cast
//! (households, twins, rings), then each person gets dates and documents.

use std::collections::BTreeMap;

use super::company;
use super::dice::Dice;
use super::documents::{self, Doc};
use super::fraud::{self, RING_MEAN, Ring};
use super::names;
use super::people::{ANCHOR_EVERY, BLOCK_PEOPLE, NO_FATHER, PRESENCE, Part, Person, Script, World};

/// Reserved document numbers a block may use for runs, twins and strangers.
const PLANTED_MAX: u64 = 4096;

/// People, documents and truth of a block.
pub(super) struct Block {
    pub(super) index: u64,
    pub(super) people: Vec<Person>,
    pub(super) docs: Vec<Doc>,
    pub(super) rings: Vec<Ring>,
    /// Rows of the files of `truth::FILES`.
    pub(super) truths: [Vec<u8>; 4],
    /// Rows in each of them.
    pub(super) counts: [u64; 4],
    /// The last genuine foreigner's document, which a ring may share.
    pub(super) last_foreign: Option<Doc>,
    planted: u64,
    /// Numbers that companies reserved and have not used: the next and how many.
    packets: BTreeMap<u64, (u64, u64)>,
}

impl Block {
    /// Reserves consecutive document numbers, or `None` when the block has used its share.
    pub(super) fn plant(&mut self, count: u64) -> Option<u64> {
        let first = self.planted;
        (first + count <= PLANTED_MAX).then(|| {
            self.planted += count;
            self.index * PLANTED_MAX + first
        })
    }

    /// The next number of a company's packet, of which `size` are reserved at a time.
    pub(super) fn packet(&mut self, company: u64, size: u64) -> Option<u64> {
        let (next, left) = match self.packets.get(&company) {
            Some(&(next, left)) if left > 0 => (next, left),
            _ => (self.plant(size)?, size),
        };
        self.packets.insert(company, (next + 1, left - 1));
        Some(next)
    }

    /// Computes a block.
    pub(super) fn new(world: &World<'_>, dice: &mut Dice, index: u64) -> Block {
        let mut block = Block {
            index,
            people: Vec::new(),
            docs: Vec::with_capacity(BLOCK_PEOPLE as usize * 2),
            rings: Vec::new(),
            truths: Default::default(),
            counts: [0; 4],
            last_foreign: None,
            planted: 0,
            packets: BTreeMap::new(),
        };
        let mut people = cast(world, dice, &mut block);
        let mut at = 0;
        let mut head = 0;
        while at < people.len() {
            let (before, rest) = people.split_at_mut(at);
            let (person, after) = rest.split_first_mut().expect("`at` lies inside");
            if person.ordinal.is_multiple_of(ANCHOR_EVERY) {
                head = at;
            }
            let parent = match before.get(head) {
                Some(head) if person.family && head.birth + 18 * 365 < person.birth => head.iin,
                _ => 0,
            };
            at += 1;
            match person.part {
                Part::Invented(ring) => fraud::invent(world, dice, &mut block, person, ring),
                Part::Again => again(world, dice, &mut block, person, &before[before.len() - 1]),
                Part::Own | Part::Namesake | Part::Twin => {
                    settle(world, dice, &mut block, person, parent);
                    match after.first_mut() {
                        Some(twin) if twin.part == Part::Twin => {
                            at += 1;
                            settle(world, dice, &mut block, twin, parent);
                            if twin.foreign() {
                                // Twins come together, in the same way.
                                twin.assigned = person.assigned;
                                twin.channel = person.channel;
                                twin.representative = person.representative;
                                twin.since = person.since;
                            } else {
                                twin.since = twin.since.max(person.since);
                            }
                            documents::equip_twins(world, dice, &mut block, person, twin);
                            block.innocent(person.iin, "twin");
                            block.innocent(twin.iin, "twin");
                        }
                        _ => {
                            let before = (block.docs.len(), block.counts[0]);
                            documents::equip(world, dice, &mut block, person);
                            company::slip(world, dice, &mut block, person, before);
                        }
                    }
                    if person.part == Part::Namesake {
                        block.innocent(person.iin, "namesake");
                        block.innocent(before[before.len() - 1].iin, "namesake");
                    }
                    if dice.chance(world.options.rates.formatted) {
                        person.number_style = 1 + dice.below(4) as u8;
                        block.innocent(person.iin, "formatted_number");
                    }
                    if person.foreign()
                        && person.registered.shown
                        && person.registered.kind == documents::PASSPORT
                    {
                        block.last_foreign = Some(person.registered);
                    }
                }
            }
            documents::strangers(world, dice, &mut block, &people[at - 1]);
        }
        block.people = people;
        block
    }
}

/// Dates, channel and company of a genuine person.
fn settle(world: &World<'_>, dice: &mut Dice, block: &mut Block, person: &mut Person, parent: u64) {
    person.assign(world, dice, parent);
    if world.options.as_of - person.birth > 60 * 365 && dice.chance(world.options.rates.deceased / 0.15) {
        person.deceased = true;
        person.locked = true;
    }
    person.active = !dice.chance(world.options.rates.silent);
    company::join(world, dice, block, person);
    if person.employer != 0 {
        block.innocent(person.iin, "employer_worker");
        if dice.chance(0.2) {
            person.phone = 50_000_000 + person.employer;
        }
    }
    if person.dormitory != 0 && person.company == 0 {
        block.innocent(person.iin, "dormitory_resident");
    }
    if person.family {
        block.innocent(person.iin, "family_phone");
    }
}

/// The person of the row above, registered a second time: on the same document, on the one that replaced it, or on
/// one of another kind; often spelled or typed otherwise, with another phone or address.
fn again(world: &World<'_>, dice: &mut Dice, block: &mut Block, person: &mut Person, host: &Person) {
    let as_of = world.options.as_of;
    person.assign(world, dice, 0);
    let adopted = company::adopted(world, dice, block, person, host);
    person.employer = 0;
    person.household = if dice.chance(0.5) { host.household } else { person.ordinal };
    person.phone = if dice.chance(0.5) { host.phone } else { person.ordinal };
    person.active = dice.chance(0.5);
    let habit = if dice.chance(0.3) { 1 + dice.below(16) as u8 } else { 0 };
    if dice.chance(0.3) {
        person.script = if person.script == Script::Latin { Script::Cyrillic } else { Script::Latin };
    }
    match dice.fraction() {
        u if u < 0.4 => {
            person.registered = host.registered;
            person.registered.habit = habit;
            if adopted {
                person.registered.surname = person.surname;
            }
            person.number_style = if dice.chance(0.3) { 1 + dice.below(4) as u8 } else { 0 };
        }
        u => {
            // One person has one personal number, whatever the register of numbers thinks.
            let of_kind = |dice: &mut Dice, person: &Person, kind: &'static str, issue: i32| {
                let mut doc = documents::document(world, dice, person, 0, kind, person.country, issue);
                (doc.owner, doc.habit) = (host.ordinal, habit);
                doc
            };
            let first = (person.birth + 1).max(as_of - documents::VALID_DAYS + 30);
            let doc = if u < 0.75 && host.registered.issue < as_of - 90 {
                let issue = dice.day(host.registered.issue + 60, as_of - 20).unwrap_or(as_of - 20);
                let mut doc = of_kind(dice, person, host.registered.kind, issue);
                documents::replace_shown(world, dice, block, host, &mut doc);
                doc
            } else {
                let issue = dice.day(first, as_of - 30).unwrap_or(as_of - 1);
                let kind = match host.registered.kind {
                    documents::PASSPORT if person.foreign() => "residence_permit",
                    documents::PASSPORT => documents::ID_CARD,
                    _ => documents::PASSPORT,
                };
                let mut doc = of_kind(dice, person, kind, issue);
                doc.shown = dice.chance(world.options.rates.coverage);
                doc
            };
            // Of a person with the name and birth date of another and nothing else in common nobody could know.
            let apart = person.household != host.household && person.phone != host.phone;
            if apart && (doc.previous.is_none() || !doc.shown) {
                match dice.chance(0.5) {
                    true => person.phone = host.phone,
                    false => person.household = host.household,
                }
            }
            person.registered = doc;
            if doc.shown {
                block.docs.push(doc);
            }
        }
    }
    if person.assigned <= person.registered.issue {
        person.assigned = (person.registered.issue + 5).min(as_of);
        if person.foreign() && person.assigned >= PRESENCE {
            person.channel = "in_person";
            person.representative = 0;
        }
    }
    person.since = person.assigned;
    block.belongs(host.iin, host.ordinal);
    block.belongs(person.iin, host.ordinal);
}

/// Who stands where: households begin at anchors, guests stand below their host.
fn cast(world: &World<'_>, dice: &mut Dice, block: &mut Block) -> Vec<Person> {
    let rates = &world.options.rates;
    let as_of = world.options.as_of;
    let first = block.index * BLOCK_PEOPLE;
    let last = (first + BLOCK_PEOPLE).min(world.options.people);
    let mut people: Vec<Person> = Vec::with_capacity((last - first) as usize);
    // A household has 2 to 5 members, 3.5 in the mean, of eight places.
    let household = (rates.families / (3.5 / 8.0)).min(1.0);
    let open = (7.0 - household * 2.5) / 8.0;
    // What may become of an open place; nine in ten stand below somebody who can be a host.
    let per_open = |rate: f64| rate / open / 0.85;
    // Six in ten are of an age at which identities are made up.
    let ring_start =
        rates.invented / (7.0 / 8.0) / 0.66 / world.options.make.ring_mean().unwrap_or(RING_MEAN);
    let mut members = 0;
    let mut ring: Option<(u16, u64)> = None;
    for ordinal in first..last {
        let mut person = Person::new(world, dice, ordinal);
        if ordinal % ANCHOR_EVERY == 0 {
            members = if dice.chance(household) { 1 + dice.below(4) } else { 0 };
            person.family = members > 0;
            people.push(person);
            continue;
        }
        let grown = (18 * 365..65 * 365).contains(&(as_of - person.birth));
        if ring.is_none() && grown && dice.chance(ring_start) {
            let drawn = Ring::draw(world, dice, block);
            ring = Some((block.rings.len() as u16, drawn.size));
            block.rings.push(drawn);
        }
        if let (Some((at, left)), true) = (ring, grown) {
            person.part = Part::Invented(at);
            ring = (left > 1).then_some((at, left - 1));
            people.push(person);
            continue;
        }
        let host = people.last_mut().expect("an anchor stands first");
        if members > 0 {
            members -= 1;
            let steps = (ordinal % ANCHOR_EVERY) as usize;
            let head = people[people.len() - steps];
            join(world, &mut person, &head);
        } else if host.part == Part::Own && !host.locked && !host.family {
            let parts = [
                (per_open(rates.twins / 2.0), Part::Twin),
                (per_open(rates.namesakes / 2.0), Part::Namesake),
                (per_open(rates.duplicates), Part::Again),
            ];
            let mut at = dice.fraction();
            for (share, part) in parts {
                if at < share {
                    person.visit(world, host, part);
                    break;
                }
                at -= share;
            }
        }
        people.push(person);
    }
    people
}

/// Makes somebody a member of a household: surname, country, phone and address of its head.
fn join(world: &World<'_>, person: &mut Person, head: &Person) {
    let bones = world.skeleton(person.ordinal);
    person.family = true;
    if person.table != head.table {
        person.table = head.table;
        let names = names::table(head.table);
        person.given = names.given[usize::from(person.sex)].draw(super::dice::mix(1, person.ordinal));
        person.father = NO_FATHER;
    }
    person.country = head.country;
    person.surname = head.surname;
    person.script = head.script;
    person.household = head.household;
    person.phone = head.phone;
    person.iin = world.iin(person.ordinal, 0, person.sex, head.foreign() && bones.century_free);
    let fathered = head.sex == 0 && head.birth + 18 * 365 < person.birth;
    if fathered && names::table(head.table).patronymics.is_some() {
        person.father = head.given;
    }
}

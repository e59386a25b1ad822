//! Company: honest crowds that look like rings, and honest errors that look like inventions.
//!
//! In: a genuine person whose dates are drawn, in a world of a make that has crowds. Out: who filed for
//! them, what phone and address they share, what was mistyped, and the truth that they are innocent. The
//! law: nothing is drawn in the plain make; a crowd is a function of the seed and its number, so that people
//! of all blocks belong to it.

use super::block::Block;
use super::dice::{Dice, mix};
use super::documents::PASSPORT;
use super::fraud::Style;
use super::make::Make;
use super::people::{PORTAL, PRESENCE, Part, Person, World};
use super::truth::Correction;
use crate::day;

/// Clients of an agent, workers of a company that files for all at once, people of a village, in the mean.
const AGENT_CLIENTS: f64 = 60.0;
const COMPANY_WORKERS: f64 = 300.0;
const VILLAGE_PEOPLE: f64 = 25.0;
/// Numbers that a company reserves at a time in a block, for workers who had their passports made together.
const PACKET: u64 = 24;

/// How many crowds of a size there are for a share of the foreigners.
fn crowds(world: &World<'_>, share: f64, size: f64) -> u64 {
    let foreigners = world.options.people as f64 * world.options.rates.foreigners;
    ((foreigners * 0.4 * share / size) as u64).max(1)
}

/// A day on which something that is the same for a whole crowd began.
fn first_day(world: &World<'_>, hash: u64, days: i32) -> i32 {
    let last = world.options.as_of.min(PRESENCE) - days - 10;
    let span = (last - PORTAL).max(1);
    (PORTAL + (hash % span as u64) as i32).min(last)
}

/// Before the documents: lets somebody be part of a crowd.
pub(super) fn join(world: &World<'_>, dice: &mut Dice, block: &mut Block, person: &mut Person) {
    let make = world.options.make;
    let seed = world.options.seed;
    let alone = person.part == Part::Own && !person.family && !person.locked && !person.deceased;
    let free = alone && person.foreign() && person.employer == 0 && person.dormitory == 0;
    let grown = world.options.as_of - person.birth > 28 * 365;
    if make == Make::Plain || !free || !grown {
        return;
    }
    let crowd = make.crowds();
    let ring = block.rings.iter().rev().find(|ring| ring.style == Style::AgentMimic && ring.has_agent());
    let ring = ring.copied();
    let mut at = dice.fraction();
    let mut falls = |share: f64| {
        at -= share;
        at < 0.0
    };
    if let (Some(ring), true) = (ring, falls(crowd.clients_of_rings)) {
        (person.representative, person.assigned) = ring.file(dice);
        person.channel = "representative";
        block.innocent(person.iin, "client_of_ring_agent");
    } else if falls(crowd.agents) {
        let agent = dice.below(crowds(world, crowd.agents, AGENT_CLIENTS));
        let hash = mix(seed ^ 0xA6, agent);
        person.representative = world.adult(hash).unwrap_or(0);
        person.assigned = first_day(world, hash, 150) + dice.below(140) as i32;
        person.channel = if dice.chance(0.8) { "representative" } else { "online" };
        if dice.chance(0.4) {
            person.phone = 60_000_000 + agent;
        }
        block.innocent(person.iin, "honest_agent_client");
    } else if falls(crowd.mass_filings) {
        let company = dice.below(crowds(world, crowd.mass_filings, COMPANY_WORKERS));
        let hash = mix(seed ^ 0xC0, company);
        person.representative = world.adult(hash).unwrap_or(0);
        person.assigned = first_day(world, hash, 10) + dice.below(3) as i32;
        person.channel = if dice.chance(0.5) { "online" } else { "representative" };
        person.dormitory = 1_000_000 + company;
        if hash & 1 == 0 {
            person.phone = 65_000_000 + company;
        }
        person.company = 1 + company;
        let uncovered = crowd.uncovered_every > 0 && company % crowd.uncovered_every == 1;
        block.innocent(person.iin, if uncovered { "uncovered_company" } else { "mass_filing" });
    } else if falls(crowd.villages) {
        let village = dice.below(crowds(world, crowd.villages, VILLAGE_PEOPLE));
        person.phone = 66_000_000 + village;
        person.household = 85_000_000 + village;
        block.innocent(person.iin, "village_phone");
    } else if falls(crowd.tourists) {
        person.active = false;
        block.innocent(person.iin, "tourist");
    }
    if person.assigned >= PRESENCE && dice.chance(crowd.consular) {
        person.channel = if dice.chance(0.5) { "online" } else { "representative" };
        block.innocent(person.iin, "consular");
    }
    let grown_up = person.birth + 17 * 365;
    person.assigned = person.assigned.max(grown_up).min(world.options.as_of - 1);
    person.since = person.assigned;
}

/// After the documents, of which those from `first` on are the person's: packets, gaps and slips.
/// `corrections` is how many were true before them.
pub(super) fn slip(
    world: &World<'_>,
    dice: &mut Dice,
    block: &mut Block,
    person: &mut Person,
    (first, corrections): (usize, u64),
) {
    let make = world.options.make;
    let settled = block.counts[0] == corrections && person.registered.kind == PASSPORT;
    if make == Make::Plain || !person.foreign() || !settled {
        return;
    }
    let crowd = make.crowds();
    if person.company > 0 {
        let company = person.company - 1;
        if crowd.uncovered_every > 0 && company % crowd.uncovered_every == 1 {
            block.docs.truncate(first);
            person.registered.shown = false;
        }
        // Half of the companies had the passports of their workers made together.
        if mix(world.options.seed ^ 0xD0, company) & 1 == 0
            && let Some(number) = block.packet(company, PACKET)
        {
            let before = person.registered.value;
            person.registered.value = person.registered.shape.planted(number);
            for doc in &mut block.docs[first..] {
                if doc.value == before && doc.kind == PASSPORT {
                    doc.value = person.registered.value;
                }
            }
        }
        return;
    }
    let mut at = dice.fraction();
    let mut falls = |share: f64| {
        at -= share;
        at < 0.0
    };
    if falls(crowd.date_typos) {
        let (year, month, day) = day::to_civil(person.registered.issue);
        let typo = day::from_civil(year - 80, month, day).unwrap_or(person.birth - 400);
        person.registered.issue = typo.min(person.birth - 30);
        block.innocent(person.iin, "date_typo");
    } else if falls(crowd.number_typos) {
        let value = person.registered.value;
        let power = 10u64.pow(dice.below(5) as u32);
        let digit = value / power % 10;
        person.registered.value = value - digit * power + (digit + 1 + dice.below(9)) % 10 * power;
        block.innocent(person.iin, "number_typo");
    } else if falls(crowd.found_again) && person.registered.shown {
        let doc = block.docs[first..].iter_mut().find(|doc| doc.value == person.registered.value);
        if let (Some(doc), Some(day)) = (doc, dice.day(person.registered.issue, person.assigned - 5)) {
            doc.status = "lost";
            doc.status_date = day;
            let doc = *doc;
            person.registered = doc;
            block.innocent(person.iin, "found_again");
            block.correct(person, &Correction::invalidated(&doc));
        }
    }
}

/// Whether the row of a person who has another number already is a child that was adopted: with a new number,
/// as the law has it, and another surname.
pub(super) fn adopted(
    world: &World<'_>,
    dice: &mut Dice,
    block: &mut Block,
    person: &mut Person,
    host: &Person,
) -> bool {
    let child = world.options.as_of - person.birth < 18 * 365;
    if world.options.make == Make::Plain || !child || !dice.chance(0.5) {
        return false;
    }
    let surnames = &super::names::table(person.table).surnames;
    person.surname = surnames.draw(dice.bits());
    block.innocent(person.iin, "adoption");
    block.innocent(host.iin, "adoption");
    true
}

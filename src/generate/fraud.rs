//! Invented identities: numbers of persons who do not exist, in eleven styles, alone and in rings.
//!
//! In: a row that was set aside for one, and its ring. Out: what the registry says about it, and the
//! truth. The law: every style leaves the marks that its name promises and no more, so that a signal
//! can be measured by the style that it should find.

use super::block::Block;
use super::countries::COUNTRIES;
use super::dice::{Dice, fraction, mix};
use super::documents::{self, Doc, PASSPORT, VALID_DAYS};
use super::make::{Make, RingPlan};
use super::names;
use super::people::{self, NO_FATHER, PORTAL, PRESENCE, Person, Script, World};
use super::truth::Correction;

/// How an identity was made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// One helper, few days, one phone, consecutive numbers of documents that no register knows.
    PortalMass,
    /// The document of a genuine person under more numbers.
    SharedDocument,
    /// Issued before birth, expired at assignment, or assigned before birth.
    ImpossibleTime,
    /// A number of no shape, or a zone with a wrong check digit.
    Malformed,
    /// Assigned after presence became a duty, without it.
    PresenceMissing,
    /// The name and document of somebody who had reported it lost or stolen before.
    StolenDocument,
    /// Nothing wrong but an unknown document, a remote channel and no trace of a life.
    Careful,
    /// A number whose check digit, birth date or sex contradicts the row.
    BadIin,
    /// Filed over weeks by an agent who has honest clients too; unknown documents, some events.
    AgentMimic,
    /// Numbers out of a packet of blanks, with gaps, filed over months through nobody in particular.
    DocumentPacket,
    /// One flat, phones of their own, unknown documents.
    AddressFarm,
}

impl Style {
    /// The word in `truth_suspects.csv`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Style::PortalMass => "portal_mass",
            Style::SharedDocument => "shared_document",
            Style::ImpossibleTime => "impossible_time",
            Style::Malformed => "malformed",
            Style::PresenceMissing => "presence_missing",
            Style::StolenDocument => "stolen_document",
            Style::Careful => "careful",
            Style::BadIin => "bad_iin",
            Style::AgentMimic => "agent_mimic",
            Style::DocumentPacket => "document_packet",
            Style::AddressFarm => "address_farm",
        }
    }
}

/// Identities made up together.
#[derive(Clone, Copy)]
pub(super) struct Ring {
    pub(super) style: Style,
    pub(super) size: u64,
    /// Unique in the world.
    pub(super) id: u64,
    country: u8,
    representative: u64,
    day: i32,
    /// The first of `size` consecutive numbers.
    numbers: Option<u64>,
    used: u64,
    /// Days over which it is filed.
    span: u64,
    /// Share with events.
    living: f64,
}

/// Numbers of a packet of blanks of which one is used.
const PACKET_STEP: u64 = 2;

/// Mean size of the rings that [`Ring::draw`] makes; the rate of rows is divided by it.
pub(super) const RING_MEAN: f64 = 0.08 * 19.5 + 0.12 * 3.5 + 0.10 * 4.0 + 0.70;

impl Ring {
    /// Draws the style and size of a ring; many are alone.
    pub(super) fn draw(world: &World<'_>, dice: &mut Dice, block: &mut Block) -> Ring {
        let plan = world.options.make.draw(dice).unwrap_or_else(|| Ring::plain(dice));
        let RingPlan { style, size, span, living } = plan;
        let id = block.index * 4096 + block.rings.len() as u64;
        let as_of = world.options.as_of;
        let reserved = match style {
            Style::PortalMass => size,
            // Every second or third blank of the packet was sold to somebody else.
            Style::DocumentPacket => size * PACKET_STEP,
            _ => 0,
        };
        Ring {
            style,
            size,
            id,
            country: people::foreign_country(dice, 0.0),
            representative: world.adult(mix(world.options.seed ^ 0x7A, id)).unwrap_or(0),
            day: dice.day(PORTAL, as_of.min(PRESENCE) - 40).unwrap_or(as_of - 100),
            numbers: if reserved > 0 { block.plant(reserved) } else { None },
            used: 0,
            span,
            living,
        }
    }

    /// The rings of the plain make.
    fn plain(dice: &mut Dice) -> RingPlan {
        let (style, size) = match dice.fraction() {
            u if u < 0.08 => (Style::PortalMass, 4 + dice.below(32)),
            u if u < 0.20 => (Style::SharedDocument, 2 + dice.below(4)),
            u if u < 0.30 => (Style::PresenceMissing, 2 + dice.below(5)),
            u if u < 0.45 => (Style::ImpossibleTime, 1),
            u if u < 0.58 => (Style::Malformed, 1),
            u if u < 0.68 => (Style::PresenceMissing, 1),
            u if u < 0.78 => (Style::StolenDocument, 1),
            u if u < 0.90 => (Style::Careful, 1),
            _ => (Style::BadIin, 1),
        };
        RingPlan { style, size, span: 3, living: 0.04 }
    }

    /// Whether somebody files for it.
    pub(super) fn has_agent(&self) -> bool {
        self.representative != 0
    }

    /// Its representative, and a day within its span.
    pub(super) fn file(&self, dice: &mut Dice) -> (u64, i32) {
        (self.representative, self.day + dice.below(self.span) as i32)
    }

    /// Whether other numbers were made up with this one.
    fn together(&self) -> Option<u64> {
        (self.size > 1).then_some(self.id)
    }
}

/// Fills a row with an identity of a ring.
pub(super) fn invent(world: &World<'_>, dice: &mut Dice, block: &mut Block, person: &mut Person, at: u16) {
    let as_of = world.options.as_of;
    let mut ring = block.rings[usize::from(at)];
    let host = block.last_foreign;
    if ring.style == Style::SharedDocument && host.is_none() {
        // A world without foreigners has no document to share; what is left is a careful one.
        ring.style = Style::Careful;
        ring.size = 1;
    }
    person.country = ring.country;
    if let (Style::SharedDocument, Some(host)) = (ring.style, &host) {
        person.country = host.nationality;
    }
    person.table = people::name_table(dice, person.country);
    let table = names::table(person.table);
    person.surname = table.surnames.draw(dice.bits());
    person.given = table.given[usize::from(person.sex)].draw(dice.bits());
    person.father = NO_FATHER;
    person.script = script(world, person);
    let century_free = dice.chance(world.options.rates.century_free) && ring.style != Style::BadIin;
    person.iin = world.iin(person.ordinal, 0, person.sex, century_free);
    person.active = dice.chance(ring.living);
    person.family = false;
    person.household = person.ordinal;
    person.phone = person.ordinal;
    person.representative = 0;
    person.channel = "online";
    person.assigned = dice.day(PORTAL, as_of.min(PRESENCE) - 10).unwrap_or(as_of - 100);
    match ring.style {
        Style::PortalMass => {
            person.assigned = ring.day + dice.below(ring.span) as i32;
            person.representative = ring.representative;
            person.phone = 70_000_000 + ring.id;
        }
        Style::AgentMimic => {
            (person.representative, person.assigned) = ring.file(dice);
            person.channel = if dice.chance(0.8) && ring.has_agent() { "representative" } else { "online" };
            if dice.chance(0.3) {
                person.phone = 70_000_000 + ring.id;
            }
        }
        Style::DocumentPacket => {
            person.assigned = ring.day + dice.below(ring.span) as i32;
            if dice.chance(0.5) {
                person.phone = 70_000_000 + ring.id;
            }
        }
        Style::AddressFarm => {
            person.assigned = ring.day + dice.below(ring.span) as i32;
            person.household = 95_000_000 + ring.id;
        }
        Style::PresenceMissing => {
            person.assigned = dice.day(PRESENCE + 5, as_of - 5).unwrap_or(as_of - 5);
            if dice.chance(0.5) && ring.representative != 0 {
                person.channel = "representative";
                person.representative = ring.representative;
            }
            if ring.size > 1 {
                person.phone = 70_000_000 + ring.id;
            }
        }
        _ => {}
    }
    let first = (person.assigned - 5 * 365).max(person.birth + 30);
    let issue = dice.day(first, person.assigned - 20).unwrap_or(first);
    let mut doc = documents::document(world, dice, person, 0, PASSPORT, person.country, issue);
    doc.habit = 0;
    doc.iin = 0;
    doc.shown = false;
    let mut used_after_loss = false;
    match ring.style {
        Style::PortalMass => {
            if let Some(numbers) = ring.numbers {
                doc.value = doc.shape.planted(numbers + ring.used);
            }
            doc.issue = (ring.day - 60).max(person.birth + 30);
            doc.expiry = doc.issue + VALID_DAYS;
        }
        Style::DocumentPacket => {
            if let Some(numbers) = ring.numbers {
                let gap = dice.below(PACKET_STEP);
                doc.value = doc.shape.planted(numbers + ring.used * PACKET_STEP + gap);
            }
            doc.issue = (ring.day - 90).max(person.birth + 30);
            doc.expiry = doc.issue + VALID_DAYS;
        }
        Style::SharedDocument => {
            if let Some(host) = host {
                doc = Doc {
                    table: doc.table,
                    surname: doc.surname,
                    given: doc.given,
                    sex: doc.sex,
                    birth: doc.birth,
                    scheme: doc.scheme,
                    habit: 0,
                    shown: false,
                    ..host
                };
                person.assigned = dice.day(doc.issue.max(PORTAL) + 5, as_of - 5).unwrap_or(as_of - 5);
                if person.assigned >= PRESENCE {
                    person.channel = "in_person";
                }
            }
        }
        Style::ImpossibleTime => match dice.below(3) {
            0 => {
                doc.issue = person.birth - 100 - dice.below(1000) as i32;
                doc.expiry = person.assigned + 5 * 365;
            }
            1 => {
                doc.expiry = person.assigned - 30 - dice.below(400) as i32;
                doc.issue = (doc.expiry - VALID_DAYS).max(person.birth + 30);
            }
            _ => person.assigned = person.birth - 100 - dice.below(3000) as i32,
        },
        Style::Malformed => {
            if dice.chance(0.5) {
                person.number_style = 5;
            } else {
                doc.shown = true;
                doc.mrz = true;
                doc.mrz_broken = true;
            }
        }
        Style::StolenDocument => {
            doc.shown = true;
            doc.status = if dice.chance(0.6) { "stolen" } else { "lost" };
            doc.status_date = dice.day(doc.issue, person.assigned - 5).unwrap_or(doc.issue);
            used_after_loss = true;
        }
        Style::BadIin => match dice.below(3) {
            0 => person.iin = person.iin / 10 * 10 + (person.iin + 1) % 10,
            1 => {}
            _ => person.registered_sex = 1 - person.sex,
        },
        Style::PresenceMissing | Style::Careful | Style::AgentMimic | Style::AddressFarm => {}
    }
    person.registered_birth = person.birth;
    if ring.style == Style::BadIin && person.registered_sex == person.sex && person.iin_is_sound() {
        person.registered_birth = person.birth - 366 - dice.below(3000) as i32;
    }
    person.since = person.assigned;
    person.registered = doc;
    block.suspect(person.iin, ring.style.name(), ring.together());
    if used_after_loss {
        block.correct(person, &Correction::invalidated(&doc));
    } else if doc.expiry < as_of {
        block.correct(person, &Correction::expired(&doc));
    }
    if doc.shown {
        block.docs.push(doc);
    }
    ring.used += 1;
    block.rings[usize::from(at)] = ring;
    debug_assert!(usize::from(person.country) < COUNTRIES.len());
}

/// The script of a made-up row: Latin as the passport that was shown, and in all makes but the plain one
/// Cyrillic as often as of honest foreigners.
fn script(world: &World<'_>, person: &Person) -> Script {
    let cyrillic = world.options.make != Make::Plain
        && fraction(mix(world.options.seed ^ 0x5C, person.ordinal)) < world.options.rates.cyrillic_foreigners;
    if cyrillic { Script::Cyrillic } else { Script::Latin }
}

impl Person {
    /// Whether the number's check digit is right.
    fn iin_is_sound(&self) -> bool {
        super::numbers::iin_check_digit(self.iin / 10) == Some(self.iin % 10)
    }
}

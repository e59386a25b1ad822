//! `shared_contact`: a phone or address under more people than a household explains.
//!
//! ## What it finds
//! Rows whose phone is held by more than six, or whose address by more than fifteen distinct persons
//! (settings; a person is a name with a birth date), unless four fifths of them hold documents that the
//! register knows as theirs, or as many can be found, in the register or alive, as of everybody else.
//!
//! ## Why it matters
//! Made-up people need a phone that answers, and have the one of their maker.
//!
//! ## Evidence
//! How many persons, and how many of them the register knows. Where it can be said, its weight in a score is
//! the share of the others under the contact who should not exist, which is measured in the run.
//!
//! ## Innocent causes
//! Dormitories, employers, villages with one phone, helpers who gave their own, placeholders. So it is weak, and a crowd that
//! exists gives no signal. Dormitories and employers that the configuration knows are left out.
//!
//! ## Example
//! 23 persons under one phone, 2 of them with a genuine document.

use super::crowd::{Crowd, Verdict};
use super::look::is_judged;
use super::{Code, Look, Measured, Signal, group, words};
use crate::day::NO_DAY;
use crate::link::rows::RegistryRow;
use crate::normalise::hash::mix_pair;

/// Off the code's weight for a crowd of less than three times what a household explains.
const SMALL: u16 = 50;

/// Finds the rows under crowded phones and addresses.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let settings = look.world.settings;
    let mut signals = find_by(look, "phone", settings.phone_persons_max, |kept| kept.phone);
    signals.extend(find_by(look, "address", settings.address_persons_max, |kept| kept.address));
    signals
}

/// A phone or an address: its rows, their persons, and the rows that the register knows.
#[derive(Clone, Copy)]
struct Contact<'a> {
    rows: &'a [u32],
    persons: usize,
    known: usize,
}

fn find_by(
    look: &Look<'_>,
    what: &str,
    persons_max: usize,
    key: impl Fn(&RegistryRow) -> u64 + Sync + Send,
) -> Vec<Signal> {
    let (world, registry) = (look.world, look.world.registry);
    let key_of = |row: usize| {
        let kept = &registry.rows[row];
        if is_judged(kept) && !world.settings.explains(kept) { key(kept) } else { 0 }
    };
    let groups = group::groups(world.engine, registry.len(), (persons_max + 1).max(2), key_of);
    let counted = world.engine.map(groups.len(), |at| {
        let rows = &groups[at];
        let mut persons: Vec<u64> = rows.iter().map(|&row| person(look, row as usize)).collect();
        persons.sort_unstable();
        persons.dedup();
        let known = rows.iter().filter(|&&row| look.is_known(row as usize)).count();
        let contact = Contact { rows, persons: persons.len(), known };
        (persons.len() > persons_max).then(|| (contact, Crowd::of(look, rows.iter().copied())))
    });
    let (contacts, crowds): (Vec<Contact<'_>>, Vec<Crowd>) = counted.into_iter().flatten().unzip();
    let verdicts = look.judge(&crowds);
    let found = world.engine.map(contacts.len(), |at| {
        let Contact { rows, persons, known } = contacts[at];
        let (crowd, verdict) = (&crowds[at], &verdicts[at]);
        let explained = known as u64 * 100 >= rows.len() as u64 * world.settings.contact_genuine_percent;
        // A crowd that exists is a house, a village, an agent's phone.
        if explained || (crowd.speaks() && !verdict.is_told()) {
            return Vec::new();
        }
        let small = persons < 3 * persons_max;
        let weight = Code::SharedContact.weight() - if small { SMALL } else { 0 };
        let evidence = format!(
            "{} persons under one {what}; the documents register knows {} of the {} rows",
            words::grouped(persons as u64),
            words::grouped(known as u64),
            words::grouped(rows.len() as u64),
        );
        rows.iter()
            .map(|&row| signal(look, row, weight, &evidence, crowd.speaks().then_some(verdict)))
            .collect()
    });
    found.into_iter().flatten().collect()
}

/// The signal of one row, with the odds of its crowd where that can be judged.
fn signal(look: &Look<'_>, row: u32, weight: u16, evidence: &str, verdict: Option<&Verdict>) -> Signal {
    let odds = verdict.zip(look.member(row as usize)).map(|(verdict, (member, _))| verdict.odds(member));
    let measured = odds.map_or(Measured::Nothing, Measured::Odds);
    Signal { measured, ..Signal::new(row, Code::SharedContact, weight, evidence.to_owned()) }
}

/// What parts one person from another within a group: name and birth date, or the row where both are missing.
fn person(look: &Look<'_>, row: usize) -> u64 {
    let kept = &look.world.registry.rows[row];
    match (kept.name, kept.birth) {
        (0, NO_DAY) => mix_pair(row as u64, 1),
        (name, birth) => mix_pair(name, birth as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, iin};
    use super::*;

    /// `persons` people under one phone or address, one row each and one more for the first; the first
    /// `known` are in the register.
    fn world(column: &str, persons: usize, known: usize) -> Case {
        let value = if column == "phone" { "+7 701 123 45 67" } else { "Almaty Lenin 1" };
        // Sixty surnames that no folding confuses.
        let surname =
            |n: usize| format!("{}{}RO", &"BDFKLMNPRSTV"[n % 12..][..1], &"AEIOU"[n / 12 % 5..][..1]);
        let row = |n: usize, iin: String| {
            format!("{iin},{},G,1990-01-01,UZB,AB{:07},{value}", surname(n), n * 10 + 1)
        };
        let mut rows: Vec<String> = (0..persons).map(|n| row(n, iin(n))).collect();
        rows.push(row(0, iin(500)));
        let documents: Vec<String> =
            (0..known).map(|n| format!("UZB,AB{:07},{},G", n * 10 + 1, surname(n))).collect();
        Case::new(
            &format!("iin,surname,given_name,birth_date,document_country,document_number,{column}"),
            &rows,
            "document_country,document_number,surname,given_name",
            &documents,
        )
    }

    #[test]
    fn known_dormitories_and_employers_leave_the_crowd_and_do_not_hide_it() {
        use crate::normalise::contact::address_key;
        // Thirty people under one phone: who lives at Lenin 1, and through whom it was filed.
        let world = |dormitory: usize, employer: usize| {
            let rows: Vec<String> = (0..30)
                .map(|n| {
                    let address = if n < dormitory { "Almaty Lenin 1" } else { "" };
                    let through = if n >= 30 - employer { "000101699999" } else { "" };
                    // Surnames that no folding confuses.
                    let surname = format!("{}{}RO", &"BDFKLMNPRSTV"[n % 12..][..1], &"AEIOU"[n / 12..][..1]);
                    format!("{},{surname},G,+7 701 123 45 67,{address},{through}", iin(n))
                })
                .collect();
            let mut case = Case::registry(
                "iin,surname,given_name,phone,address,representative_iin",
                &rows.iter().map(String::as_str).collect::<Vec<_>>(),
            );
            case.settings().known_addresses = vec![address_key("г. ALMATY, ул. LENIN, д. 1")];
            case.settings().known_employers = vec![crate::validate::iin::pack(b"000101699999").unwrap()];
            case
        };
        for (dormitory, employer, expected, why) in [
            (0, 0, Some(190), "thirty, of whom nothing is known"),
            (30, 0, None, "a dormitory's phone"),
            (0, 30, None, "an employer's phone"),
            (12, 12, None, "six are left, as in a family"),
            (12, 11, Some(140), "seven are left"),
        ] {
            let case = world(dormitory, employer);
            assert_eq!(case.weight(15, Code::SharedContact), expected, "{dormitory}, {employer}: {why}");
            if dormitory > 0 {
                assert_eq!(case.weight(0, Code::SharedContact), None, "who lives there is left out: {why}");
            }
        }
    }

    #[test]
    fn crowds() {
        for (column, persons, known, expected, why) in [
            ("phone", 6, 0, None, "a family phone"),
            ("phone", 7, 0, Some(140), "more than a household"),
            ("phone", 18, 0, Some(190), "three times as many"),
            ("phone", 30, 29, None, "an employer's phone"),
            ("phone", 30, 15, Some(190), "half of them exist"),
            ("address", 15, 0, None, "a large house"),
            ("address", 16, 0, Some(140), "more than a house"),
            ("address", 60, 55, None, "a dormitory"),
        ] {
            let case = world(column, persons, known);
            assert_eq!(
                case.weight(1, Code::SharedContact),
                expected,
                "{persons} by {column}, {known} known: {why}"
            );
        }
    }
}

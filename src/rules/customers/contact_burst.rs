//! `contact_burst`: many persons under one contact, opened within few days.
//!
//! ## What it finds
//! Records opened within three days of nine or more other persons' (settings) that have the same phone, the same
//! address, or an e-mail of the same numbered series (`client017@`, `client018@`), where that is more than twice what
//! the bank's own days explain: a file that was opened in a week is no burst.
//!
//! ## Why it matters
//! Made-up customers come in rows: who makes them makes many, and uses them soon.
//!
//! ## Evidence
//! How many persons, the days, and how many of them bear a strong sign of their own. Where those are more than chance
//! explains, its weight in a score is the share of the others who should not be who they say.
//!
//! ## Innocent causes
//! Payroll projects: an employer opens accounts for all its people on one day, with the office's phone. So it is weak,
//! and a burst of twenty or more of whom no more are doubtful than of everybody is none. A migration of old accounts that
//! got one date; a new house. Series of e-mails hold common first names.
//!
//! ## Example
//! 18 persons under one phone, opened from 2024-03-04 to 2024-03-06; 7 bear another strong sign.

use super::crowd::{self, Crowd, Doubt};
use super::look::Contact;
use super::{Code, Look, Signal};
use crate::day::{self, NO_DAY};
use crate::figure::grouped;
use crate::rules::signals::group;

/// A burst has more than so many times the persons that the days explain.
const USUAL_TIMES: u64 = 2;
/// A burst is a strong sign from so many times the least.
const LARGE_TIMES: usize = 2;

/// Finds the records of bursts.
pub(super) fn find(look: &Look<'_>, doubt: &Doubt) -> Vec<Signal> {
    if !look.has_opened() {
        return Vec::new();
    }
    let mut days: Vec<i32> =
        (0..look.len()).map(|record| look.opened(record)).filter(|&day| day != NO_DAY).collect();
    look.engine.sort_by_key(&mut days, |&day| day);
    let mut signals = Vec::new();
    for contact in [Contact::Phone, Contact::Address, Contact::EmailSeries] {
        let keys = look.contacts(contact);
        if keys.is_empty() {
            continue;
        }
        let key = |record: usize| if look.opened(record) == NO_DAY { 0 } else { keys[record] };
        let least = look.terms.burst_persons_min;
        let groups = group::groups(look.engine, keys.len(), least.max(2), key);
        let found = look.engine.map(groups.len(), |at| {
            let bursts = bursts(look, &groups[at], &days);
            bursts.into_iter().flat_map(|burst| of_burst(look, doubt, contact, &burst)).collect::<Vec<_>>()
        });
        signals.extend(found.into_iter().flatten());
    }
    signals
}

fn of_burst(look: &Look<'_>, doubt: &Doubt, contact: Contact, burst: &Crowd) -> Vec<Signal> {
    let opened = burst.records.iter().map(|&record| look.opened(record as usize));
    let (first, last) = (opened.clone().min().unwrap_or(NO_DAY), opened.max().unwrap_or(NO_DAY));
    let evidence = format!(
        "{} persons under one {}, opened from {} to {}; {} of them bear another strong sign",
        grouped(burst.persons.len() as u64),
        contact.in_words(),
        day::iso(first),
        day::iso(last),
        grouped(doubt.count(&burst.persons)),
    );
    let strong = burst.persons.len() >= LARGE_TIMES * look.terms.burst_persons_min;
    crowd::signals(look, doubt, burst, Code::ContactBurst, strong, &evidence)
}

/// The bursts among records of one contact: windows that overlap are one.
fn bursts(look: &Look<'_>, records: &[u32], days: &[i32]) -> Vec<Crowd> {
    let mut dated: Vec<(i32, u32)> = records
        .iter()
        .filter(|&&record| !look.is_explained(record as usize))
        .map(|&record| (look.opened(record as usize), record))
        .collect();
    dated.sort_unstable();
    let least = look.terms.burst_persons_min;
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut end = 0;
    for start in 0..dated.len() {
        let before = end;
        while end < dated.len() && dated[end].0 - dated[start].0 < look.terms.burst_days {
            end += 1;
        }
        // A window that reaches no further than the last holds nothing new.
        if end == before || end - start < least {
            continue;
        }
        let window = Crowd::of(look, dated[start..end].iter().map(|&(_, record)| record).collect());
        let persons = window.persons.len();
        if persons < least || !is_unusual(persons, dated.len(), (dated[start].0, dated[end - 1].0), days) {
            continue;
        }
        match found.last_mut() {
            Some(last) if last.1 > start => last.1 = end,
            _ => found.push((start, end)),
        }
    }
    let burst = |&(start, end): &(usize, usize)| {
        let mut records: Vec<u32> = dated[start..end].iter().map(|&(_, record)| record).collect();
        records.sort_unstable();
        Crowd::of(look, records)
    };
    found.iter().map(burst).collect()
}

/// Whether so many persons of a contact's records within some days are more than the file's days explain.
fn is_unusual(persons: usize, records: usize, (first, last): (i32, i32), days: &[i32]) -> bool {
    let within = days.partition_point(|&day| day <= last) - days.partition_point(|&day| day < first);
    let usual = records as u64 * within as u64;
    persons as u64 * days.len() as u64 > USUAL_TIMES * usual
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    /// `persons` people under one phone, opened every `step` days, among three hundred others of as many days.
    fn file(persons: i32, step: i32) -> Case {
        let start = day::from_civil(2024, 1, 1).unwrap();
        let mut rows: Vec<String> =
            (0..persons).map(|n| format!("+7 701 123 45 67,{},", day::iso(start + n * step / 10))).collect();
        rows.extend(
            (0..300).map(|n| {
                format!("+7 702 222 {:04},{},aliia{n}@mail.example", n + 1, day::iso(start + n * 4))
            }),
        );
        Case::new("phone,opened_on,email", &rows)
    }

    #[test]
    fn bursts_under_a_phone() {
        for (persons, tenths, expected, why) in [
            (9, 0, None, "nine on one day: a family opens together"),
            (10, 0, Some(false), "ten on one day"),
            (19, 1, Some(false), "nineteen in two days"),
            (20, 10, None, "one a day: an agent at work"),
            (20, 0, None, "a payroll: nobody is doubtful"),
        ] {
            let case = file(persons, tenths);
            assert_eq!(case.sign(0, Code::ContactBurst), expected, "{persons}, {tenths}: {why}");
        }
        let case = file(12, 0);
        assert_eq!(case.sign(12, Code::ContactBurst), None, "a common first name is no series");
    }

    #[test]
    fn a_file_that_was_opened_in_a_week_has_no_burst() {
        let rows: Vec<String> =
            (0..60).map(|n| format!("+7 701 123 45 6{},2024-01-0{}", n % 5, 1 + n % 6)).collect();
        assert_eq!(Case::new("phone,opened_on", &rows).sign(0, Code::ContactBurst), None);
    }

    #[test]
    fn numbered_e_mails_are_a_series() {
        let rows: Vec<String> = (0..12)
            .map(|n| format!("client{n}@mail.example,2024-03-04"))
            .chain((0..100).map(|n| format!("p{n}x@mail.example,2023-0{}-{:02}", 1 + n % 9, 1 + n % 28)))
            .collect();
        assert_eq!(Case::new("email,opened_on", &rows).sign(3, Code::ContactBurst), Some(false));
    }
}

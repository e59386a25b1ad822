//! Crowd: people under one contact, how many are usual in this very file, and whether they are doubtful.
//!
//! In: contacts by record, and the signs that records bear for themselves. Out: crowds larger than the file's own
//! habit, and for a person of a crowd the odds that somebody of it is not who it says, by the *others*. The law:
//! nobody is judged here by what is said of themselves, which other signals say; what is usual is a percentile over
//! persons, which a few crowds do not move; and what chance explains is taken off first.
//!
//! A file whose addresses are villages, or whose phones are those of branches, has large crowds everywhere: there the
//! limit rises with them, and the settings' figure is only the least.

use super::look::{Contact, Look};
use super::{Code, Signal};
use crate::rules::bits::{self, Millibits};
use crate::rules::signals::group;

/// Of a hundred persons so many stand under a contact that is no more crowded than what is usual.
const USUAL_PERCENT: u64 = 95;
/// A crowd has more than so many times the persons of what is usual.
const USUAL_TIMES: usize = 2;
/// Persons from which a crowd without more doubt than elsewhere is an office, a house, a payroll: fewer are too few to
/// tell.
const OFFICE_PERSONS: usize = 20;
/// Deviations by which the doubtful must exceed what is usual, and the least of them.
const DEVIATIONS: f64 = 3.0;
const DOUBTFUL_MIN: u64 = 3;
/// The largest share that a crowd may argue for: there is an honest person in every crowd.
const SHARE_MAX: f64 = 0.9;

/// People under one contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crowd {
    /// Their records, ascending.
    pub(super) records: Vec<u32>,
    /// The persons, ascending.
    pub(super) persons: Vec<u32>,
}

impl Crowd {
    /// The crowd of some records.
    pub(super) fn of(look: &Look<'_>, records: Vec<u32>) -> Self {
        let mut persons: Vec<u32> = records.iter().map(|&record| look.persons[record as usize]).collect();
        persons.sort_unstable();
        persons.dedup();
        Crowd { records, persons }
    }
}

/// The crowds under a kind of contact, in the order of their first records, and how many persons are no crowd yet.
pub(super) fn crowds(look: &Look<'_>, contact: Contact, least: usize) -> (Vec<Crowd>, usize) {
    let keys = look.contacts(contact);
    if keys.is_empty() {
        return (Vec::new(), least);
    }
    let groups = group::groups(look.engine, keys.len(), 2, |record| keys[record]);
    let alone = keys.iter().filter(|&&key| key != 0).count() - groups.iter().map(Vec::len).sum::<usize>();
    let all = look.engine.map(groups.len(), |at| Crowd::of(look, groups[at].clone()));
    let sizes = all.iter().map(|crowd| crowd.persons.len());
    let limit = least.max(USUAL_TIMES * usual(sizes, alone as u64));
    let known = !look.terms.known_addresses.is_empty() || !look.terms.known_phones.is_empty();
    let crowded = all.into_iter().filter(|crowd| crowd.persons.len() > limit).filter_map(|crowd| {
        if !known {
            return Some(crowd);
        }
        // Who is explained leaves the crowd, and does not hide those who remain.
        let rest = crowd.records.into_iter().filter(|&record| !look.is_explained(record as usize)).collect();
        Some(Crowd::of(look, rest)).filter(|crowd| crowd.persons.len() > limit)
    });
    (crowded.collect(), limit)
}

/// How crowded a contact is under which the most crowded of the usual persons stand.
fn usual(sizes: impl Iterator<Item = usize>, alone: u64) -> usize {
    let mut sizes: Vec<usize> = sizes.collect();
    sizes.sort_unstable();
    let persons = alone + sizes.iter().sum::<usize>() as u64;
    let mut counted = alone;
    for size in sizes {
        if counted * 100 >= persons * USUAL_PERCENT {
            break;
        }
        counted += size as u64;
        if counted * 100 >= persons * USUAL_PERCENT {
            return size;
        }
    }
    1
}

/// Who is doubtful for themselves.
#[derive(Debug)]
pub(super) struct Doubt {
    /// By the first record of a person.
    doubtful: Vec<bool>,
    /// Doubtful persons, and all.
    all: (u64, u64),
}

/// What is said of the others of a crowd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// More of them are doubtful than chance explains; the odds that one is not who it says.
    Doubtful(Millibits),
    /// They are too few to tell.
    Open,
    /// They are as everybody is.
    Usual,
}

impl Doubt {
    /// Counts who bears a strong sign that is no crowd's.
    pub(super) fn of(look: &Look<'_>, signals: &[Signal]) -> Self {
        let mut doubtful = vec![false; look.len()];
        // That somebody has two numbers says that there is somebody.
        for signal in signals
            .iter()
            .filter(|signal| signal.strong && !signal.explained && signal.code != Code::DuplicateIdentity)
        {
            doubtful[look.persons[signal.record as usize] as usize] = true;
        }
        let count = doubtful.iter().filter(|doubtful| **doubtful).count() as u64;
        let persons = look.persons.iter().enumerate().filter(|&(at, &first)| at == first as usize).count();
        Doubt { doubtful, all: (count, persons as u64) }
    }

    /// How many of some persons are doubtful.
    pub(super) fn count(&self, persons: &[u32]) -> u64 {
        persons.iter().filter(|&&person| self.doubtful[person as usize]).count() as u64
    }

    /// What is said of somebody who is doubtful or not by the others of a crowd; `doubtful` of `persons` are.
    fn others(&self, doubtful: u64, persons: usize, is_doubtful: bool) -> Others {
        let others = doubtful - u64::from(is_doubtful);
        // What is usual is that of the people outside.
        let (outside, of) = (self.all.0 - doubtful, self.all.1 - persons as u64);
        let rate = (outside as f64 + 1.0) / (of as f64 + 2.0);
        match odds(others, persons - 1, rate) {
            Some(odds) => Others::Doubtful(odds),
            None if persons >= OFFICE_PERSONS => Others::Usual,
            None => Others::Open,
        }
    }
}

/// The odds that somebody of a crowd is not who it says; `None` where chance explains the doubtful.
fn odds(doubtful: u64, persons: usize, rate: f64) -> Option<Millibits> {
    let (count, persons) = (doubtful as f64, persons as f64);
    let usual = persons * rate;
    let deviation = (usual * (1.0 - rate)).max(0.25).sqrt();
    if doubtful < DOUBTFUL_MIN || count < usual + DEVIATIONS * deviation {
        return None;
    }
    let share = ((count - usual - deviation) / persons).clamp(0.0, SHARE_MAX);
    Some(bits::log_odds((share * 1000.0) as u64, 1000))
}

/// The signals of a crowd: one a record, unless the others are as everybody is.
pub(super) fn signals(
    look: &Look<'_>,
    doubt: &Doubt,
    crowd: &Crowd,
    code: Code,
    strong: bool,
    evidence: &str,
) -> Vec<Signal> {
    // A crowd may be most of a file; what is said of it is said once for the doubtful and once for the rest.
    let (doubtful, persons) = (doubt.count(&crowd.persons), crowd.persons.len());
    let [by_rest, by_doubtful] = [false, true].map(|is_doubtful| match is_doubtful && doubtful == 0 {
        true => Others::Open,
        false => doubt.others(doubtful, persons, is_doubtful),
    });
    let signal = |&record: &u32| {
        let is_doubtful = doubt.doubtful[look.persons[record as usize] as usize];
        let crowd = match if is_doubtful { by_doubtful } else { by_rest } {
            Others::Usual => return None,
            Others::Open => None,
            Others::Doubtful(odds) => Some(odds),
        };
        Some(Signal { crowd, ..Signal::new(record, code, strong, evidence.to_owned()) })
    };
    crowd.records.iter().filter_map(signal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_that_of_nearly_all_persons() {
        for (sizes, alone, expected, why) in [
            (&[][..], 100, 1, "everybody has a phone"),
            (&[4, 4, 4], 88, 4, "some families"),
            (&[30], 970, 1, "one crowd of thirty among a thousand"),
            (&[40; 20], 0, 40, "villages everywhere"),
            (&[], 0, 1, "nobody"),
        ] {
            assert_eq!(usual(sizes.iter().copied(), alone), expected, "{why}");
        }
    }

    #[test]
    fn crowds_of_doubtful_people() {
        for (doubtful, persons, rate, speaks, why) in [
            (6, 15, 0.03, true, "six of fifteen where one in thirty is usual"),
            (2, 15, 0.03, false, "two of fifteen: a family and a clerk's bad day"),
            (9, 300, 0.03, false, "an employer of three hundred"),
            (30, 300, 0.03, true, "and one whose papers were made up by an agent"),
            (6, 15, 0.3, false, "a file whose clerks mistype a third of all"),
        ] {
            assert_eq!(odds(doubtful, persons, rate).is_some(), speaks, "{why}");
        }
        assert_eq!(odds(20, 20, 0.01), Some(bits::log_odds(900, 1000)), "never certain of anybody");
    }
}

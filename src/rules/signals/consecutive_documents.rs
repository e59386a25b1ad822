//! `consecutive_documents`: runs of document numbers.
//!
//! ## What it finds
//! Four or more documents of one country whose numbers follow each other (steps of two at most) under one
//! representative or phone, or five or more in steps of one among the numbers assigned on one day. Documents
//! that the register knows as those of the very rows do not count, nor those of people who are seen alive. Or four or
//! more in steps of up to ten (a setting; less where a series is dense) that have nothing else in common, unknown to
//! the register, and at most half of them of people seen alive. A run that chance would make is none: the denser a
//! series of numbers is used by people who exist, and the more a tie has, the longer.
//!
//! ## Why it matters
//! Who makes up numbers counts on; and blank documents are stolen in packets.
//!
//! ## Evidence
//! First and last number of the run, its length, and what ties the rows.
//!
//! ## Innocent causes
//! Twins, families and groups of workers who applied for their passports together: they have runs of two or
//! three, and their documents are in the register. A series that the export lacks: those of them who are seen
//! alive are left out, and what remains is shorter. Days on which old records were loaded by the thousand are
//! left out.
//!
//! ## Example
//! AA0000001 to AA0000009 of UZB, nine documents under one phone.

use std::collections::BTreeMap;

use super::look::is_judged;
use super::{Code, Look, Signal, group, words};
use crate::batch::NO_IIN;
use crate::day::{self, NO_DAY};
use crate::link::rows::RegistryRow;
use crate::normalise::hash::mix_pair;
use crate::normalise::number::series;
use crate::validate::iin;

/// Off the code's weight for runs where nothing but the day, or nothing at all, ties the rows.
const DAY: u16 = 100;
/// Added for each row beyond the shortest run, up to the code's weight: chance and families give short ones.
const A_ROW: u16 = 40;
/// Weight of the shortest run under one representative or phone.
const SHORTEST: u16 = 350;

/// What ties the rows of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tie {
    Representative,
    Phone,
    Day,
    /// Nothing but the numbers: those of a series that no register knows.
    Series,
}

impl Tie {
    /// What the rows must have in common, or `None` where a row has none.
    fn value(self, kept: &RegistryRow) -> Option<u64> {
        match self {
            Tie::Representative => (kept.representative != NO_IIN).then_some(kept.representative),
            Tie::Phone => (kept.phone != 0).then_some(kept.phone),
            Tie::Day => (kept.assigned != NO_DAY).then_some(kept.assigned as u64),
            Tie::Series => Some(1),
        }
    }

    fn words(self, kept: &RegistryRow) -> String {
        match self {
            Tie::Representative => format!("through the representative {}", iin::unpack(kept.representative)),
            Tie::Phone => "under one phone".to_owned(),
            Tie::Day => format!("assigned on {}", day::iso(kept.assigned)),
            Tie::Series => "in a series of which few others are".to_owned(),
        }
    }
}

/// Finds the rows whose document numbers lie in runs.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let density = Density::new(look);
    let ties = [Tie::Representative, Tie::Phone, Tie::Day, Tie::Series];
    ties.into_iter().flat_map(|tie| find_tied(look, &density, tie)).collect()
}

/// How densely a series of numbers is used by people who exist: for each country and series of which the registry
/// has some numbers, their count, least and most. Those of a ring would say that runs are nothing unusual.
#[derive(Debug, Default)]
struct Density(BTreeMap<(u16, u64), (u64, u64, u64)>);

/// Stands for all series of a country.
const ALL_SERIES: u64 = 0;

impl Density {
    fn new(look: &Look<'_>) -> Self {
        let registry = look.world.registry;
        let parts = look.world.over_registry(|_, rows| {
            let mut part = Density::default();
            for row in rows.filter(|&row| look.is_known(row) || look.is_alive(row)) {
                let kept = &registry.rows[row];
                if let Some((prefix, number)) = series(kept.number) {
                    part.add((kept.country, prefix), (1, number, number));
                }
            }
            vec![part]
        });
        let mut all = Density::default();
        parts.into_iter().for_each(|part| part.0.into_iter().for_each(|(key, span)| all.add(key, span)));
        // Of a country with many small series the mean of them is known.
        let mut countries: BTreeMap<u16, (u64, u64)> = BTreeMap::new();
        for (&(country, _), &(count, least, most)) in &all.0 {
            let sum = countries.entry(country).or_default();
            *sum = (sum.0 + count, sum.1 + (most - least + 1));
        }
        for (country, (count, span)) in countries {
            all.0.insert((country, ALL_SERIES), (count, 1, span));
        }
        all
    }

    fn add(&mut self, key: (u16, u64), (count, least, most): (u64, u64, u64)) {
        let span = self.0.entry(key).or_insert((0, least, most));
        *span = (span.0 + count, span.1.min(least), span.2.max(most));
    }

    /// Count and length of the series that a document belongs to, or of all series of its country; `None` where a
    /// registry has too little of them to know how long they are.
    fn of(&self, kept: &RegistryRow) -> Option<(u64, u64)> {
        let (prefix, _) = series(kept.number)?;
        let span = |prefix: u64| self.0.get(&(kept.country, prefix)).filter(|span| span.0 >= SERIES_MIN);
        let &(count, least, most) = span(prefix).or_else(|| span(ALL_SERIES))?;
        Some((count, most - least + 1))
    }

    /// How many numbers of somebody else would lie on the next number, were one drawn from the series.
    fn of_one(&self, kept: &RegistryRow) -> f64 {
        self.of(kept).map_or(0.0, |(_, length)| 1.0 / length as f64)
    }
}

/// Numbers of a series from which their span is a measure.
const SERIES_MIN: u64 = 50;
/// Unknown numbers that may lie by chance within the largest step of a series.
const STEP_MAX: f64 = 0.01;
/// Runs of a tie that chance may make: one in a thousand ties.
const CHANCE_MAX: f64 = 0.001;

/// Whether chance makes a run of `length` among `count` numbers, of which `step` lie on the mean within the
/// largest step behind any number.
fn is_chance(count: usize, length: usize, step: f64) -> bool {
    let steps = (1..length).fold(1.0, |chance, _| chance * step.min(1.0));
    count as f64 * steps > CHANCE_MAX
}

fn find_tied(look: &Look<'_>, density: &Density, tie: Tie) -> Vec<Signal> {
    let (world, registry, settings) = (look.world, look.world.registry, look.world.settings);
    let (least, gap, rows_max) = match tie {
        Tie::Series => (settings.run_rows_min, settings.series_gap_max, usize::MAX),
        Tie::Day => (settings.day_run_rows_min, settings.day_run_gap_max, settings.day_rows_max),
        _ => (settings.run_rows_min, settings.run_gap_max, usize::MAX),
    };
    // Rows of one tie, country and series: what a run can consist of. Those of people who exist are left out
    // first: they are most rows, and without them there is little to group.
    let key = |row: usize| {
        let kept = &registry.rows[row];
        // A ring out of a packet has some who were seen, and is told by what it has beside.
        let exists =
            look.is_genuine(row) || if tie == Tie::Series { look.is_known(row) } else { look.is_alive(row) };
        if kept.number == 0 || exists || !is_judged(kept) {
            return 0;
        }
        let Some(value) = tie.value(kept) else { return 0 };
        let Some((prefix, _)) = series(kept.number) else { return 0 };
        mix_pair(mix_pair(value, prefix), u64::from(kept.country)).max(1)
    };
    let groups = group::groups(world.engine, registry.len(), least.max(2), key);
    let found = world.engine.map(groups.len(), |at| {
        let rows = &groups[at];
        if rows.len() > rows_max {
            return Vec::new();
        }
        let mut numbered: Vec<(u64, u32)> = rows
            .iter()
            .map(|&row| (series(registry.rows[row as usize].number).map_or(0, |(_, number)| number), row))
            .collect();
        numbered.sort_unstable();
        let first = &registry.rows[rows[0] as usize];
        let Some((gap, chance)) = reach(look, density, tie, first, gap, numbered.len()) else {
            return Vec::new();
        };
        runs(&numbered, gap, least)
            .filter(|run| {
                let length = if tie == Tie::Series { households(look, run) } else { distinct(run) };
                length >= least && !is_chance(numbered.len(), length, chance)
            })
            .filter(|run| tie != Tie::Series || is_missed(look, run))
            .flat_map(|run| run_signals(look, tie, run, least))
            .collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// The largest step within a run of numbers like the first's, and how many of `count` numbers of that tie lie on the
/// mean within such a step behind any number. `None` where nothing can be said.
fn reach(
    look: &Look<'_>,
    density: &Density,
    tie: Tie,
    first: &RegistryRow,
    gap: u64,
    count: usize,
) -> Option<(u64, f64)> {
    if tie != Tie::Series {
        return Some((gap, density.of_one(first) * gap as f64 * count as f64));
    }
    // Of the whole series as many are unknown by chance as the register lacks of it.
    let ((held, length), unknown) = density.of(first).zip(look.unknown_in_country(first))?;
    let of_one = held as f64 * (unknown / (1.0 - unknown.min(0.5))) / length as f64;
    let gap = gap.min((STEP_MAX / of_one) as u64);
    Some((gap, of_one * gap as f64))
}

/// Whether most of a run cannot be found in another way either. A series that the export lacks is of people who
/// live here, and that of a company whose passports it lacks says no more than the company does.
fn is_missed(look: &Look<'_>, run: &[(u64, u32)]) -> bool {
    let found = |&&(_, row): &&(u64, u32)| {
        let kept = &look.world.registry.rows[row as usize];
        look.is_alive(row as usize) || look.unknown_rate(kept).is_some_and(|rate| rate > 0.5)
    };
    run.iter().filter(found).count() * 2 <= run.len()
}

/// The runs of at least `least` different numbers in steps of at most `gap`.
fn runs(numbered: &[(u64, u32)], gap: u64, least: usize) -> impl Iterator<Item = &[(u64, u32)]> {
    numbered.chunk_by(move |left, right| right.0 - left.0 <= gap).filter(move |run| distinct(run) >= least)
}

/// How many addresses a run holds, those without one each for itself: twins and families apply together, and the
/// next number is no chance then.
fn households(look: &Look<'_>, run: &[(u64, u32)]) -> usize {
    let address = |&(_, row): &(u64, u32)| look.world.registry.rows[row as usize].address;
    let mut addresses: Vec<u64> = run.iter().map(address).filter(|&address| address != 0).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.len() + run.iter().filter(|one| address(one) == 0).count()
}

/// How many different numbers an ascending run holds; a shared document is one.
fn distinct(run: &[(u64, u32)]) -> usize {
    run.chunk_by(|left, right| left.0 == right.0).count()
}

fn run_signals(look: &Look<'_>, tie: Tie, run: &[(u64, u32)], least: usize) -> Vec<Signal> {
    let length = distinct(run);
    let longer = u16::try_from(length - least).unwrap_or(u16::MAX);
    let weight =
        SHORTEST.saturating_add(longer.saturating_mul(A_ROW)).min(Code::ConsecutiveDocuments.weight());
    let weight = if matches!(tie, Tie::Day | Tie::Series) { weight - DAY } else { weight };
    let row_of = |at: usize| &look.world.registry.rows[run[at].1 as usize];
    let evidence = format!(
        "{} to {}: {} neighbouring numbers {}, unknown to the documents register as these persons'",
        words::document(row_of(0)),
        words::document(row_of(run.len() - 1)),
        words::grouped(length as u64),
        tie.words(row_of(0)),
    );
    let signal =
        |&(_, row): &(u64, u32)| Signal::new(row, Code::ConsecutiveDocuments, weight, evidence.clone());
    run.iter().map(signal).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, iin};
    use super::*;

    /// Rows with the given numbers, all of one representative, phone or day; the first `known` are genuine.
    fn world(tie: Tie, numbers: &[&str], known: usize) -> Case {
        let rest = |n: usize| match tie {
            Tie::Representative => format!("000101699999,,2020-01-{:02}", n + 1),
            Tie::Phone => format!(",+7 701 000 00 00,2020-01-{:02}", n + 1),
            Tie::Day | Tie::Series => ",,2020-01-01".to_owned(),
        };
        let rows: Vec<String> = numbers
            .iter()
            .enumerate()
            .map(|(n, number)| format!("{},N{n},G,UZB,{number},{}", iin(n), rest(n)))
            .collect();
        let documents: Vec<String> = numbers
            .iter()
            .enumerate()
            .take(known)
            .map(|(n, number)| format!("UZB,{number},N{n},G"))
            .collect();
        Case::new(
            "iin,surname,given_name,document_country,document_number,representative_iin,phone,assigned_on",
            &rows,
            "document_country,document_number,surname,given_name",
            &documents,
        )
    }

    #[test]
    fn series_of_numbers() {
        let one = "AA0000001,AA0000002,AA0000003,AA0000004,AA0000005,AA0000006";
        let two = "AA0000001,AA0000003,AA0000005,AA0000007";
        for (tie, numbers, known, expected, why) in [
            (Tie::Representative, two, 0, Some(350), "four in steps of two"),
            (Tie::Phone, two, 0, Some(350), "the same under a phone"),
            (Tie::Day, two, 0, None, "on a day steps of two are chance"),
            (Tie::Phone, one, 0, Some(430), "six in a row"),
            (Tie::Day, one, 0, Some(290), "six in a row on a day"),
            (Tie::Day, &one[..39], 0, None, "four on a day: a family"),
            (Tie::Phone, &one[..29], 0, None, "three: twins and a parent"),
            (Tie::Phone, "AA0000001,AA0000001,AA0000002,AA0000003", 0, None, "three, one of them shared"),
            (Tie::Phone, "AA0000001,AB0000002,AA0000003,AB0000004", 0, None, "two series"),
            (Tie::Phone, one, 6, None, "genuine passports of a group that applied together"),
            (Tie::Phone, one, 3, None, "what is left is too short"),
        ] {
            let numbers: Vec<&str> = numbers.split(',').collect();
            let case = world(tie, &numbers, known);
            let last = numbers.len() as u32 - 1;
            assert_eq!(
                case.weight(last, Code::ConsecutiveDocuments),
                expected,
                "{numbers:?}, {known} known: {why}"
            );
        }
    }

    #[test]
    fn a_run_in_the_middle_of_genuine_numbers_is_found() {
        let numbers: Vec<String> = (1..=12).map(|n| format!("AA{n:07}")).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let case = world(Tie::Phone, &numbers, 5);
        assert_eq!(case.weight(4, Code::ConsecutiveDocuments), None);
        assert_eq!(case.weight(5, Code::ConsecutiveDocuments), Some(470));
        assert!(
            case.evidence(5, Code::ConsecutiveDocuments)
                .starts_with("document AA0000006 of UZB to document AA0000012")
        );
    }
}

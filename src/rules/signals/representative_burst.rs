//! `representative_burst`: many numbers through one representative within days.
//!
//! ## What it finds
//! Rows of a representative to whom ten or more numbers (a setting) were assigned within three days, and more
//! than is usual for representatives of as many clients (their median and four robust deviations), or in a busy
//! season of the office; where at least a fifth of these people cannot be found, and more than chance explains.
//!
//! ## Why it matters
//! Helpers filed portal applications in mass, for persons who had lent their passports and for persons who
//! do not exist.
//!
//! ## Evidence
//! How many numbers, through whom, from when to when, and how many of these people are in doubt: their
//! document is another's or should be in the register and is not, or nothing has been seen of them. Where it
//! can be said, its weight in a score is the share of the others of the burst who should not exist, measured.
//!
//! ## Innocent causes
//! Employers file for hundreds of workers: they exist and so do their documents, so a burst in which nearly
//! all are known gives no signal, and the weight follows the share of those in doubt. Employers that
//! the configuration knows are left out.
//!
//! ## Example
//! 41 numbers from 2023-03-01 to 2023-03-03 through one representative, 93 % of the people in doubt.

use super::crowd::{Crowd, Verdict};
use super::usual::Usual;
use super::{Code, Look, Measured, Signal, genuine, words};
use crate::day::{self, NO_DAY};
use crate::validate::iin;

/// Finds the rows that belong to bursts.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let (world, registry, settings) = (look.world, look.world.registry, look.world.settings);
    let clients = look.clients();
    let dated = |at: usize| {
        let mut dated: Vec<(i32, u32)> = clients[at]
            .iter()
            .map(|&row| (registry.rows[row as usize].assigned, row))
            .filter(|&(day, _)| day != NO_DAY)
            .collect();
        dated.sort_unstable();
        dated
    };
    let days = |dated: &[(i32, u32)]| dated.iter().map(|&(day, _)| day).collect::<Vec<i32>>();
    let peaks = world.engine.map(clients.len(), |at| {
        let days = days(&dated(at));
        (days.len(), peak(&days, settings.burst_days) as u64)
    });
    let usual = Usual::new(world, &peaks);
    let least = settings.burst_rows_min.max(2);
    let found = world.engine.map(clients.len(), |at| {
        let representative = registry.rows[clients[at][0] as usize].representative;
        if peaks[at].1 < least as u64 || settings.is_known_employer(representative) {
            return Vec::new();
        }
        let dated = dated(at);
        let days = days(&dated);
        let is_unusual = |burst: &std::ops::Range<usize>| {
            let (first, last) = (days[burst.start], days[burst.end - 1]);
            let office = registry.rows[dated[burst.start].1 as usize].office;
            let here = |&&(_, row): &&(i32, u32)| registry.rows[row as usize].office == office;
            let own = dated[burst.clone()].iter().filter(here).count();
            let limit = usual.limit(days.len(), office, (first, last), own as u64);
            peak(&days[burst.clone()], settings.burst_days) as u64 > limit
        };
        bursts(&days, settings.burst_days, least)
            .into_iter()
            .filter(is_unusual)
            .map(|burst| dated[burst].to_vec())
            .collect::<Vec<_>>()
    });
    let found: Vec<Vec<(i32, u32)>> = found.into_iter().flatten().collect();
    let crowd = |at: usize| Crowd::of(look, found[at].iter().map(|&(_, row)| row));
    let crowds = world.engine.map(found.len(), crowd);
    let verdicts = look.judge(&crowds);
    let judged = |at: usize| crowds[at].speaks().then_some(&verdicts[at]);
    let signals = world.engine.map(found.len(), |at| burst_signals(look, &found[at], judged(at)));
    signals.into_iter().flatten().collect()
}

/// The largest number of ascending days within a window.
fn peak(days: &[i32], window: i32) -> usize {
    let mut start = 0;
    let held = (0..days.len()).map(|end| {
        while days[end] - days[start] >= window {
            start += 1;
        }
        end + 1 - start
    });
    held.max().unwrap_or(0)
}

/// The longest stretches of ascending days of which every day lies in a window of `window` days that holds
/// at least `least` of them.
fn bursts(days: &[i32], window: i32, least: usize) -> Vec<std::ops::Range<usize>> {
    let mut bursts: Vec<std::ops::Range<usize>> = Vec::new();
    let mut start = 0;
    for end in 1..=days.len() {
        while days[end - 1] - days[start] >= window {
            start += 1;
        }
        if end - start >= least {
            match bursts.last_mut() {
                Some(last) if start <= last.end => last.end = end,
                _ => bursts.push(start..end),
            }
        }
    }
    bursts
}

fn burst_signals(look: &Look<'_>, burst: &[(i32, u32)], verdict: Option<&Verdict>) -> Vec<Signal> {
    let doubts: u64 = burst.iter().map(|&(_, row)| genuine::doubt(look, row as usize)).sum();
    let halves = 2 * burst.len() as u64;
    let innocent = verdict.is_some_and(|verdict| !verdict.is_told());
    if innocent || doubts * 100 < halves * look.world.settings.burst_doubtful_percent_min {
        return Vec::new();
    }
    let weight = u64::from(Code::RepresentativeBurst.weight()) * doubts / halves;
    let representative = look.world.registry.rows[burst[0].1 as usize].representative;
    let evidence = format!(
        "{} numbers from {} to {} through the representative {}, {} % of the people in doubt (document not to be \
         found or another's, or no activity)",
        words::grouped(burst.len() as u64),
        day::iso(burst[0].0),
        day::iso(burst[burst.len() - 1].0),
        iin::unpack(representative),
        words::percent(doubts, halves),
    );
    let signal = |&(_, row): &(i32, u32)| {
        let odds = verdict.zip(look.member(row as usize)).map(|(verdict, (member, _))| verdict.odds(member));
        let signal = Signal::new(row, Code::RepresentativeBurst, weight as u16, evidence.clone());
        Signal { measured: odds.map_or(Measured::Nothing, Measured::Odds), ..signal }
    };
    burst.iter().map(signal).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, iin as number};
    use super::*;
    use proptest::prelude::*;

    /// Sixty known people, then `burst` rows of one representative on the given days, of which the first
    /// `known` hold documents that the register knows.
    fn world(days: &[&str], known: usize) -> Case {
        let mut rows: Vec<String> =
            (0..60).map(|n| format!("{},N{n},G,UZB,AB{:07},2022-01-01,", number(n), n * 10 + 1)).collect();
        let mut documents: Vec<String> = (0..60).map(|n| format!("UZB,AB{:07},N{n},G", n * 10 + 1)).collect();
        for (n, day) in days.iter().enumerate() {
            rows.push(format!("{},B{n},G,UZB,AC{:07},{day},000101699999", number(100 + n), n * 10 + 1));
            if n < known {
                documents.push(format!("UZB,AC{:07},B{n},G", n * 10 + 1));
            }
        }
        Case::new(
            "iin,surname,given_name,document_country,document_number,assigned_on,representative_iin",
            &rows,
            "document_country,document_number,surname,given_name",
            &documents,
        )
    }

    #[test]
    fn filings() {
        let one_day = ["2023-03-01"; 20];
        let spread: Vec<String> = (1..=20).map(|day| format!("2023-03-{day:02}")).collect();
        let spread: Vec<&str> = spread.iter().map(String::as_str).collect();
        for (days, known, expected, why) in [
            (&one_day[..], 0, Some(650), "nobody can be found"),
            (&one_day[..], 10, Some(325), "half of them can"),
            (&one_day[..], 17, None, "an employer whose workers exist, three of them mistyped"),
            (&one_day[..], 20, None, "an employer whose workers exist"),
            (&one_day[..9], 0, None, "a large family"),
            (&spread[..], 0, None, "one a day: a busy lawyer"),
        ] {
            let case = world(days, known);
            assert_eq!(case.weight(60, Code::RepresentativeBurst), expected, "{known} known: {why}");
        }
    }

    #[test]
    fn a_known_employer_files_no_burst() {
        let mut case = world(&["2023-03-01"; 20], 0);
        case.settings().known_employers = vec![iin::pack(b"000101699999").unwrap()];
        assert_eq!(case.weight(60, Code::RepresentativeBurst), None);
        case.settings().known_employers = vec![iin::pack(b"900304390006").unwrap()];
        assert_eq!(case.weight(60, Code::RepresentativeBurst), Some(650), "another's number changes nothing");
    }

    #[test]
    fn where_nothing_is_known_of_a_country_the_doubt_is_half() {
        let rows: Vec<String> =
            (0..12).map(|n| format!("{},B{n},G,DEU,C{n}X,2023-03-01,000101699999", number(n))).collect();
        let case = Case::registry(
            "iin,surname,given_name,document_country,document_number,assigned_on,representative_iin",
            &rows.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        assert_eq!(case.weight(0, Code::RepresentativeBurst), Some(325));
    }

    proptest! {
        #[test]
        fn bursts_are_what_all_windows_say(mut days in prop::collection::vec(0i32..60, 0..60), least in 2usize..8) {
            days.sort_unstable();
            let mut inside = vec![false; days.len()];
            for from in 0..60 {
                let held: Vec<usize> =
                    (0..days.len()).filter(|&at| (from..from + 3).contains(&days[at])).collect();
                if held.len() >= least {
                    held.iter().for_each(|&at| inside[at] = true);
                }
            }
            let mut got = vec![false; days.len()];
            for burst in bursts(&days, 3, least) {
                burst.for_each(|at| got[at] = true);
            }
            prop_assert_eq!(got, inside);
        }
    }
}

//! Previous: what an earlier report held, ready to be asked case by case.
//!
//! In: the cases of an earlier night ([`Night`]). Out: what became of a case of tonight ([`Judged`]). The law: asking changes
//! nothing and depends on nothing but the two cases, so that any thread may ask in any order.

use super::State;
use super::read::{COMPARED, Case, Night, Words};
use crate::day::NO_DAY;
use crate::engine::Engine;
use crate::error::Result;
use crate::report::back::{Reports, Tables};
use crate::report::changes::read::night_of;
use crate::report::changes::{CaseTable, Source};

/// An earlier night.
#[derive(Debug)]
pub struct Previous {
    /// Its cases and those that were gone by then, sorted by key, source and place.
    pub(super) cases: Vec<Case>,
    /// For each value of the highest bits of a key, where its cases start; one more at the end.
    starts: Vec<u32>,
    /// By how much a key is shifted to be such a value.
    shift: u32,
    /// Kinds, bands and evidence by their hash.
    pub(super) words: Words,
    lacks: [[bool; COMPARED]; 3],
    /// Its day.
    pub(super) as_of: i32,
    /// Its tables, of which the texts of cases that are gone are read.
    pub(super) tables: Tables,
}

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its state.
    pub state: State,
    /// The first night that is known to have had it.
    pub first_seen: i32,
    /// The earlier case that it is compared with, if there is one.
    pub(super) before: Option<u32>,
}

impl Previous {
    /// Reads an earlier report.
    ///
    /// # Errors
    /// When a table is damaged, or its account names no day.
    pub fn read(engine: &Engine, reports: &Reports) -> Result<Self> {
        let as_of = night_of(reports)?;
        let night = Night::read(engine, &reports.tables, true)?;
        Ok(Previous::of(engine, night, as_of, reports.tables.clone()))
    }

    pub(super) fn of(engine: &Engine, night: Night, as_of: i32, tables: Tables) -> Self {
        let Night { mut cases, words, lacks } = night;
        for case in cases.iter_mut().filter(|case| case.source != Source::Gone) {
            case.last_seen = as_of;
        }
        // A report that had no earlier night saw all of its cases first.
        for case in cases.iter_mut().filter(|case| case.first_seen == NO_DAY) {
            case.first_seen = if case.source == Source::Gone { case.last_seen } else { as_of };
        }
        engine.sort_by_key(&mut cases, |case| (case.key, case.source, case.place));
        // About two cases a start.
        let bits = (cases.len() / 2).max(2).ilog2();
        let shift = u64::BITS - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for case in &cases {
            starts[(case.key >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Previous { cases, starts, shift, words, lacks, as_of, tables }
    }

    /// Leaves out of comparisons what the other night's tables lack.
    pub(super) fn ignore(&mut self, lacks: [[bool; COMPARED]; 3]) {
        let pairs = self.lacks.iter_mut().flatten().zip(lacks.into_iter().flatten());
        pairs.for_each(|(own, other)| *own |= other);
    }

    /// The earlier cases with a key, as a range.
    pub(super) fn with_key(&self, key: u64) -> std::ops::Range<usize> {
        let at = (key >> self.shift) as usize;
        let (first, end) = (self.starts[at] as usize, self.starts[at + 1] as usize);
        let near = &self.cases[first..end];
        let before = near.partition_point(|case| case.key < key);
        let count = near[before..].iter().take_while(|case| case.key == key).count();
        first + before..first + before + count
    }

    /// What became of a case of tonight.
    #[must_use]
    pub fn judge(&self, case: &Case, as_of: i32) -> Judged {
        let found = self.with_key(case.key);
        let earlier = &self.cases[found.clone()];
        let first_seen = earlier.iter().map(|before| before.first_seen).min();
        let Some(first_seen) = first_seen else {
            let state = if case.source.is_dismissed() { State::Dismissed } else { State::New };
            return Judged { state, first_seen: as_of, before: None };
        };
        let judged = |state, at: Option<usize>| Judged {
            state,
            first_seen,
            before: at.map(|at| (found.start + at) as u32),
        };
        if case.source.is_dismissed() {
            return judged(State::Dismissed, None);
        }
        // Sorted by source: what was reported comes before what was set aside, and that before what was gone.
        let reported =
            earlier.iter().take_while(|before| before.source < Source::DismissedCorrections).count();
        if reported == 0 {
            return judged(State::Reopened, None);
        }
        // Where bad data give several rows one id, any of them may be the same.
        let same = earlier[..reported].iter().position(|before| self.differs(before, case).next().is_none());
        match same {
            Some(at) => judged(State::Persisting, Some(at)),
            None => judged(State::Changed, Some(0)),
        }
    }

    /// The compared columns in which two cases differ, by their place in [`CaseTable::compared`].
    pub(super) fn differs(&self, before: &Case, case: &Case) -> impl Iterator<Item = usize> {
        let lacks = self.lacks[case.table as usize];
        let (before, now) = (before.content, case.content);
        (0..COMPARED).filter(move |&at| !lacks[at] && before[at] != now[at])
    }

    /// What differs, in words of column names. Values are told of codes and counts only, which name nobody.
    pub(super) fn in_words(&self, before: &Case, case: &Case, words: &Words) -> String {
        let differing = self.differs(before, case).map(|at| {
            let name = case.table.compared()[at];
            let (old, new) = (before.content[at], case.content[at]);
            match (case.table, name) {
                (CaseTable::Suspects, _) => {
                    let word = |words: &Words, cell| words.get(&cell).cloned().unwrap_or_default();
                    let (old, new) = (word(&self.words, old), word(words, new));
                    match name {
                        "band" => format!("band: {old} > {new}"),
                        _ => format!("{name}: {}", signs_that_differ(&old, &new)),
                    }
                }
                (CaseTable::Duplicates, "cluster_size") => format!("cluster_size: {old} > {new}"),
                _ => name.to_owned(),
            }
        });
        differing.collect::<Vec<_>>().join("; ")
    }
}

/// What came and what went between two texts of evidence.
fn signs_that_differ(old: &str, new: &str) -> String {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (words(old), words(new));
    let came = new.iter().filter(|word| !old.contains(word)).map(|word| format!("{word} came"));
    let went = old.iter().filter(|word| !new.contains(word)).map(|word| format!("{word} went"));
    came.chain(went).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn case(key: u64, source: Source, content: u32, place: u32) -> Case {
        Case {
            key,
            content: [content, 0, 0, 0],
            kind: 0,
            place,
            first_seen: if source == Source::Gone { 5 } else { 7 },
            last_seen: 9,
            resolved_on: NO_DAY,
            source,
            table: CaseTable::Corrections,
        }
    }

    fn previous(cases: Vec<Case>) -> Previous {
        let engine = Engine::new(1).expect("one thread");
        let night = Night { cases, ..Night::default() };
        Previous::of(&engine, night, 10, Tables::at(Path::new("nowhere")))
    }

    #[test]
    fn what_becomes_of_a_case() {
        use Source::{Corrections, DismissedCorrections, Gone};
        let far = u64::MAX;
        let earlier = previous(vec![
            case(1, Corrections, 4, 0),
            case(2, Gone, 0, 0),
            case(3, DismissedCorrections, 4, 0),
            // One id on two rows.
            case(far, Corrections, 4, 1),
            case(far, Corrections, 5, 2),
        ]);
        for (key, source, content, state, first_seen, why) in [
            (1, Corrections, 4, State::Persisting, 7, "as it was"),
            (1, Corrections, 5, State::Changed, 7, "it says something else"),
            (1, DismissedCorrections, 5, State::Dismissed, 7, "a decision set it aside"),
            (2, Corrections, 4, State::Reopened, 5, "it was gone"),
            (3, Corrections, 4, State::Reopened, 7, "it was set aside"),
            (3, DismissedCorrections, 4, State::Dismissed, 7, "it still is"),
            (4, Corrections, 4, State::New, 12, "nobody had it"),
            (4, DismissedCorrections, 4, State::Dismissed, 12, "nobody had it, and it is set aside at once"),
            (far, Corrections, 5, State::Persisting, 7, "as one of two"),
            (far, Corrections, 6, State::Changed, 7, "as neither of two"),
        ] {
            let judged = earlier.judge(&case(key, source, content, 0), 12);
            assert_eq!((judged.state, judged.first_seen), (state, first_seen), "{why}");
        }
        assert_eq!(previous(Vec::new()).judge(&case(1, Corrections, 4, 0), 12).state, State::New);
    }

    #[test]
    fn every_key_is_found_where_a_plain_search_finds_it() {
        // Some keys several times, some in one bucket, some at the ends.
        let keys: Vec<u64> = (0..4000u64)
            .map(|at| match at % 4 {
                0 => at,
                1 => u64::MAX - at / 8,
                _ => crate::normalise::hash::mix(at / 3),
            })
            .collect();
        let cases = keys.iter().zip(0..).map(|(&key, place)| case(key, Source::Corrections, 0, place));
        let earlier = previous(cases.collect());
        for key in keys.iter().flat_map(|&key| [key, key.wrapping_add(1), key ^ 1 << 63]) {
            let plain: Vec<u32> =
                keys.iter().zip(0..).filter(|&(&own, _)| own == key).map(|(_, place)| place).collect();
            let found: Vec<u32> =
                earlier.cases[earlier.with_key(key)].iter().map(|case| case.place).collect();
            assert_eq!(found, plain, "{key}");
        }
    }

    #[test]
    fn what_an_older_version_did_not_write_is_no_change() {
        let mut earlier = previous(vec![case(1, Source::Corrections, 4, 0)]);
        assert_eq!(earlier.judge(&case(1, Source::Corrections, 5, 0), 12).state, State::Changed);
        let mut lacks = [[false; COMPARED]; 3];
        lacks[CaseTable::Corrections as usize][0] = true;
        earlier.ignore(lacks);
        assert_eq!(earlier.judge(&case(1, Source::Corrections, 5, 0), 12).state, State::Persisting);
    }

    #[test]
    fn evidence_is_compared_sign_by_sign() {
        for (old, new, said) in [
            ("no_activity", "no_activity shared_document", "shared_document came"),
            ("no_activity !alive", "no_activity", "!alive went"),
            ("a b", "b c d", "c came, d came, a went"),
            ("", "no_activity", "no_activity came"),
            ("shared_document", "", "shared_document went"),
        ] {
            assert_eq!(signs_that_differ(old, new), said);
        }
    }
}

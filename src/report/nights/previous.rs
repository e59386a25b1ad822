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
use crate::report::nights::read::night_of;
use crate::report::nights::{CaseTable, Source};

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

/// What came, went, or became stronger or weaker between two texts of evidence.
fn signs_that_differ(old: &str, new: &str) -> String {
    let name = |word: &str| word.trim_end_matches('+').to_owned();
    let find = |text: &str, wanted: &str| {
        text.split(' ').find(|word| !word.is_empty() && name(word) == wanted).map(str::to_owned)
    };
    let mut said: Vec<String> = Vec::new();
    for word in new.split(' ').filter(|word| !word.is_empty()) {
        match find(old, &name(word)) {
            None => said.push(format!("{word} came")),
            Some(before) if before != word => said.push(format!("{before} > {word}")),
            Some(_) => {}
        }
    }
    let gone = old.split(' ').filter(|word| !word.is_empty() && find(new, &name(word)).is_none());
    said.extend(gone.map(|word| format!("{word} went")));
    said.join(", ")
}

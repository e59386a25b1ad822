//! Gather: the tables of a report as the figures of its page.
//!
//! In: the tables of corrections, suspects and duplicates, read back column by column. Out: counts by kind, age,
//! office, band and signal, and the cases that should be looked at first. The law: every row is counted, and only the
//! cases that are shown are kept, so that memory follows from the page and not from the night.

use std::collections::BTreeMap;

use arrow_array::StringArray;
use arrow_array::cast::AsArray;

use super::cases::{Case, Key, Top};
use super::columns::{Part, at, text_at, walk};
use super::rings::Members;
use super::shown;
use crate::error::Result;
use crate::report::back::Tables;
use crate::report::changes::{CaseTable, Source, State};

/// How many there are, and how many of them are new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) all: u64,
    pub(super) new: u64,
}

impl Count {
    fn add(&mut self, state: &str) {
        self.all += 1;
        self.new += u64::from(state == State::New.name());
    }
}

/// Counts by name.
pub(super) type Counts = BTreeMap<String, Count>;

/// Days at which an age group ends.
pub(super) const AGES: [i64; 5] = [0, 30, 90, 365, 1095];

/// Offices that are told apart at most; a file with one in each row must not fill the memory.
const OFFICES_MAX: usize = 1 << 16;

/// Corrections by office.
#[derive(Debug, Default)]
pub(super) struct Offices {
    /// By name; the empty name is of rows that name none.
    pub(super) named: Counts,
    /// Those of offices that are too many.
    pub(super) beyond: Count,
}

/// What a page is made of.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) kinds: Counts,
    /// Corrections that begin in the future, of each age group, and without a date.
    pub(super) ages: [Count; AGES.len() + 2],
    /// By office, where the table has the column.
    pub(super) offices: Option<Offices>,
    pub(super) bands: Counts,
    pub(super) signals: Counts,
    /// Cases of each table.
    pub(super) totals: [u64; 3],
    /// Those to be shown, in their order.
    pub(super) cases: Vec<Case>,
    /// The members of the rings that are drawn.
    pub(super) members: Members,
}

/// What is kept of cases.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keeping {
    /// How many.
    pub(super) most: usize,
    /// Whether with values of the registers.
    pub(super) values: bool,
}

/// Reads the tables; of `rings` the members are noted.
pub(super) fn gather(tables: &Tables, keeping: Keeping, rings: &[&str]) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let corrections = corrections(tables, keeping, &mut gathered)?;
    let suspects = suspects(tables, keeping, rings, &mut gathered)?;
    let duplicates = duplicates(tables, keeping, &mut gathered)?;
    let mut kept = share_out(keeping.most, [corrections, suspects, duplicates]);
    kept.sort_unstable_by_key(|(key, _)| *key);
    gathered.cases = kept.into_iter().map(|(_, case)| case).collect();
    Ok(gathered)
}

/// Gives each table its part of what is shown, and what one leaves to the others: two fifths to suspects, a tenth to
/// duplicates, the rest to corrections.
fn share_out(most: usize, mut tables: [Vec<(Key, Case)>; 3]) -> Vec<(Key, Case)> {
    let have = [0, 1, 2].map(|table: usize| tables[table].len());
    let mut part = [0; 3];
    part[1] = have[1].min(most * 2 / 5);
    part[2] = have[2].min(most / 10);
    for table in [0, 1, 2] {
        let left = most - part.iter().sum::<usize>();
        part[table] = (part[table] + left).min(have[table]);
    }
    let parts = tables.iter_mut().zip(part).flat_map(|(cases, part)| {
        cases.truncate(part);
        cases.drain(..)
    });
    parts.collect()
}

/// Whether a case should be looked at since it is not as it was.
fn is_fresh(state: &str) -> bool {
    [State::New, State::Reopened, State::Changed].map(State::name).contains(&state)
}

/// A share in thousandths; what is not certain does not become so by rounding.
fn thousandths(share: Option<f64>) -> u16 {
    let share = share.unwrap_or(0.0).clamp(0.0, 1.0);
    let rounded = (share * 1000.0).round() as u16;
    if share < 1.0 { rounded.min(999) } else { rounded }
}

/// A case with what all tables have.
fn case(part: &Part, row: usize, table: CaseTable, keeping: Keeping) -> Result<Case> {
    let iin = text_at(part.text("iin")?, row);
    Ok(Case {
        table,
        state: shown(text_at(part.text("state")?, row)),
        number: if keeping.values { shown(iin) } else { last_four(iin) },
        row: at(part.count("registry_row")?, row),
        first_seen: at(part.day("first_seen")?, row),
        office: shown(text_at(part.text("office")?, row)),
        ..Case::default()
    })
}

/// The last four characters of a number.
fn last_four(iin: &str) -> String {
    let count = iin.chars().count();
    shown(&iin.chars().skip(count.saturating_sub(4)).collect::<String>())
}

fn corrections(tables: &Tables, keeping: Keeping, gathered: &mut Gathered) -> Result<Vec<(Key, Case)>> {
    let mut top = Top::new(keeping.most);
    let mut columns = vec![
        "case_id",
        "kind",
        "iin",
        "confidence",
        "age_days",
        "registry_row",
        "state",
        "first_seen",
        "office",
    ];
    if keeping.values {
        columns.extend(["registered_value", "current_value"]);
    }
    let mut place = 0;
    walk(tables, Source::Corrections.file(), &columns, |part| {
        let (ids, kinds) = (part.needed_text("case_id")?, part.needed_text("kind")?);
        let (states, offices) = (part.text("state")?, part.text("office")?);
        let (ages, sure) = (part.long("age_days")?, part.share("confidence")?);
        let (was, is_now) = (part.text("registered_value")?, part.text("current_value")?);
        if offices.is_some() {
            gathered.offices.get_or_insert_default();
        }
        for row in 0..part.rows() {
            let (kind, state, age) = (kinds.value(row), text_at(states, row), at(ages, row));
            count_in(&mut gathered.kinds, kind).add(state);
            gathered.ages[age_group(age)].add(state);
            if let Some(of) = gathered.offices.as_mut() {
                of.of(text_at(offices, row)).add(state);
            }
            gathered.totals[0] += 1;
            let class = if is_fresh(state) { 3 } else { 5 };
            let key = (class, age.map_or(1, |age| -age), place);
            place += 1;
            top.offer(key, || {
                let mut case = case(part, row, CaseTable::Corrections, keeping)?;
                case.id = shown(ids.value(row));
                case.kind = kind.to_owned();
                case.sure = thousandths(at(sure, row));
                case.age = age;
                case.values = keeping.values.then(|| [was, is_now].map(|of| shown(text_at(of, row))));
                Ok(case)
            })?;
        }
        Ok(())
    })?;
    Ok(top.finish())
}

impl Offices {
    fn of(&mut self, name: &str) -> &mut Count {
        if self.named.len() < OFFICES_MAX || self.named.contains_key(name) {
            return count_in(&mut self.named, name);
        }
        &mut self.beyond
    }
}

/// The count of a name, without a copy of a name that is known.
fn count_in<'a>(counts: &'a mut Counts, name: &str) -> &'a mut Count {
    if !counts.contains_key(name) {
        counts.insert(name.to_owned(), Count::default());
    }
    counts.get_mut(name).expect("it is there by now")
}

/// Which of the groups an age is in: in the future, below each of [`AGES`], above them, without a date.
fn age_group(age: Option<i64>) -> usize {
    age.map_or(AGES.len() + 1, |age| AGES.iter().take_while(|&&end| age >= end).count())
}

fn suspects(
    tables: &Tables,
    keeping: Keeping,
    rings: &[&str],
    gathered: &mut Gathered,
) -> Result<Vec<(Key, Case)>> {
    let mut top = Top::new(keeping.most);
    let columns = [
        "case_id",
        "iin",
        "score",
        "band",
        "ring_id",
        "signals",
        "registry_row",
        "state",
        "first_seen",
        "office",
    ];
    let mut place = 1 << 60;
    walk(tables, Source::Suspects.file(), &columns, |part| {
        let (ids, bands) = (part.needed_text("case_id")?, part.needed_text("band")?);
        let (states, of_rings, rows) =
            (part.text("state")?, part.text("ring_id")?, part.count("registry_row")?);
        let scores = part.share("score")?;
        let signals = part.list("signals")?.ok_or_else(|| part.unlike())?;
        let codes = codes_of(part, signals.values())?;
        let of_row = |row: usize| {
            let offsets = signals.value_offsets();
            (offsets[row] as usize..offsets[row + 1] as usize).map(|item| codes.value(item))
        };
        for row in 0..part.rows() {
            let (band, state, ring) = (bands.value(row), text_at(states, row), text_at(of_rings, row));
            count_in(&mut gathered.bands, band).add(state);
            for code in of_row(row) {
                count_in(&mut gathered.signals, code).add(state);
            }
            if let Some(row) = at(rows, row).filter(|_| rings.contains(&ring)) {
                gathered.members.entry(ring.to_owned()).or_default().insert(row, band.to_owned());
            }
            gathered.totals[1] += 1;
            let score = thousandths(at(scores, row));
            let class = match (band, is_fresh(state)) {
                ("high", true) => 0,
                ("high", false) => 1,
                ("low", true) => 8,
                ("low", false) => 9,
                (_, true) => 2,
                (_, false) => 6,
            };
            let key = (class, -i64::from(score), place);
            place += 1;
            top.offer(key, || {
                let mut case = case(part, row, CaseTable::Suspects, keeping)?;
                case.id = shown(ids.value(row));
                case.kind = band.to_owned();
                case.sure = score;
                case.ring = shown(ring);
                case.signals = of_row(row).map(shown).collect();
                Ok(case)
            })?;
        }
        Ok(())
    })?;
    Ok(top.finish())
}

/// The codes of signals, item by item.
fn codes_of<'a>(part: &Part, items: &'a arrow_array::ArrayRef) -> Result<&'a StringArray> {
    let codes = items.as_struct_opt().and_then(|items| items.column_by_name("code"));
    codes.and_then(|codes| codes.as_string_opt::<i32>()).ok_or_else(|| part.unlike())
}

/// Numbers that look like one person are one case, however many rows they are.
fn duplicates(tables: &Tables, keeping: Keeping, gathered: &mut Gathered) -> Result<Vec<(Key, Case)>> {
    let mut top = Top::new(keeping.most);
    let columns =
        ["cluster_id", "iin", "cluster_size", "match_probability", "registry_row", "state", "first_seen"];
    let mut place = 2 << 60;
    let mut open: Option<Case> = None;
    let mut close = |case: Case, gathered: &mut Gathered| {
        gathered.totals[2] += 1;
        let key = (if is_fresh(&case.state) { 4 } else { 7 }, -i64::from(case.sure), place);
        place += 1;
        top.offer(key, || Ok(case))
    };
    walk(tables, Source::Duplicates.file(), &columns, |part| {
        let ids = part.needed_text("cluster_id")?;
        let (sizes, sure) = (part.count("cluster_size")?, part.share("match_probability")?);
        for row in 0..part.rows() {
            let own = thousandths(at(sure, row));
            let id = shown(ids.value(row));
            if let Some(case) = open.as_mut().filter(|case| case.id == id) {
                case.sure = case.sure.max(own);
                continue;
            }
            let mut next = case(part, row, CaseTable::Duplicates, keeping)?;
            (next.id, next.sure) = (id, own);
            next.kind = CaseTable::Duplicates.name().to_owned();
            next.size = at(sizes, row).unwrap_or(0);
            if let Some(done) = open.replace(next) {
                close(done, gathered)?;
            }
        }
        Ok(())
    })?;
    if let Some(done) = open {
        close(done, gathered)?;
    }
    Ok(top.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_certain_does_not_become_so() {
        for (share, expected) in
            [(Some(1.0), 1000), (Some(0.99996), 999), (Some(0.5004), 500), (Some(f64::NAN), 0), (None, 0)]
        {
            assert_eq!(thousandths(share), expected, "{share:?}");
        }
    }

    #[test]
    fn an_age_is_in_one_group() {
        for (age, group) in [
            (Some(-1), 0),
            (Some(0), 1),
            (Some(29), 1),
            (Some(30), 2),
            (Some(89), 2),
            (Some(90), 3),
            (Some(364), 3),
            (Some(365), 4),
            (Some(1094), 4),
            (Some(1095), 5),
            (None, 6),
        ] {
            assert_eq!(age_group(age), group, "{age:?}");
        }
    }

    #[test]
    fn of_a_number_four_characters_are_left() {
        for (iin, left) in [
            ("900304390006", "0006"),
            ("", ""),
            ("ж", "ж"),
            ("\u{202e}12345", "2345"),
            ("ab\u{202e}c", "ab⟨U+202E⟩c"),
        ] {
            assert_eq!(last_four(iin), left);
        }
    }

    #[test]
    fn tables_share_what_is_shown_and_leave_what_they_do_not_need() {
        let cases = |table: CaseTable, count: u64| -> Vec<(Key, Case)> {
            (0..count).map(|at| ((table as u8, 0, at), Case { table, ..Case::default() })).collect()
        };
        for (have, most, expected) in [
            ([100, 100, 100], 10, [5, 4, 1]),
            ([100, 1, 0], 10, [9, 1, 0]),
            ([0, 100, 100], 10, [0, 9, 1]),
            ([2, 2, 100], 10, [2, 2, 6]),
            ([3, 3, 3], 100, [3, 3, 3]),
            ([3, 3, 3], 0, [0, 0, 0]),
        ] {
            let kept = share_out(most, CaseTable::ALL.map(|table| cases(table, have[table as usize])));
            let count = |table: CaseTable| kept.iter().filter(|(_, case)| case.table == table).count();
            assert_eq!(CaseTable::ALL.map(count), expected, "{have:?} of {most}");
        }
    }

    #[test]
    fn offices_that_are_too_many_are_counted_together() {
        let mut offices = Offices::default();
        for office in 0..OFFICES_MAX + 5 {
            offices.of(&office.to_string()).add("new");
        }
        offices.of("7").add("");
        assert_eq!(offices.named.len(), OFFICES_MAX);
        assert_eq!(offices.beyond, Count { all: 5, new: 5 });
        assert_eq!(offices.named["7"], Count { all: 2, new: 1 });
    }
}

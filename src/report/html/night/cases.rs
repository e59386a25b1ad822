//! Cases: which of them a page shows, and how they travel to its script.
//!
//! In: cases as the tables are walked. Out: the most pressing ones, as rows of the table that needs no script and as one
//! JSON text for the one that does. The law: the order is total, so that equal nights show equal cases; what
//! stands in the JSON cannot end its element, in HTML or in XML; and no value is in it unless it was asked for.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::codes::{Of, label};
use super::lang::{Arg, Lang};
use super::texts::Texts;
use super::words_of;
use crate::error::Result;
use crate::report::changes::{CaseTable, State};
use crate::rules::score::Band;

/// What may have become of a case, in the order in which the page tells it.
pub(super) const STATES: [State; 6] =
    [State::New, State::Reopened, State::Changed, State::Persisting, State::Resolved, State::Dismissed];

/// By what cases are ordered: a class, a measure within it, and their place.
pub(super) type Key = (u8, i64, u64);

/// One case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) id: String,
    /// The table in which it stands.
    pub(super) table: CaseTable,
    /// The kind of a correction, the band of a suspect.
    pub(super) kind: String,
    /// What became of it since the night before; empty where that is not known.
    pub(super) state: String,
    /// Confidence or score, in thousandths.
    pub(super) sure: u16,
    pub(super) age: Option<i64>,
    pub(super) office: String,
    /// The last characters of its number, or all of it.
    pub(super) number: String,
    /// The row of the registry, from 1.
    pub(super) row: Option<u32>,
    pub(super) ring: String,
    pub(super) signals: Vec<String>,
    pub(super) first_seen: Option<i32>,
    /// Numbers of a cluster.
    pub(super) size: u32,
    /// What registry and document say, where values are shown.
    pub(super) values: Option<[String; 2]>,
}

/// The first of what is offered, in bounded memory.
pub(super) struct Top<T> {
    most: usize,
    kept: Vec<(Key, T)>,
    /// The greatest key that may still come in.
    bar: Option<Key>,
}

impl<T> Top<T> {
    pub(super) fn new(most: usize) -> Self {
        Top { most, kept: Vec::new(), bar: None }
    }

    /// Takes something in if it may be among the first. Keys are never equal.
    pub(super) fn offer(&mut self, key: Key, make: impl FnOnce() -> Result<T>) -> Result<()> {
        if self.most == 0 || self.bar.is_some_and(|bar| key > bar) {
            return Ok(());
        }
        self.kept.push((key, make()?));
        if self.kept.len() >= self.most * 2 {
            let (.., last, _) = self.kept.select_nth_unstable_by_key(self.most - 1, |(key, _)| *key);
            self.bar = Some(last.0);
            self.kept.truncate(self.most);
        }
        Ok(())
    }

    /// The first, in their order.
    pub(super) fn finish(mut self) -> Vec<(Key, T)> {
        self.kept.sort_unstable_by_key(|(key, _)| *key);
        self.kept.truncate(self.most);
        self.kept
    }
}

/// What a case is, in words.
pub(super) fn what(lang: Lang, case: &Case) -> String {
    let words = kind_words(lang, case.table, &case.kind);
    if case.table != CaseTable::Duplicates {
        return words;
    }
    let numbers = lang.fill(Texts(lang).numbers_of(), &[("n", Arg::N(u64::from(case.size)))]);
    format!("{words} {numbers}")
}

fn suspect_band(lang: Lang, band: &str) -> String {
    let band = label(lang, Of::Band, band).to_lowercase();
    lang.fill(Texts(lang).suspect_band(), &[("band", Arg::T(&band))])
}

/// Names that repeat, each once.
#[derive(Default)]
struct Names(BTreeMap<String, usize>, Vec<String>);

impl Names {
    fn place(&mut self, name: &str) -> usize {
        if let Some(&at) = self.0.get(name) {
            return at;
        }
        self.0.insert(name.to_owned(), self.1.len());
        self.1.push(name.to_owned());
        self.1.len() - 1
    }
}

/// A choice of the filter: a table and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// What the script knows it by.
    pub(super) value: String,
    pub(super) label: String,
    pub(super) count: u64,
}

/// Everything that the script is given, and the choices of its filters.
pub(super) struct Told {
    pub(super) json: String,
    /// Of each table that has cases: the table, and its kinds.
    pub(super) kinds: Vec<(Choice, Vec<Choice>)>,
    pub(super) states: Vec<Choice>,
}

/// The columns of the cases, as the script reads them. Names are short, since there may be a hundred thousand.
#[derive(Default, Serialize)]
struct Columns<'a> {
    id: Vec<&'a str>,
    kind: Vec<usize>,
    state: Vec<usize>,
    sure: Vec<u16>,
    age: Vec<Option<i64>>,
    office: Vec<usize>,
    number: Vec<&'a str>,
    row: Vec<Option<u32>>,
    ring: Vec<usize>,
    signals: Vec<usize>,
    first: Vec<usize>,
    size: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<Option<&'a [String; 2]>>,
}

/// Cases as the script is given them.
pub(super) fn told(lang: Lang, cases: &[Case], values: bool) -> Told {
    let mut columns = Columns::default();
    let mut kinds: BTreeMap<(CaseTable, usize, &str), u64> = BTreeMap::new();
    let mut of_states: BTreeMap<(usize, &str), u64> = BTreeMap::new();
    for case in cases {
        *kinds.entry((case.table, rank(&case.kind), &case.kind)).or_default() += 1;
        *of_states.entry((rank(&case.state), &case.state)).or_default() += 1;
    }
    let places: BTreeMap<(CaseTable, &str), usize> =
        kinds.keys().zip(0..).map(|(&(table, _, kind), at)| ((table, kind), at)).collect();
    let [mut states, mut offices, mut rings, mut signals, mut days] = [(); 5].map(|()| Names::default());
    for (_, state) in of_states.keys() {
        states.place(state);
    }
    for case in cases {
        columns.id.push(&case.id);
        columns.kind.push(places[&(case.table, &*case.kind)]);
        columns.state.push(states.place(&case.state));
        columns.sure.push(case.sure);
        columns.age.push(case.age);
        columns.office.push(offices.place(&case.office));
        columns.number.push(&case.number);
        columns.row.push(case.row);
        columns.ring.push(rings.place(&case.ring));
        let own: Vec<String> = case.signals.iter().map(|code| label(lang, Of::Signal, code)).collect();
        columns.signals.push(signals.place(&own.join(", ")));
        columns.first.push(days.place(&case.first_seen.map_or_else(String::new, |day| lang.day(day))));
        columns.size.push(case.size);
        if values {
            columns.values.push(case.values.as_ref());
        }
    }
    let kind_names: Vec<_> = kinds
        .keys()
        .map(|&(table, _, kind)| {
            let (label, meaning) = words_of(lang, table, kind);
            json!({ "code": kind, "table": table as u8, "label": label, "meaning": meaning })
        })
        .collect();
    let state_names: Vec<_> =
        states.1.iter().map(|code| json!({ "code": code, "label": state_label(lang, code) })).collect();
    let texts = Texts(lang);
    let json = json!({
        "cases": columns,
        "kinds": kind_names,
        "states": state_names,
        "offices": offices.1,
        "rings": rings.1,
        "signals": signals.1,
        "days": days.1,
        "group": lang.group(),
        "point": lang.point(),
        "masked": !values,
        "words": {
            "matches": texts.matches(), "what": texts.col_what(), "state": texts.col_state(),
            "sure": texts.col_sure(), "age": texts.col_since(), "office": texts.col_office(),
            "number": texts.col_number(), "row": texts.row_of(), "ring": texts.ring(),
            "signals": texts.signals(), "first": texts.first_seen(), "told": texts.told_by(),
            "was": texts.was(), "is": texts.is_now(), "size": texts.fig_pairs(),
        },
    });
    Told {
        json: harmless(&json.to_string()),
        kinds: choices(lang, &kinds),
        states: state_choices(lang, &of_states),
    }
}

/// The words of a state.
pub(super) fn state_label(lang: Lang, code: &str) -> String {
    if code.is_empty() { String::new() } else { label(lang, Of::State, code) }
}

fn choices(lang: Lang, kinds: &BTreeMap<(CaseTable, usize, &str), u64>) -> Vec<(Choice, Vec<Choice>)> {
    let mut tables: Vec<(Choice, Vec<Choice>)> = Vec::new();
    for ((&(table, _, kind), &count), at) in kinds.iter().zip(0..) {
        let value = choice_of(table);
        if tables.last().is_none_or(|(last, _)| last.value != value) {
            let label = label(lang, Of::Table, table.name());
            tables.push((Choice { value, label, count: 0 }, Vec::new()));
        }
        let (all, own) = tables.last_mut().expect("one was pushed");
        all.count += count;
        own.push(Choice { value: format!("k{at}"), label: words_of(lang, table, kind).0, count });
    }
    // A table of one kind is its own choice.
    let duplicates = choice_of(CaseTable::Duplicates);
    tables.iter_mut().filter(|(all, _)| all.value == duplicates).for_each(|(_, own)| own.clear());
    tables
}

/// What the script knows a whole table by.
fn choice_of(table: CaseTable) -> String {
    format!("t{}", table as u8)
}

fn state_choices(lang: Lang, states: &BTreeMap<(usize, &str), u64>) -> Vec<Choice> {
    let told = states.iter().zip(0..).filter(|((key, _), _)| !key.1.is_empty());
    told.map(|((&(_, code), &count), at)| Choice {
        value: format!("s{at}"),
        label: state_label(lang, code),
        count,
    })
    .collect()
}

/// Where a code stands among its like: bands from high to low, states from new on; kinds by name.
fn rank(code: &str) -> usize {
    let mut order = Band::ALL.map(Band::name).into_iter().chain(STATES.map(State::name));
    order.position(|known| known == code).unwrap_or(Band::ALL.len() + STATES.len())
}

/// The words of a table's kind, and what it means.
pub(super) fn kind_words(lang: Lang, table: CaseTable, kind: &str) -> String {
    match table {
        CaseTable::Corrections => label(lang, Of::Kind, kind),
        CaseTable::Suspects => suspect_band(lang, kind),
        CaseTable::Duplicates => label(lang, Of::Table, table.name()),
    }
}

/// JSON that is text of an element in HTML and in XML: its strings write out what could end it.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_case(table: CaseTable, kind: &str, state: &str) -> Case {
        Case {
            id: format!("C-{kind}"),
            table,
            kind: kind.to_owned(),
            state: state.to_owned(),
            ..Case::default()
        }
    }

    #[test]
    fn the_first_are_kept_whatever_the_order_in_which_they_come() {
        let keys: Vec<Key> =
            (0..500).map(|at| ((at * 7 % 5) as u8, i64::from(at * 31 % 17), at as u64)).collect();
        let mut expected = keys.clone();
        expected.sort_unstable();
        for most in [0, 1, 2, 7, 100, 499, 500, 1000] {
            let mut top = Top::new(most);
            for &key in &keys {
                top.offer(key, || Ok(key)).unwrap();
                assert!(top.kept.len() <= (2 * most).max(1), "memory is bounded");
            }
            let kept: Vec<Key> = top.finish().into_iter().map(|(_, key)| key).collect();
            assert_eq!(kept, expected[..most.min(500)], "{most}");
        }
    }

    #[test]
    fn what_is_told_cannot_end_its_element_and_is_read_back_as_it_was() {
        let evil = "</script><script>alert(1)</script>]]>&amp;\u{2028}";
        let mut case = a_case(CaseTable::Corrections, "name_changed", "new");
        case.office = evil.to_owned();
        case.values = Some([evil.to_owned(), String::new()]);
        for values in [false, true] {
            let told = told(Lang::En, std::slice::from_ref(&case), values);
            assert!(!told.json.contains(['<', '>', '&', '\u{2028}']), "{}", told.json);
            let back: serde_json::Value = serde_json::from_str(&told.json).unwrap();
            assert_eq!(back["offices"][0], evil);
            assert_eq!(
                back["cases"]["values"][0][0] == evil,
                values,
                "values only where they were asked for"
            );
            assert_eq!(back["cases"].get("values").is_some(), values);
        }
    }

    #[test]
    fn filters_name_what_there_is_in_a_fixed_order() {
        let cases = [
            a_case(CaseTable::Suspects, "low", "persisting"),
            a_case(CaseTable::Suspects, "high", "new"),
            a_case(CaseTable::Corrections, "name_changed", ""),
            a_case(CaseTable::Duplicates, "duplicates", "new"),
            a_case(CaseTable::Suspects, "high", "new"),
        ];
        let told = told(Lang::Ru, &cases, false);
        let choice = |choice: &Choice| format!("{} {}", choice.value, choice.count);
        let kinds: Vec<String> =
            told.kinds.iter().flat_map(|(all, own)| std::iter::once(all).chain(own)).map(choice).collect();
        assert_eq!(kinds, ["t0 1", "k0 1", "t1 3", "k1 2", "k2 1", "t2 1"]);
        let states: Vec<(&str, u64)> =
            told.states.iter().map(|choice| (&*choice.label, choice.count)).collect();
        assert_eq!(states, [("новый", 3), ("остаётся", 1)], "a case without a state has no choice");
        let back: serde_json::Value = serde_json::from_str(&told.json).unwrap();
        assert_eq!(back["cases"]["kind"], json!([2, 1, 0, 3, 1]));
        assert_eq!(back["kinds"][1]["code"], "high");
    }
}

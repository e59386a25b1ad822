//! View: figures as the rows and sentences of the page.
//!
//! In: what was gathered, and the account of the run. Out: text in the language of the page, ready for its template.
//! The law: bars of one table share one scale, and what was left out of a list is counted in its last line.

use super::cases::{Case, STATES, kind_words, state_label, what};
use super::causes;
use super::codes::{Of, label};
use super::gather::{Count, Gathered, Offices};
use super::lang::{Arg, Lang};
use super::quality::Quality;
use super::shown;
use super::texts::Texts;
use crate::report::back::Run;
use crate::report::changes::{CaseTable, State};
use crate::report::explain::words;
use crate::report::html::chart::Px;
use crate::rules::score::Band;

/// A figure at the head of the page.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) note: String,
}

/// A row of a table with bars.
#[derive(Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) label: String,
    /// The code as the tables have it; empty where the label is the value itself.
    pub(super) code: String,
    pub(super) count: String,
    pub(super) new: String,
    pub(super) share: String,
    /// Lengths of a hundred: all, and the new ones among them.
    pub(super) length: Px,
    pub(super) fresh: Px,
    /// What it means, and its innocent causes.
    pub(super) meaning: &'static str,
    pub(super) cause: &'static str,
}

/// Offices that are named.
const OFFICES_SHOWN: usize = 15;
/// Rows of the table of defects.
const DEFECTS_SHOWN: usize = 40;

fn bar_rows<'a>(lang: Lang, rows: impl Iterator<Item = (String, &'a str, Count)>) -> Vec<Bar> {
    let rows: Vec<_> = rows.collect();
    let most = rows.iter().map(|(.., count)| count.all).max().unwrap_or(0).max(1) as f64;
    let sum = rows.iter().map(|(.., count)| count.all).sum::<u64>().max(1) as f64;
    let length = |count: u64| match count {
        0 => Px(0.0),
        // What is there is seen.
        count => Px((count as f64 / most * 100.0).max(0.7)),
    };
    rows.into_iter()
        .map(|(label, code, count)| Bar {
            label,
            code: code.to_owned(),
            count: lang.number(count.all),
            new: lang.number(count.new),
            share: lang.percent(count.all as f64 / sum),
            length: length(count.all),
            fresh: length(count.new),
            meaning: "",
            cause: "",
        })
        .collect()
}

/// Corrections by kind, most first.
pub(super) fn kinds(lang: Lang, found: &Gathered) -> Vec<Bar> {
    let mut kinds: Vec<_> = found.kinds.iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(count.all));
    let rows = kinds.iter().map(|&(kind, count)| (label(lang, Of::Kind, kind), kind.as_str(), *count));
    let mut bars = bar_rows(lang, rows);
    for bar in &mut bars {
        if let Some(kind) = words::kind(&bar.code) {
            [bar.meaning, bar.cause] = causes::of_kind(lang, kind);
        }
    }
    bars
}

/// Corrections by age, youngest first.
pub(super) fn ages(lang: Lang, found: &Gathered) -> Vec<Bar> {
    let t = Texts(lang);
    let names =
        [t.age_future(), t.age_30(), t.age_90(), t.age_365(), t.age_1095(), t.age_more(), t.age_unknown()];
    let rows = names.into_iter().zip(found.ages).enumerate();
    // Days to come and unknown ones are exceptions.
    let rows = rows.filter(|(at, (_, count))| count.all > 0 || (1..=5).contains(at));
    bar_rows(lang, rows.map(|(_, (name, count))| (name.to_owned(), "", count)))
}

/// Corrections by office, most first.
pub(super) fn offices(lang: Lang, offices: &Offices) -> Vec<Bar> {
    let t = Texts(lang);
    let mut named: Vec<_> = offices.named.iter().filter(|(name, _)| !name.is_empty()).collect();
    named.sort_by_key(|(_, count)| std::cmp::Reverse(count.all));
    let rest = named.split_off(named.len().min(OFFICES_SHOWN));
    let mut rows: Vec<_> = named.into_iter().map(|(name, count)| (shown(name), "", *count)).collect();
    let named_count = rows.len();
    let mut others = offices.beyond;
    rest.iter()
        .for_each(|(_, count)| (others.all, others.new) = (others.all + count.all, others.new + count.new));
    if others.all > 0 {
        let name = lang.fill(t.office_others(), &[("n", Arg::N(rest.len() as u64))]);
        rows.push((name, "", others));
    }
    if let Some(&none) = offices.named.get("") {
        rows.push((t.office_unknown().to_owned(), "", none));
    }
    let mut bars = bar_rows(lang, rows.iter().map(|(name, code, count)| (name.clone(), *code, *count)));
    // Bars compare offices; what is no office has none, and would make the others invisible.
    let most = rows[..named_count].iter().map(|(.., count)| count.all).max().unwrap_or(0).max(1) as f64;
    for (at, (bar, (.., count))) in bars.iter_mut().zip(&rows).enumerate() {
        let length = |count: u64| if at < named_count { Px(count as f64 / most * 100.0) } else { Px(0.0) };
        (bar.length, bar.fresh) = (length(count.all), length(count.new));
    }
    bars
}

/// Suspects by band, highest first, the empty ones among them.
pub(super) fn bands(lang: Lang, found: &Gathered) -> Vec<Bar> {
    let known = Band::ALL.map(Band::name);
    let others = found.bands.keys().map(String::as_str).filter(|band| !known.contains(band));
    let rows = known.into_iter().chain(others);
    bar_rows(
        lang,
        rows.map(|band| {
            (label(lang, Of::Band, band), band, found.bands.get(band).copied().unwrap_or_default())
        }),
    )
}

/// Suspects by signal, most first.
pub(super) fn signals(lang: Lang, found: &Gathered) -> Vec<Bar> {
    let mut signals: Vec<_> = found.signals.iter().collect();
    signals.sort_by_key(|(_, count)| std::cmp::Reverse(count.all));
    let rows = signals.iter().map(|&(code, count)| (label(lang, Of::Signal, code), code.as_str(), *count));
    let mut bars = bar_rows(lang, rows);
    let suspects = found.totals[1].max(1) as f64;
    for (bar, (_, count)) in bars.iter_mut().zip(&signals) {
        // A record bears several: the share is of records.
        bar.share = lang.percent(count.all as f64 / suspects);
        if let Some(code) = words::signal(&bar.code) {
            [bar.meaning, bar.cause] = causes::of_signal(lang, code);
        }
    }
    bars
}

/// New cases of a table, where the night was compared.
fn new_of(run: &Run, table: CaseTable) -> Option<u64> {
    run.changes.as_ref().map(|changes| changes.count(table, State::New))
}

fn high(found: &Gathered) -> u64 {
    found.bands.get("high").map_or(0, |count| count.all)
}

/// The morning in one sentence.
pub(super) fn headline(lang: Lang, run: &Run, found: &Gathered) -> String {
    let t = Texts(lang);
    let count = found.totals[0];
    let wait = match (count, run.changes.as_ref().zip(new_of(run, CaseTable::Corrections))) {
        (0, _) => t.wait_none().to_owned(),
        (_, Some((changes, new))) => {
            let day = lang.iso_day(&changes.previous_as_of);
            lang.fill(t.wait_new(), &[("n", Arg::N(count)), ("new", Arg::N(new)), ("day", Arg::T(&day))])
        }
        (_, None) => lang.fill(t.wait(), &[("n", Arg::N(count))]),
    };
    let first = match high(found) {
        0 => t.first_none().to_owned(),
        high => lang.fill(t.first(), &[("n", Arg::N(high))]),
    };
    format!("{wait}; {first}")
}

/// What else there is.
pub(super) fn lead(lang: Lang, run: &Run, found: &Gathered) -> String {
    let band = |band: &str| Arg::N(found.bands.get(band).map_or(0, |count| count.all));
    lang.fill(
        Texts(lang).lead(),
        &[
            ("medium", band("medium")),
            ("low", band("low")),
            ("pairs", Arg::N(run.counts.duplicates)),
            ("defects", Arg::N(run.counts.defects.values().sum())),
            ("rejects", Arg::N(run.counts.rejects.values().sum())),
        ],
    )
}

/// The figures at the head.
pub(super) fn figures(lang: Lang, run: &Run, found: &Gathered) -> Vec<Figure> {
    let t = Texts(lang);
    let new = |table: CaseTable| {
        new_of(run, table).map_or_else(String::new, |new| lang.fill(t.note_new(), &[("n", Arg::N(new))]))
    };
    let records: u64 = run.inputs.iter().map(|input| input.records).sum();
    let rejects: u64 = run.counts.rejects.values().sum();
    let share = lang.percent(rejects as f64 / records.max(1) as f64);
    let figure = |label, value, note| Figure { label, value: lang.number(value), note };
    vec![
        figure(t.fig_corrections(), found.totals[0], new(CaseTable::Corrections)),
        figure(t.fig_high(), high(found), lang.fill(t.note_all(), &[("n", Arg::N(found.totals[1]))])),
        figure(t.fig_pairs(), run.counts.duplicates, String::new()),
        figure(t.fig_defects(), run.counts.defects.values().sum(), String::new()),
        figure(t.fig_rejects(), rejects, lang.fill(t.note_share(), &[("share", Arg::T(&share))])),
        figure(t.fig_records(), records, String::new()),
    ]
}

/// What is new since the night before.
#[derive(Debug)]
pub(super) struct News {
    pub(super) lead: String,
    /// Whether some of the difference is the program's.
    pub(super) differs: bool,
    /// The states, and of each table how many cases have each.
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<(String, Vec<String>)>,
    /// New corrections by kind and new suspects by band.
    pub(super) kinds: Vec<Bar>,
}

/// What is new, where the night was compared with an earlier one.
pub(super) fn news(lang: Lang, run: &Run) -> Option<News> {
    let changes = run.changes.as_ref()?;
    let day = lang.iso_day(&changes.previous_as_of);
    let rows = CaseTable::ALL.map(|table| {
        let cells = STATES.map(|state| lang.number(changes.count(table, state)));
        (label(lang, Of::Table, table.name()), cells.into())
    });
    let new = |table: CaseTable| {
        let of = changes.new_by_kind.get(table.name()).into_iter().flatten();
        of.filter(|(_, count)| **count > 0).map(move |(kind, &count)| {
            (kind_words(lang, table, kind), kind.as_str(), Count { all: count, new: count })
        })
    };
    let mut kinds: Vec<_> = new(CaseTable::Corrections).chain(new(CaseTable::Suspects)).collect();
    kinds.sort_by_key(|(.., count)| std::cmp::Reverse(count.all));
    Some(News {
        lead: lang.fill(Texts(lang).new_lead(), &[("day", Arg::T(&day))]),
        differs: !(changes.same_configuration && changes.same_version),
        head: STATES.map(|state| label(lang, Of::State, state.name())).into(),
        rows: rows.into(),
        kinds: bar_rows(lang, kinds.into_iter()),
    })
}

/// A row of the table of defects.
#[derive(Debug)]
pub(super) struct DefectRow {
    pub(super) dataset: String,
    pub(super) field: String,
    pub(super) check: String,
    pub(super) code: String,
    pub(super) severity: String,
    pub(super) is_error: bool,
    pub(super) count: String,
    pub(super) share: String,
    pub(super) length: Px,
}

/// Defects by column and check, most first, and a line where some are left out.
pub(super) fn defects(lang: Lang, quality: &Quality, run: &Run) -> (Vec<DefectRow>, Option<String>) {
    let mut all: Vec<_> = quality.defects.iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let most = all.first().map_or(1, |(_, count)| **count).max(1) as f64;
    let records = |dataset: &str| {
        let of = run.inputs.iter().filter(|input| input.dataset == dataset);
        of.map(|input| input.records).sum::<u64>().max(1) as f64
    };
    let rest = (all.len() > DEFECTS_SHOWN)
        .then(|| lang.fill(Texts(lang).defects_rest(), &[("n", Arg::N(DEFECTS_SHOWN as u64))]));
    let row = |(names, &count): (&[String; 4], &u64)| {
        let [dataset, field, check, severity] = names;
        DefectRow {
            dataset: label(lang, Of::Dataset, dataset),
            field: label(lang, Of::Field, field),
            check: label(lang, Of::Check, check),
            code: check.clone(),
            severity: label(lang, Of::Severity, severity),
            is_error: severity == "error",
            count: lang.number(count),
            share: lang.percent((count as f64 / records(dataset)).min(1.0)),
            length: Px((count as f64 / most * 100.0).max(0.7)),
        }
    };
    (all.into_iter().take(DEFECTS_SHOWN).map(row).collect(), rest)
}

/// Defects by file: dataset, file, count.
pub(super) fn defect_files(lang: Lang, quality: &Quality) -> Vec<[String; 3]> {
    let row = |([dataset, file], count): (&[String; 2], &u64)| {
        [label(lang, Of::Dataset, dataset), shown(file), lang.number(*count)]
    };
    quality.files.iter().map(row).collect()
}

/// Rejects: dataset, file, reason, count.
pub(super) fn rejects(lang: Lang, quality: &Quality) -> Vec<[String; 4]> {
    let row = |([dataset, file, reason], count): (&[String; 3], &u64)| {
        let reason = label(lang, Of::Reason, reason);
        [label(lang, Of::Dataset, dataset), shown(file), reason, lang.number(*count)]
    };
    quality.rejects.iter().map(row).collect()
}

/// How fast it was, where that is known.
pub(super) fn speed(lang: Lang, run: &Run) -> Option<String> {
    let seconds = run.seconds.get("total").copied().filter(|seconds| *seconds > 0.0)?;
    let records: u64 = run.inputs.iter().map(|input| input.records).sum();
    let told = lang.decimal(seconds, 2);
    let args = [
        ("n", Arg::N(records)),
        ("seconds", Arg::T(&told)),
        ("rate", Arg::N((records as f64 / seconds) as u64)),
    ];
    Some(lang.fill(Texts(lang).run_speed(), &args))
}

/// Seconds by stage.
pub(super) fn stages(lang: Lang, run: &Run) -> Vec<[String; 2]> {
    run.seconds.iter().map(|(stage, seconds)| [shown(stage), lang.decimal(*seconds, 2)]).collect()
}

/// A row of the table that needs no script.
#[derive(Debug)]
pub(super) struct CaseRow {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) state: String,
    pub(super) sure: String,
    pub(super) age: String,
    pub(super) office: String,
    pub(super) number: String,
    pub(super) values: Option<[String; 2]>,
}

/// What stands before the last characters of a number.
const HIDDEN: &str = "····";

/// Rows of the table that needs no script.
pub(super) fn rows(lang: Lang, cases: &[Case], values: bool) -> Vec<CaseRow> {
    let hidden = if values { "" } else { HIDDEN };
    let row = |case: &Case| CaseRow {
        id: case.id.clone(),
        what: what(lang, case),
        state: state_label(lang, &case.state),
        sure: lang.decimal(f64::from(case.sure) / 1000.0, 3),
        age: case.age.map_or_else(String::new, |age| match age {
            0.. => lang.number(age.unsigned_abs()),
            _ => format!("-{}", lang.number(age.unsigned_abs())),
        }),
        office: case.office.clone(),
        number: if case.number.is_empty() { String::new() } else { format!("{hidden}{}", case.number) },
        values: case.values.clone(),
    };
    cases.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(all: u64, new: u64) -> Count {
        Count { all, new }
    }

    #[test]
    fn bars_share_one_scale_and_what_is_there_is_seen() {
        let rows = [("a", count(1000, 100)), ("b", count(1, 0)), ("c", count(0, 0))];
        let bars = bar_rows(Lang::Ru, rows.into_iter().map(|(name, count)| (name.to_owned(), "", count)));
        let lengths: Vec<[Px; 2]> = bars.iter().map(|bar| [bar.length, bar.fresh]).collect();
        assert_eq!(lengths, [[Px(100.0), Px(10.0)], [Px(0.7), Px(0.0)], [Px(0.0), Px(0.0)]]);
        assert_eq!(bars[0].count, "1\u{a0}000");
    }

    #[test]
    fn offices_beyond_the_largest_are_one_line() {
        let mut offices = Offices { beyond: count(3, 1), ..Offices::default() };
        for office in 0..20u64 {
            offices.named.insert(format!("office {office:02}"), count(100 - office, 1));
        }
        offices.named.insert(String::new(), count(7, 0));
        let bars = super::offices(Lang::En, &offices);
        assert_eq!(bars.len(), OFFICES_SHOWN + 2);
        assert_eq!((&*bars[0].label, &*bars[0].count), ("office 00", "100"));
        let rest: u64 = (15..20).map(|office| 100 - office).sum::<u64>() + 3;
        assert_eq!((&*bars[15].label, &*bars[15].count), ("5\u{a0}other offices", &*rest.to_string()));
        assert_eq!((&*bars[16].label, &*bars[16].count), ("no office named", "7"));
        let lengths = [0, 10, 15, 16].map(|at| bars[at].length);
        assert_eq!(lengths, [Px(100.0), Px(90.0), Px(0.0), Px(0.0)], "only offices are compared");
    }

    #[test]
    fn the_headline_says_the_morning() {
        let mut run = Run::default();
        let mut found = Gathered { totals: [3412, 40, 0], ..Gathered::default() };
        found.bands.insert("high".to_owned(), count(27, 3));
        let says = |lang, run: &Run, found: &Gathered| headline(lang, run, found).replace('\u{a0}', " ");
        assert_eq!(
            says(Lang::En, &run, &found),
            "3,412 corrections wait; 27 records should be looked at first"
        );
        let new = [("corrections".to_owned(), [("new".to_owned(), 118)].into())].into();
        let changes = crate::report::changes::ChangesReport {
            previous_as_of: "2026-11-25".to_owned(),
            states: new,
            ..Default::default()
        };
        run.changes = Some(changes);
        for (lang, expected) in [
            (
                Lang::En,
                "3,412 corrections wait, 118 of them new since 2026-11-25; 27 records should be looked at first",
            ),
            (
                Lang::Ru,
                "3 412 исправлений ждут, из них новых с 25.11.2026: 118; 27 записей стоит посмотреть первыми",
            ),
            (
                Lang::Kk,
                "3 412 түзету күтіп тұр, 25.11.2026 күнінен бері жаңасы: 118; алдымен 27 жазбаны қарап шығу керек",
            ),
        ] {
            assert_eq!(says(lang, &run, &found), expected);
        }
        assert_eq!(
            says(Lang::En, &Run::default(), &Gathered::default()),
            "No correction waits; nobody has to be looked at first"
        );
    }
}

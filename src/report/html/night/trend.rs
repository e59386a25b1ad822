//! Trend: how figures moved over the nights.
//!
//! In: the accounts of earlier runs and of this one. Out: a line for each figure, and the table of the same. The law: an
//! axis starts at nothing, so that a small step looks small; nights stand in the order of their days, and each day
//! once; a figure that an earlier version did not write is no point.

use askama::Template;
use askama::filters::HtmlSafe;

use super::super::chart::{Px, Scale};
use super::lang::{Arg, Lang};
use super::texts::Texts;
use crate::day;
use crate::report::back::Run;

/// Nights that are drawn at most, the last ones.
pub(super) const NIGHTS_MAX: usize = 60;

/// One line before it is drawn.
struct Series {
    title: &'static str,
    of: fn(&Run) -> Option<u64>,
}

/// One line.
#[derive(Debug, Template)]
#[template(path = "chart/line.svg", escape = "html")]
pub(super) struct Line {
    id: String,
    pub(super) title: &'static str,
    description: String,
    points: Vec<(Px, Px)>,
    from: String,
    to: String,
    first: String,
    last: String,
}

/// The lines of a page, and their table: the head, and a row a night.
#[derive(Debug, Default)]
pub(super) struct Trend {
    pub(super) nights: u64,
    pub(super) lines: Vec<Line>,
    pub(super) head: Vec<&'static str>,
    pub(super) rows: Vec<(String, Vec<String>)>,
}

/// Earlier runs and this one in the order of their days: of one day the last that was given, and nothing of the day of
/// this run or later.
pub(super) fn nights<'a>(earlier: &'a [Run], this: &'a Run) -> Vec<&'a Run> {
    let mut nights: Vec<&Run> = earlier.iter().filter(|run| run.as_of < this.as_of).collect();
    nights.sort_by(|a, b| a.as_of.cmp(&b.as_of));
    let mut once: Vec<&Run> = Vec::new();
    for night in nights {
        if once.last().is_some_and(|last| last.as_of == night.as_of) {
            once.pop();
        }
        once.push(night);
    }
    once.push(this);
    once.split_off(once.len().saturating_sub(NIGHTS_MAX))
}

/// Draws the trend; of this run seconds only where they are shown.
pub(super) fn of(lang: Lang, earlier: &[Run], this: &Run, seconds: bool) -> Trend {
    let texts = Texts(lang);
    let nights = nights(earlier, this);
    if nights.len() < 2 {
        return Trend::default();
    }
    let mut series = vec![
        Series { title: texts.trend_corrections(), of: |run| Some(run.counts.corrections.values().sum()) },
        Series { title: texts.trend_high(), of: |run| run.counts.suspects.get("high").copied() },
        Series { title: texts.trend_defects(), of: |run| Some(run.counts.defects.values().sum()) },
        Series { title: texts.trend_rejects(), of: |run| Some(run.counts.rejects.values().sum()) },
        Series { title: texts.trend_records(), of: |run| Some(run.inputs.iter().map(|of| of.records).sum()) },
    ];
    if seconds {
        let of = |run: &Run| run.seconds.get("total").map(|total| total.round().max(0.0) as u64);
        series.push(Series { title: texts.trend_seconds(), of });
    }
    let lines = series.iter().zip(1..).map(|(series, at)| line(lang, at, series, &nights)).collect();
    let cell = |figure: Option<u64>| figure.map_or_else(String::new, |figure| lang.number(figure));
    let rows = nights.iter().rev().map(|night| {
        let figures = series.iter().map(|series| cell((series.of)(night))).collect();
        (lang.iso_day(&night.as_of), figures)
    });
    Trend {
        nights: nights.len() as u64,
        lines,
        head: series.iter().map(|series| series.title).collect(),
        rows: rows.collect(),
    }
}

fn line(lang: Lang, at: usize, series: &Series, nights: &[&Run]) -> Line {
    let figures: Vec<(i32, u64, &str)> = nights
        .iter()
        .filter_map(|night| {
            Some((day::parse(night.as_of.as_bytes())?, (series.of)(night)?, night.as_of.as_str()))
        })
        .collect();
    let (least, most) = figures
        .iter()
        .fold((u64::MAX, 0), |(least, most), &(_, figure, _)| (least.min(figure), most.max(figure)));
    let (Some(first), Some(last)) = (figures.first(), figures.last()) else {
        let none = String::new;
        return Line {
            id: format!("trend-{at}"),
            title: series.title,
            description: Texts(lang).none_here().to_owned(),
            points: Vec::new(),
            from: none(),
            to: none(),
            first: none(),
            last: none(),
        };
    };
    let across = Scale::new((f64::from(first.0), f64::from(last.0)), (10.0, 290.0));
    let up = Scale::new((0.0, most.max(1) as f64), (76.0, 22.0));
    let days = [first, last].map(|of| lang.iso_day(of.2));
    let numbers = [first.1, last.1, least, most].map(|figure| lang.number(figure));
    let description = lang.fill(
        Texts(lang).trend_words(),
        &[
            ("first", Arg::T(&numbers[0])),
            ("from", Arg::T(&days[0])),
            ("last", Arg::T(&numbers[1])),
            ("to", Arg::T(&days[1])),
            ("least", Arg::T(&numbers[2])),
            ("most", Arg::T(&numbers[3])),
        ],
    );
    let [first, last, ..] = numbers;
    let [from, to] = days;
    let points = figures.iter().map(|&(day, figure, _)| (across.at(f64::from(day)), up.at(figure as f64)));
    Line {
        id: format!("trend-{at}"),
        title: series.title,
        description,
        points: points.collect(),
        from,
        to,
        first,
        last,
    }
}

// The template escapes what it is given.
impl HtmlSafe for Line {}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(as_of: &str, corrections: u64) -> Run {
        let mut run = Run { as_of: as_of.to_owned(), ..Run::default() };
        run.counts.corrections.insert("name_changed".to_owned(), corrections);
        run
    }

    #[test]
    fn nights_stand_in_the_order_of_their_days_and_each_day_once() {
        let earlier =
            [night("2026-11-03", 5), night("2026-11-01", 1), night("2026-11-03", 6), night("2026-11-09", 9)];
        let this = night("2026-11-04", 7);
        let days: Vec<(&str, u64)> = nights(&earlier, &this)
            .into_iter()
            .map(|run| (&*run.as_of, run.counts.corrections["name_changed"]))
            .collect();
        assert_eq!(days, [("2026-11-01", 1), ("2026-11-03", 6), ("2026-11-04", 7)]);
        let many: Vec<Run> = (0..100).map(|at| night(&day::iso(10_000 + at), 1)).collect();
        assert_eq!(nights(&many, &this).len(), NIGHTS_MAX);
    }

    #[test]
    fn a_line_starts_at_nothing_and_a_figure_that_is_not_known_is_no_point() {
        let trend = of(
            Lang::En,
            &[night("2026-11-01", 50), night("2026-11-02", 100)],
            &night("2026-11-03", 0),
            false,
        );
        let line = &trend.lines[0];
        assert_eq!(line.points, [(Px(10.0), Px(49.0)), (Px(150.0), Px(22.0)), (Px(290.0), Px(76.0))]);
        assert_eq!(line.description, "From 50 on 2026-11-01 to 0 on 2026-11-03; lowest 0, highest 100.");
        assert!(trend.lines[1].points.is_empty(), "no band was written");
        assert_eq!(trend.rows[0].0, "2026-11-03", "this night is the first row");
        assert_eq!(trend.head.len(), 5);
        assert!(of(Lang::En, &[], &night("2026-11-03", 1), true).lines.is_empty(), "one night is no trend");
    }
}

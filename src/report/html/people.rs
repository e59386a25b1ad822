//! The page of `dedupe`: `report.html`.
//!
//! In: the records, what linking found, and the account of the run. Out: the text of the page, from a headline in
//! words down to the facts of the run. The law: it repeats `run.json`, `model.json` and the tables and decides nothing;
//! values of records stand only in the pairs that a person is asked about, whose number is bounded.

use std::collections::BTreeSet;

use askama::Template;

use super::beliefs::{self, Belief, LevelRow};
use super::chart::{Column, ColumnStyle, Columns, Point, Reliability, Weights};
use super::pairs::{self, Card};
use super::text::{self, counted, percent, rough, shown, words};
use super::{STYLE, policy};
use crate::figure::grouped;
use crate::link::people::table::People;
use crate::link::people::{FLOOR, Linked};
use crate::report::people::{Named, PeopleReport};
use crate::report::protect::mask::Mask;
use crate::rules::score::Band;

/// What the page is made of.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The records.
    pub people: &'a People,
    /// What linking found.
    pub linked: &'a Linked,
    /// The persons.
    pub named: &'a Named,
    /// The account of the run, as far as it is written.
    pub report: &'a PeopleReport,
    /// The probability above which records are one person.
    pub threshold: f64,
    /// Pairs that are shown with their values, of each kind; none shows no value of a record.
    pub pairs_max: usize,
    /// How the ids of persons are replaced.
    pub mask: Option<&'a Mask>,
}

/// The page before it is text.
#[derive(Debug, Template)]
#[template(path = "dedupe.html")]
struct Page<'a> {
    title: String,
    style: &'static str,
    policy: String,
    report: &'a PeopleReport,
    headline: String,
    lead: String,
    sure: String,
    figures: Vec<(&'static str, String, &'static str)>,
    first: Vec<(String, &'static str)>,
    prior: String,
    household: Option<String>,
    beliefs: Vec<Belief>,
    weights: Weights,
    levels: Vec<LevelRow>,
    sizes: Columns,
    size_rows: Vec<(String, u64, u64)>,
    largest: Vec<Largest>,
    largest_fields: Vec<String>,
    cut: Columns,
    cut_rows: Vec<(String, u64, u64)>,
    threshold: String,
    review: Vec<Card>,
    conflicts: Vec<Card>,
    conflict_kinds: Vec<(String, u64)>,
    /// Records with a doubtful identity by band, strongest first; empty where there is none.
    suspects: Vec<(&'static str, String)>,
    signals: Vec<(String, String)>,
    keys: Vec<(String, String)>,
    all_pairs: bool,
    saved: String,
    recall: String,
    truth: Option<Truth>,
    files: Vec<(String, u64, &'static str)>,
    pairs_max: usize,
}

/// One of the persons with most records: how many different values its records hold of each field.
#[derive(Debug)]
struct Largest {
    id: String,
    records: u64,
    values: Vec<usize>,
}

/// What a truth says.
#[derive(Debug)]
struct Truth {
    records: u64,
    pairs: u64,
    precision: String,
    recall: String,
    f1: String,
    error: String,
    thresholds: Vec<[String; 4]>,
    chart: Reliability,
    bins: Vec<(String, String, u64)>,
}

/// Households that are rarer among pairs than that are none that the model has seen.
const HOUSEHOLD_MIN: f64 = 1e-9;

/// The text of the page.
#[must_use]
pub fn page(material: &Material<'_>) -> String {
    let Material { linked, report, .. } = *material;
    let counts = &report.counts;
    let figures = report.truth.as_ref().map_or(report.estimate, |truth| truth.clusters);
    let how = if report.truth.is_some() { "against your truth" } else { "the model's own estimate" };
    let (sizes, size_rows) = size_chart(material);
    let (cut, cut_rows) = cut_chart(material);
    let (largest, largest_fields) = largest(material);
    let pairs = counts.records.saturating_mul(counts.records.saturating_sub(1)) / 2;
    let page = Page {
        title: format!("{} are {}", records(counts.records), persons(counts.persons)),
        style: STYLE,
        policy: policy(),
        report,
        headline: headline(report),
        lead: lead(report),
        sure: sure(report),
        figures: vec![
            ("Records", grouped(counts.records), "that were compared"),
            ("Persons", grouped(counts.persons), "those with one record among them"),
            ("Records with a double", grouped(counts.duplicates), "that share a person with another"),
            ("Right, of pairs put together", percent(figures.precision), how),
            ("Found, of true pairs", percent(figures.recall), how),
        ],
        first: first(material),
        prior: rough(1.0 / linked.trained.model.prior),
        household: Some(linked.trained.model.household)
            .filter(|share| *share > HOUSEHOLD_MIN)
            .map(|share| rough(1.0 / share)),
        beliefs: beliefs::beliefs(linked),
        weights: Weights::new("weights", &beliefs::bars(linked)),
        levels: beliefs::rows(linked),
        sizes,
        size_rows,
        largest,
        largest_fields,
        cut,
        cut_rows,
        threshold: percent(material.threshold),
        review: pairs::nearest(material),
        conflicts: pairs::conflicts(material),
        conflict_kinds: counts.conflicts.iter().map(|(why, &n)| (words(why), n)).collect(),
        suspects: suspects(report),
        signals: counts.signals.iter().map(|(code, n)| (words(code), grouped(*n))).collect(),
        keys: report.keys.iter().map(|(name, n)| (words(name), grouped(*n))).collect(),
        all_pairs: linked.blocks.all,
        saved: if pairs > counts.comparisons.saturating_mul(2) {
            format!(
                "where all pairs would be {} times as many",
                rough(pairs as f64 / counts.comparisons as f64)
            )
        } else {
            "about as many as there are pairs".to_owned()
        },
        recall: percent(report.blocking_recall),
        truth: report.truth.as_ref().map(|truth| Truth {
            records: truth.records,
            pairs: truth.true_pairs,
            precision: percent(truth.clusters.precision),
            recall: percent(truth.clusters.recall),
            f1: format!("{:.4}", truth.clusters.f1),
            error: format!("{:.1}", 100.0 * truth.calibration_error),
            thresholds: truth
                .thresholds
                .iter()
                .map(|(at, figures)| {
                    [
                        percent(*at),
                        percent(figures.precision),
                        percent(figures.recall),
                        format!("{:.4}", figures.f1),
                    ]
                })
                .collect(),
            chart: Reliability::new(
                "reliability",
                &truth
                    .reliability
                    .iter()
                    .map(|bin| Point { said: bin.probability, was: bin.share, pairs: bin.pairs })
                    .collect::<Vec<_>>(),
            ),
            bins: truth
                .reliability
                .iter()
                .map(|bin| (percent(bin.probability), percent(bin.share), bin.pairs))
                .collect(),
        }),
        files: report.outputs.iter().map(|file| (file.file.clone(), file.rows, holds(&file.file))).collect(),
        pairs_max: material.pairs_max,
    };
    page.render().expect("text is written to memory")
}

/// Records with a doubtful identity by band, strongest first; nothing where there is none.
fn suspects(report: &PeopleReport) -> Vec<(&'static str, String)> {
    let of = |band: Band| report.counts.suspects.get(band.name()).copied().unwrap_or(0);
    if Band::ALL.iter().all(|&band| of(band) == 0) {
        return Vec::new();
    }
    Band::ALL.iter().map(|&band| (band.name(), grouped(of(band)))).collect()
}

fn records(number: u64) -> String {
    counted(number, "record", "records")
}

fn persons(number: u64) -> String {
    counted(number, "person", "persons")
}

fn headline(report: &PeopleReport) -> String {
    let counts = &report.counts;
    if counts.records == 0 {
        return "There was no record to compare".to_owned();
    }
    if counts.duplicates == 0 {
        return format!("{}, and no two look like one person", records(counts.records));
    }
    format!("{} look like {}", records(counts.records), persons(counts.persons))
}

fn lead(report: &PeopleReport) -> String {
    let counts = &report.counts;
    if counts.duplicates == 0 {
        return String::new();
    }
    let extra = counts.records - counts.persons;
    format!(
        "{} share a person with at least one other. With one record a person the file would be {} shorter ({}).",
        records(counts.duplicates),
        records(extra),
        percent(extra as f64 / counts.records as f64)
    )
}

fn sure(report: &PeopleReport) -> String {
    if report.counts.duplicates == 0 {
        return String::new();
    }
    let say = |figures: crate::link::people::judge::Figures| {
        format!(
            "of the pairs of records that were put together {} are right, and of all true pairs {} were found",
            percent(figures.precision),
            percent(figures.recall)
        )
    };
    match &report.truth {
        Some(truth) => format!("Against the truth that you gave, {}.", say(truth.clusters)),
        None => format!(
            "As far as the model can tell without an answer to compare with, {}. Mark some of the pairs below to know better.",
            say(report.estimate)
        ),
    }
}

/// Pairs between these probabilities are a matter of opinion.
const DOUBTFUL: (f64, f64) = (0.1, 0.9);
/// Persons with more records are worth a look.
const MANY: u64 = 20;
/// A share of the matches that is never compared and worth a word.
const NEVER_COMPARED: f64 = 0.02;
/// A precision below which the result should not be used unseen.
const PRECISION_MIN: f64 = 0.95;

/// What to look at first, most urgent first, each with the place where it stands.
fn first(material: &Material<'_>) -> Vec<(String, &'static str)> {
    let Material { linked, report, .. } = *material;
    let counts = &report.counts;
    let mut first = Vec::new();
    let (precision, recall) = (report.estimate.precision, report.blocking_recall);
    let rejected: u64 = counts.rejects.values().sum();
    if rejected > 0 {
        first.push((
            format!(
                "{} could not be read and are in no person; rejects.parquet says why.",
                records(rejected)
            ),
            "run",
        ));
    }
    let unread: Vec<String> =
        report.inputs.iter().flat_map(|input| &input.ignored_columns).map(|header| shown(header)).collect();
    if !unread.is_empty() {
        first.push((
            format!(
                "{} without a known name were not looked at: {}. Say what they are with --column HEADER=ROLE.",
                counted(unread.len() as u64, "column", "columns"),
                listed(&unread)
            ),
            "columns",
        ));
    }
    let (silent, reversed) = beliefs::doubtful(linked);
    if !reversed.is_empty() {
        first.push((
            format!(
                "Something is odd about {}: there a difference speaks for a match, or agreement against one. See \
                 whether the column is what its header says.",
                listed(&reversed)
            ),
            "model",
        ));
    }
    if counts.duplicates > 0 && report.truth.is_none() && precision < PRECISION_MIN {
        first.push((
            format!(
                "Only {} of the pairs put together are thought to be right. Look through the doubtful pairs before \
                 you use the result, or ask for more certainty with --threshold.",
                percent(precision)
            ),
            "review",
        ));
    }
    let parted: u64 = counts.conflicts.values().sum();
    if parted > 0 {
        first.push((
            format!(
                "{} look like one person and were kept apart by a rule. Often one of two numbers is wrong.",
                counted(parted, "pair of records", "pairs of records")
            ),
            "apart",
        ));
    }
    let high = counts.suspects.get(Band::High.name()).copied().unwrap_or(0);
    if high > 0 {
        first.push((
            format!(
                "The identity of {} is doubtful: numbers, papers or contacts are somebody else's.",
                records(high)
            ),
            "suspects",
        ));
    }
    if counts.largest > MANY {
        first.push((
            format!(
                "One person has {}. Look whether a default name or a shared phone ties them.",
                records(counts.largest)
            ),
            "sizes",
        ));
    }
    let doubtful = linked
        .pairs
        .iter()
        .map(|pair| linked.probability(pair))
        .filter(|p| (DOUBTFUL.0..=DOUBTFUL.1).contains(p))
        .count();
    if doubtful > 0 {
        first.push((
            format!(
                "{} doubtful, between {:.0} and {:.0} %. The nearest to the threshold are shown below.",
                counted(doubtful as u64, "pair is", "pairs are"),
                100.0 * DOUBTFUL.0,
                100.0 * DOUBTFUL.1
            ),
            "review",
        ));
    }
    if 1.0 - recall > NEVER_COMPARED {
        first.push((
            format!(
                "About {} of the true pairs share no key and were never compared.",
                percent(1.0 - recall)
            ),
            "keys",
        ));
    }
    if !silent.is_empty() {
        first.push((
            format!(
                "{} {} almost nothing here: equal or not, the odds stay what they are.",
                listed(&silent),
                if silent.len() == 1 { "tells" } else { "tell" }
            ),
            "model",
        ));
    }
    first
}

/// A list as people say it; long ones are cut.
fn listed(names: &[String]) -> String {
    const NAMES_MAX: usize = 6;
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] if names.len() <= NAMES_MAX => format!("{} and {last}", most.join(", ")),
        _ => format!("{} and {} more", names[..NAMES_MAX].join(", "), names.len() - NAMES_MAX),
    }
}

/// Groups of sizes; the last holds whatever is larger.
const SIZES: [(u32, u32); 9] =
    [(2, 2), (3, 3), (4, 4), (5, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, u32::MAX)];

/// Persons by number of records: the chart of those with several, and the table of all.
fn size_chart(material: &Material<'_>) -> (Columns, Vec<(String, u64, u64)>) {
    let label = |(from, to): (u32, u32)| match to {
        _ if from == to => from.to_string(),
        u32::MAX => format!("{from} or more"),
        _ => format!("{from}–{to}"),
    };
    let count = |(from, to): (u32, u32)| {
        let sizes = material.named.sizes.iter().filter(|&&size| (from..=to).contains(&size));
        sizes.fold((0, 0), |(persons, records), &size| (persons + 1, records + u64::from(size)))
    };
    let mut groups: Vec<(String, u64, u64)> = SIZES
        .into_iter()
        .map(|group| {
            let (persons, records) = count(group);
            (label(group), persons, records)
        })
        .collect();
    while groups.len() > 4 && groups.last().is_some_and(|group| group.1 == 0) {
        groups.pop();
    }
    let columns: Vec<Column> = groups
        .iter()
        .map(|(label, persons, _)| Column { label: label.clone(), up: *persons, down: 0 })
        .collect();
    let style = ColumnStyle {
        by_digits: false,
        label_every: 1,
        marker: None,
        above: "persons with several records",
        below: None,
    };
    let chart = Columns::new("sizes-chart", "Persons by number of records", &columns, style);
    let (single, _) = count((1, 1));
    groups.insert(0, ("1".to_owned(), single, single));
    (chart, groups)
}

/// Bits at which the drawing of weights ends; what is surer is surer.
const CUT_MAX: i32 = 24;

/// Pairs by weight, put together or kept apart.
fn cut_chart(material: &Material<'_>) -> (Columns, Vec<(String, u64, u64)>) {
    let linked = material.linked;
    let lowest = FLOOR as i32;
    let bins = (CUT_MAX - lowest + 1) as usize;
    let mut counts = vec![(0u64, 0u64); bins];
    for pair in &linked.pairs {
        let bin = ((pair.weight.floor() as i32).clamp(lowest, CUT_MAX) - lowest) as usize;
        if linked.clusters[pair.left as usize] == linked.clusters[pair.right as usize] {
            counts[bin].0 += 1;
        } else {
            counts[bin].1 += 1;
        }
    }
    let odds = |bits: i32| super::chart::odds(f64::from(bits));
    let columns: Vec<Column> = counts
        .iter()
        .enumerate()
        .map(|(at, &(up, down))| {
            let bits = lowest + at as i32;
            Column { label: if bits == CUT_MAX { "surer".to_owned() } else { odds(bits) }, up, down }
        })
        .collect();
    let threshold = (material.threshold / (1.0 - material.threshold)).log2();
    let style = ColumnStyle {
        by_digits: true,
        label_every: 4,
        marker: Some((threshold - f64::from(lowest)).clamp(0.0, bins as f64)),
        above: "put together",
        below: Some("kept apart"),
    };
    let rows = columns.iter().map(|column| (column.label.clone(), column.up, column.down)).collect();
    (Columns::new("cut-chart", "Pairs of records by their odds", &columns, style), rows)
}

/// Persons in the table of the largest, and records from which one is listed.
const LARGEST: (usize, u32) = (10, 3);

/// The persons with most records. That somebody has many phones and one birth date is usual; the reverse is not.
fn largest(material: &Material<'_>) -> (Vec<Largest>, Vec<String>) {
    let Material { linked, named, .. } = *material;
    let mut order: Vec<(std::cmp::Reverse<u32>, std::borrow::Cow<'_, str>, u32)> = named
        .sizes
        .iter()
        .enumerate()
        .filter(|&(_, &size)| size >= LARGEST.1)
        .map(|(at, &size)| (std::cmp::Reverse(size), named.id(at as u32), at as u32))
        .collect();
    if order.len() > LARGEST.0 {
        order.select_nth_unstable(LARGEST.0);
        order.truncate(LARGEST.0);
    }
    order.sort_unstable();
    let mut values: Vec<Vec<BTreeSet<u32>>> = vec![vec![BTreeSet::new(); linked.fields.len()]; order.len()];
    for (record, cluster) in named.cluster.iter().enumerate() {
        if let Some(at) = order.iter().position(|(_, _, number)| number == cluster) {
            for (known, field) in values[at].iter_mut().zip(&linked.fields) {
                known.extend(Some(field.codes[record]).filter(|&code| code != 0));
            }
        }
    }
    let rows = order
        .into_iter()
        .zip(values)
        .map(|((std::cmp::Reverse(size), id, _), values)| Largest {
            id: material.mask.map_or_else(|| id.to_string(), |mask| mask.case(&id)),
            records: size.into(),
            values: values.iter().map(BTreeSet::len).collect(),
        })
        .collect();
    (rows, linked.fields.iter().map(|field| words(&field.name)).collect())
}

/// What a file of the report holds.
fn holds(file: &str) -> &'static str {
    match file {
        "clusters.parquet" => "every record with its person",
        "pairs.parquet" => "pairs that may be one person, with the weight of each comparison",
        "conflicts.parquet" => "pairs that a rule kept apart",
        "golden.parquet" => "the best value of each column for each person, and why",
        "suspects.parquet" => "records whose identity is doubtful, and the signs that say so",
        "rejects.parquet" => "records that could not be read, and why",
        "model.json" => "what agreements are worth; edit it and give it back with --model",
        _ => "",
    }
}

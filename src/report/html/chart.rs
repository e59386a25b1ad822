//! Charts: figures in, inline SVG out, for any page.
//!
//! A chart settles its geometry when it is made and is drawn by a template, which escapes every label. It is an image
//! with a title and a description for whoever cannot see it; a table of the same figures stands beside it on the page.
//! Colours come from the classes of the stylesheet alone, so that light, dark and print agree.
//!
//! The law: coordinates have one decimal and depend on the figures alone; a figure outside of its axis ends at its border;
//! no figures make an empty chart and no failure.

use askama::Template;
use askama::filters::HtmlSafe;

use super::text::{power_of_ten, rough};
use crate::figure::grouped;

/// A coordinate as it stands in SVG.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Px(pub f64);

impl Px {
    /// A coordinate some way further.
    #[must_use]
    pub fn plus(self, by: f64) -> Px {
        Px(self.0 + by)
    }
}

impl std::fmt::Display for Px {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Adding zero makes of -0 a 0.
        write!(f, "{}", (self.0 * 10.0).round() / 10.0 + 0.0)
    }
}

/// A straight scale from figures to coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    figures: (f64, f64),
    pixels: (f64, f64),
}

impl Scale {
    /// A scale; figures that do not differ are given some room.
    #[must_use]
    pub fn new(figures: (f64, f64), pixels: (f64, f64)) -> Self {
        let (from, to) = figures;
        let figures = if to - from > 1e-9 { figures } else { (from - 1.0, to + 1.0) };
        Scale { figures, pixels }
    }

    /// Where a figure lies.
    #[must_use]
    pub fn at(&self, figure: f64) -> Px {
        let (from, to) = self.figures;
        let share = ((figure - from) / (to - from)).clamp(0.0, 1.0);
        Px(self.pixels.0 + share * (self.pixels.1 - self.pixels.0))
    }

    /// Start and length of what lies between two figures.
    #[must_use]
    pub fn span(&self, a: f64, b: f64) -> (Px, Px) {
        let (a, b) = (self.at(a).0, self.at(b).0);
        (Px(a.min(b)), Px((a - b).abs()))
    }
}

/// A line across a chart, with what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub at: Px,
    /// Its words.
    pub label: String,
    /// Whether it parts what speaks for from what speaks against.
    pub is_zero: bool,
}

/// Bits of a factor of ten.
const DECADE: f64 = std::f64::consts::LOG2_10;

/// Ticks at powers of ten of an axis in bits; not more than about eight.
#[must_use]
pub fn decades(scale: &Scale) -> Vec<Tick> {
    let (from, to) = scale.figures;
    let (first, last) = ((from / DECADE).ceil() as i32, (to / DECADE).floor() as i32);
    let step = ((last - first) / 8 + 1).max(1);
    (first..=last)
        .filter(|power| power % step == 0)
        .map(|power| Tick {
            at: scale.at(f64::from(power) * DECADE),
            label: match power {
                0 => "1".to_owned(),
                1.. => format!("×{}", short(10f64.powi(power))),
                _ => format!("÷{}", short(10f64.powi(-power))),
            },
            is_zero: power == 0,
        })
        .collect()
}

/// A power of ten in a few letters.
fn short(number: f64) -> String {
    match number {
        n if n >= 1e9 => power_of_ten(n.log10().round() as u32),
        n if n >= 1e6 => format!("{}M", grouped((n / 1e6).round() as u64)),
        n => grouped(n.round() as u64),
    }
}

/// One bar of [`Weights`] before it is drawn.
#[derive(Clone, Debug)]
pub struct Weight {
    /// What is compared.
    pub field: String,
    /// How it came out.
    pub level: String,
    /// What that weighs, in bits.
    pub bits: f64,
    /// The least and the most that it may weigh, in bits, where that depends on the value.
    pub range: Option<(f64, f64)>,
}

/// Bars to the right for what speaks for a match, to the left for what speaks against.
#[derive(Debug, Template)]
#[template(path = "chart/weights.svg", escape = "html")]
pub struct Weights {
    id: &'static str,
    description: String,
    width: Px,
    height: Px,
    ticks: Vec<Tick>,
    bars: Vec<WeightBar>,
    rules: Vec<Px>,
}

#[derive(Debug)]
struct WeightBar {
    field: Option<String>,
    level: String,
    class: &'static str,
    x: Px,
    width: Px,
    y: Px,
    text: Px,
    whisker: Option<(Px, Px)>,
    value: String,
}

/// Height of a bar's row.
const ROW: f64 = 19.0;
/// Weights are drawn up to this many bits, a factor of a million.
const WEIGHT_MAX: f64 = 20.0;

impl Weights {
    /// Draws bars in the order in which they come; those of one field stand together.
    #[must_use]
    pub fn new(id: &'static str, weights: &[Weight]) -> Self {
        let bound = |bits: f64| bits.clamp(-WEIGHT_MAX, WEIGHT_MAX);
        let all = weights.iter().flat_map(|w| [Some(w.bits), w.range.map(|r| r.0), w.range.map(|r| r.1)]);
        let (low, high) = all
            .flatten()
            .fold((-2.0, 2.0), |(low, high): (f64, f64), bits| (low.min(bound(bits)), high.max(bound(bits))));
        let scale = Scale::new((low - 0.5, high + 0.5), (330.0, 790.0));
        let (mut y, mut bars, mut rules): (f64, Vec<WeightBar>, Vec<Px>) = (30.0, Vec::new(), Vec::new());
        let mut last = None;
        for weight in weights {
            let is_new = last != Some(&weight.field);
            if is_new {
                y += if last.is_some() { 10.0 } else { 0.0 };
                rules.push(Px(y - 5.0));
            }
            let (x, width) = scale.span(0.0, weight.bits);
            bars.push(WeightBar {
                field: is_new.then(|| clipped(&weight.field, 20)),
                level: clipped(&weight.level, 26),
                class: if weight.bits >= 0.0 { "for" } else { "against" },
                x,
                width: Px(width.0.max(1.0)),
                y: Px(y),
                text: Px(y + 11.0),
                whisker: weight.range.map(|(low, high)| (scale.at(low), scale.at(high))),
                value: super::text::factor(weight.bits),
            });
            y += ROW;
            last = Some(&weight.field);
        }
        Weights {
            id,
            description: described(weights),
            width: Px(880.0),
            height: Px(y + 8.0),
            ticks: decades(&scale),
            bars,
            rules,
        }
    }
}

fn described(weights: &[Weight]) -> String {
    let by = |a: &&Weight, b: &&Weight| a.bits.total_cmp(&b.bits);
    let (Some(most), Some(least)) = (weights.iter().max_by(by), weights.iter().min_by(by)) else {
        return "There is nothing to draw.".to_owned();
    };
    format!(
        "Strongest for a match: {}, {} ({}). Strongest against: {}, {} ({}).",
        most.field,
        most.level,
        super::text::factor(most.bits),
        least.field,
        least.level,
        super::text::factor(least.bits),
    )
}

/// A label that fits.
fn clipped(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters - 1).chain(['…']).collect()
}

/// One column of [`Columns`] before it is drawn.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it counts.
    pub label: String,
    /// How many, upwards.
    pub up: u64,
    /// How many, downwards.
    pub down: u64,
}

/// Columns over a common axis, and below it where there are two kinds.
#[derive(Debug, Template)]
#[template(path = "chart/columns.svg", escape = "html")]
pub struct Columns {
    id: &'static str,
    title: &'static str,
    description: String,
    width: Px,
    height: Px,
    left: Px,
    right: Px,
    base: Px,
    ticks: Vec<Tick>,
    columns: Vec<ColumnBar>,
    labels: Px,
    marker: Option<(Px, Px, Px, String)>,
    above: &'static str,
    below: Option<(&'static str, Px)>,
}

#[derive(Debug)]
struct ColumnBar {
    label: Option<String>,
    middle: Px,
    x: Px,
    width: Px,
    up: Option<(Px, Px, Option<String>)>,
    down: Option<(Px, Px)>,
}

/// How columns are drawn.
#[derive(Clone, Copy, Debug)]
pub struct ColumnStyle {
    /// Whether heights grow with the digits of a count and not with the count.
    pub by_digits: bool,
    /// Every how many columns one is labelled.
    pub label_every: usize,
    /// Before which column a line stands, in columns.
    pub marker: Option<f64>,
    /// What counts upwards.
    pub above: &'static str,
    /// What counts downwards, if anything does.
    pub below: Option<&'static str>,
}

impl Columns {
    /// Draws columns.
    #[must_use]
    pub fn new(id: &'static str, title: &'static str, columns: &[Column], style: ColumnStyle) -> Self {
        let (left, right, top) = (64.0, 860.0, 26.0);
        let height_of =
            |count: u64| if style.by_digits { (1.0 + count as f64).log10() } else { count as f64 };
        let most = |count: &dyn Fn(&Column) -> u64| columns.iter().map(count).max().unwrap_or(0);
        let (up, down) = (most(&|c| c.up), if style.below.is_some() { most(&|c| c.down) } else { 0 });
        let (high, low) = (height_of(up).max(1.0), height_of(down));
        let room = if style.below.is_some() { 250.0 } else { 170.0 };
        let scale = Scale::new((-low, high), (top + room, top));
        let base = scale.at(0.0);
        let slot = (right - left) / columns.len().max(1) as f64;
        let width = (slot * 0.78).min(64.0);
        let bars = columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let middle = left + slot * (at as f64 + 0.5);
                let bar = |figure: f64| {
                    let (y, height) = scale.span(0.0, figure);
                    // What is there can be seen.
                    if height.0 < 1.5 {
                        (if figure > 0.0 { Px(base.0 - 1.5) } else { base }, Px(1.5))
                    } else {
                        (y, height)
                    }
                };
                ColumnBar {
                    label: (at % style.label_every == 0).then(|| column.label.clone()),
                    middle: Px(middle),
                    x: Px(middle - width / 2.0),
                    width: Px(width),
                    up: (column.up > 0).then(|| {
                        let (y, height) = bar(height_of(column.up));
                        (y, height, (style.below.is_none()).then(|| grouped(column.up)))
                    }),
                    down: (column.down > 0 && style.below.is_some()).then(|| bar(-height_of(column.down))),
                }
            })
            .collect();
        let bottom = top + room;
        let marker = style.marker.map(|columns_before| {
            (Px(left + slot * columns_before), Px(top - 12.0), Px(bottom), "threshold".to_owned())
        });
        Columns {
            id,
            title,
            description: column_words(columns, style),
            width: Px(880.0),
            height: Px(bottom + if style.below.is_some() { 40.0 } else { 26.0 }),
            left: Px(left),
            right: Px(right),
            base,
            ticks: column_ticks(&scale, up, down, style.by_digits),
            columns: bars,
            labels: Px(bottom + 18.0),
            marker,
            above: style.above,
            below: style.below.map(|words| (words, Px(bottom + 34.0))),
        }
    }
}

fn column_ticks(scale: &Scale, up: u64, down: u64, by_digits: bool) -> Vec<Tick> {
    let tick =
        |figure: f64, count: u64| Tick { at: scale.at(figure), label: grouped(count), is_zero: count == 0 };
    if !by_digits {
        let step = nice(up as f64 / 4.0).max(1.0) as u64;
        return (0..)
            .map(|at| at * step)
            .take_while(|&count| count <= up.max(1))
            .map(|c| tick(c as f64, c))
            .collect();
    }
    let powers = |most: u64| (0..10u32).map(|power| 10u64.pow(power)).take_while(move |&count| count <= most);
    let digits = |count: u64| (1.0 + count as f64).log10();
    let mut ticks = vec![tick(0.0, 0)];
    // One stands too near to nothing to be named.
    ticks.extend(powers(up).skip(1).map(|count| tick(digits(count), count)));
    ticks.extend(powers(down).skip(1).map(|count| tick(-digits(count), count)));
    ticks
}

/// The next of 1, 2, 5, 10, 20, 50 …
fn nice(number: f64) -> f64 {
    let step = 10f64.powf(number.max(1e-9).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * step).find(|&n| n >= number).unwrap_or(10.0 * step)
}

fn column_words(columns: &[Column], style: ColumnStyle) -> String {
    let sum = |count: &dyn Fn(&Column) -> u64| columns.iter().map(count).sum::<u64>();
    let (up, down) = (sum(&|c| c.up), sum(&|c| c.down));
    match style.below {
        None => format!("{} {} in {} columns.", grouped(up), style.above, columns.len()),
        Some(below) => {
            format!("Above the axis {} {}, below it {} {below}.", grouped(up), style.above, grouped(down))
        }
    }
}

/// One row of a waterfall: a bar from what was known before to what is known with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Where the bar starts, of 200.
    pub x: Px,
    /// How wide it is.
    pub width: Px,
    /// Its class.
    pub class: &'static str,
    /// Where the sum stood before.
    pub before: Px,
    /// Where it stands after.
    pub after: Px,
    /// Where the odds are even.
    pub even: Px,
}

/// Width of the drawing of a step.
const STEP_WIDTH: f64 = 200.0;

/// The steps of a waterfall from even odds over each weight in bits to the sum, which is one step more. All share one
/// axis, so that they read as one drawing when they stand below each other.
#[must_use]
pub fn waterfall(weights: &[f64]) -> Vec<Step> {
    let mut sums = vec![0.0];
    for weight in weights {
        sums.push(sums.last().expect("it starts with one") + weight);
    }
    let (low, high) =
        sums.iter().fold((0.0, 0.0), |(low, high): (f64, f64), &sum| (low.min(sum), high.max(sum)));
    let scale = Scale::new((low, high), (8.0, STEP_WIDTH - 8.0));
    let even = scale.at(0.0);
    let step = |from: f64, to: f64, class: &'static str| {
        let (x, width) = scale.span(from, to);
        Step { x, width: Px(width.0.max(1.0)), class, before: scale.at(from), after: scale.at(to), even }
    };
    let mut steps: Vec<Step> = sums
        .windows(2)
        .enumerate()
        .map(|(at, sum)| {
            let class = if at == 0 {
                "prior"
            } else if sum[1] >= sum[0] {
                "for"
            } else {
                "against"
            };
            step(sum[0], sum[1], class)
        })
        .collect();
    let sum = *sums.last().expect("it starts with one");
    steps.push(step(0.0, sum, if sum >= 0.0 { "sum for" } else { "sum against" }));
    steps
}

/// One point of [`Reliability`] before it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// What probabilities said.
    pub said: f64,
    /// How often that was true.
    pub was: f64,
    /// Of how many pairs.
    pub pairs: u64,
}

/// What probabilities said against what was true: points on the diagonal mean what they say.
#[derive(Debug, Template)]
#[template(path = "chart/reliability.svg", escape = "html")]
pub struct Reliability {
    id: &'static str,
    description: String,
    from: Px,
    to: Px,
    top: Px,
    bottom: Px,
    ticks: Vec<(Px, Px, String)>,
    points: Vec<(Px, Px, Px, String)>,
}

impl Reliability {
    /// Draws points.
    #[must_use]
    pub fn new(id: &'static str, points: &[Point]) -> Self {
        let (across, up) = (Scale::new((0.0, 1.0), (56.0, 336.0)), Scale::new((0.0, 1.0), (296.0, 16.0)));
        let most = points.iter().map(|point| point.pairs).max().unwrap_or(0).max(1) as f64;
        let dots = points
            .iter()
            .filter(|point| point.pairs > 0)
            .map(|point| {
                let radius = 3.0 + 7.0 * (1.0 + point.pairs as f64).ln() / (1.0 + most).ln();
                let words = format!(
                    "said {}, true {}, of {} pairs",
                    super::text::percent(point.said),
                    super::text::percent(point.was),
                    grouped(point.pairs)
                );
                (across.at(point.said), up.at(point.was), Px(radius), words)
            })
            .collect();
        let furthest = points
            .iter()
            .filter(|point| point.pairs > 0)
            .max_by(|a, b| (a.said - a.was).abs().total_cmp(&(b.said - b.was).abs()));
        Reliability {
            id,
            description: furthest.map_or("There is nothing to draw.".to_owned(), |point| {
                format!(
                    "Furthest from the diagonal: pairs of which the model said {} were one person in {}.",
                    super::text::percent(point.said),
                    super::text::percent(point.was)
                )
            }),
            from: across.at(0.0),
            to: across.at(1.0),
            top: up.at(1.0),
            bottom: up.at(0.0),
            ticks: (0..=4)
                .map(|quarter| f64::from(quarter) / 4.0)
                .map(|share| (across.at(share), up.at(share), format!("{:.0} %", share * 100.0)))
                .collect(),
            points: dots,
        }
    }
}

/// Odds in a few letters: `1 : 100`, `even`, `1,000 : 1`.
#[must_use]
pub fn odds(bits: f64) -> String {
    if bits.abs() < 0.05 {
        "1 : 1".to_owned()
    } else if bits > 0.0 {
        format!("{} : 1", rough(bits.exp2()))
    } else {
        format!("1 : {}", rough((-bits).exp2()))
    }
}

// The templates escape what they are given; escaping their output again would show markup as text.
impl HtmlSafe for Weights {}
impl HtmlSafe for Columns {}
impl HtmlSafe for Reliability {}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(field: &str, level: &str, bits: f64, range: Option<(f64, f64)>) -> Weight {
        Weight { field: field.to_owned(), level: level.to_owned(), bits, range }
    }

    #[test]
    fn coordinates_have_one_decimal_and_no_minus_nought() {
        for (number, expected) in [(0.0, "0"), (-0.01, "0"), (1.25, "1.3"), (10.0, "10"), (-3.26, "-3.3")] {
            assert_eq!(Px(number).to_string(), expected);
        }
    }

    #[test]
    fn a_scale_is_straight_and_has_borders() {
        let scale = Scale::new((-2.0, 2.0), (0.0, 100.0));
        for (figure, expected) in [(-2.0, 0.0), (0.0, 50.0), (1.0, 75.0), (9.0, 100.0), (-9.0, 0.0)] {
            assert_eq!(scale.at(figure), Px(expected), "{figure}");
        }
        // Upside down, as heights are.
        assert_eq!(Scale::new((0.0, 1.0), (200.0, 0.0)).span(0.0, 0.25), (Px(150.0), Px(50.0)));
        // All figures are one: it lies in the middle.
        assert_eq!(Scale::new((5.0, 5.0), (0.0, 100.0)).at(5.0), Px(50.0));
    }

    #[test]
    fn ticks_are_powers_of_ten_and_not_many() {
        let labels = |from: f64, to: f64| -> Vec<String> {
            decades(&Scale::new((from, to), (0.0, 1.0))).into_iter().map(|tick| tick.label).collect()
        };
        assert_eq!(labels(-7.0, 10.0), ["÷100", "÷10", "1", "×10", "×100", "×1,000"]);
        assert!(labels(-60.0, 60.0).len() <= 12 && labels(-60.0, 60.0).contains(&"1".to_owned()));
        assert_eq!(labels(-0.1, 0.1), ["1"]);
    }

    #[test]
    fn bars_start_at_one_and_grow_with_the_weight() {
        let chart = Weights::new(
            "w",
            &[
                weight("surname", "exact", 8.0, Some((4.0, 12.0))),
                weight("surname", "different", -4.0, None),
                weight("sex", "exact", 1.0, None),
            ],
        );
        let [exact, different, sex] = &chart.bars[..] else { panic!("three bars") };
        assert_eq!((exact.class, different.class, sex.class), ("for", "against", "for"));
        let right = |bar: &WeightBar| bar.x.0 + bar.width.0;
        assert!((exact.x.0 - right(different)).abs() < 0.1, "both start where odds do not change");
        assert!((exact.width.0 / different.width.0 - 2.0).abs() < 0.01, "twice the weight, twice the length");
        let (from, to) = exact.whisker.unwrap();
        assert!(
            from < Px(right(exact)) && Px(right(exact)) < to,
            "the middle lies between frequent and rare"
        );
        // A field is named once, and stands apart from the next.
        assert_eq!([&exact.field, &different.field, &sex.field].map(Option::is_some), [true, false, true]);
        assert!(sex.y.0 - different.y.0 > different.y.0 - exact.y.0);
        assert!(chart.height.0 > sex.y.0 + ROW);
        assert_eq!(
            chart.description,
            "Strongest for a match: surname, exact (×260). Strongest against: surname, different (÷16)."
        );
    }

    #[test]
    fn charts_of_little_and_of_nothing() {
        for text in [
            Weights::new("w", &[]).to_string(),
            Weights::new("w", &[weight("a", "exact", 0.0, None)]).to_string(),
            Weights::new("w", &[weight("a", "exact", 1e9, Some((-1e9, f64::INFINITY)))]).to_string(),
            Columns::new("c", "Counts", &[], STYLE).to_string(),
            Columns::new("c", "Counts", &[Column { label: "1".into(), up: 0, down: 0 }], STYLE).to_string(),
            Reliability::new("r", &[]).to_string(),
        ] {
            assert!(
                text.starts_with("<svg ") && text.ends_with("</svg>\n") || text.ends_with("</svg>"),
                "{text}"
            );
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        }
    }

    const STYLE: ColumnStyle =
        ColumnStyle { by_digits: false, label_every: 1, marker: None, above: "persons", below: None };

    #[test]
    fn columns_grow_with_counts_or_with_their_digits() {
        let columns: Vec<Column> = [(0, 7), (10, 0), (1000, 99)]
            .into_iter()
            .map(|(up, down)| Column { label: up.to_string(), up, down })
            .collect();
        let plain = Columns::new("c", "Counts", &columns, STYLE);
        let height =
            |chart: &Columns, at: usize| chart.columns[at].up.as_ref().map(|(_, height, _)| height.0);
        assert_eq!(height(&plain, 0), None, "nothing is no column");
        assert!((height(&plain, 2).unwrap() / height(&plain, 1).unwrap() - 100.0).abs() < 15.0);
        let style = ColumnStyle { by_digits: true, below: Some("others"), marker: Some(1.0), ..STYLE };
        let both = Columns::new("c", "Counts", &columns, style);
        let ratio = height(&both, 2).unwrap() / height(&both, 1).unwrap();
        assert!((ratio - 1001f64.log10() / 11f64.log10()).abs() < 0.01, "{ratio}");
        // Upwards ends at the axis, downwards starts there.
        let (y, height, _) = both.columns[2].up.as_ref().unwrap();
        assert!((y.0 + height.0 - both.base.0).abs() < 0.01);
        assert_eq!(both.columns[2].down.unwrap().0, both.base);
        // The marker stands between the first column and the second.
        let marker = both.marker.as_ref().unwrap().0;
        assert!(both.columns[0].x < marker && marker < both.columns[1].x);
    }

    #[test]
    fn a_waterfall_hands_the_sum_on() {
        let steps = waterfall(&[-10.0, 12.0, -3.0, 0.0, 5.0]);
        assert_eq!(steps.len(), 6, "one a weight, and the sum");
        for (at, pair) in steps[..5].windows(2).enumerate() {
            assert_eq!(pair[0].after, pair[1].before, "step {at}");
        }
        let classes: Vec<&str> = steps.iter().map(|step| step.class).collect();
        assert_eq!(classes, ["prior", "for", "against", "for", "for", "sum for"]);
        // The sum reaches from even odds to where the last step ended.
        assert_eq!((steps[5].before, steps[5].after), (steps[5].even, steps[4].after));
        assert!(steps.iter().all(|step| step.x.0 >= 0.0 && step.x.0 + step.width.0 <= STEP_WIDTH));
        assert_eq!(waterfall(&[]).len(), 1);
    }

    #[test]
    fn what_means_what_it_says_lies_on_the_diagonal() {
        let point = |said, was, pairs| Point { said, was, pairs };
        let chart = Reliability::new("r", &[point(0.5, 0.5, 10), point(0.9, 0.6, 1000), point(0.1, 0.2, 0)]);
        assert_eq!(chart.points.len(), 2, "no pairs are no point");
        let (x, y, small, _) = &chart.points[0];
        assert_eq!((x.0 - chart.from.0).round(), (chart.bottom.0 - y.0).round());
        assert!(chart.points[1].2 > *small, "more pairs are a larger point");
        assert!(chart.description.contains("90.0 %") && chart.description.contains("60.0 %"));
    }

    #[test]
    fn labels_are_escaped() {
        let text = Weights::new("w", &[weight("<script>alert(1)</script>", "a & b", 1.0, None)]).to_string();
        assert!(!text.contains("<script") && text.contains("&#60;script"), "{text}");
    }
}

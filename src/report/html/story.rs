//! The page of `explain`: one case on one sheet, to be read from above and checked below.
//!
//! In: a [`Story`]. Out: the text of the page. The law: it says what the story says and nothing more; every value of a
//! record is escaped, stands in an element of its own direction, and is cut where it is endless. What points to the
//! left speaks against the person and what points to the right for them, as on the page of `dedupe`.

use askama::Template;

use super::chart::{odds, waterfall};
use super::pairs::RowWeight;
use super::text::{factor, shown_up_to};
use super::{STYLE, policy};
use crate::figure::grouped;
use crate::report::explain::weigh::{Signal, Suspected};
use crate::report::explain::{Story, lines_of};

/// Letters of a value that are shown; `--format json` has all of it.
const VALUE_MAX: usize = 2000;

/// The page before it is text.
#[derive(Debug, Template)]
#[template(path = "explain.html")]
struct Page<'a> {
    title: String,
    style: &'static str,
    policy: String,
    story: &'a Story,
    figures: Vec<(&'static str, String, String)>,
    sums: Vec<Sum<'a>>,
    several: &'a [Suspected],
    rings: Vec<(String, Vec<(String, String)>)>,
}

/// A suspect with its waterfall.
#[derive(Debug)]
struct Sum<'a> {
    suspect: &'a Suspected,
    /// What parts the ids of its sections from those of the first suspect.
    suffix: String,
    prior: RowWeight,
    signals: Vec<(&'a Signal, RowWeight)>,
    exculpations: Vec<(&'a str, &'static str, RowWeight)>,
    total: RowWeight,
    words: String,
    facts: Vec<[String; 4]>,
}

/// The text of the page.
#[must_use]
pub fn page(story: &Story) -> String {
    let alone = matches!(story.kind, "number" | "row");
    let (told, several) = story.suspects.split_at(if alone { story.suspects.len() } else { 0 });
    let rings = story.rings.iter().map(|ring| {
        let said = lines_of(&ring.said).into_iter().map(|(name, value)| (safe(&name), safe(&value)));
        (ring.ring_id.clone(), said.collect())
    });
    let page = Page {
        title: format!("iinrec explain {}", safe(&story.asked)),
        style: STYLE,
        policy: policy(),
        story,
        figures: figures(story, alone),
        sums: told.iter().enumerate().map(|(at, suspect)| sum(at, suspect)).collect(),
        several,
        rings: rings.collect(),
    };
    page.render().expect("a page is written to memory")
}

/// A value as it is shown.
fn safe(value: &str) -> String {
    shown_up_to(value, VALUE_MAX)
}

/// A row number or count as it is shown.
fn number(count: &u32) -> String {
    grouped(u64::from(*count))
}

/// What is said of a value that may be missing.
fn or_dash(value: &Option<String>) -> String {
    value.as_deref().map_or_else(|| "-".to_owned(), safe)
}

/// A code as words.
fn spaced(code: &str) -> String {
    code.replace('_', " ")
}

/// A probability with four places.
fn four(share: &f64) -> String {
    format!("{share:.4}")
}

/// A probability with three places.
fn three(share: &f64) -> String {
    format!("{share:.3}")
}

fn figures(story: &Story, alone: bool) -> Vec<(&'static str, String, String)> {
    let count = |count: usize| grouped(count as u64);
    let mut figures = Vec::new();
    if let Some(suspect) = story.suspects.first().filter(|_| alone) {
        let note = format!("the probability that nobody is there; {}", suspect.band);
        figures.push(("Score", format!("{:.3}", suspect.score), note));
    }
    figures.push(("Corrections", count(story.corrections.len()), "that seem to be needed".to_owned()));
    figures.push(("Documents", count(story.documents.len()), "that hang together with it".to_owned()));
    if let Some(activity) = &story.activity {
        let since = activity.since_assignment.map(|since| format!("{} since the assignment", grouped(since)));
        figures.push(("Events", grouped(activity.events), since.unwrap_or_else(|| "of activity".to_owned())));
    }
    figures.push(("Defects", count(story.defects.len()), "of the values of these rows".to_owned()));
    figures
}

fn sum(at: usize, suspect: &Suspected) -> Sum<'_> {
    let signals = suspect.signals.iter().map(|signal| signal.bits);
    let exculpations = suspect.exculpations.iter().map(|step| step.bits);
    let bits: Vec<f64> = std::iter::once(suspect.prior_bits).chain(signals).chain(exculpations).collect();
    // What speaks against the person is drawn to the left.
    let steps = waterfall(&bits.iter().map(|bits| -bits).collect::<Vec<_>>());
    let weight = |at: usize, bits: f64| RowWeight {
        factor: factor(bits),
        bits: format!("{bits:+.3}"),
        step: steps[at],
        says: true,
    };
    let behind = 1 + suspect.signals.len();
    let adds_up = match (suspect.adds_up, suspect.sum_note) {
        (true, None) => format!("which is the score, {:.3}", suspect.score),
        (true, Some(note)) => format!("and the score is {:.3}: {note}", suspect.score),
        (false, _) => format!("but the report says {:.3}: the two should be equal", suspect.score),
    };
    Sum {
        suspect,
        suffix: if at == 0 { String::new() } else { format!("-{}", at + 1) },
        prior: weight(0, suspect.prior_bits),
        signals: suspect
            .signals
            .iter()
            .enumerate()
            .map(|(at, signal)| (signal, weight(at + 1, signal.bits)))
            .collect(),
        exculpations: suspect
            .exculpations
            .iter()
            .enumerate()
            .map(|(at, step)| (&*step.code, step.meaning, weight(behind + at, step.bits)))
            .collect(),
        total: weight(bits.len(), suspect.total_bits),
        words: format!(
            "odds of {}, a probability of {:.3}, {adds_up}",
            odds(suspect.total_bits),
            suspect.total_probability
        ),
        facts: suspect
            .facts
            .iter()
            .map(|fact| {
                let band = fact.band.unwrap_or("not reported").to_owned();
                [format!("{:.3}", fact.score), band, fact.fact.clone(), fact.ask.to_owned()]
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::report::back::{RunEvidence, Seen, SignalCell, SuspectRow};
    use crate::report::explain::sources::{Cell, Record};
    use crate::report::explain::weigh::weigh;
    use crate::report::explain::{Activity, ActivityKind, Ring};
    use crate::rules::settings::Settings;

    const EVIL: &str = "<script>alert(1)</script>\u{202e}כהן & \"O'Brien\"";

    fn story() -> Story {
        let row = SuspectRow {
            case_id: "S-000000000000".to_owned(),
            iin: Some("000101699999".to_owned()),
            score: 0.5,
            band: "medium".to_owned(),
            ring_id: None,
            signals: vec![SignalCell {
                code: "unknown_document".to_owned(),
                weight: 0.45,
                evidence: EVIL.to_owned(),
                bits: 9.0,
            }],
            registry_row: 1,
            prior_bits: -9.0,
            exculpations: Vec::new(),
            office: None,
            seen: Seen { state: Some("new".to_owned()), first_seen: Some("2026-01-01".to_owned()) },
            dismissed: false,
        };
        let said: Map<String, serde_json::Value> =
            [("members".to_owned(), json!(2)), (EVIL.to_owned(), json!([EVIL]))].into_iter().collect();
        let ring = Ring::of("R-0", said, std::slice::from_ref(&row));
        let cell =
            |header: &str, value: &str| Cell { header: header.into(), role: None, value: value.into() };
        let record = Record {
            dataset: "registry",
            file: EVIL.to_owned(),
            row: 1,
            row_in_file: 1,
            cells: vec![cell(EVIL, EVIL), cell("phone", "")],
            missing: None,
        };
        let kind = ActivityKind { kind: EVIL.to_owned(), events: 3, first: None, last: None };
        let mut story = Story {
            asked: "000101699999".to_owned(),
            kind: "number",
            report: EVIL.to_owned(),
            as_of: "2026-01-01".to_owned(),
            version: "0.1.0".to_owned(),
            headline: String::new(),
            lead: Vec::new(),
            registry: vec![record],
            documents: Vec::new(),
            registered_document_on_file: Some(false),
            activity: Some(Activity { events: 3, since_assignment: None, kinds: vec![kind] }),
            corrections: Vec::new(),
            suspects: vec![weigh(row, &RunEvidence::default(), &Settings::default(), false)],
            clusters: Vec::new(),
            rings: vec![ring],
            defects: Vec::new(),
            notes: vec![EVIL.to_owned()],
        };
        story.write_headline();
        story
    }

    #[test]
    fn no_value_changes_the_page() {
        let page = page(&story());
        assert!(
            page.contains("http-equiv=\"Content-Security-Policy\"")
                && page.contains(&policy().replace('\'', "&#39;"))
        );
        assert!(
            !page.contains("<script") && !page.contains('\u{202e}'),
            "escaped, and nothing is turned round"
        );
        assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;⟨U+202E⟩כהן"));
        for hidden in [" style=", "href=\"http", "url(", " onerror"] {
            assert!(!page[page.find("</style>").unwrap()..].contains(hidden), "{hidden}");
        }
        assert!(page.contains("which is the score, 0.500") && page.contains("is in no file of documents"));
    }

    #[test]
    fn a_number_without_any_finding_has_a_page() {
        let mut story =
            Story { suspects: Vec::new(), rings: Vec::new(), notes: Vec::new(), activity: None, ..story() };
        story.write_headline();
        assert!(page(&story).contains("Nothing was found against this number"));
    }
}

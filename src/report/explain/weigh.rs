//! Weigh: a suspect's score taken apart, and what one more fact would make of it.
//!
//! In: a row of `suspects.parquet`, and what the run believed. Out: the sum that leads to the score, step by step, and
//! [`Fact`]s: things that could still be asked, each with the score that its answer would lead to. The law: only what
//! is not counted yet is a fact; the sum is checked against the score and said to be wrong when it is.
//!
//! What a fact would do is nearly and not wholly what the next run will say: a sign that goes lets weaker ones of its
//! family count more, and a run learns anew. So the figures are "about".

use serde::Serialize;

use super::words;
use crate::report::back::{RunEvidence, Seen, SuspectRow};
use crate::rules::bits::{self, Millibits, in_bits};
use crate::rules::evidence::{Exculpation, family};
use crate::rules::learn::OF_FAMILY;
use crate::rules::score::Band;
use crate::rules::settings::Settings;
use crate::rules::signals::Code;

/// Bits below which a fact changes nothing.
const SAYS_NOTHING: Millibits = 50;

/// A suspect, taken apart.
#[derive(Clone, Debug, Serialize)]
pub struct Suspected {
    /// The case.
    pub case_id: String,
    /// The number.
    pub iin: Option<String>,
    /// The registry row, from 1.
    pub registry_row: u32,
    /// The probability that nobody is behind the number.
    pub score: f64,
    /// The same in words.
    pub in_words: String,
    /// The band.
    pub band: String,
    /// The ring to which it belongs.
    pub ring_id: Option<String>,
    /// The office that assigned the number.
    pub office: Option<String>,
    /// What became of it since the earlier night.
    #[serde(flatten)]
    pub seen: Seen,
    /// Whether a decision keeps it away.
    pub dismissed: bool,
    /// Where the row starts.
    pub prior_bits: f64,
    /// The same in words.
    pub prior_in_words: String,
    /// The signals, most bits first.
    pub signals: Vec<Signal>,
    /// What speaks for the person.
    pub exculpations: Vec<Step>,
    /// The sum of all bits.
    pub total_bits: f64,
    /// The probability of that sum.
    pub total_probability: f64,
    /// Whether that is the score.
    pub adds_up: bool,
    /// What else is to be said of the sum.
    pub sum_note: Option<&'static str>,
    /// What could speak for the person and is not there.
    pub absent: Vec<Step>,
    /// What one more fact would do, most first.
    pub facts: Vec<Fact>,
}

/// One signal.
#[derive(Clone, Debug, Serialize)]
pub struct Signal {
    /// Its code.
    pub code: String,
    /// What it means.
    pub meaning: &'static str,
    /// What was seen.
    pub evidence: String,
    /// How strong a sign of its kind it is, 0 to 1.
    pub weight: f64,
    /// What it added to the odds, in bits.
    pub bits: f64,
    /// What explains it innocently.
    pub cause: &'static str,
    /// Whom to ask for what.
    pub settles: &'static str,
}

/// Something that speaks for the person.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Its code.
    pub code: String,
    /// What it means.
    pub meaning: &'static str,
    /// What it takes off, or would, in bits.
    pub bits: f64,
}

/// Something that could be asked, and what its answer would lead to.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// The answer.
    pub fact: String,
    /// Whom to ask for what.
    pub ask: &'static str,
    /// What it changes, in bits.
    pub bits: f64,
    /// The score that it leads to, about.
    pub score: f64,
    /// Its band; null when it would not be reported.
    pub band: Option<&'static str>,
}

fn milli(bits: f64) -> Millibits {
    (bits * 1000.0).round() as Millibits
}

/// A score in words: of so many such rows so many.
#[must_use]
pub fn in_words(score: f64) -> String {
    let thousandths = (score * 1000.0).round() as u32;
    let rows = match thousandths {
        0..=4 => "hardly one of two hundred such rows has".to_owned(),
        5..=149 => format!("of a hundred such rows about {} have", ((thousandths + 5) / 10).max(1)),
        150..=949 => {
            const NUMBERS: [&str; 11] =
                ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "nine"];
            format!("of ten such rows about {} have", NUMBERS[((thousandths + 50) / 100) as usize])
        }
        950..=994 => format!("of a hundred such rows about {} have", (thousandths + 5) / 10),
        _ => "of two hundred such rows all but one or none have".to_owned(),
    };
    format!("{rows} nobody behind the number; the others are people with bad luck")
}

/// Takes a suspect apart. `young` is whether the number was given less than a year before the run.
#[must_use]
pub fn weigh(row: SuspectRow, evidence: &RunEvidence, settings: &Settings, young: bool) -> Suspected {
    let sum = milli(row.prior_bits)
        + row.signals.iter().map(|signal| milli(signal.bits)).sum::<Millibits>()
        + row.exculpations.iter().map(|cell| milli(cell.bits)).sum::<Millibits>();
    let score = (row.score * 1000.0).round() as u16;
    let probability = bits::probability(sum);
    let codes: Vec<Option<Code>> = row.signals.iter().map(|signal| words::signal(&signal.code)).collect();
    let weak = codes.iter().all(|code| code.is_some_and(Code::is_weak));
    let capped = weak && score < probability;
    let mut signals: Vec<Signal> = row
        .signals
        .iter()
        .zip(&codes)
        .map(|(cell, code)| {
            let said = code.map(words::of_signal);
            Signal {
                code: cell.code.clone(),
                meaning: said.map_or("", |said| said.meaning),
                evidence: cell.evidence.clone(),
                weight: cell.weight,
                bits: cell.bits,
                cause: said.map_or("", |said| said.cause),
                settles: said.map_or("", |said| said.settles),
            }
        })
        .collect();
    // Of equals in the order of the report.
    signals.sort_by_key(|signal| std::cmp::Reverse(milli(signal.bits)));
    let step = |code: &str, bits: f64| Step {
        code: code.to_owned(),
        meaning: words::exculpation(code).map_or("", words::of_exculpation),
        bits,
    };
    let counted = |of: Exculpation| row.exculpations.iter().any(|cell| cell.code == of.name());
    let invalid = codes.contains(&Some(Code::DocumentInvalidAtAssignment));
    let absent = Exculpation::ALL
        .into_iter()
        .filter(|&of| {
            !counted(of) && !(of == Exculpation::Alive && (counted(Exculpation::AliveForLong) || !young))
        })
        .filter(|&of| !(of == Exculpation::AliveForLong && young))
        // That a stolen document exists says nothing.
        .filter(|&of| !(of == Exculpation::GenuineDocument && invalid))
        .filter_map(|of| evidence.exculpations.get(of.name()).map(|&bits| step(of.name(), bits)))
        .collect();
    let facts = Weighing { row: &row, codes: &codes, evidence, settings, sum, weak }.facts(young);
    Suspected {
        in_words: in_words(row.score),
        prior_bits: row.prior_bits,
        prior_in_words: match evidence.prior_bits {
            Some(usual) if milli(usual) != milli(row.prior_bits) => {
                format!(
                    "where a row starts that bears no mark of having been made up; others start at {usual:+.3}"
                )
            }
            _ => "where every row starts".to_owned(),
        },
        signals,
        exculpations: row.exculpations.iter().map(|cell| step(&cell.code, cell.bits)).collect(),
        total_bits: in_bits(sum),
        total_probability: f64::from(probability) / 1000.0,
        adds_up: probability == score || capped,
        sum_note: capped.then_some("weak signals alone stay below `high`, whatever they add up to"),
        absent,
        facts,
        case_id: row.case_id,
        iin: row.iin,
        registry_row: row.registry_row,
        score: row.score,
        band: row.band,
        ring_id: row.ring_id,
        office: row.office,
        seen: row.seen,
        dismissed: row.dismissed,
    }
}

/// What facts are reckoned from.
struct Weighing<'a> {
    row: &'a SuspectRow,
    codes: &'a [Option<Code>],
    evidence: &'a RunEvidence,
    settings: &'a Settings,
    sum: Millibits,
    weak: bool,
}

impl Weighing<'_> {
    /// The bits that a signal added; nothing where it is not there.
    fn of(&self, code: Code) -> Option<Millibits> {
        let at = self.codes.iter().position(|&known| known == Some(code))?;
        Some(milli(self.row.signals[at].bits))
    }

    fn has(&self, of: Exculpation) -> bool {
        self.row.exculpations.iter().any(|cell| cell.code == of.name())
    }

    /// What an exculpation takes off or took off.
    fn worth(&self, of: Exculpation) -> Millibits {
        let counted = self.row.exculpations.iter().find(|cell| cell.code == of.name());
        let bits =
            counted.map(|cell| cell.bits).or_else(|| self.evidence.exculpations.get(of.name()).copied());
        milli(bits.unwrap_or(0.0))
    }

    /// What another signal would add: its worth, as a quarter behind a stronger one of its family.
    fn would_add(&self, code: Code) -> Millibits {
        let worth = milli(self.evidence.signals.get(code.name()).copied().unwrap_or(0.0));
        let strongest = Code::ALL
            .into_iter()
            .filter(|&other| family(other) == family(code))
            .filter_map(|other| self.of(other))
            .max();
        match strongest {
            None => worth,
            Some(strongest) if strongest >= worth => worth / OF_FAMILY,
            Some(strongest) => worth - strongest + strongest / OF_FAMILY,
        }
    }

    fn fact(
        &self,
        fact: impl Into<String>,
        ask: &'static str,
        change: Millibits,
        weak: bool,
    ) -> Option<Fact> {
        // Nothing that is asked makes anything certain.
        let mut score = bits::probability(self.sum + change).clamp(1, 999);
        if weak {
            score = score.min(self.settings.band_high.saturating_sub(1));
        }
        let changes = change.abs() >= SAYS_NOTHING && i32::from(score) != milli(self.row.score);
        changes.then(|| Fact {
            fact: fact.into(),
            ask,
            bits: in_bits(change),
            score: f64::from(score) / 1000.0,
            band: Band::of(score, self.settings).map(Band::name),
        })
    }

    fn facts(&self, young: bool) -> Vec<Fact> {
        let gone = |codes: &[Code]| codes.iter().filter_map(|&code| self.of(code)).sum::<Millibits>();
        let mut facts = Vec::new();
        let mut told: Vec<Code> = Vec::new();

        let invalid = self.of(Code::DocumentInvalidAtAssignment).is_some();
        if !self.has(Exculpation::GenuineDocument) && !invalid {
            let moot = [Code::UnknownDocument, Code::MalformedDocument];
            // Who is the holder of a shared document bears a faint sign, worth two fifths.
            let shared = gone(&[Code::SharedDocument]) * 3 / 5;
            let change = self.worth(Exculpation::GenuineDocument) - gone(&moot) - shared;
            facts.extend(self.fact(
                "the document is found in the register as this person's",
                "the issuing state, or whoever made the export of documents: is there such a document, and whose is it",
                change,
                self.weak,
            ));
            told.extend(moot);
        }
        if !self.has(Exculpation::Present) {
            let moot = [Code::PresenceMissing, Code::RemoteChannel];
            let change = self.worth(Exculpation::Present) - gone(&moot);
            facts.extend(self.fact(
                "presence at the counter is confirmed",
                "the office that gave the number: who stood at the counter, and what is in the file",
                change,
                self.weak,
            ));
            told.extend(moot);
        }
        if !(self.has(Exculpation::AliveForLong) || young && self.has(Exculpation::Alive)) {
            let (of, fact) = if young {
                (Exculpation::Alive, "two kinds of activity since the assignment are found")
            } else {
                (
                    Exculpation::AliveForLong,
                    "two kinds of activity are found, the last a year or more after the assignment",
                )
            };
            let counted = if self.has(Exculpation::Alive) { self.worth(Exculpation::Alive) } else { 0 };
            let change = self.worth(of) - counted - gone(&[Code::NoActivity]);
            let ask = "tax, pension, banks, border: where has the number been used, and when";
            facts.extend(self.fact(fact, ask, change, self.weak));
            told.push(Code::NoActivity);
        }
        for code in self.codes.iter().copied().flatten().filter(|code| !told.contains(code)) {
            let plain = code.name().replace('_', " ");
            let fact = format!("{plain} has an innocent cause");
            facts.extend(self.fact(fact, words::of_signal(code).settles, -gone(&[code]), self.weak));
        }
        let invalid_later = [
            (
                Code::DocumentInvalidAtAssignment,
                "the document turns out to have been lost or stolen before the assignment",
                "the issuing state: on which day it was reported",
            ),
            (
                Code::SharedDocument,
                "the document turns out to be another person's",
                "the issuing state, or the file of the application: whose document it is",
            ),
        ];
        for (code, fact, ask) in invalid_later {
            // A document that is known as this person's is hardly another's.
            let open = self.of(code).is_none() && !self.has(Exculpation::GenuineDocument);
            if open && self.settings.weights[code as usize] > 0 {
                facts.extend(self.fact(fact, ask, self.would_add(code), false));
            }
        }
        let effect = |fact: &Fact| (milli(fact.score) - milli(self.row.score)).abs();
        facts.sort_by_key(|fact| std::cmp::Reverse((effect(fact), milli(fact.bits).abs())));
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::back::{ExculpationCell, SignalCell};

    fn evidence() -> RunEvidence {
        let signals = [("document_invalid_at_assignment", 9.0), ("shared_document", 6.0)];
        let exculpations =
            [("genuine_document", -4.0), ("alive", -1.0), ("alive_for_long", -3.0), ("present", -2.5)];
        RunEvidence {
            prior_bits: Some(-9.0),
            signals: signals.map(|(code, bits)| (code.to_owned(), bits)).into(),
            exculpations: exculpations.map(|(code, bits)| (code.to_owned(), bits)).into(),
        }
    }

    fn row(prior: f64, signals: &[(&str, f64)], exculpations: &[(&str, f64)]) -> SuspectRow {
        let sum = prior + signals.iter().chain(exculpations).map(|(_, bits)| bits).sum::<f64>();
        SuspectRow {
            case_id: "S-0".to_owned(),
            iin: None,
            score: f64::from(bits::probability(milli(sum))) / 1000.0,
            band: String::new(),
            ring_id: None,
            signals: signals
                .iter()
                .map(|&(code, bits)| SignalCell {
                    code: code.into(),
                    weight: 0.5,
                    evidence: "x".into(),
                    bits,
                })
                .collect(),
            registry_row: 1,
            prior_bits: prior,
            exculpations: exculpations
                .iter()
                .map(|&(code, bits)| ExculpationCell { code: code.into(), bits })
                .collect(),
            office: None,
            seen: Seen::default(),
            dismissed: false,
        }
    }

    fn told(row: SuspectRow, young: bool) -> Suspected {
        weigh(row, &evidence(), &Settings::default(), young)
    }

    #[test]
    fn the_sum_is_the_score() {
        let signals = [("presence_missing", 6.0), ("unknown_document", 3.0), ("no_activity", 4.0)];
        let found = told(row(-9.0, &signals, &[("alive", -1.0)]), false);
        assert!(found.adds_up && found.sum_note.is_none());
        assert_eq!((found.total_bits, found.total_probability), (3.0, 0.889));
        let order: Vec<&str> = found.signals.iter().map(|signal| &*signal.code).collect();
        assert_eq!(order, ["presence_missing", "no_activity", "unknown_document"], "most bits first");
        assert_eq!(found.prior_in_words, "where every row starts");
        assert!(told(row(-11.0, &signals, &[]), false).prior_in_words.contains("no mark"));
        let wrong = SuspectRow { score: 0.5, ..row(-9.0, &signals, &[]) };
        assert!(!told(wrong, false).adds_up);
        let weak = SuspectRow { score: 0.899, ..row(0.0, &[("shared_contact", 9.0)], &[]) };
        let weak = told(weak, false);
        assert!(weak.adds_up && weak.sum_note.is_some(), "weak signs alone are capped");
    }

    #[test]
    fn facts_are_what_is_not_counted_yet_by_their_effect() {
        let signals = [("presence_missing", 6.0), ("unknown_document", 3.0), ("consecutive_documents", 3.0)];
        let found = told(row(-9.0, &signals, &[("alive", -1.0)]), false);
        assert_eq!(found.score, 0.8);
        let named: Vec<(&str, f64, Option<&str>)> =
            found.facts.iter().map(|fact| (&fact.fact[..20], fact.bits, fact.band)).collect();
        let expected = [
            ("presence at the coun", -8.5, None),
            ("the document is foun", -7.0, None),
            ("consecutive document", -3.0, Some("low")),
            ("two kinds of activit", -2.0, Some("medium")),
            ("the document turns o", 6.75, Some("high")),
            ("the document turns o", 3.75, Some("high")),
        ];
        assert_eq!(named, expected);
        let absent: Vec<&str> = found.absent.iter().map(|step| &*step.code).collect();
        assert_eq!(absent, ["genuine_document", "alive_for_long", "present"]);
    }

    #[test]
    fn what_is_counted_is_no_fact() {
        let all = [("genuine_document", -4.0), ("alive_for_long", -3.0), ("present", -2.5)];
        let found = told(row(-3.0, &[("duplicate_identity", 9.0)], &all), false);
        assert_eq!(found.facts.len(), 1);
        assert!(found.facts[0].fact.starts_with("duplicate identity") && found.absent.is_empty());
        let stolen = told(row(-9.0, &[("document_invalid_at_assignment", 9.0)], &[]), true);
        let texts: Vec<&str> = stolen.facts.iter().map(|fact| &*fact.fact).collect();
        assert!(!texts.iter().any(|text| text.contains("is found in the register")), "{texts:?}");
        assert!(texts.iter().any(|text| text.contains("since the assignment are found")), "a young number");
        assert!(stolen.absent.iter().all(|step| step.code != "genuine_document"));
    }

    #[test]
    fn scores_in_words() {
        for (score, words) in [
            (0.93, "of ten such rows about nine have"),
            (0.5, "of ten such rows about five have"),
            (0.08, "of a hundred such rows about 8 have"),
            (0.97, "of a hundred such rows about 97 have"),
            (0.999, "of two hundred such rows all but one or none have"),
            (0.949, "of ten such rows about nine have"),
            (0.001, "hardly one of two hundred such rows has"),
        ] {
            assert!(in_words(score).starts_with(words), "{score}: {}", in_words(score));
        }
    }
}

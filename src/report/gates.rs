//! Gates: conditions on the figures of a run, under which a report is published and the night is still no success.
//!
//! In: conditions as they are typed (`rejects > 0.1%`) and the account of a run as `run.json` has it. Out: a verdict for
//! each. The law: a gate is understood before the first record is read, compares whole numbers exactly, and never
//! changes a report; it is no part of `run.json`, because the same inputs make the same report whatever is asked of it.
//!
//! ```text
//! NAME OP NUMBER            suspects.high > 0
//! NAME OP PERCENT%          rejects.registry > 0.1%            of the records of the same dataset
//! NAME OP PERCENT% of NAME  defects > 2% of records.documents
//! NAME OP PERCENT% of previous   records.registry < 90% of previous
//! ```

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::batch::Dataset;
use crate::error::{Error, Result};
use crate::figure::grouped;
use crate::ingest::header::distance;
use crate::report::changes::{CaseTable, State};
use crate::rules::corrections::Kind;
use crate::rules::score::Band;
use crate::validate::defect::{Check, Severity};

/// Whose figures are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// `reconcile` and `run`.
    Reconcile,
    /// `dedupe`.
    Dedupe,
    /// `validate`.
    Validate,
}

/// What became of a case since the night before, as far as it can be asked.
const STATES: [State; 5] = [State::New, State::Persisting, State::Changed, State::Resolved, State::Reopened];

/// The figure of the cases of a table that have a state.
fn name_of(state: State, table: CaseTable) -> String {
    format!("{}-{}", state.name(), table.name())
}

impl Job {
    /// Every figure that can be asked for, in the order in which it is told.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        let datasets: &[Dataset] = match self {
            Job::Reconcile => &[Dataset::Registry, Dataset::Documents, Dataset::Activity],
            Job::Dedupe => &[],
            Job::Validate => &[Dataset::Registry, Dataset::Documents, Dataset::Activity, Dataset::Customers],
        };
        let mut names = Vec::new();
        let mut add = |name: &str, parts: &mut dyn Iterator<Item = &str>| {
            names.push(name.to_owned());
            names.extend(parts.map(|part| format!("{name}.{part}")));
        };
        for name in ["records", "rejects"] {
            add(name, &mut datasets.iter().map(|dataset| dataset.name()));
        }
        if self != Job::Dedupe {
            add("defects", &mut Check::ALL.iter().map(|check| check.name()));
            add("errors", &mut std::iter::empty());
            add("warnings", &mut std::iter::empty());
        }
        let kinds = || Kind::ALL.iter().map(|kind| kind.name());
        let bands = || Band::ALL.iter().map(|band| band.name());
        match self {
            Job::Validate => {}
            Job::Dedupe => {
                add("persons", &mut std::iter::empty());
                add("duplicates", &mut std::iter::empty());
                add("suspects", &mut bands());
            }
            Job::Reconcile => {
                add("corrections", &mut kinds());
                add("suspects", &mut bands());
                for name in ["rings", "ring-members", "duplicates"] {
                    add(name, &mut std::iter::empty());
                }
                for table in CaseTable::ALL {
                    for state in STATES {
                        let name = name_of(state, table);
                        match (state, table) {
                            (State::New, CaseTable::Corrections) => add(&name, &mut kinds()),
                            (State::New, CaseTable::Suspects) => add(&name, &mut bands()),
                            _ => add(&name, &mut std::iter::empty()),
                        }
                    }
                }
            }
        }
        names
    }

    /// Of what a bare percentage of a figure is taken.
    fn base(self, name: &str) -> String {
        let head = name.split('.').next().unwrap_or(name);
        let of_dataset = name.split_once('.').filter(|_| head == "records" || head == "rejects");
        match (self, of_dataset) {
            (_, Some((_, dataset))) => format!("records.{dataset}"),
            // Cases are of people, and people are rows of the registry.
            (Job::Reconcile, None)
                if !["records", "rejects", "defects", "errors", "warnings"].contains(&head) =>
            {
                "records.registry".to_owned()
            }
            _ => "records".to_owned(),
        }
    }
}

/// The figures of a run by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    values: BTreeMap<String, u64>,
    compared: bool,
}

impl Figures {
    /// The figures of the account of a run, as `run.json` has it. What an older version did not count is missing.
    #[must_use]
    pub fn of(run: &Value) -> Self {
        let mut figures = Figures::default();
        for input in run["inputs"].as_array().into_iter().flatten() {
            let dataset = input["dataset"].as_str().unwrap_or_default();
            for (name, field) in [("records", "records"), ("rejects", "rejected")] {
                let count = input[field].as_u64().unwrap_or_default();
                figures.add(name, count);
                figures.add(&format!("{name}.{dataset}"), count);
            }
        }
        let counts = &run["counts"];
        for name in ["corrections", "suspects", "defects"] {
            figures.add_all(name, &counts[name]);
        }
        for check in Check::ALL {
            let count = counts["defects"][check.name()].as_u64().unwrap_or_default();
            figures.add(if check.severity() == Severity::Error { "errors" } else { "warnings" }, count);
        }
        for name in ["rings", "ring_members", "duplicates", "persons"] {
            figures.add(&name.replace('_', "-"), counts[name].as_u64().unwrap_or_default());
        }
        let changes = &run["changes"];
        figures.compared = changes.is_object();
        for table in CaseTable::ALL {
            for state in STATES {
                let count = changes["states"][table.name()][state.name()].as_u64().unwrap_or_default();
                figures.add(&name_of(state, table), count);
            }
            let new = name_of(State::New, table);
            for (kind, count) in changes["new_by_kind"][table.name()].as_object().into_iter().flatten() {
                figures.add(&format!("{new}.{kind}"), count.as_u64().unwrap_or_default());
            }
        }
        figures
    }

    fn add(&mut self, name: &str, count: u64) {
        *self.values.entry(name.to_owned()).or_default() += count;
    }

    fn add_all(&mut self, name: &str, counts: &Value) {
        for (part, count) in counts.as_object().into_iter().flatten() {
            let count = count.as_u64().unwrap_or_default();
            self.add(name, count);
            self.add(&format!("{name}.{part}"), count);
        }
    }

    /// One figure; what was not found is none of it.
    #[must_use]
    pub fn get(&self, name: &str) -> u64 {
        self.values.get(name).copied().unwrap_or_default()
    }

    /// Whether the run was compared with an earlier one.
    #[must_use]
    pub fn compared(&self) -> bool {
        self.compared
    }
}

/// How figure and limit are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
}

impl Op {
    /// The longer signs first: `>` begins `>=`.
    const ALL: [(Op, &'static str); 5] =
        [(Op::AtLeast, ">="), (Op::AtMost, "<="), (Op::Equal, "=="), (Op::Above, ">"), (Op::Below, "<")];

    fn sign(self) -> &'static str {
        Op::ALL.iter().find(|(op, _)| *op == self).expect("every sign is listed").1
    }

    fn holds(self, figure: u128, limit: u128) -> bool {
        match self {
            Op::Above => figure > limit,
            Op::AtLeast => figure >= limit,
            Op::Below => figure < limit,
            Op::AtMost => figure <= limit,
            Op::Equal => figure == limit,
        }
    }
}

/// What a figure is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Limit {
    Count(u64),
    /// Millionths of a percent of something.
    Share(u64, Of),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    /// Another figure of the same run.
    Figure(String),
    /// The same figure of the run before.
    Previous,
}

/// A condition under which a night is no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    name: String,
    op: Op,
    limit: Limit,
    /// What was typed of the limit, with spaces in their places.
    limit_text: String,
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.op.sign(), self.limit_text)
    }
}

/// What a gate said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The condition does not hold.
    Passed,
    /// The condition holds: the night is no success.
    Tripped,
    /// There was no earlier run to compare with.
    Skipped,
}

/// A gate and what it said of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The condition.
    pub gate: String,
    /// What it said.
    pub answer: Answer,
    /// The figure of the run.
    pub figure: u64,
    /// That of which the limit is a percentage, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// All of it in a sentence.
    pub words: String,
}

/// Decimals of a percentage that are kept.
const PLACES: usize = 6;

impl Gate {
    /// Reads a condition on the figures of a job.
    ///
    /// # Errors
    /// When it is no condition, or names a figure that the job does not have (exit code 2).
    ///
    /// ```
    /// use iinrec::report::gates::{Gate, Job};
    /// let gate = Gate::parse("rejects>0.1%", Job::Reconcile).unwrap();
    /// assert_eq!(gate.to_string(), "rejects > 0.1% of records");
    /// let error = Gate::parse("rejcts > 1", Job::Reconcile).unwrap_err().to_string();
    /// assert!(error.contains("did you mean `rejects`?"));
    /// ```
    pub fn parse(text: &str, job: Job) -> Result<Self> {
        let no_gate = |why: &str| {
            Error::usage(format!("`{}` is no gate: {why}", short(text.trim()))).remedy(
                "write a figure, a sign and a limit, e.g. \"rejects > 0.1%\" or \"new-suspects > 100\"",
            )
        };
        let at =
            text.find(['<', '>', '=']).ok_or_else(|| no_gate("no sign in it; signs are > >= < <= =="))?;
        let (name, rest) = (text[..at].trim(), &text[at..]);
        let found = Op::ALL.iter().find_map(|&(op, sign)| Some((op, rest.strip_prefix(sign)?)));
        let (op, limit) = found.ok_or_else(|| no_gate("signs are > >= < <= =="))?;
        let limit = limit.trim();
        let name = known(name, job)?;
        let (number, share) = match limit.split_once('%') {
            None => (limit, None),
            Some((number, of)) => (number.trim_end(), Some(of.trim())),
        };
        let Some(share) = share else {
            let count =
                number.parse().map_err(|_| no_gate("its limit is no whole number and no percentage"))?;
            return Ok(Gate { name, op, limit: Limit::Count(count), limit_text: number.to_owned() });
        };
        let millionths = millionths(number)
            .ok_or_else(|| no_gate("its limit is no percentage of at most six decimals"))?;
        let of = match share
            .strip_prefix("of")
            .filter(|rest| !rest.starts_with(char::is_alphanumeric))
            .map(str::trim)
        {
            None if share.is_empty() => Of::Figure(job.base(&name)),
            Some("previous") if job == Job::Validate => {
                return Err(no_gate("validate knows no earlier run"));
            }
            Some("previous") => Of::Previous,
            Some(other) if !other.is_empty() => Of::Figure(known(other, job)?),
            _ => return Err(no_gate("after % comes nothing, `of previous` or `of` and a figure")),
        };
        let base = match &of {
            Of::Previous => "previous",
            Of::Figure(base) => base,
        };
        let limit_text = format!("{number}% of {base}");
        Ok(Gate { name, op, limit: Limit::Share(millionths, of), limit_text })
    }

    /// Reads conditions that are given one by one or apart by commas.
    ///
    /// # Errors
    /// As [`Gate::parse`].
    pub fn parse_all(texts: &[String], job: Job) -> Result<Vec<Self>> {
        let parts = texts.iter().flat_map(|text| text.split(',')).filter(|part| !part.trim().is_empty());
        parts.map(|part| Gate::parse(part, job)).collect()
    }

    /// Whether it can be asked only of a run that has an earlier one.
    #[must_use]
    pub fn needs_previous(&self) -> bool {
        self.is_of_changes() || matches!(&self.limit, Limit::Share(_, Of::Previous))
    }

    /// Whether its figures are counted by comparing cases.
    fn is_of_changes(&self) -> bool {
        let changes = |name: &str| STATES.iter().any(|state| name.starts_with(&format!("{}-", state.name())));
        changes(&self.name) || matches!(&self.limit, Limit::Share(_, Of::Figure(base)) if changes(base))
    }

    /// Asks it of a run, and of the run before where there was one.
    #[must_use]
    pub fn ask(&self, figures: &Figures, previous: Option<&Figures>) -> Verdict {
        let figure = figures.get(&self.name);
        let verdict = |answer, of, words| Verdict { gate: self.to_string(), answer, figure, of, words };
        if self.is_of_changes() && !figures.compared {
            return verdict(Answer::Skipped, None, "no earlier night to compare with".to_owned());
        }
        let said = |holds| if holds { Answer::Tripped } else { Answer::Passed };
        let name = &self.name;
        match &self.limit {
            Limit::Count(limit) => {
                let holds = self.op.holds(figure.into(), (*limit).into());
                verdict(said(holds), None, format!("{name} is {}", grouped(figure)))
            }
            Limit::Share(millionths, of) => {
                let (base, whose) = match of {
                    Of::Figure(other) => (figures.get(other), format!("of {other}")),
                    Of::Previous => match previous {
                        Some(previous) => (previous.get(name), "of the night before".to_owned()),
                        None => {
                            let words = "no earlier night to compare with".to_owned();
                            return verdict(Answer::Skipped, None, words);
                        }
                    },
                };
                // Both sides in millionths of a percent of one.
                let holds = self.op.holds(
                    u128::from(figure) * 100 * 10u128.pow(PLACES as u32),
                    u128::from(*millionths) * u128::from(base),
                );
                let share = if base == 0 {
                    String::new()
                } else {
                    format!(", {} %", percent(figure as f64 / base as f64 * 100.0))
                };
                let words = format!("{name} is {}{share} {whose} ({})", grouped(figure), grouped(base));
                verdict(said(holds), Some(base), words)
            }
        }
    }
}

/// A percentage with as many decimals as say something.
fn percent(share: f64) -> String {
    let places = match share {
        0.0 => 0,
        10.0.. => 1,
        1.0.. => 2,
        _ => 4,
    };
    format!("{share:.places$}")
}

/// A figure of the job by its name, or what was probably meant.
fn known(name: &str, job: Job) -> Result<String> {
    let names = job.names();
    if names.iter().any(|known| known == name) {
        return Ok(name.to_owned());
    }
    let error = Error::usage(format!("no figure of this command is called `{}`", short(name)));
    let near = (name.len() <= 64).then(|| {
        let near = names.iter().min_by_key(|known| distance(&name.to_lowercase(), known));
        near.filter(|near| distance(&name.to_lowercase(), near) <= (near.chars().count() / 3).max(1))
    });
    Err(match near.flatten() {
        Some(near) => error.remedy(format!("did you mean `{near}`?")),
        None => {
            let heads: Vec<&str> =
                names.iter().filter(|name| !name.contains('.')).map(String::as_str).collect();
            let part = names.iter().rev().find(|name| name.contains('.')).map_or("", String::as_str);
            let part = if part.is_empty() { String::new() } else { format!("; by part as in {part}") };
            error.remedy(format!("figures are {}{part}", heads.join(", ")))
        }
    })
}

/// A word as it stands in an error: somebody may have put a whole line in quotes.
fn short(word: &str) -> String {
    if word.chars().count() <= 60 { word.to_owned() } else { word.chars().take(60).chain(['…']).collect() }
}

/// A percentage as millionths of a percent, exactly.
fn millionths(text: &str) -> Option<u64> {
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(places) || whole.len() > 6 || places.len() > PLACES {
        return None;
    }
    format!("{whole}{places:0<PLACES$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn night() -> Figures {
        Figures::of(&json!({
            "inputs": [
                {"dataset": "registry", "records": 600, "rejected": 3},
                {"dataset": "registry", "records": 400, "rejected": 0},
                {"dataset": "documents", "records": 2000, "rejected": 9},
            ],
            "counts": {
                "corrections": {"name_changed": 7, "sex_differs": 0},
                "suspects": {"high": 2, "low": 5, "medium": 0},
                "defects": {"iin_length": 4, "iin_sex_differs": 6},
                "rings": 1, "ring_members": 4, "duplicates": 8,
            },
            "changes": {
                "states": {"suspects": {"new": 3, "resolved": 1}},
                "new_by_kind": {"suspects": {"high": 1, "low": 2}},
            },
        }))
    }

    #[test]
    fn every_sign_and_every_kind_of_limit() {
        let figures = night();
        let mut before = night();
        before.values.insert("records.registry".to_owned(), 2000);
        for (text, tripped, why) in [
            ("suspects > 6", true, "a sum of bands"),
            ("suspects>7", false, "no spaces, and the limit itself is allowed"),
            ("suspects >= 7", true, "or reached"),
            ("suspects < 7", false, "less than"),
            ("suspects <= 7", true, "or as much"),
            ("suspects.high == 2", true, "one band"),
            ("suspects.medium == 0", true, "a band of which there is none"),
            ("rejects > 0.4%", false, "12 of 3000 are 0.4 % exactly"),
            ("rejects >= 0.4%", true, "which is compared exactly"),
            ("rejects > 0.399999%", true, "to the sixth decimal"),
            ("rejects.registry > 0.2%", true, "3 of 1000: of its own dataset"),
            ("corrections > 0.6%", true, "7 of 1000: of the registry"),
            ("defects > 1% of records.documents", false, "10 of 2000: of what was said"),
            ("errors > 3", true, "a defect that is an error"),
            ("warnings > 6", false, "the others are warnings"),
            ("defects.iin_length > 3", true, "one check"),
            ("ring-members > 3", true, "a hyphen"),
            ("new-suspects > 2", true, "of the comparison"),
            ("new-suspects.high > 1", false, "by band"),
            ("resolved-suspects > 0", true, "another state"),
            ("records.registry < 90% of previous", true, "half an export"),
            ("records.documents < 90 % of previous", false, "a whole one"),
            ("records.activity < 90% of previous", false, "none and none before: not below"),
        ] {
            let gate = Gate::parse(text, Job::Reconcile).unwrap_or_else(|e| panic!("{text}: {e}"));
            let verdict = gate.ask(&figures, Some(&before));
            assert_eq!(verdict.answer == Answer::Tripped, tripped, "{text}: {why}: {verdict:?}");
        }
    }

    #[test]
    fn without_an_earlier_night_there_is_nothing_to_ask() {
        let figures = Figures::of(&json!({"inputs": [], "counts": {}}));
        for text in ["new-suspects > 0", "records < 90% of previous", "suspects > 1% of new-suspects"] {
            let gate = Gate::parse(text, Job::Reconcile).expect("a gate");
            assert!(gate.needs_previous(), "{text}");
            assert_eq!(gate.ask(&figures, None).answer, Answer::Skipped, "{text}");
        }
        let gate = Gate::parse("records < 1", Job::Reconcile).expect("a gate");
        assert!(!gate.needs_previous());
        assert_eq!(gate.ask(&figures, None).answer, Answer::Tripped);
    }

    #[test]
    fn what_is_no_gate() {
        for (text, words) in [
            ("rejects", "no sign"),
            ("rejects > ", "no whole number"),
            ("rejects > 1.5", "no whole number"),
            ("rejects > -1", "no whole number"),
            ("rejects => 1", "signs are"),
            ("rejects > x%", "no percentage"),
            ("rejects > 0.1234567%", "no percentage"),
            ("rejects > 1% off", "after % comes"),
            ("rejects > 1% of", "after % comes"),
            ("rejects > 1% of reckords", "did you mean `records`?"),
            ("new-suspect > 1", "did you mean `new-suspects`?"),
            ("corrections.name_change > 1", "did you mean `corrections.name_changed`?"),
            ("xyzzy > 1", "figures are records, rejects"),
        ] {
            let error = Gate::parse(text, Job::Reconcile).expect_err(text);
            assert_eq!(error.exit_code(), 2, "{text}");
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
        for (text, job) in [
            ("corrections > 1", Job::Validate),
            ("records < 90% of previous", Job::Validate),
            ("new-suspects > 1", Job::Dedupe),
            ("defects > 1", Job::Dedupe),
        ] {
            assert!(Gate::parse(text, job).is_err(), "{text} is no gate of {job:?}");
        }
    }

    proptest! {
        /// What a gate is shown as means the same, and no text makes it panic.
        #[test]
        fn a_gate_that_is_shown_is_the_same_gate(name in 0usize..500, op in 0usize..5, whole in 0u64..1000, places in "[0-9]{1,6}", form in 0..4, any in "\\PC{0,40}") {
            let _ = Gate::parse(&any, Job::Reconcile);
            let names = Job::Reconcile.names();
            let (name, sign) = (&names[name % names.len()], Op::ALL[op].1);
            let text = match form {
                0 => format!("{name}{sign}{whole}"),
                1 => format!(" {name} {sign} {whole}.{places}% "),
                2 => format!("{name}{sign}{whole}.{places}%of records"),
                _ => format!("{name}{sign}{whole}% of previous"),
            };
            let gate = Gate::parse(&text, Job::Reconcile).unwrap();
            prop_assert_eq!(Gate::parse(&gate.to_string(), Job::Reconcile).unwrap(), gate);
        }
    }
}

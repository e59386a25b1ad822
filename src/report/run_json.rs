//! `run.json`: what went in, what came out, and the proof that nothing was lost.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::changes::ChangesReport;
use super::protect::ProtectionReport;
use super::publish::Output;
use crate::ingest::reject::{Reject, by_reason};
use crate::ingest::{Input, InputTotals};
use crate::rules::bits::{Millibits, in_bits};
use crate::rules::decisions::Account;
use crate::rules::evidence::{Belief, Exculpation};
use crate::rules::score::Band;
use crate::rules::signals::Code;

/// The machine-readable account of a run.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
    /// Version of the program.
    pub version: &'static str,
    /// The one "now" of the run.
    pub as_of: String,
    /// Digest of everything but the inputs' bytes that can change an output.
    pub config_fingerprint: String,
    /// Digest of the settings and of how files are read: the same on two nights with the same configuration.
    pub settings_fingerprint: String,
    /// One entry a file.
    pub inputs: Vec<InputReport>,
    /// One entry a file of the report.
    pub outputs: Vec<Output>,
    /// Counts by kind and band.
    pub counts: Counts,
    /// What the signals were worth, where suspects were sought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// What became of decisions, where some were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<DecisionsReport>,
    /// What became of an earlier night's cases, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<ChangesReport>,
    /// How its tables are protected, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protection: Option<ProtectionReport>,
    /// Seconds by stage: the only part that differs between two equal runs.
    pub seconds: BTreeMap<&'static str, f64>,
}

/// What a run believed of its signals, in bits; one bit doubles the odds.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    /// The log odds of a row of which nothing is said.
    pub prior_bits: f64,
    /// Rows from which it was learned.
    pub rows: u64,
    /// What a strong signal adds. Where a signal measures itself, it stands in its row.
    pub signals: BTreeMap<&'static str, f64>,
    /// What an exculpation takes off.
    pub exculpations: BTreeMap<&'static str, f64>,
}

impl Evidence {
    /// An account of log odds, rows, and what each signal and exculpation is worth.
    #[must_use]
    pub fn new(
        prior: Millibits,
        rows: u64,
        signals: &[(&'static str, Millibits)],
        exculpations: &[(&'static str, Millibits)],
    ) -> Self {
        let told = |worths: &[(&'static str, Millibits)]| {
            worths.iter().map(|&(name, bits)| (name, in_bits(bits))).collect()
        };
        Evidence {
            prior_bits: in_bits(prior),
            rows,
            signals: told(signals),
            exculpations: told(exculpations),
        }
    }

    /// The account of a belief.
    #[must_use]
    pub fn of(belief: &Belief) -> Self {
        let signals = Code::ALL.map(|code| (code.name(), belief.worth(code)[1]));
        let exculpations = Exculpation::ALL.map(|of| (of.name(), belief.exculpation(of)));
        Evidence::new(belief.prior, belief.rows, &signals, &exculpations)
    }
}

/// How many suspects there are of each band, the empty ones among them.
#[must_use]
pub fn by_band(bands: impl Iterator<Item = Band>) -> BTreeMap<&'static str, u64> {
    let mut counts: BTreeMap<&'static str, u64> = Band::ALL.map(|band| (band.name(), 0)).into();
    bands.for_each(|band| *counts.entry(band.name()).or_default() += 1);
    counts
}

/// How many there are of each name.
#[must_use]
pub fn by_name(names: impl Iterator<Item = &'static str>) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts
}

/// What became of the decisions of people.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionsReport {
    /// The file as it was given.
    pub path: String,
    /// BLAKE3 of its bytes.
    pub digest: String,
    /// Cases that were confirmed.
    pub confirmed: u64,
    /// Cases that were dismissed.
    pub dismissed: u64,
    /// Cases that are not decided yet.
    pub open: u64,
    /// Dismissed suspects that are kept away: the rows of `dismissed.parquet`.
    pub suspects_kept_away: u64,
    /// Dismissed corrections that are kept away: the rows of `dismissed_corrections.parquet`.
    pub corrections_kept_away: u64,
    /// Dismissed suspects that are back, since there is more evidence.
    pub back_with_more_evidence: u64,
    /// Dismissed suspects that are back, since they are `high` and their decision has no `evidence_id`.
    pub back_without_evidence_id: u64,
    /// Decisions on cases that this run did not find.
    pub not_found: u64,
    /// Confirmed suspects from which was learned; 0 where they are too few.
    pub learned_from: u64,
    /// Shares of invented people who bear a signal, in thousandths, that were moved: from what, to what.
    pub shares_moved: BTreeMap<&'static str, [u16; 2]>,
}

impl DecisionsReport {
    /// The account of a file's decisions.
    #[must_use]
    pub fn of(path: &Path, digest: &str, account: &Account) -> Self {
        let [confirmed, dismissed, open] = account.said;
        DecisionsReport {
            path: path.display().to_string(),
            digest: digest.to_owned(),
            confirmed,
            dismissed,
            open,
            suspects_kept_away: account.suspects_away,
            corrections_kept_away: account.corrections_away,
            back_with_more_evidence: account.grown,
            back_without_evidence_id: account.unsaid,
            not_found: account.not_found,
            learned_from: account.learned_from,
            shares_moved: account.shares.iter().map(|&(code, from, to)| (code.name(), [from, to])).collect(),
        }
    }
}

/// One input file.
#[derive(Clone, Debug, Serialize)]
pub struct InputReport {
    /// The dataset.
    pub dataset: &'static str,
    /// The path as it was given.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Records, accepted and rejected.
    pub records: u64,
    /// Records that became rows.
    pub accepted: u64,
    /// Records that became rows of `rejects.parquet`.
    pub rejected: u64,
    /// How it was read.
    pub format: String,
    /// Headers that were given no role.
    pub ignored_columns: Vec<String>,
}

/// Counts by kind and band. Maps are ordered by name; those of corrections and suspects name every kind and
/// band, also those of which there is none.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Corrections by kind.
    pub corrections: BTreeMap<&'static str, u64>,
    /// Suspects by band.
    pub suspects: BTreeMap<&'static str, u64>,
    /// Suspects by signal.
    pub signals: BTreeMap<&'static str, u64>,
    /// Rings of suspects.
    pub rings: u64,
    /// Suspects who are in a ring.
    pub ring_members: u64,
    /// Members of the largest ring.
    pub ring_members_max: u64,
    /// IINs in clusters that look like one person.
    pub duplicates: u64,
    /// Defects by check.
    pub defects: BTreeMap<&'static str, u64>,
    /// Rejected records by reason.
    pub rejects: BTreeMap<&'static str, u64>,
}

/// Rejects of one input: with each the index of its file.
pub type InputRejects<'a> = (&'a Input, Vec<(usize, Reject)>);

/// How many rejects there are of each reason.
#[must_use]
pub fn count_rejects(found: &[InputRejects<'_>]) -> BTreeMap<&'static str, u64> {
    by_reason(found.iter().flat_map(|(_, rejects)| rejects.iter().map(|(_, reject)| reject)))
}

/// The entries of one dataset's files.
///
/// # Panics
/// When a file's records are not all accounted for: that would be our bug.
#[must_use]
pub fn input_reports(input: &Input, totals: &[InputTotals]) -> Vec<InputReport> {
    let entry = |(file, totals): (&crate::ingest::DataFile, &InputTotals)| {
        assert_eq!(totals.records, totals.accepted + totals.rejected, "every record is accepted or rejected");
        InputReport {
            dataset: input.dataset.name(),
            path: totals.path.display().to_string(),
            bytes: totals.bytes,
            records: totals.records,
            accepted: totals.accepted,
            rejected: totals.rejected,
            format: file.format(),
            ignored_columns: file.header().ignored.clone(),
        }
    };
    input.files.iter().zip(totals).map(entry).collect()
}

/// The text of `run.json`, and of every other file of JSON.
///
/// # Panics
/// When a value is not plain data: that would be our bug.
#[must_use]
pub fn render(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("it is plain data");
    text.push('\n');
    text
}

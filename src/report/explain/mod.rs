//! Explain: the whole story of one case of a finished run, for a person who must check everything.
//!
//! In: a published report ([`crate::report::back`]) and the files it was made from ([`sources`]). Out: a [`Story`]: the rows as read,
//! what each link rests on ([`ties`]), the corrections, the score taken apart ([`weigh`]) with what each signal means
//! ([`words`]), what speaks for the person, and what one more fact would settle. The page of it is
//! `report::html::story`; the command line prints it as text.
//!
//! The law: a story repeats what the run decided and decides nothing itself; what cannot be shown any more is said;
//! no sentence says that somebody did anything.

pub mod sources;
pub mod ties;
pub mod weigh;
pub mod words;

use serde::Serialize;
use serde_json::{Map, Value};

use self::sources::Record;
use self::ties::Tied;
use self::weigh::Suspected;
use crate::figure::grouped;
use crate::report::back::{CorrectionRow, DefectRow, DuplicateRow, Seen, SuspectRow};

/// Members of a ring or cluster that are shown at most.
pub const MEMBERS_MAX: usize = 20;

/// The story of one case.
#[derive(Clone, Debug, Serialize)]
pub struct Story {
    /// The IIN or case that was asked for.
    pub asked: String,
    /// What it is: `number`, `row` (one without a readable number), `cluster` or `ring`.
    pub kind: &'static str,
    /// The folder of the report.
    pub report: String,
    /// The one "now" of the run.
    pub as_of: String,
    /// Version of the program that made the report.
    pub version: String,
    /// What was found, in a sentence.
    pub headline: String,
    /// The sentences after it.
    pub lead: Vec<String>,
    /// The registry rows as read.
    pub registry: Vec<Record>,
    /// Their documents, with what ties each.
    pub documents: Vec<Tied>,
    /// Whether the document that the registry rows hold is among them; null where no file of documents can be read, or
    /// no row holds one.
    pub registered_document_on_file: Option<bool>,
    /// What was seen of the numbers.
    pub activity: Option<Activity>,
    /// What should be corrected.
    pub corrections: Vec<Needed>,
    /// The suspects, each taken apart.
    pub suspects: Vec<Suspected>,
    /// The numbers that look like one person.
    pub clusters: Vec<Cluster>,
    /// The rings to which suspects belong.
    pub rings: Vec<Ring>,
    /// What is wrong with the values of these rows.
    pub defects: Vec<DefectRow>,
    /// What cannot be shown, and what does not fit together.
    pub notes: Vec<String>,
}

/// Events of living people under the numbers of a case.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Activity {
    /// How many.
    pub events: u64,
    /// How many of them on or after the assignment, where that day is known.
    pub since_assignment: Option<u64>,
    /// By kind, in alphabetical order.
    pub kinds: Vec<ActivityKind>,
}

/// Events of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityKind {
    /// The kind as read.
    pub kind: String,
    /// How many.
    pub events: u64,
    /// The first day.
    pub first: Option<String>,
    /// The last.
    pub last: Option<String>,
}

/// A correction that is needed.
#[derive(Clone, Debug, Serialize)]
pub struct Needed {
    /// Its row in the report.
    #[serde(flatten)]
    pub row: CorrectionRow,
    /// What it means.
    pub meaning: &'static str,
    /// The document that shows it.
    pub document: Option<String>,
    /// What it was tied by, in words.
    pub basis_in_words: &'static str,
    /// What explains it although all is well.
    pub cause: &'static str,
    /// Whom to ask for what.
    pub settles: &'static str,
    /// Whether this is the case that was asked for.
    pub asked: bool,
}

impl Needed {
    /// A row of the report with its words.
    #[must_use]
    pub fn of(row: CorrectionRow, asked: &str) -> Self {
        let said = words::kind(&row.kind).map(words::of_kind);
        let basis = row.basis.as_deref().and_then(words::basis);
        let document = row.document_number.as_ref().map(|number| match &row.document_country {
            Some(country) => format!("{number} of {country}"),
            None => number.clone(),
        });
        Needed {
            meaning: said.map_or("", |said| said.meaning),
            cause: said.map_or("", |said| said.cause),
            settles: said.map_or("", |said| said.settles),
            basis_in_words: words::of_basis(basis.unwrap_or(crate::link::Basis::None)),
            asked: row.case_id == asked,
            document,
            row,
        }
    }
}

/// Numbers that look like one person.
#[derive(Clone, Debug, Serialize)]
pub struct Cluster {
    /// Its id.
    pub cluster_id: String,
    /// How many numbers.
    pub size: u32,
    /// What became of it since the earlier night.
    #[serde(flatten)]
    pub seen: Seen,
    /// They, some of many.
    pub members: Vec<ClusterMember>,
}

/// One number of a cluster.
#[derive(Clone, Debug, Serialize)]
pub struct ClusterMember {
    /// The number.
    pub iin: String,
    /// Its registry row, from 1.
    pub registry_row: u32,
    /// The probability to be one person with its best partner.
    pub match_probability: f64,
    /// That partner.
    pub best_partner: String,
}

impl Cluster {
    /// A cluster of its rows, of which there is at least one.
    #[must_use]
    pub fn of(rows: Vec<DuplicateRow>) -> Option<Self> {
        let first = rows.first()?;
        let (cluster_id, size, seen) = (first.cluster_id.clone(), first.cluster_size, first.seen.clone());
        let member = |row: DuplicateRow| ClusterMember {
            iin: row.iin,
            registry_row: row.registry_row,
            match_probability: row.match_probability,
            best_partner: row.best_partner,
        };
        let members = rows.into_iter().take(MEMBERS_MAX).map(member).collect();
        Some(Cluster { cluster_id, size, seen, members })
    }
}

/// Suspects that belong together.
#[derive(Clone, Debug, Serialize)]
pub struct Ring {
    /// Its id.
    pub ring_id: String,
    /// What the run says of it, column by column.
    pub said: Map<String, Value>,
    /// How many suspects it has.
    pub suspects: u64,
    /// They, highest score first, some of many.
    pub members: Vec<RingMember>,
}

/// One suspect of a ring.
#[derive(Clone, Debug, Serialize)]
pub struct RingMember {
    /// The case.
    pub case_id: String,
    /// The number.
    pub iin: Option<String>,
    /// Its registry row, from 1.
    pub registry_row: u32,
    /// Its score.
    pub score: f64,
    /// Its band.
    pub band: String,
    /// Its signals.
    pub signals: Vec<String>,
}

impl Ring {
    /// A ring of what the run says of it and of its suspects, as the report sorts them.
    #[must_use]
    pub fn of(ring_id: &str, mut said: Map<String, Value>, suspects: &[SuspectRow]) -> Self {
        said.remove("ring_id");
        let member = |row: &SuspectRow| RingMember {
            case_id: row.case_id.clone(),
            iin: row.iin.clone(),
            registry_row: row.registry_row,
            score: row.score,
            band: row.band.clone(),
            signals: row.signals.iter().map(|signal| signal.code.clone()).collect(),
        };
        Ring {
            ring_id: ring_id.to_owned(),
            said,
            suspects: suspects.len() as u64,
            members: suspects.iter().take(MEMBERS_MAX).map(member).collect(),
        }
    }
}

/// A value of a table as a person reads it.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name} {}", plain(value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

/// What a run says of a ring, a line each: of a list of structures every one, of the numbers none, since they are shown
/// with their cases.
#[must_use]
pub fn lines_of(said: &Map<String, Value>) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for (name, value) in said.iter().filter(|(name, _)| *name != "iins") {
        let text = name.replace('_', " ");
        match value.as_array() {
            Some(items) if items.iter().all(Value::is_object) => {
                // Whom each of them binds is told by row, which says nothing beside the cases.
                let told = items.iter().filter_map(Value::as_object).map(|item| {
                    let parts = item.iter().filter(|(name, _)| *name != "who");
                    parts
                        .map(|(name, value)| format!("{name} {}", plain(value)))
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                lines.extend(told.map(|told| (text.clone(), told)));
            }
            _ => lines.push((text, plain(value))),
        }
    }
    lines
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { one } else { many })
}

impl Story {
    /// Writes headline and lead over what was gathered.
    pub fn write_headline(&mut self) {
        let mut said = match self.kind {
            "cluster" => self.of_cluster(),
            "ring" => self.of_ring(),
            _ => self.of_number(),
        };
        self.headline = if said.is_empty() { String::new() } else { said.remove(0) };
        self.lead = said;
    }

    fn of_cluster(&self) -> Vec<String> {
        let Some(cluster) = self.clusters.first() else { return Vec::new() };
        let suspects = self.suspects.len();
        let mut said = vec![
            format!("{} numbers that may be one person's", grouped(u64::from(cluster.size))),
            "A number is given once and for life. Which of them is in use, and whether they are one person's, is for a \
             person to settle: both files, or the person."
                .to_owned(),
        ];
        if suspects > 0 {
            said.push(format!("{} of them a suspect too.", counted(suspects, "is", "are")));
        }
        said
    }

    fn of_ring(&self) -> Vec<String> {
        let Some(ring) = self.rings.first() else { return Vec::new() };
        vec![
            format!("{} that belong together", counted(ring.suspects as usize, "suspect", "suspects")),
            "What ties them may be a helper, an employer or a family as well as anything else. Whoever settles one of \
             them has learned something of the others."
                .to_owned(),
        ]
    }

    fn of_number(&self) -> Vec<String> {
        let mut said = Vec::new();
        let unknown = self.corrections.iter().any(|needed| needed.row.kind == "iin_unknown");
        if let Some(suspect) = self.suspects.first() {
            let (score, band) = (suspect.score, &suspect.band);
            said.push(if suspect.dismissed {
                format!("A decision keeps this suspect away until its evidence changes: {score:.3}, {band}")
            } else {
                format!("Perhaps nobody is behind this number: {score:.3}, {band}")
            });
            let mut words = suspect.in_words.clone();
            words.replace_range(..1, &words[..1].to_uppercase());
            said.push(format!("{words}. It is a question for a person and no finding about one."));
        }
        if unknown {
            said.push("A document bears this number, and the registry has no row of it".to_owned());
        }
        let of_row = self.corrections.iter().filter(|needed| needed.row.kind != "iin_unknown");
        let (away, open): (Vec<_>, Vec<_>) = of_row.partition(|needed| needed.row.dismissed);
        if !open.is_empty() {
            let needed = counted(open.len(), "correction seems", "corrections seem");
            said.push(format!("{needed} to be needed in the registry"));
        }
        if !away.is_empty() {
            said.push(format!(
                "{} kept away by a decision",
                counted(away.len(), "correction is", "corrections are")
            ));
        }
        if let Some(cluster) = self.clusters.first() {
            said.push(format!(
                "It may be one of {} numbers of one person ({})",
                grouped(u64::from(cluster.size)),
                cluster.cluster_id
            ));
        }
        if said.is_empty() {
            said.push("Nothing was found against this number".to_owned());
            said.push(
                "It is in no correction, is no suspect and looks like nobody else's. That is no proof that all is well: \
                 a run finds only what its files show."
                    .to_owned(),
            );
        }
        for sentence in said.iter_mut().skip(1).filter(|sentence| !sentence.ends_with('.')) {
            sentence.push('.');
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_ring_is_told_line_by_line_whatever_its_columns_are() {
        let said = json!({
            "members": 12, "mean_score": 0.9, "first_assigned": null, "iins": ["000101699999"],
            "binds": [{"kind": "phone", "members": 7}, {"kind": "office", "members": 5}],
        });
        let lines = lines_of(said.as_object().expect("an object"));
        let lines: Vec<String> = lines.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let expected = [
            "binds: kind phone, members 7",
            "binds: kind office, members 5",
            "first assigned: -",
            "mean score: 0.9",
            "members: 12",
        ];
        assert_eq!(lines, expected);
    }
}

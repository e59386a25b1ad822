//! Score: signals in, suspects out: one number and a band a row, with all that led to it.
//!
//! Signals are views of facts, and several views of one fact are not several facts: an unknown document is
//! often malformed too. So signals fall into families; within a family the heaviest counts in full and each
//! other as a quarter of itself. Families are taken as independent: with weights w the score is 1 - Π(1 - w).
//!
//! Exculpation comes first. A document of the person in the register takes 60 % off every weight, except
//! where the signal is about the document itself. Activity of two kinds after the assignment halves every
//! weight. Weak signals together stay below `medium`.
//!
//! The law: integers only and a fixed order, so that the score of a row is the same on every machine; the
//! score is a claim on a reviewer's time, not a probability that anybody is guilty of anything.

use super::World;
use super::settings::Settings;
use super::signals::{Code, Signal, is_known_person};
use crate::day::NO_DAY;

/// How much of a reviewer's time a suspect deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// Worth a look when there is time.
    Low,
    /// As likely as not that something is wrong.
    Medium,
    /// To be looked at first.
    High,
}

impl Band {
    /// Every band, strongest first.
    pub const ALL: [Band; 3] = [Band::High, Band::Medium, Band::Low];

    /// The contract's word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Band::Low => "low",
            Band::Medium => "medium",
            Band::High => "high",
        }
    }

    /// The band of a score in thousandths; `None` below what is reported.
    #[must_use]
    pub fn of(score: u16, settings: &Settings) -> Option<Band> {
        match score {
            _ if score >= settings.band_high => Some(Band::High),
            _ if score >= settings.band_medium => Some(Band::Medium),
            _ if score >= settings.band_low => Some(Band::Low),
            _ => None,
        }
    }
}

/// What speaks for the person of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exculpation {
    /// The documents register has a document of this row that agrees with it.
    pub known: bool,
    /// There was activity after the assignment, and of two kinds or more.
    pub active: bool,
}

/// A row that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The registry row.
    pub row: u32,
    /// Score in thousandths.
    pub score: u16,
    /// Band of the score.
    pub band: Band,
    /// What was taken off, and why.
    pub exculpation: Exculpation,
    /// The signals, in the order of their codes, with their own weights.
    pub signals: Vec<Signal>,
}

/// Views of one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Number,
    Document,
    Time,
    Channel,
    Crowd,
    Life,
}

fn family(code: Code) -> Family {
    match code {
        Code::InvalidIin => Family::Number,
        Code::SharedDocument
        | Code::UnknownDocument
        | Code::MalformedDocument
        | Code::DocumentInvalidAtAssignment
        // Mostly another view of one document under two numbers.
        | Code::DuplicateIdentity => Family::Document,
        Code::BirthContradictsIin | Code::SexContradictsIin | Code::ImpossibleTime => Family::Time,
        Code::PresenceMissing | Code::RemoteChannel => Family::Channel,
        Code::RepresentativeBurst | Code::ConsecutiveDocuments | Code::SharedContact => Family::Crowd,
        Code::NoActivity => Family::Life,
    }
}

/// Whether a signal is about the registered document itself, or about having a second
/// number, so that its being genuine explains nothing.
fn is_about_the_document(code: Code) -> bool {
    matches!(code, Code::SharedDocument | Code::DocumentInvalidAtAssignment | Code::DuplicateIdentity)
}

/// Makes suspects of signals that are sorted by row and code; sorted by row.
#[must_use]
pub fn suspects(world: &World<'_>, signals: Vec<Signal>) -> Vec<Suspect> {
    assert!(signals.is_sorted_by_key(|s| (s.row, s.code)), "signals come sorted by row and code");
    let mut suspects = Vec::new();
    let mut signals = signals.into_iter().peekable();
    while let Some(first) = signals.next() {
        let row = first.row;
        let mut of_row = vec![first];
        while let Some(signal) = signals.next_if(|signal| signal.row == row) {
            of_row.push(signal);
        }
        let exculpation = exculpation(world, row as usize);
        let weights: Vec<(Code, u16)> = of_row.iter().map(|s| (s.code, s.weight)).collect();
        let score = score(&weights, exculpation, world.settings);
        if let Some(band) = Band::of(score, world.settings) {
            suspects.push(Suspect { row, score, band, exculpation, signals: of_row });
        }
    }
    suspects
}

fn exculpation(world: &World<'_>, row: usize) -> Exculpation {
    let assigned = world.registry.rows[row].assigned;
    let active =
        world.links.living.get(row).is_some_and(|living| {
            living.kinds() >= 2 && living.last() != NO_DAY && living.last() >= assigned
        });
    Exculpation { known: is_known_person(world, row), active: active && assigned != NO_DAY }
}

/// One, in the millionths in which products are kept.
const ONE: u64 = 1_000_000;

/// The score in thousandths of weights in thousandths, in any order.
#[must_use]
pub fn score(weights: &[(Code, u16)], exculpation: Exculpation, settings: &Settings) -> u16 {
    let mut eased: Vec<(Family, std::cmp::Reverse<u64>)> = weights
        .iter()
        .map(|&(code, weight)| {
            // Millionths, so that both reductions stay exact: 1000 · 2/5 · 1/2 = 200.
            let known = exculpation.known && !is_about_the_document(code);
            let millionths = u64::from(weight.min(1000)) * if known { 400 } else { 1000 };
            (family(code), std::cmp::Reverse(if exculpation.active { millionths / 2 } else { millionths }))
        })
        .collect();
    // Rounding depends on the order of factors, so there is one order.
    eased.sort_unstable();
    let mut left = ONE;
    for family in eased.chunk_by(|a, b| a.0 == b.0) {
        for (at, &(_, std::cmp::Reverse(weight))) in family.iter().enumerate() {
            let counted = if at == 0 { weight } else { weight / 4 };
            left = left * (ONE - counted) / ONE;
        }
    }
    let score = ((ONE - left + 500) / 1000) as u16;
    if weights.iter().all(|(code, _)| code.is_weak()) { score.min(settings.band_medium - 1) } else { score }
}

#[cfg(test)]
mod tests {
    use super::super::signals::testing::{AS_OF, Case};
    use super::*;
    use proptest::prelude::*;

    const NOTHING: Exculpation = Exculpation { known: false, active: false };
    const KNOWN: Exculpation = Exculpation { known: true, active: false };
    const ACTIVE: Exculpation = Exculpation { known: false, active: true };
    const BOTH: Exculpation = Exculpation { known: true, active: true };

    #[test]
    fn what_signals_amount_to() {
        use Code::*;
        let settings = Settings::default();
        let cases: &[(&[Code], Exculpation, &str, &str)] = &[
            (&[BirthContradictsIin], NOTHING, "", "one weak sign"),
            (&[SexContradictsIin], NOTHING, "", "one weak sign"),
            (&[RemoteChannel], NOTHING, "", "one weak sign"),
            (&[SharedContact], NOTHING, "", "one weak sign"),
            (&[NoActivity], NOTHING, "", "never enough alone"),
            (&[MalformedDocument], NOTHING, "low", "one soft sign"),
            (&[InvalidIin], NOTHING, "low", "mostly typing"),
            (&[NoActivity, RemoteChannel], NOTHING, "low", "two weak signs"),
            (
                &[
                    BirthContradictsIin,
                    SexContradictsIin,
                    MalformedDocument,
                    RemoteChannel,
                    SharedContact,
                    NoActivity,
                ],
                NOTHING,
                "low",
                "all weak signs together",
            ),
            (&[UnknownDocument], NOTHING, "low", "perhaps mistyped"),
            (
                &[UnknownDocument, NoActivity, RemoteChannel],
                NOTHING,
                "medium",
                "a person of whom nothing is known",
            ),
            (
                &[UnknownDocument, RepresentativeBurst, ConsecutiveDocuments],
                NOTHING,
                "high",
                "made in a series",
            ),
            (&[PresenceMissing], NOTHING, "medium", "the law asks for presence"),
            (&[PresenceMissing], KNOWN, "low", "but the passport is known"),
            (&[PresenceMissing], BOTH, "", "and somebody lives with it"),
            (&[SharedDocument], NOTHING, "medium", "two persons, one document"),
            (&[SharedDocument], KNOWN, "medium", "the document being genuine explains nothing"),
            (&[SharedDocument, NoActivity, PresenceMissing], NOTHING, "high", "and nobody there"),
            (&[DocumentInvalidAtAssignment], NOTHING, "medium", "stolen"),
            (&[DocumentInvalidAtAssignment, RemoteChannel], KNOWN, "high", "stolen, and online"),
            (
                &[DocumentInvalidAtAssignment, SexContradictsIin],
                NOTHING,
                "high",
                "stolen, and any other sign",
            ),
            (&[RepresentativeBurst], KNOWN, "low", "a known person among unknown ones"),
            (&[DuplicateIdentity], KNOWN, "low", "the person exists, and has a number too many"),
            (&[DuplicateIdentity, SharedDocument], KNOWN, "medium", "two views of one document"),
            (&[UnknownDocument, NoActivity], ACTIVE, "low", "somebody lives with it"),
        ];
        for &(codes, exculpation, expected, why) in cases {
            let weights: Vec<_> = codes.iter().map(|&code| (code, code.weight())).collect();
            let score = score(&weights, exculpation, &settings);
            let band = Band::of(score, &settings).map_or("", Band::name);
            assert_eq!(band, expected, "{codes:?} with {exculpation:?} has {score}: {why}");
        }
    }

    #[test]
    fn suspects_keep_their_signals_and_what_speaks_for_them() {
        let case = Case::with_activity(
            "iin,surname,given_name,citizenship,birth_date,assigned_on,channel,document_country,document_number",
            &[
                "180101099996,SATO,AI,UZB,1918-01-01,2024-02-02,online,UZB,AA0000001",
                "180101199992,OLA,BO,UZB,1818-01-01,2024-02-02,online,UZB,AA0000011",
                "000101699999,UMA,CY,UZB,2000-01-01,2022-02-02,online,UZB,AA0000021",
            ],
            "document_country,document_number,surname,given_name",
            &["UZB,AA0000011,OLA,BO"],
            &["180101199992,tax,2024-03-03", "180101199992,bank,2024-03-04", "180101099996,bank,2024-01-01"],
        );
        let world = case.world();
        assert_eq!(world.as_of, AS_OF);
        let suspects = suspects(&world, super::super::signals::find(&world));
        assert_eq!(suspects.len(), 1, "the second is known and active, the third has a weak sign only");
        assert_eq!((suspects[0].row, suspects[0].score, suspects[0].band), (0, 550, Band::Medium));
        assert_eq!(suspects[0].exculpation, NOTHING);
        assert_eq!(suspects[0].signals[0].code, Code::PresenceMissing);
    }

    proptest! {
        #[test]
        fn the_order_does_not_matter_and_more_signs_never_score_less(
            picks in prop::collection::vec((0usize..Code::ALL.len(), 0u16..=1000), 1..14),
            known: bool,
            active: bool,
        ) {
            let settings = Settings::default();
            let exculpation = Exculpation { known, active };
            let weights: Vec<_> = picks.iter().map(|&(at, weight)| (Code::ALL[at], weight)).collect();
            let whole = score(&weights, exculpation, &settings);
            prop_assert!(whole <= 1000);
            let mut turned = weights.clone();
            turned.reverse();
            prop_assert_eq!(score(&turned, exculpation, &settings), whole);
            prop_assert!(score(&weights[1..], exculpation, &settings) <= whole || weights.len() == 1);
        }
    }
}

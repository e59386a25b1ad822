//! Score: signals in, suspects out: the probability that nobody is behind a number, and all that led to it.
//!
//! A row starts from the odds of a row of which nothing is said. Each signal adds its bits, each exculpation
//! takes some off (`rules::evidence` says how many, and learns it from the run); the sum is a probability.
//! Bands are limits of it. Weak signals together stay below `high`.
//!
//! The law: sums of integers, so that the score of a row is the same on every machine. A score is a claim on a
//! reviewer's time: of a hundred rows with 0.9, ninety should deserve it, and ten are people with bad luck.

use super::World;
use super::bits::{self, Millibits};
use super::evidence::{self, Belief, Exculpation, Weighed};
use super::settings::Settings;
use super::signals::{Look, Signal, Survey};

/// How much of a reviewer's time a suspect deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// Worth a look when there is time.
    Low,
    /// To be looked at after those of `high`.
    Medium,
    /// To be looked at first: of a hundred, ninety-five should not exist.
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
        Band::within(score, settings.bands())
    }

    /// The band of a score whose bands begin at these limits: low, medium, high.
    #[must_use]
    pub fn within(score: u16, [low, medium, high]: [u16; 3]) -> Option<Band> {
        match score {
            _ if score >= high => Some(Band::High),
            _ if score >= medium => Some(Band::Medium),
            _ if score >= low => Some(Band::Low),
            _ => None,
        }
    }
}

/// A row that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The registry row.
    pub row: u32,
    /// The probability that nobody is behind the number, in thousandths.
    pub score: u16,
    /// Band of the score.
    pub band: Band,
    /// The log odds from which the row started.
    pub prior: Millibits,
    /// What speaks for the person, and what it took off.
    pub exculpations: Vec<(Exculpation, Millibits)>,
    /// The signals, in the order of their codes, each with its weight and what it added.
    pub signals: Vec<Signal>,
}

/// Finds the suspects of a world, sorted by row, and says what was believed.
#[must_use]
pub fn find(world: &World<'_>) -> (Vec<Suspect>, Belief) {
    let survey = Survey::new(world);
    let belief = Belief::from_run(&survey);
    let suspects = survey.over(1, |look, _, signals| suspects(look, &belief, signals));
    (suspects, belief)
}

/// Makes suspects of signals that are sorted by row and code; sorted by row.
fn suspects(look: &Look<'_>, belief: &Belief, signals: Vec<Signal>) -> Vec<Suspect> {
    assert!(signals.is_sorted_by_key(|s| (s.row, s.code)), "signals come sorted by row and code");
    let settings = look.world.settings;
    let mut suspects = Vec::new();
    let mut signals = signals.into_iter().peekable();
    while let Some(first) = signals.next() {
        let row = first.row;
        let mut of_row = vec![first];
        while let Some(signal) = signals.next_if(|signal| signal.row == row) {
            of_row.push(signal);
        }
        let facts = evidence::facts(look, row as usize, &look.world.registry.rows[row as usize]);
        let weighed = belief.weigh(facts, &of_row, settings);
        let score = score(&of_row, &weighed, settings);
        if let Some(band) = Band::of(score, settings) {
            let Weighed { prior, signs, exculpations } = weighed;
            of_row.iter_mut().zip(signs).for_each(|(signal, bits)| signal.bits = bits);
            suspects.push(Suspect { row, score, band, prior, exculpations, signals: of_row });
        }
    }
    suspects
}

/// The score of a row in thousandths.
fn score(signals: &[Signal], weighed: &Weighed, settings: &Settings) -> u16 {
    let score = bits::probability(weighed.odds());
    let weak = signals.iter().all(|signal| signal.code.is_weak());
    if weak { score.min(settings.band_high.saturating_sub(1)) } else { score }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::fact;
    use super::super::signals::testing::{AS_OF, Case};
    use super::super::signals::{Code, Measured};
    use super::*;
    use proptest::prelude::*;

    const NOTHING: u8 = 0;
    const KNOWN: u8 = fact::GENUINE;
    const ACTIVE: u8 = fact::ALIVE | fact::LONG;
    const BOTH: u8 = KNOWN | ACTIVE;

    fn of(codes: &[Code], facts: u8, measured: impl Fn(Code) -> Measured) -> (u16, Weighed) {
        let settings = Settings::default();
        let belief = Belief::of(&settings);
        let signal = |&code: &Code| {
            let signal = Signal::new(0, code, code.weight(), String::new());
            Signal { measured: measured(code), ..signal }
        };
        let mut signals: Vec<Signal> = codes.iter().map(signal).collect();
        signals.sort_by_key(|signal| signal.code);
        let weighed = belief.weigh(facts, &signals, &settings);
        (score(&signals, &weighed, &settings), weighed)
    }

    #[test]
    fn what_signals_amount_to() {
        use Code::*;
        let settings = Settings::default();
        let cases: &[(&[Code], u8, &str, &str)] = &[
            (&[BirthContradictsIin], NOTHING, "", "one weak sign"),
            (&[RemoteChannel], NOTHING, "", "one weak sign"),
            (&[SharedContact], NOTHING, "", "one weak sign"),
            (&[NoActivity], NOTHING, "", "never enough alone"),
            (&[InvalidIin], NOTHING, "", "mostly typing"),
            (&[NoActivity, RemoteChannel], NOTHING, "", "two weak signs: a tourist"),
            (&[UnknownDocument], NOTHING, "", "perhaps mistyped"),
            (&[UnknownDocument, NoActivity, RemoteChannel], NOTHING, "low", "of whom nothing is known"),
            (
                &[UnknownDocument, RepresentativeBurst, ConsecutiveDocuments],
                NOTHING,
                "high",
                "made in a series",
            ),
            (&[PresenceMissing], NOTHING, "low", "the law asks for presence"),
            (&[PresenceMissing, UnknownDocument, NoActivity], NOTHING, "high", "and nobody is there"),
            (&[PresenceMissing], BOTH, "", "somebody lives with it"),
            (&[SharedDocument], NOTHING, "medium", "two persons, one document"),
            (&[SharedDocument], KNOWN, "", "and the register says that this one is the holder"),
            (&[SharedDocument], BOTH, "", "who lives with it too"),
            (&[SharedDocument, NoActivity, RemoteChannel], NOTHING, "high", "and nobody there"),
            (&[DocumentInvalidAtAssignment, RemoteChannel], KNOWN, "medium", "stolen, and online"),
            (&[RepresentativeBurst], BOTH, "", "a known person among unknown ones"),
        ];
        for &(codes, facts, expected, why) in cases {
            let (score, _) = of(codes, facts, |_| Measured::Nothing);
            let band = Band::of(score, &settings).map_or("", Band::name);
            assert_eq!(band, expected, "{codes:?} with {facts} has {score}: {why}");
        }
    }

    #[test]
    fn weak_signs_alone_never_reach_high() {
        let weak: Vec<Code> = Code::ALL.into_iter().filter(|code| code.is_weak()).collect();
        let certain = |code| match code {
            Code::SharedContact => Measured::Odds(20_000),
            _ => Measured::Nothing,
        };
        let (score, weighed) = of(&weak, NOTHING, certain);
        assert!(bits::probability(weighed.odds()) > 990, "whatever they add up to");
        assert_eq!(Band::of(score, &Settings::default()), Some(Band::Medium));
        let (score, _) = of(&[&weak[..], &[Code::InvalidIin]].concat(), NOTHING, certain);
        assert_eq!(Band::of(score, &Settings::default()), Some(Band::High), "beside any other they do");
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
        let (suspects, belief) = find(&world);
        assert_eq!(suspects.len(), 1, "the second is known and active, the third has a weak sign only");
        let suspect = &suspects[0];
        assert_eq!((suspect.row, suspect.band), (0, Band::Low));
        assert!(suspect.exculpations.is_empty());
        assert_eq!(suspect.signals[0].code, Code::PresenceMissing);
        let sum: Millibits = suspect.signals.iter().map(|signal| signal.bits).sum();
        assert_eq!(bits::probability(suspect.prior + sum), suspect.score, "what is told adds up");
        assert_eq!(belief.rows, 3);
    }

    proptest! {
        #[test]
        fn more_signs_never_score_less_and_what_is_told_adds_up(
            picks in prop::collection::btree_set(0usize..Code::ALL.len(), 1..10),
            facts in 0u8..32,
        ) {
            let codes: Vec<Code> = picks.iter().map(|&at| Code::ALL[at]).collect();
            let (_, whole) = of(&codes, facts, |_| Measured::Nothing);
            let takes: Millibits = whole.exculpations.iter().map(|&(_, bits)| bits).sum();
            prop_assert!(takes <= 0 && whole.signs.iter().all(|&bits| bits >= 0));
            prop_assert_eq!(whole.odds(), whole.prior + takes + whole.signs.iter().sum::<Millibits>());
            let (_, fewer) = of(&codes[1..], facts & !fact::GENUINE, |_| Measured::Nothing);
            let (_, same) = of(&codes, facts & !fact::GENUINE, |_| Measured::Nothing);
            // A lesser sign may lose three quarters to a greater one of its family, but never takes from it.
            prop_assert!(same.odds() >= fewer.odds() - 10);
        }
    }
}

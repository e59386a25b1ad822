//! Evidence: what the signs of a customer file are worth, and the records that deserve a look.
//!
//! In: signals, and what speaks for the persons. Out: [`Suspect`]s with the probability that the identity of the
//! record was made up or taken from somebody, and the [`Belief`] by which they were weighed. As in
//! `rules::evidence`, a sign is worth log2(m/u): m, the share of false identities that bear it, is a judgement and
//! stands in the table of codes; u, the share of genuine customers, is counted in the run among persons whom the bank
//! has known for long, and counts beside the table's figure. Of signs that are views of one fact (a `Family`) the
//! strongest counts in full and the others a quarter. The odds of a crowd take the place of the prior. The prior is
//! the share of false identities under which the run is likeliest.
//!
//! The law: counted patterns in one order, integers, and floats that are only added, multiplied and divided, so that
//! scores are the same on every machine; no sign is worth more than ten bits; weak signs alone stay below `high`.
//!
//! Less is known than of a registry: there is no second register in which a person could be found. So what speaks for
//! a customer takes off little, and the score of a careful thief is that of everybody.

use std::collections::BTreeMap;

use super::look::{Look, Number};
use super::{Code, Signal, TABLE, Terms, find};
use crate::rules::bits::{self, Millibits};
use crate::rules::learn::{self, OF_FAMILY, Said, count};
use crate::rules::score::Band;

const CODES: usize = Code::ALL.len();
/// No sign is worth more.
const BITS_MAX: Millibits = 10_000;
/// A faint sign of a kind: half as many of the false bear it, and where nothing is counted it is worth two fifths.
const FAINT_SHARE: u64 = 2;
const FAINT_BITS: (Millibits, Millibits) = (2, 5);
/// Of what a sign is worth, the part that counts where the person's other records explain it.
const OF_EXPLAINED: Millibits = 4;

/// What is known of a record besides its signals.
mod fact {
    /// It has a number that is meant to be an IIN.
    pub(super) const NUMBERED: u8 = 1;
    /// The number is sound, agrees with birth date and sex, and is nobody else's.
    pub(super) const OWN_NUMBER: u8 = 2;
    /// It has a document.
    pub(super) const DOCUMENTED: u8 = 4;
    /// The document has a usual shape and is nobody else's.
    pub(super) const OWN_DOCUMENT: u8 = 8;
    /// The bank has known the person for long.
    pub(super) const KNOWN: u8 = 16;
}

/// What speaks for the person of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exculpation {
    /// A number that fits and is nobody else's.
    OwnIin,
    /// A document that nobody else has.
    OwnDocument,
    /// Records a year apart, or in several files.
    KnownForLong,
}

impl Exculpation {
    /// Every one, in the order of reports.
    pub const ALL: [Exculpation; 3] =
        [Exculpation::OwnIin, Exculpation::OwnDocument, Exculpation::KnownForLong];

    /// Its word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Exculpation::OwnIin => "own_iin",
            Exculpation::OwnDocument => "own_document",
            Exculpation::KnownForLong => "known_for_long",
        }
    }

    /// Who could have it, who has it, and of a thousand false and genuine how many have.
    fn figures(self) -> (u8, u8, u64, u64) {
        match self {
            // Who makes up a number computes its check digit and its date.
            Exculpation::OwnIin => (fact::NUMBERED, fact::OWN_NUMBER, 350, 950),
            Exculpation::OwnDocument => (fact::DOCUMENTED, fact::OWN_DOCUMENT, 500, 980),
            // A false identity is used and left.
            Exculpation::KnownForLong => (0, fact::KNOWN, 60, 300),
        }
    }
}

/// Views of one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// The number, and what it says of its bearer.
    Number,
    /// The document.
    Document,
    /// Another number of the person.
    Person,
    /// Whose company it came in.
    Crowd,
}

fn family(code: Code) -> Family {
    match code {
        Code::InvalidIin | Code::BirthContradictsIin | Code::SexContradictsIin | Code::BorrowedIin => {
            Family::Number
        }
        Code::SharedDocument | Code::MalformedDocument => Family::Document,
        Code::DuplicateIdentity => Family::Person,
        Code::SharedContact | Code::ContactBurst => Family::Crowd,
    }
}

/// One sign as far as its worth goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sign {
    code: Code,
    strong: bool,
    explained: bool,
    crowd: Option<Millibits>,
}

impl Sign {
    fn of(signal: &Signal) -> Self {
        Sign { code: signal.code, strong: signal.strong, explained: signal.explained, crowd: signal.crowd }
    }
}

/// What is known of a record, and its signs in the order of their codes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pattern {
    facts: u8,
    signs: Vec<Sign>,
}

type Patterns = BTreeMap<Pattern, u64>;

/// What signs and exculpations are worth in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// The log odds of a record before anything is said.
    pub prior: Millibits,
    /// Records that were asked.
    pub records: u64,
    /// For each code the worth of a faint and of a strong sign.
    signs: [[Millibits; 2]; CODES],
    /// What each exculpation takes off, below zero.
    exculpations: [Millibits; 3],
}

/// What a record amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Weighed {
    /// What each of its signs adds, in their order.
    signs: Vec<Millibits>,
    /// What speaks for the person, and what it takes off.
    exculpations: Vec<(Exculpation, Millibits)>,
}

impl Weighed {
    /// What is said beside the prior.
    fn said(&self) -> Millibits {
        self.signs.iter().sum::<Millibits>()
            + self.exculpations.iter().map(|&(_, bits)| bits).sum::<Millibits>()
    }
}

/// A record that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The record.
    pub record: u32,
    /// The probability that its identity was made up or taken from somebody, in thousandths.
    pub score: u16,
    /// Band of the score.
    pub band: Band,
    /// What speaks for the person, and what it takes off.
    pub exculpations: Vec<(Exculpation, Millibits)>,
    /// Its signals, in the order of their codes.
    pub signals: Vec<Signal>,
}

/// Finds the records that deserve a look, by falling score, and says what was believed.
#[must_use]
pub fn suspects(look: &Look<'_>) -> (Vec<Suspect>, Belief) {
    let signals = find(look);
    let facts = facts(look, &signals);
    let patterns = patterns(&signals, &facts);
    let belief = Belief::learn(&patterns, look.terms);
    let mut suspects = Vec::new();
    for signals in signals.chunk_by(|one, other| one.record == other.record) {
        let record = signals[0].record;
        let signs: Vec<Sign> = signals.iter().map(Sign::of).collect();
        let weighed = belief.weigh(facts[record as usize], &signs, look.terms);
        let score = score(&signs, belief.prior + weighed.said(), look.terms);
        let Some(band) = Band::within(score, look.terms.bands) else { continue };
        let mut signals = signals.to_vec();
        signals.iter_mut().zip(&weighed.signs).for_each(|(signal, &bits)| signal.bits = bits);
        suspects.push(Suspect { record, score, band, exculpations: weighed.exculpations, signals });
    }
    look.engine.sort_by_key(&mut suspects, |suspect| (std::cmp::Reverse(suspect.score), suspect.record));
    (suspects, belief)
}

/// The score in thousandths of a record with these signs and log odds.
fn score(signs: &[Sign], odds: Millibits, terms: &Terms) -> u16 {
    let score = bits::probability(odds);
    // What is explained lends no strength to what is weak.
    if signs.iter().all(|sign| sign.code.is_weak() || sign.explained) {
        score.min(terms.bands[2].saturating_sub(1))
    } else {
        score
    }
}

/// What is known of each record besides its signals.
fn facts(look: &Look<'_>, signals: &[Signal]) -> Vec<u8> {
    let parts = look.engine.map(look.parts(), |part| {
        look.part(part)
            .map(|record| {
                let number = look.number(record);
                let mut facts = 0;
                let mut add = |holds: bool, fact: u8| facts |= if holds { fact } else { 0 };
                add(number != Number::Absent, fact::NUMBERED);
                let agrees =
                    look.birth_agrees(record) == Some(true) && look.sex_agrees(record) != Some(false);
                add(matches!(number, Number::Sound(_)) && agrees, fact::OWN_NUMBER);
                let document = look.document(record) != 0;
                add(document, fact::DOCUMENTED | fact::OWN_DOCUMENT);
                facts
            })
            .collect::<Vec<u8>>()
    });
    let mut facts: Vec<u8> = parts.into_iter().flatten().collect();
    // Who is likely the owner of a number keeps it.
    for signal in signals.iter().filter(|signal| signal.strong && !signal.explained) {
        let lost = match signal.code {
            Code::BorrowedIin | Code::DuplicateIdentity => fact::OWN_NUMBER,
            Code::SharedDocument | Code::MalformedDocument => fact::OWN_DOCUMENT,
            _ => 0,
        };
        facts[signal.record as usize] &= !lost;
    }
    for records in look.persons_of_several() {
        if look.known_for_long(records) {
            records.iter().for_each(|&record| facts[record as usize] |= fact::KNOWN);
        }
    }
    facts
}

/// Counts which signs come with which facts.
fn patterns(signals: &[Signal], facts: &[u8]) -> Patterns {
    // Most records have no signs; they are told apart by their facts alone.
    let mut plain = [0u64; 256];
    facts.iter().for_each(|&facts| plain[usize::from(facts)] += 1);
    let mut patterns = Patterns::new();
    for signals in signals.chunk_by(|one, other| one.record == other.record) {
        let facts = facts[signals[0].record as usize];
        plain[usize::from(facts)] -= 1;
        let pattern = Pattern { facts, signs: signals.iter().map(Sign::of).collect() };
        *patterns.entry(pattern).or_default() += 1;
    }
    for (facts, count) in plain.into_iter().enumerate().filter(|&(_, count)| count > 0) {
        *patterns.entry(Pattern { facts: facts as u8, signs: Vec::new() }).or_default() += count;
    }
    patterns
}

impl Belief {
    fn learn(patterns: &Patterns, terms: &Terms) -> Self {
        let mut belief = Belief {
            prior: 0,
            records: patterns.values().sum(),
            signs: Code::ALL.map(|code| [false, true].map(|strong| rate(patterns, code, strong, terms))),
            exculpations: Exculpation::ALL.map(|of| taken(patterns, of, terms)),
        };
        belief.prior = prior(&belief, patterns, terms);
        belief
    }

    /// What a record with these facts and these signs, sorted by code, amounts to.
    fn weigh(&self, facts: u8, signs: &[Sign], terms: &Terms) -> Weighed {
        // The crowd's odds take the place of the prior where they are higher; a second view of it adds nothing.
        let crowd = signs.iter().filter_map(|sign| sign.crowd).max();
        let mut crowd = crowd.map(|odds| (odds - self.prior).max(0));
        let mut worths: Vec<(Millibits, usize)> = Vec::with_capacity(signs.len());
        for (at, sign) in signs.iter().enumerate() {
            let worth = match sign.crowd {
                Some(_) => crowd.take().unwrap_or(0),
                None if sign.explained => self.worth(sign.code)[usize::from(sign.strong)] / OF_EXPLAINED,
                None => self.worth(sign.code)[usize::from(sign.strong)],
            };
            let weight = Millibits::from(terms.weights[sign.code as usize]);
            let usual = Millibits::from(default_weight(sign.code));
            worths.push(((worth * weight.min(usual)) / usual, at));
        }
        worths.sort_by_key(|&(worth, at)| (std::cmp::Reverse(worth), at));
        let mut weighed = Weighed { signs: vec![0; signs.len()], exculpations: Vec::new() };
        for (place, &(worth, at)) in worths.iter().enumerate() {
            let same =
                worths[..place].iter().any(|&(_, other)| family(signs[other].code) == family(signs[at].code));
            weighed.signs[at] = if same { worth / OF_FAMILY } else { worth };
        }
        for of in Exculpation::ALL {
            let (_, has, ..) = of.figures();
            if facts & has == has {
                weighed.exculpations.push((of, self.exculpation(of)));
            }
        }
        weighed
    }

    /// The bits of a faint and of a strong sign of a code.
    #[must_use]
    pub fn worth(&self, code: Code) -> [Millibits; 2] {
        self.signs[code as usize]
    }

    /// What an exculpation takes off, below zero.
    #[must_use]
    pub fn exculpation(&self, of: Exculpation) -> Millibits {
        self.exculpations[of as usize]
    }
}

/// The weight of a code that nobody configured.
fn default_weight(code: Code) -> u16 {
    match TABLE[code as usize].weight {
        super::Weight::Of(registry) => registry.weight(),
        super::Weight::Own(weight) => weight,
    }
}

/// log2(m/u) of a sign: m from the table, u counted among those whom the bank has known for long.
fn rate(patterns: &Patterns, code: Code, strong: bool, terms: &Terms) -> Millibits {
    let entry = &TABLE[code as usize];
    let (share, table) = (u64::from(entry.share) * 1000, Millibits::from(entry.bits) * 1000);
    let (share, table) =
        if strong { (share, table) } else { (share / FAINT_SHARE, table * FAINT_BITS.0 / FAINT_BITS.1) };
    let bears = |pattern: &Pattern| {
        let sign = pattern.signs.iter().find(|sign| sign.code == code);
        sign.is_some_and(|sign| sign.strong == strong && sign.crowd.is_none())
    };
    let (of, bear) = count(patterns, |pattern| pattern.facts & fact::KNOWN != 0, bears);
    let worth = learn::worth(share, table, (of, bear), u64::from(terms.evidence_rows)).clamp(0, BITS_MAX);
    // Crowds come whole, so that their absence among some hundred people says little; and of those who have two
    // numbers the linking said already that they exist.
    let bounded = matches!(family(code), Family::Crowd | Family::Person);
    if bounded { worth.min(table) } else { worth }
}

/// What an exculpation takes off: log2(m/p), p counted among those who could have it.
fn taken(patterns: &Patterns, exculpation: Exculpation, terms: &Terms) -> Millibits {
    let (could, has, share, usual) = exculpation.figures();
    let (of, have) = count(patterns, |p| p.facts & could == could, |p| p.facts & has == has);
    let rows = u64::from(terms.evidence_rows);
    learn::takes(share, usual * 1000, (of, have), rows).clamp(-BITS_MAX, 0)
}

/// The log odds of the share of false identities under which the run is likeliest.
fn prior(belief: &Belief, patterns: &Patterns, terms: &Terms) -> Millibits {
    let said: Vec<Said> = patterns
        .iter()
        .map(|(pattern, &count)| {
            let crowd = pattern.signs.iter().filter_map(|sign| sign.crowd).max();
            let signs: Vec<Sign> =
                pattern.signs.iter().copied().filter(|sign| sign.crowd.is_none()).collect();
            let odds = bits::power(belief.weigh(pattern.facts, &signs, terms).said());
            Said { odds, crowd: crowd.map_or(0.0, bits::power), rows: count as f64 }
        })
        .collect();
    learn::prior(&said, terms.prior_share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::settings::Settings;
    use proptest::prelude::*;

    fn terms() -> Terms {
        Terms::new(&Settings::default(), 20, Vec::new())
    }

    fn sign(code: Code) -> Sign {
        Sign { code, strong: true, explained: false, crowd: None }
    }

    fn of(signs: &[Sign], facts: u8) -> (u16, Weighed) {
        let belief = Belief::learn(&Patterns::new(), &terms());
        let weighed = belief.weigh(facts, signs, &terms());
        (score(signs, belief.prior + weighed.said(), &terms()), weighed)
    }

    const OWN: u8 = fact::NUMBERED | fact::OWN_NUMBER | fact::DOCUMENTED | fact::OWN_DOCUMENT;

    #[test]
    fn what_signals_amount_to() {
        use Code::*;
        let cases: &[(&[Code], u8, &str, &str)] = &[
            (&[InvalidIin], fact::NUMBERED, "", "mostly typing"),
            (&[BirthContradictsIin], fact::NUMBERED, "", "one weak sign"),
            (&[SharedContact], 0, "", "one weak sign"),
            (&[DuplicateIdentity], fact::NUMBERED, "", "the person exists"),
            (&[BorrowedIin], fact::NUMBERED, "low", "one of two made a mistake, or took it"),
            (&[BirthContradictsIin, BorrowedIin], fact::NUMBERED, "medium", "and it does not fit"),
            (&[BorrowedIin], fact::NUMBERED | fact::KNOWN, "low", "a customer of many years"),
            (&[BorrowedIin, SharedDocument], fact::NUMBERED, "high", "number and papers of others"),
            (&[BorrowedIin, SharedContact, ContactBurst], fact::NUMBERED, "high", "and made in a row"),
            (&[SharedContact, ContactBurst], OWN, "", "a payroll"),
        ];
        for &(codes, facts, expected, why) in cases {
            let (score, _) = of(&codes.iter().map(|&code| sign(code)).collect::<Vec<_>>(), facts);
            let band = Band::within(score, terms().bands).map_or("", Band::name);
            assert_eq!(band, expected, "{codes:?} with {facts} has {score}: {why}");
        }
    }

    #[test]
    fn weak_signs_alone_never_reach_high() {
        let certain = Some(bits::log_odds(900, 1000));
        let mut signs: Vec<Sign> = Code::ALL
            .into_iter()
            .filter(|code| code.is_weak())
            .map(|code| Sign { crowd: certain, ..sign(code) })
            .collect();
        assert_eq!(Band::within(of(&signs, 0).0, terms().bands), Some(Band::Medium));
        signs.push(sign(Code::BorrowedIin));
        signs.sort();
        assert_eq!(
            Band::within(of(&signs, 0).0, terms().bands),
            Some(Band::High),
            "beside any other they do"
        );
    }

    #[test]
    fn what_genuine_customers_bear_is_worth_little() {
        let with = |bear: u64| {
            let of = |signs: &[Code]| Pattern {
                facts: fact::KNOWN,
                signs: signs.iter().map(|&code| sign(code)).collect(),
            };
            let patterns = [(of(&[]), 100_000 - bear), (of(&[Code::InvalidIin]), bear)].into();
            Belief::learn(&patterns, &terms()).worth(Code::InvalidIin)[1]
        };
        assert!(with(0) > with(100) && with(100) > with(3000), "the more bear it the less it is worth");
        assert!(with(20_000) == 0, "as many genuine as false: {}", with(20_000));
    }

    #[test]
    fn the_prior_is_the_share_that_the_run_shows() {
        let share = |count: u64| {
            let made_up =
                Pattern { facts: 0, signs: vec![sign(Code::BorrowedIin), sign(Code::SharedDocument)] };
            let known = Pattern { facts: fact::KNOWN, signs: Vec::new() };
            let patterns = [(known, 100_000), (made_up, count)].into();
            bits::power(Belief::learn(&patterns, &terms()).prior)
        };
        assert!(share(2_000) > 3.0 * share(200), "ten times as many: {} and {}", share(2_000), share(200));
    }

    #[test]
    fn switching_a_weight_down_takes_its_bits() {
        let belief = Belief::learn(&Patterns::new(), &terms());
        let mut half = terms();
        half.weights[Code::BorrowedIin as usize] /= 2;
        let bits = |terms: &Terms| belief.weigh(0, &[sign(Code::BorrowedIin)], terms).signs[0];
        assert_eq!(bits(&half) / 100, bits(&terms()) / 200);
    }

    proptest! {
        #[test]
        fn more_signs_never_score_less(picks in prop::collection::btree_set(0..CODES, 1..6), facts in 0u8..32) {
            let signs: Vec<Sign> = picks.iter().map(|&at| sign(Code::ALL[at])).collect();
            let (_, whole) = of(&signs, facts);
            prop_assert!(whole.signs.iter().all(|&bits| bits >= 0));
            prop_assert!(whole.exculpations.iter().all(|&(_, bits)| bits <= 0));
            let (_, fewer) = of(&signs[1..], facts);
            prop_assert!(whole.said() >= fewer.said() - 10);
        }
    }
}

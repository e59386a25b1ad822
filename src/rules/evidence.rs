//! Evidence: what each sign is worth, learned from the run itself without labels.
//!
//! In: the signals of a run and the facts about its rows. Out: a [`Belief`]: for each sign the bits by which it
//! raises the odds that nobody is behind a number, for each exculpation those by which it lowers them, and the
//! odds of a row before anything is said. A bit doubles the odds.
//!
//! The worth of a sign is log2(m/u). m, the share of invented identities that bear it, cannot be learned
//! without labels and stands in the settings. u, the share of genuine people who bear it, is counted among
//! rows whose person surely exists by *other* views (`Witness`): who is seen alive in two ways, whose
//! document the register knows, who stood at the counter. Where there are few of them the settings' figure
//! counts as much as five hundred rows would. Signs that come together among the genuine say one thing: what
//! they have in common is taken off (`overlaps`). The prior is the share of invented rows that makes
//! the whole run likeliest (expectation maximisation in one unknown).
//!
//! The law: counted patterns in one order, so that the same run gives the same belief at any number of
//! threads; and no sign is worth more than twelve bits, whatever was never seen among the genuine.

use std::collections::BTreeMap;

use super::bits::{self, Millibits};
use super::learn::{self, OF_FAMILY, Said, count};
use super::settings::Settings;
use super::signals::{Code, Look, Measured, Signal, Survey};
use crate::day::NO_DAY;
use crate::link::rows::RegistryRow;
use crate::normalise::codes;

/// Number of codes.
const CODES: usize = Code::ALL.len();
/// No sign is worth more.
const BITS_MAX: Millibits = 12_000;
/// Rows that are asked for the belief; more change its figures in the third place only.
const ROWS_MAX: usize = 2_000_000;
/// A faint sign of a kind: a third as many of the invented bear it, and it is worth two fifths of the bits.
const FAINT_SHARE: u64 = 3;
const FAINT_BITS: (Millibits, Millibits) = (2, 5);
/// Days after the assignment from which somebody who is seen was seen for long.
pub const LONG_DAYS: i32 = 365;
/// What is known of a row besides its signals.
pub mod fact {
    /// The document that the row holds is in the register as this row's, and agrees with it.
    pub const GENUINE: u8 = 1;
    /// Seen in two ways since the assignment.
    pub const ALIVE: u8 = 2;
    /// The same, a year after the assignment or later.
    pub const LONG: u8 = 4;
    /// The number was given to somebody who stood at the counter.
    pub const PRESENT: u8 = 8;
    /// Not seen since the assignment, though there was time.
    pub const SILENT: u8 = 16;
}

/// What speaks for the person of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exculpation {
    /// The register knows the document as this person's.
    GenuineDocument,
    /// Activity of several kinds since the assignment.
    Alive,
    /// Activity of several kinds, the last a year or more after the assignment.
    AliveForLong,
    /// Presence at the counter.
    Present,
}

impl Exculpation {
    /// Every one, in the order of reports.
    pub const ALL: [Exculpation; 4] =
        [Exculpation::GenuineDocument, Exculpation::Alive, Exculpation::AliveForLong, Exculpation::Present];

    /// Its word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Exculpation::GenuineDocument => "genuine_document",
            Exculpation::Alive => "alive",
            Exculpation::AliveForLong => "alive_for_long",
            Exculpation::Present => "present",
        }
    }
}

/// Views of one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// The number.
    Number,
    /// The registered document.
    Document,
    /// Dates and what the number says of its bearer.
    Time,
    /// How the number was asked for.
    Channel,
    /// Whose company it came in.
    Crowd,
    /// Neighbouring numbers.
    Run,
    /// What was seen since.
    Life,
}

/// The family of a code.
#[must_use]
pub fn family(code: Code) -> Family {
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
        Code::RepresentativeBurst | Code::SharedContact | Code::UnknownClients => Family::Crowd,
        Code::ConsecutiveDocuments => Family::Run,
        Code::NoActivity => Family::Life,
    }
}

/// Whether a sign is one that the invented leave by how they were made, and of which most leave one.
fn is_mark(code: Code) -> bool {
    let of_all = matches!(code, Code::UnknownDocument | Code::NoActivity);
    !of_all && !code.is_weak() && family(code) != Family::Crowd
}

/// A mark that says less than this is borne by many, and is none.
const MARK_BITS: Millibits = 1_000;
/// Of a thousand of the invented, the most that may be said to leave a mark.
const MARKED_MOST: u64 = 800;

/// By what other view a row's person surely exists, for a sign that this view knows nothing of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Witness {
    /// Seen alive: for signs of number, dates and documents.
    Alive,
    /// A genuine document: for silence.
    Genuine,
    /// Both: for signs of the channel and of crowds, which are measured by documents and life of others.
    Both,
    /// Presence: for runs of numbers, which leave out the genuine and the living.
    Present,
}

impl Witness {
    fn of(code: Code) -> Self {
        match family(code) {
            Family::Number | Family::Document | Family::Time => Witness::Alive,
            Family::Channel | Family::Crowd => Witness::Both,
            Family::Run => Witness::Present,
            Family::Life => Witness::Genuine,
        }
    }

    /// By what view a row's person surely exists that knows nothing of either sign: to be alive is the contrary of
    /// silence, and to be known that of a document that is not.
    fn of_both(one: Code, other: Code) -> Self {
        let is = |wanted: Family| family(one) == wanted || family(other) == wanted;
        match (is(Family::Run), is(Family::Life), is(Family::Document)) {
            (true, ..) | (_, true, true) => Witness::Present,
            (_, true, false) => Witness::Genuine,
            _ => Witness::Alive,
        }
    }

    /// The same, or the next best where nobody was seen: documents for what both must say, presence for documents.
    fn of_run(self, lives: bool) -> Self {
        match self {
            Witness::Alive if !lives => Witness::Present,
            Witness::Both if !lives => Witness::Genuine,
            witness => witness,
        }
    }

    fn speaks_for(self, facts: u8) -> bool {
        let needed = match self {
            Witness::Alive => fact::ALIVE,
            Witness::Genuine => fact::GENUINE,
            Witness::Both => fact::ALIVE | fact::GENUINE,
            Witness::Present => fact::PRESENT,
        };
        facts & needed == needed
    }
}

/// One sign as far as its worth goes: its kind, whether it is strong, what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sign {
    code: Code,
    strong: bool,
    measured: Measured,
}

impl Sign {
    fn of(signal: &Signal, facts: u8, settings: &Settings) -> Self {
        // Of those who share a document the one whom the register names is its holder, and most likely robbed.
        let holder = signal.code == Code::SharedDocument && facts & fact::GENUINE != 0;
        let strong = signal.is_strong(settings.weights[signal.code as usize]) && !holder;
        Sign { code: signal.code, strong, measured: signal.measured }
    }

    /// With the measure rounded to a tenth of a bit, so that patterns are few.
    fn rounded(self) -> Self {
        let measured = match self.measured {
            Measured::Nothing => Measured::Nothing,
            Measured::Rate(rate) => {
                let step = 1 << rate.max(16).ilog2().saturating_sub(3);
                Measured::Rate(rate / step * step)
            }
            Measured::Odds(odds) => Measured::Odds(odds / 100 * 100),
        };
        Sign { measured, ..self }
    }
}

/// What is known of a row, and its signs in the order of their codes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pattern {
    facts: u8,
    signs: Vec<Sign>,
}

/// What signs and exculpations are worth in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// The log odds of a row before anything is said.
    pub prior: Millibits,
    /// What it takes off that no mark is there: most invented identities bear one.
    unmarked: Millibits,
    /// Rows that were asked.
    pub rows: u64,
    /// For each code the worth of a faint and of a strong sign.
    signs: [[Millibits; 2]; CODES],
    /// For each code the share of the invented that bear it, in thousandths.
    shares: [u64; CODES],
    /// For each code the weight that is set, in thousandths of the default.
    scales: [Millibits; CODES],
    /// For two codes what they say together of the genuine, beyond chance.
    overlaps: Vec<[Millibits; CODES]>,
    /// What each exculpation takes off, below zero.
    exculpations: [Millibits; 4],
}

/// What a row amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// The log odds from which it starts.
    pub prior: Millibits,
    /// What each of its signs adds, in their order.
    pub signs: Vec<Millibits>,
    /// What speaks for the person, and what it takes off.
    pub exculpations: Vec<(Exculpation, Millibits)>,
}

impl Weighed {
    /// The log odds that nobody is behind the number.
    #[must_use]
    pub fn odds(&self) -> Millibits {
        let takes: Millibits = self.exculpations.iter().map(|&(_, bits)| bits).sum();
        self.prior + self.signs.iter().sum::<Millibits>() + takes
    }
}

/// What is known of a row besides its signals.
#[must_use]
pub fn facts(look: &Look<'_>, row: usize, kept: &RegistryRow) -> u8 {
    let mut facts = 0;
    let mut add = |holds: bool, fact: u8| facts |= if holds { fact } else { 0 };
    add(look.is_genuine(row), fact::GENUINE);
    let alive = look.is_alive(row);
    add(alive, fact::ALIVE);
    add(alive && look.world.links.living[row].last() - kept.assigned >= LONG_DAYS, fact::LONG);
    add(u16::from(kept.channel) == codes::IN_PERSON && kept.assigned != NO_DAY, fact::PRESENT);
    add(look.activity_speaks() && look.is_silent(row, kept), fact::SILENT);
    facts
}

impl Belief {
    /// What the settings say, where a run teaches nothing.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Belief::learn(&BTreeMap::new(), settings)
    }

    /// Learns from a run.
    #[must_use]
    pub fn from_run(survey: &Survey<'_>) -> Self {
        let world = survey.look().world;
        let every = world.registry.len().div_ceil(ROWS_MAX).max(1);
        let parts = survey.over(every, |look, rows, signals| {
            let mut patterns: BTreeMap<Pattern, u64> = BTreeMap::new();
            // Most rows have no signs; they are told apart by their facts alone.
            let mut plain = [0u64; 256];
            let mut signals = signals.iter().peekable();
            for row in rows.filter(|row| row.is_multiple_of(every)) {
                let kept = &look.world.registry.rows[row];
                let facts = facts(look, row, kept);
                let mut signs = Vec::new();
                while let Some(signal) = signals.next_if(|signal| signal.row as usize == row) {
                    if signal.code != Code::NoActivity {
                        signs.push(Sign::of(signal, facts, look.world.settings).rounded());
                    }
                }
                if !look.is_judged(kept) {
                    continue;
                }
                if signs.is_empty() {
                    plain[usize::from(facts)] += 1;
                } else {
                    *patterns.entry(Pattern { facts, signs }).or_default() += 1;
                }
            }
            let plain = plain.into_iter().enumerate().filter(|&(_, count)| count > 0);
            patterns.extend(
                plain.map(|(facts, count)| (Pattern { facts: facts as u8, signs: Vec::new() }, count)),
            );
            vec![patterns]
        });
        let mut all = BTreeMap::new();
        for (pattern, count) in parts.into_iter().flatten() {
            *all.entry(pattern).or_default() += count;
        }
        Belief::learn(&all, world.settings)
    }

    fn learn(patterns: &BTreeMap<Pattern, u64>, settings: &Settings) -> Self {
        // Without activity nobody was seen, and others must bear witness.
        let lives = patterns.keys().any(|pattern| pattern.facts & fact::ALIVE != 0);
        let shares = settings.shares.map(|share| u64::from(share).clamp(1, 999));
        let marked: u64 =
            Code::ALL.iter().filter(|&&code| is_mark(code)).map(|&code| shares[code as usize]).sum();
        let mut belief = Belief {
            prior: 0,
            unmarked: bits::log2(1000 - marked.min(MARKED_MOST), 1000),
            rows: patterns.values().sum(),
            signs: [[0; 2]; CODES],
            shares,
            scales: Code::ALL.map(|code| scale(code, settings)),
            overlaps: overlaps(patterns, lives),
            exculpations: exculpations(patterns, lives, settings),
        };
        for code in Code::ALL {
            for strong in [false, true] {
                let worth = rate((patterns, lives), code, strong, settings, shares[code as usize]);
                belief.signs[code as usize][usize::from(strong)] = worth;
            }
        }
        belief.prior = prior(&belief, patterns, settings);
        belief
    }

    /// What a row amounts to: its signs, sorted by code, and its facts.
    fn weigh_signs(&self, facts: u8, signs: &[Sign]) -> Weighed {
        // The crowd's odds take the place of the prior where they are higher.
        let crowd = signs.iter().enumerate().filter_map(|(at, sign)| match sign.measured {
            Measured::Odds(odds) => Some((odds - self.prior, std::cmp::Reverse(at))),
            _ => None,
        });
        let crowd = crowd.max();
        let mut worths: Vec<(Millibits, usize)> = signs
            .iter()
            .enumerate()
            .map(|(at, sign)| match sign.measured {
                Measured::Odds(_) => match crowd {
                    Some((odds, std::cmp::Reverse(best))) if best == at => {
                        (odds.max(0) * self.scales[sign.code as usize].min(1000) / 1000, at)
                    }
                    _ => (0, at),
                },
                Measured::Rate(rate) => {
                    let share = self.shares[sign.code as usize] * 1000;
                    let worth =
                        bits::log2(share, u64::from(rate).max(1)) * self.scales[sign.code as usize] / 1000;
                    (worth.clamp(0, BITS_MAX), at)
                }
                Measured::Nothing => (self.signs[sign.code as usize][usize::from(sign.strong)], at),
            })
            .collect();
        worths.sort_by_key(|&(worth, at)| (std::cmp::Reverse(worth), at));
        let mut weighed =
            Weighed { prior: self.prior, signs: vec![0; signs.len()], exculpations: Vec::new() };
        let mut marked = false;
        for (place, &(worth, at)) in worths.iter().enumerate() {
            let code = signs[at].code;
            let before = worths[..place].iter().map(|&(_, other)| signs[other]);
            let same = before.clone().any(|other| family(other.code) == family(code));
            // The odds of a crowd are those by the others: what they say has nothing in common with what a row says.
            let own = |sign: &Sign| !matches!(sign.measured, Measured::Odds(_));
            let common = before
                .filter(|other| own(other) && own(&signs[at]))
                .map(|other| self.overlaps[other.code as usize][code as usize])
                .max()
                .unwrap_or(0);
            let own = if same { worth / OF_FAMILY } else { worth };
            weighed.signs[at] = (own - common).max(0);
            let is_mark = is_mark(code) || family(code) == Family::Crowd;
            marked |= is_mark && worth - common >= MARK_BITS;
        }
        if !marked {
            weighed.prior += self.unmarked;
        }
        let about_document = signs.iter().any(|sign| sign.code == Code::DocumentInvalidAtAssignment);
        let alive = match facts & (fact::ALIVE | fact::LONG) {
            0 => None,
            fact::ALIVE => Some(Exculpation::Alive),
            _ => Some(Exculpation::AliveForLong),
        };
        let genuine = (facts & fact::GENUINE != 0 && !about_document).then_some(Exculpation::GenuineDocument);
        let present = (facts & fact::PRESENT != 0).then_some(Exculpation::Present);
        for exculpation in [genuine, alive, present].into_iter().flatten() {
            weighed.exculpations.push((exculpation, self.exculpations[exculpation as usize]));
        }
        weighed
    }

    /// What a row with these signals, sorted by code, and these facts amounts to.
    #[must_use]
    pub fn weigh(&self, facts: u8, signals: &[Signal], settings: &Settings) -> Weighed {
        let signs: Vec<Sign> = signals.iter().map(|signal| Sign::of(signal, facts, settings)).collect();
        self.weigh_signs(facts, &signs)
    }

    /// The bits of a faint and of a strong sign of a code.
    #[must_use]
    pub fn worth(&self, code: Code) -> [Millibits; 2] {
        self.signs[code as usize]
    }

    /// What an exculpation takes off, below zero.
    #[must_use]
    pub fn exculpation(&self, exculpation: Exculpation) -> Millibits {
        self.exculpations[exculpation as usize]
    }
}

/// Whether a pattern bears a sign; silence is a fact of every row.
fn bears(pattern: &Pattern, code: Code, strong: Option<bool>) -> bool {
    if code == Code::NoActivity {
        return pattern.facts & fact::SILENT != 0 && strong != Some(false);
    }
    pattern.signs.iter().any(|sign| sign.code == code && strong.is_none_or(|strong| sign.strong == strong))
}

/// log2(m/u) of a sign: m from the settings, u counted among the genuine.
fn rate(
    (patterns, lives): (&BTreeMap<Pattern, u64>, bool),
    code: Code,
    strong: bool,
    settings: &Settings,
    share: u64,
) -> Millibits {
    let bits = Millibits::from(settings.bits[code as usize]) * 1000;
    let (share, bits) = if strong {
        (share * 1000, bits)
    } else {
        (share * 1000 / FAINT_SHARE, bits * FAINT_BITS.0 / FAINT_BITS.1)
    };
    let witness = Witness::of(code).of_run(lives);
    let (of, bear) = count(patterns, |p| witness.speaks_for(p.facts), |p| bears(p, code, Some(strong)));
    let worth = learn::worth(share, bits, (of, bear), u64::from(settings.evidence_rows));
    (worth * scale(code, settings) / 1000).clamp(0, BITS_MAX)
}

/// The weight that the settings give a code, in thousandths of the default: it is worth as much more or less.
fn scale(code: Code, settings: &Settings) -> Millibits {
    Millibits::from(settings.weights[code as usize]) * 1000 / Millibits::from(code.weight())
}

/// For two codes how much oftener than by chance the genuine bear both, in bits.
fn overlaps(patterns: &BTreeMap<Pattern, u64>, lives: bool) -> Vec<[Millibits; CODES]> {
    let mut overlaps = vec![[0; CODES]; CODES];
    for (at, &one) in Code::ALL.iter().enumerate() {
        for &other in &Code::ALL[at + 1..] {
            let witness = Witness::of_both(one, other).of_run(lives);
            let genuine = |pattern: &Pattern| witness.speaks_for(pattern.facts);
            let (of, first) = count(patterns, genuine, |p| bears(p, one, None));
            let (_, second) = count(patterns, genuine, |p| bears(p, other, None));
            let (_, both) = count(patterns, genuine, |p| bears(p, one, None) && bears(p, other, None));
            // One pair more on either side, so that a single row proves nothing.
            let chance = u128::from(first) * u128::from(second) * 1000 / u128::from(of.max(1));
            let overlap = bits::log2(both * 1000 + 1000, chance as u64 + 1000).max(0);
            overlaps[at][other as usize] = overlap;
            overlaps[other as usize][at] = overlap;
        }
    }
    overlaps
}

/// What exculpations take off: log2(m/p), p counted among the genuine by another view.
fn exculpations(patterns: &BTreeMap<Pattern, u64>, lives: bool, settings: &Settings) -> [Millibits; 4] {
    let rows = u64::from(settings.evidence_rows);
    let taken = |witness: Witness, wanted: u8, unwanted: u8, share: u16, usual: u64| {
        let bears = |p: &Pattern| p.facts & wanted == wanted && p.facts & unwanted == 0;
        let witness = witness.of_run(lives);
        let (of, bear) = count(patterns, |p| witness.speaks_for(p.facts), bears);
        learn::takes(u64::from(share), usual, (of, bear), rows).clamp(-BITS_MAX, 0)
    };
    [
        taken(Witness::Alive, fact::GENUINE, 0, settings.invented_documented, 800_000),
        // A life of some weeks is as much of the invented's as of the genuine's who came lately.
        taken(Witness::Genuine, fact::ALIVE, fact::LONG, settings.invented_alive, 300_000),
        taken(Witness::Genuine, fact::LONG, 0, settings.invented_alive_for_long, 400_000),
        taken(Witness::Both, fact::PRESENT, 0, settings.invented_present, 600_000),
    ]
}

/// The log odds of the share of invented rows under which the run is likeliest.
fn prior(belief: &Belief, patterns: &BTreeMap<Pattern, u64>, settings: &Settings) -> Millibits {
    let said: Vec<Said> = patterns
        .iter()
        .map(|(pattern, &count)| {
            let crowd = pattern.signs.iter().filter_map(|sign| match sign.measured {
                Measured::Odds(odds) => Some(odds),
                _ => None,
            });
            let crowd = crowd.max();
            let mut signs = pattern.signs.clone();
            signs.retain(|sign| !matches!(sign.measured, Measured::Odds(_)));
            if pattern.facts & fact::SILENT != 0 && settings.weights[Code::NoActivity as usize] > 0 {
                signs.push(Sign { code: Code::NoActivity, strong: true, measured: Measured::Nothing });
            }
            let weighed = belief.weigh_signs(pattern.facts, &signs);
            let start = if crowd.is_some() { weighed.prior } else { belief.prior };
            let odds = bits::power(weighed.odds() - start);
            Said { odds, crowd: crowd.map_or(0.0, bits::power), rows: count as f64 }
        })
        .collect();
    learn::prior(&said, settings.prior_share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(code: Code) -> Sign {
        Sign { code, strong: true, measured: Measured::Nothing }
    }

    fn patterns(rows: &[(u8, &[Code], u64)]) -> BTreeMap<Pattern, u64> {
        rows.iter()
            .map(|&(facts, codes, count)| {
                (Pattern { facts, signs: codes.iter().map(|&code| sign(code)).collect() }, count)
            })
            .collect()
    }

    const KNOWN: u8 = fact::GENUINE | fact::ALIVE | fact::LONG;

    #[test]
    fn what_genuine_people_bear_is_worth_little() {
        let settings = Settings::default();
        let with = |bear: u64| {
            let rows = [(KNOWN, &[][..], 100_000 - bear), (KNOWN, &[Code::PresenceMissing][..], bear)];
            Belief::learn(&patterns(&rows), &settings).worth(Code::PresenceMissing)[1]
        };
        let of_settings = Belief::of(&settings).worth(Code::PresenceMissing)[1];
        assert!(with(0) > of_settings, "nobody of a hundred thousand bears it");
        assert!(with(10_000) < 2500, "one in ten bears it: {}", with(10_000));
        assert!(with(50_000) <= 500, "half of them do: {}", with(50_000));
        assert!(with(0) <= BITS_MAX);
    }

    #[test]
    fn signs_that_the_genuine_bear_together_count_once() {
        let pair = [Code::InvalidIin, Code::PresenceMissing];
        let settings = Settings::default();
        let weigh = |rows: &[(u8, &[Code], u64)]| {
            let belief = Belief::learn(&patterns(rows), &settings);
            let stronger = belief.weigh_signs(0, &[sign(pair[1])]);
            let two = belief.weigh_signs(0, &[sign(pair[0]), sign(pair[1])]);
            (two.odds() - stronger.odds(), belief.worth(pair[0])[1])
        };
        let apart = [(KNOWN, &[][..], 99_000), (KNOWN, &pair[..1], 500), (KNOWN, &pair[1..], 500)];
        let (gain, worth) = weigh(&apart);
        assert!(gain >= worth - 100, "what never comes together adds up: {gain} of {worth}");
        let together = [(KNOWN, &[][..], 99_000), (KNOWN, &pair[..], 1000)];
        let (gain, worth) = weigh(&together);
        assert!(gain <= worth / 4, "what always comes together is one sign: {gain} of {worth}");
    }

    #[test]
    fn views_of_one_fact_count_once() {
        let belief = Belief::of(&Settings::default());
        let one = belief.weigh_signs(0, &[sign(Code::UnknownDocument)]);
        let two = belief.weigh_signs(0, &[sign(Code::UnknownDocument), sign(Code::MalformedDocument)]);
        let gain = two.odds() - one.odds();
        assert!(gain > 0 && gain < belief.worth(Code::MalformedDocument)[1], "{gain}");
    }

    #[test]
    fn a_crowds_odds_take_the_place_of_the_prior() {
        let belief = Belief::of(&Settings::default());
        let crowd = |code, odds| Sign { code, strong: true, measured: Measured::Odds(odds) };
        let one = belief.weigh_signs(0, &[crowd(Code::RepresentativeBurst, 0)]);
        assert_eq!(one.odds(), 0, "half of the others should not exist");
        let two = [crowd(Code::RepresentativeBurst, 0), crowd(Code::SharedContact, -500)];
        assert_eq!(belief.weigh_signs(0, &two).odds(), 0, "a second view of the same crowd adds nothing");
        let low = belief.weigh_signs(0, &[crowd(Code::SharedContact, belief.prior - 3000)]);
        assert_eq!(low.odds(), belief.weigh_signs(0, &[]).odds(), "and a crowd never speaks for anybody");
    }

    #[test]
    fn exculpations_take_off() {
        let belief = Belief::of(&Settings::default());
        let weigh = |facts, code| belief.weigh_signs(facts, &[sign(code)]).odds();
        let code = Code::PresenceMissing;
        assert!(weigh(fact::GENUINE, code) < weigh(0, code) - 2000);
        assert!(weigh(fact::ALIVE | fact::LONG, code) < weigh(fact::ALIVE, code));
        assert!(weigh(KNOWN | fact::PRESENT, code) < weigh(KNOWN, code));
        let stolen = Code::DocumentInvalidAtAssignment;
        assert_eq!(
            weigh(fact::GENUINE, stolen),
            weigh(0, stolen),
            "that the stolen document exists says nothing"
        );
    }

    #[test]
    fn the_prior_is_the_share_that_the_run_shows() {
        let settings = Settings::default();
        let nobody = fact::SILENT;
        let made_up = [Code::ImpossibleTime, Code::PresenceMissing];
        let share = |invented: u64| {
            let rows = [
                (KNOWN, &[][..], 200_000 - invented),
                (fact::PRESENT, &[][..], 50_000),
                (nobody, &made_up[..], invented),
            ];
            bits::power(Belief::learn(&patterns(&rows), &settings).prior)
        };
        assert!(share(2_000) > 3.0 * share(200), "ten times as many: {} and {}", share(2_000), share(200));
    }
}

//! Crowd: how likely it is that people who came together were made up together.
//!
//! In: the members of a crowd (of one representative, phone or address), each as two facts: is the document in the
//! register as theirs, was the person seen alive. Out: a [`Verdict`]: whether there is a ring in the crowd, and for
//! each kind of member the odds that one of it is invented. A crowd is a mixture: a share of it is invented, the rest
//! are genuine people who are missed as often as anybody, or, since people who came together are missed together,
//! oftener: a company whose passports the export lacks, tourists of whom nothing is seen. All shares and all these
//! explanations are tried (a small grid), each as likely beforehand as the tables below say. How many crowds hold a
//! ring is learned from all crowds of a kind (expectation maximisation in one unknown).
//!
//! The law: nobody is judged by what is said of themselves here, which other signals say: a member's odds are those
//! by all others, with the member's own facts taken out of them again. And the same on every machine: floats are
//! only added, multiplied and divided.

use super::Look;
use crate::engine::Engine;
use crate::rules::bits::{self, Millibits};
use crate::rules::settings::Settings;

/// Shares of a crowd that may be invented. There is an honest person in every crowd.
const SHARES: [f64; 10] = [0.03, 0.08, 0.15, 0.25, 0.4, 0.55, 0.7, 0.82, 0.92, 0.98];

/// What may be true of the genuine people of a crowd, and how likely that is beforehand: their documents are unknown
/// this often (or as often as usual, if that is more), and they are seen this much less often than usual.
const CAUSES: [(f64, f64, f64); 8] = [
    (0.905, 0.0, 1.0),
    (0.012, 0.3, 1.0),
    (0.012, 0.6, 1.0),
    (0.012, 0.9, 1.0),
    (0.025, 0.0, 0.6),
    (0.025, 0.0, 0.2),
    (0.007, 0.6, 0.6),
    (0.002, 0.9, 0.2),
];

/// How often the invented of a ring are seen alive, against what the settings say of all invented: some makers leave
/// their numbers alone, others use them at once.
const LIVES: [f64; 2] = [0.2, 1.4];

/// Cells of the grid: no ring, or a share and a life; and a cause.
const CELLS: usize = (1 + SHARES.len() * LIVES.len()) * CAUSES.len();

/// Kinds of members: a document that is known, unknown or not to be judged; and seen, unseen or not to be judged.
const KINDS: usize = 9;

/// Steps of the rate at which documents are unknown, four to a bit.
const LEVELS: usize = 41;

/// Members of whom something must be known.
const MEMBERS_MIN: u32 = 3;

/// The probability of a ring from which the members of a crowd bear a sign of it. What it is worth is another matter:
/// where a company whose passports the export lacks is as likely, it is worth less.
const RING_MIN: f64 = 0.1;

/// Crowds as many as which the share of crowds with a ring counts beforehand.
const CROWDS_LIKE: f64 = 100.0;
/// Turns of learning that share.
const TURNS: usize = 30;

/// What is known of one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member(u8);

impl Member {
    /// A member whose document is known (or not, or who can say), and who was seen (or not, or who can say).
    pub(super) fn new(document_known: Option<bool>, seen: Option<bool>) -> Option<Self> {
        let place = |known: Option<bool>| match known {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        let kind = place(document_known) * 3 + place(seen);
        (document_known.is_some() || seen.is_some()).then_some(Member(kind))
    }

    /// Whether this member can be found in no way, though it can be said.
    fn is_missed(self) -> bool {
        matches!(self.0, 4 | 5 | 7)
    }
}

/// What is said of a crowd.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Crowd {
    counts: [u32; KINDS],
    /// How many members would be missed, were all of them genuine.
    usual: f64,
    /// Members whose document can be judged, and how many of these would be unknown.
    documents: (u32, f64),
}

impl Crowd {
    /// Counts the members among some rows.
    pub(super) fn of(look: &Look<'_>, rows: impl Iterator<Item = u32>) -> Self {
        let mut crowd = Crowd::default();
        for row in rows {
            if let Some((member, unknown)) = look.member(row as usize) {
                crowd.add(member, unknown, look.unseen_rate());
            }
        }
        crowd
    }

    /// Adds a member whose document would be unknown at a rate, and who would not be seen at another.
    fn add(&mut self, member: Member, unknown: Option<f64>, unseen: f64) {
        self.counts[usize::from(member.0)] += 1;
        let is_judged = member.0 % 3 != 2;
        self.usual += unknown.unwrap_or(1.0) * if is_judged { unseen } else { 1.0 };
        if let Some(rate) = unknown {
            self.documents = (self.documents.0 + 1, self.documents.1 + rate);
        }
    }

    /// Members of whom something can be said.
    pub(super) fn members(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).sum()
    }

    /// Members who can be found in no way.
    pub(super) fn missed(&self) -> u64 {
        let missed = (0..KINDS as u8).filter(|&kind| Member(kind).is_missed());
        missed.map(|kind| u64::from(self.counts[usize::from(kind)])).sum()
    }

    /// How many would be missed, were all genuine, with one decimal.
    pub(super) fn usual(&self) -> String {
        let tenths = (self.usual * 10.0 + 0.5) as u64;
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// Whether there is enough to say something.
    pub(super) fn speaks(&self) -> bool {
        self.counts.iter().sum::<u32>() >= MEMBERS_MIN
    }

    /// Whether nobody's document is unknown and nobody is missed: nothing has to be explained.
    fn is_sound(&self) -> bool {
        self.missed() == 0 && self.counts[3..6].iter().all(|&count| count == 0)
    }

    fn level(&self) -> usize {
        let (documents, unknown) = self.documents;
        let rate = if documents == 0 { 1.0 } else { unknown / f64::from(documents) };
        let quarters = -bits::log2(((rate * 1e6) as u64).max(1), 1_000_000) / 250;
        (quarters.max(0) as usize).min(LEVELS - 1)
    }
}

/// What a crowd amounts to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    /// The probability that a part of the crowd was made up.
    pub(super) ring: f64,
    /// How often the document of a genuine member is unknown: as everybody's, or oftener.
    pub(super) unknown: f64,
    odds: [Millibits; KINDS],
}

impl Verdict {
    /// Whether a ring explains the crowd well enough to be told of.
    pub(super) fn is_told(&self) -> bool {
        self.ring >= RING_MIN
    }

    /// The odds that somebody like this member is invented, by the others of the crowd.
    pub(super) fn odds(&self, member: Member) -> Millibits {
        self.odds[usize::from(member.0)]
    }
}

/// What members of each kind say in each cell of the grid, for each rate at which documents are unknown.
#[derive(Debug)]
pub(super) struct Tables {
    levels: Vec<Table>,
    /// For each life how likely each kind is among the invented.
    invented: [[f64; KINDS]; LIVES.len()],
    /// The same of all invented.
    usual: [f64; KINDS],
    /// Whether it is known who is seen alive.
    lives: bool,
}

/// The table of one rate.
#[derive(Debug)]
struct Table {
    /// For each cell and kind the logarithm of its probability.
    logs: [[Millibits; KINDS]; CELLS],
    /// For each cause the probability of each kind among the genuine.
    genuine: [[f64; KINDS]; CAUSES.len()],
    /// For each cause how often a document is unknown.
    unknown: [f64; CAUSES.len()],
}

/// The probability of each kind, documents and life being independent.
fn kinds(unknown: f64, seen: f64) -> [f64; KINDS] {
    let (document, life) = ([1.0 - unknown, unknown, 1.0], [seen, 1.0 - seen, 1.0]);
    std::array::from_fn(|kind| document[kind / 3] * life[kind % 3])
}

impl Tables {
    /// The tables of a run in which genuine people are seen at a rate, if that is known.
    pub(super) fn new(seen: Option<f64>, settings: &Settings) -> Self {
        let (lives, seen) = (seen.is_some(), seen.unwrap_or(0.5));
        let share = |thousandths: u16| f64::from(thousandths.clamp(1, 999)) / 1000.0;
        let alive = share(settings.invented_alive);
        let usual = kinds(1.0 - share(settings.invented_documented), alive);
        let invented = LIVES
            .map(|life| kinds(1.0 - share(settings.invented_documented), (alive * life).clamp(0.01, 0.99)));
        // Nobody is missed for certain.
        let table = |level: usize| {
            let rate = bits::power(-250 * level as Millibits).clamp(0.001, 0.99);
            let unknown = CAUSES.map(|(_, least, _)| rate.max(least));
            let genuine: [[f64; KINDS]; CAUSES.len()] =
                std::array::from_fn(|at| kinds(unknown[at], (seen * CAUSES[at].2).clamp(0.01, 0.99)));
            let logs = std::array::from_fn(|cell| {
                let Part { share, life, cause } = part(cell);
                std::array::from_fn(|kind| {
                    let mixed = share * invented[life][kind] + (1.0 - share) * genuine[cause][kind];
                    bits::log2(((mixed * 1e9) as u64).max(1), 1_000_000_000)
                })
            });
            Table { logs, genuine, unknown }
        };
        Tables { levels: (0..LEVELS).map(table).collect(), invented, usual, lives }
    }

    /// The verdicts over crowds of one kind, of which a share (in thousandths, by judgement) holds a ring.
    pub(super) fn judge(&self, engine: &Engine, crowds: &[Crowd], rings: u16) -> Vec<Verdict> {
        const PART: usize = 256;
        let parts = engine.map(crowds.len().div_ceil(PART), |part| {
            let part = &crowds[part * PART..((part + 1) * PART).min(crowds.len())];
            part.iter().map(|crowd| self.factor(crowd)).collect::<Vec<f64>>()
        });
        let start = f64::from(rings.clamp(1, 999)) / 1000.0;
        // By documents alone a ring looks like a company whose passports the export lacks, and would be learned from it.
        let share = if self.lives { learn(&parts.concat(), start) } else { start };
        let parts = engine.map(crowds.len().div_ceil(PART), |part| {
            let part = &crowds[part * PART..((part + 1) * PART).min(crowds.len())];
            part.iter().map(|crowd| self.verdict(crowd, share)).collect::<Vec<Verdict>>()
        });
        parts.concat()
    }

    /// How much better some ring explains a crowd than none does.
    fn factor(&self, crowd: &Crowd) -> f64 {
        if crowd.is_sound() {
            return 0.0;
        }
        let cells = self.cells(crowd, 0.5);
        let none: f64 = cells[..CAUSES.len()].iter().sum();
        let some: f64 = cells[CAUSES.len()..].iter().sum();
        some / none.max(f64::MIN_POSITIVE)
    }

    /// The weight of each cell, against the likeliest one's, when a share of crowds holds a ring.
    fn cells(&self, crowd: &Crowd, rings: f64) -> [f64; CELLS] {
        let table = &self.levels[crowd.level()];
        let mut logs = [0; CELLS];
        for (log, of_kinds) in logs.iter_mut().zip(&table.logs) {
            let sum: i64 = of_kinds
                .iter()
                .zip(&crowd.counts)
                .map(|(&log, &count)| i64::from(log) * i64::from(count))
                .sum();
            *log = sum.max(i64::from(Millibits::MIN / 2)) as Millibits;
        }
        let best = logs.iter().copied().max().unwrap_or(0);
        std::array::from_fn(|cell| {
            let Part { share, cause, .. } = part(cell);
            let kinds = (SHARES.len() * LIVES.len()) as f64;
            let before = if share > 0.0 { rings / kinds } else { 1.0 - rings };
            before * CAUSES[cause].0 * bits::power(logs[cell] - best)
        })
    }

    fn verdict(&self, crowd: &Crowd, rings: f64) -> Verdict {
        let table = &self.levels[crowd.level()];
        if crowd.is_sound() {
            return Verdict { ring: 0.0, unknown: table.unknown[0], odds: [Millibits::MIN; KINDS] };
        }
        let cells = self.cells(crowd, rings);
        let all: f64 = cells.iter().sum();
        let some: f64 = cells[CAUSES.len()..].iter().sum();
        let unknown: f64 =
            cells.iter().enumerate().map(|(cell, weight)| weight * table.unknown[part(cell).cause]).sum();
        let unknown = unknown / all;
        let mut odds = [Millibits::MIN; KINDS];
        for (kind, odds) in odds.iter_mut().enumerate().filter(|&(kind, _)| crowd.counts[kind] > 0) {
            // The others' cells: this one's facts are taken out again.
            let (mut invented, mut genuine) = (0.0, 0.0);
            for (cell, weight) in cells.iter().enumerate() {
                let Part { share, life, cause } = part(cell);
                let others = weight * bits::power(-table.logs[cell][kind]);
                invented += others * share * self.invented[life][kind];
                genuine += others * (1.0 - share) * table.genuine[cause][kind];
            }
            // What the facts say of anybody is counted by other signs.
            let document = match kind / 3 {
                0 => 1.0 - unknown,
                1 => unknown,
                _ => 1.0,
            };
            let usual = table.genuine[0][kind / 3 * 3..][..3][kind % 3] / table.genuine[0][kind / 3 * 3 + 2];
            // What they say of the invented is what they say of those who are seen as often as the settings have it.
            let own = self.usual[kind] / (document * usual);
            let odds_of = |invented: f64, genuine: f64| {
                let share = invented / (invented + genuine).max(f64::MIN_POSITIVE);
                bits::log_odds((share * 1e9) as u64, 1_000_000_000)
            };
            let own = bits::log2(((own * 1e6) as u64).max(1), 1_000_000);
            *odds = odds_of(invented, genuine) - own;
        }
        let ring = if crowd.speaks() { some / all } else { 0.0 };
        Verdict { ring, unknown, odds }
    }
}

/// A cell of the grid.
struct Part {
    /// The share of the crowd that is invented.
    share: f64,
    /// Which of the lives they have.
    life: usize,
    /// Which cause is at work among the genuine.
    cause: usize,
}

fn part(cell: usize) -> Part {
    let (ring, cause) = (cell / CAUSES.len(), cell % CAUSES.len());
    match ring.checked_sub(1) {
        None => Part { share: 0.0, life: 0, cause },
        Some(at) => Part { share: SHARES[at / LIVES.len()], life: at % LIVES.len(), cause },
    }
}

/// The share of crowds with a ring that makes all crowds likeliest; each of them is explained so much better by a
/// ring than by none.
fn learn(factors: &[f64], start: f64) -> f64 {
    let mut share = start;
    for _ in 0..TURNS {
        let rings: f64 = factors
            .iter()
            .map(|factor| {
                let (some, none) = (share * factor, 1.0 - share);
                // A factor beyond all numbers is a certain ring.
                if some.is_finite() { some / (some + none) } else { 1.0 }
            })
            .sum();
        share = (rings + CROWDS_LIKE * start) / (factors.len() as f64 + CROWDS_LIKE);
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNKNOWN: f64 = 0.05;
    const SEEN: f64 = 0.9;

    /// Members: known and seen, known and unseen, unknown and seen, unknown and unseen.
    fn crowd(counts: [u32; 4]) -> Crowd {
        let mut crowd = Crowd::default();
        for (count, (known, seen)) in
            counts.into_iter().zip([(true, true), (true, false), (false, true), (false, false)])
        {
            let member = Member::new(Some(known), Some(seen)).expect("something is known");
            (0..count).for_each(|_| crowd.add(member, Some(UNKNOWN), 1.0 - SEEN));
        }
        crowd
    }

    fn verdict(counts: [u32; 4]) -> Verdict {
        Tables::new(Some(SEEN), &Settings::default()).verdict(&crowd(counts), 0.02)
    }

    #[test]
    fn crowds() {
        for (counts, ring, why) in [
            ([257, 28, 14, 1], false, "an employer of three hundred, as many missed as usual"),
            ([250, 28, 20, 2], false, "somewhat more: the export may lack a page of passports"),
            ([190, 20, 12, 78], true, "a quarter of them cannot be found"),
            ([0, 0, 0, 60], true, "nobody can be found"),
            ([0, 0, 20, 40], true, "nobody is documented, and a third has learned to look alive"),
            ([6, 1, 0, 1], false, "one of eight"),
            ([4, 0, 0, 4], true, "four of eight where none was to be expected"),
            ([3, 0, 52, 5], false, "a company whose passports the export lacks: they live here"),
            ([10, 46, 1, 3], false, "tourists: nothing is seen of them, and their passports are known"),
            ([0, 0, 0, 2], false, "two are no crowd"),
            ([1, 1, 0, 1], false, "a family"),
        ] {
            let verdict = verdict(counts);
            assert_eq!(verdict.ring >= 0.5, ring, "{why}: {}", verdict.ring);
        }
    }

    #[test]
    fn members_are_judged_by_the_others() {
        let missed = Member::new(Some(false), Some(false)).unwrap();
        let sound = Member::new(Some(true), Some(true)).unwrap();
        let (ring, half) = (verdict([1, 0, 0, 59]), verdict([30, 0, 0, 30]));
        assert!(ring.odds(missed) > half.odds(missed) + 1000, "the more of the others are missed");
        assert!(
            half.odds(sound) > -4000,
            "who is sound in such a crowd has little but that in their favour: the others are never seen"
        );
        // One missed of a sound crowd: nothing is said by the others.
        let odd = verdict([59, 0, 0, 1]);
        assert!(odd.odds(missed) < -5000, "{}", odd.odds(missed));
    }

    #[test]
    fn what_the_export_lacks_is_learned_from_those_who_live() {
        assert!(verdict([3, 0, 52, 5]).unknown > 0.7, "nearly all of this company");
        assert!(verdict([257, 28, 14, 1]).unknown < 0.1, "as everybody");
        assert!(verdict([0, 0, 0, 60]).unknown < 0.4, "the unknown do not excuse each other");
    }

    #[test]
    fn the_share_of_rings_is_learned() {
        let tables = Tables::new(Some(SEEN), &Settings::default());
        let factors = |rings: usize, honest: usize| -> Vec<f64> {
            let (ring, sound) = (tables.factor(&crowd([2, 0, 1, 9])), tables.factor(&crowd([10, 1, 1, 0])));
            assert!(ring > 1e3 && sound < 1.0, "{ring} {sound}");
            [vec![ring; rings], vec![sound; honest]].concat()
        };
        let (few, many) = (learn(&factors(2, 2000), 0.02), learn(&factors(600, 2000), 0.02));
        assert!(few < 0.005 && many > 0.2, "{few} {many}");
    }
}

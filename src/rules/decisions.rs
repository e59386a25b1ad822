//! Decisions: what people said of findings, and what follows from it.
//!
//! In: decisions by case id, and the suspects of a run. Out: suspects without those that were dismissed and are
//! what they were then, the dismissed ones beside them, and shares that confirmed cases teach.
//!
//! **A dismissed case stays away until its evidence changes.** What evidence is, is one short text ([`Evidence`],
//! `evidence_id` in reports): its signs, each with how strong it was, and what spoke for the person. A count that
//! grows every night is no part of it. Evidence has changed when a sign is new or stronger, or when something
//! that spoke for the person is gone; less evidence brings nobody back. Who dismisses without that text did not
//! say what was seen, so such a case comes back when it is `high`.
//!
//! **Confirmed cases teach the shares** of invented people who bear each sign (m, which no run can tell), from
//! [`Settings::confirmed_rows_min`] of them on. Only reported rows are ever judged, and whoever is reported bears signs;
//! so what the confirmed bear is not compared with nothing, but with what the run expected of the invented among the
//! suspects of the same bands. The share moves by the ratio of the two, pulled towards no change as by
//! `BEARERS_BEFORE` bearers who are as expected (so a rare sign, of which few cases can say anything, hardly
//! moves), and by one bit at most. Dismissed cases teach nothing: how often the genuine bear a sign is
//! counted among all who surely exist, of whom the dismissed are the unluckiest few.
//!
//! The law: a function of the run's inputs and of the file alone; and nothing is lost: what is kept away is
//! written, and counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::evidence::Exculpation;
use super::score::{Band, Suspect};
use super::settings::Settings;
use super::signals::{Code, Measured, Signal};
use crate::rules::bits::Millibits;

/// Confirmed bearers of a sign as many as which it counts that a share was what the run expected. Of a sign that half
/// of the invented bear this is fifty cases.
const BEARERS_BEFORE: u64 = 25;
/// A share may double or halve.
const BIT: u64 = 2;
/// No share is larger, in thousandths: there is always one who left no such sign.
const SHARE_MAX: u64 = 900;
/// Odds of a crowd from which its sign is strong, and very strong: one in four, and two in three.
const CROWDS: [Millibits; 2] = [-1500, 1000];

/// What somebody said of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is as the report suspects.
    Confirmed,
    /// It is not.
    Dismissed,
    /// Not decided yet; the same as not being named.
    Open,
}

impl Verdict {
    /// The word of the file.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "confirmed" => Some(Verdict::Confirmed),
            "dismissed" => Some(Verdict::Dismissed),
            "open" | "" => Some(Verdict::Open),
            _ => None,
        }
    }
}

/// What speaks against and for the person of a suspect, without what changes every night.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Each sign with how strong it is, from 1 to 3.
    signs: BTreeMap<&'static str, u8>,
    /// What speaks for the person.
    exculpations: Vec<Exculpation>,
}

impl Evidence {
    /// The evidence of a suspect.
    #[must_use]
    pub fn of(suspect: &Suspect) -> Self {
        let signs = suspect.signals.iter().map(|signal| (signal.code.name(), strength(signal))).collect();
        let exculpations = suspect.exculpations.iter().map(|&(exculpation, _)| exculpation).collect();
        Evidence { signs, exculpations }
    }

    /// Reads what a report wrote; `None` where it is something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut evidence = Evidence::default();
        for word in text.split_whitespace() {
            if let Some(name) = word.strip_prefix('!') {
                let exculpation =
                    Exculpation::ALL.into_iter().find(|exculpation| exculpation.name() == name)?;
                evidence.exculpations.push(exculpation);
            } else {
                let name = word.trim_end_matches('+');
                let code = Code::ALL.into_iter().find(|code| code.name() == name)?;
                let strength = 1 + u8::try_from(word.len() - name.len()).ok().filter(|&more| more <= 2)?;
                evidence.signs.insert(code.name(), strength);
            }
        }
        Some(evidence)
    }

    /// Whether there is more of it than there was.
    #[must_use]
    pub fn has_grown_since(&self, before: &Evidence) -> bool {
        let held = |name: &str| before.signs.get(name).copied().unwrap_or(0);
        let more = self.signs.iter().any(|(name, &strength)| strength > held(name));
        let speaks = |wanted: Exculpation| {
            let longer =
                wanted == Exculpation::Alive && self.exculpations.contains(&Exculpation::AliveForLong);
            longer || self.exculpations.contains(&wanted)
        };
        more || !before.exculpations.iter().all(|&exculpation| speaks(exculpation))
    }
}

impl std::fmt::Display for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for (name, &strength) in &self.signs {
            let more = "+".repeat(usize::from(strength) - 1);
            write!(text, "{name}{more} ")?;
        }
        for exculpation in &self.exculpations {
            write!(text, "!{} ", exculpation.name())?;
        }
        f.write_str(text.trim_end())
    }
}

/// How strong a sign is: 1, or 2 and 3 where it is more than others of its kind.
fn strength(signal: &Signal) -> u8 {
    match signal.measured {
        Measured::Odds(odds) => 1 + CROWDS.iter().filter(|&&least| odds >= least).count() as u8,
        _ => 1 + u8::from(signal.is_strong(signal.code.weight())),
    }
}

/// A decision on a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was said.
    pub verdict: Verdict,
    /// Of what evidence, where the file says it.
    pub evidence: Option<Evidence>,
}

/// Decisions by case id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions(pub BTreeMap<String, Decision>);

/// What became of decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Decisions of each verdict: confirmed, dismissed, open.
    pub said: [u64; 3],
    /// Dismissed suspects that are kept away.
    pub suspects_away: u64,
    /// Dismissed corrections that are kept away.
    pub corrections_away: u64,
    /// Dismissed suspects that are back, since there is more evidence.
    pub grown: u64,
    /// Dismissed suspects that are back, since they are `high` and nobody said of what evidence they were dismissed.
    pub unsaid: u64,
    /// Decisions on cases that this run did not find.
    pub not_found: u64,
    /// Confirmed suspects from which was learned; 0 where they are too few.
    pub learned_from: u64,
    /// Shares that moved: of which signal, from what to what, in thousandths.
    pub shares: Vec<(Code, u16, u16)>,
}

impl Decisions {
    /// The account before anything was done.
    #[must_use]
    pub fn account(&self) -> Account {
        let mut account = Account::default();
        self.0.values().for_each(|decision| account.said[decision.verdict as usize] += 1);
        account
    }

    /// How many of these cases are decided. Two rows with one number have one id.
    #[must_use]
    pub fn count(&self, ids: &[String]) -> u64 {
        let known: BTreeSet<&String> = ids.iter().filter(|id| self.0.contains_key(*id)).collect();
        known.len() as u64
    }

    /// Whether corrections are among the cases.
    #[must_use]
    pub fn of_corrections(&self) -> bool {
        self.0.keys().any(|id| id.starts_with("C-"))
    }

    /// Whether a case is dismissed, whatever its evidence: corrections have another id when they say something else.
    #[must_use]
    pub fn dismisses(&self, id: &str) -> bool {
        self.0.get(id).is_some_and(|decision| decision.verdict == Verdict::Dismissed)
    }

    /// Settings with the shares that confirmed suspects teach; nothing where they are too few or say nothing new.
    #[must_use]
    pub fn teach(
        &self,
        suspects: &[Suspect],
        ids: &[String],
        settings: &Settings,
        account: &mut Account,
    ) -> Option<Settings> {
        let is_confirmed =
            |id: &String| self.0.get(id).is_some_and(|decision| decision.verdict == Verdict::Confirmed);
        let confirmed: Vec<&Suspect> =
            suspects.iter().zip(ids).filter(|(_, id)| is_confirmed(id)).map(|(suspect, _)| suspect).collect();
        let count = confirmed.len() as u64;
        if count < u64::from(settings.confirmed_rows_min) {
            return None;
        }
        account.learned_from = count;
        let mut taught = settings.clone();
        for code in Code::ALL {
            let share = settings.shares[code as usize];
            let bears = |suspect: &Suspect| suspect.signals.iter().any(|signal| signal.code == code);
            // In thousandths, how many of those confirmed should bear it, as the invented of their bands do.
            let expected: u64 = Band::ALL
                .iter()
                .map(|&band| {
                    let of_band = || suspects.iter().filter(|suspect| suspect.band == band);
                    let sum = |suspects: &mut dyn Iterator<Item = &Suspect>| {
                        suspects.map(|suspect| u64::from(suspect.score)).sum::<u64>()
                    };
                    let all = sum(&mut of_band()).max(1);
                    let bearing = sum(&mut of_band().filter(|suspect| bears(suspect)));
                    let own = confirmed.iter().filter(|suspect| suspect.band == band).count() as u64;
                    own * (bearing * 1_000_000 / all)
                })
                .sum::<u64>()
                / 1000;
            let bearing = confirmed.iter().filter(|suspect| bears(suspect)).count() as u64;
            if share == 0 || settings.weights[code as usize] == 0 {
                continue;
            }
            let old = u64::from(share);
            let (seen, usual) = ((BEARERS_BEFORE + bearing) * 1000, BEARERS_BEFORE * 1000 + expected);
            // Rounded, and never across the largest share, where the settings are above it.
            let most = (old * BIT).min(SHARE_MAX.max(old));
            let new = ((old * seen + usual / 2) / usual).clamp(old.div_ceil(BIT), most) as u16;
            if new != share {
                taught.shares[code as usize] = new;
                account.shares.push((code, share, new));
            }
        }
        (!account.shares.is_empty()).then_some(taught)
    }

    /// Parts suspects into those that are reported and those that are kept away, both in their order.
    #[must_use]
    pub fn part(
        &self,
        suspects: Vec<Suspect>,
        ids: &[String],
        account: &mut Account,
    ) -> (Vec<Suspect>, Vec<Suspect>) {
        let (mut reported, mut away) = (Vec::new(), Vec::new());
        for (suspect, id) in suspects.into_iter().zip(ids) {
            let is_away = match self.0.get(id) {
                Some(Decision { verdict: Verdict::Dismissed, evidence: Some(before) }) => {
                    let grown = Evidence::of(&suspect).has_grown_since(before);
                    account.grown += u64::from(grown);
                    !grown
                }
                Some(Decision { verdict: Verdict::Dismissed, evidence: None }) => {
                    let high = suspect.band == Band::High;
                    account.unsaid += u64::from(high);
                    !high
                }
                _ => false,
            };
            if is_away { &mut away } else { &mut reported }.push(suspect);
        }
        account.suspects_away = away.len() as u64;
        (reported, away)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suspect(score: u16, signals: &[(Code, u16, Measured)], exculpations: &[Exculpation]) -> Suspect {
        let settings = Settings::default();
        let signals = signals.iter().map(|&(code, weight, measured)| Signal {
            measured,
            ..Signal::new(0, code, weight, format!("{weight} days"))
        });
        Suspect {
            row: 0,
            score,
            band: Band::of(score, &settings).expect("reported"),
            prior: 0,
            exculpations: exculpations.iter().map(|&exculpation| (exculpation, -1)).collect(),
            signals: signals.collect(),
        }
    }

    #[test]
    fn evidence_is_read_as_it_was_written() {
        let odds = |odds| Measured::Odds(odds);
        for (suspect, text) in [
            (suspect(900, &[(Code::SharedDocument, 650, Measured::Nothing)], &[]), "shared_document+"),
            (suspect(900, &[(Code::SharedDocument, 300, Measured::Nothing)], &[]), "shared_document"),
            (
                suspect(
                    900,
                    &[
                        (Code::RepresentativeBurst, 100, odds(3000)),
                        (Code::NoActivity, 150, Measured::Nothing),
                    ],
                    &[Exculpation::Alive],
                ),
                "no_activity+ representative_burst++ !alive",
            ),
            (suspect(900, &[(Code::SharedContact, 190, odds(-4000))], &[]), "shared_contact"),
        ] {
            let evidence = Evidence::of(&suspect);
            assert_eq!(evidence.to_string(), text);
            assert_eq!(Evidence::parse(text), Some(evidence), "{text}");
        }
        for text in ["sharad_document", "shared_document+++", "!shared_document", "413 days", "E-ABC"] {
            assert_eq!(Evidence::parse(text), None, "{text}");
        }
        assert_eq!(Evidence::parse(""), Some(Evidence::default()));
    }

    #[test]
    fn what_is_more_evidence() {
        for (before, now, grown, why) in [
            ("no_activity+", "no_activity+", false, "the same"),
            ("no_activity+ unknown_document+", "unknown_document+", false, "a sign less"),
            ("unknown_document+", "no_activity+ unknown_document+", true, "a sign more"),
            ("unknown_document", "unknown_document+", true, "a stronger one"),
            ("unknown_document+", "unknown_document", false, "a weaker one"),
            ("unknown_document !genuine_document", "unknown_document", true, "the document is found no more"),
            ("unknown_document !alive", "unknown_document !alive_for_long", false, "alive for longer"),
            ("unknown_document !alive_for_long", "unknown_document !alive", true, "the activity is gone"),
            ("unknown_document", "unknown_document !alive", false, "somebody was seen"),
        ] {
            let of = |text| Evidence::parse(text).expect("evidence");
            assert_eq!(of(now).has_grown_since(&of(before)), grown, "{why}");
        }
    }

    fn decisions(of: &[(&str, Verdict, Option<&str>)]) -> Decisions {
        let decision = |&(id, verdict, evidence): &(&str, Verdict, Option<&str>)| {
            let evidence = evidence.map(|text| Evidence::parse(text).expect("evidence"));
            (id.to_owned(), Decision { verdict, evidence })
        };
        Decisions(of.iter().map(decision).collect())
    }

    #[test]
    fn who_stays_away() {
        let unknown = [(Code::UnknownDocument, 450, Measured::Nothing)];
        let suspects = vec![
            suspect(300, &unknown, &[]),
            suspect(301, &unknown, &[]),
            suspect(302, &unknown, &[]),
            suspect(303, &unknown, &[]),
            suspect(950, &unknown, &[]),
            suspect(305, &unknown, &[]),
        ];
        let ids: Vec<String> = ["S-0", "S-1", "S-2", "S-3", "S-4", "S-5"].map(str::to_owned).into();
        let decisions = decisions(&[
            ("S-0", Verdict::Dismissed, Some("unknown_document+")),
            ("S-1", Verdict::Dismissed, Some("unknown_document")),
            ("S-2", Verdict::Dismissed, None),
            ("S-3", Verdict::Open, None),
            ("S-4", Verdict::Dismissed, None),
            ("S-9", Verdict::Dismissed, None),
        ]);
        let mut account = decisions.account();
        let (reported, away) = decisions.part(suspects, &ids, &mut account);
        let scores = |of: &[Suspect]| of.iter().map(|suspect| suspect.score).collect::<Vec<_>>();
        assert_eq!(scores(&away), [300, 302], "as it was; and low, whatever it was");
        assert_eq!(scores(&reported), [301, 303, 950, 305]);
        assert_eq!((account.said, account.suspects_away), ([0, 5, 1], 2));
        assert_eq!((account.grown, account.unsaid), (1, 1));
    }

    /// A hundred suspects of whom `bearing` in a hundred bear a sign, and all confirmed of whom `confirmed` do.
    fn taught(bearing: usize, confirmed: usize, count: usize) -> (Option<Settings>, Account) {
        let of = |bears: bool| {
            let sign = (Code::SharedDocument, 650, Measured::Nothing);
            let other = (Code::UnknownDocument, 450, Measured::Nothing);
            let signs = [sign, other];
            suspect(950, if bears { &signs } else { &signs[1..] }, &[])
        };
        // Those who are confirmed are so few that they do not say what is expected.
        let mut suspects: Vec<Suspect> = (0..10_000).map(|at| of(at % 100 < bearing)).collect();
        suspects.extend((0..count).map(|at| of(at < confirmed)));
        let ids: Vec<String> = (0..suspects.len()).map(|at| format!("S-{at}")).collect();
        let said = (0..count)
            .map(|at| (ids[10_000 + at].clone(), Decision { verdict: Verdict::Confirmed, evidence: None }));
        let decisions = Decisions(said.collect());
        let mut account = decisions.account();
        let settings = decisions.teach(&suspects, &ids, &Settings::default(), &mut account);
        (settings, account)
    }

    #[test]
    fn what_confirmed_cases_teach() {
        let of = |bearing, confirmed, count| {
            let (settings, _) = taught(bearing, confirmed, count);
            settings.unwrap_or_default().shares[Code::SharedDocument as usize]
        };
        assert_eq!(Settings::default().shares[Code::SharedDocument as usize], 150);
        assert!((148..=152).contains(&of(20, 20, 100)), "as expected: {}", of(20, 20, 100));
        assert!(
            (181..=185).contains(&of(20, 30, 100)),
            "half as many again, and twenty-five as expected: {}",
            of(20, 30, 100)
        );
        assert_eq!(of(20, 100, 100), 300, "one bit at most");
        assert_eq!(of(20, 0, 1000), 75, "down as well");
        assert_eq!(of(20, 29, 29), 150, "too few");
        assert!(taught(20, 29, 29).1.shares.is_empty());
        let (settings, account) = taught(20, 30, 100);
        assert_eq!(account.learned_from, 100);
        let moved = account.shares.iter().find(|(code, ..)| *code == Code::SharedDocument).expect("moved");
        assert_eq!(moved.2, settings.expect("taught").shares[Code::SharedDocument as usize]);
        assert_eq!(of(0, 0, 1000), 150, "of what nobody expects and nobody bears, nothing can be said");
        assert!(of(1, 0, 100) > 140, "one was to be expected of a hundred, and none came: {}", of(1, 0, 100));
    }
}

//! Signals: what speaks for a number having been issued for a person who does not exist.
//!
//! One file a signal; a signal is a question for a human being, with its evidence in words and its weight,
//! never an assertion. What looks at one row is asked in one sweep over the rows ([`find`]), what looks at
//! many rows groups them by itself; both see the same [`Look`]. Rows of the deceased and annulled are
//! skipped by all.
//!
//! A weight says how strong a sign of its kind it is. What a kind is worth in bits is another matter, which
//! `rules::evidence` learns from the run; a file that can measure its own worth says so ([`Measured`]).
//!
//! The law: at most one signal of a code a row (the heaviest), sorted by row and code, whatever the number
//! of threads; and text is made for hits only.

pub mod invalid_iin;
pub mod birth_contradicts_iin;
pub mod sex_contradicts_iin;
pub mod shared_document;
pub mod unknown_document;
pub mod malformed_document;
pub mod impossible_time;
pub mod presence_missing;
pub mod remote_channel;
pub mod representative_burst;
pub mod consecutive_documents;
pub mod shared_contact;
pub mod document_invalid_at_assignment;
pub mod duplicate_identity;
pub mod unknown_clients;
pub mod no_activity;
mod crowd;
mod genuine;
pub(crate) mod group;
mod look;
#[cfg(test)]
pub(crate) mod testing;
mod usual;
mod words;

pub use self::look::Look;

use super::World;
use super::bits::Millibits;
use crate::link::rows::RegistryRow;

/// One sign on one registry row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The registry row.
    pub row: u32,
    /// Which sign.
    pub code: Code,
    /// How strong a sign it is, in thousandths: a judgement of its kind and of what was seen.
    pub weight: u16,
    /// What its file measured of its worth.
    pub measured: Measured,
    /// What it adds to the odds of its row; 0 until the row is scored.
    pub bits: Millibits,
    /// What was seen, in one sentence with the values that a person needs to check it.
    pub evidence: String,
}

impl Signal {
    /// A signal whose worth is that of its code.
    #[must_use]
    pub fn new(row: u32, code: Code, weight: u16, evidence: String) -> Self {
        Signal { row, code, weight, measured: Measured::Nothing, bits: 0, evidence }
    }

    /// Whether it is a strong sign of its kind, of which the heaviest weighs `most`.
    pub(super) fn is_strong(&self, most: u16) -> bool {
        u32::from(self.weight) * 1000 >= u32::from(most) * STRONG
    }
}

/// Thousandths of the heaviest from which a sign is a strong one of its kind.
const STRONG: u32 = 650;

/// What the file of a signal measured of its worth, beyond what its code is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measured {
    /// Nothing: it is worth what its code is.
    #[default]
    Nothing,
    /// How often genuine people bear it, in millionths.
    Rate(u32),
    /// The odds that one of its crowd is invented, by the others: they take the place of the prior.
    Odds(Millibits),
}

/// The signals of the contract, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant has a file of its name, which says it better")]
#[repr(u8)]
pub enum Code {
    InvalidIin,
    BirthContradictsIin,
    SexContradictsIin,
    SharedDocument,
    UnknownDocument,
    MalformedDocument,
    ImpossibleTime,
    PresenceMissing,
    RemoteChannel,
    RepresentativeBurst,
    ConsecutiveDocuments,
    SharedContact,
    DocumentInvalidAtAssignment,
    DuplicateIdentity,
    UnknownClients,
    NoActivity,
}

/// What a code is worth.
struct Entry {
    code: Code,
    name: &'static str,
    /// The most that one such signal weighs, in thousandths; its file says when it weighs less.
    weight: u16,
    weak: bool,
    /// Of a thousand invented identities, how many bear it: its m, which no run can tell.
    share: u16,
    /// Bits of a strong one where the run cannot tell how many of the genuine bear it.
    bits: u16,
}

const fn entry(code: Code, name: &'static str, weight: u16, weak: bool, (share, bits): (u16, u16)) -> Entry {
    Entry { code, name, weight, weak, share, bits }
}

/// The codes. No labelled data are public, so the weights are judgements: what a reviewer should make of the
/// sign alone. 500 is "as likely as not", 200 "worth a look", below 200 "says nothing by itself".
///
/// The last pair is what a score reckons with: the share of invented identities that bear the sign, and its bits
/// for a run too small to measure how many of the genuine do. The shares are judgements of what is told of the
/// frauds (numbers by portal and proxy, in mass, on documents of nobody or of others), rounded to what a
/// judgement can tell; since no share is above one, an error costs a bit or two, while the rates among the
/// genuine, which are counted in the run, decide over ten.
const TABLE: [Entry; 16] = [
    // Mostly typing. Made-up numbers pass the check digit, since who makes them computes it.
    entry(Code::InvalidIin, "invalid_iin", 350, false, (30, 4)),
    // Does not bind since 2013, and birth dates are corrected while the number stays.
    entry(Code::BirthContradictsIin, "birth_contradicts_iin", 120, true, (50, 2)),
    // As above; one slip of a clerk is enough.
    entry(Code::SexContradictsIin, "sex_contradicts_iin", 80, true, (40, 3)),
    // Two persons cannot hold one document: one of the rows is wrong, or was made.
    entry(Code::SharedDocument, "shared_document", 650, false, (150, 9)),
    // Strong only where the register knows nearly all; a mistyped number looks the same.
    entry(Code::UnknownDocument, "unknown_document", 450, false, (750, 3)),
    // Shapes are known from practice only, and machines misread: soft.
    entry(Code::MalformedDocument, "malformed_document", 200, true, (60, 4)),
    // One mistyped date is enough, but the dates are those on which the number was given.
    entry(Code::ImpossibleTime, "impossible_time", 400, false, (80, 8)),
    // The law asks for presence and the register says there was none; consuls and special rules exist.
    entry(Code::PresenceMissing, "presence_missing", 550, false, (150, 7)),
    // What hundreds of thousands of honest people did.
    entry(Code::RemoteChannel, "remote_channel", 120, true, (500, 3)),
    // In full only where hardly anybody of the burst can be found.
    entry(Code::RepresentativeBurst, "representative_burst", 650, false, (250, 8)),
    // Numbers are made up in rows; groups that applied for passports together have short ones.
    entry(Code::ConsecutiveDocuments, "consecutive_documents", 550, false, (250, 9)),
    // Dormitories, employers and helpers' phones explain most of them.
    entry(Code::SharedContact, "shared_contact", 190, true, (250, 4)),
    // A stolen document alone is medium (below 800), and high with any other sign, even one of 50.
    entry(Code::DocumentInvalidAtAssignment, "document_invalid_at_assignment", 790, false, (60, 9)),
    // As `shared_document` between rows of one name: somebody exists, and one of the numbers is too many.
    entry(Code::DuplicateIdentity, "duplicate_identity", 250, false, (30, 2)),
    // One cannot be found where many who came the same way cannot; each for itself may be the export's gap.
    entry(Code::UnknownClients, "unknown_clients", 450, false, (200, 5)),
    // People leave; below the bound of `low`, so never enough alone.
    entry(Code::NoActivity, "no_activity", 150, true, (700, 3)),
];

impl Code {
    /// Every code, in the contract's order.
    pub const ALL: [Code; TABLE.len()] = {
        let mut all = [Code::InvalidIin; TABLE.len()];
        let mut at = 0;
        while at < TABLE.len() {
            assert!(TABLE[at].code as usize == at, "the table stands in the order of the codes");
            all[at] = TABLE[at].code;
            at += 1;
        }
        all
    };

    /// The contract's word.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE[self as usize].name
    }

    /// The most that one such signal weighs, in thousandths.
    #[must_use]
    pub fn weight(self) -> u16 {
        TABLE[self as usize].weight
    }

    /// Of a thousand invented identities, how many bear it.
    #[must_use]
    pub fn share(self) -> u16 {
        TABLE[self as usize].share
    }

    /// Bits of a strong one where the run cannot tell.
    #[must_use]
    pub fn bits(self) -> u16 {
        TABLE[self as usize].bits
    }

    /// Whether signals of this code say nothing unless something else is said as well.
    #[must_use]
    pub fn is_weak(self) -> bool {
        TABLE[self as usize].weak
    }
}

/// A sign on one row, before it is known whose it is: weight and evidence.
type Sign = (u16, String);

/// Asks one row for one sign.
type RowSign = fn(&Look<'_>, usize, &RegistryRow) -> Option<Sign>;

/// The signs that need one row at a time, asked in one sweep.
const ROW_SIGNS: [(Code, RowSign); 9] = [
    (Code::InvalidIin, invalid_iin::sign),
    (Code::BirthContradictsIin, birth_contradicts_iin::sign),
    (Code::SexContradictsIin, sex_contradicts_iin::sign),
    (Code::UnknownDocument, unknown_document::sign),
    (Code::MalformedDocument, malformed_document::sign),
    (Code::ImpossibleTime, impossible_time::sign),
    (Code::PresenceMissing, presence_missing::sign),
    (Code::RemoteChannel, remote_channel::sign),
    (Code::DocumentInvalidAtAssignment, document_invalid_at_assignment::sign),
];

/// The signs that need many rows at a time.
const GROUP_SIGNS: [fn(&Look<'_>) -> Vec<Signal>; 6] = [
    shared_document::find,
    representative_burst::find,
    consecutive_documents::find,
    shared_contact::find,
    duplicate_identity::find,
    unknown_clients::find,
];

/// Finds all signals, sorted by row and code.
#[must_use]
pub fn find(world: &World<'_>) -> Vec<Signal> {
    Survey::new(world).over(1, |_, _, signals| signals)
}

/// What must be known before rows can be asked one by one: the look, and the signals of groups.
#[derive(Debug)]
pub struct Survey<'a> {
    look: Look<'a>,
    of_groups: Vec<Signal>,
}

/// The order of signals.
fn order(signal: &Signal) -> (u32, Code, std::cmp::Reverse<u16>) {
    (signal.row, signal.code, std::cmp::Reverse(signal.weight))
}

impl<'a> Survey<'a> {
    /// Looks at a world, and finds the signals of groups.
    #[must_use]
    pub fn new(world: &'a World<'a>) -> Self {
        let look = Look::new(world);
        let mut of_groups: Vec<Signal> = GROUP_SIGNS.iter().flat_map(|find| find(&look)).collect();
        world.engine.sort_by_key(&mut of_groups, order);
        Survey { look, of_groups }
    }

    /// What was seen of the world as a whole.
    #[must_use]
    pub fn look(&self) -> &Look<'a> {
        &self.look
    }

    /// Finds the signals of one row in `every` and makes something of them, range by range: most signals are
    /// too weak to be reported, so whoever scores them at once need not keep them.
    ///
    /// `no_activity` is asked only of rows with another sign: it is never reported alone, and rows without
    /// activity may be most of a register.
    pub fn over<T: Send>(
        &self,
        every: usize,
        make: impl Fn(&Look<'_>, std::ops::Range<usize>, Vec<Signal>) -> Vec<T> + Sync + Send,
    ) -> Vec<T> {
        let of_groups = &self.of_groups;
        self.look.world.over_registry(|world, rows| {
            let look = self.look.at(world);
            let before = |row: usize| of_groups.partition_point(|signal| (signal.row as usize) < row);
            let mut found = of_groups[before(rows.start)..before(rows.end)].to_vec();
            found.retain(|signal| (signal.row as usize).is_multiple_of(every));
            for row in rows.clone().filter(|row| row.is_multiple_of(every)) {
                let kept = &world.registry.rows[row];
                if !look::is_judged(kept) {
                    continue;
                }
                for (code, sign) in ROW_SIGNS {
                    if let Some((weight, evidence)) = sign(&look, row, kept) {
                        let mut signal = Signal::new(row as u32, code, weight, evidence);
                        if code == Code::UnknownDocument {
                            signal.measured = unknown_document::measured(&look, kept);
                        }
                        found.push(signal);
                    }
                }
            }
            found.sort_by_key(order);
            found.dedup_by_key(|signal| (signal.row, signal.code));
            // A code that is switched off is no other sign beside which silence could be reported.
            found.retain(|signal| world.settings.weights[signal.code as usize] > 0);
            let found = no_activity::add(&look, found).into_iter();
            make(&look, rows, found.filter_map(|signal| weighed(signal, &world.settings.weights)).collect())
        })
    }
}

/// A signal with its weight scaled to what the settings give its code; `None` where that is nothing. Files of
/// signals reckon with the weights of [`TABLE`], so that their parts keep their proportions.
fn weighed(signal: Signal, weights: &[u16; Code::ALL.len()]) -> Option<Signal> {
    let set = u32::from(weights[signal.code as usize]);
    let weight = u32::from(signal.weight) * set / u32::from(signal.code.weight());
    (weight > 0).then_some(Signal { weight: weight as u16, ..signal })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::settings::Settings;

    #[test]
    fn codes_have_their_files_words() {
        for code in Code::ALL {
            let words: Vec<String> =
                code.name().split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            assert_eq!(format!("{code:?}"), words.concat());
        }
    }

    #[test]
    fn weights_are_scaled_and_switched_off() {
        use super::testing::{Case, iin};
        let mut case = Case::with_activity(
            "iin,sex,assigned_on",
            &["000101699999,M,2020-01-01".to_owned(), format!("{},,2020-01-01", iin(0))],
            "document_country,document_number",
            &[] as &[&str],
            &[format!("{},tax,2024-01-01", iin(0))],
        );
        let of = |case: &Case| (case.weight(0, Code::SexContradictsIin), case.weight(0, Code::NoActivity));
        assert_eq!(of(&case), (Some(80), Some(150)), "as the table has it");
        case.settings().weights[Code::SexContradictsIin as usize] = 40;
        assert_eq!(of(&case), (Some(40), Some(150)), "half");
        case.settings().weights[Code::NoActivity as usize] = 0;
        assert_eq!(of(&case), (Some(40), None), "switched off");
        case.settings().weights = Settings::default().weights;
        case.settings().weights[Code::SexContradictsIin as usize] = 0;
        assert_eq!(of(&case), (None, None), "silence is never reported alone");
    }

    #[test]
    fn no_weak_sign_weighs_much() {
        for code in Code::ALL {
            assert!(!code.is_weak() || code.weight() <= 200, "{}", code.name());
            assert!((1..=900).contains(&code.share()) && (1..=9).contains(&code.bits()), "{}", code.name());
        }
    }
}

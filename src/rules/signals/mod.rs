//! Signals: what speaks for a number having been issued for a person who does not exist.
//!
//! One file a signal; a signal is a question for a human being, with its evidence in words and its weight,
//! never an assertion. What looks at one row is asked in one sweep over the rows ([`find`]), what looks at
//! many rows groups them by itself; both see the same [`Look`]. Rows of the deceased and annulled are
//! skipped by all.
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
pub mod no_activity;
mod genuine;
pub(crate) mod group;
mod look;
#[cfg(test)]
pub(crate) mod testing;
mod words;

pub(crate) use self::genuine::is_known_person;
pub use self::look::Look;

use super::World;
use crate::link::rows::RegistryRow;

/// One sign on one registry row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The registry row.
    pub row: u32,
    /// Which sign.
    pub code: Code,
    /// Thousandths of the probability that the sign alone would argue for; integers, so that sums do not
    /// depend on their order.
    pub weight: u16,
    /// What was seen, in one sentence with the values that a person needs to check it.
    pub evidence: String,
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
    NoActivity,
}

/// What a code is worth.
struct Entry {
    code: Code,
    name: &'static str,
    /// The most that one such signal weighs, in thousandths; its file says when it weighs less.
    weight: u16,
    weak: bool,
}

const fn entry(code: Code, name: &'static str, weight: u16, weak: bool) -> Entry {
    Entry { code, name, weight, weak }
}

/// The codes. No labelled data are public, so the weights are judgements: what a reviewer should make of the
/// sign alone. 500 is "as likely as not", 200 "worth a look", below 200 "says nothing by itself".
const TABLE: [Entry; 15] = [
    // Mostly typing. Made-up numbers pass the check digit, since who makes them computes it.
    entry(Code::InvalidIin, "invalid_iin", 350, false),
    // Does not bind since 2013, and birth dates are corrected while the number stays.
    entry(Code::BirthContradictsIin, "birth_contradicts_iin", 120, true),
    // As above; one slip of a clerk is enough.
    entry(Code::SexContradictsIin, "sex_contradicts_iin", 80, true),
    // Two persons cannot hold one document: one of the rows is wrong, or was made.
    entry(Code::SharedDocument, "shared_document", 650, false),
    // Strong only where the register knows nearly all; a mistyped number looks the same.
    entry(Code::UnknownDocument, "unknown_document", 450, false),
    // Shapes are known from practice only, and machines misread: soft.
    entry(Code::MalformedDocument, "malformed_document", 200, true),
    // One mistyped date is enough, but the dates are those on which the number was given.
    entry(Code::ImpossibleTime, "impossible_time", 400, false),
    // The law asks for presence and the register says there was none; consuls and special rules exist.
    entry(Code::PresenceMissing, "presence_missing", 550, false),
    // What hundreds of thousands of honest people did.
    entry(Code::RemoteChannel, "remote_channel", 120, true),
    // In full only where hardly anybody of the burst can be found.
    entry(Code::RepresentativeBurst, "representative_burst", 650, false),
    // Numbers are made up in rows; groups that applied for passports together have short ones.
    entry(Code::ConsecutiveDocuments, "consecutive_documents", 550, false),
    // Dormitories, employers and helpers' phones explain most of them.
    entry(Code::SharedContact, "shared_contact", 190, true),
    // A stolen document alone is medium (below 800), and high with any other sign, even one of 50.
    entry(Code::DocumentInvalidAtAssignment, "document_invalid_at_assignment", 790, false),
    // As `shared_document` between rows of one name: somebody exists, and one of the numbers is too many.
    entry(Code::DuplicateIdentity, "duplicate_identity", 250, false),
    // People leave; below the bound of `low`, so never enough alone.
    entry(Code::NoActivity, "no_activity", 150, true),
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
const GROUP_SIGNS: [fn(&Look<'_>) -> Vec<Signal>; 5] = [
    shared_document::find,
    representative_burst::find,
    consecutive_documents::find,
    shared_contact::find,
    duplicate_identity::find,
];

/// Finds all signals, sorted by row and code.
///
/// `no_activity` is asked only of rows with another sign: it is never reported alone, and rows without
/// activity may be most of a register.
#[must_use]
pub fn find(world: &World<'_>) -> Vec<Signal> {
    over(world, |_, signals| signals)
}

/// Finds all signals and makes something of them, range by range: most signals are too weak to be reported,
/// so whoever scores them at once need not keep them.
pub fn over<T: Send>(
    world: &World<'_>,
    make: impl Fn(&World<'_>, Vec<Signal>) -> Vec<T> + Sync + Send,
) -> Vec<T> {
    let look = Look::new(world);
    let order = |signal: &Signal| (signal.row, signal.code, std::cmp::Reverse(signal.weight));
    let mut of_groups: Vec<Signal> = GROUP_SIGNS.iter().flat_map(|find| find(&look)).collect();
    world.engine.sort_by_key(&mut of_groups, order);
    world.over_registry(|world, rows| {
        let look = look.at(world);
        let before = |row: usize| of_groups.partition_point(|signal| (signal.row as usize) < row);
        let mut found = of_groups[before(rows.start)..before(rows.end)].to_vec();
        for row in rows {
            let kept = &world.registry.rows[row];
            if !look::is_judged(kept) {
                continue;
            }
            for (code, sign) in ROW_SIGNS {
                if let Some((weight, evidence)) = sign(&look, row, kept) {
                    found.push(Signal { row: row as u32, code, weight, evidence });
                }
            }
        }
        found.sort_by_key(order);
        found.dedup_by_key(|signal| (signal.row, signal.code));
        // A code that is switched off is no other sign beside which silence could be reported.
        found.retain(|signal| world.settings.weights[signal.code as usize] > 0);
        let found = no_activity::add(&look, found).into_iter();
        make(world, found.filter_map(|signal| weighed(signal, &world.settings.weights)).collect())
    })
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
    fn no_weak_sign_is_reported_alone() {
        let low = crate::rules::settings::Settings::default().band_low;
        for code in Code::ALL {
            assert!(!code.is_weak() || code.weight() <= low, "{}", code.name());
        }
        assert!(Code::NoActivity.weight() < low);
    }
}

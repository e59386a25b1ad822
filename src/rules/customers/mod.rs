//! Customers: what speaks for a record of a bank's file not being of the person whom it names.
//!
//! In: the columns of customer files and their persons ([`Look`]). Out: [`Signal`]s, and the records that deserve a
//! look with the probability that their identity was made up or taken from somebody ([`evidence`]). One file a signal,
//! as in `rules::signals`, from which the codes are taken where they mean the same.
//!
//! The law: rules read columns and clusters, never files, threads or the clock; at most one signal of a code a
//! record, sorted by record and code, whatever the number of threads; text is made for hits only. Nothing looks
//! at citizenship, name origin, sex or age: birth date and sex are asked only whether they agree with the number.
//!
//! Non-goals: to say that somebody did something (a signal is a question), and to judge clusters, which linking did.

pub mod invalid_iin;
pub mod birth_contradicts_iin;
pub mod sex_contradicts_iin;
pub mod borrowed_iin;
pub mod shared_document;
pub mod malformed_document;
pub mod duplicate_identity;
pub mod shared_contact;
pub mod contact_burst;
pub mod evidence;
mod crowd;
mod look;
mod slips;
#[cfg(test)]
mod testing;

pub use self::look::Look;

use self::crowd::Doubt;
use super::bits::Millibits;
use super::settings::Settings;
use super::signals;

/// One sign on one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The record.
    pub record: u32,
    /// Which sign.
    pub code: Code,
    /// Whether it is a strong sign of its kind; a faint one has an innocent cause at hand.
    pub strong: bool,
    /// Whether the person's other records explain it.
    pub explained: bool,
    /// The odds that one of its crowd is not who it says, by the others: they take the place of the prior.
    pub crowd: Option<Millibits>,
    /// What it adds to the odds of its record; 0 until the record is scored.
    pub bits: Millibits,
    /// What was seen, in one sentence with the values that a person needs to check it.
    pub evidence: String,
}

impl Signal {
    fn new(record: u32, code: Code, strong: bool, evidence: String) -> Self {
        Signal { record, code, strong, explained: false, crowd: None, bits: 0, evidence }
    }

    /// How strong a sign it is, in thousandths.
    #[must_use]
    pub fn weight(&self, terms: &Terms) -> u16 {
        let most = terms.weights[self.code as usize];
        if self.strong && !self.explained { most } else { most / 5 * 2 }
    }
}

/// The signals of customer files. The words are the contract's; those that a registry has too mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant has a file of its name, which says it better")]
#[repr(u8)]
pub enum Code {
    InvalidIin,
    BirthContradictsIin,
    SexContradictsIin,
    BorrowedIin,
    SharedDocument,
    MalformedDocument,
    DuplicateIdentity,
    SharedContact,
    ContactBurst,
}

/// What a code is worth.
struct Entry {
    code: Code,
    name: &'static str,
    /// The most that one such signal weighs, in thousandths; where the registry has the code, its weight.
    weight: Weight,
    weak: bool,
    /// Of a thousand records with a false identity, how many bear it: no run can tell.
    share: u16,
    /// Bits of a strong one where the run cannot tell how many of the genuine bear it.
    bits: u16,
}

enum Weight {
    /// As in the registry, so that a weight of the configuration holds for both.
    Of(signals::Code),
    /// Of a code that a registry does not have.
    Own(u16),
}

/// The codes. As in `rules::signals` the shares are judgements, of what is told of frauds with accounts: numbers and
/// papers of others, made-up people in rows under one phone. They decide over a bit or two; how many genuine customers
/// bear a sign, which decides over ten, is counted in the run.
const TABLE: [Entry; 9] = [
    // Mostly typing; a bank that takes such a number did not ask the state's register.
    Entry {
        code: Code::InvalidIin,
        name: "invalid_iin",
        weight: Weight::Of(signals::Code::InvalidIin),
        weak: false,
        share: 80,
        bits: 4,
    },
    // Who takes another's number seldom has the birth date; clerks mistype it too.
    Entry {
        code: Code::BirthContradictsIin,
        name: "birth_contradicts_iin",
        weight: Weight::Of(signals::Code::BirthContradictsIin),
        weak: true,
        share: 250,
        bits: 3,
    },
    // As above, and true by chance for half of the taken numbers.
    Entry {
        code: Code::SexContradictsIin,
        name: "sex_contradicts_iin",
        weight: Weight::Of(signals::Code::SexContradictsIin),
        weak: true,
        share: 120,
        bits: 4,
    },
    // One number is one person's: one of the two is wrong, or was taken.
    Entry {
        code: Code::BorrowedIin,
        name: "borrowed_iin",
        weight: Weight::Own(650),
        weak: false,
        share: 250,
        bits: 8,
    },
    // The same of papers, of which children on a parent's passport are an honest cause.
    Entry {
        code: Code::SharedDocument,
        name: "shared_document",
        weight: Weight::Of(signals::Code::SharedDocument),
        weak: false,
        share: 200,
        bits: 8,
    },
    // Shapes are known from practice only, and clerks leave letters out.
    Entry {
        code: Code::MalformedDocument,
        name: "malformed_document",
        weight: Weight::Of(signals::Code::MalformedDocument),
        weak: true,
        share: 60,
        bits: 3,
    },
    // The person exists; twins and namesakes look the same.
    Entry {
        code: Code::DuplicateIdentity,
        name: "duplicate_identity",
        weight: Weight::Of(signals::Code::DuplicateIdentity),
        weak: false,
        share: 60,
        bits: 2,
    },
    // Offices, dormitories and families explain most of them.
    Entry {
        code: Code::SharedContact,
        name: "shared_contact",
        weight: Weight::Of(signals::Code::SharedContact),
        weak: true,
        share: 300,
        bits: 4,
    },
    // A payroll project looks the same, so it is weak however many they are.
    Entry {
        code: Code::ContactBurst,
        name: "contact_burst",
        weight: Weight::Own(190),
        weak: true,
        share: 250,
        bits: 4,
    },
];

impl Code {
    /// Every code, in the order of reports.
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

    /// Its word in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE[self as usize].name
    }

    /// Whether signals of this code say nothing unless something else is said as well.
    #[must_use]
    pub fn is_weak(self) -> bool {
        TABLE[self as usize].weak
    }
}

/// Thresholds and figures of the rules of customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Of ten thousand records, how many have a false identity, where a run is too small to tell.
    pub prior_share: u32,
    /// Records as many as which the figures of the tables count beside those that a run shows.
    pub evidence_rows: u32,
    /// Persons under one phone or e-mail that a household explains.
    pub phone_persons_max: usize,
    /// Persons under one address that a household explains.
    pub address_persons_max: usize,
    /// Days within which openings are counted together.
    pub burst_days: i32,
    /// Persons within them from which they are a burst.
    pub burst_persons_min: usize,
    /// Keys of known dormitories' addresses, ascending.
    pub known_addresses: Vec<u64>,
    /// Keys of known employers' and agents' phones, ascending.
    pub known_phones: Vec<u64>,
    /// The most that a signal of each code weighs, in thousandths; 0 switches it off.
    pub weights: [u16; TABLE.len()],
    /// Scores in thousandths from which a record is low, medium and high.
    pub bands: [u16; 3],
}

impl Terms {
    /// The terms that the rules' settings give; what only a bank has stands beside them.
    #[must_use]
    pub fn new(settings: &Settings, prior_share: u32, known_phones: Vec<u64>) -> Self {
        Terms {
            prior_share,
            evidence_rows: settings.evidence_rows,
            phone_persons_max: settings.phone_persons_max,
            address_persons_max: settings.address_persons_max,
            burst_days: settings.burst_days,
            burst_persons_min: settings.burst_rows_min,
            known_addresses: settings.known_addresses.clone(),
            known_phones,
            weights: Code::ALL.map(|code| match TABLE[code as usize].weight {
                Weight::Of(registry) => settings.weights[registry as usize],
                Weight::Own(weight) => weight,
            }),
            bands: settings.bands(),
        }
    }
}

/// Asks one record for one sign: whether it is strong, and the evidence.
type RecordSign = fn(&Look<'_>, usize) -> Option<(bool, String)>;

/// The signs that need one record at a time.
const RECORD_SIGNS: [(Code, RecordSign); 4] = [
    (Code::InvalidIin, invalid_iin::sign),
    (Code::BirthContradictsIin, birth_contradicts_iin::sign),
    (Code::SexContradictsIin, sex_contradicts_iin::sign),
    (Code::MalformedDocument, malformed_document::sign),
];

/// Finds all signals, sorted by record and code.
#[must_use]
pub fn find(look: &Look<'_>) -> Vec<Signal> {
    let parts = look.engine.map(look.parts(), |part| {
        let mut found = Vec::new();
        for record in look.part(part) {
            for (code, sign) in RECORD_SIGNS {
                if let Some((strong, evidence)) = sign(look, record) {
                    found.push(Signal::new(record as u32, code, strong, evidence));
                }
            }
        }
        found
    });
    let mut signals: Vec<Signal> = parts.into_iter().flatten().collect();
    signals.extend(borrowed_iin::find(look));
    slips::explain(look, &mut signals);
    signals.extend(shared_document::find(look));
    signals.extend(duplicate_identity::find(look));
    signals.retain(|signal| look.terms.weights[signal.code as usize] > 0);
    // Crowds are judged by what is said of their people otherwise.
    let doubt = Doubt::of(look, &signals);
    signals.extend(shared_contact::find(look, &doubt));
    signals.extend(contact_burst::find(look, &doubt));
    signals.retain(|signal| look.terms.weights[signal.code as usize] > 0);
    // Of several signs of one code the strongest stays, and of equals the first that was found.
    let order =
        |signal: &Signal| (signal.record, signal.code, !signal.strong, std::cmp::Reverse(signal.crowd));
    look.engine.sort_by_key(&mut signals, order);
    signals.dedup_by_key(|signal| (signal.record, signal.code));
    signals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_files_words() {
        for code in Code::ALL {
            let words: Vec<String> =
                code.name().split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            assert_eq!(format!("{code:?}"), words.concat());
        }
    }

    #[test]
    fn no_weak_sign_weighs_much() {
        let terms = Terms::new(&Settings::default(), 20, Vec::new());
        for code in Code::ALL {
            assert!(!code.is_weak() || terms.weights[code as usize] <= 200, "{}", code.name());
        }
    }

    #[test]
    fn what_weighs_nothing_is_not_found() {
        let rows = ["900101300005,1990-01-01", "900101300006,1990-01-02"];
        let mut case = testing::Case::new("iin,birth_date", &rows);
        assert!(!case.find().is_empty());
        case.terms.weights = [0; TABLE.len()];
        assert!(case.find().is_empty());
    }
}

//! `duplicate_identity`: the person seems to have another IIN.
//!
//! ## What it finds
//! Records that would be one person with another by all that was compared, and are kept apart because both have a sound
//! IIN and the two differ; and records of one person with several, where the rule that keeps them apart is switched
//! off.
//!
//! ## Why it matters
//! A number is given once and for life. Who has two has two credit histories.
//!
//! ## Evidence
//! The other record, its number, and the probability that the two are one person's.
//!
//! ## Innocent causes
//! Twins and namesakes, where all else agrees by chance; one number mistyped into another that holds; adoption, and a
//! number that the state gave anew. The person exists, so it is worth a look and no more by itself.
//!
//! ## Example
//! C000000017 has the same names, birth date and phone, and the number 900304390175.

use super::{Code, Look, Signal};
use crate::validate::iin;

/// From this probability in thousandths two records are likely one person's.
const LIKELY: u16 = 900;

/// Finds the records whose person seems to have another number.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let signal = |record: u32, other: u32, probability: u16| {
        let number = iin::unpack(look.sound_number(other as usize));
        let evidence = format!(
            "record {} has the number {number} and is likely the same person's ({}.{} %)",
            &look.people.ids[other as usize],
            probability / 10,
            probability % 10
        );
        Signal::new(record, Code::DuplicateIdentity, probability >= LIKELY, evidence)
    };
    let number = |record: u32| look.sound_number(record as usize);
    let mut signals = Vec::new();
    for &(one, other, probability) in look.apart {
        if probability >= 500 && number(one) != 0 && number(other) != 0 && number(one) != number(other) {
            signals.push(signal(one, other, probability));
            signals.push(signal(other, one, probability));
        }
    }
    for records in look.persons_of_several() {
        let first = records.iter().copied().find(|&record| number(record) != 0);
        let Some(first) = first else { continue };
        for &other in records.iter().filter(|&&other| number(other) != 0 && number(other) != number(first)) {
            signals.push(signal(first, other, 1000));
            signals.push(signal(other, first, 1000));
        }
    }
    signals
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::rules::signals::testing::iin;

    #[test]
    fn two_numbers_of_one_person() {
        for (ids, apart, expected, why) in [
            (["a", "b"], vec![(0, 1, 990)], Some(true), "kept apart by a rule"),
            (["a", "b"], vec![(0, 1, 700)], Some(false), "perhaps a namesake"),
            (["a", "b"], vec![], None, "two persons"),
            (["a", "a"], vec![], Some(true), "one person, since the rule is off"),
        ] {
            let rows = [format!("{},{}", ids[0], iin(0)), format!("{},{}", ids[1], iin(1))];
            let mut case = Case::new("record_id,iin", &rows);
            case.apart = apart;
            assert_eq!(case.sign(0, Code::DuplicateIdentity), expected, "{why}");
            assert_eq!(case.sign(1, Code::DuplicateIdentity), expected, "{why}, seen from the other");
        }
    }
}

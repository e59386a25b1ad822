//! Slips: signs of a number that the other records of the person explain.
//!
//! In: the signs of records for themselves, sorted by record. Out: the same, some of them marked as explained. A
//! number that cannot be an IIN, or that fits somebody else, is a slip of a clerk, most likely, where another record of
//! the person has a number that fits; and a parent's number on a child's record where it fits a relative. The law: how often genuine
//! customers bear a sign is counted with its slips, since they are what happens to the genuine.

use std::collections::BTreeSet;

use super::look::Look;
use super::{Code, Signal};
use crate::validate::iin;

/// From this probability in thousandths two records that were kept apart are one person's.
const LIKELY: u16 = 900;

/// Whether a sign is about the number.
fn is_of_number(code: Code) -> bool {
    matches!(code, Code::InvalidIin | Code::BirthContradictsIin | Code::SexContradictsIin | Code::BorrowedIin)
}

/// Marks signs of records whose person has a number that fits.
pub(super) fn explain(look: &Look<'_>, signals: &mut [Signal]) {
    let fitting = |record: u32| {
        let number = look.sound_number(record as usize);
        if number != 0 && look.birth_agrees(record as usize) == Some(true) { number } else { 0 }
    };
    // Records with the number that fits their person.
    let mut known: Vec<(u32, u64)> = Vec::new();
    for records in look.persons_of_several() {
        let number = records.iter().map(|&record| fitting(record)).find(|&number| number != 0);
        known.extend(number.iter().flat_map(|&number| records.iter().map(move |&record| (record, number))));
    }
    for &(one, other, _) in look.apart.iter().filter(|apart| apart.2 >= LIKELY) {
        for (own, others) in [(one, fitting(other)), (other, fitting(one))] {
            known.extend((others != 0 && fitting(own) == 0).then_some((own, others)));
        }
    }
    known.retain(|&(record, number)| look.sound_number(record as usize) != number);
    look.engine.sort_by_key(&mut known, |&known| known);
    let of_relatives: BTreeSet<u32> =
        signals.iter().filter(|signal| signal.explained).map(|signal| signal.record).collect();
    for signal in signals.iter_mut().filter(|signal| is_of_number(signal.code)) {
        signal.explained |= of_relatives.contains(&signal.record);
        let at = known.partition_point(|&(record, _)| record < signal.record);
        if let Some(&(_, number)) = known.get(at).filter(|(record, _)| *record == signal.record) {
            signal.explained = true;
            signal.evidence +=
                &format!("; another record of the person has {}, which fits", iin::unpack(number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn what_the_persons_other_records_explain() {
        for (rows, apart, expected, why) in [
            (
                ["a,000101699998,2000-01-01", "a,000101699999,2000-01-01"],
                None,
                Some(false),
                "typed rightly elsewhere",
            ),
            (
                ["a,000101699998,2000-01-01", "a,000101699999,1990-05-05"],
                None,
                Some(true),
                "which does not fit",
            ),
            (
                ["a,000101699998,2000-01-01", "b,000101699999,2000-01-01"],
                None,
                Some(true),
                "by somebody else",
            ),
            (
                ["a,000101699998,2000-01-01", "b,000101699999,2000-01-01"],
                Some((0, 1, 950)),
                Some(false),
                "who is likely the same",
            ),
        ] {
            let mut case = Case::new("record_id,iin,birth_date", &rows);
            case.apart = apart.into_iter().collect();
            assert_eq!(case.sign(0, Code::InvalidIin), expected, "{rows:?}: {why}");
        }
    }

    #[test]
    fn a_parents_number_explains_that_it_does_not_fit_the_child() {
        let child = "000101699999,Ахметов,Данияр,2020-05-05";
        for (other, expected, why) in [
            ("000101699999,Ахметова,Алия,2000-01-01", Some(false), "the mother's"),
            ("000101699999,Ким,Анна,2000-01-01", Some(true), "a stranger's"),
            ("000101699999,Ахметова,Алия,1990-05-05", Some(true), "which does not fit her either"),
        ] {
            let case = Case::new("iin,surname,given_name,birth_date", &[child, other]);
            assert_eq!(case.sign(0, Code::BirthContradictsIin), expected, "{other}: {why}");
        }
    }
}

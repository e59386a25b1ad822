//! `borrowed_iin`: one IIN under records of clearly different persons.
//!
//! ## What it finds
//! Records with a sound IIN that another record with a clearly different name has too: given names that no spelling,
//! short form or slip explains. Whether linking took them for one person, as it does where the birth dates agree, makes
//! no difference.
//!
//! ## Why it matters
//! A number is one person's. Who opens an account in another's name needs a number that exists, and takes one.
//!
//! ## Evidence
//! The number and the other records. The sign is strong where the number does not fit this record's birth date, or
//! fits another's and not this one's; it is faint where it is open whose number it is, where the surnames agree, and
//! where dozens of records have the number.
//!
//! ## Innocent causes
//! A parent's number on a child's record; a clerk who went on in the row above; a default number; a woman who
//! changed both names. A name that was mistyped beyond recognition.
//!
//! ## Example
//! 900304390175 under Ахметов Данияр, born 1990-03-04, and under Ким Виктор, born 1987-06-12.

use super::look::Difference;
use super::{Code, Look, Signal};
use crate::figure::grouped;
use crate::rules::signals::group;
use crate::validate::iin;

/// Records from which a number is a default of the bank's rather than somebody's.
const DEFAULT_RECORDS: usize = 50;
/// Records of a default that others are compared with: a default may stand on most of a file.
const DEFAULT_TOLD: usize = 5;
/// Other records that evidence names.
const TOLD: usize = 3;

/// Finds the records that share their number with somebody else.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let groups = group::groups(look.engine, look.len(), 2, |record| look.sound_number(record));
    let found = look.engine.map(groups.len(), |at| {
        let records = &groups[at];
        let (told, many) = told(records);
        let number = iin::unpack(look.sound_number(records[0] as usize));
        let signal = |&record: &u32| {
            let others = others(look, record, told);
            let (_, worst) = *others.iter().max_by_key(|(_, difference)| *difference)?;
            let fits = |record: u32| look.birth_agrees(record as usize);
            let fits_another = others.iter().any(|&(other, _)| fits(other) == Some(true));
            let foreign = match fits(record) {
                Some(fits) => !fits,
                None => fits_another,
            };
            let strong = worst == Difference::Strangers && !many && foreign;
            let why = match () {
                () if many => "; so many records have it that it is a default",
                () if worst == Difference::Relatives && foreign && fits_another => {
                    "; it fits a relative's birth date"
                }
                () if worst == Difference::Relatives => "; the surnames do not contradict",
                () if fits(record) == Some(true) => "; it fits the birth date of this record",
                () if fits_another => "; it fits the birth date there",
                () => "",
            };
            let evidence = format!("{number} is also the number of {}{why}", named(look, &others));
            // A parent's number on a child's record fits the parent.
            let explained = worst == Difference::Relatives && foreign && fits_another;
            Some(Signal { explained, ..Signal::new(record, Code::BorrowedIin, strong, evidence) })
        };
        records.iter().filter_map(signal).collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// Of records with one value those that are compared, and whether so many have it that it is nobody's.
pub(super) fn told(records: &[u32]) -> (&[u32], bool) {
    let many = records.len() > DEFAULT_RECORDS;
    (if many { &records[..DEFAULT_TOLD] } else { records }, many)
}

/// Of some records those of clearly different persons than a record's.
pub(super) fn others(look: &Look<'_>, record: u32, told: &[u32]) -> Vec<(u32, Difference)> {
    let different = |&other: &u32| {
        let found = if other == record { None } else { look.difference(record as usize, other as usize) };
        found.map(|difference| (other, difference))
    };
    told.iter().filter_map(different).collect()
}

/// Records as evidence names them.
pub(super) fn named(look: &Look<'_>, others: &[(u32, Difference)]) -> String {
    let ids: Vec<&str> =
        others.iter().take(TOLD).map(|&(other, _)| &look.people.ids[other as usize]).collect();
    let more = match others.len() - ids.len() {
        0 => String::new(),
        more => format!(" and {} more", grouped(more as u64)),
    };
    let records = if others.len() == 1 { "record" } else { "records" };
    format!("{records} {}{more}, with another name", ids.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    const HEADER: &str = "iin,surname,given_name,birth_date";

    #[test]
    fn holders_of_one_number() {
        let first = "000101699999,Ахметова,Алия,2000-01-01";
        for (second, expected, why) in [
            ("000101699999,Ким,Виктор,1987-06-12", [Some(false), Some(true)], "an owner and a stranger"),
            ("000101699999,Ким,Виктор,2000-01-01", [Some(false), Some(false)], "who took the birth date too"),
            ("000101699999,Ким,Виктор,", [Some(false), Some(true)], "of whom no birth date is known"),
            (
                "000101699999,Ахметов,Данияр,2020-05-05",
                [Some(false), Some(false)],
                "a child with a parent's number",
            ),
            ("000101699999,AKHMETOVA,ALIIA,2000-01-01", [None, None], "one person in two scripts"),
            ("000101699999,Сидорова,Алия,2000-01-01", [None, None], "a marriage"),
            ("000101699999,,,2000-01-01", [None, None], "no name, no contradiction"),
            ("000101699998,Ким,Виктор,1987-06-12", [None, None], "another number, which is none"),
        ] {
            let case = Case::new(HEADER, &[first, second]);
            let found = [0, 1].map(|record| case.sign(record, Code::BorrowedIin));
            assert_eq!(found, expected, "{second}: {why}");
        }
    }

    #[test]
    fn a_number_under_dozens_is_a_default() {
        let names = ["Ким,Виктор", "Ли,Анна", "Ахметов,Данияр"];
        let rows: Vec<String> = (0..60).map(|n| format!("000101699999,{},", names[n % 3])).collect();
        let case = Case::new(HEADER, &rows);
        assert_eq!(case.sign(59, Code::BorrowedIin), Some(false));
    }
}

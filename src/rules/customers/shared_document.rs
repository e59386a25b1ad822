//! `shared_document`: one document under clearly different persons.
//!
//! ## What it finds
//! Records whose document (its number, and country and kind where both say them) stands on a record with a clearly
//! different name too.
//!
//! ## Why it matters
//! A document belongs to one person. Who makes up customers uses the scan at hand again.
//!
//! ## Evidence
//! The document and the other records. Where the surnames agree, or where dozens have the number, the sign is faint.
//!
//! ## Innocent causes
//! A child on a parent's passport; a clerk who went on in the row above; a placeholder; two states that use the same
//! numbers, where no column says the country; a mistyped digit.
//!
//! ## Example
//! N10000001 under Ахметов Данияр and under Ким Виктор.

use super::borrowed_iin::{named, others, told};
use super::look::Difference;
use super::{Code, Look, Signal};
use crate::normalise::number;
use crate::rules::signals::group;

/// Finds the records that share their document with somebody else.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let groups = group::groups(look.engine, look.len(), 2, |record| look.document(record));
    let found = look.engine.map(groups.len(), |at| {
        let records = &groups[at];
        let (told, many) = told(records);
        let signal = |&record: &u32| {
            let mut others = others(look, record, told);
            others.retain(|&(other, _)| may_be_one(look, record as usize, other as usize));
            let (_, worst) = *others.iter().max_by_key(|(_, difference)| *difference)?;
            let number = number::unkey(look.document(record as usize));
            let number = number.as_deref().unwrap_or("the document");
            let why = match () {
                () if many => "; so many records have it that it is a placeholder",
                () if worst == Difference::Relatives => "; the surnames do not contradict",
                () => "",
            };
            let strong = worst == Difference::Strangers && !many;
            let evidence = format!("{number} is also on {}{why}", named(look, &others));
            Some(Signal::new(record, Code::SharedDocument, strong, evidence))
        };
        records.iter().filter_map(signal).collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// Whether two documents of one number may be one: no column says otherwise.
fn may_be_one(look: &Look<'_>, one: usize, other: usize) -> bool {
    let agree = |one: u16, other: u16| one == 0 || other == 0 || one == other;
    let (one, other) = (look.country(one), look.country(other));
    agree(one.0, other.0) && agree(one.1, other.1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn holders_of_one_document() {
        let first = "Ахметов,Данияр,KAZ,N10000001";
        for (second, expected, why) in [
            ("Ким,Виктор,KAZ,N 10000001", Some(true), "two persons"),
            ("Ким,Виктор,,N10000001", Some(true), "of an unknown country"),
            ("Ким,Виктор,UZB,N10000001", None, "of another state"),
            ("Ахметова,Алия,KAZ,N10000001", Some(false), "a child on a parent's passport"),
            ("AKHMETOV,DANIIAR,KAZ,N10000001", None, "one person twice"),
            ("Ким,Виктор,KAZ,N10000002", None, "the next number"),
        ] {
            let case = Case::new("surname,given_name,document_country,document_number", &[first, second]);
            assert_eq!(case.sign(0, Code::SharedDocument), expected, "{second}: {why}");
            assert_eq!(case.sign(1, Code::SharedDocument), expected, "{second}: {why}, seen from the other");
        }
    }
}

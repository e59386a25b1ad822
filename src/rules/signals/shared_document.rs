//! `shared_document`: one document under several IINs.
//!
//! ## What it finds
//! Rows that hold the same document (country, number and, where both are known, kind) as a row with another
//! IIN.
//!
//! ## Why it matters
//! A document belongs to one person. Who makes up identities reuses a scan at hand; who sells numbers gives
//! one passport several.
//!
//! ## Evidence
//! The document, the other IINs (three at most), and whether name and birth date agree.
//!
//! ## Innocent causes
//! One person with two numbers (a duplicate for dedupe, so a lower weight); a child entered on a parent's
//! passport; a mistyped digit; a placeholder held by dozens of rows; numbers of an unknown country, where
//! two states may use the same.
//!
//! ## Example
//! AA0000001 of UZB under two numbers with different names and birth dates.

use super::look::is_judged;
use super::{Code, Look, Signal, words};
use crate::day::NO_DAY;
use crate::link::rows::RegistryRow;
use crate::normalise::country;

/// Weight where all others have the same name and birth date: probably one person with two numbers.
const ONE_PERSON: u16 = 250;
/// Weight where the name or the birth date is the same: a respelled name, a corrected date, or a namesake.
const PERHAPS_ONE: u16 = 400;
/// Weight where the number is held by so many that it is a placeholder or an export's default.
const PLACEHOLDER: u16 = 150;
/// Rows from which a shared number is a placeholder rather than a scan that was used again.
const PLACEHOLDER_ROWS: usize = 50;

/// Finds the rows that share their document.
pub(super) fn find(look: &Look<'_>) -> Vec<Signal> {
    let (registry, shared) = (look.world.registry, &look.world.links.shared_documents);
    let mut signals = Vec::new();
    for group in shared.chunk_by(|left, right| left.0 == right.0) {
        let rows: Vec<u32> = std::iter::once(group[0].0)
            .chain(group.iter().map(|pair| pair.1))
            .filter(|&row| is_judged(&registry.rows[row as usize]))
            .collect();
        let many = rows.len() > PLACEHOLDER_ROWS;
        // A placeholder's rows are told of each other by their first few; all pairs would be quadratic.
        let told = &rows[..rows.len().min(PLACEHOLDER_ROWS)];
        for &row in &rows {
            let mine = &registry.rows[row as usize];
            let others: Vec<u32> = told
                .iter()
                .copied()
                .filter(|&other| {
                    let theirs = &registry.rows[other as usize];
                    let same_kind = mine.kind == 0 || theirs.kind == 0 || mine.kind == theirs.kind;
                    registry.iins[row as usize] != registry.iins[other as usize] && same_kind
                })
                .collect();
            if others.is_empty() {
                continue;
            }
            let likeness =
                others.iter().map(|&other| Likeness::of(mine, &registry.rows[other as usize])).max();
            let likeness = likeness.expect("there are others");
            let mut weight = if many { PLACEHOLDER } else { likeness.weight() };
            if mine.country == country::UNKNOWN {
                weight /= 2;
            }
            let evidence = evidence(look, mine, &others, rows.len(), many, likeness);
            signals.push(Signal::new(row, Code::SharedDocument, weight, evidence));
        }
    }
    signals
}

/// How far two holders of one document differ, least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    One,
    Perhaps,
    Different,
}

impl Likeness {
    fn of(mine: &RegistryRow, theirs: &RegistryRow) -> Self {
        let name = mine.name != 0 && mine.name == theirs.name;
        let birth = mine.birth != NO_DAY && mine.birth == theirs.birth;
        match (name, birth) {
            (true, true) => Likeness::One,
            (false, false) => Likeness::Different,
            _ => Likeness::Perhaps,
        }
    }

    fn weight(self) -> u16 {
        match self {
            Likeness::One => ONE_PERSON,
            Likeness::Perhaps => PERHAPS_ONE,
            Likeness::Different => Code::SharedDocument.weight(),
        }
    }
}

fn evidence(
    look: &Look<'_>,
    mine: &RegistryRow,
    others: &[u32],
    rows: usize,
    many: bool,
    likeness: Likeness,
) -> String {
    const TOLD: usize = 3;
    let document = words::document(mine);
    if many {
        let rows = words::grouped(rows as u64);
        return format!("{document} is held by {rows} rows: probably a placeholder");
    }
    let iins: Vec<String> = others
        .iter()
        .take(TOLD)
        .map(|&other| words::number_of(look.world.registry.iins[other as usize]))
        .collect();
    let more = match others.len() - iins.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let who = match likeness {
        Likeness::One => "same name and birth date: probably one person with several numbers",
        Likeness::Perhaps => "name or birth date is the same",
        Likeness::Different => "with another name and birth date",
    };
    format!("{document} is also registered under {}{more} ({who})", iins.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn holders() {
        let header =
            "iin,surname,given_name,birth_date,document_country,document_number,document_type,status";
        let first = "000101699999,SATO,AI,2000-01-01,UZB,AA0000001,passport,active";
        for (second, expected, why) in [
            ("180101199992,OLA,BO,1918-01-01,UZB,AA0000001,passport,active", Some(650), "two persons"),
            (
                "180101199992,SATO,AI,2000-01-01,UZB,AA0000001,passport,active",
                Some(250),
                "one person, two numbers",
            ),
            ("180101199992,SATOH,AI,2000-01-01,UZB,AA 0000001,,active", Some(400), "respelled; kind unknown"),
            ("000101699999,OLA,BO,1918-01-01,UZB,AA0000001,passport,active", None, "one IIN: a row twice"),
            ("180101199992,OLA,BO,1918-01-01,UZB,AA0000001,id_card,active", None, "documents of two kinds"),
            ("180101199992,OLA,BO,1918-01-01,KGZ,AA0000001,passport,active", None, "of another state"),
            ("180101199992,OLA,BO,1918-01-01,UZB,AA0000001,passport,annulled", None, "already annulled"),
        ] {
            let case = Case::registry(header, &[first, second]);
            assert_eq!(case.weight(0, Code::SharedDocument), expected, "{second}: {why}");
            assert_eq!(
                case.weight(1, Code::SharedDocument),
                expected,
                "{second}: {why}, seen from the other"
            );
        }
    }

    #[test]
    fn a_number_under_dozens_is_a_placeholder() {
        let rows: Vec<String> =
            (0..60).map(|n| format!("{},P{n},Q,UZB,AA1111111", super::super::testing::iin(n))).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let case = Case::registry("iin,surname,given_name,document_country,document_number", &rows);
        assert_eq!(case.weight(59, Code::SharedDocument), Some(PLACEHOLDER));
    }
}

//! `unknown_document`: a document that the register should know and does not.
//!
//! ## What it finds
//! Rows with a document number that is not in the documents register, of a country that the register covers
//! (at least 50 registered documents, at least 60 % of them found), and for which the register has no other
//! document either.
//!
//! ## Why it matters
//! A person who does not exist has no passport; the number was made up.
//!
//! ## Evidence
//! The document, and how many of its country's documents are found.
//!
//! ## Innocent causes
//! A mistyped number; an old passport from before the register began; a part of the state's passports that the
//! export lacks. So the weight grows with the coverage, and what it adds to a score is measured: how often the
//! documents of people of this country who are seen alive, and of this representative's, are unknown too.
//!
//! ## Example
//! 97.2 % of 12,340 registered documents of UZB are in the register; this one is not.

use super::look::Coverage;
use super::{Code, Look, Measured, Sign, words};
use crate::link::rows::{NO_ROW, RegistryRow};
use crate::normalise::country;

/// Weight where one document in twenty or more is unknown: most of them are genuine ones that the register
/// lacks, so alone this is not reported. From one in a hundred on it is the code's weight.
const LEAST: u64 = 150;
/// Thousandths of unknown documents between which the weight falls.
const FALL: std::ops::Range<u64> = 10..50;

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, row: usize, kept: &RegistryRow) -> Option<Sign> {
    let links = look.world.links;
    if kept.number == 0 || links.registered[row] != NO_ROW || !links.documents_of(row).is_empty() {
        return None;
    }
    let Coverage { held, found, alive } = look.coverage(kept.country)?;
    let unknown = ((held - found) * 1000).div_ceil(held).clamp(FALL.start, FALL.end);
    let most = u64::from(Code::UnknownDocument.weight());
    let weight = LEAST + (most - LEAST) * (FALL.end - unknown) / (FALL.end - FALL.start);
    let evidence = format!(
        "{} % of {} registered documents of {}{} are in the register; {} is not",
        words::percent(found, held),
        words::grouped(held),
        country::alpha3(kept.country),
        if alive { " whose holders are seen alive" } else { "" },
        words::document(kept),
    );
    Some((weight as u16, evidence))
}

/// How often it says the same of genuine people.
pub(super) fn measured(look: &Look<'_>, kept: &RegistryRow) -> Measured {
    let rate = look.unknown_rate(kept);
    rate.map_or(Measured::Nothing, |rate| Measured::Rate((rate * 1_000_000.0) as u32))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, iin};
    use super::*;

    /// `known` of `held` passports are in the register; then come the rows of the case.
    fn world(held: usize, known: usize, rows: &[&str], documents: &[&str]) -> Case {
        let mut registry: Vec<String> =
            (0..held).map(|n| format!("{},N{n},G{n},UZB,AB{:07}", iin(n), n * 10 + 1)).collect();
        let mut issued: Vec<String> =
            (0..known).map(|n| format!("UZB,AB{:07},N{n},G{n},", n * 10 + 1)).collect();
        registry.extend(rows.iter().map(|&row| row.to_owned()));
        issued.extend(documents.iter().map(|&row| row.to_owned()));
        Case::new(
            "iin,surname,given_name,document_country,document_number",
            &registry,
            "document_country,document_number,surname,given_name,iin",
            &issued,
        )
    }

    #[test]
    fn documents_that_should_be_known() {
        let stranger = "000101699999,SATO,AI,UZB,AC7654321";
        for (held, known, rows, documents, expected, why) in [
            (99, 99, stranger, "", Some(450), "99 of 100 are known"),
            (99, 96, stranger, "", Some(225), "96 of 100"),
            (99, 60, stranger, "", Some(150), "the least coverage"),
            (99, 59, stranger, "", None, "below it"),
            (48, 48, stranger, "", None, "too few documents to tell"),
            (99, 99, "000101699999,SATO,AI,KGZ,AC7654321", "", None, "the register is of another country"),
            (99, 99, "000101699999,SATO,AI,UZB,", "", None, "no document at all"),
            (99, 99, stranger, "UZB,AC7654321,SATO,AI,", None, "it is known"),
            (99, 99, stranger, "UZB,AC7654322,SATO,AI,000101699999", None, "mistyped; another bears the IIN"),
        ] {
            let documents: Vec<&str> = Some(documents).filter(|d| !d.is_empty()).into_iter().collect();
            let case = world(held, known, &[rows], &documents);
            assert_eq!(case.weight(held as u32, Code::UnknownDocument), expected, "{why}");
        }
    }

    #[test]
    fn evidence_tells_the_coverage() {
        let case = world(99, 99, &["000101699999,SATO,AI,UZB,AC7654321"], &[]);
        let evidence = case.evidence(99, Code::UnknownDocument);
        let expected = "99.0 % of 100 registered documents of UZB are in the register; \
                        document AC7654321 of UZB is not";
        assert_eq!(evidence, expected);
    }
}

//! `malformed_document`: a document that its state would not print.
//!
//! ## What it finds
//! Records whose document number has not the shape that its country uses, where a column says the country.
//!
//! ## Why it matters
//! Who makes up a number often does not know its shape.
//!
//! ## Evidence
//! The number and its country.
//!
//! ## Innocent causes
//! Shapes are known from practice only and states change theirs; clerks leave the letters out, and write a driving
//! licence where a passport is meant. So it is weak, and how often it happens is counted in the run.
//!
//! ## Example
//! A0000001 of UZB: two letters and seven digits are usual.

use super::Look;
use crate::normalise::{country, number};
use crate::validate::document::shape_ok;

/// The sign on one record.
pub(super) fn sign(look: &Look<'_>, record: usize) -> Option<(bool, String)> {
    let text = number::unkey(look.document(record))?;
    let (state, kind) = look.country(record);
    let code = country::alpha3(state);
    if shape_ok(code, kind, &text) != Some(false) {
        return None;
    }
    Some((true, format!("{text} has not the shape of the numbers of {code}")))
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::super::testing::Case;

    #[test]
    fn shapes() {
        for (row, expected, why) in [
            ("UZB,AA0000001", None, "two letters and seven digits"),
            ("UZB,A0000001", Some(true), "one letter"),
            (",A0000001", None, "of an unknown country"),
            ("DEU,whatever1", None, "no shape is known"),
            ("UZB,", None, "no number"),
        ] {
            let case = Case::new("document_country,document_number", &[row]);
            assert_eq!(case.sign(0, Code::MalformedDocument), expected, "{row}: {why}");
        }
    }
}

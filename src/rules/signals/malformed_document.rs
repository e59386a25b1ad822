//! `malformed_document`: a document that its state would not print.
//!
//! ## What it finds
//! Rows whose document number has not the shape that its country uses, and rows whose document stands in the
//! documents register with a defect in its number or machine readable zone.
//!
//! ## Why it matters
//! Who makes up a number often does not know its shape, and a forged zone has wrong check digits.
//!
//! ## Evidence
//! The document and which of the two it is.
//!
//! ## Innocent causes
//! Shapes are known from practice only and states change theirs; letters and digits are mistaken for each
//! other; zones are misread by machines. A number that the documents register knows is not judged by shape.
//!
//! ## Example
//! A0000001 of UZB: two letters and seven digits are usual.

use super::{Code, Look, Sign, words};
use crate::link::rows::{NO_ROW, RegistryRow};
use crate::normalise::{country, number};
use crate::validate::document::shape_ok;

/// Off the code's weight for an unusual shape: a lost letter is the usual cause.
const SHAPE: u16 = 50;

/// The sign on one row.
pub(super) fn sign(look: &Look<'_>, row: usize, kept: &RegistryRow) -> Option<Sign> {
    let full = Code::MalformedDocument.weight();
    if look.world.links.registered[row] != NO_ROW {
        look.remarkable_document(row).filter(|document| document.is_malformed())?;
        let document = words::document(kept);
        return Some((
            full,
            format!("{document} has a malformed number or machine readable zone in the register"),
        ));
    }
    let text = number::unkey(kept.number)?;
    if shape_ok(country::alpha3(kept.country), kept.kind.into(), &text) != Some(false) {
        return None;
    }
    Some((full - SHAPE, format!("{} has not the shape of that country's numbers", words::document(kept))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;

    #[test]
    fn shapes() {
        for (row, expected, why) in [
            ("UZB,passport,AA0000001", None, "usual"),
            ("UZB,passport,A0000001", Some(150), "a lost letter"),
            ("UZB,id_card,A0000001", None, "shapes are known of passports only"),
            ("DEU,passport,1", None, "a state whose shapes are not known"),
            ("UZB,passport,", None, "no number"),
            ("UZB,passport,AA000000100001", None, "a long number is not judged"),
            ("UZB,passport,A7777777", None, "unusual, but the register of documents knows it"),
        ] {
            let case = Case::new(
                "iin,document_country,document_type,document_number",
                &[format!("000101699999,{row}")],
                "document_country,document_number",
                &["UZB,A7777777"],
            );
            assert_eq!(case.weight(0, Code::MalformedDocument), expected, "{row}: {why}");
        }
    }
}

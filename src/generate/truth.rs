//! Truth: what a perfect engine would find, written beside the inputs.
//!
//! In: what was planted. Out: rows of four CSV files, always UTF-8, commas and ISO dates, whatever the
//! style of the inputs:
//!
//! - `truth_corrections.csv` – `note` says how the newer document can be tied to the number: `iin`,
//!   `previous_number` (a chain of documents that are all shown), `personal_number`,
//!   `identity_exact` (equal names, or one the transliteration of the other), `identity_respelled`, or
//!   `document_number` where the finding is about the registered document itself. `since` is a day of
//!   the rows: issue, expiry or status date of the document, or the assignment.
//! - `truth_suspects.csv` – numbers of persons who do not exist, their style, their ring or nothing.
//! - `truth_innocents.csv` – look-alikes and what they look like; the kind says which finding would be
//!   wrong, and a number may stand here and among the corrections for another reason.
//! - `truth_persons.csv` – numbers that share a `person_id` belong to one person.

use super::block::Block;
use super::countries::COUNTRIES;
use super::documents::Doc;
use super::numbers::{Shape, write_digits};
use super::people::Person;
use super::write::write_iso;

/// One row of `truth_corrections.csv`.
pub(super) struct Correction<'a> {
    pub(super) kind: &'static str,
    pub(super) field: &'static str,
    pub(super) registered: Value<'a>,
    pub(super) current: Value<'a>,
    pub(super) doc: Option<&'a Doc>,
    pub(super) since: i32,
    pub(super) note: &'static str,
}

impl<'a> Correction<'a> {
    /// The registered document was lost, stolen or cancelled.
    pub(super) fn invalidated(doc: &'a Doc) -> Self {
        Correction {
            kind: "document_invalidated",
            field: "document_number",
            registered: Value::Number(doc.shape, doc.value),
            current: Value::Empty,
            doc: Some(doc),
            since: doc.status_date,
            note: "document_number",
        }
    }

    /// The registered document has expired.
    pub(super) fn expired(doc: &'a Doc) -> Self {
        Correction {
            kind: "document_expired",
            field: "document_expiry_date",
            registered: Value::Day(doc.expiry),
            current: Value::Empty,
            doc: Some(doc),
            since: doc.expiry,
            note: "document_number",
        }
    }
}

/// A value of some field.
pub(super) enum Value<'a> {
    Empty,
    Text(&'static str),
    Day(i32),
    Iin(u64),
    Number(Shape, u64),
    Surname(&'a Doc),
}

impl Value<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Empty => {}
            Value::Text(text) => out.extend_from_slice(text.as_bytes()),
            Value::Day(day) => write_iso(*day, out),
            Value::Iin(iin) => write_digits(*iin, 12, out),
            Value::Number(shape, value) => shape.write(*value, out),
            Value::Surname(doc) => {
                let mut name = Vec::new();
                doc.latin(true, &mut name);
                out.extend_from_slice(&name);
            }
        }
    }
}

/// The files of truth with their headers, in the order of [`Block::truths`](super::block::Block).
pub(super) const FILES: [(&str, &str); 4] = [
    (
        "truth_corrections.csv",
        "iin,kind,field,registered_value,current_value,document_country,document_number,since,note\n",
    ),
    ("truth_suspects.csv", "iin,style,ring\n"),
    ("truth_innocents.csv", "iin,kind\n"),
    ("truth_persons.csv", "iin,person_id\n"),
];

impl Block {
    /// The registry is wrong about somebody.
    pub(super) fn correct(&mut self, person: &Person, correction: &Correction<'_>) {
        self.counts[0] += 1;
        let out = &mut self.truths[0];
        write_digits(person.iin, 12, out);
        out.push(b',');
        out.extend_from_slice(correction.kind.as_bytes());
        out.push(b',');
        out.extend_from_slice(correction.field.as_bytes());
        out.push(b',');
        correction.registered.write(out);
        out.push(b',');
        correction.current.write(out);
        out.push(b',');
        if let Some(doc) = correction.doc {
            out.extend_from_slice(COUNTRIES[usize::from(doc.country)].code.as_bytes());
            out.push(b',');
            doc.shape.write(doc.value, out);
        } else {
            out.push(b',');
        }
        out.push(b',');
        write_iso(correction.since, out);
        out.push(b',');
        out.extend_from_slice(correction.note.as_bytes());
        out.push(b'\n');
    }

    /// A number belongs to nobody.
    pub(super) fn suspect(&mut self, iin: u64, style: &str, ring: Option<u64>) {
        self.counts[1] += 1;
        let out = &mut self.truths[1];
        write_digits(iin, 12, out);
        out.push(b',');
        out.extend_from_slice(style.as_bytes());
        out.push(b',');
        if let Some(ring) = ring {
            out.push(b'R');
            write_digits(ring, 9, out);
        }
        out.push(b'\n');
    }

    /// Something about a number looks wrong and is not.
    pub(super) fn innocent(&mut self, iin: u64, kind: &str) {
        self.counts[2] += 1;
        let out = &mut self.truths[2];
        write_digits(iin, 12, out);
        out.push(b',');
        out.extend_from_slice(kind.as_bytes());
        out.push(b'\n');
    }

    /// A number belongs to a person who has several.
    pub(super) fn belongs(&mut self, iin: u64, person: u64) {
        self.counts[3] += 1;
        let out = &mut self.truths[3];
        write_digits(iin, 12, out);
        out.extend_from_slice(b",P");
        write_digits(person, 8, out);
        out.push(b'\n');
    }
}

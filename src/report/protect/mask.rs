//! Mask: identifiers as keyed pseudonyms.
//!
//! In: a value and what it is. Out: `M` and sixteen letters. The law: one key and one value of a kind make one
//! pseudonym, in every table, file, night and job, so that joins hold; without the key nothing leads back, though all
//! numbers there are be tried; and values of two kinds that look alike have nothing in common.
//!
//! It is BLAKE3 with a key, of which eighty bits are shown: among a hundred million values two share a pseudonym with a
//! probability of one in 240 million. Each kind has a key of its own, derived from the one that was given; the
//! version stands in what it is derived with, so that a later version cannot mix its pseudonyms with ours unnoticed.
//!
//! Non-goal: to keep apart what is equal. How often a value stands in a report, and with what, can be seen.

use std::fmt;

use super::keys::Secret;
use crate::normalise::{contact, number};
use crate::validate::iin;

/// What a value identifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identifier {
    /// A person, by the number.
    Iin,
    /// A document, by its number.
    Document,
    /// A name, or part of one.
    Name,
    /// A date of a person.
    Date,
    /// A phone, an e-mail address, an address.
    Contact,
    /// A record of a customer file.
    Record,
    /// Whatever else a record holds.
    Text,
    /// A case, a cluster or a ring, by its id.
    Case,
}

impl Identifier {
    /// All of them, in the order of their declaration.
    pub const ALL: [Identifier; 8] = [
        Identifier::Iin,
        Identifier::Document,
        Identifier::Name,
        Identifier::Date,
        Identifier::Contact,
        Identifier::Record,
        Identifier::Text,
        Identifier::Case,
    ];

    /// The word of the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Identifier::Iin => "iin",
            Identifier::Document => "document",
            Identifier::Name => "name",
            Identifier::Date => "date",
            Identifier::Contact => "contact",
            Identifier::Record => "record",
            Identifier::Text => "text",
            Identifier::Case => "case",
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Identifier::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What the values of a field are, by the field's name.
    #[must_use]
    pub fn of_field(field: &str) -> Self {
        match field {
            "iin" | "representative_iin" => Identifier::Iin,
            "document_number" | "personal_number" | "previous_number" | "document_series" => {
                Identifier::Document
            }
            "surname" | "given_name" | "patronymic" | "full_name" => Identifier::Name,
            "phone" | "email" | "address" | "city" | "postcode" => Identifier::Contact,
            "record_id" => Identifier::Record,
            "assigned_on" | "occurred_on" | "opened_on" => Identifier::Date,
            date if date.ends_with("_date") => Identifier::Date,
            _ => Identifier::Text,
        }
    }
}

/// Makes pseudonyms.
#[derive(Clone)]
pub struct Mask {
    keys: [[u8; 32]; Identifier::ALL.len()],
    order: [u8; 32],
    mark: String,
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mask({})", self.mark)
    }
}

/// Letters of a pseudonym that are easily told apart, as in the ids of cases.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters behind the `M`, five bits each.
const LETTERS: usize = 16;

impl Mask {
    /// The pseudonyms of a key.
    #[must_use]
    pub fn new(key: &Secret) -> Self {
        let derived =
            |what: &str| blake3::derive_key(&format!("iinrec 2026-11 mask version 1: {what}"), key.bytes());
        Mask {
            keys: Identifier::ALL.map(|kind| derived(kind.name())),
            order: derived("order"),
            mark: key.mark(),
        }
    }

    /// What tells its key from others and does not lead to it.
    #[must_use]
    pub fn mark(&self) -> String {
        self.mark.clone()
    }

    /// The pseudonym of a value. Case and spaces make no difference, nor do dashes of document numbers and the ways to write
    /// a phone, as nowhere in a run.
    #[must_use]
    pub fn pseudonym(&self, kind: Identifier, value: &str) -> String {
        if kind == Identifier::Case {
            return self.case(value);
        }
        let value = value.trim();
        // A number is a number in whatever column it stands; so it can be found again.
        let packed = if kind == Identifier::Record { None } else { iin::pack(value.as_bytes()) };
        let mut hasher;
        if let Some(packed) = packed {
            hasher = self.hasher(Identifier::Iin);
            hasher.update(iin::unpack(packed).as_bytes());
        } else {
            hasher = self.hasher(kind);
            let mut normal = String::new();
            let is_phone = kind == Identifier::Contact && !value.contains(char::is_alphabetic);
            let phone = if is_phone { contact::phone_key(value) } else { 0 };
            if phone != 0 {
                normal = phone.to_string();
            } else if kind == Identifier::Document {
                number::normalise(value, &mut normal);
            } else {
                for word in value.split_whitespace() {
                    normal.push_str(&word.to_uppercase());
                    normal.push(' ');
                }
            }
            hasher.update(normal.trim_end().as_bytes());
        }
        let hash = hasher.finalize();
        let mut bits = u128::from_le_bytes(*hash.as_bytes().first_chunk().expect("32 bytes"));
        let mut text = String::with_capacity(LETTERS + 1);
        text.push('M');
        for _ in 0..LETTERS {
            text.push(char::from(ALPHABET[(bits & 31) as usize]));
            bits >>= 5;
        }
        text
    }

    /// The id that a case, a cluster or a ring has in a masked report: of the same form. The plain id is a hash of a
    /// number without a key; whoever hashes all numbers there are would find the one that is meant.
    #[must_use]
    pub fn case(&self, id: &str) -> String {
        let prefix = id.split_once('-').map_or("X", |(prefix, _)| prefix);
        let hash = self.hasher(Identifier::Case).update(id.trim().as_bytes()).finalize();
        let bits = u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("32 bytes"));
        crate::report::tables::case_text(prefix.chars().next().unwrap_or('X'), bits)
    }

    /// A number in whose order rows may stand. In the order of their numbers they would tell how old people are.
    #[must_use]
    pub fn order(&self, packed: u64) -> u64 {
        let hash = blake3::keyed_hash(&self.order, &packed.to_le_bytes());
        u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("32 bytes"))
    }

    fn hasher(&self, kind: Identifier) -> blake3::Hasher {
        blake3::Hasher::new_keyed(&self.keys[kind as usize])
    }
}

/// Whether a text is a pseudonym, or looks like one.
#[must_use]
pub fn is_pseudonym(text: &str) -> bool {
    text.len() == LETTERS + 1
        && text.starts_with('M')
        && text[1..].bytes().all(|byte| ALPHABET.contains(&byte))
}

/// A number as it can be shown to people who look over somebody's shoulder: its last four characters. The first ones
/// are a birth date. Where there is a pseudonym instead of a number it is shown whole.
#[must_use]
pub fn shown(number: &str) -> String {
    if is_pseudonym(number) {
        return number.to_owned();
    }
    let count = number.chars().count();
    let hidden = count.saturating_sub(4).max(count.min(4));
    "•".repeat(hidden) + &number.chars().skip(hidden).collect::<String>()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The mask of a key of these bytes, counted up from the first.
    pub(in super::super) fn mask(first: u8) -> Mask {
        let bytes: Vec<u8> = (first..first + 32).collect();
        Mask::new(&Secret::parse(&bytes).expect("a key"))
    }

    #[test]
    fn a_pseudonym_is_of_its_key_kind_and_value() {
        let mask = mask(128);
        let one = mask.pseudonym(Identifier::Document, "AB 123-4567");
        assert!(is_pseudonym(&one), "{one}");
        assert_eq!(one, mask.pseudonym(Identifier::Document, " ab1234567"));
        for other in [
            mask.pseudonym(Identifier::Document, "AB1234568"),
            mask.pseudonym(Identifier::Record, "AB1234567"),
            super::tests::mask(129).pseudonym(Identifier::Document, "AB1234567"),
        ] {
            assert_ne!(one, other);
        }
        // Of another version, or by an accident, this would change; and every join over nights with it.
        assert_eq!(one, "MYTC5WBZH65TRB056");
    }

    #[test]
    fn a_number_is_one_wherever_it_stands() {
        let mask = mask(128);
        let number = mask.pseudonym(Identifier::Iin, "000101699999");
        for kind in [Identifier::Document, Identifier::Text, Identifier::Name] {
            assert_eq!(mask.pseudonym(kind, " 000101699999 "), number);
        }
        assert_ne!(mask.pseudonym(Identifier::Record, "000101699999"), number, "a record id is no number");
        let phone = |text: &str| mask.pseudonym(Identifier::Contact, text);
        assert_eq!(phone("8 (701) 123-45-67"), phone("+77011234567"));
        assert_ne!(phone("Абая 48-138"), phone("Абая 48-139"));
        assert_ne!(mask.order(1), 1);
    }

    #[test]
    fn the_id_of_a_case_keeps_its_form() {
        let plain = crate::report::tables::case_id('S', &["000101699999", ""]);
        let masked = mask(128).case(&plain);
        assert!(masked.starts_with("S-") && masked.len() == 14 && masked != plain, "{masked}");
        assert_eq!(mask(128).pseudonym(Identifier::Case, &plain), masked);
    }

    #[test]
    fn what_is_shown_is_the_end_alone() {
        for (number, expected) in
            [("900304390006", "••••••••0006"), ("12345", "••••5"), ("1234", "••••"), ("12", "••"), ("", "")]
        {
            assert_eq!(shown(number), expected);
        }
        let pseudonym = mask(128).pseudonym(Identifier::Iin, "000101699999");
        assert_eq!(shown(&pseudonym), pseudonym);
    }
}

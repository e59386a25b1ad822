//! Values: what a field of a row or document is, written for people and the next program.
//!
//! Dates are ISO 8601, countries alpha-3, sexes M and F, document numbers in their normal form; names, and
//! numbers too long for a key, are quoted from the record as they stand.

use super::cases::Cases;
use super::offices::Offices;
use crate::batch::{Dataset, NO_IIN, Role};
use crate::day;
use crate::ingest::Input;
use crate::link::rows::{DocumentRow, RegistryRow, Table};
use crate::normalise::{codes, country, number};
use crate::rules::Names;
use crate::validate::iin;

/// The records behind rows.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    /// Files of the registry.
    pub registry_files: &'a Input,
    /// Files of the documents.
    pub documents_files: &'a Input,
    /// Rows of the registry.
    pub registry: &'a Table<RegistryRow>,
    /// Rows of the documents.
    pub documents: &'a Table<DocumentRow>,
    /// What was brought of both, where they are laid down on the disk.
    pub cases: Option<&'a Cases>,
    /// Names of the offices behind findings, once these are known.
    pub offices: Option<&'a Offices>,
}

impl Records<'_> {
    /// A row of the registry.
    #[must_use]
    pub fn registry_row(&self, row: u32) -> &RegistryRow {
        let brought = self.cases.and_then(|cases| cases.registry.get(row));
        brought.map_or_else(|| &self.registry.rows[row as usize], |brought| &brought.kept)
    }

    /// A document.
    #[must_use]
    pub fn document_row(&self, document: u32) -> &DocumentRow {
        let brought = self.cases.and_then(|cases| cases.documents.get(document));
        brought.map_or_else(|| &self.documents.rows[document as usize], |brought| &brought.kept)
    }

    fn registry_iin(&self, row: u32) -> u64 {
        let brought = self.cases.and_then(|cases| cases.registry.get(row));
        brought.map_or_else(|| self.registry.iins[row as usize], |brought| brought.iin)
    }

    fn documents_iin(&self, document: u32) -> u64 {
        let brought = self.cases.and_then(|cases| cases.documents.get(document));
        brought.map_or_else(|| self.documents.iins[document as usize], |brought| brought.iin)
    }

    fn registry_texts<const N: usize>(&self, row: usize, roles: [Role; N]) -> [String; N] {
        self.registry_files.files[self.registry.file(row)]
            .texts_at(self.registry_row(row as u32).offset, roles)
    }

    fn document_texts<const N: usize>(&self, row: usize, roles: [Role; N]) -> [String; N] {
        self.documents_files.files[self.documents.file(row)]
            .texts_at(self.document_row(row as u32).offset, roles)
    }

    /// A text of a registry row, as it stands in the record.
    pub(super) fn registry_text(&self, row: usize, role: Role) -> String {
        self.registry_texts(row, [role]).into_iter().next().expect("one role")
    }

    /// The office that assigned the number of a row, or nothing.
    #[must_use]
    pub fn office(&self, row: u32) -> Option<&str> {
        self.offices?.get(self.registry_row(row).office)
    }

    /// The IIN of a registry row; as it stands where it is no number of twelve digits.
    #[must_use]
    pub fn iin(&self, row: usize) -> String {
        match self.registry_iin(row as u32) {
            NO_IIN => self.registry_texts(row, [Role::Iin]).into_iter().next().expect("one role"),
            packed => iin::unpack(packed),
        }
    }

    /// The IIN that a document bears, or nothing.
    #[must_use]
    pub fn document_iin(&self, row: usize) -> String {
        match self.documents_iin(row as u32) {
            NO_IIN => String::new(),
            packed => iin::unpack(packed),
        }
    }

    /// The number of a document.
    #[must_use]
    pub fn document_number(&self, row: usize) -> String {
        number::unkey(self.document_row(row as u32).number).unwrap_or_else(|| {
            self.document_texts(row, [Role::DocumentNumber]).into_iter().next().expect("one role")
        })
    }

    /// A field of a registry row.
    ///
    /// # Panics
    /// When no correction concerns the field.
    #[must_use]
    pub fn registry_value(&self, row: usize, field: Role) -> String {
        let registered = self.registry_row(row as u32);
        match field {
            Role::Iin => self.iin(row),
            Role::DocumentNumber => number::unkey(registered.number)
                .unwrap_or_else(|| self.registry_texts(row, [field]).into_iter().next().expect("one role")),
            Role::DocumentExpiryDate => day::iso(registered.expiry),
            Role::BirthDate => day::iso(registered.birth),
            Role::Sex => sex(registered.sex),
            Role::Citizenship => country::alpha3(registered.citizenship).to_owned(),
            Role::Surname | Role::GivenName => {
                self.registry_texts(row, [field]).into_iter().next().expect("one role")
            }
            other => unreachable!("no correction concerns {}", other.name()),
        }
    }

    /// What a document says of a registry field.
    ///
    /// # Panics
    /// When no correction concerns the field.
    #[must_use]
    pub fn current_value(&self, document: usize, field: Role) -> String {
        let current = self.document_row(document as u32);
        match field {
            Role::Iin => self.document_iin(document),
            Role::DocumentNumber => self.document_number(document),
            Role::DocumentExpiryDate => day::iso(current.expiry),
            Role::BirthDate => day::iso(current.birth),
            Role::Sex => sex(current.sex),
            Role::Citizenship => country::alpha3(current.nationality).to_owned(),
            Role::Surname | Role::GivenName => {
                self.document_texts(document, [field]).into_iter().next().expect("one role")
            }
            other => unreachable!("no correction concerns {}", other.name()),
        }
    }

    /// The record number of a row, from 1.
    #[must_use]
    pub fn record(&self, dataset: Dataset, row: u32) -> u32 {
        1 + match dataset {
            Dataset::Registry => self.registry.record(row as usize),
            Dataset::Documents => self.documents.record(row as usize),
            Dataset::Activity | Dataset::Customers => unreachable!("no finding points at these"),
        }
    }
}

impl Names for Records<'_> {
    fn registry(&self, row: usize) -> [String; 3] {
        self.registry_texts(row, [Role::Surname, Role::GivenName, Role::Patronymic])
    }

    fn document(&self, row: usize) -> [String; 3] {
        self.document_texts(row, [Role::Surname, Role::GivenName, Role::Patronymic])
    }
}

fn sex(code: u8) -> String {
    match u16::from(code) {
        codes::MALE => "M".to_owned(),
        codes::FEMALE => "F".to_owned(),
        _ => String::new(),
    }
}

//! Protection: what stands between a report and whoever is not meant to read or to change it.
//!
//! In: keys, and every table on its way into a report. Out: tables that are masked ([`mask`]) and encrypted
//! ([`encrypt`]), and an account that is signed ([`sign`]). The law: a table has no other way to the disk than through
//! `Protection::masked`; whatever reads a report back sees what any other reader would; a key is never shown.
//!
//! Three keys for three questions, each optional: who may read it (`--encrypt`), who may learn whom it is about
//! (`--mask`), and whether it is still what was written (`--sign`).

pub mod columns;
pub mod encrypt;
pub mod keys;
pub mod mask;
mod sentence;
pub mod sign;
pub mod verify;

use std::path::Path;

use arrow_array::ArrayRef;
use arrow_schema::Schema;
use serde::{Deserialize, Serialize};

use self::encrypt::{Encryption, Openers};
use self::mask::Mask;
use self::sign::Signing;
use super::back::Run;
use crate::error::{Error, Result};

/// How a report is protected; by default not at all.
#[derive(Clone, Debug, Default)]
pub struct Protection {
    /// How its tables are encrypted.
    pub encryption: Option<Encryption>,
    /// How identifiers are replaced.
    pub mask: Option<Mask>,
    /// How the account is signed.
    pub signing: Option<Signing>,
    /// What opens reports of earlier nights.
    pub openers: Openers,
}

/// Columns of a table as they may be written.
#[derive(Debug)]
pub struct Masked(pub(super) Vec<ArrayRef>);

/// What `run.json` says of the protection of a report. Keys are told apart by their marks, which do not lead to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProtectionReport {
    /// The mark of the key that opens the tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<String>,
    /// The columns that are encrypted, where not whole files are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encrypted_columns: Option<String>,
    /// The mark of the key of the pseudonyms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masked: Option<String>,
    /// The public key of the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
}

impl ProtectionReport {
    /// What the account of a report says; nothing where it says nothing.
    ///
    /// # Errors
    /// When an account is there and cannot be read.
    pub fn of_report(folder: &Path) -> Result<Self> {
        #[derive(Default, Deserialize)]
        struct Account {
            #[serde(default)]
            protection: ProtectionReport,
        }
        let path = folder.join(sign::SIGNED);
        match std::fs::read(&path) {
            // What is no account of ours says nothing; whoever reads a table of it will see.
            Ok(text) => Ok(serde_json::from_slice::<Account>(&text).unwrap_or_default().protection),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(Error::io("cannot read the report", &path, &e)),
        }
    }
}

impl Protection {
    /// What `run.json` says of it; nothing where there is none.
    #[must_use]
    pub fn report(&self) -> Option<ProtectionReport> {
        let report = ProtectionReport {
            encrypted: self.encryption.as_ref().map(Encryption::mark),
            encrypted_columns: self.encryption.as_ref().and_then(Encryption::columns_in_words),
            masked: self.mask.as_ref().map(Mask::mark),
            signed: self.signing.as_ref().map(Signing::public_key),
        };
        (report != ProtectionReport::default()).then_some(report)
    }

    /// What opens this night's tables, and those of the earlier nights whose keys were given.
    #[must_use]
    pub fn keys(&self) -> Openers {
        self.openers.and(self.encryption.as_ref().map(Encryption::key))
    }

    /// The columns of a table as they may be written: identifiers replaced, where that was asked for, and then finished by
    /// what sees them as they will be read.
    ///
    /// # Panics
    /// When identifiers are replaced and [`columns`] does not name a column: what nobody thought about does not leave.
    #[must_use]
    pub(super) fn masked(
        &self,
        file: &str,
        schema: &Schema,
        columns: Vec<ArrayRef>,
        finish: impl Fn(Vec<ArrayRef>) -> Vec<ArrayRef>,
    ) -> Masked {
        Masked(finish(match &self.mask {
            Some(mask) if !columns::is_of_tables(file) => columns::mask(mask, schema, columns),
            _ => columns,
        }))
    }

    /// Whether copies in formats without encryption (CSV, XLSX, a database) would undo the encryption.
    #[must_use]
    pub fn forbids_plain_copies(&self) -> bool {
        self.encryption.is_some()
    }

    /// Whether the page of a night may lie in its folder. It is not encrypted, and ids of cases stand in it: hashes of numbers,
    /// which whoever tries all numbers finds, unless they are masked.
    #[must_use]
    pub fn allows_page(&self) -> bool {
        self.encryption.is_none() || self.mask.is_some()
    }

    /// The refusal of a plain copy beside an encrypted report.
    #[must_use]
    pub fn refuse_plain_copy(what: &str) -> Error {
        Error::usage(format!("{what} cannot be encrypted and would lie beside encrypted tables"))
            .remedy("leave one of the two out; or mask the report (--mask KEY) and do not encrypt it")
    }

    /// A fingerprint of a configuration with what the mask adds to it: another key makes other outputs.
    #[must_use]
    pub fn fingerprint(&self, of_run: String) -> String {
        match &self.mask {
            None => of_run,
            Some(mask) => {
                let text = format!("{of_run} masked {}", mask.mark());
                blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
            }
        }
    }

    /// Whether an earlier report can be compared with what is written now.
    ///
    /// # Errors
    /// When it is masked otherwise.
    pub fn check_previous(&self, earlier: &Run, folder: &Path) -> Result<()> {
        check_masks(earlier, self.mask.as_ref().map(Mask::mark).as_deref(), folder)
    }
}

/// Whether two nights can be compared: case ids are pseudonyms, so that both must be masked with one key or neither.
///
/// # Errors
/// When they are not.
pub fn check_masks(earlier: &Run, now: Option<&str>, folder: &Path) -> Result<()> {
    let before = earlier.protection.as_ref().and_then(|protection| protection.masked.as_deref());
    let what = match (before, now) {
        (before, now) if before == now => return Ok(()),
        (Some(_), None) => {
            "the earlier report is masked and this one is not, so that no case could be found again"
        }
        (None, _) => "this report is masked and the earlier one is not, so that no case could be found again",
        (Some(_), Some(_)) => {
            "the earlier report is masked with another key, so that no case could be found again"
        }
    };
    Err(Error::usage(what).at(folder).remedy(
        "give both the same --mask key; after a change of keys make the first report without --previous",
    ))
}

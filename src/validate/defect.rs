//! The defect: one failed check of one field in one row, and the table of checks.
//!
//! Severity follows domain knowledge, not taste: what the law makes invalid is an error (length, digits,
//! check digit, impossible date in the number), what may have an innocent cause is a warning (a birth date
//! or sex that differs from the number's digits does not bind since Decree 853 of 26.08.2013).

use crate::batch::Role;

/// How bad a failed check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The value cannot be right.
    Error,
    /// The value is unusual, or disagrees with another that may be the wrong one.
    Warning,
}

impl Severity {
    /// The contract's word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One failed check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// 0-based record number: within the chunk while the chunk is read, within the dataset afterwards.
    pub row: u32,
    /// The field that failed.
    pub role: Role,
    /// Which check failed.
    pub check: Check,
    /// The value as it stood in the record (only reports show it).
    pub value: Box<str>,
}

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident $name:literal $severity:ident;)*) => {
        /// The checks of `defects.parquet`, each with its code and severity.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check { $($(#[$doc])* $variant,)* }

        impl Check {
            /// Every check, in table order.
            pub const ALL: &[Check] = &[$(Check::$variant,)*];

            /// The code in reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Check::$variant => $name,)* }
            }

            /// How bad a failure is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Check::$variant => Severity::$severity,)* }
            }
        }
    };
}

checks! {
    /// A required value is empty.
    Missing "missing" Error;
    /// Not twelve characters long.
    IinLength "iin_length" Error;
    /// Twelve characters, but not all ASCII digits.
    IinDigits "iin_digits" Error;
    /// The check digit is wrong.
    IinCheckDigit "iin_check_digit" Error;
    /// Both passes of the check digit give 10: such a number is never issued.
    IinNeverIssued "iin_never_issued" Error;
    /// Digits 1-6 are no date.
    IinBirthDate "iin_birth_date" Error;
    /// Digit 7 is 7, 8 or 9.
    IinCentury "iin_century" Error;
    /// An organisation's number (BIN) where a person's was expected.
    IinIsBin "iin_is_bin" Error;
    /// The birth date differs from digits 1-7.
    IinBirthDiffers "iin_birth_differs" Warning;
    /// The sex differs from digit 7.
    IinSexDiffers "iin_sex_differs" Warning;
    /// The same IIN stands in an earlier row of the registry.
    DuplicateIin "duplicate_iin" Error;
    /// The same document (country, kind and number) stands in an earlier row of the documents.
    DuplicateDocument "duplicate_document" Warning;
    /// The number does not have the shape its issuing state uses. Soft: shapes are known from practice.
    DocumentFormat "document_format" Warning;
    /// Not the length of a TD1, TD2 or TD3 zone.
    MrzLength "mrz_length" Error;
    /// A character that no machine readable zone has.
    MrzCharacter "mrz_character" Error;
    /// A check digit of the zone is wrong.
    MrzCheckDigit "mrz_check_digit" Error;
    /// The zone says something else than the columns.
    MrzDiffers "mrz_differs" Warning;
    /// No date of the contract's forms, or a day that does not exist.
    DateImpossible "date_impossible" Error;
    /// After the as-of day, where only the past is possible.
    DateFuture "date_future" Error;
    /// Two dates of the row stand in the wrong order.
    DateOrder "date_order" Error;
    /// Valid for longer than this kind of document is issued for.
    ValidityTooLong "validity_too_long" Warning;
    /// The sex is given in a form we do not know.
    SexUnknown "sex_unknown" Warning;
    /// The country is given in a form we do not know.
    CountryUnknown "country_unknown" Warning;
    /// A kind, channel or status that the contract does not name.
    CodeUnknown "code_unknown" Warning;
    /// The register says `replaced`, and no newer document of the person is on file.
    SuccessorMissing "successor_missing" Warning;
}

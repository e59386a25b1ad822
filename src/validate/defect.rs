//! The defect: one failed check of one field in one row, and the table of checks.
//!
//! Severity follows domain knowledge, not taste: what the law makes invalid is an error (length, digits,
//! check digit, impossible date in the number), what may have an innocent cause is a warning (a birth date
//! or sex that differs from the number's digits does not bind since Decree 853 of 26.08.2013).

use crate::batch::{NO_IIN, Role};
use crate::day;
use crate::validate::mrz::{self, digit};
use crate::validate::{bin, iin};

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

/// Stands between the two values of a comparison: `1990-01-02 / 900101399993`.
pub const AGAINST: &str = " / ";

/// One failed check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// 0-based record number: within the chunk while the chunk is read, within the dataset afterwards.
    pub row: u32,
    /// The field that failed.
    pub role: Role,
    /// Which check failed.
    pub check: Check,
    /// The value as it stood in the record (only reports show it). Where two values disagree the other one
    /// follows after [`AGAINST`].
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
    /// The number of a document where an IIN was expected.
    IinIsDocument "iin_is_document" Error;
    /// A taxpayer number (RNN) of the years before 2013 where an IIN was expected.
    IinIsRnn "iin_is_rnn" Warning;
    /// The number lost its leading zeros and got them back.
    IinZerosLost "iin_zeros_lost" Warning;
    /// A spreadsheet wrote the number with an exponent and lost its last digits.
    Rounded "rounded" Error;
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

impl Check {
    /// One plain sentence for the person who reads the report, computed from the value alone.
    ///
    /// ```
    /// use iinrec::batch::Role;
    /// use iinrec::validate::defect::Check;
    /// let message = Check::IinCheckDigit.message(Role::Iin, "991231099996");
    /// assert_eq!(message, "check digit is 5 by the rule, the number ends in 6");
    /// ```
    #[must_use]
    pub fn message(self, role: Role, value: &str) -> String {
        let field = role.name().replace('_', " ");
        let packed = iin::pack(value.as_bytes()).unwrap_or(NO_IIN);
        // A comparison's second value is ours (a date, a number, a field of the zone) and has no separator.
        let (own, other) = value.rsplit_once(AGAINST).unwrap_or((value, "another value"));
        match self {
            Check::Missing => format!("{field} is required and empty"),
            Check::IinLength => {
                let count = value.chars().count();
                let characters = if count == 1 { "character" } else { "characters" };
                format!("has {count} {characters}, a number has 12")
            }
            Check::IinDigits => match value.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
                Some((at, c)) => format!("{} at place {} is no digit 0-9", shown(c), at + 1),
                None => "holds a character that is no digit 0-9".into(),
            },
            Check::IinCheckDigit => check_digit_message(packed),
            Check::IinNeverIssued => {
                "both passes of the check digit give 10; such a number is never issued".into()
            }
            Check::IinBirthDate => birth_date_message(packed),
            Check::IinCentury => match packed {
                NO_IIN => "digit 7 is not in use".into(),
                _ => format!("digit 7 is {}; only 0 to 6 are in use", iin::digits(packed)[6]),
            },
            Check::IinIsDocument => "the number of a document, not of a person; it belongs into another column".into(),
            Check::IinIsRnn => {
                "no IIN, but its check digit holds as that of an RNN, the taxpayer number until 2013".into()
            }
            Check::IinZerosLost => format!("has {} digits; read as {value:0>12}, which holds", value.len()),
            Check::Rounded => {
                "written with an exponent by a spreadsheet, which lost the last digits; export the column as text"
                    .into()
            }
            Check::IinIsBin => match (packed != NO_IIN).then(|| bin::kind(packed)).flatten() {
                Some(kind) => format!(
                    "an organisation's number (BIN), not a person's: digit 5 is {}, {kind}",
                    iin::digits(packed)[4]
                ),
                None => "an organisation's number (BIN), not a person's".into(),
            },
            Check::IinBirthDiffers => {
                let stated = iin::pack(other.as_bytes()).map(|packed| match iin::birth_day(packed) {
                    Some(day) => day::iso(day),
                    None => format!("{} (year, month, day)", &other[..6]),
                });
                let stated = stated.as_deref().unwrap_or(other);
                format!("{field} is {own}, the number says {stated}; the digits do not bind, look at both")
            }
            Check::IinSexDiffers => {
                format!("sex is {own}, digit 7 says {other}; the digit does not bind, look at both")
            }
            Check::DuplicateIin => "the same number stands in an earlier row".into(),
            Check::DuplicateDocument => "the same document stands in an earlier row".into(),
            Check::DocumentFormat => {
                "not a shape that this state is known to use; shapes change, so look at the document".into()
            }
            Check::MrzLength => {
                let count = value.chars().count();
                format!("has {count} characters; a zone has 2 lines of 44, 2 of 36 or 3 of 30")
            }
            Check::MrzCharacter => match mrz::parse(value) {
                Err(mrz::MrzError::Character { at }) => {
                    // The parser counts bytes; people count characters.
                    let place = value.get(..at).map_or(at, |before| before.chars().count()) + 1;
                    let c =
                        value.get(at..).and_then(|rest| rest.chars().next()).map_or("a part".into(), shown);
                    format!("{c} at place {place} cannot stand there; zones hold A-Z, 0-9 and <")
                }
                _ => "a character stands where the zone cannot have it".into(),
            },
            Check::MrzCheckDigit => mrz_digits_message(value),
            Check::MrzDiffers => format!("{field} is {own}, the machine readable zone says {other}"),
            Check::DateImpossible => {
                "no date: YYYY-MM-DD, DD.MM.YYYY, DD/MM/YYYY and YYYYMMDD are read".into()
            }
            Check::DateFuture => format!("{field} {own} is later than {other}, the day of this run"),
            Check::DateOrder => format!("{field} {own} is earlier than {other}, which it must follow"),
            Check::ValidityTooLong => {
                let span = day::parse(other.as_bytes())
                    .zip(day::parse(own.as_bytes()))
                    .map(|(from, to)| format!("{:.1} years", f64::from(to - from) / day::DAYS_PER_YEAR));
                let span = span.as_deref().unwrap_or("longer");
                format!("valid for {span}, from {other} to {own}; this kind is issued for less")
            }
            Check::SexUnknown => "not a sex in a form that is read: M/F, М/Ж, Е/Ә, 1/2, male/female".into(),
            Check::CountryUnknown => {
                "not a country in a form that is read: ISO alpha-3, alpha-2, numeric, ICAO codes, names"
                    .into()
            }
            Check::CodeUnknown => format!("not a {field} that is known"),
            Check::SuccessorMissing => {
                "marked as replaced, and no newer document of this person is on file".into()
            }
        }
    }
}

/// A character as it can be shown: invisible ones by their number.
fn shown(c: char) -> String {
    match c {
        ' ' => "a space".into(),
        c if c.is_control() || c.is_whitespace() => format!("U+{:04X}", u32::from(c)),
        c => format!("'{c}'"),
    }
}

/// Also the message for organisations, whose check digit follows the same rule.
pub(crate) fn check_digit_message(packed: u64) -> String {
    if packed == NO_IIN {
        return "the check digit is wrong".into();
    }
    let digits = iin::digits(packed);
    match iin::check_digit(digits[..11].try_into().expect("eleven of twelve")) {
        Some(digit) => format!("check digit is {digit} by the rule, the number ends in {}", digits[11]),
        None => Check::IinNeverIssued.message(Role::Iin, ""),
    }
}

fn birth_date_message(packed: u64) -> String {
    if packed == NO_IIN {
        return "digits 1-6 are no date".into();
    }
    let digits = iin::digits(packed);
    let (year, month, day) =
        (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]);
    match month {
        1..=12 => {
            format!("digits 1-7 are no date: month {month:02} of that year {year:02} has no day {day:02}")
        }
        _ => format!("digits 1-6 are no date: there is no month {month:02}"),
    }
}

fn mrz_digits_message(zone: &str) -> String {
    let wrong = mrz::parse(zone).map_or(0, |zone| zone.wrong_digits);
    let names: Vec<&str> = [
        (digit::NUMBER, "document number"),
        (digit::BIRTH, "birth date"),
        (digit::EXPIRY, "expiry date"),
        (digit::PERSONAL, "personal number"),
        (digit::COMPOSITE, "whole zone"),
    ]
    .into_iter()
    .filter_map(|(bit, name)| (wrong & bit != 0).then_some(name))
    .collect();
    match names.as_slice() {
        [] => "a check digit is wrong".into(),
        [name] => format!("the check digit of the {name} is wrong"),
        names => format!("check digits are wrong: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_computed_from_the_value() {
        for (check, role, value, expected) in [
            (Check::Missing, Role::BirthDate, "", "birth date is required and empty"),
            (Check::IinLength, Role::Iin, "12345", "has 5 characters, a number has 12"),
            (Check::IinDigits, Role::Iin, "18O101199992", "'O' at place 3 is no digit 0-9"),
            (Check::IinDigits, Role::Iin, "180101 19999", "a space at place 7 is no digit 0-9"),
            (
                Check::IinBirthDate,
                Role::Iin,
                "180431199997",
                "digits 1-7 are no date: month 04 of that year 18 has no day 31",
            ),
            (Check::IinBirthDate, Role::Iin, "180001199999", "digits 1-6 are no date: there is no month 00"),
            (Check::IinCentury, Role::Iin, "180101799990", "digit 7 is 7; only 0 to 6 are in use"),
            (
                Check::IinIsBin,
                Role::Iin,
                "991240999991",
                "an organisation's number (BIN), not a person's: digit 5 is 4, resident organisation",
            ),
            (
                Check::IinZerosLost,
                Role::Iin,
                "10101599999",
                "has 11 digits; read as 010101599999, which holds",
            ),
            (
                Check::IinBirthDiffers,
                Role::BirthDate,
                "2000-01-02 / 000101699999",
                "birth date is 2000-01-02, the number says 2000-01-01; the digits do not bind, look at both",
            ),
            (
                Check::DateOrder,
                Role::ExpiryDate,
                "2019-01-01 / 2020-01-01",
                "expiry date 2019-01-01 is earlier than 2020-01-01, which it must follow",
            ),
            (
                Check::ValidityTooLong,
                Role::ExpiryDate,
                "2035-01-01 / 2020-01-01",
                "valid for 15.0 years, from 2020-01-01 to 2035-01-01; this kind is issued for less",
            ),
            (
                Check::MrzDiffers,
                Role::DocumentNumber,
                "AA / BB / CC",
                "document number is AA / BB, the machine readable zone says CC",
            ),
        ] {
            assert_eq!(check.message(role, value), expected);
        }
    }

    #[test]
    fn no_value_breaks_a_sentence() {
        for check in Check::ALL {
            for value in
                ["", " / ", "x", "ж", "000000000000", "ж / ж", "１８０１０１１９９９９２", "1 / 12345678901ж"]
            {
                let message = check.message(Role::Iin, value);
                assert!(!message.is_empty() && !message.ends_with('.'), "{check:?}: {message:?}");
            }
        }
    }
}

//! Column: the cells of one column in, counts of what they can be read as out.

use std::collections::BTreeMap;

use super::common::Common;
use super::distinct::Distinct;
use super::shape::shape;
use crate::day;
use crate::normalise::contact::phone_key;
use crate::normalise::hash::hash;
use crate::normalise::placeholder::{is_placeholder, may_be_placeholder};
use crate::normalise::{codes, country};
use crate::validate::iin;
use crate::validate::mrz::{self, MrzVerdict};

/// How a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateForm {
    /// `YYYY-MM-DD`.
    Iso,
    /// `DD.MM.YYYY`.
    Dotted,
    /// `DD/MM/YYYY`.
    Slashed,
    /// `MM/DD/YYYY`: not read, and told apart from the form above by days beyond the twelfth.
    MonthFirst,
    /// `YYYYMMDD`.
    Compact,
    /// A date with a time of day.
    Moment,
}

impl DateForm {
    /// As people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DateForm::Iso => "YYYY-MM-DD",
            DateForm::Dotted => "DD.MM.YYYY",
            DateForm::Slashed => "DD/MM/YYYY",
            DateForm::MonthFirst => "MM/DD/YYYY",
            DateForm::Compact => "YYYYMMDD",
            DateForm::Moment => "with a time of day",
        }
    }
}

/// How a country is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountryForm {
    /// Two letters.
    Alpha2,
    /// Three letters.
    Alpha3,
    /// A number.
    Numeric,
    /// A name, or a code of another length.
    Name,
}

impl CountryForm {
    /// For people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CountryForm::Alpha2 => "alpha-2",
            CountryForm::Alpha3 => "alpha-3",
            CountryForm::Numeric => "numeric",
            CountryForm::Name => "names",
        }
    }
}

/// How often a code of sex stands beside an IIN whose digit 7 says male or female.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SexCount {
    /// How it is read: a code of `normalise::codes`.
    pub read_as: u16,
    /// Records with the code.
    pub records: u64,
    /// Of them, those with an IIN of a man.
    pub male: u64,
    /// Of them, those with an IIN of a woman.
    pub female: u64,
}

/// What the values of a column can be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum Reads {
    Iin,
    TwelveDigits,
    Mrz,
    Date,
    Country,
    Sex,
    DocumentType,
    Channel,
    Status,
    Phone,
    Name,
    DocumentNumber,
}

/// Bytes beyond which a value is text and has none of the forms below; a full name of Cyrillic is half of it.
const FORM_BYTES_MAX: usize = 256;

/// Counts of one column.
#[derive(Clone, Debug, Default)]
pub struct ColumnProfile {
    /// Cells.
    pub cells: u64,
    /// Empty ones.
    pub empty: u64,
    /// Placeholders such as `-` and `НЕТ`.
    pub placeholders: u64,
    /// Organisations' numbers among the twelve digits.
    pub bins: u64,
    /// Values with a `?` beside a letter: what an export makes of letters that its encoding lacks.
    pub lost_letters: u64,
    /// What values can be read as; a value may count several times.
    reads: BTreeMap<Reads, u64>,
    /// Dates by form.
    pub dates: BTreeMap<DateForm, u64>,
    /// Dates with slashes of which both parts may be the month.
    pub ambiguous_dates: u64,
    /// Countries by form.
    pub countries: BTreeMap<CountryForm, u64>,
    /// Codes of sex against the IIN.
    pub sexes: BTreeMap<String, SexCount>,
    /// First and last day seen.
    pub days: Option<(i32, i32)>,
    /// Days shared by many.
    pub common_days: Common<i32>,
    /// Values shared by many, as hashes with their shapes.
    pub common_values: Common<(u64, String)>,
    /// Shapes.
    pub shapes: Common<String>,
    /// Different values.
    pub distinct: Distinct,
}

impl ColumnProfile {
    /// Takes in one cell, trimmed.
    pub fn take(&mut self, cell: &str) {
        self.cells += 1;
        if cell.is_empty() {
            self.empty += 1;
            return;
        }
        if may_be_placeholder(cell.as_bytes()) && is_placeholder(cell) {
            self.placeholders += 1;
            return;
        }
        let key = hash(cell.as_bytes());
        self.distinct.take(key);
        let shape = shape(cell);
        self.shapes.take(&shape);
        self.common_values.take(&(key, shape));
        if cell.len() > FORM_BYTES_MAX {
            return;
        }
        self.lost_letters += u64::from(cell.contains('?') && has_lost_letter(cell));
        let mut reads = |what| *self.reads.entry(what).or_default() += 1;
        if let Some(packed) = iin::pack(cell.as_bytes()) {
            reads(Reads::TwelveDigits);
            let problems = iin::problems(packed);
            if problems == 0 {
                reads(Reads::Iin);
            } else if iin::is_bin(packed) {
                self.bins += 1;
            }
        }
        if cell.len() >= 60
            && matches!(mrz::verify(cell.as_bytes()), MrzVerdict::Holds | MrzVerdict::CheckDigits(_))
        {
            reads(Reads::Mrz);
        }
        if let Some((form, day)) = read_date(cell) {
            reads(Reads::Date);
            *self.dates.entry(form).or_default() += 1;
            if form == DateForm::Slashed {
                // Read as a day, so the part behind it is a month already.
                self.ambiguous_dates += u64::from(cell[..2].parse::<u32>().is_ok_and(|day| day <= 12));
            }
            if let Some(day) = day {
                let (first, last) = self.days.unwrap_or((day, day));
                self.days = Some((first.min(day), last.max(day)));
                self.common_days.take(&day);
            }
        }
        if country::parse(cell).is_some_and(|code| code != country::UNKNOWN) {
            reads(Reads::Country);
            let form = match cell.len() {
                _ if cell.bytes().all(|byte| byte.is_ascii_digit()) => CountryForm::Numeric,
                2 => CountryForm::Alpha2,
                3 => CountryForm::Alpha3,
                _ => CountryForm::Name,
            };
            *self.countries.entry(form).or_default() += 1;
        }
        let word = |code: Option<u16>| code.is_some_and(|code| code != 0);
        for (what, read) in [
            (Reads::Sex, word(codes::sex(cell))),
            (Reads::DocumentType, word(codes::document_type(cell))),
            (Reads::Channel, word(codes::channel(cell))),
            (Reads::Status, word(codes::status(cell))),
            (Reads::Phone, is_phone(cell)),
            (Reads::Name, is_name(cell)),
            (Reads::DocumentNumber, is_document_number(cell)),
        ] {
            if read {
                reads(what);
            }
        }
    }

    /// Takes in what was counted of later cells.
    pub fn merge(&mut self, later: ColumnProfile) {
        fn add<K: Ord>(own: &mut BTreeMap<K, u64>, later: BTreeMap<K, u64>) {
            for (key, count) in later {
                *own.entry(key).or_default() += count;
            }
        }
        self.cells += later.cells;
        self.empty += later.empty;
        self.placeholders += later.placeholders;
        self.bins += later.bins;
        self.lost_letters += later.lost_letters;
        self.ambiguous_dates += later.ambiguous_dates;
        add(&mut self.reads, later.reads);
        add(&mut self.dates, later.dates);
        add(&mut self.countries, later.countries);
        for (code, count) in later.sexes {
            let own = self.sexes.entry(code).or_default();
            own.read_as = count.read_as;
            own.records += count.records;
            own.male += count.male;
            own.female += count.female;
        }
        self.days = match (self.days, later.days) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.common_days.merge(later.common_days);
        self.common_values.merge(later.common_values);
        self.shapes.merge(later.shapes);
        self.distinct.merge(later.distinct);
    }

    /// Cells that say something.
    #[must_use]
    pub fn values(&self) -> u64 {
        self.cells - self.empty - self.placeholders
    }

    /// How many values can be read as something.
    #[must_use]
    pub fn reads(&self, what: Reads) -> u64 {
        self.reads.get(&what).copied().unwrap_or_default()
    }
}

/// The form of a date, and its day where it is one that is read.
fn read_date(cell: &str) -> Option<(DateForm, Option<i32>)> {
    let bytes = cell.as_bytes();
    let form = match bytes {
        [_, _, _, _, b'-', _, _, b'-', _, _] => DateForm::Iso,
        [_, _, b'.', _, _, b'.', _, _, _, _] => DateForm::Dotted,
        [_, _, b'/', _, _, b'/', _, _, _, _] => DateForm::Slashed,
        [_, _, _, _, _, _, _, _] => DateForm::Compact,
        [_, _, _, _, b'-', _, _, b'-', _, _, b' ' | b'T', ..]
        | [_, _, b'.', _, _, b'.', _, _, _, _, b' ', ..] => {
            let day = day::parse(&bytes[..10])?;
            let midnight = bytes[11..].starts_with(b"00:00:00");
            return Some((DateForm::Moment, midnight.then_some(day)));
        }
        _ => return None,
    };
    if let Some(day) = day::parse(bytes) {
        // Eight digits are a date only in years of people and their documents.
        let years = 1880..=2100;
        let plausible = form != DateForm::Compact || years.contains(&day::to_civil(day).0);
        return plausible.then_some((form, Some(day)));
    }
    if form == DateForm::Slashed && cell.is_ascii() {
        let turned = [&bytes[3..5], b"/", &bytes[..2], &bytes[5..]].concat();
        return day::parse(&turned).map(|_| (DateForm::MonthFirst, None));
    }
    None
}

/// Ten or eleven digits that begin as phones do, or a plus.
fn is_phone(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let plain = cell.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c));
    let first = cell.bytes().find(u8::is_ascii_digit);
    plain
        && phone_key(cell) != 0
        && (cell.starts_with('+')
            || digits == 11 && matches!(first, Some(b'7' | b'8'))
            || digits == 10 && first == Some(b'7'))
}

fn has_lost_letter(cell: &str) -> bool {
    let letters: Vec<char> = cell.chars().collect();
    letters.windows(2).any(|pair| matches!(pair, ['?', c] | [c, '?'] if c.is_alphabetic()))
}

/// Letters, and at most the marks that names have.
fn is_name(cell: &str) -> bool {
    cell.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && cell.chars().all(|c| c.is_alphabetic() || " -'’`.?".contains(c))
}

/// Six to twelve letters and digits, most of them digits.
fn is_document_number(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    let plain = cell.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || " -№".contains(c));
    plain && (6..=12).contains(&(digits + letters)) && digits >= 5 && letters <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_dates() {
        for (cell, expected) in [
            ("1990-02-03", Some((DateForm::Iso, true))),
            ("03.02.1990", Some((DateForm::Dotted, true))),
            ("03/02/1990", Some((DateForm::Slashed, true))),
            ("02/23/1990", Some((DateForm::MonthFirst, false))),
            ("23/23/1990", None),
            ("19900203", Some((DateForm::Compact, true))),
            ("10000101", None),
            ("1990-02-03 00:00:00", Some((DateForm::Moment, true))),
            ("1990-02-03T12:30:00", Some((DateForm::Moment, false))),
            ("1990-02-30", None),
            ("Ярослав Я", None),
        ] {
            let got = read_date(cell).map(|(form, day)| (form, day.is_some()));
            assert_eq!(got, expected, "{cell}");
        }
    }

    #[test]
    fn what_values_can_be_read_as() {
        for (cell, what, read) in [
            ("900304390006", Reads::Iin, true),
            ("900304390005", Reads::Iin, false),
            ("900304390005", Reads::TwelveDigits, true),
            ("+7 701 123-45-67", Reads::Phone, true),
            ("87011234567", Reads::Phone, true),
            ("900304390006", Reads::Phone, false),
            ("UZB", Reads::Country, true),
            ("Узбекистан", Reads::Country, true),
            ("Ж", Reads::Sex, true),
            ("Сейтқали қызы", Reads::Name, true),
            ("AA 1234567", Reads::DocumentNumber, true),
            ("1990-02-03", Reads::DocumentNumber, false),
            ("портал", Reads::Channel, true),
            ("утерян", Reads::Status, true),
        ] {
            let mut column = ColumnProfile::default();
            column.take(cell);
            if what == Reads::DocumentNumber && column.reads(Reads::Date) > 0 {
                continue;
            }
            assert_eq!(column.reads(what) == 1, read, "{cell} as {what:?}");
        }
    }
}

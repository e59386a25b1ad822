//! Inspection: one file in, how it is read and why out, and what would pin that reading.
//!
//! The law: nothing in an [`Inspection`] is a value of a record (see [`crate::profile`]); headers, paths and
//! counts are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::batch::{Dataset, Role};
use crate::config::value::quoted;
use crate::day;
use crate::engine::Engine;
use crate::error::Result;
use crate::ingest::csv::CsvFile;
use crate::ingest::encoding::BOM;
use crate::ingest::header::{self, ColumnOverride};
use crate::ingest::reading::delimiter_name;
use crate::ingest::reject::by_reason;
use crate::ingest::{self, DataFile, Input, Needs, Observer, Reading, Readings, Spooling};
use crate::normalise::codes::{FEMALE, MALE};
use crate::postgres;
use crate::profile::column::{ColumnProfile, Reads};
use crate::profile::guess::{Guess, guess};
use crate::profile::{Profile, ProfileStage};

/// Pieces read at the head, in the middle and at the tail of a file too large to be read whole.
const SAMPLE_PIECES: usize = 1;

/// Bytes up to which a file is read whole.
const WHOLE_BYTES: u64 = 32 << 20;

/// Bytes of the head in which line ends and letters are counted.
const HEAD_BYTES: usize = 256 << 10;

/// Percentage of a column's values from which one value among many is remarkable.
const COMMON_PERCENT: u64 = 2;

/// Records that must share a day before it is printed: so many share no one's birthday.
const COMMON_DAY_RECORDS: u64 = 100;

/// Shapes shown of a column.
const SHAPES: usize = 3;

/// What was typed for an inspection.
#[derive(Clone, Debug)]
pub struct Request {
    /// The file.
    pub path: PathBuf,
    /// What it is, where somebody says so.
    pub dataset: Option<Dataset>,
    /// How it is read where looking does not tell.
    pub readings: Readings,
    /// The one "now".
    pub as_of: i32,
    /// Whether a large file is read whole.
    pub full: bool,
    /// Where streams are unpacked.
    pub spooling: Spooling,
}

/// How a file is read, and why.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The file as it was named.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Format, encoding, delimiter and packing.
    pub format: String,
    /// What it is taken for.
    pub dataset: &'static str,
    /// Why.
    pub dataset_why: &'static str,
    /// Of text files, how they are written.
    pub text: Option<TextFacts>,
    /// Records that were read, accepted and rejected.
    pub records: u64,
    /// Records that became rows.
    pub accepted: u64,
    /// Rejected records by reason.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Whether these are all records of the file.
    pub exact: bool,
    /// Of a sample, how much of the file it is, in percent.
    pub sampled_percent: Option<u64>,
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// Required columns of the dataset that no column is.
    pub missing: Vec<&'static str>,
    /// Options that pin what looking found.
    pub options: Vec<String>,
    /// The same as a configuration.
    pub toml: String,
}

/// How a text file is written.
#[derive(Clone, Debug, Serialize)]
pub struct TextFacts {
    /// The encoding.
    pub encoding: &'static str,
    /// Why.
    pub encoding_why: String,
    /// Whether it begins with a byte order mark of UTF-8.
    pub byte_order_mark: bool,
    /// Offset of the first byte beyond ASCII, within the head.
    pub first_non_ascii: Option<u64>,
    /// Characters beyond ASCII in the head that are sound UTF-8.
    pub utf8_sequences: u64,
    /// Places in the head that are no UTF-8.
    pub invalid_sequences: u64,
    /// Line ends of the head: a line feed alone.
    pub lf: u64,
    /// Line ends of the head: carriage return and line feed.
    pub crlf: u64,
    /// The delimiter.
    pub delimiter: char,
    /// Why.
    pub delimiter_why: String,
}

/// One column.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// Its role, if it has one.
    pub role: Option<&'static str>,
    /// Why it has that role, or none.
    pub why: &'static str,
    /// Cells that say something.
    pub values: u64,
    /// Empty cells.
    pub empty: u64,
    /// Placeholders such as `-`.
    pub placeholders: u64,
    /// Values that are malformed in themselves; of columns with a role.
    pub malformed: u64,
    /// Different values, about.
    pub distinct: u64,
    /// Whether that is exact.
    pub distinct_exact: bool,
    /// The commonest shapes, masked, with how many values at least have them.
    pub shapes: Vec<(String, u64)>,
    /// What its values look like, where no header tells.
    pub looks_like: Option<LooksLike>,
    /// Forms of dates, with counts.
    pub dates: BTreeMap<&'static str, u64>,
    /// Forms of countries, with counts.
    pub countries: BTreeMap<&'static str, u64>,
    /// Codes of sex.
    pub sexes: Vec<Sex>,
    /// What a person should look at.
    pub notes: Vec<String>,
}

/// What values of a column without a role look like.
#[derive(Clone, Debug, Serialize)]
pub struct LooksLike {
    /// In words.
    pub what: &'static str,
    /// Percentage of the values.
    pub percent: u64,
    /// Roles that it may have.
    pub roles: Vec<&'static str>,
}

/// A code of sex.
#[derive(Clone, Debug, Serialize)]
pub struct Sex {
    /// The code.
    pub code: String,
    /// How it is read.
    pub read_as: &'static str,
    /// Records with it.
    pub records: u64,
    /// Of them, those whose IIN is a man's.
    pub iin_male: u64,
    /// Of them, those whose IIN is a woman's.
    pub iin_female: u64,
}

/// Looks at a file.
///
/// # Errors
/// When it cannot be read, or its first line is no header.
pub fn run(engine: &Engine, request: &Request, observer: &dyn Observer) -> Result<Inspection> {
    let Request { path, spooling, .. } = request;
    let reading = |dataset: Option<Dataset>| {
        let reading = dataset.map_or_else(|| request.readings.all.clone(), |of| request.readings.of(of));
        Reading { every_cell: true, ..reading }
    };
    let mut used = reading(request.dataset);
    let mut file = DataFile::open(path, request.dataset, &used, Needs::Nothing, spooling)?;
    let dataset = file.dataset();
    if request.dataset.is_none() && request.readings.datasets.contains_key(&dataset) {
        used = reading(Some(dataset));
        file = file.again(path, dataset, &used, Needs::Nothing, spooling)?;
    }
    let (header, sex) = (file.header().clone(), file.sex_codes().clone());
    let stage = ProfileStage { header: &header, sex: &sex, as_of: request.as_of };
    let sampled = if request.full || file.bytes() <= WHOLE_BYTES {
        None
    } else {
        ingest::sample(engine, &file, &stage, SAMPLE_PIECES)?
    };
    let mut profile = Profile::default();
    let (accepted, rejected, percent, input) = match sampled {
        Some(sample) => {
            sample.states.into_iter().for_each(|state| profile.merge(state));
            let percent = (sample.pieces.0 * 100 / sample.pieces.1) as u64;
            (sample.accepted, by_reason(&sample.rejects), Some(percent), Input { dataset, files: vec![file] })
        }
        None => {
            let input = Input { dataset, files: vec![file] };
            let ingested = ingest::read(engine, &input, &stage, observer)?;
            ingested.pieces.into_iter().for_each(|piece| profile.merge(piece.state));
            let rejected = by_reason(ingested.rejects.iter().map(|(_, reject)| reject));
            (ingested.totals[0].accepted, rejected, None, input)
        }
    };
    // A stream was opened whole at its end, and may have turned out to be in another encoding.
    let file = &input.files[0];
    if profile.columns.is_empty() {
        // A file of a header alone has no piece.
        profile.columns = header.names.iter().map(|_| ColumnProfile::default()).collect();
    }
    let mut taken: Vec<Role> = header.roles.iter().copied().flatten().collect();
    let mut pins: Vec<(String, Option<Role>, bool)> = Vec::new();
    let mut columns = Vec::new();
    for (at, name) in header.names.iter().enumerate() {
        // Of customers every column has a role; that of a column like none is no finding.
        let (role, column) = (header.roles[at].filter(|&role| role != Role::Other), &profile.columns[at]);
        let by_hand = used.columns.iter().any(|o| header::same(&o.header, name));
        let guess =
            if role.is_none() && !by_hand { guess(dataset, column, &taken, request.as_of) } else { None };
        let pinned = role.or_else(|| guess.as_ref().and_then(sure));
        taken.extend(pinned.filter(|_| role.is_none()));
        let known = role.is_some_and(|role| header::is_contract_name(name, role));
        // A customer column that is like none is compared as text, which needs no word.
        let other = header.roles[at] == Some(Role::Other) && pinned.is_none();
        if !name.trim().is_empty() && !other {
            pins.push((name.clone(), pinned, !known && pinned.is_some()));
        }
        columns.push(describe(name, role, by_hand, guess, column, &profile));
    }
    let roles: Vec<Role> = pins.iter().filter_map(|(_, role, _)| *role).collect();
    let has = |role: Role| {
        let full = [Role::Surname, Role::GivenName].contains(&role) && roles.contains(&Role::FullName);
        roles.contains(&role) || full
    };
    let missing = dataset.required().iter().filter(|role| !has(**role)).map(|role| role.name()).collect();
    let text = file.text().map(|text| facts(text, &used));
    let sex = sex_codes(&columns);
    let total = accepted + rejected.values().sum::<u64>();
    Ok(Inspection {
        path: file.path().display().to_string(),
        bytes: file.bytes(),
        format: file.format(),
        dataset: dataset.name(),
        dataset_why: if request.dataset.is_some() { "said with --as" } else { "by its columns" },
        records: total,
        accepted,
        rejected,
        exact: percent.is_none(),
        sampled_percent: percent,
        missing,
        options: options(&pins, text.as_ref()),
        toml: toml(path, dataset, &pins, text.as_ref(), &sex),
        columns,
        text,
    })
}

/// The role that a guess is sure of: one that nothing else could be.
fn sure(guess: &Guess) -> Option<Role> {
    match guess.roles[..] {
        [only] => Some(only),
        [first @ (Role::Iin | Role::DocumentNumber), ..] => Some(first),
        _ => None,
    }
}

fn describe(
    name: &str,
    role: Option<Role>,
    by_hand: bool,
    guess: Option<Guess>,
    column: &ColumnProfile,
    profile: &Profile,
) -> Column {
    let why = match role {
        Some(_) if by_hand => "said by hand",
        Some(role) if header::is_contract_name(name, role) => "its name",
        Some(_) => "a known other name",
        None if by_hand => "ignored by hand",
        None if guess.is_some() => "no header says; see its values",
        None => "unknown header, ignored",
    };
    let values = column.values();
    let looks_like = guess.map(|guess| LooksLike {
        what: guess.words,
        percent: guess.count * 100 / values.max(1),
        roles: guess.roles.iter().map(|role| role.name()).collect(),
    });
    let (distinct, distinct_exact) = column.distinct.count();
    let shapes = column.shapes.ranked();
    let is_date = role.is_some_and(|role| role.kind() == crate::batch::Kind::Day)
        || looks_like.as_ref().is_some_and(|looks| looks.what == "dates");
    let is_country = matches!(role, Some(Role::Citizenship | Role::Nationality | Role::DocumentCountry))
        || looks_like.as_ref().is_some_and(|looks| looks.what == "countries");
    let dates: BTreeMap<_, _> = column.dates.iter().map(|(form, &count)| (form.name(), count)).collect();
    let countries: BTreeMap<_, _> = column.countries.iter().map(|(form, &n)| (form.name(), n)).collect();
    let sexes = if role == Some(Role::Sex) { sexes(column) } else { Vec::new() };
    Column {
        header: name.to_owned(),
        role: role.map(Role::name),
        why,
        values,
        empty: column.empty,
        placeholders: column.placeholders,
        malformed: role.map_or(0, |role| profile.malformed(role)),
        distinct,
        distinct_exact,
        shapes: shapes.into_iter().take(SHAPES).map(|(shape, count)| (shape.clone(), count)).collect(),
        notes: notes(role, column, is_date, &sexes),
        looks_like,
        dates: if is_date { dates } else { BTreeMap::new() },
        countries: if is_country { countries } else { BTreeMap::new() },
        sexes,
    }
}

/// The codes of sex, as they are read and as the IINs say.
fn sexes(column: &ColumnProfile) -> Vec<Sex> {
    column
        .sexes
        .iter()
        .map(|(code, count)| Sex {
            code: code.clone(),
            read_as: match count.read_as {
                MALE => "male",
                FEMALE => "female",
                _ => "unknown",
            },
            records: count.records,
            iin_male: count.male,
            iin_female: count.female,
        })
        .collect()
}

/// Whether the IINs say the opposite of how a code is read: nine in ten of at least five.
fn is_reversed(sex: &Sex) -> bool {
    let told = sex.iin_male + sex.iin_female;
    let against = if sex.read_as == "male" { sex.iin_female } else { sex.iin_male };
    told >= 5 && against * 10 >= told * 9
}

fn notes(role: Option<Role>, column: &ColumnProfile, is_date: bool, sexes: &[Sex]) -> Vec<String> {
    let values = column.values();
    let mut notes = Vec::new();
    if column.cells > 0 && values == 0 {
        notes.push("says nothing in any record".to_owned());
        return notes;
    }
    let (distinct, exact) = column.distinct.count();
    if exact && distinct == 1 && values > 1 {
        notes.push("constant: one value in all records".to_owned());
    }
    if column.bins > 0 && role.is_some_and(|role| role.kind() == crate::batch::Kind::Iin) {
        notes.push(format!("{} of its numbers are organisations' (BIN)", column.bins));
    }
    if column.lost_letters > 0 && column.reads(Reads::Name) * 2 > values {
        notes.push(format!(
            "{} values hold a `?` beside a letter: the export lost a Kazakh letter, which is compared as a wildcard",
            column.lost_letters
        ));
    }
    if is_date {
        use crate::profile::column::DateForm::{MonthFirst, Slashed};
        let (month_first, slashed) = (column.dates.get(&MonthFirst), column.dates.get(&Slashed));
        match (month_first, slashed) {
            (Some(count), _) => notes.push(format!(
                "{count} dates can only be MM/DD/YYYY, which is not read: they become defects, and days up to the 12th \
                 are read as DD/MM. Export dates as YYYY-MM-DD"
            )),
            (None, Some(&count)) if column.ambiguous_dates == count => {
                notes.push("every date with slashes may be DD/MM or MM/DD; read as DD/MM".to_owned());
            }
            _ => {}
        }
        if column.dates.len() > 1 {
            notes.push("dates are written in several forms".to_owned());
        }
    }
    for sex in sexes {
        if is_reversed(sex) {
            notes.push(format!(
                "`{}` is read as {}, but the IINs beside it say the opposite ({} men, {} women): see `sex` below",
                sex.code, sex.read_as, sex.iin_male, sex.iin_female
            ));
        }
    }
    // A value among many that stands in a remarkable share of the records is a default or a placeholder.
    if distinct >= 50 {
        let remarkable = |count: u64| count * 100 >= values * COMMON_PERCENT && count >= 10;
        let days = column.common_days.ranked();
        let known: Vec<_> =
            days.into_iter().filter(|&(_, n)| is_date && remarkable(n) && n >= COMMON_DAY_RECORDS).collect();
        for (day, count) in known.iter().take(SHAPES) {
            notes.push(format!("{} stands in {count} records at least: a default date?", day::iso(**day)));
        }
        if known.is_empty() && (is_date || role.is_some_and(is_ones_own)) {
            for ((_, shape), count) in column.common_values.ranked().into_iter().take(1) {
                if remarkable(count) {
                    notes.push(format!(
                        "one value of shape `{shape}` stands in {count} records at least: a placeholder?"
                    ));
                }
            }
        }
    }
    notes
}

/// Whether a role's values are one person's or one document's, so that many records with one value are odd.
fn is_ones_own(role: Role) -> bool {
    matches!(
        role,
        Role::Iin
            | Role::DocumentNumber
            | Role::PersonalNumber
            | Role::PreviousNumber
            | Role::Phone
            | Role::Mrz
            | Role::FullName
    )
}

fn facts(file: &CsvFile, reading: &Reading) -> TextFacts {
    let head = file.head(HEAD_BYTES);
    // The last character may be cut.
    let (mut sequences, mut invalid) = (0, 0);
    for chunk in head.utf8_chunks() {
        sequences += chunk.valid().chars().filter(|c| !c.is_ascii() && *c != '\u{feff}').count() as u64;
        invalid += u64::from(!chunk.invalid().is_empty());
    }
    let crlf = memchr::memmem::find_iter(head, b"\r\n").count() as u64;
    let lines = memchr::memchr_iter(b'\n', head).count() as u64;
    let encoding_why = match reading.encoding {
        Some(_) => "said by hand".to_owned(),
        None if file.encoding.is_utf16() => "by its byte order mark or its zero bytes".to_owned(),
        None => file.look().why.to_owned(),
    };
    let body = &head[..head.len().min(file.body())];
    let seen = memchr::memchr_iter(file.delimiter, body).count();
    TextFacts {
        encoding: file.encoding.name(),
        encoding_why,
        byte_order_mark: head.starts_with(BOM),
        first_non_ascii: head
            .iter()
            .skip(if head.starts_with(BOM) { 3 } else { 0 })
            .position(|b| !b.is_ascii())
            .map(|at| at as u64),
        utf8_sequences: sequences,
        invalid_sequences: invalid,
        lf: lines - crlf,
        crlf,
        delimiter: char::from(file.delimiter),
        delimiter_why: match reading.delimiter {
            Some(_) => "said by hand".to_owned(),
            None => format!("the header line has {seen} of them, more than of any other"),
        },
    }
}

/// The codes of sex to be pinned: digits, which exports use either way, as the IINs have them.
fn sex_codes(columns: &[Column]) -> Vec<(String, &'static str)> {
    let sexes = columns.iter().flat_map(|column| &column.sexes);
    sexes
        .filter(|sex| sex.code.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|sex| {
            let means = match (sex.read_as, is_reversed(sex)) {
                ("male", false) | ("female", true) => "male",
                _ => "female",
            };
            (sex.code.clone(), means)
        })
        .collect()
}

/// A word for a shell, in quotes where it needs them.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "=_-./:".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn options(pins: &[(String, Option<Role>, bool)], text: Option<&TextFacts>) -> Vec<String> {
    let mut options = Vec::new();
    if let Some(text) = text {
        options.push(format!("--encoding {}", text.encoding));
        let delimiter = delimiter_name(text.delimiter as u8);
        options.push(format!("--delimiter {}", shell(&delimiter)));
    }
    for (header, role, _) in pins.iter().filter(|(_, _, worth)| *worth) {
        let role = role.expect("worth saying").name();
        options.push(format!("--column {}", shell(&format!("{header}={role}"))));
    }
    options
}

fn toml(
    path: &Path,
    dataset: Dataset,
    pins: &[(String, Option<Role>, bool)],
    text: Option<&TextFacts>,
    sex: &[(String, &'static str)],
) -> String {
    let mut out = format!(
        "[datasets.{}]\nfiles = [{}]\n",
        dataset.name(),
        quoted(&postgres::without_password(&path.to_string_lossy()))
    );
    if let Some(text) = text {
        out += &format!("encoding = {}\n", quoted(text.encoding));
        let delimiter = delimiter_name(text.delimiter as u8);
        out += &format!("delimiter = {}\n", quoted(&delimiter));
    }
    if !sex.is_empty() {
        let codes: Vec<String> =
            sex.iter().map(|(code, means)| format!("{} = \"{means}\"", quoted(code))).collect();
        out += &format!("sex = {{ {} }}\n", codes.join(", "));
    }
    let mut columns = String::new();
    let mut seen: Vec<ColumnOverride> = Vec::new();
    for (header, role, _) in pins {
        // One header, or one role, is said once.
        if seen.iter().any(|o| header::same(&o.header, header) || (role.is_some() && o.role == *role)) {
            continue;
        }
        // A contract name says its role itself.
        if role.is_none_or(|role| !header::is_contract_name(header, role)) {
            columns += &format!("{} = \"{}\"\n", quoted(header), role.map_or("ignore", Role::name));
        }
        seen.push(ColumnOverride { header: header.clone(), role: *role });
    }
    if !columns.is_empty() {
        out += &format!("[datasets.{}.columns]\n{columns}", dataset.name());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_for_the_shell() {
        for (word, expected) in [
            ("ИИН=iin", "ИИН=iin"),
            ("Client ID=iin", "'Client ID=iin'"),
            ("it's=iin", "'it'\\''s=iin'"),
            (";", "';'"),
            ("", "''"),
        ] {
            assert_eq!(shell(word), expected, "{word}");
        }
    }

    #[test]
    fn a_code_is_reversed_only_when_many_say_so() {
        let sex = |male, female| Sex {
            code: "1".to_owned(),
            read_as: "male",
            records: male + female,
            iin_male: male,
            iin_female: female,
        };
        for (male, female, expected) in
            [(0, 5, true), (0, 4, false), (1, 9, true), (2, 8, false), (50, 50, false)]
        {
            assert_eq!(is_reversed(&sex(male, female)), expected, "{male} men, {female} women");
        }
    }
}

//! Field: what the columns of customer files are, and how the values of each are compared.
//!
//! In: columns as they were read. Out: [`Field`]s with a kind, a dictionary of normal forms and their
//! frequencies. The law: what a column is follows from its role, or from its values where the header says
//! nothing; a column that repeats others (a full name beside its parts) keeps only what the others lack, since
//! the same evidence must not count twice.
//!
//! Non-goal: guessing that an unknown column is a surname. `--column HEADER=ROLE` says so.

use super::table::{Column, Dictionary, People, Texts};
use super::value::Values;
use super::whole::{self, Whole};
use crate::batch::Role;
use crate::day;
use crate::engine::Engine;
use crate::normalise::text::lower;
use crate::normalise::{codes, contact, country, number};

/// How the values of a field are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldKind {
    /// A part of a person's name.
    Name,
    /// A whole name, or what is left of it beside its parts.
    FullName,
    /// A date.
    Date,
    /// The number of a person or document.
    Number,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// Text of several words.
    Words,
    /// A short name: a town, an occupation.
    Place,
    /// A code whose beginning means something: a postcode, a house number.
    Code,
    /// One of a few values.
    Category,
}

impl FieldKind {
    /// The words of the comparison levels; 0 is "nothing known", 1 is "equal", the last is "different".
    #[must_use]
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            FieldKind::Name => &[
                "missing",
                "exact",
                "same in another spelling",
                "another form of the name",
                "one edit",
                "very similar",
                "similar",
                "one begins the other",
                "in the other name field",
                "different",
            ],
            FieldKind::FullName | FieldKind::Words => &[
                "missing",
                "exact",
                "same words or nearly",
                "most words",
                "half of the words",
                "some words",
                "different",
            ],
            FieldKind::Date => &[
                "missing",
                "exact",
                "day and month swapped",
                "one digit",
                "one part differs",
                "each part near",
                "one part same",
                "different",
            ],
            FieldKind::Number => &["missing", "exact", "one edit", "two edits or a part", "different"],
            FieldKind::Phone => &["missing", "exact", "same last seven digits", "one edit", "different"],
            FieldKind::Email => {
                &["missing", "exact", "two edits at most", "same local part", "similar", "different"]
            }
            FieldKind::Place => {
                &["missing", "exact", "one edit or same sound", "similar", "a common word", "different"]
            }
            FieldKind::Code => &["missing", "exact", "one edit", "same beginning", "different"],
            FieldKind::Category => &["missing", "exact", "different"],
        }
    }

    /// The word in `model.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FieldKind::Name => "name",
            FieldKind::FullName => "full_name",
            FieldKind::Date => "date",
            FieldKind::Number => "number",
            FieldKind::Phone => "phone",
            FieldKind::Email => "email",
            FieldKind::Words => "words",
            FieldKind::Place => "place",
            FieldKind::Code => "code",
            FieldKind::Category => "category",
        }
    }

    /// The level of two values that have nothing in common.
    #[must_use]
    pub fn different(self) -> u8 {
        self.levels().len() as u8 - 1
    }

    /// The normal form of a value; empty when the value says nothing.
    #[must_use]
    pub fn normal(self, role: Role, text: &str) -> String {
        match self {
            FieldKind::Name | FieldKind::FullName | FieldKind::Words | FieldKind::Place => words(text),
            FieldKind::Date => date(text),
            FieldKind::Number => {
                if number::key(text) == 0 {
                    return String::new();
                }
                let mut form = String::new();
                number::normalise(text, &mut form);
                form
            }
            FieldKind::Phone => match contact::phone_key(text) {
                0 => String::new(),
                key => key.to_string(),
            },
            FieldKind::Email => text.trim().chars().map(lower).collect(),
            FieldKind::Code => words(text),
            FieldKind::Category => match role {
                Role::Sex => match codes::sex(text) {
                    Some(0) => String::new(),
                    Some(code) => code.to_string(),
                    None => words(text),
                },
                Role::Citizenship | Role::DocumentCountry => match country::parse(text) {
                    Some(0) => String::new(),
                    Some(code) => country::alpha3(code).to_owned(),
                    None => words(text),
                },
                _ => words(text),
            },
        }
    }
}

/// Lower case letters and digits, one space for whatever stands between them; apostrophes vanish.
#[must_use]
pub fn words(text: &str) -> String {
    let mut form = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() || letter == '?' {
            form.push(lower(letter));
        } else if !matches!(letter, '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '`')
            && !form.is_empty()
            && !form.ends_with(' ')
        {
            form.push(' ');
        }
    }
    form.truncate(form.trim_end().len());
    form
}

/// A date as eight digits, also one that does not exist (`1801-01-81`): a slip leaves a date that resembles
/// the true one. Four digits are a year.
#[must_use]
pub fn date(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_suffix("00:00:00").map_or(text, |rest| rest.trim_end_matches([' ', 'T']));
    if let Some(found) = day::parse(text.as_bytes()) {
        let (year, month, day) = day::to_civil(found);
        return format!("{year:04}{month:02}{day:02}");
    }
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [year, month, day] if year.len() == 4 => format!("{year}{month:0>2}{day:0>2}"),
        [day, month, year] if year.len() == 4 => format!("{year}{month:0>2}{day:0>2}"),
        [all] if all.len() == 8 => all.to_owned(),
        [year] if year.len() == 4 => format!("{year}0000"),
        _ => String::new(),
    }
    .chars()
    .map(lower)
    .collect()
}

/// A column made ready for comparing.
#[derive(Debug)]
pub struct Field {
    /// The contract's word, or the header where there is none.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// How it is compared.
    pub kind: FieldKind,
    /// Its column among those that were read.
    pub column: usize,
    /// For each record the code of its normal form; 0 where nothing is known.
    pub codes: Vec<u32>,
    /// The normal forms, prepared for comparing.
    pub values: Values,
    /// How many records have each code.
    pub frequency: Vec<u32>,
    /// How many records have a value.
    pub present: u32,
    /// The field with which this one is sometimes exchanged.
    pub partner: Option<usize>,
}

/// What became of a column, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnNote {
    /// The header.
    pub header: String,
    /// What was made of it.
    pub note: String,
}

/// Fields that a comparison may have: four bits each in one word.
pub const FIELDS_MAX: usize = 16;

/// Makes fields of columns.
#[must_use]
pub fn settle(engine: &Engine, people: &People) -> (Vec<Field>, Vec<ColumnNote>) {
    let mut notes = Vec::new();
    let mut kept: Vec<(usize, FieldKind)> = Vec::new();
    let whole = whole::part(people);
    let columns = &columns(people, whole.as_ref());
    for (at, column) in columns.iter().enumerate() {
        if whole.as_ref().is_some_and(|whole| whole.explained && whole.full == at) {
            let note = "parted into surname, given name and patronymic, which are compared".to_owned();
            notes.push(ColumnNote { header: column.header.clone(), note });
            continue;
        }
        match kind_of(column) {
            Ok(kind) => kept.push((at, kind)),
            Err(why) => notes.push(ColumnNote { header: column.header.clone(), note: why.to_owned() }),
        }
    }
    let plans = without_repeats(columns, &kept, &mut notes);
    let mut fields = engine.map(plans.len(), |at| field(columns, &plans[at]));
    fields.retain(|field| {
        let useful = field.values.len() > 2;
        if !useful {
            let note = "not compared: it holds fewer than two values".to_owned();
            notes.push(ColumnNote { header: columns[field.column].header.clone(), note });
        }
        useful
    });
    while fields.len() > FIELDS_MAX {
        // The least telling goes: the one in which two records most often agree by chance.
        let (worst, _) = fields
            .iter()
            .enumerate()
            .max_by(|(_, a), (_, b)| a.chance().total_cmp(&b.chance()))
            .expect("there are fields");
        let field = fields.remove(worst);
        let note = format!("not compared: at most {FIELDS_MAX} columns are, and it tells least");
        notes.push(ColumnNote { header: columns[field.column].header.clone(), note });
    }
    let find = |fields: &[Field], role| fields.iter().position(|field: &Field| field.role == role);
    if let (Some(surname), Some(given)) = (find(&fields, Role::Surname), find(&fields, Role::GivenName)) {
        fields[surname].partner = Some(given);
        fields[given].partner = Some(surname);
    }
    for field in &fields {
        let header = columns[field.column].header.clone();
        notes.push(ColumnNote { header, note: format!("{}, compared as {}", field.name, field.kind.name()) });
    }
    (fields, notes)
}

/// The columns of the files, with the parts of full names among them.
fn columns<'a>(people: &'a People, whole: Option<&'a Whole>) -> Vec<&'a Column> {
    let mut columns: Vec<&Column> = people.columns.iter().collect();
    for (place, column) in whole.iter().flat_map(|whole| &whole.columns) {
        match columns.get_mut(*place) {
            Some(own) => *own = column,
            None => columns.push(column),
        }
    }
    columns
}

impl Field {
    /// The probability that two records with a value have the same.
    #[must_use]
    pub fn chance(&self) -> f64 {
        let present = f64::from(self.present);
        if present < 2.0 {
            return 1.0;
        }
        let same: f64 = self.frequency[1..].iter().map(|&f| f64::from(f) * (f64::from(f) - 1.0)).sum();
        same / (present * (present - 1.0))
    }
}

/// Values of a column that are looked at to decide what it is.
const LOOKED_AT: usize = 2000;

fn kind_of(column: &Column) -> Result<FieldKind, &'static str> {
    if column.texts.is_empty() {
        return Err("not compared: it is empty");
    }
    Ok(match column.role {
        Role::Surname | Role::GivenName | Role::Patronymic => FieldKind::Name,
        Role::FullName => FieldKind::FullName,
        Role::BirthDate | Role::DocumentIssueDate | Role::DocumentExpiryDate => FieldKind::Date,
        Role::Iin | Role::DocumentNumber | Role::PersonalNumber => FieldKind::Number,
        Role::Phone => FieldKind::Phone,
        Role::Email => FieldKind::Email,
        Role::Address | Role::Text => FieldKind::Words,
        Role::City => FieldKind::Place,
        Role::Postcode | Role::Code => FieldKind::Code,
        Role::Sex | Role::Citizenship | Role::DocumentCountry | Role::DocumentType => FieldKind::Category,
        Role::OpenedOn => return Err("not compared: when a record was opened says nothing of who it is"),
        _ => return guess(column),
    })
}

/// What a column of unknown name holds.
fn guess(column: &Column) -> Result<FieldKind, &'static str> {
    let present = column.codes.iter().filter(|&&code| code != 0).count();
    let distinct = column.texts.len() - 1;
    if distinct < 2 {
        return Err("not compared: all records agree in it");
    }
    if present * 100 < column.codes.len() {
        return Err("not compared: fewer than one record in a hundred has a value");
    }
    if distinct == present && present > 50 {
        return Err("not compared: no two records share a value");
    }
    let step = distinct.div_ceil(LOOKED_AT);
    let sample: Vec<&str> =
        (1..column.texts.len()).step_by(step).map(|code| column.texts.get(code as u32)).collect();
    let share = |is: &dyn Fn(&str) -> bool| {
        sample.iter().filter(|text| is(text)).count() as f64 / sample.len() as f64
    };
    let digits = |text: &str| {
        text.chars().all(|c| c.is_ascii_digit() || " .-/".contains(c))
            && text.chars().any(|c| c.is_ascii_digit())
    };
    Ok(if share(&|text| day::parse(text.as_bytes()).is_some()) > 0.8 {
        FieldKind::Date
    } else if share(&|text| text.contains('@')) > 0.8 {
        FieldKind::Email
    } else if distinct <= 60 {
        FieldKind::Category
    } else if share(&digits) > 0.8 {
        let long = share(&|text| text.chars().filter(char::is_ascii_digit).count() >= 6) > 0.5;
        if long { FieldKind::Number } else { FieldKind::Code }
    } else if share(&|text| text.chars().any(|c| c.is_ascii_digit())) > 0.8 && share(&|t| t.len() <= 12) > 0.8
    {
        FieldKind::Code
    } else {
        let mean: usize = sample.iter().map(|text| text.split_whitespace().count()).sum();
        if mean as f64 / sample.len() as f64 >= 2.5 { FieldKind::Words } else { FieldKind::Place }
    })
}

/// A field to be made: its column, its kind, and the columns whose words it leaves out.
struct FieldPlan {
    column: usize,
    kind: FieldKind,
    beside: Vec<usize>,
}

/// Finds columns that others explain, word by word.
fn without_repeats(
    columns: &[&Column],
    kept: &[(usize, FieldKind)],
    notes: &mut Vec<ColumnNote>,
) -> Vec<FieldPlan> {
    let records = columns.first().map_or(0, |column| column.codes.len());
    let step = records.div_ceil(LOOKED_AT).max(1);
    let sample: Vec<usize> = (0..records).step_by(step).collect();
    let forms: Vec<Vec<String>> = kept
        .iter()
        .map(|&(column, _)| {
            let column = columns[column];
            sample.iter().map(|&i| words(column.texts.get(column.codes[i]))).collect()
        })
        .collect();
    let length = |at: usize| {
        let present = forms[at].iter().filter(|text| !text.is_empty()).count().max(1);
        let words: usize =
            forms[at].iter().map(|text| text.split(' ').filter(|w| !w.is_empty()).count()).sum();
        words as f64 / present as f64
    };
    let lengths: Vec<f64> = (0..kept.len()).map(length).collect();
    let mut dropped = vec![false; kept.len()];
    let mut plans = Vec::new();
    // Longest first, so that a full name is explained by its parts and not they by it.
    let mut order: Vec<usize> = (0..kept.len()).collect();
    order.sort_by(|&a, &b| lengths[b].total_cmp(&lengths[a]).then(b.cmp(&a)));
    for &at in &order {
        let (column, kind) = kept[at];
        let shorter: Vec<usize> = (0..kept.len())
            .filter(|&other| other != at && !dropped[other])
            .filter(|&other| lengths[other] < lengths[at] || (lengths[other] == lengths[at] && other < at))
            .collect();
        let (mut all, mut explained) = (0usize, 0usize);
        let mut helps = vec![0usize; kept.len()];
        for (i, text) in forms[at].iter().enumerate() {
            for word in text.split(' ').filter(|word| !word.is_empty()) {
                all += 1;
                let mut found = false;
                for &other in &shorter {
                    if forms[other][i].split(' ').any(|known| known == word) {
                        helps[other] += 1;
                        found = true;
                    }
                }
                explained += usize::from(found);
            }
        }
        let share = explained as f64 / all.max(1) as f64;
        let header = || columns[column].header.clone();
        if all > 0 && share > 0.95 {
            dropped[at] = true;
            notes.push(ColumnNote {
                header: header(),
                note: "not compared: other columns repeat it".to_owned(),
            });
            continue;
        }
        let wordy = matches!(kind, FieldKind::FullName | FieldKind::Words | FieldKind::Place);
        let beside = if wordy && share > 0.4 && lengths[at] > 1.2 {
            shorter.into_iter().filter(|&other| helps[other] * 20 > all).map(|other| kept[other].0).collect()
        } else {
            Vec::new()
        };
        plans.push(FieldPlan { column, kind, beside });
    }
    plans.sort_by_key(|plan| plan.column);
    plans
}

fn field(columns: &[&Column], plan: &FieldPlan) -> Field {
    let column = columns[plan.column];
    let (texts, codes) =
        if plan.beside.is_empty() { normalised(column, plan.kind) } else { rest_of(columns, plan) };
    let mut frequency = vec![0u32; texts.len()];
    for &code in &codes {
        frequency[code as usize] += 1;
    }
    let named = !crate::ingest::customers::may_repeat(column.role);
    let name = if named { column.role.name().to_owned() } else { column.header.clone() };
    let name = if plan.beside.is_empty() { name } else { format!("{name} (rest)") };
    let present = codes.len() as u32 - frequency[0];
    let values = Values::new(plan.kind, column.role, texts, &frequency);
    Field {
        name,
        role: column.role,
        kind: plan.kind,
        column: plan.column,
        codes,
        values,
        frequency,
        present,
        partner: None,
    }
}

fn normalised(column: &Column, kind: FieldKind) -> (Texts, Vec<u32>) {
    let mut dictionary = Dictionary::default();
    let forms: Vec<u32> = (0..column.texts.len() as u32)
        .map(|code| dictionary.code(&kind.normal(column.role, column.texts.get(code))))
        .collect();
    (dictionary.texts, column.codes.iter().map(|&code| forms[code as usize]).collect())
}

/// The words of a column that the record's other columns lack.
fn rest_of(columns: &[&Column], plan: &FieldPlan) -> (Texts, Vec<u32>) {
    let forms = |column: &Column| -> Vec<String> {
        (0..column.texts.len() as u32).map(|code| words(column.texts.get(code))).collect()
    };
    let own = columns[plan.column];
    let own_forms = forms(own);
    let beside: Vec<(&Column, Vec<String>)> =
        plan.beside.iter().map(|&at| (columns[at], forms(columns[at]))).collect();
    let mut dictionary = Dictionary::default();
    let mut rest = String::new();
    let codes = (0..own.codes.len())
        .map(|i| {
            rest.clear();
            for word in own_forms[own.codes[i] as usize].split(' ') {
                let known = beside.iter().any(|(column, forms)| {
                    forms[column.codes[i] as usize].split(' ').any(|other| other == word)
                });
                if !known {
                    if !rest.is_empty() {
                        rest.push(' ');
                    }
                    rest.push_str(word);
                }
            }
            dictionary.code(&rest)
        })
        .collect();
    (dictionary.texts, codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_many_forms_and_those_that_do_not_exist() {
        for (text, expected) in [
            ("1990-04-01", "19900401"),
            ("01.04.1990", "19900401"),
            ("19900401", "19900401"),
            ("1990-04-01 00:00:00", "19900401"),
            ("1801-01-81", "18010181"),
            ("1529-21-01", "15292101"),
            ("1990", "19900000"),
            ("spring", ""),
        ] {
            assert_eq!(date(text), expected, "{text}");
        }
    }

    #[test]
    fn words_keep_what_is_read_aloud() {
        for (text, expected) in
            [("  O'Brien-Smith ", "obrien smith"), ("ул. Абая, 10", "ул абая 10"), ("--", "")]
        {
            assert_eq!(words(text), expected);
        }
    }
}

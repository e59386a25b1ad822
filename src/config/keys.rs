//! Keys: the table of what can be set, each with its range, its unit and its reason.
//!
//! The parser, the ranges, the commented example and `--show-config` are made from this table. A new
//! threshold is a field of `Settings` and one entry here. The law: the name of a key is the name of its
//! field, and its default is the field's.

use std::sync::LazyLock;

use super::Config;
use super::value::{Form, Value};
use crate::normalise::contact::{address_key, phone_key};
use crate::rules::signals::Code;
use crate::validate::iin;

/// Something that can be set.
#[derive(Clone, Debug)]
pub struct Key {
    /// The TOML table in which it stands, e.g. `rules` or `rules.weights`.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is and why its default is what it is, for people.
    pub doc: String,
    /// What values it takes.
    pub form: Form,
    access: Access,
}

/// Where the value lives.
#[derive(Clone, Copy, Debug)]
enum Access {
    Field { get: fn(&Config) -> Value, set: fn(&mut Config, &Value) -> Result<(), String> },
    Weight(Code),
    Share(Code),
    Bits(Code),
}

impl Key {
    /// Table and name, as in `rules.burst_days`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// Its value in a configuration.
    #[must_use]
    pub fn get(&self, config: &Config) -> Value {
        match self.access {
            Access::Field { get, .. } => get(config),
            Access::Weight(code) => Value::Number(config.settings.weights[code as usize].into()),
            Access::Share(code) => Value::Number(config.settings.shares[code as usize].into()),
            Access::Bits(code) => Value::Number(config.settings.bits[code as usize].into()),
        }
    }

    /// Sets a value that its form has read.
    ///
    /// # Errors
    /// When an element of a list is not what it should be; the text says which, without repeating it.
    pub fn set(&self, config: &mut Config, value: &Value) -> Result<(), String> {
        match self.access {
            Access::Field { set, .. } => set(config, value),
            Access::Weight(code) => {
                config.settings.weights[code as usize] = value.number() as u16;
                Ok(())
            }
            Access::Share(code) => {
                config.settings.shares[code as usize] = value.number() as u16;
                Ok(())
            }
            Access::Bits(code) => {
                config.settings.bits[code as usize] = value.number() as u16;
                Ok(())
            }
        }
    }
}

macro_rules! number {
    ($name:ident, $min:literal..=$max:literal, $unit:literal, $doc:literal) => {
        field!(
            $name,
            Form::Number { min: $min, max: $max, unit: $unit },
            $doc,
            |c| Value::Number(c.settings.$name as u64),
            |c, value| {
                c.settings.$name = value.number() as _;
                Ok(())
            }
        )
    };
}

macro_rules! day {
    ($name:ident, $doc:literal) => {
        field!($name, Form::Day, $doc, |c| Value::Day(c.settings.$name), |c, value| {
            c.settings.$name = value.day();
            Ok(())
        })
    };
}

macro_rules! score {
    ($name:ident, $doc:literal) => {
        field!(
            $name,
            Form::Score { max: 1000 },
            $doc,
            |c| Value::Number(c.settings.$name.into()),
            |c, value| {
                c.settings.$name = value.number() as u16;
                Ok(())
            }
        )
    };
}

macro_rules! field {
    ($name:ident, $form:expr, $doc:expr, $get:expr, $set:expr) => {
        Key {
            table: "rules",
            name: stringify!($name),
            doc: $doc.to_owned(),
            form: $form,
            access: Access::Field { get: $get, set: $set },
        }
    };
}

/// Everything that can be set outside the sections of datasets, in the order of the example.
pub static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let mut keys = rules();
    keys.extend(Code::ALL.iter().map(|&code| Key {
        table: "rules.weights",
        name: code.name(),
        doc: if code.is_weak() { "weak: at most 0.2".to_owned() } else { String::new() },
        form: Form::Score { max: if code.is_weak() { WEAK_MAX } else { 1000 } },
        access: Access::Weight(code),
    }));
    keys.extend(Code::ALL.iter().map(|&code| Key {
        table: "rules.shares",
        name: code.name(),
        doc: String::new(),
        form: Form::Score { max: 1000 },
        access: Access::Share(code),
    }));
    keys.extend(Code::ALL.iter().map(|&code| Key {
        table: "rules.bits",
        name: code.name(),
        doc: String::new(),
        form: Form::Number { min: 0, max: 10, unit: "bits" },
        access: Access::Bits(code),
    }));
    keys.extend(others());
    keys
});

/// Keys that are none of the rules'.
fn others() -> Vec<Key> {
    let mut keys = dedupe();
    keys.extend(limits());
    keys.extend(night::keys());
    keys
}

macro_rules! number_of {
    ($table:ident, $name:ident, $form:expr, $doc:literal) => {
        Key {
            table: stringify!($table),
            name: stringify!($name),
            doc: $doc.to_owned(),
            form: $form,
            access: Access::Field {
                get: |c| Value::Number(c.$table.$name),
                set: |c, value| {
                    c.$table.$name = value.number();
                    Ok(())
                },
            },
        }
    };
}

macro_rules! switch_of {
    ($table:ident, $name:ident, $doc:literal) => {
        Key {
            table: stringify!($table),
            name: stringify!($name),
            doc: $doc.to_owned(),
            form: Form::Switch,
            access: Access::Field {
                get: |c| Value::Switch(c.$table.$name),
                set: |c, value| {
                    c.$table.$name = value.switch();
                    Ok(())
                },
            },
        }
    };
}

macro_rules! text_of {
    ($table:ident, $name:ident, $what:literal, $example:literal, $doc:literal) => {
        Key {
            table: stringify!($table),
            name: stringify!($name),
            doc: $doc.to_owned(),
            form: Form::Text { what: $what, example: $example },
            access: Access::Field {
                get: |c| Value::Text(c.$table.$name.clone()),
                set: |c, value| {
                    c.$table.$name = value.text().to_owned();
                    Ok(())
                },
            },
        }
    };
}

mod night;

fn dedupe() -> Vec<Key> {
    vec![
        number_of!(
            dedupe,
            threshold,
            Form::Score { max: 1000 },
            "Probability above which records are taken for one person."
        ),
        number_of!(
            dedupe,
            report_pairs,
            Form::Number { min: 0, max: 1000, unit: "pairs" },
            "Pairs that `report.html` shows with both records, of those nearest the threshold and of those that a \
             rule kept apart; with 0 the page holds no value of a record."
        ),
        number_of!(
            dedupe,
            comparisons_max,
            Form::Number { min: 0, max: 100_000, unit: "comparisons a record" },
            "Effort: more finds more matches and takes longer; the summary says what share is found. 0 takes 40, and \
             more where there are fewer than 300,000 records."
        ),
        number_of!(
            dedupe,
            cluster_records_max,
            Form::Number { min: 2, max: 1_000_000, unit: "records" },
            "Records of a cluster at most. A person hardly is a customer so often; what wants to be larger is a fault of \
             the data, such as a default name, and is kept apart as `too_large`."
        ),
        number_of!(
            dedupe,
            pair_probability_min,
            Form::Score { max: 1000 },
            "Pairs of a smaller probability are not written to pairs.parquet. Below about 0.008 pairs are not kept."
        ),
        switch_of!(
            dedupe,
            unique_within_file,
            "Whether no file holds a person twice: records of one file are then never compared nor put together. For \
             linking two lists of which each was cleaned before."
        ),
        switch_of!(
            dedupe,
            same_iin_and_birth_always,
            "Whether the same valid IIN and the same birth date always mean one person, whatever the names."
        ),
        switch_of!(
            dedupe,
            two_iins_never,
            "Whether two different valid IINs are never one person. An IIN is given once and for life; switch it off \
             where numbers were made up or mistyped in mass."
        ),
        switch_of!(
            dedupe,
            two_documents_never,
            "Whether two documents of one kind and country that are valid together for more than a year are never one \
             person's."
        ),
        number_of!(
            dedupe,
            suspect_share,
            Form::Number { min: 1, max: 500, unit: "in ten thousand" },
            "Records whose identity was made up or taken from somebody, where a file is too small to tell. The bands, \
             known dormitories and thresholds of `suspects.parquet` are those of [rules]."
        ),
        Key {
            table: "dedupe",
            name: "known_phones",
            doc: "Phones of employers, agents and branches that stand on many customers' records, as you know. Who has \
                  one is part of no suspicious crowd. Spaces, signs and +7 or 8 do not matter."
                .to_owned(),
            form: Form::Texts { what: "phones" },
            access: Access::Field {
                get: |c| Value::Texts(c.known_phones.clone()),
                set: |c, value| {
                    let key = |(at, text): (usize, &String)| match phone_key(text) {
                        0 => Err(format!("phone {} is none: write all its digits", at + 1)),
                        key => Ok(key),
                    };
                    c.dedupe.known_phones =
                        sorted(value.texts().iter().enumerate().map(key).collect::<Result<_, _>>()?);
                    c.known_phones = value.texts().to_vec();
                    Ok(())
                },
            },
        },
    ]
}

fn limits() -> Vec<Key> {
    vec![
        number_of!(
            limits,
            threads,
            Form::Number { min: 0, max: 1024, unit: "threads" },
            "Threads; 0 takes all cores."
        ),
        number_of!(
            limits,
            memory,
            Form::Size,
            "The most memory that `reconcile` may use; what does not fit is laid down on the disk."
        ),
        number_of!(
            limits,
            unpacked_max,
            Form::Size,
            "The most that one packed input may unpack to; 0 is 4 GiB, or 250 times its packed size."
        ),
    ]
}

/// The most that a weak signal may weigh, in thousandths: at 200 a score becomes worth a look.
const WEAK_MAX: u16 = 200;

fn rules() -> Vec<Key> {
    vec![
        day!(
            presence_from,
            "First day on which a foreigner of 16 or older must appear in person. The founding text says \
             2024-01-01; the amending order is dated 2024-02-29."
        ),
        day!(online_from, "First day on which a number could be had online."),
        number!(
            activity_grace_days,
            0..=36500,
            "days",
            "Time after the assignment within which no activity is expected of anybody."
        ),
        number!(
            activity_percent_min,
            0..=100,
            "percent",
            "Share of the rows older than the grace that must have some activity before silence says something."
        ),
        number!(
            coverage_rows_min,
            1..=1000000000,
            "rows",
            "Registered documents of a country from which the share found in the documents is a measure at all."
        ),
        number!(
            coverage_percent_min,
            0..=100,
            "percent",
            "Share of a country's registered documents that must be found before a missing one says something."
        ),
        number!(
            burst_days,
            1..=366,
            "days",
            "Window in which assignments by one representative are counted. What was filed together is \
             assigned within three working days."
        ),
        number!(
            burst_rows_min,
            2..=1000000,
            "rows",
            "Assignments in the window from which they are a burst; more, where representatives of as many \
             clients usually file more at once or the office was busy."
        ),
        number!(
            clients_rows_min,
            3..=1000000,
            "rows",
            "Clients of one representative from which they are compared with everybody else's."
        ),
        number!(
            burst_doubtful_percent_min,
            0..=100,
            "percent",
            "Share of a burst's people in doubt, below which it is an employer's."
        ),
        number!(
            run_rows_min,
            2..=1000000,
            "documents",
            "Run of document numbers under one representative or phone from which it is a sign. Families have \
             two or three."
        ),
        number!(run_gap_max, 1..=1000, "numbers", "Largest step within such a run."),
        number!(
            day_run_rows_min,
            2..=1000000,
            "documents",
            "Run of document numbers among all assigned on a day. A day has many families."
        ),
        number!(day_run_gap_max, 1..=1000, "numbers", "Largest step within a day's run."),
        number!(
            series_gap_max,
            1..=1000,
            "numbers",
            "Largest step within a run that nothing else ties; less where chance would make it."
        ),
        number!(
            day_rows_max,
            1..=1000000000,
            "rows",
            "Rows of one day and series above which the day was a load of old records."
        ),
        number!(
            phone_persons_max,
            1..=1000000,
            "persons",
            "Persons under one phone that a household explains."
        ),
        number!(
            address_persons_max,
            1..=1000000,
            "persons",
            "Persons under one address that a household or a small hostel explains."
        ),
        number!(
            contact_genuine_percent,
            0..=100,
            "percent",
            "Share of known persons from which a crowded phone or address is a dormitory's or an employer's."
        ),
        field!(
            known_addresses,
            Form::Texts { what: "addresses" },
            "Dormitories and hostels that you know. Who lives there is part of no suspicious crowd, neither by \
             address nor by phone. Written as in the registry; case, punctuation, and words such as `ул.` do \
             not matter.",
            |c| Value::Texts(c.known_addresses.clone()),
            |c, value| {
                let key = |(at, text): (usize, &String)| match address_key(text) {
                    0 => Err(format!("address {} says too little: write street and house", at + 1)),
                    key => Ok(key),
                };
                c.settings.known_addresses =
                    sorted(value.texts().iter().enumerate().map(key).collect::<Result<_, _>>()?);
                c.known_addresses = value.texts().to_vec();
                Ok(())
            }
        ),
        field!(
            known_employers,
            Form::Texts { what: "IINs or BINs of twelve digits" },
            "Employers that you know to file for their workers, as they stand in `representative_iin`. What they \
             file is no burst, and their people are part of no suspicious crowd.",
            |c| Value::Texts(c.known_employers.clone()),
            |c, value| {
                let key = |(at, text): (usize, &String)| {
                    let packed = iin::pack(text.trim().as_bytes())
                        .ok_or_else(|| format!("number {} has not twelve digits", at + 1))?;
                    let digits = iin::unpack(packed);
                    let digits: Vec<u8> = digits.bytes().map(|byte| byte - b'0').collect();
                    let first: &[u8; 11] = digits[..11].try_into().expect("twelve digits");
                    if iin::check_digit(first) == Some(digits[11]) {
                        Ok(packed)
                    } else {
                        Err(format!("number {} has a wrong check digit; ask `iinrec check`", at + 1))
                    }
                };
                c.settings.known_employers =
                    sorted(value.texts().iter().enumerate().map(key).collect::<Result<_, _>>()?);
                c.known_employers = value.texts().to_vec();
                Ok(())
            }
        ),
        score!(
            invented_documented,
            "Share of invented identities with a document that the register knows as theirs: bought, or entered by \
             an accomplice."
        ),
        score!(
            invented_alive,
            "Share of invented identities that are seen in two ways: a number is made to be used."
        ),
        score!(
            invented_alive_for_long,
            "Share of invented identities that are still seen in two ways a year after the assignment."
        ),
        score!(invented_present, "Share of invented identities that were entered as present at the counter."),
        score!(
            crowds_with_ring,
            "Share of crowds (one representative, phone or address) that hold some who were made up together."
        ),
        number!(
            evidence_rows,
            1..=1000000,
            "rows",
            "Genuine people as many as which the figures of this file count beside those that a run shows."
        ),
        number!(
            confirmed_rows_min,
            1..=1000000,
            "rows",
            "Confirmed suspects (--decisions) from which on they teach the shares below."
        ),
        number!(
            prior_share,
            1..=500,
            "in ten thousand",
            "Registry rows that are invented, where a run is too small to tell."
        ),
        score!(
            band_high,
            "Score from which a suspect is `high`: look here first. Weak signals alone stay below it."
        ),
        score!(band_medium, "Score from which a suspect is `medium`."),
        score!(band_low, "Score from which a suspect is `low`; what stays below is not reported."),
    ]
}

fn sorted(mut keys: Vec<u64>) -> Vec<u64> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What is said of a whole table, in the example.
#[must_use]
pub fn table_doc(table: &str) -> &'static str {
    match table {
        "rules" => "Dates and thresholds of the rules.",
        "rules.weights" => {
            "How strong a sign each signal is, at most; 0 switches it off, half of the default halves its bits. A \
             judgement each: no data are public from which they could be learned."
        }
        "rules.shares" => {
            "Share of invented identities that bear each signal. A judgement each, from what is told of the frauds; \
             how many genuine people bear it is counted in the run."
        }
        "rules.bits" => {
            "Bits by which a strong signal raises the odds, where a run has too few genuine people to count."
        }
        "dedupe" => "What `iinrec dedupe` takes for one person.",
        "night" => {
            "The whole night, for `iinrec run FILE`. In `files` and `decisions`, `{as_of}` stands for the day of the \
                    night as 2026-11-01, `{yyyymmdd}` for the same as 20261101."
        }
        "page" => {
            "`report.html`, of `reconcile` too; the trend of `iinrec run FILE` is over the nights that no gate held back."
        }
        "export" => {
            "Where a night goes besides, for `iinrec run FILE`; as the options of `reconcile` and `iinrec export`."
        }
        "protect" => {
            "How the report of a night is protected, for `iinrec run FILE`; as the options of `reconcile`. A key is named \
             by its file, or as `env:NAME`, and never stands here."
        }
        "limits" => "Bounds of a run. None of them changes a report.",
        other => unreachable!("{other} has no words"),
    }
}

//! The keys of what `iinrec run` does besides reconciling.

use super::super::value::{Form, Value};
use super::{Access, Key};
use crate::error::Error;
use crate::postgres::without_password;
use crate::report::export::postgres;
use crate::report::gates::{Gate, Job};
use crate::report::html::night::lang::Lang;
use crate::report::protect::encrypt::Scope;

/// All of them, in the order of the example.
pub(super) fn keys() -> Vec<Key> {
    let mut keys = night();
    keys.extend(page());
    keys.extend(export());
    keys.extend(protect());
    keys
}

/// One of some words, as an error says it.
fn one_of(words: &[&str], said: &str) -> Result<usize, String> {
    let at = words.iter().position(|word| *word == said);
    at.ok_or_else(|| format!("expected: {}", words.join(" or ")))
}

/// The keys of `[night]`.
fn night() -> Vec<Key> {
    vec![
        text_of!(
            night,
            folder,
            "folder",
            "reports",
            "Where the nights go, each into a folder of its day: `reports/2026-11-01`. Relative paths start at the folder of \
             this file, here and below."
        ),
        text_of!(
            night,
            decisions,
            "file",
            "decisions.csv",
            "What people decided of earlier findings, as for `reconcile --decisions`; a file that is not there yet says nothing."
        ),
        Key {
            table: "night",
            name: "previous",
            doc: "With what a night is compared: `latest`, the newest earlier night that was not held back by a gate, or \
                  `none`."
                .to_owned(),
            form: Form::Text { what: "latest or none", example: "latest" },
            access: Access::Field {
                get: |c| Value::Text(if c.night.compare { "latest" } else { "none" }.to_owned()),
                set: |c, value| {
                    c.night.compare = one_of(&["latest", "none"], value.text())? == 0;
                    Ok(())
                },
            },
        },
        number_of!(
            night,
            forget_days,
            Form::Number { min: 1, max: 36_500, unit: "days" },
            "Days after which a case that is gone is forgotten, so that it would be new and not reopened."
        ),
        number_of!(
            night,
            wait_minutes,
            Form::Number { min: 0, max: 1440, unit: "minutes" },
            "How long to wait for inputs that are not there yet, or that somebody still writes to; 0 fails at once."
        ),
        Key {
            table: "night",
            name: "fail_on",
            doc: "Gates, as for `--fail-on`. When one trips the report is published and held back: it is not loaded into a \
                  database, no older night is removed, the next night is not compared with it, and the exit code is 3. \
                  `iinrec run FILE --accept` lets it pass. Of the first night, what asks for an earlier one is skipped."
                .to_owned(),
            form: Form::Texts { what: "gates, e.g. \"rejects > 0.1%\"" },
            access: Access::Field {
                get: |c| Value::Texts(c.night.fail_on.clone()),
                set: |c, value| {
                    Gate::parse_all(value.texts(), Job::Reconcile).map_err(in_one_line)?;
                    c.night.fail_on = value.texts().to_vec();
                    Ok(())
                },
            },
        },
        number_of!(
            night,
            keep,
            Form::Number { min: 0, max: 100_000, unit: "nights" },
            "Newest nights that stay; older ones are removed after a night that passed. 0 keeps all. Their line of the \
             history stays."
        ),
        number_of!(
            night,
            keep_months,
            Form::Number { min: 0, max: 1200, unit: "months" },
            "Newest months of which the last night stays besides."
        ),
        text_of!(
            night,
            log,
            "file, or - for standard output",
            "night.jsonl",
            "What happens, one JSON object a line, as for `--log`."
        ),
        text_of!(
            night,
            metrics,
            "file",
            "/var/lib/node_exporter/textfile/iinrec.prom",
            "The figures of the run for Prometheus, as for `--metrics`."
        ),
    ]
}

/// An error as the reader of a file tells it beside the line.
fn in_one_line(error: Error) -> String {
    match error.remedy {
        Some(remedy) => format!("{}; {remedy}", error.what),
        None => error.what,
    }
}

/// The keys of `[page]`.
fn page() -> Vec<Key> {
    vec![
        Key {
            table: "page",
            name: "lang",
            doc: "Its language: `en`, `ru` or `kk`.".to_owned(),
            form: Form::Text { what: "en, ru or kk", example: "kk" },
            access: Access::Field {
                get: |c| Value::Text(c.page.lang.code().to_owned()),
                set: |c, value| {
                    c.page.lang = Lang::from_code(value.text()).ok_or("expected: en, ru or kk")?;
                    Ok(())
                },
            },
        },
        number_of!(
            page,
            cases,
            Form::Number { min: 0, max: 1_000_000, unit: "cases" },
            "Cases in its table at most, those to be looked at first; all are in the Parquet files."
        ),
        switch_of!(
            page,
            values,
            "Whether it shows values of the registers; without, numbers are cut to their last four characters."
        ),
    ]
}

/// The keys of `[protect]`.
fn protect() -> Vec<Key> {
    vec![
        text_of!(
            protect,
            encrypt,
            "key",
            "encrypt.key",
            "Encrypt the tables with this key: 16 or 32 bytes, `openssl rand -base64 32`."
        ),
        Key {
            table: "protect",
            name: "encrypt_columns",
            doc: "Which columns: `all`, `sensitive` (all that identify somebody), or names.".to_owned(),
            form: Form::Text { what: "all, sensitive, or columns", example: "sensitive" },
            access: Access::Field {
                get: |c| Value::Text(c.protect.encrypt_columns.clone()),
                set: |c, value| {
                    if !value.text().is_empty() {
                        Scope::parse(value.text())?;
                    }
                    c.protect.encrypt_columns = value.text().to_owned();
                    Ok(())
                },
            },
        },
        text_of!(
            protect,
            mask,
            "key",
            "mask.key",
            "Replace numbers, names, documents, contacts and case ids by pseudonyms that only this key can make."
        ),
        text_of!(
            protect,
            sign,
            "private key",
            "sign.pem",
            "Sign the report: `openssl genpkey -algorithm ed25519`; see `iinrec verify`."
        ),
        text_of!(
            protect,
            key,
            "key",
            "old.key",
            "The key of the earlier night with which this one is compared, where it is not that of `encrypt`."
        ),
    ]
}

/// The keys of `[export]`.
fn export() -> Vec<Key> {
    vec![
        Key {
            table: "export",
            name: "also",
            doc: "What is written beside the Parquet files: `csv`, `xlsx`.".to_owned(),
            form: Form::Texts { what: "csv, xlsx" },
            access: Access::Field {
                get: |c| Value::Texts(c.export.also.clone()),
                set: |c, value| {
                    for form in value.texts() {
                        one_of(&["csv", "xlsx"], form)?;
                    }
                    c.export.also = value.texts().to_vec();
                    Ok(())
                },
            },
        },
        Key {
            table: "export",
            name: "csv_for",
            doc: "For whom CSV files are: `programs`, or `excel` with Russian or Kazakh settings.".to_owned(),
            form: Form::Text { what: "programs or excel", example: "excel" },
            access: Access::Field {
                get: |c| Value::Text(["programs", "excel"][usize::from(c.export.csv_for_excel)].to_owned()),
                set: |c, value| {
                    c.export.csv_for_excel = one_of(&["programs", "excel"], value.text())? == 1;
                    Ok(())
                },
            },
        },
        Key {
            table: "export",
            name: "to",
            doc: "The PostgreSQL into which a night is loaded that no gate holds back. Leave the password to PGPASSWORD or \
                  ~/.pgpass: this file is not the place for it."
                .to_owned(),
            form: Form::Text { what: "address", example: "postgres://loader@db.example/gov?schema=iinrec" },
            access: Access::Field {
                get: |c| Value::Text(without_password(&c.export.to)),
                set: |c, value| {
                    if !value.text().is_empty() {
                        postgres::check(value.text()).map_err(in_one_line)?;
                    }
                    c.export.to = value.text().to_owned();
                    Ok(())
                },
            },
        },
        number_of!(
            export,
            keep_nights,
            Form::Number { min: 0, max: 100_000, unit: "nights" },
            "Newest nights of which the rows stay in the database; 0 keeps all. What they counted stays."
        ),
    ]
}

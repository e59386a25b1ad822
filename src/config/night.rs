//! What `iinrec run` does besides reconciling, as a file says it.

use crate::report::changes::FORGET_DAYS;
use crate::report::export::Also;
use crate::report::export::csv::CsvFor;
use crate::report::html::night::lang::Lang;
use crate::report::html::night::{CASES_MAX, PageOptions};

/// What `iinrec run` does besides reconciling. Texts are as they were written, empty where nothing is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Night {
    /// Where the nights go.
    pub folder: String,
    /// What people decided.
    pub decisions: String,
    /// Whether a night is compared with the one before.
    pub compare: bool,
    /// Days after which a case that is gone is forgotten.
    pub forget_days: u64,
    /// How long to wait for inputs.
    pub wait_minutes: u64,
    /// Gates, each of which was understood.
    pub fail_on: Vec<String>,
    /// Newest nights that stay; 0 for all.
    pub keep: u64,
    /// Newest months of which the last night stays.
    pub keep_months: u64,
    /// Where what happens is logged.
    pub log: String,
    /// Where figures for Prometheus go.
    pub metrics: String,
}

impl Default for Night {
    fn default() -> Self {
        Night {
            folder: String::new(),
            decisions: String::new(),
            compare: true,
            forget_days: FORGET_DAYS as u64,
            wait_minutes: 0,
            fail_on: Vec::new(),
            keep: 0,
            keep_months: 0,
            log: String::new(),
            metrics: String::new(),
        }
    }
}

/// How `report.html` is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its language.
    pub lang: Lang,
    /// Cases in its table at most.
    pub cases: u64,
    /// Whether it shows values of the registers.
    pub values: bool,
}

impl Default for Page {
    fn default() -> Self {
        Page { lang: Lang::En, cases: CASES_MAX as u64, values: false }
    }
}

impl Page {
    /// The same for whoever makes the page.
    #[must_use]
    pub fn options(&self) -> PageOptions {
        PageOptions { lang: self.lang, cases_max: self.cases as usize, values: self.values }
    }
}

/// Where a night goes besides its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// `csv`, `xlsx` or both.
    pub also: Vec<String>,
    /// Whether CSV files are for Excel.
    pub csv_for_excel: bool,
    /// The address of a PostgreSQL.
    pub to: String,
    /// Newest nights of which rows stay there; 0 for all.
    pub keep_nights: u64,
}

/// How the report of a night is protected: where keys lie, as `FILE` or `env:NAME`, empty where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protect {
    /// The key of the tables.
    pub encrypt: String,
    /// Which columns are encrypted.
    pub encrypt_columns: String,
    /// The key of the pseudonyms.
    pub mask: String,
    /// The private key of the signature.
    pub sign: String,
    /// The key of an earlier night.
    pub key: String,
}

impl Export {
    /// What is written beside the Parquet files.
    #[must_use]
    pub fn beside(&self) -> Also {
        let asked = |form: &str| self.also.iter().any(|also| also == form);
        let csv_for = if self.csv_for_excel { CsvFor::Excel } else { CsvFor::Programs };
        Also { csv: asked("csv").then_some(csv_for), xlsx: asked("xlsx") }
    }
}

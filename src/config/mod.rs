//! Configuration: a TOML file in, what a run uses out: files, readings, thresholds, known innocents.
//!
//! What can be set is a table ([`keys`]) and the few keys of a dataset ([`datasets`]). Reading, checking,
//! the commented example and `--show-config` all walk these tables, so none of them can say something that
//! another does not. Precedence: defaults, then the file, then the command line, which is laid over by
//! [`Config::set_files`] and its like, so that each value knows where it came from.
//!
//! The law: whatever is not understood is refused with its line and column and the nearest thing that is,
//! before any input is touched. Values are never repeated in an error where they may be a person's.
//! Relative paths in a file start at the file's folder.
//!
//! Not a goal: environment variables and includes. A night that must be explained later has one file.

pub mod datasets;
pub mod keys;
mod night;
mod print;
mod read;
pub mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::datasets::DatasetConfig;
pub use self::night::{Export, Night, Page, Protect};
pub use self::print::{example, show};
use crate::batch::Dataset;
use crate::day;
use crate::error::{Error, Result};
use crate::ingest::find::STDIN;
use crate::ingest::{Reading, Readings};
use crate::rules::settings::Settings;

/// Where a value came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    #[default]
    Default,
    /// A line of the configuration file, from 1.
    File(u32),
    /// An option of the command line.
    CommandLine(&'static str),
}

/// Bounds of a run that change no output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Threads; 0 for all cores.
    pub threads: u64,
    /// Bytes of memory; 0 for as many as it takes.
    pub memory: u64,
    /// Bytes to which one packed input may unpack; 0 for the usual bound.
    pub unpacked_max: u64,
}

/// What `dedupe` takes for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dedupe {
    /// Thousandths of the probability above which records are taken for one person.
    pub threshold: u64,
    /// Pairs that `report.html` shows with their values, of each kind.
    pub report_pairs: u64,
    /// Comparisons a record; 0 for as many as the number of records suggests.
    pub comparisons_max: u64,
    /// Records of a cluster at most.
    pub cluster_records_max: u64,
    /// Thousandths of the probability below which pairs are not written.
    pub pair_probability_min: u64,
    /// Whether no file holds a person twice.
    pub unique_within_file: bool,
    /// Whether the same valid IIN and birth date always mean one person.
    pub same_iin_and_birth_always: bool,
    /// Whether two valid IINs are never one person.
    pub two_iins_never: bool,
    /// Whether two documents of one kind that are valid together are never one person's.
    pub two_documents_never: bool,
    /// Of ten thousand records, how many have a false identity, where a run is too small to tell.
    pub suspect_share: u64,
    /// Keys of the phones of known employers and agents, ascending: who has them is part of no crowd.
    pub known_phones: Vec<u64>,
}

impl Default for Dedupe {
    fn default() -> Self {
        Dedupe {
            threshold: 500,
            report_pairs: 30,
            comparisons_max: 0,
            cluster_records_max: 500,
            pair_probability_min: 10,
            unique_within_file: false,
            same_iin_and_birth_always: true,
            two_iins_never: true,
            two_documents_never: true,
            suspect_share: 20,
            known_phones: Vec::new(),
        }
    }
}

/// What a run uses, as far as it can be configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file that was read, if any.
    pub path: Option<PathBuf>,
    /// What is said of each dataset; datasets of which nothing is said are missing.
    pub datasets: BTreeMap<Dataset, DatasetConfig>,
    /// What the command line says of how all files are read; beats what is said of each dataset.
    pub all: Reading,
    /// Dates, thresholds, weights and known innocents of the rules.
    pub settings: Settings,
    /// Bounds that change no output.
    pub limits: Limits,
    /// What `dedupe` takes for one person.
    pub dedupe: Dedupe,
    /// What `iinrec run` does besides.
    pub night: Night,
    /// How `report.html` of a night is wanted.
    pub page: Page,
    /// Where a night goes besides.
    pub export: Export,
    /// How a night is protected.
    pub protect: Protect,
    /// Known dormitory addresses as they were written; their keys are in the settings.
    known_addresses: Vec<String>,
    /// Known employers as they were written; their keys are in the settings.
    known_employers: Vec<String>,
    /// Known phones as they were written; their keys are in `dedupe`.
    known_phones: Vec<String>,
    /// Where values of [`keys::KEYS`] came from, by full name; what is missing is a default.
    origins: BTreeMap<String, Origin>,
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or says something that is not understood (exit code 2).
    pub fn load(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|e| {
            let error = Error::io("cannot read the configuration", path, &e);
            Error { kind: crate::error::ErrorKind::Usage, ..error }
        })?;
        let text = String::from_utf8(bytes).map_err(|e| {
            Error::usage("the configuration is not UTF-8")
                .at(path)
                .byte(e.utf8_error().valid_up_to() as u64)
                .remedy("save it as UTF-8")
        })?;
        Config::parse(&text, path)
    }

    /// Reads the text of a configuration; `path` names it in errors, and its folder is where relative
    /// paths start.
    ///
    /// # Errors
    /// As [`Config::load`].
    ///
    /// ```
    /// use iinrec::config::Config;
    /// let text = "[rules]\nburst_dais = 5\n";
    /// let error = Config::parse(text, "night.toml".as_ref()).unwrap_err().to_string();
    /// assert!(error.contains("line 2, column 1") && error.contains("did you mean `burst_days`?"));
    /// ```
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        read::read(text, path)
    }

    /// What is said of a dataset.
    #[must_use]
    pub fn dataset(&self, dataset: Dataset) -> DatasetConfig {
        self.datasets.get(&dataset).cloned().unwrap_or_default()
    }

    /// Takes files from the command line, which beat those of the file; none leaves things as they are.
    pub fn set_files(&mut self, dataset: Dataset, files: &[PathBuf], option: &'static str) {
        if !files.is_empty() {
            let config = self.datasets.entry(dataset).or_default();
            config.files = files.to_vec();
            config.origins.insert("files", Origin::CommandLine(option));
        }
    }

    /// Takes how files are read from the command line, laid over what [`Config::readings`] gave.
    pub fn set_readings(&mut self, readings: Readings) {
        self.all = readings.all;
        for (dataset, reading) in readings.datasets {
            let config = self.datasets.entry(dataset).or_default();
            if config.reading.encoding != reading.encoding {
                config.origins.insert("encoding", Origin::CommandLine("--encoding"));
            }
            config.reading = reading;
        }
    }

    /// Takes a number from the command line, which beats that of the file; none leaves things as they are.
    ///
    /// # Panics
    /// When no key has this full name.
    pub fn set_number(&mut self, full_name: &str, number: Option<u64>, option: &'static str) {
        let key = keys::KEYS.iter().find(|key| key.full_name() == full_name).expect("a key of the table");
        if let Some(number) = number {
            key.set(self, &value::Value::Number(number)).expect("numbers have no elements to be wrong");
            self.origins.insert(full_name.to_owned(), Origin::CommandLine(option));
        }
    }

    /// Switches something on from the command line; `false` leaves things as they are.
    ///
    /// # Panics
    /// When no key has this full name.
    pub fn set_switch(&mut self, full_name: &str, on: bool, option: &'static str) {
        let key = keys::KEYS.iter().find(|key| key.full_name() == full_name).expect("a key of the table");
        if on {
            key.set(self, &value::Value::Switch(true)).expect("a switch has no elements to be wrong");
            self.origins.insert(full_name.to_owned(), Origin::CommandLine(option));
        }
    }

    /// Puts the day of a run into the paths of the file: `{as_of}` as 2026-11-01, `{yyyymmdd}` as 20261101.
    pub fn fill(&mut self, as_of: i32) {
        let iso = day::iso(as_of);
        let compact = iso.replace('-', "");
        let filled = |text: &str| text.replace("{as_of}", &iso).replace("{yyyymmdd}", &compact);
        for config in self.datasets.values_mut() {
            for file in &mut config.files {
                // Paths that are no text hold no braces that were meant.
                if let Some(text) = file.to_str().filter(|text| text.contains('{')) {
                    *file = PathBuf::from(filled(text));
                }
            }
        }
        self.night.decisions = filled(&self.night.decisions);
    }

    /// A path that the file says, which starts at its folder; none where nothing is said.
    #[must_use]
    pub fn beside(&self, said: &str) -> Option<PathBuf> {
        let folder = self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        // Standard output has no folder.
        (!said.is_empty()).then(|| if said == STDIN { PathBuf::from(said) } else { folder.join(said) })
    }

    /// How the files of each dataset are read.
    #[must_use]
    pub fn readings(&self) -> Readings {
        Readings {
            all: self.all.clone(),
            datasets: self.datasets.iter().map(|(&dataset, of)| (dataset, of.reading.clone())).collect(),
            source: self.path.clone(),
        }
    }

    /// The keys that the file set, with their lines.
    pub fn set_keys(&self) -> impl Iterator<Item = (&'static keys::Key, u32)> {
        keys::KEYS.iter().filter_map(|key| match self.origin(key) {
            Origin::File(line) => Some((key, line)),
            _ => None,
        })
    }

    /// Where the value of a key came from.
    #[must_use]
    pub fn origin(&self, key: &keys::Key) -> Origin {
        self.origins.get(&key.full_name()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;

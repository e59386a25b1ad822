//! Reading: what a file is told about itself where looking would not tell, or would tell wrongly.
//!
//! In: options of the command line and keys of the configuration. The law: what is said here beats
//! detection, what is not said is found by looking, and all of it is part of a run's fingerprint.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::encoding::Encoding;
use super::header::ColumnOverride;
use crate::batch::Dataset;
use crate::normalise::codes::SexCodes;

/// How the files of a dataset are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Roles of columns given by hand; the first of one header counts.
    pub columns: Vec<ColumnOverride>,
    /// The encoding of text files.
    pub encoding: Option<Encoding>,
    /// What separates the fields of text files.
    pub delimiter: Option<u8>,
    /// What the export's codes of sex mean.
    pub sex: SexCodes,
    /// Whether batches carry the text of every column, as profiling needs.
    pub every_cell: bool,
}

/// The readings of a run: what is said of each dataset, and what is said of all files and beats it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// What the command line says of all files.
    pub all: Reading,
    /// What the configuration says of each dataset.
    pub datasets: BTreeMap<Dataset, Reading>,
    /// The configuration file, for errors about what it says.
    pub source: Option<PathBuf>,
}

impl Readings {
    /// How the files of a dataset are read.
    #[must_use]
    pub fn of(&self, dataset: Dataset) -> Reading {
        let Some(own) = self.datasets.get(&dataset) else { return self.all.clone() };
        let all = &self.all;
        Reading {
            columns: all.columns.iter().chain(&own.columns).cloned().collect(),
            encoding: all.encoding.or(own.encoding),
            delimiter: all.delimiter.or(own.delimiter),
            sex: if all.sex == SexCodes::default() { own.sex.clone() } else { all.sex.clone() },
            every_cell: all.every_cell,
        }
    }
}

/// The delimiter that a word names: one ASCII punctuation mark, or `tab`.
///
/// ```
/// use iinrec::ingest::reading::delimiter;
/// assert_eq!((delimiter(";"), delimiter("tab"), delimiter("\"")), (Some(b';'), Some(b'\t'), None));
/// ```
#[must_use]
pub fn delimiter(word: &str) -> Option<u8> {
    match word.as_bytes() {
        b"tab" | b"\\t" => Some(b'\t'),
        &[byte] if byte == b'\t' || (byte.is_ascii_punctuation() && byte != b'"') => Some(byte),
        _ => None,
    }
}

/// The word that names a delimiter.
#[must_use]
pub fn delimiter_name(delimiter: u8) -> String {
    if delimiter == b'\t' { "tab".to_owned() } else { char::from(delimiter).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::codes::{FEMALE, MALE};

    #[test]
    fn the_command_line_beats_the_configuration_value_by_value() {
        let column = |header: &str| ColumnOverride { header: header.to_owned(), role: None };
        let own = Reading {
            columns: vec![column("b")],
            encoding: Some(Encoding::Windows1251),
            delimiter: Some(b';'),
            sex: SexCodes::new(&[("1", FEMALE), ("2", MALE)]).unwrap(),
            every_cell: false,
        };
        let all = Reading { columns: vec![column("a")], delimiter: Some(b'|'), ..Reading::default() };
        let datasets = [(Dataset::Registry, own.clone())].into();
        let readings = Readings { all: all.clone(), datasets, source: None };
        let expected = Reading { columns: vec![column("a"), column("b")], delimiter: Some(b'|'), ..own };
        assert_eq!(readings.of(Dataset::Registry), expected);
        assert_eq!(readings.of(Dataset::Documents), all);
    }
}

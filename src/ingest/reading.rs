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
        }
    }
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
        };
        let all = Reading { columns: vec![column("a")], delimiter: Some(b'|'), ..Reading::default() };
        let datasets = [(Dataset::Registry, own.clone())].into();
        let readings = Readings { all: all.clone(), datasets, source: None };
        let expected = Reading { columns: vec![column("a"), column("b")], delimiter: Some(b'|'), ..own };
        assert_eq!(readings.of(Dataset::Registry), expected);
        assert_eq!(readings.of(Dataset::Documents), all);
    }
}

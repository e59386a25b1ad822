//! Datasets: the sections `[datasets.registry]`, `[datasets.documents]`, `[datasets.activity]` and, for `dedupe`,
//! `[datasets.customers]`.
//!
//! In: one section. Out: its files, and how they are read. Roles are checked against the dataset here,
//! headers against the files when these are opened.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::Origin;
use super::read::{Place, nearest};
use super::value::quoted;
use crate::batch::{Dataset, Role};
use crate::error::Result;
use crate::ingest::Reading;
use crate::ingest::encoding::Encoding;
use crate::ingest::header::ColumnOverride;
use crate::ingest::reading::{delimiter, delimiter_name};
use crate::normalise::codes::{FEMALE, MALE, SexCodes};
use crate::postgres;

/// The datasets that can be configured, in the order of the example.
pub const DATASETS: [Dataset; 4] =
    [Dataset::Registry, Dataset::Documents, Dataset::Activity, Dataset::Customers];

/// What is said of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatasetConfig {
    /// Its files and folders.
    pub files: Vec<PathBuf>,
    /// How they are read.
    pub reading: Reading,
    /// The codes of sex as they were written, with their words.
    pub(super) sex: Vec<(String, &'static str)>,
    /// Where each key came from; what is missing is found by looking.
    pub(super) origins: BTreeMap<&'static str, Origin>,
}

/// A key of a dataset's section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DatasetKey {
    /// Files and folders.
    Files,
    /// The encoding.
    Encoding,
    /// The delimiter.
    Delimiter,
    /// The codes of sex.
    Sex,
    /// The roles of columns.
    Columns,
}

/// What codes of sex can mean.
const SEXES: [(&str, u16); 3] = [("male", MALE), ("female", FEMALE), ("unknown", 0)];

impl DatasetKey {
    /// Every key, in the order of the example.
    pub const ALL: [DatasetKey; 5] = [
        DatasetKey::Files,
        DatasetKey::Encoding,
        DatasetKey::Delimiter,
        DatasetKey::Sex,
        DatasetKey::Columns,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DatasetKey::Files => "files",
            DatasetKey::Encoding => "encoding",
            DatasetKey::Delimiter => "delimiter",
            DatasetKey::Sex => "sex",
            DatasetKey::Columns => "columns",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn doc(self) -> String {
        match self {
            DatasetKey::Files => {
                "Files and folders; relative paths start at the folder of this file.".to_owned()
            }
            DatasetKey::Encoding => {
                let names = Encoding::ALL.map(|encoding| format!("`{}`", encoding.name()));
                format!("Found by looking unless said: {}.", names.join(", "))
            }
            DatasetKey::Delimiter => {
                "Found by looking unless said: one character, as `;`, or `tab`.".to_owned()
            }
            DatasetKey::Sex => {
                "What this export's codes of sex mean: `male`, `female`, `unknown`. Unless said, 1 \
                                is male and 2 is female."
                    .to_owned()
            }
            DatasetKey::Columns => {
                "What a column is where its header does not say: header = role, or `ignore`.".to_owned()
            }
        }
    }

    /// An example, as TOML.
    #[must_use]
    pub fn example(self, dataset: Dataset) -> String {
        match self {
            DatasetKey::Files => format!("[\"{}.csv\"]", dataset.name()),
            DatasetKey::Encoding => quoted(Encoding::Windows1251.name()),
            DatasetKey::Delimiter => quoted(";"),
            DatasetKey::Sex => "{ \"1\" = \"female\", \"2\" = \"male\" }".to_owned(),
            DatasetKey::Columns => {
                format!("{{ \"Client ID\" = \"{}\", \"Remarks\" = \"ignore\" }}", first_role(dataset).name())
            }
        }
    }

    /// Whether a dataset can have it: activity has no sex.
    #[must_use]
    pub fn is_of(self, dataset: Dataset) -> bool {
        // What a customer file says of a sex is compared as text.
        self != DatasetKey::Sex || (dataset != Dataset::Customers && dataset.roles().contains(&Role::Sex))
    }

    /// The value as TOML, or `None` where nothing was said.
    #[must_use]
    pub fn write(self, config: &DatasetConfig) -> Option<String> {
        let table = |pairs: Vec<String>| (!pairs.is_empty()).then(|| format!("{{ {} }}", pairs.join(", ")));
        let reading = &config.reading;
        match self {
            DatasetKey::Files => {
                let shown = |file: &PathBuf| quoted(&postgres::without_password(&file.to_string_lossy()));
                let files: Vec<_> = config.files.iter().map(shown).collect();
                (!files.is_empty()).then(|| format!("[{}]", files.join(", ")))
            }
            DatasetKey::Encoding => reading.encoding.map(|encoding| quoted(encoding.name())),
            DatasetKey::Delimiter => reading.delimiter.map(|byte| quoted(&delimiter_name(byte))),
            DatasetKey::Sex => table(
                config.sex.iter().map(|(code, sex)| format!("{} = {}", quoted(code), quoted(sex))).collect(),
            ),
            DatasetKey::Columns => table(
                reading
                    .columns
                    .iter()
                    .map(|c| format!("{} = \"{}\"", quoted(&c.header), c.role.map_or("ignore", Role::name)))
                    .collect(),
            ),
        }
    }

    /// Reads the value.
    pub(super) fn read(
        self,
        dataset: Dataset,
        place: &Place<'_>,
        value: &DeValue<'_>,
        folder: &Path,
        config: &mut DatasetConfig,
    ) -> Result<()> {
        match self {
            DatasetKey::Files => {
                for (_, name) in place.strings(value, "a list of paths")? {
                    // An empty path would be the folder itself, with whatever lies in it.
                    if name.is_empty() {
                        return Err(place.error("a path is empty").remedy("name a file or folder"));
                    }
                    // Standard input and addresses of databases are no paths.
                    let place = if name == "-" || name.contains("://") { Path::new("") } else { folder };
                    config.files.push(place.join(name));
                }
                if config.files.is_empty() {
                    return Err(place
                        .error("no file is named")
                        .remedy("name a file or folder, or remove the key"));
                }
            }
            DatasetKey::Encoding => {
                let name = place.string(value, "the name of an encoding")?;
                let names = Encoding::ALL.map(Encoding::name);
                let found = Encoding::from_name(name);
                config.reading.encoding = Some(found.ok_or_else(|| place.unknown("encoding", name, &names))?);
            }
            DatasetKey::Delimiter => {
                let name = place.string(value, "a character in quotes")?;
                let unknown = || place.unknown("delimiter", name, &[",", ";", "|", "tab"]);
                config.reading.delimiter = Some(delimiter(name).ok_or_else(unknown)?);
            }
            DatasetKey::Sex => {
                let mut codes = Vec::new();
                for (entry, code, word) in
                    place.pairs(value, "a table of codes, as in { \"1\" = \"female\" }")?
                {
                    let names = SEXES.map(|(name, _)| name);
                    let (name, sex) = SEXES
                        .into_iter()
                        .find(|(name, _)| *name == word)
                        .ok_or_else(|| entry.unknown("sex", word, &names))?;
                    if SexCodes::new(&[(code, sex)]).is_none() {
                        return Err(entry.error("this code is no word").remedy("write letters or digits"));
                    }
                    config.sex.push((code.to_owned(), name));
                    codes.push((code, sex));
                }
                config.reading.sex = SexCodes::new(&codes).expect("each was looked at");
            }
            DatasetKey::Columns => {
                for (entry, header, word) in
                    place.pairs(value, "a table, as in { \"Client ID\" = \"iin\" }")?
                {
                    let role = match word {
                        "ignore" => None,
                        "text" | "code" if dataset != Dataset::Customers => None,
                        word => Some(role(dataset, &entry, word)?),
                    };
                    config.reading.columns.push(ColumnOverride { header: header.to_owned(), role });
                }
            }
        }
        Ok(())
    }
}

/// The role with which the example of a dataset begins: one that every file of it has.
fn first_role(dataset: Dataset) -> Role {
    dataset.required().first().copied().unwrap_or(Role::Iin)
}

/// The role of a word in a dataset.
fn role(dataset: Dataset, place: &Place<'_>, word: &str) -> Result<Role> {
    let roles = || dataset.roles().iter().filter(|role| **role != Role::Other);
    let names: Vec<&str> = roles().map(|role| role.name()).chain(["ignore"]).collect();
    match Role::from_name(word) {
        Some(role) if roles().any(|known| *known == role) => Ok(role),
        // The name of another dataset's column: the nearest name would be far from it.
        Some(_) if nearest(word, &names).is_none() => Err(place
            .error(format!("{} has no column `{word}`", dataset.name()))
            .remedy(format!("its columns are {}", names.join(", ")))),
        _ => Err(place.unknown(&format!("role of {}", dataset.name()), word, &names)),
    }
}

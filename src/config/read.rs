//! Read: the text of a configuration to a [`Config`], or the first thing in it that is not understood.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::datasets::{DATASETS, DatasetKey};
use super::keys::KEYS;
use super::{Config, Origin};
use crate::error::{Error, Result};
use crate::ingest::header::distance;

/// The tables at the top of a file.
const TABLES: [&str; 8] = ["datasets", "rules", "dedupe", "limits", "night", "page", "export", "protect"];

/// A place in the text, for errors about it.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    text: &'a str,
    path: &'a Path,
    /// The full name of the key, as in `rules.burst_days`.
    key: String,
    span: Range<usize>,
}

impl<'a> Place<'a> {
    fn at(&self, key: String, span: Range<usize>) -> Place<'a> {
        Place { key, span, ..self.clone() }
    }

    /// Line and column, both from 1; columns count characters.
    fn line(&self) -> (u32, u32) {
        let before = &self.text[..self.text.floor_char_boundary(self.span.start)];
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line as u32, column as u32)
    }

    /// An error about this place.
    pub(super) fn error(&self, what: impl std::fmt::Display) -> Error {
        let (line, column) = self.line();
        Error::usage(format!("`{}`: {what}", self.key)).at(self.path).line(line, column)
    }

    /// An error about a word that is none of a list.
    pub(super) fn unknown(&self, what: &str, word: &str, known: &[&str]) -> Error {
        let quoted: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
        let error = self.error(format!("`{}` is no {what}", short(word)));
        match nearest(word, known) {
            Some(near) => error.remedy(format!("did you mean `{near}`?")),
            None => error.remedy(format!("one of {}", quoted.join(" "))),
        }
    }

    /// A string.
    pub(super) fn string<'v>(&self, value: &'v DeValue<'_>, expected: &str) -> Result<&'v str> {
        match value {
            DeValue::String(text) => Ok(text),
            _ => Err(self.error(format!("expected {expected}"))),
        }
    }

    /// A list of strings, or one string, with their places.
    pub(super) fn strings<'v>(
        &self,
        value: &'v DeValue<'_>,
        expected: &str,
    ) -> Result<Vec<(Place<'a>, &'v str)>> {
        match value {
            DeValue::String(text) => Ok(vec![(self.clone(), text)]),
            DeValue::Array(items) => items
                .iter()
                .map(|item| {
                    let place = self.at(self.key.clone(), item.span());
                    let text = place.string(item.get_ref(), expected)?;
                    Ok((place, text))
                })
                .collect(),
            _ => Err(self.error(format!("expected {expected}"))),
        }
    }

    /// A table of strings, in the order of the file.
    pub(super) fn pairs<'v>(
        &self,
        value: &'v DeValue<'_>,
        expected: &str,
    ) -> Result<Vec<(Place<'a>, &'v str, &'v str)>> {
        let DeValue::Table(table) = value else { return Err(self.error(format!("expected {expected}"))) };
        let mut pairs = Vec::new();
        for (place, name, value) in entries(self, table) {
            pairs.push((place.clone(), name, place.string(value.get_ref(), expected)?));
        }
        Ok(pairs)
    }
}

/// A word as it stands in an error: somebody may have put a whole line in quotes.
fn short(word: &str) -> String {
    if word.chars().count() <= 40 { word.to_owned() } else { word.chars().take(40).chain(['…']).collect() }
}

/// The known word that was probably meant: the nearest, if no more than a third of it is wrong.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // Longer words are none of ours, and comparing them would take long.
    if word.len() > 64 {
        return None;
    }
    let lower = word.to_lowercase().replace('-', "_");
    let near = known.iter().min_by_key(|known| distance(&lower, known))?;
    (distance(&lower, near) <= (near.chars().count() / 3).max(1)).then_some(near)
}

/// The entries of a table in the order of the file.
fn entries<'a, 'v>(
    place: &Place<'a>,
    table: &'v DeTable<'_>,
) -> Vec<(Place<'a>, &'v str, &'v Spanned<DeValue<'v>>)> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(name, value)| {
            let key = match place.key.as_str() {
                "" => name.get_ref().to_string(),
                above => format!("{above}.{}", name.get_ref()),
            };
            (place.at(key, name.span()), name.get_ref().as_ref(), value)
        })
        .collect();
    entries.sort_by_key(|(place, _, _)| place.span.start);
    entries
}

fn table<'v>(place: &Place<'_>, value: &'v Spanned<DeValue<'_>>) -> Result<&'v DeTable<'v>> {
    match value.get_ref() {
        DeValue::Table(table) => Ok(table),
        _ => {
            Err(place.error("expected a table").remedy(format!("write [{}] on a line of its own", place.key)))
        }
    }
}

/// Reads a configuration.
pub(super) fn read(text: &str, path: &Path) -> Result<Config> {
    let root = Place { text, path, key: String::new(), span: 0..0 };
    let document = DeTable::parse(text).map_err(|error| {
        let (line, column) = root.at(String::new(), error.span().unwrap_or(0..0)).line();
        Error::usage(format!("this is no TOML: {}", error.message()))
            .at(path)
            .line(line, column)
            .remedy("see `iinrec config --example`")
    })?;
    let mut config = Config { path: Some(path.to_owned()), ..Config::default() };
    for (place, name, value) in entries(&root, document.get_ref()) {
        match name {
            "datasets" => {
                for (place, name, value) in entries(&place, table(&place, value)?) {
                    read_dataset(&place, name, table(&place, value)?, path, &mut config)?;
                }
            }
            _ if TABLES.contains(&name) => read_keys(&place, name, table(&place, value)?, &mut config)?,
            _ => return Err(unknown_key(&place, "", name)),
        }
    }
    check_bands(&root, &config)?;
    Ok(config)
}

fn read_dataset(
    place: &Place<'_>,
    name: &str,
    table: &DeTable<'_>,
    path: &Path,
    config: &mut Config,
) -> Result<()> {
    let names = DATASETS.map(|dataset| dataset.name());
    let dataset = DATASETS.into_iter().find(|dataset| dataset.name() == name);
    let dataset = dataset.ok_or_else(|| place.unknown("dataset", name, &names))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let section = config.datasets.entry(dataset).or_default();
    for (place, name, value) in entries(place, table) {
        let keys: Vec<DatasetKey> = DatasetKey::ALL.into_iter().filter(|key| key.is_of(dataset)).collect();
        let known: Vec<&str> = keys.iter().map(|key| key.name()).collect();
        let key = keys.iter().find(|key| key.name() == name);
        let key = *key.ok_or_else(|| place.unknown("key of a dataset", name, &known))?;
        key.read(dataset, &place, value.get_ref(), folder, section)?;
        section.origins.insert(key.name(), Origin::File(place.line().0));
    }
    Ok(())
}

fn read_keys(place: &Place<'_>, name: &str, of: &DeTable<'_>, config: &mut Config) -> Result<()> {
    for (place, key, value) in entries(place, of) {
        if KEYS.iter().any(|known| known.table == format!("{name}.{key}")) {
            read_keys(&place, &format!("{name}.{key}"), table(&place, value)?, config)?;
            continue;
        }
        let known = KEYS.iter().find(|known| known.table == name && known.name == key);
        let known = known.ok_or_else(|| unknown_key(&place, name, key))?;
        let of_value = place.at(place.key.clone(), value.span());
        let value = known.form.read(value.get_ref()).map_err(|what| of_value.error(what))?;
        known.set(config, &value).map_err(|what| of_value.error(what))?;
        config.origins.insert(known.full_name(), Origin::File(place.line().0));
    }
    Ok(())
}

/// The error for a key that is not in the table `of` (empty: at the top), with what was probably meant.
fn unknown_key(place: &Place<'_>, of: &str, name: &str) -> Error {
    let above =
        |table: &str| if table.is_empty() { "at the top".to_owned() } else { format!("in [{table}]") };
    let error = place.error(format!("no such key {}", above(of)));
    let here: Vec<&str> = if of.is_empty() {
        TABLES.to_vec()
    } else {
        let subtables = KEYS.iter().filter_map(|key| key.table.strip_prefix(of)?.strip_prefix('.'));
        KEYS.iter().filter(|key| key.table == of).map(|key| key.name).chain(subtables).collect()
    };
    if let Some(near) = nearest(name, &here) {
        return error.remedy(format!("did you mean `{near}`?"));
    }
    // A key of another table, put into the wrong one.
    let all: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    if let Some(near) = nearest(name, &all) {
        let key = KEYS.iter().find(|key| key.name == near).expect("a name of the table");
        return error.remedy(format!("did you mean `{near}` {}?", above(key.table)));
    }
    error.remedy("see `iinrec config --example` for all keys")
}

/// Bands must stand above each other, or some of them could never be reached.
fn check_bands(root: &Place<'_>, config: &Config) -> Result<()> {
    let settings = &config.settings;
    if 0 < settings.band_low
        && settings.band_low < settings.band_medium
        && settings.band_medium < settings.band_high
    {
        return Ok(());
    }
    let names = ["rules.band_low", "rules.band_medium", "rules.band_high"];
    let lines = names.iter().filter_map(|name| match config.origins.get(*name) {
        Some(Origin::File(line)) => Some((*line, *name)),
        _ => None,
    });
    let (line, name) = lines.max().expect("the defaults ascend");
    Err(Error::usage(format!(
        "`{name}`: bands must ascend from above 0, but low, medium, high are {}, {}, {} thousandths",
        settings.band_low, settings.band_medium, settings.band_high
    ))
    .at(root.path)
    .line(line, 1)
    .remedy("set all three so that low < medium < high"))
}

//! Print: the tables of keys as a commented example, and a configuration with the origin of each value.
//!
//! The law: both are TOML that the parser takes, and what they say of a key is what the parser knows of it.

use std::fmt::Write as _;
use std::path::Path;

use super::datasets::{DATASETS, DatasetConfig, DatasetKey};
use super::keys::{KEYS, Key, table_doc};
use super::value::{Form, Value, quoted};
use super::{Config, Origin};
use crate::batch::{Dataset, Role};
use crate::ingest::{Reading, Readings};

/// Columns of a comment line.
const WIDTH: usize = 100;

/// The complete example: every key with its default, its range and its reason. A key that has no default
/// stands behind a `#` without a space.
#[must_use]
pub fn example() -> String {
    let defaults = Config::default();
    let mut out = String::new();
    comment(
        &mut out,
        "Configuration of iinrec: `iinrec reconcile --config night.toml --out DIR`. Every value below is the default \
         and may be left out. Lines that begin with `#` and no space are examples of keys without a default. The \
         command line beats this file. `iinrec config FILE` checks a file, `--show-config` shows what a run would \
         use.",
    );
    for dataset in DATASETS {
        let _ = writeln!(out, "\n[datasets.{}]", dataset.name());
        for key in DatasetKey::ALL.into_iter().filter(|key| key.is_of(dataset)) {
            // Said once: the sections are alike.
            if dataset == DATASETS[0] {
                comment(&mut out, &key.doc());
            }
            let _ = writeln!(out, "#{} = {}", key.name(), key.example(dataset));
        }
    }
    let mut table = "";
    for key in KEYS.iter() {
        head(&mut out, &mut table, key, true);
        // The weights have one range, said at their head.
        let words = if key.doc.is_empty() || key.table == "rules.weights" {
            key.doc.clone()
        } else {
            format!("{} ({})", key.doc, key.form.words())
        };
        if key.table == "rules.weights" {
            let _ = writeln!(
                out,
                "{}{}",
                line(key, &defaults),
                if words.is_empty() { String::new() } else { format!(" # {words}") }
            );
        } else {
            comment(&mut out, &words);
            let _ = writeln!(out, "{}", example_line(key, &defaults));
        }
    }
    out
}

/// What a run would use, with where each value came from; without words of explanation.
#[must_use]
pub fn show(config: &Config) -> String {
    let mut out = String::new();
    let path = config.path.as_deref();
    for dataset in DATASETS {
        let section = effective(config, dataset);
        let mut lines = String::new();
        for key in DatasetKey::ALL {
            if let Some(value) = key.write(&section) {
                let origin = section.origins.get(key.name()).copied().unwrap_or_default();
                let _ = writeln!(lines, "{} = {value} # {}", key.name(), words(origin, path));
            }
        }
        if !section.files.is_empty() || config.datasets.contains_key(&dataset) {
            let _ = writeln!(out, "[datasets.{}]\n{lines}", dataset.name());
        }
    }
    let mut table = "";
    for key in KEYS.iter() {
        head(&mut out, &mut table, key, false);
        let _ = writeln!(out, "{} # {}", line(key, config), words(config.origin(key), path));
    }
    out
}

/// What is said of a dataset, with what the command line says of all files laid over it.
fn effective(config: &Config, dataset: Dataset) -> DatasetConfig {
    let mut section = config.dataset(dataset);
    let all = &config.all;
    let mut beaten =
        |key: DatasetKey, option| section.origins.insert(key.name(), Origin::CommandLine(option));
    if all.encoding.is_some() {
        beaten(DatasetKey::Encoding, "--encoding");
    }
    if all.delimiter.is_some() {
        beaten(DatasetKey::Delimiter, "--delimiter");
    }
    let known = |role: Option<Role>| role.is_none_or(|role| dataset.roles().contains(&role));
    let columns: Vec<_> = all.columns.iter().filter(|column| known(column.role)).cloned().collect();
    if !columns.is_empty() {
        beaten(DatasetKey::Columns, "--column, and the file");
    }
    let own = std::mem::take(&mut section.reading);
    let reading = Reading { columns, sex: Default::default(), ..all.clone() };
    let readings = Readings { all: reading, datasets: [(dataset, own)].into(), source: None };
    section.reading = readings.of(dataset);
    // Of one header the first counts; TOML allows no second.
    let mut seen = Vec::new();
    section.reading.columns.retain(|column| {
        let new = !seen.contains(&column.header);
        seen.push(column.header.clone());
        new
    });
    section
}

/// Opens the table of a key when it is another than that of the key before.
fn head(out: &mut String, table: &mut &'static str, key: &Key, documented: bool) {
    if *table == key.table {
        return;
    }
    if !out.is_empty() && (documented || !table.is_empty()) {
        out.push('\n');
    }
    *table = key.table;
    if documented {
        comment(out, table_doc(key.table));
    }
    let _ = writeln!(out, "[{}]", key.table);
}

fn line(key: &Key, config: &Config) -> String {
    format!("{} = {}", key.name, key.form.write(&key.get(config)))
}

/// A line of the example: the default, or behind a `#` what could be said where there is none.
fn example_line(key: &Key, defaults: &Config) -> String {
    match key.form {
        Form::Text { example, .. } if key.get(defaults) == Value::Text(String::new()) => {
            format!("#{} = {}", key.name, quoted(example))
        }
        _ => line(key, defaults),
    }
}

fn words(origin: Origin, path: Option<&Path>) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::CommandLine(option) => format!("command line, {option}"),
        Origin::File(line) => {
            let name =
                path.and_then(Path::file_name).map_or_else(String::new, |n| n.to_string_lossy().into());
            // A file's name may hold anything, a comment may not.
            let name: String = name.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
            format!("{name}, line {line}")
        }
    }
}

/// Prose as comment lines of at most [`WIDTH`] columns.
fn comment(out: &mut String, text: &str) {
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column == 0 || column + 1 + length > WIDTH {
            if column > 0 {
                out.push('\n');
            }
            out.push('#');
            column = 1;
        }
        out.push(' ');
        out.push_str(word);
        column += 1 + length;
    }
    out.push('\n');
}

//! `iinrec config`: the commented example, and the check of a file before the night in which it is used.

use std::io::{self, Write};

use iinrec::config::datasets::DATASETS;
use iinrec::config::{Config, example, show};
use iinrec::day;
use iinrec::ingest::find::files_of;

use super::Failure;
use super::args::{ConfigArgs, Shared, today};

pub(crate) fn run(args: &ConfigArgs, out: &mut impl Write) -> Result<(), Failure> {
    let Some(path) = &args.file else { return Ok(out.write_all(example().as_bytes())?) };
    let mut config = Config::load(path)?;
    config.fill(today());
    let mut datasets = Vec::new();
    for dataset in DATASETS {
        let named = config.dataset(dataset).files;
        if !named.is_empty() {
            datasets.push((dataset.name(), files_of(&named)?.len()));
        }
    }
    writeln!(out, "{}: every key and value is understood.", path.display())?;
    for (name, count) in datasets {
        writeln!(out, "  {name}: {count} {}", if count == 1 { "file" } else { "files" })?;
    }
    let defaults = Config::default();
    let (mut same, mut other) = (0, Vec::new());
    for (key, line) in config.set_keys() {
        let (value, default) = (key.get(&config), key.get(&defaults));
        if value == default {
            same += 1;
        } else {
            let (value, default) = (key.form.write(&value), key.form.write(&default));
            other.push(format!("  {} = {value}  (line {line}; default {default})", key.full_name()));
        }
    }
    match other.len() {
        0 => writeln!(out, "No threshold differs from its default.")?,
        count => writeln!(out, "{count} of its values differ from the default, {same} do not:")?,
    }
    for line in other {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Prints what a run would use.
pub(super) fn show_config(config: &Config, shared: &Shared, out: &mut impl Write) -> io::Result<()> {
    let origin = if shared.as_of.is_some() { "command line, --as-of" } else { "today" };
    writeln!(out, "# as of {} # {origin}\n", day::iso(shared.as_of()))?;
    out.write_all(show(config).as_bytes())
}

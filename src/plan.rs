//! Plan: what a run will do, settled before the first record.
//!
//! In: what was typed ([`Request`]). Out: [`Plan`], with every file found and looked at, every column
//! resolved, the as-of day and the number of threads fixed. All that can be refused is refused here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::batch::Dataset;
use crate::error::{Error, Result};
use crate::ingest::find::{files_of, refuse_stdin_twice};
use crate::ingest::header::ColumnOverride;
use crate::ingest::{self, DataFile, Input, Needs, Readings, Spooling};
use crate::report::back::{Reports, Run};
use crate::report::changes::read::open_earlier;
use crate::report::earlier;
use crate::report::export::Also;
use crate::report::html::night::PageOptions;
use crate::report::protect::Protection;
use crate::report::publish;
use crate::rules::decisions::Decisions;
use crate::rules::settings::Settings;
use crate::scratch;
use crate::spill::{Memory, Spill};

/// What was typed for a reconciliation.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Files or folders of the registry.
    pub registry: Vec<PathBuf>,
    /// Files or folders of the documents.
    pub documents: Vec<PathBuf>,
    /// Files or folders of the activity; may be empty.
    pub activity: Vec<PathBuf>,
    /// Where the report goes.
    pub out: PathBuf,
    /// Whether an existing report is replaced.
    pub overwrite: bool,
    /// The one "now" of the run, in days since 1970-01-01.
    pub as_of: i32,
    /// How many threads.
    pub threads: usize,
    /// How much memory it may use.
    pub memory: Memory,
    /// How files are read where looking does not tell.
    pub readings: Readings,
    /// Dates and thresholds of the rules.
    pub settings: Settings,
    /// The most bytes that one packed input may unpack to, where the usual bound does not do.
    pub unpacked_max: Option<u64>,
    /// A file of what people decided of earlier findings.
    pub decisions: Option<PathBuf>,
    /// What is written beside the Parquet files.
    pub also: Also,
    /// The report of an earlier night, with which this one is compared.
    pub previous: Option<Earlier>,
    /// How the page for people is wanted.
    pub page: PageRequest,
    /// How the report is protected.
    pub protection: Protection,
}

/// An earlier night.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// The folder of its report.
    pub folder: PathBuf,
    /// Days after which a case that is gone is forgotten.
    pub forget_days: i32,
}

/// What was typed for the page.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// How it is wanted.
    pub options: PageOptions,
    /// Folders of earlier nights, for its trend.
    pub history: Vec<PathBuf>,
}

/// What a reconciliation will do.
#[derive(Debug)]
pub struct Plan {
    /// The registry, the documents and, where there is one, the activity.
    pub inputs: Vec<Input>,
    /// Where the report goes.
    pub out: PathBuf,
    /// Whether an existing report is replaced.
    pub overwrite: bool,
    /// The one "now" of the run.
    pub as_of: i32,
    /// How many threads.
    pub threads: usize,
    /// Where to lay down what does not fit into memory, when that is so.
    pub spill: Option<Spill>,
    /// Dates and thresholds of the rules.
    pub settings: Settings,
    /// What people decided of earlier findings.
    pub decisions: Option<Decided>,
    /// What is written beside the Parquet files.
    pub also: Also,
    /// The report of an earlier night, and what was said of it.
    pub previous: Option<(Earlier, Reports)>,
    /// How the page for people is wanted.
    pub page: PageOptions,
    /// The accounts of earlier nights, for its trend.
    pub earlier: Vec<Run>,
    /// How the report is protected.
    pub protection: Protection,
}

/// Decisions, and where they stood.
#[derive(Debug)]
pub struct Decided {
    /// The file.
    pub path: PathBuf,
    /// BLAKE3 of its bytes.
    pub digest: String,
    /// What it says.
    pub decisions: Decisions,
}

impl Plan {
    /// Settles a run.
    ///
    /// # Errors
    /// When an input or the output folder cannot be used.
    pub fn settle(request: &Request) -> Result<Self> {
        let needed = [(Dataset::Registry, &request.registry), (Dataset::Documents, &request.documents)];
        if let Some((dataset, _)) = needed.iter().find(|(_, files)| files.is_empty()) {
            let name = dataset.name();
            return Err(Error::usage(format!("no {name} is named")).remedy(format!(
                "add --{name} FILE, or files = [\"…\"] below [datasets.{name}] in the configuration"
            )));
        }
        refuse_stdin_twice(request.registry.iter().chain(&request.documents).chain(&request.activity))?;
        check_out(&request.out, request.overwrite)?;
        if request.also != Also::default() && request.protection.forbids_plain_copies() {
            return Err(Protection::refuse_plain_copy("--also writes copies that"));
        }
        if request.page.options.values && request.protection.forbids_plain_copies() {
            return Err(Protection::refuse_plain_copy("--report-values makes a page that"));
        }
        // On the disk that has room for a report, which is not always the one of the system's own files.
        let spooling =
            Spooling { folder: parent_of(&request.out).to_owned(), unpacked_max: request.unpacked_max };
        let open = |dataset, paths: &[PathBuf]| open_input(dataset, paths, &request.readings, &spooling);
        let mut inputs =
            vec![open(Dataset::Registry, &request.registry)?, open(Dataset::Documents, &request.documents)?];
        if !request.activity.is_empty() {
            inputs.push(open(Dataset::Activity, &request.activity)?);
        }
        check_overrides(&inputs, &request.readings)?;
        let decisions = match &request.decisions {
            None => None,
            Some(path) => {
                let (decisions, digest) = ingest::decisions::read(path)?;
                Some(Decided { path: path.clone(), digest, decisions })
            }
        };
        let previous = match &request.previous {
            None => None,
            Some(earlier) => {
                Some((earlier.clone(), open_earlier(&earlier.folder, request.as_of, &request.protection)?))
            }
        };
        let spill = request.memory.settle(&inputs, parent_of(&request.out), request.threads)?;
        Ok(Plan {
            inputs,
            spill,
            out: request.out.clone(),
            overwrite: request.overwrite,
            as_of: request.as_of,
            threads: request.threads,
            settings: request.settings.clone(),
            decisions,
            also: request.also,
            previous,
            page: request.page.options,
            earlier: earlier::read(&request.page.history)?,
            protection: request.protection.clone(),
        })
    }

    /// A digest of the settings, and of how files are read.
    #[must_use]
    pub fn settings_fingerprint(&self) -> String {
        settings_fingerprint(&self.inputs, &self.settings)
    }

    /// A digest of everything but the inputs' bytes that can change an output. The earlier night is an input here, so that
    /// naming it does not make every night another configuration.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.protection.fingerprint(match &self.decisions {
            None => fingerprint(&self.inputs, self.as_of, &self.settings),
            Some(decided) => fingerprint(&self.inputs, self.as_of, &(&self.settings, &decided.digest)),
        })
    }
}

/// A digest of the settings of whatever looks at the records, and of how the files of each dataset are read, however many
/// they are: the same on two nights with the same configuration. The day and the version are no part of it.
#[must_use]
pub fn settings_fingerprint(inputs: &[Input], settings: &impl std::fmt::Debug) -> String {
    let reading =
        |file: &DataFile| format!("{:?} {:?}", file.layout(), (&file.header().roles, file.sex_codes()));
    let readings: Vec<(Dataset, BTreeSet<String>)> =
        inputs.iter().map(|input| (input.dataset, input.files.iter().map(reading).collect())).collect();
    blake3::hash(format!("{settings:?} {readings:?}").as_bytes()).to_hex()[..16].to_owned()
}

/// A digest of everything but the inputs' bytes that can change an output: how each file is read, the one
/// "now", and the settings of whatever looks at the records.
#[must_use]
pub fn fingerprint(inputs: &[Input], as_of: i32, settings: &impl std::fmt::Debug) -> String {
    let files = inputs.iter().flat_map(|input| &input.files);
    let readings: Vec<_> =
        files.map(|file| (&file.header().roles, file.layout(), file.sex_codes())).collect();
    let text = format!("{} {as_of} {settings:?} {readings:?}", env!("CARGO_PKG_VERSION"));
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

fn open_input(
    dataset: Dataset,
    paths: &[PathBuf],
    readings: &Readings,
    spooling: &Spooling,
) -> Result<Input> {
    let reading = readings.of(dataset);
    let files = files_of(paths)?
        .iter()
        .map(|path| DataFile::open(path, dataset, &reading, Needs::Required, spooling))
        .collect::<Result<Vec<_>>>()?;
    Ok(Input { dataset, files })
}

/// Whether a report can be made at a path, before hours are spent on it. What dead runs left beside it is removed
/// first, and what they had moved away is put back.
///
/// # Errors
/// When the folder exists and is not to be replaced, is no report, or its parent does not exist.
pub fn check_out(out: &Path, overwrite: bool) -> Result<()> {
    if out.file_name().is_none() {
        return Err(Error::usage("--out names no folder")
            .at(out)
            .remedy("name a new folder, e.g. --out reports"));
    }
    if publish::is_being_written(out) {
        return Err(publish::busy(out));
    }
    scratch::sweep(parent_of(out));
    match out.symlink_metadata() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(Error::io("cannot look at --out", out, &e)),
        Ok(_) if !overwrite => {
            return Err(Error::usage("--out exists already")
                .at(out)
                .remedy("choose another folder, or add --overwrite to replace that report"));
        }
        Ok(_) => {
            if !is_replaceable(out) {
                return Err(Error::usage(
                    "--overwrite replaces only reports, and this is none (no run.json in it)",
                )
                .at(out)
                .remedy("choose another folder"));
            }
        }
    }
    let parent = parent_of(out);
    match parent.metadata() {
        Ok(meta) if meta.is_dir() => Ok(()),
        Ok(_) => {
            Err(Error::usage("the parent of --out is no folder").at(parent).remedy("choose another folder"))
        }
        Err(e) => Err(Error::io("cannot find the parent of --out", parent, &e)),
    }
}

/// Whether `--overwrite` may replace what stands at a path: a report, or an empty folder; never a link.
#[must_use]
pub fn is_replaceable(out: &Path) -> bool {
    let empty = || out.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    out.symlink_metadata().is_ok_and(|meta| meta.is_dir()) && (out.join("run.json").is_file() || empty())
}

/// The folder in which a path lies.
#[must_use]
pub fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether every column that was named by hand is there: on the command line in any input, in the
/// configuration in the dataset of which it is said.
///
/// # Errors
/// When one is not.
pub fn check_overrides(inputs: &[Input], readings: &Readings) -> Result<()> {
    let used = |input: &Input, column: &ColumnOverride| {
        input.files.iter().any(|file| match column.role {
            Some(role) => file.header().by_hand.contains(&role),
            None => file.header().ignored.contains(&column.header),
        })
    };
    for column in &readings.all.columns {
        if !inputs.iter().any(|input| used(input, column)) {
            return Err(Error::usage(format!(
                "--column \"{}\": no input has such a column, or none that may have this role",
                column.header
            ))
            .remedy("write the header as it stands in the file, and a role of that dataset"));
        }
    }
    for input in inputs {
        let Some(reading) = readings.datasets.get(&input.dataset) else { continue };
        for column in &reading.columns {
            // What the command line says of the same header or role beats it, which is no mistake.
            let beaten =
                readings.all.columns.iter().any(|all| {
                    all.header == column.header || (all.role.is_some() && all.role == column.role)
                });
            if !beaten && !used(input, column) {
                let error = Error::usage(format!(
                    "datasets.{}.columns: no file of it has a column \"{}\"",
                    input.dataset.name(),
                    column.header
                ))
                .remedy("write the header as it stands in the file");
                return Err(match &readings.source {
                    Some(path) => error.at(path),
                    None => error,
                });
            }
        }
    }
    Ok(())
}

//! Journal: what was done with each night, one JSON line a step, in `history.jsonl` beside the nights.
//!
//! In: steps as they are done. Out: what the lines say of a night. The law: a line is forced to disk before the next step
//! begins; lines are only ever appended; one that is torn or of a later version is passed over. It outlives the reports
//! that retention removes, so it holds counts and no value of a record.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::report::gates::Figures;

/// The file's name.
pub const FILE: &str = "history.jsonl";

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// When, as RFC 3339.
    pub time: String,
    /// The day of the night.
    pub as_of: String,
    /// What was done.
    #[serde(flatten)]
    pub step: Step,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "lowercase")]
pub enum Step {
    /// A run has begun.
    Started {
        /// Version of the program.
        version: String,
    },
    /// The report stands in its place.
    Published(Published),
    /// What it says is in a database.
    Loaded {
        /// Which, without its password.
        into: String,
    },
    /// An older night is about to be removed.
    Removed {
        /// Its day.
        night: String,
        /// Its main figures, which outlive it.
        figures: BTreeMap<String, u64>,
    },
    /// All was done; 3 when a gate tripped and holds the night back.
    Finished {
        /// The exit code.
        exit_code: u8,
        /// The gates that tripped.
        tripped: Vec<String>,
        /// Whether somebody let it pass all the same.
        accepted: bool,
    },
    /// The run ended early.
    Failed {
        /// The exit code.
        exit_code: u8,
        /// Why, without values of records.
        error: String,
    },
}

/// What is remembered of a report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// What it was made of, see [`identity`](super::identity); none where that cannot be told.
    pub identity: Option<String>,
    /// BLAKE3 of `run.json`.
    pub run: String,
    /// Seconds that it took.
    pub seconds: f64,
    /// Version that made it.
    pub version: String,
    /// Its main figures.
    pub figures: BTreeMap<String, u64>,
}

/// The figures that outlive a report.
pub const KEPT: [&str; 8] = [
    "records",
    "rejects",
    "corrections",
    "suspects",
    "suspects.high",
    "new-corrections",
    "new-suspects",
    "resolved-corrections",
];

/// The figures of a run that outlive its report. What changed is left out where nothing was compared.
#[must_use]
pub fn kept(figures: &Figures) -> BTreeMap<String, u64> {
    let told = KEPT.iter().filter(|name| figures.compared() || !name.contains('-'));
    told.map(|&name| (name.to_owned(), figures.get(name))).collect()
}

/// The journal of a folder of nights.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    lines: Vec<Line>,
}

/// All that the journal says of the last run of a night.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The report that stands.
    pub published: Option<Published>,
    /// The database that it is in.
    pub loaded: Option<String>,
    /// How the last run ended: its code, which gates tripped, whether it was let pass.
    pub finished: Option<(u8, Vec<String>, bool)>,
    /// Why the last run ended early.
    pub failed: Option<String>,
    /// What retention kept of it when it removed it, or was about to.
    pub removed: Option<BTreeMap<String, u64>>,
}

impl Told {
    /// Whether a gate holds it back.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(&self.finished, Some((3, _, false)))
    }
}

impl Journal {
    /// Opens the journal of a folder of nights, which makes it where there is none.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let failed = |e| Error::io("cannot open the history of the nights", &path, &e);
        let flags = (OFlags::NOFOLLOW | OFlags::CLOEXEC).bits() as i32;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600).custom_flags(flags);
        let mut file = options.open(&path).map_err(failed)?;
        let lines = read(&mut file).map_err(failed)?;
        Ok(Journal { file, path, lines })
    }

    /// What the journal of a folder says, without making one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn lines_of(folder: &Path) -> Result<Vec<Line>> {
        let path = folder.join(FILE);
        let failed = |e: std::io::Error| Error::io("cannot read the history of the nights", &path, &e);
        match File::open(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            file => read(&mut file.map_err(failed)?).map_err(failed),
        }
    }

    /// Appends a step that is done.
    ///
    /// # Errors
    /// When it cannot be forced to disk.
    pub fn append(&mut self, time: &str, as_of: &str, step: Step) -> Result<()> {
        let line = Line { time: time.to_owned(), as_of: as_of.to_owned(), step };
        let mut text = serde_json::to_string(&line).expect("plain data");
        text.push('\n');
        let path = self.path.clone();
        let failed = |e| Error::io("cannot write the history of the nights", &path, &e);
        // After a line that was torn by a crash the next one must not continue it.
        let torn = self.ends_torn().map_err(failed)?;
        if torn {
            text.insert(0, '\n');
        }
        self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data()).map_err(failed)?;
        self.lines.push(line);
        Ok(())
    }

    fn ends_torn(&mut self) -> std::io::Result<bool> {
        if self.file.seek(SeekFrom::End(0))? == 0 {
            return Ok(false);
        }
        self.file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        self.file.read_exact(&mut last)?;
        Ok(last != [b'\n'])
    }

    /// All of its lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What it says of a night.
    #[must_use]
    pub fn of(&self, as_of: &str) -> Told {
        told(&self.lines, as_of)
    }
}

/// The lines of a journal that can be understood.
fn read(file: &mut File) -> std::io::Result<Vec<Line>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

/// What lines say of a night.
#[must_use]
pub fn told(lines: &[Line], as_of: &str) -> Told {
    let mut told = Told::default();
    for line in lines {
        if let Step::Removed { night, figures } = &line.step
            && night == as_of
        {
            told.removed = Some(figures.clone());
        }
        if line.as_of != as_of {
            continue;
        }
        match &line.step {
            // A report stays what it was until another is published; how the run ends is told anew.
            Step::Started { .. } => {
                told.finished = told.finished.filter(|(code, _, _)| *code == 3);
                told.failed = None;
            }
            Step::Published(published) => {
                told = Told { published: Some(published.clone()), ..Told::default() };
            }
            Step::Loaded { into } => told.loaded = Some(into.clone()),
            Step::Removed { .. } => {}
            Step::Finished { exit_code, tripped, accepted } => {
                told.finished = Some((*exit_code, tripped.clone(), *accepted));
            }
            Step::Failed { error, .. } => told.failed = Some(error.clone()),
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(run: &str) -> Step {
        Step::Published(Published { run: run.to_owned(), ..Published::default() })
    }

    fn finished(exit_code: u8, accepted: bool) -> Step {
        Step::Finished { exit_code, tripped: Vec::new(), accepted }
    }

    #[test]
    fn the_last_run_of_a_night_counts() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(folder.path()).unwrap();
        let day = "2026-11-01";
        let mut add = |of: &str, step: Step| journal.append("t", of, step).unwrap();
        add(day, Step::Started { version: "0".into() });
        add(day, published("a"));
        add(day, Step::Loaded { into: "db".into() });
        add(day, finished(3, false));
        add("2026-11-02", published("b"));
        let told = Journal::open(folder.path()).unwrap().of(day);
        assert!(told.is_held() && told.loaded.is_some() && told.published.unwrap().run == "a");
        assert!(!Journal::open(folder.path()).unwrap().of("2026-11-02").is_held());
        // Begun again, it is held until somebody lets it pass; published again, it was not loaded yet.
        let mut journal = Journal::open(folder.path()).unwrap();
        journal.append("t", day, Step::Started { version: "0".into() }).unwrap();
        assert!(journal.of(day).is_held());
        journal.append("t", day, finished(0, true)).unwrap();
        assert!(!journal.of(day).is_held() && journal.of(day).loaded.is_some());
        journal.append("t", day, published("c")).unwrap();
        assert_eq!(journal.of(day).published.unwrap().run, "c");
        assert!(journal.of(day).loaded.is_none() && journal.of(day).finished.is_none());
        journal
            .append(
                "t",
                "2026-12-01",
                Step::Removed { night: day.into(), figures: [("records".into(), 7)].into() },
            )
            .unwrap();
        assert_eq!(journal.of(day).removed.unwrap()["records"], 7);
    }

    #[test]
    fn a_torn_line_is_passed_over_and_not_continued() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let mut journal = Journal::open(folder.path()).unwrap();
        journal.append("t", "2026-11-01", published("a")).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for cut in 1..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let mut journal = Journal::open(folder.path()).unwrap();
            // But for its newline the line is whole.
            assert_eq!(journal.of("2026-11-01").published.is_some(), cut + 1 == whole.len(), "{cut}");
            journal.append("t", "2026-11-01", published("b")).unwrap();
            let told = Journal::open(folder.path()).unwrap().of("2026-11-01");
            assert_eq!(told.published.unwrap().run, "b", "{cut}");
        }
        std::fs::write(&path, b"{\"time\":\"t\",\"as_of\":\"x\",\"step\":\"of a later version\"}\n\xff\n")
            .unwrap();
        assert_eq!(Journal::lines_of(folder.path()).unwrap(), []);
    }
}

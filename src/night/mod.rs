//! Night: a folder of reports, one a day, and what is remembered of how each came about.
//!
//! In: the folder of `[night]`. Out: which nights there are, which of them may be compared with, what is left to do of one
//! that was cut short, what may go. The law: a report is whole or not there (see [`publish`](crate::report::publish)), so
//! all that must be remembered beside it is what was done with it; that is the journal, in which every step is one line,
//! written after the step. Each step can be done twice without harm, so a step whose line is missing is done again.
//!
//! Reconciling itself is not cut into steps that could be taken up: a million people are tied in two seconds, in which their
//! rows and links (300 bytes each) would have to be written, forced to the disk, proved and read again.

pub mod arrival;
pub mod identity;
pub mod journal;
pub mod retention;

use std::path::{Path, PathBuf};

use crate::day;
use crate::error::{Error, Result};
use crate::scratch::{Scratch, sweep};

/// A report in a folder of nights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Night {
    /// Its day.
    pub as_of: i32,
    /// Where it lies.
    pub path: PathBuf,
}

/// The nights of a folder, the oldest first: folders that are named by a day and hold a report. Whatever else lies there
/// is none of ours.
///
/// # Errors
/// When the folder cannot be listed.
pub fn nights(folder: &Path) -> Result<Vec<Night>> {
    let failed = |e| Error::io("cannot list the nights", folder, &e);
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let Some(as_of) = name.to_str().and_then(day_of) else { continue };
        let path = entry.path();
        // Not through a link: what it names may be anybody's.
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        if is_folder && path.join("run.json").is_file() {
            found.push(Night { as_of, path });
        }
    }
    found.sort_by_key(|night| night.as_of);
    Ok(found)
}

/// The day of a folder's name: `2026-11-01` and no other form.
fn day_of(name: &str) -> Option<i32> {
    let day = day::parse(name.as_bytes())?;
    (day::iso(day) == name).then_some(day)
}

/// Takes a folder of nights for this run, until what is returned is dropped. The folder is made where it is missing.
///
/// # Errors
/// When another run has it, or it cannot be made.
pub fn take(folder: &Path) -> Result<Scratch> {
    use std::os::unix::fs::DirBuilderExt;
    if !folder.is_dir() {
        let made = std::fs::DirBuilder::new().mode(0o700).create(folder);
        made.map_err(|e| Error::io("cannot make the folder of the nights", folder, &e))?;
    }
    let taken = Scratch::claim(folder, LOCK)?.ok_or_else(|| {
        Error::world("another run is at work in this folder of nights")
            .at(folder)
            .remedy("wait for it, or see with ps what it does; should its machine be gone, the next run takes over by itself")
    })?;
    // A run that takes up a night makes no report, which would do this too.
    sweep(folder);
    Ok(taken)
}

/// The hidden folder whose lock says that a run is at work.
const LOCK: &str = "night";

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn nights_are_folders_of_a_day_with_a_report() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["2026-11-02", "2026-11-01", "2026-11-31", "20261103", "other", "2026-11-04"] {
            fs::create_dir(folder.path().join(name)).unwrap();
            if name != "2026-11-04" {
                fs::write(folder.path().join(name).join("run.json"), "{}").unwrap();
            }
        }
        std::os::unix::fs::symlink(folder.path().join("other"), folder.path().join("2026-11-05")).unwrap();
        let days: Vec<_> = nights(folder.path()).unwrap().iter().map(|night| day::iso(night.as_of)).collect();
        assert_eq!(days, ["2026-11-01", "2026-11-02"]);
    }

    #[test]
    fn a_folder_of_nights_has_one_run_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("reports");
        let taken = take(&folder).unwrap();
        assert!(take(&folder).unwrap_err().to_string().contains("another run is at work"));
        drop(taken);
        take(&folder).unwrap();
        assert_eq!(folder.read_dir().unwrap().count(), 0);
        assert!(take(&parent.path().join("none/reports")).is_err(), "a parent that is not there is a slip");
    }
}

//! Earlier: the accounts of nights that are past, for the trend of a page.
//!
//! In: folders, each a report of `reconcile` or a folder in which such reports lie. Out: their accounts, in the order of
//! the folders and, within one, of its names. The law: only what was named is looked at, since a page must follow from what it
//! was given; nothing but `run.json` is read of a night.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::report::back::{Run, account};

/// Reads the accounts of the nights below these folders. A folder without any is no error: so it is before the first
/// night. A night in a folder of nights whose account cannot be read is left out: a trend is no reason to stop a night.
///
/// # Errors
/// When a folder is missing, or the account of a report that was named itself is not as `reconcile` writes it.
pub fn read(folders: &[PathBuf]) -> Result<Vec<Run>> {
    let mut runs = Vec::new();
    for folder in folders {
        if is_night(folder) {
            runs.push(account_of(folder)?);
            continue;
        }
        let failed = |e: std::io::Error| {
            Error::io("cannot look for earlier nights", folder, &e)
                .remedy("name with --history a report, or the folder in which reports lie")
        };
        let mut nights = Vec::new();
        for entry in folder.read_dir().map_err(failed)? {
            nights.push(entry.map_err(failed)?.path());
        }
        nights.sort();
        runs.extend(nights.iter().filter(|night| is_night(night)).flat_map(|night| account_of(night)));
    }
    Ok(runs)
}

/// Whether a folder is a report of `reconcile`: others have no corrections, and what is hidden is a draft.
fn is_night(folder: &Path) -> bool {
    let hidden = folder.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && folder.join("run.json").is_file() && folder.join("corrections.parquet").is_file()
}

fn account_of(folder: &Path) -> Result<Run> {
    account(folder, "name another report with --history")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(folder: &Path, as_of: &str) {
        std::fs::create_dir_all(folder).unwrap();
        let account = format!("{{\"version\": \"0.1.0\", \"as_of\": \"{as_of}\", \"inputs\": []}}");
        std::fs::write(folder.join("run.json"), account).unwrap();
        std::fs::write(folder.join("corrections.parquet"), "").unwrap();
    }

    #[test]
    fn reports_and_folders_of_reports_are_nights_and_nothing_else_is() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path();
        night(&folder.join("nights/b"), "2026-11-02");
        night(&folder.join("nights/a"), "2026-11-01");
        night(&folder.join("nights/.iinrec-draft"), "2026-11-09");
        night(&folder.join("alone"), "2026-10-01");
        std::fs::create_dir_all(folder.join("nights/dedupe")).unwrap();
        std::fs::write(folder.join("nights/dedupe/run.json"), "{}").unwrap();
        std::fs::write(folder.join("nights/notes.txt"), "").unwrap();
        std::fs::create_dir_all(folder.join("empty")).unwrap();
        let days = |names: &[&str]| -> Result<Vec<String>> {
            let folders: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
            Ok(read(&folders)?.into_iter().map(|run| run.as_of).collect())
        };
        assert_eq!(days(&["nights", "alone"]).unwrap(), ["2026-11-01", "2026-11-02", "2026-10-01"]);
        assert_eq!(days(&["empty"]).unwrap(), [""; 0]);
        assert!(days(&["lost"]).is_err());
        std::fs::write(folder.join("alone/run.json"), "secret 900304390006").unwrap();
        let error = days(&["alone"]).unwrap_err();
        assert!(!format!("{error:?}").contains("900304390006"), "nothing of what was read");
        std::fs::write(folder.join("nights/a/run.json"), "torn").unwrap();
        assert_eq!(days(&["nights"]).unwrap(), ["2026-11-02"], "of many nights one may be lost");
    }
}

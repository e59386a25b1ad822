//! Identity: what a report was made of, as one digest, so that a night that was cut short need not be made again.
//!
//! In: the files and all that can change a report. Out: a digest, or none where nothing can be promised: of a pipe or a
//! database nobody knows whether the same would come again. The law: the same digest means the same report. Files are not
//! read for that; path, size, place on the disk and time of the last change tell, as they do for `make` and for backups.

use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::report::back::{ACCOUNT, RunOutput, account};
use crate::report::publish::digest_of;

/// The digest of files and of whatever else decides what a report says.
///
/// # Errors
/// When a file cannot be looked at.
pub fn of(files: &[PathBuf], settings: &impl std::fmt::Debug) -> Result<Option<String>> {
    let mut text = format!("{} {settings:?}\n", env!("CARGO_PKG_VERSION"));
    for path in files {
        let Ok(meta) = path.metadata() else {
            // Standard input and addresses are no files; a file that went away is found missing when it is opened.
            return Ok(None);
        };
        if !meta.is_file() {
            return Ok(None);
        }
        let (seconds, nanos) = (meta.mtime(), meta.mtime_nsec());
        let place = (meta.dev(), meta.ino(), meta.len());
        let _ = writeln!(text, "{path:?} {place:?} {seconds} {nanos}");
    }
    Ok(Some(blake3::hash(text.as_bytes()).to_hex().to_string()))
}

/// The digest of the account of a report.
///
/// # Errors
/// When it cannot be read.
pub fn of_report(report: &Path) -> Result<String> {
    let path = report.join(ACCOUNT);
    digest_of(&path).map(|(_, digest)| digest).map_err(|e| Error::io("cannot read the report", &path, &e))
}

/// The part of an account that names the files.
#[derive(serde::Deserialize)]
struct Account {
    outputs: Vec<RunOutput>,
}

/// Whether a report is the one whose account had this digest, and all of its files are what the account says.
#[must_use]
pub fn is_whole(report: &Path, run: &str) -> bool {
    let same = |file: &str, digest: &str| digest_of(&report.join(file)).is_ok_and(|(_, is)| is == digest);
    same(ACCOUNT, run)
        && account::<Account>(report, "")
            .is_ok_and(|account| account.outputs.iter().all(|output| same(&output.file, &output.digest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_changes_the_identity() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        fs::write(&file, "1").unwrap();
        let files = [file.clone()];
        let first = of(&files, &1).unwrap();
        assert!(first.is_some());
        assert_eq!(of(&files, &1).unwrap(), first);
        assert_ne!(of(&files, &2).unwrap(), first, "a setting");
        fs::write(&file, "12").unwrap();
        assert_ne!(of(&files, &1).unwrap(), first, "a size");
        // The same bytes in another file: an export that was made anew.
        fs::write(folder.path().join("b"), "1").unwrap();
        fs::rename(folder.path().join("b"), &file).unwrap();
        assert_ne!(of(&files, &1).unwrap(), first, "another file");
        for none in ["-", "postgres://db/x?table=t", "/dev/null"] {
            assert_eq!(of(&[none.into()], &1).unwrap(), None, "{none} promises nothing");
        }
    }

    #[test]
    fn a_report_is_whole_or_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (run, table) = (folder.path().join("run.json"), folder.path().join("t.parquet"));
        fs::write(&table, "rows").unwrap();
        let digest = blake3::hash(b"rows").to_hex();
        let output = format!("{{\"file\":\"t.parquet\",\"rows\":1,\"bytes\":4,\"digest\":\"{digest}\"}}");
        fs::write(&run, format!("{{\"outputs\":[{output}]}}")).unwrap();
        let account = of_report(folder.path()).unwrap();
        assert!(is_whole(folder.path(), &account));
        assert!(!is_whole(folder.path(), "another"));
        fs::write(&table, "rowz").unwrap();
        assert!(!is_whole(folder.path(), &account));
        fs::remove_file(&table).unwrap();
        assert!(!is_whole(folder.path(), &account));
    }
}

//! Identity: what a report was made of, as one digest, so that a night that was cut short need not be made again.
//!
//! In: the files and all that can change a report. Out: a digest, or none where nothing can be promised: of a pipe or a
//! database nobody knows whether the same would come again. The law: the same digest means the same report. Files are not
//! read for that; path, size, place on the disk and time of the last change tell, as they do for `make` and for backups.

use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

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
    Ok(Some(digest(text.as_bytes())))
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The digest of the account of a report.
///
/// # Errors
/// When it cannot be read.
pub fn of_report(report: &Path) -> Result<String> {
    let path = report.join("run.json");
    let bytes = std::fs::read(&path).map_err(|e| Error::io("cannot read the report", &path, &e))?;
    Ok(digest(&bytes))
}

/// Whether a report is the one whose account had this digest, and all of its files are what the account says.
#[must_use]
pub fn is_whole(report: &Path, run: &str) -> bool {
    let Ok(bytes) = std::fs::read(report.join("run.json")) else { return false };
    if digest(&bytes) != run {
        return false;
    }
    let Ok(account) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return false };
    account["outputs"].as_array().is_some_and(|outputs| {
        outputs.iter().all(|output| {
            let file = output["file"].as_str().map(|file| report.join(file));
            let found = file.and_then(|file| {
                let mut hasher = blake3::Hasher::new();
                std::io::copy(&mut std::fs::File::open(file).ok()?, &mut hasher).ok()?;
                Some(hasher.finalize().to_hex().to_string())
            });
            found.as_deref() == output["digest"].as_str() && found.is_some()
        })
    })
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
        fs::write(
            &run,
            format!("{{\"outputs\":[{{\"file\":\"t.parquet\",\"digest\":\"{}\"}}]}}", digest(b"rows")),
        )
        .unwrap();
        let account = of_report(folder.path()).unwrap();
        assert!(is_whole(folder.path(), &account));
        assert!(!is_whole(folder.path(), "another"));
        fs::write(&table, "rowz").unwrap();
        assert!(!is_whole(folder.path(), &account));
        fs::remove_file(&table).unwrap();
        assert!(!is_whole(folder.path(), &account));
    }
}

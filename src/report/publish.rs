//! Publish: a folder that appears whole or not at all.
//!
//! A report grows in a hidden sibling of its final place (mode 0700, files 0600), is forced to disk, and
//! takes its name in one rename; an older report is exchanged for it in one step and then removed.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::plan::parent_of;

/// A report that is not published yet; dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    folder: TempDir,
    out: PathBuf,
}

/// What was written of one file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Output {
    /// Its name in the report.
    pub file: String,
    /// Its rows.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its bytes.
    pub digest: String,
}

impl Draft {
    /// Starts a report beside its final place.
    ///
    /// # Errors
    /// When the parent folder cannot be written.
    pub fn new(out: &Path) -> Result<Self> {
        let parent = parent_of(out);
        let folder = tempfile::Builder::new()
            .prefix(".iinrec-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent)
            .map_err(|e| Error::io("cannot make the report's folder", parent, &e))?;
        Ok(Draft { folder, out: out.to_owned() })
    }

    /// Writes one file of the report, through to the disk.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write(&self, name: &str, bytes: &[u8], rows: u64) -> Result<Output> {
        let path = self.folder.path().join(name);
        let failed = |e: std::io::Error| Error::io("cannot write the report", &self.out.join(name), &e);
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let digest = blake3::hash(bytes).to_hex().to_string();
        Ok(Output { file: name.to_owned(), rows, bytes: bytes.len() as u64, digest })
    }

    /// Gives the report its name. An older report at that place is replaced in one step.
    ///
    /// # Errors
    /// When the folder cannot be renamed; then nothing has changed.
    pub fn publish(self) -> Result<()> {
        let failed = |e: std::io::Error| Error::io("cannot publish the report", &self.out, &e);
        sync_folder(self.folder.path()).map_err(failed)?;
        let (draft, out) = (self.folder.path(), self.out.as_path());
        if out.exists() {
            exchange(draft, out).map_err(failed)?;
            // The draft's name now holds the older report, which the temporary folder removes.
        } else {
            renameat_with(CWD, draft, CWD, out, RenameFlags::NOREPLACE)
                .or_else(|_| fs::rename(draft, out).map_err(|_| rustix::io::Errno::EXIST))
                .map_err(|e| failed(e.into()))?;
            let _gone = self.folder.keep();
        }
        sync_folder(parent_of(&self.out)).map_err(failed)
    }
}

/// Exchanges two folders in one step, or in two where the file system cannot.
fn exchange(draft: &Path, out: &Path) -> std::io::Result<()> {
    match renameat_with(CWD, draft, CWD, out, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
            let old = draft.with_extension("old");
            fs::rename(out, &old)?;
            fs::rename(draft, out)?;
            fs::rename(&old, draft)
        }
        Err(e) => Err(e.into()),
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

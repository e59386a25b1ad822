//! Identity: which file it was when it was opened, and whether it still is that file.
//!
//! The law: a report is published only when every input is, at the end, the file that it was at the start:
//! device, inode, size, time of modification and time of change, of the open file and of its path. So a
//! file that was truncated, appended to, overwritten or replaced during a run is an error and no report.
//!
//! What remains: time stamps have the grain of the file system's clock, some milliseconds on older kernels, so
//! bytes that are overwritten in place within that grain of the opening are not seen; and a network file
//! system may answer from its cache for some seconds.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A regular file as it was when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    path: PathBuf,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl State {
    fn of(meta: &Metadata) -> Self {
        State {
            device: meta.dev(),
            inode: meta.ino(),
            bytes: meta.size(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        }
    }
}

impl Identity {
    /// What an open file is.
    #[must_use]
    pub fn of(path: &Path, meta: &Metadata) -> Self {
        Identity { path: path.to_owned(), state: State::of(meta) }
    }

    /// Its size when it was opened.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.state.bytes
    }

    /// Requires that the path still leads to the file, and that nothing has changed it. `held` is the file
    /// where it was kept open: what a file system says of an open file is fresher than what it says of a path.
    ///
    /// # Errors
    /// When the file was truncated, grew, was overwritten, replaced or removed.
    pub fn verify(&self, held: Option<&File>) -> Result<()> {
        let found = match self.path.metadata() {
            Ok(meta) => State::of(&meta),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(self.wrong("was removed", "leave inputs where they are until the run has ended"));
            }
            Err(e) => return Err(Error::io("cannot look at the input again", &self.path, &e)),
        };
        self.compare(found)?;
        match held.map(File::metadata) {
            None => Ok(()),
            Some(Ok(meta)) => self.compare(State::of(&meta)),
            Some(Err(e)) => Err(Error::io("cannot look at the input again", &self.path, &e)),
        }
    }

    fn compare(&self, found: State) -> Result<()> {
        let finished = "run again when the export is finished, on a copy that nothing writes to";
        let was = self.state;
        if (found.device, found.inode) != (was.device, was.inode) {
            return Err(self.wrong("was replaced by another file", "run again; replace inputs between runs"));
        }
        if found.bytes < was.bytes {
            let what = format!("was truncated from {} to {} bytes", was.bytes, found.bytes);
            return Err(self.wrong(&what, finished).byte(found.bytes));
        }
        if found.bytes > was.bytes {
            let what = format!("grew from {} to {} bytes", was.bytes, found.bytes);
            return Err(self.wrong(&what, finished).byte(was.bytes));
        }
        if found.modified != was.modified {
            return Err(self.wrong("was overwritten", finished));
        }
        if found.changed != was.changed {
            // Bytes may have changed and the time of modification been set back.
            return Err(self.wrong(
                "was touched: its mode, owner, links or time stamps changed",
                "run again when nothing works on the file",
            ));
        }
        Ok(())
    }

    fn wrong(&self, what: &str, remedy: &str) -> Error {
        Error::world(format!("the input {what} while it was read; nothing was published"))
            .at(&self.path)
            .remedy(remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    #[test]
    fn every_change_has_its_own_message() {
        type Change = fn(&Path);
        let cases: [(Change, Option<&str>); 8] = [
            (|_| {}, None),
            (|path| drop(fs::read(path).unwrap()), None),
            (|path| fs::write(path, "short").unwrap(), Some("was truncated from 10 to 5 bytes")),
            (|path| append(path, "more"), Some("grew from 10 to 14 bytes")),
            (|path| fs::write(path, "9876543210").unwrap(), Some("was overwritten")),
            (|path| fs::remove_file(path).unwrap(), Some("was removed")),
            (
                |path| {
                    let new = path.with_extension("new");
                    fs::write(&new, "0123456789").unwrap();
                    fs::rename(new, path).unwrap();
                },
                Some("was replaced by another file"),
            ),
            (|path| fs::hard_link(path, path.with_extension("link")).unwrap(), Some("was touched")),
        ];
        fn append(path: &Path, text: &str) {
            fs::OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
        }
        for (change, expected) in cases {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("input.csv");
            fs::write(&path, "0123456789").unwrap();
            let held = File::open(&path).unwrap();
            let identity = Identity::of(&path, &held.metadata().unwrap());
            // More than the grain of the clock of any kernel.
            std::thread::sleep(std::time::Duration::from_millis(25));
            change(&path);
            for held in [None, Some(&held)] {
                match (identity.verify(held), expected) {
                    (Ok(()), None) => {}
                    (Err(error), Some(part)) => {
                        assert!(error.what.contains(part), "{error}");
                        assert!(error.remedy.is_some() && error.exit_code() == 1);
                    }
                    (result, expected) => panic!("{result:?} instead of {expected:?}"),
                }
            }
        }
    }
}

//! A world that is wrong: files, configuration, disk. One [`Error`] with what, where, and what to do.
//!
//! Data that is wrong never comes here; it is a row of `rejects.parquet` or `defects.parquet`.
//! Messages carry paths, row numbers and byte offsets, never a value from a record.

use std::fmt;
use std::path::{Path, PathBuf};

/// Whose move it is; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line or configuration cannot be used: exit code 2.
    Usage,
    /// A file, disk or process failed: exit code 1, nothing was published.
    World,
}

/// An error for the person at the terminal.
#[derive(Debug)]
pub struct Error {
    /// Whose move it is.
    pub kind: ErrorKind,
    /// What happened, without values from records.
    pub what: String,
    /// The file or folder concerned.
    pub path: Option<PathBuf>,
    /// Line and column of a text that people write, both from 1.
    pub line: Option<(u32, u32)>,
    /// 1-based data record.
    pub row: Option<u64>,
    /// Offset in bytes from the start of the file.
    pub byte: Option<u64>,
    /// What to do about it.
    pub remedy: Option<String>,
}

/// `Result` with our [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The command line or configuration cannot be used (exit code 2).
    #[must_use]
    pub fn usage(what: impl Into<String>) -> Self {
        Error {
            kind: ErrorKind::Usage,
            what: what.into(),
            path: None,
            line: None,
            row: None,
            byte: None,
            remedy: None,
        }
    }

    /// A file, disk or process failed (exit code 1).
    #[must_use]
    pub fn world(what: impl Into<String>) -> Self {
        Error { kind: ErrorKind::World, ..Error::usage(what) }
    }

    /// An I/O failure on a path, with the usual remedy for its kind.
    #[must_use]
    pub fn io(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Io;
        let remedy = match error.kind() {
            Io::NotFound => "check the path; a relative path starts at the current folder",
            Io::PermissionDenied => "ask for read access to inputs and write access to the report's folder",
            Io::StorageFull | Io::QuotaExceeded => "free some space or choose --out on another disk",
            Io::FileTooLarge => "raise the limit of file sizes (ulimit -f), or choose another disk",
            Io::ReadOnlyFilesystem => "choose --out on a disk that can be written",
            Io::IsADirectory => "name a file",
            _ => "look at the disk and the system log, then run again",
        };
        Error::world(format!("{doing}: {error}")).at(path).remedy(remedy)
    }

    /// Names the file or folder.
    #[must_use]
    pub fn at(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Names line and column, both from 1.
    #[must_use]
    pub fn line(mut self, line: u32, column: u32) -> Self {
        self.line = Some((line, column));
        self
    }

    /// Names the 1-based data record.
    #[must_use]
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// Names the byte offset.
    #[must_use]
    pub fn byte(mut self, byte: u64) -> Self {
        self.byte = Some(byte);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The exit code of the contract: 2 for usage, 1 for the world.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            ErrorKind::Usage => 2,
            ErrorKind::World => 1,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}", path.display())?;
            if let Some((line, column)) = self.line {
                write!(f, ", line {line}, column {column}")?;
            }
            if let Some(row) = self.row {
                write!(f, ", row {row}")?;
            }
            if let Some(byte) = self.byte {
                write!(f, ", byte {byte}")?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{}", self.what)?;
        if let Some(remedy) = &self.remedy {
            write!(f, "\n  what to do: {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

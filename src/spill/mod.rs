//! Spill: what does not fit into memory is laid down in scratch files and read through a map.
//!
//! In: slices of plain rows. Out: the same slices, later, from a [`Shelf`]. A [`SpillFile`] is only written and
//! a [`Shelf`] only read, so nobody reads what is still being written. Files have no name: they are made
//! without one (mode 0600), so that they vanish with the process, however it ends, and no later run has
//! anything to clean.
//!
//! The law: where rows lie changes no result. Who reads a shelf sees the same slices as from memory; pages
//! that were handed out are given back whenever they reach the shelf's window, so the resident size of a
//! shelf does not grow with its length. Readers should go through it in order, or part by part: what jumps
//! about pays a page a row.
//!
//! Non-goal: a format. Rows are written as they lie in memory and read by the same process only, so there is
//! nothing to encode and nothing to be compatible with (Arrow IPC would add a copy and a schema to both).

mod ledge;
mod limit;
mod partitions;
mod shelf;

pub use self::ledge::{Ledge, Made, Taker};
pub use self::limit::{Load, Memory, size_in_words};
pub use self::partitions::{Parted, Partitions};
pub use self::shelf::{Place, Shelf, SpillFile, Values};

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use crate::error::{Error, Result};

/// Where a run lays things down, and how much of them it keeps in sight.
#[derive(Clone, Debug)]
pub struct Spill {
    folder: PathBuf,
    limit_bytes: u64,
    /// Bytes of one shelf that may be resident.
    window_bytes: usize,
    /// Keys that a block of a join's side may hold while it is being cut.
    block_rows: usize,
    /// The first failure of those who cannot return it.
    failed: Arc<Mutex<Option<Error>>>,
    laid_bytes: Arc<AtomicU64>,
}

impl Spill {
    /// Lays things down in a folder, for a run of so many bytes and threads.
    #[must_use]
    pub fn new(folder: &Path, limit_bytes: u64, threads: usize) -> Self {
        // About six shelves are in use at a time, so their windows are a fifth of the limit; a block is cut
        // in 24 bytes a key and by every thread.
        let window_bytes = (limit_bytes / 32).clamp(1 << 20, 256 << 20) as usize;
        let block_rows = (limit_bytes as usize / 24 / 24 / threads.max(1)).clamp(1 << 10, 1 << 20);
        Spill {
            folder: folder.to_owned(),
            limit_bytes,
            window_bytes,
            block_rows,
            failed: Arc::default(),
            laid_bytes: Arc::default(),
        }
    }

    /// A new scratch file.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn file(&self) -> Result<SpillFile> {
        SpillFile::new(&self.folder, self.window_bytes, self.laid_bytes.clone())
    }

    /// Bytes that the run may use.
    #[must_use]
    pub fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }

    /// How much was laid down so far.
    #[must_use]
    pub fn laid_bytes(&self) -> u64 {
        self.laid_bytes.load(Relaxed)
    }

    /// Keys that a block of a join's side may hold while it is being cut.
    #[must_use]
    pub fn block_rows(&self) -> usize {
        self.block_rows
    }

    /// Remembers a failure of somebody who goes on in memory instead; [`check`](Self::check) tells it.
    pub fn fail(&self, error: Error) {
        self.failed.lock().expect("nobody panics with it").get_or_insert(error);
    }

    /// Stops a run in which something could not be laid down.
    ///
    /// # Errors
    /// The first failure.
    pub fn check(&self) -> Result<()> {
        self.failed.lock().expect("nobody panics with it").take().map_or(Ok(()), Err)
    }
}

//! The map: a file as bytes, without a copy.
//!
//! Out: slices of the file and Arrow buffers that point into it. The law: nothing is written, and pages
//! that were read are given back, so that the size of a file never shows in the memory of a run.

#![allow(unsafe_code, reason = "mapping a file, viewing it as Arrow buffers, and giving pages back")]

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::Arc;

use arrow_array::StringViewArray;
use arrow_buffer::{Buffer, ScalarBuffer};
use memmap2::{Mmap, UncheckedAdvice};

use crate::error::{Error, Result};

/// A mapped file.
#[derive(Clone, Debug)]
pub struct Map {
    /// `None` for an empty file, which cannot be mapped.
    map: Option<Arc<Mmap>>,
    file: Arc<File>,
    path: PathBuf,
}

impl Map {
    /// Maps a regular file.
    ///
    /// # Errors
    /// When the path is no readable regular file.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io("cannot open the file", path, &e))?;
        Map::whole(Arc::new(file), path)
    }

    /// Maps all of an open file; `path` is its name in messages.
    ///
    /// # Errors
    /// When it is no regular file or cannot be mapped.
    pub fn whole(file: Arc<File>, path: &Path) -> Result<Self> {
        let meta = file.metadata().map_err(|e| Error::io("cannot look at the file", path, &e))?;
        if !meta.is_file() {
            return Err(Error::world("not a regular file").at(path).remedy("name a .csv or .parquet file"));
        }
        if meta.len() == 0 {
            return Ok(Map { map: None, file, path: path.to_owned() });
        }
        // SAFETY: benefit: no copy of tens of gigabytes, and the page cache stays the only owner of the
        // bytes. Soundness: the map is read-only and private; we rely on exports being finished files
        // that nobody truncates during a run, as every mapping reader does.
        let map = unsafe { Mmap::map(&*file) }.map_err(|e| Error::io("cannot map the file", path, &e))?;
        Ok(Map { map: Some(Arc::new(map)), file, path: path.to_owned() })
    }

    /// The whole file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.map.as_deref().map_or(&[], |map| map)
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A range of the file as an Arrow buffer that shares the map.
    ///
    /// # Panics
    /// When the range does not lie in the file.
    #[must_use]
    pub fn buffer(&self, range: Range<usize>) -> Buffer {
        let slice = &self.bytes()[range];
        let Some(map) = self.map.clone() else { return Buffer::from_vec(Vec::<u8>::new()) };
        // SAFETY: benefit: text columns without a copy. Soundness: the pointer and length are those of a
        // slice of the map, and the buffer holds the map alive through its owner.
        unsafe { Buffer::from_custom_allocation(NonNull::from(slice).cast(), slice.len(), map) }
    }

    /// Copies some bytes from an offset on without touching the map: single records are read all over the
    /// file, and each page that they touched would stay resident. Returns how many bytes there were.
    #[must_use]
    pub fn peek(&self, offset: usize, buffer: &mut [u8]) -> usize {
        self.file.read_at(buffer, offset as u64).unwrap_or(0)
    }

    /// Gives the pages of a range back to the system; reading them again is possible and costs a fault.
    pub fn release(&self, range: Range<usize>) {
        const PAGE: usize = 4096;
        let Some(map) = &self.map else { return };
        let start = range.start.next_multiple_of(PAGE);
        let end = range.end / PAGE * PAGE;
        if start < end {
            // SAFETY: benefit: the resident size of a run does not grow with its inputs. Soundness: for a
            // read-only map of a file, dropped pages come back from the file unchanged.
            // A failure is harmless: pages then stay until the system wants them.
            let _ = unsafe { map.unchecked_advise_range(UncheckedAdvice::DontNeed, start, end - start) };
        }
    }
}

/// Makes a text column from views, without checking each view again.
///
/// The caller guarantees that every view points at valid UTF-8 inside its buffer: `ingest::csv` checks
/// whole records before it makes views of their cells, and `ingest::convert` only cuts at ASCII bytes.
#[must_use]
pub(super) fn text_column(views: Vec<u128>, buffers: Vec<Buffer>) -> StringViewArray {
    #[cfg(debug_assertions)]
    {
        StringViewArray::try_new(ScalarBuffer::from(views), buffers, None).expect("views are valid UTF-8")
    }
    #[cfg(not(debug_assertions))]
    // SAFETY: benefit: a second pass over all text of a batch costs a tenth of ingest. Soundness: see the
    // contract of this function, which the debug build checks for every batch of every test.
    unsafe {
        StringViewArray::new_unchecked(ScalarBuffer::from(views), buffers.into(), None)
    }
}

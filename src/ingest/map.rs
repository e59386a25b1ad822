//! The map: a file as bytes, without a copy.
//!
//! Out: slices of the file and Arrow buffers that point into it. The law: nothing is written, and pages
//! that were read are given back, so that the size of a file never shows in the memory of a run.
//!
//! A file that loses bytes while it is mapped is no death, see `sigbus`: [`Map::sound`] tells of it, and
//! [`Map::verify_unchanged`] of every other change since the file was opened.
//!
//! A map may also lie over a file that still grows, the spool of a stream: then a large range of addresses
//! is reserved once, so that nothing moves, and [`Map::bytes`] is what was published of it so far.

#![allow(unsafe_code, reason = "mapping a file, viewing it as Arrow buffers, and giving pages back")]

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::Arc;

use arrow_array::StringViewArray;
use arrow_buffer::{Buffer, ScalarBuffer};
use memmap2::{MmapOptions, MmapRaw, UncheckedAdvice};

use super::identity::Identity;
use super::sigbus::{self, Watch};
use super::spool::Growth;
use crate::error::{Error, Result};

/// Addresses reserved for a file that grows, unless the system grants fewer. They cost nothing until used.
const RESERVED_BYTES_MAX: usize = 1 << 40;

/// Fewer are not worth having: such a stream is then read when it has ended.
const RESERVED_BYTES_MIN: usize = 64 << 20;

/// A mapped file.
#[derive(Clone, Debug)]
pub struct Map {
    region: Region,
    path: PathBuf,
    /// Which file it was. `None` for what is ours: a spool, or bytes in memory.
    identity: Option<Identity>,
}

/// Mapped memory that is watched for as long as it is there.
#[derive(Debug)]
struct Mapped {
    raw: MmapRaw,
    watch: &'static Watch,
}

impl Mapped {
    fn new(raw: MmapRaw) -> Self {
        let watch = sigbus::watch(raw.as_ptr(), raw.len());
        Mapped { raw, watch }
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        self.watch.retire();
    }
}

/// Where the bytes are.
#[derive(Clone, Debug)]
enum Region {
    /// In memory: an empty file, which cannot be mapped, or the head of a stream.
    Memory(Arc<Vec<u8>>),
    /// A whole file.
    Whole(Arc<Mapped>, Arc<File>),
    /// A file that grows, and how much of it may be read.
    Growing(Arc<Mapped>, Arc<Growth>),
}

impl Map {
    /// Maps a regular file.
    ///
    /// # Errors
    /// When the path is no readable regular file.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io("cannot open the file", path, &e))?;
        let meta = file.metadata().map_err(|e| Error::io("cannot look at the file", path, &e))?;
        Map::opened(file, Identity::of(path, &meta), path)
    }

    /// Maps a file that was opened and looked at.
    ///
    /// # Errors
    /// When it is no regular file or cannot be mapped.
    pub fn opened(file: File, identity: Identity, path: &Path) -> Result<Self> {
        Ok(Map { identity: Some(identity), ..Map::whole(Arc::new(file), path)? })
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
            return Ok(Map::memory(Vec::new(), path));
        }
        let map = MmapOptions::new()
            .map_raw_read_only(&*file)
            .map_err(|e| Error::io("cannot map the file", path, &e))?;
        let region = Region::Whole(Arc::new(Mapped::new(map)), file);
        Ok(Map { region, path: path.to_owned(), identity: None })
    }

    /// Bytes in memory as if they were a file.
    #[must_use]
    pub fn memory(bytes: Vec<u8>, path: &Path) -> Self {
        Map { region: Region::Memory(Arc::new(bytes)), path: path.to_owned(), identity: None }
    }

    /// Reserves addresses over a file that grows. `None` when the system grants none, e.g. under `ulimit -v`.
    pub(super) fn growing(file: &File, path: &Path, growth: Arc<Growth>) -> Option<Self> {
        let mut reserved = RESERVED_BYTES_MAX;
        while reserved >= RESERVED_BYTES_MIN {
            // Pages past the end of the file exist as soon as it has grown over them; Linux lets them be
            // mapped before.
            if let Ok(map) = MmapOptions::new().len(reserved).map_raw_read_only(file) {
                let region = Region::Growing(Arc::new(Mapped::new(map)), growth);
                return Some(Map { region, path: path.to_owned(), identity: None });
            }
            reserved /= 2;
        }
        None
    }

    /// The whole file; of a file that grows, what was published so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        let (map, length) = match &self.region {
            Region::Memory(bytes) => return bytes,
            Region::Whole(map, _) => (&map.raw, map.raw.len()),
            Region::Growing(map, growth) => (&map.raw, growth.published().min(map.raw.len())),
        };
        // SAFETY: benefit: no copy of tens of gigabytes, and the page cache stays the only owner of the
        // bytes. Soundness: the range lies in the map, which lives as long as `self`. A whole file is mapped
        // read-only. We rely on exports being finished files that nobody changes during a run, as every
        // mapping reader does; where somebody does, no death and no report follows (`sigbus`, `identity`), and
        // the former says what remains. Of a growing file only what was published is viewed: our own unpacker
        // wrote it, only appends, and the file has no name by which anybody else could change it.
        unsafe { std::slice::from_raw_parts(map.as_ptr(), length) }
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file still grows: what is not in [`Map::bytes`] may come.
    #[must_use]
    pub(super) fn grows(&self) -> bool {
        matches!(self.region, Region::Growing(..))
    }

    /// Requires that no byte was gone when it was read. To be asked after reading, before the result counts.
    ///
    /// # Errors
    /// When the file was truncated under the map, or the disk did not give a page.
    pub fn sound(&self) -> Result<()> {
        let (Region::Whole(map, _) | Region::Growing(map, _)) = &self.region else { return Ok(()) };
        if !map.watch.faulted() {
            return Ok(());
        }
        self.compare()?;
        Err(Error::world("a part of the file could not be read")
            .at(&self.path)
            .remedy("look at the disk and the system log, then run again"))
    }

    /// Requires that the file is still the one that was opened, and that all of it could be read.
    ///
    /// # Errors
    /// When it was truncated, grew, was overwritten, replaced or removed.
    pub fn verify_unchanged(&self) -> Result<()> {
        self.compare()?;
        self.sound()
    }

    fn compare(&self) -> Result<()> {
        let Some(identity) = &self.identity else { return Ok(()) };
        identity.verify(match &self.region {
            Region::Whole(_, file) => Some(file),
            Region::Memory(_) | Region::Growing(..) => None,
        })
    }

    /// A range of the file as an Arrow buffer that shares the map.
    ///
    /// # Panics
    /// When the range does not lie in the file.
    #[must_use]
    pub fn buffer(&self, range: Range<usize>) -> Buffer {
        let slice = &self.bytes()[range];
        let owner: Arc<dyn arrow_buffer::alloc::Allocation> = match &self.region {
            Region::Memory(bytes) => Arc::clone(bytes) as _,
            Region::Whole(map, _) | Region::Growing(map, _) => Arc::clone(map) as _,
        };
        // SAFETY: benefit: text columns without a copy. Soundness: the pointer and length are those of a
        // slice of the map, and the buffer holds the map alive through its owner.
        unsafe { Buffer::from_custom_allocation(NonNull::from(slice).cast(), slice.len(), owner) }
    }

    /// Copies some bytes from an offset on without touching the map: single records are read all over the
    /// file, and each page that they touched would stay resident. Returns how many bytes there were.
    #[must_use]
    pub fn peek(&self, offset: usize, buffer: &mut [u8]) -> usize {
        if let Region::Whole(_, file) = &self.region {
            return file.read_at(buffer, offset as u64).unwrap_or(0);
        }
        let bytes = self.bytes().get(offset..).unwrap_or_default();
        let length = bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&bytes[..length]);
        length
    }

    /// Gives the pages of a range back to the system; reading them again is possible and costs a fault.
    pub fn release(&self, range: Range<usize>) {
        const PAGE: usize = 4096;
        let (Region::Whole(map, _) | Region::Growing(map, _)) = &self.region else { return };
        let start = range.start.next_multiple_of(PAGE);
        let end = range.end / PAGE * PAGE;
        if start < end {
            // SAFETY: benefit: the resident size of a run does not grow with its inputs. Soundness: for a
            // read-only map of a file, dropped pages come back from the file unchanged.
            // A failure is harmless: pages then stay until the system wants them.
            let _ = unsafe { map.raw.unchecked_advise_range(UncheckedAdvice::DontNeed, start, end - start) };
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

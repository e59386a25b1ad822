//! SpillFile and shelf: one file without a name, first only written, then only read.

#![allow(unsafe_code, reason = "mapping a scratch file and giving its pages back")]

use std::cell::Cell;
use std::fs::File;
use std::marker::PhantomData;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use bytemuck::Pod;
use memmap2::{Mmap, UncheckedAdvice};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::error::{Error, Result};

/// Starts of slices: a cache line, which every row's alignment divides.
const ALIGN: u64 = 64;

/// What the system maps around a page that is touched.
const AROUND: usize = 64 << 10;

/// A file that is being written.
#[derive(Debug)]
pub struct SpillFile {
    file: File,
    folder: PathBuf,
    end: AtomicU64,
    window_bytes: usize,
    laid_bytes: Arc<AtomicU64>,
}

/// Where a slice lies in its file.
#[derive(Debug)]
pub struct Place<T> {
    offset: u64,
    len: usize,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Place<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Place<T> {}

impl<T> Place<T> {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl SpillFile {
    pub(super) fn new(folder: &Path, window_bytes: usize, laid_bytes: Arc<AtomicU64>) -> Result<Self> {
        let file = nameless(folder).map_err(|e| Error::io("cannot make a scratch file", folder, &e))?;
        Ok(SpillFile { file, folder: folder.to_owned(), end: AtomicU64::new(0), window_bytes, laid_bytes })
    }

    /// Writes a slice behind the others; any thread may, at any time.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn append<T: Pod>(&self, values: &[T]) -> Result<Place<T>> {
        let bytes: &[u8] = bytemuck::cast_slice(values);
        let offset = self.end.fetch_add((bytes.len() as u64).next_multiple_of(ALIGN), Relaxed);
        self.file.write_all_at(bytes, offset).map_err(|e| {
            Error::io("cannot write to the scratch file", &self.folder, &e)
                .remedy("free some space, or choose a folder on another disk with --scratch")
        })?;
        self.laid_bytes.fetch_add(bytes.len() as u64, Relaxed);
        Ok(Place { offset, len: values.len(), kind: PhantomData })
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// When the file cannot be mapped.
    pub fn seal(self) -> Result<Shelf> {
        let failed = |e: std::io::Error| Error::io("cannot map the scratch file", &self.folder, &e);
        let len = self.file.metadata().map_err(failed)?.len();
        let map = if len == 0 {
            None
        } else {
            // SAFETY: benefit: rows larger than memory are read as slices, without a copy and by the same
            // code as from memory. Soundness: the file has no name, so nobody else can reach it, and we gave
            // up the only handle that could write to it or cut it.
            Some(unsafe { Mmap::map(&self.file) }.map_err(failed)?)
        };
        static SHELVES: AtomicUsize = AtomicUsize::new(1);
        Ok(Shelf(Arc::new(Inner {
            map,
            id: SHELVES.fetch_add(1, Relaxed),
            window_bytes: self.window_bytes,
            handed_bytes: AtomicUsize::new(0),
        })))
    }
}

/// A file that was never given a name; where the file system knows no such thing, one that has lost it.
fn nameless(folder: &Path) -> std::io::Result<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::EXCL | OFlags::CLOEXEC;
    match rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR) {
        Ok(file) => Ok(file.into()),
        Err(Errno::NOTSUP | Errno::ISDIR | Errno::INVAL) => {
            Ok(tempfile::Builder::new().prefix(".iinrec-spill-").tempfile_in(folder)?.into_file())
        }
        Err(e) => Err(e.into()),
    }
}

/// A file that is only read. Copies share it; the last one frees its space on the disk.
#[derive(Clone, Debug)]
pub struct Shelf(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    map: Option<Mmap>,
    /// Tells shelves apart for `LAST`.
    id: usize,
    window_bytes: usize,
    /// An upper bound of what was mapped since pages were last given back.
    handed_bytes: AtomicUsize,
}

thread_local! {
    /// The shelf and the neighbourhood of the row that this thread fetched last: who goes through rows one
    /// after the other maps each neighbourhood once.
    static LAST: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

impl Shelf {
    fn bytes(&self) -> &[u8] {
        self.0.map.as_deref().unwrap_or(&[])
    }

    /// A part of a slice.
    ///
    /// # Panics
    /// When the part does not lie in the slice.
    #[must_use]
    pub fn part<T: Pod>(&self, place: Place<T>, part: Range<usize>) -> &[T] {
        assert!(part.start <= part.end && part.end <= place.len, "a part lies in its slice");
        if part.is_empty() {
            return &[];
        }
        let size = size_of::<T>();
        let start = place.offset as usize + part.start * size;
        self.hand_out(part.len() * size + AROUND);
        bytemuck::cast_slice(&self.bytes()[start..start + part.len() * size])
    }

    /// One value of a slice.
    ///
    /// # Panics
    /// When it does not lie in the slice.
    #[inline]
    #[must_use]
    pub fn item<T: Pod>(&self, place: Place<T>, at: usize) -> &T {
        assert!(at < place.len, "a value lies in its slice");
        let size = size_of::<T>();
        let start = place.offset as usize + at * size;
        let here = (self.0.id, start / AROUND);
        if LAST.get() != here {
            LAST.set(here);
            self.hand_out(AROUND);
        }
        bytemuck::from_bytes(&self.bytes()[start..start + size])
    }

    /// Counts what is about to be mapped, and gives all pages back when it reaches the window. Whoever still
    /// reads what was handed out before maps it again, so the bound is the window and one part a thread.
    fn hand_out(&self, bytes: usize) {
        let inner = &*self.0;
        if inner.handed_bytes.fetch_add(bytes, Relaxed) + bytes > inner.window_bytes {
            inner.handed_bytes.store(0, Relaxed);
            if let Some(map) = &inner.map {
                // SAFETY: benefit: the resident size of a run does not grow with its rows. Soundness: a
                // read-only map of a file that nobody writes; dropped pages come back from it unchanged.
                // A failure is harmless: pages then stay until the system wants them.
                let _ = unsafe { map.unchecked_advise(UncheckedAdvice::DontNeed) };
            }
        }
    }
}

/// Values in memory or on a shelf.
#[derive(Debug)]
pub enum Values<T> {
    /// In memory.
    Memory(Vec<T>),
    /// On a shelf.
    Shelf(Shelf, Place<T>),
}

impl<T: Pod> Values<T> {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Values::Memory(values) => values.len(),
            Values::Shelf(_, place) => place.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[T] {
        self.part(0..self.len())
    }

    /// Some of them.
    #[inline]
    #[must_use]
    pub fn part(&self, part: Range<usize>) -> &[T] {
        match self {
            Values::Memory(values) => &values[part],
            Values::Shelf(shelf, place) => shelf.part(*place, part),
        }
    }

    /// One of them.
    #[inline]
    #[must_use]
    pub fn item(&self, at: usize) -> &T {
        match self {
            Values::Memory(values) => &values[at],
            Values::Shelf(shelf, place) => shelf.item(*place, at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    fn scratch(window_bytes: usize) -> SpillFile {
        SpillFile::new(&std::env::temp_dir(), window_bytes, Arc::default()).unwrap()
    }

    #[test]
    fn what_was_laid_down_is_read_back_whatever_the_window() {
        for window_bytes in [1, 100_000, 1 << 30] {
            let scratch = scratch(window_bytes);
            let odd: Vec<u8> = (0..101).collect();
            let many: Vec<u64> = (0..100_000).collect();
            let (odd_at, many_at) = (scratch.append(&odd).unwrap(), scratch.append(&many).unwrap());
            let none_at = scratch.append::<u32>(&[]).unwrap();
            let shelf = scratch.seal().unwrap();
            let (odd_back, many_back) =
                (Values::Shelf(shelf.clone(), odd_at), Values::Shelf(shelf.clone(), many_at));
            assert_eq!(odd_back.all(), odd);
            assert_eq!(many_back.all(), many);
            assert_eq!(many_back.part(500..600), &many[500..600]);
            assert!(Values::Shelf(shelf, none_at).is_empty());
            // Jumping about, while pages are given back all the time.
            for n in 0..100_000 {
                let at = n * 7919 % many.len();
                assert_eq!(*many_back.item(at), many[at]);
            }
        }
    }

    #[test]
    fn a_shelf_that_was_never_written_is_empty() {
        let scratch = scratch(1 << 20);
        let none = scratch.append::<u64>(&[]).unwrap();
        assert_eq!(scratch.seal().unwrap().part(none, 0..0), &[] as &[u64]);
    }

    #[test]
    fn the_file_has_no_name_and_is_its_owners_alone() {
        let scratch = scratch(1 << 20);
        let meta = scratch.file.metadata().unwrap();
        assert_eq!(meta.nlink(), 0, "it vanishes with the process");
        assert_eq!(meta.mode() & 0o777, 0o600);
    }
}

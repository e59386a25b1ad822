//! Spool: a stream in, a file with random access out, readable while it grows.
//!
//! A packed file, a pipe or a query gives its bytes once and in order; reading wants pieces on any core, and
//! evidence wants records again hours later. So a thread of its own unpacks the stream into a temporary
//! file, and tells after every block how much of it there is. The file has mode 0600 and no name: nobody
//! can open or change it, and it is gone when the run is, however the run ended.
//!
//! The law: bytes that were published never change. This is the one file of ingest with a thread; who reads
//! does not wait for it, but asks what there is and is woken by the `Bell`.
//!
//! The spool is written with `write`, never through the map, so that a full disk is an error and no signal.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::map::Map;
use crate::error::{Error, Result};

/// Bytes that are unpacked, written and published at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// Where and how far streams are unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spooling {
    /// The folder of the temporary files.
    pub folder: PathBuf,
    /// The most bytes that one packed input may unpack to; `None` is the usual bound of
    /// [`unpack`](super::unpack).
    pub unpacked_max: Option<u64>,
}

impl Default for Spooling {
    fn default() -> Self {
        Spooling { folder: std::env::temp_dir(), unpacked_max: None }
    }
}

/// How far a spool has come; written by its thread, read by everybody.
#[derive(Debug, Default)]
pub(super) struct Growth {
    published: AtomicUsize,
    done: AtomicBool,
    abandoned: AtomicBool,
    bell: Bell,
}

impl Growth {
    /// Bytes that may be read and will not change.
    pub(super) fn published(&self) -> usize {
        // Acquire pairs with the release after the write: whoever sees the length sees the bytes.
        self.published.load(Ordering::Acquire)
    }

    fn publish(&self, length: usize) {
        self.published.store(length, Ordering::Release);
        self.bell.ring();
    }
}

/// Wakes whoever waits for any of several spools.
#[derive(Clone, Debug, Default)]
pub(super) struct Bell(Arc<(Mutex<u64>, Condvar)>);

impl Bell {
    /// How often it has rung.
    pub(super) fn rung(&self) -> u64 {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it has rung more often than `rung`.
    pub(super) fn wait(&self, rung: u64) {
        let guard = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_while(guard, |now| *now == rung);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn ring(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.1.notify_all();
    }
}

/// A stream that is being unpacked. Dropped early, its thread stops after the block at hand.
#[derive(Debug)]
pub(super) struct Spool {
    name: PathBuf,
    file: Arc<File>,
    growth: Arc<Growth>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Spool {
    /// Starts to unpack a stream.
    ///
    /// # Errors
    /// When the folder takes no file, or the system gives no thread.
    pub(super) fn start(
        name: &Path,
        mut source: Box<dyn Read + Send>,
        folder: &Path,
        bell: &Bell,
    ) -> Result<Self> {
        let file = Arc::new(temporary(folder)?);
        let growth = Arc::new(Growth { bell: bell.clone(), ..Growth::default() });
        let work = {
            let (name, folder) = (name.to_owned(), folder.to_owned());
            let (file, growth) = (Arc::clone(&file), Arc::clone(&growth));
            move || {
                // Rings even if the source panics: nobody may wait for a thread that is gone.
                let _ended = Ended(&growth);
                let publish = |length| {
                    growth.publish(length);
                    !growth.abandoned.load(Ordering::Relaxed)
                };
                fill(&name, &mut *source, &file, &folder, publish)
            }
        };
        let thread = std::thread::Builder::new().name("iinrec-spool".to_owned()).spawn(work);
        let thread = thread.map_err(|e| {
            Error::world(format!("cannot start a thread that unpacks: {e}"))
                .at(name)
                .remedy("use fewer --threads")
        })?;
        Ok(Spool { name: name.to_owned(), file, growth, thread: Some(thread) })
    }

    /// Whether the stream has ended, well or not.
    pub(super) fn is_done(&self) -> bool {
        self.growth.done.load(Ordering::Acquire)
    }

    /// A view of what there is so far, if the system grants one.
    pub(super) fn view(&self) -> Option<Map> {
        Map::growing(&self.file, &self.name, Arc::clone(&self.growth))
    }

    /// Waits for the end of the stream and returns all of it.
    ///
    /// # Errors
    /// When the stream was damaged, broke off, or did not fit on the disk.
    pub(super) fn finish(mut self) -> Result<Arc<File>> {
        let thread = self.thread.take().expect("a spool is finished once");
        match thread.join() {
            Ok(result) => result.map(|()| Arc::clone(&self.file)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Not joined: it may be waiting for a pipe whose writer has nothing to say.
        self.growth.abandoned.store(true, Ordering::Relaxed);
    }
}

struct Ended<'a>(&'a Growth);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.done.store(true, Ordering::Release);
        self.0.bell.ring();
    }
}

/// Unpacks a whole stream at once, without a thread.
///
/// # Errors
/// As [`Spool::finish`].
pub(super) fn spool_now(name: &Path, source: &mut dyn Read, folder: &Path) -> Result<Arc<File>> {
    let file = temporary(folder)?;
    fill(name, source, &file, folder, |_| true)?;
    Ok(Arc::new(file))
}

/// A file with mode 0600 that never has a name, or loses it at once.
fn temporary(folder: &Path) -> Result<File> {
    tempfile::tempfile_in(folder).map_err(|e| Error::io("cannot make a temporary file in", folder, &e))
}

/// Copies the stream into the file until it ends or `publish` says that nobody wants more.
fn fill(
    name: &Path,
    source: &mut dyn Read,
    mut file: &File,
    folder: &Path,
    publish: impl Fn(usize) -> bool,
) -> Result<()> {
    let mut block = vec![0u8; BLOCK_BYTES];
    let mut length = 0;
    loop {
        let (filled, ended) = fill_block(source, &mut block).map_err(|e| failure(name, e))?;
        file.write_all(&block[..filled])
            .map_err(|e| Error::io(&format!("cannot unpack {} here", name.display()), folder, &e))?;
        length += filled;
        if !publish(length) || ended {
            return Ok(());
        }
    }
}

/// Reads until the block is full or the stream ends; a pipe gives 64 KiB at most at a time.
fn fill_block(source: &mut dyn Read, block: &mut [u8]) -> io::Result<(usize, bool)> {
    let mut filled = 0;
    while filled < block.len() {
        match source.read(&mut block[filled..]) {
            Ok(0) => return Ok((filled, true)),
            Ok(read) => filled += read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok((filled, false))
}

/// The failure of a source as our error: a reader that knows better wraps an [`Error`] into its `io::Error`.
pub(super) fn failure(name: &Path, error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(error) if error.path.is_some() => error,
        Ok(error) => error.at(name),
        Err(error) => Error::io("cannot read the input", name, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in portions of the sizes in turn, then fails or ends.
    struct Portions {
        bytes: Vec<u8>,
        at: usize,
        sizes: Vec<usize>,
        turn: usize,
        failure: Option<Error>,
    }

    impl Read for Portions {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let size = self.sizes[self.turn % self.sizes.len()];
            self.turn += 1;
            let rest = &self.bytes[self.at..];
            if rest.is_empty()
                && let Some(failure) = self.failure.take()
            {
                return Err(io::Error::other(failure));
            }
            let length = size.min(rest.len()).min(buffer.len());
            buffer[..length].copy_from_slice(&rest[..length]);
            self.at += length;
            Ok(length)
        }
    }

    fn portions(length: usize, sizes: &[usize], failure: Option<Error>) -> Portions {
        let bytes = (0..length).map(|i| (i % 251) as u8).collect();
        Portions { bytes, at: 0, sizes: sizes.to_vec(), turn: 0, failure }
    }

    #[test]
    fn what_was_published_is_the_head_of_the_stream_at_any_time() {
        let folder = tempfile::tempdir().unwrap();
        for (length, sizes) in
            [(0, &[1][..]), (1, &[1]), (3_000_000, &[65_536]), (2_500_001, &[1, 100_000, 7])]
        {
            let source = portions(length, sizes, None);
            let expected = source.bytes.clone();
            let bell = Bell::default();
            let name = Path::new("stream");
            let spool = Spool::start(name, Box::new(source), folder.path(), &bell).unwrap();
            let view = spool.view().expect("addresses");
            loop {
                let rung = bell.rung();
                let done = spool.is_done();
                let seen = view.bytes();
                assert_eq!(seen, &expected[..seen.len()]);
                if done {
                    break;
                }
                bell.wait(rung);
            }
            let map = Map::whole(spool.finish().unwrap(), name).unwrap();
            assert_eq!(map.bytes(), expected);
            assert_eq!(view.bytes(), expected, "the view stays");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the spool has no name");
        }
    }

    #[test]
    fn a_source_that_fails_says_why_and_a_panic_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let bell = Bell::default();
        let start = |source| Spool::start(Path::new("x.gz"), source, folder.path(), &bell).unwrap();
        let failure = Error::world("torn").byte(7).remedy("mend it");
        let error = start(Box::new(portions(2_000_000, &[9999], Some(failure)))).finish().unwrap_err();
        assert_eq!(error.to_string(), "x.gz, byte 7: torn\n  what to do: mend it");

        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("our own bug")
            }
        }
        let spool = start(Box::new(Broken));
        loop {
            let rung = bell.rung();
            if spool.is_done() {
                break;
            }
            bell.wait(rung);
        }
        let gone = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| spool.finish().is_ok()));
        assert!(gone.is_err(), "the panic of the thread is ours");
    }

    #[test]
    fn a_folder_that_takes_no_file_is_named() {
        let error = spool_now(Path::new("x"), &mut io::empty(), Path::new("/no/such/folder")).unwrap_err();
        assert!(error.to_string().contains("/no/such/folder"), "{error}");
    }
}

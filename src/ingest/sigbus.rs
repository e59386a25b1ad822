//! Sigbus: what happens when a mapped file loses bytes while they are read.
//!
//! Reading a page of a map that its file no longer has (it was truncated, or the disk failed) is the signal
//! SIGBUS, which kills a process. Here every map is [`watch`]ed: a handler finds the map in which the
//! address lies, puts zeros in place of the rest of it, and marks it. Reading goes on as if the file held
//! zeros there, and whoever read a piece asks [`Watch::faulted`] before the piece counts. An address in no
//! map of ours is not ours: the former action takes over.
//!
//! The law: nothing that was read from a map that faulted is ever published. The marks are looked at after
//! every piece, and before a report takes its name; see `identity` for files that changed without a fault.
//!
//! Why this is sound. The handler makes only two kinds of calls, `mmap` and `sigaction`, which on Linux are plain
//! system calls; it takes no lock and no memory, and keeps `errno`. The list of maps only ever grows, and a
//! place in it is used for one map only and then retired, so the handler cannot see a start of one map with an
//! end of another, and cannot put zeros over memory that is somebody else's; that costs 40 bytes a map
//! until the process ends. The map that faults cannot go away meanwhile: the thread that faults holds it.
//!
//! What remains, frankly: bytes behind a `&[u8]` change under a reader, when a page turns to zeros or when
//! somebody writes into the file, and the language does not allow that. Text that was checked to be UTF-8 may be
//! none a moment later. Every index into it is checked all the same, the scan never trusts it with a length,
//! and the run ends without a report. Copying every piece with `pread` first would close this, and was measured: 155
//! ms of CPU a gigabyte against 120 with the map, where only newlines are counted, so 35 ms beside the 1,400 that
//! parsing takes, and four megabytes a thread. The map stays; who needs the guarantee gives the file through a
//! pipe (`<(cat registry.csv)`), whose spool nobody else can open.

#![allow(unsafe_code, reason = "a signal handler that puts zeros in place of pages that are gone")]

use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use libc::{c_int, c_void, siginfo_t};

/// One map of a file, as the handler sees it.
#[derive(Debug)]
pub(super) struct Watch {
    /// First address; 0 once the map is gone.
    start: AtomicUsize,
    /// One past the last address, on a border of pages.
    end: usize,
    faulted: AtomicBool,
    next: *const Watch,
}

// SAFETY: benefit: watches are shared by all threads and the handler. Soundness: `next` is written before
// the watch is published and leads to a watch that is never freed; all else is atomic or never changes.
unsafe impl Sync for Watch {}
// SAFETY: as above; nothing in it belongs to a thread.
unsafe impl Send for Watch {}

impl Watch {
    /// Whether bytes of the map were gone when they were read, and zeros were read instead.
    pub(super) fn faulted(&self) -> bool {
        self.faulted.load(Ordering::Acquire)
    }

    /// Must be called before the map goes away.
    pub(super) fn retire(&self) {
        self.start.store(0, Ordering::Release);
    }
}

/// The newest watch.
static NEWEST: AtomicPtr<Watch> = AtomicPtr::new(ptr::null_mut());

/// Bytes of a page, for the handler.
static PAGE: AtomicUsize = AtomicUsize::new(4096);

/// What SIGBUS did before. Written once, before our handler can run.
static FORMER: AtomicPtr<libc::sigaction> = AtomicPtr::new(ptr::null_mut());

static INSTALLED: Once = Once::new();

/// Watches a map of so many bytes from an address on.
pub(super) fn watch(start: *const u8, length: usize) -> &'static Watch {
    INSTALLED.call_once(install);
    let end = (start.addr() + length).next_multiple_of(PAGE.load(Ordering::Relaxed));
    let watch: *mut Watch = Box::leak(Box::new(Watch {
        start: AtomicUsize::new(start.addr()),
        end,
        faulted: AtomicBool::new(false),
        next: ptr::null(),
    }));
    let mut newest = NEWEST.load(Ordering::Acquire);
    loop {
        // SAFETY: benefit: a list that the handler can walk without a lock. Soundness: the watch was just
        // made and nobody else knows of it before the exchange.
        unsafe { (*watch).next = newest };
        match NEWEST.compare_exchange_weak(newest, watch, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: it was leaked above, and is never changed again but through its atomics.
            Ok(_) => return unsafe { &*watch },
            Err(other) => newest = other,
        }
    }
}

fn install() {
    // SAFETY: benefit: a truncated input is an error and no death. Soundness: the structures are zeroed as C
    // expects, filled, and the handler has the signature that SA_SIGINFO asks for. The former action is
    // stored before ours is set.
    unsafe {
        if let Ok(page) = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)) {
            PAGE.store(page, Ordering::Relaxed);
        }
        let mut former: Box<libc::sigaction> = Box::new(std::mem::zeroed());
        if libc::sigaction(libc::SIGBUS, ptr::null(), &raw mut *former) != 0 {
            return;
        }
        FORMER.store(Box::leak(former), Ordering::Release);
        let mut ours: libc::sigaction = std::mem::zeroed();
        ours.sa_sigaction = on_sigbus as *const () as usize;
        ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
        libc::sigemptyset(&raw mut ours.sa_mask);
        // Where it cannot be set, a truncated input kills the run, as it did before; nothing is published.
        libc::sigaction(libc::SIGBUS, &raw const ours, ptr::null_mut());
    }
}

extern "C" fn on_sigbus(signal: c_int, info: *mut siginfo_t, _: *mut c_void) {
    // `BUS_ADRERR` and `BUS_OBJERR`: the file has no such page, or the disk does not give it.
    const ADRERR: c_int = 2;
    const OBJERR: c_int = 3;
    // SAFETY: benefit and soundness: see the module. `info` is the kernel's, and the watches are never freed.
    unsafe {
        let errno = *libc::__errno_location();
        let code = (*info).si_code;
        if matches!(code, ADRERR | OBJERR) && heal((*info).si_addr().addr()) {
            *libc::__errno_location() = errno;
            return;
        }
        // Not ours. Where it was a fault, the instruction runs again and finds the former action.
        libc::sigaction(signal, FORMER.load(Ordering::Acquire), ptr::null_mut());
        if code <= 0 {
            // Somebody sent it.
            libc::raise(signal);
        }
        *libc::__errno_location() = errno;
    }
}

/// Puts zeros from the page of an address to the end of its map; `false` when it lies in none of ours.
///
/// # Safety
/// Only for an address at which this thread has just faulted, so that its map cannot go away.
unsafe fn heal(address: usize) -> bool {
    let mut at = NEWEST.load(Ordering::Acquire).cast_const();
    // SAFETY: watches are never freed, and `next` does not change once one is published.
    while let Some(watch) = unsafe { at.as_ref() } {
        let start = watch.start.load(Ordering::Acquire);
        if start != 0 && (start..watch.end).contains(&address) {
            watch.faulted.store(true, Ordering::Release);
            let page = address & !(PAGE.load(Ordering::Relaxed) - 1);
            // The rest of the map and not the page alone: one fault then does for gigabytes.
            // SAFETY: the range lies in a live map of ours, which is only read.
            let zeros = unsafe {
                libc::mmap(
                    ptr::with_exposed_provenance_mut(page),
                    watch.end - page,
                    libc::PROT_READ,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE,
                    -1,
                    0,
                )
            };
            return zeros != libc::MAP_FAILED;
        }
        at = watch.next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::map::Map;
    use std::fs::{self, OpenOptions};

    #[test]
    fn bytes_that_are_gone_read_as_zeros_and_mark_their_map() {
        let folder = tempfile::tempdir().unwrap();
        let map = |name: &str| {
            let path = folder.path().join(name);
            fs::write(&path, vec![b'x'; 100_000]).unwrap();
            Map::open(&path).unwrap()
        };
        let (short, sound) = (map("short"), map("sound"));
        for map in [&short, &sound] {
            assert!(map.sound().is_ok());
        }
        OpenOptions::new().write(true).open(short.path()).unwrap().set_len(10_000).unwrap();
        // From two threads at once: both fault, both go on.
        let counts = std::thread::scope(|scope| {
            let count = || short.bytes().iter().filter(|&&byte| byte == 0).count();
            let (one, other) = (scope.spawn(count), scope.spawn(count));
            [one.join().unwrap(), other.join().unwrap()]
        });
        assert_eq!(counts, [90_000; 2], "the last page of the file is filled with zeros by the system");
        let error = short.sound().unwrap_err();
        assert!(error.what.contains("was truncated from 100000 to 10000 bytes"), "{error}");
        assert_eq!(sound.bytes().iter().filter(|&&byte| byte == b'x').count(), 100_000);
        assert!(sound.sound().is_ok(), "its neighbour is not concerned");
        drop(short);
        let again = map("again");
        assert_eq!(again.bytes()[99_999], b'x');
        assert!(again.sound().is_ok(), "a map at the place of one that is gone is watched anew");
    }
}

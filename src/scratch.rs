//! Scratch: hidden folders that belong to one run and are gone after it, however it ended.
//!
//! Whoever needs files that are not the report yet (the draft of a report, rows spilled to disk, a spooled
//! stream) asks for a [`Scratch`]: a folder `.iinrec-…` (mode 0700) with a file `lock` (mode 0600) in it that
//! the run holds with `flock`. The kernel lets go of the lock when the process is gone, also after SIGKILL or
//! when memory ran out, so that a free lock is the proof of a dead owner. Every run removes what dead runs
//! left beside its own folders ([`sweep`]).
//!
//! The law: a folder is removed only while its lock is held by whoever removes it, and only when it is ours
//! (its name, its owner, its lock file). The lock goes last, so that a sweep that is killed can be done again.
//! A folder without a lock is removed only when it is empty: a run that has just made it notices, and
//! makes it again.
//!
//! Everything goes through descriptors of the folders and never through their paths, so that a parent that is
//! renamed or replaced by a link while a run works cannot lead to somebody else's files.
//!
//! One more thing is healed here. Where a file system cannot exchange two folders, an older report is moved
//! to [`ASIDE`] before the new one takes its name. Whoever dies between leaves `aside/NAME`, and the sweep
//! puts it back unless something stands at `NAME` by now.
//!
//! Non-goals: file systems without `flock`. There a run works, but what a killed run left must be removed by
//! hand, and the error that says so names the folder.

use std::ffi::{CStr, CString};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat, fchmod, flock, fstat,
    mkdirat, openat, renameat, renameat_with, stat, statat, unlinkat,
};
use rustix::io::Errno;

use crate::error::{Error, Result};

/// How every hidden folder's name begins.
const PREFIX: &str = ".iinrec-";
/// The file whose lock tells that the owner lives.
const LOCK: &CStr = c"lock";
/// The folder of what was moved out of the way and goes back when the run dies.
pub const ASIDE: &CStr = c"aside";
/// Where [`ASIDE`] goes when nothing of it must go back.
const TRASH: &CStr = c"trash";
/// How often a busy lock is asked again, and how long it is waited between: a sweep of another run may hold
/// it for a moment, a run holds it for minutes.
const CLAIM_TRIES: u32 = 15;
const CLAIM_PAUSE_NANOS: i64 = 20_000_000;

/// A hidden folder of this run; dropped, it is removed with all that is in it.
#[derive(Debug)]
pub struct Scratch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parent: OwnedFd,
    parent_path: PathBuf,
    name: CString,
    /// The name under which it is removed.
    away: CString,
    folder: OwnedFd,
    /// Holds the lock until the process or the last owner is gone.
    _lock: OwnedFd,
}

/// What the thread that waits for signals must know of all runs of this process.
struct Process {
    folders: Vec<Arc<Inner>>,
    published: bool,
}

static PROCESS: Mutex<Process> = Mutex::new(Process { folders: Vec::new(), published: false });
/// Whether a signal is ending the process. Set under the lock of [`PROCESS`]; read without it, because a panic
/// inside of [`commit`] asks too.
static STOPPED: AtomicBool = AtomicBool::new(false);

fn process() -> MutexGuard<'static, Process> {
    // A panic while it was held leaves nothing half done in it.
    PROCESS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scratch {
    /// Makes a folder of this run's own, after removing what dead runs left beside it. `purpose` becomes part
    /// of its name: a word such as `spill`, never a value of a record.
    ///
    /// # Errors
    /// When the parent cannot be written, or a signal is stopping the process.
    pub fn new(parent: &Path, purpose: &'static str) -> Result<Self> {
        sweep(parent);
        loop {
            let random = RandomState::new().build_hasher().finish();
            if let Some(scratch) = Self::claim(parent, &format!("{purpose}-{random:016x}"))? {
                return Ok(scratch);
            }
        }
    }

    /// Makes the folder of that name, or takes it over from a dead run; `None` when a living run has it.
    ///
    /// # Errors
    /// When the parent cannot be written, or a signal is stopping the process.
    pub fn claim(parent: &Path, name: &str) -> Result<Option<Self>> {
        let failed = |e: Errno| Error::io("cannot make a hidden folder in", parent, &e.into());
        let parent_fd = open_parent(parent).map_err(failed)?;
        let name = CString::new(format!("{PREFIX}{name}")).expect("our names have no zero byte");
        for _ in 0..CLAIM_TRIES {
            // Held until the folder is known to `abandon`, lest a signal come between.
            let mut process = process();
            if is_abandoned() {
                return Err(stopped());
            }
            match try_claim(&parent_fd, &name).map_err(failed)? {
                Claim::Taken(folder, lock) => {
                    let parent_path = parent.to_owned();
                    let inner = Inner {
                        parent: parent_fd,
                        parent_path,
                        name,
                        away: away_name(),
                        folder,
                        _lock: lock,
                    };
                    // It may be that of a dead run.
                    heal(inner.parent.as_fd(), inner.folder.as_fd());
                    if let Err(e) = empty(inner.folder.as_fd(), true) {
                        inner.remove();
                        return Err(failed(e));
                    }
                    let inner = Arc::new(inner);
                    process.folders.push(Arc::clone(&inner));
                    return Ok(Some(Scratch(inner)));
                }
                Claim::Busy => {
                    drop(process);
                    pause(CLAIM_PAUSE_NANOS);
                }
                Claim::Swept => {}
            }
        }
        Ok(None)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.0.parent_path.join(self.0.name.to_string_lossy().as_ref())
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> BorrowedFd<'_> {
        self.0.folder.as_fd()
    }

    /// The folder in which it lies.
    #[must_use]
    pub fn parent(&self) -> BorrowedFd<'_> {
        self.0.parent.as_fd()
    }

    /// Whether the parent's path still names the folder that it named at the start.
    #[must_use]
    pub fn parent_is_in_place(&self) -> bool {
        let there = stat(&self.0.parent_path);
        there.is_ok_and(|there| fstat(&self.0.parent).is_ok_and(|ours| same(&there, &ours)))
    }

    /// Forgets what was moved to [`ASIDE`]: it will be removed and not put back.
    ///
    /// # Errors
    /// When the folder cannot be renamed.
    pub fn forget_aside(&self) -> rustix::io::Result<()> {
        renameat(self.folder(), ASIDE, self.folder(), TRASH)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Known to `abandon` until it is gone, so that a signal in the middle does not leave the rest.
        self.0.remove();
        process().folders.retain(|folder| !Arc::ptr_eq(folder, &self.0));
    }
}

impl Inner {
    /// Removes all of it. What cannot be removed is left to the sweep of the next run.
    fn remove(&self) {
        clear(self.parent.as_fd(), &self.name, &self.away, &self.folder);
    }
}

/// Does what makes a report visible, as one step that a signal cannot part: the thread that waits for
/// signals waits until it is done, and afterwards knows whether it was.
///
/// # Errors
/// Those of `step`, and when a signal has stopped the process already.
pub fn commit<T>(step: impl FnOnce() -> Result<T>) -> Result<T> {
    let mut process = process();
    if is_abandoned() {
        return Err(stopped());
    }
    let done = step()?;
    process.published = true;
    Ok(done)
}

/// Removes all folders of this process, which is about to end, and lets nothing be published any more. Returns
/// whether a report had been published.
#[must_use]
pub fn abandon() -> bool {
    let process = process();
    STOPPED.store(true, Ordering::SeqCst);
    let folders = process.folders.clone();
    let published = process.published;
    drop(process);
    for folder in &folders {
        folder.remove();
    }
    published
}

/// Whether [`abandon`] was called: the process is about to end, and whatever fails now fails because of that.
#[must_use]
pub fn is_abandoned() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

fn stopped() -> Error {
    Error::world("stopped by a signal")
}

/// Removes what dead runs left in a folder, and puts back what they had moved out of the way. Whatever cannot
/// be removed is left alone: it is no reason not to work.
pub fn sweep(parent: &Path) {
    let Ok(parent) = open_parent(parent) else { return };
    let Ok(entries) = entries(parent.as_fd()) else { return };
    for name in entries.iter().filter(|name| name.to_bytes().starts_with(PREFIX.as_bytes())) {
        // An error concerns this folder alone.
        let _ = sweep_one(parent.as_fd(), name);
    }
}

fn sweep_one(parent: BorrowedFd<'_>, name: &CStr) -> rustix::io::Result<()> {
    let folder = open_folder(parent, name)?;
    if !is_mine(&fstat(&folder)?) {
        return Ok(());
    }
    let lock = match openat(&folder, LOCK, OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()) {
        // Made, and its owner died at once, or is about to make the lock and will notice. If it holds
        // anything, it is none of ours, and this fails.
        Err(Errno::NOENT) => return unlinkat(parent, name, AtFlags::REMOVEDIR),
        lock => lock?,
    };
    flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
    if !is_linked(parent, name, &folder, &lock)? {
        return Ok(());
    }
    clear(parent, name, &away_name(), &folder);
    Ok(())
}

/// A name for a folder that is being removed.
fn away_name() -> CString {
    let random = RandomState::new().build_hasher().finish();
    CString::new(format!("{PREFIX}stale-{random:016x}")).expect("no zero byte")
}

/// How often a folder in which others still make files is emptied: some milliseconds of the second within which a run
/// stops.
const TRIES: usize = 500;

/// Removes a folder whose lock we hold. It loses its name to `away` first: a run that wants the name need not
/// wait until gigabytes are gone, and once the lock is removed, nobody can claim what is being emptied here.
/// Two threads may do so at a time, since a signal can come while a run removes its own.
fn clear(parent: BorrowedFd<'_>, name: &CStr, away: &CStr, folder: &OwnedFd) {
    if is_at(parent, name, folder) {
        heal(parent, folder.as_fd());
        let moved = renameat_with(parent, name, parent, away, RenameFlags::NOREPLACE);
        if matches!(moved, Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP)) {
            let _ = renameat(parent, name, parent, away);
        }
    }
    let name = if is_at(parent, away, folder) { away } else { name };
    // Other threads may just be making files in it, one for each table: then once more.
    for _ in 0..TRIES {
        if empty(folder.as_fd(), true).is_ok() && remove_empty(parent, name, folder) {
            return;
        }
    }
}

/// Whether a living run holds the folder of that name.
#[must_use]
pub fn is_held(parent: &Path, name: &str) -> bool {
    let held = || -> rustix::io::Result<bool> {
        let folder = open_parent(&parent.join(format!("{PREFIX}{name}")))?;
        let lock = openat(&folder, LOCK, OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
        Ok(flock(&lock, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK))
    };
    held().unwrap_or(false)
}

/// Waits. Not by `std::thread`, which has no business outside of the engine.
fn pause(nanos: i64) {
    let _ = rustix::thread::nanosleep(&rustix::thread::Timespec { tv_sec: 0, tv_nsec: nanos });
}

enum Claim {
    Taken(OwnedFd, OwnedFd),
    Busy,
    /// A sweep removed it while we looked.
    Swept,
}

fn try_claim(parent: &OwnedFd, name: &CStr) -> rustix::io::Result<Claim> {
    match mkdirat(parent, name, Mode::RWXU) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(e) => return Err(e),
    }
    let folder = match open_folder(parent.as_fd(), name) {
        Err(Errno::NOENT) => return Ok(Claim::Swept),
        folder => folder?,
    };
    if !is_mine(&fstat(&folder)?) {
        return Err(Errno::PERM);
    }
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let (lock, new) =
        match openat(&folder, LOCK, flags | OFlags::CREATE | OFlags::EXCL, Mode::RUSR | Mode::WUSR) {
            Ok(lock) => (lock, true),
            Err(Errno::NOENT) => return Ok(Claim::Swept),
            Err(Errno::EXIST) => match openat(&folder, LOCK, flags, Mode::empty()) {
                Err(Errno::NOENT) => return Ok(Claim::Swept),
                lock => (lock?, false),
            },
            Err(e) => {
                // A full disk: leave no empty folder behind.
                let _ = unlinkat(parent, name, AtFlags::REMOVEDIR);
                return Err(e);
            }
        };
    match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => return Ok(Claim::Busy),
        // No locks here: whoever makes the lock file has it.
        Err(Errno::NOTSUP | Errno::NOSYS | Errno::NOLCK | Errno::INVAL) if new => {}
        Err(Errno::NOTSUP | Errno::NOSYS | Errno::NOLCK | Errno::INVAL) => return Ok(Claim::Busy),
        Err(e) => return Err(e),
    }
    Ok(if is_linked(parent.as_fd(), name, &folder, &lock)? {
        Claim::Taken(folder, lock)
    } else {
        Claim::Swept
    })
}

/// Whether a folder and its lock still have their names, seen after the lock was taken.
fn is_linked(
    parent: BorrowedFd<'_>,
    name: &CStr,
    folder: &OwnedFd,
    lock: &OwnedFd,
) -> rustix::io::Result<bool> {
    let lock = fstat(lock)?;
    if lock.st_nlink == 0 || FileType::from_raw_mode(lock.st_mode) != FileType::RegularFile {
        return Ok(false);
    }
    match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(there) => Ok(same(&there, &fstat(folder)?)),
        Err(Errno::NOENT) => Ok(false),
        Err(e) => Err(e),
    }
}

/// Whether a name is that of a folder.
fn is_at(parent: BorrowedFd<'_>, name: &CStr, folder: &OwnedFd) -> bool {
    let there = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW);
    there.is_ok_and(|there| fstat(folder).is_ok_and(|folder| same(&there, &folder)))
}

fn same(a: &Stat, b: &Stat) -> bool {
    (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)
}

fn is_mine(folder: &Stat) -> bool {
    folder.st_uid == rustix::process::geteuid().as_raw()
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Opens the parent, which may be reached through a link.
fn open_parent(path: &Path) -> rustix::io::Result<OwnedFd> {
    openat(CWD, path, FOLDER, Mode::empty())
}

/// Opens what is in a folder, if it is a folder and no link.
pub(crate) fn open_folder(at: BorrowedFd<'_>, name: &CStr) -> rustix::io::Result<OwnedFd> {
    openat(at, name, FOLDER | OFlags::NOFOLLOW, Mode::empty())
}

/// Puts back what a dead run had moved out of the way. See the module's documentation.
fn heal(parent: BorrowedFd<'_>, folder: BorrowedFd<'_>) {
    let Ok(aside) = open_folder(folder, ASIDE) else { return };
    let Ok(entries) = entries(aside.as_fd()) else { return };
    for name in &entries {
        match renameat_with(&aside, name, parent, name, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP)
                if statat(parent, name, AtFlags::SYMLINK_NOFOLLOW).err() == Some(Errno::NOENT) =>
            {
                let _ = renameat(&aside, name, parent, name);
            }
            _ => {}
        }
    }
    // A removal that is cut short must not be healed later.
    let _ = renameat(folder, ASIDE, folder, TRASH);
}

fn entries(folder: BorrowedFd<'_>) -> rustix::io::Result<Vec<CString>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let name = entry?.file_name().to_owned();
        if name.as_c_str() != c"." && name.as_c_str() != c".." {
            names.push(name);
        }
    }
    Ok(names)
}

/// Removes what is in a folder, but for the lock where told.
fn empty(folder: BorrowedFd<'_>, keep_lock: bool) -> rustix::io::Result<()> {
    for name in entries(folder)? {
        if !(keep_lock && name.as_c_str() == LOCK) {
            remove_tree(folder, &name)?;
        }
    }
    Ok(())
}

fn remove_tree(at: BorrowedFd<'_>, name: &CStr) -> rustix::io::Result<()> {
    match unlinkat(at, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => return Ok(()),
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(e) => return Err(e),
    }
    let folder = open_folder(at, name)?;
    // An older report may have been made read-only by whoever read it.
    let _ = fchmod(&folder, Mode::RWXU);
    empty(folder.as_fd(), false)?;
    match unlinkat(at, name, AtFlags::REMOVEDIR) {
        Err(Errno::NOENT) => Ok(()),
        removed => removed,
    }
}

/// Removes the lock and then the folder, in which nothing else is left.
fn remove_empty(parent: BorrowedFd<'_>, name: &CStr, folder: &OwnedFd) -> bool {
    // Moved away, or somebody else's by now: then the lock must stay for whoever finds it.
    if !is_at(parent, name, folder) {
        return true;
    }
    match unlinkat(folder, LOCK, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => unlinkat(parent, name, AtFlags::REMOVEDIR).is_ok(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_private_while_it_lives_and_gone_afterwards() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(parent.path(), "spill").unwrap();
        let path = scratch.path();
        fs::create_dir(path.join("deep")).unwrap();
        fs::write(path.join("deep/file"), "x").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("lock"))), (0o700, 0o600));
        assert!(path.file_name().unwrap().to_str().unwrap().starts_with(".iinrec-spill-"));
        drop(scratch);
        assert!(names(parent.path()).is_empty());
    }

    #[test]
    fn the_sweep_takes_what_dead_runs_left_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let at = |name: &str| parent.path().join(name);
        let alive = Scratch::claim(parent.path(), "draft-alive").unwrap().unwrap();
        fs::write(alive.path().join("file"), "x").unwrap();
        // A dead run: its lock is free.
        fs::create_dir_all(at(".iinrec-draft-dead/report")).unwrap();
        fs::write(at(".iinrec-draft-dead/lock"), "").unwrap();
        fs::write(at(".iinrec-draft-dead/report/run.json"), "{}").unwrap();
        // Died between making the folder and the lock.
        fs::create_dir(at(".iinrec-draft-empty")).unwrap();
        // Not ours: no lock; a link, even one to a folder with a lock; a file; another name.
        fs::create_dir(at(".iinrec-notes")).unwrap();
        fs::write(at(".iinrec-notes/important"), "x").unwrap();
        fs::create_dir(at("elsewhere")).unwrap();
        fs::write(at("elsewhere/lock"), "").unwrap();
        std::os::unix::fs::symlink(at("elsewhere"), at(".iinrec-link")).unwrap();
        fs::write(at(".iinrec-file"), "x").unwrap();
        sweep(parent.path());
        assert_eq!(
            names(parent.path()),
            [".iinrec-draft-alive", ".iinrec-file", ".iinrec-link", ".iinrec-notes", "elsewhere"]
        );
        assert_eq!(names(&at(".iinrec-notes")), ["important"]);
        assert_eq!(names(&at("elsewhere")), ["lock"]);
        assert_eq!(names(&alive.path()), ["file", "lock"]);
    }

    #[test]
    fn a_name_has_one_owner_at_a_time_and_the_dead_leave_it_empty() {
        let parent = tempfile::tempdir().unwrap();
        let first = Scratch::claim(parent.path(), "draft-x").unwrap().unwrap();
        assert!(is_held(parent.path(), "draft-x"));
        assert!(Scratch::claim(parent.path(), "draft-x").unwrap().is_none());
        let path = first.path();
        drop(first);
        assert!(!is_held(parent.path(), "draft-x"));
        fs::create_dir_all(path.join("report")).unwrap();
        fs::write(path.join("lock"), "").unwrap();
        let second = Scratch::claim(parent.path(), "draft-x").unwrap().unwrap();
        assert_eq!(names(&second.path()), ["lock"]);
    }

    #[test]
    fn what_was_moved_aside_comes_back_unless_its_place_is_taken() {
        for taken in [false, true] {
            let parent = tempfile::tempdir().unwrap();
            let at = |name: &str| parent.path().join(name);
            fs::create_dir_all(at(".iinrec-draft-x/aside/out")).unwrap();
            fs::write(at(".iinrec-draft-x/aside/out/run.json"), "old").unwrap();
            fs::write(at(".iinrec-draft-x/lock"), "").unwrap();
            if taken {
                fs::create_dir(at("out")).unwrap();
                fs::write(at("out/run.json"), "new").unwrap();
            }
            sweep(parent.path());
            assert_eq!(names(parent.path()), ["out"]);
            let stands = fs::read_to_string(at("out/run.json")).unwrap();
            assert_eq!(stands, if taken { "new" } else { "old" });
        }
    }

    #[test]
    fn many_runs_that_want_one_name_get_it_one_after_the_other() {
        // Claims, drops and sweeps race; whoever has the folder must find it to be its own.
        let parent = tempfile::tempdir().unwrap();
        let owners = std::sync::atomic::AtomicUsize::new(0);
        let claimed = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for _ in 0..100 {
                        sweep(parent.path());
                        if let Some(scratch) = Scratch::claim(parent.path(), "draft-x").unwrap() {
                            assert_eq!(owners.fetch_add(1, Ordering::SeqCst), 0, "two owners");
                            fs::write(scratch.path().join("mine"), "x").unwrap();
                            assert_eq!(names(&scratch.path()), ["lock", "mine"]);
                            owners.fetch_sub(1, Ordering::SeqCst);
                            claimed.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
        assert!(claimed.into_inner() > 100);
        assert!(names(parent.path()).is_empty());
    }
}

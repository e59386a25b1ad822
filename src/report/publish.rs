//! Publish: a folder that appears whole or not at all.
//!
//! A report grows in a hidden folder beside its final place (mode 0700, files 0600), is forced to disk, and takes
//! its name in one rename; an older report is exchanged for it in one step and then removed.
//!
//! The law: whenever the process or the machine stops, the older report or the new one stands at `--out`,
//! whole, and the next run removes whatever else is left (see [`scratch`]). The steps, and what
//! a stop after each leaves:
//!
//! 1. claim `.iinrec-draft-<hash of the name>` by its lock: whoever else writes to this `--out` is refused
//! 2. write and `fsync` every file, `fsync` the draft: the older report stands
//! 3. one rename or exchange: the new report stands; the disk may still forget that until
//! 4. `fsync` of both folders. Should it fail, step 3 is taken back, so that a failed run published nothing
//! 5. remove the older report, then the hidden folder with its lock
//!
//! A file system that cannot exchange (NFS, some FUSE) takes two renames for step 3. A kill between them
//! leaves no report at `--out`; the next run that looks into that folder puts the older one back, since the killed one
//! never said that it had published.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, RenameFlags, fsync, mkdirat, openat, renameat, renameat_with, statat,
};
use rustix::io::Errno;

use crate::error::{Error, Result};
use crate::plan::{is_replaceable, parent_of};
use crate::report::back::Tables;
use crate::report::protect::{Protection, sign};
use crate::scratch::{self, ASIDE, Scratch, open_folder};

/// The draft's name in the hidden folder.
const REPORT: &std::ffi::CStr = c"report";

/// A report that is not published yet; dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    scratch: Scratch,
    report: OwnedFd,
    out: PathBuf,
    name: CString,
    overwrite: bool,
    protection: Arc<Protection>,
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

/// How the report took its name, to be taken back when the disk does not confirm it.
#[derive(Clone, Copy)]
enum Placed {
    /// Nothing stood there.
    New,
    /// The older report is where the draft was.
    Exchanged,
    /// The older report was moved aside first.
    TwoSteps,
}

/// Size of a file, and the digest of its bytes as an [`Output`] has it.
///
/// # Errors
/// When it cannot be read.
pub fn digest_of(path: &Path) -> std::io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

impl Draft {
    /// Starts a report beside its final place. Until it is dropped, no other run can start one for that place.
    ///
    /// # Errors
    /// When another run is writing this report, or the parent folder cannot be written.
    pub fn new(out: &Path, overwrite: bool) -> Result<Self> {
        let parent = parent_of(out);
        let scratch = Scratch::claim(parent, &claim_name(out))?.ok_or_else(|| busy(out))?;
        let failed = |e: Errno| Error::io("cannot make the report's folder", parent, &e.into());
        mkdirat(scratch.folder(), REPORT, Mode::RWXU).map_err(failed)?;
        let report = open_folder(scratch.folder(), REPORT).map_err(failed)?;
        let name = out.file_name().expect("settled by the plan").as_bytes();
        let name = CString::new(name).expect("a path that was looked at has no zero byte");
        let protection = Arc::new(Protection::default());
        Ok(Draft { scratch, report, out: out.to_owned(), name, overwrite, protection })
    }

    /// The draft, with its tables masked and encrypted and its account signed as this says.
    #[must_use]
    pub fn protected(self, protection: &Protection) -> Self {
        Draft { protection: Arc::new(protection.clone()), ..self }
    }

    /// How it is protected.
    #[must_use]
    pub fn protection(&self) -> &Protection {
        &self.protection
    }

    /// Its tables, as whoever has the keys reads them; finished files only.
    #[must_use]
    pub fn tables(&self) -> Tables {
        Tables::at(&self.folder()).with_keys(&self.protection.keys())
    }

    /// Writes the account, the last file of a report but for the signature over it.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn account(&self, text: &str) -> Result<()> {
        self.write(sign::SIGNED, text.as_bytes(), 1)?;
        if let Some(signing) = &self.protection.signing {
            self.write(sign::FILE, signing.sign(text.as_bytes()).as_bytes(), 1)?;
        }
        Ok(())
    }

    /// Writes one file of the report, through to the disk.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write(&self, name: &str, bytes: &[u8], rows: u64) -> Result<Output> {
        let mut file = self.file(name)?;
        file.write_all(bytes).map_err(|e| file.why(e))?;
        file.finish(rows)
    }

    /// Starts one file of the report, to be written as its bytes come.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn file(&self, name: &str) -> Result<DraftFile> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let path = self.out.join(name);
        let file = openat(&self.report, name, flags, Mode::RUSR | Mode::WUSR)
            .map(File::from)
            .map_err(|e| Error::io("cannot write the report", &path, &e.into()))?;
        Ok(DraftFile {
            file,
            name: name.to_owned(),
            path,
            bytes: 0,
            hasher: blake3::Hasher::new(),
            failed: None,
            protection: Arc::clone(&self.protection),
        })
    }

    /// Where the report lies until it has its name, for what is made of its tables.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.scratch.path().join(OsStr::from_bytes(REPORT.to_bytes()))
    }

    /// Gives the report its name. An older report at that place is replaced in one step.
    ///
    /// # Errors
    /// When the folder cannot be renamed, or something else stands at its place by now; then nothing has changed.
    pub fn publish(self) -> Result<()> {
        let failed = |e: Errno| Error::io("cannot publish the report", &self.out, &e.into());
        sync_folder(&self.report).map_err(failed)?;
        scratch::commit(|| {
            if !self.scratch.parent_is_in_place() {
                return Err(Error::world("the folder of --out was moved or removed during the run")
                    .at(parent_of(&self.out))
                    .remedy("nothing was published; make the folder again and run again"));
            }
            let placed = self.place()?;
            let parent = self.scratch.parent();
            if let Err(e) = sync_folder(parent).and_then(|()| sync_folder(self.scratch.folder())) {
                return Err(match self.take_back(placed) {
                    Ok(()) => failed(e),
                    Err(_) => Error::world("the report is in place, but the disk did not confirm it")
                        .at(&self.out)
                        .remedy("look at the disk and the system log, then run again with --overwrite"),
                });
            }
            if matches!(placed, Placed::TwoSteps) {
                // Failing this, the next run finds the place taken and removes the older report.
                let _ = self.scratch.forget_aside();
            }
            Ok(())
        })
    }

    /// Renames the draft to its place.
    fn place(&self) -> Result<Placed> {
        let failed = |e: Errno| Error::io("cannot publish the report", &self.out, &e.into());
        let (folder, parent, name) = (self.scratch.folder(), self.scratch.parent(), self.name.as_c_str());
        let there = match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(there) => Some(FileType::from_raw_mode(there.st_mode)),
            Err(Errno::NOENT) => None,
            Err(e) => return Err(failed(e)),
        };
        match there {
            None => match renameat_with(folder, REPORT, parent, name, RenameFlags::NOREPLACE) {
                Ok(()) => Ok(Placed::New),
                // Nothing but an empty folder could be replaced by this.
                Err(e) if is_unsupported(e) => {
                    renameat(folder, REPORT, parent, name).map(|()| Placed::New).map_err(failed)
                }
                Err(e) => Err(failed(e)),
            },
            Some(_) if !self.overwrite => {
                Err(Error::world("--out came into being during the run, and was not to be replaced")
                    .at(&self.out)
                    .remedy("look at what stands there; choose another folder, or add --overwrite"))
            }
            Some(kind) if kind != FileType::Directory || !is_replaceable(&self.out) => {
                Err(Error::world("--out became something else than a report during the run")
                    .at(&self.out)
                    .remedy("look at what stands there, or choose another folder"))
            }
            Some(_) => match renameat_with(folder, REPORT, parent, name, RenameFlags::EXCHANGE) {
                Ok(()) => Ok(Placed::Exchanged),
                Err(e) if is_unsupported(e) => self.place_in_two_steps().map_err(failed),
                Err(e) => Err(failed(e)),
            },
        }
    }

    fn place_in_two_steps(&self) -> rustix::io::Result<Placed> {
        let (folder, parent, name) = (self.scratch.folder(), self.scratch.parent(), self.name.as_c_str());
        mkdirat(folder, ASIDE, Mode::RWXU)?;
        let aside = open_folder(folder, ASIDE)?;
        sync_folder(folder)?;
        renameat(parent, name, &aside, name)?;
        // From here on the next run would put the older report back.
        let placed = sync_folder(&aside).and_then(|()| renameat(folder, REPORT, parent, name));
        if let Err(e) = placed {
            renameat(&aside, name, parent, name)?;
            return Err(e);
        }
        Ok(Placed::TwoSteps)
    }

    fn take_back(&self, placed: Placed) -> rustix::io::Result<()> {
        let (folder, parent, name) = (self.scratch.folder(), self.scratch.parent(), self.name.as_c_str());
        match placed {
            Placed::New => renameat(parent, name, folder, REPORT),
            Placed::Exchanged => renameat_with(folder, REPORT, parent, name, RenameFlags::EXCHANGE),
            Placed::TwoSteps => {
                renameat(parent, name, folder, REPORT)?;
                renameat(open_folder(folder, ASIDE)?, name, parent, name)
            }
        }
    }
}

/// One file of a report that is being written.
#[derive(Debug)]
pub struct DraftFile {
    file: File,
    name: String,
    path: PathBuf,
    bytes: u64,
    hasher: blake3::Hasher,
    /// What failed: whoever writes through others is told of it in their words only.
    failed: Option<std::io::Error>,
    protection: Arc<Protection>,
}

impl DraftFile {
    /// What its table is called: its name without the ending.
    #[must_use]
    pub fn table(&self) -> &str {
        self.name.split_once('.').map_or(&self.name, |(table, _)| table)
    }

    /// Its name in the report, and how it is protected.
    pub(super) fn protection(&self) -> (String, Arc<Protection>) {
        (self.name.clone(), Arc::clone(&self.protection))
    }

    /// Forces the file to the disk.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn finish(self, rows: u64) -> Result<Output> {
        self.file.sync_all().map_err(|e| Error::io("cannot write the report", &self.path, &e))?;
        let digest = self.hasher.finalize().to_hex().to_string();
        Ok(Output { file: self.name, rows, bytes: self.bytes, digest })
    }

    /// Why it could not be written; `told` is what the writer says, should the disk have said nothing.
    #[must_use]
    pub fn why(&self, told: impl std::error::Error + Send + Sync + 'static) -> Error {
        match &self.failed {
            Some(e) => Error::io("cannot write the report", &self.path, e),
            None => Error::io("cannot write the report", &self.path, &std::io::Error::other(told)),
        }
    }
}

impl Write for DraftFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes).inspect_err(|e| {
            self.failed =
                Some(e.raw_os_error().map_or_else(|| e.kind().into(), std::io::Error::from_raw_os_error));
        })?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Writes one file that only its owner can read, where nothing stands yet. What could not be written whole is removed.
///
/// # Errors
/// When something stands there already (exit code 2), or the disk is full or fails.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file =
        options.write(true).create_new(true).mode(0o600).open(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => Error::usage("the file exists already")
                .at(path)
                .remedy("choose another name for --out, or remove it"),
            _ => Error::io("cannot write the file", path, &e),
        })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|e| {
        let _ = std::fs::remove_file(path);
        Error::io("cannot write the file", path, &e)
    })
}

/// Writes one file that only its owner can read, as its bytes come; it takes its name when all of it is on disk.
/// `fill` is given a hidden folder for what is temporary, and returns the file's rows.
///
/// # Errors
/// When something stands there already (exit code 2; with `overwrite` a file is replaced), or the disk is full or fails.
pub fn whole_file(
    path: &Path,
    overwrite: bool,
    fill: impl FnOnce(&Path, &mut DraftFile) -> Result<u64>,
) -> Result<u64> {
    let failed = |e: Errno| Error::io("cannot write the file", path, &e.into());
    let name = path.file_name().map(|name| CString::new(name.as_bytes()));
    let Some(Ok(name)) = name else {
        return Err(Error::usage("this names no file").at(path).remedy("name a file, e.g. report.xlsx"));
    };
    match path.symlink_metadata() {
        Ok(meta) if !meta.is_file() => {
            return Err(Error::usage("something that is no file stands there")
                .at(path)
                .remedy("choose another name"));
        }
        Ok(_) if !overwrite => {
            return Err(Error::usage("the file exists already")
                .at(path)
                .remedy("choose another name, or add --overwrite to replace it"));
        }
        _ => {}
    }
    let parent = parent_of(path);
    scratch::sweep(parent);
    let scratch = Scratch::claim(parent, &claim_name(path))?.ok_or_else(|| busy(path))?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(scratch.folder(), REPORT, flags, Mode::RUSR | Mode::WUSR).map_err(failed)?;
    let mut file = DraftFile {
        file: File::from(file),
        name: String::new(),
        path: path.to_owned(),
        bytes: 0,
        hasher: blake3::Hasher::new(),
        failed: None,
        protection: Arc::default(),
    };
    let rows = fill(&scratch.path(), &mut file)?;
    file.finish(rows)?;
    scratch::commit(|| {
        let (folder, parent) = (scratch.folder(), scratch.parent());
        let flags = if overwrite { RenameFlags::empty() } else { RenameFlags::NOREPLACE };
        match renameat_with(folder, REPORT, parent, &name, flags) {
            Err(e) if is_unsupported(e) => renameat(folder, REPORT, parent, &name).map_err(failed)?,
            done => done.map_err(failed)?,
        }
        sync_folder(parent).map_err(failed)
    })?;
    Ok(rows)
}

/// Whether a living run is writing the report of that place.
#[must_use]
pub fn is_being_written(out: &Path) -> bool {
    scratch::is_held(parent_of(out), &claim_name(out))
}

/// The refusal of a second run into one place.
#[must_use]
pub fn busy(out: &Path) -> Error {
    let hidden = format!(".iinrec-{}", claim_name(out));
    Error::world("another run is writing this report")
        .at(out)
        .remedy(format!("wait for it, or choose another --out (it holds the lock in {hidden} beside it)"))
}

/// One claim a place, whatever characters and length its name has.
fn claim_name(out: &Path) -> String {
    let name = out.file_name().unwrap_or(OsStr::new(""));
    format!("draft-{}", &blake3::hash(name.as_bytes()).to_hex()[..16])
}

fn is_unsupported(e: Errno) -> bool {
    matches!(e, Errno::INVAL | Errno::NOSYS | Errno::NOTSUP)
}

/// Forces the names in a folder to disk. Some file systems know no such thing; what they do is all there is.
fn sync_folder(folder: impl AsFd) -> rustix::io::Result<()> {
    match fsync(folder) {
        Err(e) if is_unsupported(e) => Ok(()),
        done => done,
    }
}

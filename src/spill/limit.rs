//! The limit: how much memory a run may use, and whether that is enough.
//!
//! In: the inputs, looked at but not read, and what was typed. Out: nothing to lay down, a [`Spill`], or a
//! refusal with the least limit that would do. What counts is the resident memory of the process (anonymous
//! and mapped, `VmHWM`); the page cache is the system's, which takes it back when it needs it.
//!
//! The figures are measured (`scripts/memory-curve`) and lean to the safe side. The law: they decide where
//! rows lie and never what comes out.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::Spill;
use crate::batch::Dataset;
use crate::error::{Error, Result};
use crate::ingest::{DataFile, Input};

/// What was typed of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Bytes that a run may use; `None` for as many as it takes.
    pub limit: Option<u64>,
    /// Where to lay down what does not fit; beside the report when nothing is said.
    pub scratch: Option<std::path::PathBuf>,
}

/// About how many records there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Rows of the registry.
    pub registry: u64,
    /// Documents.
    pub documents: u64,
    /// Events.
    pub events: u64,
}

/// The program, its tables and the summary.
const PROGRAM_BYTES: u64 = 24 << 20;
/// Batches, memos and writers of a thread.
const THREAD_BYTES: u64 = 8 << 20;

impl Load {
    /// Looks at the inputs: Parquet says how many records it holds, text is measured at some places.
    #[must_use]
    pub fn of(inputs: &[Input]) -> Self {
        let mut load = Load::default();
        for input in inputs {
            let records = input.files.iter().map(records).sum::<u64>();
            match input.dataset {
                Dataset::Registry => load.registry += records,
                Dataset::Documents => load.documents += records,
                Dataset::Activity => load.events += records,
            }
        }
        load
    }

    /// Memory of a run that keeps everything.
    #[must_use]
    pub fn whole_bytes(self, threads: usize) -> u64 {
        base_bytes(threads) + self.registry * 140 + self.documents * 112 + self.events * 9
    }

    /// The least memory with which a run gets on that lays down what it can: who owns what stays, and the
    /// findings.
    #[must_use]
    pub fn least_bytes(self, threads: usize) -> u64 {
        base_bytes(threads) + self.registry * 26 + self.documents * 18
    }

    /// What is laid down on the disk at a time, at most.
    #[must_use]
    pub fn scratch_bytes(self) -> u64 {
        self.registry * 124 + self.documents * 116 + self.events * 16
    }
}

fn base_bytes(threads: usize) -> u64 {
    PROGRAM_BYTES + threads as u64 * THREAD_BYTES
}

impl Memory {
    /// Decides what a run must lay down.
    ///
    /// # Errors
    /// When the limit is too small for the inputs, or the scratch folder cannot be used.
    pub fn settle(&self, inputs: &[Input], beside: &Path, threads: usize) -> Result<Option<Spill>> {
        let Some(limit) = self.limit else {
            return match &self.scratch {
                None => Ok(None),
                Some(_) => Err(Error::usage("--scratch is of use with --memory-limit only")
                    .remedy("add --memory-limit, e.g. --memory-limit 2G")),
            };
        };
        let load = Load::of(inputs);
        if load.whole_bytes(threads) <= limit {
            return Ok(None);
        }
        let least = load.least_bytes(threads);
        if limit < least {
            return Err(Error::usage(format!(
                "--memory-limit {} is too small: these inputs need {} at least",
                size_in_words(limit),
                size_in_words(least)
            ))
            .remedy(format!("allow {} or more, or use fewer --threads", size_in_words(least))));
        }
        let folder = self.scratch.as_deref().unwrap_or(beside);
        let needed = load.scratch_bytes();
        let disk = rustix::fs::statvfs(folder)
            .map_err(|e| Error::io("cannot look at the scratch folder", folder, &e.into()))?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free < needed {
            return Err(Error::world(format!(
                "the disk has {} free, and this run lays down about {}",
                size_in_words(free),
                size_in_words(needed)
            ))
            .at(folder)
            .remedy("choose a folder on a larger disk with --scratch, or a higher --memory-limit"));
        }
        let spill = Spill::new(folder, limit, threads);
        // Whether a file can be made there is known only when it was.
        drop(spill.file()?);
        Ok(Some(spill))
    }
}

/// About how many records a file holds.
fn records(file: &DataFile) -> u64 {
    match file {
        DataFile::Parquet(parquet) => parquet.records(),
        // A file that cannot be looked at is refused elsewhere.
        _ => text_records(file.path(), file.bytes()).unwrap_or(file.bytes() / LEAST_RECORD_BYTES),
    }
}

/// Where records cannot be counted they are taken to be as short as events.
const LEAST_RECORD_BYTES: u64 = 24;

/// Counts line ends at the start, in the middle and at the end of a text. Packed text is taken to be a tenth
/// of its size, and of short records.
fn text_records(path: &Path, bytes: u64) -> std::io::Result<u64> {
    const SAMPLE: usize = 1 << 18;
    const PACKED: u64 = 10;
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Ok(bytes / LEAST_RECORD_BYTES);
    }
    let mut magic = [0; 4];
    let got = file.read(&mut magic)?;
    if magic[..got].starts_with(b"\x1f\x8b") || magic[..got].starts_with(b"\x28\xb5\x2f\xfd") {
        return Ok(bytes * PACKED / LEAST_RECORD_BYTES);
    }
    let mut buffer = vec![0; SAMPLE];
    let (mut seen, mut ends) = (0u64, 0u64);
    for part in 0..3 {
        let at = bytes.saturating_sub(SAMPLE as u64) / 2 * part;
        let got = file.read_at(&mut buffer, at)?;
        seen += got as u64;
        ends += memchr::memchr_iter(b'\n', &buffer[..got]).count() as u64;
    }
    // A twentieth more: records elsewhere may be shorter.
    Ok(if seen == 0 {
        0
    } else {
        (u128::from(bytes) * u128::from(ends) * 21 / 20 / u128::from(seen)) as u64 + 1
    })
}

/// Reads a size: `512M`, `2G`, `1.5GiB`, `800000000`. Units are powers of 1024.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let whole: u64 = whole.parse().ok()?;
    // Three decimals are finer than anybody types.
    let part: u64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    let bytes = u128::from(whole) * 1000 + u128::from(part);
    u64::try_from((bytes << shift) / 1000).ok().filter(|&bytes| bytes > 0)
}

/// A size for people, rounded up: `1.3 GiB`, `512 MiB`.
#[must_use]
pub fn size_in_words(bytes: u64) -> String {
    if bytes < 1 << 30 {
        return format!("{} MiB", bytes.div_ceil(1 << 20));
    }
    let tenths = (u128::from(bytes) * 10).div_ceil(1 << 30);
    if tenths % 10 == 0 {
        format!("{} GiB", tenths / 10)
    } else {
        format!("{}.{} GiB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_people_type_them() {
        for (text, expected) in [
            ("1G", Some(1 << 30)),
            ("512M", Some(512 << 20)),
            ("512 mb", Some(512 << 20)),
            ("1.5GiB", Some(3 << 29)),
            ("0.25g", Some(1 << 28)),
            ("2t", Some(2 << 40)),
            ("1048576", Some(1 << 20)),
            ("0", None),
            ("", None),
            ("G", None),
            ("-1G", None),
            ("1X", None),
            ("1..5G", None),
            ("99999999999999999999G", None),
        ] {
            assert_eq!(parse_size(text), expected, "{text}");
        }
        for (bytes, expected) in [
            (1 << 30, "1 GiB"),
            (3 << 29, "1.5 GiB"),
            ((1 << 30) + 1, "1.1 GiB"),
            (1, "1 MiB"),
            (512 << 20, "512 MiB"),
        ] {
            assert_eq!(size_in_words(bytes), expected);
        }
    }

    #[test]
    fn what_is_refused_with_its_figure_is_allowed_with_it() {
        let load = Load { registry: 20_000_000, documents: 25_000_000, events: 100_000_000 };
        for threads in [1, 2, 64] {
            assert!(load.least_bytes(threads) * 2 < load.whole_bytes(threads));
            let words = size_in_words(load.least_bytes(threads)).replace(' ', "");
            assert!(parse_size(&words).unwrap() >= load.least_bytes(threads), "{words}");
        }
    }

    #[test]
    fn records_are_about_as_many_as_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let text: String = (0..40_000).map(|n| format!("{n:012},NAME,1990-01-01\n")).collect();
        std::fs::write(&path, &text).unwrap();
        let records = text_records(&path, text.len() as u64).unwrap();
        assert!((40_000..44_000).contains(&records), "{records}");
        std::fs::write(&path, "").unwrap();
        assert_eq!(text_records(&path, 0).unwrap(), 0);
    }
}

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
    /// Customers.
    pub customers: u64,
    /// Their values: customers times columns.
    pub values: u64,
    /// Bytes of their text.
    pub customer_text: u64,
    /// Bytes of text that stay in memory for evidence: that of Parquet files, which cannot be read at a place.
    pub text: u64,
    /// Whether there is more that nobody has seen yet: a pipe tells its length at its end.
    pub open: bool,
}

/// The program, its tables, how common names are, and the summary.
const PROGRAM_BYTES: u64 = 44 << 20;
/// Batches, memos and writers of a thread.
const THREAD_BYTES: u64 = 12 << 20;

/// Bytes that comparing customers takes: a customer, a value of theirs, and a byte of their text.
const CUSTOMER: (u64, u64, u64) = (100, 40, 2);
/// The same where values as they stood lie on the disk meanwhile. With ten columns this says 572 MiB for a million, which
/// used 515, and 5,115 for ten million, which used 3,811: the share of values that repeat is known only after reading.
const CUSTOMER_LEAST: (u64, u64, u64) = (100, 30, 1);

impl Load {
    /// Looks at the inputs: Parquet says how many records it holds, text is measured at some places.
    #[must_use]
    pub fn of(inputs: &[Input]) -> Self {
        let mut load = Load::default();
        for input in inputs {
            let records = input.files.iter().map(records).sum::<u64>();
            load.open |= input.files.iter().any(|file| !file.path().is_file());
            if matches!(input.dataset, Dataset::Registry | Dataset::Documents) {
                load.text += input.files.iter().map(text_bytes).sum::<u64>();
            }
            match input.dataset {
                Dataset::Registry => load.registry += records,
                Dataset::Documents => load.documents += records,
                Dataset::Activity => load.events += records,
                Dataset::Customers => {
                    let columns = |file: &DataFile| file.header().roles.iter().flatten().count() as u64;
                    load.customers += records;
                    load.values += input.files.iter().map(|file| records * columns(file)).sum::<u64>();
                    load.customer_text += input.files.iter().map(customer_text).sum::<u64>();
                }
            }
        }
        load
    }

    /// Memory of a run that keeps everything.
    #[must_use]
    pub fn whole_bytes(self, threads: usize) -> u64 {
        base_bytes(threads)
            + self.text
            + self.registry * 140
            + self.documents * 120
            + self.events * 9
            + self.customers * CUSTOMER.0
            + self.values * CUSTOMER.1
            + self.customer_text * CUSTOMER.2
    }

    /// The least memory with which a run gets on that lays down what it can: who owns what stays, and the
    /// findings. Of 20 million people 972 to 1,131 MiB were used, more on an idle machine, where this says 1.2 GiB.
    #[must_use]
    pub fn least_bytes(self, threads: usize) -> u64 {
        base_bytes(threads)
            + self.text
            + self.registry * 31
            + self.documents * 21
            + self.customers * CUSTOMER_LEAST.0
            + self.values * CUSTOMER_LEAST.1
            + self.customer_text * CUSTOMER_LEAST.2
    }

    /// Refuses a limit that is too small.
    ///
    /// # Errors
    /// When a run that lays down what it can would need more.
    pub fn fits(self, limit: u64, threads: usize) -> Result<()> {
        let least = self.least_bytes(threads);
        if least <= limit {
            return Ok(());
        }
        Err(Error::usage(format!(
            "--memory-limit {} is too small: these inputs need {} at least",
            size_in_words(limit),
            size_in_words(least)
        ))
        .remedy(match self.text {
            0 => format!("allow {} or more, or use fewer --threads", size_in_words(least)),
            text => format!(
                "allow {} or more, or convert the Parquet files to CSV, which need {} less",
                size_in_words(least),
                size_in_words(text)
            ),
        }))
    }

    /// What is laid down on the disk at a time, at most.
    #[must_use]
    pub fn scratch_bytes(self) -> u64 {
        self.registry * 124 + self.documents * 124 + self.events * 16 + self.values * 8 + self.customer_text
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
        if !load.open && load.whole_bytes(threads) <= limit {
            return Ok(None);
        }
        load.fits(limit, threads)?;
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

/// About how much text of customers a file holds.
fn customer_text(file: &DataFile) -> u64 {
    match file {
        DataFile::Csv(csv) => csv.bytes(),
        _ => records(file) * CUSTOMER_TEXT_BYTES,
    }
}

/// Text of a customer where it cannot be measured.
const CUSTOMER_TEXT_BYTES: u64 = 120;

/// What a file keeps in memory of its text.
fn text_bytes(file: &DataFile) -> u64 {
    match file {
        DataFile::Parquet(parquet) => parquet.evidence_bytes(),
        _ => 0,
    }
}

/// About how many records a file holds.
fn records(file: &DataFile) -> u64 {
    match file {
        DataFile::Parquet(parquet) => parquet.records(),
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

/// A size for people, rounded up, as it can be typed: `2 GiB`, `1312 MiB`.
#[must_use]
pub fn size_in_words(bytes: u64) -> String {
    match bytes.div_ceil(1 << 20) {
        mib if mib > 0 && mib % 1024 == 0 => format!("{} GiB", mib / 1024),
        mib => format!("{mib} MiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_for_people() {
        for (bytes, expected) in [
            (1 << 30, "1 GiB"),
            (3 << 29, "1536 MiB"),
            ((1 << 30) + 1, "1025 MiB"),
            (1, "1 MiB"),
            (0, "0 MiB"),
        ] {
            assert_eq!(size_in_words(bytes), expected);
        }
    }

    #[test]
    fn laying_down_halves_the_need_at_least() {
        let load =
            Load { registry: 20_000_000, documents: 25_000_000, events: 100_000_000, ..Load::default() };
        for threads in [1, 2, 64] {
            assert!(load.least_bytes(threads) * 2 < load.whole_bytes(threads));
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

//! PostgreSQL: a table or query in, the bytes of its CSV out, as one stream.
//!
//! `COPY (SELECT …) TO STDOUT (FORMAT csv, HEADER)` gives text in the very form that `ingest::csv` reads, so
//! a database is one more stream and nothing behind it knows that there was a server. The law: the stream is the
//! same whatever the number of connections, because a table is cut by its size alone and the parts are joined in
//! order; and it is one moment of the table, because all connections share one snapshot.
//!
//! - `table`: what there is to read, and the statements that read it
//! - `copy`: connections driven by the one thread that reads, joined to a stream
//!
//! Goals: nothing to install (no libpq), no value of a record or password in any message. Non-goals:
//! reading while the table changes under the run (a run sees one moment).

#[cfg(feature = "postgres")]
mod copy;
#[cfg(feature = "postgres")]
mod table;

use std::io::Read;
use std::path::PathBuf;

use super::Reading;
use super::header::Needs;
use crate::batch::Dataset;
use crate::error::Result;

/// A source that was opened.
pub struct Opened {
    /// What people and `run.json` are shown.
    pub name: PathBuf,
    /// How the stream is to be read: what is said of the dataset's files, but for encoding and delimiter.
    pub reading: Reading,
    /// The stream; an error of it holds an [`Error`](crate::error::Error) with its remedy.
    pub rows: Box<dyn Read + Send>,
}

/// Connects to what an address names, and starts to read it.
///
/// # Errors
/// When the address is malformed (exit code 2), the server cannot be reached or refuses us, or there is nothing of
/// that name to read (exit code 1).
#[cfg(feature = "postgres")]
pub fn open(typed: &str, dataset: Option<Dataset>, reading: &Reading, needs: Needs) -> Result<Opened> {
    use super::encoding::Encoding;
    use super::header::{guess_dataset, resolve};
    let environment = |name: &str| std::env::var(name).ok();
    let address = crate::postgres::address::Address::parse(typed, &environment)?;
    let shown = PathBuf::from(address.shown());
    let stream =
        copy::CopyStream::open(address, shown.clone(), &environment, reading.every_cell, |headers| {
            let dataset = dataset.unwrap_or_else(|| guess_dataset(headers));
            resolve(dataset, headers, &reading.columns, needs, &shown)
        })?;
    // A database without an encoding sends the bytes that were stored: these are as good as a file's.
    let encoding = if stream.is_utf8 { Some(Encoding::Utf8) } else { reading.encoding };
    let reading = Reading { encoding, delimiter: Some(b','), ..reading.clone() };
    Ok(Opened { name: shown, reading, rows: Box::new(stream) })
}

/// Says that this program cannot.
///
/// # Errors
/// Always.
#[cfg(not(feature = "postgres"))]
pub fn open(_: &str, _: Option<Dataset>, _: &Reading, _: Needs) -> Result<Opened> {
    Err(crate::error::Error::usage("this iinrec was built without PostgreSQL")
        .remedy("build it with the feature `postgres`, which is there unless it was switched off"))
}

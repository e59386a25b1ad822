//! PostgreSQL: a report in, its rows in a database, one night beside the other, with views for a dashboard.
//!
//! In: a published report and `postgres://user@host/database?schema=iinrec`. Out: a table a table of the report, each row
//! with the night (`as_of`) and its place in the table; `runs`, one row a night; and views. The law: a night is there
//! whole or not at all, since all is one transaction; to load it again replaces it; and two loads into one schema wait
//! for one another.
//!
//! Tables follow the report: columns are made for whatever it has, and added when a later version has more. What
//! somebody else added to a table is left alone; a table that is not ours is refused. Rows travel as text, which fits also
//! where somebody changed a type to one that can hold the values.
//!
//! - `schema`: tables, their columns and comments
//! - `views`: what a dashboard asks for
//! - `load`: the transaction
//! - `rows`: batches as the text of COPY

#[cfg(feature = "postgres")]
mod load;
#[cfg(feature = "postgres")]
mod rows;
#[cfg(feature = "postgres")]
mod schema;
#[cfg(feature = "postgres")]
mod views;

use std::path::PathBuf;

use super::super::back::Reports;
use crate::error::Result;

/// What was loaded.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What people are shown of the place.
    pub shown: PathBuf,
    /// The night.
    pub as_of: String,
    /// Rows by table.
    pub tables: Vec<(String, u64)>,
    /// Whether the night was there before.
    pub replaced: bool,
    /// Nights whose rows were removed, since they are older than those that are kept.
    pub nights_removed: u64,
}

/// Looks at an address before there is something to load; says what people are shown of it.
///
/// # Errors
/// When it is malformed, or this program was built without PostgreSQL (exit code 2).
#[cfg(feature = "postgres")]
pub fn check(typed: &str) -> Result<PathBuf> {
    let environment = |name: &str| std::env::var(name).ok();
    let address = crate::postgres::address::Address::sink(typed, &environment)?;
    Ok(PathBuf::from(address.shown()))
}

/// Loads a report, and removes the rows of nights beyond the newest `keep_nights`.
///
/// # Errors
/// When the address is malformed (exit code 2), the server cannot be reached or refuses us, a table there is not one of
/// ours, or a table of the report is damaged (exit code 1); then nothing has changed.
#[cfg(feature = "postgres")]
pub fn load(report: &Reports, typed: &str, keep_nights: Option<u32>) -> Result<Loaded> {
    load::load(report, typed, keep_nights)
}

#[cfg(not(feature = "postgres"))]
fn without() -> crate::error::Error {
    crate::error::Error::usage("this iinrec was built without PostgreSQL")
        .remedy("build it with the feature `postgres`, which is there unless it was switched off")
}

/// Says that this program cannot.
///
/// # Errors
/// Always.
#[cfg(not(feature = "postgres"))]
pub fn check(_: &str) -> Result<PathBuf> {
    Err(without())
}

/// Says that this program cannot.
///
/// # Errors
/// Always.
#[cfg(not(feature = "postgres"))]
pub fn load(_: &Reports, _: &str, _: Option<u32>) -> Result<Loaded> {
    Err(without())
}

//! PostgreSQL: the way to a server, for whoever reads from one (`ingest::postgres`) and whoever writes into one
//! (`report::export::postgres`).
//!
//! In: an address as it was typed. Out: sessions, and errors for people. The law: no password, and no word of a
//! server that may quote a row, is in an error, a log or a report. Addresses are known to every build, servers to
//! those with the feature `postgres`.
//!
//! - `address`: what was typed, and what libpq adds to it
//! - `session`: the way to the server, and sessions over it
//! - `passfile`, `tls`, `failure`: the password, the certificate, the sentence when something fails

pub(crate) mod address;
#[cfg(feature = "postgres")]
pub(crate) mod failure;
#[cfg(feature = "postgres")]
mod passfile;
#[cfg(feature = "postgres")]
pub(crate) mod session;
#[cfg(all(test, feature = "postgres"))]
mod tests;
#[cfg(feature = "postgres")]
mod tls;

pub use self::address::{is_address, without_password};

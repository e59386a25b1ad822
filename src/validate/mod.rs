//! Validate: batches in, defects out. Each value is checked for itself and against its neighbours in the
//! row; nothing here knows of other rows, files or threads.
//!
//! The law: a check never changes or drops a row. What it finds is a [`defect::Defect`] with a code, and
//! how bad it is depends on the code alone.

pub mod defect;
pub mod iin;
pub mod kernel;
pub mod bin;
pub mod mrz;
pub mod document;
pub mod checks;

//! Report: findings in, a folder of Parquet files and `run.json` out, whole or not at all.
//!
//! The law: every file is sorted by a total key and holds the same bytes for the same inputs, whatever the
//! threads; values come from the records, never from logs or memory of other runs; nothing is visible under
//! its final name before all of it is on disk.

pub mod back;
pub mod cases;
pub mod earlier;
pub mod explain;
pub mod export;
pub mod gates;
pub mod html;
pub mod metrics;
pub mod changes;
pub mod offices;
pub mod people;
pub mod protect;
pub mod customers;
pub mod publish;
pub mod run_json;
mod signs;
pub mod tables;
pub mod rings;
pub mod values;

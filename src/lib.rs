//! iinrec reconciles registers of people with registers of their documents.
//!
//! The modules stand in the order in which a record travels. A run is first settled ([`plan`]), then files
//! are mapped and cut into batches of typed columns ([`ingest`]), each value is checked ([`validate`]) and
//! brought into a comparable form ([`normalise`]), rows are joined to their documents ([`link`]), joined
//! rows are judged ([`rules`]), and what was found is written and published ([`report`]).
//!
//! Stages know nothing of files or threads: [`engine`] is the only place with threads, and [`plan`],
//! [`ingest`] and [`report`] are the only ones with files. ([`generate`], which makes inputs, has its own.) Data that is wrong is output ([`validate::defect::Defect`]), a
//! world that is wrong is an [`error::Error`], and we being wrong is an assertion.

pub mod error;
pub mod scratch;
pub mod config;
pub mod plan;
pub mod engine;
pub mod spill;
pub mod day;
pub mod figure;
pub mod batch;
pub mod postgres;
pub mod ingest;
pub mod validate;
pub mod normalise;
pub mod link;
pub mod rules;
pub mod profile;
pub mod report;
pub mod jobs;
pub mod night;
pub mod generate;

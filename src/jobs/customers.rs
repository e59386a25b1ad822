//! Customers: one customer file, or one that says something of customers, as columns of codes.

use crate::batch::Role;
use crate::engine::Engine;
use crate::error::Result;
use crate::ingest::{self, Input, Observer};
use crate::link::people::read::{CustomersStage, FileRead};

/// Reads one file.
pub(super) fn read(engine: &Engine, input: &Input, observer: &dyn Observer) -> Result<FileRead> {
    let header = input.files[0].header();
    let columns = header
        .roles
        .iter()
        .zip(&header.names)
        .filter_map(|(role, name)| {
            role.filter(|&role| role != Role::RecordId).map(|role| (name.clone(), role))
        })
        .collect();
    let stage = CustomersStage::new(&header.roles);
    Ok(FileRead { columns, ingested: ingest::read(engine, input, &stage, observer)? })
}

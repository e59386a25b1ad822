//! Columns: what a batch of a report's table holds, by name.
//!
//! In: a batch that was read back. Out: its columns as what this version writes. The law: a column that is not there is
//! nothing, since an older report lacks it; one of another type is an error, since a page of half of the figures
//! would be read as all of them.

use std::path::PathBuf;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, UInt32Type};
use arrow_array::{Array, ArrayRef, ListArray, PrimitiveArray, RecordBatch, StringArray};

use crate::error::{Error, Result};
use crate::report::back::Tables;

/// A batch of a table.
pub(super) struct Part {
    pub(super) batch: RecordBatch,
    path: PathBuf,
}

/// Walks some columns of a table, batch by batch.
pub(super) fn walk(
    tables: &Tables,
    file: &str,
    columns: &[&str],
    mut look: impl FnMut(&Part) -> Result<()>,
) -> Result<()> {
    for batch in tables.batches(file, columns)? {
        look(&Part { batch: batch?, path: tables.folder().join(file) })?;
    }
    Ok(())
}

impl Part {
    pub(super) fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    fn typed<'a, T>(&'a self, name: &str, as_type: impl Fn(&'a ArrayRef) -> Option<T>) -> Result<Option<T>> {
        let Some(column) = self.batch.column_by_name(name) else { return Ok(None) };
        as_type(column).map(Some).ok_or_else(|| self.unlike())
    }

    /// That the table is not as this version writes it.
    pub(super) fn unlike(&self) -> Error {
        Error::world("the table is not as this version writes it")
            .at(&self.path)
            .remedy("run reconcile again, with this version")
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&StringArray>> {
        self.typed(name, |column| column.as_string_opt::<i32>())
    }

    /// A text column that every version writes.
    pub(super) fn needed_text(&self, name: &str) -> Result<&StringArray> {
        self.text(name)?.ok_or_else(|| self.unlike())
    }

    pub(super) fn share(&self, name: &str) -> Result<Option<&PrimitiveArray<Float64Type>>> {
        self.typed(name, |column| column.as_primitive_opt())
    }

    pub(super) fn long(&self, name: &str) -> Result<Option<&PrimitiveArray<Int64Type>>> {
        self.typed(name, |column| column.as_primitive_opt())
    }

    pub(super) fn count(&self, name: &str) -> Result<Option<&PrimitiveArray<UInt32Type>>> {
        self.typed(name, |column| column.as_primitive_opt())
    }

    pub(super) fn day(&self, name: &str) -> Result<Option<&PrimitiveArray<Date32Type>>> {
        self.typed(name, |column| column.as_primitive_opt())
    }

    pub(super) fn list(&self, name: &str) -> Result<Option<&ListArray>> {
        self.typed(name, |column| column.as_list_opt())
    }
}

/// The text of a row; empty where there is none.
pub(super) fn text_at(column: Option<&StringArray>, row: usize) -> &str {
    column.filter(|column| column.is_valid(row)).map_or("", |column| column.value(row))
}

/// The value of a row.
pub(super) fn at<T: arrow_array::ArrowPrimitiveType>(
    column: Option<&PrimitiveArray<T>>,
    row: usize,
) -> Option<T::Native> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

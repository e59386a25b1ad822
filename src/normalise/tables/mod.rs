//! Word lists of `data/`, turned into Rust by `scripts/gen-tables`.

pub(crate) mod countries;

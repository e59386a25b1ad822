//! Word lists of `data/`, turned into Rust by `scripts/gen-tables`.

pub(crate) mod chinese;
pub(crate) mod countries;
pub(crate) mod korean;

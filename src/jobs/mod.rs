//! Jobs: the stages strung together, one file a job. From a settled plan to a published report.

mod answers;
mod clock;
mod customers;
pub mod dedupe;
pub mod diff;
pub mod explain;
pub mod inspect;
pub mod page;
pub mod reconcile;
pub mod validate;

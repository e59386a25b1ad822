//! Jobs: the stages strung together, one file a job. From a settled plan to a published report.

mod clock;
pub mod dedupe;
pub mod inspect;
pub mod reconcile;
pub mod validate;

//! A page: a published report in, its page out once more, in another language or with more nights.
//!
//! The law: the report is read and not touched; its own page stays as it was signed.

use std::path::PathBuf;

use crate::error::Result;
use crate::report::back::Reports;
use crate::report::earlier;
use crate::report::html::night::{Material, PageOptions, page};
use crate::report::protect::encrypt::Openers;

/// What was asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The folder of the report.
    pub report: PathBuf,
    /// Folders of earlier nights.
    pub history: Vec<PathBuf>,
    /// How the page is wanted.
    pub options: PageOptions,
    /// What opens its tables, where they are encrypted.
    pub openers: Openers,
}

/// The text of the page.
///
/// # Errors
/// When there is no such report, or one of its tables or of the earlier accounts is damaged.
pub fn run(request: &Request) -> Result<String> {
    let Reports { tables, run } = Reports::open_with(&request.report, &request.openers)?;
    let earlier = earlier::read(&request.history)?;
    page(&Material { tables: &tables, run: &run, earlier: &earlier, options: request.options, seconds: true })
}

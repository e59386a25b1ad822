//! Rules: tied rows in, findings out: corrections, signals of suspected synthetic identities, duplicates.
//!
//! The law: a rule reads rows and links, never files, threads or the clock (the one "now" is
//! [`World::as_of`]), and no rule or weight looks at citizenship, name origin, sex or age as such. The two
//! exceptions are the law's own: `presence_missing` applies to foreigners of 16 and older, and agreement of
//! birth date and sex with the IIN is compared, never their value.

pub mod corrections;
pub mod duplicates;
pub mod settings;
pub mod signals;
pub mod score;

use crate::engine::Engine;
use crate::link::Links;
use crate::link::rows::{DocumentRow, RegistryRow, Table};

/// Names as they stand in the records. Rules ask for the few that keys cannot decide.
pub trait Names: Sync + std::fmt::Debug {
    /// Surname, given name and patronymic of a registry row.
    fn registry(&self, row: usize) -> [String; 3];
    /// Surname, given name and patronymic of a document.
    fn document(&self, row: usize) -> [String; 3];
}

/// Everything that a rule may look at.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    /// Does the work.
    pub engine: &'a Engine,
    /// The registry's rows.
    pub registry: &'a Table<RegistryRow>,
    /// The documents' rows.
    pub documents: &'a Table<DocumentRow>,
    /// Who holds what.
    pub links: &'a Links,
    /// Names as they stand.
    pub names: &'a dyn Names,
    /// The one "now" of the run.
    pub as_of: i32,
    /// Dates and thresholds.
    pub settings: &'a settings::Settings,
}

impl World<'_> {
    /// Runs `work` over ranges of registry rows and joins the results in row order.
    pub fn over_registry<T: Send>(
        &self,
        work: impl Fn(std::ops::Range<usize>) -> Vec<T> + Sync + Send,
    ) -> Vec<T> {
        const ROWS: usize = 1 << 15;
        let count = self.registry.len();
        let parts =
            self.engine.map(count.div_ceil(ROWS), |part| work(part * ROWS..((part + 1) * ROWS).min(count)));
        parts.into_iter().flatten().collect()
    }
}

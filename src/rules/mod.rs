//! Rules: tied rows in, findings out: corrections, signals of suspected synthetic identities, duplicates.
//!
//! The law: a rule reads rows and links, never files, threads or the clock (the one "now" is
//! [`World::as_of`]), and no rule or weight looks at citizenship, name origin, sex or age as such. The two
//! exceptions are the law's own: `presence_missing` applies to foreigners of 16 and older, and agreement of
//! birth date and sex with the IIN is compared, never their value.

pub mod corrections;
pub mod customers;
pub mod duplicates;
pub mod settings;
pub mod signals;
pub mod bits;
pub mod learn;
pub mod evidence;
pub mod score;
pub mod rings;
pub mod decisions;

use crate::engine::Engine;
use crate::link::Links;
pub use crate::link::Names;
use crate::link::near::{Brought, Near, Nearby, RANGE_ROWS};
use crate::link::rows::{DocumentRow, RegistryRow, Table};

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
    /// Rows that look like one person; none before they were sought.
    pub duplicates: &'a [duplicates::Duplicate],
    /// Names as they stand.
    pub names: &'a dyn Names,
    /// The one "now" of the run.
    pub as_of: i32,
    /// Dates and thresholds.
    pub settings: &'a settings::Settings,
    /// Documents brought to the rows that ask for them, where they are laid down on the disk.
    pub nearby: Option<&'a Nearby>,
    /// Those of the rows that are being looked at.
    pub near: Option<&'a Near<Brought>>,
}

impl World<'_> {
    /// A document.
    #[inline]
    #[must_use]
    pub fn document(&self, document: u32) -> &DocumentRow {
        let near = self.near.and_then(|near| near.get(document));
        near.map_or_else(|| &self.documents.rows[document as usize], |brought| &brought.row)
    }

    /// Runs `work` over ranges of registry rows, each in a world that has their documents near, and joins the
    /// results in row order.
    pub fn over_registry<T: Send>(
        &self,
        work: impl Fn(&World<'_>, std::ops::Range<usize>) -> Vec<T> + Sync + Send,
    ) -> Vec<T> {
        let count = self.registry.len();
        let parts = self.engine.map(count.div_ceil(RANGE_ROWS), |part| {
            let rows = part * RANGE_ROWS..((part + 1) * RANGE_ROWS).min(count);
            match self.nearby {
                None => work(self, rows),
                Some(nearby) => work(&World { near: Some(&nearby.part(part)), ..*self }, rows),
            }
        });
        let mut all = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        parts.into_iter().for_each(|part| all.extend(part));
        all
    }
}

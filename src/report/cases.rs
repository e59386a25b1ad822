//! Cases: the rows behind the findings, brought into the order of the report.
//!
//! A report is sorted by kind and number, so whoever writes it jumps about in both tables. Where these are laid
//! down on the disk that would be two pages a finding; so each finding's row and document are fetched once in
//! the order of the registry, where rules left the findings, and brought to the part of the report that quotes
//! them. The law: what was not brought is fetched from the tables, so bringing changes no byte.

use bytemuck::{Pod, Zeroable};

use super::values::Records;
use crate::engine::Engine;
use crate::error::Result;
use crate::link::near::{Held, Near, Nearby, RANGE_ROWS};
use crate::link::rows::{DocumentRow, NO_ROW, RegistryRow};
use crate::rules::corrections::Correction;
use crate::spill::{Parted, Partitions, Spill};

/// The row and the document of a finding; the number of either may be [`NO_ROW`].
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct Case {
    registry: OfRegistry,
    document: OfDocuments,
}

/// A registry row that was brought.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct OfRegistry {
    /// The row.
    pub kept: RegistryRow,
    /// Its packed IIN.
    pub iin: u64,
    row: u32,
    spare: u32,
}

/// A document that was brought.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct OfDocuments {
    /// The document.
    pub kept: DocumentRow,
    /// The packed IIN that it bears.
    pub iin: u64,
    row: u32,
    spare: u32,
}

impl Held for OfRegistry {
    fn number(&self) -> u32 {
        self.row
    }
}

impl Held for OfDocuments {
    fn number(&self) -> u32 {
        self.row
    }
}

/// What one part of the report quotes.
#[derive(Debug)]
pub struct Cases {
    /// Registry rows.
    pub registry: Near<OfRegistry>,
    /// Documents.
    pub documents: Near<OfDocuments>,
}

/// The cases of all parts of a report.
#[derive(Debug)]
pub struct BroughtCases(Parted<Case>);

/// Fewer findings of one range are not worth reading its documents.
const NEAR_LEAST: usize = 64;

impl BroughtCases {
    /// Brings the cases of findings, of which `part_of` tells the part of the report.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn bring(
        engine: &Engine,
        (spill, nearby): (&Spill, &Nearby),
        records: &Records<'_>,
        found: &[Correction],
        parts: usize,
        part_of: impl Fn(usize) -> usize + Sync + Send,
    ) -> Result<Self> {
        let parted = Partitions::new(spill.file()?, parts);
        let range = |correction: &Correction| correction.row as usize / RANGE_ROWS;
        let mut runs = Vec::new();
        let mut first = 0;
        for run in found.chunk_by(|a, b| range(a) == range(b)) {
            runs.push(first..first + run.len());
            first += run.len();
        }
        let brought = engine.map(runs.len(), |run| -> Result<()> {
            let run = runs[run].clone();
            let worth = run.len() >= NEAR_LEAST && found[run.start].row != NO_ROW;
            let near = worth.then(|| nearby.part(range(&found[run.start])));
            for at in run {
                let Correction { row, document, .. } = found[at];
                let mut case = Case::zeroed();
                (case.registry.row, case.document.row) = (row, document);
                if row != NO_ROW {
                    case.registry.kept = records.registry.rows[row as usize];
                    case.registry.iin = records.registry.iins[row as usize];
                }
                if document != NO_ROW {
                    (case.document.kept, case.document.iin) =
                        match near.as_ref().and_then(|n| n.get(document)) {
                            Some(brought) => (brought.row, brought.iin),
                            None => {
                                let at = document as usize;
                                (records.documents.rows[at], records.documents.iins[at])
                            }
                        };
                }
                parted.push(part_of(at), case)?;
            }
            Ok(())
        });
        brought.into_iter().collect::<Result<()>>()?;
        Ok(BroughtCases(parted.seal()?))
    }

    /// The cases of a part.
    #[must_use]
    pub fn part(&self, part: usize) -> Cases {
        let cases = self.0.read(part);
        Cases {
            registry: Near::new(cases.iter().map(|case| case.registry).filter(|r| r.row != NO_ROW).collect()),
            documents: Near::new(
                cases.iter().map(|case| case.document).filter(|d| d.row != NO_ROW).collect(),
            ),
        }
    }
}

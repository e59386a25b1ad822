//! Direct ties: which of the two that a document names is its owner, the row of its IIN or the row that holds
//! its number.
//!
//! In: for each document these two rows. Out: owners, bases, and the documents on which the two disagree. Most
//! are settled by the row numbers alone. The others ask whether the row describes the same person; where rows
//! are laid down on the disk these questions are brought to the ranges of rows that can answer them, since
//! they jump about in the registry.

use bytemuck::{Pod, Zeroable};

use super::near::RANGE_ROWS;
use super::rows::{DocumentRow, NO_ROW, RegistryRow, Table};
use super::{Basis, ByNumber, Conflict, Ties, is_someone_else, likeness};
use crate::batch::NO_IIN;
use crate::engine::Engine;
use crate::error::Result;
use crate::spill::Partitions;

/// Documents with their direct owners.
#[derive(Debug)]
pub(super) struct Direct {
    pub(super) ties: Ties,
    /// Documents on which the two ties disagree, by document.
    pub(super) conflicts: Vec<Conflict>,
    /// Documents that bear an IIN which no row has, ascending.
    pub(super) unknown_iins: Vec<u32>,
}

/// A question that only the rows can answer.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct Question {
    row: DocumentRow,
    document: u32,
    named: u32,
    holder: u32,
    spare: u32,
}

/// Documents that are settled by one task.
const PART_DOCUMENTS: usize = 1 << 16;

/// Settles the direct ties. `named` is for each document the row whose IIN it bears.
pub(super) fn settle(
    engine: &Engine,
    registry: &Table<RegistryRow>,
    documents: &Table<DocumentRow>,
    named: Vec<u32>,
    by_number: &ByNumber,
) -> Direct {
    let (mut owners, mut bases) = (named, vec![Basis::None; documents.len()]);
    let asked = engine.spill().and_then(|spill| {
        let parts = spill.file().map(|file| Partitions::new(file, registry.len().div_ceil(RANGE_ROWS)));
        parts.map_err(|error| spill.fail(error)).ok()
    });
    let mut parts: Vec<_> = owners.chunks_mut(PART_DOCUMENTS).zip(bases.chunks_mut(PART_DOCUMENTS)).collect();
    let found = engine.map_mut(&mut parts, |part, (owners, bases)| {
        let (mut conflicts, mut unknown) = (Vec::new(), Vec::new());
        for (at, (owner, basis)) in owners.iter_mut().zip(bases.iter_mut()).enumerate() {
            let d = part * PART_DOCUMENTS + at;
            let (named, holder) = (*owner, by_number.holders[d]);
            if named == NO_ROW && documents.iins[d] != NO_IIN {
                unknown.push(d as u32);
            }
            (*owner, *basis) = match by_row_numbers(d, named, holder, &by_number.registered) {
                Some(settled) => settled,
                None => {
                    let row = documents.rows[d];
                    let question = Question { row, document: d as u32, named, holder, spare: 0 };
                    let bring = |parts: &Partitions<Question>| {
                        let brought = parts.push(named as usize / RANGE_ROWS, question);
                        brought.map_err(|error| engine.spill().expect("there are parts").fail(error)).is_ok()
                    };
                    // Until it is answered, and mostly then as well, the IIN decides.
                    if asked.as_ref().is_some_and(bring) {
                        (named, Basis::Iin)
                    } else {
                        let (owner, basis, conflict) = answer(registry, &question);
                        conflicts.extend(conflict);
                        (owner, basis)
                    }
                }
            };
        }
        (conflicts, unknown)
    });
    let (mut conflicts, mut unknown_iins) = (Vec::new(), Vec::new());
    for (conflicting, unknown) in found {
        conflicts.extend(conflicting);
        unknown_iins.extend(unknown);
    }
    if let (Some(spill), Some(parts)) = (engine.spill(), asked) {
        match answers(engine, registry, parts) {
            Err(error) => spill.fail(error),
            Ok(answers) => {
                for (document, owner, basis, conflict) in answers {
                    (owners[document as usize], bases[document as usize]) = (owner, basis);
                    conflicts.extend(conflict);
                }
            }
        }
        conflicts.sort_unstable();
    }
    Direct { ties: Ties { owners, bases }, conflicts, unknown_iins }
}

type Answer = (u32, u32, Basis, Option<Conflict>);

/// The answers that are not simply the row of the IIN.
fn answers(
    engine: &Engine,
    registry: &Table<RegistryRow>,
    parts: Partitions<Question>,
) -> Result<Vec<Answer>> {
    let parted = parts.seal()?;
    let answers = engine.map(registry.len().div_ceil(RANGE_ROWS), |part| {
        let mut questions = parted.read(part);
        questions.sort_unstable_by_key(|question| (question.named, question.document));
        let answer = |question: &Question| {
            let (owner, basis, conflict) = answer(registry, question);
            let plain = owner == question.named && conflict.is_none();
            (!plain).then_some((question.document, owner, basis, conflict))
        };
        questions.iter().filter_map(answer).collect::<Vec<Answer>>()
    });
    Ok(answers.into_iter().flatten().collect())
}

/// What row numbers alone can settle.
fn by_row_numbers(d: usize, named: u32, holder: u32, registered: &[u32]) -> Option<(u32, Basis)> {
    match (named, holder) {
        (NO_ROW, NO_ROW) => Some((NO_ROW, Basis::None)),
        (NO_ROW, holder) => Some((holder, Basis::DocumentNumber)),
        (named, holder) if named == holder => Some((named, Basis::Iin)),
        // Held by several rows, that of its own IIN among them: a shared document, no disagreement.
        (named, _) if registered[named as usize] == d as u32 => Some((named, Basis::Iin)),
        _ => None,
    }
}

/// The owner of a document that bears the IIN of a row which does not hold it, and what the ties disagree on.
fn answer(registry: &Table<RegistryRow>, question: &Question) -> (u32, Basis, Option<Conflict>) {
    let &Question { ref row, document, named, holder, .. } = question;
    let conflict = Conflict { document, named, holder };
    if holder == NO_ROW {
        // The same IIN in two rows is the registry's defect, not the document's.
        return if is_someone_else(&registry.rows[named as usize], row) {
            (NO_ROW, Basis::None, Some(conflict))
        } else {
            (named, Basis::Iin, None)
        };
    }
    if registry.iins[named as usize] == registry.iins[holder as usize] {
        return (holder, Basis::Iin, None);
    }
    let like = |held: u32| likeness(&registry.rows[held as usize], row);
    if like(holder) > like(named) {
        (holder, Basis::DocumentNumber, Some(conflict))
    } else {
        (named, Basis::Iin, Some(conflict))
    }
}

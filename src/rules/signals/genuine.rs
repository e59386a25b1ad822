//! Genuine: does the documents register know the person of a row?
//!
//! In: a row. Out: what speaks for an existing person behind it, which many signals need in order to leave
//! the innocent alone. The law: a document speaks for a row only when the link gave it to that row and the
//! name or the birth date agree.

use super::look::Look;
use crate::day::NO_DAY;
use crate::link::rows::NO_ROW;
use crate::rules::World;

/// Whether a document that the row owns agrees with it in name or birth date.
fn agrees(world: &World<'_>, row: usize, document: u32) -> bool {
    let (row, document) = (&world.registry.rows[row], world.document(document));
    let name = row.name != 0 && row.name == document.name;
    let birth = row.birth != NO_DAY && row.birth == document.birth;
    name || birth
}

/// Whether the document that the row holds is in the register, is this row's, and agrees with it.
pub(super) fn is_genuine(world: &World<'_>, row: usize) -> bool {
    let document = world.links.registered[row];
    document != NO_ROW
        && world.links.owners[document as usize] as usize == row
        && agrees(world, row, document)
}

/// Whether the register has any document of this row that agrees with it: the one it holds, or, where the
/// number is mistyped or was never corrected, another that bears its IIN or identity.
pub(super) fn is_known_person(world: &World<'_>, row: usize) -> bool {
    world.links.documents_of(row).iter().any(|&document| agrees(world, row, document))
}

/// Half points of doubt whether a row's person exists, for shares of a group: 0 known to the documents
/// register or seen alive, 2 not to be found where they should be, 1 where nothing can be said.
pub(super) fn doubt(look: &Look<'_>, row: usize) -> u64 {
    let (world, kept) = (look.world, &look.world.registry.rows[row]);
    if look.is_known(row) {
        return 0;
    }
    // The document is another's, or should be in the register and is not.
    if world.links.registered[row] != NO_ROW || (kept.number != 0 && look.coverage(kept.country).is_some()) {
        return 2;
    }
    if !look.activity_speaks() {
        return 1;
    }
    let last = world.links.living[row].last();
    match (last != NO_DAY && last >= kept.assigned, look.is_silent(row, kept)) {
        (true, _) => 0,
        (_, true) => 2,
        _ => 1,
    }
}

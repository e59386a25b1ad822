//! Compose: the cells of one or two columns in, the column of a role out.
//!
//! Most roles have a column of their own. Some exports write the whole name into one, others part the series
//! of a document from its number; what stages and evidence see is the same for all of them. The law: the
//! column of a batch and the text that evidence quotes are composed by the same functions.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_buffer::Buffer;

use super::convert::{self, Cells, Context};
use super::header::Source;
use crate::normalise::full_name::{self, NamePart};
use crate::normalise::number;

/// The column of a role from where its cells stand; `cells` gives those of a column of the file.
pub(super) fn column<C: Cells>(
    source: Source,
    cells: impl Fn(usize) -> C,
    buffers: &[Buffer],
    context: &mut Context<'_>,
) -> ArrayRef {
    let count = context.ordinals.len();
    match source {
        Source::Column(at) => convert::column(&cells(at), buffers, context),
        Source::NamePart(at, part) => {
            Arc::new(convert::texts(&NamePartCells { cells: cells(at), part }, count, buffers))
        }
        Source::Joined { series, number } => {
            let (arena, spans) = join(&cells(series), &cells(number), count);
            let arena = Buffer::from_vec(arena);
            let buffers = [arena.clone()];
            Arc::new(convert::texts(&ArenaCells { arena: &arena, spans: &spans }, count, &buffers))
        }
    }
}

/// The text of a role in one record; `cell` gives that of a column of the file.
pub(super) fn text(source: Source, cell: impl Fn(usize) -> String) -> String {
    match source {
        Source::Column(at) => cell(at),
        Source::NamePart(at, part) => full_name::part(&cell(at), part).to_owned(),
        Source::Joined { series, number } => {
            let mut joined = String::new();
            number::join(&cell(series), &cell(number), &mut joined);
            joined
        }
    }
}

/// The columns of a file that a source reads.
pub(super) fn columns_of(source: Source) -> impl Iterator<Item = usize> {
    let (first, second) = match source {
        Source::Column(at) | Source::NamePart(at, _) => (at, None),
        Source::Joined { series, number } => (series, Some(number)),
    };
    std::iter::once(first).chain(second)
}

/// A part of each full name, read where it lies.
struct NamePartCells<C> {
    cells: C,
    part: NamePart,
}

impl<C: Cells> Cells for NamePartCells<C> {
    fn get(&self, i: usize) -> &[u8] {
        // Records that are no UTF-8 never come here.
        std::str::from_utf8(self.cells.get(i)).map_or(&[], |full| full_name::part(full, self.part).as_bytes())
    }

    fn locate(&self, part: &[u8]) -> (u32, u32) {
        self.cells.locate(part)
    }
}

/// Series and numbers, written beside each other.
fn join<C: Cells>(series: &C, numbers: &C, count: usize) -> (Vec<u8>, Vec<(u32, u32)>) {
    let (mut arena, mut joined) = (Vec::new(), String::new());
    let text = |cell| std::str::from_utf8(cell).unwrap_or_default();
    let spans = (0..count)
        .map(|i| {
            let start = arena.len() as u32;
            number::join(text(series.get(i)), text(numbers.get(i)), &mut joined);
            arena.extend_from_slice(joined.as_bytes());
            (start, arena.len() as u32)
        })
        .collect();
    (arena, spans)
}

/// Cells that were written to an arena of their own: decoded, unquoted or composed.
pub(super) struct ArenaCells<'a> {
    /// The text of all cells.
    pub(super) arena: &'a [u8],
    /// Start and end of each.
    pub(super) spans: &'a [(u32, u32)],
}

impl Cells for ArenaCells<'_> {
    #[inline(always)]
    fn get(&self, i: usize) -> &[u8] {
        let (start, end) = self.spans[i];
        &self.arena[start as usize..end as usize]
    }

    #[inline(always)]
    fn locate(&self, part: &[u8]) -> (u32, u32) {
        (0, (part.as_ptr().addr() - self.arena.as_ptr().addr()) as u32)
    }
}

//! Columns: the values of all rows of a dataset, in the pieces in which they were read.
//!
//! A piece lies in memory or on a shelf (see [`crate::spill`]); who reads cannot tell.

use std::ops::Index;
use std::sync::Arc;

use bytemuck::Pod;

use crate::spill::Values;

/// Values of all rows of a dataset.
#[derive(Debug)]
pub struct Column<T> {
    pieces: Vec<Values<T>>,
    places: Arc<Places>,
}

/// In which piece each row lies.
#[derive(Debug)]
pub struct Places {
    /// First row of each piece, and the number of rows at the end.
    starts: Vec<u32>,
    /// For every 4096th row its piece, so that finding a row's piece is a look-up and a step or two.
    hints: Vec<u32>,
}

const HINT_SHIFT: u32 = 12;

impl Places {
    pub(super) fn new(lengths: impl Iterator<Item = usize>) -> Self {
        let mut starts = vec![0u32];
        let mut hints = Vec::new();
        for (piece, length) in lengths.enumerate() {
            let end = starts[piece] + length as u32;
            while (hints.len() as u32) << HINT_SHIFT < end {
                hints.push(piece as u32);
            }
            starts.push(end);
        }
        Places { starts, hints }
    }

    /// The piece of a row, and its place there.
    #[inline]
    #[must_use]
    pub fn find(&self, row: usize) -> (usize, usize) {
        let mut piece = self.hints[row >> HINT_SHIFT] as usize;
        while self.starts[piece + 1] as usize <= row {
            piece += 1;
        }
        (piece, row - self.starts[piece] as usize)
    }
}

impl<T: Pod> Column<T> {
    pub(super) fn new(pieces: Vec<Values<T>>, places: Arc<Places>) -> Self {
        debug_assert!(pieces.iter().map(Values::len).sum::<usize>() == places.starts[pieces.len()] as usize);
        Column { pieces, places }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        *self.places.starts.last().expect("never empty") as usize
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of pieces.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// One piece: its first row, and its values.
    #[must_use]
    pub fn piece(&self, piece: usize) -> (usize, &[T]) {
        (self.places.starts[piece] as usize, self.pieces[piece].all())
    }

    /// The piece of a row, and its place there.
    #[inline]
    pub(super) fn find(&self, row: usize) -> (usize, usize) {
        self.places.find(row)
    }
}

impl<T: Pod> Index<usize> for Column<T> {
    type Output = T;

    #[inline]
    fn index(&self, row: usize) -> &T {
        let (piece, at) = self.places.find(row);
        self.pieces[piece].item(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_in_pieces_of_any_length() {
        let lengths = [0, 3, 0, 10_000, 1, 5000, 0];
        let places = Places::new(lengths.into_iter());
        let mut row = 0;
        for (piece, length) in lengths.into_iter().enumerate() {
            for at in 0..length {
                assert_eq!(places.find(row), (piece, at));
                row += 1;
            }
        }
    }
}

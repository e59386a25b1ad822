//! Partitions: many small rows brought to the parts of the work that will ask for them.
//!
//! In: rows with the number of their part, from any thread. Out: the rows of one part at a time. The order
//! within a part depends on threads, so whoever reads sorts by a total key.

use std::sync::Mutex;

use bytemuck::Pod;

use super::{Place, Shelf, SpillFile};
use crate::error::Result;

/// What all parts together may hold in memory.
const BUFFERS_BYTES: usize = 32 << 20;
/// Less would be many small writes, more would gain nothing.
const BUFFER_BYTES: std::ops::Range<usize> = 4 << 10..64 << 10;

/// Rows being parted.
#[derive(Debug)]
pub struct Partitions<T> {
    file: SpillFile,
    parts: Vec<Mutex<Part<T>>>,
    buffer_rows: usize,
}

#[derive(Debug)]
struct Part<T> {
    buffer: Vec<T>,
    places: Vec<Place<T>>,
}

impl<T: Pod> Partitions<T> {
    /// So many empty parts.
    #[must_use]
    pub fn new(file: SpillFile, count: usize) -> Self {
        let bytes = (BUFFERS_BYTES / count.max(1)).clamp(BUFFER_BYTES.start, BUFFER_BYTES.end);
        let part = || Mutex::new(Part { buffer: Vec::new(), places: Vec::new() });
        let parts = (0..count).map(|_| part()).collect();
        Partitions { file, parts, buffer_rows: (bytes / size_of::<T>()).max(1) }
    }

    /// Brings a row to a part; any thread may, at any time.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn push(&self, part: usize, row: T) -> Result<()> {
        let mut part = self.parts[part].lock().expect("nobody panics with a part");
        part.buffer.push(row);
        if part.buffer.len() >= self.buffer_rows {
            let place = self.file.append(&part.buffer)?;
            part.places.push(place);
            part.buffer.clear();
        }
        Ok(())
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn seal(self) -> Result<Parted<T>> {
        let mut places = Vec::with_capacity(self.parts.len());
        for part in self.parts {
            let mut part = part.into_inner().expect("nobody panics with a part");
            if !part.buffer.is_empty() {
                part.places.push(self.file.append(&part.buffer)?);
            }
            places.push(part.places);
        }
        Ok(Parted { shelf: self.file.seal()?, places })
    }
}

/// Rows that were parted.
#[derive(Debug)]
pub struct Parted<T> {
    shelf: Shelf,
    places: Vec<Vec<Place<T>>>,
}

impl<T: Pod> Parted<T> {
    /// The rows of a part, in any order.
    #[must_use]
    pub fn read(&self, part: usize) -> Vec<T> {
        let places = &self.places[part];
        let mut rows = Vec::with_capacity(places.iter().map(Place::len).sum());
        for &place in places {
            rows.extend_from_slice(self.shelf.part(place, 0..place.len()));
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::spill::Spill;

    #[test]
    fn every_row_comes_to_its_part_once() {
        let spill = Spill::new(&std::env::temp_dir(), 1 << 20, 3);
        let engine = Engine::new(3).unwrap();
        let partitions = Partitions::new(spill.file().unwrap(), 7);
        engine.map(10, |task| {
            (0..5_000u32).for_each(|n| {
                let row = task as u32 * 5_000 + n;
                partitions.push(row as usize % 7, row).unwrap();
            });
        });
        let parted = partitions.seal().unwrap();
        for part in 0..7 {
            let mut rows = parted.read(part);
            rows.sort_unstable();
            let expected: Vec<u32> = (0..50_000).filter(|row| row % 7 == part as u32).collect();
            assert_eq!(rows, expected);
        }
    }
}

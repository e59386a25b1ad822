//! The ledge: where columns are put that are made in one go and may or may not be laid down.
//!
//! In: vectors, from any thread. Out: [`Values`]. Who uses it cannot return an error: what cannot be written
//! stays in memory, what cannot be read is left out, and [`Spill::check`] then stops the run.

use bytemuck::Pod;

use super::{Place, Spill, SpillFile, Values};

/// Columns being made.
#[derive(Debug)]
pub struct Ledge<'a>(Option<(&'a Spill, SpillFile)>);

/// A column that was made.
#[derive(Debug)]
pub enum Made<T> {
    /// In memory.
    Memory(Vec<T>),
    /// In the scratch file.
    Laid(Place<T>),
}

impl<'a> Ledge<'a> {
    /// In a scratch file where there is to be one, else in memory.
    #[must_use]
    pub fn new(spill: Option<&'a Spill>) -> Self {
        Ledge(spill.and_then(|spill| match spill.file() {
            Ok(scratch) => Some((spill, scratch)),
            Err(error) => {
                spill.fail(error);
                None
            }
        }))
    }

    /// Puts down a column.
    pub fn put<T: Pod>(&self, column: Vec<T>) -> Made<T> {
        match &self.0 {
            None => Made::Memory(column),
            Some((spill, scratch)) => match scratch.append(&column) {
                Ok(place) => Made::Laid(place),
                Err(error) => {
                    spill.fail(error);
                    Made::Memory(column)
                }
            },
        }
    }

    /// Ends the making; `take` gets the way from what was made to what can be read, or nothing is made.
    pub fn finish<T>(self, take: impl FnOnce(&Taker) -> Vec<T>) -> Vec<T> {
        match self.0.map(|(spill, scratch)| (spill, scratch.seal())) {
            None => take(&Taker(None)),
            Some((_, Ok(shelf))) => take(&Taker(Some(shelf))),
            Some((spill, Err(error))) => {
                spill.fail(error);
                Vec::new()
            }
        }
    }
}

/// The way from what was made to what can be read.
#[derive(Debug)]
pub struct Taker(Option<super::Shelf>);

impl Taker {
    /// The values of a column.
    pub fn values<T: Pod>(&self, made: Made<T>) -> Values<T> {
        match (made, &self.0) {
            (Made::Memory(column), _) => Values::Memory(column),
            (Made::Laid(place), Some(shelf)) => Values::Shelf(shelf.clone(), place),
            (Made::Laid(_), None) => unreachable!("nothing is laid down without a scratch file"),
        }
    }
}

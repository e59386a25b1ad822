//! Defects of a dataset, in the order of its records, in few bytes and wherever they are kept.
//!
//! In: the defects of each piece, and later those that only the whole dataset shows. Out: all of them sorted by
//! record, field and check. A bad export has more defects than records, so they are kept as bytes (ten and the
//! value) and are laid down where rows are.

use super::defect::{Check, Defect};
use crate::batch::Role;
use crate::spill::Values;

/// Defects of one piece as bytes, sorted.
#[derive(Debug, Default)]
pub struct Packed {
    /// As [`pack`] makes them.
    pub bytes: Vec<u8>,
    counts: Vec<(Check, u64)>,
}

/// Bytes of a defect before its value.
const HEAD: usize = 10;

/// Packs the defects of a piece.
#[must_use]
pub fn pack(mut defects: Vec<Defect>) -> Packed {
    defects.sort_by_key(order);
    let mut packed = Packed {
        bytes: Vec::with_capacity(defects.iter().map(|defect| HEAD + defect.value.len()).sum()),
        counts: Vec::new(),
    };
    for defect in defects {
        packed.bytes.extend(defect.row.to_le_bytes());
        packed.bytes.extend([defect.role as u8, defect.check as u8]);
        packed.bytes.extend((defect.value.len() as u32).to_le_bytes());
        packed.bytes.extend(defect.value.as_bytes());
        match packed.counts.iter_mut().find(|(check, _)| *check == defect.check) {
            Some((_, count)) => *count += 1,
            None => packed.counts.push((defect.check, 1)),
        }
    }
    packed
}

fn order(defect: &Defect) -> (u32, Role, Check) {
    (defect.row, defect.role, defect.check)
}

/// All defects of a dataset.
#[derive(Debug, Default)]
pub struct Defects {
    /// For each piece its first record and its defects.
    pieces: Vec<(u32, Values<u8>)>,
    counts: Vec<(Check, u64)>,
    added: Vec<Defect>,
}

impl Defects {
    /// Adds the defects of the next piece, whose bytes may have been laid down since.
    pub fn push(&mut self, first_record: u32, packed: Packed, laid: Option<Values<u8>>) {
        self.counts.extend(packed.counts);
        let values = laid.unwrap_or(Values::Memory(packed.bytes));
        if !values.is_empty() {
            self.pieces.push((first_record, values));
        }
    }

    /// Adds one that only the whole dataset shows; its `row` counts in the dataset.
    pub fn add(&mut self, defect: Defect) {
        self.counts.push((defect.check, 1));
        self.added.push(defect);
    }

    /// Brings those that were added into order; to be done before they are told.
    pub fn sort(&mut self) {
        self.added.sort_by_key(order);
    }

    /// How many there are of which check; a check may stand there several times.
    #[must_use]
    pub fn counts(&self) -> &[(Check, u64)] {
        &self.counts
    }

    /// All of them, sorted.
    pub fn iter(&self) -> impl Iterator<Item = Defect> + '_ {
        debug_assert!(self.added.is_sorted_by_key(order));
        let mut of_pieces =
            self.pieces.iter().flat_map(|(first, values)| Unpacking { first: *first, bytes: values.all() });
        let mut next = of_pieces.next();
        let mut added = self.added.iter().peekable();
        std::iter::from_fn(move || {
            let take_added = match (&next, added.peek()) {
                (Some(read), Some(added)) => order(added) < order(read),
                (None, added) => added.is_some(),
                (Some(_), None) => false,
            };
            if take_added { added.next().cloned() } else { std::mem::replace(&mut next, of_pieces.next()) }
        })
    }
}

/// Reads packed defects one by one.
struct Unpacking<'a> {
    first: u32,
    bytes: &'a [u8],
}

impl Iterator for Unpacking<'_> {
    type Item = Defect;

    fn next(&mut self) -> Option<Defect> {
        let (head, rest) = self.bytes.split_first_chunk::<HEAD>()?;
        let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (value, rest) = rest.split_at(number(6) as usize);
        self.bytes = rest;
        Some(Defect {
            row: self.first + number(0),
            role: Role::ALL[usize::from(head[4])],
            check: Check::ALL[usize::from(head[5])],
            value: std::str::from_utf8(value).expect("packed from text").into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defect(row: u32, role: Role, check: Check, value: &str) -> Defect {
        Defect { row, role, check, value: value.into() }
    }

    #[test]
    fn roles_and_checks_are_found_by_their_places() {
        assert!(Role::ALL.iter().enumerate().all(|(at, &role)| role as usize == at));
        assert!(Check::ALL.iter().enumerate().all(|(at, &check)| check as usize == at));
    }

    #[test]
    fn all_come_back_in_order() {
        let mut defects = Defects::default();
        let first = vec![
            defect(3, Role::Iin, Check::Missing, ""),
            defect(1, Role::Iin, Check::IinLength, "Ә1"),
            defect(1, Role::Iin, Check::Missing, "x"),
        ];
        let second = vec![defect(0, Role::Sex, Check::SexUnknown, "?")];
        defects.push(0, pack(first), None);
        defects.push(4, pack(Vec::new()), None);
        defects.push(10, pack(second), None);
        defects.add(defect(11, Role::Iin, Check::DuplicateIin, "last"));
        defects.add(defect(2, Role::Iin, Check::DuplicateIin, "between"));
        defects.add(defect(1, Role::Iin, Check::Missing, "as good as x, and later"));
        defects.sort();
        let expected = [
            defect(1, Role::Iin, Check::Missing, "x"),
            defect(1, Role::Iin, Check::Missing, "as good as x, and later"),
            defect(1, Role::Iin, Check::IinLength, "Ә1"),
            defect(2, Role::Iin, Check::DuplicateIin, "between"),
            defect(3, Role::Iin, Check::Missing, ""),
            defect(10, Role::Sex, Check::SexUnknown, "?"),
            defect(11, Role::Iin, Check::DuplicateIin, "last"),
        ];
        assert_eq!(defects.iter().collect::<Vec<_>>(), expected);
        assert_eq!(defects.counts().iter().map(|(_, count)| count).sum::<u64>(), 7);
    }
}

//! Convert: the cells of one column in, a typed Arrow column out.
//!
//! One loop a type, over one column at a time, so that each loop is small and its branches predictable.
//! What cannot be read as the column's type becomes the sentinel of absence and a [`Defect`]; the record
//! itself stays. Empty cells and placeholders are unknown, never a value.

use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, Date32Array, StringViewArray, UInt16Array, UInt64Array};
use arrow_buffer::{Buffer, ScalarBuffer};

use super::map::text_column;
use crate::batch::{Dataset, Kind, NO_IIN, Role};
use crate::day::{self, NO_DAY};
use crate::normalise::{codes, country, placeholder};
use crate::validate::defect::{Check, Defect};

/// The cells of one column of some records, as bytes without quotes, in UTF-8.
pub trait Cells {
    /// One cell.
    fn get(&self, i: usize) -> &[u8];
    /// Buffer and offset of a part of a cell, for text views.
    fn locate(&self, part: &[u8]) -> (u32, u32);
}

/// The remembered codes of short cells, because a column of codes has few distinct values.
#[derive(Debug)]
pub struct CodeMemo {
    slots: [(u128, u16); CodeMemo::SLOTS],
}

impl CodeMemo {
    const SLOTS: usize = 64;

    /// Remembers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        // Length 16 in the top byte marks an empty slot: remembered cells are shorter.
        CodeMemo { slots: [(16 << 120, 0); CodeMemo::SLOTS] }
    }
}

impl Default for CodeMemo {
    fn default() -> Self {
        CodeMemo::new()
    }
}

/// What a conversion needs beside the cells.
#[derive(Debug)]
pub struct Context<'a> {
    /// Whose column it is: `annulled` is a status of a number, `cancelled` one of a document.
    pub dataset: Dataset,
    /// The role of the column.
    pub role: Role,
    /// Ordinals of the records, for defects.
    pub ordinals: &'a [u32],
    /// What the export's codes of sex mean.
    pub sex: &'a codes::SexCodes,
    /// Remembered codes of this column.
    pub memo: &'a mut CodeMemo,
    /// Where values that cannot be read go.
    pub unread: &'a mut Vec<Defect>,
}

impl Context<'_> {
    #[cold]
    fn unread(&mut self, i: usize, check: Check, cell: &[u8]) {
        let value = String::from_utf8_lossy(cell).into();
        self.unread.push(Defect { row: self.ordinals[i], role: self.role, check, value });
    }
}

/// Converts one column.
pub fn column<C: Cells>(cells: &C, buffers: &[Buffer], context: &mut Context<'_>) -> ArrayRef {
    match context.role.kind() {
        Kind::Iin => Arc::new(UInt64Array::new(ScalarBuffer::from(iins(cells, context)), None)),
        Kind::Day => Arc::new(Date32Array::new(ScalarBuffer::from(days(cells, context)), None)),
        Kind::Code => Arc::new(UInt16Array::new(ScalarBuffer::from(code_column(cells, context)), None)),
        Kind::Text => Arc::new(texts(cells, context.ordinals.len(), buffers)),
    }
}

/// Cuts ASCII spaces at both ends.
#[inline(always)]
#[must_use]
pub fn trim(cell: &[u8]) -> &[u8] {
    match cell {
        [first, .., last] if *first > b' ' && *last > b' ' => cell,
        [only] if *only > b' ' => cell,
        _ => cell.trim_ascii(),
    }
}

fn iins<C: Cells>(cells: &C, context: &mut Context<'_>) -> Vec<u64> {
    let count = context.ordinals.len();
    let mut column = Vec::with_capacity(count);
    for i in 0..count {
        let cell = trim(cells.get(i));
        let packed = match pack_twelve(cell) {
            Some(packed) => packed,
            None => {
                if !is_absent(cell) {
                    let digits = std::str::from_utf8(cell).is_ok_and(|text| text.chars().count() == 12);
                    let check = if digits { Check::IinDigits } else { Check::IinLength };
                    context.unread(i, check, cell);
                }
                NO_IIN
            }
        };
        column.push(packed);
    }
    column
}

/// `validate::iin::pack` in two loads: eight digits and four, all checked at once.
#[inline(always)]
fn pack_twelve(cell: &[u8]) -> Option<u64> {
    let cell: &[u8; 12] = cell.try_into().ok()?;
    let high = u64::from_be_bytes(cell[..8].try_into().expect("eight bytes"));
    let low = u32::from_be_bytes(cell[8..].try_into().expect("four bytes"));
    let (high, low) = (high ^ 0x3030_3030_3030_3030, u64::from(low ^ 0x3030_3030));
    // A byte above 9 either has a high nibble or carries into it when 6 is added; no byte overflows
    // unless its high nibble is already set, so no carry reaches a neighbour unseen.
    let odd = |x: u64| {
        (x | (x & 0x0f0f_0f0f_0f0f_0f0f).wrapping_add(0x0606_0606_0606_0606)) & 0xf0f0_f0f0_f0f0_f0f0
    };
    if odd(high) | odd(low) != 0 {
        return None;
    }
    let squeeze = |x: u64| {
        let x = (x | x >> 4) & 0x00ff_00ff_00ff_00ff;
        let x = (x | x >> 8) & 0x0000_ffff_0000_ffff;
        (x | x >> 16) & 0xffff_ffff
    };
    Some(squeeze(high) << 16 | squeeze(low))
}

/// Days of the first of each month from January 1800 to January 2200, so that a date is two look-ups.
static MONTHS: LazyLock<Vec<i32>> = LazyLock::new(|| {
    (0..=12 * 400)
        .map(|month| day::from_civil(1800 + month / 12, month as u32 % 12 + 1, 1).expect("a first exists"))
        .collect()
});

fn days<C: Cells>(cells: &C, context: &mut Context<'_>) -> Vec<i32> {
    let months = MONTHS.as_slice();
    let count = context.ordinals.len();
    let mut column = Vec::with_capacity(count);
    for i in 0..count {
        let cell = trim(cells.get(i));
        let day = match read_day(cell, months) {
            Some(day) => day,
            None => {
                // Dates of spreadsheets and databases come with a time of day; only midnight is no claim.
                let midnight = cell.strip_suffix(b" 00:00:00").or_else(|| cell.strip_suffix(b"T00:00:00"));
                match midnight.and_then(day::parse) {
                    Some(day) => day,
                    None => {
                        if !is_absent(cell) {
                            context.unread(i, Check::DateImpossible, cell);
                        }
                        NO_DAY
                    }
                }
            }
        };
        column.push(day);
    }
    column
}

/// [`day::parse`] for the years 1800 to 2199, by table.
#[inline(always)]
fn read_day(cell: &[u8], months: &[i32]) -> Option<i32> {
    let digits: [u8; 8] = if let Ok(c) = <&[u8; 10]>::try_from(cell) {
        if c[4] == b'-' && c[7] == b'-' {
            [c[0], c[1], c[2], c[3], c[5], c[6], c[8], c[9]]
        } else if (c[2] == b'.' && c[5] == b'.') || (c[2] == b'/' && c[5] == b'/') {
            [c[6], c[7], c[8], c[9], c[3], c[4], c[0], c[1]]
        } else {
            return None;
        }
    } else {
        *<&[u8; 8]>::try_from(cell).ok()?
    };
    let packed = u64::from_be_bytes(digits) ^ 0x3030_3030_3030_3030;
    let odd = (packed | (packed & 0x0f0f_0f0f_0f0f_0f0f).wrapping_add(0x0606_0606_0606_0606))
        & 0xf0f0_f0f0_f0f0_f0f0;
    if odd != 0 {
        return None;
    }
    // Pairs of digits to numbers: YY YY MM DD, each in its own 16 bits.
    let pairs = (packed >> 8 & 0x00ff_00ff_00ff_00ff) * 10 + (packed & 0x00ff_00ff_00ff_00ff);
    let year = (pairs >> 48) as u32 * 100 + (pairs >> 32 & 0xff) as u32;
    let (month, day) = ((pairs >> 16 & 0xff) as u32, (pairs & 0xff) as u32);
    let index = year.wrapping_sub(1800).wrapping_mul(12).wrapping_add(month).wrapping_sub(1) as usize;
    if month.wrapping_sub(1) >= 12 {
        return None;
    }
    match months.get(index..index.wrapping_add(2)) {
        Some(&[first, next]) => {
            let day = first + day as i32 - 1;
            (first <= day && day < next).then_some(day)
        }
        _ => day::from_civil(year as i32, month, day),
    }
}

/// Whether a cell that could not be read says nothing at all.
#[cold]
fn is_absent(cell: &[u8]) -> bool {
    cell.is_empty()
        || (placeholder::may_be_placeholder(cell)
            && std::str::from_utf8(cell).is_ok_and(placeholder::is_placeholder))
}

fn code_column<C: Cells>(cells: &C, context: &mut Context<'_>) -> Vec<u16> {
    type Parse<'a> = &'a dyn Fn(&str) -> Option<u16>;
    let sexes = context.sex;
    let sex = |text: &str| sexes.read(text);
    let (parse, check): (Parse<'_>, Check) = match context.role {
        Role::Sex => (&sex, Check::SexUnknown),
        Role::Citizenship | Role::Nationality | Role::DocumentCountry => {
            (&country::parse, Check::CountryUnknown)
        }
        Role::DocumentType => (&codes::document_type, Check::CodeUnknown),
        Role::Channel => (&codes::channel, Check::CodeUnknown),
        Role::Status if context.dataset == Dataset::Registry => (&codes::registry_status, Check::CodeUnknown),
        Role::Status => (&codes::status, Check::CodeUnknown),
        other => unreachable!("{} is no column of codes", other.name()),
    };
    let count = context.ordinals.len();
    let mut column = Vec::with_capacity(count);
    for i in 0..count {
        let cell = trim(cells.get(i));
        if cell.is_empty() {
            column.push(0);
            continue;
        }
        if let Some(key) = short_key(cell) {
            let slot = ((key ^ key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58;
            let (known, code) = context.memo.slots[slot as usize];
            if known == key {
                column.push(code);
                continue;
            }
            if let Some(code) = std::str::from_utf8(cell).ok().and_then(parse) {
                context.memo.slots[slot as usize] = (key, code);
                column.push(code);
                continue;
            }
        } else if let Some(code) = std::str::from_utf8(cell).ok().and_then(parse) {
            column.push(code);
            continue;
        }
        if !is_absent(cell) {
            context.unread(i, check, cell);
        }
        column.push(0);
    }
    column
}

/// A cell of at most 15 bytes as one number.
#[inline(always)]
fn short_key(cell: &[u8]) -> Option<u128> {
    (cell.len() <= 15).then(|| small(cell) | (cell.len() as u128) << 120)
}

/// At most 16 bytes as a number, first byte lowest: overlapping loads instead of a copy of unknown length.
#[inline(always)]
fn small(cell: &[u8]) -> u128 {
    let length = cell.len();
    let eight = |at: usize| u64::from_le_bytes(*cell[at..].first_chunk().expect("eight bytes"));
    let four = |at: usize| u32::from_le_bytes(*cell[at..].first_chunk().expect("four bytes"));
    match length {
        8..=16 => u128::from(eight(0)) | u128::from(eight(length - 8)) << (8 * (length - 8)),
        4..=7 => u128::from(four(0)) | u128::from(four(length - 4)) << (8 * (length - 4)),
        _ => cell.iter().rev().fold(0, |number, &byte| number << 8 | u128::from(byte)),
    }
}

/// A column of text: views into the buffers that [`Cells::locate`] speaks of.
pub(super) fn texts<C: Cells>(cells: &C, count: usize, buffers: &[Buffer]) -> StringViewArray {
    let mut views = Vec::with_capacity(count);
    for i in 0..count {
        let cell = trim(cells.get(i));
        // A placeholder is short and says nothing; text that is not UTF-8 never comes here.
        let absent = placeholder::may_be_placeholder(cell)
            && std::str::from_utf8(cell).is_ok_and(placeholder::is_placeholder);
        views.push(if absent { 0 } else { view(cells, cell) });
    }
    text_column(views, buffers.to_vec())
}

/// An Arrow string view: length, then the text itself (≤ 12 bytes) or its prefix, buffer and offset.
#[inline(always)]
fn view<C: Cells>(cells: &C, cell: &[u8]) -> u128 {
    let length = cell.len() as u128;
    if cell.len() <= 12 {
        return small(cell) << 32 | length;
    }
    let (buffer, offset) = cells.locate(cell);
    let prefix = u32::from_le_bytes(*cell.first_chunk().expect("more than 12 bytes"));
    length | u128::from(prefix) << 32 | u128::from(buffer) << 64 | u128::from(offset) << 96
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::iin;
    use proptest::prelude::*;

    #[test]
    fn the_fast_date_reader_is_day_parse_on_every_date_and_form() {
        let months = MONTHS.as_slice();
        for year in (1795..1805).chain(1895..1905).chain(1999..2030).chain(2195..2205) {
            for month in 0..=13 {
                for day in 0..=32 {
                    for text in [
                        format!("{year:04}-{month:02}-{day:02}"),
                        format!("{day:02}.{month:02}.{year:04}"),
                        format!("{day:02}/{month:02}/{year:04}"),
                        format!("{year:04}{month:02}{day:02}"),
                    ] {
                        assert_eq!(read_day(text.as_bytes(), months), day::parse(text.as_bytes()), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn small_cells_are_their_bytes() {
        let bytes = b"abcdefghijklmnop";
        for length in 0..=16 {
            let mut expected = [0u8; 16];
            expected[..length].copy_from_slice(&bytes[..length]);
            assert_eq!(small(&bytes[..length]).to_le_bytes(), expected);
        }
    }

    proptest! {
        #[test]
        fn the_fast_date_reader_is_day_parse_on_any_bytes(text in "[0-9./: -]{7,11}") {
            prop_assert_eq!(read_day(text.as_bytes(), &MONTHS), day::parse(text.as_bytes()));
        }

        #[test]
        fn packing_in_two_loads_is_packing(text in "[0-9:/]{11,13}|[0-9]{12}", byte in any::<u8>(), at in 0usize..12) {
            prop_assert_eq!(pack_twelve(text.as_bytes()), iin::pack(text.as_bytes()));
            let mut bytes = text.into_bytes();
            bytes[at.min(10)] = byte;
            prop_assert_eq!(pack_twelve(&bytes), iin::pack(&bytes));
        }
    }
}

//! Convert: the cells of one column in, a typed Arrow column out.
//!
//! One loop a type, over one column at a time, so that each loop is small and its branches predictable.
//! What cannot be read as the column's type becomes the sentinel of absence and a [`Defect`]; the record
//! itself stays. Empty cells and placeholders are unknown, never a value.

use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, Date32Array, StringViewArray, UInt16Array, UInt64Array};
use arrow_buffer::{Buffer, ScalarBuffer};

use super::map::text_column;
use crate::batch::{Dataset, Kind, NO_IIN, Role};
use crate::day::{self, NO_DAY};
use crate::normalise::{codes, country, number, placeholder};
use crate::validate::defect::{Check, Defect};
use crate::validate::iin;

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
    match context.role.kind_in(context.dataset) {
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
            None => odd_iin(cell, i, context),
        };
        column.push(packed);
    }
    column
}

/// A number that is not twelve digits as it stands: unwrapped, filled up with zeros where that is sound, or
/// unread with the reason.
#[cold]
fn odd_iin(cell: &[u8], i: usize, context: &mut Context<'_>) -> u64 {
    let cell = unwrapped(cell);
    // A column of numbers with gaps becomes floating point in pandas.
    let cell = cell.strip_suffix(b".0").unwrap_or(cell);
    if let Some(packed) = pack_twelve(cell) {
        return packed;
    }
    if is_absent(cell) {
        return NO_IIN;
    }
    if let Some(packed) = iin::with_zeros(cell) {
        context.unread(i, Check::IinZerosLost, cell);
        return packed;
    }
    let text = std::str::from_utf8(cell).unwrap_or_default();
    let check = if number::is_rounded(text) {
        Check::Rounded
    } else if looks_like_a_document(text) {
        Check::IinIsDocument
    } else if text.chars().count() == 12 {
        Check::IinDigits
    } else {
        Check::IinLength
    };
    context.unread(i, check, cell);
    NO_IIN
}

/// What a row as a whole says of a number that could not be read: a passport of nine digits in the IIN column is known
/// by standing in the column of the document too.
pub(super) fn relate(
    unread: &mut [Defect],
    slots: &[Option<u8>; Role::COUNT],
    arrays: &[ArrayRef],
    ordinals: &[u32],
) {
    let Some(slot) = slots[Role::DocumentNumber as usize] else { return };
    let numbers = arrays[slot as usize].as_string_view();
    for defect in unread.iter_mut().filter(|defect| defect.check == Check::IinLength) {
        let key = number::key(&defect.value);
        let row = ordinals.binary_search(&defect.row).expect("a defect is of a row");
        if key != 0 && key == number::key(numbers.value(row)) {
            defect.check = Check::IinIsDocument;
        }
    }
}

/// Whether a text has the shape of a passport's number: one to three letters and five to nine digits, with
/// what may stand between.
fn looks_like_a_document(text: &str) -> bool {
    let mut form = String::new();
    number::normalise(text, &mut form);
    let letters = form.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &form[letters..];
    (1..=3).contains(&letters)
        && (5..=9).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// What a spreadsheet or a database client put around a value, taken off: `="0123"`, `'0123`, spaces that do
/// not break.
#[must_use]
pub(super) fn unwrapped(cell: &[u8]) -> &[u8] {
    let Ok(text) = std::str::from_utf8(cell) else { return cell };
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
    let quoted = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let text = quoted.map_or(text, str::trim);
    let text =
        text.strip_prefix('\'').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text);
    text.as_bytes()
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
            None => odd_day(cell, i, context),
        };
        column.push(day);
    }
    // The first days of calendars and the last ones stand for "unknown" and "without end".
    for day in &mut column {
        if (*day <= FIRST_DAY || *day >= LAST_DAY) && is_default_day(*day) {
            *day = NO_DAY;
        }
    }
    column
}

/// 1900-01-01, on which nobody lives who was born before.
const FIRST_DAY: i32 = -25_567;
/// 2999-12-31.
const LAST_DAY: i32 = 376_199;

/// Whether a day is none: the zero of a calendar, spreadsheet or database, or its last day.
#[cold]
fn is_default_day(day: i32) -> bool {
    matches!(
        day::to_civil(day),
        (1, 1, 1) | (1753 | 1800 | 1900, 1, 1) | (1899, 12, 30 | 31) | (2999 | 9999, 12, 31)
    )
}

/// A date that is none of the usual forms as it stands: unwrapped, with a time of day, or unread.
#[cold]
fn odd_day(cell: &[u8], i: usize, context: &mut Context<'_>) -> i32 {
    let cell = unwrapped(cell);
    let (date, time) = match cell.iter().position(|byte| matches!(byte, b' ' | b'T')) {
        Some(at) => (&cell[..at], &cell[at + 1..]),
        None => (cell, &b""[..]),
    };
    // A birth at half past three is a claim that no register makes: only midnight is what databases add. An
    // event has a time.
    if let Some(day) =
        day::parse(date).filter(|_| if has_time(context.role) { is_time(time) } else { is_midnight(time) })
    {
        return day;
    }
    if !is_absent(cell) {
        context.unread(i, Check::DateImpossible, cell);
    }
    NO_DAY
}

/// Whether what happened on a day of this role happened at a time that a register may know.
pub(super) fn has_time(role: Role) -> bool {
    matches!(role, Role::OccurredOn | Role::AssignedOn | Role::StatusDate)
}

/// Whether a time of day is midnight, in whatever zone: `00:00`, `0:00:00`, `00:00:00.000Z`, `00:00:00+05:00`.
fn is_midnight(time: &[u8]) -> bool {
    let end = time.iter().position(|byte| matches!(byte, b'+' | b'-' | b'Z')).unwrap_or(time.len());
    is_time(time) && time[..end].iter().all(|byte| matches!(byte, b'0' | b':' | b'.'))
}

/// Whether a text is a time of day, or nothing.
fn is_time(time: &[u8]) -> bool {
    let length = time.len();
    let plain =
        time.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-' | b'Z'));
    length == 0 || (plain && (4..=35).contains(&length) && time.contains(&b':'))
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
        let cell = unwrapped(cell);
        if let Some(code) = std::str::from_utf8(cell).ok().and_then(parse) {
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
        // A placeholder is short and says nothing; text that is not UTF-8 never comes here. What a spreadsheet
        // wraps around a value begins as only such cells do.
        let cell = if placeholder::may_be_placeholder(cell) {
            let cell = unwrapped(cell);
            if std::str::from_utf8(cell).is_ok_and(placeholder::is_placeholder) { &cell[..0] } else { cell }
        } else {
            cell
        };
        views.push(if cell.is_empty() { 0 } else { view(cells, cell) });
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

    /// Cells of one column, each a text.
    struct Texts(Vec<Vec<u8>>);

    impl Cells for Texts {
        fn get(&self, i: usize) -> &[u8] {
            &self.0[i]
        }

        fn locate(&self, _: &[u8]) -> (u32, u32) {
            unreachable!("only columns of text are viewed")
        }
    }

    /// One cell read as a role: what it became, and the check that it failed.
    fn read_as<T>(
        role: Role,
        cell: &str,
        read: impl Fn(&Texts, &mut Context<'_>) -> Vec<T>,
    ) -> (T, Option<Check>) {
        let mut unread = Vec::new();
        let mut context = Context {
            dataset: Dataset::Registry,
            role,
            ordinals: &[0],
            sex: &codes::SexCodes::default(),
            memo: &mut CodeMemo::new(),
            unread: &mut unread,
        };
        let value = read(&Texts(vec![cell.as_bytes().to_vec()]), &mut context).pop().expect("one row");
        (value, unread.pop().map(|defect| defect.check))
    }

    #[test]
    fn numbers_as_exports_write_them() {
        for (cell, expected, check, why) in [
            ("010101599994", "010101599994", None, "as it is"),
            ("=\"010101599994\"", "010101599994", None, "a formula that keeps the zeros"),
            ("'010101599994", "010101599994", None, "a spreadsheet's mark of text"),
            ("\u{a0}010101599994\u{a0}", "010101599994", None, "spaces that do not break"),
            ("900304399993.0", "900304399993", None, "floating point of whole numbers"),
            (
                "10101599994",
                "010101599994",
                Some(Check::IinZerosLost),
                "a zero that is lost comes back, and is told",
            ),
            ("10101599994.0", "010101599994", Some(Check::IinZerosLost), "also in floating point"),
            ("=\"10101599994\"", "010101599994", Some(Check::IinZerosLost), "also in a formula"),
            ("101599994", "", Some(Check::IinLength), "not from nine digits"),
            ("9.00304E+11", "", Some(Check::Rounded), "an exponent lost the last digits"),
            ("9,00304E+11", "", Some(Check::Rounded), "with the comma of a Russian spreadsheet"),
            ("N12345678", "", Some(Check::IinIsDocument), "a passport"),
            ("АА 1234567", "", Some(Check::IinIsDocument), "in Cyrillic look-alikes"),
            ("A1234567BCDE", "", Some(Check::IinDigits), "twelve characters"),
            ("Итого: 123", "", Some(Check::IinLength), "a footer"),
            ("", "", None, "nothing"),
            ("-", "", None, "a placeholder"),
            ("ЖОҚ", "", None, "a placeholder"),
            ("=\"\"", "", None, "a formula of nothing"),
        ] {
            let (packed, found) = read_as(Role::Iin, cell, iins);
            let number = if packed == NO_IIN { String::new() } else { iin::unpack(packed) };
            assert_eq!((number.as_str(), found), (expected, check), "{why}: {cell}");
        }
    }

    #[test]
    fn dates_as_exports_write_them() {
        for (role, cell, expected, why) in [
            (Role::BirthDate, "01.02.1990", Some("1990-02-01"), "as it is"),
            (Role::BirthDate, "1990-02-01 00:00:00", Some("1990-02-01"), "midnight is no claim"),
            (Role::BirthDate, "01.02.1990 0:00:00", Some("1990-02-01"), "as 1C writes it"),
            (Role::BirthDate, "1990-02-01T00:00:00.000Z", Some("1990-02-01"), "as JSON has it"),
            (Role::BirthDate, "1990-02-01T00:00:00+05:00", Some("1990-02-01"), "midnight of Almaty"),
            (Role::BirthDate, "=\"01.02.1990\"", Some("1990-02-01"), "a formula"),
            (Role::BirthDate, "1990-02-01 12:30:00", None, "a birth has no time in a register"),
            (Role::OccurredOn, "2024-02-01 12:30:05", Some("2024-02-01"), "an event has"),
            (Role::OccurredOn, "2024-02-01T23:59:59.9+05:00", Some("2024-02-01"), "in its zone"),
            (Role::OccurredOn, "2024-02-01 soon", None, "but no words"),
            (Role::BirthDate, "12,5", None, "a decimal comma is nobody's date"),
            (Role::BirthDate, "43831", None, "nor is a spreadsheet's day number, which may be anything"),
            (Role::BirthDate, "1.99002E+07", None, "nor what an exponent left of one"),
        ] {
            let (day, found) = read_as(role, cell, days);
            assert_eq!((day != NO_DAY).then(|| day::iso(day)).as_deref(), expected, "{why}: {cell}");
            assert_eq!(found, expected.is_none().then_some(Check::DateImpossible), "{why}: {cell}");
        }
        for cell in [
            "01.01.1900",
            "1900-01-01 00:00:00",
            "0001-01-01",
            "31.12.9999",
            "2999-12-31",
            "1899-12-30",
            "17530101",
            "-",
            "",
        ] {
            assert_eq!(read_as(Role::BirthDate, cell, days), (NO_DAY, None), "{cell} stands for nothing");
        }
        assert_eq!((day::iso(FIRST_DAY), day::iso(LAST_DAY)), ("1900-01-01".into(), "2999-12-31".into()));
        for cell in ["02.01.1900", "1899-12-29", "2150-12-31", "1970-01-01"] {
            assert_ne!(read_as(Role::BirthDate, cell, days).0, NO_DAY, "{cell} is a day");
        }
    }

    #[test]
    fn codes_as_exports_write_them() {
        for (role, cell, expected, why) in [
            (Role::Citizenship, "31", country::parse("AZE"), "ISO numeric without its zero"),
            (Role::Citizenship, "4", country::parse("AFG"), "without two"),
            (Role::Citizenship, "398", country::parse("KAZ"), "with three digits"),
            (Role::Citizenship, "=\"031\"", country::parse("AZE"), "a formula that keeps the zero"),
            (Role::Citizenship, "7777", Some(0), "unknown in state registers"),
            (Role::Sex, "=\"2\"", Some(codes::FEMALE), "a formula"),
            (Role::Sex, "ЖОҚ", Some(0), "a placeholder"),
        ] {
            assert_eq!(read_as(role, cell, code_column), (expected.unwrap(), None), "{why}: {cell}");
        }
        assert_eq!(read_as(Role::Citizenship, "Атлантида", code_column), (0, Some(Check::CountryUnknown)));
    }
}

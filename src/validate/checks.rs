//! The column checks: a batch in, defects out, one pass a check.
//!
//! Each check is one loop over the columns it needs; whether a file has them is asked once, before the loop.
//! The law: the clean row costs next to nothing. Loops first ask of a block of rows whether any fails, without
//! a branch, and only then look for which; text is made for defects alone.
//!
//! Values that could not be read are in `batch.unread` already and are not reported again as missing. Only
//! the row itself is judged: duplicates and successors are found where rows meet.

use arrow_array::StringViewArray;

use crate::batch::{Batch, Kind, NO_IIN, Role};
use crate::day::{self, NO_DAY};
use crate::normalise::codes::{FEMALE, MALE};
use crate::normalise::{country, number};
use crate::validate::defect::{AGAINST, Check, Defect};
use crate::validate::iin::{self, problem};
use crate::validate::mrz::{self, Mrz, MrzError, digit};
use crate::validate::{document, kernel};

/// Rows a block: small enough that one bad row costs little, large enough for vectors.
const BLOCK_ROWS: usize = 256;

/// Checks a batch of the registry. `as_of` is the run's one "now", a day.
pub fn registry(batch: &Batch, as_of: i32, out: &mut Vec<Defect>) {
    missing(batch, out);
    numbers(batch, Role::Iin, out);
    numbers(batch, Role::RepresentativeIin, out);
    birth_and_sex(batch, out);
    for role in [Role::BirthDate, Role::DocumentIssueDate, Role::AssignedOn] {
        future(batch, role, as_of, out);
    }
    order(batch, Role::DocumentIssueDate, Role::DocumentExpiryDate, out);
    order(batch, Role::BirthDate, Role::DocumentIssueDate, out);
    order(batch, Role::BirthDate, Role::AssignedOn, out);
    validity(batch, Role::DocumentIssueDate, Role::DocumentExpiryDate, out);
    format(batch, out);
}

/// Checks a batch of documents. `as_of` is the run's one "now", a day.
pub fn documents(batch: &Batch, as_of: i32, out: &mut Vec<Defect>) {
    missing(batch, out);
    numbers(batch, Role::Iin, out);
    birth_and_sex(batch, out);
    for role in [Role::BirthDate, Role::IssueDate, Role::StatusDate] {
        future(batch, role, as_of, out);
    }
    order(batch, Role::IssueDate, Role::ExpiryDate, out);
    order(batch, Role::BirthDate, Role::IssueDate, out);
    validity(batch, Role::IssueDate, Role::ExpiryDate, out);
    format(batch, out);
    zones(batch, out);
}

/// Checks a batch of activity. `as_of` is the run's one "now", a day.
pub fn activity(batch: &Batch, as_of: i32, out: &mut Vec<Defect>) {
    missing(batch, out);
    numbers(batch, Role::Iin, out);
    future(batch, Role::OccurredOn, as_of, out);
}

/// Calls `found` with each row where `hit` holds of the two columns' values.
///
/// # Panics
/// When the columns differ in length.
#[inline]
fn rows_where<A: Copy, B: Copy>(
    left: &[A],
    right: &[B],
    hit: impl Fn(A, B) -> bool,
    mut found: impl FnMut(usize),
) {
    assert_eq!(left.len(), right.len(), "columns of one batch");
    for (block, (lefts, rights)) in left.chunks(BLOCK_ROWS).zip(right.chunks(BLOCK_ROWS)).enumerate() {
        if lefts.iter().zip(rights).fold(false, |any, (&a, &b)| any | hit(a, b)) {
            for (index, (&a, &b)) in lefts.iter().zip(rights).enumerate() {
                if hit(a, b) {
                    found(block * BLOCK_ROWS + index);
                }
            }
        }
    }
}

fn defect(batch: &Batch, index: usize, role: Role, check: Check, value: String) -> Defect {
    Defect { row: batch.ordinals[index], role, check, value: value.into() }
}

/// Two values that disagree, as [`Defect::value`] holds them.
fn against(own: &str, other: &str) -> String {
    format!("{own}{AGAINST}{other}")
}

/// Length of each text; a view's low half holds it.
fn lengths(texts: &StringViewArray) -> impl Iterator<Item = u32> {
    texts.views().iter().map(|&view| view as u32)
}

/// Required values that are empty, unless the value stands among the unread: then it is not empty but wrong.
///
/// People with one name are common and a register may put it in either column, so a name is missing only
/// where both are empty, and is then reported once, as the surname.
fn missing(batch: &Batch, out: &mut Vec<Defect>) {
    let mut unread: Option<Vec<(u32, Role)>> = None;
    for &role in batch.dataset.required() {
        if !batch.has(role) || role == Role::GivenName {
            continue;
        }
        let mut found = |index: usize| {
            let row = batch.ordinals[index];
            let unread = unread.get_or_insert_with(|| {
                let mut unread: Vec<_> =
                    batch.unread.iter().map(|defect| (defect.row, defect.role)).collect();
                unread.sort_unstable();
                unread
            });
            if unread.binary_search(&(row, role)).is_err() {
                out.push(Defect { row, role, check: Check::Missing, value: Box::default() });
            }
        };
        match role.kind() {
            Kind::Iin => {
                let column = batch.iins(role).unwrap_or_default();
                rows_where(column, column, |number, _| number == NO_IIN, found);
            }
            Kind::Day => {
                let column = batch.days(role).unwrap_or_default();
                rows_where(column, column, |day, _| day == NO_DAY, found);
            }
            Kind::Code => {
                let column = batch.codes(role).unwrap_or_default();
                rows_where(column, column, |code, _| code == 0, found);
            }
            Kind::Text => {
                let Some(texts) = batch.texts(role) else { continue };
                let views = texts.views();
                let given = batch.texts(Role::GivenName).filter(|_| role == Role::Surname);
                let other = given.map_or(views, |given| given.views());
                rows_where(views, other, |own, other| (own | other) as u32 == 0, &mut found);
            }
        }
    }
}

/// What the digits of a column of numbers say against themselves, by the kernel.
fn numbers(batch: &Batch, role: Role, out: &mut Vec<Defect>) {
    let Some(column) = batch.iins(role) else { return };
    let kernel = kernel::Kernel::detect();
    let mut found = [0u8; 1024];
    for (block, numbers) in column.chunks(found.len()).enumerate() {
        let found = &mut found[..numbers.len()];
        kernel.check_column(numbers, found);
        if found.iter().fold(0, |any, &problems| any | problems) == 0 {
            continue;
        }
        for (index, &problems) in found.iter().enumerate().filter(|&(_, &problems)| problems != 0) {
            // One in eleven wrong numbers holds as an RNN; of those that are no date either, it is worth saying.
            let no_person = problem::BIRTH_DATE | problem::CENTURY;
            let no_check = problem::CHECK_DIGIT | problem::NEVER_ISSUED;
            if problems & no_person != 0 && problems & no_check != 0 && iin::holds_as_rnn(numbers[index]) {
                let value = iin::unpack(numbers[index]);
                out.push(defect(batch, block * 1024 + index, role, Check::IinIsRnn, value));
            }
            for bit in problem::ALL.into_iter().filter(|bit| problems & bit != 0) {
                // An employer may file for its workers under its own number.
                if bit == problem::IS_BIN && role == Role::RepresentativeIin {
                    continue;
                }
                let value = iin::unpack(numbers[index]);
                out.push(defect(batch, block * 1024 + index, role, check_of(bit), value));
            }
        }
    }
}

/// Whether a document with this defect is malformed: its zone cannot be what its state printed. A number of an
/// unusual shape is none: the register knows the document, and shapes are soft.
#[must_use]
pub fn makes_malformed(check: Check) -> bool {
    matches!(check, Check::MrzLength | Check::MrzCharacter | Check::MrzCheckDigit)
}

/// The check of a problem bit.
///
/// # Panics
/// When given anything but one of [`problem::ALL`].
pub(super) fn check_of(bit: u8) -> Check {
    match bit {
        problem::CHECK_DIGIT => Check::IinCheckDigit,
        problem::NEVER_ISSUED => Check::IinNeverIssued,
        problem::BIRTH_DATE => Check::IinBirthDate,
        problem::CENTURY => Check::IinCentury,
        problem::IS_BIN => Check::IinIsBin,
        _ => unreachable!("{bit} is no bit of iin::problem"),
    }
}

/// Birth date and sex against the digits of the number.
fn birth_and_sex(batch: &Batch, out: &mut Vec<Defect>) {
    let Some(numbers) = batch.iins(Role::Iin) else { return };
    if let Some(births) = batch.days(Role::BirthDate) {
        let differs = |number, birth| iin::birth_agrees(number, birth) == Some(false);
        rows_where(numbers, births, differs, |index| {
            let value = against(&day::iso(births[index]), &iin::unpack(numbers[index]));
            out.push(defect(batch, index, Role::BirthDate, Check::IinBirthDiffers, value));
        });
    }
    if let Some(sexes) = batch.codes(Role::Sex) {
        let differs = |number, sex| iin::sex_agrees(number, sex) == Some(false);
        rows_where(numbers, sexes, differs, |index| {
            let stated = if sexes[index] == MALE { FEMALE } else { MALE };
            let value = against(sex_name(sexes[index]), sex_name(stated));
            out.push(defect(batch, index, Role::Sex, Check::IinSexDiffers, value));
        });
    }
}

fn sex_name(code: u16) -> &'static str {
    match code {
        MALE => "M",
        FEMALE => "F",
        _ => "",
    }
}

/// Days after the as-of day, where only the past is possible.
fn future(batch: &Batch, role: Role, as_of: i32, out: &mut Vec<Defect>) {
    let Some(days) = batch.days(role) else { return };
    // "Unknown" is the smallest day and never in the future.
    rows_where(
        days,
        days,
        |day, _| day > as_of,
        |index| {
            let value = against(&day::iso(days[index]), &day::iso(as_of));
            out.push(defect(batch, index, role, Check::DateFuture, value));
        },
    );
}

/// Two dates in the wrong order; reported at the later one's field.
fn order(batch: &Batch, earlier: Role, later: Role, out: &mut Vec<Defect>) {
    let (Some(earliers), Some(laters)) = (batch.days(earlier), batch.days(later)) else { return };
    let crossed = |earlier: i32, later: i32| (earlier > later) & (later != NO_DAY);
    rows_where(earliers, laters, crossed, |index| {
        let value = against(&day::iso(laters[index]), &day::iso(earliers[index]));
        out.push(defect(batch, index, later, Check::DateOrder, value));
    });
}

/// Documents valid for longer than their kind is issued for.
fn validity(batch: &Batch, issue: Role, expiry: Role, out: &mut Vec<Defect>) {
    let (Some(issues), Some(expiries)) = (batch.days(issue), batch.days(expiry)) else { return };
    let Some(types) = batch.codes(Role::DocumentType) else { return };
    let countries = batch.codes(Role::DocumentCountry);
    // Nothing is issued for less than ten years at most, so most rows need neither kind nor state.
    let long = |issue: i32, expiry: i32| {
        (issue != NO_DAY) & (expiry != NO_DAY) & (i64::from(expiry) - i64::from(issue) > 3653)
    };
    rows_where(issues, expiries, long, |index| {
        let state = countries.map_or("", |codes| country::alpha3(codes[index]));
        if document::validity_days_max(types[index], state)
            .is_some_and(|days| i64::from(expiries[index]) - i64::from(issues[index]) > i64::from(days))
        {
            let value = against(&day::iso(expiries[index]), &day::iso(issues[index]));
            out.push(defect(batch, index, expiry, Check::ValidityTooLong, value));
        }
    });
}

/// Document numbers in a shape that their state does not use.
fn format(batch: &Batch, out: &mut Vec<Defect>) {
    let (Some(texts), Some(countries)) =
        (batch.texts(Role::DocumentNumber), batch.codes(Role::DocumentCountry))
    else {
        return;
    };
    let types = batch.codes(Role::DocumentType);
    let mut normal = String::new();
    for (index, length) in lengths(texts).enumerate() {
        if length == 0 || countries[index] == 0 {
            continue;
        }
        let (state, text) = (country::alpha3(countries[index]), texts.value(index));
        let kind = types.map_or(0, |types| types[index]);
        // A number that fits as it stands is normal already; only the others pay for being normalised.
        if document::shape_ok(state, kind, text) == Some(false) {
            number::normalise(text, &mut normal);
            if document::shape_ok(state, kind, &normal) == Some(false) {
                let check = if number::is_rounded(text) { Check::Rounded } else { Check::DocumentFormat };
                out.push(defect(batch, index, Role::DocumentNumber, check, text.into()));
            }
        }
    }
}

/// Machine readable zones, against themselves and against the columns.
fn zones(batch: &Batch, out: &mut Vec<Defect>) {
    let Some(texts) = batch.texts(Role::Mrz) else { return };
    let mut normal = String::new();
    for (index, length) in lengths(texts).enumerate() {
        if length == 0 {
            continue;
        }
        let text = texts.value(index);
        let wrong = match mrz::parse(text) {
            Ok(zone) => {
                compare(batch, index, &zone, &mut normal, out);
                (zone.wrong_digits != 0).then_some(Check::MrzCheckDigit)
            }
            Err(MrzError::Length) => Some(Check::MrzLength),
            Err(MrzError::Character { .. }) => Some(Check::MrzCharacter),
        };
        if let Some(check) = wrong {
            out.push(defect(batch, index, Role::Mrz, check, text.into()));
        }
    }
}

/// A zone against the columns of its row. A field whose check digit is wrong was misread, and is not held
/// against the column as well. Differences have innocent causes: ICAO itself reports birth dates and
/// citizenships that differ between the zone and the page above it.
fn compare(batch: &Batch, index: usize, zone: &Mrz<'_>, normal: &mut String, out: &mut Vec<Defect>) {
    let right = |bit: u8| zone.wrong_digits & bit == 0;
    let mut differs = |role: Role, own: &str, other: &str| {
        out.push(defect(batch, index, role, Check::MrzDiffers, against(own, other)));
    };
    // Russia's internal passport (code PN) has ten digits and shows nine of them in the zone's field.
    let whole_number = !(zone.issuing_state == "RUS" && zone.document_code == "PN");
    if let Some(texts) = batch.texts(Role::DocumentNumber).filter(|_| right(digit::NUMBER) && whole_number) {
        let text = texts.value(index);
        if !text.is_empty() && !zone.number_is(text) {
            number::normalise(text, normal);
            if !zone.number_is(normal) {
                differs(Role::DocumentNumber, text, &format!("{}{}", zone.number, zone.number_rest));
            }
        }
    }
    let dates = [(Role::BirthDate, zone.birth, digit::BIRTH), (Role::ExpiryDate, zone.expiry, digit::EXPIRY)];
    for (role, date, bit) in dates {
        let Some(days) = batch.days(role).filter(|_| right(bit)) else { continue };
        if date.agrees(days[index]) == Some(false) {
            let part = |part: Option<u8>| part.map_or("??".into(), |part| format!("{part:02}"));
            let other = format!("{}-{}-{}", part(date.year), part(date.month), part(date.day));
            differs(role, &day::iso(days[index]), &other);
        }
    }
    if let Some(sexes) = batch.codes(Role::Sex)
        && matches!((zone.sex, sexes[index]), (b'M', FEMALE) | (b'F', MALE))
    {
        differs(Role::Sex, sex_name(sexes[index]), if zone.sex == b'M' { "M" } else { "F" });
    }
    for (role, state) in [(Role::Nationality, zone.nationality), (Role::DocumentCountry, zone.issuing_state)]
    {
        let Some(codes) = batch.codes(role) else { continue };
        let own = if codes[index] == 0 { "" } else { country::alpha3(codes[index]) };
        if !own.is_empty() && !state.is_empty() && own != alpha3_of_zone(state) {
            differs(role, own, state);
        }
    }
}

/// The zone's code of a state as ISO alpha-3: Germany is D there, and Britain has a code for each of its
/// kinds of nationals (ICAO 9303-3, section 5).
fn alpha3_of_zone(state: &str) -> &str {
    match state {
        "D" => "DEU",
        "GBD" | "GBN" | "GBO" | "GBP" | "GBS" => "GBR",
        state => state,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Array, ArrayRef, Date32Array, RecordBatch, StringViewArray, UInt16Array, UInt64Array};
    use arrow_schema::{DataType, Field, Schema};

    use super::*;
    use crate::batch::Dataset;

    const ROWS: usize = 4;

    /// A batch of four clean rows with every column of the dataset empty, but for those given.
    fn batch(dataset: Dataset, given: Vec<(Role, ArrayRef)>) -> Batch {
        let mut slots = [None; Role::COUNT];
        let (mut fields, mut columns): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
        for &role in dataset.roles() {
            let column = given.iter().find(|(other, _)| *other == role).map(|(_, column)| Arc::clone(column));
            let column = column.unwrap_or_else(|| match role.kind() {
                Kind::Iin => Arc::new(UInt64Array::from(vec![NO_IIN; ROWS])),
                Kind::Day => Arc::new(Date32Array::from(vec![NO_DAY; ROWS])),
                Kind::Code => Arc::new(UInt16Array::from(vec![0; ROWS])),
                Kind::Text => Arc::new(StringViewArray::from(vec![""; ROWS])),
            });
            slots[role as usize] = Some(columns.len() as u8);
            fields.push(Field::new(role.name(), column.data_type().clone(), false));
            columns.push(column);
        }
        let columns = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        // Ordinals with a gap, as a rejected record leaves one: defects must carry these, not the index.
        let ordinals = vec![10, 11, 13, 14];
        Batch {
            dataset,
            columns,
            slots,
            ordinals,
            offsets: vec![0; ROWS],
            unread: Vec::new(),
            cells: Vec::new(),
        }
    }

    fn iins(numbers: [&str; ROWS]) -> ArrayRef {
        let packed = numbers.map(|number| iin::pack(number.as_bytes()).unwrap_or(NO_IIN));
        Arc::new(UInt64Array::from(packed.to_vec()))
    }

    fn days(texts: [&str; ROWS]) -> ArrayRef {
        Arc::new(Date32Array::from(texts.map(|text| day::parse(text.as_bytes()).unwrap_or(NO_DAY)).to_vec()))
    }

    fn codes(codes: [u16; ROWS]) -> ArrayRef {
        Arc::new(UInt16Array::from(codes.to_vec()))
    }

    fn texts(texts: [&str; ROWS]) -> ArrayRef {
        assert_eq!(DataType::Utf8View, *StringViewArray::from(texts.to_vec()).data_type());
        Arc::new(StringViewArray::from(texts.to_vec()))
    }

    fn as_of() -> i32 {
        day::from_civil(2025, 6, 1).unwrap()
    }

    /// Defects as `(row, role, check, value)` in a fixed order.
    fn found(out: &[Defect]) -> Vec<(u32, Role, Check, &str)> {
        let mut found: Vec<_> =
            out.iter().map(|defect| (defect.row, defect.role, defect.check, &*defect.value)).collect();
        found.sort_unstable();
        found
    }

    /// Required columns of a clean registry.
    fn people(numbers: [&str; ROWS], births: [&str; ROWS]) -> Vec<(Role, ArrayRef)> {
        vec![
            (Role::Iin, iins(numbers)),
            (Role::Surname, texts(["A", "B", "", "D"])),
            (Role::GivenName, texts(["A", "", "C", "D"])),
            (Role::BirthDate, days(births)),
        ]
    }

    const SOUND: [&str; ROWS] = ["000101699999", "180101099996", "180101199992", "000229599999"];
    const BORN: [&str; ROWS] = ["2000-01-01", "1918-01-01", "1818-01-01", "2000-02-29"];

    #[test]
    fn clean_rows_have_no_defect() {
        let mut out = Vec::new();
        registry(&batch(Dataset::Registry, people(SOUND, BORN)), as_of(), &mut out);
        assert_eq!(found(&out), [], "mononyms and empty optional columns are no defects");
        activity(&batch(Dataset::Activity, vec![(Role::Iin, iins(SOUND))]), as_of(), &mut out);
        assert_eq!(found(&out), []);
    }

    #[test]
    fn numbers_births_and_sexes() {
        let numbers = ["000101699998", "991240999991", "180101799990", "000229599999"];
        let births = ["2000-01-01", "1999-01-01", "1918-01-01", "2001-02-28"];
        let mut given = people(numbers, births);
        given.push((Role::Sex, codes([FEMALE, MALE, MALE, FEMALE])));
        given.push((Role::RepresentativeIin, iins(["", "180431199997", "180101199120", ""])));
        let mut out = Vec::new();
        registry(&batch(Dataset::Registry, given), as_of(), &mut out);
        assert_eq!(
            found(&out),
            [
                (10, Role::Iin, Check::IinCheckDigit, "000101699998"),
                (11, Role::Iin, Check::IinIsBin, "991240999991"),
                (11, Role::RepresentativeIin, Check::IinBirthDate, "180431199997"),
                (13, Role::Iin, Check::IinCentury, "180101799990"),
                (13, Role::RepresentativeIin, Check::IinNeverIssued, "180101199120"),
                (14, Role::BirthDate, Check::IinBirthDiffers, "2001-02-28 / 000229599999"),
                (14, Role::Sex, Check::IinSexDiffers, "F / M"),
            ]
        );
    }

    #[test]
    fn empty_is_missing_only_where_nothing_stood() {
        let mut given = people(["", "", SOUND[2], SOUND[3]], ["", BORN[1], BORN[2], BORN[3]]);
        given[1].1 = texts(["A", "", "", "D"]);
        let mut batch = batch(Dataset::Registry, given);
        batch.unread.push(Defect {
            row: 11,
            role: Role::Iin,
            check: Check::IinLength,
            value: "12345".into(),
        });
        let mut out = Vec::new();
        registry(&batch, as_of(), &mut out);
        assert_eq!(
            found(&out),
            [
                (10, Role::Iin, Check::Missing, ""),
                (10, Role::BirthDate, Check::Missing, ""),
                // Row 11 has neither name; its number was there, but unread. Row 13 has a given name.
                (11, Role::Surname, Check::Missing, ""),
            ]
        );
    }

    #[test]
    fn days_in_the_future_and_in_the_wrong_order() {
        let mut given = people(SOUND, BORN);
        given[0].1 = iins(["", "", "", ""]);
        given[3].1 = days(["2025-06-02", "1990-01-01", "1990-01-01", "1990-01-01"]);
        given.extend([
            (Role::DocumentIssueDate, days(["", "1989-12-31", "2020-01-01", "2010-01-01"])),
            (Role::DocumentExpiryDate, days(["2040-01-01", "1995-01-01", "2019-12-31", "2030-01-01"])),
            (Role::AssignedOn, days(["", "", "1980-01-01", "2025-06-01"])),
            (Role::DocumentType, codes([1, 1, 1, 1])),
        ]);
        let mut out = Vec::new();
        registry(&batch(Dataset::Registry, given), as_of(), &mut out);
        out.retain(|defect| defect.role != Role::Iin);
        assert_eq!(
            found(&out),
            [
                (10, Role::BirthDate, Check::DateFuture, "2025-06-02 / 2025-06-01"),
                (11, Role::DocumentIssueDate, Check::DateOrder, "1989-12-31 / 1990-01-01"),
                (13, Role::DocumentExpiryDate, Check::DateOrder, "2019-12-31 / 2020-01-01"),
                (13, Role::AssignedOn, Check::DateOrder, "1980-01-01 / 1990-01-01"),
                (14, Role::DocumentExpiryDate, Check::ValidityTooLong, "2030-01-01 / 2010-01-01"),
            ]
        );
    }

    #[test]
    fn zones_against_themselves_and_the_columns() {
        const ZONE: &str =
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
        let misread = ZONE.replace("7408122", "7408123");
        let small = ZONE.to_lowercase();
        let given = vec![
            (Role::Mrz, texts([ZONE, &misread, &small, &ZONE[1..]])),
            (Role::DocumentNumber, texts(["L898902C4", "l 898902-c3", "x", "y"])),
            (Role::BirthDate, days(["1974-08-13", "1974-08-13", "", ""])),
            (Role::ExpiryDate, days(["2012-04-15", "2012-04-16", "", ""])),
            (Role::Sex, codes([MALE, FEMALE, 0, 0])),
        ];
        let mut out = Vec::new();
        documents(&batch(Dataset::Documents, given), as_of(), &mut out);
        out.retain(|defect| defect.check != Check::Missing);
        assert_eq!(
            found(&out),
            [
                (10, Role::BirthDate, Check::MrzDiffers, "1974-08-13 / 74-08-12"),
                (10, Role::Sex, Check::MrzDiffers, "M / F"),
                (10, Role::DocumentNumber, Check::MrzDiffers, "L898902C4 / L898902C3"),
                // A birth date whose check digit is wrong was misread and is not held against the column.
                (11, Role::ExpiryDate, Check::MrzDiffers, "2012-04-16 / 12-04-15"),
                (11, Role::Mrz, Check::MrzCheckDigit, &*misread),
                (13, Role::Mrz, Check::MrzCharacter, &*small),
                (14, Role::Mrz, Check::MrzLength, &ZONE[1..]),
            ]
        );
    }

    #[test]
    fn blocks_find_every_row_and_no_other() {
        let column: Vec<i32> = (0..3 * BLOCK_ROWS as i32 + 7).collect();
        for wanted in [0, 255, 256, 511, 512, 774] {
            let mut found = Vec::new();
            rows_where(&column, &column, |a, _| a == wanted, |index| found.push(index));
            assert_eq!(found, [wanted as usize]);
        }
    }
}

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
                let mut unread: Vec<_> = batch.unread.iter().map(|defect| (defect.row, defect.role)).collect();
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
            for bit in problem::ALL.into_iter().filter(|bit| problems & bit != 0) {
                let value = iin::unpack(numbers[index]);
                out.push(defect(batch, block * 1024 + index, role, check_of(bit), value));
            }
        }
    }
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
    rows_where(days, days, |day, _| day > as_of, |index| {
        let value = against(&day::iso(days[index]), &day::iso(as_of));
        out.push(defect(batch, index, role, Check::DateFuture, value));
    });
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
    let (Some(texts), Some(countries)) = (batch.texts(Role::DocumentNumber), batch.codes(Role::DocumentCountry))
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
                out.push(defect(batch, index, Role::DocumentNumber, Check::DocumentFormat, text.into()));
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
    if let Some(sexes) = batch.codes(Role::Sex) {
        if matches!((zone.sex, sexes[index]), (b'M', FEMALE) | (b'F', MALE)) {
            differs(Role::Sex, sex_name(sexes[index]), if zone.sex == b'M' { "M" } else { "F" });
        }
    }
    for (role, state) in
        [(Role::Nationality, zone.nationality), (Role::DocumentCountry, zone.issuing_state)]
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

//! Days: the one unit of time in iinrec, counted from 1970-01-01 (Arrow's `Date32`).
//!
//! In: calendar dates of the proleptic Gregorian calendar. Out: an `i32`, with [`NO_DAY`] for "unknown".
//! Own arithmetic, because every row has four to six dates and reading them is our core; the formulas are
//! Howard Hinnant's `days_from_civil` and `civil_from_days`, and a test walks every date from 1800 to 2200.

/// "Unknown" in columns of days. Empty means unknown, never a value.
pub const NO_DAY: i32 = i32::MIN;

/// Days in an average Gregorian year, for ages and lengths in words.
pub const DAYS_PER_YEAR: f64 = 365.2425;

/// Number of days in a month (1..=12), or 0 when the month does not exist.
#[must_use]
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Whether the Gregorian year has a 29 February.
#[must_use]
pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The day of a calendar date, or `None` for a date that does not exist (31 April, month 13).
///
/// ```
/// assert_eq!(iinrec::day::from_civil(1970, 1, 2), Some(1));
/// assert_eq!(iinrec::day::from_civil(1990, 4, 31), None);
/// ```
#[must_use]
pub fn from_civil(year: i32, month: u32, day: u32) -> Option<i32> {
    if day == 0 || day > days_in_month(year, month) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month as i32 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// The calendar date `(year, month, day)` of a day.
#[must_use]
pub fn to_civil(day: i32) -> (i32, u32, u32) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u32;
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month, day)
}

/// `YYYY-MM-DD`, or an empty string for [`NO_DAY`].
#[must_use]
pub fn iso(day: i32) -> String {
    if day == NO_DAY {
        return String::new();
    }
    let (year, month, day) = to_civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Whole years from one day to a later one, as birthdays count them.
#[must_use]
pub fn whole_years(from: i32, to: i32) -> i32 {
    let (y1, m1, d1) = to_civil(from);
    let (y2, m2, d2) = to_civil(to);
    y2 - y1 - i32::from((m2, d2) < (m1, d1))
}

/// Reads a date in one of the contract's forms: `YYYY-MM-DD`, `DD.MM.YYYY`, `DD/MM/YYYY`, `YYYYMMDD`.
///
/// The definition of what a date is; the hot path in `ingest` is held against it by tests.
///
/// ```
/// use iinrec::day;
/// assert_eq!(day::parse(b"31.12.1999"), day::from_civil(1999, 12, 31));
/// assert_eq!(day::parse(b"1999-12-31"), day::parse(b"19991231"));
/// assert_eq!(day::parse(b"31.04.1999"), None);
/// ```
#[must_use]
pub fn parse(text: &[u8]) -> Option<i32> {
    let number = |digits: &[u8]| -> Option<u32> {
        digits.iter().try_fold(0u32, |sum, &b| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0')))
    };
    let (year, month, day) = match text {
        [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => {
            (number(y)?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
        }
        [d1, d2, sep @ (b'.' | b'/'), m1, m2, sep2, y @ ..] if y.len() == 4 && sep == sep2 => {
            (number(y)?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
        }
        _ if text.len() == 8 => (number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?),
        _ => return None,
    };
    from_civil(year as i32, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_from_1800_to_2200_goes_there_and_back() {
        let mut expected = from_civil(1800, 1, 1).unwrap();
        for year in 1800..=2200 {
            for month in 1..=12 {
                for day in 1..=31 {
                    let got = from_civil(year, month, day);
                    if day <= days_in_month(year, month) {
                        assert_eq!(got, Some(expected));
                        assert_eq!(to_civil(expected), (year, month, day));
                        assert_eq!(parse(iso(expected).as_bytes()), Some(expected));
                        expected += 1;
                    } else {
                        assert_eq!(got, None);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "-",
            "1990",
            "1990-1-1",
            "1990-13-01",
            "00.01.1990",
            "31.04.1990",
            "29.02.1900",
            "1990/01/01",
            "01-01-1990",
            "01.01/1990",
            "1990010",
            "19900132",
            "01.01.90",
            "1990-01-0x",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text:?} is no date");
        }
    }

    #[test]
    fn ages_count_birthdays() {
        let born = from_civil(2008, 2, 29).unwrap();
        assert_eq!(whole_years(born, from_civil(2024, 2, 28).unwrap()), 15);
        assert_eq!(whole_years(born, from_civil(2024, 2, 29).unwrap()), 16);
    }
}

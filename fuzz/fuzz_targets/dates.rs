//! A text is read as one day or as none; the day written down again is the same day, in any of its forms.
#![no_main]

use iinrec::day;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(found) = day::parse(data) {
        let (year, month, of_month) = day::to_civil(found);
        assert_eq!(day::from_civil(year, month, of_month), Some(found));
        for form in [
            day::iso(found),
            format!("{of_month:02}.{month:02}.{year:04}"),
            format!("{of_month:02}/{month:02}/{year:04}"),
            format!("{year:04}{month:02}{of_month:02}"),
        ] {
            assert_eq!(day::parse(form.as_bytes()), Some(found), "{form}");
        }
        assert_eq!(day::whole_years(found, found), 0);
    }
    if let Some(bytes) = data.first_chunk::<4>() {
        // Any number of days has a date, and the next day is the next one.
        let any = i32::from_le_bytes(*bytes) % 3_000_000;
        let (year, month, of_month) = day::to_civil(any);
        assert_eq!(day::from_civil(year, month, of_month), Some(any));
        assert!(of_month <= day::days_in_month(year, month));
    }
});

//! The short answer and the long one agree on any text, and fields are parts of it.
#![no_main]

use iinrec::validate::mrz::{MrzError, MrzVerdict, parse, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let verdict = verify(text.as_bytes());
    match parse(text) {
        Ok(zone) => {
            let expected = match zone.wrong_digits {
                0 => MrzVerdict::Holds,
                wrong => MrzVerdict::CheckDigits(wrong),
            };
            assert_eq!(verdict, expected);
            assert!([zone.number, zone.surname(), zone.nationality].iter().all(|field| text.contains(field)));
        }
        Err(MrzError::Length) => assert_eq!(verdict, MrzVerdict::Length),
        Err(MrzError::Character { at }) => assert!(verdict == MrzVerdict::Character && at < text.len()),
    }
});

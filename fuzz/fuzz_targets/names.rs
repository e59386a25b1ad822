//! Names, numbers, phones and addresses of any text: no panic, comparing is symmetric, keys mind neither order nor case.
#![no_main]

use iinrec::normalise::contact::{address_key, phone_key};
use iinrec::normalise::fold::folded;
use iinrec::normalise::full_name::split;
use iinrec::normalise::name::{NameComparison, NameMemo, PersonName, compare, name_key};
use iinrec::normalise::placeholder::{is_placeholder, may_be_placeholder};
use iinrec::normalise::{codes, country, number};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str, &str, &str)| {
    let (a, b, c, d) = texts;
    let name = |surname, given| PersonName::new(surname, given, "");
    let (one, other) = (compare(&name(a, b), &name(c, d)), compare(&name(c, d), &name(a, b)));
    let levels =
        |found: NameComparison| (found.surname.level, found.given.level, found.rearranged, found.level);
    assert_eq!(levels(one), levels(other));

    let mut memo = NameMemo::default();
    let key = name_key(a, b, &mut memo);
    assert_eq!(name_key(b, a, &mut memo), key, "surname and given name may change places");
    assert_eq!(name_key(a, b, &mut NameMemo::default()), key, "memory changes nothing");
    assert!(folded(a).as_str().is_ascii());
    if is_placeholder(a) {
        assert!(may_be_placeholder(a.as_bytes()), "the gate lets every placeholder through");
        assert_eq!(name_key(a, "", &mut memo), 0);
    }

    let words =
        |text: &str| text.split(|c: char| c.is_whitespace() || c == '<').filter(|w| !w.is_empty()).count();
    let parts = split(a);
    assert!(parts.iter().all(|part| a.contains(part)));
    assert!(parts.iter().map(|part| words(part)).sum::<usize>() <= words(a) + 1);

    let mut form = String::new();
    number::join(a, b, &mut form);
    let key = number::key(&form);
    // Three letters and no digit may be a word for "nothing" once what parts them is gone (`FN-U`).
    if let Some(shown) = number::unkey(key).filter(|shown| shown.bytes().any(|byte| byte.is_ascii_digit())) {
        assert_eq!(number::key(&shown), key, "a number that is shown is the number");
    }
    number::normalise(a, &mut form);
    let _ = (
        phone_key(a),
        address_key(a),
        country::parse(a),
        codes::sex(a),
        codes::status(a),
        codes::document_type(a),
    );
});

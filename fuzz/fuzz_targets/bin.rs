//! A number is never sound both as a person's and as an organisation's, and both agree on the check digit.
#![no_main]

use iinrec::validate::{bin, iin, iin::problem};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: [u8; 12]| {
    let packed = iin::pack(&data.map(|byte| b'0' + byte % 10)).unwrap();
    let (as_person, as_organisation) = (iin::problems(packed), bin::problems(packed));
    assert!(as_person != 0 || as_organisation != 0);
    let check = problem::CHECK_DIGIT | problem::NEVER_ISSUED;
    assert_eq!(as_person & check, as_organisation & check);
    assert_eq!(as_person & problem::IS_BIN != 0, as_organisation & bin::TYPE == 0);
});

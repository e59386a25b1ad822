//! Every kernel gives what the definition gives; packing goes there and back; any text is read aloud.
#![no_main]

use iinrec::validate::{iin, kernel::Kernel, number};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let digit = |byte: &u8| b'0' + byte % 10;
    let texts: Vec<Vec<u8>> = data.chunks_exact(12).map(|chunk| chunk.iter().map(digit).collect()).collect();
    let column: Vec<u64> = texts.iter().map(|text| iin::pack(text).unwrap()).collect();
    let expected: Vec<u8> = column.iter().map(|&packed| iin::problems(packed)).collect();
    for kernel in [Kernel::Portable, Kernel::Avx2] {
        let mut found = vec![0xEE; column.len()];
        kernel.check_column(&column, &mut found);
        assert_eq!(found, expected);
    }
    for (text, &packed) in texts.iter().zip(&column) {
        assert_eq!(iin::unpack(packed).as_bytes(), text);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let reading = number::read_doubted(text);
        assert!(reading.suggestions.iter().all(|suggestion| number::read(&suggestion.number).valid));
    }
});

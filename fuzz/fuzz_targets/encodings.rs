//! Bytes of eight bits are the characters of their tables; UTF-16 is that of the standard library at every split.
#![no_main]

use std::io::Read;

use iinrec::ingest::encoding::{CarriageReturns, Encoding, Utf16Reader, look};
use libfuzzer_sys::fuzz_target;

/// Gives so many bytes at a time.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.0.len().min(self.1).min(buffer.len());
        buffer[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (drop, high_byte_first, bytes) = input;
    let found = look(bytes);
    assert!(Encoding::from_name(found.encoding.name()) == Some(found.encoding) && !found.why.is_empty());

    let (expected, _) = encoding_rs::WINDOWS_1251.decode_without_bom_handling(bytes);
    assert_eq!(Encoding::Windows1251.decode(bytes), expected);
    let kazakh = Encoding::Kz1048.decode(bytes);
    assert_eq!(kazakh.chars().count(), bytes.len());
    let back = |letter: char| (0..=255u8).find(|byte| Encoding::Kz1048.decode(&[*byte]).chars().eq([letter]));
    if bytes.len() < 64 {
        assert_eq!(kazakh.chars().map(|letter| back(letter).unwrap()).collect::<Vec<u8>>(), bytes);
    }

    let mut text = Vec::new();
    Utf16Reader::new(Drops(bytes, usize::from(drop) + 1), high_byte_first).read_to_end(&mut text).unwrap();
    let (pairs, half) = bytes.as_chunks::<2>();
    let units = pairs
        .iter()
        .map(|&pair| if high_byte_first { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
    let mut whole = half.is_empty();
    let mut expected = String::new();
    for (at, letter) in char::decode_utf16(units).enumerate() {
        match letter {
            Ok('\u{feff}') if at == 0 => {}
            Ok(letter) => expected.push(letter),
            Err(_) => whole = false,
        }
    }
    match std::str::from_utf8(&text) {
        Ok(text) => assert!(whole && text == expected),
        Err(_) => assert!(!whole, "text is never spoilt"),
    }

    let mut lines = Vec::new();
    CarriageReturns(Drops(bytes, usize::from(drop) + 1)).read_to_end(&mut lines).unwrap();
    assert!(lines.len() == bytes.len() && !lines.contains(&b'\r'));
});

//! UTF-16 as a stream: bytes of two to a unit in, UTF-8 out.
//!
//! The law: nothing is replaced. A surrogate without its other half comes out as the three bytes that it would
//! have if it were a character, and half a unit at the end as a byte FF. Neither is UTF-8, so that the record
//! around it is rejected and named, and its neighbours are read.

use std::io::{self, Read};

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 64 << 10;

/// Decodes UTF-16 to UTF-8; a byte order mark at the start is left out.
///
/// ```
/// use std::io::Read;
/// use iinrec::ingest::encoding::Utf16Reader;
/// let mut text = String::new();
/// Utf16Reader::new(&b"\xff\xfe\x18\x04D\0"[..], false).read_to_string(&mut text).unwrap();
/// assert_eq!(text, "ИD");
/// ```
#[derive(Debug)]
pub struct Utf16Reader<R> {
    source: R,
    high_byte_first: bool,
    chunk: Vec<u8>,
    /// The first byte of a unit of which the second has not come.
    half: Option<u8>,
    /// The first of two surrogates of which the second has not come.
    high: Option<u16>,
    /// Whether a unit was seen: only the first can be a byte order mark.
    started: bool,
    ended: bool,
    /// Decoded text, and how much of it was given.
    text: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16Reader<R> {
    /// Reads from a source; `high_byte_first` is big-endian.
    pub fn new(source: R, high_byte_first: bool) -> Self {
        Utf16Reader {
            source,
            high_byte_first,
            chunk: vec![0; CHUNK_BYTES],
            half: None,
            high: None,
            started: false,
            ended: false,
            text: Vec::with_capacity(2 * CHUNK_BYTES),
            given: 0,
        }
    }

    /// Reads and decodes one chunk.
    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        let length = self.source.read(&mut self.chunk)?;
        if length == 0 {
            self.ended = true;
            self.lone_surrogate();
            if self.half.take().is_some() {
                self.text.push(0xff);
            }
            return Ok(());
        }
        let chunk = std::mem::take(&mut self.chunk);
        let mut bytes = &chunk[..length];
        if let Some(first) = self.half.take() {
            self.unit([first, bytes[0]]);
            bytes = &bytes[1..];
        }
        let (units, rest) = bytes.as_chunks::<2>();
        for &unit in units {
            self.unit(unit);
        }
        self.half = rest.first().copied();
        self.chunk = chunk;
        Ok(())
    }

    #[inline]
    fn unit(&mut self, bytes: [u8; 2]) {
        let unit = if self.high_byte_first { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
        let first = !std::mem::replace(&mut self.started, true);
        if unit < 0x80 && self.high.is_none() {
            self.text.push(unit as u8);
            return;
        }
        if let (Some(high), 0xdc00..=0xdfff) = (self.high, unit) {
            self.high = None;
            let code = 0x1_0000 + (u32::from(high - 0xd800) << 10) + u32::from(unit - 0xdc00);
            let letter = char::from_u32(code).expect("two surrogates are a character");
            self.text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
        self.lone_surrogate();
        match unit {
            0xd800..=0xdbff => self.high = Some(unit),
            0xdc00..=0xdfff => self.text.extend_from_slice(&three_bytes(unit)),
            0xfeff if first => {}
            0..0x80 => self.text.push(unit as u8),
            0x80..0x800 => {
                self.text.extend_from_slice(&[0xc0 | (unit >> 6) as u8, 0x80 | (unit & 0x3f) as u8])
            }
            _ => self.text.extend_from_slice(&three_bytes(unit)),
        }
    }

    /// Writes the first of two surrogates when its second did not follow.
    fn lone_surrogate(&mut self) {
        if let Some(high) = self.high.take() {
            self.text.extend_from_slice(&three_bytes(high));
        }
    }
}

/// A unit from 0800 on in three bytes.
fn three_bytes(unit: u16) -> [u8; 3] {
    [0xe0 | (unit >> 12) as u8, 0x80 | (unit >> 6 & 0x3f) as u8, 0x80 | (unit & 0x3f) as u8]
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.ended {
            self.fill()?;
        }
        let rest = &self.text[self.given..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A source that gives so many bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(self.1).min(buffer.len());
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn decoded(bytes: &[u8], high_byte_first: bool, drop: usize) -> Vec<u8> {
        let mut text = Vec::new();
        Utf16Reader::new(Drops(bytes, drop), high_byte_first).read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn what_is_no_text_is_kept_apart_from_text() {
        for (units, expected, why) in [
            (&[0xfeff, 0x41][..], &b"A"[..], "a byte order mark is no text"),
            (&[0x41, 0xfeff], b"A\xef\xbb\xbf", "but for the first it is"),
            (&[0xd83d, 0xde00], "😀".as_bytes(), "two surrogates are a character"),
            (&[0xd83d, 0x41], b"\xed\xa0\xbdA", "one is none"),
            (&[0xde00, 0x41], b"\xed\xb8\x80A", "nor is the other"),
            (
                &[0xd83d, 0xd83d, 0xde00],
                b"\xed\xa0\xbd\xf0\x9f\x98\x80",
                "the second of two highs may have its low",
            ),
            (&[0xd83d], b"\xed\xa0\xbd", "nor one at the end"),
            (&[], b"", "empty"),
        ] {
            let bytes: Vec<u8> = units.iter().flat_map(|unit: &u16| unit.to_be_bytes()).collect();
            for drop in [1, 2, 3, 100] {
                assert_eq!(decoded(&bytes, true, drop), expected, "{why}");
            }
        }
        assert_eq!(decoded(b"A\0B", false, 2), b"A\xff", "half a unit at the end");
    }

    proptest! {
        /// The standard library's decoder is the oracle; what it calls unpaired is no UTF-8 here.
        #[test]
        fn equals_the_standard_library_at_every_split(
            units in prop::collection::vec(prop_oneof![any::<u16>(), 0xd7f0u16..0xe010, 0x20u16..0x500], 0..60),
            high_byte_first in any::<bool>(),
            drop in 1usize..9,
        ) {
            prop_assume!(units.first() != Some(&0xfeff));
            let bytes: Vec<u8> = units
                .iter()
                .flat_map(|unit| if high_byte_first { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            let mut expected = Vec::new();
            let mut whole = true;
            for letter in char::decode_utf16(units.iter().copied()) {
                match letter {
                    Ok(letter) => expected.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
                    Err(lone) => {
                        whole = false;
                        expected.extend_from_slice(&three_bytes(lone.unpaired_surrogate()));
                    }
                }
            }
            let text = decoded(&bytes, high_byte_first, drop);
            prop_assert_eq!(std::str::from_utf8(&text).is_ok(), whole);
            prop_assert_eq!(text, expected);
        }
    }
}

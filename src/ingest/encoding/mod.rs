//! Encoding: what the bytes of a file mean as text, found by looking ([`look`]) or said by hand.
//!
//! UTF-8, Windows-1251 and KZ-1048 keep `,` `;` tab `"` and newline at their ASCII bytes, so that the scan works
//! on the file as it lies and cells are decoded one by one. UTF-16 does not: such a file is decoded first, by
//! [`Utf16Reader`], and all that follows, byte offsets too, is about the decoded text.
//!
//! The law: bytes that are no text in the file's encoding never become other text silently. Their records are
//! rejected.

mod detect;
mod kz1048;
mod utf16;

use std::borrow::Cow;
use std::io::Read;
use std::sync::LazyLock;

pub use self::detect::{Found, look};
pub use self::utf16::Utf16Reader;

/// How text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// Windows-1251, the usual encoding of Cyrillic exports.
    Windows1251,
    /// KZ-1048 (STRK 1048-2002), Windows-1251 with the Kazakh letters.
    Kz1048,
    /// UTF-16, low byte first, as Windows programs write it.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

impl Encoding {
    /// Every encoding that is read.
    pub const ALL: [Encoding; 5] =
        [Encoding::Utf8, Encoding::Windows1251, Encoding::Kz1048, Encoding::Utf16Le, Encoding::Utf16Be];

    /// The name for people, options and `run.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Windows1251 => "windows-1251",
            Encoding::Kz1048 => "kz-1048",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
        }
    }

    /// The encoding of a name, in any case and with or without hyphens; other common names are known too.
    /// `utf-16` is low byte first, unless the file's byte order mark says otherwise.
    ///
    /// ```
    /// use iinrec::ingest::encoding::Encoding;
    /// assert_eq!(Encoding::from_name("CP1251"), Some(Encoding::Windows1251));
    /// assert_eq!(Encoding::from_name("STRK1048-2002"), Some(Encoding::Kz1048));
    /// assert_eq!(Encoding::from_name("ebcdic"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        Some(match plain.as_str() {
            "utf8" | "utf8bom" | "utf8sig" => Encoding::Utf8,
            "windows1251" | "cp1251" | "win1251" | "1251" | "ansi" => Encoding::Windows1251,
            "kz1048" | "strk10482002" | "strk1048" | "rk1048" | "1048" => Encoding::Kz1048,
            "utf16" | "utf16le" | "ucs2" | "unicode" => Encoding::Utf16Le,
            "utf16be" => Encoding::Utf16Be,
            _ => return None,
        })
    }

    /// Whether a file of this encoding is decoded before it is scanned.
    #[must_use]
    pub fn is_utf16(self) -> bool {
        matches!(self, Encoding::Utf16Le | Encoding::Utf16Be)
    }

    /// Whether what the scan sees is UTF-8: from the file, or decoded to it.
    #[must_use]
    pub fn scans_as_utf8(self) -> bool {
        self == Encoding::Utf8 || self.is_utf16()
    }

    /// Text of scanned bytes; what is no text in this encoding becomes U+FFFD.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        if self.scans_as_utf8() || bytes.is_ascii() {
            return String::from_utf8_lossy(bytes);
        }
        let mut text = Vec::new();
        self.decode_into(bytes, &mut text);
        Cow::Owned(String::from_utf8(text).expect("the tables hold characters"))
    }

    /// Appends the UTF-8 of scanned bytes; UTF-8 is copied as it is.
    pub fn decode_into(self, bytes: &[u8], out: &mut Vec<u8>) {
        let table: &[u32; 256] = match self {
            Encoding::Windows1251 => &WINDOWS_1251,
            Encoding::Kz1048 => &KZ_1048,
            Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => {
                out.extend_from_slice(bytes);
                return;
            }
        };
        // Four bytes are written for each character and the next begins where it ended: no branch a byte. The
        // fourth is the length, which the next character or the end of the text takes away.
        let mut at = out.len();
        out.resize(at + 3 * bytes.len() + 1, 0);
        for &byte in bytes {
            let entry = table[byte as usize];
            out[at..at + 4].copy_from_slice(&entry.to_le_bytes());
            at += (entry >> 24) as usize;
        }
        out.truncate(at);
    }
}

/// The UTF-8 byte order mark.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether a file that begins so ends its lines in a carriage return alone, as on a Macintosh before 2001: there is
/// one, and no newline. One at the very end may have its newline behind it.
#[must_use]
pub fn ends_lines_with_cr(head: &[u8]) -> bool {
    let before_last = head.split_last().map_or(head, |(_, before)| before);
    memchr::memchr(b'\r', before_last).is_some() && memchr::memchr(b'\n', head).is_none()
}

/// Reads such a file as one with newlines, byte for byte.
#[derive(Debug)]
pub struct CarriageReturns<R>(
    /// The source.
    pub R,
);

impl<R: Read> Read for CarriageReturns<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.0.read(buffer)?;
        for byte in buffer[..length].iter_mut().filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        Ok(length)
    }
}

/// For each byte its UTF-8, first byte lowest, and the number of bytes in the highest.
fn table(upper: impl Fn(u8) -> char) -> [u32; 256] {
    std::array::from_fn(|byte| {
        let byte = byte as u8;
        let letter = if byte.is_ascii() { char::from(byte) } else { upper(byte) };
        let mut utf8 = [0; 4];
        let length = letter.encode_utf8(&mut utf8[..3]).len();
        utf8[3] = length as u8;
        u32::from_le_bytes(utf8)
    })
}

static KZ_1048: LazyLock<[u32; 256]> = LazyLock::new(|| table(|byte| kz1048::UPPER[byte as usize - 0x80]));

/// From KZ-1048, the other way round: its table is here, and tests hold this one against encoding_rs.
static WINDOWS_1251: LazyLock<[u32; 256]> = LazyLock::new(|| {
    table(|byte| {
        let different = kz1048::DIFFERENT.iter().find(|(different, ..)| *different == byte);
        different.map_or(kz1048::UPPER[byte as usize - 0x80], |&(_, cyrillic, _)| cyrillic)
    })
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_read_back() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::from_name(encoding.name()), Some(encoding));
            assert_eq!(
                Encoding::from_name(&encoding.name().to_uppercase().replace('-', "_")),
                Some(encoding)
            );
        }
    }

    proptest! {
        #[test]
        fn windows_1251_is_that_of_encoding_rs(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let (expected, _) = encoding_rs::WINDOWS_1251.decode_without_bom_handling(&bytes);
            prop_assert_eq!(Encoding::Windows1251.decode(&bytes), expected);
        }

        /// Every byte is a character of its own: what was decoded can be written again.
        #[test]
        fn kz_1048_goes_there_and_back(bytes in prop::collection::vec(any::<u8>(), 0..80), before in "[a-zА-я]{0,5}") {
            let mut text = before.clone().into_bytes();
            Encoding::Kz1048.decode_into(&bytes, &mut text);
            let text = String::from_utf8(text).unwrap();
            let back = text.strip_prefix(&before).unwrap().chars().map(|letter| match u8::try_from(letter) {
                Ok(byte) if byte.is_ascii() => byte,
                _ => 0x80 + kz1048::UPPER.iter().position(|&own| own == letter).unwrap() as u8,
            });
            prop_assert_eq!(back.collect::<Vec<u8>>(), bytes);
        }
    }
}

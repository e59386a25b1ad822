//! Encoding: what the bytes of a file mean as text, found by looking.
//!
//! In: the first bytes of a file. Out: UTF-8 or Windows-1251, and the length of a byte order mark. Both
//! keep `,` `;` tab `"` and newline at their ASCII bytes, so that the scan never needs to know.

use std::borrow::Cow;

/// How text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// Windows-1251, the usual encoding of Cyrillic exports.
    Windows1251,
}

impl Encoding {
    /// The name for people and `run.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Windows1251 => "windows-1251",
        }
    }

    /// Text of bytes; what is no text in this encoding becomes U+FFFD.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Encoding::Utf8 => String::from_utf8_lossy(bytes),
            Encoding::Windows1251 => encoding_rs::WINDOWS_1251.decode_without_bom_handling(bytes).0,
        }
    }
}

/// The UTF-8 byte order mark.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether a file starts as UTF-16 does.
#[must_use]
pub fn looks_like_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// Bytes looked at in each of three places: head, middle and tail.
const SAMPLE_BYTES: usize = 256 << 10;

/// Finds the encoding of a file.
///
/// Looks at head, middle and tail, because a register sorted by citizenship may begin with a million ASCII
/// rows. A few invalid bytes do not unmake UTF-8: their records are rejected. Cyrillic in Windows-1251
/// almost never forms valid UTF-8 sequences, so the majority of non-ASCII bytes decides.
#[must_use]
pub fn detect(bytes: &[u8]) -> Encoding {
    if bytes.starts_with(BOM) {
        return Encoding::Utf8;
    }
    let middle = bytes.len() / 2;
    let samples = [
        &bytes[..bytes.len().min(SAMPLE_BYTES)],
        &bytes[middle..bytes.len().min(middle + SAMPLE_BYTES)],
        &bytes[bytes.len().saturating_sub(SAMPLE_BYTES)..],
    ];
    let (mut valid, mut invalid) = (0usize, 0usize);
    for sample in samples {
        for chunk in sample.utf8_chunks() {
            valid += chunk.valid().bytes().filter(|b| !b.is_ascii()).count();
            invalid += chunk.invalid().len();
        }
    }
    if invalid > valid { Encoding::Windows1251 } else { Encoding::Utf8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_by_looking() {
        let cases: [(&[u8], Encoding, &str); 6] = [
            (b"", Encoding::Utf8, "an empty file is UTF-8"),
            (b"iin;name\n1;a\n", Encoding::Utf8, "ASCII is UTF-8"),
            ("ИИН;Имя\n".as_bytes(), Encoding::Utf8, "Cyrillic in UTF-8"),
            (b"\xef\xbb\xbfiin\n\xc8", Encoding::Utf8, "a byte order mark decides"),
            (b"\xc8\xc8\xcd;\xd4\xe0\xec\xe8\xeb\xe8\xff\n", Encoding::Windows1251, "Cyrillic in 1251"),
            ("Имя;Фамилия\n\u{44f}".as_bytes().split_last().unwrap().1, Encoding::Utf8, "one broken byte"),
        ];
        for (bytes, expected, why) in cases {
            assert_eq!(detect(bytes), expected, "{why}");
        }
    }
}

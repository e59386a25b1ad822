//! The reject: a record that could not be read as a record. Nothing is dropped silently.

use std::collections::BTreeMap;

/// Why a record was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// More or fewer fields than the header.
    FieldCount,
    /// A quote opens a field and never closes.
    UnclosedQuote,
    /// A byte 0, which no text has.
    NulByte,
    /// Bytes that are no UTF-8, in a UTF-8 file.
    InvalidUtf8,
    /// A surrogate without its other half, in a UTF-16 file.
    InvalidUtf16,
    /// UTF-8 in a file of another encoding: read as that, it would be other text.
    OtherEncoding,
    /// The header line once more: two exports were put together.
    RepeatedHeader,
    /// Longer than [`RECORD_BYTES_MAX`](super::scan::RECORD_BYTES_MAX).
    RecordTooLong,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 8] = [
        Reason::FieldCount,
        Reason::UnclosedQuote,
        Reason::NulByte,
        Reason::InvalidUtf8,
        Reason::InvalidUtf16,
        Reason::OtherEncoding,
        Reason::RepeatedHeader,
        Reason::RecordTooLong,
    ];

    /// The code in `rejects.parquet`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reason::FieldCount => "field_count",
            Reason::UnclosedQuote => "unclosed_quote",
            Reason::NulByte => "nul_byte",
            Reason::InvalidUtf8 => "invalid_utf8",
            Reason::InvalidUtf16 => "invalid_utf16",
            Reason::OtherEncoding => "other_encoding",
            Reason::RepeatedHeader => "repeated_header",
            Reason::RecordTooLong => "record_too_long",
        }
    }
}

/// Bytes of a rejected record that are kept: enough to find and mend it.
pub const RAW_BYTES_MAX: usize = 4096;

/// One rejected record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// 0-based record number: within the piece while it is read, within the dataset afterwards.
    pub row: u32,
    /// Where the record starts in its file.
    pub byte_offset: u64,
    /// Why.
    pub reason: Reason,
    /// Its first bytes as text.
    pub raw: String,
}

/// How many of them there are of each reason.
#[must_use]
pub fn by_reason<'a>(rejects: impl IntoIterator<Item = &'a Reject>) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for reject in rejects {
        *counts.entry(reject.reason.name()).or_default() += 1;
    }
    counts
}

//! Scan: bytes in, the ends of fields and records out.
//!
//! The rules are RFC 4180 as the `csv` crate reads it: a quote opens a field only at the field's start,
//! a doubled quote inside is one quote, what follows a closing quote is text, records end at `\n` outside
//! quotes (a `\r` before it is trimmed later). `State` is the whole automaton; the block kernels only
//! hurry through the blocks in which it is obvious, and fall back to it in all others.
//!
//! The law: `scan` equals [`naive`] on every input, from every start, with every kernel.

mod portable;
#[cfg(target_arch = "x86_64")]
mod avx2;

/// Bytes that one step of a kernel looks at.
pub const BLOCK: usize = 64;

/// The longest record that is read, in bytes; longer ones are rejected. Bounds the look-ahead that a lost
/// closing quote can cause.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// Where the bytes of one block have meaning, one bit a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Masks {
    delimiter: u64,
    newline: u64,
    quote: u64,
}

/// Which instructions the scan uses; chosen once a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// Eight bytes at a time in ordinary registers; any machine.
    Portable,
    /// 32 bytes at a time; x86-64 with AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Scanner {
    /// The fastest scanner that this machine can run.
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if avx2::available() {
            return Scanner::Avx2;
        }
        Scanner::Portable
    }
}

/// Between two bytes, what the automaton knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The next byte is the first of a field.
    FieldStart,
    /// Inside a field that is not quoted (any more).
    Plain,
    /// Inside quotes.
    Quoted,
    /// Just after a quote inside quotes: closed, or the first half of a doubled quote.
    QuoteInQuoted,
}

/// Why a scan stopped before its soft end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// All records that start before the soft end were found.
    Done,
    /// The record at this position opens a quote that is not closed within [`RECORD_BYTES_MAX`].
    UnclosedQuote(usize),
    /// The record at this position is longer than [`RECORD_BYTES_MAX`].
    TooLong(usize),
}

/// The ends of fields and records in a range of bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// For every field the position one past its last byte, relative to the origin given to [`scan`].
    pub ends: Vec<u32>,
    /// For every record the number of fields up to its end: indices into `ends`.
    pub records: Vec<u32>,
    /// Whether any quote was seen: then fields may need unquoting.
    pub quotes: bool,
    /// Whether a quote was seen that is not the first or last byte of a field: then fields need rewriting.
    pub inner_quotes: bool,
}

impl Index {
    fn clear(&mut self) {
        self.ends.clear();
        self.records.clear();
        self.quotes = false;
        self.inner_quotes = false;
    }

    /// Forgets the fields of a record whose end was not found.
    fn drop_unfinished(&mut self) {
        self.ends.truncate(self.records.last().map_or(0, |&fields| fields as usize));
    }
}

/// Finds the records that start in `from..soft_end`, reading past `soft_end` to the end of the last one.
///
/// `from` must be the start of a record; positions in the index are relative to `origin` (≤ `from`).
/// Returns the start of the next record and why the scan stopped.
pub fn scan(
    scanner: Scanner,
    data: &[u8],
    origin: usize,
    from: usize,
    soft_end: usize,
    delimiter: u8,
    index: &mut Index,
) -> (usize, Stop) {
    assert!(origin <= from && from <= soft_end && soft_end <= data.len());
    index.clear();
    match scanner {
        Scanner::Portable => {
            run(|block| portable::classify(block, delimiter), data, origin, from, soft_end, delimiter, index)
        }
        #[cfg(target_arch = "x86_64")]
        Scanner::Avx2 => avx2::run(data, origin, from, soft_end, delimiter, index),
    }
}

/// The loop over blocks; inlined into each kernel so that `classify` costs no call.
#[inline(always)]
fn run(
    classify: impl Fn(&[u8; BLOCK]) -> Masks,
    data: &[u8],
    origin: usize,
    from: usize,
    soft_end: usize,
    delimiter: u8,
    index: &mut Index,
) -> (usize, Stop) {
    let mut state = State::FieldStart;
    let mut position = from;
    let mut record_start = from;
    // Room for a field every four bytes of this range; denser data grow the vector in the loop.
    index.ends.reserve((soft_end - from) / 4 + BLOCK);
    while position < data.len() && record_start < soft_end {
        let remaining = &data[position..];
        let (structural, newline, length);
        if let Some(block) = remaining.first_chunk::<BLOCK>() {
            let masks = classify(block);
            (structural, state) =
                if masks.quote == 0 && !matches!(state, State::Quoted | State::QuoteInQuoted) {
                    let structural = masks.delimiter | masks.newline;
                    (structural, if structural >> 63 == 1 { State::FieldStart } else { State::Plain })
                } else {
                    index.quotes = true;
                    match quoted_block(&masks, block, state) {
                        Some((structural, state, doubled)) => {
                            index.inner_quotes |= doubled;
                            (structural, state)
                        }
                        None => {
                            index.inner_quotes = true;
                            walk(block, delimiter, state)
                        }
                    }
                };
            newline = masks.newline & structural;
            length = BLOCK;
        } else {
            let quotes = remaining.contains(&b'"') || matches!(state, State::Quoted | State::QuoteInQuoted);
            index.quotes |= quotes;
            index.inner_quotes |= quotes;
            (structural, state) = walk(remaining, delimiter, state);
            newline = remaining.iter().enumerate().fold(0, |mask, (i, &b)| mask | u64::from(b == b'\n') << i)
                & structural;
            length = remaining.len();
        }
        let base = (position - origin) as u32;
        let fields_before = index.ends.len() as u32;
        push_ends(&mut index.ends, structural, base);
        let mut newlines = newline;
        while newlines != 0 {
            let bit = newlines.trailing_zeros();
            newlines &= newlines - 1;
            let fields = (structural & (u64::MAX >> (63 - bit))).count_ones();
            index.records.push(fields_before + fields);
            record_start = position + bit as usize + 1;
            if record_start >= soft_end {
                index.drop_unfinished();
                return (record_start, Stop::Done);
            }
        }
        position += length;
        if position - record_start > RECORD_BYTES_MAX {
            index.drop_unfinished();
            let quoted = matches!(state, State::Quoted | State::QuoteInQuoted);
            let stop = if quoted { Stop::UnclosedQuote } else { Stop::TooLong };
            return (record_start, stop(record_start));
        }
    }
    if record_start >= soft_end {
        return (record_start, Stop::Done);
    }
    // The file ends without a newline: its last record ends here.
    if state == State::Quoted {
        index.drop_unfinished();
        return (record_start, Stop::UnclosedQuote(record_start));
    }
    index.ends.push((data.len() - origin) as u32);
    index.records.push(index.ends.len() as u32);
    (data.len(), Stop::Done)
}

/// Appends `base + bit` for every set bit. Eight at a time without a branch a bit: real rows have about
/// five field ends in 64 bytes, and the misprediction would cost more than the wasted stores.
#[inline(always)]
fn push_ends(ends: &mut Vec<u32>, mut bits: u64, base: u32) {
    let count = bits.count_ones() as usize;
    let length = ends.len();
    let mut taken = 0;
    while taken < count {
        let mut eight = [0u32; 8];
        for slot in &mut eight {
            *slot = base.wrapping_add(bits.trailing_zeros());
            bits &= bits.wrapping_sub(1);
        }
        ends.extend_from_slice(&eight);
        taken += 8;
    }
    ends.truncate(length + count);
}

/// One block with quotes, by prefix parity: field ends, the state after, and whether a quote was doubled.
/// `None` when a quote stands where it is plain text, which only the automaton can tell.
#[inline(always)]
fn quoted_block(masks: &Masks, block: &[u8; BLOCK], state: State) -> Option<(u64, State, bool)> {
    let quote = masks.quote;
    let carry = if state == State::Quoted { u64::MAX } else { 0 };
    // Bit i: inside quotes after byte i (an opening quote counts as inside, a closing one as outside).
    let inside = prefix_xor(quote) ^ carry;
    let structural = (masks.delimiter | masks.newline) & !inside;
    let opening = quote & inside;
    let closing = quote & !inside;
    // A quote opens only at a field's start, or right after a closing one (a doubled quote).
    let at_start = structural << 1 | u64::from(state == State::FieldStart);
    let after_closing = closing << 1 | u64::from(state == State::QuoteInQuoted);
    if opening & !(at_start | after_closing) != 0 {
        return None;
    }
    // After a closing quote the field must end, or the quote was doubled; all else is plain text, of which
    // the carriage return of a line's end is harmless.
    let mut astray = after_closing & !(structural | opening);
    while astray != 0 {
        if block[astray.trailing_zeros() as usize] != b'\r' {
            return None;
        }
        astray &= astray - 1;
    }
    let last = 1 << 63;
    let state = if inside & last != 0 {
        State::Quoted
    } else if closing & last != 0 {
        State::QuoteInQuoted
    } else if structural & last != 0 {
        State::FieldStart
    } else {
        State::Plain
    };
    Some((structural, state, opening & after_closing != 0))
}

/// Bit i of the result: parity of the bits 0..=i.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    bits
}

/// The automaton over at most [`BLOCK`] bytes: the mask of bytes that end a field, and the state after.
fn walk(bytes: &[u8], delimiter: u8, mut state: State) -> (u64, State) {
    let mut structural = 0u64;
    for (i, &byte) in bytes.iter().enumerate() {
        let ends = byte == delimiter || byte == b'\n';
        state = match (state, byte) {
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::Quoted, _) => State::Quoted,
            (State::QuoteInQuoted | State::FieldStart, b'"') => State::Quoted,
            _ if ends => {
                structural |= 1 << i;
                State::FieldStart
            }
            _ => State::Plain,
        };
    }
    (structural, state)
}

/// Whether text follows a closing quote somewhere in a record: a sign that the quote before it was stray.
#[must_use]
pub fn has_text_after_quotes(record: &[u8], delimiter: u8) -> bool {
    let mut state = State::FieldStart;
    for &byte in record {
        let (_, next) = walk(&[byte], delimiter, state);
        if state == State::QuoteInQuoted && next == State::Plain && byte != b'\r' {
            return true;
        }
        state = next;
    }
    false
}

/// The naive twin of [`scan`]: one byte after the other, no blocks.
pub fn naive(
    data: &[u8],
    origin: usize,
    from: usize,
    soft_end: usize,
    delimiter: u8,
    index: &mut Index,
) -> (usize, Stop) {
    index.clear();
    index.quotes = data[from..].contains(&b'"');
    index.inner_quotes = index.quotes;
    let mut state = State::FieldStart;
    let mut record_start = from;
    for position in from..data.len() {
        if record_start >= soft_end {
            break;
        }
        let (ends, next) = walk(&data[position..=position], delimiter, state);
        state = next;
        if ends == 1 {
            index.ends.push((position - origin) as u32);
            if data[position] == b'\n' {
                index.records.push(index.ends.len() as u32);
                record_start = position + 1;
            }
        }
    }
    if record_start < soft_end {
        if state == State::Quoted {
            index.drop_unfinished();
            return (record_start, Stop::UnclosedQuote(record_start));
        }
        index.ends.push((data.len() - origin) as u32);
        index.records.push(index.ends.len() as u32);
        record_start = data.len();
    }
    (record_start, Stop::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scanners() -> Vec<Scanner> {
        let mut all = vec![Scanner::Portable];
        if Scanner::detect() != Scanner::Portable {
            all.push(Scanner::detect());
        }
        all
    }

    fn same_as_naive(data: &[u8], from: usize, soft_end: usize) {
        let mut expected = Index::default();
        let told = naive(data, 0, from, soft_end, b';', &mut expected);
        for scanner in scanners() {
            let mut got = Index::default();
            assert_eq!(scan(scanner, data, 0, from, soft_end, b';', &mut got), told, "{scanner:?}");
            assert_eq!((&got.ends, &got.records), (&expected.ends, &expected.records), "{scanner:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn scan_equals_the_naive_twin(
            data in prop::collection::vec(prop::sample::select(b";;\n\n\"\"a\r b".to_vec()), 0..400),
            cut in 0usize..400,
        ) {
            same_as_naive(&data, 0, cut.min(data.len()));
        }

        #[test]
        fn scan_equals_the_naive_twin_on_long_fields(
            fields in prop::collection::vec("[a-z]{0,90}|\"[a-z;\n]{0,90}\"|\"([a-z]|\"\"){0,40}\"", 0..30),
            seps in prop::collection::vec(prop::sample::select(vec![";", "\n", "\r\n"]), 30),
        ) {
            let mut data = Vec::new();
            for (field, sep) in fields.iter().zip(&seps) {
                data.extend_from_slice(field.as_bytes());
                data.extend_from_slice(sep.as_bytes());
            }
            same_as_naive(&data, 0, data.len());
        }

        /// Records and fields are those that the `csv` crate finds.
        #[test]
        fn scan_finds_what_the_csv_crate_finds(
            data in prop::collection::vec(prop::sample::select(b";;\n\n\"\"ab".to_vec()), 0..300),
        ) {
            let mut index = Index::default();
            let (_, stop) = scan(Scanner::detect(), &data, 0, 0, data.len(), b';', &mut index);
            if stop != Stop::Done {
                return Ok(());
            }
            let mut first = 0;
            let mut ours = Vec::new();
            let mut start = 0;
            for &fields in &index.records {
                let end = index.ends[fields as usize - 1] as usize;
                // The crate skips empty lines, as ingest does one step later.
                if end > start {
                    ours.push(fields - first);
                }
                first = fields;
                start = end + 1;
            }
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false).flexible(true).delimiter(b';')
                .terminator(csv::Terminator::Any(b'\n')).from_reader(&data[..]);
            let theirs: Vec<u32> = reader.byte_records().map(|r| r.unwrap().len() as u32).collect();
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn a_quote_that_never_closes_stops_the_scan_at_its_record() {
        let data = b"a;b\nc;\"d\ne;f\n";
        let mut index = Index::default();
        for scanner in scanners() {
            let (next, stop) = scan(scanner, data, 0, 0, data.len(), b';', &mut index);
            assert_eq!((next, stop), (4, Stop::UnclosedQuote(4)));
            assert_eq!(index.ends, [1, 3]);
        }
    }

    #[test]
    fn a_record_longer_than_the_bound_stops_the_scan_at_its_start() {
        let mut data = b"a;b\n".to_vec();
        data.resize(4 + RECORD_BYTES_MAX + 200, b'x');
        let mut index = Index::default();
        for scanner in scanners() {
            let (next, stop) = scan(scanner, &data, 0, 0, data.len(), b';', &mut index);
            assert_eq!((next, stop), (4, Stop::TooLong(4)));
        }
    }
}

//! CSV: a mapped file in, batches out, from any number of places in the file at once.
//!
//! A file is cut into pieces of [`PIECE_BYTES`]. A piece guesses that its first record starts after its
//! first newline and reads every record that starts within it. The guess is wrong only when that newline
//! lies inside quotes; since every piece says where the record after its last one starts, the caller sees
//! it and has the piece read again from the right place. So the result is that of reading from the start.

use std::ops::Range;
use std::path::Path;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;
use arrow_schema::{DataType, Field, Schema};
use std::sync::Arc;

use super::compose::{self, ArenaCells};
use super::convert::{self, Cells, CodeMemo, Context, relate};
use super::encoding::{self, Encoding};
use super::header::{self, Header, Needs, Source};
use super::map::Map;
use super::reading::Reading;
use super::reject::{RAW_BYTES_MAX, Reason, Reject};
use super::scan::{self, Index, RECORD_BYTES_MAX, Scanner, Stop};
use crate::batch::{Batch, Dataset, Kind, Role, TextColumn};
use crate::error::{Error, Result};
use crate::normalise::codes::SexCodes;

/// Bytes of a file that one task reads.
pub const PIECE_BYTES: usize = 4 << 20;

/// Bytes that become one batch: text, index and columns together stay in a core's second-level cache.
const BATCH_BYTES: usize = 256 << 10;

/// A CSV file, looked at but not yet read.
#[derive(Debug)]
pub struct CsvFile {
    map: Map,
    dataset: Dataset,
    /// How its text is encoded.
    pub encoding: Encoding,
    /// What separates its fields.
    pub delimiter: u8,
    /// What its columns are.
    pub header: Header,
    /// What its codes of sex mean.
    pub sex: SexCodes,
    every_cell: bool,
    scanner: Scanner,
    /// The header line without its end: records that repeat it are none.
    header_line: Range<usize>,
    body: usize,
    fields: Fields,
    piece_bytes: usize,
}

/// How many fields a record has. Some programs end each line with a delimiter, in the header or in the rows or
/// in both; which of them did is seen in the first rows, once for the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fields {
    count: usize,
    /// Whether the last of them has no column, and must be empty.
    trailing: bool,
}

/// What reading one piece gave, beside its batches.
#[derive(Debug, PartialEq, Eq)]
pub struct PieceEnd {
    /// Records, accepted and rejected.
    pub records: u32,
    /// Rejected ones, by ordinal.
    pub rejects: Vec<Reject>,
    /// Where the first record after this piece starts.
    pub next: usize,
    /// The last line reached past what there is so far of a file that grows: the piece must be read again.
    pub cut: bool,
}

impl CsvFile {
    /// Looks at a file: encoding, delimiter, header. The encoding is given where it is known already; UTF-16 must
    /// have been decoded.
    ///
    /// # Errors
    /// When it cannot be read, is empty, or its header does not name what the dataset needs.
    pub fn open(
        map: Map,
        dataset: Option<Dataset>,
        reading: &Reading,
        encoding: Option<Encoding>,
        needs: Needs,
        scanner: Scanner,
    ) -> Result<Self> {
        let bytes = map.bytes();
        if bytes.is_empty() {
            return Err(Error::usage("the file is empty")
                .at(map.path())
                .remedy("export again; a file without data still needs its header line"));
        }
        let encoding = encoding.unwrap_or_else(|| encoding::look(bytes).encoding);
        let (start, said) = header_start(bytes);
        if start == bytes.len() {
            return Err(Error::usage("the file has no header line")
                .at(map.path())
                .remedy("export again; a file without data still needs its header line"));
        }
        let limit = bytes.len().min(start + RECORD_BYTES_MAX);
        let line_end = memchr::memchr(b'\n', &bytes[start..limit]).map_or(limit, |at| start + at);
        let delimiter =
            reading.delimiter.or(said).unwrap_or_else(|| header::detect_delimiter(&bytes[start..line_end]));
        let mut index = Index::default();
        let soft_end = (start + 1).min(bytes.len());
        let (body, stop) = scan::scan(scanner, bytes, start, start, soft_end, delimiter, &mut index);
        if stop != Stop::Done || index.records.is_empty() {
            return Err(Error::usage("the first line is no header: a quote is not closed, or it never ends")
                .at(map.path())
                .byte(start as u64)
                .remedy("check that this is a CSV file with a header line"));
        }
        if memchr::memchr(0, &bytes[start..body]).is_some() {
            return Err(Error::usage("the header holds NUL bytes; this is no CSV file")
                .at(map.path())
                .byte(start as u64)
                .remedy("name a .csv or .parquet export"));
        }
        let record = Record { data: &bytes[start..], start: 0, ends: &index.ends, encoding };
        let headers: Vec<String> = (0..index.ends.len()).map(|i| record.text(i)).collect();
        let dataset = dataset.unwrap_or_else(|| header::guess_dataset(&headers));
        let header = header::resolve(dataset, &headers, &reading.columns, needs, map.path())?;
        let sex = reading.sex.clone();
        let line = bytes[start..body].strip_suffix(b"\n").unwrap_or(&bytes[start..body]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let header_line = start..start + line.len();
        let fields = Fields { count: header.roles.len(), trailing: false };
        let piece_bytes = PIECE_BYTES;
        let mut file = CsvFile {
            dataset,
            encoding,
            delimiter,
            header,
            sex,
            every_cell: reading.every_cell,
            scanner,
            header_line,
            body,
            fields,
            piece_bytes,
            map,
        };
        file.fields = file.count_fields();
        Ok(file)
    }

    /// The same file in pieces of another size, for tests of what lies across their edges.
    ///
    /// # Panics
    /// When the size is 0.
    #[must_use]
    pub fn with_piece_bytes(mut self, piece_bytes: usize) -> Self {
        assert!(piece_bytes > 0, "a piece has bytes");
        self.piece_bytes = piece_bytes;
        self
    }

    /// Looks at the first rows: do they end with a delimiter that the header lacks, or lack one that it has?
    fn count_fields(&self) -> Fields {
        const LOOKED_AT_BYTES: usize = 64 << 10;
        let columns = self.header.roles.len();
        let data = self.map.bytes();
        let soft_end = data.len().min(self.body + LOOKED_AT_BYTES);
        let mut index = Index::default();
        scan::scan(self.scanner, data, self.body, self.body, soft_end, self.delimiter, &mut index);
        let (mut equal, mut more, mut fewer) = (0usize, 0usize, 0usize);
        let mut first = 0;
        for &last in &index.records {
            // The head of a stream may end amid a record: the last one is believed only when it is the first.
            if first > 0 && self.body + index.ends[last as usize - 1] as usize == data.len() {
                break;
            }
            match (last as usize - first).wrapping_sub(columns) as isize {
                0 => equal += 1,
                1 => {
                    let last = last as usize;
                    let field =
                        &data[self.body..][index.ends[last - 2] as usize + 1..index.ends[last - 1] as usize];
                    more += usize::from(convert::trim(field).is_empty());
                }
                -1 => fewer += 1,
                _ => {}
            }
            first = last as usize;
        }
        let unnamed = self.header.roles.last() == Some(&None) && self.header.unnamed_last;
        if more > equal {
            Fields { count: columns + 1, trailing: true }
        } else if unnamed && fewer > equal {
            Fields { count: columns - 1, trailing: false }
        } else {
            Fields { count: columns, trailing: false }
        }
    }

    /// The same columns in other bytes, and in an encoding of their own.
    #[must_use]
    pub(super) fn over(&self, map: Map, encoding: Encoding) -> Self {
        let (header, sex) = (self.header.clone(), self.sex.clone());
        CsvFile { map, encoding, header, sex, header_line: self.header_line.clone(), ..*self }
    }

    /// Whether what was read by one of two is what the other would read, apart from the encoding.
    pub(super) fn reads_as(&self, other: &CsvFile) -> bool {
        let layout = |file: &CsvFile| (file.delimiter, file.body, file.fields, file.header_line.clone());
        self.header == other.header && layout(self) == layout(other)
    }

    /// Its bytes.
    pub(super) fn map(&self) -> &Map {
        &self.map
    }

    /// Requires that no byte was gone when it was read.
    ///
    /// # Errors
    /// As [`Map::sound`].
    pub(super) fn sound(&self) -> Result<()> {
        self.map.sound()
    }

    /// Requires that the file is still the one that was opened.
    ///
    /// # Errors
    /// As [`Map::verify_unchanged`].
    pub fn verify_unchanged(&self) -> Result<()> {
        self.map.verify_unchanged()
    }

    /// Whether a range of its bytes means the same in every encoding.
    #[must_use]
    pub(super) fn is_ascii(&self, range: std::ops::Range<usize>) -> bool {
        self.map.bytes()[range].is_ascii()
    }

    /// Whose records these are.
    #[must_use]
    pub fn dataset(&self) -> Dataset {
        self.dataset
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.map.path()
    }

    /// Its size.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.map.bytes().len() as u64
    }

    /// What the encoding would be found to be by looking, and why.
    #[must_use]
    pub fn look(&self) -> encoding::Found {
        encoding::look(self.map.bytes())
    }

    /// The first bytes of the text, at most so many.
    #[must_use]
    pub fn head(&self, length: usize) -> &[u8] {
        let bytes = self.map.bytes();
        &bytes[..bytes.len().min(length)]
    }

    /// Where the first record starts.
    #[must_use]
    pub fn body(&self) -> usize {
        self.body
    }

    /// Bytes of a piece.
    #[must_use]
    pub fn piece_bytes(&self) -> usize {
        self.piece_bytes
    }

    /// Into how many pieces the file is cut.
    #[must_use]
    pub fn pieces(&self) -> usize {
        (self.map.bytes().len() - self.body).div_ceil(self.piece_bytes)
    }

    /// One past the last byte at which a record of a piece may start.
    #[must_use]
    pub fn piece_end(&self, piece: usize) -> usize {
        (self.body + (piece + 1) * self.piece_bytes).min(self.map.bytes().len())
    }

    /// Where the first record of a piece probably starts; `piece_end` when none does.
    #[must_use]
    pub fn guess_start(&self, piece: usize) -> usize {
        let start = self.body + piece * self.piece_bytes;
        if piece == 0 {
            return start;
        }
        let end = self.piece_end(piece);
        memchr::memchr(b'\n', &self.map.bytes()[start - 1..end]).map_or(end, |at| (start + at).min(end))
    }

    /// Reads the wanted columns of the records that start in `start..piece_end(piece)`.
    pub fn read_piece(
        &self,
        piece: usize,
        start: usize,
        wants: &dyn Fn(Role) -> bool,
        mut sink: impl FnMut(&Batch),
    ) -> PieceEnd {
        let end = self.piece_end(piece);
        let columns = Columns::wanted(self.dataset, &self.header, wants);
        let memos = columns.places.iter().map(|_| CodeMemo::new()).collect();
        let mut reader = Reader {
            file: self,
            columns,
            records: 0,
            rejects: Vec::new(),
            memos,
            index: Index::default(),
            cut: false,
        };
        let mut position = start;
        while position < end {
            position = reader.read_batch(position, (position + BATCH_BYTES).min(end), &mut sink);
        }
        self.map.release(start..position);
        let next = position.max(start);
        PieceEnd { records: reader.records, rejects: reader.rejects, next, cut: reader.cut }
    }

    /// Whether a record is the header once more, with the byte order mark and the carriage return that it may have.
    #[cold]
    fn is_header(&self, record: &[u8]) -> bool {
        let record = record.strip_prefix(encoding::BOM).unwrap_or(record);
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        record == &self.map.bytes()[self.header_line.clone()]
    }

    /// Indexes the one record at `start`; returns where the next one starts, or `None` when it has no end.
    fn one_record(&self, data: &[u8], start: usize, index: &mut Index) -> Option<usize> {
        let soft_end = (start + 1).min(data.len());
        let (next, stop) = scan::scan(self.scanner, data, start, start, soft_end, self.delimiter, index);
        (stop == Stop::Done && !index.records.is_empty()).then_some(next)
    }

    /// The text of some cells of the record at an offset, for evidence.
    #[must_use]
    pub fn texts_at<const N: usize>(&self, offset: u64, roles: [Role; N]) -> [String; N] {
        let texts = self.record_at(offset, |record| {
            roles.map(|role| {
                let source = self.header.source(role);
                source.map_or_else(String::new, |source| compose::text(source, |column| record.text(column)))
            })
        });
        texts.unwrap_or_else(|| roles.map(|_| String::new()))
    }

    /// The text of every cell of the record at an offset, in the order of the headers.
    #[must_use]
    pub fn cells_at(&self, offset: u64) -> Vec<String> {
        let columns = self.header.roles.len().min(self.fields.count);
        let cells = self.record_at(offset, |record| (0..columns).map(|at| record.text(at)).collect());
        cells.unwrap_or_default()
    }

    /// Reads the accepted record at an offset once more; `None` when the file was changed meanwhile.
    fn record_at<T>(&self, offset: u64, read: impl FnOnce(&Record<'_>) -> T) -> Option<T> {
        let mut near = [0u8; 1024];
        let length = self.map.peek(offset as usize, &mut near);
        let mut index = Index::default();
        // A record that ends within the peeked bytes ends with its newline; others are read from the map.
        let (data, start) = match self.one_record(&near[..length], 0, &mut index) {
            Some(end) if end < length || near[..end].ends_with(b"\n") => (&near[..length], 0),
            _ => {
                let data = self.map.bytes();
                // A file that shrank is mapped in its old length.
                let found = self.one_record(data, offset as usize, &mut index);
                index.ends.truncate(if found.is_some() { index.ends.len() } else { 0 });
                (data, offset as usize)
            }
        };
        if index.ends.len() != self.fields.count {
            // Whatever is said now is not published: the job asks for changes once more at its end.
            assert!(self.verify_unchanged().is_err(), "an accepted record can be read again");
            return None;
        }
        Some(read(&Record { data: &data[start..], start: 0, ends: &index.ends, encoding: self.encoding }))
    }
}

/// The columns of a file that a stage reads.
#[derive(Debug)]
pub(super) struct Columns {
    /// For each where it comes from and its role.
    pub(super) places: Vec<(Source, Role)>,
    /// The Arrow schema of the batches.
    pub(super) schema: Arc<Schema>,
    /// Where each role stands in the schema.
    pub(super) slots: [Option<u8>; Role::COUNT],
}

impl Columns {
    pub(super) fn wanted(dataset: Dataset, header: &Header, wants: &dyn Fn(Role) -> bool) -> Self {
        let mut slots = [None; Role::COUNT];
        let (mut places, mut fields) = (Vec::new(), Vec::new());
        // The columns in their order in the file, then what is composed of others.
        let parts = [Role::Surname, Role::GivenName, Role::Patronymic];
        let composed = parts.into_iter().filter(|&part| header.column(part).is_none());
        let found: Vec<(Source, Role)> = if dataset == Dataset::Customers {
            // Several columns may have one role, and a full name is compared as it stands.
            let at = |(at, role): (usize, &Option<Role>)| role.map(|role| (Source::Column(at), role));
            header.roles.iter().enumerate().filter_map(at).collect()
        } else {
            let roles = header.roles.iter().copied().flatten().chain(composed);
            roles.filter_map(|role| header.source(role).map(|source| (source, role))).collect()
        };
        for (source, role) in found.into_iter().filter(|&(_, role)| wants(role)) {
            slots[role as usize] = Some(fields.len() as u8);
            let kind = match role.kind_in(dataset) {
                Kind::Iin => DataType::UInt64,
                Kind::Day => DataType::Date32,
                Kind::Code => DataType::UInt16,
                Kind::Text => DataType::Utf8View,
            };
            fields.push(Field::new(role.name(), kind, false));
            places.push((source, role));
        }
        Columns { places, schema: Arc::new(Schema::new(fields)), slots }
    }

    /// The columns of the file that are read, each once, ascending.
    pub(super) fn sources(&self) -> impl Iterator<Item = usize> {
        let places = self.places.iter().flat_map(|&(source, _)| compose::columns_of(source));
        places.collect::<std::collections::BTreeSet<_>>().into_iter()
    }
}

/// One record for reading single cells.
struct Record<'a> {
    data: &'a [u8],
    start: usize,
    ends: &'a [u32],
    encoding: Encoding,
}

impl Record<'_> {
    fn text(&self, column: usize) -> String {
        let start = if column == 0 { self.start } else { self.ends[column - 1] as usize + 1 };
        let cell = convert::trim(&self.data[start..self.ends[column] as usize]);
        let mut unquoted = Vec::new();
        let bytes = if cell.contains(&b'"') {
            unquote(cell, &mut unquoted);
            &unquoted
        } else {
            cell
        };
        let text = self.encoding.decode(bytes);
        String::from_utf8_lossy(convert::unwrapped(text.as_bytes())).into_owned()
    }
}

/// The value of a cell that may be quoted, appended to `out`.
fn unquote(cell: &[u8], out: &mut Vec<u8>) {
    let Some(inner) = cell.strip_prefix(b"\"") else {
        out.extend_from_slice(cell);
        return;
    };
    let mut rest = inner;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..quote]);
        rest = &rest[quote + 1..];
        if rest.first() == Some(&b'"') {
            out.push(b'"');
            rest = &rest[1..];
        } else {
            break;
        }
    }
    // What follows the closing quote is text, as the csv crate has it.
    out.extend_from_slice(rest);
}

/// The state of reading one piece.
struct Reader<'a> {
    file: &'a CsvFile,
    columns: Columns,
    records: u32,
    rejects: Vec<Reject>,
    memos: Vec<CodeMemo>,
    index: Index,
    cut: bool,
}

/// The accepted rows of a batch as places in the index.
#[derive(Default)]
struct Rows {
    starts: Vec<u32>,
    first_ends: Vec<u32>,
    ordinals: Vec<u32>,
    offsets: Vec<u64>,
}

impl Reader<'_> {
    /// Reads the records that start in `from..soft_end`; returns where the next one starts.
    fn read_batch(&mut self, from: usize, soft_end: usize, sink: &mut impl FnMut(&Batch)) -> usize {
        let file = self.file;
        let data = file.map.bytes();
        let mut index = std::mem::take(&mut self.index);
        let (next, stop) = scan::scan(file.scanner, data, from, from, soft_end, file.delimiter, &mut index);
        let (rows, resume) = self.accept(from, next, &index);
        if !rows.ordinals.is_empty() {
            let batch = self.convert(from, next, &index, rows);
            sink(&batch);
        }
        self.index = index;
        if let Some(resume) = resume {
            return resume;
        }
        let (start, reason) = match stop {
            Stop::Done => return next,
            Stop::UnclosedQuote(start) => (start, Reason::UnclosedQuote),
            Stop::TooLong(start) => (start, Reason::RecordTooLong),
        };
        // The damage ends with the line: what follows is read as records again.
        let newline = memchr::memchr(b'\n', &data[start..]);
        self.cut |= newline.is_none() && file.map.grows();
        let end = newline.map_or(data.len(), |at| start + at + 1);
        self.reject(start, &data[start..end], reason);
        end
    }

    #[cold]
    fn reject(&mut self, offset: usize, raw: &[u8], reason: Reason) {
        let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        let raw = self.file.encoding.decode(&raw[..raw.len().min(RAW_BYTES_MAX)]).into_owned();
        self.rejects.push(Reject { row: self.records, byte_offset: offset as u64, reason, raw });
        self.records += 1;
    }

    /// Decides which records of the index are rows. A stray quote opens a field that ends at the next quote,
    /// rows later; such a record spans lines, and has the wrong number of fields or text after a closing
    /// quote. Then only its first line is rejected, and where the next line starts is returned: there reading goes on.
    fn accept(&mut self, from: usize, next: usize, index: &Index) -> (Rows, Option<usize>) {
        let data = &self.file.map.bytes()[from..next];
        let Fields { count: columns, trailing } = self.file.fields;
        let header_line = self.file.header_line.len();
        let utf8 = !self.file.encoding.scans_as_utf8() || simdutf8::basic::from_utf8(data).is_ok();
        let nul = memchr::memchr(0, data).is_some();
        let mixed = !self.file.encoding.scans_as_utf8() && !data.is_ascii();
        let count = index.records.len();
        let mut rows = Rows {
            starts: Vec::with_capacity(count),
            first_ends: Vec::with_capacity(count),
            ordinals: Vec::with_capacity(count),
            offsets: Vec::with_capacity(count),
        };
        let (mut start, mut first) = (0usize, 0usize);
        for &last in &index.records {
            let fields = last as usize - first;
            let end = index.ends[last as usize - 1] as usize;
            let record = &data[start..end];
            if index.quotes
                && (index.inner_quotes || fields != columns)
                && let Some(newline) = memchr::memchr(b'\n', record)
                && (fields != columns || scan::has_text_after_quotes(record, self.file.delimiter))
            {
                self.reject(from + start, &record[..newline], Reason::UnclosedQuote);
                return (rows, Some(from + start + newline + 1));
            }
            let reason = if fields != columns {
                if fields == 1 && convert::trim(record).is_empty() {
                    // A blank line is no record.
                    (start, first) = (end + 1, last as usize);
                    continue;
                }
                Some(Reason::FieldCount)
            } else if trailing
                && !convert::trim(&data[index.ends[last as usize - 2] as usize + 1..end]).is_empty()
            {
                Some(Reason::FieldCount)
            } else if record.len().wrapping_sub(header_line) <= 4 && self.file.is_header(record) {
                Some(Reason::RepeatedHeader)
            } else if nul && memchr::memchr(0, record).is_some() {
                Some(Reason::NulByte)
            } else if !utf8 && simdutf8::basic::from_utf8(record).is_err() {
                Some(if self.file.encoding.is_utf16() { Reason::InvalidUtf16 } else { Reason::InvalidUtf8 })
            } else if mixed && is_surely_utf8(record) {
                Some(Reason::OtherEncoding)
            } else if record.len() > RECORD_BYTES_MAX {
                Some(Reason::RecordTooLong)
            } else {
                None
            };
            if let Some(reason) = reason {
                self.reject(from + start, record, reason);
            } else {
                rows.starts.push(start as u32);
                rows.first_ends.push(first as u32);
                rows.ordinals.push(self.records);
                rows.offsets.push((from + start) as u64);
                self.records += 1;
            }
            (start, first) = (end + 1, last as usize);
        }
        (rows, None)
    }

    fn convert(&mut self, from: usize, next: usize, index: &Index, rows: Rows) -> Batch {
        let file = self.file;
        let data = &file.map.bytes()[from..next];
        let text = file.encoding.scans_as_utf8() || data.is_ascii();
        let mut unread = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.memos.len());
        let wanted = self.columns.places.iter().copied();
        let cells = |column| PlainCells { data, index, rows: &rows, column };
        if text && !index.inner_quotes {
            let buffers = [file.map.buffer(from..next)];
            for ((source, role), memo) in wanted.zip(&mut self.memos) {
                let mut context = Context {
                    dataset: file.dataset,
                    role,
                    ordinals: &rows.ordinals,
                    sex: &file.sex,
                    memo,
                    unread: &mut unread,
                };
                arrays.push(if index.quotes {
                    compose::column(source, |at| QuotedCells(cells(at)), &buffers, &mut context)
                } else {
                    compose::column(source, cells, &buffers, &mut context)
                });
            }
        } else {
            let mut arena = Vec::with_capacity(data.len() + data.len() / 2);
            // Each column once, whatever is composed of it; the others are not looked at.
            let mut spans = vec![Vec::new(); file.header.roles.len()];
            for at in self.columns.sources() {
                spans[at] = rewrite(&cells(at), file.encoding, &mut arena);
            }
            let arena = Buffer::from_vec(arena);
            let buffers = [arena.clone()];
            for ((source, role), memo) in wanted.zip(&mut self.memos) {
                let mut context = Context {
                    dataset: file.dataset,
                    role,
                    ordinals: &rows.ordinals,
                    sex: &file.sex,
                    memo,
                    unread: &mut unread,
                };
                let cells = |at: usize| ArenaCells { arena: &arena, spans: &spans[at] };
                arrays.push(compose::column(source, cells, &buffers, &mut context));
            }
        }
        relate(&mut unread, &self.columns.slots, &arrays, &rows.ordinals);
        let every_cell = if file.every_cell { 0..file.header.roles.len() } else { 0..0 };
        let text_column = |at| {
            let mut arena = Vec::new();
            // The rows of some files lack the last column of their header.
            let spans = if at < file.fields.count {
                rewrite(&cells(at), file.encoding, &mut arena)
            } else {
                vec![(0, 0); rows.ordinals.len()]
            };
            TextColumn { arena, spans }
        };
        let every_cell = every_cell.map(text_column).collect();
        // A batch without columns still has rows.
        let options = RecordBatchOptions::new().with_row_count(Some(rows.ordinals.len()));
        let columns = RecordBatch::try_new_with_options(self.columns.schema.clone(), arrays, &options)
            .expect("columns follow the schema");
        Batch {
            dataset: file.dataset,
            columns,
            slots: self.columns.slots,
            ordinals: rows.ordinals,
            offsets: rows.offsets,
            unread,
            cells: every_cell,
        }
    }
}

/// Cells that can be read where they lie in the map.
struct PlainCells<'a> {
    data: &'a [u8],
    index: &'a Index,
    rows: &'a Rows,
    column: usize,
}

impl Cells for PlainCells<'_> {
    #[inline(always)]
    fn get(&self, i: usize) -> &[u8] {
        let at = self.rows.first_ends[i] as usize + self.column;
        let start = if self.column == 0 { self.rows.starts[i] } else { self.index.ends[at - 1] + 1 };
        &self.data[start as usize..self.index.ends[at] as usize]
    }

    #[inline(always)]
    fn locate(&self, part: &[u8]) -> (u32, u32) {
        (0, (part.as_ptr().addr() - self.data.as_ptr().addr()) as u32)
    }
}

/// Cells of which some are quoted, but hold no quote inside: still read where they lie.
struct QuotedCells<'a>(PlainCells<'a>);

impl Cells for QuotedCells<'_> {
    #[inline(always)]
    fn get(&self, i: usize) -> &[u8] {
        let cell = self.0.get(i);
        if cell.first() == Some(&b'"') { strip(cell) } else { cell }
    }

    #[inline(always)]
    fn locate(&self, part: &[u8]) -> (u32, u32) {
        self.0.locate(part)
    }
}

/// A quoted cell without its quotes; the last of a line may end in a carriage return.
#[inline]
fn strip(cell: &[u8]) -> &[u8] {
    let cell = convert::trim(cell);
    cell.get(1..cell.len().saturating_sub(1)).unwrap_or_default()
}

/// Where the header line starts, and the delimiter if the file says it: after the byte order mark, the line
/// `sep=;` that tells Excel the delimiter, and the empty lines with which some reports begin.
pub(super) fn header_start(bytes: &[u8]) -> (usize, Option<u8>) {
    let mut rest = bytes.strip_prefix(encoding::BOM).unwrap_or(bytes);
    let mut said = None;
    if let Some((delimiter, after)) = separator_line(rest) {
        (said, rest) = (Some(delimiter), after);
    }
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    (bytes.len() - rest.len() + blank, said)
}

/// The delimiter that a line `sep=;` says, and what follows the line.
fn separator_line(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let rest = bytes.strip_prefix(b"sep=").or_else(|| bytes.strip_prefix(b"\"sep="))?;
    let (&delimiter, rest) = rest.split_first()?;
    let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
    Some((delimiter, rest.strip_prefix(b"\n")?))
}

/// Whether a record of a file of eight bits is UTF-8 after all, as where two exports were put together. In
/// eight bits such a record would be four pairs of letters that no word has, and nothing else.
fn is_surely_utf8(record: &[u8]) -> bool {
    !record.is_ascii()
        && std::str::from_utf8(record).is_ok_and(|text| text.chars().filter(|c| !c.is_ascii()).count() >= 4)
}

/// Writes the values of one column's cells, unquoted and in UTF-8, to the arena; returns their spans.
fn rewrite(cells: &PlainCells<'_>, encoding: Encoding, arena: &mut Vec<u8>) -> Vec<(u32, u32)> {
    let mut scratch = Vec::new();
    (0..cells.rows.ordinals.len())
        .map(|i| {
            let cell = convert::trim(cells.get(i));
            let start = arena.len() as u32;
            let bytes = if cell.first() == Some(&b'"') {
                scratch.clear();
                unquote(cell, &mut scratch);
                &scratch
            } else {
                cell
            };
            encoding.decode_into(bytes, arena);
            (start, arena.len() as u32)
        })
        .collect()
}

#[cfg(test)]
mod tests;

//! Parquet: row groups in, batches out; one row group is one piece.
//!
//! Values of any type become text and are then read as the cells of a CSV file are, so that a column means
//! the same whatever wrote it: an IIN stored as a number gets its leading zeros back, a timestamp at midnight
//! is a day. Every row of a Parquet file is a record; none is rejected. Columns of lists, structures and times
//! of day hold nothing that we read: they are ignored and told.
//!
//! The law: a damaged file is an error with its place, never a panic; the Parquet crate panics on some.

use std::fs::File;
use std::io::{self, BufReader, Read, Write as _};
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringViewArray};
use arrow_buffer::Buffer;
use arrow_schema::{DataType, TimeUnit};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection, RowSelector,
};
use parquet::file::reader::{ChunkReader, Length};

use super::compose::{self, ArenaCells};
use super::convert::{self, CodeMemo, Context};
use super::csv::Columns;
use super::header::{self, Header, Needs};
use super::identity::Identity;
use super::reading::Reading;
use crate::batch::{Batch, Dataset, Kind, Role, TextColumn};
use crate::day;
use crate::error::{Error, Result};
use crate::normalise::codes::SexCodes;

/// Rows of a batch.
const BATCH_ROWS: usize = 4096;

/// The values of a column as text: an arena, and the span of each value.
type Texts = (Buffer, Vec<(u32, u32)>);

/// A Parquet file, looked at but not yet read.
#[derive(Debug)]
pub struct ParquetFile {
    file: Held,
    path: PathBuf,
    bytes: u64,
    dataset: Dataset,
    metadata: ArrowReaderMetadata,
    /// What its columns are.
    pub header: Header,
    /// What its codes of sex mean.
    pub sex: SexCodes,
    every_cell: bool,
    /// First record of each row group, and the number of records at the end.
    starts: Vec<u64>,
    /// Texts of row groups that evidence was asked of.
    evidence: Vec<OnceLock<Vec<(Role, StringViewArray)>>>,
    /// Why evidence could not be read, if it could not.
    failure: OnceLock<Error>,
    /// Which file it was. `None` for a spool.
    identity: Option<Identity>,
}

impl ParquetFile {
    /// Looks at a file: schema and row groups.
    ///
    /// # Errors
    /// When it cannot be read, is no Parquet, or its columns do not give what the dataset needs.
    pub fn open(path: &Path, dataset: Option<Dataset>, reading: &Reading, needs: Needs) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io("cannot open the file", path, &e))?;
        let meta = file.metadata().map_err(|e| Error::io("cannot look at the file", path, &e))?;
        let opened = Self::over(Arc::new(file), path, dataset, reading, needs)?;
        Ok(ParquetFile { identity: Some(Identity::of(path, &meta)), ..opened })
    }

    /// Looks at an open file; `path` is its name in messages.
    ///
    /// # Errors
    /// As [`ParquetFile::open`].
    pub fn over(
        file: Arc<File>,
        path: &Path,
        dataset: Option<Dataset>,
        reading: &Reading,
        needs: Needs,
    ) -> Result<Self> {
        let file = Held(file);
        let bytes = file.0.metadata().map_err(|e| Error::io("cannot look at the file", path, &e))?.len();
        // The writer's Arrow schema is ignored: dictionaries and large strings then arrive as plain text.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata =
            guarded(path, || ArrowReaderMetadata::load(&file, options).map_err(|e| broken(path, &e)))?;
        // A column that cannot be read is shown by what it is, and has no name that would give it a role.
        let headers: Vec<String> = metadata
            .schema()
            .fields()
            .iter()
            .map(|field| match unreadable(field.data_type()) {
                None => field.name().clone(),
                Some(what) => format!("{} ({what}, not read)", field.name()),
            })
            .collect();
        let mut names: Vec<&str> = metadata.schema().fields().iter().map(|f| f.name().as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::usage(format!("two columns are called \"{}\"", twice[0]))
                .at(path)
                .remedy("export again with a name of its own for each column"));
        }
        let dataset = dataset.unwrap_or_else(|| header::guess_dataset(&headers));
        let header = header::resolve(dataset, &headers, &reading.columns, needs, path)?;
        let mut starts = vec![0];
        for group in metadata.metadata().row_groups() {
            let rows = u64::try_from(group.num_rows())
                .map_err(|_| broken(path, &"a row group says that it has fewer than no rows"))?;
            starts.push(starts.last().expect("starts is never empty") + rows);
        }
        let evidence = metadata.metadata().row_groups().iter().map(|_| OnceLock::new()).collect();
        Ok(ParquetFile {
            file,
            path: path.to_owned(),
            bytes,
            dataset,
            metadata,
            header,
            sex: reading.sex.clone(),
            every_cell: reading.every_cell,
            starts,
            evidence,
            failure: OnceLock::new(),
            identity: None,
        })
    }

    /// Looks at the same file with another reading.
    pub(super) fn again(self, dataset: Dataset, reading: &Reading, needs: Needs) -> Result<Self> {
        let identity = self.identity;
        Ok(ParquetFile { identity, ..Self::over(self.file.0, &self.path, Some(dataset), reading, needs)? })
    }

    /// Whose records these are.
    #[must_use]
    pub fn dataset(&self) -> Dataset {
        self.dataset
    }

    /// How many records it holds.
    #[must_use]
    pub fn records(&self) -> u64 {
        *self.starts.last().expect("starts is never empty")
    }

    /// About how much memory its text takes once evidence was quoted from everywhere; see `texts_at`.
    #[must_use]
    pub fn evidence_bytes(&self) -> u64 {
        const VIEW_BYTES: u64 = 16;
        let columns = self.header.roles.iter().flatten().count() as u64;
        let groups = self.metadata.metadata().row_groups().iter();
        groups.map(|g| g.total_byte_size() as u64 + g.num_rows() as u64 * columns * VIEW_BYTES).sum()
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its size.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its row groups.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.starts.len() - 1
    }

    /// Bytes of a row group on disk.
    #[must_use]
    pub fn piece_bytes(&self, piece: usize) -> u64 {
        self.metadata.metadata().row_group(piece).compressed_size().unsigned_abs()
    }

    fn reader(&self, group: usize, wanted: &dyn Fn(Role) -> bool) -> Result<ParquetRecordBatchReader> {
        let roots: Vec<usize> = if self.every_cell {
            (0..self.header.roles.len()).collect()
        } else {
            Columns::wanted(self.dataset, &self.header, wanted).sources().collect()
        };
        let mask = ProjectionMask::roots(self.metadata.metadata().file_metadata().schema_descr(), roots);
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
                .with_row_groups(vec![group])
                .with_projection(mask)
                .with_batch_size(BATCH_ROWS);
        guarded(&self.path, || builder.build().map_err(|e| broken(&self.path, &e)))
    }

    /// Reads one row group; returns its number of records.
    ///
    /// # Errors
    /// When the row group is damaged, or a column has a type that holds no text, number or date.
    pub fn read_piece(
        &self,
        piece: usize,
        wants: &dyn Fn(Role) -> bool,
        mut sink: impl FnMut(&Batch),
    ) -> Result<u32> {
        let wanted = Columns::wanted(self.dataset, &self.header, wants);
        let mut memos: Vec<CodeMemo> = wanted.places.iter().map(|_| CodeMemo::new()).collect();
        let mut record = 0u32;
        let mut reader = self.reader(piece, wants)?;
        loop {
            let place = || self.starts[piece] + u64::from(record) + 1;
            let next = guarded(&self.path, || reader.next().transpose().map_err(|e| broken(&self.path, &e)));
            let Some(columns) = next.map_err(|e| e.row(place()))? else { break };
            if u64::from(record) + columns.num_rows() as u64 > self.starts[piece + 1] - self.starts[piece] {
                return Err(broken(&self.path, &"a row group has more rows than it says").row(place()));
            }
            let rows = columns.num_rows() as u32;
            let ordinals: Vec<u32> = (record..record + rows).collect();
            let offsets = ordinals.iter().map(|&o| self.starts[piece] + u64::from(o)).collect();
            let mut unread = Vec::new();
            let mut texts = vec![(Buffer::from_vec(Vec::<u8>::new()), Vec::new()); self.header.roles.len()];
            for at in wanted.sources() {
                texts[at] = self.texts(&columns, at);
            }
            let mut arrays: Vec<ArrayRef> = Vec::with_capacity(memos.len());
            for (&(source, role), memo) in wanted.places.iter().zip(&mut memos) {
                let mut context = Context {
                    dataset: self.dataset,
                    role,
                    ordinals: &ordinals,
                    sex: &self.sex,
                    memo,
                    unread: &mut unread,
                };
                let cells = |at: usize| ArenaCells { arena: &texts[at].0, spans: &texts[at].1 };
                // Only roles of one column read the buffers.
                let buffers = compose::columns_of(source).next().map(|at| texts[at].0.clone());
                arrays.push(compose::column(source, cells, buffers.as_slice(), &mut context));
            }
            convert::relate(&mut unread, &wanted.slots, &arrays, &ordinals);
            let every_cell = if self.every_cell { 0..self.header.roles.len() } else { 0..0 };
            let text_column = |at| {
                // A type that holds no text has empty cells here.
                if unreadable(self.metadata.schema().field(at).data_type()).is_some() {
                    return TextColumn { arena: Vec::new(), spans: vec![(0, 0); ordinals.len()] };
                }
                let (arena, spans) = self.texts(&columns, at);
                TextColumn { arena: arena.to_vec(), spans }
            };
            let every_cell = every_cell.map(text_column).collect();
            let options = RecordBatchOptions::new().with_row_count(Some(ordinals.len()));
            let columns = RecordBatch::try_new_with_options(wanted.schema.clone(), arrays, &options)
                .expect("columns follow the schema");
            sink(&Batch {
                dataset: self.dataset,
                columns,
                slots: wanted.slots,
                ordinals,
                offsets,
                unread,
                cells: every_cell,
            });
            record += rows;
        }
        Ok(record)
    }

    /// The values of a column as text: an arena and the span of each value.
    fn texts(&self, columns: &RecordBatch, at: usize) -> Texts {
        let name = self.metadata.schema().field(at).name();
        let column = columns.column_by_name(name).expect("the reader gives the columns it was asked for");
        // A column without a role is read for profiling only, as any text.
        let role = self.header.roles[at].unwrap_or(Role::Office);
        let mut writer = Writer { arena: Vec::new(), spans: Vec::with_capacity(column.len()) };
        writer.column(column, role);
        (Buffer::from_vec(writer.arena), writer.spans)
    }

    /// The text of some cells of a record, for evidence.
    ///
    /// # Panics
    /// When the file, which was read whole before, cannot be read any more.
    #[must_use]
    pub fn texts_at<const N: usize>(&self, record: u64, roles: [Role; N]) -> [String; N] {
        let group = self.starts.partition_point(|&start| start <= record) - 1;
        let row = (record - self.starts[group]) as usize;
        let texts = self.evidence[group].get_or_init(|| {
            self.load_evidence(group).unwrap_or_else(|e| {
                // The job asks for it at its end, and publishes nothing.
                let _ = self.failure.set(e);
                Vec::new()
            })
        });
        roles.map(|role| {
            texts.iter().find(|(r, _)| *r == role).map_or_else(String::new, |(_, t)| t.value(row).to_owned())
        })
    }

    /// The text of every cell of a record, in the order of the headers. Only the pages that hold it are decoded.
    ///
    /// # Errors
    /// When the row group is damaged.
    pub fn cells_at(&self, record: u64) -> Result<Vec<String>> {
        let group = self.starts.partition_point(|&start| start <= record) - 1;
        let before = (record - self.starts[group]) as usize;
        let one = RowSelection::from(vec![RowSelector::skip(before), RowSelector::select(1)]);
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
                .with_row_groups(vec![group])
                .with_row_selection(one);
        let read = || {
            let mut reader = builder.build().map_err(|e| broken(&self.path, &e))?;
            reader.next().transpose().map_err(|e| broken(&self.path, &e))
        };
        let Some(columns) = guarded(&self.path, read)? else {
            return Err(broken(&self.path, &"a row group has fewer rows than it says"));
        };
        let cell = |at: usize| {
            if unreadable(self.metadata.schema().field(at).data_type()).is_some() {
                return String::new();
            }
            let (arena, spans) = self.texts(&columns, at);
            let (start, end) = spans[0];
            String::from_utf8_lossy(&arena[start as usize..end as usize]).trim().to_owned()
        };
        Ok((0..self.header.roles.len()).map(cell).collect())
    }

    /// Requires that the file is still the one that was opened, and that evidence could be read from it.
    ///
    /// # Errors
    /// When it was changed or replaced, or its disk failed.
    pub fn verify_unchanged(&self) -> Result<()> {
        if let Some(identity) = &self.identity {
            identity.verify(Some(&self.file.0))?;
        }
        match self.failure.get() {
            Some(e) => Err(broken(&self.path, &e.what)),
            None => Ok(()),
        }
    }

    fn load_evidence(&self, group: usize) -> Result<Vec<(Role, StringViewArray)>> {
        let reader = self.reader(group, &|_| true)?;
        let batches: Vec<RecordBatch> =
            reader.collect::<std::result::Result<_, _>>().map_err(|e| broken(&self.path, &e))?;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if rows as u64 != self.starts[group + 1] - self.starts[group] {
            return Err(broken(&self.path, &"a row group has another number of rows than before"));
        }
        let wanted = Columns::wanted(self.dataset, &self.header, &|_| true);
        let texts: Vec<Vec<_>> = batches
            .iter()
            .map(|batch| {
                let text = |at| self.texts(batch, at);
                (0..self.header.roles.len())
                    .map(|at| self.header.roles[at].is_some().then(|| text(at)))
                    .collect()
            })
            .collect();
        let cell = |batch: &[Option<Texts>], at: usize, i: usize| {
            let (arena, spans) = batch[at].as_ref().expect("a source has a role");
            String::from_utf8_lossy(&arena[spans[i].0 as usize..spans[i].1 as usize]).trim().to_owned()
        };
        let columns = wanted.places.iter();
        Ok(columns
            .map(|&(source, role)| {
                let rows = batches.iter().zip(&texts).flat_map(|(batch, texts)| {
                    (0..batch.num_rows()).map(move |i| compose::text(source, |at| cell(texts, at, i)))
                });
                (role, StringViewArray::from_iter_values(rows))
            })
            .collect())
    }
}

/// The open file, read at offsets: clones of a `File` share one offset, and threads would read each other's
/// places; opening the path anew may lead to another file by now, and a spool has no path.
#[derive(Clone, Debug)]
struct Held(Arc<File>);

/// A place in the file.
#[derive(Debug)]
struct At(Arc<File>, u64);

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read_at(buffer, self.1)?;
        self.1 += read as u64;
        Ok(read)
    }
}

impl Length for Held {
    fn len(&self) -> u64 {
        self.0.metadata().map_or(0, |meta| meta.len())
    }
}

impl ChunkReader for Held {
    type T = BufReader<At>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(BufReader::new(At(Arc::clone(&self.0), start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let mut bytes = vec![0; length];
        self.0.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}

/// The error of a file that is damaged.
pub(crate) fn broken(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::world(format!("cannot read the Parquet file: {error}"))
        .at(path)
        .remedy("export it again; compare its size or checksum with the sender's")
}

/// Runs what the Parquet crate does with bytes of a file; it panics on some damaged ones.
pub(crate) fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(broken(path, &"its parts contradict each other")))
}

/// What a type is that holds no text, number or date; `None` for those that are read.
fn unreadable(data_type: &DataType) -> Option<&'static str> {
    use DataType::*;
    match data_type {
        Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView | FixedSizeBinary(_) | Boolean
        | Null => None,
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 | Float32 | Float64 => None,
        Decimal128(..) | Date32 | Date64 | Timestamp(..) => None,
        Struct(_) => Some("a structure"),
        Map(..) => Some("a map"),
        List(_) | LargeList(_) | FixedSizeList(..) | ListView(_) | LargeListView(_) => Some("a list"),
        Time32(_) | Time64(_) => Some("a time of day"),
        _ => Some("of a type of its own"),
    }
}

/// The texts of one column, one after the other.
struct Writer {
    arena: Vec<u8>,
    spans: Vec<(u32, u32)>,
}

impl Writer {
    /// Writes a column; the type is asked for once, before the loop.
    fn column(&mut self, column: &ArrayRef, role: Role) {
        let iin = role.kind() == Kind::Iin;
        macro_rules! integers {
            ($type:ty) => {
                self.values::<$type>(column, |value, out| integer(i128::from(value), iin, out))
            };
        }
        macro_rules! moments {
            ($type:ty, $zone:expr, $per_second:expr) => {
                self.values::<$type>(column, |value, out| {
                    moment(value, $per_second, $zone.is_some() && !convert::has_time(role), out)
                })
            };
        }
        match column.data_type() {
            DataType::Utf8 => self.texts(column.as_string::<i32>().iter().map(|t| t.map(str::as_bytes))),
            DataType::LargeUtf8 => self.texts(column.as_string::<i64>().iter().map(|t| t.map(str::as_bytes))),
            DataType::Utf8View => self.texts(column.as_string_view().iter().map(|t| t.map(str::as_bytes))),
            DataType::Binary => self.texts(column.as_binary::<i32>().iter()),
            DataType::LargeBinary => self.texts(column.as_binary::<i64>().iter()),
            DataType::BinaryView => self.texts(column.as_binary_view().iter()),
            DataType::FixedSizeBinary(_) => self.texts(column.as_fixed_size_binary().iter()),
            DataType::Boolean => {
                let words =
                    column.as_boolean().iter().map(|b| b.map(|b| if b { &b"true"[..] } else { b"false" }));
                self.texts(words);
            }
            DataType::Int8 => integers!(Int8Type),
            DataType::Int16 => integers!(Int16Type),
            DataType::Int32 => integers!(Int32Type),
            DataType::Int64 => integers!(Int64Type),
            DataType::UInt8 => integers!(UInt8Type),
            DataType::UInt16 => integers!(UInt16Type),
            DataType::UInt32 => integers!(UInt32Type),
            DataType::UInt64 => integers!(UInt64Type),
            DataType::Float32 => {
                // Seven digits are exact; a longer number is written so that it is seen to be none.
                self.values::<Float32Type>(column, |value, out| match value.abs() {
                    1e7.. => print(out, format_args!("{value:E}").to_string().replace('E', "E+")),
                    _ => float(f64::from(value), iin, out),
                });
            }
            DataType::Float64 => self.values::<Float64Type>(column, |value, out| float(value, iin, out)),
            DataType::Decimal128(_, scale) => {
                let scale = *scale;
                self.values::<Decimal128Type>(column, |value, out| decimal(value, scale, iin, out));
            }
            DataType::Date32 => {
                self.values::<Date32Type>(column, |value, out| {
                    out.extend_from_slice(day::iso(value).as_bytes())
                });
            }
            DataType::Date64 => {
                self.values::<Date64Type>(column, |value, out| moment(value, 1000, false, out))
            }
            DataType::Timestamp(TimeUnit::Second, zone) => moments!(TimestampSecondType, zone, 1),
            DataType::Timestamp(TimeUnit::Millisecond, zone) => {
                moments!(TimestampMillisecondType, zone, 1000)
            }
            DataType::Timestamp(TimeUnit::Microsecond, zone) => {
                moments!(TimestampMicrosecondType, zone, 1_000_000)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
                moments!(TimestampNanosecondType, zone, 1_000_000_000);
            }
            DataType::Null => self.texts(std::iter::repeat_n(None, column.len())),
            other => unreachable!("{other} was found unreadable before"),
        }
    }

    fn texts<'a>(&mut self, texts: impl Iterator<Item = Option<&'a [u8]>>) {
        for text in texts {
            let start = self.arena.len() as u32;
            match text.map(std::str::from_utf8) {
                None => {}
                Some(Ok(text)) => self.arena.extend_from_slice(text.as_bytes()),
                // Bytes of another encoding: what is no text is a lost letter, not another one.
                Some(Err(_)) => {
                    let lossy = String::from_utf8_lossy(text.unwrap_or_default()).replace('\u{fffd}', "?");
                    self.arena.extend_from_slice(lossy.as_bytes());
                }
            }
            self.spans.push((start, self.arena.len() as u32));
        }
    }

    fn values<T: ArrowPrimitiveType>(&mut self, column: &ArrayRef, write: impl Fn(T::Native, &mut Vec<u8>)) {
        for value in column.as_primitive::<T>() {
            let start = self.arena.len() as u32;
            if let Some(value) = value {
                write(value, &mut self.arena);
            }
            self.spans.push((start, self.arena.len() as u32));
        }
    }
}

fn print(out: &mut Vec<u8>, text: impl std::fmt::Display) {
    write!(out, "{text}").expect("memory takes all");
}

/// An integer. An IIN has twelve digits whatever its column holds; people born in January 2000 have nine that
/// are no zeros, so that shorter numbers are none and keep their length.
fn integer(value: i128, iin: bool, out: &mut Vec<u8>) {
    let full = iin && value >= 100_000_000;
    write!(out, "{value:0width$}", width = if full { 12 } else { 0 }).expect("memory takes all");
}

/// A number column with gaps becomes floating point in pandas; whole numbers are exact to 2^53, and NaN is none.
fn float(value: f64, iin: bool, out: &mut Vec<u8>) {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        integer(value as i128, iin, out);
    } else if !value.is_nan() {
        print(out, value);
    }
}

/// A decimal; its fraction is left out when it is zero.
fn decimal(value: i128, scale: i8, iin: bool, out: &mut Vec<u8>) {
    let Some(unit) = u32::try_from(scale).ok().and_then(|scale| 10i128.checked_pow(scale)) else {
        let unit = 10i128.checked_pow(u32::from(scale.unsigned_abs()));
        return match unit.and_then(|unit| value.checked_mul(unit)) {
            Some(whole) => integer(whole, iin, out),
            None => print(out, "out of range"),
        };
    };
    integer(value / unit, iin, out);
    if value % unit != 0 {
        write!(out, ".{:0width$}", (value % unit).abs(), width = scale.unsigned_abs() as usize)
            .expect("memory takes all");
    }
}

/// A moment: its day, and its time of day where it has one. A writer that keeps moments in UTC turns midnight in
/// Kazakhstan or Russia, three to seven hours ahead, into a full hour of the evening before.
fn moment(value: i64, per_second: i64, in_utc: bool, out: &mut Vec<u8>) {
    let (seconds, part) = (value.div_euclid(per_second), value.rem_euclid(per_second));
    let (mut days, mut rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    if in_utc && part == 0 && rest % 3600 == 0 && (17..=21).contains(&(rest / 3600)) {
        (days, rest) = (days + 1, 0);
    }
    let Ok(day) = i32::try_from(days) else { return print(out, "out of range") };
    out.extend_from_slice(day::iso(day).as_bytes());
    if rest != 0 || part != 0 {
        write!(out, " {:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60).expect("memory takes all");
        if rest == 0 {
            // Not midnight, if only just.
            out.extend_from_slice(b".1");
        }
    }
}

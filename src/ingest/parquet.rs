//! Parquet: row groups in, batches out; one row group is one piece.
//!
//! Values of any type become text and are then read as the cells of a CSV file are, so that a column means
//! the same whatever wrote it: an IIN stored as an integer gets its leading zeros back, a timestamp at
//! midnight is a day. Every row of a Parquet file is a record; none is rejected.

use std::fs::File;
use std::io::{self, BufReader, Read, Write as _};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringViewArray};
use arrow_buffer::Buffer;
use arrow_schema::{DataType, TimeUnit};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::reader::{ChunkReader, Length};

use super::compose::{self, ArenaCells};
use super::convert::{CodeMemo, Context};
use super::csv::Columns;
use super::header::{self, Header, Needs};
use super::reading::Reading;
use crate::batch::{Batch, Dataset, Kind, Role};
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
    /// First record of each row group, and the number of records at the end.
    starts: Vec<u64>,
    /// Texts of row groups that evidence was asked of.
    evidence: Vec<OnceLock<Vec<(Role, StringViewArray)>>>,
}

impl ParquetFile {
    /// Looks at a file: schema and row groups.
    ///
    /// # Errors
    /// When it cannot be read, is no Parquet, or its columns do not give what the dataset needs.
    pub fn open(path: &Path, dataset: Option<Dataset>, reading: &Reading, needs: Needs) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io("cannot open the file", path, &e))?;
        Self::over(Arc::new(file), path, dataset, reading, needs)
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
        let metadata = ArrowReaderMetadata::load(&file, options).map_err(|e| broken(path, &e))?;
        let headers: Vec<String> = metadata.schema().fields().iter().map(|f| f.name().clone()).collect();
        let dataset = dataset.unwrap_or_else(|| header::guess_dataset(&headers));
        let header = header::resolve(dataset, &headers, &reading.columns, needs, path)?;
        let mut starts = vec![0];
        for group in metadata.metadata().row_groups() {
            starts.push(starts.last().expect("starts is never empty") + group.num_rows() as u64);
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
            starts,
            evidence,
        })
    }

    /// Looks at the same file with another reading.
    pub(super) fn again(self, dataset: Dataset, reading: &Reading, needs: Needs) -> Result<Self> {
        Self::over(self.file.0, &self.path, Some(dataset), reading, needs)
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
        let roots = Columns::wanted(&self.header, wanted).sources().collect::<Vec<_>>();
        let mask = ProjectionMask::roots(self.metadata.metadata().file_metadata().schema_descr(), roots);
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
            .with_row_groups(vec![group])
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|e| broken(&self.path, &e))
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
        let wanted = Columns::wanted(&self.header, wants);
        let mut memos: Vec<CodeMemo> = wanted.places.iter().map(|_| CodeMemo::new()).collect();
        let mut record = 0u32;
        for columns in self.reader(piece, wants)? {
            let columns = columns
                .map_err(|e| broken(&self.path, &e).row(self.starts[piece] + u64::from(record) + 1))?;
            let rows = columns.num_rows() as u32;
            let ordinals: Vec<u32> = (record..record + rows).collect();
            let offsets = ordinals.iter().map(|&o| self.starts[piece] + u64::from(o)).collect();
            let mut unread = Vec::new();
            let mut texts = vec![(Buffer::from_vec(Vec::<u8>::new()), Vec::new()); self.header.roles.len()];
            for at in wanted.sources() {
                texts[at] = self.texts(&columns, at)?;
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
            let options = RecordBatchOptions::new().with_row_count(Some(ordinals.len()));
            let columns = RecordBatch::try_new_with_options(wanted.schema.clone(), arrays, &options)
                .expect("columns follow the schema");
            sink(&Batch { dataset: self.dataset, columns, slots: wanted.slots, ordinals, offsets, unread });
            record += rows;
        }
        Ok(record)
    }

    /// The values of a column as text: an arena and the span of each value.
    fn texts(&self, columns: &RecordBatch, at: usize) -> Result<Texts> {
        let name = self.metadata.schema().field(at).name();
        let column = columns.column_by_name(name).expect("the reader gives the columns it was asked for");
        let role = self.header.roles[at].expect("only columns with a role are read");
        let mut arena = Vec::new();
        let mut spans = Vec::with_capacity(column.len());
        for i in 0..column.len() {
            let start = arena.len() as u32;
            if column.is_valid(i) && !write_text(column, i, role.kind() == Kind::Iin, &mut arena) {
                return Err(Error::usage(format!(
                    "column `{}` has type {}, which holds no text, number or date",
                    role.name(),
                    column.data_type()
                ))
                .at(&self.path)
                .remedy("write the column as text, integer or date"));
            }
            spans.push((start, arena.len() as u32));
        }
        Ok((Buffer::from_vec(arena), spans))
    }

    /// The text of some cells of a record, for evidence.
    ///
    /// # Panics
    /// When the file, which was read whole before, cannot be read any more.
    #[must_use]
    pub fn texts_at<const N: usize>(&self, record: u64, roles: [Role; N]) -> [String; N] {
        let group = self.starts.partition_point(|&start| start <= record) - 1;
        let row = (record - self.starts[group]) as usize;
        let texts = self.evidence[group].get_or_init(|| self.load_evidence(group));
        roles.map(|role| {
            texts.iter().find(|(r, _)| *r == role).map_or_else(String::new, |(_, t)| t.value(row).to_owned())
        })
    }

    fn load_evidence(&self, group: usize) -> Vec<(Role, StringViewArray)> {
        let reader = self.reader(group, &|_| true).expect("the file was read before");
        let batches: Vec<RecordBatch> = reader.map(|b| b.expect("the file was read before")).collect();
        let wanted = Columns::wanted(&self.header, &|_| true);
        let texts: Vec<Vec<_>> = batches
            .iter()
            .map(|batch| {
                let text = |at| self.texts(batch, at).expect("the file was read before");
                (0..self.header.roles.len())
                    .map(|at| self.header.roles[at].is_some().then(|| text(at)))
                    .collect()
            })
            .collect();
        let cell = |batch: &[Option<Texts>], at: usize, i: usize| {
            let (arena, spans) = batch[at].as_ref().expect("a source has a role");
            String::from_utf8_lossy(&arena[spans[i].0 as usize..spans[i].1 as usize]).trim().to_owned()
        };
        wanted
            .places
            .iter()
            .map(|&(source, role)| {
                let rows = batches.iter().zip(&texts).flat_map(|(batch, texts)| {
                    (0..batch.num_rows()).map(move |i| compose::text(source, |at| cell(texts, at, i)))
                });
                (role, StringViewArray::from_iter_values(rows))
            })
            .collect()
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

fn broken(path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::world(format!("cannot read the Parquet file: {error}"))
        .at(path)
        .remedy("export it again; compare its size or checksum with the sender's")
}

/// Writes one value as text; `false` when its type holds no text.
fn write_text(column: &ArrayRef, i: usize, twelve: bool, arena: &mut Vec<u8>) -> bool {
    macro_rules! integer {
        ($type:ty) => {{
            let value = column.as_primitive::<$type>().value(i);
            let result = if twelve { write!(arena, "{value:012}") } else { write!(arena, "{value}") };
            result.expect("memory takes all");
        }};
    }
    let mut moment = |value: i64, per_second: i64| {
        let seconds = value.div_euclid(per_second);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        arena.extend_from_slice(day::iso(days as i32).as_bytes());
        if rest != 0 {
            write!(arena, " {:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
                .expect("memory takes all");
        }
    };
    match column.data_type() {
        DataType::Utf8 => arena.extend_from_slice(column.as_string::<i32>().value(i).as_bytes()),
        DataType::LargeUtf8 => arena.extend_from_slice(column.as_string::<i64>().value(i).as_bytes()),
        DataType::Utf8View => arena.extend_from_slice(column.as_string_view().value(i).as_bytes()),
        DataType::Binary => {
            let text = String::from_utf8_lossy(column.as_binary::<i32>().value(i)).into_owned();
            arena.extend_from_slice(text.as_bytes());
        }
        DataType::Int8 => integer!(Int8Type),
        DataType::Int16 => integer!(Int16Type),
        DataType::Int32 => integer!(Int32Type),
        DataType::Int64 => integer!(Int64Type),
        DataType::UInt8 => integer!(UInt8Type),
        DataType::UInt16 => integer!(UInt16Type),
        DataType::UInt32 => integer!(UInt32Type),
        DataType::UInt64 => integer!(UInt64Type),
        // A number column with gaps becomes floating point in pandas; whole numbers are exact to 2^53.
        DataType::Float64 => {
            let value = column.as_primitive::<Float64Type>().value(i);
            let result = if twelve { write!(arena, "{value:012}") } else { write!(arena, "{value}") };
            result.expect("memory takes all");
        }
        DataType::Date32 => {
            arena.extend_from_slice(day::iso(column.as_primitive::<Date32Type>().value(i)).as_bytes());
        }
        DataType::Timestamp(TimeUnit::Second, _) => {
            moment(column.as_primitive::<TimestampSecondType>().value(i), 1);
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            moment(column.as_primitive::<TimestampMillisecondType>().value(i), 1_000);
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            moment(column.as_primitive::<TimestampMicrosecondType>().value(i), 1_000_000);
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            moment(column.as_primitive::<TimestampNanosecondType>().value(i), 1_000_000_000);
        }
        _ => return false,
    }
    true
}

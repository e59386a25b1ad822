//! Stream: an input that gives its bytes once and in order, looked at but not yet read.
//!
//! In: packed files, standard input, pipes, and whatever else can be read as bytes
//! ([`DataFile::from_stream`](super::DataFile::from_stream)). Out: the same pieces as of a file. The law: the result is that of giving the
//! unpacked file instead, also where that file's encoding is decided by its middle or its end.
//!
//! Opening reads only as much as the header takes. Reading unpacks into a [`spool`] and works on
//! whole pieces of it meanwhile (`Running`), in the encoding that the bytes so far suggest. When the
//! stream has ended, the spool is opened as any file is. If that finds another encoding, pieces with
//! letters beyond ASCII are read again from the spool; if it finds another header, all are.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::csv::{self, CsvFile, PIECE_BYTES};
use super::encoding::{self, CarriageReturns, Encoding, Utf16Reader};
use super::header::{self, Needs};
use super::identity::Identity;
use super::map::Map;
use super::parquet::ParquetFile;
use super::reading::Reading;
use super::scan::{self, Index, RECORD_BYTES_MAX, Scanner, Stop};
use super::spool::{self, Bell, Spool, Spooling};
use super::unpack::{self, Counted, MAGIC_BYTES, Packing};
use crate::batch::Dataset;
use crate::error::{Error, Result};

/// Bytes from which it is told whether a file is packed, Parquet or UTF-16: as many as
/// [`encoding::look`] takes for the last.
pub(super) const HEAD_BYTES: usize = 4096;

/// Bytes asked of a stream at a time while its header is looked for.
const READ_BYTES: usize = 64 << 10;

/// Bytes that must follow a piece before it can be read: its last record may reach this far.
const LOOK_AHEAD_BYTES: usize = 2 * RECORD_BYTES_MAX;

/// A stream.
#[derive(Debug)]
pub struct StreamFile {
    name: PathBuf,
    packing: Option<Packing>,
    /// The encoding where it was said, or is UTF-16, which is decoded before it is spooled.
    encoding: Option<Encoding>,
    source: Source,
    /// Bytes taken from the source.
    taken: Arc<AtomicU64>,
    opening: Opening,
    spooling: Spooling,
    /// The text as far as its head tells. `None` for Parquet, which is whole from the start.
    look: Option<Box<CsvFile>>,
    /// The whole spool, once the stream has ended.
    whole: OnceLock<Box<Whole>>,
}

/// A spool that has ended, opened as a file.
#[derive(Debug)]
enum Whole {
    Csv(CsvFile),
    Parquet(ParquetFile),
}

/// What opening was told.
#[derive(Debug)]
struct Opening {
    dataset: Option<Dataset>,
    reading: Reading,
    needs: Needs,
}

/// Where the bytes come from.
#[derive(Debug)]
enum Source {
    /// A packed or UTF-16 file, opened anew when it is read: a folder of hundreds then holds no file open.
    File(Identity),
    /// Anything that can be read once.
    Once(Mutex<Option<Once>>),
}

struct Once(Box<dyn Read + Send>);

impl std::fmt::Debug for Once {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Once")
    }
}

impl StreamFile {
    /// Looks at a file that must be unpacked or decoded.
    pub(super) fn from_file(
        file: File,
        identity: Identity,
        name: &Path,
        dataset: Option<Dataset>,
        reading: &Reading,
        needs: Needs,
        spooling: &Spooling,
    ) -> Result<Self> {
        let mut stream = Self::from_reader(name, Box::new(file), dataset, reading, needs, spooling)?;
        if stream.whole.get().is_none() {
            stream.taken.store(0, Ordering::Relaxed);
        }
        stream.source = Source::File(identity);
        Ok(stream)
    }

    /// Looks at a stream: packed or not, text or Parquet.
    pub(super) fn from_reader(
        name: &Path,
        source: Box<dyn Read + Send>,
        dataset: Option<Dataset>,
        reading: &Reading,
        needs: Needs,
        spooling: &Spooling,
    ) -> Result<Self> {
        let taken = Arc::new(AtomicU64::new(0));
        let Text { packing, encoding, mut source } = text_of(name, source, &taken, reading, spooling)?;
        let head = head_of(&mut *source, reading.delimiter).map_err(|e| spool::failure(name, e))?;
        if packing.is_some() && Packing::of(&head).is_some() {
            return Err(Error::usage("the file is packed twice").at(name).remedy("unpack it once"));
        }
        let mut stream = StreamFile {
            name: name.to_owned(),
            packing,
            encoding,
            source: Source::Once(Mutex::default()),
            taken,
            opening: Opening { dataset, reading: reading.clone(), needs },
            spooling: spooling.clone(),
            look: None,
            whole: OnceLock::new(),
        };
        if head.starts_with(b"PAR1") {
            // Its columns are told at its end.
            let mut source = Cursor::new(head).chain(source);
            let file = spool::spool_now(name, &mut source, &spooling.folder)?;
            let parquet = ParquetFile::over(file, name, dataset, reading, needs)?;
            stream.whole = OnceLock::from(Box::new(Whole::Parquet(parquet)));
            return Ok(stream);
        }
        let map = Map::memory(head.clone(), name);
        let look = CsvFile::open(map, dataset, reading, encoding, needs, Scanner::detect())?;
        stream.look = Some(Box::new(look));
        stream.source = Source::Once(Mutex::new(Some(Once(Box::new(Cursor::new(head).chain(source))))));
        Ok(stream)
    }

    /// Looks at its head once more, with another reading.
    ///
    /// # Errors
    /// When the head does not give what the dataset needs.
    pub(super) fn again(mut self, dataset: Dataset, reading: &Reading, needs: Needs) -> Result<Self> {
        if !self.encoding.is_some_and(Encoding::is_utf16) {
            self.encoding = reading.encoding;
        }
        if let Some(look) = &self.look {
            let (map, scanner) = (look.map().clone(), Scanner::detect());
            let look = CsvFile::open(map, Some(dataset), reading, self.encoding, needs, scanner)?;
            self.look = Some(Box::new(look));
        }
        if let Some(whole) = self.whole.take() {
            let Whole::Parquet(parquet) = *whole else {
                unreachable!("only Parquet is whole before it is read")
            };
            let parquet = parquet.again(dataset, reading, needs)?;
            self.whole = OnceLock::from(Box::new(Whole::Parquet(parquet)));
        }
        self.opening = Opening { dataset: Some(dataset), reading: reading.clone(), needs };
        Ok(self)
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The size of a packed file; of other streams the bytes that were read of it so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match &self.source {
            Source::File(identity) => identity.bytes(),
            Source::Once(_) => self.taken(),
        }
    }

    /// Bytes that were read of it so far, packed.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// How it is packed.
    #[must_use]
    pub fn packing(&self) -> Option<Packing> {
        self.packing
    }

    /// Whether the stream has ended, and all of it can be read at once.
    pub(super) fn is_whole(&self) -> bool {
        self.whole.get().is_some()
    }

    /// The file as far as it is known.
    pub(super) fn known(&self) -> Known<'_> {
        match (self.whole.get().map(|whole| &**whole), self.look.as_deref()) {
            (Some(Whole::Parquet(file)), _) => Known::Parquet(file),
            (Some(Whole::Csv(file)), _) | (None, Some(file)) => Known::Csv(file),
            (None, None) => unreachable!("a stream that is not whole is text"),
        }
    }

    /// Requires that a packed file is still the one that was looked at.
    ///
    /// # Errors
    /// When it was changed or replaced.
    pub fn verify_unchanged(&self) -> Result<()> {
        match &self.source {
            Source::File(identity) => identity.verify(None),
            Source::Once(_) => Ok(()),
        }
    }

    /// Starts to unpack it.
    ///
    /// # Errors
    /// When it cannot be opened any more, or the spool cannot be made.
    ///
    /// # Panics
    /// When it was started before.
    pub(super) fn start(&self, bell: &Bell) -> Result<Running<'_>> {
        let source = match &self.source {
            Source::File(identity) => {
                let file =
                    File::open(&self.name).map_err(|e| Error::io("cannot open the file", &self.name, &e))?;
                identity.verify(Some(&file))?;
                text_of(&self.name, Box::new(file), &self.taken, &self.opening.reading, &self.spooling)?
                    .source
            }
            Source::Once(source) => {
                let source = source.lock().unwrap_or_else(PoisonError::into_inner).take();
                source.expect("a stream is read once").0
            }
        };
        let spool = Spool::start(&self.name, source, &self.spooling.folder, bell)?;
        let view = spool.view();
        let look = self.look.as_deref().expect("a stream that is not whole is text");
        Ok(Running { stream: self, look, spool, view, encoding: look.encoding, judged: 0 })
    }

    fn open_whole(&self, file: Arc<File>) -> Result<CsvFile> {
        let Opening { dataset, reading, needs } = &self.opening;
        let map = Map::whole(file, &self.name)?;
        let encoding = self.encoding.unwrap_or_else(|| encoding::look(map.bytes()).encoding);
        if encoding.is_utf16() && self.encoding.is_none() {
            return Err(Error::usage("the input looks like UTF-16, but did not at its start")
                .at(&self.name)
                .remedy("say what it is, e.g. --encoding utf-16le"));
        }
        CsvFile::open(map, *dataset, reading, Some(encoding), *needs, Scanner::detect())
    }
}

/// What a stream turned out to be.
pub(super) enum Known<'a> {
    Csv(&'a CsvFile),
    Parquet(&'a ParquetFile),
}

/// A stream that is being unpacked.
#[derive(Debug)]
pub(super) struct Running<'a> {
    stream: &'a StreamFile,
    look: &'a CsvFile,
    spool: Spool,
    view: Option<Map>,
    /// What the bytes so far suggest.
    encoding: Encoding,
    /// How many bytes there were when that was asked last.
    judged: usize,
}

impl Running<'_> {
    /// Whether the stream has ended, well or not.
    pub(super) fn is_done(&self) -> bool {
        self.spool.is_done()
    }

    /// What there is so far as a file, and how many of its pieces are complete.
    pub(super) fn so_far(&mut self) -> Option<(CsvFile, usize)> {
        let map = self.view.clone()?;
        let length = map.bytes().len();
        let complete = length.saturating_sub(self.look.body() + LOOK_AHEAD_BYTES) / PIECE_BYTES;
        // Asked anew after every fourth part more: a register sorted by citizenship may begin with a
        // million rows of ASCII.
        if self.stream.encoding.is_none() && length > self.judged + self.judged / 4 {
            self.encoding = encoding::look(map.bytes()).encoding;
            self.judged = length;
        }
        (complete > 0).then(|| (self.look.over(map, self.encoding), complete))
    }

    /// Opens the whole spool. Returns it, and whether what was read of its pieces so far still holds, apart
    /// from the encoding.
    ///
    /// # Errors
    /// When the stream was damaged, or its end shows that it cannot be read.
    pub(super) fn finish(self) -> Result<bool> {
        let Running { stream, look, spool, .. } = self;
        // A file that was changed looks torn; that it was changed says more.
        let file = spool.finish().map_err(|e| stream.verify_unchanged().err().unwrap_or(e))?;
        let whole = stream.open_whole(file)?;
        if whole.dataset() != look.dataset() {
            return Err(Error::usage("the header reads differently in the encoding of the whole input")
                .at(&stream.name)
                .remedy("unpack it into a file, or convert it to UTF-8"));
        }
        let holds = whole.reads_as(look);
        stream.whole.set(Box::new(Whole::Csv(whole))).expect("a stream ends once");
        Ok(holds)
    }
}

/// The text of a source: unpacked, and decoded where it is UTF-16.
struct Text {
    packing: Option<Packing>,
    encoding: Option<Encoding>,
    source: Box<dyn Read + Send>,
}

fn text_of(
    name: &Path,
    mut source: Box<dyn Read + Send>,
    taken: &Arc<AtomicU64>,
    reading: &Reading,
    spooling: &Spooling,
) -> Result<Text> {
    let failed = |e| spool::failure(name, e);
    let mut head = Vec::with_capacity(MAGIC_BYTES);
    source.by_ref().take(MAGIC_BYTES as u64).read_to_end(&mut head).map_err(failed)?;
    let packing = Packing::of(&head);
    let counted = Counted::new(Box::new(Cursor::new(head).chain(source)), Arc::clone(taken));
    let mut source: Box<dyn Read + Send> = match packing {
        Some(packing) => unpack::unpack(packing, counted, spooling.unpacked_max).map_err(failed)?,
        None => Box::new(counted),
    };
    let mut head = vec![0; HEAD_BYTES];
    let mut length = 0;
    // A pipe may give its header and then nothing for hours: no more is asked for than it takes. Text of
    // two bytes a letter has zeros.
    while length < HEAD_BYTES && (length < 8 || head[..length].contains(&0)) {
        match source.read(&mut head[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(failed(e)),
        }
    }
    head.truncate(length);
    let utf16 = utf16_of(&head, reading.encoding);
    let carriage_returns = utf16.is_none() && encoding::ends_lines_with_cr(&head);
    let source: Box<dyn Read + Send> = Box::new(Cursor::new(head).chain(source));
    if carriage_returns {
        let source = Box::new(CarriageReturns(source));
        return Ok(Text { packing, encoding: reading.encoding, source });
    }
    Ok(match utf16 {
        Some(encoding) => {
            let source = Box::new(Utf16Reader::new(source, encoding == Encoding::Utf16Be));
            Text { packing, encoding: Some(encoding), source }
        }
        None => Text { packing, encoding: reading.encoding, source },
    })
}

/// Which UTF-16 a file is that begins so, if any: a byte order mark beats what was said.
pub(super) fn utf16_of(head: &[u8], said: Option<Encoding>) -> Option<Encoding> {
    let encoding = said.unwrap_or_else(|| encoding::look(head).encoding);
    encoding.is_utf16().then_some(match head {
        [0xfe, 0xff, ..] => Encoding::Utf16Be,
        [0xff, 0xfe, ..] => Encoding::Utf16Le,
        _ => encoding,
    })
}

/// The first bytes of a text: at least its header with its newline, or all there is.
fn head_of(source: &mut dyn Read, delimiter: Option<u8>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A header that is longer than any record is refused when it is looked at.
    while bytes.len() <= encoding::BOM.len() + RECORD_BYTES_MAX + READ_BYTES {
        let length = bytes.len();
        bytes.resize(length + READ_BYTES, 0);
        let read = match source.read(&mut bytes[length..]) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => None,
            other => Some(other?),
        };
        bytes.truncate(length + read.unwrap_or(0));
        if read == Some(0) || bytes.starts_with(b"PAR1") || has_header(&bytes, delimiter) {
            break;
        }
    }
    Ok(bytes)
}

/// Whether the first record is there with its newline.
fn has_header(bytes: &[u8], delimiter: Option<u8>) -> bool {
    let (start, said) = csv::header_start(bytes);
    let Some(newline) = memchr::memchr(b'\n', &bytes[start..]) else { return false };
    let delimiter =
        delimiter.or(said).unwrap_or_else(|| header::detect_delimiter(&bytes[start..start + newline]));
    let mut index = Index::default();
    let (end, stop) = scan::scan(Scanner::Portable, bytes, start, start, start + 1, delimiter, &mut index);
    stop == Stop::Done && bytes[..end].ends_with(b"\n")
}

#[cfg(test)]
mod tests;

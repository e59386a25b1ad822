//! Unpack: gzip and Zstandard in, their text out, bounded.
//!
//! Several members or frames after each other are one stream, as `pigz`, `bgzip`, `cat` and `zstd` make
//! them. The law: what comes out was checked (gzip's CRC, Zstandard's checksum where the writer put one), and a
//! damaged or torn archive is an error at its byte, never a shorter file.
//!
//! A few kilobytes can unpack to terabytes. So an input may unpack to [`FLOOR_BYTES`] in any case, and
//! beyond that to [`RATIO_MAX`] times what was read of it; exports of text stay below 30. Windows of more
//! than 128 MiB (`zstd --long=28` and up) are refused, since they bind as much memory.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;

use crate::error::Error;

/// Every packed input may unpack to this many bytes.
pub const FLOOR_BYTES: u64 = 4 << 30;

/// Beyond the floor: to this many times the bytes that were read of it.
pub const RATIO_MAX: u64 = 250;

/// Bytes of the packed input that are read at a time.
const READ_BYTES: usize = 128 << 10;

/// How a stream is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip: `.gz`.
    Gzip,
    /// Zstandard: `.zst`.
    Zstd,
}

/// Bytes that tell every packing.
pub const MAGIC_BYTES: usize = 4;

impl Packing {
    /// What the first bytes say; nothing for anything that is not packed.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"\x1f\x8b") {
            return Some(Packing::Gzip);
        }
        // A skippable frame may come first; `pzstd` writes them.
        let skippable = matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
        (skippable || head.starts_with(b"\x28\xb5\x2f\xfd")).then_some(Packing::Zstd)
    }

    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
        }
    }

    fn tool(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip -t",
            Packing::Zstd => "zstd -t",
        }
    }
}

/// Counts the bytes that were taken from a reader.
pub(super) struct Counted {
    inner: BufReader<Box<dyn Read + Send>>,
    taken: Arc<AtomicU64>,
}

impl Counted {
    /// Counts into `taken`.
    pub(super) fn new(inner: Box<dyn Read + Send>, taken: Arc<AtomicU64>) -> Self {
        Counted { inner: BufReader::with_capacity(READ_BYTES, inner), taken }
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl BufRead for Counted {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken.fetch_add(amount as u64, Ordering::Relaxed);
        self.inner.consume(amount);
    }
}

/// The text of a packed stream. `taken` counts what `source` reads, `unpacked_max` replaces the usual bound.
///
/// Reading fails with an [`Error`] inside the `io::Error` that says where and what to do.
pub(super) fn unpack(
    packing: Packing,
    source: Counted,
    unpacked_max: Option<u64>,
) -> io::Result<Box<dyn Read + Send>> {
    let taken = Arc::clone(&source.taken);
    let inner: Box<dyn Read + Send> = match packing {
        Packing::Gzip => Box::new(Members { member: Some(GzDecoder::new(source)) }),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(source)?),
    };
    Ok(Box::new(Bounded { inner, packing, taken, given: 0, unpacked_max }))
}

/// The members of a gzip stream, one after the other.
struct Members {
    member: Option<GzDecoder<Counted>>,
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut rest = self.member.take().expect("seen above").into_inner();
            match skip_zeros(&mut rest)? {
                None => {}
                Some(0x1f) => self.member = Some(GzDecoder::new(rest)),
                Some(_) => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "after the end of the packed data stand bytes that are none",
                    ));
                }
            }
        }
        Ok(0)
    }
}

/// Skips the zeros with which tapes and block devices fill their last block; returns the byte after them.
fn skip_zeros(source: &mut Counted) -> io::Result<Option<u8>> {
    loop {
        let bytes = source.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        let next = bytes.get(zeros).copied();
        source.consume(zeros);
        if next.is_some() {
            return Ok(next);
        }
    }
}

/// Unpacked bytes up to a bound, with failures in words.
struct Bounded {
    inner: Box<dyn Read + Send>,
    packing: Packing,
    taken: Arc<AtomicU64>,
    given: u64,
    unpacked_max: Option<u64>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer).map_err(|e| self.explain(e))?;
        self.given += read as u64;
        let taken = self.taken.load(Ordering::Relaxed);
        let bound = self.unpacked_max.unwrap_or_else(|| FLOOR_BYTES.max(RATIO_MAX.saturating_mul(taken)));
        if self.given > bound {
            return Err(io::Error::other(
                Error::world(format!(
                    "{taken} packed bytes unpack to more than {bound}; this may be a decompression bomb"
                ))
                .byte(taken)
                .remedy(
                    "if the file is sound, raise the bound with --unpacked-max, e.g. --unpacked-max 500GiB",
                ),
            ));
        }
        Ok(read)
    }
}

impl Bounded {
    fn explain(&self, error: io::Error) -> io::Error {
        let name = self.packing.name();
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("the {name} data break off: the file is torn"),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other
                if !error.get_ref().is_some_and(|inner| inner.is::<Error>()) =>
            {
                format!("the {name} data are damaged: {error}")
            }
            // The source's own failure: a disk, a pipe.
            _ => return error,
        };
        let remedy = format!("copy or export it again, and test it first: {}", self.packing.tool());
        io::Error::other(Error::world(what).byte(self.taken.load(Ordering::Relaxed)).remedy(remedy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.include_checksum(true).unwrap();
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// The text, or the error's byte and words.
    fn read(packed: &[u8], unpacked_max: Option<u64>) -> Result<Vec<u8>, (Option<u64>, String)> {
        let packing = Packing::of(packed).expect("packed");
        let source = Counted::new(Box::new(io::Cursor::new(packed.to_vec())), Arc::default());
        let mut text = Vec::new();
        let result = unpack(packing, source, unpacked_max).unwrap().read_to_end(&mut text);
        result.map(|_| text).map_err(|e| {
            let error = e.downcast::<Error>().expect("in our words");
            assert!(error.remedy.is_some());
            (error.byte, error.what)
        })
    }

    #[test]
    fn members_and_frames_after_each_other_are_one_stream() {
        let parts: [&[u8]; 3] = [b"iin;kind\n", b"", b"1;a\n2;b\n"];
        let whole = parts.concat();
        let gz: Vec<u8> = parts.iter().flat_map(|part| gzip(part)).collect();
        let zst: Vec<u8> = parts.iter().flat_map(|part| zstd(part)).collect();
        let skippable = [b"\x50\x2a\x4d\x18\x02\x00\x00\x00xx", &zst[..]].concat();
        let cases: [(&[u8], &str); 5] = [
            (&gz, "several gzip members, one of them empty"),
            (&[&gz[..], &[0; 700]].concat(), "zeros to the end of a block"),
            (&[&gz[..], &[0; 3], &gzip(b"")].concat(), "zeros between members"),
            (&zst, "several frames"),
            (&skippable, "a skippable frame first"),
        ];
        for (packed, why) in cases {
            assert_eq!(read(packed, None).as_deref(), Ok(&whole[..]), "{why}");
        }
    }

    #[test]
    fn damage_is_an_error_at_its_byte_and_never_a_shorter_file() {
        let text: Vec<u8> = (0..60_000u32).flat_map(|i| format!("{};{i}\n", i * 7919).into_bytes()).collect();
        for (packed, name) in [(gzip(&text), "gzip"), (zstd(&text), "zstd")] {
            for cut in [packed.len() - 1, packed.len() / 2, 11] {
                let (byte, what) = read(&packed[..cut], None).unwrap_err();
                assert!(what.contains(name) && what.contains("torn"), "{what}");
                assert!(byte.is_some_and(|byte| byte <= cut as u64), "{byte:?} of {cut}");
            }
            for at in [packed.len() / 3, packed.len() - 2] {
                let mut damaged = packed.clone();
                damaged[at] ^= 0x55;
                assert!(read(&damaged, None).is_err(), "{name}, byte {at}");
            }
            let (byte, what) = read(&[&packed[..], b"trailing"].concat(), None).unwrap_err();
            assert!(what.contains("damaged"), "{what}");
            assert!(byte.is_some_and(|byte| byte >= packed.len() as u64 - 8), "{byte:?}");
        }
    }

    #[test]
    fn a_bomb_ends_at_its_bound() {
        let bomb = gzip(&vec![b'0'; 8 << 20]);
        assert!(read(&bomb, None).is_ok(), "eight megabytes are below the floor");
        for bomb in [bomb, zstd(&vec![b'0'; 8 << 20])] {
            let (byte, what) = read(&bomb, Some(1 << 20)).unwrap_err();
            assert!(what.contains("bomb") && byte.is_some(), "{what}");
            assert!(read(&bomb, Some(8 << 20)).is_ok(), "the bound itself is allowed");
        }
    }

    #[test]
    fn text_is_not_packed() {
        for head in [&b"iin;kind"[..], b"", b"\x1f", b"PAR1", "ИИН".as_bytes(), b"\xff\xfei"] {
            assert_eq!(Packing::of(head), None);
        }
    }
}

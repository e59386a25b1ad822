//! A stream gives what the file with the same bytes gives: rows, rejects, offsets, texts, encoding.

use std::io::Write;
use std::sync::mpsc::{Receiver, sync_channel};

use proptest::prelude::*;

use super::*;
use crate::batch::{Batch, Role};
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::ingest::{self, DataFile, Ingested, Input, Unobserved};

/// Keeps of every row its ordinal, its offset, and the text of its `kind`.
struct Rows;

impl Stage for Rows {
    type State = Vec<(u32, u64, String)>;

    fn start(&self) -> Self::State {
        Vec::new()
    }

    fn absorb(&self, rows: &mut Self::State, batch: &Batch) {
        let kinds = batch.texts(Role::Kind).expect("every test has a kind");
        for i in 0..batch.len() {
            rows.push((batch.ordinals[i], batch.offsets[i], kinds.value(i).to_owned()));
        }
    }
}

/// All that can be seen of a file that was read.
#[derive(Debug, PartialEq)]
struct Seen {
    rows: Vec<(u32, u64, String)>,
    rejects: Vec<(usize, crate::ingest::reject::Reject)>,
    counts: (u64, u64, u64),
    format: String,
    texts: Vec<[String; 2]>,
}

fn see(engine: &Engine, file: DataFile) -> Result<Seen> {
    let input = Input { dataset: Dataset::Activity, files: vec![file] };
    let Ingested { pieces, rejects, totals } = ingest::read(engine, &input, &Rows, &Unobserved)?;
    let mut rows = Vec::new();
    for piece in pieces {
        rows.extend(
            piece.state.into_iter().map(|(row, offset, kind)| (row + piece.first_record, offset, kind)),
        );
    }
    let file = &input.files[0];
    let some = rows.iter().step_by(rows.len() / 50 + 1);
    let texts = some.map(|(_, offset, _)| file.texts_at(*offset, [Role::Iin, Role::Kind])).collect();
    let counts = (totals[0].records, totals[0].accepted, totals[0].rejected);
    let format = file.layout();
    Ok(Seen { rows, rejects, counts, format, texts })
}

fn open_plain(bytes: &[u8]) -> (tempfile::NamedTempFile, Result<DataFile>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let opened = DataFile::open(
        file.path(),
        Dataset::Activity,
        &Reading::default(),
        Needs::Required,
        &Spooling::default(),
    );
    (file, opened)
}

fn open_stream(source: Box<dyn Read + Send>) -> Result<DataFile> {
    let name = Path::new("stream");
    DataFile::from_stream(
        name,
        source,
        Dataset::Activity,
        &Reading::default(),
        Needs::Required,
        &Spooling::default(),
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Rows of ASCII, then rows with a word, until there are so many bytes.
fn rows(bytes: usize, ascii: usize, word: &[u8]) -> Vec<u8> {
    let mut text = b"iin;kind;occurred_on\n".to_vec();
    let mut i = 0u32;
    while text.len() < bytes {
        i += 1;
        text.extend_from_slice(format!("90010130{:04}9;kind of event ", i % 10_000).as_bytes());
        if text.len() > ascii {
            text.extend_from_slice(word);
        }
        text.extend_from_slice(b";2024-03-01\n");
    }
    text
}

const CYRILLIC_1251: &[u8] = b"\xcf\xee\xe3\xf0\xe0\xed\xe8\xf6\xe0";

#[test]
fn a_stream_gives_what_its_file_gives() {
    const MIB: usize = 1 << 20;
    let utf8 = "Граница".as_bytes();
    let mut quoted = rows(9 * MIB, usize::MAX, b"");
    // A field that spans the border of the first two pieces, with newlines by which a piece would guess wrong.
    let border = 21 + 4 * MIB;
    let line = quoted[..border - 3000].iter().rposition(|&b| b == b'\n').unwrap() + 1;
    let inside = [b"9;\"".as_slice(), &b"x\n".repeat(5000), b"\";2024-01-01\n"].concat();
    quoted.splice(line..line, inside);
    let mut endless = rows(9 * MIB, usize::MAX, b"");
    // A line longer than any record, which reaches from the first piece into the last.
    let line = endless[..border - 3000].iter().rposition(|&b| b == b'\n').unwrap() + 1;
    endless.splice(line..line, vec![b'x'; 7 * MIB]);
    let utf16: Vec<u8> = String::from_utf8(rows(5 * MIB, 0, utf8))
        .unwrap()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let cases: [(Vec<u8>, &str); 10] = [
        (rows(100, usize::MAX, b""), "a handful of rows"),
        (rows(9 * MIB, usize::MAX, b""), "all ASCII"),
        (rows(9 * MIB, 0, utf8), "UTF-8 all along"),
        (rows(9 * MIB, 0, CYRILLIC_1251), "Windows-1251 all along"),
        (rows(9 * MIB, 6 * MIB, CYRILLIC_1251), "Windows-1251 after a long stretch of ASCII"),
        (rows(9 * MIB, 9 * MIB - 3000, CYRILLIC_1251), "Windows-1251 in the last rows only"),
        ([rows(6 * MIB, 0, utf8), rows(9 * MIB, 0, CYRILLIC_1251)].concat(), "a majority against the head"),
        (utf16, "UTF-16 without a byte order mark"),
        (quoted, "newlines in quotes at the border of two pieces"),
        (endless, "a line longer than a piece"),
    ];
    for (i, (bytes, why)) in cases.into_iter().enumerate() {
        let (_file, plain) = open_plain(&bytes);
        let expected = see(&Engine::Serial, plain.unwrap()).unwrap();
        assert!(expected.counts.1 > 0, "{why}");
        // By turns, for the sake of the time that it takes.
        let (threads, packed) = ([1, 3][i % 2], i % 3 == 0);
        let source = if packed { gzip(&bytes) } else { bytes };
        let stream = open_stream(Box::new(Cursor::new(source))).unwrap();
        let seen = see(&Engine::new(threads).unwrap(), stream).unwrap();
        assert!(seen == expected, "{why}, {threads} threads");
    }
}

/// A pipe whose writer decides when bytes come.
struct Pipe(Receiver<Vec<u8>>, Vec<u8>);

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1.is_empty() {
            self.1 = self.0.recv().unwrap_or_default();
        }
        let length = buffer.len().min(self.1.len());
        buffer[..length].copy_from_slice(&self.1[..length]);
        self.1.drain(..length);
        Ok(length)
    }
}

#[test]
fn pieces_are_read_while_the_stream_goes_on() {
    struct Told<'a>(&'a std::sync::Mutex<Option<std::sync::mpsc::SyncSender<Vec<u8>>>>);
    impl Stage for Told<'_> {
        type State = usize;
        fn start(&self) -> usize {
            0
        }
        fn absorb(&self, rows: &mut usize, batch: &Batch) {
            *rows += batch.len();
            // The rest comes only when a row of the first half was read.
            if let Some(sender) = self.0.lock().unwrap().take() {
                sender.send(super::tests::rows(9 << 20, usize::MAX, b"")).unwrap();
            }
        }
    }
    let bytes = rows(9 << 20, usize::MAX, b"");
    let lines = 2 * bytes.iter().filter(|&&b| b == b'\n').count() - 1;
    let (sender, receiver) = sync_channel(4);
    sender.send(bytes).unwrap();
    let stream = open_stream(Box::new(Pipe(receiver, Vec::new()))).unwrap();
    let sender = std::sync::Mutex::new(Some(sender));
    let input = Input { dataset: Dataset::Activity, files: vec![stream] };
    let read = ingest::read(&Engine::new(2).unwrap(), &input, &Told(&sender), &Unobserved).unwrap();
    assert_eq!(read.totals[0].records, lines as u64);
}

#[test]
fn several_streams_and_files_are_numbered_in_their_order() {
    let parts: Vec<Vec<u8>> = (0..9).map(|i| rows(2000 + i * 700_000, 0, b"x")).collect();
    let mut files = Vec::new();
    let mut held = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        files.push(if i % 3 == 1 {
            let (file, opened) = open_plain(part);
            held.push(file);
            opened.unwrap()
        } else {
            open_stream(Box::new(Cursor::new(gzip(part)))).unwrap()
        });
    }
    let input = Input { dataset: Dataset::Activity, files };
    let read = ingest::read(&Engine::new(3).unwrap(), &input, &Rows, &Unobserved).unwrap();
    let mut record = 0;
    for (totals, part) in read.totals.iter().zip(&parts) {
        assert_eq!(totals.records, part.iter().filter(|&&b| b == b'\n').count() as u64 - 1);
        record += totals.records;
    }
    let last = read.pieces.last().unwrap();
    assert_eq!(u64::from(last.first_record) + last.state.len() as u64, record);
    assert!(read.pieces.is_sorted_by_key(|piece| (piece.file, piece.first_record)));
}

#[test]
fn what_cannot_be_read_is_said_when_it_is_seen() {
    let error = |bytes: &[u8]| open_stream(Box::new(Cursor::new(bytes.to_vec()))).unwrap_err().to_string();
    for (bytes, part) in [
        (Vec::new(), "empty"),
        (b"a;b;c\n1;2;3\n".to_vec(), "`iin`"),
        (gzip(b""), "empty"),
        (gzip(&gzip(b"iin;kind\n")), "packed twice"),
        (gzip(b"iin;kind\n1;a\n")[..12].to_vec(), "torn"),
        (b"PAR1 this is no footer PAR1".to_vec(), "Parquet"),
    ] {
        let said = error(&bytes);
        assert!(said.contains(part) && said.starts_with("stream"), "{part}: {said}");
    }
    // What is torn further on is seen while it is read.
    let mut torn = gzip(&rows(9 << 20, 0, b"x"));
    torn.truncate(torn.len() - 9);
    let stream = open_stream(Box::new(Cursor::new(torn.clone()))).unwrap();
    let error = see(&Engine::new(2).unwrap(), stream).unwrap_err();
    assert!(error.to_string().contains("torn") && error.exit_code() == 1, "{error}");
    assert!(error.byte.is_some_and(|byte| byte <= torn.len() as u64 && byte > torn.len() as u64 / 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_text_in_any_portions(
        lines in prop::collection::vec("[0-9]{12};[a-zя\";\u{4b1}\n]{0,12}|\"[^\"]{0,9}\";x|[\\x00-\\xff]{0,9}", 0..40),
        portions in prop::collection::vec(1usize..200, 1..12),
    ) {
        let bytes = format!("iin;kind\n{}", lines.join("\n")).into_bytes();
        let (sender, receiver) = sync_channel(bytes.len() + 1);
        let (mut rest, mut sizes) = (&bytes[..], portions.iter().cycle());
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
            sender.send(now.to_vec()).unwrap();
            rest = later;
        }
        drop(sender);
        let (_file, plain) = open_plain(&bytes);
        let stream = open_stream(Box::new(Pipe(receiver, Vec::new())));
        prop_assert_eq!(see(&Engine::Serial, stream.unwrap()).unwrap(), see(&Engine::Serial, plain.unwrap()).unwrap());
    }
}

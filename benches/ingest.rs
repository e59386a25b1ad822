//! Ingest: the scan beside a count of newlines by `memchr`, encodings of eight bits beside encoding_rs, and CSV into
//! typed columns, on one core.
//!
//! All run over the same bytes of a generated registry in the same run. Each checks its answer first.

mod world;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iinrec::batch::{Batch, Dataset};
use iinrec::engine::Engine;
use iinrec::engine::stage::Stage;
use iinrec::ingest::encoding::Encoding;
use iinrec::ingest::scan::{Index, Scanner, Stop, scan};
use iinrec::ingest::{self, Unobserved};

/// Reads every column and keeps the count of rows only.
struct Rows;

impl Stage for Rows {
    type State = u64;

    fn start(&self) -> u64 {
        0
    }

    fn absorb(&self, rows: &mut u64, batch: &Batch) {
        *rows += batch.len() as u64;
    }
}

/// Scans a whole file in pieces as ingest does; returns the number of records.
fn scan_all(scanner: Scanner, data: &[u8], index: &mut Index) -> usize {
    let (mut at, mut records) = (0, 0);
    while at < data.len() {
        let (next, stop) = scan(scanner, data, at, at, (at + (256 << 10)).min(data.len()), b',', index);
        assert_eq!(stop, Stop::Done);
        records += index.records.len();
        at = next;
    }
    records
}

fn benches(c: &mut Criterion) {
    let world = world::World::new();
    let data = std::fs::read(world.path("registry.csv")).expect("a registry");
    let lines = memchr::memchr_iter(b'\n', &data).count();
    let mut index = Index::default();
    for scanner in [Scanner::Portable, Scanner::detect()] {
        assert_eq!(scan_all(scanner, &data, &mut index), lines, "the scan finds every record");
    }
    let mut group = c.benchmark_group("scan");
    group.throughput(Throughput::Bytes(data.len() as u64)).sample_size(20);
    group.bench_function("memchr counts newlines", |b| {
        b.iter(|| memchr::memchr_iter(b'\n', black_box(&data)).count())
    });
    group.bench_function("detected kernel", |b| {
        b.iter(|| scan_all(Scanner::detect(), black_box(&data), &mut index))
    });
    group.bench_function("portable kernel", |b| {
        b.iter(|| scan_all(Scanner::Portable, black_box(&data), &mut index))
    });
    group.finish();

    // The registry as an export of eight bits has it; Latin names become Cyrillic ones, as most are there.
    let latin = b"AEIOUBCDFGHKLMNPRSTVYZ";
    let cyrillic = |byte: u8| latin.iter().position(|&l| l == byte).map_or(byte, |at| 0xc0 + at as u8);
    let eight_bits: Vec<u8> =
        data.iter().map(|&byte| if byte < 0x80 { cyrillic(byte) } else { byte }).collect();
    let (expected, _) = encoding_rs::WINDOWS_1251.decode_without_bom_handling(&eight_bits);
    let mut text = Vec::new();
    Encoding::Windows1251.decode_into(&eight_bits, &mut text);
    assert_eq!(text, expected.as_bytes(), "the table is that of encoding_rs");
    let mut group = c.benchmark_group("eight bits to UTF-8");
    group.throughput(Throughput::Bytes(data.len() as u64)).sample_size(20);
    for encoding in [Encoding::Windows1251, Encoding::Kz1048] {
        group.bench_function(encoding.name(), |b| {
            b.iter(|| {
                text.clear();
                // As large as a cell's column in a batch, so that it stays in the cache.
                for chunk in eight_bits.chunks(64 << 10) {
                    text.clear();
                    encoding.decode_into(black_box(chunk), &mut text);
                }
                text.len()
            });
        });
    }
    group.bench_function("windows-1251 by encoding_rs", |b| {
        b.iter(|| {
            let decode =
                |chunk| encoding_rs::WINDOWS_1251.decode_without_bom_handling(black_box(chunk)).0.len();
            eight_bits.chunks(64 << 10).map(decode).sum::<usize>()
        });
    });
    group.finish();

    let mut group = c.benchmark_group("typed columns, one core");
    group.sample_size(10);
    for dataset in [Dataset::Registry, Dataset::Documents, Dataset::Activity] {
        let input = world.input(dataset);
        let read = || {
            let ingested =
                ingest::read(&Engine::Serial, &input, &Rows, &Unobserved).expect("a readable file");
            ingested.pieces.iter().map(|piece| piece.state).sum::<u64>()
        };
        let bytes: u64 = input.files.iter().map(iinrec::ingest::DataFile::bytes).sum();
        let expected =
            memchr::memchr_iter(b'\n', &std::fs::read(input.files[0].path()).expect("a file")).count();
        assert_eq!(read(), expected as u64 - 1, "every record but the header is a row");
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function(dataset.name(), |b| b.iter(read));
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);

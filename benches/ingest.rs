//! Ingest: the scan beside a count of newlines by `memchr`, and CSV into typed columns, on one core.
//!
//! Both run over the same bytes of a generated registry in the same run. Each checks its answer first.

mod world;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iinrec::batch::{Batch, Dataset};
use iinrec::engine::Engine;
use iinrec::engine::stage::Stage;
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
    group.bench_function("memchr counts newlines", |b| b.iter(|| memchr::memchr_iter(b'\n', black_box(&data)).count()));
    group.bench_function("detected kernel", |b| b.iter(|| scan_all(Scanner::detect(), black_box(&data), &mut index)));
    group.bench_function("portable kernel", |b| b.iter(|| scan_all(Scanner::Portable, black_box(&data), &mut index)));
    group.finish();

    let mut group = c.benchmark_group("typed columns, one core");
    group.sample_size(10);
    for dataset in [Dataset::Registry, Dataset::Documents, Dataset::Activity] {
        let input = world.input(dataset);
        let read = || {
            let ingested = ingest::read(&Engine::Serial, &input, &Rows, &Unobserved).expect("a readable file");
            ingested.pieces.iter().map(|piece| piece.state).sum::<u64>()
        };
        let bytes: u64 = input.files.iter().map(iinrec::ingest::DataFile::bytes).sum();
        let expected = memchr::memchr_iter(b'\n', &std::fs::read(input.files[0].path()).expect("a file")).count();
        assert_eq!(read(), expected as u64 - 1, "every record but the header is a row");
        group.throughput(Throughput::Bytes(bytes));
        group.bench_function(dataset.name(), |b| b.iter(read));
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);

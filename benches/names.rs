//! Parsing, comparing and blocking of names, over the pairs of `testdata/names/pairs.csv`; figures are a pair
//! (for parsing, two names). The bench first asserts its answers: a fast wrong result fails.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iinrec::normalise::name::{PersonName, compare, keys};

fn name(cell: &str) -> PersonName {
    let mut parts = cell.split('|');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(surname), Some(given), Some(patronymic)) => PersonName::new(surname, given, patronymic),
        _ => PersonName::from_full(cell),
    }
}

fn benches(c: &mut Criterion) {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/names/pairs.csv");
    let mut reader = csv::Reader::from_path(table).expect("the table of pairs");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let pairs: Vec<(bool, PersonName, PersonName)> =
        rows.iter().map(|row| (&row[1] == "1", name(&row[2]), name(&row[3]))).collect();
    let right = pairs.iter().filter(|(same, left, right)| compare(left, right).is_match() == *same).count();
    assert!(right * 100 > pairs.len() * 97, "{right} of {} are judged rightly", pairs.len());

    let mut group = c.benchmark_group("names");
    group.throughput(Throughput::Elements(pairs.len() as u64));
    group.bench_function("parse_two", |b| {
        b.iter(|| rows.iter().filter(|row| name(&row[2]).is_empty() || name(&row[3]).is_empty()).count())
    });
    group.bench_function("compare", |b| {
        b.iter(|| pairs.iter().filter(|(_, left, right)| compare(left, right).is_match()).count())
    });
    // What blocking mostly brings: names that have nothing in common.
    group.bench_function("compare_strangers", |b| {
        b.iter(|| pairs.windows(8).filter(|some| compare(&some[0].1, &some[7].1).is_match()).count())
    });
    group.bench_function("keys", |b| {
        b.iter(|| pairs.iter().map(|(_, left, _)| keys(left).as_slice().len()).sum::<usize>())
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);

//! How fast a column of packed numbers is checked, beside the cost of merely copying it.
//!
//! One buffer, drawn from a fixed stream: nine numbers in ten sound, the rest with one digit changed. The
//! expected result is computed by the definition before anything is timed, and every implementation must
//! give the same bytes, so a fast wrong kernel fails here instead of winning.
//! Small in `cargo test --benches` (one pass), large in `cargo bench --bench iin_kernel`.
#![allow(missing_docs, reason = "criterion's macros make public functions")]
#![allow(clippy::print_stdout, reason = "a bench says what it checked")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use iinrec::validate::iin::{check_digit, problems};
use iinrec::validate::kernel::Kernel;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Numbers a column: the size of a batch's column, and one that no cache of a core holds.
const SIZES: [(&str, usize); 2] = [("batch_8k", 8 << 10), ("column_8m", 8 << 20)];

/// Packed numbers of nobody: any birth, serials of 9000 and more.
fn column(len: usize) -> Vec<u64> {
    let mut rng = ChaCha8Rng::seed_from_u64(2024);
    let mut column = Vec::with_capacity(len);
    while column.len() < len {
        let (year, month, day) =
            (rng.random_range(0..100), rng.random_range(1..=12), rng.random_range(1..=28));
        let (digit_7, serial) = (rng.random_range(0..=6), rng.random_range(9000..10_000));
        let first11: u64 = ((((year * 100 + month) * 100 + day) * 10) + digit_7) * 10_000 + serial;
        let digits: [u8; 11] = std::array::from_fn(|i| (first11 / 10u64.pow(10 - i as u32) % 10) as u8);
        let Some(last) = check_digit(&digits) else { continue };
        let mut number = digits.iter().chain([&last]).fold(0u64, |sum, &d| sum << 4 | u64::from(d));
        if rng.random_range(0..10) == 0 {
            let place = 4 * rng.random_range(0..12u32);
            number = number & !(15 << place) | rng.random_range(0..10u64) << place;
        }
        column.push(number);
    }
    column
}

fn throughput(criterion: &mut Criterion) {
    for (name, len) in SIZES {
        let column = column(len);
        let expected: Vec<u8> = column.iter().map(|&packed| problems(packed)).collect();
        let wrong = expected.iter().filter(|&&found| found != 0).count();
        println!("{name}: {wrong} of {len} numbers wrong, result {}", blake3::hash(&expected).to_hex());
        // One digit in ten is changed to itself, and a changed digit 11 shows in 8.5 % of cases only.
        assert!((len * 7 / 100..len / 10).contains(&wrong), "about 8 % of the numbers are wrong");

        let mut found = vec![0; len];
        for kernel in [Kernel::Portable, Kernel::Avx2] {
            found.fill(0xEE);
            kernel.check_column(&column, &mut found);
            assert!(found == expected, "{kernel:?} disagrees with the definition");
        }

        let mut group = criterion.benchmark_group(format!("iin_kernel/{name}"));
        group.throughput(Throughput::Bytes(8 * len as u64)).sample_size(20);
        let mut copy = vec![0u64; len];
        group.bench_with_input(BenchmarkId::from_parameter("memcpy"), &column, |bencher, column| {
            bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(column)));
        });
        for (label, kernel) in [("avx2", Kernel::Avx2), ("portable", Kernel::Portable)] {
            group.bench_with_input(BenchmarkId::from_parameter(label), &column, |bencher, column| {
                bencher.iter(|| kernel.check_column(black_box(column), black_box(&mut found)));
            });
        }
        group.bench_with_input(BenchmarkId::from_parameter("naive"), &column, |bencher, column| {
            bencher.iter(|| {
                for (&packed, out) in black_box(column).iter().zip(black_box(&mut found)) {
                    *out = problems(packed);
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, throughput);
criterion_main!(benches);

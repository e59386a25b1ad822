//! Whatever the bytes, a Parquet file is read or is an error. Start it from testdata/parquet.
#![no_main]

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Once};

use iinrec::batch::{Dataset, Role};
use iinrec::ingest::parquet::ParquetFile;
use iinrec::ingest::{Needs, Reading};
use libfuzzer_sys::fuzz_target;

static QUIET: Once = Once::new();

fuzz_target!(|data: &[u8]| {
    // The Parquet crate panics on some files, and we make an error of it. The fuzzer's hook would end the process
    // before; a panic that reaches the fuzzer still does.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let mut file = tempfile::tempfile().expect("a scratch file");
    file.write_all(data).expect("a scratch file");
    let path = Path::new("fuzz.parquet");
    let Ok(parquet) =
        ParquetFile::over(Arc::new(file), path, Some(Dataset::Registry), &Reading::default(), Needs::Nothing)
    else {
        return;
    };
    for piece in 0..parquet.pieces().min(16) {
        let mut rows = 0;
        let read = parquet.read_piece(piece, &|_| true, |batch| {
            rows += batch.len();
            if let Some(texts) = batch.texts(Role::Surname) {
                assert!(texts.iter().flatten().all(|text| text.len() < data.len() + 64 << 20));
            }
        });
        if let Ok(records) = read {
            assert_eq!(records as usize, rows);
        }
    }
});

//! However a file is cut into pieces, the same rows and rejects come out, and every byte that is no blank line is in one.
#![no_main]

use std::path::Path;

use iinrec::batch::{Batch, Dataset, Role};
use iinrec::engine::Engine;
use iinrec::engine::stage::Stage;
use iinrec::ingest::csv::CsvFile;
use iinrec::ingest::map::Map;
use iinrec::ingest::scan::Scanner;
use iinrec::ingest::{DataFile, Input, Needs, Reading, Unobserved, read};
use libfuzzer_sys::fuzz_target;

struct Rows;

impl Stage for Rows {
    type State = Vec<(u64, String)>;

    fn start(&self) -> Self::State {
        Vec::new()
    }

    fn absorb(&self, rows: &mut Self::State, batch: &Batch) {
        let kinds = batch.texts(Role::Kind).expect("the header names it");
        rows.extend((0..batch.len()).map(|i| (batch.offsets[i], kinds.value(i).to_owned())));
    }
}

/// Rows and rejects of a file in pieces of a size.
fn read_in(text: &[u8], piece_bytes: Option<usize>, scanner: Scanner) -> (Vec<(u64, String)>, String) {
    let map = Map::memory(text.to_vec(), Path::new("fuzz.csv"));
    let csv =
        CsvFile::open(map, Some(Dataset::Activity), &Reading::default(), None, Needs::Required, scanner);
    let csv = csv.expect("the header is sound");
    let csv = match piece_bytes {
        Some(bytes) => csv.with_piece_bytes(bytes),
        None => csv,
    };
    let input = Input { dataset: Dataset::Activity, files: vec![DataFile::Csv(csv)] };
    let ingested = read(&Engine::Serial, &input, &Rows, &Unobserved).expect("text is always read");
    let totals = &ingested.totals[0];
    let rows: Vec<_> = ingested.pieces.into_iter().flat_map(|piece| piece.state).collect();
    assert_eq!(totals.records, rows.len() as u64 + ingested.rejects.len() as u64);
    // Evidence finds every row again at its place.
    let DataFile::Csv(csv) = &input.files[0] else { unreachable!("it was given") };
    for (offset, kind) in rows.iter().filter(|(_, kind)| !kind.is_empty()) {
        // Evidence leaves out spaces of every kind and a spreadsheet's apostrophe; columns only what costs nothing.
        let odd = |letter: char| {
            letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}' | '\'' | '=' | '"')
        };
        let [quoted] = csv.texts_at(*offset, [Role::Kind]);
        assert_eq!(quoted.trim_matches(odd), kind.trim_matches(odd));
    }
    (rows, format!("{:?}", ingested.rejects))
}

fuzz_target!(|data: (u8, &[u8])| {
    let (piece_bytes, rest) = data;
    let text = [&b"iin;kind\n"[..], rest].concat();
    let expected = read_in(&text, None, Scanner::detect());
    assert_eq!(read_in(&text, Some(usize::from(piece_bytes) + 1), Scanner::detect()), expected);
    assert_eq!(read_in(&text, None, Scanner::Portable), expected);
    if rest.len() < 64 {
        for piece_bytes in 1..=rest.len().max(1) {
            assert_eq!(read_in(&text, Some(piece_bytes), Scanner::detect()), expected);
        }
    }
});

//! Files as programs write them, and records that are none.

use super::*;
use crate::engine::Engine;
use crate::engine::stage::Stage;
use crate::ingest::{DataFile, Input, Unobserved};
use proptest::prelude::*;
use std::io::Write;

/// Reads a text as activity; returns the offsets of rows, and the rejects.
fn read(text: &str) -> (Vec<u64>, Vec<(u32, Reason, String)>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let map = Map::open(file.path()).unwrap();
    let activity = Some(Dataset::Activity);
    let csv =
        CsvFile::open(map, activity, &Reading::default(), None, Needs::Required, Scanner::detect()).unwrap();
    let mut offsets = Vec::new();
    let end = csv.read_piece(0, csv.body(), &|_| true, |batch| offsets.extend(&batch.offsets));
    assert_eq!(end.records as usize, offsets.len() + end.rejects.len());
    (offsets, end.rejects.into_iter().map(|r| (r.row, r.reason, r.raw)).collect())
}

#[test]
fn a_stray_quote_costs_its_line_and_no_other() {
    let lines = ["iin,kind", "1,a", "2,\"b", "3,c", "4,\"d\"", "5,e", ""];
    let (offsets, rejects) = read(&lines.join("\n"));
    assert_eq!(offsets.len(), 4, "rows 1, 3, 4 and 5 are read");
    assert_eq!(rejects, [(1, Reason::UnclosedQuote, "2,\"b".to_owned())]);
}

#[test]
fn quoted_newlines_stay_in_their_field() {
    let (offsets, rejects) = read("iin,kind\n1,\"a\nb\"\n2,c\n");
    assert_eq!((offsets.len(), rejects.len()), (2, 0));
}

#[test]
fn blank_lines_are_no_records_and_short_ones_are_rejects() {
    let (offsets, rejects) = read("iin,kind\n\n1,a\r\n\r\n2\n3,b,c\n4,d");
    assert_eq!(offsets.len(), 2);
    let reasons: Vec<_> = rejects.iter().map(|(row, reason, _)| (*row, *reason)).collect();
    assert_eq!(reasons, [(1, Reason::FieldCount), (2, Reason::FieldCount)]);
}

/// What an activity file gives, in the order of its rows: numbers, and the reasons of rejects with their rows.
fn numbers_of(bytes: &[u8]) -> (Vec<String>, Vec<(u32, &'static str)>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let spooling = crate::ingest::Spooling::default();
    let activity = Dataset::Activity;
    let file =
        DataFile::open(file.path(), activity, &Reading::default(), Needs::Required, &spooling).unwrap();
    let input = Input { dataset: activity, files: vec![file] };
    let ingested = crate::ingest::read(&Engine::Serial, &input, &LastDigits, &Unobserved).unwrap();
    let numbers = ingested.pieces.into_iter().flat_map(|piece| piece.state).collect();
    let rejects = ingested.rejects.iter().map(|(_, reject)| (reject.row, reject.reason.name())).collect();
    (numbers, rejects)
}

/// Keeps the last digit of each number and the kind beside it.
struct LastDigits;

impl Stage for LastDigits {
    type State = Vec<String>;

    fn start(&self) -> Vec<String> {
        Vec::new()
    }

    fn absorb(&self, numbers: &mut Vec<String>, batch: &Batch) {
        let texts = batch.texts(Role::Kind);
        for (i, &iin) in batch.iins(Role::Iin).unwrap().iter().enumerate() {
            let kind = texts.map_or("", |texts| texts.value(i));
            numbers.push(format!("{}{kind}", iin & 0xff));
        }
    }
}

#[test]
fn files_as_programs_write_them() {
    let a = "00000000000";
    let plain = vec!["1x".to_owned(), "2y".to_owned()];
    for (text, why) in [
        (format!("iin,kind\n{a}1,x\n{a}2,y\n"), "LF"),
        (format!("iin,kind\r\n{a}1,x\r\n{a}2,y\r\n"), "CRLF"),
        (format!("iin,kind\r\n{a}1,x\n{a}2,y\r\n"), "both"),
        (format!("iin,kind\r{a}1,x\r{a}2,y\r"), "CR alone, as before 2001"),
        (format!("iin,kind\r{a}1,x\r{a}2,y"), "and no end to the last line"),
        (format!("\n\niin,kind\n{a}1,x\n\n{a}2,y\n\n"), "empty lines, also before the header"),
        (format!("sep=;\r\niin;kind\r\n{a}1;x\r\n{a}2;y\r\n"), "the line that tells Excel the delimiter"),
        (format!("\u{feff}sep=|\niin|kind\n{a}1|x\n{a}2|y\n"), "after a byte order mark"),
        (format!("iin;kind;\n{a}1;x;\n{a}2;y;\n"), "a delimiter at the end of every line"),
        (format!("iin;kind\n{a}1;x;\n{a}2;y;\n"), "of every row, not of the header"),
        (format!("iin;kind\r\n{a}1;x;\r\n{a}2;y;\r\n"), "with CRLF"),
        (format!("iin;kind;\n{a}1;x\n{a}2;y\n"), "of the header, not of the rows"),
        (format!("iin;;kind\n{a}1;z;x\n{a}2;;y\n"), "a column without a name"),
        (format!("iin;;;kind\n{a}1;;;x\n{a}2;;;y\n"), "two of them"),
        (format!("\"iin\";\"kind\"\n\"{a}1\";\"x\"\n\"{a}2\";\"y\"\n"), "everything in quotes"),
        (format!("iin\tkind\n{a}1\tx\n{a}2\ty"), "tabs, and no newline at the end"),
        (format!("iin,kind\n=\"{a}1\",x\n\"=\"\"{a}2\"\"\",y\n"), "formulas that keep zeros"),
    ] {
        assert_eq!(numbers_of(text.as_bytes()), (plain.clone(), vec![]), "{why}");
    }
    for (text, numbers, rejects, why) in [
        (format!("iin,kind\n{a}1,\"a\"\"b\"\n"), &["1a\"b"][..], &[][..], "doubled quotes"),
        (format!("iin,kind\n{a}1,\"a\nb\"\n{a}2,c\n"), &["1a\nb", "2c"], &[], "a newline in quotes"),
        (
            format!("iin,kind\n{a}1,x\niin,kind\n{a}2,y\n"),
            &["1x", "2y"],
            &[(1, "repeated_header")],
            "two exports put together",
        ),
        (
            format!("iin,kind\r\n{a}1,x\r\n\u{feff}iin,kind\r\n{a}2,y\r\n"),
            &["1x", "2y"],
            &[(1, "repeated_header")],
            "each with its byte order mark",
        ),
        (format!("iin,kind\n{a}1,x\nИтого: 1\n"), &["1x"], &[(1, "field_count")], "a footer"),
        (
            format!("iin;kind\n{a}1;x;\n{a}2;y;z\n{a}3;z;\n{a}4;u\n"),
            &["1x", "3z"],
            &[(1, "field_count"), (3, "field_count")],
            "what stands behind the last delimiter is nobody's",
        ),
        (
            format!("iin;kind\n{a}1;x\n{a}2;y;\n{a}3;z\n"),
            &["1x", "3z"],
            &[(1, "field_count")],
            "one row with a delimiter more is no habit of the file",
        ),
        (
            format!("iin,kind\n{a}1,a\rb\n{a}2,c\n"),
            &["1a\rb", "2c"],
            &[],
            "a carriage return inside a value of a file with newlines",
        ),
    ] {
        let numbers = numbers.iter().map(|&n| n.to_owned()).collect();
        assert_eq!(numbers_of(text.as_bytes()), (numbers, rejects.to_vec()), "{why}");
    }
}

/// Found by fuzzing: a file whose rows have a field more than its header was read, and evidence of it was a panic.
#[test]
fn evidence_is_found_in_files_of_any_layout() {
    for (text, why) in [
        ("iin;kind\n1;x\n", "one field a column"),
        ("iin;kind\n1;x;\n", "a delimiter at the end of the rows"),
        ("iin;kind;\n1;x\n", "of the header"),
        ("iin;kind;\n1;x;\n", "of both"),
        ("iin;kind\n;x;", "and no newline at the end"),
        ("sep=;\niin;kind\n=\"1\";\"x\";\n", "with a line that tells the delimiter, and quotes"),
    ] {
        let map = Map::memory(text.as_bytes().to_vec(), Path::new("layout.csv"));
        let (activity, scanner) = (Some(Dataset::Activity), Scanner::detect());
        let csv = CsvFile::open(map, activity, &Reading::default(), None, Needs::Required, scanner).unwrap();
        let mut offsets = Vec::new();
        csv.read_piece(0, csv.body(), &|_| true, |batch| offsets.extend(&batch.offsets));
        let quoted: Vec<String> =
            offsets.iter().map(|&at| csv.texts_at(at, [Role::Kind])[0].clone()).collect();
        assert_eq!(quoted, ["x"], "{why}");
    }
}

/// Rows (offset and last digits) and rejects of a text that is cut into pieces of a size.
fn read_in_pieces(text: &[u8], piece_bytes: usize) -> (Vec<String>, String) {
    let map = Map::memory(text.to_vec(), Path::new("pieces.csv"));
    let activity = Dataset::Activity;
    let csv =
        CsvFile::open(map, Some(activity), &Reading::default(), None, Needs::Required, Scanner::detect())
            .unwrap();
    let input = Input { dataset: activity, files: vec![DataFile::Csv(csv.with_piece_bytes(piece_bytes))] };
    let ingested = crate::ingest::read(&Engine::Serial, &input, &LastDigits, &Unobserved).unwrap();
    let rows = ingested.pieces.into_iter().flat_map(|piece| piece.state).collect();
    (rows, format!("{:?}", ingested.rejects))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// Wherever a file is cut, in quotes, in a line's end, in a letter: the same rows and rejects.
    #[test]
    fn every_cut_gives_the_same(
        parts in prop::collection::vec(prop::sample::select(vec![";", "\n", "\r\n", "\"", "\"\"", "a", "é", "1;b\n"]), 0..40),
    ) {
        let text = format!("iin;kind\n{}", parts.concat());
        let expected = read_in_pieces(text.as_bytes(), PIECE_BYTES);
        for piece_bytes in 1..text.len() {
            prop_assert_eq!(&read_in_pieces(text.as_bytes(), piece_bytes), &expected, "pieces of {} bytes", piece_bytes);
        }
    }
}

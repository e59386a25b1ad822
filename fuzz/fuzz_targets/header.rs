//! Any first line is a header or an error; no role stands twice, and every role has its source in the file.
#![no_main]

use std::path::Path;

use iinrec::batch::{Dataset, Role};
use iinrec::ingest::csv::CsvFile;
use iinrec::ingest::header::{self, ColumnOverride, Source};
use iinrec::ingest::map::Map;
use iinrec::ingest::scan::Scanner;
use iinrec::ingest::{Needs, Reading};
use libfuzzer_sys::fuzz_target;

/// Names that exports have, so that the fuzzer need not find them.
const NAMES: [&str; 12] = [
    "iin",
    "ИИН",
    "ФИО",
    "surname",
    "Имя",
    "Дата рождения",
    "Серия",
    "номер",
    "страна выдачи",
    "",
    " ",
    "mrz",
];

fuzz_target!(|input: (u8, Vec<(u8, String)>, &[u8])| {
    let (choice, names, bytes) = input;
    let dataset = [Dataset::Registry, Dataset::Documents, Dataset::Activity][usize::from(choice % 3)];
    let needs = if choice & 4 == 0 { Needs::Nothing } else { Needs::Required };
    let headers: Vec<String> = names
        .iter()
        .map(|(known, name)| NAMES.get(usize::from(*known)).map_or(name.clone(), |known| (*known).to_owned()))
        .collect();
    let overrides: Vec<ColumnOverride> = headers
        .iter()
        .take(usize::from(choice >> 6))
        .map(|header| ColumnOverride {
            header: header.clone(),
            role: Some(Role::ALL[usize::from(choice) % Role::COUNT]),
        })
        .collect();
    header::guess_dataset(&headers);
    if let Ok(found) = header::resolve(dataset, &headers, &overrides, needs, Path::new("x.csv")) {
        assert_eq!(found.roles.len(), headers.len());
        for role in Role::ALL {
            assert!(found.roles.iter().filter(|&&own| own == Some(role)).count() <= 1);
            match found.source(role) {
                None => {}
                Some(Source::Column(at) | Source::NamePart(at, _)) => assert!(at < headers.len()),
                Some(Source::Joined { series, number }) => {
                    assert!(series != number && number < headers.len())
                }
            }
        }
    }

    header::detect_delimiter(bytes);
    let map = Map::memory(bytes.to_vec(), Path::new("x.csv"));
    if let Ok(file) = CsvFile::open(map, None, &Reading::default(), None, Needs::Nothing, Scanner::detect()) {
        let end = file.read_piece(0, file.body(), &|_| true, |_| {});
        assert!(end.next >= file.body() && end.next <= bytes.len());
    }
});

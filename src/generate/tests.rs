//! The generator against its own laws, read back from the files it wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::numbers::{iin_check_digit, mrz_check_digit};
use super::*;

/// A world in a scratch folder, read back as rows of fields.
struct Read {
    _folder: tempfile::TempDir,
    totals: Totals,
    files: BTreeMap<String, Vec<BTreeMap<String, String>>>,
}

fn world(change: impl FnOnce(&mut Options)) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(20_000, 5, folder.path().join("world"));
    change(&mut options);
    let totals = generate(&options).unwrap();
    let mut files = BTreeMap::new();
    for (name, _) in bytes(&options.out) {
        let mut reader = csv::Reader::from_path(options.out.join(&name)).unwrap();
        files.insert(name, reader.deserialize().collect::<std::result::Result<Vec<_>, _>>().unwrap());
    }
    Read { _folder: folder, totals, files }
}

impl Read {
    fn rows(&self, name: &str) -> &[BTreeMap<String, String>] {
        &self.files[&format!("{name}.csv")]
    }

    fn suspects(&self) -> BTreeSet<&str> {
        self.rows("truth_suspects").iter().map(|row| row["iin"].as_str()).collect()
    }
}

fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_at_any_thread_count() {
    let folder = tempfile::tempdir().unwrap();
    let worlds = [1, 3].map(|threads| {
        let mut options = Options::new(200_000, 9, folder.path().join(threads.to_string()));
        options.threads = NonZeroUsize::new(threads);
        options.customers = true;
        generate(&options).unwrap();
        bytes(&options.out)
    });
    assert_eq!(worlds[0].len(), 10);
    assert!(worlds[0] == worlds[1], "files differ between 1 and 3 threads");
    let mut other = Options::new(200_000, 10, folder.path().join("other"));
    other.overwrite = true;
    generate(&other).unwrap();
    assert!(bytes(&other.out) != worlds[0], "another seed gave the same world");
}

#[test]
fn customers_are_the_people_of_the_world_and_change_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let [without, with] = [false, true].map(|customers| {
        let mut options = Options::new(9000, 5, folder.path().join(customers.to_string()));
        options.customers = customers;
        generate(&options).unwrap();
        bytes(&options.out)
    });
    assert!(without.iter().all(|(name, bytes)| with[name] == *bytes), "another file has changed");
    let world = world(|options| options.customers = true);
    let numbers: BTreeSet<&str> = world.rows("registry").iter().map(|row| row["iin"].as_str()).collect();
    let (head, branch) = (world.rows("customers"), world.rows("customers_branch"));
    let truth = world.rows("truth_customers");
    assert_eq!((head.len() + branch.len(), truth.len() as u64), (truth.len(), world.totals.customers));
    let ids: BTreeSet<&str> = truth.iter().map(|row| row["record_id"].as_str()).collect();
    assert_eq!(ids.len(), truth.len(), "two records have one id");
    let known = head.iter().filter(|row| numbers.contains(row["iin"].as_str())).count();
    let share = known as f64 / head.len() as f64;
    assert!(
        (0.45..0.55).contains(&share),
        "{share:.3} of the head office's records have a number of the registry"
    );
    assert!(branch.iter().all(|row| !row["ФИО"].trim().is_empty()));
    for kind in ["twin", "namesake", "junior", "married", "family"] {
        assert!(truth.iter().any(|row| row["kind"] == kind), "no {kind} is among them");
    }
    let latin = truth.iter().filter(|row| row["script"] == "latin").count() as f64 / truth.len() as f64;
    assert!((0.25..0.45).contains(&latin), "{latin:.3} of the names are Latin");
}

#[test]
fn numbers_are_unique_and_valid_unless_planted() {
    let world = world(|_| {});
    let suspects = world.suspects();
    let mut seen = BTreeSet::new();
    for row in world.rows("registry") {
        let iin = &row["iin"];
        assert!(seen.insert(iin), "two rows have one number");
        let number: u64 = iin.parse().unwrap();
        let sound = iin.len() == 12 && iin_check_digit(number / 10) == Some(number % 10);
        assert!(sound || suspects.contains(iin.as_str()));
    }
    assert_eq!(seen.len(), 20_000);
    let mut documents = BTreeSet::new();
    for row in world.rows("documents") {
        let key = (&row["document_country"], &row["document_number"]);
        assert!(documents.insert(key), "two documents have one number");
    }
    for row in world.rows("truth_corrections").iter().filter(|row| row["kind"] == "iin_unknown") {
        assert!(!seen.contains(&row["iin"]), "an unknown number is registered");
    }
}

#[test]
fn zones_have_right_check_digits_unless_planted() {
    let world = world(|options| options.rates.mrz = 1.0);
    let (mut zones, mut broken) = (0, 0);
    for row in world.rows("documents") {
        let mrz = row["mrz"].as_bytes();
        let sound = match mrz.len() {
            0 => continue,
            88 => {
                let line = &mrz[44..];
                let all = [&line[..10], &line[13..20], &line[21..43]].concat();
                mrz_check_digit(&line[..9]) == line[9] && mrz_check_digit(&all) == line[43]
            }
            90 => {
                let all = [&mrz[5..30], &mrz[30..37], &mrz[38..45], &mrz[48..59]].concat();
                mrz_check_digit(&mrz[5..14]) == mrz[14] && mrz_check_digit(&all) == mrz[59]
            }
            other => panic!("a zone of {other} characters"),
        };
        zones += 1;
        broken += usize::from(!sound);
    }
    let malformed = world.rows("truth_suspects").iter().filter(|row| row["style"] == "malformed").count();
    assert!(zones > 15_000 && broken <= malformed, "{zones} zones, {broken} broken, {malformed} planted");
}

#[test]
fn shares_meet_their_rates() {
    let world = world(|options| options.people = 100_000);
    let people = 100_000.0;
    let rates = Rates::DEFAULT;
    let share = |file: &str, field: &str, value: &str| {
        world.rows(file).iter().filter(|row| row[field] == value).count() as f64 / people
    };
    let foreign = 1.0 - share("registry", "citizenship", "KAZ");
    for (what, found, wanted, tolerance) in [
        ("foreigners", foreign, rates.foreigners, 0.1),
        ("invented", world.totals.suspects as f64 / people, rates.invented, 0.4),
        ("corrected", share("truth_innocents", "kind", "up_to_date"), rates.corrected, 0.15),
        ("expired", share("truth_corrections", "kind", "document_expired"), rates.expired, 0.25),
        ("families", share("truth_innocents", "kind", "family_phone"), rates.families, 0.1),
        ("twins", share("truth_innocents", "kind", "twin"), rates.twins, 0.25),
        ("namesakes", share("truth_innocents", "kind", "namesake"), rates.namesakes, 0.4),
        ("duplicates", world.totals.persons as f64 / 2.0 / people, rates.duplicates, 0.4),
        ("iin_unknown", share("truth_corrections", "kind", "iin_unknown"), rates.iin_unknown, 0.25),
        ("iin_mismatch", share("truth_corrections", "kind", "iin_mismatch"), rates.iin_mismatch, 0.25),
        (
            "renewed",
            share("truth_corrections", "kind", "document_replaced"),
            rates.renewed + rates.married + rates.naturalised,
            0.15,
        ),
        (
            "employers",
            share("truth_innocents", "kind", "employer_worker"),
            rates.employers * rates.foreigners,
            0.35,
        ),
        (
            "dormitories",
            share("truth_innocents", "kind", "dormitory_resident"),
            rates.dormitories * rates.foreigners,
            0.35,
        ),
    ] {
        assert!((found / wanted - 1.0).abs() <= tolerance, "{what}: {found:.5}, wanted {wanted:.5}");
    }
}

#[test]
fn truth_is_planted_only_where_the_rows_show_it() {
    let world = world(|options| options.rates.formatted = 0.0);
    let registry: BTreeMap<&str, &BTreeMap<String, String>> =
        world.rows("registry").iter().map(|row| (row["iin"].as_str(), row)).collect();
    let documents: BTreeMap<(&str, &str), &BTreeMap<String, String>> = world
        .rows("documents")
        .iter()
        .map(|row| ((row["document_country"].as_str(), row["document_number"].as_str()), row))
        .collect();
    let mut kinds = BTreeMap::new();
    for truth in world.rows("truth_corrections") {
        *kinds.entry(truth["kind"].as_str()).or_insert(0) += 1;
        let key = (truth["document_country"].as_str(), truth["document_number"].as_str());
        let doc = documents.get(&key);
        let person = registry.get(truth["iin"].as_str());
        match truth["kind"].as_str() {
            "iin_unknown" => {
                assert!(person.is_none());
                assert_eq!(doc.unwrap()["iin"], truth["iin"]);
                continue;
            }
            "document_expired" => {
                let person = person.unwrap();
                assert_eq!(person["document_expiry_date"], truth["registered_value"]);
                assert!(person["document_expiry_date"].as_str() < "2026-01-01");
                continue;
            }
            _ => {}
        }
        let (person, doc) = (person.unwrap(), doc.unwrap());
        match truth["kind"].as_str() {
            "document_replaced" => {
                assert_eq!(person["document_number"], truth["registered_value"]);
                assert_eq!(doc["document_number"], truth["current_value"]);
                assert!(person["document_issue_date"] < doc["issue_date"]);
                assert!(matches!(doc["status"].as_str(), "" | "valid"));
                match truth["note"].as_str() {
                    "iin" => assert_eq!(doc["iin"], truth["iin"]),
                    "previous_number" => assert!(!doc["previous_number"].is_empty()),
                    "personal_number" => assert!(!doc["personal_number"].is_empty()),
                    _ => assert_eq!(doc["birth_date"], person["birth_date"]),
                }
            }
            "document_invalidated" => {
                assert_eq!(person["document_number"], doc["document_number"]);
                assert!(matches!(doc["status"].as_str(), "lost" | "stolen" | "cancelled"));
            }
            "name_changed" => assert_eq!(doc["surname"], truth["current_value"]),
            "citizenship_changed" => assert_ne!(doc["nationality"], person["citizenship"]),
            "birth_date_differs" => {
                assert_eq!(person["document_number"], doc["document_number"]);
                assert_ne!(person["birth_date"], doc["birth_date"]);
            }
            "sex_differs" => assert_ne!(person["sex"], doc["sex"]),
            "iin_mismatch" => {
                assert_eq!(person["document_number"], doc["document_number"]);
                assert_ne!(doc["iin"], person["iin"]);
                assert!(registry.contains_key(doc["iin"].as_str()));
            }
            other => panic!("no such kind: {other}"),
        }
    }
    assert_eq!(kinds.len(), 9, "every kind occurs: {kinds:?}");
    for row in world.rows("registry") {
        let suspect = world.suspects().contains(row["iin"].as_str());
        if suspect {
            continue;
        }
        assert!(row["document_issue_date"] > row["birth_date"], "issued before birth");
        assert!(row["assigned_on"] >= row["birth_date"], "assigned before birth");
        assert!(row["document_expiry_date"] > row["assigned_on"], "expired at assignment");
    }
}

#[test]
fn every_style_reads_back_as_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(1000, 3, folder.path().join("styled"));
    options.style = Style {
        delimiter: Delimiter::Semicolon,
        encoding: Encoding::Windows1251,
        header_language: HeaderLanguage::Russian,
        date_format: DateFormat::Dotted,
    };
    generate(&options).unwrap();
    let bytes = &bytes(&options.out)["registry.csv"];
    let (text, _, _) = encoding_rs::WINDOWS_1251.decode(bytes);
    assert!(text.starts_with("ИИН;Фамилия;Имя;Отчество;Дата рождения;"));
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap()).collect::<Vec<_>>();
    assert_eq!(rows.len(), 1000);
    assert!(rows.iter().all(|row| row[4].len() == 10 && &row[4][2..3] == "."));
}

#[test]
fn tiny_and_extreme_worlds() {
    for people in [1, 7, 8, 9, 100] {
        assert_eq!(world(|options| options.people = people).rows("registry").len(), people as usize);
    }
    let all = world(|options| {
        options.people = 2000;
        options.rates.foreigners = 1.0;
        options.rates.invented = 0.3;
        options.rates.twins = 0.5;
        options.rates.strangers = 1.0;
    });
    assert!(all.rows("registry").iter().all(|row| row["citizenship"] != "KAZ"));
    world(|options| {
        options.people = 2000;
        options.rates.foreigners = 0.0;
        options.rates.invented = 0.05;
        options.as_of = crate::day::from_civil(2012, 6, 30).unwrap();
    });
}

#[test]
fn what_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.txt"), "keep").unwrap();
    let refused = |change: &dyn Fn(&mut Options)| {
        let mut options = Options::new(100, 1, folder.path());
        change(&mut options);
        generate(&options).map(|_| ()).map_err(|error| error.exit_code())
    };
    assert_eq!(refused(&|_| {}), Err(2), "a folder that is not empty");
    assert_eq!(refused(&|options| options.overwrite = true), Ok(()));
    assert_eq!(refused(&|options| options.people = 0), Err(2));
    assert_eq!(refused(&|options| options.rates.renewed = 1.5), Err(2));
    assert_eq!(refused(&|options| options.rates.corrected = 0.95), Err(2), "fates of more than everybody");
    assert!(folder.path().join("mine.txt").exists());
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(folder.path().join("registry.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn makes_have_their_rings_and_crowds() {
    for (make, rings, crowds) in [
        (Make::FewRings, &["portal_mass", "agent_mimic"][..], &["honest_agent_client"][..]),
        (Make::ManySmall, &["shared_document", "careful", "bad_iin"], &["mass_filing", "village_phone"]),
        (Make::LookAlikes, &["agent_mimic"], &["uncovered_company", "client_of_ring_agent", "tourist"]),
    ] {
        let world = world(|options| {
            options.people = 60_000;
            options.make = make;
            options.rates.invented = 0.02;
        });
        let count = |file: &str, field: &str, value: &str| {
            world.rows(file).iter().filter(|row| row[field] == value).count()
        };
        for style in rings {
            assert!(count("truth_suspects", "style", style) > 0, "{make:?} has no {style}");
        }
        for kind in crowds {
            assert!(count("truth_innocents", "kind", kind) > 0, "{make:?} has no {kind}");
        }
        let share = world.totals.suspects as f64 / 60_000.0;
        assert!((0.008..0.04).contains(&share), "{make:?}: {share} invented, 0.02 wanted");
        // Nobody is both, and numbers stay unique.
        let suspects = world.suspects();
        let innocents = world.rows("truth_innocents").iter();
        assert!(innocents.clone().all(|row| !suspects.contains(row["iin"].as_str())), "{make:?}");
        let numbers: BTreeSet<&String> = world.rows("registry").iter().map(|row| &row["iin"]).collect();
        assert_eq!(numbers.len(), 60_000);
        let known: BTreeSet<&str> = world.rows("registry").iter().map(|row| row["iin"].as_str()).collect();
        assert!(innocents.clone().all(|row| known.contains(row["iin"].as_str())), "{make:?}");
    }
}

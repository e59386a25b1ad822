//! `iinrec dedupe`: the real binary on customer files that the test makes, of which it knows the persons.

mod util;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use util::{Run, Scratch, Table, command, digests, finish, run_json};

/// A generator of its own: the same bytes for ever.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides as u64) as usize
    }

    fn name(&mut self, kinds: usize) -> String {
        const SYLLABLES: [&str; 12] =
            ["Ber", "Kar", "Mol", "Tan", "Sul", "Dar", "Nur", "Alt", "Zhan", "Ik", "Er", "Ush"];
        // Few are frequent and many are rare, as with people.
        let mut which = self.roll(kinds).min(self.roll(kinds));
        let mut name = String::new();
        for _ in 0..3 {
            name.push_str(SYLLABLES[which % 12]);
            which /= 12;
        }
        name[..1].to_owned() + &name[1..].to_lowercase()
    }

    fn slip(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        let at = self.roll(letters.len() - 1);
        match self.roll(3) {
            0 => letters.swap(at, at + 1),
            1 => letters[at] = 'x',
            _ => drop(letters.remove(at)),
        }
        letters.into_iter().collect()
    }
}

/// Customers with slips, and the truth.
fn customers(persons: usize) -> (String, String) {
    let mut dice = Dice(2026);
    let mut file = String::from("record_id,surname,given_name,birth_date,sex,phone,city\n");
    let mut truth = String::from("record_id,cluster\n");
    let mut id = 0;
    for person in 0..persons {
        let (surname, given) = (dice.name(900), dice.name(200));
        let (year, month, day) = (1940 + dice.roll(66), 1 + dice.roll(12), 1 + dice.roll(28));
        let phone = format!("+7701{:07}", dice.roll(10_000_000));
        let (sex, city) = (["M", "F"][dice.roll(2)], dice.name(30));
        for copy in 0..1 + dice.roll(3) {
            let mut row = [
                surname.clone(),
                given.clone(),
                format!("{year}-{month:02}-{day:02}"),
                sex.to_owned(),
                phone.clone(),
                city.clone(),
            ];
            if copy > 0 {
                let at = [0, 1, 2, 4, 5][dice.roll(5)];
                row[at] = match (at, dice.roll(3)) {
                    (_, 0) => String::new(),
                    (0 | 1, _) => dice.slip(&row[at]),
                    (2, _) => format!("{year}-{:02}-{day:02}", 1 + dice.roll(12)),
                    (4, _) => format!("+7705{:07}", dice.roll(10_000_000)),
                    _ => dice.name(30),
                };
            }
            writeln!(file, "c{id},{}", row.join(",")).expect("memory takes all");
            writeln!(truth, "c{id},{person}").expect("memory takes all");
            id += 1;
        }
    }
    (file, truth)
}

fn dedupe(files: &[&Path], out: &Path, more: &[&str]) -> Run {
    let mut run = command();
    run.arg("dedupe").args(files).arg("--out").arg(out).args(["--as-of", "2026-01-01"]).args(more);
    finish(&mut run)
}

#[test]
fn persons_are_found_and_the_report_adds_up() {
    let scratch = Scratch::new();
    let (file, truth) = customers(400);
    let records = file.lines().count() - 1;
    let file = scratch.write("customers.csv", file);
    let truth = scratch.write("truth.csv", truth);
    let out = scratch.join("out");
    let run = dedupe(&[&file], &out, &["--truth", truth.to_str().unwrap()]).expect(0);
    assert!(run.stdout.contains("Against the truth of"), "{}", run.stdout);

    let json = run_json(&out);
    let figure = |name: &str| json["truth"]["clusters"][name].as_f64().unwrap();
    assert!(figure("precision") > 0.98 && figure("recall") > 0.95, "{:?}", json["truth"]["clusters"]);
    assert!(json["truth"]["calibration_error"].as_f64().unwrap() < 0.05, "{:?}", json["truth"]);

    // Every record stands in one cluster, once, and clusters have the size that they say.
    let clusters = Table::read(&out.join("clusters.parquet"));
    assert_eq!(clusters.len(), records);
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for id in clusters.values("cluster_id") {
        *sizes.entry(id).or_default() += 1;
    }
    for row in clusters.select(&["cluster_id", "cluster_size"]) {
        assert_eq!(sizes[&row[0]].to_string(), row[1]);
    }
    assert_eq!(json["counts"]["persons"], sizes.len());
    // Every pair says why.
    let pairs = Table::read(&out.join("pairs.parquet"));
    assert!(pairs.len() > 300);
    assert!(pairs.values("comparisons").iter().all(|text| text.contains("exact") || text.contains(' ')));
    // What the golden record holds stands in some record.
    let source = std::fs::read_to_string(&file).unwrap();
    for row in Table::read(&out.join("golden.parquet")).select(&["value"]) {
        assert!(source.contains(&row[0]), "a value that no record has");
    }
}

#[test]
fn the_report_is_the_same_at_any_number_of_threads() {
    let scratch = Scratch::new();
    let (file, _) = customers(300);
    let file = scratch.write("customers.csv", file);
    let reports: Vec<_> = ["1", "2", "7"]
        .iter()
        .map(|threads| {
            let out = scratch.join(threads);
            dedupe(&[&file], &out, &["--threads", threads]).expect(0);
            digests(&out)
        })
        .collect();
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0], reports[2]);
}

#[test]
fn clusters_keep_their_ids_when_records_are_added() {
    let scratch = Scratch::new();
    let (file, _) = customers(300);
    let lines: Vec<&str> = file.lines().collect();
    let most = lines.len() * 9 / 10;
    // The later file stands in another order, so that nothing but the ids of records is known.
    let before = scratch.write("before.csv", lines[..most].join("\n") + "\n");
    let mut later = lines.clone();
    later[1..].reverse();
    let after = scratch.write("after.csv", later.join("\n") + "\n");
    let (first, second) = (scratch.join("first"), scratch.join("second"));
    dedupe(&[&before], &first, &[]).expect(0);
    dedupe(&[&after], &second, &["--previous", first.to_str().unwrap()]).expect(0);
    let ids = |report: &Path| -> BTreeMap<String, String> {
        let rows = Table::read(&report.join("clusters.parquet")).select(&["record_id", "cluster_id"]);
        rows.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
    };
    let (old, new) = (ids(&first), ids(&second));
    let kept = old.iter().filter(|(record, cluster)| new[*record] == **cluster).count();
    assert!(kept * 100 >= old.len() * 97, "{kept} of {} kept their cluster", old.len());
}

#[test]
fn rules_stand_beside_probabilities() {
    let scratch = Scratch::new();
    let (one, other) = (util::iin("900101", 3, 9101), util::iin("900101", 3, 9201));
    // Twins' worth of likeness but two numbers; and one number with a birth date under two names.
    let mut file = String::from("record_id,iin,surname,given_name,birth_date,phone\n");
    write!(
        file,
        "a,{one},Berikov,Azamat,1990-01-01,+77010000001\nb,{other},Berikov,Azamat,1990-01-01,+77010000001\n\
         c,{one},Karimova,Saule,1990-01-01,+77059999999\n"
    )
    .unwrap();
    let mut dice = Dice(5);
    for id in 0..60 {
        let (surname, given) = (dice.name(900), dice.name(200));
        writeln!(file, "r{id},,{surname},{given},19{}-05-0{},", 50 + dice.roll(50), 1 + dice.roll(9))
            .unwrap();
        writeln!(file, "s{id},,{surname},{given},,+7702{:07}", dice.roll(9_999_999)).unwrap();
    }
    let file = scratch.write("customers.csv", file);
    let out = scratch.join("out");
    dedupe(&[&file], &out, &[]).expect(0);
    let rows = Table::read(&out.join("clusters.parquet")).select(&["record_id", "cluster_id"]);
    let cluster = |id: &str| rows.iter().find(|row| row[0] == id).unwrap()[1].clone();
    assert_eq!(cluster("a"), cluster("c"), "the same valid number and birth date is one person");
    assert_ne!(cluster("a"), cluster("b"), "two valid numbers are two persons");
}

#[test]
fn files_are_linked_and_labels_are_not_looked_at() {
    let scratch = Scratch::new();
    let left =
        "id,first_name,last_name,dob,cluster\n1,Azamat,Berikov,1990-02-03,x\n2,Saule,Karimova,1985-07-09,y\n";
    let right =
        "id,first_name,last_name,dob,cluster\n1,Azamat,Berikov,1990-02-03,z\n3,Marat,Ospanov,1971-11-30,x\n";
    let (left, right) = (scratch.write("left.csv", left), scratch.write("right.csv", right));
    let out = scratch.join("out");
    let run = dedupe(&[&left, &right], &out, &[]).expect(0);
    assert!(run.stdout.contains("columns without a role, ignored: cluster"), "{}", run.stdout);
    let rows = Table::read(&out.join("clusters.parquet")).select(&["record_id", "row"]);
    assert_eq!(rows, [["1", "1"], ["2", "2"], ["1", "3"], ["3", "4"]]);
}

#[test]
fn a_model_is_saved_and_used_again() {
    let scratch = Scratch::new();
    let (file, _) = customers(200);
    let file = scratch.write("customers.csv", file);
    let (first, second) = (scratch.join("first"), scratch.join("second"));
    dedupe(&[&file], &first, &[]).expect(0);
    let model = first.join("model.json");
    dedupe(&[&file], &second, &["--model", model.to_str().unwrap()]).expect(0);
    // Six digits of each number are kept: the same persons, and nearly the same weights.
    let persons = |report: &Path| Table::read(&report.join("clusters.parquet")).rows;
    assert_eq!(persons(&first), persons(&second));
    let broken = scratch.write("broken.json", "{\"prior\": ");
    let run = dedupe(&[&file], &scratch.join("third"), &["--model", broken.to_str().unwrap()]).expect(2);
    assert!(run.stderr.contains("the model cannot be used"), "{}", run.stderr);
}

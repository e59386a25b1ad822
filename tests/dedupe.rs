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
fn under_a_limit_of_memory_the_report_is_the_same() {
    let scratch = Scratch::new();
    let (file, _) = customers(300);
    let file = scratch.write("customers.csv", file);
    let (whole, laid) = (scratch.join("whole"), scratch.join("laid"));
    dedupe(&[&file], &whole, &[]).expect(0);
    // Nobody knows what a pipe will bring: with a limit it is laid down whatever it is.
    let mut run = command();
    run.args(["dedupe", "-", "--as-of", "2026-01-01", "--memory-limit", "512M", "--out"]).arg(&laid);
    let run = run.stdin(std::fs::File::open(&file).expect("it was written")).output().expect("it runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 MiB laid down on the disk"), "{said}");
    // The account and the page name the input, which is a file here and a pipe there.
    let named = ["run.json", "report.html"];
    let tables =
        |report: &Path| digests(report).into_iter().filter(|(name, _)| !named.contains(&name.as_str()));
    assert!(tables(&whole).eq(tables(&laid)));
    let run = dedupe(&[&file], &scratch.join("none"), &["--memory-limit", "10M"]).expect(2);
    assert!(run.stderr.contains("these inputs need"), "{}", run.stderr);
    assert!(!scratch.join("none").exists());
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

/// Whether tags are closed in the order in which they were opened, and every `&` begins a reference. A page that
/// values broke out of would not be.
fn well_formed(page: &str) -> Result<(), String> {
    let style = page.find("<style>").unwrap()..page.find("</style>").unwrap();
    let text = format!("{}{}", &page[..style.start], &page[style.end + "</style>".len()..]);
    for (at, _) in text.match_indices('&') {
        let end = text[at..].find(';').ok_or("a reference without an end")?;
        let name = &text[at + 1..at + end];
        if !name.starts_with('#') && !["amp", "lt", "gt", "quot"].contains(&name) {
            return Err(format!("no reference: {name}"));
        }
    }
    let mut open: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').ok_or("a tag without an end")?;
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop();
            if last != Some(name) {
                return Err(format!("{name} closes {last:?}"));
            }
        } else if !tag.starts_with('!') && !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap_or_default());
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("open at the end: {open:?}")) }
}

#[test]
fn the_page_is_one_sound_file_and_takes_names_as_text() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let (file, truth) = customers(300);
    // Every surname is an attack, and so is a header; one name turns the direction of what follows.
    let attack = "</td><script src='https://attacker.example/x.js'>&amp;";
    let mut lines = file.lines();
    let mut attacked = lines.next().unwrap().replace("city", "<b>city</b>") + "\n";
    for (at, line) in lines.enumerate() {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        if !cells[1].is_empty() {
            cells[1] = format!("{}{attack}", cells[1]);
        }
        if at % 2 == 0 {
            cells[2].insert(0, '\u{202e}');
        }
        attacked += &(cells.join(",") + "\n");
    }
    let file = scratch.write("customers.csv", attacked);
    let truth = scratch.write("truth.csv", truth);
    let out = scratch.join("out");
    dedupe(&[&file], &out, &["--truth", truth.to_str().unwrap()]).expect(0);
    let path = out.join("report.html");
    let page = std::fs::read_to_string(&path).unwrap();
    let json = run_json(&out);

    well_formed(&page).unwrap();
    assert!(
        well_formed(&page.replacen("&#60;/td&#62;", "</td>", 1)).is_err(),
        "the attack was shown, and would be seen"
    );
    // It asks for nothing: no script, no style beside its own, no address.
    let policy = "content=\"default-src &#39;none&#39;; style-src &#39;sha256-";
    assert!(page.contains(policy), "{}", &page[..600]);
    for word in ["<script", " src=\"", "style=", "url(", "@import", "<link", "href=\"http", "\u{202e}"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("⟨U+202E⟩"), "a sign that turns text round is written out");
    assert!(page.matches("<article").count() >= 10, "pairs to judge");
    // It says what run.json says.
    for count in ["records", "persons"] {
        let number = json["counts"][count].as_u64().unwrap().to_string();
        assert!(page.contains(&format!("<dd>{number}</dd>")), "{count}: {number}");
    }
    assert!(page.contains("Against your truth") && page.contains("Points on the dashed line"));
    let listed = json["outputs"].as_array().unwrap().iter().find(|output| output["file"] == "report.html");
    assert_eq!(listed.unwrap()["digest"], blake3::hash(page.as_bytes()).to_hex().to_string());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_page_can_be_without_any_value() {
    let scratch = Scratch::new();
    let (file, _) = customers(200);
    let customers = scratch.write("customers.csv", &file);
    let config = scratch.write("dedupe.toml", "[dedupe]\nreport_pairs = 0\n");
    let page = |name: &str, more: &[&str]| {
        let out = scratch.join(name);
        dedupe(&[&customers], &out, more).expect(0);
        std::fs::read_to_string(out.join("report.html")).unwrap()
    };
    let holds = |page: &str| {
        // Whatever is longer than a word of our own: dates and phones.
        let cells = file.lines().skip(1).flat_map(|line| line.split(','));
        cells.filter(|cell| cell.len() >= 10).any(|cell| page.contains(cell))
    };
    assert!(holds(&page("shown", &[])), "pairs near the threshold are shown with their values");
    let without = page("left-out", &["--config", config.to_str().unwrap()]);
    assert!(!holds(&without) && without.contains("This page holds no value of any record."));
}

#[test]
fn a_page_of_nothing_is_a_page() {
    let scratch = Scratch::new();
    for (name, text, headline) in [
        ("none", "record_id,surname\n", "There was no record to compare"),
        (
            "one",
            "record_id,surname,phone\n1,Berikov,+77010000001\n",
            "1 record, and no two look like one person",
        ),
    ] {
        let file = scratch.write(&format!("{name}.csv"), text);
        let out = scratch.join(name);
        dedupe(&[&file], &out, &[]).expect(0);
        let page = std::fs::read_to_string(out.join("report.html")).unwrap();
        well_formed(&page).unwrap();
        assert!(page.contains(headline), "{name}");
        assert!(!page.contains("NaN") && !page.contains("inf "), "{name}");
    }
}

#[test]
fn labels_are_used_where_they_help_and_what_is_left_out_is_said() {
    let scratch = Scratch::new();
    let (file, truth) = customers(300);
    let persons: BTreeMap<&str, &str> =
        truth.lines().skip(1).map(|line| line.split_once(',').expect("two columns")).collect();
    let customers = scratch.write("customers.csv", &file);
    let plain = scratch.join("plain");
    dedupe(&[&customers], &plain, &[]).expect(0);
    let mut labels = String::from("left_id,right_id,label\n");
    for (at, row) in
        Table::read(&plain.join("pairs.parquet")).select(&["left_id", "right_id"]).iter().enumerate()
    {
        let same = persons[row[0].as_str()] == persons[row[1].as_str()];
        let word =
            if same { ["same", "1", "match"][at % 3] } else { ["different", "0", "Non-Match"][at % 3] };
        writeln!(labels, "{},{},{word}", row[0], row[1]).expect("memory takes all");
    }
    for other in 1..40 {
        writeln!(labels, "c0,c{},different", 100 + other).expect("memory takes all");
    }
    labels.push_str("nobody,c1,same\nc5,c5,same\nc2,c90,same\nc90,c2,different\nc3,c91,\n");
    let labels = scratch.write("labels.csv", labels);
    let reports: Vec<_> = ["1", "7"]
        .iter()
        .map(|threads| {
            let out = scratch.join(threads);
            let more = ["--labels", labels.to_str().unwrap(), "--threads", threads];
            let run = dedupe(&[&customers], &out, &more).expect(0);
            assert!(run.stdout.contains("name an id that no record has"), "{}", run.stdout);
            assert!(run.stdout.contains("on labels held out"), "{}", run.stdout);
            digests(&out)
        })
        .collect();
    assert_eq!(reports[0], reports[1]);
    let lesson = &run_json(&scratch.join("1"))["labels"];
    let left_out = &lesson["left_out"];
    for reason in ["unknown", "ambiguous", "contradictory", "blank"] {
        assert_eq!(left_out[reason], 1, "{reason}: {lesson}");
    }
    let loss = |when: &str| lesson[when]["log_loss"].as_f64().unwrap();
    assert!(lesson["taken"] == false || loss("after") < loss("before"), "{lesson}");
    assert!(run_json(&plain).get("labels").is_none());
}

#[test]
fn labels_that_cannot_be_read_are_refused() {
    let scratch = Scratch::new();
    let (file, _) = customers(20);
    let customers = scratch.write("customers.csv", file);
    for (name, text, words) in [
        ("word.csv", "left_id,right_id,label\nc0,c1,perhaps\n", "row 1: a label is none of the words"),
        ("columns.csv", "a,b,label\nc0,c1,same\n", "no columns left_id, right_id and label"),
        ("empty.csv", "left_id,right_id,label\n", "the file holds no label"),
    ] {
        let labels = scratch.write(name, text);
        let run =
            dedupe(&[&customers], &scratch.join("out"), &["--labels", labels.to_str().unwrap()]).expect(2);
        assert!(run.stderr.contains(words), "{name}: {}", run.stderr);
        assert!(!run.stderr.contains("perhaps"), "no value in an error");
    }
}

#[test]
fn settings_of_the_file_are_used() {
    let scratch = Scratch::new();
    let (file, _) = customers(200);
    let customers = scratch.write("customers.csv", file);
    let config = scratch.write(
        "bank.toml",
        "[dedupe]\ncluster_records_max = 2\npair_probability_min = 0.9\ncomparisons_max = 20\n",
    );
    let out = scratch.join("out");
    dedupe(&[&customers], &out, &["--config", config.to_str().unwrap()]).expect(0);
    let json = run_json(&out);
    assert_eq!(json["counts"]["largest"], 2);
    assert!(json["counts"]["conflicts"]["too_large"].as_u64().unwrap() > 0);
    assert!(!json["keys"].as_array().unwrap().is_empty(), "keys are chosen where comparisons are few");
    let pairs = Table::read(&out.join("pairs.parquet")).values("match_probability");
    assert!(pairs.iter().all(|p| p.parse::<f64>().unwrap() >= 0.9));

    let run = dedupe(&[&customers], &scratch.join("one"), &["--unique-within-file"]).expect(2);
    assert!(run.stderr.contains("name two files or more"), "{}", run.stderr);
}

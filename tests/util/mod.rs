//! What the tests of the binary share: a scratch folder, the real binary, and reports read back as text.
//!
//! Reports are read through the Parquet crate and not through iinrec's own code, so that a test sees what
//! any other reader would see.

#![allow(dead_code, reason = "every test binary uses its own part of these helpers")]
#![allow(clippy::print_stdout, reason = "tests talk to the person who runs them")]

pub(crate) mod night;
pub(crate) mod server;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A folder of a test's own, removed at its end.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Scratch(tempfile::Builder::new().prefix("iinrec-test-").tempdir().expect("a scratch folder"))
    }

    /// A folder in another place than that for temporary files.
    pub(crate) fn new_in(parent: &Path) -> Self {
        Scratch(tempfile::Builder::new().prefix("iinrec-test-").tempdir_in(parent).expect("a scratch folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file and returns its path.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).expect("the scratch folder takes a file");
        path
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.path())
    }
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let mut names: Vec<String> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What a run of the binary left behind.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Requires an exit code and that nothing panicked; shows what was said otherwise.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        let panicked = ["panicked", "internal error"].iter().any(|words| self.stderr.contains(words));
        assert!(!panicked, "a panic:\n{}", self.stderr);
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// The real binary.
pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_iinrec"))
}

/// Runs the real binary.
pub(crate) fn iinrec(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Run {
    finish(command().args(arguments))
}

pub(crate) fn finish(command: &mut Command) -> Run {
    command.stdin(Stdio::null());
    let output = loop {
        match command.output() {
            // A copied binary is busy while a child that another test forks still holds it open for writing.
            Err(e) if e.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            output => break output.expect("the binary starts"),
        }
    };
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs `reconcile` as of 2026-01-01.
pub(crate) fn reconcile(registry: &[&Path], documents: &[&Path], out: &Path, more: &[&str]) -> Run {
    let mut run = command();
    run.arg("reconcile").arg("--registry").args(registry).arg("--documents").args(documents);
    run.arg("--out").arg(out).args(["--as-of", "2026-01-01"]).args(more);
    finish(&mut run)
}

/// The datasets of a generated world.
pub(crate) const DATASETS: [&str; 3] = ["registry", "documents", "activity"];

/// Runs `reconcile` of a binary over a generated world, or some datasets of it, as of its last day.
pub(crate) fn reconcile_world(binary: &Path, world: &Path, out: &Path, datasets: &[&str]) {
    let mut run = Command::new(binary);
    run.arg("reconcile").args(["--as-of", "2026-01-01", "--quiet", "--out"]).arg(out);
    for dataset in datasets {
        run.arg(format!("--{dataset}")).arg(world.join(format!("{dataset}.csv")));
    }
    finish(&mut run).expect(0);
}

/// The rows of a CSV of truth.
pub(crate) fn truth(world: &Path, name: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(world.join(name)).expect("a file of truth");
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

/// A rate as its two counts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Share {
    pub(crate) part: u64,
    pub(crate) whole: u64,
}

impl Share {
    pub(crate) fn count(&mut self, hit: bool) {
        self.part += u64::from(hit);
        self.whole += 1;
    }

    pub(crate) fn add(&mut self, other: Share) {
        self.part += other.part;
        self.whole += other.whole;
    }

    /// The rate; what never happened counts as `empty`.
    pub(crate) fn rate(self, empty: f64) -> f64 {
        if self.whole == 0 { empty } else { self.part as f64 / self.whole as f64 }
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.whole == 0 {
            return f.pad("-");
        }
        f.pad(&format!("{:.2} % of {}", self.rate(0.0) * 100.0, self.whole))
    }
}

/// A Parquet file as text.
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a file of a report. Nulls are empty, a list of signals is one `code weight evidence` a line.
    pub(crate) fn read(path: &Path) -> Self {
        let file = File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
        let columns = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
        let mut rows = Vec::new();
        for batch in builder.build().expect("a reader") {
            let batch: RecordBatch = batch.expect("a batch");
            for i in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|column| text(column.as_ref(), i)).collect());
            }
        }
        Table { columns, rows }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    fn column(&self, name: &str) -> usize {
        self.columns.iter().position(|c| c == name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// The rows with these columns only.
    pub(crate) fn select(&self, names: &[&str]) -> Vec<Vec<String>> {
        let at: Vec<usize> = names.iter().map(|name| self.column(name)).collect();
        self.rows.iter().map(|row| at.iter().map(|&i| row[i].clone()).collect()).collect()
    }

    /// One column.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let at = self.column(name);
        self.rows.iter().map(|row| row[at].clone()).collect()
    }
}

fn text(column: &dyn Array, i: usize) -> String {
    if column.is_null(i) {
        return String::new();
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(i).to_owned(),
        DataType::Boolean => column.as_boolean().value(i).to_string(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(i).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(i).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(i).to_string(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(i).to_string(),
        DataType::Date32 => iinrec::day::iso(column.as_primitive::<Date32Type>().value(i)),
        DataType::List(_) => {
            let list = column.as_list::<i32>().value(i);
            if !matches!(list.data_type(), DataType::Struct(_)) {
                let lines: Vec<String> = (0..list.len()).map(|at| text(list.as_ref(), at)).collect();
                return lines.join("\n");
            }
            let parts = list.as_struct();
            let lines: Vec<String> = (0..parts.len())
                .map(|at| {
                    let fields: Vec<String> =
                        parts.columns().iter().map(|field| text(field.as_ref(), at)).collect();
                    fields.join(" ")
                })
                .collect();
            lines.join("\n")
        }
        other => panic!("{other} stands in no report"),
    }
}

/// `run.json` of a report.
pub(crate) fn run_json(report: &Path) -> serde_json::Value {
    let text = fs::read_to_string(report.join("run.json")).expect("run.json");
    serde_json::from_str(&text).expect("run.json is JSON")
}

/// The digest of every file of a report, `run.json` without its seconds.
pub(crate) fn digests(report: &Path) -> BTreeMap<String, String> {
    names(report)
        .into_iter()
        .map(|name| {
            let digest = if name == "run.json" {
                let mut json = run_json(report);
                json.as_object_mut().expect("an object").remove("seconds");
                blake3::hash(json.to_string().as_bytes())
            } else {
                blake3::hash(&fs::read(report.join(&name)).expect("a file of the report"))
            };
            (name, digest.to_hex().to_string())
        })
        .collect()
}

/// A synthetic IIN: `YYMMDD`, digit 7, a serial; the check digit is computed here and not by iinrec, or
/// the next serial's is taken where both passes give ten.
pub(crate) fn iin(birth: &str, digit: u32, serial: u32) -> String {
    (serial..)
        .find_map(|serial| {
            let first11 = format!("{birth}{digit}{serial:04}");
            let digits: Vec<u32> = first11.bytes().map(|b| u32::from(b - b'0')).collect();
            let sum = |weights: [u32; 11]| digits.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() % 11;
            let first = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
            let check = if first == 10 { sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) } else { first };
            (check < 10).then(|| format!("{first11}{check}"))
        })
        .expect("two neighbouring serials cannot both be impossible")
}

/// The header of the full registry.
pub(crate) const REGISTRY: &str = "iin,surname,given_name,birth_date,sex,citizenship,document_type,document_country,\
document_number,document_issue_date,document_expiry_date,assigned_on,channel";

/// The header of the full register of documents.
pub(crate) const DOCUMENTS: &str = "document_country,document_type,document_number,surname,given_name,birth_date,sex,\
nationality,issue_date,expiry_date,status,iin,previous_number";

/// A small world with one finding of some kinds: registry and documents.
pub(crate) fn small_world() -> (String, String) {
    let (a, b, c) = (iin("900101", 3, 9001), iin("850505", 4, 9002), iin("780717", 0, 9003));
    let registry = format!(
        "{REGISTRY}\n\
         {a},Иванов,Пётр,1990-01-01,M,KAZ,passport,KAZ,N10000001,2014-03-01,2024-02-28,2014-04-01,in_person\n\
         {b},\"Сейт\"\"қали, кызы\",Әлия,1985-05-05,F,KAZ,id_card,KAZ,100000002,2019-01-01,2028-12-31,2019-02-01,in_person\n\
         {c},KARIMOV,RUSTAM,1978-07-17,M,UZB,passport,UZB,AA1000003,2018-01-01,2027-12-31,2021-02-01,in_person\n"
    );
    let documents = format!(
        "{DOCUMENTS}\n\
         KAZ,passport,N10000001,IVANOV,PETR,1990-01-01,M,KAZ,2014-03-01,2024-02-28,replaced,{a},\n\
         KAZ,passport,N10000009,IVANOV,PETR,1990-01-01,M,KAZ,2024-02-01,2034-01-31,valid,{a},N10000001\n\
         KAZ,id_card,100000002,Сейтқали қызы,Әлия,1985-05-06,F,KAZ,2019-01-01,2028-12-31,valid,{b},\n\
         UZB,passport,AA1000003,KARIMOV,RUSTAM,1978-07-17,M,UZB,2018-01-01,2027-12-31,stolen,,\n"
    );
    (registry, documents)
}

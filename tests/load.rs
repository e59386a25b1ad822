//! PostgreSQL as a place for results, against a real server: `scripts/test-postgres` makes one and runs these tests.
//!
//! What is asked of every load: the night is there whole or not at all, loading it again changes nothing, other nights
//! and what others made stay as they are, and no error quotes a record or a password.

mod util;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use postgres::Client;
use util::server::{address, certificate, schema, session, variable, with_password, without_password};
use util::{Run, Scratch, Table, command, finish, run_json, small_world};

const TABLES: [&str; 6] = ["corrections", "suspects", "rings", "duplicates", "defects", "rejects"];

/// The address of a schema on the main server, with TLS that is checked.
fn place(schema: &str) -> String {
    let root = certificate("authority");
    address(&format!("schema={schema}&sslmode=verify-full&sslrootcert={root}"))
}

/// A report of a generated world as of some day of 2026.
fn night(scratch: &Scratch, day: &str, people: u32) -> PathBuf {
    let world = scratch.join(&format!("world-{people}"));
    if !world.exists() {
        let people = people.to_string();
        let generate = ["generate", "--people", &people, "--seed", "7", "--invented", "0.01", "--out"];
        finish(command().args(generate).arg(&world)).expect(0);
    }
    let out = scratch.join(day);
    let mut run = command();
    run.args(["reconcile", "--quiet", "--as-of", day, "--out"]).arg(&out);
    for dataset in util::DATASETS {
        run.arg(format!("--{dataset}")).arg(world.join(format!("{dataset}.csv")));
    }
    finish(&mut run).expect(0);
    out
}

fn load(mut command: Command, report: &Path, to: &str, more: &[&str]) -> Run {
    finish(command.arg("export").arg(report).args(["--to", to]).args(more))
}

fn start(report: &Path, to: &str) -> Child {
    let mut command = with_password();
    command.arg("export").arg(report).args(["--to", to]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a load")
}

/// Rows of each table, by night.
fn counts(client: &mut Client, schema: &str) -> Vec<(String, String, i64)> {
    let mut found = Vec::new();
    for table in TABLES.iter().chain(&["runs"]) {
        let sql = format!("SELECT as_of::text, count(*) FROM {schema}.{table} GROUP BY 1 ORDER BY 1");
        let rows = client.query(&sql, &[]).expect("the table is there");
        found.extend(rows.iter().map(|row| ((*table).to_owned(), row.get(0), row.get(1))));
    }
    found
}

fn number(client: &mut Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).unwrap_or_else(|e| panic!("{sql}: {e}")).get(0)
}

/// All rows of a table of one night as text, without the night and the place, in order.
fn texts(client: &mut Client, schema: &str, table: &str, day: &str, columns: &[String]) -> Vec<Vec<String>> {
    let cells: Vec<String> = columns.iter().map(|name| format!("coalesce(\"{name}\"::text, '')")).collect();
    let sql =
        format!("SELECT {} FROM {schema}.{table} WHERE as_of = '{day}' ORDER BY place", cells.join(", "));
    let rows = client.query(&sql, &[]).expect("rows");
    rows.iter().map(|row| (0..columns.len()).map(|at| row.get(at)).collect()).collect()
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn a_night_is_there_cell_by_cell_and_once_however_often_it_is_loaded() {
    let scratch = Scratch::new();
    let mut client = schema("whole");
    client.batch_execute("DROP SCHEMA whole CASCADE").unwrap();
    let first = night(&scratch, "2026-01-01", 3000);
    let run = load(with_password(), &first, &place("whole"), &[]).expect(0);
    assert!(run.stdout.contains("6 tables"), "{}", run.stdout);
    assert!(!run.stdout.contains("in the place of"), "{}", run.stdout);
    for table in TABLES {
        let parquet = Table::read(&first.join(format!("{table}.parquet")));
        let nested = ["signals", "exculpations", "binds", "iins"];
        let flat: Vec<String> =
            parquet.columns.iter().filter(|name| !nested.contains(&name.as_str())).cloned().collect();
        let wanted: Vec<&str> = flat.iter().map(String::as_str).collect();
        assert_eq!(
            texts(&mut client, "whole", table, "2026-01-01", &flat),
            parquet.select(&wanted),
            "{table}"
        );
        let types = client
            .query(
                "SELECT data_type::text FROM information_schema.columns \
                 WHERE table_schema = 'whole' AND table_name = $1 AND column_name = ANY($2)",
                &[&table, &nested.map(str::to_owned).to_vec()],
            )
            .unwrap();
        assert!(types.iter().all(|row| row.get::<_, String>(0) == "jsonb"), "{table}");
    }
    // Nested values can be asked.
    let suspects = Table::read(&first.join("suspects.parquet"));
    let signals: usize = suspects.values("signals").iter().map(|lines| lines.lines().count()).sum();
    let sql = "SELECT count(*) FROM whole.suspects s, jsonb_to_recordset(s.signals) \
               AS x(code text, weight float8, evidence text, bits float8) WHERE x.code <> '' AND x.bits IS NOT NULL";
    assert_eq!(number(&mut client, sql), signals as i64);

    let before = counts(&mut client, "whole");
    let run = load(with_password(), &first, &place("whole"), &[]).expect(0);
    assert!(run.stdout.contains("in the place of the same night"), "{}", run.stdout);
    assert_eq!(counts(&mut client, "whole"), before, "loaded again");

    let second = night(&scratch, "2026-01-02", 3000);
    load(with_password(), &second, &place("whole"), &[]).expect(0);
    let both = counts(&mut client, "whole");
    assert!(before.iter().all(|row| both.contains(row)), "the first night is as it was");
    for (view, file) in [("latest_corrections", "corrections"), ("latest_suspects", "suspects")] {
        let rows = Table::read(&second.join(format!("{file}.parquet"))).len() as i64;
        assert_eq!(number(&mut client, &format!("SELECT count(*) FROM whole.{view}")), rows, "{view}");
    }
    let json = run_json(&second);
    for (view, figure, counts) in
        [("corrections", "corrections", "corrections"), ("suspects", "suspects", "suspects")]
    {
        let told: u64 =
            json["counts"][counts].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        let sql = format!("SELECT sum({figure})::bigint FROM whole.{view}_by_day WHERE as_of = '2026-01-02'");
        assert_eq!(number(&mut client, &sql), told as i64, "{view}_by_day");
    }
    assert_eq!(
        number(&mut client, "SELECT count(*) FROM whole.quality_by_day"),
        6,
        "three datasets, two nights"
    );
    assert_eq!(
        number(&mut client, "SELECT count(*) FROM whole.changes_by_day"),
        0,
        "there was no night before"
    );
    let digest = blake3::hash(&fs::read(second.join("run.json")).unwrap()).to_hex().to_string();
    let loaded: String =
        client.query_one("SELECT digest FROM whole.runs WHERE as_of = '2026-01-02'", &[]).unwrap().get(0);
    assert_eq!(loaded, digest);

    // A night that knows the one before it, in a schema of its own.
    let mut run = command();
    run.args(["reconcile", "--quiet", "--as-of", "2026-01-03", "--previous"]).arg(&second);
    let third = scratch.join("2026-01-03");
    for dataset in util::DATASETS {
        run.arg(format!("--{dataset}")).arg(scratch.join("world-3000").join(format!("{dataset}.csv")));
    }
    finish(run.arg("--out").arg(&third)).expect(0);
    load(with_password(), &second, &place("known"), &[]).expect(0);
    load(with_password(), &third, &place("known"), &[]).expect(0);
    let changes = Table::read(&third.join("changes.parquet")).len() as i64;
    assert!(changes > 100);
    assert_eq!(number(&mut client, "SELECT count(*) FROM known.latest_changes"), changes);
    let told = "SELECT sum(cases)::bigint FROM known.changes_by_day WHERE as_of = '2026-01-03'";
    assert_eq!(number(&mut client, told), changes, "every case has its state");
    client.batch_execute("DROP SCHEMA known CASCADE").unwrap();

    // The oldest night goes, its account stays.
    let run = load(with_password(), &second, &place("whole"), &["--keep-nights", "1"]).expect(0);
    assert!(run.stdout.contains("rows of 1 older nights were removed"), "{}", run.stdout);
    assert_eq!(number(&mut client, "SELECT count(*) FROM whole.corrections WHERE as_of < '2026-01-02'"), 0);
    assert_eq!(number(&mut client, "SELECT count(*) FROM whole.runs"), 2);
    assert_eq!(number(&mut client, "SELECT count(DISTINCT as_of) FROM whole.corrections_by_day"), 2);
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn reconcile_loads_what_it_publishes_and_says_so_when_it_cannot() {
    let scratch = Scratch::new();
    let mut client = schema("nightly");
    let (registry, documents) = small_world();
    let registry = scratch.write("registry.csv", registry);
    let documents = scratch.write("documents.csv", documents);
    let run = |to: &str, out: &Path| {
        let mut command = with_password();
        command.args(["reconcile", "--as-of", "2026-01-01", "--to", to, "--registry"]).arg(&registry);
        finish(command.arg("--documents").arg(&documents).arg("--out").arg(out))
    };
    let out = scratch.join("report");
    let said = run(&place("nightly"), &out).expect(0);
    assert!(said.stdout.contains("Loaded:"), "{}", said.stdout);
    assert_eq!(
        number(&mut client, "SELECT count(*) FROM nightly.latest_corrections"),
        Table::read(&out.join("corrections.parquet")).len() as i64
    );
    // A wrong address is refused before the run, a server that is not there after it.
    let out = scratch.join("refused");
    run("postgres://h/d?table=x", &out).expect(2);
    assert!(!out.exists());
    let out = scratch.join("alone");
    let said = run("postgres://postgres@127.0.0.1:1/postgres", &out).expect(1);
    assert!(said.stderr.contains("the report is published, but was not loaded"), "{}", said.stderr);
    assert!(out.join("run.json").is_file());
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn a_load_that_ends_in_the_middle_has_changed_nothing() {
    let scratch = Scratch::new();
    let mut client = schema("middle");
    let (first, second) = (night(&scratch, "2026-01-01", 3000), night(&scratch, "2026-01-02", 3000));
    load(with_password(), &first, &place("middle"), &[]).expect(0);
    let before = counts(&mut client, "middle");
    // Whoever loads hangs in the middle of its third table.
    client
        .batch_execute(
            "CREATE FUNCTION middle.slow() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_sleep(120); RETURN NEW; END $$; \
             CREATE TRIGGER slow BEFORE INSERT ON middle.duplicates FOR EACH ROW EXECUTE FUNCTION middle.slow()",
        )
        .unwrap();
    for (report, end) in [(&second, "terminate"), (&second, "KILL"), (&second, "TERM"), (&first, "KILL")] {
        let child = start(report, &place("middle"));
        let started = Instant::now();
        let server = loop {
            let sql = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY \"middle\".\"duplicates\"%' \
                       AND wait_event = 'PgSleep'";
            if let Some(row) = client.query(sql, &[]).unwrap().first() {
                break row.get::<_, i32>(0);
            }
            assert!(started.elapsed() < Duration::from_secs(60), "no COPY began");
            sleep(Duration::from_millis(20));
        };
        assert_eq!(counts(&mut client, "middle"), before, "nobody sees half of it");
        let pid = child.id().to_string();
        if end == "terminate" {
            client.execute("SELECT pg_terminate_backend($1)", &[&server]).unwrap();
        } else {
            assert!(Command::new("kill").args([&format!("-{end}"), &pid]).status().unwrap().success());
        }
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        if end == "terminate" {
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            assert!(stderr.contains("nothing of this night was loaded"), "{stderr}");
        }
        // The server notices within its interval; here it is told.
        let _ = client.execute("SELECT pg_terminate_backend($1)", &[&server]);
        assert_eq!(counts(&mut client, "middle"), before, "{end}");
    }
    client.batch_execute("DROP TRIGGER slow ON middle.duplicates").unwrap();
    load(with_password(), &second, &place("middle"), &[]).expect(0);
    assert!(counts(&mut client, "middle").len() > before.len());
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn two_loads_wait_for_one_another() {
    let scratch = Scratch::new();
    let mut client = schema("two");
    client.batch_execute("DROP SCHEMA two CASCADE").unwrap();
    let reports = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-01"].map(|day| scratch.join(day));
    for day in ["2026-01-01", "2026-01-02", "2026-01-03"] {
        night(&scratch, day, 1000);
    }
    // All at once, into a schema that is not there yet.
    let children: Vec<Child> = reports.iter().map(|report| start(report, &place("two"))).collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(number(&mut client, "SELECT count(*) FROM two.runs"), 3);
    for report in &reports[..3] {
        let day = report.file_name().unwrap().to_str().unwrap();
        let rows = Table::read(&report.join("corrections.parquet")).len() as i64;
        let sql = format!("SELECT count(*) FROM two.corrections WHERE as_of = '{day}'");
        assert_eq!(number(&mut client, &sql), rows, "{day}");
    }
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn tables_that_somebody_altered_are_mended_kept_or_refused() {
    let scratch = Scratch::new();
    let mut client = schema("altered");
    let report = night(&scratch, "2026-01-01", 1000);
    load(with_password(), &report, &place("altered"), &[]).expect(0);
    let before = counts(&mut client, "altered");

    // A column less, as of a version that did not have it; one more that is somebody's; a narrower type that fits.
    client
        .batch_execute(
            "DROP VIEW altered.latest_corrections; \
             ALTER TABLE altered.corrections DROP COLUMN basis, ADD COLUMN note text, ALTER COLUMN iin TYPE varchar(12); \
             UPDATE altered.corrections SET note = 'mine'; \
             CREATE VIEW altered.own AS SELECT as_of, iin FROM altered.latest_suspects; \
             GRANT SELECT ON altered.latest_suspects TO PUBLIC",
        )
        .unwrap();
    load(with_password(), &night(&scratch, "2026-01-02", 1000), &place("altered"), &[]).expect(0);
    let sql = "SELECT count(*) FROM altered.corrections WHERE as_of = '2026-01-02' AND basis IS NOT NULL";
    assert!(number(&mut client, sql) > 0, "the column is there again, and filled");
    let sql = "SELECT count(*) FROM altered.corrections WHERE note = 'mine'";
    let corrections = Table::read(&report.join("corrections.parquet")).len() as i64;
    assert_eq!(number(&mut client, sql), corrections, "what somebody wrote stays");
    assert!(
        number(&mut client, "SELECT count(basis) FROM altered.latest_corrections") > 0,
        "the view is there again"
    );
    assert!(number(&mut client, "SELECT count(*) FROM altered.own") >= 0, "so are the views of others");
    let sql = "SELECT count(*) FROM information_schema.role_table_grants \
               WHERE table_schema = 'altered' AND table_name = 'latest_suspects' AND grantee = 'PUBLIC'";
    assert_eq!(number(&mut client, sql), 1, "and rights on ours");

    // A type that cannot hold what comes: nothing changes, and no value is told.
    let before_harm = counts(&mut client, "altered");
    client
        .batch_execute("DROP VIEW altered.latest_corrections; ALTER TABLE altered.corrections ALTER kind TYPE int USING 1")
        .unwrap();
    let run = load(with_password(), &report, &place("altered"), &[]).expect(1);
    assert!(run.stderr.contains("table corrections"), "{}", run.stderr);
    assert!(run.stderr.contains("was altered"), "{}", run.stderr);
    for kind in Table::read(&report.join("corrections.parquet")).values("kind") {
        assert!(!run.stderr.contains(&kind), "a value: {}", run.stderr);
    }
    assert_eq!(counts(&mut client, "altered"), before_harm);
    assert!(before.iter().all(|row| before_harm.contains(row)));

    // A table of that name that is somebody else's.
    let mut other = schema("foreign_runs");
    other
        .batch_execute("CREATE TABLE runs (runner text, minutes int); INSERT INTO runs VALUES ('A', 1)")
        .unwrap();
    let run = load(with_password(), &report, &place("foreign_runs"), &[]).expect(1);
    assert!(run.stderr.contains("has a runs that iinrec did not make"), "{}", run.stderr);
    assert_eq!(number(&mut other, "SELECT count(*) FROM foreign_runs.runs"), 1);
    let tables = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
                  WHERE nspname = 'foreign_runs' AND relkind = 'r'";
    assert_eq!(number(&mut other, tables), 1, "nothing was made beside it");
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn a_later_column_is_loaded_without_being_known() {
    let scratch = Scratch::new();
    let mut client = schema("later");
    let report = night(&scratch, "2026-01-01", 1000);
    load(with_password(), &report, &place("later"), &[]).expect(0);
    // The same report as a later version might write it.
    let path = report.join("duplicates.parquet");
    let batch = later(&path);
    let rows = batch.num_rows() as i64;
    assert!(rows > 0);
    let mut json = run_json(&report);
    json["as_of"] = "2026-01-02".into();
    fs::write(report.join("run.json"), json.to_string()).unwrap();
    load(with_password(), &report, &place("later"), &[]).expect(0);
    let sql =
        "SELECT count(*) FROM later.latest_duplicates WHERE later_words = 'new' AND later_day = '2026-01-01'";
    assert_eq!(number(&mut client, sql), rows);
    let sql = "SELECT count(*) FROM later.duplicates WHERE as_of = '2026-01-01' AND later_words IS NULL";
    assert_eq!(number(&mut client, sql), rows, "the night before has none");
}

/// Writes a table anew with two more columns.
fn later(path: &Path) -> arrow_array::RecordBatch {
    use std::sync::Arc;
    let file = fs::File::open(path).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let batch = reader.build().unwrap().next().expect("a batch").unwrap();
    let mut fields = batch.schema().fields().to_vec();
    let mut columns = batch.columns().to_vec();
    let words = arrow_array::StringArray::from(vec!["new"; batch.num_rows()]);
    let days = arrow_array::Date32Array::from(vec![20_454; batch.num_rows()]);
    for (name, column) in
        [("later_words", Arc::new(words) as arrow_array::ArrayRef), ("later_day", Arc::new(days))]
    {
        fields.push(Arc::new(arrow_schema::Field::new(name, column.data_type().clone(), true)));
        columns.push(column);
    }
    let schema = Arc::new(arrow_schema::Schema::new(fields));
    let batch = arrow_array::RecordBatch::try_new(schema.clone(), columns).unwrap();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(fs::File::create(path).unwrap(), schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    batch
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn refusals_say_what_to_do_and_nothing_of_a_record_or_a_password() {
    let scratch = Scratch::new();
    let mut client = schema("refused");
    let report = night(&scratch, "2026-01-01", 1000);
    let secrets: Vec<String> = Table::read(&report.join("corrections.parquet"))
        .select(&["iin", "document_number", "current_value"])
        .into_iter()
        .flatten()
        .filter(|value| value.len() > 5)
        .collect();
    assert!(secrets.len() > 100);
    let quiet = |run: Run, words: &str| {
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert!(!run.stderr.contains("Pl4nted"), "the password: {}", run.stderr);
        let quoted = secrets.iter().find(|secret| run.stderr.contains(secret.as_str()));
        assert_eq!(quoted, None, "{}", run.stderr);
        run
    };
    let port = variable("PORT");
    quiet(load(without_password(), &report, &place("refused"), &[]).expect(1), "asks for a password");
    let mut wrong = without_password();
    wrong.env("PGPASSWORD", "Pl4nted-wrong");
    quiet(load(wrong, &report, &place("refused"), &[]).expect(1), "check the password");
    let unknown =
        address(&format!("schema=refused&sslmode=verify-full&sslrootcert={}", certificate("stranger")));
    quiet(load(with_password(), &report, &unknown, &[]).expect(1), "not trusted");
    let plain = format!("postgres://only_tls@127.0.0.1:{port}/postgres?sslmode=disable");
    quiet(load(with_password(), &report, &plain, &[]).expect(1), "");
    quiet(
        load(with_password(), &report, &address("").replace("/postgres?", "/nowhere?"), &[]).expect(1),
        "nowhere",
    );

    // No right to make a schema, then none to its tables, then all that is needed.
    client
        .batch_execute(&format!(
            "DROP ROLE IF EXISTS loader; CREATE ROLE loader LOGIN PASSWORD '{}'; DROP SCHEMA IF EXISTS loaded CASCADE; \
             REVOKE CREATE ON DATABASE postgres FROM PUBLIC",
            util::server::password().replace('\'', "''")
        ))
        .unwrap();
    let as_loader = || {
        let to = format!("postgres://loader@localhost:{port}/postgres?schema=loaded");
        load(with_password(), &report, &to, &[])
    };
    quiet(as_loader().expect(1), "GRANT CREATE ON DATABASE");
    client.batch_execute("CREATE SCHEMA loaded; GRANT USAGE ON SCHEMA loaded TO loader").unwrap();
    quiet(as_loader().expect(1), "USAGE, CREATE");
    client.batch_execute("GRANT CREATE ON SCHEMA loaded TO loader").unwrap();
    as_loader().expect(0);
    as_loader().expect(0);
    // A dashboard may see counts and nobody's data.
    client
        .batch_execute(
            "DROP ROLE IF EXISTS dashboard; CREATE ROLE dashboard; GRANT USAGE ON SCHEMA loaded TO dashboard; \
             GRANT SELECT ON loaded.suspects_by_day TO dashboard; SET ROLE dashboard",
        )
        .unwrap();
    assert!(number(&mut client, "SELECT count(*) FROM loaded.suspects_by_day") > 0);
    assert!(client.query("SELECT iin FROM loaded.suspects", &[]).is_err());
    client.batch_execute("RESET ROLE; DROP OWNED BY dashboard; DROP ROLE dashboard").unwrap();

    // Somebody holds a table: it is waited for.
    let mut holder = session("");
    holder.batch_execute("BEGIN; LOCK TABLE loaded.suspects IN ACCESS EXCLUSIVE MODE").unwrap();
    let child = start(&report, &format!("postgres://loader@localhost:{port}/postgres?schema=loaded"));
    sleep(Duration::from_secs(3));
    holder.batch_execute("ROLLBACK").unwrap();
    assert!(child.wait_with_output().unwrap().status.success(), "it waits, and goes on");
    client.batch_execute("DROP OWNED BY loader; DROP ROLE loader").unwrap();
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn the_whole_night_is_loaded_once_and_not_while_a_gate_holds_it_back() {
    let scratch = Scratch::new();
    let mut client = schema("night");
    client.batch_execute("DROP SCHEMA night CASCADE").unwrap();
    let (registry, documents) = small_world();
    scratch.write("r.csv", registry);
    scratch.write("d.csv", documents);
    let toml = scratch.write(
        "nightly.toml",
        format!(
            "[datasets.registry]\nfiles = [\"r.csv\"]\n[datasets.documents]\nfiles = [\"d.csv\"]\n[night]\nfolder = \
             \"reports\"\nfail_on = [\"records.registry < 90% of previous\"]\n[export]\nto = \"{}\"\nkeep_nights = 2\n",
            place("night")
        ),
    );
    let run = |day: &str, more: &[&str]| {
        let mut command = with_password();
        command.arg("run").arg(&toml).args(["--as-of", day]).args(more);
        finish(&mut command)
    };
    let mut nights = || -> Vec<String> {
        let rows = client.query("SELECT as_of::text FROM night.runs ORDER BY 1", &[]).expect("runs");
        rows.iter().map(|row| row.get(0)).collect()
    };
    let told = run("2026-01-01", &[]).expect(0).stdout;
    assert!(told.contains("  loaded       ") && !told.contains("as before"), "{told}");
    let told = run("2026-01-01", &[]).expect(0).stdout;
    assert!(told.contains("as before"), "{told}");
    let registry = fs::read_to_string(scratch.join("r.csv")).expect("text");
    scratch.write("r.csv", registry.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    run("2026-01-02", &[]).expect(3);
    assert_eq!(nights(), ["2026-01-01"], "held back");
    run("2026-01-02", &["--accept"]).expect(0);
    assert_eq!(nights(), ["2026-01-01", "2026-01-02"]);
    scratch.write("r.csv", registry);
    run("2026-01-03", &[]).expect(0);
    assert_eq!(nights().len(), 3, "what nights counted stays");
    let rows = number(&mut session(""), "SELECT count(DISTINCT as_of) FROM night.defects");
    assert!(rows <= 2, "rows of two nights stay, not of {rows}");
}

//! PostgreSQL as a source, against a real server: `scripts/test-postgres` makes one and runs these tests.
//!
//! Under plain `cargo test` they are ignored, since a server is not part of every machine; `scripts/test` runs them
//! and fails where no server can be had. The server's place, password and certificates come as `IINREC_TEST_POSTGRES_…`.
//! Tables are made and sessions are watched through the `postgres` crate, as superuser.

mod util;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use postgres::Client;
use util::server::{
    address, certificate, password, schema, session, variable, with_password, without_password,
};
use util::{
    DOCUMENTS, REGISTRY, Run, Scratch, Table, command, digests, finish, iin, names, run_json, small_world,
};

fn reconcile(mut command: Command, registry: &str, documents: &str, out: &Path, more: &[&str]) -> Run {
    command.args(["reconcile", "--registry", registry, "--documents", documents, "--as-of", "2026-01-01"]);
    finish(command.args(more).arg("--out").arg(out))
}

fn validate(mut command: Command, source: &str) -> Run {
    finish(command.args(["validate", "--as-of", "2026-01-01", source]))
}

/// Copies a CSV text into a new table whose columns are text.
fn load(client: &mut Client, table: &str, csv: &str) {
    let header = csv.lines().next().expect("a header");
    let columns: Vec<String> = header.split(',').map(|name| format!("\"{name}\" text")).collect();
    client.batch_execute(&format!("CREATE TABLE {table} ({})", columns.join(", "))).expect("a table");
    let mut writer =
        client.copy_in(&format!("COPY {table} FROM STDIN (FORMAT csv, HEADER)")).expect("COPY begins");
    std::io::Write::write_all(&mut writer, csv.as_bytes()).expect("COPY takes rows");
    writer.finish().expect("COPY ends");
}

/// The digests of a report's tables; `run.json` and the page name the inputs.
fn tables(report: &Path) -> Vec<(String, String)> {
    digests(report).into_iter().filter(|(name, _)| name.ends_with(".parquet")).collect()
}

/// A synthetic register in CSV, as `iinrec generate` makes it.
fn generate(scratch: &Scratch, people: u32) -> (PathBuf, PathBuf, PathBuf) {
    let out = scratch.join("synthetic");
    let people = people.to_string();
    finish(command().args(["generate", "--people", &people, "--seed", "7", "--out"]).arg(&out)).expect(0);
    (out.join("registry.csv"), out.join("documents.csv"), out.join("activity.csv"))
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn rows_of_a_table_and_of_a_file_give_the_same_report_at_any_number_of_threads_and_connections() {
    let scratch = Scratch::new();
    let (registry, documents, activity) = generate(&scratch, 60_000);
    let mut client = schema("same");
    for (table, file) in [("registry", &registry), ("documents", &documents), ("activity", &activity)] {
        load(&mut client, table, &fs::read_to_string(file).expect("CSV"));
        // A server fills gaps of a block with later rows, so the file is written anew in the table's order.
        let mut rows =
            client.copy_out(&format!("COPY {table} TO STDOUT (FORMAT csv, HEADER)")).expect("COPY begins");
        let mut csv = Vec::new();
        std::io::Read::read_to_end(&mut rows, &mut csv).expect("COPY gives rows");
        fs::write(file, csv).expect("a file");
    }
    let blocks: i64 = client.query_one("SELECT pg_relation_size('registry') / 8192", &[]).unwrap().get(0);
    assert!(blocks > 3 * 512, "a table of {blocks} blocks is cut into several ranges");

    let from_files = scratch.join("files");
    let activity_file = activity.display().to_string();
    let run = reconcile(
        command(),
        &registry.display().to_string(),
        &documents.display().to_string(),
        &from_files,
        &["--activity", &activity_file],
    );
    run.expect(0);
    let sessions = || {
        let log = fs::read_to_string(variable("LOG")).expect("the server's log");
        log.lines()
            .filter(|line| line.contains("connection authorized") && line.contains("name=iinrec"))
            .count()
    };
    let before = sessions();
    let mut accounts = Vec::new();
    for (threads, connections) in [(1, 1), (2, 4), (7, 3), (2, 1)] {
        let out = scratch.join(&format!("{threads}-{connections}"));
        let source = |table| address(&format!("connections={connections}&table=same.{table}"));
        let threads = threads.to_string();
        let more = ["--activity", &source("activity"), "--threads", &threads];
        reconcile(with_password(), &source("registry"), &source("documents"), &out, &more).expect(0);
        assert_eq!(tables(&out), tables(&from_files), "{threads} threads, {connections} connections");
        accounts.push(digests(&out));
    }
    // A helper that comes late finds nothing left to do, so how many there were is not sure, only that there were some.
    assert!(sessions() - before > 4 * 3, "one session a table and no helper");
    assert!(accounts.windows(2).all(|pair| pair[0] == pair[1]), "run.json is the same too");

    let (from_files, from_tables) = (run_json(&from_files), run_json(&scratch.join("2-4")));
    for (at, table) in ["registry", "documents", "activity"].iter().enumerate() {
        let [file, source] = [&from_files, &from_tables].map(|json| &json["inputs"][at]);
        assert_eq!(
            source["path"],
            format!("postgres://localhost:{}/postgres?table=same.{table}", variable("PORT"))
        );
        for count in ["records", "accepted", "rejected"] {
            assert_eq!(file[count], source[count], "{table}: {count}");
        }
        assert!(source["bytes"].as_u64() > Some(100_000), "{}", source["bytes"]);
    }
    let progress =
        client.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'iinrec'", &[]).unwrap();
    assert!(progress.is_empty(), "no session is left behind");
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn values_of_any_type_are_read_as_their_text_would_be() {
    let scratch = Scratch::new();
    let mut client = schema("types");
    // Born in 2000 and later, an IIN begins with a zero, which a number has lost.
    let (a, b, c) = (iin("050505", 5, 9001), iin("850505", 4, 9002), iin("000229", 6, 9003));
    let number = |iin: &str| iin.trim_start_matches('0').to_owned();
    client
        .batch_execute(&format!(
            "CREATE DOMAIN country AS char(3);
             CREATE TYPE sex AS ENUM ('M', 'F');
             CREATE TABLE \"Реестр 2026\" (
                 \"ИИН\" bigint, \"Surname\" varchar(40), given_name text, birth_date date, sex sex, citizenship country,
                 photo bytea, document_type text, document_country char(8), document_number text,
                 document_issue_date timestamp, document_expiry_date timestamptz, extra jsonb, assigned_on date,
                 representative_iin numeric(14, 2));
             INSERT INTO \"Реестр 2026\" VALUES
                 ({}, 'Иванов', E'Пётр \"П.\",\nмл.', '2005-05-05', 'M', 'KAZ', '\\xdeadbeef', 'passport', 'KAZ', 'N1',
                  '2014-03-01', '2024-02-28 00:00', '{{\"a\": [1, 2]}}', '2014-04-01', {}.00),
                 ({}, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                 ({}, '  K  ', 'X', '2000-02-29', 'F', 'UZB', '', '', 'UZB', 'AA1', NULL, NULL, NULL, NULL, NULL)",
            number(&a),
            number(&c),
            number(&b),
            number(&c),
        ))
        .expect("a table of many types");
    let csv = format!(
        "ИИН,Surname,given_name,birth_date,sex,citizenship,photo,document_type,document_country,document_number,\
         document_issue_date,document_expiry_date,extra,assigned_on,representative_iin\n\
         {a},Иванов,\"Пётр \"\"П.\"\",\nмл.\",2005-05-05,M,KAZ,,passport,KAZ,N1,2014-03-01 00:00:00,\
         2024-02-28 00:00:00,,2014-04-01,{c}\n\
         {b},,,,,,,,,,,,,,\n\
         {c},\"  K  \",X,2000-02-29,F,UZB,,,UZB,AA1,,,,,\n"
    );
    let file = scratch.write("registry.csv", csv);
    let documents = scratch.write("documents.csv", small_world().1).display().to_string();
    reconcile(command(), &file.display().to_string(), &documents, &scratch.join("file"), &[]).expect(0);

    // The server's own settings must not show.
    client
        .batch_execute(
            "ALTER ROLE postgres SET DateStyle = 'German'; ALTER ROLE postgres SET bytea_output = 'escape';
             ALTER ROLE postgres SET TimeZone = 'Asia/Almaty'; UPDATE \"Реестр 2026\" SET document_expiry_date =
             '2024-02-28 00:00 Asia/Almaty' WHERE document_expiry_date IS NOT NULL",
        )
        .unwrap();
    let read = |what: &str, out: &str| {
        let out = scratch.join(out);
        reconcile(with_password(), &address(what), &documents, &out, &[]).expect(0);
        out
    };
    let out = read("table=types.\"Реестр 2026\"", "table");
    let by_query = read("query=SELECT * FROM types.\"Реестр 2026\" -- all & sundry", "query");
    client.batch_execute("ALTER ROLE postgres RESET ALL").unwrap();
    // UPDATE moved the first row behind the others, so tables are compared as sets where they hold rows.
    let rows = |report: &Path, file: &str| {
        let mut rows = Table::read(&report.join(file)).rows;
        rows.iter_mut().flatten().for_each(|cell| *cell = cell.trim_start_matches("registry ").to_owned());
        rows.sort();
        rows.len()
    };
    for file in ["corrections.parquet", "defects.parquet", "suspects.parquet", "rejects.parquet"] {
        assert_eq!(rows(&out, file), rows(&scratch.join("file"), file), "{file}");
    }
    let by_row = |report: &Path| {
        let mut defects = Table::read(&report.join("defects.parquet")).select(&["field", "check", "value"]);
        defects.sort();
        defects
    };
    assert_eq!(by_row(&out), by_row(&scratch.join("file")));
    assert_eq!(tables(&out), tables(&by_query), "a query of all of it is the same");
    let shown = run_json(&by_query)["inputs"][0]["path"].as_str().unwrap().to_owned();
    assert!(shown.contains("/postgres?query=") && !shown.contains("SELECT"), "{shown}");
    let ignored = &run_json(&out)["inputs"][0]["ignored_columns"];
    assert_eq!(ignored.to_string(), "[\"photo\",\"extra\"]");
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn views_partitions_and_queries_are_read_and_row_order_is_that_of_the_query() {
    let scratch = Scratch::new();
    let mut client = schema("shapes");
    let rows = |n: u32| {
        format!(
            "SELECT lpad(i::text, 12, '0') AS iin, 'tax' AS kind, date '2020-01-01' AS occurred_on, \
                                 repeat('x', 300) AS note FROM generate_series(1, {n}) i"
        )
    };
    client
        .batch_execute(&format!(
            "CREATE TABLE plain AS {0}; CREATE VIEW seen AS SELECT * FROM plain ORDER BY iin DESC;
             CREATE MATERIALIZED VIEW kept AS SELECT * FROM plain;
             CREATE TABLE parts (iin text, kind text, occurred_on date, note text) PARTITION BY HASH (iin);
             CREATE TABLE part_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
             CREATE TABLE part_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
             INSERT INTO parts SELECT * FROM plain;
             CREATE TABLE parent (LIKE plain); CREATE TABLE child (extra int) INHERITS (parent);
             INSERT INTO parent SELECT * FROM plain LIMIT 20000; INSERT INTO child SELECT *, 1 FROM plain OFFSET 20000;
             CREATE TABLE empty (LIKE plain)",
            rows(50_000)
        ))
        .expect("tables of many shapes");
    let mut reports = Vec::new();
    for (what, records) in [
        ("table=shapes.plain", 50_000),
        ("table=SHAPES.Kept", 50_000),
        ("table=shapes.seen", 50_000),
        ("table=shapes.parts&connections=1", 50_000),
        ("table=shapes.parts&connections=7", 50_000),
        ("table=shapes.parent", 50_000),
        ("table=shapes.empty", 0),
        ("query=SELECT kind AS vid, kind, iin, occurred_on FROM shapes.plain ORDER BY iin DESC", 50_000),
        ("query=VALUES ('1', 2)", 1),
    ] {
        let out = scratch.join(&format!("report-{}", reports.len()));
        let mut run = with_password();
        run.args(["validate", "--as-of", "2026-01-01", "--quiet", "--out"]).arg(&out).arg(address(what));
        finish(&mut run).expect(0);
        let input = &run_json(&out)["inputs"][0];
        assert_eq!(input["records"], records, "{what}");
        assert_eq!(input["accepted"], records, "{what}");
        reports.push(tables(&out));
    }
    assert_eq!(reports[0], reports[1], "a materialised view is a heap in the order of its making");
    assert_ne!(reports[0], reports[2], "an ordered view numbers rows in its own order");
    assert_eq!(reports[3], reports[4], "partitions are read in one order however many connections");
    let missing = validate(with_password(), &address("query=SELECT 1 AS x, * FROM nowhere")).expect(1);
    assert!(
        missing.stderr.contains("relation \"nowhere\" does not exist at character 23"),
        "{}",
        missing.stderr
    );
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn all_connections_see_one_moment() {
    let scratch = Scratch::new();
    let mut client = schema("moment");
    let columns = "lpad(i::text, 12, '0') AS iin, 'tax' AS kind, date '2020-01-01' AS occurred_on, repeat('x', 500) AS note";
    client
        .batch_execute(&format!("CREATE TABLE events AS SELECT {columns} FROM generate_series(1, 40000) i"))
        .unwrap();
    // Somebody replaces every row again and again; whatever moment is seen, it holds each number once.
    let mut writer = session("");
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let stopped = stop.clone();
    let writing = std::thread::spawn(move || {
        let mut rounds = 0;
        while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
            writer.execute("UPDATE moment.events SET note = md5(note)", &[]).expect("rows change");
            rounds += 1;
        }
        rounds
    });
    for round in 0..4 {
        let out = scratch.join(&format!("report-{round}"));
        let mut run = with_password();
        run.args(["validate", "--quiet", "--out"])
            .arg(&out)
            .arg(address("table=moment.events&connections=4"));
        finish(&mut run).expect(0);
        assert_eq!(run_json(&out)["inputs"][0]["accepted"], 40_000, "round {round}");
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(writing.join().expect("the writer") > 0, "nothing was changed meanwhile");
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn sslmodes_check_what_they_say() {
    let mut client = schema("tls");
    client
        .batch_execute(
            "CREATE TABLE t AS SELECT '1' AS iin, 'tax' AS kind, '2020-01-01' AS occurred_on; \
             DROP ROLE IF EXISTS only_tls; CREATE ROLE only_tls LOGIN; GRANT USAGE ON SCHEMA tls TO only_tls; \
             GRANT SELECT ON t TO only_tls",
        )
        .unwrap();
    client.batch_execute(&format!("ALTER ROLE only_tls PASSWORD '{}'", password())).unwrap();
    let scratch = Scratch::new();
    let (right, wrong) = (certificate("authority"), certificate("stranger"));
    let broken = scratch.write("broken.crt", "no certificate").display().to_string();
    let cases: [(&str, &str, i32, &str); 16] = [
        ("localhost", "sslmode=disable", 0, ""),
        ("localhost", "", 0, ""),
        ("localhost", "sslmode=require", 0, ""),
        ("127.0.0.1", "sslmode=require", 0, ""),
        ("localhost", "sslmode=require&sslrootcert=RIGHT", 0, ""),
        ("localhost", "sslmode=require&sslrootcert=WRONG", 1, "an authority that is not trusted"),
        ("localhost", "sslmode=verify-ca&sslrootcert=RIGHT", 0, ""),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=RIGHT", 0, ""),
        ("localhost", "sslmode=verify-ca&sslrootcert=WRONG", 1, "an authority that is not trusted"),
        ("localhost", "sslmode=verify-full&sslrootcert=RIGHT", 0, ""),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=RIGHT", 1, "certificate is not for 127.0.0.1"),
        ("localhost", "sslmode=verify-full&sslrootcert=WRONG", 1, "an authority that is not trusted"),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=/no/such/file",
            1,
            "/no/such/file: cannot read the certificate",
        ),
        ("localhost", "sslmode=verify-full&sslrootcert=BROKEN", 1, "no certificate"),
        ("localhost", "sslmode=disable&user=only_tls", 1, "pg_hba.conf"),
        ("localhost", "sslmode=require&user=only_tls", 0, ""),
    ];
    let port = variable("PORT");
    for (host, parameters, code, says) in cases {
        let parameters =
            parameters.replace("RIGHT", &right).replace("WRONG", &wrong).replace("BROKEN", &broken);
        let user = if parameters.contains("user=") { "" } else { "postgres@" };
        let source = format!("postgres://{user}{host}:{port}/postgres?table=tls.t&{parameters}");
        let run = validate(with_password(), &source).expect(code);
        assert!(run.stderr.contains(says), "{source}: {}", run.stderr);
    }
    // Where libpq keeps the root certificate.
    let home = scratch.join("home");
    fs::create_dir_all(home.join(".postgresql")).unwrap();
    let root = home.join(".postgresql/root.crt");
    for (file, code) in [(&right, 0), (&wrong, 1)] {
        fs::copy(file, &root).unwrap();
        let mut command = with_password();
        command.env("HOME", &home).env("PGSSLMODE", "verify-full");
        validate(command, &address("table=tls.t")).expect(code);
    }
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn a_password_is_found_where_libpq_looks_and_never_shown() {
    let scratch = Scratch::new();
    let mut client = schema("secret");
    load(&mut client, "registry", &small_world().0);
    load(&mut client, "documents", &small_world().1);
    let port = variable("PORT");
    let (plain, encoded) = (password(), percent(&password()));
    let escaped = plain.replace('\\', "\\\\").replace(':', "\\:");
    let pass_file = |name: &str, line: &str, mode: u32| {
        let path = scratch.write(name, line);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let good = pass_file("good", &format!("localhost:{port}:postgres:postgres:{escaped}\n"), 0o600);
    let open = pass_file("open", &format!("*:*:*:*:{escaped}\n"), 0o644);
    let stale = pass_file("stale", "*:*:*:*:hunter2hunter2\n", 0o600);
    let table = |name: &str| address(&format!("table=secret.{name}"));
    let with_file = |file: &Path| {
        let mut command = without_password();
        command.env("PGPASSFILE", file);
        command
    };
    let in_address = |password: &str, table: &str| {
        format!("postgres://postgres:{password}@localhost:{port}/postgres?table=secret.{table}")
    };
    let mut said = String::new();
    let mut run = |command: Command, registry: &str, documents: &str, code: i32, says: &str| {
        let out = scratch.join(&format!("out-{}", said.len()));
        let run = reconcile(command, registry, documents, &out, &["--progress", "always"]).expect(code);
        assert!(run.stderr.contains(says), "{}", run.stderr);
        assert_eq!(out.exists(), code == 0);
        if code == 0 {
            said.push_str(&fs::read_to_string(out.join("run.json")).unwrap());
            for name in names(&out) {
                said.push_str(&String::from_utf8_lossy(&fs::read(out.join(name)).unwrap()));
            }
        }
        said.push_str(&run.stdout);
        said.push_str(&run.stderr);
    };
    run(with_password(), &table("registry"), &table("documents"), 0, "");
    run(with_file(&good), &table("registry"), &table("documents"), 0, "");
    let both = |password: &str| (in_address(password, "registry"), in_address(password, "documents"));
    let (registry, documents) = both(&encoded);
    run(without_password(), &registry, &documents, 0, "");
    run(
        without_password(),
        &table("registry"),
        &table("documents"),
        1,
        "the server asks for a password, and there is none",
    );
    run(with_file(&open), &table("registry"), &table("documents"), 1, "others may read it; chmod 600 it");
    run(
        with_file(&stale),
        &table("registry"),
        &table("documents"),
        1,
        "password authentication failed for user",
    );
    let (registry, documents) = both("hunter2hunter2");
    run(without_password(), &registry, &documents, 1, "password authentication failed for user");
    // The password right, everything else wrong.
    let right = |rest: &str| format!("postgres://postgres:{encoded}@localhost:{rest}");
    run(
        without_password(),
        &right(&format!("{port}/nowhere?table=t")),
        "x.csv",
        1,
        "database \"nowhere\" does not exist",
    );
    run(without_password(), &right("1/postgres?table=t"), "x.csv", 1, "cannot connect to localhost, port 1");
    run(without_password(), &right(&format!("{port}/postgres?tabel=t")), "x.csv", 2, "did you mean table?");
    run(
        without_password(),
        &right(&format!("{port}/postgres?table=secret.registri")),
        "x.csv",
        1,
        "table=secret.registry",
    );
    // Unencoded, as people will try it.
    run(without_password(), &in_address(&plain, "registry"), "x.csv", 2, "in a password the characters");
    for secret in [&plain, &encoded, &escaped, "hunter2hunter2", "Pl4nted", "w%rd", "w%25rd"] {
        assert!(!said.contains(secret), "{secret} was shown");
    }
    // What inspect prints can be typed again, but for the password.
    let inspected = finish(without_password().arg("inspect").arg(in_address(&encoded, "registry"))).expect(0);
    let again = format!("files = [\"postgres://postgres@localhost:{port}/postgres?table=secret.registry\"]");
    assert!(
        inspected.stdout.contains(&again) && !inspected.stdout.contains(&encoded),
        "{}",
        inspected.stdout
    );
    // By the socket, where the host is a folder.
    let socket = percent(&variable("SOCKET"));
    let source = format!("postgres://postgres@{socket}:{port}/postgres?table=secret.registry");
    validate(with_password(), &source).expect(0);
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn failures_say_what_to_do_and_no_value_of_a_record() {
    let mut client = schema("failing");
    client
        .batch_execute(
            "CREATE TABLE registry AS SELECT 'PLANTEDVALUE' AS iin, 'PLANTEDNAME' AS surname, 'tax' AS kind;
             CREATE TABLE \"Registry\" (iin text);
             CREATE FUNCTION complain(text) RETURNS text LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'PLANTEDVALUE %', $1 USING DETAIL = $1, HINT = $1; END $$;
             DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN",
        )
        .unwrap();
    client.batch_execute(&format!("ALTER ROLE stranger PASSWORD '{}'", password())).unwrap();
    let cases = [
        ("table=failing.registri", "there is no table or view of that name", "table=failing.registry"),
        ("table=registry", "there is no table or view of that name", "table=failing.registry"),
        (
            "table=failing.registry&user=stranger",
            "may not read anything in schema failing",
            "GRANT USAGE ON SCHEMA \"failing\" TO \"stranger\"",
        ),
        ("query=SELEC iin FROM failing.registry", "syntax error at character 1", "psql"),
        ("query=SELECT 'PLANTEDVALUE' 'x'", "syntax error", "psql"),
        ("query=SELECT iin::date AS iin FROM failing.registry", "error 22007", "in psql"),
        ("query=SELECT iin::int8 AS iin FROM failing.registry", "error 22P02", "in psql"),
        (
            "query=SELECT failing.complain(surname) AS iin FROM failing.registry",
            "error P0001",
            "server's log",
        ),
        ("query=DELETE FROM failing.registry RETURNING iin", "syntax error", "psql"),
        (
            "options=-c statement_timeout=200&query=SELECT pg_sleep(30)::text AS iin",
            "statement timeout",
            "statement_timeout=0",
        ),
    ];
    for (what, says, remedy) in cases {
        let what = if what.contains("user=") { format!("postgres?{what}") } else { what.to_owned() };
        let source = match what.strip_prefix("postgres?") {
            Some(rest) => format!("postgres://localhost:{}/postgres?{rest}", variable("PORT")),
            None => address(&what.replace("-c statement", "-c%20statement")),
        };
        let run = validate(with_password(), &source).expect(1);
        assert!(run.stderr.contains(says) && run.stderr.contains(remedy), "{what}: {}", run.stderr);
        assert!(run.stderr.contains("what to do: "), "{}", run.stderr);
        assert!(!run.stderr.contains("PLANTED"), "{}", run.stderr);
    }
    let rows: i64 = client.query_one("SELECT count(*) FROM registry", &[]).unwrap().get(0);
    assert_eq!(rows, 1, "nothing is ever written");
    client.batch_execute("GRANT USAGE ON SCHEMA failing TO stranger").unwrap();
    let as_stranger = |what: &str| {
        let source = format!("postgres://stranger@localhost:{}/postgres?{what}", variable("PORT"));
        validate(with_password(), &source)
    };
    let run = as_stranger("table=failing.registry").expect(1);
    assert!(
        run.stderr.contains("GRANT SELECT ON \"failing\".\"registry\" TO \"stranger\""),
        "{}",
        run.stderr
    );
    // A right to the columns that are read is enough: the others are not asked for.
    client
        .batch_execute(
            "GRANT SELECT (iin, kind) ON registry TO stranger; ALTER TABLE registry RENAME surname TO x",
        )
        .unwrap();
    as_stranger("table=failing.registry").expect(0);
}

/// A query that gives a row every few milliseconds, for minutes.
const SLOW: &str = "query=SELECT lpad(i::text, 12, '0') AS iin, repeat('x', 2000) AS surname, 'a' AS given_name, \
                    '2000-01-01' AS birth_date, pg_sleep(0.005)::text AS note FROM generate_series(1, 100000) i";

/// Waits until a run of ours is in the middle of reading from a server.
fn wait_for_copy(client: &mut Client, application: &str) -> i32 {
    let started = Instant::now();
    loop {
        let sql = "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND query LIKE 'COPY%' AND state = 'active'";
        if let Some(row) = client.query(sql, &[&application]).expect("the server answers").first() {
            sleep(Duration::from_millis(300));
            return row.get(0);
        }
        assert!(started.elapsed() < Duration::from_secs(20), "no COPY began");
        sleep(Duration::from_millis(20));
    }
}

fn start_slow(scratch: &Scratch, server: &str, application: &str) -> (std::process::Child, PathBuf) {
    let documents = scratch.write("documents.csv", format!("{DOCUMENTS}\n"));
    let out = scratch.join("report");
    let port = variable(&format!("{server}PORT"));
    let mut command = with_password();
    command.args(["reconcile", "--registry"]);
    command
        .arg(format!("postgres://postgres@localhost:{port}/postgres?application_name={application}&{SLOW}"));
    command.arg("--documents").arg(documents).arg("--out").arg(&out);
    let child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a run");
    (child, out)
}

fn ended(child: std::process::Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("the run ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn a_session_that_is_ended_in_the_middle_publishes_nothing() {
    let scratch = Scratch::new();
    let mut client = session("");
    let (child, out) = start_slow(&scratch, "", "ended");
    let pid = wait_for_copy(&mut client, "ended");
    client.execute("SELECT pg_terminate_backend($1)", &[&pid]).unwrap();
    let (code, stderr) = ended(child);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("ended the session in the middle of reading"), "{stderr}");
    assert!(stderr.contains("nothing was published"), "{stderr}");
    assert_eq!(scratch.names(), ["documents.csv"], "nothing is left behind");
    assert!(!out.exists());
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn a_certificate_vouches_for_itself_and_a_server_that_dies_in_the_middle_publishes_nothing() {
    // As half of all installations have it. Only this test uses the second server, and kills it in the end.
    let victim = |root: &str| {
        let (port, root) = (variable("VICTIM_PORT"), certificate(root));
        let parameters = format!("sslmode=verify-full&sslrootcert={root}&query=SELECT '1' AS iin");
        validate(with_password(), &format!("postgres://postgres@localhost:{port}/postgres?{parameters}"))
    };
    victim("itself").expect(0);
    victim("authority").expect(1);

    let scratch = Scratch::new();
    let (child, out) = start_slow(&scratch, "VICTIM_", "dies");
    let mut client = session("VICTIM_");
    wait_for_copy(&mut client, "dies");
    let killed = Command::new(variable("KILL_VICTIM")).status().expect("the script runs");
    assert!(killed.success());
    let (code, stderr) = ended(child);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("in the middle of reading"), "{stderr}");
    assert_eq!(scratch.names(), ["documents.csv"], "nothing is left behind");
    assert!(!out.exists());
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn an_interrupted_run_leaves_no_session_at_work() {
    let scratch = Scratch::new();
    let mut client = session("");
    let (child, out) = start_slow(&scratch, "", "interrupted");
    wait_for_copy(&mut client, "interrupted");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let (code, stderr) = ended(child);
    assert_ne!(code, Some(0), "{stderr}");
    assert!(!out.exists());
    let started = Instant::now();
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'interrupted'";
    while client.query_one(count, &[]).unwrap().get::<_, i64>(0) > 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "the server still works for nobody");
        sleep(Duration::from_millis(50));
    }
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn a_run_that_waits_for_its_first_row_leaves_no_session_either() {
    let mut client = session("");
    let source = format!(
        "postgres://postgres@localhost:{}/postgres?application_name=waits&query=SELECT pg_sleep(600)::text AS iin",
        variable("PORT")
    );
    let mut run = with_password();
    let mut child =
        run.args(["validate", &source]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a run");
    wait_for_copy(&mut client, "waits");
    // Killed, so that nobody can tell the server; it looks every two seconds by itself.
    child.kill().expect("kill");
    child.wait().expect("the run ends");
    let started = Instant::now();
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waits'";
    while client.query_one(count, &[]).unwrap().get::<_, i64>(0) > 0 {
        assert!(started.elapsed() < Duration::from_secs(20), "the server still works for nobody");
        sleep(Duration::from_millis(100));
    }
}

#[test]
#[ignore = "needs the server that scripts/test-postgres starts"]
fn a_database_without_an_encoding_is_read_as_a_file_would_be() {
    let mut client = session("");
    client.batch_execute("DROP DATABASE IF EXISTS bytes").unwrap();
    client.batch_execute("CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'").unwrap();
    let scratch = Scratch::new();
    let read = |database: &str, query: &str, more: &[&str]| {
        let out = scratch.join(&names(scratch.path()).len().to_string());
        let source = format!("postgres://postgres@localhost:{}/{database}?query={query}", variable("PORT"));
        let mut run = with_password();
        run.args(["validate", "--quiet", "--out"]).arg(&out).args(more).arg(source);
        finish(&mut run).expect(0);
        run_json(&out)["inputs"][0].clone()
    };
    // Иван in Windows-1251.
    let stored = "SELECT '1' AS iin, convert_from('\\xC8E2E0ED', 'SQL_ASCII') AS surname";
    assert_eq!(read("bytes", stored, &["--encoding", "windows-1251"])["rejected"], 0);
    assert_eq!(read("bytes", stored, &["--encoding", "utf-8"])["rejected"], 1);
    // A database that knows its encoding sends UTF-8, whatever is said of files.
    let input = read("postgres", "SELECT '1' AS iin, 'Иван' AS surname", &["--encoding", "windows-1251"]);
    assert_eq!(input["rejected"], 0);
    assert!(input["format"].as_str().expect("text").contains("utf-8"), "{input}");
}

#[test]
fn an_address_at_the_wrong_place_or_in_a_shown_configuration_does_not_show_its_password() {
    let source = "postgres://u:hunter2@h/d?table=t";
    let cases: [(&[&str], i32); 4] = [
        (&["reconcile", source], 2),
        (&["validate", "--threads", source, "x.csv"], 2),
        (&[source], 2),
        (&["reconcile", "--registry", source, "--documents", source, "--show-config"], 0),
    ];
    for (arguments, code) in cases {
        let run = finish(without_password().args(arguments)).expect(code);
        let said = run.stdout + &run.stderr;
        assert!(said.contains("postgres://u@h/d?table=t") && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn an_address_that_cannot_be_meant_is_refused_at_once() {
    let scratch = Scratch::new();
    let registry = scratch.write("registry.csv", format!("{REGISTRY}\n"));
    for source in ["postgres://u:hunter2@h/d", "postgresql://u:hunter2@h/d?table=a&sslmode=hunter2"] {
        let out = scratch.join("out");
        let run = reconcile(without_password(), &registry.display().to_string(), source, &out, &[]).expect(2);
        assert!(!run.stderr.contains("hunter2") && run.stderr.contains("what to do: "), "{}", run.stderr);
        assert_eq!(scratch.names(), ["registry.csv"]);
    }
}

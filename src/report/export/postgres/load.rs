//! Load: one night, in one transaction.
//!
//! In: a report and the way to a server. Out: its rows there. The law: the lock comes first and the commit last, so that
//! whoever reads the schema sees the night before or this one, whole, and a load that ends in between has changed
//! nothing.

use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::{Pin, pin};

use arrow_schema::Schema;
use bytes::Bytes;
use futures_sink::Sink;
use tokio_postgres::{Client, CopyInSink};

use super::super::super::back::{ACCOUNT, Reports};
use super::super::{open, tables_of, whole};
use super::schema::{self, KEY, NotOurs, RUNS, Relation, Relations, literal, named};
use super::{Loaded, rows, views};
use crate::error::{Error, Result};
use crate::postgres::address::{Address, What, quote};
use crate::postgres::failure::{Doing, explain};
use crate::postgres::session::{self, Way};

/// Bytes that are gathered before they are sent.
const CHUNK_BYTES: usize = 256 << 10;

/// How long another load, or whoever holds our tables, is waited for.
const LOCK_TIMEOUT: &str = "60s";

/// The first half of the lock's key; the second is a hash of the schema's name.
const LOCK: i32 = i32::from_be_bytes(*b"iinr");

type Answer<T> = std::result::Result<T, tokio_postgres::Error>;

/// Loads a report.
pub(super) fn load(report: &Reports, typed: &str, keep_nights: Option<u32>) -> Result<Loaded> {
    let environment = |name: &str| std::env::var(name).ok();
    let address = Address::sink(typed, &environment)?;
    let shown = PathBuf::from(address.shown());
    let What::Into(schema) = address.what.clone() else {
        unreachable!("the address of a place for results names a schema")
    };
    let as_of = &report.run.as_of;
    let is_day = as_of.len() == 10 && as_of.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !is_day {
        return Err(Error::world("run.json is not as reconcile writes it")
            .at(report.tables.folder())
            .remedy("run reconcile again, with this version"));
    }
    let runtime = session::runtime(&shown)?;
    let way = Way::settle(address, shown.clone(), &environment)?;
    let night = Night { report, way: &way, schema: &schema, keep_nights };
    let (tables, replaced, nights_removed) = runtime.block_on(night.load())?;
    Ok(Loaded { shown, as_of: as_of.clone(), tables, replaced, nights_removed })
}

/// One load.
struct Night<'a> {
    report: &'a Reports,
    way: &'a Way,
    schema: &'a str,
    keep_nights: Option<u32>,
}

impl Night<'_> {
    async fn load(&self) -> Result<(Vec<(String, u64)>, bool, u64)> {
        let client = self.way.connect().await?;
        self.told(begin(&client, self.schema).await)?;
        let there = self.told(self.make_schema(&client).await)?;
        let run = &self.report.run;
        let mut columns = Vec::new();
        for (table, _) in tables_of(run) {
            columns.push((table, open(&self.report.tables, table)?.0));
        }
        let ours =
            |made: std::result::Result<Vec<String>, NotOurs>| made.map_err(|other| self.not_ours(&other));
        let mut statements = ours(schema::runs(&there, self.schema))?;
        for (table, columns) in &columns {
            statements.extend(ours(schema::table(&there, self.schema, table, columns))?);
        }
        let is_changed = !statements.is_empty();
        for statement in &statements {
            self.told(client.batch_execute(statement).await)?;
        }
        let replaced = self.told(self.remove_night(&client, &there).await)?;
        let mut loaded = Vec::new();
        for ((table, told), (_, columns)) in tables_of(run).zip(&columns) {
            let rows = self.copy(&client, table, columns).await?;
            whole(&self.report.tables, table, told, rows)?;
            loaded.push((table.to_owned(), rows));
        }
        self.add_run(&client).await?;
        let removed = self.told(self.remove_old(&client, &there, &loaded).await)?;
        let views = views::views(self.schema, columns.iter().map(|(table, _)| *table));
        for view in views.iter().filter(|view| is_changed || !view.is_current(&there)) {
            self.told(self.make_view(&client, view).await)?;
        }
        self.told(client.batch_execute("COMMIT").await)?;
        Ok((loaded, replaced, removed))
    }

    fn told<T>(&self, answer: Answer<T>) -> Result<T> {
        answer.map_err(|e| explain(&e, Doing::Writing, &self.way.concerned()))
    }

    /// The same, with the table at which it happened.
    fn told_of<T>(&self, table: &str, answer: Answer<T>) -> Result<T> {
        self.told(answer).map_err(|mut error| {
            error.what = format!("table {table}: {}", error.what);
            error
        })
    }

    fn not_ours(&self, NotOurs(name): &NotOurs) -> Error {
        Error::world(format!("schema {} has a {name} that iinrec did not make", self.schema))
            .at(&self.way.shown)
            .remedy("name another schema, e.g. ?schema=iinrec; it is made where it is missing")
    }

    /// Makes the schema where it is missing, and tells what is in it.
    async fn make_schema(&self, client: &Client) -> Answer<Relations> {
        // `IF NOT EXISTS` would ask for the right to make it also where it is there.
        let name = &self.schema;
        if client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[name]).await?.is_empty() {
            let quoted = quote(name);
            client
                .batch_execute(&format!(
                    "CREATE SCHEMA {quoted}; COMMENT ON SCHEMA {quoted} IS 'Reports of iinrec, night by night'"
                ))
                .await?;
        }
        let sql = "SELECT c.relname::text, c.relkind::text, obj_description(c.oid, 'pg_class'), a.attname::text \
                   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                   WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1, a.attnum";
        let mut there = Relations::new();
        for row in client.query(sql, &[name]).await? {
            let relation = there.entry(row.get(0)).or_insert_with(|| Relation {
                kind: row.get(1),
                comment: row.get(2),
                columns: Vec::new(),
            });
            relation.columns.extend(row.get::<_, Option<String>>(3));
        }
        Ok(there)
    }

    /// Removes what an earlier load of this night left in any table of ours; whether there was one.
    async fn remove_night(&self, client: &Client, there: &Relations) -> Answer<bool> {
        let night = literal(&self.report.run.as_of);
        for (table, _) in there.iter().filter(|(_, relation)| relation.is_ours()) {
            let sql = format!("DELETE FROM {} WHERE as_of = {night}", named(self.schema, table));
            client.execute(&sql, &[]).await?;
        }
        let sql = format!("DELETE FROM {} WHERE as_of = {night}", named(self.schema, RUNS));
        Ok(client.execute(&sql, &[]).await? > 0)
    }

    /// Loads a table, and returns its rows.
    async fn copy(&self, client: &Client, table: &str, columns: &Schema) -> Result<u64> {
        let loaded = schema::loaded(columns);
        let names = loaded.iter().map(|&at| quote(columns.field(at).name()));
        let names: Vec<String> = KEY.iter().map(|&key| key.to_owned()).chain(names).collect();
        let sql = format!("COPY {} ({}) FROM STDIN", named(self.schema, table), names.join(", "));
        let sink = self.told_of(table, client.copy_in::<_, Bytes>(&sql).await)?;
        let mut sink = pin!(sink);
        let (_, batches) = open(&self.report.tables, table)?;
        let mut lines = String::with_capacity(CHUNK_BYTES * 2);
        let mut rows = 0;
        for batch in batches {
            let batch = batch?;
            rows::append(&batch, &loaded, &self.report.run.as_of, rows + 1, &mut lines);
            rows += batch.num_rows() as u64;
            if lines.len() >= CHUNK_BYTES {
                let full = std::mem::replace(&mut lines, String::with_capacity(CHUNK_BYTES * 2));
                if let Err(e) = send(sink.as_mut(), full).await {
                    // Why it was refused is what the server says at the end.
                    return self.told_of(table, Err(sink.as_mut().finish().await.err().unwrap_or(e)));
                }
            }
        }
        if !lines.is_empty() {
            // Refused, it is told at the end.
            let _ = send(sink.as_mut(), lines).await;
        }
        self.told_of(table, sink.as_mut().finish().await)?;
        Ok(rows)
    }

    async fn add_run(&self, client: &Client) -> Result<()> {
        let Reports { tables, run } = self.report;
        // As it was written, so that its digest is that of the file.
        let path = tables.folder().join(ACCOUNT);
        let text =
            std::fs::read_to_string(&path).map_err(|e| Error::io("cannot read the report", &path, &e))?;
        let digest = blake3::hash(text.as_bytes()).to_hex().to_string();
        let sql = format!(
            "INSERT INTO {} (as_of, version, config_fingerprint, run, digest) \
             VALUES ($1::text::date, $2, $3, $4::text::jsonb, $5)",
            named(self.schema, RUNS)
        );
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&run.as_of, &run.version, &run.config_fingerprint, &text, &digest];
        self.told_of(RUNS, client.execute(&sql, &values).await)?;
        Ok(())
    }

    /// Removes the rows of nights beyond the newest ones; their accounts stay. Returns how many nights had rows.
    async fn remove_old(&self, client: &Client, there: &Relations, loaded: &[(String, u64)]) -> Answer<u64> {
        let Some(keep) = self.keep_nights else { return Ok(0) };
        let runs = named(self.schema, RUNS);
        let oldest =
            format!("(SELECT min(as_of) FROM (SELECT as_of FROM {runs} ORDER BY 1 DESC LIMIT {keep}) kept)");
        let before = there.iter().filter(|(_, relation)| relation.is_ours()).map(|(table, _)| table.as_str());
        let tables: std::collections::BTreeSet<&str> =
            before.chain(loaded.iter().map(|(table, _)| table.as_str())).collect();
        let mut nights = std::collections::BTreeSet::new();
        for table in tables {
            let sql = format!(
                "WITH gone AS (DELETE FROM {} WHERE as_of < {oldest} RETURNING as_of) \
                 SELECT DISTINCT as_of::text FROM gone",
                named(self.schema, table)
            );
            nights.extend(client.query(&sql, &[]).await?.iter().map(|row| row.get::<_, String>(0)));
        }
        Ok(nights.len() as u64)
    }

    /// Makes a view. One that cannot become the new one, since views of others stand on it, stays as it was.
    async fn make_view(&self, client: &Client, view: &views::View) -> Answer<()> {
        for sql in [view.replace(self.schema), view.anew(self.schema)] {
            client.batch_execute("SAVEPOINT view").await?;
            match client.batch_execute(&sql).await {
                Ok(()) => return client.batch_execute("RELEASE view").await,
                Err(e) if e.as_db_error().is_none() => return Err(e),
                Err(_) => client.batch_execute("ROLLBACK TO view").await?,
            }
        }
        Ok(())
    }
}

/// Begins the transaction, and waits for the lock of the schema. Everything is set for the transaction only, so that a
/// pooler between us and the server is left as it was.
async fn begin(client: &Client, schema: &str) -> Answer<()> {
    let hash = blake3::hash(schema.as_bytes());
    let key = i32::from_le_bytes(*hash.as_bytes().first_chunk().expect("32 bytes"));
    client
        .batch_execute(&format!(
            "BEGIN; SET LOCAL client_min_messages = error; SET LOCAL DateStyle = 'ISO, YMD'; \
             SET LOCAL standard_conforming_strings = on; SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; \
             SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL search_path = pg_catalog; \
             SELECT pg_advisory_xact_lock({LOCK}, {key})"
        ))
        .await
}

async fn send(mut sink: Pin<&mut CopyInSink<Bytes>>, lines: String) -> Answer<()> {
    poll_fn(|context| sink.as_mut().poll_ready(context)).await?;
    sink.as_mut().start_send(Bytes::from(lines))
}

//! The table: what there is to read, and the statements that read it.
//!
//! In: a session and what was asked for. Out: [`Statements`], whose outputs, one after the other, are the CSV. The
//! law: how a table is cut depends on its size alone, never on connections, so that rows are numbered the same way
//! however it is read.
//!
//! A heap is cut at block numbers (`ctid`), which needs no key and reads every block once; PostgreSQL has scanned
//! such a range without touching the rest since version 14. One statement reads all of what cannot be cut so: views,
//! queries, foreign tables, parents of inheritance, other storage engines, older servers, and tables of one
//! range's size.

use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::batch::{Kind, Role};
use crate::error::{Error, Result};
use crate::ingest::header::{Header, distance};
use crate::postgres::address::{NamePart, TableName, What, quote};
use crate::postgres::failure::{Concerned, Doing, explain};

/// Blocks of a range: 4 MiB of heap. Small enough that ranges waiting for their turn fit into memory, large enough
/// that a statement's millisecond does not count.
const RANGE_BLOCKS: u64 = 512;

/// The first version that scans a range of blocks: 14.
const RANGES_SINCE: u32 = 140_000;

/// What the server says of itself.
pub(super) struct Server {
    /// E.g. 150018.
    pub(super) version: u32,
    /// Whether it translates its text; with `SQL_ASCII` it sends whatever bytes were stored.
    pub(super) is_utf8: bool,
}

/// What reads a source: the outputs follow one another.
#[derive(Debug)]
pub(super) struct Statements {
    /// The `COPY` statements, in order.
    pub(super) copies: Vec<String>,
}

/// What the catalogue says of a relation.
struct Relation {
    /// Schema and name, quoted for SQL.
    quoted: String,
    /// Blocks of its heap, or of the largest heap among its partitions; `None` where it cannot be cut.
    blocks: Option<u64>,
}

/// Looks up what was asked for, and settles how it is read. `resolve` tells what the columns are.
pub(super) async fn look(
    client: &Client,
    server: &Server,
    concerned: &Concerned<'_>,
    every_cell: bool,
    resolve: impl FnOnce(&[String]) -> Result<Header>,
) -> Result<Statements> {
    let failed = |e: &tokio_postgres::Error| explain(e, Doing::Looking, concerned);
    let (select, blocks) = match &concerned.address.what {
        What::Table(name) => {
            let relation = relation(client, name, concerned).await?;
            let blocks = relation.blocks.filter(|_| server.version >= RANGES_SINCE);
            (format!("SELECT * FROM {}", relation.quoted), blocks.map(|blocks| (relation.quoted, blocks)))
        }
        What::Query(query) => (query.clone(), None),
        What::Into(_) => unreachable!("an address that is read was parsed as a source"),
    };
    let statement = client.prepare(&select).await.map_err(|e| failed(&e))?;
    let columns: Vec<(&str, &Type)> = statement.columns().iter().map(|c| (c.name(), c.type_())).collect();
    let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let header = resolve(&names)?;
    let copy = |from: &str, r#where: &str, options: &str| {
        let places: Vec<String> = columns
            .iter()
            .zip(&header.roles)
            .enumerate()
            .map(|(at, ((name, r#type), role))| {
                format!("{} AS {}", expression(&format!("q.c{at}"), r#type, *role, every_cell), quote(name))
            })
            .collect();
        // Positions instead of names: a query may give one name twice.
        let aliases: Vec<String> = (0..columns.len()).map(|at| format!("c{at}")).collect();
        // Bytes of no known encoding pass only where the client claims none either.
        let encoding = if server.is_utf8 { "" } else { ", ENCODING 'SQL_ASCII'" };
        format!(
            "COPY (SELECT {} FROM {from} AS q({}){where}) TO STDOUT (FORMAT csv{options}{encoding})",
            places.join(", "),
            aliases.join(", ")
        )
    };
    if columns.is_empty() {
        return Err(Error::world("the table or query has no columns")
            .at(concerned.shown)
            .remedy("name a table with columns, or a query that selects some"));
    }
    let copies = match blocks {
        Some((quoted, blocks)) if blocks > RANGE_BLOCKS => {
            let count = blocks.div_ceil(RANGE_BLOCKS);
            (0..count)
                .map(|range| {
                    let start = range * RANGE_BLOCKS;
                    // The last range is open: whatever the snapshot sees behind it is part of it.
                    let end = if range + 1 < count {
                        format!(" AND q.ctid < '({},0)'", start + RANGE_BLOCKS)
                    } else {
                        String::new()
                    };
                    let options = if range == 0 { ", HEADER" } else { "" };
                    copy(&quoted, &format!(" WHERE q.ctid >= '({start},0)'{end}"), options)
                })
                .collect()
        }
        Some((quoted, _)) => vec![copy(&quoted, "", ", HEADER")],
        // The newline ends a comment that the query may end in.
        None => vec![copy(&format!("({select}\n)"), "", ", HEADER")],
    };
    Ok(Statements { copies })
}

/// A column as text of a form that the rest of ingest reads.
fn expression(column: &str, r#type: &Type, role: Option<Role>, every_cell: bool) -> String {
    if role.is_none() && !every_cell {
        // Nothing reads it: a photograph in every row would be most of what travels.
        return "NULL".to_owned();
    }
    let twelve = role.is_some_and(|role| role.kind() == Kind::Iin);
    match *r#type {
        // A number has lost the zeros that an IIN begins with.
        Type::INT2 | Type::INT4 | Type::INT8 if twelve => {
            format!(
                "CASE WHEN {column} BETWEEN 0 AND 999999999999 THEN lpad({column}::text, 12, '0') ELSE {column}::text END"
            )
        }
        Type::NUMERIC | Type::FLOAT8 if twelve => {
            let whole = format!("trunc({column}::numeric)");
            format!(
                "CASE WHEN {column}::numeric = {whole} AND {column} BETWEEN 0 AND 999999999999 \
                 THEN lpad({whole}::text, 12, '0') ELSE {column}::text END"
            )
        }
        // Whoever wants every cell wants to know that it is filled, not the photograph.
        Type::BYTEA if role.is_none() => format!("CASE WHEN {column} IS NOT NULL THEN 'bytes' END"),
        // Without its zone, as the session's clock shows it.
        Type::TIMESTAMPTZ => format!("{column}::timestamp"),
        _ => column.to_owned(),
    }
}

/// Tables, views, materialised views, foreign and partitioned tables.
const KINDS: &str = "('r', 'v', 'm', 'f', 'p')";

async fn relation(client: &Client, name: &TableName, concerned: &Concerned<'_>) -> Result<Relation> {
    let failed = |e: tokio_postgres::Error| explain(&e, Doing::Looking, concerned);
    let tables = name.table.candidates();
    let schemas = name.schema.as_ref().map(NamePart::candidates);
    // A heap below every leaf is what can be cut; ctid says nothing about anything else.
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text,
                CASE WHEN c.relkind = 'p' THEN
                         (SELECT CASE WHEN bool_and(l.relkind = 'r' AND a.amname = 'heap')
                                      THEN max(pg_relation_size(l.oid)) END
                          FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
                               LEFT JOIN pg_am a ON a.oid = l.relam
                          WHERE t.isleaf)
                     WHEN c.relkind IN ('r', 'm') AND NOT c.relhassubclass
                          AND (SELECT amname FROM pg_am WHERE oid = c.relam) = 'heap'
                     THEN pg_relation_size(c.oid)
                END / current_setting('block_size')::int8,
                has_any_column_privilege(c.oid, 'SELECT'), has_schema_privilege(n.oid, 'USAGE')
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN {KINDS} AND c.relname = ANY($1)
               AND CASE WHEN $2::text[] IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = ANY($2) END
         ORDER BY array_position($1, c.relname::text), array_position($2, n.nspname::text)"
    );
    let rows = client.query(&sql, &[&tables, &schemas]).await.map_err(failed)?;
    let Some(row) = rows.first() else { return Err(no_such_table(client, name, concerned).await) };
    let (schema, table): (String, String) = (row.get(0), row.get(1));
    let quoted = format!("{}.{}", quote(&schema), quote(&table));
    let user = &concerned.address.user;
    let refused = |what: &str, right: &str, on: &str| {
        Error::world(format!("user {user} may not read {what}"))
            .at(concerned.shown)
            .remedy(format!("ask for it: GRANT {right} ON {on} TO {}", quote(user)))
    };
    if !row.get::<_, bool>(4) {
        return Err(refused(
            &format!("anything in schema {schema}"),
            "USAGE",
            &format!("SCHEMA {}", quote(&schema)),
        ));
    }
    if !row.get::<_, bool>(3) {
        return Err(refused(&format!("{schema}.{table}"), "SELECT", &quoted));
    }
    Ok(Relation { quoted, blocks: row.get::<_, Option<i64>>(2).map(|blocks| blocks.max(0) as u64) })
}

async fn no_such_table(client: &Client, name: &TableName, concerned: &Concerned<'_>) -> Error {
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN {KINDS} AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
               AND has_schema_privilege(n.oid, 'USAGE')
         ORDER BY 1, 2 LIMIT 10000"
    );
    let rows = match client.query(&sql, &[]).await {
        Ok(rows) => rows,
        Err(e) => return explain(&e, Doing::Looking, concerned),
    };
    let typed = name.table.text.to_lowercase();
    let schema_typed = name.schema.as_ref().map(|part| part.text.to_lowercase());
    let nearest = rows.iter().map(|row| (row.get::<_, String>(0), row.get::<_, String>(1))).min_by_key(
        |(schema, table)| {
            let schema_distance = schema_typed.as_ref().map_or(0, |s| distance(s, &schema.to_lowercase()));
            (distance(&typed, &table.to_lowercase()), schema_distance, distance(&name.table.text, table))
        },
    );
    let remedy = match nearest {
        Some((schema, table)) => {
            let part = |name: &str| {
                let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
                if plain { name.to_owned() } else { quote(name) }
            };
            format!("the nearest one that this user sees is table={}.{}", part(&schema), part(&table))
        }
        None => format!("user {} sees no table at all: check database and user", concerned.address.user),
    };
    Error::world(format!("there is no table or view of that name in database {}", concerned.address.database))
        .at(concerned.shown)
        .remedy(remedy)
}

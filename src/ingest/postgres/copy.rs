//! The stream: connections driven by the one thread that reads, joined to the bytes of one CSV.
//!
//! In: an address. Out: [`CopyStream`], a [`Read`]. Parts of a table (see [`super::table`]) are handed to sessions
//! in order, and read in order; a window bounds how far sessions may run ahead, so that memory is bounded: at most
//! [`WINDOW_A_SESSION`] parts a session, of [`PART_BYTES_WAITING`] each.
//!
//! There are no threads here: whoever calls `read` drives a runtime of its own while it waits. Formatting rows is the
//! server's work, a core a session; this side only joins rows to chunks.
//!
//! Sessions beyond the first are a help, not a need: one that the server refuses is left out, and a session that
//! cannot share the snapshot (behind a balancer it may have reached another server) never reads.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, Read};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::Stream;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, mpsc};
use tokio_postgres::{CancelToken, Client, SimpleQueryMessage};

use super::table::{self, Server};
use crate::error::{Error, Result};
use crate::ingest::header::Header;
use crate::postgres::address::{Address, Environment, What};
use crate::postgres::failure::{Concerned, Doing, explain};
use crate::postgres::session::{self, Way};

/// Bytes that are joined before they are handed on.
const CHUNK_BYTES: usize = 256 << 10;

/// Bytes of one part that may wait for their turn.
const PART_BYTES_WAITING: usize = 4 << 20;

/// Parts that a session may be ahead of the reader.
const WINDOW_A_SESSION: usize = 2;

/// How long a server is given to hear that we stop.
const CANCEL_LIMIT: Duration = Duration::from_secs(1);

/// What a session hands to the reader.
enum Piece {
    /// Whole rows.
    Rows(Vec<u8>),
    /// The part is complete. A channel that closes without it broke.
    End,
}

type Handed = Result<Piece>;

/// One part of the source: the statement that reads it, and where its rows go.
struct Part {
    statement: String,
    rows: mpsc::Sender<Handed>,
}

/// What all sessions share.
struct Shared {
    way: Way,
    /// Parts that nobody reads yet, in order.
    waiting: Mutex<VecDeque<Part>>,
    /// How many more parts may be begun.
    window: Semaphore,
    /// How to stop what the server is doing.
    cancels: Mutex<Vec<CancelToken>>,
}

impl Shared {
    fn concerned(&self) -> Concerned<'_> {
        self.way.concerned()
    }
}

/// The rows of a table or query as CSV with a header line, in UTF-8.
///
/// An error that `read` returns holds an [`Error`] with its remedy.
pub(super) struct CopyStream {
    runtime: Runtime,
    shared: Arc<Shared>,
    /// The first session: its transaction lends its snapshot to the others, so it stays open.
    _first: Arc<Client>,
    /// Parts that were not read yet, in order.
    parts: VecDeque<mpsc::Receiver<Handed>>,
    chunk: Vec<u8>,
    at: usize,
    /// Whether the server knows the encoding of its text, and so has sent UTF-8.
    pub(super) is_utf8: bool,
}

impl std::fmt::Debug for CopyStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CopyStream").field("shown", &self.shared.way.shown).finish_non_exhaustive()
    }
}

impl CopyStream {
    /// Connects, looks up what is to be read, and begins to read it; cells without a role only if `every_cell` is wanted.
    pub(super) fn open(
        address: Address,
        shown: PathBuf,
        environment: Environment<'_>,
        every_cell: bool,
        resolve: impl FnOnce(&[String]) -> Result<Header>,
    ) -> Result<Self> {
        let runtime = session::runtime(&shown)?;
        let connections = address.connections;
        let shared = Arc::new(Shared {
            way: Way::settle(address, shown, environment)?,
            waiting: Mutex::new(VecDeque::new()),
            window: Semaphore::new(WINDOW_A_SESSION * connections),
            cancels: Mutex::new(Vec::new()),
        });
        let begun = runtime.block_on(begin(&shared, connections, every_cell, resolve))?;
        let Begun { first, parts, is_utf8 } = begun;
        Ok(CopyStream { runtime, shared, _first: first, parts, chunk: Vec::new(), at: 0, is_utf8 })
    }
}

impl Read for CopyStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let ready = &self.chunk[self.at..];
            if !ready.is_empty() || buffer.is_empty() {
                let count = ready.len().min(buffer.len());
                buffer[..count].copy_from_slice(&ready[..count]);
                self.at += count;
                return Ok(count);
            }
            let Some(part) = self.parts.front_mut() else { return Ok(0) };
            match self.runtime.block_on(part.recv()) {
                Some(Ok(Piece::Rows(rows))) => (self.chunk, self.at) = (rows, 0),
                Some(Ok(Piece::End)) => {
                    self.parts.pop_front();
                    self.shared.window.add_permits(1);
                }
                Some(Err(error)) => return Err(io::Error::other(error)),
                None => {
                    return Err(io::Error::other(
                        Error::world("the reading of the table was given up").at(&self.shared.way.shown),
                    ));
                }
            }
        }
    }
}

impl Drop for CopyStream {
    /// Tells the server to stop, if it is not done. (When the process is killed instead, the server notices by itself:
    /// see `client_connection_check_interval` in [`transaction`].)
    fn drop(&mut self) {
        if self.parts.is_empty() {
            return;
        }
        let cancels = std::mem::take(&mut *self.shared.cancels.lock().expect("no session panicked"));
        let connect = self.shared.way.tls.connect.clone();
        self.runtime.block_on(async {
            for cancel in cancels {
                // Whether it was heard does not matter: the connection is closed next.
                let _ = tokio::time::timeout(CANCEL_LIMIT, cancel.cancel_query(connect.clone())).await;
            }
        });
    }
}

/// A session more, which is told to stop when the reader goes before its end.
async fn connect(shared: &Shared) -> Result<Client> {
    let client = shared.way.connect().await?;
    shared.cancels.lock().expect("no session panicked").push(client.cancel_token());
    Ok(client)
}

/// Begins a transaction that sees one moment, and in which values have one form whatever the server's settings.
/// Everything is set for the transaction only, so that a pooler between us and the server is left as it was.
async fn transaction(
    client: &Client,
    what: &What,
    snapshot: Option<&str>,
) -> std::result::Result<Server, tokio_postgres::Error> {
    let mut begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned();
    if let Some(snapshot) = snapshot {
        begin.push_str(&format!("; SET TRANSACTION SNAPSHOT '{}'", snapshot.replace('\'', "''")));
    }
    begin.push_str(
        "; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1 \
         ; SET LOCAL idle_in_transaction_session_timeout = 0",
    );
    if matches!(what, What::Table(_)) {
        // The order of the heap, also while others scan the table and however large it is.
        begin.push_str(
            "; SET LOCAL synchronize_seqscans = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off",
        );
    }
    begin.push_str("; SHOW server_version_num; SHOW server_encoding");
    let answers = client.simple_query(&begin).await?;
    let mut shown = answers.iter().filter_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let server = Server {
        version: shown.next().and_then(|version| version.parse().ok()).unwrap_or(0),
        is_utf8: shown.next() != Some("SQL_ASCII"),
    };
    // Since 14 a server can look whether we are still there while it sorts; not on every system.
    let check = "SAVEPOINT s; SET LOCAL client_connection_check_interval = '2s'; RELEASE s";
    if client.simple_query(check).await.is_err() {
        client.simple_query("ROLLBACK TO s").await?;
    }
    Ok(server)
}

/// A reading that has begun.
struct Begun {
    first: Arc<Client>,
    parts: VecDeque<mpsc::Receiver<Handed>>,
    is_utf8: bool,
}

async fn begin(
    shared: &Arc<Shared>,
    connections: usize,
    every_cell: bool,
    resolve: impl FnOnce(&[String]) -> Result<Header>,
) -> Result<Begun> {
    let failed = |e: tokio_postgres::Error| explain(&e, Doing::Looking, &shared.concerned());
    let first = Arc::new(connect(shared).await?);
    let server = transaction(&first, &shared.way.address.what, None).await.map_err(failed)?;
    let statements = table::look(&first, &server, &shared.concerned(), every_cell, resolve).await?;
    let helpers = (connections - 1).min(statements.copies.len() - 1);
    let snapshot = if helpers == 0 {
        None
    } else {
        let row = first.query_one("SELECT pg_export_snapshot()", &[]).await.map_err(failed)?;
        Some(row.get::<_, String>(0))
    };
    let mut receivers = VecDeque::with_capacity(statements.copies.len());
    let mut waiting = VecDeque::with_capacity(statements.copies.len());
    for statement in statements.copies {
        let (rows, receiver) = mpsc::channel(PART_BYTES_WAITING / CHUNK_BYTES);
        waiting.push_back(Part { statement, rows });
        receivers.push_back(receiver);
    }
    *shared.waiting.lock().expect("no session panicked") = waiting;
    tokio::spawn(work(first.clone(), shared.clone()));
    if let Some(snapshot) = snapshot {
        for _ in 0..helpers {
            let (shared, snapshot) = (shared.clone(), snapshot.clone());
            tokio::spawn(async move {
                let Ok(client) = connect(&shared).await else { return };
                if transaction(&client, &shared.way.address.what, Some(&snapshot)).await.is_ok() {
                    work(Arc::new(client), shared).await;
                }
            });
        }
    }
    Ok(Begun { first, parts: receivers, is_utf8: server.is_utf8 })
}

/// A session's work: the next part, until there is none or the reader has gone.
async fn work(client: Arc<Client>, shared: Arc<Shared>) {
    loop {
        let Ok(permit) = shared.window.acquire().await else { return };
        // Given back by the reader, when it is through with the part.
        permit.forget();
        let Some(part) = shared.waiting.lock().expect("no session panicked").pop_front() else { return };
        let last = match copy(&client, &part).await {
            Ok(()) => Ok(Piece::End),
            Err(error) => Err(explain(&error, Doing::Reading, &shared.concerned())),
        };
        let over = last.is_err();
        if part.rows.send(last).await.is_err() || over {
            return;
        }
    }
}

async fn copy(client: &Client, part: &Part) -> std::result::Result<(), tokio_postgres::Error> {
    let mut rows = pin!(client.copy_out(&*part.statement).await?);
    let mut chunk = Vec::with_capacity(CHUNK_BYTES + 4096);
    while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        chunk.extend_from_slice(&row?);
        if chunk.len() >= CHUNK_BYTES {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_BYTES + 4096));
            if part.rows.send(Ok(Piece::Rows(full))).await.is_err() {
                return Ok(());
            }
        }
    }
    if !chunk.is_empty() {
        // A reader that has gone needs none of it.
        let _ = part.rows.send(Ok(Piece::Rows(chunk))).await;
    }
    Ok(())
}

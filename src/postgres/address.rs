//! The address of a source, `postgres://user@host:5432/db?table=public.registry`, or of a place for results,
//! `postgres://user@host:5432/db?schema=iinrec`, and what libpq adds to it.
//!
//! In: what was typed, the environment, a service file. Out: [`Address`], complete or refused. The law:
//! nothing that was typed is repeated by an error, since a password may stand anywhere in a mistyped address;
//! what is shown of an address is built from its parts ([`Address::shown`]), and the password is none of them.
//!
//! Defaults and names are those of libpq, so that what works for `psql` works here: address, then service file,
//! then `PG…` variables, then built-in. Non-goals: several hosts in one address, Kerberos, `krbsrvname` and the
//! like; they are refused by name rather than ignored.

#![cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "addresses are known, but nothing connects")
)]

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::ingest::header::distance;

/// A text that is never shown, not even by `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The text itself; for the sign-in and for nothing else.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A name for SQL.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What is read, or where results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A table, view or materialised view, by the parts of its name as SQL reads them.
    Table(TableName),
    /// The rows of a query.
    Query(String),
    /// Results go into this schema.
    Into(String),
}

/// Why somebody connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// To read a table or query.
    Source,
    /// To write results.
    Sink,
}

/// The schema of results where none is named.
const SCHEMA_DEFAULT: &str = "iinrec";

/// A name as typed: each part with whether it stood in quotes, which keep capitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableName {
    /// The schema, if one was typed.
    pub schema: Option<NamePart>,
    /// The table.
    pub table: NamePart,
}

/// One part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamePart {
    /// The text without its quotes.
    pub text: String,
    /// Whether it stood in quotes.
    pub quoted: bool,
}

impl NamePart {
    /// The names that it may mean, best first: SQL folds what is not quoted, people often forget it.
    pub(crate) fn candidates(&self) -> Vec<String> {
        let folded = self.text.to_lowercase();
        if self.quoted || folded == self.text {
            vec![self.text.clone()]
        } else {
            vec![folded, self.text.clone()]
        }
    }
}

/// libpq's `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SslMode {
    /// Never.
    Disable,
    /// If the server offers it, whoever it is.
    Prefer,
    /// Always, whoever the server is.
    Require,
    /// Always, with a certificate that a root vouches for.
    VerifyCa,
    /// Always, with a certificate that a root vouches for and that names the host.
    VerifyFull,
}

/// Who vouches for the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Roots {
    /// The certificates of a PEM file.
    File(PathBuf),
    /// Those of the operating system.
    System,
}

/// Where the server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// A name or number on the network.
    Network(String),
    /// The folder of its socket.
    Socket(PathBuf),
}

/// How a silent connection is noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keepalives {
    /// Whether the system asks at all.
    pub on: bool,
    /// Silence before the first question.
    pub idle: Duration,
    /// Between questions.
    pub interval: Option<Duration>,
    /// Unanswered questions before the connection counts as lost.
    pub count: Option<u32>,
    /// How long sent bytes may stay unacknowledged.
    pub user_timeout: Option<Duration>,
}

/// A source, complete.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// Where the server listens.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// Who signs in.
    pub user: String,
    /// The password, where address or environment gives one.
    pub password: Option<Secret>,
    /// The password file, if another than `~/.pgpass`.
    pub passfile: Option<PathBuf>,
    /// What is read.
    pub what: What,
    /// Whether and how TLS is used.
    pub sslmode: SslMode,
    /// Who vouches for the server; `None`: `~/.postgresql/root.crt` if it exists, else the system.
    pub roots: Option<Roots>,
    /// A certificate of ours and its key.
    pub client_certificate: Option<(PathBuf, PathBuf)>,
    /// How long connecting may take.
    pub connect_timeout: Option<Duration>,
    /// How the server's list of sessions names us.
    pub application_name: String,
    /// Command-line options for the server's session, e.g. `-c statement_timeout=0`.
    pub options: Option<String>,
    /// How a silent connection is noticed.
    pub keepalives: Keepalives,
    /// The most connections that are opened.
    pub connections: usize,
}

/// Connections where none are named. Measured with a server on the same two cores, where two would do; a server of
/// its own formats rows on a core a connection, and four keep this side's one reading thread busy.
const CONNECTIONS_DEFAULT: usize = 4;

/// How long connecting may take where nothing else is said. libpq waits for ever, which no night's job should.
const CONNECT_TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);

/// What can stand behind the question mark.
const PARAMETERS: [&str; 25] = [
    "table",
    "query",
    "schema",
    "connections",
    "host",
    "port",
    "dbname",
    "user",
    "password",
    "passfile",
    "service",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "connect_timeout",
    "application_name",
    "fallback_application_name",
    "options",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "client_encoding",
];

/// The variables of libpq that are heeded.
const VARIABLES: [(&str, &str); 14] = [
    ("PGHOST", "host"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGPASSFILE", "passfile"),
    ("PGSERVICE", "service"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGAPPNAME", "application_name"),
    ("PGOPTIONS", "options"),
];

/// Whether a typed input names a PostgreSQL server rather than a file.
#[must_use]
pub fn is_address(typed: &str) -> bool {
    typed.starts_with("postgres://") || typed.starts_with("postgresql://")
}

type Settings = BTreeMap<String, String>;

/// The environment of the process, or one that a test makes up.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Address {
    /// Reads the address of a source.
    ///
    /// # Errors
    /// When it is malformed, names neither table nor query, or asks for what is not supported.
    pub(crate) fn parse(typed: &str, environment: Environment<'_>) -> Result<Self> {
        Self::of(typed, Purpose::Source, environment)
    }

    /// Reads the address of a place for results.
    ///
    /// # Errors
    /// When it is malformed, names a table or a query, or asks for what is not supported.
    pub(crate) fn sink(typed: &str, environment: Environment<'_>) -> Result<Self> {
        if !is_address(typed) {
            return Err(malformed("was expected, and what was given is none")
                .remedy("write postgres://user@host:5432/database?schema=iinrec, in quotes for the shell"));
        }
        Self::of(typed, Purpose::Sink, environment)
    }

    fn of(typed: &str, purpose: Purpose, environment: Environment<'_>) -> Result<Self> {
        let typed_settings = split(typed)?;
        let mut settings: Settings = VARIABLES
            .iter()
            .filter_map(|(variable, key)| Some(((*key).to_owned(), environment(variable)?)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if let Some(service) = typed_settings.get("service").or_else(|| settings.get("service")) {
            settings.extend(read_service(&service.clone(), environment)?);
        }
        settings.extend(typed_settings);
        complete(settings, purpose, environment)
    }

    /// What people and `run.json` are shown: no user, no password, and of a query only a digest, since its text may
    /// hold values. Two nights that read the same show the same.
    #[must_use]
    pub(crate) fn shown(&self) -> String {
        let mut shown = "postgres://".to_owned();
        match &self.host {
            Host::Network(host) if host.contains(':') => shown.push_str(&format!("[{host}]")),
            Host::Network(host) => shown.push_str(host),
            Host::Socket(folder) => shown.push_str(&encode(&folder.to_string_lossy())),
        }
        if self.port != 5432 {
            shown.push_str(&format!(":{}", self.port));
        }
        shown.push_str(&format!("/{}", encode(&self.database)));
        match &self.what {
            What::Table(name) => {
                shown.push_str("?table=");
                let parts = name.schema.iter().chain([&name.table]);
                let parts: Vec<String> = parts
                    .map(|part| if part.quoted { quote(&part.text) } else { part.text.clone() })
                    .collect();
                shown.push_str(&parts.join("."));
            }
            What::Into(schema) => shown.push_str(&format!("?schema={}", encode(schema))),
            What::Query(query) => {
                let digest = blake3::hash(query.as_bytes()).to_hex();
                shown.push_str(&format!("?query={}", &digest[..16]));
            }
        }
        shown
    }
}

/// An address as it was typed, but for its password: for `--show-config`, which shows what can be typed again.
/// Anything else is given back as it is.
#[must_use]
pub fn without_password(typed: &str) -> String {
    if !is_address(typed) {
        return typed.to_owned();
    }
    let Ok(settings) = split(typed) else { return "postgres://…".to_owned() };
    if !settings.contains_key("password") {
        return typed.to_owned();
    }
    let (scheme, rest) = typed.split_once("://").expect("it is an address");
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let place = match place.split_once('@') {
        Some((sign_in, server)) => format!("{}@{server}", sign_in.split(':').next().expect("a first part")),
        None => place.to_owned(),
    };
    let mut kept = Vec::new();
    let mut rest = parameters;
    while !rest.is_empty() {
        let (parameter, after) =
            if rest.starts_with("query=") { (rest, "") } else { rest.split_once('&').unwrap_or((rest, "")) };
        if !parameter.starts_with("password=") {
            kept.push(parameter);
        }
        rest = after;
    }
    format!("{scheme}://{place}?{}", kept.join("&"))
}

fn malformed(what: &str) -> Error {
    Error::usage(format!("a postgres:// address {what}")).remedy(
        "write postgres://user@host:5432/database?table=schema.table (in quotes, for the shell); in a password \
         the characters : / ? # [ ] @ % are written %3A %2F %3F %23 %5B %5D %40 %25",
    )
}

/// Cuts an address into settings.
fn split(typed: &str) -> Result<Settings> {
    let rest = typed.split_once("://").map_or("", |(_, rest)| rest);
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    if database.contains(['@', '/']) || authority.matches('@').count() > 1 {
        return Err(malformed("has an @ or a / where none may stand"));
    }
    let (sign_in, server) = match authority.split_once('@') {
        Some((sign_in, server)) => (Some(sign_in), server),
        None => (None, authority),
    };
    let mut settings = Settings::new();
    let mut set = |key: &str, value: &str| -> Result<()> {
        if !value.is_empty() {
            settings.insert(key.to_owned(), decode(value)?);
        }
        Ok(())
    };
    if let Some(sign_in) = sign_in {
        let (user, password) = sign_in.split_once(':').unwrap_or((sign_in, ""));
        set("user", user)?;
        set("password", password)?;
    }
    // An IPv6 number stands in brackets, because its colons are no port.
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or_else(|| malformed("has a [ without its ]"))?;
            (host, after.strip_prefix(':').unwrap_or(after))
        }
        None => server.split_once(':').unwrap_or((server, "")),
    };
    set("host", host)?;
    set("port", port)?;
    set("dbname", database)?;
    let mut rest = parameters;
    while !rest.is_empty() {
        // A query is last and reaches to the end, so that & and = are its own.
        let (parameter, after) = match rest.strip_prefix("query=") {
            Some(_) => (rest, ""),
            None => rest.split_once('&').unwrap_or((rest, "")),
        };
        let (key, value) =
            parameter.split_once('=').ok_or_else(|| malformed("has a parameter without its ="))?;
        if !PARAMETERS.contains(&key) {
            return Err(unknown_parameter(key));
        }
        let value = if key == "query" { query_text(value)? } else { decode(value)? };
        if settings.insert(key.to_owned(), value).is_some()
            && !["host", "port", "user", "dbname"].contains(&key)
        {
            return Err(malformed(&format!("gives {key} twice")));
        }
        rest = after;
    }
    Ok(settings)
}

/// A query as typed: with blanks in it (every query has some) it is text, without it is percent-encoded; `@file`
/// names a file that holds it.
fn query_text(value: &str) -> Result<String> {
    let text = if value.contains(char::is_whitespace) { value.to_owned() } else { decode(value)? };
    let text = match text.strip_prefix('@') {
        Some(path) => {
            let path = Path::new(path);
            std::fs::read_to_string(path).map_err(|e| Error::io("cannot read the query", path, &e))?
        }
        None => text,
    };
    let text = text.trim().trim_end_matches(|c: char| c == ';' || c.is_whitespace());
    if text.is_empty() {
        return Err(malformed("has an empty query"));
    }
    Ok(text.to_owned())
}

/// The typed key may be a piece of a password, so only names that are known are said.
fn unknown_parameter(key: &str) -> Error {
    let nearest = PARAMETERS.iter().map(|known| (distance(key, known), known)).min();
    match nearest {
        Some((distance, known)) if distance <= 2 => {
            malformed("has a parameter that is not known").remedy(format!("did you mean {known}?"))
        }
        _ => malformed("has a parameter that is not known")
            .remedy(format!("known are {}", PARAMETERS.join(", "))),
    }
}

/// `%20` and the like as the characters that they stand for.
fn decode(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            bytes.push(byte);
            rest = after;
            continue;
        }
        let digit = |at: usize| after.get(at).and_then(|d| char::from(*d).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return Err(malformed("has a % without two hexadecimal digits"));
        };
        bytes.push((high * 16 + low) as u8);
        rest = &after[2..];
    }
    let text =
        String::from_utf8(bytes).map_err(|_| malformed("has percent-encoded bytes that are no text"))?;
    if text.contains('\0') {
        return Err(malformed("holds a byte 0"));
    }
    Ok(text)
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'/' | b'?' | b'#' | b'%' | b'@' | b':' | b' ' => format!("%{byte:02X}"),
            _ => char::from(byte).to_string(),
        })
        .collect()
}

/// The settings of a service, from `PGSERVICEFILE`, `~/.pg_service.conf` or `PGSYSCONFDIR/pg_service.conf`.
fn read_service(service: &str, environment: Environment<'_>) -> Result<Settings> {
    let mut files: Vec<PathBuf> = Vec::new();
    files.extend(environment("PGSERVICEFILE").map(PathBuf::from));
    files.extend(environment("HOME").map(|home| Path::new(&home).join(".pg_service.conf")));
    files.extend(environment("PGSYSCONFDIR").map(|folder| Path::new(&folder).join("pg_service.conf")));
    for file in files {
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(Error::io("cannot read the service file", &file, &e)),
        };
        let mut settings = Settings::new();
        let (mut inside, mut found) = (false, false);
        for (number, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                inside = name == service;
                found |= inside;
            } else if inside {
                let pair = line.split_once('=').filter(|(key, _)| PARAMETERS.contains(&key.trim()));
                let Some((key, value)) = pair else {
                    return Err(Error::usage("a setting of the service file is not known")
                        .at(&file)
                        .row(number as u64 + 1)
                        .remedy(format!("known are {}", PARAMETERS.join(", "))));
                };
                settings.insert(key.trim().to_owned(), value.trim().to_owned());
            }
        }
        if found {
            return Ok(settings);
        }
    }
    Err(Error::usage("the service is in no service file")
        .remedy("write it into ~/.pg_service.conf, or name the file by PGSERVICEFILE"))
}

fn number<T: std::str::FromStr>(settings: &Settings, key: &str) -> Result<Option<T>> {
    match settings.get(key) {
        None => Ok(None),
        Some(text) => match text.trim().parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(malformed(&format!("has a {key} that is no number, or none that it may be"))),
        },
    }
}

fn complete(mut settings: Settings, purpose: Purpose, environment: Environment<'_>) -> Result<Address> {
    let seconds = |settings: &Settings, key: &str| -> Result<Option<Duration>> {
        Ok(number::<u64>(settings, key)?.filter(|&s| s > 0).map(Duration::from_secs))
    };
    let what = match purpose {
        Purpose::Source => what_is_read(&mut settings)?,
        Purpose::Sink => schema_of(&mut settings)?,
    };
    let port = match number::<u16>(&settings, "port")? {
        Some(0) => return Err(malformed("has port 0")),
        Some(port) => port,
        None => 5432,
    };
    let host = match settings.remove("host") {
        Some(host) if host.contains(',') => {
            return Err(malformed("names several hosts, which iinrec does not try in turn"));
        }
        Some(host) if host.starts_with('/') => Host::Socket(host.into()),
        Some(host) => Host::Network(host),
        None => local_host(port),
    };
    let user = settings.remove("user").or_else(|| environment("USER")).or_else(|| environment("LOGNAME"));
    let Some(user) = user.filter(|user| !user.is_empty()) else {
        return Err(malformed("names no user, and the environment has none"));
    };
    let sslmode = match settings.get("sslmode").map(String::as_str) {
        // A connection without TLS is never tried first: that would be worse than what was asked for.
        None | Some("prefer" | "allow") => SslMode::Prefer,
        Some("disable") => SslMode::Disable,
        Some("require") => SslMode::Require,
        Some("verify-ca") => SslMode::VerifyCa,
        Some("verify-full") => SslMode::VerifyFull,
        Some(_) => {
            return Err(malformed("has an sslmode that is not known")
                .remedy("sslmode is disable, prefer, require, verify-ca or verify-full"));
        }
    };
    if settings
        .get("client_encoding")
        .is_some_and(|e| !["utf8", "utf-8", "auto"].contains(&&*e.to_lowercase()))
    {
        return Err(malformed("asks for a client_encoding")
            .remedy("leave it out: the server translates to UTF-8, whatever the database holds"));
    }
    let client_certificate = match (settings.remove("sslcert"), settings.remove("sslkey")) {
        (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
        (None, None) => None,
        _ => return Err(malformed("needs both sslcert and sslkey, or neither")),
    };
    let connections = match number::<usize>(&settings, "connections")? {
        Some(count @ 1..=64) => count,
        None => CONNECTIONS_DEFAULT,
        Some(_) => return Err(malformed("has a number of connections outside 1 to 64")),
    };
    let keepalives = Keepalives {
        on: number::<u8>(&settings, "keepalives")?.is_none_or(|on| on != 0),
        // The system's two hours are too long for a night's job.
        idle: seconds(&settings, "keepalives_idle")?.unwrap_or(Duration::from_secs(60)),
        interval: seconds(&settings, "keepalives_interval")?,
        count: number(&settings, "keepalives_count")?,
        user_timeout: number::<u64>(&settings, "tcp_user_timeout")?
            .filter(|&ms| ms > 0)
            .map(Duration::from_millis),
    };
    Ok(Address {
        host,
        port,
        database: settings.remove("dbname").unwrap_or_else(|| user.clone()),
        password: settings.remove("password").map(Secret::new),
        passfile: settings.remove("passfile").map(PathBuf::from),
        what,
        sslmode,
        roots: settings.remove("sslrootcert").map(|file| match &*file {
            "system" => Roots::System,
            _ => Roots::File(file.into()),
        }),
        client_certificate,
        connect_timeout: match number::<u64>(&settings, "connect_timeout")? {
            None => Some(CONNECT_TIMEOUT_DEFAULT),
            Some(0) => None,
            Some(seconds) => Some(Duration::from_secs(seconds)),
        },
        application_name: settings
            .remove("application_name")
            .or_else(|| settings.remove("fallback_application_name"))
            .unwrap_or_else(|| "iinrec".to_owned()),
        options: settings.remove("options"),
        keepalives,
        connections,
        user,
    })
}

fn what_is_read(settings: &mut Settings) -> Result<What> {
    if settings.contains_key("schema") {
        return Err(malformed("of a source names a schema").remedy("write ?table=schema.table"));
    }
    match (settings.remove("table"), settings.remove("query")) {
        (Some(table), None) => Ok(What::Table(table_name(&table)?)),
        (None, Some(query)) => Ok(What::Query(query)),
        (None, None) => Err(Error::usage("a postgres:// address names neither a table nor a query")
            .remedy("add ?table=schema.table or, as the last parameter, ?query=SELECT …")),
        (Some(_), Some(_)) => Err(malformed("names both a table and a query")),
    }
}

fn schema_of(settings: &mut Settings) -> Result<What> {
    if ["table", "query", "connections"].iter().any(|key| settings.contains_key(*key)) {
        return Err(malformed("of a place for results names a table, a query or connections").remedy(
            "write postgres://user@host:5432/database?schema=iinrec; the tables are named as those of the report",
        ));
    }
    let schema = settings.remove("schema").unwrap_or_else(|| SCHEMA_DEFAULT.to_owned());
    // What the server would cut off in silence would be another schema.
    if schema.len() > 63 || schema.starts_with("pg_") || schema == "information_schema" {
        return Err(malformed("names a schema that cannot be one of ours")
            .remedy("choose a name of at most 63 bytes that does not begin with pg_"));
    }
    Ok(What::Into(schema))
}

/// Where a server on this machine listens, when no host is named: where its socket is found, as psql does.
fn local_host(port: u16) -> Host {
    for folder in ["/var/run/postgresql", "/tmp"] {
        if Path::new(folder).join(format!(".s.PGSQL.{port}")).exists() {
            return Host::Socket(folder.into());
        }
    }
    Host::Network("localhost".to_owned())
}

/// `registry`, `gov.registry`, `"Gov"."Registry 2026"`.
fn table_name(text: &str) -> Result<TableName> {
    let wrong = || {
        malformed("has a table name that SQL cannot read")
            .remedy("write schema.table; names with capitals, dots or blanks in double quotes: \"My Table\"")
    };
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = if let Some(quoted) = rest.strip_prefix('"') {
            let (mut name, mut tail) = (String::new(), quoted);
            loop {
                let (before, after) = tail.split_once('"').ok_or_else(wrong)?;
                name.push_str(before);
                match after.strip_prefix('"') {
                    Some(more) => {
                        name.push('"');
                        tail = more;
                    }
                    None => break (NamePart { text: name, quoted: true }, after),
                }
            }
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            (NamePart { text: rest[..end].to_owned(), quoted: false }, &rest[end..])
        };
        if part.text.is_empty() || (!part.quoted && part.text.contains(['"', ';', '(', ')', '\''])) {
            return Err(wrong());
        }
        parts.push(part);
        match after.strip_prefix('.') {
            Some(more) => rest = more,
            None if after.is_empty() => break,
            None => return Err(wrong()),
        }
    }
    let table = parts.pop().ok_or_else(wrong)?;
    let schema = parts.pop();
    if parts.is_empty() { Ok(TableName { schema, table }) } else { Err(wrong()) }
}

//! Failure: what a server or the way to it said, as an [`Error`] for the person at the terminal.
//!
//! The law: no value of a record and no password. A server's DETAIL, CONTEXT and HINT are never looked at, since
//! they quote rows; its message is repeated only for kinds of error whose message names things (tables, users,
//! limits) and not data. Every other kind is told by its SQLSTATE, which the server's log and manual explain.

use std::error::Error as _;
use std::path::Path;

use tokio_postgres::error::ErrorPosition;

use super::address::{Address, Host, SslMode};
use crate::error::Error;

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Connecting and signing in.
    Connecting,
    /// Asking what there is to read.
    Looking,
    /// Reading rows.
    Reading,
    /// Writing results, in one transaction.
    Writing,
}

/// Whom and what an error concerns.
#[derive(Debug)]
pub(crate) struct Concerned<'a> {
    pub(crate) address: &'a Address,
    pub(crate) shown: &'a Path,
    /// Why a password file was ignored.
    pub(crate) ignored_passfile: Option<&'a str>,
}

/// Kinds of error whose message holds names and limits, never data. Class 42 is parted: a syntax error repeats a
/// piece of the query, which may be a literal.
const NAMING: [&str; 13] = ["08", "0A", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58"];

/// Turns an error of the client into one for people.
pub(crate) fn explain(error: &tokio_postgres::Error, doing: Doing, concerned: &Concerned<'_>) -> Error {
    let at = |error: Error| error.at(concerned.shown);
    if let Some(db) = error.as_db_error() {
        return at(from_server(db, doing, concerned));
    }
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    let kind = error.to_string();
    if source == "password missing" {
        return at(no_password(concerned));
    }
    if kind.contains("TLS") {
        return at(handshake(error, &source, concerned.address));
    }
    match doing {
        Doing::Connecting if kind.contains("authentication") => {
            at(Error::world(format!("cannot sign in: {source}"))
                .remedy("ask the server's administrator which way of signing in it demands"))
        }
        Doing::Connecting if error.source().is_some_and(|e| e.is::<std::io::Error>()) => {
            at(unreachable_server(&source, concerned.address))
        }
        Doing::Connecting | Doing::Looking => {
            at(Error::world(format!("the connection to the server failed: {kind}"))
                .remedy("see whether the server runs (its log says why it ended a session), then run again"))
        }
        Doing::Reading => at(Error::world("the connection to the server ended in the middle of reading")
            .remedy(
                "see whether the server runs (its log says why it ended the session), then run again; \
             nothing was published",
            )),
        Doing::Writing => at(Error::world("the connection to the server ended in the middle of loading")
            .remedy(
                "see whether the server runs (its log says why it ended the session), then load again; nothing of \
                 this night was loaded, or all of it",
            )),
    }
}

/// Nothing answered in time.
pub(crate) fn timed_out(concerned: &Concerned<'_>) -> Error {
    unreachable_server("no answer in time (connect_timeout)", concerned.address).at(concerned.shown)
}

fn unreachable_server(why: &str, address: &Address) -> Error {
    let place = match &address.host {
        Host::Network(host) => format!("{host}, port {}", address.port),
        Host::Socket(folder) => format!("the socket {}/.s.PGSQL.{}", folder.display(), address.port),
    };
    Error::world(format!("cannot connect to {place}: {why}")).remedy(
        "check host and port; see that the server runs and listens there, and that no firewall stands between",
    )
}

fn no_password(concerned: &Concerned<'_>) -> Error {
    let Address { user, database, port, .. } = concerned.address;
    let host = match &concerned.address.host {
        Host::Network(host) => host,
        Host::Socket(_) => "localhost",
    };
    let line = format!("{host}:{port}:{database}:{user}:PASSWORD");
    match concerned.ignored_passfile {
        Some(why) => Error::world(format!("the server asks for a password; {why}"))
            .remedy(format!("mend that file; its line is {line}")),
        None => Error::world("the server asks for a password, and there is none")
            .remedy(format!("write the line {line} into ~/.pgpass (chmod 600), or set PGPASSWORD")),
    }
}

fn handshake(error: &tokio_postgres::Error, source: &str, address: &Address) -> Error {
    use rustls::{CertificateError as Wrong, Error as Tls};
    if source.contains("server does not support TLS") {
        return Error::world("the server offers no TLS, and sslmode demands it")
            .remedy("turn ssl on at the server; sslmode=disable only where nobody can listen");
    }
    let host = match &address.host {
        Host::Network(host) => host.as_str(),
        Host::Socket(_) => "",
    };
    let tls = error
        .source()
        .and_then(|e| e.downcast_ref::<std::io::Error>())
        .and_then(std::io::Error::get_ref)
        .and_then(|e| e.downcast_ref::<Tls>());
    match tls {
        Some(Tls::InvalidCertificate(Wrong::UnknownIssuer | Wrong::BadSignature)) => {
            Error::world("the server's certificate is signed by an authority that is not trusted").remedy(
                "name the authority's certificate by sslrootcert=FILE; if it is the right one already, somebody else \
                 may be answering in the server's place",
            )
        }
        Some(Tls::InvalidCertificate(Wrong::NotValidForName | Wrong::NotValidForNameContext { .. })) => {
            Error::world(format!("the server's certificate is not for {host}")).remedy(
                "use the host name that stands in it as a subject alternative name; sslmode=verify-ca leaves the \
                 name unchecked",
            )
        }
        Some(Tls::InvalidCertificate(Wrong::Expired | Wrong::ExpiredContext { .. })) => {
            Error::world("the server's certificate has expired").remedy("ask the server's administrator for a new one")
        }
        _ if address.sslmode == SslMode::Prefer => Error::world(format!("cannot agree on TLS: {source}"))
            .remedy("ask the server's administrator; sslmode=disable does without, where nobody can listen"),
        _ => Error::world(format!("cannot agree on TLS: {source}"))
            .remedy("ask the server's administrator which versions of TLS it speaks"),
    }
}

fn from_server(error: &tokio_postgres::error::DbError, doing: Doing, concerned: &Concerned<'_>) -> Error {
    let code = error.code().code();
    let Address { user, database, .. } = concerned.address;
    let place = match error.position() {
        Some(ErrorPosition::Original(at)) => format!(" at character {at}"),
        _ => String::new(),
    };
    let said = if code == "42601" {
        format!("the query has a syntax error{place}")
    } else if NAMING.iter().any(|class| code.starts_with(class)) {
        format!("the server says: {}{place}", error.message())
    } else {
        format!(
            "the server stopped with error {code}{place}; its words are left out, since they may quote a record"
        )
    };
    let remedy = match (code, &code[..2]) {
        ("28P01", _) => match concerned.ignored_passfile {
            Some(why) => format!("{why}; else check PGPASSWORD or the address"),
            None => "check the password: address, PGPASSWORD, ~/.pgpass, in this order".to_owned(),
        },
        (_, "28") => format!(
            "ask the server's administrator to let user {user} into database {database} from this machine \
             (pg_hba.conf); some lines there ask for TLS: sslmode=require"
        ),
        ("3D000", _) => "list the databases with psql -l, and write its name after the host".to_owned(),
        ("42501", _) if doing == Doing::Writing => format!(
            "ask for it: GRANT CREATE ON DATABASE {database} TO \"{user}\", or let its administrator make the schema \
             and GRANT USAGE, CREATE ON it; tables that are there already must belong to \"{user}\""
        ),
        ("55P03", _) if doing == Doing::Writing => {
            "somebody else holds the tables of this schema, perhaps another load; load again when it is done"
                .to_owned()
        }
        (_, "22" | "23") if doing == Doing::Writing => {
            "a table of the schema was altered so that it does not take what the report holds, or the database \
             cannot hold every character (its encoding should be UTF8); rename that table, and load again to have \
             it made anew"
                .to_owned()
        }
        (_, "57") if doing == Doing::Writing => {
            "see why the server ended the session, then load again; nothing of this night was loaded".to_owned()
        }
        ("42501", _) => {
            format!("ask for it: GRANT SELECT ON the table TO \"{user}\" (and USAGE ON its schema)")
        }
        ("42601" | "42703" | "42P01" | "42883", _) => {
            "try the query in psql; names with capitals stand in double quotes".to_owned()
        }
        ("57014", _) => {
            "where the limit is statement_timeout, add options=-c%20statement_timeout=0, or ask for a \
                         higher one; then run again"
                .to_owned()
        }
        ("57P03", _) => "the server is starting or recovering; run again in a minute".to_owned(),
        (_, "57") => "see why the server ended the session, then run again; nothing was published".to_owned(),
        ("53300", _) => "run again when fewer sessions are open, or with connections=1".to_owned(),
        (_, "40") => {
            "a standby gave way to changes from its primary; run again, or read from the primary".to_owned()
        }
        (_, "22") => {
            "a value cannot be converted as the query asks; find it in psql with the same query".to_owned()
        }
        _ => format!("look up error {code} in the server's log of this time, then run again"),
    };
    // Words of a server in the middle of reading would sound as if the run had begun to write.
    let said = if doing == Doing::Writing && code == "55P03" {
        "another session holds the schema's tables".to_owned()
    } else if doing == Doing::Reading && code.starts_with("57P") {
        format!("the server ended the session in the middle of reading ({})", error.message())
    } else {
        said
    };
    Error::world(said).remedy(remedy)
}

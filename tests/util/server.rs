//! The server that `scripts/test-postgres` starts: its place, password and certificates come as
//! `IINREC_TEST_POSTGRES_…`. Tables are made and sessions are watched through the `postgres` crate, as superuser.

use std::path::Path;
use std::process::Command;

use postgres::{Client, NoTls};

use super::command;

pub(crate) fn variable(name: &str) -> String {
    std::env::var(format!("IINREC_TEST_POSTGRES_{name}"))
        .expect("run scripts/test-postgres, which starts a server")
}

pub(crate) fn password() -> String {
    variable("PASSWORD")
}

/// The certificate of a name that the script made.
pub(crate) fn certificate(name: &str) -> String {
    Path::new(&variable("CERTIFICATES")).join(format!("{name}.crt")).display().to_string()
}

/// A session of the superuser; `VICTIM_` is the server that one test kills.
pub(crate) fn session(server: &str) -> Client {
    let mut config = postgres::Config::new();
    let port = variable(&format!("{server}PORT")).parse().expect("a port");
    config.host("127.0.0.1").port(port).user("postgres").password(password()).dbname("postgres");
    config.connect(NoTls).expect("the server takes us")
}

/// A schema of a test's own.
pub(crate) fn schema(name: &str) -> Client {
    let mut client = session("");
    client
        .batch_execute(&format!(
            "SET client_min_messages = warning; DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}; \
             SET search_path = {name}"
        ))
        .expect("a schema");
    client
}

/// The address of something on the main server, without a password.
pub(crate) fn address(what: &str) -> String {
    format!("postgres://postgres@localhost:{}/postgres?{what}", variable("PORT"))
}

/// The binary with a clean environment and the password in it.
pub(crate) fn with_password() -> Command {
    let mut command = without_password();
    command.env("PGPASSWORD", password());
    command
}

pub(crate) fn without_password() -> Command {
    let mut command = command();
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG")) {
        command.env_remove(name);
    }
    command.env("HOME", "/nonexistent");
    command
}

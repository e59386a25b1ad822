//! A session: the way to a server, settled once, and connections over it.
//!
//! In: an address. Out: [`Way`], from which any number of sessions come. The law: everything that can be refused
//! without a server (certificates, the password file) is looked at before the first connection. There are no threads
//! here: whoever has a [`runtime`] drives it while it waits.

use std::path::{Path, PathBuf};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Config};

use super::address::{Address, Environment, Host};
use super::failure::{Concerned, Doing, explain, timed_out};
use super::passfile::{self, Found};
use super::tls::{self, Tls};
use crate::error::{Error, Result};

/// How a server is reached.
pub(crate) struct Way {
    /// What was asked for.
    pub(crate) address: Address,
    /// What people are shown of it.
    pub(crate) shown: PathBuf,
    /// How connections are secured.
    pub(crate) tls: Tls,
    ignored_passfile: Option<String>,
    config: Config,
}

impl Way {
    /// Settles the way: certificates and the password file are looked at.
    pub(crate) fn settle(address: Address, shown: PathBuf, environment: Environment<'_>) -> Result<Self> {
        let tls = tls::settle(&address, environment)?;
        let (config, ignored_passfile) = config(&address, &tls, environment);
        Ok(Way { address, shown, tls, ignored_passfile, config })
    }

    /// Whom and what an error on this way concerns.
    pub(crate) fn concerned(&self) -> Concerned<'_> {
        Concerned {
            address: &self.address,
            shown: &self.shown,
            ignored_passfile: self.ignored_passfile.as_deref(),
        }
    }

    /// Opens a session.
    pub(crate) async fn connect(&self) -> Result<Client> {
        let attempt = self.config.connect(self.tls.connect.clone());
        let connected = match self.address.connect_timeout {
            Some(limit) => {
                tokio::time::timeout(limit, attempt).await.map_err(|_| timed_out(&self.concerned()))?
            }
            None => attempt.await,
        };
        let (client, connection) =
            connected.map_err(|e| explain(&e, Doing::Connecting, &self.concerned()))?;
        // What ends the connection is told to whoever waits for rows.
        tokio::spawn(async move { drop(connection.await) });
        Ok(client)
    }
}

/// What drives sessions, on the thread of whoever waits for them.
pub(crate) fn runtime(shown: &Path) -> Result<Runtime> {
    Builder::new_current_thread().enable_io().enable_time().build().map_err(|e| {
        Error::world(format!("cannot prepare a connection: {e}"))
            .at(shown)
            .remedy("see the limits of this process (ulimit -n)")
    })
}

fn config(address: &Address, tls: &Tls, environment: Environment<'_>) -> (Config, Option<String>) {
    let mut config = Config::new();
    match &address.host {
        Host::Network(host) => config.host(host),
        Host::Socket(folder) => config.host_path(folder),
    };
    config
        .port(address.port)
        .dbname(&address.database)
        .user(&address.user)
        .application_name(&address.application_name)
        .ssl_mode(tls.mode)
        .keepalives(address.keepalives.on)
        .keepalives_idle(address.keepalives.idle);
    if let Some(interval) = address.keepalives.interval {
        config.keepalives_interval(interval);
    }
    if let Some(count) = address.keepalives.count {
        config.keepalives_retries(count);
    }
    if let Some(timeout) = address.keepalives.user_timeout {
        config.tcp_user_timeout(timeout);
    }
    if let Some(options) = &address.options {
        config.options(options);
    }
    let mut ignored = None;
    if let Some(password) = &address.password {
        config.password(password.reveal());
    } else {
        match passfile::look_up(address, environment) {
            Found::Password(password) => {
                config.password(password.reveal());
            }
            Found::Nothing => {}
            Found::Ignored(why) => ignored = Some(why),
        }
    }
    (config, ignored)
}

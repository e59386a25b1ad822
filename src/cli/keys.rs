//! Keys on the command line: where they lie, never what they are.

use std::io::Write;

use clap::Args;
use iinrec::config::Config;
use iinrec::error::{Error, Result};
use iinrec::report::protect::Protection;
use iinrec::report::protect::encrypt::{Encryption, Openers, Scope};
use iinrec::report::protect::keys::{KeySource, Secret};
use iinrec::report::protect::mask::Mask;
use iinrec::report::protect::sign::Signing;

/// How a report is protected. Keys are named by their file, or as env:NAME.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Protection (KEY is a file, or env:NAME)")]
pub(crate) struct ProtectArgs {
    /// Encrypt the tables with this key, 16 or 32 bytes in base64: openssl rand -base64 32
    #[arg(long, value_name = "KEY")]
    pub(crate) encrypt: Option<KeySource>,
    /// Encrypt only these columns: sensitive (all that identify somebody), or names as in iin,registered_value
    /// [default: all]
    #[arg(long, value_name = "COLUMNS", requires = "encrypt", value_parser = Scope::parse)]
    pub(crate) encrypt_columns: Option<Scope>,
    /// Replace numbers, names, documents, contacts and case ids by pseudonyms that only this key can make
    #[arg(long, value_name = "KEY")]
    pub(crate) mask: Option<KeySource>,
    /// Sign the report with this private key: openssl genpkey -algorithm ed25519; see iinrec verify
    #[arg(long, value_name = "KEY")]
    pub(crate) sign: Option<KeySource>,
    /// A key of an earlier report that this run reads, where it is not that of --encrypt; repeatable
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<KeySource>,
}

/// How a protected report is read.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Protected reports (KEY is a file, or env:NAME)")]
pub(crate) struct KeyArgs {
    /// The key with which the report was encrypted; repeatable
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<KeySource>,
}

impl ProtectArgs {
    /// What the file of a night says; files lie beside it.
    pub(crate) fn of(config: &Config) -> Result<Self> {
        let source = |said: &str| -> Result<Option<KeySource>> {
            if said.starts_with("env:") {
                return said.parse().map(Some).map_err(Error::usage);
            }
            Ok(config.beside(said).map(KeySource::File))
        };
        let protect = &config.protect;
        let columns = Some(protect.encrypt_columns.as_str()).filter(|columns| !columns.is_empty());
        if columns.is_some() && protect.encrypt.is_empty() {
            return Err(Error::usage(
                "`protect.encrypt_columns` says what is encrypted, and no key is named",
            )
            .remedy("add encrypt = \"encrypt.key\" below [protect]"));
        }
        Ok(ProtectArgs {
            encrypt: source(&protect.encrypt)?,
            encrypt_columns: columns.map(Scope::parse).transpose().map_err(Error::usage)?,
            mask: source(&protect.mask)?,
            sign: source(&protect.sign)?,
            key: source(&protect.key)?.into_iter().collect(),
        })
    }

    /// The keys, read.
    pub(crate) fn protection(&self) -> Result<Protection> {
        let scope = self.encrypt_columns.clone().unwrap_or_default();
        Ok(Protection {
            encryption: load(self.encrypt.as_ref())?.map(|key| Encryption::new(key, scope)),
            mask: mask(self.mask.as_ref())?,
            signing: self.sign.as_ref().inspect(|source| warn(source)).map(Signing::load).transpose()?,
            openers: openers(&self.key)?,
        })
    }
}

impl KeyArgs {
    /// The keys that open tables.
    pub(crate) fn openers(&self) -> Result<Openers> {
        openers(&self.key)
    }
}

/// The mask of a key that was named.
pub(crate) fn mask(source: Option<&KeySource>) -> Result<Option<Mask>> {
    Ok(load(source)?.map(|key| Mask::new(&key)))
}

fn openers(sources: &[KeySource]) -> Result<Openers> {
    let keys = sources.iter().map(|source| load(Some(source)));
    Ok(Openers::new(keys.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect()))
}

fn load(source: Option<&KeySource>) -> Result<Option<Secret>> {
    source.inspect(|source| warn(source)).map(KeySource::load).transpose()
}

fn warn(source: &KeySource) {
    if let Some(warning) = source.warning() {
        let _ = writeln!(std::io::stderr(), "iinrec: {warning}");
    }
}

//! Keys: where they lie and what they look like.
//!
//! In: `FILE` or `env:NAME`, as it was typed. Out: a [`Secret`] of 16 or 32 bytes. The law: the bytes of a key are in no
//! error, no log and no `Debug`; a text that a person thought up is refused, since it can be guessed.
//!
//! A key is written as base64 (`openssl rand -base64 32`), as hexadecimal digits, or as its bytes (`openssl rand 32`).
//! There is no option to type it: what is typed stands in the list of processes and in the shell's history.

use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};

/// The largest file that is read as a key; one that holds a private key in PEM has some hundred bytes.
const BYTES_MAX: u64 = 16 << 10;
/// A key that chance made has more different bytes than this: of 16, fewer than 8 come less than once in 10^9.
const DIFFERENT_MIN: usize = 8;

/// Where a key lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// In a file.
    File(PathBuf),
    /// In a variable of the environment.
    Environment(String),
}

impl FromStr for KeySource {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.strip_prefix("env:") {
            Some("") => Err("name the variable, as in env:IINREC_KEY".to_owned()),
            Some(name) => Ok(KeySource::Environment(name.to_owned())),
            None if text.is_empty() => Err("name a file, or env:NAME".to_owned()),
            None => Ok(KeySource::File(text.into())),
        }
    }
}

impl KeySource {
    /// What a person should know of a key file: others on the machine can read it. A secret of Kubernetes is so by
    /// design, so that it is no error.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let KeySource::File(path) = self else { return None };
        let mode = path.metadata().ok()?.permissions().mode();
        (mode & 0o077 != 0).then(|| {
            format!("others can read the key {0}; make it yours alone: chmod 600 {0}", path.display())
        })
    }

    /// The bytes that lie there.
    pub(super) fn read(&self) -> Result<Vec<u8>> {
        match self {
            KeySource::File(path) => {
                let failed = |e| Error::io("cannot read the key", path, &e);
                if path.metadata().map_err(failed)?.len() > BYTES_MAX {
                    return Err(Error::usage("the file is too large to be a key").at(path));
                }
                std::fs::read(path).map_err(failed)
            }
            KeySource::Environment(name) => match std::env::var(name) {
                Ok(text) => Ok(text.into_bytes()),
                Err(_) => {
                    Err(Error::usage(format!("the variable {name}, which should hold a key, is not set"))
                        .remedy(format!("set it, e.g. export {name}=\"$(cat key)\", or name a file")))
                }
            },
        }
    }

    /// The key that lies there.
    ///
    /// # Errors
    /// When there is none, or it is no key of 16 or 32 bytes.
    pub fn load(&self) -> Result<Secret> {
        let bytes = self.read()?;
        Secret::parse(&bytes).map_err(|what| {
            self.refuse(what).remedy("make one: openssl rand -base64 32 > key; chmod 600 key")
        })
    }

    /// An error that names the place and nothing of what lies there.
    pub(super) fn refuse(&self, what: &str) -> Error {
        match self {
            KeySource::File(path) => Error::usage(what).at(path),
            KeySource::Environment(name) => Error::usage(format!("the variable {name}: {what}")),
        }
    }
}

/// The bytes of a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

impl Secret {
    /// Reads what was written down.
    ///
    /// # Errors
    /// What is wrong with it, without any of it.
    pub fn parse(written: &[u8]) -> std::result::Result<Self, &'static str> {
        const LENGTHS: [usize; 2] = [16, 32];
        let text = std::str::from_utf8(written).ok().map(str::trim);
        let of_text = text.and_then(|text| from_hex(text).or_else(|| STANDARD.decode(text).ok()));
        let key = match of_text.filter(|key| [16, 24, 32].contains(&key.len())) {
            Some(key) if key.len() == 24 => {
                return Err(
                    "the key has 24 bytes (AES-192), which tables cannot be encrypted with; it must have 16 or 32",
                );
            }
            Some(key) => key,
            None if written.is_empty() => return Err("the key is empty"),
            None if text.is_some_and(|text| text.bytes().all(|byte| (b' '..=b'~').contains(&byte))) => {
                return Err(
                    "this is no key but a text: a key is 16 or 32 random bytes, as base64 or hexadecimal digits",
                );
            }
            None if LENGTHS.contains(&written.len()) => written.to_vec(),
            None => {
                return Err("the key must have 16 or 32 bytes, as base64, hexadecimal digits or themselves");
            }
        };
        let different: std::collections::BTreeSet<u8> = key.iter().copied().collect();
        if different.len() < DIFFERENT_MIN {
            return Err("the key is not random: its bytes repeat");
        }
        Ok(Secret(key))
    }

    /// The bytes, for what encrypts and what derives.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What tells this key from others and does not lead to it.
    #[must_use]
    pub fn mark(&self) -> String {
        let hash = blake3::derive_key("iinrec 2026-11 mark of a key", &self.0);
        blake3::Hash::from_bytes(hash).to_hex()[..12].to_owned()
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn a_key_is_read_in_any_of_its_forms() {
        let bytes: Vec<u8> = (0..32).collect();
        let base64 = format!("{}\n", STANDARD.encode(&bytes));
        for written in [base64.as_bytes(), HEX.as_bytes(), HEX.to_uppercase().as_bytes(), &bytes] {
            assert_eq!(Secret::parse(written).expect("a key").bytes(), bytes);
        }
        assert_eq!(Secret::parse(&bytes[..16]).expect("a short key").bytes(), &bytes[..16]);
    }

    #[test]
    fn what_can_be_guessed_is_no_key_and_is_not_repeated() {
        for (written, why) in [
            (&b""[..], "empty"),
            (b"correct horse battery staple", "a text"),
            (b"0123456789-abcdefghij-klmnopqrst", "a text"),
            (&[7; 32], "repeat"),
            (&[200; 20], "16 or 32"),
            (b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "AES-192"),
        ] {
            let said = Secret::parse(written).expect_err("no key");
            assert!(said.contains(why), "{said}");
            assert!(!said.contains("horse"), "{said}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = Secret::parse(HEX.as_bytes()).expect("a key");
        let shown = format!("{key:?} {}", key.mark());
        assert!(!shown.contains("000102") && !shown.contains("[0, 1, 2"), "{shown}");
        assert_eq!(key.mark().len(), 12);
        let source: KeySource = "env:IINREC_NO_SUCH_KEY".parse().expect("a source");
        assert!(source.load().expect_err("not set").what.contains("IINREC_NO_SUCH_KEY"));
    }
}

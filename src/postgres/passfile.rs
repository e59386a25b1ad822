//! The password file: `~/.pgpass` by the rules of libpq.
//!
//! In: the file and whom we ask as whom. Out: a password, or why there is none. The law: a file that others may
//! read is not used, and no line of it is ever repeated.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::address::{Address, Environment, Host, Secret};

/// What looking for a password gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A password.
    Password(Secret),
    /// No file, or no line of it fits.
    Nothing,
    /// There is a file, but it was ignored, and why.
    Ignored(String),
}

/// Looks into the password file.
pub(crate) fn look_up(address: &Address, environment: Environment<'_>) -> Found {
    let default = || environment("HOME").map(|home| Path::new(&home).join(".pgpass"));
    let Some(path) = address.passfile.clone().or_else(default) else { return Found::Nothing };
    match read(&path) {
        Ok(Some(text)) => find(&text, address).map_or(Found::Nothing, Found::Password),
        Ok(None) => Found::Nothing,
        Err(why) => Found::Ignored(why),
    }
}

fn read(path: &PathBuf) -> Result<Option<String>, String> {
    let ignored = |why: &str| format!("the password file {} was ignored: {why}", path.display());
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(ignored(&e.to_string())),
    };
    // Asked of the open file, so that nobody can exchange it in between.
    let meta = file.metadata().map_err(|e| ignored(&e.to_string()))?;
    if !meta.is_file() {
        return Err(ignored("it is no plain file"));
    }
    if meta.mode() & 0o077 != 0 {
        return Err(ignored("others may read it; chmod 600 it"));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|e| ignored(&e.to_string()))?;
    Ok(Some(text))
}

/// The password of the first line `host:port:database:user:password` that fits.
fn find(text: &str, address: &Address) -> Option<Secret> {
    let host = match &address.host {
        Host::Network(host) => host.clone(),
        // libpq files the sockets of the usual folders under `localhost`.
        Host::Socket(folder) if folder == Path::new("/var/run/postgresql") || folder == Path::new("/tmp") => {
            "localhost".to_owned()
        }
        Host::Socket(folder) => folder.to_string_lossy().into_owned(),
    };
    let port = address.port.to_string();
    let wanted = [&host, &port, &address.database, &address.user];
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut rest = line;
        for wanted in wanted {
            let (field, after) = field(rest);
            let after = after?;
            // A star that was escaped is a star.
            if rest.split(':').next() != Some("*") && field != *wanted {
                return None;
            }
            rest = after;
        }
        let (password, _) = field(rest);
        (!password.is_empty()).then(|| Secret::new(password))
    })
}

/// The text up to the next colon that is not escaped, and what follows it.
fn field(text: &str) -> (String, Option<&str>) {
    let mut field = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => field.extend(characters.next().map(|(_, escaped)| escaped)),
            ':' => return (field, Some(&text[at + 1..])),
            other => field.push(other),
        }
    }
    (field, None)
}

//! Verify: whether a report is still what was published.
//!
//! In: a folder, and perhaps the public key of whoever signs. Out: what is wrong with it, file by file. The law: every file of
//! the folder is accounted for, and nothing that the folder itself says is trusted to lead out of it. Without a key from
//! elsewhere only consistency can be told: who can change a table can also change its digest.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::ProtectionReport;
use super::sign::{FILE, PublicKey, SIGNED, SignatureFile};
use crate::error::{Error, Result};
use crate::report::back::RunOutput;
use crate::report::publish::digest_of;

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether all is as it was published, as far as that can be told.
    pub sound: bool,
    /// Files whose digests were compared.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What can be said of the signature.
    pub signature: SignatureState,
    /// The public key that the report names, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// What can be said of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureState {
    /// It was made with the key that was given.
    Good,
    /// It fits the key that lies beside it, which anybody could have put there.
    OwnKey,
    /// There is none.
    Missing,
    /// It does not fit.
    Bad,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub what: &'static str,
}

/// The part of an account that names the files.
#[derive(serde::Deserialize)]
struct Account {
    outputs: Vec<RunOutput>,
    #[serde(default)]
    protection: ProtectionReport,
}

/// Compares a report with its account, and the account with its signature.
///
/// # Errors
/// When the folder is no report, or cannot be read.
pub fn verify(folder: &Path, key: Option<&PublicKey>) -> Result<Verdict> {
    let path = folder.join(SIGNED);
    let account = match std::fs::read(&path) {
        Ok(account) => account,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::world("this folder holds no report: there is no run.json in it")
                .at(folder)
                .remedy("name the folder that --out made"));
        }
        Err(e) => return Err(Error::io("cannot read the report", &path, &e)),
    };
    let mut verdict = Verdict {
        sound: false,
        files: 0,
        bytes: 0,
        signature: SignatureState::Missing,
        public_key: None,
        problems: Vec::new(),
    };
    let mut was_signed = false;
    let mut known: BTreeSet<String> = [SIGNED, FILE].map(str::to_owned).into();
    match serde_json::from_slice::<Account>(&account) {
        Err(_) => verdict.problem(SIGNED, "is not as iinrec writes it"),
        Ok(Account { outputs, protection }) => {
            was_signed = protection.signed.is_some();
            for output in &outputs {
                if !known.insert(output.file.clone()) {
                    verdict.problem(&output.file, "stands in run.json twice");
                } else if Path::new(&output.file).file_name() != Some(output.file.as_ref()) {
                    verdict.problem(SIGNED, "names a file outside of the report");
                } else {
                    verdict.compare(folder, output)?;
                }
            }
            verdict.unknown(folder, &known)?;
        }
    }
    verdict.signature(folder, &account, key, was_signed)?;
    verdict.problems.sort();
    verdict.sound = verdict.problems.is_empty();
    Ok(verdict)
}

impl Verdict {
    fn problem(&mut self, file: &str, what: &'static str) {
        self.problems.push(Problem { file: file.to_owned(), what });
    }

    /// Compares one file with what the account says of it.
    fn compare(&mut self, folder: &Path, output: &RunOutput) -> Result<()> {
        let path = folder.join(&output.file);
        match path.symlink_metadata() {
            Ok(meta) if meta.is_file() => {
                let (bytes, digest) =
                    digest_of(&path).map_err(|e| Error::io("cannot read the report", &path, &e))?;
                self.files += 1;
                self.bytes += bytes;
                if digest != output.digest || bytes != output.bytes {
                    self.problem(&output.file, "is not what was published: its digest is another");
                }
            }
            Ok(_) => self.problem(&output.file, "is no file any more"),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => self.problem(&output.file, "is missing"),
            Err(e) => return Err(Error::io("cannot look at the report", &path, &e)),
        }
        Ok(())
    }

    /// Names what the account does not.
    fn unknown(&mut self, folder: &Path, known: &BTreeSet<String>) -> Result<()> {
        let failed = |e| Error::io("cannot list the report", folder, &e);
        for entry in folder.read_dir().map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if !known.contains(&name) {
                self.problem(&name, "was added: run.json does not name it");
            }
        }
        Ok(())
    }

    fn signature(
        &mut self,
        folder: &Path,
        account: &[u8],
        key: Option<&PublicKey>,
        was_signed: bool,
    ) -> Result<()> {
        let path = folder.join(FILE);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                if was_signed {
                    self.problem(FILE, "is missing: the report was signed when it was published");
                } else if key.is_some() {
                    self.problem(FILE, "is missing: the report was never signed");
                }
                return Ok(());
            }
            Err(e) => return Err(Error::io("cannot read the signature", &path, &e)),
        };
        self.signature = SignatureState::Bad;
        let file = serde_json::from_slice::<SignatureFile>(&text).ok();
        let Some(file) = file.filter(|file| file.algorithm == "ed25519" && file.signed == SIGNED) else {
            self.problem(FILE, "is not as iinrec writes it");
            return Ok(());
        };
        let Some(own) = PublicKey::parse(&file.public_key) else {
            self.problem(FILE, "names no key");
            return Ok(());
        };
        self.public_key = Some(own.in_base64());
        if !own.verifies(account, &file.signature) || blake3::hash(account).to_hex().as_str() != file.digest {
            self.problem(FILE, "does not fit run.json: one of the two was changed");
        } else if key.is_some_and(|key| *key != own) {
            self.problem(FILE, "was made with another key than the one that was given");
        } else {
            self.signature = if key.is_some() { SignatureState::Good } else { SignatureState::OwnKey };
        }
        Ok(())
    }
}

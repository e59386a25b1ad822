//! Sign: a signature over the account, which holds the digests of all files.
//!
//! In: the bytes of `run.json`, and a private key. Out: `signature.json`. The law: what is signed is `run.json` as it lies in the
//! folder, so that any tool for Ed25519 can check it: `openssl pkeyutl -verify -rawin -in run.json`.
//!
//! Keys are as openssl makes them: `openssl genpkey -algorithm ed25519 -out sign.pem`, and for those who check,
//! `openssl pkey -in sign.pem -pubout -out public.pem`.

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::keys::KeySource;
use crate::error::{Error, Result};
use crate::report::back::ACCOUNT;
use crate::report::run_json::render;

/// The file in which the signature lies.
pub const FILE: &str = "signature.json";
/// The file that is signed.
pub const SIGNED: &str = ACCOUNT;

/// What signs.
#[derive(Clone)]
pub struct Signing(SigningKey);

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signing({})", self.public_key())
    }
}

/// What `signature.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureFile {
    /// `ed25519`.
    pub algorithm: String,
    /// The file that is signed.
    pub signed: String,
    /// BLAKE3 of its bytes, to see at a glance whether they changed.
    pub digest: String,
    /// The key that checks it, in base64: 32 bytes. Whether it is the right one only a key from elsewhere can tell.
    pub public_key: String,
    /// The signature, in base64: 64 bytes.
    pub signature: String,
}

impl Signing {
    /// Reads a private key in PEM (PKCS #8).
    ///
    /// # Errors
    /// When there is none, without any of it.
    pub fn load(source: &KeySource) -> Result<Self> {
        let remedy = "make one: openssl genpkey -algorithm ed25519 -out sign.pem; chmod 600 sign.pem";
        let bytes = source.read()?;
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        if text.contains("BEGIN PUBLIC KEY") {
            return Err(source
                .refuse("this is the public key, which checks; the private one signs")
                .remedy(remedy));
        }
        let key = SigningKey::from_pkcs8_pem(text.trim());
        key.map(Signing).map_err(|_| source.refuse("this is no private Ed25519 key in PEM").remedy(remedy))
    }

    /// The public key, in base64.
    #[must_use]
    pub fn public_key(&self) -> String {
        STANDARD.encode(self.0.verifying_key().as_bytes())
    }

    /// The text of `signature.json` over the bytes of an account.
    #[must_use]
    pub fn sign(&self, account: &[u8]) -> String {
        let signature = self.0.sign(account);
        render(&SignatureFile {
            algorithm: "ed25519".to_owned(),
            signed: SIGNED.to_owned(),
            digest: blake3::hash(account).to_hex().to_string(),
            public_key: self.public_key(),
            signature: STANDARD.encode(signature.to_bytes()),
        })
    }
}

/// A key that checks signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a public key in PEM, or what [`Self::in_base64`] says.
    ///
    /// # Errors
    /// When there is none.
    pub fn load(path: &Path) -> Result<Self> {
        let text = KeySource::File(path.to_owned()).read()?;
        let text = std::str::from_utf8(&text).unwrap_or_default().trim();
        if text.contains("PRIVATE KEY") {
            return Err(Error::usage("this is the private key, which nobody who checks should have")
                .at(path)
                .remedy("take the public one: openssl pkey -in sign.pem -pubout -out public.pem"));
        }
        let key = VerifyingKey::from_public_key_pem(text).ok().map(PublicKey).or_else(|| Self::parse(text));
        key.ok_or_else(|| {
            Error::usage("this is no public Ed25519 key in PEM")
                .at(path)
                .remedy("take it from the private one: openssl pkey -in sign.pem -pubout -out public.pem")
        })
    }

    /// Reads a key of 32 bytes in base64.
    #[must_use]
    pub fn parse(base64: &str) -> Option<Self> {
        let bytes: [u8; 32] = STANDARD.decode(base64).ok()?.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok().map(PublicKey)
    }

    /// The key in base64.
    #[must_use]
    pub fn in_base64(&self) -> String {
        STANDARD.encode(self.0.as_bytes())
    }

    /// Whether a signature, in base64, is that of its private key over these bytes.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &str) -> bool {
        let signature = STANDARD.decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        // The strict rule also refuses keys under which one signature fits several texts.
        signature.is_some_and(|signature| self.0.verify_strict(bytes, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_key_and_one_text() {
        let signing = Signing(SigningKey::from_bytes(&[7; 32]));
        let file: SignatureFile = serde_json::from_str(&signing.sign(b"account")).expect("our own file");
        let key = PublicKey::parse(&file.public_key).expect("our own key");
        assert!(key.verifies(b"account", &file.signature));
        assert!(!key.verifies(b"accounts", &file.signature));
        let other = Signing(SigningKey::from_bytes(&[8; 32]));
        assert!(!PublicKey::parse(&other.public_key()).expect("a key").verifies(b"account", &file.signature));
        assert!(!format!("{signing:?}").contains("7, 7"));
    }
}

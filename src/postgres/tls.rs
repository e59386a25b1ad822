//! TLS: the five sslmodes of libpq over rustls.
//!
//! In: an address. Out: whether TLS is asked for, and who vouches for the server. The law: `verify-ca` and
//! `verify-full` never fall back to anything weaker, and a root file that cannot be read ends the run.
//!
//! As in libpq, `prefer` and `require` encrypt without asking who the server is, except that `require` with a
//! root file checks as `verify-ca` does. Where libpq would look at the certificate's common name, nothing is
//! done: a name must stand among the certificate's alternative names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, Environment, Host, Roots, SslMode};
use crate::error::{Error, Result};

/// How a connection is secured.
#[derive(Clone)]
pub(crate) struct Tls {
    /// Whether TLS is asked for.
    pub(crate) mode: tokio_postgres::config::SslMode,
    /// Makes the handshake.
    pub(crate) connect: MakeRustlsConnect,
}

/// Settles how connections are secured.
///
/// # Errors
/// When a certificate file cannot be used.
pub(crate) fn settle(address: &Address, environment: Environment<'_>) -> Result<Tls> {
    use tokio_postgres::config::SslMode as Asked;
    // A socket does not leave the machine; libpq does not encrypt it either.
    let sslmode = match address.host {
        Host::Socket(_) => SslMode::Disable,
        Host::Network(_) => address.sslmode,
    };
    let roots = address.roots.clone().or_else(|| {
        let file = Path::new(&environment("HOME")?).join(".postgresql/root.crt");
        file.exists().then_some(Roots::File(file))
    });
    let mode = match sslmode {
        SslMode::Disable => Asked::Disable,
        SslMode::Prefer => Asked::Prefer,
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => Asked::Require,
    };
    let trust = match (sslmode, roots) {
        (SslMode::Disable | SslMode::Prefer, _) | (SslMode::Require, None | Some(Roots::System)) => {
            Trust::Anyone
        }
        (SslMode::Require | SslMode::VerifyCa, roots) => Trust::vouched(roots, false)?,
        (SslMode::VerifyFull, roots) => Trust::vouched(roots, true)?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(Verifier { trust, provider: provider.clone() });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3")
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let config = match &address.client_certificate {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = certificates(certificate)?;
            let private = PrivateKeyDer::from_pem_file(key).map_err(|e| unusable(key, &e))?;
            config.with_client_auth_cert(chain, private).map_err(|e| {
                Error::world(format!("the certificate and its key cannot be used: {e}"))
                    .at(certificate)
                    .remedy("name a certificate by sslcert and the key that belongs to it by sslkey")
            })?
        }
    };
    Ok(Tls { mode, connect: MakeRustlsConnect::new(config) })
}

fn certificates(file: &PathBuf) -> Result<Vec<CertificateDer<'static>>> {
    let found: Vec<_> =
        CertificateDer::pem_file_iter(file).and_then(Iterator::collect).map_err(|e| unusable(file, &e))?;
    if found.is_empty() {
        return Err(Error::world("the file holds no certificate").at(file).remedy("name a PEM file"));
    }
    Ok(found)
}

fn unusable(file: &Path, error: &rustls::pki_types::pem::Error) -> Error {
    match error {
        rustls::pki_types::pem::Error::Io(e) => Error::io("cannot read the certificate or key", file, e),
        other => Error::world(format!("this is no certificate or key in PEM form: {other}"))
            .at(file)
            .remedy("name a PEM file, which begins with -----BEGIN"),
    }
}

/// Whom we believe.
#[derive(Debug)]
enum Trust {
    /// Whoever answers.
    Anyone,
    /// Whom a root vouches for.
    Vouched {
        roots: RootCertStore,
        /// The roots as they stand in the file: a server may show one of them itself.
        pinned: Vec<CertificateDer<'static>>,
        /// Whether the certificate must name the host.
        named: bool,
    },
}

impl Trust {
    fn vouched(roots: Option<Roots>, named: bool) -> Result<Self> {
        let mut store = RootCertStore::empty();
        let mut pinned = Vec::new();
        match roots {
            Some(Roots::File(file)) => {
                pinned = certificates(&file)?;
                for certificate in &pinned {
                    store.add(certificate.clone()).map_err(|e| {
                        Error::world(format!("a certificate of the file cannot be a root: {e}"))
                            .at(&file)
                            .remedy("name the certificate of the authority that signed the server's")
                    })?;
                }
            }
            Some(Roots::System) | None => {
                store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                if store.is_empty() {
                    return Err(Error::world("this machine has no list of certificate authorities").remedy(
                        "install it (Debian: ca-certificates), or name the server's authority by sslrootcert=FILE",
                    ));
                }
            }
        }
        Ok(Trust::Vouched { roots: store, pinned, named })
    }
}

#[derive(Debug)]
struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let Trust::Vouched { roots, pinned, named } = &self.trust else {
            return Ok(ServerCertVerified::assertion());
        };
        let certificate = ParsedCertificate::try_from(shown)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        let vouched =
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms);
        if let Err(error) = vouched {
            // `openssl req -x509` marks a server's own certificate as an authority, and half of all installations
            // are made so. One that stands in the root file is believed; its dates were checked before this mark was.
            let own = format!("{error:?}").contains("CaUsedAsEndEntity");
            if !(own && pinned.iter().any(|root| root == shown)) {
                return Err(error);
            }
        }
        if *named {
            verify_server_name(&certificate, server)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

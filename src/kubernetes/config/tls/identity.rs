//! The client certificate and its key.

use std::path::Path;
use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{Error, InconsistentKeys, RootCertStore};
use secrecy::ExposeSecret;

use super::authorities::decode;
use crate::http::Secret;
use crate::kubernetes::config::context::ClusterContext;
use crate::kubernetes::config::credential::Credential;
use crate::kubernetes::error::ClusterError;

/// What is shown to a server that asks who we are; None if we have no certificate.
pub(super) fn resolver(
    target: &ClusterContext,
    credential: &Credential,
) -> Result<Option<Arc<dyn ResolvesClientCert>>, ClusterError> {
    let Some((certificate, key)) = texts(target, credential)? else { return Ok(None) };
    let what = |part: &str| format!("the client {part} ({})", target.user_name);
    let chain: Vec<_> =
        CertificateDer::pem_slice_iter(&certificate).filter_map(Result::ok).collect();
    if chain.is_empty() {
        return Err(ClusterError::setting(&what("certificate"), "it holds no certificate"));
    }
    let key = private_key(&key).map_err(|reason| ClusterError::setting(&what("key"), reason))?;
    let provider = default_provider();
    let key = provider.key_provider.load_private_key(key).map_err(|_| {
        let reason = "it can't be used: RSA of 2048 to 4096 bits, ECDSA of P-256 and P-384, and \
                      Ed25519 can";
        ClusterError::setting(&what("key"), reason)
    })?;
    let identity = CertifiedKey::new(chain, key);
    if !keys_match(&identity) {
        return Err(ClusterError::setting(&what("key"), "it is the key of another certificate"));
    }
    Ok(Some(Arc::new(SingleCertAndKey::from(identity))))
}

/// Certificate and key, PEM. Those that a plugin gave go first.
fn texts(
    target: &ClusterContext,
    credential: &Credential,
) -> Result<Option<(Vec<u8>, Secret)>, ClusterError> {
    if let Some((certificate, key)) = &credential.certificate {
        return Ok(Some((certificate.clone().into_bytes(), key.clone())));
    }
    let user = &target.user;
    let key = user.client_key_data.as_ref().map(ExposeSecret::expose_secret);
    let certificate = content(
        "client-certificate",
        user.client_certificate_data.as_deref(),
        user.client_certificate.as_deref(),
    )?;
    let key = content("client-key", key, user.client_key.as_deref())?;
    let text = |bytes: Vec<u8>| Secret::from(String::from_utf8_lossy(&bytes).into_owned());
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, text(key)))),
        (None, _) => Ok(None),
        (Some(_), None) => {
            let what = format!("the client certificate ({})", target.user_name);
            Err(ClusterError::setting(&what, "there is a certificate, but no key"))
        }
    }
}

fn content(
    what: &str,
    data: Option<&str>,
    path: Option<&str>,
) -> Result<Option<Vec<u8>>, ClusterError> {
    match (data, path) {
        (Some(data), _) => {
            let decoded = decode(data);
            decoded
                .map(Some)
                .map_err(|reason| ClusterError::setting(&format!("{what}-data"), reason))
        }
        (None, Some(path)) => {
            let read = std::fs::read(Path::new(path));
            read.map(Some)
                .map_err(|reason| ClusterError::setting(&format!("{what} {path}"), reason))
        }
        (None, None) => Ok(None),
    }
}

fn private_key(pem: &Secret) -> Result<PrivateKeyDer<'static>, &'static str> {
    let text = pem.expose();
    if text.contains("ENCRYPTED") {
        return Err("it is encrypted with a password, which kubectl can't ask for either");
    }
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| "it holds no private key")
}

/// Whether the key is the one of the certificate, as far as that can be told.
///
/// rustls can't read certificates of X.509 version 1, but its trust anchors can be made of them.
fn keys_match(identity: &CertifiedKey) -> bool {
    match identity.keys_match() {
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => true,
        Err(Error::InvalidCertificate(_)) => {
            let mut anchors = RootCertStore::empty();
            let is_read = anchors.add(identity.cert[0].clone()).is_ok();
            let key = identity.key.public_key();
            // The anchor has it without its head.
            let is_of = |anchor: &rustls::pki_types::TrustAnchor<'_>| {
                key.is_none_or(|key| {
                    key.as_ref().ends_with(anchor.subject_public_key_info.as_ref())
                })
            };
            !is_read || anchors.roots.first().is_none_or(is_of)
        }
        Err(_) => false,
    }
}

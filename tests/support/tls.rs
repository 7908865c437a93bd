//! What a TLS server of a test shows.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;

/// A certificate of a CA of its own, all as PEM.
pub(crate) struct Chain {
    pub(crate) ca: String,
    /// The server's.
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// A certificate for this name, signed by a CA that nobody knows.
pub(crate) fn signed_by_own_ca(name: &str) -> Chain {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "CA of the tests");
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &ca).unwrap();
    Chain { ca: ca.pem(), certificate: certificate.pem(), key: key.serialize_pem() }
}

/// Settings of a server with a certificate of its own making for this name, and that certificate
/// as PEM.
pub(crate) fn self_signed(name: &str) -> (Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), made.cert.pem())
}

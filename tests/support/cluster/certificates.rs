//! A control plane's certificates and keys: an authority of its own, the server's, clients'.

use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// An authority, known to one control plane only.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(super) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut wanted = CertificateParams::default();
        wanted.distinguished_name.push(DnType::CommonName, "the test's own authority");
        wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        wanted.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = wanted.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(wanted, key), pem }
    }

    /// The authority's certificate.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// The authority's key, to sign with what this library can't.
    pub(super) fn key(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// A client's certificate and key. Kubernetes takes the user from the common name, and groups
    /// from the organisations.
    pub(super) fn client(&self, user: &str, groups: &[&str]) -> (String, String) {
        let mut wanted = CertificateParams::default();
        wanted.distinguished_name.push(DnType::CommonName, user);
        for group in groups {
            wanted.distinguished_name.push(DnType::OrganizationName, *group);
        }
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&wanted)
    }

    fn server(&self) -> (String, String) {
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let mut wanted = CertificateParams::new(names).unwrap();
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(&wanted)
    }

    fn sign(&self, wanted: &CertificateParams) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = wanted.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// Writes what the server and the controllers read: `ca.crt`, `server.crt`, `server.key`, and
    /// the pair that signs the tokens of service accounts, `accounts.key` and `accounts.pub`.
    pub(super) fn write(&self, folder: &Path) {
        let (certificate, key) = self.server();
        let accounts = KeyPair::generate().unwrap();
        for (name, text) in [
            ("ca.crt", self.pem.clone()),
            ("server.crt", certificate),
            ("server.key", key),
            ("accounts.key", accounts.serialize_pem()),
            ("accounts.pub", accounts.public_key_pem()),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
}

//! An authority of the benchmark's own, a server's certificate by it, and the key that tokens are
//! signed with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// Made anew for each series; elliptic curve keys, as today's authorities hand them out.
pub(crate) struct Certificates {
    folder: PathBuf,
    authority: String,
    /// Signs tokens.
    pub(crate) signer: KeyPair,
}

impl Certificates {
    /// Makes all of them, and writes what servers read into the folder.
    pub(crate) fn write(folder: &Path) -> Result<Self> {
        let (authority_key, signer) = (KeyPair::generate()?, KeyPair::generate()?);
        let mut wanted = CertificateParams::default();
        wanted.distinguished_name.push(DnType::CommonName, "benchmark");
        wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        wanted.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = wanted.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(wanted, authority_key);

        let key = KeyPair::generate()?;
        let mut wanted = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let server = wanted.signed_by(&key, &issuer)?.pem();

        let certificates = Self { folder: folder.to_owned(), authority, signer };
        let [certificate_file, key_file] = certificates.server_files();
        fs::write(certificate_file, server)?;
        fs::write(key_file, key.serialize_pem())?;
        let of_signer = CertificateParams::default().self_signed(&certificates.signer)?.pem();
        fs::write(certificates.signer_file(), of_signer)?;
        Ok(certificates)
    }

    /// The authority's certificate.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// A server's certificate and its key.
    pub(crate) fn server_files(&self) -> [PathBuf; 2] {
        [self.folder.join("server.crt"), self.folder.join("server.key")]
    }

    /// What a registry knows of who signs tokens.
    pub(crate) fn signer_file(&self) -> PathBuf {
        self.folder.join("signer.crt")
    }
}

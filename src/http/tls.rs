//! Certificates: extra CAs by flag, and Docker's `certs.d` folders.

use std::path::{Path, PathBuf};

use reqwest::{Certificate, Identity};

use super::HttpError;
use crate::image::Host;

/// The certificates of a PEM file.
pub(super) fn read_certificates(path: &Path) -> Result<Vec<Certificate>, HttpError> {
    let error = |reason: String| HttpError::CertificateFile { path: path.to_owned(), reason };
    let pem = std::fs::read(path).map_err(|e| error(e.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|e| error(e.to_string()))?;
    if certificates.is_empty() {
        return Err(error("it holds no certificate".to_owned()));
    }
    Ok(certificates)
}

/// What Docker's `certs.d/HOST` folders hold for one host.
#[derive(Default)]
pub(super) struct HostCertificates {
    pub(super) authorities: Vec<Certificate>,
    pub(super) identity: Option<Identity>,
}

impl HostCertificates {
    /// Reads the first folder that exists below `folders`: every `*.crt` is a CA, a `NAME.cert`
    /// beside a `NAME.key` is a client certificate (docs.docker.com, "Use certificates for
    /// repository client verification").
    pub(super) fn read(folders: &[PathBuf], host: &Host) -> Result<Self, HttpError> {
        let Some(folder) =
            folders.iter().map(|base| base.join(host.as_str())).find(|folder| folder.is_dir())
        else {
            return Ok(Self::default());
        };
        let error = |path: &Path, reason: String| HttpError::CertificateFile {
            path: path.to_owned(),
            reason,
        };
        let mut found = Self::default();
        let entries = std::fs::read_dir(&folder).map_err(|e| error(&folder, e.to_string()))?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("crt") => found.authorities.extend(read_certificates(&path)?),
                Some("cert") => {
                    let key = path.with_extension("key");
                    let mut pem = std::fs::read(&path).map_err(|e| error(&path, e.to_string()))?;
                    pem.push(b'\n');
                    pem.extend(std::fs::read(&key).map_err(|e| error(&key, e.to_string()))?);
                    let identity =
                        Identity::from_pem(&pem).map_err(|e| error(&path, e.to_string()))?;
                    found.identity = Some(identity);
                }
                _ => {}
            }
        }
        Ok(found)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.authorities.is_empty() && self.identity.is_none()
    }
}

//! Certificates of authorities that shards trust besides those of their image.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::error::JobError;

/// The certificates of PEM files, as one file. Nothing else of them: a private key may stand beside.
///
/// # Errors
/// [`JobError::Certificates`]; a file can't be read.
pub fn certificates(files: &[PathBuf]) -> Result<Option<String>, JobError> {
    let mut text = String::new();
    for path in files {
        for certificate in read(path)? {
            text.push_str("-----BEGIN CERTIFICATE-----\n");
            let encoded = STANDARD.encode(certificate);
            let mut rest = encoded.as_str();
            while !rest.is_empty() {
                let (line, after) = rest.split_at(rest.len().min(64));
                text.push_str(line);
                text.push('\n');
                rest = after;
            }
            text.push_str("-----END CERTIFICATE-----\n");
        }
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, JobError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    read.map_err(|error| JobError::Certificates { path: path.to_owned(), why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_alone_are_taken() {
        let made = rcgen::generate_simple_self_signed(vec!["a.lan".to_owned()]).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let key = made.signing_key.serialize_pem();
        std::fs::write(file.path(), format!("{key}\n# ours\n{}", made.cert.pem())).unwrap();
        let text =
            certificates(&[file.path().to_owned(), file.path().to_owned()]).unwrap().unwrap();
        let one = made.cert.pem().replace("\r\n", "\n");
        assert_eq!(text, format!("{one}{one}"));
        assert!(matches!(certificates(&[]), Ok(None)));
        let error = certificates(&["/nowhere/ca.pem".into()]).unwrap_err();
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
    }
}

//! The certificates that the kubeconfig names as the server's authorities.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::verifier::{self, Verifier};
use crate::http::certificate_words;
use crate::kubernetes::config::context::ClusterContext;
use crate::kubernetes::error::ClusterError;

/// None if the kubeconfig names no authority: then the system's decide, or nobody does.
pub(super) fn verifier(
    target: &ClusterContext,
) -> Result<Option<Arc<dyn ServerCertVerifier>>, ClusterError> {
    let cluster = &target.cluster;
    let (what, pem) = match (&cluster.certificate_authority_data, &cluster.certificate_authority) {
        (Some(data), _) => {
            let what = "certificate-authority-data of the kubeconfig".to_owned();
            let pem = decode(data).map_err(|reason| ClusterError::setting(&what, reason))?;
            (what, pem)
        }
        (None, Some(path)) => {
            let what = format!("certificate authority {path}");
            let pem = std::fs::read(path).map_err(|reason| ClusterError::setting(&what, reason))?;
            (what, pem)
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(Arc::new(trusting(&what, &pem)?)))
}

/// Of the certificates in `pem`; `what` names it in an error.
fn trusting(what: &str, pem: &[u8]) -> Result<Verifier, ClusterError> {
    // Go reads what it can of a file, and fails only if that is nothing (`AppendCertsFromPEM`).
    let named: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect();
    let mut roots = RootCertStore::empty();
    let mut out_of_date = None;
    for certificate in &named {
        // Go looks at an authority's dates, too; webpki doesn't.
        match verifier::out_of_date(certificate) {
            Some(error) => out_of_date = Some(error),
            // One that can't be read is skipped, as one that is no PEM.
            None => drop(roots.add(certificate.clone())),
        }
    }
    if roots.is_empty() {
        return Err(match out_of_date {
            Some(error) => ClusterError::setting(what, certificate_words(&error)),
            None => ClusterError::setting(what, "it holds no certificate"),
        });
    }
    let verifier =
        WebPkiServerVerifier::builder_with_provider(roots.into(), default_provider().into());
    let verifier = verifier.build().map_err(|error| ClusterError::setting(what, error))?;
    Ok(Verifier::new(verifier, named))
}

pub(super) fn decode(data: &str) -> Result<Vec<u8>, String> {
    let text: String = data.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(text).map_err(|_| "it is not base64".to_owned())
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    const NAME: &str = "k8s.internal";

    fn server() -> CertificateParams {
        CertificateParams::new([NAME.to_owned()]).unwrap()
    }

    fn authority() -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "an authority");
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// Whether a server with this certificate is trusted if `pem` names the authorities.
    fn judge(pem: &str, certificate: &CertificateDer<'_>, name: &str) -> Result<(), String> {
        let verifier = trusting("ca", pem.as_bytes()).map_err(|error| error.to_string())?;
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let judged = verifier.verify_server_cert(certificate, &[], &name, &[], UnixTime::now());
        match judged {
            Ok(_) => Ok(()),
            Err(rustls::Error::InvalidCertificate(error)) => Err(certificate_words(&error)),
            Err(error) => panic!("{error}"),
        }
    }

    fn expired(mut params: CertificateParams) -> CertificateParams {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        params
    }

    #[test]
    fn a_certificate_that_is_named_is_trusted_whoever_signed_it() {
        let key = KeyPair::generate().unwrap();
        let by_authority = server().signed_by(&key, &authority()).unwrap();
        let by_itself = server().self_signed(&key).unwrap();
        let mut params = server();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let an_authority = params.self_signed(&key).unwrap();
        for certificate in [by_authority, by_itself, an_authority] {
            assert_eq!(judge(&certificate.pem(), certificate.der(), NAME), Ok(()));
            let other = judge(&certificate.pem(), certificate.der(), "k8s.external").unwrap_err();
            assert_eq!(other, "it is not valid for k8s.external, but for k8s.internal");
        }
    }

    #[test]
    fn another_certificate_of_the_same_authority_is_not() {
        let (key, authority) = (KeyPair::generate().unwrap(), authority());
        let named = server().signed_by(&key, &authority).unwrap();
        let shown = server().signed_by(&KeyPair::generate().unwrap(), &authority).unwrap();
        let refused = judge(&named.pem(), shown.der(), NAME).unwrap_err();
        assert_eq!(refused, "it is signed by an unknown authority");
    }

    #[test]
    fn dates_count_for_servers_and_authorities() {
        let (key, authority) = (KeyPair::generate().unwrap(), authority());
        let good = server().signed_by(&key, &authority).unwrap();
        let mut params = expired(server());
        let old = params.signed_by(&key, &authority).unwrap();
        assert_eq!(judge(&authority.pem(), old.der(), NAME).unwrap_err(), "it is expired");
        // The one that is named, and another beside it so that the list isn't empty.
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        for old in [old, params.self_signed(&key).unwrap()] {
            assert_eq!(judge(&old.pem(), old.der(), NAME).unwrap_err(), "ca: it is expired");
            let both = format!("{}{}", old.pem(), authority.pem());
            assert_eq!(judge(&both, old.der(), NAME).unwrap_err(), "it is expired");
            assert_eq!(judge(&both, good.der(), NAME), Ok(()));
        }
    }

    #[test]
    fn what_is_no_certificate_is_skipped_unless_there_is_none() {
        let (key, authority) = (KeyPair::generate().unwrap(), authority());
        let good = server().signed_by(&key, &authority).unwrap();
        let block = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        let text = format!("# ours\n{block}{}", authority.pem()).replace('\n', "\r\n");
        assert_eq!(judge(&text, good.der(), NAME), Ok(()));
        for nothing in ["", "ca", block] {
            assert_eq!(
                judge(nothing, good.der(), NAME).unwrap_err(),
                "ca: it holds no certificate"
            );
        }
    }
}

//! What rustls says of a certificate, in words: its own texts are the names of its variants.

use rustls::CertificateError;

/// What is wrong with a certificate, as a sentence about it.
pub(crate) fn certificate_words(error: &CertificateError) -> String {
    let words = match error {
        CertificateError::UnknownIssuer => "it is signed by an unknown authority",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it is expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet"
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names = presented.iter().map(|name| bare(name)).collect::<Vec<_>>();
            let expected = expected.to_str();
            return match names.is_empty() {
                true => format!("it is not valid for {expected}; it names no host at all"),
                false => format!("it is not valid for {expected}, but for {}", names.join(", ")),
            };
        }
        CertificateError::NotValidForName => "it is not valid for this name",
        CertificateError::Revoked => "it is revoked",
        CertificateError::BadSignature => "its signature is wrong",
        CertificateError::BadEncoding => "it is malformed",
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is for another purpose than a server's"
        }
        CertificateError::UnhandledCriticalExtension => {
            "it has a critical extension that is not understood"
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "it is signed in a way that is not supported, as with SHA-1, RSA below 2048 bits or ECDSA \
             of P-521"
        }
        CertificateError::Other(other) => return other_words(&other.to_string()),
        _ => "its authority can't be checked",
    };
    words.to_owned()
}

/// webpki's errors that rustls has no words of its own for (`webpki::Error`).
fn other_words(name: &str) -> String {
    match name {
        "CaUsedAsEndEntity" => {
            "it is an authority's own, which signs servers' and is none".to_owned()
        }
        "EndEntityUsedAsCa" => {
            "it is signed with a certificate that is none of an authority".to_owned()
        }
        "UnsupportedCertVersion" => {
            "it is of a version of X.509 other than 3, and so names no host".to_owned()
        }
        "NameConstraintViolation" => "its authority may not sign for this name".to_owned(),
        name => format!("it is malformed ({name})"),
    }
}

/// `DnsName("k8s.internal")`, as webpki writes a name, without its type.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{Error, OtherError};

    use super::*;

    #[test]
    fn nothing_is_told_as_the_name_of_a_variant() {
        let other = OtherError(Arc::new(Error::General("CaUsedAsEndEntity".to_owned())));
        let errors = [
            CertificateError::UnknownIssuer,
            CertificateError::BadEncoding,
            CertificateError::InvalidPurpose,
            CertificateError::UnknownRevocationStatus,
            CertificateError::ApplicationVerificationFailure,
            CertificateError::Other(other),
        ];
        for error in errors {
            let words = certificate_words(&error);
            assert!(words.starts_with("it") && !words.contains("Other"), "{words}");
        }
    }

    #[test]
    fn names_are_told_without_their_type() {
        assert_eq!(bare("DnsName(\"k8s.internal\")"), "k8s.internal");
        assert_eq!(bare("IpAddress(10.0.0.1)"), "10.0.0.1");
        assert_eq!(bare("k8s"), "k8s");
    }
}

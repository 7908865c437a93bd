//! What rustls says, in words: its own texts are the names of its variants.

use rustls::{AlertDescription, Error, InvalidMessage, PeerIncompatible};

/// Why there is no TLS connection. That a certificate isn't trusted is told by
/// [`crate::http::certificate_words`].
pub(super) fn tls_words(error: &Error) -> String {
    let words = match error {
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "it does not speak TLS; perhaps its address begins with http://"
        }
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        )
        | Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            "it speaks neither TLS 1.2 nor TLS 1.3"
        }
        Error::PeerIncompatible(_)
        | Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity,
        ) => "it speaks TLS only in ways that are not supported here",
        Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            "it knows no server of this name; --tls-server-name NAME names another"
        }
        Error::AlertReceived(AlertDescription::InternalError) => {
            "it has an internal error before TLS has begun"
        }
        Error::AlertReceived(_) | Error::PeerMisbehaved(_) | Error::InvalidMessage(_) => {
            "it breaks off while TLS begins"
        }
        Error::NoCertificatesPresented => "it shows no certificate",
        error => return error.to_string(),
    };
    words.to_owned()
}

/// Why a server refuses the client certificate, if that is what it says.
pub(super) fn refused_identity(error: &Error) -> Option<&'static str> {
    let Error::AlertReceived(alert) = error else { return None };
    Some(match alert {
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            "it asks for a client certificate"
        }
        AlertDescription::CertificateExpired => "the client certificate is expired",
        AlertDescription::CertificateRevoked => "the client certificate is revoked",
        AlertDescription::UnknownCA => {
            "the client certificate is signed by an authority that it does not know"
        }
        AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::AccessDenied => "it refuses the client certificate",
        _ => return None,
    })
}

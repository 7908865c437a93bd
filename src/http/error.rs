//! Errors of requests that got no usable response.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use rustls::{CertificateError, InvalidMessage};

use super::certificate_words::certificate_words;
use crate::diagnostic::CommonError;

/// A request that got no usable response.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HttpError {
    /// No connection: the name doesn't resolve, nothing listens, or the network refuses it.
    #[error("can't reach {host}{}: {reason}", through(proxy.as_deref()))]
    Unreachable {
        /// `name:port` as it was asked for.
        host: String,
        /// `name:port` of the proxy that was to carry it, where the environment names one.
        proxy: Option<String>,
        /// From the operating system.
        reason: String,
    },
    /// The server's certificate is signed by no trusted CA.
    #[error("{host} presents a certificate that is not trusted: its issuer is unknown")]
    UnknownIssuer {
        /// `name:port` as it was asked for.
        host: String,
    },
    /// The server's certificate isn't valid for this name, or not at this time.
    #[error("{host} presents a certificate that is not valid: {reason}")]
    Certificate {
        /// `name:port` as it was asked for.
        host: String,
        /// What is wrong with it.
        reason: String,
    },
    /// What answers there is not TLS.
    #[error("{host} does not speak TLS, and plain HTTP is not allowed there")]
    NoTls {
        /// `name:port` as it was asked for.
        host: String,
    },
    /// The server took too long.
    #[error("{host} did not answer in time: {waited_for}")]
    Timeout {
        /// `name:port` as it was asked for.
        host: String,
        /// What was waited for.
        waited_for: WaitedFor,
    },
    /// The connection broke during request or response.
    #[error("the connection to {host} broke: {reason}")]
    Broken {
        /// `name:port` as it was asked for.
        host: String,
        /// From the HTTP library.
        reason: String,
    },
    /// A response larger than allowed; the rest wasn't read.
    #[error("{host} sent more than {limit} bytes, more than was expected")]
    TooLarge {
        /// `name:port` as it was asked for.
        host: String,
        /// Bytes.
        limit: u64,
    },
    /// A certificate or key file that can't be used.
    #[error("can't use {}: {reason}", path.display())]
    CertificateFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client itself could not be made.
    #[error("can't set up HTTP: {0}")]
    Client(String),
}

/// What a server took too long for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitedFor {
    /// Accepting the connection, TLS included.
    Connection,
    /// Reading a request, or answering it.
    Bytes,
    /// All of an answer that came byte by byte.
    WholeAnswer,
}

impl fmt::Display for WaitedFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connection => "connecting",
            Self::Bytes => "waiting for bytes",
            Self::WholeAnswer => "its answer came too slowly",
        })
    }
}

impl HttpError {
    /// Reads what the HTTP library reports for a request to `host`.
    ///
    /// The text leaves out the URL, which may carry a signature.
    #[must_use]
    pub fn from_reqwest(host: &str, error: reqwest::Error) -> Self {
        let error = error.without_url();
        let host = host.to_owned();
        let reason = innermost(&error);
        match tls_error(&error) {
            Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
                return Self::UnknownIssuer { host };
            }
            Some(rustls::Error::InvalidCertificate(problem)) => {
                return Self::Certificate { host, reason: certificate_words(problem) };
            }
            Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
                return Self::NoTls { host };
            }
            _ => {}
        }
        if error.is_timeout() {
            let waited_for =
                if error.is_connect() { WaitedFor::Connection } else { WaitedFor::Bytes };
            Self::Timeout { host, waited_for }
        } else if error.is_connect() {
            Self::Unreachable { host, proxy: None, reason }
        } else if error.is_builder() {
            Self::Client(reason)
        } else {
            Self::Broken { host, reason }
        }
    }

    /// Whether the same request may succeed a little later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Timeout { .. } | Self::Broken { .. })
    }

    /// `name:port` as it was asked for, where it is about a host.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Unreachable { host, .. }
            | Self::UnknownIssuer { host }
            | Self::Certificate { host, .. }
            | Self::NoTls { host }
            | Self::Timeout { host, .. }
            | Self::Broken { host, .. }
            | Self::TooLarge { host, .. } => Some(host),
            Self::CertificateFile { .. } | Self::Client(_) => None,
        }
    }

    /// Whether there was no connection at all: refused, dropped by a firewall, or no such name.
    #[must_use]
    pub fn is_without_connection(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Timeout { waited_for: WaitedFor::Connection, .. }
        )
    }

    /// Which of the common errors it is.
    #[must_use]
    pub fn common(&self) -> Option<CommonError> {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Broken { .. } => {
                Some(CommonError::Unreachable)
            }
            Self::UnknownIssuer { .. }
            | Self::Certificate { .. }
            | Self::NoTls { .. }
            | Self::CertificateFile { .. } => Some(CommonError::Untrusted),
            Self::TooLarge { .. } | Self::Client(_) => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreachable { proxy: Some(_), .. } => Some(
                "check the proxy (HTTPS_PROXY); NO_PROXY names what is to be reached without one"
                    .to_owned(),
            ),
            Self::Unreachable { host, .. } => Some(format!(
                "check that this machine can reach {host}; a private address can be given with --resolve HOST:PORT:ADDRESS, a proxy with HTTPS_PROXY"
            )),
            Self::Certificate { .. } => Some(
                "ask for the registry by a name that its certificate holds (--resolve gives a name an address), and check this machine's clock"
                    .to_owned(),
            ),
            Self::UnknownIssuer { host } => Some(format!(
                "if {host} uses a private CA, name its certificate: --ca-file FILE, or put it into /etc/docker/certs.d/{host}/ca.crt"
            )),
            Self::NoTls { host } => Some(format!(
                "if that is intended, and only in your own network: --insecure-registry {host}"
            )),
            Self::Timeout { host, .. } => {
                Some(format!("check the connection to {host}: firewall, proxy, allowlist of the registry"))
            }
            Self::CertificateFile { .. } => {
                Some("expected PEM: -----BEGIN CERTIFICATE-----".to_owned())
            }
            Self::Client(reason) if reason.contains("CA certificates") => Some(
                "install the system's CA certificates (on Debian: apt-get install ca-certificates), or name one with --ca-file".to_owned(),
            ),
            Self::Broken { .. } | Self::TooLarge { .. } | Self::Client(_) => None,
        }
    }
}

/// What an error says of the proxy that was to be used, if one was.
pub(crate) fn through(proxy: Option<&str>) -> String {
    proxy.map(|proxy| format!(" through the proxy {proxy}")).unwrap_or_default()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (**error).source())
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(tls) = cause.downcast_ref() {
            return Some(tls);
        }
        // hyper and tokio wrap TLS errors in an io::Error (even one in another), whose `source`
        // skips what it wraps.
        next = match cause.downcast_ref::<std::io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => cause.source(),
        };
    }
    None
}

//! From a connection that failed to the reason, in words.

use std::error::Error;
use std::io;

use super::tls_words::{refused_identity, tls_words};
use crate::http::certificate_words;

/// What became of a request that got no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ConnectionFailure {
    /// The server's certificate is not trusted. Nothing was sent.
    Certificate(String),
    /// The server doesn't take the client certificate, or wants one.
    Identity(&'static str),
    /// There was no connection. Nothing was sent.
    Connect { reason: String, is_timeout: bool },
    /// The server kept silent for too long.
    Silence,
    /// The connection broke.
    Broken(String),
}

impl ConnectionFailure {
    pub(super) fn of(error: &kube::Error) -> Self {
        let mut chain = Vec::new();
        let mut next: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = next {
            chain.push(error);
            next = error.source();
        }
        let tls = chain.iter().find_map(|error| rustls_error(*error));
        if let Some(rustls::Error::InvalidCertificate(error)) = tls {
            return Self::Certificate(certificate_words(error));
        }
        if let Some(reason) = tls.and_then(refused_identity) {
            return Self::Identity(reason);
        }
        let is_timeout = chain.iter().any(|error| {
            let io = error.downcast_ref::<io::Error>();
            io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
        });
        let last = chain.last().map_or_else(|| error.to_string(), ToString::to_string);
        // hyper-util's own word for it; its type is not at hand.
        let is_connect = chain.iter().any(|error| error.to_string() == "client error (Connect)");
        let reason = match tls {
            Some(error) => tls_words(error),
            None if is_timeout && is_connect => "no connection in 10 s".to_owned(),
            None => last,
        };
        match (is_connect, is_timeout) {
            (true, is_timeout) => Self::Connect { reason, is_timeout },
            (false, true) => Self::Silence,
            (false, false) => Self::Broken(reason),
        }
    }
}

impl ConnectionFailure {
    /// For the log.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Certificate(reason) | Self::Broken(reason) | Self::Connect { reason, .. } => {
                reason
            }
            Self::Identity(reason) => reason,
            Self::Silence => "no answer in time",
        }
    }
}

/// An `io::Error` hides what it was made from in a place of its own.
fn rustls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(error);
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    rustls_error(inner)
}

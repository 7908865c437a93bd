//! The first request to a host: its scheme, and which authentication it wants.

use std::error::Error;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;
use reqwest::header::HeaderMap;
use reqwest::{Method, Response};
use url::Url;

use crate::http::Connections;
use crate::image::Host;

use super::challenge::{Challenge, best};
use crate::registry::transport::{AttemptError, LIST_LIMIT, Transport, WholeResponse};
use crate::registry::{RegistryError, RequestContext};

/// What a host wants to get with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthScheme {
    /// Nothing.
    None,
    /// User name and password.
    Basic,
    /// A token.
    Bearer {
        /// The address of the token service.
        realm: String,
        /// What the registry calls itself there.
        service: Option<String>,
    },
}

/// What `GET /v2/` says about a host.
#[derive(Debug, Clone)]
pub struct Probe {
    /// `https://HOST/v2/`, or `http:` where that is allowed and the host speaks nothing else.
    pub base: Url,
    /// What requests need.
    pub auth: AuthScheme,
    /// What the registry calls itself to its token service: `harbor-registry` at TCR,
    /// `token-service` at CCR.
    pub service: Option<String>,
}

impl Probe {
    /// Whether the host is a Harbor, as every TCR instance is.
    #[must_use]
    pub fn is_harbor(&self) -> bool {
        self.service.as_deref() == Some("harbor-registry")
    }
}

/// Asks `GET /v2/`.
pub(crate) async fn probe(transport: &Transport, host: &Host) -> Result<Probe, RegistryError> {
    let at = RequestContext { host: host.clone(), repository: None, what: "GET /v2/".to_owned() };
    let protocol = |reason: &str| RegistryError::Protocol {
        at: Box::new(at.clone()),
        reason: reason.to_owned(),
    };
    let address = |scheme: &str| -> Result<Url, RegistryError> {
        format!("{scheme}://{host}/v2/").parse().map_err(|_| protocol("that is not an address"))
    };
    let mut base = address("https")?;
    let mut first = None;
    if transport.network.allows_plain_http(host) {
        match over_tls(transport, &base).await {
            Ok(answer) => first = answer,
            Err(NoTls) => base = address("http")?,
        }
    }
    let (first, tries) = (Mutex::new(first), AtomicU32::new(0));
    let attempt = || async {
        if let Some(answer) = first.lock().take() {
            return Ok(answer);
        }
        let shared = Connections::Shared;
        let sent = transport.transmit(Method::GET, &base, HeaderMap::new(), None, shared).await;
        sent.map_err(|error| {
            // At the start of a run the user waits at the prompt: an unreachable host is reported
            // soon.
            let is_told =
                error.is_without_connection() && tries.fetch_add(1, Ordering::Relaxed) > 0;
            if is_told {
                AttemptError::Final(error.into())
            } else {
                AttemptError::Connection(error)
            }
        })
    };
    let answer = transport.retry(LIST_LIMIT, transport.backoff(), attempt).await?;
    let auth = read_challenge(&answer, &at)?;
    let service = match &auth {
        AuthScheme::Bearer { service, .. } => service.clone(),
        _ => None,
    };
    Ok(Probe { base, auth, service })
}

fn read_challenge(
    answer: &WholeResponse,
    at: &RequestContext,
) -> Result<AuthScheme, RegistryError> {
    let protocol = |reason: String| RegistryError::Protocol { at: Box::new(at.clone()), reason };
    match answer.status.as_u16() {
        200..=299 => answer.no_page(at).map(|()| AuthScheme::None),
        401 => match best(&answer.headers) {
            Some(Challenge::Basic) => Ok(AuthScheme::Basic),
            Some(Challenge::Bearer { realm, service, .. }) => {
                Ok(AuthScheme::Bearer { realm, service })
            }
            None => Err(protocol(
                "the registry asks for an authentication scheme that is not supported".to_owned(),
            )),
        },
        404 | 300..=399 => {
            Err(protocol(format!("that doesn't look like a registry: status {}", answer.status)))
        }
        _ => Err(answer.refusal(at)),
    }
}

/// What answers speaks plain HTTP.
struct NoTls;

/// Asks over TLS a host for which plain HTTP is allowed: what it answers, if it does. An error if it
/// turns out to speak nothing but plain HTTP: nothing listens on the TLS port, or what answers there
/// isn't TLS. An untrusted certificate, a TLS alert or silence count as TLS: falling back would undo
/// its protection.
async fn over_tls(transport: &Transport, base: &Url) -> Result<Option<Response>, NoTls> {
    let headers = HeaderMap::new();
    let sent = transport.try_transmit(Method::GET, base, headers, None, Connections::Shared).await;
    let error = match sent {
        Ok(answer) => return Ok(Some(answer)),
        Err(Ok(_)) => return Ok(None),
        Err(Err(error)) => error,
    };
    let mut next: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(cause) = next {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            let is_plain = matches!(tls, rustls::Error::InvalidMessage(_));
            return if is_plain { Err(NoTls) } else { Ok(None) };
        }
        let Some(io) = cause.downcast_ref::<io::Error>() else {
            next = cause.source();
            continue;
        };
        // The second is a server that closes the connection on a TLS hello.
        if matches!(io.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::UnexpectedEof) {
            return Err(NoTls);
        }
        // `source` of an io::Error skips what it wraps.
        next = io.get_ref().map(|inner| inner as &(dyn Error + 'static));
    }
    Ok(None)
}

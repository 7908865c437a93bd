//! Redirects: where a request goes next, with its method and body.

use reqwest::Method;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION};
use url::Url;

use super::address::{follow, host_of};
use crate::http::Network;
use crate::registry::{RegistryError, RequestContext};

/// How many redirects are followed for one request, as in Go.
const REDIRECTS: usize = 10;

/// The addresses that one request was sent to so far.
#[derive(Debug, Default)]
pub(crate) struct Redirects(Vec<Url>);

impl Redirects {
    /// Where the request to `url` has to go next; `None` if this answer is no redirect.
    ///
    /// A relative address is taken against `url`. What may be followed at all says [`follow`].
    ///
    /// # Errors
    /// [`RegistryError::Protocol`] if there is no address, one that the request has been sent to
    /// already, too many of them, or a status that would make a GET of something else;
    /// [`RegistryError::UnsafeAddress`].
    pub(crate) fn next(
        &mut self,
        network: &Network,
        at: &RequestContext,
        (method, url): (&Method, &Url),
        (status, headers): (StatusCode, &HeaderMap),
    ) -> Result<Option<Url>, RegistryError> {
        if !is_redirect(status) {
            return Ok(None);
        }
        let problem =
            |reason: String| Err(RegistryError::Protocol { at: Box::new(at.clone()), reason });
        let location = headers.get(LOCATION).map(|l| String::from_utf8_lossy(l.as_bytes()));
        let Some(location) = location else {
            return problem(format!("a redirect ({status}) without an address"));
        };
        let next = follow(network, at, url, &location)?;
        let reads = matches!(*method, Method::GET | Method::HEAD);
        if !reads && !keeps_the_request(status) {
            let host = host_of(&next).map_or_else(String::new, String::from);
            return problem(format!(
                "the registry redirects {method} to {host} with {status}, which would lose what is sent; 307 and 308 would keep it"
            ));
        }
        self.0.push(url.clone());
        if self.0.contains(&next) {
            return problem("the registry redirects in a circle".to_owned());
        }
        if self.0.len() > REDIRECTS {
            return problem(format!("the registry redirects more than {REDIRECTS} times"));
        }
        Ok(Some(next))
    }

    /// Whether there was one.
    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Whether a redirect keeps method and body (RFC 9110, 15.4.8 and 15.4.9).
pub(crate) fn keeps_the_request(status: StatusCode) -> bool {
    matches!(status.as_u16(), 307 | 308)
}

#[cfg(test)]
mod tests;

//! The one place where requests are sent, counted, logged and retried.
//!
//! Only requests that can be repeated go through [`Transport::retry`]; a stream is retried by the
//! caller, which can make the stream again.

use parking_lot::Mutex;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use reqwest::header::HeaderMap;
use reqwest::{Body, Method, Response, Version};
use url::Url;

use crate::http::{
    Backoff, Connections, HostPause, HttpError, Network, RateLimit, Ticket, Window, retry_after,
};

use super::address::host_of;
use super::response::WholeResponse;
use super::traffic::{Counters, Traffic};
use crate::image::Host;
use crate::registry::RegistryError;
use crate::registry::error::is_transient_status;

/// A host that has answered may be silent for this many stall limits before a request fails.
const OUTAGE: u32 = 5;

/// Requests in flight at one host: at the start, and at most.
const WINDOW: (u16, u16) = (16, 64);

/// Connections to one registry, and to the token service that it names.
pub(crate) struct Transport {
    pub(crate) network: Arc<Network>,
    pause: HostPause,
    /// Limits the small requests, and tells those that stream how many the host can take.
    window: Arc<Window>,
    ceiling: Option<RateLimit>,
    /// Hosts that were asked for HTTP/2 and don't offer it.
    without_http2: Mutex<HashSet<Host>>,
    /// When the host answered last.
    answered: Mutex<Option<Instant>>,
    counters: Counters,
    backoff: Mutex<Backoff>,
}

/// Why an attempt got no response.
pub(crate) enum AttemptError {
    /// The connection failed; another attempt may succeed.
    Connection(HttpError),
    /// A retry is of no use, or was already made.
    Final(RegistryError),
}

impl From<AttemptError> for RegistryError {
    fn from(failure: AttemptError) -> Self {
        match failure {
            AttemptError::Connection(error) => error.into(),
            AttemptError::Final(error) => error,
        }
    }
}

impl Transport {
    pub(crate) fn new(network: Arc<Network>) -> Self {
        let ceiling = network.requests_per_second().map(RateLimit::per_second);
        Self {
            network,
            pause: HostPause::default(),
            window: Arc::new(Window::new(WINDOW.0, WINDOW.1)),
            ceiling,
            without_http2: Mutex::default(),
            answered: Mutex::default(),
            counters: Counters::default(),
            backoff: Mutex::new(Backoff::STANDARD),
        }
    }

    pub(crate) fn backoff(&self) -> Backoff {
        *self.backoff.lock()
    }

    pub(crate) fn set_backoff(&self, backoff: Backoff) {
        *self.backoff.lock() = backoff;
    }

    pub(crate) fn at_once(&self) -> usize {
        self.window.size()
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.counters.read(self.pause.left(), self.at_once())
    }

    /// Sends one request, after any pause that the host has asked for.
    ///
    /// A 429 or 503 with `Retry-After` delays all further requests to the host.
    pub(crate) async fn transmit(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Option<Body>,
        connections: Connections,
    ) -> Result<Response, HttpError> {
        self.try_transmit(method, url, headers, body, connections)
            .await
            .map_err(|error| error.unwrap_or_else(|error| self.network.failure(name(url), error)))
    }

    /// [`Transport::transmit`] with the HTTP library's own error.
    pub(crate) async fn try_transmit(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Option<Body>,
        connections: Connections,
    ) -> Result<Response, Result<HttpError, reqwest::Error>> {
        let host = host_of(url)
            .ok_or_else(|| Ok(HttpError::Client(format!("`{}` is no host", name(url)))))?;
        let connections = match connections {
            // Where a request has a connection of its own anyhow, one pool is enough.
            Connections::Separate if self.without_http2.lock().contains(&host) => {
                Connections::Shared
            }
            connections => connections,
        };
        let client = self.network.client(&host, connections).map_err(Ok)?;
        let ticket = match connections {
            // The number of streams is limited elsewhere.
            Connections::Unwatched => self.window.watch(),
            Connections::Shared | Connections::Separate => self.window.enter().await,
        };
        if let Some(ceiling) = &self.ceiling {
            ceiling.acquire().await;
        }
        self.pause.wait().await;
        self.counters.request();
        let begin = Instant::now();
        let mut request = client.request(method.clone(), url.clone()).headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let outcome = request.send().await;
        let ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        // No query: it may hold a signature or an upload's state.
        let (path, status) = (url.path(), outcome.as_ref().map_or(0, |r| r.status().as_u16()));
        tracing::debug!(%method, %host, path, status, ms, "request");
        self.judge(ticket, status);
        let response = outcome.map_err(Err)?;
        if connections == Connections::Shared && response.version() != Version::HTTP_2 {
            self.without_http2.lock().insert(host);
        }
        *self.answered.lock() = Some(Instant::now());
        let asked = matches!(status, 429 | 503).then(|| retry_after(response.headers())).flatten();
        if status == 429 || asked.is_some() {
            self.counters.throttled();
        }
        if let Some(pause) = asked {
            self.pause.extend(pause);
        }
        Ok(response)
    }

    /// What a response says about the load that the host can take; status 0 is a failed connection.
    fn judge(&self, ticket: Ticket, status: u16) {
        match status {
            // A host that has never answered isn't overloaded: it may not speak TLS, or not be there.
            0 if self.answered.lock().is_none() => drop(ticket),
            0 | 429 | 503 => ticket.met_trouble(),
            _ => ticket.went_well(),
        }
    }

    /// An answer, whole. One that drips is given up after the stall limit.
    pub(crate) async fn read(
        &self,
        host: &str,
        response: Response,
        limit: u64,
    ) -> Result<WholeResponse, HttpError> {
        WholeResponse::read(host, response, limit, self.network.stall_timeout()).await
    }

    /// Whether the host has answered before `begin` and nothing since, but not for too long: an
    /// outage of a minute is no reason for a long run to fail.
    fn is_down_since(&self, begin: Instant) -> bool {
        let patience = self.network.stall_timeout() * OUTAGE;
        let answered = *self.answered.lock();
        answered.is_some_and(|answered| answered < begin && answered.elapsed() < patience)
    }

    /// Repeats `attempt` until a whole response has arrived whose status isn't a transient one, or
    /// the attempts are used up; then the last response is returned, whatever its status.
    ///
    /// While the host is silent altogether, attempts don't run out for five times the stall limit.
    pub(crate) async fn retry<F, Fut>(
        &self,
        limit: u64,
        backoff: Backoff,
        mut attempt: F,
    ) -> Result<WholeResponse, RegistryError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Response, AttemptError>>,
    {
        let mut failures = 0;
        let begin = Instant::now();
        loop {
            let outcome = match attempt().await {
                Ok(response) => {
                    let host = name(response.url()).to_owned();
                    self.read(&host, response, limit).await.map_err(AttemptError::Connection)
                }
                Err(failure) => Err(failure),
            };
            let asked = match &outcome {
                Ok(answer) if is_transient_status(answer.status.as_u16()) => {
                    retry_after(&answer.headers)
                }
                Err(AttemptError::Connection(error)) if error.is_transient() => None,
                _ => return outcome.map_err(RegistryError::from),
            };
            failures += 1;
            let may_wait = || outcome.is_err() && self.is_down_since(begin);
            let delay = backoff.delay(failures).or_else(|| may_wait().then_some(backoff.cap / 4));
            let Some(delay) = delay else {
                return outcome.map_err(RegistryError::from);
            };
            self.counters.retry();
            // With a Retry-After the host's pause does the waiting, unless it is zero.
            match asked {
                Some(asked) if !asked.is_zero() => self.pause.extend(asked),
                _ => tokio::time::sleep(delay).await,
            }
        }
    }
}

fn name(url: &Url) -> &str {
    &url[url::Position::BeforeHost..url::Position::AfterPort]
}

//! The one place where requests leave, are counted, logged, and tried again.
//!
//! Only requests that can be repeated come through [`Wire::retry`]; streams are tried again by
//! those who can make the stream again.

use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Instant;

use reqwest::header::HeaderMap;
use reqwest::{Body, Method, Response};
use url::Url;

use crate::http::{Backoff, HostPause, HttpError, Network, RateLimit, Ticket, Window, retry_after};

use super::address::host_of;
use super::answer::Answer;
use super::traffic::{Counters, Traffic};
use crate::registry::RegistryError;
use crate::registry::error::is_transient_status;

/// How many times the stall limit a host may be silent altogether, before it is given up.
const OUTAGE: u32 = 5;

/// Requests under way at one host: to begin with, and at most.
const WINDOW: (u16, u16) = (16, 64);

/// The way to one registry, and to the token service that it names.
pub(crate) struct Wire {
    pub(crate) network: Arc<Network>,
    pause: HostPause,
    /// Limits the small requests, and tells the owners of streams how many the host bears.
    window: Arc<Window>,
    ceiling: Option<RateLimit>,
    /// When the host answered last.
    answered: Mutex<Option<Instant>>,
    counters: Counters,
    backoff: Mutex<Backoff>,
}

/// Why an attempt gave no response.
pub(crate) enum Failure {
    /// The connection; another attempt may do better.
    Transport(HttpError),
    /// Trying again is of no use, or has been done already.
    Final(RegistryError),
}

impl From<Failure> for RegistryError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Transport(error) => error.into(),
            Failure::Final(error) => error,
        }
    }
}

impl Wire {
    pub(crate) fn new(network: Arc<Network>) -> Self {
        let ceiling = network.requests_per_second().map(RateLimit::per_second);
        Self {
            network,
            pause: HostPause::default(),
            window: Arc::new(Window::new(WINDOW.0, WINDOW.1)),
            ceiling,
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

    /// Sends one request, once the host may be asked again.
    ///
    /// A 429 or 503 with `Retry-After` holds back all that follows, whoever asks.
    pub(crate) async fn transmit(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Option<Body>,
    ) -> Result<Response, HttpError> {
        self.try_transmit(method, url, headers, body).await.map_err(|error| {
            error.unwrap_or_else(|error| HttpError::from_reqwest(name(url), error))
        })
    }

    /// [`Wire::transmit`] with the HTTP library's own error.
    pub(crate) async fn try_transmit(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Option<Body>,
    ) -> Result<Response, Result<HttpError, reqwest::Error>> {
        let host = host_of(url)
            .ok_or_else(|| Ok(HttpError::Client(format!("`{}` is no host", name(url)))))?;
        let streams = body.as_ref().is_some_and(|body| body.as_bytes().is_none());
        let client = match streams {
            true => self.network.upload_client(&host),
            false => self.network.client(&host),
        };
        let client = client.map_err(Ok)?;
        // Whoever streams has a place among the streams already.
        let ticket = if streams { self.window.watch() } else { self.window.enter().await };
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
        judge(ticket, status);
        let response = outcome.map_err(Err)?;
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

    /// Whether a host that did answer has not answered anybody since, but not for so long that it
    /// has to be given up: an outage of a minute is no reason for a long run to fail.
    fn is_down_since(&self, begin: Instant) -> bool {
        let patience = self.network.stall_timeout() * OUTAGE;
        let answered = *self.answered.lock();
        answered.is_some_and(|answered| answered < begin && answered.elapsed() < patience)
    }

    /// Repeats `attempt` until its answer has come whole and is not one of a passing trouble, or
    /// the tries are used up; then the last answer comes back, whatever its status.
    ///
    /// While the whole host is silent the tries are not used up for five times the stall limit.
    pub(crate) async fn retry<F, Fut>(
        &self,
        limit: u64,
        backoff: Backoff,
        mut attempt: F,
    ) -> Result<Answer, RegistryError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Response, Failure>>,
    {
        let mut failures = 0;
        let begin = Instant::now();
        loop {
            let outcome = match attempt().await {
                Ok(response) => {
                    let host = name(response.url()).to_owned();
                    Answer::read(&host, response, limit).await.map_err(Failure::Transport)
                }
                Err(failure) => Err(failure),
            };
            let asked = match &outcome {
                Ok(answer) if is_transient_status(answer.status.as_u16()) => {
                    retry_after(&answer.headers)
                }
                Err(Failure::Transport(error)) if error.is_transient() => None,
                _ => return outcome.map_err(RegistryError::from),
            };
            failures += 1;
            let may_wait = || outcome.is_err() && self.is_down_since(begin);
            let delay = backoff.delay(failures).or_else(|| may_wait().then_some(backoff.cap / 4));
            let Some(delay) = delay else {
                return outcome.map_err(RegistryError::from);
            };
            self.counters.retry();
            // With a Retry-After the host's pause does the waiting, except where it asks for none.
            match asked {
                Some(asked) if !asked.is_zero() => self.pause.extend(asked),
                _ => tokio::time::sleep(delay).await,
            }
        }
    }
}

/// What a response tells of how much the host bears; status 0 is a connection that failed.
fn judge(ticket: Ticket, status: u16) {
    match status {
        0 | 429 | 503 => ticket.met_trouble(),
        _ => ticket.went_well(),
    }
}

fn name(url: &Url) -> &str {
    &url[url::Position::BeforeHost..url::Position::AfterPort]
}

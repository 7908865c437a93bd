//! One request: sent with a login and limits, repeated where `repeat` says so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT, WARNING};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use jiff::Timestamp;
use tokio::sync::Mutex;
use url::Url;

use super::config::ClusterContext;
use super::config::{Credential, CredentialSource};
use super::config::{RequestTimeout, connector, proxy, token_expiry};
use super::error::ClusterError;
use super::failure::ConnectionFailure;
use super::retry;
use super::retry::{AfterFailure, BACKOFF, LONGEST_ABSENCE, RetryPolicy};
use super::status::{RequestFacts, refusal};
use super::subject::Subject;
use crate::http::Backoff;

/// What to send.
#[derive(Debug)]
pub(super) struct ApiCall {
    pub(super) method: Method,
    /// With its query.
    pub(super) path: String,
    pub(super) accept: &'static str,
    pub(super) content_type: &'static str,
    pub(super) body: Bytes,
    pub(super) repeat: RetryPolicy,
    /// For the whole of one try; else the user's.
    pub(super) limit: Option<Duration>,
}

impl ApiCall {
    pub(super) fn get(path: &str) -> Self {
        Self {
            method: Method::GET,
            path: path.to_owned(),
            accept: "application/json",
            content_type: "application/json",
            body: Bytes::new(),
            repeat: RetryPolicy::Freely,
            limit: None,
        }
    }

    pub(super) fn subject(&self) -> Subject {
        Subject::of(&self.method, &self.path)
    }
}

/// An answer, whatever it says.
#[derive(Clone)]
pub(super) struct RawResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl RawResponse {
    /// The texts of its `Warning` headers, `299 - "TEXT"` each (KEP-1693).
    pub(super) fn warnings(&self) -> Vec<String> {
        let headers = self.headers.get_all(WARNING).iter();
        let texts = headers.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
        let text =
            |text: &str| text.split_once('"').map_or(text, |(_, rest)| rest).replace('\\', "");
        texts.map(|one| text(one.trim_end_matches('"'))).collect()
    }
}

/// A client and what it proves itself with. Both are renewed together.
struct Session {
    client: kube::Client,
    credential: Credential,
    /// Grows with each renewal.
    generation: u64,
}

/// The connection to one server.
pub(super) struct Transport {
    pub(super) target: ClusterContext,
    proxy: Option<Url>,
    timeout: RequestTimeout,
    login: CredentialSource,
    session: Mutex<Session>,
    /// Whether the server ever gave an answer. Before, a broken connection is rather a wrong address.
    has_answered: AtomicBool,
    /// Whether it was said that the server is away.
    is_absence_told: AtomicBool,
    backoff: Backoff,
}

/// An absence is told after this time: shorter ones are nobody's concern.
const TOLD_AFTER: Duration = Duration::from_secs(3);

/// The timer's resolution (tokio's).
const TICK: Duration = Duration::from_millis(1);

impl Transport {
    /// Gets the first login; sends nothing to the server yet.
    pub(super) async fn new(
        target: ClusterContext,
        proxy: Option<Url>,
        timeout: RequestTimeout,
    ) -> Result<Self, ClusterError> {
        let login = match target.is_tls() {
            true => CredentialSource::of(&target.user, &target.cluster)?,
            false => CredentialSource::None,
        };
        let credential = login.obtain().await?;
        let client = connector::client(&target, proxy.as_ref(), timeout, &credential)?;
        let session = Mutex::new(Session { client, credential, generation: 0 });
        Ok(Self {
            target,
            proxy,
            timeout,
            login,
            session,
            has_answered: AtomicBool::new(false),
            is_absence_told: AtomicBool::new(false),
            backoff: BACKOFF,
        })
    }

    #[cfg(test)]
    pub(super) fn with_quick_repetitions(mut self) -> Self {
        self.backoff.base = Duration::from_millis(5);
        self
    }

    /// The body of a successful answer.
    pub(super) async fn send(&self, call: &ApiCall) -> Result<Bytes, ClusterError> {
        self.exchange(call).await.map(|answer| answer.body)
    }

    /// A successful answer, with its headers.
    pub(super) async fn exchange(&self, call: &ApiCall) -> Result<RawResponse, ClusterError> {
        let mut failures = 0;
        let mut refused_generation = None;
        let mut away: Option<Instant> = None;
        let mut may_be_done = false;
        loop {
            let (client, authorization, generation) = self.session(refused_generation).await?;
            let outcome = self.once(call, client, authorization.clone()).await;
            let next = match &outcome {
                Ok(answer) if answer.status.is_success() => return Ok(answer.clone()),
                Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => {
                    if self.login.is_renewable() && refused_generation.is_none() {
                        refused_generation = Some(generation);
                        continue;
                    }
                    AfterFailure::GiveUp
                }
                Ok(RawResponse { status, headers, body }) => {
                    retry::after_answer(call.repeat, *status, headers, body)
                }
                Err(failure) => {
                    let is_new = !self.has_answered.load(Ordering::Relaxed);
                    retry::after_failure(call.repeat, failure, is_new, failures)
                }
            };
            failures += 1;
            let absence = match next {
                AfterFailure::TryWhileAway => away.get_or_insert_with(Instant::now).elapsed(),
                _ => Duration::ZERO,
            };
            let patience = self.patience().saturating_sub(absence);
            let Some(delay) = next.delay(self.backoff, failures, patience) else {
                let error = self.error(call, outcome, authorization.as_ref());
                return Err(if may_be_done {
                    error.of_a_second_try(call.subject())
                } else {
                    error
                });
            };
            let status = outcome.as_ref().map_or(0, |answer| answer.status.as_u16());
            may_be_done |= matches!(status, 502 | 504);
            self.tell_absence(absence, &outcome);
            tokio::time::sleep(delay).await;
        }
    }

    /// Says once that the server is away, after a few seconds; and so for each further absence.
    fn tell_absence(&self, absence: Duration, outcome: &Result<RawResponse, ConnectionFailure>) {
        let Err(ConnectionFailure::Connect { reason, .. }) = outcome else { return };
        if absence >= TOLD_AFTER && !self.is_absence_told.swap(true, Ordering::Relaxed) {
            let (server, limit) = (self.target.server(), self.patience().as_secs());
            tracing::warn!("{server} can't be reached: {reason}; trying again for {limit} s");
        }
    }

    /// How long the server may be away.
    fn patience(&self) -> Duration {
        self.timeout.whole().map_or(LONGEST_ABSENCE, |limit| limit.min(LONGEST_ABSENCE))
    }

    /// The client of now. Renews the login if it expires, or if it is the one that was refused.
    async fn session(
        &self,
        refused: Option<u64>,
    ) -> Result<(kube::Client, Option<HeaderValue>, u64), ClusterError> {
        let mut session = self.session.lock().await;
        let is_refused = refused == Some(session.generation);
        if is_refused || session.credential.is_due() {
            match self.login.obtain().await {
                Ok(credential) => {
                    if credential.certificate.is_some() {
                        session.client = connector::client(
                            &self.target,
                            self.proxy.as_ref(),
                            self.timeout,
                            &credential,
                        )?;
                    }
                    session.credential = credential;
                    session.generation += 1;
                }
                // A token's file may be taken away once it has been read; what was in it goes on
                // being used, as client-go does.
                Err(_) if !is_refused && matches!(self.login, CredentialSource::File(..)) => {}
                Err(error) => return Err(error),
            }
        }
        let authorization = session.credential.authorization.clone();
        Ok((session.client.clone(), authorization, session.generation))
    }

    async fn once(
        &self,
        call: &ApiCall,
        client: kube::Client,
        authorization: Option<HeaderValue>,
    ) -> Result<RawResponse, ConnectionFailure> {
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(call.path.as_str())
            .header(ACCEPT, call.accept)
            .header(USER_AGENT, user_agent());
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, call.content_type);
        }
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        let request = request
            .body(kube::client::Body::from(call.body.clone()))
            .map_err(|error| ConnectionFailure::Broken(error.to_string()))?;
        let exchange = async {
            let answer =
                client.send(request).await.map_err(|error| ConnectionFailure::of(&error))?;
            let (parts, body) = answer.into_parts();
            self.has_answered.store(true, Ordering::Relaxed);
            self.is_absence_told.store(false, Ordering::Relaxed);
            let body = body.collect_bytes().await.map_err(|error| ConnectionFailure::of(&error))?;
            Ok(RawResponse { status: parts.status, headers: parts.headers, body })
        };
        let begin = Instant::now();
        let outcome = match call.limit.or(self.timeout.whole()) {
            // The timer would notice it a tick later, and a near server could have answered by then.
            Some(limit) if limit < TICK => Err(ConnectionFailure::Silence),
            Some(limit) => tokio::time::timeout(limit, exchange)
                .await
                .unwrap_or(Err(ConnectionFailure::Silence)),
            None => exchange.await,
        };
        log(call, &outcome, begin.elapsed());
        outcome
    }

    fn error(
        &self,
        call: &ApiCall,
        outcome: Result<RawResponse, ConnectionFailure>,
        authorization: Option<&HeaderValue>,
    ) -> ClusterError {
        let server = self.target.server().to_owned();
        let subject = || Box::new(call.subject());
        match outcome {
            Ok(answer) => {
                let asked = RequestFacts {
                    method: &call.method,
                    path: &call.path,
                    server: &server,
                    user: &self.target.user_name,
                };
                match (refusal(&asked, answer.status, &answer.body), ended(authorization)) {
                    // The server says no more than `Unauthorized`.
                    (ClusterError::Unauthorized { server, user, .. }, Some(end)) => {
                        let message = format!("its token has expired on {end}");
                        ClusterError::Unauthorized { server, user, message }
                    }
                    (error, _) => error,
                }
            }
            Err(ConnectionFailure::Certificate(reason)) => {
                ClusterError::Certificate { server, reason }
            }
            Err(ConnectionFailure::Identity(message)) => {
                let (user, message) = (self.target.user_name.clone(), message.to_owned());
                ClusterError::Unauthorized { server, user, message }
            }
            Err(ConnectionFailure::Connect { reason, .. }) => {
                let proxy = self.proxy.as_ref().map(proxy::shown);
                ClusterError::Unreachable { server, proxy, reason }
            }
            Err(ConnectionFailure::Silence) => {
                let limit = call.limit.unwrap_or_else(|| self.timeout.silence());
                ClusterError::Timeout { subject: subject(), limit: Some(limit) }
            }
            Err(ConnectionFailure::Broken(reason)) => {
                ClusterError::Interrupted { subject: subject(), reason }
            }
        }
    }
}

/// One line of the log. Paths and queries hold names and selectors, and nothing secret.
fn log(call: &ApiCall, outcome: &Result<RawResponse, ConnectionFailure>, time: Duration) {
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let (method, path) = (&call.method, call.path.as_str());
    match outcome {
        Ok(answer) => {
            let (status, bytes) = (answer.status.as_u16(), answer.body.len());
            tracing::debug!(%method, path, status, bytes, ms, "request");
        }
        Err(failure) => {
            tracing::debug!(%method, path, failure = failure.words(), ms, "request");
        }
    }
}

/// When the token that was sent has expired, if it has.
fn ended(authorization: Option<&HeaderValue>) -> Option<Timestamp> {
    let token = authorization?.to_str().ok()?.strip_prefix("Bearer ")?;
    token_expiry(token).filter(|end| *end < Timestamp::now())
}

/// As kubectl names itself: `kubectl-tcr_switch/1.2.3 (linux/amd64)`.
fn user_agent() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("kubectl-tcr_switch/{} ({system}/{machine})", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests;

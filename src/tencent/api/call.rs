//! One call: signed, sent, and its envelope opened. Trying again is in `retry`.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use parking_lot::Mutex;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::lenient::{LenientNumber, LenientText};
use super::retry::{ActionKind, FailedAttempt};
use super::signature::UnsignedRequest;
use super::{Endpoint, Refusal};
use crate::http::{Connections, Network, read_at_most, retry_after};
use crate::tencent::actions::Action;
use crate::tencent::{ApiError, ApiKey};

/// The largest answer that is read. A page of 100 images is some 100 KB.
const ANSWER_LIMIT: u64 = 64 << 20;

/// Exactly this is signed, so exactly this is sent.
const CONTENT: &str = "application/json";

/// A call that is ready to be sent.
pub(crate) struct ApiCall<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) action: Action,
    pub(crate) region: &'a str,
    pub(crate) body: &'a str,
    /// None for the one call that needs no signature, `AssumeRoleWithWebIdentity`.
    pub(crate) key: Option<&'a ApiKey>,
    /// Where the key came from, for the hint.
    pub(crate) origin: &'a str,
    /// Where the answer's `Date` is noted.
    pub(crate) clock: Option<&'a AnswerClock>,
}

/// By how much this machine's clock differs from that of the newest answer.
#[derive(Debug, Default)]
pub(crate) struct AnswerClock(Mutex<Option<i64>>);

impl AnswerClock {
    pub(crate) fn ahead(&self) -> Option<i64> {
        *self.0.lock()
    }

    fn note(&self, headers: &HeaderMap) {
        if let Some(ahead) = clock_ahead(headers, SystemTime::now()) {
            *self.0.lock() = Some(ahead);
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<'a> {
    #[serde(borrow)]
    response: &'a RawValue,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ResponseHead {
    error: Option<ErrorField>,
    request_id: Option<LenientText>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct ErrorField {
    code: LenientText,
    message: LenientText,
}

// What the gateway in front of the API answers in the old style; the Go SDK understands it too.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GatewayEnvelope {
    code: LenientNumber,
    #[serde(default)]
    message: LenientText,
    #[serde(default)]
    code_desc: LenientText,
}

impl ApiCall<'_> {
    /// Sends the call once.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        network: &Network,
    ) -> Result<T, FailedAttempt> {
        let begin = std::time::Instant::now();
        let answer = self.exchange(network).await;
        let (outcome, request_id) = match &answer {
            Ok((_, request_id)) => ("ok".to_owned(), request_id.clone()),
            Err(FailedAttempt { error, .. }) => {
                let outcome = error.code().map_or_else(|| error.to_string(), ToOwned::to_owned);
                (outcome, error.request_id().map(ToOwned::to_owned))
            }
        };
        tracing::debug!(
            action = self.action.name,
            region = self.region,
            outcome,
            request_id,
            ms = begin.elapsed().as_millis(),
            "API call"
        );
        let (answer, request_id) = answer?;
        serde_json::from_str(answer.get()).map_err(|error| {
            // serde's text quotes what it could not read; answers of calls that make keys hold keys.
            let reason = match ActionKind::of(self.action.name) {
                ActionKind::Read => error.to_string(),
                ActionKind::Write => format!("not as documented, at column {}", error.column()),
            };
            self.unreadable(reason, request_id).into()
        })
    }

    async fn exchange(
        &self,
        network: &Network,
    ) -> Result<(Box<RawValue>, Option<String>), FailedAttempt> {
        refuse_plain_http(self.endpoint, network)?;
        let host = self.endpoint.host();
        let client = network.client(host, Connections::Separate).map_err(ApiError::from)?;
        let moment = Timestamp::now();
        let mut request = client
            .post(self.endpoint.url())
            .header(CONTENT_TYPE, CONTENT)
            .header(AUTHORIZATION, self.authorization(moment))
            .header("X-TC-Action", self.action.name)
            .header("X-TC-Version", self.action.service.version)
            .header("X-TC-Timestamp", moment.as_second())
            .header("X-TC-Language", "en-US");
        if self.action.service.is_regional {
            request = request.header("X-TC-Region", self.region);
        }
        if let Some(token) = self.key.and_then(|key| key.token.as_ref()) {
            request = request.header("X-TC-Token", sensitive(token.expose()));
        }
        let response = request.body(self.body.to_owned()).send().await.map_err(|error| {
            let sent = !error.is_connect() && !error.is_builder();
            let error = ApiError::Http(network.failure(host.as_str(), error));
            FailedAttempt { sent, ..error.into() }
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        if let Some(clock) = self.clock {
            clock.note(&headers);
        }
        let failure = |error: ApiError| FailedAttempt {
            sent: true,
            retry_after: retry_after(&headers),
            ..error.into()
        };
        let body = read_at_most(host.as_str(), response, ANSWER_LIMIT, network.stall_timeout())
            .await
            .map_err(|error| failure(error.into()))?;
        match self.open(&body, &headers) {
            // The API's own error says more than the status that came with it.
            Err(error @ ApiError::Refused(_)) => Err(failure(error)),
            _ if !status.is_success() => Err(failure(ApiError::Status {
                action: self.action.name.to_owned(),
                host: host.clone(),
                status: status.as_u16(),
            })),
            opened => opened.map_err(failure),
        }
    }

    fn authorization(&self, moment: Timestamp) -> reqwest::header::HeaderValue {
        let Some(key) = self.key else { return sensitive("SKIP") };
        let headers = [("content-type", CONTENT), ("host", self.endpoint.host().as_str())];
        let body = self.body.as_bytes();
        let service = self.action.service.name;
        sensitive(&UnsignedRequest { headers: &headers, body, service, moment }.authorization(key))
    }

    /// The answer itself and its RequestId, or what is said in its place.
    fn open(
        &self,
        body: &[u8],
        headers: &HeaderMap,
    ) -> Result<(Box<RawValue>, Option<String>), ApiError> {
        let Ok(Envelope { response }) = serde_json::from_slice::<Envelope<'_>>(body) else {
            return Err(match serde_json::from_slice::<GatewayEnvelope>(body) {
                Ok(old) if old.code.0 != 0 => {
                    let code = old.code_desc.some().unwrap_or_else(|| old.code.0.to_string());
                    self.refused(code, old.message.0, None, headers)
                }
                _ => self.unreadable(no_envelope(body, headers), None),
            });
        };
        let head: ResponseHead = serde_json::from_str(response.get())
            .map_err(|error| self.unreadable(error.to_string(), None))?;
        let request_id = head.request_id.and_then(LenientText::some);
        match head.error {
            Some(fault) => Err(self.refused(fault.code.0, fault.message.0, request_id, headers)),
            None => Ok((response.to_owned(), request_id)),
        }
    }

    fn refused(
        &self,
        code: String,
        message: String,
        request_id: Option<String>,
        headers: &HeaderMap,
    ) -> ApiError {
        ApiError::Refused(Box::new(Refusal {
            action: self.action.name.to_owned(),
            code,
            message,
            request_id,
            service: self.action.service.name,
            region: self.region.to_owned(),
            origin: self.origin.to_owned(),
            clock_ahead: clock_ahead(headers, SystemTime::now()),
        }))
    }

    fn unreadable(&self, reason: String, request_id: Option<String>) -> ApiError {
        ApiError::Unreadable { action: self.action.name.to_owned(), reason, request_id }
    }
}

/// Plain HTTP is for loopback, and for hosts for which the user allows it.
fn refuse_plain_http(endpoint: &Endpoint, network: &Network) -> Result<(), ApiError> {
    let host = endpoint.host();
    if endpoint.is_plain() && !network.allows_plain_http(host) {
        return Err(ApiError::PlainHttp { host: host.clone() });
    }
    Ok(())
}

// Nothing of the body: it may be a proxy's page, or hold secrets.
fn no_envelope(body: &[u8], headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("unknown");
    format!("no `Response` in it ({} bytes of type {kind})", body.len())
}

/// Seconds by which this machine's clock is ahead of the answer's `Date`.
fn clock_ahead(headers: &HeaderMap, now: SystemTime) -> Option<i64> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    let seconds = |gap: Duration| i64::try_from(gap.as_secs()).ok();
    match now.duration_since(date) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => seconds(behind.duration()).map(|behind| -behind),
    }
}

// Marked so that no log of headers shows it. Text that can't be in a header is refused when the
// key is read.
fn sensitive(text: &str) -> reqwest::header::HeaderValue {
    let mut value = reqwest::header::HeaderValue::from_str(text)
        .unwrap_or_else(|_| reqwest::header::HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::NetworkSettings;

    #[test]
    fn the_clock_is_compared_with_the_answers_date() {
        let mut headers = HeaderMap::new();
        let now = SystemTime::now();
        assert_eq!(clock_ahead(&headers, now), None);
        let date = |moment| httpdate::fmt_http_date(moment).parse().unwrap();
        headers.insert(DATE, date(now - Duration::from_secs(600)));
        assert_eq!(clock_ahead(&headers, now), Some(600));
        headers.insert(DATE, date(now + Duration::from_secs(600)));
        assert!((-600..=-599).contains(&clock_ahead(&headers, now).unwrap()));
    }

    #[test]
    fn plain_http_needs_loopback_or_permission() {
        let named = "api.lan:8080".parse().unwrap();
        let settings =
            NetworkSettings { insecure_hosts: vec![named], ..NetworkSettings::default() };
        let network = Network::new(settings).unwrap();
        let check = |text: &str| refuse_plain_http(&text.parse().unwrap(), &network);
        assert!(check("http://127.0.0.1:1").is_ok());
        assert!(check("http://api.lan:8080").is_ok());
        assert!(check("http://tcr.tencentcloudapi.com").is_err());
        assert!(check("https://tcr.tencentcloudapi.com").is_ok());
    }
}

//! The client: calls an action in a region, at the rate it allows.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::call::{AnswerClock, ApiCall};
use super::endpoint::Endpoints;
use super::rates::ActionRates;
use super::retry::{ActionKind, FailedAttempt, STANDARD_BACKOFF, retry};
use crate::http::{Backoff, Network};
use crate::tencent::actions::{Action, Service};
use crate::tencent::{ApiError, KeyChain, Region};

/// Tencent Cloud's API in one region: the container registry's, and that of the services around it.
///
/// Clones, and clients made by [`Api::with_region`], share their rate limits.
#[derive(Clone)]
pub struct Api {
    network: Arc<Network>,
    endpoints: Endpoints,
    region: Region,
    keys: Arc<KeyChain>,
    backoff: Backoff,
    state: Arc<ClientState>,
    #[cfg(test)]
    script: Option<Arc<Script>>,
}

/// Answers in the place of a server: to an action and its parameters.
#[cfg(test)]
pub(crate) type Script =
    dyn Fn(&str, &serde_json::Value) -> Result<serde_json::Value, ApiError> + Send + Sync;

#[derive(Default)]
struct ClientState {
    rates: ActionRates,
    calls: AtomicU64,
    /// The services that have ever answered.
    reached: Mutex<HashSet<Service>>,
    clock: AnswerClock,
}

impl Api {
    /// A client. Nothing is sent yet. An endpoint alone is that of the container registry; where the
    /// other services are follows from it.
    #[must_use]
    pub fn new(
        network: Arc<Network>,
        endpoints: impl Into<Endpoints>,
        region: Region,
        keys: Arc<KeyChain>,
    ) -> Self {
        Self {
            network,
            endpoints: endpoints.into(),
            region,
            keys,
            backoff: STANDARD_BACKOFF,
            state: Arc::default(),
            #[cfg(test)]
            script: None,
        }
    }

    /// A client that sends nothing: each answer is `script`'s.
    #[cfg(test)]
    pub(crate) fn scripted(script: Arc<Script>) -> Self {
        let network = Arc::new(Network::new(crate::http::NetworkSettings::default()).unwrap());
        let key = crate::tencent::ApiKey { id: "AKIDtest".into(), secret: "x".into(), token: None };
        let keys = Arc::new(KeyChain::fixed(key, "the test", &network));
        let region = Region::guangzhou();
        let api = Self::new(network, crate::tencent::Endpoint::for_region(&region), region, keys);
        Self { script: Some(script), ..api }
    }

    /// The same client with other pauses between tries.
    #[must_use]
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// The same client for another region. An endpoint that the region stood for goes with it.
    #[must_use]
    pub fn with_region(&self, region: Region) -> Self {
        let endpoints = self.endpoints.for_other_region(&self.region, &region);
        Self { endpoints, region, ..self.clone() }
    }

    /// The region that is asked.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Requests sent so far, by this client and all that share with it; retries are counted.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.state.calls.load(Ordering::Relaxed)
    }

    /// Seconds by which this machine's clock is ahead of the newest answer's `Date`; negative if
    /// behind. `None` before the first answer.
    #[must_use]
    pub fn clock_ahead(&self) -> Option<i64> {
        self.state.clock.ahead()
    }

    pub(crate) fn backoff(&self) -> Backoff {
        self.backoff
    }

    /// Calls an action, and tries again where that can't do harm.
    ///
    /// # Errors
    /// What the last attempt said. After a write, [`ApiError::is_ambiguous`] tells whether it may
    /// have been carried out all the same.
    pub async fn call<T: DeserializeOwned>(
        &self,
        action: Action,
        payload: &impl Serialize,
    ) -> Result<T, ApiError> {
        self.call_as(ActionKind::of(action.name), action, payload).await
    }

    /// Calls an action whose name doesn't tell whether it may be repeated at will.
    pub(crate) async fn call_as<T: DeserializeOwned>(
        &self,
        kind: ActionKind,
        action: Action,
        payload: &impl Serialize,
    ) -> Result<T, ApiError> {
        #[cfg(test)]
        if let Some(script) = &self.script {
            let answer = script(action.name, &serde_json::to_value(payload).unwrap())?;
            return Ok(serde_json::from_value(answer).unwrap());
        }
        let body = serde_json::to_string(payload).map_err(|error| ApiError::Unreadable {
            action: action.name.to_owned(),
            reason: format!("its own request: {error}"),
            request_id: None,
        })?;
        retry(self.backoff, kind, || self.attempt(action, &body)).await
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        action: Action,
        body: &str,
    ) -> Result<T, FailedAttempt> {
        let limits = self.state.rates.of(action);
        let _slot = limits.slots.acquire().await;
        limits.pause.wait().await;
        limits.limit.acquire().await;
        // Asked for each attempt: a temporary key may have been renewed while we waited.
        let key = self.keys.current().await.map_err(ApiError::from)?;
        let endpoint = self.endpoints.of(action.service);
        let call = ApiCall {
            endpoint: &endpoint,
            action,
            region: self.region.as_str(),
            body,
            key: Some(&key),
            origin: self.keys.origin(),
            clock: Some(&self.state.clock),
        };
        self.state.calls.fetch_add(1, Ordering::Relaxed);
        let mut answer = call.send(&self.network).await;
        match &mut answer {
            Err(failure) if matches!(failure.error, ApiError::Http(_)) => {
                failure.is_first_contact = !self.state.reached.lock().contains(&action.service);
            }
            _ => {
                self.state.reached.lock().insert(action.service);
            }
        }
        if let Err(failure) = &answer
            && failure.is_rate_limited()
        {
            limits.pause.extend(failure.retry_after.unwrap_or(self.backoff.base));
        }
        answer
    }
}

#[cfg(test)]
mod tests;

//! One instance, and how something is created in it. Its actions are in the other files here.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Instance;
use crate::tencent::actions::Action;
use crate::tencent::api::LIMIT;
use crate::tencent::{Api, ApiError};

/// One instance.
#[derive(Clone)]
pub struct Enterprise {
    pub(super) api: Api,
    pub(super) registry_id: String,
}

/// Whether a call created something or found it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// This call made it.
    New,
    /// It was there before, or an attempt whose answer was lost has made it. It was read again, and
    /// has exactly the name that was asked for.
    Existed,
}

/// The answer to an action that gives nothing back but its RequestId.
#[derive(Deserialize)]
pub(super) struct EmptyResponse {}

impl Enterprise {
    /// An instance, asked in its own region.
    #[must_use]
    pub fn new(api: &Api, instance: &Instance) -> Self {
        Self { api: api.with_region(instance.region.clone()), registry_id: instance.id.clone() }
    }

    /// The client underneath.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// A page of a list of this instance, with the filters that are not empty.
    pub(super) fn page_of(&self, number: u64, filters: &[(&str, &str)]) -> Value {
        let mut payload = json!({"RegistryId": self.registry_id, "Offset": number, "Limit": LIMIT});
        for (name, value) in filters.iter().filter(|(_, value)| !value.is_empty()) {
            payload[*name] = json!(value);
        }
        payload
    }

    /// Creates; on a conflict, and before a retry after a lost answer, looks whether it is there.
    // A closure that gives a future, not an `AsyncFn`: with that, the future could not be spawned.
    pub(super) async fn create<F, Fut>(
        &self,
        action: Action,
        payload: &Value,
        name: &str,
        exists: F,
    ) -> Result<Created, ApiError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<bool, ApiError>>,
    {
        let mut failures = 0;
        loop {
            let error = match self.api.call::<EmptyResponse>(action, payload).await {
                Ok(EmptyResponse {}) => return Ok(Created::New),
                Err(error) => error,
            };
            if error.is_already_exists() {
                return if exists().await? {
                    Ok(Created::Existed)
                } else {
                    Err(ApiError::Hidden { name: name.to_owned(), refusal: Box::new(error) })
                };
            }
            if !error.is_ambiguous() {
                return Err(error);
            }
            failures += 1;
            let Some(delay) = self.api.backoff().delay(failures) else { return Err(error) };
            tokio::time::sleep(delay).await;
            match exists().await {
                Ok(true) => return Ok(Created::Existed),
                Ok(false) => {}
                // The failed creation is what matters, not that looking failed too.
                Err(_) => return Err(error),
            }
        }
    }
}

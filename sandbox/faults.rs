//! Calls and requests that fail on purpose: described by the account, or added at run time.

use std::collections::BTreeMap;

use axum::http::Method;
use ccr2tcr::image::Glob;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::edition::Edition;

/// API calls that fail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiFault {
    /// Which action.
    pub(crate) action: String,
    /// Only calls in this region.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// Only calls with this `Offset` (a call without one has 0).
    #[serde(default)]
    pub(crate) offset: Option<i64>,
    /// Only calls about this `RepoName` or `RepositoryName`.
    #[serde(default)]
    pub(crate) repository: Option<String>,
    /// The error code of the answer.
    #[serde(default)]
    pub(crate) code: Option<String>,
    /// The error message of the answer.
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// Answer as a gateway does, with this status and no envelope.
    #[serde(default)]
    pub(crate) http_status: Option<u16>,
    /// Don't fail, but answer with a list that is not whole.
    #[serde(default)]
    pub(crate) listing: Option<ListingFault>,
    /// So many calls pass before the first that fails.
    #[serde(default)]
    pub(crate) after: u64,
    /// How often; 0 is always.
    #[serde(default)]
    pub(crate) times: u64,
    #[serde(skip)]
    used: u64,
}

/// What is wrong with a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ListingFault {
    /// What its count says.
    pub(crate) count: Option<StatedCount>,
    /// Entries that are left out; the count stays.
    pub(crate) hide: Vec<String>,
    /// What an entry counts: the repositories of a namespace, the tags of a repository.
    pub(crate) counted: BTreeMap<String, i64>,
    /// What tags point at by this list.
    pub(crate) digests: BTreeMap<String, String>,
    /// The first page, whatever page is asked for.
    pub(crate) repeats: bool,
}

/// What a count says.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StatedCount {
    /// `absent`: there is none.
    Absent,
    /// Any number.
    #[serde(untagged)]
    Number(i64),
}

impl ApiFault {
    fn concerns(&self, action: &str, region: &str, parameters: &Map<String, Value>) -> bool {
        let offset = parameters.get("Offset").and_then(Value::as_i64).unwrap_or(0);
        let text = |name: &str| parameters.get(name).and_then(Value::as_str);
        self.action == action
            && self.region.as_deref().is_none_or(|wanted| wanted == region)
            && self.offset.is_none_or(|wanted| wanted == offset)
            && self.repository.as_deref().is_none_or(|wanted| {
                text("RepoName") == Some(wanted) || text("RepositoryName") == Some(wanted)
            })
    }
}

/// Registry requests that fail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistryFault {
    /// Of which edition.
    pub(crate) registry: Edition,
    /// Any by default.
    #[serde(default)]
    pub(crate) method: Option<String>,
    /// A glob on the path, such as `**/blobs/*`.
    #[serde(default, deserialize_with = "glob")]
    pub(crate) path: Option<Glob>,
    /// The status of the answer; 503 if there is neither `cut_after` nor `delay_ms`.
    #[serde(default)]
    pub(crate) status: Option<u16>,
    /// Seconds, as `Retry-After`.
    #[serde(default)]
    pub(crate) retry_after: Option<u64>,
    /// Wait so long before anything else.
    #[serde(default)]
    pub(crate) delay_ms: u64,
    /// Instead of a status: break the connection after so many bytes. Of a blob's answer, else of
    /// the request's body, which is then not answered.
    #[serde(default)]
    pub(crate) cut_after: Option<u64>,
    /// How often; 0 is always.
    #[serde(default)]
    pub(crate) times: u64,
    #[serde(skip)]
    used: u64,
}

fn glob<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Glob>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

impl RegistryFault {
    fn concerns(&self, registry: Edition, method: &Method, path: &str) -> bool {
        self.registry == registry
            && self.method.as_deref().is_none_or(|wanted| wanted == method.as_str())
            && self.path.as_ref().is_none_or(|glob| glob.matches(path))
    }
}

/// All faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) api: Vec<ApiFault>,
    pub(crate) registry: Vec<RegistryFault>,
}

impl Faults {
    /// The fault of this call, if it has one; counts it as used.
    pub(crate) fn of_call(
        &mut self,
        action: &str,
        region: &str,
        parameters: &Map<String, Value>,
    ) -> Option<ApiFault> {
        let fault = self.api.iter_mut().find(|fault| {
            (fault.times == 0 || fault.used < fault.times)
                && fault.concerns(action, region, parameters)
        })?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        fault.used += 1;
        Some(fault.clone())
    }

    /// The fault of this request, if it has one; counts it as used.
    pub(crate) fn of_request(
        &mut self,
        registry: Edition,
        method: &Method,
        path: &str,
    ) -> Option<RegistryFault> {
        let fault = self.registry.iter_mut().find(|fault| {
            (fault.times == 0 || fault.used < fault.times) && fault.concerns(registry, method, path)
        })?;
        fault.used += 1;
        Some(fault.clone())
    }
}

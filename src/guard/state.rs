//! What of a guard is there.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::error::GuardError;
use super::manifests::{API_VERSION, EXEMPT_IMAGES, MADE_BY, POLICIES};
use crate::kubernetes::{Cluster, ClusterError, ListQuery, Resource};

/// The parts of a guard that the server has.
#[derive(Debug, Clone, Default)]
pub struct GuardState {
    /// The policies, as the server has them.
    policies: Vec<Value>,
    /// Their bindings, as the server has them.
    bound: Vec<Value>,
}

/// Where one of the policies holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Binding {
    /// Its name.
    pub name: String,
    /// The policy that it binds.
    pub policy: String,
    /// `Deny`, `Warn`, `Audit`.
    pub actions: Vec<String>,
    /// The only namespaces in which it holds; empty for all but the exempt ones.
    pub namespaces: Vec<String>,
    /// Namespaces in which it doesn't.
    pub exempt: Vec<String>,
    /// Whether its policy has been read by the server's controller, as it is now.
    pub observed: bool,
}

impl GuardState {
    /// Whether nothing of a guard is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.bound.is_empty()
    }

    /// Where the policies hold.
    #[must_use]
    pub fn bindings(&self) -> Vec<Binding> {
        self.bound.iter().map(|object| binding(object, &self.policies)).collect()
    }

    /// Images that the policies exempt, as they were named.
    pub fn exempt_images(&self) -> impl Iterator<Item = &str> {
        let first = self.policies.first().map(|policy| &policy["metadata"]["annotations"]);
        let named = first.and_then(|annotations| annotations[EXEMPT_IMAGES].as_str());
        named.unwrap_or_default().split_whitespace()
    }

    /// What `remove` deletes for a namespace, or for all: policies, of which none is left without
    /// need, and bindings, as `validatingadmissionpolicy/NAME`.
    #[must_use]
    pub fn of(&self, namespace: Option<&str>) -> (Vec<String>, Vec<String>) {
        let (policies, bindings) = self.parts_of(namespace);
        (policies.into_iter().map(shown).collect(), bindings.into_iter().map(shown).collect())
    }

    /// The same as the server has them.
    pub(super) fn parts_of(&self, namespace: Option<&str>) -> (Vec<&Value>, Vec<&Value>) {
        let is_of = |object: &&Value| {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            let bound = name.split_once('.').map(|(_, bound)| bound);
            namespace.is_none_or(|namespace| bound == Some(namespace))
        };
        let bindings: Vec<&Value> = self.bound.iter().filter(is_of).collect();
        let is_last = bindings.len() == self.bound.len();
        (self.policies.iter().filter(|_| is_last).collect(), bindings)
    }

    /// What the server's type check has against the policies' expressions.
    pub fn complaints(&self) -> impl Iterator<Item = &str> {
        let checks = self.policies.iter().map(|policy| &policy["status"]["typeChecking"]);
        let warnings = checks.filter_map(|check| check["expressionWarnings"].as_array());
        warnings.flatten().filter_map(|one| one["warning"].as_str())
    }
}

/// A kind of the group that policies are in.
fn kind(kind: &str) -> Resource {
    let (group, version) = API_VERSION.split_once('/').unwrap_or_default();
    Resource {
        group: group.to_owned(),
        version: version.to_owned(),
        kind: kind.to_owned(),
        plural: match kind.strip_suffix('y') {
            Some(stem) => format!("{}ies", stem.to_lowercase()),
            None => format!("{}s", kind.to_lowercase()),
        },
        namespaced: false,
        verbs: Vec::new(),
        short_names: Vec::new(),
    }
}

/// The object at a path, if there is one.
pub(super) async fn get(cluster: &Cluster, path: &str) -> Result<Option<Value>, ClusterError> {
    match cluster.get(path).await {
        Ok(object) => Ok(Some(object)),
        Err(ClusterError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `validatingadmissionpolicy/NAME`
pub(super) fn shown(object: &Value) -> String {
    format!("{}/{}", text(&object["kind"]).to_lowercase(), text(&object["metadata"]["name"]))
}

/// Where a policy or a binding is.
pub(super) fn path_of(object: &Value) -> String {
    kind(&text(&object["kind"])).path(None, Some(&text(&object["metadata"]["name"])))
}

/// A field's text; empty if it has none.
pub(super) fn text(field: &Value) -> String {
    field.as_str().unwrap_or_default().to_owned()
}

/// Whether we made an object.
pub(super) fn is_ours(object: &Value) -> bool {
    let (label, value) = MADE_BY;
    object["metadata"]["labels"][label] == value
}

/// Reads what there is.
///
/// # Errors
/// [`GuardError::NotServed`] if the server has no such policies, else why they can't be read.
pub async fn read_state(cluster: &Cluster) -> Result<GuardState, GuardError> {
    let policies = kind("ValidatingAdmissionPolicy");
    let mut state = GuardState::default();
    for name in POLICIES {
        let policy = get(cluster, &policies.path(None, Some(name))).await?;
        state.policies.extend(policy.filter(is_ours));
    }
    let bindings = kind("ValidatingAdmissionPolicyBinding");
    let listed = cluster.list_all(&bindings, None, &ListQuery::default()).await;
    let listed = listed.map_err(|error| match error {
        // A server without the kind has no such path.
        ClusterError::NotFound { .. } => GuardError::NotServed(API_VERSION),
        error => error.into(),
    })?;
    let is_bound = |object: &Value| {
        is_ours(object) && POLICIES.iter().any(|name| object["spec"]["policyName"] == *name)
    };
    state.bound = listed.into_iter().filter(is_bound).collect();
    Ok(state)
}

fn binding(object: &Value, policies: &[Value]) -> Binding {
    let texts = |value: &Value| value.as_array().map(|all| all.iter().map(text).collect());
    let spec = &object["spec"];
    let terms = spec["matchResources"]["namespaceSelector"]["matchExpressions"].as_array();
    let values = |operator: &str| {
        let found = terms.into_iter().flatten().find(|term| term["operator"] == operator);
        found.and_then(|term| texts(&term["values"])).unwrap_or_default()
    };
    let policy = policies.iter().find(|policy| policy["metadata"]["name"] == spec["policyName"]);
    Binding {
        name: text(&object["metadata"]["name"]),
        policy: text(&spec["policyName"]),
        actions: texts(&spec["validationActions"]).unwrap_or_default(),
        namespaces: values("In"),
        exempt: values("NotIn"),
        observed: policy.is_some_and(is_observed),
    }
}

/// Whether the controller has looked at the policy as it is now.
fn is_observed(policy: &Value) -> bool {
    let seen = policy["status"]["observedGeneration"].as_i64();
    seen.is_some() && seen >= policy["metadata"]["generation"].as_i64()
}

/// How long between two looks at what takes effect by itself.
pub(super) const PAUSE: Duration = Duration::from_millis(250);

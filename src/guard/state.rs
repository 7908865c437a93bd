//! What of a guard is there.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::error::GuardError;
use super::manifests::{API_VERSION, EXEMPT_IMAGES, MADE_BY, POLICIES};
use super::rewrite_policy::REWRITE_POLICY;
use crate::kubernetes::{Cluster, ClusterError, ListQuery, Resource, kind_and_name};

/// The parts of a guard that the server has.
#[derive(Debug, Clone, Default)]
pub struct GuardState {
    /// The policies, as the server has them.
    policies: Vec<Value>,
    /// Their bindings, as the server has them.
    bound: Vec<Value>,
    /// What rewrites new Pods: policies and bindings, as the server has them.
    rewriting: Vec<Value>,
    /// Why it can't be told whether something rewrites new Pods.
    pub rewriting_unread: Option<String>,
}

/// Which parts of a guard are meant.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Those of one namespace; `None` is all.
    pub namespace: Option<&'a str>,
    /// Only what rewrites new Pods.
    pub only_rewriting: bool,
}

/// Where one of the policies holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Binding {
    /// Its name.
    pub name: String,
    /// The policy that it binds.
    pub policy: String,
    /// `Deny`, `Warn`, `Audit`; `Rewrite` of what rewrites new Pods.
    pub actions: Vec<String>,
    /// The only namespaces in which it holds; empty for all but the exempt ones.
    pub namespaces: Vec<String>,
    /// Namespaces in which it doesn't.
    pub exempt: Vec<String>,
    /// Whether its policy has been read by the server's controller, as it is now; the server doesn't
    /// say it of one that rewrites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<bool>,
}

impl GuardState {
    /// Whether nothing of a guard is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty() && self.bound.is_empty() && self.rewriting.is_empty()
    }

    /// Where the policies hold.
    #[must_use]
    pub fn bindings(&self) -> Vec<Binding> {
        let rewriting = self.rewriting.iter().filter(|object| is_binding(object));
        self.bound.iter().chain(rewriting).map(|object| binding(object, &self.policies)).collect()
    }

    /// Images that the policies exempt, as they were named.
    pub fn exempt_images(&self) -> impl Iterator<Item = &str> {
        let first = self.policies.first().map(|policy| &policy["metadata"]["annotations"]);
        let named = first.and_then(|annotations| annotations[EXEMPT_IMAGES].as_str());
        named.unwrap_or_default().split_whitespace()
    }

    /// The namespaces whose new Pods are rewritten.
    pub fn rewritten(&self) -> impl Iterator<Item = &str> {
        let names = self.rewriting.iter().filter(|object| is_binding(object));
        let names = names.filter_map(|object| object["metadata"]["name"].as_str());
        names.filter_map(|name| name.split_once('.').map(|(_, namespace)| namespace))
    }

    /// What `remove` deletes: policies, of which none is left without need, and bindings, as
    /// `validatingadmissionpolicy/NAME`.
    #[must_use]
    pub fn of(&self, parts: Parts<'_>) -> (Vec<String>, Vec<String>) {
        let (policies, bindings) = self.parts_of(parts);
        (
            policies.into_iter().map(kind_and_name).collect(),
            bindings.into_iter().map(kind_and_name).collect(),
        )
    }

    /// The same as the server has them.
    pub(super) fn parts_of(&self, parts: Parts<'_>) -> (Vec<&Value>, Vec<&Value>) {
        let is_of = |object: &&Value| {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            let bound = name.split_once('.').map(|(_, bound)| bound);
            parts.namespace.is_none_or(|namespace| bound == Some(namespace))
        };
        let (mut bindings, mut policies): (Vec<&Value>, Vec<&Value>) =
            self.rewriting.iter().filter(is_of).partition(|object| is_binding(object));
        if !parts.only_rewriting {
            let bound: Vec<&Value> = self.bound.iter().filter(is_of).collect();
            if bound.len() == self.bound.len() {
                policies.extend(&self.policies);
            }
            bindings.extend(bound);
        }
        (policies, bindings)
    }

    /// What the server's type check has against the policies' expressions.
    pub fn complaints(&self) -> impl Iterator<Item = &str> {
        let checks = self.policies.iter().map(|policy| &policy["status"]["typeChecking"]);
        let warnings = checks.filter_map(|check| check["expressionWarnings"].as_array());
        warnings.flatten().filter_map(|one| one["warning"].as_str())
    }
}

/// A kind of the group that policies are in.
fn kind(kind: &str, api_version: &str) -> Resource {
    let (group, version) = api_version.split_once('/').unwrap_or_default();
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

/// Where a policy or a binding is.
pub(super) fn path_of(object: &Value) -> String {
    let kind = kind(&text(&object["kind"]), &text(&object["apiVersion"]));
    kind.path(None, Some(&text(&object["metadata"]["name"])))
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
    let policies = kind("ValidatingAdmissionPolicy", API_VERSION);
    let mut state = GuardState::default();
    for name in POLICIES {
        let policy = cluster.find(&policies.path(None, Some(name))).await?;
        state.policies.extend(policy.filter(is_ours));
    }
    let bindings = kind("ValidatingAdmissionPolicyBinding", API_VERSION);
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
    if let Some(version) = mutating_version(cluster).await? {
        let version = format!("{GROUP}/{version}");
        for name in [MUTATING, "MutatingAdmissionPolicyBinding"] {
            let (kind, all) = (kind(name, &version), ListQuery::default());
            let listed = match cluster.list_all(&kind, None, &all).await {
                // The right to write what refuses is enough for that.
                Err(error @ ClusterError::Forbidden { .. }) => {
                    state.rewriting_unread = Some(error.to_string());
                    break;
                }
                listed => listed?,
            };
            let is_rewriting = |object: &Value| {
                is_ours(object) && text(&object["metadata"]["name"]).starts_with(REWRITE_POLICY)
            };
            state.rewriting.extend(listed.into_iter().filter(is_rewriting));
        }
    }
    Ok(state)
}

const GROUP: &str = "admissionregistration.k8s.io";
const MUTATING: &str = "MutatingAdmissionPolicy";

/// The version in which the server has `MutatingAdmissionPolicy`, if it has it. It is asked, for each
/// release, vendor and feature gate decides for itself.
///
/// # Errors
/// [`ClusterError`] if it can't be asked.
pub async fn mutating_version(cluster: &Cluster) -> Result<Option<&'static str>, ClusterError> {
    for version in ["v1", "v1beta1"] {
        let kinds = cluster.find(&format!("/apis/{GROUP}/{version}")).await?.unwrap_or_default();
        let mut kinds = kinds["resources"].as_array().into_iter().flatten();
        if kinds.any(|one| one["kind"] == MUTATING) {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

fn is_binding(object: &Value) -> bool {
    text(&object["kind"]).ends_with("Binding")
}

fn binding(object: &Value, policies: &[Value]) -> Binding {
    let texts = |value: &Value| value.as_array().map(|all| all.iter().map(text).collect());
    let spec = &object["spec"];
    let selector = &spec["matchResources"]["namespaceSelector"];
    let terms = selector["matchExpressions"].as_array();
    let values = |operator: &str| {
        let found = terms.into_iter().flatten().find(|term| term["operator"] == operator);
        found.and_then(|term| texts(&term["values"])).unwrap_or_default()
    };
    let policy = policies.iter().find(|policy| policy["metadata"]["name"] == spec["policyName"]);
    let one = selector["matchLabels"]["kubernetes.io/metadata.name"].as_str().map(str::to_owned);
    let is_rewriting = text(&spec["policyName"]).starts_with(REWRITE_POLICY);
    let rewrite = || is_rewriting.then(|| vec!["Rewrite".to_owned()]);
    Binding {
        name: text(&object["metadata"]["name"]),
        policy: text(&spec["policyName"]),
        actions: texts(&spec["validationActions"]).or_else(rewrite).unwrap_or_default(),
        namespaces: values("In").into_iter().chain(one).collect(),
        exempt: values("NotIn"),
        observed: (!is_rewriting).then(|| policy.is_some_and(is_observed)),
    }
}

/// Whether the controller has looked at the policy as it is now.
fn is_observed(policy: &Value) -> bool {
    let seen = policy["status"]["observedGeneration"].as_i64();
    seen.is_some() && seen >= policy["metadata"]["generation"].as_i64()
}

/// How long between two looks at what takes effect by itself.
pub(super) const PAUSE: Duration = Duration::from_millis(250);

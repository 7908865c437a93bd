//! The policies and bindings as objects of the API server.
//!
//! Two policies look for the same: one at what people and pipelines make, one at what controllers make
//! of it (Pods, `ReplicaSets` of a Deployment, Jobs of a `CronJob`), where a refusal would keep what
//! isn't switched yet from being rescheduled. Policies do nothing by themselves: bindings say where they
//! hold, and what happens then.

use serde_json::{Value, json};

use super::error::GuardError;
use super::expressions::{self, MESSAGE, OWNED};
use super::rules::{GuardRules, SYSTEM_NAMESPACES};
use crate::image::Pattern;
use crate::kubernetes::GUARD_POLICY;

/// The policy for what nobody owns. That of owned objects, and the bindings, have longer names.
pub const POLICY: &str = GUARD_POLICY;

/// The policy for what controllers make.
pub(super) const OWNED_POLICY: &str = "tcr-switch-guard-owned";

/// Both, by their names.
pub(super) const POLICIES: [&str; 2] = [POLICY, OWNED_POLICY];

/// GA since Kubernetes 1.30.
pub(super) const API_VERSION: &str = "admissionregistration.k8s.io/v1";

/// Who has made an object: what isn't ours is neither changed nor deleted.
pub(super) const MADE_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "tcr-switch");

/// The images that a policy exempts, as they were named, with a space between: its expressions say
/// the same, and less clearly. The policies are the same for every namespace.
pub(super) const EXEMPT_IMAGES: &str = "tcr-switch/exempt-images";

/// What happens to a new image of CCR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum GuardMode {
    /// Take it, and warn who sends it
    #[default]
    Warn,
    /// Take it, and note it in the API server's audit log
    Audit,
    /// Refuse it
    Deny,
}

impl GuardMode {
    /// The API's word, one of `validationActions`.
    pub(super) fn action(self) -> &'static str {
        match self {
            Self::Warn => "Warn",
            Self::Audit => "Audit",
            Self::Deny => "Deny",
        }
    }
}

/// Where a guard holds, and how.
#[derive(Debug, Clone, Default)]
pub struct GuardScope {
    /// One namespace; `None` is all but the system's.
    pub namespace: Option<String>,
    /// Namespaces besides Kubernetes' own in which it doesn't hold.
    pub exempt: Vec<String>,
    /// What happens.
    pub mode: GuardMode,
    /// Whether what controllers make is refused, too.
    pub owned_too: bool,
}

impl GuardScope {
    /// That it is one in which a guard may hold.
    ///
    /// # Errors
    /// [`GuardError::SystemNamespace`].
    pub fn check(&self) -> Result<(), GuardError> {
        match &self.namespace {
            Some(namespace) if SYSTEM_NAMESPACES.contains(&namespace.as_str()) => {
                Err(GuardError::SystemNamespace(namespace.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Namespaces in which it doesn't hold.
    #[must_use]
    pub fn exempt_namespaces(&self) -> Vec<&str> {
        SYSTEM_NAMESPACES.into_iter().chain(self.exempt.iter().map(String::as_str)).collect()
    }

    /// What happens to what a policy meets.
    fn mode_of(&self, policy: &str) -> GuardMode {
        match self.mode {
            GuardMode::Deny if policy == OWNED_POLICY && !self.owned_too => GuardMode::Warn,
            mode => mode,
        }
    }

    fn selector(&self) -> Value {
        let name = "kubernetes.io/metadata.name";
        let (operator, values) = match &self.namespace {
            Some(namespace) => ("In", vec![namespace.as_str()]),
            None => ("NotIn", self.exempt_namespaces()),
        };
        json!({"matchExpressions": [{"key": name, "operator": operator, "values": values}]})
    }
}

/// The name of a policy's binding: the policy's own for all namespaces.
pub(super) fn binding_name(policy: &str, namespace: Option<&str>) -> String {
    namespace.map_or_else(|| policy.to_owned(), |namespace| format!("{policy}.{namespace}"))
}

/// Both policies, each with its binding, in the order in which they are written.
#[must_use]
pub fn manifests(rules: &GuardRules, scope: &GuardScope) -> Vec<Value> {
    let owned = [(POLICY, format!("!({OWNED})")), (OWNED_POLICY, OWNED.to_owned())];
    owned
        .into_iter()
        .flat_map(|(name, condition)| [policy(name, &condition, rules), binding(name, scope)])
        .collect()
}

fn object(kind: &str, name: &str, spec: &Value) -> Value {
    let (label, value) = MADE_BY;
    json!({
        "apiVersion": API_VERSION,
        "kind": kind,
        "metadata": {"name": name, "labels": {label: value}},
        "spec": spec,
    })
}

fn policy(name: &str, condition: &str, rules: &GuardRules) -> Value {
    let rule = |group: &str, resources: &[&str]| {
        json!({
            "apiGroups": [group],
            "apiVersions": ["v1"],
            "operations": ["CREATE", "UPDATE"],
            "resources": resources,
        })
    };
    let variables = expressions::variables(rules);
    let variables: Vec<Value> = variables
        .into_iter()
        .map(|(name, expression)| json!({"name": name, "expression": expression}))
        .collect();
    let exempt: Vec<&str> = rules.exempt.iter().map(Pattern::as_str).collect();
    let spec = json!({
        // An expression that fails is no reason to stop a cluster.
        "failurePolicy": "Ignore",
        "matchConstraints": {
            "matchPolicy": "Equivalent",
            "resourceRules": [
                rule("apps", &["daemonsets", "deployments", "replicasets", "statefulsets"]),
                rule("batch", &["cronjobs", "jobs"]),
                // A rule on pods alone doesn't cover the subresource (kyverno#10162).
                rule("", &["pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers"]),
            ],
        },
        "matchConditions": [{"name": "owner", "expression": condition}],
        "variables": variables,
        "validations": [{
            "expression": "size(variables.found) == 0",
            "messageExpression": MESSAGE,
            "reason": "Forbidden",
        }],
    });
    let mut policy = object("ValidatingAdmissionPolicy", name, &spec);
    if !exempt.is_empty() {
        policy["metadata"]["annotations"] = json!({EXEMPT_IMAGES: exempt.join(" ")});
    }
    policy
}

fn binding(policy: &str, scope: &GuardScope) -> Value {
    let name = binding_name(policy, scope.namespace.as_deref());
    let spec = json!({
        "policyName": policy,
        "validationActions": [scope.mode_of(policy).action()],
        "matchResources": {"namespaceSelector": scope.selector()},
    });
    object("ValidatingAdmissionPolicyBinding", &name, &spec)
}

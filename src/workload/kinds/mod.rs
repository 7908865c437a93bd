//! Each kind of object that matters, one row for each, a family a file.
//!
//! A row says where the pod spec is, or which images are pulled with which list; whether an object
//! can be changed, when it has ended, and how it rolls out. Kinds of others are searched as a whole,
//! with a row or without. Waiting for a rollout is for `switch`.

mod apps;
mod argo;
mod batch;
mod core;
mod elastic;
mod ended;
mod flink;
mod groups;
mod knative;
mod kruise;
mod kubeflow;
mod kubevirt;
mod policies;
mod prometheus;
mod ray;
mod rollout;
mod rules;
mod spark;
mod strimzi;
mod tekton;
mod tencent;
mod volcano;

use serde_json::Value;

use super::object::{ObjectRef, group_of};

pub use groups::is_built_in_group;
pub(crate) use rollout::Progress;
pub(crate) use rules::{Accounts, Holds, Path, Pulls};
pub use rules::{KeptPods, KindRules};

/// The rows of all families.
const FAMILIES: &[&[KindRules]] = &[
    core::KINDS,
    apps::KINDS,
    batch::KINDS,
    argo::KINDS,
    elastic::KINDS,
    flink::KINDS,
    knative::KINDS,
    kruise::KINDS,
    kubeflow::KINDS,
    kubevirt::KINDS,
    prometheus::KINDS,
    ray::KINDS,
    spark::KINDS,
    strimzi::KINDS,
    tekton::KINDS,
    tencent::KINDS,
    volcano::KINDS,
];

impl KindRules {
    /// The rules for a kind of this API group.
    pub(crate) fn find(group: &str, kind: &str) -> Self {
        let row = rows().find(|row| row.kind == kind && row.groups.contains(&group));
        row.unwrap_or(match policies::holds(group, kind) {
            _ if is_built_in_group(group) => Self::WITHOUT_IMAGES,
            Some(holds) => Self { holds, ..Self::CUSTOM },
            None => Self::CUSTOM,
        })
    }

    /// The rules for an object. Its version does not matter.
    pub(crate) fn of(object: &Value) -> Self {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        match (text("apiVersion"), text("kind")) {
            (Some(api_version), Some(kind)) => Self::find(group_of(api_version), kind),
            _ => Self::WITHOUT_IMAGES,
        }
    }

    /// Whether objects of this kind are to be listed in this group.
    pub(crate) fn is_listed_in(&self, group: &str) -> bool {
        self.holds != Holds::Nothing && self.groups.first().is_none_or(|first| *first == group)
    }
}

/// Whether an object is made by a controller of the table, from a template that is read itself, or
/// is a `ReplicaSet` without pods that some controller keeps to go back to.
pub(crate) fn is_made_from_template(object: &Value) -> bool {
    let owners = object["metadata"]["ownerReferences"].as_array();
    let Some(owner) = owners.and_then(|all| all.iter().find(|owner| owner["controller"] == true))
    else {
        return false;
    };
    let is_history = object["kind"] == "ReplicaSet" && object["spec"]["replicas"] == 0;
    is_history || KindRules::of(owner).is_controller
}

fn rows() -> impl Iterator<Item = KindRules> {
    FAMILIES.iter().copied().flatten().copied()
}

impl ObjectRef {
    /// The rules for its kind.
    pub(crate) fn rules(&self) -> KindRules {
        KindRules::find(self.group(), &self.kind)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::rules::Holds;
    use super::*;

    fn holds(api_version: &str, kind: &str) -> Holds {
        KindRules::of(&json!({"apiVersion": api_version, "kind": kind})).holds
    }

    #[test]
    fn the_version_of_a_kind_does_not_matter() {
        assert_eq!(holds("apps/v1", "Deployment"), holds("extensions/v1beta1", "Deployment"));
        assert_eq!(holds("batch/v1", "CronJob"), holds("batch/v1beta1", "CronJob"));
    }

    #[test]
    fn the_group_of_a_kind_does() {
        assert_eq!(holds("apps.kruise.io/v1alpha1", "StatefulSet"), Holds::Anything);
        assert_eq!(holds("sparkoperator.k8s.io/v1beta2", "SparkApplication"), Holds::Anything);
        assert_eq!(holds("apps/v1", "ControllerRevision"), Holds::Nothing);
        assert_eq!(holds("v1", "Service"), Holds::Nothing);
    }

    #[test]
    fn findings_hold_nothing_and_policies_are_told_apart() {
        for (api_version, kind) in [
            ("aquasecurity.github.io/v1alpha1", "VulnerabilityReport"),
            ("spdx.softwarecomposition.kubescape.io/v1beta1", "WorkloadConfigurationScan"),
            ("wgpolicyk8s.io/v1alpha2", "PolicyReport"),
            ("reports.kyverno.io/v1", "EphemeralReport"),
            ("kyverno.io/v1alpha2", "ClusterAdmissionReport"),
        ] {
            assert_eq!(holds(api_version, kind), Holds::Nothing, "{kind}");
        }
        for (api_version, kind) in [
            ("kyverno.io/v1", "ClusterPolicy"),
            ("constraints.gatekeeper.sh/v1beta1", "K8sAllowedRepos"),
            ("policy.sigstore.dev/v1beta1", "ClusterImagePolicy"),
        ] {
            assert_eq!(holds(api_version, kind), Holds::Policies, "{kind}");
        }
        assert_eq!(holds("example.com/v1", "Report"), Holds::Anything);
    }

    #[test]
    fn what_names_no_kind_is_not_searched() {
        assert_eq!(KindRules::of(&json!({"spec": {}})).holds, Holds::Nothing);
        assert_eq!(KindRules::of(&json!(["apiVersion", "kind"])).holds, Holds::Nothing);
        assert_eq!(KindRules::of(&json!({"apiVersion": 1, "kind": {}})).holds, Holds::Nothing);
    }
}

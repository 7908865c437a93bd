//! Which kinds Kubernetes itself has, and where their pod specs are.

use serde_json::Value;

use super::object::group_of;

/// The keys that lead to a pod spec.
pub(super) type Place = &'static [&'static str];

/// How an object is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It holds one pod spec, there.
    Pods(Place),
    ServiceAccount,
    ConfigMap,
    /// Built in, and holds no image; or no object at all.
    Other,
    /// Not of Kubernetes itself: it may hold anything anywhere.
    Custom,
}

impl Kind {
    /// By group and kind; the version does not matter.
    pub(super) fn of(object: &Value) -> Self {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else {
            return Self::Other;
        };
        match (group_of(api_version), kind) {
            ("", "Pod") => Self::Pods(&["spec"]),
            ("", "PodTemplate") => Self::Pods(&["template", "spec"]),
            ("", "ReplicationController")
            | ("apps", "StatefulSet")
            // `extensions` is where old files have them.
            | ("apps" | "extensions", "Deployment" | "DaemonSet" | "ReplicaSet")
            | ("batch", "Job") => Self::Pods(&["spec", "template", "spec"]),
            ("batch", "CronJob") => {
                Self::Pods(&["spec", "jobTemplate", "spec", "template", "spec"])
            }
            ("", "ServiceAccount") => Self::ServiceAccount,
            ("", "ConfigMap") => Self::ConfigMap,
            (group, _) if is_built_in_group(group) => Self::Other,
            _ => Self::Custom,
        }
    }
}

/// Whether the API server itself serves this group.
#[must_use]
pub fn is_built_in_group(group: &str) -> bool {
    BUILT_IN.contains(&group)
}

/// The groups that the API server itself serves. A list, because custom resources may end in
/// `.k8s.io` too (`sparkoperator.k8s.io`).
const BUILT_IN: [&str; 24] = [
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(api_version: &str, kind: &str) -> Kind {
        Kind::of(&json!({"apiVersion": api_version, "kind": kind}))
    }

    #[test]
    fn the_version_of_a_kind_does_not_matter() {
        assert_eq!(kind("apps/v1", "Deployment"), kind("extensions/v1beta1", "Deployment"));
        assert_eq!(kind("batch/v1", "CronJob"), kind("batch/v1beta1", "CronJob"));
    }

    #[test]
    fn the_group_of_a_kind_does() {
        assert_eq!(kind("apps.kruise.io/v1alpha1", "StatefulSet"), Kind::Custom);
        assert_eq!(kind("sparkoperator.k8s.io/v1beta2", "SparkApplication"), Kind::Custom);
        assert_eq!(kind("apps/v1", "ControllerRevision"), Kind::Other);
        assert_eq!(kind("v1", "Secret"), Kind::Other);
    }

    #[test]
    fn what_names_no_kind_is_not_searched() {
        assert_eq!(Kind::of(&json!({"spec": {}})), Kind::Other);
        assert_eq!(Kind::of(&json!(["apiVersion", "kind"])), Kind::Other);
        assert_eq!(Kind::of(&json!({"apiVersion": 1, "kind": {}})), Kind::Other);
    }
}

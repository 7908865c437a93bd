//! The API groups that Kubernetes itself has.

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

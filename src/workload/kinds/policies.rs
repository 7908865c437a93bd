//! Kinds that name images and pull none: what scanners have found, and policies that say which
//! images others may have. Whole groups, for the most part.

use super::rules::Holds;

/// Groups of findings: written by a scanner or a policy engine, thrown away and written again.
const FINDINGS: [&str; 7] = [
    // Trivy, and Starboard before it.
    "aquasecurity.github.io",
    "openreports.io",
    "reports.kyverno.io",
    // Kubescape.
    "softwarecomposition.kubescape.io",
    "spdx.softwarecomposition.kubescape.io",
    "status.gatekeeper.sh",
    "wgpolicyk8s.io",
];

/// Groups of policies for images.
const POLICIES: [&str; 8] = [
    "config.gatekeeper.sh",
    "constraints.gatekeeper.sh",
    "kyverno.io",
    "mutations.gatekeeper.sh",
    "policies.kubewarden.io",
    "policies.kyverno.io",
    "policy.sigstore.dev",
    "templates.gatekeeper.sh",
];

/// What a kind of these groups holds; `None` for all others.
pub(super) fn holds(group: &str, kind: &str) -> Option<Holds> {
    // Kyverno's reports were in the group of its policies before 1.12.
    let is_finding = kind.ends_with("Report") || kind == "UpdateRequest";
    match group {
        _ if FINDINGS.contains(&group) => Some(Holds::Nothing),
        "kyverno.io" if is_finding => Some(Holds::Nothing),
        _ if POLICIES.contains(&group) => Some(Holds::Policies),
        _ => None,
    }
}

//! Policies: which registries images may come from, and which hosts may be reached.

use super::super::at::At;
use crate::sources::context::Purpose;
use crate::sources::context::keys::is_allow_list;

/// Groups of kinds whose objects are policies on images or hosts.
const GROUPS: [&str; 9] = [
    "cilium.io/",
    "constraints.gatekeeper.sh/",
    "kyverno.io/",
    "policies.kyverno.io/",
    "policy.sigstore.dev/",
    "policies.kubewarden.io/",
    "securityenforcement.admission.cloud.ibm.com/",
    "portieris.cloud.ibm.com/",
    "connaisseur.policy/",
];

const KINDS: [&str; 3] = ["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy", "ServiceEntry"];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let is_policy = at.object().is_some_and(|(api, kind)| {
        GROUPS.iter().any(|group| api.starts_with(group)) || KINDS.contains(&kind)
    });
    // Another host would get the address of this one.
    if at.is_below(&["hostaliases"]) {
        return Some(Purpose::Url);
    }
    let is_list =
        at.plain_keys.iter().take(3).any(|key| is_allow_list(key)) || is_allow_list(&at.title());
    // Falco.
    let is_falco = at.title() == "items" && at.is_beside("list");
    (is_policy || is_list || is_falco).then_some(Purpose::AllowList)
}

//! Stores of logins, and mirrors: the configuration of container runtimes.

use super::super::at::At;
use crate::sources::context::Purpose;

/// Docker's configuration, whose keys are hosts.
const AUTHS: [&str; 5] =
    ["auths", "credhelpers", "dockerconfigjson", "dockercfg", "containerdregistryauth"];

/// Keys under which runtimes have mirrors, and registries that they talk to in another way.
const MIRRORS: [&str; 7] = [
    "registrymirror",
    "insecureregistries",
    "imagecontentsources",
    "containerdconfigpatches",
    "mirroredregistries",
    "registryconfig",
    "containerdinsecureregistries",
];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let is_auths = at.before.rfind("auths").is_some_and(|start| {
        let rest = at.before[start + "auths".len()..].trim_start_matches(['\\', '"', '\'', ' ']);
        rest.starts_with(':')
    });
    let has_login = at.is_key() && at.structure.has_login(at.home.node);
    if at.is_below(&AUTHS) || is_auths || has_login && !is_registries(at) {
        return Some(Purpose::Auths);
    }
    let is_mirror = |key: &str| MIRRORS.contains(&key) || key.ends_with("mirrors");
    let is_mirror = is_registries(at) || at.plain_keys.iter().any(|key| is_mirror(key));
    is_mirror.then_some(Purpose::Mirror)
}

/// The configuration of k3s and RKE2.
fn is_registries(at: &At<'_>) -> bool {
    matches!(at.file_name(), "registries.yaml" | "registries.yml")
}

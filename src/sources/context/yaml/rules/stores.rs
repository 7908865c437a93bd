//! Stores of logins, and mirrors: the configuration of container runtimes.

use super::super::at::At;
use crate::sources::context::Purpose;
use crate::sources::context::keys::plain;

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
    if at.is_below(&AUTHS) || is_auths {
        return Some(Purpose::Auths);
    }
    let is_mirror = |key: &str| MIRRORS.contains(&key) || key.ends_with("mirrors");
    let is_registries = matches!(at.file_name(), "registries.yaml" | "registries.yml");
    let is_mirror = is_registries || at.keys().any(|key| is_mirror(&plain(key)));
    is_mirror.then_some(Purpose::Mirror)
}

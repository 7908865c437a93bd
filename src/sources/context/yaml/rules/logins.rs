//! Where somebody logs in.

use super::super::at::At;
use super::super::structure::Kind;
use crate::sources::context::Purpose;

/// Maps that are logins by their names.
const MAPS: [&str; 12] = [
    "imagecredentials",
    "imagecredential",
    "registrycredentials",
    "registrycredential",
    "registryauth",
    "dockercredentials",
    "imagepullcredentials",
    "dockerlogin",
    "communitydockerdockerlogin",
    "privateregistries",
    "dockerregistries",
    "hostrules",
];

/// What a login calls the host.
const HOSTS: [&str; 18] = [
    "registry",
    "registries",
    "server",
    "host",
    "hostname",
    "matchhost",
    "url",
    "registryurl",
    "registryserver",
    "registryhost",
    "registryaddress",
    "endpoint",
    "address",
    "loginserver",
    "dockerserver",
    "dockerregistry",
    "serveraddress",
    "repourl",
];

/// Maps beside an image that say who pulls it: CI of GitHub, GitLab, `CircleCI`.
const CREDENTIALS: [&str; 3] = ["credentials", "auth", "awsauth"];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    let written = at.keys().next().unwrap_or_default();
    let key = at.plain_key();
    let map = at.map()?;
    // A map of variables may have logins of many things.
    let is_variable = !written.contains(|letter: char| letter.is_ascii_lowercase());
    let has_login = !is_variable && at.structure.has_login(map);
    let is_login = HOSTS.contains(&key) && (has_login || is_step(at) || is_beside_repository(at))
        || at.is_below(&MAPS)
        || is_beside_its_password(at, written)
        || matches!(key, "image" | "name") && at.begins() && is_pulled_with_login(at)
        // Concourse.
        || key == "repository" && has_login && at.keys().nth(1) == Some("source");
    is_login.then_some(Purpose::Login)
}

/// Whether it is an input of an action that logs in: docker/login-action and others.
fn is_step(at: &At<'_>) -> bool {
    let step = at.maps().nth(1).and_then(|step| at.structure.text(step, "uses"));
    step.is_some_and(|uses| uses.contains("login"))
}

/// Drone's plugins push to `repo`, and log in to `registry` with what stands in secrets.
fn is_beside_repository(at: &At<'_>) -> bool {
    at.is_beside("repo") && at.text_near("image", 2).is_some()
}

/// `TCR_REGISTRY` beside `TCR_PASSWORD`, in one map of variables.
fn is_beside_its_password(at: &At<'_>, key: &str) -> bool {
    const ENDS: [&str; 6] = ["REGISTRY", "REGISTRY_URL", "SERVER", "HOST", "URL", "ADDRESS"];
    let mut names = ENDS.iter().filter_map(|end| key.strip_suffix(end));
    names.any(|name| ["PASSWORD", "TOKEN"].iter().any(|end| at.is_beside(&format!("{name}{end}"))))
}

/// Whether who pulls it stands beside it: another registry needs another login.
fn is_pulled_with_login(at: &At<'_>) -> bool {
    let Some(map) = at.map() else { return false };
    let has_map = CREDENTIALS.iter().any(|key| {
        let beside = at.structure.get(map, key).map(|id| at.structure.node(id));
        beside.is_some_and(|node| matches!(node.kind, Kind::Map { .. }))
    });
    has_map || at.file_name().contains("bitbucket-pipelines") && at.structure.has_login(map)
}

//! Logins, mirrors, and the files of container runtimes.

use super::super::at::At;
use super::super::structure::plain;
use crate::sources::context::Purpose;

/// Docker's configuration, whose keys are hosts.
const AUTHS: [&str; 4] = ["auths", "credhelpers", "dockerconfigjson", "dockercfg"];

/// Keys under which runtimes have mirrors, and registries that they talk to in another way.
const MIRRORS: [&str; 9] = [
    "mirrors",
    "registrymirrors",
    "registrymirror",
    "insecureregistries",
    "imagecontentsources",
    "imagedigestmirrors",
    "imagetagmirrors",
    "repositorydigestmirrors",
    "containerdconfigpatches",
];

/// Maps that are logins by their names.
const LOGINS: [&str; 7] = [
    "imagecredentials",
    "registrycredentials",
    "dockercredentials",
    "imagepullcredentials",
    "dockerlogin",
    "communitydockerdockerlogin",
    "privateregistries",
];

/// What a login calls the host.
const HOSTS: [&str; 15] = [
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
    "endpoint",
    "address",
    "loginserver",
    "dockerserver",
    "serveraddress",
];

pub(super) fn purpose(at: &At<'_>) -> Option<Purpose> {
    if at.is_below(&AUTHS) || at.before.contains("\"auths\"") || at.before.contains("\\\"auths\\\"")
    {
        return Some(Purpose::Auths);
    }
    let is_mirror = |key: &str| MIRRORS.contains(&key) || key.ends_with("registriesmirrors");
    if at.keys().any(|key| is_mirror(&plain(key))) || is_runtime_file(at) {
        return Some(Purpose::Mirror);
    }
    is_login(at).then_some(Purpose::Login)
}

/// `registries.yaml` of k3s and RKE2, Docker's `daemon.json`, `certs.d` of containerd.
fn is_runtime_file(at: &At<'_>) -> bool {
    matches!(at.file_name(), "registries.yaml" | "registries.yml" | "daemon.json")
        || at.path.contains("certs.d/")
}

fn is_login(at: &At<'_>) -> bool {
    let key = at.keys().next().map(plain).unwrap_or_default();
    let is_host = HOSTS.contains(&&*key);
    let map = at.map();
    let is_beside_password = map.is_some_and(|map| at.structure.has_login(map));
    let step = at.maps().nth(1).and_then(|step| at.structure.text(step, "uses"));
    let is_login = is_beside_password || step.is_some_and(|uses| uses.contains("login"));
    is_host && is_login || at.is_below(&LOGINS)
}

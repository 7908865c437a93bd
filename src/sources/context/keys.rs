//! What a setting is for by its key and by the blocks around it: HCL, Gradle, Maven, TOML, INI.

use super::Purpose;

/// Keys that name an image that is pulled, wherever they stand.
const PULLED: [&str; 11] = [
    "fromimage",
    "baseimage",
    "builder",
    "runimage",
    "sandboximage",
    "helperimage",
    "sourceimage",
    "containerbaseimage",
    "pauseimage",
    "infraimage",
    "containerimage",
];

/// Blocks whose `image` is pulled.
const CONTAINERS: [&str; 12] = [
    "container",
    "containers",
    "initcontainer",
    "initcontainers",
    "containerspec",
    "containertemplate",
    "dockercontainer",
    "docker",
    "runnersdocker",
    "services",
    "from",
    "config",
];

/// Keys that name what is pushed, wherever they stand.
const PUSHED: [&str; 9] = [
    "targetimage",
    "cacheto",
    "destination",
    "destinations",
    "pushregistry",
    "containerregistry",
    "containerrepository",
    "containerimagename",
    "pushto",
];

/// Blocks all of whose images are pushed, except for what they are built from.
const PUSHING: [&str; 8] = [
    "to",
    "dockerregistryimage",
    "dockertag",
    "dockerpush",
    "dockerpushimage",
    "dockerbuildimage",
    "bootbuildimage",
    "dockermavenplugin",
];

/// Keys of hosts that are logged in to, wherever they stand.
const LOGINS: [&str; 7] = [
    "registryurl",
    "loginserver",
    "serveraddress",
    "dockerserver",
    "registryserver",
    "registryloginserver",
    "dockerregistryserverurl",
];

/// Blocks of a login, which has the host under one of [`HOSTS`].
const CREDENTIALS: [&str; 9] = [
    "registryauth",
    "registrycredentials",
    "registry",
    "publishregistry",
    "builderregistry",
    "imageregistrycredential",
    "imageregistrycredentials",
    "auth",
    "withdockerregistry",
];

const HOSTS: [&str; 6] = ["url", "server", "address", "host", "registry", "serveraddress"];

/// A key or the name of a block as it is compared: letters and digits, in lower case.
pub(super) fn plain(key: &str) -> String {
    let letters = key.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// What the value of `key` is for, with the blocks around it, outermost first. Both are
/// [`plain`].
pub(super) fn by_key(blocks: &[String], key: &str) -> Option<Purpose> {
    let is_in = |names: &[&str]| blocks.iter().any(|block| names.contains(&block.as_str()));
    let is_key = |names: &[&str]| names.contains(&key);
    let inner = blocks.last().map_or("", String::as_str);
    if is_key(&["description", "errormessage", "displayname", "summary"]) {
        return Some(Purpose::Documentation);
    }
    if is_in(&["auths", "credhelpers"]) {
        return Some(Purpose::Auths);
    }
    let is_mirror = |name: &str| name.ends_with("mirrors") || name.ends_with("mirror");
    if blocks.iter().any(|block| is_mirror(block)) || is_mirror(key) || key == "insecureregistries"
    {
        return Some(Purpose::Mirror);
    }
    if is_allow_list(key) || is_allow_list(inner) {
        return Some(Purpose::AllowList);
    }
    if is_key(&LOGINS) || (is_key(&HOSTS) && CREDENTIALS.contains(&inner)) {
        return Some(Purpose::Login);
    }
    if is_key(&PULLED) || (key == "image" && CONTAINERS.contains(&inner)) {
        return Some(Purpose::Container);
    }
    let is_named = is_key(&["name", "image", "images", "repository", "tags", "tag", "imagename"]);
    if is_key(&PUSHED) || (is_named && is_in(&PUSHING)) {
        return Some(Purpose::Push);
    }
    if key == "image" && blocks.iter().any(|block| CONTAINERS[..7].contains(&block.as_str())) {
        return Some(Purpose::Container);
    }
    None
}

/// What a variable with this name is for, if that says it.
pub(super) fn by_variable(name: &str) -> Option<Purpose> {
    let purpose = by_key(&[], &plain(name));
    purpose.filter(|purpose| matches!(purpose, Purpose::Mirror | Purpose::AllowList))
}

/// `allowedRegistries`, `trusted_image_prefixes`, `registry_whitelist`; what is denied, too, and
/// what is reached without a proxy.
pub(super) fn is_allow_list(key: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    let is_list = has(&[
        "allow",
        "whitelist",
        "trusted",
        "approved",
        "permitted",
        "denied",
        "blocked",
        "blacklist",
        "exempt",
    ]) && has(&["regist", "repo", "image", "list", "prefix", "source"]);
    is_list || has(&["noproxy", "nonproxyhosts"])
}

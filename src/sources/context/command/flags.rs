//! What flags of commands say of the image behind them.

use super::tools::Act;
use crate::sources::context::Purpose;

/// The purpose of what stands behind `flag`, if it is other than that of the command's arguments.
pub(in crate::sources::context) fn by_flag(flag: &str, act: Act) -> Option<Purpose> {
    let is_build = act == Act::Build;
    Some(match flag {
        "--destination" | "--cache-repo" | "--cache-to" | "--export-cache" | "--default-repo"
        | "--cache-image" | "--push-to" | "--push-registry" | "--tag" | "--tags"
        | "--build-ref" => Purpose::Push,
        "-t" | "-d" | "-o" | "--output" | "--target" | "--repo" | "--repository" | "--new_tag"
            if is_build =>
        {
            Purpose::Push
        }
        "--docker-server"
        | "--registry-login-server"
        | "--registry-server"
        | "--docker-registry-server-url" => Purpose::Login,
        "--registry-mirror"
        | "--registry-mirrors"
        | "--insecure-registry"
        | "--insecure-registries" => Purpose::Mirror,
        "--image"
        | "--cache-from"
        | "--import-cache"
        | "--from-image"
        | "--builder"
        | "--run-image"
        | "--lifecycle-image"
        | "--base-image"
        | "--pod-infra-container-image"
        | "--sandbox-image"
        | "--helper-image"
        | "--docker-image" => Purpose::Container,
        "-b" | "--base" if is_build => Purpose::Container,
        "--add-host" | "--dns" | "--resolve" => Purpose::Url,
        // What images of this machine are filtered by.
        "--filter" => Purpose::Comparison,
        "--build-arg" | "-e" | "--env" | "--set" | "--set-string" | "--set-json" | "--label"
        | "-l" | "--annotation" | "--opt" | "-v" | "--volume" => Purpose::Reference,
        _ => return by_property(flag),
    })
}

/// Of `-Djib.to.image` and others of Maven and Gradle.
fn by_property(flag: &str) -> Option<Purpose> {
    let name = flag.strip_prefix("-D").or_else(|| flag.strip_prefix("-P"))?;
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["jib.to.", "push", "imagename", "image.name"]) {
        Some(Purpose::Push)
    } else if has(&["jib.from.", "baseimage", "base.image", "builder"]) {
        Some(Purpose::Container)
    } else {
        None
    }
}

//! Files of container runtimes, known by their path: mirrors and logins.

use super::Purpose;

/// What is named in the file at `path` is for, if that says it, or if `before`, the text in front
/// of the name, is the folder that a runtime looks for a registry in.
pub(super) fn by_path(path: &str, before: &[u8]) -> Option<Purpose> {
    if before.ends_with(b"certs.d/") {
        return Some(Purpose::Mirror);
    }
    let path = path.replace('\\', "/").to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_mirror = matches!(name, "daemon.json" | "registries.conf" | "registries.yaml")
        || name == "hosts.toml"
        || path.contains("certs.d/")
        || path.contains("registries.conf.d/")
        || (path.contains("containerd") && name.ends_with(".toml"));
    let is_auths = matches!(name, ".dockercfg" | ".dockerconfigjson" | "auth.json")
        || path.ends_with(".docker/config.json");
    if is_mirror {
        Some(Purpose::Mirror)
    } else if is_auths {
        Some(Purpose::Auths)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_runtimes_are_known() {
        for path in [
            "/etc/docker/daemon.json",
            "files/registries.conf",
            "etc/containerd/certs.d/x/hosts.toml",
            "roles/containerd/config.toml",
        ] {
            assert_eq!(by_path(path, b""), Some(Purpose::Mirror), "{path}");
        }
        assert_eq!(by_path("a", b"/etc/docker/certs.d/"), Some(Purpose::Mirror));
        assert_eq!(by_path("~/.docker/config.json", b""), Some(Purpose::Auths));
        assert_eq!(by_path("config.json", b"image: "), None);
    }
}

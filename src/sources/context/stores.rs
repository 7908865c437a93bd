//! Mirrors and logins of container runtimes, known by the path of their file or by how they are
//! written in any text.

use super::Purpose;
use crate::sources::span::Span;

/// How far in front of a host `auths` is looked for, in bytes.
const BEFORE: usize = 512;

/// What the name at `place` is for if it is part of a store of mirrors or logins: by the path of
/// the file, by the folder in front of it, or as a key below `auths`.
pub(super) fn store(path: &str, bytes: &[u8], place: &Span) -> Option<Purpose> {
    let before = &bytes[place.start.saturating_sub(BEFORE)..place.start];
    if before.ends_with(b"certs.d/") {
        return Some(Purpose::Mirror);
    }
    let after = &bytes[place.end..bytes.len().min(place.end + 8)];
    let is_quote = |byte: &&u8| matches!(byte, b'"' | b'\'' | b'\\' | b'/' | b' ');
    let is_key = matches!(after.iter().find(|byte| !is_quote(byte)), Some(b':' | b'='));
    if is_key && memchr::memmem::find(before, b"auths").is_some() {
        return Some(Purpose::Auths);
    }
    by_path(path)
}

fn by_path(path: &str) -> Option<Purpose> {
    let path = path.replace('\\', "/").to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_mirror = matches!(name, "daemon.json" | "registries.conf" | "registries.yaml")
        || name == "hosts.toml"
        || path.contains("certs.d/")
        || path.contains("registries.conf.d/")
        || (path.contains("containerd") && name.strip_suffix(".toml").is_some());
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
            assert_eq!(by_path(path), Some(Purpose::Mirror), "{path}");
        }
        assert_eq!(by_path("~/.docker/config.json"), Some(Purpose::Auths));
        assert_eq!(by_path("config.json"), None);
    }

    #[test]
    fn stores_are_known_in_any_text() {
        let said = |text: &str| {
            let at = text.find('X').unwrap();
            store("a", text.as_bytes(), &(at..at + 1))
        };
        assert_eq!(said("-v /etc/docker/certs.d/X:/x"), Some(Purpose::Mirror));
        assert_eq!(said(r#"{"auths":{"X":{"auth":"a"}}}"#), Some(Purpose::Auths));
        assert_eq!(said(r#"{\"auths\": {\"X\": {}}}"#), Some(Purpose::Auths));
        assert_eq!(said(r#"auths = { "X" = {} }"#), Some(Purpose::Auths));
        assert_eq!(said(r#"{"auths":{},"image":"X"}"#), None);
    }
}

//! One entry of a pull secret, and which images it is for: as the kubelet decides it
//! (`pkg/credentialprovider/keyring.go`). Reading the secret is in `pull_secret`.

use super::found_name::is_ccr;
use super::wildcard;
use crate::image::{CcrHosts, Host};

/// An entry of a pull secret, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretEntry {
    /// The key, as it is written: `https://ccr.ccs.tencentyun.com/v1/`.
    pub key: String,
    /// The registry in it; `None` if it holds a pattern (`*.tencentcloudcr.com`) or is none.
    pub host: Option<Host>,
    /// The path that an image's repository must begin with, with its slash; mostly empty.
    pub path: String,
    /// Who logs in; `None` if the entry holds no login. (A token may have an empty name.)
    pub username: Option<String>,
}

/// CCR's hosts that are known by name: a pattern is held against these.
const CCR_NAMES: [&str; 4] = [
    "ccr.ccs.tencentyun.com",
    "hkccr.ccs.tencentyun.com",
    "jktccr.ccs.tencentyun.com",
    "shjrccr.ccs.tencentyun.com",
];

impl SecretEntry {
    pub(super) fn new(key: String, username: Option<String>) -> Self {
        let (host, path) = split(&key);
        let (host, path) = (host.parse().ok(), path.to_owned());
        Self { key, host, path, username }
    }

    /// The registry in a key, or in what is written like one.
    pub(crate) fn host_in(key: &str) -> Option<Host> {
        split(key.trim()).0.parse().ok()
    }

    /// Whether the kubelet would log in with this entry to pull `repository` from `host`.
    pub(super) fn knows(&self, host: &Host, repository: &str) -> bool {
        let (pattern, path) = split(&self.key);
        self.username.is_some()
            && matches_host(pattern, host.as_str())
            // Of the text, not of whole parts: `/shop` is for `/shop2/web` too.
            && path.strip_prefix('/').is_none_or(|path| repository.starts_with(path))
    }

    /// Whether the kubelet takes this entry for Docker Hub, where no other fits.
    pub(super) fn is_hubs_default(&self) -> bool {
        self.username.is_some() && split(&self.key) == ("index.docker.io", "")
    }

    /// Whether the entry is for CCR, alone or among other hosts.
    pub(super) fn is_for_ccr(&self, ccr: &CcrHosts) -> bool {
        match &self.host {
            Some(host) => is_ccr(host, ccr),
            None => {
                let (pattern, _) = split(&self.key);
                CCR_NAMES.iter().any(|name| matches_host(pattern, name))
            }
        }
    }

    /// Whether the entry is for no other registry than CCR.
    pub(super) fn is_only_for_ccr(&self, ccr: &CcrHosts) -> bool {
        let (pattern, _) = split(&self.key);
        self.is_for_ccr(ccr) && (self.host.is_some() || pattern.ends_with(".ccs.tencentyun.com"))
    }
}

/// Host and path of a key, as the kubelet reads it: scheme off, `/v1/` and `/v2/` stand for the
/// whole host.
fn split(key: &str) -> (&str, &str) {
    let bare = key.strip_prefix("https://").or(key.strip_prefix("http://")).unwrap_or(key);
    let bare = bare.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = bare.split_at(bare.find('/').unwrap_or(bare.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let path = match path.as_bytes() {
        [b'/', b'v', b'1' | b'2', b'/', ..] => &path[3..],
        _ => path,
    };
    (host, if path == "/" { "" } else { path })
}

/// Label by label, with the port as it is written. Letters are compared as they are.
fn matches_host(pattern: &str, host: &str) -> bool {
    let (pattern, pattern_port) = split_port(pattern);
    let (host, port) = split_port(host);
    pattern_port == port
        && pattern.split('.').count() == host.split('.').count()
        && pattern.split('.').zip(host.split('.')).all(|(one, other)| wildcard::matches(one, other))
}

fn split_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => (name, port),
        _ => (host, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str) -> SecretEntry {
        SecretEntry::new(key.to_owned(), Some("u".to_owned()))
    }

    fn knows(key: &str, host: &str, repository: &str) -> bool {
        entry(key).knows(&host.parse().unwrap(), repository)
    }

    #[test]
    fn a_host_is_known_in_the_spellings_that_docker_stores() {
        for key in
            ["r.lan", "https://r.lan", "http://r.lan", "r.lan/", "https://r.lan/v1/", "r.lan/v2/"]
        {
            assert!(knows(key, "r.lan", "shop/web"), "{key}");
            assert_eq!(entry(key).host.unwrap().as_str(), "r.lan", "{key}");
        }
        // The kubelet takes these two for a path.
        assert!(!knows("https://r.lan/v1", "r.lan", "shop/web"));
        assert!(!knows("https://r.lan/v3/", "r.lan", "shop/web"));
    }

    #[test]
    fn a_path_must_be_what_the_repository_begins_with() {
        assert!(knows("r.lan/shop", "r.lan", "shop/web"));
        assert!(knows("https://r.lan/v1/shop/", "r.lan", "shop/web"));
        assert!(knows("r.lan/shop", "r.lan", "shop2/web"));
        assert!(!knows("r.lan/shop/", "r.lan", "shop2/web"));
        assert_eq!(entry("r.lan/v2/shop").path, "/shop");
    }

    #[test]
    fn the_port_is_part_of_the_host() {
        assert!(knows("r.lan:5000", "r.lan:5000", "a/b"));
        assert!(!knows("r.lan", "r.lan:5000", "a/b"));
        assert!(!knows("r.lan:5000", "r.lan", "a/b"));
        assert!(!knows("r.lan:443", "r.lan", "a/b"));
    }

    #[test]
    fn a_pattern_stands_for_whole_labels_only() {
        assert!(knows("*.tencentcloudcr.com", "prod.tencentcloudcr.com", "a/b"));
        assert!(knows("prod-*.tencentcloudcr.com", "prod-vpc.tencentcloudcr.com", "a/b"));
        assert!(!knows("*.com", "prod.tencentcloudcr.com", "a/b"));
        assert!(!knows("*.tencentcloudcr.com", "tencentcloudcr.com", "a/b"));
        assert!(knows("*.lan:5000", "r.lan:5000", "a/b"));
        assert_eq!(entry("*.tencentcloudcr.com").host, None);
    }

    #[test]
    fn the_kubelet_compares_letters_as_they_are() {
        assert!(!knows("R.lan", "r.lan", "a/b"));
        assert_eq!(entry("R.lan").host.unwrap().as_str(), "r.lan");
    }

    #[test]
    fn an_entry_without_a_login_knows_nobody() {
        let entry = SecretEntry::new("r.lan".to_owned(), None);
        assert!(!entry.knows(&"r.lan".parse().unwrap(), "a/b"));
    }

    #[test]
    fn a_pattern_can_be_for_ccr() {
        let ccr = CcrHosts::default();
        for (key, any, only) in [
            ("https://ccr.ccs.tencentyun.com/v1/", true, true),
            ("*.ccs.tencentyun.com", true, true),
            ("hk*.ccs.tencentyun.com", true, true),
            ("*.*.tencentyun.com", true, false),
            ("*.tencentyun.com", false, false),
            ("https://index.docker.io/v1/", false, false),
            ("", false, false),
        ] {
            assert_eq!(entry(key).is_for_ccr(&ccr), any, "{key}");
            assert_eq!(entry(key).is_only_for_ccr(&ccr), only, "{key}");
        }
    }
}

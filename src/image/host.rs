//! Registry hosts, and which of them are CCR.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A registry's `name` or `name:port`, as it stands in front of a reference. Lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Host(String);

/// What stands in front of `ccr.ccs.tencentyun.com` in the hosts that are known of, one for each
/// region or group of regions.
const KNOWN_CCR_PREFIXES: [&str; 19] = [
    "", "bjjr", "ca", "de", "hk", "in", "jkt", "jp", "kr", "ru", "sao", "sg", "shadc", "shjr",
    "szjr", "th", "tpe", "use", "usw",
];

/// A string that can't be a registry host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a registry host: expected NAME or NAME:PORT, without https:// and without a path"
)]
pub struct HostError(pub String);

impl Host {
    /// The host as it is written in a reference.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without the port, and without the brackets of an IPv6 address.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = match self.0.rfind(':') {
            Some(colon) if !self.0.ends_with(']') => &self.0[..colon],
            _ => &self.0,
        };
        name.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port, if one is written.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        if self.0.ends_with(']') {
            return None;
        }
        self.0.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
    }

    /// Whether the host is this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = self.name();
        name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// The first label, `hkccr` of `hkccr.ccs.tencentyun.com`.
    #[must_use]
    pub fn first_label(&self) -> &str {
        self.0.split(['.', ':']).next().unwrap_or(&self.0)
    }

    /// Whether the name is one of CCR's: `^[a-z]*ccr\.ccs\.tencentyun\.com$`.
    ///
    /// Tencent publishes no list of these names that is complete, so the suffix decides.
    #[must_use]
    pub fn is_ccr_name(&self) -> bool {
        self.0
            .strip_suffix("ccr.ccs.tencentyun.com")
            .is_some_and(|prefix| prefix.bytes().all(|byte| byte.is_ascii_lowercase()))
    }

    /// Whether the name is one of CCR's that is known of. Tencent may have more; where two readings
    /// of a text are possible, the one that gives a known host is the right one.
    #[must_use]
    pub fn is_known_ccr_name(&self) -> bool {
        self.0
            .strip_suffix("ccr.ccs.tencentyun.com")
            .is_some_and(|prefix| KNOWN_CCR_PREFIXES.contains(&prefix))
    }

    /// A host that is none: where it isn't known which, and doesn't matter. `.invalid` never is one
    /// (RFC 2606).
    #[must_use]
    pub fn unknown() -> Self {
        Self("registry.invalid".to_owned())
    }

    /// Whether the name is that of a TCR instance: `NAME.tencentcloudcr.com`.
    #[must_use]
    pub fn is_tcr_name(&self) -> bool {
        self.name().ends_with(".tencentcloudcr.com")
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || HostError(text.to_owned());
        let lower = text.to_ascii_lowercase();
        let (name, port) = if let Some(rest) = lower.strip_prefix('[') {
            let (address, after) = rest.split_once(']').ok_or_else(error)?;
            address.parse::<std::net::Ipv6Addr>().map_err(|_| error())?;
            (None, after)
        } else {
            match lower.split_once(':') {
                Some((name, _)) => (Some(name), &lower[name.len()..]),
                None => (Some(lower.as_str()), ""),
            }
        };
        if let Some(name) = name {
            let label = |label: &str| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            };
            if name.len() > 253 || !name.split('.').all(label) {
                return Err(error());
            }
        }
        if !port.is_empty() {
            let number = port.strip_prefix(':').ok_or_else(error)?;
            let plain = number.bytes().all(|byte| byte.is_ascii_digit());
            if !plain || number.parse::<u16>().map_or(true, |port| port == 0) {
                return Err(error());
            }
        }
        Ok(Self(lower))
    }
}

impl TryFrom<String> for Host {
    type Error = HostError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Host> for String {
    fn from(host: Host) -> Self {
        host.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hosts that count as CCR: all with CCR's name, and those that were named besides.
#[derive(Debug, Clone, Default)]
pub struct CcrHosts {
    named: Vec<Host>,
}

impl CcrHosts {
    /// CCR's own names, and `named` (from `--ccr-host`, or the `Server` of an API answer).
    #[must_use]
    pub fn new(named: Vec<Host>) -> Self {
        Self { named }
    }

    /// Those that were named.
    #[must_use]
    pub fn named(&self) -> &[Host] {
        &self.named
    }

    /// Whether a reference on `host` is a CCR reference.
    #[must_use]
    pub fn contains(&self, host: &Host) -> bool {
        host.is_ccr_name() || self.named.contains(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        text.parse().unwrap()
    }

    #[test]
    fn ccr_names_are_told_by_their_suffix() {
        assert!(host("ccr.ccs.tencentyun.com").is_ccr_name());
        assert!(host("hkccr.ccs.tencentyun.com").is_ccr_name());
        assert!(!host("evil.ccr.ccs.tencentyun.com").is_ccr_name());
        assert!(!host("ccr.ccs.tencentyun.com.evil.com").is_ccr_name());
        assert!(!host("hub.tencentyun.com").is_ccr_name());
    }

    #[test]
    fn a_named_host_is_ccr_too() {
        let hosts = CcrHosts::new(vec![host("127.0.0.1:5000")]);
        assert!(hosts.contains(&host("127.0.0.1:5000")));
        assert!(!hosts.contains(&host("127.0.0.1:5001")));
    }

    #[test]
    fn loopback_is_known_in_every_spelling() {
        for text in ["localhost", "localhost:5000", "127.0.0.1:1", "127.9.9.9", "[::1]:5000"] {
            assert!(host(text).is_loopback(), "{text}");
        }
        assert!(!host("128.0.0.1").is_loopback());
        assert!(!host("localhost.evil.com").is_loopback());
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            "https://a.b",
            "a/b",
            "a b",
            "a:",
            "a:0",
            "a:99999",
            "-a.b",
            "a..b",
            "[::1",
            "a:b:1",
        ] {
            assert!(text.parse::<Host>().is_err(), "{text}");
        }
    }

    #[test]
    fn name_and_port_are_told_apart() {
        assert_eq!((host("a.b:5000").name(), host("a.b:5000").port()), ("a.b", Some(5000)));
        assert_eq!((host("[::1]").name(), host("[::1]").port()), ("::1", None));
    }
}

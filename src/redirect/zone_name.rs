//! Which zone a host of CCR is in, and its name there.

use crate::image::Host;

/// The domain of all hosts of CCR.
const DOMAIN: &str = "tencentyun.com";

/// A name in a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ZoneName {
    /// `tencentyun.com`
    pub(super) domain: &'static str,
    /// `ccr.ccs`
    pub(super) name: String,
}

impl ZoneName {
    /// Of a host of CCR; `None` of a host with another domain.
    pub(super) fn of(host: &Host) -> Option<Self> {
        let name = host.name().strip_suffix(DOMAIN)?.strip_suffix('.')?;
        (!name.is_empty()).then(|| Self { domain: DOMAIN, name: name.to_owned() })
    }

    /// Whether a zone with this domain decides about the name.
    pub(super) fn is_in(&self, domain: &str) -> bool {
        let full = format!("{}.{}", self.name, self.domain);
        let domain = domain.trim_end_matches('.');
        full == domain || full.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_of_ccr_is_two_labels_in_tencents_zone() {
        let name = |host: &str| ZoneName::of(&host.parse().unwrap()).map(|it| it.name);
        assert_eq!(name("hkccr.ccs.tencentyun.com").as_deref(), Some("hkccr.ccs"));
        assert_eq!(name("ccr.ccs.tencentyun.com:8443").as_deref(), Some("ccr.ccs"));
        assert_eq!(name("registry.example.com"), None);
        assert_eq!(name("127.0.0.1:5000"), None);
        assert_eq!(name("nottencentyun.com"), None);
    }

    #[test]
    fn zones_above_the_name_decide_about_it() {
        let name = ZoneName::of(&"ccr.ccs.tencentyun.com".parse().unwrap()).unwrap();
        for domain in ["tencentyun.com", "ccs.tencentyun.com", "ccr.ccs.tencentyun.com", "com"] {
            assert!(name.is_in(domain), "{domain}");
        }
        for domain in
            ["yun.com", "hkccr.ccs.tencentyun.com", "tencentcloudcr.com", "cs.tencentyun.com"]
        {
            assert!(!name.is_in(domain), "{domain}");
        }
    }
}

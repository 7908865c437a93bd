//! Which images are met: those of CCR, but for Tencent's own and what the user exempts.

use crate::image::{Host, Pattern, Reference, is_tencents_own};
use crate::workload::CcrNames;

/// Kubernetes' own namespaces: what runs there is for the cluster's makers to change, and a node that
/// can't start it doesn't join (digitalocean/clusterlint#180).
pub(super) const SYSTEM_NAMESPACES: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

/// What the policy looks for in a text that names an image.
#[derive(Debug, Clone)]
pub struct GuardRules {
    /// Hosts that are CCR besides those that its names tell.
    pub(super) hosts: Vec<Host>,
    /// What stays in CCR by the user's word.
    pub(super) exempt: Vec<Pattern>,
}

impl GuardRules {
    /// The rules for these names, and what is exempted besides the mapping file's exclusions.
    #[must_use]
    pub fn new(names: &CcrNames, exempt: Vec<Pattern>) -> Self {
        Self {
            hosts: names.ccr.named().to_vec(),
            exempt: names.mapping.excludes().iter().cloned().chain(exempt).collect(),
        }
    }

    /// Whether these images are exempt, as they are named.
    #[must_use]
    pub fn exempts(&self, images: &str) -> bool {
        self.exempt.iter().any(|pattern| pattern.as_str() == images)
    }

    /// Whether the policy meets this image: the same verdict as the API server's.
    #[must_use]
    pub fn meets(&self, image: &str) -> bool {
        let Some((host, path)) = image.split_once('/') else { return false };
        let Ok(host) = host.parse::<Host>() else { return false };
        // TKE pulls from these by itself.
        let is_tencents = path
            .split_once('/')
            .is_some_and(|(namespace, _)| is_tencents_own(&namespace.to_ascii_lowercase()));
        self.is_ccr(&host) && !is_tencents && !self.is_exempt(image)
    }

    fn is_ccr(&self, host: &Host) -> bool {
        // Whatever the port, it is CCR; a host that was named is meant with the port that it has.
        let is_named = |named: &Host| {
            named == host || host.port() == Some(443) && named.as_str() == host.name()
        };
        let bare = host.name().parse::<Host>();
        bare.is_ok_and(|bare| bare.is_ccr_name()) || self.hosts.iter().any(is_named)
    }

    pub(super) fn is_exempt(&self, image: &str) -> bool {
        let Ok(image) = image.parse::<Reference>() else { return false };
        let matches =
            |one: &Pattern| one.matches_version(&image.host, &image.repository, &image.version);
        self.exempt.iter().any(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::CcrHosts;

    #[test]
    fn every_spelling_of_ccr_is_met_and_nothing_else() {
        let ccr = CcrHosts::new(vec!["registry.corp:5000".parse().unwrap()]);
        let rules = GuardRules::new(&CcrNames::from(&ccr), Vec::new());
        for image in [
            "ccr.ccs.tencentyun.com/shop/web:v1",
            "CCR.ccs.TencentYun.com/shop/web",
            "hkccr.ccs.tencentyun.com/shop/web@sha256:00",
            "ccr.ccs.tencentyun.com:443/shop/web",
            "sgccr.ccs.tencentyun.com:8080/shop/a/b:v1",
            "registry.corp:5000/shop/web",
        ] {
            assert!(rules.meets(image), "{image}");
        }
        for image in [
            "nginx",
            "shop/web",
            "prod.tencentcloudcr.com/shop/web:v1",
            "evil.ccr.ccs.tencentyun.com/shop/web",
            "ccr.ccs.tencentyun.com.evil.com/shop/web",
            "ccr.ccs.tencentyun.com/tkeimages/pause:v1",
            "ccr.ccs.tencentyun.com/library/nginx",
            "registry.corp:5001/shop/web",
            "mirror.corp/ccr.ccs.tencentyun.com/shop/web",
        ] {
            assert!(!rules.meets(image), "{image}");
        }
        assert!(rules.meets("ccr.ccs.tencentyun.com/tkeimages-own/pause:v1"));
    }

    #[test]
    fn what_the_user_exempts_is_not_met() {
        let exempt = ["old/*", "shop/legacy:v1.*"].map(|text| text.parse().unwrap()).to_vec();
        let rules = GuardRules::new(&CcrNames::default(), exempt);
        assert!(!rules.meets("ccr.ccs.tencentyun.com/old/web:v1"));
        assert!(!rules.meets("ccr.ccs.tencentyun.com/shop/legacy:v1.2"));
        assert!(rules.meets("ccr.ccs.tencentyun.com/shop/legacy:v2"));
        assert!(rules.meets("ccr.ccs.tencentyun.com/shop/old:v1"));
    }
}

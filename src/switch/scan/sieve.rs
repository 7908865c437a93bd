//! A quick look at an object's text: most objects of a cluster name neither CCR nor a pull secret,
//! and need not be parsed.

use crate::image::{CcrHosts, Host};
use crate::kubernetes::ListItem;

/// What every host of CCR has in its name.
const CCR: &str = "ccr.ccs.tencentyun.com";
/// What every key for pull secrets has in its name: `imagePullSecrets`, `imagePullSecret`,
/// `pullSecrets`, and Flink's option.
const PULL_SECRETS: [&str; 2] = ["ullSecret", "pull-secrets"];

pub(super) struct Sieve {
    ccr: Vec<String>,
    also: Option<String>,
}

impl Sieve {
    pub(super) fn new(ccr: &CcrHosts, also: Option<&Host>) -> Self {
        let mut hosts = vec![CCR.to_owned()];
        hosts.extend(ccr.named().iter().map(ToString::to_string));
        Self { ccr: hosts, also: also.map(ToString::to_string) }
    }

    /// No is certain, yes is not.
    pub(super) fn lets_through(&self, item: &ListItem<'_>) -> bool {
        let names = |host: &String| contains_host(item.text(), host);
        PULL_SECRETS.iter().any(|key| item.may_contain(key))
            || self.ccr.iter().chain(&self.also).any(names)
    }

    /// Whether it may name a host of CCR. No is certain, yes is not.
    pub(super) fn names_ccr(&self, item: &ListItem<'_>) -> bool {
        let mut hosts = self.ccr.iter();
        hosts.any(|host| contains_host(item.text(), host)) || item.may_contain(CCR)
    }
}

/// Whether an object may name a host. No is certain, yes is not.
pub(super) fn names_host(item: &ListItem<'_>, host: &Host) -> bool {
    contains_host(item.text(), host.as_str()) || item.may_contain(host.as_str())
}

/// Whether the host stands in the text, in whatever case: the kubelet pulls from any.
fn contains_host(text: &str, host: &str) -> bool {
    let (text, host) = (text.as_bytes(), host.as_bytes());
    // A character without case is what to look for: few places are left to be compared.
    let Some(offset) = host.iter().position(|byte| matches!(byte, b'.' | b':')) else {
        return text.windows(host.len()).any(|window| window.eq_ignore_ascii_case(host));
    };
    let places = text.iter().enumerate().filter(|(_, byte)| **byte == host[offset]);
    places.filter_map(|(place, _)| place.checked_sub(offset)).any(|start| {
        text.get(start..start + host.len()).is_some_and(|window| window.eq_ignore_ascii_case(host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::{Resource, items_of};

    fn lets_through(text: &str) -> bool {
        let ccr = CcrHosts::new(vec!["registry.lan:5000".parse().unwrap(), "old".parse().unwrap()]);
        let resource =
            Resource { group: "apps".to_owned(), ..Resource::core("Deployment", "deployments") };
        let body = format!(r#"{{"items": [{text}]}}"#);
        let items = items_of(&body, &resource);
        Sieve::new(&ccr, None).lets_through(&items[0])
    }

    #[test]
    fn what_names_ccr_or_a_pull_secret_passes() {
        for text in [
            r#"{"image": "ccr.ccs.tencentyun.com/shop/web"}"#,
            r#"{"image": "hkccr.ccs.tencentyun.com/shop/web"}"#,
            r#"{"image": "CCR.ccs.TencentYun.com/shop/web"}"#,
            r#"{"image": "registry.lan:5000/shop/web"}"#,
            r#"{"image": "old/shop/web"}"#,
            r#"{"imagePullSecrets": []}"#,
            r#"{"containerDisk": {"imagePullSecret": "a"}}"#,
            r#"{"pullSecrets": ["a"]}"#,
            r#"{"kubernetes.container.image.pull-secrets": "a"}"#,
            r#"{"image": "\u0063cr.ccs.tencentyun.com/shop/web"}"#,
        ] {
            assert!(lets_through(text), "{text}");
        }
    }

    #[test]
    fn what_names_neither_is_not_parsed() {
        for text in [
            "{}",
            r#"{"image": "prod.tencentcloudcr.com/shop/web"}"#,
            r#"{"image": "registry.lan/shop/web"}"#,
            r#"{"image": "registry.lan:500"}"#,
        ] {
            assert!(!lets_through(text), "{text}");
        }
    }

    #[test]
    fn a_host_at_either_end_of_a_text_is_found() {
        assert!(contains_host("a.b", "a.b"));
        assert!(contains_host("..a.b", "a.b"));
        assert!(!contains_host(".b", "a.b"));
        assert!(!contains_host("a.", "a.b"));
        assert!(!contains_host("", "a.b"));
        assert!(!contains_host("ol", "old"));
    }
}

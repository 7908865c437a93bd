//! Reading the addresses of API servers. Pure.

/// The domain under which each cluster of TKE has its id for a name.
const DOMAIN: &str = ".ccs.tencent-cloud.com";

/// The id of a cluster that its server's address names: `https://cls-1.ccs.tencent-cloud.com`.
pub(super) fn id_in(server: &str) -> Option<&str> {
    let (host, _) = split(server)?;
    host.strip_suffix(DOMAIN).filter(|id| id.starts_with("cls-") && !id.contains('.'))
}

/// Whether both lead to the same server. Ports count only if both are given: the API tells some
/// addresses with a port and others without.
pub(super) fn is_same(server: &str, told: &str) -> bool {
    let (Some((host, port)), Some((other, other_port))) = (split(server), split(told)) else {
        return false;
    };
    host.eq_ignore_ascii_case(other)
        && port.zip(other_port).is_none_or(|(port, other)| port == other)
}

/// Host and port of an address that may have a scheme and a path.
fn split(address: &str) -> Option<(&str, Option<&str>)> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let place = rest.split('/').next().filter(|place| !place.is_empty())?;
    Some(match place.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (place, None),
    })
}

/// The machine that a node is, by its `spec.providerID`: `qcloud:///200001/ins-abc`.
pub(super) fn machine_of(provider_id: &str) -> Option<&str> {
    let path = provider_id.strip_prefix("qcloud://")?;
    path.rsplit('/').next().filter(|id| id.starts_with("ins-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_may_name_the_cluster() {
        assert_eq!(id_in("https://cls-abc123.ccs.tencent-cloud.com"), Some("cls-abc123"));
        assert_eq!(id_in("https://cls-abc123.ccs.tencent-cloud.com:443/x"), Some("cls-abc123"));
        assert_eq!(id_in("https://x.ccs.tencent-cloud.com"), None);
        assert_eq!(id_in("https://cls-a.ccs.tencent-cloud.com.example.com"), None);
        assert_eq!(id_in("https://10.0.0.1:6443"), None);
    }

    #[test]
    fn addresses_are_compared_as_far_as_they_are_given() {
        assert!(is_same("https://1.2.3.4:443", "1.2.3.4"));
        assert!(is_same("https://1.2.3.4", "https://1.2.3.4:443"));
        assert!(!is_same("https://1.2.3.4:6443", "1.2.3.4:443"));
        assert!(!is_same("https://1.2.3.4", ""));
        assert!(is_same("https://API.example.com", "api.example.com"));
    }

    #[test]
    fn a_node_names_its_machine() {
        assert_eq!(machine_of("qcloud:///200001/ins-abc"), Some("ins-abc"));
        assert_eq!(machine_of("qcloud:///200001/eklet-subnet-1"), None);
        assert_eq!(machine_of("kind://docker/kind/x"), None);
    }
}

//! Addresses that a registry sends (redirects, token services, upload sessions): which may be
//! followed, and which are the registry itself.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Url;

use crate::http::Network;
use crate::image::Host;

use crate::registry::error::PLAIN_HTTP;
use crate::registry::{RegistryError, RequestContext};

/// `NAME` or `NAME:PORT` as a URL has it.
pub(crate) fn host_of(url: &Url) -> Option<Host> {
    let name = url.host_str()?;
    match url.port() {
        Some(port) => format!("{name}:{port}").parse().ok(),
        None => name.parse().ok(),
    }
}

/// Whether both are one server: scheme, name and port.
pub(crate) fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// Reads `location`, which may be relative, and checks that it may be followed.
///
/// Plain HTTP only where it is allowed; never from a public registry to a loopback, link-local or
/// private address literal, by which a hostile registry could reach into the user's network (a
/// virtual machine's metadata service, for one).
pub(crate) fn follow(
    network: &Network,
    at: &RequestContext,
    base: &Url,
    location: &str,
) -> Result<Url, RegistryError> {
    let mut target = base.join(location).map_err(|_| RegistryError::Protocol {
        at: Box::new(at.clone()),
        reason: "the registry answers with an address that can't be read".to_owned(),
    })?;
    target.set_fragment(None);
    // Behind a proxy that terminates TLS a registry often says http: the same name is meant.
    if target.scheme() == "http" && base.scheme() == "https" {
        let same_name = target.host_str() == base.host_str();
        if same_name && (target.port() == base.port() || target.port() == Some(443)) {
            let _ = target.set_scheme("https");
        }
    }
    let refuse = |reason| {
        Err(RegistryError::UnsafeAddress {
            at: Box::new(at.clone()),
            address: format!(
                "{}://{}",
                target.scheme(),
                host_of(&target).map_or_else(|| "?".to_owned(), String::from)
            ),
            reason,
        })
    };
    let Some(host) = host_of(&target) else { return refuse("which names no host") };
    if !target.username().is_empty() || target.password().is_some() {
        return refuse("with a login in the address");
    }
    match target.scheme() {
        "https" => {}
        "http" if network.allows_plain_http(&host) => {}
        "http" => return refuse(PLAIN_HTTP),
        _ => return refuse("which is not HTTP"),
    }
    if !same_origin(&target, base) && is_inside(&host) && !is_inside(&at.host) {
        return refuse("an address inside this network, from a registry outside of it");
    }
    Ok(target)
}

/// Whether the name is an address literal of a private network, or this machine's name.
fn is_inside(host: &Host) -> bool {
    match host.name().parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => is_inside_v4(address),
        Ok(IpAddr::V6(address)) => is_inside_v6(address),
        Err(_) => host.is_loopback(),
    }
}

fn is_inside_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || first == 0
        // Carrier-grade NAT (RFC 6598), where clouds have their internal services.
        || (first == 100 && (64..128).contains(&second))
}

fn is_inside_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4() {
        return is_inside_v4(inner);
    }
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::NetworkSettings;

    fn follow_from(base: &str, location: &str) -> Result<String, RegistryError> {
        let settings = NetworkSettings {
            insecure_hosts: vec!["plain.lan".parse().unwrap()],
            ..NetworkSettings::default()
        };
        let network = Network::new(settings).unwrap();
        let base: Url = base.parse().unwrap();
        let host = host_of(&base).unwrap();
        let at = RequestContext { host, repository: None, what: "test".to_owned() };
        follow(&network, &at, &base, location).map(String::from)
    }

    #[test]
    fn relative_and_absolute_locations_are_followed() {
        for (location, expected) in [
            ("/v2/x?_state=a%3D", "https://r.example.com/v2/x?_state=a%3D"),
            ("https://cos.example.com/b?sign=1", "https://cos.example.com/b?sign=1"),
            // What a backend behind a TLS proxy says.
            ("http://r.example.com/v2/x", "https://r.example.com/v2/x"),
            ("http://plain.lan/x", "http://plain.lan/x"),
        ] {
            assert_eq!(follow_from("https://r.example.com/v2/", location).unwrap(), expected);
        }
    }

    #[test]
    fn a_public_registry_leads_nobody_inside() {
        for location in [
            "http://other.example.com/",
            "https://127.0.0.1/",
            "https://localhost:8443/",
            "https://10.1.2.3/",
            "https://169.254.0.23/latest/meta-data",
            "https://100.100.100.200/",
            "https://0x7f000001/",
            "https://[::1]/",
            "https://[::ffff:192.168.0.1]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "file:///etc/passwd",
            "https://u:p@cos.example.com/",
        ] {
            let outcome = follow_from("https://r.example.com/v2/", location);
            assert!(matches!(outcome, Err(RegistryError::UnsafeAddress { .. })), "{location}");
        }
    }

    #[test]
    fn a_registry_inside_may_point_inside() {
        assert!(follow_from("http://127.0.0.1:5000/", "http://127.0.0.1:9000/b").is_ok());
        assert!(follow_from("https://10.0.0.1/", "https://10.0.0.2/b").is_ok());
    }

    #[test]
    fn an_error_shows_no_signature() {
        let error = follow_from("https://r.example.com/", "http://o.example.com/b?sign=secret");
        let error = error.unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        assert!(error.hint().unwrap().ends_with("--insecure-registry o.example.com"));
    }
}

//! Which proxy a connection goes through: none, the kubeconfig's, or the environment's.
//!
//! kube's own decision matches `NO_PROXY` against the proxy instead of the server, and fails on an
//! empty element. This one is Go's, and so kubectl's (golang.org/x/net/http/httpproxy).

use std::net::IpAddr;

use url::Url;

use super::environment::Environment;
use crate::kubernetes::error::ClusterError;

/// The proxy for `server`. A `proxy-url` of the kubeconfig is used whatever `NO_PROXY` says.
pub(in crate::kubernetes) fn proxy_for(
    server: &Url,
    proxy_url: Option<&str>,
    environment: &Environment,
) -> Result<Option<Url>, ClusterError> {
    if let Some(text) = proxy_url {
        return parse(text, "the kubeconfig's proxy-url", false).map(Some);
    }
    let names = match server.scheme() {
        "https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let Some((name, text)) = environment.first(&names) else { return Ok(None) };
    let exceptions = environment.first(&["NO_PROXY", "no_proxy"]).map_or("", |(_, list)| list);
    if goes_direct(server, exceptions) {
        return Ok(None);
    }
    parse(text, name, true).map(Some)
}

/// The proxy's address without its login, to be shown.
pub(in crate::kubernetes) fn shown(proxy: &Url) -> String {
    let mut proxy = proxy.clone();
    let _ = proxy.set_username("");
    let _ = proxy.set_password(None);
    proxy.as_str().trim_end_matches('/').to_owned()
}

/// The address may hold a password: it is not in the error.
fn parse(text: &str, origin: &str, may_lack_scheme: bool) -> Result<Url, ClusterError> {
    let error = |reason: String| ClusterError::Setting { what: origin.to_owned(), reason };
    let complete = match text.contains("://") {
        false if may_lack_scheme => format!("http://{text}"),
        _ => text.to_owned(),
    };
    let url = Url::parse(&complete).map_err(|reason| error(reason.to_string()))?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        let scheme = url.scheme();
        return Err(error(format!("a proxy is http, https or socks5, not {scheme}")));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(error("it has no host".to_owned()));
    }
    Ok(url)
}

fn goes_direct(server: &Url, exceptions: &str) -> bool {
    let host = server.host_str().unwrap_or_default().to_ascii_lowercase();
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    let port = server.port_or_known_default().unwrap_or(443);
    let address = host.parse::<IpAddr>().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    exceptions.split(',').any(|element| {
        let element = element.trim().to_ascii_lowercase();
        is_exception(&element, host, address, port)
    })
}

/// One element of `NO_PROXY`: `*`, an address, a network, a name or the end of one; all but a network
/// may have a port.
fn is_exception(element: &str, host: &str, address: Option<IpAddr>, port: u16) -> bool {
    if element.is_empty() || element == "*" {
        return element == "*";
    }
    if let Some((network, bits)) = element.split_once('/') {
        let (Ok(network), Ok(bits)) = (network.parse(), bits.parse()) else { return false };
        return address.is_some_and(|address| is_within(address, network, bits));
    }
    let (name, wanted) = split_port(element);
    if wanted.is_some_and(|wanted| wanted != port.to_string()) || name.is_empty() {
        return false;
    }
    if let Ok(wanted) = name.parse::<IpAddr>() {
        return address == Some(wanted);
    }
    // `.example.com` and `*.example.com` are its subdomains only, `example.com` is itself too.
    let name = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
    match name.strip_prefix('.') {
        Some(_) => host.ends_with(name),
        None => host == name || host.ends_with(&format!(".{name}")),
    }
}

/// `example.com:8080`, `[::1]:80`, `::1`.
fn split_port(element: &str) -> (&str, Option<&str>) {
    if let Some(rest) = element.strip_prefix('[') {
        return match rest.split_once(']') {
            Some((address, tail)) => (address, tail.strip_prefix(':')),
            None => (rest, None),
        };
    }
    match element.split_once(':') {
        Some((name, port)) if !port.contains(':') => (name, Some(port)),
        _ => (element, None),
    }
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let masked = |value: u128, width: u32| value.checked_shr(width - bits).unwrap_or(0);
    match (address.to_canonical(), network.to_canonical()) {
        (IpAddr::V4(one), IpAddr::V4(other)) if bits <= 32 => {
            masked(u128::from(one.to_bits()), 32) == masked(u128::from(other.to_bits()), 32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) if bits <= 128 => {
            masked(one.to_bits(), 128) == masked(other.to_bits(), 128)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;

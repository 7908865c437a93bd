//! Which proxy the environment names for a server, and which servers are reached without one.
//!
//! By the rules of Go (golang.org/x/net/http/httpproxy), and so of docker and kubectl: `NO_PROXY`
//! lists addresses, networks, names and suffixes of names, with or without a port. The HTTP library
//! follows curl, which knows no ports and applies `.example.com` to `example.com` too.

use std::net::IpAddr;

use url::Url;

use super::error::HttpError;
use crate::environment::Environment;
use crate::image::Host;
use crate::secret::Secret;

/// The proxies that the environment names.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    http: Option<ProxyVariable>,
    https: Option<ProxyVariable>,
    /// For both schemes, if they have none of their own.
    all: Option<ProxyVariable>,
    no_proxy: String,
}

/// A variable and the address in it, which may hold a password.
#[derive(Debug, Clone)]
struct ProxyVariable(String, Secret);

/// How a server is reached, as far as the environment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyRoute {
    /// No variable names a proxy for it.
    Unsaid,
    /// Without a proxy: it is this machine, or `NO_PROXY` names it.
    Direct,
    /// Through this proxy.
    Through(Url),
}

/// A proxy's address that can't be used. The address is not in it: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {reason}")]
pub struct ProxyError {
    /// Where the address is from: a variable's name.
    pub origin: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Proxies {
    /// Reads `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, else the same in capitals.
    ///
    /// That order is golang.org/x/net's (0.59) and curl's; Go 1.26 still had the other one. In a CGI program (`REQUEST_METHOD`
    /// is set) a client could set `HTTP_PROXY` by a header of that name: it is not read.
    #[must_use]
    pub fn read(environment: &Environment) -> Self {
        let variable = |names| {
            let (name, address) = environment.first(names)?;
            Some(ProxyVariable(name.to_owned(), address.into()))
        };
        let no_proxy = environment.first(&["no_proxy", "NO_PROXY"]);
        let is_cgi = environment.path("REQUEST_METHOD").is_some();
        Self {
            http: variable(&["http_proxy", "HTTP_PROXY"]).filter(|_| !is_cgi),
            https: variable(&["https_proxy", "HTTPS_PROXY"]),
            all: variable(&["all_proxy", "ALL_PROXY"]),
            no_proxy: no_proxy.map(|(_, list)| list.to_owned()).unwrap_or_default(),
        }
    }

    /// The same without `ALL_PROXY`, which curl knows and Go doesn't.
    #[must_use]
    pub fn without_all_proxy(self) -> Self {
        Self { all: None, ..self }
    }

    /// How `server` is reached. Its scheme chooses the variable.
    ///
    /// # Errors
    /// [`ProxyError`] if the address of the proxy can't be used.
    pub fn route(&self, server: &Url) -> Result<ProxyRoute, ProxyError> {
        let own = if server.scheme() == "https" { &self.https } else { &self.http };
        let Some(ProxyVariable(name, address)) = own.as_ref().or(self.all.as_ref()) else {
            return Ok(ProxyRoute::Unsaid);
        };
        if goes_direct(server, &self.no_proxy) {
            return Ok(ProxyRoute::Direct);
        }
        let address = address.expose();
        let complete = match address.contains("://") {
            true => address.to_owned(),
            false => format!("http://{address}"),
        };
        parse_proxy(&complete, name).map(ProxyRoute::Through)
    }

    /// Sets up a client for `host`. Where no variable names a proxy, the HTTP library looks into the
    /// settings of the operating system.
    pub(super) fn apply(
        &self,
        builder: reqwest::ClientBuilder,
        host: &Host,
    ) -> Result<reqwest::ClientBuilder, HttpError> {
        let client = |error: &dyn std::fmt::Display| HttpError::Client(error.to_string());
        let mut routes = Vec::new();
        for scheme in ["https", "http"] {
            let server = Url::parse(&format!("{scheme}://{host}/")).map_err(|e| client(&e))?;
            let route = self.route(&server).map_err(|e| client(&e))?;
            routes.push((scheme, route));
        }
        if routes.iter().all(|(_, route)| *route == ProxyRoute::Unsaid) {
            return Ok(builder);
        }
        let mut builder = builder.no_proxy();
        for (scheme, route) in routes {
            let ProxyRoute::Through(proxy) = route else { continue };
            let proxy = match scheme {
                "https" => reqwest::Proxy::https(proxy),
                _ => reqwest::Proxy::http(proxy),
            };
            builder = builder.proxy(proxy.map_err(|e| HttpError::from_reqwest(host.as_str(), e))?);
        }
        Ok(builder)
    }
}

/// Reads a proxy's address: `http`, `https` or `socks` and a host. `origin` is for the error.
///
/// # Errors
/// [`ProxyError`] if it has another scheme or no host.
pub fn parse_proxy(address: &str, origin: &str) -> Result<Url, ProxyError> {
    let error = |reason: String| ProxyError { origin: origin.to_owned(), reason };
    let url = Url::parse(address).map_err(|reason| error(reason.to_string()))?;
    if !matches!(url.scheme(), "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h") {
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
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = server.port_or_known_default().unwrap_or(443);
    let address = address_of(host);
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    exceptions.split(',').any(|element| {
        let element = element.trim().to_lowercase();
        is_exception(&element, host, address, port)
    })
}

/// IPv4 in IPv6 is IPv4, as to Go.
fn address_of(text: &str) -> Option<IpAddr> {
    text.parse().ok().map(|address: IpAddr| address.to_canonical())
}

/// One element of `NO_PROXY`: `*`, an address, a network, a name or the end of one; all but a network
/// may have a port.
fn is_exception(element: &str, host: &str, address: Option<IpAddr>, port: u16) -> bool {
    if element.is_empty() || element == "*" {
        return element == "*";
    }
    if let Some((network, bits)) = network(element) {
        return address.is_some_and(|address| is_within(address, network, bits));
    }
    let (name, wanted) = split_port(element).unwrap_or((element, ""));
    if (!wanted.is_empty() && wanted != port.to_string()) || name.is_empty() {
        return false;
    }
    match (address_of(name), address) {
        (Some(wanted), address) => return address == Some(wanted),
        (None, Some(_)) => return false,
        (None, None) => {}
    }
    // `.example.com` and `*.example.com` are its subdomains only, `example.com` is itself too.
    let name = name.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(name);
    let ascii = |name: &str| {
        let labels = name.split('.').map(|label| match label.is_ascii() {
            true => label.to_owned(),
            // The URL's own reader knows how a name is written in ASCII.
            false => Url::parse(&format!("http://{label}/"))
                .ok()
                .and_then(|url| url.host_str().map(str::to_owned))
                .unwrap_or_else(|| label.to_owned()),
        });
        labels.collect::<Vec<_>>().join(".")
    };
    match name.strip_prefix('.') {
        Some(_) => host.ends_with(&ascii(name)),
        None => host == ascii(name) || host.ends_with(&format!(".{}", ascii(name))),
    }
}

/// `ADDRESS/BITS`, of which Go keeps the width of the address as it is written.
fn network(element: &str) -> Option<(IpAddr, u32)> {
    let (network, bits) = element.split_once('/')?;
    let (network, bits) = (network.parse::<IpAddr>().ok()?, bits.parse().ok()?);
    let plain = element.bytes().all(|byte| byte != b'+');
    match network {
        IpAddr::V4(_) => (bits <= 32 && plain).then_some((network, bits)),
        IpAddr::V6(wide) => match wide.to_ipv4_mapped() {
            Some(narrow) if (96..=128).contains(&bits) => Some((narrow.into(), bits - 96)),
            _ => (bits <= 128 && plain).then_some((network, bits)),
        },
    }
}

/// `example.com:8080`, `[::1]:80`. `None` without a port, as Go's `SplitHostPort`.
fn split_port(element: &str) -> Option<(&str, &str)> {
    let (name, port) = element.rsplit_once(':')?;
    let name = match name.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        None if name.contains(':') => return None,
        None => name,
    };
    let is_plain = |text: &str| !text.contains(['[', ']']);
    (is_plain(name) && is_plain(port)).then_some((name, port))
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let masked = |value: u128, width: u32| value.checked_shr(width - bits).unwrap_or(0);
    match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            masked(u128::from(one.to_bits()), 32) == masked(u128::from(other.to_bits()), 32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            masked(one.to_bits(), 128) == masked(other.to_bits(), 128)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;

//! Which proxy a connection goes through: none, the kubeconfig's, or the environment's.
//!
//! kube's own decision matches `NO_PROXY` against the proxy instead of the server, and fails on an
//! empty element. This one is kubectl's.

use url::Url;

use crate::environment::Environment;
use crate::http::{Proxies, ProxyError, ProxyRoute, parse_proxy};
use crate::kubernetes::error::ClusterError;

/// The proxy for `server`. A `proxy-url` of the kubeconfig is used whatever `NO_PROXY` says.
pub(in crate::kubernetes) fn proxy_for(
    server: &Url,
    proxy_url: Option<&str>,
    environment: &Environment,
) -> Result<Option<Url>, ClusterError> {
    let proxy = match proxy_url {
        Some(text) => parse_proxy(text, "the kubeconfig's proxy-url").map(Some),
        None => match Proxies::read(environment).without_all_proxy().route(server) {
            Ok(ProxyRoute::Through(proxy)) => Ok(Some(proxy)),
            Ok(ProxyRoute::Unsaid | ProxyRoute::Direct) => Ok(None),
            Err(error) => Err(error),
        },
    };
    let proxy = proxy
        .map_err(|ProxyError { origin, reason }| ClusterError::Setting { what: origin, reason })?;
    match proxy {
        // The registries' HTTP library speaks SOCKS 4, kube doesn't.
        Some(proxy) if proxy.scheme().starts_with("socks4") => Err(ClusterError::Setting {
            what: format!("the proxy {}", shown(&proxy)),
            reason: "a proxy is http, https or socks5".to_owned(),
        }),
        proxy => Ok(proxy),
    }
}

/// The proxy's address without its login, to be shown.
pub(in crate::kubernetes) fn shown(proxy: &Url) -> String {
    let mut proxy = proxy.clone();
    let _ = proxy.set_username("");
    let _ = proxy.set_password(None);
    proxy.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests;

//! The kube client of one server: its way there, its TLS, its time limits, who it acts as.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Uri};
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::legacy::connect::{Connection, HttpConnector};
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ConfigExt as _};
use kube::config::AuthInfo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tower::{Layer as _, Service};
use url::Url;

use super::context::ClusterContext;
use super::credential::{Credential, basic};
use super::request_timeout::RequestTimeout;
use super::tls;
use crate::kubernetes::error::ClusterError;
use crate::kubernetes::subject::decoded;

/// For name look-up, TCP, proxy and TLS together.
pub(in crate::kubernetes) const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A client with the certificates of the target, or of `credential` if it brings its own.
pub(in crate::kubernetes) fn client(
    target: &ClusterContext,
    proxy: Option<&Url>,
    timeout: RequestTimeout,
    credential: &Credential,
) -> Result<kube::Client, ClusterError> {
    // Two crates below could bring a provider each; whoever comes first has set the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = format!("the API server's address `{}`", target.server());
    let mut config =
        kube::Config::new(target.server().parse().map_err(|e| ClusterError::setting(&server, e))?);
    config.connect_timeout = Some(CONNECT_LIMIT);
    config.read_timeout = Some(timeout.silence());
    config.write_timeout = Some(timeout.silence());
    // Else the time that a connection lay idle would count.
    config.reset_reader_on_write = true;
    config.headers = impersonation(&target.user)?;
    config.auth_info = AuthInfo {
        impersonate_uid: target.user.impersonate_uid.clone(),
        impersonate_user_extra: target.user.impersonate_user_extra.clone(),
        ..AuthInfo::default()
    };
    let tls = tls::settings(&config, target, credential)?;
    let end = End { config, tls, server_name: server_name(target)? };
    let mut direct = HttpConnector::new();
    direct.enforce_http(false);
    let Some(proxy) = proxy else { return end.over(direct) };
    let address = proxy_address(proxy)?;
    let login = !proxy.username().is_empty() || proxy.password().is_some();
    let login =
        login.then(|| (decoded(proxy.username()), decoded(proxy.password().unwrap_or_default())));
    if proxy.scheme().starts_with("socks5") {
        let way = SocksV5::new(address, direct);
        return match login {
            Some((name, password)) => end.over(way.with_auth(name, password)),
            None => end.over(way),
        };
    }
    let login = login.map(|(name, password)| basic(&name, &password)).transpose()?;
    // What the proxy's certificate must be signed by is what the server's must be, as in Go.
    match (proxy.scheme() == "https", login) {
        (true, login) => {
            let way = Tunnel::new(address, HttpsConnector::from((direct, end.tls.clone())));
            end.over(login.map_or(way.clone(), |login| way.with_auth(login)))
        }
        (false, login) => {
            let way = Tunnel::new(address, direct);
            end.over(login.map_or(way.clone(), |login| way.with_auth(login)))
        }
    }
}

/// All of a client but the way to its server.
struct End {
    config: kube::Config,
    tls: ClientConfig,
    server_name: Option<FixedServerNameResolver>,
}

impl End {
    fn over<C>(self, way: C) -> Result<kube::Client, ClusterError>
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Connection + hyper::rt::Read + hyper::rt::Write + Send + Unpin + 'static,
        C::Future: Send + 'static,
        C::Error: Into<tower::BoxError>,
    {
        let Self { config, tls, server_name } = self;
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let connector = match server_name {
            Some(name) => connector.with_server_name_resolver(name),
            None => connector,
        };
        let mut connector = TimeoutConnector::new(connector.enable_http1().wrap_connector(way));
        connector.set_connect_timeout(config.connect_timeout);
        connector.set_read_timeout(config.read_timeout);
        connector.set_write_timeout(config.write_timeout);
        connector.set_reset_reader_on_write(config.reset_reader_on_write);
        let client = hyper_util::client::legacy::Builder::new(TokioExecutor::new());
        let client = client.build::<_, Body>(connector);
        let headers = config.extra_headers_layer();
        let headers = headers.map_err(|error| ClusterError::setting("--as", error))?;
        let service = config.base_uri_layer().layer(headers.layer(client));
        Ok(kube::Client::new(service, config.default_namespace.clone()))
    }
}

/// The name that the server's certificate must have, if it isn't the one of its address.
fn server_name(target: &ClusterContext) -> Result<Option<FixedServerNameResolver>, ClusterError> {
    let Some(name) = &target.cluster.tls_server_name else { return Ok(None) };
    let name = ServerName::try_from(name.clone());
    let name =
        name.map_err(|_| ClusterError::setting("tls-server-name", "it is no name of a host"))?;
    Ok(Some(FixedServerNameResolver::new(name)))
}

/// Names may be in any script; kube would take ASCII only.
fn impersonation(user: &AuthInfo) -> Result<Vec<(HeaderName, HeaderValue)>, ClusterError> {
    let one = |name: &'static str, text: &String| {
        let value = HeaderValue::from_bytes(text.as_bytes());
        let value = value
            .map_err(|_| ClusterError::setting("--as", "it holds a character that can't be sent"));
        Ok((HeaderName::from_static(name), value?))
    };
    let names = user.impersonate.iter().map(|name| one("impersonate-user", name));
    let groups = user.impersonate_groups.iter().flatten();
    names.chain(groups.map(|group| one("impersonate-group", group))).collect()
}

/// Names are looked up by the proxy, whether it is written `socks5` or `socks5h`.
fn proxy_address(proxy: &Url) -> Result<Uri, ClusterError> {
    let what = format!("the proxy {}", super::proxy::shown(proxy));
    let text = super::proxy::shown(proxy).replacen("socks5h://", "socks5://", 1);
    text.parse().map_err(|_| ClusterError::setting(&what, "it is no address"))
}

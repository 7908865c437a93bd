//! The kube client of one server: the CA it trusts, the certificate it shows, its time limits.

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue};
use kube::config::AuthInfo;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::Url;

use super::context::ClusterContext;
use super::credential::Credential;
use super::request_timeout::RequestTimeout;
use crate::kubernetes::error::ClusterError;

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
    let mut config = kube::Config::new(target.server().parse().map_err(|e| setting(&server, e))?);
    let cluster = &target.cluster;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify == Some(true);
    config.root_cert = match config.accept_invalid_certs || !target.is_tls() {
        // Nobody is asked, and a machine without a CA store must not fail for it.
        true => Some(Vec::new()),
        false => authorities(target)?,
    };
    config.tls_server_name.clone_from(&cluster.tls_server_name);
    config.proxy_url = proxy.map(proxy_uri).transpose()?;
    config.connect_timeout = Some(CONNECT_LIMIT);
    config.read_timeout = Some(timeout.silence());
    config.write_timeout = Some(timeout.silence());
    // Else the time that a connection lay idle would count.
    config.reset_reader_on_write = true;
    config.default_retry = false;
    config.auth_info = identity(target, credential)?;
    config.headers = impersonation(&target.user)?;
    kube::Client::try_from(config).map_err(|error| setting("the connection's TLS settings", error))
}

fn setting(what: &str, reason: impl std::fmt::Display) -> ClusterError {
    ClusterError::Setting { what: what.to_owned(), reason: reason.to_string() }
}

/// None if the kubeconfig names no authority: then the system's decide.
fn authorities(target: &ClusterContext) -> Result<Option<Vec<Vec<u8>>>, ClusterError> {
    let cluster = &target.cluster;
    let (what, pem) = match (&cluster.certificate_authority_data, &cluster.certificate_authority) {
        (Some(data), _) => {
            let what = "certificate-authority-data of the kubeconfig".to_owned();
            let pem = decode(data).map_err(|reason| setting(&what, reason))?;
            (what, pem)
        }
        (None, Some(path)) => {
            let what = format!("certificate authority {path}");
            let pem = std::fs::read(path).map_err(|reason| setting(&what, reason))?;
            (what, pem)
        }
        (None, None) => return Ok(None),
    };
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem)
        .map(|certificate| certificate.map(|certificate| certificate.to_vec()))
        .collect();
    match all {
        Ok(all) if all.is_empty() => Err(setting(&what, "it holds no certificate")),
        Ok(all) => Ok(Some(all)),
        Err(reason) => Err(setting(&what, reason)),
    }
}

/// Certificate and key as kube wants them; all else of the login is not kube's affair.
fn identity(target: &ClusterContext, credential: &Credential) -> Result<AuthInfo, ClusterError> {
    let user = &target.user;
    let mut identity = AuthInfo {
        impersonate_uid: user.impersonate_uid.clone(),
        impersonate_user_extra: user.impersonate_user_extra.clone(),
        ..AuthInfo::default()
    };
    if !target.is_tls() {
        return Ok(identity);
    }
    if let Some((certificate, key)) = &credential.certificate {
        identity.client_certificate_data = Some(STANDARD.encode(certificate));
        identity.client_key_data = Some(STANDARD.encode(key.expose()).into());
        return Ok(identity);
    }
    let certificate = match (&user.client_certificate_data, &user.client_certificate) {
        (None, Some(path)) => Some(encoded(path, "client certificate")?),
        (data, _) => data.clone(),
    };
    let key = match (&user.client_key_data, &user.client_key) {
        (None, Some(path)) => Some(encoded(path, "client key")?.into()),
        (data, _) => data.clone(),
    };
    if certificate.is_some() != key.is_some() {
        let (there, missing) = match certificate {
            Some(_) => ("certificate", "key"),
            None => ("key", "certificate"),
        };
        let reason = format!("there is a {there}, but no {missing}");
        return Err(setting(&format!("the client certificate ({})", target.user_name), reason));
    }
    identity.client_certificate_data = certificate;
    identity.client_key_data = key;
    Ok(identity)
}

fn encoded(path: &str, what: &str) -> Result<String, ClusterError> {
    let what = format!("{what} {path}");
    let pem = std::fs::read(Path::new(path)).map_err(|reason| setting(&what, reason))?;
    Ok(STANDARD.encode(pem))
}

fn decode(data: &str) -> Result<Vec<u8>, String> {
    let text: String = data.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(text).map_err(|_| "it is not base64".to_owned())
}

/// Names may be in any script; kube would take ASCII only.
fn impersonation(user: &AuthInfo) -> Result<Vec<(HeaderName, HeaderValue)>, ClusterError> {
    let one = |name: &'static str, text: &String| {
        let value = HeaderValue::from_bytes(text.as_bytes());
        let value = value.map_err(|_| setting("--as", "it holds a character that can't be sent"));
        Ok((HeaderName::from_static(name), value?))
    };
    let names = user.impersonate.iter().map(|name| one("impersonate-user", name));
    let groups = user.impersonate_groups.iter().flatten();
    names.chain(groups.map(|group| one("impersonate-group", group))).collect()
}

fn proxy_uri(proxy: &Url) -> Result<http::Uri, ClusterError> {
    let what = format!("the proxy {}", super::proxy::shown(proxy));
    let is_socks = proxy.scheme().starts_with("socks5");
    if is_socks && !proxy.username().is_empty() {
        return Err(setting(&what, "a login at a SOCKS proxy is not supported"));
    }
    // Names are looked up by the proxy in both.
    let text = proxy.as_str().replacen("socks5h://", "socks5://", 1);
    text.parse().map_err(|_| setting(&what, "it is no address"))
}

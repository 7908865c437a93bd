//! TLS as Go's clients do it: which authorities are trusted, which certificate is shown.
//!
//! kube makes the settings; what it refuses and kubectl takes is put in their place: a server's
//! certificate that stands as its own authority (kube-rs#1767), and client certificates of X.509
//! version 1, which microk8s hands out.

mod authorities;
mod identity;
mod verifier;

use kube::client::ConfigExt as _;
use rustls::ClientConfig;

use super::context::ClusterContext;
use super::credential::Credential;
use crate::kubernetes::error::ClusterError;

/// The TLS settings for a target, with the client certificate of `credential` if that brings one.
pub(super) fn settings(
    config: &kube::Config,
    target: &ClusterContext,
    credential: &Credential,
) -> Result<ClientConfig, ClusterError> {
    let mut config = config.clone();
    config.accept_invalid_certs = target.cluster.insecure_skip_tls_verify == Some(true);
    let verifier = match target.is_tls() {
        true => authorities::verifier(target)?,
        false => None,
    };
    // Without a list of its own kube reads the system's. Where nobody is asked, a machine without a
    // CA store must not fail for it.
    let asks_system = target.is_tls() && verifier.is_none() && !config.accept_invalid_certs;
    config.root_cert = (!asks_system).then(Vec::new);
    let tls = config.rustls_client_config();
    let mut tls =
        tls.map_err(|error| ClusterError::setting("the connection's TLS settings", error))?;
    if let Some(verifier) = verifier {
        tls.dangerous().set_certificate_verifier(verifier);
    }
    if target.is_tls()
        && let Some(resolver) = identity::resolver(target, credential)?
    {
        tls.client_auth_cert_resolver = resolver;
    }
    Ok(tls)
}

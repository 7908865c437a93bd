//! Settings that kubectl refuses, for they contradict each other or lack something (client-go
//! `clientcmd/validation.go`, `rest/transport.go`). What it would not connect with, we don't either.

use kube::config::{AuthInfo, Cluster, ExecConfig};

use super::context::ClusterContext;
use crate::kubernetes::error::ClusterError;

impl ClusterContext {
    /// Looks at the settings as they are to be used, flags included.
    pub(super) fn refuse_contradictions(&self) -> Result<(), ClusterError> {
        let refused = |what: String, reason: &str| {
            Err(ClusterError::Setting { what, reason: reason.to_owned() })
        };
        if let Some(reason) = of_cluster(&self.cluster) {
            return refused("the cluster's certificate authority".to_owned(), reason);
        }
        if let Some(reason) = of_user(&self.user) {
            return refused(format!("the login ({})", self.user_name), reason);
        }
        let exec = self.user.exec.as_ref().and_then(of_plugin);
        if let Some(reason) = exec {
            return refused(format!("the credential plugin ({})", self.user_name), reason);
        }
        Ok(())
    }
}

fn of_cluster(cluster: &Cluster) -> Option<&'static str> {
    let has_file = cluster.certificate_authority.is_some();
    let has_data = cluster.certificate_authority_data.is_some();
    if has_file && has_data {
        return Some(
            "certificate-authority and certificate-authority-data are both there; remove one",
        );
    }
    let skips = cluster.insecure_skip_tls_verify == Some(true);
    (skips && (has_file || has_data)).then_some(
        "insecure-skip-tls-verify and an authority are both there; remove one, or give \
         --insecure-skip-tls-verify as a flag",
    )
}

fn of_user(user: &AuthInfo) -> Option<&'static str> {
    let has_password = user.username.is_some() || user.password.is_some();
    let has_token = user.token.is_some() || user.token_file.is_some();
    if has_token && has_password {
        return Some("there are a token and a password; remove one");
    }
    if user.client_certificate.is_some() && user.client_certificate_data.is_some() {
        return Some("client-certificate and client-certificate-data are both there; remove one");
    }
    if user.client_key.is_some() && user.client_key_data.is_some() {
        return Some("client-key and client-key-data are both there; remove one");
    }
    (user.exec.is_some() && user.auth_provider.is_some())
        .then_some("exec and auth-provider are both there; remove one")
}

/// The protocol's versions that there are.
const VERSIONS: [&str; 2] =
    ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

fn of_plugin(exec: &ExecConfig) -> Option<&'static str> {
    match exec.api_version.as_deref().unwrap_or_default() {
        "" => return Some("it has no apiVersion, as client.authentication.k8s.io/v1"),
        version if !VERSIONS.contains(&version) => {
            return Some("its apiVersion is neither client.authentication.k8s.io/v1 nor v1beta1");
        }
        // An older one is as before.
        version if version == VERSIONS[0] && exec.interactive_mode.is_none() => {
            return Some("it has no interactiveMode: Never, IfAvailable or Always");
        }
        _ => {}
    }
    let is_named = |entry: &std::collections::HashMap<String, String>| {
        entry.get("name").is_some_and(|name| !name.is_empty())
    };
    (!exec.env.iter().flatten().all(is_named)).then_some("a variable in its env has no name")
}

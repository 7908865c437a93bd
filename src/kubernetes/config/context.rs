//! The server, how it is trusted, the user and the namespace: kubeconfig and flags together.
//!
//! The rules are client-go's (`clientcmd/client_config.go`), but for two: a context that names a user
//! who isn't there is an error, not an anonymous request; and a login by flag replaces the user's
//! login as a whole, where kubectl would let a client certificate win over `--token`.

use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig};

use super::in_cluster::{self, InCluster};
use super::kubeconfig;
use super::kubeconfig::Merged;
use super::settings::ConnectionSettings;
use crate::environment::Environment;
use crate::kubernetes::error::ClusterError;

/// Everything that a connection is made from.
pub(in crate::kubernetes) struct ClusterContext {
    pub(in crate::kubernetes) context: Option<String>,
    /// For a sentence, as in `cluster prod (context jane@prod)`.
    pub(in crate::kubernetes) cluster_words: String,
    pub(in crate::kubernetes) namespace: String,
    /// Server, CA, TLS name, proxy. The server is always there, with a scheme.
    pub(in crate::kubernetes) cluster: Cluster,
    pub(in crate::kubernetes) user: AuthInfo,
    /// As a part of a sentence, as in `user jane`.
    pub(in crate::kubernetes) user_name: String,
}

impl ClusterContext {
    /// Reads the kubeconfigs.
    pub(in crate::kubernetes) fn find(
        settings: &ConnectionSettings,
        environment: &Environment,
    ) -> Result<Self, ClusterError> {
        let merged = kubeconfig::read(settings.kubeconfig.as_deref(), environment)?;
        let has_server = given(settings.server.as_deref()).is_some();
        let mut target = match in_cluster::read(environment) {
            Some(pod) if merged.is_empty() && !has_server => Self::of_pod(pod),
            _ if merged.is_empty() && !has_server => {
                return Err(ClusterError::NoKubeconfig { looked: merged.looked });
            }
            _ => Self::of_kubeconfig(merged, settings)?,
        };
        target.apply(settings)?;
        target.refuse_contradictions()?;
        target.finish()
    }

    fn of_pod(InCluster { namespace, cluster, user }: InCluster) -> Self {
        let user_name = "this pod's service account".to_owned();
        let cluster_words = "this pod's cluster".to_owned();
        Self { context: None, cluster_words, namespace, cluster, user, user_name }
    }

    fn of_kubeconfig(merged: Merged, settings: &ConnectionSettings) -> Result<Self, ClusterError> {
        let mut config = merged.config;
        let (name, context) = context_of(&mut config, settings)?;
        let cluster = cluster_of(&mut config, &context, settings)?;
        let (user_name, user) = user_of(&mut config, &context, settings)?;
        // With a server of its own the line means another one than the kubeconfig's name says.
        let named = given(settings.cluster.as_deref()).unwrap_or(&context.cluster);
        let named = given(settings.server.as_deref()).unwrap_or(named);
        let of_context = name.as_ref().map(|name| format!(" (context {name})"));
        Ok(Self {
            cluster_words: format!("cluster {named}{}", of_context.unwrap_or_default()),
            context: name,
            namespace: context.namespace.unwrap_or_else(|| "default".to_owned()),
            cluster,
            user,
            user_name,
        })
    }

    /// The flags win.
    fn apply(&mut self, settings: &ConnectionSettings) -> Result<(), ClusterError> {
        if let Some(namespace) = given(settings.namespace.as_deref()) {
            namespace.clone_into(&mut self.namespace);
        }
        let cluster = &mut self.cluster;
        let tls_name = given(settings.tls_server_name.as_deref());
        if let Some(server) = given(settings.server.as_deref()) {
            cluster.server = Some(server.to_owned());
            // The name in the kubeconfig is for the server that stands there.
            cluster.tls_server_name = None;
        }
        if let Some(name) = tls_name {
            cluster.tls_server_name = Some(name.to_owned());
        }
        if let Some(file) = path_text(settings.certificate_authority.as_deref()) {
            cluster.certificate_authority = Some(file);
            cluster.certificate_authority_data = None;
            cluster.insecure_skip_tls_verify = None;
        }
        if let Some(skip) = settings.insecure_skip_tls_verify {
            cluster.insecure_skip_tls_verify = Some(skip);
            // The kubeconfig's authority isn't asked then; one that is a flag itself contradicts.
            if skip && settings.certificate_authority.is_none() {
                cluster.certificate_authority = None;
                cluster.certificate_authority_data = None;
            }
        }
        self.apply_login(settings);
        self.apply_impersonation(settings)
    }

    fn apply_login(&mut self, settings: &ConnectionSettings) {
        let token = settings.token.as_ref().filter(|token| !token.is_empty());
        let certificate = path_text(settings.client_certificate.as_deref());
        if token.is_some() || certificate.is_some() {
            let flag = if token.is_some() { "--token" } else { "--client-certificate" };
            flag.clone_into(&mut self.user_name);
            self.user = AuthInfo {
                impersonate: self.user.impersonate.take(),
                impersonate_uid: self.user.impersonate_uid.take(),
                impersonate_groups: self.user.impersonate_groups.take(),
                impersonate_user_extra: self.user.impersonate_user_extra.take(),
                ..AuthInfo::default()
            };
        }
        self.user.token = token.map(|token| token.expose().into()).or(self.user.token.take());
        if certificate.is_some() {
            self.user.client_certificate = certificate;
            self.user.client_certificate_data = None;
        }
        if let Some(key) = path_text(settings.client_key.as_deref()) {
            self.user.client_key = Some(key);
            self.user.client_key_data = None;
        }
    }

    fn apply_impersonation(&mut self, settings: &ConnectionSettings) -> Result<(), ClusterError> {
        let user = &mut self.user;
        if let Some(name) = given(settings.as_user.as_deref()) {
            user.impersonate = Some(name.to_owned());
        }
        if let Some(uid) = given(settings.as_uid.as_deref()) {
            user.impersonate_uid = Some(uid.to_owned());
        }
        if !settings.as_group.is_empty() {
            user.impersonate_groups = Some(settings.as_group.clone());
        }
        if !settings.as_user_extra.is_empty() {
            let all = user.impersonate_user_extra.insert(std::collections::HashMap::default());
            for extra in &settings.as_user_extra {
                all.entry(extra.key.clone()).or_default().push(extra.value.clone());
            }
        }
        let has_more = user.impersonate_uid.is_some()
            || user.impersonate_groups.as_ref().is_some_and(|groups| !groups.is_empty())
            || user.impersonate_user_extra.as_ref().is_some_and(|extras| !extras.is_empty());
        if has_more && user.impersonate.is_none() {
            return Err(ClusterError::Setting {
                what: "--as-uid, --as-group, --as-user-extra".to_owned(),
                reason: "they need a user to act as: --as USER".to_owned(),
            });
        }
        if let Some(name) = &user.impersonate {
            self.user_name = format!("{}, acting as {name}", self.user_name);
        }
        Ok(())
    }

    /// Gives the server its scheme. Without one it is `http`, whatever else is set: client-go looks at
    /// the address alone (`DirectClientConfig.ClientConfig`, `rest.DefaultServerURL`).
    fn finish(mut self) -> Result<Self, ClusterError> {
        let cluster = &mut self.cluster;
        let server = cluster.server.take().unwrap_or_default();
        let error = |reason: &str| ClusterError::Setting {
            what: format!("the API server's address `{server}`"),
            reason: reason.to_owned(),
        };
        if server.is_empty() {
            return Err(error("it is empty"));
        }
        let text = if server.contains("://") { server.clone() } else { format!("http://{server}") };
        let mut url = url::Url::parse(&text).map_err(|reason| error(&reason.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(error("it must begin with https:// or http://"));
        }
        url.set_query(None);
        url.set_fragment(None);
        let has_no_login = url.set_username("").is_ok() && url.set_password(None).is_ok();
        if !has_no_login || url.host_str().is_none_or(str::is_empty) {
            return Err(error("it has no host"));
        }
        cluster.server = Some(url.as_str().trim_end_matches('/').to_owned());
        Ok(self)
    }

    pub(in crate::kubernetes) fn server(&self) -> &str {
        self.cluster.server.as_deref().unwrap_or_default()
    }

    /// kubectl sends no login where everybody could read it.
    pub(in crate::kubernetes) fn is_tls(&self) -> bool {
        self.server().starts_with("https://")
    }
}

/// kubectl takes an empty flag for an absent one.
fn given(flag: Option<&str>) -> Option<&str> {
    flag.filter(|text| !text.is_empty())
}

fn path_text(path: Option<&Path>) -> Option<String> {
    let path = path.filter(|path| !path.as_os_str().is_empty())?;
    Some(PathBuf::from(path).to_string_lossy().into_owned())
}

fn context_of(
    config: &mut Kubeconfig,
    settings: &ConnectionSettings,
) -> Result<(Option<String>, Context), ClusterError> {
    let known: Vec<String> = config.contexts.iter().map(|entry| entry.name.clone()).collect();
    let flag = given(settings.context.as_deref()).map(str::to_owned);
    let Some(name) = flag.or_else(|| config.current_context.clone()) else {
        let is_enough = given(settings.server.as_deref()).or(given(settings.cluster.as_deref()));
        return match is_enough {
            Some(_) => Ok((None, Context::default())),
            None => Err(ClusterError::NoContext { known }),
        };
    };
    let entry = config.contexts.iter_mut().find(|entry| entry.name == name);
    match entry {
        Some(entry) => Ok((Some(name), entry.context.take().unwrap_or_default())),
        None => Err(ClusterError::UnknownContext { name, known }),
    }
}

fn cluster_of(
    config: &mut Kubeconfig,
    context: &Context,
    settings: &ConnectionSettings,
) -> Result<Cluster, ClusterError> {
    let name = given(settings.cluster.as_deref()).unwrap_or(&context.cluster);
    let known = || config.clusters.iter().map(|entry| entry.name.clone()).collect();
    let has_server = given(settings.server.as_deref()).is_some();
    let cluster = match config.clusters.iter().find(|entry| entry.name == name) {
        Some(entry) => entry.cluster.clone().unwrap_or_default(),
        None if has_server && settings.cluster.is_none() => Cluster::default(),
        None => return Err(ClusterError::UnknownCluster { name: name.to_owned(), known: known() }),
    };
    if cluster.server.is_none() && !has_server {
        return Err(ClusterError::Setting {
            what: format!("cluster `{name}` of the kubeconfig"),
            reason: "it has no server".to_owned(),
        });
    }
    Ok(cluster)
}

fn user_of(
    config: &mut Kubeconfig,
    context: &Context,
    settings: &ConnectionSettings,
) -> Result<(String, AuthInfo), ClusterError> {
    let flag = given(settings.user.as_deref());
    let Some(name) = flag.or(context.user.as_deref()) else {
        return Ok(("an anonymous user".to_owned(), AuthInfo::default()));
    };
    let has_login = settings.token.is_some() || settings.client_certificate.is_some();
    match config.auth_infos.iter().find(|entry| entry.name == name) {
        Some(entry) => Ok((format!("user {name}"), entry.auth_info.clone().unwrap_or_default())),
        None if flag.is_none() && has_login => Ok((String::new(), AuthInfo::default())),
        None => Err(ClusterError::UnknownUser {
            name: name.to_owned(),
            known: config.auth_infos.iter().map(|entry| entry.name.clone()).collect(),
        }),
    }
}

#[cfg(test)]
mod tests;

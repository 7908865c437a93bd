//! A cluster that can be talked to: made from settings, shared cheaply.

use std::fmt;
use std::sync::Arc;

use url::Url;

use super::config::ClusterContext;
use super::config::{ConnectionSettings, proxy};
use super::error::ClusterError;
use super::transport::Transport;
use crate::environment::Environment;

/// A connection to one cluster. A clone is the same connection.
#[derive(Clone)]
pub struct Cluster {
    pub(super) transport: Arc<Transport>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("server", &self.server()).finish_non_exhaustive()
    }
}

impl Cluster {
    /// Reads kubeconfig and flags, and gets the first login; a credential plugin is run here.
    ///
    /// Nothing is asked of the server yet: whether it can be reached and takes the login shows at
    /// the first request.
    ///
    /// # Errors
    /// [`ClusterError`] if no cluster is configured, the kubeconfig or a file that it names can't be
    /// read, a name in it is unknown, a value makes no sense, or the credential plugin fails.
    pub async fn connect(settings: &ConnectionSettings) -> Result<Self, ClusterError> {
        Self::connect_from(settings, &Environment::from_process()).await
    }

    pub(super) async fn connect_from(
        settings: &ConnectionSettings,
        environment: &Environment,
    ) -> Result<Self, ClusterError> {
        let transport = Self::transport(settings, environment).await?;
        Ok(Self { transport: Arc::new(transport) })
    }

    pub(super) async fn transport(
        settings: &ConnectionSettings,
        environment: &Environment,
    ) -> Result<Transport, ClusterError> {
        let target = ClusterContext::find(settings, environment)?;
        let server = Url::parse(target.server()).map_err(|error| ClusterError::Setting {
            what: format!("the API server's address `{}`", target.server()),
            reason: error.to_string(),
        })?;
        let proxy_url = target.cluster.proxy_url.as_deref();
        let proxy = proxy::proxy_for(&server, proxy_url, environment)?;
        Transport::new(target, proxy, settings.request_timeout.unwrap_or_default()).await
    }

    /// The namespace that is meant if none is named: `-n`, else the context's, else `default`.
    #[must_use]
    pub fn default_namespace(&self) -> &str {
        &self.transport.target.namespace
    }

    /// The API server's address, without a login.
    #[must_use]
    pub fn server(&self) -> &str {
        self.transport.target.server()
    }

    /// The kubeconfig's context; None in a pod, or with `--server` alone.
    #[must_use]
    pub fn context(&self) -> Option<&str> {
        self.transport.target.context.as_deref()
    }

    /// Which cluster it is, as a part of a sentence: `cluster prod (context jane@prod)`, `this pod's
    /// cluster`.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.transport.target.cluster_words
    }

    /// Who asks, as a part of a sentence: `user jane`, `this pod's service account`.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.transport.target.user_name
    }
}

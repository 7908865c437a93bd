//! Clusters of TKE. The API server itself is not the sandbox's.

use serde::Deserialize;

/// One cluster.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClusterDescription {
    /// `cls-` and eight characters.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) region: String,
    /// The VPC of its nodes.
    pub(crate) vpc: String,
    /// `Running`, `Creating`, `Idling`, …
    pub(crate) status: String,
    /// Whether it has no nodes, and is in a list of its own.
    pub(crate) serverless: bool,
    /// `containerd` or `docker`.
    pub(crate) runtime: String,
    /// Its version.
    pub(crate) runtime_version: String,
    /// Where the API server is reached from the internet; empty if it isn't.
    pub(crate) external_endpoint: String,
    /// Where it is reached inside the VPC.
    pub(crate) intranet_endpoint: String,
    /// The machines, as `ins-…`.
    pub(crate) instances: Vec<String>,
    /// The addon `tcr`, if it is installed.
    pub(crate) addon: Option<AddonDescription>,
}

impl Default for ClusterDescription {
    fn default() -> Self {
        Self {
            id: "cls-sandbox1".to_owned(),
            name: "sandbox".to_owned(),
            region: "ap-shanghai".to_owned(),
            vpc: "vpc-sandbox1".to_owned(),
            status: "Running".to_owned(),
            serverless: false,
            runtime: "containerd".to_owned(),
            runtime_version: "1.6.9".to_owned(),
            external_endpoint: String::new(),
            intranet_endpoint: String::new(),
            instances: Vec::new(),
            addon: None,
        }
    }
}

/// The addon `tcr`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AddonDescription {
    /// Of the addon.
    pub(crate) version: String,
    /// `Installing`, `Upgrading`, `Terminating`, `Succeeded`, `InstallFailed`, `UpgradFailed` (sic).
    pub(crate) phase: String,
    /// Why it is in that phase.
    pub(crate) reason: String,
    /// The registries that it makes pull secrets for; that of the first instance by default.
    pub(crate) servers: Vec<String>,
    /// Which namespaces get them.
    pub(crate) namespaces: String,
}

impl Default for AddonDescription {
    fn default() -> Self {
        Self {
            version: "1.0.2".to_owned(),
            phase: "Succeeded".to_owned(),
            reason: String::new(),
            servers: Vec::new(),
            namespaces: "*".to_owned(),
        }
    }
}

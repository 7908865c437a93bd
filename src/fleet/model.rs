//! What there is now: CCR's content, clusters, instances.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::image::Host;
use crate::tencent::{Instance, Region, ReplicationRule, TkeCluster};

/// A fleet, as far as it could be read.
#[derive(Debug, Default)]
pub struct Fleet {
    /// CCR, one for each deployment: mainland regions share one.
    pub ccr: Vec<CcrContent>,
    /// Clusters of TKE in all regions.
    pub clusters: Vec<FleetCluster>,
    /// Instances of TCR in all regions.
    pub instances: Vec<FleetInstance>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// What is in CCR.
#[derive(Debug, Clone)]
pub struct CcrContent {
    /// The region that was asked.
    pub region: Region,
    /// The registry.
    pub host: Host,
    /// The account's namespaces.
    pub namespaces: Vec<CcrNamespace>,
}

/// A namespace of CCR.
#[derive(Debug, Clone)]
pub struct CcrNamespace {
    /// Its name.
    pub name: String,
    /// Its repositories, as `namespace/repository`.
    pub repositories: Vec<String>,
    /// The tags in them, as CCR counts.
    pub tags: u64,
}

/// A cluster.
#[derive(Debug, Clone)]
pub struct FleetCluster {
    /// Where it is.
    pub region: Region,
    /// What the API says of it.
    pub cluster: TkeCluster,
}

/// An instance; what of it could not be read is empty here and named in [`Fleet::unread`].
#[derive(Debug, Clone)]
pub struct FleetInstance {
    /// The instance.
    pub instance: Instance,
    /// The VPCs that it is linked into.
    pub links: BTreeSet<String>,
    /// The regions of its replicas.
    pub replicas: BTreeSet<Region>,
    /// The rules that copy from it.
    pub rules: Vec<ReplicationRule>,
    /// Its namespaces.
    pub namespaces: BTreeSet<String>,
    /// Its repositories.
    pub repositories: BTreeSet<String>,
}

/// Something that could not be read: the fleet may be larger than the plan takes it for.
#[derive(Debug, Clone, Serialize)]
pub struct Unread {
    /// What: `the clusters in ap-guangzhou`.
    pub what: String,
    /// Why, and what to do about it.
    #[serde(flatten)]
    pub why: Diagnostic,
}

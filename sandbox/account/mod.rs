//! The description of an account: what there is in the cloud that the sandbox stands in for.
//!
//! Written as YAML. Everything has a default; an unknown field is an error, so that a misspelt one
//! is not taken for the default.

mod audit;
mod cam;
mod certificates;
mod clusters;
mod enterprise;
mod image;
mod network;
mod personal;
mod private_dns;
mod read;
mod size;
mod triggers;

use serde::Deserialize;

use crate::edition::Edition;
use crate::faults::{ApiFault, RegistryFault};

pub(crate) use audit::AuditDescription;
pub(crate) use cam::{Effect, PolicyDescription, RoleDescription, StatementDescription};
pub(crate) use certificates::CertificateDescription;
pub(crate) use clusters::{AddonDescription, ClusterDescription};
pub(crate) use enterprise::{
    ImmutableRule, InstanceDescription, InstanceType, RetentionRule, Webhook,
};
pub(crate) use image::{ImageDescription, ImageKind, LayerDescription, SourceFault};
pub(crate) use network::{
    Delays, DomainDescription, EntryDescription, LinkDescription, RuleDescription,
    SubnetDescription, VpcDescription,
};
pub(crate) use personal::{
    Generate, GenerateRepositories, NamespaceDescription, PersonalDescription, Quota,
    RepositoryDescription,
};
pub(crate) use private_dns::ZoneDescription;
pub(crate) use read::{embedded, read};
pub(crate) use size::Size;
pub(crate) use triggers::{Cleanup, Trigger};

/// One account of Tencent Cloud.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Account {
    /// Of this format: 1.
    pub(crate) version: u32,
    /// The account's number, also the user name at both registries.
    pub(crate) uin: String,
    /// The API key; a fresh one by default.
    pub(crate) key: Option<Key>,
    /// The editions that `DOCKER_CONFIG` holds a login for.
    pub(crate) docker_login: Vec<Edition>,
    /// Personal Edition, one for each region.
    pub(crate) personal: Vec<PersonalDescription>,
    /// The instances of Enterprise Edition.
    pub(crate) enterprise: Vec<InstanceDescription>,
    /// What CloudAudit has logged.
    pub(crate) audit: AuditDescription,
    /// Private networks, in all regions.
    pub(crate) vpcs: Vec<VpcDescription>,
    /// Whether the customer uses Private DNS.
    pub(crate) private_dns: bool,
    /// Private zones of the customer.
    pub(crate) private_zones: Vec<ZoneDescription>,
    /// How long changes of the network take.
    pub(crate) delays: Delays,
    /// The clusters of TKE.
    pub(crate) clusters: Vec<ClusterDescription>,
    /// The certificates of the SSL service.
    pub(crate) certificates: Vec<CertificateDescription>,
    /// Seconds that the API's clock is ahead of this machine's.
    pub(crate) clock_skew: i64,
    /// API actions that CAM denies to the key.
    pub(crate) denied: Vec<String>,
    /// The number of the user whose key it is; without it, it is the account's own.
    pub(crate) user: Option<String>,
    /// The user's policies.
    pub(crate) policies: Vec<PolicyDescription>,
    /// The user's permission boundary.
    pub(crate) boundary: Option<PolicyDescription>,
    /// Roles; one that isn't described may do everything.
    pub(crate) roles: Vec<RoleDescription>,
    /// Whether CAM answers the user or role; by default the policies decide.
    pub(crate) cam_readable: Option<bool>,
    /// The most entries that the server puts on a page, whatever the request says.
    pub(crate) page_limit: usize,
    /// API calls that fail.
    pub(crate) faults: Vec<ApiFault>,
    /// Registry requests that fail.
    pub(crate) registry_faults: Vec<RegistryFault>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            version: 1,
            uin: "100000000001".to_owned(),
            key: None,
            docker_login: vec![Edition::Ccr],
            personal: Vec::new(),
            enterprise: Vec::new(),
            audit: AuditDescription::default(),
            vpcs: Vec::new(),
            private_dns: true,
            private_zones: Vec::new(),
            delays: Delays::default(),
            clusters: Vec::new(),
            certificates: Vec::new(),
            clock_skew: 0,
            denied: Vec::new(),
            user: None,
            policies: Vec::new(),
            boundary: None,
            roles: Vec::new(),
            cam_readable: None,
            page_limit: 100,
            faults: Vec::new(),
            registry_faults: Vec::new(),
        }
    }
}

/// An API key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    /// `AKID…`
    pub(crate) id: String,
    /// What requests are signed with.
    pub(crate) secret: String,
}

//! Tencent Cloud's API: keys, signing, paging, and the actions of both editions that a move needs.
//!
//! [`KeyChain`] finds a key, [`Api`] calls actions with it, [`Personal`] and [`Enterprise`] list
//! and create namespaces, repositories and tags. A list comes as a [`Listing`], complete or with its
//! gaps named. Nothing here deletes images or what holds them; manifests and blobs are in `registry`.
//! gaps named. Nothing here deletes anything but webhooks that this program has made; manifests and blobs are in `registry`.
//!
//! A further action gets a row in `actions`, and its call goes to the file of what it is about, in
//! `personal` or `enterprise`; a further service gets a file or folder of its own here.

mod actions;
mod api;
mod audit;
mod cam;
mod certificates;
mod edition;
mod endpoints;
mod enterprise;
mod error;
mod identity;
mod keys;
mod personal;
mod private_dns;
mod region;
mod tke;
mod vpc;

pub use actions::{ACTIONS, Action, Resource, Service};
pub use api::{Api, Endpoint, EndpointError, Endpoints, Gap, Listing, Refusal};
pub use audit::{AuditEvent, AuditedUse, UnreadSpan, ccr_events, earliest_event};
pub use cam::{
    AttachedPolicy, PermissionBoundary, permission_boundary, policy_document, role_policies,
    user_policies,
};
pub use certificates::{Certificate, certificates};
pub use edition::Edition;
pub use endpoints::endpoints;
pub use enterprise::{
    AllowRule, Created, CustomDomain, DnsStatus, Enterprise, EnterpriseImage, EnterpriseNamespace,
    EnterpriseRepository, EntryState, ImmutableRule, Instance, InstanceKind,
    InstanceServiceAccount, InstanceToken, Link, LinkDomain, NamespaceWebhook, NewWebhook, Prepaid,
    PublicEntry, ReplicationRule, RetentionRule, RetentionRules, TokenKind, VpcPlace, Webhook,
    instances,
};
pub use error::{ApiError, KeyError};
pub use identity::{Identity, identity};
pub use keys::{ApiKey, KeyChain, KeySettings};
pub use personal::{
    CleanupRule, Kept, Personal, PersonalNamespace, PersonalOverview, PersonalPulls, PersonalQuota,
    PersonalRepositories, PersonalRepository, PersonalTag, PersonalTrigger, PullCount,
    TriggerCondition, TriggerFiring, TriggerLog, UpdatedWorkload,
};
pub use private_dns::{
    BoundVpc, Zone, ZoneRecord, bind_vpc, create_alias, create_zone, delete_record, delete_zone,
    enable_private_dns, is_private_dns_enabled, unbind_vpc, zone_records, zones,
};
pub use region::{Area, Region, RegionError};
pub use tke::{
    AddonLogin, TcrAddon, TkeCluster, serverless_clusters, tcr_addon, tke_clusters, tke_endpoints,
    tke_nodes_among, tke_regions,
};
pub use vpc::{Subnet, Vpc, subnets, vpcs};

//! Tencent Cloud's API: keys, signing, paging, and the actions of both editions that a move needs.
//!
//! [`KeyChain`] finds a key, [`Api`] calls actions with it, [`Personal`] and [`Enterprise`] speak
//! of namespaces and tags. What is listed comes as a [`Listing`], complete or with its gaps named.
//! Nothing here deletes anything, and what a registry serves (manifests, blobs) is not asked here.

mod chain;
mod client;
mod credentials;
mod endpoint;
mod enterprise;
mod error;
mod ini;
mod instance;
mod key;
mod key_services;
mod lenient;
mod listing;
mod metadata;
mod paging;
mod personal;
mod policies;
mod rates;
mod refusal;
mod region;
mod retry;
mod sign;
mod sts;
mod tccli;
mod time;
mod wire;

#[cfg(test)]
mod server;

pub use chain::KeyChain;
pub use client::Api;
pub use credentials::{InstanceToken, ServiceAccount, TokenKind};
pub use endpoint::{Endpoint, EndpointError};
pub use enterprise::{
    Created, Enterprise, EnterpriseImage, EnterpriseNamespace, EnterpriseRepository,
};
pub use error::ApiError;
pub use instance::{Instance, InstanceKind, instances};
pub use key::{ApiKey, KeyError, KeySettings, Side};
pub use listing::{Gap, Listing};
pub use personal::{
    Personal, PersonalNamespace, PersonalOverview, PersonalQuota, PersonalRepositories,
    PersonalRepository, PersonalTag,
};
pub use policies::{ImmutableRule, RetentionRule, RetentionRules, Webhook};
pub use refusal::Refusal;
pub use region::{Region, RegionError};

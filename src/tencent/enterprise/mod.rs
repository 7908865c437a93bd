//! The Enterprise Edition (TCR): its instances, and what is in one. A file for each thing that the
//! API has actions for.

mod client;
mod credentials;
mod domains;
mod images;
mod instance;
mod namespaces;
mod network;
mod places;
mod policies;
mod replication;
mod repositories;
mod webhooks;

pub use client::{Created, Enterprise};
pub use credentials::{InstanceServiceAccount, InstanceToken, TokenKind};
pub use domains::CustomDomain;
pub use images::EnterpriseImage;
pub use instance::{Instance, InstanceKind, Prepaid, instances};
pub use namespaces::EnterpriseNamespace;
pub use network::{AllowRule, DnsStatus, EntryState, Link, LinkDomain, PublicEntry};
pub use places::VpcPlace;
pub use policies::{ImmutableRule, RetentionRule, RetentionRules, Webhook};
pub use replication::ReplicationRule;
pub use repositories::EnterpriseRepository;
pub use webhooks::{NamespaceWebhook, NewWebhook};

#[cfg(test)]
mod tests;

//! The checks, one in each file, in the order in which they are shown: what is needed stands before
//! what needs it.

mod ccr_login;
mod ccr_quota;
mod ccr_registry;
mod clock;
mod cluster_addon;
mod cluster_admission;
mod cluster_dns;
mod cluster_identity;
mod cluster_link;
mod cluster_nodes;
mod cluster_reach;
mod cluster_runtimes;
mod domain_certificate;
mod identity;
mod network_dns;
mod network_links;
mod network_public;
mod rights;
mod speed;
mod tcr_instance;
mod tcr_rules;
mod tcr_token;
mod tcr_visibility;
mod tcr_webhooks;

use super::check::Check;

/// All of them.
pub const ALL: &[&Check] = &[
    &clock::CHECK,
    &identity::CHECK,
    &ccr_registry::CHECK,
    &ccr_quota::CHECK,
    &ccr_login::CHECK,
    &tcr_instance::CHECK,
    &rights::CHECK,
    &tcr_visibility::CHECK,
    &tcr_webhooks::CHECK,
    &tcr_rules::CHECK,
    &network_links::CHECK,
    &network_dns::CHECK,
    &network_public::CHECK,
    &domain_certificate::CHECK,
    &tcr_token::CHECK,
    &speed::CHECK,
    &cluster_reach::CHECK,
    &cluster_identity::CHECK,
    &cluster_link::CHECK,
    &cluster_dns::CHECK,
    &cluster_addon::CHECK,
    &cluster_admission::CHECK,
    &cluster_runtimes::CHECK,
    &cluster_nodes::CHECK,
];

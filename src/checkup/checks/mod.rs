//! The checks, one in each file, in the order in which they are shown: what is needed stands before
//! what needs it.

mod ccr_login;
mod ccr_quota;
mod ccr_registry;
mod clock;
mod identity;
mod network_public;
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
    &tcr_visibility::CHECK,
    &tcr_webhooks::CHECK,
    &tcr_rules::CHECK,
    &network_public::CHECK,
    &tcr_token::CHECK,
    &speed::CHECK,
];

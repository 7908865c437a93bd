//! The logins that shards need, as a Docker configuration for a Secret.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::error::JobError;
use crate::account::Account;
use crate::image::Host;
use crate::registry::{Login, LoginKind};
use crate::secret::Secret;
use crate::transfer::Plan;

/// Docker's configuration with the logins of the plan's hosts, and no others; the hosts for which there
/// is none, so that shards get what is public.
///
/// # Errors
/// [`JobError::NoLogin`] for a target without a login that lasts, which shards need that don't `make`
/// tokens by themselves.
pub async fn pull_config(
    account: &Account,
    plan: &Plan,
    make: bool,
) -> Result<(Secret, Vec<Host>), JobError> {
    let targets: BTreeSet<&Host> = plan.repositories.iter().map(|copy| &copy.target_host).collect();
    let sources: BTreeSet<&Host> = plan.repositories.iter().map(|copy| &copy.source_host).collect();
    let mut auths = serde_json::Map::new();
    let mut missing = Vec::new();
    for host in targets.union(&sources) {
        match account.registries.lasting_login(host).await? {
            Some(login) => drop(auths.insert(host.to_string(), entry(&login))),
            None if targets.contains(host) && make => {}
            None if targets.contains(host) => return Err(JobError::NoLogin((*host).clone())),
            None => missing.push((*host).clone()),
        }
    }
    Ok((Secret::from(json!({ "auths": auths }).to_string()), missing))
}

fn entry(login: &Login) -> serde_json::Value {
    let secret = login.password.expose();
    match login.kind {
        LoginKind::Password => {
            json!({"auth": STANDARD.encode(format!("{}:{secret}", login.username))})
        }
        LoginKind::IdentityToken => json!({"username": login.username, "identitytoken": secret}),
        LoginKind::RegistryToken => json!({"registrytoken": secret}),
    }
}

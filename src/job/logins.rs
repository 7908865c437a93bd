//! The logins that shards need, as a Docker configuration for a Secret.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::error::JobError;
use super::program::ProgramImage;
use crate::account::Account;
use crate::image::Host;
use crate::registry::{Login, LoginKind};
use crate::secret::Secret;
use crate::transfer::Plan;

/// Docker's configuration with the logins of the plan's hosts and of the program's image, and no others;
/// the hosts of the plan for which there is none, so that shards get what is public.
///
/// # Errors
/// [`JobError::NoLogin`] for a target without a login that lasts, which shards need that don't `make`
/// tokens by themselves.
pub async fn pull_config(
    account: &Account,
    plan: &Plan,
    image: &ProgramImage,
    make: bool,
) -> Result<(Secret, Vec<Host>), JobError> {
    let targets: BTreeSet<&Host> = plan.repositories.iter().map(|copy| &copy.target_host).collect();
    let sources: BTreeSet<&Host> = plan.repositories.iter().map(|copy| &copy.source_host).collect();
    let mut auths = serde_json::Map::new();
    let mut missing = Vec::new();
    let hosts = targets.iter().chain(&sources).copied();
    for host in hosts.chain([&image.reference().host]).collect::<BTreeSet<_>>() {
        match account.registries.lasting_login(host).await? {
            Some(login) => drop(auths.insert(host.to_string(), entry(&login))),
            None if targets.contains(host) && make => {}
            None if targets.contains(host) => return Err(JobError::NoLogin(host.clone())),
            None if sources.contains(host) => missing.push(host.clone()),
            None => {}
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

//! What must hold before the first byte is sent: the source is the source, and both registries
//! answer and know the login.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Plan, RepositoryCopy};
use crate::account::{Account, AccountError};
use crate::image::{Host, RepositoryName};
use crate::registry::{Access, RegistryError};

/// Asks each registry of the plan once.
///
/// # Errors
/// [`AccountError`] if a registry can't be reached, isn't trusted, or refuses the login.
pub(super) async fn check_registries(account: &Account, plan: &Plan) -> Result<(), AccountError> {
    let writes = |copy: &&RepositoryCopy| copy.tags.iter().any(|tag| tag.action.writes());
    let mut checks: BTreeMap<(&Host, bool), &RepositoryName> = BTreeMap::new();
    for copy in plan.repositories.iter().filter(writes) {
        checks.entry((&copy.source_host, false)).or_insert(&copy.source);
        checks.entry((&copy.target_host, true)).or_insert(&copy.target);
    }
    let to_make = |name: &RepositoryName| {
        plan.namespaces.iter().any(|namespace| namespace.name == name.namespace())
    };
    for ((host, is_target), repository) in checks {
        let registry = account.registries.get(host);
        // Pushing to a namespace that doesn't exist yet is refused, and a token that says so would
        // be kept for a while.
        let pushes = is_target && !to_make(repository);
        let access = if pushes { Access::Push } else { Access::Pull };
        match registry.check_access(repository, access).await {
            Ok(()) => {}
            // The host answers. What one repository says is no reason not to begin with the
            // others; its images will meet it again.
            Err(error) if !error.is_fatal() && concerns_one(&error) => {
                tracing::debug!(%host, %repository, %error, "asked before the start");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn concerns_one(error: &RegistryError) -> bool {
    let refuses = matches!(error, RegistryError::Denied { .. } | RegistryError::NotFound { .. });
    refuses || error.is_transient()
}

/// Each registry answers, before anything is asked that it might merely refuse.
///
/// # Errors
/// What keeps it from answering.
pub(super) async fn reach(
    account: &Account,
    hosts: impl Iterator<Item = &Host>,
) -> Result<(), AccountError> {
    for host in hosts.collect::<BTreeSet<&Host>>() {
        account.registries.get(host).probe().await?;
    }
    Ok(())
}

/// CCR answers as CCR, unless someone has pointed the personal domain at TCR. Each host is asked
/// once.
///
/// # Errors
/// [`AccountError::SourceIsTarget`], and what the registry reports.
pub(super) async fn refuse_targets(
    account: &Account,
    sources: impl Iterator<Item = &Host>,
) -> Result<(), AccountError> {
    let sources: BTreeSet<&Host> =
        sources.filter(|host| account.ccr_hosts.contains(host)).collect();
    for host in sources {
        if account.registries.get(host).probe().await?.is_harbor() {
            return Err(AccountError::SourceIsTarget { host: host.clone() });
        }
    }
    Ok(())
}

//! What must hold before the first byte is sent: the source is the source, and both registries
//! answer and know the login.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::{StreamExt as _, future, stream};

use super::plan::{Action, Plan, RepositoryCopy, totals};
use super::report::Failure;
use crate::account::{Account, AccountError};
use crate::image::{Host, RepositoryName};
use crate::registry::{Access, RegistryError};

/// Registries that are asked at once.
const PROBES: usize = 16;

/// Asks each registry of the plan once. What a registry that can't be used would send or get is
/// taken out of the plan, as far as there is anything else to do.
///
/// # Errors
/// [`AccountError`] if nothing is left: the registries can't be reached, aren't trusted, or refuse
/// the login.
pub(super) async fn check_registries(
    account: &Account,
    plan: &mut Plan,
) -> Result<(), AccountError> {
    let writes = |copy: &&RepositoryCopy| copy.tags.iter().any(|tag| tag.action.writes());
    let mut checks: BTreeMap<(&Host, bool), &RepositoryName> = BTreeMap::new();
    for copy in plan.repositories.iter().filter(writes) {
        checks.entry((&copy.source_host, false)).or_insert(&copy.source);
        checks.entry((&copy.target_host, true)).or_insert(&copy.target);
    }
    let to_make = |name: &RepositoryName| {
        plan.namespaces.iter().any(|namespace| namespace.name == name.namespace())
    };
    let mut unusable: BTreeMap<(Host, bool), RegistryError> = BTreeMap::new();
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
            Err(error) => {
                unusable.insert((host.clone(), is_target), error);
            }
        }
    }
    let of = |copy: &RepositoryCopy| {
        let source = unusable.get(&(copy.source_host.clone(), false));
        source.or_else(|| unusable.get(&(copy.target_host.clone(), true)))
    };
    if let Some(error) = unusable.values().next()
        && plan.repositories.iter().filter(writes).all(|copy| of(copy).is_some())
    {
        return Err(error.clone().into());
    }
    for copy in &mut plan.repositories {
        let Some(error) = of(copy) else { continue };
        for tag in copy.tags.iter_mut().filter(|tag| tag.action.writes()) {
            tag.action = Action::Unreadable(Failure::from(error));
        }
    }
    plan.totals = totals(&plan.repositories);
    Ok(())
}

fn concerns_one(error: &RegistryError) -> bool {
    let refuses = matches!(error, RegistryError::Denied { .. } | RegistryError::NotFound { .. });
    refuses || error.is_transient()
}

/// Asks each registry for an answer, before anything that it might merely refuse: those that can't
/// be reached, aren't trusted or are no registries, each with its error.
pub(super) async fn unusable(
    account: &Account,
    hosts: impl Iterator<Item = &Host>,
) -> HashMap<Host, RegistryError> {
    let hosts: BTreeSet<&Host> = hosts.collect();
    let probes = hosts.into_iter().map(|host| async move {
        let probe = account.registries.get(host).probe().await.map(drop);
        probe.err().map(|error| (host.clone(), error))
    });
    stream::iter(probes).buffer_unordered(PROBES).filter_map(future::ready).collect().await
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

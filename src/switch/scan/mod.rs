//! Reading a cluster: every kind that may name an image, in parallel, page by page.
//!
//! What can't be read is part of the result: partial permission is normal.

mod kinds;
mod owned;
mod sieve;

use parking_lot::Mutex;
use std::sync::Arc;

use futures::{StreamExt as _, stream};

use serde_json::Value;

use super::exclusions::{Exclusions, ObjectPattern};
use super::inventory::{Inventory, ScannedObject, Unread};
use super::service_accounts::ScannedServiceAccount;
use super::terminating::terminating_namespaces;
use crate::image::{Glob, Host};
use crate::kubernetes::{Cluster, ClusterError, ListItem, ListQuery, Listed, Resource};
use crate::workload::{CcrNames, Holds, PullSecret, PullSecretError, pull_secret};

use kinds::Part;
use sieve::Sieve;

/// How many kinds are listed at once.
const AT_ONCE: usize = 8;

/// Which part of a cluster is looked at.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// One namespace; `None` is all of them, and what lies in none.
    pub namespace: Option<String>,
    /// Namespaces that are left out.
    pub exclude: Vec<Glob>,
    /// Objects that are named as left out: they stay in the inventory.
    pub exclude_objects: Vec<ObjectPattern>,
    /// Labels of the objects that name images. Secrets and `ServiceAccount`s are read all the same.
    pub label_selector: Option<String>,
    /// Fields of the same objects.
    pub field_selector: Option<String>,
    /// Objects in a page; 0 for all in one.
    pub chunk_size: u32,
    /// Objects whose pods pull from this host are part of the inventory, too.
    pub also: Option<Host>,
    /// Everything with pods is, wherever they pull from.
    pub all_with_pods: bool,
}

impl Scope {
    pub(super) fn leaves_out(&self, namespace: &str) -> bool {
        self.exclude.iter().any(|glob| glob.matches(namespace))
    }
}

/// Reads a part of a cluster.
///
/// # Errors
/// [`ClusterError`] if not even the kinds that there are can be read, the login is not taken, or
/// the namespace doesn't exist.
pub(super) async fn scan(
    cluster: &Cluster,
    scope: &Scope,
    names: &CcrNames,
) -> Result<Inventory, ClusterError> {
    let discovery = cluster.discover().await?;
    let exclusions = Exclusions::resolve(&scope.exclude_objects, &discovery)?;
    let reader = Reader {
        cluster,
        scope,
        names,
        sieve: Sieve::new(&names.ccr, scope.also.as_ref()),
        inventory: Mutex::new(Inventory::default()),
    };
    {
        let mut inventory = reader.lock();
        inventory.exclusions = exclusions;
        inventory.unread = discovery
            .unread
            .iter()
            .filter(|(version, _)| kinds::may_matter(version))
            .map(|(what, why)| Unread {
                what: what.clone(),
                namespace: None,
                why: why.clone(),
                forbidden: false,
            })
            .collect();
    }
    let parts = kinds::parts(&discovery, scope.namespace.is_some());
    let reading = stream::iter(&parts)
        .map(|part| reader.read(part))
        .buffer_unordered(AT_ONCE)
        .filter_map(async |outcome| outcome.err())
        .collect();
    let looking = terminating_namespaces(cluster, scope.namespace.as_deref());
    let (fatal, terminating): (Vec<ClusterError>, _) = tokio::join!(reading, looking);
    if let Some(error) = fatal.into_iter().next() {
        return Err(error);
    }
    let mut inventory = reader.inventory.into_inner();
    for found in &mut inventory.objects {
        found.is_finished |= terminating.contains(found.namespace());
    }
    inventory.terminating = terminating;
    sort(&mut inventory);
    if let Some(namespace) = &scope.namespace
        && inventory.looked_at.values().sum::<usize>() == 0
    {
        // Without the right to look, an empty answer is all there is.
        let looked = cluster.get(&format!("/api/v1/namespaces/{namespace}")).await;
        if let Err(error @ ClusterError::NotFound { .. }) = looked {
            return Err(error);
        }
    }
    Ok(inventory)
}

fn sort(inventory: &mut Inventory) {
    let key = |object: &crate::workload::ObjectRef| {
        (object.namespace.clone(), object.kind.clone(), object.name.clone())
    };
    inventory.objects.sort_by_cached_key(|found| key(&found.object));
    inventory
        .secrets
        .sort_by(|one, other| (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name)));
    inventory.unread.sort_by(|one, other| one.what.cmp(&other.what));
    inventory.unread.dedup();
}

struct Reader<'a> {
    cluster: &'a Cluster,
    scope: &'a Scope,
    names: &'a CcrNames,
    sieve: Sieve,
    inventory: Mutex<Inventory>,
}

/// What one list holds of interest.
#[derive(Default)]
struct Gathered {
    objects: Vec<ScannedObject>,
    accounts: Vec<ScannedServiceAccount>,
    secrets: Vec<PullSecret>,
    broken_secrets: Vec<PullSecretError>,
}

impl Reader<'_> {
    fn lock(&self) -> parking_lot::MutexGuard<'_, Inventory> {
        self.inventory.lock()
    }

    /// Reads one kind. An error is one that makes reading on pointless.
    async fn read(&self, part: &Part) -> Result<(), ClusterError> {
        let (mut gathered, listed) = match part.is_mostly_owned() {
            true => self.read_unowned(part).await,
            false => self.read_whole(part).await,
        };
        let mut inventory = self.lock();
        // Pages that came before an error are worth having: the rest is named as unread.
        inventory.objects.append(&mut gathered.objects);
        inventory.accounts.extend(gathered.accounts);
        inventory.secrets.append(&mut gathered.secrets);
        inventory.broken_secrets.append(&mut gathered.broken_secrets);
        match listed {
            Ok(listed) => {
                *inventory.looked_at.entry(part.resource.kind.clone()).or_default() += listed.count;
                Ok(())
            }
            Err(
                error @ (ClusterError::Unauthorized { .. }
                | ClusterError::Unreachable { .. }
                | ClusterError::Certificate { .. }
                | ClusterError::ExecPlugin { .. }),
            ) => Err(error),
            // A kind that went away between discovery and the list has no objects any more.
            Err(ClusterError::NotFound { .. }) => Ok(()),
            Err(error) => {
                inventory.unread.push(Unread {
                    what: part.resource.full_name(),
                    namespace: self.scope.namespace.clone(),
                    forbidden: matches!(error, ClusterError::Forbidden { .. }),
                    why: error.to_string(),
                });
                Ok(())
            }
        }
    }

    /// Reads one kind object by object, and what came before an error, if there is one.
    async fn read_whole(&self, part: &Part) -> (Gathered, Result<Listed, ClusterError>) {
        let mut gathered = Gathered::default();
        let query = self.query(part);
        let namespace = self.scope.namespace.as_deref();
        let listed = self
            .cluster
            .list(&part.resource, namespace, &query, |page| {
                if page.is_first {
                    gathered = Gathered::default();
                }
                for item in &page.items {
                    self.take(part, item, &mut gathered);
                }
            })
            .await;
        (gathered, listed)
    }

    fn query(&self, part: &Part) -> ListQuery {
        let mut query = ListQuery { chunk_size: self.scope.chunk_size, ..ListQuery::default() };
        match part.only_type {
            Some(only) => query.field_selector = Some(format!("type={only}")),
            None if part.is_about_images() => {
                query.label_selector.clone_from(&self.scope.label_selector);
                query.field_selector.clone_from(&self.scope.field_selector);
            }
            None => {}
        }
        query
    }

    fn take(&self, part: &Part, item: &ListItem<'_>, gathered: &mut Gathered) {
        let may_matter = self.scope.all_with_pods || self.sieve.lets_through(item);
        if part.is_about_images() && !may_matter {
            return;
        }
        // The page was read as JSON, so each of its items is.
        let Ok(object) = item.value() else { return };
        self.keep(part, &object, gathered);
    }

    fn keep(&self, part: &Part, object: &Value, gathered: &mut Gathered) {
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
        if self.scope.leaves_out(namespace) {
            return;
        }
        let resource: &Arc<Resource> = &part.resource;
        match part.rules.holds {
            Holds::PullSecrets => {
                gathered.accounts.extend(ScannedServiceAccount::of(object, resource, self.names));
            }
            Holds::Logins => match pull_secret(object) {
                Some(Ok(secret)) => gathered.secrets.push(secret),
                Some(Err(error)) => gathered.broken_secrets.push(error),
                None => {}
            },
            _ => {
                let found = ScannedObject::of(object, resource, self.names);
                gathered.objects.extend(found.filter(|found| {
                    kinds::is_worth_keeping(found, self.scope.also.as_ref())
                        || self.scope.all_with_pods && kinds::has_pods(found)
                }));
            }
        }
    }
}

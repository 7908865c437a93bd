//! Reading a cluster: every kind that may name an image, in parallel, page by page.
//!
//! What can't be read is part of the result: partial permission is normal.

mod kinds;
mod owned;
mod pods;
mod samples;
mod sieve;

use parking_lot::Mutex;
use std::sync::Arc;

use futures::{StreamExt as _, stream};

use serde_json::Value;

use super::addon::{self, ImagePullSecrets};
use super::exclusions::{Exclusions, ObjectPattern};
use super::inventory::{Inventory, PodSample, ScannedObject, Unread, WaitingPod};
use super::running::{HostPods, ListedMetadata, Makers, PodGroups, compare_with_owners};
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
    /// Every pod is read in full, and none stands for others.
    pub all_pods: bool,
    /// Pods that wait for an image are part of the inventory, too; whatever the selectors.
    pub waiting_pods: bool,
    /// The host that TKE's TCR addon is to serve: its `ImagePullSecret`s are part of the inventory,
    /// too, and every pod that pulls from there.
    pub addon_for: Option<Host>,
}

impl Scope {
    fn has_selectors(&self) -> bool {
        [&self.label_selector, &self.field_selector].into_iter().any(Option::is_some)
    }

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
        found: Mutex::new(Found::default()),
    };
    {
        let inventory = &mut reader.found.lock().inventory;
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
    let addon = async {
        match scope.addon_for {
            Some(_) => addon::read(cluster, &discovery, scope.chunk_size).await,
            None => ImagePullSecrets::NotRead,
        }
    };
    let (fatal, terminating, addon): (Vec<ClusterError>, _, _) =
        tokio::join!(reading, looking, addon);
    if let Some(error) = fatal.into_iter().next() {
        return Err(error);
    }
    let Found { mut inventory, mut pods, on_host, makers } = reader.found.into_inner();
    for found in &mut inventory.objects {
        found.is_finished |= terminating.contains(found.namespace());
    }
    pods.leave_out(&terminating);
    inventory.on_host = on_host.by_workload(&makers, scope.has_selectors());
    inventory.on_host.retain(|pods| !terminating.contains(&pods.namespace));
    inventory.addon = addon;
    inventory.terminating = terminating;
    let objects = &inventory.objects;
    let place = (cluster, &discovery);
    let has_selectors = scope.has_selectors();
    inventory.pods = compare_with_owners(place, pods, &makers, objects, names, has_selectors).await;
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
    inventory.waiting.sort_by(|one, other| {
        (&one.namespace, &one.failure.pod).cmp(&(&other.namespace, &other.failure.pod))
    });
    inventory.unread.sort_by(|one, other| one.what.cmp(&other.what));
    inventory.unread.dedup();
}

struct Reader<'a> {
    cluster: &'a Cluster,
    scope: &'a Scope,
    names: &'a CcrNames,
    sieve: Sieve,
    found: Mutex<Found>,
}

/// What was found in the lists so far.
#[derive(Default)]
struct Found {
    inventory: Inventory,
    pods: PodGroups,
    on_host: HostPods,
    makers: Makers,
}

/// What one list holds of interest.
#[derive(Default)]
struct Gathered {
    objects: Vec<ScannedObject>,
    pods: PodGroups,
    on_host: HostPods,
    makers: Makers,
    waiting: Vec<WaitingPod>,
    sampled: Option<PodSample>,
    accounts: Vec<ScannedServiceAccount>,
    secrets: Vec<PullSecret>,
    broken_secrets: Vec<PullSecretError>,
}

impl Gathered {
    fn append(&mut self, other: Self) {
        self.objects.extend(other.objects);
        self.pods.append(other.pods);
        self.on_host.append(other.on_host);
        self.makers.append(other.makers);
        self.waiting.extend(other.waiting);
        self.sampled = self.sampled.or(other.sampled);
        self.accounts.extend(other.accounts);
        self.secrets.extend(other.secrets);
        self.broken_secrets.extend(other.broken_secrets);
    }
}

impl Found {
    fn add(&mut self, gathered: Gathered) {
        let inventory = &mut self.inventory;
        inventory.objects.extend(gathered.objects);
        inventory.waiting.extend(gathered.waiting);
        inventory.sampled = inventory.sampled.or(gathered.sampled);
        inventory.accounts.extend(gathered.accounts);
        inventory.secrets.extend(gathered.secrets);
        inventory.broken_secrets.extend(gathered.broken_secrets);
        self.pods.append(gathered.pods);
        self.on_host.append(gathered.on_host);
        self.makers.append(gathered.makers);
    }
}

impl Reader<'_> {
    /// Reads one kind. An error is one that makes reading on pointless.
    async fn read(&self, part: &Part) -> Result<(), ClusterError> {
        let (gathered, listed) = match part {
            part if part.is_pods() => self.read_pods(part).await,
            part if part.is_mostly_owned() => self.read_unowned(part).await,
            part => self.read_whole(part).await,
        };
        let mut found = self.found.lock();
        // Pages that came before an error are worth having: the rest is named as unread.
        found.add(gathered);
        let inventory = &mut found.inventory;
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
        if self.is_seen_through_its_pods(part, item, gathered) {
            return;
        }
        let may_matter = self.scope.all_with_pods || self.sieve.lets_through(item);
        if part.is_about_images() && !may_matter {
            return;
        }
        self.keep_item(part, item, gathered);
    }

    /// Takes note of what an object has to do with pods. Says whether that is all that there is to
    /// be known of it.
    fn is_seen_through_its_pods(
        &self,
        part: &Part,
        item: &ListItem<'_>,
        gathered: &mut Gathered,
    ) -> bool {
        let is_selected = self.scope.has_selectors() && part.is_about_images();
        if !is_selected && !part.makes_pods() {
            return false;
        }
        let Some(metadata) = ListedMetadata::of(item.text()) else { return false };
        let kind = &part.resource.kind;
        if is_selected {
            gathered.makers.select(kind, &metadata);
        }
        let is_made = metadata.owner.is_some();
        if part.makes_pods() {
            gathered.makers.add(kind, metadata);
        }
        part.is_mostly_owned() && is_made
    }

    fn keep_item(&self, part: &Part, item: &ListItem<'_>, gathered: &mut Gathered) {
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

//! Asking the API for the fleet. Counts are taken from lists where these have them: no tag is listed.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};

use super::model::{CcrContent, CcrNamespace, Fleet, FleetCluster, FleetInstance, Unread};
use super::tier::Tier;
use crate::account::{CcrRegion, SideApis};
use crate::diagnostic::Diagnostic;
use crate::tencent::{
    Api, ApiError, Enterprise, Instance, Listing, PersonalNamespace, PersonalRepository, Region,
    instances, serverless_clusters, tke_clusters, tke_regions,
};

/// Regions and instances that are asked at the same time; the rate of each action is kept anyway.
const AT_ONCE: usize = 8;

/// Reads CCR, the clusters and the instances. What can't be read is in the result.
///
/// # Errors
/// As every call, if the instances can't be listed.
pub async fn read_fleet(apis: &SideApis) -> Result<Fleet, ApiError> {
    let listing = instances(&apis.enterprise, true).await?;
    let mut fleet = Fleet::default();
    fleet.missing("the instances", &listing);
    let read = stream::iter(listing.items)
        .map(|instance| read_instance(&apis.enterprise, instance))
        .buffered(AT_ONCE);
    for (instance, unread) in read.collect::<Vec<_>>().await {
        fleet.instances.push(instance);
        fleet.unread.extend(unread);
    }
    for source in &apis.personal {
        fleet.read_ccr(source).await;
    }
    fleet.read_clusters(&apis.enterprise).await;
    Ok(fleet)
}

impl Fleet {
    fn miss(&mut self, what: impl Into<String>, why: Diagnostic) {
        self.unread.push(Unread { what: what.into(), why });
    }

    /// Names what of a list is missing.
    fn missing<T>(&mut self, what: &str, listing: &Listing<T>) {
        for gap in &listing.gaps {
            let why = gap.error.diagnostic();
            self.miss(format!("{what} {gap}"), why);
        }
        if !listing.is_complete() && listing.gaps.is_empty() {
            let (listed, counted) = (listing.items.len(), listing.counted);
            self.miss(
                what,
                Diagnostic::new(format!("the API counts {counted}, and lists {listed}")),
            );
        }
    }

    /// What a call brought; what it didn't is named.
    fn taken<T>(&mut self, what: &str, found: Result<Listing<T>, ApiError>) -> Vec<T> {
        match found {
            Ok(listing) => {
                self.missing(what, &listing);
                listing.items
            }
            // Nothing can be where the service isn't.
            Err(error) if error.is_unsupported_region() => Vec::new(),
            Err(error) => {
                self.miss(what, error.diagnostic());
                Vec::new()
            }
        }
    }

    async fn read_ccr(&mut self, source: &CcrRegion) {
        let (personal, region) = (&source.personal, &source.region);
        let (namespaces, repositories, overview) =
            tokio::join!(personal.namespaces(), personal.repositories(), personal.overview());
        // The account has no CCR there, so there is nothing to move.
        if namespaces.as_ref().is_err_and(ApiError::is_not_initialised) {
            return;
        }
        let mut server = repositories.as_ref().ok().and_then(|found| found.server.clone());
        match overview {
            Ok(overview) => {
                server = server.or(overview.server);
                if overview.is_filtered {
                    let hint = "use a key that sees all repositories, such as the account's own";
                    let why = Diagnostic::new("the key doesn't see all of them").with_hint(hint);
                    self.miss(format!("the repositories of CCR in {region}"), why);
                }
            }
            Err(error) => {
                let what = format!("whether the key sees all repositories of CCR in {region}");
                self.miss(what, error.diagnostic());
            }
        }
        let Some(host) = source.host(server.as_ref()) else {
            let why =
                Diagnostic::new("neither the API nor a table says what its registry is called")
                    .with_hint("name it: --ccr-host HOST");
            return self.miss(format!("CCR in {region}"), why);
        };
        // Mainland regions share one deployment, which counts once.
        if self.ccr.iter().any(|known| known.host == host) {
            return;
        }
        let namespaces = self.taken(&format!("the namespaces of CCR in {region}"), namespaces);
        let repositories = self.taken(
            &format!("the repositories of CCR in {region}"),
            repositories.map(|found| found.listing),
        );
        let namespaces = grouped(namespaces, repositories);
        self.ccr.push(CcrContent { region: region.clone(), host, namespaces });
    }

    async fn read_clusters(&mut self, api: &Api) {
        let regions = match tke_regions(api).await {
            Ok(regions) => regions.into_iter().collect(),
            Err(error) => {
                self.miss("the regions that have clusters", error.diagnostic());
                self.known_regions()
            }
        };
        let ask = |region: Region| async move {
            let api = api.with_region(region.clone());
            let found = tokio::join!(tke_clusters(&api, &[]), serverless_clusters(&api));
            (region, found)
        };
        let found = stream::iter(regions).map(ask).buffered(AT_ONCE).collect::<Vec<_>>().await;
        for (region, (clusters, serverless)) in found {
            let mut clusters = self.taken(&format!("the clusters in {region}"), clusters);
            let what = format!("the serverless clusters in {region}");
            clusters.extend(self.taken(&what, serverless));
            for cluster in clusters {
                if cluster.vpc.is_empty() {
                    let why = Diagnostic::new("the API doesn't say it");
                    self.miss(format!("the VPC of {} in {region}", cluster.id), why);
                }
                self.clusters.push(FleetCluster { region: region.clone(), cluster });
            }
        }
    }

    /// Where there may be clusters if TKE doesn't say: beside instances and CCR.
    fn known_regions(&self) -> BTreeSet<Region> {
        let instances = self.instances.iter().map(|held| held.instance.region.clone());
        instances.chain(self.ccr.iter().map(|ccr| ccr.region.clone())).collect()
    }
}

fn grouped(
    namespaces: Vec<PersonalNamespace>,
    repositories: Vec<PersonalRepository>,
) -> Vec<CcrNamespace> {
    let empty = |name: String| CcrNamespace { name, repositories: Vec::new(), tags: 0 };
    let mut grouped: BTreeMap<String, CcrNamespace> =
        namespaces.into_iter().map(|found| (found.name.clone(), empty(found.name))).collect();
    for repository in repositories {
        let name = repository.name.split('/').next().unwrap_or_default().to_owned();
        let namespace = grouped.entry(name.clone()).or_insert_with(|| empty(name));
        namespace.tags += repository.tags;
        namespace.repositories.push(repository.name);
    }
    grouped.into_values().collect()
}

/// Asks for no more than an instance of its edition can have.
async fn read_instance(api: &Api, instance: Instance) -> (FleetInstance, Vec<Unread>) {
    let enterprise = Enterprise::new(api, &instance);
    let tier = Tier::of(&instance.kind);
    let allows = |least: Tier| tier.is_none_or(|tier| tier >= least);
    let whole = |items: Vec<_>| Listing { counted: items.len() as u64, items, gaps: Vec::new() };
    let mut seen = Fleet::default();
    let name = instance.name.clone();
    let what = |of: &str| format!("the {of} of {name}");

    let (links, namespaces, repositories) =
        tokio::join!(enterprise.links(), enterprise.namespaces(), enterprise.repositories());
    let links = seen.taken(&what("links"), links.map(whole));
    let namespaces = seen.taken(&what("namespaces"), namespaces);
    let repositories = seen.taken(&what("repositories"), repositories);
    let replicas = match allows(Tier::Premium) {
        true => enterprise.replica_regions().await.unwrap_or_else(|error| {
            seen.miss(what("replicas"), error.diagnostic());
            Vec::new()
        }),
        false => Vec::new(),
    };
    let rules = match allows(Tier::Standard) {
        true => seen.taken(&what("rules"), enterprise.replication_rules().await),
        false => Vec::new(),
    };
    let found = FleetInstance {
        links: links.into_iter().map(|link| link.vpc).collect(),
        replicas: replicas.into_iter().collect(),
        rules,
        namespaces: namespaces.into_iter().map(|held| held.name).collect(),
        repositories: repositories.into_iter().map(|held| held.name).collect(),
        instance,
    };
    (found, seen.unread)
}

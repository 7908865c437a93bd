//! What checks work on: settings, and what earlier checks have opened and read.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::sync::OnceCell;

use super::finding::Finding;
use super::slot::Slot;
use crate::account::{Account, AccountError, CcrRegion, CcrRegistries, Settings, tcr_api};
use crate::environment::Environment;
use crate::image::{Digest, Host, RepositoryName};
use crate::kubernetes::{Cluster, ConnectionSettings, Discovery};
use crate::registry::Registry;
use crate::tencent::{
    Api, Enterprise, EnterpriseNamespace, Identity, Link, PersonalRepository, identity,
};
use crate::tke::FoundCluster;

/// Everything that is looked at.
pub struct Ground {
    pub(super) settings: Settings,
    pub(super) environment: Environment,
    pub(super) clusters: Vec<ClusterGround>,
    /// Which resolver is asked; the system's if none is named.
    pub(super) dns_server: Option<SocketAddr>,
    /// In which namespace nodes are probed, if they are.
    pub(super) probe_in: Option<String>,
    caller: OnceCell<Caller>,
    /// Whose keys are used for CCR and for TCR, by `identity`.
    pub(super) callers: Slot<[Identity; 2]>,
    /// An image of TCR to try things with; see `some_image`.
    pub(super) image: OnceCell<Result<(RepositoryName, Digest), Finding>>,
    /// CCR's API, by `identity`.
    pub(super) sources: Slot<Vec<CcrRegion>>,
    /// CCR's registries, by `ccr.registry`.
    pub(super) ccr: Slot<CcrRegistries>,
    /// What is in CCR, by `ccr.quota`.
    pub(super) repositories: Slot<Vec<CcrRepository>>,
    /// TCR, by `tcr.instance`.
    pub(super) account: Slot<Account>,
    /// Its namespaces, by `tcr.visibility`.
    pub(super) namespaces: Slot<Vec<EnterpriseNamespace>>,
    /// Its links, by `network.links`.
    pub(super) links: Slot<Vec<Link>>,
    /// Whether its public entry is open, by `network.public`.
    pub(super) entry_is_open: Slot<bool>,
    /// TCR's registry with a 1-hour token, by `tcr.token`.
    pub(super) target: Slot<Registry>,
}

/// A cluster that is looked at.
pub struct ClusterGround {
    /// How it is reached.
    pub(super) connection: ConnectionSettings,
    /// Its context, or what stands for one.
    pub(super) name: String,
    /// The connection, by `cluster.reach`.
    pub(super) cluster: Slot<Cluster>,
    /// The kinds that it has, by `cluster.reach`.
    pub(super) kinds: Slot<Discovery>,
    /// What it is to Tencent, by `cluster.identity`.
    pub(super) tke: Slot<FoundCluster>,
    /// Its nodes, by `cluster.runtimes`.
    pub(super) nodes: Slot<Vec<Value>>,
}

/// A repository of CCR, and where it goes.
pub(super) struct CcrRepository {
    pub(super) host: Host,
    pub(super) listed: PersonalRepository,
    /// Its name in TCR; `None` if it is left out or can't have one.
    pub(super) target: Option<RepositoryName>,
}

/// Who calls Tencent's API.
pub(super) struct Caller {
    pub(super) api: Option<Api>,
    pub(super) answer: Result<Identity, AccountError>,
}

impl Ground {
    /// Nothing is opened yet.
    #[must_use]
    pub fn new(settings: Settings, environment: Environment, clusters: Vec<ClusterGround>) -> Self {
        Self {
            settings,
            environment,
            clusters,
            dns_server: None,
            probe_in: None,
            caller: OnceCell::new(),
            callers: Slot::default(),
            image: OnceCell::new(),
            sources: Slot::default(),
            ccr: Slot::default(),
            repositories: Slot::default(),
            account: Slot::default(),
            namespaces: Slot::default(),
            links: Slot::default(),
            entry_is_open: Slot::default(),
            target: Slot::default(),
        }
    }

    /// Names are asked of this resolver instead of the system's.
    #[must_use]
    pub fn with_dns_server(self, server: Option<SocketAddr>) -> Self {
        Self { dns_server: server, ..self }
    }

    /// Pods are made in this namespace, and deleted again.
    #[must_use]
    pub fn probing_in(self, namespace: Option<String>) -> Self {
        Self { probe_in: namespace, ..self }
    }

    /// Asked once: two checks look at the answer.
    pub(super) async fn caller(&self) -> &Caller {
        self.caller
            .get_or_init(|| async {
                let api = match tcr_api(&self.settings, &self.environment).await {
                    Ok(api) => api,
                    Err(error) => return Caller { api: None, answer: Err(error) },
                };
                let answer = identity(&api).await.map_err(AccountError::from);
                Caller { api: Some(api), answer }
            })
            .await
    }

    /// Tencent's API with the key that is used.
    ///
    /// # Errors
    /// A finding, if there is no key.
    pub(super) async fn api(&self) -> Result<&Api, Finding> {
        self.caller().await.api.as_ref().ok_or_else(Finding::no_api)
    }

    /// The instance by its API.
    ///
    /// # Errors
    /// A finding, if the instance could not be opened, or is known by its host alone.
    pub(super) fn enterprise(&self) -> Result<&Enterprise, Finding> {
        self.account.get()?.enterprise.as_ref().ok_or_else(Finding::no_api)
    }

    /// The namespaces of TCR that images go to, if CCR could be listed.
    pub(super) fn is_target(&self, namespace: &str) -> bool {
        self.repositories.peek().is_none_or(|repositories| {
            let targets = repositories.iter().filter_map(|held| held.target.as_ref());
            targets.map(RepositoryName::namespace).any(|name| name == namespace)
        })
    }

    /// Calls of Tencent's API so far, and requests to registries.
    pub(super) fn effort(&self) -> (u64, u64) {
        let caller = self.caller.get().and_then(|caller| caller.api.as_ref());
        let ccr = self.sources.peek().and_then(|regions| regions.first());
        let tcr = self.account.peek().and_then(|account| account.enterprise.as_ref());
        let calls = caller.map_or(0, Api::calls)
            + ccr.map_or(0, |region| region.personal.api().calls())
            + tcr.map_or(0, |enterprise| enterprise.api().calls());
        let ccr = self.ccr.peek().map(|ccr| ccr.registries.traffic());
        let tcr = self.account.peek().map(|account| account.registries.traffic());
        let sent = ccr.iter().chain(&tcr).flatten().map(|(_, traffic)| traffic.requests);
        let token = self.target.peek().map_or(0, |target| target.traffic().requests);
        (calls, sent.sum::<u64>() + token)
    }
}

impl ClusterGround {
    /// A cluster by its connection; `name` is what people call it.
    #[must_use]
    pub fn new(connection: ConnectionSettings, name: String) -> Self {
        Self {
            connection,
            name,
            cluster: Slot::default(),
            kinds: Slot::default(),
            tke: Slot::default(),
            nodes: Slot::default(),
        }
    }
}

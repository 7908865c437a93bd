//! One side alone: CCR's registries, which need no API key, its side as a whole, the API of each side.

use std::collections::HashMap;
use std::sync::Arc;

use super::open::{self, CcrRegion};
use super::{AccountError, Logins, Registries, Settings};
use crate::environment::Environment;
use crate::http::Network;
use crate::image::{CcrHosts, Host, Mapping};
use crate::registry::DockerStore;
use crate::tencent::{Api, Region};

/// CCR's registries as the settings describe them.
pub struct CcrRegistries {
    /// The hosts, one for each region.
    pub hosts: Vec<Host>,
    /// All hosts that are CCR, by whatever name.
    pub ccr_hosts: CcrHosts,
    /// Clients for them, with the logins that were given or that Docker has stored.
    pub registries: Registries,
    /// What CCR names become.
    pub mapping: Mapping,
}

impl CcrRegistries {
    /// Reads settings, files and Docker's store. Sends nothing, and needs no API key.
    ///
    /// # Errors
    /// [`AccountError`], each with a hint.
    pub async fn open(
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Self, AccountError> {
        let file = open::mapping_file(settings)?;
        let network = Arc::new(Network::new(open::network_settings(settings, environment))?);
        let named = open::named_ccr_hosts(settings, &file);
        let regions = open::ccr_regions(settings, &file);
        let hosts = match (regions.as_slice(), settings.ccr_host.as_slice()) {
            ([_], [host]) => vec![host.clone()],
            _ => regions.iter().filter_map(Region::ccr_host).collect(),
        };
        let fixed = open::ccr_logins(settings, &named).await?;
        let store = DockerStore::open(settings.docker_config.clone(), environment);
        let logins = Arc::new(Logins::new(fixed, store, Vec::new(), None));
        Ok(Self {
            hosts,
            ccr_hosts: CcrHosts::new(named),
            registries: Registries::new(network, logins, HashMap::new()),
            mapping: open::mapping_of(settings, file),
        })
    }
}

/// The side that a move comes from.
pub struct CcrSide {
    /// CCR, one for each region; at least one.
    pub regions: Vec<CcrRegion>,
    /// Which hosts are CCR.
    pub hosts: CcrHosts,
    /// What CCR names become.
    pub mapping: Mapping,
    /// Its registries.
    pub registries: Registries,
}

impl CcrSide {
    /// Finds the key of CCR's side, too. Sends nothing.
    ///
    /// # Errors
    /// [`AccountError`], each with a hint.
    pub async fn open(
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Self, AccountError> {
        let regions = ccr_apis(settings, environment).await?;
        let CcrRegistries { ccr_hosts: hosts, registries, mapping, .. } =
            CcrRegistries::open(settings, environment).await?;
        Ok(Self { regions, hosts, mapping, registries })
    }
}

/// CCR's API, one client for each region. Finds a key; asks nobody.
///
/// # Errors
/// [`AccountError`], each with a hint.
pub async fn ccr_apis(
    settings: &Settings,
    environment: &Environment,
) -> Result<Vec<CcrRegion>, AccountError> {
    let file = open::mapping_file(settings)?;
    let network = Arc::new(Network::new(open::network_settings(settings, environment))?);
    open::sources(settings, &file, environment, &network).await
}

/// The API with the key of each side. Nothing is sent.
pub struct SideApis {
    /// With CCR's key, in each of its regions; at least one.
    pub personal: Vec<CcrRegion>,
    /// With TCR's key.
    pub enterprise: Api,
}

/// The API of both sides, without looking for an instance.
///
/// # Errors
/// [`AccountError`], each with a hint.
pub async fn side_apis(
    settings: &Settings,
    environment: &Environment,
) -> Result<SideApis, AccountError> {
    Ok(SideApis {
        enterprise: open::tcr_api(settings, environment).await?,
        personal: ccr_apis(settings, environment).await?,
    })
}

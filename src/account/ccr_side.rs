//! CCR alone, for commands that have nothing to do with TCR.

use std::collections::HashMap;
use std::sync::Arc;

use super::open::{self, CcrRegion};
use super::{AccountError, Logins, Registries, Settings};
use crate::environment::Environment;
use crate::http::Network;
use crate::image::{CcrHosts, Mapping};
use crate::registry::DockerStore;

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
    /// Finds the key of CCR's side. Sends nothing.
    ///
    /// # Errors
    /// [`AccountError`], each with a hint.
    pub async fn open(
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Self, AccountError> {
        let file = open::mapping_file(settings)?;
        let network = Arc::new(Network::new(open::network_settings(settings, environment))?);
        let regions = open::sources(settings, &file, environment, &network).await?;
        let hosts = open::named_ccr_hosts(settings, &file);
        let fixed = open::ccr_logins(settings, &hosts).await?;
        let store = DockerStore::open(settings.docker_config.clone(), environment);
        let logins = Logins::new(fixed, store, Vec::new(), None);
        Ok(Self {
            regions,
            hosts: CcrHosts::new(hosts),
            mapping: open::mapping_of(settings, file),
            registries: Registries::new(network, Arc::new(logins), HashMap::new()),
        })
    }
}

//! From settings to clients: finds keys, chooses the instance, collects hosts and logins.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::settings::{GivenKey, GivenLogin};
use super::text_file::read_text;
use super::{
    AccountError, FixedLogin, Logins, MappingFile, MappingFileError, Registries, Settings, instance,
};
use crate::environment::Environment;
use crate::http::{Network, NetworkSettings, Proxies, Secret};
use crate::image::{CcrHosts, Host, Mapping};
use crate::registry::{DockerStore, LoginError, parse_auth_file};
use crate::tencent::{
    Api, Edition, Endpoint, Enterprise, Instance, KeyChain, KeyError, KeySettings, Listing,
    Personal, Region, endpoints, instances,
};

/// A login is short; a longer file is the wrong one.
const AUTH_FILE_LIMIT: u64 = 4 * 1024 * 1024;

/// Which APIs a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredApis {
    /// The APIs of both sides.
    Both,
    /// The API of TCR.
    Tcr,
    /// Registries are enough; the API of TCR is used if there is a key and the instance is named.
    None,
}

/// Both sides of a move, ready to be used.
pub struct Account {
    /// CCR, one for each region. May be empty if only registries are needed.
    pub sources: Vec<CcrRegion>,
    /// The instance, if the API is used.
    pub instance: Option<Instance>,
    /// Its API, if that is used.
    pub enterprise: Option<Enterprise>,
    /// The host that references will name, if it is known.
    pub target_host: Option<Host>,
    /// Which hosts are CCR.
    pub ccr_hosts: CcrHosts,
    /// What CCR names become, and what the mapping file leaves out.
    pub mapping: Mapping,
    /// All registries.
    pub registries: Registries,
    /// Docker's store, for `login`.
    pub docker_store: DockerStore,
    /// Notices for the user.
    pub notices: Vec<String>,
}

/// CCR in one region.
pub struct CcrRegion {
    /// The region.
    pub region: Region,
    /// Its API.
    pub personal: Personal,
    host: Option<Host>,
}

impl CcrRegion {
    /// The registry's host: as the user says, else as the API says, else by the table of regions.
    #[must_use]
    pub fn host(&self, server: Option<&Host>) -> Option<Host> {
        self.host.clone().or_else(|| server.cloned()).or_else(|| self.region.ccr_host())
    }

    /// All names of the registry: as the user, the API and the table of regions have it.
    pub(super) fn hosts(&self, server: Option<Host>) -> BTreeSet<Host> {
        self.host.iter().cloned().chain(server).chain(self.region.ccr_host()).collect()
    }
}

impl Account {
    /// Finds keys, instance, hosts and logins. Asks the API for the instance; sends nothing to a
    /// registry.
    ///
    /// # Errors
    /// [`AccountError`], each with a hint.
    pub async fn open(
        settings: &Settings,
        environment: &Environment,
        required: RequiredApis,
    ) -> Result<Self, AccountError> {
        let file = mapping_file(settings)?;
        let is_stdin = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        if is_stdin(&settings.ccr_auth_file) && is_stdin(&settings.tcr_auth_file) {
            return Err(AccountError::StandardInputTwice);
        }
        let network = Arc::new(Network::new(network_settings(settings, environment))?);
        let mut notices = Vec::new();
        let tcr_name = settings.tcr_name.as_deref().or(file.tcr_name.as_deref());
        let tcr_host = settings.tcr_host.as_ref().or(file.tcr_host.as_ref());

        let target =
            FoundInstance::find(settings, &file, environment, &network, required, &mut notices)
                .await?;
        let target_host = match (&target, tcr_host, tcr_name) {
            (_, Some(host), _) => Some(host.clone()),
            (Some(target), _, _) => target.instance.public_domain.clone(),
            (None, _, Some(name)) => {
                let host: Option<Host> = format!("{name}.tencentcloudcr.com").parse().ok();
                if let Some(host) = &host {
                    notices.push(format!(
                        "without an API key the instance's host is taken to be {host}"
                    ));
                }
                host
            }
            (None, None, None) => None,
        };
        if target_host.is_none() && required != RequiredApis::None {
            return Err(AccountError::NoTarget);
        }
        let (instance, enterprise) = match target {
            Some(target) => (Some(target.instance), Some(target.enterprise)),
            None => (None, None),
        };

        let sources = match required {
            RequiredApis::Both => sources(settings, &file, environment, &network).await?,
            // Used for what only the API can tell, if there is a key.
            RequiredApis::None => {
                sources(settings, &file, environment, &network).await.unwrap_or_default()
            }
            RequiredApis::Tcr => Vec::new(),
        };
        let ccr_hosts = named_ccr_hosts(settings, &file);

        let mut fixed = ccr_logins(settings, &ccr_hosts).await?;
        let mut target_hosts: Vec<Host> = target_host.iter().cloned().collect();
        target_hosts.extend(settings.tcr_push_host.clone());
        target_hosts.extend(instance.as_ref().and_then(|instance| instance.public_domain.clone()));
        target_hosts.dedup();
        fixed.extend(given_for(settings.tcr_login.as_ref(), &target_hosts));
        let file_of_tcr = settings.tcr_auth_file.as_deref();
        fixed.extend(read_logins(file_of_tcr, &target_hosts, "--tcr-auth-file").await?);
        let docker_store = DockerStore::open(settings.docker_config.clone(), environment);
        let logins = Logins::new(fixed, docker_store.clone(), target_hosts, enterprise.clone());
        let push_hosts = match (&target_host, &settings.tcr_push_host) {
            (Some(host), Some(push)) => HashMap::from([(host.clone(), push.clone())]),
            _ => HashMap::new(),
        };
        Ok(Self {
            sources,
            instance,
            enterprise,
            target_host,
            ccr_hosts: CcrHosts::new(ccr_hosts),
            mapping: mapping_of(settings, file),
            registries: Registries::new(network, Arc::new(logins), push_hosts),
            docker_store,
            notices,
        })
    }
}

#[cfg(test)]
impl Account {
    /// An account of one region and one instance that `api` answers for. No registry can be reached.
    pub(crate) fn answered_by(api: Api, source: Host, target: Host) -> Self {
        let instance = Instance {
            id: "tcr-1".to_owned(),
            name: "prod".to_owned(),
            region: api.region().clone(),
            status: "Running".to_owned(),
            kind: crate::tencent::InstanceKind::Premium,
            public_domain: Some(target.clone()),
            internal_endpoint: None,
            anonymous: false,
            token_hours: 1,
            prepaid: None,
        };
        let docker_store = DockerStore::open(None, &Environment::for_tests(&[], Path::new("")));
        let logins = Logins::new(Vec::new(), docker_store.clone(), vec![target.clone()], None);
        let network = Arc::new(Network::new(NetworkSettings::default()).unwrap());
        let region = api.region().clone();
        Self {
            enterprise: Some(Enterprise::new(&api, &instance)),
            instance: Some(instance),
            sources: vec![CcrRegion {
                region,
                personal: Personal::new(api),
                host: Some(source.clone()),
            }],
            target_host: Some(target),
            ccr_hosts: CcrHosts::new(vec![source]),
            mapping: Mapping::new(Vec::new()),
            registries: Registries::new(network, Arc::new(logins), HashMap::new()),
            docker_store,
            notices: Vec::new(),
        }
    }
}

/// Which hosts are CCR, by the flags and the mapping file. Sends nothing.
///
/// # Errors
/// [`AccountError`] if the mapping file can't be read.
pub fn ccr_hosts(settings: &Settings) -> Result<CcrHosts, AccountError> {
    ccr_names(settings).map(|(hosts, _)| hosts)
}

/// The same, and what CCR names become. The mapping file is read once.
///
/// # Errors
/// As [`ccr_hosts`].
pub fn ccr_names(settings: &Settings) -> Result<(CcrHosts, Mapping), AccountError> {
    let file = mapping_file(settings)?;
    let hosts = CcrHosts::new(named_ccr_hosts(settings, &file));
    Ok((hosts, mapping_of(settings, file)))
}

pub(super) fn mapping_file(settings: &Settings) -> Result<MappingFile, MappingFileError> {
    settings.mapping.as_deref().map_or_else(|| Ok(MappingFile::default()), MappingFile::read)
}

pub(super) fn mapping_of(settings: &Settings, file: MappingFile) -> Mapping {
    Mapping::new([settings.map.clone(), file.rules].concat()).excluding(file.excludes)
}

pub(super) fn named_ccr_hosts(settings: &Settings, file: &MappingFile) -> Vec<Host> {
    let mut hosts = [settings.ccr_host.clone(), file.ccr_hosts.clone()].concat();
    hosts.extend(ccr_regions(settings, file).iter().filter_map(Region::ccr_host));
    hosts
}

/// The logins of CCR that flags and files give.
pub(super) async fn ccr_logins(
    settings: &Settings,
    hosts: &[Host],
) -> Result<Vec<FixedLogin>, AccountError> {
    let mut fixed = settings.fixed_logins.clone();
    fixed.extend(given_for(settings.ccr_login.as_ref(), hosts));
    let file = settings.ccr_auth_file.as_deref();
    fixed.extend(read_logins(file, hosts, "--ccr-auth-file").await?);
    Ok(fixed)
}

/// The instances that the key of TCR's side can see, in all regions.
///
/// # Errors
/// [`AccountError`], each with a hint.
pub async fn list_instances(
    settings: &Settings,
    environment: &Environment,
) -> Result<Listing<Instance>, AccountError> {
    let network = Arc::new(Network::new(network_settings(settings, environment))?);
    let api = target_api(settings, settings.tcr_region.clone(), environment, &network).await?;
    Ok(instances(&api, true).await?)
}

/// The API of TCR's side. Finds a key; asks nobody.
///
/// # Errors
/// [`AccountError`], each with a hint.
pub async fn tcr_api(settings: &Settings, environment: &Environment) -> Result<Api, AccountError> {
    let file = mapping_file(settings)?;
    let network = Arc::new(Network::new(network_settings(settings, environment))?);
    let region = settings.tcr_region.clone().or(file.tcr_region);
    Ok(target_api(settings, region, environment, &network).await?)
}

/// The regions of CCR that flags and mapping file name, at least one. Sends nothing.
///
/// # Errors
/// [`AccountError`] if the mapping file can't be read.
pub fn named_ccr_regions(settings: &Settings) -> Result<Vec<Region>, AccountError> {
    Ok(ccr_regions(settings, &mapping_file(settings)?))
}

async fn target_api(
    settings: &Settings,
    region: Option<Region>,
    environment: &Environment,
    network: &Arc<Network>,
) -> Result<Api, KeyError> {
    let keys = key_chain(Edition::Tcr, settings.tcr_key(), settings, environment, network).await?;
    let region = region.unwrap_or_else(Region::guangzhou);
    let endpoint = endpoint_of(settings.tcr_api_endpoint.as_ref(), settings, &region);
    Ok(Api::new(network.clone(), endpoints(endpoint, environment)?, region, Arc::new(keys)))
}

pub(super) fn network_settings(settings: &Settings, environment: &Environment) -> NetworkSettings {
    let default = NetworkSettings::default();
    NetworkSettings {
        ca_files: settings.ca_file.clone(),
        insecure_hosts: settings.insecure_registry.clone(),
        fixed_addresses: settings.resolve.clone(),
        stall_timeout: settings
            .stall_timeout
            .map_or(default.stall_timeout, |seconds| Duration::from_secs(seconds.into())),
        requests_per_second: settings.limit_requests,
        proxies: Proxies::read(environment),
        ..default
    }
}

struct FoundInstance {
    instance: Instance,
    enterprise: Enterprise,
}

impl FoundInstance {
    async fn find(
        settings: &Settings,
        file: &MappingFile,
        environment: &Environment,
        network: &Arc<Network>,
        required: RequiredApis,
        notices: &mut Vec<String>,
    ) -> Result<Option<Self>, AccountError> {
        let name = settings.tcr_name.as_deref().or(file.tcr_name.as_deref());
        let host = settings.tcr_host.as_ref().or(file.tcr_host.as_ref());
        let region = settings.tcr_region.clone().or_else(|| file.tcr_region.clone());
        let api = match target_api(settings, region, environment, network).await {
            Err(KeyError::None { .. }) if required == RequiredApis::None => return Ok(None),
            api => api?,
        };
        // The instance may be in another region than the one that answered.
        let listing = match instances(&api, true).await {
            // A list of images needs no API; a key that happens to be found must not stop it.
            Err(error) if required == RequiredApis::None && name.is_none() => {
                notices.push(format!("the API key is not used: {error}"));
                return Ok(None);
            }
            listing => listing?,
        };
        let may_do_without = required == RequiredApis::None && name.is_none();
        let chosen = match instance::choose(&api, listing.items, name, host).await {
            // A list of images may go anywhere; it needs no instance unless one is named.
            Err(AccountError::NoInstance | AccountError::SeveralInstances { .. })
                if may_do_without =>
            {
                return Ok(None);
            }
            Err(error @ AccountError::UnknownTargetHost { .. }) if may_do_without => {
                notices.push(format!("the API is not used: {error}"));
                return Ok(None);
            }
            chosen => chosen?,
        };
        let enterprise = Enterprise::new(&api, &chosen);
        Ok(Some(Self { instance: chosen, enterprise }))
    }
}

/// The regions of CCR, at least one.
pub(super) fn ccr_regions(settings: &Settings, file: &MappingFile) -> Vec<Region> {
    match (settings.ccr_region.as_slice(), file.ccr_regions.as_slice()) {
        ([], []) => vec![Region::guangzhou()],
        ([], regions) | (regions, _) => regions.to_vec(),
    }
}

pub(super) async fn sources(
    settings: &Settings,
    file: &MappingFile,
    environment: &Environment,
    network: &Arc<Network>,
) -> Result<Vec<CcrRegion>, AccountError> {
    let regions = ccr_regions(settings, file);
    let keys = key_chain(Edition::Ccr, settings.ccr_key(), settings, environment, network).await?;
    let keys = Arc::new(keys);
    let only_host = match (regions.as_slice(), settings.ccr_host.as_slice()) {
        ([_], [host]) => Some(host.clone()),
        _ => None,
    };
    let endpoint = endpoint_of(settings.ccr_api_endpoint.as_ref(), settings, &regions[0]);
    let api =
        Api::new(network.clone(), endpoints(endpoint, environment)?, regions[0].clone(), keys);
    let source = |region: Region| CcrRegion {
        personal: Personal::new(api.with_region(region.clone())),
        region,
        host: only_host.clone(),
    };
    Ok(regions.into_iter().map(source).collect())
}

async fn key_chain(
    edition: Edition,
    given: GivenKey,
    settings: &Settings,
    environment: &Environment,
    network: &Arc<Network>,
) -> Result<KeyChain, KeyError> {
    let wishes = KeySettings {
        id: given.id,
        secret: given.secret,
        token: given.token,
        profile: settings.profile.clone(),
    };
    KeyChain::find(edition, &wishes, environment, network).await
}

fn endpoint_of(own: Option<&Endpoint>, settings: &Settings, region: &Region) -> Endpoint {
    own.or(settings.api_endpoint.as_ref()).cloned().unwrap_or_else(|| Endpoint::for_region(region))
}

fn given_for(given: Option<&GivenLogin>, hosts: &[Host]) -> Vec<FixedLogin> {
    let for_host = |host: &Host| {
        given.map(|given| FixedLogin {
            host: host.clone(),
            namespace: None,
            username: given.username.clone(),
            password: given.password.clone(),
            origin: given.origin.clone(),
        })
    };
    hosts.iter().filter_map(for_host).collect()
}

async fn read_logins(
    path: Option<&Path>,
    hosts: &[Host],
    flag: &'static str,
) -> Result<Vec<FixedLogin>, AccountError> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let error = |reason: String| AccountError::AuthFile { flag, path: path.to_owned(), reason };
    let unreadable = |error: io::Error| AccountError::AuthFileUnreadable {
        flag,
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let text = read_text(path, AUTH_FILE_LIMIT).await.map(Secret::from).map_err(unreadable)?;
    let mut logins = Vec::new();
    for host in hosts {
        let login = parse_auth_file(text.expose(), host, flag).map_err(|wrong| match wrong {
            // Flag and file are named already.
            LoginError::AuthFile { reason, .. } => error(reason.to_owned()),
            LoginError::ConfigNotJson { line, column, reason, .. } => {
                error(format!("line {line}, column {column}: {reason}"))
            }
            other => error(other.to_string()),
        })?;
        logins.extend(login.map(|login| FixedLogin {
            host: host.clone(),
            namespace: None,
            username: login.username,
            password: login.password,
            origin: flag.to_owned(),
        }));
    }
    if logins.is_empty() {
        let hosts: Vec<&str> = hosts.iter().map(Host::as_str).collect();
        return Err(error(format!("it holds no login for {}", hosts.join(", "))));
    }
    Ok(logins)
}

//! How hosts are reached: one pooled client for each host.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::addresses::Addresses;
use super::error::HttpError;
use super::proxy::{Proxies, ProxyRoute};
use super::tls::{HostCertificates, read_certificates};
use crate::image::Host;

/// What the user says about the network.
#[derive(Debug, Clone)]
pub struct NetworkSettings {
    /// PEM files with CAs to trust besides the system's.
    pub ca_files: Vec<PathBuf>,
    /// Hosts for which plain HTTP is allowed, besides loopback.
    pub insecure_hosts: Vec<Host>,
    /// Addresses to use instead of DNS.
    pub fixed_addresses: Vec<FixedAddress>,
    /// Folders laid out as Docker's `certs.d`.
    pub certificate_folders: Vec<PathBuf>,
    /// Sent with each request.
    pub user_agent: String,
    /// For name look-up, TCP and TLS together.
    pub connect_timeout: Duration,
    /// The longest silence while waiting for a response or reading it. There is no limit on the
    /// whole request.
    pub stall_timeout: Duration,
    /// How many requests may start in a second at each registry; `None` for no ceiling.
    pub requests_per_second: Option<u32>,
    /// The proxies that the environment names.
    pub proxies: Proxies,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        let mut certificate_folders = vec![PathBuf::from("/etc/docker/certs.d")];
        certificate_folders.extend(dirs::home_dir().map(|home| home.join(".docker/certs.d")));
        Self {
            ca_files: Vec::new(),
            insecure_hosts: Vec::new(),
            fixed_addresses: Vec::new(),
            certificate_folders,
            user_agent: concat!("ccr2tcr/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            stall_timeout: Duration::from_secs(60),
            requests_per_second: None,
            proxies: Proxies::default(),
        }
    }
}

/// `HOST:PORT:ADDRESS`: where connections to a host and port really go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedAddress {
    name: String,
    port: u16,
    address: IpAddr,
}

/// A `--resolve` that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not HOST:PORT:ADDRESS, as in prod.tencentcloudcr.com:443:10.0.0.5")]
pub struct FixedAddressError(String);

impl FromStr for FixedAddress {
    type Err = FixedAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || FixedAddressError(text.to_owned());
        let mut parts = text.splitn(3, ':');
        let (name, port, address) = (parts.next(), parts.next(), parts.next());
        let name = name.filter(|name| !name.is_empty()).ok_or_else(error)?;
        let address = address.ok_or_else(error)?;
        let address = address.trim_start_matches('[').trim_end_matches(']');
        Ok(Self {
            name: name.to_ascii_lowercase(),
            port: port.and_then(|port| port.parse().ok()).ok_or_else(error)?,
            address: address.parse().map_err(|_| error())?,
        })
    }
}

impl fmt::Display for FixedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name, self.port, self.address)
    }
}

/// After how long a silence a connection with HTTP/2 is asked whether it is alive, and how long it
/// may take to answer.
const KEEP_ALIVE: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(15));

/// Whether the machine has a CA store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SystemCertificates {
    Trusted,
    Missing,
}

/// Makes and caches the clients. One for the whole run.
pub struct Network {
    settings: NetworkSettings,
    authorities: Vec<reqwest::Certificate>,
    clients: Mutex<HashMap<(Host, Connections), reqwest::Client>>,
}

/// Over which connections a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connections {
    /// One for many requests at once, if the host offers HTTP/2. For small ones.
    Shared,
    /// One for each request under way, by HTTP/1.1: for large answers that is faster than many
    /// streams in one TCP window.
    Separate,
    /// As [`Connections::Separate`], but it waits for a response without a limit: the HTTP library
    /// counts from the start of a request and would end a long upload. The caller has to watch
    /// that the stream moves.
    Unwatched,
}

impl Network {
    /// Reads the CA files. Nothing is sent yet.
    ///
    /// # Errors
    /// [`HttpError::CertificateFile`] if a CA file can't be read.
    pub fn new(settings: NetworkSettings) -> Result<Self, HttpError> {
        // Another crate may have set a provider already; it is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut authorities = Vec::new();
        for file in &settings.ca_files {
            authorities.extend(read_certificates(file)?);
        }
        Ok(Self { settings, authorities, clients: Mutex::default() })
    }

    /// Whether plain HTTP is allowed for `host`: loopback, or named by `--insecure-registry`.
    #[must_use]
    pub fn allows_plain_http(&self, host: &Host) -> bool {
        host.is_loopback() || self.settings.insecure_hosts.contains(host)
    }

    /// The longest silence that is tolerated, for callers that watch a stream themselves.
    #[must_use]
    pub fn stall_timeout(&self) -> Duration {
        self.settings.stall_timeout
    }

    /// How many requests the user allows a registry in a second.
    #[must_use]
    pub fn requests_per_second(&self) -> Option<u32> {
        self.settings.requests_per_second
    }

    /// The client for `host`. It follows no redirects, so that no token goes to another host.
    ///
    /// # Errors
    /// [`HttpError`] if the host's `certs.d` folder can't be read or the client can't be made.
    pub fn client(
        &self,
        host: &Host,
        connections: Connections,
    ) -> Result<reqwest::Client, HttpError> {
        let mut clients = self.clients.lock();
        let key = (host.clone(), connections);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = self.build(host, connections)?;
        clients.insert(key, client.clone());
        Ok(client)
    }

    /// What the HTTP library reports for a request to `host`. Where there was no connection, with the
    /// proxy that was to carry it.
    #[must_use]
    pub fn failure(&self, host: &str, error: reqwest::Error) -> HttpError {
        let route = error.url().map(|url| self.settings.proxies.route(url));
        let mut error = HttpError::from_reqwest(host, error);
        if let HttpError::Unreachable { proxy, .. } = &mut error
            && let Some(Ok(ProxyRoute::Through(route))) = route
        {
            // Its address may hold a password.
            let port = route.port_or_known_default().unwrap_or_default();
            *proxy = Some(format!("{}:{port}", route.host_str().unwrap_or_default()));
        }
        error
    }

    fn build(&self, host: &Host, connections: Connections) -> Result<reqwest::Client, HttpError> {
        let client = self.build_with(host, connections, SystemCertificates::Trusted);
        // Without a CA store (in a slim container) loopback and hosts with a named CA can still be
        // reached.
        let has_own = !self.authorities.is_empty() || host.is_loopback();
        match client {
            Err(HttpError::Client(_)) if has_own => {
                self.build_with(host, connections, SystemCertificates::Missing)
            }
            client => client,
        }
    }

    fn build_with(
        &self,
        host: &Host,
        connections: Connections,
        system: SystemCertificates,
    ) -> Result<reqwest::Client, HttpError> {
        let settings = &self.settings;
        let mut builder = reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .connect_timeout(settings.connect_timeout)
            // Below the idle limits of common reverse proxies, so that stale connections are rare.
            .pool_idle_timeout(Duration::from_secs(25))
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true);
        builder = match connections {
            // A connection that all requests share must not die unnoticed. What a server hands back
            // unread when it closes one (nginx does after 1000 requests) is sent again.
            Connections::Shared => builder
                .http2_keep_alive_interval(KEEP_ALIVE.0)
                .http2_keep_alive_timeout(KEEP_ALIVE.1),
            Connections::Separate | Connections::Unwatched => {
                builder.http1_only().retry(reqwest::retry::never())
            }
        };
        if connections != Connections::Unwatched {
            builder = builder.read_timeout(settings.stall_timeout);
        }
        let certificates = HostCertificates::read(&settings.certificate_folders, host)?;
        let has_extra = !self.authorities.is_empty() || !certificates.is_empty();
        let extra = self.authorities.iter().cloned().chain(certificates.authorities);
        builder = match system {
            SystemCertificates::Trusted if has_extra => builder.tls_certs_merge(extra),
            SystemCertificates::Trusted => builder,
            SystemCertificates::Missing => builder.tls_certs_only(extra),
        };
        if let Some(identity) = certificates.identity {
            builder = builder.identity(identity);
        }
        let port = host.port().unwrap_or(443);
        let addresses: Vec<IpAddr> = settings
            .fixed_addresses
            .iter()
            .filter(|fixed| fixed.name == host.name() && fixed.port == port)
            .map(|fixed| fixed.address)
            .collect();
        builder = if host.is_loopback() || !addresses.is_empty() {
            builder.no_proxy()
        } else {
            settings.proxies.apply(builder, host)?
        };
        let addresses = Addresses::new(host.name(), port, addresses);
        let builder = builder.dns_resolver(Arc::new(addresses));
        builder.build().map_err(|error| HttpError::from_reqwest(host.as_str(), error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_server::{Script, reply};
    use super::*;
    use crate::environment::Environment;

    #[test]
    fn a_fixed_address_is_read_as_curl_reads_it() {
        let fixed: FixedAddress = "a.b:443:10.0.0.5".parse().unwrap();
        assert_eq!((fixed.name.as_str(), fixed.port), ("a.b", 443));
        assert!("a.b:443:[fd00::1]".parse::<FixedAddress>().is_ok());
        for bad in ["a.b:443", "a.b:443:", ":443:1.2.3.4", "a.b:x:1.2.3.4", "a.b:443:c.d"] {
            assert!(bad.parse::<FixedAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn plain_http_is_for_loopback_and_named_hosts() {
        let named: Host = "registry.lan:5000".parse().unwrap();
        let settings =
            NetworkSettings { insecure_hosts: vec![named.clone()], ..NetworkSettings::default() };
        let network = Network::new(settings).unwrap();
        assert!(network.allows_plain_http(&named));
        assert!(network.allows_plain_http(&"127.0.0.1:5000".parse().unwrap()));
        assert!(!network.allows_plain_http(&"ccr.ccs.tencentyun.com".parse().unwrap()));
    }

    #[tokio::test]
    async fn the_environments_proxy_is_used_unless_no_proxy_names_the_host() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let script = Script::new(|_| reply(204));
        let proxy = script.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                proxy.serve(stream, false).await;
            }
        });
        let variables = [("HTTP_PROXY", address.as_str()), ("NO_PROXY", "direct.invalid:80")];
        let environment = Environment::for_tests(&variables, std::path::Path::new("/"));
        let proxies = Proxies::read(&environment);
        let network =
            Network::new(NetworkSettings { proxies, ..NetworkSettings::default() }).unwrap();
        let get = async |host: &str| {
            let client = network.client(&host.parse().unwrap(), Connections::Shared).unwrap();
            client.get(format!("http://{host}/v2/")).send().await.is_ok()
        };
        assert!(get("asked.invalid").await);
        assert!(!get("direct.invalid").await, "there is no such host");
        let targets: Vec<String> = script.seen().into_iter().map(|seen| seen.target).collect();
        assert_eq!(targets, ["http://asked.invalid/v2/"]);
    }

    #[test]
    fn a_ca_file_that_holds_none_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let settings = NetworkSettings {
            ca_files: vec![file.path().to_owned()],
            ..NetworkSettings::default()
        };
        let error = Network::new(settings).err().unwrap();
        assert!(error.to_string().contains("holds no certificate"), "{error}");
    }
}

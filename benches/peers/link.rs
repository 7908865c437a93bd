//! What lies between a tool and the registries: a delay, TLS, a token service. What a registry and a
//! tool need for that: a certificate, an authority, a login.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use serde_json::json;

use super::certificates::Certificates;
use super::proxy::Proxy;
use super::token_service::{ISSUER, TokenService};

/// What the registries ask of their clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Access {
    /// Plain HTTP, no login.
    Open,
    /// TLS, no login.
    Tls,
    /// TLS, and a bearer token for each request, to be had with a password.
    Tokens,
}

/// Which of the two registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Source,
    Target,
}

impl Side {
    /// What the registry calls itself to the token service.
    fn text(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }
}

/// Both sides' user and password.
pub(crate) const LOGIN: (&str, &str) = ("bench", "not a secret");

/// Where a machine has the authorities that it trusts: Debian's and its kin's.
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

impl Access {
    /// As it is called in the tables.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Open => "plain HTTP",
            Self::Tls => "TLS",
            Self::Tokens => "TLS and tokens",
        }
    }

    pub(crate) fn has_tls(self) -> bool {
        self != Self::Open
    }
}

/// What lies between a tool and the two registries in a series, and what tools are told of it.
pub(crate) struct Link {
    pub(crate) access: Access,
    delay: Duration,
    certificates: Certificates,
    /// The token service, and the way to it.
    tokens: Option<(TokenService, Proxy)>,
    /// The system's authorities and ours.
    authorities: PathBuf,
}

impl Link {
    /// Starts what is needed, and writes what tools are told into the folder.
    pub(crate) fn start(access: Access, delay: Duration, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let certificates = Certificates::write(folder)?;
        let tokens = match access {
            Access::Tokens => {
                let service = TokenService::start(&certificates)?;
                let way = Proxy::start(service.host(), delay)?;
                Some((service, way))
            }
            Access::Open | Access::Tls => None,
        };
        // A machine's own store is read by each tool, as it would be in life.
        let system = fs::read_to_string(SYSTEM_AUTHORITIES).unwrap_or_default();
        let authorities = folder.join("authorities.pem");
        fs::write(&authorities, system + certificates.authority())?;
        Ok(Self { access, delay, certificates, tokens, authorities })
    }

    /// The part of a docker-registry's configuration that makes it ask for a token.
    pub(crate) fn registry_auth(&self, side: Side) -> String {
        let Some((_, way)) = &self.tokens else { return String::new() };
        // By name: crane refuses a token service at an address of loopback.
        let host = way.host().replace("127.0.0.1", "localhost");
        format!(
            "auth: {{token: {{realm: 'https://{host}/token', service: {}, issuer: {ISSUER}, rootcertbundle: '{}'}}}}\n",
            side.text(),
            self.certificates.signer_file().display(),
        )
    }

    /// `, tls: {…}` within the registry's `http`.
    pub(crate) fn registry_tls(&self) -> String {
        if !self.access.has_tls() {
            return String::new();
        }
        let [certificate, key] = self.certificates.server_files();
        format!(", tls: {{certificate: '{}', key: '{}'}}", certificate.display(), key.display())
    }

    /// The way to a registry, if it takes time.
    pub(crate) fn way(&self, registry: &str) -> Result<Option<Proxy>> {
        (!self.delay.is_zero()).then(|| Proxy::start(registry, self.delay)).transpose()
    }

    /// How often tokens of one registry were asked for since the last time that this was called.
    pub(crate) fn tokens(&self, side: Side) -> usize {
        self.tokens.as_ref().map_or(0, |(tokens, _)| tokens.count(side.text()))
    }

    /// Variables for the tools.
    pub(crate) fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        match self.access {
            Access::Open => Vec::new(),
            Access::Tls | Access::Tokens => vec![("SSL_CERT_FILE", self.authorities.clone())],
        }
    }

    /// Writes a Docker configuration with the logins into a home.
    pub(crate) fn log_in(&self, home: &Path, hosts: &[String; 2]) -> Result<()> {
        fs::create_dir_all(home)?;
        if self.access != Access::Tokens {
            return Ok(());
        }
        let login = STANDARD.encode(format!("{}:{}", LOGIN.0, LOGIN.1));
        let [source, target] = hosts;
        let config = json!({"auths": {source: {"auth": login}, target: {"auth": login}}});
        fs::write(home.join("config.json"), config.to_string()).context("can't write a login")
    }
}

//! The flags that say which account moves where. Declared once, for both plugins.

use std::path::PathBuf;

use crate::http::{FixedAddress, Secret};
use crate::image::{Host, Rule};
use crate::tencent::{Endpoint, Region};

/// Which account, which instance, and how both are reached.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Settings {
    /// TCR instance; needed only if the key sees several
    #[arg(long, value_name = "NAME", help_heading = "Account")]
    pub tcr_name: Option<String>,
    /// Host that references will name: a custom domain, or NAME-vpc.tencentcloudcr.com
    #[arg(long, value_name = "HOST", help_heading = "Account")]
    pub tcr_host: Option<Host>,
    /// Host that images are sent to, if another than the references name
    #[arg(long, value_name = "HOST", help_heading = "Account")]
    pub tcr_push_host: Option<Host>,
    /// Region of the TCR instance
    #[arg(long, value_name = "REGION", env = "TENCENTCLOUD_REGION", hide_env_values = true)]
    #[arg(help_heading = "Account")]
    pub tcr_region: Option<Region>,
    /// Region of CCR, repeatable or separated by commas [default: ap-guangzhou]
    #[arg(long, value_name = "REGION", value_delimiter = ',', help_heading = "Account")]
    pub ccr_region: Vec<Region>,
    /// Host of CCR besides *ccr.ccs.tencentyun.com, repeatable or separated by commas
    #[arg(long, value_name = "HOST", value_delimiter = ',', env = "CCR_HOST")]
    #[arg(hide_env_values = true, help_heading = "Account")]
    pub ccr_host: Vec<Host>,

    /// New name for a namespace or repository, repeatable; the first match wins
    ///
    /// team_a__x=team-a-x, old/app=new/group/app, dev/*=platform/dev/*, hkccr:shop=shop-hk
    #[arg(long, value_name = "OLD=NEW", help_heading = "Names")]
    pub map: Vec<Rule>,
    /// File with the mapping of a whole team, read by both plugins
    #[arg(long, value_name = "FILE", help_heading = "Names")]
    pub mapping: Option<PathBuf>,

    /// Login for CCR: a docker config.json or USER:PASSWORD; `-` reads standard input
    #[arg(long, value_name = "FILE", help_heading = "Logins and keys")]
    pub ccr_auth_file: Option<PathBuf>,
    /// Login for TCR, likewise
    #[arg(long, value_name = "FILE", help_heading = "Logins and keys")]
    pub tcr_auth_file: Option<PathBuf>,
    /// API key for both sides; better in `TENCENTCLOUD_SECRET_ID` and _KEY
    #[arg(long, value_name = "ID", requires = "secret_key", help_heading = "Logins and keys")]
    pub secret_id: Option<String>,
    /// Its secret; visible to every user of this machine while the program runs
    #[arg(long, value_name = "KEY", requires = "secret_id", help_heading = "Logins and keys")]
    pub secret_key: Option<Secret>,
    /// Its token, if the key is a temporary one
    #[arg(long, value_name = "TOKEN", requires = "secret_id", help_heading = "Logins and keys")]
    pub secret_token: Option<Secret>,
    /// API key for CCR alone
    #[arg(long, value_name = "ID", requires = "ccr_secret_key", help_heading = "Logins and keys")]
    pub ccr_secret_id: Option<String>,
    /// Its secret
    #[arg(long, value_name = "KEY", requires = "ccr_secret_id", help_heading = "Logins and keys")]
    pub ccr_secret_key: Option<Secret>,
    /// Its token
    #[arg(long, value_name = "TOKEN", requires = "ccr_secret_id")]
    #[arg(help_heading = "Logins and keys")]
    pub ccr_secret_token: Option<Secret>,
    /// API key for TCR alone
    #[arg(long, value_name = "ID", requires = "tcr_secret_key", help_heading = "Logins and keys")]
    pub tcr_secret_id: Option<String>,
    /// Its secret
    #[arg(long, value_name = "KEY", requires = "tcr_secret_id", help_heading = "Logins and keys")]
    pub tcr_secret_key: Option<Secret>,
    /// Its token
    #[arg(long, value_name = "TOKEN", requires = "tcr_secret_id")]
    #[arg(help_heading = "Logins and keys")]
    pub tcr_secret_token: Option<Secret>,
    /// Profile of tccli or the SDK to take the API key from
    #[arg(long, value_name = "NAME", help_heading = "Logins and keys")]
    pub profile: Option<String>,

    /// API host for CCR
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub ccr_api_endpoint: Option<Endpoint>,
    /// API host for TCR, as in tcr.intl.tencentcloudapi.com
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub tcr_api_endpoint: Option<Endpoint>,
    /// API host for both
    #[arg(long, hide = true, env = "TENCENTCLOUD_TCR_ENDPOINT", hide_env_values = true)]
    pub api_endpoint: Option<Endpoint>,
    /// CA certificate to trust besides the system's, repeatable
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub ca_file: Vec<PathBuf>,
    /// Registry for which plain HTTP is allowed, repeatable
    #[arg(long, value_name = "HOST", help_heading = "Network")]
    pub insecure_registry: Vec<Host>,
    /// Address to use instead of asking DNS, as in curl, repeatable
    #[arg(long, value_name = "HOST:PORT:ADDRESS", help_heading = "Network")]
    pub resolve: Vec<FixedAddress>,
    /// Seconds without a byte after which a connection counts as broken [default: 60]
    #[arg(long, value_name = "SECONDS", help_heading = "Network")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub stall_timeout: Option<u16>,
    /// Requests that may start in a second at each registry [default: as many as it takes]
    #[arg(long, value_name = "N", help_heading = "Network")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit_requests: Option<u32>,

    /// Docker's configuration folder: its global `--config`, set by the plugin.
    #[arg(skip)]
    pub docker_config: Option<PathBuf>,
    /// Login for CCR from the old tool's command line, set by the plugin.
    #[arg(skip)]
    pub ccr_login: Option<GivenLogin>,
    /// Login for TCR from the old tool's command line, set by the plugin.
    #[arg(skip)]
    pub tcr_login: Option<GivenLogin>,
    /// Logins of the old tool's files, set by the plugin.
    #[arg(skip)]
    pub fixed_logins: Vec<super::FixedLogin>,
}

/// A login that was given on the command line.
#[derive(Debug, Clone)]
pub struct GivenLogin {
    /// The user.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// Where it was given: a flag's name.
    pub origin: String,
}

/// An API key as the flags of one side give it.
#[derive(Debug, Clone, Default)]
pub struct GivenKey {
    /// The key's id.
    pub id: Option<String>,
    /// The key's secret.
    pub secret: Option<Secret>,
    /// The token of a temporary key.
    pub token: Option<Secret>,
}

impl Settings {
    /// The key that flags give for CCR: its own, else that of both sides.
    #[must_use]
    pub fn ccr_key(&self) -> GivenKey {
        let own = (&self.ccr_secret_id, &self.ccr_secret_key, &self.ccr_secret_token);
        self.own_or_shared(own)
    }

    /// The key that flags give for TCR: its own, else that of both sides.
    #[must_use]
    pub fn tcr_key(&self) -> GivenKey {
        let own = (&self.tcr_secret_id, &self.tcr_secret_key, &self.tcr_secret_token);
        self.own_or_shared(own)
    }

    /// Whether a flag carries a secret, which every user of this machine can see.
    #[must_use]
    pub fn has_secret_in_flags(&self) -> bool {
        self.secret_key.is_some() || self.ccr_secret_key.is_some() || self.tcr_secret_key.is_some()
    }

    fn own_or_shared(&self, own: (&Option<String>, &Option<Secret>, &Option<Secret>)) -> GivenKey {
        let shared = (&self.secret_id, &self.secret_key, &self.secret_token);
        let (id, secret, token) = if own.0.is_some() { own } else { shared };
        GivenKey { id: id.clone(), secret: secret.clone(), token: token.clone() }
    }
}

//! An old command line as data.

use std::ffi::OsString;

use super::{LegacyKey, LegacyLogin, LegacyRule, RegistryLogin};

/// An old command line, in today's terms.
#[derive(Debug)]
pub(crate) struct Legacy {
    /// The same command in today's flags, and behind them what was no old flag, untouched.
    pub(crate) args: Vec<OsString>,
    /// `--ccrAuth`
    pub(crate) ccr_login: Option<LegacyLogin>,
    /// `--tcrAuth`
    pub(crate) tcr_login: Option<LegacyLogin>,
    /// The API key of CCR's account, from flags or `--secretFile`.
    pub(crate) ccr_key: Option<LegacyKey>,
    /// The API key of TCR's account, from flags or `--secretFile`.
    pub(crate) tcr_key: Option<LegacyKey>,
    /// `--securityFile`, in the file's order.
    pub(crate) registry_logins: Vec<RegistryLogin>,
    /// `--ruleFile`, unless `--ccrToTcr` moves a whole account.
    pub(crate) rules: Option<Vec<LegacyRule>>,
    /// What the user should know: flags without effect, and what is different here.
    pub(crate) notes: Vec<String>,
}

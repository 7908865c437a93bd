//! The command line of image-transfer, the tool that Tencent's guide names, read as `sync`.
//!
//! Both of its programs are known: `/run`, the wrapper in the container, and `image-transfer`, the
//! engine. Whoever has their command line in a runbook pastes it behind `docker ccr2tcr sync`.
//! Nothing here has an effect: files are read through a function that is handed in.

mod error;
mod files;
mod flags;
mod logins;
mod notes;
mod rules;
mod scan;
mod translate;

#[cfg(test)]
mod tests;

use std::ffi::OsString;

pub(crate) use error::LegacyError;
pub(crate) use files::RegistryLogin;
pub(crate) use logins::{LegacyKey, LegacyLogin};
pub(crate) use rules::LegacyRule;
#[allow(unused_imports, reason = "the sync command asks for it")]
pub(crate) use rules::TagSelector;
pub(crate) use translate::translate;

/// An old command line, in today's terms.
#[derive(Debug)]
pub(crate) struct Legacy {
    /// The same wish in today's flags, and behind them what was no old flag, untouched.
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

/// Translates the arguments of a `sync`; those of other commands, and new-style ones, come back
/// as they are.
pub(crate) fn translate_command(
    args: &[OsString],
) -> Result<(Vec<OsString>, Option<Legacy>), LegacyError> {
    let Some((sync, rest)) = args.split_first().filter(|(command, _)| *command == "sync") else {
        return Ok((args.to_vec(), None));
    };
    let Some(legacy) = translate(rest, &|path| std::fs::read_to_string(path))? else {
        return Ok((args.to_vec(), None));
    };
    let args = std::iter::once(sync).chain(&legacy.args).cloned().collect();
    Ok((args, Some(legacy)))
}

//! The command line of image-transfer, the tool that Tencent's guide names, read as `sync`.
//!
//! Both of its programs are known: `/run`, the wrapper in the container, and `image-transfer`, the
//! engine. Their command lines in runbooks can be pasted behind `docker ccr2tcr sync`.
//! Nothing here has an effect: files are read through a function that is handed in.

mod error;
mod files;
mod flags;
mod logins;
mod notes;
mod old_command;
mod rules;
mod scan;
mod translate;

#[cfg(test)]
mod tests;

pub(crate) use error::LegacyError;
pub(crate) use files::RegistryLogin;
pub(crate) use logins::{LegacyKey, LegacyLogin};
pub(crate) use old_command::Legacy;
pub(crate) use rules::LegacyRule;
#[allow(unused_imports, reason = "the sync command asks for it")]
pub(crate) use rules::TagSelector;
#[cfg(test)]
pub(crate) use translate::translate;
pub(crate) use translate::translate_command;

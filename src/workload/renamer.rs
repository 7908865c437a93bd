//! What a reference becomes: the mapping, applied to text as objects hold it.
//!
//! Where the text stands is for `positions`; changing it is for `patch`.

use std::collections::BTreeSet;

use super::found_name;
use super::rename_error::RenameError;
use crate::image::{CcrHosts, Host, Mapping, ParsedReference, is_tencents_own};

/// Renames references from CCR to TCR.
#[derive(Debug, Clone)]
pub struct Renamer {
    /// Which hosts are CCR.
    pub ccr: CcrHosts,
    /// The user's rules.
    pub mapping: Mapping,
    /// The host that references will name.
    pub target: Host,
    /// The CCR namespaces that the account lists. `None` without an API key: then a list of
    /// Tencent's own decides.
    pub owned: Option<BTreeSet<(Host, String)>>,
}

/// What becomes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    /// It is no reference to CCR: another host, a short name, or no reference at all.
    NotCcr,
    /// An image in a namespace that is not the user's: it stays where it is.
    Tencents,
    /// A reference to TCR.
    To(NewName),
    /// It names CCR, and can't be renamed.
    Refused(RenameError),
}

/// A reference before and after. Tag and digest are the same, or missing in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewName {
    /// In CCR. Its host is without `:443`, which is what is meant anyway.
    pub old: ParsedReference,
    /// In TCR.
    pub new: ParsedReference,
}

impl NewName {
    /// The old reference as text.
    #[must_use]
    pub fn old_text(&self) -> String {
        self.old.to_string()
    }

    /// The new reference as text: what is to stand where the old one was.
    #[must_use]
    pub fn new_text(&self) -> String {
        self.new.to_string()
    }
}

impl Renamer {
    /// What `text` becomes.
    #[must_use]
    pub fn rename(&self, text: &str) -> Renamed {
        let Some(host) = found_name::leading_ccr_host(text, &self.ccr) else {
            return Renamed::NotCcr;
        };
        // The port of HTTPS is left out in rules, and in what the account lists.
        let host = found_name::default_port(&host).unwrap_or(host);
        let old = match found_name::read(text) {
            Ok(old) => ParsedReference { host: host.clone(), ..old },
            Err(error) => return Renamed::Refused(RenameError::malformed(text, &error)),
        };
        let namespace = old.repository.namespace();
        let is_users = match &self.owned {
            Some(owned) => owned.contains(&(host.clone(), namespace.to_owned())),
            None => !is_tencents_own(namespace),
        };
        if !is_users {
            return Renamed::Tencents;
        }
        match self.mapping.target(&host, old.repository.as_str()) {
            Ok(repository) => {
                let new = ParsedReference {
                    host: self.target.clone(),
                    repository,
                    tag: old.tag.clone(),
                    digest: old.digest.clone(),
                };
                Renamed::To(NewName { old, new })
            }
            Err(source) => Renamed::Refused(RenameError::Mapping {
                host,
                repository: old.repository.to_string(),
                source,
            }),
        }
    }
}

#[cfg(test)]
mod tests;

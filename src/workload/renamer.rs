//! What a reference becomes: the mapping, applied to text as objects hold it.
//!
//! Where the text stands is for `positions`; changing it is for `patch`.

use super::found_name;
use super::rename_error::RenameError;
use crate::image::{CcrHosts, Host, Mapping, OwnedNamespaces, Owner, ParsedReference, Pattern};

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
    pub owned: Option<OwnedNamespaces>,
}

/// What becomes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    /// It is no reference to CCR: another host, a short name, or no reference at all.
    NotCcr,
    /// An image in a namespace of Tencent's: it stays where it is.
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
    /// Whose the old one is. Somebody else's public image can be copied, too, if it is named.
    pub owner: Owner,
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
        let owner = self.owner(&host, old.repository.namespace());
        if owner == Owner::Tencent {
            return Renamed::Tencents;
        }
        let version = old.clone().resolve().version;
        if let Some(pattern) = self.mapping.excluded_by(&host, &old.repository, &version) {
            return Renamed::Refused(RenameError::Excluded {
                host,
                repository: old.repository.to_string(),
                pattern: pattern.to_string(),
            });
        }
        match self.mapping.target(&host, old.repository.as_str()) {
            Ok(repository) => {
                let new = ParsedReference {
                    host: self.target.clone(),
                    repository,
                    tag: old.tag.clone(),
                    digest: old.digest.clone(),
                };
                Renamed::To(NewName { old, new, owner })
            }
            Err(source) => Renamed::Refused(RenameError::Mapping {
                host,
                repository: old.repository.to_string(),
                source,
            }),
        }
    }
}

impl Renamer {
    /// Whose a namespace of CCR is, as far as is known.
    #[must_use]
    pub fn owner(&self, host: &Host, namespace: &str) -> Owner {
        match &self.owned {
            Some(owned) => owned.owner(host, namespace),
            None => OwnedNamespaces::default().owner(host, namespace),
        }
    }
}

/// The pattern of the mapping that keeps the image that `text` names in CCR from moving, if there is
/// one.
#[must_use]
pub fn excluded_by<'a>(text: &str, ccr: &CcrHosts, mapping: &'a Mapping) -> Option<&'a Pattern> {
    let host = found_name::leading_ccr_host(text, ccr)?;
    let host = found_name::default_port(&host).unwrap_or(host);
    let image = found_name::read(text).ok()?.resolve();
    mapping.excluded_by(&host, &image.repository, &image.version)
}

#[cfg(test)]
mod tests;

//! What an image of an object is to a switch: said once, when the object is read, and kept beside
//! the image's position.

use super::found_name;
use super::rename_error::RenameError;
use crate::image::{
    CcrHosts, Host, Mapping, OwnedNamespaces, Owner, ParsedReference, ReferenceError,
    RepositoryName,
};

/// What is known of CCR's names.
#[derive(Debug, Clone, Default)]
pub struct CcrNames {
    /// Which hosts are CCR.
    pub ccr: CcrHosts,
    /// The user's rules.
    pub mapping: Mapping,
    /// The CCR namespaces that the account lists. `None` without an API key: then a list of
    /// Tencent's own decides.
    pub owned: Option<OwnedNamespaces>,
}

/// What an image is to a switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageClass {
    /// It is not in CCR. The reference as the kubelet reads it, if it is one.
    Elsewhere(Option<ParsedReference>),
    /// It is in CCR, in a namespace of Tencent's: it stays where it is.
    Tencents(ParsedReference),
    /// It is in CCR, and has a name in TCR.
    Switched(CcrImage),
    /// It names CCR, and is malformed, excluded, or without a name in TCR.
    Refused(RenameError),
}

/// An image in CCR that has a name in TCR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CcrImage {
    /// In CCR. Its host is without `:443`, which is what is meant anyway.
    pub old: ParsedReference,
    /// Its repository in TCR.
    pub repository: RepositoryName,
    /// Whose the old one is. Someone else's public image can be copied, too, if it is named.
    pub owner: Owner,
}

impl CcrImage {
    /// The reference to TCR, which is at `host`. Tag and digest are the same, or missing in both.
    #[must_use]
    pub fn new_on(&self, host: &Host) -> ParsedReference {
        ParsedReference {
            host: host.clone(),
            repository: self.repository.clone(),
            ..self.old.clone()
        }
    }
}

impl ImageClass {
    /// Whether it names an image in CCR, other than one of Tencent's own.
    #[must_use]
    pub fn is_on_ccr(&self) -> bool {
        matches!(self, Self::Switched(_) | Self::Refused(_))
    }

    /// The image, if it stays where it is as it is no image of the user's in CCR.
    pub(crate) fn staying(&self) -> Option<&ParsedReference> {
        match self {
            Self::Elsewhere(reference) => reference.as_ref(),
            Self::Tencents(reference) => Some(reference),
            Self::Switched(_) | Self::Refused(_) => None,
        }
    }

    /// The same, or that it can't be switched for the doubt that there is of `text`.
    pub(super) fn doubted(self, text: &str, doubt: Option<&str>) -> Self {
        match (self, doubt) {
            (Self::Switched(_), Some(why)) => Self::Refused(RenameError::tag_unknown(text, why)),
            (class, _) => class,
        }
    }

    /// The pattern of the mapping file that keeps it from being switched, if there is one.
    #[must_use]
    pub fn excluded_by(&self) -> Option<&str> {
        match self {
            Self::Refused(RenameError::Excluded { pattern, .. }) => Some(pattern),
            _ => None,
        }
    }
}

/// Names without rules, for who asks only what is in CCR.
impl From<&CcrHosts> for CcrNames {
    fn from(ccr: &CcrHosts) -> Self {
        Self { ccr: ccr.clone(), ..Self::default() }
    }
}

impl CcrNames {
    /// Reads `text` as the image of an object.
    #[must_use]
    pub fn classify(&self, text: &str) -> ImageClass {
        if !found_name::names_ccr(text, &self.ccr) {
            return ImageClass::Elsewhere(elsewhere(text));
        }
        match found_name::read(text) {
            Ok(reference) => self.class_of(reference),
            Err(error) => ImageClass::Refused(RenameError::malformed(text, &error)),
        }
    }

    /// Says it again with what is known now of the owners of namespaces.
    pub fn reclassify(&self, class: &mut ImageClass) {
        if let ImageClass::Tencents(old) | ImageClass::Switched(CcrImage { old, .. }) = class {
            *class = self.class_of(old.clone());
        }
    }

    fn class_of(&self, mut old: ParsedReference) -> ImageClass {
        // The port of HTTPS is left out in rules, and in what the account lists.
        if let Some(host) = found_name::default_port(&old.host) {
            old.host = host;
        }
        let owner = self.owner(&old.host, old.repository.namespace());
        if owner == Owner::Tencent {
            return ImageClass::Tencents(old);
        }
        let (host, repository) = (old.host.clone(), old.repository.to_string());
        let version = old.clone().resolve().version;
        if let Some(pattern) = self.mapping.excluded_by(&host, &old.repository, &version) {
            let pattern = pattern.to_string();
            return ImageClass::Refused(RenameError::Excluded { host, repository, pattern });
        }
        match self.mapping.target(&host, &repository) {
            Ok(repository) => ImageClass::Switched(CcrImage { old, repository, owner }),
            Err(source) => ImageClass::Refused(RenameError::Mapping { host, repository, source }),
        }
    }

    /// Whose a namespace of CCR is, as far as is known.
    #[must_use]
    pub fn owner(&self, host: &Host, namespace: &str) -> Owner {
        match &self.owned {
            Some(owned) => owned.owner(host, namespace),
            None => OwnedNamespaces::default().owner(host, namespace),
        }
    }
}

/// The reference that the kubelet makes of `text`: it looks for short names at Docker Hub.
fn elsewhere(text: &str) -> Option<ParsedReference> {
    match text.parse::<ParsedReference>() {
        Err(ReferenceError::NoHost(_)) if text.contains('/') => {
            format!("docker.io/{text}").parse().ok()
        }
        Err(ReferenceError::NoHost(_)) => format!("docker.io/library/{text}").parse().ok(),
        parsed => parsed.ok(),
    }
}

#[cfg(test)]
mod tests;

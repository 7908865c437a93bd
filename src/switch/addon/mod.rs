//! What TKE's addon `tcr` is told to do in a cluster: its `ImagePullSecret`s, each of which says for
//! which host it makes Secrets, in which namespaces, and at which `ServiceAccount`s.
//!
//! Whether it has done so is told by the Secrets and the accounts alone; the controller may be
//! behind, or not run at all.

mod image_pull_secret;
mod name_scope;
mod read;

pub use image_pull_secret::{ImagePullSecret, MadeSoFar};
pub use name_scope::NameScope;
pub(super) use read::read;

/// The API group of the addon's kind.
const GROUP: &str = "tcr.tencentcloudcr.com";
/// The kind's name in paths.
const PLURAL: &str = "imagepullsecrets";

/// What is known of the `ImagePullSecret`s of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ImagePullSecrets {
    /// Nobody asked.
    #[default]
    NotRead,
    /// The server has no such kind: the addon isn't installed.
    NoSuchKind,
    /// They can't be listed; why, in the server's words.
    Unread(String),
    /// All of them, by name.
    Read(Vec<ImagePullSecret>),
}

impl ImagePullSecrets {
    /// What to know where only Secrets and accounts tell what the addon does.
    pub(super) fn unknown(&self) -> Option<String> {
        match self {
            Self::NotRead | Self::Read(_) => None,
            Self::NoSuchKind => Some(format!(
                "the TCR addon isn't installed in this cluster (it has no {PLURAL}.{GROUP}): nothing makes or renews the addon's Secrets"
            )),
            Self::Unread(why) => Some(format!(
                "can't find out what the TCR addon serves, going by Secrets and ServiceAccounts alone: can't list {PLURAL}.{GROUP}: {why}"
            )),
        }
    }
}

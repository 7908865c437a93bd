//! Personal Edition of one region, and the namespaces and repositories that both editions have.

use serde::Deserialize;

use super::{Cleanup, ImageDescription, LayerDescription, Size, Trigger};

/// Personal Edition of one region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools, reason = "a description is a form with boxes to tick")]
pub(crate) struct PersonalDescription {
    /// All mainland regions share one deployment.
    pub(crate) region: String,
    /// Of the registry; random by default.
    pub(crate) password: Option<String>,
    /// Whether the account has set a password in this region, without which there is no user.
    pub(crate) initialised: bool,
    /// What `DescribeRepositoryFilterPersonal` says of its list.
    pub(crate) privilege_filtered: bool,
    /// How much the account may hold.
    pub(crate) quota: Quota,
    /// The registry answers as a TCR instance would, as it does where somebody pointed the personal
    /// domain at one.
    pub(crate) answers_as_tcr: bool,
    /// Answers the referrers API; fallback tags are not made then.
    pub(crate) referrers_api: bool,
    /// Clean-up rules of all repositories.
    pub(crate) cleanup: Vec<Cleanup>,
    /// What is in it.
    pub(crate) namespaces: Vec<NamespaceDescription>,
}

impl Default for PersonalDescription {
    fn default() -> Self {
        Self {
            region: "ap-guangzhou".to_owned(),
            password: None,
            initialised: true,
            privilege_filtered: false,
            quota: Quota::default(),
            answers_as_tcr: false,
            referrers_api: false,
            cleanup: Vec::new(),
            namespaces: Vec::new(),
        }
    }
}

/// The quota of Personal Edition.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Quota {
    /// Namespaces in the region.
    pub(crate) namespace: u64,
    /// Repositories in the region.
    pub(crate) repo: u64,
    /// Tags in a repository.
    pub(crate) tag: u64,
}

impl Default for Quota {
    fn default() -> Self {
        Self { namespace: 10, repo: 500, tag: 100 }
    }
}

/// A namespace of either edition.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NamespaceDescription {
    /// Of the namespace.
    pub(crate) name: String,
    /// Personal only: another account's. Its images can be pulled, and are in no list of the API.
    pub(crate) others: bool,
    /// Enterprise only: visibility belongs to the namespace there.
    pub(crate) public: bool,
    /// Enterprise only: vulnerable images can't be pulled.
    pub(crate) prevent_vul: bool,
    /// Enterprise only: so many listings pass before the namespace is in one, as after it was made.
    pub(crate) unlisted: u32,
    /// What is in it.
    pub(crate) repositories: Vec<RepositoryDescription>,
    /// Many more, all alike.
    pub(crate) generate: Option<GenerateRepositories>,
}

/// A repository of either edition.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RepositoryDescription {
    /// Without the namespace.
    pub(crate) name: String,
    /// Personal only.
    pub(crate) public: bool,
    /// Shown by the API.
    pub(crate) description: String,
    /// Personal only: what is updated when it is pushed to.
    pub(crate) triggers: Vec<Trigger>,
    /// Personal only: its clean-up rules.
    pub(crate) cleanup: Vec<Cleanup>,
    /// Personal only: how often it was pulled before (`PullCount`).
    pub(crate) pulls: u64,
    /// Enterprise only: so many listings pass before the repository is in one.
    pub(crate) unlisted: u32,
    /// What the repository listing says instead of the true number of tags.
    pub(crate) counted_tags: Option<u64>,
    /// What is in it.
    pub(crate) images: Vec<ImageDescription>,
    /// Many more, all alike.
    pub(crate) generate: Option<Generate>,
}

/// Many plain images, one tag each, the last layer of each its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Generate {
    /// How many.
    pub(crate) tags: usize,
    /// Of each.
    pub(crate) layers: Vec<LayerDescription>,
    /// Of the tag, before its number.
    pub(crate) prefix: String,
}

impl Default for Generate {
    fn default() -> Self {
        Self {
            tags: 100,
            layers: vec![
                LayerDescription::Shared { name: "base".to_owned(), size: Size(1_000_000) },
                LayerDescription::Own(Size(5000)),
            ],
            prefix: "build-".to_owned(),
        }
    }
}

/// Many plain repositories.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GenerateRepositories {
    /// How many: `repo-001` and so on.
    pub(crate) repositories: usize,
    /// In each.
    #[serde(default = "usual_tags")]
    pub(crate) tags: usize,
    /// Of each image.
    #[serde(default)]
    pub(crate) layers: Option<Vec<LayerDescription>>,
}

fn usual_tags() -> usize {
    100
}

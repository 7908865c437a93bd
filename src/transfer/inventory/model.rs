//! Both sides as data: repositories, tags, what could not be read, limits and rules.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use jiff::Timestamp;

use crate::image::{Digest, Host, MappingError, ReferrerTag, RepositoryName, Tag, TagOrDigest};
use crate::tencent::{ImmutableRule, PersonalQuota, RetentionRules, Webhook};
use crate::transfer::report::{Failure, ImageResult};

/// Both sides, as far as a plan needs them.
#[derive(Debug)]
pub struct Inventory {
    /// When the reading began.
    pub made: Instant,
    /// The repositories that the selection can mean, by host and name.
    pub repositories: Vec<SourceRepository>,
    /// The others that were listed, without their tags: what the selection leaves out.
    pub left_out: Vec<SourceRepository>,
    /// The target.
    pub target: TargetInventory,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// What was asked for by its name and CCR doesn't have, as it is to be reported.
    pub gone: Vec<ImageResult>,
    /// What the API says besides, for the notices of the plan.
    pub facts: Facts,
}

impl Default for Inventory {
    fn default() -> Self {
        Self {
            made: Instant::now(),
            repositories: Vec::new(),
            left_out: Vec::new(),
            target: TargetInventory::default(),
            unread: Vec::new(),
            gone: Vec::new(),
            facts: Facts::default(),
        }
    }
}

impl Inventory {
    /// Every tag that both sides name, with its place in [`Inventory::repositories`] and the
    /// target's state.
    pub(super) fn on_both_sides(
        &self,
    ) -> impl Iterator<Item = (TagIndex, &SourceTag, &TargetTag)> + '_ {
        self.repositories.iter().enumerate().flat_map(move |(index, repository)| {
            let target = repository.target.as_ref().ok();
            let place = target.map(|target| (repository.target_host.clone(), target.clone()));
            let known = place.and_then(|place| self.target.repositories.get(&place));
            repository.tags.iter().enumerate().filter_map(move |(tag_index, tag)| {
                let theirs = known?.tags.get(&tag.name)?;
                Some(((index, tag_index), tag, theirs))
            })
        })
    }
}

/// A tag's repository and its place there, by index.
pub(super) type TagIndex = (usize, usize);

/// One repository of CCR.
#[derive(Debug, Clone)]
pub struct SourceRepository {
    /// Its registry.
    pub host: Host,
    /// `namespace/repository`
    pub name: RepositoryName,
    /// Whether anybody may pull from it; `None` without the API.
    pub public: Option<bool>,
    /// As the user wrote it; empty if there is none.
    pub description: String,
    /// How many tags the API counted; `None` without the API.
    pub counted_tags: Option<u64>,
    /// What was listed.
    pub tags: Vec<SourceTag>,
    /// The host that the mapping, or a line of `--images`, sends it to.
    pub target_host: Host,
    /// What the mapping makes of its name.
    pub target: Result<RepositoryName, MappingError>,
    /// Why nothing can be copied from it to its target: one of the registries can't be used.
    pub unusable: Option<Failure>,
}

impl SourceRepository {
    /// One that no listing has: all that is known is its name, and where it goes.
    pub(super) fn unlisted(
        (host, name): (Host, RepositoryName),
        target_host: Host,
        target: Result<RepositoryName, MappingError>,
    ) -> Self {
        Self {
            host,
            name,
            public: None,
            description: String::new(),
            counted_tags: None,
            tags: Vec::new(),
            target_host,
            target,
            unusable: None,
        }
    }
}

/// One tag of CCR.
#[derive(Debug, Clone)]
pub struct SourceTag {
    /// The tag that it has at the target: its own, unless a line of `--images` says otherwise.
    pub name: Tag,
    /// What it is fetched by.
    pub version: TagOrDigest,
    /// The manifest that it points at, if the listing said so.
    pub digest: Option<Digest>,
    /// Bytes of the whole image, as the API gives them; 0 if it doesn't.
    pub size: u64,
    /// When it was pushed last; `None` if unknown.
    pub pushed: Option<Timestamp>,
    /// The manifests below it, read only where a conflict makes it necessary.
    pub children: Vec<Digest>,
    /// Why the registry could not tell what it points at.
    pub unreadable: Option<Failure>,
    /// Whether the listing calls it a plain image, which has no manifests below it.
    pub is_plain: bool,
    /// How many manifests refer to it, or to what refers to it, that the target doesn't list;
    /// looked up where both sides are equal.
    pub missing_referrers: usize,
    /// Its place in the list that names it, which stands for the push time where that is unknown.
    pub place: usize,
    /// What the target's tag may point at and give way, by a line of `--images`.
    pub replaces: Option<Digest>,
}

impl SourceTag {
    /// A tag as a registry shows it: without its size and push time.
    #[must_use]
    pub fn seen(name: Tag, version: TagOrDigest, digest: Option<Digest>) -> Self {
        Self {
            name,
            version,
            digest,
            size: 0,
            pushed: None,
            children: Vec::new(),
            unreadable: None,
            is_plain: false,
            missing_referrers: 0,
            place: 0,
            replaces: None,
        }
    }

    /// Whether the tag holds a fallback index, which may be merged with the target's.
    #[must_use]
    pub fn is_fallback(&self) -> bool {
        ReferrerTag::parse(&self.name).is_some_and(|referrer| referrer.is_fallback())
    }
}

/// What the target holds already.
#[derive(Debug, Default)]
pub struct TargetInventory {
    /// The instance's host, as references name it.
    pub host: Option<Host>,
    /// The instance's namespaces by name. `None` if there is no API to ask: then none can be made
    /// either.
    pub namespaces: Option<BTreeMap<String, TargetNamespace>>,
    /// Whether all namespaces that there are were listed.
    pub namespaces_are_whole: bool,
    /// By host and name; only those that a source maps to.
    pub repositories: BTreeMap<(Host, RepositoryName), TargetRepository>,
    /// Those of which not all could be listed, so that a tag may be there unseen.
    pub uncertain: BTreeSet<(Host, RepositoryName)>,
}

/// One namespace of TCR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetNamespace {
    /// Whether anybody may pull from it.
    pub public: bool,
    /// Whether pulls of images with known vulnerabilities are refused.
    pub prevents_vulnerable: bool,
}

/// One repository of TCR.
#[derive(Debug, Clone, Default)]
pub struct TargetRepository {
    /// Its description; empty if it has none.
    pub description: String,
    /// Its short description; empty if it has none.
    pub brief_description: String,
    /// What it holds.
    pub tags: BTreeMap<Tag, TargetTag>,
}

/// One tag of TCR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetTag {
    /// The manifest that it points at, if the listing said so.
    pub digest: Option<Digest>,
    /// When it was pushed last.
    pub pushed: Option<Timestamp>,
    /// Of a fallback index that differs from the source's: whether it lists all that the source's
    /// does, and more.
    pub lists_all: bool,
    /// Why the registry could not tell what it points at, or whether it is there at all.
    pub unreadable: Option<Failure>,
}

impl TargetTag {
    /// A tag as a registry shows it: without its push time. `None` if it can't be read.
    #[must_use]
    pub fn seen(digest: Option<Digest>) -> Self {
        Self { digest, pushed: None, lists_all: false, unreadable: None }
    }

    /// A tag that may be there: it must not be overwritten as if it were not.
    #[must_use]
    pub fn unreadable(failure: Failure) -> Self {
        Self { unreadable: Some(failure), ..Self::seen(None) }
    }
}

/// Something that could not be read, so that images may be missing from the plan.
#[derive(Debug, Clone)]
pub struct Unread {
    /// `repositories 101–200 of ap-guangzhou`, `tags of ccr…/shop/web`.
    pub what: String,
    /// What it is a part of.
    pub scope: UnreadScope,
    /// How many things it held, if anybody said.
    pub held: Option<u64>,
    /// Why.
    pub failure: Failure,
}

/// How far something unread reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnreadScope {
    /// Repositories of a host: their names are unknown.
    Repositories(Host),
    /// Tags of one repository, `HOST/NAMESPACE/REPOSITORY`.
    Tags(String),
    /// What refers to one image, `HOST/NAMESPACE/REPOSITORY:TAG`.
    Referrers(String),
    /// Something at the target.
    Target,
    /// What a cluster uses: which images are meant is unknown.
    Cluster,
}

/// What the API says about limits and rules.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// By region: what CCR lets this account have.
    pub personal_quotas: Vec<(String, PersonalQuota)>,
    /// By host: how many repositories the namespaces of CCR hold by their own count.
    pub source_namespaces: Vec<SourceNamespace>,
    /// Hosts of CCR of which not all repositories were listed, whatever is selected.
    pub not_whole: BTreeSet<Host>,
    /// Hosts of CCR whose list of repositories permissions have cut short.
    pub filtered: BTreeSet<Host>,
    /// Lists of TCR that are shorter than they count, so that the registry was asked instead.
    pub short_at_target: Vec<String>,
    /// The instance's tier, `basic`, `standard` or `premium`.
    pub tier: Option<String>,
    /// How many namespaces and repositories the instance holds now.
    pub target_totals: Option<(u64, u64)>,
    /// Rules that fire for each push.
    pub webhooks: Vec<Webhook>,
    /// Rules that refuse to move a tag.
    pub immutable_rules: Vec<ImmutableRule>,
    /// Rules that delete tags.
    pub retention_rules: Vec<RetentionRules>,
    /// Rules and limits that could not be read, each with its reason.
    pub unknown: Vec<String>,
    /// Images of Tencent's own namespaces that were asked for and are left alone.
    pub tencents: u64,
}

/// A namespace of CCR by the API's own count.
#[derive(Debug, Clone)]
pub struct SourceNamespace {
    /// Its registry.
    pub host: Host,
    /// Its name.
    pub name: String,
    /// How many repositories it holds, by `RepoCount`.
    pub counted: u64,
}

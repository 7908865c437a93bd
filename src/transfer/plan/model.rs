//! A plan as data: the copies of each repository, the namespaces to create, the totals.

use std::collections::HashSet;
use std::time::Instant;

use super::notice::{Notice, NoticeCode};
use crate::account::Registries;
use crate::image::{Digest, Host, Reference, RepositoryName, Tag, TagOrDigest};
use crate::transfer::inventory::Unread;
use crate::transfer::referrers::{ReferrersUnread, settle};
use crate::transfer::report::Failure;

/// What to do with a tag that differs on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ConflictPolicy {
    /// Overwrite if the source's push is newer; keep the target's if that is newer.
    #[default]
    Newer,
    /// Always overwrite.
    Overwrite,
    /// Always keep the target's.
    Skip,
    /// Touch neither, and fail.
    Fail,
}

/// All that a run will do.
#[derive(Debug)]
pub struct Plan {
    /// Namespaces to make first.
    pub namespaces: Vec<MissingNamespace>,
    /// One for each repository of the source that has something selected.
    pub repositories: Vec<RepositoryCopy>,
    /// What could not be read, so that something may be missing above.
    pub unread: Vec<Unread>,
    /// What to know before.
    pub notices: Vec<Notice>,
    /// What will happen, counted.
    pub totals: Totals,
    /// When both sides were looked at.
    pub made: Instant,
    /// Whether the target's tag is looked at once more right before it is put.
    pub last_look: bool,
    /// Whether private images may go to public namespaces.
    pub allow_public: bool,
    /// Referrers that a host refuses to list, which has not listed any so far: not unread unless it
    /// does during the run.
    pub(in crate::transfer) refused: Vec<ReferrersUnread>,
}

/// A namespace that a copy needs and the target lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingNamespace {
    /// Its name at the target.
    pub name: String,
    /// Visibility in TCR is by namespace: public only if every repository in it is public today,
    /// whether it is copied this time or not.
    pub public: bool,
    /// The repositories that are public today and won't be, because others beside them are not, or
    /// could not be seen.
    pub public_today: Vec<String>,
}

/// The copies of one repository.
#[derive(Debug, Clone)]
pub struct RepositoryCopy {
    /// The source's registry.
    pub source_host: Host,
    /// The source.
    pub source: RepositoryName,
    /// The target's registry, as references name it.
    pub target_host: Host,
    /// The target.
    pub target: RepositoryName,
    /// Whether anybody may pull from the source; `None` if nobody says.
    pub public: Option<bool>,
    /// A description to carry, because the target has none.
    pub description: Option<CarriedDescription>,
    /// Oldest push first; a referrer's tag comes after its subject.
    pub tags: Vec<TagCopy>,
    /// Tags that `--newest` or `--since` leaves at the source.
    pub left_behind: usize,
    /// Manifests that tags of the target point at today.
    pub target_holds: HashSet<Digest>,
}

/// A description that goes to the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedDescription {
    /// As it stands in CCR.
    pub text: String,
    /// Whether the repository is at the target already, so that it is modified, not created.
    pub repository_exists: bool,
}

/// One tag.
#[derive(Debug, Clone)]
pub struct TagCopy {
    /// What it is fetched by.
    pub version: TagOrDigest,
    /// What it is called at the target.
    pub tag: Tag,
    /// What the source's listing says it points at.
    pub digest: Option<Digest>,
    /// Bytes of the whole image by the API; 0 if unknown.
    pub size: u64,
    /// What the tag points at in the target today, as far as that is known.
    pub replaces: Option<Digest>,
    /// Whether it is known to have no manifests below it.
    pub is_plain: bool,
    /// What is to be done.
    pub action: Action,
}

/// What is to be done with a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The target lacks it.
    Copy,
    /// The target has another manifest under this tag, and it gives way, for this reason.
    Overwrite(&'static str),
    /// Both sides have a fallback index: the target's gets the entries that it lacks.
    MergeFallback,
    /// Both sides have the image; the target doesn't list so many manifests that refer to it.
    AddReferrers(usize),
    /// Nothing to do.
    Equal,
    /// The target's is left as it is, for this reason.
    Keep(&'static str),
    /// The policy doesn't say which side to keep, for this reason.
    Conflict(&'static str),
    /// What one side has could not be read, so nothing is done.
    Unreadable(Failure),
}

impl Action {
    /// Whether anything is sent to the target.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.moves_tag() || matches!(self, Self::AddReferrers(_))
    }

    /// Whether the target's tag points at something else afterwards.
    #[must_use]
    pub fn moves_tag(&self) -> bool {
        matches!(self, Self::Copy | Self::Overwrite(_) | Self::MergeFallback)
    }

    /// Why, where the decision needs a reason.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Overwrite(reason) | Self::Keep(reason) | Self::Conflict(reason) => Some(reason),
            Self::Copy
            | Self::MergeFallback
            | Self::AddReferrers(_)
            | Self::Equal
            | Self::Unreadable(_) => None,
        }
    }
}

impl RepositoryCopy {
    /// The source of one of its tags, in full.
    #[must_use]
    pub fn source_of(&self, tag: &TagCopy) -> Reference {
        Reference {
            host: self.source_host.clone(),
            repository: self.source.clone(),
            version: tag.version.clone(),
        }
    }

    /// The target of one of its tags, in full.
    #[must_use]
    pub fn target_of(&self, tag: &TagCopy) -> Reference {
        Reference {
            host: self.target_host.clone(),
            repository: self.target.clone(),
            version: TagOrDigest::Tag(tag.tag.clone()),
        }
    }
}

impl Plan {
    /// Takes in whose referrers could not be read: unread, or the notice that a host doesn't have
    /// that API.
    pub(in crate::transfer) fn note_referrers(
        &mut self,
        unread: Vec<ReferrersUnread>,
        registries: &Registries,
    ) {
        let all = std::mem::take(&mut self.refused).into_iter().chain(unread).collect();
        let settled = settle(all, registries);
        self.unread.extend(settled.unread);
        self.notices.retain(|notice| notice.code != NoticeCode::NoReferrersApi);
        self.notices.extend(settled.notices);
        self.refused = settled.refused;
    }
}

/// A plan in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Source repositories with something selected.
    pub repositories: u64,
    /// Tags selected.
    pub tags: u64,
    /// Tags to copy or overwrite.
    pub to_copy: u64,
    /// Of these, how many replace something.
    pub to_overwrite: u64,
    /// Tags that are the same on both sides, and lack referrers at the target.
    pub to_complete: u64,
    /// Tags that are the same on both sides.
    pub equal: u64,
    /// Tags that the target keeps.
    pub kept: u64,
    /// Tags in conflict.
    pub conflicts: u64,
    /// Tags that could not be compared, because a registry failed.
    pub unreadable: u64,
    /// Tags that `--newest` or `--since` leaves behind.
    pub left_behind: u64,
    /// Bytes of the distinct images to copy, by the API. Layers that images share are counted for
    /// each of them, so fewer will cross.
    pub bytes: u64,
}

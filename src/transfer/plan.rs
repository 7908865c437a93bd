//! What will be done: a pure function of inventory, selection and conflict policy.
//!
//! It is complete before anything is written; `--dry-run` prints it and stops. A plan can't hold
//! two copies to one target.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use super::inventory::{Inventory, SourceTag, TargetTag, Unread};
use super::notices;
use super::problem::{PlanError, Problem};
use super::report::Failure;
use super::selection::Selection;
use super::visibility::missing_namespaces;
use crate::image::{Digest, Host, Reference, RepositoryName, Tag, TagOrDigest};

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
    pub notices: Vec<String>,
    /// What will happen, counted.
    pub totals: Totals,
    /// When both sides were looked at.
    pub made: Instant,
    /// Whether the source's image is wanted whatever the target has by then.
    pub overwrites: bool,
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
    /// Bytes of the whole image by the API; 0 if nobody says.
    pub size: u64,
    /// What the tag points at in the target today, as far as that is known.
    pub replaces: Option<Digest>,
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
    /// Nothing to do.
    Equal,
    /// The target's is left as it is, for this reason.
    Keep(&'static str),
    /// Nobody said which side holds, for this reason.
    Conflict(&'static str),
    /// What one side has could not be read, so nothing is done.
    Unreadable(Failure),
}

impl Action {
    /// Whether anything is sent to the target.
    #[must_use]
    pub fn writes(&self) -> bool {
        matches!(self, Self::Copy | Self::Overwrite(_) | Self::MergeFallback)
    }

    /// Why, where the decision needs a reason.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Overwrite(reason) | Self::Keep(reason) | Self::Conflict(reason) => Some(reason),
            Self::Copy | Self::MergeFallback | Self::Equal | Self::Unreadable(_) => None,
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

/// Makes the plan.
///
/// # Errors
/// [`PlanError`] with every name that can't exist at the target and every target that two sources
/// claim, each with the `--map` that helps; and with every pattern that matched nothing.
pub fn plan(
    inventory: Inventory,
    selection: &Selection,
    policy: ConflictPolicy,
) -> Result<Plan, PlanError> {
    let mut problems = unmatched_patterns(&inventory, selection);
    let mut repositories = Vec::new();
    let mut bad_names: BTreeMap<(Host, String), Problem> = BTreeMap::new();
    for repository in &inventory.repositories {
        let selected = selection.select(repository);
        if selected.tags.is_empty() {
            continue;
        }
        let target = match &repository.target {
            Ok(target) => target.clone(),
            Err(error) => {
                let key = (repository.host.clone(), repository.name.namespace().to_owned());
                let tags = selected.tags.len() as u64;
                bad_names.entry(key).or_insert_with(|| Problem::name(repository, error)).add(tags);
                continue;
            }
        };
        let place = (repository.target_host.clone(), target.clone());
        let known = inventory.target.repositories.get(&place);
        let copy_of = |tag: &&SourceTag| {
            let there = known.and_then(|known| known.tags.get(&tag.name));
            TagCopy {
                version: tag.version.clone(),
                tag: tag.name.clone(),
                digest: tag.digest.clone(),
                size: tag.size,
                replaces: there.and_then(|there| there.digest.clone()),
                action: decide(tag, there, policy),
            }
        };
        let carries = !repository.description.trim().is_empty()
            && inventory.target.namespaces.is_some()
            && known.is_none_or(|known| {
                known.description.trim().is_empty() && known.brief_description.trim().is_empty()
            });
        repositories.push(RepositoryCopy {
            source_host: repository.host.clone(),
            source: repository.name.clone(),
            target_host: repository.target_host.clone(),
            target,
            description: carries.then(|| CarriedDescription {
                text: repository.description.trim().to_owned(),
                repository_exists: known.is_some(),
            }),
            tags: selected.tags.iter().map(copy_of).collect(),
            left_behind: selected.left_behind,
            target_holds: known
                .map(|known| known.tags.values().filter_map(|tag| tag.digest.clone()).collect())
                .unwrap_or_default(),
        });
    }
    problems.extend(bad_names.into_values());
    problems.extend(collisions(&repositories));
    if !problems.is_empty() {
        return Err(PlanError { problems });
    }
    let namespaces = missing_namespaces(&inventory, &repositories);
    let totals = totals(&repositories);
    let notices = notices::notices(&inventory, &namespaces, &repositories, selection);
    Ok(Plan {
        namespaces,
        repositories,
        unread: inventory.unread,
        notices,
        totals,
        made: inventory.made,
        overwrites: policy == ConflictPolicy::Overwrite,
    })
}

fn decide(source: &SourceTag, target: Option<&TargetTag>, policy: ConflictPolicy) -> Action {
    let Some(target) = target else { return Action::Copy };
    let unreadable = target.unreadable.as_ref().or(source.unreadable.as_ref());
    match (&source.digest, &target.digest) {
        (Some(ours), Some(theirs)) if ours == theirs => return Action::Equal,
        (Some(_), Some(_)) => {}
        _ => {
            return match policy {
                ConflictPolicy::Overwrite => Action::Overwrite("--on-conflict overwrite"),
                ConflictPolicy::Skip => Action::Keep("can't be compared; --on-conflict skip"),
                _ => unreadable.map_or(
                    Action::Conflict("it is on both sides and can't be compared"),
                    |failure| Action::Unreadable(failure.clone()),
                ),
            };
        }
    }
    if source.is_fallback() {
        return match target.lists_all {
            true => Action::Keep("the target's fallback index lists all of it, and more"),
            false => Action::MergeFallback,
        };
    }
    if target.digest.as_ref().is_some_and(|digest| source.children.contains(digest)) {
        return Action::Overwrite("the target holds one platform of it, left by a torn push");
    }
    match policy {
        ConflictPolicy::Overwrite => Action::Overwrite("--on-conflict overwrite"),
        ConflictPolicy::Skip => Action::Keep("differs; --on-conflict skip"),
        ConflictPolicy::Fail => Action::Conflict("differs; --on-conflict fail"),
        ConflictPolicy::Newer => match (source.pushed, target.pushed) {
            (Some(ours), Some(theirs)) if ours > theirs => {
                Action::Overwrite("the source was pushed later")
            }
            // Both APIs tell whole seconds.
            (Some(ours), Some(theirs)) if ours == theirs => {
                Action::Conflict("differs, and both were pushed within the same second")
            }
            (Some(_), Some(_)) => Action::Keep("the target was pushed later"),
            _ => Action::Conflict("differs, and the push times are not known"),
        },
    }
}

fn unmatched_patterns(inventory: &Inventory, selection: &Selection) -> Vec<Problem> {
    let found = |pattern: &super::Pattern| {
        inventory.repositories.iter().any(|repository| {
            let (host, name) = (&repository.host, &repository.name);
            (pattern.takes_all_tags() && pattern.matches_repository(host, name))
                || repository.tags.iter().any(|tag| pattern.matches(host, name, &tag.name))
        })
    };
    // Where something went unread the pattern may mean just that.
    let unread = !inventory.unread.is_empty();
    selection
        .patterns
        .iter()
        .filter(|pattern| !unread && !found(pattern))
        .map(|pattern| Problem::unmatched(pattern, inventory))
        .collect()
}

fn collisions(repositories: &[RepositoryCopy]) -> Vec<Problem> {
    let mut taken: HashMap<(&Host, &RepositoryName, &Tag), &RepositoryCopy> = HashMap::new();
    let mut pairs: BTreeMap<(String, String), Problem> = BTreeMap::new();
    for repository in repositories {
        for tag in &repository.tags {
            let place = (&repository.target_host, &repository.target, &tag.tag);
            let Some(first) = taken.insert(place, repository) else { continue };
            let name = |copy: &RepositoryCopy| format!("{}/{}", copy.source_host, copy.source);
            pairs
                .entry((name(first), name(repository)))
                .or_insert_with(|| Problem::collision(first, repository, tag))
                .add(1);
        }
    }
    pairs.into_values().collect()
}

fn totals(repositories: &[RepositoryCopy]) -> Totals {
    let mut totals = Totals { repositories: repositories.len() as u64, ..Totals::default() };
    let mut seen = std::collections::HashSet::new();
    for repository in repositories {
        totals.left_behind += repository.left_behind as u64;
        for tag in &repository.tags {
            totals.tags += 1;
            match &tag.action {
                Action::Copy | Action::MergeFallback => totals.to_copy += 1,
                Action::Overwrite(_) => {
                    totals.to_copy += 1;
                    totals.to_overwrite += 1;
                }
                Action::Equal => totals.equal += 1,
                Action::Keep(_) => totals.kept += 1,
                Action::Conflict(_) => totals.conflicts += 1,
                Action::Unreadable(_) => totals.unreadable += 1,
            }
            let first_time = tag.digest.as_ref().is_none_or(|digest| seen.insert(digest.clone()));
            if tag.action.writes() && first_time {
                totals.bytes += tag.size;
            }
        }
    }
    totals
}

#[cfg(test)]
mod tests;

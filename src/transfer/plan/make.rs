//! What will be done: a pure function of inventory, selection and conflict policy.
//!
//! It is complete before anything is written; `--dry-run` prints it and stops. A plan can't hold
//! two copies to one target.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::model::{
    Action, CarriedDescription, ConflictPolicy, Plan, RepositoryCopy, TagCopy, Totals,
};
use super::notices::notices;
use super::problem::{PlanError, Problem};
use super::visibility::missing_namespaces;
use crate::image::{Host, Pattern, RepositoryName, Tag};
use crate::transfer::inventory::{Inventory, SourceTag, TargetTag};
use crate::transfer::selection::Selection;

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
                is_plain: tag.is_plain,
                action: match &repository.unusable {
                    Some(failure) => Action::Unreadable(failure.clone()),
                    None => decide(tag, there, policy),
                },
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
            public: repository.public,
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
    let notices = notices(&inventory, &namespaces, &repositories, selection);
    Ok(Plan {
        namespaces,
        repositories,
        unread: inventory.unread,
        notices,
        totals,
        made: inventory.made,
        last_look: policy != ConflictPolicy::Overwrite,
        allow_public: false,
        refused: Vec::new(),
    })
}

fn decide(source: &SourceTag, target: Option<&TargetTag>, policy: ConflictPolicy) -> Action {
    let Some(target) = target else { return Action::Copy };
    let unreadable = target.unreadable.as_ref().or(source.unreadable.as_ref());
    match (&source.digest, &target.digest) {
        (Some(ours), Some(theirs)) if ours == theirs => {
            return match source.missing_referrers {
                0 => Action::Equal,
                missing => Action::AddReferrers(missing),
            };
        }
        (Some(_), Some(_)) => {}
        _ => {
            return match policy {
                ConflictPolicy::Overwrite => Action::Overwrite("--on-conflict overwrite"),
                // What can't be read may not be there at all.
                ConflictPolicy::Skip if target.unreadable.is_none() => {
                    Action::Keep("can't be compared; --on-conflict skip")
                }
                _ => unreadable.map_or(
                    Action::Conflict("exists on both sides and can't be compared"),
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
    let may_overwrite = matches!(policy, ConflictPolicy::Newer | ConflictPolicy::Overwrite);
    if may_overwrite
        && target.digest.as_ref().is_some_and(|digest| source.children.contains(digest))
    {
        return Action::Overwrite(
            "the target holds one platform of it, left by an interrupted push",
        );
    }
    match policy {
        ConflictPolicy::Overwrite => Action::Overwrite("--on-conflict overwrite"),
        ConflictPolicy::Skip => Action::Keep("differs; --on-conflict skip"),
        ConflictPolicy::Fail => Action::Conflict("differs; --on-conflict fail"),
        ConflictPolicy::Newer if source.replaces.is_some() && source.replaces == target.digest => {
            Action::Overwrite("the list says that it gives way")
        }
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
    let found = |pattern: &Pattern| {
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
    let mut taken: HashMap<(&Host, &RepositoryName, &Tag), (&RepositoryCopy, &TagCopy)> =
        HashMap::new();
    let mut pairs: BTreeMap<(String, String), Problem> = BTreeMap::new();
    for repository in repositories {
        for tag in &repository.tags {
            let place = (&repository.target_host, &repository.target, &tag.tag);
            let Some(first) = taken.insert(place, (repository, tag)) else { continue };
            let name = |copy: &RepositoryCopy| format!("{}/{}", copy.source_host, copy.source);
            pairs
                .entry((name(first.0), name(repository)))
                .or_insert_with(|| Problem::collision(first, (repository, tag)))
                .add(1);
        }
    }
    pairs.into_values().collect()
}

/// What a plan comes to.
pub(in crate::transfer) fn totals(repositories: &[RepositoryCopy]) -> Totals {
    let mut totals = Totals { repositories: repositories.len() as u64, ..Totals::default() };
    let mut seen = HashSet::new();
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
                Action::AddReferrers(_) => totals.to_complete += 1,
                Action::Equal => totals.equal += 1,
                Action::Keep(_) => totals.kept += 1,
                Action::Conflict(_) => totals.conflicts += 1,
                Action::Unreadable(_) => totals.unreadable += 1,
            }
            let first_time = tag.digest.as_ref().is_none_or(|digest| seen.insert(digest.clone()));
            if tag.action.moves_tag() && first_time {
                totals.bytes += tag.size;
            }
        }
    }
    totals
}

#[cfg(test)]
mod tests;

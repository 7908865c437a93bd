//! What to know before a run: what it changes for others, and what may bite later. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::model::{Action, MissingNamespace, RepositoryCopy};
use super::notice::{Notice, NoticeCode};
use crate::diagnostic::{counted, shortened};
use crate::image::Glob;
use crate::tencent::ImmutableRule;
use crate::transfer::inventory::Inventory;
use crate::transfer::selection::{Newest, Selection};

/// Namespaces and image repositories that an instance's tier allows (product overview, "service
/// levels").
const TIERS: [(&str, u64, u64); 3] =
    [("basic", 50, 1000), ("standard", 100, 3000), ("premium", 500, 5000)];

/// Names that a notice shows; how many more there are it counts.
const SHOWN: usize = 10;

/// All that there is to know before a run.
pub(super) fn notices(
    inventory: &Inventory,
    namespaces: &[MissingNamespace],
    repositories: &[RepositoryCopy],
    selection: &Selection,
) -> Vec<Notice> {
    let mut notices = Vec::new();
    listings(inventory, &mut notices);
    visibility(namespaces, &mut notices);
    existing_visibility(inventory, repositories, &mut notices);
    tier(inventory, namespaces, repositories, &mut notices);
    personal_quotas(inventory, &mut notices);
    webhooks(inventory, repositories, &mut notices);
    immutable(inventory, repositories, &mut notices);
    retention(inventory, repositories, &mut notices);
    vulnerable(inventory, repositories, &mut notices);
    left_behind(inventory, repositories, selection, &mut notices);
    reserved(namespaces, &mut notices);
    empty(inventory, selection, &mut notices);
    if inventory.facts.tencents > 0 {
        let images = counted(inventory.facts.tencents, "image", "images");
        notices.push(Notice::new(
            NoticeCode::TencentOwned,
            format!("{images} of Tencent's own namespaces: not copied"),
        ));
    }
    notices.extend(
        inventory.facts.unknown.iter().map(|what| {
            Notice::new(NoticeCode::NotChecked, format!("could not be checked: {what}"))
        }),
    );
    notices
}

fn listings(inventory: &Inventory, notices: &mut Vec<Notice>) {
    for host in &inventory.facts.filtered {
        notices.push(Notice::new(NoticeCode::ListingFiltered, format!(
            "permissions cut the list of repositories of {host} short (PrivilegeFiltered): what this key may not see is not in it"
        )));
    }
    let short = &inventory.facts.short_at_target;
    if !short.is_empty() {
        notices.push(Notice::new(NoticeCode::ListingShort, format!(
            "lists of TCR are shorter than they should be, so its registry was asked for each tag that may be missing in them: {}",
            shortened(short, SHOWN)
        )));
    }
}

fn visibility(namespaces: &[MissingNamespace], notices: &mut Vec<Notice>) {
    for namespace in namespaces.iter().filter(|namespace| !namespace.public_today.is_empty()) {
        notices.push(Notice::new(NoticeCode::BecomesPrivate, format!(
            "namespace {} is created private, because not all of its repositories are known to be public; public today: {}",
            namespace.name,
            shortened(&namespace.public_today, SHOWN)
        )));
    }
}

fn existing_visibility(
    inventory: &Inventory,
    repositories: &[RepositoryCopy],
    notices: &mut Vec<Notice>,
) {
    let Some(existing) = &inventory.target.namespaces else { return };
    let mut exposed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut hidden: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let visibility: HashMap<_, _> = inventory
        .repositories
        .iter()
        .map(|known| ((&known.host, &known.name), known.public))
        .collect();
    for copy in repositories {
        let is_public = visibility.get(&(&copy.source_host, &copy.source)).copied().flatten();
        let Some(namespace) = existing.get(copy.target.namespace()) else { continue };
        let by_name = match (is_public, namespace.public) {
            (Some(false), true) => &mut exposed,
            (Some(true), false) => &mut hidden,
            _ => continue,
        };
        by_name.entry(copy.target.namespace()).or_default().push(copy.source.to_string());
    }
    for (namespace, names) in exposed {
        notices.push(Notice::new(NoticeCode::BecomesPublic, format!(
            "namespace {namespace} is public in TCR; these repositories are private today, and are only copied there with --allow-public: {}",
            shortened(&names, SHOWN)
        )));
    }
    for (namespace, names) in hidden {
        notices.push(Notice::new(NoticeCode::NeedsLogin, format!(
            "namespace {namespace} is private in TCR: pulls of repositories that are public today will need a login: {}",
            shortened(&names, SHOWN)
        )));
    }
}

fn tier(
    inventory: &Inventory,
    namespaces: &[MissingNamespace],
    repositories: &[RepositoryCopy],
    notices: &mut Vec<Notice>,
) {
    let (Some(tier), Some((have_namespaces, have_repositories))) =
        (&inventory.facts.tier, inventory.facts.target_totals)
    else {
        return;
    };
    let Some((_, max_namespaces, max_repositories)) =
        TIERS.iter().find(|(name, _, _)| *name == tier.as_str())
    else {
        return;
    };
    let new_repositories = repositories
        .iter()
        .filter(|copy| copy.tags.iter().any(|tag| tag.action.writes()))
        .map(|copy| (copy.target_host.clone(), copy.target.clone()))
        .filter(|place| !inventory.target.repositories.contains_key(place))
        .collect::<BTreeSet<_>>();
    let counts = [
        ("namespaces", have_namespaces, namespaces.len() as u64, *max_namespaces),
        ("repositories", have_repositories, new_repositories.len() as u64, *max_repositories),
    ];
    for (what, have, new, max) in counts {
        if new > 0 && have + new > max {
            notices.push(Notice::new(NoticeCode::TierQuota, format!(
                "quota: the instance has {have} {what} and {new} more are needed, but its tier ({tier}) allows {max}; choose a larger tier, or merge namespaces with --map 'OLD=NAMESPACE/OLD'"
            )));
        }
    }
}

fn personal_quotas(inventory: &Inventory, notices: &mut Vec<Notice>) {
    for (region, quota) in &inventory.facts.personal_quotas {
        let Some(limit) = quota.tags else { continue };
        let full: Vec<String> = inventory
            .repositories
            .iter()
            .filter(|repository| repository.counted_tags.is_some_and(|tags| tags >= limit))
            .map(|repository| repository.name.to_string())
            .collect();
        if !full.is_empty() {
            notices.push(Notice::new(NoticeCode::TagQuota, format!(
                "CCR in {region} allows {limit} tags in a repository, and these are full, so pushes to them may fail during the migration: {}",
                shortened(&full, SHOWN)
            )));
        }
    }
}

fn webhooks(inventory: &Inventory, repositories: &[RepositoryCopy], notices: &mut Vec<Notice>) {
    for hook in inventory.facts.webhooks.iter().filter(|hook| hook.enabled) {
        let pushes: usize = repositories
            .iter()
            .filter(|copy| copy.target.namespace() == hook.namespace)
            .map(|copy| copy.tags.iter().filter(|tag| tag.action.writes()).count())
            .sum();
        let on_push = hook.events.iter().any(|event| event.to_lowercase().contains("push"));
        if pushes > 0 && on_push {
            notices.push(Notice::new(
                NoticeCode::Webhook,
                format!(
                    "webhook {} of namespace {} will fire up to {}",
                    hook.name,
                    hook.namespace,
                    counted(pushes, "time", "times")
                ),
            ));
        }
    }
}

fn immutable(inventory: &Inventory, repositories: &[RepositoryCopy], notices: &mut Vec<Notice>) {
    for rule in inventory.facts.immutable_rules.iter().filter(|rule| !rule.disabled) {
        let refused: Vec<String> = repositories
            .iter()
            .filter(|copy| copy.target.namespace() == rule.namespace)
            .flat_map(|copy| copy.tags.iter().map(move |tag| (copy, tag)))
            .filter(|(_, tag)| matches!(tag.action, Action::Overwrite(_)))
            .filter(|(copy, tag)| {
                rule_matches(rule, copy.target.below_namespace(), tag.tag.as_str())
            })
            .map(|(copy, tag)| format!("{}:{}", copy.target, tag.tag))
            .collect();
        if !refused.is_empty() {
            notices.push(Notice::new(NoticeCode::ImmutableTags, format!(
                "an immutable-tag rule of namespace {} will refuse to overwrite {}; disable it for the move, or use --on-conflict skip",
                rule.namespace,
                shortened(&refused, SHOWN)
            )));
        }
    }
}

fn rule_matches(rule: &ImmutableRule, repository: &str, tag: &str) -> bool {
    // The decoration says whether the pattern names what is covered or what is not.
    let covers = |pattern: &str, decoration: &str, text: &str| {
        let matched = pattern.parse::<Glob>().is_ok_and(|glob| glob.matches(text));
        matched != decoration.to_lowercase().contains("exclude")
    };
    covers(&rule.repository_pattern, &rule.repository_decoration, repository)
        && covers(&rule.tag_pattern, &rule.tag_decoration, tag)
}

fn retention(inventory: &Inventory, repositories: &[RepositoryCopy], notices: &mut Vec<Notice>) {
    for rule in inventory.facts.retention_rules.iter().filter(|rule| !rule.disabled) {
        let tags: usize = repositories
            .iter()
            .filter(|copy| copy.target.namespace() == rule.namespace)
            .map(|copy| copy.tags.iter().filter(|tag| tag.action.writes()).count())
            .sum();
        if tags == 0 {
            continue;
        }
        let keeps: Vec<String> = rule
            .rules
            .iter()
            .map(|kept| match kept.key.as_str() {
                "latestPushedK" => format!("the {} pushed last", kept.value),
                "nDaysSinceLastPush" => format!("those pushed in the last {} days", kept.value),
                other => format!("{other} {}", kept.value),
            })
            .collect();
        notices.push(Notice::new(NoticeCode::Retention, format!(
            "a retention rule of namespace {} ({}) keeps only {} of each repository, and may delete some of what is copied to it ({})",
            rule.namespace,
            rule.cron,
            keeps.join(", "),
            counted(tags, "tag", "tags")
        )));
    }
}

fn vulnerable(inventory: &Inventory, repositories: &[RepositoryCopy], notices: &mut Vec<Notice>) {
    let Some(existing) = &inventory.target.namespaces else { return };
    let blocked: BTreeSet<&str> = repositories
        .iter()
        .map(|copy| copy.target.namespace())
        .filter(|name| existing.get(*name).is_some_and(|namespace| namespace.prevents_vulnerable))
        .collect();
    for name in blocked {
        notices.push(Notice::new(NoticeCode::VulnerablePulls, format!(
            "namespace {name} refuses pulls of images with known vulnerabilities: what CCR serves today may not start from TCR"
        )));
    }
}

fn left_behind(
    inventory: &Inventory,
    repositories: &[RepositoryCopy],
    selection: &Selection,
    notices: &mut Vec<Notice>,
) {
    if repositories.is_empty() {
        let left = inventory.repositories.iter().map(|one| selection.select(one).left_behind);
        let tags: usize = left.sum();
        if tags > 0 {
            let tags = counted(tags, "tag", "tags");
            let message = format!("nothing is selected: --since leaves all {tags} in CCR");
            notices.push(Notice::new(NoticeCode::LeftBehind, message));
        }
        return;
    }
    let tags: usize = repositories.iter().map(|copy| copy.left_behind).sum();
    if tags == 0 {
        return;
    }
    let flag = if selection.newest == Newest::All { "--since" } else { "--newest" };
    let count = repositories.iter().filter(|copy| copy.left_behind > 0).count();
    notices.push(Notice::new(NoticeCode::LeftBehind, format!(
        "{flag} leaves {} of {} in CCR; once the personal domain points at TCR, pulls of these tags don't fall back to CCR, because their repositories exist in TCR",
        counted(tags, "tag", "tags"),
        counted(count, "repository", "repositories")
    )));
}

fn reserved(namespaces: &[MissingNamespace], notices: &mut Vec<Notice>) {
    let names: Vec<String> = namespaces
        .iter()
        .map(|namespace| namespace.name.clone())
        .filter(|name| matches!(name.as_str(), "library" | "tke" | "public"))
        .collect();
    if !names.is_empty() {
        notices.push(Notice::new(NoticeCode::ReservedName, format!(
            "if the personal domain is to point at TCR later, choose other names with --map, because these are reserved there: {}",
            shortened(&names, SHOWN)
        )));
    }
}

fn empty(inventory: &Inventory, selection: &Selection, notices: &mut Vec<Notice>) {
    let empty: Vec<String> = inventory
        .repositories
        .iter()
        .filter(|repository| repository.counted_tags == Some(0) && repository.tags.is_empty())
        .filter(|repository| selection.wants_repository(&repository.host, &repository.name))
        .map(|repository| repository.name.to_string())
        .collect();
    if !empty.is_empty() {
        notices.push(Notice::new(
            NoticeCode::EmptyRepository,
            format!(
                "no tags in CCR, so not created in TCR until something is pushed: {}",
                shortened(&empty, SHOWN)
            ),
        ));
    }
}

//! What a plan decides, without a network.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::*;
use crate::image::{Digest, Mapping, TagOrDigest, fallback_tag};
use crate::tencent::{ImmutableRule, RetentionRule, RetentionRules, Webhook};
use crate::transfer::inventory::{
    Facts, SourceRepository, TargetInventory, TargetNamespace, TargetRepository, Unread,
    UnreadScope,
};
use crate::transfer::report::Failure;

const CCR: &str = "ccr.ccs.tencentyun.com";

fn day(day: i64) -> Option<Timestamp> {
    Timestamp::from_second(day * 86_400).ok()
}

fn tag(name: &str, content: &str, pushed: i64) -> SourceTag {
    SourceTag {
        digest: Some(Digest::of(content.as_bytes())),
        size: 10,
        pushed: day(pushed),
        ..SourceTag::seen(name.parse().unwrap(), TagOrDigest::Tag(name.parse().unwrap()), None)
    }
}

fn source(host: &str, name: &str, rules: &[&str], tags: Vec<SourceTag>) -> SourceRepository {
    let host: Host = host.parse().unwrap();
    let mapping = Mapping::new(rules.iter().map(|rule| rule.parse().unwrap()).collect());
    SourceRepository {
        target: mapping.target(&host, name),
        host,
        name: RepositoryName::as_found(name).unwrap(),
        public: Some(false),
        description: String::new(),
        counted_tags: Some(tags.len() as u64),
        tags,
        target_host: "prod.tencentcloudcr.com".parse().unwrap(),
        unusable: None,
    }
}

fn web(tags: Vec<SourceTag>) -> SourceRepository {
    source(CCR, "shop/web", &[], tags)
}

fn inventory(repositories: Vec<SourceRepository>) -> Inventory {
    let target = TargetInventory {
        host: "prod.tencentcloudcr.com".parse().ok(),
        namespaces: Some(BTreeMap::new()),
        ..TargetInventory::default()
    };
    Inventory { repositories, target, ..Inventory::default() }
}

/// The target holds `shop/web` with these tags, in a private namespace.
fn with_target(mut inventory: Inventory, tags: &[(&str, &str, i64)]) -> Inventory {
    let state = |&(name, content, pushed): &(&str, &str, i64)| {
        let digest = Some(Digest::of(content.as_bytes()));
        (
            name.parse::<Tag>().unwrap(),
            TargetTag { digest, pushed: day(pushed), lists_all: false, unreadable: None },
        )
    };
    let place = ("prod.tencentcloudcr.com".parse().unwrap(), "shop/web".parse().unwrap());
    let repository =
        TargetRepository { tags: tags.iter().map(state).collect(), ..TargetRepository::default() };
    inventory.target.repositories.insert(place, repository);
    let namespace = TargetNamespace { public: false, prevents_vulnerable: false };
    let namespaces = inventory.target.namespaces.get_or_insert_default();
    namespaces.insert("shop".to_owned(), namespace);
    inventory
}

fn planned(inventory: Inventory, policy: ConflictPolicy) -> Plan {
    plan(inventory, &Selection::default(), policy).unwrap()
}

fn action(source: SourceTag, target: (&str, i64), policy: ConflictPolicy) -> Action {
    let name = source.name.to_string();
    let inventory = with_target(inventory(vec![web(vec![source])]), &[(&name, target.0, target.1)]);
    planned(inventory, policy).repositories[0].tags[0].action.clone()
}

#[test]
fn what_the_target_lacks_is_copied_and_what_it_has_is_not() {
    let inventory = with_target(
        inventory(vec![web(vec![tag("a", "1", 1), tag("b", "2", 2)])]),
        &[("a", "1", 9)],
    );
    let plan = planned(inventory, ConflictPolicy::Newer);
    let actions: Vec<_> = plan.repositories[0].tags.iter().map(|tag| &tag.action).collect();
    assert_eq!(actions, [&Action::Equal, &Action::Copy]);
    assert_eq!((plan.totals.to_copy, plan.totals.equal, plan.totals.bytes), (1, 1, 10));
    assert!(plan.namespaces.is_empty());
}

#[test]
fn tags_are_committed_oldest_push_first() {
    let plan = planned(
        inventory(vec![web(vec![tag("new", "3", 3), tag("old", "1", 1), tag("mid", "2", 2)])]),
        ConflictPolicy::Newer,
    );
    let order: Vec<_> = plan.repositories[0].tags.iter().map(|tag| tag.tag.as_str()).collect();
    assert_eq!(order, ["old", "mid", "new"]);
}

#[test]
fn the_newer_push_holds_and_newer_work_is_never_overwritten() {
    use ConflictPolicy::{Fail, Newer, Overwrite, Skip};
    assert!(matches!(action(tag("v", "a", 5), ("b", 4), Newer), Action::Overwrite(_)));
    assert!(matches!(action(tag("v", "a", 4), ("b", 5), Newer), Action::Keep(_)));
    assert!(matches!(action(tag("v", "a", 4), ("b", 4), Newer), Action::Conflict(_)));
    assert!(matches!(action(tag("v", "a", 4), ("b", 5), Overwrite), Action::Overwrite(_)));
    assert!(matches!(action(tag("v", "a", 5), ("b", 4), Skip), Action::Keep(_)));
    assert!(matches!(action(tag("v", "a", 5), ("b", 4), Fail), Action::Conflict(_)));
    let timeless = SourceTag { pushed: None, ..tag("v", "a", 0) };
    assert!(matches!(action(timeless, ("b", 4), Newer), Action::Conflict(_)));
}

#[test]
fn what_can_not_be_read_is_not_said_to_be_kept() {
    let failure = Failure::new(crate::transfer::FailureClass::Server, "it fails");
    let unreadable = TargetTag::unreadable(failure.clone());
    for policy in [ConflictPolicy::Newer, ConflictPolicy::Skip, ConflictPolicy::Fail] {
        let found = decide(&tag("v", "a", 5), Some(&unreadable), policy);
        assert_eq!(found, Action::Unreadable(failure.clone()), "{policy:?}");
    }
}

#[test]
fn nothing_is_done_where_a_registry_can_not_be_used() {
    use ConflictPolicy::{Fail, Newer, Overwrite, Skip};
    let failure = Failure::new(crate::transfer::FailureClass::Network, "no such host");
    for policy in [Newer, Overwrite, Skip, Fail] {
        let dead = SourceRepository {
            unusable: Some(failure.clone()),
            ..web(vec![tag("v", "a", 5), tag("absent", "a", 5)])
        };
        let plan = planned(with_target(inventory(vec![dead]), &[("v", "a", 4)]), policy);
        for tag in &plan.repositories[0].tags {
            assert_eq!(tag.action, Action::Unreadable(failure.clone()), "{policy:?}");
        }
    }
}

#[test]
fn a_torn_push_is_mended_though_it_is_newer() {
    let torn = SourceTag { children: vec![Digest::of(b"amd64")], ..tag("v", "index", 1) };
    assert!(matches!(action(torn, ("amd64", 9), ConflictPolicy::Newer), Action::Overwrite(_)));
}

#[test]
fn a_fallback_index_is_merged_under_every_policy() {
    let name = fallback_tag(&Digest::of(b"image"));
    for policy in [ConflictPolicy::Newer, ConflictPolicy::Skip, ConflictPolicy::Fail] {
        let found = action(tag(name.as_str(), "ours", 1), ("theirs", 9), policy);
        assert_eq!(found, Action::MergeFallback);
    }
}

#[test]
fn a_name_that_tcr_refuses_ends_the_plan_with_a_way_out() {
    let dev = source(CCR, "Dev_/app", &[], vec![tag("v1", "a", 1), tag("v2", "b", 2)]);
    let error =
        plan(inventory(vec![dev]), &Selection::default(), ConflictPolicy::Newer).unwrap_err();
    let problem = &error.problems[0];
    assert!(problem.diagnostic().message.contains("namespace `Dev_` can't exist in TCR"));
    assert!(problem.origin().contains("(1 repository, 2 tags)"), "{}", problem.origin());
    assert_eq!(
        problem.diagnostic().hint.as_deref().unwrap(),
        "choose a name for it: --map 'Dev_=dev'"
    );
}

#[test]
fn two_sources_on_one_target_end_the_plan() {
    let here = source(CCR, "shop/web", &[], vec![tag("v1", "a", 1)]);
    let there = source("hkccr.ccs.tencentyun.com", "shop/web", &[], vec![tag("v1", "b", 1)]);
    let error = plan(inventory(vec![here, there]), &Selection::default(), ConflictPolicy::Newer)
        .unwrap_err();
    let problem = &error.problems[0];
    assert!(problem.diagnostic().message.contains("prod.tencentcloudcr.com/shop/web:v1"));
    assert!(
        problem.diagnostic().hint.as_deref().unwrap().contains("--map 'hkccr:shop=shop-hk'"),
        "{}",
        problem.diagnostic().hint.as_deref().unwrap()
    );
}

#[test]
fn two_sources_may_share_a_repository_as_long_as_no_tag_meets() {
    let here = source(CCR, "shop/web", &[], vec![tag("v1", "a", 1)]);
    let there = source("hkccr.ccs.tencentyun.com", "shop/web", &[], vec![tag("v2", "b", 1)]);
    assert_eq!(planned(inventory(vec![here, there]), ConflictPolicy::Newer).totals.tags, 2);
}

#[test]
fn a_namespace_is_public_only_if_all_of_it_is() {
    let public = |name: &str| SourceRepository {
        public: Some(true),
        ..source(CCR, name, &[], vec![tag("v1", name, 1)])
    };
    let private = source(CCR, "mixed/secret", &[], vec![tag("v1", "s", 1)]);
    let plan = planned(
        inventory(vec![public("open/web"), public("mixed/web"), private]),
        ConflictPolicy::Newer,
    );
    let mixed = &plan.namespaces[0];
    assert_eq!((mixed.name.as_str(), mixed.public), ("mixed", false));
    assert_eq!(mixed.public_today, [format!("{CCR}/mixed/web")]);
    assert_eq!((plan.namespaces[1].name.as_str(), plan.namespaces[1].public), ("open", true));
    assert!(
        plan.notices.iter().any(|notice| notice.message.contains("mixed/web")),
        "{:?}",
        plan.notices
    );
}

#[test]
fn a_description_goes_along_unless_the_target_has_one() {
    let described = |tags| SourceRepository { description: "the shop".to_owned(), ..web(tags) };
    let plan = planned(inventory(vec![described(vec![tag("v1", "a", 1)])]), ConflictPolicy::Newer);
    let carried = plan.repositories[0].description.as_ref().unwrap();
    assert_eq!((carried.text.as_str(), carried.repository_exists), ("the shop", false));

    let mut known = with_target(inventory(vec![described(vec![tag("v1", "a", 1)])]), &[]);
    for repository in known.target.repositories.values_mut() {
        "ours already".clone_into(&mut repository.description);
    }
    assert_eq!(planned(known, ConflictPolicy::Newer).repositories[0].description, None);
}

#[test]
fn a_pattern_that_matches_nothing_names_what_is_near() {
    let selection = Selection { patterns: vec!["shpo".parse().unwrap()], ..Selection::default() };
    let error =
        plan(inventory(vec![web(vec![tag("v1", "a", 1)])]), &selection, ConflictPolicy::Newer)
            .unwrap_err();
    assert_eq!(error.problems[0].diagnostic().hint.as_deref().unwrap(), "did you mean `shop`?");
}

#[test]
fn a_pattern_may_mean_what_went_unread() {
    let mut inventory = inventory(Vec::new());
    inventory.unread.push(Unread {
        what: "repositories 101–200".to_owned(),
        scope: UnreadScope::Repositories(CCR.parse().unwrap()),
        held: Some(100),
        failure: Failure::short("x"),
    });
    let selection = Selection { patterns: vec!["shop".parse().unwrap()], ..Selection::default() };
    let plan = plan(inventory, &selection, ConflictPolicy::Newer).unwrap();
    assert_eq!(plan.unread.len(), 1);
}

#[test]
fn rules_that_will_bite_are_told_before() {
    let mut inventory =
        with_target(inventory(vec![web(vec![tag("v1", "a", 5)])]), &[("v1", "b", 1)]);
    inventory.facts = Facts {
        webhooks: vec![Webhook {
            name: "ci".to_owned(),
            namespace: "shop".to_owned(),
            enabled: true,
            events: vec!["pushImage".to_owned()],
            hosts: Vec::new(),
        }],
        immutable_rules: vec![ImmutableRule {
            namespace: "shop".to_owned(),
            repository_pattern: "**".to_owned(),
            repository_decoration: "repoMatches".to_owned(),
            tag_pattern: "v*".to_owned(),
            tag_decoration: "matches".to_owned(),
            disabled: false,
        }],
        retention_rules: vec![RetentionRules {
            namespace: "shop".to_owned(),
            rules: vec![RetentionRule { key: "latestPushedK".to_owned(), value: 7 }],
            cron: "daily".to_owned(),
            disabled: false,
        }],
        tier: Some("basic".to_owned()),
        target_totals: Some((50, 10)),
        ..Facts::default()
    };
    let notices = planned(inventory, ConflictPolicy::Newer)
        .notices
        .iter()
        .map(|notice| notice.message.clone() + "\n")
        .collect::<String>();
    for word in
        ["webhook ci", "immutable-tag rule", "shop/web:v1", "retention rule", "7 pushed last"]
    {
        assert!(notices.contains(word), "`{word}` is not in:\n{notices}");
    }
}

#[test]
fn a_tier_that_is_too_small_is_told_before() {
    let mut inventory = inventory(vec![web(vec![tag("v1", "a", 1)])]);
    inventory.facts.tier = Some("basic".to_owned());
    inventory.facts.target_totals = Some((50, 10));
    let notices = planned(inventory, ConflictPolicy::Newer).notices;
    assert!(
        notices
            .iter()
            .any(|notice| notice.message.contains("has 50 namespaces and 1 more are needed"))
    );
}

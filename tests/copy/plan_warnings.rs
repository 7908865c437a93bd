//! Warnings of a plan.

use crate::copy::fixtures::{LEFT, ccr2tcr};
use crate::support::Sandbox;

const RULES: &str = "
version: 1
personal:
  - region: ap-guangzhou
    quota: {namespace: 10, repo: 500, tag: 3}
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [v1], layers: [2kB], pushed: 2024-01-01T00:00:00Z}
              - {tags: [v2], pushed: 2024-01-02T00:00:00Z}
              - {tags: [v3], pushed: 2024-01-03T00:00:00Z}
          - {name: empty}
      - name: mixed
        repositories:
          - {name: open, public: true, images: [{tags: [v1]}]}
          - {name: shut, images: [{tags: [v1]}]}
      - {name: all-open, repositories: [{name: app, public: true, images: [{tags: [v1]}]}]}
      - {name: hushed, repositories: [{name: app, images: [{tags: [v1]}]}]}
      - {name: library, repositories: [{name: app, images: [{tags: [v1]}]}]}
enterprise:
  - name: prod
    namespaces:
      - name: shop
        prevent_vul: true
        repositories:
          - {name: web, images: [{tags: [v1], layers: [3kB], pushed: 2020-01-01T00:00:00Z}]}
      - {name: hushed, public: true}
    immutable_tags: [{namespace: shop, tag: 'v*'}]
    retention: [{namespace: shop, latest_pushed: 2, cron: daily}]
    webhooks: [{namespace: shop, name: deploy, url: 'http://127.0.0.1:9/'}]
";

#[test]
fn rules_of_the_instance_are_told_with_what_they_will_do() {
    let sandbox = Sandbox::with_account(RULES);
    ccr2tcr(&sandbox, &["sync", "--dry-run", "shop"]).ends_with(LEFT).says(&[
        "warning: webhook deploy of namespace shop will fire up to 3 times\n",
        "warning: an immutable-tag rule of namespace shop will refuse to overwrite shop/web:v1; disable it for the move, or use --on-conflict skip\n",
        "warning: a retention rule of namespace shop (daily) keeps only the 2 pushed last of each repository, and may delete some of what is copied to it (3 tags)\n",
        "warning: namespace shop refuses pulls of images with known vulnerabilities: what CCR serves today may not start from TCR\n",
        "warning: CCR in ap-guangzhou allows 3 tags in a repository, and these are full, so pushes to them may fail during the migration: shop/web\n",
        "warning: no tags in CCR, so not created in TCR until something is pushed: shop/empty\n",
    ]);
}

#[test]
fn rules_of_other_namespaces_are_not_told() {
    let sandbox = Sandbox::with_account(RULES);
    ccr2tcr(&sandbox, &["sync", "--dry-run", "all-open"]).ends_with(LEFT).never_says(&["warning:"]);
}

#[test]
fn on_conflict_skip_silences_the_immutable_rule() {
    let sandbox = Sandbox::with_account(RULES);
    ccr2tcr(&sandbox, &["sync", "--dry-run", "shop", "--on-conflict", "skip"])
        .ends_with(LEFT)
        .never_says(&["immutable"])
        .says(&["will fire up to 2 times"]);
}

#[test]
fn a_namespace_of_public_and_private_repositories_becomes_private_and_names_the_public_ones() {
    let sandbox = Sandbox::with_account(RULES);
    let named = format!(
        "warning: namespace mixed is created private, because not all of its repositories are known to be public; public today: {}/mixed/open\n",
        sandbox.ccr()
    );
    ccr2tcr(&sandbox, &["sync", "--dry-run"]).ends_with(LEFT).says(&[
        &named,
        "  create namespace mixed (private)\n",
        "  create namespace all-open (public)\n",
        "warning: namespace hushed is public in TCR; these repositories are private today, and are only copied there with --allow-public: hushed/app\n",
        "warning: if the personal domain is to point at TCR later, choose other names with --map, because these are reserved there: library\n",
    ]);
    // What stays behind this time is private all the same, and comes into the same namespace.
    ccr2tcr(&sandbox, &["sync", "--dry-run", "mixed/open"])
        .ends_with(LEFT)
        .says(&[&named, "  create namespace mixed (private)\n"]);
}

#[test]
fn a_namespace_that_can_not_be_seen_whole_becomes_private() {
    let sandbox = Sandbox::with_account(
        "
personal:
  - namespaces: [{name: open, repositories: [{name: app, public: true, images: [{tags: [v1]}]}]}]
    privilege_filtered: true
enterprise: [{name: prod}]
",
    );
    ccr2tcr(&sandbox, &["sync", "--dry-run"]).ends_with(LEFT).says(&[
        "  create namespace open (private)\n",
        "not all of its repositories are known to be public; public today: ",
    ]);
}

#[test]
fn the_tags_that_newest_and_since_leave_behind_lose_their_fallback() {
    let sandbox = Sandbox::with_account(RULES);
    for flags in [["--newest", "1"], ["--since", "2024-01-03"]] {
        ccr2tcr(&sandbox, &[&["sync", "--dry-run", "shop"], &flags[..]].concat())
            .ends_with(LEFT)
            .says(&[
                "2 left in CCR by --newest or --since\n",
                &format!("warning: {} leaves 2 tags of 1 repository in CCR; once the personal domain points at TCR, pulls of these tags don't fall back to CCR", flags[0]),
            ]);
    }
    ccr2tcr(&sandbox, &["sync", "shop", "--since", "2030-01-01"])
        .ends_with(0)
        .says(&["warning: nothing is selected: --since leaves all 3 tags in CCR\n"]);
}

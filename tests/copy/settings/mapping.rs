//! Names that can't be kept, and the mapping file.

use crate::copy::fixtures::{
    COULD_NOT_START, SHOP, USAGE, assert_nothing_was_written, ccr2tcr, copied,
};
use crate::support::Sandbox;

/// What stands between the quotes of a hint's `--map '…'`.
#[track_caller]
fn proposed_map(text: &str) -> String {
    let (_, after) = text.split_once("--map '").unwrap();
    after.split_once('\'').unwrap().0.to_owned()
}

#[test]
fn a_name_that_tcr_does_not_allow_stops_the_run_and_the_hint_fixes_it() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - {name: team_a__x, repositories: [{name: web, images: [{tags: [v1, v2]}]}]}
      - {name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}
enterprise: [{name: prod}]
",
    );
    let run = ccr2tcr(&sandbox, &["sync"]).ends_with(COULD_NOT_START).says(&[
        "error: namespace `team_a__x` can't exist in TCR: 2–30 characters, a–z 0–9, single . _ - between\n",
        &format!("  from {}/team_a__x (1 repository, 2 tags)\n", sandbox.ccr()),
        "hint: choose a name for it: --map 'team_a__x=team_a_x'\n",
    ]);
    assert_nothing_was_written(&sandbox);
    let map = proposed_map(&run.stderr);
    ccr2tcr(&sandbox, &["sync", "--map", &map]).ends_with(0).says(&["3 copied"]);
    assert_eq!(copied(&sandbox), ["shop/web:v1", "team_a_x/web:v1", "team_a_x/web:v2"]);
}

#[test]
fn a_bad_name_that_is_not_asked_for_is_no_error() {
    let account = SHOP.replace("name: docs", "name: docs__x");
    let sandbox = Sandbox::with_account(&account);
    ccr2tcr(&sandbox, &["sync", "shop"]).ends_with(0).says(&["3 copied"]);
    ccr2tcr(&sandbox, &["sync", "--exclude", "docs__x"]).ends_with(0).says(&["3 equal"]);
}

#[test]
fn two_sources_on_one_target_stop_the_run_and_the_hint_fixes_it() {
    let region = |name: &str| {
        format!(
            "{{region: {name}, namespaces: [{{name: shop, repositories: [{{name: web, images: [{{tags: [v1]}}]}}]}}]}}"
        )
    };
    let sandbox = Sandbox::with_account(&format!(
        "personal: [{}, {}]\nenterprise: [{{name: prod}}]\n",
        region("ap-guangzhou"),
        region("ap-hongkong")
    ));
    let (guangzhou, hongkong) = sandbox.ccr().split_once(',').unwrap();
    let regions = ["sync", "--ccr-region", "ap-guangzhou,ap-hongkong"];
    let run = ccr2tcr(&sandbox, &regions).ends_with(COULD_NOT_START).says(&[
        &format!("error: two sources would become {}/shop/web:v1\n", sandbox.tcr()),
        &format!("  from {guangzhou}/shop/web:v1 and {hongkong}/shop/web:v1\n"),
        "hint: give one of them another name: --map '",
    ]);
    assert_nothing_was_written(&sandbox);
    let map = proposed_map(&run.stderr);
    ccr2tcr(&sandbox, &[&regions[..], &["--map", &map]].concat()).ends_with(0).says(&["2 copied"]);
    assert_eq!(copied(&sandbox), ["shop-2/web:v1", "shop/web:v1"]);
}

#[test]
fn two_repositories_folded_into_one_collide_too() {
    let sandbox = Sandbox::with_account(
        "
personal:
  - namespaces:
      - {name: aa, repositories: [{name: web, images: [{tags: [v1]}]}]}
      - {name: bb, repositories: [{name: web, images: [{tags: [v1, v2]}]}]}
enterprise: [{name: prod}]
",
    );
    let map = ["sync", "--map", "aa=shop", "--map", "bb=shop"];
    ccr2tcr(&sandbox, &map).ends_with(COULD_NOT_START).says(&[
        &format!("error: two sources would become {}/shop/web:v1\n", sandbox.tcr()),
        "hint: give one of them another name: --map 'bb/web=shop/web-2'\n",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_mapping_file_names_instance_names_and_exceptions() {
    let account = SHOP.replace("enterprise: [", "enterprise: [{name: other}, ");
    let sandbox = Sandbox::with_account(&account);
    sandbox.file(
        "team.yaml",
        "version: 1
tcr: {name: prod, region: ap-shanghai}
ccr: {regions: [ap-guangzhou]}
map:
  - {from: shop, to: store}
exclude: [\"docs\", \"shop/web:latest\"]
",
    );
    ccr2tcr(&sandbox, &["sync", "--mapping", "team.yaml", "--report", "r.json"])
        .ends_with(0)
        .says(&["2 images: 2 copied"]);
    assert_eq!(copied(&sandbox), ["store/api:v2", "store/web:v1"]);
    assert_eq!(sandbox.report("r.json")["items"].as_array().unwrap().len(), 2);
    // A flag stands before the file.
    ccr2tcr(&sandbox, &["sync", "--mapping", "team.yaml", "--tcr-name", "nowhere"])
        .ends_with(COULD_NOT_START)
        .says(&["there is no TCR instance `nowhere`"]);
}

#[test]
fn a_mapping_file_that_can_not_be_used_is_named_with_the_place() {
    let sandbox = Sandbox::with_account(SHOP);
    for (content, wanted) in [
        (
            "version: 1\nmapp: []\n",
            "team.yaml: unknown field `mapp`, expected one of `version`, `tcr`, `ccr`, `map`, `exclude` at line 2 column 1\n",
        ),
        ("version: 1\nmap:\n  - {form: a, to: b}\n", "at line 3 column "),
        ("version: 1\nmap: [\n", "at line "),
        ("map: []\n", "team.yaml: missing field `version`"),
        (
            "version: 1\ntcr: {region: ap-shangai}\n",
            "`ap-shangai` is not a region of Tencent Cloud: did you mean ap-shanghai? at line 2 column ",
        ),
        (
            "version: 1\nmap:\n  - {from: a, to: b}\n  - {from: a, to: B!}\n",
            "team.yaml: entry 2 of `map`: `B!` can't be the name of a TCR namespace or repository",
        ),
    ] {
        sandbox.file("team.yaml", content);
        ccr2tcr(&sandbox, &["sync", "--mapping", "team.yaml"]).ends_with(COULD_NOT_START).says(&[
            "error: ",
            wanted,
            "hint: expected as in: version: 1, tcr: {name: prod}",
        ]);
    }
    assert_eq!(sandbox.control("/stats")["api"], serde_json::json!({}), "the API was not asked");
}

#[test]
fn another_version_of_the_mapping_file_and_a_missing_one_are_refused() {
    let sandbox = Sandbox::with_account(SHOP);
    sandbox.file("team.yaml", "version: 2\n");
    ccr2tcr(&sandbox, &["sync", "--mapping", "team.yaml"]).ends_with(COULD_NOT_START).says(&[
        "error: team.yaml: version 2 is not known; this program reads version 1\n",
        "hint: take a newer version of this program, or write `version: 1`\n",
    ]);
    ccr2tcr(&sandbox, &["sync", "--mapping", "nowhere.yaml"]).ends_with(COULD_NOT_START).says(&[
        "error: can't read the mapping file nowhere.yaml: No such file or directory",
        "hint: check the path that is given to --mapping\n",
    ]);
    ccr2tcr(&sandbox, &["sync", "--mapping"]).ends_with(USAGE);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn a_bad_exclude_of_the_mapping_file_is_named() {
    let sandbox = Sandbox::with_account(SHOP);
    sandbox.file("team.yaml", "version: 1\nexclude: [\"docs\", \"shop/[\"]\n");
    ccr2tcr(&sandbox, &["sync", "--mapping", "team.yaml"]).ends_with(COULD_NOT_START).says(&[
        "error: team.yaml: entry 2 of `exclude`: `shop/[` is not a valid pattern: unclosed character class; missing ']'\n",
    ]);
    assert_nothing_was_written(&sandbox);
}

//! Patterns, and the other words of a command line.

use crate::copy::fixtures::{COULD_NOT_START, SHOP, USAGE, assert_nothing_was_written, ccr2tcr};
use crate::support::Sandbox;

#[test]
fn a_pattern_that_matches_nothing_gets_a_suggestion() {
    let sandbox = Sandbox::with_account(SHOP);
    for (pattern, hint) in [
        ("shpo", "did you mean `shop`?"),
        ("shop/wbe", "did you mean `shop/web`?"),
        ("shop/wbe:v1", "did you mean `shop/web`?"),
        ("elsewhere", "there are: docs, shop"),
        ("elsewhere/app", "there are: docs/site, shop/api, shop/web"),
        ("shop/web:v2", "shop/web exists, but has no such tag; did you mean `v1`?"),
        ("shop/web:2.0*", "shop/web exists, but has no such tag; there are: latest, v1"),
        ("shop:9", "2 repositories match, but none has a tag like that; there are: latest, v1, v2"),
    ] {
        ccr2tcr(&sandbox, &["sync", pattern]).ends_with(COULD_NOT_START).says(&[
            &format!("error: the pattern `{pattern}` matches nothing\n"),
            &format!("hint: {hint}\n"),
        ]);
    }
    assert_nothing_was_written(&sandbox);
}

#[test]
fn every_pattern_that_matches_nothing_is_told_at_once() {
    let sandbox = Sandbox::with_account(SHOP);
    ccr2tcr(&sandbox, &["sync", "docs", "shpo", "dcos"]).ends_with(COULD_NOT_START).says(&[
        "the pattern `shpo` matches nothing",
        "did you mean `shop`?",
        "the pattern `dcos` matches nothing",
        "did you mean `docs`?",
    ]);
    assert_nothing_was_written(&sandbox);
}

#[test]
fn what_an_exclude_takes_away_is_not_said_to_be_missing() {
    let sandbox = Sandbox::with_account(SHOP);
    ccr2tcr(&sandbox, &["sync", "docs", "--exclude", "docs"]).ends_with(COULD_NOT_START).says(&[
        "error: the pattern `docs` matches nothing\n",
        "hint: docs/site exists and is excluded: by --exclude",
    ]);
}

#[test]
fn an_account_without_images_says_where_else_to_look() {
    let sandbox = Sandbox::with_account("personal: [{region: ap-guangzhou}]\nenterprise: [{}]\n");
    ccr2tcr(&sandbox, &["sync", "shop"]).ends_with(COULD_NOT_START).says(&[
        "hint: the account holds no images in the chosen regions; --ccr-region names others\n",
    ]);
    // Nothing is everything, and that is done.
    ccr2tcr(&sandbox, &["sync"]).ends_with(0).says(&["nothing to do"]);
}

#[test]
fn invalid_arguments_are_usage_errors() {
    let sandbox = Sandbox::with_account(SHOP);
    for (line, wanted) in [
        ("sync shop/[web", "`shop/[web` is not a valid pattern: unclosed character class"),
        ("sync shop/web:", "`shop/web:` is not a valid pattern: a part of it is empty"),
        ("sync --exclude {a", "'{a' for '--exclude <PATTERN>'"),
        ("sync --newest x", "`x` is not a number of tags, nor `all`"),
        ("sync --newest -1", "unexpected argument '-1' found"),
        ("sync --since soon", "`soon` is neither an age (90d, 12h, 2w) nor a date (2026-01-31)"),
        ("sync --jobs 0", "0 is not in 1..=256"),
        ("sync --jobs many", "invalid value 'many' for '--jobs <N>'"),
        ("sync --on-conflict ask", "[possible values: newer, overwrite, skip, fail]"),
        (
            "sync --map team_a__x",
            "`team_a__x` is not a mapping: expected OLD=NEW, as in team_a__x=team-a-x",
        ),
        ("sync --map =b", "`=b` is not a mapping"),
        (
            "sync --map a=Team",
            "`Team` can't be the name of a TCR namespace or repository: lower-case letters",
        ),
        ("sync --map a/*=b", "`a/*=b`: a `/*` at the end must stand on both sides or on none"),
        ("sync -o xml", "[possible values: text, json]"),
        ("sync --tcr-host a/b", "for '--tcr-host <HOST>'"),
        ("snyc", "similar subcommand exists: 'sync'"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let run = ccr2tcr(&sandbox, &arguments).ends_with(USAGE).says(&["error: ", wanted]);
        assert!(run.stdout.is_empty(), "{line}: {}", run.stdout);
        assert!(run.stderr.ends_with("--help' for more information\n"), "{}", run.stderr);
    }
    assert_eq!(sandbox.control("/stats")["api"], serde_json::json!({}), "the API was not asked");
}

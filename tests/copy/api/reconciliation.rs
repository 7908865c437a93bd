//! What was counted is compared with what was listed, whatever was selected.

use serde_json::{Value, json};

use crate::copy::fixtures::{COULD_NOT_START, LEFT, ccr2tcr, copied, error_of};
use crate::support::Sandbox;

/// Three namespaces; `shop` holds one repository.
const THREE: &str = "
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1, v2, v3]}]}]}
      - {name: other, repositories: [{name: app, images: [{tags: [v1]}]}]}
      - {name: scratch, repositories: [{name: tmp, images: [{tags: [v1]}]}]}
enterprise: [{name: prod, region: ap-shanghai}]
";

/// Adds a fault of a list.
fn listing(sandbox: &Sandbox, action: &str, fault: &Value) {
    sandbox.tell("/faults", &json!({"action": action, "listing": fault}));
}

/// [`THREE`], and `shop` counts a repository more than is listed.
fn shop_counts_two() -> Sandbox {
    let sandbox = Sandbox::with_account(THREE);
    listing(&sandbox, "DescribeNamespacePersonal", &json!({"counted": {"shop": 2}}));
    sandbox
}

fn short(sandbox: &Sandbox) -> String {
    format!(
        "could not be read: repositories of namespace {}/shop\n  the namespace counts 2 repositories, and 1 is listed\n",
        sandbox.ccr()
    )
}

#[test]
fn a_selection_narrows_the_copy_and_not_the_reconciliation() {
    let sandbox = shop_counts_two();
    sandbox.file("map.yaml", "version: 1\nexclude: [scratch]\n");
    for selection in [
        &["--exclude", "scratch"][..],
        &["--exclude", "scratch/*"],
        &["--exclude", "shop/web"],
        &["--mapping", "map.yaml"],
        &["shop"],
        &["shop/*"],
        &["sh*/w*", "other"],
        &["shop/**:v1"],
        &["--newest", "1"],
        &["--since", "2020-01-01"],
    ] {
        for command in ["sync", "verify"] {
            let arguments = [&[command, "--report", "r.json"], selection].concat();
            ccr2tcr(&sandbox, &arguments).ends_with(LEFT).says(&[&short(&sandbox)]);
            let unread = &sandbox.report("r.json")["unread"];
            assert_eq!(unread.as_array().unwrap().len(), 1, "{selection:?}: {unread}");
            assert_eq!(unread[0]["held"], 1, "{selection:?}: {unread}");
        }
    }
}

#[test]
fn what_the_selection_can_not_mean_is_not_its_concern() {
    let sandbox = shop_counts_two();
    sandbox.ccr2tcr(&["sync"]).ends_with(LEFT);
    for selection in [
        &["other"][..],
        &["other/*"],
        &["shop/web"],
        &["shop/web:v*"],
        &["--exclude", "shop"],
        &["--exclude", "sh*/*"],
    ] {
        for command in ["sync", "verify"] {
            let run = ccr2tcr(&sandbox, &[&[command], selection].concat()).ends_with(0);
            run.never_says(&["could not be read"]);
        }
    }
}

#[test]
fn a_list_cut_short_by_permissions_is_a_warning_that_explains_no_shortfall_away() {
    let account =
        THREE.replace("region: ap-guangzhou", "region: ap-guangzhou\n    privilege_filtered: true");
    let sandbox = Sandbox::with_account(&account);
    listing(&sandbox, "DescribeNamespacePersonal", &json!({"counted": {"shop": 2}}));
    let warning = format!("permissions cut the list of repositories of {} short", sandbox.ccr());
    for selection in [&[][..], &["--exclude", "scratch"], &["shop/*"], &["s*"]] {
        for command in ["sync", "verify"] {
            let run = ccr2tcr(&sandbox, &[&[command], selection].concat()).ends_with(LEFT);
            run.says(&[&warning, &short(&sandbox)]);
        }
    }
    for command in ["sync", "verify"] {
        let run = ccr2tcr(&sandbox, &[command, "other", "--report", "r.json"]).ends_with(0);
        run.says(&[&format!("warning: {warning}")]);
        let codes = sandbox.report("r.json")["warnings"].to_string();
        assert!(codes.contains("\"listing-filtered\""), "{codes}");
    }
    // A namespace that this key can't see may be meant.
    ccr2tcr(&sandbox, &["sync", "--exclude", "shop"])
        .ends_with(LEFT)
        .says(&["could not be read: repositories of ", "that this key may not see\n"]);
}

#[test]
fn a_repository_that_was_counted_and_is_not_found_is_unread() {
    for (code, message) in [
        ("ResourceNotFound.ErrNoRepo", "repository not found"),
        ("ResourceNotFound", "not found"),
        ("InternalError.ErrNotExist", "not exist"),
    ] {
        let sandbox = Sandbox::with_account(THREE);
        sandbox.tell(
            "/faults",
            &json!({"action": "DescribeImagePersonal", "repository": "shop/web", "code": code, "message": message}),
        );
        for command in ["sync", "verify"] {
            ccr2tcr(
                &sandbox,
                &[command, "--report", "r.json", "--exclude", "other", "--exclude", "scratch"],
            )
            .ends_with(LEFT)
            .says(&[&format!("could not be read: tags of {}/shop/web\n", sandbox.ccr()), code]);
            let unread = &sandbox.report("r.json")["unread"];
            assert_eq!((&unread[0]["scope"], &unread[0]["held"]), (&json!("tags"), &json!(3)));
        }
    }
}

#[test]
fn a_repository_that_counts_no_tags_and_is_not_found_is_unread_too() {
    let sandbox = Sandbox::with_account(THREE);
    let none = json!({"counted": {"shop/web": 0}});
    listing(&sandbox, "DescribeRepositoryOwnerPersonal", &none);
    sandbox.tell(
        "/faults",
        &json!({"action": "DescribeImagePersonal", "repository": "shop/web", "code": "ResourceNotFound.ErrNoRepo"}),
    );
    ccr2tcr(&sandbox, &["sync"]).ends_with(LEFT).says(&["could not be read: tags of "]);
}

/// 130 tags on one side or both.
fn many(source: u32, target: u32) -> Sandbox {
    let tags = |count| match count {
        0 => "[]".to_owned(),
        _ => format!(
            "[{{name: web, generate: {{tags: {count}, layers: [{{name: base, size: 1kB}}, 100]}}}}]"
        ),
    };
    Sandbox::with_account(&format!(
        "
version: 1
personal:
  - quota: {{tag: 1000}}
    namespaces: [{{name: shop, repositories: {}}}]
enterprise: [{{name: prod, namespaces: [{{name: shop, repositories: {}}}]}}]
",
        tags(source),
        tags(target)
    ))
}

#[test]
fn a_count_that_lags_loses_no_tag() {
    for count in [json!(100), json!(0), json!("absent"), json!(60)] {
        let sandbox = many(130, 0);
        let lag = json!({"counted": {"shop/web": 100}});
        listing(&sandbox, "DescribeRepositoryOwnerPersonal", &lag);
        listing(&sandbox, "DescribeImagePersonal", &json!({"count": count}));
        ccr2tcr(&sandbox, &["sync"]).ends_with(0).says(&["130 images: 130 copied"]);
        assert_eq!(copied(&sandbox).len(), 130, "{count}");
    }
}

#[test]
fn a_count_that_lags_in_tcr_hides_no_tag_from_the_plan() {
    for count in [json!(100), json!(0), json!("absent"), json!(60)] {
        let sandbox = many(130, 130);
        listing(&sandbox, "DescribeImages", &json!({"count": count}));
        let run = ccr2tcr(&sandbox, &["sync", "--dry-run", "-o", "json"]).ends_with(0);
        assert_eq!(run.json()["totals"]["toCopy"], 0, "{count}: {}", run.stdout);
        assert_eq!(run.json()["totals"]["equal"], 130, "{count}");
    }
}

#[test]
fn a_count_that_lags_hides_no_repository_and_no_namespace() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - quota: {repo: 500}
    namespaces:
      - {name: many, generate: {repositories: 130, tags: 1, layers: [{name: base, size: 1kB}]}}
enterprise: [{name: prod}]
",
    );
    let lag = json!({"count": 100, "counted": {"many": 100}});
    listing(&sandbox, "DescribeNamespacePersonal", &json!({"count": 0}));
    listing(&sandbox, "DescribeRepositoryOwnerPersonal", &lag);
    ccr2tcr(&sandbox, &["sync"]).ends_with(0).says(&["130 images: 130 copied"]);
}

#[test]
fn a_page_that_comes_again_and_again_ends_and_the_rest_is_unread() {
    let sandbox = many(130, 0);
    listing(&sandbox, "DescribeImagePersonal", &json!({"repeats": true}));
    ccr2tcr(&sandbox, &["sync"])
        .ends_with(LEFT)
        .says(&["the API counts 130 tags and lists 100", "100 images: 100 copied"]);
    assert!(sandbox.count("api", "DescribeImagePersonal") < 10);
}

#[test]
fn counts_without_bounds_are_no_trouble() {
    for count in [i64::MAX, -5] {
        let sandbox = Sandbox::with_account(THREE);
        let counted = json!({"count": count, "counted": {"shop": count, "shop/web": count}});
        for action in [
            "DescribeNamespacePersonal",
            "DescribeRepositoryOwnerPersonal",
            "DescribeImagePersonal",
            "DescribeNamespaces",
            "DescribeRepositories",
            "DescribeImages",
        ] {
            listing(&sandbox, action, &counted);
        }
        let code = if count < 0 { 0 } else { LEFT };
        ccr2tcr(&sandbox, &["sync"]).ends_with(code).says(&["5 images: 5 copied"]);
    }
}

#[test]
fn without_a_count_pages_that_fail_are_unread() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - quota: {tag: 1000}
    namespaces: [{name: shop, repositories: [{name: web, generate: {tags: 730, layers: [{name: base, size: 1kB}]}}]}]
enterprise: [{name: prod}]
",
    );
    for offset in [100, 200, 300, 400, 500, 600, 700] {
        let fault =
            json!({"action": "DescribeImagePersonal", "offset": offset, "code": "FailedOperation"});
        sandbox.tell("/faults", &fault);
    }
    listing(&sandbox, "DescribeImagePersonal", &json!({"count": "absent"}));
    let zero = json!({"counted": {"shop/web": 0}});
    listing(&sandbox, "DescribeRepositoryOwnerPersonal", &zero);
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"])
        .ends_with(LEFT)
        .says(&["could not be read: tags ", "100 images: 100 copied"]);
}

/// What is there before the first run, a year newer than what would be copied over it.
const NEWER: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories: [{name: web, images: [{tags: [v1], layers: [2kB], pushed: 2024-01-01T00:00:00Z}]}]
enterprise:
  - name: prod
    namespaces:
      - name: shop
        repositories: [{name: web, images: [{tags: [v1], layers: [3kB], pushed: 2025-01-01T00:00:00Z}]}]
";

#[test]
fn a_target_repository_that_was_listed_and_is_not_found_is_asked_at_the_registry() {
    for code in ["ResourceNotFound", "InternalError.ErrorTcrUnauthorized"] {
        let sandbox = Sandbox::with_account(NEWER);
        let before = sandbox.images("tcr");
        sandbox.tell(
            "/faults",
            &json!({"action": "DescribeImages", "code": code, "message": "repository not found"}),
        );
        ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&["1 in conflict"]);
        let run = ccr2tcr(&sandbox, &["sync", "--dry-run", "-o", "json"]).ends_with(LEFT);
        assert_eq!(run.json()["totals"]["toCopy"], 0, "{}", run.stdout);
        // And if the registry can't tell, either, it is unreadable and not absent.
        let denied = json!({"registry": "tcr", "path": "**/manifests/*", "status": 403});
        sandbox.tell("/faults", &denied);
        ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT);
        assert_eq!(error_of(&sandbox, "shop/web:v1")["class"], "auth");
        assert_eq!(sandbox.images("tcr"), before);
    }
}

#[test]
fn a_target_repository_that_is_missing_from_a_short_list_is_asked_at_the_registry() {
    let sandbox = Sandbox::with_account(NEWER);
    let before = sandbox.images("tcr");
    listing(&sandbox, "DescribeRepositories", &json!({"hide": ["shop/web"]}));
    let run = ccr2tcr(&sandbox, &["sync", "--dry-run", "-o", "json"]).ends_with(LEFT);
    assert_eq!(run.json()["totals"]["toCopy"], 0, "{}", run.stdout);
    ccr2tcr(&sandbox, &["sync"]).ends_with(LEFT).says(&["1 in conflict"]);
    assert_eq!(sandbox.images("tcr"), before);
}

#[test]
fn a_look_up_that_fails_is_not_taken_for_a_tag_that_is_not_there() {
    let sandbox = Sandbox::with_account(NEWER);
    let before = sandbox.images("tcr");
    listing(&sandbox, "DescribeImages", &json!({"hide": ["v1"]}));
    for status in [403, 500] {
        let fault =
            json!({"registry": "tcr", "path": "**/manifests/*", "status": status, "times": 20});
        sandbox.tell("/faults", &fault);
        let run = ccr2tcr(&sandbox, &["sync", "--dry-run", "-o", "json"]).ends_with(LEFT);
        assert_eq!(run.json()["totals"]["unreadable"], 1, "{status}: {}", run.stdout);
        assert_eq!(sandbox.images("tcr"), before);
        sandbox.tell("/faults", &json!({"registry": "tcr", "path": "none", "status": 500}));
    }
}

#[test]
fn a_look_up_of_the_sample_that_fails_makes_its_tag_unreadable_and_not_absent() {
    let sandbox = many(3, 3);
    for side in ["ccr", "tcr"] {
        let fault =
            json!({"registry": side, "path": "**/manifests/build-002", "status": 500, "times": 40});
        sandbox.tell("/faults", &fault);
        let run = ccr2tcr(&sandbox, &["sync", "--dry-run", "-o", "json"]).ends_with(LEFT);
        let totals = &run.json()["totals"];
        assert_eq!((&totals["unreadable"], &totals["equal"]), (&json!(1), &json!(2)), "{totals}");
        assert_eq!(totals["toCopy"], 0, "{totals}");
    }
}

/// Of no manifest.
const STALE: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

#[test]
fn verify_asks_the_registry_of_the_source_as_well() {
    for (arguments, asked) in [(&["verify"][..], "60 of 60"), (&["verify", "--deep"], "all 60")] {
        let sandbox = many(60, 60);
        listing(&sandbox, "DescribeImagePersonal", &json!({"digests": {"build-041": STALE}}));
        let run = ccr2tcr(&sandbox, &[arguments, &["--report", "r.json"]].concat());
        run.ends_with(0).says(&["60 equal"]);
        let warnings = sandbox.report("r.json")["warnings"].to_string();
        assert!(warnings.contains("source-checked") || warnings.contains(asked), "{warnings}");
    }
}

#[test]
fn a_digest_in_the_listing_that_was_right_once_is_found_out_by_verify() {
    // CCR's listing still shows what TCR has, and a newer image was pushed to CCR.
    for arguments in [&["verify"][..], &["verify", "--deep"]] {
        let sandbox = many(60, 60);
        sandbox.tell(
            "/push",
            &json!({"registry": "ccr", "repository": "shop/web", "tag": "build-041", "layers": [7000]}),
        );
        let old = sandbox.digest("tcr", "shop/web:build-041").unwrap();
        listing(&sandbox, "DescribeImagePersonal", &json!({"digests": {"build-041": old}}));
        let run = ccr2tcr(&sandbox, &[arguments, &["--report", "r.json"]].concat());
        run.ends_with(LEFT).says(&["59 equal, 1 not equal"]);
        assert_eq!(error_of(&sandbox, "shop/web:build-041")["class"], "unequal");
    }
}

#[test]
fn a_report_that_left_over_what_is_not_listed_any_more_is_not_done() {
    let broken = "images: [{tags: [v1, v3]}, {tags: [v2], layers: [3kB], fault: blob-missing}]";
    let sandbox = Sandbox::with_account(&THREE.replace("images: [{tags: [v1, v2, v3]}]", broken));
    ccr2tcr(&sandbox, &["sync", "--report", "r.json"]).ends_with(LEFT).says(&["1 failed"]);
    listing(&sandbox, "DescribeImagePersonal", &json!({"hide": ["v2"], "count": 2}));
    let lag = json!({"counted": {"shop/web": 2}});
    listing(&sandbox, "DescribeRepositoryOwnerPersonal", &lag);
    ccr2tcr(&sandbox, &["sync", "--retry-from", "r.json"]).ends_with(LEFT).says(&[&format!(
        "could not be read: {}/shop/web:v2, which the report leaves over\n",
        sandbox.ccr()
    )]);
}

#[test]
fn a_first_page_that_is_forbidden_ends_the_run_whatever_is_selected() {
    let sandbox = Sandbox::with_account(&format!("{THREE}denied: [DescribeNamespacePersonal]\n"));
    for command in ["sync", "verify"] {
        ccr2tcr(&sandbox, &[command, "other"]).ends_with(COULD_NOT_START);
    }
}

//! Rules and rights at the target that keep an image out.

use crate::copy::fixtures::{error_of, outcomes, sync};
use crate::support::Sandbox;

const IMMUTABLE: &str = r#"
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [v1], layers: [20kB], pushed: 2025-06-06T07:08:09Z}
              - {tags: [latest], layers: [20kB], pushed: 2025-06-06T07:08:09Z}
enterprise:
  - name: prod
    region: ap-shanghai
    immutable_tags: [{namespace: shop, repository: "**", tag: "v*"}]
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [v1], layers: [1kB], pushed: 2024-05-06T07:08:09Z}
              - {tags: [latest], layers: [1kB], pushed: 2024-05-06T07:08:09Z}
"#;

const PREDICTED: &str = "warning: an immutable-tag rule of namespace shop will refuse to overwrite shop/web:v1; disable it for the move, or use --on-conflict skip";

#[test]
fn an_immutable_tag_is_predicted_by_the_plan() {
    let sandbox = Sandbox::with_account(IMMUTABLE);
    sandbox.ccr2tcr(&["sync", "--dry-run"]).ends_with(1).says(&[PREDICTED]);
    let plan = sandbox.ccr2tcr(&["sync", "--dry-run", "-o", "json"]).ends_with(1).json();
    assert!(plan["warnings"].to_string().contains("immutable-tag rule"), "{plan}");
}

#[test]
fn an_immutable_tag_stays_and_the_others_are_copied() {
    let sandbox = Sandbox::with_account(IMMUTABLE);
    let before = sandbox.images("tcr");

    let run = sync(&sandbox, &[]).ends_with(1);

    let ccr = sandbox.ccr();
    run.says(&[
        PREDICTED,
        &format!("error: {ccr}/shop/web:v1\n"),
        "forbidden by a rule of the registry: PRECONDITION: ",
        "'shop/web:v1' configured as immutable",
        "hint: take the tag out of the namespace's immutable-tag rule while it is copied, or leave it as it is",
    ]);
    let found = outcomes(&sandbox);
    assert_eq!(found["shop/web:v1"], "failed: policy");
    assert_eq!(found["shop/web:latest"], "copied");
    let hint = error_of(&sandbox, ":v1")["hint"].to_string();
    assert!(hint.contains("immutable-tag rule"), "{hint}");
    let of = |images: Vec<(String, String)>, name: &str| {
        images.into_iter().find(|(known, _)| known == name).unwrap().1
    };
    assert_eq!(of(sandbox.images("tcr"), "shop/web:v1"), of(before, "shop/web:v1"));
    assert_eq!(
        of(sandbox.images("tcr"), "shop/web:latest"),
        of(sandbox.images("ccr"), "shop/web:latest")
    );
    sandbox.assert_target_is_whole();
}

#[test]
fn with_skip_an_immutable_tag_is_no_failure() {
    let sandbox = Sandbox::with_account(IMMUTABLE);
    sync(&sandbox, &["--on-conflict", "skip"]).ends_with(0).never_says(&["immutable"]);
    assert_eq!(outcomes(&sandbox)["shop/web:v1"], "kept");
}

const TWO_IMAGES: &str = r"
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [20kB]}]}
          - {name: api, images: [{tags: [v1], layers: [20kB]}]}
enterprise:
  - {name: prod, region: ap-shanghai, namespaces: [{name: shop}]}
";

#[test]
fn a_login_that_may_not_push_is_told_so_for_each_image() {
    let sandbox = Sandbox::with_account(&format!("{TWO_IMAGES}denied: [PushRepository]\n"));

    let run = sync(&sandbox, &[]).ends_with(1);

    let tcr = sandbox.tcr();
    run.says(&[
        "access denied",
        "hint: check that the namespace exists and that the login may use it; another login: docker login",
        &format!("docker login {tcr}"),
    ]);
    for (name, outcome) in outcomes(&sandbox) {
        assert_eq!(outcome, "failed: auth", "{name}");
    }
    assert_eq!(sandbox.images("tcr"), []);
}

#[test]
fn being_kept_out_of_a_repository_is_said_once_for_all_its_images() {
    let sandbox = Sandbox::with_account(
        "
version: 1
denied: [PushRepository]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [20kB]}, {tags: [v2], layers: [30kB]}]}
enterprise:
  - {name: prod, region: ap-shanghai, namespaces: [{name: shop}]}
",
    );
    let run = sync(&sandbox, &[]).ends_with(1);
    run.says(&[&format!("error: 2 images: {}/shop/web: access denied", sandbox.tcr())]);
}

#[test]
fn a_login_that_may_not_pull_is_told_so_for_each_image() {
    let sandbox = Sandbox::with_account(&format!("{TWO_IMAGES}denied: [PullRepositoryPersonal]\n"));

    let run = sync(&sandbox, &[]).ends_with(1);

    run.says(&["access denied", &format!("docker login {}", sandbox.ccr())]);
    for (name, outcome) in outcomes(&sandbox) {
        assert_eq!(outcome, "failed: auth", "{name}");
    }
    assert_eq!(sandbox.images("tcr"), []);
}

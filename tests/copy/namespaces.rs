//! What becomes of namespaces, their visibility, and the descriptions of repositories.

use serde_json::json;

use crate::support::{Sandbox, send};

const ACCOUNT: &str = "
version: 1
personal:
  - namespaces:
      - name: open
        repositories:
          - {name: base, public: true, description: For everybody, images: [{layers: [1kB]}]}
          - {name: tools, public: true, images: [{layers: [2kB]}]}
      - name: mixed
        repositories:
          - {name: base, public: true, description: Half open, images: [{layers: [3kB]}]}
          - {name: secret, images: [{layers: [4kB]}]}
      - name: closed
        repositories:
          - {name: app, description: \"Ours\\n\\nin two paragraphs\", images: [{layers: [5kB]}]}
      - name: there
        repositories:
          - {name: app, public: true, description: Of CCR, images: [{layers: [6kB]}]}
enterprise:
  - namespaces:
      - {name: there, repositories: [{name: app, description: Of TCR, images: [{tags: [old]}]}]}
";

/// Whether it can be pulled without a login.
fn is_public(sandbox: &Sandbox, repository: &str) -> bool {
    // DOCKER_CONFIG holds a login for CCR only, so this is an anonymous token.
    assert_eq!(sandbox.login(sandbox.tcr()), None);
    let token = format!("Bearer {}", sandbox.token(sandbox.tcr(), repository, "pull"));
    let path = format!("/v2/{repository}/manifests/latest");
    let headers = [("Authorization", token.as_str()), ("Accept", "*/*")];
    let status = send("GET", sandbox.tcr(), &path, &headers, b"").status;
    assert!(status == 200 || status == 401, "{repository}: {status}");
    status == 200
}

#[test]
fn visibility_is_kept_where_tcr_can_keep_it_and_said_where_it_can_not() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let plan = sandbox.ccr2tcr(&["sync", "--dry-run", "-o", "json"]).ends_with(1).json();
    let ccr = sandbox.ccr();
    let expected = json!([
        {"name": "closed", "public": false, "publicToday": []},
        {"name": "mixed", "public": false, "publicToday": [format!("{ccr}/mixed/base")]},
        {"name": "open", "public": true, "publicToday": []},
    ]);
    assert_eq!(plan["namespaces"], expected);
    let warnings = plan["warnings"].to_string();
    assert!(warnings.contains("mixed/base"), "{warnings}");
    assert_eq!(sandbox.count("api", "CreateNamespace"), 0, "a plan changes nothing");

    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    assert_eq!(report["namespaces"].as_array().unwrap().len(), 3);
    assert_eq!(sandbox.count("api", "CreateNamespace"), 3);
    for (repository, public) in
        [("open/base", true), ("open/tools", true), ("mixed/base", false), ("closed/app", false)]
    {
        assert_eq!(is_public(&sandbox, repository), public, "{repository}");
    }
    assert!(!is_public(&sandbox, "there/app"), "a namespace that exists is left as it is");
    sandbox.assert_nothing_was_deleted();
}

#[test]
fn descriptions_are_carried_once_and_those_of_tcr_stay() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    let mut described: Vec<&str> = report["repositories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            assert_eq!(entry["outcome"], "described", "{entry}");
            entry["name"].as_str().unwrap()
        })
        .collect();
    described.sort_unstable();
    assert_eq!(described, ["closed/app", "mixed/base", "open/base"], "not there/app");
    assert_eq!(sandbox.count("api", "CreateRepository"), 3);

    // What the listing of TCR says now is as CCR has it, so nothing is left to carry.
    sandbox.tell("/stats/reset", &json!({}));
    let again = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    assert_eq!(again["repositories"], json!([]));
    for action in ["CreateNamespace", "CreateRepository", "ModifyRepository"] {
        assert_eq!(sandbox.count("api", action), 0, "{action}");
    }
}

#[test]
fn a_name_that_tcr_refuses_stops_the_run_before_it_begins() {
    let account = "
version: 1
personal:
  - namespaces:
      - {name: team_a__x, repositories: [{name: app, images: [{layers: [1kB]}]}]}
      - {name: team_a-x, repositories: [{name: app, images: [{layers: [2kB]}]}]}
enterprise: [{}]
";
    let sandbox = Sandbox::with_account(account);
    let refused = sandbox.ccr2tcr(&["sync"]).ends_with(2);
    refused.says(&["error: ", "team_a__x", "hint: ", "--map 'team_a__x="]);
    let collision = sandbox.ccr2tcr(&["sync", "--map", "team_a__x=team_a-x"]).ends_with(2);
    collision.says(&["two sources would become", "team_a-x/app:latest", "hint: ", "--map '"]);
    assert_eq!(sandbox.count("api", "CreateNamespace"), 0);
    assert_eq!(sandbox.images("tcr"), []);
    sandbox.ccr2tcr(&["sync", "--map", "team_a__x=team-x"]).ends_with(0).says(&["2 copied"]);
}

#[test]
fn a_namespace_that_can_not_be_made_blocks_its_own_images_only() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let fault = json!({
        "action": "CreateNamespace", "code": "LimitExceeded.ErrorNamespaceMaxLimit",
        "message": "no more namespaces", "times": 1,
    });
    sandbox.tell("/faults", &fault);
    let run = sandbox.ccr2tcr(&["sync"]).ends_with(1);
    run.says(&["can't create namespace closed", "no more namespaces", "1 not tried", "5 copied"]);
    assert_eq!(sandbox.images("tcr").len(), 6);
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["1 copied"]);
}

#[test]
fn a_list_gets_its_namespaces_too_if_there_is_a_key() {
    let sandbox = Sandbox::demo();
    let list = sandbox.file("list", &format!("{}/shop/web:latest\n", sandbox.ccr()));
    let list = list.to_str().unwrap();
    sandbox
        .ccr2tcr(&["sync", "--images", list])
        .ends_with(0)
        .says(&["create namespace shop (private)"]);
    assert!(sandbox.images("tcr").iter().any(|(name, _)| name == "shop/web:latest"));
    sandbox.assert_target_is_whole();
}

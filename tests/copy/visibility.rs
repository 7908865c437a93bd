//! Private stays private: who may pull from where an image goes is read back before it is sent.

use serde_json::json;

use super::fixtures::{error_of, outcomes, sync};
use crate::support::Sandbox;

/// A namespace in CCR with a private and a public repository; TCR's is public, and so many listings
/// pass before it is in one.
fn shop(unlisted: u32) -> Sandbox {
    Sandbox::with_account(&format!(
        "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {{name: secret, description: Ours, images: [{{tags: [v1], layers: [1kB]}}]}}
          - {{name: open, public: true, images: [{{tags: [v1], layers: [2kB]}}]}}
      - name: data
        repositories: [{{name: jobs, images: [{{tags: [v1], layers: [3kB]}}]}}]
enterprise:
  - namespaces: [{{name: shop, public: true, unlisted: {unlisted}}}]
"
    ))
}

fn there(sandbox: &Sandbox) -> Vec<String> {
    sandbox.images("tcr").into_iter().map(|(name, _)| name).collect()
}

#[test]
fn a_private_image_does_not_enter_a_public_namespace_found_or_met() {
    // Known when the plan is made; met when it was to be made private.
    for unlisted in [0, 1] {
        let sandbox = shop(unlisted);
        let run = sync(&sandbox, &[]).ends_with(1);
        assert_eq!(outcomes(&sandbox)["shop/secret:v1"], "failed: policy");
        let error = error_of(&sandbox, "shop/secret:v1");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("--allow-public") && hint.contains("--map 'shop/secret="), "{hint}");
        run.says(&["namespace shop is public", "shop/secret is private"]);
        assert_eq!(there(&sandbox), ["data/jobs:v1", "shop/open:v1"], "everything else goes on");
        for action in ["CreateRepository", "ModifyRepository"] {
            assert_eq!(sandbox.count("api", action), 0, "nor does its description");
        }
        if unlisted > 0 {
            let report = sandbox.report("r.json");
            let of_shop = report["namespaces"].as_array().unwrap().iter();
            let of_shop = of_shop.clone().find(|entry| entry["name"] == "shop").unwrap();
            assert_eq!(of_shop["public"], true, "as it is, not as it was to be: {of_shop}");
            assert_eq!(of_shop["outcome"], "existed");
        }
        sync(&sandbox, &["--retry-from", "r.json"]).ends_with(1);
        assert_eq!(there(&sandbox).len(), 2);
        sync(&sandbox, &["--allow-public"]).ends_with(0);
        assert_eq!(there(&sandbox).len(), 3);
    }
}

#[test]
fn what_can_not_be_read_back_is_not_taken_for_private() {
    let sandbox = shop(0);
    // The plan reads the listing once; then it can't be read any more.
    sandbox.tell("/namespace", &json!({"name": "shop", "public": false}));
    sandbox.tell("/namespace", &json!({"name": "data", "public": false}));
    sandbox.tell(
        "/faults",
        &json!({
            "action": "DescribeNamespaces", "code": "InternalError", "after": 1, "times": 5,
        }),
    );
    // The registry's token service tells.
    sync(&sandbox, &[]).ends_with(0);
    assert_eq!(there(&sandbox).len(), 3);
}

#[test]
fn a_list_keeps_to_it_with_and_without_a_key() {
    let sandbox = shop(0);
    let list = format!("{0}/shop/secret:v1\n{0}/shop/open:v1\n", sandbox.ccr());
    let list = sandbox.file("list", &list).to_str().unwrap().to_owned();
    sync(&sandbox, &["--images", &list]).ends_with(1);
    assert_eq!(outcomes(&sandbox)["shop/secret:v1"], "failed: policy");
    assert_eq!(there(&sandbox), ["shop/open:v1"], "CCR's API says that it is public");

    let sandbox = shop(0);
    let list = format!("{0}/shop/secret:v1\n{0}/shop/open:v1\n", sandbox.ccr());
    let list = sandbox.file("list", &list).to_str().unwrap().to_owned();
    let run = |more: &[&str]| {
        let host = ["--tcr-host", sandbox.tcr(), "--ccr-host", sandbox.ccr()];
        let mut command = sandbox.plugin(&["sync", "--images", &list, "--report", "r.json"]);
        command.args(host).args(more);
        for name in ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"] {
            command.env_remove(name);
        }
        crate::support::run(&mut command)
    };
    run(&[]).ends_with(1).says(&["namespace shop is public", "not known to be public"]);
    assert_eq!(there(&sandbox), ["shop/open:v1"], "both are told by an anonymous request");
    run(&["--allow-public"]).ends_with(0);
    assert_eq!(there(&sandbox).len(), 2);
}

#[test]
fn a_namespace_that_can_not_be_made_blocks_no_namesake_at_another_registry() {
    let sandbox = shop(0);
    let other = crate::support::DockerRegistry::start();
    let list = format!(
        "{0}/data/jobs:v1 {1}/data/jobs:v1\n{0}/data/jobs:v1\n",
        sandbox.ccr(),
        other.host()
    );
    let list = sandbox.file("list", &list).to_str().unwrap().to_owned();
    sandbox.tell(
        "/faults",
        &json!({
            "action": "CreateNamespace", "code": "LimitExceeded.ErrorNamespaceMaxLimit", "times": 0,
        }),
    );
    sync(&sandbox, &["--images", &list]).ends_with(1);
    let report = sandbox.report("r.json");
    let copied = report["items"].as_array().unwrap().iter();
    let copied: Vec<_> = copied.filter(|item| item["outcome"] == "copied").collect();
    assert_eq!(copied.len(), 1, "{report}");
    assert!(copied[0]["target"].as_str().unwrap().starts_with(other.host()), "{report}");
}

#[test]
fn a_description_that_somebody_wrote_meanwhile_stays() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, description: Of CCR, images: [{tags: [v1], layers: [1kB]}]}
enterprise:
  - namespaces:
      - {name: shop, repositories: [{name: web, unlisted: 1, description: Of TCR, images: [{tags: [old]}]}]}
",
    );
    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    assert_eq!(report["repositories"][0]["outcome"], "kept", "{report}");
    assert_eq!(sandbox.count("api", "ModifyRepository"), 0);
}

#[test]
fn a_namespace_that_turns_public_during_the_copy_is_named_at_its_end() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [1kB]}]}]}
enterprise: [{namespaces: [{name: shop}]}]
registry_faults: [{registry: ccr, method: GET, path: '**/blobs/*', delay_ms: 1500, times: 2}]
",
    );
    let mut process = sandbox.plugin(&["sync", "--report", "r.json"]).spawn().unwrap();
    while sandbox.count("ccr", "GET blob") == 0 {
        assert!(process.try_wait().unwrap().is_none(), "it ended before the change");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    sandbox.tell("/namespace", &json!({"name": "shop", "public": true}));
    assert_eq!(process.wait().unwrap().code(), Some(1));
    let report = sandbox.report("r.json");
    let message = report["unread"][0]["error"]["message"].as_str().unwrap();
    assert!(message.contains("shop has become public") && message.contains("shop/web"), "{report}");
}

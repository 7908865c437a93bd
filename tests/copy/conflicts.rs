//! Tags that differ on both sides: which wins, what is fixed, what is merged.

use serde_json::{Value, json};

use crate::support::Sandbox;
use crate::support::content::{OCI_INDEX, Shelf};

/// One tag, other content on each side: in `newer` the source's push is later, in `older` the
/// target's.
const BOTH: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [newer], pushed: 2024-06-02T00:00:00Z, layers: [1kB]}
              - {tags: [older], pushed: 2024-01-01T00:00:00Z, layers: [2kB]}
              - {tags: [same], pushed: 2024-01-01T00:00:00Z, layers: [3kB]}
enterprise:
  - namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [newer], pushed: 2024-06-01T00:00:00Z, layers: [4kB]}
              - {tags: [older], pushed: 2024-06-01T00:00:00Z, layers: [5kB]}
              - {tags: [same], pushed: 2024-06-01T00:00:00Z, layers: [3kB]}
";

struct Sides {
    source: Vec<(String, String)>,
    target: Vec<(String, String)>,
}

impl Sides {
    fn of(sandbox: &Sandbox) -> Self {
        Self { source: sandbox.images("ccr"), target: sandbox.images("tcr") }
    }
}

fn outcome<'a>(report: &'a Value, tag: &str) -> &'a Value {
    let mut items = report["items"].as_array().unwrap().iter();
    items.find(|item| item["source"].as_str().unwrap().ends_with(&format!(":{tag}"))).unwrap()
}

/// Runs with a policy; the outcomes of `newer` and `older`, and whether they are now the source's.
fn with_policy(policy: &[&str], code: i32) -> [(String, bool); 2] {
    let sandbox = Sandbox::with_account(BOTH);
    let before = Sides::of(&sandbox);
    let run = sandbox.ccr2tcr(&[&["sync", "-o", "json"], policy].concat()).ends_with(code);
    let (report, after) = (run.json(), sandbox.images("tcr"));
    assert_eq!(outcome(&report, "same")["outcome"], "equal", "{report}");
    assert_eq!(sandbox.images("ccr"), before.source);
    sandbox.assert_target_is_whole();
    sandbox.assert_nothing_was_deleted();
    // Sorted by name: newer, older, same.
    [(0, "newer"), (1, "older")].map(|(index, tag)| {
        let is_sources = after[index] == before.source[index];
        assert!(is_sources || after[index] == before.target[index], "{after:?}");
        (outcome(&report, tag)["outcome"].as_str().unwrap().to_owned(), is_sources)
    })
}

fn said(outcomes: [(&str, bool); 2]) -> [(String, bool); 2] {
    outcomes.map(|(outcome, is_sources)| (outcome.to_owned(), is_sources))
}

#[test]
fn by_default_the_later_push_wins_and_later_work_in_tcr_is_kept() {
    assert_eq!(with_policy(&[], 0), said([("copied", true), ("kept", false)]));
}

#[test]
fn each_policy_does_what_it_is_called() {
    let policy = |name: &str, code: i32| with_policy(&["--on-conflict", name], code);
    assert_eq!(policy("newer", 0), said([("copied", true), ("kept", false)]));
    assert_eq!(policy("overwrite", 0), said([("copied", true), ("copied", true)]));
    assert_eq!(policy("skip", 0), said([("kept", false), ("kept", false)]));
    assert_eq!(policy("fail", 1), said([("conflict", false), ("conflict", false)]));
}

#[test]
fn a_push_while_the_move_goes_on_is_carried_by_the_next_run() {
    let sandbox = Sandbox::with_account(BOTH);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    // `newer` is pushed to again in TCR, `same` in CCR.
    let tcr = json!({"registry": "tcr", "repository": "shop/web", "tag": "newer", "layers": [7]});
    let ccr = json!({"registry": "ccr", "repository": "shop/web", "tag": "same", "layers": [8]});
    sandbox.tell("/push", &tcr);
    sandbox.tell("/push", &ccr);
    let before = Sides::of(&sandbox);
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["1 copied", "2 kept unchanged in TCR"]);
    let after = sandbox.images("tcr");
    assert_eq!(after[0], before.target[0], "later work in TCR");
    assert_eq!(after[2], before.source[2], "the later push in CCR");
}

#[test]
fn a_torn_push_of_the_old_tool_is_fixed_though_it_was_later() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [v1], kind: index, pushed: 2024-01-01T00:00:00Z, layers: [1kB]}
              - {tags: [v2], kind: index, pushed: 2024-01-01T00:00:00Z, layers: [2kB]}
enterprise:
  - namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              # Of the same name and layers, so the very image that the index lists first.
              - {tags: [v1], kind: oci, pushed: 2024-06-01T00:00:00Z, layers: [1kB]}
              # Another image, pushed later on purpose.
              - {tags: [v2], kind: oci, pushed: 2024-06-01T00:00:00Z, layers: [9kB]}
",
    );
    let torn = sandbox.digest("tcr", "shop/web:v1").unwrap();
    let index = sandbox.manifest(sandbox.ccr(), "shop/web", "v1").json();
    assert_eq!(index["manifests"][0]["digest"], torn, "the test's own premise");
    let others = sandbox.digest("tcr", "shop/web:v2");

    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    assert_eq!(outcome(&report, "v1")["outcome"], "copied", "{report}");
    let note = outcome(&report, "v1")["note"].as_str().unwrap();
    assert!(note.contains("interrupted push"), "{note}");
    assert_eq!(sandbox.digest("tcr", "shop/web:v1"), sandbox.digest("ccr", "shop/web:v1"));
    assert_eq!(outcome(&report, "v2")["outcome"], "kept", "{report}");
    assert_eq!(sandbox.digest("tcr", "shop/web:v2"), others);
    sandbox.assert_target_is_whole();
}

#[test]
fn skip_and_fail_hold_for_one_platform_of_the_sources_index_too() {
    for (policy, code, outcome_of_v1) in [("skip", 0, "kept"), ("fail", 1, "conflict")] {
        let sandbox = Sandbox::with_account(
            "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories: [{name: web, images: [{tags: [v1], kind: index, layers: [1kB]}]}]
enterprise:
  - namespaces:
      - name: shop
        repositories: [{name: web, images: [{tags: [v1], kind: oci, layers: [1kB]}]}]
",
        );
        let before = sandbox.digest("tcr", "shop/web:v1");
        let index = sandbox.manifest(sandbox.ccr(), "shop/web", "v1").json();
        assert_eq!(index["manifests"][0]["digest"].as_str(), before.as_deref(), "the premise");
        let run = sandbox.ccr2tcr(&["sync", "-o", "json", "--on-conflict", policy]);
        let report = run.ends_with(code).json();
        assert_eq!(outcome(&report, "v1")["outcome"], outcome_of_v1, "{report}");
        assert_eq!(sandbox.digest("tcr", "shop/web:v1"), before);
    }
}

/// One image whose layers take a while, so that there is time to push meanwhile.
const SLOW: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [1kB]}, {tags: [v2], layers: [2kB]}]}
enterprise: [{namespaces: [{name: shop}]}]
registry_faults:
  - {registry: ccr, method: GET, path: '**/blobs/*', delay_ms: 1500, times: 4}
";

#[test]
fn a_push_to_tcr_in_the_first_seconds_of_a_run_is_kept_and_reported() {
    let sandbox = Sandbox::with_account(SLOW);
    let mut command = sandbox.plugin(&["sync", "--report", "r.json"]);
    let mut process = command.stderr(std::process::Stdio::null()).spawn().unwrap();
    while sandbox.count("ccr", "GET blob") == 0 {
        assert!(process.try_wait().unwrap().is_none(), "it ended before the push");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let push = json!({"registry": "tcr", "repository": "shop/web", "tag": "v1", "layers": [7]});
    sandbox.tell("/push", &push);
    let pushed = sandbox.digest("tcr", "shop/web:v1");
    assert_eq!(process.wait().unwrap().code(), Some(1));
    assert_eq!(sandbox.digest("tcr", "shop/web:v1"), pushed, "the newer push");
    let report = sandbox.report("r.json");
    assert_eq!(outcome(&report, "v1")["outcome"], "conflict", "{report}");
    assert_eq!(outcome(&report, "v2")["outcome"], "copied", "{report}");
}

#[test]
fn a_tag_that_the_listing_does_not_have_yet_is_seen_at_the_registry() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [1kB]}]}]}
enterprise:
  - namespaces:
      - name: shop
        repositories: [{name: web, unlisted: 9, images: [{tags: [v1], layers: [7kB]}]}]
",
    );
    let before = sandbox.digest("tcr", "shop/web:v1");
    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(1).json();
    assert_eq!(outcome(&report, "v1")["outcome"], "conflict", "{report}");
    assert_eq!(sandbox.digest("tcr", "shop/web:v1"), before);
}

#[test]
fn the_last_look_is_one_request_for_each_tag_and_can_be_given_up() {
    for (more, looks) in
        [(&[][..], 3), (&["--no-last-look"], 0), (&["--on-conflict", "overwrite"], 0)]
    {
        let sandbox = Sandbox::with_account(REFERRED);
        sandbox.tell(
            "/push",
            &json!({
                "registry": "ccr", "repository": "shop/web", "tags": ["v2", "v3"], "layers": [7],
            }),
        );
        sandbox.ccr2tcr(&[&["sync"], more].concat()).ends_with(0).says(&["4 copied"]);
        // The fallback index is read by itself, to be merged with.
        assert_eq!(sandbox.count("tcr", "HEAD manifest"), looks, "{more:?}");
    }
}

#[test]
fn a_registry_that_refuses_head_is_asked_by_get_and_one_that_refuses_both_is_not_written_to() {
    let sandbox = Sandbox::with_account(SLOW);
    for status in [403, 405] {
        sandbox.tell("/faults/clear", &json!({}));
        let fault = |method: &str| {
            let path = "**/manifests/v*";
            sandbox.tell(
                "/faults",
                &json!({
                    "registry": "tcr", "method": method, "path": path, "status": status,
                }),
            );
        };
        fault("HEAD");
        let tag = format!("h{status}");
        sandbox.tell("/push", &json!({
            "registry": "ccr", "repository": "shop/web", "tags": [format!("v{tag}")], "layers": [status],
        }));
        sandbox.ccr2tcr(&["sync"]).ends_with(0);
    }
    sandbox.tell("/faults/clear", &json!({}));
    for method in ["HEAD", "GET"] {
        sandbox.tell(
            "/faults",
            &json!({
                "registry": "tcr", "method": method, "path": "**/manifests/vlast", "status": 403,
            }),
        );
    }
    sandbox.tell(
        "/push",
        &json!({
            "registry": "ccr", "repository": "shop/web", "tags": ["vlast"], "layers": [77],
        }),
    );
    let refused = sandbox.ccr2tcr(&["sync"]).ends_with(1);
    refused.says(&["can't see whether someone has pushed", "--no-last-look"]);
    assert!(sandbox.digest("tcr", "shop/web:vlast").is_none());
    sandbox.ccr2tcr(&["sync", "--no-last-look"]).ends_with(0);
    assert!(sandbox.digest("tcr", "shop/web:vlast").is_some());
}

const REFERRED: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], kind: oci, layers: [1kB], referrer: true}]}
enterprise: [{namespaces: [{name: shop}]}]
";

fn entries(index: &Value) -> Vec<&str> {
    let entries = index["manifests"].as_array().unwrap().iter();
    entries.map(|entry| entry["digest"].as_str().unwrap()).collect()
}

#[test]
fn a_fallback_index_is_merged_with_the_targets_and_that_is_said() {
    let sandbox = Sandbox::with_account(REFERRED);
    let subject = sandbox.digest("ccr", "shop/web:v1").unwrap();
    let tag = subject.replace(':', "-");
    // The target knows a referrer that CCR doesn't, listed in words of its own.
    let token = sandbox.token(sandbox.tcr(), "shop/web", "pull,push");
    let shelf = Shelf::with_token(sandbox.tcr(), "shop/web", &token);
    let own = shelf.image(None, "a scan result", &[b"scanned in TCR"]);
    let index = json!({
        "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [own],
        "annotations": {"made by": "the scanner"},
    });
    shelf.manifest(Some(&tag), OCI_INDEX, index.to_string().as_bytes());
    let sources = sandbox.manifest(sandbox.ccr(), "shop/web", &tag).json();

    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    let note = outcome(&report, &tag)["note"].as_str().unwrap();
    assert_eq!(note, "merged with the target's fallback index");
    let merged = sandbox.manifest(sandbox.tcr(), "shop/web", &tag).json();
    assert_eq!(entries(&merged), [entries(&index), entries(&sources)].concat());
    assert_eq!(merged["annotations"], index["annotations"]);
    assert_eq!(merged["manifests"][1], sources["manifests"][0], "the entry as it stands in CCR");
    sandbox.assert_target_is_whole();

    // Nothing is left to add, so nothing is written.
    sandbox.tell("/stats/reset", &json!({}));
    sandbox.ccr2tcr(&["sync", "--dry-run"]).ends_with(0);
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["1 equal, 1 kept"]);
    sandbox.ccr2tcr(&["sync", "--on-conflict", "overwrite"]).ends_with(0).says(&["1 kept"]);
    assert_eq!(sandbox.count("tcr", "PUT manifest"), 0);
}

#[test]
fn a_fallback_index_that_the_target_lacks_is_copied_byte_by_byte() {
    let sandbox = Sandbox::with_account(REFERRED);
    let tag = sandbox.digest("ccr", "shop/web:v1").unwrap().replace(':', "-");
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["2 copied"]);
    let ours = sandbox.manifest(sandbox.ccr(), "shop/web", &tag).body;
    assert_eq!(ours, sandbox.manifest(sandbox.tcr(), "shop/web", &tag).body);
}

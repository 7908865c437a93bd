//! An image is done when what refers to it is: signatures, SBOMs and attestations of a source that
//! has the referrers API. Fallback tags, its substitute, are in `conflicts` and `invariants`.

use std::collections::BTreeSet;
use std::process::Stdio;

use serde_json::{Value, json};

use super::fixtures::with_outcome;
use crate::support::content::{OCI_MANIFEST, Shelf, fallback};
use crate::support::{Run, Sandbox};

/// Two images, one of them for two platforms; what refers to them is attached by the tests.
fn with_api(enterprise: &str) -> Sandbox {
    Sandbox::with_account(&format!(
        "
version: 1
docker_login: [ccr, tcr]
personal:
  - referrers_api: true
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {{tags: [v1, latest], kind: oci, layers: [1kB]}}
              - {{tags: [multi], kind: index, layers: [2kB]}}
              - {{tags: [plain], kind: oci, layers: [3kB]}}
enterprise: [{enterprise}]
"
    ))
}

const NO_API: &str = "{namespaces: [{name: shop}]}";
const HAS_API: &str = "{referrers_api: true, namespaces: [{name: shop}]}";

/// Pushes something that refers to a manifest; its descriptor.
fn attach(sandbox: &Sandbox, host: &str, repository: &str, subject: &Value, name: &str) -> Value {
    let token = sandbox.token(host, repository, "pull,push");
    let shelf = Shelf::with_token(host, repository, &token);
    let config = shelf.blob("application/vnd.oci.empty.v1+json", b"{}");
    let layer = shelf.blob("application/spdx+json", name.as_bytes());
    let manifest = json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": "application/spdx+json",
        "config": config, "layers": [layer], "subject": subject,
    });
    shelf.manifest(None, OCI_MANIFEST, manifest.to_string().as_bytes())
}

/// The same at the source, for a tag of `shop/web`.
fn attach_to_tag(sandbox: &Sandbox, tag: &str, name: &str) -> Value {
    let subject = descriptor(sandbox, sandbox.ccr(), tag);
    attach(sandbox, sandbox.ccr(), "shop/web", &subject, name)
}

fn descriptor(sandbox: &Sandbox, host: &str, tag: &str) -> Value {
    let answer = sandbox.manifest(host, "shop/web", tag);
    json!({
        "mediaType": answer.header("Content-Type").unwrap(),
        "digest": answer.header("Docker-Content-Digest").unwrap(),
        "size": answer.body.len(),
    })
}

fn digest_of(descriptor: &Value) -> &str {
    descriptor["digest"].as_str().unwrap()
}

fn digests(index: &Value) -> BTreeSet<String> {
    let entries = index["manifests"].as_array().into_iter().flatten();
    entries.map(|entry| digest_of(entry).to_owned()).collect()
}

/// What TCR lists as referring to a manifest, by its API or by the fallback tag.
fn listed_in_tcr(sandbox: &Sandbox, subject: &str) -> BTreeSet<String> {
    let api = sandbox.read(sandbox.tcr(), "shop/web", &format!("referrers/{subject}"));
    if api.status == 200 {
        return digests(&api.json());
    }
    let tag = sandbox.manifest(sandbox.tcr(), "shop/web", &subject.replace(':', "-"));
    if tag.status == 200 { digests(&tag.json()) } else { BTreeSet::new() }
}

#[track_caller]
fn assert_refers(sandbox: &Sandbox, subject: &Value, referrer: &Value) {
    let listed = listed_in_tcr(sandbox, digest_of(subject));
    assert!(listed.contains(digest_of(referrer)), "{referrer} is not among {listed:?}");
    let there = sandbox.manifest(sandbox.tcr(), "shop/web", digest_of(referrer));
    assert_eq!(there.status, 200, "{referrer}");
    for part in there.json()["layers"].as_array().unwrap() {
        let blob = sandbox.read(sandbox.tcr(), "shop/web", &format!("blobs/{}", digest_of(part)));
        assert_eq!(blob.status, 200, "{part}");
    }
}

fn sync(sandbox: &Sandbox, more: &[&str]) -> Run {
    sandbox.ccr2tcr(&[&["sync", "-o", "json"], more].concat())
}

#[test]
fn what_was_attached_after_the_first_run_comes_with_the_next() {
    for target in [NO_API, HAS_API] {
        let sandbox = with_api(target);
        sync(&sandbox, &[]).ends_with(0);
        let v1 = descriptor(&sandbox, sandbox.ccr(), "v1");
        let sbom = attach_to_tag(&sandbox, "v1", "an SBOM");

        sandbox.ccr2tcr(&["verify"]).ends_with(1).says(&["TCR lacks 1 referrer"]);
        sandbox.ccr2tcr(&["verify", "--deep"]).ends_with(1).says(&["TCR lacks 1 referrer"]);
        let plan = sync(&sandbox, &["--dry-run"]).ends_with(1).json();
        assert_eq!(plan["totals"]["toComplete"], 2, "{plan}");
        let report = sync(&sandbox, &[]).ends_with(0).json();
        let copied = with_outcome(&report, "copied");
        assert_eq!(copied, ["shop/web:latest", "shop/web:v1"], "{report}");
        assert_refers(&sandbox, &v1, &sbom);
        sandbox.ccr2tcr(&["verify", "--deep"]).ends_with(0);
        let again = sync(&sandbox, &[]).ends_with(0).json();
        assert_eq!(again["summary"]["copied"], 0, "{again}");
        assert_eq!(sandbox.count("tcr", "DELETE manifest"), 0);
        sandbox.assert_target_is_whole();
    }
}

#[test]
fn referrers_are_no_conflict_so_every_policy_and_every_selection_brings_them() {
    let sandbox = with_api(NO_API);
    sync(&sandbox, &[]).ends_with(0);
    let list = format!("{0}/shop/web:v1\n{0}/shop/web@{1}\n", sandbox.ccr(), {
        digest_of(&descriptor(&sandbox, sandbox.ccr(), "plain")).to_owned()
    });
    let list = sandbox.file("list", &list).to_str().unwrap().to_owned();
    sandbox.ccr2tcr(&["sync", "--images", &list]).ends_with(0);
    let v1 = descriptor(&sandbox, sandbox.ccr(), "v1");
    let ways: [&[&str]; 6] = [
        &["--on-conflict", "skip"],
        &["--on-conflict", "fail"],
        &["--on-conflict", "overwrite"],
        &["shop/web:v1"],
        &["--images", &list],
        &["--no-last-look"],
    ];
    for (number, way) in ways.iter().enumerate() {
        let sbom = attach_to_tag(&sandbox, "v1", &format!("SBOM {number}"));
        let report = sync(&sandbox, way).ends_with(0).json();
        assert!(report["summary"]["copied"].as_u64().unwrap() > 0, "{way:?}: {report}");
        assert_refers(&sandbox, &v1, &sbom);
    }
}

#[test]
fn referrers_of_referrers_and_of_an_indexs_children_come_along() {
    let sandbox = with_api(NO_API);
    let index = sandbox.manifest(sandbox.ccr(), "shop/web", "multi").json();
    let child = &index["manifests"][1];
    let mut before = Vec::new();
    for run in ["with the image", "after it"] {
        let of_child = attach(&sandbox, sandbox.ccr(), "shop/web", child, run);
        let signature = attach(&sandbox, sandbox.ccr(), "shop/web", &of_child, run);
        let deeper = attach(&sandbox, sandbox.ccr(), "shop/web", &signature, run);
        sync(&sandbox, &[]).ends_with(0);
        before.extend([
            (child.clone(), of_child.clone()),
            (of_child, signature.clone()),
            (signature, deeper),
        ]);
        for (subject, referrer) in &before {
            assert_refers(&sandbox, subject, referrer);
        }
    }
    // One on the signature of the SBOM of a child, where all above it is there already.
    let (_, last) = before.last().unwrap();
    let deepest = attach(&sandbox, sandbox.ccr(), "shop/web", last, "the last");
    sandbox.ccr2tcr(&["verify"]).ends_with(1).says(&["TCR lacks 1 referrer"]);
    sync(&sandbox, &[]).ends_with(0);
    assert_refers(&sandbox, last, &deepest);
    sandbox.ccr2tcr(&["verify"]).ends_with(0);
}

#[test]
fn the_targets_own_fallback_index_is_added_to() {
    let sandbox = with_api(NO_API);
    sync(&sandbox, &[]).ends_with(0);
    let v1 = descriptor(&sandbox, sandbox.ccr(), "v1");
    // A scan result of TCR's own.
    let own = attach(&sandbox, sandbox.tcr(), "shop/web", &v1, "scanned in TCR");
    let token = sandbox.token(sandbox.tcr(), "shop/web", "pull,push");
    let shelf = Shelf::with_token(sandbox.tcr(), "shop/web", &token);
    shelf.index(Some(&fallback(&v1)), std::slice::from_ref(&own));
    let sbom = attach_to_tag(&sandbox, "v1", "an SBOM");
    sync(&sandbox, &[]).ends_with(0);
    assert_refers(&sandbox, &v1, &own);
    assert_refers(&sandbox, &v1, &sbom);
}

#[test]
fn a_manifest_that_the_target_has_and_does_not_list_is_listed() {
    let sandbox = with_api(NO_API);
    sync(&sandbox, &[]).ends_with(0);
    let v1 = descriptor(&sandbox, sandbox.ccr(), "v1");
    let sbom = attach_to_tag(&sandbox, "v1", "an SBOM");
    let there = attach(&sandbox, sandbox.tcr(), "shop/web", &v1, "an SBOM");
    assert_eq!(sbom, there, "the test's own premise");
    assert!(listed_in_tcr(&sandbox, digest_of(&v1)).is_empty(), "as a crash would leave it");
    sandbox.ccr2tcr(&["verify"]).ends_with(1);
    sync(&sandbox, &[]).ends_with(0);
    assert_refers(&sandbox, &v1, &sbom);
}

#[test]
fn no_tag_is_there_before_what_refers_to_it() {
    let sandbox = Sandbox::slow(
        "
version: 1
docker_login: [ccr, tcr]
personal:
  - referrers_api: true
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [a], kind: index, layers: [1kB], referrer: true}
              - {tags: [b], kind: oci, layers: [2kB], referrer: true}
              - {tags: [c], kind: oci, layers: [3kB], referrer: true}
enterprise: [{namespaces: [{name: shop}]}]
",
        8,
    );
    let subjects: Vec<(String, String)> =
        sandbox.images("ccr").into_iter().filter(|(name, _)| !name.contains("sha256")).collect();
    assert_eq!(subjects.len(), 3);
    let mut command = sandbox.plugin(&["sync"]);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut looks = 0;
    while process.try_wait().unwrap().is_none() {
        for (name, digest) in &subjects {
            if sandbox.digest("tcr", name).is_some() {
                assert_eq!(listed_in_tcr(&sandbox, digest).len(), 1, "{name}");
                looks += 1;
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(process.wait().unwrap().success());
    assert!(looks > 0, "no look while it went on");
    for (_, digest) in &subjects {
        assert_eq!(listed_in_tcr(&sandbox, digest).len(), 1);
    }
}

#[test]
fn a_host_without_the_api_is_asked_once_and_a_digest_is_never_asked_about_twice() {
    let account = |api: bool| {
        format!(
            "
version: 1
personal:
  - referrers_api: {api}
    namespaces:
      - name: shop
        repositories:
          - {{name: web, images: [{{tags: [a, b, c]}}, {{tags: [d], layers: [7kB]}}]}}
          - {{name: api, images: [{{tags: [a, b, c]}}]}}
enterprise: [{{}}]
"
        )
    };
    for (api, cold, warm) in [(false, 1, 1), (true, 3, 3)] {
        let sandbox = Sandbox::with_account(&account(api));
        for expected in [cold, warm] {
            sandbox.tell("/stats/reset", &json!({}));
            sync(&sandbox, &[]).ends_with(0);
            assert_eq!(sandbox.count("ccr", "GET referrers"), expected, "API: {api}");
            assert_eq!(sandbox.count("tcr", "GET referrers"), 0, "nothing to look for there");
        }
    }
}

/// Nine images in one repository, and one in another.
const NINE: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - referrers_api: true
    namespaces:
      - name: shop
        repositories:
          - {name: web, generate: {tags: 9, layers: [2kB]}}
          - {name: api, images: [{tags: [v1], kind: oci, layers: [1kB], referrer: true}]}
enterprise: [{}]
";

fn nine_with(fault: &Value) -> Sandbox {
    let sandbox = Sandbox::with_account(NINE);
    let mut fault = fault.clone();
    fault["registry"] = json!("ccr");
    sandbox.tell("/faults", &fault);
    sandbox
}

#[test]
fn a_host_that_refuses_everywhere_has_no_such_api_and_says_so_once() {
    for status in [401, 403] {
        let sandbox = nine_with(&json!({"path": "**/referrers/*", "status": status}));
        let run = sync(&sandbox, &[]).ends_with(0);
        let report = run.json();
        assert_eq!(report["summary"]["copied"], 10, "{report}");
        let notices = report["warnings"].as_array().unwrap().iter();
        let said = notices.filter(|notice| notice["code"] == "no-referrers-api").count();
        assert_eq!(said, 1, "{report}");
        run.never_says(&["docker login"]);
        let asked = sandbox.count("ccr", "GET referrers");
        assert!(asked <= 8, "asked once for each repository, not for each image: {asked}");
        let again = sync(&sandbox, &[]).ends_with(0).json();
        assert_eq!(again["summary"]["equal"], 10, "{again}");
        sandbox.ccr2tcr(&["verify"]).ends_with(0);
    }
}

#[test]
fn a_repository_that_refuses_where_another_answers_leaves_its_referrers_unread() {
    let sandbox = nine_with(&json!({"path": "**/shop/web/referrers/*", "status": 403}));
    for outcome in ["copied", "equal"] {
        let run = sync(&sandbox, &["--report", "r.json"]).ends_with(1);
        let report = run.json();
        assert_eq!(report["summary"][outcome], 10, "{report}");
        let unread = report["unread"].as_array().unwrap();
        assert_eq!(unread.len(), 9, "{report}");
        for entry in unread {
            assert_eq!(entry["scope"], "referrers", "{entry}");
            assert!(entry["of"].as_str().unwrap().contains("/shop/web:build-"), "{entry}");
        }
        run.says(&["could not be read: what refers to"]);
    }
    sandbox.ccr2tcr(&["verify"]).ends_with(1);
    // The report is enough to come back to it.
    sandbox.tell("/faults/clear", &json!({}));
    let sbom = {
        let subject = sandbox.manifest(sandbox.ccr(), "shop/web", "build-001");
        let subject = json!({
            "mediaType": subject.header("Content-Type").unwrap(),
            "digest": subject.header("Docker-Content-Digest").unwrap(),
            "size": subject.body.len(),
        });
        let sbom = attach(&sandbox, sandbox.ccr(), "shop/web", &subject, "late");
        (subject, sbom)
    };
    sync(&sandbox, &["--retry-from", "r.json"]).ends_with(0);
    assert_refers(&sandbox, &sbom.0, &sbom.1);
}

#[test]
fn a_listing_that_fails_costs_the_referrers_and_not_the_image() {
    let sandbox = nine_with(&json!({"path": "**/referrers/*", "status": 500}));
    let report = sync(&sandbox, &["--report", "r.json"]).ends_with(1).json();
    assert_eq!(report["summary"]["copied"], 10, "{report}");
    assert_eq!(report["summary"]["failed"], 0, "{report}");
    assert_eq!(report["unread"].as_array().unwrap().len(), 10, "{report}");

    // What was not read is compared again, by each way that there is.
    sandbox.tell("/faults/clear", &json!({}));
    let report = sync(&sandbox, &["--retry-from", "r.json"]).ends_with(0).json();
    assert_eq!(with_outcome(&report, "copied"), ["shop/api:v1"], "{report}");
    let subject = sandbox.digest("ccr", "shop/api:v1").unwrap();
    let tag = sandbox.digest("tcr", &format!("shop/api:{}", subject.replace(':', "-")));
    assert!(tag.is_some(), "{:?}", sandbox.images("tcr"));
    sandbox.ccr2tcr(&["verify"]).ends_with(0);
}

#[test]
fn what_fails_for_a_while_is_tried_again_within_the_run() {
    let sandbox = nine_with(&json!({"path": "**/shop/api/referrers/*", "status": 503, "times": 3}));
    sync(&sandbox, &[]).ends_with(0);
    let subject = sandbox.digest("ccr", "shop/api:v1").unwrap();
    let tag = sandbox.digest("tcr", &format!("shop/api:{}", subject.replace(':', "-")));
    assert!(tag.is_some(), "{:?}", sandbox.images("tcr"));
}

#[test]
fn a_referrer_that_can_not_be_copied_is_named_and_its_image_is_there() {
    let sandbox = with_api(NO_API);
    let sbom = attach_to_tag(&sandbox, "v1", "an SBOM");
    let layer = sandbox.manifest(sandbox.ccr(), "shop/web", digest_of(&sbom)).json();
    let layer = &layer["layers"][0];
    sandbox.tell(
        "/delete-blob",
        &json!({"registry": "ccr", "repository": "shop/web", "digest": layer["digest"]}),
    );
    for _ in 0..2 {
        let run = sync(&sandbox, &[]).ends_with(1);
        let report = run.json();
        assert_eq!(report["summary"]["failed"], 0, "{report}");
        run.says(&["what refers to", digest_of(&sbom)]);
        assert_eq!(sandbox.images("tcr").len(), 4);
        sandbox.ccr2tcr(&["verify"]).ends_with(1);
    }
}

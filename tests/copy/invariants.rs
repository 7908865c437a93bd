//! What a run over an account must never break: order, wholeness, and that nothing is sent twice or
//! deleted. What happens where both sides differ is in `conflicts`, what becomes of namespaces in
//! `namespaces`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Run, Sandbox};

/// Tags of the target in the order in which they were committed there.
fn commit_order(sandbox: &Sandbox, repository: &str) -> Vec<String> {
    let all = sandbox.control("/images");
    let mut tags: Vec<(String, String)> = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|image| image["registry"] == "tcr" && image["repository"] == repository)
        .map(|image| {
            let pushed = image["pushed"].as_str().unwrap();
            // Nine digits of the second, so that text sorts as time does.
            let (time, fraction) = pushed.trim_end_matches('Z').split_once('.').unwrap();
            (format!("{time}.{fraction:0<9}"), image["tag"].as_str().unwrap().to_owned())
        })
        .collect();
    tags.sort();
    tags.into_iter().map(|(_, tag)| tag).collect()
}

#[test]
fn no_tag_ever_points_at_a_missing_child() {
    let sandbox = Sandbox::slow(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [a], kind: nested-index, layers: [base, 3kB], attestation: true}
              - {tags: [b], kind: index, layers: [base, 4kB], signed: true, referrer: true}
              - {tags: [c], kind: docker-list, layers: [5kB]}
              - {tags: [d], kind: index, layers: [base, 6kB], attestation: true}
          - name: api
            images:
              - {tags: [a], kind: index, layers: [base, 7kB]}
              - {tags: [b], kind: pretty-index, layers: [8kB]}
enterprise: [{lenient: true}]
",
        8,
    );
    // The registry takes everything, in whatever order it comes.
    let mut command = sandbox.plugin(&["sync"]);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut looks = 0;
    while process.try_wait().unwrap().is_none() {
        sandbox.assert_target_is_whole();
        looks += 1;
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(process.wait().unwrap().success());
    assert!(looks > 10, "only {looks} looks while it went on");
    sandbox.assert_target_is_whole();
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
    sandbox.assert_nothing_was_deleted();
}

#[test]
fn tags_of_a_repository_are_committed_oldest_push_first() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [e], pushed: 2024-05-01T00:00:00Z, layers: [1kB]}
              - {tags: [a], pushed: 2024-03-01T00:00:00Z, layers: [2kB], kind: index}
              - {tags: [d], pushed: 2024-01-01T00:00:00Z, layers: [3MB], signed: true}
              - {tags: [b], pushed: 2024-04-01T00:00:00Z, layers: [4kB]}
              - {tags: [c], pushed: 2024-02-01T00:00:00Z, layers: [5kB]}
enterprise: [{}]
# What is fetched first, which is of the oldest image, takes longest.
registry_faults:
  - {registry: ccr, method: GET, path: '**/blobs/*', delay_ms: 400, times: 3}
",
    );
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["6 copied"]);
    let mut order = commit_order(&sandbox, "shop/web");
    let signature = order.iter().position(|tag| tag.starts_with("sha256-")).unwrap();
    assert_eq!(signature, 0, "before the tag that it belongs to: {order:?}");
    order.remove(signature);
    assert_eq!(order, ["d", "c", "a", "b", "e"]);
    sandbox.assert_target_is_whole();
}

const PUSHES: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [v10], pushed: 2024-06-10T00:00:00Z, layers: [1kB], signed: true}
              - {tags: [v9], pushed: 2024-06-09T00:00:00Z, layers: [2kB], referrer: true, kind: oci}
              - {tags: [v11], pushed: 2023-01-01T00:00:00Z, layers: [3kB], signed: true}
              - {tags: [a, z], pushed: 2024-01-01T00:00:00Z, layers: [4kB], signed: true}
enterprise: [{}]
";

fn names(sandbox: &Sandbox) -> BTreeSet<String> {
    sandbox.images("tcr").into_iter().map(|(name, _)| name.replace("shop/web:", "")).collect()
}

#[test]
fn newest_goes_by_push_time_and_signatures_follow_uncounted() {
    let sandbox = Sandbox::with_account(PUSHES);
    let tag_of = |name: &str, suffix: &str| {
        let digest = sandbox.digest("ccr", &format!("shop/web:{name}")).unwrap();
        format!("{}{suffix}", digest.replace(':', "-"))
    };
    sandbox.ccr2tcr(&["sync", "--newest", "2"]).ends_with(0).says(&["4 copied", "leaves 3 tags"]);
    let expected = ["v10".to_owned(), "v9".to_owned(), tag_of("v10", ".sig"), tag_of("v9", "")];
    assert_eq!(names(&sandbox), BTreeSet::from(expected));
    sandbox.assert_target_is_whole();
}

#[test]
fn since_takes_what_was_pushed_later_and_what_follows_it() {
    let sandbox = Sandbox::with_account(PUSHES);
    let since = ["sync", "--since", "2024-01-01"];
    sandbox.ccr2tcr(&since).ends_with(0).says(&["7 copied", "leaves 1 tag of 1 repository"]);
    let names = names(&sandbox);
    assert!(!names.contains("v11"), "{names:?}");
    assert_eq!(names.len(), 7, "v10, v9, a, z, two signatures and a fallback tag: {names:?}");
}

/// What each repository's manifests name: blobs by repository, and the sum of the manifests.
fn contents(sandbox: &Sandbox) -> (BTreeMap<String, BTreeMap<String, u64>>, u64) {
    let mut blobs: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let mut manifests = BTreeMap::new();
    for (name, digest) in sandbox.images("ccr") {
        let repository = name.split(':').next().unwrap().to_owned();
        let answer = sandbox.manifest(sandbox.ccr(), &repository, &digest);
        manifests.insert((repository.clone(), digest), answer.body.len() as u64);
        let manifest = answer.json();
        let layers = manifest["layers"].as_array().unwrap().iter();
        for blob in layers.chain([&manifest["config"]]) {
            let digest = blob["digest"].as_str().unwrap().to_owned();
            let size = blob["size"].as_u64().unwrap();
            blobs.entry(repository.clone()).or_default().insert(digest, size);
        }
    }
    (blobs, manifests.values().sum())
}

#[test]
fn each_byte_crosses_once_and_other_repositories_mount_it() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - name: web
            generate: {tags: 12, layers: [{name: base, size: 700kB}, {name: node, size: 90kB}, 3kB]}
          - {name: api, generate: {tags: 12, layers: [{name: base, size: 700kB}, 3kB]}}
      - name: data
        repositories:
          - {name: jobs, generate: {tags: 12, layers: [{name: base, size: 700kB}, 3kB]}}
          - {name: etl, images: [{tags: [v1, v2, v3], layers: [{name: node, size: 90kB}, 5kB]}]}
enterprise: [{}]
",
    );
    let (blobs, manifest_bytes) = contents(&sandbox);
    let mut distinct: BTreeMap<&String, u64> = BTreeMap::new();
    let mut in_repositories = 0;
    for held in blobs.values() {
        distinct.extend(held.iter().map(|(digest, size)| (digest, *size)));
        in_repositories += held.len();
    }
    sandbox.tell("/stats/reset", &json!({}));

    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    let stats = sandbox.control("/stats");
    let once: u64 = distinct.values().sum();
    assert_eq!(report["summary"]["bytes"], once, "{stats}");
    assert_eq!(stats["bytes_out_ccr"], once + manifest_bytes, "{stats}");
    assert_eq!(stats["ccr"]["GET blob"], distinct.len(), "{stats}");
    assert_eq!(stats["mounts"], in_repositories - distinct.len(), "{stats}");
    // Three tags of one manifest: read once, put three times.
    assert_eq!(stats["ccr"]["GET manifest"], 37, "{stats}");
    assert_eq!(stats["tcr"]["PUT manifest"], 39, "{stats}");
    assert_eq!(stats["bytes_in_tcr"].as_u64().unwrap() - once, sent_manifests(&sandbox));
    sandbox.assert_target_is_whole();
    sandbox.assert_nothing_was_deleted();
}

fn sent_manifests(sandbox: &Sandbox) -> u64 {
    let size = |(name, digest): (String, String)| {
        let repository = name.split(':').next().unwrap();
        sandbox.manifest(sandbox.ccr(), repository, &digest).body.len() as u64
    };
    sandbox.images("ccr").into_iter().map(size).sum()
}

#[test]
fn a_registry_that_mounts_nothing_gets_everything_all_the_same() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, generate: {tags: 5, layers: [{name: base, size: 70kB}, 3kB]}}
          - {name: api, generate: {tags: 5, layers: [{name: base, size: 70kB}, 3kB]}}
enterprise: [{mounts: false}]
",
    );
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&["10 copied"]).never_says(&["mounted"]);
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
    sandbox.assert_target_is_whole();
}

fn listed(sandbox: &Sandbox) -> Run {
    sandbox.ccr2tcr(&["sync", "-o", "json"])
}

#[test]
fn a_listing_that_the_registry_contradicts_is_not_trusted() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: web, generate: {tags: 6, layers: [3kB]}}
          - {name: api, generate: {tags: 6, layers: [3kB]}}
enterprise: [{}]
",
    );
    listed(&sandbox).ends_with(0);
    sandbox.tell("/stats/reset", &json!({}));
    let trusting = listed(&sandbox).ends_with(0);
    assert_eq!(trusting.json()["summary"]["equal"], 12);
    let trusted = sandbox.count("tcr", "HEAD manifest");
    assert!((1..12).contains(&trusted), "a sample is looked up: {trusted}");

    // Registry and API of the sandbox share one store, so a fault stands in for a tag that the
    // listing still names: for the three of the sample, then for the look at all six.
    let fault = json!({
        "registry": "tcr", "method": "HEAD", "path": "**/shop/web/manifests/*",
        "status": 404, "times": 9,
    });
    sandbox.tell("/faults", &fault);
    sandbox.tell("/stats/reset", &json!({}));
    let doubting = listed(&sandbox).ends_with(0);
    let report = doubting.json();
    assert_eq!((&report["summary"]["copied"], &report["summary"]["equal"]), (&json!(6), &json!(6)));
    doubting.says(&[
        "the API's listing says that shop/web:",
        "is equal on both sides, and the registries say otherwise",
    ]);
    assert!(sandbox.count("tcr", "HEAD manifest") >= 12, "every tag is looked up then");
    sandbox.assert_target_is_whole();
}

#[test]
fn what_is_broken_at_the_source_is_reported_and_never_half_there() {
    let sandbox = Sandbox::with_account(
        "
version: 1
personal:
  - namespaces:
      - name: broken
        repositories:
          - name: all
            images:
              - {tags: [blob-missing], layers: [1kB, 2kB], fault: blob-missing}
              - {tags: [wrong-size], layers: [1kB, 2kB], fault: wrong-size}
              - {tags: [wrong-bytes], layers: [1kB, 2kB], fault: wrong-bytes}
              - {tags: [manifest-too-large], layers: [1kB], fault: manifest-too-large}
              - {tags: [manifest-missing], layers: [1kB], fault: manifest-missing}
              - {tags: [child-missing], kind: index, layers: [1kB], fault: manifest-missing}
              - {tags: [whole], layers: [1kB, 2kB]}
enterprise: [{lenient: true}]
",
    );
    let run = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(1);
    let report = run.json();
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 7, "nothing is left out: {report}");
    let failed = |item: &&Value| item["outcome"] == "failed" && item["error"]["hint"].is_string();
    assert_eq!(items.iter().filter(failed).count(), 6, "{report}");
    assert_eq!(sandbox.images("tcr").len(), 1);
    sandbox.assert_target_is_whole();
}

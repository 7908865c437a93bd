//! The sorts of content that Debian's registry refuses and others hold: schema 1, unknown media
//! types, sha512, and what goes with them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Sandbox;
use crate::support::content::sha256;

const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: kinds
        repositories:
          - name: all
            images:
              - {tags: [image], kind: image, layers: [base, 200kB]}
              - {tags: [oci, oci-again], kind: oci, layers: [base, 5kB]}
              - {tags: [index], kind: index, layers: [base], attestation: true, signed: true}
              - {tags: [nested-index], kind: nested-index, layers: [1kB]}
              - {tags: [docker-list], kind: docker-list, layers: [1kB]}
              - {tags: [artifact], kind: artifact, layers: [1kB], referrer: true}
              - {tags: [empty-layers], kind: empty-layers}
              - {tags: [schema1], kind: schema1, layers: [1kB, 2kB]}
              - {tags: [unknown-type], kind: unknown-type, layers: [1kB]}
              - {tags: [pretty-index], kind: pretty-index, layers: [1kB]}
              - {tags: [sha512], kind: sha512, layers: [1kB]}
";

const TAGS: usize = 14;

/// Compares a manifest and everything below it; adds the digests that were seen.
fn compare(sandbox: &Sandbox, reference: &str, seen: &mut BTreeSet<String>) {
    let ours = sandbox.manifest(sandbox.ccr(), "kinds/all", reference);
    let theirs = sandbox.manifest(sandbox.tcr(), "kinds/all", reference);
    assert_eq!((ours.status, theirs.status), (200, 200), "{reference}");
    assert_eq!(ours.body, theirs.body, "{reference}");
    for name in ["Content-Type", "Docker-Content-Digest"] {
        assert_eq!(ours.header(name), theirs.header(name), "{reference}");
    }
    let digest = ours.header("Docker-Content-Digest").unwrap().to_owned();
    let is_schema1 = ours.header("Content-Type").unwrap().contains("prettyjws");
    assert_eq!(sha256(&ours.body) == digest, !is_schema1 && digest.starts_with("sha256:"));
    if !seen.insert(digest) {
        return;
    }
    let manifest = ours.json();
    let list = |name: &str| manifest[name].as_array().into_iter().flatten();
    for child in list("manifests") {
        compare(sandbox, child["digest"].as_str().unwrap(), seen);
    }
    let digests = list("layers").chain(manifest.get("config")).map(|blob| &blob["digest"]);
    for digest in digests.chain(list("fsLayers").map(|layer| &layer["blobSum"])) {
        let path = format!("blobs/{}", digest.as_str().unwrap());
        let blob = |host: &str| sandbox.read(host, "kinds/all", &path);
        let (ours, theirs) = (blob(sandbox.ccr()), blob(sandbox.tcr()));
        assert_eq!((ours.status, theirs.status), (200, 200), "{path}");
        assert_eq!(ours.body, theirs.body, "{path}");
    }
}

fn moves_whole(instance: &str) -> (Sandbox, Value) {
    let sandbox = Sandbox::with_account(&format!("{ACCOUNT}enterprise: [{instance}]\n"));
    let report = sandbox.ccr2tcr(&["sync", "-o", "json"]).ends_with(0).json();
    assert_eq!(report["summary"]["copied"], TAGS, "{report}");
    let tags = sandbox.images("ccr");
    assert_eq!(tags.len(), TAGS);
    let mut seen = BTreeSet::new();
    for (name, _) in &tags {
        compare(&sandbox, name.split_once(':').unwrap().1, &mut seen);
    }
    assert!(seen.iter().any(|digest| digest.starts_with("sha512:")), "{seen:?}");
    assert!(seen.len() > 25, "manifests: {}", seen.len());
    sandbox.assert_target_is_whole();
    sandbox.assert_nothing_was_deleted();

    sandbox.tell("/stats/reset", &json!({}));
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&[&format!("{TAGS} equal")]);
    assert_eq!(sandbox.count("tcr", "PUT manifest"), 0);
    sandbox.ccr2tcr(&["verify", "--deep"]).ends_with(0).says(&[&format!("{TAGS} equal")]);
    (sandbox, report)
}

#[test]
fn every_content_type_arrives_byte_by_byte() {
    moves_whole("{}");
}

#[test]
fn a_target_with_the_referrers_api_lists_what_came_by_fallback_tag() {
    let (sandbox, _) = moves_whole("{referrers_api: true}");
    let subject = sandbox.digest("ccr", "kinds/all:artifact").unwrap();
    let index = sandbox.read(sandbox.tcr(), "kinds/all", &format!("referrers/{subject}")).json();
    assert_eq!(index["manifests"].as_array().unwrap().len(), 1, "{index}");
}

#[test]
fn a_token_that_ends_every_second_is_renewed() {
    let sandbox = Sandbox::slow(&format!("{ACCOUNT}enterprise: [{{bearer_lifetime: 1}}]\n"), 30);
    sandbox.ccr2tcr(&["sync"]).ends_with(0).says(&[&format!("{TAGS} copied")]);
    assert_eq!(sandbox.images("ccr"), sandbox.images("tcr"));
    sandbox.assert_target_is_whole();
}

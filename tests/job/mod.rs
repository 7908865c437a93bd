//! `docker ccr2tcr job`: how the work is dealt out, and what shards do with it.

mod lists;
mod program_image;
mod shards;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Sandbox;

/// Images on one side, on both, broken, and newer in TCR.
const ACCOUNT: &str = "
version: 1
uin: '100000000002'
docker_login: [ccr, tcr]
personal:
  - region: ap-guangzhou
    password: ccr-password-1
    namespaces:
      - {name: many, generate: {repositories: 10, tags: 8, layers: [{name: base, size: 20kB}, 9000]}}
      - name: shop
        repositories:
          - name: web
            public: true
            images:
              - {tags: [v1], layers: [{name: base, size: 20kB}, 1kB], signed: true}
              - {tags: [v2, latest], layers: [{name: base, size: 20kB}, 2kB], pushed: 2026-01-02T00:00:00Z}
              - {tags: [same], layers: [{name: base, size: 20kB}]}
              - {tags: [newer], layers: [3kB], pushed: 2020-01-01T00:00:00Z}
          - name: broken
            images:
              - {tags: [good], layers: [1kB]}
              - {tags: [bad], layers: [1kB, 2kB], fault: blob-missing}
enterprise:
  - id: tcr-sandbox1
    name: prod
    region: ap-shanghai
    namespaces:
      - name: shop
        repositories:
          - name: web
            images:
              - {tags: [same], layers: [{name: base, size: 20kB}]}
              - {tags: [latest], layers: [7kB], pushed: 2025-01-01T00:00:00Z}
              - {tags: [newer], layers: [4kB], pushed: 2025-01-01T00:00:00Z}
";

/// What `sync` would copy, as `SOURCE TARGET`.
fn planned(sandbox: &Sandbox) -> BTreeSet<String> {
    let plan = sandbox.ccr2tcr(&["sync", "--dry-run", "-o", "json"]).json();
    let items = plan["items"].as_array().unwrap().iter();
    let writes = |item: &&Value| {
        ["copy", "overwrite", "merge", "add-referrers"]
            .iter()
            .any(|action| item["action"] == *action)
    };
    let pair = |item: &Value| {
        format!("{} {}", item["source"].as_str().unwrap(), item["target"].as_str().unwrap())
    };
    items.filter(writes).map(pair).collect()
}

/// Fails unless the lists have what was planned and are disjoint, repositories and all.
#[track_caller]
fn assert_dealt_out(lists: &[String], planned: &BTreeSet<String>) {
    let mut all = Vec::new();
    let mut repositories = BTreeSet::new();
    for list in lists {
        let pair = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let here: Vec<String> = list.lines().map(pair).collect();
        let of =
            |line: &String| line.split(' ').next().unwrap().rsplit_once(':').unwrap().0.to_owned();
        for repository in here.iter().map(of).collect::<BTreeSet<_>>() {
            assert!(repositories.insert(repository.clone()), "{repository} is in two lists");
        }
        all.extend(here);
    }
    assert_eq!(all.len(), planned.len());
    assert_eq!(&all.into_iter().collect::<BTreeSet<_>>(), planned);
}

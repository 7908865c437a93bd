//! `docker ccr2tcr triggers`: what CCR does when images are pushed, and the webhooks in its place.

mod apply;
mod list;
mod rollback;
mod secrets;

use crate::support::Sandbox;

/// Two repositories with triggers of every kind, one without a tag, and clean-up rules.
const ACCOUNT: &str = r#"
version: 1
docker_login: [ccr, tcr]
personal:
  - cleanup: [{type: global_keep_last_nums, value: 80}]
    namespaces:
      - name: shop
        repositories:
          - name: web
            images: [{tags: [v1], layers: [2kB]}, {tags: [v2], layers: [3kB]}]
            triggers:
              - name: all
                fired:
                  - {tag: v1, at: "2026-05-01T10:00:00Z"}
                  - {tag: v2, at: "2026-06-01T10:00:00Z", code: -1}
              - {name: list, method: taglist, expression: "v1;v2", workload: web}
              - {name: digits, method: regex, expression: "^v[0-9]+$"}
            cleanup: [{type: keep_last_days, value: 9223372036854776000}]
          - name: api
            images: [{tags: [v1], layers: [4kB]}]
            triggers: [{name: glob, method: regex, expression: "^release-.*$"}]
            cleanup: [{type: keep_last_days, value: 30, valid: false}]
          - {name: empty, triggers: [{name: all}]}
          - {name: quiet, images: [{tags: [v1], layers: [5kB]}]}
enterprise: [{id: tcr-sandbox1, name: prod, namespaces: [{name: shop}]}]
"#;

fn sandbox() -> Sandbox {
    Sandbox::with_account(ACCOUNT)
}

/// The same with everything copied.
fn copied() -> Sandbox {
    let sandbox = sandbox();
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    sandbox
}

const RECEIVER: &str = "https://hooks.example.com/tcr";

/// What `triggers apply` is told.
const APPLY: [&str; 8] =
    ["triggers", "apply", "--receiver", RECEIVER, "--yes", "--progress", "none", "--undo-file"];

/// Runs `triggers apply` to its end, whose undo file is `undo.json`.
fn apply(sandbox: &Sandbox) -> crate::support::Run {
    sandbox.ccr2tcr(&[&APPLY[..], &["undo.json"]].concat())
}

/// The names and conditions of the webhooks that the instance has, as Tencent's API tells them.
fn webhooks(sandbox: &Sandbox) -> Vec<String> {
    let all = sandbox.control("/webhooks");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    all.as_array()
        .unwrap()
        .iter()
        .map(|it| text(&it["name"]) + " " + &text(&it["condition"]))
        .collect()
}

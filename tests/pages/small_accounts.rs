//! Pages about one command, each on an account that is made for what the page shows.

use super::Shell;
use crate::support::Sandbox;

fn shell(account: &str) -> Shell {
    Shell::new(Sandbox::with_account(account), "prod.tencentcloudcr.com")
}

#[test]
fn the_page_of_the_network_shows_its_state() {
    let account = "
personal: [{region: ap-guangzhou}]
vpcs: [{id: vpc-prod, name: prod}]
enterprise: [{name: demo, public_entry: {state: Closed, allowlist: []}, links: [{vpc: vpc-prod, dns: [default, vpc]}]}]
";
    shell(account).paste_the_first("docs/network.md", "docker ccr2tcr network status");
}

#[test]
fn the_page_of_planning_shows_a_plan() {
    shell(crate::fleet::FLEET).paste_the_first("docs/planning.md", "docker ccr2tcr instances plan");
}

#[test]
fn the_page_of_triggers_shows_them() {
    let account = r#"
version: 1
personal:
  - cleanup: [{type: global_keep_last_nums, value: 80}]
    namespaces:
      - name: shop
        repositories:
          - name: web
            images: [{tags: [v1, v2], layers: [2kB]}]
            triggers:
              - {name: all, cluster: cls-1, fired: [{tag: v2, at: "2026-06-01T10:00:00Z", code: -1}]}
              - {name: list, cluster: cls-1, method: taglist, expression: "v1;v2", workload: web}
              - {name: digits, cluster: cls-1, method: regex, expression: "^v[0-9]+$"}
enterprise: [{name: prod, namespaces: [{name: shop}]}]
"#;
    shell(account).paste_the_first("docs/triggers.md", "docker ccr2tcr triggers");
}

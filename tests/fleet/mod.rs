//! `instances plan`: what a fleet needs, and what is said of what can't be read.

mod maps;
mod plan;
mod unread;

use crate::support::Sandbox;

/// One basic instance, clusters in three regions, one of them abroad, more VPCs than it may link, and
/// a namespace that TCR refuses.
pub(crate) const FLEET: &str = "
version: 1
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories: [{name: web, images: [{tags: [v1, v2]}]}, {name: api, images: [{tags: [v1]}]}]
      - name: team_a__x
        repositories: [{name: job, images: [{tags: [v1]}]}]
enterprise:
  - name: prod
    id: tcr-prod0001
    type: basic
    namespaces: [{name: shop}]
    links: [{vpc: vpc-sh1}]
vpcs:
  - {id: vpc-sh1}
  - {id: vpc-sh2}
  - {id: vpc-sh3}
  - {id: vpc-sh4}
  - {id: vpc-bj1, region: ap-beijing}
  - {id: vpc-hk1, region: ap-hongkong}
clusters:
  - {id: cls-sh1, name: web, vpc: vpc-sh1, instances: [ins-1, ins-2, ins-3, ins-4]}
  - {id: cls-sh2, name: jobs, vpc: vpc-sh2, instances: [ins-5]}
  - {id: cls-sh3, name: data, vpc: vpc-sh3, instances: [ins-6], status: Upgrading}
  - {id: cls-sh4, name: test, vpc: vpc-sh4, instances: [ins-7]}
  - {id: cls-bj1, name: north, vpc: vpc-bj1, region: ap-beijing, instances: [ins-8, ins-9]}
  - {id: cls-hk1, name: abroad, vpc: vpc-hk1, region: ap-hongkong, serverless: true}
";

fn fleet(more: &str) -> Sandbox {
    Sandbox::with_account(&format!("{FLEET}{more}"))
}

const PLAN: [&str; 2] = ["instances", "plan"];

fn plan(sandbox: &Sandbox, more: &[&str]) -> crate::support::Run {
    sandbox.ccr2tcr(&[&PLAN[..], more].concat())
}

//! An account in which nothing is wrong.

use crate::support::Sandbox;

/// One of everything, all of it well.
pub(super) const ACCOUNT: &str = "
docker_login: [ccr]
personal:
  - region: ap-guangzhou
    namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1, v2], layers: [{name: debian, size: 2MB}, 300kB]}]}
          - {name: api, public: true, images: [{tags: [v1], layers: [20kB]}]}
enterprise:
  - name: prod
    region: ap-shanghai
    namespaces:
      - name: shop
        repositories:
          - {name: web, images: [{tags: [v1], layers: [{name: debian, size: 2MB}]}]}
";

#[test]
fn nothing_is_found() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    let run = sandbox.ccr2tcr(&["doctor"]).ends_with(0);
    println!("{}\n{}", run.stdout, run.stderr);
}

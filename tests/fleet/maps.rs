//! The mapping files of a plan, as `sync` takes them.

use super::{fleet, plan};
use crate::support::Sandbox;

#[test]
fn sync_takes_the_printed_mapping() {
    let sandbox = fleet("");
    sandbox.ccr2tcr(&["sync", "--dry-run"]).ends_with(2).says(&["team_a__x"]);
    plan(&sandbox, &["--write-maps", "maps"]).ends_with(0).says(&["--mapping maps/prod.yaml"]);
    let mapped = ["--mapping", "maps/prod.yaml"];
    sandbox
        .ccr2tcr(&[&["sync", "--dry-run"][..], &mapped].concat())
        .ends_with(1)
        .says(&["team_a_x/job", "shop/web"]);
    sandbox.ccr2tcr(&[&["sync"][..], &mapped].concat()).ends_with(0);
    sandbox.ccr2tcr(&[&["verify"][..], &mapped].concat()).ends_with(0);
    let mut names: Vec<String> = sandbox.images("tcr").into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(names, ["shop/api:v1", "shop/web:v1", "shop/web:v2", "team_a_x/job:v1"]);
    // What it planned for is what is there.
    let json = plan(&sandbox, &["-o", "json"]).ends_with(0).json();
    assert_eq!(json["instances"][0]["requirements"][1]["needed"], 3);
}

#[test]
fn folded_namespaces_are_levels_of_one() {
    let sandbox = fleet("");
    plan(&sandbox, &["--fold", "platform/apps", "--write-maps", "."]).ends_with(0);
    let mapped = ["sync", "--mapping", "prod.yaml"];
    sandbox.ccr2tcr(&mapped).ends_with(0);
    let names: Vec<String> = sandbox.images("tcr").into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"platform/apps/team_a__x/job:v1".to_owned()), "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("platform/apps/")), "{names:?}");
    plan(&sandbox, &["--fold", "Platform"]).ends_with(125).says(&["Platform"]);
}

#[test]
fn a_file_that_is_there_stays() {
    let sandbox = fleet("");
    sandbox.file("prod.yaml", "mine\n");
    let run = plan(&sandbox, &["--write-maps", "."]).ends_with(1);
    run.says(&["can't write ./prod.yaml", "hint"]);
    let file = |name: &str| sandbox.folder().join(name);
    assert_eq!(std::fs::read_to_string(file("prod.yaml")).unwrap(), "mine\n");
    assert!(!file("prod-hongkong.yaml").exists(), "none is written if not all can be");
    plan(&sandbox, &["--write-maps", "new/maps"]).ends_with(0);
    let written = std::fs::metadata(file("new/maps/prod.yaml")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(written.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn two_registries_that_meet_in_one_name_are_told_apart() {
    let namespaces = "[{name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}]";
    let sandbox = Sandbox::with_account(&format!(
        "
version: 1
personal:
  - {{region: ap-guangzhou, namespaces: {namespaces}}}
  - {{region: ap-hongkong, namespaces: {namespaces}}}
docker_login: [ccr, tcr]
enterprise: [{{name: prod}}]
"
    ));
    let regions = ["--ccr-region", "ap-guangzhou,ap-hongkong"];
    let run = [&["--write-maps", "."][..], &regions].concat();
    plan(&sandbox, &run).ends_with(0).says(&["shop-hongkong", "would both become shop/web"]);
    let mapped = ["sync", "--mapping", "prod.yaml"];
    sandbox.ccr2tcr(&mapped).ends_with(0);
    let names: Vec<String> = sandbox.images("tcr").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["shop-hongkong/web:v1", "shop/web:v1"]);
}

#[test]
fn what_was_mapped_and_excluded_stays_so() {
    let sandbox = fleet("");
    let team = "version: 1\nmap: [{from: team_a__x, to: crew}]\nexclude: ['shop/api']\n";
    sandbox.file("team.yaml", team);
    plan(&sandbox, &["--mapping", "team.yaml", "--write-maps", "maps"]).ends_with(0);
    sandbox.ccr2tcr(&["sync", "--mapping", "maps/prod.yaml"]).ends_with(0);
    let names: Vec<String> = sandbox.images("tcr").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["crew/job:v1", "shop/web:v1", "shop/web:v2"]);
}

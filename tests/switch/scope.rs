//! Which images a switch is about: what is excluded, and what is another account's.

use serde_json::json;

use super::fixtures::World;
use super::printed_lines::{paste, printed, with_logins};
use crate::support::cluster::Cluster;
use crate::support::cluster::yaml::workload;
use crate::support::run;

#[test]
fn what_the_mapping_file_excludes_is_left_by_every_command() {
    let world = World::private_on(Cluster::alone(), "excluded");
    with_logins(&world);
    world.deployment("web", "web:v1");
    world.deployment("api", "api:v1");
    world.sandbox().file("team.yaml", "version: 1\nexclude: [\"shop/api\"]\n");
    let mapping = ["--mapping", "team.yaml"];
    let with = |words: &[&str]| world.switch(&[words, &mapping].concat());

    let listed = with(&["images"]).ends_with(0).says(&["1 image is left out: excluded"]);
    assert_eq!(listed.stdout.trim(), world.in_ccr("web:v1"));
    world.sandbox().ccr2tcr(&["sync", "shop", mapping[0], mapping[1]]).ends_with(0);

    // By its name no more than with all the others.
    let listed = format!("echo {} | docker ccr2tcr sync --images -", world.in_ccr("api:v1"));
    paste(&world, &format!("{listed} --mapping team.yaml")).ends_with(0);
    let moved = world.sandbox().images("tcr");
    assert!(moved.iter().all(|(name, _)| !name.contains("api")), "{moved:?}");

    let api = world.in_ccr("api");
    let done = with(&["--yes"]).ends_with(1);
    done.says(&[
        &format!("{api} is excluded by the mapping file: shop/api"),
        "take `shop/api` out of `exclude`",
        "1 rolled out",
    ])
    .never_says(&["is not in TCR", "docker ccr2tcr sync"]);
    assert_eq!(world.image_of("api"), world.in_ccr("api:v1"));
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));

    with(&["scan"]).ends_with(1).says(&["of these, 1 image is excluded by the mapping file"]);
    let scanned = with(&["scan", "-o", "json"]).ends_with(1).json();
    assert_eq!(scanned["objects"][0]["images"][0]["excludedBy"], "shop/api");
    let names = format!("names {api}:v1, excluded by the mapping file: shop/api");
    with(&["verify"]).ends_with(1).says(&[&names]);
    let verified = with(&["verify", "-o", "json"]).ends_with(1).json();
    assert_eq!(verified["namesCcr"][0]["excluded"], json!([world.in_ccr("api:v1")]));
}

/// An account that uses a namespace of another account, and Tencent's own images.
const WITH_OTHERS: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - {name: shop, repositories: [{name: web, images: [{tags: [v1]}]}]}
      - name: stranger
        others: true
        repositories: [{name: tool, public: true, images: [{tags: [v1]}]}]
      - name: tkeimages
        others: true
        repositories: [{name: pause, public: true, images: [{tags: [v1]}]}]
enterprise: [{}]
";

#[test]
fn an_image_of_another_account_is_told_from_the_accounts_own() {
    let world = World::with_account("stranger", WITH_OTHERS);
    with_logins(&world);
    world.deployment("web", "web:v1");
    for (name, image) in [("tool", "stranger/tool:v1"), ("pause", "tkeimages/pause:v1")] {
        let image = format!("{}/{image}", world.ccr());
        world.cluster.create(&workload("Deployment", &world.namespace, name, &image));
    }
    world.sandbox().ccr2tcr(&["sync"]).ends_with(0);
    let before = world.sandbox().count("api", "DescribeNamespacePersonal");
    let done = world.switch(&["--yes"]).ends_with(1);
    let asked = world.sandbox().count("api", "DescribeNamespacePersonal") - before;
    assert_eq!(asked, 1, "one listing for the run");
    let ccr = world.ccr();
    let done = done.says(&[
        &format!("namespace stranger of {ccr} isn't this account's"),
        "--map 'stranger=OWN'",
        "1 reference is to Tencent's own images",
        "1 rolled out",
    ]);
    let line = printed(&done, "printf").to_owned();
    assert!(line.contains(&format!("{ccr}/stranger/tool:v1 | docker ccr2tcr sync --images -")));
    paste(&world, &line).ends_with(0);
    let done = world.switch(&["--yes", "--rollback-file", "second.json"]).ends_with(0);
    done.says(&["namespace stranger of CCR isn't this account's; TCR has the image"]);
    assert_eq!(world.image_of("tool"), format!("{}/stranger/tool:v1", world.tcr()));
    let pause = format!("{ccr}/tkeimages/pause:v1");
    assert_eq!(world.image_of("pause"), pause);
    // It never will be another, and nothing else is left.
    for command in ["verify", "scan", "images"] {
        let ended = world.switch(&[command]).ends_with(0).never_says(&[&pause]);
        ended.says(&["1 reference is to Tencent's own images; left as they are"]);
    }
}

#[test]
fn a_list_of_namespaces_that_is_not_whole_decides_nothing() {
    let account =
        WITH_OTHERS.replace("  - namespaces", "  - privilege_filtered: true\n    namespaces");
    let world = World::with_account("filtered", &account);
    with_logins(&world);
    let image = format!("{}/stranger/tool:v1", world.ccr());
    world.cluster.create(&workload("Deployment", &world.namespace, "tool", &image));
    let plan = world.switch(&["--dry-run"]).ends_with(1);
    plan.says(&["are not all to be seen with this key", "stranger/tool:v1 is not in TCR"])
        .never_says(&["isn't this account's"]);
    // Nor does a key that is refused.
    let mut command = world.switch_command(&["--dry-run"]);
    command.env("CCR_SECRET_ID", "AKIDnobody").env("CCR_SECRET_KEY", "x");
    let plan = run(&mut command).ends_with(1);
    plan.says(&["can't find out which namespaces", "stranger/tool:v1 is not in TCR"])
        .never_says(&["isn't this account's"]);
}

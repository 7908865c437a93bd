//! A switch and its rollback.

use serde_json::json;

use super::fixtures::World;
use crate::support::cluster::yaml::{changed, workload};

/// A Deployment that gets its login at the `ServiceAccount`, and a `StatefulSet` with a list of its
/// own. Both run.
fn private_workloads(world: &World) {
    let namespace = &world.namespace;
    world.pull_secret("ccr", world.ccr());
    world.pull_secret("tcr", world.tcr());
    let secrets = json!({"imagePullSecrets": [{"name": "ccr"}]});
    world.cluster.merge("serviceaccounts", namespace, "default", &secrets);
    world.deployment("web", "web:v1");
    let own = workload("StatefulSet", namespace, "db", &world.in_ccr("api:v1"));
    world.cluster.create(&changed(&own, |own| {
        own["spec"]["template"]["spec"]["imagePullSecrets"] = json!([{"name": "ccr"}]);
    }));
    world.cluster.roll_out(namespace, "statefulset/db");
}

#[test]
fn a_switch_is_watched_to_its_end_and_can_be_rolled_back() {
    let world = World::private("way");
    private_workloads(&world);
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    let before = world.cluster.snapshot(&[&world.namespace]);

    world.verify().ends_with(1);
    let done = world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(0);
    done.says(&["deployment.apps/web", "statefulset.apps/db", "2 rolled out"]);
    let namespace = &world.namespace;
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
    let db = world.cluster.get("statefulsets", namespace, "db");
    let spec = &db["spec"]["template"]["spec"];
    assert_eq!(spec["containers"][0]["image"], world.in_tcr("api:v1"));
    let both = json!([{"name": "ccr"}, {"name": "tcr"}]);
    assert_eq!(spec["imagePullSecrets"], both);
    let account = world.cluster.get("serviceaccounts", namespace, "default");
    assert_eq!(account["imagePullSecrets"], both);
    world.cluster.roll_out(namespace, "deployment/web");
    let web = world.cluster.get("deployments", namespace, "web");
    let own = &web["spec"]["template"]["spec"]["imagePullSecrets"];
    assert!(own.is_null(), "a list of its own would switch the account's off: {own}");
    world.switch(&["--dry-run"]).ends_with(0).says(&["nothing in scope names CCR"]);
    world.verify().ends_with(0).says(&["all is well"]);

    world.roll_back("back.json").ends_with(0).says(&["2 rolled out", "1 written"]);
    before.assert_same(&world.cluster.snapshot(&[namespace]));
    world.roll_back("back.json").ends_with(0).says(&["unchanged"]);
}

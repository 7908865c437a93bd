//! Objects that a switch leaves as they are, and what the plan says of them.

use std::process::Stdio;

use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::cluster::{Cluster, User};
use crate::support::run;

#[test]
fn what_tcr_lacks_is_not_switched_to() {
    let world = World::open("lacks");
    world.copied("web:v1");
    world.not_copied("api:v1");
    world.deployment("web", "web:v1");
    world.deployment("api", "api:v1");
    let ended = world.switch(&["--yes"]).ends_with(1).never_says(&["secrets copy"]);
    ended.says(&[
        &format!("{} is not in TCR", world.in_tcr("api:v1")),
        // No key is there that could list the account's images.
        &format!(
            r"hint: printf '%s\n' {} | docker ccr2tcr sync --images - ",
            world.in_ccr("api:v1")
        ),
        "1 object: 1 rolled out",
    ]);
    assert_eq!(world.image_of("api"), world.in_ccr("api:v1"));
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

#[test]
fn a_pod_that_cannot_pull_stops_the_run() {
    let world = World::private("refused");
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    world.pull_secret("ccr", world.ccr());
    let secrets = json!({"imagePullSecrets": [{"name": "ccr"}]});
    world.cluster.merge("serviceaccounts", &world.namespace, "default", &secrets);
    world.deployment("api", "api:v1");
    world.deployment("web", "web:v1");
    let before = world.cluster.snapshot(&[&world.namespace]);
    // Without a login in the namespace nothing is switched,
    let blocked = world.switch(&["--yes"]).ends_with(1);
    blocked.says(&["has a login for it", "kubectl tcr-switch secrets copy -n"]);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
    // unless one insists.
    let line = ["--yes", "--pull-secret", "keep", "--concurrency", "1"];
    let file = ["--rollback-file", "back.json"];
    let stopped = world.switch(&[line.as_slice(), &file].concat()).ends_with(1);
    stopped.says(&[
        "pod api-",
        &format!("can't pull {}", world.in_tcr("api:v1")),
        "1 broken, 1 not tried",
        "kubectl tcr-switch rollback back.json",
    ]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
    world.roll_back("back.json").ends_with(0);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn what_others_write_is_left_to_them() {
    let world = World::open("others");
    world.copied("web:v1");
    let managed = |name: &str, labels: Value, annotations: Value| {
        let text = workload("Deployment", &world.namespace, name, &world.in_ccr("web:v1"));
        world.cluster.create(&changed(&text, |object| {
            object["metadata"]["labels"] = labels;
            object["metadata"]["annotations"] = annotations;
        }));
    };
    managed(
        "by-helm",
        json!({"app.kubernetes.io/managed-by": "Helm"}),
        json!({"meta.helm.sh/release-name": "front", "meta.helm.sh/release-namespace": "shop"}),
    );
    managed(
        "by-argo",
        json!({}),
        json!({"argocd.argoproj.io/tracking-id": "store:apps/Deployment:shop/by-argo"}),
    );
    let flux = "kustomize.toolkit.fluxcd.io";
    managed(
        "by-flux",
        json!({format!("{flux}/name"): "cellar", format!("{flux}/namespace"): "flux-system"}),
        json!({}),
    );
    let left = world.switch(&["--yes"]).ends_with(1);
    left.says(&[
        "managed by Helm release front; not changed",
        "managed by Argo CD application store; not changed",
        "managed by Flux Kustomization cellar; not changed",
        "values of the Helm release",
        "3 managed by others",
    ]);
    assert_eq!(world.image_of("by-helm"), world.in_ccr("web:v1"));
    let done = world.switch(&["--yes", "--include-managed"]).ends_with(0);
    done.says(&["3 rolled out", "Helm release front may revert this"]);
    for name in ["by-helm", "by-argo", "by-flux"] {
        assert_eq!(world.image_of(name), world.in_tcr("web:v1"));
    }
}

#[test]
fn a_user_of_one_namespace_has_a_full_answer_for_it() {
    let world = World::open("mine");
    world.copied("web:v1");
    world.deployment("web", "web:v1");
    let user = world.cluster.user_of(&world.namespace);
    let ask = |scope: &[&str]| world.switch_as(&user, &[&["--yes"], scope].concat());
    let everywhere = ask(&["-A"]).ends_with(1);
    everywhere
        .says(&["in all namespaces: the server forbids it", "deployments.apps", "-n NAMESPACE"])
        .says(&["nothing that could be read names CCR"])
        .never_says(&["nothing in scope names CCR"]);
    let own = ask(&["-n", &world.namespace]).ends_with(0);
    own.says(&["1 rolled out"]).never_says(&["can't list"]);
    assert_eq!(world.image_of("web"), world.in_tcr("web:v1"));
}

#[test]
fn exactly_the_images_in_use_are_moved() {
    let world = World::private_on(Cluster::alone(), "used");
    let (web, api) = (world.in_ccr("web:v1"), world.in_ccr("api:v1"));
    for (name, image) in [("web", &web), ("same", &web), ("api", &api)] {
        world.cluster.create(&workload("Deployment", &world.namespace, name, image));
    }
    let mut command = world.command(&User::admin(), &["images", "-A"]);
    let mut images = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut sync = world.sandbox().plugin(&["sync", "--images", "-"]);
    run(sync.stdin(images.stdout.take().unwrap())).ends_with(0);
    assert!(images.wait().unwrap().success());
    let moved = world.sandbox().images("tcr");
    let moved: Vec<&str> = moved.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(moved, ["shop/api:v1", "shop/web:v1"]);
}

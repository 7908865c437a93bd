//! What passes and what is refused.

use serde_json::{Value, json};

use super::{Guarded, IN_CCR, IN_TCR, object, pod};

const KINDS: [&str; 9] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "PodTemplate",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

/// What stands in the namespace before the guard does, all of it on CCR.
fn standing() -> Guarded {
    let world = Guarded::new();
    for kind in KINDS {
        let mut object = object(kind, &format!("old-{}", kind.to_lowercase()), &pod(IN_CCR));
        if kind == "Job" {
            object["metadata"]["finalizers"] = json!(["example.com/archive"]);
        }
        world.cluster.api().post(&world.path(kind), &object).good();
    }
    world
}

#[test]
fn what_stands_may_change_and_nothing_new_of_ccr_comes() {
    let world = standing();
    let said = world.guard(&["--mode", "deny", "--yes"]).ends_with(1);
    said.says(&["objects still name CCR", "hint: switch them first: kubectl tcr-switch -n shop-"]);
    assert_eq!(world.parts(), Vec::<String>::new());
    let said = world.guard(&["--mode", "deny", "--yes", "--force"]).ends_with(0);
    said.says(&[
        "new images of CCR are refused in namespace shop-",
        "proven by server-side dry runs",
    ]);

    what_stands_may_change(&world);
    ephemeral_containers(&world);
    pods_come_back(&world);
    for kind in KINDS {
        let said = world.refusal(&object(kind, "new", &pod(IN_CCR)));
        let said = said.unwrap_or_else(|| panic!("{kind} is taken"));
        assert!(said.contains("docker ccr2tcr sync") && said.contains(IN_CCR), "{said}");
        assert_eq!(world.refusal(&object(kind, "new", &pod(IN_TCR))), None, "{kind}");
    }
    for (image, is_refused) in [
        ("hkccr.ccs.tencentyun.com/shop/web:v1", true),
        ("ccr.ccs.tencentyun.com:443/shop/web:v1", true),
        ("sgccr.ccs.tencentyun.com:5000/shop/web", true),
        ("CCR.ccs.Tencentyun.com/shop/web:v1", true),
        ("ccr.ccs.tencentyun.com/tkeimages/pause:3.9", false),
        ("ccr.ccs.tencentyun.com/library/nginx", false),
        ("ccr.ccs.tencentyun.com/tkeimages-own/pause:3.9", true),
        ("ccr.ccs.tencentyun.com.example.com/shop/web", false),
        ("mirror.example.com/ccr.ccs.tencentyun.com/shop/web", false),
        ("nginx", false),
    ] {
        assert_eq!(
            world.refusal(&object("Pod", "new", &pod(image))).is_some(),
            is_refused,
            "{image}"
        );
    }
    let beside = |key: &str, value: Value| {
        let mut spec = pod(IN_TCR);
        spec[key] = json!([value]);
        world.refusal(&object("Deployment", "new", &spec))
    };
    assert!(beside("initContainers", json!({"name": "init", "image": IN_CCR})).is_some());
    let volume = json!({"name": "data", "image": {"reference": IN_CCR, "pullPolicy": "Always"}});
    assert!(beside("volumes", volume).is_some());
    assert!(beside("volumes", json!({"name": "data", "emptyDir": {}})).is_none());
    // Kubernetes' own namespaces are left alone, and other namespaces here, too.
    for namespace in ["kube-system", "default"] {
        let path = format!("/api/v1/namespaces/{namespace}/podtemplates?dryRun=All");
        world.cluster.api().post(&path, &object("PodTemplate", "new", &pod(IN_CCR))).good();
    }

    let listed =
        world.cluster.kubectl(&["tcr-switch", "guard", "status", "-o", "json"]).ends_with(0);
    let bindings = listed.json()["bindings"].clone();
    let does: Vec<&Value> =
        bindings.as_array().unwrap().iter().map(|one| &one["actions"]).collect();
    assert_eq!(does, [&json!(["Warn"]), &json!(["Deny"])], "{bindings}");
    world.cluster.kubectl(&["tcr-switch", "guard", "remove", "-A", "--yes"]).ends_with(0);
    assert_eq!(world.parts(), Vec::<String>::new(), "nothing is left");
    world
        .cluster
        .kubectl(&["tcr-switch", "guard", "status"])
        .ends_with(1)
        .says(&["no guard holds"]);
    world.cluster.wait_until("it is lifted", || {
        world.refusal(&object("Pod", "new", &pod(IN_CCR))).is_none()
    });
}

fn what_stands_may_change(world: &Guarded) {
    for kind in KINDS {
        let path = format!("{}/old-{}", world.path(kind), kind.to_lowercase());
        let labelled = json!({"metadata": {"labels": {"reviewed": "yes"}, "finalizers": []}});
        world.cluster.api().merge(&path, &labelled).good();
    }
    let path = format!("{}/old-deployment", world.path("Deployment"));
    let restarted = json!({"metadata": {"annotations": {"at": "now"}}});
    let restarted = json!({"spec": {"replicas": 2, "template": restarted}});
    world.cluster.api().merge(&path, &restarted).good();
    let image = |image: &str| json!({"spec": {"template": {"spec": pod(image)}}});
    let moved = world.cluster.api().merge(&path, &image("ccr.ccs.tencentyun.com/shop/web:v2"));
    assert_eq!(moved.status, 403, "another image of CCR: {}", moved.body);
    // To TCR and no way back.
    let path = format!("{}/old-statefulset", world.path("StatefulSet"));
    world.cluster.api().merge(&path, &image(IN_TCR)).good();
    assert_eq!(world.cluster.api().merge(&path, &image(IN_CCR)).status, 403);
}

fn ephemeral_containers(world: &Guarded) {
    let path = format!("{}/old-pod/ephemeralcontainers", world.path("Pod"));
    let add = |image: &str| {
        let one = json!({"name": "debug", "image": image});
        let patch = json!({"spec": {"ephemeralContainers": [one]}});
        let kind = "application/strategic-merge-patch+json";
        world.cluster.api().ask("PATCH", &format!("{path}?dryRun=All"), Some((kind, &patch))).status
    };
    assert_eq!((add(IN_CCR.replace("web", "tools").as_str()), add(IN_TCR)), (403, 200));
}

/// A pod of what isn't switched yet is made anew by its controller: warned of, not refused.
fn pods_come_back(world: &Guarded) {
    let pods = || -> Vec<String> {
        let all = world.cluster.list("pods", &world.namespace);
        let of = |pod: &&Value| pod["metadata"]["labels"]["app"] == "old-replicaset";
        all.iter()
            .filter(of)
            .map(|pod| pod["metadata"]["uid"].as_str().unwrap().to_owned())
            .collect()
    };
    world.cluster.wait_until("its pod is there", || !pods().is_empty());
    let before = pods();
    let line = ["delete", "pods", "-l", "app=old-replicaset", "-n", &world.namespace, "--force"];
    world.cluster.kubectl(&line).ends_with(0);
    let is_new = || pods().iter().any(|uid| !before.contains(uid));
    world.cluster.wait_until("its pod is there again", is_new);
}

//! What names CCR and isn't what it looks like: findings, policies, maps, mirrors, schemes.

use serde_json::{Value, json};

use super::custom_resources::define;
use super::fixtures::World;
use crate::support::cluster::Cluster;
use crate::support::cluster::custom_kinds::CustomKind;

const fn kind(group: &'static str, kind: &'static str, plural: &'static str) -> CustomKind {
    let (version, short_names) = ("v1", &[] as &[&str]);
    let (is_namespaced, has_status) = (true, false);
    CustomKind { group, version, kind, plural, short_names, is_namespaced, has_status }
}

const KINDS: &[CustomKind] = &[
    kind("aquasecurity.github.io", "VulnerabilityReport", "vulnerabilityreports"),
    kind("wgpolicyk8s.io", "PolicyReport", "policyreports"),
    kind("kyverno.io", "Policy", "policies"),
    kind("argoproj.io", "Workflow", "workflows"),
];

impl World {
    fn custom(&self, api_version: &str, kind: &str, spec: &Value) {
        self.create(&json!({
            "apiVersion": api_version, "kind": kind, "metadata": {"name": "one"}, "spec": spec,
        }));
    }
}

#[test]
fn findings_are_not_looked_at_and_policies_are_told() {
    let world = World::open_on(Cluster::alone(), "policies");
    world.cluster.install_kinds(KINDS);
    let image = world.in_ccr("web:v1");
    let artifact = json!({"registry": {"server": world.ccr()}, "artifact":
        {"repository": "shop/web", "tag": "v1"}, "image": image});
    world.custom("aquasecurity.github.io/v1", "VulnerabilityReport", &artifact);
    world.custom("wgpolicyk8s.io/v1", "PolicyReport", &json!({"results": [{"image": image}]}));
    world.switch(&["verify"]).ends_with(0);

    let pattern = json!({"spec": {"containers": [{"image": format!("{}/*", world.ccr())}]}});
    let rules = json!({"rules": [{"name": "only", "validate": {"pattern": pattern}}]});
    world.custom("kyverno.io/v1", "Policy", &rules);
    world.switch(&["images"]).ends_with(0);
    let planned = world.switch(&["--dry-run=client", "-o", "json"]).ends_with(1);
    let planned = planned.says(&["a policy or a pattern for images: let it allow TCR too"]).json();
    assert_eq!(planned["objects"].as_array().unwrap().len(), 1);
    assert_eq!(planned["objects"][0]["verdict"], "mentioned");
    assert_eq!(planned["objects"][0]["mentions"][0]["kind"], "policy");
    world.verify().ends_with(1).says(&["let it allow TCR too"]).never_says(&["report"]);
    world.switch(&["verify", "--ignore-mentions"]).ends_with(0);
}

#[test]
fn a_script_with_an_image_and_a_scheme_are_switched() {
    let world = World::open_on(Cluster::alone(), "scripts");
    world.cluster.install_kinds(KINDS);
    define(&world.cluster, &json!({}));
    world.copied("web:v1");
    let image = world.in_ccr("web:v1");
    let script = json!({"image": image, "command": ["sh"], "source": "echo"});
    let template = json!({"templates": [{"name": "main", "script": script}]});
    world.custom("argoproj.io/v1", "Workflow", &template);
    world.custom(
        "example.com/v1",
        "Site",
        &json!({"source": {"image": format!("docker://{image}")}}),
    );
    let before = world.cluster.snapshot(&[&world.namespace]);
    assert_eq!(world.switch(&["images"]).ends_with(0).stdout.trim(), image);
    world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(0).says(&["2 written"]);
    let get = |path: &str| world.cluster.get(path, &world.namespace, "one")["spec"].clone();
    let workflow = get("apis/argoproj.io/v1/workflows");
    assert_eq!(workflow["templates"][0]["script"]["image"], world.in_tcr("web:v1"));
    let site = get("apis/example.com/v1/sites");
    assert_eq!(site["source"]["image"], format!("docker://{}", world.in_tcr("web:v1")));
    world.verify().ends_with(0);
    world.roll_back("back.json").ends_with(0);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_mirror_pod_is_changed_on_its_node() {
    let world = World::open("mirror");
    world.copied("web:v1");
    world.create(&json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "web-n1", "annotations": {"kubernetes.io/config.mirror": "3b1c"}},
        "spec": {"nodeName": "n1", "containers": [{"name": "web", "image": world.in_ccr("web:v1")}]},
    }));
    let planned = world.switch(&["--dry-run=client", "--include-managed"]).ends_with(1);
    planned.says(&[
        "managed by the kubelet of node n1",
        "edit its manifest on node `n1`, in /etc/kubernetes/manifests",
    ]);
}

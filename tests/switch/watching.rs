//! Pods that are watched after a write, whatever made them.

use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::custom_resources::define;
use super::fixtures::World;
use crate::support::Run;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::cluster::{Cluster, Place};

const SITES: &str = "apis/example.com/v1/sites";

impl World {
    /// From now on nodes find no TCR.
    pub(super) fn hide_tcr(&self) {
        self.hide(self.tcr());
    }

    /// From now on nodes find no registry of this name.
    pub(super) fn hide(&self, host: &str) {
        self.cluster.place(&self.namespace, host, Place::At("127.0.0.1:1".to_owned()));
    }

    /// Ends `hide`.
    pub(super) fn show(&self, host: &str) {
        self.cluster.place(&self.namespace, host, Place::At(host.to_owned()));
    }

    /// A switch that goes on meanwhile.
    fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.switch_command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// A custom resource with a pod template of CCR's `web:v1`; gives its `uid`.
    fn site_of(&self, name: &str) -> Value {
        let image = self.in_ccr("web:v1");
        self.create(&json!({
            "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": name},
            "spec": {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}},
        }));
        self.cluster.get(SITES, &self.namespace, name)["metadata"]["uid"].clone()
    }

    fn site_image(&self, name: &str) -> Value {
        let site = self.cluster.get(SITES, &self.namespace, name);
        site["spec"]["template"]["spec"]["containers"][0]["image"].clone()
    }

    /// A pod of a site, as its operator would make it.
    fn pod_of(&self, (kind, owner, uid): (&str, &str, &Value), name: &str, image: &str) {
        let owner = json!({"apiVersion": "example.com/v1", "kind": kind, "name": owner,
                           "uid": uid, "controller": true});
        self.create(&json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "ownerReferences": [owner]},
            "spec": {"containers": [{"name": "main", "image": image}]},
        }));
    }

    fn wait_for_site(&self, name: &str) {
        let new = self.in_tcr("web:v1");
        self.cluster.wait_until("the site is written", || self.site_image(name) == *new);
    }
}

fn ended(process: Child) -> Run {
    Run::from(process.wait_with_output().unwrap())
}

fn sites(like: &str) -> World {
    let world = World::open_on(Cluster::alone(), like);
    define(&world.cluster, &json!({}));
    world.copied("web:v1");
    world
}

#[test]
fn a_failing_pod_of_an_unknown_kind_stops_the_run() {
    let world = sites("unknown");
    let front = world.site_of("front");
    world.site_of("other");
    world.pod_of(("Site", "front", &front), "front-0", &world.in_ccr("web:v1"));
    world.hide_tcr();
    let switch = world.begin(&["--yes", "--concurrency", "1", "--rollback-file", "back.json"]);
    world.wait_for_site("front");
    world.pod_of(("Site", "front", &front), "front-1", &world.in_tcr("web:v1"));
    let ended = ended(switch).ends_with(1);
    ended.says(&["pod front-1 can't pull", "1 broken, 1 not tried", "stopped: a pod can't pull"]);
    assert_eq!(world.site_image("other"), world.in_ccr("web:v1"));
}

#[test]
fn what_an_unknown_kind_lets_others_make_is_watched_too() {
    let world = sites("chain");
    let front = world.site_of("front");
    let owner = json!([{"apiVersion": "example.com/v1", "kind": "Site", "name": "front",
                        "uid": front, "controller": true}]);
    let text = workload("Deployment", &world.namespace, "front", &world.in_ccr("web:v1"));
    world.cluster.create(&changed(&text, |object| object["metadata"]["ownerReferences"] = owner));
    world.cluster.roll_out(&world.namespace, "deployment/front");
    world.hide_tcr();
    let switch = world.begin(&["--yes"]);
    world.wait_for_site("front");
    let set = format!("main={}", world.in_tcr("web:v1"));
    let line = ["set", "image", "deployment/front", &set, "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    ended(switch).ends_with(1).says(&["pod front-", "can't pull", "1 broken"]);
}

#[test]
fn a_pod_whose_image_is_changed_in_place_is_seen() {
    let world = sites("inplace");
    let front = world.site_of("front");
    world.pod_of(("Site", "front", &front), "front-0", &world.in_ccr("web:v1"));
    let runs =
        || world.cluster.get("pods", &world.namespace, "front-0")["status"]["phase"] == "Running";
    world.cluster.wait_until("the pod runs", runs);
    world.hide_tcr();
    let switch = world.begin(&["--yes"]);
    world.wait_for_site("front");
    let image =
        json!({"spec": {"containers": [{"name": "main", "image": world.in_tcr("web:v1")}]}});
    let path = format!("/api/v1/namespaces/{}/pods/front-0", world.namespace);
    let strategic = "application/strategic-merge-patch+json";
    world.cluster.api().ask("PATCH", &path, Some((strategic, &image))).good();
    ended(switch).ends_with(1).says(&["pod front-0 can't pull", &world.in_tcr("web:v1")]);
}

#[test]
fn new_pods_that_have_their_images_end_the_watch_of_an_unknown_kind() {
    let world = sites("fine");
    let front = world.site_of("front");
    world.pod_of(("Site", "front", &front), "front-0", &world.in_ccr("web:v1"));
    // Of another, and broken before: no fault of this switch.
    let other = json!("00000000-0000-0000-0000-000000000000");
    world.pod_of(("Site", "gone", &other), "gone-0", "127.0.0.1:1/shop/web:v1");
    let switch = world.begin(&["--yes"]);
    world.wait_for_site("front");
    world.pod_of(("Site", "front", &front), "front-1", &world.in_tcr("web:v1"));
    ended(switch).ends_with(0).says(&["1 object: 1 written"]);
}

#[test]
fn a_failing_pod_is_seen_whatever_selects_it_and_among_many() {
    let world = World::open("many");
    world.copied("web:v1");
    for name in ["a", "b"] {
        let text = workload("Deployment", &world.namespace, name, &world.in_ccr("web:v1"));
        let terms =
            json!([{"key": "app", "operator": "In", "values": [format!("{name}-Deployment")]}]);
        world.cluster.create(&changed(&text, |object| {
            object["spec"]["selector"] = json!({"matchExpressions": terms});
        }));
        world.cluster.roll_out(&world.namespace, &format!("deployment/{name}"));
    }
    // More than a page of pods that come first, and never run.
    for number in 0..505 {
        let pod = json!({
            "metadata": {"name": format!("0-{number}"), "labels": {"app": "a-Deployment"}},
            "spec": {"schedulingGates": [{"name": "example.com/never"}],
                     "containers": [{"name": "main", "image": "x"}]},
        });
        world
            .cluster
            .api()
            .post(&format!("/api/v1/namespaces/{}/pods", world.namespace), &pod)
            .good();
    }
    world.hide_tcr();
    let line = ["--yes", "--concurrency", "1", "--timeout", "30s"];
    world.switch(&line).ends_with(1).says(&["pod a-", "can't pull", "1 broken, 1 not tried"]);
    assert_eq!(world.image_of("b"), world.in_ccr("web:v1"));
}

#[test]
fn what_could_not_pull_before_either_does_not_stop_the_run() {
    let world = World::open("before");
    world.copied("web:v1");
    world.deployment("b", "web:v1");
    // A pod of TCR's that somebody else has made, and that can't pull.
    let text = workload("Deployment", &world.namespace, "a", &world.in_tcr("web:v1"));
    world.hide_tcr();
    world.cluster.create(&text);
    world.cluster.wait_until("it can't pull", || world.cluster.waiting(&world.namespace).is_some());
    let line = ["set", "image", "deployment/a", &format!("main={}", world.in_ccr("web:v1")), "-n"];
    world.cluster.kubectl(&[&line[..], &[&world.namespace]].concat()).ends_with(0);
    world.cluster.roll_out(&world.namespace, "deployment/a");
    world.show(world.tcr());
    world.switch(&["--yes"]).ends_with(0).says(&["2 rolled out"]);
}

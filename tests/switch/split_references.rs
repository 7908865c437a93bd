//! References whose registry, repository and tag stand in fields beside each other.

use serde_json::{Value, json};

use super::custom_resources::define;
use super::fixtures::World;
use crate::support::cluster::Cluster;

/// A cluster with the kind `Site`; both registries have the first images, CCR alone the others.
fn world(like: &str, copied: &[&str], not_copied: &[&str]) -> World {
    let world = World::open_on(Cluster::alone(), like);
    define(&world.cluster, &json!({}));
    for image in copied {
        world.copied(image);
    }
    for image in not_copied {
        world.not_copied(image);
    }
    world
}

impl World {
    fn site(&self, name: &str, spec: &Value) {
        self.create(&json!({
            "apiVersion": "example.com/v1", "kind": "Site", "metadata": {"name": name},
            "spec": spec,
        }));
    }

    fn spec_of(&self, name: &str) -> Value {
        self.cluster.get("apis/example.com/v1/sites", &self.namespace, name)["spec"].clone()
    }

    /// `shop/web` in CCR.
    fn repository(&self, name: &str) -> String {
        format!("{}/shop/{name}", self.ccr())
    }
}

#[test]
fn the_tag_beside_a_repository_is_the_one_that_counts() {
    let world = world("split", &["web:latest", "api:v2"], &["web:v2", "api:latest"]);
    // TCR has `latest` of the one, and `v2` of the other.
    let web = json!({"values": {"image": {"repository": world.repository("web"), "tag": "v2"}}});
    world.site("web", &web);
    let api = json!({"values": {"image":
        {"registry": world.ccr(), "repository": "shop/api", "tag": "v2"}}});
    world.site("api", &api);
    let before = world.cluster.snapshot(&[&world.namespace]);

    let listed = world.switch(&["images"]).ends_with(0);
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!(lines, [world.in_ccr("api:v2"), world.in_ccr("web:v2")]);
    world.switch(&["scan"]).ends_with(1).says(&[&world.in_ccr("web:v2"), &world.in_ccr("api:v2")]);

    let planned = world.switch(&["--dry-run=client", "-o", "json"]).ends_with(1).json();
    let [api_plan, web_plan] = planned["objects"].as_array().unwrap().as_slice() else {
        panic!("{planned}")
    };
    assert_eq!(web_plan["verdict"], "blocked");
    assert_eq!(web_plan["reasons"][0]["class"], "missing");
    assert_eq!(api_plan["images"][0]["old"], world.in_ccr("api:v2"));
    assert_eq!(api_plan["images"][0]["new"], world.in_tcr("api:v2"));
    let image = "/spec/values/image";
    assert_eq!(
        api_plan["images"][0]["pointers"],
        json!([format!("{image}/registry"), format!("{image}/repository"), format!("{image}/tag")])
    );

    let left = world.switch(&["--yes", "--rollback-file", "api.json"]).ends_with(1);
    left.says(&[&format!("{} is not in TCR", world.in_tcr("web:v2"))]);
    assert_eq!(world.spec_of("web"), web);
    let switched = json!({"registry": world.tcr(), "repository": "shop/api", "tag": "v2"});
    assert_eq!(world.spec_of("api")["values"]["image"], switched);
    world.verify().ends_with(1).says(&[&world.in_ccr("web:v2")]);

    world.copied("web:v2");
    world.switch(&["--yes", "--rollback-file", "web.json"]).ends_with(0);
    let switched = json!({"repository": world.in_tcr("web"), "tag": "v2"});
    assert_eq!(world.spec_of("web")["values"]["image"], switched);
    world.verify().ends_with(0);
    for file in ["web.json", "api.json"] {
        world.roll_back(file).ends_with(0);
    }
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn a_tag_that_can_not_be_told_blocks_and_is_listed_nowhere() {
    let world = world("untold", &["web:latest", "web:v1", "web:v2"], &[]);
    let repository = world.repository("web");
    world.site("empty", &json!({"image": {"repository": repository, "tag": ""}}));
    world.site("number", &json!({"image": {"repository": repository, "tag": 1.1}}));
    world.site("plain", &json!({"image": repository}));
    world.site("two", &json!({"image": {"repository": world.in_ccr("web:v1"), "tag": "v2"}}));
    let before = world.cluster.snapshot(&[&world.namespace]);

    let listed = world.switch(&["images"]).ends_with(1);
    assert_eq!(listed.stdout, "");
    listed.says(&[
        "`tag` is empty, and the default for that isn't in the object",
        "1.10 can't be told from 1.1",
        "neither a tag nor a digest stands there or beside it",
        "`tag` beside it says v2, and it says v1 itself",
    ]);
    let planned = world.switch(&["--dry-run=client", "-o", "json"]).ends_with(1).json();
    for object in planned["objects"].as_array().unwrap() {
        assert_eq!(object["reasons"][0]["class"], "tag-unknown", "{object}");
        assert!(object["reasons"][0]["hint"].as_str().unwrap().contains("write the tag"));
    }
    world.switch(&["--yes"]).ends_with(1).says(&["its tag can't be told"]);
    world.switch(&["verify", "--ignore-mentions"]).ends_with(1);
    before.assert_same(&world.cluster.snapshot(&[&world.namespace]));
}

#[test]
fn kustomize_and_argo_cd_have_ways_of_their_own() {
    let world = world("lists", &["web:v2", "api:v2", "log:v2"], &[]);
    let (web, api) = (world.repository("web"), world.repository("api"));
    let spec = json!({
        "images": [{"name": "nginx", "newName": web, "newTag": "v2"}, {"name": api, "newTag": "v2"}],
        "source": {
            "kustomize": {"images": [format!("{web}:v2"), format!("nginx={api}:v2")]},
            "helm": {"parameters": [
                {"name": "image.repository", "value": world.repository("log")},
                {"name": "image.tag", "value": "v2"},
            ]},
        },
    });
    world.site("all", &spec);
    let listed = world.switch(&["images"]).ends_with(0);
    let lines: Vec<&str> = listed.stdout.lines().collect();
    let expected = ["api:v2", "log:v2", "web:v2"].map(|image| world.in_ccr(image));
    assert_eq!(lines, expected);
    // What is looked for elsewhere keeps naming CCR.
    world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(1).says(&["1 written"]);
    let (new_web, new_api) = (world.in_tcr("web"), world.in_tcr("api"));
    let switched = json!({
        "images": [{"name": "nginx", "newName": new_web, "newTag": "v2"},
            {"name": api, "newName": new_api, "newTag": "v2"}],
        "source": {
            "kustomize": {"images": [format!("{web}={new_web}:v2"), format!("nginx={new_api}:v2")]},
            "helm": {"parameters": [
                {"name": "image.repository", "value": world.in_tcr("log")},
                {"name": "image.tag", "value": "v2"},
            ]},
        },
    });
    assert_eq!(world.spec_of("all"), switched);
    world.switch(&["verify", "--ignore-mentions"]).ends_with(0);
    world.roll_back("back.json").ends_with(0);
    assert_eq!(world.spec_of("all"), spec);
}

#[test]
fn a_rollback_leaves_a_tag_alone_that_was_changed_since() {
    let world = world("since", &["web:v2"], &[]);
    let image = json!({"repository": world.repository("web"), "tag": "v2"});
    world.site("web", &json!({"image": image}));
    world.switch(&["--yes", "--rollback-file", "back.json"]).ends_with(0);
    let newer = json!([{"op": "replace", "path": "/spec/image/tag", "value": "v3"}]).to_string();
    let line = ["patch", "sites", "web", "--type=json", "-p", &newer, "-n", &world.namespace];
    world.cluster.kubectl(&line).ends_with(0);
    world.roll_back("back.json").ends_with(1);
    let image = json!({"repository": world.in_tcr("web"), "tag": "v3"});
    assert_eq!(world.spec_of("web")["image"], image, "v3 was never in CCR");
}

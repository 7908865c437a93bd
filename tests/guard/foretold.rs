//! What the scan foretells is what the API server refuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Guarded, IN_TCR, object};
use crate::support::random::Random;

const IMAGES: [&str; 8] = [
    "ccr.ccs.tencentyun.com/shop/web:v1",
    "HKCCR.ccs.tencentyun.com:443/shop/api@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "ccr.ccs.tencentyun.com/tkeimages/pause:3.9",
    "ccr.ccs.tencentyun.com/kept/web:v1",
    "ccr.ccs.tencentyun.com/shop/legacy:v1.2",
    "ccr.ccs.tencentyun.com/shop/legacy:v2",
    "nginx:1.29",
    IN_TCR,
];

const KINDS: [&str; 6] =
    ["CronJob", "Deployment", "Pod", "PodTemplate", "ReplicationController", "StatefulSet"];

#[test]
fn for_fifty_objects_of_every_kind_and_spelling() {
    let world = Guarded::new();
    let mut random = Random::seeded();
    let objects: Vec<Value> = (0..50).map(|number| drawn(&mut random, number)).collect();
    for object in &objects {
        let path = world.path(object["kind"].as_str().unwrap());
        world.cluster.api().post(&path, object).good();
    }
    let line = ["--mode", "deny", "--exempt", "kept/*", "--exempt", "shop/legacy:v1.*"];
    let foretold = world.guard(&[line.as_slice(), &["--dry-run", "--force"]].concat()).ends_with(1);
    let names = |text: &str| -> BTreeSet<String> {
        let words = text.lines().filter_map(|line| line.split_whitespace().nth(1));
        words.filter_map(|word| word.split_once('/')).map(|(_, name)| name.to_owned()).collect()
    };
    let foretold = names(&foretold.stdout);
    world.guard(&[line.as_slice(), &["--yes", "--force"]].concat()).ends_with(0);
    // The policies are every namespace's: whoever leaves an exemption out is told.
    let other = world.guard(&["--mode", "warn", "--dry-run"]);
    other.says(&["kept/* is exempt now", "--exempt 'shop/legacy:v1.*' keeps it"]);
    let anew = |object: &Value| {
        let mut object = object.clone();
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        object["metadata"]["name"] = json!(format!("{name}-anew"));
        world.refusal(&object).map(|_| name)
    };
    let refused: BTreeSet<String> = objects.iter().filter_map(anew).collect();
    assert_eq!(foretold, refused);
    assert!((10..45).contains(&refused.len()), "{} refused", refused.len());
}

/// An object with images in containers, init containers and volumes.
fn drawn(random: &mut Random, number: usize) -> Value {
    let mut pod = json!({"containers": [{"name": "main", "image": random.one_of(&IMAGES)}]});
    if random.percent(30) {
        pod["initContainers"] = json!([{"name": "init", "image": random.one_of(&IMAGES)}]);
    }
    if random.percent(30) {
        let image = json!({"reference": random.one_of(&IMAGES)});
        pod["volumes"] =
            json!([{"name": "data", "image": image}, {"name": "other", "emptyDir": {}}]);
    }
    object(random.one_of(&KINDS), &format!("object-{number}"), &pod)
}

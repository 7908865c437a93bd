//! Objects that are broken, or made to deceive.

use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::yaml::{changed, workload};

#[test]
fn a_pull_secret_that_is_broken_is_named_and_not_used() {
    let world = World::private("broken");
    world.sandbox().ccr2tcr(&["sync", "shop"]).ends_with(0);
    world.cluster.create(&workload("Deployment", &world.namespace, "web", &world.in_ccr("web:v1")));
    for (name, content) in [
        ("shape", json!({"auths": [1]})),
        ("auth", json!({"auths": {world.tcr(): {"auth": "hunter2 is no base64"}}})),
    ] {
        world.create(&json!({
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
            "metadata": {"name": name}, "stringData": {".dockerconfigjson": content.to_string()},
        }));
    }
    let ended = world.switch(&["--yes"]).ends_with(1);
    let name = |name: &str| format!("pull secret `{}/{name}`", world.namespace);
    ended
        .says(&[&name("shape"), &name("auth"), "kubectl delete secret auth", "secrets copy"])
        .never_says(&["hunter2"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:v1"));
}

#[test]
fn no_escape_sequence_reaches_the_terminal() {
    let world = World::open("escapes");
    world.copied("web:v1");
    let (bell, image) = ("\u{1b}]0;owned\u{7}", world.in_ccr("web:v1"));
    let text = workload("Deployment", &world.namespace, "web", &image);
    world.cluster.create(&changed(&text, |object| {
        object["metadata"]["annotations"] = json!({"note": format!("{image} {bell}")});
        let container = &mut object["spec"]["template"]["spec"]["containers"][0];
        container["env"] = json!([{"name": "A", "value": format!("{bell}{image}{bell}")}]);
    }));
    let image = format!("{image}{bell}");
    world.cluster.create(
        &workload("Deployment", &world.namespace, "odd", "x")
            .replace("image: 'x'", &format!("image: {}", Value::String(image))),
    );
    world.create(&json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "map"},
        "data": {"image": format!("{bell} {}", world.in_ccr("web:v1"))},
    }));
    for line in [
        ["--dry-run", "-o", "wide"].as_slice(),
        &["--dry-run", "-o", "yaml"],
        &["scan", "-o", "wide"],
        &["images"],
    ] {
        let shown = world.switch(line).never_says(&["\u{1b}", "\u{7}"]);
        assert_eq!(shown.code, 1, "{}", shown.stderr);
    }
}

#[test]
fn an_annotation_of_200_kb_is_no_hindrance() {
    let world = World::open("large");
    world.copied("web:v1");
    let text = workload("Deployment", &world.namespace, "web", &world.in_ccr("web:v1"));
    let note = format!("{} ", world.in_ccr("web:v1")).repeat(8000);
    let note = note.get(..200_000).unwrap();
    world.cluster.create(&changed(&text, |object| {
        object["metadata"]["annotations"] = json!({"note": note});
    }));
    let ended = world.switch(&["--yes"]).ends_with(1);
    assert!(ended.stdout.len() + ended.stderr.len() < 20_000, "all of it is shown");
    ended.says(&["1 rolled out", "mentioned"]);
    world.switch(&["--dry-run"]).ends_with(1).says(&["1 mentioning CCR only"]);
}

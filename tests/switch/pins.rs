//! `--pin`: digests beside tags, where what runs is what the tag is in TCR.

use serde_json::{Value, json};

use super::fixtures::World;
use crate::support::cluster::yaml::{changed, workload};
use crate::support::content::{Shelf, on};

/// An index of two platforms under `web:TAG` in CCR and TCR: its digest, those of its manifests, and
/// of the first one's config.
struct Index {
    digest: String,
    manifests: [String; 2],
    config: String,
}

fn digest(descriptor: &Value) -> String {
    descriptor["digest"].as_str().unwrap().to_owned()
}

fn put(host: &str, tag: &str, name: &str) -> Index {
    let shelf = Shelf::open(host, "shop/web");
    let config = crate::support::content::sha256(
        json!({"made for": format!("{name} amd64")}).to_string().as_bytes(),
    );
    let amd64 = shelf.image(None, &format!("{name} amd64"), &[b"layer"]);
    let arm64 = shelf.image(None, &format!("{name} arm64"), &[b"layer"]);
    let manifests = [digest(&amd64), digest(&arm64)];
    let entries = [on(amd64, "linux", "amd64"), on(arm64, "linux", "arm64")];
    Index { digest: digest(&shelf.index(Some(tag), &entries)), manifests, config }
}

fn copied(world: &World, tag: &str, name: &str) -> Index {
    put(world.ccr(), tag, name);
    put(world.tcr(), tag, name)
}

/// A Deployment on `web:TAG` of CCR whose nodes call what they run `id`.
fn runs(world: &World, name: &str, tag: &str, id: Option<&str>) {
    let image = world.in_ccr(&format!("web:{tag}"));
    let text = workload("Deployment", &world.namespace, name, &image);
    world.cluster.create(&changed(&text, |object| {
        let metadata = &mut object["spec"]["template"]["metadata"];
        metadata["annotations"] = id.map_or(json!({}), |id| json!({"image-id": id}));
    }));
    world.cluster.roll_out(&world.namespace, &format!("deployment/{name}"));
}

#[test]
fn what_runs_is_found_as_index_manifest_or_config_and_the_index_is_pinned() {
    let world = World::open("pinned");
    let index = copied(&world, "latest", "web");
    runs(&world, "by-index", "latest", None);
    runs(&world, "by-manifest", "latest", Some(&format!("r.lan/shop/web@{}", index.manifests[1])));
    runs(&world, "by-config", "latest", Some(&format!("docker://{}", index.config)));
    let other = format!("sha256:{}", "3".repeat(64));
    runs(&world, "by-another", "latest", Some(&other));
    runs(&world, "by-no-digest", "latest", Some("stand-in://7"));

    let left = world.switch(&["--yes", "--pin", "latest"]).ends_with(1);
    left.says(&[
        &format!("web:latest can't be pinned: its pods run another image, {other}"),
        "can't tell whether its pods run that image: the node names it stand-in://7",
        "hint: use --allow-drift",
    ]);
    let pinned = format!("{}@{}", world.in_tcr("web:latest"), index.digest);
    for name in ["by-index", "by-manifest", "by-config"] {
        assert_eq!(world.image_of(name), pinned, "{name}");
    }
    for name in ["by-another", "by-no-digest"] {
        assert_eq!(world.image_of(name), world.in_ccr("web:latest"), "{name}");
    }

    let all = ["--yes", "--pin", "latest", "--allow-drift", "--rollback-file", "pinned.json"];
    world.switch(&all).ends_with(0);
    assert_eq!(world.image_of("by-another"), pinned);
    world.roll_back("pinned.json").ends_with(0);
    assert_eq!(world.image_of("by-another"), world.in_ccr("web:latest"));
}

/// What runs, what CCR has, and what TCR has: each pair of them may differ.
#[test]
fn a_tag_that_went_on_is_not_pinned_whichever_side_it_went_on() {
    let world = World::open("went-on");
    let first = copied(&world, "main", "first");
    runs(&world, "web", "main", None);
    // Pushed again to CCR, and copied: both sides are the same, and pods run another one.
    copied(&world, "main", "second");
    let left = world.switch(&["--yes", "--pin", "mutable"]).ends_with(1);
    left.says(&[&format!("its pods run another image, {}", first.digest)]);
    // Not copied yet: pods run what TCR has.
    put(world.tcr(), "main", "first");
    let left = world.switch(&["--yes", "--pin", "mutable"]).ends_with(1);
    left.says(&["is stale"]).never_says(&["run another image"]);
    // All three differ.
    put(world.tcr(), "main", "third");
    let left = world.switch(&["--yes", "--pin", "mutable"]).ends_with(1);
    left.says(&["is stale", "run another image"]);
    assert_eq!(world.image_of("web"), world.in_ccr("web:main"));
    // With what is accepted, it is TCR's that is pinned.
    let third = put(world.tcr(), "main", "third");
    let accepted = ["--yes", "--pin", "mutable", "--allow-drift", "--allow-stale"];
    world.switch(&accepted).ends_with(0);
    assert_eq!(world.image_of("web"), format!("{}@{}", world.in_tcr("web:main"), third.digest));
}

#[test]
fn what_does_not_run_is_pinned_and_versions_stay_as_they_are() {
    let world = World::open("pin-some");
    let index = copied(&world, "nightly", "web");
    copied(&world, "v1.2.3", "web");
    for (name, tag) in [("idle", "nightly"), ("version", "v1.2.3")] {
        let text =
            workload("Deployment", &world.namespace, name, &world.in_ccr(&format!("web:{tag}")));
        world.cluster.create(&changed(&text, |object| object["spec"]["replicas"] = json!(0)));
    }
    let images = world.switch(&["images", "--mutable"]).ends_with(0);
    assert_eq!(images.stdout.trim(), world.in_ccr("web:nightly"));
    world.switch(&["--yes", "--pin", "mutable"]).ends_with(0);
    let pinned = format!("{}@{}", world.in_tcr("web:nightly"), index.digest);
    assert_eq!(world.image_of("idle"), pinned);
    assert_eq!(world.image_of("version"), world.in_tcr("web:v1.2.3"));
}

#[test]
fn to_allow_drift_needs_pin() {
    let world = World::open("pin-usage");
    world.switch(&["--allow-drift"]).ends_with(2).says(&["--pin <TAGS>"]);
}

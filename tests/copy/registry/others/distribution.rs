//! distribution 3, set up in one way after the other.

use serde_json::{Value, json};

use super::content::fill;
use super::run::{Copy, Side};
use crate::support::{Distribution, DockerRegistry, Store};

/// Copies everything from a registry with these settings to Debian's, and back into one.
fn copies_both_ways(settings: &Value) {
    let (store, debian) = (Store::new(), DockerRegistry::start());
    let plain = Distribution::serve(&store, "plain", &json!({}));
    let content = fill(plain.host(), false);
    let source = Distribution::serve(&store, "source", settings);
    let side = || Side { host: source.host(), plain: plain.host(), login: None };
    Copy::between(side(), Side::open(debian.host())).brings(&content);

    let store = Store::new();
    let plain = Distribution::serve(&store, "plain", &json!({}));
    let target = Distribution::serve(&store, "target", settings);
    let side = || Side { host: target.host(), plain: plain.host(), login: None };
    Copy::between(Side::open(debian.host()), side()).brings(&content);
}

#[test]
fn distribution_3_as_it_comes_is_copied_from_and_to() {
    copies_both_ways(&json!({}));
}

#[test]
fn distribution_3_with_relative_locations_is_copied_from_and_to() {
    copies_both_ways(&json!({"http": {"relativeurls": true}}));
}

#[test]
fn distribution_3_that_deletes_is_copied_from_and_to_and_nothing_is_deleted() {
    let (store, debian) = (Store::new(), DockerRegistry::start());
    let settings = json!({"storage": {"delete": {"enabled": true}}});
    let target = Distribution::serve(&store, "target", &settings);
    let content = fill(debian.host(), false);
    let copy = Copy::between(Side::open(debian.host()), Side::open(target.host()));
    copy.brings(&content);
    assert_eq!(target.count(&["DELETE"]), 0);
    let back = DockerRegistry::start();
    Copy::between(Side::open(target.host()), Side::open(back.host())).brings(&content);
}

#[test]
fn a_read_only_registry_is_a_source_like_any_other_and_as_a_target_it_refuses_each_image() {
    let (store, debian) = (Store::new(), DockerRegistry::start());
    let plain = Distribution::serve(&store, "plain", &json!({}));
    let content = fill(plain.host(), false);
    let settings = json!({"storage": {"maintenance": {"readonly": {"enabled": true}}}});
    let source = Distribution::serve(&store, "source", &settings);
    Copy::between(Side::open(source.host()), Side::open(debian.host())).brings(&content);

    let empty = Store::new();
    let target = Distribution::serve(&empty, "target", &settings);
    let copy = Copy::between(Side::open(debian.host()), Side::open(target.host()));
    copy.run(&["sync", "--report", "r.json"], &content.images).ends_with(1);
    let report = copy.report("r.json");
    for item in report["items"].as_array().unwrap() {
        assert_eq!(item["outcome"], "failed", "{item}");
        assert!(item["error"]["message"].as_str().unwrap().contains("405"), "{item}");
    }
}

#[test]
fn a_pull_through_cache_is_a_source() {
    let (upstream, cache) = (Store::new(), Store::new());
    let behind = Distribution::serve(&upstream, "upstream", &json!({}));
    let content = fill(behind.host(), false);
    let settings = json!({"proxy": {"remoteurl": format!("http://{}", behind.host())}});
    let source = Distribution::serve(&cache, "cache", &settings);
    let debian = DockerRegistry::start();
    let side = Side { host: source.host(), plain: behind.host(), login: None };
    Copy::between(side, Side::open(debian.host())).brings(&content);
}

#[test]
fn a_target_that_does_not_check_indexes_gets_whole_ones_all_the_same() {
    let settings = json!({"validation": {"disabled": true}});
    copies_both_ways(&settings);
}

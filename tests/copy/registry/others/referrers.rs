//! Registries with the referrers API and without, each as source and as target.

use serde_json::{Value, json};

use super::content::{Content, fill};
use super::run::{Copy, Side};
use crate::support::content::{OCI_MANIFEST, Shelf, artifact, sha256};
use crate::support::skopeo::raw;
use crate::support::{Distribution, Store, crane, get, olareg};

/// The digests that a registry's API lists for a subject, sorted.
fn listed(host: &str, repository: &str, subject: &str) -> Vec<String> {
    let answer = get(host, &format!("/v2/{repository}/referrers/{subject}"));
    assert_eq!(answer.status, 200);
    digests(&answer.json())
}

fn digests(index: &Value) -> Vec<String> {
    let entries = index["manifests"].as_array().unwrap().iter();
    let mut digests: Vec<String> =
        entries.map(|entry| entry["digest"].as_str().unwrap().to_owned()).collect();
    digests.sort();
    digests
}

fn assert_listed(host: &str, content: &Content) {
    for (referrer, subject) in &content.referrers {
        let (repository, digest) = referrer.split_once('@').unwrap();
        assert_eq!(listed(host, repository, subject), [digest]);
    }
}

#[test]
fn referrers_come_along_between_two_registries_that_list_them() {
    let (source, target) = (olareg(&[]), olareg(&[]));
    let content = fill(source.host(), true);
    Copy::between(Side::open(source.host()), Side::open(target.host())).brings(&content);
    assert_listed(target.host(), &content);
}

#[test]
fn a_target_that_lists_no_referrers_gets_a_fallback_tag() {
    let (source, store) = (olareg(&[]), Store::new());
    let target = Distribution::serve(&store, "target", &json!({}));
    let content = fill(source.host(), true);
    Copy::between(Side::open(source.host()), Side::open(target.host())).brings(&content);
    for (referrer, subject) in &content.referrers {
        let (repository, digest) = referrer.split_once('@').unwrap();
        let tag = subject.replace(':', "-");
        let index = raw(&format!("{}/{repository}:{tag}", target.host()));
        assert_eq!(digests(&serde_json::from_slice(&index).unwrap()), [digest]);
    }
}

#[test]
fn a_target_that_lists_referrers_lists_those_of_a_source_that_does_not() {
    let (store, target) = (Store::new(), olareg(&[]));
    let source = Distribution::serve(&store, "source", &json!({}));
    let content = fill(source.host(), false);
    Copy::between(Side::open(source.host()), Side::open(target.host())).brings(&content);
    assert_listed(target.host(), &content);
}

#[test]
fn a_referrer_that_is_pushed_after_the_copy_comes_with_the_next_run() {
    let (source, target) = (olareg(&[]), olareg(&[]));
    let mut content = fill(source.host(), true);
    let copy = Copy::between(Side::open(source.host()), Side::open(target.host()));
    copy.brings(&content);
    let shelf = Shelf::open(source.host(), "shop/web");
    let bytes = raw(&format!("{}/shop/web:v1", source.host()));
    let digest = sha256(&bytes);
    let subject = json!({
        "mediaType": OCI_MANIFEST, "digest": digest, "size": bytes.len(),
    });
    let late = artifact(&shelf, "application/vnd.example.late", &subject);
    content.referrers.push((format!("shop/web@{}", late["digest"].as_str().unwrap()), digest));

    copy.run(&["verify"], &content.images).ends_with(1);
    copy.brings(&content);
    assert_listed(target.host(), &content);
}

#[test]
fn distribution_3_has_no_referrers_api_and_that_is_not_worth_a_word() {
    let (stores, target) = ([Store::new(), Store::new()], crane());
    let [source, other] =
        stores.each_ref().map(|store| Distribution::serve(store, "it", &json!({})));
    let content = fill(source.host(), false);
    let (referrer, subject) = &content.referrers[0];
    let (repository, _) = referrer.split_once('@').unwrap();
    let answer = get(source.host(), &format!("/v2/{repository}/referrers/{subject}"));
    assert_eq!((answer.status, answer.body.as_slice()), (404, &b"404 page not found\n"[..]));
    for host in [other.host(), target.host()] {
        let copy = Copy::between(Side::open(source.host()), Side::open(host));
        copy.run(&["sync"], &content.images).ends_with(0).never_says(&["eferrer"]);
    }
}

#[test]
fn cranes_registry_is_copied_from_and_to() {
    let (source, target) = (crane(), crane());
    let content = fill(source.host(), false);
    Copy::between(Side::open(source.host()), Side::open(target.host())).brings(&content);
}

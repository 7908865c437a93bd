//! Tests of both ways of discovery.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::*;
use crate::http::test_server::{Reply, reply};
use crate::kubernetes::test_server::{Server, json as answer, status};

fn kind(plural: &str, kind: &str, verbs: &[&str]) -> Value {
    json!({
        "resource": plural, "responseKind": {"group": "", "version": "", "kind": kind},
        "scope": "Namespaced", "verbs": verbs, "shortNames": ["x"],
        "subresources": [{"subresource": "status", "verbs": ["get"]}],
    })
}

fn aggregated(groups: &[(&str, Value)]) -> Reply {
    let items: Vec<_> = groups
        .iter()
        .map(|(name, versions)| json!({"metadata": {"name": name}, "versions": versions}))
        .collect();
    answer(&json!({"kind": "APIGroupDiscoveryList", "items": items}))
}

fn old(path: &str) -> Reply {
    let group = |name: &str, preferred: &str, versions: &[&str]| {
        let version = |version: &str| json!({"groupVersion": "", "version": version});
        let versions: Vec<_> = versions.iter().map(|text| version(text)).collect();
        json!({"name": name, "versions": versions, "preferredVersion": version(preferred)})
    };
    let kinds = |kinds: &[(&str, &str)]| {
        let kinds = kinds.iter().map(|(name, kind)| {
            json!({"name": name, "kind": kind, "namespaced": true, "verbs": ["list"]})
        });
        answer(&json!({"kind": "APIResourceList", "resources": kinds.collect::<Vec<_>>()}))
    };
    match path {
        "/api" => answer(&json!({"kind": "APIVersions", "versions": ["v1"]})),
        "/apis" => answer(&json!({"kind": "APIGroupList", "groups": [
            group("batch", "v1", &["v1beta1", "v1"]),
            group("metrics.k8s.io", "v1beta1", &["v1beta1"]),
            group("slow.example.com", "v1", &["v1"]),
        ]})),
        "/api/v1" => kinds(&[("pods", "Pod"), ("pods/log", "Pod")]),
        "/apis/batch/v1" => kinds(&[("jobs", "Job")]),
        "/apis/batch/v1beta1" => kinds(&[("jobs", "Job"), ("cronjobs", "CronJob")]),
        "/apis/slow.example.com/v1" => kinds(&[]).after(Duration::from_secs(60)),
        _ => reply(503).body("service unavailable"),
    }
}

fn names(discovery: &Discovery) -> Vec<String> {
    let all = discovery.resources.iter();
    all.map(|known| format!("{} {}", known.api_version(), known.plural)).collect()
}

#[tokio::test]
async fn two_requests_tell_everything() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/api" => aggregated(&[(
            "",
            json!([{"version": "v1", "resources": [kind("pods", "Pod", &["list", "get"])]}]),
        )]),
        _ => aggregated(&[
            (
                "batch",
                json!([
                    {"version": "v1", "freshness": "Current",
                     "resources": [kind("jobs", "Job", &["list"]), {"resource": "odd", "scope": ""}]},
                    {"version": "v1beta1", "resources": [
                        kind("jobs", "Job", &["list"]), kind("cronjobs", "CronJob", &["get"])]},
                ]),
            ),
            ("metrics.k8s.io", json!([{"version": "v1beta1", "freshness": "Stale"}])),
        ]),
    })
    .await;
    let found = server.cluster().await.discover().await.unwrap();
    assert_eq!(names(&found), ["v1 pods", "batch/v1 jobs", "batch/v1beta1 cronjobs"]);
    let why = "the API server behind it does not answer".to_owned();
    assert_eq!(found.unread, [("metrics.k8s.io/v1beta1".to_owned(), why)]);
    assert_eq!(found.listable().count(), 2);
    assert_eq!(found.kind("batch", "CronJob").unwrap().short_names, ["x"]);
    assert_eq!(server.seen().len(), 2);
    let accept = server.seen()[0].header("accept").unwrap().to_owned();
    assert!(accept.starts_with("application/json;g=apidiscovery.k8s.io;v=v2;as="), "{accept}");
    assert!(!accept.contains(' '), "{accept}");
}

#[tokio::test]
async fn an_older_server_is_asked_version_by_version() {
    let server = Server::start(|seen| old(&seen.target)).await;
    let start = Instant::now();
    let found = server.cluster().await.discover().await.unwrap();
    assert_eq!(names(&found), ["v1 pods", "batch/v1 jobs", "batch/v1beta1 cronjobs"]);
    let unread: Vec<_> = found.unread.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(unread, ["metrics.k8s.io/v1beta1", "slow.example.com/v1"]);
    assert!(found.unread[1].1.contains("no answer in time"), "{:?}", found.unread);
    assert!(start.elapsed() < Duration::from_secs(20), "a dead API is not waited for");
}

#[tokio::test]
async fn an_empty_or_failed_answer_leads_to_the_old_way() {
    for first in [
        aggregated(&[]),
        reply(406),
        reply(500),
        reply(200).body("no json"),
        answer(&json!({"kind": "APIGroupDiscoveryList", "items": null})),
    ] {
        let server = Server::start(move |seen| match seen.header("accept") {
            Some("application/json") if seen.target.contains("slow") => reply(404),
            Some("application/json") => old(&seen.target),
            _ => first.clone(),
        })
        .await;
        let found = server.cluster().await.discover().await.unwrap();
        assert_eq!(found.resources.len(), 3);
    }
}

#[tokio::test]
async fn a_refused_login_ends_it() {
    let server = Server::start(|_| status(401, "Unauthorized", "Unauthorized")).await;
    let error = server.cluster().await.discover().await.unwrap_err();
    assert!(matches!(error, ClusterError::Unauthorized { .. }), "{error:?}");
    assert_eq!(server.seen().len(), 2, "one for each root, and no more");
}

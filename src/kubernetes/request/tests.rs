//! Tests of `request`: what goes over the wire.

use serde_json::json;

use super::*;
use crate::http::test_server::reply;
use crate::kubernetes::test_server::{Server, json as answer};

#[tokio::test]
async fn writes_name_their_manager_and_dry_runs_are_marked() {
    let server = Server::start(|_| answer(&json!({"kind": "Secret"}))).await;
    let cluster = server.cluster().await;
    let patch: json_patch::Patch =
        serde_json::from_value(json!([{"op": "test", "path": "/a~1b", "value": 1}])).unwrap();
    cluster.patch("/api/v1/pods/x", &patch, Write::DryRun).await.unwrap();
    cluster.create("/api/v1/secrets", &json!({"a": 1}), Write::Real).await.unwrap();
    cluster.replace("/api/v1/secrets/x", &json!({}), Write::DryRun).await.unwrap();
    cluster.delete_unchanged("/api/v1/secrets/x", "7", Write::Real).await.unwrap();
    cluster.delete_unchanged("/api/v1/secrets/x", "7", Write::DryRun).await.unwrap();

    let seen = server.seen();
    let lines: Vec<_> =
        seen.iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect();
    assert_eq!(
        lines,
        [
            "PATCH /api/v1/pods/x?fieldManager=tcr-switch&dryRun=All",
            "POST /api/v1/secrets?fieldManager=tcr-switch",
            "PUT /api/v1/secrets/x?fieldManager=tcr-switch&dryRun=All",
            "DELETE /api/v1/secrets/x",
            "DELETE /api/v1/secrets/x?dryRun=All",
        ]
    );
    assert_eq!(seen[0].header("content-type"), Some("application/json-patch+json"));
    assert_eq!(seen[0].json(), json!([{"op": "test", "path": "/a~1b", "value": 1}]));
    assert_eq!(seen[1].header("content-type"), Some("application/json"));
    assert!(seen.iter().all(|seen| seen.header("accept") == Some(METADATA_ALONE)));
    assert_eq!(seen[3].json()["preconditions"], json!({"resourceVersion": "7"}));
    assert_eq!(seen[3].json()["dryRun"], json!(null));
    assert_eq!(seen[4].json()["preconditions"], json!({"resourceVersion": "7"}));
    assert_eq!(seen[4].json()["dryRun"], json!(["All"]), "the body alone counts");
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_told() {
    let server = Server::start(|_| reply(200).body("<html>Log in</html>")).await;
    let cluster = server.cluster().await;
    let none = json_patch::Patch(Vec::new());
    let error = cluster.patch("/api/v1/pods/x", &none, Write::Real).await.unwrap_err();
    assert!(matches!(error, ClusterError::Protocol { .. }), "{error:?}");
    let error = cluster.get("/api/v1/pods").await.unwrap_err();
    assert!(matches!(error, ClusterError::Protocol { .. }), "{error:?}");
    assert!(error.hint().contains("API server's"), "{}", error.hint());
}

#[tokio::test]
async fn a_server_may_have_a_path() {
    let server = Server::start(|_| answer(&json!({}))).await;
    let mut settings = server.settings();
    settings.server = Some(format!("{}/k8s/clusters/c-1/", server.url));
    server.cluster_with(&settings).await.get("/api/v1/pods?limit=1").await.unwrap();
    assert_eq!(server.targets(), ["/k8s/clusters/c-1/api/v1/pods?limit=1"]);
}

//! Tests of `list` and `page`.

use parking_lot::Mutex;

use serde_json::json;

use super::*;
use crate::http::test_server::{Reply, Seen, reply};
use crate::kubernetes::test_server::{Server, json as answer, status};

fn deployments() -> Resource {
    Resource { group: "apps".to_owned(), ..Resource::core("Deployment", "deployments") }
}

fn page(names: &[&str], next: &str) -> Reply {
    let items: Vec<_> = names.iter().map(|name| json!({"metadata": {"name": name}})).collect();
    let metadata = json!({"continue": next, "resourceVersion": "9", "remainingItemCount": 3});
    answer(&json!({"kind": "DeploymentList", "metadata": metadata, "items": items}))
}

fn too_old() -> Reply {
    status(410, "Expired", "The provided continue parameter is too old")
}

fn continues(seen: &Seen) -> Option<&str> {
    seen.target.split("continue=").nth(1)
}

/// A server that gives two pages, of which the second is too old this many times.
async fn forgetful(times: usize) -> Server {
    let left = Mutex::new(times);
    Server::start(move |seen| match continues(seen) {
        None => page(&["a", "b"], "p 2"),
        Some(_) => {
            let mut left = left.lock();
            if *left > 0 {
                *left -= 1;
                return too_old();
            }
            page(&["c"], "")
        }
    })
    .await
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let server = forgetful(0).await;
    let query = ListQuery {
        label_selector: Some("app in (a,b)".to_owned()),
        field_selector: Some("metadata.name!=x".to_owned()),
        ..ListQuery::default()
    };
    let mut pages = Vec::new();
    let cluster = server.cluster().await;
    let listed = cluster
        .list(&deployments(), Some("shop"), &query, |page| {
            pages.push((page.attempt, page.is_first, page.items.len(), page.remaining));
        })
        .await
        .unwrap();
    assert_eq!(pages, [(0, true, 2, Some(3)), (0, false, 1, Some(3))]);
    assert_eq!(listed, Listed { count: 3, resource_version: Some("9".to_owned()) });
    let path = "/apis/apps/v1/namespaces/shop/deployments?labelSelector=app+in+%28a%2Cb%29\
                &fieldSelector=metadata.name%21%3Dx&limit=500";
    assert_eq!(server.targets(), [path.to_owned(), format!("{path}&continue=p+2")]);
}

#[tokio::test]
async fn items_get_what_a_list_leaves_out() {
    let server = forgetful(0).await;
    let cluster = server.cluster().await;
    let all = cluster.list_all(&deployments(), None, &ListQuery::default()).await.unwrap();
    assert_eq!(
        all[2],
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "c"},
        })
    );
}

#[tokio::test]
async fn a_list_that_became_too_old_is_begun_again() {
    let server = forgetful(2).await;
    let cluster = server.cluster().await;
    let all = cluster.list_all(&deployments(), None, &ListQuery::default()).await.unwrap();
    assert_eq!(all.len(), 3, "what the first attempts had is forgotten");
    assert_eq!(server.seen().len(), 6);

    let server = forgetful(99).await;
    let cluster = server.cluster().await;
    let error = cluster.list_all(&deployments(), None, &ListQuery::default()).await.unwrap_err();
    assert!(matches!(error, ClusterError::Gone { attempts: 3, .. }), "{error:?}");
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_page_is_asked_again_where_it_failed() {
    let has_failed = Mutex::new(false);
    let server = Server::start(move |seen| match continues(seen) {
        None => page(&["a"], "next"),
        Some(_) if !std::mem::replace(&mut *has_failed.lock(), true) => reply(503),
        Some(_) => page(&["b"], ""),
    })
    .await;
    let cluster = server.cluster().await;
    let all = cluster.list_all(&deployments(), None, &ListQuery::default()).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_kind_that_may_not_be_listed_is_named() {
    let server = Server::start(|_| {
        let text = "deployments.apps is forbidden: User \"jane\" cannot list resource \"deployments\" in API group \"apps\" at the cluster scope";
        status(403, "Forbidden", text)
    })
    .await;
    let cluster = server.cluster().await;
    let error = cluster.list_all(&deployments(), None, &ListQuery::default()).await.unwrap_err();
    let ClusterError::Forbidden { verb, resource, namespace: None, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((verb.as_str(), resource.as_str()), ("list", "deployments.apps"));
}

#[tokio::test]
async fn an_empty_list_and_a_whole_one_are_lists() {
    let server = Server::start(|_| answer(&json!({"metadata": {}, "items": null}))).await;
    let cluster = server.cluster().await;
    let query = ListQuery { chunk_size: 0, ..ListQuery::default() };
    assert!(cluster.list_all(&deployments(), None, &query).await.unwrap().is_empty());
    assert_eq!(server.targets(), ["/apis/apps/v1/deployments"]);
}

#[test]
fn a_sieve_lets_nothing_through_that_it_should_catch() {
    let resource = deployments();
    let may = |item: &str| {
        let body = format!("{{\"items\":[{item}]}}");
        let read = page::read(body.as_bytes(), &resource).unwrap();
        read.items[0].may_contain("ccr.ccs.tencentyun.com/")
    };
    assert!(may(r#"{"image":"ccr.ccs.tencentyun.com/a/b"}"#));
    assert!(!may(r#"{"image":"docker.io/a","note":"\u003c\u0026 \\/ \n \u001b \"x\\u0063\""}"#));
    assert!(may(r#"{"image":"ccr.ccs.tencentyun.com\/a\/b"}"#));
    assert!(may(r#"{"image":"\u0063cr.ccs.tencentyun.com/a/b"}"#));
    assert!(!may(r#"{"text":"kurz und 漢字"}"#));
}

#[test]
fn lists_can_be_read_on_other_threads() {
    fn is_send<T: Send>(_: T) {}
    fn check(cluster: &Cluster, resource: &Resource, query: &ListQuery) {
        is_send(cluster.list(resource, None, query, |_| ()));
        is_send(cluster.list_all(resource, None, query));
        is_send(cluster.discover());
    }
    let _ = check;
}

//! What is asked of a server for Pods and `ReplicaSet`s, and what is found.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::http::test_server::{Reply, Seen};
use crate::kubernetes::ClusterError;
use crate::kubernetes::test_server::{Server, json as answer, status};
use crate::switch::inventory::Inventory;
use crate::switch::scan::{Scope, scan};
use crate::workload::CcrNames;

/// An API server with these objects, Pods and `ReplicaSet`s, all in namespace `shop` if they don't
/// say otherwise.
struct Api {
    objects: Vec<Value>,
}

impl Api {
    fn answer(&self, seen: &Seen) -> Reply {
        let path = path(seen);
        match path {
            "/api" => kinds("", "pods", "Pod"),
            "/apis" => kinds("apps", "replicasets", "ReplicaSet"),
            "/api/v1/pods" => list(&self.of("Pod"), seen, ""),
            "/apis/apps/v1/replicasets" => list(&self.of("ReplicaSet"), seen, ""),
            _ => match self.objects.iter().find(|object| path_of(object) == path) {
                Some(object) => answer(object),
                None => status(404, "NotFound", "not found"),
            },
        }
    }

    fn of(&self, kind: &str) -> Vec<Value> {
        self.objects.iter().filter(|object| object["kind"] == kind).cloned().collect()
    }

    async fn start(self) -> Server {
        Server::start(move |seen| self.answer(seen)).await
    }
}

fn path(seen: &Seen) -> &str {
    seen.target.split('?').next().unwrap()
}

fn path_of(object: &Value) -> String {
    let (namespace, name) = (&object["metadata"]["namespace"], &object["metadata"]["name"]);
    let (namespace, name) = (namespace.as_str().unwrap(), name.as_str().unwrap());
    match object["kind"].as_str().unwrap() {
        "Pod" => format!("/api/v1/namespaces/{namespace}/pods/{name}"),
        _ => format!("/apis/apps/v1/namespaces/{namespace}/replicasets/{name}"),
    }
}

fn kinds(group: &str, plural: &str, kind: &str) -> Reply {
    let kind = json!({
        "resource": plural, "responseKind": {"group": group, "version": "v1", "kind": kind},
        "scope": "Namespaced", "verbs": ["get", "list"],
    });
    let versions = json!([{"version": "v1", "resources": [kind]}]);
    let items = json!([{"metadata": {"name": group}, "versions": versions}]);
    answer(&json!({"kind": "APIGroupDiscoveryList", "items": items}))
}

fn wants_metadata(seen: &Seen) -> bool {
    let accept = seen.header("accept").unwrap_or_default();
    accept == "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
}

/// One page, as a server that knows both forms gives it.
fn list(objects: &[Value], seen: &Seen, next: &str) -> Reply {
    let item = |object: &Value| match wants_metadata(seen) {
        true => json!({
            "apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata",
            "metadata": object["metadata"],
        }),
        // Items of a list have neither version nor kind.
        false => json!({"metadata": object["metadata"], "spec": object["spec"]}),
    };
    let items: Vec<Value> = objects.iter().map(item).collect();
    let more = (!next.is_empty()).then_some(10);
    let metadata = json!({"continue": next, "remainingItemCount": more, "resourceVersion": "9"});
    answer(&json!({"metadata": metadata, "items": items}))
}

/// Each names CCR.
fn replica_set(name: &str) -> Value {
    let spec = json!({"template": {"spec": pod_spec()}});
    json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": name, "namespace": "shop"}, "spec": spec})
}

fn pod(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop"}, "spec": pod_spec()})
}

fn pod_spec() -> Value {
    json!({"containers": [{"name": "main", "image": "ccr.ccs.tencentyun.com/shop/web:v1"}]})
}

fn owned(mut object: Value, api_version: &str, kind: &str) -> Value {
    object["metadata"]["ownerReferences"] =
        json!([{"apiVersion": api_version, "kind": kind, "name": "o", "controller": true}]);
    object
}

fn replica_sets(count: usize) -> Vec<Value> {
    (0..count).map(|number| replica_set(&format!("set-{number:03}"))).collect()
}

async fn scanned(server: &Server, scope: &Scope) -> Result<Inventory, ClusterError> {
    scan(&server.cluster().await, scope, &CcrNames::default()).await
}

async fn inventory(server: &Server) -> Inventory {
    let scope = Scope { chunk_size: 500, ..Scope::default() };
    scanned(server, &scope).await.unwrap()
}

fn found(inventory: &Inventory) -> Vec<&str> {
    inventory.objects.iter().map(|found| found.object.name.as_str()).collect()
}

/// The requests for `ReplicaSet`s: `metadata`, `list` or an object's name, by their time.
fn asked(server: &Server) -> Vec<String> {
    let all = server.seen().into_iter();
    all.filter_map(|seen| {
        let path = path(&seen);
        let (_, name) = path.split_once("/replicasets")?;
        Some(match name {
            "" if wants_metadata(&seen) => "metadata".to_owned(),
            "" => "list".to_owned(),
            name => name.trim_start_matches('/').to_owned(),
        })
    })
    .collect()
}

#[tokio::test]
async fn what_a_controller_has_made_is_not_asked_for() {
    let mut elsewhere = owned(pod("a-1"), "apps/v1", "ReplicaSet");
    elsewhere["spec"] = json!({"containers": [{"name": "main", "image": "nginx"}]});
    let objects = vec![
        owned(replica_set("a"), "apps/v1", "Deployment"),
        owned(replica_set("b"), "apps/v1", "Deployment"),
        elsewhere,
    ];
    let server = Api { objects }.start().await;
    let inventory = inventory(&server).await;
    assert!(inventory.objects.is_empty());
    assert_eq!(asked(&server), ["metadata"]);
    assert_eq!(inventory.looked_at["ReplicaSet"], 2);
    assert_eq!(inventory.looked_at["Pod"], 1);
    assert_eq!(server.seen().len(), 6, "two for discovery, namespaces, a list each, the pod");
}

#[tokio::test]
async fn what_has_no_owner_is_read_by_itself() {
    let mut elsewhere = replica_set("elsewhere");
    elsewhere["spec"] = json!({"template": {"spec": {"containers": [{"image": "nginx"}]}}});
    let objects = vec![
        owned(replica_set("a"), "apps/v1", "Deployment"),
        replica_set("alone"),
        elsewhere,
        pod("bare"),
    ];
    let server = Api { objects }.start().await;
    let inventory = inventory(&server).await;
    assert_eq!(found(&inventory), ["bare", "alone"]);
    let set = &inventory.objects[1];
    assert_eq!(set.path(), "/apis/apps/v1/namespaces/shop/replicasets/alone");
    assert_eq!(set.object.api_version, "apps/v1");
    assert_eq!(set.positions.pod_specs[0].images.len(), 1);
    let mut asked = asked(&server);
    asked.sort();
    assert_eq!(asked, ["alone", "elsewhere", "metadata"]);
    assert_eq!(inventory.looked_at["ReplicaSet"], 3);
}

#[tokio::test]
async fn a_set_with_a_controller_is_history_or_has_pods() {
    let mut not_by_its_controller = owned(replica_set("c"), "apps/v1", "Deployment");
    not_by_its_controller["metadata"]["ownerReferences"][0]["controller"] = json!(false);
    let objects = vec![
        owned(replica_set("a"), "example.com/v1", "Thing"),
        owned(replica_set("b"), "operators.coreos.com/v1alpha1", "ClusterServiceVersion"),
        not_by_its_controller,
        owned(pod("static"), "v1", "Node"),
    ];
    let server = Api { objects }.start().await;
    assert_eq!(found(&inventory(&server).await), ["static", "c"]);
    assert_eq!(asked(&server), ["metadata", "c"]);
}

#[tokio::test]
async fn where_many_have_no_owner_all_are_listed() {
    let server = Api { objects: replica_sets(16) }.start().await;
    assert_eq!(found(&inventory(&server).await).len(), 16);
    assert_eq!(asked(&server).len(), 17, "few are read one by one");

    let server = Api { objects: replica_sets(17) }.start().await;
    let inventory = inventory(&server).await;
    assert_eq!(found(&inventory).len(), 17);
    assert_eq!(asked(&server), ["metadata", "list"]);
    assert_eq!(inventory.looked_at["ReplicaSet"], 17, "none is counted twice");
}

#[tokio::test]
async fn few_are_few_of_all_that_there_are() {
    let deployments = |count: usize| {
        let sets = (0..count).map(|number| replica_set(&format!("x-{number}")));
        sets.map(|set| owned(set, "apps/v1", "Deployment"))
    };
    let objects = replica_sets(25).into_iter().chain(deployments(475)).collect();
    let server = Api { objects }.start().await;
    assert_eq!(found(&inventory(&server).await).len(), 25);
    assert_eq!(asked(&server).len(), 26);

    let objects = replica_sets(25).into_iter().chain(deployments(474)).collect();
    let server = Api { objects }.start().await;
    assert_eq!(found(&inventory(&server).await).len(), 25);
    assert_eq!(asked(&server), ["metadata", "list"]);
}

#[tokio::test]
async fn that_there_are_many_is_known_before_the_last_page() {
    let api = Api { objects: replica_sets(30) };
    let pages = AtomicUsize::new(0);
    let server = Server::start(move |seen| match path(seen) {
        "/apis/apps/v1/replicasets" if wants_metadata(seen) => {
            let next = if pages.fetch_add(1, Ordering::Relaxed) < 9 { "next" } else { "" };
            list(&api.of("ReplicaSet"), seen, next)
        }
        _ => api.answer(seen),
    })
    .await;
    assert_eq!(found(&inventory(&server).await).len(), 30);
    let asked = asked(&server);
    assert_eq!(asked.last().unwrap(), "list");
    assert!(asked.len() <= 3, "at most the page that was under way is asked for: {asked:?}");
}

#[tokio::test]
async fn who_may_list_and_not_get_sees_the_same() {
    let api = Api { objects: vec![replica_set("a"), replica_set("b")] };
    let server = Server::start(move |seen| match path(seen).contains("/replicasets/") {
        true => status(403, "Forbidden", "replicasets.apps \"a\" is forbidden"),
        false => api.answer(seen),
    })
    .await;
    let inventory = inventory(&server).await;
    assert_eq!(found(&inventory), ["a", "b"]);
    assert_eq!(asked(&server).last().unwrap(), "list");
    assert!(inventory.unread.is_empty());
    assert_eq!(inventory.looked_at["ReplicaSet"], 2);
}

#[tokio::test]
async fn what_has_gone_since_is_left_out() {
    let api = Api { objects: vec![replica_set("a"), replica_set("b")] };
    let server = Server::start(move |seen| match path(seen).ends_with("/replicasets/a") {
        true => status(404, "NotFound", "replicasets.apps \"a\" not found"),
        false => api.answer(seen),
    })
    .await;
    let inventory = inventory(&server).await;
    assert_eq!(found(&inventory), ["b"]);
    assert!(!asked(&server).contains(&"list".to_owned()));
    assert!(inventory.unread.is_empty());
}

#[tokio::test]
async fn a_server_that_gives_whole_objects_is_as_good() {
    let objects = vec![owned(replica_set("a"), "apps/v1", "Deployment"), replica_set("b")];
    let api = Api { objects };
    let server = Server::start(move |seen| match path(seen) {
        "/apis/apps/v1/replicasets" => answer(&json!({"items": api.of("ReplicaSet")})),
        _ => api.answer(seen),
    })
    .await;
    assert_eq!(found(&inventory(&server).await), ["b"]);
    assert_eq!(asked(&server), ["metadata", "b"]);
}

#[tokio::test]
async fn a_server_that_gives_no_metadata_is_asked_for_whole_objects() {
    let api = Api { objects: vec![replica_set("a")] };
    let server = Server::start(move |seen| match wants_metadata(seen) {
        true => status(406, "NotAcceptable", "only the following media types are accepted"),
        false => api.answer(seen),
    })
    .await;
    let inventory = inventory(&server).await;
    assert_eq!(found(&inventory), ["a"]);
    assert!(inventory.unread.is_empty());
    assert_eq!(asked(&server), ["metadata", "list"]);
}

#[tokio::test]
async fn a_list_that_became_too_old_is_begun_again_without_what_it_had() {
    let api = Api { objects: vec![replica_set("a"), replica_set("b"), replica_set("c")] };
    let attempts = AtomicUsize::new(0);
    let server = Server::start(move |seen| {
        let all = api.of("ReplicaSet");
        match (path(seen), seen.target.contains("continue=")) {
            // `a` is gone by the second attempt; its name still leads to something.
            ("/apis/apps/v1/replicasets", false) => {
                match attempts.fetch_add(1, Ordering::Relaxed) {
                    0 => list(&all[..2], seen, "next"),
                    _ => list(&all[1..2], seen, "next"),
                }
            }
            ("/apis/apps/v1/replicasets", true) => match attempts.load(Ordering::Relaxed) {
                1 => status(410, "Expired", "The provided continue parameter is too old"),
                _ => list(&all[2..], seen, ""),
            },
            _ => api.answer(seen),
        }
    })
    .await;
    let inventory = inventory(&server).await;
    assert_eq!(found(&inventory), ["b", "c"]);
    assert_eq!(inventory.looked_at["ReplicaSet"], 2);
}

#[tokio::test]
async fn a_kind_that_may_not_be_listed_is_unread_once() {
    let api = Api { objects: vec![pod("bare")] };
    let server = Server::start(move |seen| match path(seen) {
        "/apis/apps/v1/replicasets" => status(403, "Forbidden", "cannot list replicasets"),
        _ => api.answer(seen),
    })
    .await;
    let inventory = inventory(&server).await;
    assert_eq!(found(&inventory), ["bare"]);
    let [unread] = inventory.unread.as_slice() else { panic!("{:?}", inventory.unread) };
    assert!(unread.forbidden && unread.what == "replicasets.apps");
    assert_eq!(asked(&server), ["metadata"]);
}

#[tokio::test]
async fn a_login_that_is_not_taken_ends_the_scan() {
    let api = Api { objects: Vec::new() };
    let server = Server::start(move |seen| match path(seen) {
        "/apis/apps/v1/replicasets" => status(401, "Unauthorized", "Unauthorized"),
        _ => api.answer(seen),
    })
    .await;
    let error = scanned(&server, &Scope::default()).await.unwrap_err();
    assert!(matches!(error, ClusterError::Unauthorized { .. }), "{error:?}");
    assert_eq!(asked(&server), ["metadata"]);
}

#[tokio::test]
async fn excluded_namespaces_are_not_asked_for() {
    let mut elsewhere = replica_set("b");
    elsewhere["metadata"]["namespace"] = json!("kube-system");
    let server = Api { objects: vec![replica_set("a"), elsewhere] }.start().await;
    let exclude = vec!["kube-*".parse().unwrap()];
    let inventory = scanned(&server, &Scope { exclude, ..Scope::default() }).await.unwrap();
    assert_eq!(found(&inventory), ["a"]);
    assert_eq!(asked(&server), ["metadata", "a"]);
    assert_eq!(inventory.looked_at["ReplicaSet"], 2, "as where a kind is listed in full");
}

#[tokio::test]
async fn selectors_and_pages_are_as_wished() {
    let server = Api { objects: replica_sets(17) }.start().await;
    let scope = Scope {
        label_selector: Some("app=web".to_owned()),
        field_selector: Some("metadata.name!=x".to_owned()),
        chunk_size: 7,
        ..Scope::default()
    };
    scanned(&server, &scope).await.unwrap();
    let targets = server.targets();
    let lists: Vec<_> = targets.iter().filter(|target| target.contains("/replicasets?")).collect();
    let query = "labelSelector=app%3Dweb&fieldSelector=metadata.name%21%3Dx&limit=7";
    assert_eq!(lists, [&format!("/apis/apps/v1/replicasets?{query}"); 2]);
}

/// So many pods of this set, which name CCR.
fn pods_of(set: &str, pods: usize) -> impl Iterator<Item = Value> {
    (0..pods).map(move |number| {
        let mut pod = owned(pod(&format!("{set}-{number:03}")), "apps/v1", "ReplicaSet");
        pod["metadata"]["labels"] = json!({"pod-template-hash": set});
        pod["metadata"]["ownerReferences"][0]["name"] = json!(format!("web-{set}"));
        pod
    })
}

#[tokio::test]
async fn of_many_pods_one_of_each_owner_and_revision_is_read() {
    let all = || pods_of("a", 300).chain(pods_of("b", 299)).chain([pod("bare")]);
    let server = Api { objects: all().collect() }.start().await;
    let sampled = inventory(&server).await;
    let read = sampled.sampled.unwrap();
    assert_eq!((read.pods, read.read), (599, 2));
    let pods: Vec<usize> = sampled.pods.iter().map(|group| group.pods).collect();
    assert_eq!(pods, [300, 299]);
    assert_eq!(found(&sampled), ["bare"]);
    let of_pods = |target: &&String| target.starts_with("/api/v1/namespaces/shop/pods/");
    assert_eq!(server.targets().iter().filter(of_pods).count(), 3, "with the one that is alone");

    let scope = Scope { chunk_size: 500, all_pods: true, ..Scope::default() };
    let server = Api { objects: all().collect() }.start().await;
    let whole = scanned(&server, &scope).await.unwrap();
    assert_eq!(whole.sampled, None);
    assert_eq!(server.targets().iter().filter(of_pods).count(), 0);
    let shown = |inventory: &Inventory| -> Vec<(String, usize)> {
        inventory.pods.iter().map(|group| (group.owner.name.clone(), group.pods)).collect()
    };
    assert_eq!(shown(&whole), shown(&sampled));
}

#[tokio::test]
async fn few_pods_and_pods_of_many_owners_are_listed() {
    for objects in [
        pods_of("a", 40).collect::<Vec<_>>(),
        (0..200).flat_map(|set| pods_of(&format!("{set:03}"), 3).collect::<Vec<_>>()).collect(),
    ] {
        let count = objects.len();
        let server = Api { objects }.start().await;
        let inventory = inventory(&server).await;
        assert_eq!(inventory.sampled, None);
        assert_eq!(inventory.pods.iter().map(|group| group.pods).sum::<usize>(), count);
        let single = |target: &&String| target.starts_with("/api/v1/namespaces/shop/pods/");
        assert_eq!(server.targets().iter().filter(single).count(), 0);
    }
}

/// All sorts of objects, and all sorts of scopes: what is found doesn't depend on the way.
#[tokio::test]
async fn what_is_found_is_what_a_list_in_full_would_give() {
    let mut objects = Vec::new();
    for (number, object) in [pod("p"), replica_set("r")].into_iter().enumerate() {
        let mut add = |mut object: Value, name: &str| {
            object["metadata"]["name"] = json!(format!("{name}-{number}"));
            objects.push(object);
        };
        for (group, kind) in [
            ("apps/v1", "Deployment"),
            ("apps/v1", "ReplicaSet"),
            ("batch/v1", "Job"),
            ("v1", "Node"),
            ("apps.kruise.io/v1alpha1", "CloneSet"),
            // Of a group that is not known.
            ("tke.example.com/v1", "StatefulSet"),
            ("operators.coreos.com/v1alpha1", "ClusterServiceVersion"),
        ] {
            add(owned(object.clone(), group, kind), &kind.to_lowercase());
        }
        let mut two = owned(object.clone(), "v1", "Node");
        let owner = json!({"apiVersion": "apps/v1", "kind": "Deployment", "controller": true});
        two["metadata"]["ownerReferences"].as_array_mut().unwrap().insert(0, owner);
        add(two, "two-owners");
        let mut helm = object.clone();
        helm["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "web"});
        add(helm, "helm");
        let mut other = object.clone();
        other["spec"] = json!({"containers": [{"name": "main", "image": "nginx"}]});
        add(other, "nginx");
        add(object, "alone");
    }
    for all_with_pods in [false, true] {
        let scope = Scope { all_with_pods, ..Scope::default() };
        let server = Api { objects: objects.clone() }.start().await;
        let one_by_one = scanned(&server, &scope).await.unwrap();
        assert!(!asked(&server).contains(&"list".to_owned()));
        let api = Api { objects: objects.clone() };
        let server = Server::start(move |seen| match wants_metadata(seen) {
            true => status(406, "NotAcceptable", ""),
            false => api.answer(seen),
        })
        .await;
        let in_full = scanned(&server, &scope).await.unwrap();
        assert!(in_full.objects.len() >= 7, "{}", in_full.objects.len());
        assert_eq!(format!("{one_by_one:?}"), format!("{in_full:?}"));
    }
}

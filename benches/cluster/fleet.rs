//! What stands in the cluster, and the images that it names.

use std::future::Future;

use anyhow::{Result, bail};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};

use super::objects::{child, running_pod, running_status, workload};
use super::options::Options;
use super::support::DockerRegistry;
use super::support::cluster::{Api, Cluster};
use super::support::content::Shelf;

/// How much is put at once.
const AT_ONCE: usize = 24;

/// Of so many Deployments with pods, one has an old pod.
const OLD_IN: usize = 50;

const MERGE: &str = "application/merge-patch+json";

/// Of so many workloads one names CCR.
const ONE_IN: usize = 5;

/// Tags in each repository: a team runs several releases of a program.
const TAGS: usize = 4;

const OTHERS: [(&str, &str, &str); 5] = [
    ("apps/v1", "StatefulSet", "apis/apps/v1"),
    ("apps/v1", "DaemonSet", "apis/apps/v1"),
    ("batch/v1", "CronJob", "apis/batch/v1"),
    ("batch/v1", "Job", "apis/batch/v1"),
    ("v1", "Pod", "api/v1"),
];

/// A Deployment that names CCR.
pub(crate) struct OnCcr {
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// `shop/app-7:v3`
    pub(crate) image: String,
}

/// The image of the Deployment with this number, if it names CCR.
fn image(number: usize) -> Option<String> {
    let turn = number / ONE_IN;
    number
        .is_multiple_of(ONE_IN)
        .then(|| format!("team-{}/app-{}:v{}", turn % 20, turn / TAGS, turn % TAGS))
}

/// Those of the Deployments that name CCR.
pub(crate) fn on_ccr(options: &Options, namespaces: &[String]) -> Vec<OnCcr> {
    let of = |number: usize| {
        let namespace = namespaces[number % namespaces.len()].clone();
        image(number).map(|image| OnCcr { namespace, name: name(number), image })
    };
    (0..options.deployments).filter_map(of).collect()
}

fn name(number: usize) -> String {
    format!("app-{number}")
}

/// Puts all objects into the cluster. Other workloads name CCR in their own turn, but for those
/// that can't be switched: Jobs and bare Pods.
pub(crate) fn stand(
    cluster: &Cluster,
    namespaces: &[String],
    options: &Options,
    ccr: &str,
) -> Result<()> {
    let api = cluster.api();
    let elsewhere = |number: usize| format!("registry.example.com/team/app-{number}:v1");
    let namespace = |number: usize| &namespaces[number % namespaces.len()];
    all((0..options.deployments).map(|number| async move {
        let image = image(number).map_or_else(|| elsewhere(number), |it| format!("{ccr}/{it}"));
        let app = name(number);
        let object = workload("apps/v1", "Deployment", &app, &image);
        let apps = format!("/apis/apps/v1/namespaces/{}", namespace(number));
        let uid = post(api, &format!("{apps}/deployments"), &object).await?;
        let owner = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "name": app, "uid": uid,
            "controller": true,
        });
        if options.pods > 0 {
            let old = number.is_multiple_of(OLD_IN).then(|| format!("{ccr}/shop/old:v1"));
            let pods = options.pods / options.deployments;
            let place = (namespace(number).as_str(), app.as_str());
            return live_pods(api, place, &owner, (&image, old.as_deref()), pods).await;
        }
        for revision in 0..options.revisions {
            let name = format!("{app}-{revision}");
            let set = child("ReplicaSet", &name, &app, &owner, &image);
            let uid = post(api, &format!("{apps}/replicasets"), &set).await?;
            if revision + 1 == options.revisions {
                let owner = json!({
                    "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": uid,
                    "controller": true,
                });
                let pod = child("Pod", &format!("{name}-pod"), &app, &owner, &image);
                post(api, &format!("/api/v1/namespaces/{}/pods", namespace(number)), &pod).await?;
            }
        }
        Ok(())
    }))?;
    all((0..options.others).map(|number| async move {
        let (api_version, kind, group) = OTHERS[number % OTHERS.len()];
        let object = workload(api_version, kind, &format!("other-{number}"), &elsewhere(number));
        let plural = format!("{}s", kind.to_lowercase());
        let path = format!("/{group}/namespaces/{}/{plural}", namespace(number));
        post(api, &path, &object).await.map(drop)
    }))
}

/// The pods of a Deployment, and the `ReplicaSet` that has made them; the first may run an image of
/// before.
async fn live_pods(
    api: &Api,
    (namespace, app): (&str, &str),
    owner: &Value,
    (image, old): (&str, Option<&str>),
    pods: usize,
) -> Result<()> {
    let mut made = 0;
    for (revision, image, pods) in
        [("1", old.unwrap_or(image), usize::from(old.is_some())), ("2", image, pods)]
    {
        let name = format!("{app}-{revision}");
        let mut set = child("ReplicaSet", &name, app, owner, image);
        set["metadata"]["annotations"] = json!({"deployment.kubernetes.io/revision": revision});
        let sets = format!("/apis/apps/v1/namespaces/{namespace}/replicasets");
        let uid = post(api, &sets, &set).await?;
        let owner = json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": uid,
            "controller": true,
        });
        for _ in 0..pods {
            let name = format!("{name}-{made}");
            made += 1;
            let path = format!("/api/v1/namespaces/{namespace}/pods");
            post(api, &path, &running_pod(&name, (app, revision), &owner, image)).await?;
            let status = (MERGE, &running_status(image));
            let reply = api.send("PATCH", &format!("{path}/{name}/status"), Some(status)).await?;
            if reply.status != 200 {
                bail!("{path}/{name}: {}: {}", reply.status, reply.body);
            }
        }
    }
    Ok(())
}

/// Puts each image into both registries.
pub(crate) fn fill(fleet: &[OnCcr], ccr: &DockerRegistry, tcr: &DockerRegistry) {
    std::thread::scope(|scope| {
        for registry in [ccr, tcr] {
            scope.spawn(|| {
                for one in fleet {
                    let (repository, tag) = one.image.split_once(':').unwrap_or_default();
                    Shelf::open(registry.host(), repository).image(Some(tag), tag, &[b"layer"]);
                }
            });
        }
    });
}

async fn post(api: &Api, path: &str, object: &Value) -> Result<String> {
    let reply = api.send("POST", path, Some(("application/json", object))).await?;
    if reply.status != 201 {
        bail!("{path}: {}: {}", reply.status, reply.body);
    }
    Ok(reply.body["metadata"]["uid"].as_str().unwrap_or_default().to_owned())
}

fn all(work: impl Iterator<Item = impl Future<Output = Result<()>>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(stream::iter(work).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>())?;
    Ok(())
}

//! The server that tests look behind the scenes with: counts, contents, faults at run time.
//!
//! On loopback, without authentication. Nothing of it exists at Tencent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use ccr2tcr::image::Digest;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::account::{ImageDescription, RuleDescription};
use crate::content::build;
use crate::edition::Edition;
use crate::faults::{ApiFault, RegistryFault};
use crate::private_dns::Zone;
use crate::server;
use crate::world::{Cloud, RegistryId, World};

type WorldState = State<Arc<World>>;

/// Serves until the process ends.
pub(crate) async fn serve(listener: TcpListener, world: Arc<World>) -> std::io::Result<()> {
    let router = Router::new()
        .route("/stats", get(stats))
        .route("/stats/reset", post(reset))
        .route("/images", get(images))
        .route("/secrets", get(secrets))
        .route("/push", post(push))
        .route("/delete-blob", post(delete_blob))
        .route("/faults", post(faults))
        .route("/faults/clear", post(clear_faults))
        .route("/namespace", post(namespace))
        .route("/network", get(network).post(change_entry))
        .route("/webhooks", get(webhooks))
        .route("/webhooks/change", post(change_webhook))
        .route("/revoke-bearers", post(revoke_bearers))
        .with_state(world);
    server::serve(listener, router).await
}

async fn stats(State(world): WorldState) -> Response {
    let mut cloud = world.cloud();
    let mut requests: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    let mut bytes = [0, 0];
    let (mut mounts, mut dangling) = (0, Vec::new());
    for id in cloud.registry_ids() {
        let stats = &cloud.registry(id).0.stats;
        for (what, count) in &stats.requests {
            let counts = requests.entry(id.edition.name()).or_default();
            *counts.entry(what.clone()).or_default() += count;
        }
        match id.edition {
            Edition::Ccr => bytes[0] += stats.bytes_out.load(Ordering::Relaxed),
            Edition::Tcr => {
                bytes[1] += stats.bytes_in.load(Ordering::Relaxed);
                mounts += stats.mounts;
                dangling.extend(stats.dangling.clone());
            }
        }
    }
    ok(&json!({
        "api": cloud.calls,
        "ccr": requests.remove("ccr").unwrap_or_default(),
        "tcr": requests.remove("tcr").unwrap_or_default(),
        "bytes_out_ccr": bytes[0],
        "bytes_in_tcr": bytes[1],
        "mounts": mounts,
        "dangling": dangling,
    }))
}

async fn reset(State(world): WorldState) -> Response {
    let mut cloud = world.cloud();
    cloud.calls.clear();
    for id in cloud.registry_ids() {
        cloud.registry(id).0.stats.reset();
    }
    ok(&json!({}))
}

async fn images(State(world): WorldState) -> Response {
    let mut cloud = world.cloud();
    let mut list = Vec::new();
    for id in cloud.registry_ids() {
        let (registry, contents) = cloud.registry(id);
        let host = registry.host.clone();
        let names: Vec<String> = registry.listed().map(|(name, _)| name.clone()).collect();
        for name in names {
            let Some(held) = registry.repository(contents, &name) else {
                continue;
            };
            for (tag, tagged) in &held.tags {
                list.push(json!({
                    "registry": id.edition.name(),
                    "host": host,
                    "repository": name,
                    "tag": tag,
                    "digest": tagged.digest,
                    "pushed": tagged.pushed.to_string(),
                    "complete": held.complete(&tagged.digest),
                }));
            }
        }
    }
    ok(&Value::Array(list))
}

async fn secrets(State(world): WorldState) -> Response {
    let all: Vec<String> = world.cloud().secrets.all().map(str::to_owned).collect();
    ok(&json!(all))
}

/// What `/push` and `/delete-blob` have in common.
#[derive(Deserialize)]
struct RepositoryAddress {
    registry: Edition,
    /// Needed only where there are several registries of the edition.
    host: Option<String>,
    repository: String,
}

impl RepositoryAddress {
    fn registry_id(&self, cloud: &mut Cloud) -> Option<RegistryId> {
        let mut ids = cloud.registry_ids().into_iter().filter(|at| at.edition == self.registry);
        ids.find(|&id| {
            let (registry, _) = cloud.registry(id);
            self.host.as_ref().is_none_or(|host| *host == registry.host)
        })
    }
}

async fn push(State(world): WorldState, body: Bytes) -> Response {
    let pushed = || {
        let mut fields: Map<String, Value> = read(&body)?;
        let mut at = Map::new();
        for name in ["registry", "host", "repository"] {
            at.extend(fields.remove(name).map(|value| (name.to_owned(), value)));
        }
        let at: RepositoryAddress = convert(Value::Object(at))?;
        // One tag or several.
        if let Some(tag) = fields.remove("tag") {
            fields.insert("tags".to_owned(), json!([tag]));
        }
        let image: ImageDescription = convert(Value::Object(fields))?;
        let mut cloud = world.cloud();
        let id = at.registry_id(&mut cloud).ok_or("there is no such registry")?;
        let (registry, contents) = cloud.registry(id);
        let built = build(contents, &at.repository, &image).listed_by(registry.referrers_api);
        let now = image.pushed.map_or_else(Timestamp::now, |time| time.0);
        let namespace = at.repository.split('/').next().unwrap_or_default();
        if !registry.namespaces.contains_key(namespace) {
            registry.add_namespace(namespace, false, now);
        }
        let tags = json!(built.tags);
        registry.repository_or_new(&at.repository, now);
        if let Some(held) = registry.repository(contents, &at.repository) {
            held.add(built, now);
        }
        Ok::<_, String>(json!({"tags": tags}))
    };
    answer(pushed())
}

#[derive(Deserialize)]
struct DeleteBlob {
    #[serde(flatten)]
    at: RepositoryAddress,
    digest: Digest,
}

async fn delete_blob(State(world): WorldState, body: Bytes) -> Response {
    let deleted = || {
        let DeleteBlob { at, digest } = read(&body)?;
        let mut cloud = world.cloud();
        let id = at.registry_id(&mut cloud).ok_or("there is no such registry")?;
        let (registry, contents) = cloud.registry(id);
        let held = registry.repository(contents, &at.repository);
        let deleted = held.is_some_and(|held| held.blobs.remove(&digest));
        Ok::<_, String>(json!({"deleted": deleted}))
    };
    answer(deleted())
}

/// A fault with an `action` is the API's, one with a `registry` is a registry's.
async fn faults(State(world): WorldState, body: Bytes) -> Response {
    let added = || {
        let fault: Value = read(&body)?;
        let mut cloud = world.cloud();
        if fault.get("action").is_some() {
            cloud.faults.api.push(convert::<ApiFault>(fault)?);
        } else {
            cloud.faults.registry.push(convert::<RegistryFault>(fault)?);
        }
        Ok::<_, String>(json!({}))
    };
    answer(added())
}

async fn clear_faults(State(world): WorldState) -> Response {
    let mut cloud = world.cloud();
    cloud.faults.api.clear();
    cloud.faults.registry.clear();
    ok(&json!({}))
}

/// What somebody does to a namespace of Enterprise Edition at the console.
#[derive(Deserialize)]
struct NamespaceChange {
    name: String,
    public: bool,
}

async fn namespace(State(world): WorldState, body: Bytes) -> Response {
    let changed = || {
        let NamespaceChange { name, public } = read(&body)?;
        let mut cloud = world.cloud();
        let instance = cloud.enterprise.first_mut().ok_or("there is no instance")?;
        match instance.registry.namespaces.get_mut(&name) {
            Some(namespace) => namespace.public = public,
            None => instance.registry.add_namespace(&name, public, Timestamp::now()),
        }
        Ok::<_, String>(json!({}))
    };
    answer(changed())
}

/// The network of the first instance and all zones, whatever their state lets the API tell.
async fn network(State(world): WorldState) -> Response {
    let mut cloud = world.cloud();
    let Cloud { enterprise, vpcs, zones, .. } = &mut *cloud;
    let Some(instance) = enterprise.first_mut() else { return ok(&Value::Null) };
    instance.network.settle(vpcs);
    ok(&json!({
        "network": instance.network.everything(),
        "replication": instance
            .replication_rules
            .iter()
            .map(|rule| {
                json!({
                    "name": rule.name, "filters": rule.filters, "overrides": rule.overrides,
                    "destination": rule.destination,
                })
            })
            .collect::<Vec<_>>(),
        "free": vpcs
            .iter()
            .flat_map(|vpc| &vpc.subnets)
            .map(|subnet| json!({"subnet": subnet.id, "free": subnet.free}))
            .collect::<Vec<_>>(),
        "zones": zones.iter().map(Zone::everything).collect::<Vec<_>>(),
    }))
}

/// What somebody does to the public entry at the console.
#[derive(Deserialize)]
struct EntryChange {
    rule: RuleDescription,
}

async fn change_entry(State(world): WorldState, body: Bytes) -> Response {
    let changed = || {
        let EntryChange { rule } = read(&body)?;
        let mut cloud = world.cloud();
        let instance = cloud.enterprise.first_mut().ok_or("there is no instance")?;
        instance.network.entry.add(rule);
        Ok::<_, String>(json!({}))
    };
    answer(changed())
}

async fn webhooks(State(world): WorldState) -> Response {
    let cloud = world.cloud();
    let all = cloud.enterprise.iter().flat_map(|instance| &instance.webhooks);
    let list: Vec<Value> = all
        .map(|webhook| {
            json!({
                "namespace": webhook.namespace,
                "name": webhook.name,
                "condition": webhook.condition,
                "url": webhook.url,
            })
        })
        .collect();
    ok(&json!(list))
}

/// What somebody does to a webhook at the console.
#[derive(Deserialize)]
struct WebhookChange {
    name: String,
    url: String,
}

async fn change_webhook(State(world): WorldState, body: Bytes) -> Response {
    let changed = || {
        let WebhookChange { name, url } = read(&body)?;
        let mut cloud = world.cloud();
        let mut all = cloud.enterprise.iter_mut().flat_map(|instance| &mut instance.webhooks);
        let webhook = all.find(|webhook| webhook.name == name).ok_or("there is no such webhook")?;
        webhook.url = url;
        Ok::<_, String>(json!({}))
    };
    answer(changed())
}

async fn revoke_bearers(State(world): WorldState) -> Response {
    let mut cloud = world.cloud();
    for id in cloud.registry_ids() {
        cloud.registry(id).0.bearers.clear();
    }
    ok(&json!({}))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn convert<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn answer(result: Result<Value, String>) -> Response {
    match result {
        Ok(value) => ok(&value),
        Err(message) => {
            let mut response = ok(&json!({"error": message}));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
    }
}

fn ok(value: &Value) -> Response {
    Response::new(value.to_string().into())
}

//! The HTTP server of one registry: counts, lets in or not, and hands on.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use ccr2tcr::image::MANIFEST_LIMIT;
use tokio::net::TcpListener;

use super::request::{Resource, query};
use super::response::{empty, error, json_answer, with};
use super::token::{admit, token};
use super::uploads::UploadRequest;
use super::{blobs, manifests, tags};
use crate::faults::RegistryFault;
use crate::server;
use crate::world::{RegistryId, World};

/// Serves one registry until the process ends.
pub(crate) async fn serve(
    listener: TcpListener,
    world: Arc<World>,
    id: RegistryId,
) -> std::io::Result<()> {
    let router = Router::new().fallback(handle).with_state((world, id));
    server::serve(listener, router).await
}

async fn handle(State((world, id)): State<(Arc<World>, RegistryId)>, request: Request) -> Response {
    tokio::time::sleep(world.latency).await;
    let fault = {
        let mut cloud = world.cloud();
        cloud.faults.of_request(id.edition, request.method(), request.uri().path())
    };
    if let Some(fault) = &fault {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    let cut_after = fault.as_ref().and_then(|fault| fault.cut_after);
    let resource = Resource::of(request.uri().path());
    if let Some(resource) = &resource {
        let what = format!("{} {}", request.method(), resource.kind());
        world.cloud().registry(id).0.stats.count(what);
    }
    let response = match (fault.as_ref().and_then(injected), resource) {
        (Some(response), _) => {
            server::drain(request.into_body()).await;
            response
        }
        (None, Some(resource)) if cut_after.is_some() && !served(&resource, &request) => {
            server::hang_up(request.into_body(), cut_after.unwrap_or(0)).await
        }
        (None, Some(resource)) => answer(&world, id, resource, request, cut_after).await,
        (None, None) => empty(StatusCode::NOT_FOUND),
    };
    with(
        response,
        axum::http::HeaderName::from_static("docker-distribution-api-version"),
        "registry/2.0",
    )
}

/// Whether the answer is a blob, and so can be cut in the middle.
fn served(resource: &Resource, request: &Request) -> bool {
    matches!(resource, Resource::Blob { .. }) && request.method() == Method::GET
}

fn injected(fault: &RegistryFault) -> Option<Response> {
    let status = match (fault.status, fault.cut_after, fault.delay_ms) {
        (Some(status), ..) => StatusCode::from_u16(status).ok()?,
        (None, None, 0) => StatusCode::SERVICE_UNAVAILABLE,
        _ => return None,
    };
    let code = if status == StatusCode::TOO_MANY_REQUESTS { "TOOMANYREQUESTS" } else { "UNKNOWN" };
    let response = error(status, code, "a fault of the sandbox");
    Some(match fault.retry_after {
        Some(seconds) => with(response, header::RETRY_AFTER, &seconds.to_string()),
        None => response,
    })
}

async fn answer(
    world: &World,
    id: RegistryId,
    resource: Resource,
    request: Request,
    cut_after: Option<u64>,
) -> Response {
    let (parts, body) = request.into_parts();
    let (method, headers) = (&parts.method, &parts.headers);
    let query = query(parts.uri.query());
    if resource == Resource::Token {
        return token(&mut world.cloud(), id, method, headers, &query);
    }
    let admitted = admit(&mut world.cloud(), id, method, headers, &resource);
    let bearer = match admitted {
        Ok(bearer) => bearer,
        Err(refusal) => {
            server::drain(body).await;
            return refusal;
        }
    };
    match resource {
        Resource::Base | Resource::Token => json_answer(StatusCode::OK, &serde_json::json!({})),
        Resource::Manifest { repository, reference } if method == Method::PUT => {
            // Read on beyond the limit, so that the client gets to see the refusal.
            let limit = usize::try_from(MANIFEST_LIMIT * 4).unwrap_or(usize::MAX);
            let Ok(bytes) = to_bytes(body, limit).await else {
                let message = "manifest is larger than 4 MiB";
                return error(StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID", message);
            };
            let name = (repository.as_str(), reference.as_str());
            let mut cloud = world.cloud();
            let response = manifests::put(&mut cloud, id, headers, name, bytes);
            if response.status().is_success() {
                cloud.log_use(id, "push", &repository, bearer.anonymous);
            }
            response
        }
        Resource::Manifest { repository, reference } => {
            if method != Method::GET && method != Method::HEAD {
                return error(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "not supported here");
            }
            let mut cloud = world.cloud();
            let response = manifests::get(&mut cloud, id, method, &repository, &reference);
            // What counts as a pull is documented nowhere; Harbor counts manifests that are fetched.
            if method == Method::GET && response.status().is_success() {
                cloud.log_use(id, "pull", &repository, bearer.anonymous);
            }
            response
        }
        Resource::Blob { repository, digest } => {
            let name = (repository.as_str(), digest.as_str());
            blobs::blob(&mut world.cloud(), id, method, headers, name, cut_after)
        }
        Resource::Upload { repository, session } => {
            let request = UploadRequest { world, id, repository: &repository, query: &query };
            request.answer(method, session.as_deref(), headers, body, &bearer).await
        }
        Resource::Tags { repository } => tags::tags(&mut world.cloud(), id, &repository, &query),
        Resource::Referrers { repository, digest } => {
            let name = (repository.as_str(), digest.as_str());
            tags::referrers(&mut world.cloud(), id, name, &query)
        }
    }
}

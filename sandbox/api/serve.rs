//! The HTTP server of the API: who calls, may they, how often, and what.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::action::Action;
use super::call::{ActionCall, ActionResult};
use super::error::ApiError;
use super::services::Service;
use super::{permission, signature, sts, twisted};
use crate::cam::Caller;
use crate::world::{Cloud, World};
use crate::{clock, regions, secrets, server};

const METADATA: &str = "/latest/meta-data/cam/security-credentials/";

/// Of a POST request (request structure, 1141/41600).
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// Serves the API, STS and the metadata service until the process ends.
pub(crate) async fn serve(listener: TcpListener, world: Arc<World>) -> std::io::Result<()> {
    server::serve(listener, Router::new().fallback(handle).with_state(world)).await
}

async fn handle(State(world): State<Arc<World>>, request: Request) -> Response {
    tokio::time::sleep(world.latency).await;
    let (parts, body) = request.into_parts();
    if let Some(role) = parts.uri.path().strip_prefix(METADATA) {
        return match role {
            "" => Response::new(Body::from(sts::ROLE)),
            sts::ROLE => Response::new(Body::from(sts::metadata(&mut world.cloud()).to_string())),
            _ => status(StatusCode::NOT_FOUND),
        };
    }
    if parts.method != Method::POST || parts.uri.path() != "/" {
        return status(StatusCode::NOT_FOUND);
    }
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return status(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let mut cloud = world.cloud();
    let mut response = match answer(&mut cloud, &parts.headers, &body) {
        ApiResponse::Envelope(answer) => envelope(&parts.headers, answer),
        ApiResponse::Gateway(code) => status(code),
    };
    if let Ok(date) = HeaderValue::from_str(&clock::http(cloud.now())) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

enum ApiResponse {
    /// HTTP 200, error or not.
    Envelope(ActionResult),
    /// What a gateway in front of the API would say.
    Gateway(StatusCode),
}

fn answer(cloud: &mut Cloud, headers: &HeaderMap, body: &[u8]) -> ApiResponse {
    let parameters = match parameters(body) {
        Ok(parameters) => parameters,
        Err(error) => return ApiResponse::Envelope(Err(error)),
    };
    let name = text(headers, "x-tc-action");
    let service = signature::service(headers);
    *cloud.calls.entry(counted_as(service, name)).or_default() += 1;
    let fault = cloud.faults.of_call(name, text(headers, "x-tc-region"), &parameters);
    if let Some(code) = fault.as_ref().and_then(|fault| fault.http_status) {
        let code = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
        return ApiResponse::Gateway(code);
    }
    if name == "AssumeRoleWithWebIdentity" && text(headers, "authorization") == "SKIP" {
        return ApiResponse::Envelope(sts::web_identity(cloud, &parameters));
    }
    let caller = match signature::check(cloud, headers, body) {
        Ok(caller) => caller,
        Err(error) => return ApiResponse::Envelope(Err(error)),
    };
    if let Some(listing) = fault.as_ref().and_then(|fault| fault.listing.as_ref()) {
        let parameters = twisted::parameters(listing, &parameters);
        let answer = act(cloud, headers, service, &parameters, caller);
        return ApiResponse::Envelope(answer.map(|answer| twisted::answer(listing, answer)));
    }
    if let Some(fault) = fault {
        let code = fault.code.unwrap_or_else(|| "InternalError".to_owned());
        let message = fault.message.unwrap_or_else(|| "a fault of the sandbox".to_owned());
        return ApiResponse::Envelope(Err(ApiError::new(code, message.clone(), message)));
    }
    ApiResponse::Envelope(act(cloud, headers, service, &parameters, caller))
}

/// Under which name a call is counted: an action of TCR under its own.
fn counted_as(service: &str, action: &str) -> String {
    if service == "tcr" || service.is_empty() {
        action.to_owned()
    } else {
        format!("{service}:{action}")
    }
}

fn act(
    cloud: &mut Cloud,
    headers: &HeaderMap,
    service: &str,
    parameters: &Map<String, Value>,
    caller: Caller,
) -> ActionResult {
    let (name, version) = (text(headers, "x-tc-action"), text(headers, "x-tc-version"));
    let service = Service::find(service).filter(|service| service.version == version);
    let service = service.ok_or_else(|| {
        ApiError::new(
            "NoSuchVersion",
            format!("接口版本 {version} 不存在。"),
            format!("The API version {version} does not exist."),
        )
    })?;
    let action = service.action(name).ok_or_else(|| {
        ApiError::new(
            "InvalidAction",
            format!("接口 {name} 不存在。"),
            format!("The action {name} is invalid or not found."),
        )
    })?;
    let region = text(headers, "x-tc-region");
    if region.is_empty() && service.is_regional {
        return Err(ApiError::missing_parameter("Region"));
    }
    if !region.is_empty() && regions::find(region).is_none() {
        return Err(ApiError::new(
            "UnsupportedRegion",
            format!("接口不支持所传地域 {region}。"),
            format!("The region {region} is not supported."),
        ));
    }
    limit_rate(cloud, service, action)?;
    let mut call = ActionCall { cloud, parameters, region, caller };
    permission::check(&call, service, action)?;
    action.check(parameters)?;
    (action.answer)(&mut call)
}

fn limit_rate(
    cloud: &mut Cloud,
    service: &'static Service,
    action: &'static Action,
) -> Result<(), ApiError> {
    let now = Instant::now();
    let recent = cloud.recent.entry((service.name, action.name)).or_default();
    while recent.front().is_some_and(|&at| now.duration_since(at) >= Duration::from_secs(1)) {
        recent.pop_front();
    }
    if recent.len() < action.rate {
        recent.push_back(now);
        return Ok(());
    }
    let rate = action.rate;
    Err(ApiError::new(
        "RequestLimitExceeded",
        format!(
            "您当前每秒请求 `{}` 次数超过了频率上限 `{rate}` 次/秒,请稍后重试。",
            recent.len() + 1
        ),
        format!("Your current request times exceed the limit of `{rate}` a second, retry later."),
    ))
}

fn parameters(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|error| {
        ApiError::new(
            "InvalidParameter",
            format!("请求体不是合法的 JSON: {error}。"),
            format!("The request body is not a JSON object: {error}."),
        )
    })
}

fn envelope(headers: &HeaderMap, answer: ActionResult) -> Response {
    let mut content = match answer {
        Ok(content) => content,
        Err(error) => {
            let english = text(headers, "x-tc-language") == "en-US";
            let message = if english { error.english } else { error.chinese };
            json!({"Error": {"Code": error.code, "Message": message}})
        }
    };
    content["RequestId"] = json!(secrets::uuid());
    let mut response = Response::new(Body::from(json!({"Response": content}).to_string()));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn status(code: StatusCode) -> Response {
    let mut response = Response::new(Body::from(code.to_string()));
    *response.status_mut() = code;
    response
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

//! The token service, and the bearer tokens that it hands out.

use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ccr2tcr::image::RepositoryName;
use jiff::Timestamp;
use serde_json::json;

use super::login::Visitor;
use super::request::Resource;
use super::response::{empty, error, json_answer, with};
use super::session::BearerToken;
use super::store::namespace_of;
use crate::edition::Edition;
use crate::world::{Cloud, RegistryId};
use crate::{clock, secrets};

/// Answers `/service/token`.
pub(super) fn token(
    cloud: &mut Cloud,
    id: RegistryId,
    method: &Method,
    headers: &HeaderMap,
    query: &[(String, String)],
) -> Response {
    // Neither registry is known to take `grant_type=refresh_token`, the OAuth2 form.
    if method != Method::GET {
        return empty(StatusCode::METHOD_NOT_ALLOWED);
    }
    let visitor = match headers.get(header::AUTHORIZATION) {
        None => Some(Visitor::Anonymous),
        Some(value) => basic(value.as_bytes())
            .and_then(|(user, password)| Visitor::log_in(cloud, id, &user, &password)),
    };
    let Some(visitor) = visitor else {
        return error(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "authentication failed: wrong user name or password",
        );
    };
    let uin = cloud.user().to_owned();
    let mut access: Vec<(String, Vec<&'static str>)> = Vec::new();
    let scopes = query.iter().filter(|(name, _)| name == "scope");
    for scope in scopes.flat_map(|(_, value)| value.split(' ')) {
        let Some((repository, wanted)) = read_scope(scope) else {
            continue;
        };
        let may = visitor.may(cloud, id, repository);
        let granted: Vec<_> =
            may.into_iter().filter(|action| wanted.contains(action) || wanted == ["*"]).collect();
        access.push((repository.to_owned(), granted));
    }
    let (registry, _) = cloud.registry(id);
    let now = Timestamp::now();
    let lifetime = i64::try_from(registry.bearer_lifetime).unwrap_or(i64::MAX);
    let expires = clock::after(now, lifetime);
    let claims = json!({
        "iss": "harbor-token-issuer",
        "sub": uin,
        "aud": registry.service,
        "iat": now.as_second(),
        "exp": expires.as_second(),
        "access": access.iter().map(|(name, actions)| json!({
            "type": "repository", "name": name, "actions": actions,
        })).collect::<Vec<_>>(),
    });
    let text = secrets::token(&claims);
    let anonymous = matches!(visitor, Visitor::Anonymous);
    registry.bearers.insert(text.clone(), BearerToken { anonymous, access, expires });
    let answer = json!({
        "token": text,
        "access_token": text,
        "expires_in": registry.bearer_lifetime,
        "issued_at": now.to_string(),
    });
    cloud.secrets.note(&text);
    json_answer(StatusCode::OK, &answer)
}

fn basic(value: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(value).ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (user, password) = decoded.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (user.to_owned(), password.to_owned()))
}

// `repository:NAME:ACTION,ACTION`
fn read_scope(scope: &str) -> Option<(&str, Vec<&str>)> {
    let (name, actions) = scope.strip_prefix("repository:")?.rsplit_once(':')?;
    name.parse::<RepositoryName>().ok()?;
    Some((name, actions.split(',').collect()))
}

/// Lets a request through with the bearer that it carries, or answers why not.
#[allow(clippy::result_large_err, reason = "the error is the answer itself")]
pub(super) fn admit(
    cloud: &mut Cloud,
    id: RegistryId,
    method: &Method,
    headers: &HeaderMap,
    resource: &Resource,
) -> Result<BearerToken, Response> {
    let (registry, _) = cloud.registry(id);
    let actions = resource.actions(method);
    let scope = resource
        .repository()
        .map(|name| format!(",scope=\"repository:{name}:{}\"", actions.join(",")))
        .unwrap_or_default();
    // Under CCR's own name the token service has that name, too.
    let asked = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let realm = match asked.contains(".ccs.tencentyun.com") {
        true => asked,
        false => registry.host.as_str(),
    };
    let challenge = |problem: &str| {
        let value = format!(
            "Bearer realm=\"http://{realm}/service/token\",service=\"{}\"{scope}{problem}",
            registry.service
        );
        let response = error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "authentication required");
        with(response, header::WWW_AUTHENTICATE, &value)
    };
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Err(challenge(""));
    };
    let text = value.to_str().ok().and_then(|text| text.split_once(' '));
    let bearer = text
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, token)| registry.bearers.get(token.trim()))
        .filter(|bearer| bearer.expires > Timestamp::now());
    let Some(bearer) = bearer else {
        return Err(challenge(",error=\"invalid_token\""));
    };
    if let Some(repository) = resource.repository() {
        let namespace = namespace_of(repository);
        // Harbor's answer: neither edition makes a namespace for a push.
        let missing = !registry.namespaces.contains_key(namespace);
        if registry.edition == Edition::Tcr && missing && !bearer.anonymous {
            let message = format!("project {namespace} not found");
            return Err(error(StatusCode::NOT_FOUND, "NOT_FOUND", &message));
        }
        if !actions.iter().all(|action| bearer.grants(repository, action)) {
            return Err(challenge(",error=\"insufficient_scope\""));
        }
    }
    Ok(bearer.clone())
}

//! What a registry wants before it answers: nothing more than Docker's token protocol and Basic.

use std::collections::HashMap;

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::credentials::Login;

pub(super) enum Challenge {
    Basic,
    /// Where a token is given, with the query.
    Bearer(String),
}

/// What an answer of 401 asks for.
pub(super) fn challenge(answer: &Response) -> Option<Challenge> {
    let text = answer.headers().get("WWW-Authenticate")?.to_str().ok()?;
    let (scheme, rest) = text.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(Challenge::Basic);
    }
    // `key="value",…`; a scope may hold commas, but no quotes.
    let mut words = rest.split('"');
    let mut values = HashMap::new();
    while let (Some(key), Some(value)) = (words.next(), words.next()) {
        values.insert(key.trim_matches([',', ' ', '=']).to_owned(), value);
    }
    let mut url = url::Url::parse(values.get("realm")?).ok()?;
    for key in ["service", "scope"] {
        if let Some(value) = values.get(key) {
            url.query_pairs_mut().append_pair(key, value);
        }
    }
    Some(Challenge::Bearer(url.to_string()))
}

/// A token from there, with a login or anonymous.
pub(super) async fn token(
    client: &Client,
    url: &str,
    login: Option<&Login>,
) -> Result<String, String> {
    let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    if !host.is_some_and(|host| host == "localhost" || host.starts_with("127.")) {
        return Err(format!("failed to fetch a token: {url} is not on this machine"));
    }
    let answer = basic(client.get(url), login).send().await;
    let answer = answer.map_err(|error| format!("failed to fetch a token: {error:?}"))?;
    let status = answer.status();
    if status != StatusCode::OK {
        let kind = if login.is_some() { "oauth" } else { "anonymous" };
        return Err(format!(
            "failed to authorize: failed to fetch {kind} token: unexpected status from GET request \
             to {url}: {status}"
        ));
    }
    let text = answer.bytes().await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&text).unwrap_or_default();
    let token = ["token", "access_token"].iter().find_map(|key| body[key].as_str());
    Ok(token.unwrap_or_default().to_owned())
}

pub(super) fn basic(request: RequestBuilder, login: Option<&Login>) -> RequestBuilder {
    match login {
        Some(Login { name, password }) => request.basic_auth(name, Some(password)),
        None => request,
    }
}

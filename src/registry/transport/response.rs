//! Responses read to their end. What a refusal means is in `refusal`.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::http::{HttpError, PacedBody, read_at_most};
use crate::image::Digest;
use crate::registry::{RegistryError, RequestContext};
use crate::text::without_mark;

/// How much of an error response's body is read, in bytes.
const REFUSAL_LIMIT: usize = 64 * 1024;
/// How much of it gets into a message, in characters.
const MESSAGE_LIMIT: usize = 300;

/// The largest response that is neither a manifest nor an error, in bytes: lists of tags can be
/// long if a registry doesn't page.
pub(crate) const LIST_LIMIT: u64 = 32 * 1024 * 1024;

/// A status, its headers and the whole body; of an error only the first 64 KiB.
#[derive(Debug)]
pub(crate) struct WholeResponse {
    /// Where it is from, after redirects.
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl WholeResponse {
    pub(crate) async fn read(
        host: &str,
        response: reqwest::Response,
        limit: u64,
        patience: Duration,
    ) -> Result<Self, HttpError> {
        let (status, url) = (response.status(), response.url().clone());
        let headers = response.headers().clone();
        let body = if status.is_success() {
            read_at_most(host, response, limit, patience).await?
        } else {
            beginning(host, PacedBody::new(response, patience)).await
        };
        Ok(Self { url, status, headers, body })
    }

    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// `Docker-Content-Digest`, if there is one that can be verified; also in quotes or capitals.
    pub(crate) fn digest(&self) -> Option<Digest> {
        let said = self.header(&HeaderName::from_static("docker-content-digest"))?;
        said.trim_matches('"').to_ascii_lowercase().parse().ok()
    }

    /// The body as JSON, with or without a byte order mark.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(without_mark(&self.body))
    }

    /// Whether one of the error codes in the body is `code`.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        let value: Value = self.json().unwrap_or_default();
        let mut errors = value.get("errors").and_then(Value::as_array).into_iter().flatten();
        errors.any(|error| error.get("code").and_then(Value::as_str) == Some(code))
    }

    /// What the body says, safe to show.
    pub(crate) fn message(&self) -> String {
        let text = match self.json::<Value>() {
            Ok(value) => said_in_json(&value),
            Err(_) => said_in_text(&String::from_utf8_lossy(&self.body)),
        };
        let text = clean(&text);
        if text.is_empty() { format!("status {}", self.status) } else { text }
    }

    /// The error if a web page came where a registry answers with something else: a login page,
    /// or a company proxy's, with status 200.
    pub(crate) fn no_page(&self, at: &RequestContext) -> Result<(), RegistryError> {
        if !self.is_page() {
            return Ok(());
        }
        let reason = format!(
            "a web page ({}) came as the answer: something in front of the registry answers for it",
            self.message()
        );
        Err(RegistryError::Protocol { at: Box::new(at.clone()), reason })
    }

    /// Whether it is a web page: a proxy's word, not a registry's.
    pub(crate) fn is_page(&self) -> bool {
        let body = self.body.trim_ascii_start();
        let begins =
            |tag: &[u8]| body.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
        begins(b"<!doctype html") || begins(b"<html") || begins(b"<head")
    }
}

// A body that breaks off still says something.
async fn beginning(host: &str, mut response: PacedBody) -> Bytes {
    let mut body = BytesMut::new();
    while let Ok(Some(chunk)) = response.chunk(host).await {
        let room = REFUSAL_LIMIT - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == REFUSAL_LIMIT {
            break;
        }
    }
    body.freeze()
}

fn said_in_json(value: &Value) -> String {
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(errors) = value.get("errors").and_then(Value::as_array) {
        let one = |error: &Value| {
            let code = text(error, "code").filter(|code| !code.is_empty());
            let said = text(error, "message").filter(|said| !said.is_empty());
            let detail = text(error, "detail").filter(|detail| Some(detail) != said.as_ref());
            [code, said, detail].into_iter().flatten().collect::<Vec<_>>().join(": ")
        };
        return errors.iter().map(one).collect::<Vec<_>>().join("; ");
    }
    ["message", "error_description", "details", "error"]
        .iter()
        .find_map(|name| text(value, name))
        .or_else(|| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Plain text as it is; of an HTML page the title, else its text.
fn said_in_text(text: &str) -> String {
    let text = text.trim_start();
    if !text.starts_with('<') {
        return text.to_owned();
    }
    let lower = text.to_ascii_lowercase();
    if let Some(start) = lower.find("<title>").map(|start| start + "<title>".len())
        && let Some(length) = lower[start..].find("</title>")
    {
        return text[start..start + length].to_owned();
    }
    let mut inside = false;
    let keep = |character: char| match character {
        '<' => {
            inside = true;
            ' '
        }
        '>' => {
            inside = false;
            ' '
        }
        _ if inside => ' ',
        other => other,
    };
    text.chars().map(keep).collect()
}

/// One line without control and direction characters, 300 characters at most.
pub(crate) fn clean(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let plain: String = text.chars().map(|c| if hidden(c) { ' ' } else { c }).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MESSAGE_LIMIT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> WholeResponse {
        WholeResponse {
            url: "https://r.example.com/v2/".parse().unwrap(),
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    #[test]
    fn the_message_is_taken_out_of_what_the_body_is() {
        let json = r#"{"errors":[{"code":"DENIED","message":"no","detail":{"a":1}},{"code":"X","message":"y","detail":"z"}]}"#;
        for (body, expected) in [
            (json, "DENIED: no; X: y: z"),
            (r#"{"message":"m"}"#, "m"),
            ("404 page not found\n", "404 page not found"),
            ("<html><head><TITLE>Bad\n Gateway</title></head></html>", "Bad Gateway"),
            ("<p>a <b>b</b></p>", "a b"),
            ("", "status 404 Not Found"),
        ] {
            assert_eq!(answer(404, body).message(), expected);
        }
    }

    #[test]
    fn a_message_can_not_paint_on_the_terminal() {
        let message = answer(400, "\u{1b}[31mred\u{7}\u{202e}txt.exe\r\nnext").message();
        assert_eq!(message, "[31mred txt.exe next");
        assert_eq!(answer(400, &"ä".repeat(5000)).message().chars().count(), 301);
    }
}

//! From an answer that is no success to a [`ClusterError`]: the API's `Status` in our words.
//!
//! The texts are those of Kubernetes 1.36; the file that each comes from is named beside it.

use http::{Method, StatusCode};
use serde::Deserialize;

use super::error::ClusterError;
use super::subject::Subject;

/// Longer texts of a server are cut.
const LONGEST: usize = 600;

/// `meta.k8s.io/v1 Status`, as far as it matters.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ApiStatus {
    kind: String,
    message: String,
    reason: String,
    pub(super) details: StatusDetails,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct StatusDetails {
    name: String,
    kind: String,
    causes: Vec<StatusCause>,
    pub(super) retry_after_seconds: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StatusCause {
    #[serde(rename = "reason")]
    kind: String,
    message: String,
    field: String,
}

impl ApiStatus {
    /// None if the body is something else: a proxy's page, or an aggregated API's plain text.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(body).ok().filter(|status| status.kind == "Status")
    }
}

/// The user that asked, and the server.
pub(super) struct RequestFacts<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) server: &'a str,
    pub(super) user: &'a str,
}

/// The error that an answer means.
pub(super) fn refusal(asked: &RequestFacts<'_>, code: StatusCode, body: &[u8]) -> ClusterError {
    let mut subject = Box::new(Subject::of(asked.method, asked.path));
    let status = ApiStatus::read(body)
        .unwrap_or_else(|| ApiStatus { message: plain_text(body), ..ApiStatus::default() });
    // The path of what is created has no name yet.
    if subject.name.is_none() && status.details.kind == subject.resource {
        subject.name = Some(status.details.name.clone()).filter(|name| !name.is_empty());
    }
    let message = shortened(&status.message);
    // A webhook chooses the code of its refusal.
    if code != StatusCode::UNAUTHORIZED {
        let told = admission(&subject, &status).or_else(|| webhook(&subject, &status));
        if let Some(error) = told {
            return error;
        }
    }
    match code.as_u16() {
        401 => ClusterError::Unauthorized {
            server: asked.server.to_owned(),
            user: asked.user.to_owned(),
            message,
        },
        403 => forbidden(subject, &status, message),
        404 => ClusterError::NotFound { subject, message },
        409 if status.reason == "AlreadyExists" => ClusterError::AlreadyExists { subject, message },
        409 if status.reason == "Conflict" => ClusterError::Changed { subject },
        410 => ClusterError::Gone { subject, attempts: 1 },
        422 => invalid(subject, &status, message),
        504 => ClusterError::Timeout { subject, limit: None },
        code => ClusterError::Api { subject, code, reason: status.reason, message },
    }
}

/// RBAC says `… is forbidden: User "jane" cannot list resource "deployments" in API group "apps"`
/// (endpoints/handlers/responsewriters/errors.go); everything else that is forbidden is admission's.
fn forbidden(subject: Box<Subject>, status: &ApiStatus, message: String) -> ClusterError {
    // The cause is of Kubernetes 1.14 (apis/core/types.go `NamespaceTerminatingCause`); the words are
    // those of admission/plugin/namespace/lifecycle.
    let is_over = |cause: &StatusCause| cause.kind == "NamespaceTerminating";
    if status.details.causes.iter().any(is_over)
        || status.message.contains("because it is being terminated")
    {
        return ClusterError::Terminating { subject };
    }
    let quota = ["exceeded quota: ", "failed quota: ", "insufficient quota to consume: "];
    if quota.iter().any(|words| status.message.contains(words)) {
        return ClusterError::Quota { subject, message: after_forbidden(&message) };
    }
    let is_right = status.message.contains("User \"") && status.message.contains(" cannot ");
    if is_right || !status.message.contains(" is forbidden: ") {
        let message = match message.is_empty() {
            true => format!("no right to {} {subject}", subject.verb),
            false => message,
        };
        // `--as`: it says `cannot impersonate resource "users"`, or `impersonate-on:user-info:get`.
        if status.message.contains(" cannot impersonate") {
            let (verb, resource) = ("impersonate".to_owned(), "users".to_owned());
            return ClusterError::Forbidden { verb, resource, namespace: None, message };
        }
        let resource = subject.resource_name();
        let Subject { verb, namespace, .. } = *subject;
        return ClusterError::Forbidden { verb: verb.to_owned(), resource, namespace, message };
    }
    let message = after_forbidden(&message);
    ClusterError::Refused { subject, by: "a rule of the cluster".to_owned(), message }
}

/// The part that says why.
fn after_forbidden(message: &str) -> String {
    message.split_once(" is forbidden: ").map_or(message, |(_, why)| why).to_owned()
}

/// A webhook's no (admission/plugin/webhook/errors/statuserror.go; the code is the webhook's choice)
/// or an admission policy's (admission/plugin/policy/validating/dispatcher.go).
fn admission(subject: &Subject, status: &ApiStatus) -> Option<ClusterError> {
    let refused = |by: String, message: &str| ClusterError::Refused {
        subject: Box::new(subject.clone()),
        by,
        message: shortened(message),
    };
    let text = status.message.as_str();
    if let Some((_, rest)) = text.split_once("admission webhook \"") {
        let (name, rest) = rest.split_once('"')?;
        if let Some(why) = rest.strip_prefix(" denied the request") {
            let why = why.trim_start_matches(':').trim();
            if is_about_dry_runs(why) {
                return Some(no_dry_run(subject, name));
            }
            return Some(refused(format!("the admission webhook {name}"), why));
        }
        // `NewDryRunUnsupportedErr`: its `sideEffects` are `Some` or `Unknown`.
        if rest.starts_with(" does not support dry run") {
            return Some(no_dry_run(subject, name));
        }
    }
    let (head, why) = text.split_once(" denied request: ")?;
    let start = head.find("AdmissionPolicy '").or_else(|| head.find("policy "))?;
    let name = head[start..].split(['\'', '"']).nth(1)?;
    Some(refused(format!("the admission policy {name}"), why))
}

fn no_dry_run(subject: &Subject, webhook: &str) -> ClusterError {
    ClusterError::NoDryRun { subject: Box::new(subject.clone()), webhook: webhook.to_owned() }
}

/// Whether a webhook, in words of its own, refuses dry runs and not the change: `dryRun is not
/// supported`, `dry-run requests are not supported by this webhook`.
fn is_about_dry_runs(why: &str) -> bool {
    let why = why.to_lowercase();
    let names_it = ["dry run", "dry-run", "dryrun"].iter().any(|words| why.contains(words));
    let refuses = ["not support", "n't support", "unsupported", "not implemented", "not allowed"];
    names_it && refuses.iter().any(|words| why.contains(words))
}

/// `Internal error occurred: failed calling webhook "x": failed to call webhook: Post "…": context
/// deadline exceeded` (util/webhook/error.go, wrapped by `NewInternalError`).
fn webhook(subject: &Subject, status: &ApiStatus) -> Option<ClusterError> {
    let (_, rest) = status.message.split_once("failed calling webhook \"")?;
    let (name, why) = rest.split_once('"')?;
    let (subject, webhook) = (Box::new(subject.clone()), name.to_owned());
    let message = shortened(why.trim_start_matches([':', ';']).trim());
    let late = ["deadline exceeded", "Client.Timeout", "i/o timeout", "Timeout exceeded"];
    Some(match late.iter().any(|words| why.contains(words)) {
        true => ClusterError::WebhookTimeout { subject, webhook, message },
        false => ClusterError::WebhookFailed { subject, webhook, message },
    })
}

/// What `NewGenericServerResponse` says of a 422. It is all that a JSON patch gets of which a `test`
/// failed, or of whose paths one is missing: neither path nor cause (endpoints/handlers/patch.go
/// `applyJSPatch`). A validation that fails has causes.
const PATCH_DOES_NOT_APPLY: &str = "the server rejected our request due to an error in our request";

fn invalid(subject: Box<Subject>, status: &ApiStatus, message: String) -> ClusterError {
    let causes = &status.details.causes;
    if subject.verb == "patch" && causes.is_empty() && status.message == PATCH_DOES_NOT_APPLY {
        return ClusterError::Changed { subject };
    }
    if let Some(cause) = causes.iter().find(|cause| cause.is_immutable()) {
        let (field, message) = (cause.field.clone(), cause.why());
        return ClusterError::Immutable { subject, field, message };
    }
    // The server's own sentence repeats the values, which may be a container's secrets.
    let shown: Vec<String> = causes.iter().take(5).map(StatusCause::shown).collect();
    let message = if shown.is_empty() { message } else { shortened(&shown.join("; ")) };
    ClusterError::Invalid { subject, message }
}

impl StatusCause {
    /// apimachinery/pkg/api/validation `FieldImmutableErrorMsg`; what custom resources say in its
    /// place, which is their own choice and usually `… is immutable`; and the sentences that
    /// apis/apps/validation and apis/core/validation have of their own for `StatefulSet`s and Pods.
    fn is_immutable(&self) -> bool {
        let sentences = ["immutable", "updates to statefulset spec", "pod updates may not"];
        sentences.iter().any(|words| self.message.contains(words))
    }

    /// The message without the value: `Invalid value: "x": must be …` → `Invalid value: must be …`.
    ///
    /// The first line only: of a Pod there follows what differs, values and all.
    fn why(&self) -> String {
        let text = self.message.lines().next().unwrap_or_default();
        let Some((head, rest)) = text.split_once(": ").filter(|(head, _)| head.ends_with("value"))
        else {
            return shortened(text);
        };
        let why = match rest.strip_prefix('"') {
            Some(quoted) => after_quote(quoted),
            None => rest.rsplit_once(": ").map_or("", |(_, why)| why),
        };
        shortened(format!("{head}: {}", why.trim_start_matches(": ")).trim_end_matches(": "))
    }

    fn shown(&self) -> String {
        match (self.field.as_str(), self.kind.as_str()) {
            ("" | "<nil>", _) => self.why(),
            (field, _) => format!("{field}: {}", self.why()),
        }
    }
}

/// What follows a text that Go has quoted.
fn after_quote(text: &str) -> &str {
    let mut is_escaped = false;
    for (position, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return &text[position + 1..],
            _ => {}
        }
    }
    ""
}

/// The first line of a body that is no `Status`.
fn plain_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..4096).unwrap_or(body)).into_owned();
    match text.trim_start() {
        page if page.starts_with('<') => "a web page, not an answer of the API".to_owned(),
        text => shortened(text.lines().next().unwrap_or_default().trim()),
    }
}

fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests;

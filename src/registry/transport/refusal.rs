//! What a refusal means: one table of statuses, codes and phrases, each row with its source.
//!
//! A name that a body echoes decides nothing. Phrases are compared word by word, have at least two
//! words, and a name is one word, whatever is in it.

use serde_json::Value;

use super::response::WholeResponse;
use crate::registry::error::is_transient_status;
use crate::registry::{PolicyRule, RegistryError, RequestContext};

/// What a row of the table makes of a response.
#[derive(Clone, Copy)]
enum Meaning {
    Denied,
    NotFound,
    Forbidden(PolicyRule),
    Quota,
    RateLimited,
}
use Meaning::{Denied, Forbidden, NotFound, Quota, RateLimited};
use PolicyRule::{Firewall, ImmutableTag, Other, ReadOnly, Scan};

/// What the body of a row has to be.
#[derive(Clone, Copy)]
enum Body {
    Any,
    /// An error with this code.
    Code(&'static str),
    /// An error whose message holds these words in a row; `*` is any one word.
    Says(&'static str),
    /// A web page: a registry answers in JSON or a line of text, a proxy in front of it in HTML.
    Page,
}
use Body::{Any, Code, Page, Says};

/// No status at all: any from 400 on.
const FROM_400: &[u16] = &[];

/// The first row that fits decides. What fits none is `Invalid` below 500, `Server` from there.
const TABLE: &[(&[u16], Body, Meaning)] = &[
    // What isn't there isn't there, whatever the body says besides (RFC 9110, 15.5.5, 15.5.11).
    (&[404, 410], Any, NotFound),
    // RFC 6585; distribution, registry/api/errcode: TOOMANYREQUESTS, which ECR sends with 400 too.
    (&[429], Any, RateLimited),
    (FROM_400, Code("TOOMANYREQUESTS"), RateLimited),
    // nginx, Cloudflare and company proxies: no registry says no with a page.
    (&[403], Page, Forbidden(Firewall)),
    // Harbor and TCR, src/server/middleware/immutable: 412, in some versions 403.
    (&[400, 403, 409, 412], Says("configured as immutable"), Forbidden(ImmutableTag)),
    // ECR, image-tag-mutability: code TAG_INVALID, 400.
    (&[400, 403, 409], Says("because the repository is immutable"), Forbidden(ImmutableTag)),
    (&[400, 403, 409], Says("because the tag is immutable"), Forbidden(ImmutableTag)),
    // Google's Artifact Registry, docs/docker/troubleshoot: code MANIFEST_INVALID, 400.
    (&[400, 403, 409], Says("repository has enabled tag immutability"), Forbidden(ImmutableTag)),
    // Nexus, a repository with "disable redeploy": 400.
    (&[400, 403], Says("repository does not allow updating assets"), Forbidden(ImmutableTag)),
    // Harbor and TCR, src/server/middleware/vulnerable: PROJECTPOLICYVIOLATION, 412 or 403.
    (&[403, 412], Says("cannot be pulled due to configured policy"), Forbidden(Scan)),
    // Artifactory with Xray: 403.
    (&[403], Says("download blocking policy configured in xray"), Forbidden(Scan)),
    // Harbor and TCR: signatures (middleware contenttrust), and whatever else a project demands.
    (FROM_400, Code("PROJECTPOLICYVIOLATION"), Forbidden(Other)),
    // Harbor, middleware readonly: 403. Quay, endpoints/v2/errors.py: 405.
    (&[403, 503], Says("system is in read only mode"), Forbidden(ReadOnly)),
    (&[405, 503], Says("system is currently read-only"), Forbidden(ReadOnly)),
    // Harbor, middleware repoproxy: 403, before 2.3 405.
    (&[403, 405], Says("can not push artifact to a proxy project"), Forbidden(Other)),
    // ACR: its firewall; locked images and repositories.
    (&[403], Says("client with ip * is not allowed access"), Forbidden(Firewall)),
    (&[403, 405], Says("operation is disallowed on this registry"), Forbidden(Other)),
    // Harbor and TCR, middleware quota: DENIED, 403; 412 in 1.9.
    (FROM_400, Says("will exceed the configured upper limit"), Quota),
    // Quay, endpoints/v2/errors.py: DENIED, 403. Harbor 1.9, and others in these words.
    (&[400, 403, 412, 413], Says("quota has been exceeded"), Quota),
    (&[400, 403, 412, 413], Says("quota exceeded"), Quota),
    // Artifactory: 413, later 507.
    (FROM_400, Says("datastore disk usage is too high"), Quota),
    // distribution's storage driver: UNKNOWN, 500.
    (FROM_400, Says("no space left on device"), Quota),
    // RFC 4918, 11.5; private repositories that nobody pays for, at Quay and Docker Hub.
    (&[402, 507], Any, Quota),
    // Harbor and TCR, src/controller/project: a namespace that doesn't exist is "forbidden".
    (&[401, 403], Says("project * not found"), NotFound),
    (&[401, 403], Any, Denied),
    // RFC 9110, 15.5.13; RFC 7725.
    (&[412, 451], Any, Forbidden(Other)),
];

/// One error of a body: its code, which may be empty, and what it says.
struct Said {
    code: String,
    words: Vec<String>,
}

impl WholeResponse {
    /// The error that this response means.
    pub(crate) fn refusal(&self, at: &RequestContext) -> RegistryError {
        let (at, message) = (Box::new(at.clone()), self.message());
        let status = self.status.as_u16();
        let said = said(&self.body);
        let fits = |body: Body| match body {
            Any => true,
            Page => self.is_page(),
            Code(code) => said.iter().any(|said| said.code == code),
            Says(phrase) => !self.is_page() && said.iter().any(|said| holds(&said.words, phrase)),
        };
        let row = TABLE.iter().find(|(statuses, body, _)| {
            let is_one = statuses.contains(&status) || (statuses.is_empty() && status >= 400);
            is_one && fits(*body)
        });
        match row.map(|(_, _, meaning)| *meaning) {
            Some(Denied) => RegistryError::Denied { at, message },
            Some(NotFound) => RegistryError::NotFound { at, message },
            Some(Forbidden(rule)) => RegistryError::Policy { at, rule, message },
            Some(Quota) => RegistryError::Quota { at, message },
            Some(RateLimited) => RegistryError::RateLimited { at, message },
            None if self.status.is_server_error() || is_transient_status(status) => {
                RegistryError::Server { at, status, message }
            }
            None if status >= 400 => RegistryError::Invalid { at, status, message },
            None => {
                RegistryError::Protocol { at, reason: format!("an unexpected status {status}") }
            }
        }
    }
}

/// What a body says, in distribution's form (`errors`), Harbor's old one (`message`), or as text.
fn said(body: &[u8]) -> Vec<Said> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        let words = words(&String::from_utf8_lossy(body));
        return vec![Said { code: String::new(), words }];
    };
    let one = |error: &Value| {
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        let said = format!("{} {}", text("message"), text("detail"));
        Said { code: text("code").to_ascii_uppercase(), words: words(&said) }
    };
    match value.get("errors").and_then(Value::as_array) {
        Some(errors) => errors.iter().map(one).collect(),
        None => vec![one(&value)],
    }
}

/// The words of a text in small letters, without what surrounds them.
fn words(text: &str) -> Vec<String> {
    let bare = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '*').to_ascii_lowercase()
    };
    text.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect()
}

fn holds(said: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    said.windows(phrase.len())
        .any(|said| said.iter().zip(&phrase).all(|(said, word)| *word == "*" || said == word))
}

#[cfg(test)]
mod tests;

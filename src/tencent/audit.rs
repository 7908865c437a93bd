//! CloudAudit: who pulled from the Personal Edition, or pushed to it, as far as that is logged.
//!
//! Whether each pull is logged, and how long after, is documented nowhere: what is here was seen,
//! and what isn't here is not thereby known.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use serde_json::value::RawValue;

use super::actions::{self, Action};
use super::api::{LenientFlag, LenientList, LenientText, read_time};
use super::{Api, ApiError};
use crate::secret::Secret;

/// How far back events are kept (`DescribeEvents`, 629/54488). A few minutes less: the API's clock
/// decides, and the question takes its time.
const KEPT: SignedDuration = SignedDuration::from_secs(90 * 86_400 - 600);

/// What one question spans. It must be less than 30 days.
const SPAN: SignedDuration = SignedDuration::from_secs(29 * 86_400);

/// The most that a page holds.
const PAGE: u32 = 50;

/// No span has more pages (a million events), whatever `ListOver` says.
const PAGES: u32 = 20_000;

/// Under which type CloudAudit files what is done to the Personal Edition (629/96476).
const RESOURCE_TYPE: &str = "ccr";

/// What somebody did with a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditedUse {
    /// Pulled from it.
    Pull,
    /// Pushed to it.
    Push,
}

/// A pull or push that CloudAudit has logged.
///
/// An event as the API gives it may hold session tokens. These fields are all that is ever kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// What was done.
    pub used: AuditedUse,
    /// `namespace/repository`; as the event has it if it isn't of this form.
    pub repository: String,
    /// The user's name, `root` for the account itself; empty if the event has none.
    pub user: String,
    /// The user's number; empty if the event has none.
    pub principal: String,
    /// Where it came from; empty if the event doesn't say.
    pub address: String,
    /// Where it was logged; the region that was asked if the event doesn't say.
    pub region: String,
    /// When; `None` if that can't be read.
    pub time: Option<Timestamp>,
}

/// A part of the time asked about of which not all events could be read.
#[derive(Debug, Clone)]
pub struct UnreadSpan {
    /// From when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub error: ApiError,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct EventPage {
    list_over: LenientFlag,
    next_token: LenientText,
    // Read in a second step, so that no error quotes what is in an event.
    events: Option<Box<RawValue>>,
}

/// An event as it comes. It can't be printed, and lives for as long as its page is read.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawEvent {
    event_id: LenientText,
    event_name: LenientText,
    event_time: LenientText,
    event_region: LenientText,
    username: LenientText,
    #[serde(rename = "SourceIPAddress")]
    source_ip_address: LenientText,
    resources: Option<RawResource>,
    #[serde(deserialize_with = "details")]
    cloud_audit_event: EventDetails,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawResource {
    resource_type: LenientText,
    resource_name: LenientText,
}

/// Of the JSON in `CloudAuditEvent`, which has `userIdentity.sessionContext` and the request's own
/// parameters, both with tokens: only these.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct EventDetails {
    user_identity: Option<UserIdentity>,
    resource_name: LenientText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct UserIdentity {
    principal_id: LenientText,
}

fn details<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EventDetails, D::Error> {
    let text = Option::<Secret>::deserialize(deserializer)?;
    // What isn't JSON tells nothing more of the event.
    Ok(text.and_then(|text| serde_json::from_str(text.expose()).ok()).unwrap_or_default())
}

/// The earliest moment that can be asked about.
#[must_use]
pub fn earliest_event(now: Timestamp) -> Timestamp {
    now.checked_sub(KEPT).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Hands out the pulls and pushes of the Personal Edition between two moments, each once, in no
/// order, and tells of which spans not all could be read.
///
/// Spans share their borders, for it isn't documented whether these belong to them.
pub async fn ccr_events(
    api: &Api,
    since: Timestamp,
    until: Timestamp,
    mut take: impl FnMut(AuditEvent),
) -> Vec<UnreadSpan> {
    let (mut unread, mut seen) = (Vec::new(), HashSet::new());
    let mut begin = since;
    while begin < until {
        let end = begin.checked_add(SPAN).map_or(until, |end| end.min(until));
        match read_span(api, begin, end, &mut seen, &mut take).await {
            Ok(()) => {}
            // The next span would fare no better.
            Err(error)
                if error.is_permission() || error.is_key_refused() || is_of_region(&error) =>
            {
                unread.push(UnreadSpan { since: begin, until, error });
                break;
            }
            Err(error) => unread.push(UnreadSpan { since: begin, until: end, error }),
        }
        begin = end;
    }
    unread
}

fn is_of_region(error: &ApiError) -> bool {
    matches!(error.code(), Some("UnsupportedRegion" | "InvalidParameterValue.Region"))
}

async fn read_span(
    api: &Api,
    since: Timestamp,
    until: Timestamp,
    seen: &mut HashSet<String>,
    take: &mut impl FnMut(AuditEvent),
) -> Result<(), ApiError> {
    const ACTION: Action = actions::DESCRIBE_EVENTS;
    let mut payload = json!({
        "StartTime": since.as_second(),
        "EndTime": until.as_second(),
        "MaxResults": PAGE,
        "LookupAttributes": [{"AttributeKey": "ResourceType", "AttributeValue": RESOURCE_TYPE}],
    });
    let mut tokens = HashSet::new();
    for _ in 0..PAGES {
        let page: EventPage = api.call(ACTION, &payload).await?;
        for event in events(page.events)? {
            let is_new = event.event_id.0.is_empty() || seen.insert(event.event_id.0.clone());
            if let Some(event) = event.into_use(api.region().as_str()).filter(|_| is_new) {
                take(event);
            }
        }
        // A short page is not the last one; only this flag says so.
        if page.list_over.0 {
            return Ok(());
        }
        let token = page.next_token.0;
        let number: u64 =
            token.parse().map_err(|_| unreadable("it goes on, and says not where"))?;
        if !tokens.insert(number) {
            return Err(unreadable("it goes on where it has been before"));
        }
        payload["NextToken"] = json!(number);
    }
    Err(unreadable(&format!("it has more than {PAGES} pages")))
}

fn events(list: Option<Box<RawValue>>) -> Result<Vec<RawEvent>, ApiError> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let read = serde_json::from_str::<LenientList<RawEvent>>(list.get());
    read.map(|list| list.0).map_err(|error| {
        unreadable(&format!("its events are not as documented, at column {}", error.column()))
    })
}

fn unreadable(reason: &str) -> ApiError {
    ApiError::Unreadable {
        action: actions::DESCRIBE_EVENTS.name.to_owned(),
        reason: reason.to_owned(),
        request_id: None,
    }
}

impl RawEvent {
    /// The few fields that are kept; `None` if it is no pull or push of the Personal Edition.
    fn into_use(self, region: &str) -> Option<AuditEvent> {
        let resource = self.resources.unwrap_or_default();
        let kind = resource.resource_type.0.to_ascii_lowercase();
        let name = self.event_name.0.to_ascii_lowercase();
        // The filter asks for the type; an event that comes all the same with another is not CCR's.
        let is_ccr = kind.is_empty() || kind == RESOURCE_TYPE;
        let used = match () {
            () if name.starts_with("pull") => AuditedUse::Pull,
            () if name.starts_with("push") => AuditedUse::Push,
            () => return None,
        };
        let named = resource.resource_name.some().or(self.cloud_audit_event.resource_name.some());
        let identity = self.cloud_audit_event.user_identity.unwrap_or_default();
        is_ccr.then(|| AuditEvent {
            used,
            repository: repository(&named.unwrap_or_default()),
            user: self.username.0,
            principal: identity.principal_id.0,
            address: self.source_ip_address.0,
            region: self.event_region.some().unwrap_or_else(|| region.to_owned()),
            time: read_time(&self.event_time.0),
        })
    }
}

/// `namespace/repository` out of a resource's name. How CCR's events name it is not documented: as
/// CAM does (`qcs::ccr:…:repo/NAMESPACE/NAME`, `repo/NAMESPACE/NAME`), or as docker does.
fn repository(resource: &str) -> String {
    let path = resource.rsplit_once("repo/").map_or(resource, |(_, path)| path);
    let path = path.split_once('@').map_or(path, |(path, _)| path);
    let last = path.rfind('/').map_or(0, |slash| slash + 1);
    path[last..].find(':').map_or(path, |colon| &path[..last + colon]).to_owned()
}

#[cfg(test)]
mod tests;

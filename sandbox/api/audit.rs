//! CloudAudit, version 2019-03-19: what was logged, by time and attribute.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::action::{Action, Grant, action};
use super::call::{ActionCall, ActionResult};
use super::error::ApiError;
use crate::audit_log::LoggedEvent;
use crate::regions;

pub(super) const ACTIONS: &[Action] = &[
    action(
        "DescribeEvents",
        20,
        Grant::Operation,
        "!StartTime:i !EndTime:i NextToken:i MaxResults:i LookupAttributes:l IsReturnLocation:i",
        describe,
    ),
    action(
        "LookUpEvents",
        20,
        Grant::Operation,
        "!StartTime:i !EndTime:i LookupAttributes:l NextToken:s MaxResults:i Mode:s",
        look_up,
    ),
    action("GetAttributeKey", 20, Grant::Operation, "WebsiteType:s", attribute_keys),
];

const DAY: i64 = 86_400;

/// What events can be asked for by (629/54488).
const KEYS: [&str; 13] = [
    "RequestId",
    "EventName",
    "ActionType",
    "PrincipalId",
    "ResourceType",
    "ResourceId",
    "ResourceName",
    "AccessKeyId",
    "SensitiveAction",
    "ApiErrorCode",
    "CamErrorCode",
    "SourceIPAddress",
    "Tags",
];

/// Where a token points. The next page is empty if the number is odd.
const FIRST: u64 = 0;

/// `DescribeEvents`
fn describe(call: &mut ActionCall<'_>) -> ActionResult {
    let token = call.number("NextToken").map_or(Ok(FIRST), u64::try_from);
    let token = token.map_err(|_| wrong_token())?;
    let page = page(call, token)?;
    Ok(json!({
        "ListOver": page.next.is_none(),
        "NextToken": page.next.unwrap_or_default(),
        "Events": page.events,
        // Deprecated; it means nothing.
        "TotalCount": 0,
    }))
}

/// `LookUpEvents`: the older one, whose tokens are texts.
fn look_up(call: &mut ActionCall<'_>) -> ActionResult {
    let token = match call.text("NextToken") {
        "" => FIRST,
        token => token.parse().map_err(|_| wrong_token())?,
    };
    let page = page(call, token)?;
    Ok(json!({
        "ListOver": page.next.is_none(),
        "NextToken": page.next.map_or_else(String::new, |token| token.to_string()),
        "Events": page.events,
        "TotalCount": 0,
    }))
}

/// `GetAttributeKey`
#[allow(clippy::unnecessary_wraps, reason = "the table of actions needs one signature")]
fn attribute_keys(_: &mut ActionCall<'_>) -> ActionResult {
    let key = |(order, key): (usize, &&str)| json!({"LabelType": "input", "Starter": "", "Order": order, "Value": key, "Label": key});
    let keys: Vec<Value> = KEYS.iter().enumerate().map(key).collect();
    Ok(json!({"AttributeKeyDetails": keys}))
}

struct EventPage {
    events: Value,
    next: Option<u64>,
}

fn page(call: &ActionCall<'_>, token: u64) -> Result<EventPage, ApiError> {
    let (start, end) = times(call)?;
    let size = call.number("MaxResults").unwrap_or(10);
    if !(1..=50).contains(&size) {
        return Err(ApiError::new(
            "InvalidParameterValue.MaxResult",
            "单次检索支持的最大返回条数是50。",
            "A query returns 50 entries at most.",
        ));
    }
    let wanted = attributes(call)?;
    let deployment = regions::deployment(call.region);
    let log = &call.cloud.audit;
    let mut found: Vec<&LoggedEvent> = log
        .events
        .iter()
        .filter(|event| (start..=end).contains(&event.time.as_second()))
        .filter(|event| event.region == deployment)
        .filter(|event| wanted.iter().all(|(key, values)| has(event, key, values)))
        .collect();
    found.sort_by(|one, other| other.time.cmp(&one.time).then_with(|| one.id.cmp(&other.id)));
    let position = usize::try_from(token / 2).map_err(|_| wrong_token())?;
    if position > found.len() {
        return Err(wrong_token());
    }
    let (is_empty, size) = match (log.short_pages, usize::try_from(size).unwrap_or(1)) {
        (true, size) => (token % 2 == 1, size.min(1 + position % 7)),
        (false, size) => (false, size),
    };
    let taken = if is_empty { 0 } else { size };
    let uin = &call.cloud.uin;
    let events: Vec<Value> =
        found.iter().skip(position).take(taken).map(|event| show(event, uin)).collect();
    let next = position + events.len();
    let is_over = next >= found.len() && !log.endless;
    // Each third page of the short ones is followed by one that is empty.
    let is_gap_next = !is_empty && log.short_pages && next.is_multiple_of(3);
    let after = (next as u64) * 2 + u64::from(is_gap_next);
    let events = if events.is_empty() { Value::Null } else { json!(events) };
    Ok(EventPage { events, next: (!is_over).then_some(after) })
}

fn times(call: &ActionCall<'_>) -> Result<(i64, i64), ApiError> {
    let time = |name| call.number(name).unwrap_or_default();
    let (start, end, now) = (time("StartTime"), time("EndTime"), call.now().as_second());
    if start < now - 90 * DAY || start > now {
        return Err(ApiError::new(
            "InvalidParameter.Time",
            "必须包含开始时间和结束时间，且必须为整形时间戳（精确到秒），不能超过90天。",
            "StartTime must be a timestamp in seconds of the last 90 days.",
        ));
    }
    if start >= end {
        return Err(ApiError::new(
            "InvalidParameterValue.Time",
            "开始时间必须小于结束时间。",
            "StartTime must be before EndTime.",
        ));
    }
    if end - start >= 30 * DAY {
        return Err(ApiError::new(
            "LimitExceeded.OverTime",
            "检索支持的有效时间范围为30天。",
            "The time range of a query must be less than 30 days.",
        ));
    }
    Ok((start, end))
}

fn wrong_token() -> ApiError {
    ApiError::new("InvalidParameter", "NextToken 不正确。", "NextToken is not one of this list's.")
}

/// Each attribute with its values: the keys must all hold, of the values one.
fn attributes(call: &ActionCall<'_>) -> Result<Vec<(String, Vec<String>)>, ApiError> {
    let given = call.parameters.get("LookupAttributes").and_then(Value::as_array);
    let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
    for attribute in given.into_iter().flatten() {
        let text = |name: &str| attribute[name].as_str().unwrap_or_default().to_owned();
        let (key, value) = (text("AttributeKey"), text("AttributeValue"));
        if !KEYS.contains(&key.as_str()) {
            return Err(ApiError::new(
                "InvalidParameterValue.attributeKey",
                format!("AttributeKey 的有效值不包括 {key}。"),
                format!("{key} is not a valid AttributeKey."),
            ));
        }
        match wanted.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => wanted.push((key, vec![value])),
        }
    }
    Ok(wanted)
}

fn has(event: &LoggedEvent, key: &str, values: &[String]) -> bool {
    let is = |text: &str| values.iter().any(|value| value == text);
    match key {
        "EventName" => is(&event.name),
        "PrincipalId" => is(&event.principal),
        "ResourceType" => is("ccr"),
        "ResourceName" => is(&event.repository),
        "SourceIPAddress" => is(&event.address),
        "RequestId" => is(&event.id),
        "ActionType" => is(if event.name == "pull" { "Read" } else { "Write" }),
        _ => false,
    }
}

fn show(event: &LoggedEvent, uin: &str) -> Value {
    json!({
        "EventId": event.id,
        "Username": event.user,
        "EventTime": time(event.time),
        "CloudAuditEvent": event.details(uin),
        "ResourceTypeCn": "容器镜像服务",
        "ErrorCode": 0,
        "EventName": event.name,
        "SecretId": "",
        "EventSource": "ccr.ccs.tencentyun.com",
        "RequestID": event.id,
        "ResourceRegion": event.region,
        "AccountID": uin.parse::<u64>().unwrap_or_default(),
        "SourceIPAddress": event.address,
        "EventNameCn": event.name,
        "Resources": {"ResourceType": "ccr", "ResourceName": event.repository},
        "EventRegion": event.region,
        "Location": "",
    })
}

/// Seconds, as text.
fn time(time: Timestamp) -> String {
    time.as_second().to_string()
}

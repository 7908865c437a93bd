//! Pages that are short, tokens that repeat, spans that are too long, fields that must not be kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::tencent::api::test_server::{Reply, Server};

const DAY: i64 = 86_400;

fn day(number: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + number * DAY).unwrap()
}

async fn read(server: &Server, days: i64) -> (Vec<AuditEvent>, Vec<UnreadSpan>) {
    let mut events = Vec::new();
    let unread = ccr_events(&server.api_of(actions::CLOUDAUDIT), day(0), day(days), |event| {
        events.push(event);
    })
    .await;
    (events, unread)
}

fn event(id: &str) -> serde_json::Value {
    json!({
        "EventId": id,
        "Username": "ci",
        "EventTime": "1700000000",
        "EventName": "pull",
        "SourceIPAddress": "10.0.0.5",
        "EventRegion": "ap-guangzhou",
        "Resources": {"ResourceType": "ccr", "ResourceName": "shop/web"},
        "CloudAuditEvent": json!({"userIdentity": {
            "principalId": "100000000002", "sessionContext": "{\"token\": \"secret-canary\"}",
        }}).to_string(),
    })
}

#[tokio::test]
async fn a_short_page_is_not_the_last() {
    let server = Server::start(|asked| {
        Reply::ok(match asked.json()["NextToken"].as_u64() {
            None => json!({"ListOver": false, "NextToken": 7, "Events": [event("a")]}),
            Some(7) => json!({"ListOver": "false", "NextToken": "8", "Events": null}),
            _ => json!({"ListOver": true, "Events": [event("b"), event("a")], "TotalCount": 0}),
        })
    })
    .await;
    let (events, unread) = read(&server, 3).await;
    assert_eq!((events.len(), unread.len()), (2, 0), "and an event that comes twice counts once");
    let asked = server.asked()[0].json();
    assert_eq!(asked["MaxResults"], 50);
    assert_eq!(asked["LookupAttributes"][0]["AttributeValue"], "ccr");
}

#[tokio::test]
async fn an_end_that_never_comes_is_an_error() {
    let server = Server::start(|_| {
        Reply::ok(json!({"ListOver": false, "NextToken": 7, "Events": [event("a")]}))
    })
    .await;
    let (events, unread) = read(&server, 3).await;
    assert_eq!(events.len(), 1, "what came before is kept");
    assert!(unread[0].error.to_string().contains("where it has been before"));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn no_question_spans_thirty_days() {
    let server = Server::start(|_| Reply::ok(json!({"ListOver": true, "Events": []}))).await;
    read(&server, 61).await;
    let seconds = |value: &serde_json::Value| value.as_i64().unwrap();
    let spans: Vec<(i64, i64)> = server
        .asked()
        .iter()
        .map(|asked| {
            let asked = asked.json();
            (seconds(&asked["StartTime"]), seconds(&asked["EndTime"]))
        })
        .collect();
    assert_eq!(spans.len(), 3);
    assert!(spans.iter().all(|(start, end)| start < end && end - start < 30 * DAY), "{spans:?}");
    assert!(spans.windows(2).all(|pair| pair[0].1 == pair[1].0), "{spans:?}");
    assert_eq!((spans[0].0, spans[2].1), (day(0).as_second(), day(61).as_second()));
}

#[tokio::test]
async fn a_refusal_is_not_asked_for_again() {
    let server = Server::start(|_| Reply::error("UnauthorizedOperation", "no")).await;
    let (_, unread) = read(&server, 61).await;
    assert_eq!((unread.len(), server.asked().len()), (1, 1));
    assert_eq!((unread[0].since, unread[0].until), (day(0), day(61)));
}

#[tokio::test]
async fn one_span_that_fails_leaves_the_others() {
    let count = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |asked| {
        count.fetch_add(1, Ordering::Relaxed);
        match asked.json()["StartTime"].as_i64() {
            Some(start) if start == day(29).as_second() => {
                Reply::error("LimitExceeded.OverAmount", "too much")
            }
            Some(start) => {
                Reply::ok(json!({"ListOver": true, "Events": [event(&start.to_string())]}))
            }
            None => Reply::error("MissingParameter", "StartTime"),
        }
    })
    .await;
    let (events, unread) = read(&server, 61).await;
    assert_eq!((events.len(), unread.len()), (2, 1));
    assert_eq!((unread[0].since, unread[0].until), (day(29), day(58)));
}

#[tokio::test]
async fn only_the_few_fields_are_kept() {
    let server =
        Server::start(|_| Reply::ok(json!({"ListOver": true, "Events": [event("a")]}))).await;
    let (events, _) = read(&server, 1).await;
    assert_eq!(events[0].principal, "100000000002");
    assert!(!format!("{events:?}").contains("canary"));
}

#[tokio::test]
async fn an_error_quotes_nothing_of_an_event() {
    let server = Server::start(|_| {
        Reply::ok(json!({"ListOver": true, "Events": [{"Resources": "secret-canary"}]}))
    })
    .await;
    let (_, unread) = read(&server, 1).await;
    let told = format!("{} {:?}", unread[0].error, unread[0].error);
    assert!(told.contains("not as documented") && !told.contains("canary"), "{told}");
}

#[tokio::test]
async fn what_is_no_pull_or_push_of_ccr_is_left_out() {
    let server = Server::start(|_| {
        let mut other = event("a");
        other["EventName"] = json!("DeleteTag");
        let mut tcr = event("b");
        tcr["Resources"]["ResourceType"] = json!("tcr");
        let mut push = event("c");
        push["EventName"] = json!("Push");
        push["CloudAuditEvent"] = json!("not JSON");
        Reply::ok(json!({"ListOver": true, "Events": [other, tcr, push]}))
    })
    .await;
    let (events, _) = read(&server, 1).await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].used, events[0].principal.as_str()), (AuditedUse::Push, ""));
}

#[test]
fn a_repository_is_found_in_every_spelling() {
    for name in [
        "shop/web",
        "shop/web:v1",
        "shop/web@sha256:00",
        "repo/shop/web",
        "qcs::ccr:ap-guangzhou:uin/1:repo/shop/web",
    ] {
        assert_eq!(repository(name), "shop/web", "{name}");
    }
    assert_eq!(repository(""), "");
}

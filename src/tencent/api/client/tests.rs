//! The client against a real socket: what is sent, what is tried again, what is said.

use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant, SystemTime};

use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::http::Secret;
use crate::tencent::api::test_server::{Reply, Server, network};
use crate::tencent::{ApiKey, actions};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    total_count: u64,
}

fn ok() -> Reply {
    Reply::ok(json!({"TotalCount": 7}))
}

/// Answers the first calls with these, and then well.
async fn after(replies: Vec<fn() -> Reply>) -> Server {
    let calls = AtomicU64::new(0);
    Server::start(move |_| {
        let call = usize::try_from(calls.fetch_add(1, Ordering::Relaxed)).unwrap();
        replies.get(call).map_or_else(ok, |reply| reply())
    })
    .await
}

async fn call(server: &Server, action: &'static str) -> Result<Answer, ApiError> {
    server.api().call(Action::made_up(action), &json!({"Limit": 100})).await
}

#[tokio::test]
async fn a_call_is_signed_and_says_where_it_goes() {
    let server = after(vec![]).await;
    let network = network();
    let token = Some(Secret::from("the-token"));
    let key = ApiKey { id: "AKIDtest".to_owned(), secret: "hunter2".into(), token };
    let keys = Arc::new(KeyChain::fixed(key, "the test", &network));
    let endpoint: crate::tencent::Endpoint = server.url.parse().unwrap();
    let api = Api::new(network, endpoint, Region::guangzhou(), keys);
    let answer: Answer =
        api.call(actions::DESCRIBE_INSTANCES, &json!({"Limit": 100})).await.unwrap();
    assert_eq!(answer.total_count, 7);
    let asked = &server.asked()[0];
    assert_eq!((asked.path.as_str(), asked.body.as_str()), ("/", r#"{"Limit":100}"#));
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-tc-action", "DescribeInstances"),
        ("x-tc-version", "2019-09-24"),
        ("x-tc-region", "ap-guangzhou"),
        ("x-tc-language", "en-US"),
        ("x-tc-token", "the-token"),
        ("host", server.url.strip_prefix("http://").unwrap()),
    ] {
        assert_eq!(asked.headers[name], value, "{name}");
    }
    // The signature holds for what arrived.
    let moment =
        jiff::Timestamp::from_second(asked.headers["x-tc-timestamp"].parse().unwrap()).unwrap();
    let headers = [("content-type", "application/json"), ("host", asked.headers["host"].as_str())];
    let body = asked.body.as_bytes();
    let unsigned = crate::tencent::api::signature::UnsignedRequest {
        headers: &headers,
        body,
        service: "tcr",
        moment,
    };
    let key = ApiKey { id: "AKIDtest".to_owned(), secret: "hunter2".into(), token: None };
    assert_eq!(asked.headers["authorization"], unsigned.authorization(&key));
}

#[tokio::test]
async fn a_read_is_tried_again() {
    let busy = || Reply::error("RequestLimitExceeded.UinLimitExceeded", "slow down");
    let fault = || Reply::error("InternalError", "oops");
    let gateway = || Reply::Http(502, String::new(), "<html>".to_owned());
    for reply in [busy, fault, gateway, || Reply::Cut] as [fn() -> Reply; 4] {
        let server = after(vec![reply, reply]).await;
        assert_eq!(call(&server, "DescribeImages").await.unwrap().total_count, 7);
        assert_eq!(server.asked().len(), 3);
    }
}

#[tokio::test]
async fn it_gives_up_in_the_end() {
    let busy: fn() -> Reply = || Reply::error("RequestLimitExceeded", "slow down");
    let server = after(vec![busy; 9]).await;
    let error = call(&server, "DescribeImages").await.unwrap_err();
    assert_eq!(error.code(), Some("RequestLimitExceeded"));
    assert_eq!(server.asked().len(), 4);
    let fault: fn() -> Reply = || Reply::error("InternalError.DbError", "no such instance");
    let server = after(vec![fault; 9]).await;
    call(&server, "DescribeImages").await.unwrap_err();
    assert_eq!(server.asked().len(), 3, "a database error may be a wrong id, which never heals");
}

#[tokio::test]
async fn a_write_is_tried_again_only_if_it_was_not_carried_out() {
    let busy: fn() -> Reply = || Reply::error("ServiceUnavailable", "later");
    let server = after(vec![busy]).await;
    call(&server, "CreateNamespace").await.unwrap();
    assert_eq!(server.asked().len(), 2);
    for reply in [
        || Reply::error("InternalError", "oops"),
        || Reply::Http(502, String::new(), String::new()),
        || Reply::Cut,
    ] as [fn() -> Reply; 3]
    {
        let server = after(vec![reply]).await;
        let error = call(&server, "CreateNamespace").await.unwrap_err();
        assert!(error.is_ambiguous(), "{error}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_connection_that_never_was_is_no_ambiguity_for_the_retry() {
    let server = after(vec![]).await;
    let api = server.api();
    drop(server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let error = api.call::<Answer>(actions::CREATE_NAMESPACE, &json!({})).await.unwrap_err();
    assert!(matches!(error, ApiError::Http(_)), "{error}");
    assert_eq!(api.calls(), 2, "nothing was sent, so even a write is tried again");
}

#[tokio::test]
async fn the_server_may_say_how_long_to_wait() {
    let reply: fn() -> Reply =
        || Reply::Http(503, "Retry-After: 0.3\r\n".to_owned(), String::new());
    let server = after(vec![reply]).await;
    let begin = Instant::now();
    call(&server, "DescribeImages").await.unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(300), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_wrong_clock_is_measured() {
    let reply: fn() -> Reply = || {
        let Reply::Http(status, _, body) = Reply::error("AuthFailure.SignatureExpire", "expired")
        else {
            unreachable!()
        };
        let date = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(600));
        Reply::Http(status, format!("Date: {date}\r\n"), body)
    };
    let server = after(vec![reply]).await;
    let hint = call(&server, "DescribeImages").await.unwrap_err().hint().unwrap();
    assert!(hint.starts_with("this machine's clock is 10 minutes ahead"), "{hint}");
}

#[tokio::test]
async fn a_refused_key_is_told_with_its_origin() {
    let reply: fn() -> Reply = || Reply::error("AuthFailure.SecretIdNotFound", "unknown");
    let server = after(vec![reply]).await;
    let error = call(&server, "DescribeImages").await.unwrap_err();
    assert!(error.is_key_refused());
    assert!(error.hint().unwrap().contains("the test"), "{error:?}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_is_no_answer_of_the_api_is_told_without_its_text() {
    let page: fn() -> Reply = || {
        let kind = "Content-Type: text/html\r\n".to_owned();
        Reply::Http(200, kind, "<html>hunter2</html>".to_owned())
    };
    let error = call(&after(vec![page]).await, "DescribeImages").await.unwrap_err();
    assert!(error.to_string().contains("text/html"), "{error}");
    assert!(!format!("{error:?}").contains("hunter2"));
    let old: fn() -> Reply = || {
        let body = json!({"code": 4000, "message": "old", "codeDesc": "InvalidParameter"});
        Reply::Http(200, String::new(), body.to_string())
    };
    let error = call(&after(vec![old]).await, "DescribeImages").await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameter"));
}

#[tokio::test]
async fn plain_http_to_a_stranger_is_refused_before_anything_is_sent() {
    let network = network();
    let key = ApiKey { id: "AKIDtest".to_owned(), secret: "hunter2".into(), token: None };
    let keys = Arc::new(KeyChain::fixed(key, "the test", &network));
    let endpoint: crate::tencent::Endpoint = "http://tcr.tencentcloudapi.com".parse().unwrap();
    let api = Api::new(network, endpoint, Region::guangzhou(), keys);
    let error = api.call::<Answer>(actions::DESCRIBE_IMAGES, &json!({})).await.unwrap_err();
    assert!(matches!(error, ApiError::PlainHttp { .. }), "{error}");
}

#[tokio::test]
async fn calls_of_one_action_keep_its_rate_in_all_regions() {
    let server = after(vec![]).await;
    let api = server.api();
    let begin = Instant::now();
    let calls = (0..7_u32).map(|index| {
        let region = if index % 2 == 0 { "ap-shanghai" } else { "ap-hongkong" };
        let api = api.with_region(region.parse().unwrap());
        async move {
            api.call::<Answer>(actions::DESCRIBE_NAMESPACE_PERSONAL, &json!({})).await.unwrap()
        }
    });
    futures::future::join_all(calls).await;
    // Seven starts at 15 a second are six gaps of 66 ms.
    assert!(begin.elapsed() >= Duration::from_millis(390), "{:?}", begin.elapsed());
    assert_eq!(api.calls(), 7);
}

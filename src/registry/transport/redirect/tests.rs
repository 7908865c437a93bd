//! Redirects of every method, against scripted servers.

use bytes::Bytes;
use futures::stream;

use crate::image::{Digest, RepositoryName, TagOrDigest};
use crate::registry::test_server::{Logins, Seen, Server, reply};
use crate::registry::{Manifest, NoLogins, RegistryError, Upload};

const CONTENT: &[u8] = b"the content";
const MANIFEST: &[u8] = br#"{"schemaVersion":2,"config":{},"layers":[]}"#;

fn name() -> RepositoryName {
    "a/b".parse().unwrap()
}

fn tag() -> TagOrDigest {
    TagOrDigest::Tag("v1".parse().unwrap())
}

fn digest() -> Digest {
    Digest::of(CONTENT)
}

fn manifest() -> Manifest {
    Manifest {
        bytes: Bytes::from_static(MANIFEST),
        media_type: "application/vnd.oci.image.manifest.v1+json".to_owned(),
        digest: Digest::of(MANIFEST),
    }
}

fn body() -> impl futures::Stream<Item = Result<Bytes, RegistryError>> {
    stream::iter(CONTENT.chunks(4).map(|chunk| Ok(Bytes::from_static(chunk))))
}

/// A server that wants a password and sends everything but `/v2/` elsewhere.
async fn front(status: u16, elsewhere: String) -> Server {
    Server::start(move |seen| match (seen.target.as_str(), seen.header("authorization")) {
        (_, None) => reply(401).header("WWW-Authenticate", "Basic realm=x"),
        ("/v2/", _) => reply(200),
        (target, _) => reply(status).header("Location", format!("{elsewhere}{target}")),
    })
    .await
}

/// A registry that takes everything, with addresses that say neither scheme nor host.
fn store(seen: &Seen) -> crate::http::test_server::Reply {
    match seen.method.as_str() {
        "POST" => reply(202).header("Location", "../uploads/id?_state=x%3D"),
        "PATCH" => reply(202).header("Location", "/v2/a/b/blobs/uploads/next?_state=y"),
        _ => reply(201),
    }
}

#[tokio::test]
async fn a_manifest_goes_where_307_and_308_send_it_and_the_login_stays() {
    for status in [307, 308] {
        let back = Server::start(store).await;
        let front = front(status, back.url("")).await;
        let registry = front.registry(Logins(vec!["me"]));
        registry.put_manifest(&name(), &tag(), &manifest()).await.unwrap();
        let [put] = &back.seen()[..] else { panic!("{:?}", back.seen()) };
        assert_eq!((put.method.as_str(), put.target.as_str()), ("PUT", "/v2/a/b/manifests/v1"));
        assert_eq!(put.body, MANIFEST);
        assert_eq!(put.header("content-type"), Some(manifest().media_type.as_str()));
        assert_eq!(put.header("authorization"), None, "{status}");
    }
}

#[tokio::test]
async fn an_upload_is_opened_and_sent_where_it_is_redirected_to() {
    for status in [307, 308] {
        let back = Server::start(store).await;
        let front = front(status, back.url("")).await;
        let registry = front.registry(Logins(vec!["me"]));
        let opened = registry.start_upload(&name(), &digest(), None).await.unwrap();
        let Upload::Open(session) = opened else { panic!("nothing was mounted") };
        registry.finish_upload(session, &digest(), 11, body()).await.unwrap();
        // The relative address was taken against the last one.
        let put = back.seen().pop().unwrap();
        assert!(put.is("PUT", "/v2/a/b/blobs/uploads/id?_state=x%3D&digest=sha256"), "{put:?}");
        assert_eq!(put.body, CONTENT);
        assert!(back.seen().iter().all(|seen| seen.header("authorization").is_none()));
    }
}

#[tokio::test]
async fn a_stream_that_is_redirected_is_sent_in_pieces_which_follow() {
    let back = Server::start(store).await;
    let elsewhere = back.url("");
    let front = Server::start(move |seen| match seen.method.as_str() {
        "GET" => reply(200),
        "POST" => reply(202).header("Location", "/v2/a/b/blobs/uploads/id?_state=z"),
        _ => reply(307).header("Location", format!("{elsewhere}{}", seen.target)),
    })
    .await;
    let registry = front.registry(NoLogins);
    let open = async || match registry.start_upload(&name(), &digest(), None).await.unwrap() {
        Upload::Open(session) => session,
        Upload::Present => panic!("nothing was mounted"),
    };
    let session = open().await;
    let refused = registry.finish_upload(session, &digest(), 11, body()).await.unwrap_err();
    assert!(matches!(refused, RegistryError::MonolithicRefused { .. }), "{refused}");
    let session = open().await;
    registry.finish_upload_by_patch(session, &digest(), 11, body()).await.unwrap();
    let [patch, put] = &back.seen()[..] else { panic!("{:?}", back.seen()) };
    assert!(patch.is("PATCH", "/v2/a/b/blobs/uploads/id?_state=z"), "{patch:?}");
    assert_eq!((patch.body.as_slice(), patch.header("content-range")), (CONTENT, Some("0-10")));
    assert!(put.is("PUT", "/v2/a/b/blobs/uploads/next?_state=y&digest=sha256"), "{put:?}");
}

#[tokio::test]
async fn a_redirect_that_would_lose_what_is_sent_is_named_and_not_followed() {
    for status in [301, 302, 303] {
        let back = Server::start(store).await;
        let front = front(status, back.url("")).await;
        let registry = front.registry(Logins(vec!["me"]));
        let error = registry.put_manifest(&name(), &tag(), &manifest()).await.unwrap_err();
        let expected = format!("redirects PUT to {} with {status}", back.host);
        assert!(error.to_string().contains(&expected), "{error}");
        assert!(back.seen().is_empty());
    }
}

#[tokio::test]
async fn redirects_without_an_end_are_named() {
    let circle = Server::start(|seen| match seen.target.as_str() {
        "/v2/" => reply(200),
        "/x" => reply(307).header("Location", "/v2/a/b/manifests/v1"),
        _ => reply(307).header("Location", "/x"),
    })
    .await;
    let registry = circle.registry(NoLogins);
    let error = registry.manifest(&name(), &tag()).await.unwrap_err();
    assert!(error.to_string().contains("redirects in a circle"), "{error}");
    let error = registry.put_manifest(&name(), &tag(), &manifest()).await.unwrap_err();
    assert!(error.to_string().contains("redirects in a circle"), "{error}");

    let far = Server::start(|seen| match seen.target.as_str() {
        "/v2/" => reply(200),
        target => reply(302).header("Location", format!("{target}0")),
    })
    .await;
    let error = far.registry(NoLogins).manifest(&name(), &tag()).await.unwrap_err();
    assert!(error.to_string().contains("redirects more than 10 times"), "{error}");
    assert_eq!(far.count("GET", "/v2/a/b/manifests/v1"), 11);

    let nowhere = Server::start(|seen| reply(if seen.target == "/v2/" { 200 } else { 307 })).await;
    let error = nowhere.registry(NoLogins).manifest(&name(), &tag()).await.unwrap_err();
    assert!(error.to_string().contains("without an address"), "{error}");
}

#[tokio::test]
async fn a_token_service_may_redirect_and_the_password_stays_with_it() {
    let back = Server::start(|_| reply(200).body("\u{feff}{\"access_token\":\"t\"}")).await;
    let elsewhere = back.url("/token");
    let front = Server::start(move |seen| {
        let host = seen.header("host").unwrap_or_default();
        let challenge = format!("Bearer realm=\"http://{host}/here\",service=\"s\"");
        match (seen.target.as_str(), seen.header("authorization")) {
            (target, _) if target.starts_with("/here") => {
                reply(307).header("Location", target.replace("/here", "/there"))
            }
            (target, _) if target.starts_with("/there") => {
                reply(302).header("Location", target.replace("/there", &elsewhere))
            }
            (_, Some("Bearer t")) => reply(200).body(r#"{"tags":["v1"]}"#),
            _ => reply(401).header("WWW-Authenticate", challenge),
        }
    })
    .await;
    let registry = front.registry(Logins(vec!["me"]));
    assert_eq!(registry.tags(&name()).await.unwrap().unwrap().len(), 1);
    let there = front.seen().into_iter().find(|seen| seen.target.starts_with("/there")).unwrap();
    assert!(there.header("authorization").unwrap().starts_with("Basic "), "the same server");
    let [token] = &back.seen()[..] else { panic!("{:?}", back.seen()) };
    assert!(token.target.starts_with("/token?service=s&scope="), "{}", token.target);
    assert_eq!(token.header("authorization"), None, "another server");
}

#[tokio::test]
async fn an_upload_is_open_or_done_whatever_status_of_success_says_so() {
    for status in [200, 201, 202] {
        let server = Server::start(move |seen| match seen.method.as_str() {
            "POST" => reply(status).header("Location", "/v2/a/b/blobs/uploads/id"),
            _ => reply(200),
        })
        .await;
        let registry = server.registry(NoLogins);
        let opened = registry.start_upload(&name(), &digest(), None).await.unwrap();
        let Upload::Open(session) = opened else { panic!("nothing was mounted") };
        registry.finish_upload(session, &digest(), 11, body()).await.unwrap();
    }
}

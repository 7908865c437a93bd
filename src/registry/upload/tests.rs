//! Uploads against a scripted server.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt as _, stream};

use crate::http::{HttpError, NetworkSettings};
use crate::image::{Algorithm, Digest, RepositoryName};
use crate::registry::test_server::{Logins, Reply, Server, registry, reply};
use crate::registry::{NoLogins, PolicyRule, Registry, RegistryError, Upload, UploadSession};

const CONTENT: &str = "the content";
const SESSION: &str = "/v2/a/b/blobs/uploads/id?_state=x%3D";

fn name() -> RepositoryName {
    "a/b".parse().unwrap()
}

fn digest() -> Digest {
    Digest::of(CONTENT.as_bytes())
}

fn body(text: &'static str) -> impl futures::Stream<Item = Result<Bytes, RegistryError>> {
    stream::iter(text.as_bytes().chunks(4).map(|chunk| Ok(Bytes::from_static(chunk))))
}

/// A server that opens uploads and answers the rest by method.
async fn server(script: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |seen| match (seen.method.as_str(), seen.target.as_str()) {
        (_, "/v2/") => reply(200),
        ("POST", _) => reply(202).header("Location", SESSION),
        (method, _) => script(method),
    })
    .await
}

async fn open(registry: &Registry) -> UploadSession {
    match registry.start_upload(&name(), &digest(), None).await.unwrap() {
        Upload::Open(session) => session,
        Upload::Present => panic!("nothing was mounted"),
    }
}

async fn upload(server: &Server) -> Result<(), RegistryError> {
    let registry = server.registry(NoLogins);
    let session = open(&registry).await;
    registry.finish_upload(session, &digest(), CONTENT.len() as u64, body(CONTENT)).await
}

#[tokio::test]
async fn a_blob_goes_in_one_request_of_known_length() {
    let server = server(|_| reply(201).header("Docker-Content-Digest", digest().to_string())).await;
    upload(&server).await.unwrap();
    let put = server.seen().pop().unwrap();
    assert_eq!(put.method, "PUT");
    assert_eq!(put.target, format!("{SESSION}&digest={}", digest().as_str().replace(':', "%3A")));
    assert_eq!(put.header("content-length"), Some("11"));
    assert_eq!(put.header("transfer-encoding"), None);
    assert_eq!(put.body, CONTENT.as_bytes());
}

#[tokio::test]
async fn everything_can_run_in_a_task_of_its_own() {
    fn is_send<T: Send>(_: &T) {}
    let server = server(|_| reply(201)).await;
    let registry = server.registry(NoLogins);
    let (name, digest) = (name(), digest());
    let version = crate::image::TagOrDigest::Digest(digest.clone());
    let session = open(&registry).await;
    is_send(&registry.tags(&name));
    is_send(&registry.referrers(&name, &digest));
    is_send(&registry.manifest(&name, &version));
    is_send(&registry.head_manifest(&name, &version));
    is_send(&registry.blob_exists(&name, &digest));
    is_send(&registry.start_upload(&name, &digest, Some(&name)));
    is_send(&registry.finish_upload_by_patch(session, &digest, 11, body(CONTENT)));
    // A blob's stream is a body as it is.
    let session = open(&registry).await;
    let blob = async { registry.blob(&name, &digest, None).await };
    is_send(&blob);
    let copy = async {
        let blob = blob.await?;
        registry.finish_upload(session, &digest, 11, blob).await
    };
    is_send(&copy);
}

#[tokio::test]
async fn an_empty_blob_can_be_uploaded() {
    let server = server(|_| reply(201)).await;
    let registry = server.registry(NoLogins);
    let session = open(&registry).await;
    registry.finish_upload(session, &Digest::of(b""), 0, body("")).await.unwrap();
    assert_eq!(server.seen().pop().unwrap().header("content-length"), Some("0"));
}

#[tokio::test]
async fn a_mount_may_work_be_ignored_or_fail() {
    for (status, posts) in [(201, 1), (202, 1), (400, 2), (403, 2), (405, 2)] {
        let server = Server::start(move |seen| match seen.target.as_str() {
            "/v2/" => reply(200),
            mount if mount.contains("mount=") => reply(status).header("Location", SESSION),
            _ => reply(202).header("Location", SESSION),
        })
        .await;
        let registry = server.registry(NoLogins);
        let from = "c/d".parse().unwrap();
        let upload = registry.start_upload(&name(), &digest(), Some(&from)).await.unwrap();
        assert_eq!(matches!(upload, Upload::Present), status == 201, "{status}");
        assert_eq!(server.count("POST", "/v2/a/b/blobs/uploads/"), posts, "{status}");
        let post = server.seen().remove(1);
        let hex = digest().as_str().replace(':', "%3A");
        assert_eq!(post.target, format!("/v2/a/b/blobs/uploads/?mount={hex}&from=c%2Fd"));
    }
}

#[tokio::test]
async fn a_mount_asks_for_a_token_for_both_repositories() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/v2/" => {
            let realm = format!("Bearer realm=\"http://{}/token\"", seen.header("host").unwrap());
            reply(401).header("WWW-Authenticate", realm)
        }
        token if token.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
        _ => reply(201),
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    let from = "c/d".parse().unwrap();
    registry.start_upload(&name(), &digest(), Some(&from)).await.unwrap();
    let token = server.seen().into_iter().find(|seen| seen.target.starts_with("/token")).unwrap();
    assert_eq!(
        token.target,
        "/token?scope=repository%3Aa%2Fb%3Apull%2Cpush&scope=repository%3Ac%2Fd%3Apull&account=u"
    );
}

#[tokio::test]
async fn another_hash_is_announced() {
    let server = server(|_| reply(201)).await;
    let sha512 = Digest::of_with(Algorithm::Sha512, b"x");
    server.registry(NoLogins).start_upload(&name(), &sha512, None).await.unwrap();
    let post = server.seen().pop().unwrap();
    assert_eq!(post.target, "/v2/a/b/blobs/uploads/?digest-algorithm=sha512");
}

#[tokio::test]
async fn an_error_of_the_source_comes_out_as_itself() {
    for by_patch in [false, true] {
        let server = server(|_| reply(202).header("Location", SESSION)).await;
        let registry = server.registry(NoLogins);
        let session = open(&registry).await;
        let reason = "the source's cable".to_owned();
        let broken = HttpError::Broken { host: "source.example.com".to_owned(), reason };
        let body = stream::iter([Ok(Bytes::from_static(b"the ")), Err(broken.into())]);
        let outcome = if by_patch {
            registry.finish_upload_by_patch(session, &digest(), 11, body).await
        } else {
            registry.finish_upload(session, &digest(), 11, body).await
        };
        let expected = "the connection to source.example.com broke: the source's cable";
        assert_eq!(outcome.unwrap_err().to_string(), expected);
        assert_eq!(server.count("PUT", "/"), 0, "nothing was committed");
    }
}

#[tokio::test]
async fn a_body_of_another_length_is_no_upload() {
    for (size, by_patch) in [(10, false), (12, false), (10, true), (12, true)] {
        let server = server(|_| reply(201).header("Location", SESSION)).await;
        let registry = server.registry(NoLogins);
        let session = open(&registry).await;
        let outcome = if by_patch {
            registry.finish_upload_by_patch(session, &digest(), size, body(CONTENT)).await
        } else {
            registry.finish_upload(session, &digest(), size, body(CONTENT)).await
        };
        assert!(matches!(outcome, Err(RegistryError::SizeMismatch { .. })), "{outcome:?}");
        assert_eq!(server.count("PUT", "/"), 0);
    }
}

#[tokio::test]
async fn refusals_of_an_upload_are_told_apart() {
    let refused = server(|_| reply(413).body("too large")).await;
    let outcome = upload(&refused).await;
    assert!(matches!(outcome, Err(RegistryError::MonolithicRefused { status: 413, .. })));
    let lost = server(|_| reply(404).body(r#"{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}"#)).await;
    let error = upload(&lost).await.unwrap_err();
    assert!(matches!(error, RegistryError::UploadLost { .. }) && error.is_transient());
    let rule = server(|_| reply(412).body("configured as immutable")).await;
    let error = upload(&rule).await.unwrap_err();
    assert!(matches!(error, RegistryError::Policy { rule: PolicyRule::ImmutableTag, .. }));
    let other = Digest::of(b"other").to_string();
    let wrong = server(move |_| reply(201).header("Docker-Content-Digest", other.clone())).await;
    assert!(matches!(upload(&wrong).await, Err(RegistryError::DigestMismatch { .. })));
}

#[tokio::test]
async fn a_refused_token_is_dropped_for_the_next_upload() {
    let server = Server::start(|seen| match (seen.method.as_str(), seen.target.as_str()) {
        ("POST", _) => reply(202).header("Location", SESSION),
        (_, token) if token.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
        _ => {
            let realm = format!("Bearer realm=\"http://{}/token\"", seen.header("host").unwrap());
            reply(401).header("WWW-Authenticate", realm)
        }
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    for tokens in [1, 2] {
        let session = open(&registry).await;
        let outcome = registry.finish_upload(session, &digest(), 11, body(CONTENT)).await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, RegistryError::TokenExpired { .. }), "{error:?}");
        assert!(error.is_transient());
        assert_eq!(server.count("GET", "/token"), tokens);
    }
}

#[tokio::test]
async fn in_pieces_the_newest_address_counts() {
    let server = Server::start(|seen| match seen.method.as_str() {
        "GET" => reply(200),
        "POST" => reply(202).header("Location", SESSION).header("OCI-Chunk-Min-Length", "5"),
        "PATCH" => reply(202).header("Location", "/v2/a/b/blobs/uploads/id?_state=y"),
        _ => reply(201),
    })
    .await;
    let registry = server.registry(NoLogins);
    let session = open(&registry).await;
    let large = Bytes::from(vec![7; 9 * 1024 * 1024]);
    let size = large.len() as u64;
    let digest = Digest::of(&large);
    let body = stream::iter([Ok(large)]);
    registry.finish_upload_by_patch(session, &digest, size, body).await.unwrap();
    let seen = server.seen();
    let ranges: Vec<_> = seen.iter().filter_map(|seen| seen.header("content-range")).collect();
    assert_eq!(ranges, ["0-8388607", "8388608-9437183"]);
    let put = seen.last().unwrap();
    assert!(put.target.starts_with("/v2/a/b/blobs/uploads/id?_state=y&digest=sha256"));
    assert!(put.body.is_empty());
}

#[tokio::test]
async fn an_upload_may_go_on_elsewhere_without_the_token() {
    let store = Server::start(|_| reply(201)).await;
    let elsewhere = store.url("/upload");
    let server = Server::start(move |seen| match seen.target.as_str() {
        "/v2/" => {
            let realm = format!("Bearer realm=\"http://{}/token\"", seen.header("host").unwrap());
            reply(401).header("WWW-Authenticate", realm)
        }
        token if token.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
        _ => reply(202).header("Location", elsewhere.clone()),
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    let session = open(&registry).await;
    registry.finish_upload(session, &digest(), 11, body(CONTENT)).await.unwrap();
    assert_eq!(store.seen().pop().unwrap().header("authorization"), None);
}

#[tokio::test]
async fn an_upload_may_take_longer_than_the_longest_silence() {
    let server = server(|_| reply(201)).await;
    let settings =
        NetworkSettings { stall_timeout: Duration::from_millis(400), ..NetworkSettings::default() };
    let registry = registry(&server.host, NoLogins, settings);
    let session = open(&registry).await;
    let slow = body(CONTENT).then(|chunk| async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        chunk
    });
    registry.finish_upload(session, &digest(), 11, slow).await.unwrap();
}

#[tokio::test]
async fn a_registry_that_takes_no_more_is_given_up() {
    let server = server(|_| reply(201).after(Duration::from_secs(60))).await;
    let settings =
        NetworkSettings { stall_timeout: Duration::from_millis(100), ..NetworkSettings::default() };
    let registry = registry(&server.host, NoLogins, settings);
    let session = open(&registry).await;
    let begin = Instant::now();
    let error = registry.finish_upload(session, &digest(), 11, body(CONTENT)).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

//! Manifests, tags, referrers and blobs against a scripted server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt as _;

use crate::image::{
    Algorithm, Digest, MANIFEST_LIMIT, MediaType, RepositoryName, Tag, TagOrDigest,
};
use crate::registry::test_server::{Logins, Reply, Server, reply};
use crate::registry::{ErrorClass, Manifest, NoLogins, Registry, RegistryError};

const BODY: &str = r#"{"schemaVersion":2}"#;

fn name() -> RepositoryName {
    "a/b".parse().unwrap()
}

fn v1() -> TagOrDigest {
    TagOrDigest::Tag("v1".parse().unwrap())
}

fn manifest_reply(body: &str) -> Reply {
    reply(200).header("Content-Type", MediaType::OCI_MANIFEST).body(body)
}

fn unknown() -> Reply {
    reply(404).body(r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known"}]}"#)
}

/// A server without logins that answers by path.
async fn open_server(script: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |seen| if seen.target == "/v2/" { reply(200) } else { script(&seen.target) })
        .await
}

#[tokio::test]
async fn a_manifest_comes_as_it_is() {
    let server = open_server(|_| {
        reply(200)
            .header("Content-Type", "application/vnd.acme.unknown+json; charset=utf-8")
            .header("Docker-Content-Digest", Digest::of(BODY.as_bytes()).to_string())
            .body(BODY)
    })
    .await;
    let registry = server.registry(NoLogins);
    let manifest = registry.manifest(&name(), &v1()).await.unwrap();
    assert_eq!(manifest.bytes, BODY.as_bytes());
    assert_eq!(manifest.media_type, "application/vnd.acme.unknown+json");
    assert_eq!(manifest.digest, Digest::of(BODY.as_bytes()));
    let asked = server.seen().pop().unwrap();
    assert_eq!(asked.header("accept"), Some(MediaType::ACCEPT));
    let by_sha512 = TagOrDigest::Digest(Digest::of_with(Algorithm::Sha512, BODY.as_bytes()));
    let manifest = registry.manifest(&name(), &by_sha512).await.unwrap();
    assert_eq!(Some(&manifest.digest), by_sha512.digest());
}

#[tokio::test]
async fn a_manifest_that_is_another_is_refused() {
    let server = open_server(|_| manifest_reply(BODY)).await;
    let other = TagOrDigest::Digest(Digest::of(b"other"));
    let error = server.registry(NoLogins).manifest(&name(), &other).await.unwrap_err();
    assert!(matches!(error, RegistryError::DigestMismatch { .. }), "{error:?}");

    let lie = Digest::of(b"lie").to_string();
    let server =
        open_server(move |_| manifest_reply(BODY).header("Docker-Content-Digest", lie.clone()));
    let error = server.await.registry(NoLogins).manifest(&name(), &v1()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Digest);
}

#[tokio::test]
async fn a_manifest_has_a_limit() {
    let size = usize::try_from(MANIFEST_LIMIT).unwrap() + 1;
    let server = open_server(move |_| manifest_reply("").length(size)).await;
    let error = server.registry(NoLogins).manifest(&name(), &v1()).await.unwrap_err();
    assert!(matches!(error, RegistryError::ManifestTooLarge { limit: MANIFEST_LIMIT, .. }));
}

#[tokio::test]
async fn a_head_tells_what_the_registry_says() {
    let digest = Digest::of(b"x");
    let said = digest.to_string();
    let server = open_server(move |target| match target.rsplit('/').next().unwrap() {
        "v1" => manifest_reply(BODY).header("Docker-Content-Digest", said.clone()),
        "v2" => manifest_reply(BODY).header("Docker-Content-Digest", "blake3:abc"),
        _ => reply(404),
    })
    .await;
    let registry = server.registry(NoLogins);
    let head = registry.head_manifest(&name(), &v1()).await.unwrap().unwrap();
    assert_eq!((head.digest, head.size), (Some(digest), Some(BODY.len() as u64)));
    let v2 = TagOrDigest::Tag("v2".parse().unwrap());
    assert_eq!(registry.head_manifest(&name(), &v2).await.unwrap().unwrap().digest, None);
    let v3 = TagOrDigest::Tag("v3".parse().unwrap());
    assert_eq!(registry.head_manifest(&name(), &v3).await.unwrap(), None);
}

#[tokio::test]
async fn without_head_the_manifest_is_fetched() {
    let server = Server::start(|seen| match (seen.method.as_str(), seen.target.as_str()) {
        (_, "/v2/") => reply(200),
        ("HEAD", _) => reply(405),
        _ => manifest_reply(BODY),
    })
    .await;
    let head = server.registry(NoLogins).head_manifest(&name(), &v1()).await.unwrap().unwrap();
    assert_eq!(head.digest, Some(Digest::of(BODY.as_bytes())));
}

#[tokio::test]
async fn a_manifest_is_stored_byte_for_byte() {
    let digest = Digest::of(BODY.as_bytes());
    let said = digest.to_string();
    let server = open_server(move |_| {
        reply(201).header("Docker-Content-Digest", said.clone()).header("OCI-Subject", said.clone())
    })
    .await;
    let registry = server.registry(NoLogins);
    let manifest = Manifest { bytes: BODY.into(), media_type: "x/y".to_owned(), digest };
    let put = registry.put_manifest(&name(), &v1(), &manifest).await.unwrap();
    assert!(put.subject_honoured);
    let seen = server.seen().pop().unwrap();
    assert_eq!((seen.body.as_slice(), seen.header("content-type")), (BODY.as_bytes(), Some("x/y")));
    let wrong = Manifest { digest: Digest::of(b"other"), ..manifest };
    let error = registry.put_manifest(&name(), &v1(), &wrong).await.unwrap_err();
    assert!(matches!(error, RegistryError::DigestMismatch { .. }), "{error:?}");
}

#[tokio::test]
async fn a_missing_part_is_told_from_other_refusals() {
    let server = open_server(|_| {
        reply(400).body(r#"{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown"}]}"#)
    })
    .await;
    let manifest = Manifest {
        bytes: BODY.into(),
        media_type: "x/y".to_owned(),
        digest: Digest::of(BODY.as_bytes()),
    };
    let error = server.registry(NoLogins).put_manifest(&name(), &v1(), &manifest).await;
    assert!(matches!(error, Err(RegistryError::MissingChild { .. })), "{error:?}");
}

#[tokio::test]
async fn passing_trouble_is_waited_out() {
    let calls = AtomicUsize::new(0);
    let server = open_server(move |_| match calls.fetch_add(1, Ordering::SeqCst) {
        0 => reply(503),
        // Breaks off in the middle.
        1 => manifest_reply(BODY).length(100),
        _ => manifest_reply(BODY),
    })
    .await;
    let registry = server.registry(NoLogins);
    assert_eq!(registry.manifest(&name(), &v1()).await.unwrap().bytes, BODY.as_bytes());
}

#[tokio::test]
async fn trouble_that_stays_is_reported_with_what_was_said() {
    let server = open_server(|_| reply(502).body("<title>Bad\u{1b} Gateway</title>")).await;
    let error = server.registry(NoLogins).manifest(&name(), &v1()).await.unwrap_err();
    assert_eq!(server.count("GET", "/v2/a/b/manifests/v1"), 3);
    assert!(error.is_transient());
    let text = error.to_string();
    assert!(text.contains("/a/b (manifest v1)") && text.ends_with("502: Bad Gateway"), "{text}");
}

#[tokio::test]
async fn retry_after_holds_back_the_whole_host() {
    let calls = AtomicUsize::new(0);
    let server = open_server(move |_| match calls.fetch_add(1, Ordering::SeqCst) {
        0 => reply(429).header("Retry-After", "0.6"),
        _ => manifest_reply(BODY),
    })
    .await;
    let registry = server.registry(NoLogins);
    registry.probe().await.unwrap();
    let begin = Instant::now();
    let (repository, version) = (name(), v1());
    let first = registry.manifest(&repository, &version);
    let second = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        registry.manifest(&repository, &version).await.unwrap();
        begin.elapsed()
    };
    let (first, second) = tokio::join!(first, second);
    first.unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(550), "{:?}", begin.elapsed());
    assert!(second >= Duration::from_millis(550), "another request waits too: {second:?}");
}

#[tokio::test]
async fn tags_come_in_pages() {
    let server = open_server(|target| {
        let host_blind = |link: &str| reply(200).header("Link", link);
        match target {
            "/v2/a/b/tags/list?n=1000" => {
                host_blind(r#"</v2/a/b/tags/list?n=1000&last=2>; rel="next""#)
                    .body(r#"{"name":"a/b","tags":["1","2"]}"#)
            }
            "/v2/a/b/tags/list?n=1000&last=2" => {
                host_blind(r#"<https://127.0.0.1/v2/a/b/tags/list?n=1000&last=3>; rel="next""#)
                    .body(r#"{"tags":["3"]}"#)
            }
            // Leads back to the beginning.
            _ => host_blind(r#"</v2/a/b/tags/list?n=1000>; rel="next""#)
                .body(r#"{"tags":["3","1"]}"#),
        }
    })
    .await;
    let tags = server.registry(NoLogins).tags(&name()).await.unwrap().unwrap();
    assert_eq!(tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert_eq!(server.count("GET", "/v2/a/b/tags/list"), 3);
}

#[tokio::test]
async fn a_page_without_tags_may_lead_on() {
    let begin = "/v2/a/b/tags/list?n=1000";
    for empty in [r#"{"tags":[]}"#, r#"{"tags":null}"#, "{}", "\u{feff}{\"name\":\"a/b\"}"] {
        let server = open_server(move |target| {
            let next = |page: &str| format!("<list?page={page}>; rel=next");
            match target.rsplit('=').next().unwrap() {
                "1000" => reply(200).header("Link", next("2")).body(empty),
                "2" => reply(200).header("Link", next("3")).body(r#"{"tags":["a"]}"#),
                "3" => reply(200).header("Link", next("4")).body(empty),
                // Links that lead back end the list.
                _ => reply(200).header("Link", next("2")).body(r#"{"tags":["b"]}"#),
            }
        })
        .await;
        let tags = server.registry(NoLogins).tags(&name()).await.unwrap().unwrap();
        assert_eq!(tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["a", "b"], "{empty}");
        assert_eq!(server.count("GET", begin), 1);
        assert_eq!(server.count("GET", "/v2/a/b/tags/list?page=2"), 1);
    }
}

#[tokio::test]
async fn pages_without_tags_and_without_an_end_are_an_error() {
    let pages = AtomicUsize::new(0);
    let server = open_server(move |_| {
        let next = pages.fetch_add(1, Ordering::Relaxed);
        reply(200).header("Link", format!("<list?page={next}>; rel=next")).body(r#"{"tags":[]}"#)
    })
    .await;
    let error = server.registry(NoLogins).tags(&name()).await.unwrap_err();
    assert!(error.to_string().contains("the list has no end"), "{error}");
    assert_eq!(server.count("GET", "/v2/a/b/tags"), 100);
}

#[tokio::test]
async fn a_digest_is_read_in_capitals_and_quotes() {
    let digest = Digest::of(BODY.as_bytes());
    for said in [
        digest.to_string(),
        format!("\"{digest}\""),
        digest.as_str().to_ascii_uppercase(),
        format!(" {digest} "),
    ] {
        let server =
            open_server(move |_| manifest_reply(BODY).header("docker-content-digest", &said)).await;
        let head = server.registry(NoLogins).head_manifest(&name(), &v1()).await.unwrap();
        assert_eq!(head.unwrap().digest.as_ref(), Some(&digest));
    }
}

#[tokio::test]
async fn a_full_page_without_a_link_is_not_taken_for_the_last() {
    let server = open_server(|target| {
        let range = if target.ends_with("last=t0999") { 1000..1001 } else { 0..1000 };
        let tags: Vec<String> = range.map(|number| format!("\"t{number:04}\"")).collect();
        reply(200).body(format!(r#"{{"tags":[{}]}}"#, tags.join(",")))
    })
    .await;
    assert_eq!(server.registry(NoLogins).tags(&name()).await.unwrap().unwrap().len(), 1001);
}

#[tokio::test]
async fn no_repository_no_tags_and_bad_tags_are_three_things() {
    let registry = open_server(|_| unknown()).await.registry(NoLogins);
    assert_eq!(registry.tags(&name()).await.unwrap(), None);
    let registry = open_server(|_| reply(404).body("proxy says no")).await.registry(NoLogins);
    assert!(matches!(registry.tags(&name()).await, Err(RegistryError::NotFound { .. })));
    let registry = open_server(|_| reply(200).body(r#"{"tags":null}"#)).await.registry(NoLogins);
    assert_eq!(registry.tags(&name()).await.unwrap(), Some(Vec::new()));
    let bad = open_server(|_| reply(200).body(r#"{"tags":["ok","not ok"]}"#)).await;
    let error = bad.registry(NoLogins).tags(&name()).await.unwrap_err();
    assert!(error.to_string().contains("`not ok`"), "{error}");
}

#[tokio::test]
async fn a_denial_that_is_for_want_of_the_namespace_is_told_by_get() {
    // As Harbor says it: to HEAD without a body, and without another challenge.
    let denials = |message: &'static str| {
        Server::start(move |seen| match seen.target.as_str() {
            "/v2/" => reply(401).header(
                "WWW-Authenticate",
                format!(
                    r#"Bearer realm="http://{}/token",service="harbor-registry""#,
                    seen.header("host").unwrap()
                ),
            ),
            target if target.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
            _ if seen.method == "HEAD" => reply(401),
            _ => reply(401)
                .body(format!(r#"{{"errors":[{{"code":"UNAUTHORIZED","message":"{message}"}}]}}"#)),
        })
    };
    let logins = || Logins(vec!["robot"]);
    let server = denials("project a not found: project a not found").await;
    assert_eq!(server.registry(logins()).find_manifest(&name(), &v1()).await.unwrap(), None);
    let server = denials("unauthorized to access repository: a/b, action: pull").await;
    let error = server.registry(logins()).find_manifest(&name(), &v1()).await.unwrap_err();
    assert!(matches!(error, RegistryError::Denied { .. }), "{error:?}");
    assert!(error.to_string().contains("unauthorized to access"), "{error}");
}

#[tokio::test]
async fn a_host_without_referrers_is_asked_once() {
    let server = open_server(|_| reply(404).body("404 page not found")).await;
    let registry = server.registry(NoLogins);
    for content in ["x", "y"] {
        let subject = Digest::of(content.as_bytes());
        assert_eq!(registry.referrers(&name(), &subject).await.unwrap(), None);
    }
    assert_eq!(server.count("GET", "/v2/a/b/referrers"), 1);
}

#[tokio::test]
async fn an_unknown_repository_says_nothing_about_the_host() {
    let entry = Digest::of(b"signature");
    let list = format!(r#"{{"manifests":[{{"mediaType":"x/y","digest":"{entry}","size":9}}]}}"#);
    let server = open_server(move |target| {
        if target.contains("/a/b/") {
            return unknown();
        }
        let next = target.replace("?page=2", "") + "?page=2";
        let link =
            if target.contains("page") { String::new() } else { format!("<{next}>;rel=next") };
        reply(200).header("Link", link).body(list.clone())
    })
    .await;
    let registry = server.registry(NoLogins);
    let subject = Digest::of(b"x");
    assert_eq!(registry.referrers(&name(), &subject).await.unwrap(), Some(Vec::new()));
    let known = registry.referrers(&"c/d".parse().unwrap(), &subject).await.unwrap().unwrap();
    assert_eq!(known.iter().map(|one| &one.digest).collect::<Vec<_>>(), [&entry]);
    assert_eq!(server.count("GET", "/v2/c/d/referrers"), 2);
}

#[tokio::test]
async fn a_page_for_people_is_no_list_of_referrers() {
    // ghcr.io sends to github.com, which knows no such page (zot#4060); others show one.
    let site = Server::start(|_| reply(404).body("Not Found")).await;
    let address = site.url("/-/v2/packages/container/package/a");
    let away = open_server(move |_| reply(303).header("Location", address.clone())).await;
    let html = || reply(200).header("Content-Type", "text/html").body("<title>Login</title>");
    for server in [away, open_server(move |_| html()).await] {
        let registry = server.registry(NoLogins);
        for content in ["x", "y"] {
            let subject = Digest::of(content.as_bytes());
            assert_eq!(registry.referrers(&name(), &subject).await.unwrap(), None);
        }
        assert!(registry.lacks_referrers());
        assert_eq!(server.count("GET", "/v2/a/b/referrers"), 1);
    }
}

#[tokio::test]
async fn a_repository_that_refuses_to_list_is_asked_once_and_others_for_themselves() {
    let server = open_server(|target| match target.contains("/a/b/") {
        true => reply(403),
        false => reply(200).body(r#"{"manifests":[]}"#),
    })
    .await;
    let registry = server.registry(NoLogins);
    for content in ["x", "y"] {
        let subject = Digest::of(content.as_bytes());
        let error = registry.referrers(&name(), &subject).await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::Auth);
        assert!(!registry.lists_referrers() && !registry.lacks_referrers());
    }
    assert_eq!(server.count("GET", "/v2/a/b/referrers"), 1);
    let listed = registry.referrers(&"c/d".parse().unwrap(), &Digest::of(b"x")).await;
    assert_eq!(listed.unwrap(), Some(Vec::new()));
    assert!(registry.lists_referrers());
}

#[tokio::test]
async fn pages_of_referrers_are_followed_until_one_repeats_also_over_an_empty_one() {
    let entry = |content: &str| {
        let digest = Digest::of(content.as_bytes());
        format!(r#"{{"manifests":[{{"mediaType":"x/y","digest":"{digest}","size":9}}]}}"#)
    };
    let server = open_server(move |target| {
        let path = target.split('?').next().unwrap().to_owned();
        let (body, next) = match target.split("page=").nth(1) {
            None => (r#"{"manifests":[]}"#.to_owned(), 1),
            Some("1") => (entry("one"), 2),
            _ => (entry("two"), 1),
        };
        reply(200).header("Link", format!("<{path}?page={next}>; rel=\"next\"")).body(body)
    })
    .await;
    let registry = server.registry(NoLogins);
    let listed = registry.referrers(&name(), &Digest::of(b"x")).await.unwrap().unwrap();
    let digests: Vec<_> = listed.into_iter().map(|one| one.digest).collect();
    assert_eq!(digests, [Digest::of(b"one"), Digest::of(b"two")]);
}

#[tokio::test]
async fn a_redirect_leads_to_the_bytes_without_the_token() {
    let store = Server::start(|_| reply(200).body("content")).await;
    let address = store.url("/bucket/blob?sign=abc");
    let server = Server::start(move |seen| match seen.target.as_str() {
        "/v2/" => {
            let realm = format!("Bearer realm=\"http://{}/token\"", seen.header("host").unwrap());
            reply(401).header("WWW-Authenticate", realm)
        }
        token if token.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
        _ => reply(307).header("Location", address.clone()),
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    let digest = Digest::of(b"content");
    let blob = registry.blob(&name(), &digest, Some(7)).await.unwrap();
    assert_eq!(blob.length(), Some(7));
    let bytes: Vec<_> = blob.map(Result::unwrap).collect().await;
    assert_eq!(bytes.concat(), b"content");
    assert_eq!(server.seen().pop().unwrap().header("authorization"), Some("Bearer t"));
    let at_store = store.seen().pop().unwrap();
    assert_eq!(at_store.header("authorization"), None);
    assert_eq!(at_store.header("accept-encoding"), Some("identity"));
    assert_eq!(registry.blob_exists(&name(), &digest).await.unwrap(), Some(7));
}

#[tokio::test]
async fn redirects_in_circles_end() {
    let server = open_server(|target| reply(302).header("Location", target)).await;
    let error = server.registry(NoLogins).blob(&name(), &Digest::of(b"x"), None).await.unwrap_err();
    assert!(matches!(error, RegistryError::Protocol { .. }), "{error:?}");
    assert_eq!(server.count("GET", "/v2/a/b/blobs"), 1);
}

#[tokio::test]
async fn a_truncated_blob_is_a_passing_trouble_and_a_wrong_one_is_not() {
    async fn drain(registry: Registry, size: Option<u64>) -> RegistryError {
        let digest = Digest::of(b"content");
        match registry.blob(&name(), &digest, size).await {
            Err(error) => error,
            Ok(blob) => {
                let last = blob.collect::<Vec<_>>().await.pop().unwrap();
                last.unwrap_err()
            }
        }
    }
    let cut = open_server(|_| reply(200).body("cont").length(7)).await;
    let error = drain(cut.registry(NoLogins), Some(7)).await;
    assert!(error.is_transient() && error.class() == ErrorClass::Network, "{error:?}");
    let wrong = open_server(|_| reply(200).body("contenX")).await;
    let error = drain(wrong.registry(NoLogins), Some(7)).await;
    assert!(matches!(error, RegistryError::DigestMismatch { .. }), "{error:?}");
    let short = open_server(|_| reply(200).body("cont")).await;
    let error = drain(short.registry(NoLogins), Some(7)).await;
    assert!(matches!(error, RegistryError::SizeMismatch { expected: 7, actual: 4, .. }));
    let missing = open_server(|_| reply(404)).await;
    assert!(matches!(
        drain(missing.registry(NoLogins), None).await,
        RegistryError::NotFound { .. }
    ));
}

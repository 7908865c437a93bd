//! Logins and tokens against a scripted server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::BoxFuture;

use crate::http::NetworkSettings;
use crate::image::{Host, RepositoryName, TagOrDigest};
use crate::registry::test_server::{Logins, Reply, Seen, Server, registry, reply};
use crate::registry::{
    Access, ErrorClass, Login, LoginError, LoginKind, LoginSource, NoLogins, RegistryError,
};

fn name(text: &str) -> RepositoryName {
    text.parse().unwrap()
}

fn v1() -> TagOrDigest {
    TagOrDigest::Tag("v1".parse().unwrap())
}

fn challenge(seen: &Seen, extra: &str) -> Reply {
    let host = seen.header("host").unwrap();
    let challenge =
        format!(r#"Bearer realm="http://{host}/token",service="harbor-registry"{extra}"#);
    reply(401).header("WWW-Authenticate", challenge)
}

/// A registry that takes the token with the newest number and hands out the next at `/token`.
async fn token_server(expires_in: u64) -> Server {
    let issued = AtomicUsize::new(0);
    Server::start(move |seen| {
        if seen.target.starts_with("/token") {
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let body = format!(r#"{{"token":"t{number}","expires_in":{expires_in}}}"#);
            return reply(200).body(body).after(Duration::from_millis(50));
        }
        let newest = format!("Bearer t{}", issued.load(Ordering::SeqCst));
        if seen.header("authorization") == Some(&newest) {
            reply(200).header("Content-Type", "x/y").body("{}")
        } else {
            challenge(seen, "")
        }
    })
    .await
}

#[tokio::test]
async fn twenty_callers_share_one_token() {
    let server = token_server(300).await;
    let registry = server.registry(Logins(vec!["u"]));
    let calls = (0..20).map(|_| {
        let registry = registry.clone();
        async move { registry.head_manifest(&name("a/b"), &v1()).await }
    });
    for outcome in futures::future::join_all(calls).await {
        assert!(outcome.unwrap().is_some());
    }
    assert_eq!(server.count("GET", "/v2/ "), 0);
    assert_eq!(server.count("GET", "/token"), 1);
    let token = server.seen().into_iter().find(|seen| seen.target.starts_with("/token")).unwrap();
    assert_eq!(
        token.target,
        "/token?service=harbor-registry&scope=repository%3Aa%2Fb%3Apull&account=u"
    );
    assert_eq!(token.header("authorization"), Some("Basic dTpwdw=="));
    // TLS greeting, probe, token, twenty heads.
    assert_eq!(registry.traffic().requests, 23);
    assert!(registry.is_harbor().await.unwrap());
}

#[tokio::test]
async fn each_repository_has_its_own_token() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/v2/" => challenge(seen, ""),
        token if token.starts_with("/token") => reply(200).body(format!(
            r#"{{"access_token":"{}"}}"#,
            if token.contains("a%2Fb") { "ab" } else { "cd" }
        )),
        _ => reply(200),
    })
    .await;
    let registry = server.registry(NoLogins);
    for repository in ["a/b", "c/d", "a/b"] {
        registry.head_manifest(&name(repository), &v1()).await.unwrap();
    }
    let shown: Vec<_> = server
        .seen()
        .iter()
        .filter(|seen| seen.method == "HEAD")
        .map(|seen| seen.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(shown, ["Bearer ab", "Bearer cd", "Bearer ab"]);
    assert_eq!(server.count("GET", "/token"), 2);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_runs_out() {
    let server = token_server(1).await;
    let registry = server.registry(NoLogins);
    registry.head_manifest(&name("a/b"), &v1()).await.unwrap();
    registry.head_manifest(&name("a/b"), &v1()).await.unwrap();
    assert_eq!(server.count("GET", "/token"), 1);
    tokio::time::sleep(Duration::from_millis(800)).await;
    registry.head_manifest(&name("a/b"), &v1()).await.unwrap();
    assert_eq!(server.count("GET", "/token"), 2);
    // No 401 but that of the probe.
    assert_eq!(server.count("HEAD", "/v2/a/b/"), 3);
}

#[tokio::test]
async fn a_token_that_is_taken_back_is_fetched_once_more() {
    let refuse = AtomicUsize::new(0);
    let server = Server::start(move |seen| match seen.target.as_str() {
        "/v2/" => challenge(seen, ""),
        token if token.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
        // The second look finds its token revoked.
        _ if refuse.fetch_add(1, Ordering::SeqCst) == 1 => {
            challenge(seen, ",error=\"invalid_token\"")
        }
        _ => reply(200),
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    for _ in 0..3 {
        assert!(registry.head_manifest(&name("a/b"), &v1()).await.unwrap().is_some());
    }
    assert_eq!(server.count("GET", "/token"), 2);
    assert_eq!(server.count("HEAD", "/"), 4);
}

#[tokio::test]
async fn a_second_401_and_a_missing_right_are_final() {
    for (extra, heads) in [("", 2), (",error=\"insufficient_scope\"", 1)] {
        let server = Server::start(move |seen| match seen.target.as_str() {
            token if token.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
            _ => challenge(seen, extra),
        })
        .await;
        let error = server
            .registry(Logins(vec!["u"]))
            .head_manifest(&name("a/b"), &v1())
            .await
            .unwrap_err();
        assert!(matches!(error, RegistryError::Denied { .. }), "{error:?}");
        assert_eq!(server.count("HEAD", "/"), heads);
        let error = server.registry(NoLogins).head_manifest(&name("a/b"), &v1()).await.unwrap_err();
        assert!(matches!(error, RegistryError::NoLogin { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_token_from_before_a_right_was_given_is_renewed() {
    // As a token service does it for a namespace that comes after the first token.
    let given = AtomicUsize::new(0);
    let server = Server::start(move |seen| match seen.target.as_str() {
        "/v2/" => challenge(seen, ""),
        token if token.starts_with("/token") => {
            let number = given.fetch_add(1, Ordering::SeqCst);
            reply(200).body(format!(r#"{{"token":"t{number}"}}"#))
        }
        "/v2/a/b/manifests/v1" => match seen.header("authorization") {
            Some("Bearer t0") => challenge(seen, ",error=\"insufficient_scope\""),
            _ => reply(200),
        },
        _ => reply(200),
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    let other = TagOrDigest::Tag("v0".parse().unwrap());
    registry.head_manifest(&name("a/b"), &other).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(registry.head_manifest(&name("a/b"), &v1()).await.unwrap().is_some());

    registry.forget_tokens();
    registry.head_manifest(&name("a/b"), &v1()).await.unwrap();
    assert_eq!(server.count("GET", "/token"), 3);
}

/// A registry whose tokens say that they grant what was asked for, but for `a/none`.
async fn telling_server() -> Server {
    Server::start(|seen| {
        if !seen.target.starts_with("/token") {
            return match seen.header("authorization") {
                Some(_) => reply(200).header("Content-Type", "x/y").body("{}"),
                None => challenge(seen, ""),
            };
        }
        let url = url::Url::parse("http://x").unwrap().join(&seen.target).unwrap();
        let granted: Vec<String> = url
            .query_pairs()
            .filter(|(name, scope)| name == "scope" && !scope.contains("a/none"))
            .filter_map(|(_, scope)| {
                let (_, rest) = scope.split_once(':')?;
                let (name, actions) = rest.rsplit_once(':')?;
                let actions = actions.replace(',', r#"",""#);
                Some(format!(r#"{{"type":"repository","name":"{name}","actions":["{actions}"]}}"#))
            })
            .collect();
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"access":[{}]}}"#, granted.join(",")));
        reply(200).body(format!(r#"{{"token":"h.{claims}.s","expires_in":300}}"#))
    })
    .await
}

async fn look_at(registry: &crate::registry::Registry, names: &[&str]) {
    for text in names {
        registry.head_manifest(&name(text), &v1()).await.unwrap();
    }
}

#[tokio::test]
async fn repositories_of_a_namespace_that_are_expected_share_tokens() {
    let server = telling_server().await;
    let registry = server.registry(Logins(vec!["u"]));
    let many: Vec<RepositoryName> = (0..10).map(|n| name(&format!("a/r{n}"))).collect();
    let other = name("b/alone");
    registry.expect(many.iter().chain([&other]), Access::Pull);
    for repository in many.iter().chain([&other]) {
        registry.head_manifest(repository, &v1()).await.unwrap();
    }
    assert_eq!(server.count("GET", "/token"), 3, "eight, two, and one of another namespace");
}

#[tokio::test]
async fn what_a_shared_token_does_not_grant_is_asked_for_alone() {
    let server = telling_server().await;
    let registry = server.registry(Logins(vec!["u"]));
    registry.expect(&["a/one", "a/none", "a/two"].map(name), Access::Pull);
    look_at(&registry, &["a/one", "a/none", "a/two"]).await;
    assert_eq!(server.count("GET", "/token"), 2);
    let alone = server.seen().into_iter().rfind(|seen| seen.target.starts_with("/token")).unwrap();
    assert_eq!(alone.target.matches("scope=").count(), 1, "{}", alone.target);
}

#[tokio::test]
async fn tokens_that_can_not_be_read_are_not_shared() {
    let server = Server::start(|seen| match seen.target.as_str() {
        token if token.starts_with("/token") => reply(200).body(r#"{"token":"opaque"}"#),
        _ if seen.header("authorization").is_none() => challenge(seen, ""),
        _ => reply(200).header("Content-Type", "x/y").body("{}"),
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    let many: Vec<RepositoryName> = (0..10).map(|n| name(&format!("a/r{n}"))).collect();
    registry.expect(&many, Access::Pull);
    for repository in &many {
        registry.head_manifest(repository, &v1()).await.unwrap();
    }
    assert_eq!(server.count("GET", "/token"), 11, "tried once for the host, not for each batch");
}

#[tokio::test]
async fn a_token_service_that_wants_one_scope_at_a_time_gets_them_so() {
    let server = Server::start(|seen| {
        let at_once = seen.target.matches("scope=").count();
        match seen.target.as_str() {
            token if token.starts_with("/token") && at_once > 1 => reply(400).body("one, please"),
            token if token.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
            _ if seen.header("authorization").is_none() => challenge(seen, ""),
            _ => reply(200).header("Content-Type", "x/y").body("{}"),
        }
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    let many: Vec<RepositoryName> = (0..10).map(|n| name(&format!("a/r{n}"))).collect();
    registry.expect(&many, Access::Pull);
    for repository in &many {
        registry.head_manifest(repository, &v1()).await.unwrap();
    }
    assert_eq!(server.count("GET", "/token"), 11, "tried once for the host, not for each batch");
}

#[tokio::test]
async fn a_repository_whose_shared_token_is_refused_gets_its_own() {
    let server = telling_server().await;
    let shared = std::sync::Mutex::new(None::<String>);
    let picky = Server::start({
        let host = server.host.clone();
        move |seen| {
            let token = seen.header("authorization").map(str::to_owned);
            match (token, seen.target.as_str()) {
                (None, _) => {
                    let challenge = format!(r#"Bearer realm="http://{host}/token",service="s""#);
                    reply(401).header("WWW-Authenticate", challenge)
                }
                (Some(token), "/v2/a/two/manifests/v1") => {
                    let mut first = shared.lock().unwrap();
                    if first.get_or_insert_with(|| token.clone()) == &token {
                        let challenge =
                            format!(r#"Bearer realm="http://{host}/token",service="s""#);
                        return reply(401).header("WWW-Authenticate", challenge);
                    }
                    reply(200).header("Content-Type", "x/y").body("{}")
                }
                _ => reply(200).header("Content-Type", "x/y").body("{}"),
            }
        }
    })
    .await;
    let registry = picky.registry(Logins(vec!["u"]));
    registry.expect(&["a/one", "a/two"].map(name), Access::Pull);
    look_at(&registry, &["a/one", "a/two", "a/one"]).await;
    assert_eq!(server.count("GET", "/token"), 2);
}

#[tokio::test]
async fn a_refused_login_falls_to_the_next() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/v2/" => challenge(seen, ""),
        token if token.starts_with("/token") => match seen.header("authorization") {
            // second:pw
            Some("Basic c2Vjb25kOnB3") => reply(200).body(r#"{"token":"t"}"#),
            _ => reply(401).body(r#"{"errors":[{"code":"UNAUTHORIZED","message":"bad login"}]}"#),
        },
        _ => reply(200),
    })
    .await;
    let registry = server.registry(Logins(vec!["first", "second"]));
    registry.check_access(&name("a/b"), Access::Pull).await.unwrap();

    let registry = server.registry(Logins(vec!["first"]));
    let error = registry.check_access(&name("a/b"), Access::Pull).await.unwrap_err();
    assert!(
        matches!(&error, RegistryError::LoginRefused { origin, realm: Some(realm), message, .. }
            if origin == "test login first" && realm == "127.0.0.1" && message.contains("bad login")),
        "{error:?}"
    );
    assert_eq!(error.class(), ErrorClass::Auth);
    let error =
        server.registry(NoLogins).check_access(&name("a/b"), Access::Pull).await.unwrap_err();
    assert!(matches!(error, RegistryError::NoLogin { .. }), "{error:?}");
}

#[tokio::test]
async fn waiters_share_one_refusal() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/v2/" => challenge(seen, ""),
        _ => reply(401).after(Duration::from_millis(100)),
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    registry.probe().await.unwrap();
    let calls = (0..20).map(|_| {
        let registry = registry.clone();
        async move { registry.head_manifest(&name("a/b"), &v1()).await }
    });
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_err));
    // Once for the repository, and once to see whether the login is good for anything.
    assert_eq!(server.count("GET", "/token"), 2, "a wrong password is not tried twenty times");
}

#[tokio::test]
async fn a_token_that_is_refused_for_one_repository_says_nothing_about_the_others() {
    // GitLab's token service: 403 for a project that the user may not see. Others say 401.
    for status in [401, 403] {
        let server = Server::start(move |seen| match seen.target.as_str() {
            "/v2/" => challenge(seen, ""),
            token if token.contains("secret") => {
                reply(status).body(r#"{"errors":[{"code":"DENIED","message":"access forbidden"}]}"#)
            }
            token if token.starts_with("/token") => reply(200).body(r#"{"token":"t"}"#),
            _ => reply(200),
        })
        .await;
        let registry = server.registry(Logins(vec!["u"]));
        for (repository, is_fine) in [("a/b", true), ("a/secret", false), ("c/d", true)] {
            let access = registry.check_access(&name(repository), Access::Pull).await;
            match access {
                Ok(()) => assert!(is_fine, "{repository}"),
                Err(error) => {
                    assert!(!is_fine && matches!(error, RegistryError::Denied { .. }), "{error}");
                    assert!(!error.is_fatal() && error.to_string().contains("access forbidden"));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_password_that_is_refused_for_one_repository_is_good_for_the_others() {
    let server = Server::start(|seen| {
        let is_known = seen.header("authorization") == Some("Basic dTpwdw==");
        match seen.target.as_str() {
            target if is_known && !target.contains("secret") => reply(200),
            _ => reply(401).header("WWW-Authenticate", "Basic realm=x"),
        }
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    let head = async |repository| registry.head_manifest(&name(repository), &v1()).await;
    for (repository, is_fine) in [("a/b", true), ("a/secret", false), ("c/d", true)] {
        match head(repository).await {
            Ok(_) => assert!(is_fine, "{repository}"),
            Err(error) => {
                assert!(!is_fine && matches!(error, RegistryError::Denied { .. }), "{error}");
            }
        }
    }
    // A password that is good for nothing is refused, as ever.
    let error = server.registry(Logins(vec!["x"])).head_manifest(&name("a/b"), &v1()).await;
    assert!(matches!(error, Err(RegistryError::LoginRefused { .. })), "{error:?}");
}

/// A login with few rights, and one beside it with many.
struct FewAndMany;

impl FewAndMany {
    fn login(username: &str) -> Login {
        let (username, origin) = (username.to_owned(), username.to_owned());
        Login { username, password: "pw".into(), kind: LoginKind::Password, origin }
    }
}

impl LoginSource for FewAndMany {
    fn login<'a>(
        &'a self,
        _host: &'a Host,
        _repository: Option<&'a RepositoryName>,
    ) -> BoxFuture<'a, Result<Option<Login>, LoginError>> {
        Box::pin(async { Ok(Some(Self::login("few"))) })
    }

    fn with_more_rights<'a>(
        &'a self,
        _host: &'a Host,
        _login: &'a Login,
    ) -> BoxFuture<'a, Option<Login>> {
        Box::pin(async { Some(Self::login("many")) })
    }
}

#[tokio::test]
async fn a_login_with_more_rights_is_used_where_it_has_them_and_not_asked_for_in_vain() {
    // `many` may do everything in `wide`; nobody may do anything in `late`.
    let server = Server::start(|seen| match seen.target.as_str() {
        "/v2/" => challenge(seen, ""),
        token if token.starts_with("/token") => {
            let is_many = token.contains("account=many") && token.contains("wide%2Fx");
            let actions = if is_many { r#"["pull","push"]"# } else { "[]" };
            let name = if token.contains("wide%2Fx") { "wide/x" } else { "late/x" };
            let claims = format!(r#"{{"access":[{{"name":"{name}","actions":{actions}}}]}}"#);
            let claims = URL_SAFE_NO_PAD.encode(claims);
            reply(200).body(format!(r#"{{"token":"h.{claims}.s","expires_in":300}}"#))
        }
        _ => reply(200),
    })
    .await;
    let registry = server.registry(FewAndMany);
    registry.check_access(&name("wide/x"), Access::Push).await.unwrap();
    assert_eq!(server.count("GET", "/token"), 2);
    let denied = async |repository: &str| {
        let error = registry.check_access(&name(repository), Access::Push).await.unwrap_err();
        assert!(matches!(error, RegistryError::Denied { .. }), "{error:?}");
        server.count("GET", "/token")
    };
    assert_eq!(denied("late/x").await, 4);
    assert_eq!(denied("late/y").await, 5, "the other login has no more rights in this namespace");
    // The namespace has been made.
    registry.forget_tokens();
    assert_eq!(denied("late/y").await, 7);
}

#[tokio::test]
async fn basic_logins_are_tried_in_turn() {
    let server = Server::start(|seen| match seen.header("authorization") {
        Some("Basic c2Vjb25kOnB3") => reply(200),
        _ => reply(401).header("WWW-Authenticate", "Basic realm=\"r, s\""),
    })
    .await;
    let registry = server.registry(Logins(vec!["first", "second"]));
    assert!(registry.head_manifest(&name("a/b"), &v1()).await.unwrap().is_some());
    assert!(registry.head_manifest(&name("a/b"), &v1()).await.unwrap().is_some());
    assert_eq!(server.count("HEAD", "/"), 3, "the one that is taken is kept");

    let registry = server.registry(Logins(vec!["first", "third"]));
    let error = registry.head_manifest(&name("a/b"), &v1()).await.unwrap_err();
    assert!(
        matches!(&error, RegistryError::LoginRefused { origin, .. } if origin == "test login third"),
        "{error:?}"
    );
    let error = server.registry(NoLogins).head_manifest(&name("a/b"), &v1()).await.unwrap_err();
    assert!(matches!(error, RegistryError::NoLogin { .. }), "{error:?}");
}

#[tokio::test]
async fn an_identity_token_is_posted_and_not_shown_in_an_address() {
    struct Identity;
    impl LoginSource for Identity {
        fn login<'a>(
            &'a self,
            _host: &'a crate::image::Host,
            _repository: Option<&'a RepositoryName>,
        ) -> futures::future::BoxFuture<'a, Result<Option<Login>, LoginError>> {
            let (username, origin) = ("<token>".to_owned(), "test".to_owned());
            let password = "id&1".into();
            let login = Login { username, password, kind: LoginKind::IdentityToken, origin };
            Box::pin(async { Ok(Some(login)) })
        }

        fn refused<'a>(
            &'a self,
            _host: &'a crate::image::Host,
            _login: &'a Login,
        ) -> futures::future::BoxFuture<'a, Result<Option<Login>, LoginError>> {
            Box::pin(async { Ok(None) })
        }
    }
    let server = Server::start(|seen| match seen.target.as_str() {
        "/v2/" => challenge(seen, ""),
        "/token" => reply(200).body(r#"{"access_token":"t"}"#),
        _ => reply(200),
    })
    .await;
    server.registry(Identity).head_manifest(&name("a/b"), &v1()).await.unwrap();
    let token = server.seen().into_iter().find(|seen| seen.method == "POST").unwrap();
    let form = String::from_utf8(token.body).unwrap();
    assert_eq!(
        form,
        "grant_type=refresh_token&service=harbor-registry&client_id=ccr2tcr&scope=repository%3Aa%2Fb%3Apull&refresh_token=id%261"
    );
}

#[tokio::test]
async fn a_token_service_over_plain_http_elsewhere_gets_no_login() {
    let server = Server::start(|_| {
        reply(401).header("WWW-Authenticate", "Bearer realm=\"http://token.example.com/t\"")
    })
    .await;
    let registry = server.registry(Logins(vec!["u"]));
    let error = registry.head_manifest(&name("a/b"), &v1()).await.unwrap_err();
    assert!(matches!(error, RegistryError::UnsafeAddress { .. }), "{error:?}");
}

#[tokio::test]
async fn plain_http_is_spoken_only_where_it_is_allowed() {
    let server = Server::start(|_| reply(200)).await;
    let registry_here = server.registry(NoLogins);
    let probe = registry_here.probe().await.unwrap();
    assert_eq!(probe.base.as_str(), server.url("/v2/"));
    assert!(registry_here.at_once() > 16, "the attempt over TLS says nothing about load");

    // The same server under a name that isn't this machine's: TLS or nothing.
    let port = server.host.port().unwrap();
    let public: crate::image::Host = format!("registry.example.com:{port}").parse().unwrap();
    let fixed = format!("registry.example.com:{port}:127.0.0.1").parse().unwrap();
    let settings = |insecure_hosts| NetworkSettings {
        fixed_addresses: vec![fixed],
        insecure_hosts,
        ..NetworkSettings::default()
    };
    let before = server.seen().len();
    let strict = registry(&public, NoLogins, settings.clone()(vec![]));
    assert!(strict.probe().await.is_err());
    assert_eq!(server.seen().len(), before, "nothing was sent in the clear");
    let allowed = registry(&public, NoLogins, settings(vec![public.clone()]));
    assert_eq!(allowed.probe().await.unwrap().base.scheme(), "http");
}

#[tokio::test]
async fn a_host_that_takes_no_connection_is_asked_twice_before_anything_has_begun() {
    // As behind a firewall that drops: the greeting is never answered.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string().parse().unwrap();
    let taken = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = taken.clone();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            held.push(stream);
        }
    });
    let settings = NetworkSettings {
        connect_timeout: std::time::Duration::from_millis(100),
        ..NetworkSettings::default()
    };
    let error = registry(&host, NoLogins, settings).probe().await.unwrap_err();
    assert!(error.to_string().ends_with("did not answer in time: connecting"), "{error}");
    // And once to see whether it speaks TLS, as loopback need not.
    assert_eq!(taken.load(std::sync::atomic::Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_no_reason_for_plain_http() {
    use tokio::io::AsyncReadExt as _;
    use tokio_rustls::rustls;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let certified = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.unwrap())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string().parse().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read_u8().await;
            }
        }
    });
    let error = registry(&host, NoLogins, NetworkSettings::default()).probe().await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error:?}");
}

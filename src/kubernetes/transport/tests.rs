//! Tests of `transport`: what is repeated, what is waited for, what is told.

use std::sync::atomic::AtomicUsize;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::environment::Environment;
use crate::http::test_server::{hang_up, reply};
use crate::kubernetes::client::Cluster;
use crate::kubernetes::config::ConnectionSettings;
use crate::kubernetes::request::Write;
use crate::kubernetes::test_server::{Server, connect, json, status};

/// The first answers, then successes.
async fn server_that_first(first: Vec<crate::http::test_server::Reply>) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_| {
        let position = count.fetch_add(1, Ordering::SeqCst);
        first.get(position).cloned().unwrap_or_else(|| json(&serde_json::json!({"ok": true})))
    })
    .await
}

fn patch() -> json_patch::Patch {
    serde_json::from_value(serde_json::json!([{"op": "remove", "path": "/a"}])).unwrap()
}

#[tokio::test]
async fn a_busy_server_is_asked_again_four_times() {
    for code in [429, 502, 503, 504] {
        let server = server_that_first(vec![reply(code); 4]).await;
        assert!(server.cluster().await.get("/api").await.is_ok(), "{code}");
        assert_eq!(server.seen().len(), 5);
    }
    let server = server_that_first(vec![reply(503); 9]).await;
    let error = server.cluster().await.get("/api").await.unwrap_err();
    assert!(matches!(error, ClusterError::Api { code: 503, .. }), "{error:?}");
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn what_is_wrong_is_not_asked_again() {
    for code in [400, 401, 403, 404, 409, 410, 422, 500] {
        let server = server_that_first(vec![reply(code); 9]).await;
        assert!(server.cluster().await.get("/api").await.is_err());
        assert_eq!(server.seen().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn the_server_says_how_long_to_wait() {
    let server = server_that_first(vec![reply(429).header("Retry-After", "1")]).await;
    let start = Instant::now();
    server.cluster().await.get("/api").await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
    let busy = reply(500).header("Retry-After", "0");
    let server = server_that_first(vec![busy]).await;
    assert!(server.cluster().await.get("/api").await.is_ok(), "it advises to try again");
}

#[tokio::test]
async fn a_real_write_is_only_repeated_if_nothing_was_done() {
    let server = server_that_first(vec![reply(429), reply(429)]).await;
    server.cluster().await.patch("/api/v1/pods/x", &patch(), Write::Real).await.unwrap();
    assert_eq!(server.seen().len(), 3);
    let away = reply(503).header("Retry-After", "0");
    let server = server_that_first(vec![away.clone(), away]).await;
    server.cluster().await.patch("/api/v1/pods/x", &patch(), Write::Real).await.unwrap();
    assert_eq!(server.seen().len(), 3);
    for bad in [reply(502), reply(503), reply(504), reply(500).header("Retry-After", "0")] {
        let server = server_that_first(vec![bad; 9]).await;
        let cluster = server.cluster().await;
        let error = cluster.patch("/api/v1/pods/x", &patch(), Write::Real).await.unwrap_err();
        assert!(error.may_have_been_done(), "{error:?}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_write_that_is_repeated_may_find_its_own_work() {
    let gateway = reply(504).header("Retry-After", "0");
    for code in [404, 409, 422] {
        let words = "the server rejected our request due to an error in our request";
        let refused = status(code, "Conflict", words);
        let server = server_that_first(vec![gateway.clone(), refused]).await;
        let cluster = server.cluster().await;
        let error = cluster.patch("/api/v1/pods/x", &patch(), Write::Real).await.unwrap_err();
        assert!(error.may_have_been_done(), "{code}: {error:?}");
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_server_that_is_away_for_a_moment_is_waited_for_by_reads_and_writes() {
    let server = server_that_first(Vec::new()).await;
    let cluster = server.cluster().await;
    cluster.get("/api").await.unwrap();
    let address = server.close().await;
    let work = async {
        let patch = patch();
        let write = cluster.patch("/api/v1/pods/x", &patch, Write::Real);
        futures::join!(write, cluster.get("/api"))
    };
    let opened = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.open(&address).await;
    };
    let ((written, read), ()) = futures::join!(work, opened);
    written.unwrap();
    read.unwrap();
}

#[tokio::test]
async fn a_server_that_stays_away_is_given_up_after_the_time_of_a_request() {
    let server = server_that_first(Vec::new()).await;
    let request_timeout = Some(Duration::from_millis(500).into());
    let settings = ConnectionSettings { request_timeout, ..server.settings() };
    let cluster = server.cluster_with(&settings).await;
    cluster.get("/api").await.unwrap();
    server.close().await;
    let start = Instant::now();
    let error = cluster.patch("/api/v1/pods/x", &patch(), Write::Real).await.unwrap_err();
    assert!(matches!(error, ClusterError::Unreachable { .. }), "{error:?}");
    assert!(!error.may_have_been_done());
    let taken = start.elapsed();
    assert!(taken >= Duration::from_millis(500) && taken < Duration::from_secs(5), "{taken:?}");
}

#[tokio::test]
async fn a_lost_connection_is_mended_for_reads_and_dry_runs_alone() {
    let first = vec![reply(200).body("{}"), hang_up(), hang_up()];
    let server = server_that_first(first.clone()).await;
    let cluster = server.cluster().await;
    cluster.get("/api").await.unwrap();
    cluster.get("/api").await.unwrap();
    assert_eq!(server.seen().len(), 4);

    let server = server_that_first(first.clone()).await;
    let cluster = server.cluster().await;
    cluster.get("/api").await.unwrap();
    cluster.patch("/api/v1/pods/x", &patch(), Write::DryRun).await.unwrap();
    assert_eq!(server.seen().len(), 4);

    let server = server_that_first(first).await;
    let cluster = server.cluster().await;
    cluster.get("/api").await.unwrap();
    let error = cluster.patch("/api/v1/pods/x", &patch(), Write::Real).await.unwrap_err();
    assert!(matches!(error, ClusterError::Interrupted { .. }), "{error:?}");
    assert!(error.may_have_been_done());
    assert_eq!(server.seen().len(), 2, "nobody knows whether it was done");
}

#[tokio::test]
async fn a_wrong_address_is_told_soon() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let server = Some(format!("http://{address}"));
    let settings = ConnectionSettings { server, ..ConnectionSettings::default() };
    let folder = tempfile::tempdir().unwrap();
    let error = connect(&settings, folder.path()).await.get("/api").await.unwrap_err();
    assert!(matches!(error, ClusterError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(!error.may_have_been_done());
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for_twice() {
    let silent = json(&serde_json::json!({})).after(Duration::from_secs(30));
    let server = server_that_first(vec![silent; 9]).await;
    let request_timeout = Some(Duration::from_millis(200).into());
    let settings = ConnectionSettings { request_timeout, ..server.settings() };
    let start = Instant::now();
    let error = server.cluster_with(&settings).await.get("/api").await.unwrap_err();
    assert_eq!(error.to_string(), "/api: no answer in time (200 ms)");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_limit_below_the_timers_resolution_has_passed_already() {
    let server = server_that_first(Vec::new()).await;
    let request_timeout = Some(Duration::from_nanos(1).into());
    let settings = ConnectionSettings { request_timeout, ..server.settings() };
    let cluster = server.cluster_with(&settings).await;
    for _ in 0..20 {
        let error = cluster.get("/api").await.unwrap_err();
        assert!(matches!(error, ClusterError::Timeout { .. }), "{error:?}");
    }
    assert_eq!(server.seen().len(), 0, "kubectl doesn't send anything either");
}

#[tokio::test]
async fn requests_say_who_asks() {
    let server = server_that_first(Vec::new()).await;
    let settings = ConnectionSettings {
        as_user: Some("jäne".to_owned()),
        as_uid: Some("7".to_owned()),
        as_group: vec!["a".to_owned(), "b".to_owned()],
        as_user_extra: vec!["acme.com/x=1".parse().unwrap(), "acme.com/x=2".parse().unwrap()],
        token: Some("hunter2".into()),
        ..server.settings()
    };
    server.cluster_with(&settings).await.get("/api").await.unwrap();
    let seen = &server.seen()[0];
    let agent = seen.header("user-agent").unwrap();
    assert!(agent.starts_with("kubectl-tcr_switch/") && agent.ends_with(')'), "{agent}");
    assert!(seen.header("impersonate-user").is_some());
    assert_eq!(seen.header("impersonate-uid"), Some("7"));
    assert_eq!(seen.headers("impersonate-group"), ["a", "b"]);
    assert_eq!(seen.headers("impersonate-extra-acme.com%2fx"), ["1", "2"]);
    assert_eq!(seen.header("authorization"), None, "not where everybody could read it");
}

#[tokio::test]
async fn the_certificate_is_checked_against_the_named_authority() {
    let server = Server::start_tls(&["127.0.0.1"], |_| json(&serde_json::json!({}))).await;
    let settings = ConnectionSettings { token: Some("hunter2".into()), ..server.settings() };
    server.cluster_with(&settings).await.get("/api").await.unwrap();
    assert_eq!(server.seen()[0].header("authorization"), Some("Bearer hunter2"));

    let settings = ConnectionSettings { certificate_authority: None, ..settings };
    let error = server.cluster_with(&settings).await.get("/api").await.unwrap_err();
    assert!(matches!(error, ClusterError::Certificate { .. }), "{error:?}");
    assert!(error.to_string().ends_with("it is signed by an unknown authority"), "{error}");
    assert!(error.hint().contains("--certificate-authority"), "{}", error.hint());

    let settings = ConnectionSettings { insecure_skip_tls_verify: Some(true), ..settings };
    server.cluster_with(&settings).await.get("/api").await.unwrap();
}

#[tokio::test]
async fn a_certificate_may_be_for_another_name() {
    let server = Server::start_tls(&["api.internal"], |_| json(&serde_json::json!({}))).await;
    let error = server.cluster().await.get("/api").await.unwrap_err();
    assert!(error.to_string().contains("it is not valid for"), "{error}");
    assert!(error.hint().contains("--tls-server-name"), "{}", error.hint());
    let tls_server_name = Some("api.internal".to_owned());
    let settings = ConnectionSettings { tls_server_name, ..server.settings() };
    server.cluster_with(&settings).await.get("/api").await.unwrap();
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_told_apart() {
    let server = server_that_first(Vec::new()).await;
    let url = server.url.replace("http://", "https://");
    let settings = ConnectionSettings { server: Some(url), ..ConnectionSettings::default() };
    let skip = ConnectionSettings { insecure_skip_tls_verify: Some(true), ..settings };
    let error = server.cluster_with(&skip).await.get("/api").await.unwrap_err();
    assert!(matches!(error, ClusterError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("it does not speak TLS"), "{error}");
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_the_server() {
    let server = Server::start_tls(&["127.0.0.1"], |_| json(&serde_json::json!({}))).await;
    let settings = ConnectionSettings {
        client_certificate: Some(server.folder.path().join("client.crt")),
        client_key: Some(server.folder.path().join("client.key")),
        ..server.settings()
    };
    server.cluster_with(&settings).await.get("/api").await.unwrap();
    server.cluster().await.get("/api").await.unwrap();
    let shown: Vec<_> = server.seen().iter().map(|seen| seen.has_certificate).collect();
    assert_eq!(shown, [true, false]);
}

#[tokio::test]
async fn a_program_may_give_a_certificate_too() {
    let server = Server::start_tls(&["127.0.0.1"], |_| json(&serde_json::json!({}))).await;
    let read = |name: &str| std::fs::read_to_string(server.folder.path().join(name)).unwrap();
    let answer = serde_json::json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "status": {
            "clientCertificateData": read("client.crt"), "clientKeyData": read("client.key"),
            "expirationTimestamp": "2020-01-01T00:00:00Z",
        },
    });
    let file = server.folder.path().join("answer");
    std::fs::write(&file, answer.to_string()).unwrap();
    let cluster = with_command(&server, &format!("cat, args: [{}]", file.display())).await;
    cluster.get("/api").await.unwrap();
    cluster.get("/api").await.unwrap();
    assert!(server.seen().iter().all(|seen| seen.has_certificate));
}

/// A kubeconfig with a program that counts its calls and gives a token with the count.
async fn with_program(server: &Server, expires: &str) -> Cluster {
    let folder = server.folder.path();
    let script = format!(
        "#!/bin/sh\necho x >> {0}/calls\nn=$(wc -l < {0}/calls | tr -d ' ')\n\
         echo \"{{\\\"apiVersion\\\":\\\"client.authentication.k8s.io/v1\\\",\\\"status\\\":\
         {{\\\"token\\\":\\\"t$n\\\"{expires}}}}}\"\n",
        folder.display()
    );
    std::fs::write(folder.join("login.sh"), script).unwrap();
    with_command(server, &format!("sh, args: [{}/login.sh]", folder.display())).await
}

/// A kubeconfig whose user is given by this command.
async fn with_command(server: &Server, command: &str) -> Cluster {
    let config = format!(
        "current-context: a\n\
         clusters: [{{name: a, cluster: {{server: '{}', certificate-authority: ca.crt}}}}]\n\
         contexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n\
         users: [{{name: a, user: {{exec: {{apiVersion: client.authentication.k8s.io/v1, \
         command: {command}, interactiveMode: Never}}}}}}]\n",
        server.url
    );
    let kubeconfig = server.folder.path().join("config");
    std::fs::write(&kubeconfig, config).unwrap();
    let settings =
        ConnectionSettings { kubeconfig: Some(kubeconfig), ..ConnectionSettings::default() };
    server.cluster_with(&settings).await
}

fn tokens(server: &Server) -> Vec<String> {
    let seen = server.seen();
    seen.iter().map(|seen| seen.header("authorization").unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_token_that_expires_is_renewed() {
    let server = Server::start_tls(&["127.0.0.1"], |_| json(&serde_json::json!({}))).await;
    let past = r#",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\""#;
    let cluster = with_program(&server, past).await;
    cluster.get("/api").await.unwrap();
    cluster.get("/api").await.unwrap();
    assert_eq!(tokens(&server), ["Bearer t2", "Bearer t3"]);
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once() {
    let server = Server::start_tls(&["127.0.0.1"], |seen| match seen.header("authorization") {
        Some("Bearer t1") => status(401, "Unauthorized", "Unauthorized"),
        _ => json(&serde_json::json!({})),
    })
    .await;
    let cluster = with_program(&server, "").await;
    cluster.patch("/api/v1/pods/x", &patch(), Write::Real).await.unwrap();
    cluster.get("/api").await.unwrap();
    assert_eq!(tokens(&server), ["Bearer t1", "Bearer t2", "Bearer t2"]);

    let server =
        Server::start_tls(&["127.0.0.1"], |_| status(401, "Unauthorized", "Unauthorized")).await;
    let error = with_program(&server, "").await.get("/api").await.unwrap_err();
    assert!(matches!(error, ClusterError::Unauthorized { .. }), "{error:?}");
    assert_eq!(tokens(&server), ["Bearer t1", "Bearer t2"]);
}

#[tokio::test]
async fn a_token_that_has_expired_is_told_from_a_wrong_one() {
    let refuses = |_: &_| status(401, "Unauthorized", "Unauthorized");
    let server = Server::start_tls(&["127.0.0.1"], refuses).await;
    let error = async |claims: &str| {
        let claims = URL_SAFE_NO_PAD.encode(claims);
        let token = Some(format!("e30.{claims}.c2ln").into());
        let settings = ConnectionSettings { token, ..server.settings() };
        server.cluster_with(&settings).await.get("/api").await.unwrap_err().to_string()
    };
    let expired = error(r#"{"exp": 1700000000}"#).await;
    assert!(expired.ends_with(": its token has expired on 2023-11-14T22:13:20Z"), "{expired}");
    assert!(error(r#"{"exp": 32503680000}"#).await.ends_with(": Unauthorized"));
}

#[tokio::test]
async fn many_requests_at_once_renew_once() {
    let server = Server::start_tls(&["127.0.0.1"], |seen| match seen.header("authorization") {
        Some("Bearer t1") => status(401, "Unauthorized", "Unauthorized"),
        _ => json(&serde_json::json!({})),
    })
    .await;
    let cluster = with_program(&server, "").await;
    let all = futures::future::join_all((0..8).map(|_| cluster.get("/api"))).await;
    assert!(all.iter().all(Result::is_ok));
    let calls = std::fs::read_to_string(server.folder.path().join("calls")).unwrap();
    assert_eq!(calls.lines().count(), 2);
}

#[tokio::test]
async fn a_tokens_file_may_end_with_a_newline() {
    let server = Server::start_tls(&["127.0.0.1"], |_| json(&serde_json::json!({}))).await;
    let account = server.folder.path().join("var/run/secrets/kubernetes.io/serviceaccount");
    std::fs::create_dir_all(&account).unwrap();
    std::fs::write(account.join("token"), "t\n").unwrap();
    std::fs::copy(server.authority(), account.join("ca.crt")).unwrap();
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    let variables =
        [("KUBERNETES_SERVICE_HOST", "127.0.0.1"), ("KUBERNETES_SERVICE_PORT", port.as_str())];
    let environment = Environment::for_tests(&variables, server.folder.path());
    let cluster = Cluster::connect_from(&ConnectionSettings::default(), &environment).await;
    cluster.unwrap().get("/api").await.unwrap();
    assert_eq!(tokens(&server), ["Bearer t"]);
}

#[tokio::test]
async fn files_that_the_login_needs_are_named() {
    let settings = ConnectionSettings {
        server: Some("https://127.0.0.1:1".to_owned()),
        ..ConnectionSettings::default()
    };
    let cases = [
        (
            ConnectionSettings {
                certificate_authority: Some("/gone/ca".into()),
                ..settings.clone()
            },
            "certificate authority /gone/ca: No such file",
        ),
        (
            ConnectionSettings {
                certificate_authority: Some("/dev/null".into()),
                ..settings.clone()
            },
            "certificate authority /dev/null: it holds no certificate",
        ),
        (
            ConnectionSettings { client_certificate: Some("/dev/null".into()), ..settings.clone() },
            "the client certificate (--client-certificate): there is a certificate, but no key",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (settings, expected) in cases {
        let environment = Environment::for_tests(&[], folder.path());
        let error = Cluster::connect_from(&settings, &environment).await.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_is_asked_for_a_tunnel_and_named_if_it_fails() {
    let proxy = Server::start(|_| reply(403)).await;
    let address = proxy.url.replace("http://", "http://jane:hunter2@");
    let environment = Environment::for_tests(&[("HTTPS_PROXY", &address)], proxy.folder.path());
    let settings = ConnectionSettings {
        server: Some("https://k8s.example.com:6443".to_owned()),
        insecure_skip_tls_verify: Some(true),
        ..ConnectionSettings::default()
    };
    let cluster = Cluster::connect_from(&settings, &environment).await.unwrap();
    let error = cluster.get("/api").await.unwrap_err();
    let ClusterError::Unreachable { proxy: Some(named), .. } = &error else { panic!("{error:?}") };
    assert_eq!(*named, proxy.url);
    assert!(!format!("{error:?}{cluster:?}").contains("hunter2"));
    let seen = &proxy.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("CONNECT", "k8s.example.com:6443"));
    assert_eq!(seen.header("proxy-authorization"), Some("Basic amFuZTpodW50ZXIy"));
}

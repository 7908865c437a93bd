//! The order in which keys are looked for, and how the keys of roles are renewed.

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::tencent::api::test_server::{Asked, Reply, Server, network};

/// Nobody listens there.
const NOWHERE: (&str, &str) = ("TENCENTCLOUD_METADATA_ENDPOINT", "http://127.0.0.1:1");

fn write(home: &Path, path: &str, text: &str) {
    let path = home.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

async fn find(
    side: Edition,
    settings: &KeySettings,
    variables: &[(&str, &str)],
    home: &Path,
) -> Result<KeyChain, KeyError> {
    let environment = Environment::for_tests(variables, home);
    KeyChain::find(side, settings, &environment, &network()).await
}

/// Looks on the side of CCR, without flags and without a machine's role.
async fn search(variables: &[(&str, &str)], home: &TempDir) -> Result<KeyChain, KeyError> {
    let variables = [variables, &[NOWHERE]].concat();
    find(Edition::Ccr, &KeySettings::default(), &variables, home.path()).await
}

async fn id(chain: &KeyChain) -> String {
    chain.current().await.unwrap().id
}

fn sts_answer(id: &str, seconds_left: i64) -> Reply {
    let expires = Timestamp::now().as_second() + seconds_left;
    Reply::ok(json!({
        "Credentials": {"Token": "t", "TmpSecretId": id, "TmpSecretKey": "s"},
        "ExpiredTime": expires,
        "Expiration": "ignored",
    }))
}

#[tokio::test]
async fn the_nearest_place_wins() {
    let home = tempfile::tempdir().unwrap();
    let tccli = r#"{"secretId":"AKIDtccli","secretKey":"s"}"#;
    write(home.path(), ".tccli/default.credential", tccli);
    let ini = |id: &str| format!("[default]\nsecret_id={id}\nsecret_key=s\n");
    write(home.path(), ".tencentcloud/credentials", &ini("AKIDhome"));
    write(home.path(), "etc/tencentcloud/credentials", &ini("AKIDetc"));
    write(home.path(), "pod-token", "token");
    let token_file = home.path().join("pod-token");

    let settings = KeySettings {
        id: Some("AKIDflag".to_owned()),
        secret: Some("s".into()),
        ..KeySettings::default()
    };
    let mut variables = vec![
        NOWHERE,
        ("CCR_SECRET_ID", "AKIDccr"),
        ("CCR_SECRET_KEY", "s"),
        ("TENCENTCLOUD_SECRET_ID", "AKIDboth"),
        ("TENCENTCLOUD_SECRET_KEY", "s"),
        ("TKE_REGION", "ap-guangzhou"),
        ("TKE_PROVIDER_ID", "p"),
        ("TKE_WEB_IDENTITY_TOKEN_FILE", token_file.to_str().unwrap()),
        ("TKE_ROLE_ARN", "qcs::cam::uin/1:roleName/pod"),
    ];
    let path = home.path();
    let chain = find(Edition::Ccr, &settings, &variables, path).await.unwrap();
    assert_eq!(
        (id(&chain).await.as_str(), chain.origin()),
        ("AKIDflag", "the flags (--secret-id)")
    );

    let none = KeySettings::default();
    let chain = find(Edition::Ccr, &none, &variables, path).await.unwrap();
    assert_eq!(id(&chain).await, "AKIDccr");
    assert_eq!(chain.origin(), "the environment (CCR_SECRET_ID)");
    let chain = find(Edition::Tcr, &none, &variables, path).await.unwrap();
    assert_eq!(id(&chain).await, "AKIDboth", "CCR's own variables are not for TCR");

    variables.retain(|(name, _)| !name.starts_with("CCR_"));
    let chain = find(Edition::Ccr, &none, &variables, path).await.unwrap();
    assert_eq!(chain.origin(), "the environment (TENCENTCLOUD_SECRET_ID)");

    variables.retain(|(name, _)| !name.starts_with("TENCENTCLOUD_SECRET"));
    let chain = find(Edition::Ccr, &none, &variables, path).await.unwrap();
    assert_eq!(id(&chain).await, "AKIDtccli");
    assert_eq!(chain.origin(), "the profile ~/.tccli/default.credential");

    for (file, expected) in [
        (".tccli/default.credential", "the file ~/.tencentcloud/credentials [default]"),
        (".tencentcloud/credentials", "the file ~/etc/tencentcloud/credentials [default]"),
        ("etc/tencentcloud/credentials", "the pod's identity (role qcs::cam::uin/1:roleName/pod)"),
    ] {
        std::fs::remove_file(path.join(file)).unwrap();
        let chain = find(Edition::Ccr, &none, &variables, path).await.unwrap();
        assert_eq!(chain.origin(), expected);
    }
}

#[tokio::test]
async fn every_place_is_named_when_there_is_none() {
    let home = tempfile::tempdir().unwrap();
    let error = search(&[("TKE_REGION", "ap-guangzhou")], &home).await.err().unwrap();
    let text = format!("{error}: {}", error.looked().join("; "));
    for place in [
        "no API key for CCR",
        "--secret-id",
        "CCR_SECRET_ID",
        "TENCENTCLOUD_SECRET_ID",
        "~/.tccli/default.credential (not there)",
        "~/.tencentcloud/credentials [default] (not there)",
        "etc/tencentcloud/credentials [default] (not there)",
        "TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE, TKE_ROLE_ARN not set",
        "the machine's role at http://127.0.0.1:1",
    ] {
        assert!(text.contains(place), "{place} is missing: {text}");
    }
    let hint = error.hint().unwrap();
    assert!(hint.contains("TENCENTCLOUD_SECRET_ID") && hint.contains("CCR_SECRET_ID"), "{hint}");
}

#[tokio::test]
async fn half_a_key_is_an_error_that_names_the_rest() {
    let home = tempfile::tempdir().unwrap();
    let both = ("TENCENTCLOUD_SECRET_KEY", "s");
    for (variables, missing) in [
        (vec![("TENCENTCLOUD_SECRET_ID", "AKIDa")], "TENCENTCLOUD_SECRET_KEY is missing"),
        (vec![("CCR_SECRET_ID", "AKIDa"), both], "CCR_SECRET_KEY is missing"),
        (vec![("TENCENTCLOUD_SECRET_ID", ""), both], "TENCENTCLOUD_SECRET_ID is missing"),
    ] {
        let error = search(&variables, &home).await.err().unwrap();
        assert!(error.to_string().ends_with(missing), "{error}");
    }
    for settings in [
        KeySettings { id: Some("AKIDa".to_owned()), ..KeySettings::default() },
        KeySettings { token: Some("t".into()), ..KeySettings::default() },
    ] {
        let error = find(Edition::Ccr, &settings, &[NOWHERE], home.path()).await.err().unwrap();
        assert!(error.to_string().contains("--secret-key is missing"), "{error}");
    }
}

#[tokio::test]
async fn what_is_set_but_empty_is_not_set() {
    let home = tempfile::tempdir().unwrap();
    let variables = [
        ("CCR_SECRET_ID", ""),
        ("CCR_SECRET_KEY", ""),
        ("TENCENTCLOUD_SECRET_ID", " AKIDa\n"),
        ("TENCENTCLOUD_SECRET_KEY", "s"),
    ];
    let chain = search(&variables, &home).await.unwrap();
    assert_eq!(id(&chain).await, "AKIDa");
}

#[tokio::test]
async fn the_token_has_three_names() {
    let home = tempfile::tempdir().unwrap();
    let key = [("TENCENTCLOUD_SECRET_ID", "AKIDa"), ("TENCENTCLOUD_SECRET_KEY", "s")];
    let mut variables = key.to_vec();
    for (name, value) in [
        ("TENCENTCLOUD_SESSION_TOKEN", "session"),
        ("TENCENTCLOUD_SECURITY_TOKEN", "security"),
        ("TENCENTCLOUD_TOKEN", "tccli"),
    ] {
        variables.push((name, value));
        let key = search(&variables, &home).await.unwrap().current().await.unwrap();
        assert_eq!(key.token.unwrap().expose(), value);
        assert!(!format!("{:?}", ApiKey { token: None, ..key }).contains("AKIDa"));
    }
}

#[tokio::test]
async fn a_named_profile_comes_before_the_environment_and_must_exist() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".tccli/work.credential", r#"{"secretId":"AKIDw","secretKey":"s"}"#);
    write(home.path(), ".tencentcloud/credentials", "[ini]\nsecret_id=AKIDi\nsecret_key=s\n");
    let variables =
        [NOWHERE, ("TENCENTCLOUD_SECRET_ID", "AKIDboth"), ("TENCENTCLOUD_SECRET_KEY", "s")];
    for (profile, expected) in [("work", "AKIDw"), ("ini", "AKIDi")] {
        let settings = KeySettings { profile: Some(profile.to_owned()), ..KeySettings::default() };
        let chain = find(Edition::Tcr, &settings, &variables, home.path()).await.unwrap();
        assert_eq!(id(&chain).await, expected);
    }
    let settings = KeySettings { profile: Some("gone".to_owned()), ..KeySettings::default() };
    let error = find(Edition::Tcr, &settings, &variables, home.path()).await.err().unwrap();
    assert!(error.to_string().contains("no profile `gone` (named by --profile)"), "{error}");
    assert!(!error.to_string().contains("--secret-id"), "only its files are named: {error}");
    let error = search(&[("TCCLI_PROFILE", "gone")], &home).await.err().unwrap();
    assert!(error.to_string().contains("named by TCCLI_PROFILE"), "{error}");
    let chain = search(&[("TENCENTCLOUD_PROFILE", "work")], &home).await.unwrap();
    assert_eq!(id(&chain).await, "AKIDw");
    let folder = home.path().join(".tccli");
    let elsewhere = ("TENCENTCLOUD_SHARED_CREDENTIALS_DIR", folder.to_str().unwrap());
    let empty = tempfile::tempdir().unwrap();
    let chain = search(&[elsewhere, ("TCCLI_PROFILE", "work")], &empty).await.unwrap();
    assert_eq!(id(&chain).await, "AKIDw");
}

#[tokio::test]
async fn a_login_that_has_run_out_stops_the_search() {
    let home = tempfile::tempdir().unwrap();
    let login = r#"{"secretId":"a","secretKey":"s","type":"oauth","expiresAt":1}"#;
    write(home.path(), ".tccli/default.credential", login);
    write(home.path(), ".tencentcloud/credentials", "[default]\nsecret_id=a\nsecret_key=s\n");
    let error = search(&[], &home).await.err().unwrap();
    assert_eq!(error.hint().unwrap(), "run `tccli auth login`");
}

#[tokio::test]
async fn a_profiles_role_is_taken_on_once() {
    let server = Server::start(|_| sts_answer("AKIDrole", 7200)).await;
    let home = tempfile::tempdir().unwrap();
    let profile =
        r#"{"secretId":"AKIDbase","secretKey":"s","role-arn":"arn","role-session-name":"me"}"#;
    write(home.path(), ".tccli/default.credential", profile);
    let chain = search(&[("TENCENTCLOUD_STS_ENDPOINT", &server.url)], &home).await.unwrap();
    let keys = futures::future::join_all((0..8).map(|_| chain.current())).await;
    for key in keys {
        let key = key.unwrap();
        assert_eq!((key.id.as_str(), key.token.unwrap().expose()), ("AKIDrole", "t"));
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 1, "eight callers, one request");
    assert_eq!(asked[0].action(), "AssumeRole");
    assert_eq!(asked[0].headers["x-tc-version"], "2018-08-13");
    assert!(asked[0].headers["authorization"].contains("Credential=AKIDbase/"));
    assert!(asked[0].headers["authorization"].contains("/sts/tc3_request"));
    assert_eq!(asked[0].json()["RoleArn"], "arn");
    assert_eq!(asked[0].json()["RoleSessionName"], "me");
    assert_eq!(chain.origin(), "the role arn of the profile ~/.tccli/default.credential");
}

#[tokio::test]
async fn a_pods_token_is_read_again_for_each_key() {
    // Each key has less than 300 seconds left, so each call wants a new one.
    let server = Server::start(|asked: &Asked| {
        sts_answer(asked.json()["WebIdentityToken"].as_str().unwrap(), 200)
    })
    .await;
    let home = tempfile::tempdir().unwrap();
    write(home.path(), "token", "first\n");
    let token_file = home.path().join("token");
    let variables = [
        ("TENCENTCLOUD_STS_ENDPOINT", server.url.as_str()),
        ("TKE_REGION", "ap-shanghai"),
        ("TKE_PROVIDER_ID", "provider"),
        ("TKE_WEB_IDENTITY_TOKEN_FILE", token_file.to_str().unwrap()),
        ("TKE_ROLE_ARN", "arn"),
    ];
    let chain = search(&variables, &home).await.unwrap();
    assert_eq!(id(&chain).await, "first");
    write(home.path(), "token", "second\n");
    assert_eq!(id(&chain).await, "second");
    let asked = &server.asked()[0];
    assert_eq!(asked.action(), "AssumeRoleWithWebIdentity");
    assert_eq!(asked.headers["authorization"], "SKIP");
    assert_eq!(asked.headers["x-tc-region"], "ap-shanghai");
    assert_eq!(asked.json()["ProviderId"], "provider");

    std::fs::remove_file(&token_file).unwrap();
    assert_eq!(id(&chain).await, "second", "it's good for another 200 seconds");
}

#[tokio::test]
async fn a_role_that_is_refused_says_why() {
    let server = Server::start(|_| Reply::error("UnauthorizedOperation", "no trust")).await;
    let home = tempfile::tempdir().unwrap();
    let profile = r#"{"secretId":"AKIDbase","secretKey":"s","role-arn":"arn"}"#;
    write(home.path(), ".tccli/default.credential", profile);
    let chain = search(&[("TENCENTCLOUD_STS_ENDPOINT", &server.url)], &home).await.unwrap();
    let error = chain.current().await.unwrap_err();
    assert!(error.to_string().contains("no trust"), "{error}");
    assert!(error.hint().unwrap().contains("sts:AssumeRole"), "{error:?}");
    let error = crate::tencent::ApiError::Key(error);
    assert_eq!((error.is_permission(), error.request_id()), (true, Some("r-1")));
}

fn metadata(asked: &Asked) -> Reply {
    let body = match asked.path.as_str() {
        "/latest/meta-data/cam/security-credentials/" => "my-role".to_owned(),
        "/latest/meta-data/cam/security-credentials/my-role" => json!({
            "TmpSecretId": "AKIDcvm", "TmpSecretKey": "s", "Token": "t", "Code": "Success",
            "ExpiredTime": Timestamp::now().as_second() + 3600, "Expiration": "x",
        })
        .to_string(),
        path => panic!("{path}"),
    };
    Reply::Http(200, String::new(), body)
}

#[tokio::test]
async fn the_machines_role_is_the_last_place() {
    let server = Server::start(metadata).await;
    let home = tempfile::tempdir().unwrap();
    let variables = [("TENCENTCLOUD_METADATA_ENDPOINT", server.url.as_str())];
    let settings = KeySettings::default();
    let chain = find(Edition::Tcr, &settings, &variables, home.path()).await.unwrap();
    assert_eq!(chain.origin(), "the machine's role my-role");
    assert_eq!((id(&chain).await, id(&chain).await), ("AKIDcvm".into(), "AKIDcvm".into()));
    assert_eq!(server.asked().len(), 2, "the name once, the key once");

    let profile = r#"{"type":"cvm-role"}"#;
    write(home.path(), ".tccli/default.credential", profile);
    let chain = find(Edition::Tcr, &settings, &variables, home.path()).await.unwrap();
    assert_eq!(chain.origin(), "the profile ~/.tccli/default.credential");
    assert_eq!(id(&chain).await, "AKIDcvm");
}

#[tokio::test]
async fn a_machine_without_role_or_with_a_portal_has_no_key() {
    for (status, body, said) in [
        (404, "", "the machine has no role"),
        (200, "<html>Log in</html>", "not the name of a role"),
    ] {
        let server =
            Server::start(move |_| Reply::Http(status, String::new(), body.to_owned())).await;
        let home = tempfile::tempdir().unwrap();
        let variables = [("TENCENTCLOUD_METADATA_ENDPOINT", server.url.as_str())];
        let settings = KeySettings::default();
        let error = find(Edition::Tcr, &settings, &variables, home.path()).await.err().unwrap();
        assert!(matches!(error, KeyError::None { .. }));
        assert!(error.looked().last().unwrap().contains(said), "{error:?}");
    }
}

#[tokio::test]
async fn an_endpoint_that_is_none_is_told_with_its_variable() {
    let home = tempfile::tempdir().unwrap();
    let variables = [
        ("TENCENTCLOUD_SECRET_ID", "AKIDa"),
        ("TENCENTCLOUD_SECRET_KEY", "s"),
        ("TENCENTCLOUD_STS_ENDPOINT", "https://a/b"),
    ];
    let error = search(&variables, &home).await.err().unwrap();
    assert!(error.to_string().starts_with("TENCENTCLOUD_STS_ENDPOINT:"), "{error}");
}

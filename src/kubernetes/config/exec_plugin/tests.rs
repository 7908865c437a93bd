//! Tests of `exec_plugin`, with shell scripts for programs.

use super::*;

fn config(script: &str) -> ExecConfig {
    ExecConfig {
        api_version: Some("client.authentication.k8s.io/v1".to_owned()),
        command: Some("sh".to_owned()),
        args: Some(vec!["-c".to_owned(), script.to_owned()]),
        interactive_mode: Some(ExecInteractiveMode::IfAvailable),
        ..ExecConfig::default()
    }
}

fn plugin(config: &ExecConfig) -> ExecPlugin {
    ExecPlugin::with_terminal(config, &Cluster::default(), false).unwrap()
}

async fn error_of(script: &str) -> String {
    plugin(&config(script)).run().await.err().unwrap().to_string()
}

fn answer(status: &str) -> String {
    format!(
        r#"echo '{{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{status}}}'"#
    )
}

#[tokio::test]
async fn a_program_gives_a_token_and_is_told_what_is_asked() {
    let script = r#"echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{
        \"token\":\"$WHO-$(echo "$KUBERNETES_EXEC_INFO" | tr -dc a-zA-Z: | cut -c1-200)\",
        \"expirationTimestamp\":\"2026-01-31T12:00:00Z\"}}""#;
    let mut config = config(script);
    let entry = [("name", "WHO"), ("value", "jane")];
    config.env = Some(vec![entry.map(|(k, v)| (k.to_owned(), v.to_owned())).into()]);
    config.provide_cluster_info = true;
    let cluster = Cluster { server: Some("https://k".to_owned()), ..Cluster::default() };
    let plugin = ExecPlugin::with_terminal(&config, &cluster, false).unwrap();
    let given = plugin.run().await.unwrap();
    let token = given.token.unwrap().expose().to_owned();
    assert!(token.starts_with("jane-apiVersion:clientauthentication"), "{token}");
    assert!(token.contains("kind:ExecCredential"), "{token}");
    assert!(token.contains("interactive:false") && token.contains("server:https:k"), "{token}");
    assert_eq!(given.expires.unwrap().to_string(), "2026-01-31T12:00:00Z");
}

#[tokio::test]
async fn a_program_may_give_a_certificate() {
    let script = answer(r#"{"clientCertificateData":"C","clientKeyData":"K"}"#);
    let given = plugin(&config(&script)).run().await.unwrap();
    let (certificate, key) = given.certificate.unwrap();
    assert_eq!((certificate.as_str(), key.expose()), ("C", "K"));
    assert!(given.token.is_none() && given.expires.is_none());
}

#[tokio::test]
async fn a_missing_program_shows_how_to_get_it() {
    let config = ExecConfig {
        command: Some("no-such-login-program".to_owned()),
        install_hint: Some("brew install it\n".to_owned()),
        ..ExecConfig::default()
    };
    let error = plugin(&config).run().await.err().unwrap();
    let expected = "credential plugin `no-such-login-program`: there is no such program";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.hint(), "brew install it");
}

#[tokio::test]
async fn a_program_that_hangs_is_ended() {
    let mut plugin = plugin(&config("sleep 60"));
    plugin.limit = Duration::from_millis(100);
    let start = std::time::Instant::now();
    let error = plugin.run().await.err().unwrap();
    assert!(error.to_string().contains("gave no answer in"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_program_that_fails_is_told_with_its_words_but_never_its_output() {
    let error = error_of("echo hunter2; echo 'session expired, log in' >&2; exit 3").await;
    assert!(error.ends_with("(exit status: 3): session expired, log in"), "{error}");
    let error = error_of("echo hunter2").await;
    assert!(error.ends_with("its answer is no ExecCredential"), "{error}");
    let error = error_of(&answer("{}")).await;
    assert!(error.ends_with("it gave neither a token nor a certificate with key"), "{error}");
    let error = error_of(&answer(r#"{"token":"hunter2","expirationTimestamp":"soon"}"#)).await;
    assert!(error.contains("expirationTimestamp") && !error.contains("hunter2"), "{error}");
    let other = answer(r#"{"token":"t"}"#).replace("k8s.io/v1", "k8s.io/v1beta1");
    let error = error_of(&other).await;
    assert!(error.contains("it answers as client.authentication.k8s.io/v1beta1"), "{error}");
}

#[tokio::test]
async fn off_a_terminal_nothing_is_asked() {
    let mut config = config(&format!("cat >/dev/null; {}", answer(r#"{"token":"t"}"#)));
    assert!(plugin(&config).run().await.is_ok(), "its input is empty, and not waited for");
    config.interactive_mode = Some(ExecInteractiveMode::Always);
    let error = ExecPlugin::with_terminal(&config, &Cluster::default(), false).err().unwrap();
    assert!(error.to_string().contains("there is no terminal"), "{error}");
}

#[tokio::test]
async fn yaml_is_taken_too() {
    let script = "printf 'apiVersion: client.authentication.k8s.io/v1\\nstatus:\\n  token: t\\n'";
    let given = plugin(&config(script)).run().await.unwrap();
    assert_eq!(given.token.unwrap().expose(), "t");
}

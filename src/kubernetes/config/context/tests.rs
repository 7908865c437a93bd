//! Tests of `target`.

use secrecy::ExposeSecret as _;

use super::*;
use crate::http::Secret;

const CONFIG: &str = "
current-context: prod
clusters:
- {name: prod, cluster: {server: 'https://prod:6443/k8s/', tls-server-name: api, certificate-authority-data: Y2E=}}
- {name: stage, cluster: {server: 'stage:6443', insecure-skip-tls-verify: true}}
- {name: bare, cluster: {}}
contexts:
- {name: prod, context: {cluster: prod, user: jane, namespace: shop}}
- {name: stage, context: {cluster: stage, user: nobody}}
- {name: lost, context: {cluster: gone, user: jane}}
- {name: bare, context: {cluster: bare, user: ''}}
users:
- name: jane
  user:
    token: hers
    client-certificate-data: Y2VydA==
    client-key-data: a2V5
    as: boss
    as-groups: [admins]
- {name: joe, user: {username: joe, password: pw}}
";

fn settings() -> ConnectionSettings {
    ConnectionSettings::default()
}

fn find(settings: &ConnectionSettings) -> Result<ClusterContext, ClusterError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".kube")).unwrap();
    std::fs::write(folder.path().join(".kube/config"), CONFIG).unwrap();
    ClusterContext::find(settings, &Environment::for_tests(&[], folder.path()))
}

#[test]
fn the_current_context_decides() {
    let target = find(&settings()).unwrap();
    assert_eq!(target.server(), "https://prod:6443/k8s");
    assert_eq!((target.context.as_deref(), target.namespace.as_str()), (Some("prod"), "shop"));
    assert_eq!(target.user_name, "user jane, acting as boss");
}

#[test]
fn flags_win_over_the_context() {
    let target = find(&ConnectionSettings {
        namespace: Some("dev".into()),
        user: Some("joe".into()),
        server: Some("https://other".into()),
        context: Some(String::new()),
        ..settings()
    })
    .unwrap();
    assert_eq!((target.server(), target.namespace.as_str()), ("https://other", "dev"));
    assert_eq!(target.user.username.as_deref(), Some("joe"));
    assert_eq!(target.cluster.tls_server_name, None, "it is the name of the kubeconfig's server");
}

#[test]
fn a_login_by_flag_replaces_the_users() {
    let token = Some(Secret::from("mine"));
    let target = find(&ConnectionSettings { token, ..settings() }).unwrap();
    assert_eq!(target.user.token.unwrap().expose_secret(), "mine");
    assert_eq!(target.user.client_certificate_data, None, "else the certificate would win");
    assert_eq!(target.user.impersonate.as_deref(), Some("boss"));

    let target = find(&ConnectionSettings {
        client_certificate: Some("a.crt".into()),
        client_key: Some("a.key".into()),
        ..settings()
    })
    .unwrap();
    assert!(target.user.token.is_none() && target.user.client_key_data.is_none());
    assert_eq!(target.user.client_certificate.as_deref(), Some("a.crt"));
    assert_eq!(target.user.client_key.as_deref(), Some("a.key"));
}

#[test]
fn an_unknown_name_is_told_with_those_that_there_are() {
    let cases = [
        (
            ConnectionSettings { context: Some("pord".into()), ..settings() },
            "the kubeconfig has no context `pord`; there are prod, stage, lost, bare",
            "did you mean --context prod?",
        ),
        (
            ConnectionSettings { cluster: Some("x".into()), ..settings() },
            "the kubeconfig has no cluster `x`; there are prod, stage, bare",
            "list them: kubectl config get-clusters",
        ),
        (
            ConnectionSettings { context: Some("lost".into()), ..settings() },
            "the kubeconfig has no cluster `gone`; there are prod, stage, bare",
            "list them: kubectl config get-clusters",
        ),
        (
            ConnectionSettings { context: Some("stage".into()), ..settings() },
            "the kubeconfig has no user `nobody`; there are jane, joe",
            "list them: kubectl config get-users",
        ),
        (
            ConnectionSettings { context: Some("bare".into()), ..settings() },
            "cluster `bare` of the kubeconfig: it has no server",
            "correct it, and try again",
        ),
    ];
    for (settings, message, hint) in cases {
        let error = find(&settings).err().unwrap();
        assert_eq!((error.to_string().as_str(), error.hint().as_str()), (message, hint));
    }
}

#[test]
fn a_server_without_a_scheme_gets_kubectls() {
    let token = Some(Secret::from("t"));
    let target =
        find(&ConnectionSettings { context: Some("stage".into()), token, ..settings() }).unwrap();
    assert_eq!(target.server(), "http://stage:6443", "though it says how to trust");

    let empty = tempfile::tempdir().unwrap();
    let none = Environment::for_tests(&[], empty.path());
    let server = |text: &str| ConnectionSettings { server: Some(text.into()), ..settings() };
    let target = ClusterContext::find(&server("localhost:8080"), &none).unwrap();
    assert_eq!(target.server(), "http://localhost:8080");
    assert_eq!((target.context, target.namespace.as_str()), (None, "default"));
    let target = ClusterContext::find(&server("https://jane:pw@k8s/?x=1"), &none).unwrap();
    assert_eq!(target.server(), "https://k8s");
    for bad in ["ftp://k8s", "https://", "http://[::1", "unix:///var/run/x"] {
        assert!(ClusterContext::find(&server(bad), &none).is_err(), "{bad}");
    }
}

#[test]
fn a_ca_by_flag_takes_the_place_of_not_checking() {
    let certificate_authority = Some("ca.crt".into());
    let token = Some(Secret::from("t"));
    let context = Some("stage".into());
    let settings = ConnectionSettings { context, token, certificate_authority, ..settings() };
    let cluster = find(&settings).unwrap().cluster;
    assert_eq!(cluster.insecure_skip_tls_verify, None);
    assert_eq!(cluster.certificate_authority.as_deref(), Some("ca.crt"));
}

#[test]
fn impersonation_needs_a_user() {
    let as_group = vec!["admins".to_owned()];
    let settings = ConnectionSettings { as_group, user: Some("joe".into()), ..settings() };
    let error = find(&settings).err().unwrap();
    assert!(error.to_string().contains("--as USER"), "{error}");
    let as_user = Some("kim".into());
    let target = find(&ConnectionSettings { as_user, ..settings }).unwrap();
    assert_eq!(target.user_name, "user joe, acting as kim");
}

#[test]
fn nothing_at_all_is_not_localhost() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("gone").display().to_string();
    let environment = Environment::for_tests(&[("KUBECONFIG", &list)], folder.path());
    let error = ClusterContext::find(&settings(), &environment).err().unwrap();
    let expected =
        format!("no cluster is configured: {list} is missing or empty, and this is not a pod");
    assert_eq!(error.to_string(), expected);
    assert!(error.hint().contains("--kubeconfig"));
}

#[test]
fn in_a_pod_its_service_account_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let account = folder.path().join("var/run/secrets/kubernetes.io/serviceaccount");
    std::fs::create_dir_all(&account).unwrap();
    let variables = [("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "443")];
    let environment = Environment::for_tests(&variables, folder.path());
    assert!(ClusterContext::find(&settings(), &environment).is_err(), "without a token it is none");

    std::fs::write(account.join("token"), "t\n").unwrap();
    std::fs::write(account.join("ca.crt"), "").unwrap();
    std::fs::write(account.join("namespace"), "ops\n").unwrap();
    let target = ClusterContext::find(&settings(), &environment).unwrap();
    assert_eq!(target.server(), "https://[fd00::1]");
    assert_eq!(target.namespace, "ops");
    assert!(target.user.token_file.unwrap().ends_with("serviceaccount/token"));
    assert!(target.cluster.certificate_authority.unwrap().ends_with("ca.crt"));
}

#[test]
fn without_a_current_context_one_has_to_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, CONFIG.replace("current-context: prod", "")).unwrap();
    let environment = Environment::for_tests(&[], folder.path());
    let settings = ConnectionSettings { kubeconfig: Some(path), ..settings() };
    let error = ClusterContext::find(&settings, &environment).err().unwrap();
    assert!(matches!(error, ClusterError::NoContext { .. }), "{error}");
    assert_eq!(error.hint(), "choose one: --context prod");
    let cluster = Some("prod".into());
    let target =
        ClusterContext::find(&ConnectionSettings { cluster, ..settings }, &environment).unwrap();
    assert_eq!(target.server(), "https://prod:6443/k8s");
}

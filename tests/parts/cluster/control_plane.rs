//! Users, the audit log, snapshots, and a server that goes away.

use serde_json::json;

use crate::support::cluster::{Cluster, User};
use crate::support::run;

#[test]
fn a_user_may_do_what_the_role_says_and_no_more() {
    let cluster = Cluster::shared();
    let namespace = cluster.namespace("few");
    let rules = json!([{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]}]);
    let user = cluster.user_who_may(&namespace, &rules);
    cluster.kubectl_as(&user, &["get", "deployments", "-n", &namespace]).ends_with(0);
    cluster.kubectl_as(&user, &["get", "pods", "-n", &namespace]).ends_with(1);
}

#[test]
fn a_client_certificate_is_as_good_as_a_token() {
    let cluster = Cluster::shared();
    let file = cluster.kubeconfig_with_certificate("anna", &["system:masters"]);
    let mut command = cluster.command(&User::admin());
    command.env("KUBECONFIG", file).args(["auth", "whoami", "-o", "name"]);
    run(&mut command).ends_with(0).says(&["selfsubjectreview"]);
    command.args(["-o", "jsonpath={.status.userInfo.username}"]);
    assert_eq!(run(&mut command).ends_with(0).stdout, "anna");
    std::fs::write(cluster.file("authority.pem", ""), cluster.plane().authority()).unwrap();
    let server = cluster.plane().server();
    let line = ["--certificate-authority", "authority.pem", "-s", server, "version"];
    cluster.kubectl(&line).ends_with(0);
}

#[test]
fn the_audit_log_tells_what_a_user_asked_for() {
    let cluster = Cluster::shared();
    let namespace = cluster.namespace("seen");
    let user = cluster.user_of(&namespace);
    cluster.kubectl_as(&user, &["get", "secrets", "-n", &namespace]).ends_with(0);
    cluster.wait_until("the request is in the log", || {
        let requests = cluster.requests_of(&user.name);
        requests.iter().any(|request| {
            request["verb"] == "list"
                && request["objectRef"]["resource"] == "secrets"
                && request["userAgent"].as_str().unwrap().starts_with("kubectl/")
        })
    });
}

#[test]
fn a_snapshot_holds_what_users_wrote_and_nothing_else() {
    let cluster = Cluster::shared();
    let namespace = cluster.namespace("kept");
    let patch = |replicas: u32| {
        let patch = json!({"spec": {"replicas": replicas}});
        cluster.merge("deployments", &namespace, "web", &patch);
    };
    cluster.create(&format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: settings, namespace: {namespace}}}}}"
    ));
    cluster.kubectl(&["create", "deployment", "web", "--image=x", "-n", &namespace]).ends_with(0);
    cluster.wait_until("there is a pod", || !cluster.list("pods", &namespace).is_empty());

    let before = cluster.snapshot(&[&namespace]);
    let names: Vec<&str> = before.0.keys().map(String::as_str).collect();
    let wanted = ["configmaps/kube-root-ca.crt", "configmaps/settings", "deployments.apps/web"];
    let wanted = wanted.iter().chain(&["serviceaccounts/default"]);
    let wanted: Vec<String> = wanted.map(|name| format!("{namespace}/{name}")).collect();
    assert_eq!(names, wanted, "neither pods nor replica sets of a deployment, nor events");

    patch(2);
    let changed = cluster.snapshot(&[&namespace]);
    assert_ne!(before, changed);
    patch(1);
    before.assert_same(&cluster.snapshot(&[&namespace]));
}

#[test]
fn a_server_of_ones_own_can_be_stopped_and_started() {
    let cluster = Cluster::alone();
    let namespace = cluster.namespace("shop");
    cluster.plane().stop_server();
    let refused = cluster.kubectl(&["get", "pods", "-n", &namespace]).ends_with(1);
    refused.says(&["was refused"]);
    cluster.plane().start_server();
    cluster.kubectl(&["get", "sa", "default", "-n", &namespace]).ends_with(0);
    assert_eq!(cluster.find("pods", &namespace, "none"), None);
}

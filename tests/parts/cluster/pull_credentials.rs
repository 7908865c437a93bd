//! Pods get an image from a registry with logins if, and only if, a pull secret opens it.

use serde_json::{Value, json};

use crate::support::cluster::yaml::workload;
use crate::support::cluster::{Cluster, User};
use crate::support::{Sandbox, run};

const PRIVATE: &str = "
version: 1
docker_login: [tcr]
enterprise: [{namespaces: [{name: shop, repositories: [{name: web, images: [{tags: [v1], layers: [2kB]}]}]}]}]
";

#[test]
fn a_registry_with_logins_wants_a_pull_secret() {
    let (cluster, sandbox) = (Cluster::shared(), Sandbox::with_account(PRIVATE));
    let namespace = cluster.namespace("private");
    let image = format!("{}/shop/web:v1", sandbox.tcr());
    cluster.apply(&workload("Deployment", &namespace, "web", &image));
    cluster.wait_until("the pull fails", || cluster.waiting(&namespace).is_some());
    let (_, message) = cluster.waiting(&namespace).unwrap();
    assert!(message.contains("401 Unauthorized"), "{message}");

    // The old format, with a wrong login: no better than none.
    let config = json!({sandbox.tcr(): {"username": "somebody", "password": "wrong"}});
    cluster.create(&secret(&namespace, "old", "dockercfg", ".dockercfg", &config));
    let login = sandbox.login(sandbox.tcr()).unwrap();
    let config = json!({"auths": {format!("https://{}/v2/", sandbox.tcr()): {"auth": login}}});
    let (kind, key) = ("dockerconfigjson", ".dockerconfigjson");
    cluster.create(&secret(&namespace, "new", kind, key, &config));
    // At the service account: pods get it when they are made.
    let lists = |names: &[&str]| {
        let names: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        let patch = json!({"imagePullSecrets": names});
        cluster.merge("serviceaccounts", &namespace, "default", &patch);
        cluster.kubectl(&["delete", "pods", "--all", "-n", &namespace]).ends_with(0);
    };
    lists(&["missing", "old"]);
    cluster.wait_until("the login is refused", || {
        let pods = cluster.list("pods", &namespace);
        let has_it = pods.iter().any(|pod| pod["spec"]["imagePullSecrets"][1]["name"] == "old");
        let refused = |(_, message): &(String, String)| message.contains("fetch oauth token");
        has_it && cluster.waiting(&namespace).as_ref().is_some_and(refused)
    });
    lists(&["old", "new"]);
    cluster.roll_out(&namespace, "deployment/web");
}

#[test]
fn a_secret_that_comes_later_heals_the_pod() {
    let (cluster, sandbox) = (Cluster::shared(), Sandbox::with_account(PRIVATE));
    let namespace = cluster.namespace("later");
    let image = format!("{}/shop/web:v1", sandbox.tcr());
    let patch = json!({"imagePullSecrets": [{"name": "tcr"}]});
    cluster.merge("serviceaccounts", &namespace, "default", &patch);
    cluster.apply(&workload("StatefulSet", &namespace, "db", &image));
    cluster.wait_until("the pull fails", || cluster.waiting(&namespace).is_some());
    // As kubectl itself writes one, with the sandbox's environment around it.
    let config = format!("{}/config.json", sandbox.variable("DOCKER_CONFIG"));
    let mut command = cluster.command_with(&sandbox, &User::admin());
    command.args(["create", "secret", "generic", "tcr", "-n", &namespace]);
    command.args(["--type=kubernetes.io/dockerconfigjson", "--from-file"]);
    run(command.arg(format!(".dockerconfigjson={config}"))).ends_with(0);
    cluster.roll_out(&namespace, "statefulset/db");
}

fn secret(namespace: &str, name: &str, kind: &str, key: &str, config: &Value) -> String {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": format!("kubernetes.io/{kind}"),
        "metadata": {"namespace": namespace, "name": name},
        "stringData": {key: config.to_string()},
    })
    .to_string()
}

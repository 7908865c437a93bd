//! What clusters run, and which of their nodes pulled.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::cluster::yaml::workload;
use crate::support::cluster::{Cluster, User};
use crate::support::{Run, Sandbox, run};

const ACCOUNT: &str = "
version: 1
personal:
  - namespaces:
      - name: shop
        repositories: [{name: web, images: [{tags: [v1], layers: [2kB]}]}]
enterprise: [{name: prod}]
audit:
  events:
    - {repository: shop/web, address: 10.0.0.5, hours_ago: 5, times: 4}
    - {repository: shop/web, address: 203.0.113.7, user: ci, hours_ago: 5}
";

fn usage(sandbox: &Sandbox, cluster: &Cluster, user: &User, more: &[&str]) -> Run {
    let kubeconfig = cluster.kubeconfig(user);
    let mut command: Command = sandbox.plugin(&["usage", "--kube-context", "test"]);
    command.arg("--kubeconfig").arg(&kubeconfig).args(more);
    run(&mut command)
}

#[test]
fn addresses_become_nodes_and_workloads_are_named() {
    let (cluster, sandbox) = (Cluster::alone(), Sandbox::with_account(ACCOUNT));
    let addresses =
        json!({"status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.5"}]}});
    cluster.api().merge("/api/v1/nodes/node-1/status", &addresses).good();
    let namespace = cluster.namespace("usage");
    let image = format!("{}/shop/web:v1", sandbox.ccr());
    cluster.create(&workload("Deployment", &namespace, "web", &image));

    let report = usage(&sandbox, &cluster, &User::admin(), &["-o", "json"]).ends_with(0).json();
    let place = |address: &str| -> Value {
        let rows = report["seen"].as_array().unwrap();
        rows.iter().find(|row| row["address"] == address).unwrap()["place"].clone()
    };
    assert_eq!(
        (&place("10.0.0.5")["kind"], &place("10.0.0.5")["name"]),
        (&"node".into(), &"node-1".into())
    );
    assert_eq!(place("203.0.113.7")["kind"], "notANode");
    let workloads = &report["clusters"][0]["workloads"];
    assert_eq!(workloads[0]["object"]["name"], "web", "{report}");
    assert_eq!(workloads[0]["images"], json!([image]));
    assert_eq!(workloads.as_array().unwrap().len(), 1, "{workloads}");
    let told = usage(&sandbox, &cluster, &User::admin(), &["--fail-if-used"]).ends_with(1);
    told.says(&[
        "node node-1 of",
        "not a node of the given clusters",
        "deployment.apps/web in usage",
    ]);

    // Without the right to list nodes, no address is said to be none.
    let member = cluster.user_of(&namespace);
    let told = usage(&sandbox, &cluster, &member, &[]).ends_with(0);
    told.says(&["could not read nodes of"]).never_says(&["not a node", "nobody", "no one"]);
}

#[test]
fn a_cluster_that_is_not_there_proves_nothing() {
    let (account, _) = ACCOUNT.split_once("audit:").unwrap();
    let sandbox = Sandbox::with_account(account);
    let run = sandbox.ccr2tcr(&["usage", "--kube-context", "missing", "--fail-if-used"]);
    run.ends_with(1).says(&["could not read", "missing", "not proven"]);
}

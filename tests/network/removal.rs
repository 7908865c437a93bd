//! A link and its names go, and come back.

use super::fixtures::{account, everything, network, status};
use crate::support::Sandbox;
use crate::support::cluster::{Cluster, User};

fn linked() -> Sandbox {
    let more = "    links: [{vpc: vpc-prod, dns: [default]}, {vpc: vpc-far}]\n";
    Sandbox::with_account(&account("{state: Closed}", more))
}

#[test]
fn a_link_that_may_be_in_use_is_not_removed_unasked() {
    let sandbox = linked();
    let before = everything(&sandbox);
    let run = network(&sandbox, "remove --vpc vpc-prod --yes").ends_with(2);
    run.says(&["may be in use: no cluster was asked", "--kube-context", "--force"]);
    network(&sandbox, "remove --vpc vpc-prod --dry-run").ends_with(1);
    network(&sandbox, "remove --vpc vpc-none --yes").ends_with(0).says(&["vpc-none isn't linked"]);
    assert_eq!(everything(&sandbox), before);
    assert_eq!(sandbox.count("api", "ManageInternalEndpoint"), 0);
}

#[test]
fn a_link_that_pods_of_a_cluster_need_is_kept() {
    let (sandbox, cluster) = (linked(), Cluster::shared());
    let namespace = cluster.namespace("linked");
    let kubeconfig = cluster.kubeconfig(&User::admin());
    let remove = format!(
        "remove --vpc vpc-prod --yes --undo-file undo.json --kubeconfig {} --kube-context",
        kubeconfig.display()
    );
    let image = "demo-vpc.tencentcloudcr.com/shop/web:v1";
    cluster.create(&format!(
        "
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: {namespace}}}
spec: {{containers: [{{name: main, image: '{image}'}}]}}
"
    ));
    let run = network(&sandbox, &format!("{remove} test")).ends_with(2);
    run.says(&["1 pod of 1 cluster is on TCR", &format!("test: {namespace}/web")]);
    network(&sandbox, &format!("{remove} nowhere")).ends_with(2).says(&["can't be read"]);
    assert_eq!(sandbox.count("api", "ManageInternalEndpoint"), 0);

    let gone = ["delete", "pod", "web", "-n", &namespace, "--force", "--grace-period=0"];
    cluster.kubectl(&gone).ends_with(0);
    let run = network(&sandbox, &format!("{remove} test")).ends_with(0);
    run.says(&["seen in 1 cluster is on TCR", "done: remove the link of vpc-prod"]);
}

#[test]
fn names_go_before_the_link_and_all_of_it_comes_back() {
    let sandbox = linked();
    let before = (everything(&sandbox), status(&sandbox));
    let remove = "remove --vpc vpc-prod --vpc vpc-far --force --yes --undo-file undo.json";
    network(&sandbox, remove).ends_with(0);
    assert_eq!(status(&sandbox)["links"], serde_json::json!([]));
    network(&sandbox, "rollback undo.json --yes").ends_with(0);
    let mut after = (everything(&sandbox), status(&sandbox));
    // They are listed in the order in which they were made.
    after.0["network"]["links"].as_array_mut().unwrap().reverse();
    after.1["links"].as_array_mut().unwrap().reverse();
    assert_eq!(after, before);
}

//! The cluster of the tests: that what other tests rely on is so.

mod control_plane;
mod pods;
mod processes;
mod pull_credentials;

use crate::support::cluster::Cluster;

#[test]
fn the_control_plane_answers_the_real_kubectl() {
    let cluster = Cluster::shared();
    let namespace = cluster.namespace("shop");
    cluster.kubectl(&["version"]).ends_with(0).says(&["Server Version: v1.36.3"]);
    cluster.kubectl(&["get", "sa", "-n", &namespace]).ends_with(0).says(&["default"]);
}

#[test]
fn kubectl_finds_the_plugin() {
    let cluster = Cluster::shared();
    let list = cluster.kubectl(&["plugin", "list"]).ends_with(0);
    list.says(&["/bin/kubectl-tcr_switch"]).never_says(&["warning"]);
    cluster.kubectl(&["tcr-switch", "--help"]).ends_with(0);
}

#[test]
fn a_user_of_one_namespace_is_refused_elsewhere() {
    let cluster = Cluster::shared();
    let (own, other) = (cluster.namespace("own"), cluster.namespace("other"));
    let user = cluster.user_of(&own);
    cluster.kubectl_as(&user, &["get", "secrets,deployments", "-n", &own]).ends_with(0);
    let refused = cluster.kubectl_as(&user, &["get", "pods", "-n", &other]).ends_with(1);
    refused.says(&["Forbidden", &user.name]);
    cluster.kubectl_as(&user, &["get", "pods", "-A"]).ends_with(1).says(&["Forbidden"]);
}

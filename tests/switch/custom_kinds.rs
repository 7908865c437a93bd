//! Kinds that operators bring along.

use serde_json::Value;

use crate::support::cluster::Cluster;
use crate::support::cluster::custom_kinds::{ALL, cluster_wide_examples, ended, examples, fixed};

#[test]
fn every_example_is_taken_by_the_server_as_it_is() {
    let cluster = Cluster::alone();
    cluster.install_kinds(ALL);
    let namespace = cluster.namespace("kinds");
    for of in [examples, cluster_wide_examples, ended, fixed] {
        for object in of("ccr.example.com") {
            let path = cluster.create_custom(&namespace, &object);
            let kept: Value = cluster.api().get(&path).good();
            assert_eq!((&kept["spec"], &kept["status"]), (&object["spec"], &object["status"]));
        }
    }
}

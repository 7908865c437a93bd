//! What doctor misses, `network apply` sets, and its rollback takes back.

use std::net::Ipv4Addr;

use super::fixtures::World;

/// The first address that the sandbox gives to a link.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 4);

#[test]
fn the_vpc_of_a_cluster_is_linked_by_its_context() {
    let unlinked = |account: String| {
        account.replace("    links:\n      - {vpc: vpc-prod, address: 10.0.0.5}\n", "")
    };
    let world = World::with(unlinked, ADDRESS);
    let before = world.sandbox.control("/network");
    world.run("docker", &[], &[]).ends_with(1).says(&["vpc-prod is not linked"]);
    let apply = ["--yes", "--undo-file", "undo.json"];
    world
        .network("apply", "--for-kube-context", &apply)
        .ends_with(0)
        .says(&["cls-prod0001 (prod), in vpc-prod"]);
    world.run("docker", &[], &[]).ends_with(0).says(&["vpc-prod is linked, at 10.0.0.4"]);
    world.sandbox.ccr2tcr(&["network", "rollback", "undo.json", "--yes"]).ends_with(0);
    assert_eq!(world.sandbox.control("/network"), before);
}

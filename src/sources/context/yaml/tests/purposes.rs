//! What names are there for, shape by shape.

use super::says;
use crate::sources::context::Purpose::{
    AllowList, Auths, BesideEditionFlag, Container, Generated, Login, Matcher, Mirror, Push,
    Reference, Sealed,
};

#[test]
fn containers_of_pods_take_latest() {
    let pod = "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{image: CCR/a}]\n  containers:\n  - image: CCR/b\n    env: [{name: X, value: CCR/c}]\n  ephemeralContainers:\n  - {image: \"CCR/d\"}\n";
    says(
        "pod.yaml",
        pod,
        &[
            ("spec.initContainers[0].image", Container),
            ("spec.containers[0].image", Container),
            ("spec.containers[0].env[0].value", Reference),
            ("spec.ephemeralContainers[0].image", Container),
        ],
    );
}

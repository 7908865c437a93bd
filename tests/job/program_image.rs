//! The program's image pushed by `job` itself, from a file that skopeo has written.

use crate::support::cluster::Place;
use crate::support::tls::signed_by_own_ca;
use crate::support::{run, tool};

use super::shards::World;

/// Writes an image of the registry as an OCI layout in a tar archive, as a release has it.
fn save(reference: &str, archive: &str) {
    let mut command = tool("skopeo");
    command.args(["copy", "--src-tls-verify=false", &format!("docker://{reference}")]);
    run(command.arg(format!("oci-archive:{archive}"))).ends_with(0);
}

#[test]
fn the_image_is_pushed_by_digest_before_the_job_is_written() {
    let world = World::new(&[]);
    let sandbox = &world.sandbox;
    let archive = sandbox.folder().join("image.tar").to_str().unwrap().to_owned();
    save(&format!("{}/shop/web:v1", sandbox.ccr()), &archive);
    let authority = sandbox.file("ca.pem", &signed_by_own_ca("tcr.example.com").ca);
    let image = format!("{}/shop/ccr2tcr", sandbox.tcr());
    world.cluster.place(&world.namespace, sandbox.tcr(), Place::HoldsAll);
    let base = ["--shards", "2", "--image", &image];
    let from = |file: &str| [base.as_slice(), &["--image-file", file]].concat().join(" ");
    let with = |line: &str, more: &[&str]| {
        world.job(&[line.split(' ').collect::<Vec<_>>().as_slice(), more].concat())
    };

    with(&base.join(" "), &["--apply"])
        .ends_with(125)
        .says(&["names no digest", "--image-file FILE"]);
    world.job(&["--image-file", &archive]).ends_with(125).says(&["--image <IMAGE>"]);
    let printed = with(&from(&archive), &["-o", "yaml"]).ends_with(1);
    printed.says(&["is pushed by --apply alone"]);
    assert_eq!(sandbox.count("tcr", "manifest_put"), 0, "nothing is written without --apply");

    let trusting = ["--apply", "--yes", "--ca-file", authority.to_str().unwrap()];
    with(&from(&archive), &trusting)
        .ends_with(0)
        .says(&[": pushed", "configmap/ccr2tcr-trust: created"]);
    let tagged = format!("shop/ccr2tcr:v{}", env!("CARGO_PKG_VERSION"));
    let by_digest = format!("{image}@{}", sandbox.digest("tcr", &tagged).unwrap());
    let pod = &world.objects("jobs")[0]["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], by_digest.as_str());
    assert_eq!(world.end()["ended"], "Failed: FailedIndexes", "one image of the account is broken");

    let again = with(&from(&archive), &["--apply", "--yes"]).ends_with(0);
    again.says(&["is there already"]);
    assert!(
        world.objects("configmaps").iter().all(|map| map["metadata"]["name"] != "ccr2tcr-trust")
    );
    sandbox.assert_target_is_whole();
    sandbox.assert_nothing_was_deleted();
}

#[test]
fn a_file_that_is_no_image_or_another_one_is_refused() {
    let world = World::new(&[]);
    let sandbox = &world.sandbox;
    let archive = sandbox.folder().join("image.tar").to_str().unwrap().to_owned();
    save(&format!("{}/shop/web:v1", sandbox.ccr()), &archive);
    let image = format!("{}/shop/ccr2tcr", sandbox.tcr());
    let try_out = |image: &str, file: &str| {
        world.job(&["--image", image, "--image-file", file, "--apply", "--yes"]).ends_with(2)
    };
    try_out(&image, "/nowhere/image.tar").says(&["/nowhere/image.tar: No such file"]);
    let text = sandbox.file("text.tar", "this is no archive");
    try_out(&image, text.to_str().unwrap()).says(&["text.tar: ", "ccr2tcr-vVERSION-image.tar"]);
    let other = format!("{image}@sha256:{}", "a".repeat(64));
    try_out(&other, &archive)
        .says(&["image.tar has another image, sha256:", "leave the digest out"]);
    try_out(&format!("{}/nowhere/ccr2tcr", sandbox.tcr()), &archive).says(&["nowhere"]);

    // A bit that fell over in the config.
    let mut bytes = std::fs::read(&archive).unwrap();
    let at = bytes.windows(8).position(|part| part == b"diff_ids").unwrap();
    bytes[at + 3] ^= 1;
    std::fs::write(&archive, bytes).unwrap();
    try_out(&image, &archive).says(&["image.tar: sha256:", "the bytes are others"]);
    for kind in ["jobs", "configmaps", "secrets"] {
        assert!(world.objects(kind).is_empty(), "{kind}");
    }
}

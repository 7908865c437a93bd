//! `images` of kustomize, which have to match what their bases name.

use super::tree::{ACCOUNT, Tree};
use crate::support::{Sandbox, kustomize, run, tool};

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: CCR/shop/web:v1
";

const OVERLAY: &str = "\
resources: [../base]
images:
  - name: CCR/shop/web
    newTag: v2
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    sandbox
}

#[test]
fn one_follows_a_base_that_was_rewritten_before() {
    let sandbox = sandbox();
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", POD),
        ("prod/kustomization.yaml", OVERLAY),
    ];
    let tree = Tree::committed(&sandbox, &files);
    tree.rewrite(&["base", "--write"]).ends_with(0);
    tree.commit();

    tree.rewrite(&["--write"]).ends_with(0);

    tree.assert_reads("prod/kustomization.yaml", &OVERLAY.replace("CCR", "TCR"));
    let mut build = tool(kustomize().to_str().unwrap());
    run(build.args(["build", "prod"]).current_dir(tree.folder()))
        .ends_with(0)
        .says(&[&tree.filled("image: TCR/shop/web:v2")]);
}

#[test]
fn one_with_another_name_for_a_base_from_elsewhere_is_done() {
    let sandbox = sandbox();
    let overlay = "\
resources: [https://example.com/base]
images:
  - name: CCR/shop/web
    newName: CCR/shop/web
    newTag: v2
";
    let tree = Tree::committed(&sandbox, &[("prod/kustomization.yaml", overlay)]);

    tree.rewrite(&["--write"]).ends_with(0).never_says(&["to do by hand"]);

    tree.assert_reads("prod/kustomization.yaml", &overlay.replace("newName: CCR", "newName: TCR"));
    tree.rewrite(&["--check"]).ends_with(0);
}

#[test]
fn one_of_a_base_that_is_left_to_a_person_is_left_with_it() {
    let sandbox = sandbox();
    let flagged = POD.replace("name: web}", "name: flagged}") + "      imageType: personal\n";
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml, flagged.yaml]\n"),
        ("base/web.yaml", POD),
        ("base/flagged.yaml", &flagged),
        ("prod/kustomization.yaml", OVERLAY),
    ];
    let tree = Tree::committed(&sandbox, &files);

    tree.rewrite(&["--write"]).says(&["some of what it looks for is rewritten, and some is not"]);

    tree.assert_reads("base/flagged.yaml", &flagged);
    tree.assert_reads("prod/kustomization.yaml", OVERLAY);
}

//! The main job, from the diff to a check that nothing is left.

use super::tree::{ACCOUNT, Tree};
use crate::support::Sandbox;

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web
          image: CCR/shop/web:v1 # pinned by hand
        - {name: agent, image: \"CCR/tkeimages/agent:v1\"}
";

const VALUES: &str = "image:\n  registry: CCR\n  repository: shop/api\n  tag: v1\n";

#[test]
fn a_tree_is_shown_written_and_checked() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    let files = [
        ("deploy/web.yaml", DEPLOYMENT),
        ("chart/values.yaml", VALUES),
        ("Dockerfile", "FROM CCR/shop/web:v2\nRUN true\n"),
        ("README.md", "Images are in CCR/shop/web.\n"),
        ("other.txt", "nothing\n"),
    ];
    let tree = Tree::committed(&sandbox, &files);

    let shown = tree.rewrite(&[]).ends_with(0).says(&[
        "3 references would be rewritten in 3 of 5 files",
        "tkeimages/agent:v1",
        "README.md:1",
    ]);
    tree.git(&["status", "--porcelain"]).ends_with(0).never_says(&["M"]);
    assert!(shown.stdout.contains("\n-FROM "), "{}", shown.stdout);
    std::fs::write(tree.folder().join("x.patch"), &shown.stdout).unwrap();
    tree.git(&["apply", "--check", "x.patch"]).ends_with(0);
    std::fs::remove_file(tree.folder().join("x.patch")).unwrap();
    tree.rewrite(&["--check"]).ends_with(1);

    tree.rewrite(&["--write"]).ends_with(0).says(&["3 references rewritten in 3 of 5 files"]);
    tree.assert_reads("deploy/web.yaml", &DEPLOYMENT.replace("CCR/shop", "TCR/shop"));
    tree.assert_reads("chart/values.yaml", &VALUES.replace("CCR", "TCR"));
    tree.assert_reads("Dockerfile", "FROM TCR/shop/web:v2\nRUN true\n");
    tree.assert_reads("README.md", "Images are in CCR/shop/web.\n");
    tree.rewrite(&["--check"]).ends_with(0);
    tree.rewrite(&["--write", "--allow-dirty"]).ends_with(0).says(&["nothing to rewrite"]);
}

#[test]
fn what_tcr_lacks_is_kept_and_named_with_the_line_that_brings_it() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync", "shop/web"]).ends_with(0);
    let files = [("a.yaml", "image: CCR/shop/web:v1\n"), ("b.yaml", "image: CCR/shop/api:v1\n")];
    let tree = Tree::committed(&sandbox, &files);
    let line = tree.filled("docker ccr2tcr sync --images -");
    tree.rewrite(&["--write"]).ends_with(1).says(&["not in TCR", "b.yaml:1", &line]);
    tree.assert_reads("a.yaml", "image: TCR/shop/web:v1\n");
    tree.assert_reads("b.yaml", "image: CCR/shop/api:v1\n");
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    tree.rewrite(&["--write"]).ends_with(0);
    tree.assert_reads("b.yaml", "image: TCR/shop/api:v1\n");
}

#[test]
fn digests_stand_beside_tags_if_they_are_asked_for() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    let tree = Tree::committed(&sandbox, &[("a.yaml", "image: CCR/shop/web:v1\n")]);
    tree.rewrite(&["--write", "--pin", "mutable"]).ends_with(0);
    let digest = sandbox.digest("tcr", "shop/web:v1").unwrap();
    tree.assert_reads("a.yaml", &format!("image: TCR/shop/web:v1@{digest}\n"));
}

#[test]
fn a_file_with_changes_of_its_own_is_refused_unless_it_is_said() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    let tree = Tree::committed(&sandbox, &[("a.yaml", "image: CCR/shop/web:v1\n")]);
    tree.write("a.yaml", "image: CCR/shop/web:v2\n");
    tree.rewrite(&["--write"]).ends_with(1).says(&["a.yaml", "--allow-dirty"]);
    tree.assert_reads("a.yaml", "image: CCR/shop/web:v2\n");
    tree.rewrite(&["--write", "--allow-dirty"]).ends_with(0);
    tree.assert_reads("a.yaml", "image: TCR/shop/web:v2\n");
}

#[test]
fn an_overlay_goes_on_matching_what_its_base_names() {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    let overlay = "resources: [../base]\nimages:\n  - name: CCR/shop/web\n    newTag: v2\n";
    let far =
        "resources: [https://example.com/x]\nimages:\n  - name: CCR/shop/api\n    newTag: v1\n";
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", DEPLOYMENT),
        ("prod/kustomization.yaml", overlay),
        ("far/kustomization.yaml", far),
        // What another kustomization leaves alone doesn't matter.
        ("other/x.yaml", "# ccr2tcr:keep\nimage: CCR/shop/web:v1\n"),
    ];
    let tree = Tree::committed(&sandbox, &files);
    let add = tree.filled("add `newName: TCR/shop/api` below it");
    tree.rewrite(&["--write"]).ends_with(0).says(&["far/kustomization.yaml:3", &add]);
    tree.assert_reads("prod/kustomization.yaml", &overlay.replace("CCR", "TCR"));
    tree.assert_reads("far/kustomization.yaml", far);
    tree.assert_reads("other/x.yaml", "# ccr2tcr:keep\nimage: CCR/shop/web:v1\n");
}

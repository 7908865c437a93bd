//! `--emit`, given to the programs that it is for.

use super::tree::{ACCOUNT, Tree};
use crate::support::{Run, Sandbox, helm, kustomize, run, tool};

/// A sandbox in which all but one image is copied.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync", "shop/web", "shop/api"]).ends_with(0);
    sandbox
}

/// A line of a shell in the tree, with `HELM` and `KUSTOMIZE` for the programs.
#[track_caller]
fn shell(tree: &Tree<'_>, line: &str) -> Run {
    let line = line.replace("HELM", helm().to_str().unwrap());
    let line = line.replace("KUSTOMIZE", kustomize().to_str().unwrap());
    let mut shell = tool("sh");
    shell.args(["-c", &line]).current_dir(tree.folder()).env("HOME", tree.folder());
    run(&mut shell)
}

/// With all of CCR's names of the account replaced that were copied.
fn mapped(tree: &Tree<'_>, text: &str) -> String {
    let [old, new] = ["CCR/shop/", "TCR/shop/"].map(|name| tree.filled(name));
    text.replace(&old, &new).replace(&tree.filled("TCR/shop/new"), &tree.filled("CCR/shop/new"))
}

/// As it would be fetched from elsewhere.
const BASE: &[(&str, &str)] = &[
    (
        "base/all.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      initContainers:
      - {name: first, image: CCR/shop/api:v1}
      containers:
      - {name: web, image: CCR/shop/web:v1, args: [-a, --image=CCR/shop/web:v2]}
      - {name: side, image: CCR/shop/web:v2}
      - {name: new, image: CCR/shop/new:v1}
      - {name: proxy, image: CCR/tkeimages/proxy:v1}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: metrics.shop}
spec: {image: CCR/shop/web:v1}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: CCR/shop/api:v1}]}}}}}
",
    ),
    ("base/app.conf", "image = \"CCR/shop/api:v1\"\n"),
    (
        "base/kustomization.yaml",
        "resources: [all.yaml]\nconfigMapGenerator:\n- name: config\n  files: [app.conf]\n",
    ),
    ("prod/kustomization.yaml", "resources: [../base]\n"),
];

#[test]
fn a_component_switches_bases_that_are_not_ours() {
    let sandbox = sandbox();
    let tree = Tree::new(&sandbox, BASE);
    let before = shell(&tree, "KUSTOMIZE build prod").ends_with(0).stdout;
    tree.write("rendered.yaml", &before);

    // One image isn't in TCR.
    tree.rewrite(&["rendered.yaml", "--emit", "component=prod/tcr"]).ends_with(1).says(&[
        "not in TCR",
        "shop/new:v1",
        "prod/tcr/kustomization.yaml written",
    ]);

    tree.write("prod/kustomization.yaml", "resources: [../base]\ncomponents: [tcr]\n");
    let after = shell(&tree, "KUSTOMIZE build prod").ends_with(0).stdout;
    // The hash of what was generated is another one.
    let without_hash = |text: &str| {
        let lines = text.lines().map(|line| match line.contains("name: config-") {
            true => "name: config-",
            false => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(without_hash(&after), without_hash(&mapped(&tree, &before)));
    assert_eq!(tree.read("rendered.yaml"), before, "it stays as it is");

    // Another version of the base.
    let base = tree.read("base/all.yaml");
    let changed = base.replace("spec: {image: ", "spec: {image: old.example/");
    std::fs::write(tree.folder().join("base/all.yaml"), changed).unwrap();
    let failed = shell(&tree, "KUSTOMIZE build prod");
    assert_ne!(failed.code, 0);
    failed.says(&["testing value /spec/image failed"]);
}

const VALUES: &str = "# The image.
image:
  registry: CCR
  repository: shop/web # ours
  tag: v1
  debug: no
sidecars:
  - name: a
    image: CCR/shop/api:v1
    mode: 0644
    enabled: yes
replicas: 2
metrics:
  image: {repository: CCR/shop/api, tag: v1, pullPolicy: Always}
";

#[test]
fn values_switch_a_chart_that_is_not_ours() {
    let sandbox = sandbox();
    let files = [
        ("redis/Chart.yaml", "apiVersion: v2\nname: redis\nversion: 1.0.0\n"),
        ("redis/values.yaml", VALUES),
        ("redis/templates/all.yaml", "{{ toYaml .Values | nindent 0 }}\n"),
        (
            "shop/Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 1.0.0\n\
             dependencies: [{name: redis, version: 1.0.0, repository: \"file://../redis\"}]\n",
        ),
    ];
    let tree = Tree::new(&sandbox, &files);
    shell(&tree, "HELM dependency build shop").ends_with(0);
    // The host stands in a field of its own.
    let mapped = |text: &str| {
        mapped(&tree, text)
            .replace(&tree.filled("registry: CCR\n"), &tree.filled("registry: TCR\n"))
    };

    for (chart, emit) in [("redis", "values=tcr.yaml"), ("shop", "values:redis=tcr.yaml")] {
        let before = shell(&tree, &format!("HELM template {chart}")).ends_with(0).stdout;
        tree.rewrite(&["redis/values.yaml", "--emit", emit])
            .ends_with(0)
            .says(&["tcr.yaml written"]);
        let after = shell(&tree, &format!("HELM template {chart} -f tcr.yaml")).ends_with(0).stdout;
        assert_ne!(before, after);
        assert_eq!(after, mapped(&before), "{chart}");
    }
    tree.assert_reads("redis/values.yaml", VALUES);
    let emitted = tree.read("tcr.yaml");
    assert!(!emitted.contains("replicas") && emitted.contains("enabled: yes"), "{emitted}");
}

#[test]
fn what_can_not_be_emitted_is_told() {
    let sandbox = sandbox();
    let files = [
        ("a.yaml", "image: CCR/shop/web:v1\n"),
        ("b.yaml", "image: CCR/shop/web:v1\n"),
        ("none.yaml", "image: CCR/tkeimages/proxy:v1\n"),
        ("template.yaml", "{{ if .x }}\nimage: CCR/shop/web:v1\n{{ end }}\n"),
        ("mine.yaml", "a: b\n"),
    ];
    let tree = Tree::new(&sandbox, &files);
    let emit = |arguments: &[&str]| tree.rewrite(arguments);

    emit(&["--emit", "values=x.yaml"]).ends_with(1).says(&["3 files would be rewritten"]);
    emit(&["none.yaml", "--emit", "values=x.yaml"]).ends_with(0).says(&["nothing to emit"]);
    emit(&["template.yaml", "--emit", "values=x.yaml"]).ends_with(1).says(&["no YAML"]);
    emit(&["a.yaml", "--emit", "values=mine.yaml"]).ends_with(1).says(&["was not emitted before"]);
    tree.assert_reads("mine.yaml", "a: b\n");
    for wrong in ["values", "values=", "component:x=y", "patch=x"] {
        emit(&["a.yaml", "--emit", wrong]).says(&["--emit"]);
    }
    emit(&["a.yaml", "--emit", "values=x.yaml", "--write"]).says(&["cannot be used with"]);
    assert!(!tree.folder().join("x.yaml").exists());
}

//! `--prove`, with the programs that read such files.

use std::process::Stdio;

use super::tree::{ACCOUNT, Tree};
use crate::support::{Run, Sandbox, helm, install_docker_compose, kustomize, run};

/// A sandbox with everything copied.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_account(ACCOUNT);
    sandbox.ccr2tcr(&["sync"]).ends_with(0);
    sandbox
}

/// `rewrite` with `HELM` and `KUSTOMIZE` in the commands replaced by the programs.
fn rewrite(tree: &Tree<'_>, arguments: &[&str]) -> Run {
    let programs = |argument: &&str| {
        let helm = argument.replace("HELM", helm().to_str().unwrap());
        helm.replace("KUSTOMIZE", kustomize().to_str().unwrap())
    };
    let arguments: Vec<_> = arguments.iter().map(programs).collect();
    tree.rewrite(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

const CHART: &[(&str, &str)] = &[
    ("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: v1\n"),
    (
        "chart/values.yaml",
        "image:\n  registry: CCR\n  repository: shop/web\n  tag: v1\njob: CCR/shop/job:v1\n\
         proxy: CCR/tkeimages/proxy:v1\n",
    ),
    (
        "chart/templates/web.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      annotations:
        checksum/config: {{ include (print $.Template.BasePath \"/config.yaml\") . | sha256sum }}
        rollme: {{ randAlphaNum 20 | quote }}
    spec:
      containers:
        - name: web
          image: \"{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}\"
        - name: api
          image: \"CCR/shop/api:{{ .Chart.AppVersion }}\"
          args: [\"--helper={{ .Values.job }}\"]
        - name: proxy
          image: {{ .Values.proxy }}
",
    ),
    (
        "chart/templates/config.yaml",
        "apiVersion: v1
kind: ConfigMap
metadata:
  name: config
data:
  job.yaml: |
    image: {{ .Values.job }}
---
apiVersion: v1
kind: Secret
metadata:
  name: config
data:
  job.yaml: {{ printf \"image: %s\\n\" .Values.job | b64enc }}
",
    ),
];

#[test]
fn a_chart_renders_the_same_with_other_names() {
    let sandbox = sandbox();
    let tree = Tree::committed(&sandbox, CHART);

    rewrite(&tree, &["--write", "--prove", "HELM template chart"]).ends_with(0).says(&[
        "4 have the new names, all else is the same",
        "(but for 1 checksum, 1 base64 text, 1 random line, as expected)",
    ]);

    tree.assert_reads(
        "chart/values.yaml",
        &CHART[1].1.replace("CCR", "TCR").replace("TCR/tke", "CCR/tke"),
    );
    // Once more, with nothing to edit: against what is committed.
    rewrite(&tree, &["--prove", "HELM template chart"])
        .ends_with(0)
        .says(&["proof: what is committed, and these files", "4 have the new names"]);
    tree.commit();
    rewrite(&tree, &["--prove", "HELM template chart"]).ends_with(2).says(&["nothing to prove"]);
}

#[test]
fn a_rewrite_that_breaks_what_is_rendered_is_not_written() {
    let sandbox = sandbox();
    let tree = Tree::committed(&sandbox, CHART);
    // Nothing says that this is a hash.
    tree.write("chart/templates/more.yaml", "a: {{ .Values.job | sha1sum }}\n");
    tree.commit();

    let refuted = rewrite(&tree, &["--write", "--prove", "HELM template chart"]).ends_with(1);

    refuted.says(&["renders something else", "@@ ", "nothing is written"]);
    tree.git(&["diff", "--quiet"]).ends_with(0);
    let data =
        rewrite(&tree, &["-o", "json", "--prove", "HELM template chart"]).ends_with(1).json();
    assert_eq!(data["proofs"][0]["outcome"], "different");
    assert_eq!(data["proofs"][0]["holds"], false);
}

const OVERLAY: &[(&str, &str)] = &[
    (
        "base/web.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: CCR/shop/web:v1
        envFrom:
        - configMapRef: {name: config}
        - secretRef: {name: secret}
",
    ),
    ("base/app.conf", "# Settings.\nimage=CCR/shop/job:v1\n"),
    (
        "base/kustomization.yaml",
        "resources: [web.yaml]
configMapGenerator:
- name: config
  files: [app.conf]
secretGenerator:
- name: secret
  files: [app.conf]
",
    ),
    (
        "prod/kustomization.yaml",
        "resources: [../base]
images:
- name: CCR/shop/web
  newTag: v2
patches:
- target: {kind: Deployment}
  patch: |-
    - op: add
      path: /spec/template/spec/containers/-
      value: {name: api, image: \"CCR/shop/api:v1\"}
",
    ),
];

#[test]
fn an_overlay_builds_the_same_with_other_names() {
    let sandbox = sandbox();
    let tree = Tree::committed(&sandbox, OVERLAY);

    rewrite(
        &tree,
        &["--write", "--prove", "KUSTOMIZE build prod", "--prove", "KUSTOMIZE build base"],
    )
    .ends_with(0)
    .says(&["`", "build prod` renders", "2 names with a hash, 1 base64 text"]);

    tree.assert_reads("prod/kustomization.yaml", &OVERLAY[3].1.replace("CCR", "TCR"));
}

#[test]
fn a_compose_file_shows_the_same_with_other_names() {
    let sandbox = sandbox();
    let files = [
        (
            "deploy/compose.yaml",
            "services:
  web:
    image: ${WEB:-CCR/shop/web:v1}
  api:
    image: CCR/shop/api:${API_TAG}
  job:
    image: ${JOB}
",
        ),
        ("deploy/.env", "JOB=CCR/shop/job:v1\nAPI_TAG=v1\n"),
    ];
    let tree = Tree::committed(&sandbox, &files);
    let docker = sandbox.folder().join("compose");
    install_docker_compose(&docker);

    let line = format!("DOCKER_CONFIG={} docker compose config", docker.display());
    let mut command = tree.command(&["..", "--write", "--prove", &line]);
    run(command.current_dir(tree.folder().join("deploy")))
        .ends_with(0)
        .says(&["3 have the new names"]);
    tree.assert_reads("deploy/.env", "JOB=TCR/shop/job:v1\nAPI_TAG=v1\n");
}

#[test]
fn a_command_that_fails_proves_nothing_and_is_shown() {
    let sandbox = sandbox();
    let tree = Tree::committed(&sandbox, CHART);
    rewrite(&tree, &["--write", "--prove", "HELM template nowhere"]).ends_with(1).says(&[
        "with the old files, too, it ends with 1",
        "nowhere",
        "nothing is written",
    ]);
    tree.git(&["diff", "--quiet"]).ends_with(0);
}

#[test]
fn ctrl_c_leaves_no_copies_and_no_processes() {
    let sandbox = sandbox();
    let tree = Tree::committed(&sandbox, CHART);
    let temporary = sandbox.folder().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = tree.command(&["--write", "--prove", "touch ../../started; sleep 600"]);
    command.env("TMPDIR", &temporary).stdout(Stdio::null()).stderr(Stdio::null());
    let mut plugin = command.spawn().unwrap();
    let is_started = || {
        let mut folders = std::fs::read_dir(&temporary).unwrap();
        folders.any(|folder| folder.unwrap().path().join("started").exists())
    };
    while !is_started() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    crate::support::signal(&plugin, "INT");
    assert_eq!(plugin.wait().unwrap().code(), Some(130));
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    tree.git(&["diff", "--quiet"]).ends_with(0);
}

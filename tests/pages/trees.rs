//! Pages about files, each in a work tree that has what the page shows.

use std::path::Path;

use super::Shell;
use crate::support::{Sandbox, run};

/// All but `data/jobs` is copied.
const ACCOUNT: &str = "
version: 1
docker_login: [ccr, tcr]
personal:
  - namespaces:
      - name: shop
        repositories:
          - {name: base, images: [{tags: ['1'], layers: [1kB]}]}
          - {name: web, images: [{tags: [v1], layers: [2kB]}]}
          - {name: api, images: [{tags: [v3], layers: [3kB]}]}
      - name: data
        repositories: [{name: jobs, images: [{tags: [v1], layers: [2kB]}]}]
enterprise: [{name: prod, namespaces: [{name: shop}, {name: data}]}]
";

fn workload(kind: &str, pod: &str) -> String {
    let name = kind.to_lowercase();
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n{pod}"
    )
}

/// A shell in a folder with these files, which name CCR as the page does. Git knows the folder.
fn shell(files: &[(&str, String)]) -> Shell {
    let mut shell = Shell::new(Sandbox::with_account(ACCOUNT), "prod.tencentcloudcr.com");
    shell.sandbox.ccr2tcr(&["sync", "shop"]).ends_with(0);
    let folder = shell.sandbox.folder().join("clone");
    for (name, text) in files {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(file, text.replace("ccr.ccs.tencentyun.com", shell.sandbox.ccr())).unwrap();
    }
    run(shell.sandbox.command("git").args(["init", "-q"]).arg(&folder)).ends_with(0);
    shell.folder = folder;
    shell
}

#[test]
fn the_page_of_rewriting_shows_a_diff() {
    let web = "      imagePullSecrets: [{name: qcloudregistrykey}]
      containers:
        - name: web
          image: ccr.ccs.tencentyun.com/shop/web:v1 # pinned by hand
        - {name: agent, image: \"ccr.ccs.tencentyun.com/tkeimages/agent:v1\"}
";
    let jobs = "      containers:\n        - image: ccr.ccs.tencentyun.com/data/jobs:v1\n";
    let release = "#!/bin/sh\nset -e
docker login -u 100000000001 -p \"$PASSWORD\" ccr.ccs.tencentyun.com
docker build -t ccr.ccs.tencentyun.com/shop/web:$TAG .
docker push ccr.ccs.tencentyun.com/shop/web:$TAG
";
    let values = "image:\n  registry: ccr.ccs.tencentyun.com\n  repository: shop/api\n  tag: v3\n";
    let shell = shell(&[
        ("Dockerfile", "FROM ccr.ccs.tencentyun.com/shop/base:1\nRUN make\n".into()),
        ("chart/Chart.yaml", "apiVersion: v2\nname: api\nversion: 1.0.0\n".into()),
        ("chart/values.yaml", values.into()),
        ("chart/templates/api.yaml", "kind: ConfigMap\n".into()),
        ("deploy/web.yaml", workload("Deployment", web)),
        ("deploy/jobs.yaml", workload("StatefulSet", jobs)),
        ("README.md", "Images are in ccr.ccs.tencentyun.com/shop/web.\n".into()),
        ("ci/release.sh", release.into()),
        (".env", "IMAGE=ccr.ccs.tencentyun.com/shop/web:v1\n".into()),
        (".gitignore", ".env\n".into()),
    ]);
    shell.paste_the_first("docs/rewriting.md", "docker ccr2tcr rewrite");
}

#[test]
fn the_page_of_ci_shows_what_is_left() {
    let web = "      containers:\n        - image: ccr.ccs.tencentyun.com/shop/web:v1\n";
    let pipeline = "release:\n  script:
    - docker login -u 100000000001 -p \"$PASSWORD\" ccr.ccs.tencentyun.com
";
    let shell = shell(&[
        ("deploy/web.yaml", workload("Deployment", web)),
        (".gitlab-ci.yml", pipeline.into()),
        ("ccr2tcr.yaml", "version: 1\n".into()),
    ]);
    shell.paste_the_first("docs/ci.md", "docker-ccr2tcr rewrite --check --mapping");
}

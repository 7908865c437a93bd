//! What renders files does it offline, and is of the version that `tests/renderers/go.mod` says.

use std::path::Path;
use std::process::Command;

use crate::support::{helm, install_docker_compose, kustomize, run, tool, write};

const IMAGE: &str = "ccr.ccs.tencentyun.com/shop/web:v1";

fn version(module: &str) -> &str {
    let modules = include_str!("../renderers/go.mod");
    modules.lines().find_map(|line| line.trim().strip_prefix(module)?.strip_prefix(' ')).unwrap()
}

/// A command whose `HOME` is a folder, where it works.
fn within(program: &Path, folder: &Path) -> Command {
    let mut command = tool(program.to_str().unwrap());
    command.env("HOME", folder).current_dir(folder);
    command
}

#[test]
fn helm_renders_a_chart() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("shop/templates")).unwrap();
    write(home.path(), "shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    write(home.path(), "shop/values.yaml", &format!("image: {IMAGE}\n"));
    write(home.path(), "shop/templates/web.yaml", "image: {{ .Values.image }}\n");

    run(within(&helm(), home.path()).args(["template", "shop"]))
        .ends_with(0)
        .says(&[&format!("image: {IMAGE}\n")]);

    run(within(&helm(), home.path()).arg("version")).says(&[version("helm.sh/helm/v4")]);
}

#[test]
fn kustomize_builds_an_overlay() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("base")).unwrap();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n";
    write(home.path(), "base/pod.yaml", &format!("{pod}  - image: web\n    name: web\n"));
    write(home.path(), "base/kustomization.yaml", "resources: [pod.yaml]\n");
    let image = "images: [{name: web, newName: ccr.ccs.tencentyun.com/shop/web, newTag: v1}]\n";
    write(home.path(), "kustomization.yaml", &format!("resources: [base]\n{image}"));

    run(within(&kustomize(), home.path()).args(["build", "."]))
        .ends_with(0)
        .says(&[&format!("image: {IMAGE}\n")]);

    run(within(&kustomize(), home.path()).arg("version"))
        .says(&[version("sigs.k8s.io/kustomize/kustomize/v5")]);
}

#[test]
fn docker_compose_shows_its_configuration() {
    let home = tempfile::tempdir().unwrap();
    install_docker_compose(&home.path().join("docker"));
    write(home.path(), "compose.yaml", &format!("services: {{web: {{image: '${{X:-{IMAGE}}}'}}}}"));
    let docker = |arguments: &[&str]| {
        let mut command = within(Path::new("docker"), home.path());
        run(command.env("DOCKER_CONFIG", home.path().join("docker")).args(arguments))
    };

    docker(&["compose", "config"]).ends_with(0).says(&[&format!("image: {IMAGE}\n")]);

    docker(&["compose", "version"]).says(&[version("github.com/docker/compose/v2")]);
}

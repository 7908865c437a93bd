//! The programs that make manifests of files: helm, kustomize, docker compose.

use std::path::{Path, PathBuf};

use super::built::built;

/// helm 4. It knows no repositories but those of the `HOME` that it is given.
#[track_caller]
pub(crate) fn helm() -> PathBuf {
    built("renderers", "helm", "helm.sh/helm/v4", "helm")
}

/// kustomize 5.
#[track_caller]
pub(crate) fn kustomize() -> PathBuf {
    built("renderers", "kustomize", "sigs.k8s.io/kustomize/kustomize/v5", "kustomize")
}

/// Puts compose 2 where docker looks for it, in a folder that `DOCKER_CONFIG` names.
#[track_caller]
pub(crate) fn install_docker_compose(config: &Path) {
    let plugins = config.join("cli-plugins");
    std::fs::create_dir_all(&plugins).unwrap();
    let compose =
        built("renderers", "docker-compose", "github.com/docker/compose/v2", "docker-compose");
    std::os::unix::fs::symlink(compose, plugins.join("docker-compose")).unwrap();
}

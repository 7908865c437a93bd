//! Where the programs of a Kubernetes control plane are.

use std::path::{Path, PathBuf};

/// One of the control plane's programs: in the folder that `KUBEBUILDER_ASSETS` names, else where
/// `make test` puts what it builds.
#[track_caller]
pub(super) fn kubernetes(program: &str) -> PathBuf {
    let given = std::env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from);
    let found = given.into_iter().chain([built()]).map(|folder| folder.join(program));
    let found = found.into_iter().find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{program} is not installed; `make test` does it"))
}

/// etcd: beside the others, else Debian's.
#[track_caller]
pub(super) fn etcd() -> PathBuf {
    let given = std::env::var_os("KUBEBUILDER_ASSETS").map(|path| Path::new(&path).join("etcd"));
    if let Some(path) = given.filter(|path| path.is_file()) {
        return path;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("etcd"));
    let found = found.into_iter().find(|path| path.is_file());
    found.expect("etcd is not installed; `make test` does it")
}

/// The folder of `scripts/parts`, so that `cargo test` alone finds it too.
fn built() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| dirs::home_dir().unwrap().join(".cache"));
    let module = include_str!("../../kubernetes/go.mod");
    let version = module.lines().find_map(|line| line.strip_prefix("require k8s.io/kubernetes "));
    cache.join("ccr2tcr").join(format!("kubernetes-{}", version.unwrap().trim()))
}

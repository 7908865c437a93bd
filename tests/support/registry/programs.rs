//! Where `make test` puts the registries that it builds.

use std::path::PathBuf;

/// A program in the folder of `registry_folder` (`scripts/parts`), so that `cargo test` alone finds
/// it too.
#[track_caller]
pub(super) fn built(name: &str, module: &str, program: &str) -> PathBuf {
    let modules = include_str!("../../registries/go.mod");
    let mut lines = modules.lines().map(str::trim);
    let version = lines.find_map(|line| line.strip_prefix(module)?.strip_prefix(' '));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| dirs::home_dir().unwrap().join(".cache"));
    let folder = cache.join("ccr2tcr").join(format!("{name}-{}", version.unwrap()));
    let path = folder.join(program);
    assert!(path.is_file(), "{} is not there; `make test` builds it", path.display());
    path
}

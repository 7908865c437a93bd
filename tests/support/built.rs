//! Where `make test` puts what it builds of Go modules.

use std::path::{Path, PathBuf};

/// A program in the folder that `part_folder FOLDER NAME MODULE` names (`scripts/parts`), so that
/// `cargo test` alone finds it too.
#[track_caller]
pub(crate) fn built(folder: &str, name: &str, module: &str, program: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let modules = std::fs::read_to_string(tests.join(folder).join("go.mod")).unwrap();
    let mut lines = modules.lines().map(str::trim);
    let version = lines.find_map(|line| line.strip_prefix(module)?.strip_prefix(' '));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.unwrap_or_else(|| dirs::home_dir().unwrap().join(".cache"));
    let folder = cache.join("ccr2tcr").join(format!("{name}-{}", version.unwrap()));
    let path = folder.join(program);
    assert!(path.is_file(), "{} is not there; `make test` builds it", path.display());
    path
}

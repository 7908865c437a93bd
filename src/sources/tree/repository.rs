//! What tells a repository from another folder, and its paths from others.

use std::path::{Path, PathBuf};

/// The folder at or above this one that has a `.git`.
#[must_use]
pub(in crate::sources) fn repository_of(canonical: &Path) -> Option<PathBuf> {
    canonical.ancestors().find(|folder| holds_git(folder)).map(Path::to_owned)
}

/// Whether the folder is the top of a work tree.
#[must_use]
pub(super) fn holds_git(folder: &Path) -> bool {
    folder.join(".git").symlink_metadata().is_ok()
}

/// Whether the folder is a repository without files.
#[must_use]
pub(super) fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

/// Whether the path leads into `.git`.
#[must_use]
pub(super) fn is_of_git(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"))
}

/// A path as Git writes it: bytes, on Windows UTF-8.
#[must_use]
pub(in crate::sources) fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    return PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes));
    #[cfg(not(unix))]
    return PathBuf::from(String::from_utf8_lossy(bytes).into_owned());
}

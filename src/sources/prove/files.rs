//! Files of a copy: making, replacing and removing them.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

use super::error::ProveError;

/// Copies what is in a file, with its mode and the time of its last change, by which `make` goes.
/// The system shares the bytes where it can do that safely.
pub(super) fn copy_file(mut source: File, target: &Path) -> Result<(), ProveError> {
    make_folder_of(target)?;
    let mut copy = || {
        let metadata = source.metadata()?;
        let mut file = File::create_new(target)?;
        io::copy(&mut source, &mut file)?;
        file.set_modified(metadata.modified()?)?;
        file.set_permissions(metadata.permissions())
    };
    copy().map_err(ProveError::file(target))
}

/// A file with this content, whatever was there; with its mode, if that was a file.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), ProveError> {
    let old = path.symlink_metadata().ok().filter(Metadata::is_file);
    remove(path)?;
    make_folder_of(path)?;
    let write = || {
        fs::write(path, content)?;
        old.map_or(Ok(()), |old| fs::set_permissions(path, old.permissions()))
    };
    write().map_err(ProveError::file(path))
}

/// Removes a file or a link, if it is there; a folder stays.
pub(super) fn remove(path: &Path) -> Result<(), ProveError> {
    match path.symlink_metadata() {
        Ok(metadata) if !metadata.is_dir() => fs::remove_file(path).map_err(ProveError::file(path)),
        _ => Ok(()),
    }
}

pub(super) fn make_folder_of(path: &Path) -> Result<(), ProveError> {
    path.parent()
        .map_or(Ok(()), |folder| fs::create_dir_all(folder).map_err(ProveError::file(folder)))
}

/// Removes a folder. Commands may have made folders that can't be emptied, as Go's cache of modules
/// has: they are made writable.
pub(super) fn remove_all(folder: &Path) {
    if fs::remove_dir_all(folder).is_err() {
        make_all_writable(folder);
        let _ = fs::remove_dir_all(folder);
    }
}

fn make_all_writable(folder: &Path) {
    let mut rest = vec![folder.to_owned()];
    while let Some(folder) = rest.pop() {
        make_writable(&folder);
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
        rest.extend(entries.filter(is_folder).map(|entry| entry.path()));
    }
}

#[cfg(unix)]
use unix::make_writable;
#[cfg(unix)]
pub(super) use unix::{private_folder, symlink};

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;
    use std::{fs, io};

    use super::{ProveError, make_folder_of};

    /// A new folder that nobody else may look into, removed when it is dropped.
    pub(in super::super) fn private_folder(prefix: &str) -> io::Result<tempfile::TempDir> {
        tempfile::Builder::new().prefix(prefix).permissions(Permissions::from_mode(0o700)).tempdir()
    }

    pub(in super::super) fn symlink(target: &Path, link: &Path) -> Result<(), ProveError> {
        make_folder_of(link)?;
        std::os::unix::fs::symlink(target, link).map_err(ProveError::file(link))
    }

    pub(super) fn make_writable(folder: &Path) {
        let _ = fs::set_permissions(folder, Permissions::from_mode(0o700));
    }
}

#[cfg(not(unix))]
use other::make_writable;
#[cfg(not(unix))]
pub(super) use other::{private_folder, symlink};

/// Systems whose temporary folder is the user's own.
#[cfg(not(unix))]
mod other {
    use std::io;
    use std::path::Path;

    use super::ProveError;

    pub(in super::super) fn private_folder(prefix: &str) -> io::Result<tempfile::TempDir> {
        tempfile::Builder::new().prefix(prefix).tempdir()
    }

    pub(in super::super) fn symlink(_: &Path, link: &Path) -> Result<(), ProveError> {
        Err(ProveError::file(link)(io::ErrorKind::Unsupported.into()))
    }

    pub(super) fn make_writable(_: &Path) {}
}

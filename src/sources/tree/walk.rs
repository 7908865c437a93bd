//! The files of a folder where Git isn't asked.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use super::LeftOut;

use super::listed::{Listed, Listing, Root, Standing};
use super::repository::{holds_git, is_bare};

/// Which files of a folder are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// All of them.
    All,
    /// Those that Git would take.
    Git,
}

/// Adds the files below a folder. Repositories are not entered; their paths come back, as the user
/// would type them.
pub(super) fn files(root: &Arc<Root>, rules: Rules, listing: &mut Listing) -> Vec<PathBuf> {
    let repositories = Arc::new(Mutex::new(Vec::new()));
    let is_git = rules == Rules::Git;
    let mut builder = WalkBuilder::new(&root.canonical);
    builder
        .standard_filters(false)
        .git_ignore(is_git)
        .git_exclude(is_git)
        .git_global(is_git)
        .parents(is_git)
        .filter_entry({
            let repositories = repositories.clone();
            move |entry| enters(entry, &repositories)
        });
    for entry in builder.build() {
        match entry {
            Ok(entry) => {
                let Some(kind) = entry.file_type() else { continue };
                let Ok(below) = entry.path().strip_prefix(&root.canonical) else { continue };
                if kind.is_symlink() {
                    listing.symlinks += 1;
                } else if kind.is_file() {
                    let standing = Standing::Found;
                    listing.add(Listed { root: root.clone(), below: below.into(), standing });
                }
            }
            Err(error) => unreadable(root, &error, listing),
        }
    }
    let met = std::mem::take(&mut *repositories.lock().unwrap_or_else(PoisonError::into_inner));
    let shown = |path: PathBuf| match path.strip_prefix(&root.canonical) {
        Ok(below) => root.shown.join(below),
        Err(_) => path,
    };
    met.into_iter().map(shown).collect()
}

fn enters(entry: &DirEntry, repositories: &Mutex<Vec<PathBuf>>) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    if entry.file_name() == OsStr::new(".git") {
        return false;
    }
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let is_repository = is_folder && (holds_git(entry.path()) || is_named_bare(entry));
    if is_repository {
        let mut met = repositories.lock().unwrap_or_else(PoisonError::into_inner);
        met.push(entry.path().to_owned());
    }
    !is_repository
}

fn is_named_bare(entry: &DirEntry) -> bool {
    entry.path().extension() == Some(OsStr::new("git")) && is_bare(entry.path())
}

fn unreadable(root: &Root, error: &ignore::Error, listing: &mut Listing) {
    let mut inner = error;
    let mut path = root.canonical.clone();
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => {
                path.clone_from(at);
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                inner = err;
            }
            _ => break,
        }
    }
    let below = path.strip_prefix(&root.canonical).unwrap_or(&path);
    listing.left_out.push((root.shown.join(below), LeftOut::Unreadable(inner.to_string())));
}

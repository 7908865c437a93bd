//! The files of a folder where Git isn't asked.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

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
    let is_git = rules == Rules::Git;
    let mut builder = WalkBuilder::new(&root.canonical);
    builder.standard_filters(false).git_ignore(is_git).git_exclude(is_git).git_global(is_git);
    let walk = builder.parents(is_git).build_parallel();
    let first = listing.files.len();
    let met = Mutex::new(Met { root, listing, repositories: Vec::new() });
    walk.run(|| Box::new(|entry| met.lock().unwrap_or_else(PoisonError::into_inner).take(entry)));
    let Met { listing, repositories, .. } =
        met.into_inner().unwrap_or_else(PoisonError::into_inner);
    // The threads come back as they please.
    listing.files[first..].sort_unstable_by(|a, b| a.below.as_os_str().cmp(b.below.as_os_str()));
    repositories
}

/// What is met by the threads that go through the folders.
struct Met<'a> {
    root: &'a Arc<Root>,
    listing: &'a mut Listing,
    repositories: Vec<PathBuf>,
}

impl Met<'_> {
    fn take(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                unreadable(self.root, &error, self.listing);
                return WalkState::Continue;
            }
        };
        let Ok(below) = entry.path().strip_prefix(&self.root.canonical) else {
            return WalkState::Skip;
        };
        let Some(kind) = entry.file_type().filter(|_| entry.depth() > 0) else {
            return WalkState::Continue;
        };
        if entry.file_name() == OsStr::new(".git") {
            return WalkState::Skip;
        }
        if kind.is_dir() && (holds_git(entry.path()) || is_named_bare(&entry)) {
            self.repositories.push(self.root.shown.join(below));
            return WalkState::Skip;
        }
        if kind.is_symlink() {
            self.listing.symlinks += 1;
        } else if kind.is_file() {
            let (root, standing) = (self.root.clone(), Standing::Found);
            self.listing.add(Listed { root, below: below.into(), standing });
        }
        WalkState::Continue
    }
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

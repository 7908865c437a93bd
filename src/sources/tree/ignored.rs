//! Files that Git ignores: of those that name CCR, `.env` above all, the user is told.
//!
//! There may be any number of them, made by programs: so many are looked at, and no more.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::listed::{Listed, Listing, Root, Standing, Unasked};
use super::repository::holds_git;

/// How many files and folders of one repository.
const MOST: usize = 2000;
/// How far below the folder that is ignored.
const DEPTH: usize = 4;
/// What people write is smaller, in bytes.
const LARGEST: u64 = 1024 * 1024;
/// What package managers and compilers fill.
const FILLED: &[&str] = &[
    ".cache",
    ".gradle",
    ".m2",
    ".mypy_cache",
    ".next",
    ".nox",
    ".npm",
    ".pnpm-store",
    ".pytest_cache",
    ".terraform",
    ".tox",
    ".venv",
    ".yarn",
    "__pycache__",
    "bower_components",
    "build",
    "dist",
    "node_modules",
    "out",
    "target",
    "vendor",
    "venv",
];

/// The ignored files of a repository, as they are met.
#[derive(Debug)]
pub(super) struct Ignored<'a> {
    root: &'a Arc<Root>,
    /// Git may name a folder and what is in it.
    seen: HashSet<PathBuf>,
    left: usize,
    is_cut: bool,
}

impl<'a> Ignored<'a> {
    /// None yet.
    #[must_use]
    pub(super) fn new(root: &'a Arc<Root>) -> Self {
        Self { root, seen: HashSet::new(), left: MOST, is_cut: false }
    }

    /// Takes a file, or the files of a folder.
    pub(super) fn take(&mut self, below: PathBuf, is_folder: bool, listing: &mut Listing) {
        if is_folder {
            self.folder(below, listing);
        } else {
            self.file(&below, listing);
        }
    }

    fn file(&mut self, below: &Path, listing: &mut Listing) {
        if !self.seen.insert(below.to_owned()) {
            return;
        }
        if self.left == 0 {
            self.is_cut = true;
            return;
        }
        self.left -= 1;
        let metadata = self.root.full.join(below).symlink_metadata();
        if metadata.is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST) {
            let standing = Standing::Ignored;
            listing.add(Listed { root: self.root.clone(), below: below.into(), standing });
        }
    }

    /// Takes the files of a folder, as far as people may have written them.
    fn folder(&mut self, below: PathBuf, listing: &mut Listing) {
        let mut folders = vec![(below, 0)];
        while let Some((folder, depth)) = folders.pop() {
            let full = self.root.full.join(&folder);
            let is_filled = |name: &std::ffi::OsStr| FILLED.iter().any(|filled| name == *filled);
            if folder.file_name().is_some_and(is_filled) || holds_git(&full) {
                continue;
            }
            // What can't be read here would not be rewritten either.
            for entry in fs::read_dir(full).into_iter().flatten().flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                let below = folder.join(entry.file_name());
                if kind.is_file() {
                    self.file(&below, listing);
                } else if kind.is_dir() && depth < DEPTH && self.left > 0 {
                    self.left -= 1;
                    folders.push((below, depth + 1));
                } else {
                    self.is_cut |= kind.is_dir();
                }
                if self.is_cut && self.left == 0 {
                    return;
                }
            }
        }
    }

    /// Says that there were more.
    pub(super) fn end(self, listing: &mut Listing) {
        if self.is_cut {
            listing.unasked.push(Unasked::Ignored(self.root.shown.clone()));
        }
    }
}

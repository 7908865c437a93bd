//! Files that Git ignores: of those that name CCR, `.env` above all, the user is told.
//!
//! There may be any number of them, made by programs: so many are looked at, and no more.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::TreeError;

use super::git::Git;
use super::listed::{Listed, Listing, Root, Standing, Unasked};
use super::repository::{holds_git, path_of};

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

/// Adds ignored files below a folder.
///
/// # Errors
/// If Git can't be asked.
pub(super) fn add(root: &Arc<Root>, git: &Git, listing: &mut Listing) -> Result<(), TreeError> {
    let arguments =
        ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
    let mut left = MOST;
    let mut is_cut = false;
    let mut folders: Vec<(PathBuf, usize)> = Vec::new();
    git.records(&arguments, |record| {
        let below = path_of(record);
        if left == 0 {
            is_cut = true;
        } else if record.ends_with(b"/") {
            folders.push((below, 0));
        } else {
            left -= 1;
            take(root, &below, listing);
        }
    })?;
    folders.reverse();
    while let Some((folder, depth)) = folders.pop() {
        let full = root.full.join(&folder);
        let is_filled =
            folder.file_name().is_some_and(|name| FILLED.iter().any(|filled| name == *filled));
        if is_filled || holds_git(&full) {
            continue;
        }
        // What can't be read here would not be rewritten either.
        for entry in fs::read_dir(full).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            if left == 0 || (kind.is_dir() && depth == DEPTH) {
                is_cut = true;
                break;
            }
            left -= 1;
            let below = folder.join(entry.file_name());
            if kind.is_dir() {
                folders.push((below, depth + 1));
            } else if kind.is_file() {
                take(root, &below, listing);
            }
        }
    }
    if is_cut {
        listing.unasked.push(Unasked::Ignored(root.shown.clone()));
    }
    Ok(())
}

fn take(root: &Arc<Root>, below: &Path, listing: &mut Listing) {
    let metadata = root.full.join(below).symlink_metadata();
    if metadata.is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST) {
        let standing = Standing::Ignored;
        listing.add(Listed { root: root.clone(), below: below.into(), standing });
    }
}

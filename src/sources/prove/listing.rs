//! What of a tree is copied for a proof.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::error::ProveError;
use super::git::Git;
use super::links::within;
use super::request::{Limits, Size};

/// What is copied.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Paths from the root.
    pub(super) files: BTreeSet<PathBuf>,
    /// Paths from the root, and where the copy points to.
    pub(super) links: Vec<(PathBuf, PathBuf)>,
    /// What isn't copied.
    pub(super) left_out: Vec<NotCopied>,
    size: Size,
}

/// Something that a command can't read in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCopied {
    /// From the root.
    pub path: PathBuf,
    /// Why: follows the path and a colon.
    pub why: String,
}

impl NotCopied {
    pub(super) fn link(path: PathBuf, target: &Path) -> Self {
        let why = format!("is a symbolic link out of the tree, to {}", target.display());
        Self { path, why }
    }
}

impl Listing {
    /// What is copied of this tree: of a work tree of Git what Git tracks, what it would track, the
    /// contents of submodules, and what it ignores as far as there is room; else everything.
    /// `root` is free of links.
    pub(super) fn of(
        root: &Path,
        limits: &Limits,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<Self, ProveError> {
        let mut walk = Walk { root, limit: limits.tree, is_stopped, all: Self::default() };
        let Some(git) = Git::at(root) else {
            walk.whole(Path::new(""))?;
            return Ok(walk.all);
        };
        for path in git.tracked()?.into_iter().chain(git.untracked()?) {
            walk.whole(&path)?;
        }
        let mut listing = walk.all;
        listing.add_ignored(root, &git.ignored()?, limits.ignored, is_stopped)?;
        Ok(listing)
    }

    /// The smallest first: dependencies are small, and what was built is large.
    fn add_ignored(
        &mut self,
        root: &Path,
        paths: &[PathBuf],
        limit: Size,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<(), ProveError> {
        let mut parts = Vec::new();
        for path in paths {
            let mut walk = Walk { root, limit, is_stopped, all: Self::default() };
            match walk.whole(path) {
                Ok(()) => parts.push((path, walk.all)),
                Err(ProveError::TooLarge { .. }) => {
                    self.leave_out(path, "Git ignores it, and it is large");
                }
                Err(error) => return Err(error),
            }
        }
        parts.sort_by_key(|(_, part)| part.size.bytes);
        let mut size = Size::default();
        for (path, part) in parts {
            if size.and(part.size).is_within(limit) {
                size = size.and(part.size);
                self.files.extend(part.files);
                self.links.extend(part.links);
                self.left_out.extend(part.left_out);
            } else {
                self.leave_out(path, "Git ignores it, and it is large");
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, path: &Path, why: &str) {
        // Without the slash at the end.
        let path = path.components().collect();
        self.left_out.push(NotCopied { path, why: why.to_owned() });
    }
}

/// Looking at what is there, through no link.
struct Walk<'a> {
    root: &'a Path,
    limit: Size,
    is_stopped: &'a dyn Fn() -> bool,
    all: Listing,
}

impl Walk<'_> {
    /// A file, or a folder with all that is in it but `.git`.
    fn whole(&mut self, path: &Path) -> Result<(), ProveError> {
        let mut rest: Vec<PathBuf> = vec![path.components().collect()];
        while let Some(path) = rest.pop() {
            if (self.is_stopped)() {
                return Err(ProveError::Stopped);
            }
            let full = self.root.join(&path);
            // A file that Git tracks and that was deleted, or one that went while this looks.
            let Ok(metadata) = full.symlink_metadata() else { continue };
            if !metadata.is_dir() {
                self.one(path, &full, &metadata)?;
                continue;
            }
            match fs::read_dir(&full) {
                Ok(names) => {
                    let names = names.flatten().map(|entry| entry.file_name());
                    rest.extend(names.filter(|name| name != ".git").map(|name| path.join(name)));
                }
                Err(error) => self.all.leave_out(&path, &format!("can't be read: {error}")),
            }
        }
        Ok(())
    }

    fn one(&mut self, path: PathBuf, full: &Path, metadata: &Metadata) -> Result<(), ProveError> {
        if metadata.is_symlink() {
            let target = fs::read_link(full).map_err(ProveError::file(full))?;
            match within(self.root, &path, &target) {
                Some(target) => self.all.links.push((path, target)),
                None => self.all.left_out.push(NotCopied::link(path, &target)),
            }
        } else if metadata.is_file() {
            self.all.size = self.all.size.and(Size { bytes: metadata.len(), files: 1 });
            if !self.all.size.is_within(self.limit) {
                return Err(ProveError::TooLarge { root: self.root.into(), limit: self.limit });
            }
            self.all.files.insert(path);
        } else {
            self.all.leave_out(&path, "is not a file");
        }
        Ok(())
    }
}

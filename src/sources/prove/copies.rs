//! Two copies of a tree, before and after a rewrite, that commands see under one path.
//!
//! They share nothing with the tree: no hard links, no `.git`, no links that lead out.

use std::fs;
use std::path::{Path, PathBuf};

use super::committed::Committed;
use super::error::ProveError;
use super::files::{copy_file, make_folder_of, private_folder, remove_all, replace, symlink};
use super::listing::{Listing, NotCopied};
use super::proof::Before;
use super::request::{Limits, Tree};

/// The copies. They are removed when this is dropped.
#[derive(Debug)]
pub(super) struct Copies {
    folder: tempfile::TempDir,
    /// What commands see as the root.
    shown: PathBuf,
    /// What the first of them is of.
    pub(super) before: Before,
    /// What isn't in them.
    pub(super) left_out: Vec<NotCopied>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Copy {
    Before,
    After,
}

impl Copies {
    /// Copies a tree twice. Where the rewrite changes files, one has what will be in them; where it
    /// changes none any more, the other has what HEAD says instead.
    ///
    /// # Errors
    /// If both would be the same, if a file can't be copied, if they are too many.
    pub(super) fn make(
        tree: &Tree,
        limits: &Limits,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<Self, ProveError> {
        let root = tree.root.canonicalize().map_err(ProveError::file(&tree.root))?;
        let committed = match tree.new.is_empty() {
            true => Some(Committed::of(&root)?.ok_or(ProveError::NothingChanged)?),
            false => None,
        };
        let mut listing = Listing::of(&root, limits, is_stopped)?;
        let mut copies = Self::nowhere(tree.name())?;
        let [first, second] = [Copy::Before, Copy::After].map(|copy| copies.at_rest(copy));
        let mut unreadable = Vec::new();
        copy(&listing, &root, &first, is_stopped, |path, error| {
            unreadable.push((path.to_owned(), error));
            Ok(())
        })?;
        for (path, error) in unreadable {
            listing.files.remove(&path);
            listing.left_out.push(NotCopied { path, why: format!("can't be read: {error}") });
        }
        // Of the copy: the tree may change meanwhile.
        copy(&listing, &first, &second, is_stopped, |path, error| {
            Err(ProveError::File { path: path.to_owned(), error })
        })?;
        for (path, content) in &tree.new {
            replace(&second.join(path), content)?;
        }
        if let Some(committed) = committed {
            let index = copies.folder.path().join("index");
            committed.restore(&root, &first, &index, &mut listing.left_out)?;
            copies.before = Before::Head(committed.commit);
        }
        copies.left_out = listing.left_out;
        if !first.join(&tree.folder).is_dir() || !second.join(&tree.folder).is_dir() {
            return Err(ProveError::NoFolder(root.join(&tree.folder)));
        }
        Ok(copies)
    }

    /// A place for copies, which nobody else can look into.
    fn nowhere(name: &Path) -> Result<Self, ProveError> {
        let temporary = std::env::temp_dir();
        let folder = private_folder("ccr2tcr-prove-").map_err(ProveError::file(&temporary))?;
        let place = folder.path().canonicalize().map_err(ProveError::file(folder.path()))?;
        let shown = place.join("tree").join(name);
        make_folder_of(&shown)?;
        Ok(Self { folder, shown, before: Before::Files, left_out: Vec::new() })
    }

    /// Shows a copy to commands while `work` runs, under the path that it is given.
    pub(super) async fn show<T>(
        &self,
        copy: Copy,
        work: impl AsyncFnOnce(&Path) -> T,
    ) -> Result<T, ProveError> {
        let at_rest = self.at_rest(copy);
        fs::rename(&at_rest, &self.shown).map_err(ProveError::file(&at_rest))?;
        let done = work(&self.shown).await;
        fs::rename(&self.shown, &at_rest).map_err(ProveError::file(&self.shown))?;
        Ok(done)
    }

    fn at_rest(&self, copy: Copy) -> PathBuf {
        let name = match copy {
            Copy::Before => "before",
            Copy::After => "after",
        };
        self.folder.path().join(name)
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        remove_all(self.folder.path());
    }
}

/// `unreadable` is told of each file that can't be read.
fn copy(
    listing: &Listing,
    from: &Path,
    to: &Path,
    is_stopped: &dyn Fn() -> bool,
    mut unreadable: impl FnMut(&Path, std::io::Error) -> Result<(), ProveError>,
) -> Result<(), ProveError> {
    fs::create_dir_all(to).map_err(ProveError::file(to))?;
    for path in &listing.files {
        if is_stopped() {
            return Err(ProveError::Stopped);
        }
        match fs::File::open(from.join(path)) {
            Ok(file) => copy_file(file, &to.join(path))?,
            Err(error) => unreadable(path, error)?,
        }
    }
    for (path, target) in &listing.links {
        symlink(target, &to.join(path))?;
    }
    Ok(())
}

//! The files of a folder: what Git says where it is in a work tree.

use std::ffi::OsStr;
use std::sync::Arc;

use super::git::Git;
use super::listed::{Listed, Listing, Root, Standing, Unasked};
use super::repository::{is_bare, is_of_git, path_of, repository_of};
use super::walk::{self, Rules};
use super::{LeftOut, TreeError};

/// A folder whose files are wanted.
pub(super) struct Folder {
    root: Arc<Root>,
}

impl Folder {
    #[must_use]
    pub(super) fn new(root: Arc<Root>) -> Self {
        Self { root }
    }

    /// Adds its files. `base` is the current folder.
    ///
    /// # Errors
    /// If Git can't be asked and the user can help it.
    pub(super) fn list(&self, base: &Root, listing: &mut Listing) -> Result<(), TreeError> {
        let canonical = &self.root.canonical;
        let Some(repository) = repository_of(canonical) else {
            if is_bare(canonical) {
                return Err(TreeError::Bare(self.root.shown.clone()));
            }
            return self.walk(listing);
        };
        if is_of_git(canonical.strip_prefix(&repository).unwrap_or(canonical)) {
            listing.left_out.push((self.root.shown.clone(), LeftOut::GitFolder));
            return Ok(());
        }
        if *canonical == repository && *canonical != base.canonical && self.is_submodule() {
            listing.left_out.push((self.root.shown.clone(), LeftOut::Submodule));
            return Ok(());
        }
        match self.tracked(listing) {
            Err(TreeError::GitUnusable { reason, .. }) => {
                let folder = self.root.shown.clone();
                listing.unasked.push(Unasked::Git { folder, reason });
                for nested in walk::files(&self.root, Rules::Git, listing) {
                    listing.left_out.push((nested, LeftOut::Repository));
                }
                Ok(())
            }
            asked => asked,
        }
    }

    /// All files of a folder that is in no repository; those of the repositories below it are asked
    /// for.
    fn walk(&self, listing: &mut Listing) -> Result<(), TreeError> {
        for nested in walk::files(&self.root, Rules::All, listing) {
            let below = nested.strip_prefix(&self.root.shown).unwrap_or(&nested).to_owned();
            let canonical = self.root.canonical.join(&below);
            let full = self.root.full.join(below);
            if is_bare(&canonical) {
                listing.left_out.push((nested, LeftOut::GitFolder));
                continue;
            }
            let repository = Self::new(Arc::new(Root { shown: nested, full, canonical }));
            repository.list(&self.root, listing)?;
        }
        Ok(())
    }

    /// What Git tracks. What else there is takes longer to ask, and is asked for later.
    fn tracked(&self, listing: &mut Listing) -> Result<(), TreeError> {
        let arguments = ["ls-files", "-z", "-v", "--stage"];
        Git::at(&self.root.full).records(&arguments, |record| self.take(record, listing))?;
        // Of a conflict there are three versions.
        listing.files.dedup_by(|a, b| Arc::ptr_eq(&a.root, &b.root) && a.below == b.below);
        listing.work_trees.push(self.root.clone());
        Ok(())
    }

    /// One line of `ls-files -v --stage`: `TAG MODE HASH STAGE\tPATH`.
    fn take(&self, record: &[u8], listing: &mut Listing) {
        let Some(tab) = memchr::memchr(b'\t', record) else { return };
        let (entry, path) = (&record[..tab], &record[tab + 1..]);
        let is_sparse = entry.starts_with(b"S") || entry.starts_with(b"s");
        let standing = if is_sparse { Standing::Sparse } else { Standing::Found };
        let below = path_of(path);
        match entry.get(2..8) {
            Some(b"160000") => {
                // The folder itself, if it is a submodule that isn't there, is `./`.
                let shown = self.root.shown.join(below).components().collect();
                listing.left_out.push((shown, LeftOut::Submodule));
            }
            Some(b"120000") => listing.symlinks += 1,
            _ => listing.files.push(Listed {
                root: self.root.clone(),
                below: below.into(),
                standing,
            }),
        }
    }

    /// Whether the repository above has the folder as a submodule.
    fn is_submodule(&self) -> bool {
        let (Some(above), Some(name)) =
            (self.root.canonical.parent(), self.root.canonical.file_name())
        else {
            return false;
        };
        if repository_of(above).is_none() {
            return false;
        }
        let mut is_link = false;
        let command = ["--literal-pathspecs", "ls-files", "-z", "--stage", "--"].map(OsStr::new);
        let arguments: Vec<&OsStr> = command.into_iter().chain([name]).collect();
        let asked =
            Git::at(above).records(&arguments, |record| is_link |= record.starts_with(b"160000"));
        asked.is_ok() && is_link
    }
}

//! The files of a folder: what Git says where it is in a work tree.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use super::git::Git;
use super::listed::{Listed, Listing, Root, Standing, Unasked};
use super::repository::{is_bare, is_of_git, path_of, repository_of};
use super::walk::{self, Rules};
use super::{LeftOut, TreeError, ignored};

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
        let rules =
            if *canonical != repository && self.is_ignored()? { Rules::All } else { Rules::Git };
        match self.ask(rules, &repository, listing) {
            Err(TreeError::GitUnusable { reason, .. }) => {
                let folder = self.root.shown.clone();
                listing.unasked.push(Unasked::Git { folder, reason });
                for nested in walk::files(&self.root, rules, listing) {
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

    /// What Git lists, ignored files included unless all are taken.
    fn ask(&self, rules: Rules, repository: &Path, listing: &mut Listing) -> Result<(), TreeError> {
        let git = Git::at(&self.root.full);
        let mut arguments = ["ls-files", "-z", "-v", "--stage", "--cached", "--others"].to_vec();
        arguments.extend((rules == Rules::Git).then_some("--exclude-standard"));
        let ended = git.records(&arguments, |record| self.take(record, rules, listing))?;
        for folder in unopened(&ended.said) {
            let shown = repository.join(folder);
            let below = shown.strip_prefix(&self.root.canonical).unwrap_or(&shown);
            let why = LeftOut::Unreadable("Git could not open the folder".to_owned());
            listing.left_out.push((self.root.shown.join(below), why));
        }
        if rules == Rules::Git {
            ignored::add(&self.root, &git, listing)?;
        }
        Ok(())
    }

    /// One line of `ls-files -v --stage`: `? PATH`, or `TAG MODE HASH STAGE\tPATH`.
    fn take(&self, record: &[u8], rules: Rules, listing: &mut Listing) {
        let Some((&tag, entry)) = record.split_first() else { return };
        let entry = entry.strip_prefix(b" ").unwrap_or(entry);
        let found = if rules == Rules::All { Standing::Given } else { Standing::Found };
        let (mode, path, standing) = if tag == b'?' {
            (&b""[..], entry, found)
        } else {
            let Some(tab) = memchr::memchr(b'\t', entry) else { return };
            let is_sparse = tag.eq_ignore_ascii_case(&b'S');
            (&entry[..tab], &entry[tab + 1..], if is_sparse { Standing::Sparse } else { found })
        };
        let is_repository = path.ends_with(b"/");
        let below = path_of(path.strip_suffix(b"/").unwrap_or(path));
        // The folder itself, if it is a submodule that isn't there, is `./`.
        let shown = || self.root.shown.join(&below).components().collect();
        if mode.starts_with(b"160000") {
            listing.left_out.push((shown(), LeftOut::Submodule));
        } else if mode.starts_with(b"120000") {
            listing.symlinks += 1;
        } else if is_repository {
            listing.left_out.push((shown(), LeftOut::Repository));
        } else {
            let file = Listed { root: self.root.clone(), below: below.into(), standing };
            if tag == b'?' { listing.add(file) } else { listing.files.push(file) }
        }
    }

    /// Whether Git ignores the folder itself.
    fn is_ignored(&self) -> Result<bool, TreeError> {
        let git = Git::at(&self.root.full);
        match git.run(&["check-ignore", "--quiet", "."], |_| {}) {
            Ok(ended) => Ok(ended.code == Some(0)),
            // The listing says what it is without Git.
            Err(TreeError::GitUnusable { .. }) => Ok(false),
            Err(error) => Err(error),
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

/// The folders that Git could not open, from the top of the work tree.
fn unopened(said: &str) -> impl Iterator<Item = &str> {
    said.lines().filter_map(|line| {
        let rest = line.strip_prefix("warning: could not open directory '")?;
        rest.rsplit_once('\'').map(|(folder, _)| folder)
    })
}

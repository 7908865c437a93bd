//! The files of a run.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::LeftOut;
use super::new_version::is_new_version;

/// A folder that files are taken from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// As the user would type it; empty for the current folder.
    pub(super) shown: PathBuf,
    /// Where it is for the system.
    pub(super) full: PathBuf,
    /// The same without symbolic links.
    pub(super) canonical: PathBuf,
}

/// A file that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) struct Listed {
    /// What it was found in. Symbolic links are followed up to there and not below.
    pub(super) root: Arc<Root>,
    /// Its path from there.
    pub(super) below: Box<Path>,
    /// Why it is looked at, and whether it is to be there.
    pub(super) standing: Standing,
}

/// What a file is for Git and the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Found in a folder.
    Found,
    /// The same, and Git leaves it out of a sparse checkout.
    Sparse,
    /// The same, and Git ignores it.
    Ignored,
    /// Its path was given, by the user or in a list.
    Given,
}

impl Listed {
    /// Its path from the current folder, as the user would type it.
    #[must_use]
    pub(in crate::sources) fn path(&self) -> PathBuf {
        self.root.shown.join(&self.below)
    }

    /// Its path for the system.
    #[must_use]
    pub(in crate::sources) fn full(&self) -> PathBuf {
        self.root.full.join(&self.below)
    }

    /// The first folder above it that is a symbolic link, below what it was found in.
    #[must_use]
    pub(in crate::sources) fn symlink_above(&self) -> Option<LeftOut> {
        let mut folders: Vec<&Path> = self.below.ancestors().skip(1).collect();
        folders.retain(|folder| !folder.as_os_str().is_empty());
        let is_link = |folder: &&&Path| {
            let metadata = self.root.full.join(folder).symlink_metadata();
            metadata.is_ok_and(|metadata| metadata.is_symlink())
        };
        let link = folders.iter().rev().find(is_link)?;
        let to = self.root.full.join(link).read_link().ok();
        Some(LeftOut::Symlink { above: Some(self.root.shown.join(link)), to })
    }
}

/// All files that are looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::sources) struct Listing {
    /// No file is there twice.
    pub(in crate::sources) files: Vec<Listed>,
    /// Folders of work trees of which only what Git tracks is among the files yet.
    pub(super) work_trees: Vec<Arc<Root>>,
    /// What was met and not entered, with the path as the user would type it.
    pub(in crate::sources) left_out: Vec<(PathBuf, LeftOut)>,
    /// New versions of files that a run has left behind because it was killed.
    pub(in crate::sources) left_behind: Vec<Listed>,
    /// Whether a file may have been met by several of the paths that were given.
    pub(super) may_repeat: bool,
    /// How many symbolic links were met; they are not followed.
    pub(in crate::sources) symlinks: usize,
    /// What could not be asked.
    pub(in crate::sources) unasked: Vec<Unasked>,
}

impl Listing {
    /// Drops files from the number `first` on that are there by another path, too. Those that Git
    /// ignores go first.
    pub(super) fn keep_each_once(&mut self, first: usize) {
        self.files[first..].sort_by_key(|file| file.standing == Standing::Ignored);
        if self.may_repeat {
            let mut seen = HashSet::new();
            self.files.retain(|file| seen.insert(file.root.canonical.join(&file.below)));
        }
    }

    /// Takes what another one has.
    pub(super) fn extend(&mut self, more: Self) {
        let known = self.files.len();
        self.files.extend(more.files);
        self.keep_each_once(known);
        self.left_out.extend(more.left_out);
        self.left_behind.extend(more.left_behind);
        self.unasked.extend(more.unasked);
    }

    /// Takes a file that was found.
    pub(super) fn add(&mut self, file: Listed) {
        let is_left_behind = file.below.file_name().is_some_and(is_new_version);
        if is_left_behind { &mut self.left_behind } else { &mut self.files }.push(file);
    }
}

/// What a listing doesn't know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) enum Unasked {
    /// Git could not be asked about this repository: its files are those of the folder that its
    /// ignore files leave.
    Git {
        /// The repository, as the user would type it.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
    /// There are more ignored files in this folder than were looked at.
    Ignored(PathBuf),
}

impl Unasked {
    /// A sentence without a full stop.
    #[must_use]
    pub(in crate::sources) fn message(&self) -> String {
        let shown = |folder: &Path| match folder.as_os_str().is_empty() {
            true => ".".to_owned(),
            false => folder.display().to_string(),
        };
        match self {
            Self::Git { folder, reason } => format!(
                "Git could not be asked about {}: {reason}; its files were taken from the folder",
                shown(folder)
            ),
            Self::Ignored(folder) => format!(
                "of the files in {} that Git ignores only the first were looked at",
                shown(folder)
            ),
        }
    }
}

//! What Git says of the files of a work tree, and of what they were at HEAD.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::sources::tree::{self, TreeError, path_of};

/// How many names one call of Git is given.
const NAMES: usize = 200;

/// A work tree: a folder with a `.git`.
pub(super) struct Git<'a> {
    root: &'a Path,
}

/// A file that isn't what HEAD says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Changed {
    /// From the root.
    pub(super) path: PathBuf,
    /// What it is in HEAD; nothing if HEAD doesn't know the file.
    pub(super) head: Option<Kind>,
}

/// What a file of a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Link,
    Submodule,
}

impl<'a> Git<'a> {
    /// The work tree whose top level this is, if there is one.
    pub(super) fn at(root: &'a Path) -> Option<Self> {
        root.join(".git").symlink_metadata().is_ok().then_some(Self { root })
    }

    /// What Git tracks: files, and the folders of submodules.
    pub(super) fn tracked(&self) -> Result<BTreeSet<PathBuf>, TreeError> {
        // A file with a conflict is there more than once.
        Ok(self.paths(&["ls-files", "-z", "--cached"])?.into_iter().collect())
    }

    /// What it would track. A repository inside of it is one path that ends in a slash.
    pub(super) fn untracked(&self) -> Result<Vec<PathBuf>, TreeError> {
        self.paths(&["ls-files", "-z", "--others", "--exclude-standard"])
    }

    /// What it ignores. A folder of which it ignores all is one path that ends in a slash.
    pub(super) fn ignored(&self) -> Result<Vec<PathBuf>, TreeError> {
        let kind = ["--others", "--ignored", "--exclude-standard", "--directory"];
        self.paths(&[&["ls-files", "-z"][..], &kind].concat())
    }

    /// The commit that is checked out, shortened; nothing before the first one.
    pub(super) fn head(&self) -> Result<Option<String>, TreeError> {
        let mut commit = String::new();
        let git = tree::Git::at(self.root);
        let ended = git.run(&["rev-parse", "--verify", "--quiet", "--short", "HEAD"], |name| {
            commit = String::from_utf8_lossy(name.trim_ascii()).into_owned();
        })?;
        Ok((ended.code == Some(0)).then_some(commit))
    }

    /// Tracked files that aren't what HEAD says.
    pub(super) fn changed(&self) -> Result<Vec<Changed>, TreeError> {
        // `:MODE MODE BLOB BLOB STATUS` NUL `PATH` NUL (git-diff-index, "Raw output format").
        let kind = ["--raw", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=all"];
        let mut head = None;
        let mut all = Vec::new();
        let git = tree::Git::at(self.root);
        git.records(&[&["diff"][..], &kind, &["HEAD", "--"]].concat(), |field| {
            match head.take() {
                Some(head) => all.push(Changed { path: path_of(field), head }),
                None => {
                    head = Some(match field.strip_prefix(b":").and_then(|facts| facts.get(..6)) {
                        Some(b"000000") => None,
                        Some(b"120000") => Some(Kind::Link),
                        Some(b"160000") => Some(Kind::Submodule),
                        _ => Some(Kind::File),
                    });
                }
            }
        })?;
        Ok(all)
    }

    /// Writes these files below a folder as a checkout of HEAD does. `index` is a path for a file that
    /// is needed meanwhile.
    pub(super) fn check_out(
        &self,
        paths: &[&Path],
        folder: &Path,
        index: &Path,
    ) -> Result<(), TreeError> {
        let mut git = tree::Git::at(self.root);
        git.tell("GIT_INDEX_FILE", index);
        // What is stored elsewhere stays there.
        git.tell("GIT_LFS_SKIP_SMUDGE", "1");
        git.records(&["read-tree", "HEAD"], |_| ())?;
        // A slash at the end, for Git takes it as the start of a name.
        let mut prefix = OsString::from("--prefix=");
        prefix.push(folder.join(""));
        for names in paths.chunks(NAMES) {
            let options = ["checkout-index".as_ref(), "--force".as_ref(), &*prefix, "--".as_ref()];
            let names = names.iter().map(|name| name.as_os_str());
            git.records(&options.into_iter().chain(names).collect::<Vec<_>>(), |_| ())?;
        }
        Ok(())
    }

    fn paths(&self, arguments: &[&str]) -> Result<Vec<PathBuf>, TreeError> {
        let mut paths = Vec::new();
        tree::Git::at(self.root).records(arguments, |name| paths.push(path_of(name)))?;
        Ok(paths)
    }
}

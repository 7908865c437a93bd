//! Trees on disk, as Git and people leave them.

mod listing;
mod reading;
mod uncommitted;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use super::list::list;
use super::listed::Listing;
pub(in crate::sources) use super::looks::{Looked, Looks};
use super::untracked::untracked;
use super::{Listed, Looking, TreeError, Wanted, look};

/// What a file says that names CCR.
pub(in crate::sources) const IMAGE: &str = "image: ccr.ccs.tencentyun.com/shop/web:v1\n";

/// What is looked for.
pub(in crate::sources) const HOST: &[u8] = b"ccs.tencentyun.com";

/// A folder for one test.
pub(in crate::sources) struct Tree(tempfile::TempDir);

impl Tree {
    /// An empty folder.
    pub(in crate::sources) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The work tree of a repository with nothing in it.
    pub(in crate::sources) fn with_git() -> Self {
        let tree = Self::new();
        tree.git(".", &["init", "-q"]);
        tree
    }

    pub(in crate::sources) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file that names CCR.
    pub(in crate::sources) fn file(&self, name: &str) -> &Self {
        self.write(name, IMAGE)
    }

    pub(in crate::sources) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(in crate::sources) fn git(&self, folder: &str, arguments: &[&str]) -> &Self {
        let mut git = Command::new("git");
        for setting in ["user.name=T", "user.email=t@example.com", "protocol.file.allow=always"] {
            git.args(["-c", setting]);
        }
        let ran = git.args(arguments).current_dir(self.path(folder)).output().unwrap();
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        self
    }

    pub(in crate::sources) fn commit(&self) -> &Self {
        self.git(".", &["add", "-A"]).git(".", &["commit", "-qm", "a commit"])
    }

    pub(in crate::sources) fn list(&self, paths: &[&str]) -> Result<Listing, TreeError> {
        self.list_from("", paths)
    }

    /// All files that are looked at, by path.
    pub(in crate::sources) fn list_from(
        &self,
        folder: &str,
        paths: &[&str],
    ) -> Result<Listing, TreeError> {
        let mut listing = list(&self.wanted(folder, paths))?;
        let others = untracked(&listing.work_trees)?;
        listing.extend(others);
        listing.files.sort_by(|a, b| a.path().as_os_str().cmp(b.path().as_os_str()));
        listing.left_out.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(listing)
    }

    pub(in crate::sources) fn wanted(&self, folder: &str, paths: &[&str]) -> Wanted {
        let paths = paths.iter().map(PathBuf::from).collect();
        Wanted { base: self.path(folder), paths, names: None }
    }

    pub(in crate::sources) fn named(&self, names: &[&str]) -> Wanted {
        let names = Some(names.iter().map(PathBuf::from).collect());
        Wanted { base: self.path(""), paths: Vec::new(), names }
    }

    /// Looks at all files; of those that name CCR, how many bytes they have.
    pub(in crate::sources) fn look(&self, paths: &[&str]) -> Looks<usize> {
        look_at(&self.wanted("", paths))
    }
}

pub(in crate::sources) fn look_at(wanted: &Wanted) -> Looks<usize> {
    let stop = AtomicBool::new(false);
    let looking = Looking {
        threads: 2,
        stop: &stop,
        is_wanted: |_: &Path| true,
        names: |bytes: &[u8]| memchr::memmem::find(bytes, HOST).is_some(),
        look: |_: &Listed, bytes: &[u8]| Some(bytes.len()),
    };
    look(wanted, looking).unwrap()
}

/// The paths of all files, as the user would type them.
pub(in crate::sources) fn paths(listing: &Listing) -> Vec<String> {
    listing.files.iter().map(|file| file.path().display().to_string()).collect()
}

/// What is left out, as the user reads it.
pub(in crate::sources) fn lines(left_out: &[(PathBuf, super::LeftOut)]) -> Vec<String> {
    let line =
        |(path, why): &(PathBuf, super::LeftOut)| format!("{} {}", path.display(), why.why());
    left_out.iter().map(line).collect()
}

#[cfg(unix)]
pub(in crate::sources) fn symlink(to: impl AsRef<Path>, link: &Path) {
    std::os::unix::fs::symlink(to, link).unwrap();
}

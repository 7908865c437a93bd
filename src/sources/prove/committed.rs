//! What HEAD says of files that differ from it.

use std::path::Path;

use super::error::ProveError;
use super::files::{remove, symlink};
use super::git::{Changed, Git, Kind};
use super::links::within;
use super::listing::NotCopied;

/// The files of a work tree that aren't what was committed.
pub(super) struct Committed {
    /// HEAD, shortened.
    pub(super) commit: String,
    changed: Vec<Changed>,
}

impl Committed {
    /// Nothing if no file differs from HEAD, or there is none.
    pub(super) fn of(root: &Path) -> Result<Option<Self>, ProveError> {
        let Some(git) = Git::at(root) else { return Ok(None) };
        let Some(commit) = git.head()? else { return Ok(None) };
        let changed = git.changed()?;
        Ok((!changed.is_empty()).then_some(Self { commit, changed }))
    }

    /// Makes a copy of the work tree of `root` one of HEAD. `index` is a path for a file that is
    /// needed meanwhile.
    pub(super) fn restore(
        &self,
        root: &Path,
        copy: &Path,
        index: &Path,
        left_out: &mut Vec<NotCopied>,
    ) -> Result<(), ProveError> {
        let Some(git) = Git::at(root) else { return Ok(()) };
        let kept = self.changed.iter().filter(|changed| changed.head != Some(Kind::Submodule));
        for changed in kept.clone() {
            remove(&copy.join(&changed.path))?;
            left_out.retain(|left_out| left_out.path != changed.path);
        }
        let there: Vec<_> = kept.filter(|changed| changed.head.is_some()).collect();
        let paths: Vec<_> = there.iter().map(|changed| changed.path.as_path()).collect();
        git.check_out(&paths, copy, index)?;
        let links = there.iter().filter(|changed| changed.head == Some(Kind::Link));
        for path in links.map(|changed| &changed.path) {
            let link = copy.join(path);
            let target = link.read_link().map_err(ProveError::file(&link))?;
            remove(&link)?;
            match within(root, path, &target) {
                Some(target) => symlink(&target, &link)?,
                None => left_out.push(NotCopied::link(path.clone(), &target)),
            }
        }
        Ok(())
    }
}

//! The files of a work tree that Git doesn't track: those that it would add, those that it ignores.
//!
//! To go through all folders is what takes Git its time. It is done once, without the ignore files,
//! where Git names folders with nothing tracked by one line; what it found there is asked for after.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git::Git;
use super::ignored::Ignored;
use super::listed::{Listed, Listing, Root, Standing};
use super::repository::{holds_git, path_of, repository_of};
use super::{LeftOut, TreeError};

/// How many folders are named in one call.
const NAMED: usize = 200;

/// A folder in a work tree.
pub(super) struct Untracked<'a> {
    root: &'a Arc<Root>,
    git: Git,
    listing: Listing,
}

/// The files of these folders.
///
/// # Errors
/// If Git can't be asked.
pub(super) fn untracked(roots: &[Arc<Root>]) -> Result<Listing, TreeError> {
    let mut listing = Listing::default();
    for root in roots {
        let mut folder = Untracked { root, git: Git::at(&root.full), listing };
        folder.ask()?;
        listing = folder.listing;
    }
    Ok(listing)
}

impl Untracked<'_> {
    fn ask(&mut self) -> Result<(), TreeError> {
        if self.git.run(&["check-ignore", "--quiet", "."], |_| {})?.code == Some(0) {
            // The folder was given although it is ignored.
            let all = self.others(&[], &[])?;
            self.take(all);
            return Ok(());
        }
        let met = self.others(&["--directory"], &[])?;
        let is_ignored = self.ignored(&met)?;
        let mut ignored = Ignored::new(self.root);
        let mut folders = Vec::new();
        for ((below, is_folder), is_ignored) in met.into_iter().zip(is_ignored) {
            match (is_folder, is_ignored) {
                (_, true) => ignored.take(below, is_folder, &mut self.listing),
                (true, false) if !holds_git(&self.root.full.join(&below)) => folders.push(below),
                (_, false) => self.take(vec![(below, is_folder)]),
            }
        }
        for folders in folders.chunks(NAMED) {
            let new = self.others(&["--exclude-standard"], folders)?;
            self.take(new);
            let options = ["--exclude-standard", "--ignored", "--directory"];
            for (below, is_folder) in self.others(&options, folders)? {
                ignored.take(below, is_folder, &mut self.listing);
            }
        }
        ignored.end(&mut self.listing);
        Ok(())
    }

    /// Whether each of these is ignored.
    fn ignored(&self, met: &[(PathBuf, bool)]) -> Result<Vec<bool>, TreeError> {
        let mut is_ignored = Vec::with_capacity(met.len());
        if met.is_empty() {
            return Ok(is_ignored);
        }
        let mut input = Vec::new();
        for (below, is_folder) in met {
            // In front, for a name that begins with `:` would be read as a pattern.
            input.extend_from_slice(b"./");
            input.extend_from_slice(below.as_os_str().as_encoded_bytes());
            input.extend_from_slice(if *is_folder { b"/\0" } else { b"\0" });
        }
        let mut git = self.git.clone();
        git.give(input);
        // Four fields for each: the last rule's file, line and pattern, and the path.
        let mut fields = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
        let mut at = 0;
        let arguments = ["check-ignore", "-z", "--stdin", "--verbose", "--non-matching"];
        let ended = git.run(&arguments, |field| {
            fields[at] = field.to_vec();
            at = (at + 1) % fields.len();
            if at == 0 {
                // A rule with `!` takes back what another ignores.
                is_ignored.push(!fields[0].is_empty() && !fields[2].starts_with(b"!"));
            }
        })?;
        // 1 is none.
        if !matches!(ended.code, Some(0 | 1)) || is_ignored.len() != met.len() {
            return Err(git.refusal(&ended));
        }
        Ok(is_ignored)
    }

    /// What Git doesn't track, in these folders or all, and whether it is a folder: a repository, or
    /// with `--directory` one in which nothing is tracked. Folders that it could not open are left
    /// out.
    fn others(
        &mut self,
        options: &[&'static str],
        folders: &[PathBuf],
    ) -> Result<Vec<(PathBuf, bool)>, TreeError> {
        let command = ["--literal-pathspecs", "ls-files", "-z", "--others"];
        let command = command.iter().chain(options).chain(&["--"]).map(OsStr::new);
        let here = |folder| if folder == Path::new("") { Path::new(".") } else { folder };
        let folders = folders.iter().map(|folder| here(folder.as_path()).as_os_str());
        let arguments: Vec<&OsStr> = command.chain(folders).collect();
        let mut met = Vec::new();
        let ended = self.git.records(&arguments, |record| {
            // The folder itself is `./`.
            let path = record.strip_suffix(b"/").map(|path| if path == b"." { b"" } else { path });
            met.push((path_of(path.unwrap_or(record)), path.is_some()));
        })?;
        let top = repository_of(&self.root.canonical).unwrap_or_default();
        for folder in unopened(&ended.said) {
            let canonical = top.join(folder);
            let folder = canonical.strip_prefix(&self.root.canonical).unwrap_or(&canonical);
            let why = LeftOut::Unreadable("Git could not open the folder".to_owned());
            self.listing.left_out.push((self.root.shown.join(folder), why));
        }
        Ok(met)
    }

    /// Takes files, and names repositories.
    fn take(&mut self, met: Vec<(PathBuf, bool)>) {
        for (below, is_repository) in met {
            if is_repository {
                self.listing.left_out.push((self.root.shown.join(below), LeftOut::Repository));
            } else {
                let (root, standing) = (self.root.clone(), Standing::Found);
                self.listing.add(Listed { root, below: below.into(), standing });
            }
        }
    }
}

/// The folders that Git could not open, from the top of the work tree.
fn unopened(said: &str) -> impl Iterator<Item = &str> {
    said.lines().filter_map(|line| {
        let rest = line.strip_prefix("warning: could not open directory '")?;
        rest.rsplit_once('\'').map(|(folder, _)| folder)
    })
}

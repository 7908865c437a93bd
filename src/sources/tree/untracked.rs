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
            return self.take_all();
        }
        let mut met = Vec::new();
        self.records(&["ls-files", "-z", "--others", "--directory"], |record| {
            met.extend_from_slice(record);
            met.push(0);
        })?;
        let is_ignored = self.ignored(&met)?;
        let mut ignored = Ignored::new(self.root);
        let mut folders = Vec::new();
        let records = met.split(|byte| *byte == 0).filter(|record| !record.is_empty());
        for (record, is_ignored) in records.zip(is_ignored) {
            let below: PathBuf = path_of(record).components().collect();
            match (record.ends_with(b"/"), is_ignored) {
                (false, false) => self.file(below),
                (false, true) => ignored.file(&below, &mut self.listing),
                (true, true) => ignored.folder(below, &mut self.listing),
                (true, false) if holds_git(&self.root.full.join(&below)) => self.repository(&below),
                (true, false) => folders.push(below),
            }
        }
        for folders in folders.chunks(NAMED) {
            self.new_folders(folders, &mut ignored)?;
        }
        ignored.end(&mut self.listing);
        Ok(())
    }

    /// Whether each of these is ignored.
    fn ignored(&self, met: &[u8]) -> Result<Vec<bool>, TreeError> {
        let mut is_ignored = Vec::new();
        if !met.is_empty() {
            let mut git = self.git.clone();
            git.give(met.to_vec());
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
            if !matches!(ended.code, Some(0 | 1)) {
                return Err(git.refusal(&ended));
            }
        }
        Ok(is_ignored)
    }

    /// All of a folder that is ignored itself: it was given.
    fn take_all(&mut self) -> Result<(), TreeError> {
        let mut met = Vec::new();
        self.records(&["ls-files", "-z", "--others"], |record| met.push(path_of(record)))?;
        for below in met {
            self.file(below);
        }
        Ok(())
    }

    /// Takes the files of folders in which nothing is tracked.
    fn new_folders(
        &mut self,
        folders: &[PathBuf],
        ignored: &mut Ignored<'_>,
    ) -> Result<(), TreeError> {
        for (below, is_folder) in self.others(&[], folders)? {
            match is_folder {
                true => self.repository(&below),
                false => self.file(below),
            }
        }
        for (below, is_folder) in self.others(&["--ignored", "--directory"], folders)? {
            match is_folder {
                true => ignored.folder(below, &mut self.listing),
                false => ignored.file(&below, &mut self.listing),
            }
        }
        Ok(())
    }

    /// What Git lists in these folders, and whether it is one itself.
    fn others(
        &mut self,
        options: &[&'static str],
        folders: &[PathBuf],
    ) -> Result<Vec<(PathBuf, bool)>, TreeError> {
        let command = ["--literal-pathspecs", "ls-files", "-z", "--others", "--exclude-standard"];
        let command = command.iter().chain(options).chain(&["--"]).map(OsStr::new);
        let here = |folder| if folder == Path::new("") { Path::new(".") } else { folder };
        let folders = folders.iter().map(|folder| here(folder.as_path()).as_os_str());
        let arguments: Vec<&OsStr> = command.chain(folders).collect();
        let mut met = Vec::new();
        self.records(&arguments, |record| {
            let path = record.strip_suffix(b"/");
            met.push((path_of(path.unwrap_or(record)), path.is_some()));
        })?;
        Ok(met)
    }

    fn file(&mut self, below: PathBuf) {
        let standing = Standing::Found;
        self.listing.add(Listed { root: self.root.clone(), below: below.into(), standing });
    }

    fn repository(&mut self, below: &Path) {
        self.listing.left_out.push((self.root.shown.join(below), LeftOut::Repository));
    }

    /// Calls Git; folders that it could not open are left out.
    fn records(
        &mut self,
        arguments: &[impl AsRef<OsStr>],
        record: impl FnMut(&[u8]),
    ) -> Result<(), TreeError> {
        let ended = self.git.records(arguments, record)?;
        let top = repository_of(&self.root.canonical).unwrap_or_default();
        for folder in unopened(&ended.said) {
            let canonical = top.join(folder);
            let folder = canonical.strip_prefix(&self.root.canonical).unwrap_or(&canonical);
            let why = LeftOut::Unreadable("Git could not open the folder".to_owned());
            self.listing.left_out.push((self.root.shown.join(folder), why));
        }
        Ok(())
    }
}

/// The folders that Git could not open, from the top of the work tree.
fn unopened(said: &str) -> impl Iterator<Item = &str> {
    said.lines().filter_map(|line| {
        let rest = line.strip_prefix("warning: could not open directory '")?;
        rest.rsplit_once('\'').map(|(folder, _)| folder)
    })
}

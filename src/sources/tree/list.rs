//! From what the user gave to the files that are looked at.

use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::folder::Folder;
use super::listed::{Listed, Listing, Root, Standing};
use super::open::is_absent;
use super::repository::is_of_git;
use super::{LeftOut, TreeError};

/// What the user gave.
#[derive(Debug, Clone, Default)]
pub(in crate::sources) struct Wanted {
    /// What relative paths start from; empty for the current folder.
    pub(in crate::sources) base: PathBuf,
    /// Files and folders. None of them and no list is the current folder.
    pub(in crate::sources) paths: Vec<PathBuf>,
    /// A list of files, made by another program.
    pub(in crate::sources) names: Option<Vec<PathBuf>>,
}

/// The files that are known without going through work trees, each once: what was given, what Git
/// tracks, and all files of other folders. What Git doesn't track of `work_trees` is still to come.
///
/// A path that was given is taken even if Git ignores it.
///
/// # Errors
/// If a path isn't there, or Git can't be asked and the user can help it.
pub(super) fn list(wanted: &Wanted) -> Result<Listing, TreeError> {
    let mut listing = Listing::default();
    let here = [PathBuf::from(".")];
    let is_whole = wanted.paths.is_empty() && wanted.names.is_none();
    let paths = if is_whole { &here[..] } else { &wanted.paths[..] };
    let base = root(PathBuf::new(), &wanted.base)?;
    for path in paths {
        given(&base, &without_dot(path), &mut listing)?;
    }
    for name in wanted.names.iter().flatten() {
        named(&base, &without_dot(name), &mut listing);
    }
    listing.may_repeat = paths.len() > 1 || wanted.names.is_some();
    listing.keep_each_once(0);
    Ok(listing)
}

/// A path that was given: whatever it is, the user means it.
fn given(base: &Arc<Root>, path: &Path, listing: &mut Listing) -> Result<(), TreeError> {
    let full = base.full.join(path);
    let metadata = look(&full).map_err(|error| match is_absent(&error) {
        true => TreeError::NotFound(path.to_owned()),
        false => TreeError::Unreadable { path: path.to_owned(), reason: error.to_string() },
    })?;
    let left_out = if metadata.is_symlink() {
        Some(LeftOut::Symlink { above: None, to: full.read_link().ok() })
    } else if is_of_git(path) {
        Some(LeftOut::GitFolder)
    } else if metadata.is_dir() {
        let link = one(base, path).and_then(|folder| folder.symlink_above());
        if link.is_none() {
            let folder = Folder::new(root(path.to_owned(), &full)?);
            return folder.list(base, listing);
        }
        link
    } else if metadata.is_file() {
        let file = one(base, path);
        let link = file.as_ref().and_then(Listed::symlink_above);
        listing.files.extend(file.filter(|_| link.is_none()));
        link
    } else {
        Some(LeftOut::NotAFile)
    };
    listing.left_out.extend(left_out.map(|why| (path.to_owned(), why)));
    Ok(())
}

/// A name of a list. What it is shows when it is opened.
fn named(base: &Arc<Root>, name: &Path, listing: &mut Listing) {
    let is_of_git = is_of_git(name);
    match one(base, name).filter(|_| !is_of_git) {
        Some(file) => listing.files.push(file),
        None => {
            let why = if is_of_git { LeftOut::GitFolder } else { LeftOut::NotAFile };
            listing.left_out.push((name.to_owned(), why));
        }
    }
}

/// A file by itself. Symbolic links are followed in front of it only if the path leads out of the
/// current folder. `None` if it has no name.
fn one(base: &Arc<Root>, path: &Path) -> Option<Listed> {
    let standing = Standing::Given;
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
    if is_below && !path.as_os_str().is_empty() {
        return Some(Listed { root: base.clone(), below: path.into(), standing });
    }
    let folder = path.parent()?;
    let root = root(folder.to_owned(), &base.full.join(folder)).ok()?;
    Some(Listed { root, below: Path::new(path.file_name()?).into(), standing })
}

/// A folder to take files from.
///
/// # Errors
/// If it can't be entered.
fn root(shown: PathBuf, full: &Path) -> Result<Arc<Root>, TreeError> {
    let entered = if full.as_os_str().is_empty() { Path::new(".") } else { full };
    match entered.canonicalize() {
        Ok(canonical) => Ok(Arc::new(Root { shown, full: full.to_owned(), canonical })),
        Err(error) => Err(TreeError::Unreadable { path: shown, reason: error.to_string() }),
    }
}

fn look(full: &Path) -> std::io::Result<Metadata> {
    if full.as_os_str().is_empty() { Path::new(".") } else { full }.symlink_metadata()
}

/// `a//b/` for `./a//b/`; nothing for the current folder.
fn without_dot(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

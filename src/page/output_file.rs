//! The page's file: whole or not at all, and never in the place of something else.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use super::error::PageError;
use super::html::MARK;
use crate::private_file::{self, folder_of};

/// How far into a file the mark is looked for.
const HEAD: u64 = 1024;

/// Finds out before any work whether the name is free, or an earlier page's.
pub(super) fn check(path: &Path) -> Result<(), PageError> {
    let failed = |source| PageError::Write { path: path.to_owned(), source };
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
        Ok(found) => match found.is_file() && is_ours(path).map_err(failed)? {
            true => Ok(()),
            false => Err(PageError::NotOurs { path: path.to_owned() }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Asked here because an error from tempfile names the temporary file.
            fs::metadata(folder_of(path)).map(drop).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes the page; an earlier one stays until this one is complete.
pub(super) fn write(path: &Path, page: &str) -> Result<(), PageError> {
    check(path)?;
    private_file::write_whole(path, [page.as_bytes()])
        .map_err(|source| PageError::Write { path: path.to_owned(), source })
}

fn is_ours(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(memchr::memmem::find(&head, MARK.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        let page = format!("<!DOCTYPE html><meta {MARK} 0.1.0\">one");
        write(&path, &page).unwrap();
        write(&path, &page.replace("one", "two")).unwrap();
        assert!(fs::read_to_string(&path).unwrap().ends_with("two"));
        fs::write(&path, "my own notes").unwrap();
        assert!(matches!(write(&path, &page), Err(PageError::NotOurs { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "my own notes");
        assert!(matches!(write(folder.path(), &page), Err(PageError::Write { .. })));
        let nowhere = folder.path().join("none/page.html");
        assert!(matches!(check(&nowhere), Err(PageError::Write { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }
}

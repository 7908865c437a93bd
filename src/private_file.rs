//! Files for their owner's eyes only, that are on disk before what depends on them is done.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::NamedTempFile;

/// How many names of one second are tried.
const NAMES_TRIED: u32 = 1000;

/// Names for a file of this moment in `folder`: `STEM-20260102-030405.json` in UTC, then with `-2`
/// and so on, for another run may have taken the name within the same second.
pub fn names<'a>(
    folder: &'a Path,
    stem: &str,
    now: Timestamp,
) -> impl Iterator<Item = PathBuf> + use<'a> {
    let named = format!("{stem}-{}", now.strftime("%Y%m%d-%H%M%S"));
    (1..=NAMES_TRIED).map(move |number| {
        let more = if number == 1 { String::new() } else { format!("-{number}") };
        folder.join(format!("{named}{more}.json"))
    })
}

/// Writes a file as [`create`] does, under the first of these names that isn't taken, and says
/// which.
///
/// # Errors
/// As [`create`], with the name that was tried last.
pub fn create_first(
    names: impl Iterator<Item = PathBuf>,
    content: &[u8],
) -> Result<PathBuf, (PathBuf, io::Error)> {
    let mut taken = (PathBuf::new(), io::ErrorKind::AlreadyExists.into());
    for path in names {
        match create(&path, [content]) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = (path, error),
            Err(error) => return Err((path, error)),
        }
    }
    Err(taken)
}

/// Writes a file that isn't there yet, mode 0600, and waits until it is on disk: whole, or there is
/// none. Its content is given in parts, so that secrets needn't be put together in memory.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], and whatever else the system says.
pub fn create<'a>(path: &Path, content: impl IntoIterator<Item = &'a [u8]>) -> io::Result<()> {
    // With its name at once, a run that is killed would leave a file that can't be read.
    written_beside(path, content)?.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(path)
}

/// Writes it in the place of an earlier one; at every moment there is one or the other.
///
/// # Errors
/// Whatever the system says; the earlier file is whole then.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    written_beside(path, [content])?.persist(path).map_err(|error| error.error)?;
    sync_folder(path)
}

/// Writes it whole or not at all: an earlier file stays until this one is complete, and nothing is
/// left beside it. Mode 0600; its content is given in parts.
///
/// # Errors
/// Whatever the system says, without the name of the temporary file.
pub fn write_whole<'a>(path: &Path, content: impl IntoIterator<Item = &'a [u8]>) -> io::Result<()> {
    let file = written_beside(path, content).map_err(|error| bare(&error))?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// The content on disk in the file's folder, mode 0600, under a name that nobody asks for. It goes when
/// it is dropped.
fn written_beside<'a>(
    path: &Path,
    content: impl IntoIterator<Item = &'a [u8]>,
) -> io::Result<NamedTempFile<File>> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    // tempfile's own way to open it puts the temporary name into the error.
    let mut file = tempfile::Builder::new().make_in(folder_of(path), |name| options.open(name))?;
    for part in content {
        file.as_file_mut().write_all(part)?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

/// An error of tempfile's without the name of the temporary file.
#[must_use]
pub fn bare(error: &io::Error) -> io::Error {
    error.kind().into()
}

/// The folder that a file is in, or is to be in.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or_else(|| Path::new("."))
}

/// A new name survives a power cut only once its folder has been written.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = folder_of(path);
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_owners_alone_and_never_written_over_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("undo.json");
        create(&path, [b"on".as_slice(), b"e"]).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let again = create(&path, [b"two".as_slice()]).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        replace(&path, b"three").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"three");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

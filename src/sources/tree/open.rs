//! Opening a file that may have become something else since it was listed.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::LeftOut;

/// Opens a regular file for reading. A symbolic link isn't followed, a pipe isn't waited for.
///
/// # Errors
/// Why it is left out.
pub(in crate::sources) fn open(full: &Path) -> Result<(File, Metadata), LeftOut> {
    let opened = options().open(full).and_then(|file| {
        let metadata = file.metadata()?;
        Ok((file, metadata))
    });
    match opened {
        Ok((file, metadata)) if metadata.is_file() => Ok((file, metadata)),
        Ok(_) => Err(LeftOut::NotAFile),
        Err(error) => Err(why(full, &error)),
    }
}

fn why(full: &Path, error: &io::Error) -> LeftOut {
    match full.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => {
            LeftOut::Symlink { above: None, to: full.read_link().ok() }
        }
        Ok(metadata) if !metadata.is_file() => LeftOut::NotAFile,
        Ok(_) => LeftOut::Unreadable(error.to_string()),
        Err(error) if is_absent(&error) => LeftOut::Gone,
        Err(error) => LeftOut::Unreadable(error.to_string()),
    }
}

/// Whether there is nothing at the path.
#[must_use]
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(unix)]
fn options() -> OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = OpenOptions::new();
    // The flags are those of the system, which has them in as many bits.
    options.read(true).custom_flags(flags.bits().cast_signed());
    options
}

#[cfg(windows)]
fn options() -> OpenOptions {
    use std::os::windows::fs::OpenOptionsExt as _;
    /// Opens a link itself; it isn't a file then.
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    options
}

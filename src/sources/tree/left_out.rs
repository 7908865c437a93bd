//! Why a file isn't rewritten although it was asked for, or names CCR.

use std::path::PathBuf;

use super::Dirty;
use crate::diagnostic::{counted, human_bytes};

/// Why a file or a folder is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// It names CCR and is larger than what is read.
    TooLarge {
        /// Its length.
        bytes: u64,
    },
    /// It names CCR and holds NUL bytes.
    Binary,
    /// It names CCR in UTF-16.
    Utf16,
    /// It is a symbolic link, or stands behind one.
    Symlink {
        /// The link; `None` if it is one itself.
        above: Option<PathBuf>,
        /// Where the link points to; `None` if it can't be read.
        to: Option<PathBuf>,
    },
    /// It is a submodule.
    Submodule,
    /// It is a Git repository of its own inside of another.
    Repository,
    /// It is inside of `.git`.
    GitFolder,
    /// It can't be read; the system's words.
    Unreadable(String),
    /// It is a folder in a list of files, a pipe, a socket or a device.
    NotAFile,
    /// It was named and isn't there.
    Gone,
    /// It names CCR, and Git ignores it.
    Ignored,
    /// It names CCR, and may not be written.
    ReadOnly,
    /// It names CCR, and the same file has other names.
    HardLink {
        /// How many names it has.
        links: u64,
    },
    /// It would be rewritten, and Git doesn't hold what it is now.
    Dirty(Dirty),
    /// It is another one than when it was read.
    Changed,
    /// A second run would rewrite it again.
    Unstable,
}

impl LeftOut {
    /// Whether the person who runs this can have it rewritten, or looked at, where it is. Of the
    /// others it is enough to know.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Unreadable(_)
            | Self::NotAFile
            | Self::Gone
            | Self::ReadOnly
            | Self::HardLink { .. }
            | Self::Dirty(_)
            | Self::Changed
            | Self::Unstable => true,
            Self::TooLarge { .. }
            | Self::Binary
            | Self::Utf16
            | Self::Symlink { .. }
            | Self::Submodule
            | Self::Repository
            | Self::GitFolder
            | Self::Ignored => false,
        }
    }

    /// What is with it: follows the file's name and a colon.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::TooLarge { bytes } => {
                format!("names CCR, and is too large to be rewritten ({})", human_bytes(*bytes))
            }
            Self::Binary => "names CCR, and is not text".to_owned(),
            Self::Utf16 => "names CCR, and is UTF-16".to_owned(),
            Self::Symlink { above, to } => {
                let link = above.as_ref().map_or_else(
                    || "is a symbolic link".to_owned(),
                    |link| format!("is behind {}, a symbolic link", link.display()),
                );
                to.as_ref().map_or(link.clone(), |to| format!("{link} to {}", to.display()))
            }
            Self::Submodule => "is a submodule".to_owned(),
            Self::Repository => "is a Git repository of its own".to_owned(),
            Self::GitFolder => "belongs to Git itself".to_owned(),
            Self::Unreadable(reason) => format!("can't be read: {reason}"),
            Self::NotAFile => "is not a file".to_owned(),
            Self::Gone => "is not there".to_owned(),
            Self::Ignored => "names CCR, and Git ignores it".to_owned(),
            Self::ReadOnly => "names CCR, and may not be written".to_owned(),
            Self::HardLink { links } => {
                format!("names CCR, and is one file with {}", counted(*links, "name", "names"))
            }
            Self::Dirty(dirty) => dirty.why().to_owned(),
            Self::Changed => "has changed since it was read".to_owned(),
            Self::Unstable => "would be rewritten again by a second run".to_owned(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "change it by hand, or where it is made",
            Self::Binary => "change it where it is made",
            Self::Utf16 => "save it as UTF-8, and run this again",
            Self::Symlink { .. } => "give what it points to",
            Self::Submodule => "change it in its own repository: run this in there",
            Self::Repository => "run this in there, or give its path",
            Self::GitFolder => "give files of the work tree",
            Self::Unreadable(_) => "make it readable, and run this again",
            Self::NotAFile => "give files",
            Self::Gone => {
                "names are taken from the current folder: git diff --name-only --relative"
            }
            Self::Ignored => "give its path to have it rewritten",
            Self::ReadOnly => "make it writable: chmod u+w",
            Self::HardLink { .. } => {
                "change it by hand: a rewritten file would part from the others"
            }
            Self::Dirty(dirty) => dirty.hint(),
            Self::Changed => "run it again",
            Self::Unstable => "change it by hand, and tell us",
        }
    }
}

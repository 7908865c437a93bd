//! Why a file was not rewritten. It is as it was, in every case but one.

use std::io;

use crate::sources::tree::LeftOut;

/// What was with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// It isn't the file that was read.
    #[error("was changed since it was read")]
    Changed,
    /// It can't be opened, or a new version would break something.
    #[error("{}", .0.why())]
    LeftOut(LeftOut),
    /// The new bytes were found wrong; why.
    #[error("{0}")]
    Refused(String),
    /// Its owner or group can't be given to the new version.
    #[error("its owner {}:{} can't be kept: {reason}", owner.0, owner.1)]
    Owner {
        /// User and group.
        owner: (u32, u32),
        /// The system's words.
        reason: String,
    },
    /// An extended attribute can't be given to the new version.
    #[error("its attribute {name} can't be kept: {reason}")]
    Attribute {
        /// Which one; `system.posix_acl_access` is an access list.
        name: String,
        /// The system's words.
        reason: String,
    },
    /// There is no room for the new version.
    #[error("there is no space for its new version: {0}")]
    Full(String),
    /// The system refused something else.
    #[error("{0}")]
    Io(String),
    /// It was rewritten, and the disk did not say that it has it.
    #[error("is rewritten, and may not be on the disk yet: {0}")]
    NotOnDisk(String),
    /// The run ended before it: there was no more space, or it was stopped.
    #[error("was not begun")]
    NotBegun,
}

impl WriteError {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Changed | Self::NotBegun => "run it again",
            Self::LeftOut(left_out) => left_out.hint(),
            Self::Refused(_) => "change it by hand",
            Self::Owner { .. } => "run it as the owner of the file",
            Self::Attribute { .. } => "run it as the owner of the file, or change it by hand",
            Self::Full(_) => "free some space, and run it again",
            Self::NotOnDisk(_) => "check the disk, then `git diff`",
            Self::Io(_) => "make file and folder writable, and run it again",
        }
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        // Without the name of the new version, which nobody knows.
        let cause = error.get_ref().and_then(std::error::Error::source);
        let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(cause),
            _ => Self::Io(cause),
        }
    }
}

//! What tells that a file is still the one that was read.

use std::fs::Metadata;

use sha2::{Digest as _, Sha256};

/// What the system says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) struct Facts {
    /// In bytes.
    pub(in crate::sources) length: u64,
    /// When it was written to, in nanoseconds since 1970.
    pub(in crate::sources) modified: i128,
    /// When anything about it was changed, by the system's own account; the same unit.
    pub(in crate::sources) changed: i128,
    /// Which file system it is on, and which file of that it is.
    pub(in crate::sources) identity: (u64, u64),
    /// Its kind and permissions.
    pub(in crate::sources) mode: u32,
    /// Its user and group.
    pub(in crate::sources) owner: (u32, u32),
    /// How many names it has.
    pub(in crate::sources) links: u64,
}

impl Facts {
    /// Those of a file.
    #[cfg(unix)]
    #[must_use]
    pub(in crate::sources) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            length: metadata.len(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            identity: (metadata.dev(), metadata.ino()),
            mode: metadata.mode(),
            owner: (metadata.uid(), metadata.gid()),
            links: metadata.nlink(),
        }
    }

    /// Those of a file; what the system doesn't say is the same for all.
    #[cfg(not(unix))]
    #[must_use]
    pub(in crate::sources) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let modified = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        Self {
            length: metadata.len(),
            modified: modified.map_or(0, |time| i128::try_from(time.as_nanos()).unwrap_or(0)),
            changed: 0,
            identity: (0, 0),
            mode: if metadata.permissions().readonly() { 0o444 } else { 0o644 },
            owner: (0, 0),
            links: 1,
        }
    }
}

#[cfg(unix)]
fn nanoseconds(seconds: i64, rest: i64) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(rest)
}

/// A file as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) struct Stamp {
    /// What the system said of it.
    pub(in crate::sources) facts: Facts,
    /// SHA-256 of its bytes.
    pub(in crate::sources) hash: [u8; 32],
}

impl Stamp {
    /// The stamp of a file with these bytes.
    #[must_use]
    pub(in crate::sources) fn new(facts: Facts, bytes: &[u8]) -> Self {
        Self { facts, hash: Sha256::digest(bytes).into() }
    }
}

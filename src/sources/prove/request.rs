//! What is to be proven.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A proof that is asked for.
pub(in crate::sources) struct ProveRequest<'a> {
    /// Lines for `sh -c`, each of which renders the files to its standard output.
    pub(in crate::sources) commands: &'a [String],
    /// The files.
    pub(in crate::sources) tree: Tree,
    /// What the rewrite makes of something rendered. It keeps the number of lines.
    pub(in crate::sources) map: &'a (dyn Fn(&[u8]) -> Vec<u8> + Sync),
    /// How much is too much.
    pub(in crate::sources) limits: Limits,
}

/// The files of a proof.
#[derive(Debug, Clone)]
pub(in crate::sources) struct Tree {
    /// What is copied: Git's top level, else the folder that was given. Absolute.
    pub(in crate::sources) root: PathBuf,
    /// Where the commands run, from there. Empty for the root itself.
    pub(in crate::sources) folder: PathBuf,
    /// Files that the rewrite changes, by their path from the root, with what will be in them.
    pub(in crate::sources) new: BTreeMap<PathBuf, Vec<u8>>,
}

impl Tree {
    /// What commands see as their root is called as the user's is.
    pub(super) fn name(&self) -> &Path {
        self.root.file_name().map_or(Path::new("root"), Path::new)
    }
}

/// Limits of a proof.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long one run of a command may take.
    pub time: Duration,
    /// How much one run may print, in bytes. A proof holds up to four times as much in memory.
    pub output: usize,
    /// How much is copied of files that Git holds or would hold; outside of Git, of all.
    pub tree: Size,
    /// How much is copied of what Git ignores: dependencies, but also what was built.
    pub ignored: Size,
}

/// How much files take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd)]
pub struct Size {
    /// In bytes.
    pub bytes: u64,
    /// How many they are.
    pub files: u64,
}

impl Size {
    /// Both together.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        let bytes = self.bytes.saturating_add(other.bytes);
        Self { bytes, files: self.files.saturating_add(other.files) }
    }

    /// Whether neither is more than that.
    #[must_use]
    pub(super) fn is_within(self, limit: Self) -> bool {
        self.bytes <= limit.bytes && self.files <= limit.files
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(600),
            output: 256 << 20,
            tree: Size { bytes: 4 << 30, files: 500_000 },
            ignored: Size { bytes: 1 << 30, files: 100_000 },
        }
    }
}

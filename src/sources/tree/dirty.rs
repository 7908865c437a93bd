//! How a file differs from what Git holds.

/// Why a change of a file could not be taken back with Git alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dirty {
    /// Git has no version of it.
    Untracked,
    /// It differs from the index.
    Modified,
    /// Its version in the index differs from the last commit.
    Staged,
    /// A merge of it isn't resolved.
    Conflicting,
    /// Git was told not to look at it: `assume-unchanged` or `skip-worktree`.
    Hidden,
}

impl Dirty {
    /// What is with it.
    #[must_use]
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Untracked => "is not in Git",
            Self::Modified => "has changes that are not committed",
            Self::Staged => "has staged changes that are not committed",
            Self::Conflicting => "has conflicts that are not resolved",
            Self::Hidden => "is hidden from `git status`: Git would not show the change",
        }
    }

    /// What to do.
    #[must_use]
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Untracked => "commit it first, or add --allow-dirty",
            Self::Modified | Self::Staged => "commit or stash them first, or add --allow-dirty",
            Self::Conflicting => "resolve them first",
            Self::Hidden => {
                "git update-index --no-assume-unchanged --no-skip-worktree FILE, or add --allow-dirty"
            }
        }
    }
}

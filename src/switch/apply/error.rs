//! Why nothing was written.

use std::fmt;

use super::rollback_file::RollbackFileError;
use super::secrets_backup::SecretsBackupError;
use crate::diagnostic::Diagnostic;
use crate::kubernetes::ClusterError;
use crate::workload::ObjectRef;

/// Why a plan was not begun.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The server refuses at least one of the patches.
    #[error("{0}; nothing was written")]
    Refused(Refusals),
    /// The server can't be asked any more, or takes the login no more.
    #[error("the server-side dry run was not finished, and nothing was written: {0}")]
    Unanswered(ClusterError),
    /// The rollback file can't be written.
    #[error(transparent)]
    RollbackFile(#[from] RollbackFileError),
    /// The backup of Secrets can't be written.
    #[error(transparent)]
    Backup(#[from] SecretsBackupError),
}

/// Changes that the server refuses.
#[derive(Debug)]
pub struct Refusals {
    /// Which, and why; at least one.
    pub refused: Vec<(ObjectRef, ClusterError)>,
    /// What can't be changed without one of them.
    pub dependents: Vec<ObjectRef>,
    /// How many changes there are.
    pub all: usize,
}

impl Refusals {
    /// How many changes are left without them.
    #[must_use]
    pub fn rest(&self) -> usize {
        self.all.saturating_sub(self.refused.len() + self.dependents.len())
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { refused, dependents, all } = self;
        write!(f, "the server refuses {} of the {all} changes", refused.len())?;
        match dependents.len() {
            0 => Ok(()),
            more => write!(f, ", and {more} more can't be made without them"),
        }
    }
}

impl From<&ClusterError> for Diagnostic {
    fn from(error: &ClusterError) -> Self {
        Self::new(error.to_string()).with_hint(error.hint()).known_as(error.common())
    }
}

impl From<&RollbackFileError> for Diagnostic {
    fn from(error: &RollbackFileError) -> Self {
        Self::new(error.to_string()).with_hint(error.hint()).known_as(error.common())
    }
}

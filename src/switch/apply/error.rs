//! Why nothing was written.

use super::rollback_file::RollbackFileError;
use crate::diagnostic::Diagnostic;
use crate::kubernetes::ClusterError;
use crate::workload::ObjectRef;

/// Why a plan was not begun.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The server refuses at least one of the patches.
    #[error("the server refuses {} of the {} changes; nothing was written", refused.len(), all)]
    Refused {
        /// Which, and why.
        refused: Vec<(ObjectRef, ClusterError)>,
        /// How many there are.
        all: usize,
    },
    /// The rollback file can't be written.
    #[error(transparent)]
    RollbackFile(#[from] RollbackFileError),
}

impl From<&ClusterError> for Diagnostic {
    fn from(error: &ClusterError) -> Self {
        Self::new(error.to_string()).with_hint(error.hint())
    }
}

impl From<&RollbackFileError> for Diagnostic {
    fn from(error: &RollbackFileError) -> Self {
        Self::new(error.to_string()).with_hint(error.hint())
    }
}

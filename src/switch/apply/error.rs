//! Why nothing was written.

use super::rollback_file::RollbackFileError;
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
    /// The way back can't be saved.
    #[error(transparent)]
    RollbackFile(#[from] RollbackFileError),
}

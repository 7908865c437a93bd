//! One blob: claimed once in a run, queued by size, taken from another repository of the target
//! where that can be, else streamed across.

mod ensure;
mod ledger;
mod queue;
mod tries;

pub(super) use ensure::{ensure, ensure_anew};
pub(super) use ledger::{BlobClaim, BlobLedger};
pub(super) use queue::Queue;

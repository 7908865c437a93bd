//! Files that name CCR: find → plan → rewrite → prove. Only the bytes of references change.
//!
//! Deciding is pure: bytes come in, edits go out. `tree` and `write` are what touches files.

mod bases;
mod carry_out;
mod context;
mod decide;
mod diff;
mod edit;
mod emit;
mod emitting;
mod find;
mod plan;
mod prepare;
mod prove;
mod proving;
mod rewriter;
#[cfg(test)]
mod shapes;
mod span;
mod tree;
mod write;

pub use context::Purpose;
pub use decide::{
    Also, ByHand, Finding, Keep, Needed, Rewrite, Rules, Unproven, UnprovenWhy, Verdict,
};
pub use emit::{EmitError, Emitted, Overlay, is_emitted};
pub use plan::{FilePlan, RewritePlan};
pub use prepare::{PreparedRewrite, RewriteError, RewriteInputs, RewriteOptions, prepare_rewrite};
pub use prove::{
    Before, Expected, Failure, Limits, NotCopied, Outcome, Proof, ProveError, Proven, Size,
};
pub use tree::{Dirty, LeftOut, TreeError, names};
pub use write::WriteError;

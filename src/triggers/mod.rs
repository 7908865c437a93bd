//! CCR's triggers, and the webhooks of TCR that replace them: list → plan → apply, and rollback.
//!
//! A trigger of CCR updates a workload of TKE by itself. TCR has nothing like it: a webhook only tells
//! a receiver of a push, and what is to happen then is the receiver's work.
//!
//! `inventory` reads CCR; `translate`, `glob_of_regex` and `retention` are pure; `plan` compares with
//! what TCR has, `apply` and `rollback` write.

mod apply;
mod glob_of_regex;
mod inventory;
mod plan;
mod receiver;
mod retention;
mod rollback;
mod translate;
mod undo_file;

pub use apply::{Applied, WebhookOutcome, WebhookResult, apply, outcome_of};
pub use inventory::{CcrTrigger, LastFiring, TriggerInventory, read_triggers};
pub use plan::{PlannedWebhook, TriggerPlan, WebhookState, prepare_plan};
pub use receiver::{Receiver, ReceiverError};
pub use retention::{CleanupTranslation, RetentionAdvice, translate_cleanup};
pub use rollback::{Found, RollbackEntry, look, roll_back};
pub use translate::{Replacement, Translated, translate};
pub use undo_file::{MadeWebhook, UndoFile, UndoFileError};

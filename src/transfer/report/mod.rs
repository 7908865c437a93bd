//! What was done: one result for each image of the plan and each thing unread.
//!
//! The data is in `model` and `effort`, why something failed in `failure`, the file of `--report` and
//! `--retry-from` in `file`. docs/report.md describes the JSON.

mod effort;
mod failure;
mod file;
mod model;

pub use effort::{Effort, HostEffort, Spent};
pub use failure::{Failure, FailureClass};
pub use file::ReportError;
pub use model::{
    DescriptionOutcome, DescriptionResult, ImageResult, ImageSource, NamespaceOutcome,
    NamespaceResult, OLDEST_SCHEMA_VERSION, Outcome, Report, RunCommand, SCHEMA_VERSION, Summary,
    UnreadPart, UnreadResult,
};

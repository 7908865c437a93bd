//! What was done to a cluster: one entry for each object of the plan.

use serde::Serialize;

use super::inventory::Unread;
use crate::diagnostic::Diagnostic;
use crate::workload::ObjectRef;

/// The version of the JSON form. It changes when a reader of an older one would be misled.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// What became of one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectResult {
    /// Which one.
    pub object: ObjectRef,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "outcome", content = "detail")]
pub enum Outcome {
    /// Written, and its pods run.
    RolledOut,
    /// Written; its pods were not waited for, and why.
    Written(String),
    /// Written; its pods had not all come up within the limit.
    NotYet(String),
    /// Written, and a pod of it can't pull or start.
    Broken(String),
    /// Left as it is on purpose, and why.
    Kept(String),
    /// Not written, and why.
    Failed(Diagnostic),
    /// Left out: the server refuses it in a dry run, or what it needs.
    Refused(Diagnostic),
    /// Not written: it needs no change any more.
    Unneeded,
    /// Not written: the run ended before.
    NotTried,
}

/// An object that was written without a server-side dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WithoutDryRun {
    /// Which one.
    pub object: ObjectRef,
    /// The admission webhook that does not support one.
    pub webhook: String,
}

/// The command that a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ReportCommand {
    /// A switch.
    #[serde(rename = "apply")]
    Apply,
    /// `rollback`
    #[serde(rename = "rollback")]
    Rollback,
    /// `secrets copy`
    #[serde(rename = "secrets copy")]
    SecretsCopy,
    /// `secrets prune`
    #[serde(rename = "secrets prune")]
    SecretsPrune,
}

/// What became of a plan.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// 1, for now.
    pub schema_version: u32,
    /// What was run.
    pub command: ReportCommand,
    /// Whether the user stopped the run.
    pub interrupted: bool,
    /// Whether the run stopped itself because a pod couldn't pull.
    pub stopped: bool,
    /// The rollback file, if anything was about to be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_file: Option<String>,
    /// One for each object that was to be written.
    pub objects: Vec<ObjectResult>,
    /// What was written without a dry run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without_dry_run: Vec<WithoutDryRun>,
    /// What could not be read, so that objects may be missing above.
    pub unread: Vec<Unread>,
}

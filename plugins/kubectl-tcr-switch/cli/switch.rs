//! The main command: what the plan may take in, and what becomes of it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{PlanFormat, Target, WaitArgs, WriteArgs};

/// What decides the plan; the same for `diff`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct PlanArgs {
    /// Also change what Helm, Argo CD, Flux or OLM manages; they may change it back
    #[arg(long)]
    pub(crate) include_managed: bool,
    /// Also switch to a tag that was pushed to CCR again after it was copied
    #[arg(long)]
    pub(crate) allow_stale: bool,
    /// Also switch where neither TCR's registry nor its API can say whether the image is there
    #[arg(long)]
    pub(crate) allow_unverified: bool,
    /// What to do with pull secrets [default: add where TCR asks for a login, else keep]
    #[arg(long, value_name = "MODE", value_enum)]
    pub(crate) pull_secret: Option<PullSecretMode>,
    /// Secret of the namespace to take for TCR, if it has several; another is taken if it isn't fit
    #[arg(long, value_name = "NAME")]
    pub(crate) secret_name: Option<String>,
    /// Keep the old image in an annotation of the object
    #[arg(long)]
    pub(crate) annotate: bool,
}

/// What to do with pull secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PullSecretMode {
    /// Leave them as they are
    Keep,
    /// Add TCR's beside CCR's
    Add,
    /// Put TCR's in the place of CCR's
    Replace,
    /// Take them out where TKE's TCR addon gives the login
    Addon,
}

#[derive(Debug, Args)]
pub(crate) struct SwitchArgs {
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    /// Where to keep what `rollback` needs [default: a file in this folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) rollback_file: Option<PathBuf>,
    /// Write what was done to a JSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: PlanFormat,
    #[command(flatten)]
    pub(crate) target: Target,
}

//! The main command: what the plan may take in, and what becomes of it.

use std::path::PathBuf;

use ccr2tcr::image::Pin;
use ccr2tcr::switch::{self, SwitchOptions};
use clap::{Args, ValueEnum};

use super::common::CommonArgs;
use super::output::PlanFormat;
use super::scope::ExcludeArgs;
use super::write::{RefusalArgs, WaitArgs, WriteArgs};

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
    /// Also switch where neither TCR's registry nor its API can confirm that the image exists
    #[arg(long)]
    pub(crate) allow_unverified: bool,
    /// Also switch an image of a custom resource if it is not known how it is pulled
    #[arg(long)]
    pub(crate) allow_unproven_login: bool,
    /// Write digests beside tags, `repo:tag@sha256:…`, where pods run what the tag is in TCR
    #[arg(long, value_name = "TAGS", value_enum)]
    pub(crate) pin: Option<Pin>,
    /// Also pin where pods run another image than the tag is in TCR, or that can't be told
    #[arg(long, requires = "pin")]
    pub(crate) allow_drift: bool,
    /// What to do with pull secrets [default: add where TCR asks for a login, else keep]
    #[arg(long, value_name = "MODE", value_enum)]
    pub(crate) pull_secret: Option<PullSecretMode>,
    /// Secret to use for TCR in namespaces that have several; another one is used if it doesn't work
    #[arg(long, value_name = "NAME")]
    pub(crate) secret_name: Option<String>,
    /// Keep the old image in an annotation of the object
    #[arg(long)]
    pub(crate) annotate: bool,
    #[command(flatten)]
    pub(crate) exclude: ExcludeArgs,
}

impl PlanArgs {
    /// As the library takes them.
    pub(crate) fn options(&self) -> SwitchOptions {
        SwitchOptions {
            include_managed: self.include_managed,
            allow_stale: self.allow_stale,
            allow_unverified: self.allow_unverified,
            allow_unproven_login: self.allow_unproven_login,
            allow_drift: self.allow_drift,
            pin: self.pin,
            pull_secret: self.pull_secret.map(|mode| match mode {
                PullSecretMode::Keep => switch::PullSecretMode::Keep,
                PullSecretMode::Add => switch::PullSecretMode::Add,
                PullSecretMode::Replace => switch::PullSecretMode::Replace,
                PullSecretMode::Addon => switch::PullSecretMode::Addon,
            }),
            secret_name: self.secret_name.clone(),
            annotate: self.annotate,
            for_new_pods: false,
        }
    }
}

/// What to do with pull secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PullSecretMode {
    /// Leave them as they are
    Keep,
    /// Add TCR's beside CCR's
    Add,
    /// Replace CCR's with TCR's
    Replace,
    /// Remove them where TKE's TCR addon provides the login
    Addon,
}

#[derive(Debug, Args)]
pub(crate) struct SwitchArgs {
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) refusals: RefusalArgs,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    /// Rollback file to write [default: a new file in this folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) rollback_file: Option<PathBuf>,
    /// Write what was done to a JSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: PlanFormat,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

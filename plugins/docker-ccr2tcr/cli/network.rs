//! `network`: how the instance is reached.

use std::path::PathBuf;
use std::time::Duration;

use ccr2tcr::account::Settings;
use ccr2tcr::kubernetes::RequestTimeout;
use ccr2tcr::network::{AllowWish, VpcWish};
use ccr2tcr::tencent::LinkDomain;
use clap::{Args, Subcommand};

use super::output::Output;
use super::redirect::NetworkRedirectArgs;
use super::vpc::plain_vpc;

#[derive(Debug, Args)]
pub(crate) struct NetworkArgs {
    #[command(subcommand)]
    pub(crate) command: NetworkCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NetworkCommand {
    /// Show links, their names, the public entry and who is let in
    Status(Box<NetworkStatusArgs>),
    /// Link VPCs to the instance and add its names there; open the public entry if asked to
    #[command(after_help = APPLY_EXAMPLES)]
    Apply(Box<NetworkApplyArgs>),
    /// Remove the names and the link of a VPC
    #[command(after_help = EXIT_CODES)]
    Remove(Box<NetworkRemoveArgs>),
    /// Let TCR answer under CCR's own name inside one VPC, as the canary of a move
    #[command(after_help = super::redirect::EXAMPLES)]
    Redirect(Box<NetworkRedirectArgs>),
    /// Take back what a run has done, by its undo file
    #[command(after_help = EXIT_CODES)]
    Rollback(Box<NetworkRollbackArgs>),
}

impl NetworkCommand {
    /// The flags that all commands have.
    pub(super) fn settings(&self) -> &Settings {
        match self {
            Self::Status(args) => &args.settings,
            Self::Apply(args) => &args.write.settings,
            Self::Remove(args) => &args.write.settings,
            Self::Redirect(args) => &args.settings,
            Self::Rollback(args) => &args.write.settings,
        }
    }

    pub(super) fn settings_mut(&mut self) -> &mut Settings {
        match self {
            Self::Status(args) => &mut args.settings,
            Self::Apply(args) => &mut args.write.settings,
            Self::Remove(args) => &mut args.write.settings,
            Self::Redirect(args) => &mut args.settings,
            Self::Rollback(args) => &mut args.write.settings,
        }
    }
}

const APPLY_EXAMPLES: &str = "\
Examples:
  docker ccr2tcr network apply --vpc vpc-1a2b3c4d --dry-run
  docker ccr2tcr network apply --vpc vpc-1a2b3c4d --vpc vpc-5e6f7g8h/subnet-9i0j1k2l
  docker ccr2tcr network apply --for-kube-context prod
  docker ccr2tcr network apply --public-allow 203.0.113.0/24=office

Run it again whenever it was stopped: what is there is left as it is.

Exit codes: 0 all is well, 1 something is left to do or failed, 2 could not start,
125 usage, 130 interrupted";

const EXIT_CODES: &str = "\
Exit codes: 0 all is well, 1 something is left to do or failed, 2 could not start,
125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct NetworkStatusArgs {
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkApplyArgs {
    /// VPC to link, repeatable; without a subnet the one with the most free addresses is taken
    #[arg(long, value_name = "VPC[/SUBNET]")]
    #[arg(required_unless_present_any = ["public_allow", "for_kube_context"])]
    pub(crate) vpc: Vec<VpcWish>,
    /// Link the VPC of a TKE cluster, a context of the kubeconfig, repeatable
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) for_kube_context: Vec<String>,
    /// The kubeconfig [default: kubectl's]
    #[arg(long, value_name = "FILE", requires = "for_kube_context")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Names that lead to the link inside the VPC: NAME.tencentcloudcr.com, NAME-vpc.tencentcloudcr.com
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "default,vpc")]
    pub(crate) dns: Vec<LinkDomain>,
    /// Open the public entry to a range of addresses, repeatable: 203.0.113.0/24=office
    #[arg(long, value_name = "CIDR=WHY")]
    pub(crate) public_allow: Vec<AllowWish>,
    /// Let --public-allow let everybody in
    #[arg(long, requires = "public_allow")]
    pub(crate) public_anyone: bool,
    /// Where to note what is done, for `network rollback` [default: ccr2tcr-network-NAME-TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) undo_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) write: NetworkWriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkRemoveArgs {
    /// VPC whose link is to go, repeatable
    #[arg(long, value_name = "VPC", required = true, value_parser = plain_vpc)]
    pub(crate) vpc: Vec<String>,
    /// Cluster of the VPC, a context of the kubeconfig, repeatable: none of its pods may be on TCR
    #[arg(long, value_name = "CONTEXT", help_heading = "Cluster")]
    pub(crate) kube_context: Vec<String>,
    /// Kubeconfig file to use instead of KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// Remove it although pods are on TCR, or no cluster was asked
    #[arg(long)]
    pub(crate) force: bool,
    /// Where to note what is done, for `network rollback` [default: ccr2tcr-network-NAME-TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) undo_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) write: NetworkWriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct NetworkRollbackArgs {
    /// The undo file of the run, ccr2tcr-network-….json
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) write: NetworkWriteArgs,
}

/// What the commands that change something have in common.
#[derive(Debug, Args)]
pub(crate) struct NetworkWriteArgs {
    /// Print the plan and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Don't ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// How long each step may take: 90s, 15m
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = timeout)]
    pub(crate) timeout: Duration,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

fn timeout(text: &str) -> Result<Duration, String> {
    let timeout: Option<RequestTimeout> = text.parse().ok();
    let timeout = timeout.and_then(RequestTimeout::whole);
    timeout.ok_or_else(|| "expected a duration such as 90s or 15m".to_owned())
}

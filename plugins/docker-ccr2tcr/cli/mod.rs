//! The commands and their flags, as clap declares them.

mod doctor;
mod domain;
mod in_use;
mod instances;
mod job;
mod network;
mod output;
mod policy;
mod redirect;
mod replicate;
mod report;
mod select;
mod triggers;
mod usage;
mod vpc;

use std::path::PathBuf;

use ccr2tcr::account::Settings;
use ccr2tcr::page::PageArgs;
use ccr2tcr::rewrite::RewriteArgs;
use ccr2tcr::terminal::ProgressMode;
use clap::{Args, Parser, Subcommand};

use crate::rate::parse_rate;

pub(crate) use doctor::DoctorArgs;
pub(crate) use domain::{DomainAddArgs, DomainArgs, DomainCommand};
pub(crate) use in_use::InUseArgs;
pub(crate) use instances::{InstancesArgs, InstancesCommand, PlanInstancesArgs};
pub(crate) use job::{
    Engine, JobArgs, JobCommand, JobOutput, JobStatusArgs, MakeJobArgs, RemoveJobArgs,
};
pub(crate) use network::{
    NetworkApplyArgs, NetworkArgs, NetworkCommand, NetworkRemoveArgs, NetworkRollbackArgs,
    NetworkStatusArgs, NetworkWriteArgs,
};
pub(crate) use output::Output;
pub(crate) use policy::{
    CheckArgs, PolicyArgs, PolicyCommand, PolicyOutput, PrintArgs, ScopeArgs, TranslateArgs,
};
pub(crate) use redirect::NetworkRedirectArgs;
pub(crate) use replicate::ReplicateArgs;
pub(crate) use select::SelectArgs;
pub(crate) use triggers::{
    ApplyTriggersArgs, ReceiverArgs, RollbackTriggersArgs, TriggersArgs, TriggersCommand,
};
pub(crate) use usage::UsageArgs;

/// Move images from Tencent CCR (Personal Edition) to TCR (Enterprise Edition)
#[derive(Debug, Parser)]
#[command(
    name = "docker-ccr2tcr",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    /// Say more on stderr: -v what is done, -vv every request
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Copy what TCR lacks
    #[command(after_help = SYNC_EXAMPLES)]
    Sync(Box<SyncArgs>),
    /// Copy on several machines: a Kubernetes Job, or a line for each
    #[command(after_help = job::EXAMPLES, args_conflicts_with_subcommands = true)]
    Job(Box<JobArgs>),
    /// Compare both sides and change nothing
    Verify(Box<VerifyArgs>),
    /// Rewrite files that name CCR: print the diff, or write it
    #[command(after_help = REWRITE_EXAMPLES)]
    Rewrite(Box<RewriteArgs>),
    /// Check what a move needs, and change nothing
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(Box<DoctorArgs>),
    /// Show and set how the TCR instance is reached: VPC links, DNS, the public entry
    Network(Box<NetworkArgs>),
    /// Let the instance answer under a domain of yours
    Domain(Box<DomainArgs>),
    /// Copy what is pushed to another TCR instance, by rules of TCR's own
    #[command(after_help = replicate::EXAMPLES)]
    Replicate(Box<ReplicateArgs>),
    /// Print the least CAM policy for a step, check what the key may, translate CCR's policies
    #[command(after_help = policy::EXAMPLES)]
    Policy(Box<PolicyArgs>),
    /// Show what CCR updates when images are pushed, and make the webhooks that replace it
    #[command(after_help = triggers::EXAMPLES, args_conflicts_with_subcommands = true)]
    Triggers(Box<TriggersArgs>),
    /// Show who still pulls from CCR, as far as that was seen
    #[command(after_help = usage::EXAMPLES)]
    Usage(Box<UsageArgs>),
    /// Make one HTML page of the reports of runs, to hand on
    #[command(after_help = report::EXAMPLES)]
    Report(PageArgs),
    /// Create a login for the TCR instance and store it as docker login does
    Login(Box<LoginArgs>),
    /// List the TCR instances that the API key can see, plan what a fleet needs
    #[command(args_conflicts_with_subcommands = true)]
    Instances(Box<InstancesArgs>),
}

impl Command {
    /// The flags of the account, which all commands have that ask anybody.
    pub(crate) fn settings(&self) -> Option<&Settings> {
        Some(match self {
            Self::Sync(args) => &args.settings,
            Self::Job(args) => &args.make.settings,
            Self::Verify(args) => &args.settings,
            Self::Rewrite(args) => &args.account,
            Self::Usage(args) => &args.settings,
            Self::Triggers(args) => args.settings(),
            Self::Login(args) => &args.settings,
            Self::Network(args) => args.command.settings(),
            Self::Domain(args) => args.settings(),
            Self::Replicate(args) => &args.write.settings,
            Self::Doctor(args) => &args.settings,
            Self::Instances(args) => args.settings(),
            Self::Policy(args) => args.settings(),
            Self::Report(_) => return None,
        })
    }

    /// The same, to be completed with what docker's own flags say.
    pub(crate) fn settings_mut(&mut self) -> Option<&mut Settings> {
        Some(match self {
            Self::Sync(args) => &mut args.settings,
            Self::Job(args) => &mut args.make.settings,
            Self::Verify(args) => &mut args.settings,
            Self::Rewrite(args) => &mut args.account,
            Self::Usage(args) => &mut args.settings,
            Self::Login(args) => &mut args.settings,
            Self::Network(args) => args.command.settings_mut(),
            Self::Domain(args) => args.settings_mut(),
            Self::Replicate(args) => &mut args.write.settings,
            Self::Doctor(args) => &mut args.settings,
            Self::Instances(args) => args.settings_mut(),
            Self::Triggers(args) => args.settings_mut(),
            Self::Policy(args) => args.settings_mut(),
            Self::Report(_) => return None,
        })
    }
}

const SYNC_EXAMPLES: &str = "\
Examples:
  docker ccr2tcr sync --dry-run                   what would happen, and what to know before
  docker ccr2tcr sync                             everything
  docker ccr2tcr sync shop 'dev/api:v1.*'         a namespace, and some tags of a repository
  docker ccr2tcr sync --map 'team_a__x=team-a-x'  a name that TCR does not accept
  docker ccr2tcr sync --in-use                    what the cluster of the current context uses
  docker ccr2tcr sync --in-use --kube-context '*'
                                                  what all clusters of the kubeconfig use
  docker ccr2tcr sync --images used.txt           a list of references, no API key needed

Exit codes: 0 all is well, 1 something is left to do or failed, 2 could not start,
125 usage, 130 interrupted";

const REWRITE_EXAMPLES: &str = "\
Examples:
  docker ccr2tcr rewrite                          the diff of this folder
  docker ccr2tcr rewrite --write deploy .drone.yml
  docker ccr2tcr rewrite --check                  for CI and pre-commit
  docker ccr2tcr rewrite --prove 'helm template .' charts/web

Exit codes: 0 all is well, 1 an image is not in TCR or a file could not be written, or --check
found something, 2 could not start, 125 usage, 130 interrupted";

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct SyncArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) used: InUseArgs,
    /// Print the plan and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write what was done to a JSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Copy what is left over in a report
    #[arg(long, value_name = "FILE", conflicts_with_all = ["images", "in_use"])]
    pub(crate) retry_from: Option<PathBuf>,
    /// Blobs at a time, at most; fewer if a registry throttles [default: 32, and 32 small]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
    /// Bytes of images per second, at most, over all blobs: 200MB/s, 50MiB/s
    #[arg(long, value_name = "RATE", value_parser = parse_rate)]
    pub(crate) limit_rate: Option<u64>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    /// How progress is shown on stderr
    #[arg(long, value_name = "MODE", value_enum, default_value_t)]
    pub(crate) progress: ProgressMode,
    /// Put tags without looking once more whether someone has pushed to TCR meanwhile
    #[arg(long)]
    pub(crate) no_last_look: bool,
    /// Let images that are private in CCR, or may be, into public namespaces
    #[arg(long)]
    pub(crate) allow_public: bool,
    /// End with the line that image-transfer ended with
    #[arg(long)]
    pub(crate) legacy_summary: bool,
    /// Write the report in short where a kubelet reads it; `job` says so to its shards
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) termination_log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) used: InUseArgs,
    /// Fetch every manifest and blob from TCR and hash it
    #[arg(long)]
    pub(crate) deep: bool,
    /// Write the result to a JSON file
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    /// How progress is shown on stderr
    #[arg(long, value_name = "MODE", value_enum, default_value_t)]
    pub(crate) progress: ProgressMode,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// A token of the key's own user that expires after an hour
    #[arg(long, conflicts_with = "service_account")]
    pub(crate) temporary: bool,
    /// A service account of this name instead of a long-term token; it belongs to no person
    #[arg(long, value_name = "NAME")]
    pub(crate) service_account: Option<String>,
    /// Namespace that the service account may use, repeatable [default: all]
    #[arg(long, value_name = "NAME", requires = "service_account")]
    pub(crate) namespace: Vec<String>,
    /// Let the service account push too
    #[arg(long, requires = "service_account")]
    pub(crate) push: bool,
    /// Days until the service account expires
    #[arg(long, value_name = "N", requires = "service_account", default_value_t = 365)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use ccr2tcr::prompt::completion::candidates;
    use ccr2tcr::prompt::usage::{NotRun, command, parse};

    fn read(line: &str) -> NotRun {
        let args: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        parse::<Cli>(command::<Cli>("docker ccr2tcr"), &args).unwrap_err()
    }

    #[test]
    fn the_declaration_is_sound() {
        command::<Cli>("docker ccr2tcr").debug_assert();
    }

    #[test]
    fn help_is_for_the_command_as_it_was_typed() {
        for (line, usage) in [
            ("", "Usage: docker ccr2tcr [OPTIONS] <COMMAND>"),
            ("sync --help", "Usage: docker ccr2tcr sync [OPTIONS] [PATTERN]..."),
        ] {
            let NotRun::Help(text) = read(line) else { panic!("{line}") };
            assert!(text.contains(usage), "{text}");
        }
    }

    #[test]
    fn a_mistyped_command_is_told_of_the_right_one() {
        let NotRun::UsageError(text, _) = read("snyc") else { panic!() };
        assert!(text.contains("similar subcommand exists: 'sync'"), "{text}");
    }

    #[test]
    fn commands_are_completed_with_their_descriptions() {
        let complete =
            |word: &str| candidates(command::<Cli>("docker ccr2tcr"), vec![OsString::from(word)]);
        assert_eq!(complete("s"), "sync\tCopy what TCR lacks\n:4\n");
        assert!(complete("").contains("\nverify\t"));
    }
}

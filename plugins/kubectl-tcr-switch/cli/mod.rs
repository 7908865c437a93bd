//! The commands and their flags, as clap declares them.
//!
//! What several commands have in common is declared once: which objects (`scope`), what may be
//! written (`write`), how data is printed (`output`). The flags of the cluster and of the account
//! are the library's.

mod common;
mod contexts;
mod doctor;
mod examples;
mod guard;
mod order;
mod output;
mod scope;
mod secrets;
mod switch;
mod write;

use std::path::PathBuf;

use ccr2tcr::account;
use ccr2tcr::kubernetes::ConnectionSettings;
use ccr2tcr::page::PageArgs;
use ccr2tcr::rewrite::RewriteArgs;
use clap::{Args, Parser, Subcommand};

use ccr2tcr::prompt::usage;

pub(crate) use common::CommonArgs;
pub(crate) use contexts::ContextsArgs;
pub(crate) use doctor::DoctorArgs;
pub(crate) use guard::{
    GuardArgs, GuardCommand, GuardRemoveArgs, GuardRewriteArgs, GuardStatusArgs, ManifestFormat,
    RewriteFormat, SetGuardArgs,
};
pub(crate) use order::behind_the_command;
pub(crate) use output::{ListFormat, PlanFormat, VerdictFormat, is_document};
pub(crate) use secrets::{ChangeArgs, CopyArgs, ListArgs, PruneArgs, SecretsArgs, SecretsCommand};
pub(crate) use switch::{PlanArgs, SwitchArgs};
pub(crate) use write::{DryRun, RefusalArgs, WaitArgs, WriteArgs};

/// Move a cluster from Tencent CCR to TCR: its image references and pull secrets
///
/// Without a command: plans, shows the plan, asks, applies it and watches the rollouts. Nothing is
/// switched to an image that TCR does not have, and every run can be rolled back.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl-tcr_switch",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = examples::MORE,
    after_long_help = examples::SWITCH
)]
pub(crate) struct Cli {
    /// Say more on stderr: -v what is done, -vv every request
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) switch: SwitchArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what names CCR, and change nothing
    #[command(after_long_help = examples::SCAN)]
    Scan(Box<ScanArgs>),
    /// Show each object before and after, as `kubectl diff` does
    #[command(after_long_help = examples::DIFF)]
    Diff(Box<DiffArgs>),
    /// Plan, show, ask, apply and watch: the same as no command
    #[command(after_help = examples::MORE, after_long_help = examples::SWITCH)]
    Apply(Box<SwitchArgs>),
    /// Undo what a run has changed
    #[command(after_long_help = examples::ROLLBACK)]
    Rollback(Box<RollbackArgs>),
    /// Check that nothing names CCR any more and that every image can be pulled
    #[command(after_long_help = examples::VERIFY)]
    Verify(Box<VerifyArgs>),
    /// List the CCR images in use, one a line, for `docker ccr2tcr sync --images -`
    #[command(after_long_help = examples::IMAGES)]
    Images(Box<ImagesArgs>),
    /// Rewrite files that name CCR: print the diff, or write it
    #[command(after_long_help = examples::REWRITE)]
    Rewrite(Box<RewriteFilesArgs>),
    /// List pull secrets, add TCR's where they are needed, remove CCR's from use
    Secrets(SecretsArgs),
    /// Warn of new images of CCR, or refuse them: an admission policy of the API server
    #[command(after_long_help = examples::GUARD)]
    Guard(Box<GuardArgs>),
    /// Check what a switch needs of the account, the network and the cluster
    #[command(after_long_help = examples::DOCTOR)]
    Doctor(Box<DoctorArgs>),
    /// Make one HTML page of the reports of runs, to hand on
    #[command(after_long_help = examples::REPORT)]
    Report(PageArgs),
    /// Shell completion for commands, flags, namespaces and contexts
    Completion(CompletionArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: ListFormat,
    #[command(flatten)]
    pub(crate) contexts: ContextsArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RollbackArgs {
    /// Rollback file of the run
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Accept a file that was edited; each entry is still checked against its object
    #[arg(long)]
    pub(crate) allow_edited: bool,
    /// Also roll back what would have no login for its old images, as far as can be told
    #[arg(long)]
    pub(crate) allow_unproven_login: bool,
    /// Create deleted Secrets again from the backup of `secrets prune`; none is overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) secrets_backup: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: VerdictFormat,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Ignore env values, arguments, config maps and annotations that name CCR
    #[arg(long)]
    pub(crate) ignore_mentions: bool,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: VerdictFormat,
    #[command(flatten)]
    pub(crate) contexts: ContextsArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ImagesArgs {
    /// Only tags that are usually pushed again: all but whole versions, dates and commits
    #[arg(long)]
    pub(crate) mutable: bool,
    #[command(flatten)]
    pub(crate) contexts: ContextsArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RewriteFilesArgs {
    #[command(flatten)]
    pub(crate) files: RewriteArgs,
    /// Mark what the cluster runs now, in all namespaces or that of -n
    #[arg(long, help_heading = "Cluster")]
    pub(crate) used_by_cluster: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionSettings,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionArgs {
    #[command(subcommand)]
    pub(crate) command: Option<CompletionCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CompletionCommand {
    /// Put `kubectl_complete-tcr_switch` where kubectl finds it
    Install {
        /// Folder of PATH to put it in [default: the one that has the plugin]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// The clap command. `-h` leaves out what few need; `--help` has everything.
pub(crate) fn command(program: &str) -> clap::Command {
    shorter(usage::command::<Cli>(program))
}

fn shorter(command: clap::Command) -> clap::Command {
    command
        .mut_args(|arg| {
            let is_rare = match arg.get_help_heading() {
                Some("Logins and keys" | "Network") => true,
                Some("Cluster") => {
                    !matches!(arg.get_id().as_str(), "kubeconfig" | "context" | "namespace")
                }
                _ => false,
            };
            arg.hide_short_help(is_rare)
        })
        .mut_subcommands(shorter)
}

impl Command {
    /// The cluster's flags of this command, if it has them.
    fn connection(&self) -> Option<&ConnectionSettings> {
        match self {
            Self::Rollback(args) => Some(&args.connection),
            Self::Rewrite(args) => Some(&args.connection),
            Self::Doctor(args) => Some(&args.connection),
            Self::Guard(args) => Some(args.connection()),
            Self::Secrets(args) => Some(args.command.connection()),
            _ => self.common().map(|common| &common.connection),
        }
    }

    /// The account's flags of this command, if it has them.
    fn account(&self) -> Option<&account::Settings> {
        match self {
            Self::Secrets(args) => Some(args.command.account()),
            Self::Rewrite(args) => Some(&args.files.account),
            Self::Doctor(args) => Some(&args.account),
            Self::Guard(args) => args.command.is_none().then_some(&args.set.account),
            _ => self.common().map(|common| &common.account),
        }
    }

    fn common(&self) -> Option<&CommonArgs> {
        match self {
            Self::Scan(args) => Some(&args.common),
            Self::Diff(args) => Some(&args.common),
            Self::Apply(args) => Some(&args.common),
            Self::Verify(args) => Some(&args.common),
            Self::Images(args) => Some(&args.common),
            Self::Rollback(_)
            | Self::Rewrite(_)
            | Self::Secrets(_)
            | Self::Doctor(_)
            | Self::Guard(_)
            | Self::Report(_)
            | Self::Completion(_) => None,
        }
    }
}

impl Cli {
    /// The cluster's flags, if the command has them.
    pub(crate) fn connection(&self) -> Option<&ConnectionSettings> {
        match &self.command {
            Some(command) => command.connection(),
            None => Some(&self.switch.common.connection),
        }
    }

    /// The account's flags, if the command has them.
    pub(crate) fn account(&self) -> Option<&account::Settings> {
        match &self.command {
            Some(command) => command.account(),
            None => Some(&self.switch.common.account),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::write::DryRun;
    use super::*;
    use ccr2tcr::prompt::usage::{NotRun, parse};

    fn read(line: &str) -> Result<Cli, NotRun> {
        let args = line.split_whitespace().map(OsString::from).collect();
        let command = command("kubectl tcr-switch");
        let args = behind_the_command(&command, args);
        parse(command, &args)
    }

    fn refused(line: &str) -> String {
        match read(line) {
            Err(NotRun::UsageError(text, _)) => text,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn the_declaration_is_sound() {
        command("kubectl tcr-switch").debug_assert();
    }

    #[test]
    fn the_main_command_needs_no_word() {
        let cli = read("-n shop --dry-run=server -o patch --exclude-namespace kube-*").unwrap();
        assert!(cli.command.is_none());
        assert_eq!(cli.switch.write.dry_run, DryRun::Server);
        assert_eq!(cli.switch.output, PlanFormat::Patch);
        assert_eq!(cli.connection().unwrap().namespace.as_deref(), Some("shop"));
        let cli = read("apply -n shop --yes").unwrap();
        let Some(Command::Apply(args)) = &cli.command else { panic!("{cli:?}") };
        assert!(args.write.yes);
        assert_eq!(cli.connection().unwrap().namespace.as_deref(), Some("shop"));
    }

    #[test]
    fn a_flag_counts_on_either_side_of_the_command() {
        for line in ["-n shop -v scan", "scan -n shop -v", "-v scan -n shop"] {
            let cli = read(line).unwrap();
            assert_eq!(cli.verbose, 1, "{line}");
            assert_eq!(cli.connection().unwrap().namespace.as_deref(), Some("shop"), "{line}");
        }
        let text = refused("--yes scan");
        assert!(text.contains("unexpected argument '--yes'"), "no flag is dropped: {text}");
        assert!(text.contains("Run 'kubectl tcr-switch scan --help'"), "{text}");
    }

    #[test]
    fn a_mistyped_command_is_told_of_the_right_one() {
        for line in ["sacn", "-A sacn"] {
            let text = refused(line);
            assert!(text.contains("'sacn'"), "{text}");
            assert!(text.ends_with("\n\nRun 'kubectl tcr-switch --help' for more information\n"));
        }
        assert!(refused("sacn").contains("similar subcommand exists: 'scan'"));
    }

    #[test]
    fn help_begins_with_the_commands_and_the_short_one_is_short() {
        let help = |line| match read(line) {
            Err(NotRun::Help(text)) => text,
            other => panic!("{line}: {other:?}"),
        };
        let (long, short) = (help("--help"), help("-h"));
        for text in [&long, &short] {
            assert!(text.contains("Usage: kubectl tcr-switch [OPTIONS]\n"), "{text}");
            assert!(text.contains("kubectl tcr-switch <COMMAND>\n"), "{text}");
            assert!(text.find("\nCommands:\n") < text.find("\nOptions:\n"), "{text}");
        }
        assert!(long.contains("Exit codes: 0 nothing in scope names CCR any more"), "{long}");
        assert!(long.contains("--secret-key"));
        assert!(!short.contains("--secret-key") && !short.contains("--as-uid"), "{short}");
        assert!(short.contains("--context"));
    }

    #[test]
    fn at_most_one_origin_of_a_login_is_taken() {
        let text = refused("secrets copy --from-secret a/b --long-term");
        assert!(text.contains("cannot be used with"), "{text}");
        assert!(text.contains("Run 'kubectl tcr-switch secrets copy --help'"), "{text}");
        refused("secrets copy --days 30");
    }
}

//! The flags of `triggers`.

use std::path::PathBuf;

use ccr2tcr::account::Settings;
use ccr2tcr::secret::Secret;
use ccr2tcr::terminal::ProgressMode;
use clap::{Args, Subcommand};

use super::output::Output;

pub(super) const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr triggers                           what CCR updates by itself, and the webhooks for it
  docker ccr2tcr triggers apply --dry-run --receiver https://hooks.example.com/tcr
  docker ccr2tcr triggers apply --receiver-file receiver.txt --undo-file undo.json
  docker ccr2tcr triggers rollback undo.json

Exit codes: 0 all is well, 1 a trigger has no webhook, something failed or could not be read, 2 could
not start, 125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct TriggersArgs {
    #[command(subcommand)]
    pub(crate) command: Option<TriggersCommand>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) receiver: ReceiverArgs,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TriggersCommand {
    /// Make the webhooks; refused until `verify` finds nothing left to copy
    Apply(Box<ApplyTriggersArgs>),
    /// Delete the webhooks that a run has made, if they are still as it made them
    Rollback(Box<RollbackTriggersArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct ApplyTriggersArgs {
    /// Print what would be made and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Don't ask
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Where to write what undoes the run [default: ccr2tcr-triggers-TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) undo_file: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    /// How progress of the comparison is shown on stderr
    #[arg(long, value_name = "MODE", value_enum, default_value_t)]
    pub(crate) progress: ProgressMode,
    #[command(flatten)]
    pub(crate) receiver: ReceiverArgs,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct RollbackTriggersArgs {
    /// The undo file of the run
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print what would be deleted and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Don't ask
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// Where webhooks send to.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReceiverArgs {
    /// Address that the webhooks send to; one with a token belongs into `CCR2TCR_RECEIVER` or a file
    #[arg(long, value_name = "URL")]
    pub(crate) receiver: Option<Secret>,
    /// File with that address
    #[arg(long, value_name = "FILE", conflicts_with = "receiver")]
    pub(crate) receiver_file: Option<PathBuf>,
}

impl TriggersArgs {
    /// The flags that all commands have.
    pub(crate) fn settings(&self) -> &Settings {
        match &self.command {
            None => &self.settings,
            Some(TriggersCommand::Apply(args)) => &args.settings,
            Some(TriggersCommand::Rollback(args)) => &args.settings,
        }
    }

    /// The same, to be changed.
    pub(crate) fn settings_mut(&mut self) -> &mut Settings {
        match &mut self.command {
            None => &mut self.settings,
            Some(TriggersCommand::Apply(args)) => &mut args.settings,
            Some(TriggersCommand::Rollback(args)) => &mut args.settings,
        }
    }
}

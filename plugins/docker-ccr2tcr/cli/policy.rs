//! `docker ccr2tcr policy`.

use std::path::PathBuf;

use ccr2tcr::account::Settings;
use ccr2tcr::rights::Step;
use clap::{Args, Subcommand, ValueEnum};

use super::output::Output;

pub(super) const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr policy sync --instance tcr-12345678        what `sync` needs, for the console
  docker ccr2tcr policy read-ccr plan --ns shop -o terraform
  docker ccr2tcr policy check sync                          what of it the key has
  docker ccr2tcr policy translate --instance tcr-12345678   the key's policies on CCR, for TCR

Nothing is ever created or attached: what is printed is for you to look at and to apply.

Exit codes: 0 all is well, 1 a right is lacking or not proven, or something could not be
translated, 2 could not start, 125 usage, 130 interrupted";

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct PolicyArgs {
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    #[command(subcommand)]
    pub(crate) command: Option<PolicyCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Compare what steps need with what the key may, where its policies can be read
    Check(Box<CheckArgs>),
    /// Print policies on CCR as policies on TCR
    Translate(Box<TranslateArgs>),
}

impl PolicyArgs {
    pub(super) fn settings(&self) -> &Settings {
        match &self.command {
            None => &self.print.settings,
            Some(PolicyCommand::Check(args)) => &args.settings,
            Some(PolicyCommand::Translate(args)) => &args.settings,
        }
    }

    pub(super) fn settings_mut(&mut self) -> &mut Settings {
        match &mut self.command {
            None => &mut self.print.settings,
            Some(PolicyCommand::Check(args)) => &mut args.settings,
            Some(PolicyCommand::Translate(args)) => &mut args.settings,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PrintArgs {
    /// What the policy is to allow
    #[arg(value_name = "STEP", value_enum, required = true)]
    pub(crate) steps: Vec<Step>,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: PolicyOutput,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// How narrow a policy is.
#[derive(Debug, Args)]
pub(crate) struct ScopeArgs {
    /// Id of the TCR instance, `tcr-…`; without it, all instances
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Option<String>,
    /// Namespace of CCR, repeatable or separated by commas; --map tells its name in TCR
    #[arg(long, value_name = "NAMESPACE", value_delimiter = ',')]
    pub(crate) ns: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// What is to be done; nothing means every step
    #[arg(value_name = "STEP", value_enum)]
    pub(crate) steps: Vec<Step>,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct TranslateArgs {
    /// Policy in CAM's language; `-` reads standard input; without it, those of CCR's key
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Id of the TCR instance, `tcr-…`; without it, all instances
    #[arg(long, value_name = "ID")]
    pub(crate) instance: Option<String>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: PolicyOutput,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// How a policy is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum PolicyOutput {
    /// The policy's JSON, as CAM's console and `CreatePolicy` take it
    #[default]
    Cam,
    /// A `tencentcloud_cam_policy`
    Terraform,
    /// For programs: each right with its reason; stable and versioned
    Json,
}

//! The flags of `instances`.

use std::path::PathBuf;

use ccr2tcr::account::Settings;
use ccr2tcr::fleet::{Fold, Tier};
use clap::{Args, Subcommand};

use super::output::Output;

const PLAN_EXAMPLES: &str = "\
Examples:
  docker ccr2tcr instances plan                          what the fleet needs, and why
  docker ccr2tcr instances plan --edition standard       further instances rather than replicas
  docker ccr2tcr instances plan --fold platform --write-maps maps
  docker ccr2tcr sync --dry-run --mapping maps/prod.yaml

It reads only. What costs money is printed as a line to paste, and never done.

Exit codes: 0 the plan is complete, 1 something could not be read or can't be had, 2 could not start,
125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct InstancesArgs {
    #[command(subcommand)]
    pub(crate) command: Option<InstancesCommand>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Subcommand)]
pub(crate) enum InstancesCommand {
    /// Say what edition, links, replicas and rules the clusters and images need
    #[command(after_help = PLAN_EXAMPLES)]
    Plan(Box<PlanInstancesArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct PlanInstancesArgs {
    /// Largest edition to plan with [default: premium]
    #[arg(long, value_name = "EDITION", value_enum)]
    pub(crate) edition: Option<Tier>,
    /// Namespace of TCR that all namespaces of CCR become levels of: team, team/apps
    #[arg(long, value_name = "INTO")]
    pub(crate) fold: Option<Fold>,
    /// Folder to write a mapping file into for each instance; a file that exists is left alone
    #[arg(long, value_name = "FOLDER")]
    pub(crate) write_maps: Option<PathBuf>,
    /// Format of what goes to stdout
    #[arg(short, long, value_enum, default_value_t)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl InstancesArgs {
    /// The flags that all commands have.
    pub(super) fn settings(&self) -> &Settings {
        match &self.command {
            None => &self.settings,
            Some(InstancesCommand::Plan(args)) => &args.settings,
        }
    }

    pub(super) fn settings_mut(&mut self) -> &mut Settings {
        match &mut self.command {
            None => &mut self.settings,
            Some(InstancesCommand::Plan(args)) => &mut args.settings,
        }
    }
}

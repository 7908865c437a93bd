//! `domain`: domains of the customer's that the instance answers under.

use std::path::PathBuf;

use ccr2tcr::account::Settings;
use clap::{Args, Subcommand};

use super::network::NetworkWriteArgs;

#[derive(Debug, Args)]
pub(crate) struct DomainArgs {
    #[command(subcommand)]
    pub(crate) command: DomainCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DomainCommand {
    /// Serve a domain, after its certificate was checked; `network rollback` takes it back
    #[command(after_help = EXAMPLES)]
    Add(Box<DomainAddArgs>),
}

const EXAMPLES: &str = "\
Examples:
  docker ccr2tcr domain add images.example.com --dry-run
  docker ccr2tcr domain add images.example.com --certificate AbCdEf12

The records that make the domain lead to the instance are printed; they are made where its zone is run.

Exit codes: 0 all is well, 1 something is left to do or failed, 2 could not start,
125 usage, 130 interrupted";

#[derive(Debug, Args)]
pub(crate) struct DomainAddArgs {
    /// The domain
    #[arg(value_name = "DOMAIN")]
    pub(crate) name: String,
    /// Its certificate in the SSL service [default: the one for the name that lasts longest]
    #[arg(long, value_name = "ID")]
    pub(crate) certificate: Option<String>,
    /// Where to note what is done, for `network rollback` [default: ccr2tcr-network-NAME-TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) undo_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) write: NetworkWriteArgs,
}

impl DomainArgs {
    /// The flags that all commands have.
    pub(super) fn settings(&self) -> &Settings {
        let DomainCommand::Add(args) = &self.command;
        &args.write.settings
    }

    pub(super) fn settings_mut(&mut self) -> &mut Settings {
        let DomainCommand::Add(args) = &mut self.command;
        &mut args.write.settings
    }
}

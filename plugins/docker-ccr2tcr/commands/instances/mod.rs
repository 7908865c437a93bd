//! `docker ccr2tcr instances`: those that there are, and what a fleet needs.

mod list;
mod plan;

use ccr2tcr::terminal::Printer;
use ccr2tcr::transfer::Stop;

use crate::cli::{InstancesArgs, InstancesCommand};
use crate::exit::ExitCode;

pub(crate) async fn run(
    mut args: InstancesArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    match args.command.take() {
        None => list::run(args, stop, printer).await,
        Some(InstancesCommand::Plan(args)) => plan::run(*args, stop, printer).await,
    }
}

//! `docker ccr2tcr triggers`: CCR's triggers, and the webhooks that replace them.

mod apply;
mod list;
mod receiver;
mod rollback;
mod tell;

use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::Printer;

use crate::cli::{TriggersArgs, TriggersCommand};
use crate::exit::ExitCode;

pub(crate) async fn run(
    args: TriggersArgs,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    match args.command {
        None => list::run(args, stop, printer).await,
        Some(TriggersCommand::Apply(args)) => apply::run(*args, stop, printer).await,
        Some(TriggersCommand::Rollback(args)) => rollback::run(*args, stop, printer).await,
    }
}

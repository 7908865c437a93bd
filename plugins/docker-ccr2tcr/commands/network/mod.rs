//! `docker ccr2tcr network`: how the instance is reached. A file for each of its commands.

mod apply;
mod carry;
pub(crate) mod domain;
mod opening;
mod pods;
mod redirect;
mod remove;
pub(crate) mod replicate;
mod rollback;
mod status;

use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::Printer;

use crate::cli::NetworkCommand;
use crate::exit::ExitCode;

pub(crate) async fn run(
    command: NetworkCommand,
    stop: &Stop,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    match command {
        NetworkCommand::Status(args) => status::run(*args, stop, printer).await,
        NetworkCommand::Apply(args) => apply::run(*args, stop, printer).await,
        NetworkCommand::Remove(args) => remove::run(*args, stop, printer).await,
        NetworkCommand::Redirect(args) => redirect::run(*args, stop, printer).await,
        NetworkCommand::Rollback(args) => rollback::run(*args, stop, printer).await,
    }
}

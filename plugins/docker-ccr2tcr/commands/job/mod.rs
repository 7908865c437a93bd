//! `docker ccr2tcr job`: the work of a large copy on several machines.

mod make;
mod shared;
mod status;
mod write;

use ccr2tcr::prompt::Stop;
use ccr2tcr::terminal::Printer;

use crate::cli::{JobArgs, JobCommand};
use crate::exit::ExitCode;

pub(crate) async fn run(args: JobArgs, stop: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    match args.command {
        None => Box::pin(make::run(args.make, stop, printer)).await,
        Some(JobCommand::Status(args)) => status::run(*args, printer).await,
        Some(JobCommand::Remove(args)) => status::remove(*args, stop, printer).await,
    }
}

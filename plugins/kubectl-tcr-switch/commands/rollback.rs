//! `rollback`: putting back what a run has changed.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::RollbackArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: RollbackArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("rollback", printer).await
}

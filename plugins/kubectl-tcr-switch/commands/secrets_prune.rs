//! `secrets prune`: references to CCR's secrets that nothing needs any more.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::PruneArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: PruneArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("secrets prune", printer).await
}

//! `diff`: each object before and after.

use ccr2tcr::terminal::Printer;

use super::not_built::not_built;
use crate::cli::DiffArgs;
use crate::exit::ExitCode;
use crate::prompt::Stop;

pub(crate) async fn run(_: DiffArgs, _: &Stop, printer: &Printer) -> anyhow::Result<ExitCode> {
    not_built("diff", printer).await
}
